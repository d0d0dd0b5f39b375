"""A small Kafka client for administration: one connection per broker, any API that the caller brings.

Records go through aiokafka (`streams.py`, `registry.py`); this is for everything that aiokafka's admin client does
not offer or reports without the broker's message. It must not be used for volume: one request at a time per
connection. Bounded: every call has a deadline. Surprising: the version used is the highest that both sides know,
found by one ApiVersions exchange per connection.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from types import TracebackType
from typing import Any

from headrace.client.errors import Refused, Unreachable
from headrace.contract.address import Address
from headrace.protocol.api import Api
from headrace.protocol.client_headers import decode_response_header, request_frame
from headrace.protocol.error_codes import ErrorCode, error_code
from headrace.protocol.generated.k03_metadata import API as METADATA
from headrace.protocol.generated.k03_metadata import MetadataRequest, MetadataRequestTopics, MetadataResponse
from headrace.protocol.generated.k18_api_versions import API as API_VERSIONS
from headrace.protocol.generated.k18_api_versions import ApiVersionsRequest
from headrace.protocol.primitives import ProtocolError

CLIENT_ID = "headrace"
CALL_TIMEOUT_MS = 30_000
CONNECT_TIMEOUT_MS = 5_000
# An answer larger than this is not something an administration call returns.
ANSWER_BYTES_MAX = 64 * 1024 * 1024


class _Connection:
    """One socket; calls on it are serialised."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, address: Address) -> None:
        self._reader = reader
        self._writer = writer
        self._address = address
        self._correlation_id = 0
        self._turn = asyncio.Lock()
        self._versions: dict[int, tuple[int, int]] = {}

    @classmethod
    async def open(cls, address: Address) -> _Connection:
        async with asyncio.timeout(CONNECT_TIMEOUT_MS / 1000):
            reader, writer = await asyncio.open_connection(address.host, address.port)
        connection = cls(reader, writer, address)
        answer = await connection._exchange(API_VERSIONS, 0, ApiVersionsRequest())
        connection._versions = {key.api_key: (key.min_version, key.max_version) for key in answer.api_keys}
        return connection

    async def call(self, api: Api, request: Any) -> Any:
        low, high = self._versions.get(api.key, (0, -1))
        version = min(high, api.max_version)
        if version < max(low, api.min_version):
            raise Refused(ErrorCode.UNSUPPORTED_VERSION, f"the broker at {self._address} does not know {api.name}")
        return await self._exchange(api, version, request)

    async def _exchange(self, api: Api, version: int, request: Any) -> Any:
        async with self._turn, asyncio.timeout(CALL_TIMEOUT_MS / 1000):
            self._correlation_id += 1
            self._writer.write(request_frame(api, version, self._correlation_id, CLIENT_ID, request))
            await self._writer.drain()
            size = int.from_bytes(await self._reader.readexactly(4), "big")
            if size > ANSWER_BYTES_MAX:
                raise ProtocolError(f"{self._address} announced an answer of {size} bytes: not a Kafka listener?")
            frame = memoryview(await self._reader.readexactly(size))
        correlation_id, body_position = decode_response_header(frame, api, version)
        if correlation_id != self._correlation_id:
            raise ProtocolError(f"{self._address} answered request {correlation_id}, not {self._correlation_id}")
        return api.decode_response(frame, body_position, version)

    def close(self) -> None:
        self._writer.close()


class KafkaWire:
    """Administration calls to a cluster, by any broker, by the controller or by a broker of one's choice."""

    def __init__(self, bootstrap: Sequence[Address]) -> None:
        self._bootstrap = tuple(bootstrap)
        self._connections: dict[Address, _Connection] = {}

    async def __aenter__(self) -> KafkaWire:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for connection in self._connections.values():
            connection.close()
        self._connections.clear()

    async def call(self, api: Api, request: Any) -> Any:
        """Send to the first listed broker that answers. Raises Unreachable or Refused."""
        problems = []
        for address in self._bootstrap:
            try:
                return await self._call_at(address, api, request)
            except (OSError, TimeoutError, asyncio.IncompleteReadError, ProtocolError) as error:
                problems.append(f"{address}: {_reason(error)}")
        raise Unreachable(
            "no Kafka broker answers (" + "; ".join(problems) + "). Is the cluster up? "
            "Start one with 'headrace local up', or name another with --brokers host:port."
        )

    async def call_controller(self, api: Api, request: Any) -> Any:
        metadata = await self.metadata(topics=[])
        return await self._call_broker(metadata, metadata.controller_id, api, request)

    async def call_node(self, node_id: int, api: Api, request: Any) -> Any:
        return await self._call_broker(await self.metadata(topics=[]), node_id, api, request)

    async def call_at(self, address: Address, api: Api, request: Any) -> Any:
        """Send to the broker at this address, as another answer named it. Raises Unreachable or Refused."""
        try:
            return await self._call_at(address, api, request)
        except (OSError, TimeoutError, asyncio.IncompleteReadError, ProtocolError) as error:
            raise Unreachable(f"the broker at {address} does not answer: {_reason(error)}") from error

    async def metadata(self, topics: Sequence[str] | None = None, *, create: bool = False) -> MetadataResponse:
        """Metadata of these topics (None: all); `create`: let the cluster create absent ones, if it does so."""
        wanted = None if topics is None else [MetadataRequestTopics(name=name) for name in topics]
        request = MetadataRequest(topics=wanted, allow_auto_topic_creation=create)
        answer: MetadataResponse = await self.call(METADATA, request)
        return answer

    async def _call_broker(self, metadata: MetadataResponse, node_id: int, api: Api, request: Any) -> Any:
        for broker in metadata.brokers:
            if broker.node_id == node_id:
                return await self.call_at(Address(broker.host, broker.port), api, request)
        raise Unreachable(f"node {node_id} is not in the cluster's list of live nodes")

    async def _call_at(self, address: Address, api: Api, request: Any) -> Any:
        connection = self._connections.get(address)
        if connection is None:
            connection = self._connections[address] = await _Connection.open(address)
        try:
            return await connection.call(api, request)
        except (OSError, TimeoutError, asyncio.IncompleteReadError, ProtocolError):
            connection.close()
            self._connections.pop(address, None)
            raise


def check(code_number: int, error_message: str | None, subject: str) -> None:
    """Raise Refused with the broker's own message where it sent one. `subject`: what the call was about."""
    if code_number:
        code = error_code(code_number)
        text = error_message or code.message
        # The broker's message usually names the thing itself; then it is not named twice.
        if subject.rpartition(" ")[2] not in text:
            text = f"{subject}: {text}"
        raise Refused(code_number, f"{text.rstrip('.')} ({code.name})")


def _reason(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, asyncio.IncompleteReadError):
        return "closed the connection"
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return str(error)
