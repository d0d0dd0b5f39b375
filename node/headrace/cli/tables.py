"""Columns of text, laid out: aligned, two spaces apart, no trailing spaces, folded to the width of a terminal.

Pure functions from rows of text to lines. Piped output has no width: never folded, for grep and awk. Surprising:
width is counted in terminal cells, so that wide characters of a record's value do not push the next column aside.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

_GAP = 2
# A folded column keeps at least this many cells; below it the terminal may wrap as it likes.
_FOLDED_CELLS_MIN = 12


def cell(value: Any) -> str:
    """One value as text for a person; control characters of foreign data are made visible."""
    if value is None or value == "":
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ",".join(f"{key}={item}" for key, item in value.items()) or "-"
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ",".join(str(item) for item in value) or "-"
    text = str(value)
    return text if text.isprintable() else "".join(_visible(character) for character in text)


def _visible(character: str) -> str:
    return character if character.isprintable() else character.encode("unicode_escape").decode()


def cells_of(text: str) -> int:
    """How many terminal cells a text takes."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(each) else 2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text
    )


def lay_out(
    titles: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[bool], width: int | None
) -> Iterator[str]:
    """Lines of a table, the titles first. `right`: which columns are numbers."""
    widths = [max(map(cells_of, column)) for column in zip(titles, *rows, strict=True)]
    if width is not None:
        widths = _fitted(widths, right, width)
    for row in (titles, *rows):
        folded = [_fold(text, limit) for text, limit in zip(row, widths, strict=True)]
        for line in range(max(len(parts) for parts in folded)):
            pieces = []
            for parts, limit, to_right in zip(folded, widths, right, strict=True):
                text = parts[line] if line < len(parts) else ""
                padding = " " * (limit - cells_of(text))
                pieces.append(padding + text if to_right else text + padding)
            yield (" " * _GAP).join(pieces).rstrip()


def _fitted(widths: list[int], right: Sequence[bool], width: int) -> list[int]:
    """Take from the widest text column until the table fits; numbers are never folded."""
    widths = list(widths)
    while sum(widths) + _GAP * (len(widths) - 1) > width:
        foldable = [i for i, size in enumerate(widths) if not right[i] and size > _FOLDED_CELLS_MIN]
        if not foldable:
            break
        widths[max(foldable, key=lambda i: widths[i])] -= 1
    return widths


def _fold(text: str, limit: int) -> list[str]:
    if cells_of(text) <= limit:
        return [text]
    lines, line, used = [], "", 0
    for character in text:
        size = cells_of(character)
        if used + size > limit:
            # At a space or after a comma, where there is one in the second half of the line.
            cut = max(line.rfind(" "), line.rfind(",")) + 1
            cut = cut if cut > limit // 2 else len(line)
            lines.append(line[:cut].rstrip())
            line = line[cut:]
            used = cells_of(line)
        line += character
        used += size
    return [*lines, line]
