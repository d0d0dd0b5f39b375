// src/typed.ts
import { PolicyError, PolicyInjection, SimpleTransform } from "@vectorizedio/wasm-api";

// src/shout.ts
var shout = async (text) => {
  await new Promise((resolve) => setTimeout(resolve, 20));
  return text.toUpperCase();
};

// src/typed.ts
var transform = new SimpleTransform();
transform.subscribe([["test-topic", PolicyInjection.Stored]]);
transform.errorHandler(PolicyError.SkipOnFailure);
transform.processRecord(async ({ header, records }) => {
  const shouted = [];
  for (const record of records) {
    shouted.push({ ...record, value: Buffer.from(await shout(record.value.toString("utf8"))) });
  }
  return /* @__PURE__ */ new Map([["result", { header, records: shouted }]]);
});
var typed_default = transform;
export {
  typed_default as default
};
