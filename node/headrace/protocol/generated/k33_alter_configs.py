"""Generated from manifests/33_alter_configs.api by `python -m headrace.protocol.codegen`;
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
_pack_bh = struct.Struct(">bh").pack
_pack_h = struct.Struct(">h").pack
_pack_hB = struct.Struct(">hB").pack
_pack_hh = struct.Struct(">hh").pack
_pack_i = struct.Struct(">i").pack
_pack_iB = struct.Struct(">iB").pack
_pack_ii = struct.Struct(">ii").pack
_pack_o = struct.Struct(">?").pack
_pack_ox = struct.Struct(">?x").pack
_read_bB = struct.Struct(">bB").unpack_from
_read_bh = struct.Struct(">bh").unpack_from
_read_h = struct.Struct(">h").unpack_from
_read_hB = struct.Struct(">hB").unpack_from
_read_hh = struct.Struct(">hh").unpack_from
_read_i = struct.Struct(">i").unpack_from
_read_iB = struct.Struct(">iB").unpack_from
_read_ii = struct.Struct(">ii").unpack_from
_read_o = struct.Struct(">?").unpack_from
_read_oB = struct.Struct(">?B").unpack_from


@dataclass(slots=True)
class AlterConfigsRequestConfigs:
    name: str = ""
    value: str | None = ""


@dataclass(slots=True)
class AlterConfigsRequestResources:
    resource_type: int = 0
    resource_name: str = ""
    configs: list[AlterConfigsRequestConfigs] = field(default_factory=list)


@dataclass(slots=True)
class AlterConfigsRequest:
    resources: list[AlterConfigsRequestResources] = field(default_factory=list)
    validate_only: bool = False


@dataclass(slots=True)
class AlterConfigsResponseResponses:
    error_code: int = 0
    error_message: str | None = ""
    resource_type: int = 0
    resource_name: str = ""


@dataclass(slots=True)
class AlterConfigsResponse:
    throttle_time_ms: int = 0
    responses: list[AlterConfigsResponseResponses] = field(default_factory=list)


def _decode_request_v0(buf: memoryview, pos: int) -> AlterConfigsRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(AlterConfigsRequest)
        c, = _read_i(buf, pos)
        pos += 4
        if c < 0:
            raise null_field("AlterConfigsRequest.resources")
        left -= c
        if left < 0:
            raise too_many("AlterConfigsRequest.resources")
        items1: list[AlterConfigsRequestResources] = []
        m.resources = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(AlterConfigsRequestResources)
            e2.resource_type, n = _read_bh(buf, pos)
            pos += 3
            if n < 0:
                raise null_field("AlterConfigsRequestResources.resource_name")
            end = pos + n
            e2.resource_name = buf[pos:end].tobytes().decode()
            pos = end
            c, = _read_i(buf, pos)
            pos += 4
            if c < 0:
                raise null_field("AlterConfigsRequestResources.configs")
            left -= c
            if left < 0:
                raise too_many("AlterConfigsRequestResources.configs")
            items3: list[AlterConfigsRequestConfigs] = []
            e2.configs = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(AlterConfigsRequestConfigs)
                n, = _read_h(buf, pos)
                pos += 2
                if n < 0:
                    raise null_field("AlterConfigsRequestConfigs.name")
                end = pos + n
                e4.name = buf[pos:end].tobytes().decode()
                pos = end
                n, = _read_h(buf, pos)
                pos += 2
                if n < 0:
                    e4.value = None
                else:
                    end = pos + n
                    e4.value = buf[pos:end].tobytes().decode()
                    pos = end
                items3.append(e4)
            items1.append(e2)
        m.validate_only, = _read_o(buf, pos)
        pos += 1
    except DECODE_FAULTS as fault:
        raise malformed("AlterConfigsRequest v0-1", fault) from fault
    if pos > limit:
        raise truncated("AlterConfigsRequest v0-1")
    return m


def _encode_request_v0(m: AlterConfigsRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.resources)
        add(_pack_i(n))
        for e1 in m.resources:
            raw = e1.resource_name.encode()
            n = len(raw)
            add(_pack_bh(e1.resource_type, n))
            if raw:
                add(raw)
            n = len(e1.configs)
            add(_pack_i(n))
            for e2 in e1.configs:
                raw = e2.name.encode()
                n = len(raw)
                add(_pack_h(n))
                if raw:
                    add(raw)
                if e2.value is None:
                    raw = b""
                    n = -1
                else:
                    raw = e2.value.encode()
                    n = len(raw)
                add(_pack_h(n))
                if raw:
                    add(raw)
        add(_pack_o(m.validate_only))
    except ENCODE_FAULTS as fault:
        raise unencodable("AlterConfigsRequest v0-1", fault) from fault
    return [b"".join(out)]


def _decode_request_v2(buf: memoryview, pos: int) -> AlterConfigsRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(AlterConfigsRequest)
        c = buf[pos]
        pos += 1
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("AlterConfigsRequest.resources")
        left -= c
        if left < 0:
            raise too_many("AlterConfigsRequest.resources")
        items1: list[AlterConfigsRequestResources] = []
        m.resources = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(AlterConfigsRequestResources)
            e2.resource_type, n = _read_bB(buf, pos)
            pos += 2
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("AlterConfigsRequestResources.resource_name")
            end = pos + n - 1
            e2.resource_name = buf[pos:end].tobytes().decode()
            pos = end
            c = buf[pos]
            pos += 1
            if c > 127:
                c, pos = uvarint_rest(buf, pos, c)
            c -= 1
            if c < 0:
                raise null_field("AlterConfigsRequestResources.configs")
            left -= c
            if left < 0:
                raise too_many("AlterConfigsRequestResources.configs")
            items3: list[AlterConfigsRequestConfigs] = []
            e2.configs = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(AlterConfigsRequestConfigs)
                n = buf[pos]
                pos += 1
                if n > 127:
                    n, pos = string_rest(buf, pos, n)
                if not n:
                    raise null_field("AlterConfigsRequestConfigs.name")
                end = pos + n - 1
                e4.name = buf[pos:end].tobytes().decode()
                pos = end
                n = buf[pos]
                pos += 1
                if n > 127:
                    n, pos = string_rest(buf, pos, n)
                if not n:
                    e4.value = None
                else:
                    end = pos + n - 1
                    e4.value = buf[pos:end].tobytes().decode()
                    pos = end
                t = buf[pos]
                pos += 1
                if t:
                    pos, left = skip_tags_within(buf, pos, t, left)
                items3.append(e4)
            t = buf[pos]
            pos += 1
            if t:
                pos, left = skip_tags_within(buf, pos, t, left)
            items1.append(e2)
        m.validate_only, t = _read_oB(buf, pos)
        pos += 2
        if t:
            pos, left = skip_tags_within(buf, pos, t, left)
    except DECODE_FAULTS as fault:
        raise malformed("AlterConfigsRequest v2", fault) from fault
    if pos > limit:
        raise truncated("AlterConfigsRequest v2")
    return m


def _encode_request_v2(m: AlterConfigsRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.resources) + 1
        add(BYTE[n] if n < 128 else uvarint(n))
        for e1 in m.resources:
            raw = e1.resource_name.encode()
            n = len(raw) + 1
            if n < 128:
                add(_pack_bB(e1.resource_type, n))
            else:
                add(_pack_b(e1.resource_type))
                add(string_prefix(n))
            if raw:
                add(raw)
            n = len(e1.configs) + 1
            add(BYTE[n] if n < 128 else uvarint(n))
            for e2 in e1.configs:
                raw = e2.name.encode()
                n = len(raw) + 1
                add(BYTE[n] if n < 128 else string_prefix(n))
                if raw:
                    add(raw)
                if e2.value is None:
                    raw = b""
                    n = 0
                else:
                    raw = e2.value.encode()
                    n = len(raw) + 1
                add(BYTE[n] if n < 128 else string_prefix(n))
                if raw:
                    add(raw)
                add(b"\0")
            add(b"\0")
        add(_pack_ox(m.validate_only))
    except ENCODE_FAULTS as fault:
        raise unencodable("AlterConfigsRequest v2", fault) from fault
    return [b"".join(out)]


def _decode_response_v0(buf: memoryview, pos: int) -> AlterConfigsResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(AlterConfigsResponse)
        m.throttle_time_ms, c = _read_ii(buf, pos)
        pos += 8
        if c < 0:
            raise null_field("AlterConfigsResponse.responses")
        left -= c
        if left < 0:
            raise too_many("AlterConfigsResponse.responses")
        items1: list[AlterConfigsResponseResponses] = []
        m.responses = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(AlterConfigsResponseResponses)
            e2.error_code, n = _read_hh(buf, pos)
            pos += 4
            if n < 0:
                e2.error_message = None
            else:
                end = pos + n
                e2.error_message = buf[pos:end].tobytes().decode()
                pos = end
            e2.resource_type, n = _read_bh(buf, pos)
            pos += 3
            if n < 0:
                raise null_field("AlterConfigsResponseResponses.resource_name")
            end = pos + n
            e2.resource_name = buf[pos:end].tobytes().decode()
            pos = end
            items1.append(e2)
    except DECODE_FAULTS as fault:
        raise malformed("AlterConfigsResponse v0-1", fault) from fault
    if pos > limit:
        raise truncated("AlterConfigsResponse v0-1")
    return m


def _encode_response_v0(m: AlterConfigsResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.responses)
        add(_pack_ii(m.throttle_time_ms, n))
        for e1 in m.responses:
            if e1.error_message is None:
                raw = b""
                n = -1
            else:
                raw = e1.error_message.encode()
                n = len(raw)
            add(_pack_hh(e1.error_code, n))
            if raw:
                add(raw)
            raw = e1.resource_name.encode()
            n = len(raw)
            add(_pack_bh(e1.resource_type, n))
            if raw:
                add(raw)
    except ENCODE_FAULTS as fault:
        raise unencodable("AlterConfigsResponse v0-1", fault) from fault
    return [b"".join(out)]


def _decode_response_v2(buf: memoryview, pos: int) -> AlterConfigsResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(AlterConfigsResponse)
        m.throttle_time_ms, c = _read_iB(buf, pos)
        pos += 5
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("AlterConfigsResponse.responses")
        left -= c
        if left < 0:
            raise too_many("AlterConfigsResponse.responses")
        items1: list[AlterConfigsResponseResponses] = []
        m.responses = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(AlterConfigsResponseResponses)
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
            e2.resource_type, n = _read_bB(buf, pos)
            pos += 2
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("AlterConfigsResponseResponses.resource_name")
            end = pos + n - 1
            e2.resource_name = buf[pos:end].tobytes().decode()
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
        raise malformed("AlterConfigsResponse v2", fault) from fault
    if pos > limit:
        raise truncated("AlterConfigsResponse v2")
    return m


def _encode_response_v2(m: AlterConfigsResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.responses) + 1
        if n < 128:
            add(_pack_iB(m.throttle_time_ms, n))
        else:
            add(_pack_i(m.throttle_time_ms))
            add(uvarint(n))
        for e1 in m.responses:
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
            raw = e1.resource_name.encode()
            n = len(raw) + 1
            if n < 128:
                add(_pack_bB(e1.resource_type, n))
            else:
                add(_pack_b(e1.resource_type))
                add(string_prefix(n))
            if raw:
                add(raw)
            add(b"\0")
        add(b"\0")
    except ENCODE_FAULTS as fault:
        raise unencodable("AlterConfigsResponse v2", fault) from fault
    return [b"".join(out)]


REQUEST_DECODERS: dict[int, Callable[[memoryview, int], AlterConfigsRequest]] = {
    0: _decode_request_v0,
    1: _decode_request_v0,
    2: _decode_request_v2,
}
REQUEST_ENCODERS: dict[int, Callable[[AlterConfigsRequest], list[Part]]] = {
    0: _encode_request_v0,
    1: _encode_request_v0,
    2: _encode_request_v2,
}
RESPONSE_DECODERS: dict[int, Callable[[memoryview, int], AlterConfigsResponse]] = {
    0: _decode_response_v0,
    1: _decode_response_v0,
    2: _decode_response_v2,
}
RESPONSE_ENCODERS: dict[int, Callable[[AlterConfigsResponse], list[Part]]] = {
    0: _encode_response_v0,
    1: _encode_response_v0,
    2: _encode_response_v2,
}
API = Api(
    key=33,
    name="AlterConfigs",
    min_version=0,
    max_version=2,
    first_version=0,
    flexible_from=2,
    request_decoders=REQUEST_DECODERS,
    request_encoders=REQUEST_ENCODERS,
    response_decoders=RESPONSE_DECODERS,
    response_encoders=RESPONSE_ENCODERS,
)
