"""Figure builders that labs share: curves over steps, and calm axes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from playground.stage.bindings import Extend, Panel
from playground.stage.palette import SPLITS


def figure(title: str, traces: Sequence[Any], x: str = "", y: str = "", **layout: Any) -> go.Figure:
    """A figure with titles, and what else `layout` says (`xaxis={"range": [0, 1]}`): the player adds theme and legend.

    Plotly checks a layout given whole three times as fast as one that is changed step by step.
    """
    axes = {name: {"title": {"text": text}, **layout.pop(name, {})} for name, text in (("xaxis", x), ("yaxis", y))}
    return go.Figure(list(traces), {"template": "none", "title": {"text": title}, **axes, **layout})


def line(name: str, color: str, **more: Any) -> go.Scatter:
    """An empty line that a binding fills."""
    return go.Scatter(x=[], y=[], mode="lines", name=name, line={"color": color, "width": 2, **more})


def split_curves(name: str, title: str, metric: str, y: str, last_step: int, **panel: Any) -> Panel:
    """A panel with one curve a split: series `train_<metric>`, `validation_<metric>`, `test_<metric>`."""
    traces = [line(split, color) for split, color in SPLITS.items()]
    bounds = {} if (span := panel.pop("bounds", None)) is None else {"range": span}
    made = figure(title, traces, "step", y, hovermode="x unified", xaxis={"range": [0, last_step]}, yaxis=bounds)
    bindings = [Extend(i, "step", f"{split}_{metric}") for i, split in enumerate(SPLITS)]
    return Panel(name, made, bindings, panel.pop("alt"), **panel)


def levels(count: int) -> dict[str, Any]:
    """Contour settings: `count` lines, evenly spaced in heights of 0 to 1, whenever and of whatever they are drawn.

    Plotly's own choice keeps to the heights that it first saw.
    """
    return {"start": 0.5 / count, "end": 1 - 0.5 / count, "size": 1 / count, "coloring": "none"}


def at_rest(values: Mapping[str, Any]) -> dict[str, Any]:
    """Axis settings of a picture: no ticks, no grid, no zoom."""
    return {"visible": False, "fixedrange": True, **values}
