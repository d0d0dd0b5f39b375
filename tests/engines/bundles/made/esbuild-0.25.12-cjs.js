var __getOwnPropNames = Object.getOwnPropertyNames;
var __commonJS = (cb, mod) => function __require() {
  return mod || (0, cb[__getOwnPropNames(cb)[0]])((mod = { exports: {} }).exports, mod), mod.exports;
};

// src/upper.js
var require_upper = __commonJS({
  "src/upper.js"(exports2, module2) {
    var isLowerCase = (char) => char >= 97 && char <= 122;
    function uppercase2(record) {
      return { ...record, value: record.value.map((char) => isLowerCase(char) ? char - 32 : char) };
    }
    module2.exports = { uppercase: uppercase2 };
  }
});

// src/main.js
var { SimpleTransform, PolicyError, PolicyInjection } = require("@vectorizedio/wasm-api");
var { uppercase } = require_upper();
var transform = new SimpleTransform();
transform.subscribe([["test-topic", PolicyInjection.Stored]]);
transform.errorHandler(PolicyError.SkipOnFailure);
transform.processRecord((recordBatch) => {
  const result = /* @__PURE__ */ new Map();
  const transformedRecord = recordBatch.map(({ header, records }) => ({ header, records: records.map(uppercase) }));
  result.set("result", transformedRecord);
  return Promise.resolve(result);
});
exports["default"] = transform;
