"""One classic consumer group: members join, one of them assigns, all learn their part; whoever falls silent is removed.

Deterministic: `step(event, now_ms, wall_ms)` changes the group and returns what the driver must do; no clock, no I/O.
Follows the observable behaviour of Apache Kafka 4.1 (KIP-62, 134, 345, 394, 559, 814). An assignment reaches the
members only after its record is durable (`Persist`, then `Persisted`). Called by `group_driver.py`. Surprising: a
member that waits for an answer is never expired, and static members who do not come back stay in the next generation
until their session ends. `docs/consumer-groups.md` draws the states.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace

from headrace.coordinators.core.group_checks import (
    commit_problem,
    generation_problem,
    join_problem,
    member_problem,
    sync_problem,
)
from headrace.coordinators.core.group_events import (
    CheckCommit,
    Effect,
    Event,
    GroupLimits,
    GroupRecord,
    GroupState,
    Heartbeat,
    Join,
    JoinReply,
    Leave,
    LeaveReply,
    Persist,
    Persisted,
    Protocols,
    Sync,
    SyncReply,
    Tick,
    Verdict,
)
from headrace.coordinators.core.roster import Member, Roster
from headrace.protocol.error_codes import ErrorCode

log = logging.getLogger(__name__)

#: When nobody rejoined in time the group asks again; never more often than this, whatever timeout the members named.
_POSTPONE_MS_MIN = 1_000


@dataclass(frozen=True, slots=True)
class _Swap:
    """A static member came back with a new id while the group was stable; answered when the record is durable."""

    ref: int
    old_member_id: str
    new_member_id: str
    old_protocols: Protocols
    old_session_timeout_ms: int
    old_rebalance_timeout_ms: int
    old_leader: str
    can_skip_assignment: bool


class Group:
    """State of one group.

    Invariants: EMPTY has no members; COMPLETING_REBALANCE and STABLE have at least one and a chosen protocol; only
    PREPARING_REBALANCE and a pending static swap have parked joins; only COMPLETING_REBALANCE has parked syncs;
    generation never falls.
    """

    def __init__(self, group_id: str, limits: GroupLimits) -> None:
        self.group_id = group_id
        self.state = GroupState.EMPTY
        self.generation = 0
        self.protocol_name: str | None = None
        self.state_since_wall_ms = 0
        self.roster = Roster()
        #: Never later than the next moment at which `Tick` has something to do; None: nothing is due, ever.
        self.wake_ms: int | None = None
        self._limits = limits
        self._effects: list[Effect] = []
        self._now_ms = 0
        self._wall_ms = 0
        # The rebalance that runs began in EMPTY: wait a little for more members instead of for all known ones.
        self._initial = False
        self._initial_delay_ms = 0
        self._initial_remaining_ms = 0
        self._member_added = False
        self._join_deadline_ms: int | None = None
        self._sync_deadline_ms: int | None = None
        self._next_persist_id = 1
        self._assignment: tuple[int, dict[str, bytes]] | None = None  # (persist id, by member id)
        self._swaps: dict[int, _Swap] = {}

    @classmethod
    def restore(cls, group_id: str, limits: GroupLimits, record: GroupRecord, now_ms: int) -> Group:
        """The group as its last durable record says; every member gets a whole session to show up again."""
        group = cls(group_id, limits)
        group.generation = record.generation
        group.protocol_name = record.protocol_name
        group.roster.protocol_type = record.protocol_type or None
        group.state_since_wall_ms = record.state_since_wall_ms
        for stored in record.members:
            protocols = ((record.protocol_name or "", stored.subscription),)
            group.roster.add(
                Member(
                    member_id=stored.member_id,
                    instance_id=stored.instance_id,
                    client_id=stored.client_id,
                    client_host=stored.client_host,
                    session_timeout_ms=stored.session_timeout_ms,
                    rebalance_timeout_ms=stored.rebalance_timeout_ms,
                    protocols=protocols,
                    assignment=stored.assignment,
                    session_deadline_ms=now_ms + stored.session_timeout_ms,
                )
            )
            group._wake_by(now_ms + stored.session_timeout_ms)
        if record.members:
            group.state = GroupState.STABLE
            if record.leader is not None and record.leader in group.roster:
                group.roster.leader = record.leader
        return group

    # ---- entry -----------------------------------------------------------------------------------------------

    def step(self, event: Event, now_ms: int, wall_ms: int) -> list[Effect]:
        """Apply one event. `now_ms`: monotonic, for deadlines; `wall_ms`: for the record's timestamp."""
        self._now_ms, self._wall_ms = now_ms, wall_ms
        self._effects = []
        match event:
            case Heartbeat():
                self._heartbeat(event)
            case CheckCommit():
                self._check_commit(event)
            case Join():
                self._join(event)
            case Sync():
                self._sync(event)
            case Leave():
                self._leave(event)
            case Persisted():
                self._persisted(event)
            case Tick():
                self._tick()
        effects, self._effects = self._effects, []
        return effects

    def stop(self, error: ErrorCode) -> list[Effect]:
        """The group is deleted or leaves this node: answer everyone who waits with `error`, then take nothing more."""
        self._effects = []
        for member in self.roster:
            self._answer_join(member, JoinReply(0, member.member_id, error))
            self._answer_sync(member, error)
        self.state = GroupState.DEAD
        self.roster.unsynced.clear()
        self._assignment = None
        self._swaps.clear()
        self._join_deadline_ms = self._sync_deadline_ms = self.wake_ms = None
        effects, self._effects = self._effects, []
        return effects

    # ---- join ------------------------------------------------------------------------------------------------

    def _join(self, event: Join) -> None:
        error = join_problem(self.state, self.roster, event, self._limits.members_max)
        if error is ErrorCode.GROUP_MAX_SIZE_REACHED:
            self._remove(event.member_id)
            self._effects.append(JoinReply(event.ref, "", error))
            self._complete_join_if_all_are_here()
        elif error is not ErrorCode.NONE:
            self._refuse_join(event, error)
        elif not event.member_id:
            self._join_newcomer(event)
        elif event.member_id in self.roster.pending:
            if event.instance_id is not None:
                # Ids are only ever handed out to dynamic members.
                self._refuse_join(event, ErrorCode.UNKNOWN_MEMBER_ID)
            else:
                self._add_member(event, event.member_id)
        else:
            self._join_again(event)

    def _refuse_join(self, event: Join, error: ErrorCode) -> None:
        self._effects.append(JoinReply(event.ref, event.member_id, error))

    def _join_newcomer(self, event: Join) -> None:
        if event.instance_id is not None:
            old_member_id = self.roster.static_ids.get(event.instance_id)
            if old_member_id is not None:
                self._replace_static(event, old_member_id)
                return
        elif event.require_known_member_id:
            self._hand_out_id(event)
            return
        self._add_member(event, event.new_member_id)

    def _hand_out_id(self, event: Join) -> None:
        pending = self.roster.pending
        while len(pending) >= self._limits.pending_members_max:
            pending.pop(next(iter(pending)))
        deadline_ms = self._now_ms + event.session_timeout_ms
        pending[event.new_member_id] = deadline_ms
        self._wake_by(deadline_ms)
        self._effects.append(JoinReply(event.ref, event.new_member_id, ErrorCode.MEMBER_ID_REQUIRED))

    def _join_again(self, event: Join) -> None:
        error = member_problem(self.roster, event.member_id, event.instance_id)
        if error is not ErrorCode.NONE:
            self._refuse_join(event, error)
            return
        member = self.roster.members[event.member_id]
        same = member.protocols == event.protocols
        is_leader = self.roster.leader == member.member_id
        if self.state is GroupState.COMPLETING_REBALANCE and same:
            # It has probably missed its answer.
            self._effects.append(self._join_reply(event.ref, member, with_members=is_leader))
        elif self.state is GroupState.STABLE and same and not is_leader:
            self._effects.append(self._join_reply(event.ref, member, with_members=False))
        else:
            # New metadata; or the leader, whose rejoin alone may mean that topics have changed.
            self._update_member(member, event)
            self._rebalance_or_complete("a member joined again")

    def _add_member(self, event: Join, member_id: str) -> None:
        if not self.roster.members:
            self.roster.protocol_type = event.protocol_type
        if self.state is GroupState.PREPARING_REBALANCE and self._initial:
            self._member_added = True
        member = Member(
            member_id=member_id,
            instance_id=event.instance_id,
            client_id=event.client_id,
            client_host=event.client_host,
            session_timeout_ms=event.session_timeout_ms,
            rebalance_timeout_ms=event.rebalance_timeout_ms,
            protocols=event.protocols,
            is_new=True,
            join_ref=event.ref,
        )
        self.roster.add(member)
        # It cannot heartbeat before it knows its id; without a bound every retry of a lost client would add a member.
        self._expect_life(member, self._limits.new_member_join_timeout_ms)
        self._rebalance_or_complete("a new member joined")

    def _update_member(self, member: Member, event: Join) -> None:
        # The client asked twice on two connections: the older question must not stay open for ever.
        self._answer_join(member, JoinReply(0, member.member_id, ErrorCode.REBALANCE_IN_PROGRESS))
        self.roster.update(member, event.protocols, event.session_timeout_ms, event.rebalance_timeout_ms)
        member.join_ref = event.ref

    def _replace_static(self, event: Join, old_member_id: str) -> None:
        old = self.roster.members[old_member_id]
        old_leader = self.roster.leader or ""
        old_terms = (old.protocols, old.session_timeout_ms, old.rebalance_timeout_ms)
        self._answer_join(old, JoinReply(0, old_member_id, ErrorCode.FENCED_INSTANCE_ID))
        self._answer_sync(old, ErrorCode.FENCED_INSTANCE_ID)
        member = self.roster.rename_static(old_member_id, event.new_member_id)
        self._update_member(member, event)
        self._expect_life(member)
        if self.state is GroupState.STABLE:
            if self.roster.elect_protocol() == self.protocol_name:
                persist_id = self._persist({m.member_id: m.assignment for m in self.roster})
                self._swaps[persist_id] = _Swap(
                    event.ref,
                    old_member_id,
                    event.new_member_id,
                    *old_terms,
                    old_leader,
                    event.can_skip_assignment,
                )
            else:
                self._rebalance_or_complete("a static member came back with other protocols")
        elif self.state is GroupState.COMPLETING_REBALANCE:
            # The leader may already be assigning to the old id.
            self._prepare_rebalance("a static member came back while the leader was assigning")
        else:
            self._complete_join_if_all_are_here()

    def _finish_swap(self, swap: _Swap, error: ErrorCode) -> None:
        member = self.roster.members.get(swap.new_member_id)
        if member is None or member.join_ref != swap.ref or self.state is not GroupState.STABLE:
            return  # already answered, or a rebalance has begun and will answer
        if error is not ErrorCode.NONE:
            member.join_ref = None
            self._effects.append(JoinReply(swap.ref, "", error, self.generation, leader=swap.old_leader))
            self.roster.update(member, swap.old_protocols, swap.old_session_timeout_ms, swap.old_rebalance_timeout_ms)
            self._expect_life(self.roster.rename_static(swap.new_member_id, swap.old_member_id))
            return
        is_leader = self.roster.leader == member.member_id
        reply = self._join_reply(swap.ref, member, with_members=is_leader and swap.can_skip_assignment)
        if swap.can_skip_assignment:
            reply = replace(reply, skip_assignment=is_leader)
        else:
            # An older client that finds itself leader would assign: name the leader it replaced instead.
            reply = replace(reply, leader=swap.old_leader)
        self._answer_join(member, reply)
        self._expect_life(member)

    def _join_reply(self, ref: int, member: Member, *, with_members: bool) -> JoinReply:
        return JoinReply(
            ref=ref,
            member_id=member.member_id,
            generation=self.generation,
            protocol_type=self.roster.protocol_type,
            protocol_name=self.protocol_name,
            leader=self.roster.leader or "",
            members=self.roster.joined_members(self.protocol_name) if with_members else (),
        )

    # ---- rebalance -------------------------------------------------------------------------------------------

    def _rebalance_or_complete(self, reason: str) -> None:
        if self.state is GroupState.PREPARING_REBALANCE:
            self._complete_join_if_all_are_here()
        else:
            self._prepare_rebalance(reason)

    def _prepare_rebalance(self, reason: str) -> None:
        log.info("group %s: rebalance from generation %d: %s", self.group_id, self.generation, reason)
        if self.state is GroupState.COMPLETING_REBALANCE:
            self._fail_assignment(ErrorCode.REBALANCE_IN_PROGRESS)
        self.roster.unsynced.clear()
        self._sync_deadline_ms = None
        self._initial = self.state is GroupState.EMPTY
        self._transition(GroupState.PREPARING_REBALANCE)
        if self._initial:
            self._member_added = False
            self._initial_delay_ms = self._limits.initial_rebalance_delay_ms
            self._initial_remaining_ms = max(self.roster.rebalance_timeout_ms() - self._initial_delay_ms, 0)
            if self._initial_delay_ms == 0:
                self._complete_join()
            else:
                self._join_by(self._initial_delay_ms)
        elif self.roster.all_joined():
            self._complete_join()
        else:
            self._join_by(self.roster.rebalance_timeout_ms())

    def _complete_join_if_all_are_here(self) -> None:
        if self.state is GroupState.PREPARING_REBALANCE and not self._initial and self.roster.all_joined():
            self._complete_join()

    def _join_deadline_passed(self) -> None:
        if self._initial and self._member_added and self._initial_remaining_ms:
            self._member_added = False
            delay_ms = min(self._limits.initial_rebalance_delay_ms, self._initial_remaining_ms)
            self._initial_remaining_ms = max(self._initial_remaining_ms - self._initial_delay_ms, 0)
            self._initial_delay_ms = delay_ms
            self._join_by(delay_ms)
        else:
            self._complete_join()

    def _complete_join(self) -> None:
        self._join_deadline_ms = None
        silent = [m.member_id for m in self.roster if m.join_ref is None and m.instance_id is None]
        for member_id in silent:
            self.roster.remove(member_id)
        if silent:
            log.info("group %s: did not rejoin in time and are removed: %s", self.group_id, ", ".join(silent))
        if self.roster.members and not self.roster.elect_joined_leader():
            # Only silent static members are left: their sessions decide.
            self._join_by(max(self.roster.rebalance_timeout_ms(), _POSTPONE_MS_MIN))
            return
        self.generation += 1
        self._initial = False
        self.roster.unsynced.clear()
        if not self.roster.members:
            self.protocol_name = None
            self._transition(GroupState.EMPTY)
            self._persist({})
            return
        self.protocol_name = self.roster.elect_protocol()
        self._transition(GroupState.COMPLETING_REBALANCE)
        for member in self.roster:
            with_members = member.member_id == self.roster.leader
            self._answer_join(member, self._join_reply(0, member, with_members=with_members))
            member.is_new = False
            self._expect_life(member)
            self.roster.unsynced.add(member.member_id)
        self._sync_deadline_ms = self._now_ms + max(self.roster.rebalance_timeout_ms(), 1)
        self._wake_by(self._sync_deadline_ms)
        log.info("group %s: generation %d with %d members", self.group_id, self.generation, len(self.roster))

    # ---- sync ------------------------------------------------------------------------------------------------

    def _sync(self, event: Sync) -> None:
        error = sync_problem(self.state, self.roster, event, self.generation, self.protocol_name)
        if error is not ErrorCode.NONE:
            self._effects.append(SyncReply(event.ref, error))
            return
        member = self.roster.members[event.member_id]
        self.roster.unsynced.discard(member.member_id)
        if not self.roster.unsynced:
            self._sync_deadline_ms = None
        if self.state is GroupState.STABLE:
            self._effects.append(self._sync_reply(event.ref, member))
            return
        self._answer_sync(member, ErrorCode.REBALANCE_IN_PROGRESS)  # asked twice: the older question is closed
        member.sync_ref = event.ref
        if self.roster.leader == member.member_id:
            assignments = {
                member_id: bytes(event.assignments[member_id])
                for member_id in self.roster.members
                if member_id in event.assignments
            }
            self._assignment = (self._persist(assignments), assignments)

    def _sync_reply(self, ref: int, member: Member) -> SyncReply:
        return SyncReply(
            ref, ErrorCode.NONE, self.roster.protocol_type, self.protocol_name, assignment=member.assignment
        )

    def _persisted(self, event: Persisted) -> None:
        swap = self._swaps.pop(event.persist_id, None)
        if swap is not None:
            self._finish_swap(swap, event.error)
        elif self._assignment is not None and self._assignment[0] == event.persist_id:
            assignments = self._assignment[1]
            self._assignment = None
            if event.error is not ErrorCode.NONE:
                self._fail_assignment(event.error)
                self._prepare_rebalance(f"the assignment could not be stored ({event.error.name})")
                return
            self._transition(GroupState.STABLE)
            for member in self.roster:
                member.assignment = assignments.get(member.member_id, b"")
                if member.sync_ref is not None:
                    ref, member.sync_ref = member.sync_ref, None
                    self._effects.append(self._sync_reply(ref, member))
                    self._expect_life(member)
        elif event.error is not ErrorCode.NONE:
            # An empty generation that is lost comes back after a restart as the one before, and then times out.
            log.warning("group %s: could not store its metadata: %s", self.group_id, event.error.name)

    def _fail_assignment(self, error: ErrorCode) -> None:
        self._assignment = None
        for member in self.roster:
            member.assignment = b""
            if member.sync_ref is not None:
                self._answer_sync(member, error)
                self._expect_life(member)

    # ---- heartbeat, commit, leave ----------------------------------------------------------------------------

    def _heartbeat(self, event: Heartbeat) -> None:
        error = generation_problem(
            self.state, self.roster, event.member_id, event.instance_id, event.generation, self.generation
        )
        if error is ErrorCode.NONE:
            self._expect_life(self.roster.members[event.member_id])
            if self.state is GroupState.PREPARING_REBALANCE:
                error = ErrorCode.REBALANCE_IN_PROGRESS
        self._effects.append(Verdict(event.ref, error))

    def _check_commit(self, event: CheckCommit) -> None:
        error = commit_problem(self.state, self.roster, event, self.generation)
        if error is ErrorCode.NONE and event.member_id in self.roster:
            self._expect_life(self.roster.members[event.member_id])
        self._effects.append(Verdict(event.ref, error))

    def _leave(self, event: Leave) -> None:
        if self.state is GroupState.DEAD:
            self._effects.append(LeaveReply(event.ref, (), ErrorCode.COORDINATOR_NOT_AVAILABLE))
            return
        answers = []
        for member_id, instance_id in event.members:
            answers.append((member_id, instance_id, self._leave_one(member_id, instance_id)))
        self._effects.append(LeaveReply(event.ref, tuple(answers)))
        if any(error is ErrorCode.NONE for _, _, error in answers) and self.state is not GroupState.EMPTY:
            self._rebalance_or_complete(f"members left{': ' + event.reason if event.reason else ''}")

    def _leave_one(self, member_id: str, instance_id: str | None) -> ErrorCode:
        if not member_id:
            # An administrator removes a static member by name.
            known = self.roster.static_ids.get(instance_id) if instance_id is not None else None
            if known is None:
                return ErrorCode.UNKNOWN_MEMBER_ID
            member_id = known
        elif member_id not in self.roster.pending:
            error = member_problem(self.roster, member_id, instance_id)
            if error is not ErrorCode.NONE:
                return error
        self._remove(member_id)
        return ErrorCode.NONE

    def _remove(self, member_id: str) -> None:
        member = self.roster.remove(member_id)
        if member is not None:
            # Without an id it joins afresh, if it is alive after all.
            self._answer_join(member, JoinReply(0, "", ErrorCode.UNKNOWN_MEMBER_ID))
            self._answer_sync(member, ErrorCode.UNKNOWN_MEMBER_ID)

    # ---- time ------------------------------------------------------------------------------------------------

    def _tick(self) -> None:
        if self.state is GroupState.DEAD:
            return
        for member_id in [key for key, due_ms in self.roster.pending.items() if due_ms <= self._now_ms]:
            self.roster.remove(member_id)
            if self.state is GroupState.PREPARING_REBALANCE and self.roster.all_joined():
                self._complete_join()
        due = [m for m in self.roster if m.session_deadline_ms is not None and m.session_deadline_ms <= self._now_ms]
        for member in due:
            self._session_ended(member)
        if self._join_deadline_ms is not None and self._join_deadline_ms <= self._now_ms:
            self._join_deadline_passed()
        if self._sync_deadline_ms is not None and self._sync_deadline_ms <= self._now_ms:
            self._sync_deadline_passed()
        self.wake_ms = min(self._deadlines(), default=None)

    def _session_ended(self, member: Member) -> None:
        if self.roster.members.get(member.member_id) is not member:
            return  # an earlier one of this tick took it along
        if member.session_deadline_ms is None or member.session_deadline_ms > self._now_ms:
            return  # an earlier one of this tick gave it a new session
        member.session_deadline_ms = None
        waits = member.join_ref is not None or member.sync_ref is not None
        if waits and not member.is_new:
            return  # silent because it waits for us; the answer starts a new session
        log.info("group %s: member %s was silent too long and is removed", self.group_id, member.member_id)
        self._remove(member.member_id)
        if self.state is GroupState.PREPARING_REBALANCE:
            if self.roster.all_joined():
                self._complete_join()
        else:
            self._rebalance_or_complete("a member was silent for its whole session")

    def _sync_deadline_passed(self) -> None:
        self._sync_deadline_ms = None
        missing = sorted(self.roster.unsynced)
        for member_id in missing:
            self._remove(member_id)
        if missing:
            self._prepare_rebalance(f"no SyncGroup came from {', '.join(missing)}")

    def _deadlines(self) -> list[int]:
        deadlines = [*self.roster.pending.values()]
        deadlines += [m.session_deadline_ms for m in self.roster if m.session_deadline_ms is not None]
        deadlines += [ms for ms in (self._join_deadline_ms, self._sync_deadline_ms) if ms is not None]
        return deadlines

    def _expect_life(self, member: Member, timeout_ms: int | None = None) -> None:
        member.session_deadline_ms = self._now_ms + (member.session_timeout_ms if timeout_ms is None else timeout_ms)
        self._wake_by(member.session_deadline_ms)

    def _join_by(self, delay_ms: int) -> None:
        self._join_deadline_ms = self._now_ms + max(delay_ms, 1)
        self._wake_by(self._join_deadline_ms)

    def _wake_by(self, deadline_ms: int) -> None:
        if self.wake_ms is None or deadline_ms < self.wake_ms:
            self.wake_ms = deadline_ms

    # ---- small things ----------------------------------------------------------------------------------------

    def _answer_join(self, member: Member, reply: JoinReply) -> None:
        """Send `reply` (its ref is filled in here) to whoever waits in this member's JoinGroup, if anybody does."""
        if member.join_ref is not None:
            self._effects.append(replace(reply, ref=member.join_ref))
            member.join_ref = None

    def _answer_sync(self, member: Member, error: ErrorCode) -> None:
        if member.sync_ref is not None:
            self._effects.append(SyncReply(member.sync_ref, error))
            member.sync_ref = None

    def _transition(self, state: GroupState) -> None:
        self.state = state
        self.state_since_wall_ms = self._wall_ms

    def _persist(self, assignments: dict[str, bytes]) -> int:
        persist_id = self._next_persist_id
        self._next_persist_id += 1
        record = GroupRecord(
            protocol_type=self.roster.protocol_type or "",
            generation=self.generation,
            protocol_name=self.protocol_name,
            leader=self.roster.leader,
            state_since_wall_ms=self.state_since_wall_ms,
            members=self.roster.records(self.protocol_name, assignments),
        )
        self._effects.append(Persist(persist_id, record))
        return persist_id

    def check_invariants(self) -> None:
        self.roster.check_invariants()
        joins = {m.member_id for m in self.roster if m.join_ref is not None}
        match self.state:
            case GroupState.EMPTY:
                assert not self.roster.members
                assert self._join_deadline_ms is None
            case GroupState.PREPARING_REBALANCE:
                assert self._join_deadline_ms is not None
            case GroupState.COMPLETING_REBALANCE:
                assert not joins
            case GroupState.STABLE:
                assert joins <= {swap.new_member_id for swap in self._swaps.values()}
        if self.state in (GroupState.COMPLETING_REBALANCE, GroupState.STABLE):
            assert self.roster.members
            assert self.protocol_name is not None
            assert self._join_deadline_ms is None
            assert (self._sync_deadline_ms is not None) >= bool(self.roster.unsynced)
        else:
            assert not self.roster.unsynced
            assert self._sync_deadline_ms is None
        if self.state is not GroupState.COMPLETING_REBALANCE:
            assert all(member.sync_ref is None for member in self.roster)
            assert self._assignment is None
        if self.state is not GroupState.DEAD:
            # A member that nobody watches must be waiting for an answer, which will start a new watch.
            for member in self.roster:
                watched = member.session_deadline_ms is not None
                assert watched or member.join_ref is not None or member.sync_ref is not None, member
            deadlines = self._deadlines()
            assert not deadlines or (self.wake_ms is not None and self.wake_ms <= min(deadlines))
