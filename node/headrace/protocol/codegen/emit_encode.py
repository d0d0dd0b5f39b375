"""Emit one straight-line encoder: the dataclasses of one version of one message to a list of byte pieces.

Called by `emit`. Neighbouring fixed-size fields, the length that follows them, and empty tag sections (pad bytes)
become one fused pack. `records` are never copied: what was written so far is joined into one piece, and the records
follow as the object they came in. Surprise: fields that the version lacks are dropped silently, as a server wants it.
"""

from headrace.protocol.codegen.defaults import differs_expression, is_optional
from headrace.protocol.codegen.parse import Field
from headrace.protocol.codegen.source import FIXED, INTEGERS, Lines, StructPool


def holds_records(fields: list[Field]) -> bool:
    """Whether a `records` field stands anywhere in here."""
    return any(each.kind == "records" or holds_records(each.fields) for each in fields)


class EncodeEmitter(Lines):
    """Builds the source of one encode function, and of the functions that write its tag sections."""

    def __init__(self, pool: StructPool, version: int, flexible: bool) -> None:
        super().__init__()
        self._pool = pool
        self._version = version
        self._flexible = flexible
        self._run: list[tuple[str, str]] = []
        self._names = 0
        self._add = "add"
        self._tag_functions: list[str] = []

    def function(self, name: str, class_name: str, label: str, fields: list[Field]) -> list[str]:
        """Source lines of the tag functions and of the encode function itself."""
        with_records = holds_records(fields)
        with self.block(f"def {name}(m: {class_name}) -> list[Part]:"):
            if with_records:
                self.put("parts: list[Part] = []")
            if not self._flexible and not any(self._version in each.versions for each in fields):
                self.put("return []")
                return self.lines
            self.put("out: list[bytes] = []", "add = out.append")
            with self.block("try:"):
                self._struct("m", class_name, fields)
                self._flush()
            with self.block("except ENCODE_FAULTS as fault:"):
                self.put(f'raise unencodable("{label}", fault) from fault')
            if with_records:
                with self.block("if out:"):
                    self.put('parts.append(b"".join(out))')
                self.put("return parts")
            else:
                self.put('return [b"".join(out)]')
        return self._tag_functions + self.lines

    def _name(self, prefix: str) -> str:
        self._names += 1
        return f"{prefix}{self._names}"

    def _flush(self) -> None:
        if self._run:
            self.put(f"{self._add}({self._packed(self._run)})")
            self._run = []

    def _packed(self, run: list[tuple[str, str]]) -> str:
        codes = [code for code, _ in run]
        if set(codes) == {"x"}:
            return 'b"' + "\\0" * len(codes) + '"'
        if codes == ["B"]:
            return f"BYTE[{run[0][1]}]"
        values = ", ".join(value for code, value in run if code != "x")
        return f"{self._pool.name(codes, reading=False)}({values})"

    def _struct(self, target: str, class_name: str, fields: list[Field]) -> None:
        for each in fields:
            if self._version in each.versions and each.tag is None:
                self._field(target, class_name, each)
        if not self._flexible:
            return
        tagged = [each for each in fields if each.tag is not None and self._version in each.versions]
        if not tagged:
            self._run.append(("x", ""))
            return
        function = f"_tags_{class_name}_v{self._version}"
        emitter = EncodeEmitter(self._pool, self._version, True)
        self._tag_functions += emitter.tag_function(
            function, class_name, sorted(tagged, key=lambda each: each.tag or 0)
        )
        self._flush()
        condition = " or ".join(differs_expression(each, f"{target}.{each.name}") for each in tagged)
        with self.block(f"if {condition}:"):
            self.put(f"{self._add}({function}({target}))")
        with self.block("else:"):
            self.put(f'{self._add}(b"\\0")')

    def tag_function(self, name: str, class_name: str, tagged: list[Field]) -> list[str]:
        """Source lines of the function that writes a tag section that is not empty."""
        with self.block(f"def {name}(m: {class_name}) -> bytes:"):
            self.put("count = 0", "out: list[bytes] = []")
            for each in tagged:
                path, sub = f"m.{each.name}", self._name("value")
                self._add = f"{sub}.append"
                condition = differs_expression(each, path)
                if each.kind == "struct" and not each.is_array:
                    condition += f" and {path} != {each.class_name}()"
                with self.block(f"if {condition}:"):
                    self.put(f"{sub}: list[bytes] = []")
                    if each.kind == "struct" and not each.is_array:
                        self._struct(path, each.class_name, each.fields)
                    else:
                        self._field("m", class_name, each)
                    self._flush()
                    self.put(f'body = b"".join({sub})', "count += 1")
                    self.put(f"out.append(uvarint({each.tag}))", "out.append(uvarint(len(body)))", "out.append(body)")
            self.put('return uvarint(count) + b"".join(out)')
        return [*self._tag_functions, *self.lines, "", ""]

    def _field(self, target: str, class_name: str, each: Field) -> None:
        path = f"{target}.{each.name}"
        where = f"{class_name}.{each.name}"
        nullable = self._version in each.nullable
        if each.is_array:
            self._array(path, where, nullable, each)
        elif each.kind == "struct":
            self._nullable_struct(path, each)
        elif each.kind == "uuid":
            self._run.append(("16s", f"uuid_bytes({path})"))
        elif each.kind in FIXED:
            self._run.append((FIXED[each.kind], path))
        elif each.kind == "records":
            self._records(path)
        else:
            self._bytes_like(path, where, nullable, each)

    def _nullable_struct(self, path: str, each: Field) -> None:
        self._flush()
        with self.block(f"if {path} is None:"):
            self.put(f'{self._add}(b"\\xff")')
        with self.block("else:"):
            self.put(f'{self._add}(b"\\x01")')
            self._struct(path, each.class_name, each.fields)
            self._flush()

    def _length(self, name: str, wide: str, prefix: str) -> None:
        """Close the run with a length: fixed width, or a varint that is one byte nearly always."""
        if not self._flexible:
            self._run.append((wide, name))
            self._flush()
            return
        if not self._run:
            self.put(f"{self._add}(BYTE[{name}] if {name} < 128 else {prefix}({name}))")
            return
        with self.block(f"if {name} < 128:"):
            self.put(f"{self._add}({self._packed([*self._run, ('B', name)])})")
        with self.block("else:"):
            self._flush()
            self.put(f"{self._add}({prefix}({name}))")

    def _bytes_like(self, path: str, where: str, nullable: bool, each: Field) -> None:
        value = f"{path}.encode()" if each.kind == "string" else path
        plus = " + 1" if self._flexible else ""
        read = (f"raw = {value}", f"n = len(raw){plus}")
        if nullable:
            with self.block(f"if {path} is None:"):
                self.put('raw = b""', f"n = {'0' if self._flexible else '-1'}")
            with self.block("else:"):
                self.put(*read)
        else:
            self._refuse_null(path, where, each)
            self.put(*read)
        wide, prefix = ("h", "string_prefix") if each.kind == "string" else ("i", "uvarint")
        self._length("n", wide, prefix)
        with self.block("if raw:"):
            self.put(f"{self._add}(raw)")

    def _refuse_null(self, path: str, where: str, each: Field) -> None:
        if is_optional(each):
            with self.block(f"if {path} is None:"):
                self.put(f'raise null_field("{where}")')

    def _records(self, path: str) -> None:
        self.put(f"records = {path}")
        null, plus = ("0", " + 1") if self._flexible else ("-1", "")
        self.put(f"n = {null} if records is None else len(records){plus}")
        self._length("n", "i", "uvarint")
        with self.block("if records:"):
            self.put('parts.append(b"".join(out))', "parts.append(records)", "out.clear()")

    def _array(self, path: str, where: str, nullable: bool, each: Field) -> None:
        plus = " + 1" if self._flexible else ""
        count = f"len({path}){plus}"
        if nullable:
            count = f"{'0' if self._flexible else '-1'} if {path} is None else {count}"
        else:
            self._refuse_null(path, where, each)
        self.put(f"n = {count}")
        self._length("n", "i", "uvarint")
        if each.kind in INTEGERS:
            with self.block(f"if {path}:"):
                self.put(f"{self._add}(write_{each.kind}s({path}))")
            return
        element = self._name("e")
        with self.block(f"for {element} in {path} or ():" if nullable else f"for {element} in {path}:"):
            if each.kind == "struct":
                self._struct(element, each.class_name, each.fields)
            elif each.kind == "uuid":
                self.put(f"{self._add}(uuid_bytes({element}))")
            else:
                self.put(f"raw = {element}.encode()", f"n = len(raw){plus}")
                self._length("n", "h", "string_prefix")
                self.put(f"{self._add}(raw)")
            self._flush()
