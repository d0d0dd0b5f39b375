"""One Kafka API: its number, its versions, and its generated codecs in both directions.

Built by every module in `generated/`, collected by `api_table`, used by dispatch (request in, response out) and by
the client side of tests and bench (the other two directions). It must not know handlers or sockets. Surprise: the
advertised range may begin below the codecs (Produce 0-2); `first_version` is where answering really starts, and
dispatch refuses what lies below with UNSUPPORTED_VERSION.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from headrace.protocol.primitives import Part, ProtocolError

API_VERSIONS_KEY = 18

Decoder = Callable[[memoryview, int], Any]
Encoder = Callable[[Any], list[Part]]
Codec = TypeVar("Codec", Decoder, Encoder)


@dataclass(frozen=True, slots=True)
class Api:
    """Versions and codecs of one API key; `flexible_from` is the first version with compact forms and tags."""

    key: int
    name: str
    min_version: int
    max_version: int
    first_version: int
    flexible_from: int
    request_decoders: Mapping[int, Decoder]
    request_encoders: Mapping[int, Encoder]
    response_decoders: Mapping[int, Decoder]
    response_encoders: Mapping[int, Encoder]

    def supports(self, version: int) -> bool:
        """Whether this version can be decoded and answered."""
        return self.first_version <= version <= self.max_version

    def is_flexible(self, version: int) -> bool:
        """Whether the version uses compact forms, tagged fields and the longer headers."""
        return version >= self.flexible_from

    def has_long_response_header(self, version: int) -> bool:
        """Whether the response header carries a tag section; never for ApiVersions, asked before anything is known."""
        return version >= self.flexible_from and self.key != API_VERSIONS_KEY

    def decode_request(self, buf: memoryview, pos: int, version: int) -> Any:
        """The request whose body starts at `pos`; `records` fields are slices of `buf`. ProtocolError if malformed."""
        return self._codec(self.request_decoders, version)(buf, pos)

    def decode_response(self, buf: memoryview, pos: int, version: int) -> Any:
        """The response whose body starts at `pos`; `records` fields are slices of `buf`. ProtocolError if malformed."""
        return self._codec(self.response_decoders, version)(buf, pos)

    def encode_request(self, request: Any, version: int) -> bytes:
        """The body, without header."""
        return b"".join(self._codec(self.request_encoders, version)(request))

    def encode_request_parts(self, request: Any, version: int) -> list[Part]:
        """The body as consecutive pieces; `records` stand in them as they were given."""
        return self._codec(self.request_encoders, version)(request)

    def encode_response(self, response: Any, version: int) -> bytes:
        """The body, without header."""
        return b"".join(self._codec(self.response_encoders, version)(response))

    def encode_response_parts(self, response: Any, version: int) -> list[Part]:
        """The body as consecutive pieces; `records` stand in them as they were given."""
        return self._codec(self.response_encoders, version)(response)

    def _codec(self, codecs: Mapping[int, Codec], version: int) -> Codec:
        codec = codecs.get(version)
        if codec is None:
            raise ProtocolError(
                f"{self.name} has no version {version} here; versions "
                f"{self.first_version} to {self.max_version} are known"
            )
        return codec
