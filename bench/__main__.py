"""`python -m bench`: run the benchmarks, print every figure with its bar and verdict, write bench-out/.

Exit code 0 when every bar was met or could not be judged, 1 when one was missed, 2 for a wrong call. `--quick` only
proves that the code runs: small counts, one round, exit code 0 whatever the figures say.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from bench import ROOT, broker_section, engine_section, pipeline_section, report
from bench.figures import Figure, Samples

SECTIONS = ("broker", "engines", "pipeline")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", default=",".join(SECTIONS), help=f"sections, of {', '.join(SECTIONS)}; default: all")
    parser.add_argument("--rounds", type=int, default=4, help="rounds that count (default 4)")
    parser.add_argument("--warm-up", type=int, default=3, help="rounds thrown away (default 3)")
    parser.add_argument("--quick", action="store_true", help="smoke test: small counts, one round, no verdict")
    parser.add_argument("--out", type=Path, default=ROOT / "bench-out")
    arguments = parser.parse_args()
    if unknown := set(arguments.only.split(",")) - set(SECTIONS):
        parser.error(f"no such section: {', '.join(sorted(unknown))}")
    if arguments.rounds < 1 or arguments.warm_up < 0:
        parser.error("--rounds must be at least 1 and --warm-up at least 0")
    return arguments


def main() -> int:
    arguments = _arguments()
    quick: bool = arguments.quick
    began = time.monotonic()

    def say(text: str) -> None:
        sys.stderr.write(f"[{time.monotonic() - began:6.1f} s] {text}\n")
        sys.stderr.flush()

    figures: list[Figure] = []
    samples: dict[str, Samples] = {}
    only = arguments.only.split(",")
    rounds, warm_up = (1, 0) if quick else (arguments.rounds, arguments.warm_up)
    if "broker" in only:
        plan = broker_section.Plan(rounds, warm_up, divide=50 if quick else 1, fsync_rounds=0 if quick else 2)
        section, samples["broker"] = broker_section.run(plan, say)
        figures += section
    if "engines" in only:
        figures += engine_section.run(0.5 if quick else 4, 5 if quick else engine_section.SCRIPTS, say)
    if "pipeline" in only:
        # Streams needs more rounds than a broker before its compiler settles.
        way = pipeline_section.Plan(rounds, warm_up + 1)
        if quick:
            way = pipeline_section.QUICK
        section, samples["pipeline"] = pipeline_section.run(way, say)
        figures += section
    sys.stdout.write(report.table(figures) + "\n")
    if quick:
        sys.stdout.write("\na smoke test: these figures mean nothing, a cold JVM least of all\n")
    report.write(arguments.out, figures, samples, {key: str(value) for key, value in vars(arguments).items()})
    sys.stdout.write(f"\nwritten to {arguments.out}/bench.{{json,md,png}} in {time.monotonic() - began:.0f} s\n")
    missed = [figure for figure in figures if figure.verdict == "MISSED"]
    if missed and not quick:
        sys.stdout.write(f"{len(missed)} of {sum(f.bar is not None for f in figures)} bars missed\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
