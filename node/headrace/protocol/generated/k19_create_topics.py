"""Generated from manifests/19_create_topics.api by `python -m headrace.protocol.codegen`;
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
    ZERO_UUID,
    malformed,
    null_field,
    read_int32s,
    read_uvarint,
    skip_tags_within,
    string_prefix,
    string_rest,
    too_many,
    truncated,
    unencodable,
    uuid_bytes,
    uvarint,
    uvarint_rest,
    write_int32s,
    wrong_size,
)

new = object.__new__
_pack_h = struct.Struct(">h").pack
_pack_hB = struct.Struct(">hB").pack
_pack_hh = struct.Struct(">hh").pack
_pack_i = struct.Struct(">i").pack
_pack_iB = struct.Struct(">iB").pack
_pack_ih = struct.Struct(">ih").pack
_pack_ihB = struct.Struct(">ihB").pack
_pack_ihi = struct.Struct(">ihi").pack
_pack_ii = struct.Struct(">ii").pack
_pack_io = struct.Struct(">i?").pack
_pack_iox = struct.Struct(">i?x").pack
_pack_obox = struct.Struct(">?b?x").pack
_pack_uh = struct.Struct(">16sh").pack
_pack_uhB = struct.Struct(">16shB").pack
_read_h = struct.Struct(">h").unpack_from
_read_hB = struct.Struct(">hB").unpack_from
_read_hh = struct.Struct(">hh").unpack_from
_read_i = struct.Struct(">i").unpack_from
_read_iB = struct.Struct(">iB").unpack_from
_read_ihB = struct.Struct(">ihB").unpack_from
_read_ihi = struct.Struct(">ihi").unpack_from
_read_ii = struct.Struct(">ii").unpack_from
_read_io = struct.Struct(">i?").unpack_from
_read_ioB = struct.Struct(">i?B").unpack_from
_read_oboB = struct.Struct(">?b?B").unpack_from
_read_uhB = struct.Struct(">16shB").unpack_from


@dataclass(slots=True)
class CreateTopicsRequestAssignments:
    partition_index: int = 0
    broker_ids: list[int] = field(default_factory=list)


@dataclass(slots=True)
class CreateTopicsRequestConfigs:
    name: str = ""
    value: str | None = ""


@dataclass(slots=True)
class CreateTopicsRequestTopics:
    name: str = ""
    num_partitions: int = 0
    replication_factor: int = 0
    assignments: list[CreateTopicsRequestAssignments] = field(default_factory=list)
    configs: list[CreateTopicsRequestConfigs] = field(default_factory=list)


@dataclass(slots=True)
class CreateTopicsRequest:
    topics: list[CreateTopicsRequestTopics] = field(default_factory=list)
    timeout_ms: int = 60000
    validate_only: bool = False


@dataclass(slots=True)
class CreateTopicsResponseConfigs:
    name: str = ""
    value: str | None = ""
    read_only: bool = False
    config_source: int = -1
    is_sensitive: bool = False


@dataclass(slots=True)
class CreateTopicsResponseTopics:
    name: str = ""
    topic_id: bytes = ZERO_UUID
    error_code: int = 0
    error_message: str | None = ""
    topic_config_error_code: int = 0
    num_partitions: int = -1
    replication_factor: int = -1
    configs: list[CreateTopicsResponseConfigs] | None = field(default_factory=list)


@dataclass(slots=True)
class CreateTopicsResponse:
    throttle_time_ms: int = 0
    topics: list[CreateTopicsResponseTopics] = field(default_factory=list)


def _decode_request_v2(buf: memoryview, pos: int) -> CreateTopicsRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(CreateTopicsRequest)
        c, = _read_i(buf, pos)
        pos += 4
        if c < 0:
            raise null_field("CreateTopicsRequest.topics")
        left -= c
        if left < 0:
            raise too_many("CreateTopicsRequest.topics")
        items1: list[CreateTopicsRequestTopics] = []
        m.topics = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(CreateTopicsRequestTopics)
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("CreateTopicsRequestTopics.name")
            end = pos + n
            e2.name = buf[pos:end].tobytes().decode()
            pos = end
            e2.num_partitions, e2.replication_factor, c = _read_ihi(buf, pos)
            pos += 10
            if c < 0:
                raise null_field("CreateTopicsRequestTopics.assignments")
            left -= c
            if left < 0:
                raise too_many("CreateTopicsRequestTopics.assignments")
            items3: list[CreateTopicsRequestAssignments] = []
            e2.assignments = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(CreateTopicsRequestAssignments)
                e4.partition_index, c = _read_ii(buf, pos)
                pos += 8
                if c < 0:
                    raise null_field("CreateTopicsRequestAssignments.broker_ids")
                left -= c
                if left < 0:
                    raise too_many("CreateTopicsRequestAssignments.broker_ids")
                e4.broker_ids = read_int32s(buf, pos, c) if c else []
                pos += 4 * c
                items3.append(e4)
            c, = _read_i(buf, pos)
            pos += 4
            if c < 0:
                raise null_field("CreateTopicsRequestTopics.configs")
            left -= c
            if left < 0:
                raise too_many("CreateTopicsRequestTopics.configs")
            items5: list[CreateTopicsRequestConfigs] = []
            e2.configs = items5
            for _ in TIMES[c] if c < 64 else range(c):
                e6 = new(CreateTopicsRequestConfigs)
                n, = _read_h(buf, pos)
                pos += 2
                if n < 0:
                    raise null_field("CreateTopicsRequestConfigs.name")
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
                items5.append(e6)
            items1.append(e2)
        m.timeout_ms, m.validate_only = _read_io(buf, pos)
        pos += 5
    except DECODE_FAULTS as fault:
        raise malformed("CreateTopicsRequest v2-4", fault) from fault
    if pos > limit:
        raise truncated("CreateTopicsRequest v2-4")
    return m


def _encode_request_v2(m: CreateTopicsRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.topics)
        add(_pack_i(n))
        for e1 in m.topics:
            raw = e1.name.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            n = len(e1.assignments)
            add(_pack_ihi(e1.num_partitions, e1.replication_factor, n))
            for e2 in e1.assignments:
                n = len(e2.broker_ids)
                add(_pack_ii(e2.partition_index, n))
                if e2.broker_ids:
                    add(write_int32s(e2.broker_ids))
            n = len(e1.configs)
            add(_pack_i(n))
            for e3 in e1.configs:
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
        add(_pack_io(m.timeout_ms, m.validate_only))
    except ENCODE_FAULTS as fault:
        raise unencodable("CreateTopicsRequest v2-4", fault) from fault
    return [b"".join(out)]


def _decode_request_v5(buf: memoryview, pos: int) -> CreateTopicsRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(CreateTopicsRequest)
        c = buf[pos]
        pos += 1
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("CreateTopicsRequest.topics")
        left -= c
        if left < 0:
            raise too_many("CreateTopicsRequest.topics")
        items1: list[CreateTopicsRequestTopics] = []
        m.topics = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(CreateTopicsRequestTopics)
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("CreateTopicsRequestTopics.name")
            end = pos + n - 1
            e2.name = buf[pos:end].tobytes().decode()
            pos = end
            e2.num_partitions, e2.replication_factor, c = _read_ihB(buf, pos)
            pos += 7
            if c > 127:
                c, pos = uvarint_rest(buf, pos, c)
            c -= 1
            if c < 0:
                raise null_field("CreateTopicsRequestTopics.assignments")
            left -= c
            if left < 0:
                raise too_many("CreateTopicsRequestTopics.assignments")
            items3: list[CreateTopicsRequestAssignments] = []
            e2.assignments = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(CreateTopicsRequestAssignments)
                e4.partition_index, c = _read_iB(buf, pos)
                pos += 5
                if c > 127:
                    c, pos = uvarint_rest(buf, pos, c)
                c -= 1
                if c < 0:
                    raise null_field("CreateTopicsRequestAssignments.broker_ids")
                left -= c
                if left < 0:
                    raise too_many("CreateTopicsRequestAssignments.broker_ids")
                e4.broker_ids = read_int32s(buf, pos, c) if c else []
                pos += 4 * c
                t = buf[pos]
                pos += 1
                if t:
                    pos, left = skip_tags_within(buf, pos, t, left)
                items3.append(e4)
            c = buf[pos]
            pos += 1
            if c > 127:
                c, pos = uvarint_rest(buf, pos, c)
            c -= 1
            if c < 0:
                raise null_field("CreateTopicsRequestTopics.configs")
            left -= c
            if left < 0:
                raise too_many("CreateTopicsRequestTopics.configs")
            items5: list[CreateTopicsRequestConfigs] = []
            e2.configs = items5
            for _ in TIMES[c] if c < 64 else range(c):
                e6 = new(CreateTopicsRequestConfigs)
                n = buf[pos]
                pos += 1
                if n > 127:
                    n, pos = string_rest(buf, pos, n)
                if not n:
                    raise null_field("CreateTopicsRequestConfigs.name")
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
                t = buf[pos]
                pos += 1
                if t:
                    pos, left = skip_tags_within(buf, pos, t, left)
                items5.append(e6)
            t = buf[pos]
            pos += 1
            if t:
                pos, left = skip_tags_within(buf, pos, t, left)
            items1.append(e2)
        m.timeout_ms, m.validate_only, t = _read_ioB(buf, pos)
        pos += 6
        if t:
            pos, left = skip_tags_within(buf, pos, t, left)
    except DECODE_FAULTS as fault:
        raise malformed("CreateTopicsRequest v5-7", fault) from fault
    if pos > limit:
        raise truncated("CreateTopicsRequest v5-7")
    return m


def _encode_request_v5(m: CreateTopicsRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.topics) + 1
        add(BYTE[n] if n < 128 else uvarint(n))
        for e1 in m.topics:
            raw = e1.name.encode()
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else string_prefix(n))
            if raw:
                add(raw)
            n = len(e1.assignments) + 1
            if n < 128:
                add(_pack_ihB(e1.num_partitions, e1.replication_factor, n))
            else:
                add(_pack_ih(e1.num_partitions, e1.replication_factor))
                add(uvarint(n))
            for e2 in e1.assignments:
                n = len(e2.broker_ids) + 1
                if n < 128:
                    add(_pack_iB(e2.partition_index, n))
                else:
                    add(_pack_i(e2.partition_index))
                    add(uvarint(n))
                if e2.broker_ids:
                    add(write_int32s(e2.broker_ids))
                add(b"\0")
            n = len(e1.configs) + 1
            add(BYTE[n] if n < 128 else uvarint(n))
            for e3 in e1.configs:
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
                add(b"\0")
            add(b"\0")
        add(_pack_iox(m.timeout_ms, m.validate_only))
    except ENCODE_FAULTS as fault:
        raise unencodable("CreateTopicsRequest v5-7", fault) from fault
    return [b"".join(out)]


def _decode_response_v2(buf: memoryview, pos: int) -> CreateTopicsResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(CreateTopicsResponse)
        m.throttle_time_ms, c = _read_ii(buf, pos)
        pos += 8
        if c < 0:
            raise null_field("CreateTopicsResponse.topics")
        left -= c
        if left < 0:
            raise too_many("CreateTopicsResponse.topics")
        items1: list[CreateTopicsResponseTopics] = []
        m.topics = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(CreateTopicsResponseTopics)
            e2.topic_id = ZERO_UUID
            e2.topic_config_error_code = 0
            e2.num_partitions = -1
            e2.replication_factor = -1
            e2.configs = []
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("CreateTopicsResponseTopics.name")
            end = pos + n
            e2.name = buf[pos:end].tobytes().decode()
            pos = end
            e2.error_code, n = _read_hh(buf, pos)
            pos += 4
            if n < 0:
                e2.error_message = None
            else:
                end = pos + n
                e2.error_message = buf[pos:end].tobytes().decode()
                pos = end
            items1.append(e2)
    except DECODE_FAULTS as fault:
        raise malformed("CreateTopicsResponse v2-4", fault) from fault
    if pos > limit:
        raise truncated("CreateTopicsResponse v2-4")
    return m


def _encode_response_v2(m: CreateTopicsResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.topics)
        add(_pack_ii(m.throttle_time_ms, n))
        for e1 in m.topics:
            raw = e1.name.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            if e1.error_message is None:
                raw = b""
                n = -1
            else:
                raw = e1.error_message.encode()
                n = len(raw)
            add(_pack_hh(e1.error_code, n))
            if raw:
                add(raw)
    except ENCODE_FAULTS as fault:
        raise unencodable("CreateTopicsResponse v2-4", fault) from fault
    return [b"".join(out)]


def _decode_response_v5(buf: memoryview, pos: int) -> CreateTopicsResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(CreateTopicsResponse)
        m.throttle_time_ms, c = _read_iB(buf, pos)
        pos += 5
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("CreateTopicsResponse.topics")
        left -= c
        if left < 0:
            raise too_many("CreateTopicsResponse.topics")
        items1: list[CreateTopicsResponseTopics] = []
        m.topics = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(CreateTopicsResponseTopics)
            e2.topic_id = ZERO_UUID
            e2.topic_config_error_code = 0
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("CreateTopicsResponseTopics.name")
            end = pos + n - 1
            e2.name = buf[pos:end].tobytes().decode()
            pos = end
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
            e2.num_partitions, e2.replication_factor, c = _read_ihB(buf, pos)
            pos += 7
            if c > 127:
                c, pos = uvarint_rest(buf, pos, c)
            c -= 1
            if c < 0:
                e2.configs = None
            else:
                left -= c
                if left < 0:
                    raise too_many("CreateTopicsResponseTopics.configs")
                items3: list[CreateTopicsResponseConfigs] = []
                e2.configs = items3
                for _ in TIMES[c] if c < 64 else range(c):
                    e4 = new(CreateTopicsResponseConfigs)
                    n = buf[pos]
                    pos += 1
                    if n > 127:
                        n, pos = string_rest(buf, pos, n)
                    if not n:
                        raise null_field("CreateTopicsResponseConfigs.name")
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
                    e4.read_only, e4.config_source, e4.is_sensitive, t = _read_oboB(buf, pos)
                    pos += 4
                    if t:
                        pos, left = skip_tags_within(buf, pos, t, left)
                    items3.append(e4)
            t = buf[pos]
            pos += 1
            if t:
                if t > 127:
                    t, pos = uvarint_rest(buf, pos, t)
                left -= t
                if left < 0:
                    raise too_many("CreateTopicsResponseTopics")
                for _ in range(t):
                    tag, pos = read_uvarint(buf, pos)
                    size, pos = read_uvarint(buf, pos)
                    stop5 = pos + size
                    if tag == 0:
                        e2.topic_config_error_code, = _read_h(buf, pos)
                        pos += 2
                        if pos != stop5:
                            raise wrong_size("CreateTopicsResponseTopics.topic_config_error_code")
                    else:
                        pos = stop5
            items1.append(e2)
        t = buf[pos]
        pos += 1
        if t:
            pos, left = skip_tags_within(buf, pos, t, left)
    except DECODE_FAULTS as fault:
        raise malformed("CreateTopicsResponse v5-6", fault) from fault
    if pos > limit:
        raise truncated("CreateTopicsResponse v5-6")
    return m


def _tags_CreateTopicsResponseTopics_v5(m: CreateTopicsResponseTopics) -> bytes:
    count = 0
    out: list[bytes] = []
    if m.topic_config_error_code != 0:
        value1: list[bytes] = []
        value1.append(_pack_h(m.topic_config_error_code))
        body = b"".join(value1)
        count += 1
        out.append(uvarint(0))
        out.append(uvarint(len(body)))
        out.append(body)
    return uvarint(count) + b"".join(out)


def _encode_response_v5(m: CreateTopicsResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.topics) + 1
        if n < 128:
            add(_pack_iB(m.throttle_time_ms, n))
        else:
            add(_pack_i(m.throttle_time_ms))
            add(uvarint(n))
        for e1 in m.topics:
            raw = e1.name.encode()
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else string_prefix(n))
            if raw:
                add(raw)
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
            n = 0 if e1.configs is None else len(e1.configs) + 1
            if n < 128:
                add(_pack_ihB(e1.num_partitions, e1.replication_factor, n))
            else:
                add(_pack_ih(e1.num_partitions, e1.replication_factor))
                add(uvarint(n))
            for e2 in e1.configs or ():
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
                add(_pack_obox(e2.read_only, e2.config_source, e2.is_sensitive))
            if e1.topic_config_error_code != 0:
                add(_tags_CreateTopicsResponseTopics_v5(e1))
            else:
                add(b"\0")
        add(b"\0")
    except ENCODE_FAULTS as fault:
        raise unencodable("CreateTopicsResponse v5-6", fault) from fault
    return [b"".join(out)]


def _decode_response_v7(buf: memoryview, pos: int) -> CreateTopicsResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(CreateTopicsResponse)
        m.throttle_time_ms, c = _read_iB(buf, pos)
        pos += 5
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("CreateTopicsResponse.topics")
        left -= c
        if left < 0:
            raise too_many("CreateTopicsResponse.topics")
        items1: list[CreateTopicsResponseTopics] = []
        m.topics = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(CreateTopicsResponseTopics)
            e2.topic_config_error_code = 0
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("CreateTopicsResponseTopics.name")
            end = pos + n - 1
            e2.name = buf[pos:end].tobytes().decode()
            pos = end
            e2.topic_id, e2.error_code, n = _read_uhB(buf, pos)
            pos += 19
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                e2.error_message = None
            else:
                end = pos + n - 1
                e2.error_message = buf[pos:end].tobytes().decode()
                pos = end
            e2.num_partitions, e2.replication_factor, c = _read_ihB(buf, pos)
            pos += 7
            if c > 127:
                c, pos = uvarint_rest(buf, pos, c)
            c -= 1
            if c < 0:
                e2.configs = None
            else:
                left -= c
                if left < 0:
                    raise too_many("CreateTopicsResponseTopics.configs")
                items3: list[CreateTopicsResponseConfigs] = []
                e2.configs = items3
                for _ in TIMES[c] if c < 64 else range(c):
                    e4 = new(CreateTopicsResponseConfigs)
                    n = buf[pos]
                    pos += 1
                    if n > 127:
                        n, pos = string_rest(buf, pos, n)
                    if not n:
                        raise null_field("CreateTopicsResponseConfigs.name")
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
                    e4.read_only, e4.config_source, e4.is_sensitive, t = _read_oboB(buf, pos)
                    pos += 4
                    if t:
                        pos, left = skip_tags_within(buf, pos, t, left)
                    items3.append(e4)
            t = buf[pos]
            pos += 1
            if t:
                if t > 127:
                    t, pos = uvarint_rest(buf, pos, t)
                left -= t
                if left < 0:
                    raise too_many("CreateTopicsResponseTopics")
                for _ in range(t):
                    tag, pos = read_uvarint(buf, pos)
                    size, pos = read_uvarint(buf, pos)
                    stop5 = pos + size
                    if tag == 0:
                        e2.topic_config_error_code, = _read_h(buf, pos)
                        pos += 2
                        if pos != stop5:
                            raise wrong_size("CreateTopicsResponseTopics.topic_config_error_code")
                    else:
                        pos = stop5
            items1.append(e2)
        t = buf[pos]
        pos += 1
        if t:
            pos, left = skip_tags_within(buf, pos, t, left)
    except DECODE_FAULTS as fault:
        raise malformed("CreateTopicsResponse v7", fault) from fault
    if pos > limit:
        raise truncated("CreateTopicsResponse v7")
    return m


def _tags_CreateTopicsResponseTopics_v7(m: CreateTopicsResponseTopics) -> bytes:
    count = 0
    out: list[bytes] = []
    if m.topic_config_error_code != 0:
        value1: list[bytes] = []
        value1.append(_pack_h(m.topic_config_error_code))
        body = b"".join(value1)
        count += 1
        out.append(uvarint(0))
        out.append(uvarint(len(body)))
        out.append(body)
    return uvarint(count) + b"".join(out)


def _encode_response_v7(m: CreateTopicsResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.topics) + 1
        if n < 128:
            add(_pack_iB(m.throttle_time_ms, n))
        else:
            add(_pack_i(m.throttle_time_ms))
            add(uvarint(n))
        for e1 in m.topics:
            raw = e1.name.encode()
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else string_prefix(n))
            if raw:
                add(raw)
            if e1.error_message is None:
                raw = b""
                n = 0
            else:
                raw = e1.error_message.encode()
                n = len(raw) + 1
            if n < 128:
                add(_pack_uhB(uuid_bytes(e1.topic_id), e1.error_code, n))
            else:
                add(_pack_uh(uuid_bytes(e1.topic_id), e1.error_code))
                add(string_prefix(n))
            if raw:
                add(raw)
            n = 0 if e1.configs is None else len(e1.configs) + 1
            if n < 128:
                add(_pack_ihB(e1.num_partitions, e1.replication_factor, n))
            else:
                add(_pack_ih(e1.num_partitions, e1.replication_factor))
                add(uvarint(n))
            for e2 in e1.configs or ():
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
                add(_pack_obox(e2.read_only, e2.config_source, e2.is_sensitive))
            if e1.topic_config_error_code != 0:
                add(_tags_CreateTopicsResponseTopics_v7(e1))
            else:
                add(b"\0")
        add(b"\0")
    except ENCODE_FAULTS as fault:
        raise unencodable("CreateTopicsResponse v7", fault) from fault
    return [b"".join(out)]


REQUEST_DECODERS: dict[int, Callable[[memoryview, int], CreateTopicsRequest]] = {
    2: _decode_request_v2,
    3: _decode_request_v2,
    4: _decode_request_v2,
    5: _decode_request_v5,
    6: _decode_request_v5,
    7: _decode_request_v5,
}
REQUEST_ENCODERS: dict[int, Callable[[CreateTopicsRequest], list[Part]]] = {
    2: _encode_request_v2,
    3: _encode_request_v2,
    4: _encode_request_v2,
    5: _encode_request_v5,
    6: _encode_request_v5,
    7: _encode_request_v5,
}
RESPONSE_DECODERS: dict[int, Callable[[memoryview, int], CreateTopicsResponse]] = {
    2: _decode_response_v2,
    3: _decode_response_v2,
    4: _decode_response_v2,
    5: _decode_response_v5,
    6: _decode_response_v5,
    7: _decode_response_v7,
}
RESPONSE_ENCODERS: dict[int, Callable[[CreateTopicsResponse], list[Part]]] = {
    2: _encode_response_v2,
    3: _encode_response_v2,
    4: _encode_response_v2,
    5: _encode_response_v5,
    6: _encode_response_v5,
    7: _encode_response_v7,
}
API = Api(
    key=19,
    name="CreateTopics",
    min_version=2,
    max_version=7,
    first_version=2,
    flexible_from=5,
    request_decoders=REQUEST_DECODERS,
    request_encoders=REQUEST_ENCODERS,
    response_decoders=RESPONSE_DECODERS,
    response_encoders=RESPONSE_ENCODERS,
)
