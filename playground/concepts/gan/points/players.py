"""The two players and their turns. B samples a batch, M games side by side; one game has plain `nn.Sequential`s.

Several games differ in their loss alone: same first weights, same batches, same latents. They are one model with a
leading member axis, and what one member does never reaches another.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from playground.concepts.gan.points import losses
from playground.concepts.gan.points.knobs import Knobs
from playground.models.mlp import mlp
from playground.training.activations import ACTIVATIONS
from playground.training.optimizers import optimizer


class Stacked(nn.Module):
    """M copies of a multilayer perceptron, each with parameters of its own: (N, D) or (M, N, D) -> (M, N, K)."""

    def __init__(self, network: nn.Sequential, count: int) -> None:
        super().__init__()
        linear = [layer for layer in network if isinstance(layer, nn.Linear)]
        self.weights = nn.ParameterList(layer.weight.detach().T.repeat(count, 1, 1) for layer in linear)
        self.biases = nn.ParameterList(layer.bias.detach().repeat(count, 1, 1) for layer in linear)
        self.activation, self.count = network[1], count

    def forward(self, inputs: Tensor) -> Tensor:
        """The outputs of every member."""
        return self._through(inputs.expand(self.count, -1, -1), slice(None))

    def member(self, index: int) -> Callable[[Tensor], Tensor]:
        """One member as a function (N, D) -> (N, K)."""
        return lambda inputs: self._through(inputs[None], slice(index, index + 1))[0]

    def _through(self, x: Tensor, rows: slice) -> Tensor:
        for i, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            x = self.activation(x) if i else x
            x = torch.baddbmm(bias[rows], x, weight[rows])  # (M, N, out)
        return x


def _optimizer(name: str, network: nn.Module, learning_rate: float, knobs: Knobs) -> torch.optim.Optimizer:
    hyper: dict[str, Any] = {"betas": (knobs.beta1, knobs.beta2), "fused": True} if name == "adam" else {}
    return optimizer(name, network.parameters(), learning_rate, **hyper)


class Game:
    """Generator, discriminator, their optimizers and the points that are real (N, 2).

    The generator's parameters are drawn first, then the discriminator's, then what each turn needs.
    """

    def __init__(self, knobs: Knobs, real: Tensor) -> None:
        self.knobs, self.real, self.names = knobs, real, knobs.names
        bend = ACTIVATIONS[knobs.activation]
        generator = mlp((knobs.latent, *knobs.generator_sizes, 2), bend)
        discriminator = mlp((2, *knobs.discriminator_sizes, 1), bend)
        if knobs.spectral_norm:
            for at in range(0, len(discriminator), 2):
                spectral_norm(discriminator[at])
        self.stacked = len(self.names) > 1
        self.generator: nn.Module = Stacked(generator, len(self.names)) if self.stacked else generator
        self.discriminator: nn.Module = Stacked(discriminator, len(self.names)) if self.stacked else discriminator
        chosen = knobs.generator_optimizer, knobs.discriminator_optimizer
        self.generator_optimizer = _optimizer(chosen[0], self.generator, knobs.generator_rate, knobs)
        self.discriminator_optimizer = _optimizer(chosen[1], self.discriminator, knobs.discriminator_rate, knobs)
        self.parameters = list(self.discriminator.parameters())
        self.batch: tuple[Tensor, Tensor] = (real[:0], real[:0])  # what the discriminator saw last

    def members(self, outputs: Tensor) -> Sequence[Tensor]:
        """Each game's part of the outputs: (N, K) a member."""
        return outputs.unbind(0) if self.stacked else [outputs]

    def latents(self, count: int) -> Tensor:
        """Latents (count, L) from a Gaussian."""
        return torch.randn(count, self.knobs.latent)

    def blurred(self, points: Tensor, step: int) -> Tensor:
        """The points with instance noise, which falls to zero at the last step (Sønderby et al. 2017)."""
        noise = self.knobs.instance_noise * (1 - step / self.knobs.last_step)
        return points + noise * torch.randn(points.shape[-2:]) if noise > 0 else points

    def discriminator_step(self, step: int) -> Tensor:
        """Updates the discriminator once; returns the losses (M,) of before."""
        size = self.knobs.batch_size
        real = self.real[torch.randint(len(self.real), (size,))]
        with torch.no_grad():
            fake = self.generator(self.latents(size))
        points = self.blurred(torch.cat([real.expand_as(fake), fake], -2), step)  # (M, 2 B, 2)
        self.batch = real, fake
        logits = [torch.split(one, size) for one in self.members(self.discriminator(points))]
        found = [losses.DISCRIMINATOR[name](*both) for name, both in zip(self.names, logits, strict=True)]
        for i, name in enumerate(self.names):
            if name == "wgan_gp":
                found[i] = found[i] + self._penalty(i, self.members(points)[i])
        values = torch.stack(found)
        _update(self.discriminator_optimizer, values.sum())
        self._clip()
        return values.detach()

    def _penalty(self, index: int, points: Tensor) -> Tensor:
        """What the gradient penalty adds to a game's loss, between its real and its fake points (2 B, 2)."""
        real, fake = torch.split(points, self.knobs.batch_size)
        share = torch.rand(self.knobs.batch_size, 1)
        network = self.discriminator.member(index) if isinstance(self.discriminator, Stacked) else self.discriminator
        return self.knobs.penalty * losses.gradient_penalty(network, real, fake, share)

    @torch.no_grad()
    def _clip(self) -> None:
        """Cuts the weights of a clipped critic to the bound (Arjovsky et al. 2017, algorithm 1)."""
        for i, name in enumerate(self.names):
            if name == "wgan":
                for parameter in self.parameters:
                    (parameter[i] if self.stacked else parameter).clamp_(-self.knobs.clip, self.knobs.clip)

    def generator_step(self, step: int) -> Tensor:
        """Updates the generator once; returns the losses (M,) of before."""
        self.discriminator.requires_grad_(False)
        points = self.blurred(self.generator(self.latents(self.knobs.batch_size)), step)
        logits = self.members(self.discriminator(points))
        values = torch.stack([losses.GENERATOR[name](one) for name, one in zip(self.names, logits, strict=True)])
        _update(self.generator_optimizer, values.sum())
        self.discriminator.requires_grad_(True)
        return values.detach()

    def turn(self, step: int) -> Tensor:
        """A whole turn, the discriminator's updates and then the generator's; returns all losses (2, M) of before."""
        for _ in range(self.knobs.discriminator_steps):
            told = self.discriminator_step(step)
        return torch.stack([told, self.generator_step(step)])


def _update(optimizer: torch.optim.Optimizer, loss: Tensor) -> None:
    optimizer.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    optimizer.step()
