"""The machine loses power at any moment, again and again; what was acknowledged is there and nothing is invented.

The disk is simulated (see `headrace_testing.disk` for what may be lost), so every step of every operation can be the
last.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headrace.base.clock import ManualClock
from headrace.base.errors import Corrupt, Retriable
from headrace.storage.log import Log
from headrace.storage.log_config import LogConfig
from headrace_testing.disk import PowerLoss, SimulatedDisk
from headrace_testing.log_writing import append, open_log, read_all, record

DIRECTORY = Path("/logs/t-0")
CONFIG = LogConfig(segment_bytes=2000, index_interval_bytes=200, retention_ms=-1)


class Story:
    """One log that lives through many lives of a machine, and what is known of it from outside."""

    def __init__(self, seed: int, config: LogConfig = CONFIG) -> None:
        self.seed = seed
        self.chance = random.Random(seed)
        self.disk = SimulatedDisk(seed)
        self.clock = ManualClock()
        self.config = config
        #: offset -> value of everything ever appended that may still be there.
        self.written: dict[int, bytes] = {}
        self.acknowledged = 0
        self.log_start_known = 0
        self.log_start_wanted = 0
        self.epoch = 0
        self.log: Log | None = None

    def live(self, steps_until_death: int) -> None:
        self.disk.die_at = self.disk.steps + steps_until_death
        try:
            self.log = open_log(DIRECTORY, self.config, files=self.disk, clock=self.clock)
            self.check()
            for _ in range(60):
                self.act(self.log)
        except PowerLoss:
            pass
        self.disk.lose_power()

    def finish(self) -> None:
        self.log = open_log(DIRECTORY, self.config, files=self.disk, clock=self.clock)
        self.check()

    def act(self, log: Log) -> None:
        match self.chance.choices(
            ["append", "flush", "checkpoint", "house", "epoch", "start", "snapshot", "truncate", "reopen"],
            [60, 20, 4, 4, 2, 2, 2, 2, 2],
        )[0]:
            case "append":
                values = [
                    self.chance.randbytes(self.chance.randrange(1, 90)) for _ in range(self.chance.randrange(1, 6))
                ]
                # What is in the page cache counts as possible from the moment of the call.
                self.written = {o: v for o, v in self.written.items() if o < log.next_offset}
                self.written |= {log.next_offset + i: value for i, value in enumerate(values)}
                append(log, [record(value) for value in values], self.epoch)
            case "flush":
                self.acknowledged = log.flush()
            case "checkpoint":
                log.checkpoint()
                self.acknowledged = log.next_offset
            case "house":
                log.housekeeping(self.clock.wall_ms(), log.durable_offset)
            case "epoch":
                self.epoch += 1
                log.begin_epoch(self.epoch)
            case "start":
                self.log_start_wanted = self.chance.randint(log.log_start_offset, log.durable_offset)
                log.advance_log_start(self.log_start_wanted)
                self.log_start_known = self.log_start_wanted
            case "snapshot":
                offset = log.flush()
                self.acknowledged = offset
                log.write_producer_snapshot(offset, b"producers at %d" % offset)
            case "truncate":
                offset = self.chance.randint(log.log_start_offset, log.next_offset)
                end = min([offset, *self._boundaries(log, offset)])
                self.acknowledged = min(self.acknowledged, end)
                self.log_start_known = min(self.log_start_known, end)
                log.truncate(offset)
                assert log.next_offset == end
                self.written = {o: v for o, v in self.written.items() if o < log.next_offset}
            case "reopen":
                log.close()
                self.acknowledged = log.next_offset
                self.log = None
                self.log = open_log(DIRECTORY, self.config, files=self.disk, clock=self.clock)
                assert not self.log.recovery.cut_bytes

    @staticmethod
    def _boundaries(log: Log, offset: int) -> list[int]:
        return [h.base_offset for h in log.headers(log.log_start_offset, log.next_offset) if h.next_offset > offset][:1]

    def check(self) -> None:
        log = self.log
        assert log is not None
        assert log.stopped is None, log.stopped
        log.check_invariants()
        assert log.next_offset >= self.acknowledged, log.recovery
        assert (
            log.log_start_offset in {self.log_start_known, self.log_start_wanted}
            or log.log_start_offset <= log.next_offset
        )
        assert log.log_start_offset >= self.log_start_known
        found = {r.offset: r.value for r in read_all(log)}
        assert list(found) == list(range(log.log_start_offset, log.next_offset))
        for offset, value in found.items():
            assert self.written[offset] == value, f"offset {offset} was never written like that"
        snapshot = log.producer_snapshot()
        if snapshot is not None:
            assert snapshot[0] <= log.next_offset
            assert snapshot[1] == b"producers at %d" % snapshot[0]
        self.epoch = max(self.epoch, log.epochs.latest)


@settings(max_examples=120, deadline=None)
@given(seed=st.integers(0, 2**32), deaths=st.lists(st.integers(1, 150), min_size=1, max_size=4))
def test_acknowledged_records_survive_power_loss_at_any_step(seed: int, deaths: list[int]) -> None:
    story = Story(seed)
    for steps in deaths:
        story.live(steps)
    story.finish()


def test_the_story_would_notice_a_flush_that_does_not_sync() -> None:
    """The test above can fail: with syncs left out, acknowledged records are lost soon."""

    def forgetful() -> None:
        for seed in range(60):
            story = Story(seed)
            story.disk.forget_syncs = True
            for _ in range(3):
                story.live(120)
            story.finish()

    with pytest.raises((AssertionError, KeyError, Corrupt)):
        forgetful()


def test_a_failed_sync_stops_the_log_and_nothing_more_becomes_durable() -> None:
    """fsyncgate: the kernel forgets the pages of a failed sync, so a later sync that succeeds proves nothing."""
    disk = SimulatedDisk()
    log = open_log(DIRECTORY, CONFIG, files=disk)
    append(log, [record(b"safe")])
    log.flush()
    append(log, [record(b"unknown")])
    disk.failures["sync", ".log"] = 1
    with pytest.raises(Exception, match="syncing to disk failed"):
        log.flush()
    with pytest.raises(Exception, match="syncing to disk failed"):
        log.flush()
    assert log.durable_offset == 1
    with pytest.raises(Exception, match="restart the node"):
        append(log, [record(b"more")])
    assert [r.value for r in read_all_below(log, 1)] == [b"safe"], "what is durable can still be read"
    with pytest.raises(Exception, match="stopped"):
        log.read(1, 1000, 2)
    disk.lose_power()
    again = open_log(DIRECTORY, CONFIG, files=disk)
    assert [r.value for r in read_all(again)] == [b"safe"]


def fill(log: Log, value: bytes) -> None:
    for _ in range(100):
        append(log, [record(value)])


def read_all_below(log: Log, end_offset: int) -> list:
    from headrace.records.reader import read_records

    return read_records(log.read(0, 1 << 20, end_offset))


def test_a_full_disk_refuses_the_append_and_leaves_the_log_as_it_was() -> None:
    """Part of the batch was taken before the disk was full; the log goes on when there is room."""
    disk = SimulatedDisk(capacity_bytes=3000)
    log = open_log(DIRECTORY, LogConfig(), files=disk)
    with pytest.raises(Retriable) as refusal:
        fill(log, b"x" * 200)
    appended = log.next_offset
    assert refusal.value.kafka_code == 56
    assert "No space left" in str(refusal.value)
    assert appended > 5
    log.check_invariants()
    log.flush()
    disk.capacity_bytes = 1 << 30
    append(log, [record(b"afterwards")])
    log.flush()
    assert read_all(log)[-1].value == b"afterwards"
    disk.lose_power()
    again = open_log(DIRECTORY, LogConfig(), files=disk)
    assert len(read_all(again)) == appended + 1


def test_what_a_full_disk_refused_never_comes_back() -> None:
    """Two batches go in one write and are refused; one of the same length follows. The second of the refused ones,
    whole on disk by chance and with the very offset that comes next, must not be taken for part of the log.
    """
    from headrace.records.batch import check_batches
    from headrace.records.builder import build_batch

    disk = SimulatedDisk()
    log = open_log(DIRECTORY, LogConfig(), files=disk)
    refused = bytes(build_batch([record(b"refused-1")], base_offset=0)) + bytes(
        build_batch([record(b"refused-2")], base_offset=1)
    )
    disk.capacity_bytes = disk.capacity_bytes - disk.room() + len(refused) - 1
    with pytest.raises(Retriable):
        log.append(refused, check_batches(refused))
    disk.capacity_bytes = 1 << 30
    append(log, [record(b"accepted!")])
    log.flush()
    disk.lose_power()
    assert [r.value for r in read_all(open_log(DIRECTORY, LogConfig(), files=disk))] == [b"accepted!"]


def test_no_room_for_a_new_segment_or_a_state_file_is_retriable_too() -> None:
    disk = SimulatedDisk()
    log = open_log(DIRECTORY, LogConfig(segment_bytes=1000, preallocate=True), files=disk)
    disk.capacity_bytes = 1500
    with pytest.raises(Retriable):
        fill(log, b"x" * 100)
    log.check_invariants()
    before = log.next_offset
    disk.failures["write", "log.state"] = 1
    with pytest.raises(Retriable, match="cannot write the state"):
        log.begin_epoch(7)
    disk.capacity_bytes = 1 << 30
    append(log, [record(b"on")], 7)
    assert log.next_offset == before + 1
    log.check_invariants()
