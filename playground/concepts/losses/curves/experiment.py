"""Every loss and its slope over the model's output, by autograd; the frames sweep a probe along them.

The output is a prediction for the regression losses and the logit of the right class for the others, whose further
logits are 0. Metrics of every frame: output, and for each loss `loss.<name>` and `gradient.<name>`. Arrays of frame 0:
outputs (121,), for each loss chosen `<name>_loss` and `<name>_gradient` (121,), and `<name>_likelihood` where the
loss is the negative logarithm of one; loss_range, gradient_range (2,), the axes that hold them. Of every frame: probe
(1,), and at, losses, gradients (L,) of the L losses chosen. Frame 0 takes at most 20 kB, the others 2 kB.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from playground.concepts.losses.curves.knobs import Knobs
from playground.concepts.losses.curves.words import HIGH, LIKELIHOODS, LOW, PROBES
from playground.concepts.losses.functions import focal, kl_divergence, regression_losses, shares
from playground.concepts.losses.names import LOSSES
from playground.contract import Frame

Curve = Callable[[Tensor], Tensor]
Numbers = NDArray[np.float64]


def loss_fns(knobs: Knobs) -> Mapping[str, Curve]:
    """Each loss as a function of the outputs (N,) alone."""
    fits = regression_losses(knobs.delta, knobs.quantile)
    return {**{name: _against(loss, knobs.target) for name, loss in fits.items()}, **_class_losses(knobs)}


def _against(loss: Callable[[Tensor, Tensor], Tensor], target: float) -> Curve:
    return lambda outputs: loss(outputs, torch.full_like(outputs, target))


def _class_losses(knobs: Knobs) -> Mapping[str, Curve]:
    """The losses of a class, which is right: class 0."""
    target = shares(knobs.target_probability, knobs.class_count)

    def logits(outputs: Tensor) -> Tensor:
        return F.pad(outputs[:, None], (0, knobs.class_count - 1))  # (N, K)

    def cross_entropy(outputs: Tensor, label_smoothing: float = 0.0) -> Tensor:
        right = torch.zeros(len(outputs), dtype=torch.long)
        return F.cross_entropy(logits(outputs), right, reduction="none", label_smoothing=label_smoothing)

    return {
        "cross_entropy": cross_entropy,
        "kl": lambda x: kl_divergence(logits(x), target.to(x).expand(len(x), -1)),
        "bce": lambda x: F.binary_cross_entropy_with_logits(x, torch.ones_like(x), reduction="none"),
        "label_smoothed": lambda x: cross_entropy(x, knobs.smoothing),
        "focal": lambda x: focal(logits(x), torch.zeros(len(x), dtype=torch.long), knobs.gamma),
        "hinge": lambda x: torch.relu(1 - x),
    }


def curve(loss: Curve, outputs: Numbers) -> tuple[Numbers, Numbers]:
    """(losses, gradients by autograd) at outputs (N,)."""
    x = torch.from_numpy(outputs).requires_grad_()
    losses = loss(x)
    (gradients,) = torch.autograd.grad(losses.sum(), x)
    return losses.detach().numpy(), gradients.numpy()


def curves(knobs: Knobs) -> tuple[Numbers, Mapping[str, Numbers], Mapping[str, Numbers]]:
    """(outputs (121,), losses by name, gradients by name)."""
    outputs = np.linspace(LOW, HIGH, PROBES)
    found = {name: curve(loss, outputs) for name, loss in loss_fns(knobs).items()}
    return outputs, {name: found[name][0] for name in LOSSES}, {name: found[name][1] for name in LOSSES}


def experiment(knobs: Knobs, device: str) -> Iterator[Frame]:
    """A frame for each output, from LOW to HIGH."""
    outputs, losses, gradients = curves(knobs)
    for step, output in enumerate(outputs):
        now = {
            **{f"loss.{name}": float(losses[name][step]) for name in LOSSES},
            **{f"gradient.{name}": float(gradients[name][step]) for name in LOSSES},
        }
        fixed = _fixed(knobs, outputs, losses, gradients) if step == 0 else {}
        yield Frame(step, {"output": float(output), **now}, {**fixed, **_probe(knobs, float(output), now)})


def _fixed(
    knobs: Knobs, outputs: Numbers, losses: Mapping[str, Numbers], gradients: Mapping[str, Numbers]
) -> dict[str, NDArray[np.float32]]:
    """The curves of the losses chosen."""
    found = {"outputs": outputs}
    for name in knobs.losses:
        found |= {f"{name}_loss": losses[name], f"{name}_gradient": gradients[name]}
        if name in LIKELIHOODS:
            found[f"{name}_likelihood"] = np.exp(-losses[name])
    for kind, values in (("loss", losses), ("gradient", gradients)):
        found[f"{kind}_range"] = _room([values[name] for name in knobs.losses])
    return {name: values.astype(np.float32) for name, values in found.items()}


def _room(curves: Sequence[Numbers]) -> Numbers:
    """The axis (2,) on which all curves lie between the edges."""
    low, high = np.min(curves), np.max(curves)
    return np.array([low, high]) + (high - low) * np.array([-0.04, 0.04])


def _probe(knobs: Knobs, output: float, now: Mapping[str, float]) -> dict[str, NDArray[np.float32]]:
    """Where the probe stands and what it reads off each curve."""
    found = {
        "probe": [output],
        "at": [output] * len(knobs.losses),
        "losses": [now[f"loss.{name}"] for name in knobs.losses],
        "gradients": [now[f"gradient.{name}"] for name in knobs.losses],
    }
    return {name: np.asarray(values, np.float32) for name, values in found.items()}
