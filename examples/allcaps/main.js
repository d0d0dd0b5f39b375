// Everything in capitals: `tiktok` in, `tiktok-$allcaps$` out.
const { PolicyInjection } = require('headrace');

engine.subscribe([['tiktok', PolicyInjection.Earliest]]);

const uppercase = (record) => ({
  ...record,
  value: record.value.toString().toUpperCase(),
});

// convert all a-z to upper case A-Z
engine.processRecord((recordBatch) => {
  const result = new Map();
  const transformedRecord = recordBatch.map(({ header, records }) => {
    return {
      header,
      records: records.map(uppercase),
    };
  });
  // destination topic
  result.set('allcaps', transformedRecord);
  return Promise.resolve(result);
});
