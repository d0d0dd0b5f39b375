"""What readers see of the cluster: brokers, topics, leaders, settings. Durable facts only.

The driver replaces the content after each durable command and bumps `revision`, so replies can be cached per
revision. Everyone reads it: Kafka handlers, coordinators, pacemaker. It must not change anything. Surprising:
`topics` is one live mapping that changes between two awaits; a `TopicState` taken from it never changes.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from headrace.base.errors import Rejected
from headrace.cluster.core.tables import PartitionState, Tables, TopicRow
from headrace.contract.settings import NodeSettings, TopicSettings, topic_settings

__all__ = ["Broker", "MetadataView", "PartitionState", "TopicState"]


logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Broker:
    """A node as clients know it."""

    node_id: int
    host: str
    port: int
    rack: str | None = None


@dataclass(frozen=True, slots=True)
class TopicState:
    """A topic with what its settings come to on this node."""

    name: str
    topic_id: bytes
    partitions: tuple[PartitionState, ...]
    #: Overrides only, as text.
    config: Mapping[str, str]
    settings: TopicSettings
    internal: bool = False
    parent: str | None = None
    owner_script: str | None = None


class MetadataView:
    """Read view of the controller's tables."""

    def __init__(self, cluster_id: str, node_id: int) -> None:
        self.cluster_id = cluster_id
        #: A live broker; with one node it is the node itself.
        self.controller_id = node_id
        self.topics: dict[str, TopicState] = {}
        #: Grows with every change that a reader could see.
        self.revision = 0
        #: For readers to keep what they have made of this revision; emptied with every change.
        self.replies: dict[object, object] = {}
        #: Deleted topics that may have left logs behind: id to name.
        self.deleted_topics: dict[bytes, str] = {}
        #: Those of them that have no log here any more. The reconciler adds to it, the driver forgets them in time.
        self.cleaned_ids: set[bytes] = set()
        self._by_id: dict[bytes, TopicState] = {}
        self._brokers: list[Broker] = []

    def brokers(self) -> list[Broker]:
        """Nodes by id."""
        return self._brokers

    def topic_by_id(self, topic_id: bytes) -> TopicState | None:
        return self._by_id.get(topic_id)

    def replace_topic(self, name: str, state: TopicState | None) -> None:
        """Driver only."""
        old = self.topics.pop(name, None)
        if old is not None:
            self._by_id.pop(old.topic_id, None)
        if state is not None:
            self.topics[name] = state
            self._by_id[state.topic_id] = state
        self._changed()

    def replace_deleted(self, deleted: dict[bytes, str]) -> None:
        """Driver only."""
        self.deleted_topics = deleted
        self.cleaned_ids &= deleted.keys()

    def replace_brokers(self, tables: Tables) -> None:
        """Driver only."""
        self._brokers = [Broker(row.node_id, row.host, row.port, row.rack) for _, row in sorted(tables.nodes.items())]
        self._changed()

    def _changed(self) -> None:
        self.revision += 1
        self.replies.clear()


def topic_state(row: TopicRow, settings: NodeSettings) -> TopicState:
    """A table row with its effective settings on this node.

    Settings are checked together when they are made. Should they not fit any more, because this node's configuration
    has changed since, the topic goes by its own settings over the defaults, or else by the node's alone.
    """
    try:
        effective = topic_settings(row.config, settings)
    except Rejected as error:
        logger.error("settings of topic %s do not fit this node's configuration: %s", row.name, error)
        try:
            effective = topic_settings(row.config, NodeSettings())
        except Rejected:
            effective = topic_settings({}, settings)
    return TopicState(
        name=row.name,
        topic_id=row.topic_id,
        partitions=row.partitions,
        config=row.config,
        settings=effective,
        internal=row.internal,
        parent=row.parent,
        owner_script=row.owner_script,
    )
