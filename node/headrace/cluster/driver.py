"""The controller: checks a change, journals it, makes it visible, and has the node's partitions follow.

`planning.py` decides against tables that run ahead of the disk, so many changes share one sync; readers see a change
(through `metadata`) when it is durable. Called by handlers, coordinators, pacemaker and wiring, on the event loop. It
must not decide anything by itself. Surprising: creating a topic returns when this node's partitions are open too, so
that a client which produces at once is not turned away; after the journal fails, changes are refused while reads go
on.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

from headrace.base.clock import Clock
from headrace.base.errors import HeadraceError, Rejected, Retriable
from headrace.base.tasks import TaskSet
from headrace.cluster.core import planning
from headrace.cluster.core.commands import Command, RegisterNode, Snapshot
from headrace.cluster.core.planning import Assignments, NewTopic
from headrace.cluster.core.tables import Change, Tables
from headrace.cluster.journal import SNAPSHOT_AFTER_BYTES, Journal
from headrace.cluster.metadata import MetadataView, TopicState, topic_state
from headrace.contract.settings import NodeSettings
from headrace.storage.flusher import Flusher

__all__ = ["Controller", "NewTopic"]

logger = logging.getLogger(__name__)

TOPIC_ALREADY_EXISTS = 36
UNKNOWN_TOPIC_OR_PARTITION = 3
KAFKA_STORAGE_ERROR = 56

# Ids that are given to a node at a time; what is left of a block at a restart is never used. As in Kafka.
PRODUCER_ID_BLOCK = 1000

# Many changes are tidied up after together; until then damage to them would look like a torn write.
TIDY_AFTER_S = 1.0

#: A node waits until its own partitions of a changed topic are as the tables say.
Settle = Callable[[str], Awaitable[None]]


class Controller:
    """One per node; with one node it is the controller of the cluster."""

    def __init__(
        self,
        directory: Path,
        *,
        node_id: int,
        cluster_id: str,
        settings: NodeSettings,
        clock: Clock,
        flusher: Flusher,
        new_topic_id: Callable[[], bytes] = lambda: uuid.uuid4().bytes,
        snapshot_after_bytes: int = SNAPSHOT_AFTER_BYTES,
        tidy_after_s: float = TIDY_AFTER_S,
    ) -> None:
        """`directory`: of the journal. `settings`: the node's; its dynamic layers are kept up to date from here on."""
        self.node_id = node_id
        self.settings = settings
        self.metadata = MetadataView(cluster_id, node_id)
        #: Is a script of this name deployed? Wired to the registry; without it every script counts as deployed.
        self.script_is_deployed: Callable[[str], bool] = lambda name: True
        self._directory = directory
        self._clock = clock
        self._flusher = flusher
        self._new_topic_id = new_topic_id
        self._snapshot_after_bytes = snapshot_after_bytes
        self._tidy_after_s = tidy_after_s
        self._planned = Tables()
        self._durable = Tables()
        self._journal: Journal | None = None
        self._failed: HeadraceError | None = None
        self._listeners: list[Callable[[set[str]], None]] = []
        self._settle: Settle | None = None
        self._untidy = asyncio.Event()
        self._tidying: asyncio.Future[None] | None = None
        self._producer_ids = range(0)
        self._producer_ids_lock = asyncio.Lock()
        self._tasks = TaskSet("controller")

    # ---- life

    async def start(self) -> None:
        """Replay the journal. Raises Corrupt (damaged, or written by a newer version), Retriable (disk)."""
        journal, commands = await asyncio.to_thread(
            Journal.open,
            self._directory,
            clock=self._clock,
            flusher=self._flusher,
            snapshot_after_bytes=self._snapshot_after_bytes,
        )
        for command in commands:
            self._planned.apply(command)
        self._durable = self._planned.copy()
        journal.on_committed = self._on_committed
        journal.on_failed = self._on_failed
        self._journal = journal
        self._tasks.start("tidy", self._keep_tidy())
        self._publish(Change(topics=set(self._durable.topics), nodes=True, settings=True))

    async def stop(self) -> None:
        """Sync and close the journal."""
        await self._tasks.stop()
        if self._tidying is not None:
            await asyncio.wait([self._tidying])  # a thread cannot be cancelled
        if self._journal is not None:
            await asyncio.to_thread(self._journal.close)

    async def register_node(self, host: str, port: int, rack: str | None = None, *, restarted: bool = True) -> None:
        """Tell the cluster where clients find this node.

        After a start, before partitions are opened: what the node leads gets a new leader epoch. With `restarted=False`
        only the address changes (the port was not known before listening).
        """
        await self._submit(RegisterNode(self.node_id, host, port, rack, restarted))

    def on_topics_changed(self, listener: Callable[[set[str]], None]) -> None:
        """`listener` gets the names of topics that came, went or changed, on the loop, after `metadata` shows it."""
        self._listeners.append(listener)

    def settle_with(self, settle: Settle) -> None:
        """What to wait for after a change of a topic: the reconciler's `settled`."""
        self._settle = settle

    # ---- topics

    async def create_topic(
        self,
        name: str,
        *,
        partitions: int = -1,
        replication_factor: int = -1,
        assignments: Assignments | None = None,
        configs: Mapping[str, str | None] | None = None,
        validate_only: bool = False,
        internal: bool = False,
        parent: str | None = None,
        owner_script: str | None = None,
    ) -> TopicState:
        """Create a topic. -1: the default. Raises Rejected with Kafka's code, Retriable if the journal fails.

        `parent`: the topic is materialised from it and gets its partitions and placement. `validate_only`: the state
        that would come to be, with an id of its own.
        """
        wanted = NewTopic(
            name=name,
            partitions=partitions,
            replication_factor=replication_factor,
            assignments=assignments,
            config=configs or {},
            internal=internal,
            parent=parent,
            owner_script=owner_script,
        )
        command = planning.plan_create(self._planned, self.settings, wanted, self._topic_id())
        if validate_only:
            trial = Tables()
            trial.apply(command)
            return topic_state(trial.topics[name], self.settings)
        await self._submit(command)
        await self._settled(name)
        state = self.metadata.topic_by_id(bytes.fromhex(command.topic_id))
        if state is None:
            raise Retriable(UNKNOWN_TOPIC_OR_PARTITION, f"topic '{name}' was deleted while it was being created")
        return state

    async def ensure_topic(
        self,
        name: str,
        *,
        partitions: int = -1,
        replication_factor: int = -1,
        configs: Mapping[str, str | None] | None = None,
        internal: bool = False,
        parent: str | None = None,
        owner_script: str | None = None,
    ) -> TopicState:
        """The topic, created if it does not exist; an existing one is returned as it is. Raises as `create_topic`."""
        for _ in range(3):  # it may be deleted between two looks, but not for ever
            state = self.metadata.topics.get(name)
            if state is not None:
                await self._settled(name)
                return state
            try:
                return await self.create_topic(
                    name,
                    partitions=partitions,
                    replication_factor=replication_factor,
                    configs=configs,
                    internal=internal,
                    parent=parent,
                    owner_script=owner_script,
                )
            except Rejected as error:
                if error.kafka_code != TOPIC_ALREADY_EXISTS:
                    raise
            await self._barrier()
        raise Retriable(UNKNOWN_TOPIC_OR_PARTITION, f"topic '{name}' is created and deleted again and again")

    async def delete_topic(self, name: str) -> list[str]:
        """Delete a topic and everything materialised from it; the names. Returns when this node's logs are gone."""
        names = self._planned.family(name) if name in self._planned.topics else [name]
        cleaned = {topic_id.hex() for topic_id in self.metadata.cleaned_ids}
        await self._submit(planning.plan_delete(self._planned, name, cleaned & self._planned.deleted.keys()))
        logger.info("deleted topic %s", " and with it ".join((name, ", ".join(names[1:]))) if names[1:] else name)
        for member in names:
            await self._settled(member)
        return names

    async def create_partitions(
        self,
        name: str,
        total: int,
        assignments: Sequence[Sequence[int]] | None = None,
        validate_only: bool = False,
    ) -> None:
        """Grow a topic to `total` partitions, and what is materialised from it. `assignments`: of the new ones."""
        command = planning.plan_add_partitions(self._planned, self.settings, name, total, assignments)
        if validate_only:
            return
        await self._submit(command)
        for member in self._durable.family(name):
            await self._settled(member)

    async def alter_topic_config(
        self, name: str, changes: Mapping[str, str | None], *, validate_only: bool = False
    ) -> None:
        """Change overrides of a topic; None takes one away."""
        command = planning.plan_topic_config(self._planned, self.settings, name, changes)
        if command is None or validate_only:
            return
        await self._submit(command)
        await self._settled(name)

    # ---- nodes

    async def alter_node_config(
        self, node_id: int | None, changes: Mapping[str, str | None], *, validate_only: bool = False
    ) -> None:
        """Change dynamic settings of one node, or of all nodes (None)."""
        command = planning.plan_node_config(self._planned, self.settings, node_id, changes)
        if command is None or validate_only:
            return
        await self._submit(command)

    def topic_overrides(self, name: str) -> Mapping[str, str]:
        """Overrides of a topic including changes that are on their way to disk; what increments build on."""
        row = self._planned.topics.get(name)
        return {} if row is None else row.config

    def node_overrides(self, node_id: int | None) -> Mapping[str, str]:
        """Dynamic settings of one node, or of all nodes (None), including changes on their way to disk."""
        return self._planned.cluster_config if node_id is None else self._planned.node_configs.get(node_id, {})

    async def allocate_producer_ids(self, count: int = 1) -> int:
        """The first of `count` consecutive producer ids that nobody else gets, ever."""
        if count <= 0:
            raise ValueError(f"count must be positive, it is {count}")
        async with self._producer_ids_lock:
            if len(self._producer_ids) < count:
                command = planning.plan_producer_ids(self._planned, self.node_id, max(count, PRODUCER_ID_BLOCK))
                await self._submit(command)
                self._producer_ids = range(command.first, command.first + command.count)
            first = self._producer_ids[0]
            self._producer_ids = self._producer_ids[count:]
            return first

    # ---- the way of a change

    async def _submit(self, command: Command) -> None:
        """Journal a planned command, wait until it is durable and visible. The append comes first: the plan holds."""
        if self._journal is None or self._failed is not None:
            reason = f": {self._failed}" if self._failed is not None else ""
            raise Retriable(KAFKA_STORAGE_ERROR, f"the controller's journal is not open{reason}")
        done = self._journal.append(command)
        self._planned.apply(command)
        # A cancelled client must not cancel the change for others who wait for the same future.
        await asyncio.shield(done)

    async def _barrier(self) -> None:
        """Everything submitted so far is durable."""
        done = self._journal.last_pending if self._journal is not None else None
        if done is not None:
            await asyncio.shield(done)

    def _on_committed(self, command: Command) -> None:
        if isinstance(command, Snapshot):
            return  # nothing new: it says what the commands before it said
        self._publish(self._durable.apply(command))
        self._untidy.set()

    async def _keep_tidy(self) -> None:
        """A while after changes: a snapshot if one is due, and the journal vouches for what is on disk."""
        while True:
            await self._untidy.wait()
            self._untidy.clear()
            await asyncio.sleep(self._tidy_after_s)
            try:
                await self._tidy()
            except HeadraceError as error:
                logger.warning("the controller's journal was not tidied up, the next change tries again: %s", error)

    async def _tidy(self) -> None:
        assert self._journal is not None
        snapshot_offset = None
        if self._journal.snapshot_due:
            snapshot_offset = self._journal.next_offset
            await asyncio.shield(self._journal.append(self._planned.snapshot()))
        self._tidying = asyncio.get_running_loop().run_in_executor(None, self._journal.tidy, snapshot_offset)
        await asyncio.shield(self._tidying)

    def _on_failed(self, error: HeadraceError) -> None:
        self._failed = error
        logger.error(
            "the controller's journal stopped, topics and settings cannot be changed until a restart: %s", error
        )

    def _publish(self, change: Change) -> None:
        names = change.topics
        if change.settings:
            self._apply_node_settings()
            names = names | set(self._durable.topics)
        for name in names:
            row = self._durable.topics.get(name)
            self.metadata.replace_topic(name, None if row is None else topic_state(row, self.settings))
        self.metadata.replace_deleted({bytes.fromhex(key): name for key, name in self._durable.deleted.items()})
        if change.nodes:
            self.metadata.replace_brokers(self._durable)
        if names:
            for listener in self._listeners:
                listener(names)

    def _apply_node_settings(self) -> None:
        cluster, node = self._durable.cluster_config, self._durable.node_configs.get(self.node_id, {})
        try:
            self.settings.with_dynamic(cluster, node)
        except Rejected as error:
            # They were checked when they were set, so the configuration of this node has changed since.
            logger.error("settings that clients made do not fit this node's configuration and are not used: %s", error)
            cluster, node = {}, {}
        self.settings.apply_dynamic(cluster, node)

    async def _settled(self, name: str) -> None:
        if self._settle is not None:
            await self._settle(name)

    def _topic_id(self) -> bytes:
        while True:
            topic_id = self._new_topic_id()
            # Kafka reserves the ids 0 and 1 and, in text form, those that begin with a dash.
            reserved = int.from_bytes(topic_id, "big") < 100 or topic_id[0] >> 2 == 62
            if not reserved and self._planned.topic_by_id(topic_id) is None:
                return topic_id
