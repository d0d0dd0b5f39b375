"""SIGKILL of node and sidecar at random moments, under load; then the logs are compared record by record.

`HEADRACE_KILLS=300 HEADRACE_KILL_SEED=7` runs longer, another way. What is compared is what is in the topics, read by
an ordinary consumer: each output of each script must be the script applied to the input topic, in its order, once.
"""

from __future__ import annotations

import hashlib
import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from confluent_kafka import KafkaException, Producer

from headrace_testing.node import NodeProcess
from headrace_testing.scripted_node import SPLIT_JS, ScriptedNode, tagging_js

KILLS = int(os.environ.get("HEADRACE_KILLS", "30"))
SEED = int(os.environ.get("HEADRACE_KILL_SEED", "1"))
PARTITIONS = 3
RATE_PER_S = 1_500


class Load:
    """A producer that never stops: consecutive numbers to each partition, whatever happens to the node."""

    def __init__(self, brokers: str) -> None:
        self._producer = Producer(
            {
                "bootstrap.servers": brokers,
                "log_level": 0,  # it would tell of every kill
                "enable.idempotence": True,
                "linger.ms": 5,
                "message.timeout.ms": 300_000,
                "reconnect.backoff.ms": 20,
                "reconnect.backoff.max.ms": 100,
                "retry.backoff.ms": 20,
            }
        )
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.sent = 0
        self.lost: list[str] = []

    def start(self) -> Load:
        self._thread.start()
        return self

    def _run(self) -> None:
        began = time.monotonic()
        while not self._stop.is_set():
            due = int((time.monotonic() - began) * RATE_PER_S)
            for number in range(self.sent, min(due, self.sent + 1000)):
                try:
                    self._producer.produce(
                        "numbers", value=str(number), partition=number % PARTITIONS, on_delivery=self._delivered
                    )
                except BufferError:
                    break
                self.sent = number + 1
            self._producer.poll(0.005)

    def _delivered(self, error: object, _message: object) -> None:
        if error is not None:
            self.lost.append(str(error))

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()
        assert self._producer.flush(120) == 0, "the node does not take the rest"
        assert not self.lost, self.lost[:3]


@pytest.fixture
def node(tmp_path: Path) -> Iterator[NodeProcess]:
    node = NodeProcess(tmp_path / "node").start()
    yield node
    if node.process is not None and node.process.poll() is None:
        node.kill()


def kill_sidecar(node: NodeProcess) -> bool:
    for pid in node.engine_pids():
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
        return True
    return False


@pytest.mark.slow
def test_nothing_is_lost_repeated_or_reordered_whoever_is_killed(node: NodeProcess) -> None:
    rng = random.Random(SEED)
    world = ScriptedNode(node)
    world.create_topic("numbers", PARTITIONS)
    world.deploy("split", SPLIT_JS, input_topics="numbers")
    world.deploy("copy", tagging_js("v0"), input_topics="numbers")
    load = Load(node.kafka).start()
    node_kills = sidecar_kills = versions = 0
    moved = progress(world)
    for number in range(KILLS):
        time.sleep(rng.uniform(0.02, 0.4))
        if rng.random() < 0.6 and kill_sidecar(node):
            sidecar_kills += 1
        else:
            node.kill()
            node_kills += 1
            node.start()
        if number % 10 == 9:
            # Between kills life goes on: a new version, and proof that progress is made at all.
            versions += 1
            try:
                ScriptedNode(node).deploy("copy", tagging_js(f"v{versions}"), input_topics="numbers")
            except (KafkaException, RuntimeError):
                versions -= 1
            moved = world.wait("progress between kills", lambda before=moved: advanced(world, before))
    load.stop()
    assert node_kills > 3
    newest = hashlib.sha256(tagging_js(f"v{versions}")).hexdigest()
    world.wait(
        "the last version to take over", lambda: all(p["digest"] == newest for p in world.status("copy")["partitions"])
    )
    for index in range(PARTITIONS):
        world.produce("numbers", *(str(load.sent + 10 * PARTITIONS * k + index) for k in range(10)), partition=index)
    assert sidecar_kills > 3
    ends = {index: world.end("numbers", index) for index in range(PARTITIONS)}
    assert sum(ends.values()) >= load.sent
    for script in ("split", "copy"):
        world.wait_processed(script, "numbers", ends)
    print(f"seed {SEED}: {node_kills} node kills, {sidecar_kills} sidecar kills, {sum(ends.values())} records")
    for index in range(PARTITIONS):
        check(world, index, versions)
    node.stop()


def progress(world: ScriptedNode) -> int:
    return sum(p["progress_offset"] for status in world.statuses().values() for p in status["partitions"])


def advanced(world: ScriptedNode, before: int) -> int | None:
    now = progress(world)
    return now if now > before else None


def check(world: ScriptedNode, index: int, versions: int) -> None:
    numbers = [int(value) for value in world.values("numbers", index)]
    for key, rest in (("even", 0), ("odd", 1)):
        wanted = [number for number in numbers if number % 3 and number % 2 == rest]
        got = [int(value) for value in world.values(f"numbers-${key}$", index)]
        assert_same(f"split/{key}/{index}", wanted, got)
    pairs = [value.split(":") for value in world.values("numbers-$out$", index)]
    assert_same(f"copy/{index}", numbers, [int(text) for _tag, text in pairs])
    tags = [int(tag[1:]) for tag, _text in pairs]
    assert tags == sorted(tags), f"copy/{index}: an older version ran after a newer one"
    assert tags[-1] == versions
    # The offset at which status says the last version took over is the one where it did.
    (lane,) = [p for p in world.status("copy")["partitions"] if p["partition"] == index]
    assert tags.index(versions) == lane["since_offset"]


def assert_same(what: str, wanted: list[int], got: list[int]) -> None:
    if wanted == got:
        return
    place = next((i for i, (a, b) in enumerate(zip(wanted, got, strict=False)) if a != b), min(len(wanted), len(got)))
    raise AssertionError(
        f"{what}: {len(wanted)} records wanted, {len(got)} found; first difference at {place}: "
        f"wanted {wanted[max(0, place - 3) : place + 5]}, got {got[max(0, place - 3) : place + 5]}; "
        f"{len(got) - len(set(got))} repeated, {len(set(wanted) - set(got))} missing"
    )
