"""The client matrix, spoken by aiokafka. See ../README.md."""

from __future__ import annotations

import asyncio
import json
import sys
import time

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import TopicAlreadyExistsError

bootstrap, prefix, dollar_topic = sys.argv[1:4]
topic, group = f"{prefix}-t", f"{prefix}-g"


def consumer(*topics: str, name: str = group) -> AIOKafkaConsumer:
    return AIOKafkaConsumer(
        *topics, bootstrap_servers=bootstrap, group_id=name, auto_offset_reset="earliest", enable_auto_commit=False
    )


async def read(client: AIOKafkaConsumer, count: int, seconds: float = 30) -> list:
    messages: list = []
    deadline = time.monotonic() + seconds
    while len(messages) < count and time.monotonic() < deadline:
        for batch in (await client.getmany(timeout_ms=300, max_records=count - len(messages))).values():
            messages += batch
    return messages


async def topic_config(admin: AIOKafkaAdminClient) -> str:
    answers = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)])
    entries = answers[0].resources[0][4]
    return next(entry[1] for entry in entries if entry[0] == "retention.ms")


async def partition_count(admin: AIOKafkaAdminClient) -> int:
    return len((await admin.describe_topics([topic]))[0]["partitions"])


async def is_listed(admin: AIOKafkaAdminClient) -> bool:
    return topic in await admin.list_topics()


async def eventually(look, admin: AIOKafkaAdminClient, wanted):
    for _ in range(400):
        value = await look(admin)
        if value == wanted:
            break
        await asyncio.sleep(0.05)
    return value


async def main() -> None:
    out: dict[str, object] = {}
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    await admin.create_topics([NewTopic(topic, 3, 1, topic_configs={"retention.ms": "3600000"})])
    out["config"] = [await topic_config(admin)]
    await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, configs={"retention.ms": "7200000"})])
    out["config"].append(await eventually(topic_config, admin, "7200000"))
    await admin.create_partitions({topic: NewPartitions(4)})
    out["partitions"] = await eventually(partition_count, admin, 4)
    try:
        answer = await admin.create_topics([NewTopic(topic, 3, 1)])
        out["created twice"] = answer.topic_errors[0][1] == TopicAlreadyExistsError.errno
    except TopicAlreadyExistsError:
        out["created twice"] = True

    settings = {"enable_idempotence": True, "compression_type": "gzip"}
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, **settings) as producer:
        sent = [
            await producer.send(topic, b"value %d" % i, b"key %d" % i, i % 4, headers=[("n", b"%d" % i)])
            for i in range(100)
        ]
        delivered = [await future for future in sent]
    places = sorted((item.partition, item.offset) for item in delivered)
    out["produced"] = places == sorted((i % 4, i // 4) for i in range(100))

    wanted = [TopicPartition(topic, index) for index in range(4)]
    first = consumer(topic)
    await first.start()
    starts, ends = await first.beginning_offsets(wanted), await first.end_offsets(wanted)
    out["offsets"] = [sum(starts.values()), sum(ends.values())]
    seen = await read(first, 40)
    await first.commit({TopicPartition(topic, m.partition): m.offset + 1 for m in seen})
    await first.stop()
    out["headers"] = all(
        m.headers == (("n", m.value.split()[1]),) and m.key == b"key " + m.value.split()[1] for m in seen
    )
    second = consumer(topic)
    await second.start()
    rest = await read(second, 60)
    await second.commit()
    out["resumed"] = sorted(m.value for m in seen + rest) == sorted(b"value %d" % i for i in range(100))
    out["committed"] = sum([await second.committed(partition) or 0 for partition in wanted])
    third = consumer(topic)
    await third.start()
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline and (len(second.assignment()), len(third.assignment())) != (2, 2):
        await second.getmany(timeout_ms=100)
        await third.getmany(timeout_ms=100)
    out["two members share"] = [len(second.assignment()), len(third.assignment())]
    await second.stop()
    await third.stop()

    if dollar_topic != "-":
        reader = consumer(dollar_topic, name=f"{prefix}-dollar")
        await reader.start()
        out["dollar"] = sorted(message.value.decode() for message in await read(reader, 3))
        await reader.stop()

    await admin.delete_topics([topic])
    out["deleted"] = not await eventually(is_listed, admin, False)
    await admin.close()
    print(json.dumps(out))


asyncio.run(main())
