"""Partitions follow the tables, whatever was left on disk and however the disk behaves."""

from __future__ import annotations

import shutil
import time

import pytest

from headrace.base.errors import Corrupt, Retriable
from headrace_testing.broker import InProcessBroker


def make(broker: InProcessBroker, name: str, **values):
    return broker.wait(broker.controller.create_topic(name, **values))


def eventually(condition, deadline_s: float = 20.0) -> None:
    end = time.monotonic() + deadline_s
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


def test_a_deletion_that_a_crash_interrupted_is_finished(begin, tmp_path) -> None:
    """The command is durable, the node dies before the folders are gone, and is restarted twice."""
    broker = begin()
    make(broker, "t", partitions=2)
    make(broker, "kept")
    broker.stop()
    folders = tmp_path / "node" / "logs"
    for index in (0, 1):
        shutil.copytree(folders / f"t-{index}", tmp_path / f"t-{index}")
    broker = begin()
    broker.wait(broker.controller.delete_topic("t"))
    broker.crash()
    for index in (0, 1):
        shutil.copytree(tmp_path / f"t-{index}", folders / f"t-{index}")
    broker = begin()
    assert not (folders / "t-0").exists()
    assert not (folders / "t-1").exists()
    assert (folders / "kept-0").exists()
    broker.crash()
    begin().stop()


def test_left_overs_of_an_earlier_topic_of_the_name_are_not_its_records(begin, tmp_path) -> None:
    broker = begin()
    make(broker, "t")
    broker.wait(_write(broker, "t"))
    broker.stop()
    shutil.copytree(tmp_path / "node" / "logs" / "t-0", tmp_path / "t-0")
    broker = begin()
    broker.wait(broker.controller.delete_topic("t"))
    make(broker, "t")
    broker.crash()
    shutil.rmtree(tmp_path / "node" / "logs" / "t-0")
    shutil.copytree(tmp_path / "t-0", tmp_path / "node" / "logs" / "t-0")
    assert begin().partition("t").log_end_offset == 0


async def _write(broker: InProcessBroker, name: str) -> None:
    from headrace.records.builder import build_batch
    from headrace.records.reader import Record

    partition = broker.table.get(name, 0)
    appended = partition.append_internal(build_batch([Record(0, 0, None, b"old", ())]))
    waiting = partition.when_visible(appended.last_offset + 1)
    if waiting is not None:
        await waiting


def test_logs_that_the_controller_never_knew_are_not_deleted(begin, tmp_path) -> None:
    """The journal was lost: better no node than an empty one."""
    broker = begin()
    make(broker, "precious")
    broker.wait(_write(broker, "precious"))
    broker.stop()
    shutil.rmtree(tmp_path / "node" / "controller")
    with pytest.raises(Corrupt, match=r"precious-0.*restore it, or move these folders"):
        InProcessBroker(tmp_path / "node").start()
    assert (tmp_path / "node" / "logs" / "precious-0").exists()


def test_one_partition_that_cannot_be_opened_stops_no_other(broker, monkeypatch) -> None:
    real, refused = broker.logs.open, []

    async def open_log(topic, partition, *rest):
        if (topic, partition) == ("t", 1) and len(refused) < 1:
            refused.append(partition)
            raise Retriable(56, "the disk is full")
        return await real(topic, partition, *rest)

    monkeypatch.setattr(broker.logs, "open", open_log)
    make(broker, "t", partitions=3)
    assert broker.table.get("t", 0) is not None
    assert broker.table.get("t", 2) is not None
    assert "the disk is full" in broker.reconciler.problems["t"]
    eventually(lambda: broker.table.get("t", 1) is not None)
    eventually(lambda: not broker.reconciler.problems)


def test_a_log_that_cannot_be_deleted_is_deleted_later(broker, monkeypatch) -> None:
    real, refused = broker.logs.delete, []

    async def delete_log(topic, partition):
        if len(refused) < 2:
            refused.append((topic, partition))
            raise Retriable(56, "the disk is away")
        await real(topic, partition)

    make(broker, "t", partitions=2)
    monkeypatch.setattr(broker.logs, "delete", delete_log)
    broker.wait(broker.controller.delete_topic("t"))
    assert broker.table.get("t", 0) is None
    assert "the disk is away" in broker.reconciler.problems["t"]
    broker.on_loop(lambda: broker.reconciler.topics_changed({"t"}))  # instead of waiting for the next try
    eventually(lambda: not broker.reconciler.problems)
    assert [entry for entry in broker.logs.on_disk() if entry.topic == "t"] == []


def test_many_topics_at_once(broker) -> None:
    async def body() -> None:
        import asyncio

        await asyncio.gather(*(broker.controller.create_topic(f"t{number}", partitions=4) for number in range(50)))
        await asyncio.gather(*(broker.controller.delete_topic(f"t{number}") for number in range(0, 50, 2)))

    broker.wait(body())
    assert len(broker.table.all()) == 100
    assert len(broker.logs.on_disk()) == 100
