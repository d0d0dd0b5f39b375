"""Metadata, DescribeCluster and DescribeTopicPartitions: names, ids, auto-creation, bad names."""

from __future__ import annotations

from headrace_testing.differential import UNKNOWN_TOPIC_ID, Session, scenario, versions
from headrace_testing.wire import UUID_ZERO

ALL = versions("metadata")
QUIET = {"allow_auto_topic_creation": False}


@scenario(*ALL)
def test_known_topics(s: Session, version: int) -> None:
    one, two = s.topic("one"), s.topic("two", partitions=3)
    s.call("metadata", version, {"topics": [{"name": one}, {"name": two}]} | QUIET)


@scenario(*ALL)
def test_unknown_topic(s: Session, version: int) -> None:
    if version < 4:  # no way to forbid creating it: that is another scenario
        return
    s.call("metadata", version, {"topics": [{"name": f"{s.unique}-absent"}]} | QUIET)


@scenario(*ALL)
def test_asking_creates_a_topic(s: Session, version: int) -> None:
    body = {"topics": [{"name": s.unique}], "allow_auto_topic_creation": True}
    s.call("metadata", version, body, label="first")
    s.wait_for_topic(s.unique, 2)
    s.call("metadata", version, body, label="later")


@scenario(*ALL)
def test_bad_names(s: Session, version: int) -> None:
    longest = ("x" * 249,) if version >= 4 else ()  # a good name: before version 4, asking creates it
    for name in ("", ".", "..", "a b", "a/b", *longest, "x" * 250, "ünïcode", "a$b", "-$x$"):
        s.call("metadata", version, {"topics": [{"name": name}]} | QUIET, label=repr(name[:30]))


@scenario(*ALL)
def test_no_topics_and_all_topics(s: Session, version: int) -> None:
    topic = s.topic()
    nothing = s.ask("metadata", version, {"topics": []})
    if version:
        s.note("an empty list gives no topics", not nothing["topics"])
    everything = s.ask("metadata", version, {"topics": None} if version else {"topics": []})
    s.note("the rest of the answer", {key: value for key, value in everything.items() if key != "topics"})
    s.note("ours among all", [item for item in everything["topics"] if item["name"] == topic])


@scenario(*ALL)
def test_same_topic_twice(s: Session, version: int) -> None:
    topic = s.topic()
    s.call("metadata", version, {"topics": [{"name": topic}, {"name": topic}]} | QUIET)


@scenario(10, 12, 13)
def test_by_id(s: Session, version: int) -> None:
    topic = s.topic()
    ids = [{"name": None, "topic_id": s.topic_id(topic)}]
    s.call("metadata", version, {"topics": ids} | QUIET, label="known")
    s.call("metadata", version, {"topics": [{"name": None, "topic_id": UNKNOWN_TOPIC_ID}]} | QUIET, label="unknown")
    s.call("metadata", version, {"topics": [{"name": None, "topic_id": UUID_ZERO}]} | QUIET, label="neither")
    both = [{"name": topic, "topic_id": s.topic_id(topic)}]
    s.call("metadata", version, {"topics": both} | QUIET, label="name and id")


@scenario(8, 10)
def test_authorized_operations(s: Session, version: int) -> None:
    topic = s.topic()
    asked = {"include_topic_authorized_operations": True, "include_cluster_authorized_operations": True}
    s.call("metadata", version, {"topics": [{"name": topic}]} | asked | QUIET)


@scenario(5, 12)
def test_internal_topic(s: Session, version: int) -> None:
    answer = s.ask("metadata", version, {"topics": [{"name": "__consumer_offsets"}]} | QUIET)
    s.note("internal", [(item["error_code"], item["is_internal"]) for item in answer["topics"]])


@scenario(*versions("describe_cluster"))
def test_describe_cluster(s: Session, version: int) -> None:
    s.call("describe_cluster", version)
    s.call("describe_cluster", version, {"include_cluster_authorized_operations": True}, label="with operations")


@scenario(1, 2)
def test_describe_cluster_endpoint_types(s: Session, version: int) -> None:
    for kind in (2, 0, 9):
        s.call("describe_cluster", version, {"endpoint_type": kind}, label=f"endpoint type {kind}")


def _describe(s: Session, names: list[str], limit: int = 2000, cursor: tuple[str, int] | None = None) -> None:
    body = {"topics": [{"name": name} for name in names], "response_partition_limit": limit}
    body["cursor"] = cursor and {"topic_name": cursor[0], "partition_index": cursor[1]}
    s.call("describe_topic_partitions", 0, body, label=f"{len(names)} topics, limit {limit}, cursor {cursor}")


@scenario()
def test_describe_topic_partitions(s: Session) -> None:
    one, two = s.topic("a", partitions=3), s.topic("b", partitions=2)
    _describe(s, [one, two])
    _describe(s, [two, one, two])
    _describe(s, [f"{s.unique}-absent", one])
    _describe(s, ["bad name"])
    _describe(s, [""])


@scenario()
def test_describe_topic_partitions_in_pages(s: Session) -> None:
    one, two = s.topic("a", partitions=3), s.topic("b", partitions=2)
    for limit in (0, 1, 2, 3, 4, 5, 6, -1):
        _describe(s, [one, two], limit)
    for cursor in ((one, 0), (one, 2), (one, 3), (one, 9), (two, 1), (f"{s.unique}-aa", 0), ("zzz", 0), (one, -1)):
        _describe(s, [one, two], 2, cursor)
