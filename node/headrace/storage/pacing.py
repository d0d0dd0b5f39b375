"""Leave the interpreter to the event loop while a background thread computes.

Only one thread runs Python at a time, and a busy one hands over after five milliseconds at the earliest: a consumer
would feel that. Long work in the housekeeping thread therefore stops for a moment every millisecond. Must not be used
on the event loop.
"""

from __future__ import annotations

import time

_SLICE_S = 0.001
_PAUSE_S = 0.0002


class Pacer:
    """Call `breathe` between pieces of work of at most some hundred microseconds."""

    __slots__ = ("_slice_began",)

    def __init__(self) -> None:
        self._slice_began = time.monotonic()

    def breathe(self) -> None:
        if time.monotonic() - self._slice_began > _SLICE_S:
            time.sleep(_PAUSE_S)
            self._slice_began = time.monotonic()
