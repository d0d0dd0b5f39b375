"""A partition as the Kafka layer sees it: check a batch, write it, let it be read once it is safe.

Record path: stop 3. `append` is called by the produce handler, `append_internal` by the node's own writers
(coordinators, registry, pacemaker); reads go up to the high watermark. When that moves, fetches that wait here, the
pacemaker and the coordinators learn it through `table.py` (`on_visible_offset_advanced`). Must not decode records and
must not wait: a write returns at once, and whoever needs durability asks `when_visible`. Surprising: with
`headrace.flush=fsync` the high watermark is what the disk has confirmed, so not even `acks=0` data is readable before
that.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from headrace.base.clock import Clock
from headrace.base.errors import Corrupt, HeadraceError, Rejected, Retriable
from headrace.contract.names import client_write_problem
from headrace.contract.settings import TopicSettings
from headrace.partitions.core.admission import Rules, admit
from headrace.partitions.core.producers import Producers
from headrace.partitions.log_settings import log_config
from headrace.partitions.waiters import AckQueue, AckWaiter, DataWatcher, FutureAck
from headrace.records.batch import (
    LENGTH_OVERHEAD_BYTES,
    TIMESTAMP_TYPE_BIT,
    BatchHeader,
    check_batches,
    parse_header,
    patch_position,
    seal_crc,
    set_log_append_time,
    write_header,
)
from headrace.storage.log import Log
from headrace.storage.region import FileRegion

logger = logging.getLogger(__name__)

KAFKA_STORAGE_ERROR = 56
NOT_LEADER_OR_FOLLOWER = 6
OFFSET_OUT_OF_RANGE = 1

#: A batch of a topic with CreateTime has no append time to tell.
NO_APPEND_TIME = -1

# Appended bytes after which the producers are worth a new snapshot: replaying this much of headers takes well under a
# second.
_SNAPSHOT_EVERY_BYTES = 256 * 1024 * 1024


@dataclass(slots=True)
class Appended:
    """Where a write landed. For a duplicate: where the first one landed."""

    base_offset: int
    last_offset: int
    log_append_time_ms: int
    log_start_offset: int
    duplicate: bool = False

    @property
    def next_offset(self) -> int:
        return self.last_offset + 1


class Partition:
    """One partition that lives on this node. Everything happens on the event loop; only `open_producers` runs in a
    thread.

    Invariant: log_start_offset <= high_watermark <= log_end_offset, and high_watermark never goes back.
    """

    __slots__ = (
        "_acks",
        "_announced",
        "_clock",
        "_on_advanced",
        "_producers",
        "_removed",
        "_rules",
        "_snapshot_bytes",
        "_stopped",
        "_wait_for_disk",
        "answer_templates",
        "appended_bytes",
        "client_write_problem",
        "high_watermark",
        "index",
        "leader_epoch",
        "log",
        "name",
        "settings",
        "topic",
        "topic_id",
        "watchers",
    )

    def __init__(
        self,
        *,
        topic: str,
        index: int,
        topic_id: bytes,
        leader_epoch: int,
        settings: TopicSettings,
        log: Log,
        producers: Producers,
        replayed_bytes: int = 0,
        clock: Clock,
        on_advanced: Callable[[Partition], None],
    ) -> None:
        self.topic = topic
        self.index = index
        self.name = f"{topic}-{index}"
        self.topic_id = topic_id
        self.leader_epoch = leader_epoch
        self.log = log
        self._clock = clock
        self._producers = producers
        self._on_advanced = on_advanced
        self._acks = AckQueue()
        self._stopped: HeadraceError | None = log.stopped
        self._removed = False
        #: Why clients may not produce here, or None. Kept because it is asked with every batch.
        self.client_write_problem = client_write_problem(topic)
        #: True while `table.py` has yet to tell the watchers that the high watermark moved.
        self._announced = False
        #: Kept here for the produce handler, by protocol version: what its answers have in common.
        self.answer_templates: dict[int, Any] = {}
        #: Fetches that wait for data here, in order of arrival.
        self.watchers: dict[DataWatcher, None] = {}
        #: Bytes written since the node started; parked fetches count by it how much has come.
        self.appended_bytes = 0
        #: As `appended_bytes`, at the last snapshot of the producers; below zero what the start had to replay.
        self._snapshot_bytes = -replayed_bytes
        self._use(settings)
        log.on_durable = self._on_durable
        log.on_stopped = self.stop
        #: Offsets below it may be read.
        self.high_watermark = log.durable_offset if self._wait_for_disk else log.next_offset
        if self._wait_for_disk and log.durable_offset < log.next_offset:
            log.request_flush()

    def _use(self, settings: TopicSettings) -> None:
        self.settings = settings
        self._wait_for_disk = settings.flush == "fsync"
        self._rules = Rules(
            where=self.name,
            message_bytes_max=settings.max_message_bytes,
            segment_bytes=settings.segment_bytes,
            compacted="compact" in settings.cleanup_policy,
            log_append_time=settings.message_timestamp_type == "LogAppendTime",
            timestamp_before_max_ms=settings.message_timestamp_before_max_ms,
            timestamp_after_max_ms=settings.message_timestamp_after_max_ms,
        )

    # ---- offsets

    @property
    def log_start_offset(self) -> int:
        return self.log.log_start_offset

    @property
    def log_end_offset(self) -> int:
        return self.log.next_offset

    @property
    def last_stable_offset(self) -> int:
        """What `read_committed` may see; equal to the high watermark while there are no transactions."""
        return self.high_watermark

    @property
    def rules(self) -> Rules:
        return self._rules

    @property
    def stopped(self) -> HeadraceError | None:
        """Why this partition takes no more writes, or None."""
        return self._stopped

    @property
    def producer_count(self) -> int:
        return len(self._producers)

    # ---- writing

    def append(self, records: memoryview, *, acks: int) -> Appended:
        """Write one batch of a client; its bytes are patched in place. `acks` only matters to replicas, not here.

        Raises Rejected (the batch is wrong: Kafka's code), Retriable (KAFKA_STORAGE_ERROR: the disk refused it).
        """
        if self._stopped is not None:
            raise self._unavailable()
        log = self.log
        now_ms = self._clock.wall_ms()
        rules = self._rules
        header = admit(records, rules, now_ms)
        producer_id = header.producer_id
        if producer_id >= 0:
            earlier = self._producers.check(header, self.name)
            if earlier is not None:
                return Appended(
                    earlier.base_offset, earlier.last_offset, earlier.timestamp_ms, log.log_start_offset, True
                )
        size_bytes = header.batch_length + LENGTH_OVERHEAD_BYTES
        if len(records) != size_bytes:
            records = records[:size_bytes]
        append_time_ms = NO_APPEND_TIME
        if rules.log_append_time:
            append_time_ms = now_ms
            set_log_append_time(records, 0, now_ms)
            header = parse_header(records)
        elif header.attributes & TIMESTAMP_TYPE_BIT:
            # The topic keeps the producers' times; a producer that claims otherwise is put right, as Kafka does.
            header.attributes &= ~TIMESTAMP_TYPE_BIT
            write_header(records, 0, header)
            seal_crc(records)
        base_offset = log.next_offset
        header.base_offset = base_offset
        header.leader_epoch = self.leader_epoch
        patch_position(records, 0, base_offset, self.leader_epoch)
        self._write(records, [header])
        if producer_id >= 0:
            self._producers.take(header, now_ms)
        return Appended(base_offset, base_offset + header.last_offset_delta, append_time_ms, log.log_start_offset)

    def append_internal(self, batches: bytearray | bytes | memoryview) -> Appended:
        """Write batches that the node itself made. Offsets are assigned here, producer fields are kept as they are.

        What can be written is patched in place; `bytes` are copied first. Raises Retriable as `append`.
        """
        if self._stopped is not None:
            raise self._unavailable()
        buffer: bytearray | memoryview
        if isinstance(batches, bytearray) or (isinstance(batches, memoryview) and not batches.readonly):
            buffer = batches
        else:
            buffer = bytearray(batches)
        headers = check_batches(buffer)
        log = self.log
        base_offset = next_offset = log.next_offset
        position = 0
        for header in headers:
            header.base_offset = next_offset
            header.leader_epoch = self.leader_epoch
            patch_position(buffer, position, next_offset, self.leader_epoch)
            position += header.size_bytes
            next_offset += header.last_offset_delta + 1
        self._write(buffer, headers)
        return Appended(base_offset, next_offset - 1, NO_APPEND_TIME, log.log_start_offset)

    def _write(self, data: memoryview | bytearray, headers: list[BatchHeader]) -> None:
        log = self.log
        try:
            log.append(data, headers)
        except Corrupt as error:
            raise Retriable(KAFKA_STORAGE_ERROR, str(error)) from error
        self.appended_bytes += len(data)
        if self._wait_for_disk:
            log.request_flush()
        else:
            self.high_watermark = log.next_offset
            if not self._announced:
                self._announced = True
                self._on_advanced(self)

    def _announce(self) -> None:
        if not self._announced:
            self._announced = True
            self._on_advanced(self)

    def _on_durable(self, durable_offset: int) -> None:
        if self._wait_for_disk and durable_offset > self.high_watermark:
            self._advance(durable_offset)

    def _advance(self, visible_offset: int) -> None:
        self.high_watermark = visible_offset
        self._acks.release(visible_offset)
        self._announce()

    def announced(self) -> None:
        """`table.py` is about to tell everyone; from now on a further advance is news again."""
        self._announced = False

    # ---- waiting

    def when_visible(self, next_offset: int) -> asyncio.Future[None] | None:
        """None if all offsets below `next_offset` are visible, else a future for that.

        The future fails with Retriable if the partition stops or is removed first.
        """
        if next_offset <= self.high_watermark:
            return None
        waiter = FutureAck()
        self.add_ack_waiter(next_offset, waiter)
        return waiter.future

    def add_ack_waiter(self, next_offset: int, waiter: AckWaiter) -> None:
        """As `when_visible`, for the produce path. Precondition: `next_offset > high_watermark`."""
        if self._stopped is not None:
            waiter.failed(self._unavailable())
        else:
            self._acks.add(next_offset, waiter)

    def expire_waiters(self, now_us: int) -> None:
        if self._acks:
            self._acks.expire(now_us)

    # ---- reading

    def read(self, offset: int, max_bytes: int, end_offset: int | None = None) -> bytes:
        """Whole batches from the one that contains `offset`, below `end_offset` (default: the high watermark).

        At least one batch even if it is larger than `max_bytes`; b"" at the end. Raises Rejected OFFSET_OUT_OF_RANGE.
        """
        if self._removed:
            raise self._unavailable()
        try:
            return self.log.read(offset, max_bytes, self.high_watermark if end_offset is None else end_offset)
        except Corrupt as error:
            raise Retriable(KAFKA_STORAGE_ERROR, str(error)) from error

    def read_region(self, offset: int, max_bytes: int) -> bytes | FileRegion:
        """As `read` up to the high watermark, but many bytes are left in their file, to be sent from there."""
        if self._removed:
            raise self._unavailable()
        try:
            return self.log.read_region(offset, max_bytes, self.high_watermark)
        except Corrupt as error:
            raise Retriable(KAFKA_STORAGE_ERROR, str(error)) from error

    def last_header(self) -> BatchHeader | None:
        """Header of the last batch in the log, visible or not; None if the log is empty."""
        return self.log.last_header()

    async def delete_records(self, before_offset: int) -> int:
        """Move the log start up to `before_offset` (-1:

        the high watermark); the new log start offset. Kafka's DeleteRecords.
        """
        if self._stopped is not None:
            raise self._unavailable()
        target = self.high_watermark if before_offset == -1 else before_offset
        if not 0 <= target <= self.high_watermark:
            raise Rejected(
                OFFSET_OUT_OF_RANGE,
                f"cannot delete records of {self.name} before offset {before_offset}: "
                f"the high watermark is {self.high_watermark}",
            )
        if target > self.log.log_start_offset:
            await asyncio.to_thread(self.log.advance_log_start, target)
            self._announce()
        return self.log.log_start_offset

    # ---- life

    def reconfigure(self, settings: TopicSettings) -> None:
        waited_for_disk = self._wait_for_disk
        self._use(settings)
        self.log.reconfigure(log_config(settings))
        if waited_for_disk and not self._wait_for_disk and self.log.next_offset > self.high_watermark:
            self._advance(self.log.next_offset)

    def stop(self, error: HeadraceError) -> None:
        """Write nothing any more: the disk failed or bytes on it are damaged. What was durable can still be read."""
        if self._stopped is not None:
            return
        self._stopped = error
        logger.error("partition %s takes no more writes, the others go on: %s", self.name, error)
        self._acks.fail_all(self._unavailable())

    def remove(self, reason: Retriable) -> None:
        """Give and take nothing any more: the partition leaves this node, or the node stops."""
        self._removed = True
        self._stopped = reason
        self.log.on_durable = None
        self.log.on_stopped = None
        self._acks.fail_all(reason)
        watchers, self.watchers = self.watchers, {}
        for watcher in watchers:
            watcher.partition_gone(self)

    def _unavailable(self) -> Retriable:
        error = self._stopped
        if isinstance(error, Retriable):
            return error
        return Retriable(KAFKA_STORAGE_ERROR, f"partition {self.name} is stopped: {error}")

    # ---- producers

    def expire_producers(self, expiration_ms: int) -> int:
        return self._producers.expire(self._clock.wall_ms(), expiration_ms)

    def producer_snapshot_due(self, *, at_stop: bool = False) -> bool:
        """A restart would have to read many headers; at a stop: any."""
        behind_bytes = self.appended_bytes - self._snapshot_bytes
        return behind_bytes > 0 if at_stop else behind_bytes >= _SNAPSHOT_EVERY_BYTES

    async def write_producer_snapshot(self) -> None:
        """Keep the producers of this moment beside the log, so that a restart reads few headers."""
        self._snapshot_bytes = self.appended_bytes
        offset, payload = self.log.next_offset, self._producers.snapshot()
        await asyncio.to_thread(_flush_and_keep, self.log, offset, payload)

    def check_invariants(self) -> None:
        assert self.log_start_offset <= self.log_end_offset
        assert self.high_watermark <= self.log_end_offset
        assert self._wait_for_disk or self.high_watermark == self.log_end_offset
        self._producers.check_invariants()


def _flush_and_keep(log: Log, offset: int, payload: bytes) -> None:
    # The log first: a snapshot of batches that a power failure takes back would be believed once the log has grown
    # again.
    log.flush()
    log.write_producer_snapshot(offset, payload)


def prepare_log(log: Log, leader_epoch: int, now_ms: int) -> tuple[Producers, int]:
    """Make a log that was just opened ready for a partition, and find its producers. Blocking: call in a thread.

    Producers come from the last snapshot and the batch headers after it; the second value is the bytes of those
    batches.
    """
    producers = Producers()
    replayed_bytes = 0
    if log.stopped is not None:
        return producers, replayed_bytes
    log.begin_epoch(leader_epoch)
    replay_from = log.log_start_offset
    snapshot = log.producer_snapshot()
    if snapshot is not None:
        snapshot_offset, payload = snapshot
        try:
            if snapshot_offset > log.next_offset:
                raise Corrupt("producer snapshot", f"it is from offset {snapshot_offset}, the log ends before that")
            producers.restore(payload)
            replay_from = max(replay_from, snapshot_offset)
        except Corrupt as error:
            logger.warning("%s: reading all batch headers again: %s", log.directory.name, error)
    for header in log.headers(replay_from, log.next_offset):
        if header.base_offset < replay_from:
            continue
        replayed_bytes += header.size_bytes
        if header.producer_id >= 0:
            producers.take(header, now_ms)
    return producers, replayed_bytes
