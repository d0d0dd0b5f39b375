"""What an engine is: a script and a chunk of batches in, batches by output key out.

Three implementations: `wasm.py` runs `.wasm` modules that speak the batch ABI, `javascript.py` runs JavaScript in
QuickJS as one more such guest, and the sidecar (`sidecar.py`) puts both behind a socket. A later engine (V8 in a
process of its own, say) only needs `Engine` and `Guest`.

Nothing here touches wasmtime, sockets or files. Called by the sidecar and by `headrace wasm test`. Surprising: a
guest's output has already been checked and re-framed when `run` returns; whatever a script does, `ChunkResult` holds
sound v2 batches.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from headrace.base.errors import HeadraceError
from headrace.base.limits import KIB, MIB

Language = Literal["js", "wasm"]
LogLevel = Literal["debug", "info", "warn", "error"]
StartFrom = Literal["earliest", "latest", "stored"]
#: load: not loadable. thrown: the script threw. pending: its promise can never settle. deadline, memory, stack, trap:
#: stopped by the sandbox. output: what it returned is no batch, or too much of it.
FailureKind = Literal["load", "thrown", "pending", "deadline", "memory", "stack", "trap", "output"]


@dataclass(frozen=True, slots=True)
class GuestLimits:
    """Bounds of one guest. Invariant: all positive."""

    memory_bytes_max: int = 64 * MIB
    load_deadline_ms: int = 2_000
    chunk_deadline_ms: int = 5_000
    #: Output of one chunk over all keys, beyond which the chunk fails.
    output_bytes_max: int = 16 * MIB
    #: Distinct output keys of one chunk.
    output_keys_max: int = 64
    #: Output of one key is merged into one batch per chunk; beyond this many bytes a further batch is begun (a single
    #: record may be larger). A little under Kafka's default `message.max.bytes`.
    output_batch_bytes_max: int = 1_000_000
    log_lines_max: int = 1_000
    log_bytes_max: int = 64 * KIB
    log_line_bytes_max: int = 4 * KIB


@dataclass(frozen=True, slots=True)
class ScriptSource:
    """One script as the registry holds it. `digest` is the SHA-256 of `content` (32 bytes)."""

    name: str
    digest: bytes
    content: bytes
    language: Language
    env: Mapping[str, str] = field(default_factory=dict)
    #: What error positions call the script; default `<name>.js` or `<name>.wasm`.
    file_name: str | None = None


@dataclass(frozen=True, slots=True)
class Subscription:
    """An input topic that the script itself names (`subscribe`); registry headers override it."""

    topic: str
    start_from: StartFrom | None = None


@dataclass(frozen=True, slots=True)
class ScriptInfo:
    """What loading a script told: it parsed, it has a handler, it wants these inputs.

    No subscriptions is not an error here: registry headers may name the inputs (and a Wasm module cannot).
    """

    subscriptions: tuple[Subscription, ...] = ()
    #: `skip` or `deregister` from the 2021 `errorHandler(...)`, None where the script says nothing.
    error_policy: Literal["skip", "deregister"] | None = None


@dataclass(frozen=True, slots=True)
class LogLine:
    level: LogLevel
    text: str


@dataclass(frozen=True, slots=True)
class ChunkResult:
    """Output of one chunk.

    `outputs` maps an output key to one or more concatenated, uncompressed, well-formed v2 batches: lengths, counts
    and offset deltas are right (0..n-1 in each batch), timestamps are what the guest wrote; base offset, leader
    epoch, producer fields and CRC are still to be set. The key None stands for "the script returned a plain batch":
    the caller puts the script's own name there.
    """

    outputs: Mapping[str | None, bytes]
    logs: Sequence[LogLine] = ()
    log_lines_dropped: int = 0


class GuestError(HeadraceError):
    """A script failed; the host, the node and the other scripts are unharmed.

    `where` is `file:line:column` when the guest knows it. After an error with `instance_lost` the guest must be
    closed and loaded anew; otherwise (`thrown`, `pending`) it may go on with the next chunk.
    """

    def __init__(
        self,
        kind: FailureKind,
        message: str,
        *,
        where: str | None = None,
        stack: str = "",
        base_offset: int | None = None,
        instance_lost: bool,
        logs: Sequence[LogLine] = (),
        log_lines_dropped: int = 0,
    ) -> None:
        super().__init__(f"{kind}: {message}" + (f" ({where})" if where else ""))
        self.kind = kind
        self.message = message
        self.where = where
        self.stack = stack
        self.base_offset = base_offset
        self.log_lines_dropped = log_lines_dropped
        self.instance_lost = instance_lost
        self.logs = logs


class Guest(Protocol):
    """One loaded script: one instance, one thread at a time."""

    info: ScriptInfo

    def run(self, topic: str, partition: int, batches: Sequence[bytes | memoryview]) -> ChunkResult:
        """Run the script over whole, uncompressed v2 batches in offset order. Raises GuestError.

        Blocks up to `chunk_deadline_ms`: call it on a thread that is not the event loop's. Control batches are passed
        over.
        """
        ...

    def close(self) -> None:
        """Free the instance. The guest is not used again; closing twice is harmless."""
        ...


class Engine(Protocol):
    """Loads guests; one per process. Safe to call from several threads, its guests are not."""

    def load(self, source: ScriptSource, limits: GuestLimits) -> Guest:
        """Compile (cached by content), instantiate and initialise. Raises GuestError(kind=...)."""
        ...
