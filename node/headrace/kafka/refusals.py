"""Connections that are closed for a reason of theirs: counted by reason, one log line each, but not more than a few a
second.

A broken or hostile client reconnects in a tight loop; without a bound its log lines fill the disk. Called by
`connection.py` and `server.py`. It never logs a traceback: the reason is the client's, not ours.
"""

from __future__ import annotations

import logging

from headrace.base.clock import Clock
from headrace.base.metrics import Metrics

logger = logging.getLogger("headrace.kafka")

_WINDOW_US = 10_000_000
_LINES_PER_WINDOW = 20


class Refusals:
    """At most 20 lines in ten seconds; the next window begins with how many were left out."""

    def __init__(self, clock: Clock, metrics: Metrics) -> None:
        self._clock = clock
        self._metrics = metrics
        self._window_began_us = 0
        self._lines = 0
        self._left_out = 0

    def refuse(self, peer: str, reason: str, message: str) -> None:
        """Count and log. `reason` is a short metric label, `message` says what was wrong and what to do."""
        self._metrics.counter("connections_refused_total", reason).value += 1
        now_us = self._clock.monotonic_us()
        if now_us - self._window_began_us >= _WINDOW_US:
            if self._left_out:
                logger.warning("%d more client connections were closed in the last seconds", self._left_out)
            self._window_began_us = now_us
            self._lines = 0
            self._left_out = 0
        if self._lines >= _LINES_PER_WINDOW:
            self._left_out += 1
            return
        self._lines += 1
        logger.warning("closed the connection of %s: %s", peer, message)


def unusual_frame(first_bytes: bytes) -> str:
    """A guess, from the first bytes of a connection, at who is talking:

    people point browsers and TLS clients at Kafka ports.
    """
    if first_bytes[:4] in (b"GET ", b"POST", b"HEAD", b"PUT ", b"OPTI"):
        return "this looks like HTTP; the admin interface has another port"
    if len(first_bytes) >= 2 and first_bytes[0] == 0x16 and first_bytes[1] == 0x03:
        return "this looks like TLS, but this listener speaks plain text: set security.protocol=PLAINTEXT in the client"
    if first_bytes[:4] == b"SSH-":
        return "this looks like SSH"
    return "this is no Kafka request, or one larger than the node accepts"
