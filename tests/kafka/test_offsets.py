"""ListOffsets, OffsetForLeaderEpoch and DeleteRecords over the wire."""

import pytest

from headrace_testing.broker import InProcessBroker, produce
from headrace_testing.raw_batches import START_OF_TIME_MS, make_batch
from headrace_testing.wire import RawConnection, versions_of

LATEST, EARLIEST, MAX_TIMESTAMP, EARLIEST_LOCAL, LATEST_TIERED = -1, -2, -3, -4, -5
VERSIONS = [version for version in versions_of("list_offsets") if version <= 10]


def list_offset(connection, name, timestamp, *, version=7, index=0, epoch=-1, isolation=0):
    """(error, offset, timestamp, leader epoch)."""
    answer = connection.call(
        "list_offsets",
        version,
        {"replica_id": -1, "isolation_level": isolation, "topics": [{"name": name, "partitions": [
            {"partition_index": index, "timestamp": timestamp, "current_leader_epoch": epoch}
        ]}]},
    )  # fmt: skip
    (entry,) = answer["topics"][0]["partitions"]
    return entry["error_code"], entry["offset"], entry["timestamp"], entry.get("leader_epoch", -1)


@pytest.fixture
def timed(broker, connection, topic):
    """Offsets 0-2 at +0, +10, +20 ms; 3-4 at +100, +50 (the base of a batch may be its largest); 5 at +60."""
    name = topic()
    base = START_OF_TIME_MS
    produce(connection, broker, name, make_batch([b"a", b"b", b"c"], timestamp_ms=base, timestamp_step_ms=10))
    produce(
        connection,
        broker,
        name,
        make_batch([b"d", b"e"], timestamp_ms=base + 100, timestamp_step_ms=-50, max_timestamp=base + 100),
    )
    produce(connection, broker, name, make_batch([b"f"], timestamp_ms=base + 60))
    return name


@pytest.mark.parametrize("version", VERSIONS)
def test_earliest_and_latest_in_every_version(broker, connection, timed, version):
    epoch = broker.partition(timed).leader_epoch if version >= 4 else -1
    assert list_offset(connection, timed, EARLIEST, version=version) == (0, 0, -1, epoch)
    assert list_offset(connection, timed, LATEST, version=version) == (0, 6, -1, epoch)
    if version >= 2:
        assert list_offset(connection, timed, LATEST, version=version, isolation=1) == (0, 6, -1, epoch)


def test_by_timestamp(broker, connection, timed):
    epoch = broker.partition(timed).leader_epoch
    base = START_OF_TIME_MS
    assert list_offset(connection, timed, 0) == (0, 0, base, epoch)
    assert list_offset(connection, timed, base + 1) == (0, 1, base + 10, epoch)
    assert list_offset(connection, timed, base + 20) == (0, 2, base + 20, epoch)
    assert list_offset(connection, timed, base + 21) == (0, 3, base + 100, epoch)
    assert list_offset(connection, timed, base + 101) == (0, -1, -1, -1)


def test_the_largest_timestamp(broker, connection, timed, topic):
    epoch = broker.partition(timed).leader_epoch
    assert list_offset(connection, timed, MAX_TIMESTAMP) == (0, 3, START_OF_TIME_MS + 100, epoch)
    assert list_offset(connection, topic(), MAX_TIMESTAMP) == (0, -1, -1, -1)


def test_special_timestamps_by_version(broker, connection, timed):
    epoch = broker.partition(timed).leader_epoch
    assert list_offset(connection, timed, EARLIEST_LOCAL, version=8) == (0, 0, -1, epoch)
    assert list_offset(connection, timed, LATEST_TIERED, version=9) == (0, -1, -1, -1)
    for timestamp, too_old in ((MAX_TIMESTAMP, 6), (EARLIEST_LOCAL, 7), (LATEST_TIERED, 8), (-6, 10), (-99, 10)):
        assert list_offset(connection, timed, timestamp, version=too_old)[0] == 35


def test_errors(broker, connection, timed):
    assert list_offset(connection, "no-such-topic", LATEST) == (3, -1, -1, -1)
    assert list_offset(connection, timed, LATEST, index=5)[0] == 3
    epoch = broker.partition(timed).leader_epoch
    assert list_offset(connection, timed, LATEST, epoch=epoch)[0] == 0
    assert list_offset(connection, timed, LATEST, epoch=epoch + 1)[0] == 75
    broker.partition(timed).leader_epoch += 3
    assert list_offset(connection, timed, LATEST, epoch=epoch)[0] == 74


def test_a_partition_asked_twice_is_an_invalid_request(connection, timed):
    wanted = {"partition_index": 0, "timestamp": LATEST}
    answer = connection.call(
        "list_offsets", 5, {"replica_id": -1, "topics": [{"name": timed, "partitions": [wanted, wanted]}]}
    )
    assert [entry["error_code"] for entry in answer["topics"][0]["partitions"]] == [42, 42]


def test_latest_is_what_consumers_may_read(broker, topic):
    """With headrace.flush=fsync an offset that is not on disk yet is not told."""
    name = topic()
    log = broker.partition(name).log
    request_flush, log.request_flush = log.request_flush, lambda: None
    with RawConnection(broker.port) as raw:
        produce(raw, broker, name, make_batch([b"a", b"b"]), acks=1)
        assert list_offset(raw, name, LATEST)[1] == 0
        assert list_offset(raw, name, START_OF_TIME_MS)[1] == -1
        log.request_flush = request_flush
        produce(raw, broker, name, make_batch([b"c"]), acks=-1)
        assert list_offset(raw, name, LATEST)[1] == 3


# ---- OffsetForLeaderEpoch


def epoch_end(connection, name, epoch, *, version=4, current=-1, index=0):
    answer = connection.call(
        "offset_for_leader_epoch",
        version,
        {"replica_id": -1, "topics": [{"topic": name, "partitions": [
            {"partition": index, "current_leader_epoch": current, "leader_epoch": epoch}
        ]}]},
    )  # fmt: skip
    (entry,) = answer["topics"][0]["partitions"]
    return entry["error_code"], entry["leader_epoch"], entry["end_offset"]


@pytest.mark.parametrize("version", [2, 3, 4])
def test_epochs_of_a_log_that_was_restarted(tmp_path, version):
    """Every start is a new epoch; an epoch in which nothing was written leaves no trace."""
    running = InProcessBroker(tmp_path).start()
    running.create_topic("t")
    epochs = []
    for count in (2, 0, 3):
        epochs.append(running.partition("t").leader_epoch)
        with RawConnection(running.port) as raw:
            for _ in range(count):
                produce(raw, running, "t", make_batch())
        running.stop()
        running = InProcessBroker(tmp_path).start()
    with running, RawConnection(running.port) as raw:
        current = running.partition("t").leader_epoch
        assert epochs == sorted(set(epochs))
        assert epoch_end(raw, "t", epochs[0], version=version) == (0, epochs[0], 2)
        assert epoch_end(raw, "t", epochs[1], version=version) == (0, epochs[0], 2)
        assert epoch_end(raw, "t", epochs[2], version=version) == (0, epochs[2], 5)
        assert epoch_end(raw, "t", current, version=version) == (0, current, 5)
        assert epoch_end(raw, "t", current + 1, version=version) == (0, -1, -1)
        assert epoch_end(raw, "t", 0, current=current, version=version)[0] == 0
        assert epoch_end(raw, "t", 0, current=current + 1, version=version) == (75, -1, -1)
        assert epoch_end(raw, "t", 0, current=epochs[0], version=version) == (74, -1, -1)
        assert epoch_end(raw, "none", 0, version=version) == (3, -1, -1)


# ---- DeleteRecords


def delete(connection, name, offset, *, version=2, index=0):
    answer = connection.call(
        "delete_records",
        version,
        {"timeout": 1000, "topics": [{"name": name, "partitions": [{"partition_index": index, "offset": offset}]}]},
    )
    (entry,) = answer["topics"][0]["partitions"]
    return entry["error_code"], entry["low_watermark"]


@pytest.mark.parametrize("version", [0, 1, 2])
def test_deleting_records_moves_the_start(broker, connection, timed, version):
    assert delete(connection, timed, 2, version=version) == (0, 2)
    assert list_offset(connection, timed, EARLIEST)[1] == 2
    assert delete(connection, timed, 1, version=version) == (0, 2)
    assert delete(connection, timed, 7, version=version) == (1, -1)
    assert delete(connection, timed, -2, version=version) == (1, -1)
    assert delete(connection, timed, -1, version=version) == (0, 6)
    assert list_offset(connection, timed, EARLIEST)[1] == 6


def test_what_may_not_be_deleted(broker, connection, topic):
    assert delete(connection, "no-such-topic", 0) == (3, -1)
    assert delete(connection, topic(cleanup_policy="compact"), 0) == (44, -1)
    broker.wait(broker.controller.ensure_topic("__consumer_offsets", partitions=1, internal=True))
    assert delete(connection, "__consumer_offsets", 0) == (17, -1)
