"""The life of one node: start in order, say ready, wait, stop in the opposite order.

`run_node` builds the parts through `wiring.py`, starts them bottom-up (data directory, controller, partitions,
groups, scripts, listeners), writes `run.json` with the real ports once everything answers, and waits for SIGTERM or
SIGINT or for the failure of a part. A part that fails stops the node: a half-dead node would keep leaderships it
cannot serve. Surprising: the Kafka port is bound late, so a client that can connect is never told to wait for
recovery.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
from contextlib import AsyncExitStack
from pathlib import Path

from headrace.app.wiring import Node, build
from headrace.base.errors import HeadraceError
from headrace.contract.config import Address, NodeConfig

log = logging.getLogger("headrace.app")

RUN_FILE = "run.json"


class CannotStart(Exception):
    """The node cannot run here; the message says why and what to do."""


async def run_node(config: NodeConfig) -> bool:
    """Run until asked to stop. Returns whether a part failed. Raises CannotStart."""
    stopping = asyncio.Event()
    failures: list[str] = []

    def fail(name: str, error: BaseException) -> None:
        failures.append(f"{name}: {error}")
        stopping.set()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)

    async with AsyncExitStack() as stack:
        try:
            node = await build(config, fail, stack)
            kafka = await _listen(node, config)
            admin = await node.start_admin(Address.parse(config.admin_listen))
        except HeadraceError as error:
            raise CannotStart(str(error)) from error
        run_file = config.data_dir / RUN_FILE
        await asyncio.to_thread(_write_run_file, run_file, node.node_id, kafka, admin)
        stack.callback(run_file.unlink, missing_ok=True)
        node.ready()
        log.info("ready: Kafka API on %s, admin HTTP on %s", kafka, admin, extra={"fields": {"node": node.node_id}})
        await stopping.wait()
        node.stopping()
        log.info("stopping")
    for failure in failures:
        log.error("stopped because a part failed: %s", failure)
    if not failures:
        log.info("stopped")
    return bool(failures)


async def _listen(node: Node, config: NodeConfig) -> Address:
    wanted = Address.parse(config.kafka_listen)
    try:
        return await node.start_kafka(wanted)
    except OSError as error:
        raise CannotStart(
            f"cannot listen on kafka-listen {wanted} ({error.strerror or error}): "
            "stop what listens there or choose another address"
        ) from error


def _write_run_file(file: Path, node_id: int, kafka: Address, admin: Address) -> None:
    """Whole or not at all: whoever waits for it reads it as soon as it is there."""
    content = {"pid": os.getpid(), "node_id": node_id, "kafka": str(kafka), "admin": str(admin)}
    temporary = file.with_suffix(".tmp")
    temporary.write_text(json.dumps(content) + "\n", encoding="utf-8")
    temporary.replace(file)
