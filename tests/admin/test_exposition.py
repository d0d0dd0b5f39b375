"""Prometheus text from the metric table: names, types, labels, buckets; and one broken gauge does not hide the
others.
"""

from prometheus_client.parser import text_string_to_metric_families

from headrace.admin.exposition import as_text, families
from headrace.base.metrics import METRICS, Histogram, Metrics


def scraped(metrics):
    text = as_text(families(metrics)).decode()
    return {family.name: family for family in text_string_to_metric_families(text)}


def samples(family):
    return {(sample.name, tuple(sorted(sample.labels.items()))): sample.value for sample in family.samples}


def test_every_metric_of_the_table_is_there_before_anybody_used_it():
    found = scraped(Metrics())
    for metric in METRICS.values():
        name = "headrace_" + metric.name.removesuffix("_total")
        assert found[name].type == metric.kind
        assert found[name].documentation == metric.help


def test_values_and_labels():
    metrics = Metrics()
    metrics.counter("requests_total", "Produce").value = 7
    metrics.gauge("log_end_offset", lambda: iter([(('a"b\\c\n', "0"), 12.0), (("t-$x$", "3"), 5.0)]))
    found = scraped(metrics)
    assert samples(found["headrace_requests"]) == {("headrace_requests_total", (("api", "Produce"),)): 7}
    assert samples(found["headrace_log_end_offset"]) == {
        ("headrace_log_end_offset", (("partition", "0"), ("topic", 'a"b\\c\n'))): 12,
        ("headrace_log_end_offset", (("partition", "3"), ("topic", "t-$x$"))): 5,
    }


def test_histograms_count_up():
    metrics = Metrics()
    histogram = metrics.histogram("flush_seconds")
    for value in (0.00005, 0.0001, 0.3, 100):
        histogram.observe(value)
    values = samples(scraped(metrics)["headrace_flush_seconds"])
    buckets = [value for (name, _), value in values.items() if name.endswith("_bucket")]
    assert len(buckets) == len(Histogram.bounds) + 1
    assert buckets == sorted(buckets)
    assert values["headrace_flush_seconds_bucket", (("le", "0.0001"),)] == 2
    assert values["headrace_flush_seconds_bucket", (("le", "0.5"),)] == 3
    assert values["headrace_flush_seconds_bucket", (("le", "+Inf"),)] == 4
    assert values["headrace_flush_seconds_count", ()] == 4
    assert abs(values["headrace_flush_seconds_sum", ()] - 100.30015) < 1e-9


def test_a_broken_gauge_is_logged_and_the_others_are_shown(caplog):
    metrics = Metrics()

    def broken():
        yield (), 1.0
        raise RuntimeError("no")

    metrics.gauge("groups", broken)
    metrics.gauge("group_members", lambda: iter([((), 3.0)]))
    assert samples(scraped(metrics)["headrace_group_members"]) == {("headrace_group_members", ()): 3}
    assert "headrace_groups" not in caplog.text
    assert "groups failed" in caplog.text


def test_the_process_is_shown_too():
    assert scraped(Metrics())["process_resident_memory_bytes"].samples[0].value > 1_000_000
