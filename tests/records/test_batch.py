"""The batch header: what is checked, what is refused and why, what may be patched without touching the checksum."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headrace.base.errors import Rejected
from headrace.records.batch import (
    HEADER_BYTES,
    BatchHeader,
    check_batch,
    check_batches,
    parse_header,
    patch_position,
    seal_crc,
    set_log_append_time,
    stamp_producer,
    write_header,
)
from headrace_testing.raw_batches import make_batch, read_batches


def batch(**fields: object) -> bytearray:
    return bytearray(make_batch([b"a", b"b", b"c"], **fields))


def test_a_sound_batch_gives_its_header_at_any_position() -> None:
    data = b"junk" + bytes(batch(base_offset=7, leader_epoch=3)) + b"more junk"
    header = check_batch(data, 4, len(data) - 9)
    assert (header.base_offset, header.last_offset, header.next_offset) == (7, 9, 10)
    assert (header.leader_epoch, header.record_count, header.size_bytes) == (3, 3, len(data) - 13)
    assert not header.has_producer
    assert header.delete_horizon_ms is None


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_no_flipped_bit_inside_the_checksum_passes(data: st.DataObject) -> None:
    """Only base offset and leader epoch lie outside the CRC; everywhere else one bit is enough to be refused."""
    sound = batch()
    position = data.draw(st.integers(0, len(sound) - 1))
    sound[position] ^= 1 << data.draw(st.integers(0, 7))
    outside = position < 8 or 12 <= position < 16
    if outside and parse_header(sound).base_offset >= 0:
        assert check_batch(sound).record_count == 3
    else:
        with pytest.raises(Rejected) as refusal:
            check_batch(sound)
        assert refusal.value.kafka_code in (2, 87)


@settings(max_examples=300, deadline=None)
@given(data=st.binary(max_size=300), position=st.integers(0, 20))
def test_random_bytes_are_refused_and_never_crash(data: bytes, position: int) -> None:
    with pytest.raises(Rejected) as refusal:
        check_batch(data, min(position, len(data)))
    assert refusal.value.kafka_code in (2, 87)


@pytest.mark.parametrize("size", [0, 1, 11, 60, 61, 70])
def test_a_cut_batch_is_corrupt(size: int) -> None:
    with pytest.raises(Rejected) as refusal:
        check_batch(batch()[:size])
    assert refusal.value.kafka_code == 2


@pytest.mark.parametrize(
    ("fields", "code", "words"),
    [
        ({"magic": 0}, 87, "format v0 is not supported"),
        ({"magic": 1}, 87, "format v1 is not supported"),
        ({"magic": 3}, 2, "magic byte 3"),
        ({"magic": -1}, 2, "magic byte -1"),
        ({"crc": 5}, 2, "CRC32C"),
        ({"batch_length": -1}, 2, "does not fit"),
        ({"batch_length": 2**31 - 1}, 2, "does not fit"),
        ({"batch_length": 48}, 2, "does not fit"),
        ({"record_count": -1}, 87, "do not fit"),
        ({"record_count": 4}, 87, "do not fit"),
        ({"last_offset_delta": -2}, 87, "do not fit"),
        ({"base_offset": -5}, 87, "do not fit"),
        ({"attributes": 5}, 87, "unknown compression type 5"),
        ({"attributes": 7}, 87, "unknown compression type 7"),
    ],
)
def test_a_header_that_lies_is_refused(fields: dict[str, int], code: int, words: str) -> None:
    with pytest.raises(Rejected, match=words) as refusal:
        check_batch(batch(**fields))
    assert refusal.value.kafka_code == code


def test_a_compacted_log_holds_batches_with_fewer_records_than_offsets() -> None:
    assert check_batch(batch(record_count=1)).next_offset == 3
    assert check_batch(batch(record_count=0)).record_count == 0


def test_a_buffer_is_exactly_its_batches() -> None:
    two = bytes(batch()) + bytes(batch(base_offset=3))
    assert [h.base_offset for h in check_batches(two)] == [0, 3]
    for wrong in (b"", two + b"x", two[:-1]):
        with pytest.raises(Rejected) as refusal:
            check_batches(wrong)
        assert refusal.value.kafka_code == 2


def test_position_is_patched_in_place_outside_the_checksum() -> None:
    data = bytearray(b"xx") + batch()
    crc = parse_header(data, 2).crc
    patch_position(memoryview(data), 2, 1 << 40, 77)
    header = check_batch(data, 2)
    assert (header.base_offset, header.leader_epoch, header.crc) == (1 << 40, 77, crc)


def test_producer_fields_and_append_time_are_sealed_anew() -> None:
    data = batch()
    stamp_producer(data, 0, 0x4852 << 48, 3, 99)
    with pytest.raises(Rejected):
        check_batch(data)
    seal_crc(data)
    header = check_batch(data)
    assert (header.producer_id, header.producer_epoch, header.base_sequence) == (0x4852 << 48, 3, 99)
    set_log_append_time(memoryview(data), 0, 1_800_000_000_000)
    header = check_batch(data)
    assert (header.timestamp_type, header.max_timestamp_ms) == (1, 1_800_000_000_000)
    assert read_batches(bytes(data))[0]["record_count"] == 3


@settings(deadline=None)
@given(
    base_offset=st.integers(0, 2**62),
    leader_epoch=st.integers(-1, 2**31 - 1),
    attributes=st.integers(0, 0x7F).filter(lambda bits: bits & 7 <= 4),
    delta=st.integers(0, 2**31 - 1),
    stamps=st.tuples(st.integers(-1, 2**62), st.integers(-1, 2**62)),
    producer=st.tuples(st.integers(-1, 2**63 - 1), st.integers(-1, 2**15 - 1), st.integers(-1, 2**31 - 1)),
)
def test_a_written_header_reads_back(
    base_offset: int, leader_epoch: int, attributes: int, delta: int, stamps: tuple, producer: tuple
) -> None:
    header = BatchHeader(base_offset, 49, leader_epoch, 2, 0, attributes, delta, *stamps, *producer, 0)
    data = bytearray(HEADER_BYTES)
    write_header(data, 0, header)
    seal_crc(data)
    header.crc = parse_header(data).crc
    assert check_batch(data) == header
    assert header.compression == attributes & 7
    assert header.is_control == bool(attributes & 0x20)
    assert header.is_transactional == bool(attributes & 0x10)
    assert header.delete_horizon_ms == (stamps[0] if attributes & 0x40 else None)
