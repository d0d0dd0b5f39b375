"""Produce over the wire, in every version, and everything that may be wrong with a batch."""

import time

import pytest

from headrace.base.limits import MESSAGE_BYTES_MAX_DEFAULT
from headrace_testing.broker import InProcessBroker, produce
from headrace_testing.raw_batches import make_batch, read_batches
from headrace_testing.wire import ConnectionLost, RawConnection, versions_of

VERSIONS = [version for version in versions_of("produce") if version >= 3 and version <= 13]


def now_ms() -> int:
    return int(time.time() * 1000)


def records_of(broker, name, index=0):
    data = broker.read_all(name, index)
    return [record for batch in read_batches(data) for record in batch["records"]]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("acks", [-1, 1])
def test_every_version_gives_base_offsets_one_after_another(broker, connection, topic, version, acks):
    name = topic()
    for expected in (0, 3, 6):
        entry = produce(connection, broker, name, make_batch([b"a", b"b", b"c"]), version=version, acks=acks)
        assert (entry["error_code"], entry["base_offset"]) == (0, expected)
        assert entry["log_append_time"] == -1
        if version >= 5:
            assert entry["log_start_offset"] == 0
    assert [(offset, value) for offset, _, _, value, _ in records_of(broker, name)] == list(
        enumerate([b"a", b"b", b"c"] * 3)
    )


def test_acks_0_is_not_answered_but_written(broker, connection, topic):
    name = topic()
    produce(connection, broker, name, make_batch([b"silent"]), acks=0)
    # The next answer on the connection belongs to the next request, and its offset shows that the first was written.
    assert produce(connection, broker, name, make_batch([b"loud"]))["base_offset"] == 1


def test_acks_0_that_fails_closes_the_connection(broker, connection):
    produce(connection, broker, "no-such-topic", make_batch(), acks=0)
    with pytest.raises(ConnectionLost):
        connection.read_frame()


def test_a_wrong_acks_value_refuses_every_partition(broker, connection, topic):
    entry = produce(connection, broker, topic(), make_batch(), acks=2)
    assert (entry["error_code"], entry["base_offset"]) == (21, -1)


def test_unknown_topic_partition_and_id(broker, connection, topic):
    name = topic()
    assert produce(connection, broker, "no-such-topic", make_batch())["error_code"] == 3
    assert produce(connection, broker, name, make_batch(), index=1)["error_code"] == 3
    answer = connection.call(
        "produce",
        13,
        {"acks": 1, "timeout": 1000, "topic_data": [
            {"topic_id": b"\7" * 16, "partition_data": [{"index": 0, "records": make_batch()}]}
        ]},
    )  # fmt: skip
    assert answer["responses"][0]["partition_responses"][0]["error_code"] == 100


def test_one_bad_partition_does_not_hold_up_the_others(broker, connection, topic):
    name = topic(partitions=2)
    broken = bytearray(make_batch())
    broken[-1] ^= 1
    answer = connection.call(
        "produce",
        9,
        {"acks": -1, "timeout": 1000, "topic_data": [{"name": name, "partition_data": [
            {"index": 0, "records": bytes(broken)}, {"index": 1, "records": make_batch()},
            {"index": 7, "records": make_batch()},
        ]}]},
    )  # fmt: skip
    entries = answer["responses"][0]["partition_responses"]
    assert [(entry["index"], entry["error_code"]) for entry in entries] == [(0, 2), (1, 0), (7, 3)]


def damaged(batch: bytes) -> bytes:
    broken = bytearray(batch)
    broken[-1] ^= 0xFF
    return bytes(broken)


BAD_BATCHES = {
    "nothing": (b"", 87),
    "null": (None, 87),
    "cut off": (make_batch()[:-1], 87),
    "only a length": (make_batch()[:12], 87),
    "negative length": (make_batch(batch_length=-1), 2),
    "checksum": (damaged(make_batch()), 2),
    "two batches": (make_batch() + make_batch(), 87),
    "old format": (make_batch(magic=1), 87),
    "unknown format": (make_batch(magic=3), 2),
    "base offset": (make_batch(base_offset=5), 87),
    "fewer records than said": (make_batch([b"a"], record_count=2), 87),
    "last offset delta": (make_batch([b"a", b"b"], last_offset_delta=5), 87),
    "no records": (make_batch([], last_offset_delta=-1), 87),
    "control": (make_batch(attributes=0x20), 87),
    "sequence without start": (make_batch(producer=(5, 0, -1)), 87),
    "reserved producer": (make_batch(producer=(0x4852 << 48, 0, 0)), 87),
    "too far in the future": (make_batch(timestamp_ms=now_ms() + 2 * 3_600_000), 32),
    "too large": (make_batch([b"x" * MESSAGE_BYTES_MAX_DEFAULT]), 10),
}


@pytest.mark.parametrize("case", BAD_BATCHES)
def test_bad_batches_get_kafkas_error_and_leave_nothing_behind(broker, connection, topic, case):
    records, code = BAD_BATCHES[case]
    name = topic()
    entry = produce(connection, broker, name, records, version=8)
    assert (entry["error_code"], entry["base_offset"]) == (code, -1)
    assert entry["error_message"]
    assert broker.partition(name).log_end_offset == 0
    # And the connection is still good.
    assert produce(connection, broker, name, make_batch())["base_offset"] == 0


def test_bytes_after_the_batch_that_are_no_batch_are_cut(broker, connection, topic):
    name = topic()
    assert produce(connection, broker, name, make_batch([b"a"]) + b"\0" * 11)["error_code"] == 0
    assert produce(connection, broker, name, make_batch([b"b"]))["base_offset"] == 1
    assert [value for _, _, _, value, _ in records_of(broker, name)] == [b"a", b"b"]


def test_max_message_bytes_counts_the_whole_batch(broker, connection, topic):
    batch = make_batch([b"x" * 100])
    name = topic(max_message_bytes=str(len(batch)))
    assert produce(connection, broker, name, batch)["error_code"] == 0
    assert produce(connection, broker, name, make_batch([b"x" * 101]))["error_code"] == 10


def test_a_compacted_topic_wants_keys_and_says_which_record_has_none(broker, connection, topic):
    name = topic(cleanup_policy="compact")
    batch = make_batch([b"1", b"2", b"3"], keys=[b"a", None, b"c"], compression="gzip")
    entry = produce(connection, broker, name, batch, version=8)
    assert entry["error_code"] == 87
    assert [error["batch_index"] for error in entry["record_errors"]] == [1]
    assert "without key" in entry["record_errors"][0]["batch_index_error_message"]
    assert entry["log_start_offset"] == 0
    keyed = make_batch([b"1", b"2"], keys=[b"a", b"b"], compression="zstd")
    assert produce(connection, broker, name, keyed)["error_code"] == 0


def test_old_timestamps_are_refused_only_where_a_topic_says_so(broker, connection, topic):
    old = make_batch([b"1", b"2"], timestamp_ms=now_ms() - 10_000, timestamp_step_ms=10_000)
    assert produce(connection, broker, topic(), old)["error_code"] == 0
    entry = produce(connection, broker, topic(message_timestamp_before_max_ms="5000"), old, version=8)
    assert entry["error_code"] == 32
    assert [error["batch_index"] for error in entry["record_errors"]] == [0]


def test_log_append_time_replaces_the_producers_times(broker, connection, topic):
    name = topic(message_timestamp_type="LogAppendTime")
    before = now_ms()
    entry = produce(connection, broker, name, make_batch([b"1", b"2"], timestamp_ms=12))
    assert before <= entry["log_append_time"] <= now_ms()
    (batch,) = read_batches(broker.read_all(name))
    assert batch["crc_holds"]
    assert batch["max_timestamp"] == entry["log_append_time"]
    assert batch["attributes"] & 8


def test_a_create_time_topic_takes_the_append_time_bit_back(broker, connection, topic):
    name = topic()
    assert produce(connection, broker, name, make_batch(attributes=8))["error_code"] == 0
    (batch,) = read_batches(broker.read_all(name))
    assert (batch["attributes"], batch["crc_holds"]) == (0, True)


def test_zstd_needs_version_7(broker, connection, topic):
    name = topic()
    assert produce(connection, broker, name, make_batch(compression="zstd"), version=6)["error_code"] == 76
    assert produce(connection, broker, name, make_batch(compression="zstd"), version=7)["error_code"] == 0


def test_transactional_batches(broker, connection, topic):
    name = topic()
    batch = make_batch(attributes=0x10, producer=(5, 0, 0))
    assert produce(connection, broker, name, batch)["error_code"] == 53
    entry = produce(connection, broker, name, batch, transactional_id="t")
    assert entry["error_code"] == 48
    assert "transactions" in entry["error_message"]


@pytest.mark.parametrize("name", ["_headrace.logs", "tiktok-$allcaps$"])
def test_clients_may_not_write_what_the_cluster_writes(broker, connection, name):
    if name.startswith("tiktok"):
        broker.create_topic("tiktok")
        broker.wait(broker.controller.ensure_topic(name, partitions=1, parent="tiktok", owner_script="allcaps"))
    else:
        broker.wait(broker.controller.ensure_topic(name, partitions=1, internal=True))
    entry = produce(connection, broker, name, make_batch(), version=8)
    assert entry["error_code"] == 17
    assert name in entry["error_message"]


def test_pipelined_requests_are_answered_in_order_by_few_commits(broker, topic):
    """headrace.flush=fsync (the default): all of them wait for the disk at the same time."""
    name = topic()
    count = 200
    with RawConnection(broker.port) as raw:
        values = {"acks": -1, "timeout": 5_000, "topic_data": [
            {"name": name, "partition_data": [{"index": 0, "records": make_batch([b"x" * 50])}]}
        ]}  # fmt: skip
        ids = [raw.send("produce", 9, values) for _ in range(count)]
        offsets = [
            raw.receive("produce", 9, sent)["responses"][0]["partition_responses"][0]["base_offset"] for sent in ids
        ]
    assert offsets == list(range(count))


# ---- idempotence over the wire


def init_producer_id(connection, version=4):
    answer = connection.call("init_producer_id", version, {"transactional_id": None, "transaction_timeout": 1000})
    assert answer["error_code"] == 0
    return answer["producer_id"], answer["producer_epoch"]


@pytest.mark.parametrize("version", [version for version in versions_of("init_producer_id") if version <= 5])
def test_every_producer_gets_an_id_of_its_own(connection, version):
    first, second = init_producer_id(connection, version), init_producer_id(connection, version)
    assert first[1] == second[1] == 0
    assert first[0] != second[0]


def test_a_transactional_id_is_refused_for_good(connection):
    answer = connection.call("init_producer_id", 4, {"transactional_id": "t", "transaction_timeout": 1000})
    assert answer["error_code"] == 35
    answer = connection.call("init_producer_id", 4, {"transactional_id": "", "transaction_timeout": 1000})
    assert answer["error_code"] == 42


def test_retries_gaps_and_old_epochs(broker, connection, topic):
    name = topic()
    producer_id, _ = init_producer_id(connection)

    def send(sequence, epoch=0, values=(b"a", b"b")):
        return produce(connection, broker, name, make_batch(values, producer=(producer_id, epoch, sequence)), version=8)

    assert [send(sequence)["base_offset"] for sequence in (0, 2, 4, 6, 8)] == [0, 2, 4, 6, 8]
    for sequence in (0, 2, 4, 6, 8):
        again = send(sequence)
        assert (again["error_code"], again["base_offset"]) == (0, sequence)
    assert send(20)["error_code"] == 45
    assert send(0, epoch=1)["base_offset"] == 10
    assert send(10)["error_code"] == 47
    assert broker.partition(name).log_end_offset == 12


def test_idempotence_survives_a_clean_restart_and_a_crash(tmp_path):
    running = InProcessBroker(tmp_path).start()
    running.create_topic("t")
    with RawConnection(running.port) as raw:
        producer_id, _ = init_producer_id(raw)

        def send(connection, sequence):
            batch = make_batch(producer=(producer_id, 0, sequence))
            entry = produce(connection, running, "t", batch, version=8)
            return entry["error_code"], entry["base_offset"]

        assert [send(raw, sequence) for sequence in range(7)] == [(0, offset) for offset in range(7)]
    running.stop()
    running = InProcessBroker(tmp_path).start()
    with RawConnection(running.port) as raw:
        assert send(raw, 6) == (0, 6)  # retry of the last
        assert send(raw, 2) == (0, 2)  # and of the fifth from the end
        assert send(raw, 1)[0] == 45
        assert send(raw, 7) == (0, 7)
    running.crash()
    with InProcessBroker(tmp_path) as running, RawConnection(running.port) as raw:
        assert send(raw, 7) == (0, 7)
        assert send(raw, 9)[0] == 45
        assert send(raw, 8) == (0, 8)
        assert running.partition("t").log_end_offset == 9
