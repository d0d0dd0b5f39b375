"""Write logs in tests without ceremony, and compare what they hold with what was written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from headrace.base.clock import Clock, ManualClock
from headrace.records.batch import check_batches
from headrace.records.builder import build_batch
from headrace.records.reader import Record, read_records
from headrace.storage.files import REAL_FILES, Files
from headrace.storage.flusher import Flusher
from headrace.storage.log import Log
from headrace.storage.log_config import LogConfig

START_MS = 1_700_000_000_000


def record(value: bytes | None, key: bytes | None = None, timestamp_ms: int = START_MS) -> Record:
    return Record(0, timestamp_ms, key, value, ())


def open_log(
    directory: Path,
    config: LogConfig | None = None,
    *,
    files: Files = REAL_FILES,
    clock: Clock | None = None,
    flusher: Flusher | None = None,
    verify_bytes: int = 0,
) -> Log:
    """A log without running flusher threads: `log.flush()` syncs."""
    return Log.open(
        directory,
        config or LogConfig(),
        clock=clock or ManualClock(),
        flusher=flusher or Flusher(),
        files=files,
        verify_bytes=verify_bytes,
    )


def append(log: Log, records: Sequence[Record], leader_epoch: int = 0, **fields: object) -> int:
    """Append one batch; returns the offset after it."""
    batch = build_batch(records, base_offset=log.next_offset, leader_epoch=leader_epoch, **fields)
    log.append(batch, check_batches(batch))
    return log.next_offset


def append_values(log: Log, values: Iterable[bytes], leader_epoch: int = 0) -> int:
    return append(log, [record(value) for value in values], leader_epoch)


def read_all(log: Log, max_bytes: int = 1 << 20) -> list[Record]:
    """Every record from the log start to the log end, checking each CRC."""
    records: list[Record] = []
    offset = log.log_start_offset
    while data := log.read(offset, max_bytes, log.next_offset):
        headers = check_batches(data)
        assert headers[-1].next_offset > offset
        records += [r for r in read_records(data) if r.offset >= offset]
        offset = headers[-1].next_offset
    return records
