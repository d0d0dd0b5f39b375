"""A real node with scripts on it, as its users see it: deploy by producing, read topics whole, ask the admin HTTP.

Everything goes through public interfaces (Kafka clients, HTTP); nothing of the node's code is imported.
"""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from headrace_testing.node import NodeProcess

WAIT_S = 60.0

#: In a script called `s`: every record goes to `even` or `odd` by the number in its value, every third to neither.
SPLIT_JS = b"""
engine.processRecord((batch) => {
  const found = {even: [], odd: []};
  for (const record of batch.records) {
    const number = parseInt(record.value.toString());
    if (number % 3 !== 0) found[number % 2 === 0 ? "even" : "odd"].push(record);
  }
  const result = new Map();
  for (const key of ["even", "odd"]) {
    if (found[key].length > 0) result.set(key, {header: batch.header, records: found[key]});
  }
  return Promise.resolve(result);
});
"""


def tagging_js(tag: str) -> bytes:
    """A script with one output that writes `<tag>:<value>`, throws on `poison`, and drops `drop`."""
    return (
        (
            """
engine.processRecord((batch) => {
  const records = [];
  for (const record of batch.records) {
    const text = record.value.toString();
    if (text.startsWith("poison")) throw new Error("cannot stand " + text);
    if (text !== "drop") records.push({...record, value: Buffer.from("TAG:" + text)});
  }
  return Promise.resolve(new Map(records.length ? [["out", {header: batch.header, records}]] : []));
});
"""
        )
        .replace("TAG", tag)
        .encode()
    )


@dataclass(frozen=True)
class Row:
    offset: int
    key: bytes | None
    value: str
    headers: dict[str, bytes]


class ScriptedNode:
    """Talks to one running `NodeProcess`."""

    def __init__(self, node: NodeProcess) -> None:
        self.node = node
        self._producer: Producer | None = None

    @property
    def brokers(self) -> str:
        return self.node.kafka

    def create_topic(self, name: str, partitions: int = 1, **configs: str) -> None:
        named = {key.replace("_", "."): value for key, value in configs.items()}
        admin = AdminClient({"bootstrap.servers": self.brokers, "log_level": 0})
        for future in admin.create_topics([NewTopic(name, partitions, 1, config=named)]).values():
            future.result(WAIT_S)

    def delete_topic(self, name: str) -> None:
        admin = AdminClient({"bootstrap.servers": self.brokers, "log_level": 0})
        for future in admin.delete_topics([name]).values():
            future.result(WAIT_S)

    def produce(self, topic: str, *values: str, partition: int = 0) -> None:
        """Acknowledged on return."""
        self.produce_raw(topic, [(None, value.encode(), []) for value in values], partition)

    def produce_raw(
        self, topic: str, records: list[tuple[bytes | None, bytes | None, list[tuple[str, bytes]]]], partition: int = 0
    ) -> None:
        if self._producer is None:
            self._producer = Producer(
                {
                    "bootstrap.servers": self.brokers,
                    "log_level": 0,
                    "acks": "all",
                    "linger.ms": 5,
                    "message.max.bytes": 20_000_000,
                }
            )
        errors = []
        for key, value, headers in records:
            self._producer.produce(
                topic,
                value=value,
                key=key,
                headers=headers,
                partition=partition,
                on_delivery=lambda error, _message: errors.append(error) if error else None,
            )
        assert self._producer.flush(WAIT_S) == 0
        if errors:
            raise RuntimeError(str(errors[0]))

    def deploy(self, name: str, code: bytes, **headers: str) -> None:
        """Header names with `_` for `-`."""
        pairs = [(key.replace("_", "-"), text.encode()) for key, text in headers.items()]
        self.produce_raw("_headrace.transforms", [(name.encode(), code, pairs)])

    def remove(self, name: str) -> None:
        self.produce_raw("_headrace.transforms", [(name.encode(), None, [])])

    # ---- asking

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(f"http://{self.node.admin}{path}", timeout=WAIT_S) as answer:
            return json.loads(answer.read())

    def post(self, path: str) -> Any:
        request = urllib.request.Request(f"http://{self.node.admin}{path}", method="POST", data=b"")
        with urllib.request.urlopen(request, timeout=WAIT_S) as answer:
            return json.loads(answer.read())

    def statuses(self) -> Mapping[str, dict[str, Any]]:
        return {status["name"]: status for status in self.get("/v1/transforms")}

    def status(self, name: str) -> dict[str, Any]:
        found = self.statuses()
        assert name in found, f"no status of {name}: {sorted(found)}"
        return found[name]

    def wait(self, what: str, condition: Callable[[], Any], wait_s: float = WAIT_S) -> Any:
        """Until the condition gives something true; failures of the HTTP call count as not yet."""
        deadline_s = time.monotonic() + wait_s
        last: Any = None
        while time.monotonic() < deadline_s:
            try:
                last = condition()
                if last:
                    return last
            except (urllib.error.URLError, ConnectionError, TimeoutError, AssertionError) as error:
                last = error
            time.sleep(0.02)
        shown = json.dumps(self.statuses(), indent=1) if self.node.process is not None else ""
        raise AssertionError(f"waited in vain for: {what}; last {last!r}\n{shown}\n{self.node.log_text[-3000:]}")

    def wait_state(self, name: str, state: str) -> dict[str, Any]:
        def condition() -> Any:
            status = self.status(name)
            return status if status["state"] == state else None

        return self.wait(f"{name} to be {state}", condition)

    def wait_processed(self, name: str, topic: str, ends: Mapping[int, int]) -> dict[str, Any]:
        """Until the script's durable progress has reached these ends."""

        def condition() -> Any:
            status = self.status(name)
            done = {p["partition"]: p["progress_offset"] for p in status["partitions"] if p["topic"] == topic}
            return status if all(done.get(index, -1) >= end for index, end in ends.items()) else None

        return self.wait(f"{name} to process {topic} up to {dict(ends)}", condition)

    def end(self, topic: str, partition: int = 0) -> int:
        consumer = Consumer({"bootstrap.servers": self.brokers, "group.id": "ends"})
        try:
            return consumer.get_watermark_offsets(TopicPartition(topic, partition), timeout=WAIT_S)[1]
        finally:
            consumer.close()

    def read(self, topic: str, partition: int = 0, count: int | None = None) -> list[Row]:
        """All records, or the first `count` as soon as they are there."""
        end = self.end(topic, partition) if count is None else None
        if end == 0:
            return []
        consumer = Consumer(
            {"bootstrap.servers": self.brokers, "group.id": "reader", "enable.auto.commit": False,
             "auto.offset.reset": "earliest", "fetch.wait.max.ms": 50}
        )  # fmt: skip
        rows: list[Row] = []
        deadline_s = time.monotonic() + WAIT_S
        try:
            consumer.assign([TopicPartition(topic, partition, 0)])
            while time.monotonic() < deadline_s:
                for message in consumer.consume(10_000, 0.2):
                    if message.error() is None:
                        headers = dict(message.headers() or [])
                        rows.append(Row(message.offset(), message.key(), (message.value() or b"").decode(), headers))
                    else:
                        # The topic may not be known to the client yet.
                        consumer.assign([TopicPartition(topic, partition, 0)])
                if (count is not None and len(rows) >= count) or (
                    end is not None and rows and rows[-1].offset >= end - 1
                ):
                    return rows
        finally:
            consumer.close()
        raise AssertionError(
            f"{topic}-{partition}: {len(rows)} records, wanted {count or end}\n{self.node.log_text[-3000:]}"
        )

    def values(self, topic: str, partition: int = 0, count: int | None = None) -> list[str]:
        return [row.value for row in self.read(topic, partition, count)]
