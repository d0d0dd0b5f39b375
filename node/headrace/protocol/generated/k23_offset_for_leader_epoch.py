"""Generated from manifests/23_offset_for_leader_epoch.api by `python -m headrace.protocol.codegen`;
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
    malformed,
    null_field,
    skip_tags_within,
    string_prefix,
    string_rest,
    too_many,
    truncated,
    unencodable,
    uvarint,
    uvarint_rest,
)

new = object.__new__
_pack_h = struct.Struct(">h").pack
_pack_hiiq = struct.Struct(">hiiq").pack
_pack_hiiqx = struct.Struct(">hiiqx").pack
_pack_i = struct.Struct(">i").pack
_pack_iB = struct.Struct(">iB").pack
_pack_ii = struct.Struct(">ii").pack
_pack_iii = struct.Struct(">iii").pack
_pack_iiix = struct.Struct(">iiix").pack
_read_h = struct.Struct(">h").unpack_from
_read_hiiq = struct.Struct(">hiiq").unpack_from
_read_hiiqB = struct.Struct(">hiiqB").unpack_from
_read_i = struct.Struct(">i").unpack_from
_read_iB = struct.Struct(">iB").unpack_from
_read_ii = struct.Struct(">ii").unpack_from
_read_iii = struct.Struct(">iii").unpack_from
_read_iiiB = struct.Struct(">iiiB").unpack_from


@dataclass(slots=True)
class OffsetForLeaderEpochRequestPartitions:
    partition: int = 0
    current_leader_epoch: int = -1
    leader_epoch: int = 0


@dataclass(slots=True)
class OffsetForLeaderEpochRequestTopics:
    topic: str = ""
    partitions: list[OffsetForLeaderEpochRequestPartitions] = field(default_factory=list)


@dataclass(slots=True)
class OffsetForLeaderEpochRequest:
    replica_id: int = -2
    topics: list[OffsetForLeaderEpochRequestTopics] = field(default_factory=list)


@dataclass(slots=True)
class OffsetForLeaderEpochResponsePartitions:
    error_code: int = 0
    partition: int = 0
    leader_epoch: int = -1
    end_offset: int = -1


@dataclass(slots=True)
class OffsetForLeaderEpochResponseTopics:
    topic: str = ""
    partitions: list[OffsetForLeaderEpochResponsePartitions] = field(default_factory=list)


@dataclass(slots=True)
class OffsetForLeaderEpochResponse:
    throttle_time_ms: int = 0
    topics: list[OffsetForLeaderEpochResponseTopics] = field(default_factory=list)


def _decode_request_v2(buf: memoryview, pos: int) -> OffsetForLeaderEpochRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(OffsetForLeaderEpochRequest)
        m.replica_id = -2
        c, = _read_i(buf, pos)
        pos += 4
        if c < 0:
            raise null_field("OffsetForLeaderEpochRequest.topics")
        left -= c
        if left < 0:
            raise too_many("OffsetForLeaderEpochRequest.topics")
        items1: list[OffsetForLeaderEpochRequestTopics] = []
        m.topics = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(OffsetForLeaderEpochRequestTopics)
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("OffsetForLeaderEpochRequestTopics.topic")
            end = pos + n
            e2.topic = buf[pos:end].tobytes().decode()
            pos = end
            c, = _read_i(buf, pos)
            pos += 4
            if c < 0:
                raise null_field("OffsetForLeaderEpochRequestTopics.partitions")
            left -= c
            if left < 0:
                raise too_many("OffsetForLeaderEpochRequestTopics.partitions")
            items3: list[OffsetForLeaderEpochRequestPartitions] = []
            e2.partitions = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(OffsetForLeaderEpochRequestPartitions)
                e4.partition, e4.current_leader_epoch, e4.leader_epoch = _read_iii(buf, pos)
                pos += 12
                items3.append(e4)
            items1.append(e2)
    except DECODE_FAULTS as fault:
        raise malformed("OffsetForLeaderEpochRequest v2", fault) from fault
    if pos > limit:
        raise truncated("OffsetForLeaderEpochRequest v2")
    return m


def _encode_request_v2(m: OffsetForLeaderEpochRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.topics)
        add(_pack_i(n))
        for e1 in m.topics:
            raw = e1.topic.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            n = len(e1.partitions)
            add(_pack_i(n))
            for e2 in e1.partitions:
                add(_pack_iii(e2.partition, e2.current_leader_epoch, e2.leader_epoch))
    except ENCODE_FAULTS as fault:
        raise unencodable("OffsetForLeaderEpochRequest v2", fault) from fault
    return [b"".join(out)]


def _decode_request_v3(buf: memoryview, pos: int) -> OffsetForLeaderEpochRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(OffsetForLeaderEpochRequest)
        m.replica_id, c = _read_ii(buf, pos)
        pos += 8
        if c < 0:
            raise null_field("OffsetForLeaderEpochRequest.topics")
        left -= c
        if left < 0:
            raise too_many("OffsetForLeaderEpochRequest.topics")
        items1: list[OffsetForLeaderEpochRequestTopics] = []
        m.topics = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(OffsetForLeaderEpochRequestTopics)
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("OffsetForLeaderEpochRequestTopics.topic")
            end = pos + n
            e2.topic = buf[pos:end].tobytes().decode()
            pos = end
            c, = _read_i(buf, pos)
            pos += 4
            if c < 0:
                raise null_field("OffsetForLeaderEpochRequestTopics.partitions")
            left -= c
            if left < 0:
                raise too_many("OffsetForLeaderEpochRequestTopics.partitions")
            items3: list[OffsetForLeaderEpochRequestPartitions] = []
            e2.partitions = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(OffsetForLeaderEpochRequestPartitions)
                e4.partition, e4.current_leader_epoch, e4.leader_epoch = _read_iii(buf, pos)
                pos += 12
                items3.append(e4)
            items1.append(e2)
    except DECODE_FAULTS as fault:
        raise malformed("OffsetForLeaderEpochRequest v3", fault) from fault
    if pos > limit:
        raise truncated("OffsetForLeaderEpochRequest v3")
    return m


def _encode_request_v3(m: OffsetForLeaderEpochRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.topics)
        add(_pack_ii(m.replica_id, n))
        for e1 in m.topics:
            raw = e1.topic.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            n = len(e1.partitions)
            add(_pack_i(n))
            for e2 in e1.partitions:
                add(_pack_iii(e2.partition, e2.current_leader_epoch, e2.leader_epoch))
    except ENCODE_FAULTS as fault:
        raise unencodable("OffsetForLeaderEpochRequest v3", fault) from fault
    return [b"".join(out)]


def _decode_request_v4(buf: memoryview, pos: int) -> OffsetForLeaderEpochRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(OffsetForLeaderEpochRequest)
        m.replica_id, c = _read_iB(buf, pos)
        pos += 5
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("OffsetForLeaderEpochRequest.topics")
        left -= c
        if left < 0:
            raise too_many("OffsetForLeaderEpochRequest.topics")
        items1: list[OffsetForLeaderEpochRequestTopics] = []
        m.topics = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(OffsetForLeaderEpochRequestTopics)
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("OffsetForLeaderEpochRequestTopics.topic")
            end = pos + n - 1
            e2.topic = buf[pos:end].tobytes().decode()
            pos = end
            c = buf[pos]
            pos += 1
            if c > 127:
                c, pos = uvarint_rest(buf, pos, c)
            c -= 1
            if c < 0:
                raise null_field("OffsetForLeaderEpochRequestTopics.partitions")
            left -= c
            if left < 0:
                raise too_many("OffsetForLeaderEpochRequestTopics.partitions")
            items3: list[OffsetForLeaderEpochRequestPartitions] = []
            e2.partitions = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(OffsetForLeaderEpochRequestPartitions)
                e4.partition, e4.current_leader_epoch, e4.leader_epoch, t = _read_iiiB(buf, pos)
                pos += 13
                if t:
                    pos, left = skip_tags_within(buf, pos, t, left)
                items3.append(e4)
            t = buf[pos]
            pos += 1
            if t:
                pos, left = skip_tags_within(buf, pos, t, left)
            items1.append(e2)
        t = buf[pos]
        pos += 1
        if t:
            pos, left = skip_tags_within(buf, pos, t, left)
    except DECODE_FAULTS as fault:
        raise malformed("OffsetForLeaderEpochRequest v4", fault) from fault
    if pos > limit:
        raise truncated("OffsetForLeaderEpochRequest v4")
    return m


def _encode_request_v4(m: OffsetForLeaderEpochRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.topics) + 1
        if n < 128:
            add(_pack_iB(m.replica_id, n))
        else:
            add(_pack_i(m.replica_id))
            add(uvarint(n))
        for e1 in m.topics:
            raw = e1.topic.encode()
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else string_prefix(n))
            if raw:
                add(raw)
            n = len(e1.partitions) + 1
            add(BYTE[n] if n < 128 else uvarint(n))
            for e2 in e1.partitions:
                add(_pack_iiix(e2.partition, e2.current_leader_epoch, e2.leader_epoch))
            add(b"\0")
        add(b"\0")
    except ENCODE_FAULTS as fault:
        raise unencodable("OffsetForLeaderEpochRequest v4", fault) from fault
    return [b"".join(out)]


def _decode_response_v2(buf: memoryview, pos: int) -> OffsetForLeaderEpochResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(OffsetForLeaderEpochResponse)
        m.throttle_time_ms, c = _read_ii(buf, pos)
        pos += 8
        if c < 0:
            raise null_field("OffsetForLeaderEpochResponse.topics")
        left -= c
        if left < 0:
            raise too_many("OffsetForLeaderEpochResponse.topics")
        items1: list[OffsetForLeaderEpochResponseTopics] = []
        m.topics = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(OffsetForLeaderEpochResponseTopics)
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("OffsetForLeaderEpochResponseTopics.topic")
            end = pos + n
            e2.topic = buf[pos:end].tobytes().decode()
            pos = end
            c, = _read_i(buf, pos)
            pos += 4
            if c < 0:
                raise null_field("OffsetForLeaderEpochResponseTopics.partitions")
            left -= c
            if left < 0:
                raise too_many("OffsetForLeaderEpochResponseTopics.partitions")
            items3: list[OffsetForLeaderEpochResponsePartitions] = []
            e2.partitions = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(OffsetForLeaderEpochResponsePartitions)
                e4.error_code, e4.partition, e4.leader_epoch, e4.end_offset = _read_hiiq(buf, pos)
                pos += 18
                items3.append(e4)
            items1.append(e2)
    except DECODE_FAULTS as fault:
        raise malformed("OffsetForLeaderEpochResponse v2-3", fault) from fault
    if pos > limit:
        raise truncated("OffsetForLeaderEpochResponse v2-3")
    return m


def _encode_response_v2(m: OffsetForLeaderEpochResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.topics)
        add(_pack_ii(m.throttle_time_ms, n))
        for e1 in m.topics:
            raw = e1.topic.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            n = len(e1.partitions)
            add(_pack_i(n))
            for e2 in e1.partitions:
                add(_pack_hiiq(e2.error_code, e2.partition, e2.leader_epoch, e2.end_offset))
    except ENCODE_FAULTS as fault:
        raise unencodable("OffsetForLeaderEpochResponse v2-3", fault) from fault
    return [b"".join(out)]


def _decode_response_v4(buf: memoryview, pos: int) -> OffsetForLeaderEpochResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(OffsetForLeaderEpochResponse)
        m.throttle_time_ms, c = _read_iB(buf, pos)
        pos += 5
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("OffsetForLeaderEpochResponse.topics")
        left -= c
        if left < 0:
            raise too_many("OffsetForLeaderEpochResponse.topics")
        items1: list[OffsetForLeaderEpochResponseTopics] = []
        m.topics = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(OffsetForLeaderEpochResponseTopics)
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("OffsetForLeaderEpochResponseTopics.topic")
            end = pos + n - 1
            e2.topic = buf[pos:end].tobytes().decode()
            pos = end
            c = buf[pos]
            pos += 1
            if c > 127:
                c, pos = uvarint_rest(buf, pos, c)
            c -= 1
            if c < 0:
                raise null_field("OffsetForLeaderEpochResponseTopics.partitions")
            left -= c
            if left < 0:
                raise too_many("OffsetForLeaderEpochResponseTopics.partitions")
            items3: list[OffsetForLeaderEpochResponsePartitions] = []
            e2.partitions = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(OffsetForLeaderEpochResponsePartitions)
                e4.error_code, e4.partition, e4.leader_epoch, e4.end_offset, t = _read_hiiqB(buf, pos)
                pos += 19
                if t:
                    pos, left = skip_tags_within(buf, pos, t, left)
                items3.append(e4)
            t = buf[pos]
            pos += 1
            if t:
                pos, left = skip_tags_within(buf, pos, t, left)
            items1.append(e2)
        t = buf[pos]
        pos += 1
        if t:
            pos, left = skip_tags_within(buf, pos, t, left)
    except DECODE_FAULTS as fault:
        raise malformed("OffsetForLeaderEpochResponse v4", fault) from fault
    if pos > limit:
        raise truncated("OffsetForLeaderEpochResponse v4")
    return m


def _encode_response_v4(m: OffsetForLeaderEpochResponse) -> list[Part]:
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
            raw = e1.topic.encode()
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else string_prefix(n))
            if raw:
                add(raw)
            n = len(e1.partitions) + 1
            add(BYTE[n] if n < 128 else uvarint(n))
            for e2 in e1.partitions:
                add(_pack_hiiqx(e2.error_code, e2.partition, e2.leader_epoch, e2.end_offset))
            add(b"\0")
        add(b"\0")
    except ENCODE_FAULTS as fault:
        raise unencodable("OffsetForLeaderEpochResponse v4", fault) from fault
    return [b"".join(out)]


REQUEST_DECODERS: dict[int, Callable[[memoryview, int], OffsetForLeaderEpochRequest]] = {
    2: _decode_request_v2,
    3: _decode_request_v3,
    4: _decode_request_v4,
}
REQUEST_ENCODERS: dict[int, Callable[[OffsetForLeaderEpochRequest], list[Part]]] = {
    2: _encode_request_v2,
    3: _encode_request_v3,
    4: _encode_request_v4,
}
RESPONSE_DECODERS: dict[int, Callable[[memoryview, int], OffsetForLeaderEpochResponse]] = {
    2: _decode_response_v2,
    3: _decode_response_v2,
    4: _decode_response_v4,
}
RESPONSE_ENCODERS: dict[int, Callable[[OffsetForLeaderEpochResponse], list[Part]]] = {
    2: _encode_response_v2,
    3: _encode_response_v2,
    4: _encode_response_v4,
}
API = Api(
    key=23,
    name="OffsetForLeaderEpoch",
    min_version=2,
    max_version=4,
    first_version=2,
    flexible_from=4,
    request_decoders=REQUEST_DECODERS,
    request_encoders=REQUEST_ENCODERS,
    response_decoders=RESPONSE_DECODERS,
    response_encoders=RESPONSE_ENCODERS,
)
