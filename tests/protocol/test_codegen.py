"""The generator: its output is what is committed, and a manifest outside the grammar is refused with file and line."""

from pathlib import Path

import pytest

import headrace.protocol
from headrace.protocol.codegen.__main__ import generate, main, stale_files
from headrace.protocol.codegen.emit import emit_module
from headrace.protocol.codegen.parse import NEVER, ManifestError, Versions, parse_manifest

PROTOCOL = Path(headrace.protocol.__file__).parent
HEAD = "api Thing\nkey 99\nversions 0-3\nadvertise 0-3\nflexible 2+\n\n"


def manifest(request: str, head: str = HEAD) -> str:
    return f"{head}request\n{request}\nresponse\n    error_code  int16\n"


def test_generated_modules_are_what_the_manifests_say() -> None:
    assert stale_files(generate(PROTOCOL / "manifests"), PROTOCOL / "generated") == []
    assert main(["--check"]) == 0


def test_generating_twice_gives_the_same_bytes() -> None:
    assert generate(PROTOCOL / "manifests") == generate(PROTOCOL / "manifests")


def test_check_names_changed_missing_and_left_over_files(tmp_path: Path) -> None:
    files = generate(PROTOCOL / "manifests")
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    assert stale_files(files, tmp_path) == []
    (tmp_path / "k00_produce.py").write_text(files["k00_produce.py"] + "\n")
    (tmp_path / "k01_fetch.py").unlink()
    (tmp_path / "k99_thing.py").write_text("")
    assert stale_files(files, tmp_path) == ["k00_produce.py", "k01_fetch.py", "k99_thing.py"]


def test_a_manifest_must_have_the_name_of_its_key(tmp_path: Path) -> None:
    (tmp_path / "98_thing.api").write_text(manifest("    name  string"))
    with pytest.raises(ManifestError, match=r"must be named 99_thing\.api"):
        generate(tmp_path)


def test_usage() -> None:
    assert main(["--chekc"]) == 2


def test_parse() -> None:
    parsed = parse_manifest(manifest("    things  []struct?1+  @1+  # a comment\n        id  int32  = -1"), "x.api")
    things = parsed.messages["request"].fields[0]
    assert (things.is_array, things.versions, things.nullable) == (True, Versions(1, 3), Versions(1, 3))
    assert things.class_name == "ThingRequestThings"
    assert (things.fields[0].default, things.fields[0].versions) == ("-1", Versions(1, 3))
    assert parsed.flexible_from == 2
    assert parse_manifest(manifest("", HEAD.replace("2+", "none")), "x.api").flexible_from == NEVER


def test_struct_names_take_the_whole_path_only_where_they_would_collide() -> None:
    text = manifest(
        "    topics  []struct\n        name  string\n        parts  []struct\n            id  int32\n"
        "    groups  []struct\n        topics  []struct\n            name  string"
    )
    topics, groups = parse_manifest(text, "x.api").messages["request"].fields
    assert topics.class_name == "ThingRequestTopics"
    assert topics.fields[1].class_name == "ThingRequestParts"
    assert groups.fields[0].class_name == "ThingRequestGroupsTopics"


def test_versions_of_the_same_shape_share_one_function() -> None:
    source = emit_module(parse_manifest(manifest("    a  int32\n    b  int32  @1+"), "x.api"))
    assert "def _decode_request_v0(" in source
    assert "def _decode_request_v1(" in source
    assert "def _decode_request_v3(" not in source
    assert "3: _decode_request_v2," in source


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("    name  text", "bad name or type"),
        ("    class  string", "bad name or type"),
        ("    Name  string", "cannot read the field"),
        ("    flags  []bool", "bad name or type"),
        ("    name  string  @2-9", "outside 0-3"),
        ("    name  string  @3-2", "outside 0-3"),
        ("    name  string  tag 0", "tagged fields exist in flexible versions only"),
        ("    name  string  = null", "the default is null"),
        ("    blob  records", "always nullable"),
        ("    inner  struct\n        id  int32", "tagged or nullable"),
        ("    inner  []struct", "a struct has fields"),
        ("    name  string\n        id  int32", "a struct has fields"),
        ("   name  string", "four spaces"),
        ("    name  string\n    name  int8", "same name"),
        ("    name  string  default 3", "cannot read the field"),
    ],
)
def test_bad_fields(text: str, complaint: str) -> None:
    with pytest.raises(ManifestError, match=complaint) as raised:
        parse_manifest(manifest(text), "99_thing.api")
    assert str(raised.value).startswith("99_thing.api:")


@pytest.mark.parametrize(
    "text",
    ["", "api Thing\n", manifest("    a  int8").replace("key 99", "kee 99"),
     manifest("    a  int8").replace("0-3", "x"),
     "    a  int8\n" + manifest(""), manifest("    a  int8").replace("response", "answer")],
)  # fmt: skip
def test_bad_heads(text: str) -> None:
    with pytest.raises(ManifestError):
        parse_manifest(text, "99_thing.api")
