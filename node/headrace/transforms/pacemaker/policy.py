"""What a failure leads to, and how long to wait before the next try. Pure; called by the core only.

The registry header wins over what the script says of itself (2021's `errorHandler`), that over the default. An engine
that dies while a chunk of the script runs is no failure of the script until it has happened `ENGINE_DEATHS_MAX` times
in a row without one chunk in between: the engine may have died for another reason, and the scripts that ran beside
the culprit must not pay for it.
"""

from __future__ import annotations

from headrace.contract.script import DEFAULT_ERROR_POLICY, ErrorPolicy
from headrace.transforms.engines.channel import RunMode

RETRY_FIRST_MS = 100
RETRY_MAX_MS = 30_000

#: Engine deaths in a row with a chunk of the script running, after which the script is held to be the cause.
ENGINE_DEATHS_MAX = 5


def backoff_ms(attempts: int) -> int:
    """Delay before the next try after `attempts` failures in a row (1, 2, ...): 100 ms doubling up to 30 s."""
    return int(min(RETRY_MAX_MS, RETRY_FIRST_MS << min(attempts - 1, 20)))


def effective_policy(header: ErrorPolicy | None, own: ErrorPolicy | None) -> ErrorPolicy:
    return header or own or DEFAULT_ERROR_POLICY


def run_mode(policy: ErrorPolicy) -> RunMode:
    """`skip` and `dead-letter` are carried out where the script runs; every other policy wants to hear of the first
    failure."""
    if policy == "skip":
        return "skip"
    return "dead-letter" if policy == "dead-letter" else "halt"


def after_engine_deaths(policy: ErrorPolicy) -> ErrorPolicy:
    """A script that kills the engine cannot be isolated record by record: each try would stop every other script."""
    return "stop" if policy in {"skip", "dead-letter"} else policy
