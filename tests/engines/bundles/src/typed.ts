// TypeScript with an async handler and an ES module beside it.
import { PolicyError, PolicyInjection, SimpleTransform } from "@vectorizedio/wasm-api";
import { shout } from "./shout";

const transform = new SimpleTransform();
transform.subscribe([["test-topic", PolicyInjection.Stored]]);
transform.errorHandler(PolicyError.SkipOnFailure);

interface Batch {
  header: unknown;
  records: { value: Buffer }[];
}

transform.processRecord(async ({ header, records }: Batch) => {
  const shouted: { value: Buffer }[] = [];
  for (const record of records) {
    shouted.push({ ...record, value: Buffer.from(await shout(record.value.toString("utf8"))) });
  }
  return new Map([["result", { header, records: shouted }]]);
});

export default transform;
