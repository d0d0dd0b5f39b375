"""Records of `__consumer_offsets`: Kafka's own formats, so that its tools and ours read each other's.

Key versions 0 and 1: a committed offset; key version 2: a group's metadata; a record without value removes. Others
(the newer group protocol, share groups) are skipped. Called by `group_shard.py`. It must not know partitions or
batches. Surprising: values are written in the versions that Kafka 4.1 writes (offsets 3, or 1 where the client chose
the retention; groups 3), not in the newest that can be read.
"""

from __future__ import annotations

from dataclasses import dataclass

from headrace.coordinators.core.committed import CommittedOffset, PartitionKey
from headrace.coordinators.core.group_events import GroupRecord, MemberRecord
from headrace.protocol.generated import (
    data_group_metadata_key,
    data_group_metadata_value,
    data_offset_commit_key,
    data_offset_commit_value,
)
from headrace.protocol.generated.data_group_metadata_value import GroupMetadataValue, GroupMetadataValueMembers
from headrace.protocol.generated.data_offset_commit_value import OffsetCommitValue
from headrace.protocol.primitives import ProtocolError

_OFFSET_KEY_VERSIONS = (0, 1)
_GROUP_KEY_VERSION = 2
_OFFSET_VALUE_VERSION = 3
_OFFSET_VALUE_VERSION_WITH_EXPIRY = 1
_GROUP_VALUE_VERSION = 3

#: Key and value of one record; no value: a tombstone.
KeyValue = tuple[bytes, bytes | None]


@dataclass(frozen=True, slots=True)
class OffsetEntry:
    """One committed offset as read back; None: it was removed."""

    group_id: str
    key: PartitionKey
    committed: CommittedOffset | None


@dataclass(frozen=True, slots=True)
class GroupEntry:
    """One group's metadata as read back; None: the group was removed."""

    group_id: str
    record: GroupRecord | None


def encode_offset(group_id: str, key: PartitionKey, committed: CommittedOffset | None) -> KeyValue:
    topic, partition = key
    key_bytes = data_offset_commit_key.encode_versioned(
        data_offset_commit_key.OffsetCommitKey(group=group_id, topic=topic, partition=partition), 1
    )
    if committed is None:
        return key_bytes, None
    value = OffsetCommitValue(
        offset=committed.next_offset,
        leader_epoch=committed.leader_epoch,
        metadata=committed.metadata,
        commit_timestamp_ms=committed.commit_wall_ms,
        expire_timestamp_ms=-1 if committed.expire_wall_ms is None else committed.expire_wall_ms,
    )
    # Only version 1 has a place for an expiry, and it has none for the leader epoch.
    version = _OFFSET_VALUE_VERSION if committed.expire_wall_ms is None else _OFFSET_VALUE_VERSION_WITH_EXPIRY
    return key_bytes, data_offset_commit_value.encode_versioned(value, version)


def encode_group(group_id: str, record: GroupRecord | None) -> KeyValue:
    key_bytes = data_group_metadata_key.encode_versioned(
        data_group_metadata_key.GroupMetadataKey(group=group_id), _GROUP_KEY_VERSION
    )
    if record is None:
        return key_bytes, None
    value = GroupMetadataValue(
        protocol_type=record.protocol_type,
        generation=record.generation,
        protocol=record.protocol_name,
        leader=record.leader,
        current_state_timestamp_ms=record.state_since_wall_ms,
        members=[
            GroupMetadataValueMembers(
                member_id=member.member_id,
                group_instance_id=member.instance_id,
                client_id=member.client_id,
                client_host=member.client_host,
                rebalance_timeout_ms=member.rebalance_timeout_ms,
                session_timeout_ms=member.session_timeout_ms,
                subscription=member.subscription,
                assignment=member.assignment,
            )
            for member in record.members
        ],
    )
    return key_bytes, data_group_metadata_value.encode_versioned(value, _GROUP_VALUE_VERSION)


def decode_entry(key: bytes | None, value: bytes | None) -> OffsetEntry | GroupEntry | None:
    """What a record says; None for kinds that are not ours. Raises ProtocolError if it is damaged."""
    if key is None or len(key) < 2:
        raise ProtocolError("a record of the offsets topic has no key")
    version = int.from_bytes(key[:2], "big", signed=True)
    if version in _OFFSET_KEY_VERSIONS:
        offset_key = data_offset_commit_key.decode_versioned(key)
        return OffsetEntry(offset_key.group, (offset_key.topic, offset_key.partition), _offset_value(value))
    if version == _GROUP_KEY_VERSION:
        return GroupEntry(data_group_metadata_key.decode_versioned(key).group, _group_value(value))
    return None


def _offset_value(value: bytes | None) -> CommittedOffset | None:
    if value is None:
        return None
    decoded = data_offset_commit_value.decode_versioned(value)
    return CommittedOffset(
        next_offset=decoded.offset,
        leader_epoch=decoded.leader_epoch,
        metadata=decoded.metadata,
        commit_wall_ms=decoded.commit_timestamp_ms,
        expire_wall_ms=None if decoded.expire_timestamp_ms < 0 else decoded.expire_timestamp_ms,
    )


def _group_value(value: bytes | None) -> GroupRecord | None:
    if value is None:
        return None
    decoded = data_group_metadata_value.decode_versioned(value)
    return GroupRecord(
        protocol_type=decoded.protocol_type,
        generation=decoded.generation,
        protocol_name=decoded.protocol,
        leader=decoded.leader,
        state_since_wall_ms=max(decoded.current_state_timestamp_ms, 0),
        members=tuple(
            MemberRecord(
                member_id=member.member_id,
                instance_id=member.group_instance_id,
                client_id=member.client_id,
                client_host=member.client_host,
                session_timeout_ms=member.session_timeout_ms,
                # Version 0 has none: the session timeout was used for both then.
                rebalance_timeout_ms=member.rebalance_timeout_ms or member.session_timeout_ms,
                subscription=member.subscription,
                assignment=member.assignment,
            )
            for member in decoded.members
        ),
    )
