"""Generated from manifests/data_group_metadata_key.api by `python -m headrace.protocol.codegen`;
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
_read_h = struct.Struct(">h").unpack_from


@dataclass(slots=True)
class GroupMetadataKey:
    group: str = ""


def _decode_v2(buf: memoryview, pos: int) -> GroupMetadataKey:
    limit = len(buf)
    try:
        m = new(GroupMetadataKey)
        n, = _read_h(buf, pos)
        pos += 2
        if n < 0:
            raise null_field("GroupMetadataKey.group")
        end = pos + n
        m.group = buf[pos:end].tobytes().decode()
        pos = end
    except DECODE_FAULTS as fault:
        raise malformed("GroupMetadataKey v2", fault) from fault
    if pos > limit:
        raise truncated("GroupMetadataKey v2")
    return m


def _encode_v2(m: GroupMetadataKey) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        raw = m.group.encode()
        n = len(raw)
        add(_pack_h(n))
        if raw:
            add(raw)
    except ENCODE_FAULTS as fault:
        raise unencodable("GroupMetadataKey v2", fault) from fault
    return [b"".join(out)]


DECODERS: dict[int, Callable[[memoryview, int], GroupMetadataKey]] = {
    2: _decode_v2,
}
ENCODERS: dict[int, Callable[[GroupMetadataKey], list[Part]]] = {
    2: _encode_v2,
}
MIN_VERSION = 2
MAX_VERSION = 2


def encode(data: GroupMetadataKey, version: int) -> bytes:
    """The body alone, without the version in front."""
    encoder = ENCODERS.get(version)
    if encoder is None:
        raise ProtocolError(f"GroupMetadataKey has no version {version} here")
    return b"".join(encoder(data))


def decode(buf: Part, version: int) -> GroupMetadataKey:
    """Read a body that has no version in front; bytes after it are ignored."""
    decoder = DECODERS.get(version)
    if decoder is None:
        raise ProtocolError(f"GroupMetadataKey has no version {version} here")
    return decoder(memoryview(buf), 0)


def encode_versioned(data: GroupMetadataKey, version: int) -> bytes:
    """The version as two bytes, then the body: how it stands in records and in group metadata."""
    return version.to_bytes(2, "big") + encode(data, version)


def decode_versioned(buf: Part) -> GroupMetadataKey:
    """Read the version and the body behind it."""
    view = memoryview(buf)
    if len(view) < 2:
        raise truncated("GroupMetadataKey")
    return decode(view[2:], int.from_bytes(view[:2], "big", signed=True))
