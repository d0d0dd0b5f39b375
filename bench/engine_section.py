"""Engines: records per second and CPU per record of one guest, the way through the sidecar, memory of many scripts."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable

from bench import ROOT
from bench.figures import Bar, Figure

PROCESS_TIMEOUT_S = 300

JS_RECORDS_PER_S = Bar(120_000, at_least=True)
WASM_US_PER_RECORD = Bar(2.0)
ROUNDTRIP_US = Bar(150)
SCRIPTS = 200
SCRIPTS_MB = Bar(400)


def run(seconds: float, scripts: int, say: Callable[[str], None]) -> list[Figure]:
    def measured(kind: str, size: int) -> dict[str, float]:
        say(f"engine: {kind} {size}")
        command = [sys.executable, "-m", "bench.engine_process", kind, str(size), str(seconds)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PROCESS_TIMEOUT_S, check=False)
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)} failed:\n{done.stderr[-3000:]}")
        result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
        return result

    js, js_large = measured("js", 100), measured("js", 1024)
    wasm, wasm_small = measured("wasm", 1024), measured("wasm", 100)
    trip, trip_apart = measured("roundtrip", 0), measured("roundtrip-apart", 0)
    many = measured("scripts", scripts)
    return [
        Figure("engines", "JavaScript, JSON edit of 100 B", "records/s per core", js["records_per_s"],
               JS_RECORDS_PER_S, f"{js['us_per_record']:.2f} us; 1 KiB: {js_large['us_per_record']:.2f} us"),
        Figure("engines", "Wasm (C), drop a field of 1 KiB JSON", "us CPU per record", wasm["us_per_record"],
               WASM_US_PER_RECORD, f"100 B: {wasm_small['us_per_record']:.2f} us"),
        Figure("engines", "round trip through the sidecar, one record", "us", trip["p50_us"], ROUNDTRIP_US,
               f"p50; p99 {trip['p99_us']:.0f} us; on two CPUs, idle between calls: p50 {trip_apart['p50_us']:.0f} us"),
        Figure("memory", f"sidecar with {scripts} small scripts", "MB", many["loaded_mb"], SCRIPTS_MB,
               f"without any: {many['empty_mb']:.0f} MB"),
    ]  # fmt: skip
