"""Which partitions live on this node, and who wants to know about them.

The one place where writers and readers of partitions meet: handlers look partitions up, the reconciler creates and
removes them, and listeners (pacemaker, coordinators) learn that the visible offset moved:
`on_visible_offset_advanced`. Must not know why partitions exist. Surprising: advances are announced once per turn of
the event loop and partition, not once per batch.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Protocol

from headrace.base.clock import Clock
from headrace.base.errors import HeadraceError, Retriable
from headrace.base.metrics import Metrics
from headrace.base.tasks import TaskSet
from headrace.contract.settings import TopicSettings
from headrace.partitions.log_settings import log_config
from headrace.partitions.partition import NOT_LEADER_OR_FOLLOWER, Partition, prepare_log

if TYPE_CHECKING:
    from headrace.storage.manager import LogManager

logger = logging.getLogger(__name__)

# How late an ack that waits for the disk may learn that its deadline has passed.
_EXPIRE_WAITERS_EVERY_S = 1.0
# How often partitions are looked at that have taken many bytes since their producers were last written down.
_SNAPSHOTS_EVERY_S = 30.0
# At a stop all partitions are written down, most of the time waiting for the disk.
_SNAPSHOTS_AT_A_TIME = 8


class PartitionListener(Protocol):
    """Told on the event loop; must return quickly and not raise."""

    def on_partition_added(self, partition: Partition) -> None: ...

    def on_partition_removed(self, partition: Partition) -> None: ...

    def on_visible_offset_advanced(self, partition: Partition) -> None: ...


class PartitionTable:
    """All partitions of this node by topic and index."""

    def __init__(
        self,
        logs: LogManager,
        *,
        clock: Clock,
        metrics: Metrics | None = None,
        producer_expiration_ms: int = 86_400_000,
        producer_expiration_check_ms: int = 600_000,
    ) -> None:
        self._logs = logs
        self._clock = clock
        self._producer_expiration_ms = producer_expiration_ms
        self._producer_expiration_check_s = producer_expiration_check_ms / 1000
        self._topics: dict[str, dict[int, Partition]] = {}
        self._listeners: list[PartitionListener] = []
        self._advanced: list[Partition] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tasks = TaskSet("partitions")
        if metrics is not None:
            self._register(metrics)

    # ---- looking up

    def get(self, topic: str, index: int) -> Partition | None:
        partitions = self._topics.get(topic)
        return None if partitions is None else partitions.get(index)

    def of_topic(self, topic: str) -> list[Partition]:
        """Partitions of one topic, by index."""
        partitions = self._topics.get(topic, {})
        return [partitions[index] for index in sorted(partitions)]

    def all(self) -> list[Partition]:
        return [partition for partitions in self._topics.values() for partition in partitions.values()]

    def add_listener(self, listener: PartitionListener) -> None:
        """From now on `listener` is told; it is not told of partitions that already exist (see `all`)."""
        self._listeners.append(listener)

    def remove_listener(self, listener: PartitionListener) -> None:
        self._listeners.remove(listener)

    # ---- life

    async def start(self) -> None:
        """Start the background care: late acks, old producers, producer snapshots."""
        self._tasks.start("late-acks", self._expire_waiters())
        self._tasks.start("producers", self._expire_producers())
        self._tasks.start("producer-snapshots", self._write_snapshots())

    async def stop(self) -> None:
        """Stop the background care and write down the producers. The logs stay open: `LogManager` closes them."""
        await self._tasks.stop()
        turns = asyncio.Semaphore(_SNAPSHOTS_AT_A_TIME)

        async def close(partition: Partition) -> None:
            async with turns:
                if partition.stopped is None and partition.producer_snapshot_due(at_stop=True):
                    await self._write_snapshot(partition)
            partition.remove(Retriable(NOT_LEADER_OR_FOLLOWER, f"the node of partition {partition.name} is stopping"))

        await asyncio.gather(*(close(partition) for partition in self.all()))

    async def create(
        self, topic: str, index: int, topic_id: bytes, leader_epoch: int, settings: TopicSettings
    ) -> Partition:
        """Open the partition's log, or begin a new one. Idempotent: an existing partition is returned as it is."""
        existing = self.get(topic, index)
        if existing is not None:
            return existing
        log = await self._logs.open(topic, index, log_config(settings), topic_id)
        producers, replayed_bytes = await asyncio.to_thread(prepare_log, log, leader_epoch, self._clock.wall_ms())
        partition = Partition(
            topic=topic,
            index=index,
            topic_id=topic_id,
            leader_epoch=leader_epoch,
            settings=settings,
            log=log,
            producers=producers,
            replayed_bytes=replayed_bytes,
            clock=self._clock,
            on_advanced=self._on_advanced,
        )
        self._topics.setdefault(topic, {})[index] = partition
        for listener in self._listeners:
            listener.on_partition_added(partition)
        return partition

    async def remove(self, topic: str, index: int) -> None:
        """Forget the partition and delete its log. Waiting clients are told that it lives here no more."""
        partition = self.get(topic, index)
        if partition is None:
            return
        partitions = self._topics[topic]
        del partitions[index]
        if not partitions:
            del self._topics[topic]
        partition.remove(Retriable(NOT_LEADER_OR_FOLLOWER, f"partition {partition.name} was removed from this node"))
        for listener in self._listeners:
            listener.on_partition_removed(partition)
        await self._logs.delete(topic, index)

    def reconfigure(self, topic: str, settings: TopicSettings) -> None:
        """Use new settings for every partition of the topic from the next batch on."""
        for partition in self._topics.get(topic, {}).values():
            partition.reconfigure(settings)

    # ---- announcing

    def _on_advanced(self, partition: Partition) -> None:
        if not self._advanced:
            # Kept since the first time: asking for it costs a system call, and this is on the way of every batch.
            loop = self._loop
            if loop is None:
                self._loop = loop = asyncio.get_running_loop()
            loop.call_soon(self._announce)
        self._advanced.append(partition)

    def _announce(self) -> None:
        advanced, self._advanced = self._advanced, []
        listeners = self._listeners
        for partition in advanced:
            partition.announced()
            if partition.watchers:
                for watcher in tuple(partition.watchers):
                    watcher.partition_advanced(partition)
            for listener in listeners:
                try:
                    listener.on_visible_offset_advanced(partition)
                except Exception:  # one listener's fault must not keep the others, or clients, from their data
                    logger.exception("a listener of %s failed", partition.name)

    # ---- background care

    async def _expire_waiters(self) -> None:
        while True:
            await asyncio.sleep(_EXPIRE_WAITERS_EVERY_S)
            now_us = self._clock.monotonic_us()
            for partition in self.all():
                partition.expire_waiters(now_us)

    async def _expire_producers(self) -> None:
        while True:
            await asyncio.sleep(self._producer_expiration_check_s)
            for partition in self.all():
                partition.expire_producers(self._producer_expiration_ms)

    async def _write_snapshots(self) -> None:
        while True:
            await asyncio.sleep(_SNAPSHOTS_EVERY_S)
            for partition in self.all():
                if partition.producer_snapshot_due() and partition.stopped is None:
                    await self._write_snapshot(partition)

    async def _write_snapshot(self, partition: Partition) -> None:
        try:
            await partition.write_producer_snapshot()
        except HeadraceError as error:
            # The log itself is untouched: a restart reads more headers instead.
            logger.warning("could not write the producers of %s: %s", partition.name, error)

    def _register(self, metrics: Metrics) -> None:
        metrics.gauge("partitions", lambda: iter([((), float(sum(map(len, self._topics.values()))))]))
        metrics.gauge("partitions_stopped", lambda: iter([((), float(sum(p.stopped is not None for p in self.all())))]))
        metrics.gauge(
            "log_end_offset", lambda: (((p.topic, str(p.index)), float(p.log_end_offset)) for p in self.all())
        )
        metrics.gauge(
            "log_size_bytes", lambda: (((p.topic, str(p.index)), float(p.log.size_bytes)) for p in self.all())
        )
