"""Generated from manifests/21_delete_records.api by `python -m headrace.protocol.codegen`;
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
_pack_i = struct.Struct(">i").pack
_pack_iB = struct.Struct(">iB").pack
_pack_ii = struct.Struct(">ii").pack
_pack_iq = struct.Struct(">iq").pack
_pack_iqh = struct.Struct(">iqh").pack
_pack_iqhx = struct.Struct(">iqhx").pack
_pack_iqx = struct.Struct(">iqx").pack
_pack_ix = struct.Struct(">ix").pack
_read_h = struct.Struct(">h").unpack_from
_read_i = struct.Struct(">i").unpack_from
_read_iB = struct.Struct(">iB").unpack_from
_read_ii = struct.Struct(">ii").unpack_from
_read_iq = struct.Struct(">iq").unpack_from
_read_iqB = struct.Struct(">iqB").unpack_from
_read_iqh = struct.Struct(">iqh").unpack_from
_read_iqhB = struct.Struct(">iqhB").unpack_from


@dataclass(slots=True)
class DeleteRecordsRequestPartitions:
    partition_index: int = 0
    offset: int = 0


@dataclass(slots=True)
class DeleteRecordsRequestTopics:
    name: str = ""
    partitions: list[DeleteRecordsRequestPartitions] = field(default_factory=list)


@dataclass(slots=True)
class DeleteRecordsRequest:
    topics: list[DeleteRecordsRequestTopics] = field(default_factory=list)
    timeout_ms: int = 0


@dataclass(slots=True)
class DeleteRecordsResponsePartitions:
    partition_index: int = 0
    low_watermark: int = 0
    error_code: int = 0


@dataclass(slots=True)
class DeleteRecordsResponseTopics:
    name: str = ""
    partitions: list[DeleteRecordsResponsePartitions] = field(default_factory=list)


@dataclass(slots=True)
class DeleteRecordsResponse:
    throttle_time_ms: int = 0
    topics: list[DeleteRecordsResponseTopics] = field(default_factory=list)


def _decode_request_v0(buf: memoryview, pos: int) -> DeleteRecordsRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(DeleteRecordsRequest)
        c, = _read_i(buf, pos)
        pos += 4
        if c < 0:
            raise null_field("DeleteRecordsRequest.topics")
        left -= c
        if left < 0:
            raise too_many("DeleteRecordsRequest.topics")
        items1: list[DeleteRecordsRequestTopics] = []
        m.topics = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(DeleteRecordsRequestTopics)
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("DeleteRecordsRequestTopics.name")
            end = pos + n
            e2.name = buf[pos:end].tobytes().decode()
            pos = end
            c, = _read_i(buf, pos)
            pos += 4
            if c < 0:
                raise null_field("DeleteRecordsRequestTopics.partitions")
            left -= c
            if left < 0:
                raise too_many("DeleteRecordsRequestTopics.partitions")
            items3: list[DeleteRecordsRequestPartitions] = []
            e2.partitions = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(DeleteRecordsRequestPartitions)
                e4.partition_index, e4.offset = _read_iq(buf, pos)
                pos += 12
                items3.append(e4)
            items1.append(e2)
        m.timeout_ms, = _read_i(buf, pos)
        pos += 4
    except DECODE_FAULTS as fault:
        raise malformed("DeleteRecordsRequest v0-1", fault) from fault
    if pos > limit:
        raise truncated("DeleteRecordsRequest v0-1")
    return m


def _encode_request_v0(m: DeleteRecordsRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
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
                add(_pack_iq(e2.partition_index, e2.offset))
        add(_pack_i(m.timeout_ms))
    except ENCODE_FAULTS as fault:
        raise unencodable("DeleteRecordsRequest v0-1", fault) from fault
    return [b"".join(out)]


def _decode_request_v2(buf: memoryview, pos: int) -> DeleteRecordsRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(DeleteRecordsRequest)
        c = buf[pos]
        pos += 1
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("DeleteRecordsRequest.topics")
        left -= c
        if left < 0:
            raise too_many("DeleteRecordsRequest.topics")
        items1: list[DeleteRecordsRequestTopics] = []
        m.topics = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(DeleteRecordsRequestTopics)
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("DeleteRecordsRequestTopics.name")
            end = pos + n - 1
            e2.name = buf[pos:end].tobytes().decode()
            pos = end
            c = buf[pos]
            pos += 1
            if c > 127:
                c, pos = uvarint_rest(buf, pos, c)
            c -= 1
            if c < 0:
                raise null_field("DeleteRecordsRequestTopics.partitions")
            left -= c
            if left < 0:
                raise too_many("DeleteRecordsRequestTopics.partitions")
            items3: list[DeleteRecordsRequestPartitions] = []
            e2.partitions = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(DeleteRecordsRequestPartitions)
                e4.partition_index, e4.offset, t = _read_iqB(buf, pos)
                pos += 13
                if t:
                    pos, left = skip_tags_within(buf, pos, t, left)
                items3.append(e4)
            t = buf[pos]
            pos += 1
            if t:
                pos, left = skip_tags_within(buf, pos, t, left)
            items1.append(e2)
        m.timeout_ms, t = _read_iB(buf, pos)
        pos += 5
        if t:
            pos, left = skip_tags_within(buf, pos, t, left)
    except DECODE_FAULTS as fault:
        raise malformed("DeleteRecordsRequest v2", fault) from fault
    if pos > limit:
        raise truncated("DeleteRecordsRequest v2")
    return m


def _encode_request_v2(m: DeleteRecordsRequest) -> list[Part]:
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
            n = len(e1.partitions) + 1
            add(BYTE[n] if n < 128 else uvarint(n))
            for e2 in e1.partitions:
                add(_pack_iqx(e2.partition_index, e2.offset))
            add(b"\0")
        add(_pack_ix(m.timeout_ms))
    except ENCODE_FAULTS as fault:
        raise unencodable("DeleteRecordsRequest v2", fault) from fault
    return [b"".join(out)]


def _decode_response_v0(buf: memoryview, pos: int) -> DeleteRecordsResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(DeleteRecordsResponse)
        m.throttle_time_ms, c = _read_ii(buf, pos)
        pos += 8
        if c < 0:
            raise null_field("DeleteRecordsResponse.topics")
        left -= c
        if left < 0:
            raise too_many("DeleteRecordsResponse.topics")
        items1: list[DeleteRecordsResponseTopics] = []
        m.topics = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(DeleteRecordsResponseTopics)
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("DeleteRecordsResponseTopics.name")
            end = pos + n
            e2.name = buf[pos:end].tobytes().decode()
            pos = end
            c, = _read_i(buf, pos)
            pos += 4
            if c < 0:
                raise null_field("DeleteRecordsResponseTopics.partitions")
            left -= c
            if left < 0:
                raise too_many("DeleteRecordsResponseTopics.partitions")
            items3: list[DeleteRecordsResponsePartitions] = []
            e2.partitions = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(DeleteRecordsResponsePartitions)
                e4.partition_index, e4.low_watermark, e4.error_code = _read_iqh(buf, pos)
                pos += 14
                items3.append(e4)
            items1.append(e2)
    except DECODE_FAULTS as fault:
        raise malformed("DeleteRecordsResponse v0-1", fault) from fault
    if pos > limit:
        raise truncated("DeleteRecordsResponse v0-1")
    return m


def _encode_response_v0(m: DeleteRecordsResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.topics)
        add(_pack_ii(m.throttle_time_ms, n))
        for e1 in m.topics:
            raw = e1.name.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            n = len(e1.partitions)
            add(_pack_i(n))
            for e2 in e1.partitions:
                add(_pack_iqh(e2.partition_index, e2.low_watermark, e2.error_code))
    except ENCODE_FAULTS as fault:
        raise unencodable("DeleteRecordsResponse v0-1", fault) from fault
    return [b"".join(out)]


def _decode_response_v2(buf: memoryview, pos: int) -> DeleteRecordsResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(DeleteRecordsResponse)
        m.throttle_time_ms, c = _read_iB(buf, pos)
        pos += 5
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("DeleteRecordsResponse.topics")
        left -= c
        if left < 0:
            raise too_many("DeleteRecordsResponse.topics")
        items1: list[DeleteRecordsResponseTopics] = []
        m.topics = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(DeleteRecordsResponseTopics)
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("DeleteRecordsResponseTopics.name")
            end = pos + n - 1
            e2.name = buf[pos:end].tobytes().decode()
            pos = end
            c = buf[pos]
            pos += 1
            if c > 127:
                c, pos = uvarint_rest(buf, pos, c)
            c -= 1
            if c < 0:
                raise null_field("DeleteRecordsResponseTopics.partitions")
            left -= c
            if left < 0:
                raise too_many("DeleteRecordsResponseTopics.partitions")
            items3: list[DeleteRecordsResponsePartitions] = []
            e2.partitions = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(DeleteRecordsResponsePartitions)
                e4.partition_index, e4.low_watermark, e4.error_code, t = _read_iqhB(buf, pos)
                pos += 15
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
        raise malformed("DeleteRecordsResponse v2", fault) from fault
    if pos > limit:
        raise truncated("DeleteRecordsResponse v2")
    return m


def _encode_response_v2(m: DeleteRecordsResponse) -> list[Part]:
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
            raw = e1.name.encode()
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else string_prefix(n))
            if raw:
                add(raw)
            n = len(e1.partitions) + 1
            add(BYTE[n] if n < 128 else uvarint(n))
            for e2 in e1.partitions:
                add(_pack_iqhx(e2.partition_index, e2.low_watermark, e2.error_code))
            add(b"\0")
        add(b"\0")
    except ENCODE_FAULTS as fault:
        raise unencodable("DeleteRecordsResponse v2", fault) from fault
    return [b"".join(out)]


REQUEST_DECODERS: dict[int, Callable[[memoryview, int], DeleteRecordsRequest]] = {
    0: _decode_request_v0,
    1: _decode_request_v0,
    2: _decode_request_v2,
}
REQUEST_ENCODERS: dict[int, Callable[[DeleteRecordsRequest], list[Part]]] = {
    0: _encode_request_v0,
    1: _encode_request_v0,
    2: _encode_request_v2,
}
RESPONSE_DECODERS: dict[int, Callable[[memoryview, int], DeleteRecordsResponse]] = {
    0: _decode_response_v0,
    1: _decode_response_v0,
    2: _decode_response_v2,
}
RESPONSE_ENCODERS: dict[int, Callable[[DeleteRecordsResponse], list[Part]]] = {
    0: _encode_response_v0,
    1: _encode_response_v0,
    2: _encode_response_v2,
}
API = Api(
    key=21,
    name="DeleteRecords",
    min_version=0,
    max_version=2,
    first_version=0,
    flexible_from=2,
    request_decoders=REQUEST_DECODERS,
    request_encoders=REQUEST_ENCODERS,
    response_decoders=RESPONSE_DECODERS,
    response_encoders=RESPONSE_ENCODERS,
)
