"""What the knobs alone say of the place looked at: which layer, which axes, in which window."""

from __future__ import annotations

from playground.concepts.network.inside.knobs import Knobs
from playground.concepts.network.sandbox.data_knobs import FEATURE_LABELS

MARGIN = 1.08
BOUNDS = {"tanh": (0.0, MARGIN), "sine": (0.0, MARGIN), "sigmoid": (0.5, MARGIN / 2)}  # centre and half of the window
PLANE = (0.0, 1.3)
MOST_SHOWN = 16


def looked(knobs: Knobs) -> int:
    """The number of the layer looked at; 0 is what enters."""
    return min(knobs.layer, len(knobs.hidden_sizes))


def width(knobs: Knobs) -> int:
    """How many units it has."""
    return knobs.sizes[looked(knobs)]


def seen_on(knobs: Knobs) -> str:
    """What the axes are: units, the straight cut and what spreads beside it, or the principal plane."""
    if width(knobs) <= 2 or knobs.projection == "units":
        return "units"
    return "plane" if knobs.output_count > 1 else knobs.projection


def behind_is_exact(knobs: Knobs) -> bool:
    """Whether what the layers behind say follows from the two coordinates alone."""
    last = looked(knobs) == len(knobs.hidden_sizes)
    return width(knobs) <= 2 or (last and seen_on(knobs) == "cut")


def axes(knobs: Knobs) -> tuple[int, ...]:
    """The units that are the axes, from 0: two, or one where there is no other."""
    if width(knobs) <= 2:
        return tuple(range(width(knobs)))
    chosen = [min(unit, width(knobs)) - 1 for unit in (knobs.unit_x, knobs.unit_y)]
    return tuple(dict.fromkeys(chosen))


def window(knobs: Knobs) -> tuple[float, float] | None:
    """(centre, half a side) of the window where the units can take no other values; else None."""
    layer = looked(knobs)
    if seen_on(knobs) != "units":
        return None
    if layer == 0:
        entered = [knobs.feature_names[unit] for unit in axes(knobs)]
        return PLANE if set(entered) <= {"x1", "x2"} else None
    return None if knobs.skips[layer - 1] else BOUNDS.get(knobs.activations[layer - 1])


def unit_name(knobs: Knobs, layer: int, unit: int) -> str:
    """What a unit is called, both counted from 0; layer 0 is what enters."""
    return FEATURE_LABELS[knobs.feature_names[unit]] if layer == 0 else f"unit {unit + 1}"


def layer_name(knobs: Knobs, layer: int) -> str:
    """What a layer is called, counted from 0."""
    if layer == 0:
        return "input"
    return "output" if layer > len(knobs.hidden_sizes) else f"layer {layer}"


def axis_names(knobs: Knobs) -> tuple[str, str]:
    """What runs across and up."""
    if seen_on(knobs) == "cut":
        right = "class 1" if knobs.is_classes else "larger"
        return f"across the cut: {right} to the right", "widest spread beside it"
    if seen_on(knobs) == "plane":
        return "principal plane, across", "principal plane, up"
    named = [unit_name(knobs, looked(knobs), unit) for unit in axes(knobs)]
    return named[0], named[1] if len(named) > 1 else ""
