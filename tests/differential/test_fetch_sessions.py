"""Incremental fetch sessions: what is sent again, what is left out, and how a broken session is refused."""

from __future__ import annotations

from typing import Any

from headrace_testing.differential import Session, scenario
from headrace_testing.raw_batches import make_batch

WITH_SESSIONS = (7, 11, 12, 13, 17)


def _parts(s: Session, topic: str, offsets: dict[int, int]) -> list[dict[str, Any]]:
    partitions = [
        {"partition": index, "fetch_offset": offset, "partition_max_bytes": 1 << 20}
        for index, offset in offsets.items()
    ]
    return [{"topic": topic, "topic_id": s.topic_id(topic), "partitions": partitions}]


def _body(session_id: int, epoch: int, topics: list[dict[str, Any]], **values: Any) -> dict[str, Any]:
    of_session = {"session_id": session_id, "session_epoch": epoch}
    return {"max_wait": 0, "min_bytes": 0, "topics": topics} | of_session | values


@scenario(*WITH_SESSIONS)
def test_only_what_changed_is_sent(s: Session, version: int) -> None:
    topic = s.topic(partitions=3)
    s.produce(topic, make_batch([b"a"]), 0)
    first = s.call("fetch", version, _body(0, 0, _parts(s, topic, {0: 0, 1: 0, 2: 0})), label="a new session")
    session = first["session_id"]
    s.note("a session was given", session > 0)
    s.call("fetch", version, _body(session, 1, []), label="nothing changed, the first still at 0")
    s.call("fetch", version, _body(session, 2, _parts(s, topic, {0: 1})), label="moved on")
    s.produce(topic, make_batch([b"b"]), 2)
    s.call("fetch", version, _body(session, 3, []), label="one has something new")
    s.call("fetch", version, _body(session, 4, _parts(s, topic, {2: 1})), label="moved on again")
    s.call("fetch", version, _body(session, 5, []), label="idle")


@scenario(*WITH_SESSIONS)
def test_forgotten_partitions(s: Session, version: int) -> None:
    topic = s.topic(partitions=2)
    session = s.ask("fetch", version, _body(0, 0, _parts(s, topic, {0: 0, 1: 0})))["session_id"]
    forgotten = [{"topic": topic, "topic_id": s.topic_id(topic), "partitions": [1]}]
    s.call("fetch", version, _body(session, 1, [], forgotten_topics_data=forgotten), label="forget the second")
    s.produce(topic, make_batch([b"a"]), 0)
    s.produce(topic, make_batch([b"a"]), 1)
    s.call("fetch", version, _body(session, 2, []), label="only the first is told")


@scenario(*WITH_SESSIONS)
def test_wrong_session_and_epoch(s: Session, version: int) -> None:
    topic = s.topic()
    session = s.ask("fetch", version, _body(0, 0, _parts(s, topic, {0: 0})))["session_id"]
    s.call("fetch", version, _body(session ^ 1, 1, []), label="unknown session")
    s.call("fetch", version, _body(session, 7, []), label="wrong epoch")
    s.call("fetch", version, _body(session, 1, []), label="right epoch after that")
    s.call("fetch", version, _body(session, 1, []), label="the same epoch again")
    s.call("fetch", version, _body(0, 5, []), label="no session, epoch 5")
    s.call("fetch", version, _body(0, -1, _parts(s, topic, {0: 0})), label="without a session")
    s.call("fetch", version, _body(session, -1, _parts(s, topic, {0: 0})), label="closes the session")
    s.call("fetch", version, _body(session, 2, []), label="and it is gone")


@scenario(*WITH_SESSIONS)
def test_errors_inside_a_session(s: Session, version: int) -> None:
    topic = s.topic()
    wanted = _parts(s, topic, {0: 50, 9: 0})
    first = s.call("fetch", version, _body(0, 0, wanted), label="out of range and unknown")
    s.call("fetch", version, _body(first["session_id"], 1, []), label="told again")
    s.call("fetch", version, _body(first["session_id"], 2, _parts(s, topic, {0: 0})), label="one mended")


@scenario(7, 12, 13, 17)
def test_unknown_topic_in_a_session_that_appears_later(s: Session, version: int) -> None:
    known = s.topic("known")
    topic = f"{s.unique}-later"
    wanted = _parts(s, known, {0: 0}) + _parts(s, topic, {0: 0})
    first = s.call("fetch", version, _body(0, 0, wanted), label="not there")
    s.topic("later")
    s.call("fetch", version, _body(first["session_id"], 1, []), label="now it is")


@scenario(7, 13)
def test_replacing_a_session(s: Session, version: int) -> None:
    topic = s.topic(partitions=2)
    first = s.ask("fetch", version, _body(0, 0, _parts(s, topic, {0: 0})))["session_id"]
    second = s.call("fetch", version, _body(first, 0, _parts(s, topic, {1: 0})), label="a new one in its place")
    s.note("another id", second["session_id"] != first)
    s.call("fetch", version, _body(first, 1, []), label="the old one is gone")
    s.call("fetch", version, _body(second["session_id"], 1, []), label="the new one goes on")


@scenario(7, 12)
def test_high_watermark_alone_is_news(s: Session, version: int) -> None:
    topic = s.topic()
    for _ in range(2):
        s.produce(topic, make_batch([b"a", b"b"]))
    session = s.ask("fetch", version, _body(0, 0, _parts(s, topic, {0: 4})))["session_id"]
    s.call("fetch", version, _body(session, 1, []), label="nothing new")
    s.produce(topic, make_batch([b"c"]))
    s.call("fetch", version, _body(session, 2, []), label="a record")
    s.call("fetch", version, _body(session, 3, _parts(s, topic, {0: 5})), label="read it")
