"""Compile one Wasm module in a process of its own: `python -m headrace.transforms.engines.compiler OUTPUT < MODULE`.

Compiling has no deadline and no memory limit, and a hostile module of 40 KB can make it take a gigabyte. So the
engine starts this for every module that is not its own, and only reads the file that comes out (`module_files.py` and
`wasm.py`). The limits here end this process and nothing else. Exit codes: 0 done, 3 not a valid module (why: standard
error), anything else: too expensive.
"""

from __future__ import annotations

import contextlib
import os
import resource
import sys
from pathlib import Path

from headrace.base.limits import MIB
from headrace.transforms.engines.module_files import INVALID_MODULE_EXIT
from headrace.transforms.engines.wasm import Stopped, compile_to_file

#: Compiled code of an honest module is some three times its Wasm size, compiling it takes some 200 times its size.
MEMORY_BYTES_MAX = 1536 * MIB
CPU_S_MAX = 60


def limit_this_process() -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S_MAX, CPU_S_MAX))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(5)
    # In a container with a memory limit of its own this process is the one to go.
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")


def main() -> int:
    limit_this_process()
    try:
        compile_to_file(sys.stdin.buffer.read(), Path(sys.argv[1]))
    except Stopped as error:
        sys.stderr.write(error.message)
        return INVALID_MODULE_EXIT
    return 0


if __name__ == "__main__":
    sys.exit(main())
