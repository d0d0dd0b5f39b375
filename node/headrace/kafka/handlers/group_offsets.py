"""Committed offsets over the wire: OffsetCommit, OffsetFetch, OffsetDelete.

Translates between Kafka's messages and `coordinators.group_driver`; checks here only what the group cannot know: that
a partition exists and that the metadata text is not too long. Called by `dispatch.py`. Surprising: a group that does
not exist has no committed offsets, which is an answer and not an error; and an answer without any partition left to
ask for never reaches the group, so its errors do not show then (as in Kafka). Source: KIP-88, 211, 447, 709; Kafka
4.1.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from headrace.coordinators.core.committed import CommittedOffset, PartitionKey
from headrace.kafka.context import NodeContext, Request
from headrace.protocol.error_codes import ErrorCode
from headrace.protocol.generated.k08_offset_commit import (
    OffsetCommitRequest,
    OffsetCommitRequestPartitions,
    OffsetCommitResponse,
    OffsetCommitResponsePartitions,
    OffsetCommitResponseTopics,
)
from headrace.protocol.generated.k09_offset_fetch import (
    OffsetFetchRequest,
    OffsetFetchResponse,
    OffsetFetchResponseGroups,
    OffsetFetchResponseGroupsTopics,
    OffsetFetchResponseGroupsTopicsPartitions,
    OffsetFetchResponseTopics,
    OffsetFetchResponseTopicsPartitions,
)
from headrace.protocol.generated.k47_offset_delete import (
    OffsetDeleteRequest,
    OffsetDeleteResponse,
    OffsetDeleteResponsePartitions,
    OffsetDeleteResponseTopics,
)

OFFSET_COMMIT = 8
OFFSET_FETCH = 9
OFFSET_DELETE = 47

_NO_OFFSET = -1


def _exists(ctx: NodeContext, topic: str, partition: int) -> bool:
    state = ctx.metadata.topics.get(topic)
    return state is not None and 0 <= partition < len(state.partitions)


# ---- commit ------------------------------------------------------------------------------------------------------


async def offset_commit(ctx: NodeContext, request: Request) -> OffsetCommitResponse:
    body: OffsetCommitRequest = request.body
    now_ms = ctx.clock.wall_ms()
    expire_ms = None if body.retention_time_ms < 0 else now_ms + body.retention_time_ms
    metadata_max = ctx.groups.settings.offset_metadata_bytes_max
    refused: dict[PartitionKey, ErrorCode] = {}
    offsets: dict[PartitionKey, CommittedOffset] = {}
    known = 0
    for topic in body.topics:
        for partition in topic.partitions:
            key = (topic.name, partition.partition_index)
            if not _exists(ctx, *key):
                refused[key] = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
                continue
            known += 1
            if _metadata_length(partition) > metadata_max:
                refused[key] = ErrorCode.OFFSET_METADATA_TOO_LARGE
                continue
            offsets[key] = CommittedOffset(
                next_offset=partition.committed_offset,
                leader_epoch=partition.committed_leader_epoch,
                metadata=partition.committed_metadata or "",
                commit_wall_ms=now_ms,
                expire_wall_ms=expire_ms,
            )
    error = ErrorCode.NONE
    if known:
        error = await ctx.groups.commit(
            body.group_id,
            member_id=body.member_id,
            instance_id=body.group_instance_id,
            generation=body.generation_id_or_member_epoch,
            offsets=offsets,
            knows_group_errors=request.version >= 9,
        )
    return OffsetCommitResponse(
        topics=[
            OffsetCommitResponseTopics(
                topic.name,
                [
                    OffsetCommitResponsePartitions(
                        partition.partition_index,
                        _partition_error(refused.get((topic.name, partition.partition_index)), error),
                    )
                    for partition in topic.partitions
                ],
            )
            for topic in body.topics
            if topic.partitions
        ]
    )


def _metadata_length(partition: OffsetCommitRequestPartitions) -> int:
    text = partition.committed_metadata
    if not text:
        return 0
    # Kafka counts UTF-16 units: characters outside the basic plane count twice.
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def _partition_error(refused: ErrorCode | None, group_error: ErrorCode) -> ErrorCode:
    if refused is ErrorCode.UNKNOWN_TOPIC_OR_PARTITION:
        return refused
    if group_error is not ErrorCode.NONE:
        return group_error
    return refused or ErrorCode.NONE


# ---- fetch -------------------------------------------------------------------------------------------------------


def offset_fetch(ctx: NodeContext, request: Request) -> OffsetFetchResponse:
    """`require_stable` asks to wait out open transactions; there are none."""
    body: OffsetFetchRequest = request.body
    if request.version >= 8:
        return OffsetFetchResponse(
            groups=[
                _fetch_group(
                    ctx,
                    group.group_id,
                    None if group.topics is None else [(t.name, t.partition_indexes) for t in group.topics],
                )
                for group in body.groups
            ]
        )
    topics = None if body.topics is None else [(t.name, t.partition_indexes) for t in body.topics]
    fetched = _fetch_group(ctx, body.group_id, topics)
    error = fetched.error_code
    if request.version < 2 and error != ErrorCode.NONE:
        # There is no place for an error of the whole request: every partition has it.
        return OffsetFetchResponse(
            topics=[
                OffsetFetchResponseTopics(
                    name,
                    [OffsetFetchResponseTopicsPartitions(index, _NO_OFFSET, -1, "", error) for index in indexes],
                )
                for name, indexes in topics or []
            ]
        )
    return OffsetFetchResponse(
        topics=[
            OffsetFetchResponseTopics(
                topic.name,
                [
                    OffsetFetchResponseTopicsPartitions(
                        p.partition_index, p.committed_offset, p.committed_leader_epoch, p.metadata, p.error_code
                    )
                    for p in topic.partitions
                ],
            )
            for topic in fetched.topics
        ],
        error_code=error,
    )


def _fetch_group(
    ctx: NodeContext, group_id: str, topics: list[tuple[str, list[int]]] | None
) -> OffsetFetchResponseGroups:
    keys = None if topics is None else [(name, index) for name, indexes in topics for index in indexes]
    fetched = ctx.groups.fetch(group_id, keys)
    if isinstance(fetched, ErrorCode):
        return OffsetFetchResponseGroups(group_id, [], fetched)
    if topics is None:
        topics = [(name, [key[1] for key in group]) for name, group in _by_topic(fetched)]
    return OffsetFetchResponseGroups(
        group_id,
        [
            OffsetFetchResponseGroupsTopics(name, [_as_partition(index, fetched[name, index]) for index in indexes])
            for name, indexes in topics
        ],
    )


def _by_topic(keys: Iterable[PartitionKey]) -> Iterable[tuple[str, list[PartitionKey]]]:
    topics: dict[str, list[PartitionKey]] = {}
    for key in sorted(keys):
        topics.setdefault(key[0], []).append(key)
    return topics.items()


def _as_partition(index: int, committed: CommittedOffset | None) -> OffsetFetchResponseGroupsTopicsPartitions:
    if committed is None:
        return OffsetFetchResponseGroupsTopicsPartitions(index, _NO_OFFSET, -1, "")
    return OffsetFetchResponseGroupsTopicsPartitions(
        index, committed.next_offset, committed.leader_epoch, committed.metadata
    )


# ---- delete ------------------------------------------------------------------------------------------------------


async def offset_delete(ctx: NodeContext, request: Request) -> OffsetDeleteResponse:
    body: OffsetDeleteRequest = request.body
    asked = [(topic.name, partition.partition_index) for topic in body.topics for partition in topic.partitions]
    known = [key for key in asked if _exists(ctx, *key)]
    # Asked even where nothing is left to delete: whether there is such a group comes first, as in Kafka.
    errors = await ctx.groups.delete_offsets(body.group_id, known)
    if isinstance(errors, ErrorCode):
        return OffsetDeleteResponse(error_code=errors)
    return OffsetDeleteResponse(
        topics=[
            OffsetDeleteResponseTopics(
                topic.name,
                [
                    OffsetDeleteResponsePartitions(
                        partition.partition_index,
                        errors.get((topic.name, partition.partition_index), ErrorCode.UNKNOWN_TOPIC_OR_PARTITION),
                    )
                    for partition in topic.partitions
                ],
            )
            for topic in body.topics
        ]
    )


HANDLERS: dict[int, Any] = {
    OFFSET_COMMIT: offset_commit,
    OFFSET_FETCH: offset_fetch,
    OFFSET_DELETE: offset_delete,
}
