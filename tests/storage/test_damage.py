"""Files of a log are damaged at every kind of place; what opens afterwards is right, cut with notice, or stopped.

Never invented, never silently short: damage behind the last checkpoint is what a crash leaves and is cut there;
damage to bytes that had been synced and vouched for stops the log; damage to anything that can be rebuilt costs
nothing.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headrace.base.errors import Corrupt
from headrace.records.batch import parse_header
from headrace.storage.index import decode_index
from headrace.storage.log import Log
from headrace.storage.log_config import LogConfig
from headrace_testing.disk import Inode, SimulatedDisk
from headrace_testing.log_writing import append, open_log, read_all, record

DIRECTORY = Path("/logs/t-0")
CONFIG = LogConfig(segment_bytes=3000, index_interval_bytes=300, retention_ms=-1)
ALL = 1 << 40


@dataclass
class Written:
    """A log as its process left it, and what is in it."""

    disk: SimulatedDisk
    values: dict[int, bytes] = field(default_factory=dict)
    log_start: int = 0
    end: int = 0

    @property
    def files(self) -> list[Path]:
        return sorted(self.disk.names_now)

    def vouched_bytes(self, path: Path) -> int:
        """How much of a segment its index file vouches for."""
        inode = self.disk.names_now.get(path.with_suffix(".index"))
        decoded = decode_index(bytes(inode.data)) if inode else None
        return decoded[1].covered_bytes if decoded else 0

    def first_offset_touched(self, path: Path, position: int) -> int:
        """The base offset of the batch of `path` that `position` falls into; where the segment ends, if behind it."""
        data = self.disk.names_now[path].data
        at = 0
        offset = int(path.stem)
        while at + 61 <= len(data):
            header = parse_header(data, at)
            if header.batch_length == 0 or at + header.size_bytes > position:
                break
            offset = header.next_offset
            at += header.size_bytes
        return offset


def written(seed: int, *, closed: bool, preallocate: bool) -> Written:
    chance = random.Random(seed)
    disk = SimulatedDisk(seed)
    config = LogConfig(segment_bytes=3000, index_interval_bytes=300, retention_ms=-1, preallocate=preallocate)
    log = open_log(DIRECTORY, config, files=disk)
    result = Written(disk)
    batches = chance.randrange(20, 90)
    for number in range(batches):
        values = [chance.randbytes(chance.randrange(1, 120)) for _ in range(chance.randrange(1, 4))]
        result.values |= {log.next_offset + i: value for i, value in enumerate(values)}
        append(log, [record(value) for value in values], leader_epoch=number // 30)
        if chance.random() < 0.1:
            log.flush()
            log.after_flush()
        if chance.random() < 0.04:
            log.checkpoint()
        if chance.random() < 0.04:
            log.write_producer_snapshot(log.flush(), b"producers at %d" % log.next_offset)
    if chance.random() < 0.5:
        log.advance_log_start(chance.randrange(log.next_offset))
    log.flush()
    result.end = log.next_offset
    result.log_start = log.log_start_offset
    if closed:
        log.close()
    return result


def damage(inode: Inode, kind: str, chance: random.Random) -> int:
    """Damage `inode`; returns the first position whose meaning changed."""
    data = inode.data
    position = chance.randrange(len(data)) if data else 0
    if kind == "flip" and data:
        data[position] ^= 1 << chance.randrange(8)
    elif kind == "truncate":
        del data[position:]
    elif kind == "zero" and data:
        length = chance.randrange(1, 600)
        data[position : position + length] = bytes(len(data[position : position + length]))
    elif kind == "garble" and data:
        length = len(data[position : position + chance.randrange(1, 600)])
        data[position : position + length] = chance.randbytes(length)
    elif kind == "append-garbage":
        position = len(data)
        data += chance.randbytes(chance.randrange(1, 200))
    elif kind == "append-zeros":
        position = len(data)
        data += bytes(chance.randrange(1, 5000))
    elif kind == "repeat":
        # A whole old batch behind the end, as a disk that replays a write would leave it.
        position = len(data)
        if len(data) > 61:
            data += data[: parse_header(data).size_bytes]
    return position


KINDS = ["flip", "truncate", "zero", "garble", "append-garbage", "append-zeros", "repeat", "delete"]


@settings(max_examples=400, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    kind=st.sampled_from(KINDS),
    closed=st.booleans(),
    preallocate=st.booleans(),
    place=st.sampled_from(["any", "last", "last", "index", "state", "snapshot", "sealed"]),
)
def test_damage_anywhere(seed: int, kind: str, closed: bool, preallocate: bool, place: str) -> None:
    before = written(seed, closed=closed, preallocate=preallocate)
    chance = random.Random(seed + 1)
    logs = [path for path in before.files if path.suffix == ".log"]
    candidates = {
        "any": before.files,
        "last": logs[-1:],
        "sealed": logs[:-1],
        "index": [path for path in before.files if path.suffix == ".index"],
        "state": [path for path in before.files if path.name == "log.state"],
        "snapshot": [path for path in before.files if path.suffix == ".producers"],
    }[place]
    if not candidates:
        return
    victim = chance.choice(candidates)
    inode = before.disk.names_now[victim]
    original = bytes(inode.data)
    vouched = before.vouched_bytes(victim) if victim.suffix == ".log" else 0
    if kind == "delete":
        position, touched = 0, int(victim.stem) if victim.suffix == ".log" else before.end
        del before.disk.names_now[victim]
    else:
        batches_of_victim = Written(SimulatedDisk())
        batches_of_victim.disk.names_now[victim] = Inode()
        batches_of_victim.disk.names_now[victim].data = bytearray(original)
        position = damage(inode, kind, chance)
        touched = batches_of_victim.first_offset_touched(victim, position) if victim.suffix == ".log" else before.end
    detectable = victim in before.disk.names_now or deletion_shows(before, victim, logs)
    unchanged = kind != "delete" and bytes(inode.data) == original

    log = open_log(DIRECTORY, CONFIG, files=before.disk, verify_bytes=ALL)

    if log.stopped is not None:
        check_stopped(log, victim, may_stop=not unchanged and (kind == "delete" or position < vouched))
        return
    assert detectable or victim == logs[-1]
    check_recovered(log, before, touched if not unchanged else before.end, victim, detectable)
    append(log, [record(b"goes on")], 9)
    log.flush()
    again = open_log(DIRECTORY, CONFIG, files=before.disk, verify_bytes=ALL)
    assert again.stopped is None
    assert again.recovery.cut_bytes == 0
    assert [r.value for r in read_all(again)] == [r.value for r in read_all(log)]


def deletion_shows(before: Written, victim: Path, logs: list[Path]) -> bool:
    """A deleted segment is missed unless it is the newest and neither its own index nor a sealed predecessor tells of
    it.
    """
    if victim.suffix != ".log" or victim != logs[-1] or before.vouched_bytes(victim):
        return True
    inode = before.disk.names_now.get(logs[-2].with_suffix(".index")) if len(logs) > 1 else None
    decoded = decode_index(bytes(inode.data)) if inode else None
    return len(logs) == 1 or (decoded is not None and decoded[1].sealed)


def check_stopped(log: Log, victim: Path, *, may_stop: bool) -> None:
    assert isinstance(log.stopped, Corrupt)
    assert may_stop, f"{victim.name}: nothing that had been vouched for was damaged, but: {log.stopped}"
    assert "restore " in str(log.stopped).lower()
    assert log.recovery.lines[-1].startswith("stopped: ")
    with pytest.raises(Corrupt):
        append(log, [record(b"no")])
    log.close()


def check_recovered(log: Log, before: Written, touched: int, victim: Path, detectable: bool) -> None:
    log.check_invariants()
    if victim.name == "log.state":
        assert log.log_start_offset <= before.log_start
    else:
        assert log.log_start_offset == before.log_start or log.next_offset < before.end
    found = {r.offset: r.value for r in read_all(log)}
    assert list(found) == list(range(log.log_start_offset, log.next_offset))
    assert all(before.values[offset] == value for offset, value in found.items()), "a record was invented"
    if log.log_start_offset == before.log_start:
        assert log.next_offset >= min(touched, before.end), f"{victim.name}: cut more than the damage: {log.recovery}"
    if log.next_offset < before.end and detectable:
        assert log.recovery.lines, "records are gone and start-up says nothing"
        # A file that ends at a batch boundary looks whole: nothing had to be cut.
        assert not log.recovery.cut_bytes or log.next_offset in {log.recovery.cut_from_offset, log.log_start_offset}
    snapshot = log.producer_snapshot()
    if snapshot is not None:
        assert snapshot[0] <= log.next_offset
        assert snapshot[1] == b"producers at %d" % snapshot[0]
    # The leader epoch of a batch lies outside its checksum: a flip there cannot be seen in the last batch.
    if log.next_offset == before.end and victim.suffix != ".log":
        assert log.epochs.latest == parse_header_epoch(log)


def parse_header_epoch(log: Log) -> int:
    header = log.last_header()
    assert header is not None
    return header.leader_epoch


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32), closed=st.booleans())
def test_stray_files_are_removed_or_left_alone(seed: int, closed: bool) -> None:
    """Temporary files, half a compaction, an index without a segment, things that are none of our business."""
    before = written(seed, closed=closed, preallocate=False)
    chance = random.Random(seed)
    strays = [
        "log.state.tmp",
        "00000000000000000000.log.cleaned",
        "00000000000000000000.index.cleaned",
        "00000000000000000010.producers.tmp",
        "00000000000099999999.index",
        "log.swap",
        "00000000000000000000.log.swap",
        "notes.txt",
        "12.log",
    ]
    for name in chance.sample(strays, chance.randrange(1, len(strays))):
        inode = before.disk.names_now[DIRECTORY / name] = Inode()
        inode.data = bytearray(chance.randbytes(chance.randrange(0, 3000)))
    log = open_log(DIRECTORY, CONFIG, files=before.disk, verify_bytes=ALL)
    assert log.stopped is None
    log.check_invariants()
    assert {r.offset: r.value for r in read_all(log)} == {
        offset: value for offset, value in before.values.items() if offset >= before.log_start
    }
    left = {path.name for path in before.disk.names_now}
    assert not any(name.endswith((".tmp", ".cleaned")) for name in left)
    assert "log.swap" not in left


def test_a_clean_stop_leaves_nothing_to_scan_and_nothing_to_say() -> None:
    before = written(7, closed=True, preallocate=True)
    log = open_log(DIRECTORY, CONFIG, files=before.disk)
    assert log.recovery.lines == []
    assert log.recovery.scanned_bytes == 0
    assert log.next_offset == before.end


def test_after_a_kill_only_what_lies_behind_the_checkpoint_is_scanned() -> None:
    disk = SimulatedDisk()
    log = open_log(DIRECTORY, LogConfig(), files=disk)
    for _ in range(200):
        append(log, [record(b"x" * 100)])
    log.checkpoint()
    covered = log.size_bytes
    for _ in range(10):
        append(log, [record(b"y" * 100)])
    again = open_log(DIRECTORY, LogConfig(), files=disk)
    assert again.recovery.scanned_bytes == log.size_bytes - covered
    assert again.next_offset == 210
    assert "10 batches, behind the last checkpoint" in again.recovery.lines[0]


def test_whole_batches_behind_the_damage_are_kept_aside_for_a_person() -> None:
    """A flipped bit in the tail looks different from a torn write: sound batches follow. They are cut, but not
    destroyed.
    """
    disk = SimulatedDisk()
    log = open_log(DIRECTORY, LogConfig(), files=disk)
    for number in range(5):
        append(log, [record(b"record %d" % number)])
    log.flush()
    inode = disk.names_now[DIRECTORY / f"{0:020d}.log"]
    size = len(inode.data) // 5
    tail = bytes(inode.data[2 * size :])
    inode.data[2 * size + 70] ^= 1
    again = open_log(DIRECTORY, LogConfig(), files=disk)
    assert again.next_offset == 2
    assert again.recovery.cut_from_offset == 2
    assert again.recovery.cut_bytes == 3 * size
    [line] = [line for line in again.recovery.lines if "cut" in line]
    assert "CRC32C" in line
    assert "kept in 00000000000000000002.cut" in line
    kept = bytes(disk.names_now[DIRECTORY / "00000000000000000002.cut"].data)
    assert len(kept) == len(tail)
    assert kept[size:] == tail[size:]


def test_a_corrupt_sealed_segment_stops_this_log_only() -> None:
    before = written(3, closed=True, preallocate=False)
    sealed = min(path for path in before.files if path.suffix == ".log")
    before.disk.names_now[sealed].data[100] ^= 4
    log = open_log(DIRECTORY, CONFIG, files=before.disk, verify_bytes=ALL)
    assert isinstance(log.stopped, Corrupt)
    assert str(sealed) in str(log.stopped)
    assert "disk fault" in str(log.stopped)
    other = open_log(Path("/logs/other-0"), CONFIG, files=before.disk)
    append(other, [record(b"fine")])


def test_without_the_check_at_start_housekeeping_finds_the_damage_and_stops_the_log() -> None:
    before = written(3, closed=True, preallocate=False)
    sealed = min(path for path in before.files if path.suffix == ".log")
    before.disk.names_now[sealed].data[100] ^= 4
    log = open_log(DIRECTORY, CONFIG, files=before.disk)
    assert log.stopped is None
    report = log.housekeeping(0, log.next_offset)
    assert "damaged at position" in report.lines[-1]
    assert isinstance(log.stopped, Corrupt)
    with pytest.raises(Corrupt):
        append(log, [record(b"no")])
