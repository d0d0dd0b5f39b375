"""Generated from manifests/10_find_coordinator.api by `python -m headrace.protocol.codegen`;
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
_pack_b = struct.Struct(">b").pack
_pack_bB = struct.Struct(">bB").pack
_pack_bx = struct.Struct(">bx").pack
_pack_h = struct.Struct(">h").pack
_pack_hih = struct.Struct(">hih").pack
_pack_i = struct.Struct(">i").pack
_pack_iB = struct.Struct(">iB").pack
_pack_ih = struct.Struct(">ih").pack
_pack_ihB = struct.Struct(">ihB").pack
_pack_ihh = struct.Struct(">ihh").pack
_pack_ix = struct.Struct(">ix").pack
_read_b = struct.Struct(">b").unpack_from
_read_bB = struct.Struct(">bB").unpack_from
_read_h = struct.Struct(">h").unpack_from
_read_hih = struct.Struct(">hih").unpack_from
_read_i = struct.Struct(">i").unpack_from
_read_iB = struct.Struct(">iB").unpack_from
_read_ih = struct.Struct(">ih").unpack_from
_read_ihB = struct.Struct(">ihB").unpack_from
_read_ihh = struct.Struct(">ihh").unpack_from


@dataclass(slots=True)
class FindCoordinatorRequest:
    key: str = ""
    key_type: int = 0
    coordinator_keys: list[str] = field(default_factory=list)


@dataclass(slots=True)
class FindCoordinatorResponseCoordinators:
    key: str = ""
    node_id: int = 0
    host: str = ""
    port: int = 0
    error_code: int = 0
    error_message: str | None = ""


@dataclass(slots=True)
class FindCoordinatorResponse:
    throttle_time_ms: int = 0
    error_code: int = 0
    error_message: str | None = ""
    node_id: int = 0
    host: str = ""
    port: int = 0
    coordinators: list[FindCoordinatorResponseCoordinators] = field(default_factory=list)


def _decode_request_v0(buf: memoryview, pos: int) -> FindCoordinatorRequest:
    limit = len(buf)
    try:
        m = new(FindCoordinatorRequest)
        m.key_type = 0
        m.coordinator_keys = []
        n, = _read_h(buf, pos)
        pos += 2
        if n < 0:
            raise null_field("FindCoordinatorRequest.key")
        end = pos + n
        m.key = buf[pos:end].tobytes().decode()
        pos = end
    except DECODE_FAULTS as fault:
        raise malformed("FindCoordinatorRequest v0", fault) from fault
    if pos > limit:
        raise truncated("FindCoordinatorRequest v0")
    return m


def _encode_request_v0(m: FindCoordinatorRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        raw = m.key.encode()
        n = len(raw)
        add(_pack_h(n))
        if raw:
            add(raw)
    except ENCODE_FAULTS as fault:
        raise unencodable("FindCoordinatorRequest v0", fault) from fault
    return [b"".join(out)]


def _decode_request_v1(buf: memoryview, pos: int) -> FindCoordinatorRequest:
    limit = len(buf)
    try:
        m = new(FindCoordinatorRequest)
        m.coordinator_keys = []
        n, = _read_h(buf, pos)
        pos += 2
        if n < 0:
            raise null_field("FindCoordinatorRequest.key")
        end = pos + n
        m.key = buf[pos:end].tobytes().decode()
        pos = end
        m.key_type, = _read_b(buf, pos)
        pos += 1
    except DECODE_FAULTS as fault:
        raise malformed("FindCoordinatorRequest v1-2", fault) from fault
    if pos > limit:
        raise truncated("FindCoordinatorRequest v1-2")
    return m


def _encode_request_v1(m: FindCoordinatorRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        raw = m.key.encode()
        n = len(raw)
        add(_pack_h(n))
        if raw:
            add(raw)
        add(_pack_b(m.key_type))
    except ENCODE_FAULTS as fault:
        raise unencodable("FindCoordinatorRequest v1-2", fault) from fault
    return [b"".join(out)]


def _decode_request_v3(buf: memoryview, pos: int) -> FindCoordinatorRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(FindCoordinatorRequest)
        m.coordinator_keys = []
        n = buf[pos]
        pos += 1
        if n > 127:
            n, pos = string_rest(buf, pos, n)
        if not n:
            raise null_field("FindCoordinatorRequest.key")
        end = pos + n - 1
        m.key = buf[pos:end].tobytes().decode()
        pos = end
        m.key_type, t = _read_bB(buf, pos)
        pos += 2
        if t:
            pos, left = skip_tags_within(buf, pos, t, left)
    except DECODE_FAULTS as fault:
        raise malformed("FindCoordinatorRequest v3", fault) from fault
    if pos > limit:
        raise truncated("FindCoordinatorRequest v3")
    return m


def _encode_request_v3(m: FindCoordinatorRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        raw = m.key.encode()
        n = len(raw) + 1
        add(BYTE[n] if n < 128 else string_prefix(n))
        if raw:
            add(raw)
        add(_pack_bx(m.key_type))
    except ENCODE_FAULTS as fault:
        raise unencodable("FindCoordinatorRequest v3", fault) from fault
    return [b"".join(out)]


def _decode_request_v4(buf: memoryview, pos: int) -> FindCoordinatorRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(FindCoordinatorRequest)
        m.key = ""
        m.key_type, c = _read_bB(buf, pos)
        pos += 2
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("FindCoordinatorRequest.coordinator_keys")
        left -= c
        if left < 0:
            raise too_many("FindCoordinatorRequest.coordinator_keys")
        items1: list[str] = []
        m.coordinator_keys = items1
        for _ in TIMES[c] if c < 64 else range(c):
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("FindCoordinatorRequest.coordinator_keys")
            end = pos + n - 1
            text = buf[pos:end].tobytes().decode()
            pos = end
            items1.append(text)
        t = buf[pos]
        pos += 1
        if t:
            pos, left = skip_tags_within(buf, pos, t, left)
    except DECODE_FAULTS as fault:
        raise malformed("FindCoordinatorRequest v4-6", fault) from fault
    if pos > limit:
        raise truncated("FindCoordinatorRequest v4-6")
    return m


def _encode_request_v4(m: FindCoordinatorRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.coordinator_keys) + 1
        if n < 128:
            add(_pack_bB(m.key_type, n))
        else:
            add(_pack_b(m.key_type))
            add(uvarint(n))
        for e1 in m.coordinator_keys:
            raw = e1.encode()
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else string_prefix(n))
            add(raw)
        add(b"\0")
    except ENCODE_FAULTS as fault:
        raise unencodable("FindCoordinatorRequest v4-6", fault) from fault
    return [b"".join(out)]


def _decode_response_v0(buf: memoryview, pos: int) -> FindCoordinatorResponse:
    limit = len(buf)
    try:
        m = new(FindCoordinatorResponse)
        m.throttle_time_ms = 0
        m.error_message = ""
        m.coordinators = []
        m.error_code, m.node_id, n = _read_hih(buf, pos)
        pos += 8
        if n < 0:
            raise null_field("FindCoordinatorResponse.host")
        end = pos + n
        m.host = buf[pos:end].tobytes().decode()
        pos = end
        m.port, = _read_i(buf, pos)
        pos += 4
    except DECODE_FAULTS as fault:
        raise malformed("FindCoordinatorResponse v0", fault) from fault
    if pos > limit:
        raise truncated("FindCoordinatorResponse v0")
    return m


def _encode_response_v0(m: FindCoordinatorResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        raw = m.host.encode()
        n = len(raw)
        add(_pack_hih(m.error_code, m.node_id, n))
        if raw:
            add(raw)
        add(_pack_i(m.port))
    except ENCODE_FAULTS as fault:
        raise unencodable("FindCoordinatorResponse v0", fault) from fault
    return [b"".join(out)]


def _decode_response_v1(buf: memoryview, pos: int) -> FindCoordinatorResponse:
    limit = len(buf)
    try:
        m = new(FindCoordinatorResponse)
        m.coordinators = []
        m.throttle_time_ms, m.error_code, n = _read_ihh(buf, pos)
        pos += 8
        if n < 0:
            m.error_message = None
        else:
            end = pos + n
            m.error_message = buf[pos:end].tobytes().decode()
            pos = end
        m.node_id, n = _read_ih(buf, pos)
        pos += 6
        if n < 0:
            raise null_field("FindCoordinatorResponse.host")
        end = pos + n
        m.host = buf[pos:end].tobytes().decode()
        pos = end
        m.port, = _read_i(buf, pos)
        pos += 4
    except DECODE_FAULTS as fault:
        raise malformed("FindCoordinatorResponse v1-2", fault) from fault
    if pos > limit:
        raise truncated("FindCoordinatorResponse v1-2")
    return m


def _encode_response_v1(m: FindCoordinatorResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        if m.error_message is None:
            raw = b""
            n = -1
        else:
            raw = m.error_message.encode()
            n = len(raw)
        add(_pack_ihh(m.throttle_time_ms, m.error_code, n))
        if raw:
            add(raw)
        raw = m.host.encode()
        n = len(raw)
        add(_pack_ih(m.node_id, n))
        if raw:
            add(raw)
        add(_pack_i(m.port))
    except ENCODE_FAULTS as fault:
        raise unencodable("FindCoordinatorResponse v1-2", fault) from fault
    return [b"".join(out)]


def _decode_response_v3(buf: memoryview, pos: int) -> FindCoordinatorResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(FindCoordinatorResponse)
        m.coordinators = []
        m.throttle_time_ms, m.error_code, n = _read_ihB(buf, pos)
        pos += 7
        if n > 127:
            n, pos = string_rest(buf, pos, n)
        if not n:
            m.error_message = None
        else:
            end = pos + n - 1
            m.error_message = buf[pos:end].tobytes().decode()
            pos = end
        m.node_id, n = _read_iB(buf, pos)
        pos += 5
        if n > 127:
            n, pos = string_rest(buf, pos, n)
        if not n:
            raise null_field("FindCoordinatorResponse.host")
        end = pos + n - 1
        m.host = buf[pos:end].tobytes().decode()
        pos = end
        m.port, t = _read_iB(buf, pos)
        pos += 5
        if t:
            pos, left = skip_tags_within(buf, pos, t, left)
    except DECODE_FAULTS as fault:
        raise malformed("FindCoordinatorResponse v3", fault) from fault
    if pos > limit:
        raise truncated("FindCoordinatorResponse v3")
    return m


def _encode_response_v3(m: FindCoordinatorResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        if m.error_message is None:
            raw = b""
            n = 0
        else:
            raw = m.error_message.encode()
            n = len(raw) + 1
        if n < 128:
            add(_pack_ihB(m.throttle_time_ms, m.error_code, n))
        else:
            add(_pack_ih(m.throttle_time_ms, m.error_code))
            add(string_prefix(n))
        if raw:
            add(raw)
        raw = m.host.encode()
        n = len(raw) + 1
        if n < 128:
            add(_pack_iB(m.node_id, n))
        else:
            add(_pack_i(m.node_id))
            add(string_prefix(n))
        if raw:
            add(raw)
        add(_pack_ix(m.port))
    except ENCODE_FAULTS as fault:
        raise unencodable("FindCoordinatorResponse v3", fault) from fault
    return [b"".join(out)]


def _decode_response_v4(buf: memoryview, pos: int) -> FindCoordinatorResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(FindCoordinatorResponse)
        m.error_code = 0
        m.error_message = ""
        m.node_id = 0
        m.host = ""
        m.port = 0
        m.throttle_time_ms, c = _read_iB(buf, pos)
        pos += 5
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("FindCoordinatorResponse.coordinators")
        left -= c
        if left < 0:
            raise too_many("FindCoordinatorResponse.coordinators")
        items1: list[FindCoordinatorResponseCoordinators] = []
        m.coordinators = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(FindCoordinatorResponseCoordinators)
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("FindCoordinatorResponseCoordinators.key")
            end = pos + n - 1
            e2.key = buf[pos:end].tobytes().decode()
            pos = end
            e2.node_id, n = _read_iB(buf, pos)
            pos += 5
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("FindCoordinatorResponseCoordinators.host")
            end = pos + n - 1
            e2.host = buf[pos:end].tobytes().decode()
            pos = end
            e2.port, e2.error_code, n = _read_ihB(buf, pos)
            pos += 7
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
        raise malformed("FindCoordinatorResponse v4-6", fault) from fault
    if pos > limit:
        raise truncated("FindCoordinatorResponse v4-6")
    return m


def _encode_response_v4(m: FindCoordinatorResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.coordinators) + 1
        if n < 128:
            add(_pack_iB(m.throttle_time_ms, n))
        else:
            add(_pack_i(m.throttle_time_ms))
            add(uvarint(n))
        for e1 in m.coordinators:
            raw = e1.key.encode()
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else string_prefix(n))
            if raw:
                add(raw)
            raw = e1.host.encode()
            n = len(raw) + 1
            if n < 128:
                add(_pack_iB(e1.node_id, n))
            else:
                add(_pack_i(e1.node_id))
                add(string_prefix(n))
            if raw:
                add(raw)
            if e1.error_message is None:
                raw = b""
                n = 0
            else:
                raw = e1.error_message.encode()
                n = len(raw) + 1
            if n < 128:
                add(_pack_ihB(e1.port, e1.error_code, n))
            else:
                add(_pack_ih(e1.port, e1.error_code))
                add(string_prefix(n))
            if raw:
                add(raw)
            add(b"\0")
        add(b"\0")
    except ENCODE_FAULTS as fault:
        raise unencodable("FindCoordinatorResponse v4-6", fault) from fault
    return [b"".join(out)]


REQUEST_DECODERS: dict[int, Callable[[memoryview, int], FindCoordinatorRequest]] = {
    0: _decode_request_v0,
    1: _decode_request_v1,
    2: _decode_request_v1,
    3: _decode_request_v3,
    4: _decode_request_v4,
    5: _decode_request_v4,
    6: _decode_request_v4,
}
REQUEST_ENCODERS: dict[int, Callable[[FindCoordinatorRequest], list[Part]]] = {
    0: _encode_request_v0,
    1: _encode_request_v1,
    2: _encode_request_v1,
    3: _encode_request_v3,
    4: _encode_request_v4,
    5: _encode_request_v4,
    6: _encode_request_v4,
}
RESPONSE_DECODERS: dict[int, Callable[[memoryview, int], FindCoordinatorResponse]] = {
    0: _decode_response_v0,
    1: _decode_response_v1,
    2: _decode_response_v1,
    3: _decode_response_v3,
    4: _decode_response_v4,
    5: _decode_response_v4,
    6: _decode_response_v4,
}
RESPONSE_ENCODERS: dict[int, Callable[[FindCoordinatorResponse], list[Part]]] = {
    0: _encode_response_v0,
    1: _encode_response_v1,
    2: _encode_response_v1,
    3: _encode_response_v3,
    4: _encode_response_v4,
    5: _encode_response_v4,
    6: _encode_response_v4,
}
API = Api(
    key=10,
    name="FindCoordinator",
    min_version=0,
    max_version=6,
    first_version=0,
    flexible_from=3,
    request_decoders=REQUEST_DECODERS,
    request_encoders=REQUEST_ENCODERS,
    response_decoders=RESPONSE_DECODERS,
    response_encoders=RESPONSE_ENCODERS,
)
