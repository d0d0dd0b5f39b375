"""Time as a parameter: cores never read a clock, drivers hand them one of these."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """Two clocks: one for durations, one for timestamps that people and Kafka clients see."""

    def monotonic_us(self) -> int:
        """Microseconds since an arbitrary start; never goes back."""
        ...

    def wall_ms(self) -> int:
        """Milliseconds since the Unix epoch; may jump."""
        ...


class SystemClock:
    """The one real clock."""

    def monotonic_us(self) -> int:
        return time.monotonic_ns() // 1000

    def wall_ms(self) -> int:
        return time.time_ns() // 1_000_000


class ManualClock:
    """A clock that moves only when told, for tests and simulation."""

    def __init__(self, wall_ms: int = 1_700_000_000_000) -> None:
        self._wall_ms = wall_ms
        self._monotonic_us = 0

    def monotonic_us(self) -> int:
        return self._monotonic_us

    def wall_ms(self) -> int:
        return self._wall_ms

    def advance(self, duration_ms: int) -> None:
        self._wall_ms += duration_ms
        self._monotonic_us += duration_ms * 1000
