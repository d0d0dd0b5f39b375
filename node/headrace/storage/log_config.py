"""The settings of one log, with Kafka's defaults. Partitions translate topic settings into this."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS

#: Positions inside a segment and relative offsets are unsigned 32-bit numbers in the index; Kafka's own limit is lower.
SEGMENT_BYTES_MAX = 2**31 - 1


@dataclass(frozen=True, slots=True)
class LogConfig:
    """Immutable; `Log.reconfigure` takes a new one. -1 means "no limit" where said."""

    segment_bytes: int = 1 << 30
    segment_ms: int = 7 * DAY_MS
    #: One index entry per this many bytes of batches.
    index_interval_bytes: int = 4096
    #: -1: forever.
    retention_ms: int = 7 * DAY_MS
    #: -1: no limit.
    retention_bytes: int = -1
    cleanup: frozenset[str] = frozenset({"delete"})
    delete_retention_ms: int = DAY_MS
    min_cleanable_dirty_ratio: float = 0.5
    min_compaction_lag_ms: int = 0
    max_compaction_lag_ms: int = 2**63 - 1
    #: Reserve a segment's blocks when it is created.
    preallocate: bool = False
    #: fsync: a batch is visible when it is on the device. write-behind: when it is in the page cache.
    flush: Literal["fsync", "write-behind"] = "fsync"
    #: Compaction keeps the last batch header of a producer for this long after its last write (Kafka's
    #: `producer.id.expiration.ms`).
    producer_id_expiration_ms: int = DAY_MS
    #: Producer ids from here on are the node's own: they carry a script's progress and never expire.
    permanent_producer_ids_from: int = 2**62

    def __post_init__(self) -> None:
        if not 0 < self.segment_bytes <= SEGMENT_BYTES_MAX:
            raise ValueError(f"segment_bytes must be 1..{SEGMENT_BYTES_MAX}, it is {self.segment_bytes}")
        if not self.cleanup <= {"delete", "compact"}:
            raise ValueError(f"cleanup may hold 'delete' and 'compact', it holds {sorted(self.cleanup)}")

    @property
    def compacts(self) -> bool:
        return "compact" in self.cleanup

    @property
    def deletes(self) -> bool:
        return "delete" in self.cleanup

    @property
    def roll_after_ms(self) -> int:
        """A segment is closed when its first and newest record are further apart than this (as Kafka does: compaction
        with a maximum lag needs segments that close in time).
        """
        return min(self.segment_ms, self.max_compaction_lag_ms) if self.compacts else self.segment_ms
