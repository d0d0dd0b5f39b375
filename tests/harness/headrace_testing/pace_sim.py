"""A model of a node around the pacemaker's core: logs, engine, disk and their misfortunes, all from one seed.

Fault model. The node may die between any two effects, and between the outputs of one append. SIGKILL loses what was
not yet written to a log; power loss also loses any suffix of each log that was not yet durable, log by log. The
engine may die at any time; it answers late, in any order, and may stop a chunk early. Appends and topic creations may
fail for a while. Registry and input are durable once visible. What must survive: every output is the script applied
to each input record from the start of its incarnation, once, in order.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from headrace.contract.script import ErrorPolicy, ScriptRecord, StartPoint
from headrace.transforms.engines.channel import Failure
from headrace.transforms.pacemaker import effects as fx
from headrace.transforms.pacemaker.checkpoints import decode, encode_key, encode_value
from headrace.transforms.pacemaker.core import Pacemaker
from headrace.transforms.pacemaker.effects import LaneId
from headrace.transforms.pacemaker.state import PaceLimits, ProgressMemory

LIMITS = PaceLimits(
    chunk_bytes_max=60,
    flight_bytes_max=200,
    flights_max=6,
    flights_per_script_max=2,
    loads_max=2,
    checkpoint_ms=1_000,
    checkpoint_bytes=500,
    undurable_chunks_max=4,
)
RECORD_BYTES = 10


class NodeDies(Exception):
    """The model kills the node between two effects."""


@dataclass(frozen=True)
class InputRecord:
    offset: int
    written_at: int


@dataclass(frozen=True)
class OutputRecord:
    """What a script made: which deploy of it, from which input record."""

    version: int
    offset: int


@dataclass
class InputPartition:
    topic_id: bytes
    batches: list[list[InputRecord]] = field(default_factory=list)
    visible: int = 0
    log_start: int = 0

    @property
    def end(self) -> int:
        return self.batches[-1][-1].offset + 1 if self.batches else 0


@dataclass
class OutputBatch:
    base_offset: int
    records: list[OutputRecord]
    stamp: int


@dataclass
class OutputPartition:
    topic_id: bytes
    owner: str
    batches: list[OutputBatch] = field(default_factory=list)
    durable: int = 0  # batches
    told: int = 0

    @property
    def next_offset(self) -> int:
        if not self.batches:
            return 0
        return self.batches[-1].base_offset + len(self.batches[-1].records)

    @property
    def visible(self) -> int:
        if self.durable == 0:
            return 0
        last = self.batches[self.durable - 1]
        return last.base_offset + len(last.records)


@dataclass(frozen=True)
class Script:
    """How the model's scripts work: which keys a record goes to, and which records they fail on."""

    number: int
    keys: tuple[str, ...]
    poison: int = 0  # every record whose offset is a multiple of this fails; 0: none

    def apply(self, offset: int) -> tuple[str, ...]:
        """Keys that get the record; a filter drops every third, `b` takes every second of the rest."""
        if offset % 3 == 2 and len(self.keys) > 1:
            return ()
        return tuple(key for key in self.keys if key != "b" or offset % 2 == 0)

    def fails(self, offset: int) -> bool:
        return bool(self.poison) and offset % self.poison == self.poison - 1


@dataclass
class Deploy:
    record: ScriptRecord | None
    name: str
    offset: int
    script: Script | None
    ends_at_ack: dict[tuple[str, int], tuple[int, int]] | None = None


class Simulation:
    """One run. `step()` does one random thing; `finish()` heals the world and waits until nothing moves."""

    def __init__(self, seed: int, *, make_core: Callable[[ProgressMemory], Pacemaker] | None = None) -> None:
        self.random = random.Random(seed)
        self.make_core = make_core or (lambda memory: Pacemaker(memory, LIMITS))
        self.now_ms = 0
        self.inputs: dict[tuple[str, int], InputPartition] = {}
        self.outputs: dict[tuple[str, int], OutputPartition] = {}
        self.progress: list[tuple[bytes, bytes | None]] = []
        self.progress_durable = 0
        self.registry: list[Deploy] = []
        #: Checkpoints of each life of a lane: (place in the progress log, progress).
        self.starts: dict[tuple[LaneId, int], list[tuple[int, int]]] = {}
        self.problems: list[str] = []
        self.kills = 0
        self.faults = True
        self.registry_told = self.registry_seen = 0
        self.pending: list[Callable[[], list[fx.Event]]] = []
        self.waiting_progress: list[tuple[int, int]] = []
        self.chunks: dict[int, dict[str, list[OutputRecord]]] = {}
        self.reads: dict[int, list[InputRecord]] = {}
        self.ends: dict[int, int] = {}
        self.loaded: dict[int, tuple[Script, str]] = {}
        self.engine_up = False
        self.core = self.make_core(ProgressMemory())
        self.boot()

    # ---- the node's life

    def boot(self) -> None:
        memory = ProgressMemory()
        for key, value in self.progress:
            memory.put(*decode(key, value))
        self.core = self.make_core(memory)
        self.pending.clear()
        self.waiting_progress.clear()
        self.chunks.clear()
        self.reads.clear()
        self.loaded.clear()
        self.engine_up = False
        self.registry_told = 0
        self.registry_seen = len(self.registry)
        try:
            for (topic, index), partition in self.inputs.items():
                self.tell(fx.PartitionAdded(topic, index, partition.visible))
            for (topic, index), output in self.outputs.items():
                output.durable = len(output.batches)
                self.tell(fx.PartitionAdded(topic, index, output.visible))
            self.progress_durable = len(self.progress)
            self.follow_registry()
            self.tell(fx.RegistryCaughtUp())
        except NodeDies:
            self.die()

    def die(self, *, power_loss: bool | None = None) -> None:
        self.kills += 1
        if power_loss if power_loss is not None else self.random.random() < 0.5:
            for output in self.outputs.values():
                keep = self.random.randint(output.durable, len(output.batches))
                del output.batches[keep:]
            keep = self.random.randint(self.progress_durable, len(self.progress))
            del self.progress[keep:]
            for life, written in list(self.starts.items()):
                self.starts[life] = [entry for entry in written if entry[0] <= keep]
        self.boot()

    def follow_registry(self) -> None:
        while self.registry_told < len(self.registry):
            deploy = self.registry[self.registry_told]
            self.registry_told += 1
            if deploy.record is None:
                self.tell(fx.Removed(deploy.name, deploy.offset))
            else:
                self.tell(fx.Deployed(deploy.record))
        self.tell(fx.RegistryFollowed(len(self.registry)))

    def tell(self, *events: fx.Event) -> None:
        """Hand events to the core and carry out the effects, dying in between now and then."""
        queue = list(events)
        while queue:
            effects = self.core.handle(queue.pop(0), self.now_ms)
            self.core.check_invariants()
            for effect in effects:
                if self.faults and self.random.random() < 0.002:
                    raise NodeDies
                queue += self.carry_out(effect)

    # ---- effects

    def carry_out(self, effect: fx.Effect) -> list[fx.Event]:
        match effect:
            case fx.Load():
                self.pending.append(lambda: self.load(effect))
            case fx.Unload():
                self.loaded.pop(effect.handle, None)
            case fx.Inspect():
                return [self.inspect(effect)]
            case fx.Read():
                return [self.read(effect)]
            case fx.Run():
                self.pending.append(lambda: self.run(effect))
            case fx.EnsureOutputs():
                self.pending.append(lambda: self.ensure(effect))
            case fx.Append():
                return [self.append(effect)]
            case fx.Forget():
                self.chunks.pop(effect.op, None)
                self.reads.pop(effect.op, None)
            case fx.WriteProgress():
                return self.write_progress(effect)
            case fx.Deregister():
                return self.deregister(effect)
        return []

    def load(self, effect: fx.Load) -> list[fx.Event]:
        if not self.engine_up:
            return []
        deploy = self.registry[effect.script.registry_offset]
        assert deploy.script is not None
        if effect.script.content == b"bad":
            return [fx.LoadFailed(effect.op, Failure("thrown", "does not parse"))]
        self.loaded[effect.handle] = (deploy.script, deploy.name)
        return [fx.Loaded(effect.op)]

    def inspect(self, effect: fx.Inspect) -> fx.Event:
        partition = self.inputs[effect.lane.topic, effect.lane.partition]
        young = None
        if effect.timestamp_ms is not None:
            records = [record for batch in partition.batches for record in batch if record.offset < partition.visible]
            young = next((r.offset for r in records if r.written_at >= effect.timestamp_ms), None)
        outputs = {}
        for (topic, index), output in self.outputs.items():
            if topic.startswith(f"{effect.lane.topic}-$") and index == effect.lane.partition:
                if output.owner != effect.lane.script:
                    continue
                last = output.batches[-1] if output.batches else None
                tail = None if last is None else (last.base_offset, last.stamp)
                key = topic.split("$")[1]
                outputs[key] = fx.OutputFacts(output.topic_id, output.next_offset, output.visible, tail)
        return fx.LaneInspected(
            effect.op, partition.topic_id, partition.log_start, partition.end, partition.visible, young, outputs
        )

    def read(self, effect: fx.Read) -> fx.Event:
        partition = self.inputs[effect.lane.topic, effect.lane.partition]
        if effect.start_offset < partition.log_start:
            return fx.ReadFailed(effect.op, "out of range", partition.log_start)
        found: list[InputRecord] = []
        for batch in partition.batches:
            if batch[-1].offset < effect.start_offset:
                continue
            if batch[-1].offset >= partition.visible:
                break
            if found and (len(found) + len(batch)) * RECORD_BYTES > effect.max_bytes:
                break
            found += batch
        self.reads[effect.op] = found
        return fx.ChunkRead(effect.op, len(found) * RECORD_BYTES, partition.visible)

    def run(self, effect: fx.Run) -> list[fx.Event]:
        if not self.engine_up or effect.op not in self.reads:
            return []
        if effect.handle not in self.loaded:
            return [fx.ChunkRefused(effect.op, Failure("engine", "not loaded"))]
        script, _name = self.loaded[effect.handle]
        records = [r for r in self.reads[effect.op] if r.offset >= effect.start_offset]
        if effect.limit_offset is not None:
            records = [r for r in records if r.offset < effect.limit_offset]
        if len(records) > 1 and self.random.random() < 0.2:
            records = records[: self.random.randint(1, len(records))]
        outputs: dict[str, list[OutputRecord]] = {}
        end, halted, skipped = effect.start_offset, None, 0
        for record in records:
            if script.fails(record.offset):
                if effect.mode == "halt":
                    halted = Failure("thrown", "poison", offset=record.offset)
                    break
                skipped += 1
            else:
                for key in script.apply(record.offset):
                    outputs.setdefault(key, []).append(OutputRecord(script.number, record.offset))
            end = record.offset + 1
        self.chunks[effect.op] = outputs
        return [fx.ChunkDone(effect.op, end, tuple(outputs), len(records), records_skipped=skipped, halted=halted)]

    def ensure(self, effect: fx.EnsureOutputs) -> list[fx.Event]:
        if self.faults and self.random.random() < 0.1:
            return [fx.OutputsRefused(effect.op, "not now", False)]
        ready, added = {}, []
        for key in effect.keys:
            place = (f"{effect.lane.topic}-${key}$", effect.lane.partition)
            if place not in self.outputs:
                self.outputs[place] = OutputPartition(self.random.randbytes(16), effect.lane.script)
                added.append(fx.PartitionAdded(*place, 0))
            output = self.outputs[place]
            if output.owner != effect.lane.script:
                return [fx.OutputsRefused(effect.op, f"belongs to {output.owner}", True)]
            ready[key] = (output.topic_id, output.next_offset, output.visible)
        return [*added, fx.OutputsReady(effect.op, ready)]

    def append(self, effect: fx.Append) -> fx.Event:
        next_offsets: dict[str, int] = {}
        for key in effect.keys:
            if self.faults and self.random.random() < 0.02:
                return fx.ChunkAppended(effect.op, next_offsets, "disk full")
            if self.faults and self.random.random() < 0.005:
                raise NodeDies
            output = self.outputs[f"{effect.lane.topic}-${key}$", effect.lane.partition]
            records = self.chunks[effect.op][key]
            output.batches.append(OutputBatch(output.next_offset, list(records), effect.end_offset))
            next_offsets[key] = output.next_offset
        return fx.ChunkAppended(effect.op, next_offsets)

    def write_progress(self, effect: fx.WriteProgress) -> list[fx.Event]:
        if effect.op is not None and self.faults and self.random.random() < 0.02:
            return [fx.ProgressFailed(effect.op, "disk full")]
        self.progress.append((encode_key(effect.key), encode_value(effect.value)))
        if effect.op is not None:
            self.waiting_progress.append((len(self.progress), effect.op))
        if isinstance(effect.value, fx.Checkpoint) and isinstance(effect.key, LaneId):
            self.starts.setdefault((effect.key, effect.value.incarnation), []).append(
                (len(self.progress), effect.value.progress)
            )
        return []

    def deregister(self, effect: fx.Deregister) -> list[fx.Event]:
        if self.registry_told < len(self.registry):
            return [fx.DeregisterRefused(effect.name, "newer")]
        self.registry.append(Deploy(None, effect.name, len(self.registry), None))
        return []

    # ---- things that happen

    def step(self) -> None:
        try:
            self.now_ms += self.random.choice((0, 1, 10, 200))
            happening = self.random.choices(
                (
                    self.something_finishes,
                    self.produce,
                    self.become_visible,
                    self.flush,
                    self.tick,
                    self.lose_engine,
                    self.kill,
                    self.lose_input,
                ),
                (40, 15, 15, 20, 10, 0.6, 0.6, 0.2),
            )[0]
            happening()
        except NodeDies:
            self.die()

    def something_finishes(self) -> None:
        if not self.engine_up and self.random.random() < 0.5:
            self.engine_up = True
            self.loaded.clear()
            self.tell(fx.EngineUp())
        elif self.registry_told < len(self.registry):
            self.follow_registry()
        elif self.pending:
            done = self.pending.pop(self.random.randrange(len(self.pending)))
            self.tell(*done())

    def produce(self) -> None:
        if not self.inputs:
            return
        partition = self.random.choice(list(self.inputs.values()))
        count = self.random.randint(1, 4)
        partition.batches.append([InputRecord(partition.end + i, self.now_ms) for i in range(count)])

    def become_visible(self) -> None:
        if not self.inputs:
            return
        (topic, index), partition = self.random.choice(list(self.inputs.items()))
        ends = [batch[-1].offset + 1 for batch in partition.batches if batch[-1].offset >= partition.visible]
        if ends:
            partition.visible = self.random.choice(ends)
            self.tell(fx.VisibleAdvanced(topic, index, partition.visible))

    def flush(self) -> None:
        """Some log's writes reach the disk."""
        behind = [place for place, output in self.outputs.items() if output.durable < len(output.batches)]
        if self.waiting_progress and (not behind or self.random.random() < 0.3):
            self.progress_durable = len(self.progress)
            waiting, self.waiting_progress = self.waiting_progress, []
            self.tell(*(fx.ProgressDurable(op) for _end, op in waiting))
        elif behind:
            place = self.random.choice(behind)
            output = self.outputs[place]
            output.durable = self.random.randint(output.durable + 1, len(output.batches))
            self.tell(fx.VisibleAdvanced(*place, output.visible))

    def tick(self) -> None:
        self.now_ms += 300
        self.tell(fx.Tick())

    def lose_engine(self) -> None:
        if self.engine_up and self.faults:
            self.engine_up = False
            self.tell(fx.EngineLost("killed"))

    def kill(self) -> None:
        if self.faults:
            raise NodeDies

    def lose_input(self) -> None:
        if not self.inputs or not self.faults:
            return
        partition = self.random.choice(list(self.inputs.values()))
        if partition.visible - partition.log_start > 20:
            partition.log_start = partition.visible - 15
            partition.batches = [batch for batch in partition.batches if batch[-1].offset >= partition.log_start]

    # ---- what a test does

    def create_topic(self, topic: str, partitions: int) -> None:
        for index in range(partitions):
            self.inputs[topic, index] = InputPartition(self.random.randbytes(16))
        self._try(*(fx.PartitionAdded(topic, index, 0) for index in range(partitions)))

    def deploy(
        self,
        name: str,
        topics: tuple[str, ...],
        keys: tuple[str, ...] = ("all",),
        *,
        poison: int = 0,
        policy: ErrorPolicy | None = None,
        start: str = "latest",
        content: bytes = b"good",
    ) -> Deploy:
        """A client deploys; `ends_at_ack` is set if the node lived to acknowledge it."""
        offset = len(self.registry)
        script = Script(offset, keys, poison)
        record = ScriptRecord(
            name=name,
            registry_offset=offset,
            timestamp_ms=self.now_ms,
            content=content,
            digest=offset.to_bytes(32, "big"),
            language="js",
            input_topics=topics,
            error_policy=policy,
            start_from=StartPoint.parse(start),
        )
        deploy = Deploy(record, name, offset, script)
        self.now_ms += 1
        self._to_registry(deploy)
        return deploy

    def remove(self, name: str) -> None:
        self._to_registry(Deploy(None, name, len(self.registry), None))

    def _to_registry(self, deploy: Deploy) -> None:
        self.registry.append(deploy)
        ends = {place: (partition.visible, partition.end) for place, partition in self.inputs.items()}
        seen, self.registry_seen = self.registry_seen, len(self.registry)
        snapshot = fx.Snapshot(seen, self.registry_seen, {place: visible for place, (visible, _end) in ends.items()})
        if self._try(fx.SnapshotTaken(snapshot)):
            deploy.ends_at_ack = ends

    def _try(self, *events: fx.Event) -> bool:
        try:
            self.tell(*events)
        except NodeDies:
            self.die()
            return False
        return True

    def finish(self) -> None:
        """No more faults: let everything come to rest."""
        self.faults = False
        self.engine_up = True
        self.loaded.clear()
        self.tell(fx.EngineLost("replaced"), fx.EngineUp())
        for (topic, index), partition in self.inputs.items():
            partition.visible = partition.end
            self.tell(fx.VisibleAdvanced(topic, index, partition.visible))
        for _ in range(20_000):
            busy = self.pending or self.waiting_progress or self.registry_told < len(self.registry)
            behind = any(output.durable < len(output.batches) for output in self.outputs.values())
            if not busy and not behind and self._at_rest():
                return
            self.something_finishes()
            self.flush()
            self.tick()
        raise AssertionError("the world does not come to rest")

    def _at_rest(self) -> bool:
        for script in self.core.world.scripts.values():
            for lane in script.lanes.values():
                stuck = script.halted or (lane.last_error is not None and "poison" in lane.last_error)
                if not stuck and lane.committed < self.inputs[lane.id.topic, lane.id.partition].visible:
                    return False
        return True

    # ---- what must hold

    def check(self) -> list[str]:
        """Compare every output with what the scripts should have made of the input; the differences."""
        problems = list(self.problems)
        for (topic, index), output in sorted(self.outputs.items()):
            source, key = topic.split("-$")[0], topic.split("$")[1]
            problems += self._check_output(source, key, index, output)
        return problems

    def incarnation_of(self, version: int) -> int:
        """The first deploy of the life that this deploy belongs to; `stored` goes on with the life before."""
        deploy = self.registry[version]
        first = version
        for offset in range(version - 1, -1, -1):
            earlier = self.registry[offset]
            if earlier.name != deploy.name:
                continue
            if earlier.record is None:
                started = self.registry[first].record
                assert started is not None
                if started.start_from is None or started.start_from.kind != "stored":
                    break
            else:
                first = offset
        return first

    def _check_output(self, source: str, key: str, index: int, output: OutputPartition) -> list[str]:
        partition = self.inputs[source, index]
        where = f"{source}-${key}$-{index}"
        problems = []
        lives: dict[int, list[OutputRecord]] = {}
        for batch in output.batches:
            for record in batch.records:
                lives.setdefault(self.incarnation_of(record.version), []).append(record)
        for life, records in lives.items():
            offsets = [record.offset for record in records]
            if offsets != sorted(set(offsets)):
                problems.append(f"{where}: life {life} repeats or re-orders: {offsets}")
            versions = [record.version for record in records]
            if versions != sorted(versions):
                problems.append(f"{where}: life {life} goes back to an older version: {versions}")
            lane_id = LaneId(output.owner, source, index)
            begin = self.starts[lane_id, life][0][1] if self.starts.get((lane_id, life)) else records[0].offset
            problems += self._missing(where, key, life, records, partition, begin)
        problems += self._missing_at_end(where, key, source, index, lives, partition)
        return problems

    def _missing(
        self, where: str, key: str, life: int, records: list[OutputRecord], partition: InputPartition, begin: int
    ) -> list[str]:
        """Holes in the output of one life, from its beginning to its last record."""
        have = {record.offset: record.version for record in records}
        problems = []
        version = life
        for offset in range(begin, records[-1].offset):
            version = have.get(offset, version)
            following = next((r.version for r in records if r.offset > offset), version)
            # Around a take-over any version up to the next one seen may have had the record.
            wanted = all(
                self._wants(deploy.script, key, offset)
                for deploy in self.registry[version : following + 1]
                if deploy.name == self.registry[version].name and deploy.script is not None
            )
            if wanted and offset not in have and offset >= partition.log_start:
                problems.append(f"{where}: life {life} lacks offset {offset} (version {version})")
        return problems

    @staticmethod
    def _wants(script: Script, key: str, offset: int) -> bool:
        return key in script.apply(offset) and not script.fails(offset)

    def _missing_at_end(
        self,
        where: str,
        key: str,
        source: str,
        index: int,
        lives: dict[int, list[OutputRecord]],
        partition: InputPartition,
    ) -> list[str]:
        """The living script must have come to the end (or to its poison), and must have begun where it should."""
        owner = self.outputs[f"{source}-${key}$", index].owner
        state = self.core.world.scripts.get(owner)
        lane = None if state is None else state.lanes.get(LaneId(owner, source, index))
        if state is None or lane is None or state.active is None:
            return []
        begin = self.starts[lane.id, state.memo.incarnation][0][1]
        life = self.incarnation_of(state.active.record.registry_offset)
        records = lives.get(life, [])
        last = records[-1].offset if records else begin - 1
        newest = state.active.record.registry_offset
        oldest = records[-1].version if records else newest
        problems = [
            f"{where}: the living script lacks offset {offset} (it says {lane.committed} is done)"
            for offset in range(max(last + 1, lane.since, partition.log_start), lane.committed)
            if all(
                self._wants(deploy.script, key, offset)
                for deploy in self.registry[oldest : newest + 1]
                if deploy.name == owner and deploy.script is not None
            )
        ]
        first = self.registry[state.memo.incarnation]
        started = first.record
        if started is not None and str(started.start_from) == "latest" and first.ends_at_ack is not None:
            low, high = first.ends_at_ack.get((source, index), (0, 0))
            if source in (first.record.input_topics if first.record else ()) and not low <= begin <= max(
                high, partition.log_start
            ):
                problems.append(f"{where}: 'latest' began at {begin}, the deploy was acknowledged at {low}..{high}")
        return problems
