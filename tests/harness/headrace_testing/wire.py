"""A second, independent codec of the Kafka protocol and a raw connection that speaks it.

Message layouts come from kio's published schema classes; the bytes are read and written by the small interpreter in
this file, so neither our generated codec nor kio's own one can hide its own fault. Values are plain dicts, ints,
strings and bytes (times stay ints). It must not import anything of `headrace`. Callers: the differential suite and
any test that wants to say something to a node that no client would say. Surprising: a response with bytes left over is
an error, and a request may name fields that its version does not have (they are left out), but not fields that no
version has.
"""

from __future__ import annotations

import dataclasses
import itertools
import socket
import struct
import types
import typing
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from kio.index import load_entity_schema
from kio.schema.index import api_key_map, schema_name_map
from kio.static.constants import EntityType

_NUMBERS = {
    "bool": ">?",
    "int8": ">b",
    "int16": ">h",
    "error_code": ">h",
    "uint16": ">H",
    "int32": ">i",
    "timedelta_i32": ">i",
    "int64": ">q",
    "timedelta_i64": ">q",
    "datetime_i64": ">q",
    "float64": ">d",
}
API_KEYS: dict[str, int] = {name: key for key, name in api_key_map.items()}
UUID_ZERO = bytes(16)
FRAME_BYTES_MAX = 64 * 1024 * 1024


class WireError(Exception):
    """Bytes that are not the message they should be."""


class ConnectionLost(Exception):
    """The broker closed the connection instead of answering."""


@dataclass(frozen=True)
class Field:
    """One field of one struct in one version. `kind` is a kio type name, or `struct` with `inner` set."""

    name: str
    kind: str
    inner: Struct | None
    is_array: bool
    nullable: bool
    tag: int | None
    default: Any


@dataclass(frozen=True)
class Struct:
    name: str
    flexible: bool
    fields: tuple[Field, ...]


@cache
def struct_of(api: str, version: int, kind: str) -> Struct:
    """The layout of `kind` ('request', 'response' or 'data') of an API, by its snake_case name."""
    return _describe(load_entity_schema(api, version, EntityType[kind]))


def versions_of(api: str, kind: str = "request") -> list[int]:
    """The versions of an API that this codec knows, ascending."""
    return sorted(v for v, entities in schema_name_map[api].items() if EntityType[kind] in entities)


@cache
def _describe(entity: type) -> Struct:
    hints = typing.get_type_hints(entity)
    fields = []
    for field in dataclasses.fields(entity):
        hint, nullable, is_array = hints[field.name], False, False
        for _ in range(2):
            if typing.get_origin(hint) in {types.UnionType, typing.Union}:
                nullable = True
                hint = next(part for part in typing.get_args(hint) if part is not types.NoneType)
            elif typing.get_origin(hint) is tuple:
                is_array = True
                hint = typing.get_args(hint)[0]
        inner = _describe(hint) if dataclasses.is_dataclass(hint) else None
        kind = "struct" if inner else field.metadata["kafka_type"]
        tag = field.metadata.get("tag")
        if kind == "uuid":
            nullable = False  # the zero UUID stands for none
        fields.append(Field(field.name, kind, inner, is_array, nullable, tag, _default(field, kind, is_array, inner)))
    return Struct(entity.__name__, entity.__flexible__, tuple(fields))


def _default(field: dataclasses.Field[Any], kind: str, is_array: bool, inner: Struct | None) -> Any:
    if field.default is not dataclasses.MISSING:
        return _plain(field.default, kind)
    if is_array:
        return []
    if inner is not None:
        return {}
    return {"string": "", "bytes": b"", "records": None, "uuid": UUID_ZERO, "bool": False}.get(kind, 0)


def _plain(value: Any, kind: str) -> Any:
    if value is None:
        return UUID_ZERO if kind == "uuid" else None
    if isinstance(value, uuid.UUID):
        return value.bytes
    if dataclasses.is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name), f.metadata.get("kafka_type", "struct"))
                for f in dataclasses.fields(value)}  # fmt: skip
    if isinstance(value, tuple):
        return [_plain(item, kind) for item in value]
    if kind.startswith("timedelta"):
        return int(value.total_seconds() * 1000)
    return value


# --- writing -----------------------------------------------------------------------------------------------------


def encode(struct_: Struct, values: dict[str, Any]) -> bytes:
    """The bytes of one struct. Fields that are not given get Kafka's defaults."""
    out = bytearray()
    tagged: list[tuple[int, bytes]] = []
    for field in struct_.fields:
        value = values.get(field.name, field.default)
        if field.tag is None:
            out += _encode_field(field, value, struct_.flexible, field.nullable)
        elif value != field.default:
            tagged.append((field.tag, _encode_field(field, value, True, field.inner is None and field.nullable)))
    if struct_.flexible:
        out += unsigned_varint(len(tagged))
        for tag, payload in sorted(tagged):
            out += unsigned_varint(tag) + unsigned_varint(len(payload)) + payload
    return bytes(out)


def unsigned_varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def _encode_field(field: Field, value: Any, flexible: bool, nullable: bool) -> bytes:
    if not field.is_array:
        return _encode_one(field, value, flexible, nullable)
    if value is None:
        return b"\0" if flexible else b"\xff\xff\xff\xff"
    head = unsigned_varint(len(value) + 1) if flexible else struct.pack(">i", len(value))
    return head + b"".join(_encode_one(field, item, flexible, False) for item in value)


def _encode_one(field: Field, value: Any, flexible: bool, nullable: bool) -> bytes:
    if field.inner is not None:
        if nullable:
            return b"\xff" if value is None else b"\x01" + encode(field.inner, value)
        return encode(field.inner, value)
    if field.kind in _NUMBERS:
        return struct.pack(_NUMBERS[field.kind], value)
    if field.kind == "uuid":
        return bytes(value)
    length_format = ">h" if field.kind == "string" else ">i"
    if value is None:
        return b"\0" if flexible else struct.pack(length_format, -1)
    data = value.encode() if isinstance(value, str) else bytes(value)
    return (unsigned_varint(len(data) + 1) if flexible else struct.pack(length_format, len(data))) + data


# --- reading -----------------------------------------------------------------------------------------------------


class Reader:
    """A position in bytes; every read past the end is a WireError."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.position = 0

    def take(self, count: int) -> bytes:
        if count < 0 or self.position + count > len(self.data):
            raise WireError(f"{count} bytes wanted at {self.position} of {len(self.data)}")
        self.position += count
        return self.data[self.position - count : self.position]

    def number(self, format_: str) -> Any:
        return struct.unpack(format_, self.take(struct.calcsize(format_)))[0]

    def unsigned_varint(self) -> int:
        value = 0
        for shift in range(0, 35, 7):
            byte = self.take(1)[0]
            value |= (byte & 127) << shift
            if byte < 128:
                return value
        raise WireError("a varint of more than five bytes")


def decode(struct_: Struct, data: bytes) -> dict[str, Any]:
    """One struct that is exactly `data`. Raises WireError."""
    reader = Reader(data)
    values = _decode_struct(struct_, reader)
    if reader.position != len(data):
        raise WireError(f"{struct_.name}: {len(data) - reader.position} bytes left over")
    return values


def _decode_struct(struct_: Struct, reader: Reader) -> dict[str, Any]:
    values: dict[str, Any] = {}
    tags: dict[int, Field] = {}
    for field in struct_.fields:
        if field.tag is None:
            values[field.name] = _decode_field(field, reader, struct_.flexible, field.nullable)
        else:
            tags[field.tag] = field
            values[field.name] = field.default
    if struct_.flexible:
        for _ in range(reader.unsigned_varint()):
            tag = reader.unsigned_varint()
            payload = Reader(reader.take(reader.unsigned_varint()))
            if tag in tags:
                field = tags[tag]
                values[field.name] = _decode_field(field, payload, True, field.inner is None and field.nullable)
                if payload.position != len(payload.data):
                    raise WireError(f"{struct_.name}: tag {tag} has bytes left over")
            else:
                values[f"unknown_tag_{tag}"] = payload.data
    return values


def _decode_field(field: Field, reader: Reader, flexible: bool, nullable: bool) -> Any:
    if not field.is_array:
        return _decode_one(field, reader, flexible, nullable)
    count = reader.unsigned_varint() - 1 if flexible else reader.number(">i")
    if count == -1:
        if not nullable:
            raise WireError(f"{field.name} is null")
        return None
    if count > len(reader.data):
        raise WireError(f"{field.name}: {count} items in {len(reader.data)} bytes")
    return [_decode_one(field, reader, flexible, False) for _ in range(count)]


def _decode_one(field: Field, reader: Reader, flexible: bool, nullable: bool) -> Any:
    if field.inner is not None:
        if nullable and reader.number(">b") < 0:
            return None
        return _decode_struct(field.inner, reader)
    if field.kind in _NUMBERS:
        return reader.number(_NUMBERS[field.kind])
    if field.kind == "uuid":
        return reader.take(16)
    length = reader.unsigned_varint() - 1 if flexible else reader.number(">h" if field.kind == "string" else ">i")
    if length == -1:
        if not nullable and field.kind != "records":
            raise WireError(f"{field.name} is null")
        return None
    data = reader.take(length)
    return data.decode() if field.kind == "string" else data


# --- requests and connections -------------------------------------------------------------------------------------


@cache
def _known_fields(api: str) -> frozenset[str]:
    def names(struct_: Struct) -> Iterator[str]:
        for field in struct_.fields:
            yield field.name
            if field.inner is not None:
                yield from names(field.inner)

    return frozenset(itertools.chain(*(names(struct_of(api, v, "request")) for v in versions_of(api))))


def check_names(api: str, values: Any) -> None:
    """Refuse a scenario that names a field which no version of the request has."""
    if isinstance(values, dict):
        for name, value in values.items():
            if name not in _known_fields(api):
                raise KeyError(f"no version of the {api} request has a field {name!r}")
            check_names(api, value)
    elif isinstance(values, list):
        for value in values:
            check_names(api, value)


def is_flexible(api: str, version: int) -> bool:
    return struct_of(api, version, "request").flexible


def request_frame(
    key: int, version: int, correlation_id: int, client_id: str | None, body: bytes, flexible: bool
) -> bytes:
    """A whole frame with header v1, or v2 where flexible."""
    client = b"" if client_id is None else client_id.encode()
    header = struct.pack(">hhih", key, version, correlation_id, -1 if client_id is None else len(client)) + client
    payload = header + (b"\0" if flexible else b"") + body
    return struct.pack(">i", len(payload)) + payload


class RawConnection:
    """A blocking connection that sends anything and waits for frames. Closed by `close()` or a `with` block."""

    def __init__(self, port: int, *, client_id: str | None = "raw", timeout_s: float = 15.0) -> None:
        self.client_id = client_id
        self.sock = socket.create_connection(("127.0.0.1", port), timeout=timeout_s)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._correlation_ids = itertools.count(1)

    def __enter__(self) -> RawConnection:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.sock.close()

    def send_bytes(self, data: bytes) -> None:
        try:
            self.sock.sendall(data)
        except (BrokenPipeError, ConnectionResetError) as error:
            raise ConnectionLost(str(error)) from error

    def read_frame(self) -> bytes:
        """The payload of the next frame. Raises ConnectionLost at end of stream, TimeoutError when nothing comes."""
        (length,) = struct.unpack(">i", self._read(4))
        if not 0 <= length <= FRAME_BYTES_MAX:
            raise WireError(f"a frame of {length} bytes")
        return self._read(length)

    def _read(self, count: int) -> bytes:
        data = bytearray()
        while len(data) < count:
            try:
                chunk = self.sock.recv(count - len(data))
            except ConnectionResetError as error:
                raise ConnectionLost(str(error)) from error
            if not chunk:
                raise ConnectionLost("closed by the broker")
            data += chunk
        return bytes(data)

    def send(self, api: str, version: int, values: dict[str, Any] | None = None) -> int:
        """Send one request; returns its correlation id."""
        check_names(api, values or {})
        layout = struct_of(api, version, "request")
        return self.send_body(API_KEYS[api], version, encode(layout, values or {}), layout.flexible)

    def send_body(self, key: int, version: int, body: bytes, flexible: bool) -> int:
        correlation_id = next(self._correlation_ids)
        self.send_bytes(request_frame(key, version, correlation_id, self.client_id, body, flexible))
        return correlation_id

    def receive(self, api: str, version: int, correlation_id: int) -> dict[str, Any]:
        """The response to one request; its correlation id must be the expected one."""
        frame = self.read_frame()
        (answered,) = struct.unpack_from(">i", frame)
        if answered != correlation_id:
            raise WireError(f"answer to request {answered} where {correlation_id} was expected")
        start = 4
        if is_flexible(api, version) and api != "api_versions":
            if frame[4:5] != b"\0":
                raise WireError(f"the header of a flexible response goes on with {frame[4:8].hex()}")
            start = 5
        return decode(struct_of(api, version, "response"), frame[start:])

    def call(self, api: str, version: int, values: dict[str, Any] | None = None) -> dict[str, Any]:
        return self.receive(api, version, self.send(api, version, values))
