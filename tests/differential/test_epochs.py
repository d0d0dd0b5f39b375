"""OffsetForLeaderEpoch: where an epoch ended, and fenced or future epochs."""

from __future__ import annotations

from headrace_testing.differential import Session, scenario, versions
from headrace_testing.raw_batches import make_batch

ALL = versions("offset_for_leader_epoch")


@scenario(*ALL)
def test_ends_of_epochs(s: Session, version: int) -> None:
    topic = s.topic()
    empty = s.topic("empty")
    s.produce(topic, make_batch([b"a", b"b", b"c"]))
    for name in (topic, empty):
        for epoch in (0, 1, -1, 100, -2):
            for current in (-1, 0, 1, 5):
                partition = {"partition": 0, "current_leader_epoch": current, "leader_epoch": epoch}
                body = {"replica_id": -1, "topics": [{"topic": name, "partitions": [partition]}]}
                label = f"{'empty, ' if name == empty else ''}epoch {epoch}, current {current}"
                s.call("offset_for_leader_epoch", version, body, label=label)


@scenario(*ALL)
def test_unknown_topic_and_partition(s: Session, version: int) -> None:
    topic = s.topic()
    for name, index in ((f"{s.unique}-absent", 0), (topic, 4), (topic, -1)):
        partition = {"partition": index, "current_leader_epoch": -1, "leader_epoch": 0}
        body = {"replica_id": -1, "topics": [{"topic": name, "partitions": [partition]}]}
        s.call("offset_for_leader_epoch", version, body, label=f"partition {index}")


@scenario(4)
def test_after_records_were_deleted(s: Session, version: int) -> None:
    topic = s.topic()
    s.produce(topic, make_batch([b"a", b"b", b"c"]))
    where = {"name": topic, "partitions": [{"partition_index": 0, "offset": -1}]}
    s.ask("delete_records", 2, {"topics": [where], "timeout": 10000})
    partition = {"partition": 0, "current_leader_epoch": -1, "leader_epoch": 0}
    body = {"replica_id": -1, "topics": [{"topic": topic, "partitions": [partition]}]}
    s.call("offset_for_leader_epoch", version, body)
