"""Every advertised version of every API once, with the emptiest request it takes, so that none is left out by accident.

What an empty request says to `list_groups` and `describe_topic_partitions` (and to Metadata version 0) is "everything",
which depends on the scenarios that ran before; their own scenarios ask for all of it and compare what is theirs.
"""

from __future__ import annotations

from typing import Any

import pytest

from headrace_testing.differential import ADVERTISED, Both, Session

EVERYTHING = {"list_groups", "describe_topic_partitions", "api_versions"}
EMPTIEST: dict[str, dict[str, Any]] = {
    "produce": {"transactional_id": None, "acks": -1, "timeout": 1000},
    "init_producer_id": {"transactional_id": None, "transaction_timeout": 1000},
}
CASES = [
    (api, version)
    for api, (lowest, highest) in ADVERTISED.items()
    for version in range(lowest, highest + 1)
    if api not in EVERYTHING and (api, version) != ("metadata", 0)
]


@pytest.mark.parametrize(("api", "version"), CASES)
def test_emptiest_request(both: Both, api: str, version: int) -> None:
    def script(session: Session) -> None:
        session.call_briefly(api, version, EMPTIEST.get(api, {}), label=f"{api} v{version}")

    both.compare(f"every_version.{api}[{version}]", script)
