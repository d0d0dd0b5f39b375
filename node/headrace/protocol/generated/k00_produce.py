"""Generated from manifests/00_produce.api by `python -m headrace.protocol.codegen`;
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
    wrong_size,
)

new = object.__new__
_pack_h = struct.Struct(">h").pack
_pack_hi = struct.Struct(">hi").pack
_pack_hiB = struct.Struct(">hiB").pack
_pack_hii = struct.Struct(">hii").pack
_pack_i = struct.Struct(">i").pack
_pack_iB = struct.Struct(">iB").pack
_pack_ih = struct.Struct(">ih").pack
_pack_ihqq = struct.Struct(">ihqq").pack
_pack_ihqqq = struct.Struct(">ihqqq").pack
_pack_ihqqqB = struct.Struct(">ihqqqB").pack
_pack_ihqqqi = struct.Struct(">ihqqqi").pack
_pack_ii = struct.Struct(">ii").pack
_pack_iix = struct.Struct(">iix").pack
_pack_ix = struct.Struct(">ix").pack
_pack_u = struct.Struct(">16s").pack
_pack_uB = struct.Struct(">16sB").pack
_read_h = struct.Struct(">h").unpack_from
_read_hiB = struct.Struct(">hiB").unpack_from
_read_hii = struct.Struct(">hii").unpack_from
_read_i = struct.Struct(">i").unpack_from
_read_iB = struct.Struct(">iB").unpack_from
_read_ih = struct.Struct(">ih").unpack_from
_read_ihqq = struct.Struct(">ihqq").unpack_from
_read_ihqqq = struct.Struct(">ihqqq").unpack_from
_read_ihqqqB = struct.Struct(">ihqqqB").unpack_from
_read_ihqqqi = struct.Struct(">ihqqqi").unpack_from
_read_ii = struct.Struct(">ii").unpack_from
_read_iiB = struct.Struct(">iiB").unpack_from
_read_uB = struct.Struct(">16sB").unpack_from


@dataclass(slots=True)
class ProduceRequestPartitionData:
    index: int = 0
    records: Part | None = None


@dataclass(slots=True)
class ProduceRequestTopicData:
    name: str = ""
    topic_id: bytes = ZERO_UUID
    partition_data: list[ProduceRequestPartitionData] = field(default_factory=list)


@dataclass(slots=True)
class ProduceRequest:
    transactional_id: str | None = None
    acks: int = 0
    timeout_ms: int = 0
    topic_data: list[ProduceRequestTopicData] = field(default_factory=list)


@dataclass(slots=True)
class ProduceResponseRecordErrors:
    batch_index: int = 0
    batch_index_error_message: str | None = None


@dataclass(slots=True)
class ProduceResponseCurrentLeader:
    leader_id: int = -1
    leader_epoch: int = -1


@dataclass(slots=True)
class ProduceResponsePartitionResponses:
    index: int = 0
    error_code: int = 0
    base_offset: int = 0
    log_append_time_ms: int = -1
    log_start_offset: int = -1
    record_errors: list[ProduceResponseRecordErrors] = field(default_factory=list)
    error_message: str | None = None
    current_leader: ProduceResponseCurrentLeader | None = None


@dataclass(slots=True)
class ProduceResponseResponses:
    name: str = ""
    topic_id: bytes = ZERO_UUID
    partition_responses: list[ProduceResponsePartitionResponses] = field(default_factory=list)


@dataclass(slots=True)
class ProduceResponseNodeEndpoints:
    node_id: int = 0
    host: str = ""
    port: int = 0
    rack: str | None = None


@dataclass(slots=True)
class ProduceResponse:
    responses: list[ProduceResponseResponses] = field(default_factory=list)
    throttle_time_ms: int = 0
    node_endpoints: list[ProduceResponseNodeEndpoints] = field(default_factory=list)


def _decode_request_v3(buf: memoryview, pos: int) -> ProduceRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(ProduceRequest)
        n, = _read_h(buf, pos)
        pos += 2
        if n < 0:
            m.transactional_id = None
        else:
            end = pos + n
            m.transactional_id = buf[pos:end].tobytes().decode()
            pos = end
        m.acks, m.timeout_ms, c = _read_hii(buf, pos)
        pos += 10
        if c < 0:
            raise null_field("ProduceRequest.topic_data")
        left -= c
        if left < 0:
            raise too_many("ProduceRequest.topic_data")
        items1: list[ProduceRequestTopicData] = []
        m.topic_data = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(ProduceRequestTopicData)
            e2.topic_id = ZERO_UUID
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("ProduceRequestTopicData.name")
            end = pos + n
            e2.name = buf[pos:end].tobytes().decode()
            pos = end
            c, = _read_i(buf, pos)
            pos += 4
            if c < 0:
                raise null_field("ProduceRequestTopicData.partition_data")
            left -= c
            if left < 0:
                raise too_many("ProduceRequestTopicData.partition_data")
            items3: list[ProduceRequestPartitionData] = []
            e2.partition_data = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(ProduceRequestPartitionData)
                e4.index, n = _read_ii(buf, pos)
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
        raise malformed("ProduceRequest v3-8", fault) from fault
    if pos > limit:
        raise truncated("ProduceRequest v3-8")
    return m


def _encode_request_v3(m: ProduceRequest) -> list[Part]:
    parts: list[Part] = []
    out: list[bytes] = []
    add = out.append
    try:
        if m.transactional_id is None:
            raw = b""
            n = -1
        else:
            raw = m.transactional_id.encode()
            n = len(raw)
        add(_pack_h(n))
        if raw:
            add(raw)
        n = len(m.topic_data)
        add(_pack_hii(m.acks, m.timeout_ms, n))
        for e1 in m.topic_data:
            raw = e1.name.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            n = len(e1.partition_data)
            add(_pack_i(n))
            for e2 in e1.partition_data:
                records = e2.records
                n = -1 if records is None else len(records)
                add(_pack_ii(e2.index, n))
                if records:
                    parts.append(b"".join(out))
                    parts.append(records)
                    out.clear()
    except ENCODE_FAULTS as fault:
        raise unencodable("ProduceRequest v3-8", fault) from fault
    if out:
        parts.append(b"".join(out))
    return parts


def _decode_request_v9(buf: memoryview, pos: int) -> ProduceRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(ProduceRequest)
        n = buf[pos]
        pos += 1
        if n > 127:
            n, pos = string_rest(buf, pos, n)
        if not n:
            m.transactional_id = None
        else:
            end = pos + n - 1
            m.transactional_id = buf[pos:end].tobytes().decode()
            pos = end
        m.acks, m.timeout_ms, c = _read_hiB(buf, pos)
        pos += 7
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("ProduceRequest.topic_data")
        left -= c
        if left < 0:
            raise too_many("ProduceRequest.topic_data")
        items1: list[ProduceRequestTopicData] = []
        m.topic_data = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(ProduceRequestTopicData)
            e2.topic_id = ZERO_UUID
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("ProduceRequestTopicData.name")
            end = pos + n - 1
            e2.name = buf[pos:end].tobytes().decode()
            pos = end
            c = buf[pos]
            pos += 1
            if c > 127:
                c, pos = uvarint_rest(buf, pos, c)
            c -= 1
            if c < 0:
                raise null_field("ProduceRequestTopicData.partition_data")
            left -= c
            if left < 0:
                raise too_many("ProduceRequestTopicData.partition_data")
            items3: list[ProduceRequestPartitionData] = []
            e2.partition_data = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(ProduceRequestPartitionData)
                e4.index, n = _read_iB(buf, pos)
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
        raise malformed("ProduceRequest v9-12", fault) from fault
    if pos > limit:
        raise truncated("ProduceRequest v9-12")
    return m


def _encode_request_v9(m: ProduceRequest) -> list[Part]:
    parts: list[Part] = []
    out: list[bytes] = []
    add = out.append
    try:
        if m.transactional_id is None:
            raw = b""
            n = 0
        else:
            raw = m.transactional_id.encode()
            n = len(raw) + 1
        add(BYTE[n] if n < 128 else string_prefix(n))
        if raw:
            add(raw)
        n = len(m.topic_data) + 1
        if n < 128:
            add(_pack_hiB(m.acks, m.timeout_ms, n))
        else:
            add(_pack_hi(m.acks, m.timeout_ms))
            add(uvarint(n))
        for e1 in m.topic_data:
            raw = e1.name.encode()
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else string_prefix(n))
            if raw:
                add(raw)
            n = len(e1.partition_data) + 1
            add(BYTE[n] if n < 128 else uvarint(n))
            for e2 in e1.partition_data:
                records = e2.records
                n = 0 if records is None else len(records) + 1
                if n < 128:
                    add(_pack_iB(e2.index, n))
                else:
                    add(_pack_i(e2.index))
                    add(uvarint(n))
                if records:
                    parts.append(b"".join(out))
                    parts.append(records)
                    out.clear()
                add(b"\0")
            add(b"\0")
        add(b"\0")
    except ENCODE_FAULTS as fault:
        raise unencodable("ProduceRequest v9-12", fault) from fault
    if out:
        parts.append(b"".join(out))
    return parts


def _decode_request_v13(buf: memoryview, pos: int) -> ProduceRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(ProduceRequest)
        n = buf[pos]
        pos += 1
        if n > 127:
            n, pos = string_rest(buf, pos, n)
        if not n:
            m.transactional_id = None
        else:
            end = pos + n - 1
            m.transactional_id = buf[pos:end].tobytes().decode()
            pos = end
        m.acks, m.timeout_ms, c = _read_hiB(buf, pos)
        pos += 7
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("ProduceRequest.topic_data")
        left -= c
        if left < 0:
            raise too_many("ProduceRequest.topic_data")
        items1: list[ProduceRequestTopicData] = []
        m.topic_data = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(ProduceRequestTopicData)
            e2.name = ""
            e2.topic_id, c = _read_uB(buf, pos)
            pos += 17
            if c > 127:
                c, pos = uvarint_rest(buf, pos, c)
            c -= 1
            if c < 0:
                raise null_field("ProduceRequestTopicData.partition_data")
            left -= c
            if left < 0:
                raise too_many("ProduceRequestTopicData.partition_data")
            items3: list[ProduceRequestPartitionData] = []
            e2.partition_data = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(ProduceRequestPartitionData)
                e4.index, n = _read_iB(buf, pos)
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
        raise malformed("ProduceRequest v13", fault) from fault
    if pos > limit:
        raise truncated("ProduceRequest v13")
    return m


def _encode_request_v13(m: ProduceRequest) -> list[Part]:
    parts: list[Part] = []
    out: list[bytes] = []
    add = out.append
    try:
        if m.transactional_id is None:
            raw = b""
            n = 0
        else:
            raw = m.transactional_id.encode()
            n = len(raw) + 1
        add(BYTE[n] if n < 128 else string_prefix(n))
        if raw:
            add(raw)
        n = len(m.topic_data) + 1
        if n < 128:
            add(_pack_hiB(m.acks, m.timeout_ms, n))
        else:
            add(_pack_hi(m.acks, m.timeout_ms))
            add(uvarint(n))
        for e1 in m.topic_data:
            n = len(e1.partition_data) + 1
            if n < 128:
                add(_pack_uB(uuid_bytes(e1.topic_id), n))
            else:
                add(_pack_u(uuid_bytes(e1.topic_id)))
                add(uvarint(n))
            for e2 in e1.partition_data:
                records = e2.records
                n = 0 if records is None else len(records) + 1
                if n < 128:
                    add(_pack_iB(e2.index, n))
                else:
                    add(_pack_i(e2.index))
                    add(uvarint(n))
                if records:
                    parts.append(b"".join(out))
                    parts.append(records)
                    out.clear()
                add(b"\0")
            add(b"\0")
        add(b"\0")
    except ENCODE_FAULTS as fault:
        raise unencodable("ProduceRequest v13", fault) from fault
    if out:
        parts.append(b"".join(out))
    return parts


def _decode_response_v3(buf: memoryview, pos: int) -> ProduceResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(ProduceResponse)
        m.node_endpoints = []
        c, = _read_i(buf, pos)
        pos += 4
        if c < 0:
            raise null_field("ProduceResponse.responses")
        left -= c
        if left < 0:
            raise too_many("ProduceResponse.responses")
        items1: list[ProduceResponseResponses] = []
        m.responses = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(ProduceResponseResponses)
            e2.topic_id = ZERO_UUID
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("ProduceResponseResponses.name")
            end = pos + n
            e2.name = buf[pos:end].tobytes().decode()
            pos = end
            c, = _read_i(buf, pos)
            pos += 4
            if c < 0:
                raise null_field("ProduceResponseResponses.partition_responses")
            left -= c
            if left < 0:
                raise too_many("ProduceResponseResponses.partition_responses")
            items3: list[ProduceResponsePartitionResponses] = []
            e2.partition_responses = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(ProduceResponsePartitionResponses)
                e4.log_start_offset = -1
                e4.record_errors = []
                e4.error_message = None
                e4.current_leader = None
                e4.index, e4.error_code, e4.base_offset, e4.log_append_time_ms = _read_ihqq(buf, pos)
                pos += 22
                items3.append(e4)
            items1.append(e2)
        m.throttle_time_ms, = _read_i(buf, pos)
        pos += 4
    except DECODE_FAULTS as fault:
        raise malformed("ProduceResponse v3-4", fault) from fault
    if pos > limit:
        raise truncated("ProduceResponse v3-4")
    return m


def _encode_response_v3(m: ProduceResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.responses)
        add(_pack_i(n))
        for e1 in m.responses:
            raw = e1.name.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            n = len(e1.partition_responses)
            add(_pack_i(n))
            for e2 in e1.partition_responses:
                add(_pack_ihqq(e2.index, e2.error_code, e2.base_offset, e2.log_append_time_ms))
        add(_pack_i(m.throttle_time_ms))
    except ENCODE_FAULTS as fault:
        raise unencodable("ProduceResponse v3-4", fault) from fault
    return [b"".join(out)]


def _decode_response_v5(buf: memoryview, pos: int) -> ProduceResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(ProduceResponse)
        m.node_endpoints = []
        c, = _read_i(buf, pos)
        pos += 4
        if c < 0:
            raise null_field("ProduceResponse.responses")
        left -= c
        if left < 0:
            raise too_many("ProduceResponse.responses")
        items1: list[ProduceResponseResponses] = []
        m.responses = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(ProduceResponseResponses)
            e2.topic_id = ZERO_UUID
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("ProduceResponseResponses.name")
            end = pos + n
            e2.name = buf[pos:end].tobytes().decode()
            pos = end
            c, = _read_i(buf, pos)
            pos += 4
            if c < 0:
                raise null_field("ProduceResponseResponses.partition_responses")
            left -= c
            if left < 0:
                raise too_many("ProduceResponseResponses.partition_responses")
            items3: list[ProduceResponsePartitionResponses] = []
            e2.partition_responses = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(ProduceResponsePartitionResponses)
                e4.record_errors = []
                e4.error_message = None
                e4.current_leader = None
                e4.index, e4.error_code, e4.base_offset, e4.log_append_time_ms, e4.log_start_offset = _read_ihqqq(buf, pos)
                pos += 30
                items3.append(e4)
            items1.append(e2)
        m.throttle_time_ms, = _read_i(buf, pos)
        pos += 4
    except DECODE_FAULTS as fault:
        raise malformed("ProduceResponse v5-7", fault) from fault
    if pos > limit:
        raise truncated("ProduceResponse v5-7")
    return m


def _encode_response_v5(m: ProduceResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.responses)
        add(_pack_i(n))
        for e1 in m.responses:
            raw = e1.name.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            n = len(e1.partition_responses)
            add(_pack_i(n))
            for e2 in e1.partition_responses:
                add(_pack_ihqqq(e2.index, e2.error_code, e2.base_offset, e2.log_append_time_ms, e2.log_start_offset))
        add(_pack_i(m.throttle_time_ms))
    except ENCODE_FAULTS as fault:
        raise unencodable("ProduceResponse v5-7", fault) from fault
    return [b"".join(out)]


def _decode_response_v8(buf: memoryview, pos: int) -> ProduceResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(ProduceResponse)
        m.node_endpoints = []
        c, = _read_i(buf, pos)
        pos += 4
        if c < 0:
            raise null_field("ProduceResponse.responses")
        left -= c
        if left < 0:
            raise too_many("ProduceResponse.responses")
        items1: list[ProduceResponseResponses] = []
        m.responses = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(ProduceResponseResponses)
            e2.topic_id = ZERO_UUID
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("ProduceResponseResponses.name")
            end = pos + n
            e2.name = buf[pos:end].tobytes().decode()
            pos = end
            c, = _read_i(buf, pos)
            pos += 4
            if c < 0:
                raise null_field("ProduceResponseResponses.partition_responses")
            left -= c
            if left < 0:
                raise too_many("ProduceResponseResponses.partition_responses")
            items3: list[ProduceResponsePartitionResponses] = []
            e2.partition_responses = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(ProduceResponsePartitionResponses)
                e4.current_leader = None
                e4.index, e4.error_code, e4.base_offset, e4.log_append_time_ms, e4.log_start_offset, c = _read_ihqqqi(buf, pos)
                pos += 34
                if c < 0:
                    raise null_field("ProduceResponsePartitionResponses.record_errors")
                left -= c
                if left < 0:
                    raise too_many("ProduceResponsePartitionResponses.record_errors")
                items5: list[ProduceResponseRecordErrors] = []
                e4.record_errors = items5
                for _ in TIMES[c] if c < 64 else range(c):
                    e6 = new(ProduceResponseRecordErrors)
                    e6.batch_index, n = _read_ih(buf, pos)
                    pos += 6
                    if n < 0:
                        e6.batch_index_error_message = None
                    else:
                        end = pos + n
                        e6.batch_index_error_message = buf[pos:end].tobytes().decode()
                        pos = end
                    items5.append(e6)
                n, = _read_h(buf, pos)
                pos += 2
                if n < 0:
                    e4.error_message = None
                else:
                    end = pos + n
                    e4.error_message = buf[pos:end].tobytes().decode()
                    pos = end
                items3.append(e4)
            items1.append(e2)
        m.throttle_time_ms, = _read_i(buf, pos)
        pos += 4
    except DECODE_FAULTS as fault:
        raise malformed("ProduceResponse v8", fault) from fault
    if pos > limit:
        raise truncated("ProduceResponse v8")
    return m


def _encode_response_v8(m: ProduceResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.responses)
        add(_pack_i(n))
        for e1 in m.responses:
            raw = e1.name.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            n = len(e1.partition_responses)
            add(_pack_i(n))
            for e2 in e1.partition_responses:
                n = len(e2.record_errors)
                add(_pack_ihqqqi(e2.index, e2.error_code, e2.base_offset, e2.log_append_time_ms, e2.log_start_offset, n))
                for e3 in e2.record_errors:
                    if e3.batch_index_error_message is None:
                        raw = b""
                        n = -1
                    else:
                        raw = e3.batch_index_error_message.encode()
                        n = len(raw)
                    add(_pack_ih(e3.batch_index, n))
                    if raw:
                        add(raw)
                if e2.error_message is None:
                    raw = b""
                    n = -1
                else:
                    raw = e2.error_message.encode()
                    n = len(raw)
                add(_pack_h(n))
                if raw:
                    add(raw)
        add(_pack_i(m.throttle_time_ms))
    except ENCODE_FAULTS as fault:
        raise unencodable("ProduceResponse v8", fault) from fault
    return [b"".join(out)]


def _decode_response_v9(buf: memoryview, pos: int) -> ProduceResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(ProduceResponse)
        m.node_endpoints = []
        c = buf[pos]
        pos += 1
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("ProduceResponse.responses")
        left -= c
        if left < 0:
            raise too_many("ProduceResponse.responses")
        items1: list[ProduceResponseResponses] = []
        m.responses = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(ProduceResponseResponses)
            e2.topic_id = ZERO_UUID
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("ProduceResponseResponses.name")
            end = pos + n - 1
            e2.name = buf[pos:end].tobytes().decode()
            pos = end
            c = buf[pos]
            pos += 1
            if c > 127:
                c, pos = uvarint_rest(buf, pos, c)
            c -= 1
            if c < 0:
                raise null_field("ProduceResponseResponses.partition_responses")
            left -= c
            if left < 0:
                raise too_many("ProduceResponseResponses.partition_responses")
            items3: list[ProduceResponsePartitionResponses] = []
            e2.partition_responses = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(ProduceResponsePartitionResponses)
                e4.current_leader = None
                e4.index, e4.error_code, e4.base_offset, e4.log_append_time_ms, e4.log_start_offset, c = _read_ihqqqB(buf, pos)
                pos += 31
                if c > 127:
                    c, pos = uvarint_rest(buf, pos, c)
                c -= 1
                if c < 0:
                    raise null_field("ProduceResponsePartitionResponses.record_errors")
                left -= c
                if left < 0:
                    raise too_many("ProduceResponsePartitionResponses.record_errors")
                items5: list[ProduceResponseRecordErrors] = []
                e4.record_errors = items5
                for _ in TIMES[c] if c < 64 else range(c):
                    e6 = new(ProduceResponseRecordErrors)
                    e6.batch_index, n = _read_iB(buf, pos)
                    pos += 5
                    if n > 127:
                        n, pos = string_rest(buf, pos, n)
                    if not n:
                        e6.batch_index_error_message = None
                    else:
                        end = pos + n - 1
                        e6.batch_index_error_message = buf[pos:end].tobytes().decode()
                        pos = end
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
                    e4.error_message = None
                else:
                    end = pos + n - 1
                    e4.error_message = buf[pos:end].tobytes().decode()
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
        m.throttle_time_ms, t = _read_iB(buf, pos)
        pos += 5
        if t:
            pos, left = skip_tags_within(buf, pos, t, left)
    except DECODE_FAULTS as fault:
        raise malformed("ProduceResponse v9", fault) from fault
    if pos > limit:
        raise truncated("ProduceResponse v9")
    return m


def _encode_response_v9(m: ProduceResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.responses) + 1
        add(BYTE[n] if n < 128 else uvarint(n))
        for e1 in m.responses:
            raw = e1.name.encode()
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else string_prefix(n))
            if raw:
                add(raw)
            n = len(e1.partition_responses) + 1
            add(BYTE[n] if n < 128 else uvarint(n))
            for e2 in e1.partition_responses:
                n = len(e2.record_errors) + 1
                if n < 128:
                    add(_pack_ihqqqB(e2.index, e2.error_code, e2.base_offset, e2.log_append_time_ms, e2.log_start_offset, n))
                else:
                    add(_pack_ihqqq(e2.index, e2.error_code, e2.base_offset, e2.log_append_time_ms, e2.log_start_offset))
                    add(uvarint(n))
                for e3 in e2.record_errors:
                    if e3.batch_index_error_message is None:
                        raw = b""
                        n = 0
                    else:
                        raw = e3.batch_index_error_message.encode()
                        n = len(raw) + 1
                    if n < 128:
                        add(_pack_iB(e3.batch_index, n))
                    else:
                        add(_pack_i(e3.batch_index))
                        add(string_prefix(n))
                    if raw:
                        add(raw)
                    add(b"\0")
                if e2.error_message is None:
                    raw = b""
                    n = 0
                else:
                    raw = e2.error_message.encode()
                    n = len(raw) + 1
                add(BYTE[n] if n < 128 else string_prefix(n))
                if raw:
                    add(raw)
                add(b"\0")
            add(b"\0")
        add(_pack_ix(m.throttle_time_ms))
    except ENCODE_FAULTS as fault:
        raise unencodable("ProduceResponse v9", fault) from fault
    return [b"".join(out)]


def _decode_response_v10(buf: memoryview, pos: int) -> ProduceResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(ProduceResponse)
        m.node_endpoints = []
        c = buf[pos]
        pos += 1
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("ProduceResponse.responses")
        left -= c
        if left < 0:
            raise too_many("ProduceResponse.responses")
        items1: list[ProduceResponseResponses] = []
        m.responses = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(ProduceResponseResponses)
            e2.topic_id = ZERO_UUID
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("ProduceResponseResponses.name")
            end = pos + n - 1
            e2.name = buf[pos:end].tobytes().decode()
            pos = end
            c = buf[pos]
            pos += 1
            if c > 127:
                c, pos = uvarint_rest(buf, pos, c)
            c -= 1
            if c < 0:
                raise null_field("ProduceResponseResponses.partition_responses")
            left -= c
            if left < 0:
                raise too_many("ProduceResponseResponses.partition_responses")
            items3: list[ProduceResponsePartitionResponses] = []
            e2.partition_responses = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(ProduceResponsePartitionResponses)
                e4.current_leader = None
                e4.index, e4.error_code, e4.base_offset, e4.log_append_time_ms, e4.log_start_offset, c = _read_ihqqqB(buf, pos)
                pos += 31
                if c > 127:
                    c, pos = uvarint_rest(buf, pos, c)
                c -= 1
                if c < 0:
                    raise null_field("ProduceResponsePartitionResponses.record_errors")
                left -= c
                if left < 0:
                    raise too_many("ProduceResponsePartitionResponses.record_errors")
                items5: list[ProduceResponseRecordErrors] = []
                e4.record_errors = items5
                for _ in TIMES[c] if c < 64 else range(c):
                    e6 = new(ProduceResponseRecordErrors)
                    e6.batch_index, n = _read_iB(buf, pos)
                    pos += 5
                    if n > 127:
                        n, pos = string_rest(buf, pos, n)
                    if not n:
                        e6.batch_index_error_message = None
                    else:
                        end = pos + n - 1
                        e6.batch_index_error_message = buf[pos:end].tobytes().decode()
                        pos = end
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
                    e4.error_message = None
                else:
                    end = pos + n - 1
                    e4.error_message = buf[pos:end].tobytes().decode()
                    pos = end
                t = buf[pos]
                pos += 1
                if t:
                    if t > 127:
                        t, pos = uvarint_rest(buf, pos, t)
                    left -= t
                    if left < 0:
                        raise too_many("ProduceResponsePartitionResponses")
                    for _ in range(t):
                        tag, pos = read_uvarint(buf, pos)
                        size, pos = read_uvarint(buf, pos)
                        stop7 = pos + size
                        if tag == 0:
                            e8 = new(ProduceResponseCurrentLeader)
                            e8.leader_id, e8.leader_epoch, t = _read_iiB(buf, pos)
                            pos += 9
                            if t:
                                pos, left = skip_tags_within(buf, pos, t, left)
                            e4.current_leader = e8
                            if pos != stop7:
                                raise wrong_size("ProduceResponsePartitionResponses.current_leader")
                        else:
                            pos = stop7
                items3.append(e4)
            t = buf[pos]
            pos += 1
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
                raise too_many("ProduceResponse")
            for _ in range(t):
                tag, pos = read_uvarint(buf, pos)
                size, pos = read_uvarint(buf, pos)
                stop9 = pos + size
                if tag == 0:
                    c = buf[pos]
                    pos += 1
                    if c > 127:
                        c, pos = uvarint_rest(buf, pos, c)
                    c -= 1
                    if c < 0:
                        raise null_field("ProduceResponse.node_endpoints")
                    left -= c
                    if left < 0:
                        raise too_many("ProduceResponse.node_endpoints")
                    items10: list[ProduceResponseNodeEndpoints] = []
                    m.node_endpoints = items10
                    for _ in TIMES[c] if c < 64 else range(c):
                        e11 = new(ProduceResponseNodeEndpoints)
                        e11.node_id, n = _read_iB(buf, pos)
                        pos += 5
                        if n > 127:
                            n, pos = string_rest(buf, pos, n)
                        if not n:
                            raise null_field("ProduceResponseNodeEndpoints.host")
                        end = pos + n - 1
                        e11.host = buf[pos:end].tobytes().decode()
                        pos = end
                        e11.port, n = _read_iB(buf, pos)
                        pos += 5
                        if n > 127:
                            n, pos = string_rest(buf, pos, n)
                        if not n:
                            e11.rack = None
                        else:
                            end = pos + n - 1
                            e11.rack = buf[pos:end].tobytes().decode()
                            pos = end
                        t = buf[pos]
                        pos += 1
                        if t:
                            pos, left = skip_tags_within(buf, pos, t, left)
                        items10.append(e11)
                    if pos != stop9:
                        raise wrong_size("ProduceResponse.node_endpoints")
                else:
                    pos = stop9
    except DECODE_FAULTS as fault:
        raise malformed("ProduceResponse v10-12", fault) from fault
    if pos > limit:
        raise truncated("ProduceResponse v10-12")
    return m


def _tags_ProduceResponsePartitionResponses_v10(m: ProduceResponsePartitionResponses) -> bytes:
    count = 0
    out: list[bytes] = []
    if m.current_leader is not None and m.current_leader != ProduceResponseCurrentLeader():
        value1: list[bytes] = []
        value1.append(_pack_iix(m.current_leader.leader_id, m.current_leader.leader_epoch))
        body = b"".join(value1)
        count += 1
        out.append(uvarint(0))
        out.append(uvarint(len(body)))
        out.append(body)
    return uvarint(count) + b"".join(out)


def _tags_ProduceResponse_v10(m: ProduceResponse) -> bytes:
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


def _encode_response_v10(m: ProduceResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.responses) + 1
        add(BYTE[n] if n < 128 else uvarint(n))
        for e1 in m.responses:
            raw = e1.name.encode()
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else string_prefix(n))
            if raw:
                add(raw)
            n = len(e1.partition_responses) + 1
            add(BYTE[n] if n < 128 else uvarint(n))
            for e2 in e1.partition_responses:
                n = len(e2.record_errors) + 1
                if n < 128:
                    add(_pack_ihqqqB(e2.index, e2.error_code, e2.base_offset, e2.log_append_time_ms, e2.log_start_offset, n))
                else:
                    add(_pack_ihqqq(e2.index, e2.error_code, e2.base_offset, e2.log_append_time_ms, e2.log_start_offset))
                    add(uvarint(n))
                for e3 in e2.record_errors:
                    if e3.batch_index_error_message is None:
                        raw = b""
                        n = 0
                    else:
                        raw = e3.batch_index_error_message.encode()
                        n = len(raw) + 1
                    if n < 128:
                        add(_pack_iB(e3.batch_index, n))
                    else:
                        add(_pack_i(e3.batch_index))
                        add(string_prefix(n))
                    if raw:
                        add(raw)
                    add(b"\0")
                if e2.error_message is None:
                    raw = b""
                    n = 0
                else:
                    raw = e2.error_message.encode()
                    n = len(raw) + 1
                add(BYTE[n] if n < 128 else string_prefix(n))
                if raw:
                    add(raw)
                if e2.current_leader is not None:
                    add(_tags_ProduceResponsePartitionResponses_v10(e2))
                else:
                    add(b"\0")
            add(b"\0")
        add(_pack_i(m.throttle_time_ms))
        if m.node_endpoints:
            add(_tags_ProduceResponse_v10(m))
        else:
            add(b"\0")
    except ENCODE_FAULTS as fault:
        raise unencodable("ProduceResponse v10-12", fault) from fault
    return [b"".join(out)]


def _decode_response_v13(buf: memoryview, pos: int) -> ProduceResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(ProduceResponse)
        m.node_endpoints = []
        c = buf[pos]
        pos += 1
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("ProduceResponse.responses")
        left -= c
        if left < 0:
            raise too_many("ProduceResponse.responses")
        items1: list[ProduceResponseResponses] = []
        m.responses = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(ProduceResponseResponses)
            e2.name = ""
            e2.topic_id, c = _read_uB(buf, pos)
            pos += 17
            if c > 127:
                c, pos = uvarint_rest(buf, pos, c)
            c -= 1
            if c < 0:
                raise null_field("ProduceResponseResponses.partition_responses")
            left -= c
            if left < 0:
                raise too_many("ProduceResponseResponses.partition_responses")
            items3: list[ProduceResponsePartitionResponses] = []
            e2.partition_responses = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(ProduceResponsePartitionResponses)
                e4.current_leader = None
                e4.index, e4.error_code, e4.base_offset, e4.log_append_time_ms, e4.log_start_offset, c = _read_ihqqqB(buf, pos)
                pos += 31
                if c > 127:
                    c, pos = uvarint_rest(buf, pos, c)
                c -= 1
                if c < 0:
                    raise null_field("ProduceResponsePartitionResponses.record_errors")
                left -= c
                if left < 0:
                    raise too_many("ProduceResponsePartitionResponses.record_errors")
                items5: list[ProduceResponseRecordErrors] = []
                e4.record_errors = items5
                for _ in TIMES[c] if c < 64 else range(c):
                    e6 = new(ProduceResponseRecordErrors)
                    e6.batch_index, n = _read_iB(buf, pos)
                    pos += 5
                    if n > 127:
                        n, pos = string_rest(buf, pos, n)
                    if not n:
                        e6.batch_index_error_message = None
                    else:
                        end = pos + n - 1
                        e6.batch_index_error_message = buf[pos:end].tobytes().decode()
                        pos = end
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
                    e4.error_message = None
                else:
                    end = pos + n - 1
                    e4.error_message = buf[pos:end].tobytes().decode()
                    pos = end
                t = buf[pos]
                pos += 1
                if t:
                    if t > 127:
                        t, pos = uvarint_rest(buf, pos, t)
                    left -= t
                    if left < 0:
                        raise too_many("ProduceResponsePartitionResponses")
                    for _ in range(t):
                        tag, pos = read_uvarint(buf, pos)
                        size, pos = read_uvarint(buf, pos)
                        stop7 = pos + size
                        if tag == 0:
                            e8 = new(ProduceResponseCurrentLeader)
                            e8.leader_id, e8.leader_epoch, t = _read_iiB(buf, pos)
                            pos += 9
                            if t:
                                pos, left = skip_tags_within(buf, pos, t, left)
                            e4.current_leader = e8
                            if pos != stop7:
                                raise wrong_size("ProduceResponsePartitionResponses.current_leader")
                        else:
                            pos = stop7
                items3.append(e4)
            t = buf[pos]
            pos += 1
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
                raise too_many("ProduceResponse")
            for _ in range(t):
                tag, pos = read_uvarint(buf, pos)
                size, pos = read_uvarint(buf, pos)
                stop9 = pos + size
                if tag == 0:
                    c = buf[pos]
                    pos += 1
                    if c > 127:
                        c, pos = uvarint_rest(buf, pos, c)
                    c -= 1
                    if c < 0:
                        raise null_field("ProduceResponse.node_endpoints")
                    left -= c
                    if left < 0:
                        raise too_many("ProduceResponse.node_endpoints")
                    items10: list[ProduceResponseNodeEndpoints] = []
                    m.node_endpoints = items10
                    for _ in TIMES[c] if c < 64 else range(c):
                        e11 = new(ProduceResponseNodeEndpoints)
                        e11.node_id, n = _read_iB(buf, pos)
                        pos += 5
                        if n > 127:
                            n, pos = string_rest(buf, pos, n)
                        if not n:
                            raise null_field("ProduceResponseNodeEndpoints.host")
                        end = pos + n - 1
                        e11.host = buf[pos:end].tobytes().decode()
                        pos = end
                        e11.port, n = _read_iB(buf, pos)
                        pos += 5
                        if n > 127:
                            n, pos = string_rest(buf, pos, n)
                        if not n:
                            e11.rack = None
                        else:
                            end = pos + n - 1
                            e11.rack = buf[pos:end].tobytes().decode()
                            pos = end
                        t = buf[pos]
                        pos += 1
                        if t:
                            pos, left = skip_tags_within(buf, pos, t, left)
                        items10.append(e11)
                    if pos != stop9:
                        raise wrong_size("ProduceResponse.node_endpoints")
                else:
                    pos = stop9
    except DECODE_FAULTS as fault:
        raise malformed("ProduceResponse v13", fault) from fault
    if pos > limit:
        raise truncated("ProduceResponse v13")
    return m


def _tags_ProduceResponsePartitionResponses_v13(m: ProduceResponsePartitionResponses) -> bytes:
    count = 0
    out: list[bytes] = []
    if m.current_leader is not None and m.current_leader != ProduceResponseCurrentLeader():
        value1: list[bytes] = []
        value1.append(_pack_iix(m.current_leader.leader_id, m.current_leader.leader_epoch))
        body = b"".join(value1)
        count += 1
        out.append(uvarint(0))
        out.append(uvarint(len(body)))
        out.append(body)
    return uvarint(count) + b"".join(out)


def _tags_ProduceResponse_v13(m: ProduceResponse) -> bytes:
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


def _encode_response_v13(m: ProduceResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.responses) + 1
        add(BYTE[n] if n < 128 else uvarint(n))
        for e1 in m.responses:
            n = len(e1.partition_responses) + 1
            if n < 128:
                add(_pack_uB(uuid_bytes(e1.topic_id), n))
            else:
                add(_pack_u(uuid_bytes(e1.topic_id)))
                add(uvarint(n))
            for e2 in e1.partition_responses:
                n = len(e2.record_errors) + 1
                if n < 128:
                    add(_pack_ihqqqB(e2.index, e2.error_code, e2.base_offset, e2.log_append_time_ms, e2.log_start_offset, n))
                else:
                    add(_pack_ihqqq(e2.index, e2.error_code, e2.base_offset, e2.log_append_time_ms, e2.log_start_offset))
                    add(uvarint(n))
                for e3 in e2.record_errors:
                    if e3.batch_index_error_message is None:
                        raw = b""
                        n = 0
                    else:
                        raw = e3.batch_index_error_message.encode()
                        n = len(raw) + 1
                    if n < 128:
                        add(_pack_iB(e3.batch_index, n))
                    else:
                        add(_pack_i(e3.batch_index))
                        add(string_prefix(n))
                    if raw:
                        add(raw)
                    add(b"\0")
                if e2.error_message is None:
                    raw = b""
                    n = 0
                else:
                    raw = e2.error_message.encode()
                    n = len(raw) + 1
                add(BYTE[n] if n < 128 else string_prefix(n))
                if raw:
                    add(raw)
                if e2.current_leader is not None:
                    add(_tags_ProduceResponsePartitionResponses_v13(e2))
                else:
                    add(b"\0")
            add(b"\0")
        add(_pack_i(m.throttle_time_ms))
        if m.node_endpoints:
            add(_tags_ProduceResponse_v13(m))
        else:
            add(b"\0")
    except ENCODE_FAULTS as fault:
        raise unencodable("ProduceResponse v13", fault) from fault
    return [b"".join(out)]


REQUEST_DECODERS: dict[int, Callable[[memoryview, int], ProduceRequest]] = {
    3: _decode_request_v3,
    4: _decode_request_v3,
    5: _decode_request_v3,
    6: _decode_request_v3,
    7: _decode_request_v3,
    8: _decode_request_v3,
    9: _decode_request_v9,
    10: _decode_request_v9,
    11: _decode_request_v9,
    12: _decode_request_v9,
    13: _decode_request_v13,
}
REQUEST_ENCODERS: dict[int, Callable[[ProduceRequest], list[Part]]] = {
    3: _encode_request_v3,
    4: _encode_request_v3,
    5: _encode_request_v3,
    6: _encode_request_v3,
    7: _encode_request_v3,
    8: _encode_request_v3,
    9: _encode_request_v9,
    10: _encode_request_v9,
    11: _encode_request_v9,
    12: _encode_request_v9,
    13: _encode_request_v13,
}
RESPONSE_DECODERS: dict[int, Callable[[memoryview, int], ProduceResponse]] = {
    3: _decode_response_v3,
    4: _decode_response_v3,
    5: _decode_response_v5,
    6: _decode_response_v5,
    7: _decode_response_v5,
    8: _decode_response_v8,
    9: _decode_response_v9,
    10: _decode_response_v10,
    11: _decode_response_v10,
    12: _decode_response_v10,
    13: _decode_response_v13,
}
RESPONSE_ENCODERS: dict[int, Callable[[ProduceResponse], list[Part]]] = {
    3: _encode_response_v3,
    4: _encode_response_v3,
    5: _encode_response_v5,
    6: _encode_response_v5,
    7: _encode_response_v5,
    8: _encode_response_v8,
    9: _encode_response_v9,
    10: _encode_response_v10,
    11: _encode_response_v10,
    12: _encode_response_v10,
    13: _encode_response_v13,
}
API = Api(
    key=0,
    name="Produce",
    min_version=0,
    max_version=13,
    first_version=3,
    flexible_from=9,
    request_decoders=REQUEST_DECODERS,
    request_encoders=REQUEST_ENCODERS,
    response_decoders=RESPONSE_DECODERS,
    response_encoders=RESPONSE_ENCODERS,
)
