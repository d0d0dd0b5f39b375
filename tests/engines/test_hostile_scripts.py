"""Scripts that mean harm or do it by mistake: each is contained, in time, and the engine runs the next one as before.

Containment is told by the kind of the error. "thrown" and "memory" are what the script itself sees as an exception;
"deadline", "stack" and "trap" are the sandbox's. Which of a few it is may depend on the machine (an allocation loop may
meet the memory limit or the deadline first), so a case in `hostile_scripts.txt` names all that are right for it.
"""

from __future__ import annotations

import resource
import threading
import time
from pathlib import Path

import pytest

from headrace.transforms.engines.api import GuestError, GuestLimits
from headrace.transforms.engines.local import LocalEngine
from headrace_testing.scripts import batch, failure, loaded, run, values_of

LIMITS = GuestLimits(memory_bytes_max=64 * 1024 * 1024, load_deadline_ms=400, chunk_deadline_ms=400)
PATIENT = GuestLimits(memory_bytes_max=64 * 1024 * 1024, load_deadline_ms=10_000, chunk_deadline_ms=10_000)
#: A tick late, a crowded machine, the discarded instance: what a stop may take beyond its deadline.
GRACE_S = 15.0
GOOD = "engine.processRecord((b) => new Map([['out', {...b, records: [{value: 'fine'}]}]]));"

#: Whole files that are too long to be written down.
GENERATED = {
    "a deep source": ("x = " + "[" * 200_000, {"load", "memory", "stack", "thrown", "trap"}),
    "deep blocks": ("{" * 200_000, {"load", "memory", "stack", "thrown", "trap"}),
    "a long chain of operators": ("x = 1" + " + 1" * 300_000 + ";", {"deadline", "load", "memory", "stack", "trap"}),
    "a source of nothing but nulls": ("\0" * 100_000, {"load"}),
}


def read_cases() -> dict[str, tuple[str, set[str]]]:
    """Name to script and the kinds of error that contain it."""
    cases = {}
    text = Path(__file__).with_name("hostile_scripts.txt").read_text(encoding="utf-8")
    for block in text.split("\n== ")[1:]:
        name, kinds, *lines = block.splitlines()
        code = "\n".join(lines).strip().replace("{GOOD}", GOOD)
        if name.startswith("handler: "):
            code = f"engine.processRecord((b) => {{ {code};\nreturn new Map(); }});"
        cases[name.partition(": ")[2]] = (code, set(kinds.removeprefix("-- ").split()))
    return cases | GENERATED


CASES = read_cases()


def check_contained(engine: LocalEngine, script: str, kinds: set[str]) -> GuestError:
    # What is to be stopped by something else than time gets time, so that a crowded machine does not decide.
    limits = LIMITS if "deadline" in kinds else PATIENT
    started = time.monotonic()
    error = failure(engine, script, batch("sample", base_offset=5), limits=limits)
    elapsed_s = time.monotonic() - started
    assert error.kind in kinds, error
    assert elapsed_s < (limits.load_deadline_ms + limits.chunk_deadline_ms) / 1000 + GRACE_S
    assert len(error.message) < 20_000
    assert len(error.stack) < 20_000
    assert values_of(run(engine, GOOD), "out") == [b"fine"]
    return error


@pytest.mark.parametrize("name", CASES)
def test_a_hostile_script_is_contained(engine: LocalEngine, name: str) -> None:
    error = check_contained(engine, *CASES[name])
    assert error.base_offset in {5, None}


@pytest.mark.parametrize("name", ["endless loop", "array bomb", "recursion", "log flood", "endless microtasks"])
def test_another_script_in_the_same_engine_is_not_disturbed(engine: LocalEngine, name: str) -> None:
    """It was loaded before, keeps its state, and answers while the hostile one runs on another thread."""
    counter = "let n = 0; engine.processRecord((b) => new Map([['out', {...b, records: [{value: String(++n)}]}]]));"
    hostile, kinds = CASES[name]
    errors: list[GuestError] = []
    with loaded(engine, counter) as guest:
        assert values_of(guest.run("t", 0, [batch("x")]), "out") == [b"1"]
        thread = threading.Thread(target=lambda: errors.append(failure(engine, hostile, limits=LIMITS)))
        thread.start()
        answered = 1
        while thread.is_alive():
            answered += 1
            assert values_of(guest.run("t", 0, [batch("x")]), "out") == [str(answered).encode()]
        thread.join()
        assert errors[0].kind in kinds
        assert values_of(guest.run("t", 0, [batch("x")]), "out") == [str(answered + 1).encode()]
    if name.startswith("endless"):  # the others may end before this thread has its turn
        assert answered > 5


def test_an_instance_that_was_lost_refuses_to_go_on(engine: LocalEngine) -> None:
    with loaded(engine, "engine.processRecord((b) => { for (;;); })", limits=LIMITS) as guest:
        with pytest.raises(GuestError) as first:
            guest.run("t", 0, [batch("x")])
        assert first.value.instance_lost
        with pytest.raises(GuestError, match="lost to an earlier error"):
            guest.run("t", 0, [batch("x")])


def test_a_closed_guest_refuses_to_run_and_closes_twice(engine: LocalEngine) -> None:
    with loaded(engine, GOOD) as guest:
        guest.close()
        with pytest.raises(GuestError):
            guest.run("t", 0, [batch("x")])


def test_memory_of_this_process_stays_bounded(engine: LocalEngine) -> None:
    """Each of these wants all the memory there is; together they may not grow the process by more than two limits."""
    run(engine, GOOD)
    before_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for name in ("array bomb", "array buffer bomb", "string doubling", "map bomb", "buffer bomb", "promise bomb"):
        check_contained(engine, *CASES[name])
    grown_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kib
    assert grown_kib < 2 * LIMITS.memory_bytes_max / 1024


def test_a_deadline_is_kept_to_some_milliseconds(engine: LocalEngine) -> None:
    limits = GuestLimits(chunk_deadline_ms=50)
    taken_ms = []
    for _ in range(5):
        with loaded(engine, "engine.processRecord((b) => { for (;;); })", limits=limits) as guest:
            started = time.monotonic()
            with pytest.raises(GuestError, match="longer than 50 ms"):
                guest.run("t", 0, [batch("x")])
            taken_ms.append((time.monotonic() - started) * 1000)
    assert min(taken_ms) >= 45
    assert sorted(taken_ms)[2] < 500


@pytest.mark.parametrize("size", [3_000_000, 40_000_000, 100_000_000])
def test_large_input_either_fits_or_says_that_it_does_not(engine: LocalEngine, size: int) -> None:
    script = "engine.processRecord((b) => new Map([['out', {records: [{value: String(b.records[0].value.length)}]}]]))"
    given = batch(bytes(size))
    if size < 10_000_000:
        assert values_of(run(engine, script, given, limits=LIMITS), "out") == [str(size).encode()]
    else:
        assert failure(engine, script, given, limits=LIMITS).kind == "memory"
    assert values_of(run(engine, GOOD), "out") == [b"fine"]
