"""Every metric of a node in one table, and counters cheap enough for the hot path.

A counter is an object with a plain integer: the event loop is the only writer, so there is no lock. Gauges are
functions that are called when somebody scrapes. `admin.exposition` turns the whole into Prometheus text; nothing here
knows of HTTP.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Metric:
    """One row of the metric table. `name` carries its unit, without the `headrace_` prefix."""

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    help: str
    labels: tuple[str, ...] = ()


METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric("requests_total", "counter", "Kafka requests answered", ("api",)),
        Metric("request_errors_total", "counter", "Kafka requests that ended in an error code", ("api",)),
        Metric("request_seconds", "histogram", "Time from the whole request read to the answer ready", ("api",)),
        Metric("connections", "gauge", "Open client connections"),
        Metric("connections_refused_total", "counter", "Client connections closed for a reason of theirs", ("reason",)),
        Metric("produced_bytes_total", "counter", "Record batch bytes accepted from clients"),
        Metric("fetched_bytes_total", "counter", "Record batch bytes sent to clients"),
        Metric("partitions", "gauge", "Partitions that live on this node"),
        Metric("partitions_stopped", "gauge", "Partitions stopped because their bytes on disk are corrupt"),
        Metric("log_end_offset", "gauge", "Next offset to be written", ("topic", "partition")),
        Metric("log_size_bytes", "gauge", "Bytes of the partition's segments", ("topic", "partition")),
        Metric("flush_total", "counter", "fdatasync calls of the flusher threads"),
        Metric("flush_seconds", "histogram", "Duration of one fdatasync"),
        Metric("group_members", "gauge", "Members of the consumer groups that this node coordinates"),
        Metric("groups", "gauge", "Consumer groups that this node coordinates"),
        Metric("transform_records_in_total", "counter", "Input records run through a script", ("script",)),
        Metric("transform_bytes_in_total", "counter", "Input bytes run through a script", ("script",)),
        Metric("transform_bytes_out_total", "counter", "Output bytes of a script", ("script",)),
        Metric("transform_errors_total", "counter", "Failures of a script by kind", ("script", "kind")),
        Metric("transform_lag_records", "gauge", "Committed input offsets a script has not processed", ("script",)),
        Metric("engine_restarts_total", "counter", "Restarts of the engine sidecar"),
        Metric("engine_up", "gauge", "1 while the engine sidecar answers"),
    )
}

# Latency buckets: from a cached reply (tens of microseconds) to a stalled disk.
_BUCKETS_S = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)


class Counter:
    """Monotonic count. Written only from the event loop."""

    __slots__ = ("value",)

    def __init__(self) -> None:
        self.value = 0


class Histogram:
    """Fixed buckets. Invariant: `sum(counts) == number of observations`."""

    __slots__ = ("counts", "sum")
    bounds = _BUCKETS_S

    def __init__(self) -> None:
        self.counts = [0] * (len(_BUCKETS_S) + 1)
        self.sum = 0.0

    def observe(self, value: float) -> None:
        self.counts[bisect_left(_BUCKETS_S, value)] += 1
        self.sum += value


Labels = tuple[str, ...]
GaugeRows = Callable[[], Iterator[tuple[Labels, float]]]


class Metrics:
    """All counters, histograms and gauges of one node."""

    def __init__(self) -> None:
        self.counters: dict[str, dict[Labels, Counter]] = {}
        self.histograms: dict[str, dict[Labels, Histogram]] = {}
        self.gauges: dict[str, GaugeRows] = {}

    def counter(self, name: str, *labels: str) -> Counter:
        """The counter of this name and label values; look it up once and keep it."""
        self._check(name, "counter", labels)
        return self.counters.setdefault(name, {}).setdefault(labels, Counter())

    def histogram(self, name: str, *labels: str) -> Histogram:
        self._check(name, "histogram", labels)
        return self.histograms.setdefault(name, {}).setdefault(labels, Histogram())

    def gauge(self, name: str, rows: GaugeRows) -> None:
        """Register the function that yields (label values, value) rows at scrape time."""
        if METRICS[name].kind != "gauge":
            raise ValueError(f"{name} is not a gauge")
        self.gauges[name] = rows

    @staticmethod
    def _check(name: str, kind: str, labels: Labels) -> None:
        metric = METRICS[name]
        if metric.kind != kind or len(metric.labels) != len(labels):
            raise ValueError(f"{name} is a {metric.kind} with labels {metric.labels}")
