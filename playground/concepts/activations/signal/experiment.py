"""A signal through many layers, and the gradient on its way back; nothing is trained.

Layers l = 1 ... L. Frames 0 to L - 1 follow the activations from the first layer to the last, frames L to 2L - 1 the
gradient from the last to the first. All in float64, so that what float32 would lose can still be drawn.
Metrics: layer; std, of all activations of the layer; spread, the standard deviation of a unit over the inputs, averaged
over units; saturated_share, zero_share; backwards also gradient, the mean |dL / dz| of the layer, and gradient_ratio,
that divided by the last layer's. The loss L is the activations' mean product with fixed normal numbers.
Arrays: density (BINS, DEEPEST) of uint8, a column a layer, empty where the signal has not come; bar_x, bar_y (BARS,) of
the layer shown; line (1,). Frame 0, which needs the first layer alone and so comes at once, also layers, inputs_on
(2,), what the axes show. Frame 1 also std_range, gradient_range (2,), std_tick, gradient_tick (1,), powers of ten. At
most 5 kB each.
Series (float64): layer, std, spread, from the inputs (layer 0) on; unit_layer, saturated_share, zero_share; back_layer,
gradient.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from playground.concepts.activations.signal.knobs import DEEPEST, Knobs
from playground.concepts.activations.signal.spans import spans
from playground.contract import Frame, Ranged, ranged
from playground.training.activations import ACTIVATIONS, SATURATED

BINS = 64
BARS = 41
TICKS = 6
LOWEST = 1e-300  # what a logarithmic axis can still show

Floats = NDArray[np.float64]


def draw(weight: Tensor, knobs: Knobs) -> Tensor:
    """Draws a layer's weights (out, in) anew, by the initialiser."""
    table: dict[str, Callable[[], Tensor]] = {
        "xavier": lambda: nn.init.xavier_normal_(weight),
        "xavier_tanh": lambda: nn.init.xavier_normal_(weight, gain=5 / 3),
        "he": lambda: nn.init.kaiming_normal_(weight, nonlinearity="relu"),
        "orthogonal": lambda: nn.init.orthogonal_(weight),
        "normal": lambda: nn.init.normal_(weight, std=knobs.weight_std),
    }
    return table[knobs.initialiser]()


def layers(knobs: Knobs, device: str) -> Iterator[nn.Linear]:
    """The linear layers, each drawn in float32 when it is asked for."""
    for _ in range(knobs.depth):
        layer = nn.Linear(knobs.width, knobs.width)
        if knobs.initialiser != "default":
            draw(layer.weight, knobs)
            nn.init.zeros_(layer.bias)
        yield layer.double().to(device)


@dataclass(frozen=True)
class Flow:
    """What passed through the network: the inputs, each layer's activations and gradient dL / dz, all (N, width)."""

    inputs: Tensor
    activations: list[Tensor]
    gradients: list[Tensor]


def signals(knobs: Knobs, device: str) -> Tensor:
    """The inputs (samples, width), drawn by NumPy."""
    generator = np.random.default_rng(knobs.seed)
    return torch.from_numpy(knobs.input_std * generator.normal(size=(knobs.samples, knobs.width))).to(device)


def flow(knobs: Knobs, inputs: Tensor, linear: Iterable[nn.Linear]) -> Flow:
    """One pass forwards and one back, once all layers are drawn."""
    drawn = list(linear)
    towards = torch.randn(knobs.samples, knobs.width).double().to(inputs)
    activation = ACTIVATIONS[knobs.activation]()
    sums, activations, a = [], [], inputs
    for layer in drawn:
        sums.append(layer(a))
        activations.append(a := activation(sums[-1]))
    gradients = torch.autograd.grad((a * towards).sum() / knobs.samples, sums)
    return Flow(inputs.cpu(), [one.detach().cpu() for one in activations], [one.cpu() for one in gradients])


def experiment(knobs: Knobs, device: str) -> Iterator[Frame]:
    """The frames of a pass: forwards layer by layer, then back."""
    inputs, linear = signals(knobs, device), layers(knobs, device)
    first = next(linear)
    with torch.no_grad():
        reached = ACTIVATIONS[knobs.activation]()(first(inputs))
    yield Measured(knobs, Flow(inputs.cpu(), [reached.cpu()], [])).forwards(0)
    measured = Measured(knobs, flow(knobs, inputs, chain([first], linear)))
    for k in range(1, 2 * knobs.depth):
        frame = measured.forwards(k) if k < knobs.depth else measured.backwards(2 * knobs.depth - 1 - k)
        arrays = {**(measured.ranges() if k == 1 else {}), **frame.arrays}
        yield Frame(k, frame.metrics, arrays, frame.series)


class Measured:
    """What the frames show of a flow, as far as it has come; `at` counts layers from 0."""

    def __init__(self, knobs: Knobs, passed: Flow) -> None:
        self.name, self.depth, self.activations = knobs.activation, knobs.depth, passed.activations
        through = [passed.inputs, *passed.activations]
        self.std = np.array([one.std().item() for one in through])  # (L + 1,), from the inputs on
        self.spread = np.array([one.std(0).mean().item() for one in through])
        self.gradient = np.array([one.abs().mean().item() for one in passed.gradients])  # (L,)
        self.saturated = np.array([_saturated(self.name, one) for one in passed.activations])
        self.zero = np.array([(one == 0).double().mean().item() for one in passed.activations])
        low, high = spans(knobs)
        self.density = np.zeros((BINS, DEEPEST))
        for k, one in enumerate(passed.activations):
            shares = histogram(one, low, high, BINS)[1]
            self.density[:, k:] = np.sqrt(shares / shares.max())[:, None]  # behind the last: its smooth edge

    def ranges(self) -> dict[str, Any]:
        """The powers of ten that the logarithmic axes show, and those between two ticks."""
        shown = {"std": powers(np.concatenate([self.std, self.spread])), "gradient": powers(self.gradient)}
        ticks = {f"{name}_tick": np.array([np.ceil((high - low) / TICKS)]) for name, (low, high) in shown.items()}
        return {**{f"{name}_range": values for name, values in shown.items()}, **ticks}

    def forwards(self, at: int) -> Frame:
        """The signal has reached this layer."""
        frame = self._layer(at)
        new = slice(0 if at == 0 else at + 1, at + 2)
        series = {"layer": np.arange(new.start, new.stop), "std": self.std[new], "spread": self.spread[new]}
        series |= {
            "unit_layer": np.array([at + 1]),
            "saturated_share": self.saturated[[at]],
            "zero_share": self.zero[[at]],
        }
        shown = self.density * (np.minimum(np.arange(DEEPEST), self.depth - 1) <= at)
        arrays: dict[str, NDArray[Any] | Ranged] = {**frame.arrays, "density": ranged(shown, 0, 1)}
        if at == 0:
            end = self.depth + 0.5
            arrays |= {"layers": np.array([0.5, end]), "inputs_on": np.array([-0.5, end])}
        return Frame(at, frame.metrics, arrays, {name: as_axis(values) for name, values in series.items()})

    def backwards(self, at: int) -> Frame:
        """The gradient has come back to this layer."""
        frame = self._layer(at)
        gradient, last = float(self.gradient[at]), float(self.gradient[-1])
        metrics = {"gradient": gradient, "gradient_ratio": gradient / last if last else float("nan")}
        series = {"back_layer": as_axis(np.array([at + 1])), "gradient": as_axis(self.gradient[[at]])}
        return Frame(at, {**frame.metrics, **metrics}, frame.arrays, series)

    def _layer(self, at: int) -> Frame:
        """The numbers and the bars of a layer."""
        activations = self.activations[at]
        metrics = {"layer": float(at + 1), "std": self.std[at + 1], "spread": self.spread[at + 1]}
        metrics |= {"saturated_share": self.saturated[at], "zero_share": self.zero[at]}
        centres, shares = histogram(activations, activations.min().item(), activations.max().item(), BARS)
        return Frame(at, metrics, {"bar_x": centres, "bar_y": shares, "line": np.full(1, at + 1, np.float32)})


def histogram(values: Tensor, low: float, high: float, bins: int) -> tuple[Floats, Floats]:
    """(centres, shares) of the values, each (bins,); what lies outside low to high counts in the bin at that end."""
    if not high > low:
        low, high = low - 0.5, low + 0.5
    width = (high - low) / bins
    places = torch.floor((values.flatten() - low) / width).nan_to_num(0).clamp(0, bins - 1).long()
    shares = torch.bincount(places, minlength=bins).double() / values.numel()
    centres = low + width * (torch.arange(bins).double() + 0.5)
    return centres.numpy(), shares.numpy()


def _saturated(name: str, activations: Tensor) -> float:
    """The share of activations at a flat end of tanh or sigmoid; 0 for the others."""
    return SATURATED[name](activations).double().mean().item() if name in SATURATED else 0.0


def as_axis(values: NDArray[Any]) -> Floats:
    """Values for a curve; what a logarithmic axis cannot show becomes a gap."""
    found = values.astype(np.float64)
    return np.where(np.isfinite(found), found, np.nan)


def powers(values: Floats) -> Floats:
    """(lowest, highest) power of ten that an axis needs for the values, at least two apart."""
    shown = values[np.isfinite(values) & (values > LOWEST)]
    if not len(shown):
        return np.array([-1.0, 1.0])
    low, high = float(np.log10(shown.min())), float(np.log10(shown.max()))
    margin = max(0.05 * (high - low), (2 - (high - low)) / 2)
    return np.array([low - margin, high + margin])
