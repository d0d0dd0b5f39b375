"""Idempotence: which batches of which producer a partition has taken, so that a retry is answered and not written
twice.

A producer numbers its records per partition. The last five batches of every producer are remembered, because a client
keeps up to five requests in flight and may send any of them again. Knows only batch headers; `partition.py` calls it
before and after a write and feeds it the headers of the log after a restart. Surprising: a producer that is unknown
here may start with any sequence number, as in Kafka, because its earlier state may have been expired or deleted.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from headrace.base.errors import Corrupt, Rejected
from headrace.records.batch import BatchHeader

NO_PRODUCER_ID = -1
NO_EPOCH = -1
SEQUENCE_MAX = 2**31 - 1

# Kafka clients send at most `max.in.flight.requests.per.connection` = 5 batches before the first is answered.
WINDOW_BATCHES = 5

# A partition forgets its least recently used producers beyond this. One entry is about 700 bytes, so 14 MB a
# partition at most; a forgotten producer goes on working, only a retry of its last batches would no longer be
# recognised.
PRODUCERS_MAX = 20_000

_OUT_OF_ORDER_SEQUENCE_NUMBER = 45
_INVALID_PRODUCER_EPOCH = 47

# The pacemaker writes into batch headers how far it has read its input: producer ids whose top 16 bits are "HR". They
# are no producers, need no window, and no client may use them.
RESERVED_ID_TAG = 0x4852


def is_reserved(producer_id: int) -> bool:
    """True for producer ids that only the node's own writers may use."""
    return producer_id >> 48 == RESERVED_ID_TAG


def last_sequence(base_sequence: int, last_offset_delta: int) -> int:
    """Sequence number of a batch's last record; counts on from 0 after 2^31 - 1."""
    last = base_sequence + last_offset_delta
    return last if last <= SEQUENCE_MAX else last - SEQUENCE_MAX - 1


class TakenBatch(NamedTuple):
    """One batch that is in the log.

    `timestamp_ms` is the batch's largest timestamp: Kafka answers a duplicate with it.
    """

    base_sequence: int
    last_sequence: int
    base_offset: int
    last_offset: int
    timestamp_ms: int


class Producer:
    """What one producer wrote here.

    Invariant: `1 <= len(batches) <= WINDOW_BATCHES`, all of epoch `epoch`, in log order.
    """

    __slots__ = ("batches", "epoch", "last_used_ms")

    def __init__(self, epoch: int, batches: list[TakenBatch], last_used_ms: int) -> None:
        self.epoch = epoch
        self.batches = batches
        self.last_used_ms = last_used_ms


class Producers:
    """All producers of one partition.

    `check` decides, `take` remembers: between the two the caller writes the batch, and calls `take` only if the write
    succeeded.
    """

    def __init__(self, producers_max: int = PRODUCERS_MAX) -> None:
        self._producers: dict[int, Producer] = {}
        self._producers_max = producers_max

    def __len__(self) -> int:
        return len(self._producers)

    def __iter__(self) -> Iterator[tuple[int, Producer]]:
        return iter(self._producers.items())

    def check(self, header: BatchHeader, where: str) -> TakenBatch | None:
        """The batch this one repeats, or None if it is new and in order. `where` names the partition in messages.

        Raises Rejected: INVALID_PRODUCER_EPOCH for an epoch older than one already seen (the producer is fenced),
        OUT_OF_ORDER_SEQUENCE_NUMBER if records of the producer are missing in between.
        """
        producer = self._producers.get(header.producer_id)
        if producer is None:
            return None
        epoch = header.producer_epoch
        base_sequence = header.base_sequence
        if epoch == producer.epoch:
            expected = producer.batches[-1].last_sequence + 1
            if base_sequence == expected or (expected > SEQUENCE_MAX and base_sequence == 0):
                # In sequence comes first because it is the case of every ordinary request; with fewer than 2^31
                # records in the window it can never be a duplicate at the same time.
                return None
            last = last_sequence(base_sequence, header.last_offset_delta)
            for batch in producer.batches:
                if batch.base_sequence == base_sequence and batch.last_sequence == last:
                    return batch
            raise Rejected(
                _OUT_OF_ORDER_SEQUENCE_NUMBER,
                f"producer {header.producer_id} sent sequence number {base_sequence} to {where}, "
                f"which expects {0 if expected > SEQUENCE_MAX else expected}",
            )
        if epoch < producer.epoch:
            raise Rejected(
                _INVALID_PRODUCER_EPOCH,
                f"producer {header.producer_id} wrote to {where} with epoch {epoch}, "
                f"but epoch {producer.epoch} has been seen: a newer instance took over",
            )
        if base_sequence != 0:
            raise Rejected(
                _OUT_OF_ORDER_SEQUENCE_NUMBER,
                f"producer {header.producer_id} began epoch {epoch} on {where} with sequence number {base_sequence}, "
                "a new epoch begins with 0",
            )
        return None

    def take(self, header: BatchHeader, now_ms: int) -> None:
        """Remember a batch that is now in the log; `header.base_offset` is its final offset.

        Does not check: what is in the log is true, also when the log is replayed after a restart.
        """
        producer_id = header.producer_id
        if producer_id < 0 or producer_id >> 48 == RESERVED_ID_TAG:
            return
        base_sequence = header.base_sequence
        last = base_sequence + header.last_offset_delta
        if last > SEQUENCE_MAX:
            last -= SEQUENCE_MAX + 1
        base_offset = header.base_offset
        batch = TakenBatch(
            base_sequence, last, base_offset, base_offset + header.last_offset_delta, header.max_timestamp_ms
        )
        producer = self._producers.get(producer_id)
        if producer is None:
            if len(self._producers) >= self._producers_max:
                self._forget_oldest()
            self._producers[producer_id] = Producer(header.producer_epoch, [batch], now_ms)
            return
        producer.last_used_ms = now_ms
        if header.producer_epoch != producer.epoch:
            producer.epoch = header.producer_epoch
            producer.batches = [batch]
            return
        batches = producer.batches
        if len(batches) == WINDOW_BATCHES:
            del batches[0]
        batches.append(batch)

    def expire(self, now_ms: int, expiration_ms: int) -> int:
        """Forget producers unused for `expiration_ms` (`producer.id.expiration.ms`); says how many."""
        deadline_ms = now_ms - expiration_ms
        gone = [producer_id for producer_id, entry in self._producers.items() if entry.last_used_ms <= deadline_ms]
        for producer_id in gone:
            del self._producers[producer_id]
        return len(gone)

    def _forget_oldest(self) -> None:
        # An eighth at once, so that sorting costs little per new producer.
        by_age = sorted(self._producers, key=lambda producer_id: self._producers[producer_id].last_used_ms)
        for producer_id in by_age[: max(1, len(by_age) // 8)]:
            del self._producers[producer_id]

    # ---- snapshot: what a restart needs beside the log after it

    def snapshot(self) -> bytes:
        """All producers as bytes, checksummed; `restore` reads them."""
        parts = [_SNAPSHOT_HEAD.pack(_SNAPSHOT_VERSION, len(self._producers))]
        for producer_id, producer in self._producers.items():
            parts.append(
                _SNAPSHOT_PRODUCER.pack(producer_id, producer.epoch, producer.last_used_ms, len(producer.batches))
            )
            parts += [
                _SNAPSHOT_BATCH.pack(
                    batch.base_sequence, batch.last_sequence, batch.base_offset, batch.last_offset, batch.timestamp_ms
                )
                for batch in producer.batches
            ]
        body = b"".join(parts)
        return body + _SNAPSHOT_CHECKSUM.pack(zlib.crc32(body))

    def restore(self, payload: bytes) -> None:
        """Replace everything by a snapshot.

        Raises Corrupt (and changes nothing) if the bytes are not a whole snapshot.
        """
        self._producers = _parse_snapshot(payload)

    def check_invariants(self) -> None:
        assert len(self._producers) <= self._producers_max
        for producer_id, producer in self._producers.items():
            assert producer_id >= 0
            assert not is_reserved(producer_id)
            assert 1 <= len(producer.batches) <= WINDOW_BATCHES
            for batch in producer.batches:
                assert 0 <= batch.base_offset <= batch.last_offset
                delta = batch.last_offset - batch.base_offset
                assert batch.last_sequence == last_sequence(batch.base_sequence, delta)
            for earlier, later in zip(producer.batches, producer.batches[1:], strict=False):
                assert earlier.last_offset < later.base_offset


_SNAPSHOT_VERSION = 1
_SNAPSHOT_HEAD = struct.Struct(">HI")  # version, number of producers
_SNAPSHOT_PRODUCER = struct.Struct(">qhqB")  # id, epoch, last used, number of batches
_SNAPSHOT_BATCH = struct.Struct(">iiqqq")  # base and last sequence, base and last offset, timestamp
_SNAPSHOT_CHECKSUM = struct.Struct(">I")


def _parse_snapshot(payload: bytes) -> dict[int, Producer]:
    where = "producer snapshot"
    body_bytes = len(payload) - _SNAPSHOT_CHECKSUM.size
    if body_bytes < _SNAPSHOT_HEAD.size:
        raise Corrupt(where, f"{len(payload)} bytes are too few")
    body = memoryview(payload)[:body_bytes]
    if zlib.crc32(body) != _SNAPSHOT_CHECKSUM.unpack_from(payload, body_bytes)[0]:
        raise Corrupt(where, "the checksum does not match")
    version, count = _SNAPSHOT_HEAD.unpack_from(body, 0)
    if version != _SNAPSHOT_VERSION:
        raise Corrupt(where, f"version {version} is not known")
    producers: dict[int, Producer] = {}
    position = _SNAPSHOT_HEAD.size
    try:
        for _ in range(count):
            producer_id, epoch, last_used_ms, batch_count = _SNAPSHOT_PRODUCER.unpack_from(body, position)
            position += _SNAPSHOT_PRODUCER.size
            batches = []
            for _ in range(batch_count):
                batches.append(TakenBatch(*_SNAPSHOT_BATCH.unpack_from(body, position)))
                position += _SNAPSHOT_BATCH.size
            if not 1 <= batch_count <= WINDOW_BATCHES:
                raise Corrupt(where, f"producer {producer_id} has {batch_count} batches")
            producers[producer_id] = Producer(epoch, batches, last_used_ms)
    except struct.error as error:
        raise Corrupt(where, "it ends in the middle of a producer") from error
    if position != body_bytes:
        raise Corrupt(where, f"{body_bytes - position} bytes too many")
    return producers
