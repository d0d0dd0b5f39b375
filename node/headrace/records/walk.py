"""Walk the records of an uncompressed batch body without turning them into objects: where each begins, its key,
whether it has a value.

For compaction, which must be able to read whatever clients wrote (header keys that are not UTF-8 included) and copies
the records it keeps as they are. About a microsecond per record, so for background work only; `reader` is the fast
way to whole records.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from headrace.base.errors import Rejected

CORRUPT_MESSAGE = 2


class RawRecord(NamedTuple):
    """Positions are into the body that was walked."""

    start: int
    #: Where the attributes byte stands: behind the length.
    content: int
    end: int
    timestamp_delta_ms: int
    #: Where the offset delta stands: behind the timestamp delta.
    offset_delta_at: int
    offset_delta: int
    key: bytes | None
    has_value: bool
    #: Where the number of headers stands: behind the value.
    headers_at: int
    value_at: int
    value_length: int


def read_varint(data: bytes, position: int) -> tuple[int, int]:
    """(zig-zag decoded value, position behind it); IndexError at the end of `data`, ValueError beyond 64 bits."""
    byte = data[position]
    position += 1
    if byte < 0x80:
        return (byte >> 1) ^ -(byte & 1), position
    raw = byte & 0x7F
    shift = 7
    while True:
        byte = data[position]
        position += 1
        raw |= (byte & 0x7F) << shift
        if byte < 0x80:
            return (raw >> 1) ^ -(raw & 1), position
        shift += 7
        if shift > 63:
            raise ValueError("a varint of more than ten bytes")


def encode_varint(value: int) -> bytes:
    """Zig-zag varint of a signed 64-bit value."""
    raw = (value << 1) ^ (value >> 63)
    raw &= (1 << 64) - 1
    out = bytearray()
    while raw >= 0x80:
        out.append(raw & 0x7F | 0x80)
        raw >>= 7
    out.append(raw)
    return bytes(out)


def walk_records(body: bytes, record_count: int) -> Iterator[RawRecord]:
    """The `record_count` records that `body` consists of. Rejected CORRUPT_MESSAGE if it does not."""
    position = 0
    size = len(body)
    try:
        for _ in range(record_count):
            start = position
            length, content = read_varint(body, position)
            end = content + length
            if length <= 0 or end > size:
                raise ValueError(f"a record of {length} bytes at position {start} of {size}")
            timestamp_delta_ms, offset_delta_at = read_varint(body, content + 1)
            offset_delta, at = read_varint(body, offset_delta_at)
            key_length, at = read_varint(body, at)
            key = None
            if key_length >= 0:
                key = body[at : at + key_length]
                at += key_length
            value_length, at = read_varint(body, at)
            headers_at = at + max(value_length, 0)
            if headers_at >= end:
                raise ValueError(f"the value of the record at position {start} is longer than the record")
            yield RawRecord(
                start,
                content,
                end,
                timestamp_delta_ms,
                offset_delta_at,
                offset_delta,
                key,
                value_length >= 0,
                headers_at,
                at,
                value_length,
            )
            position = end
    except (IndexError, ValueError) as error:
        raise Rejected(CORRUPT_MESSAGE, f"the records of a batch cannot be read: {error}") from error
    if position != size:
        raise Rejected(CORRUPT_MESSAGE, f"{size - position} bytes follow the last record of a batch")


def read_headers(body: bytes, record: RawRecord) -> tuple[tuple[str, bytes | None], ...]:
    """The headers of one record; bytes of a key that are not UTF-8 become the replacement character."""
    try:
        count, at = read_varint(body, record.headers_at)
        headers: list[tuple[str, bytes | None]] = []
        if not 0 <= count <= record.end - at:
            raise ValueError(f"{count} headers in {record.end - at} bytes")
        for _ in range(count):
            key_length, at = read_varint(body, at)
            key = body[at : at + key_length]
            at += max(key_length, 0)
            value_length, at = read_varint(body, at)
            value = body[at : at + value_length] if value_length >= 0 else None
            at += max(value_length, 0)
            if key_length < 0 or at > record.end:
                raise ValueError("a header does not fit its record")
            headers.append((key.decode("utf-8", "replace"), value))
        if at != record.end:
            raise ValueError(f"{record.end - at} bytes follow the headers")
    except (IndexError, ValueError) as error:
        raise Rejected(CORRUPT_MESSAGE, f"the headers of a record cannot be read: {error}") from error
    return tuple(headers)
