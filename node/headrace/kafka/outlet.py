"""Where the answers of one connection leave: small ones through the transport, file regions past it, always in order.

asyncio transports cannot let the kernel copy from a file to their socket, so while a transport has nothing to send,
`_RegionSender` sends past it, on a duplicate of its file descriptor, and waits for the socket by itself. Owned by
`connection.py`. Surprising: that duplicate must be closed with the connection, else the peer never sees it end.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections import deque
from collections.abc import Callable, Sequence
from typing import cast

from headrace.base.errors import Corrupt
from headrace.protocol.primitives import Part
from headrace.storage.region import FileRegion

#: What stands in an answer: bytes, or a stretch of a file.
AnswerPart = Part | FileRegion

# Answers up to this size are joined into one buffer, larger ones are handed over piece by piece.
_JOIN_BYTES_MAX = 64 * 1024

# Bytes after which other connections get their turn, even if this client takes them as fast as they come.
_TURN_BYTES = 4 * 1024 * 1024


class _RegionSender:
    """Sends one answer at a time. `on_done(error)` is called later if `send` could not finish at once."""

    __slots__ = ("_loop", "_on_done", "_parts", "_sent", "_socket", "_watching")

    def __init__(
        self, loop: asyncio.AbstractEventLoop, transport: asyncio.Transport, on_done: Callable[[Exception | None], None]
    ) -> None:
        self._loop = loop
        self._on_done = on_done
        self._socket = socket.socket(fileno=os.dup(transport.get_extra_info("socket").fileno()))
        self._parts: deque[AnswerPart] = deque()
        #: Bytes of the first part that are gone already.
        self._sent = 0
        self._watching = False

    @staticmethod
    def possible(transport: asyncio.Transport) -> bool:
        """The transport is a plain socket with nothing left to send."""
        return (
            transport.get_write_buffer_size() == 0
            and transport.get_extra_info("sslcontext") is None
            and transport.get_extra_info("socket") is not None
        )

    def send(self, parts: Sequence[AnswerPart]) -> bool:
        """True: all of it is with the kernel. False: `on_done` will tell. Raises OSError, Corrupt."""
        self._parts.extend(parts)
        return self._go()

    def _go(self) -> bool:
        parts = self._parts
        turn_bytes = 0
        try:
            while parts:
                if turn_bytes > _TURN_BYTES:
                    self._stop_watching()
                    self._loop.call_soon(self._writable)
                    return False
                part = parts[0]
                if isinstance(part, FileRegion):
                    count = part.send(self._socket.fileno(), self._sent)
                else:
                    more = socket.MSG_MORE if len(parts) > 1 else 0
                    count = self._socket.send(memoryview(part)[self._sent :], more)
                turn_bytes += count
                self._sent += count
                if self._sent == len(part):
                    parts.popleft()
                    self._sent = 0
        except BlockingIOError:
            if not self._watching:
                self._loop.add_writer(self._socket.fileno(), self._writable)
                self._watching = True
            return False
        self._stop_watching()
        return True

    def _writable(self) -> None:
        if not self._parts:
            return
        try:
            if self._go():
                self._on_done(None)
        except (OSError, Corrupt) as error:
            self._parts.clear()
            self._on_done(error)

    def _stop_watching(self) -> None:
        if self._watching:
            self._loop.remove_writer(self._socket.fileno())
            self._watching = False

    def close(self) -> None:
        """The connection is gone."""
        self._parts.clear()
        self._stop_watching()
        self._socket.close()


class Outlet:
    """`parts` are added by the connection and sent by `flush`."""

    __slots__ = ("_loop", "_on_done", "_sender", "_transport", "parts", "sending")

    def __init__(
        self, loop: asyncio.AbstractEventLoop, transport: asyncio.Transport, on_done: Callable[[Exception | None], None]
    ) -> None:
        """`on_done` ends what `sending` began; with the error if the rest of an answer cannot be sent."""
        self._loop = loop
        self._transport = transport
        self._on_done = on_done
        self._sender: _RegionSender | None = None
        self.parts: list[AnswerPart] = []
        #: A file region is on its way and the transport must be left alone: no further request may be handled.
        self.sending = False

    def flush(self) -> None:
        """Send `parts`, or leave them there while a file region is on its way."""
        if self.sending:
            return
        parts = self.parts
        if len(parts) == 1:
            self._transport.write(cast(Part, parts[0]))
        elif sum(map(len, parts)) <= _JOIN_BYTES_MAX:
            self._transport.write(b"".join(cast("list[Part]", parts)))
        elif any(type(part) is FileRegion for part in parts):
            self._send_regions(parts)
        else:
            self._transport.writelines(cast("list[Part]", parts))
        parts.clear()

    def _send_regions(self, parts: list[AnswerPart]) -> None:
        try:
            if not _RegionSender.possible(self._transport):
                # Something small is still with the transport, and answers keep their order.
                self._transport.writelines(
                    [part.read(0, len(part)) if isinstance(part, FileRegion) else part for part in parts]
                )
                return
            if self._sender is None:
                self._sender = _RegionSender(self._loop, self._transport, self._regions_sent)
            self.sending = not self._sender.send(parts)
        except (OSError, Corrupt) as error:
            self._on_done(error)

    def _regions_sent(self, error: Exception | None) -> None:
        self.sending = False
        if error is None and self.parts:
            self.flush()
        if error is not None or not self.sending:
            self._on_done(error)

    def close(self) -> None:
        """The connection is gone."""
        self.parts.clear()
        self.sending = False
        if self._sender is not None:
            self._sender.close()
            self._sender = None
