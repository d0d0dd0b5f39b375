"""The scripts that are measured, and records for them: drop the field `ssn` of a JSON object."""

from __future__ import annotations

import hashlib

from bench import ROOT
from headrace.records.builder import build_batch
from headrace.records.reader import Record
from headrace.transforms.engines.api import Language, ScriptSource

#: What a user would write. `%s` is the input topic, then the output key.
JAVASCRIPT = """
const { PolicyInjection } = require("headrace");
engine.subscribe([["%s", PolicyInjection.Earliest]]);
const scrub = (record) => {
  const value = record.value.json();
  delete value.ssn;
  return { ...record, value: JSON.stringify(value) };
};
engine.processRecord(({ header, records }) => new Map([["%s", { header, records: records.map(scrub) }]]));
"""
WASM = ROOT / "sdk" / "c" / "examples" / "drop_field.wasm"


def json_value(number: int, size: int) -> bytes:
    """Like the load client's JSON: number first, the field to drop in the middle, filler last."""
    head = f'{{"id":{number},"user":"u{number % 1000}","ssn":"078-05-1120","text":"'
    return (head + "x" * max(0, size - len(head) - 2) + '"}').encode()


def json_batch(count: int, size: int, first: int = 0) -> bytes:
    """One uncompressed batch of `count` JSON records of about `size` bytes."""
    records = [Record(i, 1_700_000_000_000 + i, None, json_value(first + i, size), ()) for i in range(count)]
    return bytes(build_batch(records))


def source(name: str, language: Language, topic: str = "in") -> ScriptSource:
    content = WASM.read_bytes() if language == "wasm" else (JAVASCRIPT % (topic, name)).encode()
    return ScriptSource(name, hashlib.sha256(content).digest(), content, language)
