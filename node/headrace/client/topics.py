"""Topics from outside: list, describe, create, change, delete."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from headrace.client.errors import Refused
from headrace.client.wire import KafkaWire, check
from headrace.protocol.generated.k02_list_offsets import (
    ListOffsetsRequest,
    ListOffsetsRequestPartitions,
    ListOffsetsRequestTopics,
)
from headrace.protocol.generated.k19_create_topics import (
    CreateTopicsRequest,
    CreateTopicsRequestConfigs,
    CreateTopicsRequestTopics,
)
from headrace.protocol.generated.k20_delete_topics import DeleteTopicsRequest, DeleteTopicsRequestTopics
from headrace.protocol.generated.k32_describe_configs import DescribeConfigsRequest, DescribeConfigsRequestResources
from headrace.protocol.generated.k37_create_partitions import CreatePartitionsRequest, CreatePartitionsRequestTopics
from headrace.protocol.generated.k44_incremental_alter_configs import (
    IncrementalAlterConfigsRequest,
    IncrementalAlterConfigsRequestConfigs,
    IncrementalAlterConfigsRequestResources,
)

LIST_OFFSETS, CREATE_TOPICS, DELETE_TOPICS, DESCRIBE_CONFIGS = 2, 19, 20, 32
CREATE_PARTITIONS, INCREMENTAL_ALTER_CONFIGS = 37, 44
RESOURCE_TOPIC, RESOURCE_BROKER = 2, 4
OPERATION_SET, OPERATION_DELETE = 0, 1
EARLIEST, LATEST = -2, -1
TIMEOUT_MS = 30_000
TOPIC_ALREADY_EXISTS = 36
UNKNOWN_TOPIC_OR_PARTITION = 3
# DescribeConfigs: where a value comes from.
SOURCE_TOPIC = 1
SOURCE_NAMES = {1: "topic", 2: "broker", 3: "cluster", 4: "file", 5: "default"}


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


@dataclass(slots=True)
class ConfigEntry:
    name: str
    value: str | None
    source: str
    read_only: bool
    documentation: str | None = field(default=None)


async def list_topics(wire: KafkaWire, names: Sequence[str] | None = None) -> list[TopicInfo]:
    """Topics by name (None: all), sorted. Raises Refused for a name that does not exist."""
    metadata = await wire.metadata(names)
    topics = []
    for topic in metadata.topics:
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


async def create_topic(
    wire: KafkaWire,
    name: str,
    *,
    partitions: int,
    replication_factor: int,
    configs: Mapping[str, str],
    validate_only: bool = False,
) -> None:
    wanted = CreateTopicsRequestTopics(
        name=name,
        num_partitions=partitions,
        replication_factor=replication_factor,
        assignments=[],
        configs=[CreateTopicsRequestConfigs(name=key, value=value) for key, value in configs.items()],
    )
    request = CreateTopicsRequest(topics=[wanted], timeout_ms=TIMEOUT_MS, validate_only=validate_only)
    answer = await wire.call_controller(CREATE_TOPICS, request)
    check(answer.topics[0].error_code, answer.topics[0].error_message, f"topic {name}")


async def wait_for_leaders(wire: KafkaWire, name: str) -> TopicInfo:
    """The topic once every partition has a leader. Raises Refused after TIMEOUT_MS."""
    deadline_s = asyncio.get_running_loop().time() + TIMEOUT_MS / 1000
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
        await asyncio.sleep(0.02)


async def delete_topic(wire: KafkaWire, name: str) -> None:
    request = DeleteTopicsRequest(
        topics=[DeleteTopicsRequestTopics(name=name)], topic_names=[name], timeout_ms=TIMEOUT_MS
    )
    answer = await wire.call_controller(DELETE_TOPICS, request)
    result = answer.responses[0]
    check(result.error_code, result.error_message, f"topic {name}")


async def add_partitions(wire: KafkaWire, name: str, total: int) -> None:
    wanted = CreatePartitionsRequestTopics(name=name, count=total, assignments=None)
    request = CreatePartitionsRequest(topics=[wanted], timeout_ms=TIMEOUT_MS, validate_only=False)
    answer = await wire.call_controller(CREATE_PARTITIONS, request)
    check(answer.results[0].error_code, answer.results[0].error_message, f"topic {name}")


async def describe_configs(
    wire: KafkaWire, resource_type: int, name: str, *, documentation: bool = False
) -> list[ConfigEntry]:
    request = DescribeConfigsRequest(
        resources=[
            DescribeConfigsRequestResources(resource_type=resource_type, resource_name=name, configuration_keys=None)
        ],
        include_synonyms=False,
        include_documentation=documentation,
    )
    if resource_type == RESOURCE_BROKER and name:
        answer = await wire.call_node(int(name), DESCRIBE_CONFIGS, request)
    else:
        answer = await wire.call(DESCRIBE_CONFIGS, request)
    result = answer.results[0]
    check(result.error_code, result.error_message, name or "cluster")
    return sorted(
        (
            ConfigEntry(
                entry.name,
                entry.value,
                SOURCE_NAMES.get(entry.config_source, str(entry.config_source)),
                entry.read_only,
                entry.documentation,
            )
            for entry in result.configs
        ),
        key=lambda entry: entry.name,
    )


async def alter_configs(wire: KafkaWire, resource_type: int, name: str, changes: Mapping[str, str | None]) -> None:
    """Set these keys, or put them back to their defaults where the value is None; others stay."""
    if not changes:
        raise Refused(0, "name at least one key=value to set, or key= to put it back to its default")
    configs = [
        IncrementalAlterConfigsRequestConfigs(
            name=key, config_operation=OPERATION_DELETE if value is None else OPERATION_SET, value=value
        )
        for key, value in changes.items()
    ]
    resource = IncrementalAlterConfigsRequestResources(resource_type=resource_type, resource_name=name, configs=configs)
    request = IncrementalAlterConfigsRequest(resources=[resource], validate_only=False)
    answer = await wire.call_controller(INCREMENTAL_ALTER_CONFIGS, request)
    check(answer.responses[0].error_code, answer.responses[0].error_message, name or "cluster")
