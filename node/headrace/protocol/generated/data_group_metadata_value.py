"""Generated from manifests/data_group_metadata_value.api by `python -m headrace.protocol.codegen`;
never edited."""

import struct
from collections.abc import Callable
from dataclasses import dataclass, field

from headrace.protocol.primitives import (
    BYTE,
    DECODE_FAULTS,
    ELEMENTS_MAX,
    ENCODE_FAULTS,
    Part,
    ProtocolError,
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
_pack_ih = struct.Struct(">ih").pack
_pack_ii = struct.Struct(">ii").pack
_pack_iiB = struct.Struct(">iiB").pack
_pack_iii = struct.Struct(">iii").pack
_pack_q = struct.Struct(">q").pack
_pack_qB = struct.Struct(">qB").pack
_pack_qi = struct.Struct(">qi").pack
_read_h = struct.Struct(">h").unpack_from
_read_i = struct.Struct(">i").unpack_from
_read_iB = struct.Struct(">iB").unpack_from
_read_ih = struct.Struct(">ih").unpack_from
_read_ii = struct.Struct(">ii").unpack_from
_read_iiB = struct.Struct(">iiB").unpack_from
_read_iii = struct.Struct(">iii").unpack_from
_read_qB = struct.Struct(">qB").unpack_from
_read_qi = struct.Struct(">qi").unpack_from


@dataclass(slots=True)
class GroupMetadataValueMembers:
    member_id: str = ""
    group_instance_id: str | None = None
    client_id: str = ""
    client_host: str = ""
    rebalance_timeout_ms: int = 0
    session_timeout_ms: int = 0
    subscription: bytes = b""
    assignment: bytes = b""


@dataclass(slots=True)
class GroupMetadataValue:
    protocol_type: str = ""
    generation: int = 0
    protocol: str | None = ""
    leader: str | None = ""
    current_state_timestamp_ms: int = -1
    members: list[GroupMetadataValueMembers] = field(default_factory=list)


def _decode_v0(buf: memoryview, pos: int) -> GroupMetadataValue:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(GroupMetadataValue)
        m.current_state_timestamp_ms = -1
        n, = _read_h(buf, pos)
        pos += 2
        if n < 0:
            raise null_field("GroupMetadataValue.protocol_type")
        end = pos + n
        m.protocol_type = buf[pos:end].tobytes().decode()
        pos = end
        m.generation, n = _read_ih(buf, pos)
        pos += 6
        if n < 0:
            m.protocol = None
        else:
            end = pos + n
            m.protocol = buf[pos:end].tobytes().decode()
            pos = end
        n, = _read_h(buf, pos)
        pos += 2
        if n < 0:
            m.leader = None
        else:
            end = pos + n
            m.leader = buf[pos:end].tobytes().decode()
            pos = end
        c, = _read_i(buf, pos)
        pos += 4
        if c < 0:
            raise null_field("GroupMetadataValue.members")
        left -= c
        if left < 0:
            raise too_many("GroupMetadataValue.members")
        items1: list[GroupMetadataValueMembers] = []
        m.members = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(GroupMetadataValueMembers)
            e2.group_instance_id = None
            e2.rebalance_timeout_ms = 0
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("GroupMetadataValueMembers.member_id")
            end = pos + n
            e2.member_id = buf[pos:end].tobytes().decode()
            pos = end
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("GroupMetadataValueMembers.client_id")
            end = pos + n
            e2.client_id = buf[pos:end].tobytes().decode()
            pos = end
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("GroupMetadataValueMembers.client_host")
            end = pos + n
            e2.client_host = buf[pos:end].tobytes().decode()
            pos = end
            e2.session_timeout_ms, n = _read_ii(buf, pos)
            pos += 8
            if n < 0:
                raise null_field("GroupMetadataValueMembers.subscription")
            end = pos + n
            e2.subscription = buf[pos:end].tobytes()
            pos = end
            n, = _read_i(buf, pos)
            pos += 4
            if n < 0:
                raise null_field("GroupMetadataValueMembers.assignment")
            end = pos + n
            e2.assignment = buf[pos:end].tobytes()
            pos = end
            items1.append(e2)
    except DECODE_FAULTS as fault:
        raise malformed("GroupMetadataValue v0", fault) from fault
    if pos > limit:
        raise truncated("GroupMetadataValue v0")
    return m


def _encode_v0(m: GroupMetadataValue) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        raw = m.protocol_type.encode()
        n = len(raw)
        add(_pack_h(n))
        if raw:
            add(raw)
        if m.protocol is None:
            raw = b""
            n = -1
        else:
            raw = m.protocol.encode()
            n = len(raw)
        add(_pack_ih(m.generation, n))
        if raw:
            add(raw)
        if m.leader is None:
            raw = b""
            n = -1
        else:
            raw = m.leader.encode()
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
            raw = e1.client_id.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            raw = e1.client_host.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            raw = e1.subscription
            n = len(raw)
            add(_pack_ii(e1.session_timeout_ms, n))
            if raw:
                add(raw)
            raw = e1.assignment
            n = len(raw)
            add(_pack_i(n))
            if raw:
                add(raw)
    except ENCODE_FAULTS as fault:
        raise unencodable("GroupMetadataValue v0", fault) from fault
    return [b"".join(out)]


def _decode_v1(buf: memoryview, pos: int) -> GroupMetadataValue:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(GroupMetadataValue)
        m.current_state_timestamp_ms = -1
        n, = _read_h(buf, pos)
        pos += 2
        if n < 0:
            raise null_field("GroupMetadataValue.protocol_type")
        end = pos + n
        m.protocol_type = buf[pos:end].tobytes().decode()
        pos = end
        m.generation, n = _read_ih(buf, pos)
        pos += 6
        if n < 0:
            m.protocol = None
        else:
            end = pos + n
            m.protocol = buf[pos:end].tobytes().decode()
            pos = end
        n, = _read_h(buf, pos)
        pos += 2
        if n < 0:
            m.leader = None
        else:
            end = pos + n
            m.leader = buf[pos:end].tobytes().decode()
            pos = end
        c, = _read_i(buf, pos)
        pos += 4
        if c < 0:
            raise null_field("GroupMetadataValue.members")
        left -= c
        if left < 0:
            raise too_many("GroupMetadataValue.members")
        items1: list[GroupMetadataValueMembers] = []
        m.members = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(GroupMetadataValueMembers)
            e2.group_instance_id = None
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("GroupMetadataValueMembers.member_id")
            end = pos + n
            e2.member_id = buf[pos:end].tobytes().decode()
            pos = end
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("GroupMetadataValueMembers.client_id")
            end = pos + n
            e2.client_id = buf[pos:end].tobytes().decode()
            pos = end
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("GroupMetadataValueMembers.client_host")
            end = pos + n
            e2.client_host = buf[pos:end].tobytes().decode()
            pos = end
            e2.rebalance_timeout_ms, e2.session_timeout_ms, n = _read_iii(buf, pos)
            pos += 12
            if n < 0:
                raise null_field("GroupMetadataValueMembers.subscription")
            end = pos + n
            e2.subscription = buf[pos:end].tobytes()
            pos = end
            n, = _read_i(buf, pos)
            pos += 4
            if n < 0:
                raise null_field("GroupMetadataValueMembers.assignment")
            end = pos + n
            e2.assignment = buf[pos:end].tobytes()
            pos = end
            items1.append(e2)
    except DECODE_FAULTS as fault:
        raise malformed("GroupMetadataValue v1", fault) from fault
    if pos > limit:
        raise truncated("GroupMetadataValue v1")
    return m


def _encode_v1(m: GroupMetadataValue) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        raw = m.protocol_type.encode()
        n = len(raw)
        add(_pack_h(n))
        if raw:
            add(raw)
        if m.protocol is None:
            raw = b""
            n = -1
        else:
            raw = m.protocol.encode()
            n = len(raw)
        add(_pack_ih(m.generation, n))
        if raw:
            add(raw)
        if m.leader is None:
            raw = b""
            n = -1
        else:
            raw = m.leader.encode()
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
            raw = e1.client_id.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            raw = e1.client_host.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            raw = e1.subscription
            n = len(raw)
            add(_pack_iii(e1.rebalance_timeout_ms, e1.session_timeout_ms, n))
            if raw:
                add(raw)
            raw = e1.assignment
            n = len(raw)
            add(_pack_i(n))
            if raw:
                add(raw)
    except ENCODE_FAULTS as fault:
        raise unencodable("GroupMetadataValue v1", fault) from fault
    return [b"".join(out)]


def _decode_v2(buf: memoryview, pos: int) -> GroupMetadataValue:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(GroupMetadataValue)
        n, = _read_h(buf, pos)
        pos += 2
        if n < 0:
            raise null_field("GroupMetadataValue.protocol_type")
        end = pos + n
        m.protocol_type = buf[pos:end].tobytes().decode()
        pos = end
        m.generation, n = _read_ih(buf, pos)
        pos += 6
        if n < 0:
            m.protocol = None
        else:
            end = pos + n
            m.protocol = buf[pos:end].tobytes().decode()
            pos = end
        n, = _read_h(buf, pos)
        pos += 2
        if n < 0:
            m.leader = None
        else:
            end = pos + n
            m.leader = buf[pos:end].tobytes().decode()
            pos = end
        m.current_state_timestamp_ms, c = _read_qi(buf, pos)
        pos += 12
        if c < 0:
            raise null_field("GroupMetadataValue.members")
        left -= c
        if left < 0:
            raise too_many("GroupMetadataValue.members")
        items1: list[GroupMetadataValueMembers] = []
        m.members = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(GroupMetadataValueMembers)
            e2.group_instance_id = None
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("GroupMetadataValueMembers.member_id")
            end = pos + n
            e2.member_id = buf[pos:end].tobytes().decode()
            pos = end
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("GroupMetadataValueMembers.client_id")
            end = pos + n
            e2.client_id = buf[pos:end].tobytes().decode()
            pos = end
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("GroupMetadataValueMembers.client_host")
            end = pos + n
            e2.client_host = buf[pos:end].tobytes().decode()
            pos = end
            e2.rebalance_timeout_ms, e2.session_timeout_ms, n = _read_iii(buf, pos)
            pos += 12
            if n < 0:
                raise null_field("GroupMetadataValueMembers.subscription")
            end = pos + n
            e2.subscription = buf[pos:end].tobytes()
            pos = end
            n, = _read_i(buf, pos)
            pos += 4
            if n < 0:
                raise null_field("GroupMetadataValueMembers.assignment")
            end = pos + n
            e2.assignment = buf[pos:end].tobytes()
            pos = end
            items1.append(e2)
    except DECODE_FAULTS as fault:
        raise malformed("GroupMetadataValue v2", fault) from fault
    if pos > limit:
        raise truncated("GroupMetadataValue v2")
    return m


def _encode_v2(m: GroupMetadataValue) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        raw = m.protocol_type.encode()
        n = len(raw)
        add(_pack_h(n))
        if raw:
            add(raw)
        if m.protocol is None:
            raw = b""
            n = -1
        else:
            raw = m.protocol.encode()
            n = len(raw)
        add(_pack_ih(m.generation, n))
        if raw:
            add(raw)
        if m.leader is None:
            raw = b""
            n = -1
        else:
            raw = m.leader.encode()
            n = len(raw)
        add(_pack_h(n))
        if raw:
            add(raw)
        n = len(m.members)
        add(_pack_qi(m.current_state_timestamp_ms, n))
        for e1 in m.members:
            raw = e1.member_id.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            raw = e1.client_id.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            raw = e1.client_host.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            raw = e1.subscription
            n = len(raw)
            add(_pack_iii(e1.rebalance_timeout_ms, e1.session_timeout_ms, n))
            if raw:
                add(raw)
            raw = e1.assignment
            n = len(raw)
            add(_pack_i(n))
            if raw:
                add(raw)
    except ENCODE_FAULTS as fault:
        raise unencodable("GroupMetadataValue v2", fault) from fault
    return [b"".join(out)]


def _decode_v3(buf: memoryview, pos: int) -> GroupMetadataValue:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(GroupMetadataValue)
        n, = _read_h(buf, pos)
        pos += 2
        if n < 0:
            raise null_field("GroupMetadataValue.protocol_type")
        end = pos + n
        m.protocol_type = buf[pos:end].tobytes().decode()
        pos = end
        m.generation, n = _read_ih(buf, pos)
        pos += 6
        if n < 0:
            m.protocol = None
        else:
            end = pos + n
            m.protocol = buf[pos:end].tobytes().decode()
            pos = end
        n, = _read_h(buf, pos)
        pos += 2
        if n < 0:
            m.leader = None
        else:
            end = pos + n
            m.leader = buf[pos:end].tobytes().decode()
            pos = end
        m.current_state_timestamp_ms, c = _read_qi(buf, pos)
        pos += 12
        if c < 0:
            raise null_field("GroupMetadataValue.members")
        left -= c
        if left < 0:
            raise too_many("GroupMetadataValue.members")
        items1: list[GroupMetadataValueMembers] = []
        m.members = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(GroupMetadataValueMembers)
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("GroupMetadataValueMembers.member_id")
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
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("GroupMetadataValueMembers.client_id")
            end = pos + n
            e2.client_id = buf[pos:end].tobytes().decode()
            pos = end
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("GroupMetadataValueMembers.client_host")
            end = pos + n
            e2.client_host = buf[pos:end].tobytes().decode()
            pos = end
            e2.rebalance_timeout_ms, e2.session_timeout_ms, n = _read_iii(buf, pos)
            pos += 12
            if n < 0:
                raise null_field("GroupMetadataValueMembers.subscription")
            end = pos + n
            e2.subscription = buf[pos:end].tobytes()
            pos = end
            n, = _read_i(buf, pos)
            pos += 4
            if n < 0:
                raise null_field("GroupMetadataValueMembers.assignment")
            end = pos + n
            e2.assignment = buf[pos:end].tobytes()
            pos = end
            items1.append(e2)
    except DECODE_FAULTS as fault:
        raise malformed("GroupMetadataValue v3", fault) from fault
    if pos > limit:
        raise truncated("GroupMetadataValue v3")
    return m


def _encode_v3(m: GroupMetadataValue) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        raw = m.protocol_type.encode()
        n = len(raw)
        add(_pack_h(n))
        if raw:
            add(raw)
        if m.protocol is None:
            raw = b""
            n = -1
        else:
            raw = m.protocol.encode()
            n = len(raw)
        add(_pack_ih(m.generation, n))
        if raw:
            add(raw)
        if m.leader is None:
            raw = b""
            n = -1
        else:
            raw = m.leader.encode()
            n = len(raw)
        add(_pack_h(n))
        if raw:
            add(raw)
        n = len(m.members)
        add(_pack_qi(m.current_state_timestamp_ms, n))
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
            raw = e1.client_id.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            raw = e1.client_host.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            raw = e1.subscription
            n = len(raw)
            add(_pack_iii(e1.rebalance_timeout_ms, e1.session_timeout_ms, n))
            if raw:
                add(raw)
            raw = e1.assignment
            n = len(raw)
            add(_pack_i(n))
            if raw:
                add(raw)
    except ENCODE_FAULTS as fault:
        raise unencodable("GroupMetadataValue v3", fault) from fault
    return [b"".join(out)]


def _decode_v4(buf: memoryview, pos: int) -> GroupMetadataValue:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(GroupMetadataValue)
        n = buf[pos]
        pos += 1
        if n > 127:
            n, pos = string_rest(buf, pos, n)
        if not n:
            raise null_field("GroupMetadataValue.protocol_type")
        end = pos + n - 1
        m.protocol_type = buf[pos:end].tobytes().decode()
        pos = end
        m.generation, n = _read_iB(buf, pos)
        pos += 5
        if n > 127:
            n, pos = string_rest(buf, pos, n)
        if not n:
            m.protocol = None
        else:
            end = pos + n - 1
            m.protocol = buf[pos:end].tobytes().decode()
            pos = end
        n = buf[pos]
        pos += 1
        if n > 127:
            n, pos = string_rest(buf, pos, n)
        if not n:
            m.leader = None
        else:
            end = pos + n - 1
            m.leader = buf[pos:end].tobytes().decode()
            pos = end
        m.current_state_timestamp_ms, c = _read_qB(buf, pos)
        pos += 9
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("GroupMetadataValue.members")
        left -= c
        if left < 0:
            raise too_many("GroupMetadataValue.members")
        items1: list[GroupMetadataValueMembers] = []
        m.members = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(GroupMetadataValueMembers)
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("GroupMetadataValueMembers.member_id")
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
                raise null_field("GroupMetadataValueMembers.client_id")
            end = pos + n - 1
            e2.client_id = buf[pos:end].tobytes().decode()
            pos = end
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("GroupMetadataValueMembers.client_host")
            end = pos + n - 1
            e2.client_host = buf[pos:end].tobytes().decode()
            pos = end
            e2.rebalance_timeout_ms, e2.session_timeout_ms, n = _read_iiB(buf, pos)
            pos += 9
            if n > 127:
                n, pos = uvarint_rest(buf, pos, n)
            if not n:
                raise null_field("GroupMetadataValueMembers.subscription")
            end = pos + n - 1
            e2.subscription = buf[pos:end].tobytes()
            pos = end
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = uvarint_rest(buf, pos, n)
            if not n:
                raise null_field("GroupMetadataValueMembers.assignment")
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
        raise malformed("GroupMetadataValue v4", fault) from fault
    if pos > limit:
        raise truncated("GroupMetadataValue v4")
    return m


def _encode_v4(m: GroupMetadataValue) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        raw = m.protocol_type.encode()
        n = len(raw) + 1
        add(BYTE[n] if n < 128 else string_prefix(n))
        if raw:
            add(raw)
        if m.protocol is None:
            raw = b""
            n = 0
        else:
            raw = m.protocol.encode()
            n = len(raw) + 1
        if n < 128:
            add(_pack_iB(m.generation, n))
        else:
            add(_pack_i(m.generation))
            add(string_prefix(n))
        if raw:
            add(raw)
        if m.leader is None:
            raw = b""
            n = 0
        else:
            raw = m.leader.encode()
            n = len(raw) + 1
        add(BYTE[n] if n < 128 else string_prefix(n))
        if raw:
            add(raw)
        n = len(m.members) + 1
        if n < 128:
            add(_pack_qB(m.current_state_timestamp_ms, n))
        else:
            add(_pack_q(m.current_state_timestamp_ms))
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
            raw = e1.client_id.encode()
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else string_prefix(n))
            if raw:
                add(raw)
            raw = e1.client_host.encode()
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else string_prefix(n))
            if raw:
                add(raw)
            raw = e1.subscription
            n = len(raw) + 1
            if n < 128:
                add(_pack_iiB(e1.rebalance_timeout_ms, e1.session_timeout_ms, n))
            else:
                add(_pack_ii(e1.rebalance_timeout_ms, e1.session_timeout_ms))
                add(uvarint(n))
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
        raise unencodable("GroupMetadataValue v4", fault) from fault
    return [b"".join(out)]


DECODERS: dict[int, Callable[[memoryview, int], GroupMetadataValue]] = {
    0: _decode_v0,
    1: _decode_v1,
    2: _decode_v2,
    3: _decode_v3,
    4: _decode_v4,
}
ENCODERS: dict[int, Callable[[GroupMetadataValue], list[Part]]] = {
    0: _encode_v0,
    1: _encode_v1,
    2: _encode_v2,
    3: _encode_v3,
    4: _encode_v4,
}
MIN_VERSION = 0
MAX_VERSION = 4


def encode(data: GroupMetadataValue, version: int) -> bytes:
    """The body alone, without the version in front."""
    encoder = ENCODERS.get(version)
    if encoder is None:
        raise ProtocolError(f"GroupMetadataValue has no version {version} here")
    return b"".join(encoder(data))


def decode(buf: Part, version: int) -> GroupMetadataValue:
    """Read a body that has no version in front; bytes after it are ignored."""
    decoder = DECODERS.get(version)
    if decoder is None:
        raise ProtocolError(f"GroupMetadataValue has no version {version} here")
    return decoder(memoryview(buf), 0)


def encode_versioned(data: GroupMetadataValue, version: int) -> bytes:
    """The version as two bytes, then the body: how it stands in records and in group metadata."""
    return version.to_bytes(2, "big") + encode(data, version)


def decode_versioned(buf: Part) -> GroupMetadataValue:
    """Read the version and the body behind it."""
    view = memoryview(buf)
    if len(view) < 2:
        raise truncated("GroupMetadataValue")
    return decode(view[2:], int.from_bytes(view[:2], "big", signed=True))
