"""Fetch over the wire: limits, offsets inside batches, long poll, sessions, epochs."""

import threading
import time

import pytest

from headrace_testing.broker import produce
from headrace_testing.raw_batches import make_batch, read_batches
from headrace_testing.wire import RawConnection, versions_of

VERSIONS = [version for version in versions_of("fetch") if 4 <= version <= 17]
LARGE = 1 << 30


def request(broker, version, wanted, *, wait=0, min_bytes=1, max_bytes=LARGE, session=(0, -1), forget=(), isolation=0):
    """`wanted`: (topic, index, offset) or (topic, index, offset, extra fields)."""

    def named(name):
        if version >= 13:
            state = broker.controller.metadata.topics.get(name)
            return {"topic_id": state.topic_id if state else name.encode().ljust(16, b"\0")}
        return {"topic": name}

    topics = []
    for name, index, offset, *extra in wanted:
        partition = {"partition": index, "fetch_offset": offset, "partition_max_bytes": LARGE}
        partition |= extra[0] if extra else {}
        topics.append(named(name) | {"partitions": [partition]})
    return {
        "max_wait": wait,
        "min_bytes": min_bytes,
        "max_bytes": max_bytes,
        "isolation_level": isolation,
        "session_id": session[0],
        "session_epoch": session[1],
        "topics": topics,
        "forgotten_topics_data": [named(name) | {"partitions": [index]} for name, index in forget],
    }


def entries_of(answer):
    return [
        (topic.get("topic") or topic.get("topic_id"), entry)
        for topic in answer["responses"]
        for entry in topic["partitions"]
    ]


def fetch(broker, connection, version, *wanted, **options):
    """Top-level answer."""
    return connection.call("fetch", version, request(broker, version, wanted, **options))


def one(broker, connection, version, *wanted, **options):
    answer = fetch(broker, connection, version, *wanted, **options)
    ((_, entry),) = entries_of(answer)
    return entry


def offsets_in(entry):
    return [record[0] for batch in read_batches(entry["records"]) for record in batch["records"]]


@pytest.fixture
def filled(broker, connection, topic):
    """A topic with offsets 0-2, 3, 4-5 in three batches."""
    name = topic()
    for values in ([b"a", b"b", b"c"], [b"d"], [b"e", b"f"]):
        assert produce(connection, broker, name, make_batch(values))["error_code"] == 0
    return name


@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_reads_everything(broker, connection, filled, version):
    entry = one(broker, connection, version, (filled, 0, 0))
    assert entry["error_code"] == 0
    assert entry["high_watermark"] == 6
    assert entry["last_stable_offset"] == 6
    assert offsets_in(entry) == [0, 1, 2, 3, 4, 5]
    assert entry["aborted_transactions"] is None
    if version >= 5:
        assert entry["log_start_offset"] == 0
    assert one(broker, connection, version, (filled, 0, 0), isolation=1)["aborted_transactions"] == []


def test_an_offset_inside_a_batch_gives_the_whole_batch(broker, connection, filled):
    assert offsets_in(one(broker, connection, 12, (filled, 0, 1))) == [0, 1, 2, 3, 4, 5]
    assert offsets_in(one(broker, connection, 12, (filled, 0, 5))) == [4, 5]


def test_the_end_is_empty_and_beyond_is_out_of_range(broker, connection, filled):
    entry = one(broker, connection, 12, (filled, 0, 6))
    assert (entry["error_code"], entry["records"], entry["high_watermark"]) == (0, b"", 6)
    for offset in (7, -1):
        entry = one(broker, connection, 12, (filled, 0, offset))
        assert (entry["error_code"], entry["high_watermark"], entry["log_start_offset"]) == (1, -1, -1)
        assert entry["records"] == b""


def test_limits_never_cut_a_batch_and_always_give_the_first(broker, connection, filled):
    tiny = {"partition_max_bytes": 1}
    assert offsets_in(one(broker, connection, 12, (filled, 0, 0, tiny))) == [0, 1, 2]
    assert offsets_in(one(broker, connection, 12, (filled, 0, 3), max_bytes=1)) == [3]
    two = len(make_batch([b"d"])) + len(make_batch([b"e", b"f"]))
    assert offsets_in(one(broker, connection, 12, (filled, 0, 3, {"partition_max_bytes": two}))) == [3, 4, 5]
    assert offsets_in(one(broker, connection, 12, (filled, 0, 3, {"partition_max_bytes": two - 1}))) == [3]


def test_only_the_first_partition_may_exceed_the_limit(broker, connection, topic):
    name = topic(partitions=3)
    for index in range(3):
        produce(connection, broker, name, make_batch([b"x" * 1000]), index=index)
    answer = fetch(broker, connection, 12, (name, 0, 0), (name, 1, 0), (name, 2, 0), max_bytes=10)
    assert [bool(entry["records"]) for _, entry in entries_of(answer)] == [True, False, False]
    assert [entry["error_code"] for _, entry in entries_of(answer)] == [0, 0, 0]
    answer = fetch(broker, connection, 12, (name, 0, 0), (name, 1, 0), (name, 2, 0), max_bytes=2_500)
    assert [bool(entry["records"]) for _, entry in entries_of(answer)] == [True, True, False]


def test_unknown_topics_partitions_and_ids(broker, connection, filled):
    entry = one(broker, connection, 12, ("no-such-topic", 0, 0))
    assert (entry["error_code"], entry["high_watermark"], entry["records"]) == (3, -1, b"")
    assert one(broker, connection, 12, (filled, 9, 0))["error_code"] == 3
    assert one(broker, connection, 13, ("no-such-topic", 0, 0))["error_code"] == 100


def test_leader_epochs_are_checked_and_the_leader_named(broker, connection, filled):
    epoch = broker.partition(filled).leader_epoch
    assert one(broker, connection, 12, (filled, 0, 0, {"current_leader_epoch": epoch}))["error_code"] == 0
    assert one(broker, connection, 12, (filled, 0, 0, {"current_leader_epoch": epoch + 1}))["error_code"] == 75
    broker.partition(filled).leader_epoch = epoch + 5
    answer = fetch(broker, connection, 16, (filled, 0, 0, {"current_leader_epoch": epoch}))
    ((_, entry),) = entries_of(answer)
    assert entry["error_code"] == 74
    assert entry["current_leader"]["leader_id"] == 1
    assert [node["port"] for node in answer["node_endpoints"]] == [broker.port]


def test_an_epoch_that_ended_elsewhere_is_told(broker, connection, filled):
    epoch = broker.partition(filled).leader_epoch
    entry = one(broker, connection, 12, (filled, 0, 3, {"last_fetched_epoch": epoch}))
    assert offsets_in(entry) == [3, 4, 5]
    # The client claims to have epoch's records up to 9, the log has them up to 6.
    entry = one(broker, connection, 12, (filled, 0, 9, {"last_fetched_epoch": epoch}))
    assert (entry["error_code"], entry["records"]) == (0, b"")
    assert (entry["diverging_epoch"]["epoch"], entry["diverging_epoch"]["end_offset"]) == (epoch, 6)


# ---- long poll


def send_later(broker, name, records, *, index=0, delay_s=0.15):
    def body():
        time.sleep(delay_s)
        with RawConnection(broker.port) as other:
            produce(other, broker, name, records, index=index)

    thread = threading.Thread(target=body)
    thread.start()
    return thread


@pytest.mark.parametrize("flush", ["fsync", "write-behind"])
def test_a_long_poll_is_woken_by_data(broker, connection, topic, flush):
    name = topic(partitions=2, headrace_flush=flush)
    started = time.monotonic()
    thread = send_later(broker, name, make_batch([b"news"]), index=1)
    answer = fetch(broker, connection, 12, (name, 0, 0), (name, 1, 0), wait=20_000)
    thread.join()
    assert 0.1 < time.monotonic() - started < 10
    assert [len(entry["records"]) > 0 for _, entry in entries_of(answer)] == [False, True]
    assert not broker.partition(name, 0).watchers


def test_a_long_poll_ends_empty_after_max_wait(broker, connection, topic):
    name = topic()
    started = time.monotonic()
    entry = one(broker, connection, 12, (name, 0, 0), wait=200)
    assert 0.19 < time.monotonic() - started < 5
    assert (entry["error_code"], entry["records"]) == (0, b"")
    assert not broker.partition(name).watchers


def test_min_bytes_waits_until_enough_has_come(broker, connection, topic):
    name = topic()
    batch = make_batch([b"x" * 100])
    produce(connection, broker, name, batch)
    threads = [send_later(broker, name, batch, delay_s=0.1 * step) for step in (1, 2, 3)]
    entry = one(broker, connection, 12, (name, 0, 0), wait=20_000, min_bytes=4 * len(batch))
    for thread in threads:
        thread.join()
    assert len(entry["records"]) == 4 * len(batch)


def test_min_bytes_gives_what_there_is_when_the_time_is_over(broker, connection, topic):
    name = topic()
    produce(connection, broker, name, make_batch([b"x"]))
    assert offsets_in(one(broker, connection, 12, (name, 0, 0), wait=150, min_bytes=1_000_000)) == [0]


def test_an_error_is_answered_at_once(broker, connection, topic):
    name = topic(partitions=2)
    started = time.monotonic()
    answer = fetch(broker, connection, 12, (name, 0, 0), (name, 1, 99), wait=20_000)
    assert [entry["error_code"] for _, entry in entries_of(answer)] == [0, 1]
    assert time.monotonic() - started < 5


def test_a_deleted_topic_wakes_its_long_poll(broker, connection, topic):
    name = topic()
    timer = threading.Timer(0.1, lambda: broker.wait(broker.controller.delete_topic(name)))
    timer.start()
    entry = one(broker, connection, 12, (name, 0, 0), wait=20_000)
    timer.join()
    assert entry["error_code"] == 3


def test_a_client_that_hangs_up_leaves_no_watcher(broker, topic):
    name = topic()
    with RawConnection(broker.port) as raw:
        raw.send("fetch", 12, request(broker, 12, [(name, 0, 0)], wait=60_000))
        deadline = time.monotonic() + 10
        while not broker.partition(name).watchers:
            assert time.monotonic() < deadline
    while broker.partition(name).watchers:
        assert time.monotonic() < deadline


# ---- sessions (KIP-227)


@pytest.fixture(params=[7, 12, 17])
def version(request):
    return request.param


def test_a_session_sends_only_what_changed(broker, connection, topic, version):
    name = topic(partitions=3)
    everything = [(name, index, 0) for index in range(3)]
    answer = fetch(broker, connection, version, *everything, session=(0, 0))
    session_id = answer["session_id"]
    assert session_id > 0
    assert [entry["partition_index"] for _, entry in entries_of(answer)] == [0, 1, 2]
    assert entries_of(fetch(broker, connection, version, session=(session_id, 1))) == []
    produce(connection, broker, name, make_batch([b"x"]), index=1)
    answer = fetch(broker, connection, version, session=(session_id, 2))
    assert answer["session_id"] == session_id
    assert [entry["partition_index"] for _, entry in entries_of(answer)] == [1]
    # Not asked for a later offset: the same data again.
    assert len(entries_of(fetch(broker, connection, version, session=(session_id, 3)))) == 1
    answer = fetch(broker, connection, version, (name, 1, 1), session=(session_id, 4))
    assert entries_of(answer) == []
    broker.on_loop(broker.ctx.fetch_sessions.check_invariants)


def test_a_session_waits_for_any_of_its_partitions(broker, connection, topic, version):
    name = topic(partitions=5)
    answer = fetch(broker, connection, version, *[(name, index, 0) for index in range(5)], session=(0, 0))
    session_id = answer["session_id"]
    for epoch, index in enumerate([3, 0, 4], start=1):
        thread = send_later(broker, name, make_batch([b"x"]), index=index, delay_s=0.05)
        answer = fetch(broker, connection, version, session=(session_id, 2 * epoch - 1), wait=20_000)
        thread.join()
        assert [entry["partition_index"] for _, entry in entries_of(answer)] == [index]
        fetch(broker, connection, version, (name, index, 1), session=(session_id, 2 * epoch))
    broker.on_loop(broker.ctx.fetch_sessions.check_invariants)


def test_min_bytes_within_a_session(broker, connection, topic, version):
    name = topic(partitions=2)
    batch = make_batch([b"x" * 100])
    answer = fetch(broker, connection, version, (name, 0, 0), (name, 1, 0), session=(0, 0))
    fetch(broker, connection, version, session=(answer["session_id"], 1))
    threads = [send_later(broker, name, batch, index=step % 2, delay_s=0.1 * step) for step in (1, 2, 3)]
    answer = fetch(
        broker, connection, version, session=(answer["session_id"], 2), wait=20_000, min_bytes=3 * len(batch)
    )
    for thread in threads:
        thread.join()
    assert sum(len(entry["records"]) for _, entry in entries_of(answer)) == 3 * len(batch)


def test_partitions_take_turns_when_the_limit_is_small(broker, connection, topic, version):
    name = topic(partitions=3)
    for index in range(3):
        for _ in range(2):
            produce(connection, broker, name, make_batch([b"x" * 500]), index=index)
    everything = [(name, index, 0) for index in range(3)]
    session_id, offsets, served = 0, [0, 0, 0], []
    for epoch in range(6):
        answer = fetch(
            broker,
            connection,
            version,
            *(everything if epoch == 0 else [(name, served[-1], offsets[served[-1]])]),
            session=(session_id, epoch),
            max_bytes=600,
        )
        session_id = answer["session_id"]
        (index,) = [entry["partition_index"] for _, entry in entries_of(answer) if entry["records"]]
        served.append(index)
        offsets[index] += 1
    assert sorted(served[:3]) == [0, 1, 2]
    assert sorted(served[3:]) == [0, 1, 2]


def test_session_errors(broker, connection, topic, version):
    name = topic()
    session_id = fetch(broker, connection, version, (name, 0, 0), session=(0, 0))["session_id"]
    assert fetch(broker, connection, version, session=(session_id, 5))["error_code"] == 71
    unknown = fetch(broker, connection, version, session=(session_id ^ 1, 1))
    assert (unknown["error_code"], unknown["session_id"], unknown["responses"]) == (70, 0, [])
    other_kind = 12 if version >= 13 else 13
    if other_kind != version and version >= 12:
        assert fetch(broker, connection, other_kind, session=(session_id, 1))["error_code"] == 106
    # The session itself was not harmed.
    assert fetch(broker, connection, version, session=(session_id, 1))["error_code"] == 0
    # A full request closes it.
    fetch(broker, connection, version, (name, 0, 0), session=(session_id, -1))
    assert fetch(broker, connection, version, session=(session_id, 2))["error_code"] == 70


def test_forgetting_partitions_and_ending_a_session(broker, connection, topic, version):
    name = topic(partitions=2)
    session_id = fetch(broker, connection, version, (name, 0, 0), (name, 1, 0), session=(0, 0))["session_id"]
    fetch(broker, connection, version, session=(session_id, 1), forget=[(name, 0)])
    produce(connection, broker, name, make_batch(), index=0)
    assert entries_of(fetch(broker, connection, version, session=(session_id, 2))) == []
    answer = fetch(broker, connection, version, session=(session_id, 3), forget=[(name, 1)])
    assert answer["session_id"] == 0
    assert fetch(broker, connection, version, session=(session_id, 4))["error_code"] == 70
    assert not broker.partition(name, 0).watchers
    assert not broker.partition(name, 1).watchers
    broker.on_loop(broker.ctx.fetch_sessions.check_invariants)


@pytest.mark.parametrize("version", [7, 12], indirect=True)  # from 13 on a topic that does not exist has no id
def test_a_session_sees_a_topic_come_and_go(broker, connection, topic, version):
    name = topic() + "-later"
    answer = fetch(broker, connection, version, (name, 0, 0), session=(0, 0))
    session_id = answer["session_id"]
    assert [entry["error_code"] for _, entry in entries_of(answer)] == [3]
    answer = fetch(broker, connection, version, session=(session_id, 1))
    assert [entry["error_code"] for _, entry in entries_of(answer)] == [3]
    broker.create_topic(name)
    produce(connection, broker, name, make_batch())
    answer = fetch(broker, connection, version, session=(session_id, 2))
    assert [(entry["error_code"], len(entry["records"]) > 0) for _, entry in entries_of(answer)] == [(0, True)]
    broker.wait(broker.controller.delete_topic(name))
    answer = fetch(broker, connection, version, session=(session_id, 3))
    assert [entry["error_code"] for _, entry in entries_of(answer)] == [3]
    broker.on_loop(broker.ctx.fetch_sessions.check_invariants)
