"""Scripts in tests: batches in, records out, an engine whose compiled modules all test workers share."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from headrace.records.batch import check_batches, parse_header, seal_crc
from headrace.records.builder import build_batch
from headrace.records.reader import Record, read_records
from headrace.transforms.engines.api import ChunkResult, Guest, GuestError, GuestLimits, ScriptSource
from headrace.transforms.engines.local import LocalEngine

ROOT = Path(__file__).resolve().parents[3]
TIMESTAMP_MS = 1_700_000_000_000


def make_engine() -> LocalEngine:
    """An engine with a compile cache that lasts: QuickJS takes a second to compile."""
    folder = ROOT / ".cache" / "compiled-scripts"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return LocalEngine(folder, compile_apart=False)


def source(
    content: str | bytes, name: str = "script", env: Mapping[str, str] | None = None, file_name: str | None = None
) -> ScriptSource:
    raw = content.encode() if isinstance(content, str) else content
    language = "wasm" if raw.startswith(b"\0asm") else "js"
    return ScriptSource(name, hashlib.sha256(raw).digest(), raw, language, env or {}, file_name)


def record(
    value: str | bytes | None,
    key: str | bytes | None = None,
    headers: Sequence[tuple[str, bytes | None]] = (),
    timestamp_ms: int = TIMESTAMP_MS,
) -> Record:
    def raw(text: str | bytes | None) -> bytes | None:
        return text.encode() if isinstance(text, str) else text

    return Record(0, timestamp_ms, raw(key), raw(value), tuple(headers))


def batch(*records: Record | str | bytes | None, base_offset: int = 0) -> bytes:
    """One v2 batch; a bare text stands for a record with that value."""
    made = [item if isinstance(item, Record) else record(item) for item in records]
    return bytes(build_batch(made, base_offset=base_offset))


def records_of(result: ChunkResult, key: str | None) -> list[Record]:
    """The records of one output, after checking that they are batches that a log would take."""
    data = bytearray(result.outputs[key])
    at = 0
    while at < len(data):
        seal_crc(data, at)
        at += parse_header(data, at).size_bytes
    headers = check_batches(bytes(data))
    assert all(header.base_offset == 0 and header.compression == 0 for header in headers)
    assert all(header.last_offset_delta == header.record_count - 1 for header in headers)
    return read_records(bytes(data))


def values_of(result: ChunkResult, key: str | None) -> list[bytes | None]:
    return [item.value for item in records_of(result, key)]


@contextmanager
def loaded(
    engine: LocalEngine,
    script: str | bytes | ScriptSource,
    *,
    limits: GuestLimits | None = None,
    env: Mapping[str, str] | None = None,
) -> Iterator[Guest]:
    made = script if isinstance(script, ScriptSource) else source(script, env=env)
    guest = engine.load(made, limits or GuestLimits())
    try:
        yield guest
    finally:
        guest.close()


def run(
    engine: LocalEngine,
    script: str | bytes | ScriptSource,
    *batches: bytes,
    limits: GuestLimits | None = None,
    env: Mapping[str, str] | None = None,
    topic: str = "input",
    partition: int = 0,
) -> ChunkResult:
    """Load, run one chunk, close."""
    with loaded(engine, script, limits=limits, env=env) as guest:
        return guest.run(topic, partition, batches or [batch("sample")])


def failure(
    engine: LocalEngine, script: str | bytes | ScriptSource, *batches: bytes, limits: GuestLimits | None = None
) -> GuestError:
    """The error of loading or running this script."""
    try:
        result = run(engine, script, *batches, limits=limits)
    except GuestError as error:
        return error
    raise AssertionError(f"it did not fail: {result}")
