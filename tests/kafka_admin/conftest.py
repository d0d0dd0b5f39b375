"""A broker per test module, and names that no other test uses."""

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
def name():
    """A topic name that no other test uses."""
    return f"topic-{next(_numbers)}"


@pytest.fixture
def ask(connection):
    """`ask(api, version, **values)`: one request, its answer."""

    def ask(api: str, version: int, /, **values):
        return connection.receive(api, version, connection.send(api, version, values))

    return ask
