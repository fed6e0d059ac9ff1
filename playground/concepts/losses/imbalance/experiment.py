"""Cross-entropy, weighted cross-entropy and focal loss on rare classes, each over several seeds, as one population.

M = 3 losses times R repeats; a repeat draws its own training points and parameters, the same for each loss. What is
measured is measured on 4,000 test points of each repeat. Metrics of every frame, the mean over the repeats for each
loss: `train_loss.<loss>`, `recall.<loss>`, `precision.<loss>`, `calibration_error.<loss>`, `mean_probability.<loss>`
(of the rare class), `flagged_share.<loss>` (of all points), and train_loss.* under their own loss. Arrays: in frame 0
x0, y0, x1, y1 (points of the first repeat by class), truth (2,), heights (21,), around (42,); in each frame, for each
loss, `boundary_<loss>` (21,) and `boundary_band_<loss>` (42,), `said_<loss>`, `found_<loss>` (10,) and their bands,
`said_around_<loss>`, `found_band_<loss>` (20,); recall, precision, calibration_error, mean_probability (3,). Series:
step, and for recall and precision the mean, low and high over the repeats.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from playground.concepts.losses.imbalance import scores
from playground.concepts.losses.imbalance.knobs import Knobs
from playground.concepts.losses.imbalance.points import clouds
from playground.concepts.losses.imbalance.scores import Numbers
from playground.concepts.losses.imbalance.words import EDGE, LOSSES, SHOWN
from playground.contract import Frame
from playground.training.losses import LossFn
from playground.training.pace import frame_steps
from playground.training.population import Member, Population
from playground.training.population_optimizer import PopulationOptimizer
from playground.training.population_updates import member_losses, train_step
from playground.training.seeding import aside

FRAMES = 80
TEST_SAMPLES = 4000
HEIGHTS = np.linspace(-EDGE, EDGE, 21)
ACROSS = np.linspace(-EDGE, EDGE, 61)


def binary_focal(logits: Tensor, targets: Tensor, gamma: float) -> Tensor:
    """Cross-entropy times (1 - p of the right class)^gamma, one value a sample (Lin et al. 2017)."""
    losses = F.binary_cross_entropy_with_logits(logits, targets, reduction="none")
    return (1 - torch.exp(-losses)) ** gamma * losses


def loss_fn(knobs: Knobs) -> LossFn:
    """The loss of all members: outputs (M * N, 1), whose first third is under the first loss and so on."""
    weight = torch.tensor(knobs.rare_weight, dtype=torch.float64)

    def losses(outputs: Tensor, targets: Tensor, *, reduction: str = "none") -> Tensor:
        plain, weighted, focal = zip(outputs.chunk(3), targets.chunk(3), strict=True)
        return torch.cat([
            F.binary_cross_entropy_with_logits(*plain, reduction="none"),
            F.binary_cross_entropy_with_logits(*weighted, reduction="none", pos_weight=weight),
            binary_focal(*focal, knobs.gamma),
        ])  # fmt: skip

    return losses


def draw(knobs: Knobs, samples: int, stream: int) -> tuple[Numbers, Numbers]:
    """Inputs (R, N, 2) and labels (R, N) of every repeat; streams differ for training and test."""
    generators = [np.random.default_rng([knobs.seed + repeat, stream]) for repeat in range(knobs.seeds)]
    drawn = [clouds(samples, knobs.prior, knobs.separation, generator) for generator in generators]
    return np.stack([inputs for inputs, _ in drawn]), np.stack([labels for _, labels in drawn])


def population(knobs: Knobs) -> Population:
    """The members, loss by loss, each with a member for every repeat."""
    members = [
        Member(seed=knobs.seed + repeat, optimizer="adam", learning_rate=knobs.learning_rate)
        for _ in LOSSES
        for repeat in range(knobs.seeds)
    ]
    sizes = (2, knobs.hidden_units, 1) if knobs.hidden_units else (2, 1)
    return Population(members, sizes, dtype=torch.float64)


def experiment(knobs: Knobs, device: str) -> Iterator[Frame]:
    """The frames of the population, every update on all training points."""
    inputs, labels = draw(knobs, knobs.samples, 0)
    members, losses = population(knobs), loss_fn(knobs)
    x = torch.from_numpy(np.tile(inputs, (3, 1, 1)))  # (M, N, 2)
    y = torch.from_numpy(np.tile(labels, (3, 1)))[..., None]  # (M, N, 1)
    optimizer = PopulationOptimizer(members)
    measure = Measure(knobs, members)
    shown = frozenset(frame_steps(knobs.steps, FRAMES))
    for step in range(knobs.steps + 1):
        if step:
            train_step(members, optimizer, losses, x, y)
        if step in shown:
            with aside(), torch.no_grad():
                means = member_losses(members(x), y, losses).numpy()
                yield measure(step, means, _fixed(knobs, inputs[0], labels[0]) if step == 0 else {})


def _fixed(knobs: Knobs, inputs: Numbers, labels: Numbers) -> dict[str, Numbers]:
    """The training points of one repeat, class by class, SHOWN of each at most, and the true boundary."""
    found = {f"{axis}{k}": inputs[labels == k, i][:SHOWN] for k in (0, 1) for i, axis in enumerate("xy")}
    return {
        **found,
        "truth": np.full(2, knobs.boundary),
        "heights": HEIGHTS,
        "around": np.append(HEIGHTS, HEIGHTS[::-1]),
    }


class Measure:
    """Measures a population on the test points of each repeat."""

    def __init__(self, knobs: Knobs, members: Population) -> None:
        self.knobs, self.members = knobs, members
        inputs, labels = draw(knobs, TEST_SAMPLES, 1)
        self.inputs, self.labels = torch.from_numpy(np.tile(inputs, (3, 1, 1))), np.tile(labels, (3, 1))
        grid = np.stack(np.meshgrid(ACROSS, HEIGHTS), -1).reshape(-1, 2)
        self.grid = torch.from_numpy(grid)

    def __call__(self, step: int, train_losses: Numbers, fixed: dict[str, Numbers]) -> Frame:
        """The frame of a step."""
        probabilities = torch.sigmoid(self.members(self.inputs))[..., 0].numpy()  # (M, N)
        said, found, counts = scores.calibration(probabilities, self.labels)
        flagged = probabilities >= self.knobs.threshold
        measured = {
            "train_loss": train_losses, "recall": scores.recall(flagged, self.labels),
            "precision": scores.precision(flagged, self.labels),
            "calibration_error": scores.calibration_error(said, found, counts),
            "mean_probability": probabilities.mean(1), "flagged_share": flagged.mean(1),
        }  # fmt: skip
        repeats = {kind: values.reshape(3, -1) for kind, values in measured.items()}  # (3, R)
        metrics = {f"{kind}.{loss}": float(values[i].mean()) for kind, values in repeats.items()
                   for i, loss in enumerate(LOSSES)}  # fmt: skip
        columns = {kind: values.mean(1) for kind, values in repeats.items()}
        arrays = {**fixed, **columns, **self._boundaries(), **_reliability(said, found)}
        narrow = {name: np.asarray(values, np.float32) for name, values in arrays.items()}
        return Frame(step, metrics, narrow, _series(step, repeats))

    def _boundaries(self) -> dict[str, Numbers]:
        """Where each loss's members call a point rare: their mean, and the band from the least to the most."""
        shift = float(np.log(self.knobs.threshold / (1 - self.knobs.threshold)))
        logits = self.members(self.grid)[..., 0].numpy().reshape(-1, len(HEIGHTS), len(ACROSS)) - shift
        at = scores.crossings(logits, ACROSS).reshape(3, -1, len(HEIGHTS))  # (3, R, heights)
        found = {f"boundary_{loss}": at[i].mean(0) for i, loss in enumerate(LOSSES)}
        bands = {f"boundary_band_{loss}": np.append(at[i].min(0), at[i].max(0)[::-1]) for i, loss in enumerate(LOSSES)}
        return {**found, **bands}


def _reliability(said: Numbers, found: Numbers) -> dict[str, Numbers]:
    """For each loss and bin the mean probability and share of rare points over the repeats, and that share's band."""
    arrays: dict[str, Numbers] = {}
    for i, loss in enumerate(LOSSES):
        rows = slice(i * len(said) // 3, (i + 1) * len(said) // 3)
        full = ~np.isnan(found[rows]).all(0)  # bins that some repeat fills
        arrays[f"said_{loss}"] = np.nanmean(said[rows][:, full], 0)
        arrays[f"found_{loss}"] = np.nanmean(found[rows][:, full], 0)
        low, high = np.nanmin(found[rows][:, full], 0), np.nanmax(found[rows][:, full], 0)
        arrays[f"found_band_{loss}"] = np.append(low, high[::-1])
        arrays[f"said_around_{loss}"] = np.append(arrays[f"said_{loss}"], arrays[f"said_{loss}"][::-1])
    return arrays


def _series(step: int, repeats: dict[str, Numbers]) -> dict[str, NDArray[np.float32]]:
    """Mean, least and most over the repeats of recall and precision."""
    found = {"step": [step]}
    for kind in ("recall", "precision"):
        for i, loss in enumerate(LOSSES):
            values = repeats[kind][i]
            found |= {f"{kind}.{loss}": [values.mean()], f"{kind}.{loss}.low": [values.min()],
                      f"{kind}.{loss}.high": [values.max()]}  # fmt: skip
    return {name: np.asarray(values, np.float32) for name, values in found.items()}
