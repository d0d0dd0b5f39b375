"""One segment: a file of batches and its sparse index, as one unit.

Knows how to append, find, read and walk batches inside its file; knows nothing of other segments, retention or
durability (the log does). Appends come from one thread under the log's lock; reads from any. Surprising: the file may
be longer than `size_bytes` (reserved or zero-filled ahead), so the end of the data is `size_bytes`, never the end of
the file; and a sealed segment opens its file and loads its index when first read and lets them go when idle, so that
thousands of segments cost neither descriptors nor memory.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from headrace.base.errors import Corrupt
from headrace.records.batch import HEADER_BYTES, LENGTH_OVERHEAD_BYTES, BatchHeader, parse_header
from headrace.storage import layout
from headrace.storage.files import File, Files
from headrace.storage.index import NO_TIMESTAMP, IndexSummary, SparseIndex, decode_index, encode_index

# Base offset, batch length and last offset delta: all that walking from batch to batch needs.
_STEP = struct.Struct(">qi11xi")
_WALK_BYTES = 8192

#: Relative offsets in the index are unsigned 32-bit; Kafka's limit, one bit lower, is kept.
RELATIVE_OFFSET_MAX = 2**31 - 1


@dataclass(frozen=True, slots=True)
class IndexMark:
    """A consistent cut through a segment: summary and number of index entries that lie inside it."""

    summary: IndexSummary
    entries: int


class Segment:
    """Invariants: `base_offset <= next_offset`; bytes `[0, size_bytes)` are whole batches in offset order."""

    __slots__ = (
        "_file",
        "_files",
        "_index",
        "base_offset",
        "covered_bytes",
        "filled_to",
        "first_timestamp_ms",
        "idle",
        "indexed_to",
        "last_position",
        "max_timestamp_ms",
        "next_offset",
        "path",
        "retired",
        "roll_at_ms",
        "sealed",
        "size_bytes",
        "verified",
    )

    def __init__(self, files: Files, directory: Path, base_offset: int) -> None:
        self._files = files
        self._file: File | None = None
        self._index: SparseIndex | None = SparseIndex()
        self.path = layout.numbered(directory, base_offset, layout.LOG_SUFFIX)
        self.base_offset = base_offset
        self.next_offset = base_offset
        self.size_bytes = 0
        self.first_timestamp_ms = NO_TIMESTAMP
        self.max_timestamp_ms = NO_TIMESTAMP
        #: A batch with a timestamp beyond this starts a new segment.
        self.roll_at_ms = 2**63
        #: Where the last batch starts; -1 when unknown or none.
        self.last_position = -1
        #: Position of the last index entry, 0 before the first.
        self.indexed_to = 0
        #: Up to here the file holds zeros or data already, so writing there changes no metadata; see `log_writer`.
        self.filled_to = 0
        #: Never appended to again, and its index file says so.
        self.sealed = False
        #: Bytes that the index file on disk describes.
        self.covered_bytes = 0
        #: Every CRC of it was checked since this process started.
        self.verified = False
        #: Not part of the log any more (removed, replaced): positions remembered for it are void.
        self.retired = False
        #: Nobody read it since housekeeping last looked.
        self.idle = False

    # -- files ---------------------------------------------------------------------------------------------------

    @property
    def index_path(self) -> Path:
        return self.path.with_suffix(layout.INDEX_SUFFIX)

    def create(self, preallocate_bytes: int = 0) -> None:
        """Create the empty file. The directory entry is not durable yet."""
        file = self._files.open(self.path, create=True)
        file.truncate(0)
        if preallocate_bytes:
            file.preallocate(preallocate_bytes)
        self._file = file

    @property
    def file(self) -> File:
        file = self._file
        if file is None:
            self._file = file = self._files.open(self.path)
        self.idle = False
        return file

    @property
    def index(self) -> SparseIndex:
        index = self._index
        return index if index is not None else self._load_index()

    def _load_index(self) -> SparseIndex:
        """A sealed segment's index from its file, or by walking the segment if the file is damaged."""
        index: SparseIndex | None = None
        try:
            decoded = decode_index(self._files.read(self.index_path))
        except OSError:
            decoded = None
        if decoded is not None and decoded[1].covered_bytes == self.size_bytes:
            index = decoded[0]
        else:
            index = SparseIndex()
            indexed_to = 0
            max_ms = NO_TIMESTAMP
            for position, header in self.walk(0):
                if position - indexed_to >= _WALK_BYTES:
                    index.add(header.base_offset - self.base_offset, position, max_ms)
                    indexed_to = position
                if header.record_count:
                    max_ms = max(max_ms, header.max_timestamp_ms)
        self._index = index
        return index

    def adopt_index(self, index: SparseIndex) -> None:
        self._index = index
        self.indexed_to = index.positions[-1] if len(index) else 0

    def release(self) -> None:
        """Let file and index go if nobody used them since the last call; only for sealed segments."""
        if self.idle:
            self._file = None
            self._index = None
        self.idle = True

    def mark(self) -> IndexMark:
        """What an index file written now would say; taken under the log's lock, written after the data is synced."""
        return IndexMark(
            IndexSummary(
                self.base_offset,
                self.size_bytes,
                self.next_offset,
                self.first_timestamp_ms,
                self.max_timestamp_ms,
                sealed=False,
            ),
            len(self.index),
        )

    def write_index(self, mark: IndexMark, *, sealed: bool, path: Path | None = None) -> None:
        """Write the index file for what `mark` covers, which must be on the device already."""
        summary = replace(mark.summary, sealed=sealed)
        self._files.write_atomically(path or self.index_path, encode_index(self.index, mark.entries, summary))
        self.covered_bytes = summary.covered_bytes
        self.sealed = sealed

    def trim(self) -> None:
        """Give back what was reserved behind the data. Only while nobody appends."""
        if self.file.size_bytes() > self.size_bytes:
            self.file.truncate(self.size_bytes)
        self.filled_to = self.size_bytes

    def remove(self) -> None:
        """Remove both files. Readers that hold the open file finish undisturbed.

        The index goes first: one without its segment would tell start-up that data is missing.
        """
        self.retired = True
        self._files.remove(self.index_path)
        self._files.remove(self.path)

    # -- appending -----------------------------------------------------------------------------------------------

    def note_appended(self, headers: Sequence[BatchHeader], index_interval_bytes: int, roll_after_ms: int) -> None:
        """Account for batches that were just written at `size_bytes`."""
        position = self.size_bytes
        for header in headers:
            if position - self.indexed_to >= index_interval_bytes:
                self.index.add(header.base_offset - self.base_offset, position, self.max_timestamp_ms)
                self.indexed_to = position
            # A batch that compaction emptied keeps its timestamp for its producer's sake, but no record has it.
            timestamp_ms = header.max_timestamp_ms if header.record_count else NO_TIMESTAMP
            if timestamp_ms > self.max_timestamp_ms:  # noqa: PLR1730 - no call on the hot path
                self.max_timestamp_ms = timestamp_ms
            if self.first_timestamp_ms < 0 and timestamp_ms >= 0:
                self.first_timestamp_ms = timestamp_ms
                self.roll_at_ms = timestamp_ms + roll_after_ms
            self.last_position = position
            position += header.batch_length + LENGTH_OVERHEAD_BYTES
        self.size_bytes = position
        self.next_offset = headers[-1].next_offset

    def has_room(self, size_bytes: int, last: BatchHeader, segment_bytes: int) -> bool:
        """Whether batches of `size_bytes` ending in `last` may still go into this segment. An empty one takes
        anything.
        """
        held = self.size_bytes
        return held == 0 or (
            held + size_bytes <= segment_bytes
            and last.max_timestamp_ms <= self.roll_at_ms
            and last.base_offset + last.last_offset_delta - self.base_offset <= RELATIVE_OFFSET_MAX
        )

    # -- finding and reading -------------------------------------------------------------------------------------

    def read(self, position: int, length: int) -> bytes:
        """Exactly `length` bytes; Corrupt if the file ends before."""
        data = self.file.read_at(position, length)
        if len(data) != length:
            raise Corrupt(
                str(self.path),
                f"the file ends at {position + len(data)} but {self.size_bytes} bytes were written to it",
            )
        return data

    def find(self, offset: int) -> int:
        """Position of the first batch that holds `offset` or later ones; `size_bytes` if there is none.

        Read as an end: batches before this position lie wholly below `offset`.
        """
        size = self.size_bytes
        if offset >= self.next_offset:
            return size
        if offset <= self.base_offset:
            return 0
        position = self.index.position_of_offset(offset - self.base_offset)
        base = 0
        chunk = b""
        while position < size:
            at = position - base
            if not chunk or at + _STEP.size > len(chunk):
                base, at = position, 0
                chunk = self.read(position, min(_WALK_BYTES, size - position))
            base_offset, batch_length, last_delta = _STEP.unpack_from(chunk, at)
            if base_offset + last_delta >= offset:
                return position
            position = self._after(position, batch_length)
        return size

    def last_whole(self, position: int, limit: int) -> int:
        """The largest batch boundary in `(position, limit]`, or the end of the batch at `position` if larger."""
        indexed, _ = self.index.boundary_before(limit)
        end = max(indexed, position)
        while end < self.size_bytes:
            head = self.read(end, LENGTH_OVERHEAD_BYTES)
            following = self._after(end, int.from_bytes(head[8:12], "big", signed=True))
            if following > limit and end > position:
                break
            end = following
        return end

    def walk(self, position: int, limit: int | None = None) -> Iterator[tuple[int, BatchHeader]]:
        """(position, header) of every batch from the boundary `position` to `limit`; payloads are not read."""
        end = self.size_bytes if limit is None else limit
        base = 0
        chunk = b""
        while position < end:
            at = position - base
            if not chunk or at + HEADER_BYTES > len(chunk):
                base, at = position, 0
                chunk = self.read(position, min(_WALK_BYTES, self.size_bytes - position))
            header = parse_header(chunk, at)
            yield position, header
            position = self._after(position, header.batch_length)

    def _after(self, position: int, batch_length: int) -> int:
        following = position + batch_length + LENGTH_OVERHEAD_BYTES
        if batch_length < HEADER_BYTES - LENGTH_OVERHEAD_BYTES or following > self.size_bytes:
            raise Corrupt(str(self.path), f"the batch at position {position} has an impossible length {batch_length}")
        return following

    def last_header(self) -> BatchHeader | None:
        """The header of the last batch, None in an empty segment."""
        if self.size_bytes == 0:
            return None
        if self.last_position < 0:
            start, _ = self.index.boundary_before(self.size_bytes - 1)
            for position, _ in self.walk(start):
                self.last_position = position
        return parse_header(self.read(self.last_position, HEADER_BYTES))

    def cut(self, position: int, next_offset: int) -> None:
        """Drop everything from the batch boundary `position` on and make that durable."""
        self.file.truncate(position)
        self.file.sync()
        self.index.cut(position)
        self.adopt_index(self.index)
        self.size_bytes = self.filled_to = position
        self.next_offset = next_offset
        self.last_position = -1
        self.sealed = False
        self.max_timestamp_ms = self.first_timestamp_ms = NO_TIMESTAMP
        if len(self.index):
            self.max_timestamp_ms = self.index.max_timestamps_ms[-1]
        for at, header in self.walk(self.indexed_to):
            self.last_position = at
            if header.record_count:
                self.max_timestamp_ms = max(self.max_timestamp_ms, header.max_timestamp_ms)
        for _, header in self.walk(0):
            if header.record_count and header.max_timestamp_ms >= 0:
                self.first_timestamp_ms = header.max_timestamp_ms
                break

    def check_invariants(self) -> None:
        """Read the whole segment and compare it with what is remembered of it."""
        self.index.check_invariants()
        previous = self.base_offset
        max_ms = NO_TIMESTAMP
        boundaries = {0}
        for position, header in self.walk(0):
            assert previous <= header.base_offset, (self.path, position)
            previous = header.next_offset
            if header.record_count:
                max_ms = max(max_ms, header.max_timestamp_ms)
            boundaries.add(position)
        assert previous <= self.next_offset
        assert max_ms == self.max_timestamp_ms
        assert boundaries.issuperset(self.index.positions)
