"""Topics from outside: create, delete, add partitions."""

from __future__ import annotations

from collections.abc import Mapping

from headrace.client.wire import KafkaWire, check
from headrace.protocol.generated.k19_create_topics import API as CREATE_TOPICS
from headrace.protocol.generated.k19_create_topics import (
    CreateTopicsRequest,
    CreateTopicsRequestConfigs,
    CreateTopicsRequestTopics,
)
from headrace.protocol.generated.k20_delete_topics import API as DELETE_TOPICS
from headrace.protocol.generated.k20_delete_topics import DeleteTopicsRequest, DeleteTopicsRequestTopics
from headrace.protocol.generated.k37_create_partitions import API as CREATE_PARTITIONS
from headrace.protocol.generated.k37_create_partitions import CreatePartitionsRequest, CreatePartitionsRequestTopics

TIMEOUT_MS = 30_000
TOPIC_ALREADY_EXISTS = 36


async def create_topic(
    wire: KafkaWire,
    name: str,
    *,
    partitions: int,
    replication_factor: int,
    configs: Mapping[str, str],
    validate_only: bool = False,
) -> None:
    wanted = CreateTopicsRequestTopics(
        name=name,
        num_partitions=partitions,
        replication_factor=replication_factor,
        assignments=[],
        configs=[CreateTopicsRequestConfigs(name=key, value=value) for key, value in configs.items()],
    )
    request = CreateTopicsRequest(topics=[wanted], timeout_ms=TIMEOUT_MS, validate_only=validate_only)
    answer = await wire.call_controller(CREATE_TOPICS, request)
    check(answer.topics[0].error_code, answer.topics[0].error_message, f"topic {name}")


async def delete_topic(wire: KafkaWire, name: str) -> None:
    request = DeleteTopicsRequest(
        topics=[DeleteTopicsRequestTopics(name=name)], topic_names=[name], timeout_ms=TIMEOUT_MS
    )
    answer = await wire.call_controller(DELETE_TOPICS, request)
    result = answer.responses[0]
    check(result.error_code, result.error_message, f"topic {name}")


async def add_partitions(wire: KafkaWire, name: str, total: int) -> None:
    wanted = CreatePartitionsRequestTopics(name=name, count=total, assignments=None)
    request = CreatePartitionsRequest(topics=[wanted], timeout_ms=TIMEOUT_MS, validate_only=False)
    answer = await wire.call_controller(CREATE_PARTITIONS, request)
    check(answer.results[0].error_code, answer.results[0].error_message, f"topic {name}")
