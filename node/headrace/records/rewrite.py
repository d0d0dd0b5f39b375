"""Make a batch smaller by leaving records out: what compaction does to one batch.

Offsets, batch boundaries (base offset, last offset delta) and producer fields stay as they were, so consumers,
idempotence and progress do not notice. Records that stay are copied byte for byte. Tombstones that stay get a date
(KIP-534): the first time a batch with one is rewritten, the time from which they may go becomes its base timestamp,
and every timestamp delta is adjusted. Called by compaction, in a background thread: about a microsecond per record.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from headrace.base.limits import UNCOMPRESSED_CHUNK_BYTES_MAX
from headrace.records.batch import (
    COMPRESSION_MASK,
    DELETE_HORIZON_BIT,
    HEADER_BYTES,
    LENGTH_OVERHEAD_BYTES,
    LOG_APPEND_TIME,
    NO_TIMESTAMP,
    BatchHeader,
    Buffer,
    seal_crc,
    write_header,
)
from headrace.records.compression import NONE, compress
from headrace.records.reader import KeyedRecord, read_keys, uncompress
from headrace.records.walk import RawRecord, encode_varint, walk_records


@dataclass(slots=True)
class Rewritten:
    """The batch as it shall be; None: it goes entirely. `changed` is False if it is the original, untouched."""

    batch: Buffer | None
    changed: bool
    #: Whether it still holds tombstones.
    has_tombstones: bool = False


def read_batch_keys(
    header: BatchHeader, batch: Buffer, limit_bytes: int = UNCOMPRESSED_CHUNK_BYTES_MAX
) -> tuple[list[KeyedRecord], Buffer]:
    """Offset delta, key and "has a value" of each record, and the batch uncompressed. Rejected if it cannot be read."""
    opened = batch
    if header.compression != NONE:
        opened = uncompress(copy_header(header), batch, limit_bytes)
    return read_keys(header, opened), opened


def retain(
    header: BatchHeader,
    batch: Buffer,
    choose: Callable[[list[KeyedRecord]], list[bool]],
    *,
    tombstone_horizon_ms: int,
    keep_empty: bool,
) -> Rewritten:
    """The batch without the records that `choose` turns down.

    A batch without records left stays as a bare header if `keep_empty`. `tombstone_horizon_ms`: from when the
    tombstones of a batch that has no date yet may go. Rejected if the records cannot be read.
    """
    records, opened = read_batch_keys(header, batch)
    chosen = choose(records)
    kept_count = sum(chosen)
    if not kept_count:
        return Rewritten(empty_batch(header) if keep_empty else None, changed=True)
    has_tombstones = any(keep and not has_value for keep, (_, _, has_value) in zip(chosen, records, strict=True))
    dates = has_tombstones and header.delete_horizon_ms is None
    if kept_count == header.record_count and not dates:
        return Rewritten(batch, changed=False, has_tombstones=has_tombstones)
    body = bytes(memoryview(opened)[HEADER_BYTES:])
    kept = [record for keep, record in zip(chosen, walk_records(body, header.record_count), strict=True) if keep]
    fresh = copy_header(header)
    fresh.record_count = kept_count
    if header.timestamp_type != LOG_APPEND_TIME:
        fresh.max_timestamp_ms = header.base_timestamp_ms + max(record.timestamp_delta_ms for record in kept)
    if dates:
        new_body = _rebase(body, kept, header.base_timestamp_ms - tombstone_horizon_ms)
        fresh.base_timestamp_ms = tombstone_horizon_ms
        fresh.attributes |= DELETE_HORIZON_BIT
    else:
        new_body = b"".join(body[record.start : record.end] for record in kept)
    return Rewritten(_assemble(fresh, new_body), changed=True, has_tombstones=has_tombstones)


def empty_batch(header: BatchHeader) -> bytes:
    """A batch of no records that stands for the whole of `header`: offsets, producer and largest timestamp as they
    were.
    """
    fresh = copy_header(header)
    fresh.attributes &= ~(COMPRESSION_MASK | DELETE_HORIZON_BIT)
    fresh.base_timestamp_ms = NO_TIMESTAMP
    fresh.record_count = 0
    return _assemble(fresh, b"")


def _rebase(body: bytes, records: Sequence[RawRecord], shift_ms: int) -> bytes:
    parts: list[bytes] = []
    for record in records:
        delta = encode_varint(record.timestamp_delta_ms + shift_ms)
        tail = body[record.offset_delta_at : record.end]
        parts += (encode_varint(1 + len(delta) + len(tail)), body[record.content : record.content + 1], delta, tail)
    return b"".join(parts)


def _assemble(header: BatchHeader, body: bytes) -> bytes:
    packed = body if header.compression == NONE else compress(header.compression, body)
    header.batch_length = HEADER_BYTES + len(packed) - LENGTH_OVERHEAD_BYTES
    batch = bytearray(HEADER_BYTES + len(packed))
    write_header(batch, 0, header)
    batch[HEADER_BYTES:] = packed
    seal_crc(batch)
    return bytes(batch)


def copy_header(header: BatchHeader) -> BatchHeader:
    """Faster than `dataclasses.replace`."""
    return BatchHeader(
        header.base_offset,
        header.batch_length,
        header.leader_epoch,
        header.magic,
        header.crc,
        header.attributes,
        header.last_offset_delta,
        header.base_timestamp_ms,
        header.max_timestamp_ms,
        header.producer_id,
        header.producer_epoch,
        header.base_sequence,
        header.record_count,
    )
