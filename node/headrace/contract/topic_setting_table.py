"""Every topic setting, with Kafka's name, type and default. Ours begin with `headrace.`.

`settings.py` gives them meaning; `docs/settings.md` is generated from here. All that Kafka 4.1 shows in
DescribeConfigs stands here, in alphabetical order, also what this system does not do (`only`): a client that reads
the list must find what it expects, and a client that asks for something that we do not do must be told.
"""

from __future__ import annotations

from headrace.contract.setting_types import LONG_MAX, Setting, SettingType, at_least, between, each_of, one_of

_BOOLEAN, _STRING, _INT, _LONG, _DOUBLE, _LIST = (
    SettingType.BOOLEAN,
    SettingType.STRING,
    SettingType.INT,
    SettingType.LONG,
    SettingType.DOUBLE,
    SettingType.LIST,
)
_AS_SENT = "batches are kept as producers compress them; set compression.type in the producer"
_NOT_TIERED = "there is no tiered storage; all segments are local"
_NO_THROTTLE = "replication is not throttled per replica"
_HOUR_MS = 3_600_000
_MINUTE_MS = 60_000


def _same(name: str) -> tuple[tuple[str, int], ...]:
    return ((name, 1),)


TOPIC_SETTINGS: dict[str, Setting] = {
    setting.name: setting
    for setting in (
        Setting(
            "cleanup.policy",
            _LIST,
            "delete",
            "delete: old segments go by retention.ms and retention.bytes. compact: the newest record of every key "
            "stays. Both may be set; an empty list keeps everything.",
            check=each_of("compact", "delete"),
            allowed="delete, compact",
            synonyms=_same("log.cleanup.policy"),
        ),
        Setting(
            "compression.gzip.level",
            _INT,
            "-1",
            "Level for compression.type=gzip.",
            only=_AS_SENT,
            synonyms=_same("compression.gzip.level"),
        ),
        Setting(
            "compression.lz4.level",
            _INT,
            "9",
            "Level for compression.type=lz4.",
            only=_AS_SENT,
            synonyms=_same("compression.lz4.level"),
        ),
        Setting(
            "compression.type",
            _STRING,
            "producer",
            "How batches are stored: as the producer compressed them.",
            only=_AS_SENT,
            synonyms=_same("compression.type"),
        ),
        Setting(
            "compression.zstd.level",
            _INT,
            "3",
            "Level for compression.type=zstd.",
            only=_AS_SENT,
            synonyms=_same("compression.zstd.level"),
        ),
        Setting(
            "delete.retention.ms",
            _LONG,
            "86400000",
            "How long a compacted topic keeps a tombstone (a record without value) so that readers see the removal.",
            check=at_least(0),
            allowed=">= 0",
            synonyms=_same("log.cleaner.delete.retention.ms"),
        ),
        Setting(
            "file.delete.delay.ms",
            _LONG,
            "60000",
            "Time between taking a segment out of the log and removing its files.",
            only="files are removed as soon as the last read of them ends, no delay is needed",
            synonyms=_same("log.segment.delete.delay.ms"),
        ),
        Setting(
            "flush.messages",
            _LONG,
            str(LONG_MAX),
            "Flush after this many records. With headrace.flush=fsync every acknowledged write is flushed anyway, so "
            "any value is kept; with write-behind a value other than the default is refused.",
            check=at_least(1),
            allowed=">= 1",
            synonyms=_same("log.flush.interval.messages"),
        ),
        Setting(
            "flush.ms",
            _LONG,
            str(LONG_MAX),
            "Flush after this time. As flush.messages: kept with headrace.flush=fsync, refused with write-behind.",
            check=at_least(0),
            allowed=">= 0",
            synonyms=(("log.flush.interval.ms", 1), ("log.flush.scheduler.interval.ms", 1)),
        ),
        Setting(
            "follower.replication.throttled.replicas",
            _LIST,
            "",
            "Replicas whose followers are throttled.",
            only=_NO_THROTTLE,
        ),
        Setting(
            "headrace.flush",
            _STRING,
            "fsync",
            "fsync: an acks=all write is answered, and readable, when it is on the device. write-behind: when it is in "
            "the page cache, as Kafka does; a power loss may take the last seconds.",
            check=one_of("fsync", "write-behind"),
            allowed="fsync, write-behind",
            synonyms=_same("headrace.flush"),
        ),
        Setting(
            "index.interval.bytes",
            _INT,
            "4096",
            "One offset index entry per this many bytes of batches.",
            check=at_least(0),
            allowed=">= 0",
            synonyms=_same("log.index.interval.bytes"),
        ),
        Setting(
            "leader.replication.throttled.replicas",
            _LIST,
            "",
            "Replicas whose leaders are throttled.",
            only=_NO_THROTTLE,
        ),
        Setting(
            "local.retention.bytes",
            _LONG,
            "-2",
            "Local size limit of a tiered topic.",
            only=_NOT_TIERED,
            synonyms=_same("log.local.retention.bytes"),
        ),
        Setting(
            "local.retention.ms",
            _LONG,
            "-2",
            "Local time limit of a tiered topic.",
            only=_NOT_TIERED,
            synonyms=_same("log.local.retention.ms"),
        ),
        Setting(
            "max.compaction.lag.ms",
            _LONG,
            str(LONG_MAX),
            "A record of a compacted topic becomes ready for compaction after this time at the latest.",
            check=at_least(1),
            allowed=">= 1",
            synonyms=_same("log.cleaner.max.compaction.lag.ms"),
        ),
        Setting(
            "max.message.bytes",
            _INT,
            "1048588",
            "The largest batch that a producer may send, as compressed.",
            check=at_least(0),
            allowed=">= 0",
            synonyms=_same("message.max.bytes"),
        ),
        Setting(
            "message.timestamp.after.max.ms",
            _LONG,
            "3600000",
            "How far a record's timestamp may lie in the future (CreateTime only).",
            check=at_least(0),
            allowed=">= 0",
            synonyms=_same("log.message.timestamp.after.max.ms"),
        ),
        Setting(
            "message.timestamp.before.max.ms",
            _LONG,
            str(LONG_MAX),
            "How far a record's timestamp may lie in the past (CreateTime only).",
            check=at_least(0),
            allowed=">= 0",
            synonyms=_same("log.message.timestamp.before.max.ms"),
        ),
        Setting(
            "message.timestamp.type",
            _STRING,
            "CreateTime",
            "CreateTime: the producer's timestamps stand. LogAppendTime: the leader's clock replaces them.",
            check=one_of("CreateTime", "LogAppendTime"),
            allowed="CreateTime, LogAppendTime",
            synonyms=_same("log.message.timestamp.type"),
        ),
        Setting(
            "min.cleanable.dirty.ratio",
            _DOUBLE,
            "0.5",
            "A log is compacted when this share of it was written since the last compaction.",
            check=between(0, 1),
            allowed="0 .. 1",
            synonyms=_same("log.cleaner.min.cleanable.ratio"),
        ),
        Setting(
            "min.compaction.lag.ms",
            _LONG,
            "0",
            "A record of a compacted topic is safe from compaction for this time.",
            check=at_least(0),
            allowed=">= 0, not above max.compaction.lag.ms",
            synonyms=_same("log.cleaner.min.compaction.lag.ms"),
        ),
        Setting(
            "min.insync.replicas",
            _INT,
            "1",
            "An acks=all write is refused while fewer replicas are in sync (all of them, where the topic has fewer).",
            check=at_least(1),
            allowed=">= 1",
            synonyms=_same("min.insync.replicas"),
        ),
        Setting(
            "preallocate",
            _BOOLEAN,
            "false",
            "Reserve a segment's space on disk when it is created.",
            synonyms=_same("log.preallocate"),
        ),
        Setting("remote.log.copy.disable", _BOOLEAN, "false", "Tiered storage: stop copying.", only=_NOT_TIERED),
        Setting(
            "remote.log.delete.on.disable", _BOOLEAN, "false", "Tiered storage: delete remote data.", only=_NOT_TIERED
        ),
        Setting("remote.storage.enable", _BOOLEAN, "false", "Tiered storage.", only=_NOT_TIERED),
        Setting(
            "retention.bytes",
            _LONG,
            "-1",
            "Old segments of a partition go when it is larger than this (cleanup.policy delete); -1: no limit.",
            check=at_least(-1),
            allowed=">= -1",
            synonyms=_same("log.retention.bytes"),
        ),
        Setting(
            "retention.ms",
            _LONG,
            "604800000",
            "Segments whose newest record is older than this go (cleanup.policy delete); -1: no limit.",
            check=at_least(-1),
            allowed=">= -1",
            synonyms=(
                ("log.retention.ms", 1),
                ("log.retention.minutes", _MINUTE_MS),
                ("log.retention.hours", _HOUR_MS),
            ),
        ),
        Setting(
            "segment.bytes",
            _INT,
            "1073741824",
            "A segment is closed when it would grow beyond this.",
            check=at_least(1024 * 1024),
            allowed=">= 1048576",
            synonyms=_same("log.segment.bytes"),
        ),
        Setting(
            "segment.index.bytes",
            _INT,
            "10485760",
            "Largest size of an offset index.",
            only="indexes grow with their segment and need no limit of their own",
            synonyms=_same("log.index.size.max.bytes"),
        ),
        Setting(
            "segment.jitter.ms",
            _LONG,
            "0",
            "Spread of segment.ms.",
            only="segments are closed when they are written to, which spreads by itself",
            synonyms=(("log.roll.jitter.ms", 1), ("log.roll.jitter.hours", _HOUR_MS)),
        ),
        Setting(
            "segment.ms",
            _LONG,
            "604800000",
            "A segment is closed this long after its first record, so that retention and compaction get at it.",
            check=at_least(1),
            allowed=">= 1",
            synonyms=(("log.roll.ms", 1), ("log.roll.hours", _HOUR_MS)),
        ),
        Setting(
            "unclean.leader.election.enable",
            _BOOLEAN,
            "false",
            "Let a replica that lacks acknowledged records lead.",
            only="only a replica that has every acknowledged record may lead",
            synonyms=_same("unclean.leader.election.enable"),
        ),
    )
}
