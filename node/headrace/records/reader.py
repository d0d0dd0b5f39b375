"""Batches to records: the compiled decoder behind one door, decompression bounded.

For those who need whole records: registry, coordinators, timestamp look-ups, tests. Never on produce and fetch paths.
Surprising: the compiled decoder refuses header keys that are not UTF-8, which Kafka stores happily; such a batch is
walked in Python instead, and the odd bytes become the replacement character.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from aiokafka.errors import CorruptRecordException
from aiokafka.record.default_records import DefaultRecordBatch

from headrace.base.errors import Rejected
from headrace.base.limits import UNCOMPRESSED_CHUNK_BYTES_MAX
from headrace.records.batch import (
    COMPRESSION_MASK,
    CORRUPT_MESSAGE,
    HEADER_BYTES,
    LENGTH_OVERHEAD_BYTES,
    LOG_APPEND_TIME,
    BatchHeader,
    Buffer,
    parse_header,
    seal_crc,
    write_header,
)
from headrace.records.compression import decompress
from headrace.records.walk import read_headers, walk_records


@dataclass(slots=True)
class Record:
    """One record as a client sees it. `timestamp_ms` is the batch's under LogAppendTime."""

    offset: int
    timestamp_ms: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...] = ()


def read_records(buf: Buffer, limit_bytes: int = UNCOMPRESSED_CHUNK_BYTES_MAX) -> list[Record]:
    """The records of all batches in `buf`, in order; control batches included (look at their header to tell).

    `limit_bytes` bounds the uncompressed size of all together. Rejected: CORRUPT_MESSAGE or MESSAGE_TOO_LARGE. CRCs are
    not checked here (`check_batches` does that).
    """
    records: list[Record] = []
    for header, batch in _uncompressed(buf, limit_bytes):
        if header.record_count:
            records += _decode(header, batch)
    return records


def keys_and_timestamps(buf: Buffer, limit_bytes: int) -> list[tuple[bool, int]]:
    """(has a key, timestamp in ms) of each record, for checks of what clients send: a tenth of the cost of
    `read_records`. Errors as there.
    """
    found: list[tuple[bool, int]] = []
    for header, batch in _uncompressed(buf, limit_bytes):
        try:
            found += [(record.key is not None, record.timestamp) for record in DefaultRecordBatch(batch)]
        except CorruptRecordException as error:
            raise Rejected(CORRUPT_MESSAGE, f"the records of a batch cannot be read: {error}") from error
        except UnicodeDecodeError:
            found += [(record.key is not None, record.timestamp_ms) for record in _decode_slowly(header, batch)]
    return found


def decompress_batches(buf: Buffer, limit_bytes: int = UNCOMPRESSED_CHUNK_BYTES_MAX) -> bytes:
    """The same batches, uncompressed, attributes and CRC right. Errors as `read_records`."""
    return b"".join(batch for _, batch in _uncompressed(buf, limit_bytes))


def _uncompressed(buf: Buffer, limit_bytes: int) -> Iterator[tuple[BatchHeader, bytes]]:
    view = memoryview(buf)
    position = 0
    left = limit_bytes
    while position < len(view):
        header = parse_header(view, position)
        end = position + header.size_bytes
        if header.size_bytes < HEADER_BYTES or end > len(view) or header.record_count < 0:
            raise Rejected(CORRUPT_MESSAGE, f"a batch of {header.size_bytes} bytes does not fit {len(view) - position}")
        if header.attributes & COMPRESSION_MASK:
            batch = uncompress(header, view[position:end], left)
        else:
            batch = bytes(view[position:end])
        left -= len(batch)
        yield header, batch
        position = end


def uncompress(header: BatchHeader, batch: Buffer, limit_bytes: int) -> bytes:
    """One batch, uncompressed; `header` is changed to fit. Errors as `read_records`."""
    body = decompress(header.compression, memoryview(batch)[HEADER_BYTES:], limit_bytes)
    fresh = bytearray(HEADER_BYTES + len(body))
    header.attributes &= ~COMPRESSION_MASK
    header.batch_length = len(fresh) - LENGTH_OVERHEAD_BYTES
    write_header(fresh, 0, header)
    fresh[HEADER_BYTES:] = body
    seal_crc(fresh)
    return bytes(fresh)


#: Offset delta, key, whether there is a value (a tombstone has none).
KeyedRecord = tuple[int, bytes | None, bool]


def read_keys(header: BatchHeader, batch: Buffer) -> list[KeyedRecord]:
    """What compaction asks of the records of one *uncompressed* batch. Rejected CORRUPT_MESSAGE."""
    base_offset = header.base_offset
    try:
        return [(r.offset - base_offset, r.key, r.value is not None) for r in DefaultRecordBatch(batch)]
    except CorruptRecordException as error:
        raise Rejected(CORRUPT_MESSAGE, f"the records of a batch cannot be read: {error}") from error
    except UnicodeDecodeError:
        body = bytes(memoryview(batch)[HEADER_BYTES:])
        return [(raw.offset_delta, raw.key, raw.has_value) for raw in walk_records(body, header.record_count)]


def _decode(header: BatchHeader, batch: bytes) -> list[Record]:
    try:
        return [
            Record(r.offset, r.timestamp, r.key, r.value, tuple(r.headers) if r.headers else ())
            for r in DefaultRecordBatch(batch)
        ]
    except CorruptRecordException as error:
        raise Rejected(CORRUPT_MESSAGE, f"the records of a batch cannot be read: {error}") from error
    except UnicodeDecodeError:
        return _decode_slowly(header, batch)


def _decode_slowly(header: BatchHeader, batch: bytes) -> list[Record]:
    body = batch[HEADER_BYTES:]
    append_time = header.timestamp_type == LOG_APPEND_TIME
    return [
        Record(
            header.base_offset + raw.offset_delta,
            header.max_timestamp_ms if append_time else header.base_timestamp_ms + raw.timestamp_delta_ms,
            raw.key,
            body[raw.value_at : raw.headers_at] if raw.has_value else None,
            read_headers(body, raw),
        )
        for raw in walk_records(body, header.record_count)
    ]
