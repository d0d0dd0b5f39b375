"""CreateTopics, DeleteTopics, CreatePartitions: many topics per request, each answered for itself.

The controller decides; here requests are taken apart, duplicates found, and what clients may not touch is refused.
Called by `dispatch.py`. It must not check values: `cluster/core/planning.py` does. Surprising: an answer comes when
this node's partitions are open (or gone), so a client can use a topic, or its name, at once. Sources: KIP-4, KIP-195,
KIP-525, KIP-516.
"""

from __future__ import annotations

from headrace.base.errors import Rejected, Retriable
from headrace.cluster.metadata import TopicState
from headrace.contract.settings import TOPIC_SETTINGS, NodeSettings, resolve_topic
from headrace.kafka.context import NodeContext, Request
from headrace.kafka.handlers.client_rules import check_delete, check_grow
from headrace.kafka.handlers.fan_out import each, repeated
from headrace.protocol.error_codes import ErrorCode
from headrace.protocol.generated.k19_create_topics import (
    CreateTopicsRequest,
    CreateTopicsRequestTopics,
    CreateTopicsResponse,
    CreateTopicsResponseConfigs,
    CreateTopicsResponseTopics,
)
from headrace.protocol.generated.k20_delete_topics import (
    DeleteTopicsRequest,
    DeleteTopicsRequestTopics,
    DeleteTopicsResponse,
    DeleteTopicsResponseResponses,
)
from headrace.protocol.generated.k37_create_partitions import (
    CreatePartitionsRequest,
    CreatePartitionsRequestTopics,
    CreatePartitionsResponse,
    CreatePartitionsResponseResults,
)
from headrace.protocol.primitives import ZERO_UUID

CREATE_TOPICS = 19
DELETE_TOPICS = 20
CREATE_PARTITIONS = 37

_DUPLICATE = "the request names this topic more than once"


# ---- create


async def create_topics(ctx: NodeContext, request: Request) -> CreateTopicsResponse:
    body: CreateTopicsRequest = request.body
    twice = repeated(topic.name for topic in body.topics)

    async def create(topic: CreateTopicsRequestTopics) -> CreateTopicsResponseTopics:
        return await _create(ctx, topic, body.validate_only)

    answers = await each([topic for topic in body.topics if topic.name not in twice], create)
    answers += [
        CreateTopicsResponseTopics(name=name, error_code=ErrorCode.INVALID_REQUEST, error_message=_DUPLICATE)
        for name in sorted(twice)
    ]
    _count_errors(ctx, CREATE_TOPICS, any(answer.error_code for answer in answers))
    return CreateTopicsResponse(topics=answers)


async def _create(
    ctx: NodeContext, topic: CreateTopicsRequestTopics, validate_only: bool
) -> CreateTopicsResponseTopics:
    try:
        state = await ctx.controller.create_topic(
            topic.name,
            partitions=topic.num_partitions,
            replication_factor=topic.replication_factor,
            assignments=[(item.partition_index, item.broker_ids) for item in topic.assignments],
            configs={config.name: config.value for config in topic.configs},
            validate_only=validate_only,
        )
    except (Rejected, Retriable) as error:
        return CreateTopicsResponseTopics(name=topic.name, error_code=error.kafka_code, error_message=error.message)
    return CreateTopicsResponseTopics(
        name=state.name,
        topic_id=state.topic_id,
        error_message=None,
        num_partitions=len(state.partitions),
        replication_factor=len(state.partitions[0].replicas),
        configs=_configs(state, ctx.controller.settings),
    )


def _configs(state: TopicState, settings: NodeSettings) -> list[CreateTopicsResponseConfigs]:
    configs = []
    for name in TOPIC_SETTINGS:
        resolved = resolve_topic(name, state.config, settings)
        configs.append(CreateTopicsResponseConfigs(name=name, value=resolved.value, config_source=int(resolved.source)))
    return configs


# ---- delete


async def delete_topics(ctx: NodeContext, request: Request) -> DeleteTopicsResponse:
    body: DeleteTopicsRequest = request.body
    wanted = body.topics if request.version >= 6 else [DeleteTopicsRequestTopics(name=n) for n in body.topic_names]
    if not ctx.controller.settings.boolean("delete.topic.enable"):
        code = ErrorCode.TOPIC_DELETION_DISABLED if request.version >= 3 else ErrorCode.INVALID_REQUEST
        answers = [_not_deleted(item.name, item.topic_id, code, "delete.topic.enable is false here") for item in wanted]
    else:
        answers, names = _sort_out(ctx, wanted)

        async def delete(name: str) -> DeleteTopicsResponseResponses:
            return await _delete(ctx, name)

        answers += await each(names, delete)
    _count_errors(ctx, DELETE_TOPICS, any(answer.error_code for answer in answers))
    return DeleteTopicsResponse(responses=answers)


def _sort_out(
    ctx: NodeContext, wanted: list[DeleteTopicsRequestTopics]
) -> tuple[list[DeleteTopicsResponseResponses], list[str]]:
    """Refusals of what is named wrongly, and the names of what is to be deleted."""
    refused: list[DeleteTopicsResponseResponses] = []
    names: dict[str, None] = {}
    ids: dict[bytes, None] = {}
    twice_name = repeated(item.name for item in wanted if item.name is not None and item.topic_id == ZERO_UUID)
    twice_id = repeated(item.topic_id for item in wanted if item.name is None and item.topic_id != ZERO_UUID)
    for item in wanted:
        if item.name is None and item.topic_id == ZERO_UUID:
            refused.append(_not_deleted(None, ZERO_UUID, ErrorCode.INVALID_REQUEST, "name the topic or give its id"))
        elif item.name is not None and item.topic_id != ZERO_UUID:
            message = "give the topic's name or its id, not both"
            refused.append(_not_deleted(item.name, item.topic_id, ErrorCode.INVALID_REQUEST, message))
        elif item.name is not None:
            names[item.name] = None
        else:
            ids[item.topic_id] = None
    for name in sorted(twice_name):
        del names[name]
        refused.append(_not_deleted(name, ZERO_UUID, ErrorCode.INVALID_REQUEST, _DUPLICATE))
    for topic_id in sorted(twice_id):
        del ids[topic_id]
        refused.append(_not_deleted(None, topic_id, ErrorCode.INVALID_REQUEST, _DUPLICATE))
    for topic_id in ids:
        state = ctx.metadata.topic_by_id(topic_id)
        if state is None:
            code = ErrorCode.UNKNOWN_TOPIC_ID
            refused.append(_not_deleted(None, topic_id, code, code.message))
        elif state.name in names:
            del names[state.name]
            refused.append(_not_deleted(state.name, topic_id, ErrorCode.INVALID_REQUEST, _DUPLICATE))
        else:
            names[state.name] = None
    return refused, list(names)


async def _delete(ctx: NodeContext, name: str) -> DeleteTopicsResponseResponses:
    state = ctx.metadata.topics.get(name)
    if state is None:
        code = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
        return _not_deleted(name, ZERO_UUID, code, code.message)
    try:
        check_delete(ctx, state)
        await ctx.controller.delete_topic(name)
    except (Rejected, Retriable) as error:
        return _not_deleted(name, state.topic_id, error.kafka_code, error.message)
    return DeleteTopicsResponseResponses(name=name, topic_id=state.topic_id)


def _not_deleted(name: str | None, topic_id: bytes, code: int, message: str) -> DeleteTopicsResponseResponses:
    return DeleteTopicsResponseResponses(name=name, topic_id=topic_id, error_code=code, error_message=message)


# ---- grow


async def create_partitions(ctx: NodeContext, request: Request) -> CreatePartitionsResponse:
    body: CreatePartitionsRequest = request.body
    twice = repeated(topic.name for topic in body.topics)

    async def grow(topic: CreatePartitionsRequestTopics) -> CreatePartitionsResponseResults:
        return await _grow(ctx, topic, body.validate_only)

    answers = [
        CreatePartitionsResponseResults(name=name, error_code=ErrorCode.INVALID_REQUEST, error_message=_DUPLICATE)
        for name in sorted(twice)
    ]
    answers += await each([topic for topic in body.topics if topic.name not in twice], grow)
    _count_errors(ctx, CREATE_PARTITIONS, any(answer.error_code for answer in answers))
    return CreatePartitionsResponse(results=answers)


async def _grow(
    ctx: NodeContext, topic: CreatePartitionsRequestTopics, validate_only: bool
) -> CreatePartitionsResponseResults:
    state = ctx.metadata.topics.get(topic.name)
    if state is None:
        return CreatePartitionsResponseResults(name=topic.name, error_code=ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
    assignments = None if topic.assignments is None else [item.broker_ids for item in topic.assignments]
    try:
        check_grow(state)
        await ctx.controller.create_partitions(topic.name, topic.count, assignments, validate_only)
    except (Rejected, Retriable) as error:
        return CreatePartitionsResponseResults(
            name=topic.name, error_code=error.kafka_code, error_message=error.message
        )
    return CreatePartitionsResponseResults(name=topic.name)


def _count_errors(ctx: NodeContext, key: int, failed: bool) -> None:
    if failed:
        ctx.error_counter(key).value += 1


HANDLERS = {CREATE_TOPICS: create_topics, DELETE_TOPICS: delete_topics, CREATE_PARTITIONS: create_partitions}
