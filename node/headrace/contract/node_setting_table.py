"""Every node setting, with Kafka's name, type and default where Kafka has it. Ours begin with `headrace.`.

The first part gives topics their defaults (`log.*` and friends: Kafka's names for a topic setting on a node); the
second is what the node itself goes by; the third tells clients what the node's own configuration keys (`node-id`,
`kafka-listen`, ...) came to. `settings.py` gives them meaning; `docs/settings.md` is generated from here. A row
without a reader is a lie: whoever takes a setting out of use takes its row out.
"""

from __future__ import annotations

from headrace.contract.setting_types import (
    INT_MAX,
    LONG_MAX,
    Setting,
    SettingType,
    at_least,
    between,
)
from headrace.contract.topic_setting_table import TOPIC_SETTINGS

_BOOLEAN, _STRING, _INT, _SHORT, _LONG, _LIST = (
    SettingType.BOOLEAN,
    SettingType.STRING,
    SettingType.INT,
    SettingType.SHORT,
    SettingType.LONG,
    SettingType.LIST,
)

#: Not a topic setting by themselves: coarser units or other names of one that is.
_COARSE = (
    Setting(
        "log.retention.hours",
        _INT,
        "168",
        "Default of retention.ms in hours; log.retention.minutes and log.retention.ms go before it.",
        check=at_least(-1),
        allowed=">= -1",
    ),
    Setting(
        "log.retention.minutes",
        _INT,
        None,
        "Default of retention.ms in minutes.",
        check=at_least(-1),
        allowed=">= -1",
    ),
    Setting(
        "log.roll.hours",
        _INT,
        "168",
        "Default of segment.ms in hours; log.roll.ms goes before it.",
        check=at_least(1),
        allowed=">= 1",
    ),
    Setting(
        "log.roll.jitter.hours",
        _INT,
        "0",
        "Default of segment.jitter.ms in hours.",
        only=TOPIC_SETTINGS["segment.jitter.ms"].only,
    ),
    Setting(
        "log.flush.scheduler.interval.ms",
        _LONG,
        str(LONG_MAX),
        "How often Kafka looks for logs to flush.",
        only="a flush begins with the write that needs it",
    ),
)
#: Set by a coarser setting unless it is set itself, so it has no default of its own.
_NO_DEFAULT = frozenset({"log.retention.ms", "log.roll.ms", "log.roll.jitter.ms", "log.flush.interval.ms"})


def _topic_defaults() -> list[Setting]:
    """One row for the first synonym of every topic setting: same type, bounds and default, changeable while running."""
    rows = list(_COARSE)
    for topic in TOPIC_SETTINGS.values():
        if not topic.synonyms:
            continue
        name = topic.synonyms[0][0]
        rows.append(
            Setting(
                name,
                topic.type,
                None if name in _NO_DEFAULT else topic.default,
                f"Default of the topic setting {topic.name}.",
                check=topic.check,
                allowed=topic.allowed,
                only=topic.only,
                dynamic=True,
            )
        )
    return rows


_NODE = [
    Setting(
        "auto.create.topics.enable",
        _BOOLEAN,
        "true",
        "Create a topic when a client asks for one that does not exist and allows it.",
    ),
    Setting(
        "connections.max.idle.ms",
        _LONG,
        "600000",
        "A connection without requests is closed after this time.",
        check=at_least(1000),
        allowed=">= 1000",
    ),
    Setting(
        "default.replication.factor",
        _INT,
        "1",
        "Replicas of a topic that is created without saying how many.",
        check=between(1, 32767),
        allowed="1 .. 32767",
    ),
    Setting("delete.topic.enable", _BOOLEAN, "true", "Let clients delete topics."),
    Setting(
        "fetch.max.bytes",
        _INT,
        "57671680",
        "The most that one fetch answer carries, whatever the client asks for.",
        check=at_least(1024),
        allowed=">= 1024",
    ),
    Setting(
        "group.initial.rebalance.delay.ms",
        _INT,
        "500",
        "How long the first join of an empty group waits for more members.",
        check=at_least(0),
        allowed=">= 0",
    ),
    Setting(
        "group.max.session.timeout.ms",
        _INT,
        "1800000",
        "The longest session timeout a member may ask for.",
        check=at_least(1),
        allowed=">= 1",
    ),
    Setting(
        "group.max.size",
        _INT,
        str(INT_MAX),
        "The most members one group may have.",
        check=at_least(1),
        allowed=">= 1",
    ),
    Setting(
        "group.min.session.timeout.ms",
        _INT,
        "6000",
        "The shortest session timeout a member may ask for.",
        check=at_least(1),
        allowed=">= 1",
    ),
    Setting(
        "headrace.partitions.per.node.max",
        _INT,
        "4000",
        "Partitions of one node, all topics together; a partition holds up to three open files.",
        check=between(1, 100_000),
        allowed="1 .. 100000",
    ),
    Setting(
        "headrace.partitions.per.topic.max",
        _INT,
        "2000",
        "Partitions of one topic.",
        check=between(1, 100_000),
        allowed="1 .. 100000",
    ),
    Setting(
        "log.cleaner.backoff.ms",
        _LONG,
        "15000",
        "How often logs are looked at for compaction, and for retention too if that comes earlier.",
        check=at_least(1),
        allowed=">= 1",
    ),
    Setting(
        "log.cleaner.enable",
        _BOOLEAN,
        "true",
        "Compaction of topics with cleanup.policy=compact.",
        only="without compaction __consumer_offsets would grow without end",
    ),
    Setting(
        "log.retention.check.interval.ms",
        _LONG,
        "300000",
        "How often logs are looked at for segments that are too old or too many; see log.cleaner.backoff.ms.",
        check=at_least(1),
        allowed=">= 1",
    ),
    Setting(
        "max.connections",
        _INT,
        "8000",
        "Open client connections of this node; the default is what file descriptors allow.",
        check=between(1, 1_000_000),
        allowed="1 .. 1000000",
        kafka_default=str(INT_MAX),
    ),
    Setting(
        "max.incremental.fetch.session.cache.slots",
        _INT,
        "1000",
        "Incremental fetch sessions kept; further consumers send whole requests.",
        check=at_least(0),
        allowed=">= 0",
    ),
    Setting(
        "max.request.partition.size.limit",
        _INT,
        "2000",
        "Partitions in one answer to DescribeTopicPartitions; the rest is fetched with a cursor.",
        check=at_least(1),
        allowed=">= 1",
    ),
    Setting(
        "num.partitions",
        _INT,
        "1",
        "Partitions of a topic that is created without saying how many.",
        check=at_least(1),
        allowed=">= 1",
    ),
    Setting(
        "offset.metadata.max.bytes",
        _INT,
        "4096",
        "The longest text a client may attach to a committed offset.",
        check=at_least(0),
        allowed=">= 0",
    ),
    Setting(
        "offsets.commit.timeout.ms",
        _INT,
        "5000",
        "How long an offset commit waits to become durable.",
        check=at_least(1),
        allowed=">= 1",
    ),
    Setting(
        "offsets.retention.check.interval.ms",
        _LONG,
        "600000",
        "How often committed offsets are looked at for expiry.",
        check=at_least(1),
        allowed=">= 1",
    ),
    Setting(
        "offsets.retention.minutes",
        _INT,
        "10080",
        "Committed offsets of a group without members go after this time.",
        check=at_least(1),
        allowed=">= 1",
    ),
    Setting(
        "offsets.topic.num.partitions",
        _INT,
        "16",
        "Partitions of __consumer_offsets; fixed once the topic exists.",
        check=between(1, 2000),
        allowed="1 .. 2000",
    ),
    Setting(
        "offsets.topic.replication.factor",
        _SHORT,
        "3",
        "Replicas of __consumer_offsets; fewer where there are fewer nodes.",
        check=at_least(1),
        allowed=">= 1",
    ),
    Setting(
        "offsets.topic.segment.bytes",
        _INT,
        "104857600",
        "Segment size of __consumer_offsets.",
        check=at_least(1024 * 1024),
        allowed=">= 1048576",
    ),
    Setting(
        "producer.id.expiration.check.interval.ms",
        _INT,
        "600000",
        "How often partitions look for such producers, and write down which ones they know.",
        check=at_least(1),
        allowed=">= 1",
    ),
    Setting(
        "producer.id.expiration.ms",
        _INT,
        "86400000",
        "A partition forgets an idempotent producer that wrote nothing for this time.",
        check=at_least(1),
        allowed=">= 1",
    ),
    Setting(
        "socket.request.max.bytes",
        _INT,
        "104857600",
        "The largest request; a larger one closes its connection before it is read.",
        check=between(1024, 104_857_600),
        allowed="1024 .. 104857600",
    ),
]

_DERIVED = [
    Setting("advertised.listeners", _STRING, None, "Where clients connect to (advertised-kafka).", derived=True),
    Setting("broker.id", _INT, "-1", "The node's number (node-id).", derived=True),
    Setting("broker.rack", _STRING, None, "Where the node stands (rack).", derived=True),
    Setting("listeners", _STRING, "PLAINTEXT://:9092", "Where the node listens (kafka-listen).", derived=True),
    Setting("log.dir", _STRING, "/tmp/kafka-logs", "See log.dirs.", derived=True),
    Setting("log.dirs", _STRING, None, "Where data lies (data-dir).", derived=True),
    Setting("node.id", _INT, None, "The node's number (node-id).", derived=True),
    Setting("process.roles", _LIST, None, "What the node does: everything.", derived=True),
]

NODE_SETTINGS: dict[str, Setting] = {
    setting.name: setting for setting in sorted([*_topic_defaults(), *_NODE, *_DERIVED], key=lambda row: row.name)
}
