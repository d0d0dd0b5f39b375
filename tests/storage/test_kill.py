"""A real process on a real disk, killed at random moments; and a real file system that is full."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from headrace.base.errors import Retriable
from headrace.storage.files import REAL_FILES, Files
from headrace.storage.log_config import LogConfig
from headrace_testing.disk import SimulatedDisk
from headrace_testing.log_writing import append, open_log, read_all, record

CONFIG = LogConfig(segment_bytes=200_000, index_interval_bytes=1000, retention_ms=-1)

# Appends batches whose values name their own offsets, and says after each flush what is durable.
WRITER = """
import asyncio, sys
from pathlib import Path
from headrace.base.clock import SystemClock
from headrace.records.batch import check_batches
from headrace.records.builder import build_batch
from headrace.records.reader import Record
from headrace.storage.flusher import Flusher
from headrace.storage.log import Log
from headrace.storage.files import REAL_FILES, Files
from headrace.storage.log_config import LogConfig

async def main():
    flusher = Flusher()
    flusher.start(asyncio.get_running_loop())
    config = LogConfig(segment_bytes=200_000, index_interval_bytes=1000, retention_ms=-1)
    clock = SystemClock()
    log = Log.open(Path(sys.argv[1]), config, clock=clock, flusher=flusher)
    log.on_durable = lambda offset: print(offset, flush=True)
    turn = 0
    while True:
        turn += 1
        count = 1 + turn % 7
        base = log.next_offset
        records = [Record(0, clock.wall_ms(), None, b"%d:" % (base + i) + b"x" * (turn % 900)) for i in range(count)]
        batch = build_batch(records, base_offset=base, leader_epoch=0)
        log.append(batch, check_batches(batch))
        log.request_flush()
        await asyncio.sleep(0)
        if turn % 50 == 0:
            await asyncio.to_thread(log.housekeeping, clock.wall_ms(), log.durable_offset)
        if turn % 170 == 0:
            await asyncio.to_thread(log.checkpoint)

asyncio.run(main())
"""


def test_kill_9_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    chance = random.Random(4)
    path = tmp_path / "t-0"
    for _ in range(8):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE)
        try:
            assert writer.stdout is not None
            acknowledged = 0
            for _ in range(chance.randrange(1, 250)):
                acknowledged = int(writer.stdout.readline())
        finally:
            writer.send_signal(signal.SIGKILL)
            rest, _ = writer.communicate()
        lines = rest.split(b"\n")[:-1]
        acknowledged = int(lines[-1]) if lines else acknowledged
        log = open_log(path, CONFIG, verify_bytes=1 << 40)
        assert log.stopped is None, log.stopped
        assert log.next_offset >= acknowledged
        records = read_all(log)
        assert [r.offset for r in records] == list(range(log.next_offset))
        assert all(int((r.value or b"").split(b":")[0]) == r.offset for r in records)
        log.check_invariants()
        if chance.random() < 0.5:
            log.close()
    assert log.next_offset > 300


@dataclass
class TinyDisk:
    """A disk of one mebibyte with a file on it that can be removed to make room."""

    files: Files
    directory: Path
    make_room: Callable[[], None]


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[TinyDisk]:
    """A real tmpfs where that may be mounted (root), else the simulated disk: the story is the same."""
    mounted = tmp_path / "tiny"
    mounted.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(mounted)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode:
        simulated = SimulatedDisk(capacity_bytes=1 << 20)
        simulated.open(Path("/ballast"), create=True).write_at(0, bytes(300_000))
        yield TinyDisk(simulated, Path("/t-0"), lambda: simulated.remove(Path("/ballast")))
        return
    try:
        ballast = mounted / "ballast"
        ballast.write_bytes(bytes(300_000))
        yield TinyDisk(REAL_FILES, mounted / "t-0", ballast.unlink)
    finally:
        subprocess.run(["umount", "-l", str(mounted)], check=True)


def test_a_really_full_disk_refuses_and_goes_on_when_there_is_room(tiny_disk: TinyDisk) -> None:
    log = open_log(tiny_disk.directory, CONFIG, files=tiny_disk.files)

    def fill() -> None:
        for _ in range(2000):
            append(log, [record(b"x" * 2000)])
            log.flush()

    for _ in range(3):
        with pytest.raises(Retriable, match="No space left") as refusal:
            fill()
        assert refusal.value.kafka_code == 56
    full_at = log.next_offset
    assert full_at > 100
    log.check_invariants()
    tiny_disk.make_room()
    append(log, [record(b"room again")])
    log.flush()
    assert log.next_offset == full_at + 1
    again = open_log(tiny_disk.directory, CONFIG, files=tiny_disk.files)
    assert [r.offset for r in read_all(again)] == list(range(full_at + 1))
    assert again.recovery.cut_bytes == 0
