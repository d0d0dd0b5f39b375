"""The one place where the parts of a node are built and handed to each other.

Nothing is decided here: `build` makes each part from those below it, starts it, and pushes how to stop it on the
stack, so that stopping is the opposite order by construction. Read it to learn who knows whom; in particular, this is
where the pacemaker and the group coordinator become listeners of the partition table.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass

from headrace.admin.server import AdminServer
from headrace.base.clock import SystemClock
from headrace.base.metrics import Metrics
from headrace.base.tasks import TaskSet
from headrace.cluster.driver import Controller
from headrace.cluster.reconciler import Reconciler
from headrace.contract.config import Address, NodeConfig
from headrace.contract.settings import NodeSettings
from headrace.coordinators.group_driver import GroupCoordinator
from headrace.coordinators.group_settings import GroupSettings
from headrace.kafka.context import NodeContext
from headrace.kafka.dispatch import build_routes
from headrace.kafka.fetch_sessions import FetchSessions
from headrace.kafka.handlers import (
    api_versions,
    configs,
    describe_cluster,
    fetch,
    group_offsets,
    groups,
    init_producer_id,
    metadata,
    offsets,
    produce,
    topics,
)
from headrace.kafka.server import KafkaServer
from headrace.partitions.table import PartitionTable
from headrace.protocol.api_table import APIS
from headrace.storage.data_dir import DataDir
from headrace.storage.flusher import Flusher
from headrace.storage.manager import LogManager
from headrace.transforms.manager import TransformManager

HANDLER_MODULES = (
    api_versions,
    configs,
    describe_cluster,
    fetch,
    group_offsets,
    groups,
    init_producer_id,
    metadata,
    offsets,
    produce,
    topics,
)

OnFailure = Callable[[str, BaseException], None]


@dataclass(slots=True)
class Node:
    """A built node whose listeners are still to be opened."""

    node_id: int
    config: NodeConfig
    controller: Controller
    kafka_server: KafkaServer
    admin_server: AdminServer
    stack: AsyncExitStack

    async def start_kafka(self, wanted: Address) -> Address:
        """Listen, and tell the cluster the port if the system chose it. OSError if the address is not to be had."""
        port = await self.kafka_server.start(wanted.host, wanted.port)
        self.stack.push_async_callback(self.kafka_server.stop)
        listening = Address(host=wanted.host, port=port)
        if wanted.port == 0 and self.config.advertised_kafka is None:
            await self.controller.register_node(listening.host, port, self.config.rack, restarted=False)
        return listening

    async def start_admin(self, wanted: Address) -> Address:
        port = await self.admin_server.start(wanted.host, wanted.port)
        self.stack.push_async_callback(self.admin_server.stop)
        return Address(host=wanted.host, port=port)

    def ready(self) -> None:
        self.admin_server.ready = True

    def stopping(self) -> None:
        self.admin_server.ready = False


def node_settings(config: NodeConfig, data_dir: DataDir) -> NodeSettings:
    """The node's settings with what its own keys came to, as DescribeConfigs shows them."""
    derived = {
        "node.id": str(data_dir.node_id),
        "broker.id": str(data_dir.node_id),
        "log.dirs": str(config.data_dir),
        "log.dir": str(config.data_dir),
        "listeners": f"PLAINTEXT://{config.kafka_listen}",
        "advertised.listeners": f"PLAINTEXT://{config.advertised_kafka or config.kafka_listen}",
        "process.roles": "broker,controller",
    }
    if config.rack is not None:
        derived["broker.rack"] = config.rack
    return NodeSettings(config.settings, derived=derived)


async def build(config: NodeConfig, on_failure: OnFailure, stack: AsyncExitStack) -> Node:
    """Build and start everything but the listeners. Raises HeadraceError when the node cannot run here."""
    clock, metrics = SystemClock(), Metrics()
    data_dir = await asyncio.to_thread(
        DataDir.claim, config.data_dir, node_id=config.node_id, cluster_id=config.cluster_id
    )
    closed_in_order = _ClosedInOrder(data_dir)
    stack.push_async_callback(closed_in_order.release)
    settings = node_settings(config, data_dir)

    flusher = Flusher(metrics=metrics)
    flusher.start(asyncio.get_running_loop())
    stack.push_async_callback(asyncio.to_thread, flusher.stop)
    housekeeping_every_ms = min(
        settings.integer("log.retention.check.interval.ms"), settings.integer("log.cleaner.backoff.ms")
    )
    logs = LogManager(data_dir, flusher=flusher, clock=clock, housekeeping_every_ms=housekeeping_every_ms)
    closed_in_order.logs = logs
    await logs.start()
    stack.push_async_callback(closed_in_order.close_logs)

    controller = Controller(
        config.data_dir / "controller",
        node_id=data_dir.node_id,
        cluster_id=data_dir.cluster_id,
        settings=settings,
        clock=clock,
        flusher=flusher,
    )
    await controller.start()
    stack.push_async_callback(controller.stop)
    advertised = Address.parse(config.advertised_kafka or config.kafka_listen)
    await controller.register_node(advertised.host, advertised.port, config.rack)

    partitions = PartitionTable(
        logs,
        clock=clock,
        metrics=metrics,
        producer_expiration_ms=settings.integer("producer.id.expiration.ms"),
        producer_expiration_check_ms=settings.integer("producer.id.expiration.check.interval.ms"),
    )
    await partitions.start()
    stack.push_async_callback(partitions.stop)
    reconciler = Reconciler(partitions, controller.metadata, data_dir.node_id, logs)
    controller.on_topics_changed(reconciler.topics_changed)
    controller.settle_with(reconciler.settled)
    await reconciler.start()
    stack.push_async_callback(reconciler.stop)

    coordinator = GroupCoordinator(
        partitions,
        controller,
        clock,
        tasks=TaskSet("groups", on_failure),
        metrics=metrics,
        settings=GroupSettings.from_node_settings(settings),
        node_id=data_dir.node_id,
    )
    await coordinator.start()
    stack.push_async_callback(coordinator.stop)

    transforms = TransformManager(
        partitions,
        controller,
        clock=clock,
        metrics=metrics,
        data_dir=config.data_dir,
        node_id=data_dir.node_id,
        tasks=TaskSet("transforms", on_failure),
        engine_socket=config.engine_socket,
    )
    controller.script_is_deployed = transforms.is_deployed
    await transforms.start()
    stack.push_async_callback(transforms.stop)

    context = NodeContext(
        node_id=data_dir.node_id,
        clock=clock,
        metrics=metrics,
        metadata=controller.metadata,
        controller=controller,
        partitions=partitions,
        groups=coordinator,
        settings=settings,
        fetch_sessions=FetchSessions(settings.integer("max.incremental.fetch.session.cache.slots")),
        fetch_bytes_max=settings.integer("fetch.max.bytes"),
    )
    routes = build_routes(context, APIS, [module.HANDLERS for module in HANDLER_MODULES])
    kafka_server = KafkaServer(
        context,
        routes,
        unsupported_api_versions=api_versions.unsupported_answer(),
        connections_max=settings.integer("max.connections"),
        request_bytes_max=settings.integer("socket.request.max.bytes"),
        idle_close_after_s=settings.integer("connections.max.idle.ms") / 1000,
    )
    admin_server = AdminServer(
        metadata=controller.metadata,
        partitions=partitions,
        transforms=transforms,
        metrics=metrics,
        reconciler=reconciler,
        clock=clock,
    )
    return Node(data_dir.node_id, config, controller, kafka_server, admin_server, stack)


class _ClosedInOrder:
    """Whether every log was closed in order, which the next start relies on."""

    def __init__(self, data_dir: DataDir) -> None:
        self._data_dir = data_dir
        self.logs: LogManager | None = None
        self._clean = False

    async def close_logs(self) -> None:
        if self.logs is not None:
            self._clean = await self.logs.stop()

    async def release(self) -> None:
        await asyncio.to_thread(self._data_dir.release, clean=self._clean)
