"""Generated from manifests/01_fetch.api by `python -m headrace.protocol.codegen`;
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
_pack_i = struct.Struct(">i").pack
_pack_iB = struct.Struct(">iB").pack
_pack_ihi = struct.Struct(">ihi").pack
_pack_ihiB = struct.Struct(">ihiB").pack
_pack_ihii = struct.Struct(">ihii").pack
_pack_ihqqi = struct.Struct(">ihqqi").pack
_pack_ihqqq = struct.Struct(">ihqqq").pack
_pack_ihqqqB = struct.Struct(">ihqqqB").pack
_pack_ihqqqi = struct.Struct(">ihqqqi").pack
_pack_ii = struct.Struct(">ii").pack
_pack_iiibii = struct.Struct(">iiibii").pack
_pack_iiibiiB = struct.Struct(">iiibiiB").pack
_pack_iiiibi = struct.Struct(">iiiibi").pack
_pack_iiiibii = struct.Struct(">iiiibii").pack
_pack_iiiibiiB = struct.Struct(">iiiibiiB").pack
_pack_iiiibiii = struct.Struct(">iiiibiii").pack
_pack_iiqiqi = struct.Struct(">iiqiqi").pack
_pack_iiqiqix = struct.Struct(">iiqiqix").pack
_pack_iiqqi = struct.Struct(">iiqqi").pack
_pack_iix = struct.Struct(">iix").pack
_pack_iqi = struct.Struct(">iqi").pack
_pack_iqqi = struct.Struct(">iqqi").pack
_pack_iqx = struct.Struct(">iqx").pack
_pack_qix = struct.Struct(">qix").pack
_pack_qq = struct.Struct(">qq").pack
_pack_qqx = struct.Struct(">qqx").pack
_pack_u = struct.Struct(">16s").pack
_pack_uB = struct.Struct(">16sB").pack
_read_h = struct.Struct(">h").unpack_from
_read_i = struct.Struct(">i").unpack_from
_read_iB = struct.Struct(">iB").unpack_from
_read_ihiB = struct.Struct(">ihiB").unpack_from
_read_ihii = struct.Struct(">ihii").unpack_from
_read_ihqqi = struct.Struct(">ihqqi").unpack_from
_read_ihqqqB = struct.Struct(">ihqqqB").unpack_from
_read_ihqqqi = struct.Struct(">ihqqqi").unpack_from
_read_ii = struct.Struct(">ii").unpack_from
_read_iiB = struct.Struct(">iiB").unpack_from
_read_iiibiiB = struct.Struct(">iiibiiB").unpack_from
_read_iiiibi = struct.Struct(">iiiibi").unpack_from
_read_iiiibiiB = struct.Struct(">iiiibiiB").unpack_from
_read_iiiibiii = struct.Struct(">iiiibiii").unpack_from
_read_iiqiqiB = struct.Struct(">iiqiqiB").unpack_from
_read_iiqqi = struct.Struct(">iiqqi").unpack_from
_read_iqB = struct.Struct(">iqB").unpack_from
_read_iqi = struct.Struct(">iqi").unpack_from
_read_iqqi = struct.Struct(">iqqi").unpack_from
_read_qiB = struct.Struct(">qiB").unpack_from
_read_qq = struct.Struct(">qq").unpack_from
_read_qqB = struct.Struct(">qqB").unpack_from
_read_u = struct.Struct(">16s").unpack_from
_read_uB = struct.Struct(">16sB").unpack_from


@dataclass(slots=True)
class FetchRequestReplicaState:
    replica_id: int = -1
    replica_epoch: int = -1


@dataclass(slots=True)
class FetchRequestPartitions:
    partition: int = 0
    current_leader_epoch: int = -1
    fetch_offset: int = 0
    last_fetched_epoch: int = -1
    log_start_offset: int = -1
    partition_max_bytes: int = 0
    replica_directory_id: bytes = ZERO_UUID


@dataclass(slots=True)
class FetchRequestTopics:
    topic: str = ""
    topic_id: bytes = ZERO_UUID
    partitions: list[FetchRequestPartitions] = field(default_factory=list)


@dataclass(slots=True)
class FetchRequestForgottenTopicsData:
    topic: str = ""
    topic_id: bytes = ZERO_UUID
    partitions: list[int] = field(default_factory=list)


@dataclass(slots=True)
class FetchRequest:
    cluster_id: str | None = None
    replica_id: int = -1
    replica_state: FetchRequestReplicaState | None = None
    max_wait_ms: int = 0
    min_bytes: int = 0
    max_bytes: int = 2147483647
    isolation_level: int = 0
    session_id: int = 0
    session_epoch: int = -1
    topics: list[FetchRequestTopics] = field(default_factory=list)
    forgotten_topics_data: list[FetchRequestForgottenTopicsData] = field(default_factory=list)
    rack_id: str = ""


@dataclass(slots=True)
class FetchResponseDivergingEpoch:
    epoch: int = -1
    end_offset: int = -1


@dataclass(slots=True)
class FetchResponseCurrentLeader:
    leader_id: int = -1
    leader_epoch: int = -1


@dataclass(slots=True)
class FetchResponseSnapshotId:
    end_offset: int = -1
    epoch: int = -1


@dataclass(slots=True)
class FetchResponseAbortedTransactions:
    producer_id: int = 0
    first_offset: int = 0


@dataclass(slots=True)
class FetchResponsePartitions:
    partition_index: int = 0
    error_code: int = 0
    high_watermark: int = 0
    last_stable_offset: int = -1
    log_start_offset: int = -1
    diverging_epoch: FetchResponseDivergingEpoch | None = None
    current_leader: FetchResponseCurrentLeader | None = None
    snapshot_id: FetchResponseSnapshotId | None = None
    aborted_transactions: list[FetchResponseAbortedTransactions] | None = field(default_factory=list)
    preferred_read_replica: int = -1
    records: Part | None = None


@dataclass(slots=True)
class FetchResponseResponses:
    topic: str = ""
    topic_id: bytes = ZERO_UUID
    partitions: list[FetchResponsePartitions] = field(default_factory=list)


@dataclass(slots=True)
class FetchResponseNodeEndpoints:
    node_id: int = 0
    host: str = ""
    port: int = 0
    rack: str | None = None


@dataclass(slots=True)
class FetchResponse:
    throttle_time_ms: int = 0
    error_code: int = 0
    session_id: int = 0
    responses: list[FetchResponseResponses] = field(default_factory=list)
    node_endpoints: list[FetchResponseNodeEndpoints] = field(default_factory=list)


def _decode_request_v4(buf: memoryview, pos: int) -> FetchRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(FetchRequest)
        m.cluster_id = None
        m.replica_state = None
        m.session_id = 0
        m.session_epoch = -1
        m.forgotten_topics_data = []
        m.rack_id = ""
        m.replica_id, m.max_wait_ms, m.min_bytes, m.max_bytes, m.isolation_level, c = _read_iiiibi(buf, pos)
        pos += 21
        if c < 0:
            raise null_field("FetchRequest.topics")
        left -= c
        if left < 0:
            raise too_many("FetchRequest.topics")
        items1: list[FetchRequestTopics] = []
        m.topics = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(FetchRequestTopics)
            e2.topic_id = ZERO_UUID
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("FetchRequestTopics.topic")
            end = pos + n
            e2.topic = buf[pos:end].tobytes().decode()
            pos = end
            c, = _read_i(buf, pos)
            pos += 4
            if c < 0:
                raise null_field("FetchRequestTopics.partitions")
            left -= c
            if left < 0:
                raise too_many("FetchRequestTopics.partitions")
            items3: list[FetchRequestPartitions] = []
            e2.partitions = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(FetchRequestPartitions)
                e4.current_leader_epoch = -1
                e4.last_fetched_epoch = -1
                e4.log_start_offset = -1
                e4.replica_directory_id = ZERO_UUID
                e4.partition, e4.fetch_offset, e4.partition_max_bytes = _read_iqi(buf, pos)
                pos += 16
                items3.append(e4)
            items1.append(e2)
    except DECODE_FAULTS as fault:
        raise malformed("FetchRequest v4", fault) from fault
    if pos > limit:
        raise truncated("FetchRequest v4")
    return m


def _encode_request_v4(m: FetchRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.topics)
        add(_pack_iiiibi(m.replica_id, m.max_wait_ms, m.min_bytes, m.max_bytes, m.isolation_level, n))
        for e1 in m.topics:
            raw = e1.topic.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            n = len(e1.partitions)
            add(_pack_i(n))
            for e2 in e1.partitions:
                add(_pack_iqi(e2.partition, e2.fetch_offset, e2.partition_max_bytes))
    except ENCODE_FAULTS as fault:
        raise unencodable("FetchRequest v4", fault) from fault
    return [b"".join(out)]


def _decode_request_v5(buf: memoryview, pos: int) -> FetchRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(FetchRequest)
        m.cluster_id = None
        m.replica_state = None
        m.session_id = 0
        m.session_epoch = -1
        m.forgotten_topics_data = []
        m.rack_id = ""
        m.replica_id, m.max_wait_ms, m.min_bytes, m.max_bytes, m.isolation_level, c = _read_iiiibi(buf, pos)
        pos += 21
        if c < 0:
            raise null_field("FetchRequest.topics")
        left -= c
        if left < 0:
            raise too_many("FetchRequest.topics")
        items1: list[FetchRequestTopics] = []
        m.topics = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(FetchRequestTopics)
            e2.topic_id = ZERO_UUID
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("FetchRequestTopics.topic")
            end = pos + n
            e2.topic = buf[pos:end].tobytes().decode()
            pos = end
            c, = _read_i(buf, pos)
            pos += 4
            if c < 0:
                raise null_field("FetchRequestTopics.partitions")
            left -= c
            if left < 0:
                raise too_many("FetchRequestTopics.partitions")
            items3: list[FetchRequestPartitions] = []
            e2.partitions = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(FetchRequestPartitions)
                e4.current_leader_epoch = -1
                e4.last_fetched_epoch = -1
                e4.replica_directory_id = ZERO_UUID
                e4.partition, e4.fetch_offset, e4.log_start_offset, e4.partition_max_bytes = _read_iqqi(buf, pos)
                pos += 24
                items3.append(e4)
            items1.append(e2)
    except DECODE_FAULTS as fault:
        raise malformed("FetchRequest v5-6", fault) from fault
    if pos > limit:
        raise truncated("FetchRequest v5-6")
    return m


def _encode_request_v5(m: FetchRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.topics)
        add(_pack_iiiibi(m.replica_id, m.max_wait_ms, m.min_bytes, m.max_bytes, m.isolation_level, n))
        for e1 in m.topics:
            raw = e1.topic.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            n = len(e1.partitions)
            add(_pack_i(n))
            for e2 in e1.partitions:
                add(_pack_iqqi(e2.partition, e2.fetch_offset, e2.log_start_offset, e2.partition_max_bytes))
    except ENCODE_FAULTS as fault:
        raise unencodable("FetchRequest v5-6", fault) from fault
    return [b"".join(out)]


def _decode_request_v7(buf: memoryview, pos: int) -> FetchRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(FetchRequest)
        m.cluster_id = None
        m.replica_state = None
        m.rack_id = ""
        m.replica_id, m.max_wait_ms, m.min_bytes, m.max_bytes, m.isolation_level, m.session_id, m.session_epoch, c = _read_iiiibiii(buf, pos)
        pos += 29
        if c < 0:
            raise null_field("FetchRequest.topics")
        left -= c
        if left < 0:
            raise too_many("FetchRequest.topics")
        items1: list[FetchRequestTopics] = []
        m.topics = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(FetchRequestTopics)
            e2.topic_id = ZERO_UUID
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("FetchRequestTopics.topic")
            end = pos + n
            e2.topic = buf[pos:end].tobytes().decode()
            pos = end
            c, = _read_i(buf, pos)
            pos += 4
            if c < 0:
                raise null_field("FetchRequestTopics.partitions")
            left -= c
            if left < 0:
                raise too_many("FetchRequestTopics.partitions")
            items3: list[FetchRequestPartitions] = []
            e2.partitions = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(FetchRequestPartitions)
                e4.current_leader_epoch = -1
                e4.last_fetched_epoch = -1
                e4.replica_directory_id = ZERO_UUID
                e4.partition, e4.fetch_offset, e4.log_start_offset, e4.partition_max_bytes = _read_iqqi(buf, pos)
                pos += 24
                items3.append(e4)
            items1.append(e2)
        c, = _read_i(buf, pos)
        pos += 4
        if c < 0:
            raise null_field("FetchRequest.forgotten_topics_data")
        left -= c
        if left < 0:
            raise too_many("FetchRequest.forgotten_topics_data")
        items5: list[FetchRequestForgottenTopicsData] = []
        m.forgotten_topics_data = items5
        for _ in TIMES[c] if c < 64 else range(c):
            e6 = new(FetchRequestForgottenTopicsData)
            e6.topic_id = ZERO_UUID
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("FetchRequestForgottenTopicsData.topic")
            end = pos + n
            e6.topic = buf[pos:end].tobytes().decode()
            pos = end
            c, = _read_i(buf, pos)
            pos += 4
            if c < 0:
                raise null_field("FetchRequestForgottenTopicsData.partitions")
            left -= c
            if left < 0:
                raise too_many("FetchRequestForgottenTopicsData.partitions")
            e6.partitions = read_int32s(buf, pos, c) if c else []
            pos += 4 * c
            items5.append(e6)
    except DECODE_FAULTS as fault:
        raise malformed("FetchRequest v7-8", fault) from fault
    if pos > limit:
        raise truncated("FetchRequest v7-8")
    return m


def _encode_request_v7(m: FetchRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.topics)
        add(_pack_iiiibiii(m.replica_id, m.max_wait_ms, m.min_bytes, m.max_bytes, m.isolation_level, m.session_id, m.session_epoch, n))
        for e1 in m.topics:
            raw = e1.topic.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            n = len(e1.partitions)
            add(_pack_i(n))
            for e2 in e1.partitions:
                add(_pack_iqqi(e2.partition, e2.fetch_offset, e2.log_start_offset, e2.partition_max_bytes))
        n = len(m.forgotten_topics_data)
        add(_pack_i(n))
        for e3 in m.forgotten_topics_data:
            raw = e3.topic.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            n = len(e3.partitions)
            add(_pack_i(n))
            if e3.partitions:
                add(write_int32s(e3.partitions))
    except ENCODE_FAULTS as fault:
        raise unencodable("FetchRequest v7-8", fault) from fault
    return [b"".join(out)]


def _decode_request_v9(buf: memoryview, pos: int) -> FetchRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(FetchRequest)
        m.cluster_id = None
        m.replica_state = None
        m.rack_id = ""
        m.replica_id, m.max_wait_ms, m.min_bytes, m.max_bytes, m.isolation_level, m.session_id, m.session_epoch, c = _read_iiiibiii(buf, pos)
        pos += 29
        if c < 0:
            raise null_field("FetchRequest.topics")
        left -= c
        if left < 0:
            raise too_many("FetchRequest.topics")
        items1: list[FetchRequestTopics] = []
        m.topics = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(FetchRequestTopics)
            e2.topic_id = ZERO_UUID
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("FetchRequestTopics.topic")
            end = pos + n
            e2.topic = buf[pos:end].tobytes().decode()
            pos = end
            c, = _read_i(buf, pos)
            pos += 4
            if c < 0:
                raise null_field("FetchRequestTopics.partitions")
            left -= c
            if left < 0:
                raise too_many("FetchRequestTopics.partitions")
            items3: list[FetchRequestPartitions] = []
            e2.partitions = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(FetchRequestPartitions)
                e4.last_fetched_epoch = -1
                e4.replica_directory_id = ZERO_UUID
                e4.partition, e4.current_leader_epoch, e4.fetch_offset, e4.log_start_offset, e4.partition_max_bytes = _read_iiqqi(buf, pos)
                pos += 28
                items3.append(e4)
            items1.append(e2)
        c, = _read_i(buf, pos)
        pos += 4
        if c < 0:
            raise null_field("FetchRequest.forgotten_topics_data")
        left -= c
        if left < 0:
            raise too_many("FetchRequest.forgotten_topics_data")
        items5: list[FetchRequestForgottenTopicsData] = []
        m.forgotten_topics_data = items5
        for _ in TIMES[c] if c < 64 else range(c):
            e6 = new(FetchRequestForgottenTopicsData)
            e6.topic_id = ZERO_UUID
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("FetchRequestForgottenTopicsData.topic")
            end = pos + n
            e6.topic = buf[pos:end].tobytes().decode()
            pos = end
            c, = _read_i(buf, pos)
            pos += 4
            if c < 0:
                raise null_field("FetchRequestForgottenTopicsData.partitions")
            left -= c
            if left < 0:
                raise too_many("FetchRequestForgottenTopicsData.partitions")
            e6.partitions = read_int32s(buf, pos, c) if c else []
            pos += 4 * c
            items5.append(e6)
    except DECODE_FAULTS as fault:
        raise malformed("FetchRequest v9-10", fault) from fault
    if pos > limit:
        raise truncated("FetchRequest v9-10")
    return m


def _encode_request_v9(m: FetchRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.topics)
        add(_pack_iiiibiii(m.replica_id, m.max_wait_ms, m.min_bytes, m.max_bytes, m.isolation_level, m.session_id, m.session_epoch, n))
        for e1 in m.topics:
            raw = e1.topic.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            n = len(e1.partitions)
            add(_pack_i(n))
            for e2 in e1.partitions:
                add(_pack_iiqqi(e2.partition, e2.current_leader_epoch, e2.fetch_offset, e2.log_start_offset, e2.partition_max_bytes))
        n = len(m.forgotten_topics_data)
        add(_pack_i(n))
        for e3 in m.forgotten_topics_data:
            raw = e3.topic.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            n = len(e3.partitions)
            add(_pack_i(n))
            if e3.partitions:
                add(write_int32s(e3.partitions))
    except ENCODE_FAULTS as fault:
        raise unencodable("FetchRequest v9-10", fault) from fault
    return [b"".join(out)]


def _decode_request_v11(buf: memoryview, pos: int) -> FetchRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(FetchRequest)
        m.cluster_id = None
        m.replica_state = None
        m.replica_id, m.max_wait_ms, m.min_bytes, m.max_bytes, m.isolation_level, m.session_id, m.session_epoch, c = _read_iiiibiii(buf, pos)
        pos += 29
        if c < 0:
            raise null_field("FetchRequest.topics")
        left -= c
        if left < 0:
            raise too_many("FetchRequest.topics")
        items1: list[FetchRequestTopics] = []
        m.topics = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(FetchRequestTopics)
            e2.topic_id = ZERO_UUID
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("FetchRequestTopics.topic")
            end = pos + n
            e2.topic = buf[pos:end].tobytes().decode()
            pos = end
            c, = _read_i(buf, pos)
            pos += 4
            if c < 0:
                raise null_field("FetchRequestTopics.partitions")
            left -= c
            if left < 0:
                raise too_many("FetchRequestTopics.partitions")
            items3: list[FetchRequestPartitions] = []
            e2.partitions = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(FetchRequestPartitions)
                e4.last_fetched_epoch = -1
                e4.replica_directory_id = ZERO_UUID
                e4.partition, e4.current_leader_epoch, e4.fetch_offset, e4.log_start_offset, e4.partition_max_bytes = _read_iiqqi(buf, pos)
                pos += 28
                items3.append(e4)
            items1.append(e2)
        c, = _read_i(buf, pos)
        pos += 4
        if c < 0:
            raise null_field("FetchRequest.forgotten_topics_data")
        left -= c
        if left < 0:
            raise too_many("FetchRequest.forgotten_topics_data")
        items5: list[FetchRequestForgottenTopicsData] = []
        m.forgotten_topics_data = items5
        for _ in TIMES[c] if c < 64 else range(c):
            e6 = new(FetchRequestForgottenTopicsData)
            e6.topic_id = ZERO_UUID
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("FetchRequestForgottenTopicsData.topic")
            end = pos + n
            e6.topic = buf[pos:end].tobytes().decode()
            pos = end
            c, = _read_i(buf, pos)
            pos += 4
            if c < 0:
                raise null_field("FetchRequestForgottenTopicsData.partitions")
            left -= c
            if left < 0:
                raise too_many("FetchRequestForgottenTopicsData.partitions")
            e6.partitions = read_int32s(buf, pos, c) if c else []
            pos += 4 * c
            items5.append(e6)
        n, = _read_h(buf, pos)
        pos += 2
        if n < 0:
            raise null_field("FetchRequest.rack_id")
        end = pos + n
        m.rack_id = buf[pos:end].tobytes().decode()
        pos = end
    except DECODE_FAULTS as fault:
        raise malformed("FetchRequest v11", fault) from fault
    if pos > limit:
        raise truncated("FetchRequest v11")
    return m


def _encode_request_v11(m: FetchRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.topics)
        add(_pack_iiiibiii(m.replica_id, m.max_wait_ms, m.min_bytes, m.max_bytes, m.isolation_level, m.session_id, m.session_epoch, n))
        for e1 in m.topics:
            raw = e1.topic.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            n = len(e1.partitions)
            add(_pack_i(n))
            for e2 in e1.partitions:
                add(_pack_iiqqi(e2.partition, e2.current_leader_epoch, e2.fetch_offset, e2.log_start_offset, e2.partition_max_bytes))
        n = len(m.forgotten_topics_data)
        add(_pack_i(n))
        for e3 in m.forgotten_topics_data:
            raw = e3.topic.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            n = len(e3.partitions)
            add(_pack_i(n))
            if e3.partitions:
                add(write_int32s(e3.partitions))
        raw = m.rack_id.encode()
        n = len(raw)
        add(_pack_h(n))
        if raw:
            add(raw)
    except ENCODE_FAULTS as fault:
        raise unencodable("FetchRequest v11", fault) from fault
    return [b"".join(out)]


def _decode_request_v12(buf: memoryview, pos: int) -> FetchRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(FetchRequest)
        m.cluster_id = None
        m.replica_state = None
        m.replica_id, m.max_wait_ms, m.min_bytes, m.max_bytes, m.isolation_level, m.session_id, m.session_epoch, c = _read_iiiibiiB(buf, pos)
        pos += 26
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("FetchRequest.topics")
        left -= c
        if left < 0:
            raise too_many("FetchRequest.topics")
        items1: list[FetchRequestTopics] = []
        m.topics = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(FetchRequestTopics)
            e2.topic_id = ZERO_UUID
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("FetchRequestTopics.topic")
            end = pos + n - 1
            e2.topic = buf[pos:end].tobytes().decode()
            pos = end
            c = buf[pos]
            pos += 1
            if c > 127:
                c, pos = uvarint_rest(buf, pos, c)
            c -= 1
            if c < 0:
                raise null_field("FetchRequestTopics.partitions")
            left -= c
            if left < 0:
                raise too_many("FetchRequestTopics.partitions")
            items3: list[FetchRequestPartitions] = []
            e2.partitions = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(FetchRequestPartitions)
                e4.replica_directory_id = ZERO_UUID
                e4.partition, e4.current_leader_epoch, e4.fetch_offset, e4.last_fetched_epoch, e4.log_start_offset, e4.partition_max_bytes, t = _read_iiqiqiB(buf, pos)
                pos += 33
                if t:
                    pos, left = skip_tags_within(buf, pos, t, left)
                items3.append(e4)
            t = buf[pos]
            pos += 1
            if t:
                pos, left = skip_tags_within(buf, pos, t, left)
            items1.append(e2)
        c = buf[pos]
        pos += 1
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("FetchRequest.forgotten_topics_data")
        left -= c
        if left < 0:
            raise too_many("FetchRequest.forgotten_topics_data")
        items5: list[FetchRequestForgottenTopicsData] = []
        m.forgotten_topics_data = items5
        for _ in TIMES[c] if c < 64 else range(c):
            e6 = new(FetchRequestForgottenTopicsData)
            e6.topic_id = ZERO_UUID
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("FetchRequestForgottenTopicsData.topic")
            end = pos + n - 1
            e6.topic = buf[pos:end].tobytes().decode()
            pos = end
            c = buf[pos]
            pos += 1
            if c > 127:
                c, pos = uvarint_rest(buf, pos, c)
            c -= 1
            if c < 0:
                raise null_field("FetchRequestForgottenTopicsData.partitions")
            left -= c
            if left < 0:
                raise too_many("FetchRequestForgottenTopicsData.partitions")
            e6.partitions = read_int32s(buf, pos, c) if c else []
            pos += 4 * c
            t = buf[pos]
            pos += 1
            if t:
                pos, left = skip_tags_within(buf, pos, t, left)
            items5.append(e6)
        n = buf[pos]
        pos += 1
        if n > 127:
            n, pos = string_rest(buf, pos, n)
        if not n:
            raise null_field("FetchRequest.rack_id")
        end = pos + n - 1
        m.rack_id = buf[pos:end].tobytes().decode()
        pos = end
        t = buf[pos]
        pos += 1
        if t:
            if t > 127:
                t, pos = uvarint_rest(buf, pos, t)
            left -= t
            if left < 0:
                raise too_many("FetchRequest")
            for _ in range(t):
                tag, pos = read_uvarint(buf, pos)
                size, pos = read_uvarint(buf, pos)
                stop7 = pos + size
                if tag == 0:
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
                    if pos != stop7:
                        raise wrong_size("FetchRequest.cluster_id")
                else:
                    pos = stop7
    except DECODE_FAULTS as fault:
        raise malformed("FetchRequest v12", fault) from fault
    if pos > limit:
        raise truncated("FetchRequest v12")
    return m


def _tags_FetchRequest_v12(m: FetchRequest) -> bytes:
    count = 0
    out: list[bytes] = []
    if m.cluster_id is not None:
        value1: list[bytes] = []
        if m.cluster_id is None:
            raw = b""
            n = 0
        else:
            raw = m.cluster_id.encode()
            n = len(raw) + 1
        value1.append(BYTE[n] if n < 128 else string_prefix(n))
        if raw:
            value1.append(raw)
        body = b"".join(value1)
        count += 1
        out.append(uvarint(0))
        out.append(uvarint(len(body)))
        out.append(body)
    return uvarint(count) + b"".join(out)


def _encode_request_v12(m: FetchRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.topics) + 1
        if n < 128:
            add(_pack_iiiibiiB(m.replica_id, m.max_wait_ms, m.min_bytes, m.max_bytes, m.isolation_level, m.session_id, m.session_epoch, n))
        else:
            add(_pack_iiiibii(m.replica_id, m.max_wait_ms, m.min_bytes, m.max_bytes, m.isolation_level, m.session_id, m.session_epoch))
            add(uvarint(n))
        for e1 in m.topics:
            raw = e1.topic.encode()
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else string_prefix(n))
            if raw:
                add(raw)
            n = len(e1.partitions) + 1
            add(BYTE[n] if n < 128 else uvarint(n))
            for e2 in e1.partitions:
                add(_pack_iiqiqix(e2.partition, e2.current_leader_epoch, e2.fetch_offset, e2.last_fetched_epoch, e2.log_start_offset, e2.partition_max_bytes))
            add(b"\0")
        n = len(m.forgotten_topics_data) + 1
        add(BYTE[n] if n < 128 else uvarint(n))
        for e3 in m.forgotten_topics_data:
            raw = e3.topic.encode()
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else string_prefix(n))
            if raw:
                add(raw)
            n = len(e3.partitions) + 1
            add(BYTE[n] if n < 128 else uvarint(n))
            if e3.partitions:
                add(write_int32s(e3.partitions))
            add(b"\0")
        raw = m.rack_id.encode()
        n = len(raw) + 1
        add(BYTE[n] if n < 128 else string_prefix(n))
        if raw:
            add(raw)
        if m.cluster_id is not None:
            add(_tags_FetchRequest_v12(m))
        else:
            add(b"\0")
    except ENCODE_FAULTS as fault:
        raise unencodable("FetchRequest v12", fault) from fault
    return [b"".join(out)]


def _decode_request_v13(buf: memoryview, pos: int) -> FetchRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(FetchRequest)
        m.cluster_id = None
        m.replica_state = None
        m.replica_id, m.max_wait_ms, m.min_bytes, m.max_bytes, m.isolation_level, m.session_id, m.session_epoch, c = _read_iiiibiiB(buf, pos)
        pos += 26
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("FetchRequest.topics")
        left -= c
        if left < 0:
            raise too_many("FetchRequest.topics")
        items1: list[FetchRequestTopics] = []
        m.topics = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(FetchRequestTopics)
            e2.topic = ""
            e2.topic_id, c = _read_uB(buf, pos)
            pos += 17
            if c > 127:
                c, pos = uvarint_rest(buf, pos, c)
            c -= 1
            if c < 0:
                raise null_field("FetchRequestTopics.partitions")
            left -= c
            if left < 0:
                raise too_many("FetchRequestTopics.partitions")
            items3: list[FetchRequestPartitions] = []
            e2.partitions = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(FetchRequestPartitions)
                e4.replica_directory_id = ZERO_UUID
                e4.partition, e4.current_leader_epoch, e4.fetch_offset, e4.last_fetched_epoch, e4.log_start_offset, e4.partition_max_bytes, t = _read_iiqiqiB(buf, pos)
                pos += 33
                if t:
                    pos, left = skip_tags_within(buf, pos, t, left)
                items3.append(e4)
            t = buf[pos]
            pos += 1
            if t:
                pos, left = skip_tags_within(buf, pos, t, left)
            items1.append(e2)
        c = buf[pos]
        pos += 1
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("FetchRequest.forgotten_topics_data")
        left -= c
        if left < 0:
            raise too_many("FetchRequest.forgotten_topics_data")
        items5: list[FetchRequestForgottenTopicsData] = []
        m.forgotten_topics_data = items5
        for _ in TIMES[c] if c < 64 else range(c):
            e6 = new(FetchRequestForgottenTopicsData)
            e6.topic = ""
            e6.topic_id, c = _read_uB(buf, pos)
            pos += 17
            if c > 127:
                c, pos = uvarint_rest(buf, pos, c)
            c -= 1
            if c < 0:
                raise null_field("FetchRequestForgottenTopicsData.partitions")
            left -= c
            if left < 0:
                raise too_many("FetchRequestForgottenTopicsData.partitions")
            e6.partitions = read_int32s(buf, pos, c) if c else []
            pos += 4 * c
            t = buf[pos]
            pos += 1
            if t:
                pos, left = skip_tags_within(buf, pos, t, left)
            items5.append(e6)
        n = buf[pos]
        pos += 1
        if n > 127:
            n, pos = string_rest(buf, pos, n)
        if not n:
            raise null_field("FetchRequest.rack_id")
        end = pos + n - 1
        m.rack_id = buf[pos:end].tobytes().decode()
        pos = end
        t = buf[pos]
        pos += 1
        if t:
            if t > 127:
                t, pos = uvarint_rest(buf, pos, t)
            left -= t
            if left < 0:
                raise too_many("FetchRequest")
            for _ in range(t):
                tag, pos = read_uvarint(buf, pos)
                size, pos = read_uvarint(buf, pos)
                stop7 = pos + size
                if tag == 0:
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
                    if pos != stop7:
                        raise wrong_size("FetchRequest.cluster_id")
                else:
                    pos = stop7
    except DECODE_FAULTS as fault:
        raise malformed("FetchRequest v13-14", fault) from fault
    if pos > limit:
        raise truncated("FetchRequest v13-14")
    return m


def _tags_FetchRequest_v13(m: FetchRequest) -> bytes:
    count = 0
    out: list[bytes] = []
    if m.cluster_id is not None:
        value1: list[bytes] = []
        if m.cluster_id is None:
            raw = b""
            n = 0
        else:
            raw = m.cluster_id.encode()
            n = len(raw) + 1
        value1.append(BYTE[n] if n < 128 else string_prefix(n))
        if raw:
            value1.append(raw)
        body = b"".join(value1)
        count += 1
        out.append(uvarint(0))
        out.append(uvarint(len(body)))
        out.append(body)
    return uvarint(count) + b"".join(out)


def _encode_request_v13(m: FetchRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.topics) + 1
        if n < 128:
            add(_pack_iiiibiiB(m.replica_id, m.max_wait_ms, m.min_bytes, m.max_bytes, m.isolation_level, m.session_id, m.session_epoch, n))
        else:
            add(_pack_iiiibii(m.replica_id, m.max_wait_ms, m.min_bytes, m.max_bytes, m.isolation_level, m.session_id, m.session_epoch))
            add(uvarint(n))
        for e1 in m.topics:
            n = len(e1.partitions) + 1
            if n < 128:
                add(_pack_uB(uuid_bytes(e1.topic_id), n))
            else:
                add(_pack_u(uuid_bytes(e1.topic_id)))
                add(uvarint(n))
            for e2 in e1.partitions:
                add(_pack_iiqiqix(e2.partition, e2.current_leader_epoch, e2.fetch_offset, e2.last_fetched_epoch, e2.log_start_offset, e2.partition_max_bytes))
            add(b"\0")
        n = len(m.forgotten_topics_data) + 1
        add(BYTE[n] if n < 128 else uvarint(n))
        for e3 in m.forgotten_topics_data:
            n = len(e3.partitions) + 1
            if n < 128:
                add(_pack_uB(uuid_bytes(e3.topic_id), n))
            else:
                add(_pack_u(uuid_bytes(e3.topic_id)))
                add(uvarint(n))
            if e3.partitions:
                add(write_int32s(e3.partitions))
            add(b"\0")
        raw = m.rack_id.encode()
        n = len(raw) + 1
        add(BYTE[n] if n < 128 else string_prefix(n))
        if raw:
            add(raw)
        if m.cluster_id is not None:
            add(_tags_FetchRequest_v13(m))
        else:
            add(b"\0")
    except ENCODE_FAULTS as fault:
        raise unencodable("FetchRequest v13-14", fault) from fault
    return [b"".join(out)]


def _decode_request_v15(buf: memoryview, pos: int) -> FetchRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(FetchRequest)
        m.cluster_id = None
        m.replica_id = -1
        m.replica_state = None
        m.max_wait_ms, m.min_bytes, m.max_bytes, m.isolation_level, m.session_id, m.session_epoch, c = _read_iiibiiB(buf, pos)
        pos += 22
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("FetchRequest.topics")
        left -= c
        if left < 0:
            raise too_many("FetchRequest.topics")
        items1: list[FetchRequestTopics] = []
        m.topics = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(FetchRequestTopics)
            e2.topic = ""
            e2.topic_id, c = _read_uB(buf, pos)
            pos += 17
            if c > 127:
                c, pos = uvarint_rest(buf, pos, c)
            c -= 1
            if c < 0:
                raise null_field("FetchRequestTopics.partitions")
            left -= c
            if left < 0:
                raise too_many("FetchRequestTopics.partitions")
            items3: list[FetchRequestPartitions] = []
            e2.partitions = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(FetchRequestPartitions)
                e4.replica_directory_id = ZERO_UUID
                e4.partition, e4.current_leader_epoch, e4.fetch_offset, e4.last_fetched_epoch, e4.log_start_offset, e4.partition_max_bytes, t = _read_iiqiqiB(buf, pos)
                pos += 33
                if t:
                    pos, left = skip_tags_within(buf, pos, t, left)
                items3.append(e4)
            t = buf[pos]
            pos += 1
            if t:
                pos, left = skip_tags_within(buf, pos, t, left)
            items1.append(e2)
        c = buf[pos]
        pos += 1
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("FetchRequest.forgotten_topics_data")
        left -= c
        if left < 0:
            raise too_many("FetchRequest.forgotten_topics_data")
        items5: list[FetchRequestForgottenTopicsData] = []
        m.forgotten_topics_data = items5
        for _ in TIMES[c] if c < 64 else range(c):
            e6 = new(FetchRequestForgottenTopicsData)
            e6.topic = ""
            e6.topic_id, c = _read_uB(buf, pos)
            pos += 17
            if c > 127:
                c, pos = uvarint_rest(buf, pos, c)
            c -= 1
            if c < 0:
                raise null_field("FetchRequestForgottenTopicsData.partitions")
            left -= c
            if left < 0:
                raise too_many("FetchRequestForgottenTopicsData.partitions")
            e6.partitions = read_int32s(buf, pos, c) if c else []
            pos += 4 * c
            t = buf[pos]
            pos += 1
            if t:
                pos, left = skip_tags_within(buf, pos, t, left)
            items5.append(e6)
        n = buf[pos]
        pos += 1
        if n > 127:
            n, pos = string_rest(buf, pos, n)
        if not n:
            raise null_field("FetchRequest.rack_id")
        end = pos + n - 1
        m.rack_id = buf[pos:end].tobytes().decode()
        pos = end
        t = buf[pos]
        pos += 1
        if t:
            if t > 127:
                t, pos = uvarint_rest(buf, pos, t)
            left -= t
            if left < 0:
                raise too_many("FetchRequest")
            for _ in range(t):
                tag, pos = read_uvarint(buf, pos)
                size, pos = read_uvarint(buf, pos)
                stop7 = pos + size
                if tag == 0:
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
                    if pos != stop7:
                        raise wrong_size("FetchRequest.cluster_id")
                elif tag == 1:
                    e8 = new(FetchRequestReplicaState)
                    e8.replica_id, e8.replica_epoch, t = _read_iqB(buf, pos)
                    pos += 13
                    if t:
                        pos, left = skip_tags_within(buf, pos, t, left)
                    m.replica_state = e8
                    if pos != stop7:
                        raise wrong_size("FetchRequest.replica_state")
                else:
                    pos = stop7
    except DECODE_FAULTS as fault:
        raise malformed("FetchRequest v15-16", fault) from fault
    if pos > limit:
        raise truncated("FetchRequest v15-16")
    return m


def _tags_FetchRequest_v15(m: FetchRequest) -> bytes:
    count = 0
    out: list[bytes] = []
    if m.cluster_id is not None:
        value1: list[bytes] = []
        if m.cluster_id is None:
            raw = b""
            n = 0
        else:
            raw = m.cluster_id.encode()
            n = len(raw) + 1
        value1.append(BYTE[n] if n < 128 else string_prefix(n))
        if raw:
            value1.append(raw)
        body = b"".join(value1)
        count += 1
        out.append(uvarint(0))
        out.append(uvarint(len(body)))
        out.append(body)
    if m.replica_state is not None and m.replica_state != FetchRequestReplicaState():
        value2: list[bytes] = []
        value2.append(_pack_iqx(m.replica_state.replica_id, m.replica_state.replica_epoch))
        body = b"".join(value2)
        count += 1
        out.append(uvarint(1))
        out.append(uvarint(len(body)))
        out.append(body)
    return uvarint(count) + b"".join(out)


def _encode_request_v15(m: FetchRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.topics) + 1
        if n < 128:
            add(_pack_iiibiiB(m.max_wait_ms, m.min_bytes, m.max_bytes, m.isolation_level, m.session_id, m.session_epoch, n))
        else:
            add(_pack_iiibii(m.max_wait_ms, m.min_bytes, m.max_bytes, m.isolation_level, m.session_id, m.session_epoch))
            add(uvarint(n))
        for e1 in m.topics:
            n = len(e1.partitions) + 1
            if n < 128:
                add(_pack_uB(uuid_bytes(e1.topic_id), n))
            else:
                add(_pack_u(uuid_bytes(e1.topic_id)))
                add(uvarint(n))
            for e2 in e1.partitions:
                add(_pack_iiqiqix(e2.partition, e2.current_leader_epoch, e2.fetch_offset, e2.last_fetched_epoch, e2.log_start_offset, e2.partition_max_bytes))
            add(b"\0")
        n = len(m.forgotten_topics_data) + 1
        add(BYTE[n] if n < 128 else uvarint(n))
        for e3 in m.forgotten_topics_data:
            n = len(e3.partitions) + 1
            if n < 128:
                add(_pack_uB(uuid_bytes(e3.topic_id), n))
            else:
                add(_pack_u(uuid_bytes(e3.topic_id)))
                add(uvarint(n))
            if e3.partitions:
                add(write_int32s(e3.partitions))
            add(b"\0")
        raw = m.rack_id.encode()
        n = len(raw) + 1
        add(BYTE[n] if n < 128 else string_prefix(n))
        if raw:
            add(raw)
        if m.cluster_id is not None or m.replica_state is not None:
            add(_tags_FetchRequest_v15(m))
        else:
            add(b"\0")
    except ENCODE_FAULTS as fault:
        raise unencodable("FetchRequest v15-16", fault) from fault
    return [b"".join(out)]


def _decode_request_v17(buf: memoryview, pos: int) -> FetchRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(FetchRequest)
        m.cluster_id = None
        m.replica_id = -1
        m.replica_state = None
        m.max_wait_ms, m.min_bytes, m.max_bytes, m.isolation_level, m.session_id, m.session_epoch, c = _read_iiibiiB(buf, pos)
        pos += 22
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("FetchRequest.topics")
        left -= c
        if left < 0:
            raise too_many("FetchRequest.topics")
        items1: list[FetchRequestTopics] = []
        m.topics = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(FetchRequestTopics)
            e2.topic = ""
            e2.topic_id, c = _read_uB(buf, pos)
            pos += 17
            if c > 127:
                c, pos = uvarint_rest(buf, pos, c)
            c -= 1
            if c < 0:
                raise null_field("FetchRequestTopics.partitions")
            left -= c
            if left < 0:
                raise too_many("FetchRequestTopics.partitions")
            items3: list[FetchRequestPartitions] = []
            e2.partitions = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(FetchRequestPartitions)
                e4.replica_directory_id = ZERO_UUID
                e4.partition, e4.current_leader_epoch, e4.fetch_offset, e4.last_fetched_epoch, e4.log_start_offset, e4.partition_max_bytes, t = _read_iiqiqiB(buf, pos)
                pos += 33
                if t:
                    if t > 127:
                        t, pos = uvarint_rest(buf, pos, t)
                    left -= t
                    if left < 0:
                        raise too_many("FetchRequestPartitions")
                    for _ in range(t):
                        tag, pos = read_uvarint(buf, pos)
                        size, pos = read_uvarint(buf, pos)
                        stop5 = pos + size
                        if tag == 0:
                            e4.replica_directory_id, = _read_u(buf, pos)
                            pos += 16
                            if pos != stop5:
                                raise wrong_size("FetchRequestPartitions.replica_directory_id")
                        else:
                            pos = stop5
                items3.append(e4)
            t = buf[pos]
            pos += 1
            if t:
                pos, left = skip_tags_within(buf, pos, t, left)
            items1.append(e2)
        c = buf[pos]
        pos += 1
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("FetchRequest.forgotten_topics_data")
        left -= c
        if left < 0:
            raise too_many("FetchRequest.forgotten_topics_data")
        items6: list[FetchRequestForgottenTopicsData] = []
        m.forgotten_topics_data = items6
        for _ in TIMES[c] if c < 64 else range(c):
            e7 = new(FetchRequestForgottenTopicsData)
            e7.topic = ""
            e7.topic_id, c = _read_uB(buf, pos)
            pos += 17
            if c > 127:
                c, pos = uvarint_rest(buf, pos, c)
            c -= 1
            if c < 0:
                raise null_field("FetchRequestForgottenTopicsData.partitions")
            left -= c
            if left < 0:
                raise too_many("FetchRequestForgottenTopicsData.partitions")
            e7.partitions = read_int32s(buf, pos, c) if c else []
            pos += 4 * c
            t = buf[pos]
            pos += 1
            if t:
                pos, left = skip_tags_within(buf, pos, t, left)
            items6.append(e7)
        n = buf[pos]
        pos += 1
        if n > 127:
            n, pos = string_rest(buf, pos, n)
        if not n:
            raise null_field("FetchRequest.rack_id")
        end = pos + n - 1
        m.rack_id = buf[pos:end].tobytes().decode()
        pos = end
        t = buf[pos]
        pos += 1
        if t:
            if t > 127:
                t, pos = uvarint_rest(buf, pos, t)
            left -= t
            if left < 0:
                raise too_many("FetchRequest")
            for _ in range(t):
                tag, pos = read_uvarint(buf, pos)
                size, pos = read_uvarint(buf, pos)
                stop8 = pos + size
                if tag == 0:
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
                    if pos != stop8:
                        raise wrong_size("FetchRequest.cluster_id")
                elif tag == 1:
                    e9 = new(FetchRequestReplicaState)
                    e9.replica_id, e9.replica_epoch, t = _read_iqB(buf, pos)
                    pos += 13
                    if t:
                        pos, left = skip_tags_within(buf, pos, t, left)
                    m.replica_state = e9
                    if pos != stop8:
                        raise wrong_size("FetchRequest.replica_state")
                else:
                    pos = stop8
    except DECODE_FAULTS as fault:
        raise malformed("FetchRequest v17", fault) from fault
    if pos > limit:
        raise truncated("FetchRequest v17")
    return m


def _tags_FetchRequestPartitions_v17(m: FetchRequestPartitions) -> bytes:
    count = 0
    out: list[bytes] = []
    if m.replica_directory_id != ZERO_UUID:
        value1: list[bytes] = []
        value1.append(_pack_u(uuid_bytes(m.replica_directory_id)))
        body = b"".join(value1)
        count += 1
        out.append(uvarint(0))
        out.append(uvarint(len(body)))
        out.append(body)
    return uvarint(count) + b"".join(out)


def _tags_FetchRequest_v17(m: FetchRequest) -> bytes:
    count = 0
    out: list[bytes] = []
    if m.cluster_id is not None:
        value1: list[bytes] = []
        if m.cluster_id is None:
            raw = b""
            n = 0
        else:
            raw = m.cluster_id.encode()
            n = len(raw) + 1
        value1.append(BYTE[n] if n < 128 else string_prefix(n))
        if raw:
            value1.append(raw)
        body = b"".join(value1)
        count += 1
        out.append(uvarint(0))
        out.append(uvarint(len(body)))
        out.append(body)
    if m.replica_state is not None and m.replica_state != FetchRequestReplicaState():
        value2: list[bytes] = []
        value2.append(_pack_iqx(m.replica_state.replica_id, m.replica_state.replica_epoch))
        body = b"".join(value2)
        count += 1
        out.append(uvarint(1))
        out.append(uvarint(len(body)))
        out.append(body)
    return uvarint(count) + b"".join(out)


def _encode_request_v17(m: FetchRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.topics) + 1
        if n < 128:
            add(_pack_iiibiiB(m.max_wait_ms, m.min_bytes, m.max_bytes, m.isolation_level, m.session_id, m.session_epoch, n))
        else:
            add(_pack_iiibii(m.max_wait_ms, m.min_bytes, m.max_bytes, m.isolation_level, m.session_id, m.session_epoch))
            add(uvarint(n))
        for e1 in m.topics:
            n = len(e1.partitions) + 1
            if n < 128:
                add(_pack_uB(uuid_bytes(e1.topic_id), n))
            else:
                add(_pack_u(uuid_bytes(e1.topic_id)))
                add(uvarint(n))
            for e2 in e1.partitions:
                add(_pack_iiqiqi(e2.partition, e2.current_leader_epoch, e2.fetch_offset, e2.last_fetched_epoch, e2.log_start_offset, e2.partition_max_bytes))
                if e2.replica_directory_id != ZERO_UUID:
                    add(_tags_FetchRequestPartitions_v17(e2))
                else:
                    add(b"\0")
            add(b"\0")
        n = len(m.forgotten_topics_data) + 1
        add(BYTE[n] if n < 128 else uvarint(n))
        for e3 in m.forgotten_topics_data:
            n = len(e3.partitions) + 1
            if n < 128:
                add(_pack_uB(uuid_bytes(e3.topic_id), n))
            else:
                add(_pack_u(uuid_bytes(e3.topic_id)))
                add(uvarint(n))
            if e3.partitions:
                add(write_int32s(e3.partitions))
            add(b"\0")
        raw = m.rack_id.encode()
        n = len(raw) + 1
        add(BYTE[n] if n < 128 else string_prefix(n))
        if raw:
            add(raw)
        if m.cluster_id is not None or m.replica_state is not None:
            add(_tags_FetchRequest_v17(m))
        else:
            add(b"\0")
    except ENCODE_FAULTS as fault:
        raise unencodable("FetchRequest v17", fault) from fault
    return [b"".join(out)]


def _decode_response_v4(buf: memoryview, pos: int) -> FetchResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(FetchResponse)
        m.error_code = 0
        m.session_id = 0
        m.node_endpoints = []
        m.throttle_time_ms, c = _read_ii(buf, pos)
        pos += 8
        if c < 0:
            raise null_field("FetchResponse.responses")
        left -= c
        if left < 0:
            raise too_many("FetchResponse.responses")
        items1: list[FetchResponseResponses] = []
        m.responses = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(FetchResponseResponses)
            e2.topic_id = ZERO_UUID
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("FetchResponseResponses.topic")
            end = pos + n
            e2.topic = buf[pos:end].tobytes().decode()
            pos = end
            c, = _read_i(buf, pos)
            pos += 4
            if c < 0:
                raise null_field("FetchResponseResponses.partitions")
            left -= c
            if left < 0:
                raise too_many("FetchResponseResponses.partitions")
            items3: list[FetchResponsePartitions] = []
            e2.partitions = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(FetchResponsePartitions)
                e4.log_start_offset = -1
                e4.diverging_epoch = None
                e4.current_leader = None
                e4.snapshot_id = None
                e4.preferred_read_replica = -1
                e4.partition_index, e4.error_code, e4.high_watermark, e4.last_stable_offset, c = _read_ihqqi(buf, pos)
                pos += 26
                if c < 0:
                    e4.aborted_transactions = None
                else:
                    left -= c
                    if left < 0:
                        raise too_many("FetchResponsePartitions.aborted_transactions")
                    items5: list[FetchResponseAbortedTransactions] = []
                    e4.aborted_transactions = items5
                    for _ in TIMES[c] if c < 64 else range(c):
                        e6 = new(FetchResponseAbortedTransactions)
                        e6.producer_id, e6.first_offset = _read_qq(buf, pos)
                        pos += 16
                        items5.append(e6)
                n, = _read_i(buf, pos)
                pos += 4
                if n < 0:
                    e4.records = None
                else:
                    end = pos + n
                    e4.records = buf[pos:end]
                    pos = end
                items3.append(e4)
            items1.append(e2)
    except DECODE_FAULTS as fault:
        raise malformed("FetchResponse v4", fault) from fault
    if pos > limit:
        raise truncated("FetchResponse v4")
    return m


def _encode_response_v4(m: FetchResponse) -> list[Part]:
    parts: list[Part] = []
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.responses)
        add(_pack_ii(m.throttle_time_ms, n))
        for e1 in m.responses:
            raw = e1.topic.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            n = len(e1.partitions)
            add(_pack_i(n))
            for e2 in e1.partitions:
                n = -1 if e2.aborted_transactions is None else len(e2.aborted_transactions)
                add(_pack_ihqqi(e2.partition_index, e2.error_code, e2.high_watermark, e2.last_stable_offset, n))
                for e3 in e2.aborted_transactions or ():
                    add(_pack_qq(e3.producer_id, e3.first_offset))
                records = e2.records
                n = -1 if records is None else len(records)
                add(_pack_i(n))
                if records:
                    parts.append(b"".join(out))
                    parts.append(records)
                    out.clear()
    except ENCODE_FAULTS as fault:
        raise unencodable("FetchResponse v4", fault) from fault
    if out:
        parts.append(b"".join(out))
    return parts


def _decode_response_v5(buf: memoryview, pos: int) -> FetchResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(FetchResponse)
        m.error_code = 0
        m.session_id = 0
        m.node_endpoints = []
        m.throttle_time_ms, c = _read_ii(buf, pos)
        pos += 8
        if c < 0:
            raise null_field("FetchResponse.responses")
        left -= c
        if left < 0:
            raise too_many("FetchResponse.responses")
        items1: list[FetchResponseResponses] = []
        m.responses = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(FetchResponseResponses)
            e2.topic_id = ZERO_UUID
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("FetchResponseResponses.topic")
            end = pos + n
            e2.topic = buf[pos:end].tobytes().decode()
            pos = end
            c, = _read_i(buf, pos)
            pos += 4
            if c < 0:
                raise null_field("FetchResponseResponses.partitions")
            left -= c
            if left < 0:
                raise too_many("FetchResponseResponses.partitions")
            items3: list[FetchResponsePartitions] = []
            e2.partitions = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(FetchResponsePartitions)
                e4.diverging_epoch = None
                e4.current_leader = None
                e4.snapshot_id = None
                e4.preferred_read_replica = -1
                e4.partition_index, e4.error_code, e4.high_watermark, e4.last_stable_offset, e4.log_start_offset, c = _read_ihqqqi(buf, pos)
                pos += 34
                if c < 0:
                    e4.aborted_transactions = None
                else:
                    left -= c
                    if left < 0:
                        raise too_many("FetchResponsePartitions.aborted_transactions")
                    items5: list[FetchResponseAbortedTransactions] = []
                    e4.aborted_transactions = items5
                    for _ in TIMES[c] if c < 64 else range(c):
                        e6 = new(FetchResponseAbortedTransactions)
                        e6.producer_id, e6.first_offset = _read_qq(buf, pos)
                        pos += 16
                        items5.append(e6)
                n, = _read_i(buf, pos)
                pos += 4
                if n < 0:
                    e4.records = None
                else:
                    end = pos + n
                    e4.records = buf[pos:end]
                    pos = end
                items3.append(e4)
            items1.append(e2)
    except DECODE_FAULTS as fault:
        raise malformed("FetchResponse v5-6", fault) from fault
    if pos > limit:
        raise truncated("FetchResponse v5-6")
    return m


def _encode_response_v5(m: FetchResponse) -> list[Part]:
    parts: list[Part] = []
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.responses)
        add(_pack_ii(m.throttle_time_ms, n))
        for e1 in m.responses:
            raw = e1.topic.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            n = len(e1.partitions)
            add(_pack_i(n))
            for e2 in e1.partitions:
                n = -1 if e2.aborted_transactions is None else len(e2.aborted_transactions)
                add(_pack_ihqqqi(e2.partition_index, e2.error_code, e2.high_watermark, e2.last_stable_offset, e2.log_start_offset, n))
                for e3 in e2.aborted_transactions or ():
                    add(_pack_qq(e3.producer_id, e3.first_offset))
                records = e2.records
                n = -1 if records is None else len(records)
                add(_pack_i(n))
                if records:
                    parts.append(b"".join(out))
                    parts.append(records)
                    out.clear()
    except ENCODE_FAULTS as fault:
        raise unencodable("FetchResponse v5-6", fault) from fault
    if out:
        parts.append(b"".join(out))
    return parts


def _decode_response_v7(buf: memoryview, pos: int) -> FetchResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(FetchResponse)
        m.node_endpoints = []
        m.throttle_time_ms, m.error_code, m.session_id, c = _read_ihii(buf, pos)
        pos += 14
        if c < 0:
            raise null_field("FetchResponse.responses")
        left -= c
        if left < 0:
            raise too_many("FetchResponse.responses")
        items1: list[FetchResponseResponses] = []
        m.responses = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(FetchResponseResponses)
            e2.topic_id = ZERO_UUID
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("FetchResponseResponses.topic")
            end = pos + n
            e2.topic = buf[pos:end].tobytes().decode()
            pos = end
            c, = _read_i(buf, pos)
            pos += 4
            if c < 0:
                raise null_field("FetchResponseResponses.partitions")
            left -= c
            if left < 0:
                raise too_many("FetchResponseResponses.partitions")
            items3: list[FetchResponsePartitions] = []
            e2.partitions = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(FetchResponsePartitions)
                e4.diverging_epoch = None
                e4.current_leader = None
                e4.snapshot_id = None
                e4.preferred_read_replica = -1
                e4.partition_index, e4.error_code, e4.high_watermark, e4.last_stable_offset, e4.log_start_offset, c = _read_ihqqqi(buf, pos)
                pos += 34
                if c < 0:
                    e4.aborted_transactions = None
                else:
                    left -= c
                    if left < 0:
                        raise too_many("FetchResponsePartitions.aborted_transactions")
                    items5: list[FetchResponseAbortedTransactions] = []
                    e4.aborted_transactions = items5
                    for _ in TIMES[c] if c < 64 else range(c):
                        e6 = new(FetchResponseAbortedTransactions)
                        e6.producer_id, e6.first_offset = _read_qq(buf, pos)
                        pos += 16
                        items5.append(e6)
                n, = _read_i(buf, pos)
                pos += 4
                if n < 0:
                    e4.records = None
                else:
                    end = pos + n
                    e4.records = buf[pos:end]
                    pos = end
                items3.append(e4)
            items1.append(e2)
    except DECODE_FAULTS as fault:
        raise malformed("FetchResponse v7-10", fault) from fault
    if pos > limit:
        raise truncated("FetchResponse v7-10")
    return m


def _encode_response_v7(m: FetchResponse) -> list[Part]:
    parts: list[Part] = []
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.responses)
        add(_pack_ihii(m.throttle_time_ms, m.error_code, m.session_id, n))
        for e1 in m.responses:
            raw = e1.topic.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            n = len(e1.partitions)
            add(_pack_i(n))
            for e2 in e1.partitions:
                n = -1 if e2.aborted_transactions is None else len(e2.aborted_transactions)
                add(_pack_ihqqqi(e2.partition_index, e2.error_code, e2.high_watermark, e2.last_stable_offset, e2.log_start_offset, n))
                for e3 in e2.aborted_transactions or ():
                    add(_pack_qq(e3.producer_id, e3.first_offset))
                records = e2.records
                n = -1 if records is None else len(records)
                add(_pack_i(n))
                if records:
                    parts.append(b"".join(out))
                    parts.append(records)
                    out.clear()
    except ENCODE_FAULTS as fault:
        raise unencodable("FetchResponse v7-10", fault) from fault
    if out:
        parts.append(b"".join(out))
    return parts


def _decode_response_v11(buf: memoryview, pos: int) -> FetchResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(FetchResponse)
        m.node_endpoints = []
        m.throttle_time_ms, m.error_code, m.session_id, c = _read_ihii(buf, pos)
        pos += 14
        if c < 0:
            raise null_field("FetchResponse.responses")
        left -= c
        if left < 0:
            raise too_many("FetchResponse.responses")
        items1: list[FetchResponseResponses] = []
        m.responses = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(FetchResponseResponses)
            e2.topic_id = ZERO_UUID
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("FetchResponseResponses.topic")
            end = pos + n
            e2.topic = buf[pos:end].tobytes().decode()
            pos = end
            c, = _read_i(buf, pos)
            pos += 4
            if c < 0:
                raise null_field("FetchResponseResponses.partitions")
            left -= c
            if left < 0:
                raise too_many("FetchResponseResponses.partitions")
            items3: list[FetchResponsePartitions] = []
            e2.partitions = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(FetchResponsePartitions)
                e4.diverging_epoch = None
                e4.current_leader = None
                e4.snapshot_id = None
                e4.partition_index, e4.error_code, e4.high_watermark, e4.last_stable_offset, e4.log_start_offset, c = _read_ihqqqi(buf, pos)
                pos += 34
                if c < 0:
                    e4.aborted_transactions = None
                else:
                    left -= c
                    if left < 0:
                        raise too_many("FetchResponsePartitions.aborted_transactions")
                    items5: list[FetchResponseAbortedTransactions] = []
                    e4.aborted_transactions = items5
                    for _ in TIMES[c] if c < 64 else range(c):
                        e6 = new(FetchResponseAbortedTransactions)
                        e6.producer_id, e6.first_offset = _read_qq(buf, pos)
                        pos += 16
                        items5.append(e6)
                e4.preferred_read_replica, n = _read_ii(buf, pos)
                pos += 8
                if n < 0:
                    e4.records = None
                else:
                    end = pos + n
                    e4.records = buf[pos:end]
                    pos = end
                items3.append(e4)
            items1.append(e2)
    except DECODE_FAULTS as fault:
        raise malformed("FetchResponse v11", fault) from fault
    if pos > limit:
        raise truncated("FetchResponse v11")
    return m


def _encode_response_v11(m: FetchResponse) -> list[Part]:
    parts: list[Part] = []
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.responses)
        add(_pack_ihii(m.throttle_time_ms, m.error_code, m.session_id, n))
        for e1 in m.responses:
            raw = e1.topic.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            n = len(e1.partitions)
            add(_pack_i(n))
            for e2 in e1.partitions:
                n = -1 if e2.aborted_transactions is None else len(e2.aborted_transactions)
                add(_pack_ihqqqi(e2.partition_index, e2.error_code, e2.high_watermark, e2.last_stable_offset, e2.log_start_offset, n))
                for e3 in e2.aborted_transactions or ():
                    add(_pack_qq(e3.producer_id, e3.first_offset))
                records = e2.records
                n = -1 if records is None else len(records)
                add(_pack_ii(e2.preferred_read_replica, n))
                if records:
                    parts.append(b"".join(out))
                    parts.append(records)
                    out.clear()
    except ENCODE_FAULTS as fault:
        raise unencodable("FetchResponse v11", fault) from fault
    if out:
        parts.append(b"".join(out))
    return parts


def _decode_response_v12(buf: memoryview, pos: int) -> FetchResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(FetchResponse)
        m.node_endpoints = []
        m.throttle_time_ms, m.error_code, m.session_id, c = _read_ihiB(buf, pos)
        pos += 11
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("FetchResponse.responses")
        left -= c
        if left < 0:
            raise too_many("FetchResponse.responses")
        items1: list[FetchResponseResponses] = []
        m.responses = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(FetchResponseResponses)
            e2.topic_id = ZERO_UUID
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("FetchResponseResponses.topic")
            end = pos + n - 1
            e2.topic = buf[pos:end].tobytes().decode()
            pos = end
            c = buf[pos]
            pos += 1
            if c > 127:
                c, pos = uvarint_rest(buf, pos, c)
            c -= 1
            if c < 0:
                raise null_field("FetchResponseResponses.partitions")
            left -= c
            if left < 0:
                raise too_many("FetchResponseResponses.partitions")
            items3: list[FetchResponsePartitions] = []
            e2.partitions = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(FetchResponsePartitions)
                e4.diverging_epoch = None
                e4.current_leader = None
                e4.snapshot_id = None
                e4.partition_index, e4.error_code, e4.high_watermark, e4.last_stable_offset, e4.log_start_offset, c = _read_ihqqqB(buf, pos)
                pos += 31
                if c > 127:
                    c, pos = uvarint_rest(buf, pos, c)
                c -= 1
                if c < 0:
                    e4.aborted_transactions = None
                else:
                    left -= c
                    if left < 0:
                        raise too_many("FetchResponsePartitions.aborted_transactions")
                    items5: list[FetchResponseAbortedTransactions] = []
                    e4.aborted_transactions = items5
                    for _ in TIMES[c] if c < 64 else range(c):
                        e6 = new(FetchResponseAbortedTransactions)
                        e6.producer_id, e6.first_offset, t = _read_qqB(buf, pos)
                        pos += 17
                        if t:
                            pos, left = skip_tags_within(buf, pos, t, left)
                        items5.append(e6)
                e4.preferred_read_replica, n = _read_iB(buf, pos)
                pos += 5
                if n > 127:
                    n, pos = uvarint_rest(buf, pos, n)
                if not n:
                    e4.records = None
                else:
                    end = pos + n - 1
                    e4.records = buf[pos:end]
                    pos = end
                t = buf[pos]
                pos += 1
                if t:
                    if t > 127:
                        t, pos = uvarint_rest(buf, pos, t)
                    left -= t
                    if left < 0:
                        raise too_many("FetchResponsePartitions")
                    for _ in range(t):
                        tag, pos = read_uvarint(buf, pos)
                        size, pos = read_uvarint(buf, pos)
                        stop7 = pos + size
                        if tag == 0:
                            e8 = new(FetchResponseDivergingEpoch)
                            e8.epoch, e8.end_offset, t = _read_iqB(buf, pos)
                            pos += 13
                            if t:
                                pos, left = skip_tags_within(buf, pos, t, left)
                            e4.diverging_epoch = e8
                            if pos != stop7:
                                raise wrong_size("FetchResponsePartitions.diverging_epoch")
                        elif tag == 1:
                            e9 = new(FetchResponseCurrentLeader)
                            e9.leader_id, e9.leader_epoch, t = _read_iiB(buf, pos)
                            pos += 9
                            if t:
                                pos, left = skip_tags_within(buf, pos, t, left)
                            e4.current_leader = e9
                            if pos != stop7:
                                raise wrong_size("FetchResponsePartitions.current_leader")
                        elif tag == 2:
                            e10 = new(FetchResponseSnapshotId)
                            e10.end_offset, e10.epoch, t = _read_qiB(buf, pos)
                            pos += 13
                            if t:
                                pos, left = skip_tags_within(buf, pos, t, left)
                            e4.snapshot_id = e10
                            if pos != stop7:
                                raise wrong_size("FetchResponsePartitions.snapshot_id")
                        else:
                            pos = stop7
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
        raise malformed("FetchResponse v12", fault) from fault
    if pos > limit:
        raise truncated("FetchResponse v12")
    return m


def _tags_FetchResponsePartitions_v12(m: FetchResponsePartitions) -> bytes:
    count = 0
    out: list[bytes] = []
    if m.diverging_epoch is not None and m.diverging_epoch != FetchResponseDivergingEpoch():
        value1: list[bytes] = []
        value1.append(_pack_iqx(m.diverging_epoch.epoch, m.diverging_epoch.end_offset))
        body = b"".join(value1)
        count += 1
        out.append(uvarint(0))
        out.append(uvarint(len(body)))
        out.append(body)
    if m.current_leader is not None and m.current_leader != FetchResponseCurrentLeader():
        value2: list[bytes] = []
        value2.append(_pack_iix(m.current_leader.leader_id, m.current_leader.leader_epoch))
        body = b"".join(value2)
        count += 1
        out.append(uvarint(1))
        out.append(uvarint(len(body)))
        out.append(body)
    if m.snapshot_id is not None and m.snapshot_id != FetchResponseSnapshotId():
        value3: list[bytes] = []
        value3.append(_pack_qix(m.snapshot_id.end_offset, m.snapshot_id.epoch))
        body = b"".join(value3)
        count += 1
        out.append(uvarint(2))
        out.append(uvarint(len(body)))
        out.append(body)
    return uvarint(count) + b"".join(out)


def _encode_response_v12(m: FetchResponse) -> list[Part]:
    parts: list[Part] = []
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.responses) + 1
        if n < 128:
            add(_pack_ihiB(m.throttle_time_ms, m.error_code, m.session_id, n))
        else:
            add(_pack_ihi(m.throttle_time_ms, m.error_code, m.session_id))
            add(uvarint(n))
        for e1 in m.responses:
            raw = e1.topic.encode()
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else string_prefix(n))
            if raw:
                add(raw)
            n = len(e1.partitions) + 1
            add(BYTE[n] if n < 128 else uvarint(n))
            for e2 in e1.partitions:
                n = 0 if e2.aborted_transactions is None else len(e2.aborted_transactions) + 1
                if n < 128:
                    add(_pack_ihqqqB(e2.partition_index, e2.error_code, e2.high_watermark, e2.last_stable_offset, e2.log_start_offset, n))
                else:
                    add(_pack_ihqqq(e2.partition_index, e2.error_code, e2.high_watermark, e2.last_stable_offset, e2.log_start_offset))
                    add(uvarint(n))
                for e3 in e2.aborted_transactions or ():
                    add(_pack_qqx(e3.producer_id, e3.first_offset))
                records = e2.records
                n = 0 if records is None else len(records) + 1
                if n < 128:
                    add(_pack_iB(e2.preferred_read_replica, n))
                else:
                    add(_pack_i(e2.preferred_read_replica))
                    add(uvarint(n))
                if records:
                    parts.append(b"".join(out))
                    parts.append(records)
                    out.clear()
                if e2.diverging_epoch is not None or e2.current_leader is not None or e2.snapshot_id is not None:
                    add(_tags_FetchResponsePartitions_v12(e2))
                else:
                    add(b"\0")
            add(b"\0")
        add(b"\0")
    except ENCODE_FAULTS as fault:
        raise unencodable("FetchResponse v12", fault) from fault
    if out:
        parts.append(b"".join(out))
    return parts


def _decode_response_v13(buf: memoryview, pos: int) -> FetchResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(FetchResponse)
        m.node_endpoints = []
        m.throttle_time_ms, m.error_code, m.session_id, c = _read_ihiB(buf, pos)
        pos += 11
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("FetchResponse.responses")
        left -= c
        if left < 0:
            raise too_many("FetchResponse.responses")
        items1: list[FetchResponseResponses] = []
        m.responses = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(FetchResponseResponses)
            e2.topic = ""
            e2.topic_id, c = _read_uB(buf, pos)
            pos += 17
            if c > 127:
                c, pos = uvarint_rest(buf, pos, c)
            c -= 1
            if c < 0:
                raise null_field("FetchResponseResponses.partitions")
            left -= c
            if left < 0:
                raise too_many("FetchResponseResponses.partitions")
            items3: list[FetchResponsePartitions] = []
            e2.partitions = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(FetchResponsePartitions)
                e4.diverging_epoch = None
                e4.current_leader = None
                e4.snapshot_id = None
                e4.partition_index, e4.error_code, e4.high_watermark, e4.last_stable_offset, e4.log_start_offset, c = _read_ihqqqB(buf, pos)
                pos += 31
                if c > 127:
                    c, pos = uvarint_rest(buf, pos, c)
                c -= 1
                if c < 0:
                    e4.aborted_transactions = None
                else:
                    left -= c
                    if left < 0:
                        raise too_many("FetchResponsePartitions.aborted_transactions")
                    items5: list[FetchResponseAbortedTransactions] = []
                    e4.aborted_transactions = items5
                    for _ in TIMES[c] if c < 64 else range(c):
                        e6 = new(FetchResponseAbortedTransactions)
                        e6.producer_id, e6.first_offset, t = _read_qqB(buf, pos)
                        pos += 17
                        if t:
                            pos, left = skip_tags_within(buf, pos, t, left)
                        items5.append(e6)
                e4.preferred_read_replica, n = _read_iB(buf, pos)
                pos += 5
                if n > 127:
                    n, pos = uvarint_rest(buf, pos, n)
                if not n:
                    e4.records = None
                else:
                    end = pos + n - 1
                    e4.records = buf[pos:end]
                    pos = end
                t = buf[pos]
                pos += 1
                if t:
                    if t > 127:
                        t, pos = uvarint_rest(buf, pos, t)
                    left -= t
                    if left < 0:
                        raise too_many("FetchResponsePartitions")
                    for _ in range(t):
                        tag, pos = read_uvarint(buf, pos)
                        size, pos = read_uvarint(buf, pos)
                        stop7 = pos + size
                        if tag == 0:
                            e8 = new(FetchResponseDivergingEpoch)
                            e8.epoch, e8.end_offset, t = _read_iqB(buf, pos)
                            pos += 13
                            if t:
                                pos, left = skip_tags_within(buf, pos, t, left)
                            e4.diverging_epoch = e8
                            if pos != stop7:
                                raise wrong_size("FetchResponsePartitions.diverging_epoch")
                        elif tag == 1:
                            e9 = new(FetchResponseCurrentLeader)
                            e9.leader_id, e9.leader_epoch, t = _read_iiB(buf, pos)
                            pos += 9
                            if t:
                                pos, left = skip_tags_within(buf, pos, t, left)
                            e4.current_leader = e9
                            if pos != stop7:
                                raise wrong_size("FetchResponsePartitions.current_leader")
                        elif tag == 2:
                            e10 = new(FetchResponseSnapshotId)
                            e10.end_offset, e10.epoch, t = _read_qiB(buf, pos)
                            pos += 13
                            if t:
                                pos, left = skip_tags_within(buf, pos, t, left)
                            e4.snapshot_id = e10
                            if pos != stop7:
                                raise wrong_size("FetchResponsePartitions.snapshot_id")
                        else:
                            pos = stop7
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
        raise malformed("FetchResponse v13-15", fault) from fault
    if pos > limit:
        raise truncated("FetchResponse v13-15")
    return m


def _tags_FetchResponsePartitions_v13(m: FetchResponsePartitions) -> bytes:
    count = 0
    out: list[bytes] = []
    if m.diverging_epoch is not None and m.diverging_epoch != FetchResponseDivergingEpoch():
        value1: list[bytes] = []
        value1.append(_pack_iqx(m.diverging_epoch.epoch, m.diverging_epoch.end_offset))
        body = b"".join(value1)
        count += 1
        out.append(uvarint(0))
        out.append(uvarint(len(body)))
        out.append(body)
    if m.current_leader is not None and m.current_leader != FetchResponseCurrentLeader():
        value2: list[bytes] = []
        value2.append(_pack_iix(m.current_leader.leader_id, m.current_leader.leader_epoch))
        body = b"".join(value2)
        count += 1
        out.append(uvarint(1))
        out.append(uvarint(len(body)))
        out.append(body)
    if m.snapshot_id is not None and m.snapshot_id != FetchResponseSnapshotId():
        value3: list[bytes] = []
        value3.append(_pack_qix(m.snapshot_id.end_offset, m.snapshot_id.epoch))
        body = b"".join(value3)
        count += 1
        out.append(uvarint(2))
        out.append(uvarint(len(body)))
        out.append(body)
    return uvarint(count) + b"".join(out)


def _encode_response_v13(m: FetchResponse) -> list[Part]:
    parts: list[Part] = []
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.responses) + 1
        if n < 128:
            add(_pack_ihiB(m.throttle_time_ms, m.error_code, m.session_id, n))
        else:
            add(_pack_ihi(m.throttle_time_ms, m.error_code, m.session_id))
            add(uvarint(n))
        for e1 in m.responses:
            n = len(e1.partitions) + 1
            if n < 128:
                add(_pack_uB(uuid_bytes(e1.topic_id), n))
            else:
                add(_pack_u(uuid_bytes(e1.topic_id)))
                add(uvarint(n))
            for e2 in e1.partitions:
                n = 0 if e2.aborted_transactions is None else len(e2.aborted_transactions) + 1
                if n < 128:
                    add(_pack_ihqqqB(e2.partition_index, e2.error_code, e2.high_watermark, e2.last_stable_offset, e2.log_start_offset, n))
                else:
                    add(_pack_ihqqq(e2.partition_index, e2.error_code, e2.high_watermark, e2.last_stable_offset, e2.log_start_offset))
                    add(uvarint(n))
                for e3 in e2.aborted_transactions or ():
                    add(_pack_qqx(e3.producer_id, e3.first_offset))
                records = e2.records
                n = 0 if records is None else len(records) + 1
                if n < 128:
                    add(_pack_iB(e2.preferred_read_replica, n))
                else:
                    add(_pack_i(e2.preferred_read_replica))
                    add(uvarint(n))
                if records:
                    parts.append(b"".join(out))
                    parts.append(records)
                    out.clear()
                if e2.diverging_epoch is not None or e2.current_leader is not None or e2.snapshot_id is not None:
                    add(_tags_FetchResponsePartitions_v13(e2))
                else:
                    add(b"\0")
            add(b"\0")
        add(b"\0")
    except ENCODE_FAULTS as fault:
        raise unencodable("FetchResponse v13-15", fault) from fault
    if out:
        parts.append(b"".join(out))
    return parts


def _decode_response_v16(buf: memoryview, pos: int) -> FetchResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(FetchResponse)
        m.node_endpoints = []
        m.throttle_time_ms, m.error_code, m.session_id, c = _read_ihiB(buf, pos)
        pos += 11
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("FetchResponse.responses")
        left -= c
        if left < 0:
            raise too_many("FetchResponse.responses")
        items1: list[FetchResponseResponses] = []
        m.responses = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(FetchResponseResponses)
            e2.topic = ""
            e2.topic_id, c = _read_uB(buf, pos)
            pos += 17
            if c > 127:
                c, pos = uvarint_rest(buf, pos, c)
            c -= 1
            if c < 0:
                raise null_field("FetchResponseResponses.partitions")
            left -= c
            if left < 0:
                raise too_many("FetchResponseResponses.partitions")
            items3: list[FetchResponsePartitions] = []
            e2.partitions = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(FetchResponsePartitions)
                e4.diverging_epoch = None
                e4.current_leader = None
                e4.snapshot_id = None
                e4.partition_index, e4.error_code, e4.high_watermark, e4.last_stable_offset, e4.log_start_offset, c = _read_ihqqqB(buf, pos)
                pos += 31
                if c > 127:
                    c, pos = uvarint_rest(buf, pos, c)
                c -= 1
                if c < 0:
                    e4.aborted_transactions = None
                else:
                    left -= c
                    if left < 0:
                        raise too_many("FetchResponsePartitions.aborted_transactions")
                    items5: list[FetchResponseAbortedTransactions] = []
                    e4.aborted_transactions = items5
                    for _ in TIMES[c] if c < 64 else range(c):
                        e6 = new(FetchResponseAbortedTransactions)
                        e6.producer_id, e6.first_offset, t = _read_qqB(buf, pos)
                        pos += 17
                        if t:
                            pos, left = skip_tags_within(buf, pos, t, left)
                        items5.append(e6)
                e4.preferred_read_replica, n = _read_iB(buf, pos)
                pos += 5
                if n > 127:
                    n, pos = uvarint_rest(buf, pos, n)
                if not n:
                    e4.records = None
                else:
                    end = pos + n - 1
                    e4.records = buf[pos:end]
                    pos = end
                t = buf[pos]
                pos += 1
                if t:
                    if t > 127:
                        t, pos = uvarint_rest(buf, pos, t)
                    left -= t
                    if left < 0:
                        raise too_many("FetchResponsePartitions")
                    for _ in range(t):
                        tag, pos = read_uvarint(buf, pos)
                        size, pos = read_uvarint(buf, pos)
                        stop7 = pos + size
                        if tag == 0:
                            e8 = new(FetchResponseDivergingEpoch)
                            e8.epoch, e8.end_offset, t = _read_iqB(buf, pos)
                            pos += 13
                            if t:
                                pos, left = skip_tags_within(buf, pos, t, left)
                            e4.diverging_epoch = e8
                            if pos != stop7:
                                raise wrong_size("FetchResponsePartitions.diverging_epoch")
                        elif tag == 1:
                            e9 = new(FetchResponseCurrentLeader)
                            e9.leader_id, e9.leader_epoch, t = _read_iiB(buf, pos)
                            pos += 9
                            if t:
                                pos, left = skip_tags_within(buf, pos, t, left)
                            e4.current_leader = e9
                            if pos != stop7:
                                raise wrong_size("FetchResponsePartitions.current_leader")
                        elif tag == 2:
                            e10 = new(FetchResponseSnapshotId)
                            e10.end_offset, e10.epoch, t = _read_qiB(buf, pos)
                            pos += 13
                            if t:
                                pos, left = skip_tags_within(buf, pos, t, left)
                            e4.snapshot_id = e10
                            if pos != stop7:
                                raise wrong_size("FetchResponsePartitions.snapshot_id")
                        else:
                            pos = stop7
                items3.append(e4)
            t = buf[pos]
            pos += 1
            if t:
                pos, left = skip_tags_within(buf, pos, t, left)
            items1.append(e2)
        t = buf[pos]
        pos += 1
        if t:
            if t > 127:
                t, pos = uvarint_rest(buf, pos, t)
            left -= t
            if left < 0:
                raise too_many("FetchResponse")
            for _ in range(t):
                tag, pos = read_uvarint(buf, pos)
                size, pos = read_uvarint(buf, pos)
                stop11 = pos + size
                if tag == 0:
                    c = buf[pos]
                    pos += 1
                    if c > 127:
                        c, pos = uvarint_rest(buf, pos, c)
                    c -= 1
                    if c < 0:
                        raise null_field("FetchResponse.node_endpoints")
                    left -= c
                    if left < 0:
                        raise too_many("FetchResponse.node_endpoints")
                    items12: list[FetchResponseNodeEndpoints] = []
                    m.node_endpoints = items12
                    for _ in TIMES[c] if c < 64 else range(c):
                        e13 = new(FetchResponseNodeEndpoints)
                        e13.node_id, n = _read_iB(buf, pos)
                        pos += 5
                        if n > 127:
                            n, pos = string_rest(buf, pos, n)
                        if not n:
                            raise null_field("FetchResponseNodeEndpoints.host")
                        end = pos + n - 1
                        e13.host = buf[pos:end].tobytes().decode()
                        pos = end
                        e13.port, n = _read_iB(buf, pos)
                        pos += 5
                        if n > 127:
                            n, pos = string_rest(buf, pos, n)
                        if not n:
                            e13.rack = None
                        else:
                            end = pos + n - 1
                            e13.rack = buf[pos:end].tobytes().decode()
                            pos = end
                        t = buf[pos]
                        pos += 1
                        if t:
                            pos, left = skip_tags_within(buf, pos, t, left)
                        items12.append(e13)
                    if pos != stop11:
                        raise wrong_size("FetchResponse.node_endpoints")
                else:
                    pos = stop11
    except DECODE_FAULTS as fault:
        raise malformed("FetchResponse v16-17", fault) from fault
    if pos > limit:
        raise truncated("FetchResponse v16-17")
    return m


def _tags_FetchResponsePartitions_v16(m: FetchResponsePartitions) -> bytes:
    count = 0
    out: list[bytes] = []
    if m.diverging_epoch is not None and m.diverging_epoch != FetchResponseDivergingEpoch():
        value1: list[bytes] = []
        value1.append(_pack_iqx(m.diverging_epoch.epoch, m.diverging_epoch.end_offset))
        body = b"".join(value1)
        count += 1
        out.append(uvarint(0))
        out.append(uvarint(len(body)))
        out.append(body)
    if m.current_leader is not None and m.current_leader != FetchResponseCurrentLeader():
        value2: list[bytes] = []
        value2.append(_pack_iix(m.current_leader.leader_id, m.current_leader.leader_epoch))
        body = b"".join(value2)
        count += 1
        out.append(uvarint(1))
        out.append(uvarint(len(body)))
        out.append(body)
    if m.snapshot_id is not None and m.snapshot_id != FetchResponseSnapshotId():
        value3: list[bytes] = []
        value3.append(_pack_qix(m.snapshot_id.end_offset, m.snapshot_id.epoch))
        body = b"".join(value3)
        count += 1
        out.append(uvarint(2))
        out.append(uvarint(len(body)))
        out.append(body)
    return uvarint(count) + b"".join(out)


def _tags_FetchResponse_v16(m: FetchResponse) -> bytes:
    count = 0
    out: list[bytes] = []
    if m.node_endpoints:
        value1: list[bytes] = []
        n = len(m.node_endpoints) + 1
        value1.append(BYTE[n] if n < 128 else uvarint(n))
        for e2 in m.node_endpoints:
            raw = e2.host.encode()
            n = len(raw) + 1
            if n < 128:
                value1.append(_pack_iB(e2.node_id, n))
            else:
                value1.append(_pack_i(e2.node_id))
                value1.append(string_prefix(n))
            if raw:
                value1.append(raw)
            if e2.rack is None:
                raw = b""
                n = 0
            else:
                raw = e2.rack.encode()
                n = len(raw) + 1
            if n < 128:
                value1.append(_pack_iB(e2.port, n))
            else:
                value1.append(_pack_i(e2.port))
                value1.append(string_prefix(n))
            if raw:
                value1.append(raw)
            value1.append(b"\0")
        body = b"".join(value1)
        count += 1
        out.append(uvarint(0))
        out.append(uvarint(len(body)))
        out.append(body)
    return uvarint(count) + b"".join(out)


def _encode_response_v16(m: FetchResponse) -> list[Part]:
    parts: list[Part] = []
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.responses) + 1
        if n < 128:
            add(_pack_ihiB(m.throttle_time_ms, m.error_code, m.session_id, n))
        else:
            add(_pack_ihi(m.throttle_time_ms, m.error_code, m.session_id))
            add(uvarint(n))
        for e1 in m.responses:
            n = len(e1.partitions) + 1
            if n < 128:
                add(_pack_uB(uuid_bytes(e1.topic_id), n))
            else:
                add(_pack_u(uuid_bytes(e1.topic_id)))
                add(uvarint(n))
            for e2 in e1.partitions:
                n = 0 if e2.aborted_transactions is None else len(e2.aborted_transactions) + 1
                if n < 128:
                    add(_pack_ihqqqB(e2.partition_index, e2.error_code, e2.high_watermark, e2.last_stable_offset, e2.log_start_offset, n))
                else:
                    add(_pack_ihqqq(e2.partition_index, e2.error_code, e2.high_watermark, e2.last_stable_offset, e2.log_start_offset))
                    add(uvarint(n))
                for e3 in e2.aborted_transactions or ():
                    add(_pack_qqx(e3.producer_id, e3.first_offset))
                records = e2.records
                n = 0 if records is None else len(records) + 1
                if n < 128:
                    add(_pack_iB(e2.preferred_read_replica, n))
                else:
                    add(_pack_i(e2.preferred_read_replica))
                    add(uvarint(n))
                if records:
                    parts.append(b"".join(out))
                    parts.append(records)
                    out.clear()
                if e2.diverging_epoch is not None or e2.current_leader is not None or e2.snapshot_id is not None:
                    add(_tags_FetchResponsePartitions_v16(e2))
                else:
                    add(b"\0")
            add(b"\0")
        if m.node_endpoints:
            add(_tags_FetchResponse_v16(m))
        else:
            add(b"\0")
    except ENCODE_FAULTS as fault:
        raise unencodable("FetchResponse v16-17", fault) from fault
    if out:
        parts.append(b"".join(out))
    return parts


REQUEST_DECODERS: dict[int, Callable[[memoryview, int], FetchRequest]] = {
    4: _decode_request_v4,
    5: _decode_request_v5,
    6: _decode_request_v5,
    7: _decode_request_v7,
    8: _decode_request_v7,
    9: _decode_request_v9,
    10: _decode_request_v9,
    11: _decode_request_v11,
    12: _decode_request_v12,
    13: _decode_request_v13,
    14: _decode_request_v13,
    15: _decode_request_v15,
    16: _decode_request_v15,
    17: _decode_request_v17,
}
REQUEST_ENCODERS: dict[int, Callable[[FetchRequest], list[Part]]] = {
    4: _encode_request_v4,
    5: _encode_request_v5,
    6: _encode_request_v5,
    7: _encode_request_v7,
    8: _encode_request_v7,
    9: _encode_request_v9,
    10: _encode_request_v9,
    11: _encode_request_v11,
    12: _encode_request_v12,
    13: _encode_request_v13,
    14: _encode_request_v13,
    15: _encode_request_v15,
    16: _encode_request_v15,
    17: _encode_request_v17,
}
RESPONSE_DECODERS: dict[int, Callable[[memoryview, int], FetchResponse]] = {
    4: _decode_response_v4,
    5: _decode_response_v5,
    6: _decode_response_v5,
    7: _decode_response_v7,
    8: _decode_response_v7,
    9: _decode_response_v7,
    10: _decode_response_v7,
    11: _decode_response_v11,
    12: _decode_response_v12,
    13: _decode_response_v13,
    14: _decode_response_v13,
    15: _decode_response_v13,
    16: _decode_response_v16,
    17: _decode_response_v16,
}
RESPONSE_ENCODERS: dict[int, Callable[[FetchResponse], list[Part]]] = {
    4: _encode_response_v4,
    5: _encode_response_v5,
    6: _encode_response_v5,
    7: _encode_response_v7,
    8: _encode_response_v7,
    9: _encode_response_v7,
    10: _encode_response_v7,
    11: _encode_response_v11,
    12: _encode_response_v12,
    13: _encode_response_v13,
    14: _encode_response_v13,
    15: _encode_response_v13,
    16: _encode_response_v16,
    17: _encode_response_v16,
}
API = Api(
    key=1,
    name="Fetch",
    min_version=4,
    max_version=17,
    first_version=4,
    flexible_from=12,
    request_decoders=REQUEST_DECODERS,
    request_encoders=REQUEST_ENCODERS,
    response_decoders=RESPONSE_DECODERS,
    response_encoders=RESPONSE_ENCODERS,
)
