"""Generated from manifests/data_offset_commit_key.api by `python -m headrace.protocol.codegen`;
never edited."""

import struct
from collections.abc import Callable
from dataclasses import dataclass

from headrace.protocol.primitives import (
    DECODE_FAULTS,
    ENCODE_FAULTS,
    Part,
    ProtocolError,
    malformed,
    null_field,
    truncated,
    unencodable,
)

new = object.__new__
_pack_h = struct.Struct(">h").pack
_pack_i = struct.Struct(">i").pack
_read_h = struct.Struct(">h").unpack_from
_read_i = struct.Struct(">i").unpack_from


@dataclass(slots=True)
class OffsetCommitKey:
    group: str = ""
    topic: str = ""
    partition: int = 0


def _decode_v0(buf: memoryview, pos: int) -> OffsetCommitKey:
    limit = len(buf)
    try:
        m = new(OffsetCommitKey)
        n, = _read_h(buf, pos)
        pos += 2
        if n < 0:
            raise null_field("OffsetCommitKey.group")
        end = pos + n
        m.group = buf[pos:end].tobytes().decode()
        pos = end
        n, = _read_h(buf, pos)
        pos += 2
        if n < 0:
            raise null_field("OffsetCommitKey.topic")
        end = pos + n
        m.topic = buf[pos:end].tobytes().decode()
        pos = end
        m.partition, = _read_i(buf, pos)
        pos += 4
    except DECODE_FAULTS as fault:
        raise malformed("OffsetCommitKey v0-1", fault) from fault
    if pos > limit:
        raise truncated("OffsetCommitKey v0-1")
    return m


def _encode_v0(m: OffsetCommitKey) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        raw = m.group.encode()
        n = len(raw)
        add(_pack_h(n))
        if raw:
            add(raw)
        raw = m.topic.encode()
        n = len(raw)
        add(_pack_h(n))
        if raw:
            add(raw)
        add(_pack_i(m.partition))
    except ENCODE_FAULTS as fault:
        raise unencodable("OffsetCommitKey v0-1", fault) from fault
    return [b"".join(out)]


DECODERS: dict[int, Callable[[memoryview, int], OffsetCommitKey]] = {
    0: _decode_v0,
    1: _decode_v0,
}
ENCODERS: dict[int, Callable[[OffsetCommitKey], list[Part]]] = {
    0: _encode_v0,
    1: _encode_v0,
}
MIN_VERSION = 0
MAX_VERSION = 1


def encode(data: OffsetCommitKey, version: int) -> bytes:
    """The body alone, without the version in front."""
    encoder = ENCODERS.get(version)
    if encoder is None:
        raise ProtocolError(f"OffsetCommitKey has no version {version} here")
    return b"".join(encoder(data))


def decode(buf: Part, version: int) -> OffsetCommitKey:
    """Read a body that has no version in front; bytes after it are ignored."""
    decoder = DECODERS.get(version)
    if decoder is None:
        raise ProtocolError(f"OffsetCommitKey has no version {version} here")
    return decoder(memoryview(buf), 0)


def encode_versioned(data: OffsetCommitKey, version: int) -> bytes:
    """The version as two bytes, then the body: how it stands in records and in group metadata."""
    return version.to_bytes(2, "big") + encode(data, version)


def decode_versioned(buf: Part) -> OffsetCommitKey:
    """Read the version and the body behind it."""
    view = memoryview(buf)
    if len(view) < 2:
        raise truncated("OffsetCommitKey")
    return decode(view[2:], int.from_bytes(view[:2], "big", signed=True))
