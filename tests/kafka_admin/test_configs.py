"""Settings over a socket: what the differential suite cannot see, as Apache Kafka has it not or does it otherwise."""

from __future__ import annotations

import asyncio
import logging

import pytest

from headrace.contract.settings import NODE_SETTINGS, TOPIC_SETTINGS

TOPIC, NODE, LOGGER, GROUP = 2, 4, 8, 32
SET, DELETE, APPEND, SUBTRACT = range(4)


def describe(ask, kind: int, name: str, keys: list[str] | None = None, version: int = 4, **values) -> dict:
    resource = {"resource_type": kind, "resource_name": name, "configuration_keys": keys}
    (result,) = ask("describe_configs", version, resources=[resource], **values)["results"]
    return result


def values_of(result: dict) -> dict[str, str | None]:
    return {config["name"]: config["value"] for config in result["configs"]}


def alter(ask, kind: int, name: str, *changes: tuple[str, int, str | None], validate_only: bool = False):
    rows = [{"name": key, "config_operation": operation, "value": value} for key, operation, value in changes]
    resource = {"resource_type": kind, "resource_name": name, "configs": rows}
    answer = ask("incremental_alter_configs", 1, resources=[resource], validate_only=validate_only)
    return answer["responses"][0]["error_code"], answer["responses"][0]["error_message"]


@pytest.fixture
def topic(broker, name) -> str:
    broker.create_topic(name)
    return name


@pytest.mark.parametrize("version", range(1, 5))
def test_everything_is_listed_with_type_and_text(ask, topic, version) -> None:
    for kind, name, table in ((TOPIC, topic, TOPIC_SETTINGS), (NODE, "1", NODE_SETTINGS)):
        result = describe(ask, kind, name, version=version, include_synonyms=True, include_documentation=True)
        assert result["error_code"] == 0
        assert {config["name"] for config in result["configs"]} == set(table)
        if version >= 3:
            for config in result["configs"]:
                assert config["config_type"] == table[config["name"]].type
                assert config["documentation"] == table[config["name"]].doc


def test_a_setting_of_ours_is_set_and_taken_away(ask, broker, topic) -> None:
    assert alter(ask, TOPIC, topic, ("headrace.flush", SET, "write-behind")) == (0, None)
    assert broker.partition(topic).settings.flush == "write-behind"
    code, message = alter(ask, TOPIC, topic, ("flush.messages", SET, "1"))
    assert code == 40
    assert "headrace.flush=fsync" in message
    assert alter(ask, TOPIC, topic, ("headrace.flush", DELETE, None)) == (0, None)
    assert broker.partition(topic).settings.flush == "fsync"


def test_what_is_listed_but_fixed_is_refused_with_the_reason(ask, topic) -> None:
    for name, setting in TOPIC_SETTINGS.items():
        if setting.only:
            assert alter(ask, TOPIC, topic, (name, SET, setting.default)) == (0, None)
            other = {"false": "true", "producer": "zstd"}.get(setting.default, "7" if setting.default else "0:1")
            code, message = alter(ask, TOPIC, topic, (name, SET, other))
            assert code == 40
            assert setting.only in message


def test_many_who_append_at_once_all_count(broker, topic) -> None:
    """Each increment builds on those that are still on their way to disk."""
    from headrace.kafka.context import Request
    from headrace.kafka.handlers.configs import incremental_alter_configs
    from headrace.protocol.generated.k44_incremental_alter_configs import (
        IncrementalAlterConfigsRequest,
        IncrementalAlterConfigsRequestConfigs,
        IncrementalAlterConfigsRequestResources,
    )

    def request(operation: int, value: str) -> Request:
        change = IncrementalAlterConfigsRequestConfigs("cleanup.policy", operation, value)
        resource = IncrementalAlterConfigsRequestResources(TOPIC, topic, [change])
        return Request(1, 0, None, IncrementalAlterConfigsRequest([resource]))

    async def body() -> None:
        answers = await asyncio.gather(
            incremental_alter_configs(broker.ctx, request(APPEND, "compact")),
            incremental_alter_configs(broker.ctx, request(SUBTRACT, "delete")),
            incremental_alter_configs(broker.ctx, request(APPEND, "delete")),
        )
        assert [answer.responses[0].error_code for answer in answers] == [0, 0, 0]

    broker.wait(body())
    assert broker.controller.metadata.topics[topic].config["cleanup.policy"] == "compact,delete"


def test_node_settings_change_defaults_of_every_topic(ask, broker, topic) -> None:
    assert alter(ask, NODE, "", ("message.max.bytes", SET, "5000")) == (0, None)
    assert values_of(describe(ask, TOPIC, topic, ["max.message.bytes"])) == {"max.message.bytes": "5000"}
    assert values_of(describe(ask, NODE, "")) == {"message.max.bytes": "5000"}
    assert alter(ask, NODE, "1", ("message.max.bytes", SET, "6000")) == (0, None)
    assert values_of(describe(ask, TOPIC, topic, ["max.message.bytes"])) == {"max.message.bytes": "6000"}
    for name in ("1", ""):
        assert alter(ask, NODE, name, ("message.max.bytes", DELETE, None)) == (0, None)
    assert values_of(describe(ask, TOPIC, topic, ["max.message.bytes"])) == {"max.message.bytes": "1048588"}


def test_an_unknown_node_setting_is_refused(ask) -> None:
    """Kafka takes it in silence."""
    code, message = alter(ask, NODE, "1", ("no.such.setting", SET, "1"))
    assert code == 40
    assert "no.such.setting" in message


def test_log_levels(ask) -> None:
    logger = logging.getLogger("headrace.kafka.handlers.probe")
    name = logger.name
    assert values_of(describe(ask, LOGGER, "1", ["root", name]))[name] in {"WARN", "INFO", "DEBUG", "ERROR", "TRACE"}
    assert alter(ask, LOGGER, "1", (name, SET, "DEBUG"), validate_only=True) == (0, None)
    assert logger.level == logging.NOTSET
    assert alter(ask, LOGGER, "1", (name, SET, "DEBUG")) == (0, None)
    assert logger.level == logging.DEBUG
    assert values_of(describe(ask, LOGGER, "1", [name])) == {name: "DEBUG"}
    assert alter(ask, LOGGER, "1", (name, SET, "WARN"), ("no.such.logger", SET, "INFO"))[0] == 40
    assert logger.level == logging.DEBUG, "one bad change must undo the others"
    assert alter(ask, LOGGER, "1", (name, DELETE, None)) == (0, None)
    assert logger.level == logging.NOTSET


def test_groups_have_no_settings_here(ask) -> None:
    result = describe(ask, GROUP, "g")
    assert result["error_code"] == 42
    assert "group" in result["error_message"]


def test_materialised_and_internal_topics_can_be_described(ask, broker, topic) -> None:
    broker.wait(broker.controller.ensure_topic(f"{topic}-$up$", parent=topic, owner_script="up"))
    assert describe(ask, TOPIC, f"{topic}-$up$")["error_code"] == 0
    assert describe(ask, TOPIC, f"{topic}-$down$")["error_code"] == 3
