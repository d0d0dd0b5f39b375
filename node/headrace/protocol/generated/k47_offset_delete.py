"""Generated from manifests/47_offset_delete.api by `python -m headrace.protocol.codegen`;
never edited."""

import struct
from collections.abc import Callable
from dataclasses import dataclass, field

from headrace.protocol.api import Api
from headrace.protocol.primitives import (
    DECODE_FAULTS,
    ELEMENTS_MAX,
    ENCODE_FAULTS,
    Part,
    TIMES,
    malformed,
    null_field,
    too_many,
    truncated,
    unencodable,
)

new = object.__new__
_pack_h = struct.Struct(">h").pack
_pack_hii = struct.Struct(">hii").pack
_pack_i = struct.Struct(">i").pack
_pack_ih = struct.Struct(">ih").pack
_read_h = struct.Struct(">h").unpack_from
_read_hii = struct.Struct(">hii").unpack_from
_read_i = struct.Struct(">i").unpack_from
_read_ih = struct.Struct(">ih").unpack_from


@dataclass(slots=True)
class OffsetDeleteRequestPartitions:
    partition_index: int = 0


@dataclass(slots=True)
class OffsetDeleteRequestTopics:
    name: str = ""
    partitions: list[OffsetDeleteRequestPartitions] = field(default_factory=list)


@dataclass(slots=True)
class OffsetDeleteRequest:
    group_id: str = ""
    topics: list[OffsetDeleteRequestTopics] = field(default_factory=list)


@dataclass(slots=True)
class OffsetDeleteResponsePartitions:
    partition_index: int = 0
    error_code: int = 0


@dataclass(slots=True)
class OffsetDeleteResponseTopics:
    name: str = ""
    partitions: list[OffsetDeleteResponsePartitions] = field(default_factory=list)


@dataclass(slots=True)
class OffsetDeleteResponse:
    error_code: int = 0
    throttle_time_ms: int = 0
    topics: list[OffsetDeleteResponseTopics] = field(default_factory=list)


def _decode_request_v0(buf: memoryview, pos: int) -> OffsetDeleteRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(OffsetDeleteRequest)
        n, = _read_h(buf, pos)
        pos += 2
        if n < 0:
            raise null_field("OffsetDeleteRequest.group_id")
        end = pos + n
        m.group_id = buf[pos:end].tobytes().decode()
        pos = end
        c, = _read_i(buf, pos)
        pos += 4
        if c < 0:
            raise null_field("OffsetDeleteRequest.topics")
        left -= c
        if left < 0:
            raise too_many("OffsetDeleteRequest.topics")
        items1: list[OffsetDeleteRequestTopics] = []
        m.topics = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(OffsetDeleteRequestTopics)
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("OffsetDeleteRequestTopics.name")
            end = pos + n
            e2.name = buf[pos:end].tobytes().decode()
            pos = end
            c, = _read_i(buf, pos)
            pos += 4
            if c < 0:
                raise null_field("OffsetDeleteRequestTopics.partitions")
            left -= c
            if left < 0:
                raise too_many("OffsetDeleteRequestTopics.partitions")
            items3: list[OffsetDeleteRequestPartitions] = []
            e2.partitions = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(OffsetDeleteRequestPartitions)
                e4.partition_index, = _read_i(buf, pos)
                pos += 4
                items3.append(e4)
            items1.append(e2)
    except DECODE_FAULTS as fault:
        raise malformed("OffsetDeleteRequest v0", fault) from fault
    if pos > limit:
        raise truncated("OffsetDeleteRequest v0")
    return m


def _encode_request_v0(m: OffsetDeleteRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        raw = m.group_id.encode()
        n = len(raw)
        add(_pack_h(n))
        if raw:
            add(raw)
        n = len(m.topics)
        add(_pack_i(n))
        for e1 in m.topics:
            raw = e1.name.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            n = len(e1.partitions)
            add(_pack_i(n))
            for e2 in e1.partitions:
                add(_pack_i(e2.partition_index))
    except ENCODE_FAULTS as fault:
        raise unencodable("OffsetDeleteRequest v0", fault) from fault
    return [b"".join(out)]


def _decode_response_v0(buf: memoryview, pos: int) -> OffsetDeleteResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(OffsetDeleteResponse)
        m.error_code, m.throttle_time_ms, c = _read_hii(buf, pos)
        pos += 10
        if c < 0:
            raise null_field("OffsetDeleteResponse.topics")
        left -= c
        if left < 0:
            raise too_many("OffsetDeleteResponse.topics")
        items1: list[OffsetDeleteResponseTopics] = []
        m.topics = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(OffsetDeleteResponseTopics)
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("OffsetDeleteResponseTopics.name")
            end = pos + n
            e2.name = buf[pos:end].tobytes().decode()
            pos = end
            c, = _read_i(buf, pos)
            pos += 4
            if c < 0:
                raise null_field("OffsetDeleteResponseTopics.partitions")
            left -= c
            if left < 0:
                raise too_many("OffsetDeleteResponseTopics.partitions")
            items3: list[OffsetDeleteResponsePartitions] = []
            e2.partitions = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(OffsetDeleteResponsePartitions)
                e4.partition_index, e4.error_code = _read_ih(buf, pos)
                pos += 6
                items3.append(e4)
            items1.append(e2)
    except DECODE_FAULTS as fault:
        raise malformed("OffsetDeleteResponse v0", fault) from fault
    if pos > limit:
        raise truncated("OffsetDeleteResponse v0")
    return m


def _encode_response_v0(m: OffsetDeleteResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.topics)
        add(_pack_hii(m.error_code, m.throttle_time_ms, n))
        for e1 in m.topics:
            raw = e1.name.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            n = len(e1.partitions)
            add(_pack_i(n))
            for e2 in e1.partitions:
                add(_pack_ih(e2.partition_index, e2.error_code))
    except ENCODE_FAULTS as fault:
        raise unencodable("OffsetDeleteResponse v0", fault) from fault
    return [b"".join(out)]


REQUEST_DECODERS: dict[int, Callable[[memoryview, int], OffsetDeleteRequest]] = {
    0: _decode_request_v0,
}
REQUEST_ENCODERS: dict[int, Callable[[OffsetDeleteRequest], list[Part]]] = {
    0: _encode_request_v0,
}
RESPONSE_DECODERS: dict[int, Callable[[memoryview, int], OffsetDeleteResponse]] = {
    0: _decode_response_v0,
}
RESPONSE_ENCODERS: dict[int, Callable[[OffsetDeleteResponse], list[Part]]] = {
    0: _encode_response_v0,
}
API = Api(
    key=47,
    name="OffsetDelete",
    min_version=0,
    max_version=0,
    first_version=0,
    flexible_from=32767,
    request_decoders=REQUEST_DECODERS,
    request_encoders=REQUEST_ENCODERS,
    response_decoders=RESPONSE_DECODERS,
    response_encoders=RESPONSE_ENCODERS,
)
