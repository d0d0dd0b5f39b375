"""The state that the controller's commands build: topics, nodes, dynamic settings, producer ids.

`apply` is the one mutating entry; it never fails and never asks the world, so replaying the journal gives the same
tables on every node. It returns what changed, for listeners. Called by the driver, on two instances: one that plans
go by (ahead of the disk) and one that readers see (durable). Surprising: rows are immutable and replaced, so readers
may keep them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from headrace.base.errors import Corrupt
from headrace.cluster.core.commands import (
    AddPartitions,
    AllocateProducerIds,
    Command,
    CreateTopic,
    DeleteTopics,
    RegisterNode,
    Replicas,
    SetNodeConfig,
    SetTopicConfig,
    Snapshot,
)
from headrace.cluster.core.placement import Load


@dataclass(frozen=True, slots=True)
class PartitionState:
    """Who holds one partition. Invariants: `replicas` has no node twice, `isr` is part of it, `leader` is in `isr` or
    -1."""

    index: int
    leader: int
    leader_epoch: int
    replicas: tuple[int, ...]
    isr: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TopicRow:
    """One topic. Invariant: `partitions[i].index == i`; a materialised topic is placed as its parent."""

    name: str
    topic_id: bytes
    partitions: tuple[PartitionState, ...]
    config: Mapping[str, str] = field(default_factory=dict)
    internal: bool = False
    parent: str | None = None
    owner_script: str | None = None


@dataclass(frozen=True, slots=True)
class NodeRow:
    """One node and where clients find it."""

    node_id: int
    host: str
    port: int
    rack: str | None = None


@dataclass(slots=True)
class Change:
    """What one command changed."""

    #: Names of topics that came, went or changed in any way.
    topics: set[str] = field(default_factory=set)
    nodes: bool = False
    #: Dynamic settings of nodes changed, so every topic's effective settings may have.
    settings: bool = False


def collision_key(name: str) -> str:
    """Names with the same key may not exist together: metrics write both '.' and '_' as '_' (Kafka's rule)."""
    return name.replace(".", "_")


class Tables:
    """The controller's state."""

    def __init__(self) -> None:
        self.topics: dict[str, TopicRow] = {}
        self.names_by_id: dict[bytes, str] = {}
        self.names_by_collision_key: dict[str, str] = {}
        #: Parent topic to the names materialised from it.
        self.children: dict[str, set[str]] = {}
        self.nodes: dict[int, NodeRow] = {}
        self.cluster_config: dict[str, str] = {}
        self.node_configs: dict[int, dict[str, str]] = {}
        self.next_producer_id = 0
        #: What `placements` adds up to, kept because every plan needs it.
        self.load = Load()
        #: Deleted topics whose logs may still be on disk: id (hexadecimal) to name. A log of any other unknown topic is
        #: no left-over: it means that the journal is not the one of these logs.
        self.deleted: dict[str, str] = {}

    # ---- reading

    def topic_by_id(self, topic_id: bytes) -> TopicRow | None:
        name = self.names_by_id.get(topic_id)
        return None if name is None else self.topics[name]

    def placements(self) -> Iterator[tuple[int, ...]]:
        """Replicas of every partition of the cluster."""
        for topic in self.topics.values():
            for partition in topic.partitions:
                yield partition.replicas

    def family(self, name: str) -> list[str]:
        """`name` and everything materialised from it, parents before children, children by name."""
        found = [name]
        for member in found:
            found.extend(sorted(self.children.get(member, ())))
        return found

    # ---- changing

    def apply(self, command: Command) -> Change:
        """Carry out one decided command."""
        match command:
            case CreateTopic():
                return self._create_topic(command)
            case DeleteTopics():
                return self._delete_topics(command)
            case AddPartitions():
                return self._add_partitions(command)
            case SetTopicConfig():
                return self._set_topic_config(command)
            case SetNodeConfig():
                return self._set_node_config(command)
            case RegisterNode():
                return self._register_node(command)
            case AllocateProducerIds():
                self.next_producer_id = max(self.next_producer_id, command.first + command.count)
                return Change()
            case Snapshot():
                return self._restore(command.state)

    def _create_topic(self, command: CreateTopic) -> Change:
        row = TopicRow(
            name=command.name,
            topic_id=bytes.fromhex(command.topic_id),
            partitions=_new_partitions(command.replicas, 0),
            config=dict(command.config),
            internal=command.internal,
            parent=command.parent,
            owner_script=command.owner_script,
        )
        self._put(row)
        return Change(topics={row.name})

    def _delete_topics(self, command: DeleteTopics) -> Change:
        change = Change()
        for topic_id in command.cleaned:
            self.deleted.pop(topic_id, None)
        for topic_id in command.topic_ids:
            row = self.topic_by_id(bytes.fromhex(topic_id))
            if row is not None:
                self._remove(row)
                self.deleted[topic_id] = row.name
                change.topics.add(row.name)
        return change

    def _add_partitions(self, command: AddPartitions) -> Change:
        change = Change()
        for topic_id in command.topic_ids:
            row = self.topic_by_id(bytes.fromhex(topic_id))
            if row is not None:
                added = _new_partitions(command.replicas, len(row.partitions))
                for partition in added:
                    self.load.add(partition.replicas)
                self.topics[row.name] = replace(row, partitions=row.partitions + added)
                change.topics.add(row.name)
        return change

    def _set_topic_config(self, command: SetTopicConfig) -> Change:
        row = self.topic_by_id(bytes.fromhex(command.topic_id))
        if row is None:
            return Change()
        self.topics[row.name] = replace(row, config=merged(row.config, command.changes))
        return Change(topics={row.name})

    def _set_node_config(self, command: SetNodeConfig) -> Change:
        if command.node_id is None:
            self.cluster_config = merged(self.cluster_config, command.changes)
        else:
            self.node_configs[command.node_id] = merged(self.node_configs.get(command.node_id, {}), command.changes)
            if not self.node_configs[command.node_id]:
                del self.node_configs[command.node_id]
        return Change(settings=True)

    def _register_node(self, command: RegisterNode) -> Change:
        self.nodes[command.node_id] = NodeRow(command.node_id, command.host, command.port, command.rack)
        change = Change(nodes=True)
        if not command.restarted:
            return change
        for name, row in self.topics.items():
            if any(partition.leader == command.node_id for partition in row.partitions):
                self.topics[name] = replace(
                    row,
                    partitions=tuple(
                        replace(partition, leader_epoch=partition.leader_epoch + 1)
                        if partition.leader == command.node_id
                        else partition
                        for partition in row.partitions
                    ),
                )
                change.topics.add(name)
        return change

    def _put(self, row: TopicRow) -> None:
        self.topics[row.name] = row
        self.names_by_id[row.topic_id] = row.name
        for partition in row.partitions:
            self.load.add(partition.replicas)
        if row.parent is None:
            self.names_by_collision_key[collision_key(row.name)] = row.name
        else:
            self.children.setdefault(row.parent, set()).add(row.name)

    def _remove(self, row: TopicRow) -> None:
        del self.topics[row.name]
        del self.names_by_id[row.topic_id]
        for partition in row.partitions:
            self.load.add(partition.replicas, -1)
        if row.parent is None:
            self.names_by_collision_key.pop(collision_key(row.name), None)
        elif row.parent in self.children:
            self.children[row.parent].discard(row.name)
            if not self.children[row.parent]:
                del self.children[row.parent]

    # ---- snapshots

    def snapshot(self) -> Snapshot:
        """All of it as one command; applying it to any tables makes them equal to these."""
        return Snapshot(
            {
                "topics": [_topic_to_json(self.topics[name]) for name in sorted(self.topics)],
                "nodes": [[row.node_id, row.host, row.port, row.rack] for _, row in sorted(self.nodes.items())],
                "cluster_config": dict(sorted(self.cluster_config.items())),
                "node_configs": [[node, dict(sorted(c.items()))] for node, c in sorted(self.node_configs.items())],
                "next_producer_id": self.next_producer_id,
                "deleted": dict(sorted(self.deleted.items())),
            }
        )

    def copy(self) -> Tables:
        """Independent tables with the same content."""
        other = Tables()
        other._restore(self.snapshot().state)
        return other

    def _restore(self, state: Mapping[str, Any]) -> Change:
        before = set(self.topics)
        try:
            fresh = Tables()
            for topic in state["topics"]:
                fresh._put(_topic_from_json(topic))
            fresh.nodes = {row[0]: NodeRow(*row) for row in state["nodes"]}
            fresh.cluster_config = dict(state["cluster_config"])
            fresh.node_configs = {node: dict(config) for node, config in state["node_configs"]}
            fresh.next_producer_id = int(state["next_producer_id"])
            fresh.deleted = dict(state["deleted"])
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise Corrupt("controller journal", f"a snapshot cannot be read: {error!r}") from error
        self.__dict__.update(fresh.__dict__)
        return Change(topics=before | set(self.topics), nodes=True, settings=True)

    def check_invariants(self) -> None:
        """For tests: what must hold after every command."""
        assert self.names_by_id == {row.topic_id: name for name, row in self.topics.items()}
        assert self.load == Load.of(self.placements())
        plain = [name for name, row in self.topics.items() if row.parent is None]
        assert sorted(self.names_by_collision_key.values()) == sorted(plain)
        for name, row in self.topics.items():
            assert row.name == name
            assert row.partitions
            assert [partition.index for partition in row.partitions] == list(range(len(row.partitions)))
            for partition in row.partitions:
                assert partition.replicas
                assert len(set(partition.replicas)) == len(partition.replicas)
                assert set(partition.isr) <= set(partition.replicas)
                assert partition.leader == -1 or partition.leader in partition.isr
            if row.parent is not None:
                parent = self.topics[row.parent]
                assert name in self.children[row.parent]
                assert [p.replicas for p in row.partitions] == [p.replicas for p in parent.partitions]
                assert [p.leader for p in row.partitions] == [p.leader for p in parent.partitions]
        assert all(members and members <= set(self.topics) for members in self.children.values())


def merged(config: Mapping[str, str], changes: Mapping[str, str | None]) -> dict[str, str]:
    """`config` with `changes`; None takes away."""
    result = dict(config)
    for name, value in changes.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = value
    return result


def _new_partitions(replicas: Replicas, first_index: int) -> tuple[PartitionState, ...]:
    return tuple(
        PartitionState(index, nodes[0], 0, nodes, nodes) for index, nodes in enumerate(replicas, start=first_index)
    )


def _topic_to_json(row: TopicRow) -> dict[str, Any]:
    partitions = [[p.leader, p.leader_epoch, list(p.replicas), list(p.isr)] for p in row.partitions]
    return {
        "name": row.name,
        "topic_id": row.topic_id.hex(),
        "partitions": partitions,
        "config": dict(sorted(row.config.items())),
        "internal": row.internal,
        "parent": row.parent,
        "owner_script": row.owner_script,
    }


def _topic_from_json(data: Mapping[str, Any]) -> TopicRow:
    return TopicRow(
        name=data["name"],
        topic_id=bytes.fromhex(data["topic_id"]),
        partitions=tuple(
            PartitionState(index, leader, epoch, tuple(replicas), tuple(isr))
            for index, (leader, epoch, replicas, isr) in enumerate(data["partitions"])
        ),
        config=dict(data["config"]),
        internal=data["internal"],
        parent=data["parent"],
        owner_script=data["owner_script"],
    )
