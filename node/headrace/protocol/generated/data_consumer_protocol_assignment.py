"""Generated from manifests/data_consumer_protocol_assignment.api by `python -m headrace.protocol.codegen`;
never edited."""

import struct
from collections.abc import Callable
from dataclasses import dataclass, field

from headrace.protocol.primitives import (
    DECODE_FAULTS,
    ELEMENTS_MAX,
    ENCODE_FAULTS,
    Part,
    ProtocolError,
    TIMES,
    malformed,
    null_field,
    read_int32s,
    too_many,
    truncated,
    unencodable,
    write_int32s,
)

new = object.__new__
_pack_h = struct.Struct(">h").pack
_pack_i = struct.Struct(">i").pack
_read_h = struct.Struct(">h").unpack_from
_read_i = struct.Struct(">i").unpack_from


@dataclass(slots=True)
class ConsumerProtocolAssignmentAssignedPartitions:
    topic: str = ""
    partitions: list[int] = field(default_factory=list)


@dataclass(slots=True)
class ConsumerProtocolAssignment:
    assigned_partitions: list[ConsumerProtocolAssignmentAssignedPartitions] = field(default_factory=list)
    user_data: bytes | None = None


def _decode_v0(buf: memoryview, pos: int) -> ConsumerProtocolAssignment:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(ConsumerProtocolAssignment)
        c, = _read_i(buf, pos)
        pos += 4
        if c < 0:
            raise null_field("ConsumerProtocolAssignment.assigned_partitions")
        left -= c
        if left < 0:
            raise too_many("ConsumerProtocolAssignment.assigned_partitions")
        items1: list[ConsumerProtocolAssignmentAssignedPartitions] = []
        m.assigned_partitions = items1
        for _ in TIMES[c] if c < 64 else range(c):
            e2 = new(ConsumerProtocolAssignmentAssignedPartitions)
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("ConsumerProtocolAssignmentAssignedPartitions.topic")
            end = pos + n
            e2.topic = buf[pos:end].tobytes().decode()
            pos = end
            c, = _read_i(buf, pos)
            pos += 4
            if c < 0:
                raise null_field("ConsumerProtocolAssignmentAssignedPartitions.partitions")
            left -= c
            if left < 0:
                raise too_many("ConsumerProtocolAssignmentAssignedPartitions.partitions")
            e2.partitions = read_int32s(buf, pos, c) if c else []
            pos += 4 * c
            items1.append(e2)
        n, = _read_i(buf, pos)
        pos += 4
        if n < 0:
            m.user_data = None
        else:
            end = pos + n
            m.user_data = buf[pos:end].tobytes()
            pos = end
    except DECODE_FAULTS as fault:
        raise malformed("ConsumerProtocolAssignment v0-3", fault) from fault
    if pos > limit:
        raise truncated("ConsumerProtocolAssignment v0-3")
    return m


def _encode_v0(m: ConsumerProtocolAssignment) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.assigned_partitions)
        add(_pack_i(n))
        for e1 in m.assigned_partitions:
            raw = e1.topic.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            n = len(e1.partitions)
            add(_pack_i(n))
            if e1.partitions:
                add(write_int32s(e1.partitions))
        if m.user_data is None:
            raw = b""
            n = -1
        else:
            raw = m.user_data
            n = len(raw)
        add(_pack_i(n))
        if raw:
            add(raw)
    except ENCODE_FAULTS as fault:
        raise unencodable("ConsumerProtocolAssignment v0-3", fault) from fault
    return [b"".join(out)]


DECODERS: dict[int, Callable[[memoryview, int], ConsumerProtocolAssignment]] = {
    0: _decode_v0,
    1: _decode_v0,
    2: _decode_v0,
    3: _decode_v0,
}
ENCODERS: dict[int, Callable[[ConsumerProtocolAssignment], list[Part]]] = {
    0: _encode_v0,
    1: _encode_v0,
    2: _encode_v0,
    3: _encode_v0,
}
MIN_VERSION = 0
MAX_VERSION = 3


def encode(data: ConsumerProtocolAssignment, version: int) -> bytes:
    """The body alone, without the version in front."""
    encoder = ENCODERS.get(version)
    if encoder is None:
        raise ProtocolError(f"ConsumerProtocolAssignment has no version {version} here")
    return b"".join(encoder(data))


def decode(buf: Part, version: int) -> ConsumerProtocolAssignment:
    """Read a body that has no version in front; bytes after it are ignored."""
    decoder = DECODERS.get(version)
    if decoder is None:
        raise ProtocolError(f"ConsumerProtocolAssignment has no version {version} here")
    return decoder(memoryview(buf), 0)


def encode_versioned(data: ConsumerProtocolAssignment, version: int) -> bytes:
    """The version as two bytes, then the body: how it stands in records and in group metadata."""
    return version.to_bytes(2, "big") + encode(data, version)


def decode_versioned(buf: Part) -> ConsumerProtocolAssignment:
    """Read the version and the body behind it."""
    view = memoryview(buf)
    if len(view) < 2:
        raise truncated("ConsumerProtocolAssignment")
    return decode(view[2:], int.from_bytes(view[:2], "big", signed=True))
