"""The controller with its journal, partitions and reconciler: who asks at the same time, what a restart finds."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest

from headrace.base.errors import Rejected, Retriable
from headrace.cluster.driver import PRODUCER_ID_BLOCK, Controller
from headrace.contract.settings import NodeSettings
from headrace_testing.broker import InProcessBroker


def make(broker: InProcessBroker, name: str, **values):
    return broker.wait(broker.controller.create_topic(name, **values))


def together(broker: InProcessBroker, *coroutines) -> list:
    async def body() -> list:
        return await asyncio.gather(*coroutines, return_exceptions=True)

    return broker.wait(body())


def indexes(broker: InProcessBroker, name: str) -> list[int]:
    return broker.on_loop(lambda: [partition.index for partition in broker.table.of_topic(name)])


def test_a_created_topic_is_there_when_the_call_returns(broker) -> None:
    seen = []
    broker.on_loop(lambda: broker.controller.on_topics_changed(lambda names: seen.append(set(names))))
    before = broker.controller.metadata.revision
    state = make(broker, "t", partitions=3, configs={"retention.ms": "77"})
    assert indexes(broker, "t") == [0, 1, 2]
    assert broker.controller.metadata.topic_by_id(state.topic_id) is state
    assert broker.controller.metadata.topics["t"] is state
    assert state.settings.retention_ms == 77
    assert state.topic_id[6] >> 4 == 4, "topic ids are random UUIDs"
    assert broker.controller.metadata.revision > before
    assert seen == [{"t"}]


def test_of_many_who_create_one_topic_one_does(broker) -> None:
    outcomes = together(broker, *(broker.controller.create_topic("t") for _ in range(20)))
    made = [outcome for outcome in outcomes if not isinstance(outcome, BaseException)]
    refused = [outcome for outcome in outcomes if isinstance(outcome, Rejected)]
    assert (len(made), len(refused)) == (1, 19)
    assert {error.kafka_code for error in refused} == {36}


def test_of_many_who_want_a_topic_all_get_the_same(broker) -> None:
    states = together(broker, *(broker.controller.ensure_topic("t", partitions=2) for _ in range(20)))
    assert {state.topic_id for state in states} == {broker.controller.metadata.topics["t"].topic_id}


def test_a_validated_topic_is_not_made(broker) -> None:
    state = make(broker, "t", partitions=2, validate_only=True)
    assert len(state.partitions) == 2
    assert "t" not in broker.controller.metadata.topics
    assert indexes(broker, "t") == []


def test_deleted_and_made_again_at_once_it_is_another_topic(broker) -> None:
    for round_number in range(10):
        state = make(broker, "t", partitions=2)
        partition = broker.partition("t")
        assert partition.log_end_offset == 0, f"round {round_number} found old records"
        broker.wait(broker.controller.alter_topic_config("t", {"retention.ms": "5"}))
        deleted, remade = together(
            broker, broker.controller.delete_topic("t"), broker.controller.create_topic("t", partitions=1)
        )
        assert deleted == ["t"]
        assert remade.topic_id != state.topic_id
        assert remade.config == {}
        assert indexes(broker, "t") == [0]
        broker.wait(broker.controller.delete_topic("t"))
        assert indexes(broker, "t") == []
    assert not [entry for entry in broker.logs.on_disk() if entry.topic == "t"]
    assert len(broker.controller._durable.deleted) <= 3, "deleted topics are remembered for ever"


def test_a_materialised_topic_follows_its_input(broker) -> None:
    make(broker, "in", partitions=2)
    child = make(broker, "in-$up$", parent="in", owner_script="up")
    assert (len(child.partitions), child.parent, child.owner_script) == (2, "in", "up")
    broker.wait(broker.controller.create_partitions("in", 4))
    assert indexes(broker, "in") == indexes(broker, "in-$up$") == [0, 1, 2, 3]
    assert broker.wait(broker.controller.delete_topic("in")) == ["in", "in-$up$"]
    assert indexes(broker, "in-$up$") == []


def test_settings_reach_open_partitions(broker) -> None:
    make(broker, "t")
    broker.wait(broker.controller.alter_topic_config("t", {"max.message.bytes": "1234"}))
    assert broker.partition("t").settings.max_message_bytes == 1234
    broker.wait(broker.controller.alter_topic_config("t", {"max.message.bytes": None}))
    assert broker.partition("t").settings.max_message_bytes == 1_048_588
    broker.wait(broker.controller.alter_node_config(None, {"message.max.bytes": "555"}))
    assert broker.controller.metadata.topics["t"].settings.max_message_bytes == 555
    broker.wait(broker.controller.alter_node_config(1, {"message.max.bytes": "666"}))
    assert broker.controller.settings.integer("message.max.bytes") == 666
    broker.wait(broker.reconciler.settled("t"))
    assert broker.partition("t").settings.max_message_bytes == 666


def test_a_change_that_changes_nothing_is_not_journalled(broker) -> None:
    make(broker, "t", configs={"retention.ms": "5"})
    before = broker.on_loop(lambda: broker.controller._journal.next_offset)
    broker.wait(broker.controller.alter_topic_config("t", {"retention.ms": "5", "segment.ms": None}))
    broker.wait(broker.controller.alter_node_config(None, {"message.max.bytes": None}))
    broker.wait(broker.controller.alter_topic_config("t", {"retention.ms": "6"}, validate_only=True))
    assert broker.on_loop(lambda: broker.controller._journal.next_offset) == before


@pytest.mark.parametrize("end", ["stop", "crash"])
def test_everything_is_there_after_a_restart(begin, end) -> None:
    broker = begin()
    state = make(broker, "t", partitions=3, configs={"retention.ms": "77"})
    make(broker, "t-$up$", parent="t", owner_script="up")
    make(broker, "gone")
    broker.wait(broker.controller.delete_topic("gone"))
    broker.wait(broker.controller.alter_node_config(None, {"message.max.bytes": "555"}))
    given = broker.wait(broker.controller.allocate_producer_ids(3))
    getattr(broker, end)()

    broker = begin()
    topics = broker.controller.metadata.topics
    assert sorted(topics) == ["t", "t-$up$"]
    assert topics["t"].topic_id == state.topic_id
    assert topics["t"].config == {"retention.ms": "77"}
    assert topics["t-$up$"].parent == "t"
    assert [partition.leader_epoch for partition in topics["t"].partitions] == [1, 1, 1]
    assert {broker.partition("t", index).leader_epoch for index in range(3)} == {1}
    assert broker.controller.settings.integer("message.max.bytes") == 555
    assert broker.wait(broker.controller.allocate_producer_ids()) >= given + 3
    assert indexes(broker, "t-$up$") == [0, 1, 2]


def test_producer_ids_are_given_once(begin) -> None:
    given: set[int] = set()
    for _ in range(3):
        broker = begin()
        asked = [broker.controller.allocate_producer_ids(count) for count in (1, 1, 7, PRODUCER_ID_BLOCK + 5, 1)]
        for first, count in zip(together(broker, *asked), (1, 1, 7, PRODUCER_ID_BLOCK + 5, 1), strict=True):
            fresh = set(range(first, first + count))
            assert not fresh & given
            given |= fresh
        broker.crash()


def test_the_journal_stays_small(broker, tmp_path) -> None:
    def controller(**options) -> Controller:
        return Controller(
            tmp_path / "other",
            node_id=1,
            cluster_id="c",
            settings=NodeSettings(),
            clock=broker.clock,
            flusher=broker.flusher,
            **options,
        )

    async def body() -> None:
        first = controller(snapshot_after_bytes=5_000, tidy_after_s=0)
        await first.start()
        await first.register_node("host", 1)
        await first.create_topic("kept")
        sizes = []
        for number in range(300):
            await first.alter_topic_config("kept", {"retention.ms": str(number)})
            sizes.append(first._journal.size_bytes)
        assert max(sizes) < 30_000
        assert any(later < earlier for earlier, later in pairwise(sizes)), "nothing was ever dropped"
        await first.stop()
        second = controller()
        await second.start()
        assert second.metadata.topics["kept"].config == {"retention.ms": "299"}
        await second.stop()

    broker.wait(body())


def test_a_disk_that_refuses_changes_nothing_and_is_said(broker, monkeypatch) -> None:
    make(broker, "t")

    def refuse(data, headers):
        raise Retriable(56, "no space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(broker.controller._journal._log, "append", refuse)
        with pytest.raises(Retriable, match="no space left"):
            make(broker, "u")
        with pytest.raises(Retriable):
            broker.wait(broker.controller.delete_topic("t"))
    assert sorted(broker.controller.metadata.topics) == ["t"]
    make(broker, "u")  # there is room again


def test_a_failed_sync_stops_changes_but_not_reads(broker) -> None:
    make(broker, "t")
    journal = broker.controller._journal

    def lose_the_disk():
        journal._log.stop(Retriable(56, "the disk is gone"))

    broker.on_loop(lose_the_disk)
    with pytest.raises(Retriable):
        make(broker, "u")
    assert sorted(broker.controller.metadata.topics) == ["t"]
    assert broker.partition("t").stopped is None


def test_a_cancelled_client_does_not_cancel_the_change(broker) -> None:
    async def body() -> None:
        task = asyncio.ensure_future(broker.controller.create_topic("t", partitions=2))
        await asyncio.sleep(0)
        task.cancel()
        await broker.controller.ensure_topic("t")

    broker.wait(body())
    assert indexes(broker, "t") == [0, 1]


def test_settings_that_no_longer_fit_the_configuration_are_set_aside(begin, caplog) -> None:
    """The dynamic setting was fine when it was made; then the configuration file changed."""
    broker = begin()
    broker.wait(broker.controller.alter_node_config(None, {"log.cleaner.min.compaction.lag.ms": "1000"}))
    make(broker, "t", configs={"min.compaction.lag.ms": "2000"})
    broker.stop()
    broker = begin(settings={"log.cleaner.max.compaction.lag.ms": "500"})
    assert broker.controller.settings.integer("log.cleaner.min.compaction.lag.ms") == 0
    assert "do not fit this node's configuration" in caplog.text
    assert "t" in broker.controller.metadata.topics
    assert indexes(broker, "t") == [0]


def test_a_node_setting_may_not_break_a_topic(broker) -> None:
    make(broker, "t", configs={"min.compaction.lag.ms": "2000"})
    with pytest.raises(Rejected, match="topic t"):
        broker.wait(broker.controller.alter_node_config(None, {"log.cleaner.max.compaction.lag.ms": "500"}))
    assert NodeSettings().integer("log.cleaner.max.compaction.lag.ms") > 500
