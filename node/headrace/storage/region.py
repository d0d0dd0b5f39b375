"""A stretch of a segment file that holds whole batches and is not in memory: the kernel sends it to a socket itself.

A large fetch would otherwise cost two copies and a megabyte per waiting client. Made by `Log.read_region`, sent by the
connection, which may still `read` it where sending is not possible (TLS, an unknown transport). Surprising: it keeps
its file open, so a segment that retention removes meanwhile is still sent whole; and a damaged, shorter file shows
only while sending.
"""

from __future__ import annotations

from headrace.base.errors import Corrupt
from headrace.storage.files import File

#: Below this, reading and writing costs less than the system calls of sending (measured: equal at about 100 KiB).
REGION_BYTES_MIN = 128 * 1024


class FileRegion:
    """Bytes `[position, position + length)` of one file. Stands where a fetch answer has its records; `len` works."""

    __slots__ = ("_file", "_length", "_position")

    def __init__(self, file: File, position: int, length: int) -> None:
        self._file = file
        self._position = position
        self._length = length

    def __len__(self) -> int:
        return self._length

    def read(self, start: int, length: int) -> bytes:
        """`length` bytes from `start`, counted within the region. Raises Corrupt if the file ends before."""
        data = self._file.read_at(self._position + start, length)
        if len(data) != length:
            raise self._shorter()
        return data

    def send(self, socket_fd: int, start: int) -> int:
        """Hand bytes from `start` on to a non-blocking socket; how many it took, at least 1.

        BlockingIOError: none for now. Other OSErrors are the socket's. Corrupt: the file ends before the region does.
        """
        sent = self._file.send_to(socket_fd, self._position + start, self._length - start)
        if sent == 0:
            raise self._shorter()
        return sent

    def _shorter(self) -> Corrupt:
        return Corrupt(str(self._file.path), "the file ends before the batches that were written to it")
