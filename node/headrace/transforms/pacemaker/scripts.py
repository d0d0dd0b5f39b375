"""Scripts: deployed, loaded, put in the place of an older version, paused, stopped, removed.

Called by `core.py` with the shared `World`. Deterministic. A version that cannot be loaded never displaces one that
runs; it is remembered as `refused` and said in status. Surprising: an *incarnation* is the registry offset of the
deploy that (re)created the script, and it is kept in the progress topic, because compaction of the registry may take
that very record while the script lives on under a later one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from headrace.contract.script import ErrorPolicy, ScriptRecord, input_topic_problem
from headrace.transforms.engines.channel import Failure
from headrace.transforms.pacemaker import lanes
from headrace.transforms.pacemaker.effects import (
    CountFailure,
    Deregister,
    Load,
    Loaded,
    LoadFailed,
    Memo,
    Stopped,
    Unload,
)
from headrace.transforms.pacemaker.policy import ENGINE_DEATHS_MAX, after_engine_deaths, backoff_ms
from headrace.transforms.pacemaker.state import LATEST, Lane, Phase, ScriptState, Version, World

# Failures of a load that may be the machine's: tried again. All others are the script's and stay.
_LOAD_RETRY_KINDS = frozenset({"deadline", "engine"})

_DEREGISTER_RETRY_MS = 1_000


# ---- the registry speaks


def deployed(world: World, record: ScriptRecord) -> None:
    world.registry_next = record.registry_offset + 1
    script = world.scripts.get(record.name)
    if script is None:
        script = world.scripts[record.name] = ScriptState(record.name, _memo_for(world, record))
    previous = script.candidate
    if previous is not None and script.active is None:
        script.fallback = previous
    script.candidate = Version(record, since=record.registry_offset, since_ms=record.timestamp_ms)
    if previous is not None:
        script.candidate.since, script.candidate.since_ms = previous.since, previous.since_ms
    if world.live:
        remember(world, script)
        _queue_load(world, script, script.candidate)


def _memo_for(world: World, record: ScriptRecord) -> Memo:
    """The script lives on under its old incarnation unless it was removed in between."""
    old = world.memory.memos.get(record.name)
    if old is not None and old.removed_at is None and old.incarnation <= record.registry_offset:
        return old
    return Memo(incarnation=record.registry_offset)


def removed(world: World, name: str, registry_offset: int) -> None:
    world.registry_next = registry_offset + 1
    script = world.scripts.get(name)
    if script is None:
        old = world.memory.memos.get(name)
        if old is not None and old.stopped is not None and (old.removed_at or 0) < registry_offset:
            # The script had removed itself and status still said so; now a person has taken note.
            world.save_memo(name, replace(old, stopped=None, removed_at=registry_offset))
        return
    for lane in list(script.lanes.values()):
        lanes.close_lane(world, script, lane)
    for version in (script.active, script.candidate, *script.retiring):
        if version is not None:
            _unload(world, version)
    clear_suspicion(world, script)
    del world.scripts[name]
    world.rotation.pop(name, None)
    world.load_queue = type(world.load_queue)(entry for entry in world.load_queue if entry[0] is not script)
    memo = world.memory.memos.get(name)
    if memo is not None and memo.removed_at is None and memo.incarnation < registry_offset:
        stopped = memo.stopped if memo.stopped is not None and memo.stopped.reason == "deregister" else None
        world.save_memo(name, replace(memo, removed_at=registry_offset, paused=False, stopped=stopped, inputs={}))
        _forget_long_departed(world)


def _forget_long_departed(world: World) -> None:
    departed = [(memo.removed_at, name) for name, memo in world.memory.memos.items() if memo.removed_at is not None]
    for _removed_at, name in sorted(departed)[: max(0, len(departed) - world.limits.departed_max)]:
        world.write(None, name, None)
        for lane_id in [lane_id for lane_id in world.memory.checkpoints if lane_id.script == name]:
            world.write(None, lane_id, None)


def caught_up(world: World) -> None:
    """The registry is read once: what stands now is what should run."""
    world.live = True
    for script in world.scripts.values():
        remember(world, script)
        if script.candidate is not None:
            _queue_load(world, script, script.candidate)


def remember(world: World, script: ScriptState) -> None:
    """Write the memo if it is not what the progress topic has."""
    if world.memory.memos.get(script.name) != script.memo:
        world.save_memo(script.name, script.memo)


def prune_snapshots(world: World) -> None:
    """A snapshot is needed as long as a living deploy may have to ask where `latest` was."""
    since: set[int] = set()
    for script in world.scripts.values():
        since.update(script.memo.inputs.values())
        since.update(version.since for version in (script.active, script.candidate) if version)
    snapshots = world.memory.snapshots
    kept = [
        registry_next
        for registry_next, snapshot in sorted(snapshots.items())
        if registry_next > world.registry_next
        or any(snapshot.registry_from <= offset < registry_next for offset in since)
    ]
    for registry_next in set(snapshots) - set(kept[-world.limits.snapshots_max :]):
        world.write(None, registry_next, None)


# ---- the engine loads


def _queue_load(world: World, script: ScriptState, version: Version) -> None:
    world.load_queue.append((script, version))
    pump_loads(world)


def pump_loads(world: World) -> None:
    """Hand waiting versions to the engine; one at a time after one of them seems to have killed it."""
    if not world.engine_up or world.stopping or not world.live:
        return
    suspected = any(version.load_deaths for _script, version in world.load_queue)
    loads_max = 1 if suspected else world.limits.loads_max
    for _ in range(len(world.load_queue)):
        if len(world.loads) >= loads_max:
            return
        script, version = world.load_queue.popleft()
        if version not in (script.active, script.candidate) or version.handle is not None:
            continue
        if version.load_after_ms > world.now_ms:
            world.load_queue.append((script, version))
            continue
        handle = world.number()
        version.load_op = world.number()
        world.loads[version.load_op] = (script, version, handle)
        world.emit(Load(version.load_op, handle, version.record))


def loaded(world: World, event: Loaded) -> None:
    script, version, handle = world.loads.pop(event.op)
    version.load_op = None
    version.load_attempts = version.load_deaths = 0
    if world.scripts.get(script.name) is not script or version not in (script.active, script.candidate):
        world.emit(Unload(handle))
        pump_loads(world)
        return
    problem = _take_inputs(version, event)
    if problem is not None:
        world.emit(Unload(handle))
        _refuse(world, script, version, Failure("load", problem))
    else:
        version.handle = handle
        if version is script.candidate:
            _activate(world, script, version)
        for lane in list(script.lanes.values()):
            lanes.settle(world, script, lane)
    pump_loads(world)


def _take_inputs(version: Version, event: Loaded) -> str | None:
    """Registry headers win over what the script subscribes to."""
    record = version.record
    own = dict(event.subscriptions)
    topics = record.input_topics or tuple(own)
    if not topics:
        return "the script subscribes to nothing: deploy it with --input-topic, or let it call subscribe([...])"
    for topic in topics:
        problem = input_topic_problem(topic)
        if problem is not None:
            return f"subscribe: {problem}"
    version.inputs = {topic: record.start_from or own.get(topic) or LATEST for topic in topics}
    version.own_policy = event.error_policy
    return None


def _activate(world: World, script: ScriptState, version: Version) -> None:
    """`version` takes the place of the active one; each lane moves over at its next chunk border."""
    offset = version.record.registry_offset
    if script.active is not None:
        script.retiring.append(script.active)
    script.active, script.candidate, script.fallback = version, None, None
    clear_suspicion(world, script)
    if script.refused is not None and script.refused.record.registry_offset <= offset:
        script.refused, script.refusal = None, ""
    memo = script.memo
    inputs = {topic: memo.inputs.get(topic, version.since) for topic in version.inputs}
    stopped = memo.stopped if memo.stopped is not None and memo.stopped.registry_offset >= offset else None
    script.memo = replace(memo, inputs=inputs, stopped=stopped)
    remember(world, script)
    for lane in list(script.lanes.values()):
        if lane.id.topic not in version.inputs:
            lanes.close_lane(world, script, lane)
        elif lane.phase is Phase.WAITING:
            # What the old version failed on may be no trouble for the new one.
            lane.retry_at_ms = world.now_ms
            world.wake(world.now_ms, lane.id)
    lanes.open_lanes(world, script)
    if stopped is not None and stopped.reason == "deregister":
        world.emit(Deregister(script.name, offset))
    retire(world, script)


def retire(world: World, script: ScriptState) -> None:
    """Unload versions that no chunk in flight needs any more."""
    if not script.retiring:
        return
    used = {lane.version for lane in script.lanes.values() if lane.flying}
    for version in [version for version in script.retiring if version not in used]:
        script.retiring.remove(version)
        _unload(world, version)


def _unload(world: World, version: Version) -> None:
    if version.handle is not None:
        world.emit(Unload(version.handle))
        version.handle = None


def load_failed(world: World, event: LoadFailed) -> None:
    script, version, _handle = world.loads.pop(event.op)
    version.load_op = None
    if world.scripts.get(script.name) is script and version in (script.active, script.candidate):
        _refuse(world, script, version, event.failure)
    pump_loads(world)


def _refuse(world: World, script: ScriptState, version: Version, failure: Failure) -> None:
    world.emit(CountFailure(script.name, failure.kind))
    version.load_attempts += 1
    script.refused, script.refusal = version, str(failure)
    offset = version.record.registry_offset
    if failure.kind in _LOAD_RETRY_KINDS or version is script.active:
        # Either the machine is slow, or the version ran before: it may load the next time.
        delay_ms = backoff_ms(version.load_attempts)
        version.load_after_ms = world.now_ms + delay_ms
        world.load_queue.append((script, version))
        world.wake(version.load_after_ms, "")
        world.note("warn", script.name, f"loading failed, next try in {delay_ms} ms: {failure}")
        return
    script.candidate = None
    if script.active is not None:
        kept = f"the version of registry offset {script.active.record.registry_offset} goes on"
    elif script.fallback is not None:
        kept = f"trying the version of registry offset {script.fallback.record.registry_offset}"
        script.candidate, script.fallback = script.fallback, None
        _queue_load(world, script, script.candidate)
    else:
        kept = "nothing runs under this name"
    world.note("error", script.name, f"the deploy at registry offset {offset} cannot be used: {failure}; {kept}")


# ---- failures of a running script


def chunk_failed(world: World, script: ScriptState, lane: Lane, failure: Failure) -> None:
    """A record (or the engine) failed for good as far as this try goes: do what the policy says. The lane has
    landed."""
    _count(world, lane, failure)
    policy = lane.version.policy
    if failure.kind == "engine":
        policy = after_engine_deaths(policy)
    if lane.version is not script.active:
        policy = "retry"  # a newer version is about to take over here
    _apply(world, script, lane, failure, policy)


def _apply(world: World, script: ScriptState, lane: Lane, failure: Failure, policy: ErrorPolicy) -> None:
    offset = lane.version.record.registry_offset
    if policy in {"stop", "deregister"}:
        reason: Literal["stop", "deregister"] = "deregister" if policy == "deregister" else "stop"
        stopped = Stopped(offset, reason, failure, lane.id.topic, lane.id.partition)
        _stop(world, script, stopped)
        if reason == "deregister":
            world.emit(Deregister(script.name, offset))
    else:
        lanes.wait(world, lane, None)
        if lane.attempts == 1:
            world.note("warn", script.name, f"failed, trying again: {failure}", lane.id)


def _count(world: World, lane: Lane, failure: Failure) -> None:
    lane.errors += 1
    lane.last_error = str(failure)
    world.emit(CountFailure(lane.id.script, failure.kind))


def stop_permanently(world: World, script: ScriptState, lane: Lane, failure: Failure) -> None:
    """The script cannot go on whatever its policy: its output belongs to another, it reads its own output."""
    _count(world, lane, failure)
    _stop(
        world,
        script,
        Stopped(lane.version.record.registry_offset, "stop", failure, lane.id.topic, lane.id.partition),
    )


def _stop(world: World, script: ScriptState, stopped: Stopped) -> None:
    if stopped.reason == "deregister":
        world.note("error", script.name, f"removes itself after {stopped}; deploy a mended version")
    else:
        world.note("error", script.name, f"is stopped after {stopped}; deploy a mended version or resume it")
    script.memo = replace(script.memo, stopped=stopped)
    remember(world, script)
    for lane in list(script.lanes.values()):
        lanes.settle(world, script, lane)


def deregister_refused(world: World, name: str) -> None:
    world.wake(world.now_ms + _DEREGISTER_RETRY_MS, name)


def script_due(world: World, script: ScriptState) -> None:
    stopped = script.memo.stopped
    if stopped is None or stopped.reason != "deregister" or script.active is None:
        return
    if stopped.registry_offset == script.active.record.registry_offset:
        world.emit(Deregister(script.name, stopped.registry_offset))


# ---- pause and resume


def pause(world: World, script: ScriptState) -> None:
    script.memo = replace(script.memo, paused=True)
    remember(world, script)
    for lane in list(script.lanes.values()):
        lanes.settle(world, script, lane)


def resume(world: World, script: ScriptState) -> None:
    """Go on after a pause or after `stop`; try again to load what could not be loaded."""
    stopped = script.memo.stopped
    if stopped is not None and stopped.reason == "deregister":
        return
    script.memo = replace(script.memo, paused=False, stopped=None)
    remember(world, script)
    refused = script.refused
    if refused is not None and script.candidate is None and refused.handle is None and refused is not script.active:
        refused.load_deaths = 0
        script.candidate = refused
        _queue_load(world, script, refused)
    for lane in list(script.lanes.values()):
        lane.attempts = 0
        if lane.phase is Phase.WAITING:
            lane.retry_at_ms = world.now_ms
            world.wake(world.now_ms, lane.id)
        lanes.settle(world, script, lane)


# ---- the engine comes and goes


def engine_up(world: World) -> None:
    world.engine_up = True
    world.engine_problem = ""
    pump_loads(world)


def engine_lost(world: World, reason: str) -> None:
    """Every handle is gone; chunks in flight are read again. Whose chunk or load ran is a suspect."""
    world.engine_up = False
    world.engine_problem = reason
    loads, world.loads = world.loads, {}
    for _script, version, _handle in loads.values():
        version.load_op = None
        version.load_deaths += 1
    suspects: dict[str, Lane] = {}
    for script in list(world.scripts.values()):
        script.retiring.clear()
        for lane in script.lanes.values():
            if lane.phase is Phase.RUNNING:
                lanes.land(world, script, lane)
                suspects[script.name] = lane
        for version in [version for version in (script.active, script.candidate) if version is not None]:
            version.handle = None
            if version.load_deaths >= ENGINE_DEATHS_MAX:
                version.load_deaths = 0
                _refuse_killer(world, script, version)
            elif not any(queued is version for _script, queued in world.load_queue):
                world.load_queue.append((script, version))
    for name, lane in suspects.items():
        script = world.scripts[name]
        script.deaths += 1
        world.suspects.add(name)
        if script.deaths >= ENGINE_DEATHS_MAX:
            clear_suspicion(world, script)
            message = f"the engine died {ENGINE_DEATHS_MAX} times in a row while it ran this script ({reason})"
            chunk_failed(world, script, lane, Failure("engine", message, offset=lane.next_offset))
    for script in world.scripts.values():
        for lane in list(script.lanes.values()):
            lanes.settle(world, script, lane)


def _refuse_killer(world: World, script: ScriptState, version: Version) -> None:
    message = f"the engine died {ENGINE_DEATHS_MAX} times in a row while it loaded this script"
    if version is script.active:
        script.active = None
        script.candidate = script.candidate or version
    if version is script.candidate:
        _refuse(world, script, version, Failure("load", message))


def clear_suspicion(world: World, script: ScriptState) -> None:
    """A chunk of the script came back, or it is another script now: the next suspect may have its turn."""
    script.deaths = 0
    if script.name in world.suspects:
        world.suspects.discard(script.name)
        world.rotation.update(dict.fromkeys(name for name in world.suspects if world.scripts[name].ready))


def followed(world: World, next_offset: int) -> None:
    world.registry_next = max(world.registry_next, next_offset)
    prune_snapshots(world)


def open_lanes_for(world: World, topic: str) -> None:
    for script in world.scripts.values():
        if script.active is not None and topic in script.active.inputs:
            lanes.open_lanes(world, script)


def close_lanes_for(world: World, topic: str, partition: int) -> None:
    for lane in list(world.readers.get((topic, partition), ())):
        lanes.close_lane(world, world.scripts[lane.id.script], lane)
