"""What every command starts with: addresses, output format, and one place where errors become messages.

`@command` turns an async function `(session, ...)` into a click command body; every error that the client raises on
purpose is shown as one line and exit code 1, Ctrl-C ends quietly with 130. Commands never print tracebacks for the
world's faults.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec

import click

from headrace.cli.output import Failure, Format, Output
from headrace.client.admin_http import AdminHttp
from headrace.client.errors import ClientError
from headrace.client.wire import KafkaWire
from headrace.contract.config import Address, ConfigError

P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Session:
    brokers: tuple[Address, ...]
    admin: tuple[Address, ...]
    output: Output

    @classmethod
    def open(cls, brokers: str, admin: str, output_format: Format) -> Session:
        try:
            return cls(_addresses(brokers), _addresses(admin), Output(output_format))
        except ConfigError as error:
            raise click.UsageError(str(error)) from error

    def wire(self) -> KafkaWire:
        return KafkaWire(self.brokers)

    def admin_http(self) -> AdminHttp:
        return AdminHttp(self.admin)


def _addresses(text: str) -> tuple[Address, ...]:
    return tuple(Address.parse(part.strip()) for part in text.split(",") if part.strip())


def command(body: Callable[Concatenate[Session, P], Awaitable[None]]) -> Callable[P, None]:
    """Run an async command body with the session of this invocation."""

    @functools.wraps(body)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        session = click.get_current_context().find_object(Session)
        if session is None:
            raise RuntimeError("a command was started without the root command")

        async def main() -> None:
            await body(session, *args, **kwargs)

        try:
            asyncio.run(main())
        except (ClientError, ConfigError) as error:
            raise Failure(str(error)) from error
        except KeyboardInterrupt:
            raise click.exceptions.Exit(130) from None
        except BrokenPipeError:
            raise click.exceptions.Exit(0) from None

    return run


def assignments(pairs: Iterable[str]) -> dict[str, str | None]:
    """`key=value` texts as a mapping; `key=` gives None."""
    result: dict[str, Any] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key:
            raise click.UsageError(f"'{pair}': write KEY=VALUE")
        result[key] = value or None
    return result
