"""Generated from manifests/data_consumer_protocol_subscription.api by `python -m headrace.protocol.codegen`;
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
_pack_ih = struct.Struct(">ih").pack
_read_h = struct.Struct(">h").unpack_from
_read_i = struct.Struct(">i").unpack_from
_read_ih = struct.Struct(">ih").unpack_from


@dataclass(slots=True)
class ConsumerProtocolSubscriptionOwnedPartitions:
    topic: str = ""
    partitions: list[int] = field(default_factory=list)


@dataclass(slots=True)
class ConsumerProtocolSubscription:
    topics: list[str] = field(default_factory=list)
    user_data: bytes | None = None
    owned_partitions: list[ConsumerProtocolSubscriptionOwnedPartitions] = field(default_factory=list)
    generation_id: int = -1
    rack_id: str | None = None


def _decode_v0(buf: memoryview, pos: int) -> ConsumerProtocolSubscription:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(ConsumerProtocolSubscription)
        m.owned_partitions = []
        m.generation_id = -1
        m.rack_id = None
        c, = _read_i(buf, pos)
        pos += 4
        if c < 0:
            raise null_field("ConsumerProtocolSubscription.topics")
        left -= c
        if left < 0:
            raise too_many("ConsumerProtocolSubscription.topics")
        items1: list[str] = []
        m.topics = items1
        for _ in TIMES[c] if c < 64 else range(c):
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("ConsumerProtocolSubscription.topics")
            end = pos + n
            text = buf[pos:end].tobytes().decode()
            pos = end
            items1.append(text)
        n, = _read_i(buf, pos)
        pos += 4
        if n < 0:
            m.user_data = None
        else:
            end = pos + n
            m.user_data = buf[pos:end].tobytes()
            pos = end
    except DECODE_FAULTS as fault:
        raise malformed("ConsumerProtocolSubscription v0", fault) from fault
    if pos > limit:
        raise truncated("ConsumerProtocolSubscription v0")
    return m


def _encode_v0(m: ConsumerProtocolSubscription) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.topics)
        add(_pack_i(n))
        for e1 in m.topics:
            raw = e1.encode()
            n = len(raw)
            add(_pack_h(n))
            add(raw)
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
        raise unencodable("ConsumerProtocolSubscription v0", fault) from fault
    return [b"".join(out)]


def _decode_v1(buf: memoryview, pos: int) -> ConsumerProtocolSubscription:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(ConsumerProtocolSubscription)
        m.generation_id = -1
        m.rack_id = None
        c, = _read_i(buf, pos)
        pos += 4
        if c < 0:
            raise null_field("ConsumerProtocolSubscription.topics")
        left -= c
        if left < 0:
            raise too_many("ConsumerProtocolSubscription.topics")
        items1: list[str] = []
        m.topics = items1
        for _ in TIMES[c] if c < 64 else range(c):
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("ConsumerProtocolSubscription.topics")
            end = pos + n
            text = buf[pos:end].tobytes().decode()
            pos = end
            items1.append(text)
        n, = _read_i(buf, pos)
        pos += 4
        if n < 0:
            m.user_data = None
        else:
            end = pos + n
            m.user_data = buf[pos:end].tobytes()
            pos = end
        c, = _read_i(buf, pos)
        pos += 4
        if c < 0:
            raise null_field("ConsumerProtocolSubscription.owned_partitions")
        left -= c
        if left < 0:
            raise too_many("ConsumerProtocolSubscription.owned_partitions")
        items2: list[ConsumerProtocolSubscriptionOwnedPartitions] = []
        m.owned_partitions = items2
        for _ in TIMES[c] if c < 64 else range(c):
            e3 = new(ConsumerProtocolSubscriptionOwnedPartitions)
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("ConsumerProtocolSubscriptionOwnedPartitions.topic")
            end = pos + n
            e3.topic = buf[pos:end].tobytes().decode()
            pos = end
            c, = _read_i(buf, pos)
            pos += 4
            if c < 0:
                raise null_field("ConsumerProtocolSubscriptionOwnedPartitions.partitions")
            left -= c
            if left < 0:
                raise too_many("ConsumerProtocolSubscriptionOwnedPartitions.partitions")
            e3.partitions = read_int32s(buf, pos, c) if c else []
            pos += 4 * c
            items2.append(e3)
    except DECODE_FAULTS as fault:
        raise malformed("ConsumerProtocolSubscription v1", fault) from fault
    if pos > limit:
        raise truncated("ConsumerProtocolSubscription v1")
    return m


def _encode_v1(m: ConsumerProtocolSubscription) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.topics)
        add(_pack_i(n))
        for e1 in m.topics:
            raw = e1.encode()
            n = len(raw)
            add(_pack_h(n))
            add(raw)
        if m.user_data is None:
            raw = b""
            n = -1
        else:
            raw = m.user_data
            n = len(raw)
        add(_pack_i(n))
        if raw:
            add(raw)
        n = len(m.owned_partitions)
        add(_pack_i(n))
        for e2 in m.owned_partitions:
            raw = e2.topic.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            n = len(e2.partitions)
            add(_pack_i(n))
            if e2.partitions:
                add(write_int32s(e2.partitions))
    except ENCODE_FAULTS as fault:
        raise unencodable("ConsumerProtocolSubscription v1", fault) from fault
    return [b"".join(out)]


def _decode_v2(buf: memoryview, pos: int) -> ConsumerProtocolSubscription:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(ConsumerProtocolSubscription)
        m.rack_id = None
        c, = _read_i(buf, pos)
        pos += 4
        if c < 0:
            raise null_field("ConsumerProtocolSubscription.topics")
        left -= c
        if left < 0:
            raise too_many("ConsumerProtocolSubscription.topics")
        items1: list[str] = []
        m.topics = items1
        for _ in TIMES[c] if c < 64 else range(c):
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("ConsumerProtocolSubscription.topics")
            end = pos + n
            text = buf[pos:end].tobytes().decode()
            pos = end
            items1.append(text)
        n, = _read_i(buf, pos)
        pos += 4
        if n < 0:
            m.user_data = None
        else:
            end = pos + n
            m.user_data = buf[pos:end].tobytes()
            pos = end
        c, = _read_i(buf, pos)
        pos += 4
        if c < 0:
            raise null_field("ConsumerProtocolSubscription.owned_partitions")
        left -= c
        if left < 0:
            raise too_many("ConsumerProtocolSubscription.owned_partitions")
        items2: list[ConsumerProtocolSubscriptionOwnedPartitions] = []
        m.owned_partitions = items2
        for _ in TIMES[c] if c < 64 else range(c):
            e3 = new(ConsumerProtocolSubscriptionOwnedPartitions)
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("ConsumerProtocolSubscriptionOwnedPartitions.topic")
            end = pos + n
            e3.topic = buf[pos:end].tobytes().decode()
            pos = end
            c, = _read_i(buf, pos)
            pos += 4
            if c < 0:
                raise null_field("ConsumerProtocolSubscriptionOwnedPartitions.partitions")
            left -= c
            if left < 0:
                raise too_many("ConsumerProtocolSubscriptionOwnedPartitions.partitions")
            e3.partitions = read_int32s(buf, pos, c) if c else []
            pos += 4 * c
            items2.append(e3)
        m.generation_id, = _read_i(buf, pos)
        pos += 4
    except DECODE_FAULTS as fault:
        raise malformed("ConsumerProtocolSubscription v2", fault) from fault
    if pos > limit:
        raise truncated("ConsumerProtocolSubscription v2")
    return m


def _encode_v2(m: ConsumerProtocolSubscription) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.topics)
        add(_pack_i(n))
        for e1 in m.topics:
            raw = e1.encode()
            n = len(raw)
            add(_pack_h(n))
            add(raw)
        if m.user_data is None:
            raw = b""
            n = -1
        else:
            raw = m.user_data
            n = len(raw)
        add(_pack_i(n))
        if raw:
            add(raw)
        n = len(m.owned_partitions)
        add(_pack_i(n))
        for e2 in m.owned_partitions:
            raw = e2.topic.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            n = len(e2.partitions)
            add(_pack_i(n))
            if e2.partitions:
                add(write_int32s(e2.partitions))
        add(_pack_i(m.generation_id))
    except ENCODE_FAULTS as fault:
        raise unencodable("ConsumerProtocolSubscription v2", fault) from fault
    return [b"".join(out)]


def _decode_v3(buf: memoryview, pos: int) -> ConsumerProtocolSubscription:
    limit = len(buf)
    left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX
    try:
        m = new(ConsumerProtocolSubscription)
        c, = _read_i(buf, pos)
        pos += 4
        if c < 0:
            raise null_field("ConsumerProtocolSubscription.topics")
        left -= c
        if left < 0:
            raise too_many("ConsumerProtocolSubscription.topics")
        items1: list[str] = []
        m.topics = items1
        for _ in TIMES[c] if c < 64 else range(c):
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("ConsumerProtocolSubscription.topics")
            end = pos + n
            text = buf[pos:end].tobytes().decode()
            pos = end
            items1.append(text)
        n, = _read_i(buf, pos)
        pos += 4
        if n < 0:
            m.user_data = None
        else:
            end = pos + n
            m.user_data = buf[pos:end].tobytes()
            pos = end
        c, = _read_i(buf, pos)
        pos += 4
        if c < 0:
            raise null_field("ConsumerProtocolSubscription.owned_partitions")
        left -= c
        if left < 0:
            raise too_many("ConsumerProtocolSubscription.owned_partitions")
        items2: list[ConsumerProtocolSubscriptionOwnedPartitions] = []
        m.owned_partitions = items2
        for _ in TIMES[c] if c < 64 else range(c):
            e3 = new(ConsumerProtocolSubscriptionOwnedPartitions)
            n, = _read_h(buf, pos)
            pos += 2
            if n < 0:
                raise null_field("ConsumerProtocolSubscriptionOwnedPartitions.topic")
            end = pos + n
            e3.topic = buf[pos:end].tobytes().decode()
            pos = end
            c, = _read_i(buf, pos)
            pos += 4
            if c < 0:
                raise null_field("ConsumerProtocolSubscriptionOwnedPartitions.partitions")
            left -= c
            if left < 0:
                raise too_many("ConsumerProtocolSubscriptionOwnedPartitions.partitions")
            e3.partitions = read_int32s(buf, pos, c) if c else []
            pos += 4 * c
            items2.append(e3)
        m.generation_id, n = _read_ih(buf, pos)
        pos += 6
        if n < 0:
            m.rack_id = None
        else:
            end = pos + n
            m.rack_id = buf[pos:end].tobytes().decode()
            pos = end
    except DECODE_FAULTS as fault:
        raise malformed("ConsumerProtocolSubscription v3", fault) from fault
    if pos > limit:
        raise truncated("ConsumerProtocolSubscription v3")
    return m


def _encode_v3(m: ConsumerProtocolSubscription) -> list[Part]:
    out: list[bytes] = []
    add = out.append
    try:
        n = len(m.topics)
        add(_pack_i(n))
        for e1 in m.topics:
            raw = e1.encode()
            n = len(raw)
            add(_pack_h(n))
            add(raw)
        if m.user_data is None:
            raw = b""
            n = -1
        else:
            raw = m.user_data
            n = len(raw)
        add(_pack_i(n))
        if raw:
            add(raw)
        n = len(m.owned_partitions)
        add(_pack_i(n))
        for e2 in m.owned_partitions:
            raw = e2.topic.encode()
            n = len(raw)
            add(_pack_h(n))
            if raw:
                add(raw)
            n = len(e2.partitions)
            add(_pack_i(n))
            if e2.partitions:
                add(write_int32s(e2.partitions))
        if m.rack_id is None:
            raw = b""
            n = -1
        else:
            raw = m.rack_id.encode()
            n = len(raw)
        add(_pack_ih(m.generation_id, n))
        if raw:
            add(raw)
    except ENCODE_FAULTS as fault:
        raise unencodable("ConsumerProtocolSubscription v3", fault) from fault
    return [b"".join(out)]


DECODERS: dict[int, Callable[[memoryview, int], ConsumerProtocolSubscription]] = {
    0: _decode_v0,
    1: _decode_v1,
    2: _decode_v2,
    3: _decode_v3,
}
ENCODERS: dict[int, Callable[[ConsumerProtocolSubscription], list[Part]]] = {
    0: _encode_v0,
    1: _encode_v1,
    2: _encode_v2,
    3: _encode_v3,
}
MIN_VERSION = 0
MAX_VERSION = 3


def encode(data: ConsumerProtocolSubscription, version: int) -> bytes:
    """The body alone, without the version in front."""
    encoder = ENCODERS.get(version)
    if encoder is None:
        raise ProtocolError(f"ConsumerProtocolSubscription has no version {version} here")
    return b"".join(encoder(data))


def decode(buf: Part, version: int) -> ConsumerProtocolSubscription:
    """Read a body that has no version in front; bytes after it are ignored."""
    decoder = DECODERS.get(version)
    if decoder is None:
        raise ProtocolError(f"ConsumerProtocolSubscription has no version {version} here")
    return decoder(memoryview(buf), 0)


def encode_versioned(data: ConsumerProtocolSubscription, version: int) -> bytes:
    """The version as two bytes, then the body: how it stands in records and in group metadata."""
    return version.to_bytes(2, "big") + encode(data, version)


def decode_versioned(buf: Part) -> ConsumerProtocolSubscription:
    """Read the version and the body behind it."""
    view = memoryview(buf)
    if len(view) < 2:
        raise truncated("ConsumerProtocolSubscription")
    return decode(view[2:], int.from_bytes(view[:2], "big", signed=True))
