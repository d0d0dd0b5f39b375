"""Who waits on a partition: acks that wait until a batch is visible, fetches that wait for data.

Waiters are plain objects with one method, not futures: a pipelined producer has hundreds of requests parked at a
time, and a future with its callback costs more than the whole rest of such a request. Called by `partition.py` on the
event loop only. Surprising: a waiter may be told after its client has gone; it must bear that.
"""

from __future__ import annotations

import asyncio
import heapq
from itertools import count
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from headrace.partitions.partition import Partition


class AckWaiter(Protocol):
    """Waits until all offsets below some offset are visible."""

    #: Monotonic microseconds after which the wait is given up by `AckQueue.expire`.
    deadline_us: int

    def visible(self) -> None:
        """All offsets it asked for are visible."""
        ...

    def failed(self, error: Exception) -> None:
        """They will not become visible:

        the deadline passed (TimeoutError), or the partition stopped or was removed.
        """
        ...


class DataWatcher(Protocol):
    """Wants to know when a partition has more to read."""

    def partition_advanced(self, partition: Partition) -> None:
        """The visible offset moved. Called at most once per turn of the loop and partition; must be cheap."""
        ...

    def partition_gone(self, partition: Partition) -> None:
        """The partition was removed from this node; nothing more will come."""
        ...


class AckQueue:
    """Waiters by the offset they wait for.

    Bounded by the connections: each stops reading at its own limit of parked bytes.
    """

    __slots__ = ("_heap", "_order")

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, AckWaiter]] = []
        self._order = count()

    def __len__(self) -> int:
        return len(self._heap)

    def add(self, next_offset: int, waiter: AckWaiter) -> None:
        heapq.heappush(self._heap, (next_offset, next(self._order), waiter))

    def release(self, visible_offset: int) -> None:
        """Tell every waiter whose offsets are all below `visible_offset`."""
        heap = self._heap
        while heap and heap[0][0] <= visible_offset:
            heapq.heappop(heap)[2].visible()

    def expire(self, now_us: int) -> None:
        """Give up the waiters whose deadline has passed."""
        late = [entry for entry in self._heap if entry[2].deadline_us <= now_us]
        if not late:
            return
        self._heap = [entry for entry in self._heap if entry[2].deadline_us > now_us]
        heapq.heapify(self._heap)
        for _, _, waiter in late:
            waiter.failed(TimeoutError("the batch did not become durable in time"))

    def fail_all(self, error: Exception) -> None:
        waiters, self._heap = self._heap, []
        for _, _, waiter in waiters:
            waiter.failed(error)


class FutureAck:
    """An `AckWaiter` for code that awaits: coordinators, the pacemaker, tests."""

    __slots__ = ("deadline_us", "future")

    def __init__(self, deadline_us: int = 2**63) -> None:
        self.future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.deadline_us = deadline_us

    def visible(self) -> None:
        if not self.future.done():
            self.future.set_result(None)

    def failed(self, error: Exception) -> None:
        if not self.future.done():
            self.future.set_exception(error)
