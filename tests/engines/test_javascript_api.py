"""What a JavaScript file sees: records, batches, results, modules, globals, logs, time."""

from __future__ import annotations

import json

import pytest

from headrace.records.batch import parse_header, seal_crc, write_header
from headrace.records.reader import Record
from headrace.transforms.engines.api import GuestError, GuestLimits, Subscription
from headrace.transforms.engines.local import LocalEngine
from headrace_testing.scripts import (
    ROOT,
    TIMESTAMP_MS,
    batch,
    failure,
    loaded,
    record,
    records_of,
    run,
    source,
    values_of,
)

IDENTITY = 'engine.processRecord((batch) => new Map([["out", batch]]));'


def shown(engine: LocalEngine, expression: str, *batches: bytes, env: dict[str, str] | None = None):
    """What an expression over `batch` is, as JSON (BigInts as text, Buffers as hex)."""
    script = f"""
        const plain = (key, value) => typeof value === 'bigint' ? value + 'n' : value;
        Buffer.prototype.toJSON = function () {{ return 'hex:' + this.toString('hex'); }};
        engine.processRecord((batch) => {{ console.log(JSON.stringify({expression}, plain)); return new Map(); }});
    """
    result = run(engine, script, *(batches or [batch("sample")]), env=env)
    return json.loads(result.logs[-1].text)


# ---- the seed's script and the shapes of records


def test_the_allcaps_example_runs(engine: LocalEngine) -> None:
    script = source((ROOT / "examples/allcaps/main.js").read_bytes(), "allcaps")
    with loaded(engine, script) as guest:
        assert guest.info.subscriptions == (Subscription("tiktok", "earliest"),)
        given = [record("hello wörld", "k", [("h", b"v")]), record("", timestamp_ms=TIMESTAMP_MS + 5)]
        result = guest.run("tiktok", 3, [batch(*given)])
    assert list(result.outputs) == ["allcaps"]
    assert records_of(result, "allcaps") == [
        Record(0, TIMESTAMP_MS, b"k", "HELLO WÖRLD".encode(), (("h", b"v"),)),
        Record(1, TIMESTAMP_MS + 5, None, b"", ()),
    ]


def test_the_mask_field_example_drops_the_card_and_masks_the_address(engine: LocalEngine) -> None:
    script = (ROOT / "examples/mask-field/main.js").read_bytes()
    given = batch('{"card": "4111", "email": "anna@example.org", "total": 12.5}', record(None, "gone"))
    first, second = records_of(run(engine, script, given), "masked")
    assert json.loads(first.value or b"") == {"email": "a***@example.org", "total": 12.5}
    assert (second.key, second.value) == (b"gone", None)


def test_header_fields_have_the_names_and_types_of_2021(engine: LocalEngine) -> None:
    given = batch("a", record("b", timestamp_ms=TIMESTAMP_MS + 7), base_offset=2**40)
    header = parse_header(given)
    assert shown(engine, "batch.header", given) == {
        "headerCrc": 0,
        "sizeBytes": len(given),
        "baseOffset": f"{2**40}n",
        "recordBatchType": 1,
        "crc": header.crc,
        "attrs": 0,
        "lastOffsetDelta": 1,
        "firstTimestamp": f"{TIMESTAMP_MS}n",
        "maxTimestamp": f"{TIMESTAMP_MS + 7}n",
        "producerId": "-1n",
        "producerEpoch": -1,
        "baseSequence": -1,
        "recordCount": 2,
        "term": "-1n",
        "isCompressed": 0,
    }


def test_record_fields_have_the_names_and_types_of_2021(engine: LocalEngine) -> None:
    given = batch(record("first"), record("value", "key", [("h1", b"x"), ("h2", None)], timestamp_ms=TIMESTAMP_MS + 3))
    first, second = shown(engine, "batch.records", given)
    assert second == {
        "length": second["length"],
        "attributes": 0,
        "timestampDelta": "3n",
        "offsetDelta": 1,
        "keyLength": 3,
        "key": "hex:" + b"key".hex(),
        "valueLen": 5,
        "value": "hex:" + b"value".hex(),
        "headers": [
            {
                "headerKeyLength": 2,
                "headerKey": "hex:" + b"h1".hex(),
                "headerValueLength": 1,
                "value": "hex:" + b"x".hex(),
            },
            {"headerKeyLength": 2, "headerKey": "hex:" + b"h2".hex(), "headerValueLength": -1, "value": "hex:"},
        ],
    }
    assert (first["keyLength"], first["key"], first["headers"]) == (-1, "hex:", [])


def test_null_keys_values_and_headers_survive_a_copy_but_not_a_new_value(engine: LocalEngine) -> None:
    script = """engine.processRecord(({header, records}) => new Map([
        ["copied", {header, records: records.map((r) => ({...r}))}],
        ["mapped", {header, records: records.map((r) => ({...r, value: r.value.map((c) => c)}))}],
        ["filled", {header, records: records.map((r) => ({...r, key: "k", value: "v"}))}],
        ["nulled", {header, records: records.map((r) => ({...r, key: null, value: undefined}))}],
    ]));"""
    given = batch(record(None, None, [("h", None), ("e", b"")]), record(b"", b""))
    result = run(engine, script, given)
    seen = {key: [(r.key, r.value) for r in records_of(result, key)] for key in result.outputs}
    assert seen == {
        "copied": [(None, None), (b"", b"")],
        "mapped": [(None, None), (b"", b"")],
        "filled": [(b"k", b"v"), (b"k", b"v")],
        "nulled": [(None, None), (None, None)],
    }
    assert records_of(result, "copied")[0].headers == (("h", None), ("e", b""))


def test_bytes_that_are_no_text_pass_unharmed(engine: LocalEngine) -> None:
    every = bytes(range(256)) * 3
    assert values_of(run(engine, IDENTITY, batch(every)), "out") == [every]
    mapped = """engine.processRecord(b => new Map([["out", {...b,
        records: b.records.map(r => ({...r, value: r.value.map(c => 255 - c)}))}]]))"""
    assert values_of(run(engine, mapped, batch(every)), "out") == [bytes(255 - byte for byte in every)]


def test_a_script_may_keep_what_it_saw(engine: LocalEngine) -> None:
    script = """const kept = [];
        engine.processRecord(({header, records}) => {
            kept.push(records[0].value);
            return new Map([["out", {header, records: kept.map((value) => ({value}))}]]);
        });"""
    with loaded(engine, script) as guest:
        guest.run("t", 0, [batch("one" * 1000)])
        result = guest.run("t", 0, [batch("two", base_offset=1), batch("three", base_offset=2)])
    assert values_of(result, "out") == [b"one" * 1000, b"two", b"one" * 1000, b"two", b"three"]


def test_timestamps_stay_each_records_own(engine: LocalEngine) -> None:
    script = """engine.processRecord(({header, records}) => new Map([
        ["same", {header, records}],
        ["odd", {header, records: records.filter((r) => r.offsetDelta % 2)}],
        ["shifted", {header, records: records.map((r) => ({...r, timestampDelta: r.timestampDelta + 1000n}))}],
        ["numbers", {header: {firstTimestamp: 5}, records: records.map((r, i) => ({value: "x", timestampDelta: i}))}],
        ["bare", {records: [{value: "x"}]}],
    ]));"""
    result = run(engine, script, batch(*(record(str(i), timestamp_ms=TIMESTAMP_MS + i * 10) for i in range(4))))
    stamps = {key: [r.timestamp_ms - TIMESTAMP_MS for r in records_of(result, key)] for key in result.outputs}
    assert stamps["same"] == [0, 10, 20, 30]
    assert stamps["odd"] == [10, 30]
    assert stamps["shifted"] == [1000, 1010, 1020, 1030]
    assert [r.timestamp_ms for r in records_of(result, "numbers")] == [5, 6, 7, 8]
    assert stamps["bare"] == [0]


# ---- batches and chunks


def test_the_handler_runs_once_per_batch_and_output_becomes_one_batch_per_key(engine: LocalEngine) -> None:
    script = """let calls = 0;
        engine.processRecord((batch) => { calls++; return new Map([["out", {...batch,
            records: batch.records.map((r) => ({...r, key: String(calls)}))}]]); });"""
    result = run(engine, script, *(batch(str(i), str(i), base_offset=2 * i) for i in range(50)))
    out = records_of(result, "out")
    assert [r.key for r in out] == [str(1 + i // 2).encode() for i in range(100)]
    assert parse_header(result.outputs["out"]).size_bytes == len(result.outputs["out"])


def test_output_beyond_the_batch_limit_becomes_several_batches(engine: LocalEngine) -> None:
    limits = GuestLimits(output_batch_bytes_max=10_000)
    result = run(engine, IDENTITY, batch(*("x" * 900 for _ in range(50))), limits=limits)
    sizes, at = [], 0
    while at < len(result.outputs["out"]):
        sizes.append(parse_header(result.outputs["out"], at).size_bytes)
        at += sizes[-1]
    assert len(sizes) == 5
    assert max(sizes) <= 10_000
    assert len(records_of(result, "out")) == 50


def test_a_huge_batch_is_shown_in_parts_that_keep_their_offsets(engine: LocalEngine) -> None:
    script = """const parts = [];
        engine.processRecord((batch) => {
            const {baseOffset, recordCount, lastOffsetDelta} = batch.header;
            console.log(`${baseOffset} ${recordCount} ${lastOffsetDelta} ${batch.records.at(-1).offsetDelta}`);
            return new Map([["out", batch]]);
        });"""
    values = [str(i) for i in range(10_000)]
    result = run(engine, script, batch(*values, base_offset=500))
    assert [line.text for line in result.logs] == ["500 4096 4095 4095", "4596 4096 4095 4095", "8692 1808 1807 1807"]
    assert values_of(result, "out") == [value.encode() for value in values]


def test_offsets_with_gaps_are_shown_as_they_are(engine: LocalEngine) -> None:
    """Compaction takes records out of the middle of a batch."""
    given = bytearray(batch("a", "b", base_offset=10))
    header = parse_header(given)
    header.last_offset_delta = 5
    write_header(given, 0, header)
    second = given.index(b"\x0e\x00\x00\x02")  # length 7, attributes, timestamp delta 0, offset delta 1
    given[second + 3] = 5 << 1
    seal_crc(given)
    assert shown(engine, "batch.records.map((r) => r.offsetDelta)", bytes(given)) == [0, 5]
    assert shown(engine, "batch.header.lastOffsetDelta", bytes(given)) == 5


def test_control_batches_are_passed_over(engine: LocalEngine) -> None:
    control = bytearray(batch(record(b"\0\0\0\0\0\0", b"\0\0\0\1")))
    header = parse_header(control)
    header.attributes |= 0x30
    write_header(control, 0, header)
    result = run(engine, IDENTITY, batch("a"), bytes(control), batch("b"))
    assert values_of(result, "out") == [b"a", b"b"]
    assert not run(engine, IDENTITY, bytes(control)).outputs


def test_no_batches_is_no_output(engine: LocalEngine) -> None:
    with loaded(engine, IDENTITY) as guest:
        assert guest.run("t", 0, []).outputs == {}


# ---- results


@pytest.mark.parametrize(
    "result",
    [
        "new Map([['out', batch]])",
        "Promise.resolve(new Map([['out', batch]]))",
        "(async () => new Map([['out', batch]]))()",
        "({then(done) { done(new Map([['out', batch]])); }})",
        "new Promise((done) => setTimeout(() => done(new Map([['out', batch]])), 60_000))",
        "new (class Mine extends Map {})([['out', batch]])",
        "new Map([['out', batch.map((whole) => whole)]])",
        "new Map([['out', {records: batch.records}]])",
        "new Map([['out', {header: batch.header, records: Array.from(batch.records)}]])",
    ],
)
def test_ways_to_return_a_batch(engine: LocalEngine, result: str) -> None:
    assert values_of(run(engine, f"engine.processRecord((batch) => {result});"), "out") == [b"sample"]


def test_a_plain_batch_has_no_key(engine: LocalEngine) -> None:
    assert values_of(run(engine, "engine.processRecord(async (batch) => batch)"), None) == [b"sample"]


@pytest.mark.parametrize("result", ["new Map()", "new Map([['out', {...batch, records: []}]])", "{records: []}"])
def test_nothing_is_a_lawful_answer(engine: LocalEngine, result: str) -> None:
    assert run(engine, f"engine.processRecord((batch) => ({result}));").outputs == {}


def test_several_keys_over_several_batches(engine: LocalEngine) -> None:
    script = """engine.processRecord(({header, records}) => {
        const out = new Map();
        for (const r of records) {
            const key = 'to-' + r.value.toString()[0];
            if (!out.has(key)) out.set(key, {header, records: []});
            out.get(key).records.push(r);
        }
        return out;
    });"""
    result = run(engine, script, batch("a1", "b1", "a2"), batch("c1", "a3"), batch("b2"))
    assert {key: values_of(result, key) for key in result.outputs} == {
        "to-a": [b"a1", b"a2", b"a3"],
        "to-b": [b"b1", b"b2"],
        "to-c": [b"c1"],
    }


@pytest.mark.parametrize(
    ("result", "message"),
    [
        ("undefined", "processRecord must return a Map from output key to record batch"),
        ("3", "but it returned a number"),
        ("[batch]", "but it returned an array"),
        ("({out: batch})", "but it returned an object"),
        ("Promise.resolve('x')", "but it returned a string"),
        ("new Map([[7, batch]])", "a key of the returned Map is a number"),
        ("new Map([['out', null]])", "a record batch must be an object"),
        ("new Map([['out', {records: 'x'}]])", "with an array of records"),
        ("new Map([['out', {records: [1]}]])", "record 0 is not an object"),
        ("new Map([['out', {records: [{}, {value: {a: 1}}]}]])", "record 1: its value must be a Buffer"),
        ("new Map([['out', {records: [{key: 5}]}]])", "record 0: its key must be a Buffer"),
        ("new Map([['out', {records: [{headers: 5}]}]])", "record 0: its headers must be an array"),
        ("new Map([['out', {records: [{headers: [5]}]}]])", "record 0: header 0 is not an object"),
        ("new Map([['out', {records: [{timestampDelta: 'x'}]}]])", "timestampDelta must be a number or a BigInt"),
        ("new Map([['not legal!', batch]])", "has characters other than letters"),
        ("new Map([['', batch]])", "the topic name is empty"),
        ("new Map([['x'.repeat(245), batch]])", "longer than 249 characters"),
        ("new Map(Array.from({length: 65}, (_, i) => ['k' + i, batch]))", "65 keys, 64 are allowed"),
        ("new Map([['out', {records: [{headers: [{headerKey: Buffer.from([0xff])}]}]}]])", "header key is not UTF-8"),
        ("new Map([['out', {header: {firstTimestamp: -5n}, records: [{}]}]])", "timestamp is out of range"),
    ],
)
def test_wrong_results_are_named(engine: LocalEngine, result: str, message: str) -> None:
    error = failure(engine, f"engine.processRecord((batch) => {result});", batch("x", base_offset=77))
    assert error.kind == "output"
    assert message in error.message
    assert not error.instance_lost


def test_an_error_names_the_batch_that_failed_and_the_next_chunk_runs(engine: LocalEngine) -> None:
    script = """engine.processRecord((batch) => {
        console.log('at', batch.header.baseOffset);
        JSON.parse(batch.records[0].value);
        return new Map([['out', batch]]);
    });"""
    with loaded(engine, script) as guest:
        with pytest.raises(GuestError) as caught:
            guest.run("t", 0, [batch("1", base_offset=10), batch("{", base_offset=11), batch("2", base_offset=12)])
        assert (caught.value.kind, caught.value.base_offset) == ("thrown", 11)
        assert [line.text for line in caught.value.logs] == ["at 10n", "at 11n"]
        assert values_of(guest.run("t", 0, [batch("3", base_offset=13)]), "out") == [b"3"]


# ---- loading


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("[['a', 0], ['b', 1], ['c', 2]]", (("a", "earliest"), ("b", "stored"), ("c", "latest"))),
        ("[['a', PolicyInjection.Latest]]", (("a", "latest"),)),
        ("['a', PolicyInjection.Stored]", (("a", "stored"),)),
        ("['a', 'b']", (("a", None), ("b", None))),
        ("'a'", (("a", None),)),
        ("[['a']]", (("a", None),)),
        ("['tiktok-$allcaps$']", (("tiktok-$allcaps$", None),)),
        ("[]", ()),
    ],
)
def test_ways_to_subscribe(engine: LocalEngine, said: str, wanted: tuple) -> None:
    script = f"const {{PolicyInjection}} = require('headrace'); engine.subscribe({said}); {IDENTITY}"
    with loaded(engine, script) as guest:
        assert tuple((s.topic, s.start_from) for s in guest.info.subscriptions) == wanted


@pytest.mark.parametrize(("policy", "wanted"), [("SkipOnFailure", "skip"), ("Deregister", "deregister")])
def test_the_error_policy_is_told(engine: LocalEngine, policy: str, wanted: str) -> None:
    with loaded(engine, f"engine.errorHandler(require('headrace').PolicyError.{policy}); {IDENTITY}") as guest:
        assert guest.info.error_policy == wanted


@pytest.mark.parametrize(
    ("script", "message", "where"),
    [
        ("let a = ;", "unexpected token", "script.js:1:9"),
        ("\n\n  throw new TypeError('no')", "TypeError: no", "script.js:3:9"),
        ("const x = 1;\nexport const y = ;", "unexpected token", "script.js:2:18"),
        ("import {engine} from 'headrace';\nlet let = 1;", "variable name expected", "script.js:2:5"),
        ("", "the script has no handler", None),
        ("engine.subscribe(['a'])", "call processRecord(recordBatch => ...)", None),
        ("const fs = require('fs')", "Cannot find module 'fs'", "script.js:1:1"),
        ("import fs from 'fs'", "Cannot find module 'fs'", None),
        ("import {nothing} from 'headrace'", "nothing", None),
        ("await new Promise(() => {}); export default 1", "top-level await waits for something", None),
        ("engine.processRecord(5)", "takes a function", "script.js:1:1"),
        ("engine.errorHandler(9)", "unexpected policy 9", "script.js:1:1"),
        (f"{IDENTITY} engine.subscribe(['a b'])", "subscribe: 'a b' has characters", None),
        (f"{IDENTITY} engine.subscribe([['a', 9]])", "9 is no PolicyInjection", None),
        (f"{IDENTITY} engine.subscribe([[1, 2]])", "subscribe takes", None),
        (f"{IDENTITY} engine.subscribe(5)", "subscribe takes a list of topics", None),
        ("throw 'a plain string'", "a plain string", None),
        ("process.exit(1)", "not a function", "script.js:1:1"),
    ],
)
def test_load_errors_say_what_and_where(engine: LocalEngine, script: str, message: str, where: str | None) -> None:
    error = failure(engine, script)
    assert error.kind == "load"
    assert message in error.message
    if where is not None:
        assert error.where is not None
        assert error.where.startswith(where[: where.rindex(":")])
    assert error.instance_lost


def test_positions_are_the_files_own_even_on_the_first_line(engine: LocalEngine) -> None:
    error = failure(engine, source("let x = 1; throw new Error('here');", file_name="deep/main.js"))
    assert error.where == "deep/main.js:1:22"
    thrown = failure(engine, "engine.processRecord((b) => {\n  const o = JSON.parse('{}');\n  o.a.b.c;\n});")
    assert (thrown.kind, thrown.where) == ("thrown", "script.js:3:3")
    assert "at <anonymous> (script.js:3:3)" in thrown.stack


def test_not_text_is_refused(engine: LocalEngine) -> None:
    error = failure(engine, b"\xff\xfe let x")
    assert (error.kind, error.message) == ("load", "the script is not UTF-8 text: invalid start byte at byte 0")


@pytest.mark.parametrize(
    "script",
    [
        f"#!/usr/bin/env node\n{IDENTITY}",
        f"\ufeff{IDENTITY}",
        f"'use strict';\n{IDENTITY}",
        f"// a comment at the end {IDENTITY}\n{IDENTITY}// and no newline",
        "import {engine} from 'headrace';\n" + IDENTITY,
        "import * as api from 'headrace';\napi.engine.processRecord((b) => new Map([['out', b]]));",
        "import api from '@redpanda-data/wasm-api';\napi.engine.processRecord((b) => new Map([['out', b]]));",
        "import {SimpleTransform} from '@vectorizedio/wasm-api';\nconst t = new SimpleTransform();\n"
        "t.processRecord((b) => new Map([['out', b]]));\nexport default t;",
        "await Promise.resolve();\n" + IDENTITY + "\nexport {};",
        "const {Buffer: B} = require('buffer');\n"
        "engine.processRecord((b) => new Map([['out', {...b, records: [{value: B.from('sample')}]}]]));",
        "import {Buffer} from 'node:buffer';\n"
        "export default {apply: (b) => new Map([['out', {...b, records: [{value: Buffer.from('sample')}]}]])};",
        "module.exports = {apply: (b) => new Map([['out', b]])};",
        "exports.default = {apply: (b) => new Map([['out', b]])};",
        "exports.default = {default: {apply: (b) => new Map([['out', b]])}};",
    ],
)
def test_forms_of_a_file(engine: LocalEngine, script: str) -> None:
    assert values_of(run(engine, script), "out") == [b"sample"]


def test_an_exported_transform_goes_before_the_global_engine(engine: LocalEngine) -> None:
    script = f"{IDENTITY} module.exports = {{apply: () => new Map(), inputTopics: ['mine']}};"
    with loaded(engine, script) as guest:
        assert guest.info.subscriptions == (Subscription("mine"),)
        assert guest.run("t", 0, [batch("x")]).outputs == {}


def test_the_environment_is_there_and_nothing_else_of_node(engine: LocalEngine) -> None:
    assert shown(engine, "[engine.env.CITY, process.env.CITY]", env={"CITY": "Köln"}) == ["Köln", "Köln"]
    absent = ["WebAssembly", "Atomics", "fetch", "XMLHttpRequest", "Deno", "std", "os", "scriptArgs", "print"]
    assert shown(engine, f"[{', '.join(f'typeof {name}' for name in absent)}]") == ["undefined"] * len(absent)
    assert (
        shown(engine, "typeof process.exit + typeof process.binding + typeof require('headrace').fs") == "undefined" * 3
    )


def test_sources_of_megabytes_load(engine: LocalEngine) -> None:
    body = "if (a > b) { a -= b; } else { b = a * 2; } " * 5
    library = "\n".join(f"function f{i}(a, b) {{ {body} return a * {i} + b; }}" for i in range(10_000))
    assert len(library) > 2_500_000
    assert values_of(run(engine, library + IDENTITY), "out") == [b"sample"]


# ---- Buffer and text


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ("Buffer.from('grün €')", "hex:" + "grün €".encode().hex()),
        ("Buffer.from('6869', 'hex').toString()", "hi"),
        ("Buffer.from('6869zz', 'hex').toString()", "hi"),
        ("Buffer.from('aGk=', 'base64').toString()", "hi"),
        ("Buffer.from('_-8', 'base64').toString('base64url')", "_-8"),
        ("Buffer.from('é', 'latin1')", "hex:e9"),
        ("Buffer.from('hé', 'utf16le')", "hex:6800e900"),
        ("Buffer.from([104, 105, 300])", "hex:68692c"),
        ("Buffer.from(new Uint8Array([1, 2]).buffer)", "hex:0102"),
        ("Buffer.from(Buffer.from('x'))", "hex:78"),
        ("Buffer.from(new String('obj')).toString()", "obj"),
        ("Buffer.alloc(3, 'ab').toString()", "aba"),
        ("Buffer.alloc(2)", "hex:0000"),
        ("Buffer.concat([Buffer.from('a'), Buffer.from('bc')]).toString()", "abc"),
        ("Buffer.concat([Buffer.from('abc')], 2).toString()", "ab"),
        ("Buffer.from('abcdef').slice(1, 3).toString()", "bc"),
        ("Buffer.from('abcdef').subarray(-2).toString()", "ef"),
        ("Buffer.from('abcdef').toString('utf8', 1, 4)", "bcd"),
        ("Buffer.from('hé').toString('latin1')", "hÃ©"),
        ("Buffer.from([0x61, 0xff, 0x62]).toString()", "a\ufffdb"),
        ("Buffer.from('abc').equals(Buffer.from('abc'))", True),
        ("Buffer.compare(Buffer.from('a'), Buffer.from('b'))", -1),
        ("Buffer.from('hello world').indexOf('wor')", 6),
        ("Buffer.from('hello world').includes('xyz')", False),
        ("Buffer.from('abc').indexOf(98)", 1),
        ("Buffer.byteLength('grün')", 5),
        ("Buffer.isBuffer(batch.records[0].value)", True),
        ("Buffer.isBuffer(new Uint8Array(1))", False),
        (
            "(() => { const b = Buffer.alloc(8); b.writeInt32BE(-5, 0); b.writeUInt16LE(513, 4); return b; })()",
            "hex:fffffffb01020000",
        ),
        ("Buffer.from('fffffffb', 'hex').readInt32BE()", -5),
        ("Buffer.from('0102', 'hex').readUint16BE(0)", 258),
        ("Buffer.from('000000000000000a', 'hex').readBigUInt64BE(0)", "10n"),
        ("(() => { const b = Buffer.alloc(4); return [b.write('héllo', 1), b]; })()", [3, "hex:0068c3a9"]),
        (
            "((to) => [Buffer.from('abcdef').copy(to, 1, 2), to.toString('latin1')])(Buffer.alloc(4))",
            [3, "\0cde"],
        ),
        ("batch.records[0].value.text()", "sample"),
        ("batch.records[0].value.json()", "sample"),
        ("String(batch.records[0].value)", '"sample"'),
        ("JSON.parse(batch.records[0].value)", "sample"),
        ("new TextDecoder().decode(new TextEncoder().encode('grün'))", "grün"),
        ("new TextDecoder().decode(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))", "a"),
        ("Array.from(new TextEncoder().encode('€'))", [226, 130, 172]),
        (
            "(() => { try { new TextDecoder('utf-8', {fatal: true}).decode(Uint8Array.of(255)); }"
            " catch (e) { return e.name; } })()",
            "TypeError",
        ),
        ("atob(btoa('hi'))", "hi"),
    ],
)
def test_buffer_and_text(engine: LocalEngine, expression: str, wanted: object) -> None:
    text = expression in {
        "batch.records[0].value.json()",
        "String(batch.records[0].value)",
        "JSON.parse(batch.records[0].value)",
    }
    assert shown(engine, expression, batch('"sample"' if text else "sample")) == wanted


# ---- logs


def test_console_lines_have_level_and_text(engine: LocalEngine) -> None:
    script = """console.debug('d'); engine.processRecord((b, logger) => {
        console.log('text', 1, 2n, null, undefined, true, [1, 'a'], {a: {b: 'c'}}, new Map([[1, {}]]), new Set(['x']));
        console.warn('%s is %d of %j', 'it', 5, {a: 1}); console.error(new RangeError('bad')); logger.info('given');
        console.log(b.records[0].value); const ring = {}; ring.ring = ring; console.log(ring); console.log(() => 1);
        return new Map(); });"""
    lines = [(line.level, line.text) for line in run(engine, script).logs]
    assert lines[0] == (
        "info",
        'text 1 2n null undefined true [ 1, "a" ] { a: { b: "c" } } Map(1) { 1 => {} } Set(1) { "x" }',
    )
    assert lines[1] == ("warn", 'it is 5 of {"a":1}')
    assert lines[2][0] == "error"
    assert lines[2][1].startswith("RangeError: bad\n    at <anonymous> (script.js:3:")
    assert lines[3] == ("info", "given")
    assert lines[4] == ("info", "<Buffer 73 61 6d 70 6c 65>")
    assert lines[5] == ("info", "{ ring: [Circular] }")
    assert lines[6] == ("info", "[Function: (anonymous)]")


def test_logs_are_per_chunk_and_bounded(engine: LocalEngine) -> None:
    script = """engine.processRecord((b) => {
        for (let i = 0; i < 50; i++) console.log('line', i, 'ü'.repeat(100));
        return new Map();
    })"""
    limits = GuestLimits(log_lines_max=30, log_bytes_max=2_000, log_line_bytes_max=101)
    with loaded(engine, script, limits=limits) as guest:
        for _ in range(2):
            result = guest.run("t", 0, [batch("x")])
            assert sum(len(line.text.encode()) for line in result.logs) <= 2_000 + 30 * 8
            assert len(result.logs) + result.log_lines_dropped == 50
            assert all(len(line.text.encode()) <= 101 and "\ufffd" not in line.text for line in result.logs)


def test_logs_of_a_script_that_was_stopped_are_kept(engine: LocalEngine) -> None:
    script = "engine.processRecord((b) => { console.log('before'); for (;;); })"
    error = failure(engine, script, batch("x", base_offset=9), limits=GuestLimits(chunk_deadline_ms=100))
    assert (error.kind, [line.text for line in error.logs], error.base_offset) == ("deadline", ["before"], 9)


# ---- time and chance


def test_time_is_the_batchs_and_timers_move_it(engine: LocalEngine) -> None:
    script = """engine.processRecord(async (b) => {
        const start = Date.now(); const order = [];
        setTimeout(() => order.push('late'), 5000);
        clearTimeout(setTimeout(() => order.push('never'), 10));
        setImmediate(() => order.push('soon'));
        queueMicrotask(() => order.push('micro'));
        process.nextTick(() => order.push('tick'));
        let ticks = 0; const each = setInterval(() => { if (++ticks === 3) clearInterval(each); }, 100);
        await new Promise((done) => setTimeout(done, 86_400_000));
        console.log(start, Date.now() - start, order.join(), ticks, new Date(start).toISOString());
        return new Map();
    });"""
    result = run(engine, script, batch("x"))
    assert result.logs[0].text == f"{TIMESTAMP_MS} 86400000 micro,tick,soon,late 3 2023-11-14T22:13:20.000Z"


def test_the_same_chunk_gives_the_same_output_in_a_fresh_instance(engine: LocalEngine) -> None:
    script = """engine.processRecord((b) => new Map([['out', {...b,
        records: b.records.map((r) => ({...r, value: `${Math.random()} ${Date.now()}`}))}]]));"""
    chunk = [batch("a", "b", base_offset=5), batch("c", base_offset=7)]
    first = values_of(run(engine, script, *chunk), "out")
    assert values_of(run(engine, script, *chunk), "out") == first
    # Cut into chunks in another way, the batch at offset 7 sees the same numbers.
    assert values_of(run(engine, script, chunk[1]), "out") == first[2:]
    assert len({*first, *values_of(run(engine, script, *chunk, partition=1), "out")}) == 6
    assert len({*first, *values_of(run(engine, script, *chunk, topic="other"), "out")}) == 6


def test_a_promise_that_never_settles_is_named(engine: LocalEngine) -> None:
    error = failure(engine, "engine.processRecord(() => new Promise(() => {}))")
    assert (error.kind, error.instance_lost) == ("pending", False)
    assert "waits for something that never happens" in error.message


@pytest.mark.parametrize("thrower", ["throw new Error('late')", "return Promise.reject(new Error('late'))"])
def test_rejections_are_errors_of_the_script(engine: LocalEngine, thrower: str) -> None:
    error = failure(engine, f"engine.processRecord(async () => {{\n  await null;\n  {thrower};\n}})")
    assert (error.kind, error.message) == ("thrown", "Error: late")
    assert error.where is not None
    assert error.where.startswith("script.js:3:")
