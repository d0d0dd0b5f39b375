"""Compaction: of all records with one key the last one stays. Kafka's cleaner, told in its own order.

First the dirty part is read and the last offset of each key noted, in bounded memory; then every segment below that
is rewritten without what is superseded, several small ones into one, and swapped in atomically. Offsets never change,
tombstones wait for `delete.retention.ms`, and the last batch of each producer stays at least as a bare header,
because idempotence and the progress of scripts are read from it. Runs beside appends and reads in the housekeeping
thread, and pauses often so that the event loop gets the interpreter. The active segment and what is not visible yet
are never touched.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

from headrace.base.errors import Corrupt, Rejected
from headrace.base.limits import MIB
from headrace.records.batch import HEADER_BYTES, BatchHeader, batch_size_bytes, check_batch, parse_header
from headrace.records.reader import KeyedRecord
from headrace.records.rewrite import read_batch_keys, retain
from headrace.storage import layout, swap
from headrace.storage.log_config import LogConfig
from headrace.storage.log_writer import LogWriter
from headrace.storage.pacing import Pacer
from headrace.storage.segment import RELATIVE_OFFSET_MAX, Segment

logger = logging.getLogger(__name__)

#: Keys whose last offset one pass remembers: about 40 MB. More keys take more passes.
KEYS_MAX = 200_000
_PRODUCERS_MAX = 100_000
# A longer key is remembered by its hash. The hash is longer than any key that is remembered itself, so the two never
# meet.
_KEY_BYTES_MAX = 32
_KEY_HASH_BYTES = 40

_WINDOW_BYTES = MIB
_OUTPUT_BYTES = MIB


@dataclass(slots=True)
class CompactionReport:
    """What one pass did."""

    clean_offset: int = 0
    segments_before: int = 0
    segments_after: int = 0
    bytes_before: int = 0
    bytes_after: int = 0
    #: Batches that could not be read and were kept as they are.
    unreadable_batches: int = 0


class Interrupted(Exception):
    """The log is being closed; what was begun is dropped."""


@dataclass(slots=True)
class _Keys:
    """The last offset of each key of the dirty part."""

    last_offsets: dict[bytes, int] = field(default_factory=dict)
    #: Offsets below this are reflected in it.
    end_offset: int = 0


def compact(log: LogWriter, now_wall_ms: int, visible_offset: int, keys_max: int = KEYS_MAX) -> CompactionReport | None:
    """One pass if there is enough to gain; None otherwise. Raises OSError; the log is sound then."""
    config = log.config
    _roll_old(log, now_wall_ms)
    segments = cleanable(log.segments, config, now_wall_ms, visible_offset)
    if not _worthwhile(log, segments, now_wall_ms):
        return None
    try:
        return _Pass(log, segments, now_wall_ms, keys_max).run()
    except Interrupted:
        return None


def cleanable(segments: Sequence[Segment], config: LogConfig, now_wall_ms: int, visible_offset: int) -> list[Segment]:
    """The segments that a pass may touch: sealed, visible, old enough (`min.compaction.lag.ms`)."""
    found = []
    for segment in segments[:-1]:
        too_young = config.min_compaction_lag_ms > 0 and (
            segment.max_timestamp_ms > now_wall_ms - config.min_compaction_lag_ms
        )
        if not segment.sealed or segment.next_offset > visible_offset or too_young:
            break
        found.append(segment)
    return found


def _roll_old(log: LogWriter, now_wall_ms: int) -> None:
    """A record may wait `max.compaction.lag.ms` at most, also in a segment that nobody appends to any more."""
    first_ms = log.segments[-1].first_timestamp_ms
    if 0 <= first_ms < now_wall_ms - log.config.max_compaction_lag_ms:
        log.roll()
        log.checkpoint()


def _worthwhile(log: LogWriter, segments: Sequence[Segment], now_wall_ms: int) -> bool:
    config = log.config
    dirty = [segment for segment in segments if segment.next_offset > log.clean_offset]
    dirty_bytes = sum(segment.size_bytes for segment in dirty)
    if dirty_bytes:
        ratio = dirty_bytes / sum(segment.size_bytes for segment in segments)
        overdue = 0 <= dirty[0].first_timestamp_ms < now_wall_ms - config.max_compaction_lag_ms
        if ratio > config.min_cleanable_dirty_ratio or overdue:
            return True
    return bool(segments) and log.tombstones_due_ms is not None and now_wall_ms >= log.tombstones_due_ms


class _Pass:
    def __init__(self, log: LogWriter, segments: list[Segment], now_wall_ms: int, keys_max: int) -> None:
        self.log = log
        self.segments = segments
        self.now_ms = now_wall_ms
        self.keys_max = keys_max
        self.keys = _Keys()
        self.last_of_producer: dict[int, int] | None = {}
        self.tombstones_due_ms: int | None = None
        self.report = CompactionReport()
        self._pacer = Pacer()

    def run(self) -> CompactionReport:
        self._note_keys()
        self._note_producers()
        log, report = self.log, self.report
        log.allow_gaps_below(self.keys.end_offset)
        touched = [segment for segment in self.segments if segment.base_offset < self.keys.end_offset]
        for group in _groups(touched, log.config.segment_bytes):
            self._rewrite(group)
        report.clean_offset = self.keys.end_offset
        log.cleaned_to(self.keys.end_offset, self.tombstones_due_ms)
        return report

    def breathe(self) -> None:
        if self.log.closing:
            raise Interrupted
        self._pacer.breathe()

    # -- what is to stay ---------------------------------------------------------------------------------------------

    def _note_keys(self) -> None:
        """Read the dirty part until its end or until memory is full; always at least one batch."""
        keys, last = self.keys, self.keys.last_offsets
        keys.end_offset = self.log.clean_offset
        for segment in self.segments:
            if segment.next_offset <= self.log.clean_offset:
                continue
            for header, batch in self.batches(segment, segment.find(self.log.clean_offset)):
                if len(last) >= self.keys_max:
                    return
                self._note_batch(last, header, batch)
                keys.end_offset = header.next_offset
            keys.end_offset = segment.next_offset

    def _note_batch(self, last: dict[bytes, int], header: BatchHeader, batch: memoryview) -> None:
        if header.is_control or not header.record_count:
            return
        try:
            records, _ = read_batch_keys(header, batch)
        except Rejected:
            self.report.unreadable_batches += 1
            return
        base_offset = header.base_offset
        for offset_delta, key, _ in records:
            if key is not None:
                last[_short(key)] = base_offset + offset_delta

    def _note_producers(self) -> None:
        """The last offset of each producer's last batch, in the whole log."""
        last = self.last_of_producer = {}
        for segment in self.log.segments:
            for _, header in segment.walk(0):
                self.breathe()
                if header.producer_id >= 0:
                    last[header.producer_id] = header.last_offset
                    if len(last) > _PRODUCERS_MAX:
                        self.last_of_producer = None  # too many to know: every batch of a producer counts as its last
                        return

    def _is_last_of_producer(self, header: BatchHeader) -> bool:
        producer_id = header.producer_id
        if producer_id < 0:
            return False
        if self.last_of_producer is not None and self.last_of_producer.get(producer_id) != header.last_offset:
            return False
        config = self.log.config
        return (
            producer_id >= config.permanent_producer_ids_from
            or header.max_timestamp_ms >= self.now_ms - config.producer_id_expiration_ms
        )

    def _choose(self, header: BatchHeader, records: list[KeyedRecord]) -> list[bool]:
        """Which records of a batch below the end of the noted part stay."""
        base_offset = header.base_offset
        horizon_ms = header.delete_horizon_ms
        keep_tombstones = horizon_ms is None or self.now_ms < horizon_ms
        last = self.keys.last_offsets
        end_delta = self.keys.end_offset - base_offset
        return [
            delta >= end_delta
            or (key is not None and base_offset + delta >= last.get(_short(key), -1) and (has_value or keep_tombstones))
            for delta, key, has_value in records
        ]

    # -- rewriting -----------------------------------------------------------------------------------------------------

    def batches(self, segment: Segment, position: int = 0) -> Iterator[tuple[BatchHeader, memoryview]]:
        """Every batch from `position`, checked; one window in memory."""
        while position < segment.size_bytes:
            window = memoryview(segment.read(position, min(_WINDOW_BYTES, segment.size_bytes - position)))
            at = 0
            while at + HEADER_BYTES <= len(window):
                size = batch_size_bytes(window, at)[1]
                if at + size > len(window):
                    if at:
                        break
                    window = memoryview(segment.read(position, min(size, segment.size_bytes - position)))
                try:
                    header = check_batch(window, at)
                except Rejected as error:
                    raise Corrupt(
                        str(segment.path),
                        f"damaged at position {position + at}: {error.message}. The partition is stopped: restore the "
                        "file from a replica or backup and restart the node, or delete the topic",
                    ) from error
                yield header, window[at : at + size]
                at += size
                self.breathe()
            if at == 0:
                raise Corrupt(str(segment.path), f"{len(window)} bytes behind the last batch")
            position += at

    def _rewrite(self, group: list[Segment]) -> None:
        log = self.log
        self.report.segments_before += len(group)
        self.report.bytes_before += sum(segment.size_bytes for segment in group)
        output = _Output(log, group)
        try:
            for segment in group:
                for header, batch in self.batches(segment):
                    output.add(*self._reduce(header, batch))
            if not output.changed and len(group) == 1:
                self.report.segments_after += 1
                self.report.bytes_after += group[0].size_bytes
                return
            fresh = output.finish()
            if log.swap_segments(group, fresh, output.commit):
                self.report.segments_after += 1
                self.report.bytes_after += fresh.size_bytes
        finally:
            output.drop_unfinished()

    def _reduce(self, header: BatchHeader, batch: memoryview) -> tuple[memoryview | bytes | bytearray | None, bool]:
        """(the batch as it shall be or None, whether that is a change)."""
        if header.is_control or header.base_offset >= self.keys.end_offset:
            return batch, False
        is_last = self._is_last_of_producer(header)
        if header.record_count == 0:
            return (batch, False) if is_last else (None, True)
        horizon_ms = self.now_ms + self.log.config.delete_retention_ms
        try:
            result = retain(
                header,
                batch,
                lambda records: self._choose(header, records),
                tombstone_horizon_ms=horizon_ms,
                keep_empty=is_last,
            )
        except Rejected:
            return batch, False
        if result.has_tombstones:
            due_ms = header.delete_horizon_ms or horizon_ms
            if self.tombstones_due_ms is None or due_ms < self.tombstones_due_ms:
                self.tombstones_due_ms = due_ms
        return result.batch, result.changed


class _Output:
    """The segment that takes the place of a group, under `.cleaned` names until it is committed."""

    def __init__(self, log: LogWriter, group: list[Segment]) -> None:
        self.log = log
        self.group = group
        self.changed = False
        self.segment = Segment(log.files, log.directory, group[0].base_offset)
        self._final_path = self.segment.path
        self.segment.path = swap.cleaned_path(self._final_path)
        self.segment.create()
        self._buffer = bytearray()
        self._headers: list[BatchHeader] = []
        self._committed = False

    def add(self, batch: memoryview | bytes | bytearray | None, changed: bool) -> None:
        self.changed |= changed
        if batch is None:
            return
        self._buffer += batch
        self._headers.append(parse_header(batch))
        if len(self._buffer) >= _OUTPUT_BYTES:
            self._write()

    def _write(self) -> None:
        if self._headers:
            config = self.log.config
            self.segment.file.write_at(self.segment.size_bytes, self._buffer)
            self.segment.note_appended(self._headers, config.index_interval_bytes, config.roll_after_ms)
            self._buffer, self._headers = bytearray(), []

    def finish(self) -> Segment:
        """Everything written and synced."""
        self._write()
        self.segment.next_offset = self.group[-1].next_offset
        self.segment.file.sync_data()
        index = swap.cleaned_path(self._final_path.with_suffix(layout.INDEX_SUFFIX))
        self.segment.write_index(self.segment.mark(), sealed=True, path=index)
        return self.segment

    def commit(self) -> None:
        """Make it the truth on disk. Structure lock held."""
        files, directory = self.log.files, self.log.directory
        bases = [segment.base_offset for segment in self.group]
        # From here on a failure may leave a commit that counts, so the cleaned files must stay for start-up to decide.
        self._committed = True
        try:
            swap.commit(files, directory, self.segment.base_offset, bases)
        except OSError:
            swap.withdraw(files, directory)
            self._committed = False
            raise
        try:
            swap.finish(files, directory)
        except OSError as error:
            raise Corrupt(
                directory.name, f"a compaction could not be finished: {error}. Restart the node, which finishes it"
            ) from error
        self.segment.path = self._final_path

    def drop_unfinished(self) -> None:
        if not self._committed:
            self.log.files.remove(self.segment.path)
            self.log.files.remove(swap.cleaned_path(self._final_path.with_suffix(layout.INDEX_SUFFIX)))


def _groups(segments: Sequence[Segment], segment_bytes: int) -> list[list[Segment]]:
    """Neighbours that fit one segment together."""
    groups: list[list[Segment]] = []
    size = 0
    for segment in segments:
        fits = (
            groups
            and size + segment.size_bytes <= segment_bytes
            and segment.next_offset - groups[-1][0].base_offset <= RELATIVE_OFFSET_MAX
        )
        if fits:
            groups[-1].append(segment)
            size += segment.size_bytes
        else:
            groups.append([segment])
            size = segment.size_bytes
    return groups


def _short(key: bytes) -> bytes:
    return key if len(key) <= _KEY_BYTES_MAX else blake2b(key, digest_size=_KEY_HASH_BYTES).digest()
