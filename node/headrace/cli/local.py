"""`headrace local`: a cluster of real node processes on this machine, for development and tests."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from headrace.cli.invocation import Failure
from headrace.cli.session import Session, plain_command
from headrace.client import processes
from headrace.client.errors import ClientError
from headrace.client.processes import LocalCluster, LocalNode

NODES_MAX = 1
DEFAULT_DIRECTORY = ".headrace"

F = TypeVar("F", bound=Callable[..., Any])


def _data_dir(body: F) -> F:
    return click.option(
        "--data-dir",
        type=click.Path(path_type=Path, file_okay=False),
        default=DEFAULT_DIRECTORY,
        show_default=True,
        envvar="HEADRACE_LOCAL_DIR",
        help="Folder of the local cluster.",
    )(body)


@click.command("up")
@click.option("--nodes", "node_count", default=1, show_default=True, help="Number of nodes.")
@_data_dir
@click.option("--kafka-port", default=9092, show_default=True, help="Node i listens on port + 10*(i-1); 0: any free.")
@click.option("--admin-port", default=9644, show_default=True)
@click.option("--rpc-port", default=33145, show_default=True)
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="A node setting; repeatable.")
@click.option("--foreground", is_flag=True, help="Run the node here and stop it with Ctrl-C.")
@plain_command
def up(
    session: Session,
    node_count: int,
    data_dir: Path,
    kafka_port: int,
    admin_port: int,
    rpc_port: int,
    settings: tuple[str, ...],
    foreground: bool,
) -> None:
    """Start a cluster and return when it is ready."""
    if not 1 <= node_count <= NODES_MAX:
        raise Failure(f"--nodes {node_count}: this version runs one node; replication over several is not there yet")
    directory = data_dir.absolute()
    directory.mkdir(parents=True, exist_ok=True)
    cluster = processes.plan(directory, node_count, kafka_port, admin_port, rpc_port, settings)
    if (directory / "cluster.json").exists():
        running = [node for node in LocalCluster.load(directory).nodes if node.is_running]
        if running:
            raise Failure(
                f"a cluster is already running in {data_dir} (node {running[0].node_id} at {running[0].kafka}); "
                "stop it with 'headrace local down' or use another --data-dir"
            )
    if foreground:
        Path(cluster.nodes[0].data_dir).mkdir(parents=True, exist_ok=True)
        arguments = processes.command_line(cluster, cluster.nodes[0])
        os.execv(arguments[0], arguments)
    with session.output.progress("starting", total=node_count) as advance:
        for node in cluster.nodes:
            try:
                processes.start(cluster, node)
            except ClientError as error:
                for started in cluster.nodes:
                    processes.stop(started)
                raise Failure(str(error)) from error
            cluster.save()
            advance(1)
    _show(session, cluster)


@click.command("down")
@_data_dir
@click.option("--wipe", is_flag=True, help="Remove the data as well.")
@plain_command
def down(session: Session, data_dir: Path, wipe: bool) -> None:
    """Stop the cluster in order."""
    cluster = _load(data_dir)
    with session.output.progress("stopping", total=len(cluster.nodes)) as advance:
        for node in reversed(cluster.nodes):
            processes.stop(node)
            advance(1)
    if wipe:
        processes.wipe(cluster)
    else:
        cluster.save()
    session.output.say("stopped" + (" and wiped" if wipe else f"; data stays in {data_dir}"))


@click.command("status")
@_data_dir
@plain_command
def status(session: Session, data_dir: Path) -> None:
    """Show the nodes of the cluster; exit code 1 when one is down."""
    cluster = _load(data_dir)
    _show(session, cluster)
    if not all(node.is_running for node in cluster.nodes):
        raise click.exceptions.Exit(1)


@click.command("kill")
@click.argument("node_id", metavar="NODE", type=int)
@click.option("--signal", "signal_name", default="KILL", show_default=True)
@_data_dir
@plain_command
def kill(session: Session, node_id: int, signal_name: str, data_dir: Path) -> None:
    """End node NODE the hard way, to see what survives."""
    cluster = _load(data_dir)
    try:
        number = signal.Signals[f"SIG{signal_name.upper().removeprefix('SIG')}"]
    except KeyError:
        raise Failure(f"--signal {signal_name}: there is no such signal") from None
    try:
        processes.kill(cluster.node(node_id), number)
    except ClientError as error:
        raise Failure(str(error)) from error
    cluster.save()
    session.output.say(f"sent {number.name} to node {node_id}")


@click.command("start")
@click.argument("node_id", metavar="NODE", type=int)
@_data_dir
@plain_command
def start(session: Session, node_id: int, data_dir: Path) -> None:
    """Start node NODE again on its data."""
    cluster = _load(data_dir)
    try:
        processes.start(cluster, cluster.node(node_id))
    except ClientError as error:
        raise Failure(str(error)) from error
    cluster.save()
    _show(session, cluster)


def _load(data_dir: Path) -> LocalCluster:
    try:
        return LocalCluster.load(data_dir.absolute())
    except ClientError as error:
        raise Failure(str(error)) from error


def _show(session: Session, cluster: LocalCluster) -> None:
    rows = [_row(node) for node in cluster.nodes]
    session.output.rows(rows, ["node", "state", "pid", "kafka", "admin", "data_dir"], name="kafka")


def _row(node: LocalNode) -> dict[str, Any]:
    return {
        "node": node.node_id,
        "state": "running" if node.is_running else "down",
        "pid": node.pid if node.is_running else None,
        "kafka": node.kafka,
        "admin": node.admin,
        "data_dir": node.data_dir,
    }
