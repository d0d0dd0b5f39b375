"""Six real clients against a real node, and the same programs against Apache Kafka: right on both sides.

The topic whose name has `$` is a materialised one, made as users make it: by deploying a script.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from headrace_testing.clients import CLIENTS, Client, table
from headrace_testing.kafka_oracle import KafkaBroker
from headrace_testing.node import NodeProcess
from headrace_testing.requirements import need

SETTINGS = {"num.partitions": "2"}
SCRIPT = b"""
const { SimpleTransform, PolicyInjection } = require("headrace");
const transform = new SimpleTransform();
const shout = (record) => ({ ...record, value: Buffer.from(record.value.toString().toUpperCase()) });
transform.subscribe([["colours", PolicyInjection.Earliest]]);
transform.processRecord(async (batch) => new Map([
  ["upper", batch.map(({ header, records }) => ({ header, records: records.map(shout) }))],
]));
exports.default = transform;
"""
DOLLAR_TOPIC = "colours-$upper$"
DOLLAR_VALUES = ["GREEN", "OLD", "SEA"]


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with NodeProcess(tmp_path_factory.mktemp("node"), settings=SETTINGS) as process:
        yield process.kafka


@pytest.fixture(scope="module")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with KafkaBroker(need("kafka"), tmp_path_factory.mktemp("kafka"), SETTINGS) as broker:
        yield broker.bootstrap


@pytest.fixture(scope="module")
def dollar_topic(node: str) -> str:
    """A materialised topic with three records, whose name no client may create."""
    common = {"bootstrap.servers": node, "log_level": 0}
    admin = AdminClient(common)
    admin.create_topics([NewTopic("colours", 1, 1)])["colours"].result(20)
    producer = Producer(common)
    for value in DOLLAR_VALUES:
        producer.produce("colours", value.lower(), partition=0)
    producer.produce("_headrace.transforms", SCRIPT, key="upper")
    assert producer.flush(20) == 0
    consumer = Consumer({**common, "group.id": "watch", "allow.auto.create.topics": False})
    deadline = time.monotonic() + 60
    while True:
        try:
            end = consumer.get_watermark_offsets(TopicPartition(DOLLAR_TOPIC, 0), timeout=5)[1]
        except Exception:
            end = 0
        if end == len(DOLLAR_VALUES):
            break
        assert time.monotonic() < deadline, f"{DOLLAR_TOPIC} has {end} records after 60 s"
        time.sleep(0.1)
    consumer.close()
    return DOLLAR_TOPIC


@pytest.fixture(scope="module")
def results() -> Iterator[dict[str, dict[str, Any]]]:
    collected: dict[str, dict[str, Any]] = {}
    yield collected
    expected = {client.name: _with_dollar(client) for client in CLIENTS}
    print(f"\n{table(collected, expected)}")


def _with_dollar(client: Client) -> dict[str, Any]:
    return dict(client.expected) | {"dollar": DOLLAR_VALUES}


@pytest.mark.clients
@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.name)
def test_against_a_node(client: Client, node: str, dollar_topic: str, results: dict[str, dict[str, Any]]) -> None:
    client.need()
    results[client.name] = client.run(node, f"m{uuid.uuid4().hex[:8]}", dollar_topic)
    assert results[client.name] == _with_dollar(client)


@pytest.mark.clients
@pytest.mark.oracle
@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.name)
def test_against_apache_kafka(client: Client, kafka: str) -> None:
    """The same program says the same to Apache Kafka, so the matrix asks for nothing that Kafka does not give."""
    client.need()
    assert client.run(kafka, f"m{uuid.uuid4().hex[:8]}") == client.expected
