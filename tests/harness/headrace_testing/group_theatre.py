"""Plays scenario commands on one consumer group and tells what happened, one line per effect.

Clients have nicknames; each remembers the member id and generation it was last told, as a real client does. Commands:

    group [delay=500] [max=N] [pending=N]     a new group
    join NAME [known] [skip] [id=ID] [instance=I] [type=T] [protocols=range:meta,sticky:meta] [session=MS]
              [rebalance=MS]  known: wants MEMBER_ID_REQUIRED (v4+); skip: understands skip_assignment (v9+)
    sync NAME [assign=NAME:bytes,...] [generation=N] [protocol=P] [type=T] [instance=I] [id=ID]
    heartbeat NAME [...]      commit NAME|- [...]      leave NAME[,NAME] [instance=I]
    wait MS                   time passes; everything that is due on the way happens in order
    hold                      stop confirming writes at once
    written [error=NAME]      confirm or fail the oldest held write
    restart                   a new group from the last confirmed record
    show
"""

from __future__ import annotations

import shlex

from headrace.coordinators.core.group import Group
from headrace.coordinators.core.group_events import (
    CheckCommit,
    Effect,
    Event,
    GroupLimits,
    GroupRecord,
    Heartbeat,
    Join,
    JoinReply,
    Leave,
    LeaveReply,
    Persist,
    Persisted,
    Sync,
    SyncReply,
    Tick,
    Verdict,
)
from headrace.protocol.error_codes import ErrorCode


class Client:
    def __init__(self) -> None:
        self.member_id = ""
        self.generation = -1
        self.instance: str | None = None


class GroupTheatre:
    def __init__(self) -> None:
        self.limits = GroupLimits()
        self.group = Group("g", self.limits)
        self.now_ms = 0
        self.clients: dict[str, Client] = {}
        self.asked: dict[int, str] = {}
        self.next_ref = 1
        self.ids_given: dict[str, int] = {}
        self.holding = False
        self.held: list[Persist] = []
        self.record: GroupRecord | None = None
        self.lines: list[str] = []

    # ---- commands

    def run(self, line: str) -> str:
        verb, *words = shlex.split(line)
        names = [word for word in words if "=" not in word]
        options = dict(word.split("=", 1) for word in words if "=" in word)
        self.lines = []
        before = self.group.state
        getattr(self, f"do_{verb}")(names, options)
        self.group.check_invariants()
        if self.group.state is not before and verb not in ("group", "show"):
            self.lines.append(f"state {before} -> {self.group.state}")
        return "\n".join(self.lines) or "ok"

    def do_group(self, _names, options):
        self.limits = GroupLimits(
            initial_rebalance_delay_ms=int(options.get("delay", 500)),
            members_max=int(options.get("max", 100)),
            pending_members_max=int(options.get("pending", 100)),
        )
        self.group = Group("g", self.limits)

    def do_join(self, names, options):
        name, *flags = names
        client = self.clients.setdefault(name, Client())
        if "instance" in options:
            client.instance = options["instance"] or None
        self.ids_given[name] = self.ids_given.get(name, 0) + 1
        protocols = []
        for text in options.get("protocols", f"range:{name}").split(","):
            protocol, _, metadata = text.partition(":")
            protocols.append((protocol, metadata.encode()))
        self.step(
            Join(
                ref=self.ask(name),
                member_id=options.get("id", client.member_id),
                new_member_id=f"{name}-{self.ids_given[name]}",
                instance_id=client.instance,
                client_id=name,
                client_host="/127.0.0.1",
                protocol_type=options.get("type", "consumer"),
                protocols=tuple(protocols),
                session_timeout_ms=int(options.get("session", 10_000)),
                rebalance_timeout_ms=int(options.get("rebalance", 30_000)),
                require_known_member_id="known" in flags,
                can_skip_assignment="skip" in flags,
            )
        )

    def do_sync(self, names, options):
        member_id, instance, generation = self.identity(names[0], options)
        assignments = {}
        for text in filter(None, options.get("assign", "").split(",")):
            nickname, _, part = text.partition(":")
            known = self.clients.get(nickname)
            assignments[known.member_id if known else nickname] = part.encode()
        self.step(
            Sync(
                self.ask(names[0]),
                member_id,
                instance,
                generation,
                options.get("type"),
                options.get("protocol"),
                assignments,
            )
        )

    def do_heartbeat(self, names, options):
        self.step(Heartbeat(self.ask(names[0]), *self.identity(names[0], options)))

    def do_commit(self, names, options):
        if names[0] == "-":
            self.step(CheckCommit(self.ask("-"), "", None, int(options.get("generation", -1))))
        else:
            self.step(CheckCommit(self.ask(names[0]), *self.identity(names[0], options)))

    def do_leave(self, names, options):
        members = []
        for name in names[0].split(",") if names else []:
            member_id, instance, _ = self.identity(name, options)
            members.append((member_id, instance))
        if not names:
            members.append(("", options["instance"]))
        self.step(Leave(self.ask("leave"), tuple(members)))

    def do_wait(self, names, _options):
        until_ms = self.now_ms + int(names[0])
        for _ in range(10_000):
            wake_ms = self.group.wake_ms
            if wake_ms is None or wake_ms > until_ms:
                break
            self.now_ms = max(self.now_ms, wake_ms)
            self.step(Tick())
        else:
            raise AssertionError("the group never sleeps")
        self.now_ms = until_ms

    def do_hold(self, _names, _options):
        self.holding = True

    def do_written(self, _names, options):
        error = ErrorCode[options.get("error", "NONE")]
        self.confirm(self.held.pop(0), error)

    def do_restart(self, _names, _options):
        assert self.record is not None
        self.group = Group.restore("g", self.limits, self.record, self.now_ms)
        self.show()

    def do_show(self, _names, _options):
        self.show()

    # ---- the rest

    def identity(self, name, options):
        client = self.clients.setdefault(name, Client())
        instance = options["instance"] or None if "instance" in options else client.instance
        return options.get("id", client.member_id), instance, int(options.get("generation", client.generation))

    def ask(self, name: str) -> int:
        ref = self.next_ref
        self.next_ref += 1
        self.asked[ref] = name
        return ref

    def step(self, event: Event) -> None:
        self.tell(self.group.step(event, self.now_ms, 1_000_000 + self.now_ms))
        self.group.check_invariants()
        ref = getattr(event, "ref", None)
        if ref in self.asked:
            self.lines.append(f"{self.asked[ref]} waits")

    def tell(self, effects: list[Effect]) -> None:
        for effect in effects:
            if isinstance(effect, Persist):
                self.lines.append(
                    f"write generation={effect.record.generation} members="
                    f"[{' '.join(f'{m.member_id}:{m.assignment.decode()}' for m in effect.record.members)}]"
                )
                if self.holding:
                    self.held.append(effect)
                else:
                    self.confirm(effect, ErrorCode.NONE)
            else:
                name = self.asked.pop(effect.ref)
                self.lines.append(f"{name} <- {self.describe(effect)}")
                if isinstance(effect, JoinReply):
                    self.learn(name, effect)

    def confirm(self, effect: Persist, error: ErrorCode) -> None:
        if error is ErrorCode.NONE:
            self.record = effect.record
        self.step(Persisted(effect.persist_id, error))

    def describe(self, effect: JoinReply | SyncReply | Verdict | LeaveReply) -> str:
        if isinstance(effect, Verdict):
            return "ok" if effect.error is ErrorCode.NONE else effect.error.name
        if isinstance(effect, LeaveReply):
            members = " ".join(f"{member or name}:{error.name}" for member, name, error in effect.members)
            return f"left {members}" if effect.error is ErrorCode.NONE else effect.error.name
        if isinstance(effect, SyncReply):
            if effect.error is not ErrorCode.NONE:
                return effect.error.name
            return f"synced {effect.protocol_type}/{effect.protocol_name} assignment={effect.assignment.decode()}"
        if effect.error is not ErrorCode.NONE:
            return f"{effect.error.name} id={effect.member_id or '-'}"
        text = f"joined id={effect.member_id} generation={effect.generation} protocol={effect.protocol_name} "
        text += f"leader={effect.leader}"
        if effect.members:
            text += f" members=[{' '.join(f'{m.member_id}:{m.metadata.decode()}' for m in effect.members)}]"
        return text + (" skip-assignment" if effect.skip_assignment else "")

    def learn(self, name: str, effect: JoinReply) -> None:
        client = self.clients.get(name)
        if client is None:
            return
        if effect.error in (ErrorCode.NONE, ErrorCode.MEMBER_ID_REQUIRED):
            client.member_id, client.generation = effect.member_id, effect.generation
        elif effect.error in (ErrorCode.UNKNOWN_MEMBER_ID, ErrorCode.GROUP_MAX_SIZE_REACHED):
            client.member_id, client.generation = "", -1

    def show(self) -> None:
        group = self.group
        self.lines.append(
            f"{group.state} generation={group.generation} protocol={group.protocol_name} "
            f"leader={group.roster.leader} pending=[{' '.join(group.roster.pending)}]"
        )
        for member in group.roster:
            waits = "join" if member.join_ref is not None else "sync" if member.sync_ref is not None else "-"
            left = "-" if member.session_deadline_ms is None else str(member.session_deadline_ms - self.now_ms)
            static = f" instance={member.instance_id}" if member.instance_id else ""
            self.lines.append(
                f"  {member.member_id}{static} assignment={member.assignment.decode() or '-'} "
                f"waits={waits} session-left={left}"
            )
