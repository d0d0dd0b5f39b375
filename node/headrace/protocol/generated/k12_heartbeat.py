"""Generated from manifests/12_heartbeat.api by `python -m headrace.protocol.codegen`;
never edited."""

import struct
from collections.abc import Callable
from dataclasses import dataclass

from headrace.protocol.api import Api
from headrace.protocol.primitives import (
    BYTE,
    DECODE_FAULTS,
    ELEMENTS_MAX,
    ENCODE_FAULTS,
    Part,
    malformed,
    null_field,
    skip_tags_within,
    string_prefix,
    string_rest,
    truncated,
    unencodable,
)

new = object.__new__
_pack_h = struct.Struct(">h").pack
_pack_i = struct.Struct(">i").pack
_pack_iB = struct.Struct(">iB").pack
_pack_ih = struct.Struct(">ih").pack
_pack_ihx = struct.Struct(">ihx").pack
_read_h = struct.Struct(">h").unpack_from
_read_iB = struct.Struct(">iB").unpack_from
_read_ih = struct.Struct(">ih").unpack_from
_read_ihB = struct.Struct(">ihB").unpack_from


@dataclass(slots=True)
class HeartbeatRequest:
    group_id: str = ""
    generation_id: int = 0
    member_id: str = ""
    group_instance_id: str | None = None


@dataclass(slots=True)
class HeartbeatResponse:
    throttle_time_ms: int = 0
    error_code: int = 0


def _decode_request_v0(buf: memoryview, pos: int) -> HeartbeatRequest:
    limit = len(buf)
    try:
        m = new(HeartbeatRequest)
        m.group_instance_id = None
        n, = _read_h(buf, pos)
        pos += 2
        if n < 0:
            raise null_field("HeartbeatRequest.group_id")
        end = pos + n
        m.group_id = buf[pos:end].tobytes().decode()
        pos = end
        m.generation_id, n = _read_ih(buf, pos)
        pos += 6
        if n < 0:
            raise null_field("HeartbeatRequest.member_id")
        end = pos + n
        m.member_id = buf[pos:end].tobytes().decode()
        pos = end
    except DECODE_FAULTS as fault:
        raise malformed("HeartbeatRequest v0-2", fault) from fault
    if pos > limit:
        raise truncated("HeartbeatRequest v0-2")
    return m


def _encode_request_v0(m: HeartbeatRequest) -> list[Part]:
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
    except ENCODE_FAULTS as fault:
        raise unencodable("HeartbeatRequest v0-2", fault) from fault
    return [b"".join(out)]


def _decode_request_v3(buf: memoryview, pos: int) -> HeartbeatRequest:
    limit = len(buf)
    try:
        m = new(HeartbeatRequest)
        n, = _read_h(buf, pos)
        pos += 2
        if n < 0:
            raise null_field("HeartbeatRequest.group_id")
        end = pos + n
        m.group_id = buf[pos:end].tobytes().decode()
        pos = end
        m.generation_id, n = _read_ih(buf, pos)
        pos += 6
        if n < 0:
            raise null_field("HeartbeatRequest.member_id")
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
    except DECODE_FAULTS as fault:
        raise malformed("HeartbeatRequest v3", fault) from fault
    if pos > limit:
        raise truncated("HeartbeatRequest v3")
    return m


def _encode_request_v3(m: HeartbeatRequest) -> list[Part]:
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
    except ENCODE_FAULTS as fault:
        raise unencodable("HeartbeatRequest v3", fault) from fault
    return [b"".join(out)]


def _decode_request_v4(buf: memoryview, pos: int) -> HeartbeatRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(HeartbeatRequest)
        n = buf[pos]
        pos += 1
        if n > 127:
            n, pos = string_rest(buf, pos, n)
        if not n:
            raise null_field("HeartbeatRequest.group_id")
        end = pos + n - 1
        m.group_id = buf[pos:end].tobytes().decode()
        pos = end
        m.generation_id, n = _read_iB(buf, pos)
        pos += 5
        if n > 127:
            n, pos = string_rest(buf, pos, n)
        if not n:
            raise null_field("HeartbeatRequest.member_id")
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
        t = buf[pos]
        pos += 1
        if t:
            pos, left = skip_tags_within(buf, pos, t, left)
    except DECODE_FAULTS as fault:
        raise malformed("HeartbeatRequest v4", fault) from fault
    if pos > limit:
        raise truncated("HeartbeatRequest v4")
    return m


def _encode_request_v4(m: HeartbeatRequest) -> list[Part]:
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
        add(b"\0")
    except ENCODE_FAULTS as fault:
        raise unencodable("HeartbeatRequest v4", fault) from fault
    return [b"".join(out)]


def _decode_response_v0(buf: memoryview, pos: int) -> HeartbeatResponse:
    limit = len(buf)
    try:
        m = new(HeartbeatResponse)
        m.throttle_time_ms = 0
        m.error_code, = _read_h(buf, pos)
        pos += 2
    except DECODE_FAULTS as fault:
        raise malformed("HeartbeatResponse v0", fault) from fault
    if pos > limit:
        raise truncated("HeartbeatResponse v0")
    return m


def _encode_response_v0(m: HeartbeatResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        add(_pack_h(m.error_code))
    except ENCODE_FAULTS as fault:
        raise unencodable("HeartbeatResponse v0", fault) from fault
    return [b"".join(out)]


def _decode_response_v1(buf: memoryview, pos: int) -> HeartbeatResponse:
    limit = len(buf)
    try:
        m = new(HeartbeatResponse)
        m.throttle_time_ms, m.error_code = _read_ih(buf, pos)
        pos += 6
    except DECODE_FAULTS as fault:
        raise malformed("HeartbeatResponse v1-3", fault) from fault
    if pos > limit:
        raise truncated("HeartbeatResponse v1-3")
    return m


def _encode_response_v1(m: HeartbeatResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        add(_pack_ih(m.throttle_time_ms, m.error_code))
    except ENCODE_FAULTS as fault:
        raise unencodable("HeartbeatResponse v1-3", fault) from fault
    return [b"".join(out)]


def _decode_response_v4(buf: memoryview, pos: int) -> HeartbeatResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(HeartbeatResponse)
        m.throttle_time_ms, m.error_code, t = _read_ihB(buf, pos)
        pos += 7
        if t:
            pos, left = skip_tags_within(buf, pos, t, left)
    except DECODE_FAULTS as fault:
        raise malformed("HeartbeatResponse v4", fault) from fault
    if pos > limit:
        raise truncated("HeartbeatResponse v4")
    return m


def _encode_response_v4(m: HeartbeatResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        add(_pack_ihx(m.throttle_time_ms, m.error_code))
    except ENCODE_FAULTS as fault:
        raise unencodable("HeartbeatResponse v4", fault) from fault
    return [b"".join(out)]


REQUEST_DECODERS: dict[int, Callable[[memoryview, int], HeartbeatRequest]] = {
    0: _decode_request_v0,
    1: _decode_request_v0,
    2: _decode_request_v0,
    3: _decode_request_v3,
    4: _decode_request_v4,
}
REQUEST_ENCODERS: dict[int, Callable[[HeartbeatRequest], list[Part]]] = {
    0: _encode_request_v0,
    1: _encode_request_v0,
    2: _encode_request_v0,
    3: _encode_request_v3,
    4: _encode_request_v4,
}
RESPONSE_DECODERS: dict[int, Callable[[memoryview, int], HeartbeatResponse]] = {
    0: _decode_response_v0,
    1: _decode_response_v1,
    2: _decode_response_v1,
    3: _decode_response_v1,
    4: _decode_response_v4,
}
RESPONSE_ENCODERS: dict[int, Callable[[HeartbeatResponse], list[Part]]] = {
    0: _encode_response_v0,
    1: _encode_response_v1,
    2: _encode_response_v1,
    3: _encode_response_v1,
    4: _encode_response_v4,
}
API = Api(
    key=12,
    name="Heartbeat",
    min_version=0,
    max_version=4,
    first_version=0,
    flexible_from=4,
    request_decoders=REQUEST_DECODERS,
    request_encoders=REQUEST_ENCODERS,
    response_decoders=RESPONSE_DECODERS,
    response_encoders=RESPONSE_ENCODERS,
)
