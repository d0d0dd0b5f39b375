"""Write docs/settings.md from the setting tables, or check that it is what the tables say.

`python -m headrace.contract.settings_page [--check]`, from the repository root; `make generate` and `make check` call
it. It must not know anything that is not in the tables: whoever wants the page to say more says it there.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from headrace.contract.setting_types import LONG_MAX, Setting
from headrace.contract.settings import NODE_SETTINGS, TOPIC_SETTINGS

PAGE = Path("docs/settings.md")

_HEAD = """\
# Settings

Generated from `node/headrace/contract/*_setting_table.py` by `python -m headrace.contract.settings_page`; do not edit.

Names, types, defaults and precedence are Apache Kafka's (4.1), as far as it has them; ours begin with `headrace.`. A
setting that is accepted does what it says. Settings that Kafka clients expect to see, but whose other values are not
implemented, are listed at the end of each part: any value but the default is refused with the reason.

Precedence for a topic: the topic's own setting, then the node setting set for this node while it runs, then for all
nodes, then the node's configuration file, then the default. Change topic settings with `headrace topic alter` or any
Kafka tool (`kafka-configs.sh --entity-type topics`), node settings while running with `--entity-type brokers`.
Materialised topics take settings like any other topic; for internal topics `cleanup.policy` cannot be changed.
"""


def page() -> str:
    """The whole page."""
    topic = sorted(TOPIC_SETTINGS.values(), key=lambda setting: setting.name)
    node = [setting for setting in NODE_SETTINGS.values() if not setting.derived]
    derived = [setting for setting in NODE_SETTINGS.values() if setting.derived]
    parts = [
        _HEAD,
        "## Topic settings\n",
        _topic_table(setting for setting in topic if not setting.only),
        "### Listed, but fixed\n",
        _fixed_table(setting for setting in topic if setting.only),
        "## Node settings\n",
        "In the node's configuration (`--set name=value`, `HEADRACE_NAME`, or a line of the file). *Live* ones can\n"
        "also be changed by clients while the node runs, for one node or for all.\n",
        _node_table(setting for setting in node if not setting.only),
        "### Listed, but fixed\n",
        _fixed_table(setting for setting in node if setting.only),
        "### Shown to clients, set by the node's own keys\n",
        _derived_table(derived),
    ]
    return "\n".join(parts)


def _topic_table(settings: Iterable[Setting]) -> str:
    rows = [(_code(s.name), s.type.name.lower(), _value(s.default), s.allowed, _synonyms(s), s.doc) for s in settings]
    return _table(("setting", "type", "default", "allowed", "node setting that gives the default", "meaning"), rows)


def _node_table(settings: Iterable[Setting]) -> str:
    rows = [
        (_code(s.name), s.type.name.lower(), _node_default(s), s.allowed, "live" if s.dynamic else "", s.doc)
        for s in settings
    ]
    return _table(("setting", "type", "default", "allowed", "", "meaning"), rows)


def _fixed_table(settings: Iterable[Setting]) -> str:
    rows = [(_code(s.name), _value(s.default), s.doc, s.only) for s in settings]
    return _table(("setting", "value", "what it would be", "why nothing else"), rows)


def _derived_table(settings: Iterable[Setting]) -> str:
    return _table(("setting", "meaning"), [(_code(s.name), s.doc) for s in settings])


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [_line(head), _line(tuple("---" for _ in head)), *(_line(row) for row in rows)]
    return "\n".join(lines) + "\n"


def _line(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _code(text: str) -> str:
    return f"`{text}`"


def _value(text: str | None) -> str:
    if text is None:
        return "not set"
    if text == str(LONG_MAX):
        return "2^63-1"
    return _code(text) if text else "empty"


def _node_default(setting: Setting) -> str:
    if setting.kafka_default is None:
        return _value(setting.default)
    return f"{_value(setting.default)} (Kafka: {_value(setting.kafka_default)})"


def _synonyms(setting: Setting) -> str:
    return ", ".join(_code(name) for name, _ in setting.synonyms)


def main(arguments: list[str]) -> int:
    """Exit code 0: written, or up to date."""
    if arguments not in ([], ["--check"]):
        sys.stderr.write("usage: python -m headrace.contract.settings_page [--check]\n")
        return 2
    wanted = page()
    if not arguments:
        PAGE.write_text(wanted, encoding="utf-8")
        return 0
    if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != wanted:
        sys.stderr.write(f"{PAGE} is not what the setting tables say; run: python -m headrace.contract.settings_page\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
