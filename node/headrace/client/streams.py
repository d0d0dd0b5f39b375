"""Records from outside: produce lines, consume from offsets or as a group. Built on aiokafka; no admin calls here."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaConnectionError, KafkaError

from headrace.client.errors import Refused, Unreachable
from headrace.contract.config import Address

CLIENT_ID = "headrace"
REQUEST_TIMEOUT_MS = 30_000
# Unacknowledged records of one `produce` run; beyond it reading from standard input waits.
RECORDS_IN_FLIGHT_MAX = 10_000


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


@asynccontextmanager
async def _translated(addresses: Sequence[Address]) -> AsyncIterator[None]:
    """aiokafka's errors, as ours."""
    try:
        yield
    except KafkaConnectionError as error:
        raise Unreachable(
            f"no Kafka broker answers at {', '.join(_bootstrap(addresses))}. Is the cluster up? "
            "Start one with 'headrace local up', or name another with --brokers host:port."
        ) from error
    except KafkaError as error:
        raise Refused(getattr(error, "errno", -1), str(error)) from error


@asynccontextmanager
async def open_producer(addresses: Sequence[Address]) -> AsyncIterator[AIOKafkaProducer]:
    """A started producer with `acks=all` and idempotence, stopped at the end."""
    producer = AIOKafkaProducer(
        bootstrap_servers=_bootstrap(addresses),
        client_id=CLIENT_ID,
        acks="all",
        enable_idempotence=True,
        linger_ms=5,
        request_timeout_ms=REQUEST_TIMEOUT_MS,
        # One registry record is a whole bundled script.
        max_request_size=16 * 1024 * 1024,
    )
    async with _translated(addresses):
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
    sent = 0
    async with open_producer(addresses) as producer:
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
    async with open_producer(addresses) as producer:
        metadata = await producer.send_and_wait(topic, value=value, key=key, headers=list(headers))
        return int(metadata.offset)


@asynccontextmanager
async def _consumer(
    addresses: Sequence[Address], group: str | None, from_start: bool
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
    async with _translated(addresses):
        try:
            await consumer.start()
            yield consumer
        finally:
            await consumer.stop()


async def read_span(
    addresses: Sequence[Address], topic: str, spans: Mapping[int, tuple[int, int]]
) -> AsyncIterator[ConsumedRecord]:
    """Every record of partitions at offsets [start, end), partition by partition order kept; ends by itself."""
    remaining = {partition: span for partition, span in spans.items() if span[0] < span[1]}
    if not remaining:
        return
    async with _consumer(addresses, None, from_start=True) as consumer:
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


async def follow(addresses: Sequence[Address], topic: str, starts: Mapping[int, int]) -> AsyncIterator[ConsumedRecord]:
    """Records of these partitions from these offsets on; never ends."""
    async with _consumer(addresses, None, from_start=True) as consumer:
        consumer.assign([TopicPartition(topic, partition) for partition in starts])
        for partition, start_offset in starts.items():
            consumer.seek(TopicPartition(topic, partition), start_offset)
        async for record in consumer:
            yield _consumed(record)


async def follow_group(
    addresses: Sequence[Address], topic: str, group: str, *, from_start: bool
) -> AsyncIterator[ConsumedRecord]:
    """Records of a topic as a member of a consumer group; a record's offset is committed once the caller asks for the
    next."""
    async with _consumer(addresses, group, from_start) as consumer:
        consumer.subscribe([topic])
        while True:
            fetched = await consumer.getmany(timeout_ms=1_000)
            for where, records in fetched.items():
                for record in records:
                    yield _consumed(record)
                if records:
                    await consumer.commit({where: records[-1].offset + 1})


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
