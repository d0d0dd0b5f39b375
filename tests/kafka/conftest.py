"""A broker per test module, and topics that no other test uses."""

import itertools

import pytest

from headrace_testing.broker import InProcessBroker
from headrace_testing.wire import RawConnection


@pytest.fixture(scope="module")
def broker(tmp_path_factory):
    with InProcessBroker(tmp_path_factory.mktemp("broker")) as running:
        yield running


@pytest.fixture
def connection(broker):
    with RawConnection(broker.port) as raw:
        yield raw


_numbers = itertools.count()


@pytest.fixture
def topic(broker):
    """A function that makes a topic: `topic(partitions=1, **configs)` gives its name."""

    def make(partitions: int = 1, **configs: str) -> str:
        name = f"topic-{next(_numbers)}"
        broker.create_topic(name, partitions, **configs)
        return name

    return make
