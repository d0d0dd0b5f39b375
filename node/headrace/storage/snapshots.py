"""Producer snapshots: opaque bytes per offset, kept beside the segments.

The partition writes what it knows of its producers (idempotence) so that a start need not walk the whole log. Storage
checks the bytes and keeps the newest two; it never looks inside. A damaged one counts as absent: the next older one
is used.
"""

from __future__ import annotations

import struct
from pathlib import Path

from crc32c import crc32c

from headrace.storage import layout
from headrace.storage.files import Files

_HEAD = struct.Struct("<Iq")  # checksum of the rest, offset
_KEPT = 2


def write(files: Files, directory: Path, offset: int, payload: bytes) -> None:
    """Keep `payload` as the state just before `offset`, durably; older ones than the last two go."""
    body = struct.pack("<q", offset) + payload
    files.write_atomically(
        layout.numbered(directory, offset, layout.PRODUCERS_SUFFIX), struct.pack("<I", crc32c(body)) + body
    )
    for old in layout.offsets_of(files.names(directory), layout.PRODUCERS_SUFFIX)[:-_KEPT]:
        files.remove(layout.numbered(directory, old, layout.PRODUCERS_SUFFIX))


def newest(files: Files, directory: Path, next_offset: int) -> tuple[int, bytes] | None:
    """(offset, payload) of the newest intact snapshot at or before `next_offset`."""
    for offset in reversed(layout.offsets_of(files.names(directory), layout.PRODUCERS_SUFFIX)):
        if offset > next_offset:
            continue
        try:
            data = files.read(layout.numbered(directory, offset, layout.PRODUCERS_SUFFIX))
        except OSError:
            continue
        if len(data) < _HEAD.size:
            continue
        checksum, stored_offset = _HEAD.unpack_from(data)
        if crc32c(data[4:]) == checksum and stored_offset == offset:
            return offset, data[_HEAD.size :]
    return None


def remove_after(files: Files, directory: Path, next_offset: int) -> list[int]:
    """Remove the snapshots that know of offsets the log no longer has; returns theirs."""
    beyond = [o for o in layout.offsets_of(files.names(directory), layout.PRODUCERS_SUFFIX) if o > next_offset]
    for offset in beyond:
        files.remove(layout.numbered(directory, offset, layout.PRODUCERS_SUFFIX))
    return beyond
