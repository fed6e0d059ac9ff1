"""The numbers of a run as comma-separated values."""

from __future__ import annotations

import csv as table
import io

from playground.contract import History
from playground.data.own.sheets import harmless
from playground.export.state import so_far


def csv(history: History) -> str:
    """One row a frame: `frame,step,` then the metrics in full precision; `nan` where one was not measured.

    A run that is not done says so in a first line that starts with `#`.
    """
    text = io.StringIO()
    if remark := so_far(history.state, len(history)):
        text.write(f"# {remark}\n")
    rows = table.writer(text, lineterminator="\n")
    rows.writerow(["frame", "step", *map(harmless, history.metrics)])
    columns = (history.steps, *history.metrics.values())
    rows.writerows(zip(range(len(history)), *(column.tolist() for column in columns), strict=True))
    return text.getvalue()
