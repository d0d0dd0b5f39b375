"""The writing half of a log: its segments, append, roll, flush, checkpoint, stop. Record path: the bytes reach the
disk here.

Appends come from the event loop, one write each. Durability is the flusher's: `request_flush` joins a group commit,
`on_durable` tells. The tuple of segments is replaced as a whole, never changed in place, so readers and housekeeping
need no lock while they look. Surprising: after one failed sync nobody knows what reached the device, since the kernel
forgets the failed pages; so the log stops, nothing more of it becomes durable, and only opening it anew helps.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from headrace.base.clock import Clock
from headrace.base.errors import Corrupt, HeadraceError, Retriable
from headrace.base.limits import KIB
from headrace.records.batch import BatchHeader
from headrace.storage.epochs import EpochCache
from headrace.storage.files import Files
from headrace.storage.flusher import Flusher
from headrace.storage.log_config import SEGMENT_BYTES_MAX, LogConfig
from headrace.storage.log_state import LogState, write_state
from headrace.storage.recovery import RecoveryReport
from headrace.storage.segment import Segment

log = logging.getLogger(__name__)

KAFKA_STORAGE_ERROR = 56

# Remembered positions of offsets: where readers left off and where flushes ended. One per active consumer is enough.
_HINTS_MAX = 256

# While a sync carries less than this, zeros are written ahead of the data: overwriting them spares each sync the file
# system's journal (measured: 0.16 -> 0.10 ms and 1.6 -> 0.8 ms per sync on two ext4 machines).
_SMALL_SYNC_BYTES = 16 * KIB
_ZEROS = bytes(64 * KIB)


class LogWriter:
    """Invariant: `log_start_offset <= durable_offset <= next_offset`; the last segment is the only one appended to."""

    def __init__(self, directory: Path, config: LogConfig, clock: Clock, flusher: Flusher, files: Files) -> None:
        self.directory = directory
        self.config = config
        self.recovery = RecoveryReport()
        #: Called on the event loop with the new durable offset after each flush.
        self.on_durable: Callable[[int], None] | None = None
        #: Called on the event loop once, when the log stops for good (failed sync, damage found while running).
        self.on_stopped: Callable[[HeadraceError], None] | None = None
        self.sync_is_free = files.sync_is_free(directory)
        self.epochs = EpochCache()
        #: Everything below was compacted once.
        self.clean_offset = 0
        #: Compaction may have left holes between offsets below this.
        self.gaps_below = 0
        #: When compaction may first remove a tombstone that it kept; None if it knows of none.
        self.tombstones_due_ms: int | None = None
        #: Set to make housekeeping end early.
        self.closing = False
        self.topic_id = ""
        self.log_start_offset = 0
        self.next_offset = 0
        self.durable_offset = 0
        self.stopped: HeadraceError | None = None
        self.closed = False
        self.files = files
        self.clock = clock
        self._flusher = flusher
        #: Held for moments only: the structure below and every append.
        self.lock = threading.Lock()
        #: Held across a sync: nobody truncates or closes what is being flushed.
        self.sync_lock = threading.Lock()
        #: Flusher, housekeeping and DeleteRecords all write the state file; the newest state must be what stays.
        self._state_lock = threading.Lock()
        #: Held while segments that exist are replaced or removed, on disk and in memory. Taken before the other locks.
        self.structure_lock = threading.Lock()
        self._bases: list[int] = []
        #: Replaced as a whole, together with `_bases`; never changed in place.
        self.segments: tuple[Segment, ...] = ()
        self._active: Segment | None = None
        #: Rolled segments whose bytes are not synced yet, oldest first.
        self._unsynced: list[Segment] = []
        #: Synced segments without a final index file.
        self._unsealed: list[Segment] = []
        #: Held while index files are written; taken before `lock`, never together with `sync_lock`.
        self._seal_lock = threading.Lock()
        self._seal_failed = False
        self._directory_dirty = False
        self._state_changed = False
        #: Syncs carry little, so their time is the device's bookkeeping: worth filling ahead.
        self._small_syncs = False
        self._synced_bytes = 0
        self._hints: dict[int, tuple[Segment, int]] = {}
        self._flushing = False
        self._flush_again = False

    def reconfigure(self, config: LogConfig) -> None:
        """Take new settings; they hold from the next append and the next housekeeping on."""
        with self.lock:
            self.config = config
            active = self._active
            if active is not None and active.first_timestamp_ms >= 0:
                active.roll_at_ms = active.first_timestamp_ms + config.roll_after_ms

    # -- appending -----------------------------------------------------------------------------------------------

    def append(self, data: bytes | bytearray | memoryview, headers: Sequence[BatchHeader]) -> None:
        """Write whole batches whose base offsets are already right. One write, no flush. Event loop only.

        Raises Retriable (KAFKA_STORAGE_ERROR) if the disk refuses, with the log as it was before; the stored error
        once stopped.
        """
        with self.lock:
            segment = self._active
            if self.stopped is not None or segment is None:
                raise self._refusal()
            first = headers[0]
            last = headers[-1]
            rolled = False
            if first.base_offset != self.next_offset:
                raise ValueError(f"append at {first.base_offset}, the log ends at {self.next_offset}")
            config = self.config
            if not segment.has_room(len(data), last, config.segment_bytes):
                segment = self._roll()
                rolled = True
            if first.leader_epoch > self.epochs.latest:
                self.epochs.begin(first.leader_epoch, first.base_offset)
                self._state_changed = True
            try:
                segment.file.write_at(segment.size_bytes, data)
            except OSError as error:
                self._undo_append(segment, error)
            segment.note_appended(headers, config.index_interval_bytes, config.roll_after_ms)
            self.next_offset = segment.next_offset
            if segment.size_bytes > segment.filled_to and self._small_syncs:
                self._fill_ahead(segment)
        if rolled:
            self.request_flush()  # also without acknowledgements to wait for: a full segment is synced and sealed

    @staticmethod
    def _fill_ahead(segment: Segment) -> None:
        """Write zeros behind the data, so that the next small syncs find blocks and file size already on the device."""
        size = segment.size_bytes
        try:
            segment.file.write_at(size, _ZEROS)
            segment.filled_to = size + len(_ZEROS)
        except OSError:
            with contextlib.suppress(OSError):
                segment.file.truncate(size)
            segment.filled_to = SEGMENT_BYTES_MAX  # no room: do without for the rest of this segment

    def _undo_append(self, segment: Segment, error: OSError) -> None:
        # What was written of the refused batches must not lie behind later ones: a scan could take it for theirs.
        try:
            segment.file.truncate(segment.size_bytes)
            segment.filled_to = segment.size_bytes
        except OSError as second:
            self._stop(Corrupt(str(segment.path), f"a refused append could not be taken back: {second}"))
        raise storage_error(f"cannot append to {self.directory.name}", error) from error

    def _roll(self) -> Segment:
        """Start a new segment. The old one is synced by the next flush. Lock held."""
        fresh = Segment(self.files, self.directory, self.next_offset)
        try:
            fresh.create(self.config.segment_bytes if self.config.preallocate else 0)
        except OSError as error:
            self.files.remove(fresh.path)
            raise storage_error(f"cannot start a new segment of {self.directory.name}", error) from error
        assert self._active is not None
        self._unsynced.append(self._active)
        self._directory_dirty = True
        self.publish([*self.segments, fresh])
        self._active = fresh
        return fresh

    def roll(self) -> None:
        """Close the active segment if it holds anything. From any thread."""
        with self.lock:
            if self.stopped is None and self._active is not None and self._active.size_bytes:
                self._roll()

    def publish(self, segments: Sequence[Segment]) -> None:
        """Make `segments` the log's segments. Lock held (or nobody else knows the log yet)."""
        self.segments = tuple(segments)
        self._bases = [segment.base_offset for segment in segments]
        self._hints.clear()

    @property
    def visible_offset(self) -> int:
        """What consumers may read up to while nothing is replicated; retention and compaction stay below it."""
        return self.durable_offset if self.config.flush == "fsync" else self.next_offset

    # -- durability ----------------------------------------------------------------------------------------------

    def request_flush(self) -> None:
        """Join the next group commit; `on_durable` tells when. Event loop only, cheap to repeat."""
        if self._flushing:
            self._flush_again = True
        elif self.stopped is None:
            self._flushing = True
            self._flusher.submit(self)

    def flush(self) -> int:
        """Sync everything appended so far and return the durable offset. Blocking; any thread.

        After a failed sync the fate of the bytes is unknown for good: the log stops and this raises Corrupt.
        """
        with self.sync_lock:
            with self.lock:
                active = self._active
                if active is None or self.stopped is not None:
                    raise self._refusal()
                rolled = list(self._unsynced)
                directory_dirty = self._directory_dirty
                self._directory_dirty = False
                next_offset, size = self.next_offset, active.size_bytes
            try:
                for segment in rolled:
                    segment.file.sync_data()
                active.file.sync_data()
                if directory_dirty:
                    self.files.sync_directory(self.directory)
            except OSError as error:
                stop = Corrupt(
                    self.directory.name,
                    f"syncing to disk failed ({error.strerror or error}): what reached the device is unknown. The "
                    "partition is stopped; check the disk, then restart the node, which keeps what is readable",
                )
                with self.lock:
                    self._stop(stop)
                raise stop from error
            with self.lock:
                del self._unsynced[: len(rolled)]
                self._unsealed += rolled
                self.durable_offset = max(self.durable_offset, next_offset)
                self._small_syncs = (
                    size - self._synced_bytes < _SMALL_SYNC_BYTES
                    and self.config.flush == "fsync"
                    and not self.sync_is_free
                )
                self._synced_bytes = size
                if not active.retired:
                    self._remember(next_offset, active, size)
            return next_offset

    def after_flush(self) -> None:
        """Write the final index of segments that were rolled and synced. Flusher thread or housekeeping."""
        # Another thread may be at it after the flush before this one; whoever comes next finds the rest.
        if self._unsealed and not self._seal_failed and self._seal_lock.acquire(blocking=False):
            try:
                self._seal_failed = True  # if it fails, housekeeping tries again, not every flush
                self._seal()
                self._seal_failed = False
            finally:
                self._seal_lock.release()

    @property
    def has_unsealed(self) -> bool:
        """Whether a rolled segment still waits for its sync or its final index."""
        return bool(self._unsynced or self._unsealed)

    def _seal(self) -> None:
        """Write the final index files that are due. Seal lock held."""
        while True:
            with self.lock:
                if not self._unsealed:
                    return
                segment = self._unsealed[0]
            if not segment.retired:
                self._write_state_if_changed()
                segment.trim()
                segment.write_index(segment.mark(), sealed=True)
            with self.lock:
                if self._unsealed and self._unsealed[0] is segment:
                    del self._unsealed[0]

    def checkpoint(self) -> None:
        """Sync, and write what the next start would otherwise have to find out by scanning. Blocking."""
        with self.lock:
            active = self._active
            mark = active.mark() if active is not None else None
        self.flush()
        with self._seal_lock:
            self._seal()
            self._seal_failed = False
            if active is None or mark is None or active.sealed or active.retired:
                return
            if active.covered_bytes != mark.summary.covered_bytes:
                # An index vouches for batches, which are then never scanned for their epochs again.
                self._write_state_if_changed()
                active.write_index(mark, sealed=False)

    def flushed(self, durable_offset: int) -> None:
        """A flush ended well (event loop)."""
        self._flushing = False
        if self._flush_again:
            self._flush_again = False
            if durable_offset < self.next_offset:
                self.request_flush()
        if self.on_durable is not None:
            self.on_durable(durable_offset)

    def flush_failed(self, error: BaseException) -> None:
        """The log stopped (event loop)."""
        self._flushing = False
        if self.closed:
            return
        if self.stopped is None:
            self.stopped = Corrupt(self.directory.name, f"a flush failed in an unforeseen way: {error!r}")
        log.error("%s", error, extra={"fields": {"log": self.directory.name}})
        if self.on_stopped is not None:
            self.on_stopped(self.stopped)

    def stop(self, error: HeadraceError) -> None:
        """Stop the log: refuse everything from now on, and tell the loop. From any thread."""
        with self.lock:
            self._stop(error)
        self._flusher.post_failure(self, error)

    def _stop(self, error: HeadraceError) -> None:
        if self.stopped is None:
            self.stopped = error

    def _refusal(self) -> HeadraceError:
        error = self.stopped
        # A fresh instance each time: a raised exception collects tracebacks.
        if isinstance(error, Corrupt):
            return Corrupt(error.where, error.message)
        if isinstance(error, Retriable):
            return Retriable(error.kafka_code, error.message)
        return Retriable(KAFKA_STORAGE_ERROR, f"the log {self.directory.name} is not open")

    # -- replacing segments (housekeeping) -------------------------------------------------------------------------

    def drop_segments(self, gone: Sequence[Segment]) -> list[Segment]:
        """Remove sealed segments from the log and from disk, oldest first; returns those that were still there."""
        with self.structure_lock:
            with self.lock:
                dropped = [segment for segment in gone if not segment.retired and segment is not self._active]
                self.publish([segment for segment in self.segments if segment not in dropped])
            for segment in dropped:
                _ = segment.file  # a reader that holds the segment could not open it any more
                segment.remove()
            self.files.sync_directory(self.directory)
        return dropped

    def swap_segments(self, old: Sequence[Segment], fresh: Segment, commit: Callable[[], None]) -> bool:
        """Put `fresh` in the place of the neighbours `old`; `commit` makes it so on disk. False if one of them is
        gone.
        """
        with self.structure_lock:
            for segment in old:
                # Readers that hold it go on with its open file and its own index, whatever becomes of the names.
                _ = segment.file, segment.index
            with self.lock:
                if self.closed or any(segment.retired for segment in old):
                    return False
            commit()
            with self.lock:
                at = self.segments.index(old[0])
                self.publish([*self.segments[:at], fresh, *self.segments[at + len(old) :]])
                for segment in old:
                    segment.retired = True
        return True

    def allow_gaps_below(self, offset: int) -> None:
        """Compaction is about to leave holes below `offset`. Blocking: durable when it returns."""
        if offset > self.gaps_below:
            self.gaps_below = offset
            self.write_state()

    def cleaned_to(self, clean_offset: int, tombstones_due_ms: int | None) -> None:
        """A compaction pass is over. Blocking."""
        self.clean_offset = clean_offset
        self.tombstones_due_ms = tombstones_due_ms
        self.write_state()

    # -- state and closing ---------------------------------------------------------------------------------------

    def raise_log_start(self, offset: int) -> None:
        """Records below `offset` are gone for every reader, durably. Blocking."""
        with self.lock:
            if offset <= self.log_start_offset:
                return
            self.log_start_offset = offset
            self.epochs.cut_start(offset)
        self.write_state()

    def write_state(self) -> None:
        """Persist log start, epochs and compaction progress. Blocking."""
        with self._state_lock:
            with self.lock:
                self._state_changed = False
                state = LogState(
                    self.log_start_offset, self.epochs.entries(), self.topic_id, self.clean_offset, self.gaps_below
                )
            try:
                write_state(self.files, self.directory, state)
            except OSError as error:
                self._state_changed = True
                raise storage_error(f"cannot write the state of {self.directory.name}", error) from error

    def _write_state_if_changed(self) -> None:
        if self._state_changed:
            self.write_state()

    def close(self) -> None:
        """Sync, write the index of the active segment, let the files go. Blocking. Safe to call twice."""
        if self.closed:
            return
        try:
            if self.stopped is None:
                self.checkpoint()
                if self._active is not None:
                    self._active.trim()
        except OSError as error:
            log.warning("closing %s: %s; the next start will scan its tail", self.directory.name, error)
        self._let_go()

    def _let_go(self) -> None:
        self.closing = True
        with self.structure_lock, self.sync_lock, self.lock:
            self.closed = True
            if self.stopped is None:
                self.stopped = Retriable(KAFKA_STORAGE_ERROR, f"the log {self.directory.name} is closed")
            for segment in self.segments:
                segment.retired = True
            self._hints.clear()
            self._bases, self.segments, self._active = [], (), None

    def _remember(self, offset: int, segment: Segment, position: int) -> None:
        hints = self._hints
        if len(hints) >= _HINTS_MAX:
            hints.clear()
        hints[offset] = (segment, position)


def storage_error(what: str, error: OSError) -> Retriable:
    return Retriable(KAFKA_STORAGE_ERROR, f"{what}: {error.strerror or error}", retry_after_ms=1000)
