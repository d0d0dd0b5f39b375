"""`headrace topic`: create, list, describe, change, delete topics; produce lines, consume records."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from typing import Any

import click

from headrace.cli.output import Failure
from headrace.cli.session import Session, assignments, command
from headrace.client import streams, topics
from headrace.client.errors import Refused
from headrace.client.streams import ConsumedRecord


@click.group("topic")
def topic_group() -> None:
    """Topics: create, list, describe, alter, delete, produce, consume."""


@topic_group.command("create")
@click.argument("name")
@click.option("-p", "--partitions", default=-1, show_default="the cluster's num.partitions", help="Partitions.")
@click.option("-r", "--replicas", default=-1, show_default="the cluster's default", help="Replicas of each partition.")
@click.option("-c", "--config", "configs", multiple=True, metavar="KEY=VALUE", help="A topic setting; repeatable.")
@click.option("--if-not-exists", is_flag=True, help="Succeed when the topic is already there.")
@command
async def create(
    session: Session, name: str, partitions: int, replicas: int, configs: tuple[str, ...], if_not_exists: bool
) -> None:
    """Create topic NAME."""
    async with session.wire() as wire:
        try:
            await topics.create_topic(
                wire,
                name,
                partitions=partitions,
                replication_factor=replicas,
                configs={key: value or "" for key, value in assignments(configs).items()},
            )
        except Refused as error:
            if not (if_not_exists and error.code == topics.TOPIC_ALREADY_EXISTS):
                raise
        info = await topics.wait_for_leaders(wire, name)
    session.output.one(
        {"name": name, "partitions": len(info.partitions), "replicas": len(info.partitions[0].replicas)},
        people=lambda: click.echo(
            f"topic {name}: {len(info.partitions)} partitions, {len(info.partitions[0].replicas)} replicas"
        ),
    )


@topic_group.command("list")
@click.option("--all", "with_internal", is_flag=True, help="With the cluster's own topics.")
@command
async def list_command(session: Session, with_internal: bool) -> None:
    """List topics."""
    async with session.wire() as wire:
        found = await topics.list_topics(wire)
    rows = [
        {
            "name": topic.name,
            "partitions": len(topic.partitions),
            "replicas": len(topic.partitions[0].replicas) if topic.partitions else 0,
            "internal": topic.internal,
        }
        for topic in found
        if with_internal or not topic.internal
    ]
    session.output.rows(rows, ["name", "partitions", "replicas", *(["internal"] if with_internal else [])])


@topic_group.command("describe")
@click.argument("name")
@click.option("--all-configs", is_flag=True, help="With settings that have their default value.")
@command
async def describe(session: Session, name: str, all_configs: bool) -> None:
    """Show partitions, offsets and settings of topic NAME."""
    async with session.wire() as wire:
        info = (await topics.list_topics(wire, [name]))[0]
        await topics.fill_offsets(wire, info)
        configs = await topics.describe_configs(wire, topics.RESOURCE_TOPIC, name)
    shown = [entry for entry in configs if all_configs or entry.source == "topic"]
    partition_rows = [
        {
            "partition": p.index,
            "leader": p.leader,
            "epoch": p.leader_epoch,
            "replicas": p.replicas,
            "isr": p.isr,
            "start_offset": p.start_offset,
            "end_offset": p.end_offset,
        }
        for p in info.partitions
    ]
    config_rows = [{"setting": entry.name, "value": entry.value, "source": entry.source} for entry in shown]

    def people() -> None:
        click.echo(f"{name}: {len(info.partitions)} partitions" + (" (internal)" if info.internal else ""))
        click.echo()
        columns = ["partition", "leader", "epoch", "replicas", "isr", "start_offset", "end_offset"]
        session.output.rows(partition_rows, columns)
        if config_rows:
            click.echo()
            session.output.rows(config_rows, ["setting", "value", "source"])

    document: dict[str, Any] = {
        "name": name,
        "internal": info.internal,
        "partitions": partition_rows,
        "configs": {entry.name: entry.value for entry in shown},
    }
    session.output.one(document, people=people)


@topic_group.command("alter")
@click.argument("name")
@click.option("-c", "--config", "configs", multiple=True, required=True, metavar="KEY=VALUE")
@command
async def alter(session: Session, name: str, configs: tuple[str, ...]) -> None:
    """Change settings of topic NAME; KEY= puts a setting back to its default."""
    async with session.wire() as wire:
        await topics.alter_configs(wire, topics.RESOURCE_TOPIC, name, assignments(configs))
    session.output.say(f"topic {name}: {', '.join(configs)}")


@topic_group.command("delete")
@click.argument("names", nargs=-1, required=True)
@command
async def delete(session: Session, names: tuple[str, ...]) -> None:
    """Delete topics with all their records."""
    async with session.wire() as wire:
        for name in names:
            await topics.delete_topic(wire, name)
            session.output.say(f"topic {name} deleted")


@topic_group.command("add-partitions")
@click.argument("name")
@click.option("-n", "--total", type=int, required=True, help="Partitions that the topic shall have in all.")
@command
async def add_partitions(session: Session, name: str, total: int) -> None:
    """Grow topic NAME to a number of partitions. Keys may land on other partitions from then on."""
    async with session.wire() as wire:
        await topics.add_partitions(wire, name, total)
    session.output.say(f"topic {name}: {total} partitions")


@topic_group.command("produce")
@click.argument("name")
@click.option("-k", "--key", help="Key of every record.")
@click.option("--partition", type=int, help="Write to this partition only.")
@command
async def produce(session: Session, name: str, key: str | None, partition: int | None) -> None:
    """Send each line of standard input as one record to topic NAME."""
    with session.output.progress(f"producing to {name}") as advance:

        async def lines() -> AsyncIterator[bytes]:
            while line := await asyncio.to_thread(sys.stdin.buffer.readline):
                advance(1)
                yield line.rstrip(b"\r\n")

        sent = await streams.produce_lines(
            session.brokers, name, lines(), key=key.encode() if key is not None else None, partition=partition
        )
    session.output.say(f"{sent} records written to {name}")


@topic_group.command("consume")
@click.argument("name")
@click.option("--offset", "start", default="start", show_default=True, metavar="start|end|N")
@click.option("--partition", type=int, help="Read this partition only.")
@click.option("-n", "--count", type=int, help="Stop after COUNT records. Without: go on for ever.")
@click.option("-g", "--group", help="Read as a member of this consumer group and commit.")
@click.option("-e", "--exit-at-end", is_flag=True, help="Stop at what is there now.")
@click.option(
    "-f",
    "--format",
    "template",
    default="%v\\n",
    show_default=True,
    help="%t topic, %p partition, %o offset, %T timestamp in ms, %k key, %v value, %h headers, \\n, \\t.",
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
    if start not in {"start", "end"} and not start.isdecimal():
        raise Failure(f"--offset {start}: write start, end or a number")
    pieces = _compile(template)
    left = count
    async for record in _records(session, name, start, partition, group, exit_at_end):
        if left == 0:
            break
        sys.stdout.buffer.write(b"".join(piece if isinstance(piece, bytes) else piece(record) for piece in pieces))
        sys.stdout.buffer.flush()
        if left is not None:
            left -= 1
            if left == 0:
                break


async def _records(
    session: Session, name: str, start: str, partition: int | None, group: str | None, exit_at_end: bool
) -> AsyncIterator[ConsumedRecord]:
    async with session.wire() as wire:
        info = (await topics.list_topics(wire, [name]))[0]
        await topics.fill_offsets(wire, info)
    if partition is not None:
        info.partitions = [p for p in info.partitions if p.index == partition]
        if not info.partitions:
            raise Failure(f"topic {name} has no partition {partition}")
    if group is not None:
        async for record in streams.follow_group(session.brokers, name, group, from_start=start == "start"):
            yield record
        return
    starts = {}
    for p in info.partitions:
        first, after_last = p.start_offset or 0, p.end_offset or 0
        starts[p.index] = {"start": first, "end": after_last}.get(start, int(start) if start.isdecimal() else 0)
    if exit_at_end:
        spans = {p.index: (starts[p.index], p.end_offset or 0) for p in info.partitions}
        async for record in streams.read_span(session.brokers, name, spans):
            yield record
    else:
        async for record in streams.follow(session.brokers, name, starts):
            yield record


_FIELDS: dict[str, Any] = {
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


def _compile(template: str) -> list[Any]:
    """A format string as a list of constant bytes and functions of a record."""
    pieces: list[Any] = []
    characters = iter(template)
    for character in characters:
        if character == "%":
            field = next(characters, "")
            if field not in _FIELDS:
                raise Failure(f"--format: '%{field}' is none of %{', %'.join(_FIELDS)}")
            pieces.append(_FIELDS[field])
        elif character == "\\":
            escaped = next(characters, "")
            if escaped not in _ESCAPES:
                raise Failure(f"--format: '\\{escaped}' is none of \\n, \\t, \\0, \\\\")
            pieces.append(_ESCAPES[escaped])
        else:
            pieces.append(character.encode())
    return pieces
