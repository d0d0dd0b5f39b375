"""`python -m headrace.transforms.engines.check`: what the command line and people get told of a script."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from headrace.transforms.engines import check
from headrace_testing.scripts import ROOT


def told(*arguments: object) -> tuple[int, dict, str]:
    done = subprocess.run(
        [sys.executable, "-m", "headrace.transforms.engines.check", *map(str, arguments), "-o", "json"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return done.returncode, json.loads(done.stdout) if done.stdout else {}, done.stderr


def script(folder: Path, text: str | bytes, name: str = "main.js") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def lines(folder: Path, text: str) -> Path:
    path = folder / "records"
    path.write_text(text)
    return path


def test_a_script_that_loads(tmp_path: Path) -> None:
    records = lines(tmp_path, "hello\n\nworld\n")
    code, report, _ = told(ROOT / "examples/allcaps/main.js", "--name", "allcaps", "--records", records)
    assert code == 0
    assert report["error"] is None
    assert (report["name"], report["language"], report["subscriptions"]) == ("allcaps", "js", ["tiktok"])
    assert report["inputs"] == [{"topic": "tiktok", "start_from": "earliest"}]
    assert [(row["output"], row["value"]) for row in report["outputs"]] == [("allcaps", "HELLO"), ("allcaps", "WORLD")]


def test_a_script_that_does_not_load_says_where_in_the_file(tmp_path: Path) -> None:
    code, report, _ = told(script(tmp_path, "const a = 1;\nconst b = ;\n"), "--name", "other-name")
    assert code == 1
    assert report["error"]["kind"] == "load"
    assert report["error"]["where"] == "main.js:2:11"
    assert "unexpected token" in report["error"]["message"]


def test_a_script_that_fails_on_a_record(tmp_path: Path) -> None:
    text = "engine.processRecord((b) => { console.log('seen');\n b.records[0].value.json().a.b; return new Map(); })"
    code, report, _ = told(script(tmp_path, text), "--records", lines(tmp_path, '{"c": 1}\n'))
    assert (code, report["error"]["kind"], report["error"]["where"]) == (1, "thrown", "main.js:2:21")
    assert report["logs"] == [{"level": "info", "text": "seen"}]


def test_json_lines_are_whole_records(tmp_path: Path) -> None:
    given = [
        {"key": "k", "value": {"ssn": 1, "a": 2}, "headers": {"h": "v", "n": None}, "timestamp": 5},
        {"value": '{"ssn": 2}'},
        {"key": "gone", "value": None},
    ]
    records = lines(tmp_path, "\n".join(map(json.dumps, given)))
    code, report, _ = told(ROOT / "sdk/c/examples/drop_field.wasm", "--name", "scrubbed", "--records", records)
    assert (code, report["language"], report["subscriptions"]) == (0, "wasm", [])
    assert report["outputs"][0] == {
        "output": "scrubbed",
        "key": "k",
        "value": '{"a":2}',
        "headers": {"h": "v", "n": None},
        "timestamp": 5,
    }
    assert [row["value"] for row in report["outputs"][1:]] == ["{}", None]


def test_bytes_that_are_no_text_are_told_in_base64_too(tmp_path: Path) -> None:
    text = "engine.processRecord((b) => new Map([['out', {...b, records: [{value: Buffer.from([255, 0])}]}]]))"
    _, report, _ = told(script(tmp_path, text), "--records", lines(tmp_path, "x\n"))
    assert report["outputs"][0]["value_base64"] == "/wA="


def test_variables_and_topic_reach_the_script(tmp_path: Path) -> None:
    text = """engine.subscribe(['a', 'b']);
        engine.processRecord((b) => { console.log(engine.env.CITY); return new Map(); })"""
    _, report, _ = told(
        script(tmp_path, text), "--var", "CITY=Oslo", "--topic", "b", "--records", lines(tmp_path, "x\n")
    )
    assert [line["text"] for line in report["logs"]] == ["Oslo"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["no-such-file.js"], "No such file"),
        (["main.js", "--records", "no-such-records"], "No such file"),
    ],
)
def test_what_cannot_be_read(tmp_path: Path, arguments: list[str], message: str) -> None:
    script(tmp_path, "")
    paths = [str(tmp_path / item) if not item.startswith("-") else item for item in arguments]
    code, report, error = told(*paths)
    assert (code, report) == (2, {})
    assert message in error


def test_huge_files_are_refused_before_they_are_loaded(tmp_path: Path) -> None:
    report = check.check(script(tmp_path, b"//" + bytes(50_000_000)), name="huge")
    assert "50000002 bytes, 10485760 are allowed" in report["error"]["message"]


def test_bad_sample_records_are_named() -> None:
    with pytest.raises(Exception, match="record 1: timestamp must be milliseconds"):
        check.sample_records('{"value": "x", "timestamp": "now"}')
    with pytest.raises(Exception, match="record 1: headers must be an object"):
        check.sample_records('{"value": "x", "headers": [1]}')


def test_text_for_people(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "headrace.transforms.engines.check", str(ROOT / "examples/allcaps/main.js")],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "reads tiktok from earliest" in done.stdout
