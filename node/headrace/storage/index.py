"""Sparse index of one segment: offset -> position and timestamp -> position in one structure, and its file.

An entry stands at a batch boundary, every few KiB: the batch's base offset, its position, and the largest timestamp
of all batches *before* it. Offsets, positions and timestamps all ascend, so every question is one bisection. The file
holds the whole index with a checksum and says how many bytes of the segment it describes; those bytes were on the
device before the file was written, so it is also the recovery point: start-up scans only what lies beyond. It must
never be written before the segment is synced. A missing or damaged file costs a scan, never data.
"""

from __future__ import annotations

import struct
import sys
from array import array
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import pairwise

from crc32c import crc32c

_MAGIC = b"HRI1"
_SEALED = 1
# magic, flags, pad, base offset, covered bytes, next offset, first and max timestamp, entries, crc
_FILE_HEADER = struct.Struct("<4sB3xqqqqqII")
_CRC_AT = _FILE_HEADER.size - 4

NO_TIMESTAMP = -1


class SparseIndex:
    """Invariant: the three arrays have equal length; offsets and positions strictly ascend, timestamps never fall."""

    __slots__ = ("max_timestamps_ms", "positions", "relative_offsets")

    def __init__(self) -> None:
        self.relative_offsets = array("I")
        self.positions = array("I")
        self.max_timestamps_ms = array("q")

    def __len__(self) -> int:
        return len(self.positions)

    def add(self, relative_offset: int, position: int, max_timestamp_before_ms: int) -> None:
        # Readers on other threads look at `relative_offsets` first: it grows last.
        self.max_timestamps_ms.append(max_timestamp_before_ms)
        self.positions.append(position)
        self.relative_offsets.append(relative_offset)

    def position_of_offset(self, relative_offset: int) -> int:
        """Position of an indexed batch at or before this offset (0 if there is none)."""
        entry = bisect_right(self.relative_offsets, relative_offset) - 1
        return self.positions[entry] if entry >= 0 else 0

    def boundary_before(self, position: int) -> tuple[int, int]:
        """(position, relative offset) of the last indexed batch that starts at or before `position`; (0, 0) if none."""
        entry = bisect_right(self.positions, position) - 1
        return (self.positions[entry], self.relative_offsets[entry]) if entry >= 0 else (0, 0)

    def entry_before(self, position: int) -> tuple[int, int, int]:
        """(position, relative offset, largest timestamp before it) of the last entry at or before `position`."""
        entry = bisect_right(self.positions, position) - 1
        if entry < 0:
            return 0, 0, NO_TIMESTAMP
        return self.positions[entry], self.relative_offsets[entry], self.max_timestamps_ms[entry]

    def position_of_timestamp(self, timestamp_ms: int) -> int:
        """A position before which no batch reaches `timestamp_ms`."""
        entry = bisect_left(self.max_timestamps_ms, timestamp_ms) - 1
        return self.positions[entry] if entry >= 0 else 0

    def cut(self, size_bytes: int) -> None:
        """Forget the entries at or beyond position `size_bytes`."""
        keep = bisect_left(self.positions, size_bytes)
        del self.relative_offsets[keep:]
        del self.positions[keep:]
        del self.max_timestamps_ms[keep:]

    def check_invariants(self) -> None:
        assert len(self.positions) == len(self.relative_offsets) == len(self.max_timestamps_ms)
        for column in (self.positions, self.relative_offsets):
            assert all(a < b for a, b in pairwise(column))
        stamps = self.max_timestamps_ms
        assert all(a <= b for a, b in pairwise(stamps))


@dataclass(frozen=True, slots=True)
class IndexSummary:
    """What an index file says of its segment beyond the entries."""

    base_offset: int
    #: The first so many bytes of the segment are described here and were synced before this was written.
    covered_bytes: int
    #: The offset after the last one that belongs to the covered bytes.
    next_offset: int
    first_timestamp_ms: int
    max_timestamp_ms: int
    #: The segment will never be appended to again and is exactly `covered_bytes` long.
    sealed: bool


def encode_index(index: SparseIndex, entries: int, summary: IndexSummary) -> bytes:
    """The file for the first `entries` of `index`, which may grow meanwhile."""
    columns: list[array[int]] = [
        index.relative_offsets[:entries],
        index.positions[:entries],
        index.max_timestamps_ms[:entries],
    ]
    if sys.byteorder == "big":
        for column in columns:
            column.byteswap()
    body = bytearray(_FILE_HEADER.size)
    _FILE_HEADER.pack_into(
        body,
        0,
        _MAGIC,
        _SEALED if summary.sealed else 0,
        summary.base_offset,
        summary.covered_bytes,
        summary.next_offset,
        summary.first_timestamp_ms,
        summary.max_timestamp_ms,
        entries,
        0,
    )
    for column in columns:
        body += column.tobytes()
    struct.pack_into("<I", body, _CRC_AT, crc32c(body))
    return bytes(body)


def decode_summary(head: bytes) -> tuple[IndexSummary, int, int] | None:
    """(summary, number of entries, checksum) from the first bytes of an index file; None if they are no such thing."""
    if len(head) < _FILE_HEADER.size:
        return None
    magic, flags, base, covered, next_offset, first_ms, max_ms, count, crc = _FILE_HEADER.unpack_from(head)
    if magic != _MAGIC:
        return None
    return IndexSummary(base, covered, next_offset, first_ms, max_ms, bool(flags & _SEALED)), count, crc


def decode_index(data: bytes) -> tuple[SparseIndex, IndexSummary] | None:
    """The index and summary in `data`, or None if one bit is wrong."""
    decoded = decode_summary(data)
    if decoded is None:
        return None
    summary, count, crc = decoded
    if len(data) != _FILE_HEADER.size + count * 16:
        return None
    blank = bytearray(data)
    struct.pack_into("<I", blank, _CRC_AT, 0)
    if crc32c(blank) != crc:
        return None
    index = SparseIndex()
    view = memoryview(data)[_FILE_HEADER.size :]
    index.relative_offsets.frombytes(view[: 4 * count])
    index.positions.frombytes(view[4 * count : 8 * count])
    index.max_timestamps_ms.frombytes(view[8 * count :])
    if sys.byteorder == "big":
        for column in (index.relative_offsets, index.positions, index.max_timestamps_ms):
            column.byteswap()
    return index, summary
