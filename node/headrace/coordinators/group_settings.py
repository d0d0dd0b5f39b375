"""What an operator may tune about consumer groups, with the reasons for the defaults that are not Kafka's.

Built by `app/wiring.py` from the node settings of the same names, or by tests. Two defaults differ from Kafka's:
`group.initial.rebalance.delay.ms` is 500 instead of 3000, because a lone consumer should not wait three seconds
before its first record and every further member extends the wait anyway; `offsets.topic.num.partitions` is 16 instead
of 50, because each is a log with its own files and 16 already spread the groups over more nodes than a small cluster
has.
"""

from __future__ import annotations

from dataclasses import dataclass

from headrace.base.limits import GROUP_MEMBERS_MAX, GROUP_PENDING_MEMBERS_MAX
from headrace.contract.settings import NodeSettings
from headrace.coordinators.core.group_events import GroupLimits


@dataclass(frozen=True, slots=True)
class GroupSettings:
    """All positive. Times in milliseconds."""

    #: `offsets.topic.num.partitions`, used when the topic is created; later the topic's own count rules.
    offsets_partitions: int = 16
    #: `offsets.topic.replication.factor`; the controller takes fewer where there are fewer nodes.
    offsets_replication_factor: int = 3
    offsets_segment_bytes: int = 100 * 1024 * 1024
    #: `offset.metadata.max.bytes`; counted in UTF-16 code units, as Kafka does.
    offset_metadata_bytes_max: int = 4096
    offsets_retention_ms: int = 7 * 24 * 3600 * 1000
    retention_check_interval_ms: int = 600_000
    #: `offsets.commit.timeout.ms`: how long a commit waits to become durable.
    commit_timeout_ms: int = 5_000
    session_timeout_ms_min: int = 6_000
    session_timeout_ms_max: int = 1_800_000
    initial_rebalance_delay_ms: int = 500
    group_members_max: int = GROUP_MEMBERS_MAX

    def limits(self) -> GroupLimits:
        return GroupLimits(
            initial_rebalance_delay_ms=self.initial_rebalance_delay_ms,
            members_max=min(self.group_members_max, GROUP_MEMBERS_MAX),
            pending_members_max=GROUP_PENDING_MEMBERS_MAX,
        )

    @classmethod
    def from_node_settings(cls, settings: NodeSettings) -> GroupSettings:
        """Read once, at start: none of them can change while a node runs."""
        return cls(
            offsets_partitions=settings.integer("offsets.topic.num.partitions"),
            offsets_replication_factor=settings.integer("offsets.topic.replication.factor"),
            offsets_segment_bytes=settings.integer("offsets.topic.segment.bytes"),
            offset_metadata_bytes_max=settings.integer("offset.metadata.max.bytes"),
            offsets_retention_ms=settings.integer("offsets.retention.minutes") * 60_000,
            retention_check_interval_ms=settings.integer("offsets.retention.check.interval.ms"),
            commit_timeout_ms=settings.integer("offsets.commit.timeout.ms"),
            session_timeout_ms_min=settings.integer("group.min.session.timeout.ms"),
            session_timeout_ms_max=settings.integer("group.max.session.timeout.ms"),
            initial_rebalance_delay_ms=settings.integer("group.initial.rebalance.delay.ms"),
            group_members_max=settings.integer("group.max.size"),
        )
