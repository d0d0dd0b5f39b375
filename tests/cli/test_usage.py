"""The command line without a cluster: usage errors, messages when nothing answers, formats, generated projects."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from headrace.cli.lazy import LazyGroup
from headrace.cli.main import main
from headrace.cli.records import formatter
from headrace.client.streams import ConsumedRecord


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, list(arguments))
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def closed_port() -> int:
    """A loopback port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize(
    "arguments",
    [
        ("topic", "list"),
        ("topic", "create", "t"),
        ("topic", "produce", "t"),
        ("group", "list"),
        ("cluster", "info"),
        ("wasm", "list"),
        ("wasm", "describe", "x"),
        ("cluster", "partitions"),
    ],
)
def test_nothing_answers(closed_port: int, arguments: tuple[str, ...]) -> None:
    address = f"127.0.0.1:{closed_port}"
    code, out, err = run("--brokers", address, "--admin", address, *arguments)
    assert (code, out) == (1, "")
    assert address in err
    assert "headrace local up" in err
    assert "Traceback" not in err


def test_a_mistake_in_the_command_is_usage() -> None:
    assert run("topic", "create")[0] == 2
    assert run("nonsense")[0] == 2
    assert run("--brokers", "nonsense", "topic", "list")[0] == 2
    assert run("--brokers", "", "topic", "list")[0] == 2
    assert run("topic", "consume", "t", "--offset", "noon")[0] == 2
    assert run("topic", "consume", "t", "-g", "g", "--partition", "1")[0] == 2
    assert run("local", "up", "--kafka-port", "99999")[0] == 2
    assert run("topic", "alter", "t", "-c", "retention.ms")[0] in {1, 2}


def test_a_format_puts_records_into_any_shape() -> None:
    record = ConsumedRecord("t", 3, 17, 1234, b"k", b"v", (("h", b"1"), ("i", b"")))
    assert formatter("%t/%p@%o %T %k=%v [%h] 100%%\\t\\n")(record) == b"t/3@17 1234 k=v [h=1,i=] 100%\t\n"


@pytest.mark.parametrize(("template", "says"), [("%q", "'%q'"), ("%", "'%'"), ("\\x", "\\x")])
def test_an_unknown_field_of_a_format_is_named(template: str, says: str) -> None:
    code, _, err = run("topic", "consume", "t", "-f", template)
    assert code == 2
    assert says in err


def test_local_commands_without_a_cluster_say_how_to_start_one(tmp_path: Path) -> None:
    for command in (("down",), ("status",), ("kill", "1"), ("start", "1")):
        code, _, err = run("local", *command, "--data-dir", str(tmp_path))
        assert code == 1
        assert "local up" in err


def commands_of(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(group, LazyGroup):
            yield (*path, name), group.entries[name][1], command
        if isinstance(command, click.Group):
            yield from commands_of(command, (*path, name))


def test_every_command_exists_and_helps() -> None:
    found = {" ".join(path): (line, command) for path, line, command in commands_of(main)}
    assert len(found) >= 30
    for name, (line, command) in found.items():
        assert command.help, name
        assert run(*name.split(), "--help")[0] == 0
        # The first words of the line stand in the help itself: it was not changed in one place only.
        assert line.split()[0].rstrip(":,").lower() in command.help.lower(), name


def test_help_imports_no_client() -> None:
    code = (
        "import sys; from headrace.cli.main import main; main(['--help'], standalone_mode=False); print(*sys.modules)"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    loaded = set(out.splitlines()[-1].split())
    heavy = {"asyncio", "aiokafka", "aiohttp", "pydantic", "rich", "yaml"}
    assert not loaded & heavy
    assert not [name for name in loaded if name.startswith("headrace.protocol")]


def test_a_misspelt_command_gets_a_hint() -> None:
    code, _, err = run("topic", "lst")
    assert code == 2
    assert "did you mean 'list'" in err


def test_a_port_in_use_is_named_before_anything_starts(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        code, _, err = run("local", "up", "--data-dir", str(tmp_path / "c"), "--kafka-port", port, "--admin-port", "0")
    assert code == 1
    assert port in err
    assert "--kafka-port" in err


def test_more_nodes_than_there_can_be_are_refused(tmp_path: Path) -> None:
    code, _, err = run("local", "up", "--nodes", "3", "--data-dir", str(tmp_path / "c"))
    assert code == 1
    assert "one node" in err


@pytest.mark.parametrize("name", ["-x", "a b", "x" * 64])
def test_a_project_folder_must_be_a_script_name(tmp_path: Path, name: str) -> None:
    code, _, err = run("wasm", "generate", "--", str(tmp_path / name))
    assert code == 1
    assert "name the folder differently" in err


def test_a_full_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "mine.txt").write_text("mine")
    assert run("wasm", "generate", str(tmp_path / "p"))[0] == 1
    assert [file.name for file in (tmp_path / "p").iterdir()] == ["mine.txt"]


def test_generate_lists_its_files_for_programs(tmp_path: Path) -> None:
    code, out, _ = run("-o", "json", "wasm", "generate", str(tmp_path / "shout"))
    assert code == 0
    files = [Path(row["file"]) for row in json.loads(out)]
    assert all(file.exists() for file in files)
    assert "__NAME__" not in "".join(file.read_text() for file in files)
