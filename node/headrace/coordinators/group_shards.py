"""Which groups this node coordinates: the shards of `__consumer_offsets` that are here, and the way from a name to
its group.

A shard comes when its partition is opened here and goes when it leaves; until it is read back its groups say
"loading". The offsets topic itself is created by the first client that asks for a coordinator. Called by
`group_driver.py`. Surprising: groups are made by asking for them, so their number is bounded here.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterator

from headrace.base.clock import Clock
from headrace.base.errors import HeadraceError, Rejected, Retriable
from headrace.base.limits import GROUPS_MAX
from headrace.base.tasks import TaskSet
from headrace.cluster.driver import Controller
from headrace.contract.names import OFFSETS_TOPIC
from headrace.coordinators.core.group import Group
from headrace.coordinators.core.partitioning import partition_of_group
from headrace.coordinators.group_settings import GroupSettings
from headrace.coordinators.group_shard import Coordinated, GroupShard, ShardState
from headrace.partitions.partition import Partition
from headrace.partitions.table import PartitionTable
from headrace.protocol.error_codes import ErrorCode

log = logging.getLogger(__name__)

# How long a client may wait for `__consumer_offsets` to be created and read back before it hears "try again".
_TOPIC_WAIT_S = 10.0

OnShard = Callable[[GroupShard], None]


class GroupShards:
    """The shards of this node by partition index.

    `loaded` is called for each shard that was read back, `leaving` before the groups of one are dropped, `topic_gone`
    for each partition that left because its topic was deleted. `node_id`: whose partitions are expected here; None:
    all.
    """

    def __init__(
        self,
        partitions: PartitionTable,
        controller: Controller,
        clock: Clock,
        tasks: TaskSet,
        settings: GroupSettings,
        node_id: int | None,
        *,
        loaded: OnShard,
        leaving: OnShard,
        topic_gone: Callable[[str, int], None],
    ) -> None:
        self._partitions = partitions
        self._controller = controller
        self._clock = clock
        self._tasks = tasks
        self._settings = settings
        self._limits = settings.limits()
        self._node_id = node_id
        self._on_loaded = loaded
        self._on_leaving = leaving
        self._on_topic_gone = topic_gone
        self._shards: dict[int, GroupShard] = {}
        self._progress = asyncio.Event()
        self._creating: asyncio.Task[None] | None = None

    def __iter__(self) -> Iterator[GroupShard]:
        """The shards that are read back."""
        return iter([shard for shard in self._shards.values() if shard.state is ShardState.READY])

    @property
    def loading(self) -> bool:
        return any(shard.state is ShardState.LOADING for shard in self._shards.values())

    def group_count(self) -> int:
        return sum(len(shard.groups) for shard in self._shards.values())

    # ---- coming and going --------------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin to read back what is here; what comes later is read when it comes."""
        self._partitions.add_listener(self)
        for partition in self._partitions.of_topic(OFFSETS_TOPIC):
            self.on_partition_added(partition)

    def stop(self) -> None:
        self._partitions.remove_listener(self)
        for shard in self._shards.values():
            self._unload(shard)
        self._shards.clear()

    def on_partition_added(self, partition: Partition) -> None:
        if partition.topic != OFFSETS_TOPIC or partition.index in self._shards:
            return
        shard = GroupShard(partition, self._limits, self._clock)
        self._shards[partition.index] = shard
        self._tasks.start(f"load-{partition.name}", self._load(shard))

    def on_partition_removed(self, partition: Partition) -> None:
        if partition.topic == OFFSETS_TOPIC:
            shard = self._shards.pop(partition.index, None)
            if shard is not None:
                self._unload(shard)
            return
        topic = self._controller.metadata.topics.get(partition.topic)
        if topic is None or topic.topic_id != partition.topic_id:
            self._on_topic_gone(partition.topic, partition.index)

    def on_visible_offset_advanced(self, partition: Partition) -> None:
        """Not used: each shard waits for its own writes."""

    async def _load(self, shard: GroupShard) -> None:
        try:
            await shard.load()
        except HeadraceError as error:
            shard.close()
            log.error("the groups of %s cannot be read back and stay away: %s", shard.partition.name, error)
        else:
            self._on_loaded(shard)
        self._progress.set()

    def _unload(self, shard: GroupShard) -> None:
        shard.close()
        self._on_leaving(shard)
        shard.groups.clear()

    # ---- finding -----------------------------------------------------------------------------------------------

    async def coordinator_of(self, group_id: str) -> int | ErrorCode:
        """Node id of the group's coordinator; creates `__consumer_offsets` if this is its first use."""
        if OFFSETS_TOPIC not in self._controller.metadata.topics and (self._creating is None or self._creating.done()):
            self._creating = self._tasks.start("create-offsets-topic", self._create_topic())
        if self._creating is not None and not self._creating.done():
            # Not cancelled with the client that happened to ask first: others wait for the same.
            await asyncio.wait([self._creating], timeout=_TOPIC_WAIT_S)
        topic = self._controller.metadata.topics.get(OFFSETS_TOPIC)
        if topic is None:
            return ErrorCode.COORDINATOR_NOT_AVAILABLE
        leader: int = topic.partitions[partition_of_group(group_id, len(topic.partitions))].leader
        return leader if leader >= 0 else ErrorCode.COORDINATOR_NOT_AVAILABLE

    async def _create_topic(self) -> None:
        try:
            await self._controller.ensure_topic(
                OFFSETS_TOPIC,
                partitions=self._settings.offsets_partitions,
                replication_factor=self._settings.offsets_replication_factor,
                configs={
                    "cleanup.policy": "compact",
                    "compression.type": "producer",
                    "segment.bytes": str(self._settings.offsets_segment_bytes),
                },
                internal=True,
            )
        except (Rejected, Retriable) as error:
            log.error("cannot create %s, consumer groups do not work until that is mended: %s", OFFSETS_TOPIC, error)
            return
        # Saves the client's next request an answer "still loading".
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_TOPIC_WAIT_S):
                while not self._all_ready():
                    self._progress.clear()
                    await self._progress.wait()

    def _all_ready(self) -> bool:
        topic = self._controller.metadata.topics.get(OFFSETS_TOPIC)
        return topic is not None and all(
            (shard := self._shards.get(state.index)) is not None and shard.state is not ShardState.LOADING
            for state in topic.partitions
            if self._expected_here(state.leader)
        )

    def _expected_here(self, leader: int) -> bool:
        return self._node_id is None or leader == self._node_id

    def shard_of(self, group_id: str) -> GroupShard | ErrorCode:
        topic = self._controller.metadata.topics.get(OFFSETS_TOPIC)
        if topic is None:
            return ErrorCode.NOT_COORDINATOR
        index = partition_of_group(group_id, len(topic.partitions))
        shard = self._shards.get(index)
        if shard is None:
            coming = self._expected_here(topic.partitions[index].leader)
            return ErrorCode.COORDINATOR_LOAD_IN_PROGRESS if coming else ErrorCode.NOT_COORDINATOR
        if shard.state is ShardState.FAILED:
            return ErrorCode.NOT_COORDINATOR
        return ErrorCode.COORDINATOR_LOAD_IN_PROGRESS if shard.state is ShardState.LOADING else shard

    def find(self, group_id: str) -> tuple[GroupShard, Coordinated] | ErrorCode:
        """The group; GROUP_ID_NOT_FOUND if there is none, or why this node cannot know."""
        shard = self.shard_of(group_id)
        if isinstance(shard, ErrorCode):
            return shard
        entry = shard.groups.get(group_id)
        return ErrorCode.GROUP_ID_NOT_FOUND if entry is None else (shard, entry)

    def find_or_make(self, group_id: str) -> tuple[GroupShard, Coordinated] | ErrorCode:
        """The group, made if need be; GROUP_MAX_SIZE_REACHED if this node has too many."""
        shard = self.shard_of(group_id)
        if isinstance(shard, ErrorCode):
            return shard
        entry = shard.groups.get(group_id)
        if entry is None:
            if self.group_count() >= GROUPS_MAX:
                log.warning("there are %d consumer groups already, '%s' is refused", GROUPS_MAX, group_id[:200])
                return ErrorCode.GROUP_MAX_SIZE_REACHED
            entry = shard.groups[group_id] = Coordinated(Group(group_id, self._limits))
        return shard, entry
