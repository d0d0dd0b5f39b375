"""Generated from manifests/37_create_partitions.api by `python -m headrace.protocol.codegen`;
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
    read_int32s,
    skip_tags_within,
    string_prefix,
    string_rest,
    too_many,
    truncated,
    unencodable,
    uvarint,
    uvarint_rest,
    write_int32s,
)

new = object.__new__
_pack_h = struct.Struct(">h").pack
_pack_hB = struct.Struct(">hB").pack
_pack_hh = struct.Struct(">hh").pack
_pack_i = struct.Struct(">i").pack
_pack_iB = struct.Struct(">iB").pack
_pack_ii = struct.Struct(">ii").pack
_pack_io = struct.Struct(">i?").pack
_pack_iox = struct.Struct(">i?x").pack
_read_h = struct.Struct(">h").unpack_from
_read_hB = struct.Struct(">hB").unpack_from
_read_hh = struct.Struct(">hh").unpack_from
_read_i = struct.Struct(">i").unpack_from
_read_iB = struct.Struct(">iB").unpack_from
_read_ii = struct.Struct(">ii").unpack_from
_read_io = struct.Struct(">i?").unpack_from
_read_ioB = struct.Struct(">i?B").unpack_from


@dataclass(slots=True)
class CreatePartitionsRequestAssignments:
    broker_ids: list[int] = field(default_factory=list)


@dataclass(slots=True)
class CreatePartitionsRequestTopics:
    name: str = ""
    count: int = 0
    assignments: list[CreatePartitionsRequestAssignments] | None = field(default_factory=list)


@dataclass(slots=True)
class CreatePartitionsRequest:
    topics: list[CreatePartitionsRequestTopics] = field(default_factory=list)
    timeout_ms: int = 0
    validate_only: bool = False


@dataclass(slots=True)
class CreatePartitionsResponseResults:
    name: str = ""
    error_code: int = 0
    error_message: str | None = None


@dataclass(slots=True)
class CreatePartitionsResponse:
    throttle_time_ms: int = 0
    results: list[CreatePartitionsResponseResults] = field(default_factory=list)


def _decode_request_v0(buf: memoryview, pos: int) -> CreatePartitionsRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(CreatePartitionsRequest)
        c, = _read_i(buf, pos)
        pos += 4
        if c < 0:
            raise null_field("CreatePartitionsRequest.topics")
        left -= c
        if left < 0:
            raise too_many("CreatePartitionsRequest.topics")
        items1: list[CreatePartitionsRequestTopics] = []
        m.topics = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(CreatePartitionsRequestTopics)
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("CreatePartitionsRequestTopics.name")
            end = pos + n
            e2.name = buf[pos:end].tobytes().decode()
            pos = end
            e2.count, c = _read_ii(buf, pos)
            pos += 8
            if c < 0:
                e2.assignments = None
            else:
                left -= c
                if left < 0:
                    raise too_many("CreatePartitionsRequestTopics.assignments")
                items3: list[CreatePartitionsRequestAssignments] = []
                e2.assignments = items3
                for _ in TIMES[c] if c < 64 else range(c):
                    e4 = new(CreatePartitionsRequestAssignments)
                    c, = _read_i(buf, pos)
                    pos += 4
                    if c < 0:
                        raise null_field("CreatePartitionsRequestAssignments.broker_ids")
                    left -= c
                    if left < 0:
                        raise too_many("CreatePartitionsRequestAssignments.broker_ids")
                    e4.broker_ids = read_int32s(buf, pos, c) if c else []
                    pos += 4 * c
                    items3.append(e4)
            items1.append(e2)
        m.timeout_ms, m.validate_only = _read_io(buf, pos)
        pos += 5
    except DECODE_FAULTS as fault:
        raise malformed("CreatePartitionsRequest v0-1", fault) from fault
    if pos > limit:
        raise truncated("CreatePartitionsRequest v0-1")
    return m


def _encode_request_v0(m: CreatePartitionsRequest) -> list[Part]:
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
            n = -1 if e1.assignments is None else len(e1.assignments)
            add(_pack_ii(e1.count, n))
            for e2 in e1.assignments or ():
                n = len(e2.broker_ids)
                add(_pack_i(n))
                if e2.broker_ids:
                    add(write_int32s(e2.broker_ids))
        add(_pack_io(m.timeout_ms, m.validate_only))
    except ENCODE_FAULTS as fault:
        raise unencodable("CreatePartitionsRequest v0-1", fault) from fault
    return [b"".join(out)]


def _decode_request_v2(buf: memoryview, pos: int) -> CreatePartitionsRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(CreatePartitionsRequest)
        c = buf[pos]
        pos += 1
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("CreatePartitionsRequest.topics")
        left -= c
        if left < 0:
            raise too_many("CreatePartitionsRequest.topics")
        items1: list[CreatePartitionsRequestTopics] = []
        m.topics = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(CreatePartitionsRequestTopics)
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("CreatePartitionsRequestTopics.name")
            end = pos + n - 1
            e2.name = buf[pos:end].tobytes().decode()
            pos = end
            e2.count, c = _read_iB(buf, pos)
            pos += 5
            if c > 127:
                c, pos = uvarint_rest(buf, pos, c)
            c -= 1
            if c < 0:
                e2.assignments = None
            else:
                left -= c
                if left < 0:
                    raise too_many("CreatePartitionsRequestTopics.assignments")
                items3: list[CreatePartitionsRequestAssignments] = []
                e2.assignments = items3
                for _ in TIMES[c] if c < 64 else range(c):
                    e4 = new(CreatePartitionsRequestAssignments)
                    c = buf[pos]
                    pos += 1
                    if c > 127:
                        c, pos = uvarint_rest(buf, pos, c)
                    c -= 1
                    if c < 0:
                        raise null_field("CreatePartitionsRequestAssignments.broker_ids")
                    left -= c
                    if left < 0:
                        raise too_many("CreatePartitionsRequestAssignments.broker_ids")
                    e4.broker_ids = read_int32s(buf, pos, c) if c else []
                    pos += 4 * c
                    t = buf[pos]
                    pos += 1
                    if t:
                        pos, left = skip_tags_within(buf, pos, t, left)
                    items3.append(e4)
            t = buf[pos]
            pos += 1
            if t:
                pos, left = skip_tags_within(buf, pos, t, left)
            items1.append(e2)
        m.timeout_ms, m.validate_only, t = _read_ioB(buf, pos)
        pos += 6
        if t:
            pos, left = skip_tags_within(buf, pos, t, left)
    except DECODE_FAULTS as fault:
        raise malformed("CreatePartitionsRequest v2-3", fault) from fault
    if pos > limit:
        raise truncated("CreatePartitionsRequest v2-3")
    return m


def _encode_request_v2(m: CreatePartitionsRequest) -> list[Part]:
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
            n = 0 if e1.assignments is None else len(e1.assignments) + 1
            if n < 128:
                add(_pack_iB(e1.count, n))
            else:
                add(_pack_i(e1.count))
                add(uvarint(n))
            for e2 in e1.assignments or ():
                n = len(e2.broker_ids) + 1
                add(BYTE[n] if n < 128 else uvarint(n))
                if e2.broker_ids:
                    add(write_int32s(e2.broker_ids))
                add(b"\0")
            add(b"\0")
        add(_pack_iox(m.timeout_ms, m.validate_only))
    except ENCODE_FAULTS as fault:
        raise unencodable("CreatePartitionsRequest v2-3", fault) from fault
    return [b"".join(out)]


def _decode_response_v0(buf: memoryview, pos: int) -> CreatePartitionsResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(CreatePartitionsResponse)
        m.throttle_time_ms, c = _read_ii(buf, pos)
        pos += 8
        if c < 0:
            raise null_field("CreatePartitionsResponse.results")
        left -= c
        if left < 0:
            raise too_many("CreatePartitionsResponse.results")
        items1: list[CreatePartitionsResponseResults] = []
        m.results = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(CreatePartitionsResponseResults)
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("CreatePartitionsResponseResults.name")
            end = pos + n
            e2.name = buf[pos:end].tobytes().decode()
            pos = end
            e2.error_code, n = _read_hh(buf, pos)
            pos += 4
            if n < 0:
                e2.error_message = None
            else:
                end = pos + n
                e2.error_message = buf[pos:end].tobytes().decode()
                pos = end
            items1.append(e2)
    except DECODE_FAULTS as fault:
        raise malformed("CreatePartitionsResponse v0-1", fault) from fault
    if pos > limit:
        raise truncated("CreatePartitionsResponse v0-1")
    return m


def _encode_response_v0(m: CreatePartitionsResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.results)
        add(_pack_ii(m.throttle_time_ms, n))
        for e1 in m.results:
            raw = e1.name.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            if e1.error_message is None:
                raw = b""
                n = -1
            else:
                raw = e1.error_message.encode()
                n = len(raw)
            add(_pack_hh(e1.error_code, n))
            if raw:
                add(raw)
    except ENCODE_FAULTS as fault:
        raise unencodable("CreatePartitionsResponse v0-1", fault) from fault
    return [b"".join(out)]


def _decode_response_v2(buf: memoryview, pos: int) -> CreatePartitionsResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(CreatePartitionsResponse)
        m.throttle_time_ms, c = _read_iB(buf, pos)
        pos += 5
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("CreatePartitionsResponse.results")
        left -= c
        if left < 0:
            raise too_many("CreatePartitionsResponse.results")
        items1: list[CreatePartitionsResponseResults] = []
        m.results = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(CreatePartitionsResponseResults)
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("CreatePartitionsResponseResults.name")
            end = pos + n - 1
            e2.name = buf[pos:end].tobytes().decode()
            pos = end
            e2.error_code, n = _read_hB(buf, pos)
            pos += 3
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                e2.error_message = None
            else:
                end = pos + n - 1
                e2.error_message = buf[pos:end].tobytes().decode()
                pos = end
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
        raise malformed("CreatePartitionsResponse v2-3", fault) from fault
    if pos > limit:
        raise truncated("CreatePartitionsResponse v2-3")
    return m


def _encode_response_v2(m: CreatePartitionsResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.results) + 1
        if n < 128:
            add(_pack_iB(m.throttle_time_ms, n))
        else:
            add(_pack_i(m.throttle_time_ms))
            add(uvarint(n))
        for e1 in m.results:
            raw = e1.name.encode()
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else string_prefix(n))
            if raw:
                add(raw)
            if e1.error_message is None:
                raw = b""
                n = 0
            else:
                raw = e1.error_message.encode()
                n = len(raw) + 1
            if n < 128:
                add(_pack_hB(e1.error_code, n))
            else:
                add(_pack_h(e1.error_code))
                add(string_prefix(n))
            if raw:
                add(raw)
            add(b"\0")
        add(b"\0")
    except ENCODE_FAULTS as fault:
        raise unencodable("CreatePartitionsResponse v2-3", fault) from fault
    return [b"".join(out)]


REQUEST_DECODERS: dict[int, Callable[[memoryview, int], CreatePartitionsRequest]] = {
    0: _decode_request_v0,
    1: _decode_request_v0,
    2: _decode_request_v2,
    3: _decode_request_v2,
}
REQUEST_ENCODERS: dict[int, Callable[[CreatePartitionsRequest], list[Part]]] = {
    0: _encode_request_v0,
    1: _encode_request_v0,
    2: _encode_request_v2,
    3: _encode_request_v2,
}
RESPONSE_DECODERS: dict[int, Callable[[memoryview, int], CreatePartitionsResponse]] = {
    0: _decode_response_v0,
    1: _decode_response_v0,
    2: _decode_response_v2,
    3: _decode_response_v2,
}
RESPONSE_ENCODERS: dict[int, Callable[[CreatePartitionsResponse], list[Part]]] = {
    0: _encode_response_v0,
    1: _encode_response_v0,
    2: _encode_response_v2,
    3: _encode_response_v2,
}
API = Api(
    key=37,
    name="CreatePartitions",
    min_version=0,
    max_version=3,
    first_version=0,
    flexible_from=2,
    request_decoders=REQUEST_DECODERS,
    request_encoders=REQUEST_ENCODERS,
    response_decoders=RESPONSE_DECODERS,
    response_encoders=RESPONSE_ENCODERS,
)
