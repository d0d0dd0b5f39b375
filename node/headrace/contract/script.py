"""One record of the registry topic: what a deploy says, how it is read and how it is written.

Deploying is producing to `_headrace.transforms`: key = script name, value = script bytes, headers = the wishes below;
an empty value removes. The CLI and the operator build records with `registry_headers`, the nodes read them with
`parse_registry_record`, which never trusts a byte: whatever a client wrote gives a `ScriptRecord`, a `ScriptRemoval`
or one `BadScriptRecord` that says what to mend. Surprising: nothing here loads the script, so a record that is read
without complaint may still not parse as JavaScript.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, cast, get_args

from headrace.base.errors import Rejected
from headrace.base.limits import MIB, SCRIPT_BYTES_MAX
from headrace.contract.names import (
    is_internal,
    output_key_problem,
    script_name_problem,
    split_materialised,
    topic_name_problem,
)

Language = Literal["js", "wasm"]
Mode = Literal["async", "inline"]
ErrorPolicy = Literal["retry", "skip", "dead-letter", "deregister", "stop"]
StartKind = Literal["earliest", "latest", "stored", "timestamp"]

ERROR_POLICIES: tuple[ErrorPolicy, ...] = get_args(ErrorPolicy)

#: What a script gets that says nothing: failures are tried again, because that loses nothing and heals by itself.
DEFAULT_ERROR_POLICY: ErrorPolicy = "retry"

WASM_MAGIC = b"\0asm"

_TOPICS_PER_SCRIPT_MAX = 64
_ENV_BYTES_MAX = 64 * 1024
_INVALID_RECORD = 87
_LANGUAGE_OF_CONTENT_TYPE: Mapping[str, Language] = {
    "application/javascript": "js",
    "text/javascript": "js",
    "application/wasm": "wasm",
}
CONTENT_TYPES: Mapping[Language, str] = {"js": "text/javascript", "wasm": "application/wasm"}

Headers = Iterable[tuple[str, bytes | None]]


class BadScriptRecord(Rejected):
    """A registry record that cannot be used. `name` is the script it speaks of, as far as that can be read."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(_INVALID_RECORD, message)
        self.name = name


@dataclass(frozen=True, slots=True)
class StartPoint:
    """Where a new script begins on a partition. `timestamp_ms` is set for kind `timestamp` only."""

    kind: StartKind
    timestamp_ms: int | None = None

    @classmethod
    def parse(cls, text: str) -> StartPoint:
        """`earliest`, `latest`, `stored` or `timestamp:<milliseconds>`. Raises ValueError."""
        kind, colon, rest = text.strip().partition(":")
        if kind in {"earliest", "latest", "stored"} and not colon:
            return cls(cast(StartKind, kind))
        if kind == "timestamp" and rest.isascii() and rest.isdecimal() and len(rest) <= 15:
            return cls("timestamp", int(rest))
        raise ValueError(f"'{text}' is not a start: write earliest, latest, stored or timestamp:<milliseconds>")

    def __str__(self) -> str:
        return self.kind if self.timestamp_ms is None else f"timestamp:{self.timestamp_ms}"


@dataclass(frozen=True, slots=True)
class ScriptRecord:
    """A sound deploy. `digest` is the SHA-256 (32 bytes) of `content`; `registry_offset` is the record's own offset.

    `input_topics` empty: the script itself says what it reads. `output_keys` empty: it may write any key.
    """

    name: str
    registry_offset: int
    timestamp_ms: int
    content: bytes = field(repr=False)
    digest: bytes
    language: Language
    mode: Mode = "async"
    description: str = ""
    input_topics: tuple[str, ...] = ()
    output_keys: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    error_policy: ErrorPolicy | None = None
    start_from: StartPoint | None = None
    signature: bytes | None = None
    signed_by: str | None = None
    #: Every header as text, for people; binary values in hex.
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ScriptRemoval:
    """A record with an empty value: the script is gone from this offset on."""

    name: str
    registry_offset: int


def parse_registry_record(
    *, offset: int, timestamp_ms: int, key: bytes | None, value: bytes | None, headers: Headers
) -> ScriptRecord | ScriptRemoval:
    """Read one registry record. Raises BadScriptRecord with a message for the person who deployed."""
    name = _name(key)
    if not value:
        return ScriptRemoval(name, offset)
    if len(value) > SCRIPT_BYTES_MAX:
        raise BadScriptRecord(
            name,
            f"the script has {len(value):,} bytes, {SCRIPT_BYTES_MAX // MIB} MiB are allowed: "
            "leave what it does not need out of the bundle",
        )
    reader = _HeaderReader(name, headers)
    digest = hashlib.sha256(value).digest()
    told = reader.raw("sha256")
    if told is not None and told != digest:
        raise BadScriptRecord(
            name,
            f"the header sha256 does not match the script: told {_shown(told)}, computed {digest.hex()} "
            "(the header holds the 32 raw bytes); deploy again",
        )
    mode = reader.choice("mode", ("async", "inline")) or "async"
    if mode == "inline":
        raise BadScriptRecord(name, "inline scripts are not available in this version: deploy with mode async")
    start = reader.text("start-from")
    try:
        start_from = StartPoint.parse(start) if start is not None else None
    except ValueError as error:
        raise BadScriptRecord(name, f"header start-from: {error}") from None
    policy = reader.choice("error-policy", ERROR_POLICIES)
    return ScriptRecord(
        name=name,
        registry_offset=offset,
        timestamp_ms=timestamp_ms,
        content=bytes(value),
        digest=digest,
        language=_language(name, value, reader.text("content-type")),
        mode="async",
        description=reader.text("description") or "",
        input_topics=_input_topics(name, reader.names("input-topics")),
        output_keys=_output_keys(name, reader.names("output-topics")),
        env=_env(name, reader.text("env")),
        error_policy=cast("ErrorPolicy | None", policy),
        start_from=start_from,
        signature=reader.raw("signature"),
        signed_by=reader.text("signed-by"),
        headers=reader.shown(),
    )


def registry_headers(
    *,
    content: bytes,
    description: str = "",
    input_topics: Sequence[str] = (),
    output_topics: Sequence[str] = (),
    env: Mapping[str, str] | None = None,
    mode: Mode | None = None,
    error_policy: ErrorPolicy | None = None,
    start_from: StartPoint | None = None,
) -> list[tuple[str, bytes]]:
    """The headers of a deploy, in a fixed order: the inverse of `parse_registry_record`."""
    language: Language = "wasm" if content.startswith(WASM_MAGIC) else "js"
    texts = {
        "description": description,
        "content-type": CONTENT_TYPES[language],
        "mode": mode or "",
        "input-topics": ",".join(input_topics),
        "output-topics": ",".join(output_topics),
        "env": json.dumps(dict(env), sort_keys=True) if env else "",
        "error-policy": error_policy or "",
        "start-from": str(start_from) if start_from is not None else "",
    }
    headers = [("sha256", hashlib.sha256(content).digest())]
    headers.extend((key, text.encode()) for key, text in texts.items() if text)
    return headers


def _name(key: bytes | None) -> str:
    if key is None:
        raise BadScriptRecord("", "the record has no key: the key is the name of the script")
    shown = bytes(key[:200]).decode("utf-8", "backslashreplace")
    problem = script_name_problem(shown) if len(key) <= len(shown) else "the script name is too long"
    if problem is not None:
        raise BadScriptRecord(shown, problem)
    return shown


def _language(name: str, content: bytes, content_type: str | None) -> Language:
    found: Language = "wasm" if content.startswith(WASM_MAGIC) else "js"
    if content_type is not None:
        told = _LANGUAGE_OF_CONTENT_TYPE.get(content_type.partition(";")[0].strip().lower())
        if told is None:
            known = ", ".join(_LANGUAGE_OF_CONTENT_TYPE)
            raise BadScriptRecord(name, f"header content-type: '{content_type}' is not one of {known}")
        if told != found:
            raise BadScriptRecord(name, f"header content-type says {content_type}, but the bytes are {found}")
    if found == "js":
        try:
            content.decode("utf-8")
        except UnicodeDecodeError as error:
            raise BadScriptRecord(
                name,
                f"the script is neither a Wasm module nor UTF-8 text (byte {error.start}): deploy one bundled file",
            ) from None
    return found


def _input_topics(name: str, topics: tuple[str, ...]) -> tuple[str, ...]:
    for topic in topics:
        problem = input_topic_problem(topic)
        if problem is not None:
            raise BadScriptRecord(name, f"header input-topics: {problem}")
    return topics


def input_topic_problem(topic: str) -> str | None:
    """Why a script may not read `topic`, or None if it may (whether or not the topic exists)."""
    if is_internal(topic) or topic.startswith(("_headrace.", "__")):
        return f"scripts may not read '{topic}', it belongs to the cluster"
    root, split = topic, split_materialised(topic)
    while split is not None:
        root, _key = split
        split = split_materialised(root)
    return topic_name_problem(root)


def _output_keys(name: str, topics: tuple[str, ...]) -> tuple[str, ...]:
    keys = []
    for topic in topics:
        split = split_materialised(topic)
        key = split[1] if split is not None else topic
        problem = output_key_problem(key)
        if problem is not None:
            raise BadScriptRecord(name, f"header output-topics: {problem}")
        keys.append(key)
    return tuple(dict.fromkeys(keys))


def _env(name: str, text: str | None) -> Mapping[str, str]:
    if text is None:
        return {}
    if len(text) > _ENV_BYTES_MAX:
        raise BadScriptRecord(name, f"header env: {len(text)} characters, {_ENV_BYTES_MAX} are allowed")
    try:
        env = json.loads(text)
    except (ValueError, RecursionError):
        env = None
    if not isinstance(env, dict) or not all(isinstance(value, str) for value in env.values()):
        raise BadScriptRecord(name, 'header env: write a JSON object of texts, for example {"REGION": "eu"}')
    return env


def _shown(value: bytes) -> str:
    return value.hex() if len(value) <= 32 else f"{value[:32].hex()}... ({len(value)} bytes)"


class _HeaderReader:
    """Known headers by name; each at most once, lists may repeat."""

    def __init__(self, name: str, headers: Headers) -> None:
        self._name = name
        self._values: dict[str, list[bytes]] = {}
        for key, value in headers:
            self._values.setdefault(key.lower(), []).append(bytes(value or b""))

    def raw(self, header: str) -> bytes | None:
        values = self._values.get(header, [])
        if len(values) > 1:
            raise BadScriptRecord(self._name, f"header {header} is there {len(values)} times, once is allowed")
        return values[0] if values else None

    def text(self, header: str) -> str | None:
        value = self.raw(header)
        return None if value is None else self._decode(header, value)

    def choice(self, header: str, allowed: Sequence[str]) -> str | None:
        value = self.text(header)
        if value is not None and value not in allowed:
            raise BadScriptRecord(self._name, f"header {header}: '{value[:100]}' is not one of {', '.join(allowed)}")
        return value

    def names(self, header: str) -> tuple[str, ...]:
        """A comma-separated list or a JSON list; the header may repeat."""
        found: list[str] = []
        for value in self._values.get(header, []):
            text = self._decode(header, value).strip()
            if text.startswith("["):
                try:
                    parts = json.loads(text)
                except (ValueError, RecursionError):
                    parts = None
                if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
                    raise BadScriptRecord(self._name, f"header {header}: not a JSON list of texts")
            else:
                parts = text.split(",")
            found.extend(part.strip() for part in parts if part.strip())
        names = tuple(dict.fromkeys(found))
        if len(names) > _TOPICS_PER_SCRIPT_MAX:
            raise BadScriptRecord(
                self._name, f"header {header} names {len(names)} topics, {_TOPICS_PER_SCRIPT_MAX} are allowed"
            )
        return names

    def shown(self) -> tuple[tuple[str, str], ...]:
        rows = []
        for key, values in sorted(self._values.items()):
            for value in values:
                try:
                    text = value.decode("utf-8") if key not in {"sha256", "signature"} else value.hex()
                except UnicodeDecodeError:
                    text = value.hex()
                rows.append((key[:200], text[:1000]))
        return tuple(rows[:100])

    def _decode(self, header: str, value: bytes) -> str:
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError:
            raise BadScriptRecord(self._name, f"header {header} is not UTF-8 text: {_shown(value)}") from None
