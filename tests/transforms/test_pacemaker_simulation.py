"""The pacemaker under random misfortune: whatever dies whenever, each output is its script applied once to each
record, in order.

`HEADRACE_PACE_SEEDS=n` runs n seeds instead of the usual few; a failure names its seed.
"""

from __future__ import annotations

import os

import pytest

from headrace.transforms.pacemaker import lanes
from headrace_testing.pace_sim import Simulation

SEEDS = int(os.environ.get("HEADRACE_PACE_SEEDS", "60"))
STEPS = 500


def life_of_a_cluster(seed: int) -> Simulation:
    """Topics come, scripts are deployed, replaced, paused, removed; in between everything may fail."""
    sim = Simulation(seed)
    choose = sim.random
    sim.create_topic("in", 2)
    # A redeploy repeats the start: it may come before anything of its life ran, and then it is the one that counts.
    starts = {name: choose.choice(("latest", "earliest")) for name in ("copy", "split")}
    sim.deploy("copy", ("in",), ("all",), start=starts["copy"])
    for step in range(STEPS):
        if step == 60:
            sim.deploy("split", ("in", "late"), ("a", "b"), start=starts["split"])
        if step == 120:
            sim.create_topic("late", 1)
        if step % 70 == 65:
            name, keys = choose.choice((("copy", ("all",)), ("split", ("a", "b"))))
            topics = ("in",) if name == "copy" else ("in", "late")
            content = b"bad" if choose.random() < 0.2 else b"good"
            poison = choose.choice((0, 0, 7))
            policy = "skip" if poison else None
            sim.deploy(name, topics, keys, poison=poison, policy=policy, content=content, start=starts[name])
        if step % 160 == 150:
            sim.remove("copy")
            if choose.random() < 0.5:
                sim.step()
            starts["copy"] = choose.choice(("latest", "earliest", "stored"))
            sim.deploy("copy", ("in",), ("all",), start=starts["copy"])
        sim.step()
    sim.finish()
    return sim


@pytest.mark.parametrize("seed", range(SEEDS))
def test_output_is_the_script_applied_once_to_each_record(seed: int) -> None:
    sim = life_of_a_cluster(seed)
    problems = sim.check()
    assert not problems, f"seed {seed} ({sim.kills} kills):\n" + "\n".join(problems[:20])


def test_the_simulation_kills_and_produces_enough_to_mean_something() -> None:
    sims = [life_of_a_cluster(seed) for seed in range(5)]
    assert sum(sim.kills for sim in sims) >= 10
    for sim in sims:
        assert sum(len(batch.records) for output in sim.outputs.values() for batch in output.batches) > 100


def found(seeds: int = 40) -> bool:
    """Whether the checker, or an assertion of the core, notices something within so many seeds."""
    for seed in range(seeds):
        try:
            if life_of_a_cluster(seed).check():
                return True
        except AssertionError:
            return True
    return False


def test_forgetting_what_outputs_already_have_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    original = lanes._resume

    def without_tails(world, lane, checkpoint, facts):  # type: ignore[no-untyped-def]
        sound = original(world, lane, checkpoint, facts)
        lane.tails.clear()
        lane.undurable.clear()
        lane.next_offset = lane.committed
        return sound

    monkeypatch.setattr(lanes, "_resume", without_tails)
    assert found()


def test_counting_output_that_is_not_durable_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def too_early(world, lane):  # type: ignore[no-untyped-def]
        lane.undurable.clear()
        lane.committed = lane.next_offset
        lanes._save_soon(world, lane)

    monkeypatch.setattr(lanes, "_commit_when_durable", too_early)
    assert found()


def test_a_chunk_across_an_outputs_tail_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    original = lanes.start_chunk

    def without_limit(world, script, lane):  # type: ignore[no-untyped-def]
        tails, lane.tails = lane.tails, {}
        original(world, script, lane)
        lane.tails = tails

    monkeypatch.setattr(lanes, "start_chunk", without_limit)
    assert found(150)


def test_believing_the_output_of_an_earlier_life_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    original = lanes.save

    def without_bases(world, lane, *, wait):  # type: ignore[no-untyped-def]
        lane.bases = {}
        original(world, lane, wait=wait)

    monkeypatch.setattr(lanes, "save", without_bases)
    assert found(100)
