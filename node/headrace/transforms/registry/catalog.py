"""Which scripts the registry topic says should run: records in, changes out. Last writer wins, an empty value removes.

Deterministic; `follower.py` feeds it the records of `_headrace.transforms` in offset order, `manager.py` hands the
changes to the pacemaker. A record that cannot be used changes nothing but what is said: the version before it stays,
and the refusal is kept for status. Surprising: the refusal may name a script that never ran, or no legal name at all;
those are remembered only up to a bound, because any client that may write the registry could otherwise fill the
node's memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from headrace.contract.script import BadScriptRecord, ScriptRecord, ScriptRemoval, parse_registry_record

#: Every script is held in memory by the node and by the engine; far beyond what one node can run well.
SCRIPTS_MAX = 1_000

#: Refused records of scripts that do not run: enough for a person to see what went wrong.
ORPHAN_REFUSALS_MAX = 100


@dataclass(frozen=True, slots=True)
class RegistryRecord:
    """One record of the registry topic, as read from the log."""

    offset: int
    timestamp_ms: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes | None]] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """A record that cannot be used. `running_offset`: registry offset of the version that stays, None if there is
    none."""

    name: str
    registry_offset: int
    message: str
    running_offset: int | None


Change = ScriptRecord | ScriptRemoval | Refusal
Judged = ScriptRecord | ScriptRemoval | BadScriptRecord


def judge(record: RegistryRecord) -> Judged:
    """What the record says by itself. Hashes the script: for a large one call it in a thread."""
    try:
        return parse_registry_record(
            offset=record.offset,
            timestamp_ms=record.timestamp_ms,
            key=record.key,
            value=record.value,
            headers=record.headers,
        )
    except BadScriptRecord as error:
        return error


class Catalog:
    """The table that the registry topic describes up to `next_offset`."""

    def __init__(self) -> None:
        self.next_offset = 0
        self.scripts: dict[str, ScriptRecord] = {}
        #: The newest refused record per name. Invariant: newer than the version in `scripts`.
        self.refusals: dict[str, Refusal] = {}

    def apply(self, offset: int, judged: Judged) -> Change | None:
        """Take one judged record; offsets rise (holes are fine, the topic is compacted). None: it was seen before."""
        if offset < self.next_offset:
            return None
        self.next_offset = offset + 1
        if isinstance(judged, ScriptRecord) and judged.name not in self.scripts and len(self.scripts) >= SCRIPTS_MAX:
            judged = BadScriptRecord(judged.name, f"{SCRIPTS_MAX} scripts are deployed already: remove one first")
        if isinstance(judged, BadScriptRecord):
            return self._refuse(judged, offset)
        self.refusals.pop(judged.name, None)
        if isinstance(judged, ScriptRecord):
            self.scripts[judged.name] = judged
        else:
            self.scripts.pop(judged.name, None)
        return judged

    def advance(self, next_offset: int) -> None:
        """Offsets below `next_offset` hold nothing more (compacted away)."""
        self.next_offset = max(self.next_offset, next_offset)

    def check_invariants(self) -> None:
        assert len(self.scripts) <= SCRIPTS_MAX
        assert sum(1 for name in self.refusals if name not in self.scripts) <= ORPHAN_REFUSALS_MAX
        for name, script in self.scripts.items():
            assert script.name == name
            assert script.registry_offset < self.next_offset
            refusal = self.refusals.get(name)
            assert refusal is None or refusal.registry_offset > script.registry_offset

    def _refuse(self, error: BadScriptRecord, offset: int) -> Refusal:
        running = self.scripts.get(error.name)
        refusal = Refusal(error.name, offset, error.message, running.registry_offset if running else None)
        self.refusals.pop(error.name, None)
        self.refusals[error.name] = refusal
        orphans = [name for name in self.refusals if name not in self.scripts]
        for name in orphans[:-ORPHAN_REFUSALS_MAX]:
            del self.refusals[name]
        return refusal
