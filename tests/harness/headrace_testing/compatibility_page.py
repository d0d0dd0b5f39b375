"""docs/kafka-compatibility.md: what this broker offers and where it differs from Apache Kafka.

Made of the versions that the code advertises, the notes in tests/differential/apis.yaml, a template beside them and the
very list of differences that the differential suite reads, so the page cannot list what the tests do not hold.
`python -m headrace_testing.compatibility_page` writes it, `--check` fails when it is out of date.
"""

from __future__ import annotations

import argparse
import sys

import yaml

from headrace.protocol.api_table import APIS
from headrace_testing.differential import KnownDifference, load_known
from headrace_testing.requirements import ROOT

PAGE = ROOT / "docs" / "kafka-compatibility.md"
DIFFERENTIAL = ROOT / "tests" / "differential"
REMAKE = "PYTHONPATH=tests/harness python -m headrace_testing.compatibility_page"


def page() -> str:
    notes = yaml.safe_load((DIFFERENTIAL / "apis.yaml").read_text())
    if missing := {api.name for api in APIS.values()} ^ set(notes):
        raise SystemExit(f"apis.yaml and the advertised APIs differ in: {', '.join(sorted(missing))}")
    rows = [
        f"| {api.key} | {api.name} | {api.min_version} to {api.max_version} | {notes[api.name]} |"
        for api in sorted(APIS.values(), key=lambda api: api.key)
    ]
    known = load_known(DIFFERENTIAL / "known_differences.yaml")
    template = (DIFFERENTIAL / "kafka-compatibility.template.md").read_text()
    differences = "".join(_entry(difference) for difference in known)
    return template.format(remake=REMAKE, apis="\n".join(rows) + "\n", differences=differences)


def _entry(difference: KnownDifference) -> str:
    where = ", ".join(f"`{pattern}`" for pattern in difference.scenarios)
    rows = {"Kafka": difference.kafka, "Headrace": difference.headrace, "Why": difference.reason, "Seen in": where}
    title = f"{difference.name[0].upper()}{difference.name[1:]}"
    return f"\n### {title}\n\n" + "".join(f"* {name}: {text}\n" for name, text in rows.items())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, fail when the page is out of date")
    if not parser.parse_args().check:
        PAGE.write_text(page())
        return 0
    if PAGE.exists() and PAGE.read_text() == page():
        return 0
    sys.stderr.write(f"{PAGE.relative_to(ROOT)} is out of date: run {REMAKE}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
