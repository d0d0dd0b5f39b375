"""Scenario files: commands and what they print, as text that a person can review in a diff.

A file is a list of blocks: `# comment` lines, one command line, `----`, the expected output, an empty line.
`run_file` gives every command to an interpreter and compares; with `rewrite` it writes the file anew instead, and the
diff is the review. Used for deterministic cores: the same file always prints the same. Nothing here knows what the
commands mean.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

SEPARATOR = "----"


@dataclass
class Block:
    comments: list[str]
    command: str
    expected: str
    line: int


def parse(text: str) -> list[Block]:
    """Blocks of a file. Raises ValueError with the line where it is not of this form."""
    blocks: list[Block] = []
    comments: list[str] = []
    lines = text.split("\n")
    index = 0
    while index < len(lines):
        line = lines[index]
        if line.startswith("#") or not line.strip():
            comments.append(line)
            index += 1
            continue
        if index + 1 >= len(lines) or lines[index + 1] != SEPARATOR:
            raise ValueError(f"line {index + 1}: '{SEPARATOR}' must follow the command '{line}'")
        start = index
        index += 2
        expected = []
        while index < len(lines) and lines[index].strip():
            expected.append(lines[index])
            index += 1
        blocks.append(Block(comments, line, "\n".join(expected), start + 1))
        comments = []
    return blocks


def render(blocks: list[Block]) -> str:
    parts: list[str] = []
    for block in blocks:
        # Empty lines between blocks are ours; those between comments are the author's.
        comments = "\n".join(block.comments).strip("\n")
        if comments:
            parts.append(comments + "\n")
        parts.append(f"{block.command}\n{SEPARATOR}\n{block.expected}\n" + ("\n" if block.expected else ""))
        if not block.expected:
            parts.append("\n")
    return "".join(parts).rstrip("\n") + "\n"


def run_file(path: Path, interpret: Callable[[str], str], *, rewrite: bool) -> None:
    """Run all commands of one file; AssertionError at the first that prints something else."""
    blocks = parse(path.read_text())
    for block in blocks:
        actual = interpret(block.command).strip("\n")
        if rewrite:
            block.expected = actual
        else:
            assert actual == block.expected, (
                f"{path.name}:{block.line}: {block.command}\n--- expected\n{block.expected}\n--- got\n{actual}\n"
                "(if the new output is right: pytest --rewrite, then read the diff)"
            )
    if rewrite:
        path.write_text(render(blocks))
