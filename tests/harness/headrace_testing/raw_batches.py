"""Record batches made and read by hand: right ones, and ones that no client would send.

Written from the published v2 layout, without `headrace.records`, so that a fault there cannot hide. `make_batch`
takes every header field as an override, which is how tests break them one by one; the CRC is computed last unless
given. `read_batches` gives plain dicts and says whether each CRC holds.
"""

from __future__ import annotations

import gzip
import struct
from collections.abc import Sequence
from typing import Any

import cramjam
from crc32c import crc32c

HEADER = struct.Struct(">qiibIhiqqqhii")
HEADER_NAMES = (
    "base_offset", "batch_length", "leader_epoch", "magic", "crc", "attributes", "last_offset_delta", "base_timestamp",
    "max_timestamp", "producer_id", "producer_epoch", "base_sequence", "record_count",
)  # fmt: skip
AFTER_CRC = 21
LZ4_FRAME_HEADER = bytes.fromhex("04224d18 60 40 82")  # version 1, independent blocks of at most 64 KiB
START_OF_TIME_MS = 1_700_000_000_000


def varint(value: int) -> bytes:
    """Zig-zag varint, as record fields use it."""
    value = (value << 1) ^ (value >> 63)
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def _field(data: bytes | None) -> bytes:
    return varint(-1) if data is None else varint(len(data)) + data


def make_record(
    delta: int,
    value: bytes | None,
    key: bytes | None = None,
    headers: Sequence[tuple[str, bytes | None]] = (),
    timestamp_delta: int = 0,
) -> bytes:
    body = b"\0" + varint(timestamp_delta) + varint(delta) + _field(key) + _field(value) + varint(len(headers))
    body += b"".join(_field(name.encode()) + _field(data) for name, data in headers)
    return varint(len(body)) + body


def make_batch(
    values: Sequence[bytes | None] = (b"v",),
    *,
    keys: Sequence[bytes | None] | None = None,
    timestamp_ms: int = START_OF_TIME_MS,
    timestamp_step_ms: int = 0,
    compression: str = "none",
    producer: tuple[int, int, int] = (-1, -1, -1),
    records: bytes | None = None,
    **header: int,
) -> bytes:
    """One v2 batch. `producer` = id, epoch, base sequence. `header` overrides any of base_offset, batch_length,
    leader_epoch, magic, crc, attributes, last_offset_delta, base_timestamp, max_timestamp, record_count."""
    count = len(values)
    if records is None:
        records = b"".join(
            make_record(i, value, keys[i] if keys else None, timestamp_delta=i * timestamp_step_ms)
            for i, value in enumerate(values)
        )
    codec = ["none", "gzip", "snappy", "lz4", "zstd"].index(compression)
    payload = compress(compression, records)
    after_crc = struct.pack(
        ">hiqqqhii",
        header.get("attributes", codec),
        header.get("last_offset_delta", count - 1),
        header.get("base_timestamp", timestamp_ms),
        header.get("max_timestamp", timestamp_ms + max(0, count - 1) * timestamp_step_ms),
        *producer,
        header.get("record_count", count),
    )
    crc = header.get("crc", crc32c(after_crc + payload))
    head = struct.pack(
        ">qiibI",
        header.get("base_offset", 0),
        header.get("batch_length", 9 + len(after_crc) + len(payload)),
        header.get("leader_epoch", -1),
        header.get("magic", 2),
        crc,
    )
    return head + after_crc + payload


def compress(codec: str, data: bytes) -> bytes:
    if codec == "gzip":
        return gzip.compress(data, mtime=0)
    if codec == "snappy":
        return bytes(cramjam.snappy.compress_raw(data))
    if codec == "lz4":
        # One independent block: Kafka's Java code reads no frames whose blocks depend on each other.
        block = bytes(cramjam.lz4.compress_block(data, store_size=False))
        return LZ4_FRAME_HEADER + struct.pack("<I", len(block)) + block + bytes(4)
    if codec == "zstd":
        return bytes(cramjam.zstd.compress(data))
    return data


def decompress(codec: int, data: bytes) -> bytes:
    if codec == 1:
        return gzip.decompress(data)
    if codec == 2:
        return bytes(cramjam.snappy.decompress_raw(data))
    if codec == 3:
        return bytes(cramjam.lz4.decompress(data))
    if codec == 4:
        return bytes(cramjam.zstd.decompress(data))
    return data


class _Records:
    def __init__(self, data: bytes) -> None:
        self.data, self.position = data, 0

    def varint(self) -> int:
        value = shift = 0
        while True:
            byte = self.data[self.position]
            self.position += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return (value >> 1) ^ -(value & 1)

    def bytes(self) -> bytes | None:
        length = self.varint()
        if length < 0:
            return None
        self.position += length
        return self.data[self.position - length : self.position]


def read_batches(data: bytes | None) -> list[dict[str, Any]]:
    """Every batch of a records field: its header by name, `crc_holds`, and `records` as tuples
    (offset, timestamp_ms, key, value, headers). A partial batch at the end becomes {"partial": bytes}."""
    batches: list[dict[str, Any]] = []
    position = 0
    data = data or b""
    while position < len(data):
        length = struct.unpack_from(">i", data, position + 8)[0] if position + 12 <= len(data) else 0
        end = position + 12 + length
        if position + HEADER.size > len(data) or end > len(data):
            batches.append({"partial": len(data) - position})
            break
        batch: dict[str, Any] = dict(zip(HEADER_NAMES, HEADER.unpack_from(data, position), strict=True))
        batch["crc_holds"] = batch.pop("crc") == crc32c(data[position + AFTER_CRC : end])
        try:
            payload = decompress(batch["attributes"] & 7, data[position + HEADER.size : end])
            batch["records"] = _read_records(batch, payload)
        except (ValueError, IndexError, OSError, EOFError, cramjam.DecompressionError) as error:
            batch["records"] = f"unreadable: {type(error).__name__}"
        batches.append(batch)
        position = end
    return batches


def _read_records(batch: dict[str, Any], payload: bytes) -> list[tuple[Any, ...]]:
    reader = _Records(payload)
    records = []
    for _ in range(batch["record_count"]):
        reader.varint()
        reader.position += 1
        timestamp_ms = batch["base_timestamp"] + reader.varint()
        offset = batch["base_offset"] + reader.varint()
        key, value = reader.bytes(), reader.bytes()
        headers = [((reader.bytes() or b"").decode(), reader.bytes()) for _ in range(reader.varint())]
        records.append((offset, timestamp_ms, key, value, headers))
    return records
