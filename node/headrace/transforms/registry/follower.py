"""Follow the registry topic: read new visible records, let the catalogue judge them, tell what changed.

Driver of `catalog.py`; started by `transforms.manager`. Reads the local partition only, from its start up to the
visible end, then waits to be told of more. Large records are unpacked and hashed in a thread. Must not act on a
change itself. Surprising: a batch that cannot be decoded (a client may produce nonsense with a right checksum) is
reported once and passed over, else one such record would freeze all deploys.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence

from headrace.base.errors import Rejected, Retriable
from headrace.base.limits import MIB, SCRIPT_BYTES_MAX
from headrace.partitions.partition import Partition
from headrace.records.batch import parse_header
from headrace.records.reader import Record, read_records
from headrace.transforms.registry.catalog import Catalog, Change, RegistryRecord, judge

log = logging.getLogger(__name__)

_READ_BYTES = 1 * MIB
#: A batch of scripts may be larger than one script; far beyond that it is a bomb.
_UNPACKED_BYTES_MAX = 4 * SCRIPT_BYTES_MAX
#: More than this is decoded and hashed off the event loop.
_IN_THREAD_BYTES = 64 * 1024
_RETRY_S = 1.0


class RegistryFollower:
    """Keeps a catalogue in step with a registry partition.

    `on_changes(changes, next_offset)`: what the records below `next_offset` changed since the last call, maybe nothing.
    """

    def __init__(
        self, partition: Partition, catalog: Catalog, on_changes: Callable[[Sequence[Change], int], None]
    ) -> None:
        self._partition = partition
        self._catalog = catalog
        self._on_changes = on_changes
        self._news = asyncio.Event()

    def notify(self) -> None:
        """The visible end moved."""
        self._news.set()

    @property
    def caught_up(self) -> bool:
        """Everything in the log, visible or not, has been told."""
        return self._catalog.next_offset >= self._partition.log_end_offset

    async def run(self) -> None:
        """For ever; the first round is complete when `on_changes` was called with the visible end."""
        while True:
            self._news.clear()
            try:
                await self.read_visible()
            except Retriable as error:
                log.warning("the registry cannot be read now: %s", error)
                await asyncio.sleep(_RETRY_S)
                continue
            await self._news.wait()

    async def read_visible(self) -> None:
        """Tell everything up to the visible end."""
        partition, catalog = self._partition, self._catalog
        catalog.advance(partition.log_start_offset)
        while catalog.next_offset < partition.high_watermark:
            begin, visible = catalog.next_offset, partition.high_watermark
            try:
                data = partition.read(begin, _READ_BYTES, visible)
            except Rejected:
                catalog.advance(max(begin, partition.log_start_offset))
                continue
            if not data:
                catalog.advance(visible)
                break
            await self._take(data, begin)
        self._on_changes((), catalog.next_offset)

    async def _take(self, data: bytes, begin: int) -> None:
        batches = _split(data)
        decode = _decode_all
        records = await asyncio.to_thread(decode, batches) if len(data) > _IN_THREAD_BYTES else decode(batches)
        catalog = self._catalog
        changes = []
        for record in records:
            if record.offset < begin:
                continue
            taken = RegistryRecord(record.offset, record.timestamp_ms, record.key, record.value, record.headers)
            large = record.value is not None and len(record.value) > _IN_THREAD_BYTES
            judged = await asyncio.to_thread(judge, taken) if large else judge(taken)
            change = catalog.apply(record.offset, judged)
            if change is not None:
                changes.append(change)
        catalog.advance(batches[-1][0])
        self._on_changes(changes, catalog.next_offset)


def _split(data: bytes) -> list[tuple[int, memoryview]]:
    """Next offset and bytes of each batch."""
    view = memoryview(data)
    batches = []
    position = 0
    while position < len(view):
        header = parse_header(view, position)
        batches.append((header.next_offset, view[position : position + header.size_bytes]))
        position += header.size_bytes
    return batches


def _decode_all(batches: Sequence[tuple[int, memoryview]]) -> list[Record]:
    records: list[Record] = []
    for next_offset, batch in batches:
        header = parse_header(batch)
        if header.is_control or not header.record_count:
            continue
        try:
            records += read_records(batch, _UNPACKED_BYTES_MAX)
        except Rejected as error:
            log.error(
                "registry records %d to %d cannot be decoded and are passed over: %s",
                header.base_offset,
                next_offset - 1,
                error,
            )
    return records
