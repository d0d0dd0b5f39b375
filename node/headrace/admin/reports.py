"""The documents behind the admin routes, built from the live parts of the node as plain JSON values.

Pure reading: nothing here changes anything, waits, or knows of HTTP; a question that cannot be answered raises
`Refusal` with the status and the sentence for the client. Called by `server.py`. Surprising: with one node the
answers of the cluster operations (decommission, transfer) are refusals that say what would have to be there first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from headrace.base.clock import Clock
from headrace.base.errors import HeadraceError
from headrace.cluster.metadata import MetadataView, PartitionState, TopicState
from headrace.cluster.reconciler import Reconciler
from headrace.contract.report import TransformStatus
from headrace.partitions.partition import Partition
from headrace.partitions.table import PartitionTable
from headrace.transforms.manager import TransformManager

# Lists of partitions in a probe's answer are for people; a thousand names help nobody.
_NAMED_PARTITIONS_MAX = 50

Json = dict[str, Any]


class Refusal(HeadraceError):
    """An HTTP error: its status and the sentence that says what to do."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class Reports:
    """Answers for one node."""

    def __init__(
        self,
        *,
        node_id: int,
        metadata: MetadataView,
        partitions: PartitionTable,
        transforms: TransformManager,
        reconciler: Reconciler,
        clock: Clock,
    ) -> None:
        self.node_id = node_id
        self._metadata = metadata
        self._partitions = partitions
        self._transforms = transforms
        self._reconciler = reconciler
        self._clock = clock
        self._started_us = clock.monotonic_us()

    # ---- health ------------------------------------------------------------------------------------------------

    def health(self) -> Json:
        """That this is answered at all shows that the event loop is alive."""
        uptime_ms = (self._clock.monotonic_us() - self._started_us) // 1000
        return {"status": "ok", "node": self.node_id, "version": _version(), "uptime_ms": uptime_ms}

    def readiness(self, ready: bool) -> Json:
        if not ready:
            raise Refusal(503, f"node {self.node_id} is starting or stopping")
        return {"status": "ready", "node": self.node_id}

    # ---- cluster and nodes -------------------------------------------------------------------------------------

    def cluster(self) -> Json:
        topics = self._metadata.topics.values()
        states = [state for topic in topics for state in topic.partitions]
        return {
            "cluster_id": self._metadata.cluster_id,
            "controller": self._metadata.controller_id,
            "nodes": [broker.node_id for broker in self._metadata.brokers()],
            "topics": len(topics),
            "partitions": len(states),
            "leaderless_partitions": sum(state.leader < 0 for state in states),
            "under_replicated_partitions": sum(len(state.isr) < len(state.replicas) for state in states),
            "stopped_partitions": sum(partition.stopped is not None for partition in self._partitions.all()),
            "transforms": len(self._transforms.status()),
            "problems": [
                {"topic": topic, "problem": problem} for topic, problem in sorted(self._reconciler.problems.items())
            ],
            "version": _version(),
        }

    def nodes(self) -> list[Json]:
        return [self._node(broker.node_id) for broker in self._metadata.brokers()]

    def node(self, node_id: int) -> Json:
        self._require_node(node_id)
        return self._node(node_id)

    def _node(self, node_id: int) -> Json:
        broker = next(broker for broker in self._metadata.brokers() if broker.node_id == node_id)
        states = [state for topic in self._metadata.topics.values() for state in topic.partitions]
        document: Json = {
            "node": node_id,
            "kafka": f"{broker.host}:{broker.port}",
            "rack": broker.rack,
            "controller": node_id == self._metadata.controller_id,
            "leads": sum(state.leader == node_id for state in states),
            "replicas": sum(node_id in state.replicas for state in states),
        }
        if node_id == self.node_id:
            document["uptime_ms"] = (self._clock.monotonic_us() - self._started_us) // 1000
            document["size_bytes"] = sum(partition.log.size_bytes for partition in self._partitions.all())
            document["stopped_partitions"] = _named(p for p in self._partitions.all() if p.stopped is not None)
        return document

    def pre_restart(self, node_id: int) -> Json:
        """What would not be available, and what could be lost, while this node restarts."""
        self._require_this_node(node_id)
        here = self._partitions.all()
        alone = [p for p in here if len(self._replicas(p)) <= 1]
        unflushed = [p for p in here if p.log.durable_offset < p.log_end_offset]
        return {
            "node": node_id,
            # Losing availability for a moment is the nature of a restart; losing data would not be.
            "safe": not unflushed,
            "risks": {
                "unavailable": _named(alone),
                "unavailable_count": len(alone),
                "not_yet_durable": _named(unflushed),
                "not_yet_durable_count": len(unflushed),
            },
        }

    def post_restart(self, node_id: int, ready: bool) -> Json:
        """Has the node taken back what it had before? Poll until `recovered` is true."""
        self._require_this_node(node_id)
        expected = {
            (topic.name, state.index)
            for topic in self._metadata.topics.values()
            for state in topic.partitions
            if node_id in state.replicas
        }
        here = {(partition.topic, partition.index) for partition in self._partitions.all()}
        stopped = [partition for partition in self._partitions.all() if partition.stopped is not None]
        missing = sorted(expected - here)
        return {
            "node": node_id,
            "recovered": ready and not missing and not stopped,
            "partitions": len(expected),
            "missing_partitions": [f"{topic}/{index}" for topic, index in missing[:_NAMED_PARTITIONS_MAX]],
            "stopped_partitions": _named(stopped),
        }

    def decommission(self, node_id: int) -> Json:
        self._require_node(node_id)
        raise Refusal(
            409,
            f"node {node_id} is the only node: its partitions have nowhere to go. "
            "To throw the cluster away, stop the node and delete its data directory.",
        )

    def _require_node(self, node_id: int) -> None:
        known = [broker.node_id for broker in self._metadata.brokers()]
        if node_id not in known:
            raise Refusal(404, f"there is no node {node_id}; the cluster has {', '.join(map(str, known))}")

    def _require_this_node(self, node_id: int) -> None:
        self._require_node(node_id)
        if node_id != self.node_id:
            raise Refusal(409, f"only node {node_id} itself can answer this; this is node {self.node_id}")

    # ---- partitions --------------------------------------------------------------------------------------------

    def partitions(self, topic: str | None) -> list[Json]:
        if topic is not None and topic not in self._metadata.topics:
            raise Refusal(404, f"there is no topic '{topic}'")
        topics = self._metadata.topics if topic is None else {topic: self._metadata.topics[topic]}
        problems = self._reconciler.problems
        return [
            self._partition(state, row, problems) for _, state in sorted(topics.items()) for row in state.partitions
        ]

    def _partition(self, topic: TopicState, state: PartitionState, problems: Mapping[str, str]) -> Json:
        document: Json = {
            "topic": topic.name,
            "partition": state.index,
            "leader": state.leader,
            "leader_epoch": state.leader_epoch,
            "replicas": list(state.replicas),
            "isr": list(state.isr),
            "start_offset": None,
            "high_watermark": None,
            "end_offset": None,
            "size_bytes": None,
            "problem": problems.get(topic.name),
        }
        partition = self._partitions.get(topic.name, state.index)
        if partition is not None:
            document["start_offset"] = partition.log_start_offset
            document["high_watermark"] = partition.high_watermark
            document["end_offset"] = partition.log_end_offset
            document["size_bytes"] = partition.log.size_bytes
            if partition.stopped is not None:
                document["problem"] = str(partition.stopped)
        elif self.node_id in state.replicas and document["problem"] is None:
            document["problem"] = "not opened yet on this node"
        return document

    def transfer(self, topic: str, index: int, target: object) -> Json:
        """Hand the leadership of one partition to another replica; `target` None: to any."""
        state = self._metadata.topics.get(topic)
        if state is None:
            raise Refusal(404, f"there is no topic '{topic}'")
        if not 0 <= index < len(state.partitions):
            raise Refusal(404, f"topic '{topic}' has partitions 0 to {len(state.partitions) - 1}, not {index}")
        if target is not None and (not isinstance(target, int) or isinstance(target, bool)):
            raise Refusal(400, 'name the new leader as a number: {"to": 2}, or leave it out to let the node choose')
        partition = state.partitions[index]
        if target is not None:
            self._require_node(target)
        if target == partition.leader:
            return {"topic": topic, "partition": index, "leader": partition.leader, "moved": False}
        raise Refusal(
            409,
            f"{topic}/{index} has no other replica to lead it (replicas: "
            f"{', '.join(map(str, partition.replicas))}): there is nobody to hand it to",
        )

    def _replicas(self, partition: Partition) -> tuple[int, ...]:
        topic = self._metadata.topics.get(partition.topic)
        if topic is None or partition.index >= len(topic.partitions):
            return ()
        return topic.partitions[partition.index].replicas

    # ---- transforms ----------------------------------------------------------------------------------------------

    def transforms(self) -> list[Json]:
        return [status.as_json() for status in self._transforms.status()]

    def transform(self, name: str) -> Json:
        return self._transform(name).as_json()

    async def pause(self, name: str) -> Json:
        self._transform(name)
        await self._transforms.pause(name)
        return self.transform(name)

    async def resume(self, name: str) -> Json:
        self._transform(name)
        await self._transforms.resume(name)
        return self.transform(name)

    def _transform(self, name: str) -> TransformStatus:
        known = self._transforms.status()
        for status in known:
            if status.name == name:
                return status
        deployed = ", ".join(status.name for status in known) or "none"
        raise Refusal(404, f"there is no script '{name}' (deployed: {deployed})")


def _named(partitions: Iterable[Partition]) -> list[str]:
    names = [f"{partition.topic}/{partition.index}" for partition in partitions]
    return sorted(names)[:_NAMED_PARTITIONS_MAX]


def _version() -> str:
    try:
        return version("headrace")
    except PackageNotFoundError:  # run from a checkout that was never installed
        return "unknown"
