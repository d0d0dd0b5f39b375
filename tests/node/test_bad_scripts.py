"""Everything a registry record may be and everything a script may do: told in status, log and log topic, contained,
and a good script and a producer beside it go on as before."""

import json
import random
import threading
import time
from collections.abc import Iterator

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition

from headrace_testing.node import NodeProcess
from headrace_testing.scripted_node import ScriptedNode, tagging_js

REGISTRY = "_headrace.transforms"
SOUND = tagging_js("x")
IN = ("input-topics", b"in")


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NodeProcess]:
    with NodeProcess(tmp_path_factory.mktemp("bad") / "node") as running:
        world = ScriptedNode(running)
        world.create_topic("in", 2)
        world.create_topic("load", 2)
        world.deploy("good", tagging_js("g"), input_topics="load")
        world.wait_state("good", "running")
        world.produce("load", "now the output is its own")
        world.wait_processed("good", "load", {0: 1})
        yield running
        assert "Traceback" not in running.log_text


@pytest.fixture
def world(node: NodeProcess) -> ScriptedNode:
    return ScriptedNode(node)


@pytest.fixture(autouse=True)
def good_goes_on(world: ScriptedNode) -> Iterator[None]:
    yield
    before = {row["partition"]: row["progress_offset"] for row in world.status("good")["partitions"]}
    world.produce("load", "still here", partition=0)
    status = world.wait_processed("good", "load", {0: before[0] + 1})
    assert status["partitions"][0]["last_error"] is None
    assert world.status("good")["state"] == "running"


def writes_to(key: str, tag: str) -> bytes:
    return tagging_js(tag).replace(b'"out"', json.dumps(key).encode())


# Script name, value, headers, state, what the status says.
BAD_DEPLOYS = [
    (b"sha", SOUND, [("sha256", b"\0" * 32)], "rejected", "sha256 does not match"),
    (b"sha-text", SOUND, [("sha256", b"abc")], "rejected", "32 raw bytes"),
    (b"no-text", SOUND, [("description", b"\xff\xfe")], "rejected", "not UTF-8"),
    (b"no-topics", SOUND, [("input-topics", b"\xff\xfe")], "rejected", "not UTF-8"),
    (b"\xff\xfe\0", SOUND, [], "rejected", "must be letters"),
    (b"a\nERROR forged line \x1b[31m", SOUND, [], "rejected", "must be letters"),
    (b"k" * 100_000, SOUND, [], "rejected", "too long"),
    (b"large", b"//" + b"x" * (10 << 20), [], "rejected", "10 MiB are allowed"),
    (b"noparse", b"let let = ;;;(", [IN], "failed", "noparse.js:1:5"),
    (b"nothing", b"engine.processRecord(() => {})", [], "failed", "subscribes to nothing"),
    (b"nohandler", b"1 + 1", [IN], "failed", "has no handler"),
    (b"internal", SOUND, [("input-topics", b"_headrace.logs")], "rejected", "belongs to the cluster"),
    (b"env", SOUND, [("env", b"[" * 60_000)], "rejected", "JSON object"),
    (b"policy", SOUND, [("error-policy", b"explode")], "rejected", "not one of"),
    (b"twice", SOUND, [("error-policy", b"skip"), ("error-policy", b"stop")], "rejected", "2 times"),
    (b"start", SOUND, [("start-from", b"timestamp:99999999999999999999")], "rejected", "not a start"),
    (b"out-illegal", SOUND, [("output-topics", b"a b/c"), IN], "rejected", "cannot name an output"),
    (b"many", SOUND, [("input-topics", b",".join(b"t%d" % n for n in range(100)))], "rejected", "64 are allowed"),
    (b"elf", b"\x7fELF\xff\xfe\x80", [IN], "rejected", "neither a Wasm module nor UTF-8"),
    (b"wasm", b"\0asm\1\0\0\0garbage", [IN], "failed", "WebAssembly"),
    (b"nested", b"(" * 200_000, [IN], "failed", "recursion too deep"),
    (b"hungry", b"a = []; while (1) a.push(new Array(10000).fill(7))", [IN], "failed", "out of memory"),
    (b"headers", SOUND, [("\u00ff\n\r\tX", b"\0\1"), ("e" * 5_000, b"x" * 50_000)], "failed", "subscribes to nothing"),
    (b"later", SOUND, [("input-topics", b"not-yet")], "waiting for topic", "not-yet"),
    (b"taken", SOUND, [("input-topics", b"load"), ("output-topics", b"out")], "failed", "belongs to script 'good'"),
]


def test_bad_deploys_are_told_and_harm_nobody(node: NodeProcess, world: ScriptedNode) -> None:
    world.produce_raw(REGISTRY, [(name, value, headers) for name, value, headers, _state, _says in BAD_DEPLOYS])
    world.produce_raw(REGISTRY, [(b"never-seen", None, []), (b"never-seen", b"", [])])
    with pytest.raises(RuntimeError, match="INVALID_RECORD"):
        world.produce_raw(REGISTRY, [(None, SOUND, [])])
    for name, _value, _headers, state, says in BAD_DEPLOYS:
        shown = name[:200].decode("utf-8", "backslashreplace")
        status = world.wait_state(shown, state)
        assert says in status["message"], shown
    assert "never-seen" not in world.statuses()
    world.wait("the log to tell the last", lambda: "script taken" in node.log_text)
    logged = node.log_text
    assert not [line for line in logged.splitlines() if line.startswith("ERROR forged")]
    assert "\x1b" not in logged
    said = {json.loads(value)["script"] for value in world.values("_headrace.logs")}
    plain = {
        name.decode() for name, _v, _h, state, _s in BAD_DEPLOYS if name.isalnum() and state != "waiting for topic"
    }
    assert {name for name in plain if len(name) < 50} <= said
    world.create_topic("not-yet", 1)
    world.wait_state("later", "running")
    world.produce_raw(REGISTRY, [(name, None, []) for name, *_rest in BAD_DEPLOYS])


HOSTILE = {
    "loop": "while (1) {}",
    "memory": "const a = []; while (1) a.push('x'.repeat(100000) + a.length)",
    "flood": "const v = Buffer.alloc(100000), r = [];"
    " for (let i = 0; i < 1e6; i++) r.push({...b.records[0], value: v}); "
    "return new Map([['fl', {header: b.header, records: r}]])",
    "logs": "for (let i = 0; i < 1e5; i++) console.log('spam ' + i + 'x'.repeat(1000)); return new Map()",
    "regex": "/(a+)+$/.test('a'.repeat(40) + 'b'); return new Map()",
    "recursion": "const f = () => f() + 1; return f()",
    "bigint": "let x = 3n; for (let i = 0; i < 40; i++) x = x * x; return new Map()",
    "never": "return new Promise(() => {})",
    "nested": "JSON.parse('['.repeat(1e6)); return new Map()",
    "keys": "const m = new Map(); for (let i = 0; i < 5000; i++) m.set('k' + i, b); return m",
    "key": "return new Map([['a b$/', b]])",
}


def test_hostile_scripts_all_at_once(node: NodeProcess, world: ScriptedNode) -> None:
    """The good script and a paced producer beside eleven hostile ones, which are then removed in the middle of it."""
    end = world.end("load", 1)
    waits_s: list[float] = []
    stopping = threading.Event()

    def produce() -> None:
        producer = Producer({"bootstrap.servers": node.kafka, "acks": "all", "linger.ms": 0})
        while not stopping.wait(0.01):
            began_s = time.monotonic()
            producer.produce("load", b"v", partition=1)
            assert producer.flush(30) == 0
            waits_s.append(time.monotonic() - began_s)

    engine = node.engine_pids()
    for name, body in HOSTILE.items():
        world.deploy(f"h-{name}", f"engine.processRecord((b) => {{ {body} }});".encode(), input_topics="in")
    world.deploy("h-load", b"while (1) {}", input_topics="in")
    for name in HOSTILE:
        world.wait_state(f"h-{name}", "running")
    paced = threading.Thread(target=produce)
    paced.start()
    for partition in (0, 1):
        world.produce("in", *["1"] * 20, partition=partition)
    told = {"memory": "out of memory", "recursion": "call stack", "bigint": "BigInt", "never": "never happens",
            "nested": "recursion", "keys": "64 are allowed", "key": "characters other than"}  # fmt: skip
    for name, says in told.items():
        world.wait(f"{name} to be told", lambda name=name, says=says: says in _errors(world, f"h-{name}"))
    world.wait("the loop to be told", lambda: "longer than" in _errors(world, "h-loop"))
    stopping.set()
    paced.join()
    world.wait_processed("good", "load", {1: end + len(waits_s)})
    waits_s.sort()
    assert len(waits_s) > 100
    assert waits_s[len(waits_s) // 2] < 0.25
    assert waits_s[-1] < 5
    for name in (*HOSTILE, "load"):
        world.remove(f"h-{name}")
    assert node.engine_pids() == engine, "the engine died of it"


def _errors(world: ScriptedNode, name: str) -> str:
    status = world.status(name)
    return status["message"] + "".join(row["last_error"] or "" for row in status["partitions"])


def test_what_each_policy_does_with_a_hard_record(node: NodeProcess, world: ScriptedNode) -> None:
    world.create_topic("hard", 1)
    policies = ("retry", "skip", "dead-letter", "deregister", "stop")
    for policy in policies:
        world.deploy(
            f"p-{policy}",
            writes_to(f"o-{policy}", "t"),
            input_topics="hard",
            error_policy=policy,
            start_from="earliest",
        )
        world.wait_state(f"p-{policy}", "running")
    large = b"poison" + random.Random(1).randbytes(900_000)
    headers = [("h", b"\x00\xff"), ("h", b"2"), ("headrace-error", b"spoof"), ("n", None)]
    records = [(None, b"one", []), (b"k\xff", b"poison\xff", headers), (None, b"two", []), (b"key", large, [])]
    world.produce_raw("hard", [*records, (None, b"three", [])])
    for policy in ("skip", "dead-letter"):
        world.wait_processed(f"p-{policy}", "hard", {0: 5})
        assert world.values(f"hard-$o-{policy}$") == ["t:one", "t:two", "t:three"]
    world.wait_state("p-stop", "failed")
    world.wait_state("p-deregister", "deregistered")
    world.wait_state("p-retry", "retrying")
    for policy in ("retry", "deregister", "stop"):
        assert world.values(f"hard-$o-{policy}$") == ["t:one"]
    letters = _messages(node, "hard-$p-dead-letter-dead-letter$", 2)
    assert [(letter.key(), letter.value()) for letter in letters] == [(b"k\xff", b"poison\xff"), (b"key", large)]
    assert letters[0].headers()[:4] == headers
    told = dict(letters[0].headers()[4:])
    assert (told["headrace-topic"], told["headrace-partition"], told["headrace-offset"]) == (b"hard", b"0", b"1")
    assert b"cannot stand poison" in told["headrace-error"]
    # A mended version goes on at the record that was too hard.
    for policy in ("retry", "stop"):
        mended = f"engine.processRecord((batch) => new Map([['o-{policy}', batch]]));"
        world.deploy(f"p-{policy}", mended.encode(), input_topics="hard", error_policy=policy, start_from="earliest")
        world.wait_processed(f"p-{policy}", "hard", {0: 5})
        values = [message.value() for message in _messages(node, f"hard-$o-{policy}$", 5)]
        assert values == [b"t:one", b"poison\xff", b"two", large, b"three"]
    for policy in policies:
        world.remove(f"p-{policy}")


def test_thousands_of_failing_records_are_worked_off(world: ScriptedNode) -> None:
    world.create_topic("bulk", 1)
    world.deploy("sieve", writes_to("sieved", "s"), input_topics="bulk", error_policy="skip", start_from="earliest")
    world.wait_state("sieve", "running")
    count = 6_000
    world.produce("bulk", *[f"poison{n}" if n % 3 else f"fine{n}" for n in range(count)])
    status = world.wait_processed("sieve", "bulk", {0: count})
    assert world.values("bulk-$sieved$") == [f"s:fine{n}" for n in range(0, count, 3)]
    assert status["partitions"][0]["records_skipped"] == count - count // 3
    world.remove("sieve")


def _messages(node: NodeProcess, topic: str, count: int):
    consumer = Consumer({"bootstrap.servers": node.kafka, "group.id": "all", "enable.auto.commit": False})
    consumer.assign([TopicPartition(topic, 0, 0)])
    found = []
    deadline_s = time.monotonic() + 30
    while len(found) < count and time.monotonic() < deadline_s:
        found += [message for message in consumer.consume(1000, 0.3) if message.error() is None]
    consumer.close()
    return found
