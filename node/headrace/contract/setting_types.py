"""What a setting is: name, type, default, bounds, and how its text becomes a value.

Types and their numbers are Kafka's, because DescribeConfigs sends them to clients. Values are read as Kafka reads
them (trimmed, numbers in decimal, lists split at commas). Used by the two setting tables and `settings.py`; knows no
single setting. Surprising: `Setting.only` marks a setting that clients expect to see but whose other values this
system does not implement: they are refused with the reason, because a setting that is accepted and ignored is found
out too late.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from headrace.base.errors import Rejected

INVALID_CONFIG = 40

LONG_MAX = 2**63 - 1
INT_MAX = 2**31 - 1


class SettingType(IntEnum):
    """Kafka's config types, with the numbers that DescribeConfigs uses."""

    BOOLEAN = 1
    STRING = 2
    INT = 3
    SHORT = 4
    LONG = 5
    DOUBLE = 6
    LIST = 7


Value = bool | str | int | float | tuple[str, ...] | None
#: Says what is wrong with a value of the right type, or None.
Check = Callable[[Value], str | None]

_INTEGER = re.compile(r"[+-]?[0-9]{1,20}\Z")
_DECIMAL = re.compile(r"[+-]?([0-9]{1,400}(\.[0-9]{0,400})?|\.[0-9]{1,400})([eE][+-]?[0-9]{1,3})?\Z")
_BITS = {SettingType.SHORT: 15, SettingType.INT: 31, SettingType.LONG: 63}
_KIND = {
    SettingType.BOOLEAN: "write true or false",
    SettingType.SHORT: "it must be a whole number of 16 bits",
    SettingType.INT: "it must be a whole number of 32 bits",
    SettingType.LONG: "it must be a whole number of 64 bits",
    SettingType.DOUBLE: "it must be a decimal number",
}


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of a setting table."""

    name: str
    type: SettingType
    #: As text, the way Kafka shows it; None: not set.
    default: str | None
    doc: str
    check: Check | None = None
    #: What `check` allows, for the documentation page.
    allowed: str = ""
    #: Only the default is accepted; this says why and what to do instead.
    only: str = ""
    #: Clients may change it while the node runs (node settings; topic settings always can be).
    dynamic: bool = False
    #: Comes from the node's own configuration keys (`node-id`, `data-dir`, ...) and cannot be set by this name.
    derived: bool = False
    #: Kafka's default where ours differs, for the documentation page.
    kafka_default: str | None = None
    #: Node settings (name, factor) that give a topic setting its default; the first one that is set wins.
    synonyms: tuple[tuple[str, int], ...] = ()

    def parse(self, text: str) -> Value:
        """The typed value of `text`. Raises Rejected(INVALID_CONFIG)."""
        text = text.strip()
        try:
            value = _parse(self.type, text)
        except ValueError:
            raise self._refused(text, _KIND[self.type]) from None
        if self.only and value != self.default_value:
            raise self._refused(text, f"only {self.default or 'no value'} is supported here: {self.only}")
        problem = self.check(value) if self.check is not None else None
        if problem is not None:
            raise self._refused(text, problem)
        return value

    @property
    def default_value(self) -> Value:
        return None if self.default is None else _parse(self.type, self.default.strip())

    def _refused(self, text: str, problem: str) -> Rejected:
        return Rejected(INVALID_CONFIG, f"Invalid value '{text[:200]}' for setting {self.name}: {problem}")


def _parse(kind: SettingType, text: str) -> Value:
    if kind is SettingType.BOOLEAN:
        lowered = text.lower()
        if lowered not in {"true", "false"}:
            raise ValueError(text)
        return lowered == "true"
    if kind is SettingType.STRING:
        return text
    if kind is SettingType.LIST:
        return tuple(item.strip() for item in text.split(",")) if text else ()
    if kind is SettingType.DOUBLE:
        if not _DECIMAL.match(text):
            raise ValueError(text)
        return float(text)
    if not _INTEGER.match(text):
        raise ValueError(text)
    number = int(text)
    bound = 1 << _BITS[kind]
    if not -bound <= number < bound:
        raise ValueError(text)
    return number


def to_text(value: Value) -> str | None:
    """A value as DescribeConfigs shows it."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ",".join(value)
    return str(value)


def at_least(minimum: int) -> Check:
    def check(value: Value) -> str | None:
        return None if _number(value) >= minimum else f"it must be at least {minimum}"

    return check


def between(minimum: float, maximum: float) -> Check:
    def check(value: Value) -> str | None:
        return None if minimum <= _number(value) <= maximum else f"it must be between {minimum} and {maximum}"

    return check


def one_of(*choices: str) -> Check:
    def check(value: Value) -> str | None:
        return None if value in choices else f"it must be one of {', '.join(choices)}"

    return check


def each_of(*choices: str) -> Check:
    def check(value: Value) -> str | None:
        items: Sequence[str] = value if isinstance(value, tuple) else ()
        unknown = [item for item in items if item not in choices]
        return f"each item must be one of {', '.join(choices)}" if unknown else None

    return check


def _number(value: Value) -> float:
    assert isinstance(value, int | float)
    return value
