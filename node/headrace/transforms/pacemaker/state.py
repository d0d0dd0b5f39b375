"""What the pacemaker's core knows: scripts with their versions, lanes (script x partition), flights, timers.

Only data and the bookkeeping that keeps it consistent; `scripts.py` and `lanes.py` decide, `core.py` dispatches.
Deterministic. Words: a *version* is one deploy of a script, a *lane* is a script on one partition, a *flight* is the
chunk that a lane has in work, *next_offset* is where the next chunk begins, *committed* is how much of that is
processed with its output durable.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from headrace.base.limits import CHUNK_BYTES_MAX, MIB
from headrace.contract.script import ErrorPolicy, ScriptRecord, StartPoint
from headrace.transforms.pacemaker.effects import (
    Checkpoint,
    Effect,
    LaneId,
    Memo,
    Note,
    NoteLevel,
    ProgressKey,
    ProgressValue,
    Snapshot,
    WriteProgress,
)
from headrace.transforms.pacemaker.policy import effective_policy

LATEST = StartPoint("latest")


@dataclass(frozen=True, slots=True)
class PaceLimits:
    """Bounds of the pacemaker. Invariant: all positive, a script may not take the whole node."""

    chunk_bytes_max: int = CHUNK_BYTES_MAX
    #: Input bytes between their read and the append of what came of them, over all lanes.
    flight_bytes_max: int = 32 * MIB
    flights_max: int = 64
    #: Two keep the engine's thread busy while the node writes; more would let one slow script hold all flights.
    flights_per_script_max: int = 2
    #: Chunks begun in answer to one event: reading them all at once would hold up the node's clients.
    starts_per_event_max: int = 4
    loads_max: int = 4
    #: How late a checkpoint may be: what a restart reads and runs again for nothing.
    checkpoint_ms: int = 1_000
    checkpoint_bytes: int = 64 * MIB
    #: Chunks of one lane whose output is written but not durable; beyond, the lane waits for the disk.
    undurable_chunks_max: int = 64
    history_max: int = 5
    snapshots_max: int = 64
    #: Scripts that are gone, remembered for a `stored` start.
    departed_max: int = 1_000
    retry_progress_ms: int = 1_000

    def __post_init__(self) -> None:
        assert self.flights_per_script_max < self.flights_max
        assert self.chunk_bytes_max < self.flight_bytes_max


class Phase(Enum):
    """Where a lane stands. INSPECTING -> SAVING -> READY -> READING -> RUNNING [-> CREATING] -> APPENDING -> READY."""

    INSPECTING = "inspecting"
    SAVING = "saving"  # a checkpoint must be durable before anything else
    READY = "ready"  # between two chunks
    READING = "reading"
    RUNNING = "running"
    CREATING = "creating"  # a materialised topic is being created
    APPENDING = "appending"
    WAITING = "waiting"  # until retry_at_ms


FLYING = frozenset({Phase.READING, Phase.RUNNING, Phase.CREATING, Phase.APPENDING})


@dataclass(slots=True, eq=False)
class Version:
    """One deploy of a script. `handle` is set while the engine holds it; `inputs` once it was loaded.

    `since`, `since_ms`: registry offset and time from which its inputs count as read: its own, or those of a deploy
    that it overtook before that ran.
    """

    record: ScriptRecord
    since: int
    since_ms: int
    handle: int | None = None
    load_op: int | None = None
    load_attempts: int = 0
    load_deaths: int = 0
    load_after_ms: int = 0
    inputs: Mapping[str, StartPoint] = field(default_factory=dict)
    own_policy: ErrorPolicy | None = None

    @property
    def policy(self) -> ErrorPolicy:
        return effective_policy(self.record.error_policy, self.own_policy)


@dataclass(slots=True)
class Undurable:
    """A chunk whose output is written: `progress` counts once every output partition is visible up to `required`."""

    progress: int
    required: dict[str, int]


@dataclass(slots=True, eq=False)
class Lane:
    """One script on one input partition.

    Invariants: saved progress <= committed <= next_offset; `tails` hold only progress above next_offset; `undurable`
    rises.
    """

    id: LaneId
    version: Version
    phase: Phase
    op: int
    topic_id: bytes = b""
    next_offset: int = 0
    committed: int = 0
    since: int = 0
    digest: bytes = b""
    history: tuple[tuple[bytes, int], ...] = ()
    bases: dict[str, tuple[bytes, int]] = field(default_factory=dict)
    #: Output keys whose partition is here, with the output offset up to which we wrote / it is visible.
    written: dict[str, int] = field(default_factory=dict)
    visible: dict[str, int] = field(default_factory=dict)
    #: Progress that an output already holds beyond next_offset: chunks end there, and are not written to it again.
    tails: dict[str, int] = field(default_factory=dict)
    undurable: deque[Undurable] = field(default_factory=deque)

    saved: Checkpoint | None = None
    save_op: int | None = None
    save_due_ms: int | None = None
    unsaved_bytes: int = 0

    # the flight
    size_bytes: int = 0
    limit_offset: int | None = None
    readable_offset: int = 0
    end_offset: int = 0
    keys: tuple[str, ...] = ()

    attempts: int = 0
    retry_at_ms: int = 0
    #: Trouble that is not the script's (disk, topic creation), or None.
    blocked: str | None = None

    records_in: int = 0
    records_out: int = 0
    records_skipped: int = 0
    errors: int = 0
    last_error: str | None = None

    @property
    def flying(self) -> bool:
        return self.phase in FLYING

    @property
    def drained(self) -> bool:
        return self.committed == self.next_offset


@dataclass(slots=True, eq=False)
class ScriptState:
    """One script. `active` runs, `candidate` is to take its place once the engine has loaded it.

    `fallback`: the version before a candidate that was never tried (start-up reads several of them at once).
    """

    name: str
    memo: Memo
    active: Version | None = None
    candidate: Version | None = None
    fallback: Version | None = None
    #: A version that could not be loaded, and why; shown until something newer works.
    refused: Version | None = None
    refusal: str = ""
    retiring: list[Version] = field(default_factory=list)
    lanes: dict[LaneId, Lane] = field(default_factory=dict)
    #: Lanes with something to read, in the order in which they get their turn.
    ready: dict[LaneId, None] = field(default_factory=dict)
    flying: int = 0
    #: Engine deaths in a row while a chunk of this script ran.
    deaths: int = 0

    @property
    def halted(self) -> bool:
        return self.memo.paused or self.memo.stopped is not None

    @property
    def shown(self) -> Version | None:
        """The version that status speaks of."""
        return self.active or self.candidate or self.refused


@dataclass(slots=True)
class ProgressMemory:
    """What the progress topic says; every write is repeated here at once."""

    memos: dict[str, Memo] = field(default_factory=dict)
    checkpoints: dict[LaneId, Checkpoint] = field(default_factory=dict)
    snapshots: dict[int, Snapshot] = field(default_factory=dict)

    def put(self, key: ProgressKey, value: ProgressValue) -> None:
        if value is None:
            if isinstance(key, LaneId):
                self.checkpoints.pop(key, None)
            elif isinstance(key, str):
                self.memos.pop(key, None)
            else:
                self.snapshots.pop(key, None)
        elif isinstance(value, Checkpoint) and isinstance(key, LaneId):
            self.checkpoints[key] = value
        elif isinstance(value, Memo) and isinstance(key, str):
            self.memos[key] = value
        elif isinstance(value, Snapshot) and isinstance(key, int):
            self.snapshots[key] = value
        else:
            raise TypeError(f"{type(value).__name__} cannot stand under {key!r}")


class World:
    """All state of the core, with the few operations that everyone shares."""

    def __init__(self, limits: PaceLimits, memory: ProgressMemory) -> None:
        self.limits = limits
        self.memory = memory
        self.now_ms = 0
        self.live = False
        self.stopping = False
        self.engine_up = False
        self.engine_problem = "not started yet"
        self.registry_next = 0
        self.scripts: dict[str, ScriptState] = {}
        self.lanes: dict[LaneId, Lane] = {}
        #: Visible end of every partition that is here.
        self.partitions: dict[str, dict[int, int]] = {}
        #: Which lanes read an input partition.
        self.readers: dict[tuple[str, int], list[Lane]] = {}
        #: Which lane writes a materialised partition, under which key.
        self.writers: dict[tuple[str, int], tuple[Lane, str]] = {}
        self.ops: dict[int, Lane] = {}
        self.saves: dict[int, Lane] = {}
        self.loads: dict[int, tuple[ScriptState, Version, int]] = {}
        self.load_queue: deque[tuple[ScriptState, Version]] = deque()
        #: Memos on their way to the disk: script -> op.
        self.memo_ops: dict[str, int] = {}
        self.memo_retry: set[str] = set()
        #: Scripts whose turn may have come, in order.
        self.rotation: dict[str, None] = {}
        self.flight_bytes = 0
        self.flights = 0
        #: Scripts whose chunk ran when the engine died: of these only one at a time has a chunk in flight.
        self.suspects: set[str] = set()
        self.effects: list[Effect] = []
        self._timers: list[tuple[int, int, LaneId | str]] = []
        self._last_number = 0

    # ---- small common operations

    def number(self) -> int:
        """A number that was never given out before, for ops and handles."""
        self._last_number += 1
        return self._last_number

    def emit(self, effect: Effect) -> None:
        self.effects.append(effect)

    def note(self, level: NoteLevel, script: str, message: str, lane: LaneId | None = None) -> None:
        place = None if lane is None else f"{lane.topic}-{lane.partition}"
        self.effects.append(Note(level, script, message, place))

    def write(self, op: int | None, key: ProgressKey, value: ProgressValue) -> None:
        self.memory.put(key, value)
        self.effects.append(WriteProgress(op, key, value))

    def save_memo(self, name: str, memo: Memo) -> None:
        """Remember `memo` durably; `memo_ops` holds the name until it is."""
        op = self.number()
        self.memo_ops[name] = op
        self.write(op, name, memo)

    def visible_end(self, lane: Lane) -> int:
        return self.partitions[lane.id.topic][lane.id.partition]

    # ---- timers

    def wake(self, at_ms: int, who: LaneId | str) -> None:
        """Look after this lane or script (or "", the whole) at that time; early or repeated looks are harmless."""
        heapq.heappush(self._timers, (at_ms, self.number(), who))

    def due(self) -> list[LaneId | str]:
        found = []
        while self._timers and self._timers[0][0] <= self.now_ms:
            found.append(heapq.heappop(self._timers)[2])
        return found

    def next_deadline_ms(self) -> int | None:
        return self._timers[0][0] if self._timers else None
