"""From API key and version to handler: one table of routes, built once.

Every handler module has `HANDLERS: dict[int, Handler]`; here they are merged and joined with the generated codecs and
the counters of their API. Called by `app/wiring.py`; `connection.py` looks routes up. It must not know sockets.
Surprising: a route exists per key *and* version, so that the hot path finds codec and handler with one dictionary
look-up.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping

from headrace.base.metrics import Counter, Histogram
from headrace.kafka.context import Handler, NodeContext
from headrace.protocol.api import Api, Decoder, Encoder

PRODUCE = 0
API_VERSIONS = 18

_short_head = struct.Struct(">ii").pack
_long_head = struct.Struct(">iix").pack


class Route:
    """How to answer one version of one API."""

    __slots__ = (
        "api",
        "decode",
        "encode",
        "errors",
        "flexible",
        "handler",
        "long_answer",
        "pipelined",
        "requests",
        "seconds",
    )

    def __init__(
        self, api: Api, version: int, handler: Handler, requests: Counter, errors: Counter, seconds: Histogram
    ) -> None:
        self.api = api
        self.handler = handler
        self.decode: Decoder = api.request_decoders[version]
        self.encode: Encoder = api.response_encoders[version]
        #: The request header has tagged fields.
        self.flexible = api.is_flexible(version)
        #: So has the response header; ApiVersions never, so that an old client can read the answer (KIP-511).
        self.long_answer = self.flexible and api.key != API_VERSIONS
        #: Later requests of the connection are handled while this one waits. Only produce: Kafka handles one request
        #: of a connection at a time, which a client can only tell apart by what it may rely on between two requests.
        self.pipelined = api.key == PRODUCE
        self.requests = requests
        self.errors = errors
        self.seconds = seconds

    def head(self, body_bytes: int, correlation_id: int) -> bytes:
        """Frame length and response header before a body of so many bytes."""
        if self.long_answer:
            return _long_head(body_bytes + 5, correlation_id)
        return _short_head(body_bytes + 4, correlation_id)

    def frame(self, body: bytes, correlation_id: int) -> bytes:
        """A whole answer."""
        if self.long_answer:
            return _long_head(len(body) + 5, correlation_id) + body
        return _short_head(len(body) + 4, correlation_id) + body


def route_key(api_key: int, version: int) -> int:
    """Both as the 32-bit number that stands at the start of every request header."""
    return api_key << 16 | version


def build_routes(
    ctx: NodeContext, apis: Mapping[int, Api], handlers: Iterable[Mapping[int, Handler]]
) -> dict[int, Route]:
    """All routes. Raises ValueError for a key handled twice or unknown, and for an API without handler."""
    merged: dict[int, Handler] = {}
    for table in handlers:
        for key, handler in table.items():
            if key in merged:
                raise ValueError(f"API key {key} has two handlers")
            if key not in apis:
                raise ValueError(f"API key {key} has a handler but no codec")
            merged[key] = handler
    missing = sorted(set(apis) - set(merged))
    if missing:
        raise ValueError(f"API keys {missing} have codecs but no handler")
    routes: dict[int, Route] = {}
    for key, handler in merged.items():
        api = apis[key]
        requests = ctx.metrics.counter("requests_total", api.name)
        errors = ctx.metrics.counter("request_errors_total", api.name)
        seconds = ctx.metrics.histogram("request_seconds", api.name)
        for version in range(api.first_version, api.max_version + 1):
            routes[route_key(key, version)] = Route(api, version, handler, requests, errors, seconds)
    return routes
