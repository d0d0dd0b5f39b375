// __NAME__: upper-cases the value of every record of topic "tiktok" into "tiktok-$__NAME__$".
import { PolicyError, PolicyInjection, SimpleTransform, type Output, type Record } from "headrace";

const transform = new SimpleTransform();

transform.subscribe([["tiktok", PolicyInjection.Latest]]);
transform.errorHandler(PolicyError.SkipOnFailure);

const shout = (record: Record) => ({
  ...record,
  value: Buffer.from(record.value.toString().toUpperCase()),
});

transform.processRecord(async ({ header, records }) => {
  const output: Output = new Map();
  output.set("__NAME__", { header, records: records.map(shout) });
  return output;
});

export default transform;
