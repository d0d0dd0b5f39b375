"""Records to one batch: the compiled encoder behind one door, compression of our own.

For the node's own writers (journal, coordinators, logs, progress) and tests; clients' batches are never rebuilt.
Surprising: if compressing does not help the batch is still compressed, so that what was asked for is what is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from aiokafka.record.default_records import DefaultRecordBatchBuilder

from headrace.records.batch import (
    HEADER_BYTES,
    LENGTH_OVERHEAD_BYTES,
    NO_PRODUCER_EPOCH,
    NO_PRODUCER_ID,
    NO_SEQUENCE,
    parse_header,
    seal_crc,
    write_header,
)
from headrace.records.compression import codec_number, compress

_BATCH_BYTES_MAX = 2**31 - 1


class RecordLike(Protocol):
    """`headrace.records.reader.Record` is one; its offset is not looked at."""

    @property
    def timestamp_ms(self) -> int: ...
    @property
    def key(self) -> bytes | None: ...
    @property
    def value(self) -> bytes | None: ...
    @property
    def headers(self) -> Sequence[tuple[str, bytes | None]]: ...


def build_batch(
    records: Sequence[RecordLike],
    *,
    base_offset: int = 0,
    leader_epoch: int = -1,
    compression: str = "none",
    producer_id: int = NO_PRODUCER_ID,
    producer_epoch: int = NO_PRODUCER_EPOCH,
    base_sequence: int = NO_SEQUENCE,
    attributes_extra: int = 0,
) -> bytearray:
    """One sealed batch of at least one record, at offsets `base_offset`, +1, ...; `attributes_extra` is or-ed in."""
    if not records:
        raise ValueError("a batch needs at least one record")
    codec = codec_number(compression)
    builder = DefaultRecordBatchBuilder(
        magic=2,
        compression_type=0,
        is_transactional=0,
        producer_id=producer_id,
        producer_epoch=producer_epoch,
        base_sequence=base_sequence,
        batch_size=_BATCH_BYTES_MAX,
    )
    for delta, record in enumerate(records):
        added = builder.append(delta, record.timestamp_ms, record.key, record.value, list(record.headers))
        if added is None:
            raise ValueError(f"the records do not fit a batch of {_BATCH_BYTES_MAX} bytes")
    batch = bytearray(builder.build())
    if codec:
        batch[HEADER_BYTES:] = compress(codec, memoryview(batch)[HEADER_BYTES:].toreadonly())
    header = parse_header(batch)
    header.base_offset = base_offset
    header.leader_epoch = leader_epoch
    header.batch_length = len(batch) - LENGTH_OVERHEAD_BYTES
    header.attributes |= codec | attributes_extra
    write_header(batch, 0, header)
    seal_crc(batch)
    return batch
