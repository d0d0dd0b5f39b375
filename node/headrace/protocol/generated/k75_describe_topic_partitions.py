"""Generated from manifests/75_describe_topic_partitions.api by `python -m headrace.protocol.codegen`;
never edited."""

import struct
from collections.abc import Callable
from dataclasses import dataclass, field

from headrace.protocol.api import Api
from headrace.protocol.primitives import (
    BYTE,
    DECODE_FAULTS,
    ELEMENTS_MAX,
    ENCODE_FAULTS,
    Part,
    TIMES,
    ZERO_UUID,
    malformed,
    null_field,
    read_int32s,
    skip_tags_within,
    string_prefix,
    string_rest,
    too_many,
    truncated,
    unencodable,
    uuid_bytes,
    uvarint,
    uvarint_rest,
    write_int32s,
)

new = object.__new__
_pack_h = struct.Struct(">h").pack
_pack_hB = struct.Struct(">hB").pack
_pack_hiii = struct.Struct(">hiii").pack
_pack_hiiiB = struct.Struct(">hiiiB").pack
_pack_i = struct.Struct(">i").pack
_pack_iB = struct.Struct(">iB").pack
_pack_ix = struct.Struct(">ix").pack
_pack_uo = struct.Struct(">16s?").pack
_pack_uoB = struct.Struct(">16s?B").pack
_read_b = struct.Struct(">b").unpack_from
_read_hB = struct.Struct(">hB").unpack_from
_read_hiiiB = struct.Struct(">hiiiB").unpack_from
_read_iB = struct.Struct(">iB").unpack_from
_read_ib = struct.Struct(">ib").unpack_from
_read_uoB = struct.Struct(">16s?B").unpack_from


@dataclass(slots=True)
class DescribeTopicPartitionsRequestTopics:
    name: str = ""


@dataclass(slots=True)
class DescribeTopicPartitionsRequestCursor:
    topic_name: str = ""
    partition_index: int = 0


@dataclass(slots=True)
class DescribeTopicPartitionsRequest:
    topics: list[DescribeTopicPartitionsRequestTopics] = field(default_factory=list)
    response_partition_limit: int = 2000
    cursor: DescribeTopicPartitionsRequestCursor | None = None


@dataclass(slots=True)
class DescribeTopicPartitionsResponsePartitions:
    error_code: int = 0
    partition_index: int = 0
    leader_id: int = 0
    leader_epoch: int = -1
    replica_nodes: list[int] = field(default_factory=list)
    isr_nodes: list[int] = field(default_factory=list)
    eligible_leader_replicas: list[int] | None = None
    last_known_elr: list[int] | None = None
    offline_replicas: list[int] = field(default_factory=list)


@dataclass(slots=True)
class DescribeTopicPartitionsResponseTopics:
    error_code: int = 0
    name: str | None = ""
    topic_id: bytes = ZERO_UUID
    is_internal: bool = False
    partitions: list[DescribeTopicPartitionsResponsePartitions] = field(default_factory=list)
    topic_authorized_operations: int = -2147483648


@dataclass(slots=True)
class DescribeTopicPartitionsResponseNextCursor:
    topic_name: str = ""
    partition_index: int = 0


@dataclass(slots=True)
class DescribeTopicPartitionsResponse:
    throttle_time_ms: int = 0
    topics: list[DescribeTopicPartitionsResponseTopics] = field(default_factory=list)
    next_cursor: DescribeTopicPartitionsResponseNextCursor | None = None


def _decode_request_v0(buf: memoryview, pos: int) -> DescribeTopicPartitionsRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(DescribeTopicPartitionsRequest)
        c = buf[pos]
        pos += 1
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("DescribeTopicPartitionsRequest.topics")
        left -= c
        if left < 0:
            raise too_many("DescribeTopicPartitionsRequest.topics")
        items1: list[DescribeTopicPartitionsRequestTopics] = []
        m.topics = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(DescribeTopicPartitionsRequestTopics)
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("DescribeTopicPartitionsRequestTopics.name")
            end = pos + n - 1
            e2.name = buf[pos:end].tobytes().decode()
            pos = end
            t = buf[pos]
            pos += 1
            if t:
                pos, left = skip_tags_within(buf, pos, t, left)
            items1.append(e2)
        m.response_partition_limit, present = _read_ib(buf, pos)
        pos += 5
        if present < 0:
            m.cursor = None
        else:
            e3 = new(DescribeTopicPartitionsRequestCursor)
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("DescribeTopicPartitionsRequestCursor.topic_name")
            end = pos + n - 1
            e3.topic_name = buf[pos:end].tobytes().decode()
            pos = end
            e3.partition_index, t = _read_iB(buf, pos)
            pos += 5
            if t:
                pos, left = skip_tags_within(buf, pos, t, left)
            m.cursor = e3
        t = buf[pos]
        pos += 1
        if t:
            pos, left = skip_tags_within(buf, pos, t, left)
    except DECODE_FAULTS as fault:
        raise malformed("DescribeTopicPartitionsRequest v0", fault) from fault
    if pos > limit:
        raise truncated("DescribeTopicPartitionsRequest v0")
    return m


def _encode_request_v0(m: DescribeTopicPartitionsRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.topics) + 1
        add(BYTE[n] if n < 128 else uvarint(n))
        for e1 in m.topics:
            raw = e1.name.encode()
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else string_prefix(n))
            if raw:
                add(raw)
            add(b"\0")
        add(_pack_i(m.response_partition_limit))
        if m.cursor is None:
            add(b"\xff")
        else:
            add(b"\x01")
            raw = m.cursor.topic_name.encode()
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else string_prefix(n))
            if raw:
                add(raw)
            add(_pack_ix(m.cursor.partition_index))
        add(b"\0")
    except ENCODE_FAULTS as fault:
        raise unencodable("DescribeTopicPartitionsRequest v0", fault) from fault
    return [b"".join(out)]


def _decode_response_v0(buf: memoryview, pos: int) -> DescribeTopicPartitionsResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(DescribeTopicPartitionsResponse)
        m.throttle_time_ms, c = _read_iB(buf, pos)
        pos += 5
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("DescribeTopicPartitionsResponse.topics")
        left -= c
        if left < 0:
            raise too_many("DescribeTopicPartitionsResponse.topics")
        items1: list[DescribeTopicPartitionsResponseTopics] = []
        m.topics = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(DescribeTopicPartitionsResponseTopics)
            e2.error_code, n = _read_hB(buf, pos)
            pos += 3
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                e2.name = None
            else:
                end = pos + n - 1
                e2.name = buf[pos:end].tobytes().decode()
                pos = end
            e2.topic_id, e2.is_internal, c = _read_uoB(buf, pos)
            pos += 18
            if c > 127:
                c, pos = uvarint_rest(buf, pos, c)
            c -= 1
            if c < 0:
                raise null_field("DescribeTopicPartitionsResponseTopics.partitions")
            left -= c
            if left < 0:
                raise too_many("DescribeTopicPartitionsResponseTopics.partitions")
            items3: list[DescribeTopicPartitionsResponsePartitions] = []
            e2.partitions = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(DescribeTopicPartitionsResponsePartitions)
                e4.error_code, e4.partition_index, e4.leader_id, e4.leader_epoch, c = _read_hiiiB(buf, pos)
                pos += 15
                if c > 127:
                    c, pos = uvarint_rest(buf, pos, c)
                c -= 1
                if c < 0:
                    raise null_field("DescribeTopicPartitionsResponsePartitions.replica_nodes")
                left -= c
                if left < 0:
                    raise too_many("DescribeTopicPartitionsResponsePartitions.replica_nodes")
                e4.replica_nodes = read_int32s(buf, pos, c) if c else []
                pos += 4 * c
                c = buf[pos]
                pos += 1
                if c > 127:
                    c, pos = uvarint_rest(buf, pos, c)
                c -= 1
                if c < 0:
                    raise null_field("DescribeTopicPartitionsResponsePartitions.isr_nodes")
                left -= c
                if left < 0:
                    raise too_many("DescribeTopicPartitionsResponsePartitions.isr_nodes")
                e4.isr_nodes = read_int32s(buf, pos, c) if c else []
                pos += 4 * c
                c = buf[pos]
                pos += 1
                if c > 127:
                    c, pos = uvarint_rest(buf, pos, c)
                c -= 1
                if c < 0:
                    e4.eligible_leader_replicas = None
                else:
                    left -= c
                    if left < 0:
                        raise too_many("DescribeTopicPartitionsResponsePartitions.eligible_leader_replicas")
                    e4.eligible_leader_replicas = read_int32s(buf, pos, c) if c else []
                    pos += 4 * c
                c = buf[pos]
                pos += 1
                if c > 127:
                    c, pos = uvarint_rest(buf, pos, c)
                c -= 1
                if c < 0:
                    e4.last_known_elr = None
                else:
                    left -= c
                    if left < 0:
                        raise too_many("DescribeTopicPartitionsResponsePartitions.last_known_elr")
                    e4.last_known_elr = read_int32s(buf, pos, c) if c else []
                    pos += 4 * c
                c = buf[pos]
                pos += 1
                if c > 127:
                    c, pos = uvarint_rest(buf, pos, c)
                c -= 1
                if c < 0:
                    raise null_field("DescribeTopicPartitionsResponsePartitions.offline_replicas")
                left -= c
                if left < 0:
                    raise too_many("DescribeTopicPartitionsResponsePartitions.offline_replicas")
                e4.offline_replicas = read_int32s(buf, pos, c) if c else []
                pos += 4 * c
                t = buf[pos]
                pos += 1
                if t:
                    pos, left = skip_tags_within(buf, pos, t, left)
                items3.append(e4)
            e2.topic_authorized_operations, t = _read_iB(buf, pos)
            pos += 5
            if t:
                pos, left = skip_tags_within(buf, pos, t, left)
            items1.append(e2)
        present, = _read_b(buf, pos)
        pos += 1
        if present < 0:
            m.next_cursor = None
        else:
            e5 = new(DescribeTopicPartitionsResponseNextCursor)
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("DescribeTopicPartitionsResponseNextCursor.topic_name")
            end = pos + n - 1
            e5.topic_name = buf[pos:end].tobytes().decode()
            pos = end
            e5.partition_index, t = _read_iB(buf, pos)
            pos += 5
            if t:
                pos, left = skip_tags_within(buf, pos, t, left)
            m.next_cursor = e5
        t = buf[pos]
        pos += 1
        if t:
            pos, left = skip_tags_within(buf, pos, t, left)
    except DECODE_FAULTS as fault:
        raise malformed("DescribeTopicPartitionsResponse v0", fault) from fault
    if pos > limit:
        raise truncated("DescribeTopicPartitionsResponse v0")
    return m


def _encode_response_v0(m: DescribeTopicPartitionsResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.topics) + 1
        if n < 128:
            add(_pack_iB(m.throttle_time_ms, n))
        else:
            add(_pack_i(m.throttle_time_ms))
            add(uvarint(n))
        for e1 in m.topics:
            if e1.name is None:
                raw = b""
                n = 0
            else:
                raw = e1.name.encode()
                n = len(raw) + 1
            if n < 128:
                add(_pack_hB(e1.error_code, n))
            else:
                add(_pack_h(e1.error_code))
                add(string_prefix(n))
            if raw:
                add(raw)
            n = len(e1.partitions) + 1
            if n < 128:
                add(_pack_uoB(uuid_bytes(e1.topic_id), e1.is_internal, n))
            else:
                add(_pack_uo(uuid_bytes(e1.topic_id), e1.is_internal))
                add(uvarint(n))
            for e2 in e1.partitions:
                n = len(e2.replica_nodes) + 1
                if n < 128:
                    add(_pack_hiiiB(e2.error_code, e2.partition_index, e2.leader_id, e2.leader_epoch, n))
                else:
                    add(_pack_hiii(e2.error_code, e2.partition_index, e2.leader_id, e2.leader_epoch))
                    add(uvarint(n))
                if e2.replica_nodes:
                    add(write_int32s(e2.replica_nodes))
                n = len(e2.isr_nodes) + 1
                add(BYTE[n] if n < 128 else uvarint(n))
                if e2.isr_nodes:
                    add(write_int32s(e2.isr_nodes))
                n = 0 if e2.eligible_leader_replicas is None else len(e2.eligible_leader_replicas) + 1
                add(BYTE[n] if n < 128 else uvarint(n))
                if e2.eligible_leader_replicas:
                    add(write_int32s(e2.eligible_leader_replicas))
                n = 0 if e2.last_known_elr is None else len(e2.last_known_elr) + 1
                add(BYTE[n] if n < 128 else uvarint(n))
                if e2.last_known_elr:
                    add(write_int32s(e2.last_known_elr))
                n = len(e2.offline_replicas) + 1
                add(BYTE[n] if n < 128 else uvarint(n))
                if e2.offline_replicas:
                    add(write_int32s(e2.offline_replicas))
                add(b"\0")
            add(_pack_ix(e1.topic_authorized_operations))
        if m.next_cursor is None:
            add(b"\xff")
        else:
            add(b"\x01")
            raw = m.next_cursor.topic_name.encode()
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else string_prefix(n))
            if raw:
                add(raw)
            add(_pack_ix(m.next_cursor.partition_index))
        add(b"\0")
    except ENCODE_FAULTS as fault:
        raise unencodable("DescribeTopicPartitionsResponse v0", fault) from fault
    return [b"".join(out)]


REQUEST_DECODERS: dict[int, Callable[[memoryview, int], DescribeTopicPartitionsRequest]] = {
    0: _decode_request_v0,
}
REQUEST_ENCODERS: dict[int, Callable[[DescribeTopicPartitionsRequest], list[Part]]] = {
    0: _encode_request_v0,
}
RESPONSE_DECODERS: dict[int, Callable[[memoryview, int], DescribeTopicPartitionsResponse]] = {
    0: _decode_response_v0,
}
RESPONSE_ENCODERS: dict[int, Callable[[DescribeTopicPartitionsResponse], list[Part]]] = {
    0: _encode_response_v0,
}
API = Api(
    key=75,
    name="DescribeTopicPartitions",
    min_version=0,
    max_version=0,
    first_version=0,
    flexible_from=0,
    request_decoders=REQUEST_DECODERS,
    request_encoders=REQUEST_ENCODERS,
    response_decoders=RESPONSE_DECODERS,
    response_encoders=RESPONSE_ENCODERS,
)
