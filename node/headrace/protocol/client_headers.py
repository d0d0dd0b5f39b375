"""The client's side of headers: whole request frames out, the header of a response frame in.

Called by `client/wire.py`, tests and bench. It knows no table of APIs: the caller brings the `Api`, so that a command
line which speaks three of them imports three codecs. It must not look into bodies.
"""

import struct
from typing import Any

from headrace.protocol.api import Api
from headrace.protocol.primitives import malformed, skip_tags, truncated

_pack_request = struct.Struct(">hhih").pack
_read_correlation_id = struct.Struct(">i").unpack_from
_pack_size = struct.Struct(">i").pack


def decode_response_header(frame: memoryview, api: Api, version: int) -> tuple[int, int]:
    """(Correlation id, position of the body) of a frame without its size."""
    try:
        (correlation_id,) = _read_correlation_id(frame, 0)
        pos = 4
        if api.has_long_response_header(version):
            pos = skip_tags(frame, pos + 1, frame[pos])
    except (IndexError, struct.error) as fault:
        raise malformed("the response header", fault) from fault
    if pos > len(frame):
        raise truncated("the response header")
    return correlation_id, pos


def encode_request_header(api: Api, version: int, correlation_id: int, client_id: str | None) -> bytes:
    """The header alone, without the size of the frame."""
    raw = b"" if client_id is None else client_id.encode()
    header = _pack_request(api.key, version, correlation_id, -1 if client_id is None else len(raw)) + raw
    return header + b"\0" if version >= api.flexible_from else header


def request_frame(api: Api, version: int, correlation_id: int, client_id: str | None, request: Any) -> bytes:
    """A whole frame with its size."""
    content = encode_request_header(api, version, correlation_id, client_id) + api.encode_request(request, version)
    return _pack_size(len(content)) + content
