"""Generated from manifests/02_list_offsets.api by `python -m headrace.protocol.codegen`;
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
_pack_ib = struct.Struct(">ib").pack
_pack_ibB = struct.Struct(">ibB").pack
_pack_ibi = struct.Struct(">ibi").pack
_pack_ihqq = struct.Struct(">ihqq").pack
_pack_ihqqi = struct.Struct(">ihqqi").pack
_pack_ihqqix = struct.Struct(">ihqqix").pack
_pack_ii = struct.Struct(">ii").pack
_pack_iiq = struct.Struct(">iiq").pack
_pack_iiqx = struct.Struct(">iiqx").pack
_pack_iq = struct.Struct(">iq").pack
_pack_ix = struct.Struct(">ix").pack
_read_h = struct.Struct(">h").unpack_from
_read_i = struct.Struct(">i").unpack_from
_read_iB = struct.Struct(">iB").unpack_from
_read_ibB = struct.Struct(">ibB").unpack_from
_read_ibi = struct.Struct(">ibi").unpack_from
_read_ihqq = struct.Struct(">ihqq").unpack_from
_read_ihqqi = struct.Struct(">ihqqi").unpack_from
_read_ihqqiB = struct.Struct(">ihqqiB").unpack_from
_read_ii = struct.Struct(">ii").unpack_from
_read_iiq = struct.Struct(">iiq").unpack_from
_read_iiqB = struct.Struct(">iiqB").unpack_from
_read_iq = struct.Struct(">iq").unpack_from


@dataclass(slots=True)
class ListOffsetsRequestPartitions:
    partition_index: int = 0
    current_leader_epoch: int = -1
    timestamp: int = 0


@dataclass(slots=True)
class ListOffsetsRequestTopics:
    name: str = ""
    partitions: list[ListOffsetsRequestPartitions] = field(default_factory=list)


@dataclass(slots=True)
class ListOffsetsRequest:
    replica_id: int = 0
    isolation_level: int = 0
    topics: list[ListOffsetsRequestTopics] = field(default_factory=list)
    timeout_ms: int = 0


@dataclass(slots=True)
class ListOffsetsResponsePartitions:
    partition_index: int = 0
    error_code: int = 0
    timestamp: int = -1
    offset: int = -1
    leader_epoch: int = -1


@dataclass(slots=True)
class ListOffsetsResponseTopics:
    name: str = ""
    partitions: list[ListOffsetsResponsePartitions] = field(default_factory=list)


@dataclass(slots=True)
class ListOffsetsResponse:
    throttle_time_ms: int = 0
    topics: list[ListOffsetsResponseTopics] = field(default_factory=list)


def _decode_request_v1(buf: memoryview, pos: int) -> ListOffsetsRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(ListOffsetsRequest)
        m.isolation_level = 0
        m.timeout_ms = 0
        m.replica_id, c = _read_ii(buf, pos)
        pos += 8
        if c < 0:
            raise null_field("ListOffsetsRequest.topics")
        left -= c
        if left < 0:
            raise too_many("ListOffsetsRequest.topics")
        items1: list[ListOffsetsRequestTopics] = []
        m.topics = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(ListOffsetsRequestTopics)
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("ListOffsetsRequestTopics.name")
            end = pos + n
            e2.name = buf[pos:end].tobytes().decode()
            pos = end
            c, = _read_i(buf, pos)
            pos += 4
            if c < 0:
                raise null_field("ListOffsetsRequestTopics.partitions")
            left -= c
            if left < 0:
                raise too_many("ListOffsetsRequestTopics.partitions")
            items3: list[ListOffsetsRequestPartitions] = []
            e2.partitions = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(ListOffsetsRequestPartitions)
                e4.current_leader_epoch = -1
                e4.partition_index, e4.timestamp = _read_iq(buf, pos)
                pos += 12
                items3.append(e4)
            items1.append(e2)
    except DECODE_FAULTS as fault:
        raise malformed("ListOffsetsRequest v1", fault) from fault
    if pos > limit:
        raise truncated("ListOffsetsRequest v1")
    return m


def _encode_request_v1(m: ListOffsetsRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.topics)
        add(_pack_ii(m.replica_id, n))
        for e1 in m.topics:
            raw = e1.name.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            n = len(e1.partitions)
            add(_pack_i(n))
            for e2 in e1.partitions:
                add(_pack_iq(e2.partition_index, e2.timestamp))
    except ENCODE_FAULTS as fault:
        raise unencodable("ListOffsetsRequest v1", fault) from fault
    return [b"".join(out)]


def _decode_request_v2(buf: memoryview, pos: int) -> ListOffsetsRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(ListOffsetsRequest)
        m.timeout_ms = 0
        m.replica_id, m.isolation_level, c = _read_ibi(buf, pos)
        pos += 9
        if c < 0:
            raise null_field("ListOffsetsRequest.topics")
        left -= c
        if left < 0:
            raise too_many("ListOffsetsRequest.topics")
        items1: list[ListOffsetsRequestTopics] = []
        m.topics = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(ListOffsetsRequestTopics)
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("ListOffsetsRequestTopics.name")
            end = pos + n
            e2.name = buf[pos:end].tobytes().decode()
            pos = end
            c, = _read_i(buf, pos)
            pos += 4
            if c < 0:
                raise null_field("ListOffsetsRequestTopics.partitions")
            left -= c
            if left < 0:
                raise too_many("ListOffsetsRequestTopics.partitions")
            items3: list[ListOffsetsRequestPartitions] = []
            e2.partitions = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(ListOffsetsRequestPartitions)
                e4.current_leader_epoch = -1
                e4.partition_index, e4.timestamp = _read_iq(buf, pos)
                pos += 12
                items3.append(e4)
            items1.append(e2)
    except DECODE_FAULTS as fault:
        raise malformed("ListOffsetsRequest v2-3", fault) from fault
    if pos > limit:
        raise truncated("ListOffsetsRequest v2-3")
    return m


def _encode_request_v2(m: ListOffsetsRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.topics)
        add(_pack_ibi(m.replica_id, m.isolation_level, n))
        for e1 in m.topics:
            raw = e1.name.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            n = len(e1.partitions)
            add(_pack_i(n))
            for e2 in e1.partitions:
                add(_pack_iq(e2.partition_index, e2.timestamp))
    except ENCODE_FAULTS as fault:
        raise unencodable("ListOffsetsRequest v2-3", fault) from fault
    return [b"".join(out)]


def _decode_request_v4(buf: memoryview, pos: int) -> ListOffsetsRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(ListOffsetsRequest)
        m.timeout_ms = 0
        m.replica_id, m.isolation_level, c = _read_ibi(buf, pos)
        pos += 9
        if c < 0:
            raise null_field("ListOffsetsRequest.topics")
        left -= c
        if left < 0:
            raise too_many("ListOffsetsRequest.topics")
        items1: list[ListOffsetsRequestTopics] = []
        m.topics = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(ListOffsetsRequestTopics)
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("ListOffsetsRequestTopics.name")
            end = pos + n
            e2.name = buf[pos:end].tobytes().decode()
            pos = end
            c, = _read_i(buf, pos)
            pos += 4
            if c < 0:
                raise null_field("ListOffsetsRequestTopics.partitions")
            left -= c
            if left < 0:
                raise too_many("ListOffsetsRequestTopics.partitions")
            items3: list[ListOffsetsRequestPartitions] = []
            e2.partitions = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(ListOffsetsRequestPartitions)
                e4.partition_index, e4.current_leader_epoch, e4.timestamp = _read_iiq(buf, pos)
                pos += 16
                items3.append(e4)
            items1.append(e2)
    except DECODE_FAULTS as fault:
        raise malformed("ListOffsetsRequest v4-5", fault) from fault
    if pos > limit:
        raise truncated("ListOffsetsRequest v4-5")
    return m


def _encode_request_v4(m: ListOffsetsRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.topics)
        add(_pack_ibi(m.replica_id, m.isolation_level, n))
        for e1 in m.topics:
            raw = e1.name.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            n = len(e1.partitions)
            add(_pack_i(n))
            for e2 in e1.partitions:
                add(_pack_iiq(e2.partition_index, e2.current_leader_epoch, e2.timestamp))
    except ENCODE_FAULTS as fault:
        raise unencodable("ListOffsetsRequest v4-5", fault) from fault
    return [b"".join(out)]


def _decode_request_v6(buf: memoryview, pos: int) -> ListOffsetsRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(ListOffsetsRequest)
        m.timeout_ms = 0
        m.replica_id, m.isolation_level, c = _read_ibB(buf, pos)
        pos += 6
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("ListOffsetsRequest.topics")
        left -= c
        if left < 0:
            raise too_many("ListOffsetsRequest.topics")
        items1: list[ListOffsetsRequestTopics] = []
        m.topics = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(ListOffsetsRequestTopics)
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("ListOffsetsRequestTopics.name")
            end = pos + n - 1
            e2.name = buf[pos:end].tobytes().decode()
            pos = end
            c = buf[pos]
            pos += 1
            if c > 127:
                c, pos = uvarint_rest(buf, pos, c)
            c -= 1
            if c < 0:
                raise null_field("ListOffsetsRequestTopics.partitions")
            left -= c
            if left < 0:
                raise too_many("ListOffsetsRequestTopics.partitions")
            items3: list[ListOffsetsRequestPartitions] = []
            e2.partitions = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(ListOffsetsRequestPartitions)
                e4.partition_index, e4.current_leader_epoch, e4.timestamp, t = _read_iiqB(buf, pos)
                pos += 17
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
        raise malformed("ListOffsetsRequest v6-9", fault) from fault
    if pos > limit:
        raise truncated("ListOffsetsRequest v6-9")
    return m


def _encode_request_v6(m: ListOffsetsRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.topics) + 1
        if n < 128:
            add(_pack_ibB(m.replica_id, m.isolation_level, n))
        else:
            add(_pack_ib(m.replica_id, m.isolation_level))
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
                add(_pack_iiqx(e2.partition_index, e2.current_leader_epoch, e2.timestamp))
            add(b"\0")
        add(b"\0")
    except ENCODE_FAULTS as fault:
        raise unencodable("ListOffsetsRequest v6-9", fault) from fault
    return [b"".join(out)]


def _decode_request_v10(buf: memoryview, pos: int) -> ListOffsetsRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(ListOffsetsRequest)
        m.replica_id, m.isolation_level, c = _read_ibB(buf, pos)
        pos += 6
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("ListOffsetsRequest.topics")
        left -= c
        if left < 0:
            raise too_many("ListOffsetsRequest.topics")
        items1: list[ListOffsetsRequestTopics] = []
        m.topics = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(ListOffsetsRequestTopics)
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("ListOffsetsRequestTopics.name")
            end = pos + n - 1
            e2.name = buf[pos:end].tobytes().decode()
            pos = end
            c = buf[pos]
            pos += 1
            if c > 127:
                c, pos = uvarint_rest(buf, pos, c)
            c -= 1
            if c < 0:
                raise null_field("ListOffsetsRequestTopics.partitions")
            left -= c
            if left < 0:
                raise too_many("ListOffsetsRequestTopics.partitions")
            items3: list[ListOffsetsRequestPartitions] = []
            e2.partitions = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(ListOffsetsRequestPartitions)
                e4.partition_index, e4.current_leader_epoch, e4.timestamp, t = _read_iiqB(buf, pos)
                pos += 17
                if t:
                    pos, left = skip_tags_within(buf, pos, t, left)
                items3.append(e4)
            t = buf[pos]
            pos += 1
            if t:
                pos, left = skip_tags_within(buf, pos, t, left)
            items1.append(e2)
        m.timeout_ms, t = _read_iB(buf, pos)
        pos += 5
        if t:
            pos, left = skip_tags_within(buf, pos, t, left)
    except DECODE_FAULTS as fault:
        raise malformed("ListOffsetsRequest v10", fault) from fault
    if pos > limit:
        raise truncated("ListOffsetsRequest v10")
    return m


def _encode_request_v10(m: ListOffsetsRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.topics) + 1
        if n < 128:
            add(_pack_ibB(m.replica_id, m.isolation_level, n))
        else:
            add(_pack_ib(m.replica_id, m.isolation_level))
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
                add(_pack_iiqx(e2.partition_index, e2.current_leader_epoch, e2.timestamp))
            add(b"\0")
        add(_pack_ix(m.timeout_ms))
    except ENCODE_FAULTS as fault:
        raise unencodable("ListOffsetsRequest v10", fault) from fault
    return [b"".join(out)]


def _decode_response_v1(buf: memoryview, pos: int) -> ListOffsetsResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(ListOffsetsResponse)
        m.throttle_time_ms = 0
        c, = _read_i(buf, pos)
        pos += 4
        if c < 0:
            raise null_field("ListOffsetsResponse.topics")
        left -= c
        if left < 0:
            raise too_many("ListOffsetsResponse.topics")
        items1: list[ListOffsetsResponseTopics] = []
        m.topics = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(ListOffsetsResponseTopics)
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("ListOffsetsResponseTopics.name")
            end = pos + n
            e2.name = buf[pos:end].tobytes().decode()
            pos = end
            c, = _read_i(buf, pos)
            pos += 4
            if c < 0:
                raise null_field("ListOffsetsResponseTopics.partitions")
            left -= c
            if left < 0:
                raise too_many("ListOffsetsResponseTopics.partitions")
            items3: list[ListOffsetsResponsePartitions] = []
            e2.partitions = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(ListOffsetsResponsePartitions)
                e4.leader_epoch = -1
                e4.partition_index, e4.error_code, e4.timestamp, e4.offset = _read_ihqq(buf, pos)
                pos += 22
                items3.append(e4)
            items1.append(e2)
    except DECODE_FAULTS as fault:
        raise malformed("ListOffsetsResponse v1", fault) from fault
    if pos > limit:
        raise truncated("ListOffsetsResponse v1")
    return m


def _encode_response_v1(m: ListOffsetsResponse) -> list[Part]:
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
                add(_pack_ihqq(e2.partition_index, e2.error_code, e2.timestamp, e2.offset))
    except ENCODE_FAULTS as fault:
        raise unencodable("ListOffsetsResponse v1", fault) from fault
    return [b"".join(out)]


def _decode_response_v2(buf: memoryview, pos: int) -> ListOffsetsResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(ListOffsetsResponse)
        m.throttle_time_ms, c = _read_ii(buf, pos)
        pos += 8
        if c < 0:
            raise null_field("ListOffsetsResponse.topics")
        left -= c
        if left < 0:
            raise too_many("ListOffsetsResponse.topics")
        items1: list[ListOffsetsResponseTopics] = []
        m.topics = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(ListOffsetsResponseTopics)
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("ListOffsetsResponseTopics.name")
            end = pos + n
            e2.name = buf[pos:end].tobytes().decode()
            pos = end
            c, = _read_i(buf, pos)
            pos += 4
            if c < 0:
                raise null_field("ListOffsetsResponseTopics.partitions")
            left -= c
            if left < 0:
                raise too_many("ListOffsetsResponseTopics.partitions")
            items3: list[ListOffsetsResponsePartitions] = []
            e2.partitions = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(ListOffsetsResponsePartitions)
                e4.leader_epoch = -1
                e4.partition_index, e4.error_code, e4.timestamp, e4.offset = _read_ihqq(buf, pos)
                pos += 22
                items3.append(e4)
            items1.append(e2)
    except DECODE_FAULTS as fault:
        raise malformed("ListOffsetsResponse v2-3", fault) from fault
    if pos > limit:
        raise truncated("ListOffsetsResponse v2-3")
    return m


def _encode_response_v2(m: ListOffsetsResponse) -> list[Part]:
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
                add(_pack_ihqq(e2.partition_index, e2.error_code, e2.timestamp, e2.offset))
    except ENCODE_FAULTS as fault:
        raise unencodable("ListOffsetsResponse v2-3", fault) from fault
    return [b"".join(out)]


def _decode_response_v4(buf: memoryview, pos: int) -> ListOffsetsResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(ListOffsetsResponse)
        m.throttle_time_ms, c = _read_ii(buf, pos)
        pos += 8
        if c < 0:
            raise null_field("ListOffsetsResponse.topics")
        left -= c
        if left < 0:
            raise too_many("ListOffsetsResponse.topics")
        items1: list[ListOffsetsResponseTopics] = []
        m.topics = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(ListOffsetsResponseTopics)
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("ListOffsetsResponseTopics.name")
            end = pos + n
            e2.name = buf[pos:end].tobytes().decode()
            pos = end
            c, = _read_i(buf, pos)
            pos += 4
            if c < 0:
                raise null_field("ListOffsetsResponseTopics.partitions")
            left -= c
            if left < 0:
                raise too_many("ListOffsetsResponseTopics.partitions")
            items3: list[ListOffsetsResponsePartitions] = []
            e2.partitions = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(ListOffsetsResponsePartitions)
                e4.partition_index, e4.error_code, e4.timestamp, e4.offset, e4.leader_epoch = _read_ihqqi(buf, pos)
                pos += 26
                items3.append(e4)
            items1.append(e2)
    except DECODE_FAULTS as fault:
        raise malformed("ListOffsetsResponse v4-5", fault) from fault
    if pos > limit:
        raise truncated("ListOffsetsResponse v4-5")
    return m


def _encode_response_v4(m: ListOffsetsResponse) -> list[Part]:
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
                add(_pack_ihqqi(e2.partition_index, e2.error_code, e2.timestamp, e2.offset, e2.leader_epoch))
    except ENCODE_FAULTS as fault:
        raise unencodable("ListOffsetsResponse v4-5", fault) from fault
    return [b"".join(out)]


def _decode_response_v6(buf: memoryview, pos: int) -> ListOffsetsResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(ListOffsetsResponse)
        m.throttle_time_ms, c = _read_iB(buf, pos)
        pos += 5
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("ListOffsetsResponse.topics")
        left -= c
        if left < 0:
            raise too_many("ListOffsetsResponse.topics")
        items1: list[ListOffsetsResponseTopics] = []
        m.topics = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(ListOffsetsResponseTopics)
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("ListOffsetsResponseTopics.name")
            end = pos + n - 1
            e2.name = buf[pos:end].tobytes().decode()
            pos = end
            c = buf[pos]
            pos += 1
            if c > 127:
                c, pos = uvarint_rest(buf, pos, c)
            c -= 1
            if c < 0:
                raise null_field("ListOffsetsResponseTopics.partitions")
            left -= c
            if left < 0:
                raise too_many("ListOffsetsResponseTopics.partitions")
            items3: list[ListOffsetsResponsePartitions] = []
            e2.partitions = items3
            for _ in TIMES[c] if c < 64 else range(c):
                e4 = new(ListOffsetsResponsePartitions)
                e4.partition_index, e4.error_code, e4.timestamp, e4.offset, e4.leader_epoch, t = _read_ihqqiB(buf, pos)
                pos += 27
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
        raise malformed("ListOffsetsResponse v6-10", fault) from fault
    if pos > limit:
        raise truncated("ListOffsetsResponse v6-10")
    return m


def _encode_response_v6(m: ListOffsetsResponse) -> list[Part]:
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
                add(_pack_ihqqix(e2.partition_index, e2.error_code, e2.timestamp, e2.offset, e2.leader_epoch))
            add(b"\0")
        add(b"\0")
    except ENCODE_FAULTS as fault:
        raise unencodable("ListOffsetsResponse v6-10", fault) from fault
    return [b"".join(out)]


REQUEST_DECODERS: dict[int, Callable[[memoryview, int], ListOffsetsRequest]] = {
    1: _decode_request_v1,
    2: _decode_request_v2,
    3: _decode_request_v2,
    4: _decode_request_v4,
    5: _decode_request_v4,
    6: _decode_request_v6,
    7: _decode_request_v6,
    8: _decode_request_v6,
    9: _decode_request_v6,
    10: _decode_request_v10,
}
REQUEST_ENCODERS: dict[int, Callable[[ListOffsetsRequest], list[Part]]] = {
    1: _encode_request_v1,
    2: _encode_request_v2,
    3: _encode_request_v2,
    4: _encode_request_v4,
    5: _encode_request_v4,
    6: _encode_request_v6,
    7: _encode_request_v6,
    8: _encode_request_v6,
    9: _encode_request_v6,
    10: _encode_request_v10,
}
RESPONSE_DECODERS: dict[int, Callable[[memoryview, int], ListOffsetsResponse]] = {
    1: _decode_response_v1,
    2: _decode_response_v2,
    3: _decode_response_v2,
    4: _decode_response_v4,
    5: _decode_response_v4,
    6: _decode_response_v6,
    7: _decode_response_v6,
    8: _decode_response_v6,
    9: _decode_response_v6,
    10: _decode_response_v6,
}
RESPONSE_ENCODERS: dict[int, Callable[[ListOffsetsResponse], list[Part]]] = {
    1: _encode_response_v1,
    2: _encode_response_v2,
    3: _encode_response_v2,
    4: _encode_response_v4,
    5: _encode_response_v4,
    6: _encode_response_v6,
    7: _encode_response_v6,
    8: _encode_response_v6,
    9: _encode_response_v6,
    10: _encode_response_v6,
}
API = Api(
    key=2,
    name="ListOffsets",
    min_version=1,
    max_version=10,
    first_version=1,
    flexible_from=6,
    request_decoders=REQUEST_DECODERS,
    request_encoders=REQUEST_ENCODERS,
    response_decoders=RESPONSE_DECODERS,
    response_encoders=RESPONSE_ENCODERS,
)
