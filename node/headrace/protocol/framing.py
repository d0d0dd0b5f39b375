"""Feed bytes, get frames: the four-byte size in front of every request and response.

Called by everything that reads frames and is not the broker's hot connection (which frames inside its own receive
buffer): tests, bench, node-to-node clients. It must not touch sockets. Surprise: a frame above the limit is refused
as soon as its size is known, before anything of it is kept.
"""

from headrace.base.limits import REQUEST_BYTES_MAX
from headrace.protocol.primitives import ProtocolError

__all__ = ["SIZE_BYTES", "FrameReader", "ProtocolError", "check_frame_size"]

SIZE_BYTES = 4


def check_frame_size(size: int, limit_bytes: int = REQUEST_BYTES_MAX) -> int:
    """The size itself; ProtocolError if it is negative or above the limit."""
    if size < 0:
        raise ProtocolError(f"a frame cannot have {size} bytes")
    if size > limit_bytes:
        raise ProtocolError(f"a frame of {size} bytes is above the limit of {limit_bytes}")
    return size


class FrameReader:
    """Collects bytes until whole frames are there; holds at most one incomplete frame."""

    def __init__(self, limit_bytes: int = REQUEST_BYTES_MAX) -> None:
        self._limit_bytes = limit_bytes
        self._buffer = bytearray()

    def feed(self, data: bytes | bytearray | memoryview) -> list[bytes]:
        """Add received bytes; the frames they complete, without their size. ProtocolError on a refused size."""
        buffer = self._buffer
        buffer += data
        frames: list[bytes] = []
        pos = 0
        while len(buffer) - pos >= SIZE_BYTES:
            size = check_frame_size(
                int.from_bytes(buffer[pos : pos + SIZE_BYTES], "big", signed=True), self._limit_bytes
            )
            end = pos + SIZE_BYTES + size
            if len(buffer) < end:
                break
            frames.append(bytes(buffer[pos + SIZE_BYTES : end]))
            pos = end
        if pos:
            del buffer[:pos]
        return frames

    @property
    def pending_bytes(self) -> int:
        """Bytes of a frame that is not complete yet."""
        return len(self._buffer)
