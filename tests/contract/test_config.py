"""Configuration: sources in the right order, one clear message for each mistake."""

from pathlib import Path

import pytest

from headrace.contract.config import Address, ConfigError, load_config

SETTINGS = ("num.partitions", "auto.create.topics.enable")


def load(file: Path | None = None, env: dict[str, str] | None = None, sets: tuple[str, ...] = (), **flags: object):
    return load_config(file=file, environment=env or {}, assignments=sets, flags=flags, setting_names=SETTINGS)


def test_later_sources_win(tmp_path: Path) -> None:
    file = tmp_path / "node.yaml"
    file.write_text("node-id: 1\nrack: a\nnum.partitions: 3\nauto.create.topics.enable: false\n")
    config = load(file, {"HEADRACE_RACK": "b", "HEADRACE_NUM_PARTITIONS": "4"}, ("num.partitions=5",), **{"node-id": 7})
    assert (config.node_id, config.rack) == (7, "b")
    assert config.settings == {"num.partitions": "5", "auto.create.topics.enable": "false"}


@pytest.mark.parametrize(
    ("sets", "says"),
    [
        (("num.partition=3",), "did you mean 'num.partitions'"),
        (("node-id=x",), "node-id='x'"),
        (("kafka-listen=9092",), "write host:port"),
        (("seeds=10.0.0.1:1",), "write id@host:port"),
        (("rack",), "write --set key=value"),
    ],
)
def test_each_mistake_is_told(sets: tuple[str, ...], says: str) -> None:
    with pytest.raises(ConfigError, match=says.replace("(", r"\(")):
        load(sets=sets)


def test_a_file_that_is_no_mapping_is_told(tmp_path: Path) -> None:
    file = tmp_path / "node.yaml"
    file.write_text("- a\n")
    with pytest.raises(ConfigError, match="'key: value' lines"):
        load(file)
    with pytest.raises(ConfigError, match="cannot read"):
        load(tmp_path / "absent.yaml")


def test_foreign_headrace_variables_are_left_alone() -> None:
    assert load(env={"HEADRACE_BROKERS": "x:1", "HEADRACE_REQUIRE_ALL": "1"}).node_id == 1


def test_addresses_keep_ipv6_brackets() -> None:
    assert str(Address.parse("[::1]:9092")) == "[::1]:9092"
    assert Address.parse("[::1]:9092").host == "::1"
