const { SimpleTransform, PolicyError, PolicyInjection } = require("@vectorizedio/wasm-api");
const transform = new SimpleTransform();
/* Topics that fire the transform function */
transform.subscribe(["test-topic", PolicyInjection.Stored]);
/* The strategy the transform engine will use when handling errors */
transform.errorHandler(PolicyError.SkipOnFailure);
const isLowerCase = (char) => char >= 97 && char <= 122;
const uppercase = (record) => ({
  ...record,
  value: record.value.map((char) => (isLowerCase(char) ? char - 32 : char)),
});
transform.processRecord((recordBatch) => {
  const result = new Map();
  result.set("result", recordBatch.map(({ header, records }) => ({ header, records: records.map(uppercase) })));
  return Promise.resolve(result);
});
exports["default"] = transform;
