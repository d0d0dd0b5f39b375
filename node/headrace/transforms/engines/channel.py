"""Frames between a node and its engine sidecar: bytes to messages and back, no sockets.

A frame is `u32 length, u8 kind, u32 ident` and `length` bytes of body, big-endian. Both ends use these functions:
`supervisor.py` and the pacemaker's driver in the node, `sidecar.py` in the engine. The node treats everything that
arrives as hostile: lengths are checked before memory is taken, and a frame that does not parse is a `ChannelError`,
upon which the connection is dropped. Surprising: record bytes are never copied here; encoders return lists of buffers
for one gathering write, decoders return views into the frame.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import IntEnum
from typing import Any, Literal, NamedTuple

from headrace.base.errors import HeadraceError
from headrace.base.limits import KIB, MIB, SCRIPT_BYTES_MAX

#: Both ends say it in their HELLO; there is no negotiation, node and sidecar come from one release.
CHANNEL_VERSION = 1

#: Largest body that either end accepts: a script with its metadata, a chunk (one batch may be larger than a chunk),
#: or what a chunk gave.
FRAME_BYTES_MAX = 112 * MIB
assert FRAME_BYTES_MAX > SCRIPT_BYTES_MAX

_MESSAGE_CHARACTERS_MAX = 2_000

Buffer = bytes | bytearray | memoryview
RunMode = Literal["halt", "skip", "dead-letter"]
MODES: tuple[RunMode, ...] = ("halt", "skip", "dead-letter")

_FRAME = struct.Struct(">IBI")
_RUN = struct.Struct(">IBqqiH")
_DONE = struct.Struct(">qIIIHI")
_LOAD = struct.Struct(">II")
_OUTPUT = struct.Struct(">HI")

FRAME_HEADER_BYTES = _FRAME.size
_SCRATCH_BYTES = 64 * KIB


class ChannelError(HeadraceError):
    """The other end sent what no sound end sends."""


class Kind(IntEnum):
    HELLO = 1
    PING = 2
    PONG = 3
    LOAD = 4
    UNLOAD = 5
    RUN = 6
    LOADED = 7
    LOAD_FAILED = 8
    DONE = 9
    REFUSED = 10


class Frame(NamedTuple):
    kind: int
    ident: int
    body: memoryview


class FrameReceiver:
    """Put received bytes where `get_buffer` says, get whole frames from `received`.

    Small frames share one scratch buffer, so that one read takes in many; a large body is received in place.
    """

    def __init__(self, body_bytes_max: int = FRAME_BYTES_MAX) -> None:
        self._body_bytes_max = body_bytes_max
        self._scratch = bytearray(_SCRATCH_BYTES)
        self._have = 0
        self._body: bytearray | None = None
        self._filled = 0
        self._kind = 0
        self._ident = 0

    def get_buffer(self) -> memoryview:
        """Room for the next bytes; never empty."""
        if self._body is not None:
            return memoryview(self._body)[self._filled :]
        return memoryview(self._scratch)[self._have :]

    def received(self, count: int) -> Iterator[Frame]:
        """`count` bytes were put into the last buffer. Consume the iterator before the next call. Raises
        ChannelError."""
        if self._body is not None:
            self._filled += count
            if self._filled == len(self._body):
                body, self._body = self._body, None
                yield Frame(self._kind, self._ident, memoryview(body))
            return
        self._have += count
        position = 0
        while self._have - position >= FRAME_HEADER_BYTES:
            length, kind, ident = _FRAME.unpack_from(self._scratch, position)
            if length > self._body_bytes_max:
                raise ChannelError(f"a frame of {length} bytes, {self._body_bytes_max} are allowed")
            begin = position + FRAME_HEADER_BYTES
            end = begin + length
            if end <= self._have:
                position = end
                yield Frame(kind, ident, memoryview(bytes(self._scratch[begin:end])))
                continue
            if length > _SCRATCH_BYTES - FRAME_HEADER_BYTES:
                self._kind, self._ident = kind, ident
                self._body = bytearray(length)
                self._filled = self._have - begin
                self._body[: self._filled] = self._scratch[begin : self._have]
                position = self._have
            break
        if position:
            rest = self._have - position
            self._scratch[:rest] = self._scratch[position : self._have]
            self._have = rest


def _frame(kind: Kind, ident: int, *parts: Buffer) -> list[Buffer]:
    return [_FRAME.pack(sum(map(len, parts)), kind, ident), *parts]


# ---- messages


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a script failed. `kind` is the engine's word; `offset` the record it failed on, if that is known."""

    kind: str
    message: str
    where: str | None = None
    offset: int | None = None

    def __str__(self) -> str:
        place = f" ({self.where})" if self.where else ""
        at = "" if self.offset is None else f"offset {self.offset}: "
        return f"{at}{self.kind}: {self.message}{place}"


@dataclass(frozen=True, slots=True)
class LoadOrder:
    """Load a script under `handle`. Numbers are those of `GuestLimits` that a deploy may change."""

    handle: int
    name: str
    digest: bytes
    language: str
    env: Mapping[str, str]
    content: Buffer


@dataclass(frozen=True, slots=True)
class LoadAnswer:
    """`subscriptions`: topic and the script's own word on where to start (`earliest`, `latest`, `stored`) or None."""

    subscriptions: tuple[tuple[str, str | None], ...] = ()
    error_policy: str | None = None


@dataclass(frozen=True, slots=True)
class RunOrder:
    """Run records in [start_offset, limit_offset) of `data` (whole batches, maybe compressed, the first may begin
    earlier)."""

    handle: int
    mode: RunMode
    start_offset: int
    limit_offset: int | None
    topic: str
    partition: int
    data: Buffer


LogRow = tuple[str, str]  # level, text


@dataclass(frozen=True, slots=True)
class RunAnswer:
    """What came of a chunk: every record below `end_offset` is processed.

    `outputs`: one sealed batch per key, stamped with `end_offset`. `skipped`: a sample of the failures that were
    passed over, `halted`: the record at `end_offset` failed and the mode was `halt`.
    """

    end_offset: int
    outputs: Sequence[tuple[str, Buffer]] = ()
    records_in: int = 0
    records_out: int = 0
    records_skipped: int = 0
    skipped: tuple[Failure, ...] = ()
    halted: Failure | None = None
    logs: Sequence[LogRow] = ()
    log_lines_dropped: int = 0


def encode_hello(pid: int) -> list[Buffer]:
    return _frame(Kind.HELLO, 0, _json({"version": CHANNEL_VERSION, "pid": pid}))


def decode_hello(body: memoryview) -> int:
    """The pid of the other end. Raises ChannelError if it speaks another version."""
    hello = _object(body)
    version = hello.get("version")
    if version != CHANNEL_VERSION:
        raise ChannelError(
            f"the engine speaks channel version {version}, this node {CHANNEL_VERSION}: run both from the same release"
        )
    pid = hello.get("pid")
    return pid if isinstance(pid, int) else 0


def encode_ping() -> list[Buffer]:
    return _frame(Kind.PING, 0)


def encode_pong() -> list[Buffer]:
    return _frame(Kind.PONG, 0)


def encode_load(op: int, order: LoadOrder) -> list[Buffer]:
    meta = _json({"name": order.name, "digest": order.digest.hex(), "language": order.language, "env": dict(order.env)})
    return _frame(Kind.LOAD, op, _LOAD.pack(order.handle, len(meta)), meta, order.content)


def decode_load(body: memoryview) -> LoadOrder:
    handle, meta_bytes = _unpack(_LOAD, body, 0)
    content_at = _LOAD.size + meta_bytes
    meta = _object(body[_LOAD.size : content_at])
    try:
        return LoadOrder(
            handle=handle,
            name=meta["name"],
            digest=bytes.fromhex(meta["digest"]),
            language=meta["language"],
            env=meta["env"],
            content=body[content_at:],
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ChannelError(f"LOAD without {error}") from error


def encode_unload(handle: int) -> list[Buffer]:
    return _frame(Kind.UNLOAD, handle)


def encode_loaded(op: int, answer: LoadAnswer) -> list[Buffer]:
    return _frame(Kind.LOADED, op, _json(asdict(answer)))


def decode_loaded(body: memoryview) -> LoadAnswer:
    answer = _object(body)
    pairs = answer.get("subscriptions")
    if not isinstance(pairs, list):
        raise ChannelError("LOADED without subscriptions")
    subscriptions = []
    for pair in pairs:
        if not isinstance(pair, list) or len(pair) != 2 or not isinstance(pair[0], str):
            raise ChannelError("LOADED with a subscription that is none")
        subscriptions.append((pair[0], pair[1] if isinstance(pair[1], str) else None))
    policy = answer.get("error_policy")
    return LoadAnswer(tuple(subscriptions), policy if isinstance(policy, str) else None)


def encode_load_failed(op: int, failure: Failure) -> list[Buffer]:
    return _frame(Kind.LOAD_FAILED, op, _json(_failure_fields(failure)))


def encode_refused(op: int, failure: Failure) -> list[Buffer]:
    """The chunk could not be run for a reason that is not a record's (the script cannot be loaded again, an unknown
    handle)."""
    return _frame(Kind.REFUSED, op, _json(_failure_fields(failure)))


def decode_failure(body: memoryview) -> Failure:
    return _failure(_object(body))


def encode_run(op: int, order: RunOrder) -> list[Buffer]:
    topic = order.topic.encode()
    limit = -1 if order.limit_offset is None else order.limit_offset
    head = _RUN.pack(order.handle, MODES.index(order.mode), order.start_offset, limit, order.partition, len(topic))
    return _frame(Kind.RUN, op, head, topic, order.data)


def decode_run(body: memoryview) -> RunOrder:
    handle, mode, start, limit, partition, topic_bytes = _unpack(_RUN, body, 0)
    data_at = _RUN.size + topic_bytes
    if mode >= len(MODES) or data_at > len(body):
        raise ChannelError("RUN that is cut or has an unknown mode")
    topic = _text(body[_RUN.size : data_at])
    return RunOrder(handle, MODES[mode], start, None if limit < 0 else limit, topic, partition, body[data_at:])


def encode_done(op: int, answer: RunAnswer) -> list[Buffer]:
    meta = b""
    if answer.logs or answer.skipped or answer.halted or answer.log_lines_dropped:
        meta = _json(
            {
                "logs": [list(row) for row in answer.logs],
                "dropped": answer.log_lines_dropped,
                "skipped": [_failure_fields(failure) for failure in answer.skipped],
                "halted": None if answer.halted is None else _failure_fields(answer.halted),
            }
        )
    parts: list[Buffer] = [
        _DONE.pack(
            answer.end_offset,
            answer.records_in,
            answer.records_out,
            answer.records_skipped,
            len(answer.outputs),
            len(meta),
        ),
        meta,
    ]
    for key, data in answer.outputs:
        name = key.encode()
        parts += [_OUTPUT.pack(len(name), len(data)), name, data]
    return _frame(Kind.DONE, op, *parts)


def decode_done(body: memoryview) -> RunAnswer:
    end, records_in, records_out, skipped_count, output_count, meta_bytes = _unpack(_DONE, body, 0)
    position = _DONE.size + meta_bytes
    meta = _object(body[_DONE.size : position]) if meta_bytes else {}
    outputs = []
    for _ in range(output_count):
        name_bytes, data_bytes = _unpack(_OUTPUT, body, position)
        position += _OUTPUT.size
        name_end = position + name_bytes
        data_end = name_end + data_bytes
        if data_end > len(body):
            raise ChannelError("DONE with an output that is cut")
        outputs.append((_text(body[position:name_end]), body[name_end:data_end]))
        position = data_end
    if position != len(body):
        raise ChannelError("DONE with bytes at its end that belong to nothing")
    halted = meta.get("halted")
    return RunAnswer(
        end_offset=end,
        outputs=outputs,
        records_in=records_in,
        records_out=records_out,
        records_skipped=skipped_count,
        skipped=tuple(_failure(entry) for entry in _list(meta, "skipped")),
        halted=None if halted is None else _failure(halted),
        logs=[_log_row(row) for row in _list(meta, "logs")],
        log_lines_dropped=_count(meta.get("dropped", 0)),
    )


# ---- parts of messages


def _failure_fields(failure: Failure) -> dict[str, Any]:
    return {
        "kind": failure.kind,
        "message": failure.message[:_MESSAGE_CHARACTERS_MAX],
        "where": failure.where,
        "offset": failure.offset,
    }


def _failure(fields: Any) -> Failure:
    if not isinstance(fields, dict):
        raise ChannelError("a failure that is none")
    kind, message, where, offset = (fields.get(name) for name in ("kind", "message", "where", "offset"))
    if not isinstance(kind, str) or not isinstance(message, str):
        raise ChannelError("a failure without kind or message")
    return Failure(
        kind=kind[:100],
        message=message[:_MESSAGE_CHARACTERS_MAX],
        where=where[:500] if isinstance(where, str) else None,
        offset=offset if isinstance(offset, int) else None,
    )


def _log_row(row: Any) -> LogRow:
    if not isinstance(row, list) or len(row) != 2 or not isinstance(row[0], str) or not isinstance(row[1], str):
        raise ChannelError("a log line that is none")
    return row[0], row[1]


def _list(meta: dict[str, Any], name: str) -> list[Any]:
    found = meta.get(name, [])
    if not isinstance(found, list):
        raise ChannelError(f"{name} is not a list")
    return found


def _count(value: Any) -> int:
    return value if isinstance(value, int) and value >= 0 else 0


def _json(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _object(body: memoryview) -> dict[str, Any]:
    try:
        found = json.loads(bytes(body))
    except (ValueError, RecursionError) as error:
        raise ChannelError("a body that is not JSON") from error
    if not isinstance(found, dict):
        raise ChannelError("a body that is not a JSON object")
    return found


def _text(body: memoryview) -> str:
    try:
        return str(body, "utf-8")
    except UnicodeDecodeError as error:
        raise ChannelError("a name that is not UTF-8") from error


def _unpack(layout: struct.Struct, body: memoryview, position: int) -> tuple[Any, ...]:
    try:
        return layout.unpack_from(body, position)
    except struct.error as error:
        raise ChannelError("a body that is cut") from error
