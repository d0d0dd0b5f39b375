"""Small Wasm guests written as text: they answer what a test tells them to, sound or not."""

from __future__ import annotations

import struct
from collections.abc import Sequence

import wasmtime

INPUT_AT = 65_536
FRAME_AT = 16
#: The last words of `running`: the address and length of an empty frame.
FINE = f"(i64.const {FRAME_AT << 32 | 8})"


def module(body: str) -> bytes:
    return bytes(wasmtime.wat2wasm(f"(module {body})"))


def data(at: int, content: bytes) -> str:
    """A data segment."""
    text = "".join(f"\\{byte:02x}" for byte in content)
    return f'(data (i32.const {at}) "{text}")'


def answering(
    frame: bytes, *, extra: str = "", pages: int = 4, address: int | None = None, length: int | None = None
) -> bytes:
    """A guest whose answer to every chunk is this frame (or another claim of where it lies)."""
    at = FRAME_AT if address is None else address
    size = len(frame) if length is None else length
    pages = max(pages, (FRAME_AT + len(frame)) // 65_536 + 4)
    room = (FRAME_AT + len(frame)) // 65_536 * 65_536 + 65_536
    return module(f"""
        {extra}
        (memory (export "memory") {pages})
        {data(FRAME_AT, frame)}
        (func (export "hr_alloc") (param i32) (result i32) (i32.const {room}))
        (func (export "hr_transform") (param i32 i32) (result i64)
            (i64.or (i64.shl (i64.const {at}) (i64.const 32)) (i64.const {size})))
    """)


def running(
    code: str,
    *,
    extra: str = "",
    memory: str = '(memory (export "memory") 4) (data (i32.const 16) "\\01\\00\\00\\00\\00\\00\\00\\00")',
    transform: str = "(result i64)",
) -> bytes:
    """A guest whose hr_transform has this body; `FINE` as its last words answers with an empty frame."""
    return module(f"""
        {extra}
        {memory}
        (func (export "hr_alloc") (param i32) (result i32) (i32.const {INPUT_AT}))
        (func (export "hr_transform") (param i32 i32) {transform} {code})
    """)


def frame(*sections: tuple[int, bytes], version: int = 1) -> bytes:
    return struct.pack("<II", version, 0) + b"".join(
        struct.pack("<II", kind, len(body)) + body for kind, body in sections
    )


def output(key: str | bytes | None, *batches: bytes) -> tuple[int, bytes]:
    """An output section."""
    if key is None:
        return 1, struct.pack("<I", 0xFFFFFFFF) + b"".join(batches)
    raw = key.encode() if isinstance(key, str) else key
    return 1, struct.pack("<I", len(raw)) + raw + b"".join(batches)


def error(kind: int, message: str, stack: str = "") -> tuple[int, bytes]:
    """An error section."""
    return 2, struct.pack("<II", kind, len(message.encode())) + message.encode() + stack.encode()


def varint(value: int) -> bytes:
    rest = (value << 1) ^ (value >> 63)
    out = bytearray()
    while rest >= 0x80:
        out.append(rest & 0x7F | 0x80)
        rest >>= 7
    out.append(rest)
    return bytes(out)


def _nullable(content: bytes | None) -> bytes:
    return varint(-1) if content is None else varint(len(content)) + content


def raw_record(
    *,
    attributes: int = 0,
    timestamp_delta: int = 0,
    offset_delta: int = 0,
    key: bytes | None = None,
    value: bytes | None = b"v",
    headers: bytes = b"\0",
    length: int | None = None,
) -> bytes:
    """One record in wire form; `headers` and `length` may be anything."""
    body = bytes([attributes]) + varint(timestamp_delta) + varint(offset_delta)
    body += _nullable(key) + _nullable(value) + headers
    return varint(len(body) if length is None else length) + body


def raw_batch(
    records: Sequence[bytes],
    *,
    count: int | None = None,
    length: int | None = None,
    magic: int = 2,
    attributes: int = 0,
    base_timestamp: int = 1_700_000_000_000,
) -> bytes:
    """A v2 batch with whatever header a forger likes; the fields that the host makes anew are nonsense on purpose."""
    body = b"".join(records)
    size = 61 + len(body) - 12 if length is None else length
    number = len(records) if count is None else count
    head = struct.pack(">qiibIhi", 99, size, 7, magic, 0xDEADBEEF, attributes, 12345)
    return head + struct.pack(">qqqhii", base_timestamp, -1, 5, 6, 7, number) + body
