"""`headrace-engine`: the process that runs async scripts, so that neither a crash nor a full memory of theirs touches
the node.

Record path: stop 9. A child of the node over an inherited socket (`--fd`), or a container beside it (`--listen`);
speaks `channel.py`. The main thread only reads frames; scripts are loaded on two loader threads and run on a pool of
workers, each script by one thread at a time, so a script that spins until its deadline holds up nobody else (the GIL
is free inside Wasm). Ends at once when the node goes away. Surprising: there is no queue limit here, because the node
bounds the chunks that it has in flight.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import gc
import logging
import os
import queue
import signal
import socket
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from headrace.base.clock import Clock, SystemClock
from headrace.base.logs import configure_logging
from headrace.transforms.engines import channel
from headrace.transforms.engines.api import Engine, GuestError, GuestLimits, Language, ScriptSource
from headrace.transforms.engines.channel import Buffer, Failure, Frame, FrameReceiver, Kind, LoadAnswer, LoadOrder
from headrace.transforms.engines.chunks import ChunkRefusedError, ScriptRunner

log = logging.getLogger("headrace.engine")

#: Threads that run scripts. More than cores on purpose: a script that waits for its deadline holds one.
WORKERS_MAX = 32
_LOADERS = 2

_PR_SET_PDEATHSIG = 1
_OOM_SCORE_ADJ = 500
_LOAD_TOPIC_LIMIT = 64


class _Script:
    """A loaded script and the chunks that wait for it. `queued`: it is in the run queue or runs."""

    __slots__ = ("closed", "lock", "orders", "queued", "runner")

    def __init__(self, runner: ScriptRunner) -> None:
        self.runner = runner
        self.orders: deque[tuple[int, memoryview]] = deque()
        self.queued = False
        self.closed = False
        self.lock = threading.Lock()


class Sidecar:
    """Serves one node over one connected socket."""

    def __init__(self, connection: socket.socket, engine: Engine, *, limits: GuestLimits, clock: Clock) -> None:
        self._connection = connection
        self._engine = engine
        self._limits = limits
        self._clock = clock
        self._scripts: dict[int, _Script] = {}
        self._scripts_lock = threading.Lock()
        self._dropped: set[int] = set()
        self._send_lock = threading.Lock()
        self._runnable: queue.SimpleQueue[_Script | None] = queue.SimpleQueue()
        self._workers = 0
        self._idle = 0
        self._idle_lock = threading.Lock()
        self._loaders = ThreadPoolExecutor(_LOADERS, thread_name_prefix="load")

    def serve(self) -> None:
        """Until the node closes the connection. Raises ChannelError if it talks nonsense, OSError."""
        self._send(channel.encode_hello(os.getpid()))
        receiver = FrameReceiver()
        while True:
            count = self._connection.recv_into(receiver.get_buffer())
            if count == 0:
                return
            for frame in receiver.received(count):
                self._take(frame)

    def close(self) -> None:
        """Let go of everything (a container's engine waits for the next node)."""
        self._loaders.shutdown(wait=True, cancel_futures=True)
        with self._scripts_lock:
            scripts, self._scripts = list(self._scripts.values()), {}
        for script in scripts:
            self._close_script(script)
        for _ in range(self._workers):
            self._runnable.put(None)

    # ---- main thread

    def _take(self, frame: Frame) -> None:
        if frame.kind == Kind.RUN:
            self._queue_run(frame)
        elif frame.kind == Kind.PING:
            self._send(channel.encode_pong())
        elif frame.kind == Kind.LOAD:
            self._loaders.submit(self._load, frame.ident, channel.decode_load(frame.body))
        elif frame.kind == Kind.UNLOAD:
            self._unload(frame.ident)
        elif frame.kind == Kind.HELLO:
            channel.decode_hello(frame.body)
        else:
            raise channel.ChannelError(f"a frame of kind {frame.kind}, which a node does not send")

    def _queue_run(self, frame: Frame) -> None:
        handle = int.from_bytes(frame.body[:4], "big")
        with self._scripts_lock:
            script = self._scripts.get(handle)
        if script is None:
            self._send(channel.encode_refused(frame.ident, Failure("engine", "the script is not loaded here")))
            return
        with script.lock:
            script.orders.append((frame.ident, frame.body))
            if script.queued:
                return
            script.queued = True
        if self._runnable.qsize() >= self._idle and self._workers < WORKERS_MAX:
            self._workers += 1
            threading.Thread(target=self._work, name=f"run-{self._workers}", daemon=True).start()
        self._runnable.put(script)

    def _unload(self, handle: int) -> None:
        with self._scripts_lock:
            script = self._scripts.pop(handle, None)
            if script is None:
                self._dropped.add(handle)  # it is still being loaded
        if script is not None:
            self._close_script(script)

    def _close_script(self, script: _Script) -> None:
        with script.lock:
            script.closed = True
            dropped = [op for op, _body in script.orders]
            script.orders.clear()
            running = script.queued
        for op in dropped:
            # The node counts on an answer to every order: one that stays out looks to it like an engine that is stuck.
            self._send(channel.encode_refused(op, Failure("engine", "the script was unloaded")))
        if not running:  # else the worker closes it
            script.runner.close()

    # ---- loaders

    def _load(self, op: int, order: LoadOrder) -> None:
        source = ScriptSource(order.name, order.digest, bytes(order.content), _language(order.language), order.env)
        try:
            runner = ScriptRunner(
                order.name, order.digest, lambda: self._engine.load(source, self._limits), self._clock
            )
        except GuestError as error:
            self._send(channel.encode_load_failed(op, Failure(error.kind, error.message, error.where)))
            return
        except Exception as error:  # an engine's fault must be heard, not lost with the thread
            log.exception("loading %s failed", order.name)
            self._send(channel.encode_load_failed(op, Failure("load", f"{type(error).__name__}: {error}")))
            return
        with self._scripts_lock:
            dropped = order.handle in self._dropped
            self._dropped.discard(order.handle)
            if not dropped:
                self._scripts[order.handle] = _Script(runner)
        if dropped:
            runner.close()
            self._send(channel.encode_load_failed(op, Failure("engine", "the script was unloaded")))
            return
        info = runner.info
        subscriptions = tuple((s.topic, s.start_from) for s in info.subscriptions[:_LOAD_TOPIC_LIMIT])
        self._send(channel.encode_loaded(op, LoadAnswer(subscriptions, info.error_policy)))

    # ---- workers

    def _work(self) -> None:
        while True:
            with self._idle_lock:
                self._idle += 1
            script = self._runnable.get()
            with self._idle_lock:
                self._idle -= 1
            if script is None:
                return
            self._run_next(script)

    def _run_next(self, script: _Script) -> None:
        """Run one chunk of the script, then let others have the thread."""
        with script.lock:
            op, body = script.orders.popleft() if script.orders else (0, None)
        if body is not None:
            self._send(self._run(script.runner, op, body))
        with script.lock:
            again = bool(script.orders)
            script.queued = again
            closed = script.closed and not again
        if again:
            self._runnable.put(script)
        elif closed:
            script.runner.close()

    def _run(self, runner: ScriptRunner, op: int, body: memoryview) -> list[Buffer]:
        try:
            return channel.encode_done(op, runner.run(channel.decode_run(body)))
        except ChunkRefusedError as error:
            return channel.encode_refused(op, error.failure)
        except Exception as error:  # an engine's fault must be heard, not lost with the thread
            log.exception("a chunk of %s failed", runner.name)
            return channel.encode_refused(op, Failure("engine", f"{type(error).__name__}: {error}"))

    def _send(self, parts: Sequence[Buffer]) -> None:
        """Blocks while the node does not read: that is the back-pressure. An answer that nobody awaits is dropped."""
        pending = [memoryview(part) for part in parts if len(part)]
        with self._send_lock, contextlib.suppress(OSError):
            while pending:
                sent = self._connection.sendmsg(pending)
                while pending and sent >= len(pending[0]):
                    sent -= len(pending.pop(0))
                if sent:
                    pending[0] = pending[0][sent:]


def _language(text: str) -> Language:
    if text == "js":
        return "js"
    if text == "wasm":
        return "wasm"
    raise channel.ChannelError(f"a script in the unknown language {text!r}")


# ---- the process


def run_process(arguments: Sequence[str], make_engine: Callable[[Path], Engine]) -> int:
    """Serve as the command line says, with the given engine. Returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="headrace-engine", description="Runs the async scripts of one headrace-node beside it."
    )
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--fd", type=int, help="connected socket inherited from the node")
    where.add_argument("--listen", type=Path, metavar="PATH", help="unix socket to wait on for a node")
    parser.add_argument("--cache", type=Path, required=True, metavar="DIR", help="folder for compiled modules")
    parser.add_argument("--log-format", choices=["text", "json"], default="text")
    parser.add_argument("--log-level", default="INFO")
    options = parser.parse_args(arguments)
    configure_logging(options.log_format, options.log_level)
    _prefer_to_be_killed()
    # A worker that comes back from Wasm must not wait the usual 5 ms for the interpreter.
    sys.setswitchinterval(0.0005)
    engine = make_engine(options.cache)
    gc.collect()
    gc.freeze()
    if options.fd is not None:
        _die_with_parent()
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the node's to handle
        _serve_one(socket.socket(fileno=options.fd), engine)
        # Threads may still be inside a script: nothing here is worth waiting for.
        logging.shutdown()
        os._exit(0)
    return _serve_forever(options.listen, engine)


def _serve_one(connection: socket.socket, engine: Engine) -> None:
    sidecar = Sidecar(connection, engine, limits=guest_limits(), clock=SystemClock())
    try:
        sidecar.serve()
    except channel.ChannelError as error:
        log.error("the node sent nonsense, closing: %s", error)
    except OSError as error:
        log.warning("the connection to the node is gone: %s", error)
    finally:
        connection.close()
    sidecar.close()


def _serve_forever(path: Path, engine: Engine) -> int:
    path.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(str(path))
        listener.listen(1)
        log.info("waiting for a node on %s", path)
        while True:
            connection, _ = listener.accept()
            log.info("a node is connected")
            _serve_one(connection, engine)


def guest_limits() -> GuestLimits:
    """One batch per chunk and key, however large: its stamp is what makes a torn write harmless."""
    limits = GuestLimits()
    return GuestLimits(output_batch_bytes_max=limits.output_bytes_max)


def _die_with_parent() -> None:
    """The socket's end tells it too, but not while the main thread is busy."""
    parent = os.getppid()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)


def _prefer_to_be_killed() -> None:
    """When the machine is out of memory, it is scripts that should go, not the log."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(str(_OOM_SCORE_ADJ))


def main() -> None:
    """`headrace-engine`."""
    sys.exit(run_process(sys.argv[1:], _local_engine))


def _local_engine(cache: Path) -> Engine:
    # Imported here: a test's engine has no use for the Wasm runtime.
    from headrace.transforms.engines.local import LocalEngine  # noqa: PLC0415

    return LocalEngine(cache)


if __name__ == "__main__":
    main()
