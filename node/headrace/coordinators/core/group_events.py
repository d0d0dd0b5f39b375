"""What a consumer group is told and what it answers: states, events, effects, as plain data.

Every event that a client sent carries a `ref`: a number that the driver chose, under which the answer comes back in
an effect. The group holds refs of clients that wait (a parked JoinGroup or SyncGroup) and nothing else of them.
Nothing here knows of sockets, futures or wire formats. Used by `core/group.py` and its driver; the names and error
codes are those of Kafka's classic group protocol (KIP-62, 345, 394, 559, 814).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from headrace.protocol.error_codes import ErrorCode

#: Names and opaque metadata of the assignment protocols of a member, the one it likes best first.
Protocols = tuple[tuple[str, bytes], ...]


class GroupState(StrEnum):
    """Kafka's names, as DescribeGroups and ListGroups show them."""

    EMPTY = "Empty"
    PREPARING_REBALANCE = "PreparingRebalance"
    COMPLETING_REBALANCE = "CompletingRebalance"
    STABLE = "Stable"
    DEAD = "Dead"


@dataclass(frozen=True, slots=True)
class GroupLimits:
    """Timing and size bounds of a group. All times in milliseconds, all positive or zero."""

    initial_rebalance_delay_ms: int = 500
    #: A member that waits for its first JoinGroup answer cannot heartbeat; it is forgotten after this long.
    new_member_join_timeout_ms: int = 300_000
    members_max: int = 2**31 - 1
    #: Member ids handed out by MEMBER_ID_REQUIRED and not used yet; beyond it the oldest is forgotten.
    pending_members_max: int = 1_000


# ---- events ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Join:
    """JoinGroup. `member_id` is empty for a client that has none yet; `new_member_id` is what it gets then."""

    ref: int
    member_id: str
    new_member_id: str
    instance_id: str | None
    client_id: str
    client_host: str
    protocol_type: str
    protocols: Protocols
    session_timeout_ms: int
    rebalance_timeout_ms: int
    #: The client knows MEMBER_ID_REQUIRED (JoinGroup v4+): hand out the id first (KIP-394).
    require_known_member_id: bool = False
    #: The client knows `skip_assignment` (JoinGroup v9+, KIP-814).
    can_skip_assignment: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Sync:
    """SyncGroup; `assignments` counts only when it comes from the leader."""

    ref: int
    member_id: str
    instance_id: str | None
    generation: int
    protocol_type: str | None = None
    protocol_name: str | None = None
    assignments: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Heartbeat:
    ref: int
    member_id: str
    instance_id: str | None
    generation: int


@dataclass(frozen=True, slots=True)
class CheckCommit:
    """May this client commit offsets now? A member's commit also counts as its heartbeat."""

    ref: int
    member_id: str
    instance_id: str | None
    generation: int


@dataclass(frozen=True, slots=True)
class Leave:
    """LeaveGroup of one or many members: (member id or empty, instance id or None)."""

    ref: int
    members: tuple[tuple[str, str | None], ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Persisted:
    """The record of an earlier `Persist` is durable (`error` 0) or will never be."""

    persist_id: int
    error: ErrorCode = ErrorCode.NONE


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed: whatever is due happens."""


Event = Join | Sync | Heartbeat | CheckCommit | Leave | Persisted | Tick


# ---- effects -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class JoinedMember:
    member_id: str
    instance_id: str | None
    metadata: bytes


@dataclass(frozen=True, slots=True)
class JoinReply:
    ref: int
    member_id: str
    error: ErrorCode = ErrorCode.NONE
    generation: int = -1
    protocol_type: str | None = None
    protocol_name: str | None = None
    leader: str = ""
    #: All members with their metadata, for the leader only.
    members: tuple[JoinedMember, ...] = ()
    skip_assignment: bool = False


@dataclass(frozen=True, slots=True)
class SyncReply:
    ref: int
    error: ErrorCode = ErrorCode.NONE
    protocol_type: str | None = None
    protocol_name: str | None = None
    assignment: bytes = b""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Answer to a Heartbeat or a CheckCommit."""

    ref: int
    error: ErrorCode


@dataclass(frozen=True, slots=True)
class LeaveReply:
    """Answer to a Leave: one error per member asked for, in order; `error` is for the request as a whole."""

    ref: int
    members: tuple[tuple[str, str | None, ErrorCode], ...]
    error: ErrorCode = ErrorCode.NONE


@dataclass(frozen=True, slots=True)
class MemberRecord:
    member_id: str
    instance_id: str | None
    client_id: str
    client_host: str
    session_timeout_ms: int
    rebalance_timeout_ms: int
    #: Metadata for the group's chosen protocol only.
    subscription: bytes
    assignment: bytes


@dataclass(frozen=True, slots=True)
class GroupRecord:
    """What survives a restart of the node: Kafka's GroupMetadata record without its encoding."""

    protocol_type: str
    generation: int
    protocol_name: str | None
    leader: str | None
    state_since_wall_ms: int
    members: tuple[MemberRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class Persist:
    """Write `record`; feed `Persisted(persist_id)` back when it is durable or has failed."""

    persist_id: int
    record: GroupRecord


Effect = JoinReply | SyncReply | Verdict | LeaveReply | Persist
