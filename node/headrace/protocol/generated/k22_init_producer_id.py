"""Generated from manifests/22_init_producer_id.api by `python -m headrace.protocol.codegen`;
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
    skip_tags_within,
    string_prefix,
    string_rest,
    truncated,
    unencodable,
)

new = object.__new__
_pack_h = struct.Struct(">h").pack
_pack_i = struct.Struct(">i").pack
_pack_ihqh = struct.Struct(">ihqh").pack
_pack_ihqhx = struct.Struct(">ihqhx").pack
_pack_iqhx = struct.Struct(">iqhx").pack
_pack_ix = struct.Struct(">ix").pack
_read_h = struct.Struct(">h").unpack_from
_read_i = struct.Struct(">i").unpack_from
_read_iB = struct.Struct(">iB").unpack_from
_read_ihqh = struct.Struct(">ihqh").unpack_from
_read_ihqhB = struct.Struct(">ihqhB").unpack_from
_read_iqhB = struct.Struct(">iqhB").unpack_from


@dataclass(slots=True)
class InitProducerIdRequest:
    transactional_id: str | None = ""
    transaction_timeout_ms: int = 0
    producer_id: int = -1
    producer_epoch: int = -1


@dataclass(slots=True)
class InitProducerIdResponse:
    throttle_time_ms: int = 0
    error_code: int = 0
    producer_id: int = -1
    producer_epoch: int = 0


def _decode_request_v0(buf: memoryview, pos: int) -> InitProducerIdRequest:
    limit = len(buf)
    try:
        m = new(InitProducerIdRequest)
        m.producer_id = -1
        m.producer_epoch = -1
        n, = _read_h(buf, pos)
        pos += 2
        if n < 0:
            m.transactional_id = None
        else:
            end = pos + n
            m.transactional_id = buf[pos:end].tobytes().decode()
            pos = end
        m.transaction_timeout_ms, = _read_i(buf, pos)
        pos += 4
    except DECODE_FAULTS as fault:
        raise malformed("InitProducerIdRequest v0-1", fault) from fault
    if pos > limit:
        raise truncated("InitProducerIdRequest v0-1")
    return m


def _encode_request_v0(m: InitProducerIdRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        if m.transactional_id is None:
            raw = b""
            n = -1
        else:
            raw = m.transactional_id.encode()
            n = len(raw)
        add(_pack_h(n))
        if raw:
            add(raw)
        add(_pack_i(m.transaction_timeout_ms))
    except ENCODE_FAULTS as fault:
        raise unencodable("InitProducerIdRequest v0-1", fault) from fault
    return [b"".join(out)]


def _decode_request_v2(buf: memoryview, pos: int) -> InitProducerIdRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(InitProducerIdRequest)
        m.producer_id = -1
        m.producer_epoch = -1
        n = buf[pos]
        pos += 1
        if n > 127:
            n, pos = string_rest(buf, pos, n)
        if not n:
            m.transactional_id = None
        else:
            end = pos + n - 1
            m.transactional_id = buf[pos:end].tobytes().decode()
            pos = end
        m.transaction_timeout_ms, t = _read_iB(buf, pos)
        pos += 5
        if t:
            pos, left = skip_tags_within(buf, pos, t, left)
    except DECODE_FAULTS as fault:
        raise malformed("InitProducerIdRequest v2", fault) from fault
    if pos > limit:
        raise truncated("InitProducerIdRequest v2")
    return m


def _encode_request_v2(m: InitProducerIdRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        if m.transactional_id is None:
            raw = b""
            n = 0
        else:
            raw = m.transactional_id.encode()
            n = len(raw) + 1
        add(BYTE[n] if n < 128 else string_prefix(n))
        if raw:
            add(raw)
        add(_pack_ix(m.transaction_timeout_ms))
    except ENCODE_FAULTS as fault:
        raise unencodable("InitProducerIdRequest v2", fault) from fault
    return [b"".join(out)]


def _decode_request_v3(buf: memoryview, pos: int) -> InitProducerIdRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(InitProducerIdRequest)
        n = buf[pos]
        pos += 1
        if n > 127:
            n, pos = string_rest(buf, pos, n)
        if not n:
            m.transactional_id = None
        else:
            end = pos + n - 1
            m.transactional_id = buf[pos:end].tobytes().decode()
            pos = end
        m.transaction_timeout_ms, m.producer_id, m.producer_epoch, t = _read_iqhB(buf, pos)
        pos += 15
        if t:
            pos, left = skip_tags_within(buf, pos, t, left)
    except DECODE_FAULTS as fault:
        raise malformed("InitProducerIdRequest v3-5", fault) from fault
    if pos > limit:
        raise truncated("InitProducerIdRequest v3-5")
    return m


def _encode_request_v3(m: InitProducerIdRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        if m.transactional_id is None:
            raw = b""
            n = 0
        else:
            raw = m.transactional_id.encode()
            n = len(raw) + 1
        add(BYTE[n] if n < 128 else string_prefix(n))
        if raw:
            add(raw)
        add(_pack_iqhx(m.transaction_timeout_ms, m.producer_id, m.producer_epoch))
    except ENCODE_FAULTS as fault:
        raise unencodable("InitProducerIdRequest v3-5", fault) from fault
    return [b"".join(out)]


def _decode_response_v0(buf: memoryview, pos: int) -> InitProducerIdResponse:
    limit = len(buf)
    try:
        m = new(InitProducerIdResponse)
        m.throttle_time_ms, m.error_code, m.producer_id, m.producer_epoch = _read_ihqh(buf, pos)
        pos += 16
    except DECODE_FAULTS as fault:
        raise malformed("InitProducerIdResponse v0-1", fault) from fault
    if pos > limit:
        raise truncated("InitProducerIdResponse v0-1")
    return m


def _encode_response_v0(m: InitProducerIdResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        add(_pack_ihqh(m.throttle_time_ms, m.error_code, m.producer_id, m.producer_epoch))
    except ENCODE_FAULTS as fault:
        raise unencodable("InitProducerIdResponse v0-1", fault) from fault
    return [b"".join(out)]


def _decode_response_v2(buf: memoryview, pos: int) -> InitProducerIdResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(InitProducerIdResponse)
        m.throttle_time_ms, m.error_code, m.producer_id, m.producer_epoch, t = _read_ihqhB(buf, pos)
        pos += 17
        if t:
            pos, left = skip_tags_within(buf, pos, t, left)
    except DECODE_FAULTS as fault:
        raise malformed("InitProducerIdResponse v2-5", fault) from fault
    if pos > limit:
        raise truncated("InitProducerIdResponse v2-5")
    return m


def _encode_response_v2(m: InitProducerIdResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        add(_pack_ihqhx(m.throttle_time_ms, m.error_code, m.producer_id, m.producer_epoch))
    except ENCODE_FAULTS as fault:
        raise unencodable("InitProducerIdResponse v2-5", fault) from fault
    return [b"".join(out)]


REQUEST_DECODERS: dict[int, Callable[[memoryview, int], InitProducerIdRequest]] = {
    0: _decode_request_v0,
    1: _decode_request_v0,
    2: _decode_request_v2,
    3: _decode_request_v3,
    4: _decode_request_v3,
    5: _decode_request_v3,
}
REQUEST_ENCODERS: dict[int, Callable[[InitProducerIdRequest], list[Part]]] = {
    0: _encode_request_v0,
    1: _encode_request_v0,
    2: _encode_request_v2,
    3: _encode_request_v3,
    4: _encode_request_v3,
    5: _encode_request_v3,
}
RESPONSE_DECODERS: dict[int, Callable[[memoryview, int], InitProducerIdResponse]] = {
    0: _decode_response_v0,
    1: _decode_response_v0,
    2: _decode_response_v2,
    3: _decode_response_v2,
    4: _decode_response_v2,
    5: _decode_response_v2,
}
RESPONSE_ENCODERS: dict[int, Callable[[InitProducerIdResponse], list[Part]]] = {
    0: _encode_response_v0,
    1: _encode_response_v0,
    2: _encode_response_v2,
    3: _encode_response_v2,
    4: _encode_response_v2,
    5: _encode_response_v2,
}
API = Api(
    key=22,
    name="InitProducerId",
    min_version=0,
    max_version=5,
    first_version=0,
    flexible_from=2,
    request_decoders=REQUEST_DECODERS,
    request_encoders=REQUEST_ENCODERS,
    response_decoders=RESPONSE_DECODERS,
    response_encoders=RESPONSE_ENCODERS,
)
