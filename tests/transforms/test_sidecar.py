"""The engine process and its supervisor: real processes and sockets, scripts in plain Python."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import uvloop

from headrace.base.clock import SystemClock
from headrace.base.tasks import TaskSet
from headrace.records.builder import build_batch
from headrace.records.reader import Record, read_records
from headrace.transforms.engines import channel, supervisor
from headrace.transforms.engines.channel import Frame, Kind, LoadOrder, RunOrder
from headrace.transforms.engines.supervisor import EngineSupervisor

COMMAND = [sys.executable, "-m", "headrace_testing.python_guest"]
HARNESS = str(Path(__file__).parents[1] / "harness")
WAIT_S = 30.0


class Node:
    """The node's side: keeps what the engine says."""

    def __init__(self) -> None:
        self.ups = 0
        self.losses: list[str] = []
        self.frames: dict[int, Frame] = {}
        self.news = asyncio.Event()
        self.engine: EngineSupervisor

    def on_engine_up(self) -> None:
        self.ups += 1
        self.news.set()

    def on_engine_lost(self, reason: str) -> None:
        self.losses.append(reason)
        self.news.set()

    def on_engine_frame(self, frame: Frame) -> None:
        self.frames[frame.ident] = frame
        self.news.set()

    async def until(self, condition) -> None:  # type: ignore[no-untyped-def]
        async with asyncio.timeout(WAIT_S):
            while not condition():
                self.news.clear()
                await self.news.wait()

    async def answer(self, op: int) -> Frame:
        await self.until(lambda: op in self.frames)
        return self.frames.pop(op)

    async def load(self, handle: int, content: str) -> Frame:
        order = LoadOrder(handle, "loud", b"d" * 32, "js", {}, content.encode())
        self.engine.send(channel.encode_load(handle, order), op=handle, load=True)
        return await self.answer(handle)

    def start_run(self, op: int, handle: int, *values: str, mode: channel.RunMode = "halt") -> None:
        data = build_batch([Record(0, 1, None, value.encode()) for value in values])
        self.engine.send(channel.encode_run(op, RunOrder(handle, mode, 0, None, "in", 0, data)), op=op)

    async def run(self, op: int, handle: int, *values: str) -> list[str]:
        self.start_run(op, handle, *values)
        frame = await self.answer(op)
        assert frame.kind == Kind.DONE, bytes(frame.body)
        answer = channel.decode_done(frame.body)
        return [(r.value or b"").decode() for _key, data in answer.outputs for r in read_records(data)]


def with_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, story, **options) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setenv("PYTHONPATH", HARNESS)

    async def body() -> None:
        node = Node()
        tasks = TaskSet("test")
        node.engine = EngineSupervisor(
            node, cache_dir=tmp_path, clock=SystemClock(), tasks=tasks, command=COMMAND, **options
        )
        node.engine.start()
        try:
            await node.until(lambda: node.ups == 1)
            await story(node)
        finally:
            await node.engine.stop()
            await tasks.stop()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(body())


def test_load_run_unload(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(node: Node) -> None:
        frame = await node.load(1, "upper:in,also")
        assert frame.kind == Kind.LOADED
        assert channel.decode_loaded(frame.body).subscriptions == (("in", None), ("also", None))
        assert await node.run(10, 1, "a", "b") == ["A", "B"]
        node.engine.send(channel.encode_unload(1))
        node.start_run(11, 1, "a")
        frame = await node.answer(11)
        assert frame.kind == Kind.REFUSED
        assert "not loaded" in str(channel.decode_failure(frame.body))

    with_engine(tmp_path, monkeypatch, story)


def test_a_script_that_does_not_parse_says_where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(node: Node) -> None:
        frame = await node.load(1, "nonsense")
        assert frame.kind == Kind.LOAD_FAILED
        failure = channel.decode_failure(frame.body)
        assert (failure.kind, failure.where) == ("load", "main.js:1:1")

    with_engine(tmp_path, monkeypatch, story)


def test_a_spinning_script_holds_up_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(node: Node) -> None:
        await node.load(1, "spin")
        await node.load(2, "upper")
        began = time.monotonic()
        node.start_run(10, 1, "spin")
        for op in range(20, 40):
            assert await node.run(op, 2, "x") == ["X"]
        assert time.monotonic() - began < 0.9, "the other script waited for the one that spins"
        assert 10 not in node.frames
        frame = await node.answer(10)
        answer = channel.decode_done(frame.body)
        assert answer.halted is not None
        assert answer.halted.kind == "deadline"
        assert await node.run(11, 1, "fine again") == ["FINE AGAIN"]

    with_engine(tmp_path, monkeypatch, story)


def test_every_order_is_answered_when_a_script_is_unloaded_in_the_middle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer that stays out would look like a chunk that never ends, and the engine would be killed for it."""

    async def story(node: Node) -> None:
        await node.load(1, "spin")
        for op in (10, 11, 12):
            node.start_run(op, 1, "spin")
        node.engine.send(channel.encode_unload(1))
        await node.until(lambda: {10, 11, 12} <= set(node.frames))
        assert [node.frames[op].kind for op in (11, 12)] == [Kind.REFUSED] * 2
        # Unloaded before it is loaded: that is an answer, too.
        order = LoadOrder(2, "loud", b"d" * 32, "js", {}, b"upper")
        node.engine.send(channel.encode_unload(2))
        node.engine.send(channel.encode_load(2, order), op=2, load=True)
        assert (await node.answer(2)).kind == Kind.LOAD_FAILED
        assert not node.engine._link.owed  # type: ignore[union-attr]

    with_engine(tmp_path, monkeypatch, story)


def test_chunks_of_one_script_come_back_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(node: Node) -> None:
        await node.load(1, "upper")
        order: list[int] = []
        take = node.on_engine_frame
        node.on_engine_frame = lambda frame: (order.append(frame.ident), take(frame))[1]  # type: ignore[method-assign]
        node.engine._link._listener = node  # type: ignore[union-attr]
        for op in range(100, 200):
            node.start_run(op, 1, "x")
        await node.answer(199)
        assert order == list(range(100, 200))

    with_engine(tmp_path, monkeypatch, story)


def test_a_large_chunk_goes_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(node: Node) -> None:
        await node.load(1, "upper")
        big = "x" * 3_000_000
        assert await node.run(10, 1, big, "y") == [big.upper(), "Y"]

    with_engine(tmp_path, monkeypatch, story)


def test_an_engine_that_dies_is_started_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(node: Node) -> None:
        await node.load(1, "kill")
        node.start_run(10, 1, "kill")
        await node.until(lambda: node.losses)
        assert "signal 9" in node.losses[0]
        await node.until(lambda: node.ups == 2)
        await node.load(2, "upper")
        assert await node.run(11, 2, "a") == ["A"]
        assert node.engine.pid is not None
        os.kill(node.engine.pid, signal.SIGKILL)
        await node.until(lambda: node.ups == 3)

    with_engine(tmp_path, monkeypatch, story)


def test_an_engine_that_falls_silent_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "_PING_EVERY_S", 0.05)
    monkeypatch.setattr(supervisor, "_SILENCE_MAX_S", 0.5)

    async def story(node: Node) -> None:
        stopped = node.engine.pid
        assert stopped is not None
        os.kill(stopped, signal.SIGSTOP)
        await node.until(lambda: node.losses)
        assert "silent" in node.losses[0]
        await node.until(lambda: node.ups == 2)
        assert node.engine.pid != stopped
        assert not Path(f"/proc/{stopped}").exists()

    with_engine(tmp_path, monkeypatch, story)


def test_an_engine_that_holds_a_chunk_too_long_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "_PING_EVERY_S", 0.05)
    monkeypatch.setattr(supervisor, "_RUN_MAX_S", 0.2)

    async def story(node: Node) -> None:
        await node.load(1, "spin")
        node.start_run(10, 1, "spin")
        await node.until(lambda: node.losses)
        assert "beyond every deadline" in node.losses[0]

    with_engine(tmp_path, monkeypatch, story)


def test_an_engine_that_talks_nonsense_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(node: Node) -> None:
        link = node.engine._link
        assert link is not None
        room = link.get_buffer(-1)
        room[:9] = b"\xff" * 9
        link.buffer_updated(9)
        await node.until(lambda: node.losses)
        assert "nonsense" in node.losses[0]
        await node.until(lambda: node.ups == 2)

    with_engine(tmp_path, monkeypatch, story)


def test_the_engine_goes_when_its_node_dies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for the node starts an engine and is killed; the engine is inside a script at that moment."""
    monkeypatch.setenv("PYTHONPATH", HARNESS)
    stand_in = (
        "import socket, subprocess, sys, time\n"
        "ours, theirs = socket.socketpair()\n"
        f"command = [*{COMMAND!r}, '--fd', str(theirs.fileno()), '--cache', '.']\n"
        "p = subprocess.Popen(command, pass_fds=[theirs.fileno()])\n"
        "theirs.close(); ours.recv(1); print(p.pid, flush=True); time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", stand_in], stdout=subprocess.PIPE, text=True) as node:
        assert node.stdout is not None
        engine = int(node.stdout.readline())
        node.kill()
        deadline = time.monotonic() + WAIT_S
        while alive(engine):
            assert time.monotonic() < deadline, "the engine outlives its node"
            time.sleep(0.01)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_an_engine_of_its_own_serves_one_node_after_the_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", HARNESS)
    path = tmp_path / "engine.sock"
    with subprocess.Popen([*COMMAND, "--listen", str(path), "--cache", str(tmp_path)]) as engine:
        try:
            deadline = time.monotonic() + WAIT_S
            while not path.exists():
                assert time.monotonic() < deadline
                time.sleep(0.01)

            async def story(node: Node) -> None:
                await node.load(1, "upper")
                assert await node.run(10, 1, "a") == ["A"]

            for _ in range(2):
                with_engine(tmp_path, monkeypatch, story, engine_socket=path)
            assert engine.poll() is None
        finally:
            engine.kill()


def test_an_engine_that_is_not_there_yet_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", HARNESS)
    path = tmp_path / "engine.sock"

    async def body() -> None:
        node, tasks = Node(), TaskSet("test")
        node.engine = EngineSupervisor(
            node, cache_dir=tmp_path, clock=SystemClock(), tasks=tasks, command=COMMAND, engine_socket=path
        )
        node.engine.start()
        await node.until(lambda: node.losses)
        assert "cannot reach" in node.losses[0]
        process = await asyncio.create_subprocess_exec(*COMMAND, "--listen", str(path), "--cache", str(tmp_path))
        await node.until(lambda: node.ups == 1)
        tries = len(node.losses)
        process.kill()
        await process.wait()
        await node.until(lambda: len(node.losses) > tries)
        await node.engine.stop()
        await tasks.stop()

    asyncio.run(body())
