"""`headrace topic produce|consume`: lines in, records out.

Standard input is read by a thread of its own with plain `os.read`: it may block for ever, and neither Ctrl-C nor the
end of the program may wait for it. Surprising: a topic that is absent is created by `produce` if the cluster creates
topics by itself, as with any Kafka client.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import sys
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing

import click

from headrace.cli.invocation import Failure
from headrace.cli.output import counted
from headrace.cli.session import Session, command
from headrace.client import streams, topics
from headrace.client.errors import Refused
from headrace.client.streams import ConsumedRecord
from headrace.client.topics import TopicInfo
from headrace.client.wire import KafkaWire
from headrace.contract.names import split_materialised, topic_name_problem

# Pieces of standard input that wait to be sent; beyond it reading pauses.
PIECES_WAITING_MAX = 16
PIECE_BYTES = 256 * 1024
POLL_S = 0.1
# A line longer than this is no record that any topic takes.
LINE_BYTES_MAX = streams.RECORD_BYTES_MAX


@click.command("produce")
@click.argument("name")
@click.option("-k", "--key", help="Key of every record.")
@click.option("--partition", type=click.IntRange(min=0), help="Write to this partition only.")
@command
async def produce(session: Session, name: str, key: str | None, partition: int | None) -> None:
    """Send each line of standard input as one record to topic NAME."""
    await _writable(session, name, partition)
    typing = sys.stdin.isatty()
    if typing:
        click.echo("a record a line; Ctrl-D ends", err=True)
    with session.output.progress(f"producing to {name}", hide=typing) as advance:

        async def lines() -> AsyncIterator[bytes]:
            async for chunk in _lines_of(sys.stdin.fileno()):
                for line in chunk:
                    yield line
                advance(len(chunk))

        encoded = key.encode() if key is not None else None
        sent = await streams.produce_lines(session.brokers, name, lines(), key=encoded, partition=partition)
    session.output.done(f"{counted(sent, 'record')} written to {name}", {"name": name, "records": sent})


async def _writable(session: Session, name: str, partition: int | None) -> None:
    """Raises Refused or Failure when lines cannot go to this topic; creates it if the cluster does so."""
    streams.refuse_unwritable(name)
    problem = topic_name_problem(name)
    if problem is not None:
        raise Failure(problem)
    async with session.wire() as wire:
        metadata = await wire.metadata([name], create=True)
        if metadata.topics[0].error_code == topics.UNKNOWN_TOPIC_OR_PARTITION:
            # The cluster does not create topics by itself, or is about to; the first says so in its settings.
            metadata = await wire.metadata([name])
            if metadata.topics[0].error_code == topics.UNKNOWN_TOPIC_OR_PARTITION:
                raise Failure(f"there is no topic '{name}'; create it with 'headrace topic create {name}'")
        info = await topics.wait_for_leaders(wire, name)
    if partition is not None and partition >= len(info.partitions):
        raise Failure(
            f"topic {name} has no partition {partition}; it has {counted(len(info.partitions), 'partition')}, from 0"
        )


async def _lines_of(descriptor: int) -> AsyncIterator[list[bytes]]:
    """Lines without their ends, in lists as they come; ends at the end of the input."""
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[bytes] = asyncio.Queue(PIECES_WAITING_MAX)

    def read() -> None:
        try:
            while piece := os.read(descriptor, PIECE_BYTES):
                asyncio.run_coroutine_threadsafe(queue.put(piece), loop).result()
            asyncio.run_coroutine_threadsafe(queue.put(b""), loop).result()
        except (RuntimeError, asyncio.CancelledError):
            return  # The command ended before its input.

    threading.Thread(target=read, name="stdin", daemon=True).start()
    rest = b""
    while piece := await queue.get():
        *whole, rest = (rest + piece).split(b"\n")
        if len(rest) > LINE_BYTES_MAX:
            raise Failure(f"a line of standard input is longer than {LINE_BYTES_MAX:,} bytes")
        if whole:
            yield [line.removesuffix(b"\r") for line in whole]
    if rest:
        yield [rest.removesuffix(b"\r")]


@click.command("consume")
@click.argument("name")
@click.option("--offset", "start", default="start", show_default=True, metavar="start|end|N")
@click.option("--partition", type=click.IntRange(min=0), help="Read this partition only.")
@click.option(
    "-n", "--count", type=click.IntRange(min=1), help="Stop after COUNT records. Without -n and -e: go on for ever."
)
@click.option("-g", "--group", help="Read as a member of this consumer group and commit.")
@click.option("-e", "--exit-at-end", is_flag=True, help="Stop at what is there now.")
@click.option(
    "-f",
    "--format",
    "template",
    default="%v\\n",
    show_default=True,
    help="%t topic, %p partition, %o offset, %T timestamp in ms, %k key, %v value, %h headers, %% percent, \\n, \\t.",
)
@command
async def consume(
    session: Session,
    name: str,
    start: str,
    partition: int | None,
    count: int | None,
    group: str | None,
    exit_at_end: bool,
    template: str,
) -> None:
    """Print the records of topic NAME."""
    if start not in {"start", "end"} and not (start.isascii() and start.isdecimal()):
        raise click.UsageError(f"--offset {start}: write start, end or a number")
    if group is not None and (partition is not None or start.isdecimal()):
        raise click.UsageError("--group decides partitions and offsets: leave --partition and --offset N out")
    show = _json if session.output.format in {"json", "yaml"} else formatter(template)
    left = count
    async with aclosing(_records(session, name, start, partition, group, count, exit_at_end)) as records:
        async for record in records:
            sys.stdout.buffer.write(show(record))
            sys.stdout.buffer.flush()
            if left is not None:
                left -= 1
                # A group commits when it is asked for the next record, and ends by itself.
                if left == 0 and group is None:
                    break


async def _records(
    session: Session,
    name: str,
    start: str,
    partition: int | None,
    group: str | None,
    count: int | None,
    exit_at_end: bool,
) -> AsyncGenerator[ConsumedRecord, None]:
    async with session.wire() as wire:
        info = await _found(wire, name, wait=not exit_at_end)
        await topics.fill_offsets(wire, info)
    if partition is not None:
        if partition >= len(info.partitions):
            raise Failure(
                f"topic {name} has no partition {partition}; it has {counted(len(info.partitions), 'partition')}"
            )
        info.partitions = [p for p in info.partitions if p.index == partition]
    ends = {p.index: p.end_offset or 0 for p in info.partitions}
    starts: dict[int, int] = {}
    for p in info.partitions:
        first, end = p.start_offset or 0, ends[p.index]
        if start.isdecimal():
            if partition is not None and not first <= int(start) <= end:
                raise Failure(f"{name}/{partition} has offsets {first} to {end}, not {start}")
            starts[p.index] = min(max(int(start), first), end)
        else:
            starts[p.index] = first if start == "start" else end
    if group is not None:
        records = streams.follow_group(
            session.brokers,
            name,
            group,
            from_start=start == "start",
            count=count,
            ends=ends if exit_at_end else None,
        )
    elif exit_at_end:
        records = streams.read_span(session.brokers, name, {index: (starts[index], ends[index]) for index in starts})
    else:
        records = streams.follow(session.brokers, name, starts)
    async with aclosing(records):
        async for record in records:
            yield record


async def _found(wire: KafkaWire, name: str, *, wait: bool) -> TopicInfo:
    """The topic; one that a script is going to make is waited for, since its first record creates it."""
    split = split_materialised(name)
    said = False
    while True:
        try:
            return (await topics.list_topics(wire, [name]))[0]
        except Refused as error:
            if error.code != topics.UNKNOWN_TOPIC_OR_PARTITION or split is None or not wait:
                raise
        if not said:
            await topics.list_topics(wire, [split[0]])
            click.echo(f"waiting for {name}: its script's first record creates it", err=True)
            said = True
        await asyncio.sleep(POLL_S)


_FIELDS: dict[str, Callable[[ConsumedRecord], bytes]] = {
    "t": lambda r: r.topic.encode(),
    "p": lambda r: b"%d" % r.partition,
    "o": lambda r: b"%d" % r.offset,
    "T": lambda r: b"%d" % r.timestamp_ms,
    "k": lambda r: r.key or b"",
    "v": lambda r: r.value or b"",
    "h": lambda r: b",".join(key.encode() + b"=" + (value or b"") for key, value in r.headers),
    "%": lambda r: b"%",
}
_ESCAPES = {"n": b"\n", "t": b"\t", "0": b"\0", "\\": b"\\"}


def formatter(template: str) -> Callable[[ConsumedRecord], bytes]:
    """What a format string makes of a record. Raises UsageError for a field or escape that is not there."""
    pieces: list[bytes | Callable[[ConsumedRecord], bytes]] = []
    characters = iter(template)
    for character in characters:
        if character == "%":
            field = next(characters, "")
            if field not in _FIELDS:
                raise click.UsageError(f"--format: '%{field}' is none of %{', %'.join(_FIELDS)}")
            pieces.append(_FIELDS[field])
        elif character == "\\":
            escaped = next(characters, "")
            if escaped not in _ESCAPES:
                raise click.UsageError(f"--format: '\\{escaped}' is none of \\n, \\t, \\0, \\\\")
            pieces.append(_ESCAPES[escaped])
        else:
            pieces.append(character.encode())
    return lambda record: b"".join(piece if isinstance(piece, bytes) else piece(record) for piece in pieces)


def _json(record: ConsumedRecord) -> bytes:
    """One line of JSON; bytes that are not UTF-8 in base64 beside it."""
    document: dict[str, object] = {
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
        "timestamp": record.timestamp_ms,
        **_texts("key", record.key),
        **_texts("value", record.value),
        "headers": [{"name": name, **_texts("value", value)} for name, value in record.headers],
    }
    return json.dumps(document, ensure_ascii=False).encode() + b"\n"


def _texts(name: str, value: bytes | None) -> dict[str, str | None]:
    if value is None:
        return {name: None}
    try:
        return {name: value.decode()}
    except UnicodeDecodeError:
        return {name: value.decode(errors="replace"), f"{name}_base64": base64.b64encode(value).decode()}
