"""Frames of the batch ABI (docs/transform-abi.md): the structures between host and guest, not the records in them.

Pure functions over bytes. What a guest wrote is believed nowhere here: lengths are checked, texts are cut. Used by
`batch_guest.py` and `javascript.py`; the records themselves are checked by `output_check.py`.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from headrace.transforms.engines.api import FailureKind, GuestLimits, LogLevel, LogLine

ABI_VERSION = 1
_INPUT = struct.Struct("<IiII")
_OUTPUT = struct.Struct("<II")
_SECTION = struct.Struct("<II")
_ERROR = struct.Struct("<II")
_STATUS = struct.Struct("<qIIII")
_LOG_ENTRY = struct.Struct("<II")
_LOAD = struct.Struct("<8IQ4I")

SECTION_ERROR = 2
SECTION_INFO = 3
_ERROR_TEXT_BYTES_MAX = 8 * 1024

_FAILURES: dict[int, FailureKind] = {1: "thrown", 2: "pending", 3: "memory", 4: "output", 5: "load"}
_LEVELS: dict[int, LogLevel] = {0: "debug", 1: "info", 2: "warn", 3: "error"}


class BadFrame(ValueError):
    """The guest's answer is not a frame of this ABI."""


@dataclass(frozen=True, slots=True)
class GuestReport:
    """The error section of a frame."""

    kind: FailureKind
    message: str
    stack: str


@dataclass(frozen=True, slots=True)
class GuestStatus:
    """A status area as the guest left it."""

    base_offset: int | None
    lines: tuple[LogLine, ...]
    lines_dropped: int


def input_head(topic: str, partition: int) -> bytes:
    """Everything of an input frame before its batches."""
    name = topic.encode()
    return _INPUT.pack(ABI_VERSION, partition, len(name), 0) + name + bytes(-len(name) % 8)


def load_frame(
    file_name: str, env_json: str, source: bytes, limits: GuestLimits, *, js_stack_bytes: int, seed: int
) -> bytes:
    """What the JavaScript guest's `hr_js_load` takes. `seed` is 64 bits."""
    name, env = file_name.encode(), env_json.encode()
    # QuickJS must run out first: then the script sees an exception, and not a memory that does not grow.
    js_memory_bytes = limits.memory_bytes_max // 4 * 3
    return (
        _LOAD.pack(
            ABI_VERSION,
            js_memory_bytes,
            js_stack_bytes,
            limits.output_bytes_max,
            limits.output_keys_max,
            limits.log_lines_max,
            limits.log_bytes_max + limits.log_lines_max * _LOG_ENTRY.size,
            limits.log_line_bytes_max,
            seed,
            len(name),
            len(env),
            len(source),
            0,
        )
        + name
        + env
        + source
    )


def first_section(frame: memoryview) -> tuple[int, memoryview] | None:
    """Kind and payload of a frame's first section, None for a frame without any. Raises BadFrame."""
    if len(frame) < _OUTPUT.size or _OUTPUT.unpack_from(frame)[0] != ABI_VERSION:
        raise BadFrame("the answer is no frame of ABI version 1")
    at = _OUTPUT.size
    if len(frame) == at:
        return None
    if len(frame) < at + _SECTION.size:
        raise BadFrame("the frame ends inside a section")
    kind, length = _SECTION.unpack_from(frame, at)
    at += _SECTION.size
    if length > len(frame) - at:
        raise BadFrame("a section is longer than the frame")
    return kind, frame[at : at + length]


def error_report(payload: memoryview) -> GuestReport:
    """Raises BadFrame."""
    if len(payload) < _ERROR.size:
        raise BadFrame("the error section is too short")
    kind, message_length = _ERROR.unpack_from(payload)
    texts = payload[_ERROR.size :]
    if message_length > len(texts) or kind not in _FAILURES:
        raise BadFrame("the error section is malformed")
    return GuestReport(_FAILURES[kind], _text(texts[:message_length]), _text(texts[message_length:]))


def _text(raw: memoryview) -> str:
    return bytes(raw[:_ERROR_TEXT_BYTES_MAX]).decode("utf-8", "replace")


def take_status(memory: memoryview, address: int, limits: GuestLimits) -> GuestStatus:
    """Read a status area and empty its log. Nonsense in it reads as an empty area."""
    if address + _STATUS.size > len(memory):
        return GuestStatus(None, (), 0)
    base_offset, used, dropped, log_address, _ = _STATUS.unpack_from(memory, address)
    lines: tuple[LogLine, ...] = ()
    if used or dropped:
        used = min(used, limits.log_bytes_max + limits.log_lines_max * _LOG_ENTRY.size)
        lines = tuple(_entries(memory[log_address : log_address + used], limits))
        _STATUS.pack_into(memory, address, base_offset, 0, 0, log_address, 0)
    return GuestStatus(base_offset if base_offset >= 0 else None, lines, dropped)


def _entries(area: memoryview, limits: GuestLimits) -> list[LogLine]:
    lines: list[LogLine] = []
    at = 0
    while at + _LOG_ENTRY.size <= len(area) and len(lines) < limits.log_lines_max:
        level, length = _LOG_ENTRY.unpack_from(area, at)
        at += _LOG_ENTRY.size
        if length > len(area) - at:
            break
        lines.append(log_line(level, area[at : at + length], limits))
        at += length
    return lines


def log_line(level: int, raw: memoryview | bytes, limits: GuestLimits) -> LogLine:
    return LogLine(_LEVELS.get(level, "info"), bytes(raw[: limits.log_line_bytes_max]).decode("utf-8", "replace"))
