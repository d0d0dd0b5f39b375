"""What a log holds after a stop, clean or not: find the last whole batch, cut the rest, rebuild indexes, say what was
done.

Each index file tells how many bytes of its segment were on the device when it was written, so only what lies beyond
is scanned. Damage there is what a crash leaves and is cut, together with everything after it. Damage to bytes that
had been synced is no crash but a broken disk: cutting would silently lose acknowledged records, so the log opens
*stopped* and nothing is touched. Called by `Log.open` only, in a thread. Finishes a compaction that had been
committed, removes one that had not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from headrace.base.errors import Corrupt
from headrace.base.limits import MIB
from headrace.records.batch import BatchHeader
from headrace.storage import layout, snapshots, swap
from headrace.storage.epochs import EpochCache
from headrace.storage.files import Files
from headrace.storage.index import decode_index
from headrace.storage.log_config import LogConfig
from headrace.storage.log_state import LogState, read_state, write_state
from headrace.storage.scan import Scan, is_zero, scan, whole_batch_follows
from headrace.storage.segment import Segment

# After scanning this much, the index is written at once, so that a crash loop does not scan it again and again.
_REINDEX_BYTES = 4 * MIB


@dataclass(slots=True)
class RecoveryReport:
    """What start-up did to one log. Empty `lines`: it was closed in order and nothing had to be done."""

    lines: list[str] = field(default_factory=list)
    #: Bytes behind the last checkpoint that were read and checked.
    scanned_bytes: int = 0
    #: Bytes that had been synced before and were checked all the same.
    verified_bytes: int = 0
    #: Bytes removed from the end because they were damaged or never finished.
    cut_bytes: int = 0
    #: The first offset that was cut off, if any.
    cut_from_offset: int | None = None
    rebuilt_indexes: int = 0

    def say(self, line: str) -> None:
        self.lines.append(line)


@dataclass(slots=True)
class Recovered:
    segments: list[Segment]
    state: LogState
    report: RecoveryReport
    stopped: Corrupt | None = None


def recover(
    files: Files, directory: Path, config: LogConfig, *, topic_id: str, verify_bytes: int, wall_ms: int
) -> Recovered:
    """Bring the directory into order and load its segments. Raises OSError if the disk fails or is full."""
    return _Recovery(files, directory, config, wall_ms).run(topic_id, verify_bytes)


class _Recovery:
    def __init__(self, files: Files, directory: Path, config: LogConfig, wall_ms: int) -> None:
        self.files = files
        self.directory = directory
        self.config = config
        self.wall_ms = wall_ms
        self.report = RecoveryReport()
        self.state = LogState()
        self.state_found = False
        self.epochs = EpochCache()
        self.segments: list[Segment] = []
        #: Base offsets of segments whose index file was damaged. A missing one is usual: the segment is young.
        self.without_index: set[int] = set()

    def run(self, topic_id: str, verify_bytes: int) -> Recovered:
        try:
            self._finish_swap()
            self._load_state()
            self._load_segments()
            self._join_segments()
            self._apply_log_start()
            if verify_bytes:
                self._verify(verify_bytes)
            self._ensure_active()
        except Corrupt as error:
            self.report.say(f"stopped: {error}")
            return Recovered([], self.state, self.report, error)
        active = self.segments[-1]
        for offset in snapshots.remove_after(self.files, self.directory, active.next_offset):
            self.report.say(f"removed the producer snapshot at offset {offset}: the log ends at {active.next_offset}")
        self.epochs.cut_end(active.next_offset + 1)
        self.epochs.cut_start(self.state.log_start_offset)
        fresh = LogState(
            self.state.log_start_offset,
            self.epochs.entries(),
            self.state.topic_id or topic_id,
            min(self.state.clean_offset, active.next_offset),
            min(self.state.gaps_below, active.next_offset),
        )
        if fresh != self.state or not self.state_found:
            write_state(self.files, self.directory, fresh)
        return Recovered(self.segments, fresh, self.report)

    # -- before looking at batches --------------------------------------------------------------------------------

    def _finish_swap(self) -> None:
        for line in swap.finish(self.files, self.directory):
            self.report.say(line)
        for name in self.files.names(self.directory):
            if name.endswith((layout.TEMPORARY_SUFFIX, layout.CLEANED_SUFFIX)):
                self.files.remove(self.directory / name)
                self.report.say(f"removed unfinished file {name}")

    def _load_state(self) -> None:
        state = read_state(self.files, self.directory)
        if state is not None:
            self.state = state
            self.state_found = True
        elif layout.offsets_of(self.files.names(self.directory), layout.LOG_SUFFIX):
            self.report.say(
                f"{layout.STATE_FILE} is missing or damaged: the log start is taken from the first segment (deleted "
                "records may be back), leader epochs from the batches"
            )
        self.epochs = EpochCache(self.state.epochs)

    def _load_segments(self) -> None:
        names = self.files.names(self.directory)
        bases = layout.offsets_of(names, layout.LOG_SUFFIX)
        for base_offset in layout.offsets_of(names, layout.INDEX_SUFFIX):
            if base_offset not in bases:
                self._lonely_index(layout.numbered(self.directory, base_offset, layout.INDEX_SUFFIX))
        if not bases and self.state_found:
            raise Corrupt(self.directory.name, "all segment files are gone; restore them or delete the topic")
        if self.state_found and bases and self.state.log_start_offset < bases[0]:
            raise Corrupt(
                self.directory.name,
                f"the log starts at offset {self.state.log_start_offset} but its first segment at {bases[0]}: segment "
                "files are missing; restore them or delete the topic",
            )
        self.segments = [self._load_segment(base) for base in bases]

    def _lonely_index(self, path: Path) -> None:
        decoded = decode_index(self.files.read(path))
        if decoded is not None and decoded[1].covered_bytes and decoded[1].next_offset > self.state.log_start_offset:
            raise Corrupt(
                self.directory.name,
                f"{path.name} describes {decoded[1].covered_bytes} bytes, but its segment file is gone: restore it "
                "from a replica or backup, or delete the topic",
            )
        self.files.remove(path)
        self.report.say(f"removed {path.name}, an index without a segment")

    def _start_segment(self, base_offset: int) -> Segment:
        """A new empty segment, durable. Made before anything that it replaces is removed."""
        segment = Segment(self.files, self.directory, base_offset)
        self.files.remove(segment.index_path)
        segment.create(self.config.segment_bytes if self.config.preallocate else 0)
        self.files.sync_directory(self.directory)
        return segment

    def _load_segment(self, base_offset: int) -> Segment:
        """The segment as far as its index file vouches for it; nothing is scanned yet."""
        segment = Segment(self.files, self.directory, base_offset)
        try:
            decoded = decode_index(self.files.read(segment.index_path))
        except FileNotFoundError:
            return segment
        if decoded is None or decoded[1].base_offset != base_offset:
            self.without_index.add(base_offset)
            return segment
        index, summary = decoded
        segment.adopt_index(index)
        segment.size_bytes = segment.covered_bytes = summary.covered_bytes
        segment.next_offset = summary.next_offset
        segment.first_timestamp_ms = summary.first_timestamp_ms
        segment.max_timestamp_ms = summary.max_timestamp_ms
        segment.sealed = summary.sealed
        held = segment.file.size_bytes()
        if held < summary.covered_bytes:
            raise Corrupt(
                str(segment.path),
                f"the file has {held} bytes, {summary.covered_bytes} had been synced to it: the disk lost data. "
                "Restore it from a replica or backup, or delete the topic",
            )
        return segment

    # -- batches --------------------------------------------------------------------------------------------------

    def _join_segments(self) -> None:
        """Scan what no index vouches for, front to back; cut at the first damage that a crash explains."""
        vouched = [i for i, segment in enumerate(self.segments) if segment.covered_bytes or segment.sealed]
        last_vouched = vouched[-1] if vouched else -1
        for i, segment in enumerate(self.segments):
            if (
                i
                and segment.base_offset != self.segments[i - 1].next_offset
                and not self._bridge(i, must_be_whole=i <= last_vouched)
            ):
                return
            if segment.sealed:
                self._trim_sealed(segment)
                continue
            result = self._scan_tail(segment)
            if result.damage is not None:
                if i < last_vouched:
                    raise self._synced_damage(segment, result)
                self._cut(i, result)
                return
            if result.rest_bytes:
                segment.file.truncate(segment.size_bytes)

    def _trim_sealed(self, segment: Segment) -> None:
        held = segment.file.size_bytes()
        if held > segment.size_bytes:
            if not is_zero(segment.file, segment.size_bytes, held):
                self.report.say(f"{segment.path.name}: cut {held - segment.size_bytes} bytes behind its end")
            segment.file.truncate(segment.size_bytes)
        segment.idle = True
        segment.release()

    def _scan_tail(self, segment: Segment) -> Scan:
        start = segment.size_bytes
        rebuilds = segment.base_offset in self.without_index

        def take(_position: int, header: BatchHeader) -> None:
            segment.note_appended((header,), self.config.index_interval_bytes, self.config.roll_after_ms)
            self.epochs.learn(header.leader_epoch, header.base_offset)

        result = scan(segment.file, start, segment.next_offset, gaps_below=self.state.gaps_below, on_batch=take)
        self.report.scanned_bytes += result.end - start
        note = "its index was damaged and is rebuilt, " if rebuilds else ""
        if result.end > start:
            # It was read from the page cache; what is offered to consumers must be on the device.
            segment.file.sync_data()
            self.report.say(
                f"{segment.path.name}: {note}checked {result.end - start} bytes, {result.batches} batches, "
                "behind the last checkpoint"
            )
        if rebuilds and result.end > start:
            self.report.rebuilt_indexes += 1
        if result.end - start >= _REINDEX_BYTES:
            segment.write_index(segment.mark(), sealed=False)
        return result

    def _bridge(self, i: int, *, must_be_whole: bool) -> bool:
        """Segment `i` does not begin where its predecessor ends: True if that is right, False if the log ends there."""
        before, segment = self.segments[i - 1], self.segments[i]
        if before.next_offset < segment.base_offset <= self.state.gaps_below and not before.sealed:
            # Compaction removed the last batches of `before`, and the index that knew of it is lost.
            before.next_offset = segment.base_offset
            return True
        problem = (
            f"{before.path.name} ends at offset {before.next_offset}, the next segment starts at {segment.base_offset}"
        )
        if must_be_whole:
            raise Corrupt(
                self.directory.name,
                f"{problem}: data that had been synced is missing; restore it from a replica or backup, or delete "
                "the topic",
            )
        self._count_cut(0, before.next_offset)
        # A sealed segment always has a successor (see `_ensure_active`), also when power fails here.
        if before.sealed:
            self.segments.insert(i, self._start_segment(before.next_offset))
            self._drop_from(i + 1, problem)
        else:
            self._drop_from(i, problem)
        return False

    def _cut(self, i: int, result: Scan) -> None:
        """Remove everything from the damage in segment `i` on."""
        segment = self.segments[i]
        kept = ""
        if whole_batch_follows(segment.file, result.end):
            kept = f"; whole batches follow the damage, the cut bytes are kept in {self._keep_cut(segment, result)}"
        segment.file.truncate(result.end)
        segment.file.sync()
        self._count_cut(result.rest_bytes, result.next_offset)
        self.report.say(
            f"{segment.path.name}: cut {result.rest_bytes} bytes from offset {result.next_offset} on: "
            f"{result.damage}{kept}"
        )
        self._drop_from(i + 1, "it follows the cut")

    def _keep_cut(self, segment: Segment, result: Scan) -> str:
        path = layout.numbered(self.directory, result.next_offset, layout.CUT_SUFFIX)
        copy = self.files.open(path, create=True)
        copy.truncate(0)
        position = result.end
        while data := segment.file.read_at(position, MIB):
            copy.write_at(position - result.end, data)
            position += len(data)
        copy.sync()
        copy.close()
        return path.name

    def _drop_from(self, i: int, why: str) -> None:
        for segment in reversed(self.segments[i:]):
            self._drop(segment, why)
        del self.segments[i:]
        self.files.sync_directory(self.directory)

    def _drop_all_but_last(self, why: str) -> None:
        for segment in reversed(self.segments[:-1]):
            self._drop(segment, why)
        del self.segments[:-1]
        self.files.sync_directory(self.directory)

    def _drop(self, segment: Segment, why: str) -> None:
        size = segment.file.size_bytes()
        segment.remove()
        if size:
            self._count_cut(size, segment.base_offset)
            self.report.say(f"removed {segment.path.name} with {size} bytes: {why}")

    def _count_cut(self, size_bytes: int, offset: int) -> None:
        self.report.cut_bytes += size_bytes
        if self.report.cut_from_offset is None:
            self.report.cut_from_offset = offset

    def _synced_damage(self, segment: Segment, result: Scan) -> Corrupt:
        return Corrupt(
            str(segment.path),
            f"damaged at position {result.end} (offset {result.next_offset}): {result.damage}. These bytes had been "
            "synced, so this is no crash but a disk fault. The partition stays stopped and untouched: restore the file "
            "from a replica or backup, or delete the topic",
        )

    def _verify(self, budget_bytes: int) -> None:
        """Check bytes that had been synced before, newest segments first, until the budget is used up."""
        for segment in reversed(self.segments):
            vouched = segment.covered_bytes
            if vouched > budget_bytes:
                return
            budget_bytes -= vouched
            result = check_synced(segment, self.state.gaps_below)
            self.report.verified_bytes += vouched
            if result is not None:
                raise self._synced_damage(segment, result)

    # -- the shape of the log ---------------------------------------------------------------------------------------

    def _apply_log_start(self) -> None:
        if not self.segments:
            return
        if not self.state_found:
            self.state.log_start_offset = self.segments[0].base_offset
            for segment in self.segments:
                for _, header in segment.walk(0):
                    self.epochs.learn(header.leader_epoch, header.base_offset)
        start, end = self.state.log_start_offset, self.segments[-1].next_offset
        if start > end:
            self.segments.append(self._start_segment(start))
            self._drop_all_but_last(f"the log starts at offset {start} and what was found ends at {end}")

    def _ensure_active(self) -> None:
        """The last segment must be one that may be appended to."""
        if not self.segments:
            self.segments.append(self._start_segment(self.state.log_start_offset))
        elif self.segments[-1].sealed:
            # A segment is sealed after the file of its successor is durable, so that file was taken away.
            raise Corrupt(
                self.directory.name,
                f"the segment behind {self.segments[-1].path.name} is gone: restore it from a replica or backup, or "
                "delete the topic",
            )
        active = self.segments[-1]
        if active.first_timestamp_ms >= 0:
            active.roll_at_ms = active.first_timestamp_ms + self.config.roll_after_ms
        for segment in self.segments[:-1]:
            if not segment.sealed:
                segment.write_index(segment.mark(), sealed=True)


def check_synced(segment: Segment, gaps_below: int, breathe: Callable[[], None] | None = None) -> Scan | None:
    """Check every batch that the index file of `segment` vouches for; the finding if one is damaged."""
    limit = segment.covered_bytes
    result = scan(segment.file, 0, segment.base_offset, gaps_below=gaps_below, limit=limit, breathe=breathe)
    if result.end == limit:
        if limit == segment.size_bytes:
            segment.verified = True
        return None
    if result.damage is None:
        result.damage = "zeros where batches were"
    return result


def truncate_segments(files: Files, directory: Path, segments: tuple[Segment, ...], next_offset: int) -> list[Segment]:
    """Cut the log so that every batch lies wholly below `next_offset`; returns the segments that are left, at least
    one.

    Safe against a crash at any step: later segments go first, newest to oldest, and the directory never lacks the
    first one.
    """
    kept = [segment for i, segment in enumerate(segments) if i == 0 or segment.base_offset < next_offset]
    last = kept[-1]
    # Without its index file a segment is scanned at the next start: it must not vouch for bytes that go now, nor claim
    # to have a successor.
    for segment in reversed(segments[len(kept) - 1 :]):
        files.remove(segment.index_path)
    files.sync_directory(directory)
    last.covered_bytes = 0
    last.sealed = False
    for segment in reversed(segments[len(kept) :]):
        segment.remove()
    position = last.find(next_offset)
    reached = last.base_offset
    for _, header in last.walk(last.index.boundary_before(max(position - 1, 0))[0], position):
        reached = header.next_offset
    files.sync_directory(directory)
    last.cut(position, reached)
    return kept
