"""Replace several segments by one, atomically even across a crash.

The replacement is written and synced under `.cleaned` names; then `log.swap`, written atomically, says which segments
it replaces: that is the commit. Only then files are renamed and removed. Start-up finishes a swap that was committed
and drops one that was not, however often it is interrupted. Called by compaction and by recovery.
"""

from __future__ import annotations

from pathlib import Path

from headrace.base.errors import Corrupt
from headrace.storage import layout
from headrace.storage.files import Files
from headrace.storage.log_state import decode_document, encode_document


def cleaned_path(path: Path) -> Path:
    return path.with_name(path.name + layout.CLEANED_SUFFIX)


def commit(files: Files, directory: Path, base_offset: int, replaced_base_offsets: list[int]) -> None:
    """From here on the cleaned files of `base_offset` are the truth. They must be synced."""
    files.sync_directory(directory)
    content = {"base_offset": base_offset, "replaces": replaced_base_offsets}
    files.write_atomically(directory / layout.SWAP_FILE, encode_document(content))


def withdraw(files: Files, directory: Path) -> None:
    """Take back a commit that failed half-way. Corrupt if not even that works: only a restart knows then."""
    try:
        files.remove(directory / layout.SWAP_FILE)
        files.sync_directory(directory)
    except OSError as error:
        raise Corrupt(
            directory.name, f"a compaction could neither be committed nor taken back: {error}. Restart the node"
        ) from error


def finish(files: Files, directory: Path) -> list[str]:
    """Carry out what `log.swap` says, if there is one; returns lines for the recovery report."""
    path = directory / layout.SWAP_FILE
    if not files.exists(path):
        return []
    content = decode_document(files.read(path))
    if not isinstance(content, dict):
        files.remove(path)
        return [f"removed a damaged {layout.SWAP_FILE}"]
    base_offset = int(content["base_offset"])
    # The old index goes first: it must never stand beside the new segment.
    index = layout.numbered(directory, base_offset, layout.INDEX_SUFFIX)
    segment = layout.numbered(directory, base_offset, layout.LOG_SUFFIX)
    if files.exists(cleaned_path(segment)):
        files.remove(index)
        files.rename(cleaned_path(segment), segment)
    if files.exists(cleaned_path(index)):
        files.rename(cleaned_path(index), index)
    for old in content["replaces"]:
        if old != base_offset:
            files.remove(layout.numbered(directory, int(old), layout.INDEX_SUFFIX))
            files.remove(layout.numbered(directory, int(old), layout.LOG_SUFFIX))
    files.sync_directory(directory)
    files.remove(path)
    files.sync_directory(directory)
    return [f"finished a compaction that replaces {len(content['replaces'])} segments from offset {base_offset}"]
