"""What the generated codecs share: varints, tagged fields, integer arrays, and the one error of malformed bytes.

Called by `generated/` (which inlines the common one-byte cases and comes here for the rest), `headers` and `framing`.
It must not know any message. Surprise: readers check lengths late. A slice past the end of a memoryview is silently
short, so a reader moves its position on and the next read, or the final check of the generated function, notices.
That is safe because positions only ever grow: every signed length is checked for being negative first.
"""

import struct
from collections.abc import Sequence

from headrace.base.errors import Rejected

INVALID_REQUEST = 42  # Kafka's code; `error_codes` names it, but this module stays below it
STRING_BYTES_MAX = 32_767  # in every form, compact ones too: Kafka refuses longer strings on both sides

# Every array element becomes a Python object of 30-250 bytes while it may take two bytes on the wire, and decoding it
# holds the event loop for half a microsecond. This many elements and unknown tags in one message (nested ones counted)
# bound a hostile frame to about the memory of the frame limit and a quarter of a second; a real fetch of 10,000
# partitions has 10,001, the metadata of 50,000 partitions with three replicas 350,000.
ELEMENTS_MAX = 500_000
HEADER_TAGS_MAX = 1_000  # no header of Kafka has more than two

ZERO_UUID = bytes(16)


class ProtocolError(Rejected):
    """Bytes that are no valid message, or a value that the wire format cannot carry."""

    def __init__(self, message: str) -> None:
        super().__init__(INVALID_REQUEST, message)


# What straight-line decoding of bad bytes can raise: a read past the end (IndexError from indexing, struct.error from
# fused reads) and text that is not UTF-8.
DECODE_FAULTS = (IndexError, struct.error, UnicodeDecodeError)
# What encoding can raise when a value does not fit its field: out of range, or text with lone surrogates.
ENCODE_FAULTS = (struct.error, UnicodeEncodeError)

Part = bytes | bytearray | memoryview

# `for _ in TIMES[count]` starts twice as fast as a fresh range; nearly every array on the wire is that short.
TIMES: tuple[bytes, ...] = tuple(bytes(count) for count in range(64))
BYTE: tuple[bytes, ...] = tuple(bytes((value,)) for value in range(256))


def malformed(message: str, cause: BaseException) -> ProtocolError:
    """The error for bytes that ended early or hold text that is not UTF-8."""
    reason = "holds text that is not UTF-8" if isinstance(cause, UnicodeDecodeError) else "ends before its last field"
    return ProtocolError(f"{message} {reason}")


def truncated(message: str) -> ProtocolError:
    """The error for a last field that reaches past the end of the frame."""
    return ProtocolError(f"{message} ends before its last field")


def unencodable(message: str, cause: BaseException) -> ProtocolError:
    """The error for a value that its field cannot carry."""
    return ProtocolError(f"{message} cannot be written: {cause}")


def null_field(field: str) -> ProtocolError:
    """The error for null (on the wire: any negative length) where the version does not allow it."""
    return ProtocolError(f"{field} must not be null in this version")


def too_many(field: str) -> ProtocolError:
    """The error for an array count that the rest of the frame cannot hold."""
    return ProtocolError(f"{field} announces more elements than the message can hold")


def wrong_size(field: str) -> ProtocolError:
    """The error for a tagged field whose announced size is not the size of its value."""
    return ProtocolError(f"tagged field {field} is not as long as it says")


def read_uvarint(buf: memoryview, pos: int) -> tuple[int, int]:
    """Read an unsigned varint of at most five bytes; (value, position after it)."""
    byte = buf[pos]
    pos += 1
    return (byte, pos) if byte < 128 else uvarint_rest(buf, pos, byte)


def uvarint_rest(buf: memoryview, pos: int, first: int) -> tuple[int, int]:
    """Go on after a first byte with its high bit set; (value, position after it)."""
    value = first & 0x7F
    shift = 7
    while True:
        byte = buf[pos]
        pos += 1
        value |= (byte & 0x7F) << shift
        if byte < 128:
            break
        shift += 7
        if shift > 28:
            raise ProtocolError("a varint is longer than five bytes")
    if value > 0xFFFFFFFF:
        raise ProtocolError("a varint is larger than 32 bits")
    return value, pos


def string_rest(buf: memoryview, pos: int, first: int) -> tuple[int, int]:
    """`uvarint_rest` for the length (plus one) of a compact string; refuses what Kafka refuses."""
    value, pos = uvarint_rest(buf, pos, first)
    if value > STRING_BYTES_MAX + 1:
        raise ProtocolError(f"a string of {value - 1} bytes is longer than {STRING_BYTES_MAX}")
    return value, pos


def skip_tags(buf: memoryview, pos: int, count: int) -> int:
    """Skip the tagged fields of a header; `count` is the first byte of their number, already read."""
    return skip_tags_within(buf, pos, count, HEADER_TAGS_MAX)[0]


def skip_tags_within(buf: memoryview, pos: int, count: int, left: int) -> tuple[int, int]:
    """Skip tagged fields nobody here knows; `count` is the first byte of their number, already read.

    `left` is what the message may still hold (see ELEMENTS_MAX); (position after the tags, what is left then).
    """
    if count > 127:
        count, pos = uvarint_rest(buf, pos, count)
    left -= count
    if left < 0:
        raise too_many("a tag section")
    for _ in range(count):
        _tag, pos = read_uvarint(buf, pos)
        size, pos = read_uvarint(buf, pos)
        pos += size
    return pos, left


def uvarint(value: int) -> bytes:
    """Write an unsigned 32-bit value as a varint."""
    if value < 128:
        return BYTE[value]
    out = bytearray()
    while value > 127:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def string_prefix(value: int) -> bytes:
    """`uvarint` for the length (plus one) of a compact string; refuses what Kafka's readers refuse."""
    if value > STRING_BYTES_MAX + 1:
        raise ProtocolError(f"a string of {value - 1} bytes is longer than {STRING_BYTES_MAX}")
    return uvarint(value)


_SHORT = 17
_INT32S = tuple(struct.Struct(f">{count}i") for count in range(_SHORT))
_INT64S = tuple(struct.Struct(f">{count}q") for count in range(_SHORT))


def read_int16s(buf: memoryview, pos: int, count: int) -> list[int]:
    """`count` big-endian 16-bit integers from `pos`."""
    return list(struct.unpack_from(f">{count}h", buf, pos))


def read_int32s(buf: memoryview, pos: int, count: int) -> list[int]:
    """`count` big-endian 32-bit integers from `pos`."""
    if count < _SHORT:
        return list(_INT32S[count].unpack_from(buf, pos))
    return list(struct.unpack_from(f">{count}i", buf, pos))


def read_int64s(buf: memoryview, pos: int, count: int) -> list[int]:
    """`count` big-endian 64-bit integers from `pos`."""
    if count < _SHORT:
        return list(_INT64S[count].unpack_from(buf, pos))
    return list(struct.unpack_from(f">{count}q", buf, pos))


def read_int8s(buf: memoryview, pos: int, count: int) -> list[int]:
    """`count` signed bytes from `pos`."""
    return list(struct.unpack_from(f">{count}b", buf, pos))


def write_int8s(values: Sequence[int]) -> bytes:
    """Signed bytes."""
    return struct.pack(f">{len(values)}b", *values)


def write_int16s(values: Sequence[int]) -> bytes:
    """Big-endian 16-bit integers."""
    return struct.pack(f">{len(values)}h", *values)


def write_int32s(values: Sequence[int]) -> bytes:
    """Big-endian 32-bit integers."""
    count = len(values)
    return _INT32S[count].pack(*values) if count < _SHORT else struct.pack(f">{count}i", *values)


def write_int64s(values: Sequence[int]) -> bytes:
    """Big-endian 64-bit integers."""
    count = len(values)
    return _INT64S[count].pack(*values) if count < _SHORT else struct.pack(f">{count}q", *values)


def uuid_bytes(value: bytes) -> bytes:
    """A topic id or directory id as its sixteen bytes; `struct` would silently cut or pad another length."""
    if len(value) != 16:
        raise ProtocolError(f"a uuid has 16 bytes, not {len(value)}")
    return value
