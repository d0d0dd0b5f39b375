"""The node's configuration: one flat list of keys from a file, the environment and the command line.

Later sources win: file, then `HEADRACE_<KEY>`, then `--set key=value` and the named flags. Keys of the process
(`node-id`, `data-dir`, addresses) stand here; every other key is a node setting with Kafka's name
(`contract/settings.py`). An unknown key is refused with the nearest known one, because a misspelt setting that is
silently ignored is found only when it is needed. The operator renders this file, the node reads it.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from headrace.contract.address import Address, ConfigError

__all__ = ["Address", "ConfigError", "NodeConfig", "Seed", "load_config"]


class Seed(BaseModel):
    """Another node to join through: `id@host:port`."""

    model_config = ConfigDict(frozen=True)
    node_id: int
    address: Address

    @classmethod
    def parse(cls, text: str) -> Seed:
        node_id, at, address = text.partition("@")
        if not at or not node_id.isdecimal():
            raise ConfigError(f"'{text}' is not a seed: write id@host:port, for example 1@10.0.0.1:33145")
        return cls(node_id=int(node_id), address=Address.parse(address))


def _address(value: str) -> str:
    Address.parse(value)
    return value


AddressText = Annotated[str, AfterValidator(_address)]


class NodeConfig(BaseModel):
    """Everything `headrace-node` needs to know before it opens its data directory."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    node_id: Annotated[int, Field(ge=0, le=2**31 - 1)] = 1
    data_dir: Path = Path("headrace-data")
    #: Absent: taken from the data directory, or made up when that is new.
    cluster_id: str | None = None
    kafka_listen: AddressText = "127.0.0.1:9092"
    #: What clients are told to connect to; absent: the listen address.
    advertised_kafka: AddressText | None = None
    rpc_listen: AddressText = "127.0.0.1:33145"
    advertised_rpc: AddressText | None = None
    admin_listen: AddressText = "127.0.0.1:9644"
    seeds: tuple[str, ...] = ()
    rack: str | None = None
    #: Unix socket of an engine that something else runs; absent: the node starts its own sidecar.
    engine_socket: Path | None = None
    log_format: Literal["text", "json"] = "text"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    #: Settings with Kafka's names, still as text; `contract/settings.py` gives them types.
    settings: Mapping[str, str] = Field(default_factory=dict)


_PROCESS_KEYS = {name.replace("_", "-"): name for name in NodeConfig.model_fields if name != "settings"}


def load_config(
    *,
    file: Path | None = None,
    environment: Mapping[str, str],
    assignments: Iterable[str] = (),
    flags: Mapping[str, Any] | None = None,
    setting_names: Iterable[str],
) -> NodeConfig:
    """Put the sources together. `setting_names` are the known Kafka-named keys. Raises ConfigError."""
    known_settings = frozenset(setting_names)
    flat: dict[str, Any] = {}
    if file is not None:
        flat.update(_from_file(file))
    flat.update(_from_environment(environment, known_settings))
    for assignment in assignments:
        key, equals, value = assignment.partition("=")
        if not equals:
            raise ConfigError(f"--set {assignment}: write --set key=value")
        flat[key.strip()] = value
    flat.update({key: value for key, value in (flags or {}).items() if value is not None})
    return _build(flat, known_settings)


def _from_file(file: Path) -> dict[str, Any]:
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"cannot read the configuration file {file}: {error.strerror}") from error
    try:
        loaded = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ConfigError(f"{file} is not YAML: {error}") from error
    if loaded is None:
        return {}
    if not isinstance(loaded, dict):
        raise ConfigError(f"{file} must hold 'key: value' lines")
    return {str(key): value for key, value in loaded.items()}


def _from_environment(environment: Mapping[str, str], known_settings: frozenset[str]) -> dict[str, Any]:
    keys = [*_PROCESS_KEYS, *known_settings]
    by_variable = {"HEADRACE_" + key.upper().replace("-", "_").replace(".", "_"): key for key in keys}
    return {by_variable[name]: value for name, value in environment.items() if name in by_variable}


def _build(flat: Mapping[str, Any], known_settings: frozenset[str]) -> NodeConfig:
    process: dict[str, Any] = {}
    settings: dict[str, str] = {}
    for key, value in flat.items():
        canonical = key.replace("_", "-")
        if canonical in _PROCESS_KEYS:
            is_list = canonical == "seeds" and isinstance(value, str)
            process[_PROCESS_KEYS[canonical]] = _split(value) if is_list else value
        elif key in known_settings:
            settings[key] = _as_text(value)
        else:
            near = difflib.get_close_matches(key, [*_PROCESS_KEYS, *known_settings], n=1)
            hint = f"; did you mean '{near[0]}'?" if near else ""
            raise ConfigError(f"there is no configuration key '{key}'{hint}")
    try:
        config = NodeConfig(**process, settings=settings)
        for seed in config.seeds:
            Seed.parse(seed)
    except ValidationError as error:
        first = error.errors()[0]
        key = str(first["loc"][0]).replace("_", "-") if first["loc"] else "?"
        raise ConfigError(f"{key}={first['input']!r}: {first['msg'].removeprefix('Value error, ')}") from error
    return config


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _as_text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return ",".join(str(item) for item in value)
    return str(value)
