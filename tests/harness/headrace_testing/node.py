"""A real `headrace-node` process on loopback, on free ports, in a folder of its own.

`NodeProcess(data_dir).start()` returns once the node says it is ready (`run.json`); `kill()` is SIGKILL, `stop()` is
SIGTERM and asserts a clean exit, `start()` again continues on the same data and the same ports. Its log is in
`data_dir/node.log` and is part of every failure message.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 30.0


class NodeFailed(AssertionError):
    """The node did not do what a test needs; the text ends with its log."""


class NodeProcess:
    def __init__(
        self,
        data_dir: Path,
        *,
        node_id: int = 1,
        settings: Mapping[str, str] | None = None,
        environment: Mapping[str, str] | None = None,
        cpu: int | None = None,
    ) -> None:
        self.data_dir = data_dir
        self.node_id = node_id
        self.settings = dict(settings or {})
        self.environment = dict(environment or {})
        self.cpu = cpu
        self.kafka = "127.0.0.1:0"
        self.admin = "127.0.0.1:0"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self.process is not None, "the node was not started"
        return self.process.pid

    @property
    def port(self) -> int:
        return int(self.kafka.rpartition(":")[2])

    @property
    def log_text(self) -> str:
        file = self.data_dir / "node.log"
        return file.read_text(errors="replace") if file.exists() else ""

    def engine_pids(self) -> list[int]:
        """Pids of the node's engine sidecars."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return [int(pid) for pid in children if b"sidecar" in Path(f"/proc/{pid}/cmdline").read_bytes()]

    def spawn(self) -> None:
        """Start the process without waiting; `wait_ready` does that."""
        self.data_dir.mkdir(parents=True, exist_ok=True)
        (self.data_dir / "run.json").unlink(missing_ok=True)
        pin = [] if self.cpu is None else ["taskset", "-c", str(self.cpu)]
        command = [*pin, sys.executable, "-m", "headrace.app"]
        command += ["--node-id", str(self.node_id), "--data-dir", str(self.data_dir)]
        command += ["--kafka-listen", self.kafka, "--admin-listen", self.admin, "--rpc-listen", "127.0.0.1:0"]
        for key, value in self.settings.items():
            command += ["--set", f"{key}={value}"]
        with (self.data_dir / "node.log").open("ab") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=os.environ | self.environment
            )

    def wait_ready(self) -> None:
        assert self.process is not None
        deadline_s = time.monotonic() + START_TIMEOUT_S
        run_file = self.data_dir / "run.json"
        while True:
            try:
                running = json.loads(run_file.read_text())
                if running["node_id"] == self.node_id:
                    self.kafka, self.admin = running["kafka"], running["admin"]
                    return
            except (FileNotFoundError, ValueError):
                pass
            if self.process.poll() is not None:
                raise NodeFailed(f"the node exited with {self.process.returncode}:\n{self.log_text[-4000:]}")
            if time.monotonic() > deadline_s:
                raise NodeFailed(f"the node was not ready in {START_TIMEOUT_S:.0f} s:\n{self.log_text[-4000:]}")
            time.sleep(0.01)

    def start(self) -> NodeProcess:
        self.spawn()
        self.wait_ready()
        return self

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """SIGTERM; fails when the node does not end with 0."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self.kill()
            raise NodeFailed(f"the node did not stop on SIGTERM:\n{self.log_text[-4000:]}") from None
        if code != 0:
            raise NodeFailed(f"the node exited with {code} on SIGTERM:\n{self.log_text[-4000:]}")

    def __enter__(self) -> NodeProcess:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        if kind is None:
            self.stop()
        else:
            self.kill()
