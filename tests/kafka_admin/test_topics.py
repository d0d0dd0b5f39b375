"""CreateTopics, DeleteTopics, CreatePartitions over a socket: what belongs to clients and what does not.

What Apache Kafka answers too is held against it in tests/differential; here is what it does not have.
"""

from __future__ import annotations

import pytest

from headrace_testing.broker import InProcessBroker
from headrace_testing.wire import UUID_ZERO, RawConnection

POLICY_VIOLATION, INVALID_TOPIC, INVALID_REQUEST = 44, 17, 42


def topic(name: str, partitions: int = 1, **configs: str | None) -> dict:
    settings = [{"name": key.replace("_", "."), "value": value} for key, value in configs.items()]
    return {"name": name, "num_partitions": partitions, "replication_factor": -1, "configs": settings}


def create(ask, version: int, *topics: dict, validate_only: bool = False) -> list[dict]:
    return ask("create_topics", version, topics=list(topics), timeout=5000, validate_only=validate_only)["topics"]


def delete(ask, *names: str) -> list[tuple[int, str | None]]:
    topics = [{"name": name, "topic_id": UUID_ZERO} for name in names]
    answers = ask("delete_topics", 6, topics=topics, timeout=5000)["responses"]
    return [(answer["error_code"], answer["error_message"]) for answer in answers]


def grow(ask, name: str, count: int) -> tuple[int, str | None]:
    rows = [{"name": name, "count": count, "assignments": None}]
    (answer,) = ask("create_partitions", 3, topics=rows, timeout=5000, validate_only=False)["results"]
    return answer["error_code"], answer["error_message"]


def materialise(broker: InProcessBroker, parent: str, key: str) -> str:
    name = f"{parent}-${key}$"
    broker.wait(broker.controller.ensure_topic(name, parent=parent, owner_script=key))
    return name


@pytest.mark.parametrize("version", range(2, 8))
def test_every_version_creates_a_topic_that_can_be_used_at_once(ask, broker, name, version) -> None:
    (answer,) = create(ask, version, topic(name, 2, retention_ms="77"))
    assert answer["error_code"] == 0
    assert broker.partition(name, 1).settings.retention_ms == 77
    if version >= 5:
        assert (answer["num_partitions"], answer["replication_factor"]) == (2, 1)
        settings = {config["name"]: (config["value"], config["config_source"]) for config in answer["configs"]}
        assert settings["retention.ms"] == ("77", 1)
        assert settings["headrace.flush"] == ("fsync", 5)
    if version >= 7:
        assert answer["topic_id"] == broker.controller.metadata.topics[name].topic_id


def test_errors_say_what_to_do(ask, name) -> None:
    for refused, part in (
        (topic("a b"), "characters other than letters"),
        (topic(name, 0), "1 or more, or -1"),
        (topic(name, 3000), "headrace.partitions.per.topic.max"),
        (topic(name, 1, compression_type="gzip"), "set compression.type in the producer"),
        (topic(name, 1, remote_storage_enable="true"), "no tiered storage"),
        (topic(name) | {"replication_factor": 3}, "ask for fewer or add nodes"),
        (topic(name, 1, flush_ms="1000", headrace_flush="write-behind"), "headrace.flush=fsync"),
    ):
        (answer,) = create(ask, 7, refused)
        assert answer["error_code"]
        assert part in answer["error_message"]


def test_internal_topics_are_not_for_clients(ask, broker) -> None:
    (answer,) = create(ask, 7, topic("_headrace.audit"))
    assert answer["error_code"] == INVALID_TOPIC
    broker.wait(
        broker.controller.ensure_topic(
            "_headrace.progress", partitions=1, internal=True, configs={"cleanup.policy": "compact"}
        )
    )
    ((code, message),) = delete(ask, "_headrace.progress")
    assert code == POLICY_VIOLATION
    assert "belongs to the cluster" in message
    assert grow(ask, "_headrace.progress", 3)[0] == POLICY_VIOLATION
    change = {"name": "cleanup.policy", "config_operation": 0, "value": "delete"}
    for value, code in ((change, POLICY_VIOLATION), (change | {"name": "segment.ms", "value": "5"}, 0)):
        resource = {"resource_type": 2, "resource_name": "_headrace.progress", "configs": [value]}
        (answer,) = ask("incremental_alter_configs", 1, resources=[resource], validate_only=False)["responses"]
        assert answer["error_code"] == code, answer
    resource = {"resource_type": 2, "resource_name": "_headrace.progress", "configs": []}
    (answer,) = ask("alter_configs", 2, resources=[resource], validate_only=False)["responses"]
    assert answer["error_code"] == POLICY_VIOLATION, "replacing all settings would take cleanup.policy away"


def test_a_materialised_topic_belongs_to_its_script(ask, broker, name) -> None:
    create(ask, 7, topic(name, 2))
    output = materialise(broker, name, "up")
    assert create(ask, 7, topic(f"{name}-$mine$"))[0]["error_code"] == INVALID_TOPIC
    code, message = grow(ask, output, 5)
    assert code == POLICY_VIOLATION
    assert f"add partitions to '{name}'" in message
    ((code, message),) = delete(ask, output)
    assert code == POLICY_VIOLATION
    assert "headrace wasm remove up" in message
    change = {"name": "retention.ms", "config_operation": 0, "value": "55"}
    resource = {"resource_type": 2, "resource_name": output, "configs": [change]}
    (answer,) = ask("incremental_alter_configs", 1, resources=[resource], validate_only=False)["responses"]
    assert answer["error_code"] == 0
    assert broker.partition(output).settings.retention_ms == 55
    assert grow(ask, name, 4) == (0, None)
    assert len(broker.controller.metadata.topics[output].partitions) == 4


def test_output_of_a_script_that_is_gone_may_go(ask, broker, name, monkeypatch) -> None:
    create(ask, 7, topic(name))
    output = materialise(broker, name, "up")
    monkeypatch.setattr(broker.controller, "script_is_deployed", lambda script: False)
    assert delete(ask, output) == [(0, None)]
    assert name in broker.controller.metadata.topics


def test_deleting_an_input_takes_its_output_along(ask, broker, name) -> None:
    create(ask, 7, topic(name))
    output = materialise(broker, name, "up")
    assert delete(ask, name) == [(0, None)]
    assert output not in broker.controller.metadata.topics
    assert broker.on_loop(lambda: broker.table.get(output, 0)) is None


def test_deleting_can_be_forbidden(tmp_path) -> None:
    with (
        InProcessBroker(tmp_path, settings={"delete.topic.enable": "false"}) as broker,
        RawConnection(broker.port) as raw,
    ):
        broker.create_topic("t")
        for version, code in ((1, 42), (3, 73), (6, 73)):
            body = {"topic_names": ["t"], "topics": [{"name": "t", "topic_id": UUID_ZERO}], "timeout": 5000}
            answer = raw.receive("delete_topics", version, raw.send("delete_topics", version, body))
            assert [row["error_code"] for row in answer["responses"]] == [code]
        assert "t" in broker.controller.metadata.topics


def test_hundreds_of_topics_in_one_request(ask, name) -> None:
    names = [f"{name}-{number}" for number in range(300)]
    answers = create(ask, 7, *(topic(each) for each in names))
    assert [answer["name"] for answer in answers] == names
    assert {answer["error_code"] for answer in answers} == {0}
    assert {code for code, _ in delete(ask, *names)} == {0}


def test_a_request_that_would_overfill_the_node_is_refused_in_part(tmp_path) -> None:
    with (
        InProcessBroker(tmp_path, settings={"headrace.partitions.per.node.max": "5"}) as broker,
        RawConnection(broker.port) as raw,
    ):

        def ask(api, version, /, **values):
            return raw.receive(api, version, raw.send(api, version, values))

        answers = create(ask, 7, topic("a", 3), topic("b", 3), topic("c", 2))
        assert [answer["error_code"] for answer in answers] == [0, POLICY_VIOLATION, 0]
        assert len(broker.on_loop(broker.table.all)) == 5
