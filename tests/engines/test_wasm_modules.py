"""`.wasm` scripts: what they may import, what they may answer, how they are stopped."""

from __future__ import annotations

import json
import struct
import subprocess

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headrace.records.batch import parse_header
from headrace.transforms.engines.api import GuestError, GuestLimits
from headrace.transforms.engines.local import LocalEngine
from headrace_testing.requirements import require_all
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
from headrace_testing.wasm_modules import (
    FINE,
    answering,
    data,
    error,
    frame,
    module,
    output,
    raw_batch,
    raw_record,
    running,
    varint,
)

EMPTY = "(i64.const 0)"
ONE = raw_batch([raw_record()])
MEMORY = '(memory (export "memory") 1)'
WASI = '(import "wasi_snapshot_preview1"'
#: Traps unless both are the same.
SAME = "(func $same (param i32 i32) (if (i32.ne (local.get 0) (local.get 1)) (then unreachable)))"

# ---- the examples of the SDK

EXAMPLES = ["sdk/c/examples/drop_field.wasm", "sdk/rust/examples/drop_field.wasm"]


@pytest.mark.parametrize("path", EXAMPLES)
@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ('{"ssn":"1","a":2}', '{"a":2}'),
        ('{"a":2,"ssn":"1"}', '{"a":2}'),
        ('{"a":1, "ssn" : {"x":[1,"}",{"y":"\\"]"}]} , "b":"c"}', '{"a":1, "b":"c"}'),
        ('{"ssn":1}', "{}"),
        ('{"a":{"ssn":1}}', '{"a":{"ssn":1}}'),
        (' {"a":"ssn","b":["ssn"]} ', ' {"a":"ssn","b":["ssn"]} '),
        ('{"a":"\\\\","ssn":null,"c":"ü€😀"}', '{"a":"\\\\","c":"ü€😀"}'),
        ("{}", "{}"),
        ("", ""),
    ],
)
def test_the_examples_drop_the_field_and_nothing_else(engine: LocalEngine, path: str, given: str, wanted: str) -> None:
    content = (ROOT / path).read_bytes()
    result = run(engine, content, batch(record(given, "key", [("h", b"v"), ("n", None)])))
    (made,) = records_of(result, None)
    assert (made.value or b"").decode() == wanted
    assert (made.key, made.headers, made.timestamp_ms) == (b"key", (("h", b"v"), ("n", None)), TIMESTAMP_MS)


@pytest.mark.parametrize("path", EXAMPLES)
def test_the_examples_agree_with_python_on_many_records(engine: LocalEngine, path: str) -> None:
    content = (ROOT / path).read_bytes()
    documents = [
        {"id": i, "name": "n" * (i % 90), **({"ssn": i} if i % 3 else {}), "tags": list(range(i % 7)), "last": None}
        for i in range(3_000)
    ]
    given = [batch(*(json.dumps(d) for d in documents[at : at + 100]), base_offset=at) for at in range(0, 3_000, 100)]
    made = [json.loads(value or b"") for value in values_of(run(engine, content, *given), None)]
    assert made == [{key: value for key, value in d.items() if key != "ssn"} for d in documents]


@pytest.mark.parametrize("path", EXAMPLES)
def test_the_examples_report_what_is_no_json_and_go_on(engine: LocalEngine, path: str) -> None:
    with loaded(engine, (ROOT / path).read_bytes()) as guest:
        with pytest.raises(GuestError, match="the value is not a JSON object") as caught:
            guest.run("t", 0, [batch('{"a":1}', "plain text")])
        assert (caught.value.kind, caught.value.instance_lost) == ("thrown", False)
        result = guest.run("t", 0, [batch(record(None, "tombstone"), '{"ssn":1}')])
        assert values_of(result, None) == [None, b"{}"]


def test_the_rust_sdk_compiles_with_todays_rust() -> None:
    """The committed example is built with an old Rust; warnings of a new one would be news."""
    import shutil

    cargo = shutil.which("cargo")
    if cargo is None:
        pytest.fail("needs cargo") if require_all() else pytest.skip("needs cargo")
    environment = {"CARGO_TARGET_DIR": str(ROOT / ".cache" / "cargo"), "RUSTFLAGS": "-D warnings"}
    import os

    done = subprocess.run(
        [cargo, "check", "--examples", "--offline"], cwd=ROOT / "sdk" / "rust", env=os.environ | environment,
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    (ROOT / "sdk" / "rust" / "Cargo.lock").unlink(missing_ok=True)
    assert done.returncode == 0, done.stderr


# ---- loading


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\0asm\1\0\0\0", "exports no memory called 'memory'"),
        (b"\0asm garbage", "unknown binary version"),
        (b"\0asm\1\0\0\0\1\2\3", ""),
        (module('(memory (export "memory") 1)'), "does not export the functions hr_alloc and hr_transform"),
        (module('(memory (export "memory") 1) (func (export "_start"))'), "looks like a command with _start"),
        (module('(func (export "hr_alloc"))'), "exports no memory called 'memory'"),
        (module(f'{MEMORY} (func (export "hr_alloc") (result i32) (i32.const 0))'), "(i32) -> (i32)"),
        (running("(i32.const 0)", transform="(result i32)"), "'hr_transform' is not a function (i32, i32) -> (i64)"),
        (running(EMPTY, extra='(global (export "hr_status") i32 (i32.const 0))'), "'hr_status' is not a function"),
        (running(EMPTY, extra='(import "env" "abort" (func))'), "imports 'env.abort', which is not offered"),
        (running(EMPTY, extra=f'{WASI} "sock_accept" (func (param i32 i32 i32) (result i32)))'), "sock_accept"),
        (running(EMPTY, extra=f'{WASI} "fd_write" (func (param i32) (result i32)))'), "with another signature"),
        (running(EMPTY, extra='(import "headrace" "log" (func (param i32 i32)))'), "with another signature"),
        (running(EMPTY, extra='(import "headrace" "log" (global i32))'), "'headrace.log', which is not offered"),
        (running(EMPTY, memory='(import "env" "memory" (memory 1))'), "imports 'env.memory'"),
        (running(EMPTY, memory='(memory (export "memory") 2000)'), "memory"),
        (running(EMPTY, extra="(memory 1)"), "memor"),
        (running(EMPTY, memory='(memory (export "memory") i64 1)'), "memory64"),
        (running(EMPTY, extra="(func $s unreachable) (start $s)"), "unreachable"),
        (running(EMPTY, extra='(func (export "_initialize") unreachable)'), "unreachable"),
    ],
)  # fmt: skip
def test_modules_that_cannot_run_are_refused_when_loaded(engine: LocalEngine, content: bytes, message: str) -> None:
    error = failure(engine, content)
    assert error.kind in {"load", "memory", "trap"}
    assert error.instance_lost
    assert message in error.message
    assert "\n" not in error.message


@pytest.mark.parametrize("extra", ["(func $s (loop (br 0))) (start $s)", '(func (export "_initialize") (loop (br 0)))'])
def test_loading_has_a_deadline(engine: LocalEngine, extra: str) -> None:
    error = failure(engine, running(EMPTY, extra=extra), limits=GuestLimits(load_deadline_ms=100))
    assert (error.kind, error.message) == ("deadline", "loading took longer than 100 ms")


def test_text_is_not_taken_for_a_module(engine: LocalEngine) -> None:
    """wasmtime itself would read WebAssembly text."""
    script = source(b"(module)")
    with pytest.raises(GuestError) as caught:
        engine.load(type(script)(script.name, script.digest, script.content, "wasm"), GuestLimits())
    assert "does not begin with \\0asm" in caught.value.message


# ---- answers


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (b"", "no frame of ABI version 1"),
        (frame(version=2), "no frame of ABI version 1"),
        (frame()[:6], "no frame"),
        (frame() + b"\1\0\0", "ends inside a section"),
        (frame() + struct.pack("<II", 1, 500), "longer than the frame"),
        (frame() + struct.pack("<II", 1, 0xFFFFFFFF), "longer than the frame"),
        (frame((1, b"")), "frame is malformed"),
        (frame((1, struct.pack("<I", 40) + b"short")), "frame is malformed"),
        (frame((9, b"x")), "frame is malformed"),
        (frame((3, b"{}")), "frame is malformed"),
        (frame(output("a", ONE), (2, b"xxxxxxxxxxxx")), "error section after output"),
        (frame(output("a", ONE), output("a", ONE)), "same key"),
        (frame(output(None, ONE), output(None, ONE)), "same key"),
        (frame(output(b"\xff\xfe", ONE)), "output key is not UTF-8"),
        (frame(output("a/b", ONE)), "output key"),
        (frame(output("..", ONE)), "output key"),
        (frame(*(output(f"k{i}", ONE) for i in range(65))), "too many output keys"),
        (frame(output("a", ONE[:50])), "a batch is malformed (output 0, batch 0)"),
        (frame(output("a", ONE, ONE[:-1])), "a batch is malformed (output 0, batch 1)"),
        (frame(output("a", ONE + b"x")), "a batch is malformed (output 0, batch 1)"),
        (frame(output("a", raw_batch([raw_record()], length=2**31 - 1))), "a batch is malformed"),
        (frame(output("a", raw_batch([raw_record()], length=-1))), "a batch is malformed"),
        (frame(output("a", raw_batch([raw_record()], length=10))), "a batch is malformed"),
        (frame(output("a", raw_batch([raw_record()], magic=1))), "a batch is malformed"),
        (frame(output("a", raw_batch([raw_record()], attributes=2))), "compressed"),
        (frame(output("a", raw_batch([raw_record()], attributes=0x20))), "control batch"),
        (frame(output("a", raw_batch([raw_record()], count=2))), "record count"),
        (frame(output("a", raw_batch([raw_record()], count=0))), "record count"),
        (frame(output("a", raw_batch([raw_record()], count=-1))), "a batch is malformed"),
        (frame(output("a", raw_batch([raw_record(), raw_record(length=500)]))), "(output 0, batch 0, record 0)"),
        (frame(output("a", raw_batch([raw_record(length=0)]))), "a record is malformed"),
        (frame(output("a", raw_batch([raw_record(length=-5)]))), "a record is malformed"),
        (frame(output("a", raw_batch([raw_record(length=2)]))), "a record is malformed"),
        (frame(output("a", raw_batch([raw_record(headers=b"")]))), "a record is malformed"),
        (frame(output("a", raw_batch([raw_record(headers=varint(2) + b"\2k\2v")]))), "a record is malformed"),
        (frame(output("a", raw_batch([raw_record(headers=varint(1) + varint(-1) + b"\0")]))), "a record is malformed"),
        (frame(output("a", raw_batch([raw_record(headers=varint(1) + b"\2\xff\2v")]))), "a header key is not UTF-8"),
        (frame(output("a", raw_batch([raw_record(headers=varint(1) + b"\2k\2v" + b"more")]))), "a record is malformed"),
        (frame(output("a", raw_batch([raw_record(headers=varint(-1))]))), "a record is malformed"),
        (frame(output("a", raw_batch([raw_record(headers=varint(2**40))]))), "a record is malformed"),
        (frame(output("a", raw_batch([b"\x10\0\0\0" + b"\xff" * 9 + b"\x7f" + b"\0\0"]))), "a record is malformed"),
        (frame(output("a", raw_batch([b"\x12\0\x80\0\0\1\2v\0\0\0"[:10]]))), "malformed"),
        (frame(output("a", raw_batch([raw_record(timestamp_delta=-(2**62))]))), "timestamp is out of range"),
        (frame(output("a", raw_batch([raw_record(timestamp_delta=2**62)], base_timestamp=2**62))), "timestamp"),
        (frame(output("a", raw_batch([raw_record()], base_timestamp=-2))), "timestamp is out of range"),
    ],
)  # fmt: skip
def test_forged_answers_are_refused_and_the_instance_goes_on(engine: LocalEngine, answer: bytes, message: str) -> None:
    with loaded(engine, answering(answer)) as guest:
        for _ in range(2):
            with pytest.raises(GuestError) as caught:
                guest.run("t", 0, [batch("x")])
            assert (caught.value.kind, caught.value.instance_lost) == ("output", False)
            assert message in caught.value.message


@pytest.mark.parametrize(
    ("address", "length"), [(0xFFFFFFFF, 8), (0xFFFFFFF0, 0xFFFFFFFF), (0, 0xFFFFFFFF), (262_140, 8)]
)
def test_answers_outside_of_memory_are_refused(engine: LocalEngine, address: int, length: int) -> None:
    error = failure(engine, answering(frame(), address=address, length=length))
    assert (error.kind, error.message) == ("output", "the answer lies outside the module's memory")


def test_a_sound_answer_is_made_anew(engine: LocalEngine) -> None:
    """Offsets, counts, sizes, maxima, producer fields and attributes that a guest wrote are not believed."""
    records = [
        raw_record(attributes=77, offset_delta=500, timestamp_delta=9, key=b"k", headers=varint(1) + b"\2h\1"),
        raw_record(offset_delta=-3, timestamp_delta=0, value=None),
    ]
    forged = raw_batch(records, attributes=0x18)
    result = run(engine, answering(frame(output("out", forged, raw_batch([raw_record(value=b"third")])))))
    header = parse_header(result.outputs["out"])
    assert (header.base_offset, header.leader_epoch, header.attributes, header.record_count) == (0, -1, 0, 3)
    assert (header.producer_id, header.producer_epoch, header.base_sequence, header.crc) == (-1, -1, -1, 0)
    assert header.max_timestamp_ms == TIMESTAMP_MS + 9
    made = records_of(result, "out")
    assert [(r.offset, r.key, r.value, r.headers) for r in made] == [
        (0, b"k", b"v", (("h", None),)),
        (1, None, None, ()),
        (2, None, b"third", ()),
    ]
    assert [r.timestamp_ms - TIMESTAMP_MS for r in made] == [9, 0, 0]


def test_batches_far_apart_in_time_are_merged_rightly(engine: LocalEngine) -> None:
    stamps = [TIMESTAMP_MS, 0, -1, 2**62, 5]
    batches = [raw_batch([raw_record(timestamp_delta=stamp - 100)], base_timestamp=100) for stamp in stamps]
    assert [r.timestamp_ms for r in records_of(run(engine, answering(frame(output(None, *batches)))), None)] == stamps


def test_empty_answers(engine: LocalEngine) -> None:
    assert run(engine, answering(frame())).outputs == {}
    assert run(engine, answering(frame(output("a")))).outputs == {}
    assert run(engine, answering(frame(output("a", raw_batch([]))))).outputs == {}


def test_too_much_output_is_refused_before_it_is_copied(engine: LocalEngine) -> None:
    limits = GuestLimits(output_bytes_max=100_000)
    big = frame(output("a", *[raw_batch([raw_record(value=b"x" * 990)])] * 120))
    error = failure(engine, answering(big), limits=limits)
    assert (error.kind, error.message) == ("output", "too many bytes")
    claimed = failure(engine, answering(frame(), pages=64, length=3_000_000), limits=limits)
    assert "3000000 bytes of output for one chunk, 100000 are allowed" in claimed.message


@pytest.mark.parametrize(
    ("kind", "name", "lost"), [(1, "thrown", False), (2, "pending", False), (3, "memory", True), (4, "output", False)]
)
def test_errors_that_a_guest_reports(engine: LocalEngine, kind: int, name: str, lost: bool) -> None:
    reported = failure(engine, answering(frame(error(kind, "no such färm", "at a\nat b"))))
    assert (reported.kind, reported.message, reported.stack, reported.instance_lost) == (
        name,
        "no such färm",
        "at a\nat b",
        lost,
    )


@pytest.mark.parametrize("payload", [b"", b"\1\0\0\0", struct.pack("<II", 99, 0), struct.pack("<II", 1, 50) + b"short"])
def test_malformed_error_reports(engine: LocalEngine, payload: bytes) -> None:
    assert failure(engine, answering(frame((2, payload)))).kind == "output"


def test_error_texts_are_cut(engine: LocalEngine) -> None:
    reported = failure(engine, answering(frame(error(1, "m" * 100_000, "s" * 100_000))))
    assert len(reported.message) == len(reported.stack) == 8 * 1024


SOUND = frame(
    output(
        "first", raw_batch([raw_record(key=b"k", headers=varint(1) + b"\2h\2v"), raw_record(timestamp_delta=3)]), ONE
    ),
    output(None, raw_batch([raw_record(value=None)])),
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.integers(0, len(SOUND) - 1), st.binary(max_size=6), st.integers(0, 4)), min_size=1, max_size=4
    )
)
def test_a_damaged_answer_is_refused_or_still_sound(engine: LocalEngine, damage: list[tuple[int, bytes, int]]) -> None:
    answer = SOUND
    for at, junk, removed in damage:
        answer = answer[:at] + junk + answer[at + removed :]
    with loaded(engine, answering(answer, pages=8)) as guest:
        try:
            result = guest.run("t", 0, [batch("x")])
        except GuestError as refused:
            assert not refused.instance_lost or refused.kind == "memory"  # noqa: PT017
            return
        for key in result.outputs:
            records_of(result, key)


# ---- running


@pytest.mark.parametrize(
    ("code", "kind", "message"),
    [
        ("unreachable", "trap", "aborted (executed `unreachable`)"),
        ("(loop (br 0)) unreachable", "deadline", "the chunk took longer than 150 ms"),
        ("(call $deep) unreachable", "stack", "call stack exhausted"),
        ("(i64.load (i32.const -8))", "trap", "memory access out of bounds"),
        ("(i64.div_u (i64.const 1) (i64.const 0))", "trap", "integer division by zero"),
        ("(call_indirect (result i64) (i32.const 0))", "trap", "null function pointer"),
        ("(call_indirect (result i64) (i32.const 99))", "trap", "table access out of bounds"),
        ("(i64.trunc_f64_s (f64.const nan))", "trap", "conversion"),
        ("(call $exit (i32.const 3)) unreachable", "trap", "the module ended itself with exit code 3"),
    ],
)  # fmt: skip
def test_traps_end_the_instance_with_their_name(engine: LocalEngine, code: str, kind: str, message: str) -> None:
    extra = f'{WASI} "proc_exit" (func $exit (param i32))) (func $deep (call $deep) (call $deep)) (table 4 funcref)'
    error = failure(engine, running(code, extra=extra), limits=GuestLimits(chunk_deadline_ms=150))
    assert (error.kind, error.instance_lost) == (kind, True)
    assert message in error.message


def test_memory_grows_to_the_limit_and_no_further(engine: LocalEngine) -> None:
    code = f"""(loop $more (br_if $more (i32.ne (memory.grow (i32.const 1)) (i32.const -1))))
        (if (i32.ne (memory.size) (i32.const 32)) (then unreachable)) {FINE}"""
    assert run(engine, running(code), limits=GuestLimits(memory_bytes_max=32 * 65_536)).outputs == {}


def test_an_address_for_the_input_is_not_believed(engine: LocalEngine) -> None:
    for address in (0, 0x7FFFFFFF, -1):
        content = module(f"""(memory (export "memory") 2)
            (func (export "hr_alloc") (param i32) (result i32) (i32.const {address}))
            (func (export "hr_transform") (param i32 i32) (result i64) (i64.const 0))""")
        error = failure(engine, content)
        assert error.kind in {"memory", "trap"}
        assert "room" in error.message or "outside" in error.message


def test_the_input_frame_is_as_the_abi_says(engine: LocalEngine) -> None:
    """The guest logs its whole input."""
    code = f"(call $log (i32.const 2) (local.get 0) (local.get 1)) {FINE}"
    extra = '(import "headrace" "log" (func $log (param i32 i32 i32)))'
    given = batch("x", base_offset=3)
    limits = GuestLimits(log_line_bytes_max=1 << 20, log_bytes_max=1 << 20)
    with loaded(engine, running(code, extra=extra), limits=limits) as guest:
        (line,) = guest.run("topïc", 7, [given, given]).logs
    head = struct.pack("<IiII", 1, 7, 6, 0) + "topïc".encode() + b"\0\0"
    assert (line.level, line.text) == ("warn", (head + given + given).decode(errors="replace"))


# ---- the world around a module


def test_logs_and_standard_output(engine: LocalEngine) -> None:
    vectors = struct.pack("<IIII", 100, 4, 104, 4)
    extra = f"""{WASI} "fd_write" (func $write (param i32 i32 i32 i32) (result i32))) {SAME}
        {data(100, b"one" + bytes([10]) + b"two" + bytes([10]))} {data(200, vectors)}"""
    code = f"""(if (call $write (i32.const 1) (i32.const 200) (i32.const 2) (i32.const 300)) (then unreachable))
        (if (i32.ne (i32.load (i32.const 300)) (i32.const 8)) (then unreachable))
        (if (call $write (i32.const 2) (i32.const 200) (i32.const 1) (i32.const 300)) (then unreachable))
        (call $same (call $write (i32.const 5) (i32.const 200) (i32.const 1) (i32.const 300)) (i32.const 8))
        (call $same (call $write (i32.const 1) (i32.const -16) (i32.const 2) (i32.const 300)) (i32.const 21))
        (call $same (call $write (i32.const 1) (i32.const 200) (i32.const 1) (i32.const -1)) (i32.const 21))
        {FINE}"""
    result = run(engine, running(code, extra=extra))
    assert [(line.level, line.text) for line in result.logs[:3]] == [("info", "one"), ("info", "two"), ("error", "one")]


def test_a_log_flood_is_counted_and_stopped(engine: LocalEngine) -> None:
    extra = '(import "headrace" "log" (func $log (param i32 i32 i32)))'
    code = "(loop (call $log (i32.const 1) (i32.const 0) (i32.const 60000)) (br 0)) unreachable"
    error = failure(engine, running(code, extra=extra), limits=GuestLimits(chunk_deadline_ms=200, log_lines_max=10))
    assert error.kind == "deadline"
    assert len(error.logs) == 10
    assert error.log_lines_dropped > 10


def test_clock_random_and_environment_are_given_and_repeatable(engine: LocalEngine) -> None:
    extra = f"""{WASI} "clock_time_get" (func $clock (param i32 i64 i32) (result i32)))
        {WASI} "random_get" (func $random (param i32 i32) (result i32)))
        {WASI} "environ_sizes_get" (func $sizes (param i32 i32) (result i32)))
        {WASI} "environ_get" (func $environ (param i32 i32) (result i32)))
        {WASI} "path_open" (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
        (import "headrace" "log" (func $log (param i32 i32 i32))) {SAME}"""
    zeros = " ".join(["(i32.const 0)"] * 5)
    code = f"""(drop (call $clock (i32.const 0) (i64.const 1) (i32.const 1000)))
        (drop (call $clock (i32.const 1) (i64.const 1) (i32.const 1008)))
        (drop (call $clock (i32.const 1) (i64.const 1) (i32.const 1016)))
        (drop (call $random (i32.const 1024) (i32.const 8)))
        (drop (call $sizes (i32.const 1032) (i32.const 1036)))
        (drop (call $environ (i32.const 1040) (i32.const 1048)))
        (call $same (call $open {zeros} (i64.const 0) (i64.const 0) (i32.const 0) (i32.const 0)) (i32.const 8))
        (call $log (i32.const 1) (i32.const 1000) (i32.const 200))
        (call $log (i32.const 1) (i32.const 1048) (i32.const 8)) {FINE}"""
    limits = GuestLimits(log_line_bytes_max=200)
    seen = []
    for partition, offset in [(0, 5), (0, 5), (1, 5), (0, 6)]:
        with loaded(engine, running(code, extra=extra), limits=limits, env={"CITY": "Bo"}) as guest:
            lines = guest.run("t", partition, [batch("x", base_offset=offset)]).logs
        seen.append(lines[0].text)
        assert lines[1].text == "CITY=Bo\0"
    assert seen[0] == seen[1]
    assert len(set(seen)) == 3


def test_state_lives_as_long_as_the_instance(engine: LocalEngine) -> None:
    extra = '(import "headrace" "log" (func $log (param i32 i32 i32)))'
    code = f"""(i32.store8 (i32.const 500) (i32.add (i32.load8_u (i32.const 500)) (i32.const 1)))
        (call $log (i32.const 1) (i32.const 500) (i32.const 1)) {FINE}"""
    with loaded(engine, running(code, extra=extra)) as guest:
        assert [guest.run("t", 0, [batch("x")]).logs[0].text for _ in range(3)] == ["\1", "\2", "\3"]


def test_a_status_area_of_nonsense_is_read_as_empty(engine: LocalEngine) -> None:
    for address in (0xFFFFFFF0, 262_140, 100):
        extra = (
            f'(func (export "hr_status") (result i32) (i32.const {address - 2**32 if address >= 2**31 else address}))'
        )
        junk = struct.pack("<qIIII", -7, 0xFFFFFFFF, 3, 0xFFFFFF00, 0)
        content = answering(frame(), extra=f"{extra} {data(100, junk)}")
        result = run(engine, content)
        assert result.logs == ()
