"""Fetch: read visible batches, wait for enough of them, answer.

Record path: stop 11. A fetch looks at its partitions once; if they have less than `min_bytes` it is parked, and the
partitions wake it. Long polls cost no task and no future. Called by `connection.py`. Must not look into records.
Surprising: data that was read but is less than `min_bytes` is read again when the fetch wakes; for `min_bytes` 1, the
usual case, there is none. Source: KIP-74 (limits), KIP-227 (sessions), KIP-320 (epochs), KIP-516 (topic ids), KIP-951
(leader hints).
"""

from __future__ import annotations

import asyncio
from typing import Any, cast

from headrace.base.errors import Rejected, Retriable
from headrace.kafka.context import Deferred, NodeContext, Request
from headrace.kafka.fetch_sessions import (
    FINAL_EPOCH,
    INITIAL_EPOCH,
    NO_SESSION,
    FetchedPartition,
    FetchSession,
    SessionKey,
    next_epoch,
)
from headrace.kafka.leaders import NO_EPOCH, epoch_problem, leader_hint
from headrace.partitions.partition import Partition
from headrace.protocol.error_codes import ErrorCode
from headrace.protocol.generated.k01_fetch import (
    FetchRequest,
    FetchResponse,
    FetchResponseAbortedTransactions,
    FetchResponseCurrentLeader,
    FetchResponseDivergingEpoch,
    FetchResponseNodeEndpoints,
    FetchResponsePartitions,
    FetchResponseResponses,
)
from headrace.protocol.primitives import Part
from headrace.storage.region import FileRegion

FETCH = 1


class _Fetch(Deferred):
    """One fetch request from its first look to its answer. Is a `DataWatcher` while parked without a session."""

    __slots__ = (
        "_aborted",
        "_by_partition",
        "_ctx",
        "_expected_epoch",
        "_have_bytes",
        "_max_bytes",
        "_min_bytes",
        "_replica",
        "_session",
        "_timer",
        "_version",
        "_wanted",
    )

    def __init__(
        self, ctx: NodeContext, request: Request, wanted: list[FetchedPartition], session: FetchSession | None
    ) -> None:
        super().__init__()
        body: FetchRequest = request.body
        self._ctx = ctx
        self._version = request.version
        self._session = session
        self._expected_epoch = session.epoch if session is not None else 0
        self._wanted = wanted
        max_bytes = min(body.max_bytes, ctx.fetch_bytes_max)
        if request.connection is not None:
            max_bytes = min(max_bytes, request.connection.fetch_bytes_max())
        self._max_bytes = max_bytes
        self._min_bytes = min(body.min_bytes, max_bytes)
        #: Aborted transactions: none, and only who reads committed data is told so.
        self._aborted: list[FetchResponseAbortedTransactions] | None = [] if body.isolation_level == 1 else None
        replica_id = body.replica_state.replica_id if body.replica_state is not None else body.replica_id
        #: Somebody fetches as a replica; this node's partitions have none.
        self._replica = replica_id >= 0
        self._timer: asyncio.TimerHandle | None = None
        self._by_partition: dict[Partition, FetchedPartition] = {}
        self._have_bytes = 0

    # ---- first look, and parking

    def begin(self, max_wait_ms: int) -> FetchResponse | _Fetch:
        entries, read_bytes, failed, readable = self._look()
        if max_wait_ms <= 0 or not readable or failed or read_bytes >= self._min_bytes:
            return self._answer(entries, read_bytes)
        self._have_bytes = read_bytes
        session = self._session
        if session is not None:
            session.parked = self
            for wanted in session.changed:
                if wanted.partition is not None:
                    wanted.seen_bytes = _seen_bytes(wanted.partition)
            # Partitions that are not in `changed` get their mark when they advance: nothing came since they were
            # answered.
        else:
            for wanted in self._wanted:
                partition = wanted.partition
                if partition is not None:
                    wanted.seen_bytes = _seen_bytes(partition)
                    self._by_partition[partition] = wanted
                    partition.watchers[self] = None
        self._timer = asyncio.get_running_loop().call_later(max_wait_ms / 1000, self._complete)
        self.on_abandoned = self._unpark
        return self

    def _unpark(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._session is not None and self._session.parked is self:
            self._session.parked = None
        for partition in self._by_partition:
            partition.watchers.pop(self, None)
        self._by_partition.clear()

    # ---- waking

    def partition_advanced(self, partition: Partition) -> None:
        wanted = self._by_partition.get(partition)
        if wanted is not None:
            self.advanced(wanted)

    def partition_gone(self, partition: Partition) -> None:
        wanted = self._by_partition.pop(partition, None)
        if wanted is not None:
            wanted.partition = None
            self.gone(wanted)

    def advanced(self, wanted: FetchedPartition) -> None:
        """`wanted` has more visible data."""
        partition = wanted.partition
        if self.resolved or partition is None or partition.high_watermark <= wanted.fetch_offset:
            return
        if self._min_bytes > 1:
            self._have_bytes += min(partition.appended_bytes - wanted.seen_bytes, max(wanted.max_bytes, 0))
            wanted.seen_bytes = partition.appended_bytes
            if self._have_bytes < self._min_bytes:
                return
            entries, read_bytes, failed, _ = self._look()
            if read_bytes < self._min_bytes and not failed:
                # Counted were bytes that are written; some are not visible yet, and are counted again when they are.
                self._have_bytes = read_bytes
                for other in self._session.changed if self._session is not None else self._wanted:
                    if other.partition is not None:
                        other.seen_bytes = _seen_bytes(other.partition)
                return
            self._unpark()
            self.resolve(self._answer(entries, read_bytes))
        else:
            self._complete()

    def gone(self, wanted: FetchedPartition) -> None:
        if not self.resolved:
            self._complete()

    def _complete(self) -> None:
        if self.resolved:
            return
        self._unpark()
        entries, read_bytes, _, _ = self._look()
        self.resolve(self._answer(entries, read_bytes))

    # ---- looking at partitions

    def _look(self) -> tuple[list[tuple[FetchedPartition, FetchResponsePartitions]], int, bool, bool]:
        """(entries in order, bytes of records, a partition failed, at least one partition exists)."""
        session = self._session
        candidates = tuple(session.changed) if session is not None else self._wanted
        entries: list[tuple[FetchedPartition, FetchResponsePartitions]] = []
        unknown: list[tuple[FetchedPartition, FetchResponsePartitions]] = []
        left_bytes = self._max_bytes
        read_bytes = 0
        failed = False
        for wanted in candidates:
            partition = wanted.partition
            if partition is None:
                partition, code = self._find(wanted)
                if partition is None:
                    # Kafka lists what does not exist last, and lets the fetch wait nevertheless.
                    unknown.append((wanted, _error_entry(wanted, code, aborted_known=True)))
                    continue
            offset = wanted.fetch_offset
            if (
                offset == partition.high_watermark
                and wanted.current_leader_epoch in (NO_EPOCH, partition.leader_epoch)
                and wanted.last_fetched_epoch == NO_EPOCH
                and not self._replica
            ):
                # At the end, as most partitions of most fetches are.
                start = partition.log.log_start_offset
                entries.append(
                    (
                        wanted,
                        FetchResponsePartitions(
                            wanted.index, 0, offset, offset, start, None, None, None, self._aborted, -1, b""
                        ),
                    )
                )
                continue
            entry = self._read(wanted, partition, left_bytes, read_bytes == 0)
            if entry.error_code or entry.diverging_epoch is not None:
                failed = True
            size = len(entry.records) if entry.records else 0
            read_bytes += size
            left_bytes -= size
            entries.append((wanted, entry))
        readable = bool(entries) if session is None else bool(entries) or len(session.partitions) > len(unknown)
        return entries + unknown, read_bytes, failed, readable

    def _find(self, wanted: FetchedPartition) -> tuple[Partition | None, ErrorCode]:
        topic = wanted.topic
        unknown = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
        if self._version >= 13:
            known = self._ctx.metadata.topic_by_id(wanted.topic_id)
            if known is None:
                return None, ErrorCode.UNKNOWN_TOPIC_ID
            topic = known.name
        partition = self._ctx.partitions.get(topic, wanted.index)
        if partition is None:
            return None, unknown
        if self._session is not None:
            self._session.resolve(wanted, partition)
        else:
            wanted.partition = partition
        return partition, ErrorCode.NONE

    def _read(
        self, wanted: FetchedPartition, partition: Partition, left_bytes: int, first: bool
    ) -> FetchResponsePartitions:
        """One partition's part of the answer.

        `first`: nothing was read yet, so one batch may exceed all limits (KIP-74).
        """
        if self._replica:
            return _error_entry(wanted, ErrorCode.NOT_LEADER_OR_FOLLOWER)
        if wanted.current_leader_epoch != NO_EPOCH:
            problem = epoch_problem(partition, wanted.current_leader_epoch)
            if problem is not None:
                return _error_entry(wanted, problem)
        high_watermark = partition.high_watermark
        offset = wanted.fetch_offset
        diverging: FetchResponseDivergingEpoch | None = None
        records: bytes | FileRegion = b""
        try:
            if wanted.last_fetched_epoch != NO_EPOCH:
                diverging = _diverging_epoch(partition, wanted.last_fetched_epoch, offset)
            if diverging is None:
                if offset < high_watermark and offset >= partition.log_start_offset:
                    limit = min(wanted.max_bytes, left_bytes)
                    if first or limit > 0:
                        records = partition.read_region(offset, limit if limit > 0 else 1)
                        if not first and len(records) > limit:
                            records = b""
                elif not partition.log_start_offset <= offset <= partition.log_end_offset:
                    return _error_entry(wanted, ErrorCode.OFFSET_OUT_OF_RANGE)
        except (Rejected, Retriable) as error:
            return _error_entry(wanted, error.kafka_code)
        return FetchResponsePartitions(
            wanted.index,
            0,
            high_watermark,
            high_watermark,
            partition.log_start_offset,
            diverging,
            None,
            None,
            self._aborted,
            -1,
            cast("Part", records),
        )

    # ---- answering

    def _answer(
        self, entries: list[tuple[FetchedPartition, FetchResponsePartitions]], read_bytes: int
    ) -> FetchResponse:
        session = self._session
        response = FetchResponse()
        if session is not None:
            if session.epoch != self._expected_epoch or self._ctx.fetch_sessions.get(session.id) is not session:
                # Another request has used the session meanwhile, so nobody knows what its client has seen.
                response.error_code = ErrorCode.INVALID_FETCH_SESSION_EPOCH
                response.session_id = session.id
                return response
            entries = _settle(session, entries)
            response.session_id = session.id
        self._ctx.fetched_bytes.value += read_bytes
        topic: FetchResponseResponses | None = None
        for wanted, entry in entries:
            if topic is None or topic.topic != wanted.topic or topic.topic_id != wanted.topic_id:
                topic = FetchResponseResponses(wanted.topic, wanted.topic_id, [])
                response.responses.append(topic)
            topic.partitions.append(entry)
            if entry.error_code:
                self._ctx.error_counter(FETCH).value += 1
                if self._version >= 16:
                    self._hint_leader(response, wanted, entry)
        return response

    def _hint_leader(self, response: FetchResponse, wanted: FetchedPartition, entry: FetchResponsePartitions) -> None:
        """KIP-951: tell who leads, so that the client need not ask for metadata."""
        if entry.error_code not in (ErrorCode.NOT_LEADER_OR_FOLLOWER, ErrorCode.FENCED_LEADER_EPOCH):
            return
        hint = leader_hint(self._ctx, wanted.partition)
        if hint is None:
            return
        epoch, broker = hint
        entry.current_leader = FetchResponseCurrentLeader(broker.node_id, epoch)
        if not self._replica and all(endpoint.node_id != broker.node_id for endpoint in response.node_endpoints):
            response.node_endpoints.append(
                FetchResponseNodeEndpoints(broker.node_id, broker.host, broker.port, broker.rack)
            )


def _seen_bytes(partition: Partition) -> int:
    """Mark of what a look at a partition has counted.

    Bytes that are written but not yet visible were not counted, and nobody knows how many they are: then the mark is
    0, so that the next advance counts too much, which only makes the fetch look again.
    """
    return partition.appended_bytes if partition.high_watermark >= partition.log_end_offset else 0


def _settle(
    session: FetchSession, entries: list[tuple[FetchedPartition, FetchResponsePartitions]]
) -> list[tuple[FetchedPartition, FetchResponsePartitions]]:
    """What an answer within a session must say; remembers what the client will know after it."""
    told = []
    for wanted, entry in entries:
        if entry.error_code:
            # So that the partition is told of again when the error is gone.
            wanted.sent_high_watermark = -1
            told.append((wanted, entry))
            continue
        if (
            entry.records
            or entry.high_watermark != wanted.sent_high_watermark
            or entry.log_start_offset != wanted.sent_log_start
            or entry.diverging_epoch is not None
        ):
            wanted.sent_high_watermark = entry.high_watermark
            wanted.sent_log_start = entry.log_start_offset
            told.append((wanted, entry))
        if wanted.partition is not None:
            wanted.seen_bytes = _seen_bytes(wanted.partition)
        if entry.high_watermark <= wanted.fetch_offset:
            session.changed.pop(wanted, None)
        elif entry.records:
            # The client comes back for more. To the end of the line, so that every partition has its turn.
            session.changed.pop(wanted, None)
            session.changed[wanted] = None
    return told


def _error_entry(wanted: FetchedPartition, code: int, *, aborted_known: bool = False) -> FetchResponsePartitions:
    return FetchResponsePartitions(
        wanted.index,
        code,
        high_watermark=-1,
        aborted_transactions=[] if aborted_known else None,
        records=b"",
    )


def _diverging_epoch(
    partition: Partition, last_fetched_epoch: int, fetch_offset: int
) -> FetchResponseDivergingEpoch | None:
    """KIP-595: the client's last epoch ended elsewhere here, so what it has after that is not ours."""
    epoch, end_offset = partition.log.epoch_end(last_fetched_epoch)
    if epoch == NO_EPOCH or end_offset < 0:
        raise Rejected(
            ErrorCode.OFFSET_OUT_OF_RANGE, f"epoch {last_fetched_epoch} is older than anything in {partition.name}"
        )
    if epoch < last_fetched_epoch or end_offset < fetch_offset:
        return FetchResponseDivergingEpoch(epoch, end_offset)
    return None


def fetch(ctx: NodeContext, request: Request) -> Any:
    """One `FetchResponse`, now or as a `Deferred`."""
    body: FetchRequest = request.body
    version = request.version
    session: FetchSession | None = None
    wanted: list[FetchedPartition] = []
    epoch = body.session_epoch
    if version < 7 or epoch in (INITIAL_EPOCH, FINAL_EPOCH):
        if version >= 7 and body.session_id != NO_SESSION:
            ctx.fetch_sessions.remove(body.session_id)
        if version >= 7 and epoch == INITIAL_EPOCH:
            session = _open_session(ctx, body, version)
        if session is None:
            wanted = [
                FetchedPartition(topic.topic, topic.topic_id, partition)
                for topic in body.topics
                for partition in topic.partitions
            ]
    else:
        session = ctx.fetch_sessions.get(body.session_id)
        problem = _session_problem(session, epoch, version)
        if problem is not None:
            ctx.error_counter(FETCH).value += 1
            return FetchResponse(error_code=problem)
        assert session is not None
        _update_session(ctx, session, body, version)
        if not session.partitions:
            ctx.fetch_sessions.remove(session.id)
            session = None
        else:
            session.epoch = next_epoch(session.epoch)
            ctx.fetch_sessions.touch(session, ctx.clock.wall_ms())
    return _Fetch(ctx, request, wanted, session).begin(body.max_wait_ms)


def _session_problem(session: FetchSession | None, epoch: int, version: int) -> ErrorCode | None:
    if session is None:
        return ErrorCode.FETCH_SESSION_ID_NOT_FOUND
    if session.epoch != epoch:
        return ErrorCode.INVALID_FETCH_SESSION_EPOCH
    if session.uses_topic_ids != (version >= 13):
        return ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR
    return None


def _key(topic: str, topic_id: bytes, index: int, version: int) -> SessionKey:
    return (topic_id, index) if version >= 13 else (topic, index)


def _open_session(ctx: NodeContext, body: FetchRequest, version: int) -> FetchSession | None:
    count = sum(len(topic.partitions) for topic in body.topics)
    session = ctx.fetch_sessions.open(count, uses_topic_ids=version >= 13, now_ms=ctx.clock.wall_ms())
    if session is not None:
        for topic in body.topics:
            for partition in topic.partitions:
                key = _key(topic.topic, topic.topic_id, partition.partition, version)
                session.want(key, topic.topic, topic.topic_id, partition)
        ctx.fetch_sessions.resized(len(session.partitions))
    return session


def _update_session(ctx: NodeContext, session: FetchSession, body: FetchRequest, version: int) -> None:
    before = len(session.partitions)
    for topic in body.topics:
        for partition in topic.partitions:
            key = _key(topic.topic, topic.topic_id, partition.partition, version)
            session.want(key, topic.topic, topic.topic_id, partition)
    for forgotten in body.forgotten_topics_data:
        for index in forgotten.partitions:
            session.forget(_key(forgotten.topic, forgotten.topic_id, index, version))
    ctx.fetch_sessions.resized(len(session.partitions) - before)


HANDLERS = {FETCH: fetch}
