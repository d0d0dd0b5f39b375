"""The `headrace` command: global options and the tree of commands. Exit codes: 0 done, 1 refused or failed, 2 usage."""

from __future__ import annotations

from importlib.metadata import version
from typing import cast

import click

from headrace.cli.cluster import cluster_group
from headrace.cli.group import group_group
from headrace.cli.local import local_group
from headrace.cli.output import Format
from headrace.cli.session import Session
from headrace.cli.topic import topic_group
from headrace.cli.wasm import wasm_group


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--brokers",
    envvar="HEADRACE_BROKERS",
    default="127.0.0.1:9092",
    show_default=True,
    metavar="HOST:PORT,...",
    help="Kafka addresses to start from.",
)
@click.option(
    "--admin",
    envvar="HEADRACE_ADMIN",
    default="127.0.0.1:9644",
    show_default=True,
    metavar="HOST:PORT,...",
    help="Admin HTTP addresses.",
)
@click.option("-o", "--output", type=click.Choice(["table", "json", "yaml", "name"]), default="table")
@click.version_option(version("headrace"), prog_name="headrace")
@click.pass_context
def main(context: click.Context, brokers: str, admin: str, output: str) -> None:
    """Kafka-API streaming with transforms that run where the data lies."""
    context.obj = Session.open(brokers, admin, cast(Format, output))


for group in (local_group, topic_group, wasm_group, cluster_group, group_group):
    main.add_command(group)
main.add_command(wasm_group, "transform")
