"""One engine for all tests of a worker: guests do not share anything that a script can reach."""

from collections.abc import Iterator

import pytest

from headrace.transforms.engines.local import LocalEngine
from headrace_testing.scripts import make_engine


@pytest.fixture(scope="session")
def engine() -> Iterator[LocalEngine]:
    engine = make_engine()
    yield engine
    engine.close()
