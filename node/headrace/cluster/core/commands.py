"""The commands of the controller: what is decided and journalled, one JSON object each.

A command is a decision that was checked when it was made (`planning.py`); applying it (`tables.py`) cannot fail.
Whatever is random or depends on the machine (topic ids, addresses) is inside the command, so every replay comes to
the same tables. The driver writes commands to its journal and later replicates them through Raft. Surprising: a kind
or version that this program does not know stops the start instead of being skipped, because tables without it would
be wrong.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from headrace.base.errors import Corrupt

FORMAT_VERSION = 1

#: Replicas per partition, in order of preference; the first one leads.
Replicas = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class CreateTopic:
    """A topic comes to be. `parent` is set for a materialised topic, whose placement is its parent's."""

    kind: ClassVar[str] = "create-topic"
    topic_id: str  # 32 hex digits
    name: str
    replicas: Replicas
    config: Mapping[str, str] = field(default_factory=dict)
    internal: bool = False
    parent: str | None = None
    owner_script: str | None = None


@dataclass(frozen=True, slots=True)
class DeleteTopics:
    """Topics go: the one that was asked for and everything materialised from it.

    `cleaned`: topics that were deleted before and whose logs are gone, so nobody needs to remember them.
    """

    kind: ClassVar[str] = "delete-topics"
    topic_ids: tuple[str, ...]
    cleaned: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AddPartitions:
    """A topic grows by `replicas`, and all topics materialised from it grow alike."""

    kind: ClassVar[str] = "add-partitions"
    topic_ids: tuple[str, ...]
    replicas: Replicas


@dataclass(frozen=True, slots=True)
class SetTopicConfig:
    """Overrides of one topic change; None takes an override away."""

    kind: ClassVar[str] = "set-topic-config"
    topic_id: str
    changes: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class SetNodeConfig:
    """Dynamic settings of one node change, or (`node_id` None) those of all nodes."""

    kind: ClassVar[str] = "set-node-config"
    node_id: int | None
    changes: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class RegisterNode:
    """Where clients find a node. If it has `restarted`, what it leads gets a new leader epoch."""

    kind: ClassVar[str] = "register-node"
    node_id: int
    host: str
    port: int
    rack: str | None = None
    restarted: bool = True


@dataclass(frozen=True, slots=True)
class AllocateProducerIds:
    """Producer ids `first .. first + count - 1` are given to a node and never again."""

    kind: ClassVar[str] = "allocate-producer-ids"
    node_id: int
    first: int
    count: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything so far as one record; what is before it may be forgotten."""

    kind: ClassVar[str] = "snapshot"
    state: Mapping[str, Any]


Command = (
    CreateTopic
    | DeleteTopics
    | AddPartitions
    | SetTopicConfig
    | SetNodeConfig
    | RegisterNode
    | AllocateProducerIds
    | Snapshot
)

_KINDS: dict[str, type[Any]] = {
    kind.kind: kind
    for kind in (
        CreateTopic,
        DeleteTopics,
        AddPartitions,
        SetTopicConfig,
        SetNodeConfig,
        RegisterNode,
        AllocateProducerIds,
        Snapshot,
    )
}


def encode(command: Command) -> bytes:
    """One line of JSON with sorted keys: the same command is always the same bytes."""
    body = {name: getattr(command, name) for name in command.__dataclass_fields__}
    body |= {"v": FORMAT_VERSION, "kind": command.kind}
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def decode(data: bytes) -> Command:
    """The command of one journal record. Raises Corrupt, with what to do."""
    try:
        body = json.loads(data)
        version, kind = body.pop("v"), body.pop("kind")
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise Corrupt("controller journal", f"a record is not a command: {error}") from error
    if version != FORMAT_VERSION or kind not in _KINDS:
        raise Corrupt(
            "controller journal",
            f"command '{kind}' of format {version} is not known: a newer version wrote it, start that one",
        )
    for name in ("replicas", "topic_ids", "cleaned"):
        if name in body:
            body[name] = tuple(tuple(item) if isinstance(item, list) else item for item in body[name])
    try:
        command: Command = _KINDS[kind](**body)
    except TypeError as error:
        raise Corrupt("controller journal", f"command '{kind}' has the wrong fields: {error}") from error
    return command
