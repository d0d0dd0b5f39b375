"""Names of the files of one log and how to read them back.

A log directory holds, per segment, `<base offset, 20 digits>.log` (batches, nothing else) and `.index`; per producer
snapshot `<offset>.producers`; and once `log.state`. Everything that ends in `.tmp` or `.cleaned` is unfinished work
that start-up removes, unless `log.swap` says that a compaction had been committed.
"""

from __future__ import annotations

import re
from pathlib import Path

from crc32c import crc32c

STATE_FILE = "log.state"
SWAP_FILE = "log.swap"
LOG_SUFFIX = ".log"
INDEX_SUFFIX = ".index"
PRODUCERS_SUFFIX = ".producers"
#: What recovery cut off although whole batches followed the damage, kept for a person to look at.
CUT_SUFFIX = ".cut"
CLEANED_SUFFIX = ".cleaned"
TEMPORARY_SUFFIX = ".tmp"
#: Suffix of a log directory that is being removed.
DELETED_SUFFIX = ".deleted"

_NUMBERED = re.compile(r"(\d{20})(\.[a-z]+)\Z")
_LOG_DIRECTORY = re.compile(r"(?P<topic>.+)-(?P<partition>\d+)\Z")


def numbered(directory: Path, offset: int, suffix: str) -> Path:
    return directory / f"{offset:020d}{suffix}"


def offsets_of(names: list[str], suffix: str) -> list[int]:
    """The sorted offsets of the files in `names` that end in `suffix`."""
    found = []
    for name in names:
        match = _NUMBERED.match(name)
        if match and match[2] == suffix:
            found.append(int(match[1]))
    return sorted(found)


def log_directory_name(topic: str, partition: int) -> str:
    return f"{topic}-{partition}"


def deleted_directory_name(name: str) -> str:
    """What a log directory is renamed to while it is removed; fits 255 bytes whatever the topic's name."""
    return f"{name[:200]}.{crc32c(name.encode()):08x}{DELETED_SUFFIX}"


def split_log_directory(name: str) -> tuple[str, int] | None:
    """`tiktok-3` -> (`tiktok`, 3); None if it is not the directory of a log."""
    match = _LOG_DIRECTORY.match(name)
    return (match["topic"], int(match["partition"])) if match else None
