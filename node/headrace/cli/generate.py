"""Script projects for `headrace wasm generate`: a folder of templates per language, copied with the name put in.

A generated project has the script, sample records with what must come out, and a Makefile with `test` (against the
real engine, no cluster) and `deploy`. Templates are package data under `templates/<lang>/`; a `dot-` prefix becomes a
dot.
"""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

LANGUAGES = ("js", "ts", "c", "rust")

_PLACEHOLDER = "__NAME__"


def generate_project(directory: Path, name: str, lang: str) -> list[Path]:
    """Write the project and return its files. The directory must be empty or absent."""
    written: list[Path] = []
    _copy(files("headrace.cli") / "templates" / lang, directory, name, written)
    return written


def _copy(source: Traversable, target: Path, name: str, written: list[Path]) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for entry in sorted(source.iterdir(), key=lambda entry: entry.name):
        path = target / entry.name.replace("dot-", ".", 1)
        if entry.is_dir():
            _copy(entry, path, name, written)
        else:
            path.write_text(entry.read_text(encoding="utf-8").replace(_PLACEHOLDER, name), encoding="utf-8")
            written.append(path)
