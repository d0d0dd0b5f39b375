"""`headrace topic create|delete|add-partitions`."""

from __future__ import annotations

import click

from headrace.cli.output import counted
from headrace.cli.session import Session, assignments, command
from headrace.client import topic_admin, topics
from headrace.client.errors import Refused


@click.command("create")
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
            await topic_admin.create_topic(
                wire,
                name,
                partitions=partitions,
                replication_factor=replicas,
                configs={key: value or "" for key, value in assignments(configs).items()},
            )
        except Refused as error:
            if not (if_not_exists and error.code == topic_admin.TOPIC_ALREADY_EXISTS):
                raise
        info = await topics.wait_for_leaders(wire, name)
    count, copies = len(info.partitions), len(info.partitions[0].replicas)
    session.output.done(
        f"topic {name}: {counted(count, 'partition')}, {counted(copies, 'replica')}",
        {"name": name, "partitions": count, "replicas": copies},
    )


@click.command("delete")
@click.argument("names", nargs=-1, required=True)
@command
async def delete(session: Session, names: tuple[str, ...]) -> None:
    """Delete topics with all their records."""
    async with session.wire() as wire:
        for name in names:
            await topic_admin.delete_topic(wire, name)
            session.output.say(f"topic {name} deleted")
    if session.output.format != "table":
        session.output.rows([{"name": name} for name in names], ["name"])


@click.command("add-partitions")
@click.argument("name")
@click.option("-n", "--total", type=int, required=True, help="Partitions that the topic shall have in all.")
@command
async def add_partitions(session: Session, name: str, total: int) -> None:
    """Grow topic NAME to a number of partitions. Keys may land on other partitions from then on."""
    async with session.wire() as wire:
        await topic_admin.add_partitions(wire, name, total)
    session.output.done(f"topic {name}: {counted(total, 'partition')}", {"name": name, "partitions": total})
