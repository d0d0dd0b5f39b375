"""What the commands print: tables for people, JSON, YAML or bare names for programs.

Every command hands its rows to `Output.rows` as dictionaries with stable keys (those are what `-o json` shows and
scripts rely on); the table picks columns and titles from the same keys. Nothing else in the CLI prints data. Errors
go to standard error through `Failure`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Literal

import click
import yaml
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

Format = Literal["table", "json", "yaml", "name"]
Row = Mapping[str, Any]


class Failure(click.ClickException):
    """Refused or failed: the message says what to do, the exit code is 1."""

    exit_code = 1

    def show(self, file: Any = None) -> None:
        click.echo(f"headrace: {self.message}", err=True)


class Output:
    """One command's way to the terminal."""

    def __init__(self, output_format: Format) -> None:
        self.format = output_format
        self._is_terminal = sys.stdout.isatty()
        # Piped output is for grep and awk: never wrapped, never coloured.
        self.console = Console(width=None if self._is_terminal else 400, highlight=False, soft_wrap=False)

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
                width = max(len(key) for key in item)
                for key, value in item.items():
                    click.echo(f"{key.replace('_', ' '):<{width + 2}}{_cell(value)}")
        elif self.format == "name":
            click.echo(str(item[name]))
        else:
            self._document(dict(item))

    def say(self, message: str) -> None:
        """A sentence for people; programs that asked for JSON or YAML do not get it."""
        if self.format == "table":
            click.echo(message)

    def _document(self, document: Any) -> None:
        if self.format == "json":
            click.echo(json.dumps(document, indent=2, default=str))
        else:
            click.echo(yaml.safe_dump(json.loads(json.dumps(document, default=str)), sort_keys=False).rstrip())

    def _table(self, rows: Sequence[Row], columns: Sequence[str | tuple[str, str]]) -> None:
        pairs = [(column, column.replace("_", " ")) if isinstance(column, str) else column for column in columns]
        table = Table(box=None, pad_edge=False, header_style="bold" if self._is_terminal else "")
        for key, title in pairs:
            numeric = bool(rows) and all(isinstance(row.get(key), int | float) for row in rows)
            table.add_column(title.upper(), justify="right" if numeric else "left", overflow="fold")
        for row in rows:
            table.add_row(*(_cell(row.get(key)) for key, _ in pairs))
        self.console.print(table)

    @contextmanager
    def progress(self, label: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
        """A bar on standard error for work over a second; silent when piped. Yields `advance(count)`."""
        console = Console(stderr=True)
        with Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        ) as bar:
            task = bar.add_task(label, total=total)
            yield lambda count: bar.advance(task, count)


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ",".join(f"{key}={item}" for key, item in value.items()) or "-"
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ",".join(str(item) for item in value) or "-"
    return str(value).replace("[", r"\[")
