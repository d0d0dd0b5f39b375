"""Python types and default values of manifest fields.

Called by the emitters. Surprise: a tagged struct is None when absent, although Kafka's default is a struct of
defaults; the wire form is the same and a fetch response saves three objects per partition.
"""

from headrace.protocol.codegen.parse import Field

_TYPES = {
    "bool": "bool",
    "int8": "int",
    "int16": "int",
    "int32": "int",
    "int64": "int",
    "float64": "float",
    "string": "str",
    "uuid": "bytes",
    "bytes": "bytes",
    "records": "Part",
}


def is_optional(each: Field) -> bool:
    """Whether the attribute may be None: nullable in some version, or a tagged struct."""
    return each.nullable.low <= each.nullable.high or (each.kind == "struct" and not each.is_array)


def type_expression(each: Field) -> str:
    """The annotation of the dataclass attribute."""
    base = each.class_name if each.kind == "struct" else _TYPES[each.kind]
    if each.is_array:
        base = f"list[{base}]"
    return f"{base} | None" if is_optional(each) else base


def default_expression(each: Field) -> str:
    """The default as an expression that makes a fresh value."""
    if each.default == "null" or each.kind == "records" or (each.kind == "struct" and not each.is_array):
        return "None"
    if each.is_array:
        return "[]"
    if each.kind == "bool":
        return "True" if each.default == "true" else "False"
    if each.kind in ("string", "bytes"):
        return f'{"b" if each.kind == "bytes" else ""}"{each.default or ""}"'
    if each.kind == "uuid":
        return "ZERO_UUID"
    return each.default or ("0.0" if each.kind == "float64" else "0")


def differs_expression(each: Field, path: str) -> str:
    """A condition that holds when a tagged field differs from its default and must be written."""
    default = default_expression(each)
    if default == "None":
        return f"{path} is not None"
    if default in ("[]", '""', 'b""', "False"):
        return path
    return f"{path} != {default}"
