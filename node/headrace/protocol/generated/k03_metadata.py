"""Generated from manifests/03_metadata.api by `python -m headrace.protocol.codegen`;
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
)

new = object.__new__
_pack_h = struct.Struct(">h").pack
_pack_hB = struct.Struct(">hB").pack
_pack_hh = struct.Struct(">hh").pack
_pack_hiii = struct.Struct(">hiii").pack
_pack_hiiiB = struct.Struct(">hiiiB").pack
_pack_hiiii = struct.Struct(">hiiii").pack
_pack_hx = struct.Struct(">hx").pack
_pack_i = struct.Struct(">i").pack
_pack_iB = struct.Struct(">iB").pack
_pack_ih = struct.Struct(">ih").pack
_pack_ii = struct.Struct(">ii").pack
_pack_ix = struct.Struct(">ix").pack
_pack_o = struct.Struct(">?").pack
_pack_oB = struct.Struct(">?B").pack
_pack_oi = struct.Struct(">?i").pack
_pack_ooo = struct.Struct(">???").pack
_pack_ooox = struct.Struct(">???x").pack
_pack_oox = struct.Struct(">??x").pack
_pack_u = struct.Struct(">16s").pack
_pack_uB = struct.Struct(">16sB").pack
_pack_uo = struct.Struct(">16s?").pack
_pack_uoB = struct.Struct(">16s?B").pack
_read_h = struct.Struct(">h").unpack_from
_read_hB = struct.Struct(">hB").unpack_from
_read_hh = struct.Struct(">hh").unpack_from
_read_hiii = struct.Struct(">hiii").unpack_from
_read_hiiiB = struct.Struct(">hiiiB").unpack_from
_read_hiiii = struct.Struct(">hiiii").unpack_from
_read_i = struct.Struct(">i").unpack_from
_read_iB = struct.Struct(">iB").unpack_from
_read_ih = struct.Struct(">ih").unpack_from
_read_ii = struct.Struct(">ii").unpack_from
_read_o = struct.Struct(">?").unpack_from
_read_oB = struct.Struct(">?B").unpack_from
_read_oi = struct.Struct(">?i").unpack_from
_read_ooB = struct.Struct(">??B").unpack_from
_read_ooo = struct.Struct(">???").unpack_from
_read_oooB = struct.Struct(">???B").unpack_from
_read_uB = struct.Struct(">16sB").unpack_from
_read_uoB = struct.Struct(">16s?B").unpack_from


@dataclass(slots=True)
class MetadataRequestTopics:
    topic_id: bytes = ZERO_UUID
    name: str | None = ""


@dataclass(slots=True)
class MetadataRequest:
    topics: list[MetadataRequestTopics] | None = field(default_factory=list)
    allow_auto_topic_creation: bool = True
    include_cluster_authorized_operations: bool = False
    include_topic_authorized_operations: bool = False


@dataclass(slots=True)
class MetadataResponseBrokers:
    node_id: int = 0
    host: str = ""
    port: int = 0
    rack: str | None = None


@dataclass(slots=True)
class MetadataResponsePartitions:
    error_code: int = 0
    partition_index: int = 0
    leader_id: int = 0
    leader_epoch: int = -1
    replica_nodes: list[int] = field(default_factory=list)
    isr_nodes: list[int] = field(default_factory=list)
    offline_replicas: list[int] = field(default_factory=list)


@dataclass(slots=True)
class MetadataResponseTopics:
    error_code: int = 0
    name: str | None = ""
    topic_id: bytes = ZERO_UUID
    is_internal: bool = False
    partitions: list[MetadataResponsePartitions] = field(default_factory=list)
    topic_authorized_operations: int = -2147483648


@dataclass(slots=True)
class MetadataResponse:
    throttle_time_ms: int = 0
    brokers: list[MetadataResponseBrokers] = field(default_factory=list)
    cluster_id: str | None = None
    controller_id: int = -1
    topics: list[MetadataResponseTopics] = field(default_factory=list)
    cluster_authorized_operations: int = -2147483648
    error_code: int = 0


def _decode_request_v0(buf: memoryview, pos: int) -> MetadataRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(MetadataRequest)
        m.allow_auto_topic_creation = True
        m.include_cluster_authorized_operations = False
        m.include_topic_authorized_operations = False
        c, = _read_i(buf, pos)
        pos += 4
        if c < 0:
            raise null_field("MetadataRequest.topics")
        left -= c
        if left < 0:
            raise too_many("MetadataRequest.topics")
        items1: list[MetadataRequestTopics] = []
        m.topics = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(MetadataRequestTopics)
            e2.topic_id = ZERO_UUID
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("MetadataRequestTopics.name")
            end = pos + n
            e2.name = buf[pos:end].tobytes().decode()
            pos = end
            items1.append(e2)
    except DECODE_FAULTS as fault:
        raise malformed("MetadataRequest v0", fault) from fault
    if pos > limit:
        raise truncated("MetadataRequest v0")
    return m


def _encode_request_v0(m: MetadataRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        if m.topics is None:
            raise null_field("MetadataRequest.topics")
        n = len(m.topics)
        add(_pack_i(n))
        for e1 in m.topics:
            if e1.name is None:
                raise null_field("MetadataRequestTopics.name")
            raw = e1.name.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
    except ENCODE_FAULTS as fault:
        raise unencodable("MetadataRequest v0", fault) from fault
    return [b"".join(out)]


def _decode_request_v1(buf: memoryview, pos: int) -> MetadataRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(MetadataRequest)
        m.allow_auto_topic_creation = True
        m.include_cluster_authorized_operations = False
        m.include_topic_authorized_operations = False
        c, = _read_i(buf, pos)
        pos += 4
        if c < 0:
            m.topics = None
        else:
            left -= c
            if left < 0:
                raise too_many("MetadataRequest.topics")
            items1: list[MetadataRequestTopics] = []
            m.topics = items1
            for _ in TIMES[c] if c < 64 else range(c):
                e2 = new(MetadataRequestTopics)
                e2.topic_id = ZERO_UUID
                n, = _read_h(buf, pos)
                pos += 2
                if n < 0:
                    raise null_field("MetadataRequestTopics.name")
                end = pos + n
                e2.name = buf[pos:end].tobytes().decode()
                pos = end
                items1.append(e2)
    except DECODE_FAULTS as fault:
        raise malformed("MetadataRequest v1-3", fault) from fault
    if pos > limit:
        raise truncated("MetadataRequest v1-3")
    return m


def _encode_request_v1(m: MetadataRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = -1 if m.topics is None else len(m.topics)
        add(_pack_i(n))
        for e1 in m.topics or ():
            if e1.name is None:
                raise null_field("MetadataRequestTopics.name")
            raw = e1.name.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
    except ENCODE_FAULTS as fault:
        raise unencodable("MetadataRequest v1-3", fault) from fault
    return [b"".join(out)]


def _decode_request_v4(buf: memoryview, pos: int) -> MetadataRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(MetadataRequest)
        m.include_cluster_authorized_operations = False
        m.include_topic_authorized_operations = False
        c, = _read_i(buf, pos)
        pos += 4
        if c < 0:
            m.topics = None
        else:
            left -= c
            if left < 0:
                raise too_many("MetadataRequest.topics")
            items1: list[MetadataRequestTopics] = []
            m.topics = items1
            for _ in TIMES[c] if c < 64 else range(c):
                e2 = new(MetadataRequestTopics)
                e2.topic_id = ZERO_UUID
                n, = _read_h(buf, pos)
                pos += 2
                if n < 0:
                    raise null_field("MetadataRequestTopics.name")
                end = pos + n
                e2.name = buf[pos:end].tobytes().decode()
                pos = end
                items1.append(e2)
        m.allow_auto_topic_creation, = _read_o(buf, pos)
        pos += 1
    except DECODE_FAULTS as fault:
        raise malformed("MetadataRequest v4-7", fault) from fault
    if pos > limit:
        raise truncated("MetadataRequest v4-7")
    return m


def _encode_request_v4(m: MetadataRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = -1 if m.topics is None else len(m.topics)
        add(_pack_i(n))
        for e1 in m.topics or ():
            if e1.name is None:
                raise null_field("MetadataRequestTopics.name")
            raw = e1.name.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
        add(_pack_o(m.allow_auto_topic_creation))
    except ENCODE_FAULTS as fault:
        raise unencodable("MetadataRequest v4-7", fault) from fault
    return [b"".join(out)]


def _decode_request_v8(buf: memoryview, pos: int) -> MetadataRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(MetadataRequest)
        c, = _read_i(buf, pos)
        pos += 4
        if c < 0:
            m.topics = None
        else:
            left -= c
            if left < 0:
                raise too_many("MetadataRequest.topics")
            items1: list[MetadataRequestTopics] = []
            m.topics = items1
            for _ in TIMES[c] if c < 64 else range(c):
                e2 = new(MetadataRequestTopics)
                e2.topic_id = ZERO_UUID
                n, = _read_h(buf, pos)
                pos += 2
                if n < 0:
                    raise null_field("MetadataRequestTopics.name")
                end = pos + n
                e2.name = buf[pos:end].tobytes().decode()
                pos = end
                items1.append(e2)
        m.allow_auto_topic_creation, m.include_cluster_authorized_operations, m.include_topic_authorized_operations = _read_ooo(buf, pos)
        pos += 3
    except DECODE_FAULTS as fault:
        raise malformed("MetadataRequest v8", fault) from fault
    if pos > limit:
        raise truncated("MetadataRequest v8")
    return m


def _encode_request_v8(m: MetadataRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = -1 if m.topics is None else len(m.topics)
        add(_pack_i(n))
        for e1 in m.topics or ():
            if e1.name is None:
                raise null_field("MetadataRequestTopics.name")
            raw = e1.name.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
        add(_pack_ooo(m.allow_auto_topic_creation, m.include_cluster_authorized_operations, m.include_topic_authorized_operations))
    except ENCODE_FAULTS as fault:
        raise unencodable("MetadataRequest v8", fault) from fault
    return [b"".join(out)]


def _decode_request_v9(buf: memoryview, pos: int) -> MetadataRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(MetadataRequest)
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
                raise too_many("MetadataRequest.topics")
            items1: list[MetadataRequestTopics] = []
            m.topics = items1
            for _ in TIMES[c] if c < 64 else range(c):
                e2 = new(MetadataRequestTopics)
                e2.topic_id = ZERO_UUID
                n = buf[pos]
                pos += 1
                if n > 127:
                    n, pos = string_rest(buf, pos, n)
                if not n:
                    raise null_field("MetadataRequestTopics.name")
                end = pos + n - 1
                e2.name = buf[pos:end].tobytes().decode()
                pos = end
                t = buf[pos]
                pos += 1
                if t:
                    pos, left = skip_tags_within(buf, pos, t, left)
                items1.append(e2)
        m.allow_auto_topic_creation, m.include_cluster_authorized_operations, m.include_topic_authorized_operations, t = _read_oooB(buf, pos)
        pos += 4
        if t:
            pos, left = skip_tags_within(buf, pos, t, left)
    except DECODE_FAULTS as fault:
        raise malformed("MetadataRequest v9", fault) from fault
    if pos > limit:
        raise truncated("MetadataRequest v9")
    return m


def _encode_request_v9(m: MetadataRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = 0 if m.topics is None else len(m.topics) + 1
        add(BYTE[n] if n < 128 else uvarint(n))
        for e1 in m.topics or ():
            if e1.name is None:
                raise null_field("MetadataRequestTopics.name")
            raw = e1.name.encode()
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else string_prefix(n))
            if raw:
                add(raw)
            add(b"\0")
        add(_pack_ooox(m.allow_auto_topic_creation, m.include_cluster_authorized_operations, m.include_topic_authorized_operations))
    except ENCODE_FAULTS as fault:
        raise unencodable("MetadataRequest v9", fault) from fault
    return [b"".join(out)]


def _decode_request_v10(buf: memoryview, pos: int) -> MetadataRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(MetadataRequest)
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
                raise too_many("MetadataRequest.topics")
            items1: list[MetadataRequestTopics] = []
            m.topics = items1
            for _ in TIMES[c] if c < 64 else range(c):
                e2 = new(MetadataRequestTopics)
                e2.topic_id, n = _read_uB(buf, pos)
                pos += 17
                if n > 127:
                    n, pos = string_rest(buf, pos, n)
                if not n:
                    e2.name = None
                else:
                    end = pos + n - 1
                    e2.name = buf[pos:end].tobytes().decode()
                    pos = end
                t = buf[pos]
                pos += 1
                if t:
                    pos, left = skip_tags_within(buf, pos, t, left)
                items1.append(e2)
        m.allow_auto_topic_creation, m.include_cluster_authorized_operations, m.include_topic_authorized_operations, t = _read_oooB(buf, pos)
        pos += 4
        if t:
            pos, left = skip_tags_within(buf, pos, t, left)
    except DECODE_FAULTS as fault:
        raise malformed("MetadataRequest v10", fault) from fault
    if pos > limit:
        raise truncated("MetadataRequest v10")
    return m


def _encode_request_v10(m: MetadataRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = 0 if m.topics is None else len(m.topics) + 1
        add(BYTE[n] if n < 128 else uvarint(n))
        for e1 in m.topics or ():
            if e1.name is None:
                raw = b""
                n = 0
            else:
                raw = e1.name.encode()
                n = len(raw) + 1
            if n < 128:
                add(_pack_uB(uuid_bytes(e1.topic_id), n))
            else:
                add(_pack_u(uuid_bytes(e1.topic_id)))
                add(string_prefix(n))
            if raw:
                add(raw)
            add(b"\0")
        add(_pack_ooox(m.allow_auto_topic_creation, m.include_cluster_authorized_operations, m.include_topic_authorized_operations))
    except ENCODE_FAULTS as fault:
        raise unencodable("MetadataRequest v10", fault) from fault
    return [b"".join(out)]


def _decode_request_v11(buf: memoryview, pos: int) -> MetadataRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(MetadataRequest)
        m.include_cluster_authorized_operations = False
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
                raise too_many("MetadataRequest.topics")
            items1: list[MetadataRequestTopics] = []
            m.topics = items1
            for _ in TIMES[c] if c < 64 else range(c):
                e2 = new(MetadataRequestTopics)
                e2.topic_id, n = _read_uB(buf, pos)
                pos += 17
                if n > 127:
                    n, pos = string_rest(buf, pos, n)
                if not n:
                    e2.name = None
                else:
                    end = pos + n - 1
                    e2.name = buf[pos:end].tobytes().decode()
                    pos = end
                t = buf[pos]
                pos += 1
                if t:
                    pos, left = skip_tags_within(buf, pos, t, left)
                items1.append(e2)
        m.allow_auto_topic_creation, m.include_topic_authorized_operations, t = _read_ooB(buf, pos)
        pos += 3
        if t:
            pos, left = skip_tags_within(buf, pos, t, left)
    except DECODE_FAULTS as fault:
        raise malformed("MetadataRequest v11-13", fault) from fault
    if pos > limit:
        raise truncated("MetadataRequest v11-13")
    return m


def _encode_request_v11(m: MetadataRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = 0 if m.topics is None else len(m.topics) + 1
        add(BYTE[n] if n < 128 else uvarint(n))
        for e1 in m.topics or ():
            if e1.name is None:
                raw = b""
                n = 0
            else:
                raw = e1.name.encode()
                n = len(raw) + 1
            if n < 128:
                add(_pack_uB(uuid_bytes(e1.topic_id), n))
            else:
                add(_pack_u(uuid_bytes(e1.topic_id)))
                add(string_prefix(n))
            if raw:
                add(raw)
            add(b"\0")
        add(_pack_oox(m.allow_auto_topic_creation, m.include_topic_authorized_operations))
    except ENCODE_FAULTS as fault:
        raise unencodable("MetadataRequest v11-13", fault) from fault
    return [b"".join(out)]


def _decode_response_v0(buf: memoryview, pos: int) -> MetadataResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(MetadataResponse)
        m.throttle_time_ms = 0
        m.cluster_id = None
        m.controller_id = -1
        m.cluster_authorized_operations = -2147483648
        m.error_code = 0
        c, = _read_i(buf, pos)
        pos += 4
        if c < 0:
            raise null_field("MetadataResponse.brokers")
        left -= c
        if left < 0:
            raise too_many("MetadataResponse.brokers")
        items1: list[MetadataResponseBrokers] = []
        m.brokers = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(MetadataResponseBrokers)
            e2.rack = None
            e2.node_id, n = _read_ih(buf, pos)
            pos += 6
            if n < 0:
                raise null_field("MetadataResponseBrokers.host")
            end = pos + n
            e2.host = buf[pos:end].tobytes().decode()
            pos = end
            e2.port, = _read_i(buf, pos)
            pos += 4
            items1.append(e2)
        c, = _read_i(buf, pos)
        pos += 4
        if c < 0:
            raise null_field("MetadataResponse.topics")
        left -= c
        if left < 0:
            raise too_many("MetadataResponse.topics")
        items3: list[MetadataResponseTopics] = []
        m.topics = items3
        for _ in TIMES[c] if c < 64 else range(c):
            e4 = new(MetadataResponseTopics)
            e4.topic_id = ZERO_UUID
            e4.is_internal = False
            e4.topic_authorized_operations = -2147483648
            e4.error_code, n = _read_hh(buf, pos)
            pos += 4
            if n < 0:
                raise null_field("MetadataResponseTopics.name")
            end = pos + n
            e4.name = buf[pos:end].tobytes().decode()
            pos = end
            c, = _read_i(buf, pos)
            pos += 4
            if c < 0:
                raise null_field("MetadataResponseTopics.partitions")
            left -= c
            if left < 0:
                raise too_many("MetadataResponseTopics.partitions")
            items5: list[MetadataResponsePartitions] = []
            e4.partitions = items5
            for _ in TIMES[c] if c < 64 else range(c):
                e6 = new(MetadataResponsePartitions)
                e6.leader_epoch = -1
                e6.offline_replicas = []
                e6.error_code, e6.partition_index, e6.leader_id, c = _read_hiii(buf, pos)
                pos += 14
                if c < 0:
                    raise null_field("MetadataResponsePartitions.replica_nodes")
                left -= c
                if left < 0:
                    raise too_many("MetadataResponsePartitions.replica_nodes")
                e6.replica_nodes = read_int32s(buf, pos, c) if c else []
                pos += 4 * c
                c, = _read_i(buf, pos)
                pos += 4
                if c < 0:
                    raise null_field("MetadataResponsePartitions.isr_nodes")
                left -= c
                if left < 0:
                    raise too_many("MetadataResponsePartitions.isr_nodes")
                e6.isr_nodes = read_int32s(buf, pos, c) if c else []
                pos += 4 * c
                items5.append(e6)
            items3.append(e4)
    except DECODE_FAULTS as fault:
        raise malformed("MetadataResponse v0", fault) from fault
    if pos > limit:
        raise truncated("MetadataResponse v0")
    return m


def _encode_response_v0(m: MetadataResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.brokers)
        add(_pack_i(n))
        for e1 in m.brokers:
            raw = e1.host.encode()
            n = len(raw)
            add(_pack_ih(e1.node_id, n))
            if raw:
                add(raw)
            add(_pack_i(e1.port))
        n = len(m.topics)
        add(_pack_i(n))
        for e2 in m.topics:
            if e2.name is None:
                raise null_field("MetadataResponseTopics.name")
            raw = e2.name.encode()
            n = len(raw)
            add(_pack_hh(e2.error_code, n))
            if raw:
                add(raw)
            n = len(e2.partitions)
            add(_pack_i(n))
            for e3 in e2.partitions:
                n = len(e3.replica_nodes)
                add(_pack_hiii(e3.error_code, e3.partition_index, e3.leader_id, n))
                if e3.replica_nodes:
                    add(write_int32s(e3.replica_nodes))
                n = len(e3.isr_nodes)
                add(_pack_i(n))
                if e3.isr_nodes:
                    add(write_int32s(e3.isr_nodes))
    except ENCODE_FAULTS as fault:
        raise unencodable("MetadataResponse v0", fault) from fault
    return [b"".join(out)]


def _decode_response_v1(buf: memoryview, pos: int) -> MetadataResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(MetadataResponse)
        m.throttle_time_ms = 0
        m.cluster_id = None
        m.cluster_authorized_operations = -2147483648
        m.error_code = 0
        c, = _read_i(buf, pos)
        pos += 4
        if c < 0:
            raise null_field("MetadataResponse.brokers")
        left -= c
        if left < 0:
            raise too_many("MetadataResponse.brokers")
        items1: list[MetadataResponseBrokers] = []
        m.brokers = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(MetadataResponseBrokers)
            e2.node_id, n = _read_ih(buf, pos)
            pos += 6
            if n < 0:
                raise null_field("MetadataResponseBrokers.host")
            end = pos + n
            e2.host = buf[pos:end].tobytes().decode()
            pos = end
            e2.port, n = _read_ih(buf, pos)
            pos += 6
            if n < 0:
                e2.rack = None
            else:
                end = pos + n
                e2.rack = buf[pos:end].tobytes().decode()
                pos = end
            items1.append(e2)
        m.controller_id, c = _read_ii(buf, pos)
        pos += 8
        if c < 0:
            raise null_field("MetadataResponse.topics")
        left -= c
        if left < 0:
            raise too_many("MetadataResponse.topics")
        items3: list[MetadataResponseTopics] = []
        m.topics = items3
        for _ in TIMES[c] if c < 64 else range(c):
            e4 = new(MetadataResponseTopics)
            e4.topic_id = ZERO_UUID
            e4.topic_authorized_operations = -2147483648
            e4.error_code, n = _read_hh(buf, pos)
            pos += 4
            if n < 0:
                raise null_field("MetadataResponseTopics.name")
            end = pos + n
            e4.name = buf[pos:end].tobytes().decode()
            pos = end
            e4.is_internal, c = _read_oi(buf, pos)
            pos += 5
            if c < 0:
                raise null_field("MetadataResponseTopics.partitions")
            left -= c
            if left < 0:
                raise too_many("MetadataResponseTopics.partitions")
            items5: list[MetadataResponsePartitions] = []
            e4.partitions = items5
            for _ in TIMES[c] if c < 64 else range(c):
                e6 = new(MetadataResponsePartitions)
                e6.leader_epoch = -1
                e6.offline_replicas = []
                e6.error_code, e6.partition_index, e6.leader_id, c = _read_hiii(buf, pos)
                pos += 14
                if c < 0:
                    raise null_field("MetadataResponsePartitions.replica_nodes")
                left -= c
                if left < 0:
                    raise too_many("MetadataResponsePartitions.replica_nodes")
                e6.replica_nodes = read_int32s(buf, pos, c) if c else []
                pos += 4 * c
                c, = _read_i(buf, pos)
                pos += 4
                if c < 0:
                    raise null_field("MetadataResponsePartitions.isr_nodes")
                left -= c
                if left < 0:
                    raise too_many("MetadataResponsePartitions.isr_nodes")
                e6.isr_nodes = read_int32s(buf, pos, c) if c else []
                pos += 4 * c
                items5.append(e6)
            items3.append(e4)
    except DECODE_FAULTS as fault:
        raise malformed("MetadataResponse v1", fault) from fault
    if pos > limit:
        raise truncated("MetadataResponse v1")
    return m


def _encode_response_v1(m: MetadataResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.brokers)
        add(_pack_i(n))
        for e1 in m.brokers:
            raw = e1.host.encode()
            n = len(raw)
            add(_pack_ih(e1.node_id, n))
            if raw:
                add(raw)
            if e1.rack is None:
                raw = b""
                n = -1
            else:
                raw = e1.rack.encode()
                n = len(raw)
            add(_pack_ih(e1.port, n))
            if raw:
                add(raw)
        n = len(m.topics)
        add(_pack_ii(m.controller_id, n))
        for e2 in m.topics:
            if e2.name is None:
                raise null_field("MetadataResponseTopics.name")
            raw = e2.name.encode()
            n = len(raw)
            add(_pack_hh(e2.error_code, n))
            if raw:
                add(raw)
            n = len(e2.partitions)
            add(_pack_oi(e2.is_internal, n))
            for e3 in e2.partitions:
                n = len(e3.replica_nodes)
                add(_pack_hiii(e3.error_code, e3.partition_index, e3.leader_id, n))
                if e3.replica_nodes:
                    add(write_int32s(e3.replica_nodes))
                n = len(e3.isr_nodes)
                add(_pack_i(n))
                if e3.isr_nodes:
                    add(write_int32s(e3.isr_nodes))
    except ENCODE_FAULTS as fault:
        raise unencodable("MetadataResponse v1", fault) from fault
    return [b"".join(out)]


def _decode_response_v2(buf: memoryview, pos: int) -> MetadataResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(MetadataResponse)
        m.throttle_time_ms = 0
        m.cluster_authorized_operations = -2147483648
        m.error_code = 0
        c, = _read_i(buf, pos)
        pos += 4
        if c < 0:
            raise null_field("MetadataResponse.brokers")
        left -= c
        if left < 0:
            raise too_many("MetadataResponse.brokers")
        items1: list[MetadataResponseBrokers] = []
        m.brokers = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(MetadataResponseBrokers)
            e2.node_id, n = _read_ih(buf, pos)
            pos += 6
            if n < 0:
                raise null_field("MetadataResponseBrokers.host")
            end = pos + n
            e2.host = buf[pos:end].tobytes().decode()
            pos = end
            e2.port, n = _read_ih(buf, pos)
            pos += 6
            if n < 0:
                e2.rack = None
            else:
                end = pos + n
                e2.rack = buf[pos:end].tobytes().decode()
                pos = end
            items1.append(e2)
        n, = _read_h(buf, pos)
        pos += 2
        if n < 0:
            m.cluster_id = None
        else:
            end = pos + n
            m.cluster_id = buf[pos:end].tobytes().decode()
            pos = end
        m.controller_id, c = _read_ii(buf, pos)
        pos += 8
        if c < 0:
            raise null_field("MetadataResponse.topics")
        left -= c
        if left < 0:
            raise too_many("MetadataResponse.topics")
        items3: list[MetadataResponseTopics] = []
        m.topics = items3
        for _ in TIMES[c] if c < 64 else range(c):
            e4 = new(MetadataResponseTopics)
            e4.topic_id = ZERO_UUID
            e4.topic_authorized_operations = -2147483648
            e4.error_code, n = _read_hh(buf, pos)
            pos += 4
            if n < 0:
                raise null_field("MetadataResponseTopics.name")
            end = pos + n
            e4.name = buf[pos:end].tobytes().decode()
            pos = end
            e4.is_internal, c = _read_oi(buf, pos)
            pos += 5
            if c < 0:
                raise null_field("MetadataResponseTopics.partitions")
            left -= c
            if left < 0:
                raise too_many("MetadataResponseTopics.partitions")
            items5: list[MetadataResponsePartitions] = []
            e4.partitions = items5
            for _ in TIMES[c] if c < 64 else range(c):
                e6 = new(MetadataResponsePartitions)
                e6.leader_epoch = -1
                e6.offline_replicas = []
                e6.error_code, e6.partition_index, e6.leader_id, c = _read_hiii(buf, pos)
                pos += 14
                if c < 0:
                    raise null_field("MetadataResponsePartitions.replica_nodes")
                left -= c
                if left < 0:
                    raise too_many("MetadataResponsePartitions.replica_nodes")
                e6.replica_nodes = read_int32s(buf, pos, c) if c else []
                pos += 4 * c
                c, = _read_i(buf, pos)
                pos += 4
                if c < 0:
                    raise null_field("MetadataResponsePartitions.isr_nodes")
                left -= c
                if left < 0:
                    raise too_many("MetadataResponsePartitions.isr_nodes")
                e6.isr_nodes = read_int32s(buf, pos, c) if c else []
                pos += 4 * c
                items5.append(e6)
            items3.append(e4)
    except DECODE_FAULTS as fault:
        raise malformed("MetadataResponse v2", fault) from fault
    if pos > limit:
        raise truncated("MetadataResponse v2")
    return m


def _encode_response_v2(m: MetadataResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.brokers)
        add(_pack_i(n))
        for e1 in m.brokers:
            raw = e1.host.encode()
            n = len(raw)
            add(_pack_ih(e1.node_id, n))
            if raw:
                add(raw)
            if e1.rack is None:
                raw = b""
                n = -1
            else:
                raw = e1.rack.encode()
                n = len(raw)
            add(_pack_ih(e1.port, n))
            if raw:
                add(raw)
        if m.cluster_id is None:
            raw = b""
            n = -1
        else:
            raw = m.cluster_id.encode()
            n = len(raw)
        add(_pack_h(n))
        if raw:
            add(raw)
        n = len(m.topics)
        add(_pack_ii(m.controller_id, n))
        for e2 in m.topics:
            if e2.name is None:
                raise null_field("MetadataResponseTopics.name")
            raw = e2.name.encode()
            n = len(raw)
            add(_pack_hh(e2.error_code, n))
            if raw:
                add(raw)
            n = len(e2.partitions)
            add(_pack_oi(e2.is_internal, n))
            for e3 in e2.partitions:
                n = len(e3.replica_nodes)
                add(_pack_hiii(e3.error_code, e3.partition_index, e3.leader_id, n))
                if e3.replica_nodes:
                    add(write_int32s(e3.replica_nodes))
                n = len(e3.isr_nodes)
                add(_pack_i(n))
                if e3.isr_nodes:
                    add(write_int32s(e3.isr_nodes))
    except ENCODE_FAULTS as fault:
        raise unencodable("MetadataResponse v2", fault) from fault
    return [b"".join(out)]


def _decode_response_v3(buf: memoryview, pos: int) -> MetadataResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(MetadataResponse)
        m.cluster_authorized_operations = -2147483648
        m.error_code = 0
        m.throttle_time_ms, c = _read_ii(buf, pos)
        pos += 8
        if c < 0:
            raise null_field("MetadataResponse.brokers")
        left -= c
        if left < 0:
            raise too_many("MetadataResponse.brokers")
        items1: list[MetadataResponseBrokers] = []
        m.brokers = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(MetadataResponseBrokers)
            e2.node_id, n = _read_ih(buf, pos)
            pos += 6
            if n < 0:
                raise null_field("MetadataResponseBrokers.host")
            end = pos + n
            e2.host = buf[pos:end].tobytes().decode()
            pos = end
            e2.port, n = _read_ih(buf, pos)
            pos += 6
            if n < 0:
                e2.rack = None
            else:
                end = pos + n
                e2.rack = buf[pos:end].tobytes().decode()
                pos = end
            items1.append(e2)
        n, = _read_h(buf, pos)
        pos += 2
        if n < 0:
            m.cluster_id = None
        else:
            end = pos + n
            m.cluster_id = buf[pos:end].tobytes().decode()
            pos = end
        m.controller_id, c = _read_ii(buf, pos)
        pos += 8
        if c < 0:
            raise null_field("MetadataResponse.topics")
        left -= c
        if left < 0:
            raise too_many("MetadataResponse.topics")
        items3: list[MetadataResponseTopics] = []
        m.topics = items3
        for _ in TIMES[c] if c < 64 else range(c):
            e4 = new(MetadataResponseTopics)
            e4.topic_id = ZERO_UUID
            e4.topic_authorized_operations = -2147483648
            e4.error_code, n = _read_hh(buf, pos)
            pos += 4
            if n < 0:
                raise null_field("MetadataResponseTopics.name")
            end = pos + n
            e4.name = buf[pos:end].tobytes().decode()
            pos = end
            e4.is_internal, c = _read_oi(buf, pos)
            pos += 5
            if c < 0:
                raise null_field("MetadataResponseTopics.partitions")
            left -= c
            if left < 0:
                raise too_many("MetadataResponseTopics.partitions")
            items5: list[MetadataResponsePartitions] = []
            e4.partitions = items5
            for _ in TIMES[c] if c < 64 else range(c):
                e6 = new(MetadataResponsePartitions)
                e6.leader_epoch = -1
                e6.offline_replicas = []
                e6.error_code, e6.partition_index, e6.leader_id, c = _read_hiii(buf, pos)
                pos += 14
                if c < 0:
                    raise null_field("MetadataResponsePartitions.replica_nodes")
                left -= c
                if left < 0:
                    raise too_many("MetadataResponsePartitions.replica_nodes")
                e6.replica_nodes = read_int32s(buf, pos, c) if c else []
                pos += 4 * c
                c, = _read_i(buf, pos)
                pos += 4
                if c < 0:
                    raise null_field("MetadataResponsePartitions.isr_nodes")
                left -= c
                if left < 0:
                    raise too_many("MetadataResponsePartitions.isr_nodes")
                e6.isr_nodes = read_int32s(buf, pos, c) if c else []
                pos += 4 * c
                items5.append(e6)
            items3.append(e4)
    except DECODE_FAULTS as fault:
        raise malformed("MetadataResponse v3-4", fault) from fault
    if pos > limit:
        raise truncated("MetadataResponse v3-4")
    return m


def _encode_response_v3(m: MetadataResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.brokers)
        add(_pack_ii(m.throttle_time_ms, n))
        for e1 in m.brokers:
            raw = e1.host.encode()
            n = len(raw)
            add(_pack_ih(e1.node_id, n))
            if raw:
                add(raw)
            if e1.rack is None:
                raw = b""
                n = -1
            else:
                raw = e1.rack.encode()
                n = len(raw)
            add(_pack_ih(e1.port, n))
            if raw:
                add(raw)
        if m.cluster_id is None:
            raw = b""
            n = -1
        else:
            raw = m.cluster_id.encode()
            n = len(raw)
        add(_pack_h(n))
        if raw:
            add(raw)
        n = len(m.topics)
        add(_pack_ii(m.controller_id, n))
        for e2 in m.topics:
            if e2.name is None:
                raise null_field("MetadataResponseTopics.name")
            raw = e2.name.encode()
            n = len(raw)
            add(_pack_hh(e2.error_code, n))
            if raw:
                add(raw)
            n = len(e2.partitions)
            add(_pack_oi(e2.is_internal, n))
            for e3 in e2.partitions:
                n = len(e3.replica_nodes)
                add(_pack_hiii(e3.error_code, e3.partition_index, e3.leader_id, n))
                if e3.replica_nodes:
                    add(write_int32s(e3.replica_nodes))
                n = len(e3.isr_nodes)
                add(_pack_i(n))
                if e3.isr_nodes:
                    add(write_int32s(e3.isr_nodes))
    except ENCODE_FAULTS as fault:
        raise unencodable("MetadataResponse v3-4", fault) from fault
    return [b"".join(out)]


def _decode_response_v5(buf: memoryview, pos: int) -> MetadataResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(MetadataResponse)
        m.cluster_authorized_operations = -2147483648
        m.error_code = 0
        m.throttle_time_ms, c = _read_ii(buf, pos)
        pos += 8
        if c < 0:
            raise null_field("MetadataResponse.brokers")
        left -= c
        if left < 0:
            raise too_many("MetadataResponse.brokers")
        items1: list[MetadataResponseBrokers] = []
        m.brokers = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(MetadataResponseBrokers)
            e2.node_id, n = _read_ih(buf, pos)
            pos += 6
            if n < 0:
                raise null_field("MetadataResponseBrokers.host")
            end = pos + n
            e2.host = buf[pos:end].tobytes().decode()
            pos = end
            e2.port, n = _read_ih(buf, pos)
            pos += 6
            if n < 0:
                e2.rack = None
            else:
                end = pos + n
                e2.rack = buf[pos:end].tobytes().decode()
                pos = end
            items1.append(e2)
        n, = _read_h(buf, pos)
        pos += 2
        if n < 0:
            m.cluster_id = None
        else:
            end = pos + n
            m.cluster_id = buf[pos:end].tobytes().decode()
            pos = end
        m.controller_id, c = _read_ii(buf, pos)
        pos += 8
        if c < 0:
            raise null_field("MetadataResponse.topics")
        left -= c
        if left < 0:
            raise too_many("MetadataResponse.topics")
        items3: list[MetadataResponseTopics] = []
        m.topics = items3
        for _ in TIMES[c] if c < 64 else range(c):
            e4 = new(MetadataResponseTopics)
            e4.topic_id = ZERO_UUID
            e4.topic_authorized_operations = -2147483648
            e4.error_code, n = _read_hh(buf, pos)
            pos += 4
            if n < 0:
                raise null_field("MetadataResponseTopics.name")
            end = pos + n
            e4.name = buf[pos:end].tobytes().decode()
            pos = end
            e4.is_internal, c = _read_oi(buf, pos)
            pos += 5
            if c < 0:
                raise null_field("MetadataResponseTopics.partitions")
            left -= c
            if left < 0:
                raise too_many("MetadataResponseTopics.partitions")
            items5: list[MetadataResponsePartitions] = []
            e4.partitions = items5
            for _ in TIMES[c] if c < 64 else range(c):
                e6 = new(MetadataResponsePartitions)
                e6.leader_epoch = -1
                e6.error_code, e6.partition_index, e6.leader_id, c = _read_hiii(buf, pos)
                pos += 14
                if c < 0:
                    raise null_field("MetadataResponsePartitions.replica_nodes")
                left -= c
                if left < 0:
                    raise too_many("MetadataResponsePartitions.replica_nodes")
                e6.replica_nodes = read_int32s(buf, pos, c) if c else []
                pos += 4 * c
                c, = _read_i(buf, pos)
                pos += 4
                if c < 0:
                    raise null_field("MetadataResponsePartitions.isr_nodes")
                left -= c
                if left < 0:
                    raise too_many("MetadataResponsePartitions.isr_nodes")
                e6.isr_nodes = read_int32s(buf, pos, c) if c else []
                pos += 4 * c
                c, = _read_i(buf, pos)
                pos += 4
                if c < 0:
                    raise null_field("MetadataResponsePartitions.offline_replicas")
                left -= c
                if left < 0:
                    raise too_many("MetadataResponsePartitions.offline_replicas")
                e6.offline_replicas = read_int32s(buf, pos, c) if c else []
                pos += 4 * c
                items5.append(e6)
            items3.append(e4)
    except DECODE_FAULTS as fault:
        raise malformed("MetadataResponse v5-6", fault) from fault
    if pos > limit:
        raise truncated("MetadataResponse v5-6")
    return m


def _encode_response_v5(m: MetadataResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.brokers)
        add(_pack_ii(m.throttle_time_ms, n))
        for e1 in m.brokers:
            raw = e1.host.encode()
            n = len(raw)
            add(_pack_ih(e1.node_id, n))
            if raw:
                add(raw)
            if e1.rack is None:
                raw = b""
                n = -1
            else:
                raw = e1.rack.encode()
                n = len(raw)
            add(_pack_ih(e1.port, n))
            if raw:
                add(raw)
        if m.cluster_id is None:
            raw = b""
            n = -1
        else:
            raw = m.cluster_id.encode()
            n = len(raw)
        add(_pack_h(n))
        if raw:
            add(raw)
        n = len(m.topics)
        add(_pack_ii(m.controller_id, n))
        for e2 in m.topics:
            if e2.name is None:
                raise null_field("MetadataResponseTopics.name")
            raw = e2.name.encode()
            n = len(raw)
            add(_pack_hh(e2.error_code, n))
            if raw:
                add(raw)
            n = len(e2.partitions)
            add(_pack_oi(e2.is_internal, n))
            for e3 in e2.partitions:
                n = len(e3.replica_nodes)
                add(_pack_hiii(e3.error_code, e3.partition_index, e3.leader_id, n))
                if e3.replica_nodes:
                    add(write_int32s(e3.replica_nodes))
                n = len(e3.isr_nodes)
                add(_pack_i(n))
                if e3.isr_nodes:
                    add(write_int32s(e3.isr_nodes))
                n = len(e3.offline_replicas)
                add(_pack_i(n))
                if e3.offline_replicas:
                    add(write_int32s(e3.offline_replicas))
    except ENCODE_FAULTS as fault:
        raise unencodable("MetadataResponse v5-6", fault) from fault
    return [b"".join(out)]


def _decode_response_v7(buf: memoryview, pos: int) -> MetadataResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(MetadataResponse)
        m.cluster_authorized_operations = -2147483648
        m.error_code = 0
        m.throttle_time_ms, c = _read_ii(buf, pos)
        pos += 8
        if c < 0:
            raise null_field("MetadataResponse.brokers")
        left -= c
        if left < 0:
            raise too_many("MetadataResponse.brokers")
        items1: list[MetadataResponseBrokers] = []
        m.brokers = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(MetadataResponseBrokers)
            e2.node_id, n = _read_ih(buf, pos)
            pos += 6
            if n < 0:
                raise null_field("MetadataResponseBrokers.host")
            end = pos + n
            e2.host = buf[pos:end].tobytes().decode()
            pos = end
            e2.port, n = _read_ih(buf, pos)
            pos += 6
            if n < 0:
                e2.rack = None
            else:
                end = pos + n
                e2.rack = buf[pos:end].tobytes().decode()
                pos = end
            items1.append(e2)
        n, = _read_h(buf, pos)
        pos += 2
        if n < 0:
            m.cluster_id = None
        else:
            end = pos + n
            m.cluster_id = buf[pos:end].tobytes().decode()
            pos = end
        m.controller_id, c = _read_ii(buf, pos)
        pos += 8
        if c < 0:
            raise null_field("MetadataResponse.topics")
        left -= c
        if left < 0:
            raise too_many("MetadataResponse.topics")
        items3: list[MetadataResponseTopics] = []
        m.topics = items3
        for _ in TIMES[c] if c < 64 else range(c):
            e4 = new(MetadataResponseTopics)
            e4.topic_id = ZERO_UUID
            e4.topic_authorized_operations = -2147483648
            e4.error_code, n = _read_hh(buf, pos)
            pos += 4
            if n < 0:
                raise null_field("MetadataResponseTopics.name")
            end = pos + n
            e4.name = buf[pos:end].tobytes().decode()
            pos = end
            e4.is_internal, c = _read_oi(buf, pos)
            pos += 5
            if c < 0:
                raise null_field("MetadataResponseTopics.partitions")
            left -= c
            if left < 0:
                raise too_many("MetadataResponseTopics.partitions")
            items5: list[MetadataResponsePartitions] = []
            e4.partitions = items5
            for _ in TIMES[c] if c < 64 else range(c):
                e6 = new(MetadataResponsePartitions)
                e6.error_code, e6.partition_index, e6.leader_id, e6.leader_epoch, c = _read_hiiii(buf, pos)
                pos += 18
                if c < 0:
                    raise null_field("MetadataResponsePartitions.replica_nodes")
                left -= c
                if left < 0:
                    raise too_many("MetadataResponsePartitions.replica_nodes")
                e6.replica_nodes = read_int32s(buf, pos, c) if c else []
                pos += 4 * c
                c, = _read_i(buf, pos)
                pos += 4
                if c < 0:
                    raise null_field("MetadataResponsePartitions.isr_nodes")
                left -= c
                if left < 0:
                    raise too_many("MetadataResponsePartitions.isr_nodes")
                e6.isr_nodes = read_int32s(buf, pos, c) if c else []
                pos += 4 * c
                c, = _read_i(buf, pos)
                pos += 4
                if c < 0:
                    raise null_field("MetadataResponsePartitions.offline_replicas")
                left -= c
                if left < 0:
                    raise too_many("MetadataResponsePartitions.offline_replicas")
                e6.offline_replicas = read_int32s(buf, pos, c) if c else []
                pos += 4 * c
                items5.append(e6)
            items3.append(e4)
    except DECODE_FAULTS as fault:
        raise malformed("MetadataResponse v7", fault) from fault
    if pos > limit:
        raise truncated("MetadataResponse v7")
    return m


def _encode_response_v7(m: MetadataResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.brokers)
        add(_pack_ii(m.throttle_time_ms, n))
        for e1 in m.brokers:
            raw = e1.host.encode()
            n = len(raw)
            add(_pack_ih(e1.node_id, n))
            if raw:
                add(raw)
            if e1.rack is None:
                raw = b""
                n = -1
            else:
                raw = e1.rack.encode()
                n = len(raw)
            add(_pack_ih(e1.port, n))
            if raw:
                add(raw)
        if m.cluster_id is None:
            raw = b""
            n = -1
        else:
            raw = m.cluster_id.encode()
            n = len(raw)
        add(_pack_h(n))
        if raw:
            add(raw)
        n = len(m.topics)
        add(_pack_ii(m.controller_id, n))
        for e2 in m.topics:
            if e2.name is None:
                raise null_field("MetadataResponseTopics.name")
            raw = e2.name.encode()
            n = len(raw)
            add(_pack_hh(e2.error_code, n))
            if raw:
                add(raw)
            n = len(e2.partitions)
            add(_pack_oi(e2.is_internal, n))
            for e3 in e2.partitions:
                n = len(e3.replica_nodes)
                add(_pack_hiiii(e3.error_code, e3.partition_index, e3.leader_id, e3.leader_epoch, n))
                if e3.replica_nodes:
                    add(write_int32s(e3.replica_nodes))
                n = len(e3.isr_nodes)
                add(_pack_i(n))
                if e3.isr_nodes:
                    add(write_int32s(e3.isr_nodes))
                n = len(e3.offline_replicas)
                add(_pack_i(n))
                if e3.offline_replicas:
                    add(write_int32s(e3.offline_replicas))
    except ENCODE_FAULTS as fault:
        raise unencodable("MetadataResponse v7", fault) from fault
    return [b"".join(out)]


def _decode_response_v8(buf: memoryview, pos: int) -> MetadataResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(MetadataResponse)
        m.error_code = 0
        m.throttle_time_ms, c = _read_ii(buf, pos)
        pos += 8
        if c < 0:
            raise null_field("MetadataResponse.brokers")
        left -= c
        if left < 0:
            raise too_many("MetadataResponse.brokers")
        items1: list[MetadataResponseBrokers] = []
        m.brokers = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(MetadataResponseBrokers)
            e2.node_id, n = _read_ih(buf, pos)
            pos += 6
            if n < 0:
                raise null_field("MetadataResponseBrokers.host")
            end = pos + n
            e2.host = buf[pos:end].tobytes().decode()
            pos = end
            e2.port, n = _read_ih(buf, pos)
            pos += 6
            if n < 0:
                e2.rack = None
            else:
                end = pos + n
                e2.rack = buf[pos:end].tobytes().decode()
                pos = end
            items1.append(e2)
        n, = _read_h(buf, pos)
        pos += 2
        if n < 0:
            m.cluster_id = None
        else:
            end = pos + n
            m.cluster_id = buf[pos:end].tobytes().decode()
            pos = end
        m.controller_id, c = _read_ii(buf, pos)
        pos += 8
        if c < 0:
            raise null_field("MetadataResponse.topics")
        left -= c
        if left < 0:
            raise too_many("MetadataResponse.topics")
        items3: list[MetadataResponseTopics] = []
        m.topics = items3
        for _ in TIMES[c] if c < 64 else range(c):
            e4 = new(MetadataResponseTopics)
            e4.topic_id = ZERO_UUID
            e4.error_code, n = _read_hh(buf, pos)
            pos += 4
            if n < 0:
                raise null_field("MetadataResponseTopics.name")
            end = pos + n
            e4.name = buf[pos:end].tobytes().decode()
            pos = end
            e4.is_internal, c = _read_oi(buf, pos)
            pos += 5
            if c < 0:
                raise null_field("MetadataResponseTopics.partitions")
            left -= c
            if left < 0:
                raise too_many("MetadataResponseTopics.partitions")
            items5: list[MetadataResponsePartitions] = []
            e4.partitions = items5
            for _ in TIMES[c] if c < 64 else range(c):
                e6 = new(MetadataResponsePartitions)
                e6.error_code, e6.partition_index, e6.leader_id, e6.leader_epoch, c = _read_hiiii(buf, pos)
                pos += 18
                if c < 0:
                    raise null_field("MetadataResponsePartitions.replica_nodes")
                left -= c
                if left < 0:
                    raise too_many("MetadataResponsePartitions.replica_nodes")
                e6.replica_nodes = read_int32s(buf, pos, c) if c else []
                pos += 4 * c
                c, = _read_i(buf, pos)
                pos += 4
                if c < 0:
                    raise null_field("MetadataResponsePartitions.isr_nodes")
                left -= c
                if left < 0:
                    raise too_many("MetadataResponsePartitions.isr_nodes")
                e6.isr_nodes = read_int32s(buf, pos, c) if c else []
                pos += 4 * c
                c, = _read_i(buf, pos)
                pos += 4
                if c < 0:
                    raise null_field("MetadataResponsePartitions.offline_replicas")
                left -= c
                if left < 0:
                    raise too_many("MetadataResponsePartitions.offline_replicas")
                e6.offline_replicas = read_int32s(buf, pos, c) if c else []
                pos += 4 * c
                items5.append(e6)
            e4.topic_authorized_operations, = _read_i(buf, pos)
            pos += 4
            items3.append(e4)
        m.cluster_authorized_operations, = _read_i(buf, pos)
        pos += 4
    except DECODE_FAULTS as fault:
        raise malformed("MetadataResponse v8", fault) from fault
    if pos > limit:
        raise truncated("MetadataResponse v8")
    return m


def _encode_response_v8(m: MetadataResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.brokers)
        add(_pack_ii(m.throttle_time_ms, n))
        for e1 in m.brokers:
            raw = e1.host.encode()
            n = len(raw)
            add(_pack_ih(e1.node_id, n))
            if raw:
                add(raw)
            if e1.rack is None:
                raw = b""
                n = -1
            else:
                raw = e1.rack.encode()
                n = len(raw)
            add(_pack_ih(e1.port, n))
            if raw:
                add(raw)
        if m.cluster_id is None:
            raw = b""
            n = -1
        else:
            raw = m.cluster_id.encode()
            n = len(raw)
        add(_pack_h(n))
        if raw:
            add(raw)
        n = len(m.topics)
        add(_pack_ii(m.controller_id, n))
        for e2 in m.topics:
            if e2.name is None:
                raise null_field("MetadataResponseTopics.name")
            raw = e2.name.encode()
            n = len(raw)
            add(_pack_hh(e2.error_code, n))
            if raw:
                add(raw)
            n = len(e2.partitions)
            add(_pack_oi(e2.is_internal, n))
            for e3 in e2.partitions:
                n = len(e3.replica_nodes)
                add(_pack_hiiii(e3.error_code, e3.partition_index, e3.leader_id, e3.leader_epoch, n))
                if e3.replica_nodes:
                    add(write_int32s(e3.replica_nodes))
                n = len(e3.isr_nodes)
                add(_pack_i(n))
                if e3.isr_nodes:
                    add(write_int32s(e3.isr_nodes))
                n = len(e3.offline_replicas)
                add(_pack_i(n))
                if e3.offline_replicas:
                    add(write_int32s(e3.offline_replicas))
            add(_pack_i(e2.topic_authorized_operations))
        add(_pack_i(m.cluster_authorized_operations))
    except ENCODE_FAULTS as fault:
        raise unencodable("MetadataResponse v8", fault) from fault
    return [b"".join(out)]


def _decode_response_v9(buf: memoryview, pos: int) -> MetadataResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(MetadataResponse)
        m.error_code = 0
        m.throttle_time_ms, c = _read_iB(buf, pos)
        pos += 5
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("MetadataResponse.brokers")
        left -= c
        if left < 0:
            raise too_many("MetadataResponse.brokers")
        items1: list[MetadataResponseBrokers] = []
        m.brokers = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(MetadataResponseBrokers)
            e2.node_id, n = _read_iB(buf, pos)
            pos += 5
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("MetadataResponseBrokers.host")
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
        n = buf[pos]
        pos += 1
        if n > 127:
            n, pos = string_rest(buf, pos, n)
        if not n:
            m.cluster_id = None
        else:
            end = pos + n - 1
            m.cluster_id = buf[pos:end].tobytes().decode()
            pos = end
        m.controller_id, c = _read_iB(buf, pos)
        pos += 5
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("MetadataResponse.topics")
        left -= c
        if left < 0:
            raise too_many("MetadataResponse.topics")
        items3: list[MetadataResponseTopics] = []
        m.topics = items3
        for _ in TIMES[c] if c < 64 else range(c):
            e4 = new(MetadataResponseTopics)
            e4.topic_id = ZERO_UUID
            e4.error_code, n = _read_hB(buf, pos)
            pos += 3
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("MetadataResponseTopics.name")
            end = pos + n - 1
            e4.name = buf[pos:end].tobytes().decode()
            pos = end
            e4.is_internal, c = _read_oB(buf, pos)
            pos += 2
            if c > 127:
                c, pos = uvarint_rest(buf, pos, c)
            c -= 1
            if c < 0:
                raise null_field("MetadataResponseTopics.partitions")
            left -= c
            if left < 0:
                raise too_many("MetadataResponseTopics.partitions")
            items5: list[MetadataResponsePartitions] = []
            e4.partitions = items5
            for _ in TIMES[c] if c < 64 else range(c):
                e6 = new(MetadataResponsePartitions)
                e6.error_code, e6.partition_index, e6.leader_id, e6.leader_epoch, c = _read_hiiiB(buf, pos)
                pos += 15
                if c > 127:
                    c, pos = uvarint_rest(buf, pos, c)
                c -= 1
                if c < 0:
                    raise null_field("MetadataResponsePartitions.replica_nodes")
                left -= c
                if left < 0:
                    raise too_many("MetadataResponsePartitions.replica_nodes")
                e6.replica_nodes = read_int32s(buf, pos, c) if c else []
                pos += 4 * c
                c = buf[pos]
                pos += 1
                if c > 127:
                    c, pos = uvarint_rest(buf, pos, c)
                c -= 1
                if c < 0:
                    raise null_field("MetadataResponsePartitions.isr_nodes")
                left -= c
                if left < 0:
                    raise too_many("MetadataResponsePartitions.isr_nodes")
                e6.isr_nodes = read_int32s(buf, pos, c) if c else []
                pos += 4 * c
                c = buf[pos]
                pos += 1
                if c > 127:
                    c, pos = uvarint_rest(buf, pos, c)
                c -= 1
                if c < 0:
                    raise null_field("MetadataResponsePartitions.offline_replicas")
                left -= c
                if left < 0:
                    raise too_many("MetadataResponsePartitions.offline_replicas")
                e6.offline_replicas = read_int32s(buf, pos, c) if c else []
                pos += 4 * c
                t = buf[pos]
                pos += 1
                if t:
                    pos, left = skip_tags_within(buf, pos, t, left)
                items5.append(e6)
            e4.topic_authorized_operations, t = _read_iB(buf, pos)
            pos += 5
            if t:
                pos, left = skip_tags_within(buf, pos, t, left)
            items3.append(e4)
        m.cluster_authorized_operations, t = _read_iB(buf, pos)
        pos += 5
        if t:
            pos, left = skip_tags_within(buf, pos, t, left)
    except DECODE_FAULTS as fault:
        raise malformed("MetadataResponse v9", fault) from fault
    if pos > limit:
        raise truncated("MetadataResponse v9")
    return m


def _encode_response_v9(m: MetadataResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.brokers) + 1
        if n < 128:
            add(_pack_iB(m.throttle_time_ms, n))
        else:
            add(_pack_i(m.throttle_time_ms))
            add(uvarint(n))
        for e1 in m.brokers:
            raw = e1.host.encode()
            n = len(raw) + 1
            if n < 128:
                add(_pack_iB(e1.node_id, n))
            else:
                add(_pack_i(e1.node_id))
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
        if m.cluster_id is None:
            raw = b""
            n = 0
        else:
            raw = m.cluster_id.encode()
            n = len(raw) + 1
        add(BYTE[n] if n < 128 else string_prefix(n))
        if raw:
            add(raw)
        n = len(m.topics) + 1
        if n < 128:
            add(_pack_iB(m.controller_id, n))
        else:
            add(_pack_i(m.controller_id))
            add(uvarint(n))
        for e2 in m.topics:
            if e2.name is None:
                raise null_field("MetadataResponseTopics.name")
            raw = e2.name.encode()
            n = len(raw) + 1
            if n < 128:
                add(_pack_hB(e2.error_code, n))
            else:
                add(_pack_h(e2.error_code))
                add(string_prefix(n))
            if raw:
                add(raw)
            n = len(e2.partitions) + 1
            if n < 128:
                add(_pack_oB(e2.is_internal, n))
            else:
                add(_pack_o(e2.is_internal))
                add(uvarint(n))
            for e3 in e2.partitions:
                n = len(e3.replica_nodes) + 1
                if n < 128:
                    add(_pack_hiiiB(e3.error_code, e3.partition_index, e3.leader_id, e3.leader_epoch, n))
                else:
                    add(_pack_hiii(e3.error_code, e3.partition_index, e3.leader_id, e3.leader_epoch))
                    add(uvarint(n))
                if e3.replica_nodes:
                    add(write_int32s(e3.replica_nodes))
                n = len(e3.isr_nodes) + 1
                add(BYTE[n] if n < 128 else uvarint(n))
                if e3.isr_nodes:
                    add(write_int32s(e3.isr_nodes))
                n = len(e3.offline_replicas) + 1
                add(BYTE[n] if n < 128 else uvarint(n))
                if e3.offline_replicas:
                    add(write_int32s(e3.offline_replicas))
                add(b"\0")
            add(_pack_ix(e2.topic_authorized_operations))
        add(_pack_ix(m.cluster_authorized_operations))
    except ENCODE_FAULTS as fault:
        raise unencodable("MetadataResponse v9", fault) from fault
    return [b"".join(out)]


def _decode_response_v10(buf: memoryview, pos: int) -> MetadataResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(MetadataResponse)
        m.error_code = 0
        m.throttle_time_ms, c = _read_iB(buf, pos)
        pos += 5
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("MetadataResponse.brokers")
        left -= c
        if left < 0:
            raise too_many("MetadataResponse.brokers")
        items1: list[MetadataResponseBrokers] = []
        m.brokers = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(MetadataResponseBrokers)
            e2.node_id, n = _read_iB(buf, pos)
            pos += 5
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("MetadataResponseBrokers.host")
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
        n = buf[pos]
        pos += 1
        if n > 127:
            n, pos = string_rest(buf, pos, n)
        if not n:
            m.cluster_id = None
        else:
            end = pos + n - 1
            m.cluster_id = buf[pos:end].tobytes().decode()
            pos = end
        m.controller_id, c = _read_iB(buf, pos)
        pos += 5
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("MetadataResponse.topics")
        left -= c
        if left < 0:
            raise too_many("MetadataResponse.topics")
        items3: list[MetadataResponseTopics] = []
        m.topics = items3
        for _ in TIMES[c] if c < 64 else range(c):
            e4 = new(MetadataResponseTopics)
            e4.error_code, n = _read_hB(buf, pos)
            pos += 3
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("MetadataResponseTopics.name")
            end = pos + n - 1
            e4.name = buf[pos:end].tobytes().decode()
            pos = end
            e4.topic_id, e4.is_internal, c = _read_uoB(buf, pos)
            pos += 18
            if c > 127:
                c, pos = uvarint_rest(buf, pos, c)
            c -= 1
            if c < 0:
                raise null_field("MetadataResponseTopics.partitions")
            left -= c
            if left < 0:
                raise too_many("MetadataResponseTopics.partitions")
            items5: list[MetadataResponsePartitions] = []
            e4.partitions = items5
            for _ in TIMES[c] if c < 64 else range(c):
                e6 = new(MetadataResponsePartitions)
                e6.error_code, e6.partition_index, e6.leader_id, e6.leader_epoch, c = _read_hiiiB(buf, pos)
                pos += 15
                if c > 127:
                    c, pos = uvarint_rest(buf, pos, c)
                c -= 1
                if c < 0:
                    raise null_field("MetadataResponsePartitions.replica_nodes")
                left -= c
                if left < 0:
                    raise too_many("MetadataResponsePartitions.replica_nodes")
                e6.replica_nodes = read_int32s(buf, pos, c) if c else []
                pos += 4 * c
                c = buf[pos]
                pos += 1
                if c > 127:
                    c, pos = uvarint_rest(buf, pos, c)
                c -= 1
                if c < 0:
                    raise null_field("MetadataResponsePartitions.isr_nodes")
                left -= c
                if left < 0:
                    raise too_many("MetadataResponsePartitions.isr_nodes")
                e6.isr_nodes = read_int32s(buf, pos, c) if c else []
                pos += 4 * c
                c = buf[pos]
                pos += 1
                if c > 127:
                    c, pos = uvarint_rest(buf, pos, c)
                c -= 1
                if c < 0:
                    raise null_field("MetadataResponsePartitions.offline_replicas")
                left -= c
                if left < 0:
                    raise too_many("MetadataResponsePartitions.offline_replicas")
                e6.offline_replicas = read_int32s(buf, pos, c) if c else []
                pos += 4 * c
                t = buf[pos]
                pos += 1
                if t:
                    pos, left = skip_tags_within(buf, pos, t, left)
                items5.append(e6)
            e4.topic_authorized_operations, t = _read_iB(buf, pos)
            pos += 5
            if t:
                pos, left = skip_tags_within(buf, pos, t, left)
            items3.append(e4)
        m.cluster_authorized_operations, t = _read_iB(buf, pos)
        pos += 5
        if t:
            pos, left = skip_tags_within(buf, pos, t, left)
    except DECODE_FAULTS as fault:
        raise malformed("MetadataResponse v10", fault) from fault
    if pos > limit:
        raise truncated("MetadataResponse v10")
    return m


def _encode_response_v10(m: MetadataResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.brokers) + 1
        if n < 128:
            add(_pack_iB(m.throttle_time_ms, n))
        else:
            add(_pack_i(m.throttle_time_ms))
            add(uvarint(n))
        for e1 in m.brokers:
            raw = e1.host.encode()
            n = len(raw) + 1
            if n < 128:
                add(_pack_iB(e1.node_id, n))
            else:
                add(_pack_i(e1.node_id))
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
        if m.cluster_id is None:
            raw = b""
            n = 0
        else:
            raw = m.cluster_id.encode()
            n = len(raw) + 1
        add(BYTE[n] if n < 128 else string_prefix(n))
        if raw:
            add(raw)
        n = len(m.topics) + 1
        if n < 128:
            add(_pack_iB(m.controller_id, n))
        else:
            add(_pack_i(m.controller_id))
            add(uvarint(n))
        for e2 in m.topics:
            if e2.name is None:
                raise null_field("MetadataResponseTopics.name")
            raw = e2.name.encode()
            n = len(raw) + 1
            if n < 128:
                add(_pack_hB(e2.error_code, n))
            else:
                add(_pack_h(e2.error_code))
                add(string_prefix(n))
            if raw:
                add(raw)
            n = len(e2.partitions) + 1
            if n < 128:
                add(_pack_uoB(uuid_bytes(e2.topic_id), e2.is_internal, n))
            else:
                add(_pack_uo(uuid_bytes(e2.topic_id), e2.is_internal))
                add(uvarint(n))
            for e3 in e2.partitions:
                n = len(e3.replica_nodes) + 1
                if n < 128:
                    add(_pack_hiiiB(e3.error_code, e3.partition_index, e3.leader_id, e3.leader_epoch, n))
                else:
                    add(_pack_hiii(e3.error_code, e3.partition_index, e3.leader_id, e3.leader_epoch))
                    add(uvarint(n))
                if e3.replica_nodes:
                    add(write_int32s(e3.replica_nodes))
                n = len(e3.isr_nodes) + 1
                add(BYTE[n] if n < 128 else uvarint(n))
                if e3.isr_nodes:
                    add(write_int32s(e3.isr_nodes))
                n = len(e3.offline_replicas) + 1
                add(BYTE[n] if n < 128 else uvarint(n))
                if e3.offline_replicas:
                    add(write_int32s(e3.offline_replicas))
                add(b"\0")
            add(_pack_ix(e2.topic_authorized_operations))
        add(_pack_ix(m.cluster_authorized_operations))
    except ENCODE_FAULTS as fault:
        raise unencodable("MetadataResponse v10", fault) from fault
    return [b"".join(out)]


def _decode_response_v11(buf: memoryview, pos: int) -> MetadataResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(MetadataResponse)
        m.cluster_authorized_operations = -2147483648
        m.error_code = 0
        m.throttle_time_ms, c = _read_iB(buf, pos)
        pos += 5
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("MetadataResponse.brokers")
        left -= c
        if left < 0:
            raise too_many("MetadataResponse.brokers")
        items1: list[MetadataResponseBrokers] = []
        m.brokers = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(MetadataResponseBrokers)
            e2.node_id, n = _read_iB(buf, pos)
            pos += 5
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("MetadataResponseBrokers.host")
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
        n = buf[pos]
        pos += 1
        if n > 127:
            n, pos = string_rest(buf, pos, n)
        if not n:
            m.cluster_id = None
        else:
            end = pos + n - 1
            m.cluster_id = buf[pos:end].tobytes().decode()
            pos = end
        m.controller_id, c = _read_iB(buf, pos)
        pos += 5
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("MetadataResponse.topics")
        left -= c
        if left < 0:
            raise too_many("MetadataResponse.topics")
        items3: list[MetadataResponseTopics] = []
        m.topics = items3
        for _ in TIMES[c] if c < 64 else range(c):
            e4 = new(MetadataResponseTopics)
            e4.error_code, n = _read_hB(buf, pos)
            pos += 3
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("MetadataResponseTopics.name")
            end = pos + n - 1
            e4.name = buf[pos:end].tobytes().decode()
            pos = end
            e4.topic_id, e4.is_internal, c = _read_uoB(buf, pos)
            pos += 18
            if c > 127:
                c, pos = uvarint_rest(buf, pos, c)
            c -= 1
            if c < 0:
                raise null_field("MetadataResponseTopics.partitions")
            left -= c
            if left < 0:
                raise too_many("MetadataResponseTopics.partitions")
            items5: list[MetadataResponsePartitions] = []
            e4.partitions = items5
            for _ in TIMES[c] if c < 64 else range(c):
                e6 = new(MetadataResponsePartitions)
                e6.error_code, e6.partition_index, e6.leader_id, e6.leader_epoch, c = _read_hiiiB(buf, pos)
                pos += 15
                if c > 127:
                    c, pos = uvarint_rest(buf, pos, c)
                c -= 1
                if c < 0:
                    raise null_field("MetadataResponsePartitions.replica_nodes")
                left -= c
                if left < 0:
                    raise too_many("MetadataResponsePartitions.replica_nodes")
                e6.replica_nodes = read_int32s(buf, pos, c) if c else []
                pos += 4 * c
                c = buf[pos]
                pos += 1
                if c > 127:
                    c, pos = uvarint_rest(buf, pos, c)
                c -= 1
                if c < 0:
                    raise null_field("MetadataResponsePartitions.isr_nodes")
                left -= c
                if left < 0:
                    raise too_many("MetadataResponsePartitions.isr_nodes")
                e6.isr_nodes = read_int32s(buf, pos, c) if c else []
                pos += 4 * c
                c = buf[pos]
                pos += 1
                if c > 127:
                    c, pos = uvarint_rest(buf, pos, c)
                c -= 1
                if c < 0:
                    raise null_field("MetadataResponsePartitions.offline_replicas")
                left -= c
                if left < 0:
                    raise too_many("MetadataResponsePartitions.offline_replicas")
                e6.offline_replicas = read_int32s(buf, pos, c) if c else []
                pos += 4 * c
                t = buf[pos]
                pos += 1
                if t:
                    pos, left = skip_tags_within(buf, pos, t, left)
                items5.append(e6)
            e4.topic_authorized_operations, t = _read_iB(buf, pos)
            pos += 5
            if t:
                pos, left = skip_tags_within(buf, pos, t, left)
            items3.append(e4)
        t = buf[pos]
        pos += 1
        if t:
            pos, left = skip_tags_within(buf, pos, t, left)
    except DECODE_FAULTS as fault:
        raise malformed("MetadataResponse v11", fault) from fault
    if pos > limit:
        raise truncated("MetadataResponse v11")
    return m


def _encode_response_v11(m: MetadataResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.brokers) + 1
        if n < 128:
            add(_pack_iB(m.throttle_time_ms, n))
        else:
            add(_pack_i(m.throttle_time_ms))
            add(uvarint(n))
        for e1 in m.brokers:
            raw = e1.host.encode()
            n = len(raw) + 1
            if n < 128:
                add(_pack_iB(e1.node_id, n))
            else:
                add(_pack_i(e1.node_id))
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
        if m.cluster_id is None:
            raw = b""
            n = 0
        else:
            raw = m.cluster_id.encode()
            n = len(raw) + 1
        add(BYTE[n] if n < 128 else string_prefix(n))
        if raw:
            add(raw)
        n = len(m.topics) + 1
        if n < 128:
            add(_pack_iB(m.controller_id, n))
        else:
            add(_pack_i(m.controller_id))
            add(uvarint(n))
        for e2 in m.topics:
            if e2.name is None:
                raise null_field("MetadataResponseTopics.name")
            raw = e2.name.encode()
            n = len(raw) + 1
            if n < 128:
                add(_pack_hB(e2.error_code, n))
            else:
                add(_pack_h(e2.error_code))
                add(string_prefix(n))
            if raw:
                add(raw)
            n = len(e2.partitions) + 1
            if n < 128:
                add(_pack_uoB(uuid_bytes(e2.topic_id), e2.is_internal, n))
            else:
                add(_pack_uo(uuid_bytes(e2.topic_id), e2.is_internal))
                add(uvarint(n))
            for e3 in e2.partitions:
                n = len(e3.replica_nodes) + 1
                if n < 128:
                    add(_pack_hiiiB(e3.error_code, e3.partition_index, e3.leader_id, e3.leader_epoch, n))
                else:
                    add(_pack_hiii(e3.error_code, e3.partition_index, e3.leader_id, e3.leader_epoch))
                    add(uvarint(n))
                if e3.replica_nodes:
                    add(write_int32s(e3.replica_nodes))
                n = len(e3.isr_nodes) + 1
                add(BYTE[n] if n < 128 else uvarint(n))
                if e3.isr_nodes:
                    add(write_int32s(e3.isr_nodes))
                n = len(e3.offline_replicas) + 1
                add(BYTE[n] if n < 128 else uvarint(n))
                if e3.offline_replicas:
                    add(write_int32s(e3.offline_replicas))
                add(b"\0")
            add(_pack_ix(e2.topic_authorized_operations))
        add(b"\0")
    except ENCODE_FAULTS as fault:
        raise unencodable("MetadataResponse v11", fault) from fault
    return [b"".join(out)]


def _decode_response_v12(buf: memoryview, pos: int) -> MetadataResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(MetadataResponse)
        m.cluster_authorized_operations = -2147483648
        m.error_code = 0
        m.throttle_time_ms, c = _read_iB(buf, pos)
        pos += 5
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("MetadataResponse.brokers")
        left -= c
        if left < 0:
            raise too_many("MetadataResponse.brokers")
        items1: list[MetadataResponseBrokers] = []
        m.brokers = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(MetadataResponseBrokers)
            e2.node_id, n = _read_iB(buf, pos)
            pos += 5
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("MetadataResponseBrokers.host")
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
        n = buf[pos]
        pos += 1
        if n > 127:
            n, pos = string_rest(buf, pos, n)
        if not n:
            m.cluster_id = None
        else:
            end = pos + n - 1
            m.cluster_id = buf[pos:end].tobytes().decode()
            pos = end
        m.controller_id, c = _read_iB(buf, pos)
        pos += 5
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("MetadataResponse.topics")
        left -= c
        if left < 0:
            raise too_many("MetadataResponse.topics")
        items3: list[MetadataResponseTopics] = []
        m.topics = items3
        for _ in TIMES[c] if c < 64 else range(c):
            e4 = new(MetadataResponseTopics)
            e4.error_code, n = _read_hB(buf, pos)
            pos += 3
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                e4.name = None
            else:
                end = pos + n - 1
                e4.name = buf[pos:end].tobytes().decode()
                pos = end
            e4.topic_id, e4.is_internal, c = _read_uoB(buf, pos)
            pos += 18
            if c > 127:
                c, pos = uvarint_rest(buf, pos, c)
            c -= 1
            if c < 0:
                raise null_field("MetadataResponseTopics.partitions")
            left -= c
            if left < 0:
                raise too_many("MetadataResponseTopics.partitions")
            items5: list[MetadataResponsePartitions] = []
            e4.partitions = items5
            for _ in TIMES[c] if c < 64 else range(c):
                e6 = new(MetadataResponsePartitions)
                e6.error_code, e6.partition_index, e6.leader_id, e6.leader_epoch, c = _read_hiiiB(buf, pos)
                pos += 15
                if c > 127:
                    c, pos = uvarint_rest(buf, pos, c)
                c -= 1
                if c < 0:
                    raise null_field("MetadataResponsePartitions.replica_nodes")
                left -= c
                if left < 0:
                    raise too_many("MetadataResponsePartitions.replica_nodes")
                e6.replica_nodes = read_int32s(buf, pos, c) if c else []
                pos += 4 * c
                c = buf[pos]
                pos += 1
                if c > 127:
                    c, pos = uvarint_rest(buf, pos, c)
                c -= 1
                if c < 0:
                    raise null_field("MetadataResponsePartitions.isr_nodes")
                left -= c
                if left < 0:
                    raise too_many("MetadataResponsePartitions.isr_nodes")
                e6.isr_nodes = read_int32s(buf, pos, c) if c else []
                pos += 4 * c
                c = buf[pos]
                pos += 1
                if c > 127:
                    c, pos = uvarint_rest(buf, pos, c)
                c -= 1
                if c < 0:
                    raise null_field("MetadataResponsePartitions.offline_replicas")
                left -= c
                if left < 0:
                    raise too_many("MetadataResponsePartitions.offline_replicas")
                e6.offline_replicas = read_int32s(buf, pos, c) if c else []
                pos += 4 * c
                t = buf[pos]
                pos += 1
                if t:
                    pos, left = skip_tags_within(buf, pos, t, left)
                items5.append(e6)
            e4.topic_authorized_operations, t = _read_iB(buf, pos)
            pos += 5
            if t:
                pos, left = skip_tags_within(buf, pos, t, left)
            items3.append(e4)
        t = buf[pos]
        pos += 1
        if t:
            pos, left = skip_tags_within(buf, pos, t, left)
    except DECODE_FAULTS as fault:
        raise malformed("MetadataResponse v12", fault) from fault
    if pos > limit:
        raise truncated("MetadataResponse v12")
    return m


def _encode_response_v12(m: MetadataResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.brokers) + 1
        if n < 128:
            add(_pack_iB(m.throttle_time_ms, n))
        else:
            add(_pack_i(m.throttle_time_ms))
            add(uvarint(n))
        for e1 in m.brokers:
            raw = e1.host.encode()
            n = len(raw) + 1
            if n < 128:
                add(_pack_iB(e1.node_id, n))
            else:
                add(_pack_i(e1.node_id))
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
        if m.cluster_id is None:
            raw = b""
            n = 0
        else:
            raw = m.cluster_id.encode()
            n = len(raw) + 1
        add(BYTE[n] if n < 128 else string_prefix(n))
        if raw:
            add(raw)
        n = len(m.topics) + 1
        if n < 128:
            add(_pack_iB(m.controller_id, n))
        else:
            add(_pack_i(m.controller_id))
            add(uvarint(n))
        for e2 in m.topics:
            if e2.name is None:
                raw = b""
                n = 0
            else:
                raw = e2.name.encode()
                n = len(raw) + 1
            if n < 128:
                add(_pack_hB(e2.error_code, n))
            else:
                add(_pack_h(e2.error_code))
                add(string_prefix(n))
            if raw:
                add(raw)
            n = len(e2.partitions) + 1
            if n < 128:
                add(_pack_uoB(uuid_bytes(e2.topic_id), e2.is_internal, n))
            else:
                add(_pack_uo(uuid_bytes(e2.topic_id), e2.is_internal))
                add(uvarint(n))
            for e3 in e2.partitions:
                n = len(e3.replica_nodes) + 1
                if n < 128:
                    add(_pack_hiiiB(e3.error_code, e3.partition_index, e3.leader_id, e3.leader_epoch, n))
                else:
                    add(_pack_hiii(e3.error_code, e3.partition_index, e3.leader_id, e3.leader_epoch))
                    add(uvarint(n))
                if e3.replica_nodes:
                    add(write_int32s(e3.replica_nodes))
                n = len(e3.isr_nodes) + 1
                add(BYTE[n] if n < 128 else uvarint(n))
                if e3.isr_nodes:
                    add(write_int32s(e3.isr_nodes))
                n = len(e3.offline_replicas) + 1
                add(BYTE[n] if n < 128 else uvarint(n))
                if e3.offline_replicas:
                    add(write_int32s(e3.offline_replicas))
                add(b"\0")
            add(_pack_ix(e2.topic_authorized_operations))
        add(b"\0")
    except ENCODE_FAULTS as fault:
        raise unencodable("MetadataResponse v12", fault) from fault
    return [b"".join(out)]


def _decode_response_v13(buf: memoryview, pos: int) -> MetadataResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(MetadataResponse)
        m.cluster_authorized_operations = -2147483648
        m.throttle_time_ms, c = _read_iB(buf, pos)
        pos += 5
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("MetadataResponse.brokers")
        left -= c
        if left < 0:
            raise too_many("MetadataResponse.brokers")
        items1: list[MetadataResponseBrokers] = []
        m.brokers = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(MetadataResponseBrokers)
            e2.node_id, n = _read_iB(buf, pos)
            pos += 5
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("MetadataResponseBrokers.host")
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
        n = buf[pos]
        pos += 1
        if n > 127:
            n, pos = string_rest(buf, pos, n)
        if not n:
            m.cluster_id = None
        else:
            end = pos + n - 1
            m.cluster_id = buf[pos:end].tobytes().decode()
            pos = end
        m.controller_id, c = _read_iB(buf, pos)
        pos += 5
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("MetadataResponse.topics")
        left -= c
        if left < 0:
            raise too_many("MetadataResponse.topics")
        items3: list[MetadataResponseTopics] = []
        m.topics = items3
        for _ in TIMES[c] if c < 64 else range(c):
            e4 = new(MetadataResponseTopics)
            e4.error_code, n = _read_hB(buf, pos)
            pos += 3
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                e4.name = None
            else:
                end = pos + n - 1
                e4.name = buf[pos:end].tobytes().decode()
                pos = end
            e4.topic_id, e4.is_internal, c = _read_uoB(buf, pos)
            pos += 18
            if c > 127:
                c, pos = uvarint_rest(buf, pos, c)
            c -= 1
            if c < 0:
                raise null_field("MetadataResponseTopics.partitions")
            left -= c
            if left < 0:
                raise too_many("MetadataResponseTopics.partitions")
            items5: list[MetadataResponsePartitions] = []
            e4.partitions = items5
            for _ in TIMES[c] if c < 64 else range(c):
                e6 = new(MetadataResponsePartitions)
                e6.error_code, e6.partition_index, e6.leader_id, e6.leader_epoch, c = _read_hiiiB(buf, pos)
                pos += 15
                if c > 127:
                    c, pos = uvarint_rest(buf, pos, c)
                c -= 1
                if c < 0:
                    raise null_field("MetadataResponsePartitions.replica_nodes")
                left -= c
                if left < 0:
                    raise too_many("MetadataResponsePartitions.replica_nodes")
                e6.replica_nodes = read_int32s(buf, pos, c) if c else []
                pos += 4 * c
                c = buf[pos]
                pos += 1
                if c > 127:
                    c, pos = uvarint_rest(buf, pos, c)
                c -= 1
                if c < 0:
                    raise null_field("MetadataResponsePartitions.isr_nodes")
                left -= c
                if left < 0:
                    raise too_many("MetadataResponsePartitions.isr_nodes")
                e6.isr_nodes = read_int32s(buf, pos, c) if c else []
                pos += 4 * c
                c = buf[pos]
                pos += 1
                if c > 127:
                    c, pos = uvarint_rest(buf, pos, c)
                c -= 1
                if c < 0:
                    raise null_field("MetadataResponsePartitions.offline_replicas")
                left -= c
                if left < 0:
                    raise too_many("MetadataResponsePartitions.offline_replicas")
                e6.offline_replicas = read_int32s(buf, pos, c) if c else []
                pos += 4 * c
                t = buf[pos]
                pos += 1
                if t:
                    pos, left = skip_tags_within(buf, pos, t, left)
                items5.append(e6)
            e4.topic_authorized_operations, t = _read_iB(buf, pos)
            pos += 5
            if t:
                pos, left = skip_tags_within(buf, pos, t, left)
            items3.append(e4)
        m.error_code, t = _read_hB(buf, pos)
        pos += 3
        if t:
            pos, left = skip_tags_within(buf, pos, t, left)
    except DECODE_FAULTS as fault:
        raise malformed("MetadataResponse v13", fault) from fault
    if pos > limit:
        raise truncated("MetadataResponse v13")
    return m


def _encode_response_v13(m: MetadataResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.brokers) + 1
        if n < 128:
            add(_pack_iB(m.throttle_time_ms, n))
        else:
            add(_pack_i(m.throttle_time_ms))
            add(uvarint(n))
        for e1 in m.brokers:
            raw = e1.host.encode()
            n = len(raw) + 1
            if n < 128:
                add(_pack_iB(e1.node_id, n))
            else:
                add(_pack_i(e1.node_id))
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
        if m.cluster_id is None:
            raw = b""
            n = 0
        else:
            raw = m.cluster_id.encode()
            n = len(raw) + 1
        add(BYTE[n] if n < 128 else string_prefix(n))
        if raw:
            add(raw)
        n = len(m.topics) + 1
        if n < 128:
            add(_pack_iB(m.controller_id, n))
        else:
            add(_pack_i(m.controller_id))
            add(uvarint(n))
        for e2 in m.topics:
            if e2.name is None:
                raw = b""
                n = 0
            else:
                raw = e2.name.encode()
                n = len(raw) + 1
            if n < 128:
                add(_pack_hB(e2.error_code, n))
            else:
                add(_pack_h(e2.error_code))
                add(string_prefix(n))
            if raw:
                add(raw)
            n = len(e2.partitions) + 1
            if n < 128:
                add(_pack_uoB(uuid_bytes(e2.topic_id), e2.is_internal, n))
            else:
                add(_pack_uo(uuid_bytes(e2.topic_id), e2.is_internal))
                add(uvarint(n))
            for e3 in e2.partitions:
                n = len(e3.replica_nodes) + 1
                if n < 128:
                    add(_pack_hiiiB(e3.error_code, e3.partition_index, e3.leader_id, e3.leader_epoch, n))
                else:
                    add(_pack_hiii(e3.error_code, e3.partition_index, e3.leader_id, e3.leader_epoch))
                    add(uvarint(n))
                if e3.replica_nodes:
                    add(write_int32s(e3.replica_nodes))
                n = len(e3.isr_nodes) + 1
                add(BYTE[n] if n < 128 else uvarint(n))
                if e3.isr_nodes:
                    add(write_int32s(e3.isr_nodes))
                n = len(e3.offline_replicas) + 1
                add(BYTE[n] if n < 128 else uvarint(n))
                if e3.offline_replicas:
                    add(write_int32s(e3.offline_replicas))
                add(b"\0")
            add(_pack_ix(e2.topic_authorized_operations))
        add(_pack_hx(m.error_code))
    except ENCODE_FAULTS as fault:
        raise unencodable("MetadataResponse v13", fault) from fault
    return [b"".join(out)]


REQUEST_DECODERS: dict[int, Callable[[memoryview, int], MetadataRequest]] = {
    0: _decode_request_v0,
    1: _decode_request_v1,
    2: _decode_request_v1,
    3: _decode_request_v1,
    4: _decode_request_v4,
    5: _decode_request_v4,
    6: _decode_request_v4,
    7: _decode_request_v4,
    8: _decode_request_v8,
    9: _decode_request_v9,
    10: _decode_request_v10,
    11: _decode_request_v11,
    12: _decode_request_v11,
    13: _decode_request_v11,
}
REQUEST_ENCODERS: dict[int, Callable[[MetadataRequest], list[Part]]] = {
    0: _encode_request_v0,
    1: _encode_request_v1,
    2: _encode_request_v1,
    3: _encode_request_v1,
    4: _encode_request_v4,
    5: _encode_request_v4,
    6: _encode_request_v4,
    7: _encode_request_v4,
    8: _encode_request_v8,
    9: _encode_request_v9,
    10: _encode_request_v10,
    11: _encode_request_v11,
    12: _encode_request_v11,
    13: _encode_request_v11,
}
RESPONSE_DECODERS: dict[int, Callable[[memoryview, int], MetadataResponse]] = {
    0: _decode_response_v0,
    1: _decode_response_v1,
    2: _decode_response_v2,
    3: _decode_response_v3,
    4: _decode_response_v3,
    5: _decode_response_v5,
    6: _decode_response_v5,
    7: _decode_response_v7,
    8: _decode_response_v8,
    9: _decode_response_v9,
    10: _decode_response_v10,
    11: _decode_response_v11,
    12: _decode_response_v12,
    13: _decode_response_v13,
}
RESPONSE_ENCODERS: dict[int, Callable[[MetadataResponse], list[Part]]] = {
    0: _encode_response_v0,
    1: _encode_response_v1,
    2: _encode_response_v2,
    3: _encode_response_v3,
    4: _encode_response_v3,
    5: _encode_response_v5,
    6: _encode_response_v5,
    7: _encode_response_v7,
    8: _encode_response_v8,
    9: _encode_response_v9,
    10: _encode_response_v10,
    11: _encode_response_v11,
    12: _encode_response_v12,
    13: _encode_response_v13,
}
API = Api(
    key=3,
    name="Metadata",
    min_version=0,
    max_version=13,
    first_version=0,
    flexible_from=9,
    request_decoders=REQUEST_DECODERS,
    request_encoders=REQUEST_ENCODERS,
    response_decoders=RESPONSE_DECODERS,
    response_encoders=RESPONSE_ENCODERS,
)
