"""The pacemaker: keeps every script moving over every local partition. Events in, effects out.

Record path: stop 8. `driver.py` runs it on a node, the simulator in the tests on a model of one. Deterministic: no
clock (`now_ms` comes with each event), no I/O, no record bytes. It decides who may have a chunk in flight (round
robin over scripts and their partitions, bounded in number and bytes, at most two per script so that a slow one holds
up nobody), and hands each event to `scripts.py` or `lanes.py`. Surprising: an answer whose `op` is not awaited any
more is dropped here, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from headrace.transforms.engines.channel import Failure
from headrace.transforms.pacemaker import lanes, scripts
from headrace.transforms.pacemaker.effects import (
    ChunkAppended,
    ChunkDone,
    ChunkRead,
    ChunkRefused,
    Deployed,
    DeregisterRefused,
    Effect,
    EngineLost,
    EngineUp,
    Event,
    Forget,
    LaneInspected,
    Loaded,
    LoadFailed,
    OutputsReady,
    OutputsRefused,
    PartitionAdded,
    PartitionRemoved,
    PauseAsked,
    ProgressDurable,
    ProgressFailed,
    ReadFailed,
    RegistryCaughtUp,
    RegistryFollowed,
    Removed,
    ResumeAsked,
    SnapshotTaken,
    StopAsked,
    Tick,
    VisibleAdvanced,
)
from headrace.transforms.pacemaker.state import FLYING, Lane, PaceLimits, Phase, ProgressMemory, ScriptState, World


class Pacemaker:
    """The state machine. `handle` is the only way to change it."""

    def __init__(self, memory: ProgressMemory | None = None, limits: PaceLimits | None = None) -> None:
        self.world = World(limits or PaceLimits(), memory or ProgressMemory())
        self._handlers: dict[type[Any], Callable[[Any], None]] = {
            Deployed: lambda e: scripts.deployed(self.world, e.script),
            Removed: lambda e: scripts.removed(self.world, e.name, e.registry_offset),
            RegistryCaughtUp: lambda e: scripts.caught_up(self.world),
            RegistryFollowed: lambda e: scripts.followed(self.world, e.next_offset),
            SnapshotTaken: self._snapshot,
            PauseAsked: lambda e: self._for_script(e.name, scripts.pause),
            ResumeAsked: lambda e: self._for_script(e.name, scripts.resume),
            PartitionAdded: self._partition_added,
            PartitionRemoved: self._partition_removed,
            VisibleAdvanced: self._visible_advanced,
            EngineUp: lambda e: scripts.engine_up(self.world),
            EngineLost: lambda e: scripts.engine_lost(self.world, e.reason),
            Loaded: self._loaded,
            LoadFailed: self._load_failed,
            LaneInspected: self._inspected,
            ChunkRead: self._chunk_read,
            ReadFailed: self._read_failed,
            ChunkDone: self._chunk_done,
            ChunkRefused: self._chunk_refused,
            OutputsReady: self._outputs_ready,
            OutputsRefused: self._outputs_refused,
            ChunkAppended: self._appended,
            ProgressDurable: self._progress_durable,
            ProgressFailed: self._progress_failed,
            DeregisterRefused: lambda e: scripts.deregister_refused(self.world, e.name),
            StopAsked: self._stop,
            Tick: lambda e: None,
        }

    def handle(self, event: Event, now_ms: int) -> list[Effect]:
        """Take one event; the effects are to be carried out in order. `now_ms` is monotonic."""
        world = self.world
        world.now_ms = max(world.now_ms, now_ms)
        self._handlers[type(event)](event)
        self._run_timers()
        self._schedule()
        effects, world.effects = world.effects, []
        return effects

    def next_deadline_ms(self) -> int | None:
        """When a `Tick` is due, if nothing else happens before."""
        return self.world.next_deadline_ms()

    @property
    def settled(self) -> bool:
        """Nothing in flight, everything durable written down. For a clean stop."""
        world = self.world
        return not (world.flights or world.saves or world.memo_ops) and all(
            lane.drained and (lane.saved is None or lane.saved.progress == lane.committed)
            for lane in world.lanes.values()
            if lane.phase is not Phase.INSPECTING
        )

    # ---- scheduling

    def _schedule(self) -> None:
        world = self.world
        limits = world.limits
        if world.stopping or not world.engine_up:
            return
        started = 0
        # Every start is answered by an event, so what is left over here has its turn soon.
        while world.rotation and started < limits.starts_per_event_max:
            if world.flights >= limits.flights_max or world.flight_bytes >= limits.flight_bytes_max:
                return
            name = next(iter(world.rotation))
            del world.rotation[name]
            script = world.scripts[name]
            if script.flying >= limits.flights_per_script_max or not self._suspect_may_fly(script):
                continue  # it lines up again when one of the flights lands
            lane = self._next_lane(script)
            if lane is None:
                continue
            lanes.start_chunk(world, script, lane)
            started += 1
            if script.ready:
                world.rotation[name] = None

    def _suspect_may_fly(self, script: ScriptState) -> bool:
        world = self.world
        if script.name not in world.suspects:
            return True
        return not any(world.scripts[name].flying for name in world.suspects)

    def _next_lane(self, script: ScriptState) -> Lane | None:
        while script.ready:
            lane_id = next(iter(script.ready))
            del script.ready[lane_id]
            lane = script.lanes[lane_id]
            if lane.phase is Phase.READY and lane.version.handle is not None and not script.halted:
                return lane
        return None

    def _run_timers(self) -> None:
        world = self.world
        for who in world.due():
            if isinstance(who, tuple):
                lane = world.lanes.get(who)
                if lane is not None:
                    lanes.lane_due(world, world.scripts[who.script], lane)
            elif who:
                script = world.scripts.get(who)
                if script is not None:
                    scripts.script_due(world, script)
            else:
                retry, world.memo_retry = world.memo_retry, set()
                for name in retry:
                    world.save_memo(name, world.memory.memos[name])
                scripts.pump_loads(world)

    # ---- the node

    def _for_script(self, name: str, action: Callable[[World, ScriptState], None]) -> None:
        script = self.world.scripts.get(name)
        if script is not None:
            action(self.world, script)

    def _snapshot(self, event: SnapshotTaken) -> None:
        self.world.write(None, event.snapshot.registry_next, event.snapshot)
        scripts.prune_snapshots(self.world)

    def _partition_added(self, event: PartitionAdded) -> None:
        self.world.partitions.setdefault(event.topic, {})[event.partition] = event.visible_offset
        scripts.open_lanes_for(self.world, event.topic)

    def _partition_removed(self, event: PartitionRemoved) -> None:
        world = self.world
        scripts.close_lanes_for(world, event.topic, event.partition)
        partitions = world.partitions.get(event.topic, {})
        partitions.pop(event.partition, None)
        if not partitions:
            world.partitions.pop(event.topic, None)
        writer = world.writers.pop((event.topic, event.partition), None)
        if writer is not None:
            lanes.output_removed(world, *writer)

    def _visible_advanced(self, event: VisibleAdvanced) -> None:
        world = self.world
        partitions = world.partitions.get(event.topic)
        if partitions is None or event.partition not in partitions:
            return
        partitions[event.partition] = event.visible_offset
        writer = world.writers.get((event.topic, event.partition))
        if writer is not None:
            lane, key = writer
            lanes.output_visible(world, lane, key, event.visible_offset)
        for reader in world.readers.get((event.topic, event.partition), ()):
            lanes.settle(world, world.scripts[reader.id.script], reader)

    def _stop(self, _event: StopAsked) -> None:
        world = self.world
        world.stopping = True
        for lane in list(world.lanes.values()):
            script = world.scripts[lane.id.script]
            lanes.abandon(world, script, lane)
            lanes.settle(world, script, lane)

    # ---- answers

    def _awaited(self, op: int, *phases: Phase) -> tuple[ScriptState, Lane] | None:
        lane = self.world.ops.get(op)
        if lane is None or lane.op != op or lane.phase not in phases:
            return None
        return self.world.scripts[lane.id.script], lane

    def _loaded(self, event: Loaded) -> None:
        if event.op in self.world.loads:
            scripts.loaded(self.world, event)

    def _load_failed(self, event: LoadFailed) -> None:
        if event.op in self.world.loads:
            scripts.load_failed(self.world, event)

    def _inspected(self, event: LaneInspected) -> None:
        found = self._awaited(event.op, Phase.INSPECTING)
        if found is None:
            return
        script, lane = found
        del self.world.ops[event.op]
        lanes.inspected(self.world, script, lane, event)
        if script.name in event.ancestor_owners:
            message = f"'{lane.id.topic}' is made from this script's own output, it cannot read it"
            scripts.stop_permanently(self.world, script, lane, Failure("topic", message))
        lanes.settle(self.world, script, lane)

    def _chunk_read(self, event: ChunkRead) -> None:
        found = self._awaited(event.op, Phase.READING)
        if found is None:
            self.world.emit(Forget(event.op))
        else:
            lanes.chunk_read(self.world, *found, event)

    def _read_failed(self, event: ReadFailed) -> None:
        found = self._awaited(event.op, Phase.READING, Phase.INSPECTING)
        if found is not None:
            lanes.read_failed(self.world, *found, event)

    def _chunk_done(self, event: ChunkDone) -> None:
        found = self._awaited(event.op, Phase.RUNNING)
        if found is None:
            self.world.emit(Forget(event.op))
            return
        script, lane = found
        scripts.clear_suspicion(self.world, script)
        problem = lanes.chunk_problem(lane, event)
        if problem is not None:
            self._land_failed(script, lane, Failure("output", problem, offset=lane.next_offset))
            return
        if event.skipped:
            self._note_skipped(script, lane, event)
        if event.end_offset == lane.next_offset:
            assert event.halted is not None
            self._land_failed(script, lane, event.halted)
            return
        declared = lane.version.record.output_keys
        undeclared = [key for key in event.output_keys if key not in declared] if declared else []
        undeclared = [key for key in undeclared if key != dead_letter_key(script.name)]
        if undeclared:
            message = f"the script wrote to '{undeclared[0]}', the deploy names only {', '.join(declared)}"
            self._land_failed(script, lane, Failure("output", message, offset=lane.next_offset))
            return
        lanes.chunk_done(self.world, script, lane, event)
        self._landed(script)

    def _note_skipped(self, script: ScriptState, lane: Lane, event: ChunkDone) -> None:
        first = event.skipped[0]
        lane.errors += event.records_skipped
        lane.last_error = str(first)
        what = "dead-lettered" if lane.version.policy == "dead-letter" else "skipped"
        many = f" (first of {event.records_skipped})" if event.records_skipped > 1 else ""
        self.world.note("warn", script.name, f"{what} {first}{many}", lane.id)

    def _chunk_refused(self, event: ChunkRefused) -> None:
        found = self._awaited(event.op, Phase.RUNNING)
        if found is None:
            self.world.emit(Forget(event.op))
            return
        script, lane = found
        lanes.land(self.world, script, lane)
        lane.errors += 1
        lane.last_error = str(event.failure)
        lanes.wait(self.world, lane, str(event.failure))
        self._landed(script)

    def _land_failed(self, script: ScriptState, lane: Lane, failure: Failure) -> None:
        lanes.land(self.world, script, lane)
        scripts.chunk_failed(self.world, script, lane, failure)
        self._landed(script)

    def _outputs_ready(self, event: OutputsReady) -> None:
        found = self._awaited(event.op, Phase.CREATING)
        if found is not None:
            lanes.outputs_ready(self.world, *found, event)
            self._landed(found[0])

    def _outputs_refused(self, event: OutputsRefused) -> None:
        found = self._awaited(event.op, Phase.CREATING)
        if found is None:
            return
        script, lane = found
        lanes.land(self.world, script, lane)
        if event.permanent:
            scripts.stop_permanently(self.world, script, lane, Failure("topic", event.message))
        else:
            lanes.wait(self.world, lane, event.message)
        self._landed(script)

    def _appended(self, event: ChunkAppended) -> None:
        found = self._awaited(event.op, Phase.APPENDING)
        if found is not None:
            lanes.appended(self.world, *found, event)
            self._landed(found[0])

    def _landed(self, script: ScriptState) -> None:
        scripts.retire(self.world, script)

    def _progress_durable(self, event: ProgressDurable) -> None:
        world = self.world
        lane = world.saves.pop(event.op, None)
        if lane is not None:
            lanes.saved(world, lane)
            return
        for name, op in world.memo_ops.items():
            if op == event.op:
                del world.memo_ops[name]
                return

    def _progress_failed(self, event: ProgressFailed) -> None:
        world = self.world
        lane = world.saves.pop(event.op, None)
        if lane is not None:
            lanes.save_failed(world, lane, event.message)
            return
        for name, op in world.memo_ops.items():
            if op == event.op:
                world.memo_retry.add(name)
                world.wake(world.now_ms + world.limits.retry_progress_ms, "")
                return

    # ---- what must hold

    def check_invariants(self) -> None:
        world = self.world
        flying = [lane for lane in world.lanes.values() if lane.phase in FLYING]
        assert world.flights == len(flying)
        assert world.flight_bytes == sum(lane.size_bytes for lane in flying)
        largest = max((lane.size_bytes for lane in flying), default=0)
        assert world.flight_bytes <= world.limits.flight_bytes_max + max(world.limits.chunk_bytes_max, largest)
        running = {lane.id.script for lane in flying if lane.phase is Phase.RUNNING}
        assert len(running & world.suspects) <= 1
        for name, script in world.scripts.items():
            assert script.flying == sum(lane.flying for lane in script.lanes.values()), name
            assert script.name == name
            for lane_id, lane in script.lanes.items():
                assert world.lanes[lane_id] is lane
                self._check_lane(lane)
        assert len(world.lanes) == sum(len(script.lanes) for script in world.scripts.values())
        handles = [v.handle for s in world.scripts.values() for v in (s.active, s.candidate, *s.retiring) if v]
        live = [handle for handle in handles if handle is not None]
        assert len(live) == len(set(live))
        assert len(world.memory.snapshots) <= world.limits.snapshots_max + 1

    def _check_lane(self, lane: Lane) -> None:
        assert lane.committed <= lane.next_offset, lane.id
        if lane.phase not in {Phase.INSPECTING, Phase.WAITING} and lane.saved is not None:
            assert lane.saved.progress <= lane.committed, lane.id
        assert all(progress > lane.next_offset for progress in lane.tails.values()) or lane.flying, lane.id
        progresses = [entry.progress for entry in lane.undurable]
        assert progresses == sorted(progresses), lane.id
        assert not progresses or progresses[0] > lane.committed, lane.id
        assert (lane.size_bytes > 0) <= lane.flying, lane.id


def dead_letter_key(script: str) -> str:
    """The output that takes the records a script failed on (policy `dead-letter`)."""
    return f"{script}-dead-letter"
