"""The whole way: produce, script, output readable; beside Kafka with a Kafka Streams application.

CPU per record of everything that is not the client: broker and Streams, or node and engine. A run ends when the output
topic has as many records more as were produced, asked for by a consumer that only looks at end offsets. Latency is
taken by the load client, which produces at a steady pace and reads the output itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass

from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from bench import load_client
from bench.brokers import Peer, headrace, kafka, streams
from bench.figures import Bar, Figure, Samples
from bench.scripts import source
from headrace_testing.requirements import Missing

PARTITIONS = 4
ADMIN_TIMEOUT_S = 30
OUTPUT_TIMEOUT_S = 120
LOOK_EVERY_S = 0.1
YOUNG_TOPIC = (KafkaError.NOT_LEADER_FOR_PARTITION, KafkaError.UNKNOWN_TOPIC_OR_PART, KafkaError.LEADER_NOT_AVAILABLE)
REGISTRY = "_headrace.transforms"

RECORDS_OF_SIZE = {100: 200_000, 1024: 60_000}
PACED_PER_S = 250

WASM_RATIO = Bar(0.25)
JS_RATIO = Bar(0.9)
P50_MS = Bar(5)
P99_MS = Bar(25)


@dataclass
class Plan:
    rounds: int
    warm_up: int
    divide: int = 1
    paced_records: int = 1500
    paced_rounds: int = 3
    with_fsync: bool = True
    #: One paced run before the one that counts: it warms what only small batches touch.
    warm_paced: bool = True


#: Enough to see that everything still runs.
QUICK = Plan(1, 0, divide=50, paced_records=100, paced_rounds=1, with_fsync=False, warm_paced=False)


@dataclass(frozen=True)
class Way:
    """One input topic, what edits it, and where the result lies."""

    side: str
    peer: Peer
    source: str
    target: str


class _EndOffsets:
    """How many records a topic has, over all its partitions."""

    def __init__(self, peer: Peer) -> None:
        self._consumer = Consumer({"bootstrap.servers": peer.bootstrap, "group.id": "bench-ends", "log_level": 0})

    def total(self, topic: str) -> int:
        return sum(self._end(TopicPartition(topic, index)) for index in range(PARTITIONS))

    def _end(self, partition: TopicPartition) -> int:
        deadline = time.monotonic() + OUTPUT_TIMEOUT_S
        while True:
            try:
                _, end = self._consumer.get_watermark_offsets(partition, timeout=ADMIN_TIMEOUT_S)
            except KafkaException as error:
                # A partition of a topic that was made a moment ago may have no leader yet.
                if not error.args[0].retriable() and error.args[0].code() not in YOUNG_TOPIC:
                    raise
                if time.monotonic() > deadline:
                    raise
                time.sleep(LOOK_EVERY_S)
            else:
                return int(end)

    def wait(self, topic: str, total: int) -> None:
        deadline = time.monotonic() + OUTPUT_TIMEOUT_S
        while (seen := self.total(topic)) < total:
            if time.monotonic() > deadline:
                raise RuntimeError(f"{topic} has {seen} of {total} records after {OUTPUT_TIMEOUT_S} s")
            time.sleep(LOOK_EVERY_S)

    def wait_for_topic(self, topic: str) -> None:
        deadline = time.monotonic() + OUTPUT_TIMEOUT_S
        while topic not in self._consumer.list_topics(timeout=ADMIN_TIMEOUT_S).topics:
            if time.monotonic() > deadline:
                raise RuntimeError(f"{topic} is not there after {OUTPUT_TIMEOUT_S} s")
            time.sleep(LOOK_EVERY_S)

    def close(self) -> None:
        self._consumer.close()


def run(plan: Plan, say: Callable[[str], None]) -> tuple[list[Figure], Samples]:
    samples = Samples()
    with ExitStack() as stack:
        ways = _our_ways(stack.enter_context(headrace()), say)
        try:
            peer = stack.enter_context(kafka())
            _create(peer, "in", "out")
            stack.enter_context(streams(peer, "in", "out"))
            ways.insert(0, Way("kafka", peer, "in", "out"))
        except Missing as missing:
            say(f"no peer, ratios are left out: {missing}")
        ends = {id(way.peer): _EndOffsets(way.peer) for way in ways}
        for number in range(plan.warm_up + plan.rounds):
            counts = number >= plan.warm_up
            for way in ways:
                say(f"{'round' if counts else 'warm-up'} {number + 1}, {way.side}")
                for size, records in RECORDS_OF_SIZE.items():
                    _throughput(way, size, records // plan.divide, ends[id(way.peer)], samples if counts else None)
        for way in ways:
            say(f"paced, {way.side}")
            _latency(way, way.side, plan, samples)
        for end_offsets in ends.values():
            end_offsets.close()
    if plan.with_fsync:
        with headrace(flush="fsync", on_disk=True) as peer:
            for way in _our_ways(peer, say):
                say(f"paced, {way.side}, fsync")
                _latency(way, f"{way.side} fsync", plan, samples)
    return _figures(samples), samples


def _create(peer: Peer, *topics: str) -> None:
    admin = AdminClient({"bootstrap.servers": peer.bootstrap, "log_level": 0})
    for future in admin.create_topics([NewTopic(topic, PARTITIONS, 1) for topic in topics]).values():
        future.result(ADMIN_TIMEOUT_S)


def _our_ways(peer: Peer, say: Callable[[str], None]) -> list[Way]:
    """Deploy both scripts as kcat would, each on an input topic of its own."""
    say("deploying scripts")
    _create(peer, "in-js", "in-wasm")
    producer = Producer({"bootstrap.servers": peer.bootstrap, "log_level": 0})
    producer.produce(REGISTRY, source("js", "js", "in-js").content, key="js")
    headers: list[tuple[str, str | bytes | None]] = [("input-topics", b"in-wasm"), ("start-from", b"earliest")]
    producer.produce(REGISTRY, source("wasm", "wasm").content, key="wasm", headers=headers)
    if producer.flush(ADMIN_TIMEOUT_S):
        raise RuntimeError("the scripts could not be deployed")
    ways = [Way("js", peer, "in-js", "in-js-$js$"), Way("wasm", peer, "in-wasm", "in-wasm-$wasm$")]
    ends = _EndOffsets(peer)
    for way in ways:
        load_client.run("json", peer.bootstrap, way.source, count=PARTITIONS * 10, partitions=PARTITIONS, size=100)
        ends.wait_for_topic(way.target)
        ends.wait(way.target, ends.total(way.source))
    ends.close()
    return ways


def _throughput(way: Way, size: int, records: int, ends: _EndOffsets, samples: Samples | None) -> None:
    before = ends.total(way.target)
    used_s, began = way.peer.cpu_s(), time.monotonic()
    settings = {"linger.ms": "5"}
    result = load_client.run(
        "json", way.peer.bootstrap, way.source, count=records, partitions=PARTITIONS, size=size, settings=settings
    )
    ends.wait(way.target, before + records + 1)  # one more: the client's first message, which it does not count
    wall_s, used_s = time.monotonic() - began, way.peer.cpu_s() - used_s
    if samples is not None:
        samples.add(
            f"{size} B",
            way.side,
            us_per_record=used_s / records * 1e6,
            ms_per_mb=used_s / result.megabytes * 1e3,
            records_per_s=records / wall_s,
        )


def _latency(way: Way, side: str, plan: Plan, samples: Samples) -> None:
    """A short run that does not count, because it warms what only small batches touch, then the others."""
    for number in range(0 if plan.warm_paced else 1, plan.paced_rounds + 1):
        result = load_client.run(
            "roundtrip",
            way.peer.bootstrap,
            f"{way.source},{way.target}",
            count=plan.paced_records if number else plan.paced_records // 4,
            partitions=PARTITIONS,
            size=100,
            rate=PACED_PER_S,
            settings={"linger.ms": "0"},
        )
        if number:
            samples.add("paced", side, p50_ms=result.p50_ms, p99_ms=result.p99_ms)


def _figures(samples: Samples) -> list[Figure]:
    figures = []
    for size in RECORDS_OF_SIZE:
        for side, bar in (("wasm", WASM_RATIO), ("js", JS_RATIO)):
            case = f"{size} B"
            detail = ", ".join(
                f"{who} {samples.span(case, who, 'us_per_record')} us/record at {speed:,.0f}/s"
                for who in (side, "kafka")
                if (speed := samples.median(case, who, "records_per_s")) is not None
            )
            ratio = samples.ratio(case, "us_per_record", side)
            name = f"{'1 KiB' if size == 1024 else case} records, {side}"
            figures.append(Figure("pipeline", name, "x Kafka + Streams", ratio, bar if size == 1024 else None, detail))
    for side in ("wasm", "js"):
        for measure, bar in (("p50_ms", P50_MS), ("p99_ms", P99_MS)):
            seen = ", ".join(
                f"{who} {samples.span('paced', who, measure, 1)} ms"
                for who in (side, "kafka", f"{side} fsync")
                if samples.minimum("paced", who, measure) is not None
            )
            name = f"{PACED_PER_S} records/s, {side}, {measure.removesuffix('_ms')}"
            figures.append(Figure("pipeline", name, "ms", samples.minimum("paced", side, measure), bar, seen))
    return figures
