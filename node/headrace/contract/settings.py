"""Topic and node settings: from text to typed values, with Kafka's order of precedence and its synonyms.

`NodeSettings` answers for one node: its own configuration, what clients set for it and for all nodes while it runs,
defaults. `topic_settings` answers for one topic on that node. Everyone who needs a setting asks here; nobody keeps a
default of his own. Surprising: `NodeSettings` is one live object per node whose dynamic layers are replaced
(`apply_dynamic`), so hold the object, not its values. The tables are in `topic_setting_table.py` and
`node_setting_table.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Literal, cast

from headrace.base.errors import Rejected
from headrace.contract.node_setting_table import NODE_SETTINGS
from headrace.contract.setting_types import INVALID_CONFIG, LONG_MAX, Setting, SettingType, Value, to_text
from headrace.contract.topic_setting_table import TOPIC_SETTINGS

__all__ = [
    "CONFIGURABLE_NODE_SETTINGS",
    "NODE_SETTINGS",
    "TOPIC_SETTINGS",
    "NodeSettings",
    "Resolved",
    "Setting",
    "SettingType",
    "Source",
    "Synonym",
    "TopicSettings",
    "check_topic_overrides",
    "resolve_topic",
    "to_text",
    "topic_settings",
]

INVALID_REQUEST = 42

#: What a node's configuration may name; the others follow from its own keys.
CONFIGURABLE_NODE_SETTINGS = frozenset(name for name, setting in NODE_SETTINGS.items() if not setting.derived)


class Source(IntEnum):
    """Where a value comes from, with the numbers that DescribeConfigs uses."""

    TOPIC = 1
    NODE_DYNAMIC = 2
    CLUSTER_DYNAMIC = 3
    NODE_STATIC = 4
    DEFAULT = 5
    LOGGER = 6


@dataclass(frozen=True, slots=True)
class Synonym:
    """One place that gives, or would give, a setting its value."""

    name: str
    value: str
    source: Source


@dataclass(frozen=True, slots=True)
class Resolved:
    """One setting as DescribeConfigs shows it; `synonyms` in order of precedence."""

    setting: Setting
    value: str | None
    source: Source
    synonyms: tuple[Synonym, ...]
    read_only: bool


@dataclass(frozen=True, slots=True)
class TopicSettings:
    """Everything a partition goes by; defaults are Kafka's. -1 means no limit where the table says so."""

    cleanup_policy: frozenset[str] = frozenset({"delete"})
    compression_type: str = "producer"
    delete_retention_ms: int = 86_400_000
    flush: Literal["fsync", "write-behind"] = "fsync"
    index_interval_bytes: int = 4096
    max_compaction_lag_ms: int = LONG_MAX
    max_message_bytes: int = 1_048_588
    message_timestamp_after_max_ms: int = 3_600_000
    message_timestamp_before_max_ms: int = LONG_MAX
    message_timestamp_type: Literal["CreateTime", "LogAppendTime"] = "CreateTime"
    min_cleanable_dirty_ratio: float = 0.5
    min_compaction_lag_ms: int = 0
    min_insync_replicas: int = 1
    preallocate: bool = False
    retention_bytes: int = -1
    retention_ms: int = 604_800_000
    segment_bytes: int = 1_073_741_824
    segment_ms: int = 604_800_000


class NodeSettings:
    """The settings of one node.

    Layers, strongest first: set by clients for this node, set by clients for all nodes, configuration, defaults.
    """

    def __init__(self, static: Mapping[str, str] | None = None, *, derived: Mapping[str, str] | None = None) -> None:
        """`static` is the configuration, `derived` what the node's own keys came to. Raises Rejected."""
        for name in static or {}:
            if name not in CONFIGURABLE_NODE_SETTINGS:
                raise Rejected(INVALID_CONFIG, f"there is no node setting '{name}'")
        self._static = {**(static or {}), **(derived or {})}
        self._cluster: dict[str, str] = {}
        self._node: dict[str, str] = {}
        #: Grows with every change of the dynamic layers.
        self.revision = 0
        self._values: dict[str, Value] = {}
        self._refresh()
        topic_settings({}, self)  # the defaults that the configuration gives to topics must fit together

    def apply_dynamic(self, cluster: Mapping[str, str], node: Mapping[str, str]) -> None:
        """Replace what clients have set. The caller has checked it (`check_dynamic`)."""
        self._cluster, self._node = dict(cluster), dict(node)
        self.revision += 1
        self._refresh()

    def with_dynamic(self, cluster: Mapping[str, str], node: Mapping[str, str]) -> NodeSettings:
        """A copy with other dynamic layers, to try them. Raises Rejected(INVALID_CONFIG)."""
        copy = object.__new__(NodeSettings)
        copy._static, copy._cluster, copy._node, copy._values = self._static, dict(cluster), dict(node), {}
        copy.revision = self.revision
        copy._refresh()
        topic_settings({}, copy)
        return copy

    # ---- typed values

    def integer(self, name: str) -> int:
        return cast(int, self._values[name])

    def boolean(self, name: str) -> bool:
        return cast(bool, self._values[name])

    def text(self, name: str) -> str | None:
        return to_text(self._values[name])

    def value(self, name: str) -> Value:
        """The effective typed value; None if nothing sets it. KeyError for a name that is not in the table."""
        return self._values[name]

    # ---- for DescribeConfigs

    def resolve(self, name: str) -> Resolved:
        """One setting with its synonyms."""
        setting = NODE_SETTINGS[name]
        synonyms = self.synonyms(name)
        source = synonyms[0].source if synonyms else Source.DEFAULT
        return Resolved(setting, self.text(name), source, synonyms, read_only=not setting.dynamic)

    def synonyms(self, name: str) -> tuple[Synonym, ...]:
        """Every place that sets `name`, or a coarser name of the same thing, strongest first.

        As Kafka: layers go before names, and what stands before the first mention of `name` itself is left out.
        """
        names = _COARSER_NAMES.get(name, (name,))
        found: list[Synonym] = []
        for source, layer in (
            (Source.NODE_DYNAMIC, self._node),
            (Source.CLUSTER_DYNAMIC, self._cluster),
            (Source.NODE_STATIC, self._static),
        ):
            found.extend(Synonym(other, layer[other], source) for other in names if other in layer)
        for other in names:
            default = NODE_SETTINGS[other].default
            if default is not None:
                found.append(Synonym(other, default, Source.DEFAULT))
        while found and found[0].name != name:
            del found[0]
        return tuple(found)

    def cluster_overrides(self) -> tuple[Synonym, ...]:
        """What clients have set for all nodes."""
        return tuple(Synonym(name, self._cluster[name], Source.CLUSTER_DYNAMIC) for name in sorted(self._cluster))

    def _refresh(self) -> None:
        self._values = {name: self._effective(setting) for name, setting in NODE_SETTINGS.items()}

    def _effective(self, setting: Setting) -> Value:
        for layer in (self._node, self._cluster, self._static):
            if setting.name in layer:
                return setting.parse(layer[setting.name])
        return setting.default_value


#: `log.retention.ms` -> all names that say the same thing, finest unit first.
_COARSER_NAMES: dict[str, tuple[str, ...]] = {
    topic.synonyms[0][0]: tuple(name for name, _ in topic.synonyms)
    for topic in TOPIC_SETTINGS.values()
    if len(topic.synonyms) > 1
}


def check_dynamic(
    current: NodeSettings, cluster: Mapping[str, str], node: Mapping[str, str], changed: set[str]
) -> NodeSettings:
    """May clients make these the dynamic layers? `changed` are the names that the request touches.

    Returns what the settings would be. Raises Rejected: INVALID_REQUEST for a setting that cannot change while the
    node runs or a value that does not parse (Kafka answers so for broker configs), INVALID_CONFIG for an unknown name.
    """
    fixed = sorted(name for name in changed if name in NODE_SETTINGS and not NODE_SETTINGS[name].dynamic)
    if fixed:
        raise Rejected(
            INVALID_REQUEST,
            f"{', '.join(fixed)} cannot be changed while the node runs: set it in the configuration and restart",
        )
    unknown = sorted(name for name in changed if name not in NODE_SETTINGS and (name in cluster or name in node))
    if unknown:
        raise Rejected(INVALID_CONFIG, f"there is no node setting '{unknown[0][:200]}'")
    try:
        return current.with_dynamic(cluster, node)
    except Rejected as error:
        raise Rejected(INVALID_REQUEST, error.message) from error


def check_topic_overrides(overrides: Mapping[str, str], node: NodeSettings) -> None:
    """May a topic have these settings? Raises Rejected(INVALID_CONFIG), for an unknown name first, as Kafka does."""
    for name in overrides:
        if name not in TOPIC_SETTINGS:
            raise Rejected(INVALID_CONFIG, f"there is no topic setting '{name[:200]}'")
    topic_settings(overrides, node)


def topic_settings(overrides: Mapping[str, str], node_defaults: NodeSettings) -> TopicSettings:
    """Typed settings of a topic on a node. Raises Rejected(INVALID_CONFIG)."""
    values = {
        name: setting.parse(overrides[name]) if name in overrides else _topic_default(setting, node_defaults)
        for name, setting in TOPIC_SETTINGS.items()
    }
    _check_together(values)
    return TopicSettings(
        cleanup_policy=frozenset(cast("tuple[str, ...]", values["cleanup.policy"])),
        compression_type=cast(str, values["compression.type"]),
        delete_retention_ms=cast(int, values["delete.retention.ms"]),
        flush=cast("Literal['fsync', 'write-behind']", values["headrace.flush"]),
        index_interval_bytes=cast(int, values["index.interval.bytes"]),
        max_compaction_lag_ms=cast(int, values["max.compaction.lag.ms"]),
        max_message_bytes=cast(int, values["max.message.bytes"]),
        message_timestamp_after_max_ms=cast(int, values["message.timestamp.after.max.ms"]),
        message_timestamp_before_max_ms=cast(int, values["message.timestamp.before.max.ms"]),
        message_timestamp_type=cast("Literal['CreateTime', 'LogAppendTime']", values["message.timestamp.type"]),
        min_cleanable_dirty_ratio=cast(float, values["min.cleanable.dirty.ratio"]),
        min_compaction_lag_ms=cast(int, values["min.compaction.lag.ms"]),
        min_insync_replicas=cast(int, values["min.insync.replicas"]),
        preallocate=cast(bool, values["preallocate"]),
        retention_bytes=cast(int, values["retention.bytes"]),
        retention_ms=cast(int, values["retention.ms"]),
        segment_bytes=cast(int, values["segment.bytes"]),
        segment_ms=cast(int, values["segment.ms"]),
    )


def resolve_topic(name: str, overrides: Mapping[str, str], node: NodeSettings) -> Resolved:
    """One topic setting with its synonyms, for DescribeConfigs."""
    setting = TOPIC_SETTINGS[name]
    synonyms = node.synonyms(setting.synonyms[0][0]) if setting.synonyms else ()
    if name in overrides:
        synonyms = (Synonym(name, overrides[name], Source.TOPIC), *synonyms)
        value = setting.parse(overrides[name])
    else:
        value = _topic_default(setting, node)
    source = synonyms[0].source if synonyms else Source.DEFAULT
    return Resolved(setting, to_text(value), source, synonyms, read_only=False)


def _topic_default(setting: Setting, node: NodeSettings) -> Value:
    for name, factor in setting.synonyms:
        value = node.value(name)
        if value is not None:
            if factor == 1:
                return value
            assert isinstance(value, int)
            return value if value < 0 else value * factor  # -1 hours is no limit, not minus one hour
    return setting.default_value


def _check_together(values: Mapping[str, Value]) -> None:
    least, most = values["min.compaction.lag.ms"], values["max.compaction.lag.ms"]
    if cast(int, least) > cast(int, most):
        raise Rejected(INVALID_CONFIG, f"min.compaction.lag.ms ({least}) is above max.compaction.lag.ms ({most})")
    if values["headrace.flush"] == "write-behind":
        for name in ("flush.messages", "flush.ms"):
            if values[name] != LONG_MAX:
                raise Rejected(
                    INVALID_CONFIG,
                    f"{name}={values[name]} needs headrace.flush=fsync; write-behind leaves it to the kernel",
                )
