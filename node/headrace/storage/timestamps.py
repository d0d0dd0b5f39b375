"""Which record was written at or after a time, and which one carries the latest time. For ListOffsets; decodes one
batch.

The index narrows the search to a few KiB of a segment, a walk over headers finds the batch, and only that batch is
decoded to name the exact record, as Kafka does. Timestamps of clients need not ascend: "first" means lowest offset.
"""

from __future__ import annotations

from collections.abc import Sequence

from headrace.records.batch import BatchHeader
from headrace.records.reader import read_records
from headrace.storage.index import NO_TIMESTAMP
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
    best_ms = NO_TIMESTAMP
    for segment in segments:
        if segment.base_offset >= end_offset:
            break
        segment_ms = _largest_of_segment(segment, log_start_offset, end_offset)
        if segment_ms > best_ms:
            best, best_ms = segment, segment_ms
    if best is None:
        return None
    for position, header in best.walk(best.index.position_of_timestamp(best_ms)):
        if _largest_of_batch(best, position, header, log_start_offset, end_offset) == best_ms:
            found = _first_record(best, position, header, best_ms, log_start_offset, end_offset)
            # A header may claim a time that no record has: nobody decoded it when it was produced.
            return found or (header.last_offset, best_ms, header.leader_epoch)
    return None


def _largest_of_segment(segment: Segment, log_start_offset: int, end_offset: int) -> int:
    if segment.base_offset >= log_start_offset and segment.next_offset <= end_offset:
        return segment.max_timestamp_ms
    position = segment.find(log_start_offset)
    largest_ms = NO_TIMESTAMP
    if position == 0 and segment.base_offset >= log_start_offset:
        # What lies before the last index entry below the end is summed up in that entry.
        position, _, largest_ms = segment.index.entry_before(segment.find(end_offset))
    for at, header in segment.walk(position):
        if header.base_offset >= end_offset:
            break
        largest_ms = max(largest_ms, _largest_of_batch(segment, at, header, log_start_offset, end_offset))
    return largest_ms


def _largest_of_batch(segment: Segment, position: int, header: BatchHeader, start_offset: int, end_offset: int) -> int:
    if not header.record_count or header.last_offset < start_offset or header.base_offset >= end_offset:
        return NO_TIMESTAMP
    if header.base_offset >= start_offset and header.next_offset <= end_offset:
        return header.max_timestamp_ms
    inside = [
        record.timestamp_ms
        for record in read_records(segment.read(position, header.size_bytes))
        if start_offset <= record.offset < end_offset
    ]
    return max(inside, default=NO_TIMESTAMP)


def _first_record(
    segment: Segment, position: int, header: BatchHeader, timestamp_ms: int, start_offset: int, end_offset: int
) -> Found | None:
    for record in read_records(segment.read(position, header.size_bytes)):
        if record.timestamp_ms >= timestamp_ms and start_offset <= record.offset < end_offset:
            return record.offset, record.timestamp_ms, header.leader_epoch
    return None
