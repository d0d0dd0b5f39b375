"""Start the engine sidecar, watch it, start it again: the node's end of the channel.

Runs on the node's event loop. The sidecar is a child over a socket pair, or (with `engine_socket`) somebody else's
process that is only connected to. Whoever dies, `listener` is told: `on_engine_up`, frames, `on_engine_lost` (also
when an engine cannot even be reached). Must not know scripts: which of them is to blame for a death is the
pacemaker's question. Surprising: a child that does not answer pings, or holds one chunk far beyond every deadline, is
killed here, because a wedged engine would look like a script that is merely slow.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, cast

from headrace.base.clock import Clock
from headrace.base.metrics import Metrics
from headrace.base.tasks import TaskSet
from headrace.transforms.engines import channel
from headrace.transforms.engines.channel import Buffer, ChannelError, Frame, FrameReceiver, Kind

log = logging.getLogger(__name__)

_HELLO_TIMEOUT_S = 60.0
_PING_EVERY_S = 2.0
#: Without any frame for this long the engine is held for dead. Its main thread does nothing long.
_SILENCE_MAX_S = 20.0
#: A chunk has deadlines of its own, well below; a load may compile a large module.
_RUN_MAX_S = 90.0
_LOAD_MAX_S = 180.0

_RESTART_FIRST_S = 0.02
_RESTART_MAX_S = 5.0
#: An engine that lived this long starts again without delay.
_HEALTHY_AFTER_S = 10.0

#: Bytes that may wait for the socket: far above what the pacemaker has in flight, so it only bounds our own faults.
_WRITE_BUFFER_BYTES = 64 * 1024 * 1024


class EngineListener(Protocol):
    """Told on the event loop; must not raise."""

    def on_engine_up(self) -> None: ...

    def on_engine_lost(self, reason: str) -> None: ...

    def on_engine_frame(self, frame: Frame) -> None:
        """LOADED, LOAD_FAILED, DONE or REFUSED. Raises ChannelError if it makes no sense."""
        ...


class EngineSupervisor:
    """Keeps one engine alive and speaks to it."""

    def __init__(
        self,
        listener: EngineListener,
        *,
        cache_dir: Path,
        clock: Clock,
        tasks: TaskSet,
        metrics: Metrics | None = None,
        engine_socket: Path | None = None,
        command: Sequence[str] | None = None,
    ) -> None:
        self._listener = listener
        self._clock = clock
        self._tasks = tasks
        self._engine_socket = engine_socket
        base = command or [sys.executable, "-m", "headrace.transforms.engines.sidecar"]
        self._command = [*base, "--cache", str(cache_dir)]
        self._process: asyncio.subprocess.Process | None = None
        self._link: _Link | None = None
        self._stopping = False
        self._restarts = metrics.counter("engine_restarts_total") if metrics is not None else None
        if metrics is not None:
            metrics.gauge("engine_up", lambda: iter([((), float(self.up))]))

    @property
    def up(self) -> bool:
        return self._link is not None

    @property
    def pid(self) -> int | None:
        """Of our own child; None for an engine that somebody else runs."""
        return self._process.pid if self._process is not None else None

    def start(self) -> None:
        self._tasks.start("engine", self._keep_alive())

    async def stop(self) -> None:
        """Close the channel; the child ends by itself at that, or is killed."""
        self._stopping = True
        link, self._link = self._link, None
        if link is not None:
            link.close()
        await self._reap()

    def send(self, parts: Sequence[Buffer], *, op: int | None = None, load: bool = False) -> None:
        """Hand over a frame. Dropped if the engine is down: `on_engine_lost` was or will be told.

        `op`: an answer with this ident is owed; `load` allows it the longer time of a load.
        """
        if self._link is not None:
            if op is not None:
                allowed_s = _LOAD_MAX_S if load else _RUN_MAX_S
                self._link.owed[op] = self._clock.monotonic_us() + int(allowed_s * 1_000_000)
            self._link.send(parts)

    # ---- the life of one engine after the other

    async def _keep_alive(self) -> None:
        delay_s = _RESTART_FIRST_S
        while not self._stopping:
            began_us = self._clock.monotonic_us()
            reason = await self._one_life()
            if self._stopping:
                return
            if self._restarts is not None:
                self._restarts.value += 1
            if self._clock.monotonic_us() - began_us > _HEALTHY_AFTER_S * 1_000_000:
                delay_s = _RESTART_FIRST_S
            log.warning("engine lost (%s), starting it again in %.2f s", reason, delay_s)
            await asyncio.sleep(delay_s)
            delay_s = min(_RESTART_MAX_S, delay_s * 2)

    async def _one_life(self) -> str:
        """From the start of an engine to its loss; the reason of the loss."""
        try:
            link = await self._connect()
        except (OSError, TimeoutError, ChannelError) as error:
            ended = await self._reap()
            where = self._engine_socket or "the engine process"
            reason = f"cannot reach {where}: {error or type(error).__name__}{ended}"
            if not self._stopping:
                self._listener.on_engine_lost(reason)
            return reason
        self._link = link
        log.info("engine is up", extra={"fields": {"pid": link.engine_pid}})
        self._listener.on_engine_up()
        watch = asyncio.ensure_future(self._watch(link))
        reason = await link.lost
        watch.cancel()
        self._link = None
        link.close()
        ended = await self._reap()
        reason = f"{reason}{ended}"
        if not self._stopping:
            self._listener.on_engine_lost(reason)
        return reason

    async def _connect(self) -> _Link:
        loop = asyncio.get_running_loop()
        if self._engine_socket is not None:
            ours = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            ours.setblocking(False)
            try:
                await loop.sock_connect(ours, str(self._engine_socket))
            except BaseException:
                ours.close()
                raise
        else:
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
            ours.setblocking(False)
            try:
                self._process = await asyncio.create_subprocess_exec(
                    *self._command,
                    "--fd",
                    str(theirs.fileno()),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    pass_fds=[theirs.fileno()],
                )
            except BaseException:
                ours.close()
                raise
            finally:
                theirs.close()
        for option in (socket.SO_SNDBUF, socket.SO_RCVBUF):
            ours.setsockopt(socket.SOL_SOCKET, option, 1024 * 1024)
        link = _Link(self._listener, self._clock)
        await loop.create_unix_connection(lambda: link, sock=ours)
        async with asyncio.timeout(_HELLO_TIMEOUT_S):
            await asyncio.shield(link.hello)
        return link

    async def _watch(self, link: _Link) -> None:
        while True:
            await asyncio.sleep(_PING_EVERY_S)
            now_us = self._clock.monotonic_us()
            overdue = [op for op, until_us in link.owed.items() if until_us < now_us]
            if overdue:
                link.lose("it holds a chunk far beyond every deadline")
            elif now_us - link.heard_us > _SILENCE_MAX_S * 1_000_000:
                link.lose(f"it was silent for {_SILENCE_MAX_S:.0f} s")
            else:
                link.send(channel.encode_ping())

    async def _reap(self) -> str:
        """End our child, if there is one; how it ended."""
        process, self._process = self._process, None
        if process is None:
            return ""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0.5):
                await process.wait()
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        code = process.returncode
        if code is None or code >= 0:
            return f", exit code {code}"
        return f", ended by signal {-code}"


class _Link(asyncio.BufferedProtocol):
    """One connection to one engine."""

    def __init__(self, listener: EngineListener, clock: Clock) -> None:
        self._listener = listener
        self._clock = clock
        self._receiver = FrameReceiver()
        self._transport: asyncio.Transport | None = None
        loop = asyncio.get_running_loop()
        self.hello: asyncio.Future[None] = loop.create_future()
        self.lost: asyncio.Future[str] = loop.create_future()
        self.heard_us = clock.monotonic_us()
        self.owed: dict[int, int] = {}
        self.engine_pid = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._transport.set_write_buffer_limits(high=_WRITE_BUFFER_BYTES)
        self.send(channel.encode_hello(0))

    def send(self, parts: Sequence[Buffer]) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        if sum(map(len, parts)) <= 16 * 1024:
            self._transport.write(b"".join(parts))
        else:
            self._transport.writelines(parts)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def lose(self, reason: str) -> None:
        if not self.lost.done():
            self.lost.set_result(reason)
        if not self.hello.done():
            self.hello.set_exception(ChannelError(reason))
            self.hello.exception()
        self.close()

    # ---- asyncio

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._receiver.get_buffer()

    def buffer_updated(self, nbytes: int) -> None:
        self.heard_us = self._clock.monotonic_us()
        try:
            for frame in self._receiver.received(nbytes):
                self._take(frame)
        except ChannelError as error:
            self.lose(f"it sent nonsense: {error}")

    def _take(self, frame: Frame) -> None:
        if self.lost.done():
            return
        if frame.kind in {Kind.DONE, Kind.REFUSED, Kind.LOADED, Kind.LOAD_FAILED}:
            self.owed.pop(frame.ident, None)
            self._listener.on_engine_frame(frame)
        elif frame.kind == Kind.HELLO and not self.hello.done():
            self.engine_pid = channel.decode_hello(frame.body)
            self.hello.set_result(None)
        elif frame.kind != Kind.PONG:
            raise ChannelError(f"a frame of kind {frame.kind}, which an engine does not send")

    def eof_received(self) -> bool:
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self.lose("the connection ended" if exc is None else f"the connection broke: {exc}")
