"""The sweep's figures: the fits, the error in its parts, the size of the coefficients, and the numbers."""

from __future__ import annotations

import plotly.graph_objects as go

from playground.concepts.regularization.capacity.knobs import Knobs
from playground.stage import Extend, Layout, Panel, Replace, Table
from playground.stage.bindings import Binding, Cells
from playground.stage.figures import figure, line
from playground.stage.palette import BLUE, GREEN, GREY, SPLITS, VERMILLION

BIAS, VARIANCE = BLUE, VERMILLION  # the mean fit and the single ones have the colours of what they stand for
FAINT = "rgba(213, 94, 0, 0.3)"
BAND = "rgba(230, 159, 0, 0.3)"
TICKS = [1, 2, 5, 10, 20, 50, 100, 200, 400]


def fits(knobs: Knobs) -> Panel:
    """The fits of the re-samplings, their mean, the true function, and the points of one sample with its fit."""
    traces = [
        line("fits", FAINT).update(line_width=1.2, hoverinfo="skip", connectgaps=False),
        line("fit of the points", VARIANCE).update(showlegend=False),
        line("true function", GREY, dash="dash").update(line_width=3),
        line("mean of the fits", BIAS).update(line_width=3),
        go.Scatter(x=[], y=[], mode="markers", name="one sample",
                   marker={"size": 8, "color": VARIANCE, "line": {"width": 1, "color": "white"}}),
    ]  # fmt: skip
    made = figure("A fit for each re-sampling", traces, "x", "y")
    made.update_xaxes(range=[-1, 1], zeroline=False)
    made.update_yaxes(range=[-2, 2], zeroline=False)
    bindings: list[Binding] = [Replace(0, "x", "fits_x"), Replace(0, "y", "fits"), Layout("yaxis.range", "y_range")]
    for i, array in enumerate(("own", "truth", "mean"), 1):
        bindings += [Replace(i, "x", "x"), Replace(i, "y", array)]
    bindings += [Replace(4, "x", "sample_x"), Replace(4, "y", "sample_y")]
    return Panel("fits", made, bindings, "The fits of all re-samplings, their mean and the true function.", size="main")


def errors(knobs: Knobs) -> Panel:
    """The parts of the error, their sum, and the measured error with its band, against the capacity."""
    band = {"mode": "lines", "line": {"width": 0}, "showlegend": False, "hoverinfo": "skip"}
    curves = {
        "test_low": go.Scatter(x=[], y=[], **band),
        "test_high": go.Scatter(x=[], y=[], fill="tonexty", fillcolor=BAND, **band),
        "test_error": line("test", SPLITS["test"]).update(line_width=5),
        "expected_error": line("sum", GREEN, dash="dot").update(line_width=2.5),
        "bias_squared": line("bias²", BIAS),
        "variance": line("variance", VARIANCE),
        "noise": line("noise", GREY, dash="dash"),
        "train_error": line("train", SPLITS["train"]).update(line_width=1.5),
    }
    if knobs.ridge:
        curves["plain_error"] = line("no ridge", SPLITS["test"], dash="dot").update(line_width=1.5)
    made, bindings = _sweep(knobs, "Error = bias² + variance + noise", curves, "squared error", "error")
    return Panel("errors", made, bindings, "Bias squared, variance, noise and the test error against the parameters.")


def size(knobs: Knobs) -> Panel:
    """How large the coefficients are, against the capacity."""
    curves = {"size": line("median norm", VARIANCE).update(showlegend=False)}
    made, bindings = _sweep(knobs, "Size of the coefficients", curves, "median norm", "size")
    made.layout.showlegend = False
    return Panel("size", made, bindings, "The median norm of the coefficients against the parameters.", size="wide")


def _sweep(
    knobs: Knobs, title: str, curves: dict[str, go.Scatter], y: str, kind: str
) -> tuple[go.Figure, list[Binding]]:
    """(figure of curves over the capacity, its bindings): logarithmic axes, threshold and moment marked."""
    parameters = "parameters (degree + 1)" if knobs.model == "polynomial" else "parameters (width)"
    threshold = line("threshold", GREY, dash="dot").update(line_width=1.5)
    now = line("here", GREY).update(line_width=1.5, showlegend=False, hoverinfo="skip")
    made = figure(title, [*curves.values(), threshold, now], parameters, y)
    made.update_layout(legend_traceorder="normal")
    made.update_xaxes(type="log", tickvals=TICKS, range=[0, 1.8])
    made.update_yaxes(type="log", dtick=1, exponentformat="power", range=[-3, 2])
    bindings: list[Binding] = [Extend(i, "parameters", name) for i, name in enumerate(curves)]
    for i, array in enumerate(("mark_x", "at"), len(curves)):
        bindings += [Replace(i, "x", array), Replace(i, "y", f"mark_{kind}s")]
    return made, [*bindings, Layout("xaxis.range", "capacity_range"), Layout("yaxis.range", f"{kind}_range")]


def table(knobs: Knobs) -> Table:
    """The parts of the error at the capacity shown, beside what each compares."""
    rows = [
        ["Bias²", "the mean fit against the true function", "–"],
        ["Variance", "the fits about their mean", "–"],
        ["Noise", "what no model can foresee", "–"],
        ["Sum of the three", "", "–"],
        ["Test error", "measured on fresh noisy points of each re-sampling", "–"],
        ["Its band, ±", "two standard errors over the re-samplings", "–"],
        ["Training error", "on the points that were fitted", "–"],
    ]
    alt = "Bias squared, variance, noise, their sum, and the measured errors at the capacity shown."
    return Table("parts", "The error here, part by part", ("Part", "Compares", "Here"), rows, alt, [Cells(2, "parts")])
