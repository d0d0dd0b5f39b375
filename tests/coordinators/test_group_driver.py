"""The coordinator on real partitions and a real disk: what is answered is durable, and what is durable comes back."""

import asyncio

import pytest

from headrace.base.errors import Retriable
from headrace.contract.names import OFFSETS_TOPIC
from headrace.coordinators.core.committed import CommittedOffset
from headrace.coordinators.core.group_events import GroupState
from headrace.coordinators.core.partitioning import partition_of_group
from headrace.coordinators.group_shard import GroupShard
from headrace.partitions.partition import Partition
from headrace.protocol.error_codes import ErrorCode
from headrace.protocol.generated.data_consumer_protocol_subscription import (
    ConsumerProtocolSubscription,
    encode_versioned,
)
from headrace.records.reader import read_records
from headrace_testing.group_world import SESSION_MS, GroupWorld, until


def subscription(*topics):
    return encode_versioned(ConsumerProtocolSubscription(list(topics)), 1)


async def commit(world, offsets, group_id="g", member_id="", generation=-1, **more):
    return await world.groups.commit(
        group_id, member_id=member_id, instance_id=None, generation=generation, offsets=offsets, **more
    )


def offset(next_offset, world, **more):
    return CommittedOffset(next_offset, commit_wall_ms=world.clock.wall_ms(), **more)


def run(path, story, **settings):
    """Tell one story in one life of the node."""

    async def life():
        async with GroupWorld.open(path, **settings) as world:
            await world.ready()
            return await story(world)

    return asyncio.run(life())


def test_nothing_is_coordinated_before_somebody_asks_for_the_coordinator(tmp_path):
    async def story():
        async with GroupWorld.open(tmp_path) as world:
            assert OFFSETS_TOPIC not in world.controller.metadata.topics
            assert (await world.join()).error is ErrorCode.NOT_COORDINATOR
            assert world.groups.fetch("g", None) is ErrorCode.NOT_COORDINATOR
            assert world.groups.list_groups() == []
            # Many clients at once create it once.
            found = await asyncio.gather(*(world.groups.coordinator_of(f"g{n}") for n in range(20)))
            assert set(found) == {1}
            topic = world.controller.metadata.topics[OFFSETS_TOPIC]
            assert len(topic.partitions) == 2
            assert topic.internal
            assert topic.settings.cleanup_policy == {"compact"}
            assert world.groups.fetch("g", None) == {}

    asyncio.run(story())


def test_committed_offsets_survive_the_node(tmp_path):
    async def first(world):
        assert (
            await commit(
                world,
                {
                    ("t", 0): offset(5, world, leader_epoch=3, metadata="näher"),
                    ("t", 1): offset(7, world),
                    ("u", 0): offset(1, world, expire_wall_ms=world.clock.wall_ms() + 1000),
                },
            )
            is ErrorCode.NONE
        )
        assert await commit(world, {("t", 1): offset(8, world)}) is ErrorCode.NONE
        assert await world.groups.delete_offsets("g", [("u", 0)]) == {("u", 0): ErrorCode.NONE}
        return world.groups.fetch("g", None)

    before = run(tmp_path, first)
    assert {key: value.next_offset for key, value in before.items()} == {("t", 0): 5, ("t", 1): 8}

    async def second(world):
        assert world.groups.fetch("g", None) == before
        assert world.groups.fetch("g", [("t", 1), ("t", 9)]) == {("t", 1): before["t", 1], ("t", 9): None}
        assert [group.state for group in world.groups.list_groups()] == [GroupState.EMPTY]

    run(tmp_path, second)


def test_members_survive_the_node(tmp_path):
    joined = run(tmp_path, lambda world: world.stable(instance_id="one", protocols=(("range", b"meta"),)))

    async def second(world):
        group = world.groups.describe("g")
        assert group.state is GroupState.STABLE
        (member,) = group.roster
        assert (member.member_id, member.instance_id) == (joined.member_id, "one")
        assert member.metadata("range") == b"meta"
        assert member.assignment == b"all"
        heartbeat = {"member_id": joined.member_id, "instance_id": "one", "generation": joined.generation}
        assert await world.groups.heartbeat("g", **heartbeat) is ErrorCode.NONE
        world.pass_time(SESSION_MS)
        assert await world.groups.heartbeat("g", **heartbeat) is ErrorCode.UNKNOWN_MEMBER_ID
        await until(lambda: group.state is GroupState.EMPTY)

    run(tmp_path, second)

    async def third(world):
        # The empty generation was written too.
        assert world.groups.describe("g").state is GroupState.EMPTY
        assert world.groups.describe("g").generation == joined.generation + 1

    run(tmp_path, third)


def test_a_commit_is_answered_and_shown_only_when_it_is_durable(tmp_path, monkeypatch):
    async def story(world):
        partition = world.partitions.get(OFFSETS_TOPIC, partition_of_group("g", 2))
        held = []
        monkeypatch.setattr(partition.log, "request_flush", lambda: held.append(1))
        pending = asyncio.create_task(commit(world, {("t", 0): offset(5, world)}))
        await until(lambda: held)
        await asyncio.sleep(0)
        assert not pending.done()
        assert world.groups.fetch("g", None) == {}
        monkeypatch.undo()
        partition.log.request_flush()
        assert await pending is ErrorCode.NONE
        assert world.groups.fetch("g", None)["t", 0].next_offset == 5

    run(tmp_path, story)


def test_a_commit_that_the_disk_refuses_sends_the_client_back_to_the_coordinator(tmp_path, monkeypatch):
    async def story(world):
        partition = world.partitions.get(OFFSETS_TOPIC, partition_of_group("g", 2))

        def full(*_):
            raise Retriable(ErrorCode.KAFKA_STORAGE_ERROR, "no space left on device")

        assert await commit(world, {("t", 0): offset(4, world)}) is ErrorCode.NONE
        monkeypatch.setattr(partition.log, "append", full)
        assert await commit(world, {("t", 0): offset(5, world)}) is ErrorCode.NOT_COORDINATOR
        assert (await world.join()).error is ErrorCode.NONE
        monkeypatch.undo()
        assert world.groups.fetch("g", None)["t", 0].next_offset == 4

    run(tmp_path, story)


def test_a_commit_that_takes_too_long_is_not_waited_for(tmp_path, monkeypatch):
    async def story(world):
        partition = world.partitions.get(OFFSETS_TOPIC, partition_of_group("g", 2))
        monkeypatch.setattr(partition.log, "request_flush", lambda: None)
        assert await commit(world, {("t", 0): offset(5, world)}) is ErrorCode.COORDINATOR_NOT_AVAILABLE

    run(tmp_path, story, commit_timeout_ms=30)


def test_commit_rules_of_unknown_groups(tmp_path):
    async def story(world):
        offsets = {("t", 0): offset(5, world)}
        assert await commit(world, offsets, generation=3, member_id="m") is ErrorCode.ILLEGAL_GENERATION
        known = await commit(world, offsets, generation=3, member_id="m", knows_group_errors=True)
        assert known is ErrorCode.GROUP_ID_NOT_FOUND
        assert world.groups.list_groups() == []
        # A group of nobody, with the empty name, as old tools use it.
        assert await commit(world, offsets, group_id="") is ErrorCode.NONE
        assert world.groups.fetch("", None)["t", 0].next_offset == 5

    run(tmp_path, story)


def test_many_commits_at_once_end_with_the_last(tmp_path):
    async def first(world):
        answers = await asyncio.gather(*(commit(world, {("t", 0): offset(n, world)}) for n in range(200)))
        assert set(answers) == {ErrorCode.NONE}
        assert world.groups.fetch("g", None)["t", 0].next_offset == 199

    run(tmp_path, first)

    async def second(world):
        assert world.groups.fetch("g", None)["t", 0].next_offset == 199

    run(tmp_path, second)


def test_a_deleted_group_is_gone_and_stays_gone(tmp_path):
    async def first(world):
        joined = await world.stable()
        assert await world.groups.delete_group("g") is ErrorCode.NON_EMPTY_GROUP
        assert await world.groups.delete_group("nobody") is ErrorCode.GROUP_ID_NOT_FOUND
        reply = await world.groups.leave("g", [(joined.member_id, None)])
        assert [error for _, _, error in reply.members] == [ErrorCode.NONE]
        assert await commit(world, {("t", 0): offset(5, world)}) is ErrorCode.NONE
        # A commit that is still on its way must not bring the group back.
        late = asyncio.create_task(commit(world, {("t", 1): offset(6, world)}))
        await asyncio.sleep(0)
        assert await world.groups.delete_group("g") is ErrorCode.NONE
        await late
        assert world.groups.list_groups() == []
        assert world.groups.fetch("g", None) == {}

    run(tmp_path, first)

    async def second(world):
        assert world.groups.list_groups() == []
        assert world.groups.fetch("g", None) == {}

    run(tmp_path, second)


def test_a_group_that_came_back_from_the_disk_can_be_deleted_for_good(tmp_path):
    run(tmp_path, lambda world: world.stable())

    async def second(world):
        world.pass_time(SESSION_MS)
        await until(lambda: world.groups.describe("g").state is GroupState.EMPTY)
        assert await world.groups.delete_group("g") is ErrorCode.NONE

    run(tmp_path, second)
    run(tmp_path, _no_groups)


def test_a_group_whose_removal_cannot_be_written_stays(tmp_path, monkeypatch):
    async def story(world):
        assert await commit(world, {("t", 0): offset(5, world)}) is ErrorCode.NONE
        partition = world.partitions.get(OFFSETS_TOPIC, partition_of_group("g", 2))

        def full(*_):
            raise Retriable(ErrorCode.KAFKA_STORAGE_ERROR, "no space left on device")

        monkeypatch.setattr(partition.log, "append", full)
        assert await world.groups.delete_group("g") is ErrorCode.NOT_COORDINATOR
        assert world.groups.fetch("g", None)["t", 0].next_offset == 5
        monkeypatch.undo()
        assert await world.groups.delete_group("g") is ErrorCode.NONE
        assert world.groups.list_groups() == []

    run(tmp_path, story)


def test_a_partition_that_only_moves_away_keeps_its_offsets(tmp_path):
    async def story(world):
        await world.controller.create_topic("t", partitions=1)
        await commit(world, {("t", 0): offset(5, world)})
        world.groups._shards.on_partition_removed(world.partitions.get("t", 0))
        await commit(world, {("u", 0): offset(5, world)})  # whatever was to be written is written now
        assert set(world.groups.fetch("g", None)) == {("t", 0), ("u", 0)}

    run(tmp_path, story)


def test_a_group_deleted_and_made_anew_keeps_only_the_new(tmp_path):
    async def first(world):
        await commit(world, {("t", 0): offset(5, world), ("t", 1): offset(5, world)})
        deleting = asyncio.create_task(world.groups.delete_group("g"))
        await asyncio.sleep(0)
        assert await commit(world, {("t", 1): offset(9, world)}) is ErrorCode.NONE
        assert await deleting is ErrorCode.NONE
        return world.groups.fetch("g", None)

    before = run(tmp_path, first)
    assert {key: value.next_offset for key, value in before.items()} == {("t", 1): 9}

    async def second(world):
        assert world.groups.fetch("g", None) == before

    run(tmp_path, second)


def test_offsets_of_subscribed_topics_cannot_be_deleted(tmp_path):
    async def story(world):
        await commit(world, {("t", 0): offset(5, world), ("u", 0): offset(5, world)})
        assert await world.groups.delete_offsets("nobody", [("t", 0)]) is ErrorCode.GROUP_ID_NOT_FOUND
        await world.stable(protocols=(("range", subscription("t")),))
        assert await world.groups.delete_offsets("g", [("t", 0), ("u", 0), ("v", 0)]) == {
            ("t", 0): ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC,
            ("u", 0): ErrorCode.NONE,
            ("v", 0): ErrorCode.NONE,
        }
        assert set(world.groups.fetch("g", None)) == {("t", 0)}
        # What a member says is not readable: perhaps it reads everything.
        await commit(world, {("t", 0): offset(5, world)}, group_id="odd")
        await world.stable("odd", protocols=(("range", b"\xff"),))
        answer = await world.groups.delete_offsets("odd", [("t", 0)])
        assert answer == {("t", 0): ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC}
        # Other kinds of groups do not say what they read at all.
        await commit(world, {("t", 0): offset(5, world)}, group_id="connect")
        await world.stable("connect", protocol_type="connect")
        assert await world.groups.delete_offsets("connect", [("t", 0)]) is ErrorCode.NON_EMPTY_GROUP

    run(tmp_path, story)


def test_offsets_expire_and_empty_groups_with_them(tmp_path):
    day_ms = 24 * 3600 * 1000

    async def story(world):
        await commit(world, {("t", 0): offset(5, world)}, group_id="simple")
        chosen = {("t", 0): offset(5, world, expire_wall_ms=world.clock.wall_ms() + day_ms)}
        await commit(world, chosen, group_id="chosen")
        joined = await world.stable("busy", protocols=(("range", subscription("t")),), session_timeout_ms=1_800_000)
        for topic in ("t", "u"):
            await commit(
                world,
                {(topic, 0): offset(5, world)},
                group_id="busy",
                member_id=joined.member_id,
                generation=joined.generation,
            )

        async def known():
            await world.groups.expire_offsets()
            return {group.group_id for group in world.groups.list_groups()}

        world.clock.advance(day_ms - 1)
        assert await known() == {"simple", "chosen", "busy"}
        world.clock.advance(1)
        assert await known() == {"simple", "busy"}
        world.clock.advance(6 * day_ms)
        assert await known() == {"busy"}
        # A stable group keeps what it reads and forgets what it no longer reads.
        assert set(world.groups.fetch("busy", None)) == {("t", 0)}
        await world.groups.leave("busy", [(joined.member_id, None)])
        # From here the age counts from the moment the group fell empty.
        world.clock.advance(7 * day_ms - 1)
        assert await known() == {"busy"}
        world.clock.advance(1)
        assert await known() == set()

    run(tmp_path, story)
    run(tmp_path, _no_groups)


async def _no_groups(world):
    assert world.groups.list_groups() == []


def test_offsets_of_a_deleted_topic_are_forgotten(tmp_path):
    async def first(world):
        await world.controller.create_topic("t", partitions=2)
        await world.controller.create_topic("u", partitions=1)
        await commit(world, {("t", 0): offset(5, world), ("t", 1): offset(5, world), ("u", 0): offset(5, world)})
        await world.controller.delete_topic("t")
        await until(lambda: set(world.groups.fetch("g", None)) == {("u", 0)}, "forgetting")

    run(tmp_path, first)

    async def second(world):
        assert set(world.groups.fetch("g", None)) == {("u", 0)}

    run(tmp_path, second)


def test_records_are_kafkas(tmp_path):
    """Byte for byte as Apache Kafka writes them (key versions 1 and 2, value versions 3, 1 and 3)."""

    async def story(world):
        world.clock._wall_ms = 0x1122334455
        await world.stable("g", instance_id="one", protocols=(("range", b"\x01\x02"),), client_id="c")
        await commit(world, {("t", 7): offset(9, world, leader_epoch=2, metadata="m")}, group_id="x")
        await commit(world, {("t", 7): offset(9, world, expire_wall_ms=0x1122334456)}, group_id="y")
        records = {}
        for partition in world.partitions.of_topic(OFFSETS_TOPIC):
            data = partition.read(0, 1 << 20)
            for record in read_records(data) if data else []:
                records[record.key] = record.value
        return records

    records = run(tmp_path, story)
    time = "00000011 22334455"
    assert records[bytes.fromhex("0001 0001 78 0001 74 00000007")] == bytes.fromhex(
        f"0003 0000000000000009 00000002 0001 6d {time}"
    )
    assert records[bytes.fromhex("0001 0001 79 0001 74 00000007")] == bytes.fromhex(
        f"0001 0000000000000009 0000 {time} 0000001122334456"
    )
    group = records[bytes.fromhex("0002 0001 67")]
    assert group.startswith(bytes.fromhex("0003 0008") + b"consumer" + bytes.fromhex("00000001 0005") + b"range")
    assert group.endswith(bytes.fromhex("00007530 00002710 00000002 0102 00000003") + b"all")


def test_a_damaged_record_is_left_out_and_the_others_come_back(tmp_path, caplog):
    from headrace.records.builder import build_batch
    from headrace.records.reader import Record

    async def first(world):
        assert await commit(world, {("t", 0): offset(5, world)}) is ErrorCode.NONE
        partition = world.partitions.get(OFFSETS_TOPIC, partition_of_group("g", 2))
        foreign = [
            (b"\x00\x01", b"cut"),
            (None, b"no key"),
            (b"\x00\x05\x00", b"another kind"),
            (b"\x00\x02\x00\x01g", b"\x00"),
        ]
        partition.append_internal(build_batch([Record(0, 0, key, value, ()) for key, value in foreign]))
        assert await commit(world, {("t", 1): offset(6, world)}) is ErrorCode.NONE

    run(tmp_path, first)

    async def second(world):
        assert set(world.groups.fetch("g", None)) == {("t", 0), ("t", 1)}

    run(tmp_path, second)
    assert sum("is left out" in record.message for record in caplog.records) == 3


def test_requests_wait_out_the_loading(tmp_path, monkeypatch):
    run(tmp_path, lambda world: commit(world, {("t", 0): offset(5, world)}))
    gate = asyncio.Event()
    load = GroupShard.load

    async def slow(shard):
        await gate.wait()
        await load(shard)

    monkeypatch.setattr(GroupShard, "load", slow)

    async def second():
        async with GroupWorld.open(tmp_path) as world:
            loading = ErrorCode.COORDINATOR_LOAD_IN_PROGRESS
            assert (await world.join()).error is loading
            assert await commit(world, {("t", 0): offset(6, world)}) is loading
            assert await world.groups.heartbeat("g", member_id="m", instance_id=None, generation=1) is loading
            assert world.groups.fetch("g", None) is loading
            assert world.groups.list_groups() is loading
            assert world.groups.describe("g") is loading
            assert await world.groups.delete_group("g") is loading
            gate.set()
            await world.ready()
            assert world.groups.fetch("g", None)["t", 0].next_offset == 5

    asyncio.run(second())


def test_groups_that_cannot_be_read_back_do_not_take_the_others_along(tmp_path, monkeypatch, caplog):
    here, there = next(
        (f"g{a}", f"g{b}")
        for a in range(9)
        for b in range(9)
        if [partition_of_group(f"g{n}", 2) for n in (a, b)] == [0, 1]
    )

    async def first(world):
        for group_id in (here, there):
            assert await commit(world, {("t", 0): offset(5, world)}, group_id=group_id) is ErrorCode.NONE

    run(tmp_path, first)
    read = Partition.read

    def broken(partition, *args):
        if partition.topic == OFFSETS_TOPIC and partition.index == 0:
            raise Retriable(ErrorCode.KAFKA_STORAGE_ERROR, "the bytes are gone")
        return read(partition, *args)

    monkeypatch.setattr(Partition, "read", broken)

    async def second(world):
        await until(lambda: world.groups.fetch(here, None) is ErrorCode.NOT_COORDINATOR)
        assert world.groups.fetch(there, None)["t", 0].next_offset == 5
        assert [group.group_id for group in world.groups.list_groups()] == [there]

    async def life():
        async with GroupWorld.open(tmp_path) as world:
            await world.ready(there)
            await second(world)

    asyncio.run(life())
    assert "the bytes are gone" in caplog.text


def test_bounds(tmp_path, monkeypatch):
    monkeypatch.setattr("headrace.coordinators.group_shards.GROUPS_MAX", 2)
    monkeypatch.setattr("headrace.coordinators.group_driver.GROUP_MEMBER_METADATA_BYTES_MAX", 100)
    monkeypatch.setattr("headrace.coordinators.group_driver.GROUP_METADATA_BYTES_MAX", 150)

    async def story(world):
        assert (await world.join("")).error is ErrorCode.INVALID_GROUP_ID
        assert (await world.join(session_timeout_ms=5_999)).error is ErrorCode.INVALID_SESSION_TIMEOUT
        assert (await world.join(session_timeout_ms=1_800_001)).error is ErrorCode.INVALID_SESSION_TIMEOUT
        too_much = (("range", bytes(60)), ("sticky", bytes(60)))
        assert (await world.join(protocols=too_much)).error is ErrorCode.GROUP_MAX_SIZE_REACHED
        half = (("range", bytes(90)),)
        await world.stable(protocols=half)
        assert (await world.join(protocols=half)).error is ErrorCode.GROUP_MAX_SIZE_REACHED
        await commit(world, {("t", 0): offset(5, world)}, group_id="two")
        assert (await world.join("three")).error is ErrorCode.GROUP_MAX_SIZE_REACHED
        assert await commit(world, {("t", 0): offset(5, world)}, group_id="four") is ErrorCode.POLICY_VIOLATION

    run(tmp_path, story)


def test_a_client_that_goes_away_while_it_waits_leaves_nothing_behind(tmp_path):
    async def story(world):
        first = await world.stable()
        waiting = asyncio.create_task(world.join())
        await until(lambda: world.groups.describe("g").state is GroupState.PREPARING_REBALANCE)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        again = await world.join(member_id=first.member_id)
        assert again.error is ErrorCode.NONE
        assert len(again.members) == 2  # the silent one is a member until its session ends
        assert not world.groups._waiting

    run(tmp_path, story)


def test_stopping_answers_those_who_wait(tmp_path):
    async def story():
        async with GroupWorld.open(tmp_path) as world:
            await world.ready()
            await world.stable()
            waiting = asyncio.create_task(world.join())
            await until(lambda: world.groups.describe("g").state is GroupState.PREPARING_REBALANCE)
        assert (await waiting).error is ErrorCode.NOT_COORDINATOR

    asyncio.run(story())


def test_time_is_kept_without_help(tmp_path):
    """The timer task itself, on the real clock: the initial delay ends by itself."""
    from headrace.base.clock import SystemClock

    async def story():
        async with GroupWorld.open(tmp_path, initial_rebalance_delay_ms=50) as world:
            world.groups._clock = SystemClock()
            await world.ready()
            began = asyncio.get_running_loop().time()
            assert (await world.join()).error is ErrorCode.NONE
            assert 0.045 <= asyncio.get_running_loop().time() - began < 5

    asyncio.run(story())


@pytest.mark.parametrize(
    ("group_id", "java_hash"),
    [("", 0), ("a", 97), ("group", 98629247), ("polygenelubricants", -(2**31)), ("日本", 835047), ("😀", 1772899)],
)
def test_groups_live_where_kafka_puts_them(group_id, java_hash):
    absolute = 0 if java_hash == -(2**31) else abs(java_hash)
    for count in (1, 16, 50):
        assert partition_of_group(group_id, count) == absolute % count
