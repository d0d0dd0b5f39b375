"""Connections that end early: counted by reason, one log line each, but not more than a few a second.

A broken or hostile client reconnects in a tight loop; without a bound its log lines fill the disk. Called by
`connection.py` and `server.py`. What is the client's fault has no traceback; faults of ours have one, and a bound of
their own, so that no client can hide them.
"""

from __future__ import annotations

import logging

from headrace.base.clock import Clock
from headrace.base.metrics import Metrics

logger = logging.getLogger("headrace.kafka")

_WINDOW_US = 10_000_000
_LINES_PER_WINDOW = 20


class _BoundedLines:
    """At most 20 lines in ten seconds; the next window begins with how many were left out."""

    def __init__(self, clock: Clock, left_out: str) -> None:
        self._clock = clock
        self._message = left_out
        self._window_began_us = clock.monotonic_us()
        self._lines = 0
        self._left_out = 0

    def may_log(self) -> bool:
        now_us = self._clock.monotonic_us()
        if now_us - self._window_began_us >= _WINDOW_US:
            if self._left_out:
                logger.warning(self._message, self._left_out)
            self._window_began_us = now_us
            self._lines = 0
            self._left_out = 0
        if self._lines >= _LINES_PER_WINDOW:
            self._left_out += 1
            return False
        self._lines += 1
        return True


class Refusals:
    """Counts and tells why connections were closed."""

    def __init__(self, clock: Clock, metrics: Metrics) -> None:
        self._metrics = metrics
        self._refusals = _BoundedLines(clock, "%d more client connections were closed for a reason of theirs")
        self._faults = _BoundedLines(clock, "%d more requests could not be answered because of a fault of this node")

    def refuse(self, peer: str, reason: str, message: str) -> None:
        """Count and log. `reason` is a short metric label, `message` says what was wrong and what to do."""
        self._metrics.counter("connections_refused_total", reason).value += 1
        if self._refusals.may_log():
            logger.warning("closed the connection of %s: %s", peer, message)

    def fault(self, peer: str, api: str, error: BaseException) -> None:
        """A fault of ours while answering."""
        if self._faults.may_log():
            logger.error("answering a %s request of %s failed", api, peer, exc_info=error)


def unusual_frame(first_bytes: bytes) -> str:
    """A guess, from the first bytes of a connection, at who is talking: people point browsers and TLS clients here."""
    if first_bytes[:4] in (b"GET ", b"POST", b"HEAD", b"PUT ", b"OPTI"):
        return "this looks like HTTP; the admin interface has another port"
    if len(first_bytes) >= 2 and first_bytes[0] == 0x16 and first_bytes[1] == 0x03:
        return "this looks like TLS, but this listener speaks plain text: set security.protocol=PLAINTEXT in the client"
    if first_bytes[:4] == b"SSH-":
        return "this looks like SSH"
    return "this is no Kafka request, or one larger than the node accepts"
