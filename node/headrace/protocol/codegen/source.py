"""Shared by both emitters: indented lines, the pool of fused structs, and what a version of a message looks like.

Called by `emit`, `emit_decode` and `emit_encode`. It knows no field semantics beyond their `struct` codes. Surprise:
two versions with the same shape share one function, so `shape_of` must hold everything that changes emitted code.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from headrace.protocol.codegen.parse import Field

FIXED = {"bool": "?", "int8": "b", "int16": "h", "int32": "i", "int64": "q", "float64": "d", "uuid": "16s"}
WIDTHS = {"?": 1, "b": 1, "B": 1, "x": 1, "h": 2, "i": 4, "q": 8, "d": 8, "16s": 16}
INTEGERS = {"int8": 1, "int16": 2, "int32": 4, "int64": 8}

Shape = tuple[object, ...]


def shape_of(fields: list[Field], version: int, flexible: bool) -> Shape:
    """Everything about the wire form of these fields in one version; equal shapes share code."""
    return (
        flexible,
        *(
            (
                each.name,
                each.kind,
                each.is_array,
                version in each.nullable,
                each.tag,
                shape_of(each.fields, version, flexible),
            )
            for each in fields
            if version in each.versions
        ),
    )


class StructPool:
    """Names for precompiled structs; one module-level constant per format and direction."""

    def __init__(self) -> None:
        self._used: dict[str, str] = {}

    def name(self, codes: list[str], *, reading: bool) -> str:
        """The constant for this sequence of codes."""
        letters = "".join({"16s": "u", "?": "o"}.get(code, code) for code in codes)
        name = f"_{'read' if reading else 'pack'}_{letters}"
        method = "unpack_from" if reading else "pack"
        self._used[name] = f'{name} = struct.Struct(">{"".join(codes)}").{method}'
        return name

    def definitions(self) -> list[str]:
        """The constants as source lines, sorted."""
        return [self._used[name] for name in sorted(self._used)]


class Lines:
    """Source lines with a current indentation."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._depth = 0

    def put(self, *lines: str) -> None:
        """Append lines at the current depth."""
        self.lines.extend("    " * self._depth + line for line in lines)

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """Append `head` and indent what follows."""
        self.put(head)
        self._depth += 1
        yield
        self._depth -= 1
