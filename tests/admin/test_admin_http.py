"""The admin HTTP of a real node: every route, and every way of asking wrongly."""

import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from confluent_kafka import Consumer, Producer
from confluent_kafka.admin import AdminClient, NewTopic
from prometheus_client.parser import text_string_to_metric_families

from headrace_testing.node import NodeProcess

SCRIPT = (Path(__file__).parents[2] / "examples/allcaps/main.js").read_bytes()
DEADLINE_S = 30


class Admin:
    def __init__(self, address):
        self.address = address

    def ask(self, path, method="GET", body=None):
        request = urllib.request.Request(f"http://{self.address}{path}", data=body, method=method)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, answer.read(), answer.headers
        except urllib.error.HTTPError as error:
            return error.code, error.read(), error.headers

    def get(self, path):
        status, body, headers = self.ask(path)
        assert status == 200, (path, status, body)
        assert headers["Content-Type"].startswith("application/json")
        return json.loads(body)

    def refused(self, path, method="GET", body=None):
        """(status, message) of an answer that must be an error in JSON."""
        status, raw, headers = self.ask(path, method, body)
        assert status >= 400, (path, status, raw)
        assert headers["Content-Type"].startswith("application/json"), raw
        document = json.loads(raw)
        assert document["error"]
        assert "Traceback" not in document["error"]
        return status, document["error"]

    def until(self, path, condition):
        deadline_s = time.monotonic() + DEADLINE_S
        while True:
            status, body, _ = self.ask(path)
            document = json.loads(body)
            if status == 200 and condition(document):
                return document
            assert time.monotonic() < deadline_s, (path, status, document)
            time.sleep(0.05)


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    with NodeProcess(tmp_path_factory.mktemp("node")) as process:
        kafka = {"bootstrap.servers": process.kafka, "log_level": 2}
        client = AdminClient(kafka)
        for future in client.create_topics([NewTopic("tiktok", 2, 1), NewTopic("other", 1, 1)]).values():
            future.result(20)
        producer = Producer(kafka)
        producer.produce("_headrace.transforms", key="allcaps", value=SCRIPT)
        for index in range(10):
            producer.produce("tiktok", value=b"text", partition=index % 2)
        assert producer.flush(20) == 0
        yield process


@pytest.fixture(scope="module")
def admin(node):
    return Admin(node.admin)


def test_probes(admin):
    health = admin.get("/healthz")
    assert health["status"] == "ok"
    assert health["node"] == 1
    assert admin.get("/healthz")["uptime_ms"] >= health["uptime_ms"] >= 0
    assert admin.get("/readyz") == {"status": "ready", "node": 1}


def test_cluster_and_nodes(admin, node):
    cluster = admin.get("/v1/cluster")
    assert cluster["controller"] == 1
    assert cluster["nodes"] == [1]
    assert cluster["topics"] >= 2
    assert cluster["partitions"] >= 3
    assert cluster["problems"] == []
    assert (
        cluster["stopped_partitions"] == cluster["leaderless_partitions"] == cluster["under_replicated_partitions"] == 0
    )
    (only,) = admin.get("/v1/nodes")
    assert (only["node"], only["kafka"], only["controller"]) == (1, node.kafka, True)
    assert only["leads"] == only["replicas"] >= 3
    assert only["size_bytes"] > 0
    assert admin.get("/v1/nodes/1")["node"] == 1


def test_restart_probes(admin):
    before = admin.get("/v1/nodes/1/pre-restart")
    assert "tiktok/0" in before["risks"]["unavailable"]
    assert before["risks"]["unavailable_count"] >= 3
    admin.until("/v1/nodes/1/pre-restart", lambda document: document["safe"])
    after = admin.get("/v1/nodes/1/post-restart")
    assert after["recovered"] is True
    assert after["missing_partitions"] == after["stopped_partitions"] == []
    assert after["partitions"] >= 3


def test_partitions(admin):
    rows = admin.until("/v1/partitions?topic=tiktok", lambda rows: all(row["high_watermark"] == 5 for row in rows))
    assert [(row["topic"], row["partition"], row["leader"], row["replicas"], row["isr"]) for row in rows] == [
        ("tiktok", 0, 1, [1], [1]),
        ("tiktok", 1, 1, [1], [1]),
    ]
    assert all(row["end_offset"] == 5 and row["start_offset"] == 0 and row["size_bytes"] > 0 for row in rows)
    assert {row["problem"] for row in rows} == {None}
    assert {"tiktok", "other", "_headrace.transforms"} <= {row["topic"] for row in admin.get("/v1/partitions")}


def test_transforms_can_be_seen_paused_and_resumed(admin, node):
    running = admin.until(
        "/v1/transforms/allcaps",
        lambda document: (
            document["state"] == "running"
            and sum(partition["progress_offset"] for partition in document["partitions"]) == 10
        ),
    )
    assert running["outputs"] == ["tiktok-$allcaps$"]
    assert [transform["name"] for transform in admin.get("/v1/transforms")] == ["allcaps"]
    status, body, _ = admin.ask("/v1/transforms/allcaps/pause", "POST")
    assert status == 200, body
    admin.until("/v1/transforms/allcaps", lambda document: document["state"] == "paused")
    producer = Producer({"bootstrap.servers": node.kafka, "log_level": 2})
    producer.produce("tiktok", value=b"later", partition=0)
    assert producer.flush(20) == 0
    waiting = admin.until("/v1/transforms/allcaps", lambda document: document["lag"] == 1)
    assert waiting["state"] == "paused"
    assert admin.ask("/v1/transforms/allcaps/resume", "POST")[0] == 200
    admin.until("/v1/transforms/allcaps", lambda document: document["state"] == "running" and document["lag"] == 0)


def test_metrics(admin, node):
    consumer = Consumer({"bootstrap.servers": node.kafka, "group.id": "metrics", "log_level": 2})
    consumer.subscribe(["tiktok"])
    deadline_s = time.monotonic() + DEADLINE_S
    while not consumer.assignment():
        consumer.poll(0.1)
        assert time.monotonic() < deadline_s
    status, body, headers = admin.ask("/metrics")
    consumer.close()
    assert status == 200
    assert headers["Content-Type"].startswith("text/plain; version=0.0.4")
    found = {}
    for family in text_string_to_metric_families(body.decode()):
        for sample in family.samples:
            found[sample.name, *sorted(sample.labels.values())] = sample.value
    assert found["headrace_requests_total", "JoinGroup"] >= 1
    assert found["headrace_groups",] == 1
    assert found["headrace_group_members",] == 1
    assert found["headrace_log_end_offset", "1", "tiktok"] == 5
    assert found["headrace_transform_records_in_total", "allcaps"] >= 10
    assert found["headrace_engine_up",] == 1
    assert found["headrace_flush_seconds_count",] >= 1
    assert found["process_resident_memory_bytes",] > 1_000_000


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "says"),
    [
        ("GET", "/v1/transform", None, 404, "did you mean /v1/transforms?"),
        ("GET", "/", None, 404, "there is nothing at /"),
        ("GET", "/" + "x" * 5000, None, 404, "there is nothing at /xxx"),
        ("POST", "/v1/cluster", None, 405, "use GET"),
        ("GET", "/v1/nodes/7", None, 404, "there is no node 7; the cluster has 1"),
        ("GET", "/v1/nodes/one", None, 400, "'one' is not a node number"),
        ("GET", "/v1/nodes/" + "9" * 4000, None, 400, "is not a node number"),
        ("GET", "/v1/nodes/%D9%A1", None, 400, "is not a node number"),
        ("GET", "/v1/nodes/7/pre-restart", None, 404, "there is no node 7"),
        ("POST", "/v1/nodes/1/decommission", None, 409, "the only node"),
        ("POST", "/v1/nodes/7/decommission", None, 404, "there is no node 7"),
        ("GET", "/v1/partitions?topic=nothing", None, 404, "there is no topic 'nothing'"),
        ("POST", "/v1/partitions/nothing/0/transfer", b"{}", 404, "there is no topic 'nothing'"),
        ("POST", "/v1/partitions/tiktok/2/transfer", b"{}", 404, "has partitions 0 to 1, not 2"),
        ("POST", "/v1/partitions/tiktok/0/transfer", None, 409, "no other replica"),
        ("POST", "/v1/partitions/tiktok/0/transfer", b'{"to": 2}', 404, "there is no node 2"),
        ("POST", "/v1/partitions/tiktok/0/transfer", b'{"to": "2"}', 400, "as a number"),
        ("POST", "/v1/partitions/tiktok/0/transfer", b"{", 400, "not JSON"),
        ("POST", "/v1/partitions/tiktok/0/transfer", b"[" * 100_000, 400, "not JSON"),
        ("POST", "/v1/partitions/tiktok/0/transfer", b"[1]", 400, "must be a JSON object"),
        ("POST", "/v1/partitions/tiktok/0/transfer", b"\xff\xfe", 400, "not JSON"),
        ("GET", "/v1/transforms/nothing", None, 404, "there is no script 'nothing' (deployed: allcaps)"),
        ("POST", "/v1/transforms/nothing/pause", None, 404, "there is no script 'nothing'"),
        ("POST", "/v1/transforms/nothing/resume", None, 404, "there is no script 'nothing'"),
    ],
)
def test_wrong_questions_are_told_what_to_do(admin, method, path, body, status, says):
    found, message = admin.refused(path, method, body)
    assert found == status
    assert says in message


def test_handing_a_partition_to_who_has_it_is_done_already(admin):
    status, body, _ = admin.ask("/v1/partitions/tiktok/0/transfer", "POST", b'{"to": 1}')
    assert status == 200
    assert json.loads(body) == {"topic": "tiktok", "partition": 0, "leader": 1, "moved": False}


def test_a_body_too_large_is_refused(admin):
    status, message = admin.refused("/v1/partitions/tiktok/0/transfer", "POST", b"x" * (2 << 20))
    assert status == 413
    assert message


def test_noise_closes_one_connection_only(admin, node):
    host, _, port = admin.address.rpartition(":")
    for noise in (
        b"\x00\x01\x02\xff" * 100,
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n\r\n",
    ):
        with socket.create_connection((host, int(port)), timeout=10) as sock:
            sock.sendall(noise)
            answer = sock.recv(65536)
            assert b"Traceback" not in answer
    assert admin.get("/healthz")["status"] == "ok"
    assert "Traceback" not in node.log_text


def test_an_address_in_use_is_told_in_one_message(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "headrace.app", "--data-dir", str(tmp_path / "node"), "--node-id", "1"]
        command += ["--kafka-listen", "127.0.0.1:0", "--admin-listen", f"127.0.0.1:{port}"]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 3
    assert f"cannot listen on admin-listen 127.0.0.1:{port} (Address already in use)" in ended.stderr
    assert "Traceback" not in ended.stderr
