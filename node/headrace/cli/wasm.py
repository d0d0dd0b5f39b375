"""`headrace wasm` (alias `transform`): make, try, deploy, watch and remove scripts.

`deploy` loads the script locally first, in a process of its own (`headrace.transforms.engines.check`), so that a
script that does not parse never reaches the cluster. The CLI itself runs no script: it knows the cluster only from
outside.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any, cast

import click

from headrace.cli.generate import LANGUAGES, generate_project
from headrace.cli.output import Failure
from headrace.cli.session import Session, assignments, command
from headrace.client import registry
from headrace.client.errors import Refused
from headrace.contract.names import script_name_problem
from headrace.contract.script import ERROR_POLICIES, ErrorPolicy, Mode, StartPoint

CHECK_TIMEOUT_S = 60.0
WAIT_TIMEOUT_S = 60.0
POLL_S = 0.1
NOT_FOUND = 404


@click.group("wasm")
def wasm_group() -> None:
    """Scripts that run where the data lies: generate, test, deploy, list, describe, logs, remove."""


@wasm_group.command("generate")
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False))
@click.option("--lang", type=click.Choice(LANGUAGES), default="js", show_default=True)
@click.pass_obj
def generate(session: Session, directory: Path, lang: str) -> None:
    """Make a script project in DIRECTORY; the name of the folder is the name of the script."""
    problem = script_name_problem(directory.name)
    if problem is not None:
        raise Failure(f"{problem}; name the folder differently")
    if directory.exists() and any(directory.iterdir()):
        raise Failure(f"{directory} is not empty; choose another folder")
    files = generate_project(directory, directory.name, lang)
    session.output.rows([{"file": str(file)} for file in files], ["file"], name="file")
    session.output.say(f"\nnext:  cd {directory} && make test && make deploy")


@wasm_group.command("test")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--records", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Input, a record a line.")
@click.option(
    "--expect",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Output that must come, as 'key: value' JSON lines; exit code 1 when it differs.",
)
@command
async def test(session: Session, file: Path, records: Path | None, expect: Path | None) -> None:
    """Load script FILE, run it over sample records and show what it makes of them. Needs no cluster."""
    report = await _check(file, file.stem, records)
    outputs = report.get("outputs", [])
    if expect is not None:
        wanted = [json.loads(line) for line in expect.read_text(encoding="utf-8").splitlines() if line.strip()]
        got = [{name: record.get(name) for name in line} for line, record in zip(wanted, outputs, strict=False)]
        if got != wanted or len(outputs) != len(wanted):
            raise Failure(_difference(wanted, outputs))
        session.output.say(f"ok: {len(wanted)} records as expected")
        return

    def people() -> None:
        click.echo(f"{file}: loads; reads {', '.join(report['subscriptions']) or 'what --input-topic says'}")
        if outputs:
            click.echo()
            session.output.rows(outputs, [("output", "output"), "key", "value"], name="output")
        for line in report.get("logs", []):
            click.echo(f"{line['level']}: {line['text']}", err=True)

    session.output.one(report, people=people)


def _difference(wanted: list[dict[str, Any]], got: list[dict[str, Any]]) -> str:
    if len(wanted) != len(got):
        return f"{len(wanted)} records expected, {len(got)} came:\n" + "\n".join(json.dumps(record) for record in got)
    for number, (line, record) in enumerate(zip(wanted, got, strict=True), 1):
        shown = {name: record.get(name) for name in line}
        if shown != line:
            return f"record {number} differs\n  expected {json.dumps(line)}\n  got      {json.dumps(shown)}"
    return "no difference"


@wasm_group.command("deploy")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--name", required=True, help="Name of the script.")
@click.option("--description", default="")
@click.option("--input-topic", "input_topics", multiple=True, help="Read this topic; repeatable.")
@click.option("--output-topic", "output_topics", multiple=True, help="Output keys it may write; repeatable.")
@click.option("--mode", type=click.Choice(["async", "inline"]))
@click.option("--start-from", metavar="earliest|latest|stored|timestamp:MS")
@click.option("--error-policy", type=click.Choice(ERROR_POLICIES))
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
    content = file.read_bytes()
    report = await _check(file, name, None)
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
    session.output.say(f"deployed {name} {record.digest.hex()[:12]} at registry offset {record.registry_offset}")
    if not wait:
        session.output.say(f"reads {', '.join(reads)}; follow it with 'headrace wasm describe {name}'")
        if session.output.format != "table":
            session.output.one(deployed)
        return
    status = await _wait_running(session, name, record.registry_offset, record.digest.hex())
    if session.output.format == "table":
        click.echo(f"{name} runs on {len(status['partitions'])} partitions")
    else:
        session.output.one(deployed | {"partitions": len(status["partitions"])})


async def _wait_running(session: Session, name: str, registry_offset: int, digest: str) -> dict[str, Any]:
    """Poll the status until every partition runs this digest. Raises Failure with the reason when it will not."""
    admin = session.admin_http()
    deadline_s = asyncio.get_running_loop().time() + WAIT_TIMEOUT_S
    last = "no status yet"
    while asyncio.get_running_loop().time() < deadline_s:
        try:
            status: dict[str, Any] = await admin.get(f"/v1/transforms/{name}")
        except Refused as error:
            if error.code != NOT_FOUND:
                raise
            await asyncio.sleep(POLL_S)
            continue
        last = f"{status['state']}: {status.get('message') or 'no message'}"
        if status["registry_offset"] >= registry_offset:
            partitions = status["partitions"]
            if status["state"] in {"failed", "rejected"}:
                raise Failure(f"{name} {last}")
            if partitions and all(p["state"] == "running" and p["digest"] == digest for p in partitions):
                return status
            if status["registry_offset"] > registry_offset:
                raise Failure(f"{name} was deployed again meanwhile (registry offset {status['registry_offset']})")
        await asyncio.sleep(POLL_S)
    raise Failure(f"{name} does not run on every partition after {WAIT_TIMEOUT_S:.0f} s ({last})")


@wasm_group.command("remove")
@click.argument("name", required=False)
@click.option("--name", "name_option", help="The same as NAME.")
@command
async def remove(session: Session, name: str | None, name_option: str | None) -> None:
    """Remove script NAME everywhere; its output topics stay readable."""
    wanted = name or name_option
    if wanted is None:
        raise click.UsageError("name the script to remove")
    await session.admin_http().get(f"/v1/transforms/{wanted}")
    offset = await registry.remove(session.brokers, wanted)
    session.output.say(f"removed {wanted} at registry offset {offset}")


@wasm_group.command("list")
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


@wasm_group.command("describe")
@click.argument("name")
@command
async def describe(session: Session, name: str) -> None:
    """Show script NAME: what it is, and for each partition which digest touched which offsets."""
    status = await session.admin_http().get(f"/v1/transforms/{name}")

    def people() -> None:
        plain = {key: value for key, value in status.items() if key not in {"partitions", "headers"} and value}
        width = max(len(key) for key in plain)
        for key, value in plain.items():
            shown = ", ".join(map(str, value)) if isinstance(value, list) else value
            click.echo(f"{key.replace('_', ' '):<{width + 2}}{shown}")
        if status["partitions"]:
            click.echo()
            rows = [p | {"digest": (p["digest"] or "")[:12]} for p in status["partitions"]]
            columns = [
                "topic",
                "partition",
                "node",
                "state",
                "digest",
                "since_offset",
                "progress_offset",
                "end_offset",
                "lag",
            ]
            if any(p["errors"] for p in rows):
                columns += ["errors", "last_error"]
            session.output.rows(rows, columns)

    session.output.one(status, people=people)


@wasm_group.command("logs")
@click.argument("name")
@click.option("-f", "--follow", is_flag=True, help="Go on as lines come.")
@command
async def logs(session: Session, name: str, follow: bool) -> None:
    """Print what script NAME wrote with console.*."""
    if not follow:
        await session.admin_http().get(f"/v1/transforms/{name}")
    async with session.wire() as wire:
        async for record in registry.script_logs(session.brokers, wire, follow=follow):
            if record.key != name.encode() or record.value is None:
                continue
            if session.output.format == "json":
                click.echo(record.value.decode(errors="replace"))
            else:
                click.echo(_log_line(json.loads(record.value)))


def _log_line(line: dict[str, Any]) -> str:
    where = f"{line.get('topic') or ''}/{line.get('partition', '')}"
    return f"{line['ts']} {line['level']:<5} {where} {line['text']}"


@wasm_group.command("pause")
@click.argument("name")
@command
async def pause(session: Session, name: str) -> None:
    """Stop running script NAME; its progress stays."""
    await session.admin_http().post(f"/v1/transforms/{name}/pause")
    session.output.say(f"{name} is paused; 'headrace wasm resume {name}' lets it go on where it stopped")


@wasm_group.command("resume")
@click.argument("name")
@command
async def resume(session: Session, name: str) -> None:
    """Let a paused or stopped script NAME go on."""
    await session.admin_http().post(f"/v1/transforms/{name}/resume")
    session.output.say(f"{name} goes on")


async def _check(file: Path, name: str, records: Path | None) -> dict[str, Any]:
    """Load the script in a process of its own. Raises Failure with file, line and column when it does not load."""
    arguments = ["-m", "headrace.transforms.engines.check", str(file), "--name", name, "-o", "json"]
    if records is not None:
        arguments += ["--records", str(records)]
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(CHECK_TIMEOUT_S):
            out, err = await process.communicate()
    except TimeoutError:
        process.kill()
        raise Failure(f"{file}: not checked within {CHECK_TIMEOUT_S:.0f} s") from None
    try:
        report: dict[str, Any] = json.loads(out)
    except ValueError:
        text = err.decode(errors="replace").strip()
        if "No module named" in text:
            raise Failure("checking a script needs the engine: pip install 'headrace[node]'") from None
        raise Failure(f"{file}: {text.splitlines()[-1] if text else 'the check printed nothing'}") from None
    if report.get("error"):
        error = report["error"]
        place = f"{error['where']}: " if error.get("where") else ""
        raise Failure(f"{place}{error['message']} ({error['kind']})")
    return report
