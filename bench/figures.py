"""What is measured and how it is judged: samples per round, bars, verdicts.

No measuring and no printing here. A `Figure` is one line of the table; where it has a bar, it has a verdict too.
"""

from __future__ import annotations

import statistics
from collections import defaultdict
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Bar:
    """`value` must not be above (or, with `at_least`, below) `limit`."""

    limit: float
    at_least: bool = False

    def met(self, value: float) -> bool:
        return value >= self.limit if self.at_least else value <= self.limit

    def __str__(self) -> str:
        return f"{'>=' if self.at_least else '<='} {self.limit:g}"


@dataclass(frozen=True)
class Figure:
    """One line of the report. `value` is the figure that the bar is about; `detail` says what else was seen."""

    section: str
    name: str
    unit: str
    value: float | None
    bar: Bar | None = None
    detail: str = ""

    @property
    def text(self) -> str:
        """The value with its unit, as a person reads it."""
        if self.value is None:
            return f"- {self.unit}"
        return f"{self.value:,.0f} {self.unit}" if self.value >= 1000 else f"{self.value:.3g} {self.unit}"

    @property
    def bar_text(self) -> str:
        return str(self.bar) if self.bar else ""

    @property
    def verdict(self) -> str:
        if self.bar is None:
            return ""
        if self.value is None:
            return "not measured"
        return "pass" if self.bar.met(self.value) else "MISSED"

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"bar": self.bar_text or None, "verdict": self.verdict}


@dataclass
class Samples:
    """Values by (case, side, measure), one per round that counts."""

    values: dict[tuple[str, str, str], list[float]] = field(default_factory=lambda: defaultdict(list))
    #: Whom ratios compare with.
    peer: str = "kafka"

    def add(self, case: str, side: str, **measures: float) -> None:
        for measure, value in measures.items():
            self.values[case, side, measure].append(value)

    def minimum(self, case: str, side: str, measure: str) -> float | None:
        values = self.values.get((case, side, measure))
        return min(values) if values else None

    def median(self, case: str, side: str, measure: str) -> float | None:
        values = self.values.get((case, side, measure))
        return statistics.median(values) if values else None

    def ratio(self, case: str, measure: str, ours: str = "headrace", *, of: str = "minimum") -> float | None:
        """Ours over the peer's, minimum with minimum (or median with median)."""
        pick = self.minimum if of == "minimum" else self.median
        mine, theirs = pick(case, ours, measure), pick(case, self.peer, measure)
        return mine / theirs if mine is not None and theirs else None

    def span(self, case: str, side: str, measure: str, digits: int = 2) -> str:
        """`minimum .. median`, or `-`."""
        low, middle = self.minimum(case, side, measure), self.median(case, side, measure)
        return "-" if low is None or middle is None else f"{low:.{digits}f} .. {middle:.{digits}f}"
