"""A guest that speaks the batch ABI (docs/transform-abi.md): one Wasm call per chunk, everything around it checked.

Runs `.wasm` modules; `javascript.py` runs the QuickJS module through the same `BatchGuest`. Called by `local.py`. It
never looks into records: the input goes into the guest's memory as it is, the output goes through `output_check.py`.
Surprising: a guest keeps its memory between chunks, so state in global variables lives as long as the instance.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from headrace.transforms.engines import frames
from headrace.transforms.engines.api import (
    ChunkResult,
    FailureKind,
    GuestError,
    GuestLimits,
    LogLine,
    ScriptInfo,
    ScriptSource,
)
from headrace.transforms.engines.output_check import BadOutput, OutputChecker
from headrace.transforms.engines.wasi import GuestWorld
from headrace.transforms.engines.wasm import GuestFunction, Sandbox, Stopped, WasmRuntime

_BASE_OFFSET = struct.Struct(">q")
_MAX_TIMESTAMP = struct.Struct(">q")
_MAX_TIMESTAMP_AT = 35


class BatchGuest:
    """One loaded script in its sandbox. Satisfies `api.Guest`."""

    def __init__(
        self, sandbox: Sandbox, checker: OutputChecker, limits: GuestLimits, info: ScriptInfo, world: GuestWorld | None
    ) -> None:
        self.info = info
        self._sandbox = sandbox
        self._checker = checker
        self._limits = limits
        self._world = world
        alloc = sandbox.function("hr_alloc", ["i32"], ["i32"])
        transform = sandbox.function("hr_transform", ["i32", "i32"], ["i64"])
        if alloc is None or transform is None:
            raise Stopped("load", _no_abi_message(sandbox))
        self._alloc, self._transform = alloc, transform
        self._room_at = self._room_bytes = 0
        status = sandbox.function("hr_status", [], ["i32"])
        self._status_at = None if status is None else sandbox.call(status, deadline_ms=limits.load_deadline_ms)
        self._lost = False

    def run(self, topic: str, partition: int, batches: Sequence[bytes | memoryview]) -> ChunkResult:
        """See `api.Guest.run`."""
        if self._lost:
            raise GuestError(
                "trap", "the instance was lost to an earlier error; load the script anew", instance_lost=True
            )
        if not batches:
            return ChunkResult({})
        if self._world is not None:
            last = max(_MAX_TIMESTAMP.unpack_from(batch, _MAX_TIMESTAMP_AT)[0] for batch in batches)
            first_offset = _BASE_OFFSET.unpack_from(batches[0])[0]
            self._world.begin_chunk(last, f"{topic} {partition} {first_offset}")
        try:
            address, length = self._put(topic, partition, batches)
            answer = self._call(self._transform, address, length)
            frame = self._answer(answer)
            section = frames.first_section(frame)
            if section is not None and section[0] == frames.SECTION_ERROR:
                raise self.reported(frames.error_report(section[1]))
            outputs = {} if section is None else self._checker.check(frame, topic, self._limits)
        except Stopped as stop:
            raise self._stopped(stop) from stop
        except (BadOutput, frames.BadFrame) as error:
            raise self.failure("output", str(error), instance_lost=False) from error
        status, lines = self._status()
        return ChunkResult(outputs, lines, status)

    def failure(
        self, kind: FailureKind, message: str, *, instance_lost: bool, where: str | None = None, stack: str = ""
    ) -> GuestError:
        """A GuestError with what the guest's status area knows beside it."""
        self._lost = self._lost or instance_lost
        base_offset = None
        dropped, lines = 0, []
        if self._status_at is not None:
            status = frames.take_status(self._sandbox.memory(), self._status_at, self._limits)
            base_offset, dropped, lines = status.base_offset, status.lines_dropped, list(status.lines)
        if self._world is not None:
            more, more_dropped = self._world.take_log()
            lines += more
            dropped += more_dropped
        return GuestError(
            kind,
            message,
            where=where,
            stack=stack,
            base_offset=base_offset,
            instance_lost=instance_lost,
            logs=tuple(lines),
            log_lines_dropped=dropped,
        )

    def reported(self, report: frames.GuestReport) -> GuestError:
        """An error that the guest itself reported, as GuestError."""
        return self.failure(report.kind, report.message, stack=report.stack, instance_lost=report.kind == "memory")

    def close(self) -> None:
        self._lost = True
        self._sandbox.close()

    def _put(self, topic: str, partition: int, batches: Sequence[bytes | memoryview]) -> tuple[int, int]:
        head = frames.input_head(topic, partition)
        length = len(head) + sum(map(len, batches))
        if length > self._room_bytes:
            if length > self._limits.memory_bytes_max:
                raise Stopped("memory", f"a chunk of {length} bytes does not fit in the script's memory")
            capacity = max(64 * 1024, length + length // 4)
            self._room_at = self._call(self._alloc, capacity)
            if self._room_at == 0:
                raise Stopped("memory", f"no room for a chunk of {length} bytes in the script's memory")
            self._room_bytes = capacity
        memory = self._sandbox.memory()
        at, end = self._room_at, self._room_at + length
        if end > len(memory):
            raise Stopped("trap", "hr_alloc returned an address outside the module's memory")
        memory[at : at + len(head)] = head
        at += len(head)
        for batch in batches:
            memory[at : at + len(batch)] = batch
            at += len(batch)
        return self._room_at, length

    def _call(self, function: GuestFunction, *arguments: int) -> int:
        return self._sandbox.call(function, *arguments, deadline_ms=self._limits.chunk_deadline_ms)

    def _answer(self, packed: int) -> memoryview:
        memory = self._sandbox.memory()
        address, length = packed >> 32, packed & 0xFFFFFFFF
        if address + length > len(memory):
            raise frames.BadFrame("the answer lies outside the module's memory")
        return memory[address : address + length]

    def _status(self) -> tuple[int, tuple[LogLine, ...]]:
        dropped, lines = 0, tuple[LogLine, ...]()
        if self._status_at is not None:
            status = frames.take_status(self._sandbox.memory(), self._status_at, self._limits)
            dropped, lines = status.lines_dropped, status.lines
        if self._world is not None:
            more, more_dropped = self._world.take_log()
            return dropped + more_dropped, (*lines, *more)
        return dropped, lines

    def _stopped(self, stop: Stopped) -> GuestError:
        message = stop.message
        if stop.kind == "deadline":
            message = f"the chunk took longer than {self._limits.chunk_deadline_ms} ms"
        elif self._world is not None and self._world.exit_code is not None:
            message = f"the module ended itself with exit code {self._world.exit_code}"
        return self.failure(stop.kind, message, instance_lost=True)


def _no_abi_message(sandbox: Sandbox) -> str:
    wanted = (
        "the module does not export the functions hr_alloc and hr_transform of the batch ABI (docs/transform-abi.md)"
    )
    if sandbox.has_export("_start"):
        return wanted + "; it looks like a command with _start, build it as a reactor"
    return wanted


def load_wasm(runtime: WasmRuntime, checker: OutputChecker, source: ScriptSource, limits: GuestLimits) -> BatchGuest:
    """Load a `.wasm` script. Raises GuestError."""
    world = GuestWorld(limits, source.env, (source.name,), int.from_bytes(source.digest[:8], "little"))
    sandbox = None
    try:
        module = runtime.compile(source.content)
        sandbox = runtime.instantiate(
            module,
            memory_bytes_max=limits.memory_bytes_max,
            deadline_ms=limits.load_deadline_ms,
            imports=world.imports(),
        )
        return BatchGuest(sandbox, checker, limits, ScriptInfo(), world)
    except Stopped as stop:
        if sandbox is not None:
            sandbox.close()
        raise load_error(stop, limits, world) from stop


def load_error(stop: Stopped, limits: GuestLimits, world: GuestWorld | None = None) -> GuestError:
    """Stopped while loading, as GuestError."""
    message = stop.message
    if stop.kind == "deadline":
        message = f"loading took longer than {limits.load_deadline_ms} ms"
    elif world is not None and world.exit_code is not None:
        message = f"the module ended itself with exit code {world.exit_code} while it was loaded"
    logs, dropped = world.take_log() if world is not None else ([], 0)
    return GuestError(stop.kind, message, instance_lost=True, logs=tuple(logs), log_lines_dropped=dropped)
