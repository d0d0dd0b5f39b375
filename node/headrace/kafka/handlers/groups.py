"""Consumer group membership over the wire: find the coordinator, join, sync, heartbeat, leave, list, describe, delete.

Translates between Kafka's messages, in all their versions, and `coordinators.group_driver`, which knows the rules.
Called by `dispatch.py`. It decides nothing about groups. Surprising: clients before version 3 of LeaveGroup name one
member and read its error at the top; everybody else reads one error per member. Source: KIP-345, 394, 559, 699, 814,
848 (classic part), Kafka 4.1.
"""

from __future__ import annotations

from typing import Any

from headrace.coordinators.core.group import Group
from headrace.coordinators.core.group_events import GroupState, JoinReply
from headrace.kafka.context import NodeContext, Request
from headrace.protocol.error_codes import ErrorCode
from headrace.protocol.generated.k10_find_coordinator import (
    FindCoordinatorRequest,
    FindCoordinatorResponse,
    FindCoordinatorResponseCoordinators,
)
from headrace.protocol.generated.k11_join_group import JoinGroupRequest, JoinGroupResponse, JoinGroupResponseMembers
from headrace.protocol.generated.k12_heartbeat import HeartbeatRequest, HeartbeatResponse
from headrace.protocol.generated.k13_leave_group import (
    LeaveGroupRequest,
    LeaveGroupResponse,
    LeaveGroupResponseMembers,
)
from headrace.protocol.generated.k14_sync_group import SyncGroupRequest, SyncGroupResponse
from headrace.protocol.generated.k15_describe_groups import (
    DescribeGroupsRequest,
    DescribeGroupsResponse,
    DescribeGroupsResponseGroups,
    DescribeGroupsResponseMembers,
)
from headrace.protocol.generated.k16_list_groups import (
    ListGroupsRequest,
    ListGroupsResponse,
    ListGroupsResponseGroups,
)
from headrace.protocol.generated.k42_delete_groups import (
    DeleteGroupsRequest,
    DeleteGroupsResponse,
    DeleteGroupsResponseResults,
)

FIND_COORDINATOR = 10
JOIN_GROUP = 11
HEARTBEAT = 12
LEAVE_GROUP = 13
SYNC_GROUP = 14
DESCRIBE_GROUPS = 15
LIST_GROUPS = 16
DELETE_GROUPS = 42

_GROUP_KEY = 0
_TRANSACTION_KEY = 1
_SHARE_KEY = 2

# The bit set of what an administrator may do with a group when nothing is forbidden: read, delete, describe, describe
# and alter its configuration.
_ALL_GROUP_OPERATIONS = 1 << 3 | 1 << 6 | 1 << 8 | 1 << 10 | 1 << 11

# Other kinds of groups that Kafka knows have names of their own; here all are classic.
_CLASSIC = "classic"


# ---- finding ---------------------------------------------------------------------------------------------------------


async def find_coordinator(ctx: NodeContext, request: Request) -> FindCoordinatorResponse:
    body: FindCoordinatorRequest = request.body
    batched = request.version >= 4
    keys = body.coordinator_keys if batched else [body.key]
    found = [await _find_one(ctx, key, body.key_type) for key in keys]
    if batched:
        return FindCoordinatorResponse(coordinators=found)
    only = found[0]
    return FindCoordinatorResponse(
        error_code=only.error_code,
        # Kafka names even success in these versions.
        error_message=only.error_message or "NONE",
        node_id=only.node_id,
        host=only.host,
        port=only.port,
    )


async def _find_one(ctx: NodeContext, key: str, key_type: int) -> FindCoordinatorResponseCoordinators:
    if key_type == _TRANSACTION_KEY:
        message = "transactions are not supported: unset transactional.id, idempotent producers work without it"
        return _not_found(key, ErrorCode.INVALID_REQUEST, message)
    if key_type == _SHARE_KEY:  # refused as by a Kafka whose share groups are off, which they are by default
        return _not_found(key, ErrorCode.INVALID_REQUEST, "")
    if key_type != _GROUP_KEY:
        return _not_found(key, ErrorCode.INVALID_REQUEST, f"there is no coordinator key type {key_type}")
    coordinator = await ctx.groups.coordinator_of(key)
    if isinstance(coordinator, ErrorCode):
        return _not_found(key, coordinator, coordinator.message)
    for broker in ctx.metadata.brokers():
        if broker.node_id == coordinator:
            return FindCoordinatorResponseCoordinators(key, broker.node_id, broker.host, broker.port)
    return _not_found(key, ErrorCode.COORDINATOR_NOT_AVAILABLE, ErrorCode.COORDINATOR_NOT_AVAILABLE.message)


def _not_found(key: str, error: ErrorCode, message: str) -> FindCoordinatorResponseCoordinators:
    return FindCoordinatorResponseCoordinators(key, -1, "", -1, error, message)


# ---- members ---------------------------------------------------------------------------------------------------------


async def join_group(ctx: NodeContext, request: Request) -> JoinGroupResponse:
    body: JoinGroupRequest = request.body
    version = request.version
    protocols: dict[str, bytes] = {}
    for protocol in body.protocols:
        protocols.setdefault(protocol.name, protocol.metadata)
    reply = await ctx.groups.join(
        body.group_id,
        member_id=body.member_id,
        instance_id=body.group_instance_id,
        client_id=request.client_id or "",
        client_host=_client_host(request),
        protocol_type=body.protocol_type,
        protocols=tuple(protocols.items()),
        session_timeout_ms=body.session_timeout_ms,
        # Version 0 knows one timeout for both.
        rebalance_timeout_ms=body.rebalance_timeout_ms if version >= 1 else body.session_timeout_ms,
        require_known_member_id=version >= 4,
        can_skip_assignment=version >= 9,
        reason=body.reason or "",
    )
    return _join_response(reply, version)


def _join_response(reply: JoinReply, version: int) -> JoinGroupResponse:
    protocol_name = reply.protocol_name
    if protocol_name is None and version < 7:
        protocol_name = ""
    return JoinGroupResponse(
        error_code=reply.error,
        generation_id=reply.generation,
        protocol_type=reply.protocol_type,
        protocol_name=protocol_name,
        leader=reply.leader,
        skip_assignment=reply.skip_assignment,
        member_id=reply.member_id,
        members=[JoinGroupResponseMembers(m.member_id, m.instance_id, m.metadata) for m in reply.members],
    )


async def sync_group(ctx: NodeContext, request: Request) -> SyncGroupResponse:
    body: SyncGroupRequest = request.body
    if request.version >= 5 and (body.protocol_type is None or body.protocol_name is None):
        return SyncGroupResponse(error_code=ErrorCode.INCONSISTENT_GROUP_PROTOCOL)
    reply = await ctx.groups.sync(
        body.group_id,
        member_id=body.member_id,
        instance_id=body.group_instance_id,
        generation=body.generation_id,
        protocol_type=body.protocol_type,
        protocol_name=body.protocol_name,
        assignments={each.member_id: each.assignment for each in body.assignments},
    )
    return SyncGroupResponse(
        error_code=reply.error,
        protocol_type=reply.protocol_type,
        protocol_name=reply.protocol_name,
        assignment=reply.assignment,
    )


async def heartbeat(ctx: NodeContext, request: Request) -> HeartbeatResponse:
    body: HeartbeatRequest = request.body
    error = await ctx.groups.heartbeat(
        body.group_id,
        member_id=body.member_id,
        instance_id=body.group_instance_id,
        generation=body.generation_id,
    )
    return HeartbeatResponse(error_code=error)


async def leave_group(ctx: NodeContext, request: Request) -> LeaveGroupResponse:
    body: LeaveGroupRequest = request.body
    if request.version < 3:
        reply = await ctx.groups.leave(body.group_id, [(body.member_id, None)])
        error = reply.error
        if error is ErrorCode.NONE and reply.members:
            error = reply.members[0][2]
        return LeaveGroupResponse(error_code=error)
    reasons = {member.reason for member in body.members if member.reason}
    reply = await ctx.groups.leave(
        body.group_id,
        [(member.member_id, member.group_instance_id) for member in body.members],
        "; ".join(sorted(reasons))[:255],
    )
    return LeaveGroupResponse(
        error_code=reply.error,
        members=[LeaveGroupResponseMembers(member_id, name, error) for member_id, name, error in reply.members],
    )


def _client_host(request: Request) -> str:
    """As Kafka shows it: a slash, then the address without the port."""
    if request.connection is None:
        return ""
    return "/" + request.connection.peer.rpartition(":")[0]


# ---- groups as a whole -----------------------------------------------------------------------------------------------


def describe_groups(ctx: NodeContext, request: Request) -> DescribeGroupsResponse:
    body: DescribeGroupsRequest = request.body
    described = [_describe_one(ctx, group_id, request.version) for group_id in body.groups]
    if body.include_authorized_operations:
        for group in described:
            if group.error_code == ErrorCode.NONE:
                group.authorized_operations = _ALL_GROUP_OPERATIONS
    return DescribeGroupsResponse(groups=described)


def _describe_one(ctx: NodeContext, group_id: str, version: int) -> DescribeGroupsResponseGroups:
    group = ctx.groups.describe(group_id)
    if group is ErrorCode.GROUP_ID_NOT_FOUND:
        dead = DescribeGroupsResponseGroups(group_id=group_id, group_state=GroupState.DEAD)
        if version >= 6:  # before, an unknown group was simply dead (KIP-1043)
            dead.error_code = ErrorCode.GROUP_ID_NOT_FOUND
            dead.error_message = f"Group {group_id} not found."
        return dead
    if isinstance(group, ErrorCode):
        return DescribeGroupsResponseGroups(error_code=group, group_id=group_id)
    return _describe_known(group)


def _describe_known(group: Group) -> DescribeGroupsResponseGroups:
    stable = group.state is GroupState.STABLE
    return DescribeGroupsResponseGroups(
        group_id=group.group_id,
        group_state=group.state,
        protocol_type=group.roster.protocol_type or "",
        # While the group is busy, metadata would be of the next generation and the assignment is of the last.
        protocol_data=(group.protocol_name or "") if stable else "",
        members=[
            DescribeGroupsResponseMembers(
                member_id=member.member_id,
                group_instance_id=member.instance_id,
                client_id=member.client_id,
                client_host=member.client_host,
                member_metadata=member.metadata(group.protocol_name) if stable else b"",
                member_assignment=member.assignment,
            )
            for member in group.roster
        ],
    )


def list_groups(ctx: NodeContext, request: Request) -> ListGroupsResponse:
    body: ListGroupsRequest = request.body
    listed = ctx.groups.list_groups()
    if isinstance(listed, ErrorCode):
        return ListGroupsResponse(error_code=listed)
    states = {state.lower() for state in body.states_filter}
    types = {kind.lower() for kind in body.types_filter}
    return ListGroupsResponse(
        groups=[
            ListGroupsResponseGroups(group.group_id, group.protocol_type, group.state, _CLASSIC)
            for group in listed
            if (not states or group.state.lower() in states) and (not types or _CLASSIC in types)
        ]
    )


async def delete_groups(ctx: NodeContext, request: Request) -> DeleteGroupsResponse:
    body: DeleteGroupsRequest = request.body
    return DeleteGroupsResponse(
        results=[
            DeleteGroupsResponseResults(group_id, await ctx.groups.delete_group(group_id))
            for group_id in dict.fromkeys(body.groups_names)
        ]
    )


HANDLERS: dict[int, Any] = {
    FIND_COORDINATOR: find_coordinator,
    JOIN_GROUP: join_group,
    HEARTBEAT: heartbeat,
    LEAVE_GROUP: leave_group,
    SYNC_GROUP: sync_group,
    DESCRIBE_GROUPS: describe_groups,
    LIST_GROUPS: list_groups,
    DELETE_GROUPS: delete_groups,
}
