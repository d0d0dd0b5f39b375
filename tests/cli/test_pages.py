"""The commands printed in README.md and docs/transforms.md work as they stand, top to bottom, in one folder."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from headrace_testing.node import NodeProcess
from headrace_testing.requirements import need

ROOT = Path(__file__).resolve().parents[2]
DEFAULT_KAFKA = "127.0.0.1:9092"
# The pages start a node on the default ports; here another is there already. The environment is there, too.
NOT_HERE = ("headrace local ", ". .venv/", "make ")


def commands(page: str) -> str:
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / page).read_text(), re.DOTALL)
    return "\n".join(line for line in "\n".join(blocks).splitlines() if not line.startswith(NOT_HERE))


@pytest.mark.parametrize(("page", "must_show"), [("README.md", "HELLO, MILL WHEEL"), ("docs/transforms.md", "WATER")])
def test_the_commands_of_a_page_work(page: str, must_show: str, tmp_path: Path) -> None:
    if "kcat" in commands(page):
        need("kcat")
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "headrace").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m headrace "$@"\n')
    (folder / "headrace").chmod(0o755)
    with NodeProcess(tmp_path / "node") as node:
        script = commands(page).replace(DEFAULT_KAFKA, node.kafka)
        addresses = {"HEADRACE_BROKERS": node.kafka, "HEADRACE_ADMIN": node.admin}
        done = subprocess.run(
            ["bash", "-euxo", "pipefail", "-c", script],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            env=os.environ | addresses | {"PATH": f"{folder}:{os.environ['PATH']}"},
            timeout=120,
            check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert must_show in done.stdout
