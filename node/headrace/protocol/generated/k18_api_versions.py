"""Generated from manifests/18_api_versions.api by `python -m headrace.protocol.codegen`;
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
    read_uvarint,
    skip_tags_within,
    string_prefix,
    string_rest,
    too_many,
    truncated,
    unencodable,
    uvarint,
    uvarint_rest,
    wrong_size,
)

new = object.__new__
_pack_h = struct.Struct(">h").pack
_pack_hB = struct.Struct(">hB").pack
_pack_hhh = struct.Struct(">hhh").pack
_pack_hhhx = struct.Struct(">hhhx").pack
_pack_hhx = struct.Struct(">hhx").pack
_pack_hi = struct.Struct(">hi").pack
_pack_i = struct.Struct(">i").pack
_pack_o = struct.Struct(">?").pack
_pack_q = struct.Struct(">q").pack
_read_hB = struct.Struct(">hB").unpack_from
_read_hhB = struct.Struct(">hhB").unpack_from
_read_hhh = struct.Struct(">hhh").unpack_from
_read_hhhB = struct.Struct(">hhhB").unpack_from
_read_hi = struct.Struct(">hi").unpack_from
_read_i = struct.Struct(">i").unpack_from
_read_iB = struct.Struct(">iB").unpack_from
_read_o = struct.Struct(">?").unpack_from
_read_q = struct.Struct(">q").unpack_from


@dataclass(slots=True)
class ApiVersionsRequest:
    client_software_name: str = ""
    client_software_version: str = ""


@dataclass(slots=True)
class ApiVersionsResponseApiKeys:
    api_key: int = 0
    min_version: int = 0
    max_version: int = 0


@dataclass(slots=True)
class ApiVersionsResponseSupportedFeatures:
    name: str = ""
    min_version: int = 0
    max_version: int = 0


@dataclass(slots=True)
class ApiVersionsResponseFinalizedFeatures:
    name: str = ""
    max_version_level: int = 0
    min_version_level: int = 0


@dataclass(slots=True)
class ApiVersionsResponse:
    error_code: int = 0
    api_keys: list[ApiVersionsResponseApiKeys] = field(default_factory=list)
    throttle_time_ms: int = 0
    supported_features: list[ApiVersionsResponseSupportedFeatures] = field(default_factory=list)
    finalized_features_epoch: int = -1
    finalized_features: list[ApiVersionsResponseFinalizedFeatures] = field(default_factory=list)
    zk_migration_ready: bool = False


def _decode_request_v0(buf: memoryview, pos: int) -> ApiVersionsRequest:
    limit = len(buf)
    try:
        m = new(ApiVersionsRequest)
        m.client_software_name = ""
        m.client_software_version = ""
    except DECODE_FAULTS as fault:
        raise malformed("ApiVersionsRequest v0-2", fault) from fault
    if pos > limit:
        raise truncated("ApiVersionsRequest v0-2")
    return m


def _encode_request_v0(m: ApiVersionsRequest) -> list[Part]:
    return []


def _decode_request_v3(buf: memoryview, pos: int) -> ApiVersionsRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(ApiVersionsRequest)
        n = buf[pos]
        pos += 1
        if n > 127:
            n, pos = string_rest(buf, pos, n)
        if not n:
            raise null_field("ApiVersionsRequest.client_software_name")
        end = pos + n - 1
        m.client_software_name = buf[pos:end].tobytes().decode()
        pos = end
        n = buf[pos]
        pos += 1
        if n > 127:
            n, pos = string_rest(buf, pos, n)
        if not n:
            raise null_field("ApiVersionsRequest.client_software_version")
        end = pos + n - 1
        m.client_software_version = buf[pos:end].tobytes().decode()
        pos = end
        t = buf[pos]
        pos += 1
        if t:
            pos, left = skip_tags_within(buf, pos, t, left)
    except DECODE_FAULTS as fault:
        raise malformed("ApiVersionsRequest v3-4", fault) from fault
    if pos > limit:
        raise truncated("ApiVersionsRequest v3-4")
    return m


def _encode_request_v3(m: ApiVersionsRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        raw = m.client_software_name.encode()
        n = len(raw) + 1
        add(BYTE[n] if n < 128 else string_prefix(n))
        if raw:
            add(raw)
        raw = m.client_software_version.encode()
        n = len(raw) + 1
        add(BYTE[n] if n < 128 else string_prefix(n))
        if raw:
            add(raw)
        add(b"\0")
    except ENCODE_FAULTS as fault:
        raise unencodable("ApiVersionsRequest v3-4", fault) from fault
    return [b"".join(out)]


def _decode_response_v0(buf: memoryview, pos: int) -> ApiVersionsResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(ApiVersionsResponse)
        m.throttle_time_ms = 0
        m.supported_features = []
        m.finalized_features_epoch = -1
        m.finalized_features = []
        m.zk_migration_ready = False
        m.error_code, c = _read_hi(buf, pos)
        pos += 6
        if c < 0:
            raise null_field("ApiVersionsResponse.api_keys")
        left -= c
        if left < 0:
            raise too_many("ApiVersionsResponse.api_keys")
        items1: list[ApiVersionsResponseApiKeys] = []
        m.api_keys = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(ApiVersionsResponseApiKeys)
            e2.api_key, e2.min_version, e2.max_version = _read_hhh(buf, pos)
            pos += 6
            items1.append(e2)
    except DECODE_FAULTS as fault:
        raise malformed("ApiVersionsResponse v0", fault) from fault
    if pos > limit:
        raise truncated("ApiVersionsResponse v0")
    return m


def _encode_response_v0(m: ApiVersionsResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.api_keys)
        add(_pack_hi(m.error_code, n))
        for e1 in m.api_keys:
            add(_pack_hhh(e1.api_key, e1.min_version, e1.max_version))
    except ENCODE_FAULTS as fault:
        raise unencodable("ApiVersionsResponse v0", fault) from fault
    return [b"".join(out)]


def _decode_response_v1(buf: memoryview, pos: int) -> ApiVersionsResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(ApiVersionsResponse)
        m.supported_features = []
        m.finalized_features_epoch = -1
        m.finalized_features = []
        m.zk_migration_ready = False
        m.error_code, c = _read_hi(buf, pos)
        pos += 6
        if c < 0:
            raise null_field("ApiVersionsResponse.api_keys")
        left -= c
        if left < 0:
            raise too_many("ApiVersionsResponse.api_keys")
        items1: list[ApiVersionsResponseApiKeys] = []
        m.api_keys = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(ApiVersionsResponseApiKeys)
            e2.api_key, e2.min_version, e2.max_version = _read_hhh(buf, pos)
            pos += 6
            items1.append(e2)
        m.throttle_time_ms, = _read_i(buf, pos)
        pos += 4
    except DECODE_FAULTS as fault:
        raise malformed("ApiVersionsResponse v1-2", fault) from fault
    if pos > limit:
        raise truncated("ApiVersionsResponse v1-2")
    return m


def _encode_response_v1(m: ApiVersionsResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.api_keys)
        add(_pack_hi(m.error_code, n))
        for e1 in m.api_keys:
            add(_pack_hhh(e1.api_key, e1.min_version, e1.max_version))
        add(_pack_i(m.throttle_time_ms))
    except ENCODE_FAULTS as fault:
        raise unencodable("ApiVersionsResponse v1-2", fault) from fault
    return [b"".join(out)]


def _decode_response_v3(buf: memoryview, pos: int) -> ApiVersionsResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(ApiVersionsResponse)
        m.supported_features = []
        m.finalized_features_epoch = -1
        m.finalized_features = []
        m.zk_migration_ready = False
        m.error_code, c = _read_hB(buf, pos)
        pos += 3
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("ApiVersionsResponse.api_keys")
        left -= c
        if left < 0:
            raise too_many("ApiVersionsResponse.api_keys")
        items1: list[ApiVersionsResponseApiKeys] = []
        m.api_keys = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(ApiVersionsResponseApiKeys)
            e2.api_key, e2.min_version, e2.max_version, t = _read_hhhB(buf, pos)
            pos += 7
            if t:
                pos, left = skip_tags_within(buf, pos, t, left)
            items1.append(e2)
        m.throttle_time_ms, t = _read_iB(buf, pos)
        pos += 5
        if t:
            if t > 127:
                t, pos = uvarint_rest(buf, pos, t)
            left -= t
            if left < 0:
                raise too_many("ApiVersionsResponse")
            for _ in range(t):
                tag, pos = read_uvarint(buf, pos)
                size, pos = read_uvarint(buf, pos)
                stop3 = pos + size
                if tag == 0:
                    c = buf[pos]
                    pos += 1
                    if c > 127:
                        c, pos = uvarint_rest(buf, pos, c)
                    c -= 1
                    if c < 0:
                        raise null_field("ApiVersionsResponse.supported_features")
                    left -= c
                    if left < 0:
                        raise too_many("ApiVersionsResponse.supported_features")
                    items4: list[ApiVersionsResponseSupportedFeatures] = []
                    m.supported_features = items4
                    for _ in TIMES[c] if c < 64 else range(c):
                        e5 = new(ApiVersionsResponseSupportedFeatures)
                        n = buf[pos]
                        pos += 1
                        if n > 127:
                            n, pos = string_rest(buf, pos, n)
                        if not n:
                            raise null_field("ApiVersionsResponseSupportedFeatures.name")
                        end = pos + n - 1
                        e5.name = buf[pos:end].tobytes().decode()
                        pos = end
                        e5.min_version, e5.max_version, t = _read_hhB(buf, pos)
                        pos += 5
                        if t:
                            pos, left = skip_tags_within(buf, pos, t, left)
                        items4.append(e5)
                    if pos != stop3:
                        raise wrong_size("ApiVersionsResponse.supported_features")
                elif tag == 1:
                    m.finalized_features_epoch, = _read_q(buf, pos)
                    pos += 8
                    if pos != stop3:
                        raise wrong_size("ApiVersionsResponse.finalized_features_epoch")
                elif tag == 2:
                    c = buf[pos]
                    pos += 1
                    if c > 127:
                        c, pos = uvarint_rest(buf, pos, c)
                    c -= 1
                    if c < 0:
                        raise null_field("ApiVersionsResponse.finalized_features")
                    left -= c
                    if left < 0:
                        raise too_many("ApiVersionsResponse.finalized_features")
                    items6: list[ApiVersionsResponseFinalizedFeatures] = []
                    m.finalized_features = items6
                    for _ in TIMES[c] if c < 64 else range(c):
                        e7 = new(ApiVersionsResponseFinalizedFeatures)
                        n = buf[pos]
                        pos += 1
                        if n > 127:
                            n, pos = string_rest(buf, pos, n)
                        if not n:
                            raise null_field("ApiVersionsResponseFinalizedFeatures.name")
                        end = pos + n - 1
                        e7.name = buf[pos:end].tobytes().decode()
                        pos = end
                        e7.max_version_level, e7.min_version_level, t = _read_hhB(buf, pos)
                        pos += 5
                        if t:
                            pos, left = skip_tags_within(buf, pos, t, left)
                        items6.append(e7)
                    if pos != stop3:
                        raise wrong_size("ApiVersionsResponse.finalized_features")
                elif tag == 3:
                    m.zk_migration_ready, = _read_o(buf, pos)
                    pos += 1
                    if pos != stop3:
                        raise wrong_size("ApiVersionsResponse.zk_migration_ready")
                else:
                    pos = stop3
    except DECODE_FAULTS as fault:
        raise malformed("ApiVersionsResponse v3-4", fault) from fault
    if pos > limit:
        raise truncated("ApiVersionsResponse v3-4")
    return m


def _tags_ApiVersionsResponse_v3(m: ApiVersionsResponse) -> bytes:
    count = 0
    out: list[bytes] = []
    if m.supported_features:
        value1: list[bytes] = []
        n = len(m.supported_features) + 1
        value1.append(BYTE[n] if n < 128 else uvarint(n))
        for e2 in m.supported_features:
            raw = e2.name.encode()
            n = len(raw) + 1
            value1.append(BYTE[n] if n < 128 else string_prefix(n))
            if raw:
                value1.append(raw)
            value1.append(_pack_hhx(e2.min_version, e2.max_version))
        body = b"".join(value1)
        count += 1
        out.append(uvarint(0))
        out.append(uvarint(len(body)))
        out.append(body)
    if m.finalized_features_epoch != -1:
        value3: list[bytes] = []
        value3.append(_pack_q(m.finalized_features_epoch))
        body = b"".join(value3)
        count += 1
        out.append(uvarint(1))
        out.append(uvarint(len(body)))
        out.append(body)
    if m.finalized_features:
        value4: list[bytes] = []
        n = len(m.finalized_features) + 1
        value4.append(BYTE[n] if n < 128 else uvarint(n))
        for e5 in m.finalized_features:
            raw = e5.name.encode()
            n = len(raw) + 1
            value4.append(BYTE[n] if n < 128 else string_prefix(n))
            if raw:
                value4.append(raw)
            value4.append(_pack_hhx(e5.max_version_level, e5.min_version_level))
        body = b"".join(value4)
        count += 1
        out.append(uvarint(2))
        out.append(uvarint(len(body)))
        out.append(body)
    if m.zk_migration_ready:
        value6: list[bytes] = []
        value6.append(_pack_o(m.zk_migration_ready))
        body = b"".join(value6)
        count += 1
        out.append(uvarint(3))
        out.append(uvarint(len(body)))
        out.append(body)
    return uvarint(count) + b"".join(out)


def _encode_response_v3(m: ApiVersionsResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.api_keys) + 1
        if n < 128:
            add(_pack_hB(m.error_code, n))
        else:
            add(_pack_h(m.error_code))
            add(uvarint(n))
        for e1 in m.api_keys:
            add(_pack_hhhx(e1.api_key, e1.min_version, e1.max_version))
        add(_pack_i(m.throttle_time_ms))
        if m.supported_features or m.finalized_features_epoch != -1 or m.finalized_features or m.zk_migration_ready:
            add(_tags_ApiVersionsResponse_v3(m))
        else:
            add(b"\0")
    except ENCODE_FAULTS as fault:
        raise unencodable("ApiVersionsResponse v3-4", fault) from fault
    return [b"".join(out)]


REQUEST_DECODERS: dict[int, Callable[[memoryview, int], ApiVersionsRequest]] = {
    0: _decode_request_v0,
    1: _decode_request_v0,
    2: _decode_request_v0,
    3: _decode_request_v3,
    4: _decode_request_v3,
}
REQUEST_ENCODERS: dict[int, Callable[[ApiVersionsRequest], list[Part]]] = {
    0: _encode_request_v0,
    1: _encode_request_v0,
    2: _encode_request_v0,
    3: _encode_request_v3,
    4: _encode_request_v3,
}
RESPONSE_DECODERS: dict[int, Callable[[memoryview, int], ApiVersionsResponse]] = {
    0: _decode_response_v0,
    1: _decode_response_v1,
    2: _decode_response_v1,
    3: _decode_response_v3,
    4: _decode_response_v3,
}
RESPONSE_ENCODERS: dict[int, Callable[[ApiVersionsResponse], list[Part]]] = {
    0: _encode_response_v0,
    1: _encode_response_v1,
    2: _encode_response_v1,
    3: _encode_response_v3,
    4: _encode_response_v3,
}
API = Api(
    key=18,
    name="ApiVersions",
    min_version=0,
    max_version=4,
    first_version=0,
    flexible_from=3,
    request_decoders=REQUEST_DECODERS,
    request_encoders=REQUEST_ENCODERS,
    response_decoders=RESPONSE_DECODERS,
    response_encoders=RESPONSE_ENCODERS,
)
