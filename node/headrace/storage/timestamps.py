"""Which record was written at or after a time, and which one carries the latest time. For ListOffsets; decodes one
batch.

The index narrows the search to a few KiB of a segment, a walk over headers finds the batch, and only that batch is
decoded to name the exact record, as Kafka does. Timestamps of clients need not ascend: "first" means lowest offset.
"""

from __future__ import annotations

from collections.abc import Sequence

from headrace.records.batch import BatchHeader
from headrace.records.reader import read_records
from headrace.storage.segment import Segment

Found = tuple[int, int, int]


def first_at_or_after(
    segments: Sequence[Segment], log_start_offset: int, timestamp_ms: int, end_offset: int
) -> Found | None:
    """(offset, timestamp, leader epoch) of the lowest offset in `[log_start_offset, end_offset)` at or after
    `timestamp_ms`.
    """
    for segment in segments:
        if segment.base_offset >= end_offset:
            return None
        if segment.max_timestamp_ms < timestamp_ms:
            continue
        for position, header in segment.walk(segment.index.position_of_timestamp(timestamp_ms)):
            if header.base_offset >= end_offset:
                return None
            if (
                header.max_timestamp_ms >= timestamp_ms
                and header.last_offset >= log_start_offset
                and header.record_count
            ):
                found = _first_record(segment, position, header, timestamp_ms, log_start_offset, end_offset)
                if found is not None:
                    return found
    return None


def largest(segments: Sequence[Segment], log_start_offset: int, end_offset: int) -> Found | None:
    """(offset, timestamp, leader epoch) of the lowest offset that carries the largest timestamp below `end_offset`."""
    best: Segment | None = None
    best_ms = -1
    for segment in segments:
        if segment.base_offset >= end_offset:
            break
        segment_ms = _largest_of(segment, log_start_offset, end_offset)
        if segment_ms > best_ms:
            best, best_ms = segment, segment_ms
    if best is None:
        return None
    return first_at_or_after([best], log_start_offset, best_ms, end_offset)


def _largest_of(segment: Segment, log_start_offset: int, end_offset: int) -> int:
    if segment.base_offset >= log_start_offset and segment.next_offset <= end_offset:
        return segment.max_timestamp_ms
    position = segment.find(log_start_offset)
    largest_ms = -1
    if position == 0:
        # What lies before the last index entry below the end is summed up in that entry.
        position, _, largest_ms = segment.index.entry_before(segment.find(end_offset))
    for _, header in segment.walk(position):
        if header.base_offset >= end_offset:
            break
        if header.record_count:
            largest_ms = max(largest_ms, header.max_timestamp_ms)
    return largest_ms


def _first_record(
    segment: Segment, position: int, header: BatchHeader, timestamp_ms: int, start_offset: int, end_offset: int
) -> Found | None:
    for record in read_records(segment.read(position, header.size_bytes)):
        if record.timestamp_ms >= timestamp_ms and start_offset <= record.offset < end_offset:
            return record.offset, record.timestamp_ms, header.leader_epoch
    return None
