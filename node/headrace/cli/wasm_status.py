"""`headrace wasm list|describe|pause|resume`: what the nodes say about scripts, and what they are told."""

from __future__ import annotations

import click

from headrace.cli.output import readable_time
from headrace.cli.session import Session, command
from headrace.client.admin_http import segment


@click.command("list")
@command
async def list_command(session: Session) -> None:
    """List scripts with their state, digest and lag."""
    found = await session.admin_http().get("/v1/transforms")
    rows = [
        {
            "name": status["name"],
            "state": status["state"],
            "digest": (status["digest"] or "")[:12],
            "inputs": status["inputs"],
            "outputs": status["outputs"],
            "partitions": f"{sum(p['state'] == 'running' for p in status['partitions'])}/{len(status['partitions'])}",
            "lag": sum(p["lag"] or 0 for p in status["partitions"]),
            "message": status.get("message") or None,
        }
        for status in found
    ]
    columns = ["name", "state", "digest", "inputs", "outputs", "partitions", "lag"]
    if any(row["message"] for row in rows):
        columns.append("message")
    session.output.rows(rows, columns)


@click.command("describe")
@click.argument("name")
@command
async def describe(session: Session, name: str) -> None:
    """Show script NAME: what it is, and for each partition which digest touched which offsets."""
    status = await session.admin_http().get(f"/v1/transforms/{segment(name)}")

    def people() -> None:
        plain = {key: value for key, value in status.items() if key not in {"partitions", "headers", "deployed_ms"}}
        plain["deployed"] = readable_time(status["deployed_ms"])
        shown = {key: ", ".join(map(str, value)) if isinstance(value, list) else value for key, value in plain.items()}
        session.output.pairs({key: value for key, value in shown.items() if value not in {"", None}})
        if status["partitions"]:
            click.echo()
            rows = [p | {"digest": (p["digest"] or "")[:12]} for p in status["partitions"]]
            columns: list[str | tuple[str, str]] = ["topic", "partition", "node", "state", "digest"]
            columns += [("since_offset", "since"), ("progress_offset", "progress"), ("end_offset", "end"), "lag"]
            if any(p["errors"] for p in rows):
                columns.append("errors")
            session.output.rows(rows, columns)
            for p in rows:
                if p["last_error"]:
                    click.echo(f"\n{p['topic']}/{p['partition']}: {p['last_error']}")

    session.output.one(status, people=people)


@click.command("pause")
@click.argument("name")
@command
async def pause(session: Session, name: str) -> None:
    """Stop running script NAME; its progress stays."""
    await session.admin_http().post(f"/v1/transforms/{segment(name)}/pause")
    session.output.done(
        f"{name} is paused; 'headrace wasm resume {name}' lets it go on where it stopped",
        {"name": name, "paused": True},
    )


@click.command("resume")
@click.argument("name")
@command
async def resume(session: Session, name: str) -> None:
    """Let a paused or stopped script NAME go on."""
    await session.admin_http().post(f"/v1/transforms/{segment(name)}/resume")
    session.output.done(f"{name} goes on", {"name": name, "paused": False})
