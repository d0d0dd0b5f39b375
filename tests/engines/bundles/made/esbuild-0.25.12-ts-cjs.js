var __defProp = Object.defineProperty;
var __getOwnPropDesc = Object.getOwnPropertyDescriptor;
var __getOwnPropNames = Object.getOwnPropertyNames;
var __hasOwnProp = Object.prototype.hasOwnProperty;
var __export = (target, all) => {
  for (var name in all)
    __defProp(target, name, { get: all[name], enumerable: true });
};
var __copyProps = (to, from, except, desc) => {
  if (from && typeof from === "object" || typeof from === "function") {
    for (let key of __getOwnPropNames(from))
      if (!__hasOwnProp.call(to, key) && key !== except)
        __defProp(to, key, { get: () => from[key], enumerable: !(desc = __getOwnPropDesc(from, key)) || desc.enumerable });
  }
  return to;
};
var __toCommonJS = (mod) => __copyProps(__defProp({}, "__esModule", { value: true }), mod);

// src/typed.ts
var typed_exports = {};
__export(typed_exports, {
  default: () => typed_default
});
module.exports = __toCommonJS(typed_exports);
var import_wasm_api = require("@vectorizedio/wasm-api");

// src/shout.ts
var shout = async (text) => {
  await new Promise((resolve) => setTimeout(resolve, 20));
  return text.toUpperCase();
};

// src/typed.ts
var transform = new import_wasm_api.SimpleTransform();
transform.subscribe([["test-topic", import_wasm_api.PolicyInjection.Stored]]);
transform.errorHandler(import_wasm_api.PolicyError.SkipOnFailure);
transform.processRecord(async ({ header, records }) => {
  const shouted = [];
  for (const record of records) {
    shouted.push({ ...record, value: Buffer.from(await shout(record.value.toString("utf8"))) });
  }
  return /* @__PURE__ */ new Map([["result", { header, records: shouted }]]);
});
var typed_default = transform;
