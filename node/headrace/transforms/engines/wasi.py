"""What a `.wasm` guest may import: `headrace.log` and a small, deterministic part of WASI.

There are no files, no sockets and no real time. The clock is the newest timestamp of the chunk in hand (the monotonic
one moves a little with every read, or a guest that waits for it would spin), random bytes follow from script, topic,
partition and offset: the same chunk gives the same output when it is run again after a crash. Used by `batch_guest.py`.
Surprising: what is not in the table below is refused when the script is loaded, and not when it is first called.
"""

from __future__ import annotations

import random
import struct
from collections.abc import Mapping

from headrace.transforms.engines.api import GuestLimits, LogLine
from headrace.transforms.engines.frames import log_line
from headrace.transforms.engines.wasm import HostFunction, HostFunctions, Sandbox, ValueType

_SUCCESS, _EBADF, _EFAULT, _ENOSYS = 0, 8, 21, 52
_WASI = "wasi_snapshot_preview1"
_STDOUT, _STDERR = 1, 2
_CLOCK_REALTIME = 0
_MONOTONIC_STEP_NS = 1_000
_IOVECS_MAX = 64
_RANDOM_BYTES_MAX = 64 * 1024

#: Functions that answer "no such file" or "not here", by their parameters (i = i32, I = i64).
_REFUSED = {
    "fd_advise": ("iIIi", _EBADF),
    "fd_allocate": ("iII", _EBADF),
    "fd_close": ("i", _EBADF),
    "fd_datasync": ("i", _EBADF),
    "fd_fdstat_set_flags": ("ii", _EBADF),
    "fd_fdstat_set_rights": ("iII", _EBADF),
    "fd_filestat_get": ("ii", _EBADF),
    "fd_filestat_set_size": ("iI", _EBADF),
    "fd_filestat_set_times": ("iIIi", _EBADF),
    "fd_pread": ("iiiIi", _EBADF),
    "fd_prestat_dir_name": ("iii", _EBADF),
    "fd_prestat_get": ("ii", _EBADF),
    "fd_pwrite": ("iiiIi", _EBADF),
    "fd_read": ("iiii", _EBADF),
    "fd_readdir": ("iiiIi", _EBADF),
    "fd_renumber": ("ii", _EBADF),
    "fd_seek": ("iIii", _EBADF),
    "fd_sync": ("i", _EBADF),
    "fd_tell": ("ii", _EBADF),
    "path_create_directory": ("iii", _EBADF),
    "path_filestat_get": ("iiiii", _EBADF),
    "path_filestat_set_times": ("iiiiIIi", _EBADF),
    "path_link": ("iiiiiii", _EBADF),
    "path_open": ("iiiiiIIii", _EBADF),
    "path_readlink": ("iiiiii", _EBADF),
    "path_remove_directory": ("iii", _EBADF),
    "path_rename": ("iiiiii", _EBADF),
    "path_symlink": ("iiiii", _EBADF),
    "path_unlink_file": ("iii", _EBADF),
    "poll_oneoff": ("iiii", _ENOSYS),
    "proc_raise": ("i", _ENOSYS),
    "sched_yield": ("", _SUCCESS),
}


def _types(letters: str) -> tuple[ValueType, ...]:
    return tuple("i64" if letter == "I" else "i32" for letter in letters)


class GuestWorld:
    """The surroundings of one `.wasm` guest. `begin_chunk` before each call, `take_log` after it."""

    def __init__(self, limits: GuestLimits, env: Mapping[str, str], arguments: tuple[str, ...], seed: int) -> None:
        self._limits = limits
        self._seed = seed
        self._environ = [f"{name}={value}".encode() + b"\0" for name, value in env.items()]
        self._arguments = [argument.encode() + b"\0" for argument in arguments]
        self._seed_text = ""
        self._random: random.Random | None = None
        self._clock_ns = 0
        # Standard Go refuses a monotonic clock that reads 0.
        self._monotonic_ns = 1_000_000
        self.exit_code: int | None = None
        self._lines: list[LogLine] = []
        self._log_bytes = 0
        self._lines_dropped = 0

    def begin_chunk(self, timestamp_ms: int, seed_text: str) -> None:
        self._clock_ns = max(0, timestamp_ms) * 1_000_000
        self._seed_text = seed_text
        self._random = None

    def take_log(self) -> tuple[list[LogLine], int]:
        taken = (self._lines, self._lines_dropped)
        self._lines, self._log_bytes, self._lines_dropped = [], 0, 0
        return taken

    def imports(self) -> HostFunctions:
        functions = {
            ("headrace", "log"): HostFunction(_types("iii"), (), self._log),
            (_WASI, "args_get"): HostFunction(_types("ii"), ("i32",), self._args_get),
            (_WASI, "args_sizes_get"): HostFunction(_types("ii"), ("i32",), self._args_sizes_get),
            (_WASI, "environ_get"): HostFunction(_types("ii"), ("i32",), self._environ_get),
            (_WASI, "environ_sizes_get"): HostFunction(_types("ii"), ("i32",), self._environ_sizes_get),
            (_WASI, "clock_res_get"): HostFunction(_types("ii"), ("i32",), self._clock_res_get),
            (_WASI, "clock_time_get"): HostFunction(_types("iIi"), ("i32",), self._clock_time_get),
            (_WASI, "random_get"): HostFunction(_types("ii"), ("i32",), self._random_get),
            (_WASI, "fd_write"): HostFunction(_types("iiii"), ("i32",), self._fd_write),
            (_WASI, "fd_fdstat_get"): HostFunction(_types("ii"), ("i32",), self._fd_fdstat_get),
            (_WASI, "proc_exit"): HostFunction(_types("i"), (), self._proc_exit),
        }
        for name, (parameters, errno) in _REFUSED.items():
            functions[_WASI, name] = HostFunction(_types(parameters), ("i32",), lambda *_, errno=errno: errno)
        return functions

    # Addresses and lengths come from the guest and are signed 32-bit numbers here.

    @staticmethod
    def _slice(sandbox: Sandbox, address: int, length: int) -> memoryview | None:
        memory = sandbox.memory()
        address &= 0xFFFFFFFF
        length &= 0xFFFFFFFF
        return memory[address : address + length] if address + length <= len(memory) else None

    def _put(self, sandbox: Sandbox, address: int, data: bytes) -> int:
        target = self._slice(sandbox, address, len(data))
        if target is None:
            return _EFAULT
        target[:] = data
        return _SUCCESS

    def _add_line(self, level: int, raw: memoryview | bytes) -> None:
        size = min(len(raw), self._limits.log_line_bytes_max)
        if len(self._lines) >= self._limits.log_lines_max or self._log_bytes + size > self._limits.log_bytes_max:
            self._lines_dropped += 1
            return
        self._log_bytes += size
        self._lines.append(log_line(level, raw, self._limits))

    def _log(self, sandbox: Sandbox, level: int, address: int, length: int) -> None:
        text = self._slice(sandbox, address, length)
        if text is not None:
            self._add_line(level, text)

    def _fd_write(self, sandbox: Sandbox, descriptor: int, vectors: int, count: int, written_at: int) -> int:
        if descriptor not in {_STDOUT, _STDERR}:
            return _EBADF
        if not 0 <= count <= _IOVECS_MAX:
            return _EFAULT
        table = self._slice(sandbox, vectors, count * 8)
        if table is None:
            return _EFAULT
        text, total = b"", 0
        for address, length in struct.iter_unpack("<II", table):
            part = self._slice(sandbox, address, length)
            if part is None:
                return _EFAULT
            total += length
            text += bytes(part[: max(0, self._limits.log_line_bytes_max - len(text))])
        for line in text.splitlines():
            if line:
                self._add_line(1 if descriptor == _STDOUT else 3, line)
        return self._put(sandbox, written_at, struct.pack("<I", total))

    def _fd_fdstat_get(self, sandbox: Sandbox, descriptor: int, address: int) -> int:
        if descriptor not in {_STDOUT, _STDERR}:
            return _EBADF
        # Character device, append, right to write.
        return self._put(sandbox, address, struct.pack("<BxHxxxxQQ", 2, 1, 1 << 6, 0))

    def _strings(self, sandbox: Sandbox, strings: list[bytes], pointers: int, data: int) -> int:
        addresses, at = [], data & 0xFFFFFFFF
        for text in strings:
            addresses.append(at)
            at += len(text)
        return self._put(sandbox, data, b"".join(strings)) or self._put(
            sandbox, pointers, struct.pack(f"<{len(addresses)}I", *addresses)
        )

    def _sizes(self, sandbox: Sandbox, strings: list[bytes], count_at: int, size_at: int) -> int:
        return self._put(sandbox, count_at, struct.pack("<I", len(strings))) or self._put(
            sandbox, size_at, struct.pack("<I", sum(map(len, strings)))
        )

    def _args_get(self, sandbox: Sandbox, pointers: int, data: int) -> int:
        return self._strings(sandbox, self._arguments, pointers, data)

    def _args_sizes_get(self, sandbox: Sandbox, count_at: int, size_at: int) -> int:
        return self._sizes(sandbox, self._arguments, count_at, size_at)

    def _environ_get(self, sandbox: Sandbox, pointers: int, data: int) -> int:
        return self._strings(sandbox, self._environ, pointers, data)

    def _environ_sizes_get(self, sandbox: Sandbox, count_at: int, size_at: int) -> int:
        return self._sizes(sandbox, self._environ, count_at, size_at)

    def _clock_res_get(self, sandbox: Sandbox, _clock: int, address: int) -> int:
        return self._put(sandbox, address, struct.pack("<Q", 1_000_000))

    def _clock_time_get(self, sandbox: Sandbox, clock: int, _precision: int, address: int) -> int:
        self._monotonic_ns += _MONOTONIC_STEP_NS
        return self._put(
            sandbox, address, struct.pack("<Q", self._clock_ns if clock == _CLOCK_REALTIME else self._monotonic_ns)
        )

    def _random_get(self, sandbox: Sandbox, address: int, length: int) -> int:
        if not 0 <= length <= _RANDOM_BYTES_MAX:
            return _EFAULT
        if self._random is None:
            self._random = random.Random(f"{self._seed} {self._seed_text}")
        return self._put(sandbox, address, self._random.randbytes(length))

    def _proc_exit(self, _sandbox: Sandbox, code: int) -> None:
        # Raising here is not safe (see wasm.py). Compilers put `unreachable` after this call, which stops the guest.
        self.exit_code = code
