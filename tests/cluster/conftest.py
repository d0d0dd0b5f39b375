"""A node without listeners' friends: real storage, controller, partitions and reconciler, in this process."""

import pytest

from headrace_testing.broker import InProcessBroker


@pytest.fixture
def broker(tmp_path):
    with InProcessBroker(tmp_path / "node") as running:
        yield running


@pytest.fixture
def begin(tmp_path):
    """A function that makes brokers on the same folder, for tests that stop or break them."""
    made: list[InProcessBroker] = []

    def begin(**options) -> InProcessBroker:
        made.append(InProcessBroker(tmp_path / "node", **options).start())
        return made[-1]

    yield begin
    for broker in made:
        if broker._thread.is_alive():
            broker.stop()
