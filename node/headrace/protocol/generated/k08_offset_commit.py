"""Generated from manifests/08_offset_commit.api by `python -m headrace.protocol.codegen`;
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
_pack_h = struct.Struct(">h").pack
_pack_i = struct.Struct(">i").pack
_pack_iB = struct.Struct(">iB").pack
_pack_ih = struct.Struct(">ih").pack
_pack_ihx = struct.Struct(">ihx").pack
_pack_ii = struct.Struct(">ii").pack
_pack_iqh = struct.Struct(">iqh").pack
_pack_iqi = struct.Struct(">iqi").pack
_pack_iqiB = struct.Struct(">iqiB").pack
_pack_iqih = struct.Struct(">iqih").pack
_pack_qi = struct.Struct(">qi").pack
_read_h = struct.Struct(">h").unpack_from
_read_i = struct.Struct(">i").unpack_from
_read_iB = struct.Struct(">iB").unpack_from
_read_ih = struct.Struct(">ih").unpack_from
_read_ihB = struct.Struct(">ihB").unpack_from
_read_ii = struct.Struct(">ii").unpack_from
_read_iqh = struct.Struct(">iqh").unpack_from
_read_iqiB = struct.Struct(">iqiB").unpack_from
_read_iqih = struct.Struct(">iqih").unpack_from
_read_qi = struct.Struct(">qi").unpack_from


@dataclass(slots=True)
class OffsetCommitRequestPartitions:
    partition_index: int = 0
    committed_offset: int = 0
    committed_leader_epoch: int = -1
    committed_metadata: str | None = ""


@dataclass(slots=True)
class OffsetCommitRequestTopics:
    name: str = ""
    partitions: list[OffsetCommitRequestPartitions] = field(default_factory=list)


@dataclass(slots=True)
class OffsetCommitRequest:
    group_id: str = ""
    generation_id_or_member_epoch: int = -1
    member_id: str = ""
    group_instance_id: str | None = None
    retention_time_ms: int = -1
    topics: list[OffsetCommitRequestTopics] = field(default_factory=list)


@dataclass(slots=True)
class OffsetCommitResponsePartitions:
    partition_index: int = 0
    error_code: int = 0


@dataclass(slots=True)
class OffsetCommitResponseTopics:
    name: str = ""
    partitions: list[OffsetCommitResponsePartitions] = field(default_factory=list)


@dataclass(slots=True)
class OffsetCommitResponse:
    throttle_time_ms: int = 0
    topics: list[OffsetCommitResponseTopics] = field(default_factory=list)


def _decode_request_v2(buf: memoryview, pos: int) -> OffsetCommitRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(OffsetCommitRequest)
        m.group_instance_id = None
        n, = _read_h(buf, pos)
        pos += 2
        if n < 0:
            raise null_field("OffsetCommitRequest.group_id")
        end = pos + n
        m.group_id = buf[pos:end].tobytes().decode()
        pos = end
        m.generation_id_or_member_epoch, n = _read_ih(buf, pos)
        pos += 6
        if n < 0:
            raise null_field("OffsetCommitRequest.member_id")
        end = pos + n
        m.member_id = buf[pos:end].tobytes().decode()
        pos = end
        m.retention_time_ms, c = _read_qi(buf, pos)
        pos += 12
        if c < 0:
            raise null_field("OffsetCommitRequest.topics")
        left -= c
        if left < 0:
            raise too_many("OffsetCommitRequest.topics")
        items1: list[OffsetCommitRequestTopics] = []
        m.topics = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(OffsetCommitRequestTopics)
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("OffsetCommitRequestTopics.name")
            end = pos + n
            e2.name = buf[pos:end].tobytes().decode()
            pos = end
            c, = _read_i(buf, pos)
            pos += 4
            if c < 0:
                raise null_field("OffsetCommitRequestTopics.partitions")
            left -= c
            if left < 0:
                raise too_many("OffsetCommitRequestTopics.partitions")
            items3: list[OffsetCommitRequestPartitions] = []
            e2.partitions = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(OffsetCommitRequestPartitions)
                e4.committed_leader_epoch = -1
                e4.partition_index, e4.committed_offset, n = _read_iqh(buf, pos)
                pos += 14
                if n < 0:
                    e4.committed_metadata = None
                else:
                    end = pos + n
                    e4.committed_metadata = buf[pos:end].tobytes().decode()
                    pos = end
                items3.append(e4)
            items1.append(e2)
    except DECODE_FAULTS as fault:
        raise malformed("OffsetCommitRequest v2-4", fault) from fault
    if pos > limit:
        raise truncated("OffsetCommitRequest v2-4")
    return m


def _encode_request_v2(m: OffsetCommitRequest) -> list[Part]:
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
        add(_pack_ih(m.generation_id_or_member_epoch, n))
        if raw:
            add(raw)
        n = len(m.topics)
        add(_pack_qi(m.retention_time_ms, n))
        for e1 in m.topics:
            raw = e1.name.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            n = len(e1.partitions)
            add(_pack_i(n))
            for e2 in e1.partitions:
                if e2.committed_metadata is None:
                    raw = b""
                    n = -1
                else:
                    raw = e2.committed_metadata.encode()
                    n = len(raw)
                add(_pack_iqh(e2.partition_index, e2.committed_offset, n))
                if raw:
                    add(raw)
    except ENCODE_FAULTS as fault:
        raise unencodable("OffsetCommitRequest v2-4", fault) from fault
    return [b"".join(out)]


def _decode_request_v5(buf: memoryview, pos: int) -> OffsetCommitRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(OffsetCommitRequest)
        m.group_instance_id = None
        m.retention_time_ms = -1
        n, = _read_h(buf, pos)
        pos += 2
        if n < 0:
            raise null_field("OffsetCommitRequest.group_id")
        end = pos + n
        m.group_id = buf[pos:end].tobytes().decode()
        pos = end
        m.generation_id_or_member_epoch, n = _read_ih(buf, pos)
        pos += 6
        if n < 0:
            raise null_field("OffsetCommitRequest.member_id")
        end = pos + n
        m.member_id = buf[pos:end].tobytes().decode()
        pos = end
        c, = _read_i(buf, pos)
        pos += 4
        if c < 0:
            raise null_field("OffsetCommitRequest.topics")
        left -= c
        if left < 0:
            raise too_many("OffsetCommitRequest.topics")
        items1: list[OffsetCommitRequestTopics] = []
        m.topics = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(OffsetCommitRequestTopics)
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("OffsetCommitRequestTopics.name")
            end = pos + n
            e2.name = buf[pos:end].tobytes().decode()
            pos = end
            c, = _read_i(buf, pos)
            pos += 4
            if c < 0:
                raise null_field("OffsetCommitRequestTopics.partitions")
            left -= c
            if left < 0:
                raise too_many("OffsetCommitRequestTopics.partitions")
            items3: list[OffsetCommitRequestPartitions] = []
            e2.partitions = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(OffsetCommitRequestPartitions)
                e4.committed_leader_epoch = -1
                e4.partition_index, e4.committed_offset, n = _read_iqh(buf, pos)
                pos += 14
                if n < 0:
                    e4.committed_metadata = None
                else:
                    end = pos + n
                    e4.committed_metadata = buf[pos:end].tobytes().decode()
                    pos = end
                items3.append(e4)
            items1.append(e2)
    except DECODE_FAULTS as fault:
        raise malformed("OffsetCommitRequest v5", fault) from fault
    if pos > limit:
        raise truncated("OffsetCommitRequest v5")
    return m


def _encode_request_v5(m: OffsetCommitRequest) -> list[Part]:
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
        add(_pack_ih(m.generation_id_or_member_epoch, n))
        if raw:
            add(raw)
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
                if e2.committed_metadata is None:
                    raw = b""
                    n = -1
                else:
                    raw = e2.committed_metadata.encode()
                    n = len(raw)
                add(_pack_iqh(e2.partition_index, e2.committed_offset, n))
                if raw:
                    add(raw)
    except ENCODE_FAULTS as fault:
        raise unencodable("OffsetCommitRequest v5", fault) from fault
    return [b"".join(out)]


def _decode_request_v6(buf: memoryview, pos: int) -> OffsetCommitRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(OffsetCommitRequest)
        m.group_instance_id = None
        m.retention_time_ms = -1
        n, = _read_h(buf, pos)
        pos += 2
        if n < 0:
            raise null_field("OffsetCommitRequest.group_id")
        end = pos + n
        m.group_id = buf[pos:end].tobytes().decode()
        pos = end
        m.generation_id_or_member_epoch, n = _read_ih(buf, pos)
        pos += 6
        if n < 0:
            raise null_field("OffsetCommitRequest.member_id")
        end = pos + n
        m.member_id = buf[pos:end].tobytes().decode()
        pos = end
        c, = _read_i(buf, pos)
        pos += 4
        if c < 0:
            raise null_field("OffsetCommitRequest.topics")
        left -= c
        if left < 0:
            raise too_many("OffsetCommitRequest.topics")
        items1: list[OffsetCommitRequestTopics] = []
        m.topics = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(OffsetCommitRequestTopics)
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("OffsetCommitRequestTopics.name")
            end = pos + n
            e2.name = buf[pos:end].tobytes().decode()
            pos = end
            c, = _read_i(buf, pos)
            pos += 4
            if c < 0:
                raise null_field("OffsetCommitRequestTopics.partitions")
            left -= c
            if left < 0:
                raise too_many("OffsetCommitRequestTopics.partitions")
            items3: list[OffsetCommitRequestPartitions] = []
            e2.partitions = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(OffsetCommitRequestPartitions)
                e4.partition_index, e4.committed_offset, e4.committed_leader_epoch, n = _read_iqih(buf, pos)
                pos += 18
                if n < 0:
                    e4.committed_metadata = None
                else:
                    end = pos + n
                    e4.committed_metadata = buf[pos:end].tobytes().decode()
                    pos = end
                items3.append(e4)
            items1.append(e2)
    except DECODE_FAULTS as fault:
        raise malformed("OffsetCommitRequest v6", fault) from fault
    if pos > limit:
        raise truncated("OffsetCommitRequest v6")
    return m


def _encode_request_v6(m: OffsetCommitRequest) -> list[Part]:
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
        add(_pack_ih(m.generation_id_or_member_epoch, n))
        if raw:
            add(raw)
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
                if e2.committed_metadata is None:
                    raw = b""
                    n = -1
                else:
                    raw = e2.committed_metadata.encode()
                    n = len(raw)
                add(_pack_iqih(e2.partition_index, e2.committed_offset, e2.committed_leader_epoch, n))
                if raw:
                    add(raw)
    except ENCODE_FAULTS as fault:
        raise unencodable("OffsetCommitRequest v6", fault) from fault
    return [b"".join(out)]


def _decode_request_v7(buf: memoryview, pos: int) -> OffsetCommitRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(OffsetCommitRequest)
        m.retention_time_ms = -1
        n, = _read_h(buf, pos)
        pos += 2
        if n < 0:
            raise null_field("OffsetCommitRequest.group_id")
        end = pos + n
        m.group_id = buf[pos:end].tobytes().decode()
        pos = end
        m.generation_id_or_member_epoch, n = _read_ih(buf, pos)
        pos += 6
        if n < 0:
            raise null_field("OffsetCommitRequest.member_id")
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
        c, = _read_i(buf, pos)
        pos += 4
        if c < 0:
            raise null_field("OffsetCommitRequest.topics")
        left -= c
        if left < 0:
            raise too_many("OffsetCommitRequest.topics")
        items1: list[OffsetCommitRequestTopics] = []
        m.topics = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(OffsetCommitRequestTopics)
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("OffsetCommitRequestTopics.name")
            end = pos + n
            e2.name = buf[pos:end].tobytes().decode()
            pos = end
            c, = _read_i(buf, pos)
            pos += 4
            if c < 0:
                raise null_field("OffsetCommitRequestTopics.partitions")
            left -= c
            if left < 0:
                raise too_many("OffsetCommitRequestTopics.partitions")
            items3: list[OffsetCommitRequestPartitions] = []
            e2.partitions = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(OffsetCommitRequestPartitions)
                e4.partition_index, e4.committed_offset, e4.committed_leader_epoch, n = _read_iqih(buf, pos)
                pos += 18
                if n < 0:
                    e4.committed_metadata = None
                else:
                    end = pos + n
                    e4.committed_metadata = buf[pos:end].tobytes().decode()
                    pos = end
                items3.append(e4)
            items1.append(e2)
    except DECODE_FAULTS as fault:
        raise malformed("OffsetCommitRequest v7", fault) from fault
    if pos > limit:
        raise truncated("OffsetCommitRequest v7")
    return m


def _encode_request_v7(m: OffsetCommitRequest) -> list[Part]:
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
        add(_pack_ih(m.generation_id_or_member_epoch, n))
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
                if e2.committed_metadata is None:
                    raw = b""
                    n = -1
                else:
                    raw = e2.committed_metadata.encode()
                    n = len(raw)
                add(_pack_iqih(e2.partition_index, e2.committed_offset, e2.committed_leader_epoch, n))
                if raw:
                    add(raw)
    except ENCODE_FAULTS as fault:
        raise unencodable("OffsetCommitRequest v7", fault) from fault
    return [b"".join(out)]


def _decode_request_v8(buf: memoryview, pos: int) -> OffsetCommitRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(OffsetCommitRequest)
        m.retention_time_ms = -1
        n = buf[pos]
        pos += 1
        if n > 127:
            n, pos = string_rest(buf, pos, n)
        if not n:
            raise null_field("OffsetCommitRequest.group_id")
        end = pos + n - 1
        m.group_id = buf[pos:end].tobytes().decode()
        pos = end
        m.generation_id_or_member_epoch, n = _read_iB(buf, pos)
        pos += 5
        if n > 127:
            n, pos = string_rest(buf, pos, n)
        if not n:
            raise null_field("OffsetCommitRequest.member_id")
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
        c = buf[pos]
        pos += 1
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("OffsetCommitRequest.topics")
        left -= c
        if left < 0:
            raise too_many("OffsetCommitRequest.topics")
        items1: list[OffsetCommitRequestTopics] = []
        m.topics = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(OffsetCommitRequestTopics)
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("OffsetCommitRequestTopics.name")
            end = pos + n - 1
            e2.name = buf[pos:end].tobytes().decode()
            pos = end
            c = buf[pos]
            pos += 1
            if c > 127:
                c, pos = uvarint_rest(buf, pos, c)
            c -= 1
            if c < 0:
                raise null_field("OffsetCommitRequestTopics.partitions")
            left -= c
            if left < 0:
                raise too_many("OffsetCommitRequestTopics.partitions")
            items3: list[OffsetCommitRequestPartitions] = []
            e2.partitions = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(OffsetCommitRequestPartitions)
                e4.partition_index, e4.committed_offset, e4.committed_leader_epoch, n = _read_iqiB(buf, pos)
                pos += 17
                if n > 127:
                    n, pos = string_rest(buf, pos, n)
                if not n:
                    e4.committed_metadata = None
                else:
                    end = pos + n - 1
                    e4.committed_metadata = buf[pos:end].tobytes().decode()
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
        raise malformed("OffsetCommitRequest v8-9", fault) from fault
    if pos > limit:
        raise truncated("OffsetCommitRequest v8-9")
    return m


def _encode_request_v8(m: OffsetCommitRequest) -> list[Part]:
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
            add(_pack_iB(m.generation_id_or_member_epoch, n))
        else:
            add(_pack_i(m.generation_id_or_member_epoch))
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
        n = len(m.topics) + 1
        add(BYTE[n] if n < 128 else uvarint(n))
        for e1 in m.topics:
            raw = e1.name.encode()
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else string_prefix(n))
            if raw:
                add(raw)
            n = len(e1.partitions) + 1
            add(BYTE[n] if n < 128 else uvarint(n))
            for e2 in e1.partitions:
                if e2.committed_metadata is None:
                    raw = b""
                    n = 0
                else:
                    raw = e2.committed_metadata.encode()
                    n = len(raw) + 1
                if n < 128:
                    add(_pack_iqiB(e2.partition_index, e2.committed_offset, e2.committed_leader_epoch, n))
                else:
                    add(_pack_iqi(e2.partition_index, e2.committed_offset, e2.committed_leader_epoch))
                    add(string_prefix(n))
                if raw:
                    add(raw)
                add(b"\0")
            add(b"\0")
        add(b"\0")
    except ENCODE_FAULTS as fault:
        raise unencodable("OffsetCommitRequest v8-9", fault) from fault
    return [b"".join(out)]


def _decode_response_v2(buf: memoryview, pos: int) -> OffsetCommitResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(OffsetCommitResponse)
        m.throttle_time_ms = 0
        c, = _read_i(buf, pos)
        pos += 4
        if c < 0:
            raise null_field("OffsetCommitResponse.topics")
        left -= c
        if left < 0:
            raise too_many("OffsetCommitResponse.topics")
        items1: list[OffsetCommitResponseTopics] = []
        m.topics = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(OffsetCommitResponseTopics)
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("OffsetCommitResponseTopics.name")
            end = pos + n
            e2.name = buf[pos:end].tobytes().decode()
            pos = end
            c, = _read_i(buf, pos)
            pos += 4
            if c < 0:
                raise null_field("OffsetCommitResponseTopics.partitions")
            left -= c
            if left < 0:
                raise too_many("OffsetCommitResponseTopics.partitions")
            items3: list[OffsetCommitResponsePartitions] = []
            e2.partitions = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(OffsetCommitResponsePartitions)
                e4.partition_index, e4.error_code = _read_ih(buf, pos)
                pos += 6
                items3.append(e4)
            items1.append(e2)
    except DECODE_FAULTS as fault:
        raise malformed("OffsetCommitResponse v2", fault) from fault
    if pos > limit:
        raise truncated("OffsetCommitResponse v2")
    return m


def _encode_response_v2(m: OffsetCommitResponse) -> list[Part]:
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
                add(_pack_ih(e2.partition_index, e2.error_code))
    except ENCODE_FAULTS as fault:
        raise unencodable("OffsetCommitResponse v2", fault) from fault
    return [b"".join(out)]


def _decode_response_v3(buf: memoryview, pos: int) -> OffsetCommitResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(OffsetCommitResponse)
        m.throttle_time_ms, c = _read_ii(buf, pos)
        pos += 8
        if c < 0:
            raise null_field("OffsetCommitResponse.topics")
        left -= c
        if left < 0:
            raise too_many("OffsetCommitResponse.topics")
        items1: list[OffsetCommitResponseTopics] = []
        m.topics = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(OffsetCommitResponseTopics)
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("OffsetCommitResponseTopics.name")
            end = pos + n
            e2.name = buf[pos:end].tobytes().decode()
            pos = end
            c, = _read_i(buf, pos)
            pos += 4
            if c < 0:
                raise null_field("OffsetCommitResponseTopics.partitions")
            left -= c
            if left < 0:
                raise too_many("OffsetCommitResponseTopics.partitions")
            items3: list[OffsetCommitResponsePartitions] = []
            e2.partitions = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(OffsetCommitResponsePartitions)
                e4.partition_index, e4.error_code = _read_ih(buf, pos)
                pos += 6
                items3.append(e4)
            items1.append(e2)
    except DECODE_FAULTS as fault:
        raise malformed("OffsetCommitResponse v3-7", fault) from fault
    if pos > limit:
        raise truncated("OffsetCommitResponse v3-7")
    return m


def _encode_response_v3(m: OffsetCommitResponse) -> list[Part]:
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
                add(_pack_ih(e2.partition_index, e2.error_code))
    except ENCODE_FAULTS as fault:
        raise unencodable("OffsetCommitResponse v3-7", fault) from fault
    return [b"".join(out)]


def _decode_response_v8(buf: memoryview, pos: int) -> OffsetCommitResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(OffsetCommitResponse)
        m.throttle_time_ms, c = _read_iB(buf, pos)
        pos += 5
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("OffsetCommitResponse.topics")
        left -= c
        if left < 0:
            raise too_many("OffsetCommitResponse.topics")
        items1: list[OffsetCommitResponseTopics] = []
        m.topics = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(OffsetCommitResponseTopics)
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("OffsetCommitResponseTopics.name")
            end = pos + n - 1
            e2.name = buf[pos:end].tobytes().decode()
            pos = end
            c = buf[pos]
            pos += 1
            if c > 127:
                c, pos = uvarint_rest(buf, pos, c)
            c -= 1
            if c < 0:
                raise null_field("OffsetCommitResponseTopics.partitions")
            left -= c
            if left < 0:
                raise too_many("OffsetCommitResponseTopics.partitions")
            items3: list[OffsetCommitResponsePartitions] = []
            e2.partitions = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(OffsetCommitResponsePartitions)
                e4.partition_index, e4.error_code, t = _read_ihB(buf, pos)
                pos += 7
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
        raise malformed("OffsetCommitResponse v8-9", fault) from fault
    if pos > limit:
        raise truncated("OffsetCommitResponse v8-9")
    return m


def _encode_response_v8(m: OffsetCommitResponse) -> list[Part]:
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
                add(_pack_ihx(e2.partition_index, e2.error_code))
            add(b"\0")
        add(b"\0")
    except ENCODE_FAULTS as fault:
        raise unencodable("OffsetCommitResponse v8-9", fault) from fault
    return [b"".join(out)]


REQUEST_DECODERS: dict[int, Callable[[memoryview, int], OffsetCommitRequest]] = {
    2: _decode_request_v2,
    3: _decode_request_v2,
    4: _decode_request_v2,
    5: _decode_request_v5,
    6: _decode_request_v6,
    7: _decode_request_v7,
    8: _decode_request_v8,
    9: _decode_request_v8,
}
REQUEST_ENCODERS: dict[int, Callable[[OffsetCommitRequest], list[Part]]] = {
    2: _encode_request_v2,
    3: _encode_request_v2,
    4: _encode_request_v2,
    5: _encode_request_v5,
    6: _encode_request_v6,
    7: _encode_request_v7,
    8: _encode_request_v8,
    9: _encode_request_v8,
}
RESPONSE_DECODERS: dict[int, Callable[[memoryview, int], OffsetCommitResponse]] = {
    2: _decode_response_v2,
    3: _decode_response_v3,
    4: _decode_response_v3,
    5: _decode_response_v3,
    6: _decode_response_v3,
    7: _decode_response_v3,
    8: _decode_response_v8,
    9: _decode_response_v8,
}
RESPONSE_ENCODERS: dict[int, Callable[[OffsetCommitResponse], list[Part]]] = {
    2: _encode_response_v2,
    3: _encode_response_v3,
    4: _encode_response_v3,
    5: _encode_response_v3,
    6: _encode_response_v3,
    7: _encode_response_v3,
    8: _encode_response_v8,
    9: _encode_response_v8,
}
API = Api(
    key=8,
    name="OffsetCommit",
    min_version=2,
    max_version=9,
    first_version=2,
    flexible_from=8,
    request_decoders=REQUEST_DECODERS,
    request_encoders=REQUEST_ENCODERS,
    response_decoders=RESPONSE_DECODERS,
    response_encoders=RESPONSE_ENCODERS,
)
