"""The check of guest output: nothing that a script returned is believed before it went through here.

The work per record is done by `guest/output_check.c` in a Wasm instance of our own (its head says why), this module
hands frames over and reads the report. `batch_guest.py` is the caller. Surprising: a checker keeps the memory of the
largest frame it ever saw, so one that grew large is thrown away instead of going back into the pool.
"""

from __future__ import annotations

import struct
from importlib.resources import files

from headrace.base.limits import MIB
from headrace.contract.names import TOPIC_NAME_LENGTH_MAX, materialised_topic, topic_name_problem
from headrace.transforms.engines.api import GuestLimits
from headrace.transforms.engines.wasm import Sandbox, Stopped, WasmRuntime

_REPORT = struct.Struct("<5I")
_OUTPUT = struct.Struct("<6I")
_NO_KEY = 0xFFFFFFFF
_MEMORY_BYTES_MAX = 512 * MIB
_KEEP_BYTES_MAX = 16 * MIB
_DEADLINE_MS = 10_000
_POOL_MAX = 8
#: Frame and section heads on top of `output_bytes_max`, and the headers of batches that will be merged away.
_FRAME_SLACK_BYTES = 1 * MIB

_PROBLEMS = {
    1: "the frame is malformed",
    2: "too many output keys",
    3: "too many bytes",
    4: "a batch is malformed",
    5: "a batch is compressed; return it uncompressed",
    6: "a control batch",
    7: "a record is malformed",
    8: "the record count of a batch is not the number of its records",
    9: "a timestamp is out of range",
    10: "a header key is not UTF-8",
    11: "too many bytes to check",
    12: "two output sections have the same key",
    13: "an error section after output",
}
_OF_RECORDS = frozenset({7, 9, 10})
_OF_BATCHES = frozenset({4, 5, 6, 8})


class BadOutput(ValueError):
    """What the guest returned cannot become records; the message says where."""


class OutputChecker:
    """Checks frames of any guest of this process. Thread-safe: every check takes an instance of its own."""

    def __init__(self, runtime: WasmRuntime) -> None:
        self._runtime = runtime
        self._content = files("headrace.transforms.engines").joinpath("guest/output_check.wasm").read_bytes()
        self._pool: list[_Checker] = []

    def check(self, frame: memoryview, input_topic: str, limits: GuestLimits) -> dict[str | None, bytes]:
        """Sound batches by output key, as `ChunkResult.outputs` has them. Raises BadOutput."""
        if len(frame) > limits.output_bytes_max + _FRAME_SLACK_BYTES:
            raise BadOutput(f"{len(frame)} bytes of output for one chunk, {limits.output_bytes_max} are allowed")
        checker = self._pool.pop() if self._pool else _Checker(self._runtime, self._content)
        try:
            outputs = checker.check(frame, limits)
        except Stopped as error:
            checker.close()
            raise BadOutput(f"the output cannot be checked: {error.message}") from error
        except BaseException:
            checker.close()
            raise
        if checker.grown_bytes > _KEEP_BYTES_MAX or len(self._pool) >= _POOL_MAX:
            checker.close()
        else:
            self._pool.append(checker)
        for key in outputs:
            problem = None if key is None else _key_problem(key, input_topic)
            if problem is not None:
                raise BadOutput(problem)
        return outputs

    def close(self) -> None:
        while self._pool:
            self._pool.pop().close()


def _key_problem(key: str, input_topic: str) -> str | None:
    problem = topic_name_problem(key)
    if problem is not None:
        return f"output key: {problem}"
    name = materialised_topic(input_topic, key)
    if len(name) > TOPIC_NAME_LENGTH_MAX:
        return f"output key: the topic name '{name}' is longer than {TOPIC_NAME_LENGTH_MAX} characters"
    return None


class _Checker:
    def __init__(self, runtime: WasmRuntime, content: bytes) -> None:
        self._sandbox: Sandbox = runtime.instantiate(
            runtime.compile(content, own=True), memory_bytes_max=_MEMORY_BYTES_MAX, deadline_ms=_DEADLINE_MS, imports={}
        )
        alloc = self._sandbox.function("check_alloc", ["i32"], ["i32"])
        run = self._sandbox.function("check_run", ["i32", "i32", "i32", "i32"], ["i32"])
        assert alloc is not None
        assert run is not None
        self._alloc, self._run = alloc, run
        self._address = self._capacity = 0

    @property
    def grown_bytes(self) -> int:
        return len(self._sandbox.memory())

    def check(self, frame: memoryview, limits: GuestLimits) -> dict[str | None, bytes]:
        sandbox, length = self._sandbox, len(frame)
        if length > self._capacity:
            capacity = 1 << max(16, (length - 1).bit_length())
            self._address = sandbox.call(self._alloc, capacity, deadline_ms=_DEADLINE_MS)
            if self._address == 0:
                raise BadOutput(f"{length} bytes of output are too many to check")
            self._capacity = capacity
        sandbox.memory()[self._address : self._address + length] = frame
        report_address = sandbox.call(
            self._run,
            length,
            limits.output_batch_bytes_max,
            limits.output_bytes_max,
            limits.output_keys_max,
            deadline_ms=_DEADLINE_MS,
        )
        memory = sandbox.memory()
        status, output, batch, record, count = _REPORT.unpack_from(memory, report_address)
        if status != 0:
            where = f" (output {output}, batch {batch}" + (f", record {record})" if status in _OF_RECORDS else ")")
            described = where if status in _OF_RECORDS | _OF_BATCHES else ""
            raise BadOutput(_PROBLEMS.get(status, f"status {status}") + described)
        return self._outputs(memory, report_address + _REPORT.size, count)

    @staticmethod
    def _outputs(memory: memoryview, at: int, count: int) -> dict[str | None, bytes]:
        outputs: dict[str | None, bytes] = {}
        for index in range(count):
            key_at, key_length, data_at, data_length, _, records = _OUTPUT.unpack_from(
                memory, at + index * _OUTPUT.size
            )
            if records == 0:
                continue
            try:
                key = None if key_length == _NO_KEY else str(memory[key_at : key_at + key_length], "utf-8")
            except UnicodeDecodeError as error:
                raise BadOutput("an output key is not UTF-8") from error
            outputs[key] = bytes(memory[data_at : data_at + data_length])
        return outputs

    def close(self) -> None:
        self._sandbox.close()
