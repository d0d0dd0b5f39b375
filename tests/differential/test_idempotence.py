"""Producer ids: allocation, sequence numbers, duplicates, fencing, with and without what the broker has forgotten."""

from __future__ import annotations

from headrace_testing.differential import Session, scenario, versions
from headrace_testing.raw_batches import make_batch

PRODUCE = 9


def _producer(s: Session, **values: object) -> tuple[int, int]:
    answer = s.ask("init_producer_id", 4, {"transactional_id": None, "transaction_timeout": 60000, **values})
    assert answer["error_code"] == 0, answer
    return answer["producer_id"], answer["producer_epoch"]


def _send(s: Session, topic: str, producer: tuple[int, int], sequence: int, count: int = 1, label: str = "") -> None:
    batch = make_batch([b"v%d" % i for i in range(count)], producer=(*producer, sequence))
    s.call("produce", PRODUCE, s.produce_body(topic, batch), label=label or f"sequence {sequence}")


def _log(s: Session, topic: str) -> None:
    s.call("fetch", 12, s.fetch_body(topic), label="the log")


@scenario(*versions("init_producer_id"))
def test_new_producer(s: Session, version: int) -> None:
    body = {"transactional_id": None, "transaction_timeout": 60000}
    first = s.call("init_producer_id", version, body)
    second = s.call("init_producer_id", version, body)
    s.note("ids differ", first["producer_id"] != second["producer_id"])


@scenario(3, 4, 5)
def test_init_with_an_id_and_epoch(s: Session, version: int) -> None:
    """Kafka ignores id and epoch of a producer that has no transactional id."""
    producer_id, epoch = _producer(s)
    body = {"transactional_id": None, "transaction_timeout": 60000}
    s.call("init_producer_id", version, body | {"producer_id": producer_id, "producer_epoch": epoch}, label="own")
    s.call("init_producer_id", version, body | {"producer_id": producer_id, "producer_epoch": 7}, label="ahead")
    s.call("init_producer_id", version, body | {"producer_id": -1, "producer_epoch": 3}, label="epoch alone")
    s.call("init_producer_id", version, body | {"producer_id": producer_id, "producer_epoch": -1}, label="id alone")


@scenario(*versions("init_producer_id"))
def test_bad_transactional_ids(s: Session, version: int) -> None:
    s.call("init_producer_id", version, {"transactional_id": "", "transaction_timeout": 60000}, label="empty")


@scenario(0, 4, 5)
def test_transactional_id(s: Session, version: int) -> None:
    s.call("find_coordinator", 3, {"key": s.unique, "key_type": 1})
    s.call("init_producer_id", version, {"transactional_id": s.unique, "transaction_timeout": 60000})


@scenario(3, 9, 12)
def test_batches_of_a_transaction(s: Session, version: int) -> None:
    topic, producer = s.topic(), _producer(s)
    batch = make_batch([b"v"], producer=(*producer, 0), attributes=0x10)
    s.call("produce", version, s.produce_body(topic, batch), label="without a transactional id")
    s.call("find_coordinator", 3, {"key": s.unique, "key_type": 1})
    s.call("produce", version, s.produce_body(topic, batch, transactional_id=s.unique), label="with one")
    plain = make_batch([b"v"], producer=(*producer, 0))
    s.call("produce", version, s.produce_body(topic, plain, transactional_id=s.unique), label="a plain batch with one")


@scenario(0, 4)
def test_timeouts_out_of_range_without_a_transaction(s: Session, version: int) -> None:
    for timeout in (0, -1, 2**31 - 1):
        s.call("init_producer_id", version, {"transactional_id": None, "transaction_timeout": timeout})


@scenario(*versions("produce", 3))
def test_in_order_and_duplicates(s: Session, version: int) -> None:
    topic, producer = s.topic(), _producer(s)
    for sequence in range(4):
        batch = make_batch([b"v"], producer=(*producer, sequence))
        s.call("produce", version, s.produce_body(topic, batch), label=f"sequence {sequence}")
    for sequence in (3, 0, 2):
        batch = make_batch([b"v"], producer=(*producer, sequence))
        s.call("produce", version, s.produce_body(topic, batch), label=f"again {sequence}")
    _log(s, topic)


@scenario()
def test_duplicates_older_than_the_last_five(s: Session) -> None:
    topic, producer = s.topic(), _producer(s)
    for sequence in range(8):
        _send(s, topic, producer, sequence)
    for sequence in range(8):
        _send(s, topic, producer, sequence, label=f"again {sequence}")
    _send(s, topic, producer, 8, label="goes on")


@scenario()
def test_gap(s: Session) -> None:
    topic, producer = s.topic(), _producer(s)
    _send(s, topic, producer, 0, 3)
    _send(s, topic, producer, 4, label="one left out")
    _send(s, topic, producer, 3, label="the right one")
    _log(s, topic)


@scenario()
def test_batches_of_several_records(s: Session) -> None:
    topic, producer = s.topic(), _producer(s)
    _send(s, topic, producer, 0, 5)
    _send(s, topic, producer, 5, 3)
    _send(s, topic, producer, 0, 5, label="first again")
    _send(s, topic, producer, 5, 3, label="second again")
    _send(s, topic, producer, 5, 2, label="second, shorter")
    _send(s, topic, producer, 4, 4, label="overlapping")
    _send(s, topic, producer, 8, 1, label="goes on")


@scenario()
def test_first_sequence_not_zero(s: Session) -> None:
    topic, producer = s.topic(), _producer(s)
    _send(s, topic, producer, 5)
    _send(s, topic, producer, 6)
    _log(s, topic)


@scenario()
def test_new_epoch_starts_at_zero(s: Session) -> None:
    topic = s.topic()
    producer_id, epoch = _producer(s)
    _send(s, topic, (producer_id, epoch), 0)
    _send(s, topic, (producer_id, epoch + 1), 1, label="new epoch, sequence goes on")
    _send(s, topic, (producer_id, epoch + 1), 0, label="new epoch, from zero")
    _send(s, topic, (producer_id, epoch), 1, label="old epoch")
    _send(s, topic, (producer_id, epoch), 0, label="old epoch, an old duplicate")
    _send(s, topic, (producer_id, epoch + 1), 1)
    _log(s, topic)


@scenario()
def test_epoch_far_ahead(s: Session) -> None:
    topic = s.topic()
    producer_id, epoch = _producer(s)
    _send(s, topic, (producer_id, epoch + 100), 0)
    _send(s, topic, (producer_id, epoch + 99), 0)


@scenario()
def test_id_that_was_never_given_out(s: Session) -> None:
    topic = s.topic()
    _send(s, topic, (123_456_789, 0), 0)
    _send(s, topic, (123_456_790, 3), 9, label="in the middle")


@scenario()
def test_producer_fields_that_contradict(s: Session) -> None:
    topic = s.topic()
    producer_id, _ = _producer(s)
    for label, producer in {
        "id without epoch": (producer_id, -1, 0),
        "id without sequence": (producer_id, 0, -1),
        "epoch without id": (-1, 0, 0),
        "sequence without id": (-1, -1, 0),
        "id -2": (-2, 0, 0),
        "sequence -2": (producer_id, 0, -2),
    }.items():
        s.call("produce", PRODUCE, s.produce_body(topic, make_batch([b"v"], producer=producer)), label=label)


@scenario()
def test_two_batches_of_one_producer_in_one_request(s: Session) -> None:
    topic, producer = s.topic(), _producer(s)
    both = make_batch([b"a"], producer=(*producer, 0)) + make_batch([b"b"], producer=(*producer, 1))
    s.call("produce", PRODUCE, s.produce_body(topic, both))


@scenario()
def test_sequences_are_per_partition(s: Session) -> None:
    topic, producer = s.topic(partitions=2), _producer(s)
    for partition in (0, 1):
        batch = make_batch([b"v"], producer=(*producer, 0))
        s.call("produce", PRODUCE, s.produce_body(topic, batch, partition), label=f"partition {partition}")
    batch = make_batch([b"v"], producer=(*producer, 2))
    s.call("produce", PRODUCE, s.produce_body(topic, batch, 1), label="a gap on the second")


@scenario()
def test_sequence_wraps_after_the_largest(s: Session) -> None:
    topic, producer = s.topic(), _producer(s)
    _send(s, topic, producer, 2**31 - 2, 2, label="up to the largest")
    _send(s, topic, producer, 0, 1, label="goes on at zero")
    _send(s, topic, producer, 1, 1)
    other = _producer(s)
    _send(s, topic, other, 2**31 - 2, 5, label="a batch across the wrap")
    _send(s, topic, other, 3, 1, label="after the wrap")
    _send(s, topic, other, 2**31 - 2, 5, label="the batch across the wrap again")


@scenario()
def test_idempotent_and_plain_batches_mixed(s: Session) -> None:
    topic, producer = s.topic(), _producer(s)
    _send(s, topic, producer, 0)
    s.call("produce", PRODUCE, s.produce_body(topic, make_batch([b"plain"])), label="plain")
    _send(s, topic, producer, 1)
    _log(s, topic)


@scenario()
def test_compressed_duplicate(s: Session) -> None:
    topic, producer = s.topic(), _producer(s)
    for _ in range(2):
        batch = make_batch([b"v" * 40, b"w" * 40], producer=(*producer, 0), compression="lz4")
        s.call("produce", PRODUCE, s.produce_body(topic, batch))


@scenario()
def test_duplicate_after_the_records_were_deleted(s: Session) -> None:
    topic, producer = s.topic(), _producer(s)
    _send(s, topic, producer, 0, 3)
    where = {"name": topic, "partitions": [{"partition_index": 0, "offset": -1}]}
    s.call("delete_records", 2, {"topics": [where], "timeout": 10000})
    _send(s, topic, producer, 0, 3, label="again")
    _send(s, topic, producer, 3, label="goes on")
