"""The controller's journal: what was answered is there after a crash, and what is there was decided in that order."""

from __future__ import annotations

import asyncio
import contextlib
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from headrace.base.clock import ManualClock
from headrace.base.errors import Corrupt, Retriable
from headrace.cluster.core import planning
from headrace.cluster.core.commands import AllocateProducerIds, Command, RegisterNode, SetTopicConfig, Snapshot
from headrace.cluster.core.planning import NewTopic
from headrace.cluster.core.tables import Tables
from headrace.cluster.journal import Journal
from headrace.contract.settings import NodeSettings
from headrace_testing.disk import PowerLoss, SimulatedDisk

DIRECTORY = Path("/controller")


class ManualFlusher:
    """Flushes when the test says so."""

    def __init__(self) -> None:
        self.wanted: list = []

    def submit(self, log) -> None:
        self.wanted.append(log)

    def pump(self) -> None:
        wanted, self.wanted = self.wanted, []
        for log in wanted:
            try:
                offset = log.flush()
            except Corrupt as error:
                log.flush_failed(error)
            else:
                log.after_flush()
                log.flushed(offset)

    def post_failure(self, log, error) -> None:
        log.flush_failed(error)


def commands(chance: random.Random, tables: Tables, number: int = 0) -> Iterator[Command]:
    """Decisions without end; `tables` must follow. Each leads to tables that never were before."""
    yield RegisterNode(1, "host", 9092, restarted=False)
    while True:
        number += 1
        names = sorted(tables.topics)
        kind = chance.choice(["create", "create", "delete", "grow", "config", "ids"])
        if kind == "create" or (not names and kind != "ids"):
            wanted = NewTopic(f"t{number}", partitions=chance.randrange(1, 4))
            yield planning.plan_create(tables, NodeSettings(), wanted, chance.randbytes(16))
        elif kind == "delete":
            yield planning.plan_delete(tables, chance.choice(names))
        elif kind == "grow":
            name = chance.choice(names)
            total = len(tables.topics[name].partitions) + 1
            yield planning.plan_add_partitions(tables, NodeSettings(), name, total, None)
        elif kind == "config":
            topic_id = tables.topics[chance.choice(names)].topic_id.hex()
            yield SetTopicConfig(topic_id, {"retention.ms": str(number)})
        # A counter beside every decision, so that each state is like no other.
        yield AllocateProducerIds(1, tables.next_producer_id, 1)


def replay(found: list[Command]) -> Tables:
    tables = Tables()
    for command in found:
        tables.apply(command)
    tables.check_invariants()
    return tables


class Story:
    """One journal through many power losses.

    `states[i]` is what i commands lead to; `answered` of them are promises.
    """

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.disk = SimulatedDisk(seed)
        self.states = [Tables().snapshot()]
        self.answered = 0
        self.snapshots_dropped = 0
        self.lives = 0

    async def live(self, steps_until_death: int) -> None:
        self.disk.die_at = self.disk.steps + steps_until_death
        with contextlib.suppress(PowerLoss):
            await self._run(40)
        self.disk.lose_power()

    async def _run(self, actions: int) -> None:
        flusher = ManualFlusher()
        journal, found = Journal.open(
            DIRECTORY, clock=ManualClock(), flusher=flusher, snapshot_after_bytes=600, files=self.disk
        )
        tables = replay(found)
        assert tables.snapshot() in self.states, "tables that never were"
        count = self.states.index(tables.snapshot())
        assert count >= self.answered, f"{self.answered} commands were answered, {count} are there"
        del self.states[count + 1 :]
        self.answered = count  # what was read at start is acted upon, so it is a promise now
        self.lives += 1
        decisions = commands(self.chance, tables, self.lives * 1000)
        if tables.nodes:
            next(decisions)
        pending: list[tuple[int, asyncio.Future[None]]] = []
        snapshot: tuple[int, asyncio.Future[None]] | None = None
        for _ in range(actions):
            if self.chance.random() < 0.7:
                command = next(decisions)
                tables.apply(command)
                self.states.append(tables.snapshot())  # possible from the moment of the call
                done = journal.append(command)
                pending.append((len(self.states) - 1, done))
            else:
                flusher.pump()
            for index, done in pending:
                if done.done():
                    self.answered = max(self.answered, index)
            if snapshot is None and journal.snapshot_due:
                offset = journal.next_offset
                snapshot = offset, journal.append(tables.snapshot())
            elif snapshot is not None and snapshot[1].done():
                journal.tidy(snapshot[0])
                self.snapshots_dropped += 1
                snapshot = None
                assert journal.size_bytes < 12_000, "the journal is not bounded"


@pytest.mark.parametrize("seed", range(40))
def test_power_losses(seed: int) -> None:
    async def main() -> None:
        story = Story(seed)
        for _ in range(12):
            await story.live(story.chance.randrange(3, 160))
        await story._run(40)

    asyncio.run(main())


def test_power_losses_meet_snapshots() -> None:
    """The story above is worth little if no snapshot is ever written in it."""

    async def main() -> None:
        story = Story(7)
        for _ in range(3):
            await story._run(60)
        assert story.snapshots_dropped > 3
        assert len(story.states) > 60

    asyncio.run(main())


def written(directory: Path, count: int, tidy: bool = False) -> list[Command]:
    """A journal as a killed process leaves it: everything in files, nothing closed."""

    async def main() -> list[Command]:
        flusher = ManualFlusher()
        journal, _ = Journal.open(directory, clock=ManualClock(), flusher=flusher)
        tables, chance = Tables(), random.Random(1)
        decisions, made = commands(chance, tables), []
        for _ in range(count):
            made.append(next(decisions))
            journal.append(made[-1])
            tables.apply(made[-1])
        flusher.pump()
        if tidy:
            journal.tidy(None)
        return made

    return asyncio.run(main())


def test_cut_at_every_byte_the_journal_holds_a_beginning_of_what_was_written(tmp_path: Path) -> None:
    made = written(tmp_path / "whole", 12)
    (segment,) = (tmp_path / "whole").glob("*.log")
    size = segment.stat().st_size
    lengths = set()
    for cut in range(size + 1):
        copy = tmp_path / "cut"
        shutil.copytree(tmp_path / "whole", copy)
        with open(copy / segment.name, "r+b") as file:
            file.truncate(cut)
        _, found = Journal.open(copy, clock=ManualClock(), flusher=ManualFlusher())
        assert found == made[: len(found)]
        lengths.add(len(found))
        shutil.rmtree(copy)
    assert lengths == set(range(13))


def with_flipped_bits(whole: Path, step: int) -> Iterator[tuple[int, list[Command] | None]]:
    """Open copies of a journal with one bit flipped each: how many bytes from the start, and what was found."""
    (segment,) = whole.glob("*.log")
    for position in range(0, segment.stat().st_size, step):
        copy = whole.with_name("flipped")
        shutil.copytree(whole, copy)
        with open(copy / segment.name, "r+b") as file:
            file.seek(position)
            byte = file.read(1)[0]
            file.seek(position)
            file.write(bytes([byte ^ 1 << position % 8]))
        try:
            _, found = Journal.open(copy, clock=ManualClock(), flusher=ManualFlusher())
        except Corrupt:
            found = None
        yield position, found
        shutil.rmtree(copy)


def test_a_flipped_bit_never_makes_another_command(tmp_path: Path) -> None:
    made = written(tmp_path / "whole", 8)
    unnoticed = 0
    for _, found in with_flipped_bits(tmp_path / "whole", 7):
        assert found is None or found == made[: len(found)]
        unnoticed += found == made
    assert unnoticed < 8  # only where it does not matter: the leader epoch in a batch header


def test_damage_to_what_was_tidied_stops_the_start(tmp_path: Path) -> None:
    """Tables that lost their newest topics would delete the logs of those topics."""
    made = written(tmp_path / "whole", 8, tidy=True)
    for _, found in with_flipped_bits(tmp_path / "whole", 7):
        assert found in (None, made)


def test_a_full_disk_refuses_and_later_goes_on() -> None:
    async def main() -> None:
        disk, flusher = SimulatedDisk(), ManualFlusher()
        journal, _ = Journal.open(DIRECTORY, clock=ManualClock(), flusher=flusher, files=disk)
        journal.append(RegisterNode(1, "a", 1))
        disk.capacity_bytes = sum(len(inode.data) for inode in disk.names_now.values()) + 10
        with pytest.raises(Retriable) as caught:
            journal.append(RegisterNode(2, "b", 1))
        assert caught.value.kafka_code == 56
        disk.capacity_bytes = 1 << 30
        done = journal.append(RegisterNode(3, "c", 1))
        flusher.pump()
        assert done.done()
        _, found = Journal.open(DIRECTORY, clock=ManualClock(), flusher=flusher, files=disk)
        assert [command.node_id for command in found if isinstance(command, RegisterNode)] == [1, 3]

    asyncio.run(main())


def test_after_a_failed_sync_nothing_is_promised() -> None:
    async def main() -> None:
        disk, flusher = SimulatedDisk(), ManualFlusher()
        journal, _ = Journal.open(DIRECTORY, clock=ManualClock(), flusher=flusher, files=disk)
        failures = []
        journal.on_failed = failures.append
        done = journal.append(RegisterNode(1, "a", 1))
        disk.failures["sync", ".log"] = 1
        flusher.pump()
        assert isinstance(done.exception(), Retriable)
        assert len(failures) == 1
        with pytest.raises(Retriable):
            journal.append(RegisterNode(2, "b", 1))

    asyncio.run(main())


def test_a_snapshot_is_a_state_of_its_own(tmp_path: Path) -> None:
    """Replay from a snapshot in the middle, with and without what is before it."""
    made = written(tmp_path / "j", 30)
    middle = replay(made[:20])
    assert replay([*made[:20], middle.snapshot(), *made[20:]]).snapshot() == replay(made).snapshot()
    assert replay([middle.snapshot(), *made[20:]]).snapshot() == replay(made).snapshot()
    assert isinstance(middle.snapshot(), Snapshot)
