"""What happens to the pacemaker's core (events) and what it wants done (effects). Plain data, no behaviour.

The driver turns the world into events and carries effects out; the simulator in the tests does the same with a model
of the world. Every piece of work that takes time has an `op` number: an answer whose `op` the core no longer waits
for is dropped, so late answers (of a lost engine, a removed partition) are harmless. Surprising: record bytes never
pass through here; the driver keeps them by `op`. Offsets are input offsets unless the name says otherwise; "next"
means one past the last.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from headrace.contract.script import ScriptRecord, StartPoint
from headrace.transforms.engines.channel import Failure, RunMode


class LaneId(NamedTuple):
    """One script on one input partition."""

    script: str
    topic: str
    partition: int

    def __str__(self) -> str:
        return f"{self.script} on {self.topic}-{self.partition}"


NoteLevel = Literal["info", "warn", "error"]


# ---- what is remembered in the progress topic


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far a script came on one input partition.

    Every input offset below `progress` is processed and its output durable. `incarnation`: registry offset of the
    deploy that (re)created the script. `since`: the first offset that `digest` processed. `history`: earlier digests
    with their first offsets, oldest first. `bases`: per output key the topic id and the output offset from which
    batches belong to this incarnation; a key that is not there has base 0. `topic_id`: of the input; a topic made
    anew under the same name is another topic.
    """

    incarnation: int
    topic_id: bytes
    progress: int
    digest: bytes
    since: int
    history: tuple[tuple[bytes, int], ...] = ()
    bases: Mapping[str, tuple[bytes, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stopped:
    """A script stopped by its policy: which version, where, why. Gone with the next deploy or a resume."""

    registry_offset: int
    reason: Literal["stop", "deregister"]
    failure: Failure
    topic: str | None = None
    partition: int | None = None

    def __str__(self) -> str:
        place = "" if self.topic is None else f"{self.topic}-{self.partition}, "
        return f"{place}{self.failure}"


@dataclass(frozen=True, slots=True)
class Memo:
    """What must be known of a script as a whole after a restart.

    `inputs`: since which registry offset the script reads a topic (a `latest` start is fixed by that moment).
    """

    incarnation: int
    removed_at: int | None = None
    paused: bool = False
    stopped: Stopped | None = None
    inputs: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Visible ends of all partitions at the moment when the registry records from `registry_from` on, below
    `registry_next`, became visible.
    """

    registry_from: int
    registry_next: int
    ends: Mapping[tuple[str, int], int]


ProgressKey = str | LaneId | int  # a script's memo, a lane's checkpoint, a snapshot by its registry_next
ProgressValue = Memo | Checkpoint | Snapshot | None


# ---- events


@dataclass(frozen=True, slots=True)
class Deployed:
    script: ScriptRecord


@dataclass(frozen=True, slots=True)
class Removed:
    name: str
    registry_offset: int


@dataclass(frozen=True, slots=True)
class RegistryCaughtUp:
    """The registry is read up to its visible end for the first time: from now on act."""


@dataclass(frozen=True, slots=True)
class RegistryFollowed:
    """Every registry record below `next_offset` has been told."""

    next_offset: int


@dataclass(frozen=True, slots=True)
class SnapshotTaken:
    snapshot: Snapshot


@dataclass(frozen=True, slots=True)
class PauseAsked:
    name: str


@dataclass(frozen=True, slots=True)
class ResumeAsked:
    name: str


@dataclass(frozen=True, slots=True)
class PartitionAdded:
    topic: str
    partition: int
    visible_offset: int


@dataclass(frozen=True, slots=True)
class PartitionRemoved:
    topic: str
    partition: int


@dataclass(frozen=True, slots=True)
class VisibleAdvanced:
    topic: str
    partition: int
    visible_offset: int


@dataclass(frozen=True, slots=True)
class EngineUp:
    pass


@dataclass(frozen=True, slots=True)
class EngineLost:
    reason: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """`subscriptions`: what the script itself wants to read, with its own word on where to start."""

    op: int
    subscriptions: tuple[tuple[str, StartPoint | None], ...] = ()
    error_policy: Literal["skip", "deregister"] | None = None


@dataclass(frozen=True, slots=True)
class LoadFailed:
    op: int
    failure: Failure


@dataclass(frozen=True, slots=True)
class OutputFacts:
    """A materialised partition as found. `tail`: (output offset, progress) of its last batch if that carries our
    stamp."""

    topic_id: bytes
    next_offset: int
    visible_offset: int
    tail: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class LaneInspected:
    """`log_start_offset`..`visible_offset`: what can be read. `timestamp_offset`: answer to the look-up, None if
    nothing is that young.

    `outputs`: by key, every materialised topic of this input that the script owns. `ancestor_owners`: scripts that
    own the input topic, its parent, and so on up.
    """

    op: int
    topic_id: bytes
    log_start_offset: int
    log_end_offset: int
    visible_offset: int
    timestamp_offset: int | None
    outputs: Mapping[str, OutputFacts]
    ancestor_owners: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChunkRead:
    """`size_bytes` 0: there is nothing to read below `visible_offset` any more."""

    op: int
    size_bytes: int
    visible_offset: int


@dataclass(frozen=True, slots=True)
class ReadFailed:
    """`log_start_offset` is set when the offset is no longer (or not yet) there."""

    op: int
    message: str
    log_start_offset: int | None = None


@dataclass(frozen=True, slots=True)
class ChunkDone:
    """The engine's answer: all records below `end_offset` are processed. `output_keys`: those that got records.

    `halted`: the record at `end_offset` failed and the mode was `halt`. `skipped`: the failures that were passed over
    (a bounded sample).
    """

    op: int
    end_offset: int
    output_keys: tuple[str, ...]
    records_in: int = 0
    records_out: int = 0
    records_skipped: int = 0
    skipped: tuple[Failure, ...] = ()
    halted: Failure | None = None


@dataclass(frozen=True, slots=True)
class ChunkRefused:
    """The engine could not run the chunk at all, for a reason that is not a record's."""

    op: int
    failure: Failure


@dataclass(frozen=True, slots=True)
class OutputsReady:
    op: int
    #: By key: topic id, next offset and visible offset of the output partition.
    outputs: Mapping[str, tuple[bytes, int, int]]


@dataclass(frozen=True, slots=True)
class OutputsRefused:
    """`permanent`: trying again will not help (owned by another script, name too long)."""

    op: int
    message: str
    permanent: bool


@dataclass(frozen=True, slots=True)
class ChunkAppended:
    """`next_offsets`: by key the output offset after the batch. `problem`: why the keys that are missing could not be
    written."""

    op: int
    next_offsets: Mapping[str, int]
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class ProgressDurable:
    op: int


@dataclass(frozen=True, slots=True)
class ProgressFailed:
    """The progress topic took nothing of this write."""

    op: int
    message: str


@dataclass(frozen=True, slots=True)
class DeregisterRefused:
    """The tombstone could not be written now. A success comes back as `Removed`."""

    name: str
    message: str


@dataclass(frozen=True, slots=True)
class StopAsked:
    """The node stops: finish nothing new, write down what is durable."""


@dataclass(frozen=True, slots=True)
class Tick:
    pass


Event = (
    Deployed
    | Removed
    | RegistryCaughtUp
    | RegistryFollowed
    | SnapshotTaken
    | PauseAsked
    | ResumeAsked
    | PartitionAdded
    | PartitionRemoved
    | VisibleAdvanced
    | EngineUp
    | EngineLost
    | Loaded
    | LoadFailed
    | LaneInspected
    | ChunkRead
    | ReadFailed
    | ChunkDone
    | ChunkRefused
    | OutputsReady
    | OutputsRefused
    | ChunkAppended
    | ProgressDurable
    | ProgressFailed
    | DeregisterRefused
    | StopAsked
    | Tick
)


# ---- effects


@dataclass(frozen=True, slots=True)
class Load:
    """Give the script to the engine under `handle`. Answer: Loaded or LoadFailed (none if the engine is lost)."""

    op: int
    handle: int
    script: ScriptRecord


@dataclass(frozen=True, slots=True)
class Unload:
    handle: int


@dataclass(frozen=True, slots=True)
class Inspect:
    """Look at the input partition and at what the script has written from it. Answer: LaneInspected."""

    op: int
    lane: LaneId
    timestamp_ms: int | None


@dataclass(frozen=True, slots=True)
class Read:
    """Read whole batches from the one that holds `start_offset`. Answer: ChunkRead or ReadFailed."""

    op: int
    lane: LaneId
    start_offset: int
    max_bytes: int


@dataclass(frozen=True, slots=True)
class Run:
    """Hand the bytes read to the engine, records in [start_offset, limit_offset) only. Answer: ChunkDone or
    ChunkRefused."""

    op: int
    lane: LaneId
    handle: int
    start_offset: int
    limit_offset: int | None
    mode: RunMode


@dataclass(frozen=True, slots=True)
class EnsureOutputs:
    """Make the materialised topics exist, here. Answer: OutputsReady or OutputsRefused."""

    op: int
    lane: LaneId
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Append:
    """Write the outputs of these keys, each in one batch, in this order, stopping at the first that fails. Answer:
    ChunkAppended."""

    op: int
    lane: LaneId
    keys: tuple[str, ...]
    end_offset: int


@dataclass(frozen=True, slots=True)
class Forget:
    """The bytes kept for this `op` are not needed any more."""

    op: int


@dataclass(frozen=True, slots=True)
class WriteProgress:
    """Append one record to the progress topic; the order of these effects is the order in the topic.

    `op` is None when nobody waits; else the answer is ProgressDurable or ProgressFailed.
    """

    op: int | None
    key: ProgressKey
    value: ProgressValue


@dataclass(frozen=True, slots=True)
class Deregister:
    """Write a tombstone for the script unless the registry has something newer than `registry_offset` for it."""

    name: str
    registry_offset: int


@dataclass(frozen=True, slots=True)
class Note:
    """Something a person should know; goes to the node's log and to the script's log."""

    level: NoteLevel
    script: str
    message: str
    partition: str | None = None


@dataclass(frozen=True, slots=True)
class CountFailure:
    """For metrics: a script failed."""

    script: str
    kind: str


Effect = (
    Load
    | Unload
    | Inspect
    | Read
    | Run
    | EnsureOutputs
    | Append
    | Forget
    | WriteProgress
    | Deregister
    | Note
    | CountFailure
)
