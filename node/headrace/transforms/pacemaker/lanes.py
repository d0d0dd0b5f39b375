"""Lanes: how one script moves along one partition, chunk by chunk, without losing or repeating a record.

Called by `scripts.py` and `core.py` with the shared `World`. Deterministic. Exactly once rests on three facts: the
output of a chunk is one batch per key, and its header carries the chunk's end (`Append.end_offset`); `committed` only
counts output that is durable; and a chunk never crosses a progress that one of the outputs already has (`tails`), so
that after a crash each output takes exactly what it lacks. Surprising: after a failed append the same three facts
repeat the chunk for the missing outputs only, so that is no special case.
"""

from __future__ import annotations

from collections.abc import Iterable

from headrace.contract.names import materialised_topic
from headrace.contract.script import StartPoint
from headrace.transforms.pacemaker.effects import (
    Append,
    Checkpoint,
    ChunkAppended,
    ChunkDone,
    ChunkRead,
    EnsureOutputs,
    Forget,
    Inspect,
    LaneId,
    LaneInspected,
    OutputsReady,
    Read,
    ReadFailed,
    Run,
)
from headrace.transforms.pacemaker.policy import backoff_ms, run_mode
from headrace.transforms.pacemaker.state import LATEST, Lane, Phase, ScriptState, Undurable, World

# Checkpoints of many lanes that fall due within this time share one write and one fsync.
_SAVE_TOGETHER_MS = 250


# ---- opening and closing


def open_lanes(world: World, script: ScriptState) -> None:
    """Make a lane for every local partition of every input that has none yet."""
    version = script.active
    if version is None or world.stopping:
        return
    for topic in version.inputs:
        for partition in world.partitions.get(topic, ()):
            lane_id = LaneId(script.name, topic, partition)
            if lane_id not in world.lanes:
                lane = Lane(id=lane_id, version=version, phase=Phase.INSPECTING, op=0)
                script.lanes[lane_id] = world.lanes[lane_id] = lane
                world.readers.setdefault((topic, partition), []).append(lane)
                _inspect(world, script, lane)


def _inspect(world: World, script: ScriptState, lane: Lane) -> None:
    lane.phase = Phase.INSPECTING
    lane.op = world.number()
    world.ops[lane.op] = lane
    timestamp_ms = None
    checkpoint = world.memory.checkpoints.get(lane.id)
    if checkpoint is None or checkpoint.incarnation != script.memo.incarnation:
        start = _start_point(lane)
        if start.kind == "timestamp":
            timestamp_ms = start.timestamp_ms
        elif start.kind == "latest" and _latest_by_snapshot(world, script, lane) is None:
            timestamp_ms = lane.version.since_ms
    world.emit(Inspect(lane.op, lane.id, timestamp_ms))


def _start_point(lane: Lane) -> StartPoint:
    return lane.version.inputs.get(lane.id.topic, LATEST)


def _latest_by_snapshot(world: World, script: ScriptState, lane: Lane) -> int | None:
    """The input's end when the deploy became visible: 0 for a partition that was not there; None if nobody wrote it
    down."""
    since = script.memo.inputs.get(lane.id.topic, lane.version.since)
    for snapshot in world.memory.snapshots.values():
        if snapshot.registry_from <= since < snapshot.registry_next:
            return snapshot.ends.get((lane.id.topic, lane.id.partition), 0)
    return None


def inspected(world: World, script: ScriptState, lane: Lane, facts: LaneInspected) -> None:
    """Decide where the lane begins or goes on; a beginning is durable before the first chunk runs."""
    checkpoint = world.memory.checkpoints.get(lane.id)
    recreated = checkpoint is not None and checkpoint.topic_id != facts.topic_id
    if recreated:
        checkpoint = None
    continuing = checkpoint is not None and checkpoint.incarnation == script.memo.incarnation
    lane.topic_id = facts.topic_id
    for key, output in facts.outputs.items():
        _know_output(world, lane, key, output.topic_id, output.next_offset, output.visible_offset)
    if checkpoint is not None and (continuing or _start_point(lane).kind == "stored"):
        sound = _resume(world, lane, checkpoint, facts)
    else:
        sound = False
        lane.next_offset = lane.committed = lane.since = _first_offset(world, script, lane, facts, recreated)
        lane.history = ()
        lane.bases = {key: (o.topic_id, o.next_offset) for key, o in facts.outputs.items() if o.next_offset > 0}
    if continuing and sound:
        lane.saved = checkpoint
    if lane.digest != lane.version.record.digest:
        _take_over(world, lane)
        sound = False
    if continuing and sound:
        lane.phase = Phase.READY
    else:
        save(world, lane, wait=True)


def _first_offset(world: World, script: ScriptState, lane: Lane, facts: LaneInspected, recreated: bool) -> int:
    start = _start_point(lane)
    lane.digest = lane.version.record.digest
    if recreated or start.kind in {"earliest", "stored"}:
        return facts.log_start_offset
    found = _latest_by_snapshot(world, script, lane) if start.kind == "latest" else None
    if found is None:
        found = facts.visible_offset if facts.timestamp_offset is None else facts.timestamp_offset
    return min(max(found, facts.log_start_offset), facts.log_end_offset)


def _resume(world: World, lane: Lane, checkpoint: Checkpoint, facts: LaneInspected) -> bool:
    """Take up a lane where checkpoint and outputs left it; False if the checkpoint must be written anew first."""
    sound = True
    floor = min(max(checkpoint.progress, facts.log_start_offset), facts.log_end_offset)
    if floor > checkpoint.progress:
        _lost(world, lane, checkpoint.progress, floor)
    lane.digest, lane.since, lane.history = checkpoint.digest, checkpoint.since, checkpoint.history
    lane.bases = dict(checkpoint.bases)
    reached = []
    for key, output in facts.outputs.items():
        base_id, base = lane.bases.get(key, (output.topic_id, 0))
        if base_id != output.topic_id:
            # The topic was made anew; only this script writes it, so all of it is this incarnation's.
            base = 0
            del lane.bases[key]
            sound = False
        elif base > output.next_offset:
            # Power loss took output that an earlier incarnation had not yet made durable.
            base = output.next_offset
            lane.bases[key] = (base_id, base)
            sound = False
        progress = floor
        if output.tail is not None and output.tail[0] >= base:
            progress = max(floor, min(output.tail[1], facts.log_end_offset))
        reached.append(progress)
        lane.tails[key] = progress
    # What every output already has needs no second run. A key that has no topic yet has no output of a whole chunk
    # either: topics are created before the first output of a chunk is written.
    lane.committed = floor
    lane.next_offset = min(reached, default=floor)
    _drop_reached_tails(lane)
    if lane.next_offset > floor:
        _commit_when_durable(world, lane)
    return sound


def _lost(world: World, lane: Lane, from_offset: int, to_offset: int) -> None:
    lane.last_error = (
        f"input offsets {from_offset} to {to_offset - 1} were deleted before the script processed them; "
        "give the topic a longer retention or the script more time"
    )
    lane.errors += 1
    world.note("warn", lane.id.script, lane.last_error, lane.id)


def close_lane(world: World, script: ScriptState, lane: Lane) -> None:
    """Let go of a lane; a chunk in flight is dropped, what is durable is written down."""
    abandon(world, script, lane)
    world.ops.pop(lane.op, None)
    if lane.saved is not None and lane.committed > lane.saved.progress:
        save(world, lane, wait=False)
    if lane.save_op is not None:
        world.saves.pop(lane.save_op, None)
    for key in lane.written:
        world.writers.pop((materialised_topic(lane.id.topic, key), lane.id.partition), None)
    script.ready.pop(lane.id, None)
    world.readers[(lane.id.topic, lane.id.partition)].remove(lane)
    del script.lanes[lane.id], world.lanes[lane.id]


def abandon(world: World, script: ScriptState, lane: Lane) -> None:
    """Drop the chunk in flight, if there is one; it will be read again."""
    if lane.flying:
        land(world, script, lane)


# ---- checkpoints


def save(world: World, lane: Lane, *, wait: bool) -> None:
    """Write the lane's checkpoint; with `wait` the lane does nothing else until it is durable."""
    checkpoint = Checkpoint(
        incarnation=world.scripts[lane.id.script].memo.incarnation,
        topic_id=lane.topic_id,
        progress=lane.committed,
        digest=lane.digest,
        since=lane.since,
        history=lane.history,
        bases=dict(lane.bases),
    )
    if lane.save_op is not None:
        world.saves.pop(lane.save_op, None)
    lane.saved = checkpoint
    lane.save_op = world.number()
    lane.save_due_ms = None
    lane.unsaved_bytes = 0
    world.saves[lane.save_op] = lane
    if wait:
        lane.phase = Phase.SAVING
    world.write(lane.save_op, lane.id, checkpoint)


def saved(world: World, lane: Lane) -> None:
    lane.save_op = None
    if lane.phase is Phase.SAVING:
        lane.phase = Phase.READY
        lane.attempts = 0
        lane.blocked = None
    settle(world, world.scripts[lane.id.script], lane)


def save_failed(world: World, lane: Lane, message: str) -> None:
    """The checkpoint did not reach the log: the same again a little later."""
    lane.save_op = None
    lane.blocked = message
    lane.save_due_ms = world.now_ms + world.limits.retry_progress_ms
    world.wake(lane.save_due_ms, lane.id)


def _save_soon(world: World, lane: Lane) -> None:
    if lane.unsaved_bytes >= world.limits.checkpoint_bytes:
        save(world, lane, wait=False)
    elif lane.save_due_ms is None:
        due = world.now_ms + world.limits.checkpoint_ms
        lane.save_due_ms = due - due % _SAVE_TOGETHER_MS + _SAVE_TOGETHER_MS
        world.wake(lane.save_due_ms, lane.id)


# ---- between two chunks


def settle(world: World, script: ScriptState, lane: Lane) -> None:
    """The lane may be between two chunks: stop, take over, or line up for the next one."""
    if lane.phase is not Phase.READY:
        return
    if script.halted or world.stopping:
        script.ready.pop(lane.id, None)
        if lane.saved is None or lane.committed > lane.saved.progress:
            save(world, lane, wait=False)
        return
    if script.active is not None and lane.version is not script.active:
        if lane.digest == script.active.record.digest:
            lane.version = script.active
        elif not lane.drained:
            return  # the offset of the take-over must be exact: first everything before it is durable
        else:
            lane.version = script.active
            _take_over(world, lane)
            save(world, lane, wait=True)
            return
    if script.active is not None:
        missing = [key for key in script.active.record.output_keys if key not in lane.written]
        if missing:
            _create(world, script, lane, missing)
            return
    if lane.next_offset < world.visible_end(lane) and len(lane.undurable) < world.limits.undurable_chunks_max:
        script.ready[lane.id] = None
        world.rotation.setdefault(script.name)


def _take_over(world: World, lane: Lane) -> None:
    """From `next_offset` on, the lane's version does the work."""
    lane.history = (*lane.history, (lane.digest, lane.since))[-world.limits.history_max :]
    lane.digest = lane.version.record.digest
    lane.since = lane.next_offset
    world.note("info", lane.id.script, f"{lane.digest.hex()[:12]} takes over at input offset {lane.since}", lane.id)


# ---- one chunk


def start_chunk(world: World, script: ScriptState, lane: Lane) -> None:
    _take_off(world, script, lane, Phase.READING)
    lane.size_bytes = world.limits.chunk_bytes_max
    world.flight_bytes += lane.size_bytes
    lane.limit_offset = min(lane.tails.values(), default=None)
    world.emit(Read(lane.op, lane.id, lane.next_offset, world.limits.chunk_bytes_max))


def _take_off(world: World, script: ScriptState, lane: Lane, phase: Phase) -> None:
    lane.phase = phase
    lane.op = world.number()
    lane.size_bytes = 0
    lane.keys = ()
    lane.end_offset = lane.next_offset
    world.ops[lane.op] = lane
    world.flights += 1
    script.flying += 1


def land(world: World, script: ScriptState, lane: Lane) -> None:
    """The flight is over, however it ended."""
    world.emit(Forget(lane.op))
    world.ops.pop(lane.op, None)
    world.flight_bytes -= lane.size_bytes
    world.flights -= 1
    lane.size_bytes = 0
    script.flying -= 1
    lane.phase = Phase.READY
    if script.name in world.suspects:
        # The other suspects wait for their turn alone.
        world.rotation.update(dict.fromkeys(name for name in world.suspects if world.scripts[name].ready))
    if script.ready:
        world.rotation.setdefault(script.name)


def chunk_read(world: World, script: ScriptState, lane: Lane, event: ChunkRead) -> None:
    world.flight_bytes += event.size_bytes - lane.size_bytes
    lane.size_bytes = event.size_bytes
    lane.readable_offset = event.visible_offset
    handle = lane.version.handle
    if event.size_bytes == 0:
        # Nothing is left up to the visible end (compacted away): that is processed, too.
        end_offset = min(event.visible_offset, lane.limit_offset or event.visible_offset)
        if end_offset > lane.next_offset:
            _finish(world, script, lane, end_offset)
        else:
            land(world, script, lane)
            wait(world, lane, f"the input ends at offset {event.visible_offset}, before offset {lane.next_offset}")
        return
    if handle is None or not world.engine_up:
        land(world, script, lane)
        return
    lane.phase = Phase.RUNNING
    mode = run_mode(lane.version.policy)
    world.emit(Run(lane.op, lane.id, handle, lane.next_offset, lane.limit_offset, mode))


def read_failed(world: World, script: ScriptState, lane: Lane, event: ReadFailed) -> None:
    if lane.phase is Phase.INSPECTING:
        wait(world, lane, event.message)
        return
    land(world, script, lane)
    if event.log_start_offset is not None and event.log_start_offset > lane.next_offset:
        _lost(world, lane, lane.next_offset, event.log_start_offset)
        lane.next_offset = event.log_start_offset
        _drop_reached_tails(lane)
        _commit_when_durable(world, lane)
        settle(world, script, lane)
    else:
        wait(world, lane, event.message)


def chunk_problem(lane: Lane, event: ChunkDone) -> str | None:
    """Why the engine's answer cannot be true, or None. The engine runs foreign code; its word is checked."""
    limit = lane.readable_offset if lane.limit_offset is None else min(lane.limit_offset, lane.readable_offset)
    if not lane.next_offset <= event.end_offset <= limit:
        return f"the engine says it processed up to offset {event.end_offset}, asked was [{lane.next_offset}, {limit})"
    if event.end_offset == lane.next_offset and event.halted is None:
        return "the engine processed nothing and gave no reason"
    return None


def chunk_done(world: World, script: ScriptState, lane: Lane, event: ChunkDone) -> None:
    """Records up to `end_offset` are processed: write what the outputs lack. Precondition: end_offset > next_offset."""
    lane.end_offset = event.end_offset
    lane.records_in += event.records_in
    lane.records_out += event.records_out
    lane.records_skipped += event.records_skipped
    lane.keys = tuple(key for key in sorted(event.output_keys) if event.end_offset > lane.tails.get(key, -1))
    unknown = [key for key in lane.keys if key not in lane.written]
    if unknown:
        lane.phase = Phase.CREATING
        world.emit(EnsureOutputs(lane.op, lane.id, tuple(unknown)))
    else:
        _append(world, script, lane)


def _create(world: World, script: ScriptState, lane: Lane, keys: Iterable[str]) -> None:
    """Create outputs that the deploy named, before there is anything to write to them."""
    _take_off(world, script, lane, Phase.CREATING)
    world.emit(EnsureOutputs(lane.op, lane.id, tuple(keys)))


def outputs_ready(world: World, script: ScriptState, lane: Lane, event: OutputsReady) -> None:
    for key, (topic_id, next_offset, visible_offset) in event.outputs.items():
        _know_output(world, lane, key, topic_id, next_offset, visible_offset)
    if lane.end_offset == lane.next_offset:
        land(world, script, lane)
        settle(world, script, lane)
    else:
        _append(world, script, lane)


def _know_output(world: World, lane: Lane, key: str, topic_id: bytes, next_offset: int, visible_offset: int) -> None:
    lane.written[key] = next_offset
    lane.visible[key] = visible_offset
    world.writers[(materialised_topic(lane.id.topic, key), lane.id.partition)] = (lane, key)


def _append(world: World, script: ScriptState, lane: Lane) -> None:
    if not lane.keys:
        _finish(world, script, lane, lane.end_offset)
        return
    lane.phase = Phase.APPENDING
    world.emit(Append(lane.op, lane.id, lane.keys, lane.end_offset))


def appended(world: World, script: ScriptState, lane: Lane, event: ChunkAppended) -> None:
    for key, next_offset in event.next_offsets.items():
        lane.written[key] = next_offset
        lane.tails[key] = lane.end_offset
    if event.problem is None:
        _finish(world, script, lane, lane.end_offset)
    else:
        land(world, script, lane)
        wait(world, lane, event.problem)


def _finish(world: World, script: ScriptState, lane: Lane, end_offset: int) -> None:
    lane.unsaved_bytes += lane.size_bytes
    lane.next_offset = end_offset
    lane.attempts = 0
    lane.blocked = None
    _drop_reached_tails(lane)
    land(world, script, lane)
    _commit_when_durable(world, lane)
    settle(world, script, lane)


def _drop_reached_tails(lane: Lane) -> None:
    if lane.tails:
        lane.tails = {key: progress for key, progress in lane.tails.items() if progress > lane.next_offset}


# ---- durability


def _commit_when_durable(world: World, lane: Lane) -> None:
    """Everything up to next_offset is written; count it once the outputs written so far are durable."""
    required = {key: offset for key, offset in lane.written.items() if offset > lane.visible[key]}
    lane.undurable.append(Undurable(lane.next_offset, required))
    commit(world, lane)


def output_visible(world: World, lane: Lane, key: str, visible_offset: int) -> None:
    lane.visible[key] = visible_offset
    if lane.undurable:
        commit(world, lane)
        settle(world, world.scripts[lane.id.script], lane)


def commit(world: World, lane: Lane) -> None:
    committed = lane.committed
    while lane.undurable:
        required = lane.undurable[0].required
        if any(lane.visible.get(key, offset) < offset for key, offset in required.items()):
            break
        lane.committed = lane.undurable.popleft().progress
    if lane.committed > committed:
        _save_soon(world, lane)


def output_removed(world: World, lane: Lane, key: str) -> None:
    """Somebody deleted the materialised topic; it is created again with the next output."""
    lane.written.pop(key, None)
    lane.visible.pop(key, None)
    lane.bases.pop(key, None)
    commit(world, lane)
    settle(world, world.scripts[lane.id.script], lane)


# ---- waiting


def wait(world: World, lane: Lane, blocked: str | None) -> None:
    """Try again later, each time a little later. `blocked`: trouble that is not the script's."""
    lane.phase = Phase.WAITING
    lane.attempts += 1
    if blocked is not None and blocked != lane.blocked:
        world.note("warn", lane.id.script, blocked, lane.id)
    lane.blocked = blocked
    lane.retry_at_ms = world.now_ms + backoff_ms(lane.attempts)
    world.wake(lane.retry_at_ms, lane.id)


def lane_due(world: World, script: ScriptState, lane: Lane) -> None:
    """A timer of this lane may have run out."""
    if lane.save_due_ms is not None and lane.save_due_ms <= world.now_ms:
        lane.save_due_ms = None
        save(world, lane, wait=lane.phase is Phase.SAVING)
    if lane.phase is Phase.WAITING and lane.retry_at_ms <= world.now_ms:
        if not lane.topic_id:
            _inspect(world, script, lane)
        else:
            lane.phase = Phase.READY
            settle(world, script, lane)
