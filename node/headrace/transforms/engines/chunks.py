"""Run one script over one chunk, whatever is in it: unpack, run, isolate what fails, merge, stamp.

Runs in the sidecar on the script's thread; knows guests only by `api.py`, so it serves every language, and tests run
it with a guest in plain Python. The rule it keeps: the answer says up to which input offset every record is
processed, and holds all output of exactly those records, one sealed batch per key. It may stop early (a chunk that
unpacks to much, a failure, a budget of time), then the next chunk goes on there. Surprising: after a failure the same
records run again in smaller pieces, so a script's own state may see them twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from headrace.base.clock import Clock
from headrace.base.errors import HeadraceError
from headrace.base.limits import CHUNK_BYTES_MAX, MIB, UNCOMPRESSED_CHUNK_BYTES_MAX
from headrace.contract.names import output_key_problem
from headrace.records.batch import HEADER_BYTES, BatchHeader, parse_header, seal_crc, stamp_producer
from headrace.records.builder import build_batch
from headrace.records.reader import Record, decompress_batches, read_records
from headrace.transforms.engines.api import ChunkResult, Guest, GuestError
from headrace.transforms.engines.channel import Buffer, Failure, LogRow, RunAnswer, RunOrder
from headrace.transforms.engines.stamp import stamp_fields

# More than this unpacked is left for the next chunk, so that deadlines stay fair to compressed topics.
_UNPACKED_TARGET_BYTES = 2 * CHUNK_BYTES_MAX

# Isolation runs record after record; each may use up its whole deadline. After this long the answer is what there is
# so far.
_ISOLATION_BUDGET_US = 10_000_000

# Each run of isolation may give as much as a whole chunk; after this much the answer is what there is so far.
_OUTPUT_ENOUGH_BYTES = 16 * MIB

_LOG_LINES_MAX = 1_000
_SKIPPED_SAMPLE_MAX = 10
_MESSAGE_CHARACTERS_MAX = 1_000
#: A batch that cannot be decoded goes to the dead letters as it is, up to this size.
_DEAD_BATCH_BYTES_MAX = 1_000_000


@dataclass(frozen=True, slots=True)
class _Piece:
    """Records of one input batch, ready to run; `data` None: they cannot be decoded, `problem` says why."""

    start_offset: int
    next_offset: int
    record_count: int
    data: Buffer | None
    raw: Buffer
    problem: str = ""


class ChunkRefusedError(HeadraceError):
    """The script cannot be loaded again after its instance was lost."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(str(failure))
        self.failure = failure


class ScriptRunner:
    """One loaded script with its guest; used by one thread at a time."""

    def __init__(self, name: str, digest: bytes, load: Callable[[], Guest], clock: Clock) -> None:
        self._name = name
        self._digest = digest
        self._load = load
        self._clock = clock
        self._guest: Guest | None = load()
        self.info = self._guest.info

    def run(self, order: RunOrder) -> RunAnswer:
        """Raises ChunkRefusedError. Every other failure of the script is in the answer."""
        return _Chunk(self, order).run()

    def close(self) -> None:
        if self._guest is not None:
            self._guest.close()
            self._guest = None

    # ---- for _Chunk

    @property
    def name(self) -> str:
        return self._name

    @property
    def digest(self) -> bytes:
        return self._digest

    def now_us(self) -> int:
        return self._clock.monotonic_us()

    def call(self, topic: str, partition: int, batches: Sequence[Buffer]) -> ChunkResult:
        """One run of the guest; a lost instance is replaced at the next call. Raises GuestError."""
        if self._guest is None:
            try:
                self._guest = self._load()
            except GuestError as error:
                raise ChunkRefusedError(_failure(error, None)) from error
        try:
            return self._guest.run(topic, partition, batches)  # type: ignore[arg-type]
        except GuestError as error:
            if error.instance_lost:
                self.close()
            raise


class _Chunk:
    """One RunOrder at work."""

    def __init__(self, runner: ScriptRunner, order: RunOrder) -> None:
        self._runner = runner
        self._order = order
        self._end_offset = order.start_offset
        self._outputs: dict[str, list[Buffer]] = {}
        self._output_bytes = 0
        self._records_in = 0
        self._records_skipped = 0
        self._skipped: list[Failure] = []
        self._halted: Failure | None = None
        self._logs: list[LogRow] = []
        self._log_lines_dropped = 0

    def run(self) -> RunAnswer:
        pieces, next_offset = self._unpack()
        if all(piece.data is not None for piece in pieces):
            try:
                if pieces:
                    self._call([piece.data for piece in pieces if piece.data is not None], self._count(pieces))
                self._end_offset = next_offset
            except GuestError as error:
                self._take_logs(error.logs, error.log_lines_dropped)
                self._isolate(pieces, next_offset, error)
        else:
            self._isolate(pieces, next_offset, None)
        return self._answer()

    # ---- input

    def _unpack(self) -> tuple[list[_Piece], int]:
        """The batches to run, and the offset after the last one, run or passed over (control, empty)."""
        order = self._order
        data = memoryview(order.data)
        pieces: list[_Piece] = []
        next_offset = order.start_offset
        position = unpacked = 0
        while position < len(data):
            header = parse_header(data, position)
            raw = data[position : position + header.size_bytes]
            position += header.size_bytes
            if header.next_offset <= order.start_offset:
                continue
            if order.limit_offset is not None and header.base_offset >= order.limit_offset:
                break
            if not header.is_control and header.record_count:
                found = self._pieces(header, raw)
                unpacked += sum(len(raw if piece.data is None else piece.data) for piece in found)
                if pieces and unpacked > _UNPACKED_TARGET_BYTES:
                    break
                pieces += found
            next_offset = header.next_offset
        if order.limit_offset is not None:
            next_offset = min(next_offset, order.limit_offset)
        return pieces, next_offset

    def _pieces(self, header: BatchHeader, raw: memoryview) -> list[_Piece]:
        """The records of one batch that are asked for: the batch itself, or what remains when a part is cut off."""
        order = self._order
        start = max(header.base_offset, order.start_offset)
        end = header.next_offset if order.limit_offset is None else min(header.next_offset, order.limit_offset)
        try:
            data = decompress_batches(raw, UNCOMPRESSED_CHUNK_BYTES_MAX) if header.compression else raw
            if start == header.base_offset and end == header.next_offset:
                return [_Piece(start, end, header.record_count, data, raw)]
            records = [record for record in read_records(data) if start <= record.offset < end]
            return [
                _Piece(run[0].offset, run[-1].offset + 1, len(run), _rebuilt(run), raw) for run in _contiguous(records)
            ]
        except HeadraceError as error:
            return [_Piece(start, end, header.record_count, None, raw, str(error))]

    # ---- running

    def _call(self, batches: Sequence[Buffer], record_count: int) -> None:
        order = self._order
        result = self._runner.call(order.topic, order.partition, batches)
        self._take_logs(result.logs, result.log_lines_dropped)
        for key, data in result.outputs.items():
            name = self._runner.name if key is None else key
            problem = output_key_problem(name)
            if problem is not None:
                raise GuestError("output", problem, instance_lost=False)
            if data:
                self._put(name, data)
        self._records_in += record_count

    def _isolate(self, pieces: Sequence[_Piece], next_offset: int, error: GuestError | None) -> None:
        """Something in the chunk fails: find out what, and process the rest around it."""
        give_up_us = self._runner.now_us() + _ISOLATION_BUDGET_US
        for piece in pieces:
            if self._enough(give_up_us):
                return
            if piece.data is None:
                if not self._fail_piece(piece):
                    return
                continue
            try:
                if len(pieces) == 1 and error is not None:
                    raise error  # this very batch has just failed
                self._call([piece.data], piece.record_count)
            except GuestError as failed:
                if failed is not error:
                    self._take_logs(failed.logs, failed.log_lines_dropped)
                if not self._isolate_records(piece, failed, give_up_us):
                    return
            self._end_offset = piece.next_offset
        self._end_offset = next_offset

    def _isolate_records(self, piece: _Piece, error: GuestError, give_up_us: int) -> bool:
        """Run the records of a batch one at a time; False: stop here."""
        assert piece.data is not None
        try:
            records = read_records(piece.data)
        except HeadraceError as problem:
            undecodable = _Piece(
                piece.start_offset, piece.next_offset, piece.record_count, None, piece.raw, str(problem)
            )
            return self._fail_piece(undecodable)
        for record in records:
            if self._enough(give_up_us):
                return False
            try:
                if len(records) == 1:
                    raise error
                self._call([_rebuilt([record])], 1)
            except GuestError as failed:
                if failed is not error:
                    self._take_logs(failed.logs, failed.log_lines_dropped)
                if not self._fail(_failure(failed, record.offset), 1, [record]):
                    self._end_offset = max(self._end_offset, record.offset)
                    return False
            self._end_offset = record.offset + 1
        return True

    def _enough(self, give_up_us: int) -> bool:
        """Isolation took long, or many small runs gave much: answer with what there is."""
        if self._end_offset == self._order.start_offset:
            return False
        return self._output_bytes > _OUTPUT_ENOUGH_BYTES or self._runner.now_us() > give_up_us

    def _fail_piece(self, piece: _Piece) -> bool:
        failure = Failure("input", f"the batch cannot be decoded: {piece.problem}", offset=piece.start_offset)
        record = Record(piece.start_offset, parse_header(piece.raw).max_timestamp_ms, None, None, ())
        if len(piece.raw) <= _DEAD_BATCH_BYTES_MAX:
            record.value = bytes(piece.raw)
        if not self._fail(failure, piece.record_count, [record]):
            self._end_offset = max(self._end_offset, piece.start_offset)
            return False
        self._end_offset = piece.next_offset
        return True

    def _fail(self, failure: Failure, record_count: int, records: Iterable[Record]) -> bool:
        """One failure at its final place; False in mode `halt`."""
        if self._order.mode == "halt":
            self._halted = failure
            return False
        self._records_in += record_count
        self._records_skipped += record_count
        if len(self._skipped) < _SKIPPED_SAMPLE_MAX:
            self._skipped.append(failure)
        if self._order.mode == "dead-letter":
            key = f"{self._runner.name}-dead-letter"
            self._put(key, _rebuilt([self._dead(record, failure) for record in records]))
        return True

    def _put(self, key: str, data: Buffer) -> None:
        self._outputs.setdefault(key, []).append(data)
        self._output_bytes += len(data)

    def _dead(self, record: Record, failure: Failure) -> Record:
        order = self._order
        told = {
            "headrace-script": self._runner.name,
            "headrace-digest": self._runner.digest.hex(),
            "headrace-topic": order.topic,
            "headrace-partition": str(order.partition),
            "headrace-offset": str(record.offset),
            "headrace-error": str(failure)[:_MESSAGE_CHARACTERS_MAX],
        }
        headers = (*record.headers, *((key, value.encode()) for key, value in told.items()))
        return Record(record.offset, record.timestamp_ms, record.key, record.value, headers)

    # ---- output

    def _answer(self) -> RunAnswer:
        outputs = []
        records_out = 0
        for key, parts in self._outputs.items():
            batch, count = _one_batch(parts, self._end_offset)
            outputs.append((key, batch))
            records_out += count
        return RunAnswer(
            end_offset=self._end_offset,
            outputs=outputs,
            records_in=self._records_in,
            records_out=records_out,
            records_skipped=self._records_skipped,
            skipped=tuple(self._skipped),
            halted=self._halted,
            logs=self._logs,
            log_lines_dropped=self._log_lines_dropped,
        )

    def _take_logs(self, lines: Sequence[object], dropped: int) -> None:
        self._log_lines_dropped += dropped
        for line in lines:
            if len(self._logs) < _LOG_LINES_MAX:
                self._logs.append((str(getattr(line, "level", "info")), str(getattr(line, "text", line))))
            else:
                self._log_lines_dropped += 1

    @staticmethod
    def _count(pieces: Sequence[_Piece]) -> int:
        return sum(piece.record_count for piece in pieces)


def _one_batch(parts: Sequence[Buffer], progress: int) -> tuple[bytearray, int]:
    """One sealed batch with the stamp of `progress`, and its number of records."""
    if len(parts) == 1:
        batch = bytearray(parts[0])
        header = parse_header(batch)
        if header.size_bytes == len(batch):
            stamp_producer(batch, 0, *stamp_fields(progress))
            seal_crc(batch)
            return batch, header.record_count
    records = [record for part in parts for record in read_records(part)]
    producer_id, epoch, sequence = stamp_fields(progress)
    merged = build_batch(records, producer_id=producer_id, producer_epoch=epoch, base_sequence=sequence)
    return merged, len(records)


def _contiguous(records: Sequence[Record]) -> list[list[Record]]:
    """Runs without holes: a batch that is built anew numbers its records one by one, a compacted one may not."""
    runs: list[list[Record]] = []
    for record in records:
        if runs and runs[-1][-1].offset + 1 == record.offset:
            runs[-1].append(record)
        else:
            runs.append([record])
    return runs


def _rebuilt(records: Sequence[Record]) -> bytearray:
    return build_batch(records, base_offset=records[0].offset)


def _failure(error: GuestError, offset: int | None) -> Failure:
    return Failure(error.kind, error.message[:_MESSAGE_CHARACTERS_MAX], error.where, offset)


def check_answer(answer: RunAnswer) -> str | None:
    """What is wrong with the outputs of an answer, or None: for the node, which does not trust the engine.

    Each output must be exactly one uncompressed data batch that carries the stamp of `end_offset`. Its checksum is
    left to the partition that it is written to, which computes it anyway.
    """
    wanted = stamp_fields(answer.end_offset)
    for key, data in answer.outputs:
        problem = output_key_problem(key)
        if problem is not None:
            return problem
        if len(data) < HEADER_BYTES:
            return f"output '{key}' is not a batch"
        header = parse_header(data)
        if header.size_bytes != len(data) or not header.record_count or header.compression or header.is_control:
            return f"output '{key}' is not one plain batch"
        if (header.producer_id, header.producer_epoch, header.base_sequence) != wanted or header.is_transactional:
            return f"output '{key}' does not carry the stamp of offset {answer.end_offset}"
    return None
