"""Registry records: what a client may write, and what one is told who wrote something else."""

from __future__ import annotations

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrace.base.limits import SCRIPT_BYTES_MAX
from headrace.contract.script import (
    BadScriptRecord,
    ScriptRecord,
    ScriptRemoval,
    StartPoint,
    parse_registry_record,
    registry_headers,
)
from headrace.transforms.registry.catalog import (
    ORPHAN_REFUSALS_MAX,
    SCRIPTS_MAX,
    Catalog,
    Refusal,
    RegistryRecord,
    judge,
)

JS = b"engine.processRecord(b => b)"


def parse(key=b"allcaps", value=JS, headers=()):  # type: ignore[no-untyped-def]
    return parse_registry_record(offset=7, timestamp_ms=1, key=key, value=value, headers=headers)


def test_a_file_and_a_key_are_enough() -> None:
    script = parse()
    assert script.name == "allcaps"
    assert script.digest == hashlib.sha256(JS).digest()
    assert (script.language, script.mode, script.input_topics, script.start_from) == ("js", "async", (), None)


def test_what_the_command_line_writes_is_what_a_node_reads() -> None:
    headers = registry_headers(
        content=JS,
        description="shouts",
        input_topics=["tiktok", "tiktok-$other$"],
        output_topics=["loud", "tiktok-$quiet$"],
        env={"REGION": "eu"},
        mode="async",
        error_policy="dead-letter",
        start_from=StartPoint("timestamp", 1234),
    )
    script = parse(headers=headers)
    assert script.description == "shouts"
    assert script.input_topics == ("tiktok", "tiktok-$other$")
    assert script.output_keys == ("loud", "quiet")
    assert script.env == {"REGION": "eu"}
    assert script.error_policy == "dead-letter"
    assert script.start_from == StartPoint("timestamp", 1234)
    assert dict(script.headers)["sha256"] == hashlib.sha256(JS).hexdigest()


@pytest.mark.parametrize("value", [None, b""])
def test_an_empty_value_removes(value: bytes | None) -> None:
    assert parse(value=value) == ScriptRemoval("allcaps", 7)


def test_wasm_is_known_by_its_magic() -> None:
    assert parse(value=b"\0asm\1\0\0\0").language == "wasm"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"key": None}, "no key"),
        ({"key": b"all caps"}, "must be letters"),
        ({"key": b"\xff\xfe"}, "must be letters"),
        ({"key": b"x" * 64}, "64 characters"),
        ({"key": b"x" * 100_000}, "too long"),
        ({"value": b"x" * (SCRIPT_BYTES_MAX + 1)}, "10 MiB are allowed"),
        ({"value": b"caf\xe9"}, "neither a Wasm module nor UTF-8"),
        ({"headers": [("sha256", b"\0" * 32)]}, "does not match the script"),
        ({"headers": [("sha256", hashlib.sha256(JS).hexdigest().encode())]}, "32 raw bytes"),
        ({"headers": [("mode", b"inline")]}, "inline scripts are not available in this version"),
        ({"headers": [("mode", b"sideways")]}, "not one of async, inline"),
        ({"headers": [("error-policy", b"ignore")]}, "not one of retry, skip"),
        ({"headers": [("start-from", b"yesterday")]}, "write earliest, latest, stored or timestamp"),
        ({"headers": [("start-from", b"timestamp:-1")]}, "write earliest"),
        ({"headers": [("start-from", b"latest:1")]}, "write earliest"),
        ({"headers": [("env", b"{")]}, "JSON object of texts"),
        ({"headers": [("env", b'{"A": 1}')]}, "JSON object of texts"),
        ({"headers": [("env", b"[" * 50_000)]}, "JSON object of texts"),
        ({"headers": [("env", b"x" * 70_000)]}, "are allowed"),
        ({"headers": [("input-topics", b"_headrace.transforms")]}, "belongs to the cluster"),
        ({"headers": [("input-topics", b"__consumer_offsets-$x$")]}, "belongs to the cluster"),
        ({"headers": [("input-topics", b"a b")]}, "characters other than"),
        ({"headers": [("input-topics", b'["a", 1]')]}, "JSON list of texts"),
        ({"headers": [("input-topics", ",".join(f"t{i}" for i in range(65)).encode())]}, "64 are allowed"),
        ({"headers": [("output-topics", b"a/b")]}, "cannot name an output"),
        ({"headers": [("content-type", b"text/plain")]}, "is not one of"),
        ({"headers": [("content-type", b"application/wasm")]}, "but the bytes are js"),
        ({"headers": [("mode", b"\xff")]}, "not UTF-8"),
        ({"headers": [("mode", b"async"), ("mode", b"async")]}, "2 times"),
        ({"headers": [("start-from", None)]}, "write earliest"),
    ],
)
def test_a_wrong_record_is_told_what_is_wrong(change: dict[str, object], told: str) -> None:
    with pytest.raises(BadScriptRecord, match=told):
        parse(**change)


@given(
    key=st.none() | st.binary(max_size=80),
    value=st.none() | st.binary(max_size=200),
    headers=st.lists(
        st.tuples(
            st.sampled_from(["sha256", "mode", "env", "input-topics", "start-from", "error-policy", "x"])
            | st.text(max_size=5),
            st.none() | st.binary(max_size=40),
        ),
        max_size=5,
    ),
)
def test_no_record_does_anything_but_be_taken_or_refused(key, value, headers) -> None:  # type: ignore[no-untyped-def]
    catalog = Catalog()
    change = take(catalog, RegistryRecord(0, 0, key, value, headers))
    assert isinstance(change, ScriptRecord | ScriptRemoval | Refusal)
    catalog.check_invariants()


def take(catalog: Catalog, written: RegistryRecord):  # type: ignore[no-untyped-def]
    return catalog.apply(written.offset, judge(written))


def record(offset: int, name: str, value: bytes | None = JS, **headers: str) -> RegistryRecord:
    pairs = [(key.replace("_", "-"), text.encode()) for key, text in headers.items()]
    return RegistryRecord(offset, offset, name.encode(), value, pairs)


def test_the_last_writer_wins_and_an_empty_value_removes() -> None:
    catalog = Catalog()
    take(catalog, record(0, "a", b"one"))
    take(catalog, record(1, "b", b"two"))
    take(catalog, record(5, "a", b"three"))
    assert {name: script.content for name, script in catalog.scripts.items()} == {"a": b"three", "b": b"two"}
    take(catalog, record(6, "b", None))
    assert list(catalog.scripts) == ["a"]
    assert catalog.next_offset == 7


def test_a_bad_record_leaves_the_version_before_it_and_is_remembered() -> None:
    catalog = Catalog()
    take(catalog, record(0, "a", b"good"))
    refusal = take(catalog, record(1, "a", b"bad", mode="inline"))
    assert isinstance(refusal, Refusal)
    assert refusal.running_offset == 0
    assert catalog.scripts["a"].content == b"good"
    assert "not available" in catalog.refusals["a"].message
    take(catalog, record(2, "a", b"better"))
    assert not catalog.refusals


def test_a_record_read_twice_changes_nothing() -> None:
    catalog = Catalog()
    assert take(catalog, record(3, "a")) is not None
    assert take(catalog, record(3, "a", None)) is None
    assert "a" in catalog.scripts


def test_nonsense_cannot_fill_the_memory() -> None:
    catalog = Catalog()
    for offset in range(ORPHAN_REFUSALS_MAX * 2):
        take(catalog, record(offset, f"n{offset}", JS, mode="?"))
    assert len(catalog.refusals) == ORPHAN_REFUSALS_MAX
    for offset in range(1_000, 1_000 + SCRIPTS_MAX):
        take(catalog, record(offset, f"s{offset}"))
    refusal = take(catalog, record(9_000, "one-too-many"))
    assert isinstance(refusal, Refusal)
    assert "remove one first" in refusal.message
    assert isinstance(take(catalog, record(9_001, "s1000", b"redeployed")), ScriptRecord)
    catalog.check_invariants()


def test_status_shows_headers_of_any_kind() -> None:
    script = parse(headers=[("note", "grüße".encode()), ("blob", b"\xff\x00"), ("env", json.dumps({}).encode())])
    assert dict(script.headers) == {"note": "grüße", "blob": "ff00", "env": "{}"}
