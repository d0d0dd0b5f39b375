"""One chunk through one script: cutting, isolating, merging, stamping. Guests are plain Python."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrace.base.clock import ManualClock, SystemClock
from headrace.records.batch import check_batches, parse_header
from headrace.records.builder import build_batch
from headrace.records.reader import Record, read_records
from headrace.transforms.engines.api import GuestError, GuestLimits, ScriptSource
from headrace.transforms.engines.channel import RunAnswer, RunOrder
from headrace.transforms.engines.chunks import ChunkRefusedError, ScriptRunner, check_answer
from headrace.transforms.engines.stamp import read_stamp, stamp_fields
from headrace_testing.python_guest import SCRIPTS, PythonEngine, PythonGuest
from headrace_testing.raw_batches import make_batch, make_record

DIGEST = b"d" * 32


def runner(content: str, clock=None) -> ScriptRunner:  # type: ignore[no-untyped-def]
    source = ScriptSource("loud", DIGEST, content.encode(), "js")
    return ScriptRunner("loud", DIGEST, lambda: PythonEngine().load(source, GuestLimits()), clock or SystemClock())


def batch(base: int, *values: str, codec: str = "none") -> bytes:
    records = [Record(0, 1_000 + base + i, f"k{i}".encode(), v.encode(), (("h", b"1"),)) for i, v in enumerate(values)]
    return bytes(build_batch(records, base_offset=base, compression=codec))


def order(*batches: bytes, mode="halt", start: int | None = None, limit: int | None = None) -> RunOrder:  # type: ignore[no-untyped-def]
    begin = parse_header(batches[0]).base_offset if start is None else start
    return RunOrder(1, mode, begin, limit, "in", 3, b"".join(batches))


def values(answer: RunAnswer, key: str = "loud") -> list[str]:
    found = dict(answer.outputs)
    return [(r.value or b"").decode() for r in read_records(found[key])] if key in found else []


@given(st.integers(0, 2**63 - 1))
def test_a_stamp_comes_back_from_a_header(progress: int) -> None:
    producer_id, epoch, sequence = stamp_fields(progress)
    data = build_batch(
        [Record(0, 0, None, b"x")], producer_id=producer_id, producer_epoch=epoch, base_sequence=sequence
    )
    (header,) = check_batches(data)
    assert producer_id > 2**61
    assert read_stamp(header) == progress


@pytest.mark.parametrize(("producer_id", "epoch", "sequence"), [(-1, -1, -1), (5, 0, 7), (0x4852 << 48, 1, 0)])
def test_batches_of_others_carry_no_stamp(producer_id: int, epoch: int, sequence: int) -> None:
    data = build_batch(
        [Record(0, 0, None, b"x")], producer_id=producer_id, producer_epoch=epoch, base_sequence=sequence
    )
    assert read_stamp(parse_header(data)) is None


def test_output_is_one_sealed_batch_with_the_progress_in_its_header() -> None:
    answer = runner("upper").run(order(batch(10, "a", "b"), batch(12, "c")))
    assert answer.end_offset == 13
    assert (answer.records_in, answer.records_out, answer.records_skipped) == (3, 3, 0)
    ((key, data),) = answer.outputs
    (header,) = check_batches(data)
    assert key == "loud"
    assert read_stamp(header) == 13
    assert values(answer) == ["A", "B", "C"]
    assert check_answer(answer) is None


@pytest.mark.parametrize("codec", ["none", "gzip", "snappy", "lz4", "zstd"])
def test_compressed_input_is_unpacked(codec: str) -> None:
    assert values(runner("upper").run(order(batch(0, "a", "b", codec=codec)))) == ["A", "B"]


@given(start=st.integers(0, 9), length=st.integers(1, 10))
def test_only_records_between_start_and_limit_are_run(start: int, length: int) -> None:
    limit = min(10, start + length)
    batches = [batch(0, "0", "1", "2"), batch(3, "3", "4", "5", "6", codec="gzip"), batch(7, "7", "8", "9")]
    answer = runner("upper").run(order(*batches, start=start, limit=limit))
    assert values(answer) == [str(i) for i in range(start, limit)]
    assert answer.end_offset == limit


def test_holes_of_a_compacted_batch_keep_their_offsets_when_it_is_cut() -> None:
    def holes(*found: str) -> bytes:
        records = b"".join(make_record(delta, v.encode()) for delta, v in zip((0, 5, 9), found, strict=True))
        return make_batch(records=records, last_offset_delta=9, record_count=3, base_offset=0)

    answer = runner("upper").run(order(holes("a", "b", "c"), start=1))
    assert values(answer) == ["B", "C"]
    assert answer.end_offset == 10
    answer = runner("poison").run(order(holes("a", "poison", "c"), start=0))
    assert (values(answer), answer.end_offset) == (["A"], 5)


def test_a_script_that_drops_everything_still_moves_on() -> None:
    answer = runner("nothing").run(order(batch(0, "a")))
    assert (answer.end_offset, list(answer.outputs)) == (1, [])


def test_halt_stops_right_before_the_record_that_fails_and_keeps_what_came_before() -> None:
    answer = runner("poison").run(order(batch(0, "a", "b"), batch(2, "c", "poison", "d"), batch(5, "e")))
    assert values(answer) == ["A", "B", "C"]
    assert answer.end_offset == 3
    assert answer.halted is not None
    assert (answer.halted.offset, answer.halted.kind, answer.halted.where) == (3, "thrown", "main.js:3:7")
    again = runner("poison").run(order(batch(2, "c", "poison", "d"), start=3))
    assert (again.end_offset, again.outputs, again.halted and again.halted.offset) == (3, [], 3)


@pytest.mark.parametrize("bad", ["poison", "trap"])
def test_skip_passes_over_exactly_the_records_that_fail(bad: str) -> None:
    batches = [batch(0, "a", bad, "b"), batch(3, bad), batch(4, "c")]
    answer = runner("poison").run(order(*batches, mode="skip"))
    assert values(answer) == ["A", "B", "C"]
    assert answer.end_offset == 5
    assert (answer.records_in, answer.records_skipped) == (5, 2)
    assert [failure.offset for failure in answer.skipped] == [1, 3]


def test_dead_letters_carry_the_record_and_say_where_it_came_from() -> None:
    answer = runner("poison").run(order(batch(7, "a", "poison"), mode="dead-letter"))
    assert values(answer) == ["A"]
    (letter,) = read_records(dict(answer.outputs)["loud-dead-letter"])
    assert (letter.key, letter.value) == (b"k1", b"poison")
    told = dict(letter.headers)
    assert told["h"] == b"1"
    assert told["headrace-offset"] == b"8"
    assert told["headrace-topic"] == b"in"
    assert told["headrace-partition"] == b"3"
    assert told["headrace-script"] == b"loud"
    assert told["headrace-digest"] == DIGEST.hex().encode()
    assert b"Error: poison" in (told["headrace-error"] or b"")
    assert check_answer(answer) is None


@pytest.mark.parametrize("mode", ["halt", "skip", "dead-letter"])
def test_a_batch_that_cannot_be_decoded_is_a_failure_of_its_own(mode: str) -> None:
    broken = make_batch([b"x", b"y"], records=b"\x7fno records at all", compression="gzip", base_offset=2)
    answer = runner("upper").run(order(batch(0, "a", "b"), broken, batch(4, "c"), mode=mode))
    if mode == "halt":
        assert (values(answer), answer.end_offset) == (["A", "B"], 2)
        assert answer.halted is not None
        assert answer.halted.kind == "input"
    else:
        assert (values(answer), answer.end_offset, answer.records_skipped) == (["A", "B", "C"], 5, 2)
    if mode == "dead-letter":
        (letter,) = read_records(dict(answer.outputs)["loud-dead-letter"])
        assert letter.value == broken


def test_control_batches_are_passed_over() -> None:
    control = bytes(build_batch([Record(0, 0, b"\0\0\0\1", b"")], base_offset=1, attributes_extra=0x30))
    answer = runner("upper").run(order(batch(0, "a"), control, batch(2, "b"), start=0))
    assert (values(answer), answer.end_offset) == (["A", "B"], 3)
    assert runner("upper").run(order(control, start=1)).end_offset == 2


def test_much_compressed_input_is_taken_in_several_chunks() -> None:
    big = "x" * 900_000
    batches = [batch(i, big, codec="zstd") for i in range(5)]
    answer = runner("upper").run(order(*batches))
    assert answer.end_offset == 2
    assert runner("upper").run(order(*batches, start=2)).end_offset == 4


def test_isolation_gives_up_after_its_budget_and_goes_on_with_the_next_chunk() -> None:
    clock = ManualClock()

    def slow(records):  # type: ignore[no-untyped-def]
        clock.advance(6_000)
        raise GuestError("deadline", "too long", instance_lost=True)

    SCRIPTS["slow"] = slow
    answer = runner("slow", clock).run(order(batch(0, *"abcdef"), mode="skip"))
    assert 0 < answer.end_offset < 6
    assert answer.records_skipped == answer.end_offset


def test_isolation_that_gives_much_goes_on_with_the_next_chunk() -> None:
    def bloat(records):  # type: ignore[no-untyped-def]
        if len(records) > 1:
            raise GuestError("output", "too much", instance_lost=False)
        return {None: [Record(0, 1, None, b"x" * 10_000_000)]}

    SCRIPTS["bloat"] = bloat
    answer = runner("bloat").run(order(batch(0, *"abcdef")))
    assert (answer.end_offset, answer.records_out) == (2, 2)
    assert check_answer(answer) is None


def test_a_key_that_names_no_topic_is_the_scripts_failure() -> None:
    answer = runner("badkey").run(order(batch(0, "a")))
    assert answer.halted is not None
    assert answer.halted.kind == "output"


def test_a_lost_instance_that_cannot_be_loaded_again_refuses_the_chunk() -> None:
    loads = []

    def load() -> PythonGuest:
        if loads:
            raise GuestError("memory", "no room", instance_lost=True)
        loads.append(1)
        return PythonEngine().load(ScriptSource("loud", DIGEST, b"poison", "js"), GuestLimits())

    script = ScriptRunner("loud", DIGEST, load, SystemClock())
    with pytest.raises(ChunkRefusedError, match="no room"):
        script.run(order(batch(0, "a", "trap")))


def test_the_node_believes_nothing_about_the_answer() -> None:
    good = runner("upper").run(order(batch(0, "a")))
    ((_, data),) = good.outputs
    torn = bytes(data)[:-1]
    unstamped = build_batch([Record(0, 0, None, b"x")])
    compressed = build_batch([Record(0, 0, None, b"x")], compression="gzip")
    for wrong in (b"", torn, unstamped, compressed, bytes(data) * 2):
        assert check_answer(RunAnswer(good.end_offset, [("k", wrong)])) is not None
    assert check_answer(RunAnswer(good.end_offset + 1, [("k", data)])) is not None
    assert check_answer(RunAnswer(good.end_offset, [("k/", data)])) is not None
