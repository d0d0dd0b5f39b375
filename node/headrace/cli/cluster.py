"""`headrace cluster`: nodes, partitions, settings of the cluster as a whole."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from headrace.cli.session import Session, assignments, command
from headrace.client import configs, topics
from headrace.client.errors import Refused


@click.command("info")
@command
async def info(session: Session) -> None:
    """Show the cluster id, the controller and the nodes."""
    async with session.wire() as wire:
        metadata = await wire.metadata(topics=None)
    nodes = [
        {
            "node": broker.node_id,
            "address": f"{broker.host}:{broker.port}",
            "rack": broker.rack,
            "controller": broker.node_id == metadata.controller_id,
            "leads": sum(p.leader_id == broker.node_id for topic in metadata.topics for p in topic.partitions),
        }
        for broker in sorted(metadata.brokers, key=lambda broker: broker.node_id)
    ]
    document = {
        "cluster_id": metadata.cluster_id,
        "controller": metadata.controller_id,
        "topics": len(metadata.topics),
        "partitions": sum(len(topic.partitions) for topic in metadata.topics),
        "nodes": nodes,
    }

    def people() -> None:
        click.echo(f"cluster {metadata.cluster_id}: {document['topics']} topics, {document['partitions']} partitions")
        click.echo()
        session.output.rows(nodes, ["node", "address", "rack", "controller", "leads"])

    session.output.one(document, name="cluster_id", people=people)


@click.command("health")
@command
async def health(session: Session) -> None:
    """Name leaderless and under-replicated partitions; exit code 1 when there are any."""
    async with session.wire() as wire:
        found = await topics.list_topics(wire)
    rows: list[dict[str, Any]] = []
    for topic in found:
        for p in topic.partitions:
            if p.leader < 0 or len(p.isr) < len(p.replicas):
                problem = "no leader" if p.leader < 0 else "under-replicated"
                rows.append(
                    {
                        "topic": topic.name,
                        "partition": p.index,
                        "problem": problem,
                        "leader": p.leader,
                        "replicas": p.replicas,
                        "isr": p.isr,
                    }
                )
    if session.output.format == "table" and not rows:
        click.echo(f"healthy: {sum(len(topic.partitions) for topic in found)} partitions, all with leader and replicas")
        return
    session.output.rows(rows, ["topic", "partition", "problem", "leader", "replicas", "isr"], name="topic")
    if rows:
        raise click.exceptions.Exit(1)


@click.command("partitions")
@click.argument("topic", required=False)
@command
async def partitions(session: Session, topic: str | None) -> None:
    """Show every partition, or those of TOPIC: leader, replicas, offsets, size, and what is wrong with it."""
    query = {"topic": topic} if topic else None
    rows = await session.admin_http().get("/v1/partitions", query)
    columns = ["topic", "partition", "leader", "replicas", "start_offset", "high_watermark", "end_offset", "size_bytes"]
    if any(row.get("problem") for row in rows):
        columns.append("problem")
    session.output.rows(rows, columns, name="topic")


@click.group("config")
def config_group() -> None:
    """Settings of the cluster."""


@config_group.command("get")
@click.argument("keys", nargs=-1)
@command
async def config_get(session: Session, keys: tuple[str, ...]) -> None:
    """Show the settings KEYS, or all."""
    async with session.wire() as wire:
        metadata = await wire.metadata(topics=[])
        entries = await configs.describe_configs(wire, configs.RESOURCE_BROKER, str(metadata.controller_id))
    unknown = set(keys) - {entry.name for entry in entries}
    if unknown:
        raise Refused(40, f"there is no setting {', '.join(sorted(unknown))}; see 'headrace cluster config get'")
    rows = [asdict(entry) for entry in entries if not keys or entry.name in keys]
    session.output.rows(rows, [("name", "setting"), "value", "source", ("read_only", "read only")])


@config_group.command("set")
@click.argument("pairs", nargs=-1, required=True, metavar="KEY=VALUE...")
@command
async def config_set(session: Session, pairs: tuple[str, ...]) -> None:
    """Change settings for all nodes at once; KEY= puts one back to its default."""
    changes = assignments(pairs)
    async with session.wire() as wire:
        await configs.alter_configs(wire, configs.RESOURCE_BROKER, "", changes)
    rows = [{"name": key, "value": value} for key, value in changes.items()]
    if session.output.format == "table":
        session.output.say("\n".join(f"{key}: {value or 'back to its default'}" for key, value in changes.items()))
    else:
        session.output.rows(rows, ["name", "value"])
