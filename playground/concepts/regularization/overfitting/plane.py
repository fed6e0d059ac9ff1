"""The two weights' figures: loss, ball and solution; the weights as the budget falls; the smaller one by penalty."""

from __future__ import annotations

import plotly.graph_objects as go

from playground.concepts.regularization.overfitting.knobs import Knobs
from playground.stage import Edit, Extend, Layout, Panel, Replace
from playground.stage.bindings import Binding
from playground.stage.figures import figure, line
from playground.stage.palette import AMBER, BLUE, GREEN, GREY, PURPLE, VERMILLION, pale

EDGE = 2.2
ABOVE = {"orientation": "h", "x": 0, "xanchor": "left", "xref": "container", "y": 1, "yanchor": "top",
         "yref": "container"}  # fmt: skip
BALLS = {"l1": ("|w₁| + |w₂|", VERMILLION), "l2": ("w₁² + w₂²", BLUE), "elastic": ("½ Σ |w| + ½ Σ w²", PURPLE)}
NAMES = {"l1": "L1", "l2": "L2", "elastic": "elastic"}


def plane(knobs: Knobs) -> Panel:
    """The loss around its minimum, the penalty's ball, and the solution where they touch."""
    formula, color = BALLS[knobs.penalty]
    traces = [
        line("loss", GREY, dash="dot").update(line_width=1, hoverinfo="skip"),
        line("loss of the solution", GREY).update(hoverinfo="skip"),
        line(f"budget: {formula}", color).update(
            fill="toself", fillcolor=pale(color, 0.15), hoverinfo="skip"
        ),
        line("path", AMBER, dash="dot"),
        go.Scatter(x=[], y=[], mode="markers", name="solution",
                   marker={"size": 14, "color": AMBER, "line": {"width": 1.5, "color": "white"}}),
    ]  # fmt: skip
    made = figure("Drag the minimum: where does the ball touch?", traces, "w₁", "w₂", legend=ABOVE)
    made.update_xaxes(range=[-EDGE, EDGE], constrain="domain")
    made.update_yaxes(range=[-EDGE, EDGE], scaleanchor="x", constrain="domain")
    bindings: list[Binding] = [
        Replace(trace, axis, f"{name}_{axis}")
        for trace, name in ((0, "rings"), (1, "level"), (2, "ball"), (4, "solution"))
        for axis in "xy"
    ]
    bindings += [Extend(3, "weight_1", "weight_2"), Edit("minimum", "drag", (-2, -2, 2, 2))]
    alt = "Level lines of a loss of two weights, the ball of the penalty that is allowed, and the solution."
    return Panel("plane", made, bindings, alt, size="main")


def weights(knobs: Knobs) -> Panel:
    """Both weights as the budget falls."""
    made = figure("Both weights", [line("w₁", GREEN), line("w₂", GREY)], "budget left (%)", "weight")
    made.update_xaxes(range=[101, -1])
    made.update_yaxes(range=[-2.2, 2.2])
    bindings = [Extend(0, "left", "weight_1"), Extend(1, "left", "weight_2")]
    return Panel("both", made, bindings, "Both weights against the share of the budget that is left.")


def smaller(knobs: Knobs) -> Panel:
    """The smaller weight's size under each of the three penalties."""
    traces = [line(NAMES[name], color) for name, (_, color) in BALLS.items()]
    made = figure("The smaller weight under each penalty", traces, "budget left (%)", "min(|w₁|, |w₂|)")
    made.update_xaxes(range=[101, -1])
    bindings: list[Binding] = [Extend(i, "left", f"least_{name}") for i, name in enumerate(BALLS)]
    bindings.append(Layout("yaxis.range", "span"))
    return Panel("smaller", made, bindings, "Size of the smaller weight under L1, L2 and elastic against the budget.")
