"""Who is in a group: members, their leader, static names, ids handed out but not used, and the vote on the protocol.

Bookkeeping only: no state of the group, no time except deadlines that `core/group.py` put here, no answers to
clients. The order of members is the order in which they joined, and a replaced static member keeps no place in it;
leader succession and vote ties follow that order, so that the same events always give the same group (Kafka breaks
ties by hash order).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from headrace.coordinators.core.group_events import JoinedMember, MemberRecord, Protocols


@dataclass(slots=True)
class Member:
    """One member. `join_ref` and `sync_ref` are the parked requests to answer, None when nobody waits."""

    member_id: str
    instance_id: str | None
    client_id: str
    client_host: str
    session_timeout_ms: int
    rebalance_timeout_ms: int
    protocols: Protocols
    assignment: bytes = b""
    #: Joined, but its first JoinGroup has not been answered: it does not know its id and cannot heartbeat.
    is_new: bool = False
    join_ref: int | None = None
    sync_ref: int | None = None
    session_deadline_ms: int | None = None

    def metadata(self, protocol_name: str | None) -> bytes:
        return next((metadata for name, metadata in self.protocols if name == protocol_name), b"")


class Roster:
    """The members of one group.

    Invariants: `leader` is a member, and there is one if there are members; `static_ids` maps exactly the members
    with an instance id; `pending` and `unsynced` hold no stranger's id (pending: never a member's, unsynced: only
    members').
    """

    def __init__(self) -> None:
        self.members: dict[str, Member] = {}
        self.leader: str | None = None
        self.protocol_type: str | None = None
        self.static_ids: dict[str, str] = {}
        #: Ids given out with MEMBER_ID_REQUIRED -> when to forget them.
        self.pending: dict[str, int] = {}
        #: Members that got their JoinGroup answer of this generation and have not sent SyncGroup yet.
        self.unsynced: set[str] = set()
        #: Bytes of all members' protocol metadata: what a group costs in memory and in the leader's answer.
        self.metadata_bytes = 0
        self._support: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self.members)

    def __iter__(self) -> Iterator[Member]:
        return iter(self.members.values())

    def __contains__(self, member_id: str) -> bool:
        return member_id in self.members

    def add(self, member: Member) -> None:
        if not self.members:
            self.leader = member.member_id
        self.pending.pop(member.member_id, None)
        self.members[member.member_id] = member
        if member.instance_id is not None:
            self.static_ids[member.instance_id] = member.member_id
        self._count(member.protocols)

    def remove(self, member_id: str) -> Member | None:
        """Forget a member or a pending id. Whoever waits in its name must be answered by the caller."""
        self.pending.pop(member_id, None)
        self.unsynced.discard(member_id)
        member = self.members.pop(member_id, None)
        if member is None:
            return None
        self._withdraw(member.protocols)
        if member.instance_id is not None:
            del self.static_ids[member.instance_id]
        if self.leader == member_id:
            self.leader = next(iter(self.members), None)
        return member

    def rename_static(self, old_member_id: str, new_member_id: str) -> Member:
        """The client behind a static name restarted: same member, new id. Returns the new one; nobody waits in it."""
        old = self.members.pop(old_member_id)
        assert old.instance_id is not None
        new = replace(old, member_id=new_member_id, join_ref=None, sync_ref=None, is_new=False)
        self.members[new_member_id] = new
        self.static_ids[old.instance_id] = new_member_id
        self.unsynced.discard(old_member_id)
        if self.leader == old_member_id:
            self.leader = new_member_id
        return new

    def update(self, member: Member, protocols: Protocols, session_timeout_ms: int, rebalance_timeout_ms: int) -> None:
        self._withdraw(member.protocols)
        member.protocols = protocols
        self._count(protocols)
        member.session_timeout_ms = session_timeout_ms
        member.rebalance_timeout_ms = rebalance_timeout_ms

    def metadata_bytes_without(self, member_id: str) -> int:
        member = self.members.get(member_id)
        own = sum(len(metadata) for _, metadata in member.protocols) if member is not None else 0
        return self.metadata_bytes - own

    def _count(self, protocols: Protocols) -> None:
        for name, metadata in protocols:
            self._support[name] += 1
            self.metadata_bytes += len(metadata)

    def _withdraw(self, protocols: Protocols) -> None:
        for name, metadata in protocols:
            self.metadata_bytes -= len(metadata)
            self._support[name] -= 1
            if not self._support[name]:
                del self._support[name]

    def supports(self, protocol_type: str, names: Iterable[str]) -> bool:
        """Is one of these protocols spoken by every member?"""
        return protocol_type == self.protocol_type and any(self._support[name] == len(self) for name in names)

    def elect_protocol(self) -> str:
        """Every member votes for the first protocol on its list that all speak; most votes win, ties to the earliest
        voter.

        Must only be called with members; there is always a common protocol, because nobody joins without one.
        """
        votes: dict[str, int] = {}
        for member in self:
            choice = next(name for name, _ in member.protocols if self._support[name] == len(self))
            votes[choice] = votes.get(choice, 0) + 1
        return max(votes, key=votes.__getitem__)

    def elect_joined_leader(self) -> bool:
        """Make sure that the leader has joined this rebalance; False if nobody has."""
        if self.leader is None:
            return False
        if self.members[self.leader].join_ref is not None:
            return True
        joined = next((member.member_id for member in self if member.join_ref is not None), None)
        if joined is None:
            return False
        self.leader = joined
        return True

    def waiting_joins(self) -> int:
        return sum(member.join_ref is not None for member in self)

    def all_joined(self) -> bool:
        return not self.pending and all(member.join_ref is not None for member in self)

    def rebalance_timeout_ms(self) -> int:
        return max((member.rebalance_timeout_ms for member in self), default=0)

    def joined_members(self, protocol_name: str | None) -> tuple[JoinedMember, ...]:
        return tuple(
            JoinedMember(member.member_id, member.instance_id, member.metadata(protocol_name)) for member in self
        )

    def records(self, protocol_name: str | None, assignments: dict[str, bytes]) -> tuple[MemberRecord, ...]:
        return tuple(
            MemberRecord(
                member_id=member.member_id,
                instance_id=member.instance_id,
                client_id=member.client_id,
                client_host=member.client_host,
                session_timeout_ms=member.session_timeout_ms,
                rebalance_timeout_ms=member.rebalance_timeout_ms,
                subscription=member.metadata(protocol_name),
                assignment=assignments.get(member.member_id, b""),
            )
            for member in self
        )

    def check_invariants(self) -> None:
        assert (self.leader is None) == (not self.members)
        assert self.leader is None or self.leader in self.members
        assert self.static_ids == {m.instance_id: m.member_id for m in self if m.instance_id is not None}
        assert not self.pending.keys() & self.members.keys()
        assert self.unsynced <= self.members.keys()
        assert self._support == Counter(name for member in self for name, _ in member.protocols)
        assert self.metadata_bytes == sum(len(metadata) for member in self for _, metadata in member.protocols)
        assert all(key == member.member_id for key, member in self.members.items())
        assert not self.members or any(count == len(self) for count in self._support.values())
