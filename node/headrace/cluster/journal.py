"""The controller's journal: commands on disk, in order, synced before they count.

An ordinary log in `<data-dir>/controller`, one command per record, read back whole at start. Kept small by snapshots:
one record that holds everything so far, after which the segments before it are dropped. `tidy` also vouches for what
is synced, so that damage to it is told from a torn tail and stops the start: tables that lost commands would delete
partitions. Only the driver uses it; it knows no command. Surprising: there is one writer and no rewriting, so Raft
can take the place of this file without the driver noticing.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from headrace.base.clock import Clock
from headrace.base.errors import Corrupt, HeadraceError, Retriable
from headrace.base.limits import MIB
from headrace.cluster.core.commands import Command, Snapshot, decode, encode
from headrace.records.batch import parse_header
from headrace.records.builder import build_batch
from headrace.records.reader import Record, read_records
from headrace.storage.files import REAL_FILES, Files
from headrace.storage.flusher import Flusher
from headrace.storage.log import Log
from headrace.storage.log_config import LogConfig

logger = logging.getLogger(__name__)

KAFKA_STORAGE_ERROR = 56

# A snapshot is due when the journal grew by this much, or by twice the last snapshot: the total stays within a small
# multiple of the state, and writing snapshots costs a fraction of writing commands.
SNAPSHOT_AFTER_BYTES = 256 * 1024
_READ_BYTES = 1 * MIB
_SEGMENT_BYTES = 64 * MIB
# All of it: it is small, and everything else depends on it.
_VERIFY_BYTES = 1 << 40

_CONFIG = LogConfig(
    segment_bytes=_SEGMENT_BYTES, retention_ms=-1, retention_bytes=-1, cleanup=frozenset({"delete"}), flush="fsync"
)


@dataclass(slots=True)
class _Pending:
    next_offset: int
    command: Command
    done: asyncio.Future[None]


class Journal:
    """Appends commands and says when they are durable. Event loop only, except `open`."""

    def __init__(self, log: Log, clock: Clock, snapshot_after_bytes: int) -> None:
        self._log = log
        self._clock = clock
        self._snapshot_after_bytes = snapshot_after_bytes
        self._pending: deque[_Pending] = deque()
        self._bytes_since_snapshot = 0
        self._snapshot_bytes = 0
        #: Called with each command when it is durable, in order, before its future is done.
        self.on_committed: Callable[[Command], None] = lambda command: None
        #: Called once if the journal can write no more.
        self.on_failed: Callable[[HeadraceError], None] = lambda error: None
        log.on_durable = self._on_durable
        log.on_stopped = self._on_stopped

    @classmethod
    def open(
        cls,
        directory: Path,
        *,
        clock: Clock,
        flusher: Flusher,
        snapshot_after_bytes: int = SNAPSHOT_AFTER_BYTES,
        files: Files = REAL_FILES,
    ) -> tuple[Journal, list[Command]]:
        """Open or create it and read all commands back. Blocking. Raises Corrupt, Retriable (disk)."""
        log = Log.open(directory, _CONFIG, clock=clock, flusher=flusher, files=files, verify_bytes=_VERIFY_BYTES)
        if log.stopped is not None:
            raise log.stopped
        for line in log.recovery.lines:
            logger.log(logging.WARNING if log.recovery.cut_bytes else logging.INFO, "controller journal: %s", line)
        journal = cls(log, clock, snapshot_after_bytes)
        commands: list[Command] = []
        offset = log.log_start_offset
        while offset < log.next_offset:
            data = log.read(offset, _READ_BYTES, log.next_offset)
            if not data:
                raise Corrupt("controller journal", f"nothing to read at {offset}, the end is {log.next_offset}")
            for record in read_records(data):
                if record.offset < offset:
                    continue
                commands.append(decode(record.value or b""))
                journal._note_size(commands[-1], len(record.value or b""))
                offset = record.offset + 1
        return journal, commands

    @property
    def next_offset(self) -> int:
        return self._log.next_offset

    @property
    def size_bytes(self) -> int:
        return self._log.size_bytes

    def append(self, command: Command) -> asyncio.Future[None]:
        """Write one command; the future is done when it is durable. Raises Retriable (KAFKA_STORAGE_ERROR)."""
        value = encode(command)
        offset = self._log.next_offset
        batch = build_batch(
            [Record(offset, self._clock.wall_ms(), None, value, ())], base_offset=offset, leader_epoch=0
        )
        if isinstance(command, Snapshot):
            self._log.roll()  # so that everything before the snapshot can go as whole segments
        try:
            self._log.append(batch, [parse_header(batch)])
        except Corrupt as error:
            raise Retriable(KAFKA_STORAGE_ERROR, str(error)) from error
        self._note_size(command, len(value))
        pending = _Pending(self._log.next_offset, command, asyncio.get_running_loop().create_future())
        self._pending.append(pending)
        self._log.request_flush()
        return pending.done

    @property
    def last_pending(self) -> asyncio.Future[None] | None:
        """Of the newest command that is not durable yet."""
        return self._pending[-1].done if self._pending else None

    @property
    def snapshot_due(self) -> bool:
        return self._bytes_since_snapshot >= max(self._snapshot_after_bytes, 2 * self._snapshot_bytes)

    def tidy(self, snapshot_offset: int | None) -> None:
        """Drop everything before a durable snapshot, if there is one; vouch for what is on the device. Blocking."""
        if snapshot_offset is not None:
            self._log.advance_log_start(snapshot_offset)
            self._log.housekeeping(self._clock.wall_ms(), self._log.durable_offset)
        self._log.checkpoint()

    def close(self) -> None:
        """Blocking."""
        self._log.close()

    def _note_size(self, command: Command, size_bytes: int) -> None:
        if isinstance(command, Snapshot):
            self._snapshot_bytes, self._bytes_since_snapshot = size_bytes, 0
        else:
            self._bytes_since_snapshot += size_bytes

    def _on_durable(self, durable_offset: int) -> None:
        while self._pending and self._pending[0].next_offset <= durable_offset:
            pending = self._pending.popleft()
            self.on_committed(pending.command)
            if not pending.done.done():
                pending.done.set_result(None)

    def _on_stopped(self, error: HeadraceError) -> None:
        self.on_failed(error)
        pendings, self._pending = self._pending, deque()
        for pending in pendings:
            if not pending.done.done():
                pending.done.set_exception(Retriable(KAFKA_STORAGE_ERROR, f"the controller's journal stopped: {error}"))
                pending.done.exception()  # seen: nobody may be waiting
