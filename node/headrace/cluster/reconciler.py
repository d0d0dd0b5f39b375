"""Make this node's partitions match the controller's tables: open, close, delete, reconfigure.

Level-triggered: it is told which topics changed, looks at what should be and what is, and does the difference; topics
one by one, several topics at a time. Called by wiring; the controller waits for `settled`. It must not decide
placement. Surprising: at start, logs on disk whose topic the tables do not know are deleted, because the node may
have died between the decision to delete a topic and its deletion.
"""

from __future__ import annotations

import asyncio
import logging

from headrace.base.errors import Corrupt, HeadraceError, Retriable
from headrace.base.tasks import TaskSet
from headrace.cluster.metadata import MetadataView, TopicState
from headrace.partitions.table import PartitionTable
from headrace.storage.manager import LogManager

logger = logging.getLogger(__name__)

# Topics that are worked on at the same time: opening a log is mostly waiting for the disk.
_WORKERS = 8
# Logs of one topic that are opened at the same time.
_OPENINGS = 8
_RETRY_EVERY_S = 2.0


class Reconciler:
    """Invariant: a name is in `_waiting` exactly while its topic may differ from the tables."""

    def __init__(self, partitions: PartitionTable, metadata: MetadataView, node_id: int, logs: LogManager) -> None:
        self._partitions = partitions
        self._metadata = metadata
        self._node_id = node_id
        self._logs = logs
        self._queue: asyncio.Queue[str] = asyncio.Queue()
        #: Topic name to what is done when it has settled. One entry per changed topic bounds the queue.
        self._waiting: dict[str, asyncio.Event] = {}
        #: Changed again while being worked on.
        self._again: set[str] = set()
        self._failed: dict[str, str] = {}
        #: (topic, partition) of logs that could not be deleted.
        self._left_over: set[tuple[str, int]] = set()
        self._tasks = TaskSet("reconciler")

    async def start(self) -> None:
        """Finish deletions, open everything that should be here, then follow changes.

        Raises Corrupt if there are logs that the tables never knew. A partition that cannot be opened is reported and
        tried again; it stops nothing else.
        """
        await self._finish_deletions()
        for number in range(_WORKERS):
            self._tasks.start(f"worker-{number}", self._work())
        self._tasks.start("retry", self._retry())
        self.topics_changed(set(self._metadata.topics))
        await asyncio.gather(*(self.settled(name) for name in tuple(self._waiting)))

    async def stop(self) -> None:
        await self._tasks.stop()
        for event in self._waiting.values():
            event.set()
        self._waiting.clear()

    def topics_changed(self, names: set[str]) -> None:
        """Look at these topics again. For `Controller.on_topics_changed`."""
        for name in sorted(names):
            if name in self._waiting:
                self._again.add(name)
            else:
                self._waiting[name] = asyncio.Event()
                self._queue.put_nowait(name)

    async def settled(self, name: str) -> None:
        """Return when the topic is as the tables say, or could not be made so for now (see `problems`)."""
        event = self._waiting.get(name)
        if event is not None:
            await event.wait()

    @property
    def problems(self) -> dict[str, str]:
        """Topics whose partitions are not as they should be, and why."""
        return dict(self._failed)

    # ---- work

    async def _work(self) -> None:
        while True:
            name = await self._queue.get()
            while True:
                self._again.discard(name)
                try:
                    await self._reconcile(name)
                    self._failed.pop(name, None)
                except HeadraceError as error:
                    if self._failed.get(name) != str(error):
                        logger.error("partitions of topic %s: %s", name, error, extra={"fields": {"topic": name}})
                    self._failed[name] = str(error)
                except Exception as error:  # a fault of ours: the other topics must not wait for ever
                    logger.exception("partitions of topic %s", name)
                    self._failed[name] = repr(error)
                if name not in self._again:
                    break
            self._waiting.pop(name).set()

    async def _retry(self) -> None:
        while True:
            await asyncio.sleep(_RETRY_EVERY_S)
            self.topics_changed(set(self._failed))

    async def _reconcile(self, name: str) -> None:
        wanted = self._metadata.topics.get(name)
        deleted = [topic_id for topic_id, gone in self._metadata.deleted_topics.items() if gone == name]
        keep = self._mine(wanted)
        for left_over in sorted(entry for entry in self._left_over if entry[0] == name):
            await self._logs.delete(*left_over)
            self._left_over.discard(left_over)
        await self._remove(
            name,
            [
                partition.index
                for partition in self._partitions.of_topic(name)
                if wanted is None or partition.topic_id != wanted.topic_id or partition.index not in keep
            ],
        )
        self._metadata.cleaned_ids.update(deleted)
        if wanted is None:
            return
        missing = [index for index in sorted(keep) if self._partitions.get(name, index) is None]
        self._partitions.reconfigure(name, wanted.settings)
        errors = await self._create(wanted, missing)
        if errors:
            raise Retriable(errors[0].kafka_code, "; ".join(error.message for error in errors[:3]))

    def _mine(self, wanted: TopicState | None) -> set[int]:
        if wanted is None:
            return set()
        return {partition.index for partition in wanted.partitions if self._node_id in partition.replicas}

    async def _remove(self, name: str, indexes: list[int]) -> None:
        """Remove partitions and their logs, several at a time. Raises the first failure when all were tried."""
        turns = asyncio.Semaphore(_OPENINGS)

        async def remove(index: int) -> None:
            async with turns:
                self._left_over.add((name, index))
                await self._partitions.remove(name, index)
                self._left_over.discard((name, index))

        outcomes = await asyncio.gather(*(remove(index) for index in indexes), return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome

    async def _create(self, wanted: TopicState, missing: list[int]) -> list[Retriable]:
        """Open the missing partitions, several at a time; one that fails does not stop the others."""
        turns = asyncio.Semaphore(_OPENINGS)
        errors: list[Retriable] = []

        async def create(index: int) -> None:
            async with turns:
                try:
                    await self._partitions.create(
                        wanted.name, index, wanted.topic_id, wanted.partitions[index].leader_epoch, wanted.settings
                    )
                except HeadraceError as error:
                    code = error.kafka_code if isinstance(error, Retriable) else -1
                    errors.append(Retriable(code, f"partition {index}: {error}"))

        await asyncio.gather(*(create(index) for index in missing))
        return errors

    async def _finish_deletions(self) -> None:
        strangers = []
        cleaned = set(self._metadata.deleted_topics)
        for found in await asyncio.to_thread(self._logs.on_disk):
            wanted = self._metadata.topics.get(found.topic)
            topic_id = bytes.fromhex(found.topic_id)
            if wanted is not None and found.partition in self._mine(wanted) and topic_id in (wanted.topic_id, b""):
                continue
            if topic_id not in self._metadata.deleted_topics and not (found.empty and not topic_id):
                strangers.append(found.name)
                continue
            logger.info("deleting the log %s: its topic was deleted", found.name)
            try:
                await self._logs.delete(found.topic, found.partition)
            except HeadraceError as error:
                cleaned.discard(topic_id)
                logger.error("cannot delete the log %s, its space stays in use: %s", found.name, error)
        self._metadata.cleaned_ids |= cleaned
        if strangers:
            raise Corrupt(
                "data directory",
                f"{len(strangers)} logs belong to topics that the controller never heard of: "
                f"{', '.join(sorted(strangers)[:5])}. Its journal (folder controller) was lost or is from elsewhere: "
                "restore it, or move these folders out of logs",
            )
