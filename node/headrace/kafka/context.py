"""What a handler may use, and what it gives back. Nothing more reaches a handler, so this is also what tests have to
provide.

A handler takes `(NodeContext, Request)` and returns a response object (or its encoded body as `bytes`), an awaitable of
one, a `Deferred`, or None
where no answer is due (acks=0). Called by `dispatch.py`; filled by `app/wiring.py`. Surprising: records inside a
request are slices of the connection's receive buffer and valid only until the handler returns; whoever keeps them
longer copies them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from headrace.base.clock import Clock
from headrace.base.metrics import Counter, Metrics
from headrace.kafka.fetch_sessions import FetchSessions
from headrace.partitions.table import PartitionTable
from headrace.protocol.api_table import APIS

if TYPE_CHECKING:
    from headrace.cluster.driver import Controller
    from headrace.cluster.metadata import MetadataView
    from headrace.contract.settings import NodeSettings
    from headrace.coordinators.group_driver import GroupCoordinator
    from headrace.kafka.connection import Connection


@dataclass(slots=True)
class NodeContext:
    """The parts of a node that answer requests."""

    node_id: int
    clock: Clock
    metrics: Metrics
    metadata: MetadataView
    controller: Controller
    partitions: PartitionTable
    groups: GroupCoordinator
    fetch_sessions: FetchSessions = field(default_factory=FetchSessions)
    #: The node's own settings, typed (`contract/settings.py`).
    settings: NodeSettings | None = None
    #: `fetch.max.bytes`: the most that one fetch answer carries. Cannot change while the node runs.
    fetch_bytes_max: int = 57_671_680
    #: Counters of the hot path, looked up once.
    produced_bytes: Counter = field(init=False)
    fetched_bytes: Counter = field(init=False)
    _error_counters: dict[int, Counter] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.produced_bytes = self.metrics.counter("produced_bytes_total")
        self.fetched_bytes = self.metrics.counter("fetched_bytes_total")

    def error_counter(self, api_key: int) -> Counter:
        """Where a handler counts requests that it answered with an error code."""
        counter = self._error_counters.get(api_key)
        if counter is None:
            counter = self.metrics.counter("request_errors_total", APIS[api_key].name)
            self._error_counters[api_key] = counter
        return counter


class Request:
    """One request: what its header said, its decoded body, and the connection it came on."""

    __slots__ = ("body", "client_id", "connection", "correlation_id", "version")

    def __init__(
        self,
        version: int,
        correlation_id: int,
        client_id: str | None,
        body: Any,
        connection: Connection | None = None,
    ) -> None:
        self.version = version
        self.correlation_id = correlation_id
        self.client_id = client_id
        self.body = body
        self.connection = connection


class Deferred:
    """An answer that comes later, resolved on the event loop. Lighter than a future: one object, one callback, no
    task.

    `resolve` before the connection attaches is fine. `on_abandoned` is called if the client goes away first, so that
    whoever would resolve it can let go of what it holds; after that `resolve` does nothing.
    """

    __slots__ = ("_attached", "_resolved", "on_abandoned", "response")

    def __init__(self) -> None:
        self.response: Any = None
        self._resolved = False
        self._attached: Callable[[Deferred], None] | None = None
        self.on_abandoned: Callable[[], None] | None = None

    @property
    def resolved(self) -> bool:
        return self._resolved

    def resolve(self, response: Any) -> None:
        if self._resolved:
            return
        self._resolved = True
        self.response = response
        if self._attached is not None:
            self._attached(self)

    def attach(self, on_resolved: Callable[[Deferred], None]) -> None:
        """The connection asks to be told. Called once, and only while unresolved."""
        self._attached = on_resolved

    def abandon(self) -> None:
        """The client has gone."""
        if self._resolved:
            return
        self._resolved = True
        self._attached = None
        if self.on_abandoned is not None:
            self.on_abandoned()


class Handler(Protocol):
    def __call__(self, ctx: NodeContext, request: Request, /) -> Any | Awaitable[Any] | Deferred | None: ...
