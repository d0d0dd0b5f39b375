"""One client connection: bytes in, requests handled in order, answers out in order, memory bounded.

Record path: stop 0. All whole frames of one read are handled in one go and answered with one write; while a produce
request waits for its commit the next ones are handled already. Every other request that has to wait holds up the
requests behind it, as in Kafka. Called by uvloop; hands requests to the routes of `dispatch.py`. Must not know any
API but ApiVersions. Surprising: a request's records are slices of the receive buffer, so the buffer is only reused
after the handler has returned, and it never grows in place.
"""

from __future__ import annotations

import asyncio
import logging
import struct
from bisect import bisect_left
from collections import deque
from time import perf_counter
from typing import TYPE_CHECKING, Any, cast

from headrace.base.errors import Corrupt
from headrace.base.metrics import Histogram
from headrace.kafka.context import Deferred, Request
from headrace.kafka.dispatch import API_VERSIONS, Route
from headrace.kafka.outlet import AnswerPart, Outlet
from headrace.kafka.receive_buffer import ReceiveBuffer
from headrace.kafka.refusals import unusual_frame
from headrace.protocol.primitives import ProtocolError, skip_tags

if TYPE_CHECKING:
    from headrace.kafka.server import KafkaServer

logger = logging.getLogger(__name__)

# Requests of one connection that may wait for their commit at a time. A parked request holds about half a kilobyte.
PARKED_REQUESTS_MAX = 4_096

# Unsent bytes at which a connection stops handling requests, and below which it goes on.
_UNSENT_BYTES_HIGH = 1024 * 1024
_UNSENT_BYTES_LOW = 256 * 1024

# Smallest request: API key, version, correlation id, null client id.
_FRAME_BYTES_MIN = 8

_read_size = struct.Struct(">i").unpack_from
_read_head = struct.Struct(">Iih").unpack_from  # key and version as one number, correlation id, length of the client id
_short_head = struct.Struct(">ii").pack

_SECONDS_BOUNDS = Histogram.bounds


class _Pending:
    """An answer's place in the order: filled in when the answer is there. `parts` is empty for "no answer"."""

    __slots__ = ("began", "correlation_id", "parts", "ready", "route", "source")

    def __init__(self, route: Route | None, correlation_id: int, began: float) -> None:
        self.route = route
        self.correlation_id = correlation_id
        self.began = began
        self.ready = False
        self.parts: list[AnswerPart] = []
        #: What will deliver the answer: a Deferred or a task.
        self.source: Deferred | asyncio.Future[Any] | None = None


class Connection(asyncio.BufferedProtocol):
    """Protocol object of one accepted socket. `server` holds what all connections share."""

    def __init__(self, server: KafkaServer) -> None:
        self._server = server
        self._routes = server.routes
        self._ctx = server.ctx
        self._frame_bytes_max = server.request_bytes_max
        self._loop = server.loop
        self._transport: asyncio.Transport = cast(asyncio.Transport, None)
        self.peer = "?"
        self.last_active_s = 0.0
        self._input = ReceiveBuffer(server.receive_memory, self._room_came)
        #: Answers that must wait, or stand behind one that must. Empty nearly always.
        self._pending: deque[_Pending] = deque()
        #: An unanswered request forbids handling further ones.
        self._held_up = False
        self._write_paused = False
        self._reading_paused = False
        self._closing = False
        self._flush_scheduled = False
        self._unsent_bytes = 0
        #: As in the last request. -2: there was none.
        self._client_length = -2
        self._client_raw = b""
        self._client_id: str | None = None
        self._outlet: Outlet = cast(Outlet, None)

    # ---- asyncio protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        peer = transport.get_extra_info("peername")
        self.peer = f"{peer[0]}:{peer[1]}" if isinstance(peer, tuple) else str(peer)
        self.last_active_s = perf_counter()
        self._outlet = Outlet(self._loop, self._transport, self._regions_sent)
        self._transport.set_write_buffer_limits(high=_UNSENT_BYTES_HIGH, low=_UNSENT_BYTES_LOW)
        self._server.opened(self)

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._input.view[self._input.end :]

    def buffer_updated(self, nbytes: int) -> None:
        received = self._input
        received.end += nbytes
        if self._closing or not self._may_handle():
            # Reading goes on while requests wait, to notice a disconnect, but only into the space there is.
            if received.full:
                self._pause_reading()
            return
        self._handle_frames()

    def eof_received(self) -> bool:
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self._closing = True
        for pending in self._pending:
            source = pending.source
            if isinstance(source, Deferred):
                source.abandon()
            elif source is not None:
                source.cancel()
        self._pending.clear()
        self._outlet.close()
        self._input.close()
        self._server.send_memory.unsent_bytes -= self._unsent_bytes
        self._unsent_bytes = 0
        self._server.closed(self)

    def pause_writing(self) -> None:
        self._write_paused = True
        self._unsent_bytes = self._transport.get_write_buffer_size()
        self._server.send_memory.unsent_bytes += self._unsent_bytes

    def resume_writing(self) -> None:
        self._write_paused = False
        self._server.send_memory.unsent_bytes -= self._unsent_bytes
        self._unsent_bytes = 0
        self.last_active_s = perf_counter()
        self._go_on()

    # ---- requests

    def _handle_frames(self) -> None:
        """Handle every whole frame in the buffer, then answer all of them at once."""
        began = perf_counter()
        self.last_active_s = began
        routes = self._routes
        ctx = self._ctx
        received = self._input
        buffer = received.data
        view = received.view
        out = self._outlet.parts
        last_route: Route | None = None
        same = 0
        start = first = received.start
        end = received.end
        while end - start >= 4:
            size = _read_size(buffer, start)[0]
            if size > self._frame_bytes_max or size < _FRAME_BYTES_MIN:
                self._refuse_frame(size)
                break
            position = start + 4
            start = position + size
            if start > end:
                break
            received.start = start
            try:
                key, correlation_id, client_length = _read_head(buffer, position)
            except struct.error:  # the frame is the last thing in the buffer and ends in its header
                self._refuse("malformed", f"a request of {size} bytes ends in its header")
                break
            route = routes.get(key)
            if route is None:
                if not self._handle_unknown(key, correlation_id, began):
                    break
                continue
            frame = view[position:start]
            body_at = 10 + client_length if client_length > 0 else 10
            try:
                if route.flexible:
                    tags = frame[body_at]
                    body_at += 1
                    if tags:
                        body_at = skip_tags(frame, body_at, tags)
                if body_at > size:
                    raise ProtocolError("the request header is longer than the request")
                body = route.decode(frame, body_at)
            except (ProtocolError, IndexError) as error:
                self._refuse("malformed", f"a {route.api.name} request cannot be read: {error}")
                break
            if client_length != self._client_length or frame[10 : 10 + client_length] != self._client_raw:
                self._learn_client_id(frame, client_length)
            try:
                response = route.handler(ctx, Request(key & 0xFFFF, correlation_id, self._client_id, body, self))
            except Exception as error:
                self._handler_failed(route, error)
                break
            if type(response) is bytes and not self._pending:
                out.append(route.frame(response, correlation_id))
                if route is last_route:
                    same += 1
                else:
                    if last_route is not None:
                        _count(last_route, same, perf_counter() - began)
                    last_route = route
                    same = 1
            elif not self._take(route, correlation_id, began, response):
                break
        if received.start != first:
            received.last_frame_s = began
        if out:
            self._outlet.flush()
        if last_route is not None:
            _count(last_route, same, perf_counter() - began)
        if not self._closing:
            self._make_room()

    def _learn_client_id(self, frame: memoryview, length: int) -> None:
        """Clients repeat their name in every request, so it is only decoded when it changes."""
        self._client_length = length
        self._client_raw = bytes(frame[10 : 10 + length]) if length > 0 else b""
        self._client_id = None if length < 0 else self._client_raw.decode("utf-8", "replace")

    def _take(self, route: Route, correlation_id: int, began: float, response: Any) -> bool:
        """What a handler gave back, in any form. False: no further request may be handled for now."""
        if response is None:
            # acks=0: the client expects nothing. If it went wrong the handler has closed the connection.
            _count(route, 1, perf_counter() - began)
            return not self._closing
        if isinstance(response, Deferred):
            if not response.resolved:
                self._park(route, correlation_id, began, response)
                return not self._held_up
            response = response.response
        elif type(response) is not bytes and hasattr(response, "__await__"):
            self._run(route, correlation_id, began, response)
            return False
        parts = self._encode(route, correlation_id, response)
        if parts is None:
            return False
        _count(route, 1, perf_counter() - began)
        if self._pending:
            waiting = _Pending(route, correlation_id, began)
            waiting.parts = parts
            waiting.ready = True
            self._pending.append(waiting)
            return True
        self._outlet.parts += parts
        if len(parts) == 1:
            return True
        # Records: send them now, and let the transport say whether the client keeps up before handling more.
        self._outlet.flush()
        return self._may_handle()

    def _encode(self, route: Route, correlation_id: int, response: Any) -> list[AnswerPart] | None:
        """The whole answer in pieces, frame length first; None if that failed and the connection is closing."""
        if type(response) is bytes:
            return [route.frame(response, correlation_id)]
        try:
            parts = route.encode(response)
        except ProtocolError as error:
            self._handler_failed(route, error)
            return None
        if len(parts) == 1:
            return [route.frame(cast(bytes, parts[0]), correlation_id)]
        return [route.head(sum(map(len, parts)), correlation_id), *parts]

    def _handle_unknown(self, key: int, correlation_id: int, began: float) -> bool:
        """A key or version that has no route.

        ApiVersions is answered whatever its version, the rest ends the connection.
        """
        api_key, version = key >> 16, key & 0xFFFF
        if api_key != API_VERSIONS:
            self._refuse(
                "unsupported", f"it asked for API key {api_key} version {version}, which this node does not have"
            )
            return False
        body = self._server.unsupported_api_versions
        answer = _Pending(None, correlation_id, began)
        answer.parts = [_short_head(len(body) + 4, correlation_id) + body]
        answer.ready = True
        self._pending.append(answer)
        self._schedule_flush()
        return True

    # ---- answers that come later

    def _park(self, route: Route, correlation_id: int, began: float, deferred: Deferred) -> None:
        pending = _Pending(route, correlation_id, began)
        pending.source = deferred
        self._pending.append(pending)
        if not route.pipelined or len(self._pending) >= PARKED_REQUESTS_MAX:
            self._held_up = True

        def resolved(deferred: Deferred) -> None:
            self._answered(pending, deferred.response)

        deferred.attach(resolved)

    def _run(self, route: Route, correlation_id: int, began: float, awaitable: Any) -> None:
        pending = _Pending(route, correlation_id, began)
        self._pending.append(pending)
        self._held_up = True

        def done(future: asyncio.Future[Any]) -> None:
            if future.cancelled() or self._closing:
                return
            error = future.exception()
            if error is not None:
                self._handler_failed(route, error)
            else:
                self._answered(pending, future.result())

        future = asyncio.ensure_future(awaitable)
        pending.source = future
        future.add_done_callback(done)

    def _answered(self, pending: _Pending, response: Any) -> None:
        route = pending.route
        assert route is not None
        pending.source = None
        pending.ready = True
        if response is None:
            route.requests.value += 1
        else:
            parts = self._encode(route, pending.correlation_id, response)
            if parts is None:
                return
            pending.parts = parts
            _count(route, 1, perf_counter() - pending.began)
        self._schedule_flush()

    def _schedule_flush(self) -> None:
        # Many answers become ready in one turn of the loop, when a commit releases them: one write for all.
        if not self._flush_scheduled:
            self._flush_scheduled = True
            self._loop.call_soon(self._flush)

    def _flush(self) -> None:
        """Send the answers that are ready, up to the first that is not."""
        self._flush_scheduled = False
        pending = self._pending
        while pending and pending[0].ready:
            self._outlet.parts += pending.popleft().parts
        if self._outlet.parts:
            self._outlet.flush()
        if self._held_up and (not pending or (len(pending) < PARKED_REQUESTS_MAX // 2 and self._only_pipelined())):
            self._held_up = False
            self._go_on()
        if self._closing and not pending and not self._outlet.sending:
            self._transport.close()

    def _only_pipelined(self) -> bool:
        return all(entry.ready or entry.route is None or entry.route.pipelined for entry in self._pending)

    def _regions_sent(self, error: Exception | None) -> None:
        self.last_active_s = perf_counter()
        if error is not None:
            # Half an answer cannot be taken back: only the end of the connection tells the client.
            if isinstance(error, Corrupt):
                logger.error("an answer to %s could not be read: %s", self.peer, error)
            self.abort()
        elif self._closing and not self._pending:
            self._transport.close()
        else:
            self._go_on()

    # ---- back-pressure and memory

    def _may_handle(self) -> bool:
        """Nothing stands in the way of the next request."""
        return not (self._held_up or self._write_paused or self._outlet.sending)

    def _go_on(self) -> None:
        """Something that kept requests waiting is over."""
        if self._closing or not self._may_handle():
            return
        if self._input.empty:
            self._make_room()
        else:
            self._handle_frames()

    def _make_room(self) -> None:
        """After handling: go on reading if there is space for it."""
        received = self._input
        if self._may_handle():
            received.make_room()
        if received.full:
            self._pause_reading()
        elif self._reading_paused and self._may_handle():
            self._resume_reading()

    def _room_came(self) -> None:
        if self._reading_paused and self._may_handle():
            self._resume_reading()

    def idle_sweep(self, now_s: float, shrink_after_s: float, close_after_s: float, stall_after_s: float) -> None:
        """Called by the server now and then: give memory back, close what is dead."""
        idle_s = now_s - self.last_active_s
        if self._outlet.sending:
            if idle_s > close_after_s:
                self.abort()
            return
        if self._closing or self._held_up:
            return
        if self._input.empty and idle_s > shrink_after_s:
            self._input.shrink()
        if self._input.holds_up_others(now_s, self.last_active_s, stall_after_s):
            self._refuse("stalled", "it began a large request and sent too little while others wait for the memory")
        elif idle_s > close_after_s:
            self._closing = True
            self._transport.close()

    def _pause_reading(self) -> None:
        if not self._reading_paused and not self._closing:
            self._reading_paused = True
            self._transport.pause_reading()

    def _resume_reading(self) -> None:
        self._reading_paused = False
        if not self._closing:
            self._transport.resume_reading()

    def fetch_bytes_max(self) -> int:
        """How many bytes of records an answer may carry now, in view of what slow clients have not taken yet."""
        return self._server.send_memory.fetch_bytes_max()

    # ---- ending

    def _refuse_frame(self, size: int) -> None:
        if self._client_length == -2 and self._input.start == 0:
            guess = unusual_frame(bytes(self._input.view[: min(self._input.end, 8)]))
        else:
            guess = "lower max.request.size in the client" if size > 0 else "this is no Kafka request"
        self._refuse("frame", f"it announced a request of {size} bytes, allowed are {self._frame_bytes_max} ({guess})")

    def _refuse(self, reason: str, message: str) -> None:
        self._server.refusals.refuse(self.peer, reason, message)
        self._end_now()

    def _handler_failed(self, route: Route, error: BaseException) -> None:
        """A fault of ours: say so with its trace, and let this client reconnect."""
        self._server.refusals.fault(self.peer, route.api.name, error)
        route.errors.value += 1
        self._end_now()

    def close_after_errors(self, message: str) -> None:
        """For acks=0: a producer that expects no answers learns of an error by losing its connection, as in Kafka."""
        self._refuse("produce-error", message)

    def _end_now(self) -> None:
        """Send what is ready, handle nothing more, close."""
        if self._closing:
            return
        self._closing = True
        while self._pending and self._pending[0].ready:
            self._outlet.parts += self._pending.popleft().parts
        if self._outlet.parts:
            self._outlet.flush()
        if not self._outlet.sending:
            self._transport.close()

    def finish(self) -> None:
        """Graceful stop: handle no further request, send the answers that are under way, then close."""
        if self._closing:
            return
        self._closing = True
        self._pause_reading()
        for pending in tuple(self._pending):
            if isinstance(pending.source, Deferred) and pending.route is not None and not pending.route.pipelined:
                # A fetch that waits for data would wait for nothing.
                pending.source.abandon()
                self._pending.remove(pending)
        if not self._pending and not self._outlet.sending:
            self._transport.close()

    def abort(self) -> None:
        self._closing = True
        self._transport.abort()


def _count(route: Route, times: int, seconds: float) -> None:
    route.requests.value += times
    histogram = route.seconds
    histogram.counts[bisect_left(_SECONDS_BOUNDS, seconds)] += times
    histogram.sum += seconds * times
