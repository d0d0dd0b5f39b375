"""The loggers of this process as Kafka's BROKER_LOGGER resources: list them, change their levels.

Called by `configs.py`. Levels have Kafka's names (WARN, FATAL) outside and Python's inside. It must not invent
loggers: a name that nothing logs under is refused. Surprising: a level lasts until the node stops, as in Kafka;
`log-level` in the node's configuration is what it starts with.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from headrace.base.errors import Rejected
from headrace.protocol.error_codes import ErrorCode

ROOT = "root"
_PREFIX = "headrace"
_TRACE = 5

_LEVELS = {
    "TRACE": _TRACE,
    "DEBUG": logging.DEBUG,
    "INFO": logging.INFO,
    "WARN": logging.WARNING,
    "ERROR": logging.ERROR,
    "FATAL": logging.CRITICAL,
}


@dataclass(frozen=True, slots=True)
class LevelChange:
    """A checked change; `level` None takes the logger's own level away."""

    name: str
    level: str | None


def levels() -> dict[str, str]:
    """Every logger of ours, and the root logger, with its effective level."""
    ours = sorted(
        name
        for name, logger in logging.Logger.manager.loggerDict.items()
        if isinstance(logger, logging.Logger) and (name == _PREFIX or name.startswith(_PREFIX + "."))
    )
    return {ROOT: _name_of(logging.getLogger())} | {name: _name_of(logging.getLogger(name)) for name in ours}


def check(name: str, level: str | None) -> LevelChange:
    """`level` None: the logger takes its parent's level again. Raises Rejected."""
    if name not in levels():
        raise Rejected(ErrorCode.INVALID_CONFIG, f"there is no logger '{name[:200]}'")
    if level is None:
        if name == ROOT:
            raise Rejected(ErrorCode.INVALID_REQUEST, "the root logger must have a level; set one instead")
        return LevelChange(name, None)
    if level not in _LEVELS:
        raise Rejected(ErrorCode.INVALID_CONFIG, f"'{level[:50]}' is no log level; use one of {', '.join(_LEVELS)}")
    return LevelChange(name, level)


def apply(change: LevelChange) -> None:
    logger = logging.getLogger() if change.name == ROOT else logging.getLogger(change.name)
    logger.setLevel(logging.NOTSET if change.level is None else _LEVELS[change.level])


def _name_of(logger: logging.Logger) -> str:
    effective = logger.getEffectiveLevel()
    for name, level in _LEVELS.items():
        if effective <= level:
            return name
    return "FATAL"
