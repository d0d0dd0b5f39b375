"""Produce: batches of a client into partitions, answered by `acks`.

Record path: stop 1. Each partition is on its own: one that refuses does not hold up the others. acks=0 is never
answered, acks=1 at once, acks=all when the batch is visible: that is at once with `headrace.flush=write-behind`, else
after the group commit. Called by `connection.py`; later requests of the connection go on while this one waits. Must
not look at records. Surprising: a transactional batch without transactional id refuses the whole request, as in
Kafka. Source: KIP-98, 467, 516, 951; Kafka 4.1.
"""

from __future__ import annotations

from typing import Any

from headrace.base.errors import HeadraceError, Rejected, Retriable
from headrace.kafka.context import Deferred, NodeContext, Request
from headrace.partitions.core.admission import INVALID_TXN_STATE, RejectedRecords, one_whole_batch
from headrace.partitions.partition import Partition
from headrace.protocol.error_codes import ErrorCode
from headrace.protocol.generated.k00_produce import (
    ProduceRequest,
    ProduceResponse,
    ProduceResponsePartitionResponses,
    ProduceResponseRecordErrors,
    ProduceResponseResponses,
)

PRODUCE = 0

_ATTRIBUTES_LOW_AT = 22
_TRANSACTIONAL_BIT = 0x10
_ZSTD = 4

# Errors after which Kafka does not tell the log start offset (it had not reached the log yet when it found them).
_WITHOUT_LOG_START = frozenset(
    {
        ErrorCode.MESSAGE_TOO_LARGE,
        ErrorCode.RECORD_LIST_TOO_LARGE,
        ErrorCode.CORRUPT_MESSAGE,
        ErrorCode.KAFKA_STORAGE_ERROR,
        ErrorCode.NOT_LEADER_OR_FOLLOWER,
    }
)


class _Commit(Deferred):
    """The answer to one acks=all request, sent when all its batches are visible."""

    __slots__ = ("_left", "_reply")

    def __init__(self, reply: ProduceResponse, batches: int) -> None:
        super().__init__()
        self._reply = reply
        self._left = batches

    def one_done(self) -> None:
        self._left -= 1
        if self._left == 0:
            self.resolve(self._reply)


class _BatchCommit:
    """One batch that waits (`partitions.waiters.AckWaiter`)."""

    __slots__ = ("_commit", "_entry", "deadline_us")

    def __init__(self, commit: _Commit, entry: ProduceResponsePartitionResponses, deadline_us: int) -> None:
        self._commit = commit
        self._entry = entry
        self.deadline_us = deadline_us

    def visible(self) -> None:
        self._commit.one_done()

    def failed(self, error: Exception) -> None:
        entry = self._entry
        entry.base_offset = -1
        entry.log_append_time_ms = -1
        entry.log_start_offset = -1
        if isinstance(error, TimeoutError):
            entry.error_code = ErrorCode.REQUEST_TIMED_OUT
        else:
            entry.error_code = _code_of(error)
        entry.error_message = str(error)
        self._commit.one_done()


def produce(ctx: NodeContext, request: Request) -> Any:
    """One `ProduceResponse`, now or as a `Deferred`; None for acks=0."""
    body: ProduceRequest = request.body
    acks = body.acks
    version = request.header.api_version
    if body.transactional_id is None and _has_transactional_batch(body):
        return _refuse_all(ctx, request, ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED)
    if not -1 <= acks <= 1:
        return _refuse_all(ctx, request, ErrorCode.INVALID_REQUIRED_ACKS, f"acks is {acks}, it must be -1, 0 or 1")
    reply = ProduceResponse()
    waiting: list[tuple[Partition, int, ProduceResponsePartitionResponses]] | None = None
    failed = False
    produced_bytes = 0
    partitions = ctx.partitions
    for topic in body.topic_data:
        name = topic.name
        unknown = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
        if version >= 13:
            known = ctx.metadata.topic_by_id(topic.topic_id)
            if known is None:
                unknown = ErrorCode.UNKNOWN_TOPIC_ID
                name = ""
            else:
                name = known.name
        entries: list[ProduceResponsePartitionResponses] = []
        for data in topic.partition_data:
            entry = ProduceResponsePartitionResponses(data.index)
            entries.append(entry)
            partition = partitions.get(name, data.index)
            if partition is None:
                _fill_error(entry, unknown, None)
                failed = True
                continue
            records = data.records
            if records is None or version < 7 or partition.client_write_problem is not None:
                problem = _problem_before_append(partition, records, version)
                if problem is not None:
                    _fill_error(entry, problem.kafka_code, problem.message)
                    failed = True
                    continue
            try:
                appended = partition.append(records, acks=acks)  # type: ignore[arg-type]
            except (Rejected, Retriable) as error:
                _fill_refusal(entry, partition, error)
                failed = True
                continue
            entry.base_offset = appended.base_offset
            entry.log_append_time_ms = appended.log_append_time_ms
            entry.log_start_offset = appended.log_start_offset
            if not appended.duplicate:
                produced_bytes += len(records)  # type: ignore[arg-type]
            if acks == -1 and appended.last_offset >= partition.high_watermark:
                if waiting is None:
                    waiting = []
                waiting.append((partition, appended.last_offset + 1, entry))
        reply.responses.append(ProduceResponseResponses(topic.name, topic.topic_id, entries))
    ctx.produced_bytes.value += produced_bytes
    if failed:
        ctx.error_counter(PRODUCE).value += 1
        if acks == 0:
            _refuse_silently(request, reply)
    if acks == 0:
        return None
    if waiting is None:
        return reply
    commit = _Commit(reply, len(waiting))
    deadline_us = ctx.clock.monotonic_us() + body.timeout_ms * 1000
    for partition, next_offset, entry in waiting:
        partition.add_ack_waiter(next_offset, _BatchCommit(commit, entry, deadline_us))
    return commit


def _has_transactional_batch(body: ProduceRequest) -> bool:
    for topic in body.topic_data:
        for data in topic.partition_data:
            records = data.records
            if records and len(records) > _ATTRIBUTES_LOW_AT and records[_ATTRIBUTES_LOW_AT] & _TRANSACTIONAL_BIT:
                return True
    return False


def _problem_before_append(partition: Partition, records: Any, version: int) -> Rejected | None:
    """What Kafka refuses before it looks at the batch itself."""
    try:
        one_whole_batch(records)
    except Rejected as error:
        return error
    if version < 7 and records[_ATTRIBUTES_LOW_AT] & 7 == _ZSTD:
        return Rejected(
            ErrorCode.UNSUPPORTED_COMPRESSION_TYPE, "zstd needs Produce version 7 or newer: upgrade the client"
        )
    if partition.client_write_problem is not None:
        return Rejected(ErrorCode.INVALID_TOPIC_EXCEPTION, partition.client_write_problem)
    return None


def _fill_error(entry: ProduceResponsePartitionResponses, code: int, message: str | None) -> None:
    entry.error_code = code
    entry.base_offset = -1
    entry.error_message = message


def _fill_refusal(entry: ProduceResponsePartitionResponses, partition: Partition, error: Rejected | Retriable) -> None:
    _fill_error(entry, error.kafka_code, error.message)
    if error.kafka_code not in _WITHOUT_LOG_START:
        entry.log_start_offset = partition.log_start_offset
    if isinstance(error, RejectedRecords):
        entry.record_errors = [ProduceResponseRecordErrors(index, message) for index, message in error.record_errors]
    elif error.kafka_code == INVALID_TXN_STATE:
        entry.error_message = "transactions are not available on this cluster yet"


def _refuse_all(
    ctx: NodeContext, request: Request, code: ErrorCode, message: str | None = None
) -> ProduceResponse | None:
    """The same error for every partition of the request."""
    body: ProduceRequest = request.body
    reply = ProduceResponse()
    for topic in body.topic_data:
        entries = []
        for data in topic.partition_data:
            entry = ProduceResponsePartitionResponses(data.index)
            _fill_error(entry, code, message or code.message)
            entries.append(entry)
        reply.responses.append(ProduceResponseResponses(topic.name, topic.topic_id, entries))
    ctx.error_counter(PRODUCE).value += 1
    if body.acks == 0:
        _refuse_silently(request, reply)
        return None
    return reply


def _refuse_silently(request: Request, reply: ProduceResponse) -> None:
    """acks=0:

    there is no answer to put the error in, so the connection is closed and the producer asks for metadata again.
    """
    for topic in reply.responses:
        for entry in topic.partition_responses:
            if entry.error_code and request.connection is not None:
                request.connection.close_after_errors(
                    f"a produce request with acks=0 for {topic.name or topic.topic_id.hex()}-{entry.index} failed "
                    f"with error {int(entry.error_code)}: {entry.error_message or ''}"
                )
                return


def _code_of(error: Exception) -> int:
    if isinstance(error, (Rejected, Retriable)):
        return error.kafka_code
    return ErrorCode.KAFKA_STORAGE_ERROR if isinstance(error, HeadraceError) else ErrorCode.UNKNOWN_SERVER_ERROR


HANDLERS = {PRODUCE: produce}
