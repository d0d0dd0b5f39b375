"""The metric table as Prometheus text.

`families` reads counters, histograms and gauges on the event loop, where they are written; `as_text` formats them and
may run in a thread, because a node with thousands of partitions has megabytes of text. Called by `server.py`.
Surprising: a metric of the table that nobody has used yet is shown without samples, so that what exists can be seen
before it moves.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.registry import Collector

from headrace.base.metrics import METRICS, Histogram, Metric, Metrics

log = logging.getLogger(__name__)

PREFIX = "headrace_"
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def families(metrics: Metrics) -> list[Family]:
    """Every metric of the table with its values of now, in the order of the table."""
    return [_family(metric, metrics) for metric in METRICS.values()]


def _family(metric: Metric, metrics: Metrics) -> Family:
    name = PREFIX + metric.name
    if metric.kind == "counter":
        counter = CounterMetricFamily(name.removesuffix("_total"), metric.help, labels=metric.labels)
        for labels, value in sorted(metrics.counters.get(metric.name, {}).items()):
            counter.add_metric(labels, value.value)
        return counter
    if metric.kind == "histogram":
        histogram = HistogramMetricFamily(name, metric.help, labels=metric.labels)
        for labels, observed in sorted(metrics.histograms.get(metric.name, {}).items()):
            histogram.add_metric(labels, _cumulative(observed), observed.sum)
        return histogram
    gauge = GaugeMetricFamily(name, metric.help, labels=metric.labels)
    rows = metrics.gauges.get(metric.name)
    if rows is not None:
        try:
            for labels, number in rows():
                gauge.add_metric(labels, number)
        except Exception:  # one broken gauge must not hide all the others
            log.exception("the gauge %s failed", metric.name)
    return gauge


def _cumulative(histogram: Histogram) -> Sequence[tuple[str, float]]:
    """Prometheus counts what is less than or equal; ours are apart."""
    total = 0
    buckets = []
    for bound, count in zip([*map(str, histogram.bounds), "+Inf"], histogram.counts, strict=True):
        total += count
        buckets.append((bound, total))
    return buckets


class _Collected(Collector):
    def __init__(self, collected: Iterable[Family]) -> None:
        self._collected = collected

    def collect(self) -> Iterator[Family]:
        yield from self._collected


def as_text(collected: Iterable[Family]) -> bytes:
    """Prometheus text, with the process's own CPU, memory and descriptors (`process_*`) after ours."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collected(collected))
    ProcessCollector(registry=registry)
    return generate_latest(registry)
