"""The `headrace` command: global options and the tree of commands. Exit codes: 0 done, 1 refused or failed, 2 usage.

Every command is imported when it is run (`lazy.py`): this module and what it imports is all that `--help` costs. The
tree below is the list of commands; what later versions add is simply not there yet.
"""

from __future__ import annotations

from typing import cast

import click

from headrace.cli.invocation import Format, Invocation
from headrace.cli.lazy import LazyGroup

_TREE = {
    "local": ("headrace.cli.main:local_group", "A cluster on this machine: up, down, status, kill, start."),
    "topic": ("headrace.cli.main:topic_group", "Topics: create, list, describe, alter, delete, produce, consume."),
    "wasm": ("headrace.cli.main:wasm_group", "Scripts that run where the data lies: generate, test, deploy, watch."),
    "cluster": ("headrace.cli.main:cluster_group", "The cluster: info, health, partitions, config."),
    "group": ("headrace.cli.main:group_group", "Consumer groups: list, describe, delete."),
}


@click.group(
    cls=LazyGroup,
    entries=_TREE,
    aliases={"transform": "wasm"},
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="'headrace transform' is the same as 'headrace wasm'.",
)
@click.option(
    "--brokers",
    envvar="HEADRACE_BROKERS",
    default="127.0.0.1:9092",
    show_default=True,
    metavar="HOST:PORT,...",
    help="Kafka addresses to start from; HEADRACE_BROKERS.",
)
@click.option(
    "--admin",
    envvar="HEADRACE_ADMIN",
    default="127.0.0.1:9644",
    show_default=True,
    metavar="HOST:PORT,...",
    help="Admin HTTP addresses; HEADRACE_ADMIN.",
)
@click.option(
    "-o",
    "--output",
    type=click.Choice(["table", "json", "yaml", "name"]),
    default="table",
    show_default=True,
    help="A table for people; JSON, YAML or bare names for programs.",
)
@click.version_option(package_name="headrace", prog_name="headrace")
@click.pass_context
def main(context: click.Context, brokers: str, admin: str, output: str) -> None:
    """Kafka-API streaming with transforms that run where the data lies."""
    context.obj = Invocation(brokers, admin, cast(Format, output))


@click.group(
    "local",
    cls=LazyGroup,
    entries={
        "up": ("headrace.cli.local:up", "Start a cluster and return when it is ready."),
        "down": ("headrace.cli.local:down", "Stop the cluster in order."),
        "status": ("headrace.cli.local:status", "Show the nodes of the cluster; exit code 1 when one is down."),
        "kill": ("headrace.cli.local:kill", "End node NODE the hard way, to see what survives."),
        "start": ("headrace.cli.local:start", "Start node NODE again on its data."),
    },
)
def local_group() -> None:
    """A cluster on this machine: up, down, status, kill, start."""


@click.group(
    "topic",
    cls=LazyGroup,
    entries={
        "create": ("headrace.cli.topic_admin:create", "Create topic NAME."),
        "list": ("headrace.cli.topic:list_command", "List topics."),
        "describe": ("headrace.cli.topic:describe", "Show partitions, offsets and settings of topic NAME."),
        "alter": ("headrace.cli.topic:alter", "Change settings of topic NAME; KEY= puts one back to its default."),
        "delete": ("headrace.cli.topic_admin:delete", "Delete topics with all their records."),
        "add-partitions": ("headrace.cli.topic_admin:add_partitions", "Grow topic NAME to a number of partitions."),
        "produce": ("headrace.cli.records:produce", "Send each line of standard input as one record to topic NAME."),
        "consume": ("headrace.cli.records:consume", "Print the records of topic NAME."),
    },
)
def topic_group() -> None:
    """Topics: create, list, describe, alter, delete, produce, consume."""


@click.group(
    "wasm",
    cls=LazyGroup,
    entries={
        "generate": ("headrace.cli.wasm_project:generate", "Make a script project in DIRECTORY."),
        "test": ("headrace.cli.wasm_project:test", "Run script FILE over sample records. Needs no cluster."),
        "deploy": ("headrace.cli.wasm_deploy:deploy", "Check script FILE here, then deploy it under a name."),
        "remove": ("headrace.cli.wasm_deploy:remove", "Remove script NAME everywhere; its output stays readable."),
        "list": ("headrace.cli.wasm_status:list_command", "List scripts with their state, digest and lag."),
        "describe": ("headrace.cli.wasm_status:describe", "Show which digest of script NAME touched which offsets."),
        "logs": ("headrace.cli.wasm_deploy:logs", "Print what script NAME wrote with console.*."),
        "pause": ("headrace.cli.wasm_status:pause", "Stop running script NAME; its progress stays."),
        "resume": ("headrace.cli.wasm_status:resume", "Let a paused or stopped script NAME go on."),
    },
)
def wasm_group() -> None:
    """Scripts that run where the data lies: generate, test, deploy, list, describe, logs, remove."""


@click.group(
    "cluster",
    cls=LazyGroup,
    entries={
        "info": ("headrace.cli.cluster:info", "Show the cluster id, the controller and the nodes."),
        "health": ("headrace.cli.cluster:health", "Name leaderless and under-replicated partitions."),
        "partitions": ("headrace.cli.cluster:partitions", "Show every partition, or those of TOPIC."),
        "config": ("headrace.cli.cluster:config_group", "Settings of the cluster: get, set."),
    },
)
def cluster_group() -> None:
    """The cluster: info, health, partitions, config."""


@click.group(
    "group",
    cls=LazyGroup,
    entries={
        "list": ("headrace.cli.group:list_command", "List consumer groups."),
        "describe": ("headrace.cli.group:describe", "Show members and committed offsets of group NAME."),
        "delete": ("headrace.cli.group:delete", "Delete groups that have no members, with their offsets."),
    },
)
def group_group() -> None:
    """Consumer groups: list, describe, delete."""
