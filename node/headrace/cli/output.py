"""What the commands print: tables for people, JSON, YAML or bare names for programs.

Every command hands its rows to `Output.rows` as dictionaries with stable keys (those are what `-o json` shows and
scripts rely on); the table picks columns and titles from the same keys. Nothing else in the CLI prints data. Errors
go to standard error through `Failure`.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from importlib import import_module
from typing import Any

import click

from headrace.cli.invocation import Format
from headrace.cli.tables import cell, lay_out

Row = Mapping[str, Any]


class Output:
    """One command's way to the terminal."""

    def __init__(self, output_format: Format) -> None:
        self.format = output_format
        self._is_terminal = sys.stdout.isatty()

    def rows(self, rows: Sequence[Row], columns: Sequence[str | tuple[str, str]], *, name: str = "name") -> None:
        """Show rows; `columns` are keys or (key, title); `name` is the key that `-o name` prints."""
        if self.format == "table":
            self._table(rows, columns)
        elif self.format == "name":
            for row in rows:
                click.echo(str(row[name]))
        else:
            self._document(list(rows))

    def one(self, item: Row, *, name: str = "name", people: Callable[[], None] | None = None) -> None:
        """Show one thing: `people` draws it for the table format, else its keys are listed."""
        if self.format == "table":
            if people is not None:
                people()
            else:
                self.pairs(item)
        elif self.format == "name":
            click.echo(str(item[name]))
        else:
            self._document(dict(item))

    def pairs(self, item: Row) -> None:
        """`key  value` lines for people."""
        width = max((len(key) for key in item), default=0)
        for key, value in item.items():
            click.echo(f"{key.replace('_', ' '):<{width + 2}}{cell(value)}".rstrip())

    def done(self, message: str, item: Row, *, name: str = "name") -> None:
        """What was done: a sentence for people, the same as a document for programs."""
        self.one(item, name=name, people=lambda: click.echo(message))

    def say(self, message: str) -> None:
        """A sentence for people only."""
        if self.format == "table":
            click.echo(message)

    def _document(self, document: Any) -> None:
        text = json.dumps(document, indent=2, default=str, ensure_ascii=False)
        if self.format == "yaml":
            yaml = import_module("yaml")
            text = yaml.safe_dump(json.loads(text), sort_keys=False, allow_unicode=True).rstrip()
        click.echo(text)

    def _table(self, rows: Sequence[Row], columns: Sequence[str | tuple[str, str]]) -> None:
        pairs = [(column, column.replace("_", " ")) if isinstance(column, str) else column for column in columns]
        right = [
            bool(rows) and all(isinstance(row.get(key), int | float) and row.get(key) is not True for row in rows)
            for key, _ in pairs
        ]
        cells = [[cell(row.get(key)) for key, _ in pairs] for row in rows]
        width = shutil.get_terminal_size().columns if self._is_terminal else None
        for number, line in enumerate(lay_out([title.upper() for _, title in pairs], cells, right, width)):
            click.echo(click.style(line, bold=True) if number == 0 and self._is_terminal else line)

    @contextmanager
    def progress(self, label: str, total: int | None = None, *, hide: bool = False) -> Iterator[Callable[[int], None]]:
        """A bar on standard error for work over a second; silent when piped. Yields `advance(count)`."""
        if hide or not sys.stderr.isatty():
            yield lambda count: None
            return
        progress = import_module("rich.progress")
        parts: list[Any] = [progress.TextColumn("{task.description}"), progress.BarColumn()]
        parts += [progress.MofNCompleteColumn(), progress.TimeElapsedColumn()]
        console = import_module("rich.console").Console(stderr=True)
        with progress.Progress(*parts, console=console, transient=True) as bar:
            task = bar.add_task(label, total=total)
            yield lambda count: bar.advance(task, count)


def counted(count: int, noun: str) -> str:
    """`1 partition`, `16 partitions`."""
    return f"{count} {noun}" + ("" if count == 1 else "s")


def readable_time(timestamp_ms: int, precision: str = "seconds") -> str:
    """A timestamp in the reader's time zone."""
    return datetime.fromtimestamp(timestamp_ms / 1000).astimezone().isoformat(" ", precision)
