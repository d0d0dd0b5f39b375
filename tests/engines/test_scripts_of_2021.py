"""Scripts written for the API of 2021 run unchanged: as one file, and as every common bundler packs them."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from headrace.transforms.engines.api import Subscription
from headrace.transforms.engines.local import LocalEngine
from headrace_testing.requirements import need
from headrace_testing.scripts import batch, loaded, record, records_of, run, source, values_of

BUNDLES = Path(__file__).parent / "bundles"
MADE = sorted((BUNDLES / "made").iterdir())


def check_upper_caser(engine: LocalEngine, path: Path) -> None:
    with loaded(engine, source(path.read_bytes(), file_name=path.name)) as guest:
        assert guest.info.subscriptions == (Subscription("test-topic", "stored"),)
        assert guest.info.error_policy == "skip"
        given = [batch(record("hello", "k", [("h", b"v")]), record(None, "gone"), base_offset=5), batch("World 9")]
        result = guest.run("test-topic", 0, given)
    assert list(result.outputs) == ["result"]
    made = records_of(result, "result")
    assert [(r.key, r.value) for r in made] == [(b"k", b"HELLO"), (b"gone", None), (None, b"WORLD 9")]
    assert made[0].headers == (("h", b"v"),)


@pytest.mark.parametrize("path", [BUNDLES / "unbundled.js", *MADE], ids=lambda path: path.name)
def test_bundles_made_before(engine: LocalEngine, path: Path) -> None:
    check_upper_caser(engine, path)


@pytest.mark.parametrize("api", ["inside", "external"])
def test_bundled_today_with_the_real_package(engine: LocalEngine, tmp_path: Path, api: str) -> None:
    packages = need("javascript-bundlers")
    node = need("node")
    subprocess.run([node, BUNDLES / "bundle.mjs", tmp_path, api], cwd=packages, check=True, timeout=120)
    made = sorted(tmp_path.glob("*.*js"))
    assert len(made) == 7
    for path in made:
        check_upper_caser(engine, path)
        assert ("processRecord isn't implemented" in path.read_text()) == (api == "inside")


HELPERS = """
const {createRecordBatch, copyRecordBatch, calculateRecordLength, calculateRecordBatchSize} = API;
const record = {attributes: 0, timestampDelta: 300n, offsetDelta: 1, keyLength: 3, key: Buffer.from('key'), valueLen: 5,
  value: Buffer.from('value'), headers: [{headerKeyLength: 1, headerKey: Buffer.from('h'), headerValueLength: 2, value: Buffer.from('vv')}]};
const plain = (key, value) => typeof value === 'bigint' ? value + 'n' : typeof value === 'function' ? 'function' : value;
const sample = createRecordBatch({header: {recordCount: 1}, records: [{value: Buffer.from('x')}, record]});
const copy = copyRecordBatch(sample);
copy.records[0].value[0] = 90;
const told = JSON.stringify({sample, copy, length: calculateRecordLength(record), empty: createRecordBatch(),
  size: calculateRecordBatchSize([{length: 5}, {length: 500}]), mapped: sample.map((b) => b.records.length)}, plain);
"""  # noqa: E501


def test_helper_functions_agree_with_the_real_package(engine: LocalEngine) -> None:
    packages = need("javascript-bundlers")
    program = HELPERS.replace("API", 'require("@redpanda-data/wasm-api")') + "console.log(told);"
    done = subprocess.run([need("node"), "-e", program], cwd=packages, check=True, capture_output=True, text=True)
    ours = HELPERS.replace("API", 'require("headrace")')
    script = f"{ours} engine.processRecord(() => {{ console.log(told); return new Map(); }});"
    assert json.loads(run(engine, script).logs[0].text) == json.loads(done.stdout)


def test_a_batch_from_the_helpers_is_output(engine: LocalEngine) -> None:
    script = """const {createRecordBatch, copyRecordBatch} = require("@vectorizedio/wasm-api");
        engine.processRecord((batch) => new Map([
            ["made", createRecordBatch({header: batch.header, records: [{value: Buffer.from("made"), valueLen: 4}]})],
            ["copied", copyRecordBatch(batch)],
        ]));"""
    result = run(engine, script, batch(record("x", "k", [("h", b"v")])))
    assert values_of(result, "made") == [b"made"]
    (copied,) = records_of(result, "copied")
    assert (copied.key, copied.value, copied.headers) == (b"k", b"x", (("h", b"v"),))
