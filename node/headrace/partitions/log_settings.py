"""The one place where a topic's settings become the settings of its logs."""

from __future__ import annotations

from headrace.contract.settings import TopicSettings
from headrace.storage.log_config import LogConfig


def log_config(settings: TopicSettings) -> LogConfig:
    """Translate; both sides use Kafka's names and units, -1 for "no limit"."""
    return LogConfig(
        segment_bytes=settings.segment_bytes,
        segment_ms=settings.segment_ms,
        index_interval_bytes=settings.index_interval_bytes,
        retention_ms=settings.retention_ms,
        retention_bytes=settings.retention_bytes,
        cleanup=frozenset(settings.cleanup_policy),
        delete_retention_ms=settings.delete_retention_ms,
        min_cleanable_dirty_ratio=settings.min_cleanable_dirty_ratio,
        min_compaction_lag_ms=settings.min_compaction_lag_ms,
        max_compaction_lag_ms=settings.max_compaction_lag_ms,
        preallocate=settings.preallocate,
        flush=settings.flush,
    )
