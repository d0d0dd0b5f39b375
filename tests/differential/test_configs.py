"""Describing and altering settings of topics and brokers."""

from __future__ import annotations

from typing import Any

from headrace_testing.differential import Session, scenario, versions
from headrace_testing.raw_batches import make_batch

TOPIC, BROKER, LOGGER = 2, 4, 8
SET, DELETE, APPEND, SUBTRACT = 0, 1, 2, 3
DESCRIBE = versions("describe_configs")
ALTER = versions("alter_configs")
INCREMENTAL = versions("incremental_alter_configs")


def _describe(
    s: Session,
    version: int,
    name: str,
    keys: list[str] | None = None,
    kind: int = TOPIC,
    label: str = "",
    **values: Any,
) -> None:
    resource = {"resource_type": kind, "resource_name": name, "configuration_keys": keys}
    s.call("describe_configs", version, {"resources": [resource]} | values, label=label)


def _incremental(s: Session, version: int, name: str, *changes: tuple[str, int, str | None], **values: Any) -> None:
    label, kind = values.pop("label", ""), values.pop("kind", TOPIC)
    rows = [{"name": key, "config_operation": op, "value": value} for key, op, value in changes]
    resource = {"resource_type": kind, "resource_name": name, "configs": rows}
    s.call("incremental_alter_configs", version, {"resources": [resource]} | values, label=label or f"{changes}")


def _overrides(s: Session, name: str) -> None:
    """The settings that this topic has of its own."""
    resource = {"resource_type": TOPIC, "resource_name": name, "configuration_keys": None}
    configs = s.ask("describe_configs", 4, {"resources": [resource]})["results"][0]["configs"]
    s.note("own settings", {item["name"]: item["value"] for item in configs if item["config_source"] == 1})


KEYS = [
    "cleanup.policy", "compression.type", "delete.retention.ms", "flush.messages", "flush.ms", "index.interval.bytes",
    "max.compaction.lag.ms", "max.message.bytes", "message.timestamp.after.max.ms", "message.timestamp.before.max.ms",
    "message.timestamp.type", "min.cleanable.dirty.ratio", "min.compaction.lag.ms", "min.insync.replicas",
    "preallocate",
    "retention.bytes", "retention.ms", "segment.bytes", "segment.ms",
]  # fmt: skip


@scenario(*DESCRIBE)
def test_topic_settings_and_defaults(s: Session, version: int) -> None:
    topic = s.topic(configs={"retention.ms": "5000", "cleanup.policy": "compact"})
    for key in KEYS:
        _describe(s, version, topic, [key], label=key)


@scenario(3, 4)
def test_with_synonyms_and_documentation(s: Session, version: int) -> None:
    topic = s.topic(configs={"retention.ms": "5000"})
    asked = {"include_synonyms": True, "include_documentation": True}
    for key in ("retention.ms", "segment.bytes", "cleanup.policy"):
        resource = {"resource_type": TOPIC, "resource_name": topic, "configuration_keys": [key]}
        answer = s.ask("describe_configs", version, {"resources": [resource]} | asked)
        for item in answer["results"][0]["configs"]:
            item["documentation"] = bool(item["documentation"])
        s.note(key, answer)


@scenario(1, 4)
def test_all_settings_of_a_topic(s: Session, version: int) -> None:
    topic = s.topic()
    resource = {"resource_type": TOPIC, "resource_name": topic, "configuration_keys": None}
    answer = s.ask("describe_configs", version, {"resources": [resource]})
    s.note("names", {item["name"]: "listed" for item in answer["results"][0]["configs"]})


@scenario(*DESCRIBE)
def test_describe_what_is_not_there(s: Session, version: int) -> None:
    topic = s.topic()
    _describe(s, version, f"{s.unique}-absent", label="unknown topic")
    _describe(s, version, "bad name", label="bad name")
    _describe(s, version, "", label="empty name")
    _describe(s, version, topic, ["no.such.key"], label="unknown key")
    _describe(s, version, topic, [], label="no keys")
    _describe(s, version, "1", ["no.such.key"], BROKER, label="unknown key of the broker")
    _describe(s, version, "77", ["num.partitions"], BROKER, label="another broker")
    _describe(s, version, "one", ["num.partitions"], BROKER, label="a broker by name")
    _describe(s, version, "x", None, 0, label="type 0")
    _describe(s, version, "x", None, 99, label="type 99")


@scenario(*DESCRIBE)
def test_broker_settings(s: Session, version: int) -> None:
    for key in ("num.partitions", "auto.create.topics.enable", "message.max.bytes", "log.retention.ms", "node.id"):
        _describe(s, version, "1", [key], BROKER, label=key)


@scenario(1, 4)
def test_cluster_default_settings(s: Session, version: int) -> None:
    _describe(s, version, "", ["message.max.bytes"], BROKER)


@scenario(4)
def test_same_resource_twice(s: Session, version: int) -> None:
    topic = s.topic()
    resource = {"resource_type": TOPIC, "resource_name": topic, "configuration_keys": ["retention.ms"]}
    s.call("describe_configs", version, {"resources": [resource, resource]})


@scenario(*INCREMENTAL)
def test_incremental(s: Session, version: int) -> None:
    topic = s.topic(configs={"retention.ms": "5000"})
    _incremental(s, version, topic, ("segment.bytes", SET, "2000000"))
    _incremental(s, version, topic, ("retention.ms", DELETE, None))
    _incremental(s, version, topic, ("retention.ms", DELETE, None), label="deleted again")
    _incremental(s, version, topic, ("cleanup.policy", APPEND, "compact"))
    _overrides(s, topic)
    _incremental(s, version, topic, ("cleanup.policy", SUBTRACT, "delete"))
    _incremental(s, version, topic, ("cleanup.policy", SUBTRACT, "burn"), label="subtract what is not there")
    _overrides(s, topic)


@scenario(*INCREMENTAL)
def test_incremental_refused(s: Session, version: int) -> None:
    topic = s.topic(configs={"retention.ms": "5000"})
    for change in (
        ("no.such.key", SET, "1"),
        ("retention.ms", SET, "soon"),
        ("retention.ms", SET, None),
        ("retention.ms", SET, ""),
        ("retention.ms", APPEND, "1"),
        ("retention.ms", SUBTRACT, "1"),
        ("retention.ms", 9, "1"),
        ("no.such.key", DELETE, None),
        ("cleanup.policy", APPEND, "burn"),
        ("segment.bytes", SET, "3"),
        ("min.insync.replicas", SET, "0"),
    ):
        _incremental(s, version, topic, change)
    twice = (("retention.ms", SET, "1"), ("retention.ms", DELETE, None))
    _incremental(s, version, topic, *twice, label="one key twice")
    half = (("retention.bytes", SET, "99"), ("segment.ms", SET, "bad"))
    _incremental(s, version, topic, *half, label="one good, one bad")
    _overrides(s, topic)


@scenario(*INCREMENTAL)
def test_incremental_validate_only(s: Session, version: int) -> None:
    topic = s.topic()
    _incremental(s, version, topic, ("retention.ms", SET, "77"), validate_only=True)
    _incremental(s, version, topic, ("retention.ms", SET, "x"), validate_only=True)
    _overrides(s, topic)


@scenario(*INCREMENTAL)
def test_incremental_on_what_is_not_there(s: Session, version: int) -> None:
    _incremental(s, version, f"{s.unique}-absent", ("retention.ms", SET, "77"), label="unknown topic")
    _incremental(s, version, "bad name", ("retention.ms", SET, "77"), label="bad name")
    _incremental(s, version, "", ("retention.ms", SET, "77"), label="empty name")
    _incremental(s, version, "77", ("message.max.bytes", SET, "77"), kind=BROKER, label="another broker")
    _incremental(s, version, "x", ("message.max.bytes", SET, "77"), kind=BROKER, label="not a broker id")
    _incremental(s, version, "x", ("a", SET, "b"), kind=99, label="type 99")


def _described_with(s: Session, broker: str, value: str | None, label: str) -> None:
    resource = {"resource_type": BROKER, "resource_name": broker, "configuration_keys": ["log.retention.ms"]}

    def seen(answer: dict[str, Any]) -> bool:
        values = [item["value"] for item in answer["results"][0]["configs"]]
        return values == [value] or (value is None and values == [])

    s.eventually(label, seen, "describe_configs", 4, {"resources": [resource]})


@scenario(*INCREMENTAL)
def test_broker_settings_altered(s: Session, version: int) -> None:
    for name in ("1", ""):
        where = {"kind": BROKER, "label": f"broker {name!r}"}
        _incremental(s, version, name, ("log.retention.ms", SET, "600000000"), **where)
        _described_with(s, name, "600000000", f"broker {name!r}, set")
        _incremental(s, version, name, ("log.retention.ms", DELETE, None), **where)
        _described_with(s, name, None, f"broker {name!r}, deleted")
        _incremental(s, version, name, ("node.id", SET, "5"), kind=BROKER, label="read only")


@scenario(*ALTER)
def test_alter_replaces_everything(s: Session, version: int) -> None:
    topic = s.topic(configs={"retention.ms": "5000", "segment.ms": "100000"})

    def alter(configs: dict[str, str | None], name: str = topic, label: str = "", **values: Any) -> None:
        rows = [{"name": key, "value": value} for key, value in configs.items()]
        resource = {"resource_type": TOPIC, "resource_name": name, "configs": rows}
        s.call("alter_configs", version, {"resources": [resource]} | values, label=label or f"{configs}")

    alter({"retention.bytes": "10000"})
    _overrides(s, topic)
    alter({"retention.bytes": "x"})
    alter({"no.such.key": "1"})
    alter({"retention.ms": None})
    alter({"retention.ms": "9"}, validate_only=True, label="only checked")
    alter({"retention.ms": "9"}, f"{s.unique}-absent", label="unknown topic")
    _overrides(s, topic)
    alter({})
    _overrides(s, topic)


@scenario(0, 1)
def test_several_resources_one_bad(s: Session, version: int) -> None:
    one, two = s.topic("one"), s.topic("two")
    rows = [
        {"resource_type": TOPIC, "resource_name": name, "configs": [
            {"name": "retention.ms", "config_operation": SET, "value": value}]}
        for name, value in ((one, "1000"), (f"{s.unique}-absent", "1000"), (two, "bad"))
    ]  # fmt: skip
    s.call("incremental_alter_configs", version, {"resources": rows})
    _overrides(s, one)


@scenario(7, 13)
def test_more_replicas_in_sync_wanted_than_there_are(s: Session, version: int) -> None:
    topic = s.topic(configs={"min.insync.replicas": "3"})
    for acks in (1, -1):
        s.call("produce", version, s.produce_body(topic, make_batch([b"a"]), acks=acks), label=f"acks={acks}")
