"""How much memory all client connections together may hold: large receive buffers and answers that wait to be sent.

A connection has a small buffer of its own; for a larger frame it reserves the whole frame here before it reads it, so
that no two half-read frames can block each other. Called by `connection.py` on the event loop. Surprising: a
connection that may not grow yet just stops reading; TCP then holds its client back, and it goes on when another one
lets go. Giant frames may not take all there is: two sockets that announce 100 MB each and send nothing would otherwise
hold up every producer of the node.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from headrace.base.limits import REQUEST_BYTES_MAX

# All receive buffers beyond the small ones: two of the largest requests and then some.
RECEIVE_BYTES_MAX = 256 * 1024 * 1024
# Frames beyond this are giants; what most clients send (max.request.size is 1 MB) is far below.
GIANT_BYTES_MIN = 4 * 1024 * 1024
# Giants leave this part of the pool to the others, but one of them always has its turn.
_ORDINARY_SHARE = 0.25
# Answers that the kernel has not taken yet; beyond it fetches are answered with little at a time.
UNSENT_BYTES_MAX = 256 * 1024 * 1024
# What a fetch may still return then: enough to go on, and every answer holds one whole batch anyway.
FETCH_BYTES_UNDER_PRESSURE = 64 * 1024

assert RECEIVE_BYTES_MAX >= 2 * REQUEST_BYTES_MAX


class ReceiveMemory:
    """Reservations in order of asking, giants in a line of their own. Invariant: 0 <= used_bytes <= total_bytes."""

    def __init__(self, total_bytes: int = RECEIVE_BYTES_MAX) -> None:
        self.total_bytes = total_bytes
        self.used_bytes = 0
        self._giant_bytes = 0
        self._waiting: deque[tuple[int, Callable[[], None]]] = deque()
        self._giants_waiting: deque[tuple[int, Callable[[], None]]] = deque()
        self._granting = False

    @property
    def contended(self) -> bool:
        """Somebody waits: whoever can do with less now should let go."""
        return bool(self._waiting or self._giants_waiting)

    def reserve(self, count_bytes: int, on_reserved: Callable[[], None]) -> bool:
        """True: reserved. False: `on_reserved` is called once the bytes have been reserved for the caller."""
        line = self._giants_waiting if count_bytes > GIANT_BYTES_MIN else self._waiting
        if not line and self._fits(count_bytes):
            self._take(count_bytes)
            return True
        line.append((count_bytes, on_reserved))
        return False

    def withdraw(self, on_reserved: Callable[[], None]) -> None:
        """The caller waits no more (its connection closed)."""
        # By equality: two looks at one bound method give two objects.
        self._waiting = deque(entry for entry in self._waiting if entry[1] != on_reserved)
        self._giants_waiting = deque(entry for entry in self._giants_waiting if entry[1] != on_reserved)
        self._grant()

    def release(self, count_bytes: int) -> None:
        self.used_bytes -= count_bytes
        if count_bytes > GIANT_BYTES_MIN:
            self._giant_bytes -= count_bytes
        self._grant()

    def _fits(self, count_bytes: int) -> bool:
        if self.used_bytes + count_bytes > self.total_bytes:
            return False
        giants_max = self.total_bytes - int(self.total_bytes * _ORDINARY_SHARE)
        return count_bytes <= GIANT_BYTES_MIN or not self._giant_bytes or self._giant_bytes + count_bytes <= giants_max

    def _take(self, count_bytes: int) -> None:
        self.used_bytes += count_bytes
        if count_bytes > GIANT_BYTES_MIN:
            self._giant_bytes += count_bytes

    def _grant(self) -> None:
        # Who gets memory may let go of it at once; a loop and not a call from there, or a thousand of them would be too
        # deep for the interpreter.
        if self._granting:
            return
        self._granting = True
        try:
            granted = True
            while granted:
                granted = False
                for line in (self._waiting, self._giants_waiting):
                    if line and self._fits(line[0][0]):
                        count, on_reserved = line.popleft()
                        self._take(count)
                        on_reserved()
                        granted = True
        finally:
            self._granting = False


class SendMemory:
    """Bytes of answers that wait in the transports of slow clients."""

    def __init__(self, total_bytes: int = UNSENT_BYTES_MAX) -> None:
        self.total_bytes = total_bytes
        self.unsent_bytes = 0

    def fetch_bytes_max(self) -> int:
        """How many bytes a fetch may answer with now."""
        left = self.total_bytes - self.unsent_bytes
        return left if left > FETCH_BYTES_UNDER_PRESSURE else FETCH_BYTES_UNDER_PRESSURE
