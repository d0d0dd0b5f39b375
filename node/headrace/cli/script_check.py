"""Load a script in a process of its own, to learn what it reads and whether it works.

The command line runs no script itself: `headrace.transforms.engines.check` does, so that a hostile or huge script can
take down nothing else. Surprising: size and emptiness are judged here, before the file is read whole or anything is
started.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from headrace.base.limits import MIB, SCRIPT_BYTES_MAX
from headrace.cli.invocation import Failure

CHECK_TIMEOUT_S = 60.0


def read_script(file: Path) -> bytes:
    """The content of a script file. Raises Failure when it is empty or larger than the registry takes."""
    try:
        size_bytes = file.stat().st_size
        if size_bytes > SCRIPT_BYTES_MAX:
            raise Failure(
                f"{file} has {size_bytes:,} bytes, {SCRIPT_BYTES_MAX // MIB} MiB are allowed: "
                "leave what it does not need out of the bundle"
            )
        content = file.read_bytes()
    except OSError as error:
        raise Failure(f"{file} cannot be read: {error.strerror}") from error
    if not content.strip():
        raise Failure(f"{file} is empty; an empty record removes a script, and that is 'headrace wasm remove NAME'")
    return content


async def check_script(file: Path, name: str, records: Path | None) -> dict[str, Any]:
    """Load the script in a process of its own. Raises Failure with file, line and column when it does not load."""
    arguments = ["-m", "headrace.transforms.engines.check", str(file), "--name", name, "-o", "json"]
    if records is not None:
        arguments += ["--records", str(records)]
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(CHECK_TIMEOUT_S):
            out, err = await process.communicate()
    except TimeoutError:
        process.kill()
        raise Failure(f"{file}: not checked within {CHECK_TIMEOUT_S:.0f} s") from None
    try:
        report: dict[str, Any] = json.loads(out)
    except ValueError:
        text = err.decode(errors="replace").strip()
        if "No module named" in text:
            raise Failure("checking a script needs the engine: pip install 'headrace[node]'") from None
        raise Failure(f"{file}: {text.splitlines()[-1] if text else 'the check printed nothing'}") from None
    if report.get("error"):
        error = report["error"]
        place = f"{error['where']}: " if error.get("where") else ""
        raise Failure(f"{place}{error['message']} ({error['kind']})")
    return report
