"""Group commit: a few threads that fdatasync the logs that asked for it, and tell the event loop when it is done.

A log is in the queue at most once; whatever was appended to it by the time a thread takes it rides on the same sync,
and appends that come during the sync ask again afterwards. So the cost per record falls as load rises. Completions of
all threads are handed to the loop together, by one wake-up. Must not know what a log is beyond `Flushable`.
Surprising: where syncing is free (a file system in memory) no thread is used at all, the log is flushed in the loop's
next turn.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
from collections import deque
from queue import SimpleQueue
from typing import Protocol

from headrace.base.metrics import Metrics

log = logging.getLogger(__name__)

#: More threads than this did not help on any device measured: 12 files took 0.87 ms with four threads, 1.65 ms with
#: one.
FLUSHER_THREADS_MAX = 4


class Flushable(Protocol):
    """What the flusher needs of a log. `flush` runs in a thread, the other two on the event loop."""

    sync_is_free: bool

    def flush(self) -> int:
        """Sync everything appended so far; returns the durable offset. Raises what went wrong, after which it is
        stopped.
        """
        ...

    def flushed(self, durable_offset: int) -> None: ...

    def flush_failed(self, error: BaseException) -> None: ...

    def after_flush(self) -> None:
        """Work that may wait until the acknowledgement is out; in the thread."""
        ...


class Flusher:
    """`start` and `submit` belong to the event loop; before `start`, submitted logs wait in the queue."""

    def __init__(self, threads: int = FLUSHER_THREADS_MAX, metrics: Metrics | None = None) -> None:
        if not 1 <= threads <= FLUSHER_THREADS_MAX:
            raise ValueError(f"1..{FLUSHER_THREADS_MAX} flusher threads, not {threads}")
        self._thread_count = threads
        self._threads: list[threading.Thread] = []
        self._queue: SimpleQueue[Flushable | None] = SimpleQueue()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._free: list[Flushable] = []
        self._done: deque[tuple[Flushable, int, BaseException | None, float]] = deque()
        self._wake_up_sent = False
        self._total = metrics.counter("flush_total") if metrics else None
        self._seconds = metrics.histogram("flush_seconds") if metrics else None

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        for number in range(self._thread_count):
            thread = threading.Thread(target=self._run, name=f"flusher-{number}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """Finish what is queued and end the threads; blocking, bounded by the syncs that are under way."""
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join()
        self._threads.clear()
        self._loop = None

    def submit(self, flushable: Flushable) -> None:
        """Flush soon. The caller sees to it that one log is submitted once at a time. Event loop only."""
        if flushable.sync_is_free and self._loop is not None:
            if not self._free:
                self._loop.call_soon(self._flush_free)
            self._free.append(flushable)
        else:
            self._queue.put(flushable)

    def post_failure(self, flushable: Flushable, error: BaseException) -> None:
        """Tell the loop that a log stopped for another reason than a flush; from any thread."""
        self._done.append((flushable, 0, error, 0.0))
        self._wake_loop()

    def _flush_free(self) -> None:
        batch, self._free = self._free, []
        for flushable in batch:
            outcome = self._flush(flushable)
            self._deliver_one(outcome)
            if outcome[2] is None:
                self._after(flushable)

    def _run(self) -> None:
        while (flushable := self._queue.get()) is not None:
            outcome = self._flush(flushable)
            self._done.append(outcome)
            self._wake_loop()
            if outcome[2] is None:
                self._after(flushable)

    @staticmethod
    def _flush(flushable: Flushable) -> tuple[Flushable, int, BaseException | None, float]:
        started = time.perf_counter()
        try:
            durable_offset = flushable.flush()
        except Exception as error:
            return flushable, 0, error, time.perf_counter() - started
        return flushable, durable_offset, None, time.perf_counter() - started

    @staticmethod
    def _after(flushable: Flushable) -> None:
        try:
            flushable.after_flush()
        except Exception as error:
            # Nothing that comes after the flush is needed for safety: the next housekeeping tries again.
            log.warning("work after a flush failed: %s", error)

    def _wake_loop(self) -> None:
        # The flag is cleared before the queue is emptied, so a completion is never left behind without a wake-up.
        loop = self._loop
        if not self._wake_up_sent and loop is not None:
            self._wake_up_sent = True
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
                loop.call_soon_threadsafe(self._deliver)

    def _deliver(self) -> None:
        self._wake_up_sent = False
        done = self._done
        while done:
            self._deliver_one(done.popleft())

    def _deliver_one(self, outcome: tuple[Flushable, int, BaseException | None, float]) -> None:
        try:
            self._tell(outcome)
        except Exception:  # one partition's fault must not leave the others waiting
            log.exception("telling a log that it was flushed failed")

    def _tell(self, outcome: tuple[Flushable, int, BaseException | None, float]) -> None:
        flushable, durable_offset, error, seconds = outcome
        if self._total is not None and self._seconds is not None:
            self._total.value += 1
            self._seconds.observe(seconds)
        if error is None:
            flushable.flushed(durable_offset)
        else:
            flushable.flush_failed(error)
