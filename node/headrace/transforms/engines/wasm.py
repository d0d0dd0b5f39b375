"""The only door to wasmtime: compile once, instantiate under limits, call under a deadline, stop cleanly.

Nothing here knows of scripts, frames or record batches; `batch_guest.py`, `javascript.py` and `output_check.py` build
on it. It must never let a guest's misfortune out as anything but `Stopped`. Surprises, each measured: some wrong
settings abort the whole process (`max_wasm_stack` is therefore fixed), a running frame does not see a later, nearer
deadline (so every call sets its own before it starts), and an exception raised in a host function may surface in
another thread (so they return codes and never raise).
"""

from __future__ import annotations

import ctypes
import hashlib
import logging
import os
import platform
import tempfile
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Literal

import wasmtime
from wasmtime import _ffi as ffi

from headrace.base.errors import HeadraceError
from headrace.transforms.engines.module_files import CompileError, ModuleFiles, compile_apart

log = logging.getLogger(__name__)

_TrapPointer = ctypes.POINTER(ffi.wasm_trap_t)

WASM_MAGIC = b"\0asm"
#: Native stack of a guest. More than this aborts the process (wasmtime's async stack has the same size), less turns
#: deep but lawful JavaScript recursion from a catchable RangeError into a trap.
_WASM_STACK_BYTES = 2 * 1024 * 1024
_TABLE_ELEMENTS_MAX = 100_000
#: Compiled modules kept in memory.
_MODULES_KEPT = 256
#: Ticks without any running guest after which the ticker thread sleeps.
_IDLE_TICKS = 200
#: Ticks made up for at once. Bounded, because a process that was stopped for a while got no time to run in.
_CATCH_UP_TICKS_MAX = 100

StopKind = Literal["load", "deadline", "memory", "stack", "trap"]
ValueType = Literal["i32", "i64"]

_TRAP_KINDS: dict[wasmtime.TrapCode, tuple[StopKind, str]] = {
    wasmtime.TrapCode.INTERRUPT: ("deadline", "stopped at its deadline"),
    wasmtime.TrapCode.STACK_OVERFLOW: ("stack", "recursion too deep: call stack exhausted"),
    wasmtime.TrapCode.UNREACHABLE: ("trap", "aborted (executed `unreachable`)"),
    wasmtime.TrapCode.MEMORY_OUT_OF_BOUNDS: ("trap", "memory access out of bounds"),
    wasmtime.TrapCode.TABLE_OUT_OF_BOUNDS: ("trap", "table access out of bounds"),
    wasmtime.TrapCode.INDIRECT_CALL_TO_NULL: ("trap", "call through a null function pointer"),
    wasmtime.TrapCode.BAD_SIGNATURE: ("trap", "call through a function pointer of another type"),
    wasmtime.TrapCode.INTEGER_OVERFLOW: ("trap", "integer overflow"),
    wasmtime.TrapCode.INTEGER_DIVISION_BY_ZERO: ("trap", "integer division by zero"),
    wasmtime.TrapCode.BAD_CONVERSION_TO_INTEGER: ("trap", "conversion of a float that is no integer"),
}


class Stopped(HeadraceError):
    """A guest was stopped by its sandbox, or could not be made into one. Its instance must be discarded."""

    def __init__(self, kind: StopKind, message: str) -> None:
        super().__init__(f"{kind}: {message}")
        self.kind = kind
        self.message = message


@dataclass(frozen=True, slots=True)
class HostFunction:
    """What a guest may import.

    `body` gets the sandbox and the arguments; it must stay short, because the deadline is not checked while it runs.
    """

    parameters: tuple[ValueType, ...]
    results: tuple[ValueType, ...]
    body: Callable[..., int | None]


HostFunctions = Mapping[tuple[str, str], HostFunction]


def compile_to_file(content: bytes, path: Path) -> None:
    """Compile in this process and write the result, flushed to disk. Raises Stopped("load") for an invalid module."""
    engine, _ = _make_engine()
    try:
        module = wasmtime.Module(engine, content)
    except wasmtime.WasmtimeError as error:
        raise Stopped("load", _first_lines(str(error))) from error
    _write(module, path)


def _write(module: wasmtime.Module, path: Path) -> None:
    with path.open("wb") as file:
        file.write(module.serialize())
        file.flush()
        os.fsync(file.fileno())


def _make_engine() -> tuple[wasmtime.Engine, str]:
    """One wasmtime engine, and a hash of everything its compiled code depends on."""
    settings: dict[str, object] = {
        "epoch_interruption": True,
        "max_wasm_stack": _WASM_STACK_BYTES,
        "cranelift_opt_level": "speed",
        # With the default reservation of 4 GiB of address space a memory grows in place and needs no bounds checks.
        "memory_may_move": False,
        "wasm_simd": True,
        "wasm_relaxed_simd": False,
        "wasm_threads": False,
        "wasm_memory64": False,
        "wasm_multi_memory": False,
        "wasm_tail_call": False,
        "wasm_stack_switching": False,
    }
    config = wasmtime.Config()
    for name, value in settings.items():
        setattr(config, name, value)
    text = f"{version('wasmtime')} {platform.machine()} {platform.system()} {sorted(settings.items())}"
    return wasmtime.Engine(config), hashlib.sha256(text.encode()).hexdigest()[:16]


class _Ticker:
    """Moves the epoch while any guest runs, and sleeps otherwise."""

    def __init__(self, engine: wasmtime.Engine, tick_ms: int) -> None:
        self._engine = engine
        self._tick_s = tick_ms / 1000
        self._lock = threading.Lock()
        self._running = 0
        self._wake = threading.Event()
        self._closed = False
        self._last_s = time.monotonic()
        self._thread: threading.Thread | None = None

    def enter(self) -> None:
        """Before a call sets its deadline."""
        with self._lock:
            # Ticks that are owed for the time before this call are paid now, or they would shorten its deadline.
            self._advance()
            self._running += 1
            if self._thread is None:
                self._thread = threading.Thread(target=self._tick, name="wasm-epoch", daemon=True)
                self._thread.start()
            if not self._wake.is_set():
                self._wake.set()

    def leave(self) -> None:
        with self._lock:
            self._running -= 1

    def _advance(self) -> None:
        """Make the ticks that are due by the clock: on a crowded machine the thread gets its turn late."""
        now_s = time.monotonic()
        due = int((now_s - self._last_s) / self._tick_s)
        if due > _CATCH_UP_TICKS_MAX:
            due, self._last_s = _CATCH_UP_TICKS_MAX, now_s
        else:
            self._last_s += due * self._tick_s
        for _ in range(due):
            self._engine.increment_epoch()

    def _tick(self) -> None:
        idle = 0
        pause = threading.Event()
        while not self._closed:
            pause.wait(self._tick_s)
            with self._lock:
                self._advance()
                idle = 0 if self._running else idle + 1
                if idle > _IDLE_TICKS:
                    self._wake.clear()
            if idle > _IDLE_TICKS:
                self._wake.wait()
                idle = 0

    def close(self) -> None:
        self._closed = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join()


class WasmRuntime:
    """One wasmtime engine with its ticker thread and its compiled modules. Thread-safe; its sandboxes are not.

    `compile_apart`: compile modules that are not our own in a process with limits.
    """

    def __init__(self, cache_dir: Path | None = None, *, tick_ms: int = 5, compile_apart: bool = True) -> None:
        self._engine, engine_hash = _make_engine()
        self._tick_ms = tick_ms
        self._compile_apart = compile_apart
        self._ticker = _Ticker(self._engine, tick_ms)
        self._files = None if cache_dir is None else ModuleFiles(cache_dir, engine_hash)
        self._lock = threading.Lock()
        self._compiling: dict[str, threading.Lock] = {}
        self._modules: OrderedDict[str, wasmtime.Module] = OrderedDict()
        # What was refused once is refused again at once: every partition asks for the same module.
        self._refused: OrderedDict[str, str] = OrderedDict()

    def compile(self, content: bytes, *, own: bool = False) -> wasmtime.Module:
        """Compile, or take from the caches. Raises Stopped("load"). Takes seconds for megabytes of new Wasm.

        `own`: a module of this package, which needs no precautions.
        """
        # wasmtime would parse anything else as WebAssembly text.
        if not content.startswith(WASM_MAGIC):
            raise Stopped("load", "not a WebAssembly module: it does not begin with \\0asm")
        digest = hashlib.sha256(content).hexdigest()
        with self._lock:
            one_at_a_time = self._compiling.setdefault(digest, threading.Lock())
        with one_at_a_time:
            module = self._known(digest)
            if module is None:
                try:
                    module = self._compile(content, digest, apart=self._compile_apart and not own)
                except Stopped as error:
                    self._refuse(digest, error.message)
                    raise
            with self._lock:
                self._modules[digest] = module
                self._modules.move_to_end(digest)
                while len(self._modules) > _MODULES_KEPT:
                    self._modules.popitem(last=False)
                self._compiling.pop(digest, None)
        return module

    def _refuse(self, digest: str, message: str) -> None:
        with self._lock:
            self._refused[digest] = message
            while len(self._refused) > _MODULES_KEPT:
                self._refused.popitem(last=False)

    def _known(self, digest: str) -> wasmtime.Module | None:
        with self._lock:
            module = self._modules.get(digest)
            refused = self._refused.get(digest)
        if refused is not None:
            raise Stopped("load", refused)
        path = None if module is not None or self._files is None else self._files.find(digest)
        return module if path is None else self._read(path, digest)

    def _read(self, path: Path, digest: str) -> wasmtime.Module | None:
        try:
            return wasmtime.Module.deserialize_file(self._engine, str(path))
        except wasmtime.WasmtimeError as error:
            # Written by another build of wasmtime or for another CPU, or torn by a crash of the machine.
            log.warning("compiling anew, %s is of no use: %s", path, error)
            assert self._files is not None
            self._files.discard(digest)
            return None

    def _compile(self, content: bytes, digest: str, *, apart: bool) -> wasmtime.Module:
        if apart:
            return self._compile_apart_from_here(content, digest)
        try:
            module = wasmtime.Module(self._engine, content)
        except wasmtime.WasmtimeError as error:
            raise Stopped("load", _first_lines(str(error))) from error
        if self._files is not None:
            self._files.store(digest, lambda path: _write(module, path))
        return module

    def _compile_apart_from_here(self, content: bytes, digest: str) -> wasmtime.Module:
        try:
            path = None if self._files is None else self._files.store(digest, lambda to: compile_apart(content, to))
            module = None if path is None else self._read(path, digest)
            if module is not None:
                return module
            with tempfile.TemporaryDirectory(prefix="headrace-compiled-") as folder:
                compile_apart(content, Path(folder) / "module.cwasm")
                return wasmtime.Module.deserialize_file(self._engine, str(Path(folder) / "module.cwasm"))
        except CompileError as error:
            raise Stopped("load", str(error)) from error

    def instantiate(
        self, module: wasmtime.Module, *, memory_bytes_max: int, deadline_ms: int, imports: HostFunctions
    ) -> Sandbox:
        """A fresh instance, `_initialize` already run. Raises Stopped."""
        return Sandbox(
            self._engine,
            module,
            self._ticker,
            self._tick_ms,
            memory_bytes_max=memory_bytes_max,
            deadline_ms=deadline_ms,
            imports=imports,
        )

    def close(self) -> None:
        """Stop the ticker. Sandboxes must not run any more."""
        self._ticker.close()


class GuestFunction:
    """An exported function, called through the C API with its argument slots made once.

    `wasmtime.Func.__call__` asks for the function's type and makes new slots every time: 20 us against 3 (measured).
    """

    def __init__(
        self,
        store: wasmtime.Store,
        function: wasmtime.Func,
        parameters: Sequence[ValueType],
        results: Sequence[ValueType],
    ) -> None:
        self._function = function  # keeps what `_target` points to alive
        self._target = ctypes.byref(function._func)
        self._context = store._context()
        self._arguments = (ffi.wasmtime_val_t * len(parameters))()
        self._results = (ffi.wasmtime_val_t * len(results))()
        for slot, kind in zip(self._arguments, parameters, strict=True):
            slot.kind = ffi.WASMTIME_I64 if kind == "i64" else ffi.WASMTIME_I32
        self._values = [slot.of for slot in self._arguments]
        self._result = None if not results else self._results[0].of
        self._wide = list(results) == ["i64"]

    def __call__(self, *arguments: int) -> int:
        """Raises wasmtime.Trap and wasmtime.WasmtimeError. Results are unsigned; 0 for none."""
        for value, argument in zip(self._values, arguments, strict=True):
            value.i64 = argument  # little-endian: an i32 is its low half
        trap = _TrapPointer()
        error = ffi.wasmtime_func_call(
            self._context,
            self._target,
            self._arguments,
            len(self._arguments),
            self._results,
            len(self._results),
            ctypes.byref(trap),
        )
        if error:
            raise wasmtime.WasmtimeError._from_ptr(error)
        if trap:
            raise wasmtime.Trap._from_ptr(trap)
        if self._result is None:
            return 0
        return self._result.i64 & 0xFFFFFFFFFFFFFFFF if self._wide else self._result.i32 & 0xFFFFFFFF


class Sandbox:
    """One instance in a store of its own. After `Stopped` only `memory` and `close` may be used."""

    def __init__(
        self,
        engine: wasmtime.Engine,
        module: wasmtime.Module,
        ticker: _Ticker,
        tick_ms: int,
        *,
        memory_bytes_max: int,
        deadline_ms: int,
        imports: HostFunctions,
    ) -> None:
        self._ticker = ticker
        self._tick_ms = tick_ms
        self._memory: wasmtime.Memory | None = None
        self._view = memoryview(b"")
        store = wasmtime.Store(engine)
        self._store: wasmtime.Store | None = store
        store.set_limits(
            memory_size=memory_bytes_max, table_elements=_TABLE_ELEMENTS_MAX, instances=1, tables=8, memories=1
        )
        self._memory_bytes_max = memory_bytes_max
        try:
            self._instance = self._start(module, imports, deadline_ms)
        except BaseException:
            self.close()
            raise

    def _start(self, module: wasmtime.Module, imports: HostFunctions, deadline_ms: int) -> wasmtime.Instance:
        store = self._live_store()
        resolved = [self._import(item, imports) for item in module.imports]
        self._ticker.enter()
        try:
            store.set_epoch_deadline(self._ticks(deadline_ms))
            instance = wasmtime.Instance(store, module, resolved)
        except (wasmtime.Trap, wasmtime.WasmtimeError) as error:
            raise _stopped(error, self._memory_bytes_max) from error
        finally:
            self._ticker.leave()
        exports = instance.exports(store)
        memory = exports.get("memory")
        if not isinstance(memory, wasmtime.Memory):
            raise Stopped("load", "the module exports no memory called 'memory'")
        self._memory = memory
        self._exports = exports
        initialize = self.function("_initialize", [], [])
        if initialize is not None:
            self.call(initialize, deadline_ms=deadline_ms)
        return instance

    def _import(self, item: wasmtime.ImportType, imports: HostFunctions) -> wasmtime.Func:
        name = f"{item.module}.{item.name}"
        function = imports.get((item.module, item.name or ""))
        kind = item.type
        if function is None or not isinstance(kind, wasmtime.FuncType):
            raise Stopped("load", f"the module imports '{name}', which is not offered")
        wanted = (tuple(str(t) for t in kind.params), tuple(str(t) for t in kind.results))
        if wanted != (function.parameters, function.results):
            raise Stopped("load", f"the module imports '{name}' with another signature than ours")
        body, answers = function.body, bool(function.results)

        def guarded(*arguments: int) -> int | None:
            try:
                return body(self, *arguments)
            except Exception:
                log.exception("host function %s failed", name)
                return 52 if answers else None  # ENOSYS

        return wasmtime.Func(self._live_store(), kind, guarded)

    def _live_store(self) -> wasmtime.Store:
        if self._store is None:
            raise Stopped("trap", "the instance is closed")
        return self._store

    def _ticks(self, deadline_ms: int) -> int:
        return -(-deadline_ms // self._tick_ms) + 1

    def function(
        self, name: str, parameters: Sequence[ValueType], results: Sequence[ValueType]
    ) -> GuestFunction | None:
        """An exported function, None if there is none. Raises Stopped("load") when its type is another."""
        function = self._exports.get(name)
        if function is None:
            return None
        if isinstance(function, wasmtime.Func):
            store = self._live_store()
            kind = function.type(store)
            if [str(t) for t in kind.params] == list(parameters) and [str(t) for t in kind.results] == list(results):
                return GuestFunction(store, function, parameters, results)
        arrow = f"({', '.join(parameters)}) -> ({', '.join(results)})"
        raise Stopped("load", f"the module's export '{name}' is not a function {arrow}")

    def has_export(self, name: str) -> bool:
        return self._exports.get(name) is not None

    def call(self, function: GuestFunction, *arguments: int, deadline_ms: int) -> int:
        """Call with a deadline of its own. Results are unsigned, 0 for none. Raises Stopped."""
        store = self._live_store()
        self._ticker.enter()
        try:
            store.set_epoch_deadline(self._ticks(deadline_ms))
            return function(*arguments)
        except (wasmtime.Trap, wasmtime.WasmtimeError) as error:
            raise _stopped(error, self._memory_bytes_max) from error
        finally:
            self._ticker.leave()

    def memory(self) -> memoryview:
        """All of the instance's memory, readable and writable. Valid until the next call, and not after `close`."""
        store, memory = self._live_store(), self._memory
        if memory is None:
            return memoryview(b"")
        size = memory.data_len(store)
        if size != len(self._view):
            address = ctypes.cast(memory.data_ptr(store), ctypes.c_void_p).value
            self._view = memoryview((ctypes.c_ubyte * size).from_address(address or 0)).cast("B")
        return self._view

    def close(self) -> None:
        self._view = memoryview(b"")
        store, self._store = self._store, None
        if store is not None:
            store.close()


def _stopped(error: wasmtime.Trap | wasmtime.WasmtimeError, memory_bytes_max: int) -> Stopped:
    """What wasmtime raised, as Stopped."""
    if isinstance(error, wasmtime.Trap):
        code = error.trap_code
        known = None if code is None else _TRAP_KINDS.get(code)
        return Stopped(*(known or ("trap", _first_lines(error.message))))
    text = _first_lines(str(error))
    if "memory" in text and "limit" in text:
        return Stopped("memory", f"it needs more than the {memory_bytes_max} bytes of memory it may have")
    return Stopped("load", text)


def _first_lines(text: str) -> str:
    """The part of a wasmtime message that people can use: without backtrace, on one line."""
    lines = [line.strip() for line in text.partition("wasm backtrace")[0].splitlines()]
    return "; ".join(line for line in lines if line and line != "Caused by:")[:500]
