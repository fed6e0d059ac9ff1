"""The race of optimizers on a network: what it measures, and its claims, over seeds."""

from __future__ import annotations

import inspect
from itertools import islice
from typing import Any

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA
from sklearn.metrics import accuracy_score, log_loss
from torch import nn

from playground import contract, wire
from playground.concepts.optimizers.network.arrivals import Arrivals
from playground.concepts.optimizers.network.experiment import members
from playground.concepts.optimizers.network.knobs import Knobs
from playground.concepts.optimizers.network.lab import CHALLENGES, PRESETS
from playground.concepts.optimizers.network.measure import SEEN, Measure
from playground.concepts.optimizers.network.paths import Paths
from playground.concepts.optimizers.network.rates import RECIPES, default_rate, member, rates, trial_losses
from playground.concepts.optimizers.network.sets import splits
from playground.concepts.optimizers.network.timing import Stopwatch
from playground.concepts.optimizers.network.verdicts import verdicts
from playground.contract import Frame, History
from playground.data.full import images
from playground.knobs import specs
from playground.models.mlp import mlp
from playground.training.landscape import losses, surface
from playground.training.losses import cross_entropy
from playground.training.optimizers import OPTIMIZERS, optimizer
from playground.training.population import Population
from playground.training.population_updates import member_batches
from playground.training.recorder import frames
from playground.training.supervised import updates as updates_alone

torch.set_num_threads(1)
LAB = contract.lab("optimizers/network")
TINY = Knobs(optimizers=("sgd", "adam"), rates="one", learning_rate=0.1, hidden_sizes=(4,), steps=30, target=0.3)


def ended(knobs: Knobs) -> tuple[Population, Frame]:
    """The population at its end and what is measured of it, without the frames on the way."""
    data = splits(knobs, "cpu")
    chosen = rates(knobs, data)
    population = Population(members(knobs, chosen), knobs.sizes)
    watch = Stopwatch(population, cross_entropy, knobs.seeds)
    inputs, labels = data["train"]
    for rows in islice(member_batches(population.generators, len(inputs), knobs.batch_size), knobs.steps):
        watch.step(inputs[rows], labels[rows])
    return population, Measure(knobs, data)(knobs.steps, population, chosen, watch.step_ms())


def test_each_member_is_what_it_would_be_alone_under_every_optimizer_of_the_page() -> None:
    data = {split: (x.double(), y) for split, (x, y) in splits(TINY, "cpu").items()}
    chosen = [member(name, default_rate(name), seed) for seed, name in enumerate(RECIPES)]
    population = Population(chosen, TINY.sizes, dtype=torch.float64)
    watch = Stopwatch(population, cross_entropy, 1)
    inputs, labels = data["train"]
    for rows in islice(member_batches(population.generators, len(inputs), 32), 50):
        watch.step(inputs[rows], labels[rows])
    for index, one in enumerate(chosen):
        torch.manual_seed(one.seed)
        model = mlp(TINY.sizes, nn.ReLU).double()
        alone = optimizer(one.optimizer, model.parameters(), one.learning_rate, **one.hyper)
        list(
            updates_alone(lambda x, y, m=model: cross_entropy(m(x), y), alone, inputs, labels, batch_size=32, steps=50)
        )
        for ours, theirs in zip(population.network(index).parameters(), model.parameters(), strict=True):
            assert (ours - theirs).abs().max() < 1e-6, one.optimizer


def test_scores_are_scikit_learn_s_and_the_band_spans_the_seeds() -> None:
    population, frame = ended(TINY)
    data = splits(TINY, "cpu")
    for i, name in enumerate(TINY.names):
        for split, (inputs, labels) in {"train": tuple(a[:SEEN] for a in data["train"]), "test": data["test"]}.items():
            own = range(i * TINY.seeds, (i + 1) * TINY.seeds)
            logits = [population.network(index)(inputs).detach().double() for index in own]
            scores = [accuracy_score(labels, one.argmax(1)) for one in logits]
            wrongs = [log_loss(labels, one.softmax(1), labels=range(10)) for one in logits]
            assert frame.metrics[f"{split}_accuracy.{name}"] == pytest.approx(np.mean(scores))
            assert frame.metrics[f"{split}_loss.{name}"] == pytest.approx(np.mean(wrongs), rel=1e-5)
            assert frame.series[f"{split}_loss_low.{name}"][0] == pytest.approx(min(wrongs), rel=1e-5)
            assert frame.series[f"{split}_loss_high.{name}"][0] == pytest.approx(max(wrongs), rel=1e-5)
        assert frame.series[f"test_accuracy_low.{name}"][0] == frame.metrics[f"test_accuracy_low.{name}"] == min(scores)
        assert (
            frame.series[f"test_accuracy_high.{name}"][0] == frame.metrics[f"test_accuracy_high.{name}"] == max(scores)
        )


def test_arrivals_are_the_first_steps_at_the_target() -> None:
    seen = Arrivals(0.5, 4)
    for step, scores in ((0, [0.1, 0.5, 0.1, 0.2]), (3, [0.5, 0.4, 0.3, 0.2]), (9, [0.4, 0.9, 0.49, 0.1])):
        seen.see(step, np.array(scores))
    counts, steps = seen.by_group(2)
    assert counts.tolist() == [2, 0] and steps[0] == 1.5 and np.isnan(steps[1])
    counts, steps = seen.by_group(4)
    assert counts.tolist() == [2] and steps.tolist() == [1.5]


def test_the_times_of_all_networks_add_up_to_that_of_the_training() -> None:
    knobs = Knobs(optimizers=("sgd", "adafactor", "adam"), hidden_sizes=(4,), steps=20)
    data = splits(knobs, "cpu")
    population = Population(members(knobs, rates(knobs, data)), knobs.sizes)
    watch = Stopwatch(population, cross_entropy, knobs.seeds)
    assert np.isnan(watch.step_ms()).all()
    rows = torch.arange(8).expand(len(population.members), -1)
    for _ in range(5):
        watch.step(data["train"][0][rows], data["train"][1][rows])
    found = watch.step_ms()
    assert found.shape == (3,) and (found > 0).all()
    assert found.sum() * knobs.seeds * 5 == pytest.approx(1000 * watch.seconds)
    assert found[1] > max(found[0], found[2])  # Adafactor updates network by network


def test_the_plane_is_that_of_all_points_of_the_paths_and_the_surface_there_is_the_networks_loss() -> None:
    data = splits(TINY, "cpu")
    seen = tuple(one[:SEEN] for one in data["train"])
    rows = torch.randn(9, 2, Population(members(TINY, {"sgd": 0.1, "adam": 0.1}), TINY.sizes).values.shape[1])
    paths = Paths(TINY, *seen)
    shown: dict[str, Any] = {}
    for k, row in enumerate(rows.cumsum(0)):
        shown |= paths.add(row, last=k == 8)
    table = rows.cumsum(0).flatten(0, 1).numpy()
    oracle = PCA(2, svd_solver="full").fit(table)
    assert paths.explained == pytest.approx(oracle.explained_variance_ratio_.sum(), rel=1e-5)
    assert shown["path_x"].shape == shown["path_y"].shape == (9, 2)
    along = np.stack([shown["path_x"].ravel(), shown["path_y"].ravel()], 1)
    assert np.abs(np.corrcoef(along[:, 0], oracle.transform(table)[:, 0])[0, 1]) == pytest.approx(1, abs=1e-5)
    lowest, highest = np.sort(shown["landscape"].values(), axis=None)[[0, -1]]  # type: ignore[union-attr]
    assert (lowest, highest) == (0, 1)
    assert np.abs(along).max() < 1 and (along[-2:].mean(0) > along[:2].mean(0)).all()
    assert paths.plane is not None
    found = surface(paths.plane, np.zeros((1, 2)), paths._losses)
    assert found == pytest.approx(
        losses(torch.from_numpy(table.mean(0)[None]), TINY.sizes, nn.ReLU(), *seen, cross_entropy).numpy(), rel=1e-4
    )


def test_a_path_that_leaves_the_picture_has_the_plane_fitted_anew() -> None:
    paths = Paths(TINY, *(one[:SEEN] for one in splits(TINY, "cpu")["train"]))
    rows = torch.randn(6, 2, 64 * 4 + 4 + 50).cumsum(0)
    fits = ["landscape" in paths.add(rows[k], last=False) for k in range(2)]
    assert fits == [False, True]
    assert "landscape" not in paths.add(rows[1], last=False)
    assert "landscape" in paths.add(rows[1] + 9 * (rows[1] - rows[0]), last=False)
    assert "landscape" in paths.add(rows[2], last=True)


def test_default_rates_are_torch_s() -> None:
    for name, (torch_name, _) in RECIPES.items():
        assert default_rate(name) == inspect.signature(OPTIMIZERS[torch_name]).parameters["lr"].default
    assert set(RECIPES) == set(specs(Knobs)["optimizers"].choices)


def test_a_member_that_stopped_is_never_the_best_of_a_trial() -> None:
    population = Population([member("sgd", 0.1, 0), member("sgd", 0.1, 0)], TINY.sizes)
    population.alive[1] = False
    found = trial_losses(population, *splits(TINY, "cpu")["validation"])
    assert torch.isfinite(found[0]) and torch.isinf(found[1])


def test_the_splits_share_no_picture_and_fashion_is_averaged() -> None:
    sizes = {split: len(y) for split, (_, y) in splits(TINY, "cpu").items()}
    assert sizes == {"test": 360, "validation": 300, "train": 1137}
    data = splits(Knobs(data="fashion"), "cpu")
    assert {split: len(y) for split, (_, y) in data.items()} == {"test": 1000, "validation": 300, "train": 4700}
    first = nn.functional.avg_pool2d(torch.from_numpy(images("fashion_mnist").test_images[:1] / 255), 2)
    torch.testing.assert_close(data["test"][0][0], first.flatten().float())


def test_frames_are_small() -> None:
    knobs = Knobs(optimizers=tuple(RECIPES)[:8], steps=80, hidden_sizes=(4,))
    encoded = [len(wire.encode(frame, k)) for k, frame in enumerate(frames(LAB, knobs, "cpu"))]
    assert max(encoded) < 17_500 and np.mean(encoded) < 14_000


def told(knobs: Knobs, **metrics: float) -> str:
    """All verdicts on a history whose last frame has these metrics for sgd, adam."""
    plain = {"frozen": 0, "arrived": 0, "arrival_step": 9, "arrival_ms": 1, "train_loss": 1, "learning_rate": 0.01}
    plain |= {"test_accuracy": 0.5, "test_accuracy_low": 0.4, "test_accuracy_high": 0.6}
    both = {f"{kind}.{name}": float(value) for kind, value in plain.items() for name in knobs.names}
    given = {name.replace("__", "."): value for name, value in metrics.items()}
    values = {
        name: np.array([2.3 if "train_loss" in name else 0, given.get(name, value)]) for name, value in both.items()
    }
    history = History(np.array([0, 30]), values, "done", lambda _: Frame(0))
    return " ".join(one.sentence for one in verdicts(knobs, history))


def test_verdicts_say_what_was_measured() -> None:
    assert "another seed may turn it round" in told(TINY)
    assert "more than luck" in told(TINY, test_accuracy__adam=0.9, test_accuracy_low__adam=0.8)
    assert "No optimizer took all 4 networks to 30%" in told(TINY)
    there = {"arrived__sgd": 4.0, "arrived__adam": 4.0, "arrival_step__adam": 5.0}
    assert "Adam reached 30% first in steps, after 5 on average, and also" in told(TINY, **there, arrival_ms__adam=0.5)
    assert "but SGD first in time" in told(TINY, **there, arrival_ms__sgd=0.5)
    assert "rose from 2.30 to 4.00: its rate 0.01 is too high" in told(TINY, train_loss__adam=4.0)
    assert "no number: 2 with Adam" in told(TINY, frozen__adam=2.0)
    rated = {"test_accuracy__adam": 0.9, "learning_rate__sgd": 0.001}
    assert "gives Adam 10 times the learning rate" in told(Knobs(optimizers=("sgd", "adam")), **rated)


@pytest.mark.parametrize("seed", [0, 3])
def test_at_one_high_rate_sgd_learns_and_adam_stays_at_chance(seed: int) -> None:
    knobs = PRESETS[-1].knobs.model_copy(update={"seed": seed, "optimizers": ("sgd", "adam")})
    _, frame = ended(knobs)
    assert PRESETS[-1].breaks
    assert frame.metrics["test_accuracy.sgd"] > 0.85 and frame.metrics["test_accuracy.adam"] < 0.2
    assert not CHALLENGES[0].met(knobs, wire.recorded([frame]))


def test_sgd_beats_an_adam_that_learns_at_a_rate_between() -> None:
    knobs = Knobs(optimizers=("sgd", "adam"), rates="one", learning_rate=0.2)
    assert CHALLENGES[0].met(knobs, wire.recorded([ended(knobs)[1]]))


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 3, 7])
def test_defaults_set_the_optimizers_apart_and_tuning_brings_them_together(seed: int) -> None:
    _, apart = ended(Knobs(seed=seed))
    _, tuned = ended(Knobs(seed=seed, rates="tuned"))
    assert apart.metrics["best_accuracy"] > 0.95 and apart.metrics["worst_accuracy"] < 0.2
    assert apart.metrics["test_accuracy_low.rmsprop"] > apart.metrics["test_accuracy_high.adam"]
    assert tuned.metrics["best_accuracy"] - tuned.metrics["worst_accuracy"] < 0.03


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 3, 7])
def test_presets_show_what_they_say(seed: int) -> None:
    one, family, valley, clothes = [ended(p.knobs.model_copy(update={"seed": seed}))[1].metrics for p in PRESETS[1:5]]
    assert one["test_accuracy.sgd"] < 0.85 and one["test_accuracy.adam"] > 0.94
    assert family["best_accuracy"] - family["worst_accuracy"] < 0.06
    assert valley["best_accuracy"] - valley["worst_accuracy"] < 0.04
    assert valley["learning_rate.sgd"] >= 10 * valley["learning_rate.adam"]
    assert clothes["best_accuracy"] - clothes["worst_accuracy"] < 0.06


def test_challenges_are_met_by_what_they_ask_alone() -> None:
    sgd, quick = CHALLENGES
    low, high = {"test_accuracy_low.sgd": 0.9}, {"test_accuracy_high.adam": 0.8, "test_accuracy.adam": 0.7}
    won = History(np.array([0]), {k: np.array([v]) for k, v in (low | high).items()}, "done", lambda _: Frame(0))
    assert sgd.met(TINY, won) and not sgd.met(Knobs(), won)
    at = History(np.array([0]), {"first_arrival": np.array([14.0])}, "done", lambda _: Frame(0))
    assert quick.met(Knobs(), at) and not quick.met(TINY, at)
