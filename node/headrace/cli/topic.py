"""`headrace topic list|describe|alter`: what there is, and its settings."""

from __future__ import annotations

from typing import Any

import click

from headrace.cli.session import Session, assignments, command
from headrace.client import configs as client_configs
from headrace.client import topics


@click.command("list")
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


@click.command("describe")
@click.argument("name")
@click.option("--all-configs", is_flag=True, help="With settings that have their default value.")
@command
async def describe(session: Session, name: str, all_configs: bool) -> None:
    """Show partitions, offsets and settings of topic NAME."""
    async with session.wire() as wire:
        info = (await topics.list_topics(wire, [name]))[0]
        await topics.fill_offsets(wire, info)
        configs = await client_configs.describe_configs(wire, client_configs.RESOURCE_TOPIC, name)
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


@click.command("alter")
@click.argument("name")
@click.option("-c", "--config", "configs", multiple=True, required=True, metavar="KEY=VALUE")
@command
async def alter(session: Session, name: str, configs: tuple[str, ...]) -> None:
    """Change settings of topic NAME; KEY= puts a setting back to its default."""
    async with session.wire() as wire:
        changes = assignments(configs)
        await client_configs.alter_configs(wire, client_configs.RESOURCE_TOPIC, name, changes)
    session.output.done(f"topic {name}: {', '.join(configs)}", {"name": name, "configs": changes})
