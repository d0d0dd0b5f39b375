"""Pages that name files, commands or decisions stay true."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "node" / "headrace"


def test_the_way_of_a_record_names_files_that_exist() -> None:
    page = (ROOT / "docs" / "ARCHITECTURE.md").read_text()
    named = set(re.findall(r"`([a-z_]+(?:/[a-z_]+)*\.py)`", page))
    assert len(named) >= 11
    assert [name for name in sorted(named) if not (PACKAGE / name).exists()] == []


def test_every_package_has_its_row() -> None:
    page = (ROOT / "docs" / "ARCHITECTURE.md").read_text()
    packages = {folder.parent.name for folder in PACKAGE.glob("*/__init__.py")}
    assert [name for name in sorted(packages) if f"`{name}`" not in page] == []


def test_decisions_are_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    index = (folder / "README.md").read_text()
    for page in folder.glob("[0-9]*.md"):
        assert f"]({page.name})" in index


@pytest.mark.parametrize("page", ["README.md", *(str(p.relative_to(ROOT)) for p in (ROOT / "docs").rglob("*.md"))])
def test_links_lead_somewhere(page: str) -> None:
    file = ROOT / page
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", file.read_text())
    assert [target for target in targets if not (file.parent / target).exists()] == []
