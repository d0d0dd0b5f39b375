"""One engine measurement in a process of its own: `python -m bench.engine_process KIND SIZE SECONDS`.

Prints JSON. KIND is `js` or `wasm` (records/s and CPU us per record of a guest in this process, no socket), `roundtrip`
(wall time of one-record chunks through a real sidecar, both ends on one CPU as in every other section),
`roundtrip-apart` (the same on any CPU: an idle virtual CPU is slow to wake, and each call wakes three threads) or
`scripts` (memory of a sidecar with many scripts). A process of its own because the epoch ticker, the compiled modules
and the memory of one kind must not colour another.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from bench.brokers import BROKER_CPU, rss_mb
from bench.scripts import json_batch, source
from headrace.base.clock import SystemClock
from headrace.base.tasks import TaskSet
from headrace.records.batch import parse_header
from headrace.transforms.engines import channel
from headrace.transforms.engines.api import GuestLimits, Language
from headrace.transforms.engines.channel import Frame, Kind, LoadOrder, RunOrder
from headrace.transforms.engines.local import LocalEngine
from headrace.transforms.engines.supervisor import EngineSupervisor

BATCH_RECORDS = 1000
ROUNDS = 5
ROUNDTRIP_RECORD_BYTES = 100
WAIT_S = 120.0


def guest(language: Language, size: int, seconds: float) -> dict[str, float]:
    """Best of several rounds: records per second of CPU time, and us per record."""
    batch = json_batch(BATCH_RECORDS, size)
    with tempfile.TemporaryDirectory() as folder:
        engine = LocalEngine(Path(folder))
        loaded = engine.load(source("bench", language), GuestLimits())
        loaded.run("in", 0, [batch])  # compiled, grown and warm
        best_us = float("inf")
        for _ in range(ROUNDS):
            began, chunks = time.process_time(), 0
            while (used_s := time.process_time() - began) < seconds / ROUNDS:
                result = loaded.run("in", 0, [batch])
                chunks += 1
            best_us = min(best_us, used_s / (chunks * BATCH_RECORDS) * 1e6)
        # A guest's output is sealed (CRC) only when it is stamped with progress, so the records are read as they are.
        kept = sum(_record_count(output) for output in result.outputs.values())
        assert kept == BATCH_RECORDS, f"{kept} of {BATCH_RECORDS} records came out"
        assert b'"ssn"' not in b"".join(bytes(output) for output in result.outputs.values()), "the field is still there"
        loaded.close()
        engine.close()
    return {"us_per_record": best_us, "records_per_s": 1e6 / best_us}


def _record_count(batches: bytes) -> int:
    count = position = 0
    while position < len(batches):
        header = parse_header(batches, position)
        count += header.record_count
        position += header.size_bytes
    return count


class _Listener:
    """Collects answers of the sidecar by their ident."""

    def __init__(self) -> None:
        self.up = asyncio.Event()
        self.answers: dict[int, asyncio.Future[Frame]] = {}

    def on_engine_up(self) -> None:
        self.up.set()

    def on_engine_lost(self, reason: str) -> None:
        for answer in self.answers.values():
            if not answer.done():
                answer.set_exception(RuntimeError(f"the engine was lost: {reason}"))

    def on_engine_frame(self, frame: Frame) -> None:
        self.answers.pop(frame.ident).set_result(frame)


class _Sidecar:
    """A real sidecar, spoken to through the node's own end of the channel."""

    def __init__(self, folder: Path) -> None:
        self.listener = _Listener()
        self.tasks = TaskSet("bench")
        self.supervisor = EngineSupervisor(self.listener, cache_dir=folder, clock=SystemClock(), tasks=self.tasks)
        self._op = 0

    async def start(self) -> None:
        self.supervisor.start()
        await asyncio.wait_for(self.listener.up.wait(), WAIT_S)

    async def ask(self, kind: str, order: LoadOrder | RunOrder) -> Frame:
        self._op += 1
        answer: asyncio.Future[Frame] = asyncio.get_running_loop().create_future()
        self.listener.answers[self._op] = answer
        if isinstance(order, LoadOrder):
            self.supervisor.send(channel.encode_load(self._op, order), op=self._op, load=True)
        else:
            self.supervisor.send(channel.encode_run(self._op, order), op=self._op)
        frame = await asyncio.wait_for(answer, WAIT_S)
        assert frame.kind == Kind[kind], (
            f"{Kind(frame.kind).name} where {kind} was expected: {bytes(frame.body)[:500]!r}"
        )
        return frame

    async def load(self, handle: int, language: Language, name: str) -> None:
        script = source(name, language)
        order = LoadOrder(handle, name, script.digest, language, {}, script.content)
        await self.ask("LOADED", order)

    async def stop(self) -> None:
        await self.supervisor.stop()


async def roundtrip(seconds: float) -> dict[str, float]:
    """Wall time of a chunk of one record: encoded, sent, run in the sidecar, answered, decoded."""
    with tempfile.TemporaryDirectory() as folder:
        sidecar = _Sidecar(Path(folder))
        await sidecar.start()
        await sidecar.load(1, "js", "bench")
        batch = json_batch(1, ROUNDTRIP_RECORD_BYTES)
        order = RunOrder(1, "halt", 0, None, "in", 0, batch)
        took_us: list[float] = []
        began = time.perf_counter()
        while time.perf_counter() - began < seconds:
            start = time.perf_counter()
            frame = await sidecar.ask("DONE", order)
            channel.decode_done(frame.body)
            took_us.append((time.perf_counter() - start) * 1e6)
        await sidecar.stop()
    took_us = took_us[len(took_us) // 10 :]
    return {"p50_us": statistics.median(took_us), "p99_us": sorted(took_us)[int(len(took_us) * 0.99)]}


async def scripts(count: int) -> dict[str, float]:
    """Resident memory of a sidecar that holds `count` small scripts, each with an instance of its own."""
    with tempfile.TemporaryDirectory() as folder:
        sidecar = _Sidecar(Path(folder))
        await sidecar.start()
        pid = sidecar.supervisor.pid
        assert pid is not None
        empty_mb = rss_mb(pid)
        batch = json_batch(1, ROUNDTRIP_RECORD_BYTES)
        for handle in range(1, count + 1):
            await sidecar.load(handle, "js", f"s{handle}")
            await sidecar.ask("DONE", RunOrder(handle, "halt", 0, None, "in", 0, batch))
        loaded_mb = rss_mb(pid)
        await sidecar.stop()
    return {"empty_mb": empty_mb, "loaded_mb": loaded_mb}


def main() -> None:
    kind, size, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    if kind != "roundtrip-apart":
        os.sched_setaffinity(0, {BROKER_CPU})
    if kind == "js":
        result = guest("js", size, seconds)
    elif kind == "wasm":
        result = guest("wasm", size, seconds)
    elif kind in {"roundtrip", "roundtrip-apart"}:
        result = asyncio.run(roundtrip(seconds))
    else:
        result = asyncio.run(scripts(size))
    sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
