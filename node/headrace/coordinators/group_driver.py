"""Runs the consumer groups that this node coordinates: answers members, keeps time, stores generations and offsets.

Thin: `core/group.py` decides, `group_shard.py` writes; here answers find their request and deadlines become ticks.
Called by `kafka/handlers/groups.py` and `group_offsets.py`. Surprising: errors are values here, because every answer
has a place for one; nothing is raised for what a client did.
"""

from __future__ import annotations

import asyncio
import contextlib
import heapq
import itertools
import logging
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from headrace.base.clock import Clock
from headrace.base.limits import GROUP_MEMBER_METADATA_BYTES_MAX, GROUP_METADATA_BYTES_MAX
from headrace.base.metrics import Metrics
from headrace.base.tasks import TaskSet
from headrace.cluster.driver import Controller
from headrace.coordinators.core.committed import CommittedOffset, PartitionKey
from headrace.coordinators.core.group import Group
from headrace.coordinators.core.group_events import (
    CheckCommit,
    Effect,
    Event,
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
from headrace.coordinators.core.subscriptions import CONSUMER_PROTOCOL, subscribed_topics
from headrace.coordinators.group_records import KeyValue, encode_group
from headrace.coordinators.group_settings import GroupSettings
from headrace.coordinators.group_shard import Coordinated, GroupShard, ShardState
from headrace.coordinators.group_shards import GroupShards
from headrace.partitions.table import PartitionTable
from headrace.protocol.error_codes import ErrorCode
from headrace.protocol.primitives import ProtocolError

log = logging.getLogger(__name__)

# How long a request may wait for `__consumer_offsets` to be created and read back before it hears "try again".
_TOPIC_WAIT_S = 10.0
_TIMER_IDLE_S = 60.0
# A member id is made of the client id; what is longer than this tells nobody more and must fit in a record's string.
_MEMBER_ID_PREFIX_MAX = 249

Question = Join | Sync | Heartbeat | CheckCommit | Leave
Reply = JoinReply | SyncReply | Verdict | LeaveReply
R = TypeVar("R", JoinReply, SyncReply, Verdict, LeaveReply)


@dataclass(frozen=True, slots=True)
class GroupListing:
    group_id: str
    protocol_type: str
    state: GroupState


class GroupCoordinator:
    """All groups of this node. Every method must be called on the event loop.

    `node_id`: see `GroupShards`. Errors come back as Kafka error
    codes in the answers; nothing is raised for what a client did.
    """

    def __init__(
        self,
        partitions: PartitionTable,
        controller: Controller,
        clock: Clock,
        tasks: TaskSet | None = None,
        metrics: Metrics | None = None,
        settings: GroupSettings | None = None,
        node_id: int | None = None,
    ) -> None:
        self.settings = settings or GroupSettings()
        self._limits = self.settings.limits()
        self._clock = clock
        self._tasks = tasks or TaskSet("groups")
        self._shards = GroupShards(
            partitions,
            controller,
            clock,
            self._tasks,
            self.settings,
            node_id,
            loaded=self._shard_loaded,
            leaving=self._shard_leaves,
            topic_gone=self._topic_gone,
        )
        self._refs = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Reply]] = {}
        self._timers: list[tuple[int, int, GroupShard, Coordinated]] = []
        self._timer_order = itertools.count()
        self._timer_changed = asyncio.Event()
        if metrics is not None:
            metrics.gauge("groups", lambda: iter([((), float(self._shards.group_count()))]))
            metrics.gauge("group_members", self._count_members)

    # ---- life --------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Begin to read back the groups of the partitions that are here; those that come later are read then."""
        self._shards.start()
        self._tasks.start("timers", self._run_timers())
        self._tasks.start("retention", self._run_retention())

    async def stop(self) -> None:
        """Answer everyone who waits, so that clients look for another coordinator at once."""
        self._shards.stop()
        await self._tasks.stop()

    def _shard_loaded(self, shard: GroupShard) -> None:
        for entry in shard.groups.values():
            self._schedule(shard, entry)

    def _shard_leaves(self, shard: GroupShard) -> None:
        for entry in shard.groups.values():
            self._perform(shard, entry, entry.group.stop(ErrorCode.NOT_COORDINATOR))

    async def coordinator_of(self, group_id: str) -> int | ErrorCode:
        """FindCoordinator: node id of the group's coordinator; creates `__consumer_offsets` on its first use."""
        return await self._shards.coordinator_of(group_id)

    # ---- members -----------------------------------------------------------------------------------------------

    async def join(
        self,
        group_id: str,
        *,
        member_id: str,
        instance_id: str | None,
        client_id: str,
        client_host: str,
        protocol_type: str,
        protocols: Protocols,
        session_timeout_ms: int,
        rebalance_timeout_ms: int,
        require_known_member_id: bool,
        can_skip_assignment: bool,
        reason: str = "",
    ) -> JoinReply:
        """JoinGroup; returns when the join phase is over, which may take up to the rebalance timeout."""
        settings = self.settings
        if not group_id:
            return JoinReply(0, member_id, ErrorCode.INVALID_GROUP_ID)
        if not settings.session_timeout_ms_min <= session_timeout_ms <= settings.session_timeout_ms_max:
            return JoinReply(0, member_id, ErrorCode.INVALID_SESSION_TIMEOUT)
        found = self._shards.find(group_id) if member_id else self._shards.find_or_make(group_id)
        if isinstance(found, ErrorCode):
            error = ErrorCode.UNKNOWN_MEMBER_ID if found is ErrorCode.GROUP_ID_NOT_FOUND else found
            return JoinReply(0, member_id, error)
        shard, entry = found
        metadata_bytes = sum(len(metadata) for _, metadata in protocols)
        others_bytes = entry.group.roster.metadata_bytes_without(member_id)
        if metadata_bytes > GROUP_MEMBER_METADATA_BYTES_MAX or others_bytes + metadata_bytes > GROUP_METADATA_BYTES_MAX:
            log.warning("group %s: %d bytes of protocol metadata from %s refused", group_id, metadata_bytes, client_id)
            return JoinReply(0, member_id, ErrorCode.GROUP_MAX_SIZE_REACHED)
        prefix = client_id if instance_id is None else instance_id
        event = Join(
            ref=next(self._refs),
            member_id=member_id,
            new_member_id=f"{prefix[:_MEMBER_ID_PREFIX_MAX]}-{uuid.uuid4()}",
            instance_id=instance_id,
            client_id=client_id,
            client_host=client_host,
            protocol_type=protocol_type,
            protocols=protocols,
            session_timeout_ms=session_timeout_ms,
            rebalance_timeout_ms=max(rebalance_timeout_ms, 0),
            require_known_member_id=require_known_member_id,
            can_skip_assignment=can_skip_assignment,
            reason=reason,
        )
        return await self._ask(shard, entry, event, JoinReply)

    async def sync(
        self,
        group_id: str,
        *,
        member_id: str,
        instance_id: str | None,
        generation: int,
        protocol_type: str | None,
        protocol_name: str | None,
        assignments: Mapping[str, bytes],
    ) -> SyncReply:
        """SyncGroup; returns when the leader's assignment is durable."""
        found = self._shards.find(group_id) if group_id else ErrorCode.INVALID_GROUP_ID
        if isinstance(found, ErrorCode):
            return SyncReply(0, _as_unknown_member(found))
        ref = next(self._refs)
        event = Sync(ref, member_id, instance_id, generation, protocol_type, protocol_name, assignments)
        return await self._ask(*found, event, SyncReply)

    async def heartbeat(self, group_id: str, *, member_id: str, instance_id: str | None, generation: int) -> ErrorCode:
        found = self._shards.find(group_id) if group_id else ErrorCode.INVALID_GROUP_ID
        if isinstance(found, ErrorCode):
            return _as_unknown_member(found)
        event = Heartbeat(next(self._refs), member_id, instance_id, generation)
        return (await self._ask(*found, event, Verdict)).error

    async def leave(self, group_id: str, members: Iterable[tuple[str, str | None]], reason: str = "") -> LeaveReply:
        """LeaveGroup for members given as (member id or empty, instance id)."""
        asked = tuple(members)
        found = self._shards.find(group_id) if group_id else ErrorCode.INVALID_GROUP_ID
        if found is ErrorCode.GROUP_ID_NOT_FOUND:
            unknown = tuple((*member, ErrorCode.UNKNOWN_MEMBER_ID) for member in asked)
            return LeaveReply(0, unknown)
        if isinstance(found, ErrorCode):
            return LeaveReply(0, (), found)
        return await self._ask(*found, Leave(next(self._refs), asked, reason), LeaveReply)

    # ---- offsets -------------------------------------------------------------------------------------------------

    async def commit(
        self,
        group_id: str,
        *,
        member_id: str,
        instance_id: str | None,
        generation: int,
        offsets: Mapping[PartitionKey, CommittedOffset],
        knows_group_errors: bool = False,
    ) -> ErrorCode:
        """OffsetCommit; returns when the offsets are durable. `knows_group_errors`: the client speaks version 9 or
        later.
        """
        found = self._shards.find_or_make(group_id) if generation < 0 else self._shards.find(group_id)
        if found is ErrorCode.GROUP_ID_NOT_FOUND:
            return found if knows_group_errors else ErrorCode.ILLEGAL_GENERATION
        if found is ErrorCode.GROUP_MAX_SIZE_REACHED:
            return ErrorCode.POLICY_VIOLATION
        if isinstance(found, ErrorCode):
            return found
        shard, entry = found
        event = CheckCommit(next(self._refs), member_id, instance_id, generation)
        verdict = await self._ask(shard, entry, event, Verdict)
        if verdict.error is not ErrorCode.NONE or not offsets:
            return verdict.error
        return await self._write_offsets(shard, group_id, entry, dict(offsets))

    async def _write_offsets(
        self,
        shard: GroupShard,
        group_id: str,
        entry: Coordinated,
        offsets: dict[PartitionKey, CommittedOffset | None],
        more: Iterable[KeyValue] = (),
    ) -> ErrorCode:
        written: asyncio.Future[ErrorCode] = asyncio.get_running_loop().create_future()

        def tell(error: ErrorCode) -> None:
            if not written.done():
                written.set_result(error)

        shard.write_offsets(group_id, entry, offsets, tell, more)
        try:
            async with asyncio.timeout(self.settings.commit_timeout_ms / 1000):
                return await written
        except TimeoutError:
            # It may still become durable; the client asks again or commits again.
            return ErrorCode.COORDINATOR_NOT_AVAILABLE

    def fetch(
        self, group_id: str, keys: Iterable[PartitionKey] | None
    ) -> dict[PartitionKey, CommittedOffset | None] | ErrorCode:
        """OffsetFetch: durable offsets of these partitions (None: there is none), or of all that have one."""
        found = self._shards.find(group_id)
        if found is ErrorCode.GROUP_ID_NOT_FOUND:
            return {} if keys is None else dict.fromkeys(keys)
        if isinstance(found, ErrorCode):
            return found
        committed = found[1].offsets.committed
        return dict(committed) if keys is None else {key: committed.get(key) for key in keys}

    async def delete_offsets(
        self, group_id: str, keys: Iterable[PartitionKey]
    ) -> dict[PartitionKey, ErrorCode] | ErrorCode:
        """OffsetDelete: an error per partition, or one for all."""
        found = self._shards.find(group_id) if group_id else ErrorCode.INVALID_GROUP_ID
        if isinstance(found, ErrorCode):
            return found
        shard, entry = found
        group = entry.group
        consumers = group.roster.protocol_type == CONSUMER_PROTOCOL
        if group.state is not GroupState.EMPTY and not consumers:
            return ErrorCode.NON_EMPTY_GROUP
        wanted = subscribed_topics(group)
        answers: dict[PartitionKey, ErrorCode] = {}
        for key in keys:
            in_use = consumers if wanted is None else key[0] in wanted
            answers[key] = ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC if in_use else ErrorCode.NONE
        known = entry.offsets.keys()
        doomed = {key: None for key, error in answers.items() if error is ErrorCode.NONE and key in known}
        if doomed:
            error = await self._write_offsets(shard, group_id, entry, dict(doomed))
            if error is not ErrorCode.NONE:
                return error
        return answers

    # ---- groups as a whole ---------------------------------------------------------------------------------------

    def describe(self, group_id: str) -> Group | ErrorCode:
        """The group itself, to be read and not kept."""
        found = self._shards.find(group_id)
        return found if isinstance(found, ErrorCode) else found[1].group

    def list_groups(self) -> list[GroupListing] | ErrorCode:
        """All groups whose coordinator is this node."""
        if self._shards.loading:
            return ErrorCode.COORDINATOR_LOAD_IN_PROGRESS
        return [
            GroupListing(group_id, entry.group.roster.protocol_type or "", entry.group.state)
            for shard in self._shards
            for group_id, entry in shard.groups.items()
        ]

    async def delete_group(self, group_id: str) -> ErrorCode:
        """DeleteGroups for one group: only if it has no members; its offsets go with it."""
        found = self._shards.find(group_id)
        if isinstance(found, ErrorCode):
            return found
        shard, entry = found
        if entry.group.state is not GroupState.EMPTY:
            return ErrorCode.NON_EMPTY_GROUP
        return await self._remove(shard, group_id, entry)

    async def _remove(self, shard: GroupShard, group_id: str, entry: Coordinated) -> ErrorCode:
        """Whoever names the group from now on gets a new one; its records come later in the log."""
        del shard.groups[group_id]
        self._perform(shard, entry, entry.group.stop(ErrorCode.COORDINATOR_NOT_AVAILABLE))
        doomed: dict[PartitionKey, CommittedOffset | None] = dict.fromkeys(entry.offsets.keys())
        more = [encode_group(group_id, None)] if entry.stored else []
        if not doomed and not more:
            return ErrorCode.NONE
        error = await self._write_offsets(shard, group_id, entry, doomed, more)
        if error is not ErrorCode.NONE and shard.state is ShardState.READY and group_id not in shard.groups:
            # Nothing was removed after all: the log still has it.
            entry.group = Group(group_id, self._limits)
            shard.groups[group_id] = entry
        return error

    # ---- running a group -------------------------------------------------------------------------------------------

    async def _ask(self, shard: GroupShard, entry: Coordinated, event: Question, kind: type[R]) -> R:
        future: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._waiting[event.ref] = future
        try:
            self._step(shard, entry, event)
            reply = await future
        finally:
            # Also when the client has gone: the group may still answer, and nobody is there.
            del self._waiting[event.ref]
        assert isinstance(reply, kind)
        return reply

    def _step(self, shard: GroupShard, entry: Coordinated, event: Event) -> None:
        effects = entry.group.step(event, self._now_ms(), self._clock.wall_ms())
        self._perform(shard, entry, effects)
        self._schedule(shard, entry)

    def _perform(self, shard: GroupShard, entry: Coordinated, effects: list[Effect]) -> None:
        for effect in effects:
            if isinstance(effect, Persist):
                self._persist(shard, entry, effect)
            else:
                future = self._waiting.get(effect.ref)
                if future is not None and not future.done():
                    future.set_result(effect)

    def _persist(self, shard: GroupShard, entry: Coordinated, effect: Persist) -> None:
        def written(error: ErrorCode) -> None:
            self._step(shard, entry, Persisted(effect.persist_id, error))

        try:
            records = [encode_group(entry.group.group_id, effect.record)]
        except ProtocolError as error:
            log.error("group %s: its metadata cannot be written: %s", entry.group.group_id, error)
            asyncio.get_running_loop().call_soon(written, ErrorCode.UNKNOWN_SERVER_ERROR)
            return
        # From here on the log may hold it, whatever the answer.
        entry.stored = True
        shard.write(records, written)

    # ---- time ------------------------------------------------------------------------------------------------------

    def _now_ms(self) -> int:
        return self._clock.monotonic_us() // 1000

    def _schedule(self, shard: GroupShard, entry: Coordinated) -> None:
        wake_ms = entry.group.wake_ms
        if wake_ms is None or (entry.scheduled_ms is not None and entry.scheduled_ms <= wake_ms):
            return
        entry.scheduled_ms = wake_ms
        heapq.heappush(self._timers, (wake_ms, next(self._timer_order), shard, entry))
        if self._timers[0][0] == wake_ms:
            self._timer_changed.set()

    def fire_timers(self) -> None:
        """Let every group whose time has come notice it."""
        now_ms = self._now_ms()
        while self._timers and self._timers[0][0] <= now_ms:
            wake_ms, _, shard, entry = heapq.heappop(self._timers)
            if entry.scheduled_ms != wake_ms:
                continue  # an earlier one was pushed after it
            entry.scheduled_ms = None
            if entry.group.state is not GroupState.DEAD:
                self._step(shard, entry, Tick())

    async def _run_timers(self) -> None:
        while True:
            self.fire_timers()
            self._timer_changed.clear()
            wait_s = _TIMER_IDLE_S
            if self._timers:
                wait_s = min(wait_s, max(self._timers[0][0] - self._now_ms(), 1) / 1000)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    await self._timer_changed.wait()

    async def _run_retention(self) -> None:
        while True:
            await asyncio.sleep(self.settings.retention_check_interval_ms / 1000)
            await self.expire_offsets()

    async def expire_offsets(self) -> None:
        """Forget offsets that are older than the retention, and groups that are empty and hold none."""
        for shard in self._shards:
            for group_id, entry in list(shard.groups.items()):
                await asyncio.sleep(0)  # thousands of groups are not worth holding up everybody else
                if shard.groups.get(group_id) is not entry:
                    continue
                now_wall_ms = self._clock.wall_ms()
                due = entry.offsets.outdated(entry.group, now_wall_ms, self.settings.offsets_retention_ms)
                if due:
                    log.info("group %s: %d offsets outlived their retention", group_id, len(due))
                    await self._write_offsets(shard, group_id, entry, dict.fromkeys(due))
                if entry.idle and shard.groups.get(group_id) is entry:
                    await self._remove(shard, group_id, entry)

    def _topic_gone(self, topic: str, index: int) -> None:
        """A topic of the same name that comes later must not inherit its offsets."""
        key = (topic, index)
        for shard in self._shards:
            for group_id, entry in shard.groups.items():
                if key in entry.offsets:
                    shard.write_offsets(group_id, entry, {key: None}, _ignore)

    def _count_members(self) -> Iterator[tuple[tuple[str, ...], float]]:
        members = sum(len(entry.group.roster) for shard in self._shards for entry in shard.groups.values())
        yield (), float(members)


def _ignore(_error: ErrorCode) -> None:
    """The offsets stay until they expire."""


def _as_unknown_member(error: ErrorCode) -> ErrorCode:
    """A group that is not there has no members: they shall join again."""
    return ErrorCode.UNKNOWN_MEMBER_ID if error is ErrorCode.GROUP_ID_NOT_FOUND else error
