"""The pacemaker's core, told as stories: one file per story in `scenarios/`, see `PaceTheatre` for the commands."""

from pathlib import Path

import pytest

from headrace_testing.pace_theatre import PaceTheatre
from headrace_testing.scenarios import run_file

SCENARIOS = sorted((Path(__file__).parent / "scenarios").glob("*.txt"))


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_scenario(path, rewrite):
    run_file(path, PaceTheatre().run, rewrite=rewrite)


def test_there_are_scenarios():
    assert len(SCENARIOS) >= 25
