"""The client matrix, spoken by kafka-python. See ../README.md."""

from __future__ import annotations

import json
import sys
import threading
import time

import kafka.cluster
import kafka.consumer.subscription_state
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient, NewPartitions, NewTopic
from kafka.errors import TopicAlreadyExistsError
from kafka.structs import OffsetAndMetadata

bootstrap, prefix, dollar_topic = sys.argv[1:4]
topic, group = f"{prefix}-t", f"{prefix}-g"
out: dict[str, object] = {}
admin = KafkaAdminClient(bootstrap_servers=bootstrap)


def consumer(*topics: str, name: str = group) -> KafkaConsumer:
    return KafkaConsumer(
        *topics, bootstrap_servers=bootstrap, group_id=name, auto_offset_reset="earliest", enable_auto_commit=False
    )


def read(client: KafkaConsumer, count: int, seconds: float = 30) -> list:
    messages: list = []
    deadline = time.monotonic() + seconds
    while len(messages) < count and time.monotonic() < deadline:
        for batch in client.poll(timeout_ms=300, max_records=count - len(messages)).values():
            messages += batch
    return messages


def topic_config() -> str:
    answer = admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)], config_filter="all")
    return next(iter(answer.values()))[topic]["retention.ms"]["value"]


def eventually(look, wanted):
    deadline = time.monotonic() + 20
    while (value := look()) != wanted and time.monotonic() < deadline:
        time.sleep(0.05)
    return value


admin.create_topics([NewTopic(topic, 3, 1, topic_configs={"retention.ms": "3600000"})])
out["config"] = [eventually(topic_config, "3600000")]
admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, configs={"retention.ms": "7200000"})])
out["config"].append(eventually(topic_config, "7200000"))
admin.create_partitions({topic: NewPartitions(4)})
out["partitions"] = eventually(lambda: len(admin.describe_topics([topic])[0]["partitions"]), 4)
try:
    admin.create_topics([NewTopic(topic, 3, 1)])
except TopicAlreadyExistsError:
    out["created twice"] = True

producer = KafkaProducer(bootstrap_servers=bootstrap, enable_idempotence=True, compression_type="gzip", linger_ms=5)
sent = [
    producer.send(topic, b"value %d" % i, b"key %d" % i, headers=[("n", b"%d" % i)], partition=i % 4)
    for i in range(100)
]
producer.flush(30)
places = sorted((item.partition, item.offset) for item in (future.get(20) for future in sent))
producer.close()
out["produced"] = places == sorted((i % 4, i // 4) for i in range(100))

wanted = [TopicPartition(topic, index) for index in range(4)]
first = consumer(topic)
out["offsets"] = [sum(first.beginning_offsets(wanted).values()), sum(first.end_offsets(wanted).values())]
seen = read(first, 40)
first.commit({TopicPartition(topic, m.partition): OffsetAndMetadata(m.offset + 1, "", -1) for m in seen})
first.close()
out["headers"] = all(
    list(m.headers) == [("n", m.value.split()[1])] and m.key == b"key " + m.value.split()[1] for m in seen
)
second = consumer(topic)
rest = read(second, 60)
second.commit()
out["resumed"] = sorted(m.value for m in seen + rest) == sorted(b"value %d" % i for i in range(100))
out["committed"] = sum(second.committed(partition) or 0 for partition in wanted)

# Two members at once: kafka-python joins inside poll(), so each needs a thread of its own.
stop = threading.Event()
third = consumer(topic)
shares = [0, 0]


def poll(client: KafkaConsumer, place: int) -> None:
    while not stop.is_set():
        client.poll(timeout_ms=100)
        shares[place] = len(client.assignment())
    client.close()


threads = [threading.Thread(target=poll, args=(client, i)) for i, client in enumerate((second, third))]
for thread in threads:
    thread.start()
out["two members share"] = list(eventually(lambda: tuple(shares), (2, 2)))
stop.set()
for thread in threads:
    thread.join(30)

if dollar_topic != "-":
    # kafka-python holds `$` to be illegal before it asks any broker, so who reads such a topic with it has to
    # replace that check (docs/kafka-compatibility.md says so too).
    kafka.cluster.ensure_valid_topic_name = lambda name: None
    kafka.consumer.subscription_state.ensure_valid_topic_name = lambda name: None
    reader = consumer(dollar_topic, name=f"{prefix}-dollar")
    out["dollar"] = sorted(message.value.decode() for message in read(reader, 3))
    reader.close()

admin.delete_groups([group])
admin.delete_topics([topic])
out["deleted"] = eventually(lambda: topic not in admin.list_topics(), True)
admin.close()
print(json.dumps(out))
