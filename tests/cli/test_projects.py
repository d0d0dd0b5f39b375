"""Every language of `wasm generate`: the project builds with its own Makefile, its test passes and can fail, and the
built script runs on a node."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from headrace_testing.node import NodeProcess
from headrace_testing.requirements import need

HEADRACE = f"{sys.executable} -m headrace"
BUILD_TIMEOUT_S = 280


def _nothing() -> dict[str, str]:
    return {}


def _npm() -> dict[str, str]:
    return {"PATH": f"{need('npm').parent}:{os.environ['PATH']}"}


def _zig() -> dict[str, str]:
    return {"WASI_CC": f"{need('zig')} -m ziglang cc -target wasm32-wasi"}


def _rust() -> dict[str, str]:
    rustc = need("rust")
    return {"RUSTC": str(rustc), "CARGO": str(rustc.with_name("cargo"))}


def _go() -> dict[str, str]:
    return {"GO": str(need("go"))}


#: Language -> what its Makefile needs in the environment, the built file, a place to break in the source.
LANGUAGES: dict[str, tuple[Callable[[], dict[str, str]], str, tuple[str, str, str]]] = {
    "js": (_nothing, "main.js", ("main.js", "toUpperCase", "toLowerCase")),
    "ts": (_npm, "dist/main.js", ("src/main.ts", "toUpperCase", "toLowerCase")),
    "c": (_zig, "main.wasm", ("main.c", "value[i] - 32", "value[i]")),
    "go": (_go, "main.wasm", ("main.go", "bytes.ToUpper", "bytes.ToLower")),
    "rust": (_rust, "main.wasm", ("src/lib.rs", "to_ascii_uppercase", "to_ascii_lowercase")),
}


def headrace(*arguments: str, environment: dict[str, str] | None = None, stdin: str = "") -> str:
    done = subprocess.run(
        [sys.executable, "-m", "headrace", *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        env=os.environ | (environment or {}),
        timeout=90,
        check=False,
    )
    assert done.returncode == 0, f"{arguments}: {done.stderr}"
    return done.stdout


def make(project: Path, *arguments: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", *arguments, f"HEADRACE={HEADRACE}"],
        cwd=project,
        capture_output=True,
        text=True,
        env=os.environ | environment,
        timeout=BUILD_TIMEOUT_S,
        check=False,
    )


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NodeProcess]:
    with NodeProcess(tmp_path_factory.mktemp("projects") / "node") as running:
        yield running


def _keeps_what_it_does_not_touch(script: Path, folder: Path) -> None:
    """Null, empty and long values, keys, headers and timestamps."""
    records = [
        {"key": "k", "value": None, "headers": {"h": "1", "i": ""}, "timestamp": 1_700_000_000_500},
        {"key": None, "value": "", "headers": {}, "timestamp": 1_700_000_000_400},
        {"key": "", "value": "x" * 70_000, "headers": {"a": "b"}, "timestamp": 1_800_000_000_000},
    ]
    file = folder / "records.jsonl"
    file.write_text("".join(json.dumps(record) + "\n" for record in records))
    report = json.loads(headrace("-o", "json", "wasm", "test", str(script), "--records", str(file)))
    shown = [{name: record[name] for name in ("key", "value", "headers", "timestamp")} for record in report["outputs"]]
    records[2]["value"] = "X" * 70_000
    assert shown == records


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_project_tests_itself_and_deploys(lang: str, node: NodeProcess, tmp_path: Path) -> None:
    needs, built, (source, right, wrong) = LANGUAGES[lang]
    environment = needs() | {"HEADRACE_BROKERS": node.kafka, "HEADRACE_ADMIN": node.admin}
    project = tmp_path / f"shout-{lang}"
    headrace("wasm", "generate", str(project), "--lang", lang)

    deployed = make(project, "deploy", environment=environment)
    assert deployed.returncode == 0, deployed.stdout + deployed.stderr
    assert "2 records as expected" in deployed.stdout
    _keeps_what_it_does_not_touch(project / built, tmp_path)
    headrace("topic", "produce", "tiktok", environment=environment, stdin="from a project\n")
    output = f"tiktok-$shout-{lang}$"
    assert headrace("topic", "consume", output, "-n", "1", environment=environment) == "FROM A PROJECT\n"
    assert make(project, "remove", environment=environment).returncode == 0

    file = project / source
    assert right in file.read_text()
    file.write_text(file.read_text().replace(right, wrong))
    broken = make(project, "test", environment=environment)
    assert broken.returncode != 0
    assert "record 1 differs" in broken.stderr


@pytest.mark.parametrize(
    ("lang", "environment", "says"),
    [
        ("c", {"WASI_CC": ""}, "pip install ziglang"),
        ("rust", {"CARGO": "no-such-cargo"}, "install Rust"),
        ("go", {"GO": "no-such-go"}, "install Go"),
    ],
)
def test_a_missing_compiler_is_told_with_what_to_install(
    lang: str, environment: dict[str, str], says: str, tmp_path: Path
) -> None:
    headrace("wasm", "generate", str(tmp_path / "p"), "--lang", lang)
    done = make(tmp_path / "p", "test", environment=environment)
    assert done.returncode != 0
    assert says in done.stderr
