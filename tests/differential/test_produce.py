"""Produce: every version, good batches and every way a batch or request can be wrong."""

from __future__ import annotations

from headrace_testing.differential import Session, scenario, versions
from headrace_testing.raw_batches import START_OF_TIME_MS, make_batch, make_record

ALL = versions("produce")
NEW_AND_OLD = (3, 7, 8, 9, 12, 13)


def _read_back(s: Session, topic: str) -> None:
    s.call("fetch", 12, s.fetch_body(topic), label="read back")


@scenario(*ALL)
def test_one_batch(s: Session, version: int) -> None:
    topic = s.topic()
    for acks in (1, -1):
        s.call("produce", version, s.produce_body(topic, make_batch([b"a", b"b"], keys=[b"k", None]), acks=acks))
    _read_back(s, topic)


@scenario(*ALL)
def test_without_acks_nothing_is_answered(s: Session, version: int) -> None:
    topic = s.topic()
    connection = s.connection("silent")
    connection.send("produce", version, s.produce_body(topic, make_batch([b"a"]), acks=0))
    s.call("produce", version, s.produce_body(topic, make_batch([b"b"])), client="silent", label="the next is answered")
    _read_back(s, topic)


@scenario(*NEW_AND_OLD)
def test_without_acks_an_error_closes_the_connection(s: Session, version: int) -> None:
    s.topic()
    connection = s.connection("silent")
    connection.send("produce", version, s.produce_body("no such topic " + s.unique, make_batch(), acks=0))
    s.raw("and then", b"", client="silent")


@scenario(*ALL)
def test_unknown_topic(s: Session, version: int) -> None:
    s.call("produce", version, s.produce_body(f"{s.unique}-absent", make_batch()))


@scenario(*ALL)
def test_unknown_partition(s: Session, version: int) -> None:
    topic = s.topic(partitions=2)
    for partition in (2, -1, 1 << 30):
        s.call("produce", version, s.produce_body(topic, make_batch(), partition))


@scenario(*NEW_AND_OLD)
def test_acks_that_do_not_exist(s: Session, version: int) -> None:
    topic = s.topic()
    for acks in (2, -2, 3):
        s.call("produce", version, s.produce_body(topic, make_batch(), acks=acks))
    _read_back(s, topic)


@scenario(*NEW_AND_OLD)
def test_good_and_bad_partitions_in_one_request(s: Session, version: int) -> None:
    topic = s.topic(partitions=3)
    body = s.produce_body(topic, None)
    body["topic_data"][0]["partition_data"] = [
        {"index": 0, "records": make_batch([b"good"])},
        {"index": 1, "records": make_batch([b"bad"], crc=1)},
        {"index": 9, "records": make_batch([b"nowhere"])},
        {"index": 2, "records": make_batch([b"good too"])},
    ]
    s.call("produce", version, body)


@scenario(*NEW_AND_OLD)
def test_no_records(s: Session, version: int) -> None:
    topic = s.topic()
    s.call_briefly("produce", version, s.produce_body(topic, None), label="null")
    s.call_briefly("produce", version, s.produce_body(topic, b""), label="empty")


@scenario(3, 9)
def test_no_topics(s: Session, version: int) -> None:
    s.call("produce", version, {"transactional_id": None, "acks": -1, "timeout": 1000, "topic_data": []})


BROKEN = {
    "wrong crc": {"crc": 12345},
    "magic 0": {"magic": 0},
    "magic 1": {"magic": 1},
    "magic 3": {"magic": 3},
    "magic 9": {"magic": 9},
    "length too small for a header": {"batch_length": 20},
    "length beyond the data": {"batch_length": 5000},
    "negative length": {"batch_length": -5},
    "length shorter than the data": {"batch_length": 50},
    "one record more counted": {"record_count": 2},
    "no record counted": {"record_count": 0},
    "negative count": {"record_count": -1},
    "offset delta too large": {"last_offset_delta": 7},
    "negative offset delta": {"last_offset_delta": -1},
    "base offset not zero": {"base_offset": 99},
    "negative base offset": {"base_offset": -7},
    "a leader epoch of its own": {"leader_epoch": 55},
    "unknown compression": {"attributes": 5},
    "a control batch": {"attributes": 0x20},
    "unused attribute bits": {"attributes": 0x100},
    "says log append time": {"attributes": 0x08},
    "max timestamp wrong": {"max_timestamp": START_OF_TIME_MS + 12345},
}


@scenario(3, 8, 13)
def test_broken_batches(s: Session, version: int) -> None:
    topic = s.topic()
    for label, header in BROKEN.items():
        s.call("produce", version, s.produce_body(topic, make_batch([b"v"], **header)), label=label)
    _read_back(s, topic)


@scenario(8)
def test_compressed_data_that_is_not(s: Session, version: int) -> None:
    topic = s.topic()
    for codec in range(1, 5):
        s.call("produce", version, s.produce_body(topic, make_batch([b"v"], attributes=codec)), label=f"codec {codec}")


@scenario(8)
def test_broken_records_inside_a_sound_header(s: Session, version: int) -> None:
    topic = s.topic()
    cases = {
        "records missing": b"",
        "a record cut short": make_record(0, b"value")[:-3],
        "bytes after the record": make_record(0, b"value") + b"xyz",
        "record length of its own": b"\x7e" + make_record(0, b"value")[1:],
    }
    for label, records in cases.items():
        s.call("produce", version, s.produce_body(topic, make_batch([b"v"], records=records)), label=label)


@scenario(8)
def test_trailing_bytes_and_two_batches(s: Session, version: int) -> None:
    topic = s.topic()
    s.call("produce", version, s.produce_body(topic, make_batch() + make_batch()), label="two batches")
    s.call("produce", version, s.produce_body(topic, make_batch() + b"\0\0\0"), label="three bytes after")
    s.call("produce", version, s.produce_body(topic, make_batch()[:-1]), label="one byte short")
    s.call("produce", version, s.produce_body(topic, make_batch()[:30]), label="half a header")
    _read_back(s, topic)


@scenario(*NEW_AND_OLD)
def test_batch_larger_than_allowed(s: Session, version: int) -> None:
    topic = s.topic(configs={"max.message.bytes": "2000"})
    s.call("produce", version, s.produce_body(topic, make_batch([b"x" * 1000])), label="fits")
    s.call("produce", version, s.produce_body(topic, make_batch([b"x" * 3000])), label="does not fit")
    exact = 2000 - len(make_batch([b"x" * 1800])) + 1800
    s.call("produce", version, s.produce_body(topic, make_batch([b"x" * exact])), label="exactly the limit")
    s.call("produce", version, s.produce_body(topic, make_batch([b"x" * (exact + 1)])), label="one byte over")
    s.call("produce", version, s.produce_body(topic, make_batch([b"x" * 3000], compression="gzip")), label="squeezed")


@scenario(3, 9)
def test_batch_larger_than_the_broker_allows(s: Session, version: int) -> None:
    topic = s.topic()
    s.call("produce", version, s.produce_body(topic, make_batch([b"x" * 1_000_000])))


@scenario(3, 9, 13)
def test_compressed(s: Session, version: int) -> None:
    topic = s.topic()
    for codec in ("gzip", "snappy", "lz4", "zstd"):
        batch = make_batch([b"a" * 50, b"b" * 50], keys=[b"1", b"2"], compression=codec)
        s.call("produce", version, s.produce_body(topic, batch), label=codec)
    s.note("read back", s.ask("fetch", 12, s.fetch_body(topic))["responses"][0]["partitions"][0]["records"] is not None)


@scenario(3)
def test_zstd_needs_version_7(s: Session, version: int) -> None:
    topic = s.topic()
    for at in (3, 6, 7):
        s.call("produce", at, s.produce_body(topic, make_batch([b"a"], compression="zstd")))


@scenario(8)
def test_timestamps_out_of_range(s: Session, version: int) -> None:
    configs = {"message.timestamp.before.max.ms": "1000", "message.timestamp.after.max.ms": "1000"}
    topic = s.topic(configs=configs)
    s.call("produce", version, s.produce_body(topic, make_batch([b"old"], timestamp_ms=1_000_000)), label="too old")
    s.call("produce", version, s.produce_body(topic, make_batch([b"far"], timestamp_ms=4 * 10**12)), label="too new")
    s.call("produce", version, s.produce_body(topic, make_batch([b"none"], timestamp_ms=-1)), label="none")
    free = s.topic("free")
    s.call("produce", version, s.produce_body(free, make_batch([b"far"], timestamp_ms=4 * 10**12)), label="an age off")
    s.call("produce", version, s.produce_body(free, make_batch([b"old"], timestamp_ms=1)), label="1970")


@scenario(2 + 1, 8, 12)
def test_log_append_time(s: Session, version: int) -> None:
    topic = s.topic(configs={"message.timestamp.type": "LogAppendTime"})
    s.call("produce", version, s.produce_body(topic, make_batch([b"a", b"b"])))
    _read_back(s, topic)


@scenario(3, 8, 13)
def test_compacted_topic_needs_keys(s: Session, version: int) -> None:
    topic = s.topic(configs={"cleanup.policy": "compact"})
    s.call("produce", version, s.produce_body(topic, make_batch([b"v"], keys=[b"k"])), label="with a key")
    s.call("produce", version, s.produce_body(topic, make_batch([b"v", b"w"], keys=[b"k", None])), label="one without")
    s.call("produce", version, s.produce_body(topic, make_batch([b"v"])), label="without")
    squeezed = make_batch([b"v", b"w"], keys=[None, None], compression="lz4")
    s.call("produce", version, s.produce_body(topic, squeezed), label="compressed, without")
    _read_back(s, topic)


@scenario(8)
def test_internal_topics_are_not_for_clients(s: Session, version: int) -> None:
    s.ask("find_coordinator", 3, {"key": "g", "key_type": 0})
    s.call("produce", version, s.produce_body("__consumer_offsets", make_batch([b"v"], keys=[b"k"])))


@scenario(8)
def test_min_insync_replicas_more_than_there_are(s: Session, version: int) -> None:
    topic = s.topic(configs={"min.insync.replicas": "2"})
    for acks in (-1, 1):
        s.call("produce", version, s.produce_body(topic, make_batch(), acks=acks), label=f"acks {acks}")


@scenario(8, 9)
def test_topic_name_that_cannot_be(s: Session, version: int) -> None:
    for name in ("", "..", "a b", "x" * 250, "dollar$"):
        s.call("produce", version, s.produce_body(name, make_batch()), label=repr(name[:20]))


@scenario(13)
def test_topic_id_zero(s: Session, version: int) -> None:
    body = s.produce_body("any", make_batch())
    body["topic_data"][0]["topic_id"] = bytes(16)
    s.call("produce", version, body)


@scenario(9)
def test_same_partition_twice_in_one_request(s: Session, version: int) -> None:
    topic = s.topic()
    body = s.produce_body(topic, make_batch([b"a"]))
    body["topic_data"][0]["partition_data"] *= 2
    s.call("produce", version, body)
    _read_back(s, topic)


@scenario(8)
def test_records_headers_tombstones_and_empty_values(s: Session, version: int) -> None:
    topic = s.topic()
    records = (
        make_record(0, None, b"k") + make_record(1, b"", b"") + make_record(2, b"v", None, [("h", b"1"), ("n", None)])
    )
    s.call("produce", version, s.produce_body(topic, make_batch([None] * 3, records=records)))
    _read_back(s, topic)
