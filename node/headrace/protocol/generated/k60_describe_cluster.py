"""Generated from manifests/60_describe_cluster.api by `python -m headrace.protocol.codegen`;
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
_pack_i = struct.Struct(">i").pack
_pack_iB = struct.Struct(">iB").pack
_pack_ih = struct.Struct(">ih").pack
_pack_ihB = struct.Struct(">ihB").pack
_pack_ix = struct.Struct(">ix").pack
_pack_obox = struct.Struct(">?b?x").pack
_pack_obx = struct.Struct(">?bx").pack
_pack_ox = struct.Struct(">?x").pack
_read_bB = struct.Struct(">bB").unpack_from
_read_iB = struct.Struct(">iB").unpack_from
_read_ihB = struct.Struct(">ihB").unpack_from
_read_oB = struct.Struct(">?B").unpack_from
_read_obB = struct.Struct(">?bB").unpack_from
_read_oboB = struct.Struct(">?b?B").unpack_from


@dataclass(slots=True)
class DescribeClusterRequest:
    include_cluster_authorized_operations: bool = False
    endpoint_type: int = 1
    include_fenced_brokers: bool = False


@dataclass(slots=True)
class DescribeClusterResponseBrokers:
    broker_id: int = 0
    host: str = ""
    port: int = 0
    rack: str | None = None
    is_fenced: bool = False


@dataclass(slots=True)
class DescribeClusterResponse:
    throttle_time_ms: int = 0
    error_code: int = 0
    error_message: str | None = None
    endpoint_type: int = 1
    cluster_id: str = ""
    controller_id: int = -1
    brokers: list[DescribeClusterResponseBrokers] = field(default_factory=list)
    cluster_authorized_operations: int = -2147483648


def _decode_request_v0(buf: memoryview, pos: int) -> DescribeClusterRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(DescribeClusterRequest)
        m.endpoint_type = 1
        m.include_fenced_brokers = False
        m.include_cluster_authorized_operations, t = _read_oB(buf, pos)
        pos += 2
        if t:
            pos, left = skip_tags_within(buf, pos, t, left)
    except DECODE_FAULTS as fault:
        raise malformed("DescribeClusterRequest v0", fault) from fault
    if pos > limit:
        raise truncated("DescribeClusterRequest v0")
    return m


def _encode_request_v0(m: DescribeClusterRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        add(_pack_ox(m.include_cluster_authorized_operations))
    except ENCODE_FAULTS as fault:
        raise unencodable("DescribeClusterRequest v0", fault) from fault
    return [b"".join(out)]


def _decode_request_v1(buf: memoryview, pos: int) -> DescribeClusterRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(DescribeClusterRequest)
        m.include_fenced_brokers = False
        m.include_cluster_authorized_operations, m.endpoint_type, t = _read_obB(buf, pos)
        pos += 3
        if t:
            pos, left = skip_tags_within(buf, pos, t, left)
    except DECODE_FAULTS as fault:
        raise malformed("DescribeClusterRequest v1", fault) from fault
    if pos > limit:
        raise truncated("DescribeClusterRequest v1")
    return m


def _encode_request_v1(m: DescribeClusterRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        add(_pack_obx(m.include_cluster_authorized_operations, m.endpoint_type))
    except ENCODE_FAULTS as fault:
        raise unencodable("DescribeClusterRequest v1", fault) from fault
    return [b"".join(out)]


def _decode_request_v2(buf: memoryview, pos: int) -> DescribeClusterRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(DescribeClusterRequest)
        m.include_cluster_authorized_operations, m.endpoint_type, m.include_fenced_brokers, t = _read_oboB(buf, pos)
        pos += 4
        if t:
            pos, left = skip_tags_within(buf, pos, t, left)
    except DECODE_FAULTS as fault:
        raise malformed("DescribeClusterRequest v2", fault) from fault
    if pos > limit:
        raise truncated("DescribeClusterRequest v2")
    return m


def _encode_request_v2(m: DescribeClusterRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        add(_pack_obox(m.include_cluster_authorized_operations, m.endpoint_type, m.include_fenced_brokers))
    except ENCODE_FAULTS as fault:
        raise unencodable("DescribeClusterRequest v2", fault) from fault
    return [b"".join(out)]


def _decode_response_v0(buf: memoryview, pos: int) -> DescribeClusterResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(DescribeClusterResponse)
        m.endpoint_type = 1
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
        n = buf[pos]
        pos += 1
        if n > 127:
            n, pos = string_rest(buf, pos, n)
        if not n:
            raise null_field("DescribeClusterResponse.cluster_id")
        end = pos + n - 1
        m.cluster_id = buf[pos:end].tobytes().decode()
        pos = end
        m.controller_id, c = _read_iB(buf, pos)
        pos += 5
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("DescribeClusterResponse.brokers")
        left -= c
        if left < 0:
            raise too_many("DescribeClusterResponse.brokers")
        items1: list[DescribeClusterResponseBrokers] = []
        m.brokers = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(DescribeClusterResponseBrokers)
            e2.is_fenced = False
            e2.broker_id, n = _read_iB(buf, pos)
            pos += 5
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("DescribeClusterResponseBrokers.host")
            end = pos + n - 1
            e2.host = buf[pos:end].tobytes().decode()
            pos = end
            e2.port, n = _read_iB(buf, pos)
            pos += 5
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                e2.rack = None
            else:
                end = pos + n - 1
                e2.rack = buf[pos:end].tobytes().decode()
                pos = end
            t = buf[pos]
            pos += 1
            if t:
                pos, left = skip_tags_within(buf, pos, t, left)
            items1.append(e2)
        m.cluster_authorized_operations, t = _read_iB(buf, pos)
        pos += 5
        if t:
            pos, left = skip_tags_within(buf, pos, t, left)
    except DECODE_FAULTS as fault:
        raise malformed("DescribeClusterResponse v0", fault) from fault
    if pos > limit:
        raise truncated("DescribeClusterResponse v0")
    return m


def _encode_response_v0(m: DescribeClusterResponse) -> list[Part]:
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
        raw = m.cluster_id.encode()
        n = len(raw) + 1
        add(BYTE[n] if n < 128 else string_prefix(n))
        if raw:
            add(raw)
        n = len(m.brokers) + 1
        if n < 128:
            add(_pack_iB(m.controller_id, n))
        else:
            add(_pack_i(m.controller_id))
            add(uvarint(n))
        for e1 in m.brokers:
            raw = e1.host.encode()
            n = len(raw) + 1
            if n < 128:
                add(_pack_iB(e1.broker_id, n))
            else:
                add(_pack_i(e1.broker_id))
                add(string_prefix(n))
            if raw:
                add(raw)
            if e1.rack is None:
                raw = b""
                n = 0
            else:
                raw = e1.rack.encode()
                n = len(raw) + 1
            if n < 128:
                add(_pack_iB(e1.port, n))
            else:
                add(_pack_i(e1.port))
                add(string_prefix(n))
            if raw:
                add(raw)
            add(b"\0")
        add(_pack_ix(m.cluster_authorized_operations))
    except ENCODE_FAULTS as fault:
        raise unencodable("DescribeClusterResponse v0", fault) from fault
    return [b"".join(out)]


def _decode_response_v1(buf: memoryview, pos: int) -> DescribeClusterResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(DescribeClusterResponse)
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
        m.endpoint_type, n = _read_bB(buf, pos)
        pos += 2
        if n > 127:
            n, pos = string_rest(buf, pos, n)
        if not n:
            raise null_field("DescribeClusterResponse.cluster_id")
        end = pos + n - 1
        m.cluster_id = buf[pos:end].tobytes().decode()
        pos = end
        m.controller_id, c = _read_iB(buf, pos)
        pos += 5
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("DescribeClusterResponse.brokers")
        left -= c
        if left < 0:
            raise too_many("DescribeClusterResponse.brokers")
        items1: list[DescribeClusterResponseBrokers] = []
        m.brokers = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(DescribeClusterResponseBrokers)
            e2.is_fenced = False
            e2.broker_id, n = _read_iB(buf, pos)
            pos += 5
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("DescribeClusterResponseBrokers.host")
            end = pos + n - 1
            e2.host = buf[pos:end].tobytes().decode()
            pos = end
            e2.port, n = _read_iB(buf, pos)
            pos += 5
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                e2.rack = None
            else:
                end = pos + n - 1
                e2.rack = buf[pos:end].tobytes().decode()
                pos = end
            t = buf[pos]
            pos += 1
            if t:
                pos, left = skip_tags_within(buf, pos, t, left)
            items1.append(e2)
        m.cluster_authorized_operations, t = _read_iB(buf, pos)
        pos += 5
        if t:
            pos, left = skip_tags_within(buf, pos, t, left)
    except DECODE_FAULTS as fault:
        raise malformed("DescribeClusterResponse v1", fault) from fault
    if pos > limit:
        raise truncated("DescribeClusterResponse v1")
    return m


def _encode_response_v1(m: DescribeClusterResponse) -> list[Part]:
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
        raw = m.cluster_id.encode()
        n = len(raw) + 1
        if n < 128:
            add(_pack_bB(m.endpoint_type, n))
        else:
            add(_pack_b(m.endpoint_type))
            add(string_prefix(n))
        if raw:
            add(raw)
        n = len(m.brokers) + 1
        if n < 128:
            add(_pack_iB(m.controller_id, n))
        else:
            add(_pack_i(m.controller_id))
            add(uvarint(n))
        for e1 in m.brokers:
            raw = e1.host.encode()
            n = len(raw) + 1
            if n < 128:
                add(_pack_iB(e1.broker_id, n))
            else:
                add(_pack_i(e1.broker_id))
                add(string_prefix(n))
            if raw:
                add(raw)
            if e1.rack is None:
                raw = b""
                n = 0
            else:
                raw = e1.rack.encode()
                n = len(raw) + 1
            if n < 128:
                add(_pack_iB(e1.port, n))
            else:
                add(_pack_i(e1.port))
                add(string_prefix(n))
            if raw:
                add(raw)
            add(b"\0")
        add(_pack_ix(m.cluster_authorized_operations))
    except ENCODE_FAULTS as fault:
        raise unencodable("DescribeClusterResponse v1", fault) from fault
    return [b"".join(out)]


def _decode_response_v2(buf: memoryview, pos: int) -> DescribeClusterResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(DescribeClusterResponse)
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
        m.endpoint_type, n = _read_bB(buf, pos)
        pos += 2
        if n > 127:
            n, pos = string_rest(buf, pos, n)
        if not n:
            raise null_field("DescribeClusterResponse.cluster_id")
        end = pos + n - 1
        m.cluster_id = buf[pos:end].tobytes().decode()
        pos = end
        m.controller_id, c = _read_iB(buf, pos)
        pos += 5
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("DescribeClusterResponse.brokers")
        left -= c
        if left < 0:
            raise too_many("DescribeClusterResponse.brokers")
        items1: list[DescribeClusterResponseBrokers] = []
        m.brokers = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(DescribeClusterResponseBrokers)
            e2.broker_id, n = _read_iB(buf, pos)
            pos += 5
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("DescribeClusterResponseBrokers.host")
            end = pos + n - 1
            e2.host = buf[pos:end].tobytes().decode()
            pos = end
            e2.port, n = _read_iB(buf, pos)
            pos += 5
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                e2.rack = None
            else:
                end = pos + n - 1
                e2.rack = buf[pos:end].tobytes().decode()
                pos = end
            e2.is_fenced, t = _read_oB(buf, pos)
            pos += 2
            if t:
                pos, left = skip_tags_within(buf, pos, t, left)
            items1.append(e2)
        m.cluster_authorized_operations, t = _read_iB(buf, pos)
        pos += 5
        if t:
            pos, left = skip_tags_within(buf, pos, t, left)
    except DECODE_FAULTS as fault:
        raise malformed("DescribeClusterResponse v2", fault) from fault
    if pos > limit:
        raise truncated("DescribeClusterResponse v2")
    return m


def _encode_response_v2(m: DescribeClusterResponse) -> list[Part]:
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
        raw = m.cluster_id.encode()
        n = len(raw) + 1
        if n < 128:
            add(_pack_bB(m.endpoint_type, n))
        else:
            add(_pack_b(m.endpoint_type))
            add(string_prefix(n))
        if raw:
            add(raw)
        n = len(m.brokers) + 1
        if n < 128:
            add(_pack_iB(m.controller_id, n))
        else:
            add(_pack_i(m.controller_id))
            add(uvarint(n))
        for e1 in m.brokers:
            raw = e1.host.encode()
            n = len(raw) + 1
            if n < 128:
                add(_pack_iB(e1.broker_id, n))
            else:
                add(_pack_i(e1.broker_id))
                add(string_prefix(n))
            if raw:
                add(raw)
            if e1.rack is None:
                raw = b""
                n = 0
            else:
                raw = e1.rack.encode()
                n = len(raw) + 1
            if n < 128:
                add(_pack_iB(e1.port, n))
            else:
                add(_pack_i(e1.port))
                add(string_prefix(n))
            if raw:
                add(raw)
            add(_pack_ox(e1.is_fenced))
        add(_pack_ix(m.cluster_authorized_operations))
    except ENCODE_FAULTS as fault:
        raise unencodable("DescribeClusterResponse v2", fault) from fault
    return [b"".join(out)]


REQUEST_DECODERS: dict[int, Callable[[memoryview, int], DescribeClusterRequest]] = {
    0: _decode_request_v0,
    1: _decode_request_v1,
    2: _decode_request_v2,
}
REQUEST_ENCODERS: dict[int, Callable[[DescribeClusterRequest], list[Part]]] = {
    0: _encode_request_v0,
    1: _encode_request_v1,
    2: _encode_request_v2,
}
RESPONSE_DECODERS: dict[int, Callable[[memoryview, int], DescribeClusterResponse]] = {
    0: _decode_response_v0,
    1: _decode_response_v1,
    2: _decode_response_v2,
}
RESPONSE_ENCODERS: dict[int, Callable[[DescribeClusterResponse], list[Part]]] = {
    0: _encode_response_v0,
    1: _encode_response_v1,
    2: _encode_response_v2,
}
API = Api(
    key=60,
    name="DescribeCluster",
    min_version=0,
    max_version=2,
    first_version=0,
    flexible_from=0,
    request_decoders=REQUEST_DECODERS,
    request_encoders=REQUEST_ENCODERS,
    response_decoders=RESPONSE_DECODERS,
    response_encoders=RESPONSE_ENCODERS,
)
