"""Request and response headers, and whole frames made of header and body.

Called by the connection for every request and response; the client's side is `client_headers.py`. It must not look
into bodies. Surprises: which header a request has depends on key and version (flexible versions add a tag section);
the client id keeps its two-byte length even then; responses of ApiVersions always carry the short header, because a
client asks it before it knows anything.
"""

import struct
from dataclasses import dataclass
from typing import Any

from headrace.protocol.api import Api
from headrace.protocol.api_table import APIS
from headrace.protocol.primitives import STRING_BYTES_MAX, Part, ProtocolError, malformed, skip_tags, truncated

_REQUEST = struct.Struct(">hhih")
_read_request = _REQUEST.unpack_from
_pack_short_frame = struct.Struct(">ii").pack
_pack_long_frame = struct.Struct(">iix").pack
_pack_short = struct.Struct(">i").pack
_pack_long = struct.Struct(">ix").pack
_new = object.__new__


@dataclass(slots=True)
class RequestHeader:
    """Who asks what; `body_position` is where the body starts in the frame."""

    api_key: int = 0
    api_version: int = 0
    correlation_id: int = 0
    client_id: str | None = None
    body_position: int = 0


def decode_request_header(frame: memoryview) -> RequestHeader:
    """Read the header of a frame (without its size). ProtocolError when the frame is too short for one.

    Keys and versions are not judged here. Of an unknown key the header form is unknown too, so `body_position` means
    nothing then; such a connection is closed, as Kafka does.
    """
    header = _new(RequestHeader)
    try:
        header.api_key, header.api_version, header.correlation_id, length = _read_request(frame, 0)
        pos = _REQUEST.size
        if length < 0:
            header.client_id = None
        else:
            raw = frame[pos : pos + length].tobytes()
            pos += length
            try:
                header.client_id = raw.decode()
            except UnicodeDecodeError:
                header.client_id = _tolerant_client_id(raw)
        api = APIS.get(header.api_key)
        if api is not None and header.api_version >= api.flexible_from:
            tags = frame[pos]
            pos += 1
            if tags:
                pos = skip_tags(frame, pos, tags)
    except (IndexError, struct.error) as fault:
        raise malformed("the request header", fault) from fault
    if pos > len(frame):
        raise truncated("the request header")
    header.body_position = pos
    return header


def _tolerant_client_id(raw: bytes) -> str:
    """A client id is shown to people and decides nothing: bad text in it is mended, as Kafka does."""
    if 3 * len(raw) > STRING_BYTES_MAX:  # it may grow so much, and must fit into answers again
        raise ProtocolError("the client id is not UTF-8 and too long to be mended")
    return raw.decode(errors="replace")


def encode_response_header(api: Api, version: int, correlation_id: int) -> bytes:
    """The header alone, without the size of the frame."""
    pack = _pack_long if api.has_long_response_header(version) else _pack_short
    return pack(correlation_id)


def response_frame(api: Api, version: int, correlation_id: int, response: Any) -> list[Part]:
    """A whole frame: size and header, then the body as pieces in which `records` stand uncopied."""
    return frame_body(api, version, correlation_id, api.encode_response_parts(response, version))


def frame_body(api: Api, version: int, correlation_id: int, body: list[Part]) -> list[Part]:
    """Put size and header in front of an encoded body (as for cached ones)."""
    size = 4
    for part in body:
        size += len(part)
    if api.has_long_response_header(version):
        return [_pack_long_frame(size + 1, correlation_id), *body]
    return [_pack_short_frame(size, correlation_id), *body]
