"""Scripts in plain Python for tests of everything around the engine: `PythonEngine` satisfies `engines.api.Engine`.

The content of a script is the name of a function below, maybe with an argument: `upper`, `split`, `poison:7`. It can
also be run as an engine process: `python -m headrace_testing.python_guest --fd N --cache DIR`.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from headrace.base.errors import HeadraceError
from headrace.records.batch import check_batches
from headrace.records.builder import build_batch
from headrace.records.reader import Record, read_records
from headrace.transforms.engines.api import (
    ChunkResult,
    GuestError,
    GuestLimits,
    LogLine,
    ScriptInfo,
    ScriptSource,
    Subscription,
)

Outputs = dict[str | None, list[Record]]


def _upper(records: list[Record]) -> Outputs:
    return {None: [Record(0, r.timestamp_ms, r.key, (r.value or b"").upper(), r.headers) for r in records]}


def _split(records: list[Record]) -> Outputs:
    """Even record numbers to `even`, odd ones to `odd`, every third to nobody. The value is the number."""
    kept = [r for r in records if int(r.value or b"0") % 3]
    return {
        "even": [r for r in kept if int(r.value or b"0") % 2 == 0],
        "odd": [r for r in kept if int(r.value or b"0") % 2 == 1],
    }


def _poison(records: list[Record]) -> Outputs:
    for record in records:
        if b"poison" in (record.value or b""):
            raise GuestError("thrown", "Error: poison", where="main.js:3:7", instance_lost=False)
        if b"trap" in (record.value or b""):
            raise GuestError("trap", "unreachable", instance_lost=True)
    return _upper(records)


def _kill(records: list[Record]) -> Outputs:
    if any(b"kill" in (r.value or b"") for r in records):
        os.kill(os.getpid(), signal.SIGKILL)
    return _upper(records)


def _spin(records: list[Record]) -> Outputs:
    """As a script that loops until its deadline; outside Python's lock, as Wasm is."""
    if any(b"spin" in (r.value or b"") for r in records):
        time.sleep(1.0)
        raise GuestError("deadline", "the chunk took longer than 1000 ms", instance_lost=True)
    return _upper(records)


SCRIPTS: dict[str, Callable[[list[Record]], Outputs]] = {
    "upper": _upper,
    "split": _split,
    "poison": _poison,
    "kill": _kill,
    "spin": _spin,
    "badkey": lambda records: {"no/such": records},
    "nothing": lambda records: {},
    "many": lambda records: {f"k{i}": records for i in range(3)},
}


class PythonGuest:
    def __init__(self, source: ScriptSource) -> None:
        name, _, self._argument = source.content.decode().partition(":")
        if name not in SCRIPTS:
            raise GuestError("load", f"SyntaxError: {name}", where="main.js:1:1", instance_lost=True)
        self._run = SCRIPTS[name]
        topics = [Subscription(topic) for topic in self._argument.split(",") if topic]
        self.info = ScriptInfo(tuple(topics))
        self.closed = False
        self.calls = 0

    def run(self, topic: str, partition: int, batches: Sequence[bytes | memoryview]) -> ChunkResult:
        assert not self.closed, "a closed guest was used"
        self.calls += 1
        records: list[Record] = []
        for batch in batches:
            (header,) = check_batches(batch)
            assert header.compression == 0
            try:
                records += read_records(batch)
            except HeadraceError as error:
                raise GuestError("trap", f"the guest cannot decode it: {error}", instance_lost=True) from error
        assert [r.offset for r in records] == sorted({r.offset for r in records})
        outputs = self._run(records)
        logs = [LogLine("info", f"{len(records)} records")] if b"LOG" in self._argument.encode() else []
        return ChunkResult({key: bytes(build_batch(found)) for key, found in outputs.items() if found}, logs)

    def close(self) -> None:
        self.closed = True


class PythonEngine:
    def load(self, source: ScriptSource, limits: GuestLimits) -> PythonGuest:
        return PythonGuest(source)


def main() -> int:
    from headrace.transforms.engines.sidecar import run_process

    def make(cache: Path) -> PythonEngine:
        return PythonEngine()

    return run_process(sys.argv[1:], make)


if __name__ == "__main__":
    sys.exit(main())
