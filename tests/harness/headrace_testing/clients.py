"""The clients of the client matrix: how each is started and what it must print.

A client is a program under tests/clients that gets `BOOTSTRAP PREFIX DOLLAR_TOPIC` and prints one JSON object.
JavaScript programs run from the folder into which npm put their packages, because Node looks for packages beside the
program.
Used by the matrix test; `table` makes the table that it prints.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from headrace_testing.requirements import ROOT, find, need

PROGRAM_TIMEOUT_S = 120
NO_TOPIC = "-"


class ClientFailed(AssertionError):
    """A client's program ended badly; the text ends with what it said."""


@dataclass(frozen=True)
class Client:
    name: str
    program: Path
    #: What must be there (see `requirements`), beside the Python packages of the test group.
    requirement: str | None
    expected: Mapping[str, Any]

    def need(self) -> None:
        """Skip the test by name, or fail it under HEADRACE_REQUIRE_ALL=1, when this client cannot be run."""
        if self.requirement:
            need(self.requirement)

    def run(self, bootstrap: str, prefix: str, dollar_topic: str = NO_TOPIC) -> dict[str, Any]:
        """What the program printed. Raises ClientFailed."""
        command = [*self._command(), bootstrap, prefix, dollar_topic]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=PROGRAM_TIMEOUT_S, check=False)
        except subprocess.TimeoutExpired as error:
            said = f"{error.stdout or b''!r}\n{error.stderr or b''!r}"
            raise ClientFailed(f"{self.name} was not done after {PROGRAM_TIMEOUT_S} s:\n{said[-4000:]}") from None
        if done.returncode:
            raise ClientFailed(f"{self.name} ended with {done.returncode}:\n{(done.stdout + done.stderr)[-4000:]}")
        result: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
        return result

    def _command(self) -> list[str]:
        if self.program.suffix != ".mjs":
            return [sys.executable, str(self.program)]
        packages = find("javascript-clients")
        copy = packages / self.program.name
        if not copy.exists() or copy.read_bytes() != self.program.read_bytes():
            shutil.copy(self.program, copy)
        return [str(find("node")), str(copy)]


_EVERYTHING: dict[str, Any] = {
    "config": ["3600000", "7200000"],
    "partitions": 4,
    "created twice": True,
    "produced": True,
    "offsets": [0, 100],
    "headers": True,
    "resumed": True,
    "committed": 100,
    "two members share": [2, 2],
    "deleted": True,
}
_KCAT: dict[str, Any] = {
    "partitions": 2,
    "offsets": [0, 101],
    "headers": True,
    "resumed": True,
    "from an offset": "key 0=value 0",
}
_PROGRAMS = ROOT / "tests" / "clients" / "programs"
_JAVASCRIPT = ROOT / "tests" / "clients" / "javascript"

CLIENTS = (
    Client("confluent-kafka", _PROGRAMS / "confluent_client.py", None, _EVERYTHING),
    Client("aiokafka", _PROGRAMS / "aiokafka_client.py", None, _EVERYTHING),
    Client("kafka-python", _PROGRAMS / "kafka_python_client.py", None, _EVERYTHING),
    Client("kafkajs", _JAVASCRIPT / "kafkajs.mjs", "javascript-clients", _EVERYTHING),
    Client("@platformatic/kafka", _JAVASCRIPT / "platformatic.mjs", "javascript-clients", _EVERYTHING),
    Client("kcat", _PROGRAMS / "kcat_client.py", "kcat", _KCAT),
)
STEPS = (*_EVERYTHING, "from an offset", "dollar")


def table(results: Mapping[str, Mapping[str, Any]], expected: Mapping[str, Mapping[str, Any]]) -> str:
    """One line per client, one column per step: `ok`, what came instead, or `.` where the client has no such step."""

    def cell(client: str, step: str) -> str:
        if step not in expected[client]:
            return "."
        value = results[client].get(step)
        return "ok" if value == expected[client][step] else str(value)

    rows = [["client", *STEPS]] + [[client, *(cell(client, step) for step in STEPS)] for client in results]
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)) for row in rows)
