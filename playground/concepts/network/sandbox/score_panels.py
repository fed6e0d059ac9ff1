"""The figures that say how well the test points are told: confusion, calibration, residuals, scores by class."""

from __future__ import annotations

import plotly.graph_objects as go

from playground.concepts.network.sandbox.data_knobs import DataKnobs
from playground.stage import Cells, Marks, Panel, Replace, Table, Tiles
from playground.stage.bindings import Binding
from playground.stage.figures import figure, line
from playground.stage.palette import BLUE, GREY, SPLITS


def confusion(names: tuple[str, ...]) -> Panel:
    """Rows are the true classes, columns what they are taken for; the darker, the larger the row's share."""
    count = len(names)
    cells = [(column, count - 1 - row) for row in range(count) for column in range(count)]
    numbers = go.Scatter(
        x=[x for x, _ in cells], y=[y for _, y in cells], mode="text", texttemplate="%{customdata}", showlegend=False,
        hoverinfo="skip", textfont={"size": 13},
    )  # fmt: skip
    axis = {"tickmode": "array", "tickvals": list(range(count)), "range": [-0.5, count - 0.5], "showgrid": False}
    axis |= {"zeroline": False, "fixedrange": True}
    made = figure(
        "Confusion on the test points", [numbers], "predicted class", "true class",
        xaxis={**axis, "ticktext": list(names)}, yaxis={**axis, "ticktext": list(names[::-1])},
    )  # fmt: skip
    box = (-0.5, -0.5, count - 0.5, count - 0.5)
    bindings: list[Binding] = [Tiles("confusion", [box], "sequential", "upper")]
    bindings.append(Replace(0, "customdata", "counts"))
    alt = "How many test points of each class are taken for each class."
    return Panel("confusion", made, bindings, alt)


def calibration() -> Panel:
    """How often the network is right where it is so sure; on the diagonal it is as right as it says."""
    even = go.Scatter(x=[0, 1], y=[0, 1], mode="lines", name="as right as sure", line={"color": GREY, "dash": "dash"})
    measured = line("test points", SPLITS["test"]).update(mode="lines+markers", marker={"size": 7})
    made = figure("Calibration", [even, measured], "probability of the predicted class", "share correct")
    made.update_xaxes(range=[0, 1.02])
    made.update_yaxes(range=[0, 1.04])
    bindings = [Replace(1, "x", "confidence"), Replace(1, "y", "reliability")]
    alt = "The share of right predictions against the mean probability of the predicted class, in ten bins of points."
    return Panel("calibration", made, bindings, alt)


def residuals(reach: float) -> Panel:
    """What the predictions of the test points miss, against the prediction."""
    key = go.Scatter(x=[None], y=[None], mode="markers", name="test points", marker={"color": BLUE, "size": 7})
    made = figure("Residuals of the test points", [key], "prediction", "target - prediction")
    made.update_xaxes(range=[-reach, reach])
    made.update_yaxes(range=[-reach, reach])
    bindings = [Marks("residual_x", "residual_y", 0, BLUE, size=6)]
    return Panel("residuals", made, bindings, "Target minus prediction against the prediction, for the test points.")


def class_table(names: tuple[str, ...]) -> Table:
    """Precision, recall and F1 of each class."""
    rows = [[name, "–", "–", "–", "–"] for name in names]
    cells = [Cells(i, name) for i, name in enumerate(("precision", "recall", "f1"), 1)]
    cells.append(Cells(4, "support", digits=1))
    columns = ["Class", "Precision", "Recall", "F1", "Test points"]
    return Table("classes", "Scores on the test points", columns, rows, "Precision, recall and F1 by class.", cells)


def reach(knobs: DataKnobs) -> float:
    """How far predictions and residuals are shown."""
    return 2.0 if knobs.data == "sine" else 1.5
