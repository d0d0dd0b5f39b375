"""Three real clients on the in-process broker: what each of them uses that the others do not."""

from __future__ import annotations

import asyncio

import pytest
from confluent_kafka import Producer

from headrace_testing.broker import InProcessBroker


@pytest.fixture(params=["fsync", "write-behind"])
def filled(request, tmp_path):
    """Topic `t`, 8 partitions, 100 keyed records in each, by an idempotent producer in every compression."""
    with InProcessBroker(tmp_path) as broker:
        broker.create_topic("t", 8, headrace_flush=request.param)
        codecs = ["none", "gzip", "snappy", "lz4", "zstd"]
        failed = []
        for codec in codecs:
            producer = Producer(
                {
                    "bootstrap.servers": broker.bootstrap,
                    "enable.idempotence": True,
                    "compression.type": codec,
                    "batch.num.messages": 7,
                    "linger.ms": 1,
                }
            )
            for number in range(20):
                for index in range(8):
                    producer.produce(
                        "t",
                        key=codec,
                        value=f"{codec} {number}",
                        partition=index,
                        on_delivery=lambda error, _: failed.append(error) if error else None,
                    )
            assert producer.flush(30) == 0
        assert failed == []
        yield broker


EXPECTED = [f"{codec} {number}".encode() for codec in ["none", "gzip", "snappy", "lz4", "zstd"] for number in range(20)]


def test_kafka_python_reads_it_with_fetch_sessions(filled):
    from kafka import KafkaConsumer, TopicPartition

    consumer = KafkaConsumer(bootstrap_servers=filled.bootstrap, max_poll_records=50, consumer_timeout_ms=20_000)
    consumer.assign([TopicPartition("t", index) for index in range(8)])
    consumer.seek_to_beginning()
    got: dict[int, list[bytes]] = {index: [] for index in range(8)}
    for count, record in enumerate(consumer, start=1):
        got[record.partition].append(record.value)
        if count == 800:
            break
    sessions = len(filled.ctx.fetch_sessions)
    consumer.close()
    assert all(values == EXPECTED for values in got.values())
    assert sessions == 1


def test_aiokafka_reads_it_with_the_oldest_versions(filled):
    from aiokafka import AIOKafkaConsumer, TopicPartition

    async def read():
        consumer = AIOKafkaConsumer(bootstrap_servers=filled.bootstrap)
        await consumer.start()
        try:
            partition = TopicPartition("t", 5)
            consumer.assign([partition])
            await consumer.seek_to_beginning(partition)
            return [(await asyncio.wait_for(consumer.getone(), 20)).value for _ in range(100)]
        finally:
            await consumer.stop()

    assert asyncio.run(read()) == EXPECTED
