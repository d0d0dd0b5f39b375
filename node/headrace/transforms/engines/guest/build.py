"""Build the Wasm files that the project ships: `python .../guest/build.py [--check] [--rebuild] [TARGET...]`.

Users never run this: the built files are committed, with the hash of what they were made from in `artefacts.json`.
Without options it builds what is out of date. `--check` proves that the committed files are what their sources give,
byte for byte; a proof is remembered under `.cache`, so that the next one costs nothing until a source changes
(`--rebuild` forgets). Compilers come from package registries, pinned by hash; only the Rust example needs a Rust with a
wasm32 target (Debian: `rustc libstd-rust-dev-wasm32 lld`), and is passed over with a word where there is none, unless
HEADRACE_REQUIRE_ALL=1.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[4]
CACHE = ROOT / ".cache" / "guest-build"
MANIFEST = HERE / "artefacts.json"
C_SDK = ROOT / "sdk" / "c"
RUST_SDK = ROOT / "sdk" / "rust"
#: Debian's own; the committed bytes are what this version gives.
RUST_VERSION = "rustc 1.63.0"

WASI = ["-target", "wasm32-wasi", "-mexec-model=reactor", "-O2", "-Wl,--strip-all"]
FREESTANDING = ["-target", "wasm32-freestanding", "-nostdlib", "-O2", "-Wl,--no-entry", "-Wl,--strip-all"]
QUICKJS_FLAGS = [
    "-fno-sanitize=undefined",
    "-D_GNU_SOURCE",
    "-DNDEBUG",
    "-D_WASI_EMULATED_SIGNAL",
    '-DCONFIG_VERSION="0.17.0"',
    # The linker puts the stack below the data, so that an overflow traps and overwrites nothing.
    "-Wl,-z,stack-size=1048576",
    "-w",
]


class MissingToolError(Exception):
    """A compiler that is not pinned by us is not there."""


@dataclass(frozen=True)
class Target:
    """One Wasm file. `inputs` and `flags` are all that its bytes depend on."""

    name: str
    output: Path
    inputs: Sequence[Path]
    flags: Sequence[str]
    build: Callable[[Target, Path], None] = field(repr=False)

    def inputs_hash(self) -> str:
        digest = hashlib.sha256("\0".join(self.flags).encode())
        for path in sorted(self.inputs):
            content = path.read_bytes()
            digest.update(f"{path.relative_to(ROOT)} {len(content)}\n".encode())
            digest.update(content)
        return digest.hexdigest()


def run(arguments: Sequence[str | Path]) -> None:
    environment = os.environ | {
        "ZIG_GLOBAL_CACHE_DIR": str(CACHE / "zig"),
        "ZIG_LOCAL_CACHE_DIR": str(CACHE / "zig"),
        "SOURCE_DATE_EPOCH": "0",
    }
    nice = ["nice", "-n", "10"] if shutil.which("nice") else []
    result = subprocess.run([*nice, *map(str, arguments)], env=environment, capture_output=True, text=True, check=False)
    if result.returncode:
        sys.exit(
            f"{' '.join(map(str, arguments))[:300]}\nfailed with {result.returncode}:\n{result.stdout}{result.stderr}"
        )


def zig() -> list[str | Path]:
    """The pinned compiler, in an environment of its own."""
    pins = HERE / "toolchain.txt"
    folder = CACHE / f"zig-{hashlib.sha256(pins.read_bytes()).hexdigest()[:12]}"
    python = folder / "bin" / "python"
    if not (folder / "ready").exists():
        shutil.rmtree(folder, ignore_errors=True)
        run([sys.executable, "-m", "venv", folder])
        run([python, "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes", "-r", pins])
        (folder / "ready").touch()
    return [python, "-m", "ziglang", "cc"]


def quickjs_sources() -> Path:
    """The pinned QuickJS-NG, unpacked."""
    pins = HERE / "quickjs.txt"
    folder = CACHE / f"quickjs-{hashlib.sha256(pins.read_bytes()).hexdigest()[:12]}"
    if not folder.exists():
        with tempfile.TemporaryDirectory(dir=CACHE) as scratch:
            pip: list[str | Path] = [
                sys.executable,
                "-m",
                "pip",
                "download",
                "--quiet",
                "--no-deps",
                "--no-binary",
                ":all:",
            ]
            # setuptools for the metadata comes as a wheel, whatever the option says about the package itself.
            pip[-1] = "quickjs-ng"
            run([*pip, "--require-hashes", "--dest", scratch, "-r", pins])
            (archive,) = Path(scratch).glob("quickjs_ng-*.tar.gz")
            with tarfile.open(archive) as tar:
                tar.extractall(Path(scratch) / "unpacked", filter="data")
            (source,) = Path(scratch).glob("unpacked/*/upstream-quickjs")
            source.rename(folder)
    return folder


def compile_c(target: Target, output: Path) -> None:
    sources = [path for path in target.inputs if path.suffix == ".c"]
    run([*zig(), *target.flags, "-I", C_SDK, *sources, "-o", output])


def compile_quickjs(target: Target, output: Path) -> None:
    upstream = quickjs_sources()
    with tempfile.TemporaryDirectory(dir=CACHE) as scratch:
        prelude = (HERE / "prelude.js").read_bytes()
        Path(scratch, "prelude.inc").write_text(",".join(map(str, prelude)))
        sources = [HERE / "js_guest.c", *(upstream / name for name in ("libregexp.c", "libunicode.c", "dtoa.c"))]
        run([*zig(), *target.flags, "-I", upstream, "-I", C_SDK, "-I", scratch, *sources, "-o", output])


def rustc() -> Path:
    for candidate in (os.environ.get("HEADRACE_RUSTC"), "/usr/bin/rustc", shutil.which("rustc")):
        if candidate and Path(candidate).exists():
            version = subprocess.run([candidate, "--version"], capture_output=True, text=True, check=True).stdout
            if version.startswith(RUST_VERSION):
                return Path(candidate)
    raise MissingToolError(
        f"{RUST_VERSION} with the target wasm32-unknown-unknown (apt install rustc libstd-rust-dev-wasm32 lld)"
    )


def compile_rust(target: Target, output: Path) -> None:
    compiler = rustc()
    with tempfile.TemporaryDirectory(dir=CACHE) as scratch:
        common: list[str | Path] = [
            compiler,
            *target.flags,
            f"--remap-path-prefix={ROOT}=/headrace",
            f"--remap-path-prefix={scratch}=/build",
        ]
        library = Path(scratch, "libheadrace_transform.rlib")
        run(
            [
                *common,
                "--crate-name",
                "headrace_transform",
                "--crate-type",
                "rlib",
                RUST_SDK / "src/lib.rs",
                "-o",
                library,
            ]
        )
        linker = shutil.which("wasm-ld") or "wasm-ld-14"
        run(
            [
                *common,
                *("--crate-name", target.output.stem, "--crate-type", "cdylib"),
                *("-C", "lto", "-C", "strip=symbols", "-C", f"linker={linker}"),
                *("--extern", f"headrace_transform={library}"),
                RUST_SDK / "examples" / "drop_field.rs",
                "-o",
                output,
            ]
        )


RUST_FLAGS = ["--edition", "2018", "-O", "-C", "panic=abort", "-C", "codegen-units=1"]
RUST_FLAGS += ["--target", "wasm32-unknown-unknown"]

TARGETS = [
    Target(
        "quickjs",
        HERE / "quickjs.wasm",
        [
            *HERE.glob("js_*.[ch]"),
            HERE / "prelude.js",
            HERE / "quickjs.txt",
            HERE / "toolchain.txt",
            C_SDK / "headrace.h",
        ],
        [*WASI, *QUICKJS_FLAGS],
        compile_quickjs,
    ),
    Target(
        "output_check",
        HERE / "output_check.wasm",
        [HERE / "output_check.c", HERE / "toolchain.txt", C_SDK / "headrace.h"],
        [*FREESTANDING, "-Wall", "-Wextra", "-Werror", "-Wl,-z,stack-size=65536"],
        compile_c,
    ),
    Target(
        "c-example",
        C_SDK / "examples" / "drop_field.wasm",
        [C_SDK / "examples" / "drop_field.c", C_SDK / "headrace.h", HERE / "toolchain.txt"],
        [*WASI, "-Wall", "-Wextra", "-Werror"],
        compile_c,
    ),
    Target(
        "rust-example",
        RUST_SDK / "examples" / "drop_field.wasm",
        [RUST_SDK / "src" / "lib.rs", RUST_SDK / "examples" / "drop_field.rs"],
        RUST_FLAGS,
        compile_rust,
    ),
]


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""


def build_in_scratch(target: Target) -> bytes:
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as scratch:
        output = Path(scratch, target.output.name)
        target.build(target, output)
        return output.read_bytes()


def proof(target: Target) -> Path:
    """Exists when these inputs were seen to give these bytes."""
    return CACHE / "proofs" / f"{target.name}-{target.inputs_hash()[:24]}-{sha256(target.output)[:24]}"


def check(target: Target, manifest: dict[str, dict[str, str]], *, rebuild: bool) -> str | None:
    """What is wrong with the committed file, None if it is what its sources give."""
    recorded = manifest.get(target.name, {})
    name = target.output.relative_to(ROOT)
    if sha256(target.output) != recorded.get("sha256"):
        return f"{name} is not the file that artefacts.json names"
    if target.inputs_hash() != recorded.get("inputs"):
        return f"{name} is older than its sources: run guest/build.py"
    if proof(target).exists() and not rebuild:
        return None
    if build_in_scratch(target) != target.output.read_bytes():
        return f"{name}: building it again gives other bytes"
    proof(target).parent.mkdir(parents=True, exist_ok=True)
    proof(target).touch()
    return None


def build(target: Target, manifest: dict[str, dict[str, str]], *, rebuild: bool) -> None:
    recorded = manifest.get(target.name, {})
    current = recorded.get("inputs") == target.inputs_hash() and recorded.get("sha256") == sha256(target.output)
    if current and not rebuild:
        return
    content = build_in_scratch(target)
    target.output.write_bytes(content)
    target.output.chmod(0o644)
    manifest[target.name] = {
        "file": str(target.output.relative_to(ROOT)),
        "inputs": target.inputs_hash(),
        "sha256": sha256(target.output),
    }
    MANIFEST.write_text(json.dumps(manifest, indent=2, sort_keys=True) + "\n")
    print(f"built {target.output.relative_to(ROOT)}, {len(content)} bytes")  # noqa: T201


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "targets", nargs="*", metavar="TARGET", help=f"default: all of {', '.join(t.name for t in TARGETS)}"
    )
    parser.add_argument("--check", action="store_true", help="compare with the committed files, change nothing")
    parser.add_argument("--rebuild", action="store_true", help="whatever was built or proved before")
    options = parser.parse_args()
    manifest: dict[str, dict[str, str]] = json.loads(MANIFEST.read_text()) if MANIFEST.exists() else {}
    unknown = set(options.targets) - {target.name for target in TARGETS}
    if unknown:
        parser.error(f"no such target: {', '.join(sorted(unknown))}")
    problems = []
    for target in TARGETS:
        if options.targets and target.name not in options.targets:
            continue
        try:
            if options.check:
                problem = check(target, manifest, rebuild=options.rebuild)
                problems += [problem] if problem else []
            else:
                build(target, manifest, rebuild=options.rebuild)
        except MissingToolError as missing:
            print(f"{target.name}: passed over, needs {missing}", file=sys.stderr)  # noqa: T201
            if os.environ.get("HEADRACE_REQUIRE_ALL") == "1":
                problems.append(f"{target.name}: not checked")
    for problem in problems:
        print(problem, file=sys.stderr)  # noqa: T201
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
