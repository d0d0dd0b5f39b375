"""Members of a consumer group, the same for three client libraries: poll, look at the assignment, commit, close.

Tests drive several members from one thread by polling them in turn, as a program with several consumers would.
aiokafka lives on a loop in a thread of its own. Heartbeats are quick, so that a rebalance is noticed in a fraction of
a second.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol

SESSION_MS = 6_000
HEARTBEAT_MS = 200

#: Partition and offset of one record.
Place = tuple[int, int]


class GroupMember(Protocol):
    def poll(self) -> list[Place]: ...

    def assignment(self) -> set[int]: ...

    def commit(self) -> None: ...

    def close(self) -> None: ...


class ConfluentMember:
    """confluent-kafka (librdkafka): range, roundrobin, cooperative-sticky."""

    def __init__(self, bootstrap: str, topic: str, group: str, strategy: str, instance: str | None = None) -> None:
        from confluent_kafka import Consumer

        self.rebalances = 0
        settings: dict[str, Any] = {
            "bootstrap.servers": bootstrap,
            "group.id": group,
            "partition.assignment.strategy": strategy,
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
            "session.timeout.ms": SESSION_MS,
            "heartbeat.interval.ms": HEARTBEAT_MS,
            "log_level": 2,
        }
        if instance is not None:
            settings["group.instance.id"] = instance
        self._consumer = Consumer(settings)
        self._cooperative = strategy == "cooperative-sticky"
        self._consumer.subscribe([topic], on_assign=self._assigned, on_revoke=self._revoked)

    def _assigned(self, consumer: Any, partitions: list[Any]) -> None:
        self.rebalances += 1
        if self._cooperative:
            consumer.incremental_assign(partitions)
        else:
            consumer.assign(partitions)

    def _revoked(self, consumer: Any, partitions: list[Any]) -> None:
        if self._cooperative:
            consumer.incremental_unassign(partitions)
        else:
            consumer.unassign()

    def poll(self) -> list[Place]:
        messages = self._consumer.consume(100, timeout=0.02)
        for message in messages:
            assert message.error() is None, message.error()
        return [(message.partition(), message.offset()) for message in messages]

    def assignment(self) -> set[int]:
        return {each.partition for each in self._consumer.assignment()}

    def commit(self) -> None:
        from confluent_kafka import KafkaException

        try:
            self._consumer.commit(asynchronous=False)
        except KafkaException as error:
            if error.args[0].name() != "_NO_OFFSET":  # nothing consumed since the last commit
                raise

    def close(self) -> None:
        self._consumer.close()


class KafkaPythonMember:
    """kafka-python: range, roundrobin, sticky, cooperative-sticky."""

    def __init__(self, bootstrap: str, topic: str, group: str, strategy: str, instance: str | None = None) -> None:
        from kafka import KafkaConsumer
        from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor
        from kafka.coordinator.assignors.range import RangePartitionAssignor
        from kafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
        from kafka.coordinator.assignors.sticky.sticky_assignor import StickyPartitionAssignor

        assignor = {
            "range": RangePartitionAssignor,
            "roundrobin": RoundRobinPartitionAssignor,
            "sticky": StickyPartitionAssignor,
            "cooperative-sticky": CooperativeStickyAssignor,
        }[strategy]
        self._consumer = KafkaConsumer(
            topic,
            bootstrap_servers=bootstrap,
            group_id=group,
            group_instance_id=instance,
            partition_assignment_strategy=[assignor],
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            session_timeout_ms=SESSION_MS,
            heartbeat_interval_ms=HEARTBEAT_MS,
        )

    def poll(self) -> list[Place]:
        found = self._consumer.poll(timeout_ms=50)
        return [(record.partition, record.offset) for records in found.values() for record in records]

    def assignment(self) -> set[int]:
        return {each.partition for each in self._consumer.assignment()}

    def commit(self) -> None:
        self._consumer.commit()

    def close(self) -> None:
        self._consumer.close(autocommit=False)


class AiokafkaMember:
    """aiokafka: range, roundrobin, sticky."""

    def __init__(self, bootstrap: str, topic: str, group: str, strategy: str, instance: str | None = None) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._consumer = self._call(self._start(bootstrap, topic, group, strategy, instance))

    async def _start(self, bootstrap: str, topic: str, group: str, strategy: str, instance: str | None) -> Any:
        from aiokafka import AIOKafkaConsumer
        from aiokafka.coordinator.assignors.range import RangePartitionAssignor
        from aiokafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
        from aiokafka.coordinator.assignors.sticky.sticky_assignor import StickyPartitionAssignor

        assignor = {
            "range": RangePartitionAssignor,
            "roundrobin": RoundRobinPartitionAssignor,
            "sticky": StickyPartitionAssignor,
        }[strategy]
        consumer = AIOKafkaConsumer(
            topic,
            bootstrap_servers=bootstrap,
            group_id=group,
            group_instance_id=instance,
            partition_assignment_strategy=(assignor,),
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            session_timeout_ms=SESSION_MS,
            heartbeat_interval_ms=HEARTBEAT_MS,
        )
        await consumer.start()
        return consumer

    def _call(self, coroutine: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(30)

    def poll(self) -> list[Place]:
        found = self._call(self._consumer.getmany(timeout_ms=20))
        return [(record.partition, record.offset) for records in found.values() for record in records]

    def assignment(self) -> set[int]:
        return {each.partition for each in self._consumer.assignment()}

    def commit(self) -> None:
        self._call(self._consumer.commit())

    def close(self) -> None:
        self._call(self._consumer.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()


def poll_until(
    members: Sequence[GroupMember], done: Callable[[], bool], seen: list[Place], what: str, timeout_s: float = 30.0
) -> None:
    """Poll the members in turn until `done()`; what they read goes to `seen`."""
    deadline_s = time.monotonic() + timeout_s
    while not done():
        assert time.monotonic() < deadline_s, f"{what} did not come true in {timeout_s:.0f} s"
        for member in members:
            seen += member.poll()
