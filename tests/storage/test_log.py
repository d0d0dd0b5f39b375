"""Appending, reading, time look-ups, epochs, retention, rolling: one log against a plain list of what was written."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headrace.base.clock import ManualClock
from headrace.base.errors import Rejected, Retriable
from headrace.records.batch import TIMESTAMP_TYPE_BIT, check_batches, parse_header, seal_crc, write_header
from headrace.records.builder import build_batch
from headrace.storage.log import Log
from headrace.storage.log_config import DAY_MS, LogConfig
from headrace_testing.disk import SimulatedDisk
from headrace_testing.log_writing import START_MS, append, append_values, open_log, read_all, record

DIRECTORY = Path("/logs/t-0")
SMALL = LogConfig(segment_bytes=4000, index_interval_bytes=500, retention_ms=-1)


def filled(seed: int, batches: int = 80, config: LogConfig = SMALL) -> tuple[Log, list[tuple[int, int, int]]]:
    """A log, and (base offset, next offset, largest timestamp) of each batch in it."""
    chance = random.Random(seed)
    log = open_log(DIRECTORY, config, files=SimulatedDisk())
    written = []
    for _ in range(batches):
        base = log.next_offset
        stamps = [START_MS + chance.randrange(100_000) for _ in range(chance.randrange(1, 5))]
        append(log, [record(chance.randbytes(chance.randrange(200)), timestamp_ms=stamp) for stamp in stamps])
        written.append((base, log.next_offset, max(stamps)))
    return log, written


@settings(max_examples=150, deadline=None)
@given(
    seed=st.integers(0, 50),
    start=st.floats(0, 1),
    span=st.floats(0, 1),
    max_bytes=st.one_of(st.integers(0, 3000), st.integers(0, 100_000)),
)
def test_a_read_gives_whole_batches_from_the_one_that_holds_the_offset(
    seed: int, start: float, span: float, max_bytes: int
) -> None:
    log, written = filled(seed)
    offset = int(start * log.next_offset)
    end_offset = offset + int(span * (log.next_offset - offset))
    for _ in range(2):  # the second time with remembered positions
        data = log.read(offset, max_bytes, end_offset)
        inside = [(base, end) for base, end, _ in written if end > offset and end <= end_offset]
        if not inside:
            assert data == b""
            continue
        headers = check_batches(data)
        assert [(h.base_offset, h.next_offset) for h in headers] == inside[: len(headers)]
        assert len(data) <= max_bytes or len(headers) == 1
    walked = [(h.base_offset, h.next_offset) for h in log.headers(offset, end_offset)]
    assert walked == [(base, end) for base, end, _ in written if end > offset and base < end_offset]


@pytest.mark.parametrize("max_bytes", [1, 700, 5000, 1 << 20])
def test_following_the_log_reads_every_record_once(max_bytes: int) -> None:
    log, written = filled(3)
    assert [r.offset for r in read_all(log, max_bytes)] == list(range(written[-1][1]))
    assert len(log.segments) > 3


def test_a_reader_at_the_end_sees_each_append_and_nothing_twice() -> None:
    log = open_log(DIRECTORY, SMALL, files=SimulatedDisk())
    for number in range(200):
        assert log.read(number, 1 << 20, log.next_offset) == b""
        append_values(log, [b"%d" % number])
        [header] = check_batches(log.read(number, 1 << 20, log.next_offset))
        assert header.base_offset == number
        assert log.read(number, 1 << 20, number) == b"", "not visible yet"


def test_offsets_outside_the_log_are_out_of_range() -> None:
    log, _ = filled(1)
    log.advance_log_start(10)
    for offset in (-1, 9, log.next_offset + 1):
        with pytest.raises(Rejected) as refusal:
            log.read(offset, 100, log.next_offset)
        assert refusal.value.kafka_code == 1
        assert "t-0" in refusal.value.message
    with pytest.raises(Rejected):
        log.advance_log_start(log.next_offset + 1)


def test_an_append_at_the_wrong_offset_is_a_programming_error() -> None:
    log, _ = filled(1)
    batch = build_batch([record(b"x")], base_offset=log.next_offset + 1)
    with pytest.raises(ValueError, match="the log ends at"):
        log.append(batch, check_batches(batch))


def test_the_last_header_is_found_in_a_full_an_empty_and_a_just_rolled_log() -> None:
    log = open_log(DIRECTORY, SMALL, files=(disk := SimulatedDisk()))
    assert log.last_header() is None
    append_values(log, [b"a", b"b"])
    log.roll()
    header = log.last_header()
    assert header is not None
    assert (header.base_offset, header.next_offset) == (0, 2)
    log.checkpoint()
    log.close()
    again = open_log(DIRECTORY, SMALL, files=disk).last_header()
    assert again == header


# -- time ----------------------------------------------------------------------------------------------------------


@settings(max_examples=100, deadline=None)
@given(seed=st.integers(0, 30), shift=st.integers(-1000, 101_000), part=st.floats(0, 1), start=st.floats(0, 1))
def test_look_up_by_time_names_the_exact_record(seed: int, shift: int, part: float, start: float) -> None:
    log, _ = filled(seed, batches=50)
    end_offset = int(part * log.next_offset)
    log.advance_log_start(int(start * end_offset))
    records = [r for r in read_all(log) if r.offset < end_offset]
    wanted = START_MS + shift
    expected = next(((r.offset, r.timestamp_ms, 0) for r in records if r.timestamp_ms >= wanted), None)
    assert log.offset_for_timestamp(wanted, end_offset) == expected
    latest = max(records, key=lambda r: r.timestamp_ms, default=None)
    assert log.max_timestamp(end_offset) == (latest and (latest.offset, latest.timestamp_ms, 0))


def test_under_log_append_time_every_record_has_the_time_of_its_batch() -> None:
    log = open_log(DIRECTORY, SMALL, files=SimulatedDisk())
    append(log, [record(b"a", timestamp_ms=START_MS), record(b"b", timestamp_ms=START_MS + 9)], attributes_extra=8)
    assert TIMESTAMP_TYPE_BIT == 8
    assert log.offset_for_timestamp(START_MS + 5, 2) == (0, START_MS + 9, 0)
    assert log.max_timestamp(2) == (0, START_MS + 9, 0)


def test_a_header_that_claims_a_time_no_record_has_is_believed_for_its_last_offset() -> None:
    """Clients write that header and nobody decodes their records on the way in."""
    log = open_log(DIRECTORY, SMALL, files=SimulatedDisk())
    batch = build_batch([record(b"a"), record(b"b")], base_offset=0, leader_epoch=4)
    header = parse_header(batch)
    header.max_timestamp_ms = START_MS + 77
    write_header(batch, 0, header)
    seal_crc(batch)
    log.append(batch, check_batches(batch))
    assert log.max_timestamp(2) == (1, START_MS + 77, 4)
    assert log.offset_for_timestamp(START_MS + 1, 2) is None


def test_records_without_a_timestamp_are_never_found_by_time() -> None:
    log = open_log(DIRECTORY, SMALL, files=SimulatedDisk())
    append(log, [record(b"a", timestamp_ms=-1)])
    assert log.max_timestamp(1) is None
    assert log.offset_for_timestamp(0, 1) is None


# -- rolling and retention -------------------------------------------------------------------------------------------


def test_segments_roll_by_size_time_and_settings() -> None:
    clock = ManualClock()
    log = open_log(DIRECTORY, LogConfig(segment_bytes=1000, segment_ms=5000), files=SimulatedDisk(), clock=clock)
    append_values(log, [b"x" * 900])
    append_values(log, [b"x" * 100])
    assert [s.base_offset for s in log.segments] == [0, 1], "by size"
    append(log, [record(b"y", timestamp_ms=START_MS + 5000)])
    assert len(log.segments) == 2
    append(log, [record(b"y", timestamp_ms=START_MS + 5001)])
    assert [s.base_offset for s in log.segments] == [0, 1, 3], "by time between first and newest record"
    append_values(log, [b"x" * 5000])
    assert [s.base_offset for s in log.segments] == [0, 1, 3, 4], "a batch larger than a segment gets its own"
    log.reconfigure(LogConfig(segment_bytes=1 << 20))
    append_values(log, [b"x" * 5000])
    assert len(log.segments) == 4
    log.reconfigure(LogConfig(segment_bytes=1 << 20, segment_ms=10))
    append(log, [record(b"y", timestamp_ms=START_MS + 5012)])
    assert len(log.segments) == 5, "new settings hold for the segment that is open"
    log.roll()
    log.roll()
    assert len(log.segments) == 6, "an empty segment is not rolled"
    log.check_invariants()


def with_segments(config: LogConfig, disk: SimulatedDisk, clock: ManualClock) -> Log:
    """Ten segments of one batch of about 500 bytes, a second apart."""
    log = open_log(DIRECTORY, config, files=disk, clock=clock)
    for _ in range(10):
        append(log, [record(b"x" * 440, timestamp_ms=clock.wall_ms())])
        log.roll()
        clock.advance(1000)
    log.checkpoint()
    return log


def test_retention_by_time_removes_whole_old_segments_and_survives_a_restart() -> None:
    disk, clock = SimulatedDisk(), ManualClock()
    log = with_segments(LogConfig(retention_ms=6500), disk, clock)
    report = log.housekeeping(clock.wall_ms(), log.next_offset)
    assert (report.removed_segments, log.log_start_offset) == (4, 4)
    assert "the log starts at 4" in report.lines[0]
    disk.lose_power()
    again = open_log(DIRECTORY, LogConfig(), files=disk)
    assert again.log_start_offset == 4
    assert [r.offset for r in read_all(again)] == [4, 5, 6, 7, 8, 9]


def test_when_everything_is_old_the_active_segment_goes_too_and_offsets_go_on() -> None:
    disk, clock = SimulatedDisk(), ManualClock()
    log = open_log(DIRECTORY, LogConfig(retention_ms=1000), files=disk, clock=clock)
    for _ in range(5):
        append(log, [record(b"x", timestamp_ms=clock.wall_ms())])
    log.flush()
    clock.advance(1001)
    log.housekeeping(clock.wall_ms(), log.durable_offset)
    assert (log.log_start_offset, log.next_offset, log.size_bytes) == (5, 5, 0)
    disk.lose_power()
    again = open_log(DIRECTORY, LogConfig(), files=disk)
    assert (again.log_start_offset, again.next_offset) == (5, 5)


def test_retention_by_bytes_keeps_at_least_the_limit() -> None:
    clock = ManualClock()
    log = with_segments(LogConfig(retention_ms=-1, retention_bytes=2200), SimulatedDisk(), clock)
    log.housekeeping(clock.wall_ms(), log.next_offset)
    assert 2200 <= log.size_bytes < 2200 + 600


def test_retention_never_removes_what_nobody_could_read_yet() -> None:
    clock = ManualClock()
    log = with_segments(LogConfig(retention_ms=0), SimulatedDisk(), clock)
    clock.advance(DAY_MS)
    log.housekeeping(clock.wall_ms(), visible_offset=3)
    assert log.log_start_offset == 3


def test_deleted_records_free_their_segments_whatever_the_policy() -> None:
    disk, clock = SimulatedDisk(), ManualClock()
    log = with_segments(LogConfig(cleanup=frozenset({"compact"})), disk, clock)
    log.advance_log_start(7)
    assert log.housekeeping(0, log.next_offset).removed_segments == 7
    assert not any(path.name.startswith("00000000000000000003") for path in disk.names_now)


def test_without_the_delete_policy_nothing_expires() -> None:
    clock = ManualClock()
    log = with_segments(LogConfig(cleanup=frozenset({"compact"}), retention_ms=0), SimulatedDisk(), clock)
    clock.advance(DAY_MS)
    assert log.housekeeping(clock.wall_ms(), log.next_offset).removed_segments == 0


def test_idle_segments_hold_neither_file_nor_index_and_come_back_when_read() -> None:
    clock = ManualClock()
    log = with_segments(LogConfig(), SimulatedDisk(), clock)
    for _ in range(3):
        log.housekeeping(0, log.next_offset)
    assert all(segment._file is None and segment._index is None for segment in log.segments[:-1])
    assert len(read_all(log)) == 10


def test_a_lost_index_of_a_sealed_segment_is_rebuilt_while_running() -> None:
    disk, clock = SimulatedDisk(), ManualClock()
    log = with_segments(LogConfig(), disk, clock)
    for _ in range(2):
        log.housekeeping(0, log.next_offset)
    del disk.names_now[log.segments[2].index_path]
    assert [r.offset for r in read_all(log)] == list(range(10))


# -- leader epochs, log start, snapshots, deletion --------------------------------------------------------------------


def test_leader_epochs_answer_as_kafka_does() -> None:
    """KIP-101 and KIP-279: the largest epoch not above the asked one, and the offset after its last record."""
    disk = SimulatedDisk()
    log = open_log(DIRECTORY, SMALL, files=disk)
    assert log.epoch_end(0) == (-1, -1)
    append_values(log, [b"a"] * 3, leader_epoch=2)
    append_values(log, [b"b"] * 2, leader_epoch=5)
    log.begin_epoch(7)
    log.begin_epoch(7)
    log.begin_epoch(6)
    assert log.epochs.entries() == [(2, 0), (5, 3), (7, 5)]
    for epoch, expected in [
        (1, (1, 0)),
        (2, (2, 3)),
        (3, (2, 3)),
        (5, (5, 5)),
        (6, (5, 5)),
        (7, (7, 5)),
        (8, (-1, -1)),
    ]:
        assert log.epoch_end(epoch) == expected, epoch
    log.flush()
    disk.lose_power()
    again = open_log(DIRECTORY, SMALL, files=disk)
    assert again.epochs.entries() == [(2, 0), (5, 3), (7, 5)]
    again.advance_log_start(4)
    assert again.epochs.entries() == [(5, 4), (7, 5)]
    again.truncate(4)
    assert again.next_offset == 3, "a batch goes as a whole"


def test_an_epoch_without_records_leaves_no_trace() -> None:
    log = open_log(DIRECTORY, SMALL, files=SimulatedDisk())
    log.begin_epoch(3)
    log.begin_epoch(4)
    assert log.epochs.entries() == [(4, 0)]


def test_the_log_start_is_durable_when_the_call_returns() -> None:
    disk = SimulatedDisk()
    log = open_log(DIRECTORY, SMALL, files=disk)
    append_values(log, [b"x"] * 10)
    log.flush()
    log.advance_log_start(6)
    log.advance_log_start(2)
    disk.lose_power()
    again = open_log(DIRECTORY, SMALL, files=disk)
    assert again.log_start_offset == 6
    with pytest.raises(Rejected):
        again.read(5, 10, 10)
    assert check_batches(again.read(6, 10, 10))[0].base_offset == 0, "the batch that holds the offset, whole"


def test_producer_snapshots_keep_the_newest_two_and_fall_back() -> None:
    disk = SimulatedDisk()
    log = open_log(DIRECTORY, SMALL, files=disk)
    assert log.producer_snapshot() is None
    append_values(log, [b"x"] * 30)
    for offset in (10, 20, 30):
        log.write_producer_snapshot(offset, b"state %d" % offset)
    assert log.producer_snapshot() == (30, b"state 30")
    newest = next(path for path in disk.names_now if path.name.endswith("30.producers"))
    disk.names_now[newest].data[-1] ^= 1
    assert log.producer_snapshot() == (20, b"state 20")
    assert sum(path.suffix == ".producers" for path in disk.names_now) == 2
    log.truncate(15)
    assert log.producer_snapshot() is None


def test_a_deleted_log_leaves_nothing_and_a_reader_in_the_middle_goes_on(tmp_path: Path) -> None:
    log = open_log(tmp_path / "t-0", SMALL)
    append_values(log, [b"x"] * 3)
    segment = log.segments[0]
    log.delete()
    assert list(tmp_path.iterdir()) == []
    assert check_batches(segment.read(0, segment.size_bytes))
    with pytest.raises(Retriable, match="closed"):
        append_values(log, [b"y"])


def test_closing_gives_back_reserved_space(tmp_path: Path) -> None:
    log = open_log(tmp_path / "t-0", LogConfig(segment_bytes=1 << 20, preallocate=True))
    append_values(log, [b"x"] * 3)
    assert log.segments[0].path.stat().st_size == 1 << 20
    log.close()
    log.close()
    assert log.segments == ()
    assert (tmp_path / "t-0" / f"{0:020d}.log").stat().st_size < 1000
    again = open_log(tmp_path / "t-0")
    assert again.recovery.lines == []
    assert len(read_all(again)) == 3
