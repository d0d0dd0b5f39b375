"""Read a segment batch by batch, checking everything, until its end or the first damage. Used by recovery and by the
scrubber.

Bounded memory: one window of about a mebibyte, or one batch if that is larger. Never changes anything on disk.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from headrace.base.errors import Rejected
from headrace.base.limits import MIB, REQUEST_BYTES_MAX
from headrace.records.batch import HEADER_BYTES, BatchHeader, batch_size_bytes, check_batch
from headrace.storage.files import File

_WINDOW_BYTES = MIB
_ZEROS = bytes(64 * 1024)


@dataclass(slots=True)
class Scan:
    """Where the whole, right batches end, and why there."""

    #: Everything before this position is sound.
    end: int
    next_offset: int
    batches: int
    #: What is wrong at `end`; None if the file simply ends there or holds only zeros from there on.
    damage: str | None
    #: Bytes of the file from `end` on.
    rest_bytes: int


def scan(
    file: File,
    position: int,
    next_offset: int,
    *,
    gaps_below: int,
    on_batch: Callable[[int, BatchHeader], None] | None = None,
    limit: int | None = None,
    breathe: Callable[[], None] | None = None,
) -> Scan:
    """Check the batches of `file` from `position`, where offset `next_offset` is expected, to `limit` (default: its
    end).

    `breathe` is called between batches: a background thread pauses there, or gives up by raising. Offsets must follow
    each other without a hole, except below `gaps_below`: there compaction has been.
    """
    size = file.size_bytes() if limit is None else limit
    window = memoryview(b"")
    base = position
    batches = 0
    damage: str | None = None
    while position < size:
        at = position - base
        if at + HEADER_BYTES > len(window) or at + batch_size_bytes(window, at)[1] > len(window):
            base, at = position, 0
            window = memoryview(file.read_at(position, min(_WINDOW_BYTES, size - position)))
            if len(window) >= HEADER_BYTES:
                wanted = batch_size_bytes(window)[1]
                if len(window) < wanted <= min(size - position, REQUEST_BYTES_MAX):
                    window = memoryview(file.read_at(position, wanted))
        try:
            header = check_batch(window, at)
        except Rejected as error:
            damage = error.message
            break
        if header.base_offset != next_offset and not next_offset <= header.base_offset < gaps_below:
            damage = f"the batch has base offset {header.base_offset}, {next_offset} was expected"
            break
        if on_batch is not None:
            on_batch(position, header)
        if breathe is not None:
            breathe()
        batches += 1
        next_offset = header.next_offset
        position += header.size_bytes
    if damage is not None and is_zero(file, position, size):
        damage = None
    return Scan(position, next_offset, batches, damage, size - position)


def is_zero(file: File, position: int, size: int) -> bool:
    """Whether the file holds nothing but zeros from `position` to `size`: reserved space that was never written."""
    while position < size:
        data = file.read_at(position, min(len(_ZEROS), size - position))
        if data != _ZEROS[: len(data)] or not data:
            return False
        position += len(data)
    return True


def whole_batch_follows(file: File, position: int) -> bool:
    """Whether a sound batch stands right behind the damaged one at `position`, if its length can be believed.

    That hints at a flipped bit rather than at a write that was cut short.
    """
    size = file.size_bytes()
    head = file.read_at(position, HEADER_BYTES)
    if len(head) < HEADER_BYTES:
        return False
    length = batch_size_bytes(head)[1]
    following = position + length
    if not HEADER_BYTES <= length <= REQUEST_BYTES_MAX or following + HEADER_BYTES > size:
        return False
    wanted = batch_size_bytes(file.read_at(following, HEADER_BYTES))[1]
    if not HEADER_BYTES <= wanted <= min(REQUEST_BYTES_MAX, size - following):
        return False
    try:
        check_batch(file.read_at(following, wanted))
    except Rejected:
        return False
    return True
