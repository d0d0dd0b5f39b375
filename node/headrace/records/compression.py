"""gzip, snappy, lz4 and zstd as Kafka uses them, with a bound on what comes out.

A few hundred bytes can claim to hold gigabytes, so no compressed bytes are opened before it is known, or made
certain, that the result fits `limit_bytes`: gzip is inflated step by step, snappy says its size in front, lz4 and
zstd frames are walked block by block for an upper bound. Must not know of batches. Called by reader, builder and
compaction. Surprising: snappy comes raw (librdkafka) or in blocks behind a magic (Java); both are read, blocks are
written.
"""

from __future__ import annotations

import struct
import zlib

import cramjam

from headrace.base.errors import Rejected

NONE, GZIP, SNAPPY, LZ4, ZSTD = range(5)
CODEC_NAMES = ("none", "gzip", "snappy", "lz4", "zstd")

CORRUPT_MESSAGE = 2
MESSAGE_TOO_LARGE = 10

_XERIAL_HEADER = b"\x82SNAPPY\x00" + struct.pack(">ii", 1, 1)
_XERIAL_BLOCK_BYTES = 32 * 1024
_ZSTD_MAGIC = 0xFD2FB528
_ZSTD_BLOCK_BYTES = 128 * 1024
_LZ4_MAGIC = 0x184D2204
_SKIPPABLE = range(0x184D2A50, 0x184D2A60)
# A frame with more blocks than this is not walked to its end; sound frames of our sizes have far fewer.
_BLOCKS_WALKED_MAX = 10_000
_UNBOUNDED = 1 << 62

Buffer = bytes | bytearray | memoryview


def codec_number(name: str) -> int:
    """`none`, `gzip`, ... -> 0..4; ValueError for another name."""
    return CODEC_NAMES.index(name)


def compress(codec: int, data: Buffer) -> bytes:
    """`data` compressed by codec 0..4."""
    if codec == NONE:
        return bytes(data)
    if codec == GZIP:
        packer = zlib.compressobj(wbits=31)
        return packer.compress(data) + packer.flush()
    if codec == SNAPPY:
        return _compress_snappy(data)
    if codec == LZ4:
        # Independent blocks: what Kafka's own reader demands (KIP-57).
        frame = cramjam.lz4.Compressor(content_checksum=False, block_linked=False)
        frame.compress(bytes(data))
        return bytes(frame.finish())
    if codec == ZSTD:
        return bytes(cramjam.zstd.compress(bytes(data), level=3))
    raise ValueError(f"compression codec {codec} is not one of 0..4")


def decompress(codec: int, data: Buffer, limit_bytes: int) -> bytes:
    """`data` opened by codec 0..4. Rejected: MESSAGE_TOO_LARGE beyond `limit_bytes`, CORRUPT_MESSAGE if it is no such
    data.
    """
    try:
        if codec == GZIP:
            return _open_gzip(data, limit_bytes)
        if codec == SNAPPY:
            return _open_snappy(bytes(data), limit_bytes)
        if codec == LZ4:
            return _open_frame(cramjam.lz4, bytes(data), _lz4_bound(data, limit_bytes), limit_bytes)
        if codec == ZSTD:
            return _open_frame(cramjam.zstd, bytes(data), _zstd_bound(data, limit_bytes), limit_bytes)
    except (cramjam.DecompressionError, zlib.error, struct.error, IndexError, OSError, ValueError) as error:
        raise Rejected(CORRUPT_MESSAGE, f"the {CODEC_NAMES[codec]} data of a batch cannot be read: {error}") from error
    if codec == NONE:
        if len(data) > limit_bytes:
            raise _too_large(limit_bytes)
        return bytes(data)
    raise Rejected(CORRUPT_MESSAGE, f"unknown compression codec {codec}")


def _too_large(limit_bytes: int) -> Rejected:
    return Rejected(MESSAGE_TOO_LARGE, f"the uncompressed records are larger than {limit_bytes} bytes")


def _open_gzip(data: Buffer, limit_bytes: int) -> bytes:
    parts = []
    left = limit_bytes
    rest = bytes(data)
    while rest:  # several gzip members may follow each other
        opener = zlib.decompressobj(wbits=31)
        part = opener.decompress(rest, left + 1)
        if len(part) > left:
            raise _too_large(limit_bytes)
        if not opener.eof:
            raise zlib.error("the stream is cut short")
        parts.append(part)
        left -= len(part)
        rest = opener.unused_data
    if not parts:
        raise zlib.error("the stream is empty")
    return b"".join(parts)


def _compress_snappy(data: Buffer) -> bytes:
    out = [_XERIAL_HEADER]
    for start in range(0, len(data), _XERIAL_BLOCK_BYTES):
        block = bytes(cramjam.snappy.compress_raw(bytes(data[start : start + _XERIAL_BLOCK_BYTES])))
        out.append(struct.pack(">i", len(block)))
        out.append(block)
    return b"".join(out)


def _open_snappy(data: bytes, limit_bytes: int) -> bytes:
    if not data.startswith(_XERIAL_HEADER[:8]):
        return _open_snappy_block(data, limit_bytes)
    parts = []
    position = len(_XERIAL_HEADER)
    left = limit_bytes
    while position < len(data):
        (size,) = struct.unpack_from(">i", data, position)
        position += 4
        if not 0 < size <= len(data) - position:
            raise ValueError(f"a snappy block of {size} bytes does not fit")
        part = _open_snappy_block(data[position : position + size], left)
        parts.append(part)
        left -= len(part)
        position += size
    return b"".join(parts)


def _open_snappy_block(data: bytes, limit_bytes: int) -> bytes:
    if cramjam.snappy.decompress_raw_len(data) > limit_bytes:
        raise _too_large(limit_bytes)
    return bytes(cramjam.snappy.decompress_raw(data))


def _open_frame(library: object, data: bytes, bound_bytes: int, limit_bytes: int) -> bytes:
    if bound_bytes <= limit_bytes:
        return bytes(library.decompress(data))  # type: ignore[attr-defined]
    # The blocks could hold more than the limit: give it exactly that much room, so it stops there.
    room = bytearray(limit_bytes)
    try:
        size = library.decompress_into(data, room)  # type: ignore[attr-defined]
    except cramjam.DecompressionError as error:
        if "whole buffer" in str(error):
            raise _too_large(limit_bytes) from error
        raise
    return bytes(memoryview(room)[:size])


def _zstd_bound(data: Buffer, limit_bytes: int) -> int:
    """At most this much comes out of the zstd frames in `data`; more than the limit once that is exceeded."""
    position = 0
    bound = 0
    blocks = 0
    while position < len(data):
        (magic,) = struct.unpack_from("<I", data, position)
        if magic in _SKIPPABLE:
            position += 8 + int(struct.unpack_from("<I", data, position + 4)[0])
            blocks += 1
            if blocks > _BLOCKS_WALKED_MAX:
                return _UNBOUNDED
            continue
        if magic != _ZSTD_MAGIC:
            raise ValueError("no zstd frame")
        descriptor = data[position + 4]
        single_segment = descriptor >> 5 & 1
        position += 5 + (not single_segment) + (0, 1, 2, 4)[descriptor & 3]
        position += (single_segment, 2, 4, 8)[descriptor >> 6]
        last = False
        while not last:
            head = int.from_bytes(data[position : position + 3], "little")
            if position + 3 > len(data):
                raise ValueError("the frame is cut short")
            last, kind, size = bool(head & 1), head >> 1 & 3, head >> 3
            position += 3 + (1 if kind == 1 else size)
            bound += _ZSTD_BLOCK_BYTES if kind == 2 else size
            blocks += 1
            if bound > limit_bytes or blocks > _BLOCKS_WALKED_MAX:
                return _UNBOUNDED
        position += 4 * (descriptor >> 2 & 1)
    return bound


def _lz4_bound(data: Buffer, limit_bytes: int) -> int:
    """At most this much comes out of the lz4 frame in `data`; more than the limit once that is exceeded."""
    (magic,) = struct.unpack_from("<I", data, 0)
    if magic != _LZ4_MAGIC:
        raise ValueError("no lz4 frame")
    flags, sizes = data[4], data[5]
    block_bytes = 1 << (8 + 2 * (sizes >> 4 & 7))
    position = 7 + 8 * (flags >> 3 & 1) + 4 * (flags & 1)
    bound = 0
    blocks = 0
    while True:
        (head,) = struct.unpack_from("<I", data, position)
        if head == 0:
            # Anything behind the end mark may be a further frame: leave it to the bounded way.
            rest = len(data) - position - 4 - 4 * (flags >> 2 & 1)
            return bound if rest <= 0 else _UNBOUNDED
        size = head & 0x7FFFFFFF
        bound += size if head >> 31 else min(block_bytes, size * 255)
        position += 4 + size + 4 * (flags >> 4 & 1)
        blocks += 1
        if bound > limit_bytes or blocks > _BLOCKS_WALKED_MAX:
            return _UNBOUNDED
