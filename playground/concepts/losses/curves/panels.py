"""The curves' figures: losses and slopes with a probe on each curve, likelihoods, and a table that names the noise."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from playground.concepts.losses.curves.knobs import Knobs
from playground.concepts.losses.curves.words import FORMULAS, HIGH, LIKELIHOODS, LOW, NOISE
from playground.concepts.losses.names import COLORS, LABELS
from playground.stage import Cells, Layout, Marks, Panel, Replace, Table
from playground.stage.bindings import Binding
from playground.stage.figures import figure, line
from playground.stage.palette import GREY

DASHES = {"bce": "dot"}  # its colour is near that of cross-entropy, whose form for two classes it is
ACROSS = "output: prediction ŷ, or logit z of the right class"


def loss(knobs: Knobs) -> Panel:
    """The losses."""
    made, bindings = _curves(knobs.losses, "loss", "Loss", "loss (nats or squared units)")
    made.update_traces(showlegend=True)
    bindings += [*_probe(knobs.losses, "losses"), Layout("yaxis.range", "loss_range")]
    return Panel("loss", made, bindings, _alt("Loss", knobs.losses), size="main", log=True)


def slope(knobs: Knobs) -> Panel:
    """Their derivatives."""
    title = "Slope: what each sample pulls with"
    made, bindings = _curves(knobs.losses, "gradient", title, "dL / d output")
    bindings += [*_probe(knobs.losses, "gradients"), Layout("yaxis.range", "gradient_range")]
    return Panel("gradient", made, bindings, _alt("Slope", knobs.losses))


def likelihood(knobs: Knobs) -> Panel | None:
    """exp(-L) of the losses that are the negative logarithm of a likelihood, without a probe; None without such."""
    names = [name for name in knobs.losses if name in LIKELIHOODS]
    title = "Likelihood: the noise a loss stands for"
    made, bindings = _curves(names, "likelihood", title, "exp(−L)")
    made.update_layout(xaxis_title_text=_without(knobs.losses), yaxis_range=[-0.05, 1.1])
    return Panel("likelihood", made, bindings, _alt("Likelihood", names)) if names else None


def _without(losses: Sequence[str]) -> str:
    """The axis of the likelihoods, which says why some losses have no curve."""
    others = [LABELS[name] for name in losses if name not in LIKELIHOODS]
    return "output" + (f" ({', '.join(others)}: not −log of a likelihood)" if others else "")


def _curves(names: Sequence[str], kind: str, title: str, y: str) -> tuple[go.Figure, list[Binding]]:
    """(figure with a line for each loss, its bindings)."""
    lines = [line(LABELS[name], COLORS[name], dash=DASHES.get(name), simplify=False) for name in names]
    across = {"range": [LOW - 0.1, HIGH + 0.1], "zeroline": False}
    made = figure(title, lines, ACROSS, y, xaxis=across)
    made.update_traces(showlegend=False)
    sides = [(i, name) for i, name in enumerate(names)]
    shared: list[Binding] = [Replace(i, "x", "outputs") for i, _ in sides]
    return made, [*shared, *(Replace(i, "y", f"{name}_{kind}") for i, name in sides)]


def _probe(names: Sequence[str], array: str) -> list[Binding]:
    """The probe's line and a dot on each curve."""
    colors = [COLORS[name] for name in names]
    return [
        Marks("probe", "probe", None, GREY, symbol="rule", size=1),
        Marks("at", array, None, colors, size=10),
    ]


def _alt(what: str, names: Sequence[str]) -> str:
    return f"{what} of {', '.join(LABELS[name] for name in names)} against the model's output."


def table(knobs: Knobs) -> Table:
    """Formula, matching noise, and what the probe reads."""
    rows = [[LABELS[name], FORMULAS[name], NOISE[name], "–", "–"] for name in knobs.losses]
    return Table(
        "losses", "At the probe", ("Loss", "Formula", "Matching noise", "Loss here", "Slope here"), rows,
        "The chosen losses with formula, matching noise model, and value and slope at the probe.",
        [Cells(3, "losses"), Cells(4, "gradients")],
    )  # fmt: skip
