// Privacy: orders in, the same orders without card numbers and with masked e-mail addresses out.
//
// `value.json()` is JSON.parse without a string in between, and a value may be given as a string: the fast way to edit JSON.
const { PolicyError, PolicyInjection } = require('headrace');

engine.subscribe([['orders', PolicyInjection.Latest]]);
engine.errorHandler(PolicyError.SkipOnFailure);

const mask = (email) => email.replace(/^(.).*(@.*)$/, '$1***$2');

function scrub(record) {
  if (record.valueLen < 0) return record; // a tombstone has no value
  const order = record.value.json();
  delete order.card;
  if (order.email) order.email = mask(order.email);
  return { ...record, value: JSON.stringify(order) };
}

engine.processRecord(({ header, records }) => new Map([['masked', { header, records: records.map(scrub) }]]));
