"""Generated from manifests/42_delete_groups.api by `python -m headrace.protocol.codegen`;
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
_pack_iB = struct.Struct(">iB").pack
_pack_ii = struct.Struct(">ii").pack
_read_h = struct.Struct(">h").unpack_from
_read_hB = struct.Struct(">hB").unpack_from
_read_i = struct.Struct(">i").unpack_from
_read_iB = struct.Struct(">iB").unpack_from
_read_ii = struct.Struct(">ii").unpack_from


@dataclass(slots=True)
class DeleteGroupsRequest:
    groups_names: list[str] = field(default_factory=list)


@dataclass(slots=True)
class DeleteGroupsResponseResults:
    group_id: str = ""
    error_code: int = 0


@dataclass(slots=True)
class DeleteGroupsResponse:
    throttle_time_ms: int = 0
    results: list[DeleteGroupsResponseResults] = field(default_factory=list)


def _decode_request_v0(buf: memoryview, pos: int) -> DeleteGroupsRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(DeleteGroupsRequest)
        c, = _read_i(buf, pos)
        pos += 4
        if c < 0:
            raise null_field("DeleteGroupsRequest.groups_names")
        left -= c
        if left < 0:
            raise too_many("DeleteGroupsRequest.groups_names")
        items1: list[str] = []
        m.groups_names = items1
        for _ in TIMES[c] if c < 64 else range(c):
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("DeleteGroupsRequest.groups_names")
            end = pos + n
            text = buf[pos:end].tobytes().decode()
            pos = end
            items1.append(text)
    except DECODE_FAULTS as fault:
        raise malformed("DeleteGroupsRequest v0-1", fault) from fault
    if pos > limit:
        raise truncated("DeleteGroupsRequest v0-1")
    return m


def _encode_request_v0(m: DeleteGroupsRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.groups_names)
        add(_pack_i(n))
        for e1 in m.groups_names:
            raw = e1.encode()
            n = len(raw)
            add(_pack_h(n))
            add(raw)
    except ENCODE_FAULTS as fault:
        raise unencodable("DeleteGroupsRequest v0-1", fault) from fault
    return [b"".join(out)]


def _decode_request_v2(buf: memoryview, pos: int) -> DeleteGroupsRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(DeleteGroupsRequest)
        c = buf[pos]
        pos += 1
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("DeleteGroupsRequest.groups_names")
        left -= c
        if left < 0:
            raise too_many("DeleteGroupsRequest.groups_names")
        items1: list[str] = []
        m.groups_names = items1
        for _ in TIMES[c] if c < 64 else range(c):
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("DeleteGroupsRequest.groups_names")
            end = pos + n - 1
            text = buf[pos:end].tobytes().decode()
            pos = end
            items1.append(text)
        t = buf[pos]
        pos += 1
        if t:
            pos, left = skip_tags_within(buf, pos, t, left)
    except DECODE_FAULTS as fault:
        raise malformed("DeleteGroupsRequest v2", fault) from fault
    if pos > limit:
        raise truncated("DeleteGroupsRequest v2")
    return m


def _encode_request_v2(m: DeleteGroupsRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.groups_names) + 1
        add(BYTE[n] if n < 128 else uvarint(n))
        for e1 in m.groups_names:
            raw = e1.encode()
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else string_prefix(n))
            add(raw)
        add(b"\0")
    except ENCODE_FAULTS as fault:
        raise unencodable("DeleteGroupsRequest v2", fault) from fault
    return [b"".join(out)]


def _decode_response_v0(buf: memoryview, pos: int) -> DeleteGroupsResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(DeleteGroupsResponse)
        m.throttle_time_ms, c = _read_ii(buf, pos)
        pos += 8
        if c < 0:
            raise null_field("DeleteGroupsResponse.results")
        left -= c
        if left < 0:
            raise too_many("DeleteGroupsResponse.results")
        items1: list[DeleteGroupsResponseResults] = []
        m.results = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(DeleteGroupsResponseResults)
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("DeleteGroupsResponseResults.group_id")
            end = pos + n
            e2.group_id = buf[pos:end].tobytes().decode()
            pos = end
            e2.error_code, = _read_h(buf, pos)
            pos += 2
            items1.append(e2)
    except DECODE_FAULTS as fault:
        raise malformed("DeleteGroupsResponse v0-1", fault) from fault
    if pos > limit:
        raise truncated("DeleteGroupsResponse v0-1")
    return m


def _encode_response_v0(m: DeleteGroupsResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.results)
        add(_pack_ii(m.throttle_time_ms, n))
        for e1 in m.results:
            raw = e1.group_id.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            add(_pack_h(e1.error_code))
    except ENCODE_FAULTS as fault:
        raise unencodable("DeleteGroupsResponse v0-1", fault) from fault
    return [b"".join(out)]


def _decode_response_v2(buf: memoryview, pos: int) -> DeleteGroupsResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(DeleteGroupsResponse)
        m.throttle_time_ms, c = _read_iB(buf, pos)
        pos += 5
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("DeleteGroupsResponse.results")
        left -= c
        if left < 0:
            raise too_many("DeleteGroupsResponse.results")
        items1: list[DeleteGroupsResponseResults] = []
        m.results = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(DeleteGroupsResponseResults)
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("DeleteGroupsResponseResults.group_id")
            end = pos + n - 1
            e2.group_id = buf[pos:end].tobytes().decode()
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
        raise malformed("DeleteGroupsResponse v2", fault) from fault
    if pos > limit:
        raise truncated("DeleteGroupsResponse v2")
    return m


def _encode_response_v2(m: DeleteGroupsResponse) -> list[Part]:
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
            raw = e1.group_id.encode()
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else string_prefix(n))
            if raw:
                add(raw)
            add(_pack_hx(e1.error_code))
        add(b"\0")
    except ENCODE_FAULTS as fault:
        raise unencodable("DeleteGroupsResponse v2", fault) from fault
    return [b"".join(out)]


REQUEST_DECODERS: dict[int, Callable[[memoryview, int], DeleteGroupsRequest]] = {
    0: _decode_request_v0,
    1: _decode_request_v0,
    2: _decode_request_v2,
}
REQUEST_ENCODERS: dict[int, Callable[[DeleteGroupsRequest], list[Part]]] = {
    0: _encode_request_v0,
    1: _encode_request_v0,
    2: _encode_request_v2,
}
RESPONSE_DECODERS: dict[int, Callable[[memoryview, int], DeleteGroupsResponse]] = {
    0: _decode_response_v0,
    1: _decode_response_v0,
    2: _decode_response_v2,
}
RESPONSE_ENCODERS: dict[int, Callable[[DeleteGroupsResponse], list[Part]]] = {
    0: _encode_response_v0,
    1: _encode_response_v0,
    2: _encode_response_v2,
}
API = Api(
    key=42,
    name="DeleteGroups",
    min_version=0,
    max_version=2,
    first_version=0,
    flexible_from=2,
    request_decoders=REQUEST_DECODERS,
    request_encoders=REQUEST_ENCODERS,
    response_decoders=RESPONSE_DECODERS,
    response_encoders=RESPONSE_ENCODERS,
)
