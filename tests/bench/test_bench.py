"""The benchmarks still run from end to end, and every bar gets a figure. What the figures say is `make bench`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from bench.figures import Bar, Figure, Samples

from headrace_testing.requirements import ROOT, need

BARS = 17


@pytest.mark.slow
@pytest.mark.oracle
def test_every_bar_gets_a_figure(tmp_path: Path) -> None:
    for tool in ("kafka", "javac", "cc"):
        need(tool)
    command = [sys.executable, "-m", "bench", "--quick", "--out", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"[-4000:]
    figures = json.loads((tmp_path / "bench.json").read_text())["figures"]
    judged = [figure for figure in figures if figure["bar"]]
    assert len(judged) == BARS, [figure["name"] for figure in judged]
    assert [figure["name"] for figure in judged if figure["value"] is None] == []
    assert (tmp_path / "bench.png").read_bytes().startswith(b"\x89PNG")
    assert all(figure["name"] in done.stdout for figure in figures)


def test_a_bar_is_judged_by_its_direction() -> None:
    assert Figure("s", "cpu", "x", 0.6, Bar(0.6)).verdict == "pass"
    assert Figure("s", "cpu", "x", 0.61, Bar(0.6)).verdict == "MISSED"
    assert Figure("s", "rate", "/s", 119_999, Bar(120_000, at_least=True)).verdict == "MISSED"
    assert Figure("s", "no peer", "x", None, Bar(1)).verdict == "not measured"
    assert Figure("s", "no bar", "x", 5).verdict == ""


def test_ratios_compare_minimum_with_minimum() -> None:
    samples = Samples()
    for ours, kafka in ((3.0, 4.0), (1.0, 8.0), (2.0, 6.0)):
        samples.add("A", "headrace", us=ours)
        samples.add("A", "kafka", us=kafka)
    assert samples.ratio("A", "us") == 1.0 / 4.0
    assert samples.ratio("A", "us", of="median") == 2.0 / 6.0
    assert samples.ratio("B", "us") is None
    assert samples.span("A", "kafka", "us") == "4.00 .. 6.00"
