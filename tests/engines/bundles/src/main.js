// CommonJS, in the style of 2021: one file imports the API and a module of its own.
const { SimpleTransform, PolicyError, PolicyInjection } = require("@vectorizedio/wasm-api");
const { uppercase } = require("./upper");

const transform = new SimpleTransform();
transform.subscribe([["test-topic", PolicyInjection.Stored]]);
transform.errorHandler(PolicyError.SkipOnFailure);
transform.processRecord((recordBatch) => {
  const result = new Map();
  const transformedRecord = recordBatch.map(({ header, records }) => ({ header, records: records.map(uppercase) }));
  result.set("result", transformedRecord);
  return Promise.resolve(result);
});

exports["default"] = transform;
