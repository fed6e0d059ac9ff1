"""A stage as the sandbox's, and a run to play on it: everything that the player must draw, made without training."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground import wire
from playground.contract import Frame, ranged

SIZES = (2, 6, 4, 1)
BLUE, VERMILLION, GREEN, AMBER, PURPLE = "#0072B2", "#D55E00", "#009E73", "#E69F00", "#8C6BB1"
STEPS = 2000


def nodes() -> list[list[tuple[float, float]]]:
    """The centres of the units, layer by layer, in the unit square."""
    return [[(k / 3, 1 - (i + 0.5) / size) for i in range(size)] for k, size in enumerate(SIZES)]


def segments() -> list[list[float]]:
    at = nodes()
    return [[*a, *b] for left, right in pairwise(at) for b in right for a in left]


def boxes() -> list[list[float]]:
    return [[x - 0.045, y - 0.07, x + 0.045, y + 0.07] for layer in nodes()[1:] for x, y in layer]


def panel(
    name: str, title: str, data: list[Any], layout: dict[str, Any], bindings: list[Any], **more: Any
) -> dict[str, Any]:
    alt = f"{title}, drawn for a test"
    layout = {"title": {"text": title}, **layout}
    return {"part": "panel", "name": name, "alt": alt, "size": "half", "log": False,
            "data": data, "layout": layout, "bindings": bindings, **more}  # fmt: skip


def dots(name: str, colour: str, symbol: str = "circle") -> dict[str, Any]:
    marker = {"color": colour, "size": 7, "symbol": symbol, "line": {"width": 1, "color": "white"}}
    return {"type": "scatter", "mode": "markers", "name": name, "x": [], "y": [], "marker": marker}


def curve(name: str, colour: str) -> dict[str, Any]:
    return {"type": "scatter", "mode": "lines", "name": name, "x": [], "y": [], "line": {"color": colour, "width": 2}}


def decision_map() -> dict[str, Any]:
    axis = {"range": [-1.2, 1.2], "showgrid": False, "zeroline": False}
    layout = {
        "xaxis": {**axis, "title": {"text": "x₁"}},
        "yaxis": {**axis, "title": {"text": "x₂"}, "scaleanchor": "x"},
    }
    data = [
        dots("class 0", BLUE),
        dots("class 1", VERMILLION),
        dots("test 0", BLUE, "diamond"),
        dots("test 1", VERMILLION, "diamond"),
    ]
    bindings: list[Any] = [
        {"kind": "tiles", "array": "map", "boxes": [[-1.2, -1.2, 1.2, 1.2]], "scale": "diverging", "origin": "lower"}
    ]
    for k in range(4):
        bindings += [{"kind": "replace", "trace": k, "attribute": a, "array": f"points{k}_{a}"} for a in "xy"]
    return panel("map", "Decision map", data, layout, bindings, size="main")


def graph() -> dict[str, Any]:
    inputs = {
        "type": "scatter",
        "mode": "text",
        "x": [0, 0],
        "y": [0.75, 0.25],
        "text": ["x₁", "x₂"],
        "showlegend": False,
    }
    layout = {"xaxis": {"range": [-0.1, 1.1], "visible": False}, "yaxis": {"range": [0, 1], "visible": False}}
    bindings = [
        {"kind": "lines", "array": "weights", "segments": segments(), "width": 4.0},
        {"kind": "tiles", "array": "units", "boxes": boxes(), "scale": "diverging", "origin": "lower"},
        {"kind": "pick", "array": "units", "panel": "map"},
    ]
    return panel("graph", "Network", [inputs], layout, bindings)


def curves(name: str, title: str, unit: str, log: bool, layout: dict[str, Any]) -> dict[str, Any]:
    axes = {"xaxis": {"title": {"text": "step"}, "range": [0, STEPS]}, "yaxis": {"title": {"text": unit}, **layout}}
    data = [curve("train", PURPLE), curve("validation", GREEN), curve("test", AMBER)]
    bindings = [
        {"kind": "extend", "trace": k, "x": "at", "y": f"{s}_{name}"}
        for k, s in enumerate(("train", "validation", "test"))
    ]
    return panel(name, title, data, axes, bindings, log=log)


def table() -> dict[str, Any]:
    rows = [["Linear", "2 → 6", "18", ""], ["Linear", "6 → 4", "28", ""], ["Linear", "4 → 1", "5", ""]]
    columns = ["layer", "shape", "parameters", "gradient"]
    bindings = [{"kind": "cells", "column": 3, "array": "gradients", "digits": 3}]
    return {"part": "table", "name": "layers", "title": "Layers", "columns": columns, "rows": rows, "alt": "The layers",
            "bindings": bindings}  # fmt: skip


MATHS = '<math display="block"><mi>L</mi><mo>=</mo><mtext data-metric="train_loss">L</mtext></math>'


def stage() -> dict[str, Any]:
    """The stage's JSON as an object."""
    return {
        "clock": "step",
        "readouts": [{"metric": "train_loss", "title": "Training loss", "style": "number"},
                     {"metric": "test_accuracy", "title": "Test accuracy", "style": "percent"},
                     {"metric": "epoch", "title": "Epoch", "style": "count"}],
        "maths": [{"sentence": "The mean cross-entropy of the training points.", "mathml": MATHS}],
        "palette": {"classes": [BLUE, VERMILLION, GREEN], "splits": {},
                    "below": BLUE, "middle": "#F7F7F7", "above": VERMILLION},
        "parts": [decision_map(), graph(), curves("loss", "Loss", "cross-entropy", True, {"rangemode": "tozero"}),
                  curves("accuracy", "Accuracy", "share", False, {"range": [0, 1.02]}), table()],
    }  # fmt: skip


def surface(size: int, angle: float, sharpness: float) -> NDArray[np.float64]:
    """(size, size) in [-1, 1], row 0 at the lowest y: a ring that becomes sharper and turns."""
    y, x = np.mgrid[-1.2 : 1.2 : size * 1j, -1.2 : 1.2 : size * 1j]
    spiral = np.sin(3 * np.arctan2(y, x) + angle + 4 * np.hypot(x, y))
    return np.asarray(np.tanh(sharpness * spiral))


def points(rng: np.random.Generator) -> dict[str, NDArray[Any]]:
    arrays: dict[str, NDArray[Any]] = {}
    for k, count in enumerate((90, 90, 30, 30)):
        radius = rng.uniform(0.1, 1.1, count)
        angle = (np.pi / 2 + (k % 2) * np.pi - 4 * radius) / 3 + rng.integers(0, 3, count) * 2 * np.pi / 3
        arrays[f"points{k}_x"] = (radius * np.cos(angle)).astype(np.float32)
        arrays[f"points{k}_y"] = (radius * np.sin(angle)).astype(np.float32)
    return arrays


def frame(i: int, count: int, rng: np.random.Generator) -> Frame:
    """Frame i of a run that learns: the points come once, the gradients with every fourth frame."""
    share = i / max(1, count - 1)
    step = round(share * STEPS)
    loss, accuracy = 0.7 * np.exp(-4 * share) + 0.03 + 0.01 * rng.random(), 1 - 0.5 * np.exp(-5 * share)
    units = np.stack([surface(24, k, 0.3 + share * (k + 1) / 3) for k in range(sum(SIZES[1:]))])
    arrays: dict[str, Any] = {
        "map": ranged(surface(64, 0.6 * (1 - share), 0.15 + 3 * share), -1, 1),
        "units": ranged(units, -1, 1),
        "weights": (np.sin(np.arange(len(segments())) * 2.1) * (0.2 + share)).astype(np.float32),
    }
    arrays |= points(rng) if i == 0 else {}
    arrays |= {"gradients": np.array([0.1, 0.02, 0.3], np.float32) * (1 - share)} if i % 4 == 0 else {}
    series = {"at": np.array([step], np.float32)}
    for k, split in enumerate(("train", "validation", "test")):
        series[f"{split}_loss"] = np.array([loss * (1 + 0.15 * k)], np.float32)
        series[f"{split}_accuracy"] = np.array([accuracy - 0.03 * k], np.float32)
    metrics = {"train_loss": float(loss), "test_accuracy": float(accuracy), "epoch": i}
    return Frame(step, metrics, arrays, series)


def frames(count: int = 100, seed: int = 0, trained: int | None = None) -> list[bytes]:
    """The encoded frames of a whole run; from number `trained` on they say that training is over."""
    rng = np.random.default_rng(seed)
    made = [frame(i, count, rng) for i in range(count)]
    if trained is not None:
        made = [replace(one, metrics={**one.metrics, "trained": int(i >= trained)}) for i, one in enumerate(made)]
    return [wire.encode(one, i) for i, one in enumerate(made)]


def stage_text() -> str:
    return json.dumps(stage())
