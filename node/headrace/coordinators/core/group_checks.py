"""May this member do this now? The refusals of a group, each with Kafka's code, apart from what happens when there is
none.

Pure questions over a roster, a state and a generation; nothing is changed here. Called by `core/group.py`.
Surprising: the static name is looked at before the member id, so a restarted static member's predecessor hears
FENCED_INSTANCE_ID and gives up, where an unknown dynamic member hears UNKNOWN_MEMBER_ID and joins again.
"""

from __future__ import annotations

from headrace.coordinators.core.group_events import CheckCommit, GroupState, Join, Sync
from headrace.coordinators.core.roster import Roster
from headrace.protocol.error_codes import ErrorCode


def member_problem(roster: Roster, member_id: str, instance_id: str | None) -> ErrorCode:
    if instance_id is not None:
        owner = roster.static_ids.get(instance_id)
        if owner is None:
            return ErrorCode.UNKNOWN_MEMBER_ID
        if owner != member_id:
            return ErrorCode.FENCED_INSTANCE_ID
    return ErrorCode.NONE if member_id in roster else ErrorCode.UNKNOWN_MEMBER_ID


def generation_problem(
    state: GroupState, roster: Roster, member_id: str, instance_id: str | None, asked: int, generation: int
) -> ErrorCode:
    if state is GroupState.DEAD:
        # The group has just left this coordinator; the client looks for the right one and comes back.
        return ErrorCode.COORDINATOR_NOT_AVAILABLE
    error = member_problem(roster, member_id, instance_id)
    if error is ErrorCode.NONE and asked != generation:
        return ErrorCode.ILLEGAL_GENERATION
    return error


def join_problem(state: GroupState, roster: Roster, event: Join, members_max: int) -> ErrorCode:
    if state is GroupState.DEAD:
        return ErrorCode.COORDINATOR_NOT_AVAILABLE
    if not _has_room(state, roster, event.member_id, members_max):
        return ErrorCode.GROUP_MAX_SIZE_REACHED
    if state is GroupState.EMPTY:
        agreed = bool(event.protocol_type and event.protocols)
    else:
        agreed = roster.supports(event.protocol_type, (name for name, _ in event.protocols))
    return ErrorCode.NONE if agreed else ErrorCode.INCONSISTENT_GROUP_PROTOCOL


def _has_room(state: GroupState, roster: Roster, member_id: str, members_max: int) -> bool:
    if state is GroupState.EMPTY:
        return True
    if state is GroupState.PREPARING_REBALANCE:
        # Counted by those who wait, so that a lowered limit pushes out the last to rejoin.
        member = roster.members.get(member_id)
        waits = member is not None and member.join_ref is not None
        return waits or roster.waiting_joins() < members_max
    return member_id in roster or len(roster) < members_max


def sync_problem(
    state: GroupState, roster: Roster, event: Sync, generation: int, protocol_name: str | None
) -> ErrorCode:
    if state is GroupState.EMPTY:
        return ErrorCode.UNKNOWN_MEMBER_ID
    error = generation_problem(state, roster, event.member_id, event.instance_id, event.generation, generation)
    if error is not ErrorCode.NONE:
        return error
    if event.protocol_type is not None and event.protocol_type != roster.protocol_type:
        return ErrorCode.INCONSISTENT_GROUP_PROTOCOL
    if event.protocol_name is not None and event.protocol_name != protocol_name:
        return ErrorCode.INCONSISTENT_GROUP_PROTOCOL
    if state is GroupState.PREPARING_REBALANCE:
        return ErrorCode.REBALANCE_IN_PROGRESS
    return ErrorCode.NONE


def commit_problem(state: GroupState, roster: Roster, event: CheckCommit, generation: int) -> ErrorCode:
    if state is GroupState.DEAD:
        return ErrorCode.COORDINATOR_NOT_AVAILABLE
    if event.generation < 0 and state is GroupState.EMPTY:
        return ErrorCode.NONE  # an admin tool, or a consumer that assigns itself
    if event.generation < 0 and not event.member_id and event.instance_id is None:
        return ErrorCode.UNKNOWN_MEMBER_ID  # the group is managed by its members now
    error = generation_problem(state, roster, event.member_id, event.instance_id, event.generation, generation)
    if error is ErrorCode.NONE and state is GroupState.COMPLETING_REBALANCE:
        # It knows the new generation but not its part yet: let it finish the rebalance, then commit.
        return ErrorCode.REBALANCE_IN_PROGRESS
    return error
