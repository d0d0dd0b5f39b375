"""Compaction against a model: the last value of each key stays, nothing else is promised, and nothing is ever changed.

Also: power fails at every step of a pass; readers and writers work meanwhile; memory for keys runs out.
"""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from headrace.base.clock import ManualClock
from headrace.base.errors import HeadraceError
from headrace.records.batch import CONTROL_BIT, BatchHeader, check_batches, seal_crc
from headrace.records.builder import build_batch
from headrace.records.reader import Record, read_records
from headrace.storage.compaction import compact
from headrace.storage.files import REAL_FILES, Files
from headrace.storage.log import Log
from headrace.storage.log_config import LogConfig
from headrace_testing.disk import PowerLoss, SimulatedDisk
from headrace_testing.log_writing import append, open_log, read_all, record

DIRECTORY = Path("/logs/t-0")
DELETE_RETENTION_MS = 60_000
CONFIG = LogConfig(
    segment_bytes=3000,
    index_interval_bytes=300,
    cleanup=frozenset({"compact"}),
    delete_retention_ms=DELETE_RETENTION_MS,
    min_cleanable_dirty_ratio=0.01,
)
ALL = 1 << 40


@dataclass
class Model:
    """A compacted log and everything that was ever written to it."""

    chance: random.Random
    log: Log
    clock: ManualClock
    records: dict[int, Record] = field(default_factory=dict)
    batches: dict[int, BatchHeader] = field(default_factory=dict)
    #: offset of a tombstone -> when compaction may first have seen it.
    sequence: int = 0

    def write(self, keys: int, tombstones: float = 0.25) -> None:
        chance, log = self.chance, self.log
        written = []
        for _ in range(chance.randrange(1, 8)):
            key = None if chance.random() < 0.05 else b"key-%d" % chance.randrange(keys)
            if key is not None and chance.random() < 0.1:
                key *= 12  # longer than what is remembered as it is
            value = None if chance.random() < tombstones else chance.randbytes(chance.randrange(0, 60))
            headers = (("h", b"x"),) if chance.random() < 0.3 else ()
            stamp = self.clock.wall_ms() - chance.randrange(0, 2000)
            written.append(Record(log.next_offset + len(written), stamp, key, value, headers))
        self.sequence += len(written)
        producer = chance.choice(
            [{}, {"producer_id": chance.randrange(6), "producer_epoch": 0, "base_sequence": self.sequence}]
        )
        batch = build_batch(
            written,
            base_offset=log.next_offset,
            leader_epoch=0,
            compression=chance.choice(["none", "none", "gzip", "snappy", "lz4", "zstd"]),
            **producer,
        )
        headers = check_batches(batch)
        log.append(batch, headers)
        self.records |= {r.offset: r for r in written}
        self.batches[headers[0].base_offset] = headers[0]
        self.clock.advance(chance.randrange(0, 500))

    def live(self) -> dict[bytes, bytes]:
        """What a table built from everything ever written holds."""
        table: dict[bytes, bytes] = {}
        for r in self.records.values():
            if r.key is None:
                continue
            if r.value is None:
                table.pop(r.key, None)
            else:
                table[r.key] = r.value
        return table

    def check(self) -> None:
        log = self.log
        assert log.stopped is None, log.stopped
        log.check_invariants()
        found = read_all(log)
        for r in found:
            original = self.records[r.offset]
            assert (r.key, r.value, r.timestamp_ms, r.headers) == (
                original.key,
                original.value,
                original.timestamp_ms,
                original.headers,
            )
        table: dict[bytes, bytes | None] = {r.key: r.value for r in found if r.key is not None}
        assert {key: value for key, value in table.items() if value is not None} == self.live()
        self.check_batches()
        assert {offset: r for offset, r in self.records.items() if offset >= log.gaps_below}.keys() <= {
            r.offset for r in found
        }, "a record that no pass has looked at is gone"

    def check_batches(self) -> None:
        last_of_producer = {h.producer_id: h for h in self.batches.values() if h.producer_id >= 0}
        present = {h.base_offset: h for h in self.log.headers(self.log.log_start_offset, self.log.next_offset)}
        for base_offset, header in present.items():
            original = self.batches[base_offset]
            assert (header.last_offset, header.producer_id, header.producer_epoch, header.base_sequence) == (
                original.last_offset,
                original.producer_id,
                original.producer_epoch,
                original.base_sequence,
            )
        for header in last_of_producer.values():
            assert header.base_offset in present, "the last batch of a producer is gone"

    def check_clean_part(self) -> None:
        """After a pass with room for all keys, no key occurs twice below the clean offset, and none without a key."""
        keys = [r.key for r in read_all(self.log) if r.offset < self.log.clean_offset]
        assert None not in keys
        assert len(keys) == len(set(keys))

    def pass_over(self, keys_max: int = 10_000) -> None:
        self.log.checkpoint()
        compact(self.log, self.clock.wall_ms(), self.log.durable_offset, keys_max)


def model(seed: int, files: Files, directory: Path = DIRECTORY, config: LogConfig = CONFIG) -> Model:
    clock = ManualClock()
    return Model(random.Random(seed), open_log(directory, config, files=files, clock=clock), clock)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32), keys=st.sampled_from([3, 20, 200]), keys_max=st.sampled_from([2, 10, 10_000]))
def test_the_table_stays_whatever_is_compacted(seed: int, keys: int, keys_max: int) -> None:
    disk = SimulatedDisk(seed)
    m = model(seed, disk)
    for _ in range(4):
        for _ in range(m.chance.randrange(10, 60)):
            m.write(keys)
        clean_before = m.log.clean_offset
        m.pass_over(keys_max)
        m.check()
        assert m.log.clean_offset >= clean_before
        if keys_max >= 10_000:
            m.check_clean_part()
        if m.chance.random() < 0.5:
            m.log.close()
            m.log = open_log(DIRECTORY, CONFIG, files=disk, clock=m.clock, verify_bytes=ALL)
            assert m.log.recovery.lines == []
            m.check()


def test_memory_for_two_keys_is_enough_with_more_passes() -> None:
    m = model(5, SimulatedDisk())
    for _ in range(100):
        m.write(keys=30, tombstones=0.0)
    for _ in range(100):  # at worst one batch per pass
        m.pass_over(keys_max=2)
    m.check()
    sealed_end = m.log.segments[-1].base_offset
    assert m.log.clean_offset == sealed_end


def test_tombstones_wait_and_then_go() -> None:
    """A consumer that is slower than `delete.retention.ms` might miss a deletion, so that long it must be there."""
    m = model(6, SimulatedDisk())
    for _ in range(60):
        m.write(keys=10, tombstones=0.5)
    m.pass_over()
    tombstones = {r.offset for r in read_all(m.log) if r.value is None and r.offset < m.log.clean_offset}
    assert tombstones
    due_ms = m.clock.wall_ms() + DELETE_RETENTION_MS
    m.clock.advance(DELETE_RETENTION_MS - 1)
    m.pass_over()
    assert tombstones <= {r.offset for r in read_all(m.log)}
    assert {h.delete_horizon_ms for h in m.log.headers(0, m.log.clean_offset)} <= {None, due_ms}
    m.clock.advance(1)
    m.pass_over()
    m.check()
    assert not tombstones & {r.offset for r in read_all(m.log)}


def test_power_fails_at_every_step_of_a_pass() -> None:
    """Before the commit the old segments count, after it the new one; never a mixture, never a loss."""
    steps = 0
    died = True
    while died:
        steps += 1
        disk = SimulatedDisk(steps)
        m = model(8, disk)
        for _ in range(60):
            m.write(keys=15)
        m.log.checkpoint()
        m.pass_over(keys_max=20)
        for _ in range(40):
            m.write(keys=15)
        m.log.checkpoint()
        end = m.log.next_offset
        disk.die_at = disk.steps + steps
        try:
            compact(m.log, m.clock.wall_ms(), end)
            died = False
        except PowerLoss:
            pass
        disk.lose_power()
        m.log = open_log(DIRECTORY, CONFIG, files=disk, clock=m.clock, verify_bytes=ALL)
        assert m.log.stopped is None, m.log.stopped
        assert m.log.next_offset == end
        assert m.log.recovery.cut_bytes == 0
        m.check()
        m.pass_over()
        m.check()
        m.check_clean_part()
    assert steps > 15


def test_a_disk_that_fails_during_a_pass_leaves_a_sound_log() -> None:
    """Every operation fails once with an error that is not a crash: no room, a bad sector."""
    for operation, part in [
        ("write", ".cleaned"),
        ("sync", ".cleaned"),
        ("create", ".cleaned"),
        ("write", "log.swap"),
        ("sync", "log.swap"),
        ("rename", "log.swap"),
        ("write", "log.state"),
        ("rename", "log.state"),
        ("sync-directory", "t-0"),
    ]:
        disk = SimulatedDisk()
        m = model(9, disk)
        for _ in range(60):
            m.write(keys=15)
        m.log.checkpoint()
        disk.failures[operation, part] = 1
        try:
            m.log.housekeeping(m.clock.wall_ms(), m.log.durable_offset)
            failure = ""
        except HeadraceError as error:
            failure = str(error)
        assert "Input/output error" in failure, (operation, part)
        if m.log.stopped is not None:
            assert "estart" in str(m.log.stopped), (operation, part)
            m.log = open_log(DIRECTORY, CONFIG, files=disk, clock=m.clock, verify_bytes=ALL)
        m.check()
        m.pass_over()
        m.check()
        m.check_clean_part()
        disk.lose_power()
        m.log = open_log(DIRECTORY, CONFIG, files=disk, clock=m.clock, verify_bytes=ALL)
        m.check()


def test_offsets_inside_holes_read_what_comes_next() -> None:
    m = model(10, SimulatedDisk())
    for _ in range(120):
        m.write(keys=5, tombstones=0.0)
    m.pass_over()
    log = m.log
    present = sorted(r.offset for r in read_all(log))
    assert len(present) < len(m.records) / 2
    for offset in range(log.next_offset):
        data = log.read(offset, 1, log.next_offset)
        last = check_batches(data)[0].last_offset
        assert last >= offset
        following = [o for o in present if o >= offset]
        read_from_here = [r.offset for r in read_records(data) if r.offset >= offset]
        assert read_from_here == following[: len(read_from_here)]


def test_what_is_not_yet_visible_or_too_young_is_not_touched() -> None:
    config = LogConfig(
        segment_bytes=1000, cleanup=frozenset({"compact"}), min_cleanable_dirty_ratio=0.0, min_compaction_lag_ms=10_000
    )
    clock = ManualClock()
    log = open_log(DIRECTORY, config, files=SimulatedDisk(), clock=clock)
    for number in range(60):
        append(log, [record(b"%d" % number, b"same", clock.wall_ms())])
    log.checkpoint()
    sealed_end = log.segments[-1].base_offset
    assert compact(log, clock.wall_ms(), log.next_offset) is None, "everything is younger than min.compaction.lag.ms"
    clock.advance(10_001)
    assert compact(log, clock.wall_ms(), 0) is None, "nothing is visible"
    done = compact(log, clock.wall_ms(), log.segments[1].next_offset)
    assert done is not None
    assert (
        done.clean_offset == log.segments[1].base_offset if len(log.segments) == 1 else done.clean_offset < sealed_end
    )
    assert [r.offset for r in read_all(log)][-1] == 59


def test_max_compaction_lag_closes_an_idle_segment() -> None:
    """A key that must be gone within an hour is gone even if nobody writes any more."""
    config = LogConfig(cleanup=frozenset({"compact"}), min_cleanable_dirty_ratio=1.0, max_compaction_lag_ms=3_600_000)
    clock = ManualClock()
    log = open_log(DIRECTORY, config, files=SimulatedDisk(), clock=clock)
    append(log, [record(b"secret", b"k", clock.wall_ms())])
    append(log, [record(b"harmless", b"k", clock.wall_ms())])
    log.flush()
    log.housekeeping(clock.wall_ms(), log.durable_offset)
    assert len(read_all(log)) == 2
    clock.advance(3_600_001)
    log.housekeeping(clock.wall_ms(), log.durable_offset)
    assert [r.value for r in read_all(log)] == [b"harmless"]
    log.check_invariants()


def test_batches_that_nobody_can_read_stay_as_they_are() -> None:
    """A client may send records that are no records, with a right checksum: Kafka would not store them, we do not look.

    Compaction must not die of them, and control batches are not its business either.
    """
    log = open_log(DIRECTORY, CONFIG, files=SimulatedDisk())
    junk = build_batch([record(b"x" * 40, b"k")], base_offset=0)
    junk[61:] = b"\xff" * len(junk[61:])
    seal_crc(junk)
    log.append(junk, check_batches(junk))
    append(log, [record(b"abcd", b"k")], attributes_extra=CONTROL_BIT)
    for _ in range(100):
        append(log, [record(b"y" * 40, b"k")])
    log.checkpoint()
    report = log.housekeeping(0, log.next_offset)
    assert report.compaction is not None
    assert report.compaction.unreadable_batches == 1
    assert "1 unreadable batches kept" in report.lines[0]
    headers = list(log.headers(0, log.next_offset))
    assert [h.base_offset for h in headers[:2]] == [0, 1]
    assert log.read(0, 1, log.next_offset) == bytes(junk)


def test_the_headers_of_silent_producers_go_after_a_day_but_scripts_keep_theirs() -> None:
    config = LogConfig(segment_bytes=1000, cleanup=frozenset({"compact"}), min_cleanable_dirty_ratio=0.0)
    clock = ManualClock()
    log = open_log(DIRECTORY, config, files=SimulatedDisk(), clock=clock)
    script = 0x4852 << 48 | 7
    for producer_id in (1, 2, script):
        fields = {"producer_id": producer_id, "producer_epoch": 0, "base_sequence": 0}
        append(log, [record(b"old", b"k", clock.wall_ms())], **fields)
    for _ in range(30):
        append(log, [record(b"y" * 40, b"k", clock.wall_ms())])
    log.checkpoint()
    compact(log, clock.wall_ms(), log.next_offset)
    assert [(h.producer_id, h.record_count) for h in log.headers(0, 3)] == [(1, 0), (2, 0), (script, 0)]
    clock.advance(config.producer_id_expiration_ms + 1)
    for _ in range(30):
        append(log, [record(b"y" * 40, b"k", clock.wall_ms())])
    log.checkpoint()
    compact(log, clock.wall_ms(), log.next_offset)
    assert [h.producer_id for h in log.headers(0, 3)] == [script]
    assert log.max_timestamp(3) is None, "a header without records has no timestamp to offer"


def test_readers_and_a_writer_beside_compaction_and_retention(tmp_path: Path) -> None:
    """Three threads on one log for a while: no read fails or goes back, no append is refused, the table is right."""
    m = model(11, REAL_FILES, tmp_path / "t-0")
    failures: list[BaseException] = []
    done = threading.Event()

    def read() -> None:
        chance = random.Random(1)
        try:
            while not done.is_set():
                offset = chance.randint(m.log.log_start_offset, m.log.next_offset)
                while data := m.log.read(offset, 4000, m.log.next_offset):
                    headers = check_batches(data)
                    assert headers[0].last_offset >= offset
                    assert all(a.next_offset <= b.base_offset for a, b in pairwise(headers))
                    offset = headers[-1].next_offset
        except BaseException as error:
            failures.append(error)

    def keep_house() -> None:
        try:
            while not done.is_set():
                m.log.checkpoint()
                m.log.housekeeping(m.clock.wall_ms(), m.log.durable_offset)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=read), threading.Thread(target=read), threading.Thread(target=keep_house)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(2500):
            m.write(keys=40)
            if failures:
                break
    finally:
        done.set()
        for thread in threads:
            thread.join()
    assert not failures, failures
    m.pass_over()
    m.check()
    assert m.log.clean_offset > 5000
    m.log.close()
    m.log = open_log(tmp_path / "t-0", CONFIG, clock=m.clock, verify_bytes=ALL)
    m.check()
