"""A broker inside the test process: real storage, controller, partitions and Kafka listener, on a loop in a thread.

Between unit tests and `NodeProcess`: it starts in milliseconds, tests may look inside (`on_loop`) and bend limits, and
blocking clients talk to its port. It has no coordinator, scripts or admin. `crash()` drops everything without closing
anything in order, as far as a thread can; `start()` afterwards goes on with the same folder.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any

import uvloop

from headrace.base.clock import Clock, SystemClock
from headrace.base.metrics import Metrics
from headrace.cluster.driver import Controller
from headrace.cluster.reconciler import Reconciler
from headrace.contract.settings import NodeSettings
from headrace.kafka.context import NodeContext
from headrace.kafka.dispatch import build_routes
from headrace.kafka.handlers import (
    api_versions,
    configs,
    describe_cluster,
    fetch,
    init_producer_id,
    metadata,
    offsets,
    produce,
    topics,
)
from headrace.kafka.server import KafkaServer
from headrace.partitions.partition import Partition
from headrace.partitions.table import PartitionTable
from headrace.protocol.api_table import APIS
from headrace.records.batch import check_batches
from headrace.storage.data_dir import DataDir
from headrace.storage.flusher import Flusher
from headrace.storage.manager import LogManager
from headrace_testing.wire import RawConnection

HANDLER_MODULES = (
    api_versions,
    configs,
    describe_cluster,
    fetch,
    init_producer_id,
    metadata,
    offsets,
    produce,
    topics,
)
WAIT_S = 30.0


class InProcessBroker:
    """`server_options` go to `KafkaServer`; `settings` are node settings by Kafka's name."""

    def __init__(
        self,
        folder: Path,
        *,
        settings: Mapping[str, str] | None = None,
        clock: Clock | None = None,
        **server_options: Any,
    ) -> None:
        self.folder = folder
        self.settings = dict(settings or {})
        self.clock = clock or SystemClock()
        self.server_options = server_options
        self.port = 0
        self._thread = threading.Thread()

    # ---- life

    def start(self) -> InProcessBroker:
        started = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(started,), name="broker", daemon=True)
        self._thread.start()
        assert started.wait(WAIT_S), "the broker did not start"
        self.wait(self._build())
        return self

    def _run(self, started: threading.Event) -> None:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            self.loop = runner.get_loop()
            self._end = asyncio.Event()

            async def serve() -> None:
                started.set()
                await self._end.wait()

            runner.run(serve())

    async def _build(self) -> None:
        self.metrics = Metrics()
        self.data_dir = await asyncio.to_thread(DataDir.claim, self.folder, node_id=1)
        node_settings = NodeSettings(self.settings)
        self.flusher = Flusher(metrics=self.metrics)
        self.flusher.start(self.loop)
        self.logs = LogManager(self.data_dir, flusher=self.flusher, clock=self.clock)
        await self.logs.start()
        self.controller = Controller(
            self.folder / "controller",
            node_id=1,
            cluster_id=self.data_dir.cluster_id,
            settings=node_settings,
            clock=self.clock,
            flusher=self.flusher,
        )
        await self.controller.start()
        self.table = PartitionTable(self.logs, clock=self.clock, metrics=self.metrics)
        await self.table.start()
        await self.controller.register_node("127.0.0.1", 0, None)
        self.reconciler = Reconciler(self.table, self.controller.metadata, 1, self.logs)
        self.controller.on_topics_changed(self.reconciler.topics_changed)
        self.controller.settle_with(self.reconciler.settled)
        await self.reconciler.start()
        self.ctx = NodeContext(
            node_id=1,
            clock=self.clock,
            metrics=self.metrics,
            metadata=self.controller.metadata,
            controller=self.controller,
            partitions=self.table,
            groups=None,
            settings=node_settings,
        )
        tables = [module.HANDLERS for module in HANDLER_MODULES]
        apis = {key: APIS[key] for table in tables for key in table}
        self.server = KafkaServer(
            self.ctx,
            build_routes(self.ctx, apis, tables),
            unsupported_api_versions=api_versions.unsupported_answer(),
            **self.server_options,
        )
        self.port = await self.server.start("127.0.0.1", self.port)
        await self.controller.register_node("127.0.0.1", self.port, None, restarted=False)

    def stop(self) -> None:
        self.wait(self._stop())
        self._leave_loop()

    async def _stop(self) -> None:
        await self.server.stop()
        await self.reconciler.stop()
        await self.table.stop()
        await self.controller.stop()
        clean = await self.logs.stop()
        await asyncio.to_thread(self.flusher.stop)
        await asyncio.to_thread(self.data_dir.release, clean=clean)

    def crash(self) -> None:
        """Stop without what a clean stop writes down. What was written to files stays, as after SIGKILL."""
        self.wait(self._crash())
        self._leave_loop()

    async def _crash(self) -> None:
        await self.server.stop(timeout_s=0)
        await self.reconciler.stop()
        await self.table._tasks.stop()
        await self.controller.stop()
        self.logs._stopping = True
        self.logs._wake_up.set()
        await asyncio.to_thread(self.logs._housekeeper.join)
        await asyncio.to_thread(self.flusher.stop)
        await asyncio.to_thread(self.data_dir.release, clean=False)

    def _leave_loop(self) -> None:
        self.loop.call_soon_threadsafe(self._end.set)
        self._thread.join(WAIT_S)

    def __enter__(self) -> InProcessBroker:
        return self if self._thread.is_alive() else self.start()

    def __exit__(self, *_: object) -> None:
        if self._thread.is_alive():
            self.stop()

    # ---- looking inside

    def wait(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        """Run a coroutine on the broker's loop and wait for its result."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(WAIT_S)

    def on_loop(self, call: Callable[[], Any]) -> Any:
        """Call something on the broker's loop and return its result."""

        async def body() -> Any:
            return call()

        return self.wait(body())

    def create_topic(self, name: str, partitions: int = 1, **configs: str) -> bytes:
        """Create a topic (settings with `_` for `.`) and return its id."""
        named = {key.replace("__", "-").replace("_", "."): value for key, value in configs.items()}
        return self.wait(self.controller.create_topic(name, partitions=partitions, configs=named)).topic_id

    def partition(self, topic: str, index: int = 0) -> Partition:
        partition = self.table.get(topic, index)
        assert partition is not None, f"no partition {topic}-{index}"
        return partition

    def read_all(self, topic: str, index: int = 0) -> bytes:
        """All batches that were written up to now, once they are visible."""
        partition = self.partition(topic, index)

        async def body() -> bytes:
            waiting = partition.when_visible(partition.log_end_offset)
            if waiting is not None:
                await waiting
            data, offset = bytearray(), partition.log_start_offset
            while chunk := partition.read(offset, 1 << 30):
                data += chunk
                offset = check_batches(chunk)[-1].next_offset
            return bytes(data)

        return self.wait(body())

    @property
    def bootstrap(self) -> str:
        return f"127.0.0.1:{self.port}"


def produce(
    connection: RawConnection,
    broker: InProcessBroker,
    name: str,
    records: bytes | None,
    *,
    version: int = 9,
    acks: int = -1,
    index: int = 0,
    transactional_id: str | None = None,
    timeout: int = 5_000,
) -> Any:
    """Send `records` to one partition; the partition's part of the answer, None for acks=0."""
    values: dict[str, Any] = {
        "transactional_id": transactional_id,
        "acks": acks,
        "timeout": timeout,
        "topic_data": [{"partition_data": [{"index": index, "records": records}]}],
    }
    if version >= 13:
        values["topic_data"][0]["topic_id"] = broker.controller.metadata.topics[name].topic_id
    else:
        values["topic_data"][0]["name"] = name
    correlation_id = connection.send("produce", version, values)
    if acks == 0:
        return None
    answer = connection.receive("produce", version, correlation_id)
    assert len(answer["responses"]) == 1
    (entry,) = answer["responses"][0]["partition_responses"]
    assert entry["index"] == index
    return entry
