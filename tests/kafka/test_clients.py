"""Three real clients on the in-process broker: what each of them uses that the others do not."""

from __future__ import annotations

import asyncio

import pytest
from confluent_kafka import Producer

from headrace_testing.broker import InProcessBroker

# kafka-python reads snappy, lz4 and zstd only with libraries that are not installed for it.
CODECS = {"plain": ["none", "gzip"], "all": ["none", "gzip", "snappy", "lz4", "zstd"]}
PARTITIONS = 8


@pytest.fixture(params=["fsync", "write-behind"])
def filled(request, tmp_path):
    """Topics `plain` and `all`, 20 records per codec in each partition, written by idempotent producers."""
    with InProcessBroker(tmp_path) as broker:
        failed = []
        for topic, codecs in CODECS.items():
            broker.create_topic(topic, PARTITIONS, headrace_flush=request.param)
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
                for number in range(20 * PARTITIONS):
                    producer.produce(
                        topic,
                        key=codec,
                        value=f"{codec} {number // PARTITIONS}",
                        partition=number % PARTITIONS,
                        on_delivery=lambda error, _: failed.append(error) if error else None,
                    )
                assert producer.flush(30) == 0
        assert failed == []
        yield broker


def expected(topic):
    """The values of every partition, in order."""
    return [f"{codec} {number}".encode() for codec in CODECS[topic] for number in range(20)]


def test_kafka_python_reads_it_with_fetch_sessions(filled):
    from kafka import KafkaConsumer, TopicPartition

    consumer = KafkaConsumer(bootstrap_servers=filled.bootstrap, max_poll_records=50, consumer_timeout_ms=20_000)
    consumer.assign([TopicPartition("plain", index) for index in range(PARTITIONS)])
    consumer.seek_to_beginning()
    got: dict[int, list[bytes]] = {index: [] for index in range(PARTITIONS)}
    for count, record in enumerate(consumer, start=1):
        got[record.partition].append(record.value)
        if count == len(expected("plain")) * PARTITIONS:
            break
    sessions = len(filled.ctx.fetch_sessions)
    consumer.close()
    assert all(values == expected("plain") for values in got.values())
    assert sessions == 1


def test_aiokafka_reads_it_with_the_oldest_versions(filled):
    from aiokafka import AIOKafkaConsumer, TopicPartition

    async def read():
        consumer = AIOKafkaConsumer(bootstrap_servers=filled.bootstrap)
        await consumer.start()
        try:
            partition = TopicPartition("all", 5)
            consumer.assign([partition])
            await consumer.seek_to_beginning(partition)
            return [(await asyncio.wait_for(consumer.getone(), 20)).value for _ in range(100)]
        finally:
            await consumer.stop()

    assert asyncio.run(read()) == expected("all")
