"""Settings of topics, nodes and the cluster from outside: show, set, put back to the default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from headrace.client.errors import Refused
from headrace.client.wire import KafkaWire, check
from headrace.protocol.generated.k32_describe_configs import API as DESCRIBE_CONFIGS
from headrace.protocol.generated.k32_describe_configs import DescribeConfigsRequest, DescribeConfigsRequestResources
from headrace.protocol.generated.k44_incremental_alter_configs import API as INCREMENTAL_ALTER_CONFIGS
from headrace.protocol.generated.k44_incremental_alter_configs import (
    IncrementalAlterConfigsRequest,
    IncrementalAlterConfigsRequestConfigs,
    IncrementalAlterConfigsRequestResources,
)

RESOURCE_TOPIC, RESOURCE_BROKER = 2, 4
OPERATION_SET, OPERATION_DELETE = 0, 1
# DescribeConfigs: where a value comes from.
SOURCE_NAMES = {1: "topic", 2: "broker", 3: "cluster", 4: "file", 5: "default"}


@dataclass(slots=True)
class ConfigEntry:
    name: str
    value: str | None
    source: str
    read_only: bool
    documentation: str | None = None


async def describe_configs(
    wire: KafkaWire, resource_type: int, name: str, *, documentation: bool = False
) -> list[ConfigEntry]:
    request = DescribeConfigsRequest(
        resources=[
            DescribeConfigsRequestResources(resource_type=resource_type, resource_name=name, configuration_keys=None)
        ],
        include_synonyms=False,
        include_documentation=documentation,
    )
    if resource_type == RESOURCE_BROKER and name:
        answer = await wire.call_node(int(name), DESCRIBE_CONFIGS, request)
    else:
        answer = await wire.call(DESCRIBE_CONFIGS, request)
    result = answer.results[0]
    check(result.error_code, result.error_message, name or "cluster")
    return sorted(
        (
            ConfigEntry(
                entry.name,
                entry.value,
                SOURCE_NAMES.get(entry.config_source, str(entry.config_source)),
                entry.read_only,
                entry.documentation,
            )
            for entry in result.configs
        ),
        key=lambda entry: entry.name,
    )


async def alter_configs(wire: KafkaWire, resource_type: int, name: str, changes: Mapping[str, str | None]) -> None:
    """Set these keys, or put them back to their defaults where the value is None; others stay."""
    if not changes:
        raise Refused(0, "name at least one key=value to set, or key= to put it back to its default")
    configs = [
        IncrementalAlterConfigsRequestConfigs(
            name=key, config_operation=OPERATION_DELETE if value is None else OPERATION_SET, value=value
        )
        for key, value in changes.items()
    ]
    resource = IncrementalAlterConfigsRequestResources(resource_type=resource_type, resource_name=name, configs=configs)
    request = IncrementalAlterConfigsRequest(resources=[resource], validate_only=False)
    answer = await wire.call_controller(INCREMENTAL_ALTER_CONFIGS, request)
    check(answer.responses[0].error_code, answer.responses[0].error_message, name or "cluster")
