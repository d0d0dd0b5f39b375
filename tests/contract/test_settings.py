"""Settings: what text means, who wins, what is refused."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import headrace
from headrace.base.errors import Rejected
from headrace.contract import settings_page
from headrace.contract.setting_types import INT_MAX, LONG_MAX, SettingType, to_text
from headrace.contract.settings import (
    CONFIGURABLE_NODE_SETTINGS,
    NODE_SETTINGS,
    TOPIC_SETTINGS,
    NodeSettings,
    Source,
    TopicSettings,
    check_dynamic,
    check_topic_overrides,
    resolve_topic,
    topic_settings,
)

ROOT = Path(__file__).parents[2]
INVALID_CONFIG, INVALID_REQUEST = 40, 42


def test_defaults_of_the_dataclass_are_those_of_the_table() -> None:
    assert topic_settings({}, NodeSettings()) == TopicSettings()


@pytest.mark.parametrize("setting", [*TOPIC_SETTINGS.values(), *NODE_SETTINGS.values()], ids=lambda s: s.name)
def test_every_default_is_allowed_and_shown_as_it_stands(setting) -> None:
    if setting.default is not None and not setting.derived:
        assert to_text(setting.parse(setting.default)) == setting.default
    assert setting.doc.endswith(".")
    assert setting.only or setting.check is None or setting.allowed


@given(st.sampled_from([*TOPIC_SETTINGS.values(), *NODE_SETTINGS.values()]), st.text(max_size=40))
def test_any_text_is_a_value_or_a_clear_refusal(setting, text) -> None:
    refusal = None
    try:
        value = setting.parse(text)
    except Rejected as error:
        refusal = error
    if refusal is None:
        assert setting.parse(to_text(value) or "") == value  # what is shown can be set again
    else:
        assert refusal.kafka_code == INVALID_CONFIG
        assert setting.name in refusal.message


@given(st.integers(-(2**70), 2**70))
def test_numbers_keep_to_their_width(number) -> None:
    for name, low, high in (("retention.ms", -1, LONG_MAX), ("max.message.bytes", 0, INT_MAX)):
        if low <= number <= high:
            assert TOPIC_SETTINGS[name].parse(str(number)) == number
        else:
            with pytest.raises(Rejected):
                TOPIC_SETTINGS[name].parse(str(number))


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("retention.ms", " +5 ", 5),
        ("preallocate", " TRUE ", True),
        ("cleanup.policy", "compact , delete", ("compact", "delete")),
        ("cleanup.policy", "", ()),
        ("min.cleanable.dirty.ratio", ".7", 0.7),
        ("min.cleanable.dirty.ratio", "1e-1", 0.1),
    ],
)
def test_texts_are_read_as_kafka_reads_them(name, text, value) -> None:
    assert TOPIC_SETTINGS[name].parse(text) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("retention.ms", "1_000"),
        ("retention.ms", "1e3"),
        ("retention.ms", ""),
        ("min.cleanable.dirty.ratio", "nan"),
        ("min.cleanable.dirty.ratio", "inf"),
        ("preallocate", "yes"),
        ("cleanup.policy", "compact,,delete"),
        ("message.timestamp.type", "createtime"),
        ("compression.type", "gzip"),
        ("remote.storage.enable", "true"),
    ],
)
def test_what_kafka_or_we_refuse(name, text) -> None:
    with pytest.raises(Rejected, match=name):
        TOPIC_SETTINGS[name].parse(text)


def test_finer_units_and_stronger_layers_win() -> None:
    node = NodeSettings({"log.retention.hours": "1"})
    assert topic_settings({}, node).retention_ms == 3_600_000
    node = NodeSettings({"log.retention.hours": "1", "log.retention.minutes": "2"})
    assert topic_settings({}, node).retention_ms == 120_000
    node = NodeSettings({"log.retention.minutes": "2", "log.retention.ms": "3"})
    assert topic_settings({}, node).retention_ms == 3
    node.apply_dynamic({"log.retention.ms": "4"}, {})
    assert topic_settings({}, node).retention_ms == 4
    node.apply_dynamic({"log.retention.ms": "4"}, {"log.retention.ms": "5"})
    assert topic_settings({}, node).retention_ms == 5
    assert topic_settings({"retention.ms": "6"}, node).retention_ms == 6
    assert node.revision == 2


def test_no_limit_in_hours_is_no_limit_in_milliseconds() -> None:
    assert topic_settings({}, NodeSettings({"log.retention.hours": "-1"})).retention_ms == -1


def test_synonyms_come_strongest_first_as_kafka_lists_them() -> None:
    node = NodeSettings({"log.retention.hours": "1"})
    assert resolve_topic("retention.ms", {}, node).synonyms == ()  # hours do not mention log.retention.ms
    node.apply_dynamic({"log.retention.ms": "4"}, {})
    resolved = resolve_topic("retention.ms", {"retention.ms": "6"}, node)
    assert resolved.value == "6"
    assert [(synonym.name, synonym.value, synonym.source) for synonym in resolved.synonyms] == [
        ("retention.ms", "6", Source.TOPIC),
        ("log.retention.ms", "4", Source.CLUSTER_DYNAMIC),
        ("log.retention.hours", "1", Source.NODE_STATIC),
        ("log.retention.hours", "168", Source.DEFAULT),
    ]


def test_settings_that_do_not_fit_together() -> None:
    node = NodeSettings()
    with pytest.raises(Rejected, match=r"min\.compaction\.lag\.ms \(10\) is above max\.compaction\.lag\.ms \(5\)"):
        check_topic_overrides({"min.compaction.lag.ms": "10", "max.compaction.lag.ms": "5"}, node)
    check_topic_overrides({"flush.messages": "1"}, node)
    with pytest.raises(Rejected, match=r"headrace\.flush=fsync"):
        check_topic_overrides({"flush.messages": "1", "headrace.flush": "write-behind"}, node)
    with pytest.raises(Rejected, match=r"headrace\.flush=fsync"):
        NodeSettings({"log.flush.interval.messages": "1", "headrace.flush": "write-behind"})


def test_unknown_names_are_named_first() -> None:
    with pytest.raises(Rejected, match="there is no topic setting 'nope'"):
        check_topic_overrides({"retention.ms": "x", "nope": "1"}, NodeSettings())
    with pytest.raises(Rejected, match=r"there is no node setting 'retention\.ms'"):
        NodeSettings({"retention.ms": "1"})
    with pytest.raises(Rejected, match=r"there is no node setting 'node\.id'"):
        NodeSettings({"node.id": "1"})  # that is the key node-id


def test_what_can_change_while_the_node_runs() -> None:
    node = NodeSettings()
    check_dynamic(node, {"message.max.bytes": "5"}, {}, {"message.max.bytes"})
    check_dynamic(node, {}, {}, {"never.was"})  # taking away what is not there
    for cluster, changed in (
        ({"num.partitions": "5"}, {"num.partitions"}),
        ({"message.max.bytes": "x"}, {"message.max.bytes"}),
    ):
        with pytest.raises(Rejected) as caught:
            check_dynamic(node, cluster, {}, changed)
        assert caught.value.kafka_code == INVALID_REQUEST
    with pytest.raises(Rejected) as caught:
        check_dynamic(node, {"never.was": "5"}, {}, {"never.was"})
    assert caught.value.kafka_code == INVALID_CONFIG
    assert node.text("message.max.bytes") == "1048588"


def test_derived_settings_are_shown_but_not_configurable() -> None:
    node = NodeSettings(derived={"node.id": "7", "log.dirs": "/data"})
    assert node.resolve("node.id").value == "7"
    assert node.resolve("node.id").source == Source.NODE_STATIC
    assert "node.id" not in CONFIGURABLE_NODE_SETTINGS


def test_topic_settings_cover_every_setting_that_does_something() -> None:
    typed = {field.name for field in dataclasses.fields(TopicSettings)}
    expected = {
        name.removeprefix("headrace.").replace(".", "_")
        for name, setting in TOPIC_SETTINGS.items()
        if not setting.only and not name.startswith("flush.")  # satisfied by headrace.flush=fsync
    }
    assert typed - {"compression_type"} == expected


def test_every_node_setting_is_read_somewhere() -> None:
    """A setting that is accepted and ignored is found out too late."""
    package = Path(headrace.__file__).parent
    source = "".join(
        file.read_text()
        for file in package.rglob("*.py")
        if file.name != "node_setting_table.py" and "generated" not in str(file)
    )
    from_topics = {name for setting in TOPIC_SETTINGS.values() for name, _ in setting.synonyms}
    unread = [
        name
        for name, setting in NODE_SETTINGS.items()
        if not setting.derived and not setting.only and name not in from_topics and f'"{name}"' not in source
    ]
    assert unread == []


def test_the_page_is_what_the_tables_say() -> None:
    assert (ROOT / settings_page.PAGE).read_text() == settings_page.page()
    for setting in (*TOPIC_SETTINGS.values(), *NODE_SETTINGS.values()):
        assert f"`{setting.name}`" in settings_page.page()


def test_types_have_kafkas_numbers() -> None:
    assert [(kind.name, kind.value) for kind in SettingType] == [
        ("BOOLEAN", 1), ("STRING", 2), ("INT", 3), ("SHORT", 4), ("LONG", 5), ("DOUBLE", 6), ("LIST", 7),
    ]  # fmt: skip
