"""The losses of both players, from the logits (N, 1) that the discriminator gives to real and to fake points.

Each function is the paper's formula as a mean over the batch, to be minimised: what a paper maximises has its sign
turned. Exported scripts print these functions as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
import torch.nn.functional as F
from torch import Tensor

DiscriminatorLoss = Callable[[Tensor, Tensor], Tensor]
GeneratorLoss = Callable[[Tensor], Tensor]


def cross_entropy(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """-log D(x) - log(1 - D(G(z))), D the logit's sigmoid (Goodfellow et al. 2014, equation 1)."""
    return F.softplus(-real_logits).mean() + F.softplus(fake_logits).mean()


def minimax(fake_logits: Tensor) -> Tensor:
    """log(1 - D(G(z))): flat where the discriminator is sure of a fake (Goodfellow et al. 2014, equation 1)."""
    return -F.softplus(fake_logits).mean()


def non_saturating(fake_logits: Tensor) -> Tensor:
    """-log D(G(z)): steep where the discriminator is sure of a fake (Goodfellow et al. 2014, section 3)."""
    return F.softplus(-fake_logits).mean()


def least_squares(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """Half the squared distances from 1 for real and 0 for fake (Mao et al. 2017, equation 9)."""
    return 0.5 * ((real_logits - 1) ** 2).mean() + 0.5 * (fake_logits**2).mean()


def generator_least_squares(fake_logits: Tensor) -> Tensor:
    """Half the squared distance from 1 (Mao et al. 2017, equation 9)."""
    return 0.5 * ((fake_logits - 1) ** 2).mean()


def hinge(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """max(0, 1 - D(x)) + max(0, 1 + D(G(z))) (Lim and Ye 2017; Miyato et al. 2018, equation 16)."""
    return F.relu(1 - real_logits).mean() + F.relu(1 + fake_logits).mean()


def wasserstein(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """D(G(z)) - D(x), the critic's estimate of the distance with its sign turned (Arjovsky et al. 2017, equation 3)."""
    return fake_logits.mean() - real_logits.mean()


def raised(fake_logits: Tensor) -> Tensor:
    """-D(G(z)): the generator's side of the hinge and of the Wasserstein losses."""
    return -fake_logits.mean()


def gradient_penalty(discriminator: Callable[[Tensor], Tensor], real: Tensor, fake: Tensor, share: Tensor) -> Tensor:
    """How far the slope's length is from 1, squared, at points between real and fake.

    real and fake (N, 2), share (N, 1) of the real one in each point. Gulrajani et al. 2017, equation 3.
    """
    between = (share * real + (1 - share) * fake).requires_grad_()
    (slopes,) = torch.autograd.grad(discriminator(between).sum(), between, create_graph=True)
    excess: Tensor = slopes.norm(dim=1) - 1
    return (excess**2).mean()


DISCRIMINATOR: Mapping[str, DiscriminatorLoss] = {
    "minimax": cross_entropy, "non_saturating": cross_entropy, "least_squares": least_squares, "hinge": hinge,
    "wgan": wasserstein, "wgan_gp": wasserstein,
}  # fmt: skip
GENERATOR: Mapping[str, GeneratorLoss] = {
    "minimax": minimax, "non_saturating": non_saturating, "least_squares": generator_least_squares, "hinge": raised,
    "wgan": raised, "wgan_gp": raised,
}  # fmt: skip
