"""Named, supervised asyncio tasks: started, watched, stopped in order.

`asyncio.create_task` loses exceptions of tasks that nobody awaits. Every long-running task of a node is started
through a `TaskSet` instead: a task that ends with an exception is logged with its name and reported to `on_failure`
(the node then stops, because a silent half-dead node is worse than a restart).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

log = logging.getLogger(__name__)


class TaskSet:
    """The tasks of one component; `stop` cancels them newest first and waits for each."""

    def __init__(self, owner: str, on_failure: Callable[[str, BaseException], None] | None = None) -> None:
        self._owner = owner
        self._on_failure = on_failure
        self._tasks: dict[asyncio.Task[Any], None] = {}

    def start(self, name: str, body: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.create_task(body, name=f"{self._owner}/{name}")
        self._tasks[task] = None
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.pop(task, None)
        if task.cancelled():
            return
        error = task.exception()
        if error is not None:
            log.error("task %s failed: %s", task.get_name(), error, exc_info=error)
            if self._on_failure is not None:
                self._on_failure(task.get_name(), error)

    async def stop(self) -> None:
        tasks = list(reversed(self._tasks))
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
