"""ListOffsets, OffsetForLeaderEpoch and DeleteRecords: where a partition begins, ends, and was at some time.

Earliest and latest are answered at once; what has to search the log runs in a thread, so that a slow disk does not
hold up others. Called by `connection.py`. Must not change anything but the log start. Surprising: an epoch that a
client gives is checked against the partition's before anything else, as in Kafka. Source: KIP-79, 207, 320, 405, 734,
1005; Kafka 4.1.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

from headrace.base.errors import Rejected, Retriable
from headrace.kafka.context import NodeContext, Request
from headrace.kafka.leaders import epoch_problem
from headrace.partitions.partition import Partition
from headrace.protocol.error_codes import ErrorCode
from headrace.protocol.generated.k02_list_offsets import (
    ListOffsetsRequest,
    ListOffsetsRequestPartitions,
    ListOffsetsResponse,
    ListOffsetsResponsePartitions,
    ListOffsetsResponseTopics,
)
from headrace.protocol.generated.k21_delete_records import (
    DeleteRecordsRequest,
    DeleteRecordsResponse,
    DeleteRecordsResponsePartitions,
    DeleteRecordsResponseTopics,
)
from headrace.protocol.generated.k23_offset_for_leader_epoch import (
    OffsetForLeaderEpochRequest,
    OffsetForLeaderEpochResponse,
    OffsetForLeaderEpochResponsePartitions,
    OffsetForLeaderEpochResponseTopics,
)

LIST_OFFSETS = 2
DELETE_RECORDS = 21
OFFSET_FOR_LEADER_EPOCH = 23

# Timestamps with a meaning of their own, and the first version that knows them.
LATEST = -1
EARLIEST = -2
MAX_TIMESTAMP = -3
EARLIEST_LOCAL = -4
LATEST_TIERED = -5
_SPECIAL_SINCE = {LATEST: 1, EARLIEST: 1, MAX_TIMESTAMP: 7, EARLIEST_LOCAL: 8, LATEST_TIERED: 9}

_CONSUMER = -1


def list_offsets(ctx: NodeContext, request: Request) -> Any:
    body: ListOffsetsRequest = request.body
    searches: list[tuple[Partition, int, ListOffsetsResponsePartitions]] = []
    response = ListOffsetsResponse()
    seen = Counter((topic.name, p.partition_index) for topic in body.topics for p in topic.partitions)
    for topic in body.topics:
        entries = []
        for wanted in topic.partitions:
            entry = ListOffsetsResponsePartitions(wanted.partition_index)
            entries.append(entry)
            partition = ctx.partitions.get(topic.name, wanted.partition_index)
            if seen[topic.name, wanted.partition_index] > 1:
                entry.error_code = ErrorCode.INVALID_REQUEST
            elif wanted.timestamp < 0 and request.version < _SPECIAL_SINCE.get(wanted.timestamp, 2**15):
                entry.error_code = ErrorCode.UNSUPPORTED_VERSION
            elif partition is None:
                entry.error_code = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
            else:
                entry.error_code = epoch_problem(partition, wanted.current_leader_epoch) or 0
                if not entry.error_code and not _list_at_once(partition, wanted, body.replica_id, entry):
                    searches.append((partition, wanted.timestamp, entry))
            if entry.error_code:
                ctx.error_counter(LIST_OFFSETS).value += 1
        response.topics.append(ListOffsetsResponseTopics(topic.name, entries))
    return _search(response, searches) if searches else response


def _list_at_once(
    partition: Partition, wanted: ListOffsetsRequestPartitions, replica_id: int, entry: ListOffsetsResponsePartitions
) -> bool:
    """Fill in what needs no search; False if a search is needed."""
    if wanted.timestamp == LATEST:
        entry.offset = partition.high_watermark if replica_id == _CONSUMER else partition.log_end_offset
        entry.leader_epoch = partition.leader_epoch
        return True
    if wanted.timestamp in (EARLIEST, EARLIEST_LOCAL):
        entry.offset = partition.log_start_offset
        entry.leader_epoch = partition.log.epochs.epoch_of(entry.offset)
        return True
    # There is no tiered storage, so there is no latest tiered offset either: -1, as Kafka answers without it.
    return wanted.timestamp == LATEST_TIERED


async def _search(
    response: ListOffsetsResponse, searches: list[tuple[Partition, int, ListOffsetsResponsePartitions]]
) -> ListOffsetsResponse:
    for partition, timestamp_ms, entry in searches:
        try:
            if timestamp_ms == MAX_TIMESTAMP:
                found = await asyncio.to_thread(partition.log.max_timestamp, partition.high_watermark)
            else:
                found = await asyncio.to_thread(
                    partition.log.offset_for_timestamp, timestamp_ms, partition.high_watermark
                )
        except (Rejected, Retriable) as error:
            entry.error_code = error.kafka_code
            continue
        if found is not None:
            entry.offset, entry.timestamp, entry.leader_epoch = found
    return response


def offset_for_leader_epoch(ctx: NodeContext, request: Request) -> OffsetForLeaderEpochResponse:
    body: OffsetForLeaderEpochRequest = request.body
    response = OffsetForLeaderEpochResponse()
    for topic in body.topics:
        entries = []
        for wanted in topic.partitions:
            entry = OffsetForLeaderEpochResponsePartitions(partition=wanted.partition)
            entries.append(entry)
            partition = ctx.partitions.get(topic.topic, wanted.partition)
            if partition is None:
                entry.error_code = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
            else:
                entry.error_code = epoch_problem(partition, wanted.current_leader_epoch) or 0
                if not entry.error_code:
                    entry.leader_epoch, entry.end_offset = partition.log.epoch_end(wanted.leader_epoch)
            if entry.error_code:
                ctx.error_counter(OFFSET_FOR_LEADER_EPOCH).value += 1
        response.topics.append(OffsetForLeaderEpochResponseTopics(topic.topic, entries))
    return response


async def delete_records(ctx: NodeContext, request: Request) -> DeleteRecordsResponse:
    body: DeleteRecordsRequest = request.body
    response = DeleteRecordsResponse()
    for topic in body.topics:
        entries = []
        for wanted in topic.partitions:
            entry = DeleteRecordsResponsePartitions(wanted.partition_index, low_watermark=-1)
            entries.append(entry)
            partition = ctx.partitions.get(topic.name, wanted.partition_index)
            if partition is None:
                entry.error_code = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
            elif partition.client_write_problem is not None:
                # Internal and materialised topics: what a script has done is written at the end of its output.
                entry.error_code = ErrorCode.INVALID_TOPIC_EXCEPTION
            elif "delete" not in partition.settings.cleanup_policy:
                entry.error_code = ErrorCode.POLICY_VIOLATION
            else:
                try:
                    entry.low_watermark = await partition.delete_records(wanted.offset)
                except (Rejected, Retriable) as error:
                    entry.error_code = error.kafka_code
            if entry.error_code:
                ctx.error_counter(DELETE_RECORDS).value += 1
        response.topics.append(DeleteRecordsResponseTopics(topic.name, entries))
    return response


HANDLERS = {
    LIST_OFFSETS: list_offsets,
    DELETE_RECORDS: delete_records,
    OFFSET_FOR_LEADER_EPOCH: offset_for_leader_epoch,
}
