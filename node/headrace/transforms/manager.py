"""Async scripts on one node: registry, pacemaker, engine and logs, started and stopped as one.

For `app/wiring.py` and the admin HTTP:

    manager = TransformManager(partitions, controller, clock=..., data_dir=..., node_id=..., tasks=..., metrics=...,
    engine_socket=None) await manager.start()    # after the controller and its partitions, before clients are let in
    manager.status()         # list[TransformStatus], one per script, by name await manager.pause("allcaps"); await
    manager.resume("allcaps") await manager.stop()     # before the partitions

`start` waits for the internal topics and the progress in them, not for the engine. Surprising: it must run before
clients may produce, else the exact moment of a deploy could be missed; a node whose progress topic cannot be read
runs no scripts and says so in status.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from headrace.base.clock import Clock
from headrace.base.errors import Rejected, Retriable
from headrace.base.limits import KIB, MIB, SCRIPT_BYTES_MAX
from headrace.base.metrics import Metrics
from headrace.base.tasks import TaskSet
from headrace.cluster.driver import Controller
from headrace.contract.names import LOGS_TOPIC, PROGRESS_TOPIC, REGISTRY_TOPIC
from headrace.contract.report import TransformStatus
from headrace.contract.script import ScriptRecord, ScriptRemoval
from headrace.partitions.partition import Partition
from headrace.partitions.table import PartitionTable
from headrace.records.reader import read_records
from headrace.transforms.engines.supervisor import EngineSupervisor
from headrace.transforms.pacemaker.checkpoints import decode
from headrace.transforms.pacemaker.core import Pacemaker
from headrace.transforms.pacemaker.driver import PacemakerDriver, Places
from headrace.transforms.pacemaker.effects import (
    Deployed,
    PartitionAdded,
    PauseAsked,
    RegistryCaughtUp,
    RegistryFollowed,
    Removed,
    ResumeAsked,
    StopAsked,
)
from headrace.transforms.pacemaker.reports import build_status
from headrace.transforms.pacemaker.script_logs import ScriptLine, ScriptLogs
from headrace.transforms.pacemaker.state import PaceLimits, ProgressMemory
from headrace.transforms.registry.catalog import Catalog, Change
from headrace.transforms.registry.follower import RegistryFollower

log = logging.getLogger("headrace.transforms")

_INVALID_REQUEST = 42
_COORDINATOR_LOAD_IN_PROGRESS = 14
_REQUEST_TIMED_OUT = 7
_READ_BYTES = 1 * MIB
_PARTITION_TIMEOUT_S = 30.0
_COMMAND_TIMEOUT_S = 10.0
_SETTLE_TIMEOUT_S = 5.0

#: Settings of our topics, by name. A script fits one message; small segments are compacted early.
INTERNAL_TOPIC_CONFIGS: Mapping[str, Mapping[str, str]] = {
    REGISTRY_TOPIC: {
        "cleanup.policy": "compact",
        "max.message.bytes": str(SCRIPT_BYTES_MAX + 256 * KIB),
        "segment.bytes": str(64 * MIB),
    },
    PROGRESS_TOPIC: {"cleanup.policy": "compact", "segment.bytes": str(16 * MIB)},
    LOGS_TOPIC: {
        "cleanup.policy": "delete",
        "retention.ms": str(7 * 24 * 3_600_000),
        "retention.bytes": str(100 * MIB),
        "segment.bytes": str(16 * MIB),
    },
}


class TransformManager:
    """See the module's docstring."""

    def __init__(
        self,
        partitions: PartitionTable,
        controller: Controller,
        *,
        clock: Clock,
        data_dir: Path,
        node_id: int,
        tasks: TaskSet,
        metrics: Metrics | None = None,
        engine_socket: Path | None = None,
        engine_command: Sequence[str] | None = None,
        limits: PaceLimits | None = None,
    ) -> None:
        self._partitions = partitions
        self._controller = controller
        self._clock = clock
        self._data_dir = data_dir
        self._node_id = node_id
        self._tasks = tasks
        self._metrics = metrics
        self._engine_socket = engine_socket
        self._engine_command = engine_command
        self._limits = limits
        self._catalog = Catalog()
        self._driver: PacemakerDriver | None = None
        self._follower: RegistryFollower | None = None
        self._engine: EngineSupervisor | None = None
        self._script_logs: ScriptLogs | None = None
        self._registry: Partition | None = None
        self._live = asyncio.Event()

    # ---- life

    async def start(self) -> None:
        """Raises HeadraceError when the internal topics cannot be had."""
        self._registry = await self._internal(REGISTRY_TOPIC)
        progress = await self._internal(PROGRESS_TOPIC)
        logs = await self._internal(LOGS_TOPIC)
        memory = await asyncio.to_thread(_load_progress, progress)
        self._forget_deleted_topics(memory)
        self._script_logs = ScriptLogs(logs, node_id=self._node_id, clock=self._clock)
        core = Pacemaker(memory, self._limits)
        self._follower = RegistryFollower(self._registry, self._catalog, self._on_changes)
        follower = self._follower
        self._driver = PacemakerDriver(
            core,
            partitions=self._partitions,
            controller=self._controller,
            places=Places(self._registry, progress),
            script_logs=self._script_logs,
            registry_caught_up=lambda: follower.caught_up,
            clock=self._clock,
            tasks=self._tasks,
            metrics=self._metrics,
        )
        self._engine = self._driver.engine = EngineSupervisor(
            self._driver,
            cache_dir=self._data_dir / "engine-cache",
            clock=self._clock,
            tasks=self._tasks,
            metrics=self._metrics,
            engine_socket=self._engine_socket,
            command=self._engine_command,
        )
        self._partitions.add_listener(self)
        for partition in self._partitions.all():
            self._driver.post(PartitionAdded(partition.topic, partition.index, partition.high_watermark))
        if self._metrics is not None:
            self._metrics.gauge("transform_lag_records", self._lag_rows)
        self._engine.start()
        self._tasks.start("script-logs", self._script_logs.run())
        self._tasks.start("registry", self._follow(follower))

    async def stop(self) -> None:
        """Finish what can be finished, write progress down, end the engine."""
        driver = self._driver
        if driver is None or self._engine is None:
            return
        if not await driver.command(StopAsked(), lambda: driver.core.settled, _SETTLE_TIMEOUT_S):
            log.warning("stopping without all progress written down; the next start repeats a little work")
        driver.close()
        self._partitions.remove_listener(self)
        await self._engine.stop()
        await self._tasks.stop()
        if self._script_logs is not None:
            self._script_logs.flush()

    async def _internal(self, topic: str) -> Partition:
        await self._controller.ensure_topic(
            topic, partitions=1, replication_factor=-1, configs=INTERNAL_TOPIC_CONFIGS[topic], internal=True
        )
        deadline_us = self._clock.monotonic_us() + int(_PARTITION_TIMEOUT_S * 1_000_000)
        while self._clock.monotonic_us() < deadline_us:
            partition = self._partitions.get(topic, 0)
            if partition is not None:
                return partition
            await asyncio.sleep(0.005)
        raise Retriable(_COORDINATOR_LOAD_IN_PROGRESS, f"the topic {topic} did not appear on this node")

    def _forget_deleted_topics(self, memory: ProgressMemory) -> None:
        """Checkpoints of topics that are gone would stay for ever; a topic made anew has another id anyway."""
        topics = self._controller.metadata.topics
        for lane in [lane for lane in memory.checkpoints if lane.topic not in topics]:
            del memory.checkpoints[lane]

    async def _follow(self, follower: RegistryFollower) -> None:
        assert self._driver is not None
        while True:
            try:
                await follower.read_visible()
                break
            except Retriable as error:
                log.warning("the registry cannot be read yet: %s", error)
                await asyncio.sleep(1.0)
        self._driver.post(RegistryCaughtUp())
        self._live.set()
        await follower.run()

    # ---- what the registry says

    def _on_changes(self, changes: Sequence[Change], next_offset: int) -> None:
        assert self._driver is not None
        for change in changes:
            if isinstance(change, ScriptRecord):
                self._driver.post(Deployed(change))
            elif isinstance(change, ScriptRemoval):
                self._driver.post(Removed(change.name, change.registry_offset))
            else:
                kept = "" if change.running_offset is None else "; the version before it goes on"
                log.error(
                    "registry record %d refused (script '%s'): %s%s",
                    change.registry_offset,
                    change.name,
                    change.message,
                    kept,
                )
                if self._script_logs is not None:
                    self._script_logs.put(ScriptLine(change.name, "error", f"deploy refused: {change.message}{kept}"))
        self._driver.post(RegistryFollowed(next_offset))

    # ---- PartitionListener: the registry is ours to watch, all else is the driver's

    def on_partition_added(self, partition: Partition) -> None:
        assert self._driver is not None
        self._driver.on_partition_added(partition)

    def on_partition_removed(self, partition: Partition) -> None:
        assert self._driver is not None
        self._driver.on_partition_removed(partition)

    def on_visible_offset_advanced(self, partition: Partition) -> None:
        assert self._driver is not None
        if partition is self._registry:
            self._driver.take_snapshot()
            if self._follower is not None:
                self._follower.notify()
        self._driver.on_visible_offset_advanced(partition)

    # ---- what people ask

    def status(self) -> list[TransformStatus]:
        """Every script there is something to say about, by name."""
        if self._driver is None:
            return []
        return build_status(self._driver.core.world, self._catalog, self._node_id)

    def is_deployed(self, name: str) -> bool:
        """Is there a script of this name? True while the registry is still being read: then nobody knows."""
        return self._follower is None or not self._follower.caught_up or name in self._catalog.scripts

    async def pause(self, name: str) -> None:
        """Finish the chunk in work, then rest, until `resume`, through restarts and redeploys. Durable on return.

        Raises Rejected for a script that is not deployed, Retriable while the registry is still being read.
        """
        await self._command(name, PauseAsked(name))

    async def resume(self, name: str) -> None:
        """Go on after a pause, or after the policy `stop`; try again to load what could not be loaded. As `pause`."""
        await self._command(name, ResumeAsked(name))

    async def _command(self, name: str, event: PauseAsked | ResumeAsked) -> None:
        driver = self._driver
        if driver is None or not self._live.is_set():
            raise Retriable(_COORDINATOR_LOAD_IN_PROGRESS, "scripts are still starting on this node")
        world = driver.core.world
        if name not in world.scripts:
            known = ", ".join(sorted(world.scripts)) or "none"
            raise Rejected(_INVALID_REQUEST, f"there is no script '{name}' (deployed: {known})")
        if not await driver.command(event, lambda: name not in world.memo_ops, _COMMAND_TIMEOUT_S):
            raise Retriable(_REQUEST_TIMED_OUT, "the command is not written down yet; it takes effect, ask again later")

    def _lag_rows(self) -> Iterator[tuple[tuple[str, ...], float]]:
        for status in self.status():
            yield (status.name,), float(status.lag)


def _load_progress(partition: Partition) -> ProgressMemory:
    """The whole progress topic, the last word per key. Blocking: call in a thread."""
    memory = ProgressMemory()
    offset, end = partition.log_start_offset, partition.log_end_offset
    garbage = 0
    while offset < end:
        data = partition.read(offset, _READ_BYTES, end)
        if not data:
            break
        for record in read_records(data):
            try:
                key, value = decode(record.key, record.value)
                memory.put(key, value)
            except (ValueError, TypeError) as error:
                garbage += 1
                log.debug("progress record %d: %s", record.offset, error)
            offset = record.offset + 1
    if garbage:
        log.warning("%d records of %s are not understood and passed over", garbage, PROGRESS_TOPIC)
    return memory
