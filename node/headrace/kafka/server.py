"""The Kafka listener: accepts connections up to a limit, watches over them, stops gracefully.

`start` binds, `stop` first takes no more, then lets every connection finish what it began. Called by `app/lifecycle`.
Must not know APIs. Surprising: a connection over the limit is accepted and closed at once, because the kernel offers
no way to refuse it later than the listen backlog, and a client that hangs in connect is worse off than one that is
told.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from time import perf_counter

from headrace.base.limits import CONNECTIONS_MAX, REQUEST_BYTES_MAX
from headrace.base.tasks import TaskSet
from headrace.kafka.connection import Connection
from headrace.kafka.context import NodeContext
from headrace.kafka.dispatch import Route
from headrace.kafka.memory import ReceiveMemory, SendMemory
from headrace.kafka.refusals import Refusals

logger = logging.getLogger(__name__)

# Pending handshakes the kernel keeps for us: a fleet of clients reconnects at once after a restart.
_BACKLOG = 1024

_SWEEP_EVERY_S = 5.0
_SHRINK_AFTER_S = 10.0
# Kafka's `connections.max.idle.ms`.
IDLE_CLOSE_AFTER_S = 600.0
# How long a half-sent large request may hold memory that others wait for.
_STALL_AFTER_S = 30.0


class KafkaServer:
    """One listener and all its connections."""

    def __init__(
        self,
        ctx: NodeContext,
        routes: Mapping[int, Route],
        *,
        unsupported_api_versions: bytes,
        connections_max: int = CONNECTIONS_MAX,
        request_bytes_max: int = REQUEST_BYTES_MAX,
        idle_close_after_s: float = IDLE_CLOSE_AFTER_S,
    ) -> None:
        self.ctx = ctx
        self.routes = dict(routes)
        #: Body of the answer to an ApiVersions request of a version that we do not have.
        self.unsupported_api_versions = unsupported_api_versions
        self.connections_max = connections_max
        self.request_bytes_max = request_bytes_max
        self._idle_close_after_s = idle_close_after_s
        self.receive_memory = ReceiveMemory()
        self.send_memory = SendMemory()
        self.refusals = Refusals(ctx.clock, ctx.metrics)
        self.loop = asyncio.get_running_loop()
        self._connections: set[Connection] = set()
        self._all_closed = asyncio.Event()
        self._listener: asyncio.Server | None = None
        self._tasks = TaskSet("kafka")
        ctx.metrics.gauge("connections", lambda: iter([((), float(len(self._connections)))]))

    async def start(self, host: str, port: int) -> int:
        """Bind and accept; the port (useful when 0 was asked for). OSError if the address is not to be had."""
        self.loop = asyncio.get_running_loop()
        self._listener = await self.loop.create_server(lambda: Connection(self), host, port, backlog=_BACKLOG)
        self._tasks.start("idle-sweep", self._sweep())
        return int(self._listener.sockets[0].getsockname()[1])

    async def stop(self, timeout_s: float = 10.0) -> None:
        """Take no new connection and no new request, send the answers that are under way, close."""
        if self._listener is not None:
            self._listener.close()
        await self._tasks.stop()
        for connection in tuple(self._connections):
            connection.finish()
        if self._connections:
            self._all_closed.clear()
            try:
                await asyncio.wait_for(self._all_closed.wait(), timeout_s)
            except TimeoutError:
                logger.warning("%d connections did not finish in %.0f s", len(self._connections), timeout_s)
                for connection in tuple(self._connections):
                    connection.abort()

    # ---- called by connections

    def opened(self, connection: Connection) -> None:
        self._connections.add(connection)
        if len(self._connections) > self.connections_max:
            self.refusals.refuse(
                connection.peer,
                "limit",
                f"this node serves at most {self.connections_max} connections; close idle clients or add nodes",
            )
            connection.abort()

    def closed(self, connection: Connection) -> None:
        self._connections.discard(connection)
        if not self._connections:
            self._all_closed.set()

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(_SWEEP_EVERY_S)
            now_s = perf_counter()
            for connection in tuple(self._connections):
                connection.idle_sweep(now_s, _SHRINK_AFTER_S, self._idle_close_after_s, _STALL_AFTER_S)
