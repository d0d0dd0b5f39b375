"""Produce and consume beside Kafka: CPU per MB or per record, throughput, latency of a paced producer; memory.

Every round uses new topics and takes them away again, so that neither side grows while it is measured. Sides take turns
within a round.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field

from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from bench import load_client
from bench.brokers import Peer, any_peer, headrace, rss_mb
from bench.figures import Bar, Figure, Samples

ADMIN_TIMEOUT_S = 30
IDLE_AFTER_S = 3.0

Say = Callable[[str], None]


@dataclass(frozen=True)
class Case:
    letter: str
    name: str
    count: int
    size: int
    mode: str = "produce"
    partitions: int = 1
    rate: float = 0
    settings: dict[str, str] = field(default_factory=dict)
    #: Reads what this case has produced.
    reads: str = ""
    per: str = "MB"
    bar: Bar | None = None


CASES = (
    Case("A", "1 KB, default batching, acks=all", 120_000, 1000, bar=Bar(0.6)),
    Case("B", "100 B, default batching", 400_000, 100, bar=Bar(0.6)),
    Case("C", "1 KB, 1 MB batches", 120_000, 1000, settings={"linger.ms": "20", "batch.size": "1000000"}),
    Case("D", "1 KB, 12 partitions, idempotent", 120_000, 1000, partitions=12, settings={"enable.idempotence": "true"}),
    Case("E", "100 B, one record per request", 20_000, 100, per="record", bar=Bar(0.35),
         settings={"linger.ms": "0", "batch.num.messages": "1", "acks": "1", "max.in.flight": "1000"}),
    Case("F", "consume 1 KB", 120_000, 1000, mode="consume", reads="A", bar=Bar(0.6)),
    Case("G", "paced 2,000/s, 100 B, linger 0", 6_000, 100, rate=2000, settings={"linger.ms": "0"}, per="record"),
)  # fmt: skip

#: Where there is no Java: what the prototype reached against Tansu, a Rust broker that keeps all in memory.
TANSU_BARS = {"A": Bar(0.35), "E": Bar(0.3), "F": Bar(0.4)}

IDLE_MB = Bar(90)
AFTER_ROUNDS_MB = Bar(250)


@dataclass
class Plan:
    rounds: int
    warm_up: int
    #: Messages are divided by this; larger than 1 only in a smoke test.
    divide: int = 1
    #: Rounds with fsync on a disk, Headrace only.
    fsync_rounds: int = 2


def run(plan: Plan, say: Say) -> tuple[list[Figure], Samples]:
    samples = Samples()
    figures: list[Figure] = []
    with ExitStack() as stack:
        peers = [stack.enter_context(headrace())]
        time.sleep(IDLE_AFTER_S)
        idle_mb = rss_mb(peers[0].main_pid)
        other = stack.enter_context(any_peer(say))
        if other is not None:
            peers.insert(0, other)
            samples.peer = other.name
        for number in range(plan.warm_up + plan.rounds):
            counts = number >= plan.warm_up
            for peer in peers:
                say(f"{'round' if counts else 'warm-up'} {number + 1}, {peer.name}")
                _round(peer, peer.name, number, plan, samples if counts else None)
        after_mb = {peer.name: rss_mb(peer.main_pid) for peer in peers}
    if plan.fsync_rounds:
        with headrace(flush="fsync", on_disk=True) as peer:
            for number in range(plan.fsync_rounds + 1):
                say(f"fsync round {number + 1}")
                _round(peer, "headrace fsync", number, plan, samples if number else None)
    figures += [_figure(case, samples) for case in CASES]
    figures.append(_paced_latency(samples))
    figures.append(Figure("memory", "node, idle", "MB", idle_mb, IDLE_MB, "resident, 3 s after start"))
    beside = ", ".join(f"{name}: {mb:.0f} MB" for name, mb in after_mb.items() if name != "headrace")
    rounds_mb = after_mb["headrace"]
    figures.append(Figure("memory", "node, after the produce rounds", "MB", rounds_mb, AFTER_ROUNDS_MB, beside))
    return figures, samples


def _round(peer: Peer, side: str, number: int, plan: Plan, samples: Samples | None) -> None:
    names = {case.letter: f"{case.letter.lower()}-{number}" for case in CASES}
    produced = [case for case in CASES if not case.reads]
    admin = AdminClient({"bootstrap.servers": peer.bootstrap, "log_level": 0})
    topics = [NewTopic(names[case.letter], case.partitions, 1) for case in produced]
    for future in admin.create_topics(topics).values():
        future.result(ADMIN_TIMEOUT_S)
    try:
        for case in CASES:
            _measure(peer, side, case, names[case.reads or case.letter], plan, samples)
    finally:
        deleted = admin.delete_topics([topic.topic for topic in topics])
        if side != "tansu":  # which does not delete reliably, and has the memory for one run
            for future in deleted.values():
                future.result(ADMIN_TIMEOUT_S)


def _measure(peer: Peer, side: str, case: Case, topic: str, plan: Plan, samples: Samples | None) -> None:
    count = max(100, case.count // plan.divide)
    before_s = peer.cpu_s()
    result = load_client.run(
        case.mode,
        peer.bootstrap,
        topic,
        count=count,
        partitions=case.partitions,
        size=case.size,
        rate=case.rate,
        settings=case.settings,
    )
    used_s = peer.cpu_s() - before_s
    if samples is not None:
        samples.add(
            case.letter,
            side,
            ms_per_mb=used_s / result.megabytes * 1e3,
            us_per_record=used_s / result.messages * 1e6,
            mb_per_s=result.megabytes / result.seconds,
            records_per_s=result.messages / result.seconds,
            p50_ms=result.p50_ms,
            p99_ms=result.p99_ms,
        )


def _figure(case: Case, samples: Samples) -> Figure:
    measure = "us_per_record" if case.per == "record" else "ms_per_mb"
    unit = "us" if case.per == "record" else "ms"
    detail = ", ".join(
        f"{side} {samples.span(case.letter, side, measure)} {unit}/{case.per}"
        for side in ("headrace", samples.peer, "headrace fsync")
        if samples.minimum(case.letter, side, measure) is not None
    )
    speed = samples.median(case.letter, "headrace", "mb_per_s")
    peer_speed = samples.median(case.letter, samples.peer, "mb_per_s")
    if speed is not None and not case.rate:
        detail += f"; {speed:.0f} MB/s" + (f", {samples.peer} {peer_speed:.0f}" if peer_speed is not None else "")
    ratio = samples.ratio(case.letter, measure)
    bar = case.bar if samples.peer == "kafka" else TANSU_BARS.get(case.letter)
    return Figure("broker", f"{case.letter} {case.name}", f"x {samples.peer}'s CPU", ratio, bar, detail)


def _paced_latency(samples: Samples) -> Figure:
    detail = ", ".join(
        f"{side} p50 {samples.span('G', side, 'p50_ms')} ms, p99 {samples.median('G', side, 'p99_ms'):.1f} ms"
        for side in ("headrace", samples.peer, "headrace fsync")
        if samples.minimum("G", side, "p50_ms") is not None
    )
    ratio = samples.ratio("G", "p50_ms")
    return Figure("broker", "G p50 of a paced producer", f"x {samples.peer}'s p50", ratio, Bar(1.0), detail)
