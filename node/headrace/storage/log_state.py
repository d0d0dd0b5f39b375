"""The small durable facts of one log that its batches do not tell: log start offset, leader epochs, topic id, how far
it is compacted.

One JSON document behind a checksum, replaced atomically. Written by the log, read at start-up by recovery. If it is
lost or damaged recovery rebuilds what it can from the batches and says so.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from crc32c import crc32c

from headrace.storage import layout
from headrace.storage.files import Files

_VERSION = 1


@dataclass(slots=True)
class LogState:
    log_start_offset: int = 0
    #: (epoch, start offset), ascending.
    epochs: list[tuple[int, int]] = field(default_factory=list)
    topic_id: str = ""
    #: Everything below was compacted once; 0 if never.
    clean_offset: int = 0
    #: Compaction may have left holes between offsets below this. Durable before the first hole, so it may be ahead of
    #: `clean_offset`.
    gaps_below: int = 0


def encode_document(content: object) -> bytes:
    """A JSON document with its checksum in the first line."""
    body = json.dumps(content, separators=(",", ":"), sort_keys=True).encode()
    return b"%08x\n" % crc32c(body) + body


def decode_document(data: bytes) -> object | None:
    """The JSON document in `data`, or None if it is not what was written."""
    checksum, newline, body = data.partition(b"\n")
    if not newline or checksum != b"%08x" % crc32c(body):
        return None
    try:
        content: object = json.loads(body)
    except ValueError:
        return None
    return content


def write_state(files: Files, directory: Path, state: LogState) -> None:
    content = {
        "version": _VERSION,
        "log_start_offset": state.log_start_offset,
        "epochs": state.epochs,
        "topic_id": state.topic_id,
        "clean_offset": state.clean_offset,
        "gaps_below": state.gaps_below,
    }
    files.write_atomically(directory / layout.STATE_FILE, encode_document(content))


def read_state(files: Files, directory: Path) -> LogState | None:
    """None if there is no state file or it is damaged."""
    path = directory / layout.STATE_FILE
    if not files.exists(path):
        return None
    content = decode_document(files.read(path))
    if not isinstance(content, dict) or content.get("version") != _VERSION:
        return None
    return LogState(
        log_start_offset=int(content["log_start_offset"]),
        epochs=[(int(epoch), int(offset)) for epoch, offset in content["epochs"]],
        topic_id=str(content["topic_id"]),
        clean_offset=int(content["clean_offset"]),
        gaps_below=int(content["gaps_below"]),
    )
