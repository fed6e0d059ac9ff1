"""What a scenario measures: a value beside the bound that it has to keep."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

AGAIN = 5.0  # seconds in which the app has to serve during and after a fault
LINE = "{name:<34} {value:>10} {unit:<9} {bound:>9} {ok}"


@dataclass(frozen=True)
class Figure:
    """A named value in a unit, which may be at most `most` and at least `least`."""

    name: str
    value: float
    unit: str
    most: float | None = None
    least: float | None = None

    @property
    def ok(self) -> bool:
        """Whether the bounds are kept. NaN keeps none."""
        above = self.least is None or self.value >= self.least
        return above and (self.most is None or self.value <= self.most)

    @property
    def bound(self) -> str:
        """The bounds as text; nothing where the value is only told."""
        if self.most is not None and self.most == self.least:
            return f"= {self.most:g}"
        parts = [f"{sign} {value:g}" for sign, value in ((">=", self.least), ("<=", self.most)) if value is not None]
        return " ".join(parts)

    def line(self) -> str:
        """A row of the table: name, value, unit, bound, and whether it is kept."""
        verdict = "" if not self.bound else "ok" if self.ok else "FAILS"
        value = f"{self.value:.0f}" if abs(self.value) >= 1000 else f"{self.value:.4g}"
        return LINE.format(name=self.name, value=value, unit=self.unit, bound=self.bound, ok=verdict).rstrip()

    def row(self) -> dict[str, object]:
        """The figure for machines."""
        return {"name": self.name, "value": self.value, "unit": self.unit, "bound": self.bound, "ok": self.ok}


def exactly(name: str, value: float, wanted: float, unit: str = "") -> Figure:
    """A figure that has one right value."""
    return Figure(name, value, unit, most=wanted, least=wanted)


def seconds_until(true: Callable[[], object], patience: float) -> float:
    """Seconds until a condition holds; infinity where it does not within the patience."""
    began = time.monotonic()
    while not true():
        if time.monotonic() - began > patience:
            return float("inf")
        time.sleep(0.1)
    return time.monotonic() - began
