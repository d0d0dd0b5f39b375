"""Which segments may go, by time, by size and by the log start. A pure decision; housekeeping carries it out."""

from __future__ import annotations

from collections.abc import Sequence

from headrace.storage.log_config import LogConfig
from headrace.storage.segment import Segment


def expired_count(
    segments: Sequence[Segment],
    config: LogConfig,
    *,
    now_wall_ms: int,
    visible_offset: int,
    log_start_offset: int,
) -> int:
    """How many of the oldest segments may be removed; all of them means: the active one too, after a roll.

    A segment that holds offsets nobody could read yet stays. One without timestamps never expires by time.
    """
    excess = sum(segment.size_bytes for segment in segments) - config.retention_bytes
    count = 0
    for i, segment in enumerate(segments):
        last = i == len(segments) - 1
        if segment.next_offset > visible_offset or (last and segment.size_bytes == 0):
            break
        below_start = segment.next_offset <= log_start_offset and not last
        too_old = (
            config.deletes
            and config.retention_ms >= 0
            and 0 <= segment.max_timestamp_ms < now_wall_ms - config.retention_ms
        )
        # As Kafka: a segment goes when the log keeps at least `retention_bytes` without it.
        too_much = config.deletes and config.retention_bytes >= 0 and excess >= segment.size_bytes > 0
        empty = segment.size_bytes == 0
        if not (below_start or too_old or too_much or (empty and config.deletes)):
            break
        excess -= segment.size_bytes
        count += 1
    return count
