"""A member of a population is what it would be alone: in float64, after 50 steps, to 1e-6."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn

from playground.concepts.network.sandbox.knobs import Knobs
from playground.knobs import specs
from playground.models.mlp import mlp
from playground.training.activations import ACTIVATIONS
from playground.training.initialisers import initialise
from playground.training.losses import LossFn, binary_cross_entropy, cross_entropy, mse
from playground.training.optimizers import OPTIMIZERS, optimizer
from playground.training.population import Member, Population
from playground.training.population_updates import member_losses, updates
from playground.training.supervised import updates as updates_alone

torch.set_num_threads(1)
SIZES = (2, 5, 4, 1)
STEPS = 50
RATES = {"adadelta": 1.0, "adafactor": 0.02, "asgd": 0.3, "sgd": 0.1}


def points(outputs: int = 1) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(1)
    inputs = torch.randn(37, 2, generator=generator, dtype=torch.float64)
    labels = (inputs.prod(1) > 0).long()
    return inputs, labels.double()[:, None] if outputs == 1 else labels + (inputs[:, 0] > 1).long()


def alone(member: Member, sizes: tuple[int, ...], loss_fn: LossFn, start: str = "default") -> nn.Module:
    """The plain way: one network, torch's global stream, torch's own optimizer."""
    torch.manual_seed(member.seed)
    model = mlp(sizes, ACTIVATIONS[member.activation], member.dropout)
    initialise(model, start)
    model.double()
    weights = [layer.weight for layer in model if isinstance(layer, nn.Linear)]

    def objective(inputs: Tensor, targets: Tensor) -> Tensor:
        l1, l2 = sum(w.abs().sum() for w in weights), sum((w**2).sum() for w in weights)
        return loss_fn(model(inputs), targets) + member.l1 * l1 + member.l2 * l2

    chosen = optimizer(member.optimizer, model.parameters(), member.learning_rate, **member.hyper)
    inputs, targets = points(sizes[-1])
    list(updates_alone(objective, chosen, inputs, targets, batch_size=10, steps=STEPS))
    return model


def largest_difference(
    members: list[Member],
    sizes: tuple[int, ...] = SIZES,
    loss_fn: LossFn = binary_cross_entropy,
    start: str = "default",
) -> float:
    population = Population(members, sizes, initialiser=start, dtype=torch.float64)
    list(updates(population, loss_fn, *points(sizes[-1]), batch_size=10, steps=STEPS))
    found = 0.0
    for index, member in enumerate(members):
        ours, theirs = population.network(index), alone(member, sizes, loss_fn, start)
        pairs = zip(ours.parameters(), theirs.parameters(), strict=True)
        found = max(found, *((a - b).abs().max().item() for a, b in pairs))
    return found


def choices(knob: str) -> tuple[str, ...]:
    return specs(Knobs)[knob].choices


def test_members_of_every_activation() -> None:
    assert largest_difference([Member(activation=name, seed=3) for name in choices("activation")]) < 1e-6


def test_members_of_every_optimizer() -> None:
    members = [Member(optimizer=name, learning_rate=RATES.get(name, 0.01)) for name in choices("optimizer")]
    assert largest_difference(members) < 1e-6


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_members_that_differ_in_rate(name: str) -> None:
    rate = RATES.get(name, 0.01)
    members = [Member(optimizer=name, learning_rate=rate * factor, seed=factor) for factor in (1, 2, 3)]
    assert largest_difference(members) < 1e-6


def test_members_that_differ_in_everything() -> None:
    sgd = Member(seed=5, activation="relu", learning_rate=0.05, hyper={"momentum": 0.9, "nesterov": True}, l2=0.01)
    adam = Member(seed=6, activation="silu", optimizer="adam", learning_rate=0.003, hyper={"betas": (0.8, 0.99)})
    decayed = Member(seed=6, optimizer="adamw", learning_rate=0.02, hyper={"weight_decay": 0.5}, l1=0.001)
    adagrad = Member(activation="sine", optimizer="adagrad", learning_rate=0.1, hyper={"lr_decay": 0.05})
    assert largest_difference([sgd, adam, decayed, replace(adam, seed=9), adagrad, sgd]) < 1e-6


@pytest.mark.parametrize("start", choices("initialiser"))
def test_members_of_every_initialiser(start: str) -> None:
    assert largest_difference([Member(seed=seed) for seed in range(3)], start=start) < 1e-6


def test_dropout_masks_are_those_a_member_would_draw_alone() -> None:
    members = [Member(seed=4, learning_rate=0.1, dropout=rate) for rate in (0.0, 0.4, 0.4, 0.8)]
    assert largest_difference(members, (2, 16, 8, 1)) < 1e-6


def test_members_without_hidden_layers_and_with_three_classes() -> None:
    assert largest_difference([Member(seed=seed) for seed in range(3)], (2, 3), cross_entropy) < 1e-6
    assert largest_difference([Member(), Member(seed=1)], (2, 1), mse) < 1e-6


def test_gradients_of_one_step_are_those_alone() -> None:
    members = [Member(seed=seed, activation=name) for seed, name in enumerate(("tanh", "relu", "gelu"))]
    population = Population(members, SIZES, dtype=torch.float64)
    inputs, targets = points()
    losses = member_losses(population(inputs), targets.expand(3, -1, -1), binary_cross_entropy)
    losses.sum().backward()
    for index in range(3):
        model = population.network(index)
        loss = binary_cross_entropy(model(inputs), targets)
        loss.backward()
        torch.testing.assert_close(losses[index], loss)
        gradient = torch.cat([p.grad.T.flatten() if p.dim() == 2 else p.grad for p in model.parameters()])
        torch.testing.assert_close(population.gradients[index], gradient)


WILD = Member(activation="identity", learning_rate=1e6, hyper={"momentum": 0.9})
TAME = replace(WILD, learning_rate=0.01)


def test_a_diverged_member_is_frozen() -> None:
    population = Population([TAME, WILD], SIZES, dtype=torch.float64)
    running = updates(population, mse, *points(), batch_size=10, steps=STEPS)
    next(loss for loss in running if not population.alive.all())
    frozen = population.values.clone()
    assert population.alive.tolist() == [True, False]
    assert frozen.isfinite().all()
    list(running)
    assert torch.equal(population.values[1], frozen[1])
    assert not torch.equal(population.values[0], frozen[0])


def test_members_beside_a_diverged_one_train_as_alone() -> None:
    population = Population([TAME, WILD], SIZES, dtype=torch.float64)
    list(updates(population, mse, *points(), batch_size=10, steps=STEPS))
    pairs = zip(population.network(0).parameters(), alone(TAME, SIZES, mse).parameters(), strict=True)
    assert max((a - b).abs().max().item() for a, b in pairs) < 1e-6
