"""What to say about each script: the core's state and the catalogue's refusals as `contract.report`.

Called by `transforms.manager` whenever somebody asks; only reads. One script has one state although its partitions
may differ: the most telling one wins, and the message says which partition it is. Surprising: offsets in a report are
of the moment and of this node only.
"""

from __future__ import annotations

from headrace.contract.names import materialised_topic
from headrace.contract.report import PartitionReport, PartitionState, TransformState, TransformStatus
from headrace.contract.script import DEFAULT_ERROR_POLICY
from headrace.transforms.pacemaker.effects import Memo
from headrace.transforms.pacemaker.state import Lane, Phase, ScriptState, World
from headrace.transforms.registry.catalog import Catalog, Refusal


def build_status(world: World, catalog: Catalog, node_id: int) -> list[TransformStatus]:
    """One entry per script that runs, should run, was refused or removed itself; by name."""
    found = {name: _script_status(world, script, catalog, node_id) for name, script in world.scripts.items()}
    for name, refusal in catalog.refusals.items():
        if name not in found:
            found[name] = _refused_status(refusal)
    for name, memo in world.memory.memos.items():
        if name not in found and memo.removed_at is not None and memo.stopped is not None:
            found[name] = _departed_status(name, memo)
    return [found[name] for name in sorted(found)]


def _script_status(world: World, script: ScriptState, catalog: Catalog, node_id: int) -> TransformStatus:
    version = script.shown
    assert version is not None, f"script {script.name} without a version"
    record = version.record
    reports = tuple(_partition_report(world, script, script.lanes[lane], node_id) for lane in sorted(script.lanes))
    state, message = _state(world, script)
    refusal = catalog.refusals.get(script.name)
    if refusal is not None:
        kept = "" if script.active is None else f"; version {record.digest.hex()[:12]} goes on"
        message = _joined(
            message, f"the deploy at registry offset {refusal.registry_offset} was refused: {refusal.message}{kept}"
        )
    inputs = tuple(version.inputs) or record.input_topics
    outputs = {name for report in reports for name in report.outputs}
    outputs.update(materialised_topic(topic, key) for topic in inputs for key in record.output_keys)
    return TransformStatus(
        name=script.name,
        state=state,
        message=message,
        digest=record.digest.hex(),
        registry_offset=record.registry_offset,
        deployed_ms=record.timestamp_ms,
        language=record.language,
        mode=record.mode,
        description=record.description,
        headers=record.headers,
        inputs=inputs,
        outputs=tuple(sorted(outputs)),
        error_policy=version.policy,
        partitions=reports,
    )


def _state(world: World, script: ScriptState) -> tuple[TransformState, str]:
    memo = script.memo
    refused = ""
    if script.refused is not None:
        offset = script.refused.record.registry_offset
        refused = f"the deploy at registry offset {offset} cannot be used: {script.refusal}"
        if script.active is not None and script.refused is not script.active:
            refused += f"; version {script.active.record.digest.hex()[:12]} goes on"
    if memo.stopped is not None and memo.stopped.reason == "deregister":
        return "deregistered", _joined(f"removing itself after {memo.stopped}", refused)
    if memo.stopped is not None:
        return "failed", _joined(f"stopped after {memo.stopped}; deploy a new version or resume it", refused)
    if script.active is None and script.candidate is None:
        return "failed", refused
    if memo.paused:
        return "paused", _joined("resume it to go on", refused)
    if not world.engine_up:
        return "engine down", _joined(f"the engine is being started ({world.engine_problem})", refused)
    version = script.active or script.candidate
    assert version is not None
    if version.handle is None:
        return "loading", refused
    troubled = [lane for lane in script.lanes.values() if lane.phase is Phase.WAITING]
    if troubled:
        lane = min(troubled, key=lambda lane: lane.id)
        why = lane.blocked or lane.last_error or ""
        return "retrying", _joined(f"{lane.id.topic}-{lane.id.partition}: {why}", refused)
    missing = [topic for topic in version.inputs if topic not in world.partitions]
    waiting = f"waiting for topic {', '.join(missing)} to be created" if missing else ""
    if missing and not script.lanes:
        return "waiting for topic", _joined(waiting, refused)
    if script.candidate is not None:
        waiting = _joined(waiting, f"loading version {script.candidate.record.digest.hex()[:12]}")
    return "running", _joined(waiting, refused)


def _joined(*parts: str) -> str:
    return "; ".join(part for part in parts if part)


def _partition_report(world: World, script: ScriptState, lane: Lane, node_id: int) -> PartitionReport:
    end = world.visible_end(lane)
    return PartitionReport(
        topic=lane.id.topic,
        partition=lane.id.partition,
        node=node_id,
        state=_partition_state(script, lane),
        digest=lane.digest.hex(),
        since_offset=lane.since,
        progress_offset=lane.committed,
        end_offset=end,
        lag=max(0, end - lane.committed),
        records_in=lane.records_in,
        records_out=lane.records_out,
        records_skipped=lane.records_skipped,
        errors=lane.errors,
        last_error=lane.blocked or lane.last_error,
        outputs=tuple(sorted(materialised_topic(lane.id.topic, key) for key in lane.written)),
    )


def _partition_state(script: ScriptState, lane: Lane) -> PartitionState:
    if script.memo.stopped is not None:
        return "failed"
    if script.memo.paused:
        return "paused"
    if lane.phase is Phase.WAITING:
        return "blocked" if lane.blocked is not None else "retrying"
    return "starting" if lane.phase in {Phase.INSPECTING, Phase.SAVING} and lane.records_in == 0 else "running"


def _refused_status(refusal: Refusal) -> TransformStatus:
    return _bare_status(refusal.name, "rejected", refusal.message, refusal.registry_offset)


def _departed_status(name: str, memo: Memo) -> TransformStatus:
    assert memo.stopped is not None
    message = f"removed itself after {memo.stopped}; deploy a mended version, or remove it to clear this"
    return _bare_status(name, "deregistered", message, memo.stopped.registry_offset)


def _bare_status(name: str, state: TransformState, message: str, registry_offset: int) -> TransformStatus:
    return TransformStatus(
        name=name,
        state=state,
        message=message,
        digest="",
        registry_offset=registry_offset,
        deployed_ms=0,
        language="",
        mode="async",
        description="",
        headers=(),
        inputs=(),
        outputs=(),
        error_policy=DEFAULT_ERROR_POLICY,
        partitions=(),
    )
