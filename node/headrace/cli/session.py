"""What every command starts with: addresses, output format, and one place where errors become messages.

`@command` turns an async function `(session, ...)` into a click command body, `@plain_command` does the same for a
function without an event loop; every error that the client raises on purpose is shown as one line and exit code 1,
Ctrl-C ends quietly with 130, a closed pipe (`| head`) with 0. Commands never print tracebacks for the world's faults.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import os
import select
import stat
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Concatenate, ParamSpec

import click

from headrace.cli.invocation import Failure, Invocation
from headrace.cli.output import Output
from headrace.client.admin_http import AdminHttp
from headrace.client.errors import ClientError
from headrace.client.wire import KafkaWire
from headrace.contract.address import Address, ConfigError

P = ParamSpec("P")

PIPE_POLL_S = 0.25


@dataclass(frozen=True, slots=True)
class Session:
    brokers: tuple[Address, ...]
    admin: tuple[Address, ...]
    output: Output

    @classmethod
    def open(cls, invocation: Invocation) -> Session:
        try:
            brokers = _addresses(invocation.brokers, "--brokers")
            return cls(brokers, _addresses(invocation.admin, "--admin"), Output(invocation.output))
        except ConfigError as error:
            raise click.UsageError(str(error)) from error

    def wire(self) -> KafkaWire:
        return KafkaWire(self.brokers)

    def admin_http(self) -> AdminHttp:
        return AdminHttp(self.admin)


def _addresses(text: str, option: str) -> tuple[Address, ...]:
    found = tuple(Address.parse(part.strip()) for part in text.split(",") if part.strip())
    if not found:
        raise ConfigError(f"{option} is empty: write host:port, for example 127.0.0.1:9092")
    return found


def command(body: Callable[Concatenate[Session, P], Awaitable[None]]) -> Callable[P, None]:
    """Run an async command body with the session of this invocation."""

    @functools.wraps(body)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        async def main(session: Session) -> None:
            async with _reader_watched():
                await body(session, *args, **kwargs)

        with _told() as session:
            asyncio.run(main(session))

    return run


def plain_command(body: Callable[Concatenate[Session, P], None]) -> Callable[P, None]:
    """Run a command body that needs no event loop."""

    @functools.wraps(body)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        with _told() as session:
            body(session, *args, **kwargs)

    return run


@contextlib.asynccontextmanager
async def _reader_watched() -> AsyncIterator[None]:
    """Raises BrokenPipeError soon after whoever reads our output has gone, even if there is nothing to write
    (`consume | head -1`)."""
    try:
        descriptor = sys.stdout.fileno()
        is_pipe = stat.S_ISFIFO(os.fstat(descriptor).st_mode)
    except (OSError, ValueError):
        is_pipe = False
    if not is_pipe:
        yield
        return
    body = asyncio.current_task()
    gone = False

    async def watch() -> None:
        nonlocal gone
        poll = select.poll()
        poll.register(descriptor, 0)  # an error is reported unasked
        while not poll.poll(0):  # noqa: ASYNC110  nothing tells us; the system has to be asked
            await asyncio.sleep(PIPE_POLL_S)
        gone = True
        if body is not None:
            body.cancel()

    watcher = asyncio.create_task(watch())
    try:
        yield
    except asyncio.CancelledError:
        if gone:
            raise BrokenPipeError from None
        raise
    finally:
        watcher.cancel()


@contextlib.contextmanager
def _told() -> Iterator[Session]:
    """The session of this invocation; the world's faults leave as messages and exit codes."""
    invocation = click.get_current_context().find_object(Invocation)
    if invocation is None:
        raise RuntimeError("a command was started without the root command")
    try:
        yield Session.open(invocation)
        sys.stdout.flush()
    except (ClientError, ConfigError) as error:
        raise Failure(str(error)) from error
    except (KeyboardInterrupt, asyncio.CancelledError):
        raise click.exceptions.Exit(130) from None
    except BrokenPipeError:
        # Whoever read our output has enough. What is still buffered must not fail once more when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise click.exceptions.Exit(0) from None


def assignments(pairs: Iterable[str]) -> dict[str, str | None]:
    """`key=value` texts as a mapping; `key=` gives None."""
    result: dict[str, str | None] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key:
            raise click.UsageError(f"'{pair}': write KEY=VALUE")
        result[key] = value or None
    return result
