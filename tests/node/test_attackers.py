"""Strangers at both ports: nonsense, half requests, floods, thousands of connections. The clients beside them notice
nothing, memory stays bounded, and the log says it in a few plain lines."""

import os
import random
import resource
import socket
import struct
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, NewTopic

from headrace_testing.node import NodeProcess

#: A produce of 200 KB takes 2 ms on an idle machine. The tests share theirs.
PATIENCE_S = 5.0
RSS_MAX_MIB = 500


@pytest.fixture(scope="module", autouse=True)
def many_sockets() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard if hard < 20_000 else max(soft, 20_000), hard))


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NodeProcess]:
    with NodeProcess(tmp_path_factory.mktemp("attacked") / "node") as running:
        admin = AdminClient({"bootstrap.servers": running.kafka})
        admin.create_topics([NewTopic("t", 1, 1)])["t"].result(30)
        yield running


class Victim:
    """An ordinary producer of large batches, all the while; a new connection now and then."""

    def __init__(self, node: NodeProcess) -> None:
        self._node = node
        self._stopping = threading.Event()
        self.waits_s: list[float] = []
        self.errors: list[object] = []
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        while not self._stopping.is_set():
            producer = Producer({"bootstrap.servers": self._node.kafka, "acks": "all", "linger.ms": 0})
            for _ in range(10):
                began_s = time.monotonic()
                producer.produce("t", b"v" * 200_000, on_delivery=lambda error, _: error and self.errors.append(error))
                producer.flush(60)
                self.waits_s.append(time.monotonic() - began_s)
                if self._stopping.wait(0.02):
                    return

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()


@pytest.fixture(autouse=True)
def victim(node: NodeProcess) -> Iterator[Victim]:
    """Beside every test: in the end it was served in time, and the node is sound."""
    beside = Victim(node)
    yield beside
    served = len(beside.waits_s)
    deadline_s = time.monotonic() + 10
    while len(beside.waits_s) < served + 3 and time.monotonic() < deadline_s:
        time.sleep(0.02)
    beside.stop()
    assert len(beside.waits_s) >= served + 3, "no client is served any more"
    assert not beside.errors
    assert max(beside.waits_s) < PATIENCE_S
    assert rss_mib(node) < RSS_MAX_MIB
    assert "Traceback" not in node.log_text


def rss_mib(node: NodeProcess) -> int:
    status = Path(f"/proc/{node.pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) // 1024


def open_files(node: NodeProcess) -> int:
    return len(os.listdir(f"/proc/{node.pid}/fd"))


def until(condition, what: str, wait_s: float = 20.0) -> None:
    deadline_s = time.monotonic() + wait_s
    while not condition():
        assert time.monotonic() < deadline_s, what
        time.sleep(0.02)


def connect(node: NodeProcess, *, admin: bool = False) -> socket.socket:
    host, _, port = (node.admin if admin else node.kafka).rpartition(":")
    return socket.create_connection((host, int(port)), timeout=10)


def frame(key: int, version: int, body: bytes) -> bytes:
    content = struct.pack(">hhih", key, version, 7, 3) + b"abc" + body
    return struct.pack(">i", len(content)) + content


def ask(sock: socket.socket, wait_s: float) -> bytes:
    sock.settimeout(wait_s)
    try:
        return sock.recv(4096)
    except OSError:
        return b""


def test_nonsense_on_the_kafka_port(node: NodeProcess) -> None:
    chance = random.Random(1)
    for number in range(400):
        with connect(node) as sock:
            if number % 2:
                sock.sendall(chance.randbytes(chance.randrange(1, 3000)))
                continue
            size = chance.randrange(0, 80)
            fill = chance.choice([b"\0", b"\xff", b"\x7f", None])
            body = chance.randbytes(size) if fill is None else fill * size
            sock.sendall(frame(chance.randrange(-1, 80), chance.randrange(-1, 18), body))
            ask(sock, 0.01)


def test_nonsense_on_the_admin_port(node: NodeProcess) -> None:
    chance = random.Random(2)
    known = [
        b"GET /v1/transforms/%00%ff HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /healthz HTTP/9.9\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 20_000 + b"\r\n",
        b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST /v1/transforms/s/pause HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzzzz\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
    ]
    for number in range(200):
        with connect(node, admin=True) as sock:
            try:
                sock.sendall(known[number % len(known)] if number % 2 else chance.randbytes(200) + b"\r\n\r\n")
            except OSError:
                continue
            ask(sock, 0.02)
    assert node.log_text.count("headrace.admin.http") < 30


def test_connections_that_say_nothing_or_half_of_it(node: NodeProcess) -> None:
    before = open_files(node)
    silent = [connect(node) for _ in range(2_000)]
    for sock in silent[::2]:
        sock.sendall(b"\0\0\1")
    for sock in silent[::4]:
        sock.sendall(b"\0\0\3\0\4")
    until(lambda: open_files(node) > before + 1_900, "all are accepted")
    for sock in silent:
        sock.close()
    until(lambda: open_files(node) < before + 50, "all are let go")


def test_the_admin_port_cannot_be_filled(node: NodeProcess) -> None:
    before = open_files(node)
    silent = [connect(node, admin=True) for _ in range(800)]
    with connect(node, admin=True) as probe:
        probe.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b"200 OK" in ask(probe, 10)
    until(lambda: open_files(node) < before + 400, "the oldest give way")
    for sock in silent:
        sock.close()


@pytest.mark.parametrize(
    "request_frame",
    [frame(3, 1, struct.pack(">i", -1)), frame(18, 99, b"garbage"), frame(999, 1, b"")],
    ids=["metadata", "api-versions", "unknown"],
)
def test_a_flood_whose_answers_nobody_reads(node: NodeProcess, request_frame: bytes) -> None:
    before_mib = rss_mib(node)
    many = request_frame * 5_000
    with connect(node) as sock:
        sock.settimeout(1.5)
        sent = 0
        try:
            while sent < 200_000_000:
                sent += sock.send(many)
        except OSError:
            pass  # held back, or closed
        assert sent < 100_000_000, "nothing held it back"
        assert rss_mib(node) < before_mib + 60


def test_announcing_giants_costs_nothing_and_holds_up_nobody(node: NodeProcess) -> None:
    """The worst of them: a hundred times the largest request allowed, and nothing after its first bytes."""
    before, before_mib = open_files(node), rss_mib(node)
    giant = struct.pack(">i", 100 * 1024 * 1024) + b"\0\0\0\x09\0\0\0\1\0\0"
    liars = [connect(node) for _ in range(600)]
    for sock in liars:
        sock.sendall(giant)
    until(lambda: open_files(node) > before + 550, "all are accepted")
    time.sleep(0.5)
    assert rss_mib(node) < before_mib + 120
    # Those that wait for memory go first: they are noticed, and a long line of them ends without harm.
    for sock in liars[4:]:
        sock.close()
    until(lambda: open_files(node) < before + 50, "all are let go")
    for sock in liars:
        sock.close()


def test_a_client_that_is_gone_in_the_middle_of_its_request(node: NodeProcess) -> None:
    chance = random.Random(4)
    before = open_files(node)
    whole = frame(0, 9, chance.randbytes(300_000))
    for _ in range(200):
        sock = connect(node)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", chance.randrange(2), 0))
        sock.sendall(whole[: chance.randrange(1, len(whole))])
        sock.close()
    until(lambda: open_files(node) < before + 50, "all are let go")
