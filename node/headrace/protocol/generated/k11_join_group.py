"""Generated from manifests/11_join_group.api by `python -m headrace.protocol.codegen`;
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
_pack_hih = struct.Struct(">hih").pack
_pack_i = struct.Struct(">i").pack
_pack_ih = struct.Struct(">ih").pack
_pack_ihi = struct.Struct(">ihi").pack
_pack_ihiB = struct.Struct(">ihiB").pack
_pack_ihih = struct.Struct(">ihih").pack
_pack_ii = struct.Struct(">ii").pack
_pack_iiB = struct.Struct(">iiB").pack
_pack_iih = struct.Struct(">iih").pack
_pack_o = struct.Struct(">?").pack
_pack_oB = struct.Struct(">?B").pack
_read_h = struct.Struct(">h").unpack_from
_read_hih = struct.Struct(">hih").unpack_from
_read_i = struct.Struct(">i").unpack_from
_read_ih = struct.Struct(">ih").unpack_from
_read_ihiB = struct.Struct(">ihiB").unpack_from
_read_ihih = struct.Struct(">ihih").unpack_from
_read_iiB = struct.Struct(">iiB").unpack_from
_read_iih = struct.Struct(">iih").unpack_from
_read_oB = struct.Struct(">?B").unpack_from


@dataclass(slots=True)
class JoinGroupRequestProtocols:
    name: str = ""
    metadata: bytes = b""


@dataclass(slots=True)
class JoinGroupRequest:
    group_id: str = ""
    session_timeout_ms: int = 0
    rebalance_timeout_ms: int = -1
    member_id: str = ""
    group_instance_id: str | None = None
    protocol_type: str = ""
    protocols: list[JoinGroupRequestProtocols] = field(default_factory=list)
    reason: str | None = None


@dataclass(slots=True)
class JoinGroupResponseMembers:
    member_id: str = ""
    group_instance_id: str | None = None
    metadata: bytes = b""


@dataclass(slots=True)
class JoinGroupResponse:
    throttle_time_ms: int = 0
    error_code: int = 0
    generation_id: int = -1
    protocol_type: str | None = None
    protocol_name: str | None = ""
    leader: str = ""
    skip_assignment: bool = False
    member_id: str = ""
    members: list[JoinGroupResponseMembers] = field(default_factory=list)


def _decode_request_v0(buf: memoryview, pos: int) -> JoinGroupRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(JoinGroupRequest)
        m.rebalance_timeout_ms = -1
        m.group_instance_id = None
        m.reason = None
        n, = _read_h(buf, pos)
        pos += 2
        if n < 0:
            raise null_field("JoinGroupRequest.group_id")
        end = pos + n
        m.group_id = buf[pos:end].tobytes().decode()
        pos = end
        m.session_timeout_ms, n = _read_ih(buf, pos)
        pos += 6
        if n < 0:
            raise null_field("JoinGroupRequest.member_id")
        end = pos + n
        m.member_id = buf[pos:end].tobytes().decode()
        pos = end
        n, = _read_h(buf, pos)
        pos += 2
        if n < 0:
            raise null_field("JoinGroupRequest.protocol_type")
        end = pos + n
        m.protocol_type = buf[pos:end].tobytes().decode()
        pos = end
        c, = _read_i(buf, pos)
        pos += 4
        if c < 0:
            raise null_field("JoinGroupRequest.protocols")
        left -= c
        if left < 0:
            raise too_many("JoinGroupRequest.protocols")
        items1: list[JoinGroupRequestProtocols] = []
        m.protocols = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(JoinGroupRequestProtocols)
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("JoinGroupRequestProtocols.name")
            end = pos + n
            e2.name = buf[pos:end].tobytes().decode()
            pos = end
            n, = _read_i(buf, pos)
            pos += 4
            if n < 0:
                raise null_field("JoinGroupRequestProtocols.metadata")
            end = pos + n
            e2.metadata = buf[pos:end].tobytes()
            pos = end
            items1.append(e2)
    except DECODE_FAULTS as fault:
        raise malformed("JoinGroupRequest v0", fault) from fault
    if pos > limit:
        raise truncated("JoinGroupRequest v0")
    return m


def _encode_request_v0(m: JoinGroupRequest) -> list[Part]:
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
        add(_pack_ih(m.session_timeout_ms, n))
        if raw:
            add(raw)
        raw = m.protocol_type.encode()
        n = len(raw)
        add(_pack_h(n))
        if raw:
            add(raw)
        n = len(m.protocols)
        add(_pack_i(n))
        for e1 in m.protocols:
            raw = e1.name.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            raw = e1.metadata
            n = len(raw)
            add(_pack_i(n))
            if raw:
                add(raw)
    except ENCODE_FAULTS as fault:
        raise unencodable("JoinGroupRequest v0", fault) from fault
    return [b"".join(out)]


def _decode_request_v1(buf: memoryview, pos: int) -> JoinGroupRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(JoinGroupRequest)
        m.group_instance_id = None
        m.reason = None
        n, = _read_h(buf, pos)
        pos += 2
        if n < 0:
            raise null_field("JoinGroupRequest.group_id")
        end = pos + n
        m.group_id = buf[pos:end].tobytes().decode()
        pos = end
        m.session_timeout_ms, m.rebalance_timeout_ms, n = _read_iih(buf, pos)
        pos += 10
        if n < 0:
            raise null_field("JoinGroupRequest.member_id")
        end = pos + n
        m.member_id = buf[pos:end].tobytes().decode()
        pos = end
        n, = _read_h(buf, pos)
        pos += 2
        if n < 0:
            raise null_field("JoinGroupRequest.protocol_type")
        end = pos + n
        m.protocol_type = buf[pos:end].tobytes().decode()
        pos = end
        c, = _read_i(buf, pos)
        pos += 4
        if c < 0:
            raise null_field("JoinGroupRequest.protocols")
        left -= c
        if left < 0:
            raise too_many("JoinGroupRequest.protocols")
        items1: list[JoinGroupRequestProtocols] = []
        m.protocols = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(JoinGroupRequestProtocols)
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("JoinGroupRequestProtocols.name")
            end = pos + n
            e2.name = buf[pos:end].tobytes().decode()
            pos = end
            n, = _read_i(buf, pos)
            pos += 4
            if n < 0:
                raise null_field("JoinGroupRequestProtocols.metadata")
            end = pos + n
            e2.metadata = buf[pos:end].tobytes()
            pos = end
            items1.append(e2)
    except DECODE_FAULTS as fault:
        raise malformed("JoinGroupRequest v1-4", fault) from fault
    if pos > limit:
        raise truncated("JoinGroupRequest v1-4")
    return m


def _encode_request_v1(m: JoinGroupRequest) -> list[Part]:
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
        add(_pack_iih(m.session_timeout_ms, m.rebalance_timeout_ms, n))
        if raw:
            add(raw)
        raw = m.protocol_type.encode()
        n = len(raw)
        add(_pack_h(n))
        if raw:
            add(raw)
        n = len(m.protocols)
        add(_pack_i(n))
        for e1 in m.protocols:
            raw = e1.name.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            raw = e1.metadata
            n = len(raw)
            add(_pack_i(n))
            if raw:
                add(raw)
    except ENCODE_FAULTS as fault:
        raise unencodable("JoinGroupRequest v1-4", fault) from fault
    return [b"".join(out)]


def _decode_request_v5(buf: memoryview, pos: int) -> JoinGroupRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(JoinGroupRequest)
        m.reason = None
        n, = _read_h(buf, pos)
        pos += 2
        if n < 0:
            raise null_field("JoinGroupRequest.group_id")
        end = pos + n
        m.group_id = buf[pos:end].tobytes().decode()
        pos = end
        m.session_timeout_ms, m.rebalance_timeout_ms, n = _read_iih(buf, pos)
        pos += 10
        if n < 0:
            raise null_field("JoinGroupRequest.member_id")
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
        n, = _read_h(buf, pos)
        pos += 2
        if n < 0:
            raise null_field("JoinGroupRequest.protocol_type")
        end = pos + n
        m.protocol_type = buf[pos:end].tobytes().decode()
        pos = end
        c, = _read_i(buf, pos)
        pos += 4
        if c < 0:
            raise null_field("JoinGroupRequest.protocols")
        left -= c
        if left < 0:
            raise too_many("JoinGroupRequest.protocols")
        items1: list[JoinGroupRequestProtocols] = []
        m.protocols = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(JoinGroupRequestProtocols)
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("JoinGroupRequestProtocols.name")
            end = pos + n
            e2.name = buf[pos:end].tobytes().decode()
            pos = end
            n, = _read_i(buf, pos)
            pos += 4
            if n < 0:
                raise null_field("JoinGroupRequestProtocols.metadata")
            end = pos + n
            e2.metadata = buf[pos:end].tobytes()
            pos = end
            items1.append(e2)
    except DECODE_FAULTS as fault:
        raise malformed("JoinGroupRequest v5", fault) from fault
    if pos > limit:
        raise truncated("JoinGroupRequest v5")
    return m


def _encode_request_v5(m: JoinGroupRequest) -> list[Part]:
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
        add(_pack_iih(m.session_timeout_ms, m.rebalance_timeout_ms, n))
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
        raw = m.protocol_type.encode()
        n = len(raw)
        add(_pack_h(n))
        if raw:
            add(raw)
        n = len(m.protocols)
        add(_pack_i(n))
        for e1 in m.protocols:
            raw = e1.name.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            raw = e1.metadata
            n = len(raw)
            add(_pack_i(n))
            if raw:
                add(raw)
    except ENCODE_FAULTS as fault:
        raise unencodable("JoinGroupRequest v5", fault) from fault
    return [b"".join(out)]


def _decode_request_v6(buf: memoryview, pos: int) -> JoinGroupRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(JoinGroupRequest)
        m.reason = None
        n = buf[pos]
        pos += 1
        if n > 127:
            n, pos = string_rest(buf, pos, n)
        if not n:
            raise null_field("JoinGroupRequest.group_id")
        end = pos + n - 1
        m.group_id = buf[pos:end].tobytes().decode()
        pos = end
        m.session_timeout_ms, m.rebalance_timeout_ms, n = _read_iiB(buf, pos)
        pos += 9
        if n > 127:
            n, pos = string_rest(buf, pos, n)
        if not n:
            raise null_field("JoinGroupRequest.member_id")
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
            raise null_field("JoinGroupRequest.protocol_type")
        end = pos + n - 1
        m.protocol_type = buf[pos:end].tobytes().decode()
        pos = end
        c = buf[pos]
        pos += 1
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("JoinGroupRequest.protocols")
        left -= c
        if left < 0:
            raise too_many("JoinGroupRequest.protocols")
        items1: list[JoinGroupRequestProtocols] = []
        m.protocols = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(JoinGroupRequestProtocols)
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("JoinGroupRequestProtocols.name")
            end = pos + n - 1
            e2.name = buf[pos:end].tobytes().decode()
            pos = end
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = uvarint_rest(buf, pos, n)
            if not n:
                raise null_field("JoinGroupRequestProtocols.metadata")
            end = pos + n - 1
            e2.metadata = buf[pos:end].tobytes()
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
        raise malformed("JoinGroupRequest v6-7", fault) from fault
    if pos > limit:
        raise truncated("JoinGroupRequest v6-7")
    return m


def _encode_request_v6(m: JoinGroupRequest) -> list[Part]:
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
            add(_pack_iiB(m.session_timeout_ms, m.rebalance_timeout_ms, n))
        else:
            add(_pack_ii(m.session_timeout_ms, m.rebalance_timeout_ms))
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
        raw = m.protocol_type.encode()
        n = len(raw) + 1
        add(BYTE[n] if n < 128 else string_prefix(n))
        if raw:
            add(raw)
        n = len(m.protocols) + 1
        add(BYTE[n] if n < 128 else uvarint(n))
        for e1 in m.protocols:
            raw = e1.name.encode()
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else string_prefix(n))
            if raw:
                add(raw)
            raw = e1.metadata
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else uvarint(n))
            if raw:
                add(raw)
            add(b"\0")
        add(b"\0")
    except ENCODE_FAULTS as fault:
        raise unencodable("JoinGroupRequest v6-7", fault) from fault
    return [b"".join(out)]


def _decode_request_v8(buf: memoryview, pos: int) -> JoinGroupRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(JoinGroupRequest)
        n = buf[pos]
        pos += 1
        if n > 127:
            n, pos = string_rest(buf, pos, n)
        if not n:
            raise null_field("JoinGroupRequest.group_id")
        end = pos + n - 1
        m.group_id = buf[pos:end].tobytes().decode()
        pos = end
        m.session_timeout_ms, m.rebalance_timeout_ms, n = _read_iiB(buf, pos)
        pos += 9
        if n > 127:
            n, pos = string_rest(buf, pos, n)
        if not n:
            raise null_field("JoinGroupRequest.member_id")
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
            raise null_field("JoinGroupRequest.protocol_type")
        end = pos + n - 1
        m.protocol_type = buf[pos:end].tobytes().decode()
        pos = end
        c = buf[pos]
        pos += 1
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("JoinGroupRequest.protocols")
        left -= c
        if left < 0:
            raise too_many("JoinGroupRequest.protocols")
        items1: list[JoinGroupRequestProtocols] = []
        m.protocols = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(JoinGroupRequestProtocols)
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("JoinGroupRequestProtocols.name")
            end = pos + n - 1
            e2.name = buf[pos:end].tobytes().decode()
            pos = end
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = uvarint_rest(buf, pos, n)
            if not n:
                raise null_field("JoinGroupRequestProtocols.metadata")
            end = pos + n - 1
            e2.metadata = buf[pos:end].tobytes()
            pos = end
            t = buf[pos]
            pos += 1
            if t:
                pos, left = skip_tags_within(buf, pos, t, left)
            items1.append(e2)
        n = buf[pos]
        pos += 1
        if n > 127:
            n, pos = string_rest(buf, pos, n)
        if not n:
            m.reason = None
        else:
            end = pos + n - 1
            m.reason = buf[pos:end].tobytes().decode()
            pos = end
        t = buf[pos]
        pos += 1
        if t:
            pos, left = skip_tags_within(buf, pos, t, left)
    except DECODE_FAULTS as fault:
        raise malformed("JoinGroupRequest v8-9", fault) from fault
    if pos > limit:
        raise truncated("JoinGroupRequest v8-9")
    return m


def _encode_request_v8(m: JoinGroupRequest) -> list[Part]:
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
            add(_pack_iiB(m.session_timeout_ms, m.rebalance_timeout_ms, n))
        else:
            add(_pack_ii(m.session_timeout_ms, m.rebalance_timeout_ms))
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
        raw = m.protocol_type.encode()
        n = len(raw) + 1
        add(BYTE[n] if n < 128 else string_prefix(n))
        if raw:
            add(raw)
        n = len(m.protocols) + 1
        add(BYTE[n] if n < 128 else uvarint(n))
        for e1 in m.protocols:
            raw = e1.name.encode()
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else string_prefix(n))
            if raw:
                add(raw)
            raw = e1.metadata
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else uvarint(n))
            if raw:
                add(raw)
            add(b"\0")
        if m.reason is None:
            raw = b""
            n = 0
        else:
            raw = m.reason.encode()
            n = len(raw) + 1
        add(BYTE[n] if n < 128 else string_prefix(n))
        if raw:
            add(raw)
        add(b"\0")
    except ENCODE_FAULTS as fault:
        raise unencodable("JoinGroupRequest v8-9", fault) from fault
    return [b"".join(out)]


def _decode_response_v0(buf: memoryview, pos: int) -> JoinGroupResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(JoinGroupResponse)
        m.throttle_time_ms = 0
        m.protocol_type = None
        m.skip_assignment = False
        m.error_code, m.generation_id, n = _read_hih(buf, pos)
        pos += 8
        if n < 0:
            raise null_field("JoinGroupResponse.protocol_name")
        end = pos + n
        m.protocol_name = buf[pos:end].tobytes().decode()
        pos = end
        n, = _read_h(buf, pos)
        pos += 2
        if n < 0:
            raise null_field("JoinGroupResponse.leader")
        end = pos + n
        m.leader = buf[pos:end].tobytes().decode()
        pos = end
        n, = _read_h(buf, pos)
        pos += 2
        if n < 0:
            raise null_field("JoinGroupResponse.member_id")
        end = pos + n
        m.member_id = buf[pos:end].tobytes().decode()
        pos = end
        c, = _read_i(buf, pos)
        pos += 4
        if c < 0:
            raise null_field("JoinGroupResponse.members")
        left -= c
        if left < 0:
            raise too_many("JoinGroupResponse.members")
        items1: list[JoinGroupResponseMembers] = []
        m.members = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(JoinGroupResponseMembers)
            e2.group_instance_id = None
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("JoinGroupResponseMembers.member_id")
            end = pos + n
            e2.member_id = buf[pos:end].tobytes().decode()
            pos = end
            n, = _read_i(buf, pos)
            pos += 4
            if n < 0:
                raise null_field("JoinGroupResponseMembers.metadata")
            end = pos + n
            e2.metadata = buf[pos:end].tobytes()
            pos = end
            items1.append(e2)
    except DECODE_FAULTS as fault:
        raise malformed("JoinGroupResponse v0-1", fault) from fault
    if pos > limit:
        raise truncated("JoinGroupResponse v0-1")
    return m


def _encode_response_v0(m: JoinGroupResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        if m.protocol_name is None:
            raise null_field("JoinGroupResponse.protocol_name")
        raw = m.protocol_name.encode()
        n = len(raw)
        add(_pack_hih(m.error_code, m.generation_id, n))
        if raw:
            add(raw)
        raw = m.leader.encode()
        n = len(raw)
        add(_pack_h(n))
        if raw:
            add(raw)
        raw = m.member_id.encode()
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
            raw = e1.metadata
            n = len(raw)
            add(_pack_i(n))
            if raw:
                add(raw)
    except ENCODE_FAULTS as fault:
        raise unencodable("JoinGroupResponse v0-1", fault) from fault
    return [b"".join(out)]


def _decode_response_v2(buf: memoryview, pos: int) -> JoinGroupResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(JoinGroupResponse)
        m.protocol_type = None
        m.skip_assignment = False
        m.throttle_time_ms, m.error_code, m.generation_id, n = _read_ihih(buf, pos)
        pos += 12
        if n < 0:
            raise null_field("JoinGroupResponse.protocol_name")
        end = pos + n
        m.protocol_name = buf[pos:end].tobytes().decode()
        pos = end
        n, = _read_h(buf, pos)
        pos += 2
        if n < 0:
            raise null_field("JoinGroupResponse.leader")
        end = pos + n
        m.leader = buf[pos:end].tobytes().decode()
        pos = end
        n, = _read_h(buf, pos)
        pos += 2
        if n < 0:
            raise null_field("JoinGroupResponse.member_id")
        end = pos + n
        m.member_id = buf[pos:end].tobytes().decode()
        pos = end
        c, = _read_i(buf, pos)
        pos += 4
        if c < 0:
            raise null_field("JoinGroupResponse.members")
        left -= c
        if left < 0:
            raise too_many("JoinGroupResponse.members")
        items1: list[JoinGroupResponseMembers] = []
        m.members = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(JoinGroupResponseMembers)
            e2.group_instance_id = None
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("JoinGroupResponseMembers.member_id")
            end = pos + n
            e2.member_id = buf[pos:end].tobytes().decode()
            pos = end
            n, = _read_i(buf, pos)
            pos += 4
            if n < 0:
                raise null_field("JoinGroupResponseMembers.metadata")
            end = pos + n
            e2.metadata = buf[pos:end].tobytes()
            pos = end
            items1.append(e2)
    except DECODE_FAULTS as fault:
        raise malformed("JoinGroupResponse v2-4", fault) from fault
    if pos > limit:
        raise truncated("JoinGroupResponse v2-4")
    return m


def _encode_response_v2(m: JoinGroupResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        if m.protocol_name is None:
            raise null_field("JoinGroupResponse.protocol_name")
        raw = m.protocol_name.encode()
        n = len(raw)
        add(_pack_ihih(m.throttle_time_ms, m.error_code, m.generation_id, n))
        if raw:
            add(raw)
        raw = m.leader.encode()
        n = len(raw)
        add(_pack_h(n))
        if raw:
            add(raw)
        raw = m.member_id.encode()
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
            raw = e1.metadata
            n = len(raw)
            add(_pack_i(n))
            if raw:
                add(raw)
    except ENCODE_FAULTS as fault:
        raise unencodable("JoinGroupResponse v2-4", fault) from fault
    return [b"".join(out)]


def _decode_response_v5(buf: memoryview, pos: int) -> JoinGroupResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(JoinGroupResponse)
        m.protocol_type = None
        m.skip_assignment = False
        m.throttle_time_ms, m.error_code, m.generation_id, n = _read_ihih(buf, pos)
        pos += 12
        if n < 0:
            raise null_field("JoinGroupResponse.protocol_name")
        end = pos + n
        m.protocol_name = buf[pos:end].tobytes().decode()
        pos = end
        n, = _read_h(buf, pos)
        pos += 2
        if n < 0:
            raise null_field("JoinGroupResponse.leader")
        end = pos + n
        m.leader = buf[pos:end].tobytes().decode()
        pos = end
        n, = _read_h(buf, pos)
        pos += 2
        if n < 0:
            raise null_field("JoinGroupResponse.member_id")
        end = pos + n
        m.member_id = buf[pos:end].tobytes().decode()
        pos = end
        c, = _read_i(buf, pos)
        pos += 4
        if c < 0:
            raise null_field("JoinGroupResponse.members")
        left -= c
        if left < 0:
            raise too_many("JoinGroupResponse.members")
        items1: list[JoinGroupResponseMembers] = []
        m.members = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(JoinGroupResponseMembers)
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("JoinGroupResponseMembers.member_id")
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
            n, = _read_i(buf, pos)
            pos += 4
            if n < 0:
                raise null_field("JoinGroupResponseMembers.metadata")
            end = pos + n
            e2.metadata = buf[pos:end].tobytes()
            pos = end
            items1.append(e2)
    except DECODE_FAULTS as fault:
        raise malformed("JoinGroupResponse v5", fault) from fault
    if pos > limit:
        raise truncated("JoinGroupResponse v5")
    return m


def _encode_response_v5(m: JoinGroupResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        if m.protocol_name is None:
            raise null_field("JoinGroupResponse.protocol_name")
        raw = m.protocol_name.encode()
        n = len(raw)
        add(_pack_ihih(m.throttle_time_ms, m.error_code, m.generation_id, n))
        if raw:
            add(raw)
        raw = m.leader.encode()
        n = len(raw)
        add(_pack_h(n))
        if raw:
            add(raw)
        raw = m.member_id.encode()
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
            raw = e1.metadata
            n = len(raw)
            add(_pack_i(n))
            if raw:
                add(raw)
    except ENCODE_FAULTS as fault:
        raise unencodable("JoinGroupResponse v5", fault) from fault
    return [b"".join(out)]


def _decode_response_v6(buf: memoryview, pos: int) -> JoinGroupResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(JoinGroupResponse)
        m.protocol_type = None
        m.skip_assignment = False
        m.throttle_time_ms, m.error_code, m.generation_id, n = _read_ihiB(buf, pos)
        pos += 11
        if n > 127:
            n, pos = string_rest(buf, pos, n)
        if not n:
            raise null_field("JoinGroupResponse.protocol_name")
        end = pos + n - 1
        m.protocol_name = buf[pos:end].tobytes().decode()
        pos = end
        n = buf[pos]
        pos += 1
        if n > 127:
            n, pos = string_rest(buf, pos, n)
        if not n:
            raise null_field("JoinGroupResponse.leader")
        end = pos + n - 1
        m.leader = buf[pos:end].tobytes().decode()
        pos = end
        n = buf[pos]
        pos += 1
        if n > 127:
            n, pos = string_rest(buf, pos, n)
        if not n:
            raise null_field("JoinGroupResponse.member_id")
        end = pos + n - 1
        m.member_id = buf[pos:end].tobytes().decode()
        pos = end
        c = buf[pos]
        pos += 1
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("JoinGroupResponse.members")
        left -= c
        if left < 0:
            raise too_many("JoinGroupResponse.members")
        items1: list[JoinGroupResponseMembers] = []
        m.members = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(JoinGroupResponseMembers)
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("JoinGroupResponseMembers.member_id")
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
                n, pos = uvarint_rest(buf, pos, n)
            if not n:
                raise null_field("JoinGroupResponseMembers.metadata")
            end = pos + n - 1
            e2.metadata = buf[pos:end].tobytes()
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
        raise malformed("JoinGroupResponse v6", fault) from fault
    if pos > limit:
        raise truncated("JoinGroupResponse v6")
    return m


def _encode_response_v6(m: JoinGroupResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        if m.protocol_name is None:
            raise null_field("JoinGroupResponse.protocol_name")
        raw = m.protocol_name.encode()
        n = len(raw) + 1
        if n < 128:
            add(_pack_ihiB(m.throttle_time_ms, m.error_code, m.generation_id, n))
        else:
            add(_pack_ihi(m.throttle_time_ms, m.error_code, m.generation_id))
            add(string_prefix(n))
        if raw:
            add(raw)
        raw = m.leader.encode()
        n = len(raw) + 1
        add(BYTE[n] if n < 128 else string_prefix(n))
        if raw:
            add(raw)
        raw = m.member_id.encode()
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
            raw = e1.metadata
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else uvarint(n))
            if raw:
                add(raw)
            add(b"\0")
        add(b"\0")
    except ENCODE_FAULTS as fault:
        raise unencodable("JoinGroupResponse v6", fault) from fault
    return [b"".join(out)]


def _decode_response_v7(buf: memoryview, pos: int) -> JoinGroupResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(JoinGroupResponse)
        m.skip_assignment = False
        m.throttle_time_ms, m.error_code, m.generation_id, n = _read_ihiB(buf, pos)
        pos += 11
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
            n, pos = string_rest(buf, pos, n)
        if not n:
            raise null_field("JoinGroupResponse.leader")
        end = pos + n - 1
        m.leader = buf[pos:end].tobytes().decode()
        pos = end
        n = buf[pos]
        pos += 1
        if n > 127:
            n, pos = string_rest(buf, pos, n)
        if not n:
            raise null_field("JoinGroupResponse.member_id")
        end = pos + n - 1
        m.member_id = buf[pos:end].tobytes().decode()
        pos = end
        c = buf[pos]
        pos += 1
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("JoinGroupResponse.members")
        left -= c
        if left < 0:
            raise too_many("JoinGroupResponse.members")
        items1: list[JoinGroupResponseMembers] = []
        m.members = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(JoinGroupResponseMembers)
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("JoinGroupResponseMembers.member_id")
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
                n, pos = uvarint_rest(buf, pos, n)
            if not n:
                raise null_field("JoinGroupResponseMembers.metadata")
            end = pos + n - 1
            e2.metadata = buf[pos:end].tobytes()
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
        raise malformed("JoinGroupResponse v7-8", fault) from fault
    if pos > limit:
        raise truncated("JoinGroupResponse v7-8")
    return m


def _encode_response_v7(m: JoinGroupResponse) -> list[Part]:
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
            add(_pack_ihiB(m.throttle_time_ms, m.error_code, m.generation_id, n))
        else:
            add(_pack_ihi(m.throttle_time_ms, m.error_code, m.generation_id))
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
        raw = m.leader.encode()
        n = len(raw) + 1
        add(BYTE[n] if n < 128 else string_prefix(n))
        if raw:
            add(raw)
        raw = m.member_id.encode()
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
            raw = e1.metadata
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else uvarint(n))
            if raw:
                add(raw)
            add(b"\0")
        add(b"\0")
    except ENCODE_FAULTS as fault:
        raise unencodable("JoinGroupResponse v7-8", fault) from fault
    return [b"".join(out)]


def _decode_response_v9(buf: memoryview, pos: int) -> JoinGroupResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(JoinGroupResponse)
        m.throttle_time_ms, m.error_code, m.generation_id, n = _read_ihiB(buf, pos)
        pos += 11
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
            n, pos = string_rest(buf, pos, n)
        if not n:
            raise null_field("JoinGroupResponse.leader")
        end = pos + n - 1
        m.leader = buf[pos:end].tobytes().decode()
        pos = end
        m.skip_assignment, n = _read_oB(buf, pos)
        pos += 2
        if n > 127:
            n, pos = string_rest(buf, pos, n)
        if not n:
            raise null_field("JoinGroupResponse.member_id")
        end = pos + n - 1
        m.member_id = buf[pos:end].tobytes().decode()
        pos = end
        c = buf[pos]
        pos += 1
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("JoinGroupResponse.members")
        left -= c
        if left < 0:
            raise too_many("JoinGroupResponse.members")
        items1: list[JoinGroupResponseMembers] = []
        m.members = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(JoinGroupResponseMembers)
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("JoinGroupResponseMembers.member_id")
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
                n, pos = uvarint_rest(buf, pos, n)
            if not n:
                raise null_field("JoinGroupResponseMembers.metadata")
            end = pos + n - 1
            e2.metadata = buf[pos:end].tobytes()
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
        raise malformed("JoinGroupResponse v9", fault) from fault
    if pos > limit:
        raise truncated("JoinGroupResponse v9")
    return m


def _encode_response_v9(m: JoinGroupResponse) -> list[Part]:
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
            add(_pack_ihiB(m.throttle_time_ms, m.error_code, m.generation_id, n))
        else:
            add(_pack_ihi(m.throttle_time_ms, m.error_code, m.generation_id))
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
        raw = m.leader.encode()
        n = len(raw) + 1
        add(BYTE[n] if n < 128 else string_prefix(n))
        if raw:
            add(raw)
        raw = m.member_id.encode()
        n = len(raw) + 1
        if n < 128:
            add(_pack_oB(m.skip_assignment, n))
        else:
            add(_pack_o(m.skip_assignment))
            add(string_prefix(n))
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
            raw = e1.metadata
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else uvarint(n))
            if raw:
                add(raw)
            add(b"\0")
        add(b"\0")
    except ENCODE_FAULTS as fault:
        raise unencodable("JoinGroupResponse v9", fault) from fault
    return [b"".join(out)]


REQUEST_DECODERS: dict[int, Callable[[memoryview, int], JoinGroupRequest]] = {
    0: _decode_request_v0,
    1: _decode_request_v1,
    2: _decode_request_v1,
    3: _decode_request_v1,
    4: _decode_request_v1,
    5: _decode_request_v5,
    6: _decode_request_v6,
    7: _decode_request_v6,
    8: _decode_request_v8,
    9: _decode_request_v8,
}
REQUEST_ENCODERS: dict[int, Callable[[JoinGroupRequest], list[Part]]] = {
    0: _encode_request_v0,
    1: _encode_request_v1,
    2: _encode_request_v1,
    3: _encode_request_v1,
    4: _encode_request_v1,
    5: _encode_request_v5,
    6: _encode_request_v6,
    7: _encode_request_v6,
    8: _encode_request_v8,
    9: _encode_request_v8,
}
RESPONSE_DECODERS: dict[int, Callable[[memoryview, int], JoinGroupResponse]] = {
    0: _decode_response_v0,
    1: _decode_response_v0,
    2: _decode_response_v2,
    3: _decode_response_v2,
    4: _decode_response_v2,
    5: _decode_response_v5,
    6: _decode_response_v6,
    7: _decode_response_v7,
    8: _decode_response_v7,
    9: _decode_response_v9,
}
RESPONSE_ENCODERS: dict[int, Callable[[JoinGroupResponse], list[Part]]] = {
    0: _encode_response_v0,
    1: _encode_response_v0,
    2: _encode_response_v2,
    3: _encode_response_v2,
    4: _encode_response_v2,
    5: _encode_response_v5,
    6: _encode_response_v6,
    7: _encode_response_v7,
    8: _encode_response_v7,
    9: _encode_response_v9,
}
API = Api(
    key=11,
    name="JoinGroup",
    min_version=0,
    max_version=9,
    first_version=0,
    flexible_from=6,
    request_decoders=REQUEST_DECODERS,
    request_encoders=REQUEST_ENCODERS,
    response_decoders=RESPONSE_DECODERS,
    response_encoders=RESPONSE_ENCODERS,
)
