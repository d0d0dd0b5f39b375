"""`headrace local`: a cluster of real node processes on this machine, for development and tests."""

from __future__ import annotations

import signal
import sys
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
DEFAULT_PORTS = (9092, 9644, 33145)
PORT = click.IntRange(0, 65535)
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
@click.option("--kafka-port", type=PORT, help="Node i listens on port + 10*(i-1); 0: any free. [default: 9092]")
@click.option("--admin-port", type=PORT, help="[default: 9644]")
@click.option("--rpc-port", type=PORT, help="[default: 33145]")
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="A node setting; repeatable.")
@click.option("--foreground", is_flag=True, help="Run the node here and stop it with Ctrl-C.")
@plain_command
def up(
    session: Session,
    node_count: int,
    data_dir: Path,
    kafka_port: int | None,
    admin_port: int | None,
    rpc_port: int | None,
    settings: tuple[str, ...],
    foreground: bool,
) -> None:
    """Start a cluster and return when it is ready; one that was stopped goes on with its ports and settings."""
    if not 1 <= node_count <= NODES_MAX:
        raise Failure(f"--nodes {node_count}: this version runs one node; replication over several is not there yet")
    directory = data_dir.absolute()
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Failure(f"--data-dir {data_dir} cannot be used: {error.strerror}") from error
    cluster = processes.plan(
        directory,
        node_count,
        DEFAULT_PORTS[0] if kafka_port is None else kafka_port,
        DEFAULT_PORTS[1] if admin_port is None else admin_port,
        DEFAULT_PORTS[2] if rpc_port is None else rpc_port,
        settings,
    )
    if (directory / "cluster.json").exists():
        known = LocalCluster.load(directory)
        running = [node for node in known.nodes if node.is_running]
        if running:
            raise Failure(
                f"a cluster is already running in {data_dir} (node {running[0].node_id} at {running[0].kafka}); "
                "stop it with 'headrace local down' or use another --data-dir"
            )
        if not settings and kafka_port is admin_port is rpc_port is None:
            cluster = known
    if foreground:
        sys.stdout.flush()
        processes.become(cluster, cluster.nodes[0])
    with session.output.progress("starting", total=node_count) as advance:
        for node in cluster.nodes:
            try:
                processes.start(cluster, node)
            except ClientError:
                for started in cluster.nodes:
                    processes.stop(started)
                raise
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
    was_running = any(node.is_running for node in cluster.nodes)
    with session.output.progress("stopping", total=len(cluster.nodes)) as advance:
        for node in reversed(cluster.nodes):
            processes.stop(node)
            advance(1)
    if wipe:
        processes.wipe(cluster)
    else:
        cluster.save()
    session.output.done(
        ("stopped" if was_running else "nothing was running")
        + (", data removed" if wipe else f"; data stays in {data_dir}"),
        {"name": str(data_dir), "stopped": was_running, "wiped": wipe},
    )


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
    processes.kill(cluster.node(node_id), number)
    cluster.save()
    session.output.done(f"sent {number.name} to node {node_id}", {"name": node_id, "signal": number.name})


@click.command("start")
@click.argument("node_id", metavar="NODE", type=int)
@_data_dir
@plain_command
def start(session: Session, node_id: int, data_dir: Path) -> None:
    """Start node NODE again on its data."""
    cluster = _load(data_dir)
    processes.start(cluster, cluster.node(node_id))
    cluster.save()
    _show(session, cluster)


def _load(data_dir: Path) -> LocalCluster:
    return LocalCluster.load(data_dir.absolute())


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
