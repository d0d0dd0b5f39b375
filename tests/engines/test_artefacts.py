"""The Wasm files that the project ships are what their sources give, byte for byte."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import subprocess
import sys

import pytest

from headrace_testing.scripts import ROOT

GUEST = ROOT / "node/headrace/transforms/engines/guest"
NAMES = ["quickjs", "output_check", "c-example", "rust-example"]


def build(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(GUEST / "build.py"), *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
        env=os.environ | environment,
    )


def test_the_manifest_names_the_committed_files() -> None:
    manifest = json.loads((GUEST / "artefacts.json").read_text())
    assert set(manifest) == set(NAMES)
    for entry in manifest.values():
        assert hashlib.sha256((ROOT / entry["file"]).read_bytes()).hexdigest() == entry["sha256"]


@pytest.mark.parametrize("name", NAMES)
def test_building_again_gives_the_same_bytes(name: str) -> None:
    done = build("--check", name)
    assert done.returncode == 0, done.stderr
    if "passed over" in done.stderr:
        pytest.skip(done.stderr.strip())


def test_a_changed_source_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = importlib.util.spec_from_file_location("guest_build", GUEST / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "guest_build", module)
    spec.loader.exec_module(module)
    manifest = json.loads((GUEST / "artefacts.json").read_text())
    target = next(target for target in module.TARGETS if target.name == "output_check")
    assert module.check(target, manifest, rebuild=False) is None
    manifest["output_check"]["inputs"] = "0" * 64
    assert "is older than its sources" in module.check(target, manifest, rebuild=False)
    manifest["output_check"]["sha256"] = "0" * 64
    assert "is not the file that artefacts.json names" in module.check(target, manifest, rebuild=False)


def test_the_licence_of_what_is_inside_comes_along() -> None:
    text = (GUEST / "LICENSE.quickjs-ng").read_text()
    assert "Permission is hereby granted, free of charge" in text
    assert "Fabrice Bellard" in text
