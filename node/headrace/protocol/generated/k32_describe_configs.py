"""Generated from manifests/32_describe_configs.api by `python -m headrace.protocol.codegen`;
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
_pack_bx = struct.Struct(">bx").pack
_pack_h = struct.Struct(">h").pack
_pack_hB = struct.Struct(">hB").pack
_pack_hh = struct.Struct(">hh").pack
_pack_i = struct.Struct(">i").pack
_pack_iB = struct.Struct(">iB").pack
_pack_ii = struct.Struct(">ii").pack
_pack_o = struct.Struct(">?").pack
_pack_obo = struct.Struct(">?b?").pack
_pack_oboB = struct.Struct(">?b?B").pack
_pack_oboi = struct.Struct(">?b?i").pack
_pack_oo = struct.Struct(">??").pack
_pack_oox = struct.Struct(">??x").pack
_read_b = struct.Struct(">b").unpack_from
_read_bB = struct.Struct(">bB").unpack_from
_read_bh = struct.Struct(">bh").unpack_from
_read_h = struct.Struct(">h").unpack_from
_read_hB = struct.Struct(">hB").unpack_from
_read_hh = struct.Struct(">hh").unpack_from
_read_i = struct.Struct(">i").unpack_from
_read_iB = struct.Struct(">iB").unpack_from
_read_ii = struct.Struct(">ii").unpack_from
_read_o = struct.Struct(">?").unpack_from
_read_oboB = struct.Struct(">?b?B").unpack_from
_read_oboi = struct.Struct(">?b?i").unpack_from
_read_oo = struct.Struct(">??").unpack_from
_read_ooB = struct.Struct(">??B").unpack_from


@dataclass(slots=True)
class DescribeConfigsRequestResources:
    resource_type: int = 0
    resource_name: str = ""
    configuration_keys: list[str] | None = field(default_factory=list)


@dataclass(slots=True)
class DescribeConfigsRequest:
    resources: list[DescribeConfigsRequestResources] = field(default_factory=list)
    include_synonyms: bool = False
    include_documentation: bool = False


@dataclass(slots=True)
class DescribeConfigsResponseSynonyms:
    name: str = ""
    value: str | None = ""
    source: int = 0


@dataclass(slots=True)
class DescribeConfigsResponseConfigs:
    name: str = ""
    value: str | None = ""
    read_only: bool = False
    config_source: int = -1
    is_sensitive: bool = False
    synonyms: list[DescribeConfigsResponseSynonyms] = field(default_factory=list)
    config_type: int = 0
    documentation: str | None = ""


@dataclass(slots=True)
class DescribeConfigsResponseResults:
    error_code: int = 0
    error_message: str | None = ""
    resource_type: int = 0
    resource_name: str = ""
    configs: list[DescribeConfigsResponseConfigs] = field(default_factory=list)


@dataclass(slots=True)
class DescribeConfigsResponse:
    throttle_time_ms: int = 0
    results: list[DescribeConfigsResponseResults] = field(default_factory=list)


def _decode_request_v1(buf: memoryview, pos: int) -> DescribeConfigsRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(DescribeConfigsRequest)
        m.include_documentation = False
        c, = _read_i(buf, pos)
        pos += 4
        if c < 0:
            raise null_field("DescribeConfigsRequest.resources")
        left -= c
        if left < 0:
            raise too_many("DescribeConfigsRequest.resources")
        items1: list[DescribeConfigsRequestResources] = []
        m.resources = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(DescribeConfigsRequestResources)
            e2.resource_type, n = _read_bh(buf, pos)
            pos += 3
            if n < 0:
                raise null_field("DescribeConfigsRequestResources.resource_name")
            end = pos + n
            e2.resource_name = buf[pos:end].tobytes().decode()
            pos = end
            c, = _read_i(buf, pos)
            pos += 4
            if c < 0:
                e2.configuration_keys = None
            else:
                left -= c
                if left < 0:
                    raise too_many("DescribeConfigsRequestResources.configuration_keys")
                items3: list[str] = []
                e2.configuration_keys = items3
                for _ in TIMES[c] if c < 64 else range(c):
                    n, = _read_h(buf, pos)
                    pos += 2
                    if n < 0:
                        raise null_field("DescribeConfigsRequestResources.configuration_keys")
                    end = pos + n
                    text = buf[pos:end].tobytes().decode()
                    pos = end
                    items3.append(text)
            items1.append(e2)
        m.include_synonyms, = _read_o(buf, pos)
        pos += 1
    except DECODE_FAULTS as fault:
        raise malformed("DescribeConfigsRequest v1-2", fault) from fault
    if pos > limit:
        raise truncated("DescribeConfigsRequest v1-2")
    return m


def _encode_request_v1(m: DescribeConfigsRequest) -> list[Part]:
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
            n = -1 if e1.configuration_keys is None else len(e1.configuration_keys)
            add(_pack_i(n))
            for e2 in e1.configuration_keys or ():
                raw = e2.encode()
                n = len(raw)
                add(_pack_h(n))
                add(raw)
        add(_pack_o(m.include_synonyms))
    except ENCODE_FAULTS as fault:
        raise unencodable("DescribeConfigsRequest v1-2", fault) from fault
    return [b"".join(out)]


def _decode_request_v3(buf: memoryview, pos: int) -> DescribeConfigsRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(DescribeConfigsRequest)
        c, = _read_i(buf, pos)
        pos += 4
        if c < 0:
            raise null_field("DescribeConfigsRequest.resources")
        left -= c
        if left < 0:
            raise too_many("DescribeConfigsRequest.resources")
        items1: list[DescribeConfigsRequestResources] = []
        m.resources = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(DescribeConfigsRequestResources)
            e2.resource_type, n = _read_bh(buf, pos)
            pos += 3
            if n < 0:
                raise null_field("DescribeConfigsRequestResources.resource_name")
            end = pos + n
            e2.resource_name = buf[pos:end].tobytes().decode()
            pos = end
            c, = _read_i(buf, pos)
            pos += 4
            if c < 0:
                e2.configuration_keys = None
            else:
                left -= c
                if left < 0:
                    raise too_many("DescribeConfigsRequestResources.configuration_keys")
                items3: list[str] = []
                e2.configuration_keys = items3
                for _ in TIMES[c] if c < 64 else range(c):
                    n, = _read_h(buf, pos)
                    pos += 2
                    if n < 0:
                        raise null_field("DescribeConfigsRequestResources.configuration_keys")
                    end = pos + n
                    text = buf[pos:end].tobytes().decode()
                    pos = end
                    items3.append(text)
            items1.append(e2)
        m.include_synonyms, m.include_documentation = _read_oo(buf, pos)
        pos += 2
    except DECODE_FAULTS as fault:
        raise malformed("DescribeConfigsRequest v3", fault) from fault
    if pos > limit:
        raise truncated("DescribeConfigsRequest v3")
    return m


def _encode_request_v3(m: DescribeConfigsRequest) -> list[Part]:
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
            n = -1 if e1.configuration_keys is None else len(e1.configuration_keys)
            add(_pack_i(n))
            for e2 in e1.configuration_keys or ():
                raw = e2.encode()
                n = len(raw)
                add(_pack_h(n))
                add(raw)
        add(_pack_oo(m.include_synonyms, m.include_documentation))
    except ENCODE_FAULTS as fault:
        raise unencodable("DescribeConfigsRequest v3", fault) from fault
    return [b"".join(out)]


def _decode_request_v4(buf: memoryview, pos: int) -> DescribeConfigsRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(DescribeConfigsRequest)
        c = buf[pos]
        pos += 1
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("DescribeConfigsRequest.resources")
        left -= c
        if left < 0:
            raise too_many("DescribeConfigsRequest.resources")
        items1: list[DescribeConfigsRequestResources] = []
        m.resources = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(DescribeConfigsRequestResources)
            e2.resource_type, n = _read_bB(buf, pos)
            pos += 2
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("DescribeConfigsRequestResources.resource_name")
            end = pos + n - 1
            e2.resource_name = buf[pos:end].tobytes().decode()
            pos = end
            c = buf[pos]
            pos += 1
            if c > 127:
                c, pos = uvarint_rest(buf, pos, c)
            c -= 1
            if c < 0:
                e2.configuration_keys = None
            else:
                left -= c
                if left < 0:
                    raise too_many("DescribeConfigsRequestResources.configuration_keys")
                items3: list[str] = []
                e2.configuration_keys = items3
                for _ in TIMES[c] if c < 64 else range(c):
                    n = buf[pos]
                    pos += 1
                    if n > 127:
                        n, pos = string_rest(buf, pos, n)
                    if not n:
                        raise null_field("DescribeConfigsRequestResources.configuration_keys")
                    end = pos + n - 1
                    text = buf[pos:end].tobytes().decode()
                    pos = end
                    items3.append(text)
            t = buf[pos]
            pos += 1
            if t:
                pos, left = skip_tags_within(buf, pos, t, left)
            items1.append(e2)
        m.include_synonyms, m.include_documentation, t = _read_ooB(buf, pos)
        pos += 3
        if t:
            pos, left = skip_tags_within(buf, pos, t, left)
    except DECODE_FAULTS as fault:
        raise malformed("DescribeConfigsRequest v4", fault) from fault
    if pos > limit:
        raise truncated("DescribeConfigsRequest v4")
    return m


def _encode_request_v4(m: DescribeConfigsRequest) -> list[Part]:
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
            n = 0 if e1.configuration_keys is None else len(e1.configuration_keys) + 1
            add(BYTE[n] if n < 128 else uvarint(n))
            for e2 in e1.configuration_keys or ():
                raw = e2.encode()
                n = len(raw) + 1
                add(BYTE[n] if n < 128 else string_prefix(n))
                add(raw)
            add(b"\0")
        add(_pack_oox(m.include_synonyms, m.include_documentation))
    except ENCODE_FAULTS as fault:
        raise unencodable("DescribeConfigsRequest v4", fault) from fault
    return [b"".join(out)]


def _decode_response_v1(buf: memoryview, pos: int) -> DescribeConfigsResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(DescribeConfigsResponse)
        m.throttle_time_ms, c = _read_ii(buf, pos)
        pos += 8
        if c < 0:
            raise null_field("DescribeConfigsResponse.results")
        left -= c
        if left < 0:
            raise too_many("DescribeConfigsResponse.results")
        items1: list[DescribeConfigsResponseResults] = []
        m.results = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(DescribeConfigsResponseResults)
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
                raise null_field("DescribeConfigsResponseResults.resource_name")
            end = pos + n
            e2.resource_name = buf[pos:end].tobytes().decode()
            pos = end
            c, = _read_i(buf, pos)
            pos += 4
            if c < 0:
                raise null_field("DescribeConfigsResponseResults.configs")
            left -= c
            if left < 0:
                raise too_many("DescribeConfigsResponseResults.configs")
            items3: list[DescribeConfigsResponseConfigs] = []
            e2.configs = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(DescribeConfigsResponseConfigs)
                e4.config_type = 0
                e4.documentation = ""
                n, = _read_h(buf, pos)
                pos += 2
                if n < 0:
                    raise null_field("DescribeConfigsResponseConfigs.name")
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
                e4.read_only, e4.config_source, e4.is_sensitive, c = _read_oboi(buf, pos)
                pos += 7
                if c < 0:
                    raise null_field("DescribeConfigsResponseConfigs.synonyms")
                left -= c
                if left < 0:
                    raise too_many("DescribeConfigsResponseConfigs.synonyms")
                items5: list[DescribeConfigsResponseSynonyms] = []
                e4.synonyms = items5
                for _ in TIMES[c] if c < 64 else range(c):
                    e6 = new(DescribeConfigsResponseSynonyms)
                    n, = _read_h(buf, pos)
                    pos += 2
                    if n < 0:
                        raise null_field("DescribeConfigsResponseSynonyms.name")
                    end = pos + n
                    e6.name = buf[pos:end].tobytes().decode()
                    pos = end
                    n, = _read_h(buf, pos)
                    pos += 2
                    if n < 0:
                        e6.value = None
                    else:
                        end = pos + n
                        e6.value = buf[pos:end].tobytes().decode()
                        pos = end
                    e6.source, = _read_b(buf, pos)
                    pos += 1
                    items5.append(e6)
                items3.append(e4)
            items1.append(e2)
    except DECODE_FAULTS as fault:
        raise malformed("DescribeConfigsResponse v1-2", fault) from fault
    if pos > limit:
        raise truncated("DescribeConfigsResponse v1-2")
    return m


def _encode_response_v1(m: DescribeConfigsResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.results)
        add(_pack_ii(m.throttle_time_ms, n))
        for e1 in m.results:
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
                n = len(e2.synonyms)
                add(_pack_oboi(e2.read_only, e2.config_source, e2.is_sensitive, n))
                for e3 in e2.synonyms:
                    raw = e3.name.encode()
                    n = len(raw)
                    add(_pack_h(n))
                    if raw:
                        add(raw)
                    if e3.value is None:
                        raw = b""
                        n = -1
                    else:
                        raw = e3.value.encode()
                        n = len(raw)
                    add(_pack_h(n))
                    if raw:
                        add(raw)
                    add(_pack_b(e3.source))
    except ENCODE_FAULTS as fault:
        raise unencodable("DescribeConfigsResponse v1-2", fault) from fault
    return [b"".join(out)]


def _decode_response_v3(buf: memoryview, pos: int) -> DescribeConfigsResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(DescribeConfigsResponse)
        m.throttle_time_ms, c = _read_ii(buf, pos)
        pos += 8
        if c < 0:
            raise null_field("DescribeConfigsResponse.results")
        left -= c
        if left < 0:
            raise too_many("DescribeConfigsResponse.results")
        items1: list[DescribeConfigsResponseResults] = []
        m.results = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(DescribeConfigsResponseResults)
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
                raise null_field("DescribeConfigsResponseResults.resource_name")
            end = pos + n
            e2.resource_name = buf[pos:end].tobytes().decode()
            pos = end
            c, = _read_i(buf, pos)
            pos += 4
            if c < 0:
                raise null_field("DescribeConfigsResponseResults.configs")
            left -= c
            if left < 0:
                raise too_many("DescribeConfigsResponseResults.configs")
            items3: list[DescribeConfigsResponseConfigs] = []
            e2.configs = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(DescribeConfigsResponseConfigs)
                n, = _read_h(buf, pos)
                pos += 2
                if n < 0:
                    raise null_field("DescribeConfigsResponseConfigs.name")
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
                e4.read_only, e4.config_source, e4.is_sensitive, c = _read_oboi(buf, pos)
                pos += 7
                if c < 0:
                    raise null_field("DescribeConfigsResponseConfigs.synonyms")
                left -= c
                if left < 0:
                    raise too_many("DescribeConfigsResponseConfigs.synonyms")
                items5: list[DescribeConfigsResponseSynonyms] = []
                e4.synonyms = items5
                for _ in TIMES[c] if c < 64 else range(c):
                    e6 = new(DescribeConfigsResponseSynonyms)
                    n, = _read_h(buf, pos)
                    pos += 2
                    if n < 0:
                        raise null_field("DescribeConfigsResponseSynonyms.name")
                    end = pos + n
                    e6.name = buf[pos:end].tobytes().decode()
                    pos = end
                    n, = _read_h(buf, pos)
                    pos += 2
                    if n < 0:
                        e6.value = None
                    else:
                        end = pos + n
                        e6.value = buf[pos:end].tobytes().decode()
                        pos = end
                    e6.source, = _read_b(buf, pos)
                    pos += 1
                    items5.append(e6)
                e4.config_type, n = _read_bh(buf, pos)
                pos += 3
                if n < 0:
                    e4.documentation = None
                else:
                    end = pos + n
                    e4.documentation = buf[pos:end].tobytes().decode()
                    pos = end
                items3.append(e4)
            items1.append(e2)
    except DECODE_FAULTS as fault:
        raise malformed("DescribeConfigsResponse v3", fault) from fault
    if pos > limit:
        raise truncated("DescribeConfigsResponse v3")
    return m


def _encode_response_v3(m: DescribeConfigsResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.results)
        add(_pack_ii(m.throttle_time_ms, n))
        for e1 in m.results:
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
                n = len(e2.synonyms)
                add(_pack_oboi(e2.read_only, e2.config_source, e2.is_sensitive, n))
                for e3 in e2.synonyms:
                    raw = e3.name.encode()
                    n = len(raw)
                    add(_pack_h(n))
                    if raw:
                        add(raw)
                    if e3.value is None:
                        raw = b""
                        n = -1
                    else:
                        raw = e3.value.encode()
                        n = len(raw)
                    add(_pack_h(n))
                    if raw:
                        add(raw)
                    add(_pack_b(e3.source))
                if e2.documentation is None:
                    raw = b""
                    n = -1
                else:
                    raw = e2.documentation.encode()
                    n = len(raw)
                add(_pack_bh(e2.config_type, n))
                if raw:
                    add(raw)
    except ENCODE_FAULTS as fault:
        raise unencodable("DescribeConfigsResponse v3", fault) from fault
    return [b"".join(out)]


def _decode_response_v4(buf: memoryview, pos: int) -> DescribeConfigsResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(DescribeConfigsResponse)
        m.throttle_time_ms, c = _read_iB(buf, pos)
        pos += 5
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("DescribeConfigsResponse.results")
        left -= c
        if left < 0:
            raise too_many("DescribeConfigsResponse.results")
        items1: list[DescribeConfigsResponseResults] = []
        m.results = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(DescribeConfigsResponseResults)
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
                raise null_field("DescribeConfigsResponseResults.resource_name")
            end = pos + n - 1
            e2.resource_name = buf[pos:end].tobytes().decode()
            pos = end
            c = buf[pos]
            pos += 1
            if c > 127:
                c, pos = uvarint_rest(buf, pos, c)
            c -= 1
            if c < 0:
                raise null_field("DescribeConfigsResponseResults.configs")
            left -= c
            if left < 0:
                raise too_many("DescribeConfigsResponseResults.configs")
            items3: list[DescribeConfigsResponseConfigs] = []
            e2.configs = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(DescribeConfigsResponseConfigs)
                n = buf[pos]
                pos += 1
                if n > 127:
                    n, pos = string_rest(buf, pos, n)
                if not n:
                    raise null_field("DescribeConfigsResponseConfigs.name")
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
                e4.read_only, e4.config_source, e4.is_sensitive, c = _read_oboB(buf, pos)
                pos += 4
                if c > 127:
                    c, pos = uvarint_rest(buf, pos, c)
                c -= 1
                if c < 0:
                    raise null_field("DescribeConfigsResponseConfigs.synonyms")
                left -= c
                if left < 0:
                    raise too_many("DescribeConfigsResponseConfigs.synonyms")
                items5: list[DescribeConfigsResponseSynonyms] = []
                e4.synonyms = items5
                for _ in TIMES[c] if c < 64 else range(c):
                    e6 = new(DescribeConfigsResponseSynonyms)
                    n = buf[pos]
                    pos += 1
                    if n > 127:
                        n, pos = string_rest(buf, pos, n)
                    if not n:
                        raise null_field("DescribeConfigsResponseSynonyms.name")
                    end = pos + n - 1
                    e6.name = buf[pos:end].tobytes().decode()
                    pos = end
                    n = buf[pos]
                    pos += 1
                    if n > 127:
                        n, pos = string_rest(buf, pos, n)
                    if not n:
                        e6.value = None
                    else:
                        end = pos + n - 1
                        e6.value = buf[pos:end].tobytes().decode()
                        pos = end
                    e6.source, t = _read_bB(buf, pos)
                    pos += 2
                    if t:
                        pos, left = skip_tags_within(buf, pos, t, left)
                    items5.append(e6)
                e4.config_type, n = _read_bB(buf, pos)
                pos += 2
                if n > 127:
                    n, pos = string_rest(buf, pos, n)
                if not n:
                    e4.documentation = None
                else:
                    end = pos + n - 1
                    e4.documentation = buf[pos:end].tobytes().decode()
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
        t = buf[pos]
        pos += 1
        if t:
            pos, left = skip_tags_within(buf, pos, t, left)
    except DECODE_FAULTS as fault:
        raise malformed("DescribeConfigsResponse v4", fault) from fault
    if pos > limit:
        raise truncated("DescribeConfigsResponse v4")
    return m


def _encode_response_v4(m: DescribeConfigsResponse) -> list[Part]:
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
                n = len(e2.synonyms) + 1
                if n < 128:
                    add(_pack_oboB(e2.read_only, e2.config_source, e2.is_sensitive, n))
                else:
                    add(_pack_obo(e2.read_only, e2.config_source, e2.is_sensitive))
                    add(uvarint(n))
                for e3 in e2.synonyms:
                    raw = e3.name.encode()
                    n = len(raw) + 1
                    add(BYTE[n] if n < 128 else string_prefix(n))
                    if raw:
                        add(raw)
                    if e3.value is None:
                        raw = b""
                        n = 0
                    else:
                        raw = e3.value.encode()
                        n = len(raw) + 1
                    add(BYTE[n] if n < 128 else string_prefix(n))
                    if raw:
                        add(raw)
                    add(_pack_bx(e3.source))
                if e2.documentation is None:
                    raw = b""
                    n = 0
                else:
                    raw = e2.documentation.encode()
                    n = len(raw) + 1
                if n < 128:
                    add(_pack_bB(e2.config_type, n))
                else:
                    add(_pack_b(e2.config_type))
                    add(string_prefix(n))
                if raw:
                    add(raw)
                add(b"\0")
            add(b"\0")
        add(b"\0")
    except ENCODE_FAULTS as fault:
        raise unencodable("DescribeConfigsResponse v4", fault) from fault
    return [b"".join(out)]


REQUEST_DECODERS: dict[int, Callable[[memoryview, int], DescribeConfigsRequest]] = {
    1: _decode_request_v1,
    2: _decode_request_v1,
    3: _decode_request_v3,
    4: _decode_request_v4,
}
REQUEST_ENCODERS: dict[int, Callable[[DescribeConfigsRequest], list[Part]]] = {
    1: _encode_request_v1,
    2: _encode_request_v1,
    3: _encode_request_v3,
    4: _encode_request_v4,
}
RESPONSE_DECODERS: dict[int, Callable[[memoryview, int], DescribeConfigsResponse]] = {
    1: _decode_response_v1,
    2: _decode_response_v1,
    3: _decode_response_v3,
    4: _decode_response_v4,
}
RESPONSE_ENCODERS: dict[int, Callable[[DescribeConfigsResponse], list[Part]]] = {
    1: _encode_response_v1,
    2: _encode_response_v1,
    3: _encode_response_v3,
    4: _encode_response_v4,
}
API = Api(
    key=32,
    name="DescribeConfigs",
    min_version=1,
    max_version=4,
    first_version=1,
    flexible_from=4,
    request_decoders=REQUEST_DECODERS,
    request_encoders=REQUEST_ENCODERS,
    response_decoders=RESPONSE_DECODERS,
    response_encoders=RESPONSE_ENCODERS,
)
