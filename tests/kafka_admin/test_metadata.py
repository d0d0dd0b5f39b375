"""Metadata, DescribeCluster and DescribeTopicPartitions over a socket, beyond what the differential suite holds."""

from __future__ import annotations

import pytest

from headrace_testing.broker import InProcessBroker
from headrace_testing.wire import UUID_ZERO, RawConnection


def rows(ask, version: int, topics: list | None, **values) -> dict[str, dict]:
    answer = ask("metadata", version, topics=topics, **values)
    assert answer["brokers"][0]["node_id"] == 1
    return {row["name"]: row for row in answer["topics"]}


@pytest.mark.parametrize("version", range(14))
def test_a_topic_comes_by_asking_and_is_in_the_answer(ask, broker, name, version) -> None:
    found = rows(ask, version, [{"name": name}], allow_auto_topic_creation=True)
    assert found[name]["error_code"] == 0
    assert found[name]["partitions"][0]["leader_id"] == 1
    assert broker.partition(name).log_end_offset == 0


def test_asking_creates_only_what_may_be(ask, broker, name) -> None:
    asked = [{"name": each} for each in ("__consumer_offsets", "_headrace.logs", f"{name}-$x$", "a b", name)]
    found = rows(ask, 8, asked, allow_auto_topic_creation=True)
    assert [found[row["name"]]["error_code"] for row in asked] == [3, 3, 3, 17, 0]
    found = rows(ask, 8, [{"name": f"{name}-not"}], allow_auto_topic_creation=False)
    assert found[f"{name}-not"]["error_code"] == 3


def test_auto_creation_can_be_switched_off(tmp_path) -> None:
    with (
        InProcessBroker(tmp_path, settings={"auto.create.topics.enable": "false"}) as broker,
        RawConnection(broker.port) as raw,
    ):
        body = {"topics": [{"name": "t"}], "allow_auto_topic_creation": True}
        answer = raw.receive("metadata", 8, raw.send("metadata", 8, body))
        assert answer["topics"][0]["error_code"] == 3


def test_an_answer_is_never_older_than_the_last_change(ask, broker, name) -> None:
    """Rows are kept between requests; every change must show."""

    def shown() -> tuple[int, int, bytes]:
        row = rows(ask, 12, [{"name": name}], allow_auto_topic_creation=False)[name]
        return row["error_code"], len(row["partitions"]), row["topic_id"]

    broker.create_topic(name, 1)
    first = shown()
    assert first == shown()
    broker.wait(broker.controller.create_partitions(name, 3))
    assert shown() == (0, 3, first[2])
    broker.wait(broker.controller.delete_topic(name))
    assert shown() == (3, 0, UUID_ZERO)
    broker.create_topic(name, 2)
    assert shown()[:2] == (0, 2)
    assert shown()[2] != first[2]


def test_internal_and_materialised_topics_say_what_they_are(ask, broker, name) -> None:
    broker.create_topic(name, 2)
    broker.wait(broker.controller.ensure_topic(f"{name}-$up$", parent=name, owner_script="up"))
    broker.wait(broker.controller.ensure_topic("_headrace.transforms", partitions=1, internal=True))
    found = rows(ask, 12, None)
    assert found["_headrace.transforms"]["is_internal"]
    assert not found[f"{name}-$up$"]["is_internal"]
    assert len(found[f"{name}-$up$"]["partitions"]) == 2


def test_all_partitions_page_by_page(ask, broker, name) -> None:
    for number in range(5):
        broker.create_topic(f"{name}-{number}", number + 1)
    wanted = {
        (topic.name, partition.index)
        for topic in broker.controller.metadata.topics.values()
        for partition in topic.partitions
    }
    for limit in (1, 2, 3, 7, 1000):
        seen, cursor = [], None
        for _ in range(2 * len(wanted) + 2):
            answer = ask("describe_topic_partitions", 0, topics=[], response_partition_limit=limit, cursor=cursor)
            page = [
                (topic["name"], row["partition_index"]) for topic in answer["topics"] for row in topic["partitions"]
            ]
            assert 0 < len(page) <= limit
            seen += page
            cursor = answer["next_cursor"]
            if cursor is None:
                break
        assert cursor is None
        assert seen == sorted(wanted)


def test_the_controller_is_a_live_broker(ask, broker) -> None:
    answer = ask("describe_cluster", 2, endpoint_type=1)
    assert answer["controller_id"] in {row["broker_id"] for row in answer["brokers"]}
    assert answer["cluster_id"] == broker.data_dir.cluster_id
    assert [row["port"] for row in answer["brokers"]] == [broker.port]
