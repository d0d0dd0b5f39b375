"""Node processes on this machine: start, watch, stop, kill; what `headrace local` and the quickstart stand on.

A cluster is a folder: `cluster.json` lists its nodes with pid and ports, `node-<id>/` is each node's data directory
and holds `node.log`. A process is ended only if its pid still belongs to the node that we started (its start time in
/proc is recorded), so a recycled pid is never signalled.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NoReturn

from headrace.client.errors import ClientError

START_TIMEOUT_S = 30.0
STOP_TIMEOUT_S = 30.0
POLL_S = 0.02
PORT_STEP = 10
LOG_LINES_SHOWN = 12


@dataclass(slots=True)
class LocalNode:
    node_id: int
    data_dir: str
    kafka: str
    admin: str
    rpc: str
    pid: int | None = None
    started_ticks: int | None = None

    @property
    def is_running(self) -> bool:
        return self.pid is not None and _start_ticks(self.pid) == self.started_ticks is not None

    def take_ports(self) -> bool:
        """Take over the ports that the running process got, once it says that it is ready. False: not yet."""
        with contextlib.suppress(OSError, ValueError, KeyError):
            running = json.loads((Path(self.data_dir) / "run.json").read_text(encoding="utf-8"))
            if running["pid"] == self.pid:
                self.kafka, self.admin = running["kafka"], running["admin"]
                return True
        return False


@dataclass(slots=True)
class LocalCluster:
    directory: Path
    settings: list[str]
    nodes: list[LocalNode]

    @classmethod
    def load(cls, directory: Path) -> LocalCluster:
        file = directory / "cluster.json"
        try:
            content = json.loads(file.read_text(encoding="utf-8"))
            nodes = [LocalNode(**node) for node in content["nodes"]]
            if not nodes:
                raise ValueError("it names no node")
            for node in nodes:
                node.take_ports()
            return cls(directory, list(content["settings"]), nodes)
        except FileNotFoundError:
            raise ClientError(
                f"there is no local cluster in {directory}; start one with 'headrace local up --data-dir {directory}'"
            ) from None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ClientError(
                f"{file} cannot be read ({error}); remove it and run 'headrace local up' again"
            ) from error

    def save(self) -> None:
        content = {"settings": self.settings, "nodes": [asdict(node) for node in self.nodes]}
        temporary = self.directory / "cluster.json.tmp"
        temporary.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
        temporary.replace(self.directory / "cluster.json")

    def node(self, node_id: int) -> LocalNode:
        for node in self.nodes:
            if node.node_id == node_id:
                return node
        raise ClientError(f"there is no node {node_id}; nodes: {', '.join(str(node.node_id) for node in self.nodes)}")


def plan(
    directory: Path, node_count: int, kafka_port: int, admin_port: int, rpc_port: int, settings: Sequence[str]
) -> LocalCluster:
    """The cluster that `up` will start: node i listens on port + 10*(i-1)."""
    nodes = []
    for i in range(node_count):
        step = PORT_STEP * i
        nodes.append(
            LocalNode(
                node_id=i + 1,
                data_dir=str(directory / f"node-{i + 1}"),
                kafka=f"127.0.0.1:{kafka_port + step if kafka_port else 0}",
                admin=f"127.0.0.1:{admin_port + step if admin_port else 0}",
                rpc=f"127.0.0.1:{rpc_port + step if rpc_port else 0}",
            )
        )
    return LocalCluster(directory, list(settings), nodes)


def command_line(cluster: LocalCluster, node: LocalNode) -> list[str]:
    arguments = [sys.executable, "-m", "headrace.app", "--node-id", str(node.node_id), "--data-dir", node.data_dir]
    arguments += ["--kafka-listen", node.kafka, "--admin-listen", node.admin, "--rpc-listen", node.rpc]
    for setting in cluster.settings:
        arguments += ["--set", setting]
    return arguments


def start(cluster: LocalCluster, node: LocalNode) -> None:
    """Start one node and return when it is ready. Raises ClientError with the end of its log when it fails."""
    prepare(node)
    data_dir = Path(node.data_dir)
    log_file = data_dir / "node.log"
    with log_file.open("ab") as log:
        log_position = log.tell()
        process = subprocess.Popen(
            command_line(cluster, node),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    node.pid, node.started_ticks = process.pid, _start_ticks(process.pid)
    deadline_s = time.monotonic() + START_TIMEOUT_S
    try:
        while not node.take_ports():
            if process.poll() is not None:
                node.pid = None
                raise ClientError(f"node {node.node_id} did not start:\n{_log_end(log_file, log_position)}")
            if time.monotonic() > deadline_s:
                raise ClientError(f"node {node.node_id} was not ready in time:\n{_log_end(log_file, log_position)}")
            time.sleep(POLL_S)
    except BaseException:
        # Nobody knows of a node that is not in cluster.json: it may not outlive us.
        if process.poll() is None:
            process.kill()
            process.wait()
        node.pid = None
        raise


def prepare(node: LocalNode) -> None:
    """Raises ClientError when the node cannot be started here; makes its folder."""
    if node.is_running:
        raise ClientError(f"node {node.node_id} is already running (pid {node.pid})")
    for kind, address in (("Kafka", node.kafka), ("admin", node.admin)):
        _refuse_used_port(kind, address)
    data_dir = Path(node.data_dir)
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        (data_dir / "run.json").unlink(missing_ok=True)
    except OSError as error:
        raise ClientError(f"{data_dir} cannot be used: {error.strerror}") from error


def become(cluster: LocalCluster, node: LocalNode) -> NoReturn:
    """Turn this process into the node: same pid, so `status`, `kill` and `down` know it."""
    prepare(node)
    node.pid, node.started_ticks = os.getpid(), _start_ticks(os.getpid())
    cluster.save()
    arguments = command_line(cluster, node)
    os.execv(arguments[0], arguments)


def kill(node: LocalNode, signal_number: int) -> None:
    """Send a signal and forget the process when it ends of it."""
    if node.pid is None or not node.is_running:
        raise ClientError(f"node {node.node_id} is not running")
    os.kill(node.pid, signal_number)
    if signal_number == signal.SIGKILL:
        _wait_until_gone(node)


def stop(node: LocalNode) -> None:
    """SIGTERM, wait, SIGKILL if it takes too long."""
    if node.pid is None or not node.is_running:
        return
    os.kill(node.pid, signal.SIGTERM)
    os.kill(node.pid, signal.SIGCONT)  # one that was stopped would not hear it
    if not _wait_until_gone(node):
        os.kill(node.pid, signal.SIGKILL)
        _wait_until_gone(node)


def wipe(cluster: LocalCluster) -> None:
    """Remove the data of every node and the cluster file; nothing else in the folder."""
    for node in cluster.nodes:
        shutil.rmtree(node.data_dir, ignore_errors=True)
    (cluster.directory / "cluster.json").unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        cluster.directory.rmdir()


def _wait_until_gone(node: LocalNode) -> bool:
    deadline_s = time.monotonic() + STOP_TIMEOUT_S
    while node.is_running:
        if node.pid is not None:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(node.pid, os.WNOHANG)
        if time.monotonic() > deadline_s:
            return False
        time.sleep(POLL_S)
    node.pid = None
    return True


def _start_ticks(pid: int) -> int | None:
    """When the process started, in clock ticks since boot; None when it is gone or a zombie."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except FileNotFoundError:
        if Path("/proc/self/stat").exists():
            return None
        return _alive_without_proc(pid)
    except ProcessLookupError:
        return None
    return None if fields[0] in {"Z", "X"} else int(fields[19])


def _alive_without_proc(pid: int) -> int | None:
    """On systems without /proc (macOS) only the pid can be asked for."""
    try:
        os.kill(pid, 0)
    except OSError:
        return None
    return pid


def _refuse_used_port(kind: str, address: str) -> None:
    host, _, port = address.rpartition(":")
    if port == "0":
        return
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, int(port)))
        except OSError as error:
            raise ClientError(
                f"the {kind} address {address} is in use ({error.strerror}): "
                f"stop what listens there or choose another with --{kind.lower()}-port"
            ) from error


def _log_end(log_file: Path, position: int) -> str:
    with log_file.open("rb") as log:
        log.seek(position)
        lines = log.read().decode(errors="replace").splitlines()
    shown = lines[-LOG_LINES_SHOWN:] or ["(it printed nothing)"]
    return "\n".join(f"  {line}" for line in shown) + f"\n  full log: {log_file}"
