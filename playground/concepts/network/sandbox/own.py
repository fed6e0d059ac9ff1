"""A visitor's own points: painted on the plane, or two columns of a table with what is to be predicted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from playground.data import painted
from playground.data.own import sheets, store
from playground.data.own.sheets import Sheet, number
from playground.data.published import DataError

STARTING = (
    "TXQMopTH4M4BS4gNHZSZINmxRpoOWRQqIPVxPqgQVZOawRlJNK4S1BL64UFBKqwVVJJqgWVZIqI"
    "XVxHpoYWRG5IZGxGYgZnZF34aIBF3QaIpOHhR4YNIJS3wLX5UoALXBUo4NGxS5I"
)
"""Two hooked arms of two classes: what is there before a visitor paints."""

REACH = 1.3  # of the plane on which points are painted
FEWEST, MOST_ROWS, MOST_CLASSES, LONGEST_NAME = 8, 2000, 8, 24
OwnError = DataError


@dataclass(frozen=True)
class Own:
    """Points (N, 2) with targets (N,): classes, called `names`, or numbers; `columns` name the axes and the target.

    `left_out` are the rows of the table, counted as in the file, that lack a value.
    """

    inputs: NDArray[np.float64]
    targets: NDArray[np.int64] | NDArray[np.float64]
    names: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    left_out: tuple[int, ...] = ()


def painted_points(text: str) -> Own:
    """The painted points on the plane. Raises OwnError where they are too few or all of one class."""
    places, labels = painted.points(text)
    if len(labels) < FEWEST or len(set(labels.tolist())) < 2:
        raise OwnError(f"Paint at least {FEWEST} points of two classes: choose a colour above the picture, then click.")
    names = tuple(f"class {i}" for i in range(int(labels.max()) + 1))
    return Own((2 * places - 1) * REACH, labels, names)


@lru_cache(maxsize=16)
def table_points(key: str, columns: tuple[str, str, str], classes: bool) -> Own:
    """The first 2,000 rows of a table, of the columns across, up and to predict; one without a name is chosen.

    Raises OwnError with one sentence where the table, a column or a row cannot be used.
    """
    if not key:
        raise OwnError("Choose a CSV file: two columns of numbers, and a column to predict.")
    sheet = sheets.read(store.plain("table", key))
    across, up, target = chosen(sheet, columns)
    values = np.stack([sheet.numbers(across), sheet.numbers(up)], 1)[:MOST_ROWS]
    cells = sheet.cells(target)[:MOST_ROWS]
    whole = np.isfinite(values).all(1) & np.array([cell.strip().lower() not in sheets.MISSING for cell in cells])
    if whole.sum() < FEWEST:
        raise OwnError(f"Only {whole.sum()} rows of the table have all three values; at least {FEWEST} are needed.")
    kept = [cell for cell, here in zip(cells, whole, strict=True) if here]
    targets, names = labelled(kept, target) if classes else (numbers(sheet, target, whole), ())
    left_out = tuple(int(row) + 2 for row in np.flatnonzero(~whole))
    return Own(values[whole], targets, tuple(map(plain, names)), tuple(map(plain, (across, up, target))), left_out)


def plain(name: str) -> str:
    """A visitor's word for a chart: short, and nothing in it that Plotly would take for markup."""
    short = name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
    return short.replace("&", "＆").replace("<", "‹").replace(">", "›")


def chosen(sheet: Sheet, columns: Sequence[str]) -> tuple[str, str, str]:
    """The names of the three columns; those not named are the first numeric ones, and the last column that is left."""
    across, up, target = columns
    free = [name for name in sheet.numeric() if name not in columns]
    if len(free) < (not across) + (not up):
        raise OwnError("The table needs two columns of numbers beside the one to predict.")
    across = across or free.pop(0)
    if not target:
        left = [name for name in sheet.columns if name not in (across, up) and (up or name != free[0])]
        if not left:
            raise OwnError("The table needs a third column: what is to be predicted.")
        target = left[-1]
    up = up or next((name for name in free if name != target), "")
    if not up:
        raise OwnError("The table needs two columns of numbers beside the one to predict.")
    return across, up, target


def labelled(cells: Sequence[str], column: str) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Classes (N,) of the labels in their order, and what they are called. Raises OwnError on one or too many."""
    names = sorted(set(cells), key=lambda cell: (number(cell) is None, number(cell) or 0.0, cell))
    if not 2 <= len(names) <= MOST_CLASSES:
        few = "only one value" if len(names) == 1 else f"{len(names)} values"
        raise OwnError(f"Column {column[:40]!r} has {few}; a label has 2 to {MOST_CLASSES}. Or predict it as a number.")
    places = {name: i for i, name in enumerate(names)}
    return np.array([places[cell] for cell in cells], np.int64), tuple(names)


def numbers(sheet: Sheet, column: str, rows: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The numbers (N,) of some rows of a column. Raises OwnError where one is no number or all are the same."""
    values = sheet.numbers(column)[:MOST_ROWS][rows]
    if not values.max() > values.min():
        raise OwnError(f"Column {column[:40]!r} has only one value: there is nothing to predict.")
    return values
