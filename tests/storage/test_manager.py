"""All logs of a node: whose directory it is, opening many, deleting, housekeeping, clean and unclean stops."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from headrace.base.clock import ManualClock
from headrace.base.errors import Corrupt, Rejected
from headrace.storage.data_dir import DataDir
from headrace.storage.flusher import Flusher
from headrace.storage.log_config import LogConfig
from headrace.storage.manager import LogManager
from headrace_testing.log_writing import append_values, read_all

CONFIG = LogConfig(segment_bytes=2000)


@asynccontextmanager
async def manager(path: Path, clock: ManualClock | None = None, **options: int) -> AsyncIterator[LogManager]:
    data_dir = DataDir.claim(path, node_id=1)
    flusher = Flusher()
    flusher.start(asyncio.get_running_loop())
    logs = LogManager(data_dir, flusher=flusher, clock=clock or ManualClock(), **options)
    await logs.start()
    clean = False
    try:
        yield logs
        clean = await logs.stop()
    finally:
        await asyncio.to_thread(flusher.stop)
        data_dir.release(clean=clean)


def test_a_new_directory_gets_an_identity_and_keeps_it(tmp_path: Path) -> None:
    first = DataDir.claim(tmp_path / "deep" / "data", node_id=3)
    assert len(first.cluster_id) == 22
    assert not first.was_clean
    first.release(clean=True)
    again = DataDir.claim(tmp_path / "deep" / "data", node_id=3)
    assert again.cluster_id == first.cluster_id
    assert again.was_clean
    again.release(clean=False)
    assert not DataDir.claim(tmp_path / "deep" / "data", node_id=3).was_clean


def test_the_directory_of_someone_else_is_refused_with_both_names(tmp_path: Path) -> None:
    DataDir.claim(tmp_path, node_id=1, cluster_id="ours").release(clean=True)
    with pytest.raises(Rejected) as other_cluster:
        DataDir.claim(tmp_path, node_id=1, cluster_id="theirs")
    assert "belongs to cluster ours, this node is of cluster theirs" in other_cluster.value.message
    assert "--data-dir" in other_cluster.value.message
    with pytest.raises(Rejected) as other_node:
        DataDir.claim(tmp_path, node_id=2, cluster_id="ours")
    assert "belongs to node 1, this is node 2" in other_node.value.message
    assert "--node-id 1" in other_node.value.message
    assert (tmp_path / "clean-shutdown").exists(), "a refused start must not make the next one scan"


def test_a_directory_in_use_is_refused(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys; from pathlib import Path; from headrace.storage.data_dir import DataDir\n"
            "d = DataDir.claim(Path(sys.argv[1]), node_id=1); print('held', flush=True); sys.stdin.read()",
            str(tmp_path),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(Rejected, match="in use by another process"):
            DataDir.claim(tmp_path, node_id=1)
    finally:
        holder.kill()
        holder.wait()
    DataDir.claim(tmp_path, node_id=1).release(clean=False)


@pytest.mark.parametrize(
    ("content", "error", "words"),
    [
        (b"{", Corrupt, "unreadable"),
        (b'{"format": 1}', Corrupt, "unreadable"),
        (json.dumps({"format": 9, "cluster_id": "c", "node_id": 1}).encode(), Rejected, "has format 9"),
    ],
)
def test_an_unreadable_or_foreign_identity_is_refused(tmp_path: Path, content: bytes, error: type, words: str) -> None:
    (tmp_path / "meta.json").write_bytes(content)
    with pytest.raises(error, match=words):
        DataDir.claim(tmp_path, node_id=1)


def test_logs_without_an_identity_are_not_taken_over(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    with pytest.raises(Corrupt, match=r"no meta\.json"):
        DataDir.claim(tmp_path, node_id=1)


async def test_many_logs_open_in_parallel_and_come_back_clean(tmp_path: Path) -> None:
    wanted = [(topic, index, CONFIG, b"") for topic in ("tiktok", "tiktok-$allcaps$") for index in range(20)]
    async with manager(tmp_path) as logs:
        opened = await logs.open_many(wanted)
        for number, log in enumerate(opened.values()):
            append_values(log, [b"x"] * (number + 1))
        assert sorted((found.topic, found.partition) for found in logs.on_disk()) == sorted(opened)
    async with manager(tmp_path) as logs:
        again = await logs.open_many(wanted)
        assert [log.next_offset for log in again.values()] == list(range(1, 41))
        assert all(log.recovery.lines == [] for log in again.values())
        assert await logs.open("tiktok", 0, CONFIG) is again["tiktok", 0]


async def test_deleting_removes_the_directory_and_a_new_log_starts_empty(tmp_path: Path) -> None:
    long_name = "t" * 249
    async with manager(tmp_path) as logs:
        for topic in ("a", long_name):
            log = await logs.open(topic, 0, CONFIG)
            append_values(log, [b"old"])
            await logs.delete(topic, 0)
            assert logs.get(topic, 0) is None
            fresh = await logs.open(topic, 0, CONFIG)
            assert fresh.next_offset == 0
        await logs.delete("never-there", 7)
    (tmp_path / "logs" / "b-0").mkdir()
    async with manager(tmp_path) as logs:
        await logs.delete("b", 0)
        assert "b" not in {found.topic for found in logs.on_disk()}


async def test_a_deletion_that_a_crash_interrupted_is_finished(tmp_path: Path) -> None:
    async with manager(tmp_path) as logs:
        append_values(await logs.open("a", 0, CONFIG), [b"x"])
    os.rename(tmp_path / "logs" / "a-0", tmp_path / "logs" / "a-0.0123abcd.deleted")
    async with manager(tmp_path) as logs:
        assert logs.on_disk() == []
        assert list((tmp_path / "logs").iterdir()) == []


async def test_what_an_earlier_topic_of_the_name_left_behind_is_not_served(tmp_path: Path) -> None:
    async with manager(tmp_path) as logs:
        append_values(await logs.open("a", 0, CONFIG, b"\1" * 16), [b"old"])
    async with manager(tmp_path) as logs:
        assert (await logs.open("a", 0, CONFIG, b"\1" * 16)).next_offset == 1
    async with manager(tmp_path) as logs:
        assert (await logs.open("a", 0, CONFIG, b"\2" * 16)).next_offset == 0


async def test_one_damaged_log_does_not_disturb_the_others(tmp_path: Path) -> None:
    async with manager(tmp_path) as logs:
        for index in range(3):
            log = await logs.open("t", index, CONFIG)
            for _ in range(60):
                append_values(log, [b"x" * 50])
            log.checkpoint()
    (tmp_path / "clean-shutdown").unlink()
    with (tmp_path / "logs" / "t-1" / f"{0:020d}.log").open("r+b") as file:
        file.seek(200)
        file.write(b"\xff")
    async with manager(tmp_path) as logs:
        opened = await logs.open_many(("t", index, CONFIG, b"") for index in range(3))
        assert [log.stopped is None for log in opened.values()] == [True, False, True]
        assert "damaged at position" in str(opened["t", 1].stopped)
        assert len(read_all(opened["t", 2])) == 60
        logs.housekeeping_pass()
    assert not (tmp_path / "clean-shutdown").exists(), "a stop with a stopped log is not clean: look again next time"


async def test_housekeeping_runs_by_itself(tmp_path: Path) -> None:
    clock = ManualClock()
    async with manager(tmp_path, clock, housekeeping_every_ms=5) as logs:
        log = await logs.open("t", 0, LogConfig(segment_bytes=500, retention_ms=1000))
        for _ in range(20):
            append_values(log, [b"x" * 100])
        log.flush()
        clock.advance(10**9)
        async with asyncio.timeout(10):
            while log.log_start_offset < 20:  # noqa: ASYNC110 - housekeeping has no event
                await asyncio.sleep(0.005)


async def test_a_stop_does_not_wait_for_a_long_pass(tmp_path: Path) -> None:
    async with manager(tmp_path, housekeeping_every_ms=1) as logs:
        config = LogConfig(segment_bytes=100_000, cleanup=frozenset({"compact"}), min_cleanable_dirty_ratio=0.0)
        log = await logs.open("t", 0, config)
        for _ in range(3000):
            append_values(log, [b"x" * 50] * 5)
        log.checkpoint()
    async with manager(tmp_path) as logs:
        assert (await logs.open("t", 0, CONFIG)).next_offset == 15_000
