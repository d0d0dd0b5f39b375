"""`operator/` and `node/` are source roots: with an `__init__.py` they would shadow the standard library's
`operator`."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_source_roots_are_not_packages() -> None:
    for name in ("node", "operator", "tests"):
        assert not (ROOT / name / "__init__.py").exists()


def test_no_test_folder_bears_a_standard_library_name() -> None:
    for init in ROOT.joinpath("tests").rglob("__init__.py"):
        assert init.parent.name not in sys.stdlib_module_names


def test_standard_library_operator_wins_from_the_repository_root() -> None:
    # -S keeps .pth files out: an editable install may import operator early and hide the fault.
    out = subprocess.run(
        [sys.executable, "-S", "-c", "import operator; print(operator.__file__)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert out.stdout.strip().endswith("operator.py")
    assert str(ROOT) not in out.stdout
