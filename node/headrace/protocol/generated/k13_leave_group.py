"""Generated from manifests/13_leave_group.api by `python -m headrace.protocol.codegen`;
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
_pack_hx = struct.Struct(">hx").pack
_pack_i = struct.Struct(">i").pack
_pack_ih = struct.Struct(">ih").pack
_pack_ihB = struct.Struct(">ihB").pack
_pack_ihi = struct.Struct(">ihi").pack
_read_h = struct.Struct(">h").unpack_from
_read_hB = struct.Struct(">hB").unpack_from
_read_i = struct.Struct(">i").unpack_from
_read_ih = struct.Struct(">ih").unpack_from
_read_ihB = struct.Struct(">ihB").unpack_from
_read_ihi = struct.Struct(">ihi").unpack_from


@dataclass(slots=True)
class LeaveGroupRequestMembers:
    member_id: str = ""
    group_instance_id: str | None = None
    reason: str | None = None


@dataclass(slots=True)
class LeaveGroupRequest:
    group_id: str = ""
    member_id: str = ""
    members: list[LeaveGroupRequestMembers] = field(default_factory=list)


@dataclass(slots=True)
class LeaveGroupResponseMembers:
    member_id: str = ""
    group_instance_id: str | None = ""
    error_code: int = 0


@dataclass(slots=True)
class LeaveGroupResponse:
    throttle_time_ms: int = 0
    error_code: int = 0
    members: list[LeaveGroupResponseMembers] = field(default_factory=list)


def _decode_request_v0(buf: memoryview, pos: int) -> LeaveGroupRequest:
    limit = len(buf)
    try:
        m = new(LeaveGroupRequest)
        m.members = []
        n, = _read_h(buf, pos)
        pos += 2
        if n < 0:
            raise null_field("LeaveGroupRequest.group_id")
        end = pos + n
        m.group_id = buf[pos:end].tobytes().decode()
        pos = end
        n, = _read_h(buf, pos)
        pos += 2
        if n < 0:
            raise null_field("LeaveGroupRequest.member_id")
        end = pos + n
        m.member_id = buf[pos:end].tobytes().decode()
        pos = end
    except DECODE_FAULTS as fault:
        raise malformed("LeaveGroupRequest v0-2", fault) from fault
    if pos > limit:
        raise truncated("LeaveGroupRequest v0-2")
    return m


def _encode_request_v0(m: LeaveGroupRequest) -> list[Part]:
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
        add(_pack_h(n))
        if raw:
            add(raw)
    except ENCODE_FAULTS as fault:
        raise unencodable("LeaveGroupRequest v0-2", fault) from fault
    return [b"".join(out)]


def _decode_request_v3(buf: memoryview, pos: int) -> LeaveGroupRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(LeaveGroupRequest)
        m.member_id = ""
        n, = _read_h(buf, pos)
        pos += 2
        if n < 0:
            raise null_field("LeaveGroupRequest.group_id")
        end = pos + n
        m.group_id = buf[pos:end].tobytes().decode()
        pos = end
        c, = _read_i(buf, pos)
        pos += 4
        if c < 0:
            raise null_field("LeaveGroupRequest.members")
        left -= c
        if left < 0:
            raise too_many("LeaveGroupRequest.members")
        items1: list[LeaveGroupRequestMembers] = []
        m.members = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(LeaveGroupRequestMembers)
            e2.reason = None
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("LeaveGroupRequestMembers.member_id")
            end = pos + n
            e2.member_id = buf[pos:end].tobytes().decode()
            pos = end
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                e2.group_instance_id = None
            else:
                end = pos + n
                e2.group_instance_id = buf[pos:end].tobytes().decode()
                pos = end
            items1.append(e2)
    except DECODE_FAULTS as fault:
        raise malformed("LeaveGroupRequest v3", fault) from fault
    if pos > limit:
        raise truncated("LeaveGroupRequest v3")
    return m


def _encode_request_v3(m: LeaveGroupRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        raw = m.group_id.encode()
        n = len(raw)
        add(_pack_h(n))
        if raw:
            add(raw)
        n = len(m.members)
        add(_pack_i(n))
        for e1 in m.members:
            raw = e1.member_id.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            if e1.group_instance_id is None:
                raw = b""
                n = -1
            else:
                raw = e1.group_instance_id.encode()
                n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
    except ENCODE_FAULTS as fault:
        raise unencodable("LeaveGroupRequest v3", fault) from fault
    return [b"".join(out)]


def _decode_request_v4(buf: memoryview, pos: int) -> LeaveGroupRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(LeaveGroupRequest)
        m.member_id = ""
        n = buf[pos]
        pos += 1
        if n > 127:
            n, pos = string_rest(buf, pos, n)
        if not n:
            raise null_field("LeaveGroupRequest.group_id")
        end = pos + n - 1
        m.group_id = buf[pos:end].tobytes().decode()
        pos = end
        c = buf[pos]
        pos += 1
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("LeaveGroupRequest.members")
        left -= c
        if left < 0:
            raise too_many("LeaveGroupRequest.members")
        items1: list[LeaveGroupRequestMembers] = []
        m.members = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(LeaveGroupRequestMembers)
            e2.reason = None
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("LeaveGroupRequestMembers.member_id")
            end = pos + n - 1
            e2.member_id = buf[pos:end].tobytes().decode()
            pos = end
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                e2.group_instance_id = None
            else:
                end = pos + n - 1
                e2.group_instance_id = buf[pos:end].tobytes().decode()
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
        raise malformed("LeaveGroupRequest v4", fault) from fault
    if pos > limit:
        raise truncated("LeaveGroupRequest v4")
    return m


def _encode_request_v4(m: LeaveGroupRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        raw = m.group_id.encode()
        n = len(raw) + 1
        add(BYTE[n] if n < 128 else string_prefix(n))
        if raw:
            add(raw)
        n = len(m.members) + 1
        add(BYTE[n] if n < 128 else uvarint(n))
        for e1 in m.members:
            raw = e1.member_id.encode()
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else string_prefix(n))
            if raw:
                add(raw)
            if e1.group_instance_id is None:
                raw = b""
                n = 0
            else:
                raw = e1.group_instance_id.encode()
                n = len(raw) + 1
            add(BYTE[n] if n < 128 else string_prefix(n))
            if raw:
                add(raw)
            add(b"\0")
        add(b"\0")
    except ENCODE_FAULTS as fault:
        raise unencodable("LeaveGroupRequest v4", fault) from fault
    return [b"".join(out)]


def _decode_request_v5(buf: memoryview, pos: int) -> LeaveGroupRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(LeaveGroupRequest)
        m.member_id = ""
        n = buf[pos]
        pos += 1
        if n > 127:
            n, pos = string_rest(buf, pos, n)
        if not n:
            raise null_field("LeaveGroupRequest.group_id")
        end = pos + n - 1
        m.group_id = buf[pos:end].tobytes().decode()
        pos = end
        c = buf[pos]
        pos += 1
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("LeaveGroupRequest.members")
        left -= c
        if left < 0:
            raise too_many("LeaveGroupRequest.members")
        items1: list[LeaveGroupRequestMembers] = []
        m.members = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(LeaveGroupRequestMembers)
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("LeaveGroupRequestMembers.member_id")
            end = pos + n - 1
            e2.member_id = buf[pos:end].tobytes().decode()
            pos = end
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                e2.group_instance_id = None
            else:
                end = pos + n - 1
                e2.group_instance_id = buf[pos:end].tobytes().decode()
                pos = end
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                e2.reason = None
            else:
                end = pos + n - 1
                e2.reason = buf[pos:end].tobytes().decode()
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
        raise malformed("LeaveGroupRequest v5", fault) from fault
    if pos > limit:
        raise truncated("LeaveGroupRequest v5")
    return m


def _encode_request_v5(m: LeaveGroupRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        raw = m.group_id.encode()
        n = len(raw) + 1
        add(BYTE[n] if n < 128 else string_prefix(n))
        if raw:
            add(raw)
        n = len(m.members) + 1
        add(BYTE[n] if n < 128 else uvarint(n))
        for e1 in m.members:
            raw = e1.member_id.encode()
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else string_prefix(n))
            if raw:
                add(raw)
            if e1.group_instance_id is None:
                raw = b""
                n = 0
            else:
                raw = e1.group_instance_id.encode()
                n = len(raw) + 1
            add(BYTE[n] if n < 128 else string_prefix(n))
            if raw:
                add(raw)
            if e1.reason is None:
                raw = b""
                n = 0
            else:
                raw = e1.reason.encode()
                n = len(raw) + 1
            add(BYTE[n] if n < 128 else string_prefix(n))
            if raw:
                add(raw)
            add(b"\0")
        add(b"\0")
    except ENCODE_FAULTS as fault:
        raise unencodable("LeaveGroupRequest v5", fault) from fault
    return [b"".join(out)]


def _decode_response_v0(buf: memoryview, pos: int) -> LeaveGroupResponse:
    limit = len(buf)
    try:
        m = new(LeaveGroupResponse)
        m.throttle_time_ms = 0
        m.members = []
        m.error_code, = _read_h(buf, pos)
        pos += 2
    except DECODE_FAULTS as fault:
        raise malformed("LeaveGroupResponse v0", fault) from fault
    if pos > limit:
        raise truncated("LeaveGroupResponse v0")
    return m


def _encode_response_v0(m: LeaveGroupResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        add(_pack_h(m.error_code))
    except ENCODE_FAULTS as fault:
        raise unencodable("LeaveGroupResponse v0", fault) from fault
    return [b"".join(out)]


def _decode_response_v1(buf: memoryview, pos: int) -> LeaveGroupResponse:
    limit = len(buf)
    try:
        m = new(LeaveGroupResponse)
        m.members = []
        m.throttle_time_ms, m.error_code = _read_ih(buf, pos)
        pos += 6
    except DECODE_FAULTS as fault:
        raise malformed("LeaveGroupResponse v1-2", fault) from fault
    if pos > limit:
        raise truncated("LeaveGroupResponse v1-2")
    return m


def _encode_response_v1(m: LeaveGroupResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        add(_pack_ih(m.throttle_time_ms, m.error_code))
    except ENCODE_FAULTS as fault:
        raise unencodable("LeaveGroupResponse v1-2", fault) from fault
    return [b"".join(out)]


def _decode_response_v3(buf: memoryview, pos: int) -> LeaveGroupResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(LeaveGroupResponse)
        m.throttle_time_ms, m.error_code, c = _read_ihi(buf, pos)
        pos += 10
        if c < 0:
            raise null_field("LeaveGroupResponse.members")
        left -= c
        if left < 0:
            raise too_many("LeaveGroupResponse.members")
        items1: list[LeaveGroupResponseMembers] = []
        m.members = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(LeaveGroupResponseMembers)
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("LeaveGroupResponseMembers.member_id")
            end = pos + n
            e2.member_id = buf[pos:end].tobytes().decode()
            pos = end
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                e2.group_instance_id = None
            else:
                end = pos + n
                e2.group_instance_id = buf[pos:end].tobytes().decode()
                pos = end
            e2.error_code, = _read_h(buf, pos)
            pos += 2
            items1.append(e2)
    except DECODE_FAULTS as fault:
        raise malformed("LeaveGroupResponse v3", fault) from fault
    if pos > limit:
        raise truncated("LeaveGroupResponse v3")
    return m


def _encode_response_v3(m: LeaveGroupResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.members)
        add(_pack_ihi(m.throttle_time_ms, m.error_code, n))
        for e1 in m.members:
            raw = e1.member_id.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            if e1.group_instance_id is None:
                raw = b""
                n = -1
            else:
                raw = e1.group_instance_id.encode()
                n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            add(_pack_h(e1.error_code))
    except ENCODE_FAULTS as fault:
        raise unencodable("LeaveGroupResponse v3", fault) from fault
    return [b"".join(out)]


def _decode_response_v4(buf: memoryview, pos: int) -> LeaveGroupResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(LeaveGroupResponse)
        m.throttle_time_ms, m.error_code, c = _read_ihB(buf, pos)
        pos += 7
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("LeaveGroupResponse.members")
        left -= c
        if left < 0:
            raise too_many("LeaveGroupResponse.members")
        items1: list[LeaveGroupResponseMembers] = []
        m.members = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(LeaveGroupResponseMembers)
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("LeaveGroupResponseMembers.member_id")
            end = pos + n - 1
            e2.member_id = buf[pos:end].tobytes().decode()
            pos = end
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                e2.group_instance_id = None
            else:
                end = pos + n - 1
                e2.group_instance_id = buf[pos:end].tobytes().decode()
                pos = end
            e2.error_code, t = _read_hB(buf, pos)
            pos += 3
            if t:
                pos, left = skip_tags_within(buf, pos, t, left)
            items1.append(e2)
        t = buf[pos]
        pos += 1
        if t:
            pos, left = skip_tags_within(buf, pos, t, left)
    except DECODE_FAULTS as fault:
        raise malformed("LeaveGroupResponse v4-5", fault) from fault
    if pos > limit:
        raise truncated("LeaveGroupResponse v4-5")
    return m


def _encode_response_v4(m: LeaveGroupResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.members) + 1
        if n < 128:
            add(_pack_ihB(m.throttle_time_ms, m.error_code, n))
        else:
            add(_pack_ih(m.throttle_time_ms, m.error_code))
            add(uvarint(n))
        for e1 in m.members:
            raw = e1.member_id.encode()
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else string_prefix(n))
            if raw:
                add(raw)
            if e1.group_instance_id is None:
                raw = b""
                n = 0
            else:
                raw = e1.group_instance_id.encode()
                n = len(raw) + 1
            add(BYTE[n] if n < 128 else string_prefix(n))
            if raw:
                add(raw)
            add(_pack_hx(e1.error_code))
        add(b"\0")
    except ENCODE_FAULTS as fault:
        raise unencodable("LeaveGroupResponse v4-5", fault) from fault
    return [b"".join(out)]


REQUEST_DECODERS: dict[int, Callable[[memoryview, int], LeaveGroupRequest]] = {
    0: _decode_request_v0,
    1: _decode_request_v0,
    2: _decode_request_v0,
    3: _decode_request_v3,
    4: _decode_request_v4,
    5: _decode_request_v5,
}
REQUEST_ENCODERS: dict[int, Callable[[LeaveGroupRequest], list[Part]]] = {
    0: _encode_request_v0,
    1: _encode_request_v0,
    2: _encode_request_v0,
    3: _encode_request_v3,
    4: _encode_request_v4,
    5: _encode_request_v5,
}
RESPONSE_DECODERS: dict[int, Callable[[memoryview, int], LeaveGroupResponse]] = {
    0: _decode_response_v0,
    1: _decode_response_v1,
    2: _decode_response_v1,
    3: _decode_response_v3,
    4: _decode_response_v4,
    5: _decode_response_v4,
}
RESPONSE_ENCODERS: dict[int, Callable[[LeaveGroupResponse], list[Part]]] = {
    0: _encode_response_v0,
    1: _encode_response_v1,
    2: _encode_response_v1,
    3: _encode_response_v3,
    4: _encode_response_v4,
    5: _encode_response_v4,
}
API = Api(
    key=13,
    name="LeaveGroup",
    min_version=0,
    max_version=5,
    first_version=0,
    flexible_from=4,
    request_decoders=REQUEST_DECODERS,
    request_encoders=REQUEST_ENCODERS,
    response_decoders=RESPONSE_DECODERS,
    response_encoders=RESPONSE_ENCODERS,
)
