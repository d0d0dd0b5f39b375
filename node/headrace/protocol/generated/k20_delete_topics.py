"""Generated from manifests/20_delete_topics.api by `python -m headrace.protocol.codegen`;
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
    skip_tags_within,
    string_prefix,
    string_rest,
    too_many,
    truncated,
    unencodable,
    uuid_bytes,
    uvarint,
    uvarint_rest,
)

new = object.__new__
_pack_h = struct.Struct(">h").pack
_pack_hB = struct.Struct(">hB").pack
_pack_hx = struct.Struct(">hx").pack
_pack_i = struct.Struct(">i").pack
_pack_iB = struct.Struct(">iB").pack
_pack_ii = struct.Struct(">ii").pack
_pack_ix = struct.Struct(">ix").pack
_pack_uh = struct.Struct(">16sh").pack
_pack_uhB = struct.Struct(">16shB").pack
_pack_ux = struct.Struct(">16sx").pack
_read_h = struct.Struct(">h").unpack_from
_read_hB = struct.Struct(">hB").unpack_from
_read_i = struct.Struct(">i").unpack_from
_read_iB = struct.Struct(">iB").unpack_from
_read_ii = struct.Struct(">ii").unpack_from
_read_uB = struct.Struct(">16sB").unpack_from
_read_uhB = struct.Struct(">16shB").unpack_from


@dataclass(slots=True)
class DeleteTopicsRequestTopics:
    name: str | None = None
    topic_id: bytes = ZERO_UUID


@dataclass(slots=True)
class DeleteTopicsRequest:
    topics: list[DeleteTopicsRequestTopics] = field(default_factory=list)
    topic_names: list[str] = field(default_factory=list)
    timeout_ms: int = 0


@dataclass(slots=True)
class DeleteTopicsResponseResponses:
    name: str | None = ""
    topic_id: bytes = ZERO_UUID
    error_code: int = 0
    error_message: str | None = None


@dataclass(slots=True)
class DeleteTopicsResponse:
    throttle_time_ms: int = 0
    responses: list[DeleteTopicsResponseResponses] = field(default_factory=list)


def _decode_request_v1(buf: memoryview, pos: int) -> DeleteTopicsRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(DeleteTopicsRequest)
        m.topics = []
        c, = _read_i(buf, pos)
        pos += 4
        if c < 0:
            raise null_field("DeleteTopicsRequest.topic_names")
        left -= c
        if left < 0:
            raise too_many("DeleteTopicsRequest.topic_names")
        items1: list[str] = []
        m.topic_names = items1
        for _ in TIMES[c] if c < 64 else range(c):
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("DeleteTopicsRequest.topic_names")
            end = pos + n
            text = buf[pos:end].tobytes().decode()
            pos = end
            items1.append(text)
        m.timeout_ms, = _read_i(buf, pos)
        pos += 4
    except DECODE_FAULTS as fault:
        raise malformed("DeleteTopicsRequest v1-3", fault) from fault
    if pos > limit:
        raise truncated("DeleteTopicsRequest v1-3")
    return m


def _encode_request_v1(m: DeleteTopicsRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.topic_names)
        add(_pack_i(n))
        for e1 in m.topic_names:
            raw = e1.encode()
            n = len(raw)
            add(_pack_h(n))
            add(raw)
        add(_pack_i(m.timeout_ms))
    except ENCODE_FAULTS as fault:
        raise unencodable("DeleteTopicsRequest v1-3", fault) from fault
    return [b"".join(out)]


def _decode_request_v4(buf: memoryview, pos: int) -> DeleteTopicsRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(DeleteTopicsRequest)
        m.topics = []
        c = buf[pos]
        pos += 1
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("DeleteTopicsRequest.topic_names")
        left -= c
        if left < 0:
            raise too_many("DeleteTopicsRequest.topic_names")
        items1: list[str] = []
        m.topic_names = items1
        for _ in TIMES[c] if c < 64 else range(c):
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("DeleteTopicsRequest.topic_names")
            end = pos + n - 1
            text = buf[pos:end].tobytes().decode()
            pos = end
            items1.append(text)
        m.timeout_ms, t = _read_iB(buf, pos)
        pos += 5
        if t:
            pos, left = skip_tags_within(buf, pos, t, left)
    except DECODE_FAULTS as fault:
        raise malformed("DeleteTopicsRequest v4-5", fault) from fault
    if pos > limit:
        raise truncated("DeleteTopicsRequest v4-5")
    return m


def _encode_request_v4(m: DeleteTopicsRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.topic_names) + 1
        add(BYTE[n] if n < 128 else uvarint(n))
        for e1 in m.topic_names:
            raw = e1.encode()
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else string_prefix(n))
            add(raw)
        add(_pack_ix(m.timeout_ms))
    except ENCODE_FAULTS as fault:
        raise unencodable("DeleteTopicsRequest v4-5", fault) from fault
    return [b"".join(out)]


def _decode_request_v6(buf: memoryview, pos: int) -> DeleteTopicsRequest:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(DeleteTopicsRequest)
        m.topic_names = []
        c = buf[pos]
        pos += 1
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("DeleteTopicsRequest.topics")
        left -= c
        if left < 0:
            raise too_many("DeleteTopicsRequest.topics")
        items1: list[DeleteTopicsRequestTopics] = []
        m.topics = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(DeleteTopicsRequestTopics)
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                e2.name = None
            else:
                end = pos + n - 1
                e2.name = buf[pos:end].tobytes().decode()
                pos = end
            e2.topic_id, t = _read_uB(buf, pos)
            pos += 17
            if t:
                pos, left = skip_tags_within(buf, pos, t, left)
            items1.append(e2)
        m.timeout_ms, t = _read_iB(buf, pos)
        pos += 5
        if t:
            pos, left = skip_tags_within(buf, pos, t, left)
    except DECODE_FAULTS as fault:
        raise malformed("DeleteTopicsRequest v6", fault) from fault
    if pos > limit:
        raise truncated("DeleteTopicsRequest v6")
    return m


def _encode_request_v6(m: DeleteTopicsRequest) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.topics) + 1
        add(BYTE[n] if n < 128 else uvarint(n))
        for e1 in m.topics:
            if e1.name is None:
                raw = b""
                n = 0
            else:
                raw = e1.name.encode()
                n = len(raw) + 1
            add(BYTE[n] if n < 128 else string_prefix(n))
            if raw:
                add(raw)
            add(_pack_ux(uuid_bytes(e1.topic_id)))
        add(_pack_ix(m.timeout_ms))
    except ENCODE_FAULTS as fault:
        raise unencodable("DeleteTopicsRequest v6", fault) from fault
    return [b"".join(out)]


def _decode_response_v1(buf: memoryview, pos: int) -> DeleteTopicsResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(DeleteTopicsResponse)
        m.throttle_time_ms, c = _read_ii(buf, pos)
        pos += 8
        if c < 0:
            raise null_field("DeleteTopicsResponse.responses")
        left -= c
        if left < 0:
            raise too_many("DeleteTopicsResponse.responses")
        items1: list[DeleteTopicsResponseResponses] = []
        m.responses = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(DeleteTopicsResponseResponses)
            e2.topic_id = ZERO_UUID
            e2.error_message = None
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("DeleteTopicsResponseResponses.name")
            end = pos + n
            e2.name = buf[pos:end].tobytes().decode()
            pos = end
            e2.error_code, = _read_h(buf, pos)
            pos += 2
            items1.append(e2)
    except DECODE_FAULTS as fault:
        raise malformed("DeleteTopicsResponse v1-3", fault) from fault
    if pos > limit:
        raise truncated("DeleteTopicsResponse v1-3")
    return m


def _encode_response_v1(m: DeleteTopicsResponse) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.responses)
        add(_pack_ii(m.throttle_time_ms, n))
        for e1 in m.responses:
            if e1.name is None:
                raise null_field("DeleteTopicsResponseResponses.name")
            raw = e1.name.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            add(_pack_h(e1.error_code))
    except ENCODE_FAULTS as fault:
        raise unencodable("DeleteTopicsResponse v1-3", fault) from fault
    return [b"".join(out)]


def _decode_response_v4(buf: memoryview, pos: int) -> DeleteTopicsResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(DeleteTopicsResponse)
        m.throttle_time_ms, c = _read_iB(buf, pos)
        pos += 5
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("DeleteTopicsResponse.responses")
        left -= c
        if left < 0:
            raise too_many("DeleteTopicsResponse.responses")
        items1: list[DeleteTopicsResponseResponses] = []
        m.responses = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(DeleteTopicsResponseResponses)
            e2.topic_id = ZERO_UUID
            e2.error_message = None
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("DeleteTopicsResponseResponses.name")
            end = pos + n - 1
            e2.name = buf[pos:end].tobytes().decode()
            pos = end
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
        raise malformed("DeleteTopicsResponse v4", fault) from fault
    if pos > limit:
        raise truncated("DeleteTopicsResponse v4")
    return m


def _encode_response_v4(m: DeleteTopicsResponse) -> list[Part]:
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
            if e1.name is None:
                raise null_field("DeleteTopicsResponseResponses.name")
            raw = e1.name.encode()
            n = len(raw) + 1
            add(BYTE[n] if n < 128 else string_prefix(n))
            if raw:
                add(raw)
            add(_pack_hx(e1.error_code))
        add(b"\0")
    except ENCODE_FAULTS as fault:
        raise unencodable("DeleteTopicsResponse v4", fault) from fault
    return [b"".join(out)]


def _decode_response_v5(buf: memoryview, pos: int) -> DeleteTopicsResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(DeleteTopicsResponse)
        m.throttle_time_ms, c = _read_iB(buf, pos)
        pos += 5
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("DeleteTopicsResponse.responses")
        left -= c
        if left < 0:
            raise too_many("DeleteTopicsResponse.responses")
        items1: list[DeleteTopicsResponseResponses] = []
        m.responses = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(DeleteTopicsResponseResponses)
            e2.topic_id = ZERO_UUID
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                raise null_field("DeleteTopicsResponseResponses.name")
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
        raise malformed("DeleteTopicsResponse v5", fault) from fault
    if pos > limit:
        raise truncated("DeleteTopicsResponse v5")
    return m


def _encode_response_v5(m: DeleteTopicsResponse) -> list[Part]:
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
            if e1.name is None:
                raise null_field("DeleteTopicsResponseResponses.name")
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
            add(b"\0")
        add(b"\0")
    except ENCODE_FAULTS as fault:
        raise unencodable("DeleteTopicsResponse v5", fault) from fault
    return [b"".join(out)]


def _decode_response_v6(buf: memoryview, pos: int) -> DeleteTopicsResponse:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(DeleteTopicsResponse)
        m.throttle_time_ms, c = _read_iB(buf, pos)
        pos += 5
        if c > 127:
            c, pos = uvarint_rest(buf, pos, c)
        c -= 1
        if c < 0:
            raise null_field("DeleteTopicsResponse.responses")
        left -= c
        if left < 0:
            raise too_many("DeleteTopicsResponse.responses")
        items1: list[DeleteTopicsResponseResponses] = []
        m.responses = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(DeleteTopicsResponseResponses)
            n = buf[pos]
            pos += 1
            if n > 127:
                n, pos = string_rest(buf, pos, n)
            if not n:
                e2.name = None
            else:
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
        raise malformed("DeleteTopicsResponse v6", fault) from fault
    if pos > limit:
        raise truncated("DeleteTopicsResponse v6")
    return m


def _encode_response_v6(m: DeleteTopicsResponse) -> list[Part]:
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
            if e1.name is None:
                raw = b""
                n = 0
            else:
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
            add(b"\0")
        add(b"\0")
    except ENCODE_FAULTS as fault:
        raise unencodable("DeleteTopicsResponse v6", fault) from fault
    return [b"".join(out)]


REQUEST_DECODERS: dict[int, Callable[[memoryview, int], DeleteTopicsRequest]] = {
    1: _decode_request_v1,
    2: _decode_request_v1,
    3: _decode_request_v1,
    4: _decode_request_v4,
    5: _decode_request_v4,
    6: _decode_request_v6,
}
REQUEST_ENCODERS: dict[int, Callable[[DeleteTopicsRequest], list[Part]]] = {
    1: _encode_request_v1,
    2: _encode_request_v1,
    3: _encode_request_v1,
    4: _encode_request_v4,
    5: _encode_request_v4,
    6: _encode_request_v6,
}
RESPONSE_DECODERS: dict[int, Callable[[memoryview, int], DeleteTopicsResponse]] = {
    1: _decode_response_v1,
    2: _decode_response_v1,
    3: _decode_response_v1,
    4: _decode_response_v4,
    5: _decode_response_v5,
    6: _decode_response_v6,
}
RESPONSE_ENCODERS: dict[int, Callable[[DeleteTopicsResponse], list[Part]]] = {
    1: _encode_response_v1,
    2: _encode_response_v1,
    3: _encode_response_v1,
    4: _encode_response_v4,
    5: _encode_response_v5,
    6: _encode_response_v6,
}
API = Api(
    key=20,
    name="DeleteTopics",
    min_version=1,
    max_version=6,
    first_version=1,
    flexible_from=4,
    request_decoders=REQUEST_DECODERS,
    request_encoders=REQUEST_ENCODERS,
    response_decoders=RESPONSE_DECODERS,
    response_encoders=RESPONSE_ENCODERS,
)
