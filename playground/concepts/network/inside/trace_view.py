"""One sample: every sum and product on its way through the network, and the error on its way back."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from playground.concepts.network.inside import drawn
from playground.concepts.network.inside.codes import characters
from playground.concepts.network.inside.decades import Decades
from playground.concepts.network.inside.scene import Scene
from playground.concepts.network.inside.trace import Layer, Trace, equation, trace
from playground.contract import Ranged, ranged
from playground.wire import narrow

LINES, LENGTH = 3, 96
Found = tuple[dict[str, float], dict[str, Any], dict[str, float]]
BENDS = {"identity": "z", "relu": "max(0, z)", "sine": "sin(z)", "sigmoid": "σ(z)"}


class TraceView:
    """Follows one sample forwards and backwards."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.knobs = scene, scene.knobs
        self.layer, self.unit = scene.knobs.picked
        self.shown = drawn.shown(scene.knobs)
        self.axis = Decades("delta")

    def __call__(self, step: int) -> Found:
        """What is seen after that many updates."""
        scene = self.scene
        found = trace(scene.network.model, scene.network.loss_fn, scene.sample.inputs, scene.sample.target)
        layer = found.layers[self.layer - 1]
        z, a, wanted, delta = (
            float(part[self.unit]) for part in (layer.sums, layer.activations, layer.wanted, layer.delta)
        )
        metrics = {"sample_loss": found.loss, "unit_z": z, "unit_a": a, "unit_wanted": wanted, "unit_delta": delta}
        metrics |= {"unit_gradient": float(layer.gradients[self.unit].norm())}
        arrays = {**self._graph(found), **self._unit(layer), **self._all(found)}
        lengths = {f"delta.{i}": float(one.delta.norm()) or float("nan") for i, one in enumerate(found.layers)}
        arrays |= self.axis(np.array(list(lengths.values())))
        return metrics, arrays, {"sample_loss": found.loss, **lengths}

    def _graph(self, found: Trace) -> dict[str, Any]:
        """Numbers and colours of the drawn units, and the edges between them."""
        forward = [found.layers[0].entered, *(layer.activations for layer in found.layers)]
        backward = [layer.delta for layer in found.layers]
        going = [values[:count] for values, count in zip(forward, self.shown, strict=True)]
        coming = [values[:count] for values, count in zip(backward, self.shown[1:], strict=True)]
        kinds = {"product": lambda layer: layer.products, "weight": lambda layer: layer.weights,
                 "gradient": lambda layer: layer.gradients}  # fmt: skip
        edges = [
            kinds[self.knobs.edges](layer)[:after, :before].reshape(-1)
            for layer, before, after in zip(found.layers, self.shown, self.shown[1:], strict=False)
        ]
        numbers = {"forward_numbers": torch.cat(going), "backward_numbers": torch.cat(coming).round(decimals=5)}
        numbers |= {"edges": torch.cat(edges)}
        arrays = {name: values.numpy() for name, values in numbers.items()}
        return {**narrow(arrays), "forward": _tinted(going), "backward": _tinted(coming)}

    def _unit(self, layer: Layer) -> dict[str, Any]:
        """The unit's sum, term by term, and written out."""
        bend = "" if self.layer > len(self.knobs.hidden_sizes) else self._bend()
        one = torch.ones(1)
        terms = {
            "in_value": torch.cat([layer.entered, one]),
            "in_weight": torch.cat([layer.weights[self.unit], layer.bias[self.unit : self.unit + 1]]),
        }
        terms["in_product"] = terms["in_value"] * terms["in_weight"]
        terms["in_gradient"] = layer.delta[self.unit] * terms["in_value"]
        text = equation(layer, self.unit, bend)
        lines = [*text, *[""] * (LINES - len(text))]
        arrays = {name: values.numpy() for name, values in terms.items()}
        return {**narrow(arrays), "equation": characters(lines, LENGTH)}

    def _bend(self) -> str:
        """What makes an activation of a sum, in words of the formula."""
        name = self.knobs.activations[self.layer - 1]
        inner = BENDS.get(name, f"{name.replace('_', ' ')}(z)")
        if self.knobs.norm != "none":
            inner = inner.replace("z", "norm(z)")
        return f"{inner} + what entered" if self.knobs.skips[self.layer - 1] else inner

    def _all(self, found: Trace) -> dict[str, Any]:
        """Sum, activation and derivatives of every drawn unit behind the input."""
        parts: dict[str, list[Tensor]] = {"all_z": [], "all_a": [], "all_wanted": [], "all_delta": []}
        for layer, count in zip(found.layers, self.shown[1:], strict=True):
            columns = zip(parts.values(), (layer.sums, layer.activations, layer.wanted, layer.delta), strict=True)
            for kept, values in columns:
                kept.append(values[:count])
        return dict(narrow({name: torch.cat(values).numpy() for name, values in parts.items()}))


def _tinted(layers: list[Tensor]) -> Ranged:
    """Numbers as pictures (n, 1, 1), each beside the largest of its layer."""
    tints = [values / values.abs().max().clamp_min(1e-12) for values in layers]
    flat: np.ndarray[Any, Any] = torch.cat(tints).nan_to_num(0).numpy()
    return ranged(flat[:, None, None], -1, 1)
