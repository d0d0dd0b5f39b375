"""Generated from manifests/14_sync_group.api by `python -m headrace.protocol.codegen`;
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
_pack_hi = struct.Struct(">hi").pack
_pack_i = struct.Struct(">i").pack
_pack_iB = struct.Struct(">iB").pack
_pack_ih = struct.Struct(">ih").pack
_pack_ihB = struct.Struct(">ihB").pack
_pack_ihi = struct.Struct(">ihi").pack
_read_h = struct.Struct(">h").unpack_from
_read_hi = struct.Struct(">hi").unpack_from
_read_i = struct.Struct(">i").unpack_from
_read_iB = struct.Struct(">iB").unpack_from
_read_ih = struct.Struct(">ih").unpack_from
_read_ihB = struct.Struct(">ihB").unpack_from
_read_ihi = struct.Struct(">ihi").unpack_from


@dataclass(slots=True)
class SyncGroupRequestAssignments:
    member_id: str = ""
    assignment: bytes = b""


@dataclass(slots=True)
class SyncGroupRequest:
    group_id: str = ""
    generation_id: int = 0
    member_id: str = ""
    group_instance_id: str | None = None
    protocol_type: str | None = None
    protocol_name: str | None = None
    assignments: list[SyncGroupRequestAssignments] = field(default_factory=list)


@dataclass(slots=True)
class SyncGroupResponse:
    throttle_time_ms: int = 0
    error_code: int = 0
    protocol_type: str | None = None
    protocol_name: str | None = None
    assignment: bytes = b""


def _decode_request_v0(buf: memoryview, pos: int) -> SyncGroupRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(SyncGroupRequest)
        m.group_instance_id = None
        m.protocol_type = None
        m.protocol_name = None
        n, = _read_h(buf, pos)
        pos += 2
        if n < 0:
            raise null_field("SyncGroupRequest.group_id")
        end = pos + n
        m.group_id = buf[pos:end].tobytes().decode()
        pos = end
        m.generation_id, n = _read_ih(buf, pos)
        pos += 6
        if n < 0:
            raise null_field("SyncGroupRequest.member_id")
        end = pos + n
        m.member_id = buf[pos:end].tobytes().decode()
        pos = end
        c, = _read_i(buf, pos)
        pos += 4
        if c < 0:
            raise null_field("SyncGroupRequest.assignments")
        left -= c
        if left < 0:
            raise too_many("SyncGroupRequest.assignments")
        items1: list[SyncGroupRequestAssignments] = []
        m.assignments = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(SyncGroupRequestAssignments)
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("SyncGroupRequestAssignments.member_id")
            end = pos + n
            e2.member_id = buf[pos:end].tobytes().decode()
            pos = end
            n, = _read_i(buf, pos)
            pos += 4
            if n < 0:
                raise null_field("SyncGroupRequestAssignments.assignment")
            end = pos + n
            e2.assignment = buf[pos:end].tobytes()
            pos = end
            items1.append(e2)
    except DECODE_FAULTS as fault:
        raise malformed("SyncGroupRequest v0-2", fault) from fault
    if pos > limit:
        raise truncated("SyncGroupRequest v0-2")
    return m


def _encode_request_v0(m: SyncGroupRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        raw = m.group_id.encode()
        n = len(raw)
        add(_pack_h(n))
        if raw:
            add(raw)
        raw = m.member_id.encode()
        n = len(raw)
        add(_pack_ih(m.generation_id, n))
        if raw:
            add(raw)
        n = len(m.assignments)
        add(_pack_i(n))
        for e1 in m.assignments:
            raw = e1.member_id.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            raw = e1.assignment
            n = len(raw)
            add(_pack_i(n))
            if raw:
                add(raw)
    except ENCODE_FAULTS as fault:
        raise unencodable("SyncGroupRequest v0-2", fault) from fault
    return [b"".join(out)]


def _decode_request_v3(buf: memoryview, pos: int) -> SyncGroupRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(SyncGroupRequest)
        m.protocol_type = None
        m.protocol_name = None
        n, = _read_h(buf, pos)
        pos += 2
        if n < 0:
            raise null_field("SyncGroupRequest.group_id")
        end = pos + n
        m.group_id = buf[pos:end].tobytes().decode()
        pos = end
        m.generation_id, n = _read_ih(buf, pos)
        pos += 6
        if n < 0:
            raise null_field("SyncGroupRequest.member_id")
        end = pos + n
        m.member_id = buf[pos:end].tobytes().decode()
        pos = end
        n, = _read_h(buf, pos)
        pos += 2
        if n < 0:
            m.group_instance_id = None
        else:
            end = pos + n
            m.group_instance_id = buf[pos:end].tobytes().decode()
            pos = end
        c, = _read_i(buf, pos)
        pos += 4
        if c < 0:
            raise null_field("SyncGroupRequest.assignments")
        left -= c
        if left < 0:
            raise too_many("SyncGroupRequest.assignments")
        items1: list[SyncGroupRequestAssignments] = []
        m.assignments = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(SyncGroupRequestAssignments)
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("SyncGroupRequestAssignments.member_id")
            end = pos + n
            e2.member_id = buf[pos:end].tobytes().decode()
            pos = end
            n, = _read_i(buf, pos)
            pos += 4
            if n < 0:
                raise null_field("SyncGroupRequestAssignments.assignment")
            end = pos + n
            e2.assignment = buf[pos:end].tobytes()
            pos = end
            items1.append(e2)
    except DECODE_FAULTS as fault:
        raise malformed("SyncGroupRequest v3", fault) from fault
    if pos > limit:
        raise truncated("SyncGroupRequest v3")
    return m


def _encode_request_v3(m: SyncGroupRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        raw = m.group_id.encode()
        n = len(raw)
        add(_pack_h(n))
        if raw:
            add(raw)
        raw = m.member_id.encode()
        n = len(raw)
        add(_pack_ih(m.generation_id, n))
        if raw:
            add(raw)
        if m.group_instance_id is None:
            raw = b""
            n = -1
        else:
            raw = m.group_instance_id.encode()
            n = len(raw)
        add(_pack_h(n))
        if raw:
            add(raw)
        n = len(m.assignments)
        add(_pack_i(n))
        for e1 in m.assignments:
            raw = e1.member_id.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            raw = e1.assignment
            n = len(raw)
            add(_pack_i(n))
            if raw:
                add(raw)
    except ENCODE_FAULTS as fault:
        raise unencodable("SyncGroupRequest v3", fault) from fault
    return [b"".join(out)]


def _decode_request_v4(buf: memoryview, pos: int) -> SyncGroupRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(SyncGroupRequest)
        m.protocol_type = None
        m.protocol_name = None
        n = buf[pos]
        pos += 1
        if n > 127:
            n, pos = string_rest(buf, pos, n)
        if not n:
            raise null_field("SyncGroupRequest.group_id")
        end = pos + n - 1
        m.group_id = buf[pos:end].tobytes().decode()
        pos = end
        m.generation_id, n = _read_iB(buf, pos)
        pos += 5
        if n > 127:
            n, pos = string_rest(buf, pos, n)
        if not n:
            raise null_field("SyncGroupRequest.member_id")
        end = pos + n - 1
        m.member_id = buf[pos:end].tobytes().decode()
        pos = end
        n = buf[pos]
        pos += 1
        if n > 127:
            n, pos = string_rest(buf, pos, n)
        if not n:
            m.group_instance_id = None
        else:
            end = pos + n - 1
            m.group_instance_id = buf[pos:end].tobytes().decode()
            pos = end
        c = buf[pos]
        pos += 1
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("SyncGroupRequest.assignments")
        left -= c
        if left < 0:
            raise too_many("SyncGroupRequest.assignments")
        items1: list[SyncGroupRequestAssignments] = []
        m.assignments = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(SyncGroupRequestAssignments)
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("SyncGroupRequestAssignments.member_id")
            end = pos + n - 1
            e2.member_id = buf[pos:end].tobytes().decode()
            pos = end
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = uvarint_rest(buf, pos, n)
            if not n:
                raise null_field("SyncGroupRequestAssignments.assignment")
            end = pos + n - 1
            e2.assignment = buf[pos:end].tobytes()
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
        raise malformed("SyncGroupRequest v4", fault) from fault
    if pos > limit:
        raise truncated("SyncGroupRequest v4")
    return m


def _encode_request_v4(m: SyncGroupRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        raw = m.group_id.encode()
        n = len(raw) + 1
        add(BYTE[n] if n < 128 else string_prefix(n))
        if raw:
            add(raw)
        raw = m.member_id.encode()
        n = len(raw) + 1
        if n < 128:
            add(_pack_iB(m.generation_id, n))
        else:
            add(_pack_i(m.generation_id))
            add(string_prefix(n))
        if raw:
            add(raw)
        if m.group_instance_id is None:
            raw = b""
            n = 0
        else:
            raw = m.group_instance_id.encode()
            n = len(raw) + 1
        add(BYTE[n] if n < 128 else string_prefix(n))
        if raw:
            add(raw)
        n = len(m.assignments) + 1
        add(BYTE[n] if n < 128 else uvarint(n))
        for e1 in m.assignments:
            raw = e1.member_id.encode()
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else string_prefix(n))
            if raw:
                add(raw)
            raw = e1.assignment
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else uvarint(n))
            if raw:
                add(raw)
            add(b"\0")
        add(b"\0")
    except ENCODE_FAULTS as fault:
        raise unencodable("SyncGroupRequest v4", fault) from fault
    return [b"".join(out)]


def _decode_request_v5(buf: memoryview, pos: int) -> SyncGroupRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(SyncGroupRequest)
        n = buf[pos]
        pos += 1
        if n > 127:
            n, pos = string_rest(buf, pos, n)
        if not n:
            raise null_field("SyncGroupRequest.group_id")
        end = pos + n - 1
        m.group_id = buf[pos:end].tobytes().decode()
        pos = end
        m.generation_id, n = _read_iB(buf, pos)
        pos += 5
        if n > 127:
            n, pos = string_rest(buf, pos, n)
        if not n:
            raise null_field("SyncGroupRequest.member_id")
        end = pos + n - 1
        m.member_id = buf[pos:end].tobytes().decode()
        pos = end
        n = buf[pos]
        pos += 1
        if n > 127:
            n, pos = string_rest(buf, pos, n)
        if not n:
            m.group_instance_id = None
        else:
            end = pos + n - 1
            m.group_instance_id = buf[pos:end].tobytes().decode()
            pos = end
        n = buf[pos]
        pos += 1
        if n > 127:
            n, pos = string_rest(buf, pos, n)
        if not n:
            m.protocol_type = None
        else:
            end = pos + n - 1
            m.protocol_type = buf[pos:end].tobytes().decode()
            pos = end
        n = buf[pos]
        pos += 1
        if n > 127:
            n, pos = string_rest(buf, pos, n)
        if not n:
            m.protocol_name = None
        else:
            end = pos + n - 1
            m.protocol_name = buf[pos:end].tobytes().decode()
            pos = end
        c = buf[pos]
        pos += 1
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("SyncGroupRequest.assignments")
        left -= c
        if left < 0:
            raise too_many("SyncGroupRequest.assignments")
        items1: list[SyncGroupRequestAssignments] = []
        m.assignments = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(SyncGroupRequestAssignments)
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("SyncGroupRequestAssignments.member_id")
            end = pos + n - 1
            e2.member_id = buf[pos:end].tobytes().decode()
            pos = end
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = uvarint_rest(buf, pos, n)
            if not n:
                raise null_field("SyncGroupRequestAssignments.assignment")
            end = pos + n - 1
            e2.assignment = buf[pos:end].tobytes()
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
        raise malformed("SyncGroupRequest v5", fault) from fault
    if pos > limit:
        raise truncated("SyncGroupRequest v5")
    return m


def _encode_request_v5(m: SyncGroupRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        raw = m.group_id.encode()
        n = len(raw) + 1
        add(BYTE[n] if n < 128 else string_prefix(n))
        if raw:
            add(raw)
        raw = m.member_id.encode()
        n = len(raw) + 1
        if n < 128:
            add(_pack_iB(m.generation_id, n))
        else:
            add(_pack_i(m.generation_id))
            add(string_prefix(n))
        if raw:
            add(raw)
        if m.group_instance_id is None:
            raw = b""
            n = 0
        else:
            raw = m.group_instance_id.encode()
            n = len(raw) + 1
        add(BYTE[n] if n < 128 else string_prefix(n))
        if raw:
            add(raw)
        if m.protocol_type is None:
            raw = b""
            n = 0
        else:
            raw = m.protocol_type.encode()
            n = len(raw) + 1
        add(BYTE[n] if n < 128 else string_prefix(n))
        if raw:
            add(raw)
        if m.protocol_name is None:
            raw = b""
            n = 0
        else:
            raw = m.protocol_name.encode()
            n = len(raw) + 1
        add(BYTE[n] if n < 128 else string_prefix(n))
        if raw:
            add(raw)
        n = len(m.assignments) + 1
        add(BYTE[n] if n < 128 else uvarint(n))
        for e1 in m.assignments:
            raw = e1.member_id.encode()
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else string_prefix(n))
            if raw:
                add(raw)
            raw = e1.assignment
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else uvarint(n))
            if raw:
                add(raw)
            add(b"\0")
        add(b"\0")
    except ENCODE_FAULTS as fault:
        raise unencodable("SyncGroupRequest v5", fault) from fault
    return [b"".join(out)]


def _decode_response_v0(buf: memoryview, pos: int) -> SyncGroupResponse:
    limit = len(buf)
    try:
        m = new(SyncGroupResponse)
        m.throttle_time_ms = 0
        m.protocol_type = None
        m.protocol_name = None
        m.error_code, n = _read_hi(buf, pos)
        pos += 6
        if n < 0:
            raise null_field("SyncGroupResponse.assignment")
        end = pos + n
        m.assignment = buf[pos:end].tobytes()
        pos = end
    except DECODE_FAULTS as fault:
        raise malformed("SyncGroupResponse v0", fault) from fault
    if pos > limit:
        raise truncated("SyncGroupResponse v0")
    return m


def _encode_response_v0(m: SyncGroupResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        raw = m.assignment
        n = len(raw)
        add(_pack_hi(m.error_code, n))
        if raw:
            add(raw)
    except ENCODE_FAULTS as fault:
        raise unencodable("SyncGroupResponse v0", fault) from fault
    return [b"".join(out)]


def _decode_response_v1(buf: memoryview, pos: int) -> SyncGroupResponse:
    limit = len(buf)
    try:
        m = new(SyncGroupResponse)
        m.protocol_type = None
        m.protocol_name = None
        m.throttle_time_ms, m.error_code, n = _read_ihi(buf, pos)
        pos += 10
        if n < 0:
            raise null_field("SyncGroupResponse.assignment")
        end = pos + n
        m.assignment = buf[pos:end].tobytes()
        pos = end
    except DECODE_FAULTS as fault:
        raise malformed("SyncGroupResponse v1-3", fault) from fault
    if pos > limit:
        raise truncated("SyncGroupResponse v1-3")
    return m


def _encode_response_v1(m: SyncGroupResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        raw = m.assignment
        n = len(raw)
        add(_pack_ihi(m.throttle_time_ms, m.error_code, n))
        if raw:
            add(raw)
    except ENCODE_FAULTS as fault:
        raise unencodable("SyncGroupResponse v1-3", fault) from fault
    return [b"".join(out)]


def _decode_response_v4(buf: memoryview, pos: int) -> SyncGroupResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(SyncGroupResponse)
        m.protocol_type = None
        m.protocol_name = None
        m.throttle_time_ms, m.error_code, n = _read_ihB(buf, pos)
        pos += 7
        if n > 127:
            n, pos = uvarint_rest(buf, pos, n)
        if not n:
            raise null_field("SyncGroupResponse.assignment")
        end = pos + n - 1
        m.assignment = buf[pos:end].tobytes()
        pos = end
        t = buf[pos]
        pos += 1
        if t:
            pos, left = skip_tags_within(buf, pos, t, left)
    except DECODE_FAULTS as fault:
        raise malformed("SyncGroupResponse v4", fault) from fault
    if pos > limit:
        raise truncated("SyncGroupResponse v4")
    return m


def _encode_response_v4(m: SyncGroupResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        raw = m.assignment
        n = len(raw) + 1
        if n < 128:
            add(_pack_ihB(m.throttle_time_ms, m.error_code, n))
        else:
            add(_pack_ih(m.throttle_time_ms, m.error_code))
            add(uvarint(n))
        if raw:
            add(raw)
        add(b"\0")
    except ENCODE_FAULTS as fault:
        raise unencodable("SyncGroupResponse v4", fault) from fault
    return [b"".join(out)]


def _decode_response_v5(buf: memoryview, pos: int) -> SyncGroupResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(SyncGroupResponse)
        m.throttle_time_ms, m.error_code, n = _read_ihB(buf, pos)
        pos += 7
        if n > 127:
            n, pos = string_rest(buf, pos, n)
        if not n:
            m.protocol_type = None
        else:
            end = pos + n - 1
            m.protocol_type = buf[pos:end].tobytes().decode()
            pos = end
        n = buf[pos]
        pos += 1
        if n > 127:
            n, pos = string_rest(buf, pos, n)
        if not n:
            m.protocol_name = None
        else:
            end = pos + n - 1
            m.protocol_name = buf[pos:end].tobytes().decode()
            pos = end
        n = buf[pos]
        pos += 1
        if n > 127:
            n, pos = uvarint_rest(buf, pos, n)
        if not n:
            raise null_field("SyncGroupResponse.assignment")
        end = pos + n - 1
        m.assignment = buf[pos:end].tobytes()
        pos = end
        t = buf[pos]
        pos += 1
        if t:
            pos, left = skip_tags_within(buf, pos, t, left)
    except DECODE_FAULTS as fault:
        raise malformed("SyncGroupResponse v5", fault) from fault
    if pos > limit:
        raise truncated("SyncGroupResponse v5")
    return m


def _encode_response_v5(m: SyncGroupResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        if m.protocol_type is None:
            raw = b""
            n = 0
        else:
            raw = m.protocol_type.encode()
            n = len(raw) + 1
        if n < 128:
            add(_pack_ihB(m.throttle_time_ms, m.error_code, n))
        else:
            add(_pack_ih(m.throttle_time_ms, m.error_code))
            add(string_prefix(n))
        if raw:
            add(raw)
        if m.protocol_name is None:
            raw = b""
            n = 0
        else:
            raw = m.protocol_name.encode()
            n = len(raw) + 1
        add(BYTE[n] if n < 128 else string_prefix(n))
        if raw:
            add(raw)
        raw = m.assignment
        n = len(raw) + 1
        add(BYTE[n] if n < 128 else uvarint(n))
        if raw:
            add(raw)
        add(b"\0")
    except ENCODE_FAULTS as fault:
        raise unencodable("SyncGroupResponse v5", fault) from fault
    return [b"".join(out)]


REQUEST_DECODERS: dict[int, Callable[[memoryview, int], SyncGroupRequest]] = {
    0: _decode_request_v0,
    1: _decode_request_v0,
    2: _decode_request_v0,
    3: _decode_request_v3,
    4: _decode_request_v4,
    5: _decode_request_v5,
}
REQUEST_ENCODERS: dict[int, Callable[[SyncGroupRequest], list[Part]]] = {
    0: _encode_request_v0,
    1: _encode_request_v0,
    2: _encode_request_v0,
    3: _encode_request_v3,
    4: _encode_request_v4,
    5: _encode_request_v5,
}
RESPONSE_DECODERS: dict[int, Callable[[memoryview, int], SyncGroupResponse]] = {
    0: _decode_response_v0,
    1: _decode_response_v1,
    2: _decode_response_v1,
    3: _decode_response_v1,
    4: _decode_response_v4,
    5: _decode_response_v5,
}
RESPONSE_ENCODERS: dict[int, Callable[[SyncGroupResponse], list[Part]]] = {
    0: _encode_response_v0,
    1: _encode_response_v1,
    2: _encode_response_v1,
    3: _encode_response_v1,
    4: _encode_response_v4,
    5: _encode_response_v5,
}
API = Api(
    key=14,
    name="SyncGroup",
    min_version=0,
    max_version=5,
    first_version=0,
    flexible_from=4,
    request_decoders=REQUEST_DECODERS,
    request_encoders=REQUEST_ENCODERS,
    response_decoders=RESPONSE_DECODERS,
    response_encoders=RESPONSE_ENCODERS,
)
