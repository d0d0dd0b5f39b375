from __future__ import annotations

from dataclasses import dataclass

from headrace.storage.log_writer import LogWriter


@dataclass(slots=True)
class CompactionReport:
    removed_bytes: int = 0


def compact(log: LogWriter, now_wall_ms: int, visible_offset: int) -> CompactionReport | None:
    return None
