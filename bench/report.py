"""The table, the JSON and the plot of one run."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure as Canvas

from bench.figures import Figure, Samples

PLOT_SIZE_INCHES = (11, 5.5)


def machine() -> dict[str, Any]:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return {
        "cpu": models[0] if models else platform.processor(),
        "cpus": os.cpu_count(),
        "load_average": os.getloadavg()[0],
        "kernel": platform.release(),
        "python": platform.python_version(),
    }


def _cells(figure: Figure) -> tuple[str, ...]:
    return (figure.section, figure.name, figure.text, figure.bar_text, figure.verdict, figure.detail)


def table(figures: Sequence[Figure]) -> str:
    """Lines of: section, what, figure, bar, verdict, what else was seen."""
    rows = [("section", "what", "figure", "bar", "", "seen"), *(_cells(figure) for figure in figures)]
    widths = [max(len(row[i]) for row in rows) for i in range(5)] + [0]
    return "\n".join("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)) for row in rows)


def markdown(figures: Sequence[Figure]) -> str:
    rows = [("section", "what", "figure", "bar", "", "seen"), ("---",) * 6, *(_cells(figure) for figure in figures)]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def write(folder: Path, figures: Sequence[Figure], samples: dict[str, Samples], arguments: dict[str, Any]) -> None:
    """`bench.json`, `bench.md` and `bench.png` in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    everything = {
        "machine": machine(),
        "arguments": arguments,
        "figures": [figure.as_dict() for figure in figures],
        "samples": {
            section: [
                {"case": case, "side": side, "measure": measure, "values": values}
                for (case, side, measure), values in of_section.values.items()
            ]
            for section, of_section in samples.items()
        },
    }
    (folder / "bench.json").write_text(json.dumps(everything, indent=1) + "\n")
    (folder / "bench.md").write_text(markdown(figures))
    plot(folder / "bench.png", figures, samples)


def plot(file: Path, figures: Sequence[Figure], samples: dict[str, Samples]) -> None:
    """Left: ratios to Kafka with their bars. Right: CPU per record along the whole way, where it was measured."""
    canvas = Canvas(figsize=PLOT_SIZE_INCHES)
    left, right = canvas.subplots(1, 2)
    ratios = [figure for figure in figures if figure.value is not None and figure.unit.startswith("x ")]
    colours = ["#b03a2e" if figure.verdict == "MISSED" else "#2e6f95" for figure in ratios]
    left.barh([figure.name for figure in ratios], [figure.value or 0 for figure in ratios], color=colours)
    for row, figure in enumerate(ratios):
        if figure.bar is not None:
            left.plot([figure.bar.limit] * 2, [row - 0.4, row + 0.4], color="black", linewidth=2)
    left.axvline(1, color="grey", linestyle=":")
    left.invert_yaxis()
    left.set_title("Headrace / peer (less is better; black: the bar)", fontsize=9)
    left.tick_params(labelsize=7)
    way = samples.get("pipeline")
    if way is not None:
        _plot_way(right, way)
    else:
        right.axis("off")
    canvas.tight_layout()
    canvas.savefig(file, dpi=130)


def _plot_way(axes: Any, way: Samples) -> None:
    measured = {case for case, _, measure in way.values if measure == "us_per_record"}
    cases = sorted(measured, key=lambda case: int(case.split()[0]))
    sides = [side for side in ("wasm", "js", "kafka") if way.minimum(cases[0], side, "us_per_record") is not None]
    width = 0.8 / len(sides)
    for index, side in enumerate(sides):
        heights = [way.minimum(case, side, "us_per_record") or 0 for case in cases]
        places = [row + index * width for row in range(len(cases))]
        axes.bar(places, heights, width, label="Kafka + Streams" if side == "kafka" else f"Headrace, {side}")
    axes.set_xticks([row + 0.4 - width / 2 for row in range(len(cases))], cases)
    axes.set_ylabel("us of CPU per record, client left out")
    axes.set_title("produce, transform, output readable", fontsize=9)
    axes.legend(fontsize=8)
