"""Scripts in a broker inside the test process, where disks can be made to fail and logs can be looked into."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from headrace.base.errors import Retriable
from headrace.base.tasks import TaskSet
from headrace.contract.names import REGISTRY_TOPIC
from headrace.contract.report import TransformStatus
from headrace.contract.script import registry_headers
from headrace.partitions.partition import Partition
from headrace.records.batch import check_batches
from headrace.records.builder import build_batch
from headrace.records.reader import Record, read_records
from headrace.transforms.engines.stamp import read_stamp
from headrace.transforms.manager import TransformManager
from headrace_testing.broker import InProcessBroker

COMMAND = [sys.executable, "-m", "headrace_testing.python_guest"]
HARNESS = str(Path(__file__).parents[1] / "harness")
WAIT_S = 30.0


class World:
    def __init__(self, broker: InProcessBroker) -> None:
        self.broker = broker
        self.failures: list[str] = []
        self.manager: TransformManager

    def start_scripts(self) -> None:
        def fail(name: str, error: BaseException) -> None:
            self.failures.append(f"{name}: {error!r}")

        def make() -> None:
            self.manager = TransformManager(
                self.broker.table,
                self.broker.controller,
                clock=self.broker.clock,
                data_dir=self.broker.folder,
                node_id=1,
                tasks=TaskSet("transforms", fail),
                metrics=self.broker.metrics,
                engine_command=COMMAND,
            )

        self.broker.on_loop(make)
        self.broker.wait(self.manager.start())

    def append(self, topic: str, *records: Record, partition: int = 0) -> int:
        """Write as the node itself; the base offset."""
        target = self.broker.partition(topic, partition)

        async def body() -> int:
            appended = target.append_internal(build_batch(records))
            waiting = target.when_visible(appended.next_offset)
            if waiting is not None:
                await waiting
            return appended.base_offset

        return self.broker.wait(body())

    def produce(self, topic: str, *values: str, partition: int = 0) -> None:
        self.append(topic, *(Record(0, 1, None, value.encode()) for value in values), partition=partition)

    def deploy(self, name: str, content: str, *topics: str, **options: object) -> int:
        headers = registry_headers(content=content.encode(), input_topics=topics, **options)  # type: ignore[arg-type]
        return self.append(REGISTRY_TOPIC, Record(0, 1, name.encode(), content.encode(), tuple(headers)))

    def status(self, name: str) -> TransformStatus:
        return next(s for s in self.broker.on_loop(self.manager.status) if s.name == name)

    def wait(self, what: str, condition: Callable[[], object]) -> None:
        deadline = time.monotonic() + WAIT_S
        while time.monotonic() < deadline:
            try:
                if condition():
                    assert not self.failures
                    return
            except (StopIteration, IndexError):
                pass
            time.sleep(0.01)
        raise AssertionError(f"{what}: {self.broker.on_loop(self.manager.status)}")

    def values(self, topic: str, partition: int = 0) -> list[str]:
        if self.broker.table.get(topic, partition) is None:
            return []
        return [(r.value or b"").decode() for r in read_records(self.broker.read_all(topic, partition))]


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setenv("PYTHONPATH", HARNESS)
    with InProcessBroker(tmp_path / "node") as broker:
        world = World(broker)
        world.start_scripts()
        yield world
        broker.wait(world.manager.stop())
        assert not world.failures


def failing_append(monkeypatch: pytest.MonkeyPatch, names: set[str]) -> None:
    original = Partition.append_internal

    def append(self: Partition, batches):  # type: ignore[no-untyped-def]
        if self.topic in names:
            raise Retriable(56, "no space left on the device")
        return original(self, batches)

    monkeypatch.setattr(Partition, "append_internal", append)


def test_every_output_batch_says_how_far_the_input_was_read(world: World) -> None:
    world.broker.create_topic("in")
    world.deploy("loud", "upper", "in")
    for number in range(5):
        world.produce("in", f"a{number}", f"b{number}")
    world.wait("all output", lambda: len(world.values("in-$loud$")) == 10)
    headers = check_batches(world.broker.read_all("in-$loud$"))
    stamps = [read_stamp(header) for header in headers]
    assert stamps == sorted({stamp for stamp in stamps if stamp is not None})
    assert stamps[-1] == 10
    assert headers[0].base_offset == 0


def test_a_full_disk_delays_output_and_loses_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.broker.create_topic("in")
    world.deploy("split", "split", "in")
    world.produce("in", "1", "2")
    world.wait("the first output", lambda: world.values("in-$odd$") == ["1"])
    full = {"in-$odd$"}
    with monkeypatch.context() as patch:
        failing_append(patch, full)
        world.produce("in", "4", "5", "7", "8")
        world.wait("trouble", lambda: "no space left" in world.status("split").message)
        (lane,) = world.status("split").partitions
        assert (lane.state, lane.progress_offset) == ("blocked", 2)
        # `even` comes first in the chunk and was written; it must not be written again.
        world.wait("the other output", lambda: world.values("in-$even$") == ["2", "4", "8"])
    world.wait("the rest", lambda: world.values("in-$odd$") == ["1", "5", "7"])
    assert world.values("in-$even$") == ["2", "4", "8"]
    world.wait("progress", lambda: world.status("split").partitions[0].progress_offset == 6)
    assert world.status("split").state == "running"


def test_a_progress_topic_that_takes_nothing_delays_the_start(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.broker.create_topic("in")
    with monkeypatch.context() as patch:
        failing_append(patch, {"_headrace.progress"})
        world.deploy("loud", "upper", "in")
        world.produce("in", "a")
        world.wait("trouble", lambda: "write down progress" in (world.status("loud").partitions[0].last_error or ""))
        assert world.values("in-$loud$") == []
    world.wait("output", lambda: world.values("in-$loud$") == ["A"])


def test_logs_that_cannot_be_written_hold_up_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.broker.create_topic("in")
    failing_append(monkeypatch, {"_headrace.logs"})
    world.deploy("loud", "upper:LOG", "in")
    world.produce("in", "a")
    world.wait("output", lambda: world.values("in-$loud$") == ["A"])


def test_a_registry_batch_that_cannot_be_decoded_is_passed_over(world: World) -> None:
    from headrace_testing.raw_batches import make_batch

    world.broker.create_topic("in")
    registry = world.broker.partition(REGISTRY_TOPIC)
    broken = make_batch([b"x"], keys=[b"k"], records=b"\x7fnonsense", compression="gzip")
    world.broker.on_loop(lambda: registry.append_internal(bytes(broken)))
    world.deploy("loud", "upper", "in")
    world.produce("in", "a")
    world.wait("output", lambda: world.values("in-$loud$") == ["A"])


def test_a_compressed_input_and_a_batch_of_nonsense(world: World) -> None:
    from headrace_testing.raw_batches import make_batch

    world.broker.create_topic("in")
    world.deploy("loud", "upper", "in", error_policy="dead-letter")
    partition = world.broker.partition("in")
    good = build_batch([Record(0, 1, None, b"a"), Record(0, 1, None, b"b")], compression="zstd")
    broken = make_batch([b"x", b"y"], records=b"\x7fnonsense", compression="lz4")
    world.broker.on_loop(lambda: [partition.append_internal(bytes(data)) for data in (good, broken, good)])
    world.wait("output", lambda: world.values("in-$loud$") == ["A", "B", "A", "B"])
    (letter,) = read_records(world.broker.read_all("in-$loud-dead-letter$"))
    assert dict(letter.headers)["headrace-offset"] == b"2"
    assert world.status("loud").partitions[0].records_skipped == 2


def test_many_partitions_and_scripts_at_once(world: World) -> None:
    world.broker.create_topic("in", 20)
    for number in range(5):
        world.deploy(f"s{number}", "upper", "in")
    for index in range(20):
        world.produce("in", *(f"v{i}" for i in range(10)), partition=index)
    wanted = [f"V{i}" for i in range(10)]
    for number in range(5):
        for index in range(20):
            topic = f"in-$s{number}$"
            world.wait(f"{topic}-{index}", lambda topic=topic, index=index: world.values(topic, index) == wanted)
    world.broker.on_loop(world.manager._driver.core.check_invariants)  # type: ignore[union-attr]


def test_progress_is_written_down_while_running_and_read_back(world: World) -> None:
    world.broker.create_topic("in")
    world.deploy("none", "nothing", "in", start_from=None)
    world.produce("in", "a", "b", "c")
    world.wait("progress", lambda: world.status("none").partitions[0].progress_offset == 3)
    world.broker.wait(world.manager.stop())
    world.start_scripts()
    world.wait("the script", lambda: world.status("none").state == "running")
    (lane,) = world.status("none").partitions
    assert (lane.progress_offset, lane.records_in, lane.since_offset) == (3, 0, 0)


def test_a_partition_added_to_an_input_is_taken_up(world: World) -> None:
    world.broker.create_topic("in")
    world.deploy("loud", "upper", "in")
    world.produce("in", "a")
    world.wait("output", lambda: world.values("in-$loud$") == ["A"])
    world.broker.wait(world.broker.controller.create_partitions("in", 3))
    world.produce("in", "b", partition=2)
    world.wait("output of the new partition", lambda: world.values("in-$loud$", 2) == ["B"])


def test_start_from_a_topic_whose_beginning_was_deleted(world: World) -> None:
    from headrace.contract.script import StartPoint

    world.broker.create_topic("in")
    world.produce("in", "a", "b", "c", "d")
    world.broker.wait(world.broker.partition("in").delete_records(2))
    world.deploy("loud", "upper", "in", start_from=StartPoint("earliest"))
    world.wait("output", lambda: world.values("in-$loud$") == ["C", "D"])
    assert world.status("loud").partitions[0].since_offset == 2
