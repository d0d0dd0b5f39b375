"""DescribeConfigs, AlterConfigs, IncrementalAlterConfigs: settings of topics, of this node, of all nodes, and log
levels.

Resources are told apart here, increments are turned into plain changes; values are checked by the controller. Called
by `dispatch.py`. It must not know single settings. Surprising: as in Kafka one unknown resource type spoils a whole
DescribeConfigs request, an empty list of keys means all of them, and unknown keys are left out in silence. Sources:
KIP-133, KIP-226, KIP-339, KIP-412, KIP-569.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from enum import IntEnum
from typing import TypeVar

from headrace.base.errors import Rejected, Retriable
from headrace.contract.names import split_materialised, topic_name_problem
from headrace.contract.settings import (
    NODE_SETTINGS,
    TOPIC_SETTINGS,
    Resolved,
    Setting,
    SettingType,
    Source,
    Synonym,
    resolve_topic,
    to_text,
)
from headrace.kafka.context import NodeContext, Request
from headrace.kafka.handlers import loggers
from headrace.kafka.handlers.client_rules import check_config
from headrace.kafka.handlers.fan_out import each, repeated
from headrace.protocol.error_codes import ErrorCode
from headrace.protocol.generated.k32_describe_configs import (
    DescribeConfigsRequest,
    DescribeConfigsRequestResources,
    DescribeConfigsResponse,
    DescribeConfigsResponseConfigs,
    DescribeConfigsResponseResults,
    DescribeConfigsResponseSynonyms,
)
from headrace.protocol.generated.k33_alter_configs import (
    AlterConfigsRequest,
    AlterConfigsRequestResources,
    AlterConfigsResponse,
    AlterConfigsResponseResponses,
)
from headrace.protocol.generated.k44_incremental_alter_configs import (
    IncrementalAlterConfigsRequest,
    IncrementalAlterConfigsRequestConfigs,
    IncrementalAlterConfigsRequestResources,
    IncrementalAlterConfigsResponse,
    IncrementalAlterConfigsResponseResponses,
)

DESCRIBE_CONFIGS = 32
ALTER_CONFIGS = 33
INCREMENTAL_ALTER_CONFIGS = 44

Changes = dict[str, str | None]


class Resource(IntEnum):
    """Kafka's resource types that have settings."""

    TOPIC = 2
    NODE = 4
    LOGGER = 8
    CLIENT_METRICS = 16
    GROUP = 32


_HERE = frozenset({Resource.TOPIC, Resource.NODE, Resource.LOGGER})
_KINDS = frozenset(int(kind) for kind in Resource)


class Operation(IntEnum):
    """What an increment does."""

    SET = 0
    DELETE = 1
    APPEND = 2
    SUBTRACT = 3


# ---- describe


def describe_configs(ctx: NodeContext, request: Request) -> DescribeConfigsResponse:
    body: DescribeConfigsRequest = request.body
    spoilt = any(resource.resource_type not in _KINDS for resource in body.resources)
    results = []
    for resource in body.resources:
        row = DescribeConfigsResponseResults(resource_type=resource.resource_type, resource_name=resource.resource_name)
        try:
            if spoilt:
                raise Rejected(ErrorCode.INVALID_REQUEST, "the request names a resource type that does not exist")
            row.configs = _describe(ctx, resource, body)
        except Rejected as error:
            row.error_code, row.error_message = error.kafka_code, error.message
        results.append(row)
    _count_errors(ctx, DESCRIBE_CONFIGS, any(row.error_code for row in results))
    return DescribeConfigsResponse(results=results)


def _describe(
    ctx: NodeContext, resource: DescribeConfigsRequestResources, body: DescribeConfigsRequest
) -> list[DescribeConfigsResponseConfigs]:
    keys = set(resource.configuration_keys) if resource.configuration_keys else None
    settings = ctx.controller.settings

    def wanted(names: Iterable[str]) -> list[str]:
        return [name for name in names if keys is None or name in keys]

    match resource.resource_type:
        case Resource.TOPIC:
            _check_topic_name(resource.resource_name)
            state = ctx.metadata.topics.get(resource.resource_name)
            if state is None:
                raise Rejected(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "")
            return [_row(resolve_topic(name, state.config, settings), body) for name in wanted(TOPIC_SETTINGS)]
        case Resource.NODE if not resource.resource_name:
            rows = {synonym.name: _of_all_nodes(synonym) for synonym in settings.cluster_overrides()}
            return [_row(rows[name], body) for name in wanted(rows)]
        case Resource.NODE:
            _check_node(ctx, resource.resource_name)
            return [_row(settings.resolve(name), body) for name in wanted(NODE_SETTINGS)]
        case Resource.LOGGER:
            _check_node(ctx, resource.resource_name)
            found = loggers.levels()
            return [
                DescribeConfigsResponseConfigs(name=name, value=found[name], config_source=Source.LOGGER)
                for name in wanted(found)
            ]
    raise Rejected(ErrorCode.INVALID_REQUEST, _not_here(resource.resource_type))


def _of_all_nodes(synonym: Synonym) -> Resolved:
    setting = NODE_SETTINGS[synonym.name]
    return Resolved(setting, to_text(setting.parse(synonym.value)), synonym.source, (synonym,), read_only=False)


def _row(resolved: Resolved, body: DescribeConfigsRequest) -> DescribeConfigsResponseConfigs:
    setting = resolved.setting
    row = DescribeConfigsResponseConfigs(
        name=setting.name,
        value=resolved.value,
        read_only=resolved.read_only,
        config_source=resolved.source,
        config_type=setting.type,
        documentation=setting.doc if body.include_documentation else None,
    )
    if body.include_synonyms:
        row.synonyms = [DescribeConfigsResponseSynonyms(s.name, s.value, s.source) for s in resolved.synonyms]
    return row


# ---- alter: the whole set of overrides is replaced


async def alter_configs(ctx: NodeContext, request: Request) -> AlterConfigsResponse:
    body: AlterConfigsRequest = request.body

    async def act(resource: AlterConfigsRequestResources) -> tuple[int, str | None]:
        return await _answered(lambda: _replace(ctx, resource, body.validate_only))

    outcomes = await _each_once(body.resources, act)
    _count_errors(ctx, ALTER_CONFIGS, any(code for code, _ in outcomes))
    return AlterConfigsResponse(
        responses=[
            AlterConfigsResponseResponses(code, message, resource.resource_type, resource.resource_name)
            for resource, (code, message) in zip(body.resources, outcomes, strict=True)
        ]
    )


async def _replace(ctx: NodeContext, resource: AlterConfigsRequestResources, validate_only: bool) -> None:
    if resource.resource_type == Resource.LOGGER:
        raise Rejected(ErrorCode.INVALID_REQUEST, "log levels are changed by IncrementalAlterConfigs")
    _check_keys(config.name for config in resource.configs)
    for config in resource.configs:
        if config.value is None:
            raise Rejected(ErrorCode.INVALID_REQUEST, f"setting {config.name} needs a value")
    before = _overrides(ctx, resource.resource_type, resource.resource_name)
    changes: Changes = dict.fromkeys(before)
    changes |= {config.name: config.value for config in resource.configs}
    await _change(ctx, resource.resource_type, resource.resource_name, changes, validate_only)


# ---- incremental alter: single overrides change


async def incremental_alter_configs(ctx: NodeContext, request: Request) -> IncrementalAlterConfigsResponse:
    body: IncrementalAlterConfigsRequest = request.body

    async def act(resource: IncrementalAlterConfigsRequestResources) -> tuple[int, str | None]:
        return await _answered(lambda: _increment(ctx, resource, body.validate_only))

    outcomes = await _each_once(body.resources, act)
    _count_errors(ctx, INCREMENTAL_ALTER_CONFIGS, any(code for code, _ in outcomes))
    return IncrementalAlterConfigsResponse(
        responses=[
            IncrementalAlterConfigsResponseResponses(code, message, resource.resource_type, resource.resource_name)
            for resource, (code, message) in zip(body.resources, outcomes, strict=True)
        ]
    )


async def _increment(ctx: NodeContext, resource: IncrementalAlterConfigsRequestResources, validate_only: bool) -> None:
    kind, name = resource.resource_type, resource.resource_name
    _check_keys(config.name for config in resource.configs)
    for config in resource.configs:
        if config.config_operation != Operation.DELETE and config.value is None:
            raise Rejected(ErrorCode.INVALID_REQUEST, f"setting {config.name} needs a value")
    if kind == Resource.LOGGER:
        _set_levels(ctx, resource, validate_only)
        return
    before = _overrides(ctx, kind, name)
    table = TOPIC_SETTINGS if kind == Resource.TOPIC else NODE_SETTINGS
    changes: Changes = {}
    for config in resource.configs:
        changes[config.name] = _after(ctx, kind, config, before, table)
    await _change(ctx, kind, name, changes, validate_only)


def _after(
    ctx: NodeContext,
    kind: int,
    config: IncrementalAlterConfigsRequestConfigs,
    before: Mapping[str, str],
    table: Mapping[str, Setting],
) -> str | None:
    """The override that one increment leads to; None: no override."""
    if config.config_operation == Operation.DELETE:
        return None
    if config.config_operation == Operation.SET:
        return config.value
    if config.config_operation not in (Operation.APPEND, Operation.SUBTRACT):
        raise Rejected(
            ErrorCode.INVALID_REQUEST,
            f"operation {config.config_operation} does not exist; use 0 set, 1 delete, 2 append, 3 subtract",
        )
    setting = table.get(config.name)
    if setting is None or setting.type is not SettingType.LIST:
        raise Rejected(
            ErrorCode.INVALID_CONFIG, f"{config.name} is not a list, it cannot be appended to or subtracted from"
        )
    settings = ctx.controller.settings
    current = (
        resolve_topic(config.name, before, settings).value
        if kind == Resource.TOPIC
        else before.get(config.name, settings.text(config.name))
    )
    items = _items(current)
    given = _items(config.value)
    if config.config_operation == Operation.APPEND:
        items += [item for item in given if item not in items]
    else:
        items = [item for item in items if item not in given]
    return ",".join(items)


def _items(text: str | None) -> list[str]:
    return [item.strip() for item in text.split(",") if item.strip()] if text else []


def _set_levels(ctx: NodeContext, resource: IncrementalAlterConfigsRequestResources, validate_only: bool) -> None:
    _check_node(ctx, resource.resource_name)
    changes = []
    for config in resource.configs:
        if config.config_operation not in (Operation.SET, Operation.DELETE):
            raise Rejected(ErrorCode.INVALID_REQUEST, "a log level can be set or deleted, nothing else")
        level = None if config.config_operation == Operation.DELETE else config.value
        changes.append(loggers.check(config.name, level))
    if not validate_only:
        for change in changes:
            loggers.apply(change)


# ---- both


def _overrides(ctx: NodeContext, kind: int, name: str) -> Mapping[str, str]:
    """What is set now, after checking that the resource exists. Raises Rejected."""
    if kind == Resource.TOPIC:
        if not name:
            raise Rejected(ErrorCode.INVALID_REQUEST, "there are no default topic settings; change the nodes' settings")
        _check_topic_name(name)
        if name not in ctx.metadata.topics:
            raise Rejected(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, f"there is no topic '{name}'")
        return ctx.controller.topic_overrides(name)
    if kind == Resource.NODE:
        if name:
            _check_node(ctx, name)
        return ctx.controller.node_overrides(ctx.node_id if name else None)
    raise Rejected(ErrorCode.INVALID_REQUEST, _not_here(kind))


async def _change(ctx: NodeContext, kind: int, name: str, changes: Changes, validate_only: bool) -> None:
    if kind == Resource.TOPIC:
        check_config(ctx.metadata.topics[name], changes)
        await ctx.controller.alter_topic_config(name, changes, validate_only=validate_only)
    else:
        node_id = ctx.node_id if name else None
        await ctx.controller.alter_node_config(node_id, changes, validate_only=validate_only)


def _check_topic_name(name: str) -> None:
    problem = topic_name_problem(name)
    if problem is not None and split_materialised(name) is None:
        raise Rejected(ErrorCode.INVALID_TOPIC_EXCEPTION, f"invalid topic name: {problem}")


def _check_node(ctx: NodeContext, name: str) -> None:
    """Settings of a node are asked of, and changed on, the node itself."""
    if not name.isascii() or not name.lstrip("-").isdecimal():
        raise Rejected(ErrorCode.INVALID_REQUEST, f"'{name[:100]}' is not a node id; node ids are numbers")
    if name != str(ctx.node_id):
        raise Rejected(ErrorCode.INVALID_REQUEST, f"this is node {ctx.node_id}; ask node {name[:20]} about itself")


def _check_keys(names: Iterable[str]) -> None:
    twice = repeated(names)
    if twice:
        raise Rejected(ErrorCode.INVALID_REQUEST, f"the request names setting '{min(twice)[:200]}' more than once")


def _not_here(kind: int) -> str:
    if kind in _KINDS - _HERE:
        return f"settings of {Resource(kind).name.lower().replace('_', ' ')} resources do not exist here"
    return f"resource type {kind} does not exist"


Altered = TypeVar("Altered", AlterConfigsRequestResources, IncrementalAlterConfigsRequestResources)
Outcome = tuple[int, str | None]


async def _each_once(resources: Sequence[Altered], act: Callable[[Altered], Awaitable[Outcome]]) -> list[Outcome]:
    """Act on resources that are named once, refuse those named more often."""
    twice = repeated((resource.resource_type, resource.resource_name) for resource in resources)

    async def once(resource: Altered) -> Outcome:
        if (resource.resource_type, resource.resource_name) in twice:
            return ErrorCode.INVALID_REQUEST, "the request names this resource more than once"
        return await act(resource)

    return await each(resources, once)


async def _answered(act: Callable[[], Awaitable[None]]) -> Outcome:
    try:
        await act()
    except (Rejected, Retriable) as error:
        return error.kafka_code, error.message
    return ErrorCode.NONE, None


def _count_errors(ctx: NodeContext, key: int, failed: bool) -> None:
    if failed:
        ctx.error_counter(key).value += 1


HANDLERS = {
    DESCRIBE_CONFIGS: describe_configs,
    ALTER_CONFIGS: alter_configs,
    INCREMENTAL_ALTER_CONFIGS: incremental_alter_configs,
}
