"""Build and run the C load client.

It links against the librdkafka inside the confluent-kafka wheel and is built again when its source changes. A run that
loses or refuses a message is an error: a figure of a broker that drops data is worth nothing.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import confluent_kafka

from bench import ROOT
from bench.brokers import CLIENT_CPU
from headrace_testing.requirements import CACHE, Missing, find

RUN_TIMEOUT_S = 180


class LoadFailed(Exception):
    """The client ended badly; the text holds what it said."""


@dataclass(frozen=True)
class LoadResult:
    messages: int
    seconds: float
    megabytes: float
    p50_ms: float
    p99_ms: float
    client_cpu_s: float


def _bundled_librdkafka() -> Path:
    package = Path(confluent_kafka.__file__).parent
    for folder in (package.parent / "confluent_kafka.libs", package / ".dylibs"):
        for library in sorted(folder.glob("librdkafka*")):
            return library
    raise Missing(f"the confluent-kafka package at {package} brings no librdkafka of its own")


@cache
def binary() -> Path:
    """The compiled client. Raises Missing without a C compiler."""
    source = ROOT / "bench" / "load" / "load.c"
    header = source.with_name("librdkafka.h")
    library = _bundled_librdkafka()
    digest = hashlib.sha256(source.read_bytes() + header.read_bytes() + str(library).encode()).hexdigest()[:16]
    target = CACHE / "bench" / f"load-{digest}"
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        command = [str(find("cc")), "-O2", "-Wall", "-o", str(target), str(source), str(library)]
        # The wheel's other libraries lie beside librdkafka and are found from there when it is loaded.
        command += [f"-Wl,-rpath,{library.parent}", "-Wl,--allow-shlib-undefined"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Missing(f"the load client does not compile:\n{done.stderr[-2000:]}")
    return target


def run(
    mode: str,
    bootstrap: str,
    topic: str,
    *,
    count: int,
    partitions: int = 1,
    size: int = 0,
    rate: float = 0,
    settings: dict[str, str] | None = None,
) -> LoadResult:
    command = ["taskset", "-c", str(CLIENT_CPU), str(binary()), mode, bootstrap, topic]
    command += [str(partitions), str(count), str(size), str(rate)]
    command += [f"{key}={value}" for key, value in (settings or {}).items()]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=RUN_TIMEOUT_S, check=False)
    except subprocess.TimeoutExpired:
        raise LoadFailed(f"{' '.join(command)} was not done after {RUN_TIMEOUT_S} s") from None
    if done.returncode:
        raise LoadFailed(f"{' '.join(command)} ended with {done.returncode}: {(done.stdout + done.stderr)[-1000:]}")
    said = json.loads(done.stdout)
    fields = ("messages", "seconds", "megabytes", "p50_ms", "p99_ms", "client_cpu_s")
    return LoadResult(**{name: said[name] for name in fields})
