"""The order of a shard's writes: told in the order of the log, when the record is visible, never inside the call."""

import asyncio

from headrace.base.clock import ManualClock
from headrace.base.errors import Retriable
from headrace.coordinators.core.committed import CommittedOffset, OffsetBook
from headrace.coordinators.core.group import Group
from headrace.coordinators.core.group_events import GroupLimits
from headrace.coordinators.group_records import encode_offset
from headrace.coordinators.group_shard import GroupShard, ShardState
from headrace.partitions.partition import Appended
from headrace.protocol.error_codes import ErrorCode

RECORD = [encode_offset("g", ("t", 0), CommittedOffset(1))]


class FakePartition:
    """A partition whose disk is as slow as the test wants."""

    name = "__consumer_offsets-0"

    def __init__(self):
        self.log_end_offset = 0
        self.high_watermark = 0
        self.waiters = []

    def append_internal(self, batch):
        self.log_end_offset += 1
        return Appended(self.log_end_offset - 1, self.log_end_offset - 1, -1, 0)

    def when_visible(self, next_offset):
        if next_offset <= self.high_watermark:
            return None
        future = asyncio.get_running_loop().create_future()
        self.waiters.append((next_offset, future))
        return future

    def show(self, high_watermark):
        self.high_watermark = high_watermark
        for next_offset, future in self.waiters:
            if next_offset <= high_watermark and not future.done():
                future.set_result(None)

    def fail(self):
        for _, future in self.waiters:
            if not future.done():
                future.set_exception(Retriable(ErrorCode.KAFKA_STORAGE_ERROR, "stopped"))


def with_shard(story):
    async def run():
        partition = FakePartition()
        shard = GroupShard(partition, GroupLimits(), ManualClock())
        shard.state = ShardState.READY
        told = []
        await story(shard, partition, told, lambda name: lambda error: told.append((name, error.name)))

    asyncio.run(run())


async def turn():
    for _ in range(3):
        await asyncio.sleep(0)


def test_each_is_told_when_its_own_record_is_visible():
    async def story(shard, partition, told, tell):
        for name in "abc":
            shard.write(RECORD, tell(name))
        await turn()
        assert told == []
        partition.show(2)
        assert told == []
        await turn()
        assert told == [("a", "NONE"), ("b", "NONE")]
        shard.write(RECORD, tell("d"))
        partition.show(4)
        await turn()
        assert told[2:] == [("c", "NONE"), ("d", "NONE")]

    with_shard(story)


def test_what_is_visible_at_once_is_still_told_later():
    async def story(shard, partition, told, tell):
        partition.high_watermark = 10
        shard.write(RECORD, tell("a"))
        assert told == []
        await turn()
        assert told == [("a", "NONE")]

    with_shard(story)


def test_a_partition_that_stops_fails_all_and_the_shard_can_be_asked_again():
    async def story(shard, partition, told, tell):
        for name in "ab":
            shard.write(RECORD, tell(name))
        partition.fail()
        await turn()
        assert told == [("a", "NOT_COORDINATOR"), ("b", "NOT_COORDINATOR")]
        shard.write(RECORD, tell("c"))
        partition.show(3)
        await turn()
        assert told[2:] == [("c", "NONE")]

    with_shard(story)


def test_one_broken_completion_does_not_keep_the_others_from_theirs(caplog):
    async def story(shard, partition, told, tell):
        shard.write(RECORD, lambda _: 1 / 0)
        shard.write(RECORD, tell("b"))
        partition.show(2)
        await turn()
        assert told == [("b", "NONE")]

    with_shard(story)
    assert "ZeroDivisionError" in caplog.text


def test_a_write_inside_a_completion_waits_its_turn():
    async def story(shard, partition, told, tell):
        def again(error):
            told.append(("a", error.name))
            shard.write(RECORD, tell("inner"))

        shard.write(RECORD, again)
        shard.write(RECORD, tell("b"))
        partition.show(2)
        await turn()
        assert told == [("a", "NONE"), ("b", "NONE")]
        partition.show(3)
        await turn()
        assert told[2:] == [("inner", "NONE")]

    with_shard(story)


def test_closing_tells_those_who_wait_and_refuses_the_rest():
    async def story(shard, partition, told, tell):
        shard.write(RECORD, tell("a"))
        shard.close()
        assert told == [("a", "NOT_COORDINATOR")]
        shard.write(RECORD, tell("b"))
        partition.show(1)
        await turn()
        assert told == [("a", "NOT_COORDINATOR"), ("b", "NOT_COORDINATOR")]

    with_shard(story)


def test_an_offset_that_is_being_written_does_not_expire():
    book, group = OffsetBook(), Group("g", GroupLimits())
    book.load(("t", 0), CommittedOffset(5, commit_wall_ms=0))
    assert book.outdated(group, 100, 100) == [("t", 0)]
    book.begin([("t", 0)])
    assert book.outdated(group, 100, 100) == []
    assert not book.empty
    book.finish({("t", 0): None}, durable=True)
    assert book.empty
