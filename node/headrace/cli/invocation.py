"""What the global options of one call say, unparsed; and the one way a command fails."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import click

Format = Literal["table", "json", "yaml", "name"]


@dataclass(frozen=True, slots=True)
class Invocation:
    brokers: str
    admin: str
    output: Format


class Failure(click.ClickException):
    """Refused or failed: the message says what to do, the exit code is 1."""

    exit_code = 1

    def show(self, file: Any = None) -> None:
        click.echo(f"headrace: {self.message}", err=True)
