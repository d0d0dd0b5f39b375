"""Fetch without sessions: every version, offsets in and out of range, limits, waiting, epochs."""

from __future__ import annotations

import time

from headrace_testing.differential import Session, scenario, versions
from headrace_testing.raw_batches import make_batch

ALL = versions("fetch")
NEW_AND_OLD = (4, 7, 11, 12, 13, 17)


def _filled(s: Session) -> str:
    """Three batches of two records each: offsets 0-1, 2-3, 4-5."""
    topic = s.topic(partitions=2)
    for i in range(3):
        s.produce(topic, make_batch([b"%d" % i, b"x" * 50], timestamp_ms=1_700_000_000_000 + i))
    return topic


@scenario(*ALL)
def test_from_every_offset(s: Session, version: int) -> None:
    topic = _filled(s)
    for offset in range(7):
        s.call("fetch", version, s.fetch_body(topic, offset), label=f"offset {offset}")


@scenario(*ALL)
def test_offsets_out_of_range(s: Session, version: int) -> None:
    topic = _filled(s)
    for offset in (7, 1000, -1, -2, 2**62):
        s.call("fetch", version, s.fetch_body(topic, offset), label=f"offset {offset}")


@scenario(*ALL)
def test_unknown_topic(s: Session, version: int) -> None:
    s.call("fetch", version, s.fetch_body(f"{s.unique}-absent"))


@scenario(*ALL)
def test_unknown_partition(s: Session, version: int) -> None:
    topic = s.topic()
    for partition in (1, 77, -1):
        s.call("fetch", version, s.fetch_body(topic, 0, partition), label=f"partition {partition}")


@scenario(*NEW_AND_OLD)
def test_good_and_bad_partitions_together(s: Session, version: int) -> None:
    topic = _filled(s)
    body = s.fetch_body(topic)
    template = body["topics"][0]["partitions"][0]
    body["topics"][0]["partitions"] = [
        template | {"partition": 0},
        template | {"partition": 5},
        template | {"partition": 1},
    ]
    body["topics"] += s.fetch_body(f"{s.unique}-absent")["topics"]
    s.call("fetch", version, body)


@scenario(13, 15, 17)
def test_topic_id_zero_and_unknown(s: Session, version: int) -> None:
    body = s.fetch_body("any")
    s.call("fetch", version, body, label="unknown id")
    body["topics"][0]["topic_id"] = bytes(16)
    s.call("fetch", version, body, label="zero id")


@scenario(*versions("fetch", 9))
def test_leader_epochs(s: Session, version: int) -> None:
    topic = _filled(s)
    for epoch in (-1, 0, 1, 1000, -2):
        s.call("fetch", version, s.fetch_body(topic, 0, current_leader_epoch=epoch), label=f"epoch {epoch}")


@scenario(*versions("fetch", 12))
def test_last_fetched_epochs(s: Session, version: int) -> None:
    topic = _filled(s)
    for offset, epoch in ((2, 0), (2, -1), (6, 0), (6, 3), (9, 0)):
        body = s.fetch_body(topic, offset, last_fetched_epoch=epoch, current_leader_epoch=0)
        s.call("fetch", version, body, label=f"offset {offset}, last fetched epoch {epoch}")


@scenario(*NEW_AND_OLD)
def test_partition_limit(s: Session, version: int) -> None:
    topic = _filled(s)
    batch_bytes = len(make_batch([b"0", b"x" * 50]))
    for limit in (0, 1, batch_bytes - 1, batch_bytes, batch_bytes + 1, 2 * batch_bytes, 1 << 20, -1):
        body = s.fetch_body(topic, 0, partition_max_bytes=limit)
        s.call("fetch", version, body, label=f"partition_max_bytes {limit}")


@scenario(*NEW_AND_OLD)
def test_request_limit(s: Session, version: int) -> None:
    topic = _filled(s)
    s.produce(topic, make_batch([b"other partition"]), 1)
    for limit in (0, 1, 200, 250, 1 << 20, -5):
        body = s.fetch_body(topic, max_bytes=limit)
        template = body["topics"][0]["partitions"][0]
        body["topics"][0]["partitions"] = [template, template | {"partition": 1}]
        s.call("fetch", version, body, label=f"max_bytes {limit}")


@scenario(4, 17)
def test_first_batch_is_given_even_when_larger_than_all_limits(s: Session, version: int) -> None:
    topic = s.topic()
    s.produce(topic, make_batch([b"x" * 5000]))
    s.call("fetch", version, s.fetch_body(topic, partition_max_bytes=100, max_bytes=100))


@scenario(*NEW_AND_OLD)
def test_waiting_for_bytes_that_do_not_come(s: Session, version: int) -> None:
    topic = s.topic()
    started = time.monotonic()
    s.call("fetch", version, s.fetch_body(topic, max_wait=300))
    s.note("waited as asked", 0.25 < time.monotonic() - started < 2.0)


@scenario(4, 12, 17)
def test_waiting_ends_when_enough_has_come(s: Session, version: int) -> None:
    topic = s.topic()
    waiting = s.connection("waiting")
    body = s.fetch_body(topic, max_wait=10_000, min_bytes=100)
    correlation_id = waiting.send("fetch", version, body)
    started = time.monotonic()
    s.produce(topic, make_batch([b"x" * 20]))
    s.produce(topic, make_batch([b"y" * 20]))
    s.note("both batches", waiting.receive("fetch", version, correlation_id))
    s.note("at once", time.monotonic() - started < 5)


@scenario(4, 17)
def test_errors_are_not_waited_on(s: Session, version: int) -> None:
    topic = s.topic()
    started = time.monotonic()
    s.call("fetch", version, s.fetch_body(topic, 99, max_wait=5000))
    s.call("fetch", version, s.fetch_body(f"{s.unique}-absent", max_wait=5000))
    s.note("at once", time.monotonic() - started < 2)


@scenario(4, 12, 17)
def test_read_committed_without_transactions(s: Session, version: int) -> None:
    topic = _filled(s)
    s.call("fetch", version, s.fetch_body(topic, isolation_level=1))
    s.call("fetch", version, s.fetch_body(topic, 6, isolation_level=1))


@scenario(
    12,
)
def test_isolation_level_that_does_not_exist(s: Session, version: int) -> None:
    topic = _filled(s)
    s.call("fetch", version, s.fetch_body(topic, isolation_level=7))


@scenario(*NEW_AND_OLD)
def test_after_records_were_deleted(s: Session, version: int) -> None:
    topic = _filled(s)
    where = {"name": topic, "partitions": [{"partition_index": 0, "offset": 3}]}
    s.call("delete_records", 2, {"topics": [where], "timeout": 10000})
    for offset in (0, 2, 3, 4):
        s.call("fetch", version, s.fetch_body(topic, offset), label=f"offset {offset}")


@scenario(4, 12)
def test_no_topics(s: Session, version: int) -> None:
    s.call("fetch", version, {"max_wait": 0, "min_bytes": 0, "topics": []})


@scenario(11, 12)
def test_same_partition_twice(s: Session, version: int) -> None:
    topic = _filled(s)
    body = s.fetch_body(topic)
    body["topics"][0]["partitions"] *= 2
    s.call("fetch", version, body)


@scenario(11, 17)
def test_as_a_follower(s: Session, version: int) -> None:
    """Replica ids are for brokers; a client that claims one gets what Kafka gives a stranger."""
    topic = _filled(s)
    for replica in (7, -2):
        body = s.fetch_body(topic, replica_id=replica, replica_state={"replica_id": replica, "replica_epoch": -1})
        s.call("fetch", version, body, label=f"replica {replica}")


@scenario(4, 9, 10, 13)
def test_zstd_for_clients_that_cannot_read_it(s: Session, version: int) -> None:
    topic = s.topic()
    s.produce(topic, make_batch([b"z" * 30], compression="zstd"))
    s.call("fetch", version, s.fetch_body(topic))


@scenario(12)
def test_deleted_topic(s: Session, version: int) -> None:
    topic = s.topic()
    s.call("fetch", version, s.fetch_body(topic), label="before")
    s.ask("delete_topics", 1, {"topic_names": [topic], "timeout": 10000})
    s.wait_until_gone(topic)
    s.call("fetch", version, s.fetch_body(topic), label="after, by name")
    s.call("fetch", 13, s.fetch_body(topic), label="after, by id")
