"""Admission of client batches: the fast check and the one that explains agree, whatever the bytes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headrace.base.errors import Rejected
from headrace.partitions.core.admission import RejectedRecords, Rules, admit, one_whole_batch
from headrace.records.batch import check_batch, parse_header
from headrace_testing.raw_batches import make_batch

NOW_MS = 1_700_000_000_000
RULES = Rules(where="t-0", message_bytes_max=10_000, segment_bytes=20_000)


def rules(**changes) -> Rules:
    return Rules(**({"where": "t-0", "message_bytes_max": 10_000, "segment_bytes": 20_000} | changes))


def refusal(batch, given_rules=RULES) -> Rejected:
    with pytest.raises(Rejected) as caught:
        admit(memoryview(bytearray(batch)), given_rules, NOW_MS)
    return caught.value


def test_a_good_batch_gives_its_header():
    batch = make_batch([b"a", b"b"], timestamp_ms=NOW_MS)
    assert admit(batch, RULES, NOW_MS) == parse_header(batch)


CHECK_ORDER = [  # (what is wrong, the code that comes first in Kafka)
    ({"base_offset": 1, "crc": 0}, 87),
    ({"crc": 0, "record_count": 7}, 2),
    ({"record_count": 7, "attributes": 0x20}, 87),
    ({"attributes": 0x20}, 87),
    ({"attributes": 0x10}, 48),
    ({"attributes": 5}, 87),
]


@pytest.mark.parametrize(("fields", "code"), CHECK_ORDER)
def test_the_first_fault_in_kafkas_order_is_told(fields, code):
    assert refusal(make_batch([b"x"], timestamp_ms=NOW_MS, **fields)).kafka_code == code


def test_a_batch_that_is_too_large_and_damaged_is_too_large():
    assert refusal(make_batch([b"x" * 20_000], crc=0)).kafka_code == 10


def test_a_batch_larger_than_a_segment():
    assert refusal(make_batch([b"x" * 5_000]), rules(segment_bytes=4_000)).kafka_code == 18


def test_every_wrong_record_is_named_and_their_number_is_bounded():
    keys = [b"k" if index % 2 else None for index in range(20)]
    error = refusal(make_batch([b"v"] * 20, keys=keys), rules(compacted=True))
    assert isinstance(error, RejectedRecords)
    assert [index for index, _ in error.record_errors] == list(range(0, 20, 2))
    many = refusal(make_batch([b""] * 1_500), rules(compacted=True, message_bytes_max=10**6, segment_bytes=10**6))
    assert isinstance(many, RejectedRecords)
    assert len(many.record_errors) == 1_000


def test_timestamps_are_bounded_in_both_directions_but_no_timestamp_is_fine():
    bounded = rules(timestamp_before_max_ms=1_000, timestamp_after_max_ms=1_000)
    admit(make_batch(timestamp_ms=NOW_MS - 1_000), bounded, NOW_MS)
    admit(make_batch(timestamp_ms=NOW_MS + 1_000), bounded, NOW_MS)
    admit(make_batch(timestamp_ms=-1), bounded, NOW_MS)
    assert refusal(make_batch(timestamp_ms=NOW_MS - 1_001), bounded).kafka_code == 32
    assert refusal(make_batch(timestamp_ms=NOW_MS + 1_001), bounded).kafka_code == 32
    admit(make_batch(timestamp_ms=NOW_MS + 10**9), rules(log_append_time=True), NOW_MS)
    assert refusal(make_batch(timestamp_ms=NOW_MS, attributes=8), rules(log_append_time=True)).kafka_code == 32


def test_a_decompression_bomb_is_refused_where_records_are_looked_at():
    bomb = make_batch([b"\0" * (40 << 20)], keys=[b"k"], compression="zstd")
    open_rules = rules(compacted=True, message_bytes_max=10**7, segment_bytes=10**7)
    assert len(bomb) < 100_000
    assert refusal(bomb, open_rules).kafka_code in (2, 10)


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_whatever_the_bytes_a_batch_is_admitted_or_rejected(data):
    """Nothing else is raised, and what is admitted is exactly one sound batch that a log can take."""
    batch = bytearray(
        make_batch(
            data.draw(st.lists(st.binary(max_size=20), min_size=1, max_size=4)),
            timestamp_ms=NOW_MS,
            producer=data.draw(st.sampled_from([(-1, -1, -1), (5, 0, 0), (5, 0, -1), (0x4852 << 48, 0, 0)])),
            **data.draw(
                st.fixed_dictionaries(
                    {},
                    optional={
                        "base_offset": st.sampled_from([0, 1, -1, 2**62]),
                        "batch_length": st.integers(-5, 300),
                        "magic": st.integers(0, 3),
                        "attributes": st.integers(0, 127),
                        "last_offset_delta": st.integers(-3, 5),
                        "record_count": st.integers(-3, 5),
                        "max_timestamp": st.sampled_from([-1, NOW_MS, NOW_MS + 10**8]),
                    },
                )
            ),
        )
    )
    for _ in range(data.draw(st.integers(0, 2))):
        batch[data.draw(st.integers(0, len(batch) - 1))] = data.draw(st.integers(0, 255))
    batch = batch[: data.draw(st.integers(0, len(batch)))] if data.draw(st.booleans()) else batch
    batch += data.draw(st.binary(max_size=70))
    given_rules = rules(
        compacted=data.draw(st.booleans()),
        log_append_time=data.draw(st.booleans()),
        timestamp_before_max_ms=data.draw(st.sampled_from([1_000, 2**63 - 1])),
    )
    header = refused = None
    try:
        header = admit(memoryview(batch), given_rules, NOW_MS)
    except Rejected as error:
        refused = error
    if header is None:
        assert refused.kafka_code in (2, 10, 18, 32, 48, 87)
        assert refused.message
        return
    one_whole_batch(batch)
    assert check_batch(batch[: header.size_bytes]) == header
    assert header.base_offset == 0
    assert header.record_count == header.last_offset_delta + 1 > 0
    assert not header.is_control
    assert not header.is_transactional
