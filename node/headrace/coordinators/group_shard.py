"""One partition of `__consumer_offsets` and the groups that live in it: read back at start, written in order, applied
when durable.

A group belongs to the partition that the hash of its name picks. Nothing is answered, and no committed offset is
shown, before its record is visible in the log; what becomes visible together is applied in the order of the log.
Called by `group_driver.py`; it must not know requests or timers. Surprising: a write that fails at once is reported
later too, through the event loop, so that callers never see their own completion run inside the call.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum

from headrace.base.clock import Clock
from headrace.base.errors import HeadraceError, Rejected, Retriable
from headrace.base.limits import GROUP_RECORD_BYTES_MAX, MIB
from headrace.coordinators.core.committed import CommittedOffset, OffsetBook, PartitionKey
from headrace.coordinators.core.group import Group
from headrace.coordinators.core.group_events import GroupLimits, GroupRecord, GroupState
from headrace.coordinators.group_records import GroupEntry, KeyValue, OffsetEntry, decode_entry, encode_offset
from headrace.partitions.partition import Partition
from headrace.protocol.error_codes import ErrorCode
from headrace.protocol.primitives import ProtocolError
from headrace.records.batch import check_batches
from headrace.records.builder import build_batch
from headrace.records.reader import Record, read_records

log = logging.getLogger(__name__)

_LOAD_CHUNK_BYTES = 1 * MIB

#: Told once: NONE when the records are durable, else why they never will be.
OnWritten = Callable[[ErrorCode], None]


class ShardState(StrEnum):
    LOADING = "loading"
    READY = "ready"
    FAILED = "failed"


class Coordinated:
    """A group with its offsets. `stored`: the log holds a metadata record of it, so removing it needs a tombstone."""

    __slots__ = ("group", "offsets", "scheduled_ms", "stored")

    def __init__(self, group: Group) -> None:
        self.group = group
        self.offsets = OffsetBook()
        self.stored = False
        #: Earliest wake-up that the driver's timer already knows of.
        self.scheduled_ms: int | None = None

    @property
    def idle(self) -> bool:
        """Nobody would miss it."""
        return self.group.state is GroupState.EMPTY and not self.group.roster.pending and self.offsets.empty


class GroupShard:
    """The groups of one partition of the offsets topic."""

    def __init__(self, partition: Partition, limits: GroupLimits, clock: Clock) -> None:
        self.partition = partition
        self.state = ShardState.LOADING
        self.groups: dict[str, Coordinated] = {}
        self._limits = limits
        self._clock = clock
        self._unconfirmed: deque[tuple[int, OnWritten]] = deque()
        self._waiting = False

    # ---- reading back ------------------------------------------------------------------------------------------

    async def load(self) -> None:
        """Rebuild the groups from the log. A record that cannot be read is reported and left out."""
        partition = self.partition
        # Several turns of the loop pass: a compaction or a late write may move either end meanwhile.
        next_offset = partition.log_start_offset
        end_offset = partition.log_end_offset
        waiting = partition.when_visible(end_offset)
        if waiting is not None:
            await waiting
        groups: dict[str, GroupRecord] = {}
        offsets: dict[str, OffsetBook] = {}
        while next_offset < end_offset:
            chunk = partition.read(next_offset, _LOAD_CHUNK_BYTES, end_offset)
            if not chunk:
                break
            found, next_offset = await asyncio.to_thread(_read_entries, partition.name, chunk)
            for said in found:
                _replay(said, groups, offsets)
        now_ms = self._clock.monotonic_us() // 1000
        for group_id in groups.keys() | offsets.keys():
            stored = groups.get(group_id)
            if stored is None:
                entry = Coordinated(Group(group_id, self._limits))
            else:
                entry = Coordinated(Group.restore(group_id, self._limits, stored, now_ms))
                entry.stored = True
            entry.offsets = offsets.get(group_id, entry.offsets)
            if stored is not None or not entry.offsets.empty:
                self.groups[group_id] = entry
        self.state = ShardState.READY
        log.info("%s: %d groups read back", partition.name, len(self.groups))

    # ---- writing -----------------------------------------------------------------------------------------------

    def write(self, records: Sequence[KeyValue], on_written: OnWritten) -> None:
        """Append the records as one batch, all or nothing; `on_written` is called later, in the order of the log."""
        try:
            next_offset = self._append(records)
        except HeadraceError as error:
            log.warning("%s: a write of the group coordinator failed: %s", self.partition.name, error)
            asyncio.get_running_loop().call_soon(on_written, _as_error_code(error))
            return
        self._unconfirmed.append((next_offset, on_written))
        if not self._waiting:
            self._wait_for_first()

    def _append(self, records: Sequence[KeyValue]) -> int:
        if self.state is not ShardState.READY:
            raise Retriable(ErrorCode.NOT_COORDINATOR, f"{self.partition.name} is not coordinated here any more")
        size_bytes = sum(len(key) + len(value or b"") for key, value in records)
        if size_bytes > GROUP_RECORD_BYTES_MAX:
            raise Rejected(
                ErrorCode.MESSAGE_TOO_LARGE,
                f"{size_bytes} bytes of group state, {GROUP_RECORD_BYTES_MAX} are allowed in one write",
            )
        now_ms = self._clock.wall_ms()
        batch = build_batch([Record(0, now_ms, key, value, ()) for key, value in records])
        return self.partition.append_internal(batch).next_offset

    def _wait_for_first(self) -> None:
        future = self.partition.when_visible(self._unconfirmed[0][0])
        self._waiting = True
        if future is None:
            asyncio.get_running_loop().call_soon(self._confirm, None)
        else:
            future.add_done_callback(self._confirm)

    def _confirm(self, future: asyncio.Future[None] | None) -> None:
        self._waiting = False
        error = future.exception() if future is not None and not future.cancelled() else None
        if error is not None:
            self._fail_unconfirmed(_as_error_code(error))
            return
        visible_offset = self.partition.high_watermark
        while self._unconfirmed and self._unconfirmed[0][0] <= visible_offset:
            _tell(self._unconfirmed.popleft()[1], ErrorCode.NONE)
        if self._unconfirmed and not self._waiting:
            self._wait_for_first()

    def _fail_unconfirmed(self, error: ErrorCode) -> None:
        unconfirmed, self._unconfirmed = self._unconfirmed, deque()
        for _, on_written in unconfirmed:
            _tell(on_written, error)

    def write_offsets(
        self,
        group_id: str,
        entry: Coordinated,
        offsets: dict[PartitionKey, CommittedOffset | None],
        on_written: OnWritten,
        more: Iterable[KeyValue] = (),
    ) -> None:
        """Write offsets (None removes one) and whatever records belong with them; they count once they are durable."""
        try:
            records = [encode_offset(group_id, key, value) for key, value in offsets.items()]
        except ProtocolError as error:
            log.warning("group %s: offsets that no record can hold are refused: %s", group_id, error)
            asyncio.get_running_loop().call_soon(on_written, ErrorCode.INVALID_COMMIT_OFFSET_SIZE)
            return
        entry.offsets.begin(offsets)

        def written(error: ErrorCode) -> None:
            entry.offsets.finish(offsets, durable=error is ErrorCode.NONE)
            on_written(error)

        self.write([*records, *more], written)

    # ---- end -----------------------------------------------------------------------------------------------------

    def close(self) -> None:
        """This node coordinates the partition no more. Writes that are under way may still succeed; nobody is told."""
        self.state = ShardState.FAILED
        self._fail_unconfirmed(ErrorCode.NOT_COORDINATOR)


def _read_entries(name: str, chunk: bytes) -> tuple[list[OffsetEntry | GroupEntry], int]:
    """What the batches say, and the offset after them. Runs in a thread: a full chunk takes some 50 ms."""
    entries: list[OffsetEntry | GroupEntry] = []
    for record in read_records(chunk):
        try:
            entry = decode_entry(record.key, record.value)
        except ProtocolError as error:
            log.warning("%s: the record at offset %d is left out: %s", name, record.offset, error)
            continue
        if entry is not None:
            entries.append(entry)
    return entries, check_batches(chunk)[-1].next_offset


def _replay(entry: OffsetEntry | GroupEntry, groups: dict[str, GroupRecord], offsets: dict[str, OffsetBook]) -> None:
    if isinstance(entry, OffsetEntry):
        offsets.setdefault(entry.group_id, OffsetBook()).load(entry.key, entry.committed)
    elif entry.record is None:
        groups.pop(entry.group_id, None)
    else:
        groups[entry.group_id] = entry.record


def _tell(on_written: OnWritten, error: ErrorCode) -> None:
    try:
        on_written(error)
    except Exception:  # one group's fault must not leave the others without their answer
        log.exception("a completion of the group coordinator failed")


def _as_error_code(error: BaseException) -> ErrorCode:
    """What a member is told when the log refused a write of its group; Kafka's translation."""
    code = error.kafka_code if isinstance(error, Retriable | Rejected) else ErrorCode.UNKNOWN_SERVER_ERROR
    match code:
        case ErrorCode.UNKNOWN_TOPIC_OR_PARTITION | ErrorCode.NOT_ENOUGH_REPLICAS | ErrorCode.REQUEST_TIMED_OUT:
            return ErrorCode.COORDINATOR_NOT_AVAILABLE
        case ErrorCode.NOT_LEADER_OR_FOLLOWER | ErrorCode.KAFKA_STORAGE_ERROR:
            return ErrorCode.NOT_COORDINATOR
        case ErrorCode.NOT_COORDINATOR:
            return ErrorCode.NOT_COORDINATOR
    return ErrorCode.UNKNOWN_SERVER_ERROR
