"""Idempotence core against a model that remembers everything, and its snapshot against damage."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headrace.base.errors import Corrupt, Rejected
from headrace.partitions.core.producers import (
    SEQUENCE_MAX,
    WINDOW_BATCHES,
    Producers,
    is_reserved,
    last_sequence,
)
from headrace.records.batch import BatchHeader

OUT_OF_ORDER = 45
FENCED = 47


def header(producer_id=7, epoch=0, sequence=0, records=1, base_offset=0, timestamp_ms=1_000):
    return BatchHeader(
        base_offset=base_offset,
        batch_length=100,
        leader_epoch=0,
        magic=2,
        crc=0,
        attributes=0,
        last_offset_delta=records - 1,
        base_timestamp_ms=timestamp_ms,
        max_timestamp_ms=timestamp_ms,
        producer_id=producer_id,
        producer_epoch=epoch,
        base_sequence=sequence,
        record_count=records,
    )


class Log:
    """Drives the core as a partition does: check, then take at the end of the log."""

    def __init__(self) -> None:
        self.producers = Producers()
        self.end = 0

    def produce(self, **fields):
        """(base offset, duplicate)."""
        batch = header(**fields)
        earlier = self.producers.check(batch, "t-0")
        if earlier is not None:
            return earlier.base_offset, True
        batch.base_offset = self.end
        self.end += batch.last_offset_delta + 1
        self.producers.take(batch, now_ms=0)
        self.producers.check_invariants()
        return batch.base_offset, False


def code_of(call, **fields) -> int:
    with pytest.raises(Rejected) as caught:
        call(**fields)
    return caught.value.kafka_code


def test_each_of_the_last_five_batches_is_recognised_and_the_sixth_is_not():
    log = Log()
    for number in range(6):
        assert log.produce(sequence=number * 10, records=10) == (number * 10, False)
    for number in range(1, 6):
        assert log.produce(sequence=number * 10, records=10) == (number * 10, True)
    assert code_of(log.produce, sequence=0, records=10) == OUT_OF_ORDER


def test_a_retry_with_another_number_of_records_is_no_retry():
    log = Log()
    log.produce(sequence=0, records=10)
    assert code_of(log.produce, sequence=0, records=9) == OUT_OF_ORDER


def test_a_gap_is_refused_and_leaves_the_producer_as_it_was():
    log = Log()
    log.produce(sequence=0)
    assert code_of(log.produce, sequence=2) == OUT_OF_ORDER
    assert log.produce(sequence=1) == (1, False)


def test_an_unknown_producer_may_begin_anywhere():
    assert Log().produce(sequence=4711) == (0, False)


def test_a_newer_epoch_begins_at_zero_and_fences_the_older_one():
    log = Log()
    log.produce(epoch=1, sequence=0)
    assert code_of(log.produce, epoch=2, sequence=1) == OUT_OF_ORDER
    assert log.produce(epoch=2, sequence=0) == (1, False)
    assert code_of(log.produce, epoch=1, sequence=1) == FENCED
    assert log.produce(epoch=2, sequence=0) == (1, True)


def test_sequence_numbers_go_on_at_zero_after_the_largest():
    log = Log()
    log.produce(sequence=SEQUENCE_MAX - 4, records=3)
    # This batch spans the wrap: MAX - 1, MAX, 0, 1.
    assert log.produce(sequence=SEQUENCE_MAX - 1, records=4) == (3, False)
    assert log.produce(sequence=SEQUENCE_MAX - 1, records=4) == (3, True)
    assert log.produce(sequence=2) == (7, False)
    exact = Log()
    exact.produce(sequence=SEQUENCE_MAX)
    assert exact.produce(sequence=0) == (1, False)


def test_ids_that_carry_progress_are_not_tracked():
    reserved = 0x4852 << 48 | 3
    assert is_reserved(reserved)
    log = Log()
    log.produce(producer_id=reserved, sequence=5)
    log.produce(producer_id=-1, sequence=-1)
    assert len(log.producers) == 0


def test_unused_producers_are_forgotten_and_used_ones_kept():
    producers = Producers()
    producers.take(header(producer_id=1), now_ms=0)
    producers.take(header(producer_id=2), now_ms=0)
    producers.take(header(producer_id=2, sequence=1, base_offset=1), now_ms=900)
    assert producers.expire(now_ms=1_000, expiration_ms=500) == 1
    assert [producer_id for producer_id, _ in producers] == [2]


def test_the_number_of_producers_is_bounded_by_forgetting_the_oldest():
    producers = Producers(producers_max=16)
    for producer_id in range(100):
        producers.take(header(producer_id=producer_id, base_offset=producer_id), now_ms=producer_id)
        producers.check_invariants()
    known = {producer_id for producer_id, _ in producers}
    assert 99 in known
    assert 0 not in known


batches = st.lists(
    st.tuples(
        st.integers(0, 2),  # producer
        st.integers(0, 2),  # epoch
        st.sampled_from([-8, -3, -2, -1, 0, 0, 0, 0, 0, 1, 5]),  # distance from the expected sequence number
        st.integers(1, 3),  # records
    ),
    max_size=60,
)


@settings(max_examples=300, deadline=None)
@given(batches, st.sampled_from([0, 5, SEQUENCE_MAX - 10, SEQUENCE_MAX]))
def test_agrees_with_a_model_that_remembers_every_batch(steps, first_sequence):
    """The model: full history per producer; a batch is a duplicate if equal to one of the last five of its epoch."""
    log = Log()
    history: dict[int, list[tuple[int, int, int, int]]] = {}  # producer -> (epoch, first, last, offset)
    space = SEQUENCE_MAX + 1
    for producer_id, epoch, distance, records in steps:
        past = history.setdefault(producer_id, [])
        expected = (past[-1][2] + 1) % space if past else first_sequence
        if past and epoch > past[-1][0] and distance == 0:
            expected = 0
        sequence = (expected + distance) % space
        last = last_sequence(sequence, records - 1)
        outcome: object
        same_epoch = [entry for entry in past if entry[0] == epoch][-WINDOW_BATCHES:] if past else []
        if not past:
            outcome = (log.end, False)
        elif epoch < past[-1][0]:
            outcome = FENCED
        elif epoch > past[-1][0]:
            outcome = (log.end, False) if sequence == 0 else OUT_OF_ORDER
        elif sequence == (past[-1][2] + 1) % space:
            outcome = (log.end, False)
        else:
            again = [entry for entry in same_epoch if entry[1:3] == (sequence, last)]
            outcome = (again[0][3], True) if again else OUT_OF_ORDER
        fields = {"producer_id": producer_id, "epoch": epoch, "sequence": sequence, "records": records}
        if isinstance(outcome, int):
            assert code_of(log.produce, **fields) == outcome
        else:
            assert log.produce(**fields) == outcome
            if not outcome[1]:
                past.append((epoch, sequence, last, outcome[0]))


def filled(count: int) -> Producers:
    producers = Producers()
    offset = 0
    for producer_id in range(count):
        for number in range(producer_id % 7 + 1):
            producers.take(header(producer_id=producer_id, epoch=3, sequence=number, base_offset=offset), now_ms=42)
            offset += 1
    return producers


def test_a_snapshot_brings_back_the_same_producers():
    before = filled(30)
    after = Producers()
    after.restore(before.snapshot())
    after.check_invariants()
    for (id_before, one), (id_after, other) in zip(before, after, strict=True):
        assert (id_before, one.epoch, one.batches, one.last_used_ms) == (
            id_after,
            other.epoch,
            other.batches,
            other.last_used_ms,
        )


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_damaged_snapshot_is_refused_and_changes_nothing(data):
    payload = bytearray(filled(9).snapshot())
    if data.draw(st.booleans()):
        del payload[data.draw(st.integers(0, len(payload) - 1)) :]
    else:
        payload[data.draw(st.integers(0, len(payload) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    producers = filled(2)
    with pytest.raises(Corrupt):
        producers.restore(bytes(payload))
    assert len(producers) == 2
