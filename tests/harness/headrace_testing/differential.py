"""The same scripted session against two brokers, and what differs between their answers.

A scenario is a function of a `Session`; it runs once per broker, live, because later requests need earlier answers.
Every answer goes into a transcript in which what must differ (ids, times, ports, wording) is replaced by symbols;
`compare` then walks both transcripts field by field. Called by the suite under tests/differential. Surprising: lists of
structs are sorted by their names and indexes (no client depends on that order), and error messages are compared only
as null, empty or text, where a text in place of Kafka's null is welcome.
"""

from __future__ import annotations

import contextlib
import fnmatch
import functools
import os
import pprint
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from kio.schema.errors import ErrorCode

from headrace_testing import wire
from headrace_testing.raw_batches import read_batches
from headrace_testing.wire import ConnectionLost, RawConnection, WireError

SETTLE_TIMEOUT_S = 20.0
EVENTUALLY_S = 3.0
SILENCE_S = 0.7
KAFKA_TRIES_MORE = 2
NOW_WINDOW_MS = 24 * 3600 * 1000
#: Codes that mean "the coordinator is still being loaded": asked again, never part of a transcript.
NOT_YET = frozenset({14, 15, 16})
UNKNOWN_TOPIC_ID = bytes.fromhex("0f0e0d0c0b0a4a4a8a8a010203040506")

#: What our node advertises, by kio's names. tests/differential/test_api_versions.py holds it against the live node.
ADVERTISED = {
    "produce": (3, 13),
    "fetch": (4, 17),
    "list_offsets": (1, 10),
    "metadata": (0, 13),
    "offset_commit": (2, 9),
    "offset_fetch": (1, 9),
    "find_coordinator": (0, 6),
    "join_group": (0, 9),
    "heartbeat": (0, 4),
    "leave_group": (0, 5),
    "sync_group": (0, 5),
    "describe_groups": (0, 6),
    "list_groups": (0, 5),
    "api_versions": (0, 4),
    "create_topics": (2, 7),
    "delete_topics": (1, 6),
    "delete_records": (0, 2),
    "init_producer_id": (0, 5),
    "offset_for_leader_epoch": (2, 4),
    "describe_configs": (1, 4),
    "alter_configs": (0, 2),
    "create_partitions": (0, 3),
    "delete_groups": (0, 2),
    "incremental_alter_configs": (0, 1),
    "offset_delete": (0, 0),
    "describe_cluster": (0, 2),
    "describe_topic_partitions": (0, 0),
}

_UUID_TAIL = re.compile(r"-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z")
_SORT_BY = (
    "name", "topic", "topic_id", "topic_name", "api_key", "partition_index", "index", "partition", "resource_name",
    "resource_type", "group_id", "key", "node_id", "broker_id", "client_id", "group_instance_id", "member_id",
)  # fmt: skip
_PRIVATE_NAMES = {
    "host": "<host>",
    "port": "<port>",
    "cluster_id": "<cluster>",
    "client_host": "<client host>",
}


@dataclass
class Broker:
    """One side. `name` appears in failures."""

    name: str
    port: int

    @property
    def bootstrap(self) -> str:
        return f"127.0.0.1:{self.port}"


@dataclass
class Step:
    label: str
    answer: Any


@dataclass
class Session:
    """What a scenario uses to talk to one broker. `unique` makes names that no other scenario uses."""

    broker: Broker
    unique: str
    steps: list[Step] = field(default_factory=list)
    symbols: dict[bytes | int, str] = field(default_factory=dict)
    topic_ids: dict[str, bytes] = field(default_factory=dict)
    connections: dict[str, RawConnection] = field(default_factory=dict)
    cleanup: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)

    # --- connections ---

    def connection(self, client: str = "raw") -> RawConnection:
        """The connection of a named client (its client id); opened at first use."""
        if client not in self.connections:
            connection = RawConnection(self.broker.port, client_id=client)
            self.connections[client] = connection
            self.cleanup.callback(connection.close)
        return self.connections[client]

    def reconnect(self, client: str = "raw") -> None:
        self.connections.pop(client).close()

    # --- talking, recorded ---

    def call(
        self, api: str, version: int, values: dict[str, Any] | None = None, *, client: str = "raw", label: str = ""
    ) -> dict[str, Any]:
        """One request; its answer goes into the transcript. Returns the answer as it came."""
        answer = self.ask(api, version, values, client=client)
        self.note(f"{label + ': ' if label else ''}{api} v{version}", answer)
        return answer

    def call_briefly(
        self, api: str, version: int, values: dict[str, Any], *, label: str, client: str = "brief"
    ) -> None:
        """Like `call` where a broker may leave the request without an answer, or close the connection."""
        connection = self.connection(client)
        connection.sock.settimeout(SILENCE_S)
        try:
            self.note(label, connection.call(api, version, values))
        except TimeoutError:
            self.note(label, "no answer")
            self.reconnect(client)
        except ConnectionLost:
            self.note(label, "connection closed")
            self.reconnect(client)

    def raw(self, label: str, data: bytes, *, client: str = "raw") -> bytes | None:
        """Send bytes as they are; the transcript tells whether a frame came back or the connection was closed."""
        connection = self.connection(client)
        try:
            connection.send_bytes(data)
            frame = connection.read_frame()
        except ConnectionLost:
            self.note(label, "connection closed")
            self.reconnect(client)
            return None
        self.note(label, "answered")
        return frame

    def note(self, label: str, answer: Any) -> None:
        self.steps.append(Step(label, self.plain(answer)))

    # --- talking, not recorded ---

    def ask(
        self, api: str, version: int, values: dict[str, Any] | None = None, *, client: str = "raw"
    ) -> dict[str, Any]:
        """One request that is only a means; asked again while the coordinator is not there yet."""
        deadline = time.monotonic() + SETTLE_TIMEOUT_S
        while True:
            answer = self.connection(client).call(api, version, values)
            if not (_codes(answer) & NOT_YET) or time.monotonic() > deadline:
                return answer
            time.sleep(0.05)

    def topic(
        self, suffix: str = "", *, partitions: int = 1, configs: dict[str, str] | None = None, wait: bool = True
    ) -> str:
        """Create a topic whose name belongs to this scenario, and wait until it can be written."""
        name = f"{self.unique}{'-' + suffix if suffix else ''}"
        pairs = [{"name": key, "value": value} for key, value in (configs or {}).items()]
        wanted = {"name": name, "num_partitions": partitions, "replication_factor": 1, "configs": pairs}
        answer = self.ask("create_topics", 7, {"topics": [wanted], "timeout": 15000})
        assert answer["topics"][0]["error_code"] == 0, answer
        if wait:
            self.wait_for_topic(name, partitions)
        return name

    def wait_for_topic(self, name: str, partitions: int = 1) -> bytes:
        """Wait until every partition of a topic has a leader; returns the topic id."""
        deadline = time.monotonic() + SETTLE_TIMEOUT_S
        while True:
            topic = self.ask("metadata", 12, {"topics": [{"name": name}]})["topics"][0]
            led = [p for p in topic["partitions"] if p["error_code"] == 0 and p["leader_id"] >= 0]
            if topic["error_code"] == 0 and len(led) == partitions and self._offsets_known(name, partitions):
                self.symbols[topic["topic_id"]] = f"<id of {name.replace(self.unique, '<scenario>')}>"
                self.topic_ids[name] = topic["topic_id"]
                return bytes(topic["topic_id"])
            assert time.monotonic() < deadline, f"{name} has no leader after {SETTLE_TIMEOUT_S:.0f} s: {topic}"
            time.sleep(0.02)

    def wait_until_gone(self, name: str) -> None:
        deadline = time.monotonic() + SETTLE_TIMEOUT_S
        asked = {"topics": [{"name": name}], "allow_auto_topic_creation": False}
        while self.ask("metadata", 5, asked)["topics"][0]["error_code"] == 0:
            assert time.monotonic() < deadline, f"{name} is still there after {SETTLE_TIMEOUT_S:.0f} s"
            time.sleep(0.02)

    def eventually(
        self, label: str, wanted: Callable[[dict[str, Any]], bool], api: str, version: int, values: dict[str, Any]
    ) -> None:
        """Ask until the answer is as wanted (Kafka applies some changes a little later), and record the last answer."""
        deadline = time.monotonic() + EVENTUALLY_S
        while not wanted(answer := self.ask(api, version, values)) and time.monotonic() < deadline:
            time.sleep(0.02)
        self.note(f"{label}: {api} v{version}", answer)

    def _offsets_known(self, name: str, partitions: int) -> bool:
        asked = [{"partition_index": p, "timestamp": -1} for p in range(partitions)]
        answer = self.ask("list_offsets", 1, {"topics": [{"name": name, "partitions": asked}]})
        return not any(p["error_code"] for p in answer["topics"][0]["partitions"])

    def topic_id(self, name: str) -> bytes:
        """The id of a topic that was waited for; of any other name an id that no topic has."""
        return self.topic_ids.get(name, UNKNOWN_TOPIC_ID)

    # --- bodies: topic name and id both, each version takes what it has ---

    def produce_body(self, topic: str, records: bytes | None, partition: int = 0, **values: Any) -> dict[str, Any]:
        """Fields of a produce request for one partition; `values` name other fields of the request."""
        data = {"name": topic, "topic_id": self.topic_id(topic)}
        data["partition_data"] = [{"index": partition, "records": records}]
        return {"transactional_id": None, "acks": -1, "timeout": 10000, "topic_data": [data]} | values

    def fetch_body(self, topic: str, offset: int = 0, partition: int = 0, **values: Any) -> dict[str, Any]:
        """Fields of a fetch request for one partition. `values` name other fields of the partition or the request."""
        of_partition = {"partition": partition, "fetch_offset": offset, "partition_max_bytes": 1 << 20}
        for name in ("current_leader_epoch", "last_fetched_epoch", "log_start_offset", "partition_max_bytes"):
            if name in values:
                of_partition[name] = values.pop(name)
        of_topic = {"topic": topic, "topic_id": self.topic_id(topic), "partitions": [of_partition]}
        return {"max_wait": 0, "min_bytes": 1, "topics": [of_topic]} | values

    def produce(self, topic: str, records: bytes, partition: int = 0, **values: Any) -> dict[str, Any]:
        """Produce and return the partition's answer; not recorded."""
        body = self.produce_body(topic, records, partition, **values)
        answer: dict[str, Any] = self.ask("produce", 9, body)["responses"][0]["partition_responses"][0]
        return answer

    # --- symbols ---

    def plain(self, value: Any, name: str = "") -> Any:
        """`value` with what differs between any two brokers replaced."""
        if isinstance(value, dict):
            return {key: self.plain(item, key) for key, item in value.items()}
        if isinstance(value, list):
            items = _merged([self.plain(item, name) for item in value])
            if items and all(isinstance(item, dict) for item in items):
                items.sort(key=_sort_key)
            elif name.endswith(("nodes", "replicas", "operations")):
                items.sort()
            return items
        if isinstance(value, tuple):
            return tuple(self.plain(item) for item in value)
        return self._plain_leaf(value, name)

    def _plain_leaf(self, value: Any, name: str) -> Any:
        if name == "records" and isinstance(value, bytes):
            return self.plain(read_batches(value), "batches")
        if name in _PRIVATE_NAMES and value is not None:
            return _PRIVATE_NAMES[name]
        if name.endswith("error_message"):
            return "<text>" if value else value
        if isinstance(value, str):
            return _UUID_TAIL.sub("-<uuid>", value.replace(self.unique, "<scenario>"))
        if name == "finalized_features_epoch" and value >= 0:
            return "<epoch>"
        if isinstance(value, bytes) and name == "topic_id":
            return "<zero>" if value == wire.UUID_ZERO else self.symbols.get(value, "<some id>")
        if isinstance(value, int) and not isinstance(value, bool):
            if name == "producer_id" and value >= 0:
                return self.symbols.setdefault(value, f"<producer {self._count('<producer') + 1}>")
            if name == "session_id" and value > 0:
                return "<session>"
            if abs(value - time.time() * 1000) < NOW_WINDOW_MS:
                return "<now>"
        return value

    def _count(self, prefix: str) -> int:
        return sum(symbol.startswith(prefix) for symbol in self.symbols.values())


def versions(api: str, lowest: int = 0) -> tuple[int, ...]:
    """Every advertised version of an API, from `lowest` on."""
    first, last = ADVERTISED[api]
    return tuple(range(max(first, lowest), last + 1))


def scenario(*of_versions: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Turn `def test_x(s, version)` (or `def test_x(s)` when no versions are given) into a test that runs on both."""

    def decorate(script: Callable[..., None]) -> Callable[..., None]:
        area = script.__module__.rpartition(".")[2].removeprefix("test_")
        name = f"{area}.{script.__name__.removeprefix('test_')}"

        if not of_versions:

            def once(both: Both) -> None:
                both.compare(name, script)

            test = once
        else:

            def each(both: Both, version: int) -> None:
                both.compare(f"{name}[{version}]", lambda session: script(session, version))

            test = pytest.mark.parametrize("version", of_versions)(each)
        test.__name__ = test.__qualname__ = script.__name__
        test.__doc__ = script.__doc__
        test.__module__ = script.__module__
        return test

    return decorate


def _codes(value: Any) -> set[int]:
    if isinstance(value, dict):
        own = {value["error_code"]} if "error_code" in value else set()
        return own.union(*(_codes(item) for item in value.values()))
    if isinstance(value, list):
        return set().union(*(_codes(item) for item in value))
    return set()


def _merged(rows: list[Any]) -> list[Any]:
    """Rows of one topic put together: how many rows a topic's partitions are spread over says nothing."""
    merged: list[Any] = []
    for row in rows:
        if isinstance(row, dict) and isinstance(row.get("partitions"), list) and ("topic_id" in row or "topic" in row):
            rest = {key: value for key, value in row.items() if key != "partitions"}
            same = [other for other in merged if {k: v for k, v in other.items() if k != "partitions"} == rest]
            if same:
                same[0]["partitions"] = sorted(same[0]["partitions"] + row["partitions"], key=_sort_key)
                continue
        merged.append(row)
    return merged


def _sort_key(item: dict[str, Any]) -> list[tuple[str, Any]]:
    values = (item.get(name) for name in _SORT_BY)
    return [("", 0) if value is None else (type(value).__name__, value) for value in values]


# --- comparing ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Difference:
    path: str
    kafka: Any
    ours: Any

    def __str__(self) -> str:
        return f"{self.path}\n      Kafka: {_show(self.path, self.kafka)}\n      ours:  {_show(self.path, self.ours)}"


class _Absent:
    def __repr__(self) -> str:
        return "(absent)"


ABSENT = _Absent()


def _show(path: str, value: Any) -> str:
    if path.endswith("error_code") and isinstance(value, int):
        try:
            return f"{value} {ErrorCode(value).name.upper()}"
        except ValueError:
            return f"{value} (no such code)"
    text = repr(value)
    return text if len(text) < 400 else f"{text[:400]}... ({len(text)} characters)"


def differences(kafka: list[Step], ours: list[Step]) -> list[Difference]:
    """Every leaf that differs, with its path from the step's number and label on."""
    found: list[Difference] = []
    for index in range(max(len(kafka), len(ours))):
        left = kafka[index] if index < len(kafka) else None
        right = ours[index] if index < len(ours) else None
        label = f"{index + 1}. {(left or right).label}"  # type: ignore[union-attr]
        if left is None or right is None or left.label != right.label:
            found.append(Difference(label, left and left.label, right and right.label))
            break
        found += _walk(label, left.answer, right.answer)
    return found


def _walk(path: str, kafka: Any, ours: Any) -> Iterator[Difference]:
    if isinstance(kafka, dict) and isinstance(ours, dict):
        for key in [*kafka, *(key for key in ours if key not in kafka)]:
            yield from _walk(f"{path} .{key}", kafka.get(key, ABSENT), ours.get(key, ABSENT))
    elif isinstance(kafka, list) and isinstance(ours, list):
        names = [_name_of(item, i) for i, item in enumerate(kafka)]
        our_names = [_name_of(item, i) for i, item in enumerate(ours)]
        if len(set(names)) == len(names) and len(set(our_names)) == len(our_names):
            left, right = dict(zip(names, kafka, strict=True)), dict(zip(our_names, ours, strict=True))
            for name in [*left, *(name for name in right if name not in left)]:
                yield from _walk(f"{path}[{name}]", left.get(name, ABSENT), right.get(name, ABSENT))
        elif kafka != ours:
            yield Difference(path, kafka, ours)
    elif (type(kafka) is not type(ours) or kafka != ours) and not (
        path.endswith("error_message") and kafka is None and ours == "<text>"  # saying more is no fault
    ):
        yield Difference(path, kafka, ours)


def _name_of(item: Any, index: int) -> str:
    if isinstance(item, dict):
        for key in ("name", "topic", "partition_index", "partition", "index", "resource_name", "group_id", "api_key"):
            if key in item:
                return f"{item[key]}"
    return f"#{index}"


# --- the list of known differences -------------------------------------------------------------------------------


@dataclass(frozen=True)
class KnownDifference:
    """One entry of known_differences.yaml. `scenarios` and `paths` are shell patterns."""

    name: str
    scenarios: tuple[str, ...]
    paths: tuple[str, ...]
    kafka: str
    headrace: str
    reason: str

    def covers(self, scenario: str, difference: Difference) -> bool:
        return self.concerns(scenario) and any(_matches(difference.path, pattern) for pattern in self.paths)

    def concerns(self, scenario: str) -> bool:
        return any(_matches(scenario, pattern) for pattern in self.scenarios)


def _matches(text: str, pattern: str) -> bool:
    return fnmatch.fnmatchcase(text.replace("[", "<").replace("]", ">"), pattern.replace("[", "<").replace("]", ">"))


@functools.cache
def load_known(path: Path) -> tuple[KnownDifference, ...]:
    entries = yaml.safe_load(path.read_text()) or []
    return tuple(
        KnownDifference(
            entry["name"],
            tuple(entry["scenarios"]),
            tuple(entry["paths"]),
            entry["kafka"],
            entry["headrace"],
            entry["reason"],
        )
        for entry in entries
    )


@dataclass(frozen=True)
class Both:
    """The two brokers of a test run; `ours` is None while only Kafka is looked at."""

    kafka: Broker
    ours: Broker | None
    known: tuple[KnownDifference, ...]

    def compare(self, scenario: str, script: Callable[[Session], None]) -> list[Step]:
        """Run a scenario on both and raise AssertionError with a readable list of what differs and is not listed,
        or of what is listed and no longer differs. Returns Kafka's transcript."""
        unique = re.sub(r"[^a-zA-Z0-9]+", "-", scenario).strip("-")
        kafka = run(self.kafka, unique, script)
        _write_down(scenario, self.kafka, kafka)
        if self.ours is None:
            return kafka
        ours = run(self.ours, unique, script)
        _write_down(scenario, self.ours, ours)
        found = differences(kafka, ours)
        for attempt in range(KAFKA_TRIES_MORE):
            unlisted = [d for d in found if not any(known.covers(scenario, d) for known in self.known)]
            if not unlisted:
                break
            # Kafka itself answers some races in more than one way: being like one of them is enough.
            found = differences(run(self.kafka, f"{unique}-{attempt + 2}", script), ours)
        unlisted = [d for d in found if not any(known.covers(scenario, d) for known in self.known)]
        stale = [known.name for known in self.known
                 if known.concerns(scenario) and not any(known.covers(scenario, d) for d in found)]  # fmt: skip
        text = "".join(f"\n  {difference}" for difference in unlisted)
        assert not unlisted, f"{len(unlisted)} differences from Apache Kafka in {scenario}:{text}"
        assert not stale, f"{scenario}: listed as known differences, but there is none (take them out): {stale}"
        return kafka


def _write_down(scenario: str, broker: Broker, steps: list[Step]) -> None:
    """With HEADRACE_TRANSCRIPTS=<folder>, every transcript goes there as text, to read or to diff by hand."""
    folder = os.environ.get("HEADRACE_TRANSCRIPTS")
    if folder:
        lines = [f"{i}. {step.label}\n{pprint.pformat(step.answer, width=150)}\n" for i, step in enumerate(steps, 1)]
        file = Path(folder) / f"{scenario}.{broker.name.split()[-1].lower()}.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n".join(lines))


def run(broker: Broker, unique: str, script: Callable[[Session], None]) -> list[Step]:
    """The transcript of one scenario on one broker. A broken connection or malformed answer ends it, visibly."""
    session = Session(broker, unique)
    with session.cleanup:
        try:
            script(session)
        except (ConnectionLost, WireError, TimeoutError, ConnectionError) as error:
            session.note("the session broke", f"{type(error).__name__}: {error}")
    return session.steps
