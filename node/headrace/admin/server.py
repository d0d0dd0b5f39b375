"""Admin HTTP: probes, metrics, reports and the few commands, as JSON. The only door to aiohttp in the node.

Routes and lifecycle; what the answers say is in `reports.py`. Started by `app/lifecycle.py` after the Kafka listener.
Every error is JSON too: `{"error": "what is wrong and what to do"}`. Surprising: it answers before the node is ready
(`/healthz` says alive, `/readyz` says not yet), and a fault in a report is a 500 for that one request and a line in
the log.
"""

from __future__ import annotations

import asyncio
import difflib
import json
import logging
import os
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from headrace.admin import exposition
from headrace.admin.reports import Json, Refusal, Reports
from headrace.base.clock import Clock
from headrace.base.errors import HeadraceError, Rejected, Retriable
from headrace.base.limits import MIB
from headrace.base.metrics import Metrics
from headrace.cluster.metadata import MetadataView
from headrace.cluster.reconciler import Reconciler
from headrace.partitions.table import PartitionTable
from headrace.transforms.manager import TransformManager

log = logging.getLogger("headrace.admin")
# What aiohttp has to say about connections that speak no HTTP.
_noise_log = logging.getLogger("headrace.admin.http")

# No command has a body worth more than a few bytes.
_BODY_BYTES_MAX = 1 * MIB
_SHUTDOWN_TIMEOUT_S = 2.0
# Probes, scrapers and people need a handful. Beyond it the oldest goes: strangers who open connections and say nothing
# must take neither the file descriptors of the Kafka listener nor the probes' way in.
_CONNECTIONS_MAX = 256
# A burst of strangers must not make a probe's handshake wait for a retry, which comes a second later.
_BACKLOG = 1024
_NOISE_LINES_MAX = 5
_NOISE_WINDOW_S = 10.0


class _FewLines(logging.Filter):
    """A stranger's bytes are worth one short line, not a traceback with all of them, and not thousands of lines."""

    def __init__(self) -> None:
        super().__init__()
        self._window_began_s = 0.0
        self._lines = 0

    def filter(self, record: logging.LogRecord) -> bool:
        left_out = 0
        if abs(record.created - self._window_began_s) > _NOISE_WINDOW_S:
            left_out = max(0, self._lines - _NOISE_LINES_MAX)
            self._window_began_s, self._lines = record.created, 0
        self._lines += 1
        if self._lines > _NOISE_LINES_MAX:
            return False
        error = record.exc_info[1] if record.exc_info else None
        text = record.getMessage()[:200] + ("" if error is None else f": {type(error).__name__}")
        if left_out:
            text += f" ({left_out} more such lines were left out)"
        record.msg, record.args, record.exc_info = text, (), None
        record.levelno, record.levelname = logging.WARNING, "WARNING"
        return True


_noise_log.addFilter(_FewLines())

Answer = Json | list[Json]
Handler = Callable[[web.Request], Awaitable[Answer]]


class AdminServer:
    """`start`, then set `ready` when the node serves, `stop`."""

    def __init__(
        self,
        *,
        metadata: MetadataView,
        partitions: PartitionTable,
        transforms: TransformManager,
        metrics: Metrics,
        reconciler: Reconciler,
        clock: Clock,
        node_id: int | None = None,
    ) -> None:
        #: Joined and caught up once; the owner sets it.
        self.ready = False
        self._metrics = metrics
        self._reports = Reports(
            node_id=metadata.controller_id if node_id is None else node_id,
            metadata=metadata,
            partitions=partitions,
            transforms=transforms,
            reconciler=reconciler,
            clock=clock,
        )
        self._runner: web.AppRunner | None = None
        self._listener: asyncio.Server | None = None

    async def start(self, host: str, port: int) -> int:
        """Listen; the port (0 asks the system for one). Raises HeadraceError if the address is not to be had."""
        app = web.Application(client_max_size=_BODY_BYTES_MAX, middlewares=[_errors_as_json])
        app.router.add_get("/metrics", self._metrics_text)
        for method, path, handler in self._routes():
            app.router.add_route(method, path, _json(handler))
        self._runner = web.AppRunner(app, access_log=None, logger=_noise_log, shutdown_timeout=_SHUTDOWN_TIMEOUT_S)
        await self._runner.setup()
        try:
            loop = asyncio.get_running_loop()
            self._listener = await loop.create_server(self._connection, host, port, backlog=_BACKLOG)
        except OSError as error:
            await self.stop()
            # aiohttp's own text repeats the address; the name resolver's codes are not the system's.
            reason = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror or str(error)
            raise HeadraceError(
                f"cannot listen on admin-listen {host}:{port} ({reason}): "
                "stop what listens there or choose another address"
            ) from error
        return int(self._listener.sockets[0].getsockname()[1])

    def _connection(self) -> asyncio.Protocol:
        assert self._runner is not None
        server = self._runner.server
        assert server is not None
        connections = server.connections
        # More than one when many come within one turn of the loop.
        for oldest in connections[: max(0, len(connections) + 1 - _CONNECTIONS_MAX)]:
            oldest.force_close()
        return server()

    async def stop(self) -> None:
        """Close the listener and let running answers finish for a moment."""
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def _routes(self) -> list[tuple[str, str, Handler]]:
        reports = self._reports

        async def readyz(_: web.Request) -> Answer:
            return reports.readiness(self.ready)

        async def partitions(request: web.Request) -> Answer:
            return reports.partitions(request.query.get("topic"))

        async def post_restart(request: web.Request) -> Answer:
            return reports.post_restart(_number(request, "node"), self.ready)

        async def transfer(request: web.Request) -> Answer:
            target = (await _body(request)).get("to")
            return reports.transfer(request.match_info["topic"], _number(request, "partition"), target)

        async def pause(request: web.Request) -> Answer:
            return await reports.pause(request.match_info["name"])

        async def resume(request: web.Request) -> Answer:
            return await reports.resume(request.match_info["name"])

        return [
            ("GET", "/healthz", _plain(reports.health)),
            ("GET", "/readyz", readyz),
            ("GET", "/v1/cluster", _plain(reports.cluster)),
            ("GET", "/v1/nodes", _plain(reports.nodes)),
            ("GET", "/v1/nodes/{node}", _of_node(reports.node)),
            ("GET", "/v1/nodes/{node}/pre-restart", _of_node(reports.pre_restart)),
            ("GET", "/v1/nodes/{node}/post-restart", post_restart),
            ("POST", "/v1/nodes/{node}/decommission", _of_node(reports.decommission)),
            ("GET", "/v1/partitions", partitions),
            ("POST", "/v1/partitions/{topic}/{partition}/transfer", transfer),
            ("GET", "/v1/transforms", _plain(reports.transforms)),
            ("GET", "/v1/transforms/{name}", _of_name(reports.transform)),
            ("POST", "/v1/transforms/{name}/pause", pause),
            ("POST", "/v1/transforms/{name}/resume", resume),
        ]

    async def _metrics_text(self, _: web.Request) -> web.Response:
        # Read here, where the counters are written; format elsewhere, because that takes long with many partitions.
        collected = exposition.families(self._metrics)
        text = await asyncio.to_thread(exposition.as_text, collected)
        return web.Response(body=text, headers={"Content-Type": exposition.CONTENT_TYPE})


# ---- from HTTP to calls and back -----------------------------------------------------------------------------------


def _plain(report: Callable[[], Answer]) -> Handler:
    async def handler(_: web.Request) -> Answer:
        return report()

    return handler


def _of_node(report: Callable[[int], Answer]) -> Handler:
    async def handler(request: web.Request) -> Answer:
        return report(_number(request, "node"))

    return handler


def _of_name(report: Callable[[str], Answer]) -> Handler:
    async def handler(request: web.Request) -> Answer:
        return report(request.match_info["name"])

    return handler


def _number(request: web.Request, field: str) -> int:
    text = request.match_info[field]
    # Bounded before it is converted: a number of a million digits takes minutes.
    if not text.isascii() or not text.isdecimal() or len(text) > 10:
        raise Refusal(400, f"'{text[:40]}' is not a {field} number")
    return int(text)


async def _body(request: web.Request) -> Json:
    raw = await request.read()
    if not raw.strip():
        return {}
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Refusal(400, "the request's body is not JSON") from error
    if not isinstance(body, dict):
        raise Refusal(400, "the request's body must be a JSON object")
    return body


def _json(handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def respond(request: web.Request) -> web.StreamResponse:
        return _document(200, await handler(request))

    return respond


def _document(status: int, document: Any) -> web.Response:
    return web.Response(status=status, text=json.dumps(document) + "\n", content_type="application/json")


@web.middleware
async def _errors_as_json(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    try:
        return await handler(request)
    except Refusal as error:
        return _document(error.status, {"error": error.message})
    except Rejected as error:
        return _document(400, {"error": error.message, "kafka_code": int(error.kafka_code)})
    except Retriable as error:
        document = {"error": error.message, "kafka_code": int(error.kafka_code), "retry_after_ms": error.retry_after_ms}
        return _document(503, document)
    except web.HTTPNotFound:
        return _document(404, {"error": _no_such_route(request)})
    except web.HTTPMethodNotAllowed as error:
        allowed = ", ".join(sorted(error.allowed_methods))
        answer = _document(405, {"error": f"{request.method} does not work on {request.path}; use {allowed}"})
        answer.headers["Allow"] = allowed
        return answer
    except web.HTTPException as error:
        return _document(error.status, {"error": error.reason})
    except Exception:
        log.exception("%s %s failed", request.method, request.path)
        return _document(500, {"error": "the node failed to answer this; its log says more"})


def _no_such_route(request: web.Request) -> str:
    routes = sorted({resource.canonical for resource in request.app.router.resources()})
    near = difflib.get_close_matches(request.path[:200], routes, n=1)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(routes)}"
    return f"there is nothing at {request.path[:200]}; {hint}"
