"""JavaScript scripts: QuickJS-NG in Wasm (`guest/js_guest.c`), one more guest of the batch ABI.

Loads a script and turns what the guest says about it into `ScriptInfo` and errors with `file:line:column`. Running
chunks is `BatchGuest`'s. Called by `local.py`. Surprising: the script's own stack text is all that there is to find a
position in, and a script can write any text there; it is shown, never trusted.
"""

from __future__ import annotations

import hashlib
import json
import re
from importlib.resources import files

from headrace.base.limits import KIB
from headrace.contract.names import split_materialised, topic_name_problem
from headrace.transforms.engines import frames
from headrace.transforms.engines.api import GuestError, GuestLimits, ScriptInfo, ScriptSource, Subscription
from headrace.transforms.engines.batch_guest import BatchGuest, load_error
from headrace.transforms.engines.output_check import OutputChecker
from headrace.transforms.engines.wasm import Sandbox, Stopped, WasmRuntime

#: JavaScript call depth: with the native stack of wasm.py this makes endless recursion a RangeError that the script may
#: catch, and not a trap.
_JS_STACK_BYTES = 512 * KIB
_OWN_MESSAGE = re.compile(r"\A(TypeError|InternalError): ")


class JavaScriptEngine:
    """Loads JavaScript guests from the one QuickJS module of this package."""

    def __init__(self, runtime: WasmRuntime, checker: OutputChecker) -> None:
        self._runtime = runtime
        self._checker = checker
        self._content = files("headrace.transforms.engines").joinpath("guest/quickjs.wasm").read_bytes()

    def load(self, source: ScriptSource, limits: GuestLimits) -> BatchGuest:
        """Raises GuestError."""
        file_name = source.file_name or f"{source.name}.js"
        try:
            source.content.decode()
        except UnicodeDecodeError as error:
            raise GuestError(
                "load", f"the script is not UTF-8 text: {error.reason} at byte {error.start}", instance_lost=True
            ) from error
        guest: JavaScriptGuest | None = None
        try:
            sandbox = self._runtime.instantiate(
                self._runtime.compile(self._content, own=True),
                memory_bytes_max=limits.memory_bytes_max,
                deadline_ms=limits.load_deadline_ms,
                imports={},
            )
            guest = JavaScriptGuest(sandbox, self._checker, limits, file_name)
            guest.load(source)
        except Stopped as stop:
            failed = load_error(stop, limits)
            if guest is not None:
                failed = guest.failure(stop.kind, failed.message, instance_lost=True)
                guest.close()
            raise failed from stop
        except GuestError:
            if guest is not None:
                guest.close()
            raise
        return guest


class JavaScriptGuest(BatchGuest):
    """A script in QuickJS."""

    def __init__(self, sandbox: Sandbox, checker: OutputChecker, limits: GuestLimits, file_name: str) -> None:
        super().__init__(sandbox, checker, limits, ScriptInfo(), None)
        self._file_name = file_name

    def load(self, source: ScriptSource) -> None:
        load = self._sandbox.function("hr_js_load", ["i32", "i32"], ["i64"])
        assert load is not None
        frame = frames.load_frame(
            self._file_name,
            json.dumps(dict(source.env)),
            source.content,
            self._limits,
            js_stack_bytes=_JS_STACK_BYTES,
            seed=int.from_bytes(hashlib.sha256(source.content).digest()[:8], "little"),
        )
        address = self._sandbox.call(self._alloc, len(frame), deadline_ms=self._limits.load_deadline_ms)
        if address == 0:
            size, room = len(source.content), self._limits.memory_bytes_max
            raise Stopped("memory", f"a script of {size} bytes does not fit in {room} bytes of memory")
        self._sandbox.memory()[address : address + len(frame)] = frame
        answer = self._answer(self._sandbox.call(load, address, len(frame), deadline_ms=self._limits.load_deadline_ms))
        section = frames.first_section(answer)
        if section is not None and section[0] == frames.SECTION_ERROR:
            raise self.reported(frames.error_report(section[1]))
        assert section is not None
        assert section[0] == frames.SECTION_INFO
        self.info = self._script_info(json.loads(bytes(section[1])))

    def _script_info(self, said: dict[str, object]) -> ScriptInfo:
        topics = said["subscriptions"]
        assert isinstance(topics, list)
        for topic, _ in topics:
            problem = None if split_materialised(topic) else topic_name_problem(topic)
            if problem is not None:
                raise self.failure("load", f"subscribe: {problem}", instance_lost=True)
        policy = said["errorPolicy"]
        return ScriptInfo(
            tuple(Subscription(topic, start_from) for topic, start_from in topics),
            "skip" if policy == "skip" else "deregister" if policy == "deregister" else None,
        )

    def reported(self, report: frames.GuestReport) -> GuestError:
        message = report.message
        if report.kind in {"output", "pending"}:
            message = _OWN_MESSAGE.sub("", message)
        return self.failure(
            report.kind,
            message,
            where=position(report.stack, self._file_name),
            stack=report.stack.strip("\n"),
            instance_lost=report.kind in {"memory", "load"},
        )


def position(stack: str, file_name: str) -> str | None:
    """The first `file:line:column` of the script's own file in a stack trace."""
    match = re.search(re.escape(file_name) + r":(\d+):(\d+)", stack)
    return match[0] if match else None
