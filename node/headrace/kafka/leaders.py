"""Leadership as clients see it: is the epoch they believe in right (KIP-320), and who leads if not (KIP-951)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headrace.kafka.context import NodeContext
from headrace.partitions.partition import Partition
from headrace.protocol.error_codes import ErrorCode

if TYPE_CHECKING:
    from headrace.cluster.metadata import Broker

NO_EPOCH = -1


def epoch_problem(partition: Partition, current_leader_epoch: int) -> ErrorCode | None:
    """What is wrong with the leader epoch that a client believes in, or None."""
    if current_leader_epoch < 0 or current_leader_epoch == partition.leader_epoch:
        return None  # Kafka takes every negative epoch as "not given"
    if current_leader_epoch < partition.leader_epoch:
        return ErrorCode.FENCED_LEADER_EPOCH
    return ErrorCode.UNKNOWN_LEADER_EPOCH


def leader_hint(ctx: NodeContext, partition: Partition | None) -> tuple[int, Broker] | None:
    """(leader epoch, leader) as far as this node knows; None if it does not."""
    if partition is None:
        return None
    topic = ctx.metadata.topics.get(partition.topic)
    if topic is None or partition.index >= len(topic.partitions):
        return None
    state = topic.partitions[partition.index]
    for broker in ctx.metadata.brokers():
        if broker.node_id == state.leader:
            return state.leader_epoch, broker
    return None
