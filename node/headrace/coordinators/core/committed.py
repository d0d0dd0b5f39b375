"""The committed offsets of one group, and which of them have been kept long enough.

Pure bookkeeping: the driver writes and reads the records, this says what they mean. Called by `group_shard.py` and
`group_driver.py`. Surprising: the age of an offset counts from the moment its group fell empty, not from the commit,
so a busy group never loses the offset of a quiet partition (KIP-211); an offset whose record is still being written
is never expired.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from headrace.coordinators.core.group import Group
from headrace.coordinators.core.group_events import GroupState
from headrace.coordinators.core.subscriptions import CONSUMER_PROTOCOL, subscribed_topics

#: Topic and partition index.
PartitionKey = tuple[str, int]


@dataclass(frozen=True, slots=True)
class CommittedOffset:
    """`next_offset` is the first record that the group has not processed; `expire_wall_ms` only if the client chose
    it.
    """

    next_offset: int
    leader_epoch: int = -1
    metadata: str = ""
    commit_wall_ms: int = 0
    expire_wall_ms: int | None = None


class OffsetBook:
    """Durable offsets by partition, and how many commits of a partition are still on their way to the disk."""

    def __init__(self) -> None:
        self.committed: dict[PartitionKey, CommittedOffset] = {}
        self._in_flight: Counter[PartitionKey] = Counter()

    def begin(self, keys: Iterable[PartitionKey]) -> None:
        """Records of these keys have been written and are not durable yet."""
        self._in_flight.update(key for key in keys)  # a mapping would be counted by its values

    def finish(self, offsets: dict[PartitionKey, CommittedOffset | None], *, durable: bool) -> None:
        """They are durable (None: the offset is removed), or never will be. Called in the order of the log."""
        for key, committed in offsets.items():
            self._in_flight[key] -= 1
            if not self._in_flight[key]:
                del self._in_flight[key]
            if durable:
                self.load(key, committed)

    def load(self, key: PartitionKey, committed: CommittedOffset | None) -> None:
        if committed is None:
            self.committed.pop(key, None)
        else:
            self.committed[key] = committed

    def __contains__(self, key: PartitionKey) -> bool:
        """Does the log hold this offset, or will it in a moment?"""
        return key in self.committed or key in self._in_flight

    def keys(self) -> set[PartitionKey]:
        """Everything that the log holds or will hold in a moment."""
        return self.committed.keys() | self._in_flight.keys()

    @property
    def empty(self) -> bool:
        return not self.committed and not self._in_flight

    def outdated(self, group: Group, now_wall_ms: int, retention_ms: int) -> list[PartitionKey]:
        """Offsets that may be forgotten now."""
        wanted: frozenset[str] | None = frozenset()
        since_empty: int | None = None
        if group.roster.protocol_type is not None:
            if group.state is GroupState.EMPTY:
                since_empty = group.state_since_wall_ms or None
            elif group.state is GroupState.STABLE and group.roster.protocol_type == CONSUMER_PROTOCOL:
                wanted = subscribed_topics(group)
            else:
                return []
        if wanted is None:
            return []
        return [
            key
            for key, committed in self.committed.items()
            if key not in self._in_flight
            and key[0] not in wanted
            and _is_over(committed, since_empty, now_wall_ms, retention_ms)
        ]


def _is_over(committed: CommittedOffset, since_empty: int | None, now_wall_ms: int, retention_ms: int) -> bool:
    if committed.expire_wall_ms is not None:
        return now_wall_ms >= committed.expire_wall_ms
    since = committed.commit_wall_ms if since_empty is None else since_empty
    return now_wall_ms - since >= retention_ms
