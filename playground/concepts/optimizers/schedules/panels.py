"""The schedules' figures: training loss, learning rates, the range test, and the moment's numbers."""

from __future__ import annotations

import math
from typing import Any

import plotly.graph_objects as go

from playground.concepts.optimizers.schedules.knobs import Knobs
from playground.concepts.optimizers.schedules.words import COLOURS, LABELS
from playground.stage import Band, Cells, Extend, Layout, Marks, Panel, Replace, Table
from playground.stage.bindings import Binding
from playground.stage.figures import figure, line
from playground.stage.palette import BLUE, GREEN, GREY, VERMILLION, pale

BAND = 0.16  # opacity


def losses(knobs: Knobs) -> Panel:
    """The mean training loss of each schedule's networks, in a band that spans them."""
    bindings: list[Binding] = [Layout("yaxis.range", "loss_range")]
    for i, name in enumerate(knobs.names):
        fill = pale(COLOURS[name], BAND)
        bindings.append(Band("step", f"train_loss_low.{name}", f"train_loss_high.{name}", i, fill))
        bindings.append(Extend(i, "step", f"train_loss.{name}"))
    made = figure("Training loss", [*map(_mean, knobs.names)], "step", "cross-entropy", legend={"traceorder": "normal"})
    made.update_xaxes(range=[0, knobs.steps])
    made.update_yaxes(**decades(-6, 2, (1, 2, 5)), range=[math.log10(knobs.chance / 10), math.log10(2 * knobs.chance)])
    alt = f"Training loss of each schedule against the step, with a band that spans its {knobs.repeats} networks."
    return Panel("losses", made, bindings, alt, size="main")


def _mean(name: str) -> go.Scatter:
    return line(LABELS[name], COLOURS[name])


def rates(knobs: Knobs) -> Panel:
    """The rates that torch's schedulers give, with a dot where each is; plateau's is known only as it goes."""
    traces, bindings = [], list[Binding]()
    for i, name in enumerate(knobs.names):
        traces.append(_mean(name).update(showlegend=False))
        if name == "plateau":
            bindings.append(Extend(i, "step", "rate.plateau"))
        else:
            bindings += [Replace(i, "x", "curve_steps"), Replace(i, "y", f"curve.{name}")]
        bindings.append(Marks("now", f"at.{name}", i, COLOURS[name], size=10))
    made = figure("Learning rate, as torch's schedulers set it", traces, "step", "learning rate")
    made.update_xaxes(range=[0, 1.03 * knobs.steps])  # room for the dots at the end
    made.update_yaxes(rangemode="tozero")
    return Panel("rates", made, bindings, "Learning rate of each schedule against the step.", log=True)


def range_test(knobs: Knobs) -> Panel:
    """The loss while the rate grows, the suggested maximum, and the rates of this run."""
    top = 2.5 * knobs.chance
    upright = {"y": [0, top], "hoverinfo": "skip"}
    traces = [
        line("batches", GREY).update(line_width=1, opacity=0.5, showlegend=False),
        line("loss", BLUE),
        line("suggested", GREEN).update(**upright),
        line("this run", VERMILLION, dash="dot").update(**upright),
    ]
    bindings: list[Binding] = [Extend(0, "test_rate", "test_loss"), Extend(1, "test_rate", "test_smoothed")]
    bindings += [Replace(2, "x", "suggested"), Replace(3, "x", "largest")]
    made = figure("Range test: the largest rate that trains", traces, "learning rate", "loss")
    made.update_xaxes(**decades(-6, 2), range=[math.log10(knobs.range_low), math.log10(knobs.range_high)])
    made.update_yaxes(range=[0, top], dtick=1)
    alt = "Loss against a learning rate that grows, with the suggested maximum and this run's largest rate."
    return Panel("range_test", made, bindings, alt)


def decades(low: int, high: int, parts: tuple[int, ...] = (1,)) -> dict[str, Any]:
    """A logarithmic axis with plain numbers at these parts of the powers of ten from low to high."""
    ticks = [part * 10.0**power for power in range(low, high + 1) for part in parts]
    return {"type": "log", "tickvals": ticks, "ticktext": [f"{tick:g}" for tick in ticks]}


def table(knobs: Knobs) -> Table:
    """The moment's numbers of each schedule."""
    columns = ("Schedule", "Learning rate", "Training loss", "Validation loss", "Networks no better than guessing")
    rows = [[LABELS[name], *4 * ["–"]] for name in knobs.names]
    cells = [Cells(1, "rates"), Cells(2, "losses"), Cells(3, "validation"), Cells(4, "at_chance", 1)]
    title = f"Mean of {knobs.repeats} networks each; the learning rate is the first one's"
    return Table("schedules", title, columns, rows, "Rate and losses of each schedule.", cells)
