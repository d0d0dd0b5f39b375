"""The client matrix, spoken by confluent-kafka (librdkafka). See ../README.md."""

from __future__ import annotations

import json
import sys
import time

from confluent_kafka import Consumer, KafkaError, Producer, TopicPartition
from confluent_kafka.admin import (
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewPartitions,
    NewTopic,
    OffsetSpec,
    ResourceType,
)

bootstrap, prefix, dollar_topic = sys.argv[1:4]
topic, group = f"{prefix}-t", f"{prefix}-g"
common = {"bootstrap.servers": bootstrap, "log_level": 0}
out: dict[str, object] = {}
admin = AdminClient(common)


def settle(futures) -> None:
    for future in futures.values():
        future.result(20)


def consumer(**more: object) -> Consumer:
    return Consumer({**common, "group.id": group, "auto.offset.reset": "earliest", "enable.auto.commit": False, **more})


def read(client: Consumer, count: int, seconds: float = 30) -> list:
    messages: list = []
    deadline = time.monotonic() + seconds
    while len(messages) < count and time.monotonic() < deadline:
        message = client.poll(0.2)
        if message is not None and message.error() is None:
            messages.append(message)
    return messages


def topic_config(expected: str, seconds: float = 20) -> str:
    """The setting, once it is `expected`: Apache Kafka's brokers learn of a change after it is answered."""
    resource = ConfigResource(ResourceType.TOPIC, topic)
    deadline = time.monotonic() + seconds
    while True:
        value = admin.describe_configs([resource])[resource].result(20)["retention.ms"].value
        if value == expected or time.monotonic() > deadline:
            return value
        time.sleep(0.05)


settle(admin.create_topics([NewTopic(topic, 3, 1, config={"retention.ms": "3600000"})]))
out["config"] = [topic_config("3600000")]
change = ConfigEntry("retention.ms", "7200000", incremental_operation=AlterConfigOpType.SET)
settle(admin.incremental_alter_configs([ConfigResource(ResourceType.TOPIC, topic, incremental_configs=[change])]))
out["config"].append(topic_config("7200000"))
settle(admin.create_partitions([NewPartitions(topic, 4)]))
deadline = time.monotonic() + 20
while len(admin.list_topics(topic, timeout=10).topics[topic].partitions) < 4 and time.monotonic() < deadline:
    time.sleep(0.05)
out["partitions"] = len(admin.list_topics(topic, timeout=10).topics[topic].partitions)
try:
    settle(admin.create_topics([NewTopic(topic, 3, 1)]))
except Exception as error:
    out["created twice"] = error.args[0].code() == KafkaError.TOPIC_ALREADY_EXISTS

delivered: list[tuple[int, int]] = []
producer = Producer({**common, "enable.idempotence": True, "linger.ms": 5, "compression.type": "lz4"})
for i in range(100):
    producer.produce(
        topic, f"value {i}", f"key {i}", partition=i % 4, headers=[("n", str(i).encode())],
        on_delivery=lambda error, message: delivered.append((message.partition(), message.offset())),
    )  # fmt: skip
producer.flush(30)
out["produced"] = sorted(delivered) == sorted((i % 4, i // 4) for i in range(100))

wanted = [TopicPartition(topic, index) for index in range(4)]
ends = {
    name: {key.partition: future.result(20).offset for key, future in
           admin.list_offsets(dict.fromkeys(wanted, spec)).items()}
    for name, spec in (("earliest", OffsetSpec.earliest()), ("latest", OffsetSpec.latest()))
}  # fmt: skip
out["offsets"] = [sum(ends["earliest"].values()), sum(ends["latest"].values())]

first = consumer()
first.subscribe([topic])
seen = read(first, 40)
positions = {message.partition(): message.offset() + 1 for message in seen}
first.commit(offsets=[TopicPartition(topic, *item) for item in positions.items()], asynchronous=False)
first.close()
out["headers"] = all(m.headers() == [("n", m.value().split()[1])] and m.key() == b"key " + m.value().split()[1]
                     for m in seen)  # fmt: skip
second = consumer()
second.subscribe([topic])
rest = read(second, 60)
second.commit(asynchronous=False)
out["resumed"] = sorted(m.value() for m in seen + rest) == sorted(b"value %d" % i for i in range(100))
out["committed"] = sum(partition.offset for partition in second.committed(wanted, timeout=20))
third = consumer()
third.subscribe([topic])
deadline = time.monotonic() + 40
while time.monotonic() < deadline and (len(second.assignment()), len(third.assignment())) != (2, 2):
    second.poll(0.1)
    third.poll(0.1)
out["two members share"] = [len(second.assignment()), len(third.assignment())]
second.close()
third.close()

if dollar_topic != "-":
    reader = consumer(**{"group.id": f"{prefix}-dollar"})
    reader.subscribe([dollar_topic])
    out["dollar"] = sorted(message.value().decode() for message in read(reader, 3))
    reader.close()

settle(admin.delete_consumer_groups([group]))
settle(admin.delete_topics([topic]))
deadline = time.monotonic() + 20
while topic in admin.list_topics(timeout=10).topics and time.monotonic() < deadline:
    time.sleep(0.05)
out["deleted"] = topic not in admin.list_topics(timeout=10).topics
print(json.dumps(out))
