"""Random lives of a consumer group: whatever clients, the disk and time do, the promises of the group hold.

Promises: one leader and one assignment per generation, generations only grow, no request is answered twice, nobody is
removed except by leaving, silence or a lost race for a static name; assignments reach members only. And in the end,
when all clients behave again, the group settles with all of them.
"""

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from headrace.coordinators.core.group import Group
from headrace.coordinators.core.group_events import (
    CheckCommit,
    GroupLimits,
    GroupState,
    Heartbeat,
    Join,
    JoinReply,
    Leave,
    Persist,
    Persisted,
    Sync,
    SyncReply,
    Tick,
)
from headrace.protocol.error_codes import ErrorCode

NAMES = ["a", "b", "c", "d"]
SESSION_MS = 10_000
REBALANCE_MS = 4_000

names = st.sampled_from(NAMES)


class GroupLife(RuleBasedStateMachine):
    @initialize(delay=st.sampled_from([0, 500]), members_max=st.sampled_from([2, 3, 100]), static=st.sets(names))
    def begin(self, delay, members_max, static):
        self.limits = GroupLimits(delay, members_max=members_max, pending_members_max=3)
        self.group = Group("g", self.limits)
        self.static = static
        self.now_ms = 0
        self.ids = dict.fromkeys(NAMES, "")
        self.generation = dict.fromkeys(NAMES, -1)
        self.next_ref = 1
        self.open: dict[int, str] = {}
        self.writes: list[Persist] = []
        self.durable = None
        self.may_lose = False
        self.leader_of: dict[int, str] = {}
        self.assigned: dict[tuple[int, str], bytes] = {}
        self.last_generation = 0
        self.epoch = 0  # restarts: what was not durable is forgotten, generations may be used again

    # ---- what clients, disk and time do

    @rule(
        name=names, fresh=st.booleans(), known=st.booleans(), metadata=st.sampled_from([b"x", b"y"]), both=st.booleans()
    )
    def join(self, name, fresh, known, metadata, both):
        protocols = (("range", metadata), ("sticky", metadata)) if both else (("range", metadata),)
        self.may_lose = True  # a full group may push out a late one; a static name may be taken over
        self.step(
            Join(
                self.ask(name),
                "" if fresh else self.ids[name],
                f"{name}-{self.next_ref}",
                f"static-{name}" if name in self.static else None,
                name,
                "/h",
                "consumer",
                protocols,
                SESSION_MS,
                REBALANCE_MS,
                require_known_member_id=known,
                can_skip_assignment=both,
            )
        )

    @rule(name=names)
    def sync(self, name):
        parts = {member.member_id: f"{member.member_id}@{self.next_ref}".encode() for member in self.group.roster}
        parts["stranger"] = b"nothing"
        self.step(Sync(self.ask(name), self.ids[name], self.instance(name), self.generation[name], assignments=parts))

    @rule(name=names)
    def heartbeat(self, name):
        self.step(Heartbeat(self.ask(name), self.ids[name], self.instance(name), self.generation[name]))

    @rule(name=names, managed=st.booleans())
    def commit(self, name, managed):
        if managed:
            self.step(CheckCommit(self.ask(name), self.ids[name], self.instance(name), self.generation[name]))
        else:
            self.step(CheckCommit(self.ask(name), "", None, -1))

    @rule(leaving=st.lists(names, min_size=1, max_size=2))
    def leave(self, leaving):
        self.may_lose = True
        members = tuple((self.ids[name], self.instance(name)) for name in leaving)
        self.step(Leave(self.ask(leaving[0]), members))

    @rule(duration_ms=st.sampled_from([100, 600, 2_500, 4_500, 11_000]))
    def wait(self, duration_ms):
        until_ms = self.now_ms + duration_ms
        for _ in range(1_000):
            if self.group.wake_ms is None or self.group.wake_ms > until_ms:
                break
            self.now_ms = max(self.now_ms, self.group.wake_ms)
            self.may_lose = True
            self.step(Tick())
        else:
            raise AssertionError("the group never sleeps")
        self.now_ms = until_ms

    @rule(fails=st.booleans())
    def written(self, fails):
        if self.writes:
            self.confirm(ErrorCode.NOT_COORDINATOR if fails else ErrorCode.NONE)

    @rule()
    def restart(self):
        self.writes.clear()
        self.open.clear()
        self.epoch += 1
        if self.durable is None:
            self.group = Group("g", self.limits)
        else:
            self.group = Group.restore("g", self.limits, self.durable, self.now_ms)
        self.last_generation = self.group.generation
        self.leader_of.clear()
        self.assigned.clear()

    # ---- what must hold

    @invariant()
    def sound(self):
        if hasattr(self, "group"):
            self.group.check_invariants()

    def teardown(self):
        """Everybody behaves: the group settles, and all of those who fit have a part."""
        if not hasattr(self, "group"):
            return
        # The last ones with this many members allowed are refused for good; they stop trying.
        trying = NAMES[: self.limits.members_max]
        self.wait(11_000)
        while self.writes:
            self.confirm(ErrorCode.NONE)
        self.wait(11_000)
        while self.writes:
            self.confirm(ErrorCode.NONE)
        assert self.group.state is GroupState.EMPTY
        for _ in range(12):
            for name in trying:
                if not self.knows(name):
                    self.ids[name] = ""
                waits = name in self.open.values()
                if not waits and (self.group.state is not GroupState.STABLE or not self.knows(name)):
                    self.join(name, fresh=False, known=False, metadata=b"x", both=False)
            self.wait(600)
            for name in trying:
                self.sync(name)
            while self.writes:
                self.confirm(ErrorCode.NONE)
            if self.group.state is GroupState.STABLE and len(self.group.roster) == len(trying):
                break
        assert self.group.state is GroupState.STABLE
        assert {member.client_id for member in self.group.roster} == set(trying)
        assert all(member.assignment for member in self.group.roster)

    # ---- machinery

    def knows(self, name):
        return self.ids[name] in self.group.roster

    def instance(self, name):
        return f"static-{name}" if name in self.static else None

    def ask(self, name):
        ref = self.next_ref
        self.next_ref += 1
        self.open[ref] = name
        return ref

    def confirm(self, error):
        write = self.writes.pop(0)
        if error is ErrorCode.NONE:
            self.durable = write.record
        self.step(Persisted(write.persist_id, error))

    def step(self, event):
        before = set(self.group.roster.members)
        effects = self.group.step(event, self.now_ms, 1_000_000 + self.now_ms)
        self.group.check_invariants()
        assert self.group.generation >= self.last_generation, "a generation came back"
        self.last_generation = self.group.generation
        # A failed write gives a static member its old id back; that is no loss.
        renamed = isinstance(event, Persisted) and len(before) == len(self.group.roster)
        assert self.may_lose or renamed or before <= set(self.group.roster.members), "a member was lost"
        self.may_lose = False
        for effect in effects:
            if isinstance(effect, Persist):
                self.writes.append(effect)
                continue
            name = self.open.pop(effect.ref)  # KeyError: answered twice, or nobody asked
            if isinstance(effect, JoinReply):
                self.joined(name, effect)
            elif isinstance(effect, SyncReply) and effect.error is ErrorCode.NONE:
                self.synced(event, name, effect)

    def joined(self, name, reply):
        if reply.error in (ErrorCode.NONE, ErrorCode.MEMBER_ID_REQUIRED):
            self.ids[name], self.generation[name] = reply.member_id, reply.generation
        if reply.error is ErrorCode.NONE:
            assert reply.member_id in self.group.roster
            if reply.members and not reply.skip_assignment:
                assert reply.leader == reply.member_id
                leader = self.leader_of.setdefault(reply.generation, reply.leader)
                assert leader == reply.leader, "two leaders in one generation"
                assert {member.member_id for member in reply.members} == set(self.group.roster.members)

    def synced(self, event, name, reply):
        member_id = self.ids[name]
        if self.group.state is GroupState.STABLE and member_id in self.group.roster:
            part = self.assigned.setdefault((self.group.generation, member_id), reply.assignment)
            assert part == reply.assignment, "two assignments in one generation"
            assert reply.assignment != b"nothing"


TestGroupLife = GroupLife.TestCase
TestGroupLife.settings = settings(
    max_examples=400, stateful_step_count=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
