"""Read one manifest file: the grammar of `manifests/*.api`, checked line by line.

Called by the generator only, at build time. It must not guess: anything not in the grammar is an error with file and
line. A manifest is a head and one block per message, fields indented by four spaces per level:

    api Produce | data OffsetCommitKey     what it describes: a request and response pair, or one record format
    key 0                                  API key (api only)
    versions 3-13                          versions with a codec
    advertise 0-13                         versions told to clients (api only)
    flexible 9+ | none                     versions with compact forms and tagged fields

    request | response | fields            starts a block; then per line: name type [@versions] [tag N] [= default]

Types: bool int8 int16 int32 int64 float64 string uuid bytes records struct, `[]` in front for an array, `?` behind for
nullable (`?7+`: nullable in those versions only). Versions: `3`, `0-12`, `13+` (to the end). Fields of a `struct` are
the deeper indented lines below it. `#` starts a comment.
"""

import keyword
import re
from dataclasses import dataclass, field

PRIMITIVES = frozenset({"bool", "int8", "int16", "int32", "int64", "float64", "string", "uuid", "bytes", "records"})
ARRAY_ELEMENTS = frozenset({"int8", "int16", "int32", "int64", "string", "uuid", "struct"})
NEVER = 32_767  # one above every version: "flexible none"

_FIELD = re.compile(
    r"(?P<name>[a-z][a-z0-9_]*)\s+(?P<array>\[\])?(?P<type>[a-z0-9]+)(?P<nullable>\?(?P<null_versions>[\d+-]+)?)?"
    r"(?:\s+@(?P<versions>[\d+-]+))?(?:\s+tag (?P<tag>\d+))?(?:\s+= (?P<default>\S+))?"
)
_VERSIONS = re.compile(r"(\d+)(?:(\+)|-(\d+))?")


class ManifestError(Exception):
    """A manifest that does not follow the grammar; the message names file and line."""


@dataclass(frozen=True, slots=True)
class Versions:
    """An inclusive range of versions; empty when `low` is above `high`."""

    low: int
    high: int

    def __contains__(self, version: int) -> bool:
        return self.low <= version <= self.high


@dataclass(slots=True)
class Field:
    """One field of a message or struct, as the manifest states it."""

    name: str
    kind: str
    is_array: bool
    versions: Versions
    nullable: Versions
    tag: int | None
    default: str | None
    fields: list["Field"] = field(default_factory=list)
    class_name: str = ""  # set for structs by `name_structs`


@dataclass(slots=True)
class Message:
    """One block of a manifest: a class name and its fields."""

    class_name: str
    fields: list[Field]


@dataclass(slots=True)
class Manifest:
    """A whole manifest file; `key` and `advertised` only for APIs, `messages` by block title."""

    name: str
    is_api: bool
    key: int
    versions: Versions
    advertised: Versions
    flexible_from: int
    messages: dict[str, Message]


def parse_manifest(text: str, file_name: str) -> Manifest:
    """Parse one manifest; ManifestError says where and what."""
    return _Parser(text, file_name).parse()


class _Parser:
    def __init__(self, text: str, file_name: str) -> None:
        self._file_name = file_name
        self._line_number = 0
        self._lines = [(number, line.split("#")[0].rstrip()) for number, line in enumerate(text.splitlines(), 1)]
        self._lines = [(number, line) for number, line in self._lines if line]

    def parse(self) -> Manifest:
        head: dict[str, str] = {}
        blocks: dict[str, list[tuple[int, str]]] = {}
        block: list[tuple[int, str]] | None = None
        for number, line in self._lines:
            self._line_number = number
            if line.startswith(" "):
                if block is None:
                    raise self._error("a field stands before any block")
                block.append((number, line))
            elif line in ("request", "response", "fields"):
                block = blocks.setdefault(line, [])
            else:
                word, _, value = line.partition(" ")
                if word not in ("api", "data", "key", "versions", "advertise", "flexible") or not value or block:
                    raise self._error(f"cannot read {line!r}")
                head[word] = value
        return self._assemble(head, blocks)

    def _assemble(self, head: dict[str, str], blocks: dict[str, list[tuple[int, str]]]) -> Manifest:
        is_api = "api" in head
        wanted = {"api", "key", "versions", "advertise", "flexible"} if is_api else {"data", "versions", "flexible"}
        if set(head) != wanted or set(blocks) != ({"request", "response"} if is_api else {"fields"}):
            raise self._error(f"head or blocks incomplete: {sorted(head)} {sorted(blocks)}")
        name = head["api"] if is_api else head["data"]
        versions = self._versions(head["versions"], Versions(0, NEVER - 1))
        flexible = NEVER if head["flexible"] == "none" else self._versions(head["flexible"], versions).low
        messages = {}
        for title, lines in blocks.items():
            class_name = name + title.capitalize() if is_api else name
            fields = self._fields(lines, 1, versions, flexible)
            name_structs(class_name, fields)
            messages[title] = Message(class_name, fields)
        return Manifest(
            name=name,
            is_api=is_api,
            key=int(head["key"]) if is_api else -1,
            versions=versions,
            advertised=self._versions(head["advertise"], versions) if is_api else versions,
            flexible_from=flexible,
            messages=messages,
        )

    def _fields(self, lines: list[tuple[int, str]], depth: int, within: Versions, flexible: int) -> list[Field]:
        fields: list[Field] = []
        children: list[tuple[int, str]] = []
        indent = " " * 4 * depth

        def close() -> None:
            if fields:
                last = fields[-1]
                last.fields = self._fields(children, depth + 1, last.versions, flexible) if children else []
                if (last.kind == "struct") != bool(last.fields):
                    raise self._error(f"{last.name}: a struct has fields, and nothing else has")
            children.clear()

        for number, line in lines:
            if line.startswith(indent + "    "):
                children.append((number, line))
                continue
            close()
            self._line_number = number
            if not line.startswith(indent) or line[len(indent)] == " ":
                raise self._error("fields are indented by four spaces per level")
            fields.append(self._field(line.strip(), within, flexible))
        close()
        if len({each.name for each in fields}) != len(fields):
            raise self._error("two fields of one struct have the same name")
        return fields

    def _field(self, line: str, within: Versions, flexible: int) -> Field:
        match = _FIELD.fullmatch(line)
        if match is None:
            raise self._error(f"cannot read the field {line!r}")
        name, kind = match["name"], match["type"]
        is_array = match["array"] is not None
        if keyword.iskeyword(name) or kind not in (ARRAY_ELEMENTS if is_array else PRIMITIVES | {"struct"}):
            raise self._error(f"{name}: bad name or type")
        versions = self._versions(match["versions"], within) if match["versions"] else within
        nullable = Versions(1, 0)
        if match["nullable"]:
            nullable = self._versions(match["null_versions"], versions) if match["null_versions"] else versions
        tag = int(match["tag"]) if match["tag"] else None
        if tag is not None and versions.low < flexible:
            raise self._error(f"{name}: tagged fields exist in flexible versions only")
        if kind == "struct" and not is_array and tag is None and nullable != versions:
            raise self._error(f"{name}: a single struct is tagged or nullable; no message needs it otherwise")
        if kind == "records" and (nullable != versions or tag is not None):
            raise self._error(f"{name}: records are always nullable and never tagged")
        if match["default"] == "null" and nullable.low > nullable.high:
            raise self._error(f"{name}: the default is null but the field never is")
        return Field(name, kind, is_array, versions, nullable, tag, match["default"])

    def _versions(self, text: str, within: Versions) -> Versions:
        match = _VERSIONS.fullmatch(text)
        if match is None:
            raise self._error(f"cannot read the versions {text!r}")
        low = int(match[1])
        high = within.high if match[2] else int(match[3]) if match[3] else low
        if low > high or high > within.high:
            raise self._error(f"the versions {text!r} lie outside {within.low}-{within.high}")
        return Versions(low, high)

    def _error(self, message: str) -> ManifestError:
        return ManifestError(f"{self._file_name}:{self._line_number}: {message}")


def name_structs(class_name: str, fields: list[Field]) -> None:
    """Name each struct after its message and the field that holds it; with its whole path where two would collide."""
    paths: list[tuple[Field, str, str]] = []

    def walk(path: str, inner: list[Field]) -> None:
        for each in inner:
            if each.kind == "struct":
                camel = "".join(word.capitalize() for word in each.name.split("_"))
                paths.append((each, class_name + camel, path + camel))
                walk(path + camel, each.fields)

    walk(class_name, fields)
    short = [name for _, name, _ in paths]
    for each, name, path in paths:
        each.class_name = name if short.count(name) == 1 else path
