// A library module of the script: bundlers wrap it in their own ways.
const isLowerCase = (char) => char >= 97 && char <= 122;

function uppercase(record) {
  return { ...record, value: record.value.map((char) => (isLowerCase(char) ? char - 32 : char)) };
}

module.exports = { uppercase };
