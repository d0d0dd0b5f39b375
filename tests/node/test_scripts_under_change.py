"""Scripts come, change and go while records flow; topics change under them. Output is what status says, record by
record."""

import hashlib
import json
import random
import threading
import time
import urllib.request
from collections.abc import Iterator

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewPartitions

from headrace_testing.node import NodeProcess
from headrace_testing.scripted_node import ScriptedNode, tagging_js

PARTITIONS = 3


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NodeProcess]:
    with NodeProcess(tmp_path_factory.mktemp("changing") / "node") as running:
        yield running
        assert "Traceback" not in running.log_text


@pytest.fixture
def world(node: NodeProcess) -> ScriptedNode:
    return ScriptedNode(node)


def writes_to(key: str, tag: str) -> bytes:
    return tagging_js(tag).replace(b'"out"', json.dumps(key).encode())


def post(node: NodeProcess, path: str) -> None:
    request = urllib.request.Request(f"http://{node.admin}{path}", method="POST", data=b"")
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert answer.status == 200


class Flow:
    """Numbers, in order, into every partition of a topic until `stop`; `sent` counts what is acknowledged then."""

    def __init__(self, node: NodeProcess, topic: str) -> None:
        self.sent = [0] * PARTITIONS
        self._topic = topic
        self._producer = Producer({"bootstrap.servers": node.kafka, "acks": "all", "linger.ms": 2})
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        chance = random.Random(3)
        while not self._stopping.wait(0.01):
            for _ in range(chance.randrange(1, 40)):
                partition = chance.randrange(PARTITIONS)
                self._producer.produce(self._topic, b"%d" % self.sent[partition], partition=partition)
                self.sent[partition] += 1
            self._producer.poll(0)

    def stop(self) -> dict[int, int]:
        self._stopping.set()
        self._thread.join()
        assert self._producer.flush(30) == 0
        return dict(enumerate(self.sent))


def test_each_version_begins_exactly_where_status_says(node: NodeProcess, world: ScriptedNode) -> None:
    world.create_topic("flow", PARTITIONS)
    version_of: dict[str, int] = {}
    begun: dict[tuple[str, int], dict[str, int]] = {}

    def deploy(name: str, version: int) -> None:
        code = writes_to(name, f"v{version}")
        version_of[hashlib.sha256(code).hexdigest()] = version
        world.deploy(name, code, input_topics="flow", start_from="earliest")

    def look() -> None:
        for status in world.statuses().values():
            for row in status["partitions"]:
                if row["topic"] == "flow" and row["state"] == "running":
                    seen = begun.setdefault((status["name"], row["partition"]), {})
                    assert seen.setdefault(row["digest"], row["since_offset"]) == row["since_offset"]

    names = ("one", "two", "three")
    for name in names:
        deploy(name, 0)
        world.wait_state(name, "running")
    world.deploy("chain", writes_to("end", "c"), input_topics="flow-$one$", start_from="earliest")
    flow = Flow(node, "flow")
    chance = random.Random(5)
    until_s = time.monotonic() + 6
    version = 0
    while time.monotonic() < until_s:
        version += 1
        deploy(chance.choice(names), version)
        look()
        time.sleep(chance.uniform(0.03, 0.08))
    sent = flow.stop()
    for name in names:
        world.wait_processed(name, "flow", sent)
    look()
    world.wait_processed("chain", "flow-$one$", sent)
    switches = 0
    for name in names:
        for partition, count in sent.items():
            values = world.values(f"flow-${name}$", partition)
            assert [value.partition(":")[2] for value in values] == [str(number) for number in range(count)]
            versions = [int(value.partition(":")[0][1:]) for value in values]
            assert versions == sorted(versions), "an older version came after a newer one"
            first = {number: versions.index(number) for number in set(versions)}
            for digest, since in begun[name, partition].items():
                ran_from = first.get(version_of[digest])
                # A version may be replaced before its first record.
                assert ran_from in {None, since}
                switches += ran_from is not None
    assert switches > 40
    for partition in sent:
        inner = world.values("flow-$one$", partition)
        assert world.values("flow-$one$-$end$", partition) == [f"c:{value}" for value in inner]
    for name in (*names, "chain"):
        world.remove(name)


def test_a_removed_script_starts_a_new_life_while_records_flow(node: NodeProcess, world: ScriptedNode) -> None:
    """Each life works on an unbroken run of the input that begins after its deploy."""
    world.create_topic("lives", PARTITIONS)
    flow = Flow(node, "lives")
    lives = 12
    for life in range(lives):
        world.deploy("mortal", writes_to("m", f"life{life}"), input_topics="lives", start_from="latest")
        world.wait_state("mortal", "running")
        time.sleep(0.15)
        if life < lives - 1:
            world.remove("mortal")
    sent = flow.stop()
    world.wait_processed("mortal", "lives", sent)
    for partition, count in sent.items():
        runs: dict[int, list[int]] = {}
        for value in world.values("lives-$m$", partition):
            tag, _, number = value.partition(":")
            runs.setdefault(int(tag[4:]), []).append(int(number))
        assert list(runs) == sorted(runs)
        assert len(runs) > lives // 2
        for numbers in runs.values():
            assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
        in_order = [number for numbers in runs.values() for number in numbers]
        assert in_order == sorted(set(in_order)), "two lives worked on one record"
        assert in_order[-1] == count - 1
    world.remove("mortal")


def test_partitions_added_under_a_running_script(node: NodeProcess, world: ScriptedNode) -> None:
    world.create_topic("wide", 1)
    world.deploy("early", writes_to("e", "e"), input_topics="wide", start_from="earliest")
    world.deploy("late", writes_to("l", "l"), input_topics="wide")
    for name in ("early", "late"):
        world.wait_state(name, "running")
    world.produce("wide", "first")
    for name in ("early", "late"):
        world.wait_processed(name, "wide", {0: 1})
    admin = AdminClient({"bootstrap.servers": node.kafka})
    for future in admin.create_partitions([NewPartitions("wide", 4)]).values():
        future.result(30)
    again = ScriptedNode(node)
    again.produce("wide", "fourth", partition=3)
    for name, key in (("early", "e"), ("late", "l")):
        again.wait_processed(name, "wide", {3: 1})
        assert again.values(f"wide-${key}$", 3, count=1) == [f"{key}:fourth"]
        again.remove(name)


def test_a_topic_made_anew_again_and_again(world: ScriptedNode, node: NodeProcess) -> None:
    world.create_topic("phoenix", 2)
    world.deploy("watcher", writes_to("w", "w"), input_topics="phoenix", start_from="earliest")
    world.wait_state("watcher", "running")
    for life in range(6):
        fresh = ScriptedNode(node)
        fresh.produce("phoenix", *[f"{life}-{number}" for number in range(20)], partition=1)
        if life % 2:
            fresh.wait_processed("watcher", "phoenix", {1: 20})
        fresh.delete_topic("phoenix")
        fresh.create_topic("phoenix", 2)
    fresh = ScriptedNode(node)
    fresh.produce("phoenix", "last", partition=1)
    fresh.wait_processed("watcher", "phoenix", {1: 1})
    assert fresh.values("phoenix-$w$", 1) == ["w:last"]
    fresh.remove("watcher")
    fresh.delete_topic("phoenix")


def test_records_deleted_before_a_paused_script_came_to_them(world: ScriptedNode, node: NodeProcess) -> None:
    admin = AdminClient({"bootstrap.servers": node.kafka})
    world.create_topic("short", 1)
    world.deploy("slow", writes_to("s", "s"), input_topics="short", start_from="earliest")
    world.wait_state("slow", "running")
    world.produce("short", "0", "1")
    world.wait_processed("slow", "short", {0: 2})
    post(node, "/v1/transforms/slow/pause")
    world.wait_state("slow", "paused")
    world.produce("short", *[str(number) for number in range(2, 10)])
    for future in admin.delete_records([TopicPartition("short", 0, 7)]).values():
        future.result(30)
    post(node, "/v1/transforms/slow/resume")
    status = world.wait_processed("slow", "short", {0: 10})
    assert world.values("short-$s$") == [f"s:{number}" for number in (0, 1, 7, 8, 9)]
    assert "input offsets 2 to 6 were deleted" in status["partitions"][0]["last_error"]
    assert status["state"] == "running"
    world.remove("slow")


def test_records_of_every_kind_pass_unchanged(node: NodeProcess, world: ScriptedNode) -> None:
    world.create_topic("kinds", 1, message_timestamp_type="LogAppendTime", cleanup_policy="compact")
    identity = b"engine.processRecord((batch) => new Map([['same', batch]]));"
    world.deploy("identity", identity, input_topics="kinds", start_from="earliest")
    world.wait_state("identity", "running")
    sent = []
    for codec in ("none", "gzip", "snappy", "lz4", "zstd"):
        producer = Producer(
            {
                "bootstrap.servers": node.kafka,
                "compression.type": codec,
                "linger.ms": 20,
                "message.max.bytes": 2_000_000,
            }
        )
        records = [
            (b"%d" % number, b"text " * number, [("h", b"\xff"), ("h", None), ("", b"")]) for number in range(40)
        ]
        records += [(b"empty", b"", []), (b"", b"\xff\x00", []), (b"gone", None, [])]
        records += [(b"large", random.Random(codec).randbytes(900_000), [])]
        for key, value, headers in records:
            producer.produce("kinds", key=key, value=value, headers=headers)
        assert producer.flush(30) == 0
        sent += [(key, value, headers or None) for key, value, headers in records]
    world.wait_processed("identity", "kinds", {0: len(sent)})
    assert [(m.key(), m.value(), m.headers()) for m in _messages(node, "kinds-$same$", len(sent))] == sent
    world.remove("identity")


def _messages(node: NodeProcess, topic: str, count: int):
    consumer = Consumer({"bootstrap.servers": node.kafka, "group.id": "all", "enable.auto.commit": False})
    consumer.assign([TopicPartition(topic, 0, 0)])
    found = []
    deadline_s = time.monotonic() + 30
    while len(found) < count and time.monotonic() < deadline_s:
        found += [message for message in consumer.consume(1000, 0.3) if message.error() is None]
    consumer.close()
    return found


def test_a_script_never_reads_its_own_output_however_far(world: ScriptedNode) -> None:
    world.create_topic("ring", 1)
    world.deploy("r1", writes_to("a", "1"), input_topics="ring", start_from="earliest")
    world.deploy("r2", writes_to("b", "2"), input_topics="ring-$a$", start_from="earliest")
    world.produce("ring", "x")
    world.wait_processed("r2", "ring-$a$", {0: 1})
    world.deploy("r1", writes_to("a", "1"), input_topics="ring,ring-$a$-$b$", start_from="earliest")
    status = world.wait_state("r1", "failed")
    assert "made from this script's own output" in status["message"]
    assert world.values("ring-$a$-$b$") == ["2:1:x"]
    for name in ("r1", "r2"):
        world.remove(name)


def test_thousands_of_deploys_of_one_name_and_a_hundred_names(world: ScriptedNode, node: NodeProcess) -> None:
    world.create_topic("many", 2)
    code = writes_to("many", "m")
    registry = "_headrace.transforms"
    before = world.end(registry)
    deploys = 2_000
    inputs = [("input-topics", b"many"), ("start-from", b"earliest")]
    world.produce_raw(registry, [(b"same", code + b"\n// %d" % number, inputs) for number in range(deploys)])

    def settled() -> bool:
        status = world.status("same")
        return (status["state"], status["registry_offset"]) == ("running", before + deploys - 1)

    world.wait("the last deploy of 2,000 to run", settled)
    world.produce_raw(
        registry, [(b"n%d" % number, writes_to(f"n{number}", "n"), inputs) for number in range(100)]
    )  # fmt: skip
    world.produce("many", "x", partition=1)
    for number in (0, 57, 99):
        world.wait_processed(f"n{number}", "many", {1: 1})
        assert world.values(f"many-$n{number}$", 1, count=1) == ["n:x"]
    world.produce_raw(registry, [(b"n%d" % number, None, []) for number in range(100)] + [(b"same", None, [])])
    world.wait("all to be gone", lambda: not {"same", "n0", "n99"} & set(world.statuses()))
    assert node.process is not None
    assert node.process.poll() is None
