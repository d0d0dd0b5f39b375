"""One connection against clients that are slow, broken or hostile, and the listener around it."""

import logging
import random
import resource
import socket
import struct
import threading
import time

import pytest

from headrace.base.errors import Retriable
from headrace.kafka import connection as connection_module
from headrace_testing.broker import InProcessBroker, produce
from headrace_testing.raw_batches import make_batch
from headrace_testing.wire import API_KEYS, ConnectionLost, RawConnection, encode, request_frame, struct_of


def wait_until(condition, timeout_s=10.0):
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.005)


def closes(raw):
    """The broker closes this connection without another answer."""
    raw.sock.settimeout(10)
    with pytest.raises(ConnectionLost):
        raw.read_frame()


def refused(broker, reason):
    return broker.on_loop(lambda: broker.metrics.counter("connections_refused_total", reason).value)


HOSTILE = {
    "http": b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    "tls": bytes.fromhex("1603010200010001fc0303") + b"\0" * 40,
    "negative size": struct.pack(">i", -1),
    "size of zero": struct.pack(">i", 0),
    "size over the limit": struct.pack(">i", 200 * 1024 * 1024),
    "unknown key": request_frame(999, 0, 1, "x", b"", False),
    "unknown version": request_frame(0, 99, 1, "x", b"", True),
    "produce of Kafka 0.8": request_frame(0, 0, 1, "x", b"\0" * 12, False),
    "empty body": request_frame(1, 12, 1, "x", b"", True),
    "client id longer than the frame": struct.pack(">ihhih", 14, 3, 1, 1, 500) + b"abcd",
    "array of 2^31": request_frame(3, 1, 1, "x", struct.pack(">i", 2**31 - 1), False),
    "half a header": struct.pack(">i", 8) + b"\0\3\0\1\0\0\0\1",
}


@pytest.mark.parametrize("case", HOSTILE)
def test_what_is_no_request_ends_this_connection_with_one_line_and_no_trace(broker, topic, caplog, case):
    with caplog.at_level(logging.DEBUG), RawConnection(broker.port) as raw, RawConnection(broker.port) as other:
        raw.send_bytes(HOSTILE[case])
        closes(raw)
        # Nobody else notices.
        assert produce(other, broker, topic(), make_batch())["error_code"] == 0
    assert not [record for record in caplog.records if record.exc_info]
    assert len([record for record in caplog.records if "closed the connection" in record.message]) <= 1


def test_guesses_who_is_talking(broker, caplog):
    broker.server.refusals._refusals._lines = 0
    with caplog.at_level(logging.WARNING), RawConnection(broker.port) as raw:
        raw.send_bytes(HOSTILE["http"])
        closes(raw)
    assert any("looks like HTTP" in record.message for record in caplog.records)


def test_a_client_in_a_tight_loop_does_not_fill_the_log(broker, caplog):
    with caplog.at_level(logging.WARNING):
        for _ in range(60):
            with RawConnection(broker.port) as raw:
                raw.send_bytes(HOSTILE["negative size"])
                closes(raw)
    lines = [record for record in caplog.records if "closed the connection" in record.message]
    assert 1 <= len(lines) <= 41


def test_random_bytes_never_harm_the_broker(broker, topic, caplog):
    seeded = random.Random(4711)
    good = request_frame(3, 9, 1, "x", b"\1\0\0\0\0", True)
    with caplog.at_level(logging.ERROR):
        for _ in range(150):
            if seeded.random() < 0.5:
                data = seeded.randbytes(seeded.randint(1, 200))
            else:
                data = bytearray(good)
                for _ in range(seeded.randint(1, 4)):
                    data[seeded.randrange(4, len(data))] = seeded.randrange(256)
            with RawConnection(broker.port) as raw:
                raw.send_bytes(bytes(data))
                raw.sock.shutdown(socket.SHUT_WR)
                try:
                    while True:
                        raw.read_frame()
                except ConnectionLost:
                    pass
    assert not [record for record in caplog.records if record.exc_info]
    with RawConnection(broker.port) as raw:
        assert produce(raw, broker, topic(), make_batch())["error_code"] == 0


def test_api_versions_of_an_unknown_version_says_which_there_are(broker):
    with RawConnection(broker.port) as raw:
        sent = raw.send_body(18, 77, b"\1\1\0", True)
        answer = raw.receive("api_versions", 0, sent)
        assert answer["error_code"] == 35
        assert [(key["api_key"], key["min_version"]) for key in answer["api_keys"]] == [(18, 0)]
        # The client goes on with a version that it was told.
        good = raw.call("api_versions", 3, {"client_software_name": "me", "client_software_version": "1.0"})
        assert good["error_code"] == 0
        assert {key["api_key"]: key["min_version"] for key in good["api_keys"]}[0] == 0
        assert (
            raw.call("api_versions", 3, {"client_software_name": "-", "client_software_version": ""})["error_code"]
            == 42
        )


def test_unknown_api_versions_between_other_requests_is_answered_in_order(broker):
    frames = b"".join(
        request_frame(18, version, number, "x", b"" if version == 0 else b"\1\1\0", version >= 3)
        for number, version in enumerate([0, 99, 0, 99, 99, 0])
    )
    with RawConnection(broker.port) as raw:
        raw.send_bytes(frames)
        assert [struct.unpack_from(">i", raw.read_frame())[0] for _ in range(6)] == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize("pieces", [1, 3, 7, 4096])
def test_requests_may_come_in_any_pieces(broker, topic, pieces):
    name = topic()
    values = {"acks": -1, "timeout": 5_000, "topic_data": [
        {"name": name, "partition_data": [{"index": 0, "records": make_batch([b"x" * 300])}]}
    ]}  # fmt: skip
    layout = struct_of("produce", 9, "request")
    data = b"".join(
        request_frame(API_KEYS["produce"], 9, number, "x", encode(layout, values), True) for number in range(5)
    )
    with RawConnection(broker.port) as raw:
        for start in range(0, len(data), pieces):
            raw.send_bytes(data[start : start + pieces])
        assert [struct.unpack_from(">i", raw.read_frame())[0] for _ in range(5)] == list(range(5))
    assert broker.partition(name).log_end_offset == 5


def test_large_and_small_requests_mixed(broker, topic):
    """Frames from 100 bytes to 900 KB: the buffer grows, moves what is left, and keeps every byte right (CRC)."""
    name = topic()
    sizes = random.Random(1).choices([10, 1_000, 60_000, 70_000, 300_000, 900_000], k=60)
    with RawConnection(broker.port, timeout_s=30) as raw:

        def send():
            for number, size in enumerate(sizes):
                raw.send(
                    "produce",
                    9,
                    {"acks": -1, "timeout": 30_000, "topic_data": [{"name": name, "partition_data": [
                        {"index": 0, "records": make_batch([bytes([number]) * size])}
                    ]}]},
                )  # fmt: skip

        sender = threading.Thread(target=send)
        sender.start()
        for expected in range(len(sizes)):
            answer = raw.receive("produce", 9, expected + 1)
            (entry,) = answer["responses"][0]["partition_responses"]
            assert (entry["error_code"], entry["base_offset"]) == (0, expected)
        sender.join()


def test_an_idle_connection_gives_its_large_buffer_back(broker, topic):
    name = topic()
    with RawConnection(broker.port) as raw:
        produce(raw, broker, name, make_batch([b"x" * 900_000]))
        (server_side,) = [c for c in broker.server._connections if c.peer.endswith(f":{raw.sock.getsockname()[1]}")]
        assert server_side._input.reserved_bytes > 900_000
        used = broker.server.receive_memory.used_bytes
        broker.on_loop(lambda: server_side.idle_sweep(time.perf_counter() + 60, 10, 600, 30))
        assert server_side._input.reserved_bytes == 0
        assert broker.server.receive_memory.used_bytes < used
        assert produce(raw, broker, name, make_batch([b"x" * 900_000]))["base_offset"] == 1
    wait_until(lambda: broker.server.receive_memory.used_bytes == 0)


def test_idle_connections_are_closed_after_a_while(broker):
    with RawConnection(broker.port) as raw:
        raw.call("api_versions", 0)
        broker.on_loop(
            lambda: [c.idle_sweep(time.perf_counter() + 601, 10, 600, 30) for c in tuple(broker.server._connections)]
        )
        closes(raw)


def test_large_requests_wait_their_turn_for_memory(tmp_path):
    """Room for one large request at a time: four clients that send at once are all served."""
    with InProcessBroker(tmp_path) as broker:
        broker.create_topic("t", max_message_bytes="8000000")
        broker.on_loop(lambda: setattr(broker.server.receive_memory, "total_bytes", 6_000_000))
        outcomes = []

        def client():
            with RawConnection(broker.port, timeout_s=60) as raw:
                large = make_batch([b"x" * 4_000_000])
                outcomes.extend(produce(raw, broker, "t", large)["error_code"] for _ in range(3))

        clients = [threading.Thread(target=client) for _ in range(4)]
        for each in clients:
            each.start()
        for each in clients:
            each.join(60)
        assert outcomes == [0] * 12
        assert broker.server.receive_memory.used_bytes <= 6_000_000


def test_a_stalled_large_request_gives_way_to_others(tmp_path):
    with InProcessBroker(tmp_path) as broker:
        broker.create_topic("t", max_message_bytes="8000000")
        broker.on_loop(lambda: setattr(broker.server.receive_memory, "total_bytes", 6_000_000))
        with RawConnection(broker.port) as stalled, RawConnection(broker.port, timeout_s=60) as other:
            stalled.send_bytes(struct.pack(">i", 5_000_000) + b"\0\0\0\x09")
            wait_until(lambda: broker.server.receive_memory.used_bytes > 5_000_000)
            outcome = []
            sender = threading.Thread(
                target=lambda: outcome.append(produce(other, broker, "t", make_batch([b"x" * 4_000_000])))
            )
            sender.start()
            wait_until(lambda: broker.server.receive_memory.contended)
            broker.on_loop(
                lambda: [c.idle_sweep(time.perf_counter() + 40, 10, 600, 30) for c in tuple(broker.server._connections)]
            )
            sender.join(30)
            assert outcome[0]["error_code"] == 0
            closes(stalled)
            assert refused(broker, "stalled") == 1


def test_a_client_that_does_not_read_costs_bounded_memory(tmp_path):
    """It asks for 2 GB and reads nothing: handling stops when a few answers are waiting."""
    with InProcessBroker(tmp_path) as broker:
        broker.create_topic("t")
        with RawConnection(broker.port) as raw:
            for _ in range(8):
                produce(raw, broker, "t", make_batch([b"x" * 1_000_000]))
            before_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            for _ in range(250):
                raw.send(
                    "fetch",
                    12,
                    {"max_wait": 0, "min_bytes": 0, "max_bytes": 8_000_000, "session_epoch": -1, "topics": [
                        {"topic": "t", "partitions": [
                            {"partition": 0, "fetch_offset": 0, "partition_max_bytes": 8_000_000}
                        ]}
                    ]},
                )  # fmt: skip
            wait_until(lambda: any(not c._may_handle() for c in broker.server._connections))
            grown_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kib
            assert grown_kib < 64 * 1024
            # And when it reads at last, it gets everything, in order.
            for number in range(250):
                frame = raw.read_frame()
                assert struct.unpack_from(">i", frame)[0] == 9 + number
                assert len(frame) > 6_900_000
                if number > 40:
                    break


def fetch_frame(size):
    layout = struct_of("fetch", 12, "request")
    values = {"max_wait": 0, "min_bytes": 0, "max_bytes": size, "session_epoch": -1, "topics": [
        {"topic": "t", "partitions": [{"partition": 0, "fetch_offset": 0, "partition_max_bytes": size}]}
    ]}  # fmt: skip
    return request_frame(API_KEYS["fetch"], 12, 1, "x", encode(layout, values), True)


@pytest.fixture
def with_large_topic(tmp_path):
    """A broker with topic `t` of 30 batches of different sizes, 8 MB together, and a client with a small window."""
    with InProcessBroker(tmp_path) as broker:
        broker.create_topic("t")
        seeded = random.Random(5)
        with RawConnection(broker.port) as raw:
            for number in range(30):
                produce(raw, broker, "t", make_batch([bytes([number]) * seeded.randint(10_000, 500_000)]))
        with RawConnection(broker.port, timeout_s=30) as raw:
            raw.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 * 1024)
            yield broker, raw


def test_large_answers_come_from_the_file_whole_and_in_order(with_large_topic):
    broker, raw = with_large_topic
    written = broker.read_all("t")
    raw.send_bytes(fetch_frame(10_000_000) * 3 + request_frame(18, 0, 2, "x", b"", False))
    for _ in range(3):
        assert written in raw.read_frame()
    assert struct.unpack_from(">i", raw.read_frame())[0] == 2


def test_large_answers_beside_acks_that_come_later(with_large_topic):
    """A produce is parked, a large fetch stands behind it, another produce after that: answers keep their order."""
    broker, raw = with_large_topic
    log = broker.partition("t").log
    request_flush, log.request_flush = log.request_flush, lambda: None
    layout = struct_of("produce", 9, "request")
    values = {"acks": -1, "timeout": 30_000, "topic_data": [
        {"name": "t", "partition_data": [{"index": 0, "records": make_batch([b"y"])}]}
    ]}  # fmt: skip
    one_more = request_frame(0, 9, 7, "x", encode(layout, values), True)
    raw.send_bytes(one_more + fetch_frame(10_000_000) + one_more)
    wait_until(lambda: log.next_offset >= 31)
    log.request_flush = request_flush
    broker.on_loop(request_flush)
    assert struct.unpack_from(">i", raw.read_frame())[0] == 7
    assert len(raw.read_frame()) > 5_000_000
    assert struct.unpack_from(">i", raw.read_frame())[0] == 7


def test_a_client_that_goes_away_in_the_middle_of_a_large_answer(with_large_topic):
    broker, raw = with_large_topic
    raw.send_bytes(fetch_frame(10_000_000))
    raw.sock.recv(1000)
    raw.close()
    wait_until(lambda: not broker.server._connections)
    with RawConnection(broker.port) as other:
        assert produce(other, broker, "t", make_batch())["error_code"] == 0


def test_a_graceful_stop_finishes_a_large_answer(with_large_topic):
    broker, raw = with_large_topic
    raw.send_bytes(fetch_frame(10_000_000))
    start = raw.sock.recv(4)
    written = broker.read_all("t")
    stopper = threading.Thread(target=broker.stop)
    stopper.start()
    data = bytearray()
    while chunk := raw.sock.recv(1 << 20):
        data += chunk
    stopper.join()
    assert len(data) == struct.unpack(">i", start)[0]
    assert written in data


def test_a_file_that_is_shorter_than_it_should_be_ends_the_connection(with_large_topic, caplog):
    broker, raw = with_large_topic
    segment = broker.partition("t").log.segments[-1]
    segment.file.truncate(segment.size_bytes - 600_000)
    with caplog.at_level(logging.ERROR):
        raw.send_bytes(fetch_frame(10_000_000))
        closes(raw)
    assert any("ends before the batches" in record.message for record in caplog.records)


def test_parked_requests_are_bounded(tmp_path, monkeypatch):
    """A disk that does not answer: the connection stops taking requests after a number of them, and goes on later."""
    monkeypatch.setattr(connection_module, "PARKED_REQUESTS_MAX", 20)
    with InProcessBroker(tmp_path) as broker, RawConnection(broker.port, timeout_s=30) as raw:
        broker.create_topic("t")
        partition = broker.partition("t")
        request_flush = partition.log.request_flush
        partition.log.request_flush = lambda: None
        values = {"acks": -1, "timeout": 30_000, "topic_data": [
            {"name": "t", "partition_data": [{"index": 0, "records": make_batch([b"x"])}]}
        ]}  # fmt: skip
        for _ in range(100):
            raw.send("produce", 9, values)
        wait_until(lambda: partition.log_end_offset >= 20)
        time.sleep(0.05)
        assert partition.log_end_offset <= 21
        partition.log.request_flush = request_flush
        broker.on_loop(request_flush)
        for expected in range(100):
            answer = raw.receive("produce", 9, expected + 1)
            assert answer["responses"][0]["partition_responses"][0]["base_offset"] == expected


def test_an_ack_that_never_comes_times_out(tmp_path):
    with InProcessBroker(tmp_path) as broker, RawConnection(broker.port, timeout_s=30) as raw:
        broker.create_topic("t")
        broker.partition("t").log.request_flush = lambda: None
        entry = produce(raw, broker, "t", make_batch(), timeout=100)
        assert (entry["error_code"], entry["base_offset"]) == (7, -1)


def test_a_disk_that_refuses_is_told_and_gone_on_from(tmp_path):
    with InProcessBroker(tmp_path) as broker, RawConnection(broker.port) as raw:
        broker.create_topic("t")
        produce(raw, broker, "t", make_batch())
        partition = broker.partition("t")
        append = partition.log.append

        def full(data, headers):
            raise Retriable(56, "cannot append to t-0: No space left on device")

        partition.log.append = full
        entry = produce(raw, broker, "t", make_batch(producer=(7, 0, 0)), version=8)
        assert entry["error_code"] == 56
        assert "No space left" in entry["error_message"]
        partition.log.append = append
        assert produce(raw, broker, "t", make_batch(producer=(7, 0, 0)))["base_offset"] == 1


def test_a_failed_sync_fails_the_waiting_acks_and_stops_only_this_partition(tmp_path):
    with InProcessBroker(tmp_path) as broker, RawConnection(broker.port) as raw:
        broker.create_topic("t", 2)
        partition = broker.partition("t", 0)

        def broken():
            raise OSError(5, "Input/output error")

        class BrokenFile:
            def __init__(self, file):
                self.file = file

            def __getattr__(self, name):
                return broken if name == "sync_data" else getattr(self.file, name)

        segment = partition.log.segments[-1]
        segment._file = BrokenFile(segment.file)
        assert produce(raw, broker, "t", make_batch())["error_code"] == 56
        assert produce(raw, broker, "t", make_batch())["error_code"] == 56
        assert produce(raw, broker, "t", make_batch(), index=1)["error_code"] == 0
        assert [value for _, value in broker.on_loop(lambda: list(broker.metrics.gauges["partitions_stopped"]()))] == [
            1
        ]


def test_more_connections_than_allowed_are_closed_with_a_reason(tmp_path, caplog):
    with InProcessBroker(tmp_path, connections_max=3) as broker, caplog.at_level(logging.WARNING):
        open_ones = [RawConnection(broker.port) for _ in range(3)]
        for raw in open_ones:
            raw.call("api_versions", 0)
        with RawConnection(broker.port) as fourth:
            closes(fourth)
        assert refused(broker, "limit") == 1
        assert any("at most 3 connections" in record.message for record in caplog.records)
        open_ones.pop().close()
        wait_until(lambda: len(broker.server._connections) == 2)
        with RawConnection(broker.port) as again:
            assert again.call("api_versions", 0)["error_code"] == 0
        for raw in open_ones:
            raw.close()


def test_a_graceful_stop_answers_what_was_begun(tmp_path):
    """A produce that waits for the disk is answered, a long poll is not waited for, new requests are not taken."""
    broker = InProcessBroker(tmp_path).start()
    broker.create_topic("t")
    partition = broker.partition("t")
    request_flush = partition.log.request_flush
    partition.log.request_flush = lambda: None
    with RawConnection(broker.port) as producer, RawConnection(broker.port) as poller:
        sent = producer.send(
            "produce",
            9,
            {"acks": -1, "timeout": 30_000, "topic_data": [
                {"name": "t", "partition_data": [{"index": 0, "records": make_batch()}]}
            ]},
        )  # fmt: skip
        poller.send(
            "fetch",
            12,
            {"max_wait": 60_000, "min_bytes": 1, "session_epoch": -1, "topics": [
                {"topic": "t", "partitions": [{"partition": 0, "fetch_offset": 0, "partition_max_bytes": 1}]}
            ]},
        )  # fmt: skip
        wait_until(lambda: partition.log_end_offset == 1 and partition.watchers)
        broker.on_loop(lambda: broker.loop.call_later(0.2, request_flush))
        started = time.monotonic()
        broker.stop()
        assert time.monotonic() - started < 8
        answer = producer.receive("produce", 9, sent)
        assert answer["responses"][0]["partition_responses"][0]["error_code"] == 0
        closes(producer)
        closes(poller)


def test_a_handler_that_fails_is_logged_and_costs_one_connection(broker, topic, caplog, monkeypatch):
    name = topic()
    partition = broker.partition(name)

    def fail(*_, **__):
        raise ZeroDivisionError("a fault of ours")

    monkeypatch.setattr(type(partition), "append", fail)
    with caplog.at_level(logging.ERROR), RawConnection(broker.port) as raw:
        raw.send("produce", 9, {"acks": 1, "timeout": 1, "topic_data": [
            {"name": name, "partition_data": [{"index": 0, "records": make_batch()}]}
        ]})  # fmt: skip
        closes(raw)
    assert any(record.exc_info and "Produce" in record.message for record in caplog.records)


def test_requests_are_counted_and_timed(broker, topic):
    counter = broker.metrics.counter("requests_total", "Produce")
    histogram = broker.metrics.histogram("request_seconds", "Produce")
    before = counter.value, sum(histogram.counts), broker.metrics.counter("produced_bytes_total").value
    batch = make_batch()
    with RawConnection(broker.port) as raw:
        produce(raw, broker, topic(), batch, acks=-1)
        produce(raw, broker, topic(), batch, acks=1)
        produce(raw, broker, topic(), batch, acks=0)
        raw.call("api_versions", 0)
    after = counter.value, sum(histogram.counts), broker.metrics.counter("produced_bytes_total").value
    assert [b - a for a, b in zip(before, after, strict=True)] == [3, 3, 3 * len(batch)]


def test_idle_connections_hold_little_memory(broker, topic):
    """Thousands of clients may sit there: a buffer is tiny until there is work and after a quiet while."""
    name = topic()
    with RawConnection(broker.port) as raw:
        raw.call("api_versions", 0)
        (server_side,) = [c for c in broker.server._connections if c.peer.endswith(f":{raw.sock.getsockname()[1]}")]
        assert len(server_side._input.data) == 1024
        for _ in range(3):
            assert produce(raw, broker, name, make_batch([b"x" * 40_000]))["error_code"] == 0
        assert len(server_side._input.data) == 65_536
        broker.on_loop(lambda: server_side.idle_sweep(time.perf_counter() + 60, 10, 600, 30))
        assert len(server_side._input.data) == 1024
        assert produce(raw, broker, name, make_batch([b"x" * 40_000]))["error_code"] == 0


def test_a_pipelining_client_gets_a_larger_buffer_though_each_request_is_small(broker, topic):
    with RawConnection(broker.port) as raw:
        raw.send_bytes(request_frame(18, 0, 1, "x", b"", False) * 500)
        for _ in range(500):
            raw.read_frame()
        (server_side,) = [c for c in broker.server._connections if c.peer.endswith(f":{raw.sock.getsockname()[1]}")]
        assert len(server_side._input.data) == 65_536
