"""`headrace-node`: read the configuration, run one node until SIGTERM, exit 0.

Exit codes: 0 stopped as asked, 1 a part of the node failed (the log says which), 2 the configuration cannot be used,
3 the node cannot start here (port in use, data directory of another cluster or node, ...). Every such end is one
line, never a traceback.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import uvloop

from headrace.app.lifecycle import CannotStart, run_node
from headrace.base.logs import configure_logging
from headrace.contract.config import ConfigError, NodeConfig, load_config
from headrace.contract.settings import CONFIGURABLE_NODE_SETTINGS

log = logging.getLogger("headrace.app")

THREAD_SWITCH_S = 0.0005
EXIT_FAILED, EXIT_CONFIG, EXIT_CANNOT_START = 1, 2, 3


def parse(arguments: Sequence[str], environment: dict[str, str]) -> NodeConfig:
    """The configuration from a command line. Raises ConfigError; click handles `--help` and unknown flags."""
    context = _command.make_context("headrace-node", list(arguments))
    flags: dict[str, Any] = {key.replace("_", "-"): value for key, value in context.params.items()}
    file, assignments = flags.pop("config"), flags.pop("set")
    return load_config(
        file=file,
        environment=environment,
        assignments=assignments,
        flags=flags,
        setting_names=CONFIGURABLE_NODE_SETTINGS,
    )


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--config", type=click.Path(path_type=Path), help="YAML file of 'key: value' lines.")
@click.option(
    "--set", multiple=True, metavar="KEY=VALUE", help="Any configuration key; repeatable; wins over the file."
)
@click.option("--node-id", type=int)
@click.option("--data-dir", type=click.Path(path_type=Path))
@click.option("--cluster-id")
@click.option("--kafka-listen", metavar="HOST:PORT")
@click.option("--advertised-kafka", metavar="HOST:PORT")
@click.option("--rpc-listen", metavar="HOST:PORT")
@click.option("--advertised-rpc", metavar="HOST:PORT")
@click.option("--admin-listen", metavar="HOST:PORT")
@click.option("--seeds", metavar="ID@HOST:PORT,...")
@click.option("--rack")
@click.option("--engine-socket", type=click.Path(path_type=Path), help="Use this engine instead of starting one.")
@click.option("--log-format", type=click.Choice(["text", "json"]))
@click.option("--log-level", type=click.Choice(["DEBUG", "INFO", "WARNING", "ERROR"]))
def _command(**_: Any) -> None:
    """One node of a Headrace cluster. Every configuration key is also an environment variable HEADRACE_<KEY>."""


def main() -> None:
    try:
        config = parse(sys.argv[1:], dict(os.environ))
    except ConfigError as error:
        click.echo(f"headrace-node: {error}", err=True)
        sys.exit(EXIT_CONFIG)
    except click.ClickException as error:
        error.show()
        sys.exit(EXIT_CONFIG)
    except click.exceptions.Exit as error:
        sys.exit(error.exit_code)
    configure_logging(config.log_format, config.log_level)
    # Background threads (housekeeping, decoding) give the interpreter back after half a millisecond instead of five:
    # a produce request would otherwise wait behind them.
    sys.setswitchinterval(THREAD_SWITCH_S)
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            failed = runner.run(run_node(config))
    except CannotStart as error:
        log.error("cannot start: %s", error)
        sys.exit(EXIT_CANNOT_START)
    sys.exit(EXIT_FAILED if failed else 0)


if __name__ == "__main__":
    main()
