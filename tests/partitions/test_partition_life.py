"""Partitions over real logs: a random life with restarts and crashes, and what listeners, waiters and settings see."""

from __future__ import annotations

import asyncio
import random

import pytest

from headrace.base.clock import ManualClock
from headrace.base.errors import Rejected, Retriable
from headrace.contract.settings import TopicSettings
from headrace.partitions.table import PartitionTable
from headrace.records.reader import read_records
from headrace.storage.data_dir import DataDir
from headrace.storage.flusher import Flusher
from headrace.storage.manager import LogManager
from headrace_testing.raw_batches import make_batch

TOPIC_ID = b"t" * 16
FSYNC = TopicSettings(flush="fsync")
WRITE_BEHIND = TopicSettings(flush="write-behind")


class Store:
    """A partition table over a folder; `close` and `crash` end one process, as far as a test can."""

    def __init__(self, folder, clock=None):
        self.folder = folder
        self.clock = clock or ManualClock()

    async def open(self, settings=FSYNC, epoch=0):
        self.data_dir = await asyncio.to_thread(DataDir.claim, self.folder, node_id=1)
        self.flusher = Flusher()
        self.flusher.start(asyncio.get_running_loop())
        self.logs = LogManager(self.data_dir, flusher=self.flusher, clock=self.clock)
        self.table = PartitionTable(self.logs, clock=self.clock)
        await self.table.start()
        return await self.table.create("t", 0, TOPIC_ID, epoch, settings)

    async def close(self):
        await self.table.stop()
        assert await self.logs.stop()
        await self._leave(clean=True)

    async def crash(self):
        await self.table._tasks.stop()
        for partition in self.table.all():
            partition.log.on_durable = None
        await self._leave(clean=False)

    async def _leave(self, *, clean):
        await asyncio.to_thread(self.flusher.stop)
        await asyncio.to_thread(self.data_dir.release, clean=clean)


async def visible(partition, next_offset):
    waiting = partition.when_visible(next_offset)
    if waiting is not None:
        await asyncio.wait_for(waiting, 20)


def append(partition, batch):
    return partition.append(memoryview(bytearray(batch)), acks=-1)


@pytest.mark.parametrize("seed", range(6))
def test_a_random_life_with_retries_restarts_and_crashes(tmp_path, seed):
    """Every batch is in the log once, at the offset its producer was told, whatever is sent again and when."""

    async def life():
        dice = random.Random(seed)
        store = Store(tmp_path)
        settings = dice.choice([FSYNC, WRITE_BEHIND])
        epoch = 0
        partition = await store.open(settings, epoch)
        producers = {number: [] for number in range(3)}  # producer -> [(sequence, values, offset)]
        written: list[bytes] = []
        for step in range(150):
            what = dice.choices(["new", "again", "gap", "close", "crash"], [60, 30, 10, 3, 3])[0]
            producer_id = dice.randrange(3)
            sent = producers[producer_id]
            expected = sent[-1][0] + len(sent[-1][1]) if sent else 0
            if what == "new":
                values = [f"{step}.{number}".encode() for number in range(dice.randint(1, 4))]
                appended = append(partition, make_batch(values, producer=(producer_id, 0, expected)))
                assert (appended.base_offset, appended.duplicate) == (len(written), False)
                sent.append((expected, values, appended.base_offset))
                written += values
                if dice.random() < 0.7:
                    await visible(partition, appended.next_offset)
            elif what == "again" and sent:
                sequence, values, offset = dice.choice(sent[-5:])
                appended = append(partition, make_batch(values, producer=(producer_id, 0, sequence)))
                assert (appended.base_offset, appended.last_offset) == (offset, offset + len(values) - 1)
                assert appended.duplicate
            elif what == "gap" and sent:
                with pytest.raises(Rejected) as refused:
                    append(partition, make_batch(producer=(producer_id, 0, expected + 1 + dice.randrange(9))))
                assert refused.value.kafka_code == 45
            elif what in ("close", "crash"):
                await (store.close() if what == "close" else store.crash())
                epoch += 1
                partition = await store.open(settings, epoch)
            partition.check_invariants()
        await visible(partition, partition.log_end_offset)
        data, offset = b"", 0
        while chunk := partition.read(offset, 1 << 20):
            data += chunk
            offset = read_records(chunk)[-1].offset + 1
        assert [(record.offset, record.value) for record in read_records(data)] == list(enumerate(written))
        await store.close()

    asyncio.run(life())


class Listener:
    def __init__(self):
        self.events = []

    def on_partition_added(self, partition):
        self.events.append(("added", partition.name))

    def on_partition_removed(self, partition):
        self.events.append(("removed", partition.name))

    def on_visible_offset_advanced(self, partition):
        self.events.append(("advanced", partition.high_watermark))


def test_listeners_hear_of_an_advance_once_per_turn_and_never_early(tmp_path):
    async def story():
        store = Store(tmp_path)
        partition = await store.open(WRITE_BEHIND)
        listener = Listener()
        store.table.add_listener(listener)
        for _ in range(3):
            append(partition, make_batch())
        assert listener.events == []
        await asyncio.sleep(0)
        assert listener.events == [("advanced", 3)]
        append(partition, make_batch())
        await asyncio.sleep(0)
        assert listener.events == [("advanced", 3), ("advanced", 4)]
        second = await store.table.create("t", 1, TOPIC_ID, 0, FSYNC)
        append(second, make_batch())
        assert second.high_watermark == 0
        await visible(second, 1)
        await asyncio.sleep(0)
        await store.table.remove("t", 1)
        assert listener.events[2:] == [("added", "t-1"), ("advanced", 1), ("removed", "t-1")]
        await store.close()

    asyncio.run(story())


def test_a_listener_that_fails_does_not_keep_others_from_their_data(tmp_path, caplog):
    class Broken(Listener):
        def on_visible_offset_advanced(self, partition):
            raise ZeroDivisionError

    async def story():
        store = Store(tmp_path)
        partition = await store.open(WRITE_BEHIND)
        good = Listener()
        store.table.add_listener(Broken())
        store.table.add_listener(good)
        append(partition, make_batch())
        await asyncio.sleep(0)
        assert good.events == [("advanced", 1)]
        await store.close()

    asyncio.run(story())
    assert any("a listener of t-0 failed" in record.message for record in caplog.records)


def test_removing_a_partition_fails_its_waiters_and_frees_the_name(tmp_path):
    async def story():
        store = Store(tmp_path)
        partition = await store.open(FSYNC)
        partition.log.request_flush = lambda: None
        append(partition, make_batch())
        waiting = partition.when_visible(1)
        await store.table.remove("t", 0)
        with pytest.raises(Retriable) as failed:
            await waiting
        assert failed.value.kafka_code == 6
        with pytest.raises(Retriable):
            append(partition, make_batch())
        with pytest.raises(Retriable):
            partition.read(0, 1)
        assert store.table.get("t", 0) is None
        again = await store.table.create("t", 0, b"u" * 16, 0, FSYNC)
        assert again.log_end_offset == 0
        await store.close()

    asyncio.run(story())


def test_from_fsync_to_write_behind_and_back_the_high_watermark_never_goes_back(tmp_path):
    async def story():
        store = Store(tmp_path)
        partition = await store.open(FSYNC)
        request_flush, partition.log.request_flush = partition.log.request_flush, lambda: None
        append(partition, make_batch())
        waiting = partition.when_visible(1)
        assert partition.high_watermark == 0
        store.table.reconfigure("t", WRITE_BEHIND)
        await asyncio.wait_for(waiting, 5)
        assert partition.high_watermark == 1
        store.table.reconfigure("t", FSYNC)
        append(partition, make_batch())
        assert partition.high_watermark == 1
        partition.log.request_flush = request_flush
        request_flush()
        await visible(partition, 2)
        await store.close()

    asyncio.run(story())


def test_internal_appends_keep_producer_fields_and_are_no_producers(tmp_path):
    async def story():
        store = Store(tmp_path)
        partition = await store.open(WRITE_BEHIND)
        tag = 0x4852 << 48 | 99
        appended = partition.append_internal(
            make_batch([b"a"], producer=(tag, 3, 17), base_offset=55) + make_batch([b"b", b"c"], producer=(tag, 3, 18))
        )
        assert (appended.base_offset, appended.last_offset) == (0, 2)
        last = partition.last_header()
        assert (last.producer_id, last.producer_epoch, last.base_sequence, last.base_offset) == (tag, 3, 18, 1)
        # Nothing is checked for repetition: the pacemaker does that by itself.
        assert not partition.append_internal(make_batch([b"a"], producer=(tag, 3, 17))).duplicate
        assert partition.producer_count == 0
        await store.close()

    asyncio.run(story())


def test_unused_producers_expire(tmp_path):
    async def story():
        clock = ManualClock()
        store = Store(tmp_path, clock)
        partition = await store.open(WRITE_BEHIND)
        append(partition, make_batch(producer=(1, 0, 0), timestamp_ms=clock.wall_ms()))
        clock.advance(1_000)
        append(partition, make_batch(producer=(2, 0, 0), timestamp_ms=clock.wall_ms()))
        assert partition.expire_producers(expiration_ms=500) == 1
        assert partition.producer_count == 1
        # A producer that is forgotten goes on where it was: unknown ones may begin anywhere.
        assert append(partition, make_batch(producer=(1, 0, 5), timestamp_ms=clock.wall_ms())).base_offset == 2
        await store.close()

    asyncio.run(story())


def test_a_damaged_producer_snapshot_costs_a_longer_start_and_nothing_else(tmp_path):
    async def story():
        store = Store(tmp_path)
        partition = await store.open(WRITE_BEHIND)
        for sequence in range(8):
            append(partition, make_batch(producer=(1, 0, sequence)))
        partition.log.flush()
        partition.log.write_producer_snapshot(8, b"no snapshot at all")
        await store.crash()
        partition = await store.open(WRITE_BEHIND)
        assert append(partition, make_batch(producer=(1, 0, 7))).base_offset == 7
        await store.close()

    asyncio.run(story())


def test_deleting_records(tmp_path):
    async def story():
        store = Store(tmp_path)
        partition = await store.open(WRITE_BEHIND)
        append(partition, make_batch([b"a", b"b", b"c"]))
        assert await partition.delete_records(2) == 2
        assert partition.log_start_offset == 2
        with pytest.raises(Rejected):
            partition.read(1, 100)
        with pytest.raises(Rejected):
            await partition.delete_records(4)
        assert await partition.delete_records(-1) == 3
        await store.close()
        partition = await store.open(WRITE_BEHIND, epoch=1)
        assert (partition.log_start_offset, partition.log_end_offset) == (3, 3)
        await store.close()

    asyncio.run(story())


def test_a_clean_stop_spares_the_next_start_the_headers(tmp_path):
    async def story():
        store = Store(tmp_path)
        partition = await store.open(WRITE_BEHIND)
        for sequence in range(8):
            append(partition, make_batch(producer=(1, 0, sequence)))
        assert partition.producer_snapshot_due(at_stop=True)
        await store.close()
        partition = await store.open(WRITE_BEHIND, epoch=1)
        assert partition.producer_count == 1
        assert not partition.producer_snapshot_due(at_stop=True)
        await store.crash()
        # Nothing was written meanwhile, so a crash costs nothing either; after a batch it costs that batch.
        partition = await store.open(WRITE_BEHIND, epoch=2)
        assert not partition.producer_snapshot_due(at_stop=True)
        append(partition, make_batch(producer=(1, 0, 8)))
        await store.crash()
        partition = await store.open(WRITE_BEHIND, epoch=3)
        assert partition.producer_snapshot_due(at_stop=True)
        assert append(partition, make_batch(producer=(1, 0, 8))).duplicate
        await store.close()

    asyncio.run(story())
