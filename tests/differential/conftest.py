"""One Apache Kafka and one node of ours per test run; every scenario uses topics and groups of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from headrace_testing.differential import Both, Broker, Session, load_known
from headrace_testing.kafka_oracle import KafkaBroker
from headrace_testing.requirements import need

KNOWN_DIFFERENCES = Path(__file__).parent / "known_differences.yaml"

#: Settings given to both brokers under the same names, so that defaults can't differ by accident.
SAME_SETTINGS = {
    "num.partitions": "2",
    "message.max.bytes": "1000000",
    # Most batches here carry timestamps of 2023, which the default retention would take away under the test.
    "log.retention.check.interval.ms": "3600000",
}


@pytest.fixture(scope="session")
def kafka_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    with KafkaBroker(need("kafka"), tmp_path_factory.mktemp("kafka"), SAME_SETTINGS) as broker:
        yield settled(Broker("Apache Kafka", broker.port))


@pytest.fixture(scope="session")
def our_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker | None]:
    mode = os.environ.get("HEADRACE_DIFFERENTIAL")
    if mode == "kafka-only":  # to write scenarios without a node
        yield None
        return
    if mode == "kafka-twice":  # to see that the suite itself finds no difference where there is none
        with KafkaBroker(need("kafka"), tmp_path_factory.mktemp("kafka"), SAME_SETTINGS) as broker:
            yield settled(Broker("second Kafka", broker.port))
        return
    from headrace_testing.node import NodeProcess

    with NodeProcess(tmp_path_factory.mktemp("node"), node_id=1, settings=SAME_SETTINGS) as node:
        yield settled(Broker("ours", node.port))


@pytest.fixture
def both(kafka_broker: Broker, our_broker: Broker | None) -> Both:
    return Both(kafka_broker, our_broker, load_known(KNOWN_DIFFERENCES))


def settled(broker: Broker) -> Broker:
    """Wait until the group coordinator's topic exists and is led, so that no scenario has to."""
    session = Session(broker, "settle")
    with session.cleanup:
        session.ask("find_coordinator", 3, {"key": "settle", "key_type": 0})
        session.ask("offset_fetch", 5, {"group_id": "settle", "topics": []})
        session.ask("init_producer_id", 4, {"transactional_id": None, "transaction_timeout": 1000})
    return broker
