"""The data of a run: split, the same for every network."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from playground.concepts.optimizers.schedules.knobs import TRAIN_SHARE, Knobs
from playground.data import prepare, tables, toy


@dataclass(frozen=True)
class Points:
    """Inputs (N, D) float64 and labels (N,) to train on, and those to validate on."""

    train_inputs: Tensor
    train_labels: Tensor
    validation_inputs: Tensor
    validation_labels: Tensor


def points(knobs: Knobs) -> Points:
    """60 % of the samples to train on, the rest to validate."""
    generator = np.random.default_rng(knobs.seed)
    if knobs.data == "digits":
        pictures, labels = tables.digits()
        inputs = pictures.reshape(-1, 64) / 16
    else:
        inputs, labels = toy.TOYS[knobs.data](knobs.samples, knobs.noise, generator)
    train, *others = prepare.split(len(inputs), TRAIN_SHARE, generator)
    held_out = np.concatenate(others)
    x, y = torch.from_numpy(np.asarray(inputs, np.float64)), torch.from_numpy(labels)
    return Points(x[train], y[train], x[held_out], y[held_out])
