"""Files of compiled Wasm modules, and the process that makes them.

Such a file is native code, so only files in a folder that nobody else can write to are trusted. A file is never
rewritten in place: a live module maps it, and changing it under the module kills the process. `wasm.py` is the only
caller and the only one that reads what is in them.
"""

from __future__ import annotations

import logging
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

log = logging.getLogger(__name__)

#: Exit code of `compiler.py` for a module that is not valid.
INVALID_MODULE_EXIT = 3
_COMPILE_TIMEOUT_S = 180
_FILES_KEPT = 256


class CompileError(Exception):
    """The module is not valid, or too dear to compile; the message says which."""


def compile_apart(content: bytes, path: Path) -> None:
    """Compile into `path` in a process with limits (`compiler.py` says why). Raises CompileError."""
    command = [sys.executable, "-m", "headrace.transforms.engines.compiler", str(path)]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=_COMPILE_TIMEOUT_S, check=False)
    except subprocess.TimeoutExpired as error:
        raise CompileError(f"compiling the module took longer than {_COMPILE_TIMEOUT_S} s") from error
    said = done.stderr.decode(errors="replace")[-500:]
    if done.returncode == INVALID_MODULE_EXIT:
        raise CompileError(said)
    if done.returncode:
        log.warning("the compiler process ended with %d: %s", done.returncode, said)
        raise CompileError("compiling the module takes too much memory or time: make its functions smaller")


class ModuleFiles:
    """`<engine hash>-<content hash>.cwasm` in one folder; the oldest go when there are too many."""

    def __init__(self, folder: Path, engine_hash: str) -> None:
        self._folder = folder
        self._engine_hash = engine_hash
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        status = folder.stat()
        self._trusted = status.st_uid == os.geteuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
        if not self._trusted:
            log.warning(
                "compiled scripts are not kept: others may write to %s; give it the mode 0700 and the right owner",
                folder,
            )

    def _path(self, digest: str) -> Path:
        return self._folder / f"{self._engine_hash}-{digest}.cwasm"

    def find(self, digest: str) -> Path | None:
        path = self._path(digest)
        return path if self._trusted and path.is_file() else None

    def discard(self, digest: str) -> None:
        self._path(digest).unlink(missing_ok=True)

    def store(self, digest: str, produce: Callable[[Path], None]) -> Path | None:
        """Let `produce` write a file, keep it under this digest. None when nothing is kept; raises what it raises."""
        if not self._trusted:
            return None
        path = self._path(digest)
        temporary = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
        try:
            produce(temporary)
            temporary.replace(path)
            self._prune()
        except OSError as error:
            log.warning("a compiled script is not kept: %s", error)
            return None
        finally:
            temporary.unlink(missing_ok=True)
        return path

    def _prune(self) -> None:
        files = sorted(self._folder.glob("*.cwasm"), key=lambda path: path.stat().st_mtime)
        for path in files[: max(0, len(files) - _FILES_KEPT)]:
            path.unlink(missing_ok=True)
