"""What a log needs now and then: old segments removed, keys compacted, a checkpoint, old bytes checked, idle files
closed.

One pass over one log, in a thread, beside appends and reads; never two passes at a time over the same log. The list
of segments is changed under the log's lock, files after that; a reader that got hold of a segment keeps its open
file. A crash between any two steps is mended by recovery: the log start is durable before segments go, a compaction
is committed by `log.swap`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from headrace.base.errors import Corrupt
from headrace.base.limits import MIB
from headrace.storage import compaction, recovery, retention
from headrace.storage.log_writer import LogWriter
from headrace.storage.pacing import Pacer

#: A start after a crash scans at most about this much per log, plus what came since the last pass.
_CHECKPOINT_BYTES = 16 * MIB
#: Old bytes whose CRC one pass checks; spreads the reading of a big log over many passes.
_SCRUB_BYTES = 64 * MIB


@dataclass(slots=True)
class HousekeepingReport:
    removed_segments: int = 0
    removed_bytes: int = 0
    compaction: compaction.CompactionReport | None = None
    scrubbed_bytes: int = 0
    lines: list[str] = field(default_factory=list)


def keep_house(log: LogWriter, now_wall_ms: int, visible_offset: int) -> HousekeepingReport:
    """One pass. Raises OSError if the disk fails; the log is sound then and the next pass tries again."""
    report = HousekeepingReport()
    _remove_expired(log, now_wall_ms, visible_offset, report)
    if log.config.compacts:
        report.compaction = compaction.compact(log, now_wall_ms, visible_offset)
        if report.compaction is not None:
            report.lines.append(_describe(report.compaction))
    active = log.segments[-1]
    if log.has_unsealed or active.size_bytes - active.covered_bytes >= _CHECKPOINT_BYTES:
        log.checkpoint()
    _scrub(log, report)
    for segment in log.segments[:-1]:
        if segment.sealed:
            segment.release()
    return report


def _remove_expired(log: LogWriter, now_wall_ms: int, visible_offset: int, report: HousekeepingReport) -> None:
    config = log.config
    segments = log.segments
    count = retention.expired_count(
        segments,
        config,
        now_wall_ms=now_wall_ms,
        visible_offset=visible_offset,
        log_start_offset=log.log_start_offset,
    )
    if count == 0:
        return
    gone = segments[:count]
    if count == len(segments):
        log.roll()
        if log.segments[-1] is segments[-1] or gone[-1].next_offset > visible_offset:
            return  # somebody appended meanwhile: next time
    log.raise_log_start(gone[-1].next_offset)
    for segment in log.drop_segments(gone):
        report.removed_segments += 1
        report.removed_bytes += segment.size_bytes
    report.lines.append(
        f"removed {report.removed_segments} segments with {report.removed_bytes} bytes, "
        f"the log starts at {log.log_start_offset}"
    )


def _describe(done: compaction.CompactionReport) -> str:
    unreadable = f", {done.unreadable_batches} unreadable batches kept" if done.unreadable_batches else ""
    return (
        f"compacted to offset {done.clean_offset}: {done.segments_before} segments with {done.bytes_before} bytes "
        f"became {done.segments_after} with {done.bytes_after}{unreadable}"
    )


def _scrub(log: LogWriter, report: HousekeepingReport) -> None:
    """Check the CRCs of sealed segments that nobody checked since the start; stop the log at the first damage."""
    pacer = Pacer()
    for segment in log.segments:
        if log.closing:
            return
        if segment.verified or not segment.sealed or segment.retired:
            continue
        if report.scrubbed_bytes and report.scrubbed_bytes + segment.size_bytes > _SCRUB_BYTES:
            return
        result = recovery.check_synced(segment, log.gaps_below, pacer.breathe)
        report.scrubbed_bytes += segment.size_bytes
        if result is not None and not segment.retired:
            error = Corrupt(
                str(segment.path),
                f"damaged at position {result.end} (offset {result.next_offset}): {result.damage}. The partition is "
                "stopped: restore the file from a replica or backup and restart the node, or delete the topic",
            )
            report.lines.append(str(error))
            log.stop(error)
            return
