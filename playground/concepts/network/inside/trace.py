"""One sample through the network and its error back: every sum, activation and derivative, by autograd.

A layer has U units and I inputs.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from playground.models.mlp import Residual
from playground.training.losses import LossFn

MOST_TERMS, A_LINE = 8, 5


@dataclass(frozen=True)
class Layer:
    """What a linear layer did for one sample, and what the loss asks of it.

    `entered` (I,), `sums` (U,) = weights (U, I) times entered plus bias, `activations` (U,) behind norm, bend and
    residual; `wanted` (U,) = dL/da, `delta` (U,) = dL/dz; dL/dw = delta times entered.
    """

    weights: Tensor
    bias: Tensor
    entered: Tensor
    sums: Tensor
    activations: Tensor
    wanted: Tensor
    delta: Tensor

    @property
    def products(self) -> Tensor:
        """w a of every edge, (U, I)."""
        return self.weights * self.entered

    @property
    def gradients(self) -> Tensor:
        """dL/dw of every edge, (U, I)."""
        return self.delta[:, None] * self.entered


@dataclass(frozen=True)
class Trace:
    """All layers, the output (K,) and the loss of one sample."""

    layers: tuple[Layer, ...]
    outputs: Tensor
    loss: float


def trace(model: nn.Sequential, loss_fn: LossFn, inputs: Tensor, target: Tensor) -> Trace:
    """The trace of inputs (1, F); leaves the parameters' gradients alone. Norm and dropout as the model's mode says."""
    with torch.enable_grad():
        passed: list[tuple[nn.Linear, Tensor, Tensor]] = []
        outputs = _walk(model, inputs.detach(), passed)
        loss = loss_fn(outputs, target)
        sums = [after for *_, after in passed]
        entered = [before for _, before, _ in passed[1:]]
        found = torch.autograd.grad(loss, [*sums, *entered], allow_unused=True, materialize_grads=True)
    deltas, wanted = found[: len(sums)], [*found[len(sums) :], found[len(sums) - 1]]
    came_out = [*entered, outputs]
    layers = [
        Layer(*(one.detach().reshape(one.shape[-2:] if one is linear.weight else -1).cpu()
                for one in (linear.weight, linear.bias, before, after, out, want, delta)))
        for (linear, before, after), out, want, delta in zip(passed, came_out, wanted, deltas, strict=True)
    ]  # fmt: skip
    return Trace(tuple(layers), outputs.detach()[0].cpu(), loss.item())


def _walk(layers: nn.Sequential, x: Tensor, passed: list[tuple[nn.Linear, Tensor, Tensor]]) -> Tensor:
    """What the layers make of x; notes each linear layer with what enters it and what it sums."""
    for layer in layers:
        if isinstance(layer, Residual):
            x = x + _walk(layer, x, passed)
        elif isinstance(layer, nn.Linear):
            before, x = x, layer(x)
            passed.append((layer, before, x))
        else:
            x = layer(x)
    return x


def equation(layer: Layer, unit: int, bend: str) -> list[str]:
    """A unit's sum with its products written out, five terms a line and at most eight, then what follows from it."""
    pairs = zip(layer.weights[unit].tolist(), layer.entered.tolist(), strict=True)
    terms = [f"{number(w)}·{f'({number(a)})' if a < 0 else number(a)}" for w, a in pairs]
    left = len(terms) - MOST_TERMS
    rest = [f"{number(float(layer.products[unit, MOST_TERMS:].sum()))} from {left} more"] if left > 0 else []
    signed = [f"− {term[1:]}" if term.startswith("−") else f"+ {term}"
              for term in [*terms[:MOST_TERMS], *rest, number(float(layer.bias[unit]))]]  # fmt: skip
    z, a, delta = (number(float(part[unit])) for part in (layer.sums, layer.activations, layer.delta))
    lines = [" ".join(signed[start : start + A_LINE]) for start in range(0, len(signed), A_LINE)]
    lines[0] = f"z = {lines[0].removeprefix('+ ')}".replace("z = − ", "z = −")
    lines[-1] += f" = {z}"
    made = f"a = {bend} = {a}" if bend else f"a = z = {a}, the output"
    return [*lines, f"{made},   δ = ∂L/∂z = {delta}"]


def number(value: float) -> str:
    """Three digits with a true minus."""
    return f"{value:.3g}".replace("-", "−")
