"""A real node on bad days: killed, misconfigured, out of disk, with damaged files. It says one clear line and loses
nothing."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from headrace_testing.node import NodeProcess
from headrace_testing.requirements import require_all

WAIT_S = 30.0


def create(node: NodeProcess, topic: str, partitions: int = 1, **config: str) -> None:
    wanted = NewTopic(topic, partitions, 1, config=config)
    admin = AdminClient({"bootstrap.servers": node.kafka})
    admin.create_topics([wanted])[topic].result(WAIT_S)


def produce(node: NodeProcess, topic: str, values: list[bytes], partition: int = 0) -> list[object]:
    """Send all; what each was answered, None for acknowledged."""
    outcomes: dict[int, object] = {}
    producer = Producer({"bootstrap.servers": node.kafka, "acks": "all", "message.timeout.ms": 10_000})
    for index, value in enumerate(values):

        def done(error: object, _message: object, index: int = index) -> None:
            outcomes[index] = error

        producer.produce(topic, value, partition=partition, on_delivery=done)
    assert producer.flush(WAIT_S) == 0
    return [outcomes[index] for index in range(len(values))]


def consume(node: NodeProcess, topic: str, count: int, partition: int = 0) -> list[bytes]:
    consumer = Consumer({"bootstrap.servers": node.kafka, "group.id": "reader", "enable.auto.commit": False})
    consumer.assign([TopicPartition(topic, partition, 0)])
    values: list[bytes] = []
    deadline_s = time.monotonic() + WAIT_S
    while len(values) < count and time.monotonic() < deadline_s:
        message = consumer.poll(0.5)
        if message is not None and message.error() is None:
            values.append(message.value())
    consumer.close()
    return values


def get(node: NodeProcess, path: str):
    with urllib.request.urlopen(f"http://{node.admin}{path}", timeout=WAIT_S) as answer:
        return json.load(answer)


def until(condition: Callable[[], bool], what: str) -> None:
    deadline_s = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < deadline_s, f"not within {WAIT_S:.0f} s: {what}"
        time.sleep(0.05)


def start_and_fail(*arguments: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "headrace.app", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=os.environ,
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stderr


@pytest.fixture
def node(tmp_path: Path) -> Iterator[NodeProcess]:
    with NodeProcess(tmp_path / "node") as running:
        yield running


def test_what_was_acknowledged_survives_sigkill(node: NodeProcess) -> None:
    create(node, "t", 2)
    sent = [b"%d" % number for number in range(500)]
    for _ in range(3):
        assert produce(node, "t", sent, partition=1) == [None] * len(sent)
        node.kill()
        node.start()
    assert consume(node, "t", 1500, partition=1) == sent * 3


def test_a_clean_stop_exits_with_zero_and_leaves_no_engine(node: NodeProcess) -> None:
    until(lambda: len(node.engine_pids()) == 1, "the engine is up")
    engine = node.engine_pids()[0]
    node.stop()
    assert not Path(f"/proc/{engine}").exists()
    assert not (node.data_dir / "run.json").exists()
    node.start()


def test_the_engine_ends_when_the_node_is_killed(node: NodeProcess) -> None:
    until(lambda: len(node.engine_pids()) == 1, "the engine is up")
    engine = node.engine_pids()[0]
    node.kill()
    until(lambda: not Path(f"/proc/{engine}").exists(), "the engine ended")
    node.start()


def test_a_data_directory_has_one_owner(node: NodeProcess) -> None:
    free = ["--kafka-listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"]
    code, err = start_and_fail("--data-dir", str(node.data_dir), *free)
    assert (code, "in use by another process" in err) == (3, True)
    node.stop()
    code, err = start_and_fail("--data-dir", str(node.data_dir), "--node-id", "7", *free)
    assert (code, "belongs to node 1" in err) == (3, True)
    code, err = start_and_fail("--data-dir", str(node.data_dir), "--cluster-id", "another", *free)
    assert (code, "belongs to cluster" in err) == (3, True)
    node.start()


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        for key, other in (("--kafka-listen", "--admin-listen"), ("--admin-listen", "--kafka-listen")):
            code, err = start_and_fail("--data-dir", str(tmp_path / "n"), key, address, other, "127.0.0.1:0")
            assert code == 3
            assert address in err
            assert "choose another address" in err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--set", "num.partition=3"], "did you mean 'num.partitions'"),
        (["--set", "num.partitions=many"], "num.partitions"),
        (["--kafka-listen", "9092"], "write host:port"),
        (["--config", "/nowhere.yaml"], "cannot read"),
        (["--nonsense"], "No such option"),
    ],
)
def test_a_configuration_that_cannot_be_used_is_told(tmp_path: Path, arguments: list[str], says: str) -> None:
    code, err = start_and_fail("--data-dir", str(tmp_path / "n"), *arguments)
    assert code in {2, 3}
    assert says in err


def test_a_full_disk_refuses_writes_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    mount = tmp_path / "small"
    mount.mkdir()
    if (
        os.geteuid() != 0
        or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", str(mount)], check=False, capture_output=True
        ).returncode
    ):
        message = "needs root to mount a small tmpfs"
        pytest.fail(message) if require_all() else pytest.skip(message)
    ballast = mount / "ballast"
    try:
        with NodeProcess(mount / "node") as node:
            create(node, "t", 1, **{"segment.bytes": "1048576"})
            create(node, "other", 1, **{"segment.bytes": "1048576"})
            assert produce(node, "t", [b"before"]) == [None]
            _fill(ballast)
            outcomes = produce(node, "t", [os.urandom(60_000) for _ in range(30)])
            assert any(outcome is not None for outcome in outcomes)
            acknowledged = 1 + sum(outcome is None for outcome in outcomes)
            assert get(node, "/healthz")["status"] == "ok"
            ballast.unlink()
            until(lambda: produce(node, "t", [b"after"]) == [None], "writes go on")
            values = consume(node, "t", acknowledged + 1)
            assert values[0] == b"before"
            assert values[-1] == b"after"
            node.kill()
            node.start()
            assert consume(node, "t", acknowledged + 1) == values
    finally:
        subprocess.run(["umount", "-l", str(mount)], check=False)


def _fill(file: Path) -> None:
    with file.open("wb", buffering=0) as ballast:
        for size_bytes in (1 << 20, 1 << 12):
            try:
                while True:
                    ballast.write(b"\0" * size_bytes)
            except OSError:
                pass


def test_a_corrupt_sealed_segment_stops_one_partition_only(tmp_path: Path) -> None:
    with NodeProcess(tmp_path / "node") as node:
        create(node, "t", 2, **{"segment.bytes": "1048576"})
        for partition in (0, 1):
            assert set(produce(node, "t", [os.urandom(100_000) for _ in range(40)], partition)) == {None}
        node.kill()
        first = sorted((node.data_dir / "logs" / "t-0").glob("*.log"))[0]
        damaged = bytearray(first.read_bytes())
        damaged[len(damaged) // 2] ^= 0xFF
        first.write_bytes(damaged)
        node.start()
        assert len(consume(node, "t", 40, partition=1)) == 40
        assert produce(node, "t", [b"x"], partition=1) == [None]
        rows = {row["partition"]: row for row in get(node, "/v1/partitions?topic=t")}
        assert rows[0].get("problem"), rows
        assert not rows[1].get("problem")
        assert "t-0" in node.log_text
