"""Produce: batches of a client into partitions, answered by `acks`.

Record path: stop 1. Each partition is on its own: one that refuses does not hold up the others. acks=0 is never
answered, acks=1 at once, acks=all when the batch is visible: that is at once with `headrace.flush=write-behind`, else
after the group commit. Called by `connection.py`; later requests of the connection go on while this one waits. Must
not look at records. Surprising: a transactional batch without transactional id refuses the whole request, as in
Kafka. Source: KIP-98, 467, 516, 951; Kafka 4.1.
"""

from __future__ import annotations

import struct
from typing import Any, cast

from headrace.base.errors import HeadraceError, Rejected, Retriable
from headrace.kafka.context import Deferred, NodeContext, Request
from headrace.partitions.core.admission import INVALID_TXN_STATE, RejectedRecords, one_whole_batch
from headrace.partitions.partition import Appended, Partition
from headrace.protocol.api_table import APIS
from headrace.protocol.error_codes import ErrorCode
from headrace.protocol.generated.k00_produce import (
    ProduceRequest,
    ProduceRequestPartitionData,
    ProduceRequestTopicData,
    ProduceResponse,
    ProduceResponsePartitionResponses,
    ProduceResponseRecordErrors,
    ProduceResponseResponses,
)

PRODUCE = 0

_LOG_START_SINCE = 5
_ZSTD_SINCE = 7
_TOPIC_IDS_SINCE = 13

# Numbers that no answer holds elsewhere.
_MARKS = (0x1F2E3D4C5B6A7988, 0x1122334455667788, 0x18273645546372F1)

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


class _PlainCommit(Deferred):
    """The same for a request with one batch, which is nearly every one: answer and waiter in one object."""

    __slots__ = ("_answer", "_index", "_topic", "deadline_us")

    def __init__(
        self, request: Request, topic: ProduceRequestTopicData, index: int, answer: bytes, now_us: int
    ) -> None:
        super().__init__()
        self._topic = topic
        self._index = index
        self._answer = answer
        self.deadline_us = now_us + request.body.timeout_ms * 1000

    def visible(self) -> None:
        self.resolve(self._answer)

    def failed(self, error: Exception) -> None:
        entry = ProduceResponsePartitionResponses(self._index)
        commit = _Commit(
            ProduceResponse([ProduceResponseResponses(self._topic.name, self._topic.topic_id, [entry])]), 1
        )
        _BatchCommit(commit, entry, self.deadline_us).failed(error)
        self.resolve(commit.response)


class _AnswerTemplate:
    """The encoded answer for one batch taken by one partition: only three numbers differ from one to the next.

    Found out by encoding an answer with numbers that stand nowhere else, so the codec stays the only one who knows
    the layout.
    """

    __slots__ = ("_after", "_before", "_pack", "_with_log_start")

    def __init__(self, version: int, topic: ProduceRequestTopicData, index: int) -> None:
        entry = ProduceResponsePartitionResponses(index, 0, *_MARKS)
        reply = ProduceResponse([ProduceResponseResponses(topic.name, topic.topic_id, [entry])])
        encoded = APIS[PRODUCE].encode_response(reply, version)
        self._with_log_start = version >= _LOG_START_SINCE
        numbers = struct.Struct(">qqq" if self._with_log_start else ">qq")
        mark = numbers.pack(*_MARKS[: 3 if self._with_log_start else 2])
        self._before, found, self._after = encoded.partition(mark)
        assert found
        assert mark not in self._after
        self._pack = numbers.pack

    def fill(self, base_offset: int, log_append_time_ms: int, log_start_offset: int) -> bytes:
        if self._with_log_start:
            return self._before + self._pack(base_offset, log_append_time_ms, log_start_offset) + self._after
        return self._before + self._pack(base_offset, log_append_time_ms) + self._after


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
    """One `ProduceResponse` (or its bytes), now or as a `Deferred`; None for acks=0."""
    body: ProduceRequest = request.body
    acks = body.acks
    if not -1 <= acks <= 1:
        return _refuse_all(ctx, request, ErrorCode.INVALID_REQUIRED_ACKS, f"acks is {acks}, it must be -1, 0 or 1")
    topics = body.topic_data
    if len(topics) == 1 and len(topics[0].partition_data) == 1:
        answer = _produce_one(ctx, request, topics[0], topics[0].partition_data[0])
        if answer is not _NOT_PLAIN:
            return answer
    if body.transactional_id is None and _has_transactional_batch(body):
        return _refuse_all(ctx, request, ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED)
    return _produce_all(ctx, request)


_NOT_PLAIN = object()


def _produce_one(
    ctx: NodeContext, request: Request, topic: ProduceRequestTopicData, data: ProduceRequestPartitionData
) -> Any:
    """The usual request, one batch for one partition, if all is well with it; `_NOT_PLAIN` if nothing was done."""
    version = request.version
    records = data.records
    name = topic.name
    if version >= _TOPIC_IDS_SINCE:
        known = ctx.metadata.topic_by_id(topic.topic_id)
        if known is None:
            return _NOT_PLAIN
        name = known.name
    partition = ctx.partitions.get(name, data.index)
    if (
        partition is None
        or records is None
        or version < _ZSTD_SINCE
        or partition.client_write_problem is not None
        or len(records) <= _ATTRIBUTES_LOW_AT
        or records[_ATTRIBUTES_LOW_AT] & _TRANSACTIONAL_BIT
    ):
        return _NOT_PLAIN
    acks = request.body.acks
    try:
        appended = partition.append(cast(memoryview, records), acks=acks)
    except (Rejected, Retriable) as error:
        entry = ProduceResponsePartitionResponses(data.index)
        problem = _problem_before_append(partition, records, version)
        if problem is not None:  # found in the field, not in the batch: there Kafka knows no log yet
            _fill_error(entry, problem.kafka_code, problem.message)
        else:
            _fill_refusal(entry, partition, error)
        reply = ProduceResponse([ProduceResponseResponses(topic.name, topic.topic_id, [entry])])
        return _finish_failed(ctx, request, reply)
    if not appended.duplicate:
        ctx.produced_bytes.value += len(records)
    if acks == 0:
        return None
    template = partition.answer_templates.get(version)
    if template is None:
        template = _AnswerTemplate(version, topic, data.index)
        partition.answer_templates[version] = template
    answer = template.fill(appended.base_offset, appended.log_append_time_ms, appended.log_start_offset)
    if acks == 1 or appended.last_offset < partition.high_watermark:
        return answer
    commit = _PlainCommit(request, topic, data.index, answer, ctx.clock.monotonic_us())
    partition.add_ack_waiter(appended.last_offset + 1, commit)
    return commit


def _produce_all(ctx: NodeContext, request: Request) -> Any:
    """Any request: every partition gets its own part of the answer."""
    body: ProduceRequest = request.body
    acks = body.acks
    reply = ProduceResponse()
    waiting: list[tuple[Partition, int, ProduceResponsePartitionResponses]] = []
    failed = False
    for topic in body.topic_data:
        entries: list[ProduceResponsePartitionResponses] = []
        for data in topic.partition_data:
            entry = ProduceResponsePartitionResponses(data.index)
            entries.append(entry)
            written = _append(ctx, request.version, topic, data, entry, acks)
            if written is None:
                failed = True
            elif acks == -1 and written[1].last_offset >= written[0].high_watermark:
                waiting.append((written[0], written[1].last_offset + 1, entry))
        reply.responses.append(ProduceResponseResponses(topic.name, topic.topic_id, entries))
    if failed and not waiting:
        return _finish_failed(ctx, request, reply)
    if acks == 0:
        return None
    if not waiting:
        return reply
    if failed:
        ctx.error_counter(PRODUCE).value += 1
    commit = _Commit(reply, len(waiting))
    deadline_us = ctx.clock.monotonic_us() + body.timeout_ms * 1000
    for partition, next_offset, entry in waiting:
        partition.add_ack_waiter(next_offset, _BatchCommit(commit, entry, deadline_us))
    return commit


def _append(
    ctx: NodeContext,
    version: int,
    topic: ProduceRequestTopicData,
    data: ProduceRequestPartitionData,
    entry: ProduceResponsePartitionResponses,
    acks: int,
) -> tuple[Partition, Appended] | None:
    """Write one batch and fill in its part of the answer; None if it was refused."""
    name = topic.name
    if version >= _TOPIC_IDS_SINCE:
        known = ctx.metadata.topic_by_id(topic.topic_id)
        if known is None:
            _fill_error(entry, ErrorCode.UNKNOWN_TOPIC_ID, None)
            return None
        name = known.name
    partition = ctx.partitions.get(name, data.index)
    if partition is None:
        _fill_error(entry, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, None)
        return None
    problem = _problem_before_append(partition, data.records, version)
    if problem is not None:
        _fill_error(entry, problem.kafka_code, problem.message)
        return None
    records = cast(memoryview, data.records)
    try:
        appended = partition.append(records, acks=acks)
    except (Rejected, Retriable) as error:
        _fill_refusal(entry, partition, error)
        return None
    entry.base_offset = appended.base_offset
    entry.log_append_time_ms = appended.log_append_time_ms
    entry.log_start_offset = appended.log_start_offset
    if not appended.duplicate:
        ctx.produced_bytes.value += len(records)
    return partition, appended


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
    if version < _ZSTD_SINCE and records[_ATTRIBUTES_LOW_AT] & 7 == _ZSTD:
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
    reply = ProduceResponse()
    for topic in request.body.topic_data:
        entries = []
        for data in topic.partition_data:
            entry = ProduceResponsePartitionResponses(data.index)
            _fill_error(entry, code, message or code.message)
            entries.append(entry)
        reply.responses.append(ProduceResponseResponses(topic.name, topic.topic_id, entries))
    return _finish_failed(ctx, request, reply)


def _finish_failed(ctx: NodeContext, request: Request, reply: ProduceResponse) -> ProduceResponse | None:
    """An answer with errors and without waiting: as it is, or by hanging up where no answer is due."""
    ctx.error_counter(PRODUCE).value += 1
    if request.body.acks != 0:
        return reply
    _refuse_silently(request, reply)
    return None


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
