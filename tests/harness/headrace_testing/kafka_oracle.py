"""One Apache Kafka broker on loopback: the oracle of the differential suite and the peer of the bench.

`KafkaBroker` formats a data folder, starts a combined KRaft node and waits until it answers; `stop()` ends it by its
own pid. It must not be used by code of the node itself. Surprising: Kafka cannot tell us a port that it chose by
itself before clients need it in `advertised.listeners`, so free ports are picked here and the start is tried again
when someone else took one in between.
"""

from __future__ import annotations

import base64
import os
import socket
import subprocess
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

START_TRIES = 3
READY_TIMEOUT_S = 90.0
STOP_TIMEOUT_S = 20.0

#: A single broker cannot keep three copies of its internal topics; everything else stays at Kafka's defaults.
SINGLE_BROKER = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.listener.names": "CONTROLLER",
    "inter.broker.listener.name": "PLAINTEXT",
    "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    "group.initial.rebalance.delay.ms": "0",
}
QUIET_TESTS_JVM = ("-Xms256m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")


class KafkaFailed(Exception):
    """Apache Kafka did not start; the text ends with its own last words."""


def free_ports(count: int) -> list[int]:
    """Loopback ports that were free a moment ago, all different."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for sock in sockets:
            sock.bind(("127.0.0.1", 0))
        return [int(sock.getsockname()[1]) for sock in sockets]
    finally:
        for sock in sockets:
            sock.close()


def answers(port: int) -> bool:
    """Whether something on this loopback port answers an ApiVersions v0 request."""
    frame = bytes.fromhex("0000000a 0012 0000 00000001 ffff")
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as sock:
            sock.settimeout(5)
            sock.sendall(frame)
            return len(sock.recv(4)) > 0
    except OSError:
        return False


@dataclass
class KafkaBroker:
    """`start()`, use `bootstrap`, `stop()`; or a context manager. `data_dir` is created and left in place."""

    jars: Path
    data_dir: Path
    properties: Mapping[str, str] = field(default_factory=dict)
    jvm: tuple[str, ...] = QUIET_TESTS_JVM
    cpu: int | None = None
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    @property
    def bootstrap(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self.process is not None, "the broker was not started"
        return self.process.pid

    def start(self) -> KafkaBroker:
        for attempt in range(START_TRIES):
            try:
                self._start_once(self.data_dir / f"try-{attempt}")
            except KafkaFailed:
                self.stop()
                if attempt == START_TRIES - 1:
                    raise
            else:
                return self
        raise AssertionError("unreachable")

    def _start_once(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self.port, controller_port = free_ports(2)
        settings = SINGLE_BROKER | {
            "listeners": f"PLAINTEXT://127.0.0.1:{self.port},CONTROLLER://127.0.0.1:{controller_port}",
            "advertised.listeners": f"PLAINTEXT://127.0.0.1:{self.port}",
            "controller.quorum.voters": f"1@127.0.0.1:{controller_port}",
            "log.dirs": str(folder / "data"),
        }
        config = folder / "server.properties"
        config.write_text("".join(f"{key}={value}\n" for key, value in (settings | dict(self.properties)).items()))
        cluster_id = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        self._java(folder, "kafka.tools.StorageTool", "format", "-t", cluster_id, "-c", str(config)).wait(120)
        self.process = self._java(folder, "kafka.Kafka", str(config))
        deadline = time.monotonic() + READY_TIMEOUT_S
        while not answers(self.port):
            if self.process.poll() is not None:
                raise KafkaFailed(f"Apache Kafka exited with {self.process.returncode}:\n{self._last_words(folder)}")
            if time.monotonic() > deadline:
                raise KafkaFailed(f"no answer after {READY_TIMEOUT_S:.0f} s:\n{self._last_words(folder)}")
            time.sleep(0.1)

    def _java(self, folder: Path, main: str, *arguments: str) -> subprocess.Popen[bytes]:
        pin = [] if self.cpu is None else ["taskset", "-c", str(self.cpu)]
        command = [*pin, "java", *self.jvm, "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"]
        command += ["-cp", f"{self.jars}/*", main, *arguments]
        with (folder / "kafka.log").open("ab") as log:
            return subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=folder)

    @staticmethod
    def _last_words(folder: Path) -> str:
        return (folder / "kafka.log").read_text(errors="replace")[-3000:]

    def stop(self) -> None:
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def __enter__(self) -> KafkaBroker:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


def cpu_time_s(pid: int) -> float:
    """On-CPU seconds of all live threads of a process, from the scheduler (finer than the 10 ms ticks of stat)."""
    total_ns = 0
    for thread in os.listdir(f"/proc/{pid}/task"):
        try:
            with open(f"/proc/{pid}/task/{thread}/schedstat", encoding="ascii") as file:
                total_ns += int(file.read().split()[0])
        except OSError:
            continue  # the thread ended between the listing and the read
    return total_ns / 1e9
