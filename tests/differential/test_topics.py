"""Creating, growing, deleting topics and records: what is allowed, what is refused, with which code."""

from __future__ import annotations

from typing import Any

from headrace_testing.differential import UNKNOWN_TOPIC_ID, Session, scenario, versions
from headrace_testing.raw_batches import make_batch

CREATE = versions("create_topics")
DELETE = versions("delete_topics")
GROW = versions("create_partitions")
DELETE_RECORDS = versions("delete_records")


def _topic(name: str, partitions: int = 1, replication: int = 1, **values: Any) -> dict[str, Any]:
    configs = [{"name": key, "value": value} for key, value in values.pop("configs", {}).items()]
    return {"name": name, "num_partitions": partitions, "replication_factor": replication, "configs": configs} | values


def _create(s: Session, version: int, *topics: dict[str, Any], label: str = "", validate: bool = False) -> None:
    body = {"topics": list(topics), "timeout": 10000, "validate_only": validate}
    answer = s.ask("create_topics", version, body)
    for topic in answer["topics"]:  # the list of configs is the business of test_configs
        if topic.get("configs"):
            topic["configs"] = "listed"
    s.note(f"{label}: create_topics v{version}", answer)


@scenario(*CREATE)
def test_create(s: Session, version: int) -> None:
    _create(s, version, _topic(s.unique, 2), label="new")
    s.wait_for_topic(s.unique, 2)
    _create(s, version, _topic(s.unique, 2), label="again")
    _create(s, version, _topic(f"{s.unique}-d", -1, -1), label="default counts")


@scenario(*CREATE)
def test_validate_only(s: Session, version: int) -> None:
    _create(s, version, _topic(s.unique, 2), label="only checked", validate=True)
    s.call("metadata", 5, {"topics": [{"name": s.unique}], "allow_auto_topic_creation": False}, label="not there")
    _create(s, version, _topic("a b"), label="bad name", validate=True)


@scenario(*CREATE)
def test_refused_names(s: Session, version: int) -> None:
    for name in ("", ".", "..", "a b", "a/b", "a$b", "x" * 250, "é", "tab\there"):
        _create(s, version, _topic(name), label=repr(name[:20]))


@scenario(*CREATE)
def test_names_that_collide(s: Session, version: int) -> None:
    """`.` and `_` are the same in metric names, so Kafka refuses a.b beside a_b."""
    _create(s, version, _topic(f"{s.unique}.x"), label="with a dot")
    s.wait_for_topic(f"{s.unique}.x", 1)
    _create(s, version, _topic(f"{s.unique}_x"), label="with an underscore")


@scenario(*CREATE)
def test_refused_counts(s: Session, version: int) -> None:
    for partitions in (0, -2, -100):
        _create(s, version, _topic(s.unique, partitions), label=f"{partitions} partitions")
    for replication in (0, -2, 2, 100):
        _create(s, version, _topic(s.unique, 1, replication), label=f"replication factor {replication}")


@scenario(2, 5, 7)
def test_assignments(s: Session, version: int) -> None:
    def assigned(name: str, parts: dict[int, list[int]], partitions: int = -1, replication: int = -1) -> dict[str, Any]:
        rows = [{"partition_index": index, "broker_ids": brokers} for index, brokers in parts.items()]
        return _topic(f"{s.unique}-{name}", partitions, replication, assignments=rows)

    _create(s, version, assigned("good", {0: [1], 1: [1]}), label="good")
    _create(s, version, assigned("gap", {0: [1], 2: [1]}), label="a gap")
    _create(s, version, assigned("stranger", {0: [5]}), label="a broker that is not there")
    _create(s, version, assigned("twice", {0: [1, 1]}), label="the same broker twice")
    _create(s, version, assigned("none", {0: []}), label="no broker")
    _create(s, version, assigned("both", {0: [1]}, 1, 1), label="counts beside assignments")
    _create(s, version, assigned("negative", {-1: [1]}), label="partition -1")
    _create(s, version, assigned("uneven", {0: [1], 1: [1, 2]}), label="uneven")


@scenario(*CREATE)
def test_same_topic_twice_in_one_request(s: Session, version: int) -> None:
    _create(s, version, _topic(s.unique), _topic(s.unique), _topic(f"{s.unique}-other"))


@scenario(*CREATE)
def test_configs(s: Session, version: int) -> None:
    good = {"retention.ms": "1000", "cleanup.policy": "compact"}
    _create(s, version, _topic(f"{s.unique}-good", configs=good), label="good")
    for key, value in (
        ("no.such.key", "1"),
        ("retention.ms", "soon"),
        ("retention.ms", ""),
        ("retention.ms", "-2"),
        ("cleanup.policy", "burn"),
        ("cleanup.policy", "compact,delete"),
        ("segment.bytes", "1"),
        ("max.message.bytes", "-1"),
        ("min.insync.replicas", "0"),
        ("compression.type", "rar"),
        ("message.timestamp.type", "createtime"),
        ("min.cleanable.dirty.ratio", "1.5"),
        ("preallocate", "maybe"),
        ("", "1"),
    ):
        _create(s, version, _topic(f"{s.unique}-x", configs={key: value}), label=f"{key}={value}", validate=True)
    null = _topic(f"{s.unique}-null", configs={"retention.ms": None})
    _create(s, version, null, label="null value", validate=True)


@scenario(2, 7)
def test_create_nothing(s: Session, version: int) -> None:
    _create(s, version, label="no topics")


# --- deleting ---


@scenario(*DELETE)
def test_delete(s: Session, version: int) -> None:
    topic = s.topic()

    def body(name: str) -> dict[str, Any]:
        return {"topic_names": [name], "topics": [{"name": name, "topic_id": bytes(16)}], "timeout": 10000}

    s.call("delete_topics", version, body(topic), label="there")
    s.wait_until_gone(topic)
    s.call("delete_topics", version, body(topic), label="gone")
    s.call("delete_topics", version, body("never was"), label="a name that cannot be")
    s.call("produce", 8, s.produce_body(topic, make_batch()), label="produce after")


@scenario(6)
def test_delete_by_id(s: Session, version: int) -> None:
    topic = s.topic()

    def body(*topics: tuple[str | None, bytes]) -> dict[str, Any]:
        return {"topics": [{"name": name, "topic_id": id_} for name, id_ in topics], "timeout": 10000}

    s.call("delete_topics", version, body((None, UNKNOWN_TOPIC_ID)), label="unknown id")
    s.call("delete_topics", version, body((None, bytes(16))), label="neither")
    s.call("delete_topics", version, body((topic, s.topic_id(topic))), label="name and id")
    s.call("delete_topics", version, body((topic, bytes(16)), (topic, bytes(16))), label="the same name twice")
    s.call("delete_topics", version, body((None, s.topic_id(topic)), (topic, bytes(16))), label="same topic, both ways")
    s.call("delete_topics", version, body((None, s.topic_id(topic))), label="by id")


@scenario(1, 4)
def test_delete_the_same_name_twice_at_once(s: Session, version: int) -> None:
    topic = s.topic()
    s.call("delete_topics", version, {"topic_names": [topic, topic], "timeout": 10000})


@scenario(4)
def test_created_again_it_is_another_topic(s: Session, version: int) -> None:
    topic = s.topic()
    s.produce(topic, make_batch([b"old"]))
    old_id = s.topic_id(topic)
    s.ask("delete_topics", version, {"topic_names": [topic], "timeout": 10000})
    s.wait_until_gone(topic)
    s.topic()
    s.note("another id", s.topic_id(topic) != old_id)
    s.call("fetch", 12, s.fetch_body(topic), label="empty")


# --- growing ---


@scenario(*GROW)
def test_grow(s: Session, version: int) -> None:
    topic = s.topic(partitions=2)

    def grow(count: int, name: str = topic, *, label: str = "", **values: Any) -> None:
        body = {"topics": [{"name": name, "count": count, "assignments": None} | values], "timeout": 10000}
        s.call("create_partitions", version, body, label=label or f"to {count}")

    for count in (2, 1, 0, -1):
        grow(count)
    grow(4)
    s.wait_for_topic(topic, 4)
    grow(5, f"{s.unique}-absent", label="unknown topic")
    grow(5, "", label="empty name")
    grow(5, assignments=[{"broker_ids": [1]}], label="assigned")
    s.wait_for_topic(topic, 5)
    grow(7, assignments=[{"broker_ids": [1]}], label="too few assignments")
    grow(6, assignments=[{"broker_ids": [9]}], label="an unknown broker")
    grow(6, assignments=[{"broker_ids": [1, 1]}], label="a broker twice")
    grow(6, assignments=[{"broker_ids": []}], label="no broker")
    s.call("metadata", 5, {"topics": [{"name": topic}], "allow_auto_topic_creation": False}, label="in the end")


@scenario(*GROW)
def test_grow_validate_only_and_twice(s: Session, version: int) -> None:
    topic = s.topic()
    rows = [{"name": topic, "count": 3, "assignments": None}]
    s.call("create_partitions", version, {"topics": rows, "timeout": 10000, "validate_only": True}, label="checked")
    s.call("create_partitions", version, {"topics": rows * 2, "timeout": 10000}, label="twice in one request")
    s.call("metadata", 5, {"topics": [{"name": topic}], "allow_auto_topic_creation": False}, label="in the end")


# --- deleting records ---


@scenario(*DELETE_RECORDS)
def test_delete_records(s: Session, version: int) -> None:
    topic = s.topic()
    for _ in range(3):
        s.produce(topic, make_batch([b"a", b"b"]))

    def delete(offset: int, partition: int = 0, name: str = topic, label: str = "") -> None:
        where = {"name": name, "partitions": [{"partition_index": partition, "offset": offset}]}
        body = {"topics": [where], "timeout": 10000}
        s.call("delete_records", version, body, label=label or f"before {offset}")

    delete(0)
    delete(3)
    delete(2)
    delete(7)
    delete(-2)
    delete(6)
    delete(-1)
    delete(0, 5, label="unknown partition")
    delete(0, 0, f"{s.unique}-absent", label="unknown topic")
    earliest = {"name": topic, "partitions": [{"partition_index": 0, "timestamp": -2}]}
    s.call("list_offsets", 1, {"replica_id": -1, "topics": [earliest]}, label="where it starts now")


@scenario(1)
def test_delete_records_of_a_compacted_topic(s: Session, version: int) -> None:
    topic = s.topic(configs={"cleanup.policy": "compact"})
    s.produce(topic, make_batch([b"a"], keys=[b"k"]))
    where = {"name": topic, "partitions": [{"partition_index": 0, "offset": -1}]}
    s.call("delete_records", version, {"topics": [where], "timeout": 10000})
