"""All logs of a node: open, create, delete, keep house, close. Owns their directories, not their meaning.

`<data-dir>/logs/<topic>-<partition>` is one log. Opening (recovery) and closing run in a small pool of threads, so a
start with many logs is bounded by the disk and not by one core; one more thread keeps house over all logs, one after
the other. A log that cannot be opened because its bytes are damaged is returned *stopped*; the others are not
disturbed. Called by the partition table on the event loop. Surprising: after an unclean stop some bytes that had been
synced are checked too, up to a budget for the whole node; housekeeping checks the rest little by little.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from headrace.base.clock import Clock
from headrace.base.errors import HeadraceError, Retriable
from headrace.base.limits import MIB
from headrace.storage import layout
from headrace.storage.data_dir import DataDir
from headrace.storage.flusher import Flusher
from headrace.storage.log import Log
from headrace.storage.log_config import LogConfig
from headrace.storage.log_state import read_state

logger = logging.getLogger(__name__)

_T = TypeVar("_T")

KAFKA_STORAGE_ERROR = 56

HOUSEKEEPING_EVERY_MS = 30_000
#: Logs opened or closed at the same time: enough to keep a disk busy while one thread computes checksums.
_OPENING_THREADS = 8
#: Synced bytes checked anew after an unclean stop, for all logs together: a second or two of start-up time.
_VERIFY_BYTES = 1024 * MIB


@dataclass(frozen=True, slots=True)
class LogOnDisk:
    """A log directory and whose it is; `topic_id` is "" if that was not written down yet."""

    name: str
    topic: str
    partition: int
    topic_id: str
    empty: bool


class LogManager:
    """`open`, `delete`, `start`, `stop` are for the event loop; they never block it."""

    def __init__(
        self,
        data_dir: DataDir,
        *,
        flusher: Flusher,
        clock: Clock,
        housekeeping_every_ms: int = HOUSEKEEPING_EVERY_MS,
        verify_bytes: int = _VERIFY_BYTES,
    ) -> None:
        self._data_dir = data_dir
        self._files = data_dir.files
        self._flusher = flusher
        self._clock = clock
        self._every_ms = housekeeping_every_ms
        self._verify_left_bytes = 0 if data_dir.was_clean else verify_bytes
        self._logs: dict[tuple[str, int], Log] = {}
        self._pool = ThreadPoolExecutor(_OPENING_THREADS, thread_name_prefix="logs")
        self._housekeeper: threading.Thread | None = None
        self._wake_up = threading.Event()
        self._stopping = False
        #: Held during one pass over one log: `delete` waits for it.
        self._pass_lock = threading.Lock()

    # -- life ------------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Remove what an interrupted deletion left, and begin to keep house."""
        await self._in_pool(self._remove_leftovers)
        self._housekeeper = threading.Thread(target=self._keep_house, name="housekeeping", daemon=True)
        self._housekeeper.start()

    async def stop(self) -> bool:
        """End housekeeping and close every log. True if all of them were closed in order.

        The flusher must still run; the data directory is the caller's to release afterwards.
        """
        self._stopping = True
        self._wake_up.set()
        for log in self._logs.values():
            log.closing = True
        if self._housekeeper is not None:
            await self._in_pool(self._housekeeper.join)
        logs = list(self._logs.values())
        self._logs.clear()
        sound = [log for log in logs if log.stopped is None]
        closed = await asyncio.gather(*(self._in_pool(log.close) for log in logs), return_exceptions=True)
        for log, outcome in zip(logs, closed, strict=True):
            if isinstance(outcome, BaseException):
                logger.warning("closing %s: %s", log.directory.name, outcome)
        self._pool.shutdown(wait=False)
        return len(sound) == len(logs) and not any(isinstance(outcome, BaseException) for outcome in closed)

    # -- logs ------------------------------------------------------------------------------------------------------

    def get(self, topic: str, partition: int) -> Log | None:
        return self._logs.get((topic, partition))

    def all(self) -> list[Log]:
        return list(self._logs.values())

    def on_disk(self) -> list[LogOnDisk]:
        """Every log directory, open or not. Blocking."""
        found = []
        for name in self._files.names(self._data_dir.logs_path):
            split = layout.split_log_directory(name)
            if split is not None and not name.endswith(layout.DELETED_SUFFIX):
                found.append(self._look_at(name, *split))
        return found

    def _look_at(self, name: str, topic: str, partition: int) -> LogOnDisk:
        directory = self._data_dir.logs_path / name
        state = read_state(self._files, directory)
        segments = [part for part in self._files.names(directory) if part.endswith(layout.LOG_SUFFIX)]
        empty = all(self._files.open(directory / part, write=False).size_bytes() == 0 for part in segments)
        return LogOnDisk(name, topic, partition, state.topic_id if state is not None else "", empty)

    async def open(self, topic: str, partition: int, config: LogConfig, topic_id: bytes = b"") -> Log:
        """The log of a partition, created if it is not there. What recovery did is logged and in `log.recovery`.

        With a `topic_id`, a directory that an earlier topic of the same name left behind is removed first. Raises
        Retriable (KAFKA_STORAGE_ERROR) if the disk refuses; damage gives a log with `stopped` set instead.
        """
        known = self._logs.get((topic, partition))
        if known is not None:
            return known
        log = await self._in_pool(self._open, topic, partition, config, topic_id.hex())
        self._logs[topic, partition] = log
        return log

    async def open_many(self, wanted: Iterable[tuple[str, int, LogConfig, bytes]]) -> dict[tuple[str, int], Log]:
        """Open many logs in parallel; raises the first failure after all are done."""
        entries = list(wanted)
        outcomes = await asyncio.gather(*(self.open(*entry) for entry in entries), return_exceptions=True)
        opened: dict[tuple[str, int], Log] = {}
        for entry, outcome in zip(entries, outcomes, strict=True):
            if isinstance(outcome, BaseException):
                raise outcome
            opened[entry[0], entry[1]] = outcome
        return opened

    async def delete(self, topic: str, partition: int) -> None:
        """Remove a partition's log from disk, open or not."""
        log = self._logs.pop((topic, partition), None)
        await self._in_pool(self._delete, topic, partition, log)

    def _open(self, topic: str, partition: int, config: LogConfig, topic_id: str) -> Log:
        directory = self._data_dir.logs_path / layout.log_directory_name(topic, partition)
        log = Log.open(
            directory,
            config,
            clock=self._clock,
            flusher=self._flusher,
            files=self._files,
            topic_id=topic_id,
            verify_bytes=self._verify_left_bytes,
        )
        if topic_id and log.topic_id not in ("", topic_id):
            logger.warning("removing %s: it belongs to a deleted topic of the same name", directory.name)
            log.delete()
            return self._open(topic, partition, config, topic_id)
        self._verify_left_bytes = max(0, self._verify_left_bytes - log.recovery.verified_bytes)
        for line in log.recovery.lines:
            level = logging.ERROR if log.stopped is not None else logging.INFO
            logger.log(level, "start-up of %s: %s", directory.name, line)
        return log

    def _delete(self, topic: str, partition: int, log: Log | None) -> None:
        directory = self._data_dir.logs_path / layout.log_directory_name(topic, partition)
        if log is not None:
            log.closing = True  # a compaction under way gives up
        with self._pass_lock:
            if log is not None:
                log.delete()
            elif self._files.exists(directory):
                try:
                    self._files.remove_tree(directory)
                except OSError as error:
                    raise Retriable(KAFKA_STORAGE_ERROR, f"cannot remove {directory}: {error}") from error

    def _remove_leftovers(self) -> None:
        for name in self._files.names(self._data_dir.logs_path):
            if name.endswith(layout.DELETED_SUFFIX):
                self._files.remove_tree(self._data_dir.logs_path / name)

    # -- housekeeping ----------------------------------------------------------------------------------------------

    def _keep_house(self) -> None:
        while not self._stopping:
            self._wake_up.wait(self._every_ms / 1000)
            self._wake_up.clear()
            self.housekeeping_pass()

    def housekeeping_pass(self) -> None:
        """One pass over every log; blocking. A log that fails is reported and the next one is looked at."""
        for log in self.all():
            if self._stopping:
                return
            with self._pass_lock:
                if log.stopped is not None:
                    continue
                try:
                    report = log.housekeeping(self._clock.wall_ms(), log.visible_offset)
                except HeadraceError as error:
                    logger.warning("%s", error)
                    continue
                except Exception:
                    logger.exception("housekeeping of %s failed", log.directory.name)
                    continue
            for line in report.lines:
                logger.info("%s: %s", log.directory.name, line)
            time.sleep(0)  # let the event loop have the interpreter between two logs

    async def _in_pool(self, function: Callable[..., _T], *arguments: object) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, function, *arguments)
