"""Small convolutional networks on few images, with and without augmentation, over several seeds, as one population.

M = 2 R members: R without, then R with augmentation, on the same images and from the same initial weights. Beside
them a judge learns from all images (`safety`). Metrics, arrays and series: see `measure`.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
import torch.nn.functional as F
from torch import Tensor

from playground.concepts.regularization.augmentation.images import Images, images
from playground.concepts.regularization.augmentation.knobs import Knobs
from playground.concepts.regularization.augmentation.measure import Measure
from playground.concepts.regularization.augmentation.networks import CLASSES, Networks, member_losses
from playground.concepts.regularization.augmentation.safety import Judge
from playground.contract import Frame
from playground.training import augment
from playground.training.augment_draw import Recipe, altered, blended, draw, own_share
from playground.training.pace import frame_steps
from playground.training.population_updates import member_batches
from playground.training.seeding import aside

FRAMES = 50
BATCH = 24


def recipe(knobs: Knobs) -> Recipe:
    """The augmentations that the knobs ask for."""
    return Recipe(
        knobs.names, knobs.degrees, knobs.pixels, knobs.zoom, knobs.crop, knobs.noise, knobs.erase, knobs.mixup,
        knobs.cutmix,
    )  # fmt: skip


def augmented(inputs: Tensor, labels: Tensor, chosen: Recipe) -> tuple[Tensor, Tensor]:
    """Batches (R, B, S, S) with labels (R, B) as training sees them: images and targets (R, B, K).

    An image is mixed with the one before it in its batch.
    """
    repeats, batch, size, _ = inputs.shape
    count = repeats * batch
    drawn = draw(chosen, count, size)
    moved = altered(inputs.flatten(0, 1), drawn).view_as(inputs)
    mixed = blended(moved.flatten(0, 1), moved.roll(1, 1).flatten(0, 1), drawn)
    shares = own_share(drawn, count, size)
    targets = augment.mixed_targets(labels.flatten(), labels.roll(1, 1).flatten(), shares, CLASSES)
    return mixed.view_as(inputs), targets.view(repeats, batch, CLASSES)


def batches(knobs: Knobs, found: Images) -> Iterator[tuple[Tensor, Tensor]]:
    """Images (M, B, S, S) and targets (M, B, K) of one update after the other, without end.

    A repeat's two members see the same images in the same order.
    """
    generators = [torch.Generator().manual_seed(knobs.seed + repeat) for repeat in range(knobs.seeds)]
    for places in member_batches(generators, knobs.train_images, BATCH):
        rows = found.rows.gather(1, places)  # (R, B)
        inputs, labels = found.train[rows], found.train_labels[rows]
        changed, targets = augmented(inputs, labels, recipe(knobs))
        yield torch.cat([inputs, changed]), torch.cat([F.one_hot(labels, CLASSES).float(), targets])


def train_step(networks: Networks, optimizer: torch.optim.Optimizer, inputs: Tensor, targets: Tensor) -> None:
    """Updates every member once, each by its own loss."""
    optimizer.zero_grad()
    member_losses(networks(inputs), targets).sum().backward()  # type: ignore[no-untyped-call]
    optimizer.step()


def experiment(knobs: Knobs, device: str) -> Iterator[Frame]:
    """The frames of the population."""
    found = images(knobs)
    seeds = range(knobs.seed, knobs.seed + knobs.seeds)
    networks, judge = Networks([*seeds, *seeds], knobs.size), Judge(knobs, found, recipe(knobs))
    optimizer = torch.optim.Adam(networks.parameters, lr=knobs.learning_rate)
    measure = Measure(knobs, found, networks, judge)
    shown = frozenset(frame_steps(knobs.steps, FRAMES))
    yield _aside(measure, 0)
    for step, (inputs, targets) in zip(range(1, knobs.steps + 1), batches(knobs, found), strict=False):
        train_step(networks, optimizer, inputs, targets)
        judge.learn()
        if step in shown:
            yield _aside(measure, step)


def _aside(measure: Measure, step: int) -> Frame:
    with aside(), torch.no_grad():
        return measure(step)
