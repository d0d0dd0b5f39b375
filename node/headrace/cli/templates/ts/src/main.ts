// __NAME__: upper-cases the value of every record of topic "tiktok" into "tiktok-$__NAME__$".
import { PolicyError, PolicyInjection, SimpleTransform, type Record, type RecordBatch } from "headrace";

const transform = new SimpleTransform();

transform.subscribe([["tiktok", PolicyInjection.Latest]]);
transform.errorHandler(PolicyError.SkipOnFailure);

const shout = (record: Record): Record => ({
  ...record,
  value: Buffer.from(record.value.toString().toUpperCase()),
});

transform.processRecord(async (batch: RecordBatch) => {
  const output = new Map<string, RecordBatch>();
  output.set("__NAME__", batch.map(({ header, records }) => ({ header, records: records.map(shout) })));
  return output;
});

export default transform;
