"""Script projects for `headrace wasm generate`: a folder of templates per language, copied with the name put in.

A generated project has the script, sample records with what must come out, and a Makefile with `test` (against the
real engine, no cluster) and `deploy`. Templates are package data under `templates/<lang>/`; a `dot-` prefix becomes a
dot. Headers, crates and typings come from the one `sdk/`: beside the package where it is installed, at the top of the
checkout otherwise.
"""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

LANGUAGES = ("js", "ts", "rust", "go", "c")

_PLACEHOLDER = "__NAME__"
#: Per language: file of the project -> file of `sdk/`.
_SDK_FILES = {
    "js": {"headrace.d.ts": "js/headrace.d.ts"},
    "ts": {"headrace.d.ts": "js/headrace.d.ts"},
    "c": {"headrace.h": "c/headrace.h"},
    "go": {"headrace/headrace.go": "go/headrace.go"},
    "rust": {
        "headrace-transform/Cargo.toml": "rust/Cargo.toml",
        "headrace-transform/src/lib.rs": "rust/src/lib.rs",
    },
}
# Sections of the SDK's own Cargo.toml that name files which a project does not get.
_CARGO_EXAMPLES = "\n[[example]]"


def generate_project(directory: Path, name: str, lang: str) -> list[Path]:
    """Write the project and return its files. The directory must be empty or absent."""
    written: list[Path] = []
    _copy(files("headrace.cli") / "templates" / lang, directory, name, written)
    for target, source in _SDK_FILES[lang].items():
        text = _sdk().joinpath(*source.split("/")).read_text(encoding="utf-8")
        path = directory / target
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.partition(_CARGO_EXAMPLES)[0] if path.name == "Cargo.toml" else text, encoding="utf-8")
        written.append(path)
    return sorted(written)


def _sdk() -> Traversable:
    package = files("headrace")
    installed = package / "sdk"
    return installed if installed.is_dir() else Path(str(package)).parents[1] / "sdk"


def _copy(source: Traversable, target: Path, name: str, written: list[Path]) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for entry in sorted(source.iterdir(), key=lambda entry: entry.name):
        path = target / entry.name.replace("dot-", ".", 1)
        if entry.is_dir():
            _copy(entry, path, name, written)
        else:
            path.write_text(entry.read_text(encoding="utf-8").replace(_PLACEHOLDER, name), encoding="utf-8")
            written.append(path)
