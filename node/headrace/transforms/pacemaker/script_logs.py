"""What scripts print and what befalls them, as records of `_headrace.logs`.

The driver puts lines in; they are written in batches a few times a second. Bounded twice, because a script may print
in an endless loop: a queue, and a rate over all scripts. What is over is counted and said in a line of its own. Must
never slow down or fail a chunk: if the topic does not take a batch, the batch is dropped and counted. Surprising:
lines are not part of exactly-once, a chunk that runs again prints again.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from headrace.base.clock import Clock
from headrace.base.errors import HeadraceError
from headrace.partitions.partition import Partition
from headrace.records.builder import build_batch
from headrace.records.reader import Record

log = logging.getLogger(__name__)

LINES_PER_S_MAX = 1_000
BYTES_PER_S_MAX = 1_000_000
QUEUE_LINES_MAX = 5_000

_FLUSH_EVERY_S = 0.2
_BURST_S = 2
_LEVELS = frozenset({"debug", "info", "warn", "error"})


@dataclass(frozen=True, slots=True)
class ScriptLine:
    """One line; `partition` as `topic-0`, or None when it is about the script as a whole."""

    script: str
    level: str
    text: str
    partition: str | None = None
    digest: str | None = None


class ScriptLogs:
    """Collects lines and writes them to one partition."""

    def __init__(self, partition: Partition | None, *, node_id: int, clock: Clock) -> None:
        self._partition = partition
        self._node_id = node_id
        self._clock = clock
        self._queue: deque[Record] = deque()
        self._dropped: dict[str, int] = {}
        self._lines_left = float(LINES_PER_S_MAX * _BURST_S)
        self._bytes_left = float(BYTES_PER_S_MAX * _BURST_S)
        self._filled_us = clock.monotonic_us()
        self._news = asyncio.Event()

    def put(self, line: ScriptLine) -> None:
        self._refill()
        level = line.level if line.level in _LEVELS else "info"
        record = self._record(line.script, level, line.text, line.partition, line.digest)
        size = len(record.value or b"")
        if len(self._queue) >= QUEUE_LINES_MAX or self._lines_left < 1 or self._bytes_left < size:
            self.drop(line.script, 1)
            return
        self._lines_left -= 1
        self._bytes_left -= size
        self._queue.append(record)
        self._news.set()

    def drop(self, script: str, lines: int) -> None:
        """Count lines that are lost."""
        if lines:
            self._dropped[script] = self._dropped.get(script, 0) + lines
            self._news.set()

    async def run(self) -> None:
        while True:
            await self._news.wait()
            await asyncio.sleep(_FLUSH_EVERY_S)
            self.flush()

    def flush(self) -> None:
        """Write what has been collected."""
        self._news.clear()
        dropped, self._dropped = self._dropped, {}
        for script, lines in dropped.items():
            self._queue.append(self._record(script, "warn", f"{lines} log lines were dropped", None, None))
        if not self._queue or self._partition is None:
            self._queue.clear()
            return
        records: Sequence[Record] = list(self._queue)
        self._queue.clear()
        try:
            self._partition.append_internal(build_batch(records))
        except HeadraceError as error:
            log.warning("%d lines of scripts are lost: %s", len(records), error)

    def _record(self, script: str, level: str, text: str, partition: str | None, digest: str | None) -> Record:
        now_ms = self._clock.wall_ms()
        value = {
            "ts": now_ms,
            "script": script,
            "level": level,
            "text": text,
            "partition": partition,
            "digest": digest,
            "node": self._node_id,
        }
        encoded = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        return Record(0, now_ms, script.encode(), encoded)

    def _refill(self) -> None:
        now_us = self._clock.monotonic_us()
        elapsed_s = (now_us - self._filled_us) / 1_000_000
        self._filled_us = now_us
        self._lines_left = min(LINES_PER_S_MAX * _BURST_S, self._lines_left + elapsed_s * LINES_PER_S_MAX)
        self._bytes_left = min(BYTES_PER_S_MAX * _BURST_S, self._bytes_left + elapsed_s * BYTES_PER_S_MAX)
