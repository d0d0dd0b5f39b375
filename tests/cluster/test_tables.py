"""Plans and tables: any history of requests keeps the invariants, and replaying it gives the same tables."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from headrace.base.errors import Corrupt, Rejected
from headrace.cluster.core import planning
from headrace.cluster.core.commands import CreateTopic, RegisterNode, Snapshot, decode, encode
from headrace.cluster.core.planning import NewTopic
from headrace.cluster.core.tables import Tables
from headrace.contract.names import materialised_topic
from headrace.contract.settings import NodeSettings

NAMES = st.sampled_from(["a", "b", "c.d", "c_d", "e"])
KEYS = st.sampled_from(["up", "down"])


def same(left: Tables, right: Tables) -> bool:
    return left.snapshot() == right.snapshot() and vars(left) == vars(right)


class History(RuleBasedStateMachine):
    """Requests in any order; a refused one changes nothing."""

    @initialize(nodes=st.lists(st.sampled_from([1, 2, 3, 4]), min_size=1, max_size=4, unique=True))
    def start(self, nodes) -> None:
        self.settings = NodeSettings(
            {"headrace.partitions.per.topic.max": "6", "headrace.partitions.per.node.max": "25"}
        )
        self.tables = Tables()
        self.journal: list[bytes] = []
        self.ids = iter(range(1000, 10**9))
        self.producer_ids: list[range] = []
        for node_id in nodes:
            self._do(RegisterNode(node_id, "host", 9092, f"rack{node_id % 2}"))

    def _do(self, command) -> None:
        if command is None:
            return
        self.journal.append(encode(command))
        assert decode(self.journal[-1]) == command
        self.tables.apply(command)

    def _try(self, plan) -> None:
        before = self.tables.snapshot()
        command, refusal = None, None
        try:
            command = plan()
        except Rejected as error:
            refusal = error
        assert self.tables.snapshot() == before, "planning changed the tables"
        assert refusal is None or (refusal.kafka_code > 0 and refusal.message)
        self._do(command)

    def _topic_id(self) -> bytes:
        return next(self.ids).to_bytes(16, "big")

    @rule(
        name=NAMES,
        partitions=st.integers(-2, 7),
        factor=st.integers(-2, 4),
        internal=st.booleans(),
        config=st.sampled_from([{}, {"retention.ms": "5"}, {"retention.ms": None}, {"nope": "1"}]),
    )
    def create(self, name, partitions, factor, internal, config) -> None:
        wanted = NewTopic(name, partitions, factor, config=config, internal=internal)
        self._try(lambda: planning.plan_create(self.tables, self.settings, wanted, self._topic_id()))

    @rule(
        name=NAMES,
        assignments=st.lists(
            st.tuples(st.integers(-1, 3), st.lists(st.integers(1, 5), max_size=3)), min_size=1, max_size=4
        ),
    )
    def create_assigned(self, name, assignments) -> None:
        wanted = NewTopic(name, assignments=assignments)
        self._try(lambda: planning.plan_create(self.tables, self.settings, wanted, self._topic_id()))

    @rule(data=st.data(), key=KEYS)
    def materialise(self, data, key) -> None:
        parent = data.draw(st.sampled_from([*sorted(self.tables.topics), "absent"]))
        wanted = NewTopic(materialised_topic(parent, key), parent=parent, owner_script=key)
        self._try(lambda: planning.plan_create(self.tables, self.settings, wanted, self._topic_id()))

    @rule(data=st.data())
    def delete(self, data) -> None:
        name = data.draw(st.sampled_from([*sorted(self.tables.topics), "absent"]))
        family = self.tables.family(name)
        self._try(lambda: planning.plan_delete(self.tables, name))
        assert not set(family) & set(self.tables.topics)

    @rule(
        data=st.data(),
        total=st.integers(-1, 8),
        assignments=st.none() | st.lists(st.lists(st.integers(1, 5), max_size=3), max_size=3),
    )
    def grow(self, data, total, assignments) -> None:
        name = data.draw(st.sampled_from([*sorted(self.tables.topics), "absent"]))
        self._try(lambda: planning.plan_add_partitions(self.tables, self.settings, name, total, assignments))

    @rule(
        data=st.data(),
        changes=st.dictionaries(st.sampled_from(["retention.ms", "segment.ms"]), st.none() | st.just("9")),
    )
    def configure(self, data, changes) -> None:
        name = data.draw(st.sampled_from([*sorted(self.tables.topics), "absent"]))
        self._try(lambda: planning.plan_topic_config(self.tables, self.settings, name, changes))

    @rule(
        node=st.none() | st.integers(1, 3),
        changes=st.dictionaries(st.sampled_from(["message.max.bytes", "node.id"]), st.none() | st.just("9")),
    )
    def configure_node(self, node, changes) -> None:
        self._try(lambda: planning.plan_node_config(self.tables, self.settings, node, changes))

    @rule(count=st.integers(1, 5))
    def allocate(self, count) -> None:
        command = planning.plan_producer_ids(self.tables, 1, count)
        fresh = range(command.first, command.first + command.count)
        assert all(fresh.start >= earlier.stop for earlier in self.producer_ids)
        self.producer_ids.append(fresh)
        self._do(command)

    @rule(restarted=st.booleans())
    def register_again(self, restarted) -> None:
        self._do(RegisterNode(min(self.tables.nodes), "elsewhere", 1, None, restarted))

    @rule()
    def shorten(self) -> None:
        self.journal = [encode(self.tables.snapshot())]

    @invariant()
    def holds(self) -> None:
        if not hasattr(self, "tables"):
            return
        self.tables.check_invariants()
        replicas = [node for placed in self.tables.placements() for node in placed]
        assert all(replicas.count(node) <= 25 for node in self.tables.nodes)

    def teardown(self) -> None:
        if not hasattr(self, "tables"):
            return
        replayed = Tables()
        for record in self.journal:
            replayed.apply(decode(record))
        assert same(replayed, self.tables)
        assert same(self.tables.copy(), self.tables)


TestHistory = History.TestCase
TestHistory.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)


def tables_with(*topics: NewTopic) -> Tables:
    tables = Tables()
    tables.apply(RegisterNode(1, "host", 9092))
    for number, topic in enumerate(topics):
        tables.apply(planning.plan_create(tables, NodeSettings(), topic, (number + 1).to_bytes(16, "big")))
    return tables


FAMILY = (
    NewTopic("tiktok", partitions=2),
    NewTopic("tiktok-$up$", parent="tiktok", owner_script="up"),
    NewTopic("tiktok-$up$-$down$", parent="tiktok-$up$", owner_script="down"),
    NewTopic("other", partitions=2),
)


def test_a_family_grows_together_and_goes_together() -> None:
    tables = tables_with(*FAMILY)
    tables.apply(planning.plan_add_partitions(tables, NodeSettings(), "tiktok", 5, None))
    assert {name: len(row.partitions) for name, row in tables.topics.items()} == {
        "tiktok": 5, "tiktok-$up$": 5, "tiktok-$up$-$down$": 5, "other": 2,
    }  # fmt: skip
    tables.apply(planning.plan_delete(tables, "tiktok-$up$"))
    assert sorted(tables.topics) == ["other", "tiktok"]
    tables.check_invariants()


def test_deleting_the_input_takes_its_output_along() -> None:
    tables = tables_with(*FAMILY)
    tables.apply(planning.plan_delete(tables, "tiktok"))
    assert sorted(tables.topics) == ["other"]


def test_a_materialised_topic_does_not_grow_by_itself() -> None:
    tables = tables_with(*FAMILY)
    with pytest.raises(Rejected, match="grow 'tiktok'"):
        planning.plan_add_partitions(tables, NodeSettings(), "tiktok-$up$", 5, None)


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (NewTopic("tiktok-$up$"), 17),  # '$' is not for clients
        (NewTopic("x-$up$", parent="tiktok"), 17),
        (NewTopic("absent-$up$", parent="absent"), 3),
        (NewTopic("tiktok-$" + "k" * 245 + "$", parent="tiktok"), 17),
        (NewTopic("_headrace.transforms"), 17),
        (NewTopic("tiktok"), 36),
    ],
)
def test_names_that_are_refused(wanted, code) -> None:
    with pytest.raises(Rejected) as caught:
        planning.plan_create(tables_with(NewTopic("tiktok")), NodeSettings(), wanted, bytes(16))
    assert caught.value.kafka_code == code


def test_internal_topics_take_as_many_replicas_as_there_are_nodes() -> None:
    tables = tables_with()
    wanted = NewTopic("_headrace.transforms", partitions=1, replication_factor=3, internal=True)
    assert planning.plan_create(tables, NodeSettings(), wanted, bytes(16)).replicas == ((1,),)
    for node_id in (2, 3, 4):
        tables.apply(RegisterNode(node_id, "host", 9092))
    wanted = NewTopic("_headrace.progress", partitions=1, internal=True)
    assert len(planning.plan_create(tables, NodeSettings(), wanted, bytes(16)).replicas[0]) == 3


def test_limits_say_which_setting_raises_them() -> None:
    settings = NodeSettings({"headrace.partitions.per.node.max": "10", "headrace.partitions.per.topic.max": "8"})
    tables = tables_with(NewTopic("a", partitions=5), NewTopic("a-$up$", parent="a"))
    for plan, setting in (
        (lambda: planning.plan_create(tables, settings, NewTopic("b", partitions=9), bytes(16)), "per.topic.max"),
        (lambda: planning.plan_create(tables, settings, NewTopic("b", partitions=1), bytes(16)), "per.node.max"),
        (lambda: planning.plan_add_partitions(tables, settings, "a", 9, None), "per.topic.max"),
        (lambda: planning.plan_add_partitions(tables, settings, "a", 6, None), "per.node.max"),
    ):
        with pytest.raises(Rejected, match=setting) as caught:
            plan()
        assert caught.value.kafka_code == 44


def test_a_restart_begins_a_new_leader_epoch() -> None:
    tables = tables_with(*FAMILY)
    tables.apply(RegisterNode(1, "host", 1234, restarted=False))
    assert tables.nodes[1].port == 1234
    assert {p.leader_epoch for row in tables.topics.values() for p in row.partitions} == {0}
    tables.apply(RegisterNode(1, "host", 1234))
    assert {p.leader_epoch for row in tables.topics.values() for p in row.partitions} == {1}


@pytest.mark.parametrize(
    "record",
    [
        b"",
        b"[]",
        b"{}",
        b'{"v":1}',
        b'{"v":2,"kind":"create-topic"}',
        b'{"v":1,"kind":"explode"}',
        b'{"v":1,"kind":"create-topic","colour":"red"}',
        b"\xff",
    ],
)
def test_a_record_that_is_no_command_stops_the_start(record) -> None:
    with pytest.raises(Corrupt):
        decode(record)


def test_a_snapshot_that_cannot_be_read_stops_the_start() -> None:
    with pytest.raises(Corrupt):
        Tables().apply(Snapshot({"topics": [{}]}))


@given(st.binary(max_size=60))
def test_any_bytes_are_a_command_or_corrupt(data) -> None:
    with contextlib.suppress(Corrupt):
        decode(data)


def test_commands_are_always_the_same_bytes() -> None:
    one = CreateTopic("00", "ä", ((1,),), {"b": "1", "a": "2"})
    two = CreateTopic("00", "ä", ((1,),), {"a": "2", "b": "1"})
    assert encode(one) == encode(two)
