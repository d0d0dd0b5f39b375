"""Records from outside: produce lines, consume from offsets or as a group. Built on aiokafka; no admin calls here.

aiokafka keeps a broker's error number and drops its message: refusals are told in the words of our own table, with the
topic's name in front. Who produces asks `refuse_unwritable` first, because the reason why a topic is not for clients
stands only in the message.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaConnectionError, KafkaError, KafkaTimeoutError, RequestTimedOutError

from headrace.client.errors import Refused, Unreachable
from headrace.contract.address import Address
from headrace.contract.names import client_write_problem
from headrace.protocol.error_codes import ErrorCode, error_code

CLIENT_ID = "headrace"
REQUEST_TIMEOUT_MS = 30_000
# Unacknowledged records of one `produce` run; beyond it reading from standard input waits.
RECORDS_IN_FLIGHT_MAX = 10_000
# One registry record is a whole bundled script.
RECORD_BYTES_MAX = 16 * 1024 * 1024


# It reports every attempt that it repeats; what finally fails is told once, by us.
logging.getLogger("aiokafka").setLevel(logging.CRITICAL + 1)


@dataclass(frozen=True, slots=True)
class ConsumedRecord:
    topic: str
    partition: int
    offset: int
    timestamp_ms: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]]


def _bootstrap(addresses: Sequence[Address]) -> list[str]:
    return [str(address) for address in addresses]


def refuse_unwritable(topic: str) -> None:
    """Raises Refused with the reason when clients may not write to this topic."""
    problem = client_write_problem(topic)
    if problem is not None:
        raise Refused(ErrorCode.TOPIC_AUTHORIZATION_FAILED, problem)


@asynccontextmanager
async def _translated(addresses: Sequence[Address], subject: str) -> AsyncIterator[None]:
    """aiokafka's errors, as ours. `subject`: what the calls are about."""
    try:
        yield
    except KafkaConnectionError as error:
        raise Unreachable(
            f"no Kafka broker answers at {', '.join(_bootstrap(addresses))}. Is the cluster up? "
            "Start one with 'headrace local up', or name another with --brokers host:port."
        ) from error
    except (KafkaTimeoutError, RequestTimedOutError) as error:
        raise Unreachable(
            f"{subject}: no answer within {REQUEST_TIMEOUT_MS // 1000} s; see 'headrace cluster health'"
        ) from error
    except KafkaError as error:
        code = error_code(getattr(error, "errno", -1))
        own_words = " ".join(str(argument) for argument in error.args)
        text = own_words if own_words and code == ErrorCode.UNKNOWN_SERVER_ERROR else code.message
        raise Refused(code, f"{subject}: {text.rstrip('.')} ({code.name})") from error


@asynccontextmanager
async def open_producer(addresses: Sequence[Address], subject: str) -> AsyncIterator[AIOKafkaProducer]:
    """A started producer with `acks=all` and idempotence, stopped at the end."""
    producer = AIOKafkaProducer(
        bootstrap_servers=_bootstrap(addresses),
        client_id=CLIENT_ID,
        acks="all",
        enable_idempotence=True,
        linger_ms=5,
        request_timeout_ms=REQUEST_TIMEOUT_MS,
        max_request_size=RECORD_BYTES_MAX,
    )
    async with _translated(addresses, subject):
        try:
            await producer.start()
            yield producer
        finally:
            await producer.stop()


async def produce_lines(
    addresses: Sequence[Address],
    topic: str,
    lines: AsyncIterable[bytes],
    *,
    key: bytes | None = None,
    partition: int | None = None,
) -> int:
    """Send each line as one record and return how many were acknowledged. Raises Refused at the first refusal."""
    refuse_unwritable(topic)
    sent = 0
    async with open_producer(addresses, f"topic {topic}") as producer:
        in_flight: set[asyncio.Future[object]] = set()
        async for line in lines:
            in_flight.add(await producer.send(topic, value=line, key=key, partition=partition))
            sent += 1
            if len(in_flight) >= RECORDS_IN_FLIGHT_MAX:
                done, in_flight = await asyncio.wait(in_flight, return_when=asyncio.FIRST_COMPLETED)
                for future in done:
                    future.result()
        await asyncio.gather(*in_flight)
    return sent


async def produce_one(
    addresses: Sequence[Address],
    topic: str,
    *,
    key: bytes,
    value: bytes | None,
    headers: Sequence[tuple[str, bytes]] = (),
) -> int:
    """Send one record and return the offset that it got."""
    refuse_unwritable(topic)
    async with open_producer(addresses, f"topic {topic}") as producer:
        metadata = await producer.send_and_wait(topic, value=value, key=key, headers=list(headers))
        return int(metadata.offset)


@asynccontextmanager
async def _consumer(
    addresses: Sequence[Address], topic: str, group: str | None, from_start: bool
) -> AsyncIterator[AIOKafkaConsumer]:
    consumer = AIOKafkaConsumer(
        bootstrap_servers=_bootstrap(addresses),
        client_id=CLIENT_ID,
        group_id=group,
        auto_offset_reset="earliest" if from_start else "latest",
        enable_auto_commit=False,
        request_timeout_ms=REQUEST_TIMEOUT_MS,
        fetch_max_wait_ms=200,
    )
    async with _translated(addresses, f"topic {topic}" if group is None else f"group {group}"):
        try:
            await consumer.start()
            yield consumer
        finally:
            await consumer.stop()


async def read_span(
    addresses: Sequence[Address], topic: str, spans: Mapping[int, tuple[int, int]]
) -> AsyncGenerator[ConsumedRecord, None]:
    """Every record of partitions at offsets [start, end), partition by partition order kept; ends by itself."""
    remaining = {partition: span for partition, span in spans.items() if span[0] < span[1]}
    if not remaining:
        return
    async with _consumer(addresses, topic, None, from_start=True) as consumer:
        consumer.assign([TopicPartition(topic, partition) for partition in remaining])
        for partition, (start_offset, _) in remaining.items():
            consumer.seek(TopicPartition(topic, partition), start_offset)
        while remaining:
            fetched = await consumer.getmany(timeout_ms=1_000)
            for where, records in fetched.items():
                for record in records:
                    span = remaining.get(where.partition)
                    if span is not None and record.offset < span[1]:
                        yield _consumed(record)
            for partition in list(remaining):
                # The position passes offsets that compaction removed or that hold no record.
                if await consumer.position(TopicPartition(topic, partition)) >= remaining[partition][1]:
                    del remaining[partition]


async def follow(
    addresses: Sequence[Address], topic: str, starts: Mapping[int, int]
) -> AsyncGenerator[ConsumedRecord, None]:
    """Records of these partitions from these offsets on; never ends."""
    async with _consumer(addresses, topic, None, from_start=True) as consumer:
        consumer.assign([TopicPartition(topic, partition) for partition in starts])
        for partition, start_offset in starts.items():
            consumer.seek(TopicPartition(topic, partition), start_offset)
        async for record in consumer:
            yield _consumed(record)


async def follow_group(
    addresses: Sequence[Address],
    topic: str,
    group: str,
    *,
    from_start: bool,
    count: int | None = None,
    ends: Mapping[int, int] | None = None,
) -> AsyncGenerator[ConsumedRecord, None]:
    """Records of a topic as a member of a consumer group, up to `count`, or until every partition that the group gave
    us is at its offset in `ends`. A record is committed after the caller asked for the next one or the count is
    reached, never before."""
    async with _consumer(addresses, topic, group, from_start) as consumer:
        consumer.subscribe([topic])
        left, handled = count, dict[TopicPartition, int]()
        try:
            while left is None or left > 0:
                fetched = await consumer.getmany(timeout_ms=1_000, max_records=left)
                for where, records in fetched.items():
                    for record in records:
                        yield _consumed(record)
                        handled[where] = record.offset + 1
                        left = None if left is None else left - 1
                if handled:
                    await consumer.commit(handled)
                    handled.clear()
                if ends is not None and await _at_end(consumer, ends):
                    return
        finally:
            if handled:
                # Leaving early; what cannot be committed now is read again by the next member.
                with contextlib.suppress(KafkaError):
                    await consumer.commit(handled)


async def _at_end(consumer: AIOKafkaConsumer, ends: Mapping[int, int]) -> bool:
    assigned = consumer.assignment()
    for where in assigned:
        if await consumer.position(where) < ends.get(where.partition, 0):
            return False
    return bool(assigned)


def _consumed(record: Any) -> ConsumedRecord:
    return ConsumedRecord(
        record.topic,
        record.partition,
        record.offset,
        record.timestamp,
        record.key,
        record.value,
        tuple(record.headers),
    )
