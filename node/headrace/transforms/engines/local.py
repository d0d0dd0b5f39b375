"""The engine of this process: loads JavaScript and Wasm scripts alike.

Used by the sidecar, by `check.py` and by tests. It owns what guests share (wasmtime, the compiled modules, the output
checkers) and must outlive them. Loading blocks for the compilation of Wasm that was never seen: call it on a thread.
"""

from __future__ import annotations

from pathlib import Path

from headrace.transforms.engines.api import Guest, GuestLimits, ScriptSource
from headrace.transforms.engines.batch_guest import load_wasm
from headrace.transforms.engines.javascript import JavaScriptEngine
from headrace.transforms.engines.output_check import OutputChecker
from headrace.transforms.engines.wasm import WasmRuntime


class LocalEngine:
    """Satisfies `api.Engine`. `cache_dir` keeps compiled modules across restarts (a folder of ours, mode 0700).

    `compile_apart=False` compiles scripts in this process: for those who trust them, a third of a second quicker.
    """

    def __init__(self, cache_dir: Path | None = None, *, tick_ms: int = 5, compile_apart: bool = True) -> None:
        self._runtime = WasmRuntime(cache_dir, tick_ms=tick_ms, compile_apart=compile_apart)
        self._checker = OutputChecker(self._runtime)
        self._javascript = JavaScriptEngine(self._runtime, self._checker)

    def load(self, source: ScriptSource, limits: GuestLimits) -> Guest:
        if source.language == "js":
            return self._javascript.load(source, limits)
        return load_wasm(self._runtime, self._checker, source, limits)

    def close(self) -> None:
        """Stop the engine's thread. Guests must be closed before."""
        self._checker.close()
        self._runtime.close()
