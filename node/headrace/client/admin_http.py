"""The admin HTTP of the nodes, seen from outside: JSON in, JSON out, errors as sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import aiohttp

from headrace.client.errors import Refused, Unreachable
from headrace.contract.config import Address

CALL_TIMEOUT_S = 30.0


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
        problems = []
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=CALL_TIMEOUT_S)) as session:
            for address in self._addresses:
                try:
                    async with session.request(method, f"http://{address}{path}", params=query, json=body) as answer:
                        content = await answer.json(content_type=None)
                        if answer.status >= 400:
                            message = content.get("error") if isinstance(content, dict) else None
                            raise Refused(answer.status, message or f"{method} {path}: HTTP {answer.status}")
                        return content
                except (aiohttp.ClientError, TimeoutError, ValueError) as error:
                    problems.append(f"{address}: {str(error) or 'no answer in time'}")
        raise Unreachable(
            "no admin address answers (" + "; ".join(problems) + "). Is the cluster up? "
            "Start one with 'headrace local up', or name another with --admin host:port."
        )
