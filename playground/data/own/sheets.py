"""A visitor's table: a CSV file with a header, however it was saved, as named columns, or one sentence."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playground.data.own.texts import decoded
from playground.data.published import DataError

LARGEST = 2_000_000  # bytes of a file
MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 20_000, 60, 200
DELIMITERS = ",;\t|"
MISSING = ("", "na", "n/a", "nan", "null", "none", "?", "-")


@dataclass(frozen=True)
class Sheet:
    """A table of text: `columns` are unique names, `rows` have one cell a column."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def cells(self, column: str) -> tuple[str, ...]:
        """The cells of a column. Raises DataError where there is none of that name."""
        if column not in self.columns:
            raise DataError(f"The table has no column {column[:40]!r}; it has {named(self.columns)}.")
        at = self.columns.index(column)
        return tuple(row[at] for row in self.rows)

    def numbers(self, column: str) -> NDArray[np.float64]:
        """A column's numbers (rows,), NaN where missing. Raises DataError that names the first bad row."""
        cells = self.cells(column)
        values = [number(cell) for cell in cells]
        bad = [i for i, value in enumerate(values) if value is None]
        if bad:
            raise DataError(f"Row {bad[0] + 2} of column {column[:40]!r} is {cells[bad[0]][:40]!r}, not a number.")
        return np.array(values, np.float64)

    def numeric(self) -> tuple[str, ...]:
        """The columns whose cells all are numbers or missing, and some are numbers."""
        return tuple(name for name in self.columns if self._is_numeric(name))

    def _is_numeric(self, column: str) -> bool:
        values = [number(cell) for cell in self.cells(column)]
        return None not in values and any(value == value for value in values)


def number(cell: str) -> float | None:
    """The finite number that a cell holds, NaN where it says missing, None where it holds something else."""
    text = cell.strip()
    if text.lower() in MISSING:
        return float("nan")
    try:
        value = float(text if "." in text or "," not in text else text.replace(",", "."))
    except ValueError:
        return None
    return value if np.isfinite(value) and "_" not in text else None


def named(columns: Sequence[str]) -> str:
    """Some names for a sentence: the first eight."""
    more = f" and {len(columns) - 8} more" if len(columns) > 8 else ""
    return ", ".join(name[:40] for name in columns[:8]) + more


def normalised(raw: bytes) -> bytes:
    """The table as CSV in UTF-8 with commas. Raises DataError with one sentence."""
    if len(raw) > LARGEST:
        raise DataError(f"The table has {len(raw) / 1e6:.1f} MB; at most {LARGEST // 10**6} MB are taken.")
    out = io.StringIO()
    sheet = _sheet(_lines(decoded(raw)))
    csv.writer(out, lineterminator="\n").writerows(
        [harmless(cell) for cell in row] for row in (sheet.columns, *sheet.rows)
    )
    return out.getvalue().encode()


def read(plain: bytes) -> Sheet:
    """The table that `normalised` made."""
    columns, *rows = csv.reader(io.StringIO(plain.decode()))
    return Sheet(tuple(columns), tuple(tuple(row) for row in rows))


def _lines(text: str) -> list[list[str]]:
    """The rows that hold anything, cell by cell, from 1; the delimiter is the commonest in the first line."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(DELIMITERS, key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        raise DataError("This file cannot be read as a table: a quotation mark is not closed.") from None
    return [[cell.strip() for cell in row] for row in rows if any(cell.strip() for cell in row)]


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: a quote before one that looks like it.

    A link may bring another visitor's table.
    """
    formula = cell[:1] in ("=", "@", "+", "-") and len(cell) > 1 and number(cell) is None
    return f"'{cell}" if formula else cell


def _sheet(rows: list[list[str]]) -> Sheet:
    """The table, checked: a header of unique names, then rows as long as it."""
    if len(rows) < 2:
        raise DataError("The table needs a header line and at least one row of values.")
    header, *body = rows
    _check_header(header)
    if len(body) > MOST_ROWS:
        raise DataError(f"The table has {len(body):,} rows; at most {MOST_ROWS:,} are taken.")
    for i, row in enumerate(body):
        if len(row) != len(header):
            raise DataError(f"Row {i + 2} of the table has {len(row)} cells; the header has {len(header)}.")
        if max(map(len, row)) > LONGEST_CELL:
            raise DataError(f"Row {i + 2} of the table has a cell of more than {LONGEST_CELL} characters.")
    return Sheet(tuple(header), tuple(map(tuple, body)))


def _check_header(header: list[str]) -> None:
    if len(header) > MOST_COLUMNS:
        raise DataError(f"The table has {len(header)} columns; at most {MOST_COLUMNS} are taken.")
    if "" in header:
        raise DataError(f"Column {header.index('') + 1} of the table has no name in its first line.")
    if max(map(len, header)) > LONGEST_CELL:
        raise DataError("The first line of the table is not a header: a name in it is too long.")
    if twice := [name for name in header if header.count(name) > 1]:
        raise DataError(f"The header of the table names {twice[0][:40]!r} twice.")
    if all(number(name) is not None for name in header):
        raise DataError("The first line of the table holds numbers: it needs a header with names.")
