"""Generated from manifests/09_offset_fetch.api by `python -m headrace.protocol.codegen`;
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
    read_int32s,
    skip_tags_within,
    string_prefix,
    string_rest,
    too_many,
    truncated,
    unencodable,
    uvarint,
    uvarint_rest,
    write_int32s,
)

new = object.__new__
_pack_h = struct.Struct(">h").pack
_pack_hx = struct.Struct(">hx").pack
_pack_i = struct.Struct(">i").pack
_pack_iB = struct.Struct(">iB").pack
_pack_ii = struct.Struct(">ii").pack
_pack_iqh = struct.Struct(">iqh").pack
_pack_iqi = struct.Struct(">iqi").pack
_pack_iqiB = struct.Struct(">iqiB").pack
_pack_iqih = struct.Struct(">iqih").pack
_pack_ox = struct.Struct(">?x").pack
_read_h = struct.Struct(">h").unpack_from
_read_hB = struct.Struct(">hB").unpack_from
_read_i = struct.Struct(">i").unpack_from
_read_iB = struct.Struct(">iB").unpack_from
_read_ii = struct.Struct(">ii").unpack_from
_read_iqh = struct.Struct(">iqh").unpack_from
_read_iqiB = struct.Struct(">iqiB").unpack_from
_read_iqih = struct.Struct(">iqih").unpack_from
_read_oB = struct.Struct(">?B").unpack_from


@dataclass(slots=True)
class OffsetFetchRequestTopics:
    name: str = ""
    partition_indexes: list[int] = field(default_factory=list)


@dataclass(slots=True)
class OffsetFetchRequestGroupsTopics:
    name: str = ""
    partition_indexes: list[int] = field(default_factory=list)


@dataclass(slots=True)
class OffsetFetchRequestGroups:
    group_id: str = ""
    member_id: str | None = None
    member_epoch: int = -1
    topics: list[OffsetFetchRequestGroupsTopics] | None = field(default_factory=list)


@dataclass(slots=True)
class OffsetFetchRequest:
    group_id: str = ""
    topics: list[OffsetFetchRequestTopics] | None = field(default_factory=list)
    groups: list[OffsetFetchRequestGroups] = field(default_factory=list)
    require_stable: bool = False


@dataclass(slots=True)
class OffsetFetchResponseTopicsPartitions:
    partition_index: int = 0
    committed_offset: int = 0
    committed_leader_epoch: int = -1
    metadata: str | None = ""
    error_code: int = 0


@dataclass(slots=True)
class OffsetFetchResponseTopics:
    name: str = ""
    partitions: list[OffsetFetchResponseTopicsPartitions] = field(default_factory=list)


@dataclass(slots=True)
class OffsetFetchResponseGroupsTopicsPartitions:
    partition_index: int = 0
    committed_offset: int = 0
    committed_leader_epoch: int = -1
    metadata: str | None = ""
    error_code: int = 0


@dataclass(slots=True)
class OffsetFetchResponseGroupsTopics:
    name: str = ""
    partitions: list[OffsetFetchResponseGroupsTopicsPartitions] = field(default_factory=list)


@dataclass(slots=True)
class OffsetFetchResponseGroups:
    group_id: str = ""
    topics: list[OffsetFetchResponseGroupsTopics] = field(default_factory=list)
    error_code: int = 0


@dataclass(slots=True)
class OffsetFetchResponse:
    throttle_time_ms: int = 0
    topics: list[OffsetFetchResponseTopics] = field(default_factory=list)
    error_code: int = 0
    groups: list[OffsetFetchResponseGroups] = field(default_factory=list)


def _decode_request_v1(buf: memoryview, pos: int) -> OffsetFetchRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(OffsetFetchRequest)
        m.groups = []
        m.require_stable = False
        n, = _read_h(buf, pos)
        pos += 2
        if n < 0:
            raise null_field("OffsetFetchRequest.group_id")
        end = pos + n
        m.group_id = buf[pos:end].tobytes().decode()
        pos = end
        c, = _read_i(buf, pos)
        pos += 4
        if c < 0:
            raise null_field("OffsetFetchRequest.topics")
        left -= c
        if left < 0:
            raise too_many("OffsetFetchRequest.topics")
        items1: list[OffsetFetchRequestTopics] = []
        m.topics = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(OffsetFetchRequestTopics)
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("OffsetFetchRequestTopics.name")
            end = pos + n
            e2.name = buf[pos:end].tobytes().decode()
            pos = end
            c, = _read_i(buf, pos)
            pos += 4
            if c < 0:
                raise null_field("OffsetFetchRequestTopics.partition_indexes")
            left -= c
            if left < 0:
                raise too_many("OffsetFetchRequestTopics.partition_indexes")
            e2.partition_indexes = read_int32s(buf, pos, c) if c else []
            pos += 4 * c
            items1.append(e2)
    except DECODE_FAULTS as fault:
        raise malformed("OffsetFetchRequest v1", fault) from fault
    if pos > limit:
        raise truncated("OffsetFetchRequest v1")
    return m


def _encode_request_v1(m: OffsetFetchRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        raw = m.group_id.encode()
        n = len(raw)
        add(_pack_h(n))
        if raw:
            add(raw)
        if m.topics is None:
            raise null_field("OffsetFetchRequest.topics")
        n = len(m.topics)
        add(_pack_i(n))
        for e1 in m.topics:
            raw = e1.name.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            n = len(e1.partition_indexes)
            add(_pack_i(n))
            if e1.partition_indexes:
                add(write_int32s(e1.partition_indexes))
    except ENCODE_FAULTS as fault:
        raise unencodable("OffsetFetchRequest v1", fault) from fault
    return [b"".join(out)]


def _decode_request_v2(buf: memoryview, pos: int) -> OffsetFetchRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(OffsetFetchRequest)
        m.groups = []
        m.require_stable = False
        n, = _read_h(buf, pos)
        pos += 2
        if n < 0:
            raise null_field("OffsetFetchRequest.group_id")
        end = pos + n
        m.group_id = buf[pos:end].tobytes().decode()
        pos = end
        c, = _read_i(buf, pos)
        pos += 4
        if c < 0:
            m.topics = None
        else:
            left -= c
            if left < 0:
                raise too_many("OffsetFetchRequest.topics")
            items1: list[OffsetFetchRequestTopics] = []
            m.topics = items1
            for _ in TIMES[c] if c < 64 else range(c):
                e2 = new(OffsetFetchRequestTopics)
                n, = _read_h(buf, pos)
                pos += 2
                if n < 0:
                    raise null_field("OffsetFetchRequestTopics.name")
                end = pos + n
                e2.name = buf[pos:end].tobytes().decode()
                pos = end
                c, = _read_i(buf, pos)
                pos += 4
                if c < 0:
                    raise null_field("OffsetFetchRequestTopics.partition_indexes")
                left -= c
                if left < 0:
                    raise too_many("OffsetFetchRequestTopics.partition_indexes")
                e2.partition_indexes = read_int32s(buf, pos, c) if c else []
                pos += 4 * c
                items1.append(e2)
    except DECODE_FAULTS as fault:
        raise malformed("OffsetFetchRequest v2-5", fault) from fault
    if pos > limit:
        raise truncated("OffsetFetchRequest v2-5")
    return m


def _encode_request_v2(m: OffsetFetchRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        raw = m.group_id.encode()
        n = len(raw)
        add(_pack_h(n))
        if raw:
            add(raw)
        n = -1 if m.topics is None else len(m.topics)
        add(_pack_i(n))
        for e1 in m.topics or ():
            raw = e1.name.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            n = len(e1.partition_indexes)
            add(_pack_i(n))
            if e1.partition_indexes:
                add(write_int32s(e1.partition_indexes))
    except ENCODE_FAULTS as fault:
        raise unencodable("OffsetFetchRequest v2-5", fault) from fault
    return [b"".join(out)]


def _decode_request_v6(buf: memoryview, pos: int) -> OffsetFetchRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(OffsetFetchRequest)
        m.groups = []
        m.require_stable = False
        n = buf[pos]
        pos += 1
        if n > 127:
            n, pos = string_rest(buf, pos, n)
        if not n:
            raise null_field("OffsetFetchRequest.group_id")
        end = pos + n - 1
        m.group_id = buf[pos:end].tobytes().decode()
        pos = end
        c = buf[pos]
        pos += 1
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            m.topics = None
        else:
            left -= c
            if left < 0:
                raise too_many("OffsetFetchRequest.topics")
            items1: list[OffsetFetchRequestTopics] = []
            m.topics = items1
            for _ in TIMES[c] if c < 64 else range(c):
                e2 = new(OffsetFetchRequestTopics)
                n = buf[pos]
                pos += 1
                if n > 127:
                    n, pos = string_rest(buf, pos, n)
                if not n:
                    raise null_field("OffsetFetchRequestTopics.name")
                end = pos + n - 1
                e2.name = buf[pos:end].tobytes().decode()
                pos = end
                c = buf[pos]
                pos += 1
                if c > 127:
                    c, pos = uvarint_rest(buf, pos, c)
                c -= 1
                if c < 0:
                    raise null_field("OffsetFetchRequestTopics.partition_indexes")
                left -= c
                if left < 0:
                    raise too_many("OffsetFetchRequestTopics.partition_indexes")
                e2.partition_indexes = read_int32s(buf, pos, c) if c else []
                pos += 4 * c
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
        raise malformed("OffsetFetchRequest v6", fault) from fault
    if pos > limit:
        raise truncated("OffsetFetchRequest v6")
    return m


def _encode_request_v6(m: OffsetFetchRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        raw = m.group_id.encode()
        n = len(raw) + 1
        add(BYTE[n] if n < 128 else string_prefix(n))
        if raw:
            add(raw)
        n = 0 if m.topics is None else len(m.topics) + 1
        add(BYTE[n] if n < 128 else uvarint(n))
        for e1 in m.topics or ():
            raw = e1.name.encode()
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else string_prefix(n))
            if raw:
                add(raw)
            n = len(e1.partition_indexes) + 1
            add(BYTE[n] if n < 128 else uvarint(n))
            if e1.partition_indexes:
                add(write_int32s(e1.partition_indexes))
            add(b"\0")
        add(b"\0")
    except ENCODE_FAULTS as fault:
        raise unencodable("OffsetFetchRequest v6", fault) from fault
    return [b"".join(out)]


def _decode_request_v7(buf: memoryview, pos: int) -> OffsetFetchRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(OffsetFetchRequest)
        m.groups = []
        n = buf[pos]
        pos += 1
        if n > 127:
            n, pos = string_rest(buf, pos, n)
        if not n:
            raise null_field("OffsetFetchRequest.group_id")
        end = pos + n - 1
        m.group_id = buf[pos:end].tobytes().decode()
        pos = end
        c = buf[pos]
        pos += 1
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            m.topics = None
        else:
            left -= c
            if left < 0:
                raise too_many("OffsetFetchRequest.topics")
            items1: list[OffsetFetchRequestTopics] = []
            m.topics = items1
            for _ in TIMES[c] if c < 64 else range(c):
                e2 = new(OffsetFetchRequestTopics)
                n = buf[pos]
                pos += 1
                if n > 127:
                    n, pos = string_rest(buf, pos, n)
                if not n:
                    raise null_field("OffsetFetchRequestTopics.name")
                end = pos + n - 1
                e2.name = buf[pos:end].tobytes().decode()
                pos = end
                c = buf[pos]
                pos += 1
                if c > 127:
                    c, pos = uvarint_rest(buf, pos, c)
                c -= 1
                if c < 0:
                    raise null_field("OffsetFetchRequestTopics.partition_indexes")
                left -= c
                if left < 0:
                    raise too_many("OffsetFetchRequestTopics.partition_indexes")
                e2.partition_indexes = read_int32s(buf, pos, c) if c else []
                pos += 4 * c
                t = buf[pos]
                pos += 1
                if t:
                    pos, left = skip_tags_within(buf, pos, t, left)
                items1.append(e2)
        m.require_stable, t = _read_oB(buf, pos)
        pos += 2
        if t:
            pos, left = skip_tags_within(buf, pos, t, left)
    except DECODE_FAULTS as fault:
        raise malformed("OffsetFetchRequest v7", fault) from fault
    if pos > limit:
        raise truncated("OffsetFetchRequest v7")
    return m


def _encode_request_v7(m: OffsetFetchRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        raw = m.group_id.encode()
        n = len(raw) + 1
        add(BYTE[n] if n < 128 else string_prefix(n))
        if raw:
            add(raw)
        n = 0 if m.topics is None else len(m.topics) + 1
        add(BYTE[n] if n < 128 else uvarint(n))
        for e1 in m.topics or ():
            raw = e1.name.encode()
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else string_prefix(n))
            if raw:
                add(raw)
            n = len(e1.partition_indexes) + 1
            add(BYTE[n] if n < 128 else uvarint(n))
            if e1.partition_indexes:
                add(write_int32s(e1.partition_indexes))
            add(b"\0")
        add(_pack_ox(m.require_stable))
    except ENCODE_FAULTS as fault:
        raise unencodable("OffsetFetchRequest v7", fault) from fault
    return [b"".join(out)]


def _decode_request_v8(buf: memoryview, pos: int) -> OffsetFetchRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(OffsetFetchRequest)
        m.group_id = ""
        m.topics = []
        c = buf[pos]
        pos += 1
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("OffsetFetchRequest.groups")
        left -= c
        if left < 0:
            raise too_many("OffsetFetchRequest.groups")
        items1: list[OffsetFetchRequestGroups] = []
        m.groups = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(OffsetFetchRequestGroups)
            e2.member_id = None
            e2.member_epoch = -1
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("OffsetFetchRequestGroups.group_id")
            end = pos + n - 1
            e2.group_id = buf[pos:end].tobytes().decode()
            pos = end
            c = buf[pos]
            pos += 1
            if c > 127:
                c, pos = uvarint_rest(buf, pos, c)
            c -= 1
            if c < 0:
                e2.topics = None
            else:
                left -= c
                if left < 0:
                    raise too_many("OffsetFetchRequestGroups.topics")
                items3: list[OffsetFetchRequestGroupsTopics] = []
                e2.topics = items3
                for _ in TIMES[c] if c < 64 else range(c):
                    e4 = new(OffsetFetchRequestGroupsTopics)
                    n = buf[pos]
                    pos += 1
                    if n > 127:
                        n, pos = string_rest(buf, pos, n)
                    if not n:
                        raise null_field("OffsetFetchRequestGroupsTopics.name")
                    end = pos + n - 1
                    e4.name = buf[pos:end].tobytes().decode()
                    pos = end
                    c = buf[pos]
                    pos += 1
                    if c > 127:
                        c, pos = uvarint_rest(buf, pos, c)
                    c -= 1
                    if c < 0:
                        raise null_field("OffsetFetchRequestGroupsTopics.partition_indexes")
                    left -= c
                    if left < 0:
                        raise too_many("OffsetFetchRequestGroupsTopics.partition_indexes")
                    e4.partition_indexes = read_int32s(buf, pos, c) if c else []
                    pos += 4 * c
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
        m.require_stable, t = _read_oB(buf, pos)
        pos += 2
        if t:
            pos, left = skip_tags_within(buf, pos, t, left)
    except DECODE_FAULTS as fault:
        raise malformed("OffsetFetchRequest v8", fault) from fault
    if pos > limit:
        raise truncated("OffsetFetchRequest v8")
    return m


def _encode_request_v8(m: OffsetFetchRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.groups) + 1
        add(BYTE[n] if n < 128 else uvarint(n))
        for e1 in m.groups:
            raw = e1.group_id.encode()
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else string_prefix(n))
            if raw:
                add(raw)
            n = 0 if e1.topics is None else len(e1.topics) + 1
            add(BYTE[n] if n < 128 else uvarint(n))
            for e2 in e1.topics or ():
                raw = e2.name.encode()
                n = len(raw) + 1
                add(BYTE[n] if n < 128 else string_prefix(n))
                if raw:
                    add(raw)
                n = len(e2.partition_indexes) + 1
                add(BYTE[n] if n < 128 else uvarint(n))
                if e2.partition_indexes:
                    add(write_int32s(e2.partition_indexes))
                add(b"\0")
            add(b"\0")
        add(_pack_ox(m.require_stable))
    except ENCODE_FAULTS as fault:
        raise unencodable("OffsetFetchRequest v8", fault) from fault
    return [b"".join(out)]


def _decode_request_v9(buf: memoryview, pos: int) -> OffsetFetchRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(OffsetFetchRequest)
        m.group_id = ""
        m.topics = []
        c = buf[pos]
        pos += 1
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("OffsetFetchRequest.groups")
        left -= c
        if left < 0:
            raise too_many("OffsetFetchRequest.groups")
        items1: list[OffsetFetchRequestGroups] = []
        m.groups = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(OffsetFetchRequestGroups)
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("OffsetFetchRequestGroups.group_id")
            end = pos + n - 1
            e2.group_id = buf[pos:end].tobytes().decode()
            pos = end
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                e2.member_id = None
            else:
                end = pos + n - 1
                e2.member_id = buf[pos:end].tobytes().decode()
                pos = end
            e2.member_epoch, c = _read_iB(buf, pos)
            pos += 5
            if c > 127:
                c, pos = uvarint_rest(buf, pos, c)
            c -= 1
            if c < 0:
                e2.topics = None
            else:
                left -= c
                if left < 0:
                    raise too_many("OffsetFetchRequestGroups.topics")
                items3: list[OffsetFetchRequestGroupsTopics] = []
                e2.topics = items3
                for _ in TIMES[c] if c < 64 else range(c):
                    e4 = new(OffsetFetchRequestGroupsTopics)
                    n = buf[pos]
                    pos += 1
                    if n > 127:
                        n, pos = string_rest(buf, pos, n)
                    if not n:
                        raise null_field("OffsetFetchRequestGroupsTopics.name")
                    end = pos + n - 1
                    e4.name = buf[pos:end].tobytes().decode()
                    pos = end
                    c = buf[pos]
                    pos += 1
                    if c > 127:
                        c, pos = uvarint_rest(buf, pos, c)
                    c -= 1
                    if c < 0:
                        raise null_field("OffsetFetchRequestGroupsTopics.partition_indexes")
                    left -= c
                    if left < 0:
                        raise too_many("OffsetFetchRequestGroupsTopics.partition_indexes")
                    e4.partition_indexes = read_int32s(buf, pos, c) if c else []
                    pos += 4 * c
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
        m.require_stable, t = _read_oB(buf, pos)
        pos += 2
        if t:
            pos, left = skip_tags_within(buf, pos, t, left)
    except DECODE_FAULTS as fault:
        raise malformed("OffsetFetchRequest v9", fault) from fault
    if pos > limit:
        raise truncated("OffsetFetchRequest v9")
    return m


def _encode_request_v9(m: OffsetFetchRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.groups) + 1
        add(BYTE[n] if n < 128 else uvarint(n))
        for e1 in m.groups:
            raw = e1.group_id.encode()
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else string_prefix(n))
            if raw:
                add(raw)
            if e1.member_id is None:
                raw = b""
                n = 0
            else:
                raw = e1.member_id.encode()
                n = len(raw) + 1
            add(BYTE[n] if n < 128 else string_prefix(n))
            if raw:
                add(raw)
            n = 0 if e1.topics is None else len(e1.topics) + 1
            if n < 128:
                add(_pack_iB(e1.member_epoch, n))
            else:
                add(_pack_i(e1.member_epoch))
                add(uvarint(n))
            for e2 in e1.topics or ():
                raw = e2.name.encode()
                n = len(raw) + 1
                add(BYTE[n] if n < 128 else string_prefix(n))
                if raw:
                    add(raw)
                n = len(e2.partition_indexes) + 1
                add(BYTE[n] if n < 128 else uvarint(n))
                if e2.partition_indexes:
                    add(write_int32s(e2.partition_indexes))
                add(b"\0")
            add(b"\0")
        add(_pack_ox(m.require_stable))
    except ENCODE_FAULTS as fault:
        raise unencodable("OffsetFetchRequest v9", fault) from fault
    return [b"".join(out)]


def _decode_response_v1(buf: memoryview, pos: int) -> OffsetFetchResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(OffsetFetchResponse)
        m.throttle_time_ms = 0
        m.error_code = 0
        m.groups = []
        c, = _read_i(buf, pos)
        pos += 4
        if c < 0:
            raise null_field("OffsetFetchResponse.topics")
        left -= c
        if left < 0:
            raise too_many("OffsetFetchResponse.topics")
        items1: list[OffsetFetchResponseTopics] = []
        m.topics = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(OffsetFetchResponseTopics)
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("OffsetFetchResponseTopics.name")
            end = pos + n
            e2.name = buf[pos:end].tobytes().decode()
            pos = end
            c, = _read_i(buf, pos)
            pos += 4
            if c < 0:
                raise null_field("OffsetFetchResponseTopics.partitions")
            left -= c
            if left < 0:
                raise too_many("OffsetFetchResponseTopics.partitions")
            items3: list[OffsetFetchResponseTopicsPartitions] = []
            e2.partitions = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(OffsetFetchResponseTopicsPartitions)
                e4.committed_leader_epoch = -1
                e4.partition_index, e4.committed_offset, n = _read_iqh(buf, pos)
                pos += 14
                if n < 0:
                    e4.metadata = None
                else:
                    end = pos + n
                    e4.metadata = buf[pos:end].tobytes().decode()
                    pos = end
                e4.error_code, = _read_h(buf, pos)
                pos += 2
                items3.append(e4)
            items1.append(e2)
    except DECODE_FAULTS as fault:
        raise malformed("OffsetFetchResponse v1", fault) from fault
    if pos > limit:
        raise truncated("OffsetFetchResponse v1")
    return m


def _encode_response_v1(m: OffsetFetchResponse) -> list[Part]:
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
            n = len(e1.partitions)
            add(_pack_i(n))
            for e2 in e1.partitions:
                if e2.metadata is None:
                    raw = b""
                    n = -1
                else:
                    raw = e2.metadata.encode()
                    n = len(raw)
                add(_pack_iqh(e2.partition_index, e2.committed_offset, n))
                if raw:
                    add(raw)
                add(_pack_h(e2.error_code))
    except ENCODE_FAULTS as fault:
        raise unencodable("OffsetFetchResponse v1", fault) from fault
    return [b"".join(out)]


def _decode_response_v2(buf: memoryview, pos: int) -> OffsetFetchResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(OffsetFetchResponse)
        m.throttle_time_ms = 0
        m.groups = []
        c, = _read_i(buf, pos)
        pos += 4
        if c < 0:
            raise null_field("OffsetFetchResponse.topics")
        left -= c
        if left < 0:
            raise too_many("OffsetFetchResponse.topics")
        items1: list[OffsetFetchResponseTopics] = []
        m.topics = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(OffsetFetchResponseTopics)
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("OffsetFetchResponseTopics.name")
            end = pos + n
            e2.name = buf[pos:end].tobytes().decode()
            pos = end
            c, = _read_i(buf, pos)
            pos += 4
            if c < 0:
                raise null_field("OffsetFetchResponseTopics.partitions")
            left -= c
            if left < 0:
                raise too_many("OffsetFetchResponseTopics.partitions")
            items3: list[OffsetFetchResponseTopicsPartitions] = []
            e2.partitions = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(OffsetFetchResponseTopicsPartitions)
                e4.committed_leader_epoch = -1
                e4.partition_index, e4.committed_offset, n = _read_iqh(buf, pos)
                pos += 14
                if n < 0:
                    e4.metadata = None
                else:
                    end = pos + n
                    e4.metadata = buf[pos:end].tobytes().decode()
                    pos = end
                e4.error_code, = _read_h(buf, pos)
                pos += 2
                items3.append(e4)
            items1.append(e2)
        m.error_code, = _read_h(buf, pos)
        pos += 2
    except DECODE_FAULTS as fault:
        raise malformed("OffsetFetchResponse v2", fault) from fault
    if pos > limit:
        raise truncated("OffsetFetchResponse v2")
    return m


def _encode_response_v2(m: OffsetFetchResponse) -> list[Part]:
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
            n = len(e1.partitions)
            add(_pack_i(n))
            for e2 in e1.partitions:
                if e2.metadata is None:
                    raw = b""
                    n = -1
                else:
                    raw = e2.metadata.encode()
                    n = len(raw)
                add(_pack_iqh(e2.partition_index, e2.committed_offset, n))
                if raw:
                    add(raw)
                add(_pack_h(e2.error_code))
        add(_pack_h(m.error_code))
    except ENCODE_FAULTS as fault:
        raise unencodable("OffsetFetchResponse v2", fault) from fault
    return [b"".join(out)]


def _decode_response_v3(buf: memoryview, pos: int) -> OffsetFetchResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(OffsetFetchResponse)
        m.groups = []
        m.throttle_time_ms, c = _read_ii(buf, pos)
        pos += 8
        if c < 0:
            raise null_field("OffsetFetchResponse.topics")
        left -= c
        if left < 0:
            raise too_many("OffsetFetchResponse.topics")
        items1: list[OffsetFetchResponseTopics] = []
        m.topics = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(OffsetFetchResponseTopics)
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("OffsetFetchResponseTopics.name")
            end = pos + n
            e2.name = buf[pos:end].tobytes().decode()
            pos = end
            c, = _read_i(buf, pos)
            pos += 4
            if c < 0:
                raise null_field("OffsetFetchResponseTopics.partitions")
            left -= c
            if left < 0:
                raise too_many("OffsetFetchResponseTopics.partitions")
            items3: list[OffsetFetchResponseTopicsPartitions] = []
            e2.partitions = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(OffsetFetchResponseTopicsPartitions)
                e4.committed_leader_epoch = -1
                e4.partition_index, e4.committed_offset, n = _read_iqh(buf, pos)
                pos += 14
                if n < 0:
                    e4.metadata = None
                else:
                    end = pos + n
                    e4.metadata = buf[pos:end].tobytes().decode()
                    pos = end
                e4.error_code, = _read_h(buf, pos)
                pos += 2
                items3.append(e4)
            items1.append(e2)
        m.error_code, = _read_h(buf, pos)
        pos += 2
    except DECODE_FAULTS as fault:
        raise malformed("OffsetFetchResponse v3-4", fault) from fault
    if pos > limit:
        raise truncated("OffsetFetchResponse v3-4")
    return m


def _encode_response_v3(m: OffsetFetchResponse) -> list[Part]:
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
            n = len(e1.partitions)
            add(_pack_i(n))
            for e2 in e1.partitions:
                if e2.metadata is None:
                    raw = b""
                    n = -1
                else:
                    raw = e2.metadata.encode()
                    n = len(raw)
                add(_pack_iqh(e2.partition_index, e2.committed_offset, n))
                if raw:
                    add(raw)
                add(_pack_h(e2.error_code))
        add(_pack_h(m.error_code))
    except ENCODE_FAULTS as fault:
        raise unencodable("OffsetFetchResponse v3-4", fault) from fault
    return [b"".join(out)]


def _decode_response_v5(buf: memoryview, pos: int) -> OffsetFetchResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(OffsetFetchResponse)
        m.groups = []
        m.throttle_time_ms, c = _read_ii(buf, pos)
        pos += 8
        if c < 0:
            raise null_field("OffsetFetchResponse.topics")
        left -= c
        if left < 0:
            raise too_many("OffsetFetchResponse.topics")
        items1: list[OffsetFetchResponseTopics] = []
        m.topics = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(OffsetFetchResponseTopics)
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("OffsetFetchResponseTopics.name")
            end = pos + n
            e2.name = buf[pos:end].tobytes().decode()
            pos = end
            c, = _read_i(buf, pos)
            pos += 4
            if c < 0:
                raise null_field("OffsetFetchResponseTopics.partitions")
            left -= c
            if left < 0:
                raise too_many("OffsetFetchResponseTopics.partitions")
            items3: list[OffsetFetchResponseTopicsPartitions] = []
            e2.partitions = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(OffsetFetchResponseTopicsPartitions)
                e4.partition_index, e4.committed_offset, e4.committed_leader_epoch, n = _read_iqih(buf, pos)
                pos += 18
                if n < 0:
                    e4.metadata = None
                else:
                    end = pos + n
                    e4.metadata = buf[pos:end].tobytes().decode()
                    pos = end
                e4.error_code, = _read_h(buf, pos)
                pos += 2
                items3.append(e4)
            items1.append(e2)
        m.error_code, = _read_h(buf, pos)
        pos += 2
    except DECODE_FAULTS as fault:
        raise malformed("OffsetFetchResponse v5", fault) from fault
    if pos > limit:
        raise truncated("OffsetFetchResponse v5")
    return m


def _encode_response_v5(m: OffsetFetchResponse) -> list[Part]:
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
            n = len(e1.partitions)
            add(_pack_i(n))
            for e2 in e1.partitions:
                if e2.metadata is None:
                    raw = b""
                    n = -1
                else:
                    raw = e2.metadata.encode()
                    n = len(raw)
                add(_pack_iqih(e2.partition_index, e2.committed_offset, e2.committed_leader_epoch, n))
                if raw:
                    add(raw)
                add(_pack_h(e2.error_code))
        add(_pack_h(m.error_code))
    except ENCODE_FAULTS as fault:
        raise unencodable("OffsetFetchResponse v5", fault) from fault
    return [b"".join(out)]


def _decode_response_v6(buf: memoryview, pos: int) -> OffsetFetchResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(OffsetFetchResponse)
        m.groups = []
        m.throttle_time_ms, c = _read_iB(buf, pos)
        pos += 5
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("OffsetFetchResponse.topics")
        left -= c
        if left < 0:
            raise too_many("OffsetFetchResponse.topics")
        items1: list[OffsetFetchResponseTopics] = []
        m.topics = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(OffsetFetchResponseTopics)
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("OffsetFetchResponseTopics.name")
            end = pos + n - 1
            e2.name = buf[pos:end].tobytes().decode()
            pos = end
            c = buf[pos]
            pos += 1
            if c > 127:
                c, pos = uvarint_rest(buf, pos, c)
            c -= 1
            if c < 0:
                raise null_field("OffsetFetchResponseTopics.partitions")
            left -= c
            if left < 0:
                raise too_many("OffsetFetchResponseTopics.partitions")
            items3: list[OffsetFetchResponseTopicsPartitions] = []
            e2.partitions = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(OffsetFetchResponseTopicsPartitions)
                e4.partition_index, e4.committed_offset, e4.committed_leader_epoch, n = _read_iqiB(buf, pos)
                pos += 17
                if n > 127:
                    n, pos = string_rest(buf, pos, n)
                if not n:
                    e4.metadata = None
                else:
                    end = pos + n - 1
                    e4.metadata = buf[pos:end].tobytes().decode()
                    pos = end
                e4.error_code, t = _read_hB(buf, pos)
                pos += 3
                if t:
                    pos, left = skip_tags_within(buf, pos, t, left)
                items3.append(e4)
            t = buf[pos]
            pos += 1
            if t:
                pos, left = skip_tags_within(buf, pos, t, left)
            items1.append(e2)
        m.error_code, t = _read_hB(buf, pos)
        pos += 3
        if t:
            pos, left = skip_tags_within(buf, pos, t, left)
    except DECODE_FAULTS as fault:
        raise malformed("OffsetFetchResponse v6-7", fault) from fault
    if pos > limit:
        raise truncated("OffsetFetchResponse v6-7")
    return m


def _encode_response_v6(m: OffsetFetchResponse) -> list[Part]:
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
            n = len(e1.partitions) + 1
            add(BYTE[n] if n < 128 else uvarint(n))
            for e2 in e1.partitions:
                if e2.metadata is None:
                    raw = b""
                    n = 0
                else:
                    raw = e2.metadata.encode()
                    n = len(raw) + 1
                if n < 128:
                    add(_pack_iqiB(e2.partition_index, e2.committed_offset, e2.committed_leader_epoch, n))
                else:
                    add(_pack_iqi(e2.partition_index, e2.committed_offset, e2.committed_leader_epoch))
                    add(string_prefix(n))
                if raw:
                    add(raw)
                add(_pack_hx(e2.error_code))
            add(b"\0")
        add(_pack_hx(m.error_code))
    except ENCODE_FAULTS as fault:
        raise unencodable("OffsetFetchResponse v6-7", fault) from fault
    return [b"".join(out)]


def _decode_response_v8(buf: memoryview, pos: int) -> OffsetFetchResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(OffsetFetchResponse)
        m.topics = []
        m.error_code = 0
        m.throttle_time_ms, c = _read_iB(buf, pos)
        pos += 5
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("OffsetFetchResponse.groups")
        left -= c
        if left < 0:
            raise too_many("OffsetFetchResponse.groups")
        items1: list[OffsetFetchResponseGroups] = []
        m.groups = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(OffsetFetchResponseGroups)
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("OffsetFetchResponseGroups.group_id")
            end = pos + n - 1
            e2.group_id = buf[pos:end].tobytes().decode()
            pos = end
            c = buf[pos]
            pos += 1
            if c > 127:
                c, pos = uvarint_rest(buf, pos, c)
            c -= 1
            if c < 0:
                raise null_field("OffsetFetchResponseGroups.topics")
            left -= c
            if left < 0:
                raise too_many("OffsetFetchResponseGroups.topics")
            items3: list[OffsetFetchResponseGroupsTopics] = []
            e2.topics = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(OffsetFetchResponseGroupsTopics)
                n = buf[pos]
                pos += 1
                if n > 127:
                    n, pos = string_rest(buf, pos, n)
                if not n:
                    raise null_field("OffsetFetchResponseGroupsTopics.name")
                end = pos + n - 1
                e4.name = buf[pos:end].tobytes().decode()
                pos = end
                c = buf[pos]
                pos += 1
                if c > 127:
                    c, pos = uvarint_rest(buf, pos, c)
                c -= 1
                if c < 0:
                    raise null_field("OffsetFetchResponseGroupsTopics.partitions")
                left -= c
                if left < 0:
                    raise too_many("OffsetFetchResponseGroupsTopics.partitions")
                items5: list[OffsetFetchResponseGroupsTopicsPartitions] = []
                e4.partitions = items5
                for _ in TIMES[c] if c < 64 else range(c):
                    e6 = new(OffsetFetchResponseGroupsTopicsPartitions)
                    e6.partition_index, e6.committed_offset, e6.committed_leader_epoch, n = _read_iqiB(buf, pos)
                    pos += 17
                    if n > 127:
                        n, pos = string_rest(buf, pos, n)
                    if not n:
                        e6.metadata = None
                    else:
                        end = pos + n - 1
                        e6.metadata = buf[pos:end].tobytes().decode()
                        pos = end
                    e6.error_code, t = _read_hB(buf, pos)
                    pos += 3
                    if t:
                        pos, left = skip_tags_within(buf, pos, t, left)
                    items5.append(e6)
                t = buf[pos]
                pos += 1
                if t:
                    pos, left = skip_tags_within(buf, pos, t, left)
                items3.append(e4)
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
        raise malformed("OffsetFetchResponse v8-9", fault) from fault
    if pos > limit:
        raise truncated("OffsetFetchResponse v8-9")
    return m


def _encode_response_v8(m: OffsetFetchResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.groups) + 1
        if n < 128:
            add(_pack_iB(m.throttle_time_ms, n))
        else:
            add(_pack_i(m.throttle_time_ms))
            add(uvarint(n))
        for e1 in m.groups:
            raw = e1.group_id.encode()
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else string_prefix(n))
            if raw:
                add(raw)
            n = len(e1.topics) + 1
            add(BYTE[n] if n < 128 else uvarint(n))
            for e2 in e1.topics:
                raw = e2.name.encode()
                n = len(raw) + 1
                add(BYTE[n] if n < 128 else string_prefix(n))
                if raw:
                    add(raw)
                n = len(e2.partitions) + 1
                add(BYTE[n] if n < 128 else uvarint(n))
                for e3 in e2.partitions:
                    if e3.metadata is None:
                        raw = b""
                        n = 0
                    else:
                        raw = e3.metadata.encode()
                        n = len(raw) + 1
                    if n < 128:
                        add(_pack_iqiB(e3.partition_index, e3.committed_offset, e3.committed_leader_epoch, n))
                    else:
                        add(_pack_iqi(e3.partition_index, e3.committed_offset, e3.committed_leader_epoch))
                        add(string_prefix(n))
                    if raw:
                        add(raw)
                    add(_pack_hx(e3.error_code))
                add(b"\0")
            add(_pack_hx(e1.error_code))
        add(b"\0")
    except ENCODE_FAULTS as fault:
        raise unencodable("OffsetFetchResponse v8-9", fault) from fault
    return [b"".join(out)]


REQUEST_DECODERS: dict[int, Callable[[memoryview, int], OffsetFetchRequest]] = {
    1: _decode_request_v1,
    2: _decode_request_v2,
    3: _decode_request_v2,
    4: _decode_request_v2,
    5: _decode_request_v2,
    6: _decode_request_v6,
    7: _decode_request_v7,
    8: _decode_request_v8,
    9: _decode_request_v9,
}
REQUEST_ENCODERS: dict[int, Callable[[OffsetFetchRequest], list[Part]]] = {
    1: _encode_request_v1,
    2: _encode_request_v2,
    3: _encode_request_v2,
    4: _encode_request_v2,
    5: _encode_request_v2,
    6: _encode_request_v6,
    7: _encode_request_v7,
    8: _encode_request_v8,
    9: _encode_request_v9,
}
RESPONSE_DECODERS: dict[int, Callable[[memoryview, int], OffsetFetchResponse]] = {
    1: _decode_response_v1,
    2: _decode_response_v2,
    3: _decode_response_v3,
    4: _decode_response_v3,
    5: _decode_response_v5,
    6: _decode_response_v6,
    7: _decode_response_v6,
    8: _decode_response_v8,
    9: _decode_response_v8,
}
RESPONSE_ENCODERS: dict[int, Callable[[OffsetFetchResponse], list[Part]]] = {
    1: _encode_response_v1,
    2: _encode_response_v2,
    3: _encode_response_v3,
    4: _encode_response_v3,
    5: _encode_response_v5,
    6: _encode_response_v6,
    7: _encode_response_v6,
    8: _encode_response_v8,
    9: _encode_response_v8,
}
API = Api(
    key=9,
    name="OffsetFetch",
    min_version=1,
    max_version=9,
    first_version=1,
    flexible_from=6,
    request_decoders=REQUEST_DECODERS,
    request_encoders=REQUEST_ENCODERS,
    response_decoders=RESPONSE_DECODERS,
    response_encoders=RESPONSE_ENCODERS,
)
