// A transform in the style of 2021: it runs here as it was written then, bundled or not.
const { SimpleTransform, PolicyError, PolicyInjection } = require("@vectorizedio/wasm-api");

const transform = new SimpleTransform();
transform.subscribe([["tiktok", PolicyInjection.Stored]]);
transform.errorHandler(PolicyError.SkipOnFailure);

const isLowerCase = (char) => char >= 97 && char <= 122;
const uppercase = (record) => ({
  ...record,
  value: record.value.map((char) => (isLowerCase(char) ? char - 32 : char)),
});

transform.processRecord((recordBatch) => {
  const result = new Map();
  const transformedRecord = recordBatch.map(({ header, records }) => ({
    header,
    records: records.map(uppercase),
  }));
  result.set("uppercase", transformedRecord);
  return Promise.resolve(result);
});

exports["default"] = transform;
