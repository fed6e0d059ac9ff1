"""The layers of our own."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from playground.models.dropout import Dropout, mask


@pytest.mark.parametrize("rate", [0.0, 0.1, 0.5, 0.9])
def test_the_masks_of_any_device_are_those_that_torch_draws_on_the_cpu(rate: float) -> None:
    inputs = torch.randn(7, 5, 3)
    torch.manual_seed(3)
    expected, drawn = nn.Dropout(rate)(inputs), torch.rand(1)
    torch.manual_seed(3)
    assert torch.allclose(inputs * mask(inputs, rate), expected) and torch.rand(1) == drawn
    torch.manual_seed(3)
    assert torch.equal(Dropout(rate)(inputs), expected)


@pytest.mark.parametrize("training", [False, True])
def test_dropout_elsewhere_draws_only_in_training(training: bool) -> None:
    layer, before = Dropout(0.5).train(training), torch.get_rng_state()
    assert layer(torch.empty(4, 3, device="meta")).shape == (4, 3)
    assert torch.equal(torch.get_rng_state(), before) != training
