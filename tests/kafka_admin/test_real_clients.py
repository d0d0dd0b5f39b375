"""kafka-python's and librdkafka's admin clients against a real node, and a node that is killed while they work."""

from __future__ import annotations

import random
import threading
import time

import pytest
from confluent_kafka import KafkaException
from confluent_kafka.admin import (
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewPartitions,
    NewTopic,
    ResourceType,
)
from kafka.admin import ConfigResource as PyConfigResource
from kafka.admin import ConfigResourceType as PyConfigResourceType
from kafka.admin import KafkaAdminClient

from headrace_testing.node import NodeProcess
from headrace_testing.wire import ConnectionLost, RawConnection


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    with NodeProcess(tmp_path_factory.mktemp("node")) as running:
        yield running


@pytest.fixture(scope="module")
def librdkafka(node):
    return AdminClient({"bootstrap.servers": node.kafka, "socket.timeout.ms": 10_000})


def done(futures) -> list:
    return [future.result(15) for future in futures.values()]


def topic_names(librdkafka) -> set[str]:
    return set(librdkafka.list_topics(timeout=10).topics)


def test_librdkafka_creates_grows_configures_and_deletes(librdkafka) -> None:
    done(librdkafka.create_topics([NewTopic("l", 2, 1, config={"retention.ms": "5000"}), NewTopic("m", 1, 1)]))
    assert len(librdkafka.list_topics("l", timeout=10).topics["l"].partitions) == 2
    done(librdkafka.create_partitions([NewPartitions("l", 5)]))
    assert len(librdkafka.list_topics("l", timeout=10).topics["l"].partitions) == 5

    resource = ConfigResource(ResourceType.TOPIC, "l")
    (config,) = done(librdkafka.describe_configs([resource]))
    assert config["retention.ms"].value == "5000"
    assert config["segment.bytes"].is_default
    change = ConfigEntry("cleanup.policy", "compact", incremental_operation=AlterConfigOpType.APPEND)
    done(librdkafka.incremental_alter_configs([ConfigResource(ResourceType.TOPIC, "l", incremental_configs=[change])]))
    (config,) = done(librdkafka.describe_configs([resource]))
    assert config["cleanup.policy"].value == "delete,compact"
    (config,) = done(librdkafka.describe_configs([ConfigResource(ResourceType.BROKER, "1")]))
    assert config["num.partitions"].is_read_only
    cluster = librdkafka.describe_cluster().result(10)
    assert [broker.id for broker in cluster.nodes] == [1]
    assert cluster.controller.id == 1

    with pytest.raises(KafkaException, match="exists already"):
        done(librdkafka.create_topics([NewTopic("l", 1, 1)]))
    done(librdkafka.delete_topics(["l", "m"]))
    assert not {"l", "m"} & topic_names(librdkafka)
    done(librdkafka.create_topics([NewTopic("l", 1, 1)]))
    assert len(librdkafka.list_topics("l", timeout=10).topics["l"].partitions) == 1


def test_kafka_python_creates_configures_and_deletes(node) -> None:
    client = KafkaAdminClient(bootstrap_servers=node.kafka)
    try:
        client.create_topics({"k": {"num_partitions": 3, "replication_factor": 1}})
        assert len(client.describe_topics(["k"])[0]["partitions"]) == 3
        client.alter_configs([PyConfigResource(PyConfigResourceType.TOPIC, "k", {"retention.ms": "1234"})])
        found = client.describe_configs([PyConfigResource(PyConfigResourceType.TOPIC, "k")])
        assert "1234" in str(found)
        client.create_partitions({"k": 4})
        assert len(client.describe_topics(["k"])[0]["partitions"]) == 4
        client.delete_topics(["k"])
        assert "k" not in client.list_topics()
    finally:
        client.close()


def test_killed_at_any_moment_it_keeps_what_it_answered(tmp_path) -> None:
    """Topics are made, changed and deleted as fast as they are answered, while the node is killed again and again."""
    chance = random.Random(5)
    with NodeProcess(tmp_path / "node") as node:
        story = _Story(chance)
        for _ in range(8):
            killer = threading.Timer(chance.uniform(0.02, 0.4), node.kill)
            killer.start()
            story.work(node.port)
            killer.join()
            node.start()
            story.check(node.port)


class _Story:
    """What was answered, and what was only asked."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.numbers = iter(range(1_000_000))
        #: Topic to its retention.ms: answered.
        self.known: dict[str, str] = {}
        #: The request that was under way when the node died.
        self.asked: tuple[str, str, str] | None = None

    def work(self, port: int) -> None:
        try:
            with RawConnection(port) as raw:
                deadline_s = time.monotonic() + 20
                while time.monotonic() < deadline_s:
                    self._one(raw)
        except (ConnectionLost, OSError):
            return
        raise AssertionError("the node was not killed")

    def _one(self, raw: RawConnection) -> None:
        kind = self.chance.choice(["create", "create", "alter", "delete"])
        if kind == "create" or not self.known:
            kind, name = "create", f"t{next(self.numbers)}"
        else:
            name = self.chance.choice(sorted(self.known))
        value = str(next(self.numbers) + 1)
        self.asked = kind, name, value
        match kind:
            case "create":
                setting = {"name": "retention.ms", "value": value}
                topic = {"name": name, "num_partitions": 2, "replication_factor": 1, "configs": [setting]}
                api, version, body, rows = "create_topics", 5, {"topics": [topic]}, "topics"
            case "alter":
                change = {"name": "retention.ms", "config_operation": 0, "value": value}
                resource = {"resource_type": 2, "resource_name": name, "configs": [change]}
                api, version, body, rows = "incremental_alter_configs", 1, {"resources": [resource]}, "responses"
            case _:
                api, version, body, rows = "delete_topics", 4, {"topic_names": [name]}, "responses"
        answer = raw.receive(api, version, raw.send(api, version, body))
        assert [row["error_code"] for row in answer[rows]] == [0], answer
        self._happened()

    def _happened(self) -> None:
        assert self.asked is not None
        kind, name, value = self.asked
        if kind == "delete":
            del self.known[name]
        else:
            self.known[name] = value
        self.asked = None

    def check(self, port: int) -> None:
        found = self._look(port)
        if found != self.known and self.asked is not None:
            self._happened()  # it was durable before the answer could be sent
        self.asked = None
        assert found == self.known

    def _look(self, port: int) -> dict[str, str]:
        with RawConnection(port) as raw:
            answer = raw.receive("metadata", 8, raw.send("metadata", 8, {"topics": None}))
            names = [row["name"] for row in answer["topics"] if not row["is_internal"]]
            resources = [
                {"resource_type": 2, "resource_name": name, "configuration_keys": ["retention.ms"]} for name in names
            ]
            answer = raw.receive("describe_configs", 4, raw.send("describe_configs", 4, {"resources": resources}))
            return {row["resource_name"]: row["configs"][0]["value"] for row in answer["results"]}
