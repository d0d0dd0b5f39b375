"""Generated from manifests/15_describe_groups.api by `python -m headrace.protocol.codegen`;
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
_pack_hB = struct.Struct(">hB").pack
_pack_hh = struct.Struct(">hh").pack
_pack_i = struct.Struct(">i").pack
_pack_iB = struct.Struct(">iB").pack
_pack_ii = struct.Struct(">ii").pack
_pack_ix = struct.Struct(">ix").pack
_pack_o = struct.Struct(">?").pack
_pack_ox = struct.Struct(">?x").pack
_read_h = struct.Struct(">h").unpack_from
_read_hB = struct.Struct(">hB").unpack_from
_read_hh = struct.Struct(">hh").unpack_from
_read_i = struct.Struct(">i").unpack_from
_read_iB = struct.Struct(">iB").unpack_from
_read_ii = struct.Struct(">ii").unpack_from
_read_o = struct.Struct(">?").unpack_from
_read_oB = struct.Struct(">?B").unpack_from


@dataclass(slots=True)
class DescribeGroupsRequest:
    groups: list[str] = field(default_factory=list)
    include_authorized_operations: bool = False


@dataclass(slots=True)
class DescribeGroupsResponseMembers:
    member_id: str = ""
    group_instance_id: str | None = None
    client_id: str = ""
    client_host: str = ""
    member_metadata: bytes = b""
    member_assignment: bytes = b""


@dataclass(slots=True)
class DescribeGroupsResponseGroups:
    error_code: int = 0
    error_message: str | None = None
    group_id: str = ""
    group_state: str = ""
    protocol_type: str = ""
    protocol_data: str = ""
    members: list[DescribeGroupsResponseMembers] = field(default_factory=list)
    authorized_operations: int = -2147483648


@dataclass(slots=True)
class DescribeGroupsResponse:
    throttle_time_ms: int = 0
    groups: list[DescribeGroupsResponseGroups] = field(default_factory=list)


def _decode_request_v0(buf: memoryview, pos: int) -> DescribeGroupsRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(DescribeGroupsRequest)
        m.include_authorized_operations = False
        c, = _read_i(buf, pos)
        pos += 4
        if c < 0:
            raise null_field("DescribeGroupsRequest.groups")
        left -= c
        if left < 0:
            raise too_many("DescribeGroupsRequest.groups")
        items1: list[str] = []
        m.groups = items1
        for _ in TIMES[c] if c < 64 else range(c):
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("DescribeGroupsRequest.groups")
            end = pos + n
            text = buf[pos:end].tobytes().decode()
            pos = end
            items1.append(text)
    except DECODE_FAULTS as fault:
        raise malformed("DescribeGroupsRequest v0-2", fault) from fault
    if pos > limit:
        raise truncated("DescribeGroupsRequest v0-2")
    return m


def _encode_request_v0(m: DescribeGroupsRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.groups)
        add(_pack_i(n))
        for e1 in m.groups:
            raw = e1.encode()
            n = len(raw)
            add(_pack_h(n))
            add(raw)
    except ENCODE_FAULTS as fault:
        raise unencodable("DescribeGroupsRequest v0-2", fault) from fault
    return [b"".join(out)]


def _decode_request_v3(buf: memoryview, pos: int) -> DescribeGroupsRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(DescribeGroupsRequest)
        c, = _read_i(buf, pos)
        pos += 4
        if c < 0:
            raise null_field("DescribeGroupsRequest.groups")
        left -= c
        if left < 0:
            raise too_many("DescribeGroupsRequest.groups")
        items1: list[str] = []
        m.groups = items1
        for _ in TIMES[c] if c < 64 else range(c):
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("DescribeGroupsRequest.groups")
            end = pos + n
            text = buf[pos:end].tobytes().decode()
            pos = end
            items1.append(text)
        m.include_authorized_operations, = _read_o(buf, pos)
        pos += 1
    except DECODE_FAULTS as fault:
        raise malformed("DescribeGroupsRequest v3-4", fault) from fault
    if pos > limit:
        raise truncated("DescribeGroupsRequest v3-4")
    return m


def _encode_request_v3(m: DescribeGroupsRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.groups)
        add(_pack_i(n))
        for e1 in m.groups:
            raw = e1.encode()
            n = len(raw)
            add(_pack_h(n))
            add(raw)
        add(_pack_o(m.include_authorized_operations))
    except ENCODE_FAULTS as fault:
        raise unencodable("DescribeGroupsRequest v3-4", fault) from fault
    return [b"".join(out)]


def _decode_request_v5(buf: memoryview, pos: int) -> DescribeGroupsRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(DescribeGroupsRequest)
        c = buf[pos]
        pos += 1
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("DescribeGroupsRequest.groups")
        left -= c
        if left < 0:
            raise too_many("DescribeGroupsRequest.groups")
        items1: list[str] = []
        m.groups = items1
        for _ in TIMES[c] if c < 64 else range(c):
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("DescribeGroupsRequest.groups")
            end = pos + n - 1
            text = buf[pos:end].tobytes().decode()
            pos = end
            items1.append(text)
        m.include_authorized_operations, t = _read_oB(buf, pos)
        pos += 2
        if t:
            pos, left = skip_tags_within(buf, pos, t, left)
    except DECODE_FAULTS as fault:
        raise malformed("DescribeGroupsRequest v5-6", fault) from fault
    if pos > limit:
        raise truncated("DescribeGroupsRequest v5-6")
    return m


def _encode_request_v5(m: DescribeGroupsRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.groups) + 1
        add(BYTE[n] if n < 128 else uvarint(n))
        for e1 in m.groups:
            raw = e1.encode()
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else string_prefix(n))
            add(raw)
        add(_pack_ox(m.include_authorized_operations))
    except ENCODE_FAULTS as fault:
        raise unencodable("DescribeGroupsRequest v5-6", fault) from fault
    return [b"".join(out)]


def _decode_response_v0(buf: memoryview, pos: int) -> DescribeGroupsResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(DescribeGroupsResponse)
        m.throttle_time_ms = 0
        c, = _read_i(buf, pos)
        pos += 4
        if c < 0:
            raise null_field("DescribeGroupsResponse.groups")
        left -= c
        if left < 0:
            raise too_many("DescribeGroupsResponse.groups")
        items1: list[DescribeGroupsResponseGroups] = []
        m.groups = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(DescribeGroupsResponseGroups)
            e2.error_message = None
            e2.authorized_operations = -2147483648
            e2.error_code, n = _read_hh(buf, pos)
            pos += 4
            if n < 0:
                raise null_field("DescribeGroupsResponseGroups.group_id")
            end = pos + n
            e2.group_id = buf[pos:end].tobytes().decode()
            pos = end
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("DescribeGroupsResponseGroups.group_state")
            end = pos + n
            e2.group_state = buf[pos:end].tobytes().decode()
            pos = end
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("DescribeGroupsResponseGroups.protocol_type")
            end = pos + n
            e2.protocol_type = buf[pos:end].tobytes().decode()
            pos = end
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("DescribeGroupsResponseGroups.protocol_data")
            end = pos + n
            e2.protocol_data = buf[pos:end].tobytes().decode()
            pos = end
            c, = _read_i(buf, pos)
            pos += 4
            if c < 0:
                raise null_field("DescribeGroupsResponseGroups.members")
            left -= c
            if left < 0:
                raise too_many("DescribeGroupsResponseGroups.members")
            items3: list[DescribeGroupsResponseMembers] = []
            e2.members = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(DescribeGroupsResponseMembers)
                e4.group_instance_id = None
                n, = _read_h(buf, pos)
                pos += 2
                if n < 0:
                    raise null_field("DescribeGroupsResponseMembers.member_id")
                end = pos + n
                e4.member_id = buf[pos:end].tobytes().decode()
                pos = end
                n, = _read_h(buf, pos)
                pos += 2
                if n < 0:
                    raise null_field("DescribeGroupsResponseMembers.client_id")
                end = pos + n
                e4.client_id = buf[pos:end].tobytes().decode()
                pos = end
                n, = _read_h(buf, pos)
                pos += 2
                if n < 0:
                    raise null_field("DescribeGroupsResponseMembers.client_host")
                end = pos + n
                e4.client_host = buf[pos:end].tobytes().decode()
                pos = end
                n, = _read_i(buf, pos)
                pos += 4
                if n < 0:
                    raise null_field("DescribeGroupsResponseMembers.member_metadata")
                end = pos + n
                e4.member_metadata = buf[pos:end].tobytes()
                pos = end
                n, = _read_i(buf, pos)
                pos += 4
                if n < 0:
                    raise null_field("DescribeGroupsResponseMembers.member_assignment")
                end = pos + n
                e4.member_assignment = buf[pos:end].tobytes()
                pos = end
                items3.append(e4)
            items1.append(e2)
    except DECODE_FAULTS as fault:
        raise malformed("DescribeGroupsResponse v0", fault) from fault
    if pos > limit:
        raise truncated("DescribeGroupsResponse v0")
    return m


def _encode_response_v0(m: DescribeGroupsResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.groups)
        add(_pack_i(n))
        for e1 in m.groups:
            raw = e1.group_id.encode()
            n = len(raw)
            add(_pack_hh(e1.error_code, n))
            if raw:
                add(raw)
            raw = e1.group_state.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            raw = e1.protocol_type.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            raw = e1.protocol_data.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            n = len(e1.members)
            add(_pack_i(n))
            for e2 in e1.members:
                raw = e2.member_id.encode()
                n = len(raw)
                add(_pack_h(n))
                if raw:
                    add(raw)
                raw = e2.client_id.encode()
                n = len(raw)
                add(_pack_h(n))
                if raw:
                    add(raw)
                raw = e2.client_host.encode()
                n = len(raw)
                add(_pack_h(n))
                if raw:
                    add(raw)
                raw = e2.member_metadata
                n = len(raw)
                add(_pack_i(n))
                if raw:
                    add(raw)
                raw = e2.member_assignment
                n = len(raw)
                add(_pack_i(n))
                if raw:
                    add(raw)
    except ENCODE_FAULTS as fault:
        raise unencodable("DescribeGroupsResponse v0", fault) from fault
    return [b"".join(out)]


def _decode_response_v1(buf: memoryview, pos: int) -> DescribeGroupsResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(DescribeGroupsResponse)
        m.throttle_time_ms, c = _read_ii(buf, pos)
        pos += 8
        if c < 0:
            raise null_field("DescribeGroupsResponse.groups")
        left -= c
        if left < 0:
            raise too_many("DescribeGroupsResponse.groups")
        items1: list[DescribeGroupsResponseGroups] = []
        m.groups = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(DescribeGroupsResponseGroups)
            e2.error_message = None
            e2.authorized_operations = -2147483648
            e2.error_code, n = _read_hh(buf, pos)
            pos += 4
            if n < 0:
                raise null_field("DescribeGroupsResponseGroups.group_id")
            end = pos + n
            e2.group_id = buf[pos:end].tobytes().decode()
            pos = end
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("DescribeGroupsResponseGroups.group_state")
            end = pos + n
            e2.group_state = buf[pos:end].tobytes().decode()
            pos = end
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("DescribeGroupsResponseGroups.protocol_type")
            end = pos + n
            e2.protocol_type = buf[pos:end].tobytes().decode()
            pos = end
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("DescribeGroupsResponseGroups.protocol_data")
            end = pos + n
            e2.protocol_data = buf[pos:end].tobytes().decode()
            pos = end
            c, = _read_i(buf, pos)
            pos += 4
            if c < 0:
                raise null_field("DescribeGroupsResponseGroups.members")
            left -= c
            if left < 0:
                raise too_many("DescribeGroupsResponseGroups.members")
            items3: list[DescribeGroupsResponseMembers] = []
            e2.members = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(DescribeGroupsResponseMembers)
                e4.group_instance_id = None
                n, = _read_h(buf, pos)
                pos += 2
                if n < 0:
                    raise null_field("DescribeGroupsResponseMembers.member_id")
                end = pos + n
                e4.member_id = buf[pos:end].tobytes().decode()
                pos = end
                n, = _read_h(buf, pos)
                pos += 2
                if n < 0:
                    raise null_field("DescribeGroupsResponseMembers.client_id")
                end = pos + n
                e4.client_id = buf[pos:end].tobytes().decode()
                pos = end
                n, = _read_h(buf, pos)
                pos += 2
                if n < 0:
                    raise null_field("DescribeGroupsResponseMembers.client_host")
                end = pos + n
                e4.client_host = buf[pos:end].tobytes().decode()
                pos = end
                n, = _read_i(buf, pos)
                pos += 4
                if n < 0:
                    raise null_field("DescribeGroupsResponseMembers.member_metadata")
                end = pos + n
                e4.member_metadata = buf[pos:end].tobytes()
                pos = end
                n, = _read_i(buf, pos)
                pos += 4
                if n < 0:
                    raise null_field("DescribeGroupsResponseMembers.member_assignment")
                end = pos + n
                e4.member_assignment = buf[pos:end].tobytes()
                pos = end
                items3.append(e4)
            items1.append(e2)
    except DECODE_FAULTS as fault:
        raise malformed("DescribeGroupsResponse v1-2", fault) from fault
    if pos > limit:
        raise truncated("DescribeGroupsResponse v1-2")
    return m


def _encode_response_v1(m: DescribeGroupsResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.groups)
        add(_pack_ii(m.throttle_time_ms, n))
        for e1 in m.groups:
            raw = e1.group_id.encode()
            n = len(raw)
            add(_pack_hh(e1.error_code, n))
            if raw:
                add(raw)
            raw = e1.group_state.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            raw = e1.protocol_type.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            raw = e1.protocol_data.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            n = len(e1.members)
            add(_pack_i(n))
            for e2 in e1.members:
                raw = e2.member_id.encode()
                n = len(raw)
                add(_pack_h(n))
                if raw:
                    add(raw)
                raw = e2.client_id.encode()
                n = len(raw)
                add(_pack_h(n))
                if raw:
                    add(raw)
                raw = e2.client_host.encode()
                n = len(raw)
                add(_pack_h(n))
                if raw:
                    add(raw)
                raw = e2.member_metadata
                n = len(raw)
                add(_pack_i(n))
                if raw:
                    add(raw)
                raw = e2.member_assignment
                n = len(raw)
                add(_pack_i(n))
                if raw:
                    add(raw)
    except ENCODE_FAULTS as fault:
        raise unencodable("DescribeGroupsResponse v1-2", fault) from fault
    return [b"".join(out)]


def _decode_response_v3(buf: memoryview, pos: int) -> DescribeGroupsResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(DescribeGroupsResponse)
        m.throttle_time_ms, c = _read_ii(buf, pos)
        pos += 8
        if c < 0:
            raise null_field("DescribeGroupsResponse.groups")
        left -= c
        if left < 0:
            raise too_many("DescribeGroupsResponse.groups")
        items1: list[DescribeGroupsResponseGroups] = []
        m.groups = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(DescribeGroupsResponseGroups)
            e2.error_message = None
            e2.error_code, n = _read_hh(buf, pos)
            pos += 4
            if n < 0:
                raise null_field("DescribeGroupsResponseGroups.group_id")
            end = pos + n
            e2.group_id = buf[pos:end].tobytes().decode()
            pos = end
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("DescribeGroupsResponseGroups.group_state")
            end = pos + n
            e2.group_state = buf[pos:end].tobytes().decode()
            pos = end
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("DescribeGroupsResponseGroups.protocol_type")
            end = pos + n
            e2.protocol_type = buf[pos:end].tobytes().decode()
            pos = end
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("DescribeGroupsResponseGroups.protocol_data")
            end = pos + n
            e2.protocol_data = buf[pos:end].tobytes().decode()
            pos = end
            c, = _read_i(buf, pos)
            pos += 4
            if c < 0:
                raise null_field("DescribeGroupsResponseGroups.members")
            left -= c
            if left < 0:
                raise too_many("DescribeGroupsResponseGroups.members")
            items3: list[DescribeGroupsResponseMembers] = []
            e2.members = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(DescribeGroupsResponseMembers)
                e4.group_instance_id = None
                n, = _read_h(buf, pos)
                pos += 2
                if n < 0:
                    raise null_field("DescribeGroupsResponseMembers.member_id")
                end = pos + n
                e4.member_id = buf[pos:end].tobytes().decode()
                pos = end
                n, = _read_h(buf, pos)
                pos += 2
                if n < 0:
                    raise null_field("DescribeGroupsResponseMembers.client_id")
                end = pos + n
                e4.client_id = buf[pos:end].tobytes().decode()
                pos = end
                n, = _read_h(buf, pos)
                pos += 2
                if n < 0:
                    raise null_field("DescribeGroupsResponseMembers.client_host")
                end = pos + n
                e4.client_host = buf[pos:end].tobytes().decode()
                pos = end
                n, = _read_i(buf, pos)
                pos += 4
                if n < 0:
                    raise null_field("DescribeGroupsResponseMembers.member_metadata")
                end = pos + n
                e4.member_metadata = buf[pos:end].tobytes()
                pos = end
                n, = _read_i(buf, pos)
                pos += 4
                if n < 0:
                    raise null_field("DescribeGroupsResponseMembers.member_assignment")
                end = pos + n
                e4.member_assignment = buf[pos:end].tobytes()
                pos = end
                items3.append(e4)
            e2.authorized_operations, = _read_i(buf, pos)
            pos += 4
            items1.append(e2)
    except DECODE_FAULTS as fault:
        raise malformed("DescribeGroupsResponse v3", fault) from fault
    if pos > limit:
        raise truncated("DescribeGroupsResponse v3")
    return m


def _encode_response_v3(m: DescribeGroupsResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.groups)
        add(_pack_ii(m.throttle_time_ms, n))
        for e1 in m.groups:
            raw = e1.group_id.encode()
            n = len(raw)
            add(_pack_hh(e1.error_code, n))
            if raw:
                add(raw)
            raw = e1.group_state.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            raw = e1.protocol_type.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            raw = e1.protocol_data.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            n = len(e1.members)
            add(_pack_i(n))
            for e2 in e1.members:
                raw = e2.member_id.encode()
                n = len(raw)
                add(_pack_h(n))
                if raw:
                    add(raw)
                raw = e2.client_id.encode()
                n = len(raw)
                add(_pack_h(n))
                if raw:
                    add(raw)
                raw = e2.client_host.encode()
                n = len(raw)
                add(_pack_h(n))
                if raw:
                    add(raw)
                raw = e2.member_metadata
                n = len(raw)
                add(_pack_i(n))
                if raw:
                    add(raw)
                raw = e2.member_assignment
                n = len(raw)
                add(_pack_i(n))
                if raw:
                    add(raw)
            add(_pack_i(e1.authorized_operations))
    except ENCODE_FAULTS as fault:
        raise unencodable("DescribeGroupsResponse v3", fault) from fault
    return [b"".join(out)]


def _decode_response_v4(buf: memoryview, pos: int) -> DescribeGroupsResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(DescribeGroupsResponse)
        m.throttle_time_ms, c = _read_ii(buf, pos)
        pos += 8
        if c < 0:
            raise null_field("DescribeGroupsResponse.groups")
        left -= c
        if left < 0:
            raise too_many("DescribeGroupsResponse.groups")
        items1: list[DescribeGroupsResponseGroups] = []
        m.groups = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(DescribeGroupsResponseGroups)
            e2.error_message = None
            e2.error_code, n = _read_hh(buf, pos)
            pos += 4
            if n < 0:
                raise null_field("DescribeGroupsResponseGroups.group_id")
            end = pos + n
            e2.group_id = buf[pos:end].tobytes().decode()
            pos = end
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("DescribeGroupsResponseGroups.group_state")
            end = pos + n
            e2.group_state = buf[pos:end].tobytes().decode()
            pos = end
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("DescribeGroupsResponseGroups.protocol_type")
            end = pos + n
            e2.protocol_type = buf[pos:end].tobytes().decode()
            pos = end
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("DescribeGroupsResponseGroups.protocol_data")
            end = pos + n
            e2.protocol_data = buf[pos:end].tobytes().decode()
            pos = end
            c, = _read_i(buf, pos)
            pos += 4
            if c < 0:
                raise null_field("DescribeGroupsResponseGroups.members")
            left -= c
            if left < 0:
                raise too_many("DescribeGroupsResponseGroups.members")
            items3: list[DescribeGroupsResponseMembers] = []
            e2.members = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(DescribeGroupsResponseMembers)
                n, = _read_h(buf, pos)
                pos += 2
                if n < 0:
                    raise null_field("DescribeGroupsResponseMembers.member_id")
                end = pos + n
                e4.member_id = buf[pos:end].tobytes().decode()
                pos = end
                n, = _read_h(buf, pos)
                pos += 2
                if n < 0:
                    e4.group_instance_id = None
                else:
                    end = pos + n
                    e4.group_instance_id = buf[pos:end].tobytes().decode()
                    pos = end
                n, = _read_h(buf, pos)
                pos += 2
                if n < 0:
                    raise null_field("DescribeGroupsResponseMembers.client_id")
                end = pos + n
                e4.client_id = buf[pos:end].tobytes().decode()
                pos = end
                n, = _read_h(buf, pos)
                pos += 2
                if n < 0:
                    raise null_field("DescribeGroupsResponseMembers.client_host")
                end = pos + n
                e4.client_host = buf[pos:end].tobytes().decode()
                pos = end
                n, = _read_i(buf, pos)
                pos += 4
                if n < 0:
                    raise null_field("DescribeGroupsResponseMembers.member_metadata")
                end = pos + n
                e4.member_metadata = buf[pos:end].tobytes()
                pos = end
                n, = _read_i(buf, pos)
                pos += 4
                if n < 0:
                    raise null_field("DescribeGroupsResponseMembers.member_assignment")
                end = pos + n
                e4.member_assignment = buf[pos:end].tobytes()
                pos = end
                items3.append(e4)
            e2.authorized_operations, = _read_i(buf, pos)
            pos += 4
            items1.append(e2)
    except DECODE_FAULTS as fault:
        raise malformed("DescribeGroupsResponse v4", fault) from fault
    if pos > limit:
        raise truncated("DescribeGroupsResponse v4")
    return m


def _encode_response_v4(m: DescribeGroupsResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.groups)
        add(_pack_ii(m.throttle_time_ms, n))
        for e1 in m.groups:
            raw = e1.group_id.encode()
            n = len(raw)
            add(_pack_hh(e1.error_code, n))
            if raw:
                add(raw)
            raw = e1.group_state.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            raw = e1.protocol_type.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            raw = e1.protocol_data.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            n = len(e1.members)
            add(_pack_i(n))
            for e2 in e1.members:
                raw = e2.member_id.encode()
                n = len(raw)
                add(_pack_h(n))
                if raw:
                    add(raw)
                if e2.group_instance_id is None:
                    raw = b""
                    n = -1
                else:
                    raw = e2.group_instance_id.encode()
                    n = len(raw)
                add(_pack_h(n))
                if raw:
                    add(raw)
                raw = e2.client_id.encode()
                n = len(raw)
                add(_pack_h(n))
                if raw:
                    add(raw)
                raw = e2.client_host.encode()
                n = len(raw)
                add(_pack_h(n))
                if raw:
                    add(raw)
                raw = e2.member_metadata
                n = len(raw)
                add(_pack_i(n))
                if raw:
                    add(raw)
                raw = e2.member_assignment
                n = len(raw)
                add(_pack_i(n))
                if raw:
                    add(raw)
            add(_pack_i(e1.authorized_operations))
    except ENCODE_FAULTS as fault:
        raise unencodable("DescribeGroupsResponse v4", fault) from fault
    return [b"".join(out)]


def _decode_response_v5(buf: memoryview, pos: int) -> DescribeGroupsResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(DescribeGroupsResponse)
        m.throttle_time_ms, c = _read_iB(buf, pos)
        pos += 5
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("DescribeGroupsResponse.groups")
        left -= c
        if left < 0:
            raise too_many("DescribeGroupsResponse.groups")
        items1: list[DescribeGroupsResponseGroups] = []
        m.groups = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(DescribeGroupsResponseGroups)
            e2.error_message = None
            e2.error_code, n = _read_hB(buf, pos)
            pos += 3
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("DescribeGroupsResponseGroups.group_id")
            end = pos + n - 1
            e2.group_id = buf[pos:end].tobytes().decode()
            pos = end
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("DescribeGroupsResponseGroups.group_state")
            end = pos + n - 1
            e2.group_state = buf[pos:end].tobytes().decode()
            pos = end
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("DescribeGroupsResponseGroups.protocol_type")
            end = pos + n - 1
            e2.protocol_type = buf[pos:end].tobytes().decode()
            pos = end
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("DescribeGroupsResponseGroups.protocol_data")
            end = pos + n - 1
            e2.protocol_data = buf[pos:end].tobytes().decode()
            pos = end
            c = buf[pos]
            pos += 1
            if c > 127:
                c, pos = uvarint_rest(buf, pos, c)
            c -= 1
            if c < 0:
                raise null_field("DescribeGroupsResponseGroups.members")
            left -= c
            if left < 0:
                raise too_many("DescribeGroupsResponseGroups.members")
            items3: list[DescribeGroupsResponseMembers] = []
            e2.members = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(DescribeGroupsResponseMembers)
                n = buf[pos]
                pos += 1
                if n > 127:
                    n, pos = string_rest(buf, pos, n)
                if not n:
                    raise null_field("DescribeGroupsResponseMembers.member_id")
                end = pos + n - 1
                e4.member_id = buf[pos:end].tobytes().decode()
                pos = end
                n = buf[pos]
                pos += 1
                if n > 127:
                    n, pos = string_rest(buf, pos, n)
                if not n:
                    e4.group_instance_id = None
                else:
                    end = pos + n - 1
                    e4.group_instance_id = buf[pos:end].tobytes().decode()
                    pos = end
                n = buf[pos]
                pos += 1
                if n > 127:
                    n, pos = string_rest(buf, pos, n)
                if not n:
                    raise null_field("DescribeGroupsResponseMembers.client_id")
                end = pos + n - 1
                e4.client_id = buf[pos:end].tobytes().decode()
                pos = end
                n = buf[pos]
                pos += 1
                if n > 127:
                    n, pos = string_rest(buf, pos, n)
                if not n:
                    raise null_field("DescribeGroupsResponseMembers.client_host")
                end = pos + n - 1
                e4.client_host = buf[pos:end].tobytes().decode()
                pos = end
                n = buf[pos]
                pos += 1
                if n > 127:
                    n, pos = uvarint_rest(buf, pos, n)
                if not n:
                    raise null_field("DescribeGroupsResponseMembers.member_metadata")
                end = pos + n - 1
                e4.member_metadata = buf[pos:end].tobytes()
                pos = end
                n = buf[pos]
                pos += 1
                if n > 127:
                    n, pos = uvarint_rest(buf, pos, n)
                if not n:
                    raise null_field("DescribeGroupsResponseMembers.member_assignment")
                end = pos + n - 1
                e4.member_assignment = buf[pos:end].tobytes()
                pos = end
                t = buf[pos]
                pos += 1
                if t:
                    pos, left = skip_tags_within(buf, pos, t, left)
                items3.append(e4)
            e2.authorized_operations, t = _read_iB(buf, pos)
            pos += 5
            if t:
                pos, left = skip_tags_within(buf, pos, t, left)
            items1.append(e2)
        t = buf[pos]
        pos += 1
        if t:
            pos, left = skip_tags_within(buf, pos, t, left)
    except DECODE_FAULTS as fault:
        raise malformed("DescribeGroupsResponse v5", fault) from fault
    if pos > limit:
        raise truncated("DescribeGroupsResponse v5")
    return m


def _encode_response_v5(m: DescribeGroupsResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.groups) + 1
        if n < 128:
            add(_pack_iB(m.throttle_time_ms, n))
        else:
            add(_pack_i(m.throttle_time_ms))
            add(uvarint(n))
        for e1 in m.groups:
            raw = e1.group_id.encode()
            n = len(raw) + 1
            if n < 128:
                add(_pack_hB(e1.error_code, n))
            else:
                add(_pack_h(e1.error_code))
                add(string_prefix(n))
            if raw:
                add(raw)
            raw = e1.group_state.encode()
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else string_prefix(n))
            if raw:
                add(raw)
            raw = e1.protocol_type.encode()
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else string_prefix(n))
            if raw:
                add(raw)
            raw = e1.protocol_data.encode()
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else string_prefix(n))
            if raw:
                add(raw)
            n = len(e1.members) + 1
            add(BYTE[n] if n < 128 else uvarint(n))
            for e2 in e1.members:
                raw = e2.member_id.encode()
                n = len(raw) + 1
                add(BYTE[n] if n < 128 else string_prefix(n))
                if raw:
                    add(raw)
                if e2.group_instance_id is None:
                    raw = b""
                    n = 0
                else:
                    raw = e2.group_instance_id.encode()
                    n = len(raw) + 1
                add(BYTE[n] if n < 128 else string_prefix(n))
                if raw:
                    add(raw)
                raw = e2.client_id.encode()
                n = len(raw) + 1
                add(BYTE[n] if n < 128 else string_prefix(n))
                if raw:
                    add(raw)
                raw = e2.client_host.encode()
                n = len(raw) + 1
                add(BYTE[n] if n < 128 else string_prefix(n))
                if raw:
                    add(raw)
                raw = e2.member_metadata
                n = len(raw) + 1
                add(BYTE[n] if n < 128 else uvarint(n))
                if raw:
                    add(raw)
                raw = e2.member_assignment
                n = len(raw) + 1
                add(BYTE[n] if n < 128 else uvarint(n))
                if raw:
                    add(raw)
                add(b"\0")
            add(_pack_ix(e1.authorized_operations))
        add(b"\0")
    except ENCODE_FAULTS as fault:
        raise unencodable("DescribeGroupsResponse v5", fault) from fault
    return [b"".join(out)]


def _decode_response_v6(buf: memoryview, pos: int) -> DescribeGroupsResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(DescribeGroupsResponse)
        m.throttle_time_ms, c = _read_iB(buf, pos)
        pos += 5
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("DescribeGroupsResponse.groups")
        left -= c
        if left < 0:
            raise too_many("DescribeGroupsResponse.groups")
        items1: list[DescribeGroupsResponseGroups] = []
        m.groups = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(DescribeGroupsResponseGroups)
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
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("DescribeGroupsResponseGroups.group_id")
            end = pos + n - 1
            e2.group_id = buf[pos:end].tobytes().decode()
            pos = end
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("DescribeGroupsResponseGroups.group_state")
            end = pos + n - 1
            e2.group_state = buf[pos:end].tobytes().decode()
            pos = end
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("DescribeGroupsResponseGroups.protocol_type")
            end = pos + n - 1
            e2.protocol_type = buf[pos:end].tobytes().decode()
            pos = end
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("DescribeGroupsResponseGroups.protocol_data")
            end = pos + n - 1
            e2.protocol_data = buf[pos:end].tobytes().decode()
            pos = end
            c = buf[pos]
            pos += 1
            if c > 127:
                c, pos = uvarint_rest(buf, pos, c)
            c -= 1
            if c < 0:
                raise null_field("DescribeGroupsResponseGroups.members")
            left -= c
            if left < 0:
                raise too_many("DescribeGroupsResponseGroups.members")
            items3: list[DescribeGroupsResponseMembers] = []
            e2.members = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(DescribeGroupsResponseMembers)
                n = buf[pos]
                pos += 1
                if n > 127:
                    n, pos = string_rest(buf, pos, n)
                if not n:
                    raise null_field("DescribeGroupsResponseMembers.member_id")
                end = pos + n - 1
                e4.member_id = buf[pos:end].tobytes().decode()
                pos = end
                n = buf[pos]
                pos += 1
                if n > 127:
                    n, pos = string_rest(buf, pos, n)
                if not n:
                    e4.group_instance_id = None
                else:
                    end = pos + n - 1
                    e4.group_instance_id = buf[pos:end].tobytes().decode()
                    pos = end
                n = buf[pos]
                pos += 1
                if n > 127:
                    n, pos = string_rest(buf, pos, n)
                if not n:
                    raise null_field("DescribeGroupsResponseMembers.client_id")
                end = pos + n - 1
                e4.client_id = buf[pos:end].tobytes().decode()
                pos = end
                n = buf[pos]
                pos += 1
                if n > 127:
                    n, pos = string_rest(buf, pos, n)
                if not n:
                    raise null_field("DescribeGroupsResponseMembers.client_host")
                end = pos + n - 1
                e4.client_host = buf[pos:end].tobytes().decode()
                pos = end
                n = buf[pos]
                pos += 1
                if n > 127:
                    n, pos = uvarint_rest(buf, pos, n)
                if not n:
                    raise null_field("DescribeGroupsResponseMembers.member_metadata")
                end = pos + n - 1
                e4.member_metadata = buf[pos:end].tobytes()
                pos = end
                n = buf[pos]
                pos += 1
                if n > 127:
                    n, pos = uvarint_rest(buf, pos, n)
                if not n:
                    raise null_field("DescribeGroupsResponseMembers.member_assignment")
                end = pos + n - 1
                e4.member_assignment = buf[pos:end].tobytes()
                pos = end
                t = buf[pos]
                pos += 1
                if t:
                    pos, left = skip_tags_within(buf, pos, t, left)
                items3.append(e4)
            e2.authorized_operations, t = _read_iB(buf, pos)
            pos += 5
            if t:
                pos, left = skip_tags_within(buf, pos, t, left)
            items1.append(e2)
        t = buf[pos]
        pos += 1
        if t:
            pos, left = skip_tags_within(buf, pos, t, left)
    except DECODE_FAULTS as fault:
        raise malformed("DescribeGroupsResponse v6", fault) from fault
    if pos > limit:
        raise truncated("DescribeGroupsResponse v6")
    return m


def _encode_response_v6(m: DescribeGroupsResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.groups) + 1
        if n < 128:
            add(_pack_iB(m.throttle_time_ms, n))
        else:
            add(_pack_i(m.throttle_time_ms))
            add(uvarint(n))
        for e1 in m.groups:
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
            raw = e1.group_id.encode()
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else string_prefix(n))
            if raw:
                add(raw)
            raw = e1.group_state.encode()
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else string_prefix(n))
            if raw:
                add(raw)
            raw = e1.protocol_type.encode()
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else string_prefix(n))
            if raw:
                add(raw)
            raw = e1.protocol_data.encode()
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else string_prefix(n))
            if raw:
                add(raw)
            n = len(e1.members) + 1
            add(BYTE[n] if n < 128 else uvarint(n))
            for e2 in e1.members:
                raw = e2.member_id.encode()
                n = len(raw) + 1
                add(BYTE[n] if n < 128 else string_prefix(n))
                if raw:
                    add(raw)
                if e2.group_instance_id is None:
                    raw = b""
                    n = 0
                else:
                    raw = e2.group_instance_id.encode()
                    n = len(raw) + 1
                add(BYTE[n] if n < 128 else string_prefix(n))
                if raw:
                    add(raw)
                raw = e2.client_id.encode()
                n = len(raw) + 1
                add(BYTE[n] if n < 128 else string_prefix(n))
                if raw:
                    add(raw)
                raw = e2.client_host.encode()
                n = len(raw) + 1
                add(BYTE[n] if n < 128 else string_prefix(n))
                if raw:
                    add(raw)
                raw = e2.member_metadata
                n = len(raw) + 1
                add(BYTE[n] if n < 128 else uvarint(n))
                if raw:
                    add(raw)
                raw = e2.member_assignment
                n = len(raw) + 1
                add(BYTE[n] if n < 128 else uvarint(n))
                if raw:
                    add(raw)
                add(b"\0")
            add(_pack_ix(e1.authorized_operations))
        add(b"\0")
    except ENCODE_FAULTS as fault:
        raise unencodable("DescribeGroupsResponse v6", fault) from fault
    return [b"".join(out)]


REQUEST_DECODERS: dict[int, Callable[[memoryview, int], DescribeGroupsRequest]] = {
    0: _decode_request_v0,
    1: _decode_request_v0,
    2: _decode_request_v0,
    3: _decode_request_v3,
    4: _decode_request_v3,
    5: _decode_request_v5,
    6: _decode_request_v5,
}
REQUEST_ENCODERS: dict[int, Callable[[DescribeGroupsRequest], list[Part]]] = {
    0: _encode_request_v0,
    1: _encode_request_v0,
    2: _encode_request_v0,
    3: _encode_request_v3,
    4: _encode_request_v3,
    5: _encode_request_v5,
    6: _encode_request_v5,
}
RESPONSE_DECODERS: dict[int, Callable[[memoryview, int], DescribeGroupsResponse]] = {
    0: _decode_response_v0,
    1: _decode_response_v1,
    2: _decode_response_v1,
    3: _decode_response_v3,
    4: _decode_response_v4,
    5: _decode_response_v5,
    6: _decode_response_v6,
}
RESPONSE_ENCODERS: dict[int, Callable[[DescribeGroupsResponse], list[Part]]] = {
    0: _encode_response_v0,
    1: _encode_response_v1,
    2: _encode_response_v1,
    3: _encode_response_v3,
    4: _encode_response_v4,
    5: _encode_response_v5,
    6: _encode_response_v6,
}
API = Api(
    key=15,
    name="DescribeGroups",
    min_version=0,
    max_version=6,
    first_version=0,
    flexible_from=5,
    request_decoders=REQUEST_DECODERS,
    request_encoders=REQUEST_ENCODERS,
    response_decoders=RESPONSE_DECODERS,
    response_encoders=RESPONSE_ENCODERS,
)
