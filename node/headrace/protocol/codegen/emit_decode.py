"""Emit one straight-line decoder: bytes of one version of one message to its dataclasses.

Called by `emit`. Neighbouring fixed-size fields, together with the length or count that follows them, become one
fused struct read; nested structs are inlined as loops, so no call is made per element. Surprise: a length may point
past the end; readers only notice at the next read or at the final check (see `primitives`). What must be checked at
once is a count (before anything is allocated) and null.
"""

from headrace.protocol.codegen.defaults import default_expression
from headrace.protocol.codegen.parse import Field
from headrace.protocol.codegen.source import FIXED, INTEGERS, WIDTHS, Lines, StructPool


class DecodeEmitter(Lines):
    """Builds the source of one decode function."""

    def __init__(self, pool: StructPool, version: int, flexible: bool) -> None:
        super().__init__()
        self._pool = pool
        self._version = version
        self._flexible = flexible
        self._run: list[tuple[str, str]] = []
        self._names = 0

    def function(self, name: str, class_name: str, label: str, fields: list[Field]) -> list[str]:
        """Source lines of the whole function."""
        with self.block(f"def {name}(buf: memoryview, pos: int) -> {class_name}:"):
            self.put("limit = len(buf)")
            if self._flexible or any(each.is_array and self._version in each.versions for each in fields):
                self.put("left = limit - pos if limit - pos < ELEMENTS_MAX else ELEMENTS_MAX")
            with self.block("try:"):
                self._struct("m", class_name, fields)
                self._flush()
            with self.block("except DECODE_FAULTS as fault:"):
                self.put(f'raise malformed("{label}", fault) from fault')
            with self.block("if pos > limit:"):
                self.put(f'raise truncated("{label}")')
            self.put("return m")
        return self.lines

    def _name(self, prefix: str) -> str:
        self._names += 1
        return f"{prefix}{self._names}"

    def _flush(self) -> None:
        if not self._run:
            return
        codes = [code for code, _ in self._run]
        if codes == ["B"]:
            self.put(f"{self._run[0][1]} = buf[pos]", "pos += 1")
        else:
            targets = ", ".join(target for _, target in self._run)
            comma = "," if len(codes) == 1 else ""
            self.put(f"{targets}{comma} = {self._pool.name(codes, reading=True)}(buf, pos)")
            self.put(f"pos += {sum(WIDTHS[code] for code in codes)}")
        self._run.clear()

    def _struct(self, target: str, class_name: str, fields: list[Field]) -> None:
        """Create the object and read it; leaves a run open only for its tag section's first byte."""
        self._flush()
        self.put(f"{target} = new({class_name})")
        for each in fields:
            if self._version not in each.versions or each.tag is not None:
                self.put(f"{target}.{each.name} = {default_expression(each)}")
        for each in fields:
            if self._version in each.versions and each.tag is None:
                self._field(target, class_name, each)
        if self._flexible:
            self._run.append(("B", "t"))
            self._flush()
            tagged = [each for each in fields if each.tag is not None and self._version in each.versions]
            if tagged:
                self._tags(target, class_name, tagged)
            else:
                with self.block("if t:"):
                    self.put("pos, left = skip_tags_within(buf, pos, t, left)")
        self._flush()

    def _field(self, target: str, class_name: str, each: Field) -> None:
        path = f"{target}.{each.name}"
        where = f"{class_name}.{each.name}"
        nullable = self._version in each.nullable
        if each.is_array:
            self._array(path, where, nullable, each)
        elif each.kind == "struct":
            self._single_struct(path, each)
        elif each.kind in FIXED:
            self._run.append((FIXED[each.kind], path))
        else:
            self._bytes_like(path, where, nullable, each.kind)

    def _single_struct(self, path: str, each: Field) -> None:
        name = self._name("e")
        if each.tag is not None:
            self._struct(name, each.class_name, each.fields)
            self.put(f"{path} = {name}")
            return
        self._run.append(("b", "present"))
        self._flush()
        with self.block("if present < 0:"):
            self.put(f"{path} = None")
        with self.block("else:"):
            self._struct(name, each.class_name, each.fields)
            self.put(f"{path} = {name}")

    def _bytes_like(self, path: str, where: str, nullable: bool, kind: str) -> None:
        """A string, bytes or records: length, then the slice."""
        if self._flexible:
            self._run.append(("B", "n"))
            self._flush()
            rest = "string_rest" if kind == "string" else "uvarint_rest"
            with self.block("if n > 127:"):
                self.put(f"n, pos = {rest}(buf, pos, n)")
            is_null, end = "not n", "pos + n - 1"
        else:
            self._run.append(("h" if kind == "string" else "i", "n"))
            self._flush()
            is_null, end = "n < 0", "pos + n"
        convert = {"string": ".tobytes().decode()", "bytes": ".tobytes()", "records": ""}[kind]
        read = (f"end = {end}", f"{path} = buf[pos:end]{convert}", "pos = end")
        with self.block(f"if {is_null}:"):
            self.put(f"{path} = None" if nullable else f'raise null_field("{where}")')
        if nullable:
            with self.block("else:"):
                self.put(*read)
        else:
            self.put(*read)

    def _array(self, path: str, where: str, nullable: bool, each: Field) -> None:
        if self._flexible:
            self._run.append(("B", "c"))
            self._flush()
            with self.block("if c > 127:"):
                self.put("c, pos = uvarint_rest(buf, pos, c)")
            self.put("c -= 1")
        else:
            self._run.append(("i", "c"))
            self._flush()
        with self.block("if c < 0:"):
            self.put(f"{path} = None" if nullable else f'raise null_field("{where}")')
        if nullable:
            with self.block("else:"):
                self._elements(path, where, each)
        else:
            self._elements(path, where, each)

    def _elements(self, path: str, where: str, each: Field) -> None:
        self.put("left -= c")
        with self.block("if left < 0:"):
            self.put(f'raise too_many("{where}")')
        if each.kind in INTEGERS:
            self.put(f"{path} = read_{each.kind}s(buf, pos, c) if c else []", f"pos += {INTEGERS[each.kind]} * c")
            return
        items = self._name("items")
        element_type = {"struct": each.class_name, "string": "str", "uuid": "bytes"}[each.kind]
        self.put(f"{items}: list[{element_type}] = []", f"{path} = {items}")
        with self.block("for _ in TIMES[c] if c < 64 else range(c):"):
            if each.kind == "struct":
                name = self._name("e")
                self._struct(name, each.class_name, each.fields)
                self.put(f"{items}.append({name})")
            elif each.kind == "uuid":
                self.put("end = pos + 16", f"{items}.append(buf[pos:end].tobytes())", "pos = end")
            else:
                self._bytes_like("text", where, False, "string")
                self.put(f"{items}.append(text)")

    def _tags(self, target: str, class_name: str, tagged: list[Field]) -> None:
        with self.block("if t:"):
            with self.block("if t > 127:"):
                self.put("t, pos = uvarint_rest(buf, pos, t)")
            self.put("left -= t")
            with self.block("if left < 0:"):
                self.put(f'raise too_many("{class_name}")')
            stop = self._name("stop")
            with self.block("for _ in range(t):"):
                self.put("tag, pos = read_uvarint(buf, pos)", "size, pos = read_uvarint(buf, pos)")
                self.put(f"{stop} = pos + size")
                word = "if"
                for each in tagged:
                    with self.block(f"{word} tag == {each.tag}:"):
                        self._field(target, class_name, each)
                        self._flush()
                        with self.block(f"if pos != {stop}:"):
                            self.put(f'raise wrong_size("{class_name}.{each.name}")')
                    word = "elif"
                with self.block("else:"):
                    self.put(f"pos = {stop}")
