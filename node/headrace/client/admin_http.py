"""The admin HTTP of the nodes, seen from outside: JSON in, JSON out, errors as sentences.

One request at a time with the standard library, in a thread: a command line asks once and ends, and the import of a
whole HTTP framework would take longer than the answer.
"""

from __future__ import annotations

import asyncio
import http.client
import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from headrace.client.errors import Refused, Unreachable
from headrace.contract.address import Address

CALL_TIMEOUT_S = 30.0
# A larger answer is not one of ours.
ANSWER_BYTES_MAX = 64 * 1024 * 1024


class AdminHttp:
    """Calls go to the first listed address that answers."""

    def __init__(self, addresses: Sequence[Address]) -> None:
        self._addresses = tuple(addresses)

    async def get(self, path: str, query: Mapping[str, str] | None = None) -> Any:
        return await self._call("GET", path, query, None)

    async def post(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        return await self._call("POST", path, None, body)

    async def _call(
        self, method: str, path: str, query: Mapping[str, str] | None, body: Mapping[str, Any] | None
    ) -> Any:
        target = path + (f"?{urlencode(query)}" if query else "")
        problems = []
        for address in self._addresses:
            try:
                status, content = await asyncio.to_thread(_exchange, address, method, target, body)
            except (OSError, http.client.HTTPException, ValueError) as error:
                problems.append(f"{address}: {_reason(error)}")
                continue
            if status >= 400:
                message = content.get("error") if isinstance(content, dict) else None
                raise Refused(status, message or f"{method} {path}: HTTP {status}")
            return content
        raise Unreachable(
            "no admin address answers (" + "; ".join(problems) + "). Is the cluster up? "
            "Start one with 'headrace local up', or name another with --admin host:port."
        )


def segment(name: str) -> str:
    """A name from the command line as one segment of a path, whatever it holds."""
    return quote(name, safe="")


def _exchange(address: Address, method: str, target: str, body: Mapping[str, Any] | None) -> tuple[int, Any]:
    connection = http.client.HTTPConnection(address.host, address.port, timeout=CALL_TIMEOUT_S)
    try:
        payload = None if body is None else json.dumps(body)
        connection.request(method, target, payload, {"Content-Type": "application/json"} if payload else {})
        answer = connection.getresponse()
        content = answer.read(ANSWER_BYTES_MAX)
        return answer.status, json.loads(content) if content.strip() else None
    finally:
        connection.close()


def _reason(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return f"not the admin HTTP of a node ({type(error).__name__})"
