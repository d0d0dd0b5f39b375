"""Generated from manifests/44_incremental_alter_configs.api by `python -m headrace.protocol.codegen`;
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
class IncrementalAlterConfigsRequestConfigs:
    name: str = ""
    config_operation: int = 0
    value: str | None = ""


@dataclass(slots=True)
class IncrementalAlterConfigsRequestResources:
    resource_type: int = 0
    resource_name: str = ""
    configs: list[IncrementalAlterConfigsRequestConfigs] = field(default_factory=list)


@dataclass(slots=True)
class IncrementalAlterConfigsRequest:
    resources: list[IncrementalAlterConfigsRequestResources] = field(default_factory=list)
    validate_only: bool = False


@dataclass(slots=True)
class IncrementalAlterConfigsResponseResponses:
    error_code: int = 0
    error_message: str | None = ""
    resource_type: int = 0
    resource_name: str = ""


@dataclass(slots=True)
class IncrementalAlterConfigsResponse:
    throttle_time_ms: int = 0
    responses: list[IncrementalAlterConfigsResponseResponses] = field(default_factory=list)


def _decode_request_v0(buf: memoryview, pos: int) -> IncrementalAlterConfigsRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(IncrementalAlterConfigsRequest)
        c, = _read_i(buf, pos)
        pos += 4
        if c < 0:
            raise null_field("IncrementalAlterConfigsRequest.resources")
        left -= c
        if left < 0:
            raise too_many("IncrementalAlterConfigsRequest.resources")
        items1: list[IncrementalAlterConfigsRequestResources] = []
        m.resources = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(IncrementalAlterConfigsRequestResources)
            e2.resource_type, n = _read_bh(buf, pos)
            pos += 3
            if n < 0:
                raise null_field("IncrementalAlterConfigsRequestResources.resource_name")
            end = pos + n
            e2.resource_name = buf[pos:end].tobytes().decode()
            pos = end
            c, = _read_i(buf, pos)
            pos += 4
            if c < 0:
                raise null_field("IncrementalAlterConfigsRequestResources.configs")
            left -= c
            if left < 0:
                raise too_many("IncrementalAlterConfigsRequestResources.configs")
            items3: list[IncrementalAlterConfigsRequestConfigs] = []
            e2.configs = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(IncrementalAlterConfigsRequestConfigs)
                n, = _read_h(buf, pos)
                pos += 2
                if n < 0:
                    raise null_field("IncrementalAlterConfigsRequestConfigs.name")
                end = pos + n
                e4.name = buf[pos:end].tobytes().decode()
                pos = end
                e4.config_operation, n = _read_bh(buf, pos)
                pos += 3
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
        raise malformed("IncrementalAlterConfigsRequest v0", fault) from fault
    if pos > limit:
        raise truncated("IncrementalAlterConfigsRequest v0")
    return m


def _encode_request_v0(m: IncrementalAlterConfigsRequest) -> list[Part]:
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
                add(_pack_bh(e2.config_operation, n))
                if raw:
                    add(raw)
        add(_pack_o(m.validate_only))
    except ENCODE_FAULTS as fault:
        raise unencodable("IncrementalAlterConfigsRequest v0", fault) from fault
    return [b"".join(out)]


def _decode_request_v1(buf: memoryview, pos: int) -> IncrementalAlterConfigsRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(IncrementalAlterConfigsRequest)
        c = buf[pos]
        pos += 1
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("IncrementalAlterConfigsRequest.resources")
        left -= c
        if left < 0:
            raise too_many("IncrementalAlterConfigsRequest.resources")
        items1: list[IncrementalAlterConfigsRequestResources] = []
        m.resources = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(IncrementalAlterConfigsRequestResources)
            e2.resource_type, n = _read_bB(buf, pos)
            pos += 2
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("IncrementalAlterConfigsRequestResources.resource_name")
            end = pos + n - 1
            e2.resource_name = buf[pos:end].tobytes().decode()
            pos = end
            c = buf[pos]
            pos += 1
            if c > 127:
                c, pos = uvarint_rest(buf, pos, c)
            c -= 1
            if c < 0:
                raise null_field("IncrementalAlterConfigsRequestResources.configs")
            left -= c
            if left < 0:
                raise too_many("IncrementalAlterConfigsRequestResources.configs")
            items3: list[IncrementalAlterConfigsRequestConfigs] = []
            e2.configs = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(IncrementalAlterConfigsRequestConfigs)
                n = buf[pos]
                pos += 1
                if n > 127:
                    n, pos = string_rest(buf, pos, n)
                if not n:
                    raise null_field("IncrementalAlterConfigsRequestConfigs.name")
                end = pos + n - 1
                e4.name = buf[pos:end].tobytes().decode()
                pos = end
                e4.config_operation, n = _read_bB(buf, pos)
                pos += 2
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
        raise malformed("IncrementalAlterConfigsRequest v1", fault) from fault
    if pos > limit:
        raise truncated("IncrementalAlterConfigsRequest v1")
    return m


def _encode_request_v1(m: IncrementalAlterConfigsRequest) -> list[Part]:
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
                if n < 128:
                    add(_pack_bB(e2.config_operation, n))
                else:
                    add(_pack_b(e2.config_operation))
                    add(string_prefix(n))
                if raw:
                    add(raw)
                add(b"\0")
            add(b"\0")
        add(_pack_ox(m.validate_only))
    except ENCODE_FAULTS as fault:
        raise unencodable("IncrementalAlterConfigsRequest v1", fault) from fault
    return [b"".join(out)]


def _decode_response_v0(buf: memoryview, pos: int) -> IncrementalAlterConfigsResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(IncrementalAlterConfigsResponse)
        m.throttle_time_ms, c = _read_ii(buf, pos)
        pos += 8
        if c < 0:
            raise null_field("IncrementalAlterConfigsResponse.responses")
        left -= c
        if left < 0:
            raise too_many("IncrementalAlterConfigsResponse.responses")
        items1: list[IncrementalAlterConfigsResponseResponses] = []
        m.responses = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(IncrementalAlterConfigsResponseResponses)
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
                raise null_field("IncrementalAlterConfigsResponseResponses.resource_name")
            end = pos + n
            e2.resource_name = buf[pos:end].tobytes().decode()
            pos = end
            items1.append(e2)
    except DECODE_FAULTS as fault:
        raise malformed("IncrementalAlterConfigsResponse v0", fault) from fault
    if pos > limit:
        raise truncated("IncrementalAlterConfigsResponse v0")
    return m


def _encode_response_v0(m: IncrementalAlterConfigsResponse) -> list[Part]:
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
        raise unencodable("IncrementalAlterConfigsResponse v0", fault) from fault
    return [b"".join(out)]


def _decode_response_v1(buf: memoryview, pos: int) -> IncrementalAlterConfigsResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(IncrementalAlterConfigsResponse)
        m.throttle_time_ms, c = _read_iB(buf, pos)
        pos += 5
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("IncrementalAlterConfigsResponse.responses")
        left -= c
        if left < 0:
            raise too_many("IncrementalAlterConfigsResponse.responses")
        items1: list[IncrementalAlterConfigsResponseResponses] = []
        m.responses = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(IncrementalAlterConfigsResponseResponses)
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
                raise null_field("IncrementalAlterConfigsResponseResponses.resource_name")
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
        raise malformed("IncrementalAlterConfigsResponse v1", fault) from fault
    if pos > limit:
        raise truncated("IncrementalAlterConfigsResponse v1")
    return m


def _encode_response_v1(m: IncrementalAlterConfigsResponse) -> list[Part]:
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
        raise unencodable("IncrementalAlterConfigsResponse v1", fault) from fault
    return [b"".join(out)]


REQUEST_DECODERS: dict[int, Callable[[memoryview, int], IncrementalAlterConfigsRequest]] = {
    0: _decode_request_v0,
    1: _decode_request_v1,
}
REQUEST_ENCODERS: dict[int, Callable[[IncrementalAlterConfigsRequest], list[Part]]] = {
    0: _encode_request_v0,
    1: _encode_request_v1,
}
RESPONSE_DECODERS: dict[int, Callable[[memoryview, int], IncrementalAlterConfigsResponse]] = {
    0: _decode_response_v0,
    1: _decode_response_v1,
}
RESPONSE_ENCODERS: dict[int, Callable[[IncrementalAlterConfigsResponse], list[Part]]] = {
    0: _encode_response_v0,
    1: _encode_response_v1,
}
API = Api(
    key=44,
    name="IncrementalAlterConfigs",
    min_version=0,
    max_version=1,
    first_version=0,
    flexible_from=1,
    request_decoders=REQUEST_DECODERS,
    request_encoders=REQUEST_ENCODERS,
    response_decoders=RESPONSE_DECODERS,
    response_encoders=RESPONSE_ENCODERS,
)
