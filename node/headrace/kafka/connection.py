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
import mmap
import struct
from bisect import bisect_left
from collections import deque
from time import perf_counter
from typing import TYPE_CHECKING, Any, cast

from headrace.base.errors import Corrupt
from headrace.base.metrics import Histogram
from headrace.kafka.context import Deferred, Request
from headrace.kafka.dispatch import API_VERSIONS, Route
from headrace.kafka.memory import GIANT_BYTES_MIN
from headrace.kafka.refusals import unusual_frame
from headrace.kafka.region_sender import AnswerPart, RegionSender
from headrace.protocol.primitives import Part, ProtocolError, skip_tags
from headrace.storage.region import FileRegion

if TYPE_CHECKING:
    from headrace.kafka.server import KafkaServer

logger = logging.getLogger(__name__)

#: Every connection has a receive buffer of this size; only frames that do not fit take memory from the shared pool.
SMALL_BUFFER_BYTES = 64 * 1024
# A large buffer holds at least this, so that a producer of 1 MB batches is served by few reads.
_LARGE_BUFFER_BYTES_MIN = 512 * 1024

# Requests of one connection that may wait for their commit at a time. A parked request holds about half a kilobyte.
PARKED_REQUESTS_MAX = 4_096

# Unsent bytes at which a connection stops handling requests, and below which it goes on.
_UNSENT_BYTES_HIGH = 1024 * 1024
_UNSENT_BYTES_LOW = 256 * 1024

# Answers up to this size are joined into one buffer, larger ones are handed over piece by piece.
_JOIN_BYTES_MAX = 64 * 1024

# While others wait for memory, a large frame must arrive at least this fast.
_LARGE_FRAME_BYTES_PER_S_MIN = 1024 * 1024

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
        self._buffer: bytearray | mmap.mmap = bytearray(SMALL_BUFFER_BYTES)
        self._view = memoryview(self._buffer)
        self._reserved_bytes = 0
        self._awaiting_memory = False
        #: When a frame was last complete, or the memory for the one that began was granted.
        self._last_frame_s = 0.0
        #: Unhandled bytes are `_buffer[_start:_end]`.
        self._start = 0
        self._end = 0
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
        self._wanted_bytes = 0
        #: Answers of the frames that are being handled; sent together.
        self._out: list[AnswerPart] = []
        #: Sends file regions; made when the first one is due. While `_sending`, the transport is not written to.
        self._sender: RegionSender | None = None
        self._sending = False

    # ---- asyncio protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        peer = transport.get_extra_info("peername")
        self.peer = f"{peer[0]}:{peer[1]}" if isinstance(peer, tuple) else str(peer)
        self.last_active_s = perf_counter()
        self._transport.set_write_buffer_limits(high=_UNSENT_BYTES_HIGH, low=_UNSENT_BYTES_LOW)
        self._server.opened(self)

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._view[self._end :]

    def buffer_updated(self, nbytes: int) -> None:
        self._end += nbytes
        if self._held_up or self._write_paused or self._closing:
            # Reading goes on while requests wait, so that a client's disconnect is noticed, but only into the space
            # there is.
            if self._end == len(self._buffer):
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
        if self._sender is not None:
            self._sender.close()
            self._sender = None
        if self._awaiting_memory:
            self._server.receive_memory.withdraw(self._memory_reserved)
        if self._reserved_bytes:
            self._server.receive_memory.release(self._reserved_bytes)
            self._reserved_bytes = 0
        self._server.send_memory.unsent_bytes -= self._unsent_bytes
        self._unsent_bytes = 0
        self._view = memoryview(b"")
        self._buffer = bytearray()
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
        buffer = self._buffer
        view = self._view
        out = self._out
        last_route: Route | None = None
        same = 0
        start = first = self._start
        end = self._end
        while end - start >= 4:
            size = _read_size(buffer, start)[0]
            if size > self._frame_bytes_max or size < _FRAME_BYTES_MIN:
                self._refuse_frame(size)
                break
            position = start + 4
            start = position + size
            if start > end:
                break
            self._start = start
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
        if self._start != first:
            self._last_frame_s = began
        if out:
            self._write_out()
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
        self._out += parts
        if len(parts) == 1:
            return True
        # Records: send them now, and let the transport say whether the client keeps up before handling more.
        self._write_out()
        return not self._write_paused

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
            self._out += pending.popleft().parts
        if self._out:
            self._write_out()
        if self._held_up and (not pending or (len(pending) < PARKED_REQUESTS_MAX // 2 and self._only_pipelined())):
            self._held_up = False
            self._go_on()
        if self._closing and not pending and not self._sending:
            self._transport.close()

    def _only_pipelined(self) -> bool:
        return all(entry.ready or entry.route is None or entry.route.pipelined for entry in self._pending)

    def _write_out(self) -> None:
        """Send `_out`, or leave it there while a file region is being sent."""
        if self._sending:
            return
        parts = self._out
        if len(parts) == 1:
            self._transport.write(cast(Part, parts[0]))
        elif sum(map(len, parts)) <= _JOIN_BYTES_MAX:
            self._transport.write(b"".join(cast("list[Part]", parts)))
        elif any(type(part) is FileRegion for part in parts):
            self._write_regions(parts)
        else:
            self._transport.writelines(cast("list[Part]", parts))
        parts.clear()

    def _write_regions(self, parts: list[AnswerPart]) -> None:
        try:
            if not RegionSender.possible(self._transport):
                # Something small is still with the transport, and answers keep their order.
                self._transport.writelines(
                    [part.read(0, len(part)) if type(part) is FileRegion else cast(Part, part) for part in parts]
                )
                return
            if self._sender is None:
                self._sender = RegionSender(self._loop, self._transport, self._regions_sent)
            if not self._sender.send(parts):
                self._sending = self._write_paused = True
        except (OSError, Corrupt) as error:
            self._sending_failed(error)

    def _regions_sent(self, error: Exception | None) -> None:
        self._sending = self._write_paused = False
        self.last_active_s = perf_counter()
        if error is not None:
            self._sending_failed(error)
            return
        if self._out:
            self._write_out()
        if self._closing and not self._sending and not self._pending:
            self._transport.close()
        else:
            self._go_on()

    def _sending_failed(self, error: Exception) -> None:
        # Half an answer cannot be taken back: only the end of the connection tells the client.
        if isinstance(error, Corrupt):
            logger.error("an answer to %s could not be read: %s", self.peer, error)
        self.abort()

    # ---- back-pressure and memory

    def _go_on(self) -> None:
        """Something that kept requests waiting is over."""
        if self._closing or self._held_up or self._write_paused:
            return
        if self._end > self._start:
            self._handle_frames()
        else:
            self._make_room()

    def _make_room(self) -> None:
        """After handling: the next read needs space for the rest of the frame that has begun, if any."""
        start, end = self._start, self._end
        size = len(self._buffer)
        if start == end:
            self._start = self._end = 0
            if self._reserved_bytes and self._server.receive_memory.contended:
                self._shrink()
        else:
            if self._held_up or self._write_paused:
                if end == size:
                    self._pause_reading()
                return
            needed = 4 + _read_size(self._buffer, start)[0] if end - start >= 4 else 4
            if start + needed > size:
                if needed > size:
                    self._grow(needed)
                    return
                # Copy through bytes: source and target overlap.
                self._buffer[: end - start] = self._buffer[start:end]
                self._start = 0
                self._end = end - start
        if self._reading_paused and not self._held_up and not self._write_paused and not self._awaiting_memory:
            self._reading_paused = False
            self._transport.resume_reading()

    def _grow(self, needed_bytes: int) -> None:
        """Get a buffer for a frame of `needed_bytes`, now or when the shared pool has room.

        Until then reading goes on into the buffer there is, so that a client that gives up is noticed.
        """
        if self._awaiting_memory:
            if self._end == len(self._buffer):
                self._pause_reading()
            return
        size = max(needed_bytes, _LARGE_BUFFER_BYTES_MIN)
        size = (size + 0xFFFF) & ~0xFFFF
        if self._reserved_bytes:
            self._server.receive_memory.release(self._reserved_bytes)
            self._reserved_bytes = 0
        self._wanted_bytes = size
        if self._server.receive_memory.reserve(size, self._memory_reserved):
            self._use_buffer(size)
        else:
            self._awaiting_memory = True
            if self._end == len(self._buffer):
                self._pause_reading()

    def _memory_reserved(self) -> None:
        self._awaiting_memory = False
        if self._closing:
            self._server.receive_memory.release(self._wanted_bytes)
            return
        self._use_buffer(self._wanted_bytes)

    def _use_buffer(self, size: int) -> None:
        if size != SMALL_BUFFER_BYTES:
            self._reserved_bytes = size
            self._last_frame_s = perf_counter()
        start, end = self._start, self._end
        # A giant buffer takes memory page by page as bytes arrive: announcing 100 MB must not cost the node 100 MB.
        buffer = bytearray(size) if size <= GIANT_BYTES_MIN else mmap.mmap(-1, size)
        buffer[: end - start] = self._view[start:end]
        self._buffer = buffer
        self._view = memoryview(buffer)
        self._start = 0
        self._end = end - start
        if self._reading_paused and not self._held_up and not self._write_paused:
            self._reading_paused = False
            self._transport.resume_reading()

    def _shrink(self) -> None:
        """Back to the small buffer. Only while nothing is buffered."""
        reserved, self._reserved_bytes = self._reserved_bytes, 0
        self._use_buffer(SMALL_BUFFER_BYTES)
        self._server.receive_memory.release(reserved)

    def idle_sweep(self, now_s: float, shrink_after_s: float, close_after_s: float, stall_after_s: float) -> None:
        """Called by the server now and then: give memory back, close what is dead."""
        idle_s = now_s - self.last_active_s
        if self._sending:
            if idle_s > close_after_s:
                self.abort()
            return
        if self._closing or self._held_up:
            return
        if self._reserved_bytes and self._start == self._end and idle_s > shrink_after_s:
            self._shrink()
        elif self._reserved_bytes and self._server.receive_memory.contended and self._stalled(now_s, stall_after_s):
            self._refuse("stalled", "it began a large request and sent too little while others wait for the memory")
        elif idle_s > close_after_s:
            self._closing = True
            self._transport.close()

    def _stalled(self, now_s: float, stall_after_s: float) -> bool:
        """A frame has begun and does not come on: nothing arrived for a while, or it trickles."""
        if now_s - self.last_active_s > stall_after_s:
            return True
        return now_s - self._last_frame_s > stall_after_s + self._reserved_bytes / _LARGE_FRAME_BYTES_PER_S_MIN

    def _pause_reading(self) -> None:
        if not self._reading_paused and not self._closing:
            self._reading_paused = True
            self._transport.pause_reading()

    def fetch_bytes_max(self) -> int:
        """How many bytes of records an answer may carry now, in view of what slow clients have not taken yet."""
        return self._server.send_memory.fetch_bytes_max()

    # ---- ending

    def _refuse_frame(self, size: int) -> None:
        if self._client_length == -2 and self._start == 0:
            guess = unusual_frame(bytes(self._buffer[: min(self._end, 8)]))
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
            self._out += self._pending.popleft().parts
        if self._out:
            self._write_out()
        if not self._sending:
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
        if not self._pending and not self._sending:
            self._transport.close()

    def abort(self) -> None:
        self._closing = True
        self._transport.abort()


def _count(route: Route, times: int, seconds: float) -> None:
    route.requests.value += times
    histogram = route.seconds
    histogram.counts[bisect_left(_SECONDS_BOUNDS, seconds)] += times
    histogram.sum += seconds * times
