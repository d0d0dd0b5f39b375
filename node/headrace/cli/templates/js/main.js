// __NAME__: upper-cases the value of every record of topic "tiktok" into "tiktok-$__NAME__$".
//
// processRecord gets a batch and returns a Map from output key to batch. Key "__NAME__" on input "tiktok" is the topic
// "tiktok-$__NAME__$": same number of partitions, each on the node that stores its input. An empty Map drops the batch.
const { SimpleTransform, PolicyError, PolicyInjection } = require("headrace");

const transform = new SimpleTransform();

transform.subscribe([["tiktok", PolicyInjection.Latest]]);

// A record that throws is skipped and counted; PolicyError.Deregister removes the script instead.
transform.errorHandler(PolicyError.SkipOnFailure);

const shout = (record) => ({
  ...record,
  value: Buffer.from(record.value.toString().toUpperCase()),
});

transform.processRecord(async (batch) => {
  const output = new Map();
  output.set("__NAME__", batch.map(({ header, records }) => ({ header, records: records.map(shout) })));
  return output;
});

exports.default = transform;
