"""Runs the pacemaker's effects on a node: read, run, append, write down. Thin: every decision is the core's.

Record path: stop 7. Listens to the partition table and the engine, turns what they tell into events, carries effects
out in order. Everything happens on the event loop; reads and appends are the partitions' own short calls, the
engine's work is elsewhere. Progress records of one turn go out as one batch. Surprising: events are queued and
handled in one go at the next turn of the loop, except where the very moment counts (`take_snapshot`); the engine's
answer is checked as if a stranger had sent it.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from headrace.base.clock import Clock
from headrace.base.errors import HeadraceError, Rejected
from headrace.base.metrics import Counter, Metrics
from headrace.base.tasks import TaskSet
from headrace.cluster.driver import Controller
from headrace.contract.names import INTERNAL_TOPICS, materialised_topic
from headrace.contract.script import StartPoint
from headrace.partitions.partition import Partition
from headrace.partitions.table import PartitionTable
from headrace.records.builder import build_batch
from headrace.records.reader import Record
from headrace.transforms.engines import channel
from headrace.transforms.engines.channel import Buffer, ChannelError, Failure, Frame, Kind, LoadOrder, RunOrder
from headrace.transforms.engines.chunks import check_answer
from headrace.transforms.engines.supervisor import EngineSupervisor
from headrace.transforms.pacemaker.checkpoints import encode_key, encode_value
from headrace.transforms.pacemaker.core import Pacemaker
from headrace.transforms.pacemaker.effects import (
    Append,
    ChunkAppended,
    ChunkDone,
    ChunkRead,
    ChunkRefused,
    CountFailure,
    Deregister,
    DeregisterRefused,
    EngineLost,
    EngineUp,
    EnsureOutputs,
    Event,
    Forget,
    Inspect,
    LaneId,
    LaneInspected,
    Load,
    Loaded,
    LoadFailed,
    Note,
    OutputsReady,
    OutputsRefused,
    PartitionAdded,
    PartitionRemoved,
    ProgressDurable,
    ProgressFailed,
    Read,
    ReadFailed,
    Run,
    Snapshot,
    SnapshotTaken,
    Tick,
    Unload,
    VisibleAdvanced,
    WriteProgress,
)
from headrace.transforms.pacemaker.materialised import MaterialisedTopics
from headrace.transforms.pacemaker.script_logs import ScriptLine, ScriptLogs

log = logging.getLogger("headrace.transforms")

_OFFSET_OUT_OF_RANGE = 1

# Events handled, and time spent, before the loop gets a turn: a burst of chunks must not delay clients.
_EVENTS_PER_TURN = 100
_TURN_US = 2_000

_PROGRESS_BATCH_RECORDS = 500


@dataclass(slots=True)
class Places:
    """The internal partitions that the driver writes to."""

    registry: Partition
    progress: Partition


class PacemakerDriver:
    """The core's hands and ears on one node."""

    def __init__(
        self,
        core: Pacemaker,
        *,
        partitions: PartitionTable,
        controller: Controller,
        places: Places,
        script_logs: ScriptLogs,
        registry_caught_up: Callable[[], bool],
        clock: Clock,
        tasks: TaskSet,
        metrics: Metrics | None = None,
    ) -> None:
        self.core = core
        self.engine: EngineSupervisor | None = None
        self._partitions = partitions
        self._places = places
        self._script_logs = script_logs
        self._registry_caught_up = registry_caught_up
        self._registry_seen = places.registry.high_watermark
        self._clock = clock
        self._tasks = tasks
        self._metrics = metrics
        self._events: deque[Event] = deque()
        self._advanced: dict[Partition, None] = {}
        self._turn_due = False
        self._timer: asyncio.TimerHandle | None = None
        self._timer_ms: int | None = None
        #: Outputs of chunks that wait for their append, by op and key.
        self._outputs: dict[int, dict[str, Buffer]] = {}
        self._progress: list[WriteProgress] = []
        #: Progress writes on their way to the disk: (next offset in the progress topic, ops).
        self._undurable: deque[tuple[int, list[int]]] = deque()
        self._waiters: list[tuple[Callable[[], bool], asyncio.Future[None]]] = []
        self._outputs_of = MaterialisedTopics(partitions, controller)
        self._carry: dict[type[Any], Callable[[Any], Event | None]] = {
            Load: self._load,
            Unload: self._unload,
            Inspect: self._inspect,
            Read: self._read,
            Run: self._run,
            EnsureOutputs: self._ensure_outputs,
            Append: self._append,
            Forget: self._forget,
            WriteProgress: self._write_progress,
            Deregister: self._deregister,
            Note: self._note,
            CountFailure: self._count_failure,
        }
        self._counters: dict[tuple[str, ...], Counter] = {}

    # ---- events in

    def post(self, event: Event) -> None:
        """Handle the event at the next turn of the loop."""
        self._events.append(event)
        self._need_turn()

    def _need_turn(self) -> None:
        if not self._turn_due:
            self._turn_due = True
            asyncio.get_running_loop().call_soon(self._turn)

    def _turn(self) -> None:
        self._turn_due = False
        advanced, self._advanced = self._advanced, {}
        for partition in advanced:
            self._events.append(VisibleAdvanced(partition.topic, partition.index, _readable(partition)))
        self._handle(_EVENTS_PER_TURN, yielding=True)
        if self._events:
            self._need_turn()

    def _handle(self, count: int, *, yielding: bool = False) -> None:
        """Handle up to `count` queued events with all that follows from them at once; with `yielding` not for long."""
        events = self._events
        began_us = now_us = self._clock.monotonic_us()
        while events and count > 0 and (now_us - began_us < _TURN_US or not yielding):
            count -= 1
            now_ms = now_us // 1000
            for effect in self.core.handle(events.popleft(), now_ms):
                answer = self._carry[type(effect)](effect)
                if answer is not None:
                    events.append(answer)
            now_us = self._clock.monotonic_us()
        self._flush_progress()
        self._set_timer()
        for waiter in [waiter for waiter in self._waiters if waiter[0]()]:
            self._waiters.remove(waiter)
            if not waiter[1].done():
                waiter[1].set_result(None)

    def _set_timer(self) -> None:
        deadline_ms = self.core.next_deadline_ms()
        if deadline_ms == self._timer_ms and self._timer is not None:
            return
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._timer_ms = deadline_ms
        if deadline_ms is not None:
            delay_s = max(0.001, deadline_ms / 1000 - self._clock.monotonic_us() / 1_000_000)
            self._timer = asyncio.get_running_loop().call_later(delay_s, self._tick)

    def _tick(self) -> None:
        self._timer = None
        self.post(Tick())

    def take_snapshot(self) -> None:
        """Write down where every partition ends, now that the registry is visible up to its high watermark.

        At once and not at the next turn: a client whose deploy was just acknowledged may produce the next moment.
        """
        ends = {
            (partition.topic, partition.index): partition.high_watermark
            for partition in self._partitions.all()
            if partition.topic not in INTERNAL_TOPICS
        }
        seen, self._registry_seen = self._registry_seen, self._places.registry.high_watermark
        self._events.append(SnapshotTaken(Snapshot(seen, self._registry_seen, ends)))
        self._handle(len(self._events))

    async def command(self, event: Event, done: Callable[[], bool], timeout_s: float) -> bool:
        """Handle `event` at once and wait until `done()`; False if that took too long."""
        self._events.append(event)
        self._handle(len(self._events))
        if self._events:
            self._need_turn()
        if done():
            return True
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.append((done, future))
        try:
            async with asyncio.timeout(timeout_s):
                await future
        except TimeoutError:
            return False
        return True

    def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    # ---- PartitionListener

    def on_partition_added(self, partition: Partition) -> None:
        self.post(PartitionAdded(partition.topic, partition.index, _readable(partition)))
        self._outputs_of.on_partition_added(partition)

    def on_partition_removed(self, partition: Partition) -> None:
        self._advanced.pop(partition, None)
        self.post(PartitionRemoved(partition.topic, partition.index))

    def on_visible_offset_advanced(self, partition: Partition) -> None:
        if partition is self._places.progress:
            visible = partition.high_watermark
            while self._undurable and self._undurable[0][0] <= visible:
                for op in self._undurable.popleft()[1]:
                    self.post(ProgressDurable(op))
        else:
            self._advanced[partition] = None
            self._need_turn()

    # ---- EngineListener

    def on_engine_up(self) -> None:
        self.post(EngineUp())

    def on_engine_lost(self, reason: str) -> None:
        self.post(EngineLost(reason))

    def on_engine_frame(self, frame: Frame) -> None:
        op = frame.ident
        if frame.kind == Kind.DONE:
            self._chunk_done(op, channel.decode_done(frame.body))
        elif frame.kind == Kind.REFUSED:
            self.post(ChunkRefused(op, channel.decode_failure(frame.body)))
        elif frame.kind == Kind.LOADED:
            answer = channel.decode_loaded(frame.body)
            policy = answer.error_policy if answer.error_policy in {"skip", "deregister"} else None
            starts = tuple((topic, _start(text)) for topic, text in answer.subscriptions)
            self.post(Loaded(op, starts, cast(Any, policy)))
        else:
            self.post(LoadFailed(op, channel.decode_failure(frame.body)))

    def _chunk_done(self, op: int, answer: channel.RunAnswer) -> None:
        lane = self.core.world.ops.get(op)
        if lane is None:
            return
        problem = check_answer(answer)
        if problem is not None:
            self.post(ChunkRefused(op, Failure("output", problem)))
            return
        self._outputs[op] = dict(answer.outputs)
        self._write_lines(lane.id, lane.version.record.digest, answer)
        script = lane.id.script
        self._add("transform_records_in_total", script, answer.records_in)
        self._add("transform_bytes_in_total", script, lane.size_bytes)
        self._add("transform_bytes_out_total", script, sum(len(data) for _key, data in answer.outputs))
        self.post(
            ChunkDone(
                op=op,
                end_offset=answer.end_offset,
                output_keys=tuple(self._outputs[op]),
                records_in=answer.records_in,
                records_out=answer.records_out,
                records_skipped=answer.records_skipped,
                skipped=answer.skipped,
                halted=answer.halted,
            )
        )

    def _write_lines(self, lane: LaneId, digest: bytes, answer: channel.RunAnswer) -> None:
        place = f"{lane.topic}-{lane.partition}"
        for level, text in answer.logs:
            self._script_logs.put(ScriptLine(lane.script, level, text, place, digest.hex()))
        self._script_logs.drop(lane.script, answer.log_lines_dropped)

    def _add(self, metric: str, script: str, count: int) -> None:
        if self._metrics is None or not count:
            return
        counter = self._counters.get((metric, script))
        if counter is None:
            counter = self._counters[metric, script] = self._metrics.counter(metric, script)
        counter.value += count

    # ---- effects: engine

    def _load(self, effect: Load) -> None:
        script = effect.script
        order = LoadOrder(
            handle=effect.handle,
            name=script.name,
            digest=script.digest,
            language=script.language,
            env=script.env,
            content=script.content,
        )
        assert self.engine is not None
        self.engine.send(channel.encode_load(effect.op, order), op=effect.op, load=True)

    def _unload(self, effect: Unload) -> None:
        assert self.engine is not None
        self.engine.send(channel.encode_unload(effect.handle))

    def _run(self, effect: Run) -> None:
        data = self._outputs.pop(effect.op)[""]
        order = RunOrder(
            handle=effect.handle,
            mode=effect.mode,
            start_offset=effect.start_offset,
            limit_offset=effect.limit_offset,
            topic=effect.lane.topic,
            partition=effect.lane.partition,
            data=data,
        )
        assert self.engine is not None
        self.engine.send(channel.encode_run(effect.op, order), op=effect.op)

    # ---- effects: partitions

    def _read(self, effect: Read) -> Event:
        partition = self._partitions.get(effect.lane.topic, effect.lane.partition)
        if partition is None:
            return ReadFailed(effect.op, f"{effect.lane.topic}-{effect.lane.partition} is not here")
        visible = _readable(partition)
        try:
            data = partition.read(effect.start_offset, effect.max_bytes, visible)
        except Rejected as error:
            gone = error.kafka_code == _OFFSET_OUT_OF_RANGE
            return ReadFailed(effect.op, error.message, partition.log_start_offset if gone else None)
        except HeadraceError as error:
            return ReadFailed(effect.op, str(error))
        if data:
            self._outputs[effect.op] = {"": data}
        return ChunkRead(effect.op, len(data), visible)

    def _append(self, effect: Append) -> Event:
        outputs = self._outputs[effect.op]
        next_offsets: dict[str, int] = {}
        for key in effect.keys:
            topic = materialised_topic(effect.lane.topic, key)
            partition = self._partitions.get(topic, effect.lane.partition)
            if partition is None:
                return ChunkAppended(effect.op, next_offsets, f"{topic}-{effect.lane.partition} is not here")
            try:
                appended = partition.append_internal(outputs[key])
            except HeadraceError as error:
                return ChunkAppended(effect.op, next_offsets, f"cannot write to {topic}: {error}")
            next_offsets[key] = appended.next_offset
        return ChunkAppended(effect.op, next_offsets)

    def _forget(self, effect: Forget) -> None:
        self._outputs.pop(effect.op, None)

    def _inspect(self, effect: Inspect) -> Event:
        lane = effect.lane
        partition = self._partitions.get(lane.topic, lane.partition)
        if partition is None:
            return ReadFailed(effect.op, f"{lane.topic}-{lane.partition} is not here")
        found = None
        try:
            if effect.timestamp_ms is not None:
                found = partition.log.offset_for_timestamp(effect.timestamp_ms, _readable(partition))
            outputs = self._outputs_of.facts(lane)
        except HeadraceError as error:
            return ReadFailed(effect.op, str(error))
        return LaneInspected(
            op=effect.op,
            topic_id=partition.topic_id,
            log_start_offset=partition.log_start_offset,
            log_end_offset=partition.log_end_offset,
            visible_offset=_readable(partition),
            timestamp_offset=None if found is None else found[0],
            outputs=outputs,
            ancestor_owners=self._outputs_of.owners_above(lane.topic),
        )

    # ---- effects: topics

    def _ensure_outputs(self, effect: EnsureOutputs) -> None:
        self._tasks.start(f"outputs of {effect.lane}", self._create_outputs(effect))

    async def _create_outputs(self, effect: EnsureOutputs) -> None:
        ready = {}
        for key in effect.keys:
            topic = materialised_topic(effect.lane.topic, key)
            try:
                partition = await self._outputs_of.create(effect.lane, topic)
            except Rejected as error:
                self.post(OutputsRefused(effect.op, f"cannot create '{topic}': {error.message}", True))
                return
            except (HeadraceError, TimeoutError) as error:
                why = str(error) or "it did not appear here in time"
                self.post(OutputsRefused(effect.op, f"cannot create '{topic}' now: {why}", False))
                return
            ready[key] = (partition.topic_id, partition.log_end_offset, partition.high_watermark)
        self.post(OutputsReady(effect.op, ready))

    # ---- effects: progress topic and registry

    def _write_progress(self, effect: WriteProgress) -> None:
        self._progress.append(effect)

    def _flush_progress(self) -> None:
        """All progress records of this turn as one batch: they become durable in their order, or not at all."""
        while self._progress:
            writes = self._progress[:_PROGRESS_BATCH_RECORDS]
            del self._progress[:_PROGRESS_BATCH_RECORDS]
            now_ms = self._clock.wall_ms()
            records = [Record(0, now_ms, encode_key(write.key), encode_value(write.value)) for write in writes]
            ops = [write.op for write in writes if write.op is not None]
            try:
                appended = self._places.progress.append_internal(build_batch(records))
            except HeadraceError as error:
                for op in ops:
                    self.post(ProgressFailed(op, f"cannot write down progress: {error}"))
                continue
            if not ops:
                continue
            if appended.next_offset <= self._places.progress.high_watermark:
                for op in ops:
                    self.post(ProgressDurable(op))
            else:
                self._undurable.append((appended.next_offset, ops))

    def _deregister(self, effect: Deregister) -> Event | None:
        script = self.core.world.scripts.get(effect.name)
        version = script.candidate or script.active if script is not None else None
        if (
            not self._registry_caught_up()
            or version is None
            or version.record.registry_offset != effect.registry_offset
        ):
            return DeregisterRefused(effect.name, "the registry has something newer")
        tombstone = Record(0, self._clock.wall_ms(), effect.name.encode(), None)
        try:
            self._places.registry.append_internal(build_batch([tombstone]))
        except HeadraceError as error:
            return DeregisterRefused(effect.name, str(error))
        return None

    # ---- effects: words

    def _note(self, effect: Note) -> None:
        level = {"info": logging.INFO, "warn": logging.WARNING}.get(effect.level, logging.ERROR)
        place = "" if effect.partition is None else f" on {effect.partition}"
        log.log(level, "script %s%s: %s", effect.script, place, effect.message)
        self._script_logs.put(ScriptLine(effect.script, effect.level, effect.message, effect.partition))

    def _count_failure(self, effect: CountFailure) -> None:
        if self._metrics is not None:
            self._metrics.counter("transform_errors_total", effect.script, effect.kind).value += 1


def _readable(partition: Partition) -> int:
    """Scripts see what a `read_committed` consumer sees."""
    return min(partition.high_watermark, partition.last_stable_offset)


def _start(text: str | None) -> StartPoint | None:
    try:
        return None if text is None else StartPoint.parse(text)
    except ValueError as error:
        raise ChannelError(str(error)) from error
