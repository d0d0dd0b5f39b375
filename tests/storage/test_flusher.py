"""Group commit: who waits for whom, what rides together, what happens when a sync fails."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from headrace.base.errors import Corrupt, HeadraceError
from headrace.base.metrics import Metrics
from headrace.storage.flusher import FLUSHER_THREADS_MAX, Flusher
from headrace_testing.disk import SimulatedDisk
from headrace_testing.log_writing import append_values, open_log

DEADLINE_S = 10


class Gate:
    """A log whose syncs wait until the test lets them through."""

    sync_is_free = False

    def __init__(self) -> None:
        self.appended = 0
        self.entered = threading.Semaphore(0)
        self.let_through = threading.Semaphore(0)
        self.error: Exception | None = None
        self.told: list[int] = []
        self.failed: list[BaseException] = []
        self.threads: set[int] = set()
        self.after = 0

    def flush(self) -> int:
        reached = self.appended
        self.threads.add(threading.get_ident())
        self.entered.release()
        assert self.let_through.acquire(timeout=DEADLINE_S)
        if self.error is not None:
            raise self.error
        return reached

    def flushed(self, durable_offset: int) -> None:
        self.told.append(durable_offset)

    def flush_failed(self, error: BaseException) -> None:
        self.failed.append(error)

    def after_flush(self) -> None:
        self.after += 1


@asynccontextmanager
async def running(threads: int = 4, metrics: Metrics | None = None) -> AsyncIterator[Flusher]:
    flusher = Flusher(threads, metrics)
    flusher.start(asyncio.get_running_loop())
    try:
        yield flusher
    finally:
        await asyncio.to_thread(flusher.stop)


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(DEADLINE_S):
        while not condition():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.001)


async def test_syncs_of_different_logs_run_side_by_side_up_to_the_limit() -> None:
    async with running() as flusher:
        gates = [Gate() for _ in range(FLUSHER_THREADS_MAX + 2)]
        for gate in gates:
            flusher.submit(gate)
        for gate in gates[:FLUSHER_THREADS_MAX]:
            assert await asyncio.to_thread(gate.entered.acquire, timeout=DEADLINE_S)
        assert not gates[-1].entered.acquire(blocking=False), "more threads than allowed"
        for gate in gates:
            gate.let_through.release()
        await until(lambda: all(gate.told for gate in gates))
        await until(lambda: all(gate.after for gate in gates))
        assert len(set.union(*(gate.threads for gate in gates))) <= FLUSHER_THREADS_MAX


async def test_completions_reach_the_loop_and_are_counted() -> None:
    metrics = Metrics()
    async with running(1, metrics) as flusher:
        gate = Gate()
        gate.let_through.release(3)
        loop_thread = threading.get_ident()
        told_in: list[int] = []
        gate.flushed = lambda offset: told_in.append(threading.get_ident())
        for _ in range(3):
            flusher.submit(gate)
        await until(lambda: len(told_in) == 3)
        assert set(told_in) == {loop_thread}
        assert metrics.counter("flush_total").value == 3
        assert sum(metrics.histogram("flush_seconds").counts) == 3


async def test_a_failed_flush_is_told_and_the_threads_live_on() -> None:
    async with running(1) as flusher:
        bad, good = Gate(), Gate()
        bad.error = OSError("broken")
        bad.let_through.release()
        good.let_through.release()
        flusher.submit(bad)
        flusher.submit(good)
        await until(lambda: bad.failed and good.told)
        assert bad.after == 0


async def test_a_listener_that_fails_does_not_leave_the_others_waiting() -> None:
    async with running(1) as flusher:
        bad, good = Gate(), Gate()
        bad.flushed = lambda offset: 1 // 0
        for gate in (bad, good):
            gate.let_through.release()
            flusher.submit(gate)
        await until(lambda: good.told)


async def test_stopping_finishes_what_is_queued() -> None:
    flusher = Flusher(1)
    flusher.start(asyncio.get_running_loop())
    gates = [Gate() for _ in range(5)]
    for gate in gates:
        gate.let_through.release()
        flusher.submit(gate)
    await asyncio.to_thread(flusher.stop)
    assert all(gate.threads for gate in gates)


async def test_appends_during_a_sync_share_the_next_one(tmp_path: Path) -> None:
    """A hundred appends while the first sync is under way cost one more sync, not a hundred."""
    disk = SimulatedDisk()
    async with running() as flusher:
        log = open_log(Path("/logs/t-0"), files=disk, flusher=flusher)
        entered, go_on = threading.Event(), threading.Event()
        flush_really = log.flush

        def slow_flush() -> int:
            if not entered.is_set():
                entered.set()
                assert go_on.wait(DEADLINE_S)
            return flush_really()

        log.flush = slow_flush
        told: list[int] = []
        log.on_durable = told.append
        append_values(log, [b"first"])
        syncs_before = disk.syncs
        log.request_flush()
        await asyncio.to_thread(entered.wait, DEADLINE_S)
        for _ in range(100):
            append_values(log, [b"x"])
            log.request_flush()
        go_on.set()
        await until(lambda: told and told[-1] == 101)
        assert disk.syncs - syncs_before <= 3
        assert told == sorted(told)
        assert log.durable_offset == 101


async def test_each_log_learns_its_own_durable_offset(tmp_path: Path) -> None:
    async with running() as flusher:
        logs = [open_log(tmp_path / f"t-{i}", flusher=flusher) for i in range(12)]
        told: dict[int, list[int]] = {i: [] for i in range(12)}
        for i, log in enumerate(logs):
            log.on_durable = told[i].append
        for turn in range(30):
            for i, log in enumerate(logs):
                append_values(log, [b"x"] * (i + 1))
                log.request_flush()
            if turn % 3 == 0:
                await asyncio.sleep(0)
        await until(lambda: all(told[i] and told[i][-1] == 30 * (i + 1) for i in range(12)))
        for log in logs:
            log.close()


async def test_a_failed_sync_stops_the_log_and_tells_its_owner_once() -> None:
    disk = SimulatedDisk()
    async with running() as flusher:
        log = open_log(Path("/logs/t-0"), files=disk, flusher=flusher)
        stopped: list[HeadraceError] = []
        told: list[int] = []
        log.on_stopped = stopped.append
        log.on_durable = told.append
        append_values(log, [b"x"])
        disk.failures["sync", ".log"] = 1
        log.request_flush()
        await until(lambda: stopped)
        log.request_flush()
        with pytest.raises(Corrupt, match="restart the node"):
            append_values(log, [b"y"])
        assert told == []
        assert len(stopped) == 1
        assert log.durable_offset == 0


async def test_where_syncing_is_free_no_thread_is_used() -> None:
    """On tmpfs a sync does nothing; a thread hop would cost more than the append."""
    async with running() as flusher:
        log = open_log(Path("/logs/t-0"), files=SimulatedDisk(), flusher=flusher)
        log.sync_is_free = True
        in_threads: list[int] = []
        flush_really = log.flush
        log.flush = lambda: (in_threads.append(threading.get_ident()), flush_really())[1]
        told: list[int] = []
        log.on_durable = told.append
        append_values(log, [b"x"])
        log.request_flush()
        log.request_flush()
        assert told == [], "never from within the request"
        await until(lambda: told)
        assert told == [1]
        assert in_threads == [threading.get_ident()]
