"""The topics that scripts write: which ones a script owns, what is in them, and how they come to be.

Used by the driver for the effects `Inspect` and `EnsureOutputs`. A materialised topic has the partitions of its
input, lives where that lives, and belongs to one script for ever. Must not write records. Surprising: a topic that
exists in the cluster's tables may not be on this node for a moment yet, so creating one ends only when the partition
is here.
"""

from __future__ import annotations

import asyncio

from headrace.base.errors import Rejected
from headrace.cluster.driver import Controller
from headrace.contract.names import TOPIC_NAME_LENGTH_MAX, split_materialised
from headrace.partitions.partition import Partition
from headrace.partitions.table import PartitionTable
from headrace.transforms.engines.stamp import read_stamp
from headrace.transforms.pacemaker.effects import LaneId, OutputFacts

_INVALID_TOPIC = 17
_TOPIC_ALREADY_EXISTS = 36
_TIMEOUT_S = 15.0


class MaterialisedTopics:
    """Looks at materialised partitions of this node and creates them."""

    def __init__(self, partitions: PartitionTable, controller: Controller) -> None:
        self._partitions = partitions
        self._controller = controller
        self._awaited: dict[tuple[str, int], list[asyncio.Future[None]]] = {}

    def facts(self, lane: LaneId) -> dict[str, OutputFacts]:
        """By key, what the script has written from this input partition."""
        found = {}
        for name, state in self._controller.metadata.topics.items():
            if state.parent != lane.topic or state.owner_script != lane.script:
                continue
            split = split_materialised(name)
            partition = self._partitions.get(name, lane.partition)
            if split is not None and partition is not None:
                found[split[1]] = _facts(partition)
        return found

    def owners_above(self, topic: str) -> tuple[str, ...]:
        """The scripts that own `topic`, its parent, and so on up; empty for a topic of clients."""
        owners = []
        topics = self._controller.metadata.topics
        state = topics.get(topic)
        while state is not None and state.owner_script is not None:
            owners.append(state.owner_script)
            state = topics.get(state.parent or "")
        return tuple(owners)

    def on_partition_added(self, partition: Partition) -> None:
        for future in self._awaited.pop((partition.topic, partition.index), ()):
            if not future.done():
                future.set_result(None)

    async def create(self, lane: LaneId, topic: str) -> Partition:
        """The lane's partition of `topic`, created if need be. Rejected: it can never be. Retriable, TimeoutError:
        not now."""
        if len(topic) > TOPIC_NAME_LENGTH_MAX:
            raise Rejected(_INVALID_TOPIC, f"the name has {len(topic)} characters, {TOPIC_NAME_LENGTH_MAX} are allowed")
        parent = self._controller.metadata.topics.get(lane.topic)
        if parent is None:
            raise TimeoutError(f"the topic {lane.topic} is being deleted")
        async with asyncio.timeout(_TIMEOUT_S):
            state = await self._controller.ensure_topic(
                topic,
                partitions=len(parent.partitions),
                replication_factor=-1,
                parent=lane.topic,
                owner_script=lane.script,
            )
            if state.owner_script != lane.script:
                owner = f"script '{state.owner_script}'" if state.owner_script else "somebody else"
                raise Rejected(
                    _TOPIC_ALREADY_EXISTS, f"the topic belongs to {owner}; let this script return another key"
                )
            if len(state.partitions) <= lane.partition:
                await self._controller.create_partitions(topic, len(parent.partitions))
            while (partition := self._partitions.get(topic, lane.partition)) is None:
                here: asyncio.Future[None] = asyncio.get_running_loop().create_future()
                self._awaited.setdefault((topic, lane.partition), []).append(here)
                await here
        return partition


def _facts(partition: Partition) -> OutputFacts:
    header = partition.last_header()
    progress = None if header is None else read_stamp(header)
    tail = None if header is None or progress is None else (header.base_offset, progress)
    return OutputFacts(partition.topic_id, partition.log_end_offset, partition.high_watermark, tail)
