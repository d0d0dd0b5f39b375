"""A group coordinator on real partitions, a real controller and a real disk, without sockets.

`async with GroupWorld.open(path) as world` starts everything that stands below the coordinator as `app/wiring.py`
does, and the coordinator with a clock that moves only when told (`world.pass_time`). Open the same path again to see
what survived.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from headrace.base.clock import ManualClock, SystemClock
from headrace.base.metrics import Metrics
from headrace.base.tasks import TaskSet
from headrace.cluster.driver import Controller
from headrace.cluster.reconciler import Reconciler
from headrace.contract.settings import NodeSettings
from headrace.coordinators.core.group_events import JoinReply
from headrace.coordinators.group_driver import GroupCoordinator
from headrace.coordinators.group_settings import GroupSettings
from headrace.partitions.table import PartitionTable
from headrace.protocol.error_codes import ErrorCode
from headrace.storage.data_dir import DataDir
from headrace.storage.flusher import Flusher
from headrace.storage.manager import LogManager

SESSION_MS = 10_000
DEADLINE_S = 10.0


async def until(condition: Any, what: str = "the condition") -> None:
    """Wait until `condition()` is true."""
    deadline_s = asyncio.get_running_loop().time() + DEADLINE_S
    while not condition():
        assert asyncio.get_running_loop().time() < deadline_s, f"{what} did not come true in {DEADLINE_S} s"
        await asyncio.sleep(0.005)


class GroupWorld:
    """See the module."""

    def __init__(
        self, groups: GroupCoordinator, controller: Controller, partitions: PartitionTable, clock: ManualClock
    ) -> None:
        self.groups = groups
        self.controller = controller
        self.partitions = partitions
        self.clock = clock
        self.failures: list[str] = []

    @classmethod
    @asynccontextmanager
    async def open(cls, path: Path, **settings: Any) -> AsyncIterator[GroupWorld]:
        clock = SystemClock()
        data_dir = await asyncio.to_thread(DataDir.claim, path, node_id=1, cluster_id=None)
        flusher = Flusher(metrics=Metrics())
        flusher.start(asyncio.get_running_loop())
        logs = LogManager(data_dir, flusher=flusher, clock=clock)
        await logs.start()
        controller = Controller(
            path / "controller",
            node_id=1,
            cluster_id=data_dir.cluster_id,
            settings=NodeSettings(),
            clock=clock,
            flusher=flusher,
        )
        await controller.start()
        await controller.register_node("127.0.0.1", 9092)
        partitions = PartitionTable(logs, clock=clock)
        await partitions.start()
        reconciler = Reconciler(partitions, controller.metadata, 1, logs)
        controller.on_topics_changed(reconciler.topics_changed)
        controller.settle_with(reconciler.settled)
        await reconciler.start()
        manual = ManualClock()
        failures: list[str] = []
        chosen = {"offsets_partitions": 2, "initial_rebalance_delay_ms": 0} | settings
        groups = GroupCoordinator(
            partitions,
            controller,
            manual,
            tasks=TaskSet("groups", lambda name, error: failures.append(f"{name}: {error}")),
            metrics=Metrics(),
            settings=GroupSettings(**chosen),
            node_id=1,
        )
        await groups.start()
        world = cls(groups, controller, partitions, manual)
        world.failures = failures
        try:
            yield world
        finally:
            await groups.stop()
            await reconciler.stop()
            await partitions.stop()
            await controller.stop()
            clean = await logs.stop()
            await asyncio.to_thread(flusher.stop)
            await asyncio.to_thread(data_dir.release, clean=clean)
        assert not failures, failures

    def pass_time(self, duration_ms: int) -> None:
        self.clock.advance(duration_ms)
        self.groups.fire_timers()

    async def ready(self, group_id: str = "g") -> None:
        """The coordinator of the group answers."""
        assert await self.groups.coordinator_of(group_id) == 1
        await until(lambda: self.groups.describe(group_id) is not ErrorCode.COORDINATOR_LOAD_IN_PROGRESS, "loading")

    async def join(
        self,
        group_id: str = "g",
        *,
        member_id: str = "",
        instance_id: str | None = None,
        protocol_type: str = "consumer",
        protocols: tuple[tuple[str, bytes], ...] = (("range", b""),),
        **more: Any,
    ) -> JoinReply:
        defaults: dict[str, Any] = {
            "client_id": "tester",
            "client_host": "/127.0.0.1",
            "session_timeout_ms": SESSION_MS,
            "rebalance_timeout_ms": 30_000,
            "require_known_member_id": False,
            "can_skip_assignment": False,
        }
        return await self.groups.join(
            group_id,
            member_id=member_id,
            instance_id=instance_id,
            protocol_type=protocol_type,
            protocols=protocols,
            **(defaults | more),
        )

    async def stable(self, group_id: str = "g", **join: Any) -> JoinReply:
        """One member that has joined and got `all` assigned."""
        joined = await self.join(group_id, **join)
        assert joined.error is ErrorCode.NONE, joined
        synced = await self.groups.sync(
            group_id,
            member_id=joined.member_id,
            instance_id=join.get("instance_id"),
            generation=joined.generation,
            protocol_type=None,
            protocol_name=None,
            assignments={joined.member_id: b"all"},
        )
        assert synced.error is ErrorCode.NONE
        return joined
