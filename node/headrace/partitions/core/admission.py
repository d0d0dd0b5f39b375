"""May this batch of a client enter the log? Everything a header tells, and the records only where a setting demands
it.

The produce path calls `admit` once per batch and touches no record: records are decoded only for topics that ask for
it (compaction needs keys, a bound on old timestamps needs all of them) and to say which record of a refused batch was
wrong. Deterministic: the time is a parameter. Surprising: the order of checks is Kafka's, because clients see which
one failed first; a batch that fails the fast check is looked at again by `_diagnose` in that order. Source: Kafka 4.1
behaviour, KIP-467, KIP-937.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from headrace.base.errors import Rejected
from headrace.partitions.core.producers import RESERVED_ID_TAG
from headrace.records.batch import (
    COMPRESSION_MASK,
    CONTROL_BIT,
    CORRUPT_MESSAGE,
    HEADER_BYTES,
    INVALID_RECORD,
    LENGTH_OVERHEAD_BYTES,
    MAGIC_V2,
    NO_TIMESTAMP,
    TIMESTAMP_TYPE_BIT,
    TRANSACTIONAL_BIT,
    BatchHeader,
    check_batch,
    parse_header,
)
from headrace.records.reader import keys_and_timestamps

MESSAGE_TOO_LARGE = 10
RECORD_LIST_TOO_LARGE = 18
INVALID_TIMESTAMP = 32
INVALID_TXN_STATE = 48

_MAGIC_AT = 16
_BYTES_TO_MAGIC = 17
# Kafka's smallest legal value of the length field of any entry (a v0 message); anything below is called corrupt.
_ENTRY_LENGTH_MIN = 14
# Above this a bound on the past is none: Kafka's default is the largest number there is.
_FOREVER_MS = 2**62
# Attribute bits that an ordinary client batch does not have: transactional, control, log append time.
_UNUSUAL_BITS = TRANSACTIONAL_BIT | CONTROL_BIT | TIMESTAMP_TYPE_BIT


class RejectedRecords(Rejected):
    """A batch refused because of some of its records:

    `record_errors` holds (index in the batch, message). KIP-467.
    """

    def __init__(self, kafka_code: int, message: str, record_errors: list[tuple[int, str]]) -> None:
        super().__init__(kafka_code, message)
        self.record_errors = record_errors


@dataclass(frozen=True, slots=True)
class Rules:
    """What a topic's settings say about batches that clients send to it."""

    where: str
    message_bytes_max: int
    segment_bytes: int
    compacted: bool = False
    log_append_time: bool = False
    timestamp_before_max_ms: int = 2**63 - 1
    timestamp_after_max_ms: int = 3_600_000

    #: Every batch has to be decoded: an opt-in of the topic, never the default.
    looks_at_records: bool = field(init=False)

    def __post_init__(self) -> None:
        bounded_past = not self.log_append_time and self.timestamp_before_max_ms < _FOREVER_MS
        object.__setattr__(self, "looks_at_records", self.compacted or bounded_past)


def admit(records: memoryview | bytes | bytearray, rules: Rules, now_ms: int) -> BatchHeader:
    """The checked header of the one batch that `records` holds; bytes after it that are no whole batch are to be cut.

    Raises Rejected with the code that Kafka gives; RejectedRecords when single records are at fault.
    """
    try:
        header = check_batch(records)
    except Rejected as error:
        raise _diagnose(records, rules) or error from None
    size_bytes = header.batch_length + LENGTH_OVERHEAD_BYTES
    if (
        size_bytes != len(records)
        or header.base_offset != 0
        or size_bytes > rules.message_bytes_max
        or header.record_count != header.last_offset_delta + 1
        or header.record_count <= 0
        or header.attributes & _UNUSUAL_BITS
        or size_bytes > rules.segment_bytes
        or (header.producer_id >= 0 and (header.base_sequence < 0 or header.producer_id >> 48 == RESERVED_ID_TAG))
    ):
        problem = _diagnose(records, rules)
        if problem is not None:
            raise problem
    if rules.looks_at_records or (
        header.max_timestamp_ms - now_ms > rules.timestamp_after_max_ms and not rules.log_append_time
    ):
        _check_records(records, header, rules, now_ms)
    return header


def one_whole_batch(records: memoryview | bytes | bytearray | None) -> None:
    """What Kafka asks of the `records` field before it looks at the partition:

    exactly one v2 batch. Raises Rejected.
    """
    length = 0 if records is None else len(records)
    if records is None or not _has_entry(records, 0, length):
        raise Rejected(INVALID_RECORD, "a produce request must have one record batch per partition, this has none")
    if records[_MAGIC_AT] != MAGIC_V2:
        raise Rejected(
            INVALID_RECORD,
            f"record format v{records[_MAGIC_AT]} is not supported: produce with format v2 (Kafka 0.11 or newer)",
        )
    second = _entry_length(records, 0) + LENGTH_OVERHEAD_BYTES
    if second < length and _has_entry(records, second, length):
        raise Rejected(INVALID_RECORD, "a produce request must have exactly one record batch per partition")


def _entry_length(records: memoryview | bytes | bytearray, position: int) -> int:
    return int.from_bytes(records[position + 8 : position + 12], "big", signed=True)


def _has_entry(records: memoryview | bytes | bytearray, position: int, end: int) -> bool:
    """True if a whole entry lies at `position`; False if the bytes end before it does (Kafka ignores such a rest)."""
    if end - position < LENGTH_OVERHEAD_BYTES:
        return False
    length = _entry_length(records, position)
    if length < _ENTRY_LENGTH_MIN:
        raise Rejected(CORRUPT_MESSAGE, f"a record batch cannot be {length} bytes long")
    if end - position < _BYTES_TO_MAGIC:
        return False
    magic = records[position + _MAGIC_AT]
    if magic > MAGIC_V2:
        raise Rejected(CORRUPT_MESSAGE, f"unknown record format, magic byte {magic}")
    return end - position >= length + LENGTH_OVERHEAD_BYTES


def _diagnose(records: memoryview | bytes | bytearray, rules: Rules) -> Rejected | None:
    """Why a batch that is not plainly right must be refused, in the order in which Kafka checks;

    None: it may enter.
    """
    where = rules.where
    try:
        one_whole_batch(records)
    except Rejected as error:
        return error
    size_bytes = _entry_length(records, 0) + LENGTH_OVERHEAD_BYTES
    if size_bytes < HEADER_BYTES:
        return Rejected(CORRUPT_MESSAGE, f"a record batch of {size_bytes} bytes for {where} is shorter than its header")
    header = parse_header(records)
    if header.base_offset != 0:
        return Rejected(INVALID_RECORD, f"the base offset of a batch for {where} must be 0, it is {header.base_offset}")
    if size_bytes > rules.message_bytes_max:
        return Rejected(
            MESSAGE_TOO_LARGE,
            f"the batch for {where} has {size_bytes} bytes, max.message.bytes allows {rules.message_bytes_max}",
        )
    try:
        check_batch(records[:size_bytes])
    except Rejected as error:
        if error.kafka_code == CORRUPT_MESSAGE:
            return error
    if header.last_offset_delta < 0 or header.record_count <= 0 or header.record_count != header.last_offset_delta + 1:
        return Rejected(
            INVALID_RECORD,
            f"the batch for {where} has {header.record_count} records but its last offset delta "
            f"is {header.last_offset_delta}",
        )
    if header.is_control:
        return Rejected(INVALID_RECORD, f"clients may not write control records to {where}")
    if header.producer_id >= 0 and header.base_sequence < 0:
        return Rejected(
            INVALID_RECORD,
            f"the batch for {where} has producer id {header.producer_id} but sequence number {header.base_sequence}",
        )
    return _diagnose_unusual(header, rules, size_bytes)


def _diagnose_unusual(header: BatchHeader, rules: Rules, size_bytes: int) -> Rejected | None:
    where = rules.where
    if header.attributes & COMPRESSION_MASK > 4:
        return Rejected(INVALID_RECORD, f"the batch for {where} has an unknown compression type")
    if header.producer_id >> 48 == RESERVED_ID_TAG:
        return Rejected(
            INVALID_RECORD,
            f"producer id {header.producer_id} is reserved for scripts: take one from InitProducerId",
        )
    if rules.log_append_time and header.timestamp_type:
        message = "a producer may not set the timestamp type to LogAppendTime"
        return RejectedRecords(
            INVALID_TIMESTAMP,
            "One or more records have been rejected due to invalid timestamp",
            [(index, message) for index in range(min(header.record_count, _RECORD_ERRORS_MAX))],
        )
    if header.is_transactional:
        return Rejected(INVALID_TXN_STATE, f"the batch for {where} is not part of an ongoing transaction")
    if size_bytes > rules.segment_bytes:
        return Rejected(
            RECORD_LIST_TOO_LARGE,
            f"the batch for {where} has {size_bytes} bytes, more than a segment (segment.bytes={rules.segment_bytes})",
        )
    return None


# How many wrong records of one batch are listed in an answer: a batch can have a million, and they tend to be wrong
# alike.
_RECORD_ERRORS_MAX = 1_000
# A compressed batch is unpacked for these checks while everybody else waits: some 50 ms for so much.
_UNPACKED_BYTES_MAX = 32 * 1024 * 1024


def _check_records(records: memoryview | bytes | bytearray, header: BatchHeader, rules: Rules, now_ms: int) -> None:
    """Decode the batch and check each record.

    Raises RejectedRecords, or Rejected if the records cannot be decoded.
    """
    size_bytes = header.batch_length + LENGTH_OVERHEAD_BYTES
    errors: list[tuple[int, str]] = []
    bad_timestamp = False
    oldest_ms = now_ms - rules.timestamp_before_max_ms
    newest_ms = now_ms + rules.timestamp_after_max_ms
    for index, (has_key, timestamp_ms) in enumerate(keys_and_timestamps(records[:size_bytes], _UNPACKED_BYTES_MAX)):
        if rules.compacted and not has_key:
            errors.append(
                (index, f"Compacted topic cannot accept message without key in topic partition {rules.where}.")
            )
        elif not rules.log_append_time and timestamp_ms != NO_TIMESTAMP and not oldest_ms <= timestamp_ms <= newest_ms:
            bad_timestamp = True
            errors.append(
                (
                    index,
                    f"Timestamp {timestamp_ms} of message with offset {index} is out of range. "
                    f"The timestamp should be within [{oldest_ms}, {newest_ms}]",
                )
            )
        if len(errors) >= _RECORD_ERRORS_MAX:
            break
    if not errors:
        return
    if bad_timestamp:
        raise RejectedRecords(
            INVALID_TIMESTAMP, "One or more records have been rejected due to invalid timestamp", errors
        )
    shown = "; ".join(f"record {index}: {message}" for index, message in errors[:3])
    raise RejectedRecords(
        INVALID_RECORD,
        f"One or more records have been rejected due to {len(errors)} record errors in total, "
        f"and only showing the first three errors at most: {shown}",
        errors,
    )
