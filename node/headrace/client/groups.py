"""Consumer groups from outside: list, describe with lag, delete."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from headrace.client.errors import Refused
from headrace.client.topics import fill_offsets, list_topics
from headrace.client.wire import KafkaWire, check
from headrace.contract.address import Address
from headrace.protocol.api import Api
from headrace.protocol.error_codes import error_code
from headrace.protocol.generated.k09_offset_fetch import API as OFFSET_FETCH
from headrace.protocol.generated.k09_offset_fetch import OffsetFetchRequest, OffsetFetchRequestGroups
from headrace.protocol.generated.k10_find_coordinator import API as FIND_COORDINATOR
from headrace.protocol.generated.k10_find_coordinator import FindCoordinatorRequest
from headrace.protocol.generated.k15_describe_groups import API as DESCRIBE_GROUPS
from headrace.protocol.generated.k15_describe_groups import DescribeGroupsRequest
from headrace.protocol.generated.k16_list_groups import API as LIST_GROUPS
from headrace.protocol.generated.k16_list_groups import ListGroupsRequest
from headrace.protocol.generated.k42_delete_groups import API as DELETE_GROUPS
from headrace.protocol.generated.k42_delete_groups import DeleteGroupsRequest

CALL_TIMEOUT_S = 30.0
POLL_S = 0.1
GROUP_ID_NOT_FOUND = 69


@dataclass(slots=True)
class GroupLine:
    name: str
    state: str
    protocol_type: str
    coordinator: int


@dataclass(slots=True)
class GroupOffset:
    topic: str
    partition: int
    committed_offset: int
    end_offset: int | None
    lag: int | None
    metadata: str | None


@dataclass(slots=True)
class GroupMember:
    member_id: str
    instance_id: str | None
    client_id: str
    host: str


@dataclass(slots=True)
class GroupInfo:
    name: str
    state: str
    protocol: str
    members: list[GroupMember]
    offsets: list[GroupOffset]


async def list_groups(wire: KafkaWire) -> list[GroupLine]:
    metadata = await wire.metadata(topics=[])
    lines = []
    for broker in metadata.brokers:
        answer = await wire.call_node(broker.node_id, LIST_GROUPS, ListGroupsRequest())
        check(answer.error_code, None, f"node {broker.node_id}")
        lines += [
            GroupLine(group.group_id, group.group_state, group.protocol_type, broker.node_id) for group in answer.groups
        ]
    return sorted(lines, key=lambda line: line.name)


async def describe_group(wire: KafkaWire, name: str) -> GroupInfo:
    """State, members and committed offsets with lag. Raises Refused when there is no such group."""
    answer = await _call_coordinator(wire, name, DESCRIBE_GROUPS, DescribeGroupsRequest(groups=[name]))
    group = answer.groups[0]
    check(group.error_code, group.error_message, f"group {name}")
    members = [
        GroupMember(member.member_id, member.group_instance_id, member.client_id, member.client_host)
        for member in group.members
    ]
    offsets = await _offsets(wire, name)
    if group.group_state == "Dead" and not offsets:
        raise Refused(GROUP_ID_NOT_FOUND, f"there is no consumer group '{name}'")
    return GroupInfo(name, group.group_state, group.protocol_data, members, offsets)


async def _offsets(wire: KafkaWire, name: str) -> list[GroupOffset]:
    request = OffsetFetchRequest(
        group_id=name, topics=None, groups=[OffsetFetchRequestGroups(group_id=name, topics=None)]
    )
    answer = await _call_coordinator(wire, name, OFFSET_FETCH, request)
    found = answer.groups[0] if answer.groups else answer
    check(found.error_code, None, f"group {name}")
    offsets = []
    for topic in sorted(found.topics, key=lambda topic: topic.name):
        end_offsets: dict[int, int | None] = {}
        try:
            info = (await list_topics(wire, [topic.name]))[0]
            await fill_offsets(wire, info)
            end_offsets = {partition.index: partition.end_offset for partition in info.partitions}
        except Refused:
            pass  # The topic is gone; its committed offsets are still worth showing.
        for partition in sorted(topic.partitions, key=lambda partition: partition.partition_index):
            end_offset = end_offsets.get(partition.partition_index)
            lag = None if end_offset is None else max(0, end_offset - partition.committed_offset)
            offsets.append(
                GroupOffset(
                    topic.name,
                    partition.partition_index,
                    partition.committed_offset,
                    end_offset,
                    lag,
                    partition.metadata or None,
                )
            )
    return offsets


async def delete_group(wire: KafkaWire, name: str) -> None:
    answer = await _call_coordinator(wire, name, DELETE_GROUPS, DeleteGroupsRequest(groups_names=[name]))
    check(answer.results[0].error_code, None, f"group {name}")


async def _call_coordinator(wire: KafkaWire, group_id: str, api: Api, request: Any) -> Any:
    """Send to the broker that coordinates this group, waiting while it loads."""
    deadline_s = asyncio.get_running_loop().time() + CALL_TIMEOUT_S
    asked = FindCoordinatorRequest(key=group_id, key_type=0, coordinator_keys=[group_id])
    while True:
        answer = await wire.call(FIND_COORDINATOR, asked)
        found = answer.coordinators[0] if answer.coordinators else answer
        if found.error_code == 0:
            return await wire.call_at(Address(found.host, found.port), api, request)
        if not error_code(found.error_code).retriable or asyncio.get_running_loop().time() > deadline_s:
            check(found.error_code, found.error_message, f"group {group_id}")
        await asyncio.sleep(POLL_S)
