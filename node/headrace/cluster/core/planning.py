"""May this change be made, and what exactly is it? Requests in, commands out, or Rejected with Kafka's code.

Everything that can be wrong with a request is found here, against tables that are up to date, so that applying the
command cannot fail. The order of the checks is Kafka's, because clients see only the first problem. Called by the
driver. It must not change tables. Surprising: rules about *clients* (internal and materialised topics are not theirs
to shape) are the handlers'; the node's own parts come through here too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from headrace.base.errors import Rejected
from headrace.cluster.core.commands import (
    AddPartitions,
    AllocateProducerIds,
    CreateTopic,
    DeleteTopics,
    Replicas,
    SetNodeConfig,
    SetTopicConfig,
)
from headrace.cluster.core.placement import Candidate, Load, place
from headrace.cluster.core.tables import Tables, TopicRow, collision_key, merged
from headrace.contract.names import (
    INTERNAL_TOPICS,
    TOPIC_NAME_LENGTH_MAX,
    split_materialised,
    topic_name_problem,
)
from headrace.contract.settings import NodeSettings, check_dynamic, check_topic_overrides

UNKNOWN_TOPIC_OR_PARTITION = 3
INVALID_TOPIC_EXCEPTION = 17
TOPIC_ALREADY_EXISTS = 36
INVALID_PARTITIONS = 37
INVALID_REPLICATION_FACTOR = 38
INVALID_REPLICA_ASSIGNMENT = 39
INVALID_CONFIG = 40
INVALID_REQUEST = 42
POLICY_VIOLATION = 44

#: Replicas of the cluster's own topics where there are nodes enough.
INTERNAL_REPLICATION_FACTOR = 3

#: (partition index, nodes) as clients give them, unchecked.
Assignments = Sequence[tuple[int, Sequence[int]]]


@dataclass(frozen=True, slots=True)
class NewTopic:
    """A topic that somebody wants. -1 asks for the default; `assignments` and counts exclude each other."""

    name: str
    partitions: int = -1
    replication_factor: int = -1
    assignments: Assignments | None = None
    config: Mapping[str, str | None] = field(default_factory=dict)
    internal: bool = False
    parent: str | None = None
    owner_script: str | None = None


def plan_create(tables: Tables, settings: NodeSettings, wanted: NewTopic, topic_id: bytes) -> CreateTopic:
    """Check a new topic and place it. `topic_id`: 16 random bytes."""
    _check_name(tables, wanted)
    config = _topic_config({}, wanted.config, settings)
    replicas = _replicas_of_new(tables, settings, wanted)
    _check_room(tables, settings, replicas, len(replicas))
    return CreateTopic(
        topic_id=topic_id.hex(),
        name=wanted.name,
        replicas=replicas,
        config=config,
        internal=wanted.internal,
        parent=wanted.parent,
        owner_script=wanted.owner_script,
    )


def plan_delete(tables: Tables, name: str, cleaned: Iterable[str] = ()) -> DeleteTopics:
    """The topic and everything materialised from it. `cleaned`: ids of earlier ones whose logs are gone.

    Output of a script without its input would be taken for progress on the next topic of that name.
    """
    row = _existing(tables, name)
    ids = tuple(tables.topics[member].topic_id.hex() for member in tables.family(row.name))
    return DeleteTopics(ids, tuple(sorted(cleaned)))


def plan_add_partitions(
    tables: Tables, settings: NodeSettings, name: str, total: int, assignments: Sequence[Sequence[int]] | None
) -> AddPartitions:
    """Grow to `total` partitions; materialised topics grow with their input."""
    row = _existing(tables, name)
    if row.parent is not None:
        raise Rejected(INVALID_PARTITIONS, f"'{name}' has as many partitions as its input; grow '{row.parent}'")
    have = len(row.partitions)
    if total == have:
        raise Rejected(INVALID_PARTITIONS, f"topic {name} has {have} partitions already")
    if total < have:
        raise Rejected(
            INVALID_PARTITIONS, f"topic {name} has {have} partitions; their number can only grow, not to {total}"
        )
    _check_topic_size(settings, total)
    added = total - have
    if assignments is not None:
        if len(assignments) != added:
            raise Rejected(
                INVALID_REPLICA_ASSIGNMENT,
                f"topic {name} would get {added} more partitions, the request places {len(assignments)}",
            )
        replicas = tuple(_checked_nodes(tables, nodes) for nodes in assignments)
        wrong = [nodes for nodes in replicas if len(nodes) != len(row.partitions[0].replicas)]
        if wrong:
            raise Rejected(
                INVALID_REPLICA_ASSIGNMENT,
                f"every partition of {name} has {len(row.partitions[0].replicas)} replicas, one of the new ones has "
                f"{len(wrong[0])}",
            )
    else:
        replicas = place(
            _candidates(tables),
            partitions=added,
            replication_factor=min(len(row.partitions[0].replicas), len(tables.nodes)),
            first_index=have,
            cluster_load=tables.load.copy(),
            topic_load=Load.of(partition.replicas for partition in row.partitions),
        )
    family = tables.family(name)
    _check_room(tables, settings, replicas, added * len(family))
    return AddPartitions(tuple(tables.topics[member].topic_id.hex() for member in family), replicas)


def plan_topic_config(
    tables: Tables, settings: NodeSettings, name: str, changes: Mapping[str, str | None]
) -> SetTopicConfig | None:
    """Change overrides; None takes one away. Returns None if that changes nothing."""
    row = _existing(tables, name)
    after = merged(row.config, changes)
    check_topic_overrides(after, settings)
    return None if after == row.config else SetTopicConfig(row.topic_id.hex(), dict(changes))


def plan_node_config(
    tables: Tables, settings: NodeSettings, node_id: int | None, changes: Mapping[str, str | None]
) -> SetNodeConfig | None:
    """Change dynamic settings of one node, or of all (None). Returns None if that changes nothing."""
    cluster, node = tables.cluster_config, tables.node_configs.get(node_id, {}) if node_id is not None else {}
    before = cluster if node_id is None else node
    after = merged(before, changes)
    if node_id is None:
        cluster = after
    else:
        node = after
    tried = check_dynamic(settings, cluster, node, set(changes))
    for row in tables.topics.values():
        if row.config:
            try:
                check_topic_overrides(row.config, tried)
            except Rejected as error:
                raise Rejected(
                    INVALID_REQUEST, f"topic {row.name} would not have sound settings: {error.message}"
                ) from error
    return None if after == before else SetNodeConfig(node_id, dict(changes))


def plan_producer_ids(tables: Tables, node_id: int, count: int) -> AllocateProducerIds:
    """The next `count` producer ids for a node."""
    return AllocateProducerIds(node_id, tables.next_producer_id, count)


def check_topic_name(name: str) -> None:
    """Raise INVALID_TOPIC_EXCEPTION unless a client could create a topic of this name."""
    problem = topic_name_problem(name)
    if problem is not None:
        raise Rejected(INVALID_TOPIC_EXCEPTION, f"invalid topic name: {problem}")


# ---- names


def _existing(tables: Tables, name: str) -> TopicRow:
    row = tables.topics.get(name)
    if row is None:
        raise Rejected(UNKNOWN_TOPIC_OR_PARTITION, f"there is no topic '{name[:TOPIC_NAME_LENGTH_MAX]}'")
    return row


def _check_name(tables: Tables, wanted: NewTopic) -> None:
    name = wanted.name
    if wanted.parent is None:
        check_topic_name(name)
        if name in INTERNAL_TOPICS and not wanted.internal:
            raise Rejected(
                INVALID_TOPIC_EXCEPTION, f"'{name}' belongs to the cluster, which creates it when it needs it"
            )
    else:
        split = split_materialised(name)
        if split is None or split[0] != wanted.parent:
            raise Rejected(
                INVALID_TOPIC_EXCEPTION, f"'{name}' is no name for a topic materialised from {wanted.parent}"
            )
        if len(name) > TOPIC_NAME_LENGTH_MAX:
            raise Rejected(
                INVALID_TOPIC_EXCEPTION,
                f"the name '{name}' has {len(name)} characters, {TOPIC_NAME_LENGTH_MAX} are allowed; shorten the "
                "script's name or its input's",
            )
    if name in tables.topics:
        raise Rejected(TOPIC_ALREADY_EXISTS, f"topic '{name}' exists already")
    if wanted.parent is None:
        other = tables.names_by_collision_key.get(collision_key(name))
        if other is not None:
            raise Rejected(
                INVALID_TOPIC_EXCEPTION,
                f"topic '{name}' differs from '{other}' only in '.' and '_', which metrics confuse",
            )


# ---- configuration


def _topic_config(
    before: Mapping[str, str], changes: Mapping[str, str | None], settings: NodeSettings
) -> dict[str, str]:
    for name, value in changes.items():
        if value is None:
            raise Rejected(INVALID_CONFIG, f"topic setting {name} needs a value")
    after = merged(before, changes)
    check_topic_overrides(after, settings)
    return after


# ---- placement


def _replicas_of_new(tables: Tables, settings: NodeSettings, wanted: NewTopic) -> Replicas:
    if wanted.parent is not None:
        return _replicas_of_parent(tables, wanted.parent)
    if wanted.assignments:
        return _assigned(tables, settings, wanted)
    factor = wanted.replication_factor
    if factor != -1 and factor <= 0:
        raise Rejected(
            INVALID_REPLICATION_FACTOR, f"the replication factor is {factor}; it must be 1 or more, or -1 (default)"
        )
    if wanted.partitions != -1 and wanted.partitions <= 0:
        raise Rejected(
            INVALID_PARTITIONS,
            f"the number of partitions is {wanted.partitions}; it must be 1 or more, or -1 (default)",
        )
    partitions = settings.integer("num.partitions") if wanted.partitions == -1 else wanted.partitions
    _check_topic_size(settings, partitions)
    candidates = _candidates(tables)
    if wanted.internal:
        factor = min(INTERNAL_REPLICATION_FACTOR if factor == -1 else factor, len(candidates))
    elif factor == -1:
        factor = settings.integer("default.replication.factor")
    if factor > len(candidates) or not candidates:
        raise Rejected(
            INVALID_REPLICATION_FACTOR,
            f"{factor} replicas need {factor} nodes, the cluster has {len(candidates)}; ask for fewer or add nodes",
        )
    return place(
        candidates,
        partitions=partitions,
        replication_factor=factor,
        first_index=0,
        cluster_load=tables.load.copy(),
        topic_load=Load(),
    )


def _replicas_of_parent(tables: Tables, parent: str) -> Replicas:
    return tuple(partition.replicas for partition in _existing(tables, parent).partitions)


def _assigned(tables: Tables, settings: NodeSettings, wanted: NewTopic) -> Replicas:
    if wanted.replication_factor != -1:
        raise Rejected(INVALID_REQUEST, "the request assigns replicas, so the replication factor must be -1")
    if wanted.partitions != -1:
        raise Rejected(INVALID_REQUEST, "the request assigns replicas, so the number of partitions must be -1")
    assert wanted.assignments is not None
    placed: dict[int, tuple[int, ...]] = {}
    for index, nodes in wanted.assignments:
        if index in placed:
            raise Rejected(INVALID_REPLICA_ASSIGNMENT, f"partition {index} is assigned twice")
        placed[index] = _checked_nodes(tables, nodes)
    if sorted(placed) != list(range(len(placed))):
        raise Rejected(INVALID_REPLICA_ASSIGNMENT, "assigned partitions must be numbered 0, 1, 2, ... without a gap")
    if len({len(nodes) for nodes in placed.values()}) != 1:
        raise Rejected(INVALID_REPLICA_ASSIGNMENT, "every partition of a topic must have the same number of replicas")
    _check_topic_size(settings, len(placed))
    return tuple(placed[index] for index in range(len(placed)))


def _checked_nodes(tables: Tables, nodes: Sequence[int]) -> tuple[int, ...]:
    if not nodes:
        raise Rejected(INVALID_REPLICA_ASSIGNMENT, "an assigned partition has no replica")
    if len(set(nodes)) != len(nodes):
        raise Rejected(INVALID_REPLICA_ASSIGNMENT, f"an assigned partition names a node twice: {list(nodes)[:20]}")
    for node_id in nodes:
        if node_id not in tables.nodes:
            raise Rejected(
                INVALID_REPLICA_ASSIGNMENT, f"an assigned partition names node {node_id}, which does not exist"
            )
    return tuple(nodes)


def _candidates(tables: Tables) -> list[Candidate]:
    return [Candidate(row.node_id, row.rack) for _, row in sorted(tables.nodes.items())]


# ---- bounds


def _check_topic_size(settings: NodeSettings, partitions: int) -> None:
    most = settings.integer("headrace.partitions.per.topic.max")
    if partitions > most:
        raise Rejected(
            POLICY_VIOLATION,
            f"a topic may have {most} partitions, {partitions} were asked for (headrace.partitions.per.topic.max)",
        )


def _check_room(tables: Tables, settings: NodeSettings, replicas: Iterable[Sequence[int]], added: int) -> None:
    """`replicas` are placed once for each topic of a family; `added` partitions in all."""
    placed = list(replicas)
    times = added // len(placed)
    held = tables.load.replicas
    most = settings.integer("headrace.partitions.per.node.max")
    for node_id, count in sorted(Load.of(placed).replicas.items()):
        if held.get(node_id, 0) + count * times > most:
            raise Rejected(
                POLICY_VIOLATION,
                f"node {node_id} holds {held.get(node_id, 0)} partitions and may hold {most} "
                f"(headrace.partitions.per.node.max); {count * times} more do not fit",
            )
