"""The sandbox's knobs and torch's own defaults."""

from __future__ import annotations

import inspect

import pytest

from playground.concepts.network.sandbox.knobs import Knobs
from playground.training.optimizers import OPTIMIZERS

OURS = {("sgd", "momentum"): 0.9, ("rmsprop", "momentum"): 0.9, ("adadelta", "rho"): 0.99}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_optimizers_start_from_torchs_defaults_but_for_three(name: str) -> None:
    arguments = inspect.signature(OPTIMIZERS[name]).parameters
    for argument, value in Knobs(optimizer=name).hyper.items():
        assert value == OURS.get((name, argument), arguments[argument].default)
