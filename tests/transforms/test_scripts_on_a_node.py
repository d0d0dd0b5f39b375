"""Scripts on a real node, with a real engine, seen from outside: deploy, replace, fail, pause, remove.

One node serves the whole file; every test has topics and scripts of its own.
"""

from __future__ import annotations

import hashlib
import json
import time
import urllib.error
import uuid
from collections.abc import Iterator

import pytest

from headrace_testing.node import NodeProcess
from headrace_testing.scripted_node import SPLIT_JS, ScriptedNode, tagging_js


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NodeProcess]:
    with NodeProcess(tmp_path_factory.mktemp("scripts") / "node") as node:
        yield node


@pytest.fixture
def world(process: NodeProcess) -> Iterator[ScriptedNode]:
    world = ScriptedNode(process)
    yield world
    for name in world.statuses():
        world.remove(name)
    world.wait("all scripts to be gone", lambda: not world.statuses())


@pytest.fixture
def topic() -> str:
    return f"in-{uuid.uuid4().hex[:8]}"


def digest(code: bytes) -> str:
    return hashlib.sha256(code).hexdigest()


def test_what_is_produced_after_the_deploy_is_transformed(world: ScriptedNode, topic: str) -> None:
    world.create_topic(topic, 2)
    world.produce(topic, "before")
    world.deploy("t", tagging_js("x"), input_topics=topic)
    # The deploy is acknowledged; from this moment on nothing may be missed, although the script is not loaded yet.
    world.produce(topic, "a", "b")
    world.produce(topic, "c", partition=1)
    assert world.values(f"{topic}-$out$", 0, 2) == ["x:a", "x:b"]
    assert world.values(f"{topic}-$out$", 1, 1) == ["x:c"]
    status = world.wait_processed("t", topic, {0: 3, 1: 1})
    assert status["state"] == "running"
    assert (status["inputs"], status["outputs"]) == ([topic], [f"{topic}-$out$"])
    assert [p["since_offset"] for p in status["partitions"]] == [1, 0]
    assert status["lag"] == 0


def test_the_materialised_topic_has_the_partitions_of_its_input(world: ScriptedNode, topic: str) -> None:
    world.create_topic(topic, 5)
    world.deploy("t", SPLIT_JS, input_topics=topic)
    world.produce(topic, "1", "2", "3", "4", partition=4)
    assert world.values(f"{topic}-$odd$", 4, 1) == ["1"]
    assert world.values(f"{topic}-$even$", 4, 2) == ["2", "4"]
    found = world.get(f"/v1/partitions?topic={topic}-$odd$")
    assert len(found) == 5


def test_start_from_earliest_and_timestamp(world: ScriptedNode, topic: str) -> None:
    world.create_topic(topic)
    world.produce(topic, "old")
    time.sleep(0.005)
    between_ms = int(time.time() * 1000)
    time.sleep(0.005)
    world.produce(topic, "new")
    world.deploy("e", tagging_js("e"), input_topics=topic, start_from="earliest", output_topics="out")
    assert world.values(f"{topic}-$out$", 0, 2) == ["e:old", "e:new"]
    world.remove("e")
    world.deploy("e", tagging_js("t"), input_topics=topic, start_from=f"timestamp:{between_ms}")
    assert world.values(f"{topic}-$out$", 0, 3)[2:] == ["t:new"]


def test_stored_goes_on_where_a_removed_script_stopped(world: ScriptedNode, topic: str) -> None:
    world.create_topic(topic)
    world.deploy("s", tagging_js("one"), input_topics=topic)
    world.produce(topic, "a")
    world.wait_processed("s", topic, {0: 1})
    world.remove("s")
    world.wait("the script to be gone", lambda: "s" not in world.statuses())
    world.produce(topic, "b")
    world.deploy("s", tagging_js("two"), input_topics=topic, start_from="stored")
    world.produce(topic, "c")
    assert world.values(f"{topic}-$out$", 0, 3) == ["one:a", "two:b", "two:c"]


def test_a_redeploy_takes_over_at_the_offset_that_status_shows(world: ScriptedNode, topic: str) -> None:
    world.create_topic(topic)
    world.deploy("r", tagging_js("v1"), input_topics=topic)
    world.produce(topic, *(str(i) for i in range(500)))
    world.deploy("r", tagging_js("v2"), input_topics=topic, start_from="earliest")  # only counts for a new script
    world.produce(topic, *(str(i) for i in range(500, 1000)))
    values = world.values(f"{topic}-$out$", 0, 1000)
    assert [value.split(":")[1] for value in values] == [str(i) for i in range(1000)]
    status = world.wait_processed("r", topic, {0: 1000})
    since = status["partitions"][0]["since_offset"]
    assert status["partitions"][0]["digest"] == digest(tagging_js("v2"))
    assert [value.split(":")[0] for value in values] == ["v1"] * since + ["v2"] * (1000 - since)


def test_a_version_that_does_not_load_leaves_the_one_before(world: ScriptedNode, topic: str) -> None:
    world.create_topic(topic)
    good = tagging_js("good")
    world.deploy("v", good, input_topics=topic)
    world.produce(topic, "a")
    world.wait_processed("v", topic, {0: 1})
    world.deploy("v", b"engine.processRecord((batch) => {\n  const = 1;\n});", input_topics=topic)
    status = world.wait("the refusal", lambda: (s := world.status("v")) and "v.js:2:" in s["message"] and s)
    assert "goes on" in status["message"]
    assert (status["state"], status["digest"]) == ("running", digest(good))
    world.deploy("v", good, input_topics=topic, mode="inline")
    world.wait("the refusal", lambda: "not available in this version" in world.status("v")["message"])
    world.produce(topic, "b")
    assert world.values(f"{topic}-$out$", 0, 2) == ["good:a", "good:b"]


@pytest.mark.parametrize(
    ("headers", "code", "state", "told"),
    [
        ({}, tagging_js("x"), "failed", "subscribes to nothing"),
        ({"mode": "inline"}, tagging_js("x"), "rejected", "not available in this version"),
        ({"env": "{"}, tagging_js("x"), "rejected", "JSON object of texts"),
        ({"sha256": "0" * 32}, tagging_js("x"), "rejected", "does not match"),
        ({"input_topics": "nowhere"}, b"syntax error here", "failed", "bad.js:1:"),
        ({"input_topics": "nowhere"}, tagging_js("x"), "waiting for topic", "nowhere"),
        ({"input_topics": "_headrace.logs"}, tagging_js("x"), "rejected", "belongs to the cluster"),
    ],
)
def test_a_bad_deploy_says_one_clear_thing(
    world: ScriptedNode, headers: dict[str, str], code: bytes, state: str, told: str
) -> None:
    world.deploy("bad", code, **headers)
    assert told in world.wait_state("bad", state)["message"]


def test_a_script_waits_for_its_topic(world: ScriptedNode, topic: str) -> None:
    world.deploy("w", tagging_js("x"), input_topics=topic)
    world.wait_state("w", "waiting for topic")
    world.create_topic(topic)
    world.produce(topic, "first")
    assert world.values(f"{topic}-$out$", 0, 1) == ["x:first"]


def test_a_script_on_a_topic_that_is_deleted_and_made_anew(world: ScriptedNode, topic: str) -> None:
    world.create_topic(topic)
    world.deploy("d", tagging_js("x"), input_topics=topic)
    world.produce(topic, "a", "b", "c")
    world.wait_processed("d", topic, {0: 3})
    world.delete_topic(topic)
    world.wait_state("d", "waiting for topic")
    world.create_topic(topic)
    world.produce(topic, "d")
    assert world.values(f"{topic}-$out$", 0, 1) == ["x:d"]


def test_chains_run_and_a_script_does_not_eat_its_own_output(world: ScriptedNode, topic: str) -> None:
    world.create_topic(topic)
    world.deploy("one", tagging_js("1"), input_topics=topic)
    world.deploy("two", tagging_js("2"), input_topics=f"{topic}-$out$")
    world.produce(topic, "a")
    assert world.values(f"{topic}-$out$-$out$", 0, 1) == ["2:1:a"]
    world.deploy("one", tagging_js("1"), input_topics=f"{topic},{topic}-$out$-$out$")
    assert "this script's own output" in world.wait_state("one", "failed")["message"]


def test_an_output_that_belongs_to_another_script_is_refused(world: ScriptedNode, topic: str) -> None:
    world.create_topic(topic)
    world.deploy("first", tagging_js("1"), input_topics=topic)
    world.produce(topic, "a")
    world.wait_processed("first", topic, {0: 1})
    world.deploy("second", tagging_js("2"), input_topics=topic)
    world.produce(topic, "b")
    assert "belongs to script 'first'" in world.wait_state("second", "failed")["message"]
    assert world.values(f"{topic}-$out$", 0, 2) == ["1:a", "1:b"]


def test_clients_cannot_write_where_a_script_does(world: ScriptedNode, topic: str) -> None:
    world.create_topic(topic)
    world.deploy("t", tagging_js("x"), input_topics=topic, output_topics="out")
    world.wait("the output", lambda: [p["outputs"] for p in world.status("t")["partitions"]] == [[f"{topic}-$out$"]])
    for forbidden in (f"{topic}-$out$", "_headrace.progress", "_headrace.logs"):
        with pytest.raises(RuntimeError):
            ScriptedNode(world.node).produce(forbidden, "x")


# ---- failures


def test_retry_keeps_trying_and_holds_up_nobody_else(world: ScriptedNode, topic: str) -> None:
    world.create_topic(topic, 2)
    world.deploy("r", tagging_js("v1"), input_topics=topic)
    world.produce(topic, "a", "poison pill", "b")
    world.produce(topic, "c", partition=1)
    status = world.wait_state("r", "retrying")
    assert "offset 1: thrown: Error: cannot stand poison pill (r.js:6:" in status["message"]
    assert world.values(f"{topic}-$out$", 0, 1) == ["v1:a"]
    assert world.values(f"{topic}-$out$", 1, 1) == ["v1:c"]
    lane = status["partitions"][0]
    assert (lane["state"], lane["progress_offset"], lane["end_offset"]) == ("retrying", 1, 3)
    assert [row.value for row in world.read(topic)] == ["a", "poison pill", "b"]
    # A mended version goes on at that very record.
    world.deploy("r", tagging_js("v2").replace(b"poison", b"venom"), input_topics=topic)
    assert world.values(f"{topic}-$out$", 0, 3) == ["v1:a", "v2:poison pill", "v2:b"]
    assert world.wait_processed("r", topic, {0: 3, 1: 1})["state"] == "running"


def test_skip_passes_over_and_counts(world: ScriptedNode, topic: str) -> None:
    world.create_topic(topic)
    world.deploy("s", tagging_js("x"), input_topics=topic, error_policy="skip")
    world.produce(topic, "a", "poison 1", "b", "poison 2", "c")
    assert world.values(f"{topic}-$out$", 0, 3) == ["x:a", "x:b", "x:c"]
    lane = world.wait_processed("s", topic, {0: 5})["partitions"][0]
    assert (lane["records_skipped"], lane["state"]) == (2, "running")
    assert "poison" in lane["last_error"]


def test_dead_letters_are_kept_with_their_story(world: ScriptedNode, topic: str) -> None:
    world.create_topic(topic)
    world.deploy("d", tagging_js("x"), input_topics=topic, error_policy="dead-letter")
    world.produce(topic, "a", "poison 1", "b")
    (letter,) = world.read(f"{topic}-$d-dead-letter$", 0, 1)
    assert letter.value == "poison 1"
    assert letter.headers["headrace-offset"] == b"1"
    assert letter.headers["headrace-digest"] == digest(tagging_js("x")).encode()
    assert b"cannot stand" in letter.headers["headrace-error"]
    assert world.values(f"{topic}-$out$", 0, 2) == ["x:a", "x:b"]


def test_stop_stays_stopped_until_a_redeploy(world: ScriptedNode, topic: str) -> None:
    world.create_topic(topic)
    world.deploy("s", tagging_js("v1"), input_topics=topic, error_policy="stop")
    world.produce(topic, "a", "poison", "b")
    assert "offset 1: thrown" in world.wait_state("s", "failed")["message"]
    world.node.kill()
    world.node.start()
    world = ScriptedNode(world.node)
    assert "offset 1: thrown" in world.wait_state("s", "failed")["message"]
    world.deploy("s", tagging_js("v2").replace(b"poison", b"venom"), input_topics=topic, error_policy="stop")
    assert world.values(f"{topic}-$out$", 0, 3) == ["v1:a", "v2:poison", "v2:b"]


def test_deregister_removes_the_script_and_says_why(world: ScriptedNode, topic: str) -> None:
    world.create_topic(topic)
    world.deploy("d", tagging_js("x"), input_topics=topic, error_policy="deregister")
    world.produce(topic, "a", "poison")
    world.wait("the tombstone", lambda: world.read("_headrace.transforms")[-1].value == "")
    status = world.wait_state("d", "deregistered")
    assert "cannot stand poison" in status["message"]
    assert status["partitions"] == []
    assert world.values(f"{topic}-$out$", 0, 1) == ["x:a"]
    world.remove("d")
    world.wait("the note to be cleared", lambda: "d" not in world.statuses())


def test_a_script_that_spins_harms_only_itself(world: ScriptedNode, topic: str) -> None:
    world.create_topic(topic)
    world.create_topic(f"{topic}-spin")
    spinning = b"engine.processRecord((batch) => { for (;;) {} });"
    world.deploy("spin", spinning, input_topics=f"{topic}-spin")
    world.deploy("fine", tagging_js("x"), input_topics=topic)
    world.produce(f"{topic}-spin", "a")
    began = time.monotonic()
    for number in range(20):
        world.produce(topic, str(number))
    assert len(world.values(f"{topic}-$out$", 0, 20)) == 20
    assert time.monotonic() - began < 4
    assert "deadline" in world.wait_state("spin", "retrying")["message"]


def test_what_a_script_prints_is_in_the_log_topic(world: ScriptedNode, topic: str) -> None:
    world.create_topic(topic)
    code = b"""engine.processRecord((batch) => {
  console.log("seen", batch.records.length); console.error("oh");
  return Promise.resolve(new Map());
});"""
    world.deploy("talker", code, input_topics=topic)
    world.produce(topic, "a")

    def lines() -> list[dict[str, object]]:
        found = [json.loads(row.value) for row in world.read("_headrace.logs") if row.key == b"talker"]
        return [line for line in found if line["partition"] == f"{topic}-0" and line["digest"] is not None]

    found = world.wait("the lines", lines)
    assert [(line["level"], line["text"]) for line in found] == [("info", "seen 1"), ("error", "oh")]
    assert found[0]["digest"] == digest(code)
    assert found[0]["node"] == 1


def test_a_flood_of_lines_is_cut_and_counted(world: ScriptedNode, topic: str) -> None:
    world.create_topic(topic)
    code = b"""engine.processRecord((batch) => {
  for (let i = 0; i < 100000; i++) console.log("line", i);
  return Promise.resolve(new Map());
});"""
    world.deploy("flood", code, input_topics=topic)
    for _ in range(3):
        world.produce(topic, "a")
    world.wait_processed("flood", topic, {0: 3})

    def dropped() -> list[str]:
        lines = [json.loads(row.value)["text"] for row in world.read("_headrace.logs") if row.key == b"flood"]
        return [text for text in lines if "were dropped" in text]

    world.wait("a line about dropped lines", dropped)
    assert sum(row.key == b"flood" for row in world.read("_headrace.logs")) < 5_000


# ---- pause, restart


def test_scripts_go_on_after_a_clean_restart_without_doing_anything_twice(world: ScriptedNode, topic: str) -> None:
    world.create_topic(topic)
    world.deploy("c", tagging_js("x"), input_topics=topic)
    world.produce(topic, "a", "drop", "drop")
    world.wait_processed("c", topic, {0: 3})
    world.node.stop()
    world.node.start()
    world = ScriptedNode(world.node)
    world.produce(topic, "b")
    assert world.values(f"{topic}-$out$", 0, 2) == ["x:a", "x:b"]
    lane = world.wait_processed("c", topic, {0: 4})["partitions"][0]
    # A clean stop wrote everything down: nothing is read again, not even what left no output.
    assert lane["records_in"] == 1


def test_removing_and_deploying_again_is_a_new_life(world: ScriptedNode, topic: str) -> None:
    world.create_topic(topic)
    world.deploy("n", tagging_js("one"), input_topics=topic)
    world.produce(topic, "a")
    world.wait_processed("n", topic, {0: 1})
    world.remove("n")
    world.deploy("n", tagging_js("two"), input_topics=topic, start_from="earliest")
    assert world.values(f"{topic}-$out$", 0, 2) == ["one:a", "two:a"]


def test_a_paused_script_rests_through_kill_and_redeploy(world: ScriptedNode, topic: str) -> None:
    world.create_topic(topic)
    world.deploy("p", tagging_js("v1"), input_topics=topic)
    world.produce(topic, "a")
    world.wait_processed("p", topic, {0: 1})
    assert world.post("/v1/transforms/p/pause")["state"] == "paused"
    assert world.post("/v1/transforms/p/pause")["state"] == "paused"
    # The answer means that it is written down.
    world.node.kill()
    world.node.start()
    world = ScriptedNode(world.node)
    world.deploy("p", tagging_js("v2"), input_topics=topic)
    world.produce(topic, "b")
    newest = digest(tagging_js("v2"))
    world.wait("the new version", lambda: (s := world.status("p"))["digest"] == newest and s["partitions"])
    status = world.wait_state("p", "paused")
    assert [p["progress_offset"] for p in status["partitions"]] == [1]
    assert world.end(f"{topic}-$out$") == 1
    assert world.post("/v1/transforms/p/resume")["state"] in {"running", "loading", "engine down"}
    assert world.values(f"{topic}-$out$", 0, 2) == ["v1:a", "v2:b"]


def test_pausing_what_is_not_there_says_so(world: ScriptedNode) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        world.post("/v1/transforms/nobody/pause")
    assert refused.value.code == 404
