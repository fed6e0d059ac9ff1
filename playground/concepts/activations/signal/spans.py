"""Between which values the picture shows activations: by the knobs alone, so that all layers share one axis."""

from __future__ import annotations

from collections.abc import Mapping

from playground.concepts.activations.signal.knobs import Knobs

SPANS: Mapping[str, tuple[float, float]] = {
    "sigmoid": (0, 1), "tanh": (-1, 1), "sine": (-1, 1), "relu": (0, 4), "softplus": (0, 4), "leaky_relu": (-1, 4),
    "elu": (-1, 4), "selu": (-2, 4), "gelu": (-0.5, 4), "silu": (-0.5, 4), "mish": (-0.5, 4), "identity": (-4, 4),
}  # fmt: skip
"""Whole for bounded functions; the others' is for signals of about standard deviation 1."""


def spans(knobs: Knobs) -> tuple[float, float]:
    """(lowest, highest) activation that has a place of its own; what lies outside is counted at that end."""
    return SPANS[knobs.activation]
