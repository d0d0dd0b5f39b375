"""`make quickstart`: the main job on real input, from nothing to a running transform and back, in under a minute.

A node starts in a temporary folder; a topic, a script, a text; what came out beside what went in; which code touched
which offsets; a clean stop. Everything goes through the same functions as the `headrace` command. `--keep` leaves the
node up and says how to go on.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from headrace.cli.invocation import Failure
from headrace.cli.output import Output
from headrace.client import processes, registry, streams, topic_admin, topics
from headrace.client.admin_http import AdminHttp
from headrace.client.errors import ClientError, Refused
from headrace.client.processes import LocalCluster
from headrace.client.wire import KafkaWire
from headrace.contract.address import Address
from headrace.contract.names import materialised_topic

TOPIC, SCRIPT, PARTITIONS = "tiktok", "allcaps", 16
EXAMPLES = Path("examples")
WAIT_S = 30.0
POLL_S = 0.05


@dataclass(slots=True)
class _Run:
    cluster: LocalCluster
    output: Output
    started_s: float

    @property
    def brokers(self) -> tuple[Address, ...]:
        return tuple(Address.parse(node.kafka) for node in self.cluster.nodes)

    @property
    def admin(self) -> AdminHttp:
        return AdminHttp([Address.parse(node.admin) for node in self.cluster.nodes])

    def step(self, text: str) -> None:
        click.echo(f"\n[{time.monotonic() - self.started_s:5.1f} s] {text}")


@click.command()
@click.option("--keep", is_flag=True, help="Leave the node up.")
def main(keep: bool) -> None:
    """Start a node, deploy a script, watch it transform a stream."""
    directory = Path(tempfile.mkdtemp(prefix="headrace-quickstart-"))
    cluster = processes.plan(directory, 1, 0, 0, 0, [])
    run = _Run(cluster, Output("table"), time.monotonic())
    keeping = False
    try:
        run.step(f"a node in {directory}")
        for node in cluster.nodes:
            processes.start(cluster, node)
        cluster.save()
        click.echo(f"Kafka API on {cluster.nodes[0].kafka}, admin HTTP on {cluster.nodes[0].admin}")
        asyncio.run(_transform(run))
        keeping = keep
    except ClientError as error:
        raise Failure(str(error)) from error
    finally:
        if keeping:
            _how_to_go_on(cluster)
        else:
            run.step("clean stop")
            for node in cluster.nodes:
                processes.stop(node)
            shutil.rmtree(directory, ignore_errors=True)


async def _transform(run: _Run) -> None:
    text = [line for line in (EXAMPLES / "tiktok.txt").read_bytes().splitlines() if line]
    script = EXAMPLES / SCRIPT / "main.js"
    async with KafkaWire(run.brokers) as wire:
        run.step(f"topic {TOPIC}: {PARTITIONS} partitions")
        await topic_admin.create_topic(wire, TOPIC, partitions=PARTITIONS, replication_factor=1, configs={})
        await topics.wait_for_leaders(wire, TOPIC)

        run.step(f"script {SCRIPT}: {script} is one record of a compacted topic")
        record = await registry.deploy(run.brokers, SCRIPT, script.read_bytes(), input_topics=[TOPIC])
        status = await _wait_running(run.admin, record.registry_offset)
        click.echo(f"digest {record.digest.hex()[:12]}, runs on {len(status['partitions'])} partitions")

        run.step(f"{len(text)} lines produced to {TOPIC}")

        async def lines() -> AsyncIterator[bytes]:
            for line in text:
                yield line

        await streams.produce_lines(run.brokers, TOPIC, lines())

        target = materialised_topic(TOPIC, SCRIPT)
        run.step(f"{target}, read back with a Kafka client")
        before = await _read_all(run, wire, TOPIC, len(text))
        after = await _read_all(run, wire, target, len(text))
        rows = [
            {
                "partition": partition,
                "offset": offset,
                TOPIC: value.decode(),
                target: after.get((partition, offset), b"(missing)").decode(),
            }
            for (partition, offset), value in sorted(before.items())
        ]
        run.output.rows(rows, ["partition", "offset", (TOPIC, TOPIC), (target, target)])
        wrong = [key for key, value in before.items() if after.get(key) != value.upper()]
        if wrong or len(before) != len(text):
            raise Refused(0, f"the output is not the input in capitals at {wrong[:3]}")

        run.step("which code touched which data, where, at which offsets")
        status = await _wait_progress(run.admin, len(text))
        partition_rows = [
            {**p, "node": f"node {p['node']}", "digest": p["digest"][:12], "output": target}
            for p in status["partitions"]
        ]
        columns = ["topic", "partition", "node", "digest", "since_offset", "progress_offset", "end_offset", "lag"]
        run.output.rows(partition_rows, columns)


async def _wait_running(admin: AdminHttp, registry_offset: int) -> dict[str, Any]:
    """The script's status once it runs on every partition."""
    deadline_s = time.monotonic() + WAIT_S
    while time.monotonic() < deadline_s:
        try:
            status: dict[str, Any] = await admin.get(f"/v1/transforms/{SCRIPT}")
        except Refused:
            status = {"registry_offset": -1, "state": "unknown", "message": "", "partitions": []}
        partitions = status["partitions"]
        if len(partitions) == PARTITIONS and all(p["state"] == "running" for p in partitions):
            return status
        if status["state"] in {"failed", "rejected"} and status["registry_offset"] >= registry_offset:
            break
        await asyncio.sleep(POLL_S)
    raise Refused(0, f"script {SCRIPT} does not run: {status['state']} {status['message']}")


async def _wait_progress(admin: AdminHttp, records: int) -> dict[str, Any]:
    """The status once all records are accounted for."""
    deadline_s = time.monotonic() + WAIT_S
    while True:
        status: dict[str, Any] = await admin.get(f"/v1/transforms/{SCRIPT}")
        done = sum(p["progress_offset"] for p in status["partitions"])
        if done >= records or time.monotonic() > deadline_s:
            return status
        await asyncio.sleep(POLL_S)


async def _read_all(run: _Run, wire: KafkaWire, topic: str, count: int) -> dict[tuple[int, int], bytes]:
    """Values by (partition, offset), once the topic holds `count` records."""
    deadline_s = time.monotonic() + WAIT_S
    while True:
        try:
            info = (await topics.list_topics(wire, [topic]))[0]
            await topics.fill_offsets(wire, info)
            if sum(p.end_offset or 0 for p in info.partitions) >= count:
                break
        except Refused as error:
            if error.code != topics.UNKNOWN_TOPIC_OR_PARTITION:
                raise
        if time.monotonic() > deadline_s:
            raise Refused(0, f"{topic} does not hold {count} records after {WAIT_S:.0f} s")
        await asyncio.sleep(POLL_S)
    spans = {p.index: (p.start_offset or 0, p.end_offset or 0) for p in info.partitions}
    return {
        (record.partition, record.offset): record.value or b""
        async for record in streams.read_span(run.brokers, topic, spans)
    }


def _how_to_go_on(cluster: LocalCluster) -> None:
    node = cluster.nodes[0]
    click.echo(
        f"""
the node stays up. Talk to it:

  . .venv/bin/activate
  export HEADRACE_BROKERS={node.kafka} HEADRACE_ADMIN={node.admin}
  echo 'hello' | headrace topic produce {TOPIC}
  headrace topic consume '{materialised_topic(TOPIC, SCRIPT)}' --exit-at-end
  headrace wasm describe {SCRIPT}

and stop it:

  headrace local down --wipe --data-dir {cluster.directory}"""
    )


if __name__ == "__main__":
    main()
