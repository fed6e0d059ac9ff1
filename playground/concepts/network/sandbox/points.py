"""The sandbox's data: three splits of a toy set or of two columns of a real table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playground.concepts.network.sandbox.data_knobs import TOYS
from playground.concepts.network.sandbox.knobs import Knobs
from playground.data import prepare, tables, toy

SPLITS = ("train", "validation", "test")
UNSCALED = (*TOYS, "painted")  # they lie on the plane already
COLUMNS = {"iris": ("iris_x", "iris_y"), "wine": ("wine_x", "wine_y"), "breast_cancer": ("cancer_x", "cancer_y")}


@dataclass(frozen=True)
class Points:
    """`inputs` (N, 2), or (N, 1) for the sine, float32; `targets` (N,) int64 classes or float32; by split."""

    inputs: Mapping[str, NDArray[np.float32]]
    targets: Mapping[str, NDArray[np.int64] | NDArray[np.float32]]


def points(knobs: Knobs) -> Points:
    """The points of a run, the same for the same seed: drawn, split, then the training labels redrawn."""
    generator = np.random.default_rng(knobs.seed)
    inputs, targets = _drawn(knobs, generator)
    rows = dict(zip(SPLITS, prepare.split(len(inputs), knobs.train_share, generator), strict=True))
    inputs = inputs.astype(np.float32) if knobs.data in UNSCALED else prepare.scale(inputs, rows["train"])
    if knobs.data == "table" and not knobs.is_classes:
        targets = prepare.scale(targets[:, None], rows["train"])[:, 0]
    found = {split: targets[rows[split]] for split in SPLITS}
    if knobs.is_classes and knobs.label_noise:
        found["train"] = prepare.relabel(found["train"], knobs.label_noise, max(2, knobs.output_count), generator)
    return Points({split: inputs[rows[split]] for split in SPLITS}, found)


def _drawn(knobs: Knobs, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """All inputs and targets of a set."""
    if knobs.data in ("painted", "table"):
        own = knobs.own()
        return own.inputs, own.targets
    return _toy(knobs, generator) if knobs.data in TOYS else _columns(knobs)


def _toy(knobs: Knobs, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    counted = {"class_count": knobs.class_count} if knobs.data == "blobs" else {}
    return toy.TOYS[knobs.data](knobs.samples, knobs.noise, generator, **counted)


def _columns(knobs: Knobs) -> tuple[np.ndarray, np.ndarray]:
    found = tables.table(knobs.data)
    chosen = [found.columns.index(getattr(knobs, name)) for name in COLUMNS[knobs.data]]
    return found.values[:, chosen], found.targets
