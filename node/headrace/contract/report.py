"""What a node says about its scripts: the shape behind `GET /v1/transforms`, `headrace wasm list` and a Transform's
status.

Plain frozen data, filled by `transforms.manager`, turned into JSON by `as_json`, folded over nodes by the operator.
No logic and no reading of anything. Surprising: a script that is not running is still in the list as long as
something is to be said about it (refused, failed, removed itself), because a deploy that vanishes without a word is
the worst answer.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

#: loading: waits for the engine. waiting for topic: an input does not exist yet. retrying: at least one partition
#: backs off after an error. failed: stopped by its policy or not loadable; a redeploy or a resume starts it again.
#: rejected: the registry record cannot be used. deregistered: removed itself after an error. engine down: the sidecar
#: is being restarted.
TransformState = Literal[
    "loading", "waiting for topic", "running", "retrying", "paused", "failed", "rejected", "deregistered", "engine down"
]
PartitionState = Literal["starting", "running", "retrying", "blocked", "paused", "failed"]


@dataclass(frozen=True, slots=True)
class PartitionReport:
    """One script on one input partition, as the node that leads the partition sees it.

    Offsets are input offsets. `progress_offset`: every record below it is processed and its output is durable.
    `since_offset`: the first input offset that `digest` processed here. `end_offset`: the visible end of the input.
    Counts are since the node started.
    """

    topic: str
    partition: int
    node: int
    state: PartitionState
    digest: str
    since_offset: int
    progress_offset: int
    end_offset: int
    lag: int
    records_in: int
    records_out: int
    records_skipped: int
    errors: int
    last_error: str | None
    #: Materialised topics that this script wrote from this partition.
    outputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TransformStatus:
    """One script. `digest` is that of the version that runs (or would run); `message` says what a person should
    know."""

    name: str
    state: TransformState
    message: str
    digest: str
    registry_offset: int
    deployed_ms: int
    language: str
    mode: str
    description: str
    headers: tuple[tuple[str, str], ...]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    error_policy: str
    partitions: tuple[PartitionReport, ...]

    @property
    def lag(self) -> int:
        return sum(partition.lag for partition in self.partitions)

    def as_json(self) -> dict[str, Any]:
        """JSON-ready; headers become an object (of repeated headers the last one)."""
        return asdict(self) | {"headers": dict(self.headers), "lag": self.lag}
