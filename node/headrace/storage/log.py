"""The log of one partition, whole: opening (recovery), reading, timestamps, epochs, truncation, housekeeping; writing
is inherited.

Reads come from any thread and cost one pread after the index look-up; where a reader left off is remembered, so the
next read of a consumer that follows the log needs no look-up at all. Housekeeping (retention, compaction,
checkpoints) runs in a thread beside appends and reads. Must not decode records, except to answer for timestamps.
Called by partitions and by the controller's journal. Methods that say "blocking" sync to disk: never call them on the
event loop.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path

from headrace.base.clock import Clock
from headrace.base.errors import Corrupt, Rejected
from headrace.records.batch import BatchHeader
from headrace.storage import layout, recovery, snapshots, timestamps
from headrace.storage.epochs import EpochCache
from headrace.storage.files import REAL_FILES, Files
from headrace.storage.flusher import Flusher
from headrace.storage.housekeeping import HousekeepingReport, keep_house
from headrace.storage.log_config import LogConfig
from headrace.storage.log_writer import LogWriter, storage_error
from headrace.storage.region import REGION_BYTES_MIN, FileRegion
from headrace.storage.segment import Segment

OFFSET_OUT_OF_RANGE = 1


class Log(LogWriter):
    """One partition's log. Invariant: `log_start_offset <= next_offset`, `durable_offset <= next_offset`."""

    # -- opening and closing -------------------------------------------------------------------------------------

    @classmethod
    def open(
        cls,
        directory: Path,
        config: LogConfig,
        *,
        clock: Clock,
        flusher: Flusher,
        files: Files = REAL_FILES,
        topic_id: str = "",
        verify_bytes: int = 0,
    ) -> Log:
        """Open or create the log in `directory`; blocking (recovery), so call it in a thread.

        A damaged sealed segment gives a log that is `stopped`: it refuses everything with that error, and the others
        go on. `verify_bytes`: check the CRC of so many bytes that had been synced already, newest first. Raises
        Retriable (KAFKA_STORAGE_ERROR) if the disk is full or fails.
        """
        try:
            files.make_directory(directory)
            self = cls(directory, config, clock, flusher, files)
            recovered = recovery.recover(
                files, directory, config, topic_id=topic_id, verify_bytes=verify_bytes, wall_ms=clock.wall_ms()
            )
        except OSError as error:
            raise storage_error(f"cannot open the log in {directory}", error) from error
        self.recovery = recovered.report
        self.stopped = recovered.stopped
        self.epochs = EpochCache(recovered.state.epochs)
        self.clean_offset = recovered.state.clean_offset
        self.gaps_below = recovered.state.gaps_below
        self.topic_id = recovered.state.topic_id
        self.log_start_offset = recovered.state.log_start_offset
        self.publish(recovered.segments)
        if self.segments:
            self._active = self.segments[-1]
            self.next_offset = self.durable_offset = self._active.next_offset
        return self

    def delete(self) -> None:
        """Remove the log from disk. Blocking. Readers in the middle of a read finish undisturbed."""
        self._let_go()
        gone = self.directory.with_name(layout.deleted_directory_name(self.directory.name))
        try:
            self.files.remove_tree(gone)
            if self.files.exists(self.directory):
                self.files.rename(self.directory, gone)
                self.files.sync_directory(gone.parent)
            self.files.remove_tree(gone)
        except OSError as error:
            raise storage_error(f"cannot remove the log in {self.directory}", error) from error

    # -- reading -------------------------------------------------------------------------------------------------

    @property
    def size_bytes(self) -> int:
        return sum(segment.size_bytes for segment in self.segments)

    def read(self, offset: int, max_bytes: int, end_offset: int) -> bytes:
        """Whole batches from the one that holds `offset` (or the first after it) up to `end_offset`, exclusive.

        At least one batch, even if it is larger than `max_bytes`; b"" if there is none below `end_offset`. May stop
        short of `max_bytes` at an index entry or the end of a segment. Rejected OFFSET_OUT_OF_RANGE outside log
        start..log end.
        """
        try:
            found = self._locate(offset, max_bytes, end_offset)
            return found[0].read(found[1], found[2]) if found is not None else b""
        except OSError as error:
            raise storage_error(f"cannot read {self.directory.name}", error) from error

    def read_region(self, offset: int, max_bytes: int, end_offset: int) -> bytes | FileRegion:
        """As `read`, but many bytes are left in their file, to be sent from there."""
        try:
            found = self._locate(offset, max_bytes, end_offset)
            if found is None:
                return b""
            segment, position, length = found
            if length < REGION_BYTES_MIN:
                return segment.read(position, length)
            return FileRegion(segment.file, position, length)
        except OSError as error:
            raise storage_error(f"cannot read {self.directory.name}", error) from error

    def _locate(self, offset: int, max_bytes: int, end_offset: int) -> tuple[Segment, int, int] | None:
        """(segment, position, length) of what `read` gives; None for nothing."""
        if not self.log_start_offset <= offset <= self.next_offset:
            raise Rejected(
                OFFSET_OUT_OF_RANGE,
                f"offset {offset} is not in {self.log_start_offset}..{self.next_offset} of {self.directory.name}",
            )
        if isinstance(self.stopped, Corrupt) and offset >= self.durable_offset:
            raise self._refusal()
        hint = self._hints.get(offset)
        if hint is not None and not hint[0].retired:
            end = self._end_in_segment(hint[0], hint[1], max_bytes, end_offset)
            if end > hint[1]:
                return hint[0], hint[1], end - hint[1]
        for segment in self._from(offset):
            if segment.base_offset >= end_offset:
                break
            position = segment.find(offset)
            end = self._end_in_segment(segment, position, max_bytes, end_offset)
            if end > position:
                return segment, position, end - position
        return None

    def _end_in_segment(self, segment: Segment, position: int, max_bytes: int, end_offset: int) -> int:
        """Where reading from `position` ends: at a batch boundary, `position` itself if there is nothing to read."""
        size, reached = segment.size_bytes, segment.next_offset
        if end_offset < reached:
            hint = self._hints.get(end_offset)
            size = hint[1] if hint is not None and hint[0] is segment else segment.find(end_offset)
            reached = end_offset
        if position >= size:
            return position
        end = position + max_bytes
        if end >= size:
            end = size
        else:
            end, relative_offset = segment.index.boundary_before(end)
            if end > position:
                reached = segment.base_offset + relative_offset
            else:
                end, reached = min(segment.last_whole(position, position + max_bytes), size), -1
        if reached >= 0:
            self._remember(reached, segment, end)
        return end

    def _from(self, offset: int) -> tuple[Segment, ...]:
        """The segments from the one that `offset` falls into."""
        with self.lock:
            return self.segments[max(bisect_right(self._bases, offset) - 1, 0) :]

    def headers(self, offset: int, end_offset: int) -> Iterator[BatchHeader]:
        """The headers of the batches from the one that holds `offset` to `end_offset`, exclusive; payloads are not
        read.
        """
        try:
            for segment in self._from(offset):
                if segment.base_offset >= end_offset:
                    return
                for _, header in segment.walk(segment.find(offset)):
                    if header.base_offset >= end_offset:
                        return
                    yield header
        except OSError as error:
            raise storage_error(f"cannot read {self.directory.name}", error) from error

    def last_header(self) -> BatchHeader | None:
        """The header of the last batch of the log, None if it holds none."""
        for segment in reversed(self.segments):
            header = segment.last_header()
            if header is not None:
                return header
        return None

    def offset_for_timestamp(self, timestamp_ms: int, end_offset: int) -> tuple[int, int, int] | None:
        """(offset, timestamp, leader epoch) of the first record at or after `timestamp_ms` below `end_offset`, or None.

        Decodes one batch; for administration, not for hot paths.
        """
        return timestamps.first_at_or_after(
            self._from(self.log_start_offset), self.log_start_offset, timestamp_ms, end_offset
        )

    def max_timestamp(self, end_offset: int) -> tuple[int, int, int] | None:
        """(offset, timestamp, leader epoch) of the first record with the largest timestamp below `end_offset`."""
        return timestamps.largest(self._from(self.log_start_offset), self.log_start_offset, end_offset)

    # -- epochs, log start, truncation (blocking: they are durable when they return) --------------------------------

    def epoch_end(self, epoch: int) -> tuple[int, int]:
        """(largest known epoch <= `epoch`, offset after its last record); (-1, -1) if unknown. KIP-101, KIP-279."""
        return self.epochs.end_offset(epoch, self.next_offset)

    def begin_epoch(self, epoch: int) -> None:
        """Note that leadership `epoch` starts at the log's end. Blocking."""
        with self.lock:
            changed = self.epochs.begin(epoch, self.next_offset)
        if changed:
            self.write_state()

    def advance_log_start(self, offset: int) -> None:
        """Records below `offset` are gone for every reader; their segments go with the next housekeeping. Blocking."""
        if offset > self.next_offset:
            raise Rejected(OFFSET_OUT_OF_RANGE, f"offset {offset} is beyond the end of the log, {self.next_offset}")
        self.raise_log_start(offset)

    def truncate(self, next_offset: int) -> None:
        """Drop every batch that reaches `next_offset` or beyond. Blocking; nobody appends meanwhile.

        Rejected OFFSET_OUT_OF_RANGE below the log start.
        """
        if next_offset < self.log_start_offset:
            raise Rejected(
                OFFSET_OUT_OF_RANGE, f"cannot truncate to {next_offset}, the log starts at {self.log_start_offset}"
            )
        with self.structure_lock, self.sync_lock, self.lock:
            if self.stopped is not None:
                raise self._refusal()
            if next_offset >= self.next_offset:
                return
            try:
                kept = recovery.truncate_segments(self.files, self.directory, self.segments, next_offset)
            except OSError as error:
                self._stop(Corrupt(self.directory.name, f"truncating failed: {error}"))
                raise storage_error(f"cannot truncate {self.directory.name}", error) from error
            self._unsynced = [segment for segment in self._unsynced if not segment.retired and segment is not kept[-1]]
            self._unsealed = [segment for segment in self._unsealed if not segment.retired and segment is not kept[-1]]
            self.publish(kept)
            self._active = kept[-1]
            self.next_offset = self._active.next_offset
            self.durable_offset = min(self.durable_offset, self.next_offset)
            self.log_start_offset = min(self.log_start_offset, self.next_offset)
            self.clean_offset = min(self.clean_offset, self.next_offset)
            self.gaps_below = min(self.gaps_below, self.next_offset)
            self.epochs.cut_end(self.next_offset)
        snapshots.remove_after(self.files, self.directory, self.next_offset)
        self.write_state()

    # -- producer snapshots and housekeeping -----------------------------------------------------------------------

    def producer_snapshot(self) -> tuple[int, bytes] | None:
        """(offset, payload) of the newest intact producer snapshot, or None. Blocking."""
        return snapshots.newest(self.files, self.directory, self.next_offset)

    def write_producer_snapshot(self, offset: int, payload: bytes) -> None:
        """Keep `payload`, the state of all producers just before `offset`. Blocking; older ones are pruned."""
        try:
            snapshots.write(self.files, self.directory, offset, payload)
        except OSError as error:
            raise storage_error(f"cannot write a producer snapshot of {self.directory.name}", error) from error

    def housekeeping(self, now_wall_ms: int, visible_offset: int) -> HousekeepingReport:
        """Retention, compaction, checkpoint, checking of old segments. Blocking; beside append and read; one at a
        time.
        """
        if self.stopped is not None:
            return HousekeepingReport()
        try:
            return keep_house(self, now_wall_ms, visible_offset)
        except Corrupt as error:
            self.stop(error)
            raise
        except OSError as error:
            raise storage_error(f"housekeeping of {self.directory.name}", error) from error

    def check_invariants(self) -> None:
        """Compare everything remembered with what is on disk; for tests."""
        assert self.log_start_offset <= self.next_offset
        assert self.durable_offset <= self.next_offset
        assert self._bases == sorted(set(self._bases))
        for segment, following in zip(self.segments, self.segments[1:], strict=False):
            assert segment.next_offset == following.base_offset
        for segment in self.segments:
            segment.check_invariants()
        assert self._active is self.segments[-1]
        assert self._active.next_offset == self.next_offset
        self.epochs.check_invariants()
