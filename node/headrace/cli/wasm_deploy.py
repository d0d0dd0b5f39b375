"""`headrace wasm deploy|remove|logs`: what goes through the cluster's topics.

`deploy` loads the script locally first, in a process of its own (`script_check.py`), so that a script that does not
parse never reaches the cluster.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any, cast

import click

from headrace.cli.invocation import Failure
from headrace.cli.output import counted, readable_time
from headrace.cli.script_check import check_script, read_script
from headrace.cli.session import Session, assignments, command
from headrace.client import registry
from headrace.client.admin_http import segment
from headrace.client.errors import Refused
from headrace.contract.names import script_name_problem
from headrace.contract.script import ERROR_POLICIES, ErrorPolicy, Mode, StartPoint

WAIT_TIMEOUT_S = 60.0
POLL_S = 0.1
NOT_FOUND = 404


@click.command("deploy")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--name", required=True, help="Name of the script.")
@click.option("--description", default="", help="A sentence for people.")
@click.option("--input-topic", "input_topics", multiple=True, help="Read this topic; repeatable.")
@click.option("--output-topic", "output_topics", multiple=True, help="Outputs it may write; repeatable.")
@click.option("--mode", type=click.Choice(["async", "inline"]), help="async: beside the produce path (default).")
@click.option("--start-from", metavar="earliest|latest|stored|timestamp:MS", help="Where a new script begins.")
@click.option("--error-policy", type=click.Choice(ERROR_POLICIES), help="What happens when it fails; without: retry.")
@click.option("--var", "variables", multiple=True, metavar="K=V", help="A variable the script sees; repeatable.")
@click.option("--wait", is_flag=True, help="Return when every partition runs it.")
@command
async def deploy(
    session: Session,
    file: Path,
    name: str,
    description: str,
    input_topics: tuple[str, ...],
    output_topics: tuple[str, ...],
    mode: str | None,
    start_from: str | None,
    error_policy: str | None,
    variables: tuple[str, ...],
    wait: bool,
) -> None:
    """Check script FILE here, then deploy it under a name."""
    problem = script_name_problem(name)
    if problem is not None:
        raise Failure(problem)
    try:
        start = StartPoint.parse(start_from) if start_from is not None else None
    except ValueError as error:
        raise click.UsageError(f"--start-from: {error}") from None
    content = read_script(file)
    report = await check_script(file, name, None)
    if not report["subscriptions"] and not input_topics:
        raise Failure(f"{file} subscribes to nothing: name its input with --input-topic TOPIC")
    record = await registry.deploy(
        session.brokers,
        name,
        content,
        description=description,
        input_topics=input_topics,
        output_topics=output_topics,
        mode=cast(Mode | None, mode),
        start_from=start,
        error_policy=cast(ErrorPolicy | None, error_policy),
        env={key: value or "" for key, value in assignments(variables).items()},
    )
    reads = list(input_topics) or report["subscriptions"]
    deployed = {
        "name": name,
        "digest": record.digest.hex(),
        "registry_offset": record.registry_offset,
        "inputs": reads,
    }
    said = f"deployed {name} {record.digest.hex()[:12]} at registry offset {record.registry_offset}"
    if wait:
        session.output.say(said)
        status = await _wait_running(session, name, record.registry_offset, record.digest.hex())
        count = len(status["partitions"])
        session.output.done(f"{name} runs on {counted(count, 'partition')}", deployed | {"partitions": count})
    else:
        session.output.done(
            f"{said}\nreads {', '.join(reads)}; follow it with 'headrace wasm describe {name}'", deployed
        )


async def _wait_running(session: Session, name: str, registry_offset: int, digest: str) -> dict[str, Any]:
    """Poll the status until every partition runs this digest. Raises Failure with the reason when it will not, or when
    it already fails."""
    admin = session.admin_http()
    loop = asyncio.get_running_loop()
    deadline_s = loop.time() + WAIT_TIMEOUT_S
    last = "no status yet"
    while loop.time() < deadline_s:
        await asyncio.sleep(POLL_S)
        try:
            status: dict[str, Any] = await admin.get(f"/v1/transforms/{segment(name)}")
        except Refused as error:
            if error.code != NOT_FOUND:
                raise
            continue
        if status["registry_offset"] < registry_offset:
            continue
        if status["registry_offset"] > registry_offset:
            raise Failure(f"{name} was deployed again meanwhile (registry offset {status['registry_offset']})")
        partitions = status["partitions"]
        mine = [p for p in partitions if p["digest"] == digest]
        if status["state"] in {"failed", "rejected", "deregistered"}:
            raise Failure(f"{name} {status['state']}: {status['message']}")
        if any(p["state"] == "retrying" for p in mine):
            raise Failure(f"{name} is deployed, but fails and is tried again: {status['message']}")
        if partitions and len(mine) == len(partitions) and all(p["state"] == "running" for p in mine):
            return status
        said = f"{status['state']}: {status['message']}" if status["message"] else status["state"]
        if said != last and status["message"]:
            click.echo(f"{name}: {status['message']}", err=True)
        last = said
    raise Failure(f"{name} does not run on every partition after {WAIT_TIMEOUT_S:.0f} s ({last})")


@click.command("remove")
@click.argument("name", required=False)
@click.option("--name", "name_option", help="The same as NAME.")
@command
async def remove(session: Session, name: str | None, name_option: str | None) -> None:
    """Remove script NAME everywhere; its output topics stay readable."""
    wanted = name or name_option
    if wanted is None:
        raise click.UsageError("name the script to remove")
    await session.admin_http().get(f"/v1/transforms/{segment(wanted)}")
    offset = await registry.remove(session.brokers, wanted)
    session.output.done(f"removed {wanted} at registry offset {offset}", {"name": wanted, "registry_offset": offset})


@click.command("logs")
@click.argument("name")
@click.option("-f", "--follow", is_flag=True, help="Go on as lines come.")
@command
async def logs(session: Session, name: str, follow: bool) -> None:
    """Print what script NAME wrote with console.*."""
    if not follow:
        await session.admin_http().get(f"/v1/transforms/{segment(name)}")
    async with session.wire() as wire:
        async for record in registry.script_logs(session.brokers, wire, follow=follow):
            if record.key != name.encode() or record.value is None:
                continue
            if session.output.format == "table":
                click.echo(_log_line(json.loads(record.value)))
            else:
                click.echo(record.value)  # one JSON document a line


def _log_line(line: dict[str, Any]) -> str:
    where = line.get("partition")
    return (
        f"{readable_time(line['ts'], 'milliseconds')} {line['level']:<5} {f'{where}: ' if where else ''}{line['text']}"
    )
