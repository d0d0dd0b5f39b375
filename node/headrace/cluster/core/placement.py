"""Choose the nodes of new partitions: spread over racks, leaders and replicas even, same answer for the same tables.

Greedy by load: each choice takes the node that leads (or holds) the fewest partitions of this topic, then of the
cluster, so that every topic is spread by itself and the cluster stays even. Called by `planning.py`. It knows neither
clients nor configuration. Surprising: replicas of a partition share a rack only when there are fewer racks than
replicas, even if that makes one node fuller; a node without a rack counts as a rack of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from headrace.cluster.core.commands import Replicas


@dataclass(frozen=True, slots=True)
class Candidate:
    """A node that may hold replicas."""

    node_id: int
    rack: str | None = None

    @property
    def rack_key(self) -> str:
        """Racks by name; without a name each node is its own."""
        return f"node {self.node_id}" if self.rack is None else f"rack {self.rack}"


@dataclass(slots=True)
class Load:
    """How many partitions each node leads and holds; partitions that are being placed are counted at once."""

    leaders: dict[int, int] = field(default_factory=dict)
    replicas: dict[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, placements: Iterable[Sequence[int]]) -> Load:
        load = cls()
        for replicas in placements:
            load.add(replicas)
        return load

    def add(self, replicas: Sequence[int], times: int = 1) -> None:
        """Count one more partition, or (`times` -1) one less. Nodes without partitions are not listed."""
        _count(self.leaders, replicas[0], times)
        for node_id in replicas:
            _count(self.replicas, node_id, times)

    def copy(self) -> Load:
        return Load(dict(self.leaders), dict(self.replicas))


def _count(counts: dict[int, int], node_id: int, times: int) -> None:
    counts[node_id] = counts.get(node_id, 0) + times
    if not counts[node_id]:
        del counts[node_id]


def place(
    candidates: Sequence[Candidate],
    *,
    partitions: int,
    replication_factor: int,
    first_index: int,
    cluster_load: Load,
    topic_load: Load,
) -> Replicas:
    """Replicas of partitions `first_index ..`. Precondition: `1 <= replication_factor <= len(candidates)`.

    Both loads are updated with what is placed. Ties go round robin by partition index, then by node id.
    """
    order = sorted(candidates, key=lambda node: node.node_id)
    placed: list[tuple[int, ...]] = []
    for index in range(first_index, first_index + partitions):
        turn = {node.node_id: (rank - index) % len(order) for rank, node in enumerate(order)}
        replicas = _place_one(order, replication_factor, turn, cluster_load, topic_load)
        cluster_load.add(replicas)
        topic_load.add(replicas)
        placed.append(replicas)
    return tuple(placed)


def _place_one(
    order: Sequence[Candidate], replication_factor: int, turn: Mapping[int, int], cluster: Load, topic: Load
) -> tuple[int, ...]:
    def as_leader(node: Candidate) -> tuple[int, int, int, int]:
        key = node.node_id
        return (topic.leaders.get(key, 0), cluster.leaders.get(key, 0), cluster.replicas.get(key, 0), turn[key])

    leader = min(order, key=as_leader)
    chosen = [leader]
    racks = {leader.rack_key: 1}
    rest = [node for node in order if node is not leader]

    def as_follower(node: Candidate) -> tuple[int, int, int, int]:
        key = node.node_id
        return (racks.get(node.rack_key, 0), topic.replicas.get(key, 0), cluster.replicas.get(key, 0), turn[key])

    while len(chosen) < replication_factor:
        follower = min(rest, key=as_follower)
        rest.remove(follower)
        chosen.append(follower)
        racks[follower.rack_key] = racks.get(follower.rack_key, 0) + 1
    return tuple(node.node_id for node in chosen)
