"""Reader, builder and rewriting, held against two record codecs that others wrote: kafka-python's and kio's."""

from __future__ import annotations

import contextlib
import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kafka.record.default_records import DefaultRecordBatch, DefaultRecordBatchBuilder
from kio.records.readers import read_batch

from headrace.base.errors import Rejected
from headrace.records.batch import (
    DELETE_HORIZON_BIT,
    HEADER_BYTES,
    TIMESTAMP_TYPE_BIT,
    check_batch,
    check_batches,
    patch_position,
    set_log_append_time,
)
from headrace.records.builder import build_batch
from headrace.records.compression import CODEC_NAMES
from headrace.records.reader import Record, decompress_batches, read_records
from headrace.records.rewrite import empty_batch, retain
from headrace.records.walk import encode_varint, read_varint, walk_records
from headrace_testing.raw_batches import make_batch

BYTES = st.one_of(st.none(), st.binary(max_size=40))
HEADERS = st.lists(st.tuples(st.text(max_size=8), BYTES), max_size=3).map(tuple)
#: Whole seconds, because kio keeps no more; far apart and out of order, because clients do that.
STAMPS = st.integers(0, 4_000_000_000).map(lambda seconds: seconds * 1000)
RECORDS = st.lists(st.builds(Record, st.just(0), STAMPS, BYTES, BYTES, HEADERS), min_size=1, max_size=12)


def plain(records: list[Record]) -> list[tuple]:
    return [(r.timestamp_ms, r.key, r.value, r.headers) for r in records]


@settings(max_examples=150, deadline=None)
@given(records=RECORDS, compression=st.sampled_from(CODEC_NAMES), base_offset=st.integers(0, 2**40))
def test_what_is_built_reads_back(records: list[Record], compression: str, base_offset: int) -> None:
    batch = build_batch(records, base_offset=base_offset, leader_epoch=5, compression=compression)
    [header] = check_batches(batch)
    assert header.compression == CODEC_NAMES.index(compression)
    assert header.record_count == len(records)
    assert header.max_timestamp_ms == max(r.timestamp_ms for r in records)
    found = read_records(batch)
    assert plain(found) == plain(records)
    assert [r.offset for r in found] == list(range(base_offset, base_offset + len(records)))
    opened = decompress_batches(batch)
    [uncompressed] = check_batches(opened)
    assert uncompressed.compression == 0
    assert read_records(opened) == found


@settings(max_examples=100, deadline=None)
@given(records=RECORDS, base_offset=st.integers(0, 2**40))
def test_kio_reads_the_same(records: list[Record], base_offset: int) -> None:
    batch = build_batch(records, base_offset=base_offset, producer_id=9, producer_epoch=1, base_sequence=3)
    theirs, size = read_batch(bytes(batch), 0)
    assert size == len(batch)
    assert (theirs.base_offset, theirs.producer_id, theirs.producer_epoch, theirs.base_sequence) == (
        base_offset,
        9,
        1,
        3,
    )
    assert theirs.max_timestamp == max(r.timestamp_ms for r in records)
    epoch = datetime.datetime.fromtimestamp(0, datetime.UTC)
    assert [
        (
            (r.timestamp - epoch) // datetime.timedelta(milliseconds=1),
            r.key,
            r.value,
            tuple(((h.key or b"").decode(), h.value) for h in r.headers),
        )
        for r in theirs.records
    ] == plain(records)


@settings(max_examples=100, deadline=None)
@given(records=RECORDS, compression=st.sampled_from(["none", "gzip"]))
def test_kafka_python_reads_the_same(records: list[Record], compression: str) -> None:
    batch = build_batch(records, base_offset=70, compression=compression)
    theirs = DefaultRecordBatch(bytes(batch))
    assert theirs.validate_crc()
    assert [
        (r.offset, r.timestamp, r.key, r.value, tuple((key, value) for key, value in r.headers)) for r in theirs
    ] == [(70 + i, *fields) for i, fields in enumerate(plain(records))]


@settings(max_examples=100, deadline=None)
@given(records=RECORDS, compression=st.sampled_from([0, 1]))
def test_what_kafka_python_builds_is_read(records: list[Record], compression: int) -> None:
    builder = DefaultRecordBatchBuilder(
        magic=2,
        compression_type=compression,
        is_transactional=False,
        producer_id=4,
        producer_epoch=2,
        base_sequence=6,
        batch_size=1 << 30,
    )
    for i, r in enumerate(records):
        builder.append(i, r.timestamp_ms, r.key, r.value, list(r.headers))
    batch = builder.build()
    [header] = check_batches(batch)
    assert (header.producer_id, header.producer_epoch, header.base_sequence) == (4, 2, 6)
    assert plain(read_records(batch)) == plain(records)


def test_times_before_the_first_and_before_the_epoch() -> None:
    stamps = [1_700_000_000_000, 5, 0, -1, 1_700_000_000_001]
    batch = build_batch([Record(0, stamp, None, b"x", ()) for stamp in stamps])
    assert [r.timestamp_ms for r in read_records(batch)] == stamps
    header = check_batch(batch)
    assert (header.base_timestamp_ms, header.max_timestamp_ms) == (stamps[0], max(stamps))
    assert [r.timestamp for r in DefaultRecordBatch(bytes(batch))] == stamps


@pytest.mark.parametrize("compression", CODEC_NAMES)
def test_log_append_time_overrides_the_records(compression: str) -> None:
    batch = build_batch([Record(0, 1000 + i, None, b"x" * 50, ()) for i in range(5)], compression=compression)
    set_log_append_time(batch, 0, 9_999)
    assert check_batch(batch).attributes & TIMESTAMP_TYPE_BIT
    assert [r.timestamp_ms for r in read_records(batch)] == [9_999] * 5
    patch_position(batch, 0, 40, 1)
    assert [r.offset for r in read_records(batch)] == [40, 41, 42, 43, 44]


def test_header_keys_that_are_not_utf8_do_not_hide_the_record() -> None:
    """Kafka stores them; a script or the registry must still get at the record. The odd bytes become U+FFFD."""
    batch = build_batch([Record(0, 7, b"k", b"v", (("abc", b"1"),)), Record(0, 9, None, None, ())])
    at = batch.index(b"abc")
    batch[at] = 0xFF
    [first, second] = read_records(batch)
    assert first == Record(0, 7, b"k", b"v", (("�bc", b"1"),))
    assert second == Record(1, 9, None, None, ())


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_damaged_records_are_refused_and_never_crash(data: st.DataObject) -> None:
    """The checksum can be right and the records still be nonsense: a client computed it over nonsense."""
    compression = data.draw(st.sampled_from(CODEC_NAMES))
    records = [Record(0, 10 + i, b"key", b"value" * i, (("h", b"x"),)) for i in range(4)]
    batch = build_batch(records, compression=compression)
    for _ in range(data.draw(st.integers(1, 4))):
        batch[data.draw(st.integers(HEADER_BYTES, len(batch) - 1))] = data.draw(st.integers(0, 255))
    for decode in (read_records, decompress_batches):
        with contextlib.suppress(Rejected):
            decode(batch)


@pytest.mark.parametrize("count", [-1, 0, 1, 3, 2**31 - 1])
def test_a_record_count_that_lies_is_refused(count: int) -> None:
    batch = make_batch([b"a", b"b"], record_count=count, last_offset_delta=1)
    if count == 0:
        assert read_records(batch) == []
    else:
        with pytest.raises(Rejected):
            read_records(batch)


def test_several_batches_share_one_bound() -> None:
    batch = bytes(build_batch([Record(0, 1, None, b"x" * 100_000, ())], compression="zstd"))
    assert len(read_records(batch * 3, limit_bytes=310_000)) == 3
    with pytest.raises(Rejected, match="larger than"):
        read_records(batch * 3, limit_bytes=290_000)
    with pytest.raises(Rejected):
        read_records(batch + b"rest")


@given(st.integers(-(2**63), 2**63 - 1))
def test_varints_go_both_ways(value: int) -> None:
    encoded = encode_varint(value)
    assert read_varint(encoded + b"\xff", 0) == (value, len(encoded))


def test_a_varint_has_an_end() -> None:
    with pytest.raises(ValueError, match="ten bytes"):
        read_varint(b"\xff" * 20, 0)


# -- leaving records out -----------------------------------------------------------------------------------------------


@settings(max_examples=150, deadline=None)
@given(
    records=RECORDS,
    compression=st.sampled_from(CODEC_NAMES),
    chosen=st.sets(st.integers(0, 11)),
    append_time=st.booleans(),
    horizon_ms=st.integers(0, 2**42),
)
def test_what_stays_is_unchanged_and_where_it_was(
    records: list[Record], compression: str, chosen: set[int], append_time: bool, horizon_ms: int
) -> None:
    batch = build_batch(
        records,
        base_offset=100,
        leader_epoch=3,
        compression=compression,
        producer_id=7,
        producer_epoch=1,
        base_sequence=50,
    )
    if append_time:
        set_log_append_time(batch, 0, 77)
    [header] = check_batches(batch)
    before = read_records(batch)
    result = retain(
        header,
        batch,
        lambda found: [delta in chosen for delta, _, _ in found],
        tombstone_horizon_ms=horizon_ms,
        keep_empty=True,
    )
    assert result.batch is not None
    [after] = check_batches(result.batch)
    expected = [r for r in before if r.offset - 100 in chosen]
    assert read_records(result.batch) == expected
    assert [(r.offset, r.timestamp, r.key, r.value) for r in kafka_python_reads(result.batch)] == [
        (r.offset, r.timestamp_ms, r.key, r.value) for r in expected
    ]
    for name in ("base_offset", "last_offset_delta", "leader_epoch", "producer_id", "producer_epoch", "base_sequence"):
        assert getattr(after, name) == getattr(header, name), name
    assert after.timestamp_type == header.timestamp_type
    if expected:
        assert after.max_timestamp_ms == max(r.timestamp_ms for r in expected)
        has_tombstones = any(r.value is None for r in expected)
        assert result.has_tombstones == has_tombstones
        assert after.delete_horizon_ms == (horizon_ms if has_tombstones else None)
        assert after.compression == header.compression
    unchanged = len(expected) == len(before) and not result.has_tombstones
    assert result.changed != unchanged
    assert not unchanged or result.batch is batch


def kafka_python_reads(batch: bytes) -> list:
    """Its decompressors for other codecs than gzip are not installed, so it gets the batch opened."""
    return list(DefaultRecordBatch(decompress_batches(batch)))


def test_a_batch_dated_once_keeps_its_date() -> None:
    batch = build_batch([Record(0, 5, b"a", None, ()), Record(0, 6, b"b", b"v", ())])
    first = retain(
        check_batch(batch), batch, lambda found: [True] * len(found), tombstone_horizon_ms=1000, keep_empty=False
    )
    assert first.batch is not None
    dated = check_batch(first.batch)
    assert dated.attributes & DELETE_HORIZON_BIT
    assert read_records(first.batch) == read_records(batch)
    again = retain(dated, first.batch, lambda found: [True] * len(found), tombstone_horizon_ms=2000, keep_empty=False)
    assert not again.changed
    less = retain(
        dated,
        first.batch,
        lambda found: [key == b"a" for _, key, _ in found],
        tombstone_horizon_ms=2000,
        keep_empty=False,
    )
    assert less.batch is not None
    assert check_batch(less.batch).delete_horizon_ms == 1000
    assert read_records(less.batch) == [Record(0, 5, b"a", None, ())]


def test_an_emptied_batch_keeps_offsets_producer_and_time() -> None:
    batch = build_batch(
        [Record(0, 5, b"a", b"x", ())] * 3, base_offset=10, compression="lz4", producer_id=3, base_sequence=1
    )
    header = check_batch(batch)
    bare = check_batch(empty_batch(header))
    assert (bare.record_count, bare.size_bytes, bare.compression) == (0, HEADER_BYTES, 0)
    assert (bare.base_offset, bare.last_offset, bare.producer_id, bare.max_timestamp_ms) == (10, 12, 3, 5)
    nothing = retain(header, batch, lambda found: [False] * len(found), tombstone_horizon_ms=0, keep_empty=False)
    assert nothing.batch is None


def test_walking_sees_what_reading_sees() -> None:
    records = [Record(0, 10 + i, b"k%d" % i if i % 2 else None, b"v" * i if i % 3 else None, ()) for i in range(40)]
    batch = bytes(build_batch(records))
    body = batch[HEADER_BYTES:]
    walked = list(walk_records(body, 40))
    assert [(r.key, r.has_value, r.offset_delta, r.timestamp_delta_ms) for r in walked] == [
        (r.key, r.value is not None, i, i) for i, r in enumerate(records)
    ]
    assert b"".join(body[r.start : r.end] for r in walked) == body
    for wrong in (39, 41):
        with pytest.raises(Rejected):
            list(walk_records(body, wrong))
