"""How far the input was consumed, written into the producer fields of an output batch.

The sidecar stamps every batch it hands back, the pacemaker's driver reads the stamp of the last batch of a
materialised partition after a restart; thus progress is as durable as the output itself. Producer ids of real
producers are counted up from 0, so the reserved range cannot meet them. Surprising: Kafka's clients ignore these
fields in batches that are not transactional.
"""

from __future__ import annotations

from headrace.records.batch import BatchHeader

#: "HR" in the top 16 bits of the producer id: positive, and out of reach of counted ids.
STAMP_PREFIX = 0x4852
STAMP_EPOCH = 0

_LOW_BITS = 31
_LOW_MASK = (1 << _LOW_BITS) - 1
_PREFIX_SHIFT = 48


def stamp_fields(progress: int) -> tuple[int, int, int]:
    """Producer id, producer epoch and base sequence that stand for `progress` (the input offset after the chunk)."""
    return (STAMP_PREFIX << _PREFIX_SHIFT) | (progress >> _LOW_BITS), STAMP_EPOCH, progress & _LOW_MASK


def read_stamp(header: BatchHeader) -> int | None:
    """The progress that a batch carries, None if it was not stamped by us."""
    if header.producer_id >> _PREFIX_SHIFT != STAMP_PREFIX or header.producer_epoch != STAMP_EPOCH:
        return None
    high = header.producer_id & ((1 << _PREFIX_SHIFT) - 1)
    if not 0 <= header.base_sequence <= _LOW_MASK or high >> (63 - _LOW_BITS):
        return None
    return (high << _LOW_BITS) | header.base_sequence
