"""Compression both ways, in every dress that clients send, and bombs that must not go off."""

from __future__ import annotations

import contextlib
import gzip
import struct
import tracemalloc
import zlib

import cramjam
import pytest
from aiokafka import codec as aiokafka_codec
from hypothesis import given, settings
from hypothesis import strategies as st

from headrace.base.errors import Rejected
from headrace.records.compression import CODEC_NAMES, GZIP, LZ4, SNAPPY, ZSTD, codec_number, compress, decompress

CODECS = [GZIP, SNAPPY, LZ4, ZSTD]
NAMES = [CODEC_NAMES[codec] for codec in CODECS]
MIB = 1 << 20


@pytest.mark.parametrize("codec", [0, *CODECS])
@settings(max_examples=60, deadline=None)
@given(
    data=st.one_of(st.binary(max_size=2000), st.integers(0, 300_000).map(lambda n: bytes(n // 2) + b"ab" * (n // 4)))
)
def test_what_is_compressed_opens_again(codec: int, data: bytes) -> None:
    packed = compress(codec, data)
    assert decompress(codec, packed, len(data)) == data
    if data:
        with pytest.raises(Rejected, match="larger than"):
            decompress(codec, packed, len(data) - 1)


@pytest.mark.parametrize("codec", CODECS, ids=NAMES)
def test_aiokafka_opens_ours_and_we_open_its(codec: int) -> None:
    data = b"the quick brown fox " * 5000
    name = CODEC_NAMES[codec]
    assert getattr(aiokafka_codec, f"{name}_decode")(compress(codec, data)) == data
    assert decompress(codec, getattr(aiokafka_codec, f"{name}_encode")(data), MIB) == data


def test_snappy_comes_raw_and_in_blocks() -> None:
    data = b"abc" * 50_000
    raw = bytes(cramjam.snappy.compress_raw(data))
    assert decompress(SNAPPY, raw, MIB) == data
    blocks = compress(SNAPPY, data)
    assert blocks.startswith(b"\x82SNAPPY\x00")
    assert decompress(SNAPPY, blocks, MIB) == data
    for cut in (17, 19, 40, len(blocks) - 1):
        with pytest.raises(Rejected):
            decompress(SNAPPY, blocks[:cut], MIB)


def test_gzip_members_and_zstd_frames_may_follow_each_other() -> None:
    assert decompress(GZIP, gzip.compress(b"one") + gzip.compress(b"two"), 100) == b"onetwo"
    frames = bytes(cramjam.zstd.compress(b"one")) + bytes(cramjam.zstd.compress(b"two"))
    skippable = struct.pack("<II", 0x184D2A53, 4) + b"skip"
    assert decompress(ZSTD, frames, 100) == b"onetwo"
    assert decompress(ZSTD, skippable + frames, 100) == b"onetwo"


def test_lz4_with_linked_blocks_content_size_and_checksums() -> None:
    data = b"0123456789" * 20_000
    for options in ({"block_linked": True}, {"content_checksum": True}, {"level": 9, "block_linked": False}):
        frame = cramjam.lz4.Compressor(**options)
        frame.compress(data)
        assert decompress(LZ4, bytes(frame.finish()), len(data)) == data


@pytest.mark.parametrize("codec", CODECS, ids=NAMES)
def test_a_bomb_is_refused_without_opening_it(codec: int) -> None:
    """64 MiB of zeros in a few hundred bytes to kilobytes, a limit of one MiB: memory stays near the limit."""
    bomb = bytes(zlib_bomb()) if codec == GZIP else compress(codec, bytes(64 * MIB))
    tracemalloc.start()
    try:
        with pytest.raises(Rejected) as refusal:
            decompress(codec, bomb, MIB)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert refusal.value.kafka_code == 10
    assert peak < 2 * len(bomb) + 4 * MIB


def zlib_bomb() -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    return packer.compress(bytes(64 * MIB)) + packer.flush()


def test_a_zstd_frame_of_many_empty_blocks_costs_no_time() -> None:
    """Three bytes each and nothing inside: walking them all would take longer than any batch is worth."""
    frame = struct.pack("<I", 0xFD2FB528) + b"\x00\x58" + b"\x00\x00\x00" * 3_000_000 + b"\x01\x00\x00"
    assert decompress(ZSTD, frame, 1000) == b""


def test_an_lz4_frame_behind_another_cannot_pass_the_bound() -> None:
    frames = compress(LZ4, b"a" * 500) + compress(LZ4, bytes(16 * MIB))
    with contextlib.suppress(Rejected):
        assert len(decompress(LZ4, frames, 1000)) <= 1000


@pytest.mark.parametrize("codec", CODECS, ids=NAMES)
@settings(max_examples=200, deadline=None)
@given(st.data())
def test_garbage_is_refused_and_never_crashes(codec: int, data: st.DataObject) -> None:
    if data.draw(st.booleans()):
        garbage = data.draw(st.binary(max_size=200))
    else:
        sound = bytearray(compress(codec, b"some text, some text " * 20))
        for _ in range(data.draw(st.integers(1, 3))):
            sound[data.draw(st.integers(0, len(sound) - 1))] = data.draw(st.integers(0, 255))
        garbage = bytes(sound[: data.draw(st.integers(0, len(sound)))])
    with contextlib.suppress(Rejected):
        assert len(decompress(codec, garbage, 10_000)) <= 10_000


def test_unknown_codecs_are_refused() -> None:
    assert codec_number("zstd") == ZSTD
    with pytest.raises(Rejected):
        decompress(5, b"x", 10)
    with pytest.raises(ValueError, match="not one of"):
        compress(6, b"x")
