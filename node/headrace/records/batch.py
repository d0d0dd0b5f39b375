"""The 61-byte header of a Kafka record batch (format v2): parse, check, patch in place. Records are never decoded here.

The hot path of produce lives on these functions, so they work on positions in one buffer and copy nothing. Called by
partitions (client batches), storage (recovery, reads) and transforms (output of scripts). Surprising: base offset and
leader epoch lie outside the CRC, so a node may write them without touching the checksum; everything from the
attributes on lies inside. Compacted logs hold batches with fewer records than offsets, down to none, so `check_batch`
allows that; what a client may send is stricter (`partitions.core.admission`). Source: Kafka's message format, KIP-98,
KIP-534.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from crc32c import crc32c

from headrace.base.errors import Rejected

Buffer = bytes | bytearray | memoryview

HEADER_BYTES = 61
#: Bytes of a batch that `batch_length` does not count: base offset and the length itself.
LENGTH_OVERHEAD_BYTES = 12
MAGIC_V2 = 2

NO_PRODUCER_ID = -1
NO_PRODUCER_EPOCH = -1
NO_SEQUENCE = -1
NO_TIMESTAMP = -1

COMPRESSION_MASK = 0x07
TIMESTAMP_TYPE_BIT = 0x08
TRANSACTIONAL_BIT = 0x10
CONTROL_BIT = 0x20
#: KIP-534: the base timestamp of the batch is the time from which its tombstones may go.
DELETE_HORIZON_BIT = 0x40

LOG_APPEND_TIME = 1

CORRUPT_MESSAGE = 2
INVALID_RECORD = 87

_HEADER = struct.Struct(">qiibIhiqqqhii")
_LENGTH = struct.Struct(">qi")
_CRC = struct.Struct(">I")
_PRODUCER = struct.Struct(">qhi")
_MAX_TIMESTAMP = struct.Struct(">q")
_ATTRIBUTES = struct.Struct(">h")
_BASE_OFFSET = struct.Struct(">q")
_LEADER_EPOCH = struct.Struct(">i")

_LEADER_EPOCH_AT = 12
_MAGIC_AT = 16
_CRC_AT = 17
_ATTRIBUTES_AT = 21
_MAX_TIMESTAMP_AT = 35
_PRODUCER_AT = 43

_OFFSET_DELTA_MAX = 2**31 - 1

assert _HEADER.size == HEADER_BYTES


@dataclass(slots=True)
class BatchHeader:
    """The fields of one batch header, in wire order. Mutable, so that whoever patches the bytes keeps this in step."""

    base_offset: int
    batch_length: int
    leader_epoch: int
    magic: int
    crc: int
    attributes: int
    #: `last_offset - base_offset`. Invariant after `check_batch`: 0 <= record_count <= last_offset_delta + 1.
    last_offset_delta: int
    base_timestamp_ms: int
    max_timestamp_ms: int
    producer_id: int
    producer_epoch: int
    base_sequence: int
    record_count: int

    @property
    def size_bytes(self) -> int:
        return self.batch_length + LENGTH_OVERHEAD_BYTES

    @property
    def last_offset(self) -> int:
        return self.base_offset + self.last_offset_delta

    @property
    def next_offset(self) -> int:
        return self.base_offset + self.last_offset_delta + 1

    @property
    def compression(self) -> int:
        """0 none, 1 gzip, 2 snappy, 3 lz4, 4 zstd."""
        return self.attributes & COMPRESSION_MASK

    @property
    def timestamp_type(self) -> int:
        """0 create time, 1 log append time."""
        return 1 if self.attributes & TIMESTAMP_TYPE_BIT else 0

    @property
    def is_transactional(self) -> bool:
        return bool(self.attributes & TRANSACTIONAL_BIT)

    @property
    def is_control(self) -> bool:
        return bool(self.attributes & CONTROL_BIT)

    @property
    def has_producer(self) -> bool:
        return self.producer_id >= 0

    @property
    def delete_horizon_ms(self) -> int | None:
        """When the tombstones of this batch may go (KIP-534), or None while compaction has not seen it."""
        return self.base_timestamp_ms if self.attributes & DELETE_HORIZON_BIT else None


def parse_header(buf: Buffer, position: int = 0) -> BatchHeader:
    """The header at `position`; no check but that 61 bytes are there (else Rejected CORRUPT_MESSAGE)."""
    try:
        return BatchHeader(*_HEADER.unpack_from(buf, position))
    except struct.error:
        raise _corrupt(
            f"{len(buf) - position} bytes are too few for the {HEADER_BYTES} bytes of a batch header"
        ) from None


def batch_size_bytes(buf: Buffer, position: int = 0) -> tuple[int, int]:
    """(base offset, size in bytes) of the batch at `position`; needs 12 bytes there, checks nothing."""
    base_offset, batch_length = _LENGTH.unpack_from(buf, position)
    return base_offset, batch_length + LENGTH_OVERHEAD_BYTES


def check_batch(buf: Buffer, position: int = 0, limit: int | None = None) -> BatchHeader:
    """The header of the batch at `position`, after checking lengths, magic, CRC32C and counts.

    The batch must end at or before `limit` (default: the end of `buf`). Raises Rejected: CORRUPT_MESSAGE (2) for bytes
    that are damaged, INVALID_RECORD (87) for an old format or a header that contradicts itself.
    """
    end = len(buf) if limit is None else limit
    if end - position < HEADER_BYTES:
        raise _corrupt(f"{end - position} bytes are too few for the {HEADER_BYTES} bytes of a batch header")
    header = BatchHeader(*_HEADER.unpack_from(buf, position))
    batch_end = position + header.batch_length + LENGTH_OVERHEAD_BYTES
    if header.magic != MAGIC_V2:
        raise _bad_magic(header.magic)
    if batch_end > end or header.batch_length < HEADER_BYTES - LENGTH_OVERHEAD_BYTES:
        raise _corrupt(f"batch length {header.batch_length} does not fit the {end - position} bytes that are there")
    view = buf if type(buf) is memoryview else memoryview(buf)
    if crc32c(view[position + _ATTRIBUTES_AT : batch_end]) != header.crc:
        raise _corrupt(f"the batch fails its CRC32C check (stored {header.crc:#010x})")
    delta = header.last_offset_delta
    if not 0 <= header.record_count <= delta + 1 or delta > _OFFSET_DELTA_MAX or header.base_offset < 0:
        raise Rejected(
            INVALID_RECORD,
            f"{header.record_count} records do not fit base offset {header.base_offset} and last offset delta {delta}",
        )
    if header.attributes & COMPRESSION_MASK > 4:
        raise Rejected(INVALID_RECORD, f"unknown compression type {header.attributes & COMPRESSION_MASK} in the batch")
    return header


def check_batches(buf: Buffer) -> list[BatchHeader]:
    """The headers of the 1..n whole batches that `buf` consists of. Rejected as in `check_batch`, also for a rest."""
    header = check_batch(buf)
    size = len(buf)
    position = header.batch_length + LENGTH_OVERHEAD_BYTES
    headers = [header]
    while position < size:
        header = check_batch(buf, position)
        headers.append(header)
        position += header.batch_length + LENGTH_OVERHEAD_BYTES
    return headers


def patch_position(buf: memoryview | bytearray, position: int, base_offset: int, leader_epoch: int) -> None:
    """Write base offset and leader epoch in place; both lie outside the CRC."""
    _BASE_OFFSET.pack_into(buf, position, base_offset)
    _LEADER_EPOCH.pack_into(buf, position + _LEADER_EPOCH_AT, leader_epoch)


def stamp_producer(
    buf: memoryview | bytearray, position: int, producer_id: int, producer_epoch: int, base_sequence: int
) -> None:
    """Write the producer fields in place. They lie inside the CRC: call `seal_crc` when all fields are right."""
    _PRODUCER.pack_into(buf, position + _PRODUCER_AT, producer_id, producer_epoch, base_sequence)


def set_log_append_time(buf: memoryview | bytearray, position: int, wall_ms: int) -> None:
    """Make every record of the batch carry `wall_ms` (message.timestamp.type=LogAppendTime), CRC included."""
    (attributes,) = _ATTRIBUTES.unpack_from(buf, position + _ATTRIBUTES_AT)
    _ATTRIBUTES.pack_into(buf, position + _ATTRIBUTES_AT, attributes | TIMESTAMP_TYPE_BIT)
    _MAX_TIMESTAMP.pack_into(buf, position + _MAX_TIMESTAMP_AT, wall_ms)
    seal_crc(buf, position)


def seal_crc(buf: memoryview | bytearray, position: int = 0) -> None:
    """Compute the CRC32C of the batch at `position` and write it; the length field must be right already."""
    batch_end = position + batch_size_bytes(buf, position)[1]
    with memoryview(buf)[position + _ATTRIBUTES_AT : batch_end] as covered:
        _CRC.pack_into(buf, position + _CRC_AT, crc32c(covered))


def write_header(buf: memoryview | bytearray, position: int, header: BatchHeader) -> None:
    """Write all 61 bytes as `header` says, its `crc` included; `seal_crc` afterwards if the body changed."""
    _HEADER.pack_into(
        buf,
        position,
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


def _corrupt(message: str) -> Rejected:
    return Rejected(CORRUPT_MESSAGE, message)


def _bad_magic(magic: int) -> Rejected:
    if magic in (0, 1):
        return Rejected(
            INVALID_RECORD, f"record format v{magic} is not supported, produce with format v2 (Kafka 0.11 or newer)"
        )
    return _corrupt(f"unknown record format, magic byte {magic}")
