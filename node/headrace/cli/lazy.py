"""Command groups whose commands are imported when they are run, so that `headrace` starts at once.

A group lists its commands as `name -> (module:attribute, one line of help)`; `--help` shows those lines without
importing anything. Aliases are found by name and not listed. Surprising: the line of help stands twice, here and in
the command's own docstring; a test holds them together.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

Entries = Mapping[str, tuple[str, str]]


class LazyGroup(click.Group):
    """`entries`: commands to import on demand; `aliases`: other names of them."""

    def __init__(
        self, *args: Any, entries: Entries | None = None, aliases: Mapping[str, str] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.entries = dict(entries or {})
        self.aliases = dict(aliases or {})

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = self.entries.get(self.aliases.get(cmd_name, cmd_name))
        if entry is None:
            return None
        module, _, attribute = entry[0].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            near = difflib.get_close_matches(args[0], [*self.entries, *self.aliases], n=1)
            hint = f"did you mean '{near[0]}'?" if near else f"there are {', '.join(self.entries)}"
            ctx.fail(f"there is no command '{args[0]}'; {hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, help_line) for name, (_, help_line) in self.entries.items()])
