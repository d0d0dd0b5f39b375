"""Load a script without any cluster, say what it is, and run it over sample records: `python -m ...engines.check FILE`.

The command line starts this in a process of its own (`wasm deploy`, `wasm test`), so that a hostile or huge script can
take down nothing else. It prints one report, as text or as JSON, and exits 1 when the script does not load or fails.
Surprising: errors are part of the report on standard output, not only a message on standard error.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from headrace.base.limits import CHUNK_BYTES_MAX, SCRIPT_BYTES_MAX
from headrace.records.builder import build_batch
from headrace.records.reader import Record, read_records
from headrace.transforms.engines.api import Guest, GuestError, GuestLimits, LogLine, ScriptSource
from headrace.transforms.engines.local import LocalEngine
from headrace.transforms.engines.wasm import WASM_MAGIC

_TIMESTAMP_MS = 1_700_000_000_000
_BATCH_RECORDS_MAX = 1_000


@dataclass(frozen=True)
class _BadSample(Exception):
    """The file of sample records is unusable."""

    message: str


def sample_records(text: str) -> list[Record]:
    """Records of a sample file: JSON lines `{"value", "key", "headers": {}, "timestamp": ms}`, or plain lines.

    It is JSON lines when every line is an object with a `value`. A value that is not a string is written as JSON.
    """
    lines = [line for line in text.splitlines() if line]
    parsed = [_json_record(line) for line in lines]
    if all(entry is not None for entry in parsed):
        return [_record(index, entry) for index, entry in enumerate(parsed) if entry is not None]
    return [Record(index, _TIMESTAMP_MS + index, None, line.encode()) for index, line in enumerate(lines)]


def _json_record(line: str) -> dict[str, Any] | None:
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    return entry if isinstance(entry, dict) and "value" in entry else None


def _record(index: int, entry: dict[str, Any]) -> Record:
    headers = entry.get("headers") or {}
    if not isinstance(headers, dict):
        raise _BadSample(f"record {index + 1}: headers must be an object")
    timestamp = entry.get("timestamp", _TIMESTAMP_MS + index)
    if not isinstance(timestamp, int):
        raise _BadSample(f"record {index + 1}: timestamp must be milliseconds since 1970")
    return Record(
        index,
        timestamp,
        _bytes(entry.get("key")),
        _bytes(entry["value"]),
        tuple((name, _bytes(value)) for name, value in headers.items()),
    )


def _bytes(value: object) -> bytes | None:
    if value is None:
        return None
    return value.encode() if isinstance(value, str) else json.dumps(value, separators=(",", ":")).encode()


def check(
    file: Path,
    *,
    name: str,
    topic: str | None = None,
    records: Sequence[Record] = (),
    env: dict[str, str] | None = None,
    limits: GuestLimits | None = None,
    cache_dir: Path | None = None,
) -> dict[str, Any]:
    """The report: `name`, `file`, `language`, `digest`, `subscriptions` (topics), `inputs`, `error_policy`, `outputs`,
    `logs`, `error` (None or `kind`, `message`, `where`, `stack`)."""
    content = file.read_bytes()
    language = "wasm" if content.startswith(WASM_MAGIC) else "js"
    digest = hashlib.sha256(content).digest()
    report: dict[str, Any] = {
        "name": name,
        "file": str(file),
        "language": language,
        "digest": digest.hex(),
        "subscriptions": [],
        "inputs": [],
        "error_policy": None,
        "outputs": [],
        "logs": [],
        "error": None,
    }
    if len(content) > SCRIPT_BYTES_MAX:
        message = f"the script has {len(content)} bytes, {SCRIPT_BYTES_MAX} are allowed: bundle only what it needs"
        return report | {"error": {"kind": "load", "message": message, "where": None, "stack": ""}}
    source = ScriptSource(name, digest, content, "wasm" if language == "wasm" else "js", env or {}, file.name)
    engine = LocalEngine(cache_dir)
    guest: Guest | None = None
    try:
        guest = engine.load(source, limits or GuestLimits())
        report["subscriptions"] = [subscription.topic for subscription in guest.info.subscriptions]
        report["inputs"] = [
            {"topic": subscription.topic, "start_from": subscription.start_from}
            for subscription in guest.info.subscriptions
        ]
        report["error_policy"] = guest.info.error_policy
        _run(guest, topic or next(iter(report["subscriptions"]), "sample"), records, name, report)
    except GuestError as error:
        report["logs"] += _log_rows(error.logs)
        report["error"] = {"kind": error.kind, "message": error.message, "where": error.where, "stack": error.stack}
    finally:
        if guest is not None:
            guest.close()
        engine.close()
    return report


def _run(guest: Guest, topic: str, records: Sequence[Record], name: str, report: dict[str, Any]) -> None:
    for chunk in _chunks(records):
        result = guest.run(topic, 0, chunk)
        report["logs"] += _log_rows(result.logs)
        for key, batches in result.outputs.items():
            report["outputs"] += [_row(key or name, record) for record in read_records(batches)]


def _chunks(records: Sequence[Record]) -> list[list[bytes]]:
    """Batches as a producer would make them, a chunk as the pacemaker would."""
    chunks: list[list[bytes]] = []
    size = CHUNK_BYTES_MAX
    for start in range(0, len(records), _BATCH_RECORDS_MAX):
        batch = bytes(build_batch(records[start : start + _BATCH_RECORDS_MAX], base_offset=start))
        if size + len(batch) > CHUNK_BYTES_MAX:
            chunks.append([])
            size = 0
        chunks[-1].append(batch)
        size += len(batch)
    return chunks


def _log_rows(lines: Sequence[LogLine]) -> list[dict[str, str]]:
    return [{"level": line.level, "text": line.text} for line in lines]


def _row(output: str, record: Record) -> dict[str, Any]:
    row: dict[str, Any] = {
        "output": output,
        "key": _text(record.key),
        "value": _text(record.value),
        "headers": {name: _text(value) for name, value in record.headers},
        "timestamp": record.timestamp_ms,
    }
    if record.value is not None and _is_binary(record.value):
        row["value_base64"] = base64.b64encode(record.value).decode()
    return row


def _is_binary(value: bytes) -> bool:
    try:
        value.decode()
    except UnicodeDecodeError:
        return True
    return False


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode(errors="replace")


def _cache_dir() -> Path | None:
    """Compiling QuickJS takes a second, finding it compiled a millisecond. None when there is no home to keep it in."""
    base = os.environ.get("XDG_CACHE_HOME")
    try:
        folder = (Path(base) if base else Path.home() / ".cache") / "headrace" / "compiled"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except (OSError, RuntimeError):
        return None
    return folder


def _print_text(report: dict[str, Any]) -> None:
    error = report["error"]
    lines = [f"{report['file']}: {report['language']}, sha256 {report['digest']}"]
    lines += [
        f"reads {row['topic']}" + (f" from {row['start_from']}" if row["start_from"] else "")
        for row in report["inputs"]
    ]
    if not report["inputs"] and error is None:
        lines.append("subscribes to nothing: name its inputs when you deploy it")
    lines += [f"{row['level']}: {row['text']}" for row in report["logs"]]
    lines += [f"{row['output']}\t{row['key'] or ''}\t{row['value']}" for row in report["outputs"]]
    if error is not None:
        lines.append(f"{error['where'] or report['file']}: {error['message']} ({error['kind']})")
    sys.stdout.write("\n".join(lines) + "\n")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m headrace.transforms.engines.check", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--name", help="name of the script (default: the file's)")
    parser.add_argument("--topic", help="input topic that the records come from (default: the first one subscribed to)")
    parser.add_argument("--records", type=Path, help="sample records: JSON lines with a value, or plain lines")
    parser.add_argument("--var", action="append", default=[], metavar="K=V", help="a variable the script sees")
    parser.add_argument("-o", "--output", choices=["text", "json"], default="text")
    options = parser.parse_args(arguments)
    try:
        records = [] if options.records is None else sample_records(options.records.read_text(encoding="utf-8"))
        report = check(
            options.file,
            name=options.name or options.file.stem,
            topic=options.topic,
            records=records,
            env=dict(item.split("=", 1) for item in options.var if "=" in item),
            cache_dir=_cache_dir(),
        )
    except (OSError, UnicodeDecodeError, _BadSample) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if options.output == "json":
        json.dump(report, sys.stdout)
        sys.stdout.write("\n")
    else:
        _print_text(report)
    return 0 if report["error"] is None else 1


if __name__ == "__main__":
    sys.exit(main())
