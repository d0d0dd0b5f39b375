"""Generated from manifests/16_list_groups.api by `python -m headrace.protocol.codegen`;
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
_pack_ih = struct.Struct(">ih").pack
_pack_ihB = struct.Struct(">ihB").pack
_pack_ihi = struct.Struct(">ihi").pack
_read_h = struct.Struct(">h").unpack_from
_read_hi = struct.Struct(">hi").unpack_from
_read_ihB = struct.Struct(">ihB").unpack_from
_read_ihi = struct.Struct(">ihi").unpack_from


@dataclass(slots=True)
class ListGroupsRequest:
    states_filter: list[str] = field(default_factory=list)
    types_filter: list[str] = field(default_factory=list)


@dataclass(slots=True)
class ListGroupsResponseGroups:
    group_id: str = ""
    protocol_type: str = ""
    group_state: str = ""
    group_type: str = ""


@dataclass(slots=True)
class ListGroupsResponse:
    throttle_time_ms: int = 0
    error_code: int = 0
    groups: list[ListGroupsResponseGroups] = field(default_factory=list)


def _decode_request_v0(buf: memoryview, pos: int) -> ListGroupsRequest:
    limit = len(buf)
    try:
        m = new(ListGroupsRequest)
        m.states_filter = []
        m.types_filter = []
    except DECODE_FAULTS as fault:
        raise malformed("ListGroupsRequest v0-2", fault) from fault
    if pos > limit:
        raise truncated("ListGroupsRequest v0-2")
    return m


def _encode_request_v0(m: ListGroupsRequest) -> list[Part]:
    return []


def _decode_request_v3(buf: memoryview, pos: int) -> ListGroupsRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(ListGroupsRequest)
        m.states_filter = []
        m.types_filter = []
        t = buf[pos]
        pos += 1
        if t:
            pos, left = skip_tags_within(buf, pos, t, left)
    except DECODE_FAULTS as fault:
        raise malformed("ListGroupsRequest v3", fault) from fault
    if pos > limit:
        raise truncated("ListGroupsRequest v3")
    return m


def _encode_request_v3(m: ListGroupsRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        add(b"\0")
    except ENCODE_FAULTS as fault:
        raise unencodable("ListGroupsRequest v3", fault) from fault
    return [b"".join(out)]


def _decode_request_v4(buf: memoryview, pos: int) -> ListGroupsRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(ListGroupsRequest)
        m.types_filter = []
        c = buf[pos]
        pos += 1
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("ListGroupsRequest.states_filter")
        left -= c
        if left < 0:
            raise too_many("ListGroupsRequest.states_filter")
        items1: list[str] = []
        m.states_filter = items1
        for _ in TIMES[c] if c < 64 else range(c):
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("ListGroupsRequest.states_filter")
            end = pos + n - 1
            text = buf[pos:end].tobytes().decode()
            pos = end
            items1.append(text)
        t = buf[pos]
        pos += 1
        if t:
            pos, left = skip_tags_within(buf, pos, t, left)
    except DECODE_FAULTS as fault:
        raise malformed("ListGroupsRequest v4", fault) from fault
    if pos > limit:
        raise truncated("ListGroupsRequest v4")
    return m


def _encode_request_v4(m: ListGroupsRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.states_filter) + 1
        add(BYTE[n] if n < 128 else uvarint(n))
        for e1 in m.states_filter:
            raw = e1.encode()
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else string_prefix(n))
            add(raw)
        add(b"\0")
    except ENCODE_FAULTS as fault:
        raise unencodable("ListGroupsRequest v4", fault) from fault
    return [b"".join(out)]


def _decode_request_v5(buf: memoryview, pos: int) -> ListGroupsRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(ListGroupsRequest)
        c = buf[pos]
        pos += 1
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("ListGroupsRequest.states_filter")
        left -= c
        if left < 0:
            raise too_many("ListGroupsRequest.states_filter")
        items1: list[str] = []
        m.states_filter = items1
        for _ in TIMES[c] if c < 64 else range(c):
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("ListGroupsRequest.states_filter")
            end = pos + n - 1
            text = buf[pos:end].tobytes().decode()
            pos = end
            items1.append(text)
        c = buf[pos]
        pos += 1
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("ListGroupsRequest.types_filter")
        left -= c
        if left < 0:
            raise too_many("ListGroupsRequest.types_filter")
        items2: list[str] = []
        m.types_filter = items2
        for _ in TIMES[c] if c < 64 else range(c):
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("ListGroupsRequest.types_filter")
            end = pos + n - 1
            text = buf[pos:end].tobytes().decode()
            pos = end
            items2.append(text)
        t = buf[pos]
        pos += 1
        if t:
            pos, left = skip_tags_within(buf, pos, t, left)
    except DECODE_FAULTS as fault:
        raise malformed("ListGroupsRequest v5", fault) from fault
    if pos > limit:
        raise truncated("ListGroupsRequest v5")
    return m


def _encode_request_v5(m: ListGroupsRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.states_filter) + 1
        add(BYTE[n] if n < 128 else uvarint(n))
        for e1 in m.states_filter:
            raw = e1.encode()
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else string_prefix(n))
            add(raw)
        n = len(m.types_filter) + 1
        add(BYTE[n] if n < 128 else uvarint(n))
        for e2 in m.types_filter:
            raw = e2.encode()
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else string_prefix(n))
            add(raw)
        add(b"\0")
    except ENCODE_FAULTS as fault:
        raise unencodable("ListGroupsRequest v5", fault) from fault
    return [b"".join(out)]


def _decode_response_v0(buf: memoryview, pos: int) -> ListGroupsResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(ListGroupsResponse)
        m.throttle_time_ms = 0
        m.error_code, c = _read_hi(buf, pos)
        pos += 6
        if c < 0:
            raise null_field("ListGroupsResponse.groups")
        left -= c
        if left < 0:
            raise too_many("ListGroupsResponse.groups")
        items1: list[ListGroupsResponseGroups] = []
        m.groups = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(ListGroupsResponseGroups)
            e2.group_state = ""
            e2.group_type = ""
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("ListGroupsResponseGroups.group_id")
            end = pos + n
            e2.group_id = buf[pos:end].tobytes().decode()
            pos = end
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("ListGroupsResponseGroups.protocol_type")
            end = pos + n
            e2.protocol_type = buf[pos:end].tobytes().decode()
            pos = end
            items1.append(e2)
    except DECODE_FAULTS as fault:
        raise malformed("ListGroupsResponse v0", fault) from fault
    if pos > limit:
        raise truncated("ListGroupsResponse v0")
    return m


def _encode_response_v0(m: ListGroupsResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.groups)
        add(_pack_hi(m.error_code, n))
        for e1 in m.groups:
            raw = e1.group_id.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            raw = e1.protocol_type.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
    except ENCODE_FAULTS as fault:
        raise unencodable("ListGroupsResponse v0", fault) from fault
    return [b"".join(out)]


def _decode_response_v1(buf: memoryview, pos: int) -> ListGroupsResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(ListGroupsResponse)
        m.throttle_time_ms, m.error_code, c = _read_ihi(buf, pos)
        pos += 10
        if c < 0:
            raise null_field("ListGroupsResponse.groups")
        left -= c
        if left < 0:
            raise too_many("ListGroupsResponse.groups")
        items1: list[ListGroupsResponseGroups] = []
        m.groups = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(ListGroupsResponseGroups)
            e2.group_state = ""
            e2.group_type = ""
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("ListGroupsResponseGroups.group_id")
            end = pos + n
            e2.group_id = buf[pos:end].tobytes().decode()
            pos = end
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("ListGroupsResponseGroups.protocol_type")
            end = pos + n
            e2.protocol_type = buf[pos:end].tobytes().decode()
            pos = end
            items1.append(e2)
    except DECODE_FAULTS as fault:
        raise malformed("ListGroupsResponse v1-2", fault) from fault
    if pos > limit:
        raise truncated("ListGroupsResponse v1-2")
    return m


def _encode_response_v1(m: ListGroupsResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.groups)
        add(_pack_ihi(m.throttle_time_ms, m.error_code, n))
        for e1 in m.groups:
            raw = e1.group_id.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            raw = e1.protocol_type.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
    except ENCODE_FAULTS as fault:
        raise unencodable("ListGroupsResponse v1-2", fault) from fault
    return [b"".join(out)]


def _decode_response_v3(buf: memoryview, pos: int) -> ListGroupsResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(ListGroupsResponse)
        m.throttle_time_ms, m.error_code, c = _read_ihB(buf, pos)
        pos += 7
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("ListGroupsResponse.groups")
        left -= c
        if left < 0:
            raise too_many("ListGroupsResponse.groups")
        items1: list[ListGroupsResponseGroups] = []
        m.groups = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(ListGroupsResponseGroups)
            e2.group_state = ""
            e2.group_type = ""
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("ListGroupsResponseGroups.group_id")
            end = pos + n - 1
            e2.group_id = buf[pos:end].tobytes().decode()
            pos = end
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("ListGroupsResponseGroups.protocol_type")
            end = pos + n - 1
            e2.protocol_type = buf[pos:end].tobytes().decode()
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
        raise malformed("ListGroupsResponse v3", fault) from fault
    if pos > limit:
        raise truncated("ListGroupsResponse v3")
    return m


def _encode_response_v3(m: ListGroupsResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.groups) + 1
        if n < 128:
            add(_pack_ihB(m.throttle_time_ms, m.error_code, n))
        else:
            add(_pack_ih(m.throttle_time_ms, m.error_code))
            add(uvarint(n))
        for e1 in m.groups:
            raw = e1.group_id.encode()
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else string_prefix(n))
            if raw:
                add(raw)
            raw = e1.protocol_type.encode()
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else string_prefix(n))
            if raw:
                add(raw)
            add(b"\0")
        add(b"\0")
    except ENCODE_FAULTS as fault:
        raise unencodable("ListGroupsResponse v3", fault) from fault
    return [b"".join(out)]


def _decode_response_v4(buf: memoryview, pos: int) -> ListGroupsResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(ListGroupsResponse)
        m.throttle_time_ms, m.error_code, c = _read_ihB(buf, pos)
        pos += 7
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("ListGroupsResponse.groups")
        left -= c
        if left < 0:
            raise too_many("ListGroupsResponse.groups")
        items1: list[ListGroupsResponseGroups] = []
        m.groups = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(ListGroupsResponseGroups)
            e2.group_type = ""
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("ListGroupsResponseGroups.group_id")
            end = pos + n - 1
            e2.group_id = buf[pos:end].tobytes().decode()
            pos = end
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("ListGroupsResponseGroups.protocol_type")
            end = pos + n - 1
            e2.protocol_type = buf[pos:end].tobytes().decode()
            pos = end
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("ListGroupsResponseGroups.group_state")
            end = pos + n - 1
            e2.group_state = buf[pos:end].tobytes().decode()
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
        raise malformed("ListGroupsResponse v4", fault) from fault
    if pos > limit:
        raise truncated("ListGroupsResponse v4")
    return m


def _encode_response_v4(m: ListGroupsResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.groups) + 1
        if n < 128:
            add(_pack_ihB(m.throttle_time_ms, m.error_code, n))
        else:
            add(_pack_ih(m.throttle_time_ms, m.error_code))
            add(uvarint(n))
        for e1 in m.groups:
            raw = e1.group_id.encode()
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else string_prefix(n))
            if raw:
                add(raw)
            raw = e1.protocol_type.encode()
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else string_prefix(n))
            if raw:
                add(raw)
            raw = e1.group_state.encode()
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else string_prefix(n))
            if raw:
                add(raw)
            add(b"\0")
        add(b"\0")
    except ENCODE_FAULTS as fault:
        raise unencodable("ListGroupsResponse v4", fault) from fault
    return [b"".join(out)]


def _decode_response_v5(buf: memoryview, pos: int) -> ListGroupsResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(ListGroupsResponse)
        m.throttle_time_ms, m.error_code, c = _read_ihB(buf, pos)
        pos += 7
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("ListGroupsResponse.groups")
        left -= c
        if left < 0:
            raise too_many("ListGroupsResponse.groups")
        items1: list[ListGroupsResponseGroups] = []
        m.groups = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(ListGroupsResponseGroups)
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("ListGroupsResponseGroups.group_id")
            end = pos + n - 1
            e2.group_id = buf[pos:end].tobytes().decode()
            pos = end
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("ListGroupsResponseGroups.protocol_type")
            end = pos + n - 1
            e2.protocol_type = buf[pos:end].tobytes().decode()
            pos = end
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("ListGroupsResponseGroups.group_state")
            end = pos + n - 1
            e2.group_state = buf[pos:end].tobytes().decode()
            pos = end
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("ListGroupsResponseGroups.group_type")
            end = pos + n - 1
            e2.group_type = buf[pos:end].tobytes().decode()
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
        raise malformed("ListGroupsResponse v5", fault) from fault
    if pos > limit:
        raise truncated("ListGroupsResponse v5")
    return m


def _encode_response_v5(m: ListGroupsResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.groups) + 1
        if n < 128:
            add(_pack_ihB(m.throttle_time_ms, m.error_code, n))
        else:
            add(_pack_ih(m.throttle_time_ms, m.error_code))
            add(uvarint(n))
        for e1 in m.groups:
            raw = e1.group_id.encode()
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else string_prefix(n))
            if raw:
                add(raw)
            raw = e1.protocol_type.encode()
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else string_prefix(n))
            if raw:
                add(raw)
            raw = e1.group_state.encode()
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else string_prefix(n))
            if raw:
                add(raw)
            raw = e1.group_type.encode()
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else string_prefix(n))
            if raw:
                add(raw)
            add(b"\0")
        add(b"\0")
    except ENCODE_FAULTS as fault:
        raise unencodable("ListGroupsResponse v5", fault) from fault
    return [b"".join(out)]


REQUEST_DECODERS: dict[int, Callable[[memoryview, int], ListGroupsRequest]] = {
    0: _decode_request_v0,
    1: _decode_request_v0,
    2: _decode_request_v0,
    3: _decode_request_v3,
    4: _decode_request_v4,
    5: _decode_request_v5,
}
REQUEST_ENCODERS: dict[int, Callable[[ListGroupsRequest], list[Part]]] = {
    0: _encode_request_v0,
    1: _encode_request_v0,
    2: _encode_request_v0,
    3: _encode_request_v3,
    4: _encode_request_v4,
    5: _encode_request_v5,
}
RESPONSE_DECODERS: dict[int, Callable[[memoryview, int], ListGroupsResponse]] = {
    0: _decode_response_v0,
    1: _decode_response_v1,
    2: _decode_response_v1,
    3: _decode_response_v3,
    4: _decode_response_v4,
    5: _decode_response_v5,
}
RESPONSE_ENCODERS: dict[int, Callable[[ListGroupsResponse], list[Part]]] = {
    0: _encode_response_v0,
    1: _encode_response_v1,
    2: _encode_response_v1,
    3: _encode_response_v3,
    4: _encode_response_v4,
    5: _encode_response_v5,
}
API = Api(
    key=16,
    name="ListGroups",
    min_version=0,
    max_version=5,
    first_version=0,
    flexible_from=3,
    request_decoders=REQUEST_DECODERS,
    request_encoders=REQUEST_ENCODERS,
    response_decoders=RESPONSE_DECODERS,
    response_encoders=RESPONSE_ENCODERS,
)
