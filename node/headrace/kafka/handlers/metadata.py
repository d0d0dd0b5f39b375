"""Metadata and DescribeTopicPartitions: which topics there are, who leads them, where the brokers are.

Reads the durable view only, except that Metadata creates topics that do not exist when the client allows it. Called
by `dispatch.py`. Rows of topics are built once per state of a topic, since every client asks for them again and
again. Surprising: a topic that is created on the way is in the answer already; Kafka answers
UNKNOWN_TOPIC_OR_PARTITION first and lets the client ask again. Sources: KIP-4, KIP-430, KIP-516, KIP-966.
"""

from __future__ import annotations

from collections.abc import Awaitable

from headrace.base.errors import Rejected, Retriable
from headrace.cluster.metadata import MetadataView, PartitionState, TopicState
from headrace.contract.names import INTERNAL_TOPICS, split_materialised, topic_name_problem
from headrace.kafka.context import NodeContext, Request
from headrace.kafka.handlers.fan_out import each
from headrace.protocol.error_codes import ErrorCode
from headrace.protocol.generated.k03_metadata import (
    MetadataRequest,
    MetadataResponse,
    MetadataResponseBrokers,
    MetadataResponsePartitions,
    MetadataResponseTopics,
)
from headrace.protocol.generated.k75_describe_topic_partitions import (
    DescribeTopicPartitionsRequest,
    DescribeTopicPartitionsResponse,
    DescribeTopicPartitionsResponseNextCursor,
    DescribeTopicPartitionsResponsePartitions,
    DescribeTopicPartitionsResponseTopics,
)
from headrace.protocol.primitives import ZERO_UUID

METADATA = 3
DESCRIBE_TOPIC_PARTITIONS = 75

# Bits of KIP-430, by ACL operation: 3 read, 4 write, 5 create, 6 delete, 7 alter, 8 describe, 9 cluster action,
# 10 describe configs, 11 alter configs, 12 idempotent write. Without ACLs everything is allowed.
TOPIC_OPERATIONS = sum(1 << bit for bit in (3, 4, 5, 6, 7, 8, 10, 11))
CLUSTER_OPERATIONS = sum(1 << bit for bit in (5, 7, 8, 9, 10, 11, 12))
NOT_ASKED = -(2**31)

_FIRST_WITH_IDS = 12


# ---- Metadata


def metadata(ctx: NodeContext, request: Request) -> MetadataResponse | Awaitable[MetadataResponse]:
    """Answers at once unless topics are to be created."""
    body: MetadataRequest = request.body
    view = ctx.metadata
    if body.topics is None or (request.version == 0 and not body.topics):
        return _answer(ctx, body, [_row(view, state, body) for _, state in sorted(view.topics.items())])
    ids = [topic.topic_id for topic in body.topics if topic.topic_id != ZERO_UUID]
    if (ids and request.version < _FIRST_WITH_IDS) or (not ids and any(topic.name is None for topic in body.topics)):
        return _refuse(ctx, body)
    if ids:
        return _answer(ctx, body, [_row_by_id(view, topic_id, body) for topic_id in dict.fromkeys(ids)])
    names = list(dict.fromkeys(topic.name for topic in body.topics if topic.name is not None))
    if body.allow_auto_topic_creation and ctx.controller.settings.boolean("auto.create.topics.enable"):
        missing = [name for name in names if name not in view.topics and _may_be_created(name)]
        if missing:
            return _create_and_answer(ctx, body, names, missing)
    return _answer(ctx, body, [_row_by_name(view, name, body) for name in names])


async def _create_and_answer(
    ctx: NodeContext, body: MetadataRequest, names: list[str], missing: list[str]
) -> MetadataResponse:
    async def create(name: str) -> int:
        try:
            await ctx.controller.ensure_topic(name)
        except Retriable:
            return ErrorCode.LEADER_NOT_AVAILABLE  # the client asks again
        except Rejected as error:
            return error.kafka_code
        return ErrorCode.NONE

    codes = dict(zip(missing, await each(missing, create), strict=True))
    rows = []
    for name in names:
        row = _row_by_name(ctx.metadata, name, body)
        if row.error_code and codes.get(name):
            row = MetadataResponseTopics(error_code=codes[name], name=name)
        rows.append(row)
    return _answer(ctx, body, rows)


def _may_be_created(name: str) -> bool:
    return name not in INTERNAL_TOPICS and topic_name_problem(name) is None


def _answer(ctx: NodeContext, body: MetadataRequest, rows: list[MetadataResponseTopics]) -> MetadataResponse:
    view = ctx.metadata
    if any(row.error_code for row in rows):
        ctx.error_counter(METADATA).value += 1
    operations = CLUSTER_OPERATIONS if body.include_cluster_authorized_operations else NOT_ASKED
    return MetadataResponse(
        brokers=[MetadataResponseBrokers(b.node_id, b.host, b.port, b.rack) for b in view.brokers()],
        cluster_id=view.cluster_id,
        controller_id=view.controller_id,
        topics=rows,
        cluster_authorized_operations=operations,
    )


def _refuse(ctx: NodeContext, body: MetadataRequest) -> MetadataResponse:
    """Topic ids before they were defined, or a topic with neither name nor id."""
    ctx.error_counter(METADATA).value += 1
    code = ErrorCode.INVALID_REQUEST
    rows = [MetadataResponseTopics(code, topic.name or "", topic.topic_id) for topic in body.topics or ()]
    return MetadataResponse(topics=rows, error_code=code)


def _row_by_name(view: MetadataView, name: str, body: MetadataRequest) -> MetadataResponseTopics:
    state = view.topics.get(name)
    if state is not None:
        return _row(view, state, body)
    if topic_name_problem(name) is not None and split_materialised(name) is None:
        return MetadataResponseTopics(ErrorCode.INVALID_TOPIC_EXCEPTION, name)
    return MetadataResponseTopics(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, name, is_internal=name in INTERNAL_TOPICS)


def _row_by_id(view: MetadataView, topic_id: bytes, body: MetadataRequest) -> MetadataResponseTopics:
    state = view.topic_by_id(topic_id)
    if state is None:
        return MetadataResponseTopics(ErrorCode.UNKNOWN_TOPIC_ID, None, topic_id)
    return _row(view, state, body)


def _row(view: MetadataView, state: TopicState, body: MetadataRequest) -> MetadataResponseTopics:
    with_operations = body.include_topic_authorized_operations
    row = view.replies.get((state.topic_id, with_operations))
    if row is None:
        row = MetadataResponseTopics(
            name=state.name,
            topic_id=state.topic_id,
            is_internal=state.internal,
            partitions=[_partition_row(view, partition) for partition in state.partitions],
            topic_authorized_operations=TOPIC_OPERATIONS if with_operations else NOT_ASKED,
        )
        view.replies[state.topic_id, with_operations] = row
    assert isinstance(row, MetadataResponseTopics)
    return row


def _partition_row(view: MetadataView, partition: PartitionState) -> MetadataResponsePartitions:
    return MetadataResponsePartitions(
        error_code=ErrorCode.LEADER_NOT_AVAILABLE if partition.leader < 0 else ErrorCode.NONE,
        partition_index=partition.index,
        leader_id=partition.leader,
        leader_epoch=partition.leader_epoch,
        replica_nodes=list(partition.replicas),
        isr_nodes=list(partition.isr),
        offline_replicas=_offline(view, partition),
    )


def _offline(view: MetadataView, partition: PartitionState) -> list[int]:
    live = {broker.node_id for broker in view.brokers()}
    return [node_id for node_id in partition.replicas if node_id not in live]


# ---- DescribeTopicPartitions


def describe_topic_partitions(ctx: NodeContext, request: Request) -> DescribeTopicPartitionsResponse:
    """Partitions in order of topic name, a page at a time; the cursor says where the next page begins."""
    body: DescribeTopicPartitionsRequest = request.body
    view, cursor = ctx.metadata, body.cursor
    names = sorted({topic.name for topic in body.topics})
    asked_for_all = not names
    if asked_for_all:
        names = sorted(view.topics)
    if cursor is not None:
        if cursor.partition_index < 0 or not (asked_for_all or cursor.topic_name in names):
            return _refuse_page(ctx, names)
        names = [name for name in names if name >= cursor.topic_name]
    room = min(body.response_partition_limit, ctx.controller.settings.integer("max.request.partition.size.limit"))
    room = max(room, 1)
    answer = DescribeTopicPartitionsResponse()
    for name in names:
        if room <= 0:
            answer.next_cursor = DescribeTopicPartitionsResponseNextCursor(name, 0)
            break
        state = view.topics.get(name)
        if state is None:
            answer.topics.append(_unknown_topic(name))
            continue
        first = cursor.partition_index if cursor is not None and cursor.topic_name == name else 0
        page = state.partitions[first : first + room]
        answer.topics.append(
            DescribeTopicPartitionsResponseTopics(
                name=name,
                topic_id=state.topic_id,
                is_internal=state.internal,
                partitions=[_page_row(view, partition) for partition in page],
                topic_authorized_operations=TOPIC_OPERATIONS,
            )
        )
        room -= len(page)
        if first + len(page) < len(state.partitions):
            answer.next_cursor = DescribeTopicPartitionsResponseNextCursor(name, first + len(page))
            break
    if any(topic.error_code for topic in answer.topics):
        ctx.error_counter(DESCRIBE_TOPIC_PARTITIONS).value += 1
    return answer


def _refuse_page(ctx: NodeContext, names: list[str]) -> DescribeTopicPartitionsResponse:
    """A cursor that points to no topic of the request."""
    ctx.error_counter(DESCRIBE_TOPIC_PARTITIONS).value += 1
    code = ErrorCode.INVALID_REQUEST
    return DescribeTopicPartitionsResponse(topics=[DescribeTopicPartitionsResponseTopics(code, name) for name in names])


def _unknown_topic(name: str) -> DescribeTopicPartitionsResponseTopics:
    invalid = topic_name_problem(name) is not None and split_materialised(name) is None
    code = ErrorCode.INVALID_TOPIC_EXCEPTION if invalid else ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    return DescribeTopicPartitionsResponseTopics(code, name, topic_authorized_operations=TOPIC_OPERATIONS)


def _page_row(view: MetadataView, partition: PartitionState) -> DescribeTopicPartitionsResponsePartitions:
    return DescribeTopicPartitionsResponsePartitions(
        error_code=ErrorCode.LEADER_NOT_AVAILABLE if partition.leader < 0 else ErrorCode.NONE,
        partition_index=partition.index,
        leader_id=partition.leader,
        leader_epoch=partition.leader_epoch,
        replica_nodes=list(partition.replicas),
        isr_nodes=list(partition.isr),
        eligible_leader_replicas=[],
        last_known_elr=[],
        offline_replicas=_offline(view, partition),
    )


HANDLERS = {METADATA: metadata, DESCRIBE_TOPIC_PARTITIONS: describe_topic_partitions}
