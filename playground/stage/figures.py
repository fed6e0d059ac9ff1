"""Figure builders that labs share: curves over steps, and calm axes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from playground.stage.bindings import Extend, Panel
from playground.stage.palette import SPLITS


def figure(title: str, traces: Sequence[Any], x: str = "", y: str = "", **layout: Any) -> go.Figure:
    """A figure with titles and nothing else set: the player adds theme, margins and legend."""
    made = go.Figure(list(traces), layout={"title": {"text": title}, **layout})
    made.layout.template = None
    made.update_xaxes(title_text=x)
    made.update_yaxes(title_text=y)
    return made


def line(name: str, color: str, **more: Any) -> go.Scatter:
    """An empty line that a binding fills."""
    return go.Scatter(x=[], y=[], mode="lines", name=name, line={"color": color, "width": 2, **more})


def split_curves(name: str, title: str, metric: str, y: str, last_step: int, **panel: Any) -> Panel:
    """A panel with one curve a split: series `train_<metric>`, `validation_<metric>`, `test_<metric>`."""
    traces = [line(split, color) for split, color in SPLITS.items()]
    made = figure(title, traces, "step", y, hovermode="x unified")
    made.update_xaxes(range=[0, last_step])
    if (bounds := panel.pop("bounds", None)) is not None:
        made.update_yaxes(range=bounds)
    bindings = [Extend(i, "step", f"{split}_{metric}") for i, split in enumerate(SPLITS)]
    return Panel(name, made, bindings, panel.pop("alt"), **panel)


def at_rest(values: Mapping[str, Any]) -> dict[str, Any]:
    """Axis settings of a picture: no ticks, no grid, no zoom."""
    return {"visible": False, "fixedrange": True, **values}
