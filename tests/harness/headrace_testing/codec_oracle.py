"""Random values of every protocol message, and their translation into kio's classes.

Strategies are built from our manifests and checked against kio's schema while walking both side by side: a field that
one of the two lacks is an error here already. It must not use our codecs. Called by `tests/protocol`. Surprising: kio
refuses some values that the wire allows (unknown error codes, odd times), so a strategy asks kio's type first.
"""

from __future__ import annotations

import dataclasses
import datetime
import importlib
import typing
import uuid
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from hypothesis import strategies as st
from kio.index import UnknownEntity, load_entity_schema
from kio.schema.errors import ErrorCode as KioErrorCode
from kio.static.constants import EntityType

import headrace.protocol
from headrace.protocol.codegen.emit import module_name, snake_case
from headrace.protocol.codegen.parse import Field, Manifest, parse_manifest
from headrace.protocol.primitives import ZERO_UUID

MANIFESTS_DIR = Path(headrace.protocol.__file__).parent / "manifests"
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_BITS = {"int8": 8, "int16": 16, "int32": 32, "int64": 64}
_LATEST_TIME_S = 253_402_300_798
_ENTITY_TYPES = {"request": EntityType.request, "response": EntityType.response, "fields": EntityType.data}


@cache
def manifests() -> tuple[Manifest, ...]:
    """All manifests of the protocol package."""
    paths = sorted(MANIFESTS_DIR.glob("*.api"))
    return tuple(parse_manifest(path.read_text(), path.name) for path in paths)


def generated_module(manifest: Manifest) -> ModuleType:
    """The generated module of a manifest."""
    return importlib.import_module(f"headrace.protocol.generated.{module_name(manifest)}")


@dataclasses.dataclass(frozen=True)
class Pair:
    """One message in one version, ours and (where kio knows it) kio's."""

    manifest: Manifest
    title: str
    version: int

    def __str__(self) -> str:
        return f"{self.manifest.messages[self.title].class_name}-v{self.version}"

    @property
    def fields(self) -> list[Field]:
        return self.manifest.messages[self.title].fields

    @property
    def our_class(self) -> type:
        return getattr(generated_module(self.manifest), self.manifest.messages[self.title].class_name)

    @property
    def kio_class(self) -> Any:
        """None where kio does not know the message or the version."""
        try:
            return load_entity_schema(snake_case(self.manifest.name), self.version, _ENTITY_TYPES[self.title])
        except UnknownEntity:
            return None

    def encode(self, value: object) -> bytes:
        module = generated_module(self.manifest)
        if self.manifest.is_api:
            return getattr(module.API, f"encode_{self.title}")(value, self.version)
        return module.encode(value, self.version)

    def decode(self, data: bytes | bytearray) -> Any:
        module = generated_module(self.manifest)
        if self.manifest.is_api:
            return getattr(module.API, f"decode_{self.title}")(memoryview(data), 0, self.version)
        return module.decode(data, self.version)

    def values(self) -> st.SearchStrategy[Any]:
        """Our objects, every field of the version filled at random, the others left at their default."""
        return _struct_values(generated_module(self.manifest), self.our_class.__name__, self.fields, self.version,
                              self.kio_class)  # fmt: skip

    def to_kio(self, value: object) -> Any:
        return _to_kio(value, self.fields, self.version, self.kio_class)


def pairs() -> list[Pair]:
    """Every message in every version that has a codec."""
    return [
        Pair(manifest, title, version)
        for manifest in manifests()
        for title in manifest.messages
        for version in range(manifest.versions.low, manifest.versions.high + 1)
    ]


def _struct_values(module: ModuleType, class_name: str, fields: list[Field], version: int, kio_class: Any) -> Any:
    kio_fields = _kio_fields(kio_class, fields, version) if kio_class else {}
    present = [each for each in fields if version in each.versions]
    return st.builds(
        getattr(module, class_name),
        **{each.name: _values(module, each, version, kio_fields.get(each.name)) for each in present},
    )


def _values(module: ModuleType, each: Field, version: int, kio_field: Any) -> Any:
    if each.kind == "struct":
        kio_class = _struct_class(kio_field[1]) if kio_field else None
        one = _struct_values(module, each.class_name, each.fields, version, kio_class)
        if not each.is_array and each.tag is not None:
            # A struct of defaults is not written, so it would come back as None.
            default = getattr(module, each.class_name)()
            one = st.one_of(st.none(), one.filter(lambda value: value != default))
    else:
        one = _primitives(each, kio_field[0].metadata.get("kafka_type") if kio_field else None)
    if each.is_array:
        one = st.lists(one, max_size=3)
    return st.one_of(st.none(), one) if version in each.nullable else one


def _primitives(each: Field, kio_type: str | None) -> Any:
    if kio_type == "error_code":
        return st.sampled_from([int(code) for code in KioErrorCode])
    if kio_type in ("datetime_i64", "timedelta_i64"):
        return st.integers(0, _LATEST_TIME_S).map(lambda seconds: seconds * 1000)
    if each.kind in _BITS:
        half = 1 << (_BITS[each.kind] - 1)
        return st.integers(-half, half - 1)
    match each.kind:
        case "bool":
            return st.booleans()
        case "string":
            return st.one_of(st.text(max_size=6), st.sampled_from(["x" * 126, "y" * 127, "z" * 128, "é" * 200]))
        case "uuid":
            return st.one_of(st.just(ZERO_UUID), st.binary(min_size=16, max_size=16))
        case "bytes" | "records":
            return st.one_of(st.binary(max_size=9), st.sampled_from([b"\0" * 127, b"\1" * 300]))
    raise AssertionError(each.kind)


def _kio_fields(kio_class: Any, fields: list[Field], version: int) -> dict[str, tuple[Any, Any]]:
    """Our field name to (kio's field, its type), by position; the two must agree on everything that matters."""
    present = [each for each in fields if version in each.versions]
    theirs = dataclasses.fields(kio_class)
    hints = typing.get_type_hints(kio_class)
    assert len(present) == len(theirs), (kio_class, [each.name for each in present], [each.name for each in theirs])
    for our, their in zip(present, theirs, strict=True):
        assert our.name.removesuffix("_ms") in (their.name, their.name.removesuffix("_ms")), (our.name, their.name)
        assert their.metadata.get("tag") == our.tag, (kio_class, our.name)
    return {our.name: (their, hints[their.name]) for our, their in zip(present, theirs, strict=True)}


def _struct_class(hint: Any) -> Any:
    """The dataclass inside `X`, `X | None`, `tuple[X, ...]` or `tuple[X, ...] | None`."""
    if dataclasses.is_dataclass(hint):
        return hint
    for argument in typing.get_args(hint):
        found = _struct_class(argument)
        if found is not None:
            return found
    return None


def _to_kio(value: Any, fields: list[Field], version: int, kio_class: Any) -> Any:
    arguments = {}
    for each in fields:
        if version not in each.versions:
            continue
        their, hint = _kio_fields(kio_class, fields, version)[each.name]
        item = getattr(value, each.name)
        if item is None and each.tag is not None and each.kind == "struct":
            continue  # kio's default is a struct of defaults, and not written either
        arguments[their.name] = _field_to_kio(item, each, version, their, hint)
    return kio_class(**arguments)


def _field_to_kio(item: Any, each: Field, version: int, their: Any, hint: Any) -> Any:
    if item is None:
        return None
    if each.is_array:
        inner = dataclasses.replace(each, is_array=False)
        return tuple(_field_to_kio(element, inner, version, their, hint) for element in item)
    if each.kind == "struct":
        return _to_kio(item, each.fields, version, _struct_class(hint))
    match their.metadata["kafka_type"]:
        case "error_code":
            return KioErrorCode(item)
        case "timedelta_i32" | "timedelta_i64":
            return datetime.timedelta(milliseconds=item)
        case "datetime_i64":
            return EPOCH + datetime.timedelta(milliseconds=item)
        case "uuid":
            return None if item == ZERO_UUID else uuid.UUID(bytes=item)
    return bytes(item) if isinstance(item, memoryview) else item
