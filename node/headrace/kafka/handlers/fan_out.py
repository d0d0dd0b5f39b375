"""One request about many things: do them a few dozen at a time, answer in the order asked.

Shared by the admin handlers, because a client may name a hundred thousand topics in one request and each would be a
task. Must not know Kafka. Surprising: within one item nothing else runs before its first await, so checks and journal
entries of an item belong together.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Hashable, Iterable, Sequence
from typing import TypeVar

_TOGETHER = 64

Item = TypeVar("Item")
Key = TypeVar("Key", bound=Hashable)
Result = TypeVar("Result")


async def each(items: Sequence[Item], act: Callable[[Item], Awaitable[Result]]) -> list[Result]:
    """`act` on every item; results in order. `act` must not raise for what a client did wrong."""
    results: list[Result] = []
    for start in range(0, len(items), _TOGETHER):
        results += await asyncio.gather(*(act(item) for item in items[start : start + _TOGETHER]))
    return results


def repeated(keys: Iterable[Key]) -> set[Key]:
    """The keys that occur more than once."""
    return {key for key, count in Counter(keys).items() if count > 1}
