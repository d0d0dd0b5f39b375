"""Topics from outside: what there is, where its leaders are, which offsets it holds. Changing: `topic_admin.py`."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from headrace.client.errors import Refused
from headrace.client.wire import KafkaWire, check
from headrace.protocol.generated.k02_list_offsets import API as LIST_OFFSETS
from headrace.protocol.generated.k02_list_offsets import (
    ListOffsetsRequest,
    ListOffsetsRequestPartitions,
    ListOffsetsRequestTopics,
)

EARLIEST, LATEST = -2, -1
LEADERS_TIMEOUT_S = 30.0
POLL_S = 0.02
UNKNOWN_TOPIC_OR_PARTITION = 3


@dataclass(slots=True)
class PartitionInfo:
    index: int
    leader: int
    leader_epoch: int
    replicas: list[int]
    isr: list[int]
    start_offset: int | None = None
    end_offset: int | None = None


@dataclass(slots=True)
class TopicInfo:
    name: str
    internal: bool
    partitions: list[PartitionInfo]


async def list_topics(wire: KafkaWire, names: Sequence[str] | None = None) -> list[TopicInfo]:
    """Topics by name (None: all), sorted. Raises Refused for a name that does not exist."""
    metadata = await wire.metadata(names)
    topics = []
    for topic in metadata.topics:
        if topic.error_code == UNKNOWN_TOPIC_OR_PARTITION:
            raise Refused(UNKNOWN_TOPIC_OR_PARTITION, f"there is no topic '{topic.name}'; see 'headrace topic list'")
        check(topic.error_code, None, f"topic {topic.name}")
        partitions = [
            PartitionInfo(p.partition_index, p.leader_id, p.leader_epoch, list(p.replica_nodes), list(p.isr_nodes))
            for p in sorted(topic.partitions, key=lambda p: p.partition_index)
        ]
        topics.append(TopicInfo(topic.name or "", topic.is_internal, partitions))
    return sorted(topics, key=lambda topic: topic.name)


async def fill_offsets(wire: KafkaWire, topic: TopicInfo) -> None:
    """Ask each leader for the first and the next visible offset of its partitions."""
    by_leader: dict[int, list[PartitionInfo]] = {}
    for partition in topic.partitions:
        if partition.leader >= 0:
            by_leader.setdefault(partition.leader, []).append(partition)
    for leader, partitions in by_leader.items():
        by_index = {partition.index: partition for partition in partitions}
        for timestamp in (EARLIEST, LATEST):
            asked = [
                ListOffsetsRequestPartitions(partition_index=index, current_leader_epoch=-1, timestamp=timestamp)
                for index in by_index
            ]
            request = ListOffsetsRequest(
                replica_id=-1,
                isolation_level=0,
                topics=[ListOffsetsRequestTopics(name=topic.name, partitions=asked)],
            )
            answer = await wire.call_node(leader, LIST_OFFSETS, request)
            for found in answer.topics[0].partitions:
                if found.error_code:
                    continue
                if timestamp == EARLIEST:
                    by_index[found.partition_index].start_offset = found.offset
                else:
                    by_index[found.partition_index].end_offset = found.offset


async def wait_for_leaders(wire: KafkaWire, name: str) -> TopicInfo:
    """The topic once every partition has a leader. Raises Refused after LEADERS_TIMEOUT_S."""
    deadline_s = asyncio.get_running_loop().time() + LEADERS_TIMEOUT_S
    while True:
        try:
            info = (await list_topics(wire, [name]))[0]
            if all(partition.leader >= 0 for partition in info.partitions):
                return info
        except Refused as error:
            if error.code != UNKNOWN_TOPIC_OR_PARTITION:
                raise
        if asyncio.get_running_loop().time() > deadline_s:
            raise Refused(
                UNKNOWN_TOPIC_OR_PARTITION,
                f"topic {name}: not every partition has a leader yet; see 'headrace cluster health'",
            )
        await asyncio.sleep(POLL_S)
