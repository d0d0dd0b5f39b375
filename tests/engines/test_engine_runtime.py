"""The engine itself: compile cache, threads, many guests, start-up."""

from __future__ import annotations

import os
import resource
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from headrace.transforms.engines.api import GuestError, GuestLimits
from headrace.transforms.engines.local import LocalEngine
from headrace_testing.scripts import ROOT, batch, failure, loaded, run, source, values_of
from headrace_testing.wasm_modules import answering, frame, module, output, raw_batch, raw_record, running

SMALL = answering(frame(output("out", raw_batch([raw_record()]))))
SPIN = "engine.processRecord((b) => { for (;;); })"
IDENTITY = "engine.processRecord((b) => new Map([['out', b]]))"


def fresh_engine(folder: Path) -> LocalEngine:
    folder.mkdir(mode=0o700, exist_ok=True)
    return LocalEngine(folder, compile_apart=False)


def use(folder: Path) -> set[str]:
    """Load and run a small module with a new engine; the files that are in the cache then."""
    engine = fresh_engine(folder)
    try:
        assert values_of(run(engine, SMALL), "out") == [b"v"]
    finally:
        engine.close()
    return {path.name for path in folder.iterdir()}


def test_compiled_modules_are_kept_and_used_again(tmp_path: Path) -> None:
    files = use(tmp_path)
    assert len(files) == 2  # the module and the output check
    assert all(name.endswith(".cwasm") for name in files)
    stamps = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    assert use(tmp_path) == files
    assert {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == stamps


@pytest.mark.parametrize("damage", [b"", b"not a module", b"\x7fELF" + bytes(1000)])
def test_a_useless_cache_file_is_replaced_by_a_new_one(tmp_path: Path, damage: bytes) -> None:
    files = use(tmp_path)
    for name in files:
        (tmp_path / name).write_bytes(damage)
    assert use(tmp_path) == files
    assert all((tmp_path / name).stat().st_size > 1_000 for name in files)


def test_files_in_use_are_never_written_over(tmp_path: Path) -> None:
    """A live module maps its file; the file that a second engine finds useless becomes another inode."""
    engine = fresh_engine(tmp_path)
    with loaded(engine, SMALL) as guest:
        files = list(tmp_path.glob("*.cwasm"))
        mapped = {path: path.stat().st_ino for path in files}
        for path in files:
            path.replace(path.with_suffix(".kept"))
            path.write_bytes(b"useless")
        use(tmp_path)
        assert all(path.stat().st_ino != inode for path, inode in mapped.items())
        assert values_of(guest.run("t", 0, [batch("x")]), "out") == [b"v"]
    engine.close()


def test_a_folder_that_others_may_write_to_is_not_trusted(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o777)
    engine = LocalEngine(shared)
    assert values_of(run(engine, SMALL), "out") == [b"v"]
    engine.close()
    assert list(shared.iterdir()) == []
    assert "others may write" in caplog.text


def test_a_full_disk_is_no_reason_to_refuse_a_script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    assert use(tmp_path) == set()


def test_it_makes_its_cache_folder_private(tmp_path: Path) -> None:
    engine = LocalEngine(tmp_path / "a" / "b")
    engine.close()
    assert stat.S_IMODE((tmp_path / "a" / "b").stat().st_mode) == 0o700


def test_works_without_a_cache() -> None:
    engine = LocalEngine()
    assert values_of(run(engine, SMALL), "out") == [b"v"]
    engine.close()


def test_scripts_are_compiled_in_a_process_of_their_own(tmp_path: Path) -> None:
    for folder in (tmp_path, None):
        engine = LocalEngine(folder)
        assert values_of(run(engine, SMALL), "out") == [b"v"]
        assert values_of(run(engine, SMALL), "out") == [b"v"]
        error = failure(engine, b"\0asm garbage")
        assert (error.kind, "unknown binary version" in error.message) == ("load", True)
        engine.close()
    assert [path.suffix for path in tmp_path.iterdir()] == [".cwasm"] * 2


def compile_bomb(locals_count: int, branches: int) -> bytes:
    """Small, valid, and quadratic to compile: every branch back to the loop carries every local."""
    names = [f"$v{i}" for i in range(locals_count)]
    changes = " ".join(f"(local.set {name} (i64.add (local.get {name}) (i64.const 1)))" for name in names)
    back = "(br_if $again (i64.eqz (local.get $v0)))" * branches
    declared = " ".join(f"(local {name} i64)" for name in names)
    return module(f"""(memory (export "memory") 1) (func (export "hr_alloc") (param i32) (result i32) (i32.const 0))
        (func (export "hr_transform") (param i32 i32) (result i64) {declared}
            (loop $again {changes} {back}) (local.get $v0))""")


def test_a_module_that_is_too_dear_to_compile_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would take some gigabytes here; the process that compiles it ends at its limit, and this one does not grow."""
    bomb = compile_bomb(4_000, 8_000)
    assert len(bomb) < 150_000
    engine = LocalEngine(tmp_path)
    before_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    error = failure(engine, bomb)
    assert (error.kind, "takes too much memory or time" in error.message) == ("load", True)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kib < 100_000
    started = time.monotonic()
    assert failure(engine, bomb).message == error.message
    assert time.monotonic() - started < 1
    assert values_of(run(engine, SMALL), "out") == [b"v"]
    engine.close()


def test_the_same_script_loaded_by_many_threads_at_once(tmp_path: Path) -> None:
    engine = fresh_engine(tmp_path)
    seen: list[object] = []

    def work() -> None:
        seen.append(values_of(run(engine, SMALL), "out"))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    engine.close()
    assert seen == [[b"v"]] * 8


def test_guests_on_threads_run_side_by_side_and_leave_python_free(engine: LocalEngine) -> None:
    limits = GuestLimits(chunk_deadline_ms=700)
    ended: list[float] = []

    def spin() -> None:
        with loaded(engine, SPIN, limits=limits) as guest, pytest.raises(GuestError):
            guest.run("t", 0, [batch("x")])
        ended.append(time.monotonic())

    threads = [threading.Thread(target=spin) for _ in range(3)]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    steps = 0
    while any(thread.is_alive() for thread in threads):
        steps += 1
        time.sleep(0.001)
    for thread in threads:
        thread.join()
    assert steps > 50
    assert max(ended) - started < 3 * 0.7 + 1.5


def test_the_ticker_sleeps_when_nothing_runs_and_wakes_for_the_next(tmp_path: Path) -> None:
    engine = LocalEngine(tmp_path, tick_ms=1)
    limits = GuestLimits(load_deadline_ms=3_000, chunk_deadline_ms=60)
    endless = running("(loop (br 0)) unreachable")
    for _ in range(2):
        with loaded(engine, endless, limits=limits) as guest, pytest.raises(GuestError) as caught:
            guest.run("t", 0, [batch("x")])
        assert caught.value.kind == "deadline"
        ticker = engine._runtime._ticker
        deadline = time.monotonic() + 10
        while ticker._wake.is_set() and time.monotonic() < deadline:
            time.sleep(0.02)
        assert not ticker._wake.is_set()
    engine.close()


def test_many_guests_at_once_keep_apart(engine: LocalEngine) -> None:
    guests = [engine.load(source(f"let n = {i}; {COUNT}", f"s{i}"), GuestLimits()) for i in range(60)]
    for turn in range(3):
        for i, guest in enumerate(guests):
            assert values_of(guest.run("t", 0, [batch("x")]), "out") == [str(i + turn).encode()]
    for guest in guests:
        guest.close()


COUNT = "engine.processRecord(({header}) => new Map([['out', {header, records: [{value: String(n++)}]}]]))"


def test_loading_and_closing_leaks_nothing() -> None:
    """In a process of its own: resident memory after 150 more loads is what it was after 100."""
    program = """
import gc, sys
from headrace_testing.scripts import make_engine, run, loaded, batch
engine = make_engine()
script = "const keep = Array.from({length: 2000}, (_, i) => ({i})); " + sys.argv[1]
def resident_kib():
    gc.collect()
    return next(int(line.split()[1]) for line in open('/proc/self/status') if line.startswith('VmRSS'))
seen = []
for turn in range(250):
    with loaded(engine, script) as guest:
        guest.run('t', 0, [batch('x' * 1000)] * 3)
    if turn in (99, 249):
        seen.append(resident_kib())
assert seen[1] - seen[0] < 8_000, seen
"""
    path = os.pathsep.join([str(ROOT / "tests" / "harness"), os.environ.get("PYTHONPATH", "")])
    subprocess.run(
        [sys.executable, "-c", program, IDENTITY], check=True, timeout=120, env=os.environ | {"PYTHONPATH": path}
    )


def test_a_guest_that_runs_long_does_not_grow(engine: LocalEngine) -> None:
    script = """engine.processRecord(({header, records}) => new Map([['out', {header,
        records: records.map((r) => ({...r, value: JSON.stringify({...r.value.json(), x: [1, {y: 2}]})}))}]]))"""
    with loaded(engine, script) as guest:
        given = [batch(*(f'{{"a": "{i}", "b": [1, 2, 3]}}' for i in range(500)))]
        for _ in range(20):
            guest.run("t", 0, given)
        before = len(guest._sandbox.memory())  # type: ignore[attr-defined]
        for _ in range(100):
            guest.run("t", 0, given)
        assert len(guest._sandbox.memory()) <= before + 2**20  # type: ignore[attr-defined]
