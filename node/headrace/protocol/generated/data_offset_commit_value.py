"""Generated from manifests/data_offset_commit_value.api by `python -m headrace.protocol.codegen`;
never edited."""

import struct
from collections.abc import Callable
from dataclasses import dataclass

from headrace.protocol.primitives import (
    DECODE_FAULTS,
    ELEMENTS_MAX,
    ENCODE_FAULTS,
    Part,
    ProtocolError,
    ZERO_UUID,
    malformed,
    null_field,
    read_uvarint,
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
_pack_q = struct.Struct(">q").pack
_pack_qh = struct.Struct(">qh").pack
_pack_qi = struct.Struct(">qi").pack
_pack_qiB = struct.Struct(">qiB").pack
_pack_qih = struct.Struct(">qih").pack
_pack_qq = struct.Struct(">qq").pack
_pack_u = struct.Struct(">16s").pack
_read_q = struct.Struct(">q").unpack_from
_read_qB = struct.Struct(">qB").unpack_from
_read_qh = struct.Struct(">qh").unpack_from
_read_qiB = struct.Struct(">qiB").unpack_from
_read_qih = struct.Struct(">qih").unpack_from
_read_qq = struct.Struct(">qq").unpack_from
_read_u = struct.Struct(">16s").unpack_from


@dataclass(slots=True)
class OffsetCommitValue:
    offset: int = 0
    leader_epoch: int = -1
    metadata: str = ""
    commit_timestamp_ms: int = 0
    expire_timestamp_ms: int = -1
    topic_id: bytes = ZERO_UUID


def _decode_v0(buf: memoryview, pos: int) -> OffsetCommitValue:
    limit = len(buf)
    try:
        m = new(OffsetCommitValue)
        m.leader_epoch = -1
        m.expire_timestamp_ms = -1
        m.topic_id = ZERO_UUID
        m.offset, n = _read_qh(buf, pos)
        pos += 10
        if n < 0:
            raise null_field("OffsetCommitValue.metadata")
        end = pos + n
        m.metadata = buf[pos:end].tobytes().decode()
        pos = end
        m.commit_timestamp_ms, = _read_q(buf, pos)
        pos += 8
    except DECODE_FAULTS as fault:
        raise malformed("OffsetCommitValue v0", fault) from fault
    if pos > limit:
        raise truncated("OffsetCommitValue v0")
    return m


def _encode_v0(m: OffsetCommitValue) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        raw = m.metadata.encode()
        n = len(raw)
        add(_pack_qh(m.offset, n))
        if raw:
            add(raw)
        add(_pack_q(m.commit_timestamp_ms))
    except ENCODE_FAULTS as fault:
        raise unencodable("OffsetCommitValue v0", fault) from fault
    return [b"".join(out)]


def _decode_v1(buf: memoryview, pos: int) -> OffsetCommitValue:
    limit = len(buf)
    try:
        m = new(OffsetCommitValue)
        m.leader_epoch = -1
        m.topic_id = ZERO_UUID
        m.offset, n = _read_qh(buf, pos)
        pos += 10
        if n < 0:
            raise null_field("OffsetCommitValue.metadata")
        end = pos + n
        m.metadata = buf[pos:end].tobytes().decode()
        pos = end
        m.commit_timestamp_ms, m.expire_timestamp_ms = _read_qq(buf, pos)
        pos += 16
    except DECODE_FAULTS as fault:
        raise malformed("OffsetCommitValue v1", fault) from fault
    if pos > limit:
        raise truncated("OffsetCommitValue v1")
    return m


def _encode_v1(m: OffsetCommitValue) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        raw = m.metadata.encode()
        n = len(raw)
        add(_pack_qh(m.offset, n))
        if raw:
            add(raw)
        add(_pack_qq(m.commit_timestamp_ms, m.expire_timestamp_ms))
    except ENCODE_FAULTS as fault:
        raise unencodable("OffsetCommitValue v1", fault) from fault
    return [b"".join(out)]


def _decode_v2(buf: memoryview, pos: int) -> OffsetCommitValue:
    limit = len(buf)
    try:
        m = new(OffsetCommitValue)
        m.leader_epoch = -1
        m.expire_timestamp_ms = -1
        m.topic_id = ZERO_UUID
        m.offset, n = _read_qh(buf, pos)
        pos += 10
        if n < 0:
            raise null_field("OffsetCommitValue.metadata")
        end = pos + n
        m.metadata = buf[pos:end].tobytes().decode()
        pos = end
        m.commit_timestamp_ms, = _read_q(buf, pos)
        pos += 8
    except DECODE_FAULTS as fault:
        raise malformed("OffsetCommitValue v2", fault) from fault
    if pos > limit:
        raise truncated("OffsetCommitValue v2")
    return m


def _encode_v2(m: OffsetCommitValue) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        raw = m.metadata.encode()
        n = len(raw)
        add(_pack_qh(m.offset, n))
        if raw:
            add(raw)
        add(_pack_q(m.commit_timestamp_ms))
    except ENCODE_FAULTS as fault:
        raise unencodable("OffsetCommitValue v2", fault) from fault
    return [b"".join(out)]


def _decode_v3(buf: memoryview, pos: int) -> OffsetCommitValue:
    limit = len(buf)
    try:
        m = new(OffsetCommitValue)
        m.expire_timestamp_ms = -1
        m.topic_id = ZERO_UUID
        m.offset, m.leader_epoch, n = _read_qih(buf, pos)
        pos += 14
        if n < 0:
            raise null_field("OffsetCommitValue.metadata")
        end = pos + n
        m.metadata = buf[pos:end].tobytes().decode()
        pos = end
        m.commit_timestamp_ms, = _read_q(buf, pos)
        pos += 8
    except DECODE_FAULTS as fault:
        raise malformed("OffsetCommitValue v3", fault) from fault
    if pos > limit:
        raise truncated("OffsetCommitValue v3")
    return m


def _encode_v3(m: OffsetCommitValue) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        raw = m.metadata.encode()
        n = len(raw)
        add(_pack_qih(m.offset, m.leader_epoch, n))
        if raw:
            add(raw)
        add(_pack_q(m.commit_timestamp_ms))
    except ENCODE_FAULTS as fault:
        raise unencodable("OffsetCommitValue v3", fault) from fault
    return [b"".join(out)]


def _decode_v4(buf: memoryview, pos: int) -> OffsetCommitValue:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(OffsetCommitValue)
        m.expire_timestamp_ms = -1
        m.topic_id = ZERO_UUID
        m.offset, m.leader_epoch, n = _read_qiB(buf, pos)
        pos += 13
        if n > 127:
            n, pos = string_rest(buf, pos, n)
        if not n:
            raise null_field("OffsetCommitValue.metadata")
        end = pos + n - 1
        m.metadata = buf[pos:end].tobytes().decode()
        pos = end
        m.commit_timestamp_ms, t = _read_qB(buf, pos)
        pos += 9
        if t:
            if t > 127:
                t, pos = uvarint_rest(buf, pos, t)
            left -= t
            if left < 0:
                raise too_many("OffsetCommitValue")
            for _ in range(t):
                tag, pos = read_uvarint(buf, pos)
                size, pos = read_uvarint(buf, pos)
                stop1 = pos + size
                if tag == 0:
                    m.topic_id, = _read_u(buf, pos)
                    pos += 16
                    if pos != stop1:
                        raise wrong_size("OffsetCommitValue.topic_id")
                else:
                    pos = stop1
    except DECODE_FAULTS as fault:
        raise malformed("OffsetCommitValue v4", fault) from fault
    if pos > limit:
        raise truncated("OffsetCommitValue v4")
    return m


def _tags_OffsetCommitValue_v4(m: OffsetCommitValue) -> bytes:
    count = 0
    out: list[bytes] = []
    if m.topic_id != ZERO_UUID:
        value1: list[bytes] = []
        value1.append(_pack_u(uuid_bytes(m.topic_id)))
        body = b"".join(value1)
        count += 1
        out.append(uvarint(0))
        out.append(uvarint(len(body)))
        out.append(body)
    return uvarint(count) + b"".join(out)


def _encode_v4(m: OffsetCommitValue) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        raw = m.metadata.encode()
        n = len(raw) + 1
        if n < 128:
            add(_pack_qiB(m.offset, m.leader_epoch, n))
        else:
            add(_pack_qi(m.offset, m.leader_epoch))
            add(string_prefix(n))
        if raw:
            add(raw)
        add(_pack_q(m.commit_timestamp_ms))
        if m.topic_id != ZERO_UUID:
            add(_tags_OffsetCommitValue_v4(m))
        else:
            add(b"\0")
    except ENCODE_FAULTS as fault:
        raise unencodable("OffsetCommitValue v4", fault) from fault
    return [b"".join(out)]


DECODERS: dict[int, Callable[[memoryview, int], OffsetCommitValue]] = {
    0: _decode_v0,
    1: _decode_v1,
    2: _decode_v2,
    3: _decode_v3,
    4: _decode_v4,
}
ENCODERS: dict[int, Callable[[OffsetCommitValue], list[Part]]] = {
    0: _encode_v0,
    1: _encode_v1,
    2: _encode_v2,
    3: _encode_v3,
    4: _encode_v4,
}
MIN_VERSION = 0
MAX_VERSION = 4


def encode(data: OffsetCommitValue, version: int) -> bytes:
    """The body alone, without the version in front."""
    encoder = ENCODERS.get(version)
    if encoder is None:
        raise ProtocolError(f"OffsetCommitValue has no version {version} here")
    return b"".join(encoder(data))


def decode(buf: Part, version: int) -> OffsetCommitValue:
    """Read a body that has no version in front; bytes after it are ignored."""
    decoder = DECODERS.get(version)
    if decoder is None:
        raise ProtocolError(f"OffsetCommitValue has no version {version} here")
    return decoder(memoryview(buf), 0)


def encode_versioned(data: OffsetCommitValue, version: int) -> bytes:
    """The version as two bytes, then the body: how it stands in records and in group metadata."""
    return version.to_bytes(2, "big") + encode(data, version)


def decode_versioned(buf: Part) -> OffsetCommitValue:
    """Read the version and the body behind it."""
    view = memoryview(buf)
    if len(view) < 2:
        raise truncated("OffsetCommitValue")
    return decode(view[2:], int.from_bytes(view[:2], "big", signed=True))
