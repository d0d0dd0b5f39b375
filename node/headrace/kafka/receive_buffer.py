"""Where the bytes of one connection arrive, and how large that place may be.

Tiny while the connection idles, small while it works, and for larger frames taken from the memory that all
connections share (`memory.py`). Owned by `connection.py`, which reads `data`, `start` and `end` directly while it
handles frames. Surprising: a buffer never grows in place but is replaced by another, because slices of it may still
be in use.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Callable
from time import perf_counter

from headrace.kafka.memory import GIANT_BYTES_MIN, ReceiveMemory

#: Before the first request and after a quiet while: thousands of idle connections cost a few megabytes.
TINY_BUFFER_BYTES = 1024
#: Every connection may have this much of its own; only frames that do not fit take from the shared memory.
SMALL_BUFFER_BYTES = 64 * 1024
# A large buffer holds at least this, so that a producer of large batches is served by few reads.
_LARGE_BUFFER_BYTES_MIN = 256 * 1024
_ROUND_BYTES = 64 * 1024

# While others wait for memory, a large frame must arrive at least this fast.
_LARGE_FRAME_BYTES_PER_S_MIN = 1024 * 1024

_read_size = struct.Struct(">i").unpack_from


class ReceiveBuffer:
    """Unhandled bytes are `data[start:end]`. Invariant: 0 <= start <= end <= len(data)."""

    __slots__ = (
        "_memory",
        "_on_room",
        "_reserved_bytes",
        "_wanted_bytes",
        "data",
        "end",
        "last_frame_s",
        "start",
        "view",
        "waiting",
    )

    def __init__(self, memory: ReceiveMemory, on_room: Callable[[], None]) -> None:
        """`on_room` is called when memory came after `make_room` had to wait for it."""
        self._memory = memory
        self._on_room = on_room
        self._reserved_bytes = 0
        self._wanted_bytes = 0
        #: For memory from the shared pool.
        self.waiting = False
        self.data: bytearray | mmap.mmap = bytearray(TINY_BUFFER_BYTES)
        self.view = memoryview(self.data)
        self.start = 0
        self.end = 0
        #: When a frame was last complete, or memory for the one that began was granted.
        self.last_frame_s = 0.0

    @property
    def reserved_bytes(self) -> int:
        """What of the shared memory is here."""
        return self._reserved_bytes

    @property
    def full(self) -> bool:
        return self.end == len(self.data)

    @property
    def empty(self) -> bool:
        return self.start == self.end

    def make_room(self) -> None:
        """After handling: let the next read find space for the rest of the frame that has begun, if any.

        If that takes memory which is not there yet, `waiting` is set and reading may go on into the space that is
        left, so that a client that gives up is noticed.
        """
        start, end = self.start, self.end
        if end == TINY_BUFFER_BYTES == len(self.data):
            # The read filled it, so there is more to come: a client that is at work.
            self._use(SMALL_BUFFER_BYTES)
            start, end = self.start, self.end
        if start == end:
            self.start = self.end = 0
            if self._reserved_bytes and self._memory.contended:
                self.shrink()
            return
        data = self.data
        needed = 4 + _read_size(data, start)[0] if end - start >= 4 else 4
        if start + needed <= len(data):
            return
        if needed > len(data):
            self._grow(needed)
            return
        # Copy through bytes: source and target overlap.
        data[: end - start] = data[start:end]
        self.start = 0
        self.end = end - start

    def _grow(self, needed_bytes: int) -> None:
        if needed_bytes <= SMALL_BUFFER_BYTES:
            self._use(SMALL_BUFFER_BYTES)
            return
        if self.waiting:
            return
        size = max(needed_bytes, _LARGE_BUFFER_BYTES_MIN)
        size = (size + _ROUND_BYTES - 1) // _ROUND_BYTES * _ROUND_BYTES
        if self._reserved_bytes:
            self._memory.release(self._reserved_bytes)
            self._reserved_bytes = 0
        self._wanted_bytes = size
        if self._memory.reserve(size, self._granted):
            self._use(size)
        else:
            self.waiting = True

    def _granted(self) -> None:
        self.waiting = False
        self._use(self._wanted_bytes)
        self._on_room()

    def _use(self, size: int) -> None:
        if size > SMALL_BUFFER_BYTES:
            self._reserved_bytes = size
            self.last_frame_s = perf_counter()
        start, end = self.start, self.end
        # A giant buffer takes memory page by page as bytes arrive: announcing 100 MB must not cost the node 100 MB.
        data = bytearray(size) if size <= GIANT_BYTES_MIN else mmap.mmap(-1, size)
        data[: end - start] = self.view[start:end]
        self.data = data
        self.view = memoryview(data)
        self.start = 0
        self.end = end - start

    def shrink(self) -> None:
        """Give everything back. Only while nothing is buffered."""
        reserved, self._reserved_bytes = self._reserved_bytes, 0
        if len(self.data) > TINY_BUFFER_BYTES:
            self._use(TINY_BUFFER_BYTES)
        if reserved:
            self._memory.release(reserved)

    def holds_up_others(self, now_s: float, last_active_s: float, stall_after_s: float) -> bool:
        """A large frame has begun and does not come on, while others wait for memory:

        it stands still, or trickles.
        """
        if not self._reserved_bytes or self.empty or not self._memory.contended:
            return False
        if now_s - last_active_s > stall_after_s:
            return True
        return now_s - self.last_frame_s > stall_after_s + self._reserved_bytes / _LARGE_FRAME_BYTES_PER_S_MIN

    def close(self) -> None:
        """The connection is gone."""
        if self.waiting:
            self.waiting = False
            self._memory.withdraw(self._granted)
        reserved, self._reserved_bytes = self._reserved_bytes, 0
        self.view = memoryview(b"")
        self.data = bytearray()
        self.start = self.end = 0
        if reserved:
            self._memory.release(reserved)
