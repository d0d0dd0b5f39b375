"""The command line against a real node: every command a person uses, and what each kind of mistake is told."""

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from headrace_testing.node import NodeProcess

ROOT = Path(__file__).resolve().parents[2]
COMMAND_TIMEOUT_S = 90


def headrace(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "headrace", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=COMMAND_TIMEOUT_S, check=False)


class Cli:
    def __init__(self, node: NodeProcess) -> None:
        self._environment = os.environ | {"HEADRACE_BROKERS": node.kafka, "HEADRACE_ADMIN": node.admin}

    def run(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "headrace", *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            env=self._environment,
            timeout=COMMAND_TIMEOUT_S,
            check=False,
        )

    def ok(self, *arguments: str, stdin: str = "") -> str:
        done = self.run(*arguments, stdin=stdin)
        assert done.returncode == 0, f"{arguments}: {done.stderr}"
        return done.stdout

    def json(self, *arguments: str):
        return json.loads(self.ok("-o", "json", *arguments))

    def refused(self, *arguments: str, stdin: str = "") -> str:
        done = self.run(*arguments, stdin=stdin)
        assert done.returncode == 1, f"{arguments}: exit {done.returncode}, {done.stdout}"
        assert "Traceback" not in done.stderr
        return done.stderr


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NodeProcess]:
    with NodeProcess(tmp_path_factory.mktemp("cli") / "node") as running:
        yield running


@pytest.fixture
def cli(node: NodeProcess) -> Cli:
    return Cli(node)


def test_a_topic_from_birth_to_death(cli: Cli) -> None:
    assert "3 partitions" in cli.ok("topic", "create", "life", "-p", "3", "-c", "retention.ms=1000000")
    assert "exists already" in cli.refused("topic", "create", "life")
    cli.ok("topic", "create", "life", "--if-not-exists")
    assert {"name": "life", "partitions": 3, "replicas": 1, "internal": False} in cli.json("topic", "list")
    assert cli.json("topic", "describe", "life")["configs"] == {"retention.ms": "1000000"}
    cli.ok("topic", "alter", "life", "-c", "retention.ms=", "-c", "segment.bytes=2000000")
    assert cli.json("topic", "describe", "life")["configs"] == {"segment.bytes": "2000000"}
    cli.ok("topic", "add-partitions", "life", "-n", "5")
    assert len(cli.json("topic", "describe", "life")["partitions"]) == 5
    cli.ok("topic", "delete", "life")
    assert "there is no topic 'life'" in cli.refused("topic", "describe", "life")


def test_records_go_in_and_come_out(cli: Cli) -> None:
    cli.ok("topic", "create", "lines", "-p", "2")
    assert "3 records" in cli.ok("topic", "produce", "lines", "-k", "key", "--partition", "1", stdin="a\nb\nc\n")
    out = cli.ok("topic", "consume", "lines", "-e", "-f", "%p/%o %k=%v\\n")
    assert out == "1/0 key=a\n1/1 key=b\n1/2 key=c\n"
    assert cli.ok("topic", "consume", "lines", "--partition", "1", "--offset", "2", "-n", "1") == "c\n"
    assert cli.ok("topic", "consume", "lines", "-g", "readers", "-n", "3").splitlines() == ["a", "b", "c"]
    group = cli.json("group", "describe", "readers")
    assert [(o["partition"], o["committed_offset"], o["lag"]) for o in group["offsets"]] == [(1, 3, 0)]
    assert "readers" in cli.ok("-o", "name", "group", "list")
    cli.ok("group", "delete", "readers")
    assert "readers" not in cli.ok("-o", "name", "group", "list")


def test_a_generated_project_is_tested_deployed_watched_and_removed(cli: Cli, tmp_path: Path) -> None:
    project = tmp_path / "shout"
    cli.ok("wasm", "generate", str(project))
    samples = ["--records", str(project / "test/input.jsonl"), "--expect", str(project / "test/expected.jsonl")]
    assert "2 records as expected" in cli.ok("wasm", "test", str(project / "main.js"), *samples)
    cli.ok("topic", "create", "tiktok", "-p", "4")
    assert "4 partitions" in cli.ok("wasm", "deploy", str(project / "main.js"), "--name", "shout", "--wait")
    cli.ok("topic", "produce", "tiktok", stdin="hello\nwheel\n")
    lines = cli.ok("topic", "consume", "tiktok-$shout$", "-n", "2").splitlines()
    assert sorted(lines) == ["HELLO", "WHEEL"]
    assert cli.json("wasm", "list")[0]["name"] == "shout"
    status = cli.json("transform", "describe", "shout")
    assert sum(p["end_offset"] for p in status["partitions"]) == 2

    assert "materialised" in cli.refused("topic", "produce", "tiktok-$shout$", stdin="x\n")
    cli.ok("wasm", "pause", "shout")
    assert cli.json("wasm", "describe", "shout")["state"] == "paused"
    cli.ok("wasm", "resume", "shout")
    cli.ok("wasm", "remove", "--name", "shout")
    assert "no script 'shout'" in cli.refused("wasm", "remove", "shout")
    assert len(cli.ok("topic", "consume", "tiktok-$shout$", "-e").splitlines()) == 2


def test_what_a_script_says_is_in_its_logs(cli: Cli, tmp_path: Path) -> None:
    script = tmp_path / "talk.js"
    script.write_text(
        "engine.processRecord((batch) => {\n"
        "  batch.records.forEach((record) => console.warn('saw ' + record.value));\n"
        "  return new Map();\n"
        "});\n"
    )
    cli.ok("topic", "create", "talked", "-p", "1")
    cli.ok("wasm", "deploy", str(script), "--name", "talk", "--input-topic", "talked", "--wait")
    cli.ok("topic", "produce", "talked", stdin="one\n")
    process = subprocess.Popen(
        [sys.executable, "-m", "headrace", "wasm", "logs", "talk", "-f"],
        stdout=subprocess.PIPE,
        text=True,
        env=cli._environment,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
    finally:
        process.terminate()
        process.wait()
    assert "saw one" in line
    assert "warn" in line


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("engine.processRecord((batch) => {\n  return batch.;\n});\n", "bad.js:2:"),
        ("const x = 1;\n", "processRecord"),
        ("engine.processRecord((b) => b);\n", "subscribes to nothing"),
        ("throw new Error('at load');\n", "at load"),
        ("", "empty"),
    ],
)
def test_a_script_that_cannot_run_is_refused_before_it_is_sent(
    cli: Cli, tmp_path: Path, content: str, says: str
) -> None:
    script = tmp_path / "bad.js"
    script.write_text(content)
    before = cli.json("topic", "describe", "_headrace.transforms")["partitions"][0]["end_offset"]
    assert says in cli.refused("wasm", "deploy", str(script), "--name", "bad")
    assert cli.json("topic", "describe", "_headrace.transforms")["partitions"][0]["end_offset"] == before


def test_a_huge_script_is_refused_by_size(cli: Cli, tmp_path: Path) -> None:
    script = tmp_path / "huge.js"
    script.write_bytes(b"//" + b"x" * 50_000_000 + b"\n")
    assert "10 MiB" in cli.refused("wasm", "deploy", str(script), "--name", "huge", "--input-topic", "tiktok")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("topic", "create", "bad name"), "bad name"),
        (("topic", "create", "x", "-c", "no.such=1"), "no.such"),
        (("topic", "create", "x", "-c", "retention.ms=soon"), "retention.ms"),
        (("topic", "create", "x", "-r", "3"), "3 replicas need 3 nodes"),
        (("topic", "alter", "_headrace.progress", "-c", "cleanup.policy=delete"), "_headrace.progress"),
        (("topic", "delete", "_headrace.transforms"), "_headrace.transforms"),
        (("topic", "produce", "_headrace.progress"), "_headrace.progress"),
        (("topic", "describe", "absent"), "absent"),
        (("topic", "consume", "absent", "-e"), "absent"),
        (("group", "describe", "absent"), "absent"),
        (("group", "delete", "absent"), "absent"),
        (("wasm", "describe", "absent"), "absent"),
        (("wasm", "logs", "absent"), "absent"),
        (("wasm", "pause", "absent"), "absent"),
        (("cluster", "config", "get", "no.such"), "no.such"),
        (("cluster", "config", "set", "no.such=1"), "no.such"),
        (("cluster", "config", "set", "log.retention.ms=soon"), "log.retention.ms"),
    ],
)
def test_each_mistake_is_told_in_one_line(cli: Cli, arguments: tuple[str, ...], says: str) -> None:
    message = cli.refused(*arguments, stdin="x\n")
    assert says.lower() in message.lower()
    assert message.startswith("headrace: ")


def test_the_cluster_describes_itself(cli: Cli, node: NodeProcess) -> None:
    info = cli.json("cluster", "info")
    assert [n["address"] for n in info["nodes"]] == [node.kafka]
    assert "healthy" in cli.ok("cluster", "health")
    assert {row["topic"] for row in cli.json("cluster", "partitions")} >= {"_headrace.transforms"}
    cli.ok("cluster", "config", "set", "log.retention.ms=123456789")
    rows = cli.json("cluster", "config", "get", "log.retention.ms")
    assert [(row["value"], row["source"]) for row in rows] == [("123456789", "cluster")]


def test_a_local_cluster_goes_up_down_and_survives_a_kill(tmp_path: Path) -> None:
    directory = tmp_path / "c"
    ports = ["--kafka-port", "0", "--admin-port", "0", "--rpc-port", "0"]

    def local(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "headrace", "-o", "json", "local", *arguments, "--data-dir", str(directory)]
        return subprocess.run(command, capture_output=True, text=True, timeout=COMMAND_TIMEOUT_S, check=False)

    try:
        up = local("up", *ports)
        assert up.returncode == 0, up.stderr
        node = json.loads(up.stdout)[0]
        assert local("up", *ports).returncode == 1
        assert local("status").returncode == 0
        assert local("kill", "1").returncode == 0
        assert local("status").returncode == 1
        again = local("start", "1")
        assert again.returncode == 0, again.stderr
        assert json.loads(again.stdout)[0]["kafka"] == node["kafka"]
        assert "already running" in local("start", "1").stderr
        assert json.loads(local("down").stdout)["stopped"] is True
        assert json.loads(local("down").stdout)["stopped"] is False
        resumed = local("up")
        assert json.loads(resumed.stdout)[0]["kafka"] == node["kafka"], "a stopped cluster goes on with its ports"
    finally:
        assert local("down", "--wipe").returncode == 0
    assert not directory.exists()


@pytest.mark.parametrize(
    ("setting", "says"),
    [("log.retention.mz=1", "did you mean 'log.retention.ms'"), ("log.retention.ms=soon", "soon"), ("x", "key=value")],
)
def test_a_node_that_does_not_start_says_why(tmp_path: Path, setting: str, says: str) -> None:
    command = ["local", "up", "--data-dir", str(tmp_path / "c"), "--kafka-port", "0", "--admin-port", "0"]
    done = headrace(*command, "--set", setting)
    assert done.returncode == 1
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "c" / "cluster.json").exists()


def test_a_data_directory_that_is_in_use_or_foreign_is_refused(tmp_path: Path) -> None:
    where = ["--data-dir", str(tmp_path / "c")]
    assert headrace("local", "up", *where, "--kafka-port", "0", "--admin-port", "0").returncode == 0
    try:
        cluster = tmp_path / "c" / "cluster.json"
        known = cluster.read_text()
        cluster.unlink()  # forgotten, but running
        again = headrace("local", "up", *where, "--kafka-port", "0", "--admin-port", "0")
        assert again.returncode == 1
        assert "in use by another process" in again.stderr
        cluster.write_text("{}")
        assert "cannot be read" in headrace("local", "status", *where).stderr
        cluster.write_text(known)
    finally:
        assert headrace("local", "down", *where).returncode == 0
    meta = tmp_path / "c" / "node-1" / "meta.json"
    meta.write_text(meta.read_text().replace('"node_id": 1', '"node_id": 7'))
    foreign = headrace("local", "up", *where)
    assert foreign.returncode == 1
    assert "belongs to node 7" in foreign.stderr


def test_a_node_in_the_foreground_is_known_and_ends_with_ctrl_c(tmp_path: Path) -> None:
    where = ["--data-dir", str(tmp_path / "c")]
    command = [
        sys.executable,
        "-m",
        "headrace",
        "local",
        "up",
        "--foreground",
        "--kafka-port",
        "0",
        "--admin-port",
        "0",
    ]
    process = subprocess.Popen([*command, *where], stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        assert "ready" in next(line for line in process.stderr if "ready" in line or "ERROR" in line)
        status = headrace("-o", "json", "local", "status", *where)
        assert status.returncode == 0
        assert json.loads(status.stdout)[0]["pid"] == process.pid
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.wait()


def test_following_ends_with_ctrl_c_and_with_its_reader(cli: Cli) -> None:
    cli.ok("topic", "create", "followed", "-p", "1")
    cli.ok("topic", "produce", "followed", stdin="one\n")
    command = [sys.executable, "-m", "headrace", "topic", "consume", "followed"]
    for leave in ("signal", "close"):
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=cli._environment
        )
        try:
            assert process.stdout is not None
            assert process.stderr is not None
            assert process.stdout.readline() == "one\n"
            if leave == "signal":
                process.send_signal(signal.SIGINT)
            else:
                process.stdout.close()
            assert process.wait(20) == (130 if leave == "signal" else 0)
            assert process.stderr.read() == ""
        finally:
            process.kill()
            process.wait()


def test_ctrl_c_does_not_wait_for_more_input(cli: Cli) -> None:
    cli.ok("topic", "create", "typed", "-p", "1")
    process = subprocess.Popen(
        [sys.executable, "-m", "headrace", "topic", "produce", "typed"],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=cli._environment,
    )
    try:
        assert process.stdin is not None
        process.stdin.write("first\n")
        process.stdin.flush()
        assert cli.ok("topic", "consume", "typed", "-n", "1") == "first\n"
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 130
    finally:
        process.kill()
        process.wait()


def test_an_output_that_does_not_exist_yet_is_waited_for(cli: Cli, tmp_path: Path) -> None:
    script = tmp_path / "late.js"
    script.write_text("engine.processRecord((batch) => batch);\n")
    cli.ok("topic", "create", "early", "-p", "1")
    cli.ok("wasm", "deploy", str(script), "--name", "late", "--input-topic", "early", "--wait")
    reader = subprocess.Popen(
        [sys.executable, "-m", "headrace", "topic", "consume", "early-$late$", "-n", "1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=cli._environment,
    )
    try:
        assert reader.stderr is not None
        assert select.select([reader.stderr], [], [], 20)[0], "it says that it waits"
        cli.ok("topic", "produce", "early", stdin="here\n")
        out, _ = reader.communicate(timeout=20)
        assert out == "here\n"
    finally:
        reader.kill()
        reader.wait()
    assert "no topic 'none-$late$'" in cli.refused("topic", "consume", "none-$late$", "-e")


def test_a_deploy_that_fails_at_once_does_not_wait(cli: Cli, tmp_path: Path) -> None:
    script = tmp_path / "fails.js"
    script.write_text("engine.processRecord(() => { throw new Error('as ever'); });\n")
    cli.ok("topic", "create", "given", "-p", "1")
    cli.ok("topic", "produce", "given", stdin="one\n")
    deploy = ("wasm", "deploy", str(script), "--name", "fails", "--input-topic", "given", "--start-from", "earliest")
    assert "as ever (fails.js:1:" in cli.refused(*deploy, "--wait")
    assert "as ever" in cli.ok("wasm", "describe", "fails")
    cli.ok("wasm", "remove", "fails")
