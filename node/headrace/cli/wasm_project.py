"""`headrace wasm generate|test`: make a script project and try a script. Neither needs a cluster."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from headrace.cli.generate import LANGUAGES, generate_project
from headrace.cli.invocation import Failure
from headrace.cli.output import counted
from headrace.cli.script_check import check_script, read_script
from headrace.cli.session import Session, command, plain_command
from headrace.contract.names import script_name_problem


@click.command("generate")
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False))
@click.option("--lang", type=click.Choice(LANGUAGES), default="js", show_default=True)
@plain_command
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


@click.command("test")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--name", help="Name of the script, for outputs that it leaves unnamed. [default: the file's]")
@click.option(
    "--records",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help='Input, a record a line: text, or JSON {"key", "value", "headers", "timestamp"}.',
)
@click.option(
    "--expect",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Records that must come, a JSON object a line; of each, only the fields that it names are compared.",
)
@command
async def test(session: Session, file: Path, name: str | None, records: Path | None, expect: Path | None) -> None:
    """Load script FILE, run it over sample records and show what it makes of them. Needs no cluster."""
    read_script(file)
    report = await check_script(file, name or file.stem, records)
    outputs = report.get("outputs", [])
    if expect is not None:
        wanted = _expected(expect)
        got = [{name: record.get(name) for name in line} for line, record in zip(wanted, outputs, strict=False)]
        if got != wanted or len(outputs) != len(wanted):
            raise Failure(_difference(wanted, outputs))
        session.output.done(
            f"ok: {counted(len(wanted), 'record')} as expected", {"name": str(file), "records": len(wanted)}
        )
        return

    def people() -> None:
        click.echo(f"{file}: loads; reads {', '.join(report['subscriptions']) or 'what --input-topic says'}")
        if outputs:
            click.echo()
            session.output.rows(outputs, [("output", "output"), "key", "value"], name="output")
        for line in report.get("logs", []):
            click.echo(f"{line['level']}: {line['text']}", err=True)

    session.output.one(report, name="name", people=people)


def _expected(file: Path) -> list[dict[str, Any]]:
    wanted = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except ValueError:
            record = None
        if not isinstance(record, dict):
            raise Failure(f'{file}:{number}: write a JSON object, for example {{"output": "shout", "value": "HELLO"}}')
        wanted.append(record)
    return wanted


def _difference(wanted: list[dict[str, Any]], got: list[dict[str, Any]]) -> str:
    if len(wanted) != len(got):
        return f"{len(wanted)} records expected, {len(got)} came:\n" + "\n".join(json.dumps(record) for record in got)
    for number, (line, record) in enumerate(zip(wanted, got, strict=True), 1):
        shown = {name: record.get(name) for name in line}
        if shown != line:
            return f"record {number} differs\n  expected {json.dumps(line)}\n  got      {json.dumps(shown)}"
    return "no difference"
