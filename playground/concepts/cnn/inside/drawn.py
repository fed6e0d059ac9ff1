"""Arrays as a frame shows them: maps as tiles, probabilities as bars, outlines. No torch but for what comes in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from playground.concepts.cnn.inside import picture as pictures
from playground.concepts.cnn.inside.columns import UNITS_ACROSS, Column, layout, middle, unit_field
from playground.concepts.cnn.inside.knobs import Knobs
from playground.concepts.cnn.inside.places import outlined
from playground.contract import Ranged, ranged

BAR = 48  # pixels of a whole bar
TRACK, PALE, FULL = 8, 92, 165  # of 255: the bar's ground, a class, the answer
TINY = 1e-9
REACH = 0.06  # of a tick beyond its bar
NOTED = 0.005  # probability from which on a bar has a number

Arrays = dict[str, NDArray[Any] | Ranged]


def spread(values: NDArray[np.float32], least: float = TINY) -> Ranged:
    """A picture whose middle is zero."""
    most = max(float(np.abs(np.nan_to_num(values)).max(initial=0)), least)
    return ranged(np.nan_to_num(values), -most, most)


def rising(values: NDArray[np.float32], least: float = TINY) -> Ranged:
    """A picture from zero up."""
    return ranged(values, 0, max(float(np.nan_to_num(values).max(initial=0)), least))


def tiles(output: Tensor, column: Column, signed: bool) -> Ranged:
    """The drawn channels of a layer's output (1, C, H, W) as (n, H, W), of (1, D) as one picture of four across.

    All share one range: a weak map stays pale.
    """
    values = output[0].cpu().numpy()[: column.drawn]
    if not column.is_map:
        values = np.pad(values.ravel(), (0, -len(values) % UNITS_ACROSS)).reshape(1, -1, UNITS_ACROSS)
    return spread(values) if signed else rising(values)


def bars(knobs: Knobs, probabilities: NDArray[np.float32]) -> Arrays:
    """The probabilities (K,) as bars (K, 1, 48), the longest of them dark, and as numbers where they are worth one."""
    p = np.nan_to_num(probabilities)
    filled = np.clip(p[:, None] * BAR - np.arange(BAR), 0, 1)
    top = np.where(p == p.max(), FULL, PALE)[:, None]
    found = np.rint(TRACK + filled * (top - TRACK)).astype(np.uint8)[:, None]
    heights = [middle(box) if one >= NOTED else np.nan for one, box in zip(p, layout(knobs).bars, strict=True)]
    return {"bars": found, "probabilities": p.astype(np.float32), "number_y": np.array(heights, np.float32)}


def ticks(knobs: Knobs, probabilities: NDArray[np.float32]) -> Arrays:
    """A short line at the end of each bar that is worth a number, in the drawing of the network."""
    x, y = [], []
    for p, (x0, y0, x1, y1) in zip(np.nan_to_num(probabilities), layout(knobs).bars, strict=True):
        at = x0 + float(p) * (x1 - x0) if p >= NOTED else np.nan
        x += [at, at, np.nan]
        y += [y0 - REACH, y1 + REACH, np.nan]
    return line("tick", x, y)


def line(name: str, x: Sequence[float], y: Sequence[float]) -> Arrays:
    """The points of a polyline."""
    return {f"{name}_x": np.array(x, np.float32), f"{name}_y": np.array(y, np.float32)}


def still(knobs: Knobs, picture: pictures.Picture, sheet: pictures.Picture, label: int | None) -> Arrays:
    """What never changes in a run: the sheet, the ink's outline, the unit's field, a frame around the label's bar."""
    found: Arrays = {"sheet": rising(sheet.astype(np.float32), 1)}
    found["outline_x"], found["outline_y"] = pictures.outline(picture)
    found |= line("field", *outlined(*unit_field(knobs), knobs.side))
    if label is None:
        return found | line("label", [np.nan] * 5, [np.nan] * 5)
    x0, y0, x1, y1 = layout(knobs).bars[label]
    return found | line("label", [x0, x1, x1, x0, x0], [y0, y0, y1, y1, y0])
