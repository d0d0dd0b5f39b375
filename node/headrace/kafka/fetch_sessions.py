"""Fetch sessions (KIP-227): what a client asked for stays here, so that it sends and gets only what changed.

A session watches its partitions and notes which of them may have something new; a fetch looks at those alone, so a
thousand idle partitions cost nothing. The cache is bounded in sessions and in partitions. Used by
`handlers/fetch.py`. Deterministic but for the choice of session ids; time is a parameter. Surprising: a partition
with an error stays "changed" until the error is gone, because errors are repeated in every answer. Source: KIP-227,
KIP-516.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import Protocol

from headrace.partitions.partition import Partition
from headrace.protocol.generated.k01_fetch import FetchRequestPartitions

NO_SESSION = 0
#: Session epochs: the first request of a session, and a request outside any session.
INITIAL_EPOCH = 0
FINAL_EPOCH = -1
_EPOCH_MAX = 2**31 - 1

# Kafka's `max.incremental.fetch.session.cache.slots` and the age below which a session is not taken from its client.
SESSIONS_MAX = 1_000
EVICTABLE_AFTER_MS = 120_000
# All sessions together: a remembered partition is about 300 bytes, so at most 60 MB.
SESSION_PARTITIONS_MAX = 200_000

SessionKey = tuple[str | bytes, int]


class FetchedPartition:
    """One partition in a fetch: what the client wants of it and what it was told last."""

    __slots__ = (
        "current_leader_epoch",
        "fetch_offset",
        "index",
        "last_fetched_epoch",
        "max_bytes",
        "partition",
        "seen_bytes",
        "sent_high_watermark",
        "sent_log_start",
        "topic",
        "topic_id",
    )

    def __init__(self, topic: str, topic_id: bytes, wanted: FetchRequestPartitions) -> None:
        self.topic = topic
        self.topic_id = topic_id
        self.index = wanted.partition
        self.partition: Partition | None = None
        self.sent_high_watermark = -1
        self.sent_log_start = -1
        #: `Partition.appended_bytes` up to which a parked fetch has counted.
        self.seen_bytes = 0
        self.update(wanted)

    def update(self, wanted: FetchRequestPartitions) -> None:
        self.fetch_offset = wanted.fetch_offset
        self.max_bytes = wanted.partition_max_bytes
        self.current_leader_epoch = wanted.current_leader_epoch
        self.last_fetched_epoch = wanted.last_fetched_epoch


class Parked(Protocol):
    """A fetch that waits on its session's partitions."""

    def advanced(self, wanted: FetchedPartition) -> None: ...

    def gone(self, wanted: FetchedPartition) -> None: ...


class FetchSession:
    """Partitions of one client. Is a `DataWatcher` of every partition it could resolve.

    Invariant: a partition that is not in `changed` has been answered without error, has no unread data below the high
    watermark it was answered with, and is watched.
    """

    def __init__(self, session_id: int, *, uses_topic_ids: bool, now_ms: int) -> None:
        self.id = session_id
        self.epoch = 1
        self.uses_topic_ids = uses_topic_ids
        self.created_ms = now_ms
        self.last_used_ms = now_ms
        self.partitions: dict[SessionKey, FetchedPartition] = {}
        self.changed: dict[FetchedPartition, None] = {}
        self.parked: Parked | None = None
        self._by_partition: dict[Partition, FetchedPartition] = {}

    def want(self, key: SessionKey, topic: str, topic_id: bytes, wanted: FetchRequestPartitions) -> None:
        """Add a partition or change what is wanted of it."""
        known = self.partitions.get(key)
        if known is None:
            known = FetchedPartition(topic, topic_id, wanted)
            self.partitions[key] = known
        else:
            known.update(wanted)
        self.changed[known] = None

    def forget(self, key: SessionKey) -> None:
        known = self.partitions.pop(key, None)
        if known is not None:
            self.changed.pop(known, None)
            self.unresolve(known)

    def resolve(self, wanted: FetchedPartition, partition: Partition) -> None:
        """Watch the partition from now on."""
        wanted.partition = partition
        self._by_partition[partition] = wanted
        partition.watchers[self] = None

    def unresolve(self, wanted: FetchedPartition) -> None:
        partition = wanted.partition
        if partition is not None:
            wanted.partition = None
            self._by_partition.pop(partition, None)
            partition.watchers.pop(self, None)

    def close(self) -> None:
        """Watch nothing any more."""
        for partition in self._by_partition:
            partition.watchers.pop(self, None)
        self._by_partition.clear()
        self.partitions.clear()
        self.changed.clear()

    # ---- DataWatcher

    def partition_advanced(self, partition: Partition) -> None:
        wanted = self._by_partition.get(partition)
        if wanted is None:
            return
        self.changed[wanted] = None
        if self.parked is not None:
            self.parked.advanced(wanted)

    def partition_gone(self, partition: Partition) -> None:
        wanted = self._by_partition.pop(partition, None)
        if wanted is None:
            return
        wanted.partition = None
        self.changed[wanted] = None
        if self.parked is not None:
            self.parked.gone(wanted)

    def check_invariants(self) -> None:
        assert set(self.changed) <= set(self.partitions.values())
        for partition, wanted in self._by_partition.items():
            assert wanted.partition is partition
            assert self in partition.watchers


def next_epoch(epoch: int) -> int:
    """Epochs count up from 1 and begin again at 1; 0 and -1 have their own meaning."""
    if epoch < 0:
        return FINAL_EPOCH
    return 1 if epoch == _EPOCH_MAX else epoch + 1


class FetchSessions:
    """The sessions of one node.

    Invariant: at most `sessions_max`, with at most `partitions_max` partitions together.
    """

    def __init__(
        self,
        sessions_max: int = SESSIONS_MAX,
        partitions_max: int = SESSION_PARTITIONS_MAX,
        evictable_after_ms: int = EVICTABLE_AFTER_MS,
    ) -> None:
        self._sessions: dict[int, FetchSession] = {}  # least recently used first
        self._sessions_max = sessions_max
        self._partitions_max = partitions_max
        self._evictable_after_ms = evictable_after_ms
        self._partition_count = 0

    def __len__(self) -> int:
        return len(self._sessions)

    def get(self, session_id: int) -> FetchSession | None:
        return self._sessions.get(session_id)

    def touch(self, session: FetchSession, now_ms: int) -> None:
        session.last_used_ms = now_ms
        del self._sessions[session.id]
        self._sessions[session.id] = session

    def resized(self, difference: int) -> None:
        """A session of the cache has so many partitions more (or fewer)."""
        self._partition_count += difference

    def remove(self, session_id: int) -> bool:
        session = self._sessions.pop(session_id, None)
        if session is None:
            return False
        self._partition_count -= len(session.partitions)
        session.close()
        return True

    def open(self, partition_count: int, *, uses_topic_ids: bool, now_ms: int) -> FetchSession | None:
        """A new, empty session for a client with so many partitions, or None: then it goes on without one.

        When the cache is full, a session that was not used for a while makes room; else, as in Kafka, the smallest
        one that is old enough and smaller than the new one.
        """
        if self._partition_count + partition_count > self._partitions_max:
            self._evict_idle(now_ms)
            if self._partition_count + partition_count > self._partitions_max:
                return None
        if len(self._sessions) >= self._sessions_max and not self._make_room(partition_count, now_ms):
            return None
        session_id = random.randint(1, 2**31 - 1)
        while session_id in self._sessions:
            session_id = random.randint(1, 2**31 - 1)
        session = FetchSession(session_id, uses_topic_ids=uses_topic_ids, now_ms=now_ms)
        self._sessions[session_id] = session
        return session

    def _evict_idle(self, now_ms: int) -> None:
        for session in tuple(self._sessions.values()):
            if now_ms - session.last_used_ms <= self._evictable_after_ms:
                return
            self.remove(session.id)

    def _make_room(self, partition_count: int, now_ms: int) -> bool:
        if not self._sessions:
            return False
        oldest = next(iter(self._sessions.values()))
        if now_ms - oldest.last_used_ms > self._evictable_after_ms:
            return self.remove(oldest.id)
        smallest = min(self._old_enough(now_ms), key=lambda session: len(session.partitions), default=None)
        if smallest is not None and len(smallest.partitions) < partition_count:
            return self.remove(smallest.id)
        return False

    def _old_enough(self, now_ms: int) -> Iterable[FetchSession]:
        return (s for s in self._sessions.values() if now_ms - s.created_ms > self._evictable_after_ms)

    def check_invariants(self) -> None:
        assert len(self._sessions) <= self._sessions_max
        assert self._partition_count == sum(len(session.partitions) for session in self._sessions.values())
        for session in self._sessions.values():
            session.check_invariants()
