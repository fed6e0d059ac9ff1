"""The curves: each function with its first and second derivative, and a probe that sweeps z.

Metrics of every frame: z; value.f, slope.f, bend.f of each function f shown; largest_slope, smallest_slope, the
extremes of |f'(z)| over them. Of frame 0 also steepest.f, flat_share.f, mean_output.f, gain.f, and undefined_share.
Arrays of frame 0 (float32): z (N,); value.f, slope.f, bend.f (N,); value_range, slope_range, bend_range (2,), what the
axes show; slope_at_zero, mean_output, gain (F,). Of every frame: probe (F,) and line (1,), both z; probe_value,
probe_slope, probe_bend (F,); for a softmax also logits, exponentials (3,). With the default functions 15 kB in frame 0
and 1 kB in others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from playground.concepts.activations.curves.functions import Function, derivatives, functions
from playground.concepts.activations.curves.knobs import Knobs
from playground.concepts.activations.curves.measure import gain, moments
from playground.contract import Frame

POINTS = 241
PROBES = 121
ORDERS = ("value", "slope", "bend")
FLAT = 0.01  # |f'| below which hardly any gradient passes
STEEPEST_SHOWN = 5.0
MARGIN = 0.06

Curves = dict[str, tuple[Tensor, Tensor, Tensor]]
Arrays = dict[str, NDArray[np.float32]]


def experiment(knobs: Knobs, device: str) -> Iterator[Frame]:
    """A frame for each of 121 places of the probe, from -reach to reach; on the CPU, since a curve is few numbers."""
    shown = functions(knobs)
    grid, probes = (_places(knobs.reach, count) for count in (POINTS, PROBES))
    at_probes = {name: derivatives(function, probes) for name, function in shown.items()}
    first = _start(knobs, shown, grid)
    for i, z in enumerate(probes.tolist()):
        frame = _probe(knobs, z, {name: tuple(curve[i].item() for curve in at_probes[name]) for name in shown})
        still = first if i == 0 else Frame(0)
        yield Frame(i, {**frame.metrics, **still.metrics}, {**still.arrays, **frame.arrays})


def _places(reach: int, count: int) -> Tensor:
    """Evenly spaced z (count,) from -reach to reach, with an exact 0 in the middle."""
    half = count // 2
    return torch.arange(-half, half + 1, dtype=torch.float64) * reach / half


def _start(knobs: Knobs, shown: Mapping[str, Function], grid: Tensor) -> Frame:
    """What never changes: the curves, what the axes show, and the measures of each function."""
    curves = {name: derivatives(function, grid) for name, function in shown.items()}
    arrays: Arrays = {"z": _floats(grid)}
    for name, found in curves.items():
        arrays |= {f"{order}.{name}": _floats(values) for order, values in zip(ORDERS, found, strict=True)}
    limits = (1.5 * knobs.reach, STEEPEST_SHOWN, STEEPEST_SHOWN)
    for k, (order, limit) in enumerate(zip(ORDERS, limits, strict=True)):
        arrays[f"{order}_range"] = _axis(torch.cat([found[k] for found in curves.values()]), limit)
    if knobs.view == "softmax":
        return Frame(0, {}, arrays)
    measures = _measures(shown)
    metrics = {f"{name}.{function}": values[i] for name, values in measures.items() for i, function in enumerate(shown)}
    arrays |= {name: np.array(values, np.float32) for name, values in measures.items()}
    return Frame(0, {**metrics, **_slopes(curves)}, arrays)


def _measures(shown: Mapping[str, Function]) -> dict[str, list[float]]:
    """The table's numbers, in the order of the functions."""
    zero = torch.zeros(1, dtype=torch.float64)
    return {
        "slope_at_zero": [derivatives(function, zero)[1].item() for function in shown.values()],
        "mean_output": [round(moments(function)[0], 12) for function in shown.values()],
        "gain": [gain(function) for function in shown.values()],
    }


def _slopes(curves: Curves) -> dict[str, float]:
    """The largest |f'| of each function, the share of the range where it is flat, and where a value is no number."""
    found = {f"steepest.{name}": slope.abs().max().item() for name, (_, slope, _) in curves.items()}
    found |= {
        f"flat_share.{name}": (slope.abs() < FLAT).double().mean().item() for name, (_, slope, _) in curves.items()
    }
    if "own" in curves:
        found["undefined_share"] = (~curves["own"][0].isfinite()).double().mean().item()
    return found


def _probe(knobs: Knobs, z: float, found: Mapping[str, tuple[float, ...]]) -> Frame:
    """The functions at one z; `found` holds (f, f', f'') of each."""
    metrics = {f"{order}.{name}": values[k] for name, values in found.items() for k, order in enumerate(ORDERS)}
    slopes = [abs(values[1]) for values in found.values()]
    metrics |= {"z": z, "largest_slope": max(slopes), "smallest_slope": min(slopes)}
    arrays = {"probe": np.full(len(found), z, np.float32), "line": np.full(1, z, np.float32)}
    for k, order in enumerate(ORDERS):
        arrays[f"probe_{order}"] = np.array([values[k] for values in found.values()], np.float32)
    if knobs.view == "softmax":
        logits = np.array([z, knobs.logit_2, knobs.logit_3])
        arrays |= {"logits": logits.astype(np.float32)}
        arrays |= {"exponentials": np.exp(logits / knobs.temperature).astype(np.float32)}
    return Frame(0, metrics, arrays)


def _axis(values: Tensor, limit: float) -> NDArray[np.float32]:
    """(lowest, highest) that an axis shows of the values, with a margin, within -limit to limit."""
    finite = values[values.isfinite()].clamp(-limit, limit)
    low, high = (finite.min().item(), finite.max().item()) if len(finite) else (-1.0, 1.0)
    margin = MARGIN * (high - low) or 0.5
    return np.array([low - margin, high + margin], np.float32)


def _floats(values: Tensor) -> NDArray[np.float32]:
    return values.float().numpy()
