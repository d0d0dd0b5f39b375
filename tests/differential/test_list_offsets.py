"""ListOffsets: earliest, latest, by time, largest timestamp, and what does not exist."""

from __future__ import annotations

from typing import Any

from headrace_testing.differential import Session, scenario, versions
from headrace_testing.raw_batches import make_batch

ALL = versions("list_offsets")
EPOCH_MS = 1_700_000_000_000


def _body(topic: str, *timestamps: int, partition: int = 0, **values: Any) -> dict[str, Any]:
    epoch = values.pop("current_leader_epoch", -1)
    partitions = [
        {"partition_index": partition, "timestamp": timestamp, "current_leader_epoch": epoch}
        for timestamp in timestamps
    ]
    return {"replica_id": -1, "topics": [{"name": topic, "partitions": partitions}], "timeout": 5000} | values


def _filled(s: Session) -> str:
    """Offsets 0-1 at +0 and +10 ms, 2-3 at +1000 and +1010, 4-5 at +500 and +510."""
    topic = s.topic()
    for base in (0, 1000, 500):
        s.produce(topic, make_batch([b"a", b"b"], timestamp_ms=EPOCH_MS + base, timestamp_step_ms=10))
    return topic


@scenario(*ALL)
def test_ends(s: Session, version: int) -> None:
    topic = _filled(s)
    for timestamp in (-1, -2):
        s.call("list_offsets", version, _body(topic, timestamp), label=f"timestamp {timestamp}")


@scenario(*ALL)
def test_by_time(s: Session, version: int) -> None:
    topic = _filled(s)
    for after in (-5000, 0, 1, 5, 10, 11, 500, 505, 510, 511, 1000, 1005, 1010, 1011, 99999):
        s.call("list_offsets", version, _body(topic, EPOCH_MS + after), label=f"{after:+} ms")
    s.call("list_offsets", version, _body(topic, 0), label="timestamp 0")


@scenario(*ALL)
def test_special_timestamps(s: Session, version: int) -> None:
    topic = _filled(s)
    for timestamp in (-3, -4, -5, -6, -7, -100):
        s.call("list_offsets", version, _body(topic, timestamp), label=f"timestamp {timestamp}")


@scenario(*ALL)
def test_empty_partition(s: Session, version: int) -> None:
    topic = s.topic()
    for timestamp in (-1, -2, -3, 0, EPOCH_MS):
        s.call("list_offsets", version, _body(topic, timestamp), label=f"timestamp {timestamp}")


@scenario(*ALL)
def test_unknown_topic_and_partition(s: Session, version: int) -> None:
    topic = s.topic()
    s.call("list_offsets", version, _body(f"{s.unique}-absent", -1), label="topic")
    s.call("list_offsets", version, _body(topic, -1, partition=3), label="partition 3")
    s.call("list_offsets", version, _body(topic, -1, partition=-1), label="partition -1")


@scenario(*versions("list_offsets", 4))
def test_leader_epochs(s: Session, version: int) -> None:
    topic = _filled(s)
    for epoch in (-1, 0, 1, 55):
        s.call("list_offsets", version, _body(topic, -1, current_leader_epoch=epoch), label=f"epoch {epoch}")
        s.call(
            "list_offsets", version, _body(topic, EPOCH_MS, current_leader_epoch=epoch), label=f"time, epoch {epoch}"
        )


@scenario(1, 2, 6, 10)
def test_after_records_were_deleted(s: Session, version: int) -> None:
    topic = _filled(s)
    where = {"name": topic, "partitions": [{"partition_index": 0, "offset": 3}]}
    s.ask("delete_records", 2, {"topics": [where], "timeout": 10000})
    for timestamp in (-2, -1, EPOCH_MS, EPOCH_MS + 1005, EPOCH_MS + 505, -3):
        s.call("list_offsets", version, _body(topic, timestamp), label=f"timestamp {timestamp}")


@scenario(2, 7, 10)
def test_read_committed(s: Session, version: int) -> None:
    topic = _filled(s)
    for timestamp in (-1, -2, EPOCH_MS + 5):
        s.call("list_offsets", version, _body(topic, timestamp, isolation_level=1), label=f"timestamp {timestamp}")


@scenario(1, 7)
def test_same_partition_twice(s: Session, version: int) -> None:
    topic = _filled(s)
    s.call("list_offsets", version, _body(topic, -1, -2))


@scenario(7, 10)
def test_compressed_and_log_append_time(s: Session, version: int) -> None:
    topic = s.topic()
    for codec in ("gzip", "zstd"):
        s.produce(topic, make_batch([b"a", b"b", b"c"], timestamp_ms=EPOCH_MS, timestamp_step_ms=7, compression=codec))
    for timestamp in (EPOCH_MS, EPOCH_MS + 1, EPOCH_MS + 8, -3):
        s.call("list_offsets", version, _body(topic, timestamp), label=f"timestamp {timestamp}")
    stamped = s.topic("stamped", configs={"message.timestamp.type": "LogAppendTime"})
    s.produce(stamped, make_batch([b"a", b"b"]))
    for timestamp in (EPOCH_MS, -3):
        s.call("list_offsets", version, _body(stamped, timestamp), label=f"log append time, {timestamp}")


@scenario(5)
def test_no_topics(s: Session, version: int) -> None:
    s.call("list_offsets", version, {"replica_id": -1, "topics": []})
