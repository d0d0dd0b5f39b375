"""Real consumers in groups on a real node: every assignment strategy, static members, death of a member, death of the
node.
"""

import contextlib
import signal
import subprocess
import sys
import time
import uuid

import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, NewTopic

from headrace_testing.group_members import (
    SESSION_MS,
    AiokafkaMember,
    ConfluentMember,
    KafkaPythonMember,
    poll_until,
)
from headrace_testing.node import NodeProcess

PARTITIONS = 6
ALL = set(range(PARTITIONS))

KINDS = [
    (ConfluentMember, "range"),
    (ConfluentMember, "roundrobin"),
    (ConfluentMember, "cooperative-sticky"),
    (AiokafkaMember, "range"),
    (AiokafkaMember, "roundrobin"),
    (AiokafkaMember, "sticky"),
    (KafkaPythonMember, "range"),
    (KafkaPythonMember, "roundrobin"),
    (KafkaPythonMember, "sticky"),
    (KafkaPythonMember, "cooperative-sticky"),
]


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    with NodeProcess(tmp_path_factory.mktemp("node")) as process:
        yield process


@pytest.fixture
def topic(node):
    return new_topic(node)


def new_topic(node):
    name = f"t-{uuid.uuid4().hex[:8]}"
    admin = AdminClient({"bootstrap.servers": node.kafka, "log_level": 2})
    admin.create_topics([NewTopic(name, PARTITIONS, 1)])[name].result(20)
    return name


def produce(node, topic, rounds):
    """`rounds` records into each partition."""
    producer = Producer({"bootstrap.servers": node.kafka, "log_level": 2})
    for _ in range(rounds):
        for partition in range(PARTITIONS):
            producer.produce(topic, b"value", partition=partition)
    assert producer.flush(20) == 0


def everything(rounds):
    return sorted((partition, offset) for partition in ALL for offset in range(rounds))


def closed(*members):
    stack = contextlib.ExitStack()
    for member in members:
        stack.callback(member.close)
    return stack


@pytest.mark.parametrize(("kind", "strategy"), KINDS, ids=lambda value: getattr(value, "__name__", value))
def test_members_come_and_go_and_no_record_is_lost_or_read_twice(node, topic, kind, strategy):
    group = f"g-{topic}"
    seen = []
    produce(node, topic, 5)
    began = time.monotonic()
    first = kind(node.kafka, topic, group, strategy)
    with closed(first):
        poll_until([first], lambda: first.assignment() == ALL, seen, "all partitions for one")
        assert time.monotonic() - began < 10, "joining must take seconds"
        poll_until([first], lambda: len(seen) >= 5 * PARTITIONS, seen, "the first records")
        first.commit()

        second = kind(node.kafka, topic, group, strategy)
        with closed(second):

            def shared():
                parts = first.assignment(), second.assignment()
                return [len(part) for part in parts] == [3, 3] and parts[0] | parts[1] == ALL

            poll_until([first, second], shared, seen, "three partitions for each")
            produce(node, topic, 5)
            poll_until([first, second], lambda: len(seen) >= 10 * PARTITIONS, seen, "the second records")
            first.commit()
            second.commit()
        poll_until([first], lambda: first.assignment() == ALL, seen, "all partitions again")
        produce(node, topic, 5)
        poll_until([first], lambda: len(seen) >= 15 * PARTITIONS, seen, "the third records")
        first.commit()
    assert sorted(seen) == everything(15)

    # Somebody else goes on where the group stood.
    produce(node, topic, 1)
    later = []
    third = kind(node.kafka, topic, group, strategy)
    with closed(third):
        poll_until([third], lambda: len(later) >= PARTITIONS, later, "the fourth records")
    assert sorted(later) == [(partition, 15) for partition in sorted(ALL)]


@pytest.mark.parametrize("kind", [ConfluentMember, KafkaPythonMember])
def test_a_static_member_comes_back_and_nobody_notices(node, topic, kind):
    group = f"g-{topic}"
    seen = []
    one, two = (kind(node.kafka, topic, group, "range", instance=name) for name in ("one", "two"))
    with closed(one):
        poll_until([one, two], lambda: len(one.assignment()) == len(two.assignment()) == 3, seen, "both have a part")
        kept, was = one.assignment(), two.assignment()
        rebalances = getattr(one, "rebalances", None)
        two.close()
        again = kind(node.kafka, topic, group, "range", instance="two")
        with closed(again):
            poll_until([one, again], lambda: again.assignment() == was, seen, "the same part again")
            assert one.assignment() == kept
            produce(node, topic, 1)
            poll_until([one, again], lambda: len(seen) >= PARTITIONS, seen, "the records")
        assert getattr(one, "rebalances", None) == rebalances
    assert sorted(seen) == everything(1)


DOOMED = """
import sys
from headrace_testing.group_members import ConfluentMember
member = ConfluentMember(*sys.argv[1:4], "range")
told = False
while True:
    member.poll()
    if member.assignment() and not told:
        print("assigned", flush=True)
        told = True
"""


def test_a_killed_member_is_replaced_after_its_session(node, topic):
    group = f"g-{topic}"
    seen = []
    survivor = ConfluentMember(node.kafka, topic, group, "range")
    with closed(survivor):
        poll_until([survivor], lambda: survivor.assignment() == ALL, seen, "all partitions for one")
        command = [sys.executable, "-c", DOOMED, node.kafka, topic, group]
        environment = {"PYTHONPATH": ":".join(sys.path)}
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as doomed:
            try:
                poll_until([survivor], lambda: len(survivor.assignment()) == 3, seen, "a part for the other")
                assert doomed.stdout.readline() == b"assigned\n"
            finally:
                doomed.send_signal(signal.SIGKILL)
        died = time.monotonic()
        poll_until([survivor], lambda: survivor.assignment() == ALL, seen, "the dead one's partitions")
        assert time.monotonic() - died < SESSION_MS / 1000 + 5


def test_a_group_goes_on_after_the_node_was_killed(tmp_path):
    with NodeProcess(tmp_path / "node") as node:
        topic = new_topic(node)
        seen = []
        first, second = (ConfluentMember(node.kafka, topic, "g", "range") for _ in range(2))
        with closed(first, second):
            members = [first, second]
            poll_until(members, lambda: len(first.assignment()) == len(second.assignment()) == 3, seen, "parts")
            produce(node, topic, 10)
            poll_until(members, lambda: len(seen) >= 10 * PARTITIONS, seen, "the first records")
            for member in members:
                member.commit()
            parts = [member.assignment() for member in members]
            node.kill()
            node.start()
            produce(node, topic, 10)
            poll_until(members, lambda: len(seen) >= 20 * PARTITIONS, seen, "the records after the restart")
            for member in members:
                member.commit()
            # The node remembered them: same generation, same parts.
            assert [member.assignment() for member in members] == parts
        assert sorted(seen) == everything(20)

        node.kill()
        node.start()
        produce(node, topic, 1)
        later = []
        third = ConfluentMember(node.kafka, topic, "g", "range")
        with closed(third):
            poll_until([third], lambda: len(later) >= PARTITIONS, later, "the records after the last commit")
        assert sorted(later) == [(partition, 20) for partition in sorted(ALL)]
