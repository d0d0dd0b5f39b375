"""How much memory all client connections together may hold: large receive buffers and answers that wait to be sent.

A connection has a small buffer of its own; for a larger frame it reserves the whole frame here before it reads it, so
that no two half-read frames can block each other. Called by `connection.py` on the event loop. Surprising: a
connection that may not grow yet just stops reading; TCP then holds its client back, and it goes on when another one
lets go.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from headrace.base.limits import REQUEST_BYTES_MAX

# All receive buffers beyond the small ones: two of the largest requests and then some.
RECEIVE_BYTES_MAX = 256 * 1024 * 1024
# Answers that the kernel has not taken yet; beyond it fetches are answered with little at a time.
UNSENT_BYTES_MAX = 256 * 1024 * 1024
# What a fetch may still return then: enough to go on, and every answer holds one whole batch anyway.
FETCH_BYTES_UNDER_PRESSURE = 64 * 1024

assert RECEIVE_BYTES_MAX >= 2 * REQUEST_BYTES_MAX


class ReceiveMemory:
    """Reservations in order of asking. Invariant: 0 <= used_bytes <= total_bytes."""

    def __init__(self, total_bytes: int = RECEIVE_BYTES_MAX) -> None:
        self.total_bytes = total_bytes
        self.used_bytes = 0
        self._waiting: deque[tuple[int, Callable[[], None]]] = deque()

    @property
    def contended(self) -> bool:
        """Somebody waits: whoever can do with less now should let go."""
        return bool(self._waiting)

    def reserve(self, count_bytes: int, on_reserved: Callable[[], None]) -> bool:
        """True: reserved. False: `on_reserved` is called once the bytes have been reserved for the caller."""
        if not self._waiting and self.used_bytes + count_bytes <= self.total_bytes:
            self.used_bytes += count_bytes
            return True
        self._waiting.append((count_bytes, on_reserved))
        return False

    def withdraw(self, on_reserved: Callable[[], None]) -> None:
        """The caller waits no more (its connection closed)."""
        self._waiting = deque(entry for entry in self._waiting if entry[1] is not on_reserved)
        self.release(0)

    def release(self, count_bytes: int) -> None:
        self.used_bytes -= count_bytes
        while self._waiting and self.used_bytes + self._waiting[0][0] <= self.total_bytes:
            count, on_reserved = self._waiting.popleft()
            self.used_bytes += count
            on_reserved()


class SendMemory:
    """Bytes of answers that wait in the transports of slow clients."""

    def __init__(self, total_bytes: int = UNSENT_BYTES_MAX) -> None:
        self.total_bytes = total_bytes
        self.unsent_bytes = 0

    def fetch_bytes_max(self) -> int:
        """How many bytes a fetch may answer with now."""
        left = self.total_bytes - self.unsent_bytes
        return left if left > FETCH_BYTES_UNDER_PRESSURE else FETCH_BYTES_UNDER_PRESSURE
