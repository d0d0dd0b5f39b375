"""`headrace group`: consumer groups, their members and their lag."""

from __future__ import annotations

from dataclasses import asdict

import click

from headrace.cli.session import Session, command
from headrace.client import groups


@click.command("list")
@command
async def list_command(session: Session) -> None:
    """List consumer groups."""
    async with session.wire() as wire:
        found = await groups.list_groups(wire)
    session.output.rows([asdict(line) for line in found], ["name", "state", "protocol_type", "coordinator"])


@click.command("describe")
@click.argument("name")
@command
async def describe(session: Session, name: str) -> None:
    """Show members and committed offsets of group NAME."""
    async with session.wire() as wire:
        info = await groups.describe_group(wire, name)

    def people() -> None:
        click.echo(f"{name}: {info.state}" + (f", assigned by {info.protocol}" if info.protocol else ""))
        if info.members:
            click.echo()
            rows = [asdict(member) for member in info.members]
            session.output.rows(rows, ["member_id", "instance_id", "client_id", "host"])
        if info.offsets:
            click.echo()
            rows = [asdict(offset) for offset in info.offsets]
            session.output.rows(rows, ["topic", "partition", "committed_offset", "end_offset", "lag"])

    session.output.one(asdict(info), people=people)


@click.command("delete")
@click.argument("names", nargs=-1, required=True)
@command
async def delete(session: Session, names: tuple[str, ...]) -> None:
    """Delete groups that have no members, with their committed offsets."""
    async with session.wire() as wire:
        for name in names:
            await groups.delete_group(wire, name)
            session.output.say(f"group {name} deleted")
    if session.output.format != "table":
        session.output.rows([{"name": name} for name in names], ["name"])
