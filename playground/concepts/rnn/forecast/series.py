"""The series: carried, or the chosen column of a visitor's table. L values in order of time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playground.concepts.rnn.forecast.knobs import Knobs
from playground.data.bundled import bundled
from playground.data.own import sheets, store
from playground.data.published import DataError

LEAST, MOST = 60, 1000  # values of an own series; of a longer one the newest are taken
LARGEST = 1e12  # squares of errors then still have all their digits
START = 1958 + 2 / 12  # of the carried CO2 series

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Series:
    """`values` (L,) at `times` (L,); `missing` of them are drawn between neighbours, `dropped` older ones left out."""

    values: Values
    times: Values
    missing: int = 0
    dropped: int = 0


def series(knobs: Knobs) -> Series:
    """The series that the knobs name. Raises DataError with one sentence."""
    return READERS[knobs.series](knobs)


def monthly(dates: np.ndarray, values: np.ndarray) -> np.ndarray:
    """The mean of each month, from values (N,) at dates YYYYMMDD; NaN where a month has none."""
    months = (dates // 10000 * 12 + dates // 100 % 100).astype(int)
    months, known = months - months[0], ~np.isnan(values)
    counts = np.bincount(months[known], minlength=months[-1] + 1)
    sums = np.bincount(months[known], values[known], minlength=months[-1] + 1)
    means: np.ndarray = np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)
    return means


def filled(values: np.ndarray) -> np.ndarray:
    """The values without missing ends (NaN), and drawn straight between neighbours where others are missing."""
    known = np.flatnonzero(~np.isnan(values))
    drawn: np.ndarray = np.interp(np.arange(known[0], known[-1] + 1), known, values[known])
    return drawn


def _sunspots(knobs: Knobs) -> Series:
    years, values = np.loadtxt(bundled("sunspots.csv"), delimiter=",", skiprows=1, unpack=True)
    return Series(values, years)


def _co2(knobs: Knobs) -> Series:
    dates, weekly = np.genfromtxt(bundled("co2.csv"), delimiter=",", skip_header=1, unpack=True)
    means = monthly(dates, weekly)
    return Series(filled(means), START + np.arange(len(means)) / 12, int(np.isnan(means).sum()))


def _stocks(knobs: Knobs) -> Series:
    return Series(knobs.prices, np.arange(len(knobs.prices), dtype=np.float64))


def _own(knobs: Knobs) -> Series:
    """The column that a visitor chose. Raises DataError."""
    if not knobs.table:
        raise DataError("Choose a table under Own table: a CSV file with a header and a row for each step of time.")
    sheet = sheets.read(store.plain("table", knobs.table))
    name = knobs.column.strip() or first_series(sheet)
    column = sheet.numbers(name)
    if np.isnan(column).all():
        raise DataError(f"The column {name[:40]!r} holds no number.")
    values = filled(column)
    _check(name, values, float(np.isnan(column[-MOST:]).mean()))
    kept = values[-MOST:]
    start = int(np.flatnonzero(~np.isnan(column))[-1]) + 1 - len(kept)
    rows = slice(start, start + len(kept))
    return Series(kept, np.arange(rows.start + 1, rows.stop + 1, dtype=np.float64), int(np.isnan(column[rows]).sum()),
                  len(values) - len(kept))  # fmt: skip


def first_series(sheet: sheets.Sheet) -> str:
    """The first column of numbers that neither counts the rows nor stays the same. Raises DataError."""
    numeric = sheet.numeric()
    if not numeric:
        raise DataError(f"The table has no column of numbers: its columns are {sheets.named(sheet.columns)}.")
    return next((name for name in numeric if not _is_even(sheet.numbers(name))), numeric[0])


def _is_even(column: Values) -> bool:
    """Whether a column changes by the same from each row to the next."""
    moves = np.diff(column)
    return bool((moves == moves[:1]).all())


def _check(name: str, values: Values, missing: float) -> None:
    """Raises DataError where a column is no series that can be forecast."""
    said = f"The column {name[:40]!r}"
    if len(values) < LEAST:
        raise DataError(f"{said} has {len(values)} values in a row; a forecast needs at least {LEAST}.")
    if missing > 0.5:
        raise DataError(f"{said} lacks {missing:.0%} of its values; at most half may be missing.")
    if np.abs(values).max() > LARGEST:
        raise DataError(f"{said} holds numbers beyond {LARGEST:g}: divide it first.")
    if values.min() == values.max():
        raise DataError(f"{said} is {values[0]:g} throughout: there is nothing to forecast.")


READERS: dict[str, Callable[[Knobs], Series]] = {
    "sunspots": _sunspots,
    "co2": _co2,
    "stocks": _stocks,
    "own": _own,
}
