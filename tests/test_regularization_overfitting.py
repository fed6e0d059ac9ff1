"""Overfitting: penalties equal torch's, members are what they would be alone, and the page's claims hold."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from sklearn.metrics import accuracy_score, log_loss
from torch import Tensor, nn

from playground import contract, wire
from playground.concepts.regularization.overfitting import geometry, grid
from playground.concepts.regularization.overfitting.knobs import Knobs
from playground.concepts.regularization.overfitting.lab import CHALLENGES, PRESETS
from playground.concepts.regularization.overfitting.measure import MAP, Measure, averaged
from playground.concepts.regularization.overfitting.methods import METHODS, SETTINGS
from playground.concepts.regularization.overfitting.nets import Normalized, member, networks, weights, widths
from playground.concepts.regularization.overfitting.points import TEST, VALIDATION, points
from playground.concepts.regularization.overfitting.training import CHECK, Patience, Training
from playground.concepts.regularization.overfitting.verdicts import verdicts
from playground.contract import Frame, History, mended
from playground.export.script import script
from playground.models.mlp import mlp
from playground.stage import Edit, Extend, Marks, Panel
from playground.training.losses import binary_cross_entropy
from playground.training.population import Member, Population
from playground.training.population_optimizer import PopulationOptimizer
from playground.training.population_updates import train_step
from playground.training.recorder import frames
from tests.scripts import ends

LAB = contract.lab("regularization/overfitting")
TINY = Knobs(samples=20, hidden_sizes=(6, 4), repeats=3, steps=50)
torch.set_num_threads(1)


def tiny(**changes: Any) -> Knobs:
    return TINY.model_copy(update=changes).settled()


@cache
def trained(knobs: Knobs) -> tuple[Training, Measure]:
    """A sweep at its end, without the frames on the way."""
    data = points(knobs)
    training = Training(knobs, networks(knobs, "cpu"), data)
    for _ in training.steps():
        pass
    return training, Measure(knobs, training, data)


@cache
def ended(knobs: Knobs) -> dict[str, float]:
    return dict(trained(knobs)[1](knobs.steps).metrics)


def recorded(knobs: Knobs) -> History:
    """All frames of a geometry, the last one of a sweep."""
    if knobs.view == "geometry":
        return wire.recorded(frames(LAB, knobs, "cpu"))
    return wire.recorded([trained(knobs)[1](knobs.steps)])


def sgd_steps(one: Member, decay: float, steps: int = 20) -> tuple[Tensor, Tensor]:
    """(a population's only member, the same network under torch.optim with that weight_decay), all parameters (P,)."""
    generator = torch.Generator().manual_seed(1)
    x = torch.randn(30, 2, generator=generator, dtype=torch.float64)
    y = (x.prod(1, keepdim=True) > 0).double()
    population = Population([one], (2, 5, 1), dtype=torch.float64)
    model = population.network(0)
    kinds = [{"params": [p], "weight_decay": decay if p.dim() == 2 else 0.0} for p in model.parameters()]
    kinds = kinds if one.optimizer == "sgd" else [{"params": list(model.parameters()), "weight_decay": decay}]
    torch_s = {"sgd": torch.optim.SGD, "adamw": torch.optim.AdamW}[one.optimizer](kinds, lr=one.learning_rate)
    optimizer = PopulationOptimizer(population)
    for _ in range(steps):
        train_step(population, optimizer, binary_cross_entropy, x, y[None])
        torch_s.zero_grad()
        binary_cross_entropy(model(x), y).backward()
        torch_s.step()
    row = torch.cat([p.detach().T.flatten() if p.dim() == 2 else p.detach() for p in model.parameters()])
    return population.values[0], row


def test_the_l2_penalty_is_twice_torch_s_weight_decay_of_sgd() -> None:
    ours, theirs = sgd_steps(Member(learning_rate=0.1, l2=0.01), 0.02)
    torch.testing.assert_close(ours, theirs, rtol=0, atol=1e-7)


def test_decoupled_decay_is_torch_s_adamw() -> None:
    one = Member(optimizer="adamw", learning_rate=0.02, hyper={"weight_decay": 3.0})
    ours, theirs = sgd_steps(one, 3.0)
    torch.testing.assert_close(ours, theirs, rtol=0, atol=1e-7)


@pytest.mark.parametrize(("method", "l1", "l2"), [("l1", 0.003, 0.0), ("l2", 0.0, 0.003), ("elastic", 0.0012, 0.0018)])
def test_penalties_are_torch_s_norms_of_the_weights(method: str, l1: float, l2: float) -> None:
    knobs = tiny(method=method, mix=0.4)
    population = networks(knobs, "cpu")
    index = 3 * knobs.repeats  # the setting 0.003
    model = population.network(index)
    flat = torch.cat([p.flatten() for p in model.parameters() if p.dim() == 2])
    expected = l1 * torch.linalg.vector_norm(flat, 1) + l2 * torch.linalg.vector_norm(flat, 2) ** 2
    assert population.penalties()[index].item() == pytest.approx(expected.item(), rel=1e-5)


def test_all_settings_of_a_repeat_start_alike_and_only_averaged_networks_differ() -> None:
    for method in METHODS:
        starts = networks(tiny(method=method), "cpu").values.reshape(SETTINGS, 3, -1)
        assert not torch.equal(starts[0, 0], starts[0, 1])
        assert torch.equal(starts[0], starts[7]) == (method not in ("averaging", "width"))


def test_a_smaller_network_in_the_wide_one_is_the_smaller_network_alone() -> None:
    for activation in ("tanh", "relu"):
        knobs = tiny(method="width", hidden_sizes=(8, 6), repeats=1, activation=activation)
        training, _ = trained(knobs)
        for setting in (1, 3):
            alone = Population([member(knobs, setting, 0)], widths(knobs, setting))
            optimizer = PopulationOptimizer(alone)
            for step in range(knobs.steps):
                optimizer.groups[0].scales.fill_(knobs.learning_rate * (1 - step / knobs.steps))
                train_step(alone, optimizer, binary_cross_entropy, training.inputs[:1], training.targets[:1])
            x = points(knobs).inputs["test"]
            torch.testing.assert_close(training.population(x)[setting], alone(x)[0], rtol=1e-4, atol=1e-4)
            assert (weights(training.population)[setting] != 0).sum() == weights(alone).numel()


def test_batch_norm_in_one_group_is_torch_s() -> None:
    torch.manual_seed(3)
    population = Normalized([Member(seed=3), Member(seed=3)], (2, 5, 1), [0, 1], "cpu")
    x = torch.randn(20, 2)
    plain = mlp((2, 5, 1), nn.Tanh)
    plain.load_state_dict(population.network(0).state_dict())
    norm = nn.BatchNorm1d(5, affine=False)
    for mode in (True, True, False):
        norm.train(mode)
        sums = x @ plain[0].weight.T
        expected = plain[2](torch.tanh(norm(sums) + plain[0].bias))
        found = population(x, training=mode)
        torch.testing.assert_close(found[1], expected, rtol=0, atol=1e-5)
        torch.testing.assert_close(found[0], plain(x), rtol=0, atol=1e-6)
    torch.testing.assert_close(population.means[0][1, 0], norm.running_mean, rtol=1e-5, atol=1e-6)
    torch.testing.assert_close(population.variances[0][1, 0], norm.running_var, rtol=1e-5, atol=1e-6)


def test_batch_norm_s_groups_are_equal_and_apart() -> None:
    population = networks(tiny(method="batch_norm"), "cpu")
    assert isinstance(population, Normalized)
    shares = population._shuffled(20)
    for setting, groups in ((1, 1), (2, 2), (4, 4), (7, 10)):
        share = shares[3 * setting]
        assert torch.equal(share, share.T) and share.max().item() == pytest.approx(groups / 20)
        assert share.sum(1).tolist() == pytest.approx([1] * 20)
        assert torch.linalg.matrix_rank(share).item() == groups


def test_noise_on_the_data_is_drawn_anew_in_each_step_with_the_spread_of_its_setting() -> None:
    training = Training(tiny(method="data_noise", samples=200), networks(tiny(method="data_noise"), "cpu"),
                        points(tiny(method="data_noise", samples=200)))  # fmt: skip
    moved = [training._batch()[0] - training.inputs for _ in range(2)]
    assert not torch.equal(moved[0], moved[1])
    spread = torch.cat(moved, 1).std((1, 2)).reshape(SETTINGS, -1).mean(1)
    assert spread.tolist() == pytest.approx(METHODS["data_noise"].strengths, rel=0.08, abs=1e-9)


def test_averaging_is_the_mean_of_the_probabilities() -> None:
    logits = torch.randn(SETTINGS, 3, 10, generator=torch.Generator().manual_seed(0)) * 4
    found = torch.sigmoid(averaged(logits))
    for count in range(SETTINGS):
        torch.testing.assert_close(found[count], torch.sigmoid(logits[: count + 1]).mean(0))


def test_early_stopping_puts_the_best_weights_back() -> None:
    population = Population([Member(seed=seed) for seed in range(3)], (2, 3, 1))
    patience = Patience(population, torch.tensor([10.0, 0.0, 10.0]))
    losses = {5: [0.5, 0.5, 0.5], 10: [0.4, 0.4, 0.6], 15: [0.7, 0.7, 0.7], 20: [0.6, 0.3, 0.1], 25: [0.1, 0.2, 0.1]}
    kept: dict[int, Tensor] = {}
    for step, values in losses.items():
        population.values += population.alive[:, None] * 1.0
        kept[step] = population.values.clone()
        patience.look(step, torch.tensor(values), last=step == 25)
    assert torch.equal(population.values[0], kept[10][0])  # ran out at 20, best at 10; what came later is not seen
    assert torch.equal(population.values[1], kept[25][1])  # never stops
    assert torch.equal(population.values[2], kept[5][2]) and patience.stop_step[2] == 15
    assert patience.best_step.tolist() == [10, 25, 5] and patience.stop_step[0] == 20


def test_a_stopped_network_has_the_least_validation_loss_that_was_seen() -> None:
    knobs = Knobs(method="early_stopping", repeats=1, steps=300)
    data = points(knobs)
    training = Training(knobs, networks(knobs, "cpu"), data)
    seen: list[float] = []
    for step in training.steps():
        if step % CHECK == 0:
            with torch.no_grad():
                logits = training.population(data.inputs["validation"])[0]
            seen.append(binary_cross_entropy(logits, data.targets["validation"][0]).item())
    assert training.patience is not None
    for setting in range(1, SETTINGS):
        stop, step = training.patience.stop_step[setting].item(), int(training.patience.best_step[setting].item())
        upto = seen if np.isnan(stop) else seen[: int(stop) // CHECK]
        assert step == CHECK * (1 + int(np.argmin(upto)))
        end = trained(knobs)[1](300).metrics[f"validation_loss.{knobs.swept.names[setting]}"]
        assert end == pytest.approx(min(upto), abs=1e-6)


def test_scores_are_scikit_learn_s_and_the_best_is_chosen_on_validation() -> None:
    training, measure = trained(TINY)
    frame, data = measure(50), points(TINY)
    for setting, name in enumerate(TINY.swept.names):
        found: dict[str, list[float]] = {"loss": [], "accuracy": []}
        for repeat in range(3):
            x, y = data.inputs["test"][repeat], data.targets["test"][repeat, :, 0].numpy()
            logits = training.population.network(3 * setting + repeat)(x).detach().double().numpy()[:, 0]
            found["loss"].append(log_loss(y, 1 / (1 + np.exp(-logits)), labels=[0, 1]))
            found["accuracy"].append(accuracy_score(y, logits > 0))
        assert frame.metrics[f"test_loss.{name}"] == pytest.approx(np.mean(found["loss"]), abs=1e-5)
        assert frame.metrics[f"test_accuracy.{name}"] == pytest.approx(np.mean(found["accuracy"]))
    chosen = {n: (frame.metrics[f"validation_accuracy.{n}"], -frame.metrics[f"validation_loss.{n}"])
              for n in TINY.swept.names}  # fmt: skip
    best = max(chosen, key=lambda name: chosen[name])
    assert frame.metrics["test_accuracy.best"] == frame.metrics[f"test_accuracy.{best}"]
    gap = frame.metrics["train_accuracy.plain"] - frame.metrics["test_accuracy.plain"]
    assert frame.metrics["gap.plain"] == pytest.approx(gap)


def test_repeats_draw_their_own_points_and_splits_are_apart() -> None:
    data = points(TINY)
    assert [data.inputs[split].shape[1] for split in ("train", "validation", "test")] == [20, VALIDATION, TEST]
    rows = torch.cat([data.inputs[split].reshape(-1, 2) for split in data.inputs])
    assert len(rows.unique(dim=0)) == len(rows)


def test_maps_are_the_first_repeat_s_probabilities_and_do_not_touch() -> None:
    training, measure = trained(TINY)
    maps = measure(50).arrays["maps"].values()  # type: ignore[union-attr]
    corner = torch.tensor([[-grid.DOMAIN, grid.DOMAIN]])  # the first column of the last row: top left
    for setting in (0, 5):
        probability = torch.sigmoid(training.population.network(3 * setting)(corner)).item()
        assert maps[setting, MAP - 1, 0] == pytest.approx(probability, abs=1 / 255)
    for i, (x0, y0, x1, y1) in enumerate(grid.BOXES):
        assert all(x1 < a or c < x0 or y1 + grid.HEAD <= b or d + grid.HEAD <= y0 for a, b, c, d in grid.BOXES[:i])


@pytest.mark.parametrize("case", [*({"method": method} for method in METHODS), {"view": "geometry"}])
def test_every_stage_finds_its_arrays_and_series(case: dict[str, Any]) -> None:
    knobs = Knobs(**case).settled() if "view" in case else tiny(**case)
    if "view" in case:
        shown = list(geometry.sweep(knobs))[:2]
    else:
        data = points(knobs)
        shown = [Measure(knobs, Training(knobs, networks(knobs, "cpu"), data), data)(0)]
    arrays = {name for frame in shown for name in frame.arrays}
    series = {name for frame in shown for name in frame.series}
    for part in LAB.stage(knobs):
        for binding in part.bindings:
            match binding:
                case Extend():
                    assert {binding.x, binding.y} <= series
                case Marks():
                    assert {binding.x, binding.y, binding.color} <= arrays
                case Edit():
                    assert binding.knob == "minimum"
                case _:
                    assert binding.array in arrays


def test_frames_are_small() -> None:
    knobs = Knobs(method="early_stopping", samples=200)
    data = points(knobs)
    measure = Measure(knobs, Training(knobs, networks(knobs, "cpu"), data), data)
    sizes = [len(wire.encode(measure(step), step)) for step in range(100)]
    assert sizes[0] < 24_000 and max(sizes[1:]) < 12_500


def test_the_default_run_shows_its_point() -> None:
    end = ended(Knobs())
    assert end["train_accuracy.plain"] > 0.98 and end["gap.plain"] > 0.15 and end["gap.best"] < end["gap.plain"] - 0.05
    assert end["test_loss.best"] < 0.5 * end["test_loss.plain"]
    assert end["test_accuracy.best"] > end["test_accuracy.plain"] + 0.03
    assert max(end["test_accuracy.0.1"], end["test_accuracy.1"]) < 0.55


@pytest.mark.slow
def test_the_best_strength_of_l2_beats_none_over_seeds() -> None:
    ends = [ended(Knobs(seed=seed)) for seed in (0, 10, 20, 30, 40)]
    assert all(end["test_loss.best"] < 0.5 * end["test_loss.plain"] for end in ends)
    assert sum(end["test_accuracy.best"] > end["test_accuracy.plain"] + 0.02 for end in ends) >= 4
    assert sum(end["gap.best"] < end["gap.plain"] - 0.05 for end in ends) >= 4


@pytest.mark.parametrize(
    "seed", [0, pytest.param(10, marks=pytest.mark.slow), pytest.param(20, marks=pytest.mark.slow)]
)
def test_l1_is_sparser_than_l2_at_equal_training_loss(seed: int) -> None:
    """L1 leaves under half of the weights that L2, interpolated between its strengths, leaves at that loss."""
    l1, l2 = (ended(Knobs(method=method, seed=seed)) for method in ("l1", "l2"))
    names = METHODS["l2"].names
    loss, share = (np.array([l2[f"{kind}.{name}"] for name in names]) for kind in ("train_loss", "sparsity"))
    compared = 0
    for name in names[1:]:
        at = l1[f"train_loss.{name}"]
        if 0.01 < at < 0.4:
            compared += 1
            assert 1 - l1[f"sparsity.{name}"] < 0.5 * (1 - np.interp(at, loss, share))
    assert compared >= 2 and l1["sparsity.0.003"] > 0.97 and l2["sparsity.0.003"] < 0.15


@pytest.mark.parametrize("method", ["dropout", "early_stopping", "data_noise"])
def test_the_methods_of_the_presets_lower_the_test_loss(method: str) -> None:
    end = ended(Knobs(method=method))
    assert end["test_loss.best"] < 0.75 * end["test_loss.plain"] and end["gap.best"] < end["gap.plain"]


@pytest.mark.slow
@pytest.mark.parametrize("method", ["weight_decay", "elastic", "batch_norm", "width", "averaging"])
@pytest.mark.parametrize("seed", [0, 10])
def test_every_other_method_lowers_it_too(method: str, seed: int) -> None:
    end = ended(Knobs(method=method, seed=seed))
    losses = [end[f"test_loss.{name}"] for name in METHODS[method].names]
    assert min(losses) < 0.9 * losses[0] and end["test_accuracy.best"] >= end["test_accuracy.plain"]


def test_the_preset_that_breaks_does() -> None:
    (preset,) = [one for one in PRESETS if one.breaks]
    knobs = preset.knobs
    end = ended(knobs)  # type: ignore[arg-type]
    assert max(end["train_accuracy.1"], end["test_accuracy.1"]) < 0.6 and end["test_accuracy.best"] > 0.95
    history = recorded(knobs)  # type: ignore[arg-type]
    (strong,) = (one for one in verdicts(knobs, history) if "too strong" in one.sentence)  # type: ignore[arg-type]
    assert not strong.mend


def test_verdicts_name_the_gap_and_the_best_strength() -> None:
    first, second, *_ = verdicts(Knobs(), recorded(Knobs()))
    end = ended(Knobs())
    assert f"a gap of {100 * end['gap.plain']:.0f} points" in first.sentence
    assert f"{end['test_accuracy.best']:.0%}" in second.sentence


def invented(**metrics: float) -> History:
    """A sweep's end with these numbers, else with those of a network that learns all points, whatever the strength."""
    fine = {"train_accuracy": 1.0, "test_accuracy": 0.98, "validation_accuracy": 0.98, "test_loss": 0.05, "gap": 0.02}
    names = ("plain", "best", *METHODS["early_stopping"].names)
    found = {f"{kind}.{name}": value for kind, value in fine.items() for name in names}
    return wire.recorded([Frame(50, {**found, "best_setting": 1.0, **metrics}, {}, {})])


def test_too_strong_is_told_in_the_direction_of_the_axis() -> None:
    knobs = Knobs(method="early_stopping")
    history = invented(**{"train_accuracy.10": 0.55, "train_accuracy.5": 0.51})
    (strong,) = (one.sentence for one in verdicts(knobs, history) if "too strong" in one.sentence)
    assert strong.startswith("At 10 or less (patience in steps) it is too strong: only 55%")
    assert [name for name, method in METHODS.items() if method.falls] == ["early_stopping", "width"]


def test_a_best_strength_that_changes_nothing_is_said_to_change_nothing() -> None:
    knobs = Knobs(method="early_stopping")
    (idle,) = verdicts(knobs, invented(**{"test_loss.best": 0.048}))
    assert idle.sentence.endswith("it changes nothing here: the gap 2 points, the test loss 0.05, test accuracy 98%.")
    (moved,) = verdicts(knobs, invented(**{"test_loss.best": 0.04, "gap.best": 0.03}))
    assert "the gap goes from 2 points to 3 points, the test loss goes from 0.05 to 0.04" in moved.sentence
    assert "test accuracy stays at 98%" in moved.sentence


def test_small_numbers_are_written_in_one_way() -> None:
    drawn = [part.figure.to_json() for part in LAB.stage(Knobs()) if isinstance(part, Panel)]
    assert not any(odd in text for text in drawn for odd in ("1e-0", "1e-4"))


@pytest.mark.slow
def test_the_mend_of_the_gap_narrows_it() -> None:
    first, *_ = verdicts(Knobs(), recorded(Knobs()))
    end, more = ended(Knobs()), mended(Knobs(), first.mend)
    assert isinstance(more, Knobs) and ended(more)["gap.plain"] < end["gap.plain"]


def test_challenges_can_be_met_and_are_not_met_at_their_start() -> None:
    met = (Knobs(noise=0.6, method="data_noise"), Knobs(view="geometry", minimum=(1.5, 1.5), tilt=0, stretch=1.0))
    for challenge, knobs in zip(CHALLENGES, met, strict=True):
        start = mended(Knobs(), challenge.start)
        assert not challenge.met(start, recorded(start))  # type: ignore[arg-type]
        assert challenge.met(knobs, recorded(knobs))


PULLS = ((0.3, 0.0), (0.9, 0.0), (0.0, 0.4), (0.25, 0.25), (3.0, 0.0))


@pytest.mark.parametrize("minimum", [(0.5, 1.4), (-1.2, 0.3), (1.0, -1.0), (0.0, 0.0)])
def test_the_solution_of_two_weights_is_that_of_a_fine_grid(minimum: tuple[float, float]) -> None:
    matrix, m = geometry.hessian(4.0, 30), np.array(minimum)
    axis = np.linspace(-2, 2, 801)
    w = np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2)
    curved = np.einsum("ni,ij,nj->n", w - m, matrix, w - m) / 2
    for l1, l2 in PULLS:
        value = curved + l1 * np.abs(w).sum(1) + l2 * (w**2).sum(1)
        (found,) = geometry.least(matrix, m, np.array([l1]), np.array([l2]))
        assert found == pytest.approx(w[value.argmin()], abs=0.006)


def test_ridge_has_its_closed_form_and_the_lasso_its_soft_threshold() -> None:
    matrix, m = geometry.hessian(5.0, 20), np.array([1.0, -0.7])
    (ridge,) = geometry.least(matrix, m, np.array([0.0]), np.array([0.3]))
    assert ridge == pytest.approx(np.linalg.solve(matrix + 0.6 * np.eye(2), matrix @ m), abs=1e-12)
    (lasso,) = geometry.least(np.eye(2), m, np.array([0.8]), np.array([0.0]))
    assert lasso == pytest.approx(np.sign(m) * np.maximum(np.abs(m) - 0.8, 0), abs=1e-12)


@pytest.mark.parametrize("penalty", ["l1", "l2", "elastic"])
def test_the_solution_lies_where_ball_and_level_line_touch(penalty: str) -> None:
    knobs = Knobs(view="geometry", penalty=penalty)
    mix, matrix, m = geometry.PENALTIES[penalty], geometry.hessian(2.0, 30), np.array(knobs.minimum)
    whole = mix[0] * np.abs(m).sum() + mix[1] * (m**2).sum()
    for frame in list(geometry.sweep(knobs))[10::30]:
        w = np.array([frame.metrics["weight_1"], frame.metrics["weight_2"]])
        assert mix[0] * np.abs(w).sum() + mix[1] * (w**2).sum() == pytest.approx(frame.metrics["budget"] * whole, 1e-6)
        ball = np.stack([frame.arrays["ball_x"], frame.arrays["ball_y"]], 1)
        inside = np.einsum("ni,ij,nj->n", ball - m, matrix, ball - m) / 2
        assert inside.min() >= frame.metrics["excess"] - 1e-5  # no point of the ball has less loss


def test_l1_drops_a_weight_and_l2_does_not() -> None:
    l1, l2 = (recorded(Knobs(view="geometry", penalty=penalty)) for penalty in ("l1", "l2"))
    assert l1.last("weight_1") == 0 and abs(l2.last("weight_1")) > 1e-3
    assert "exactly zero" in verdicts(Knobs(view="geometry"), l1)[0].sentence
    assert "No weight becomes zero" in verdicts(Knobs(view="geometry", penalty="l2"), l2)[0].sentence


CASES: tuple[dict[str, Any], ...] = (
    *({"method": method, "samples": 20, "hidden_sizes": (6, 4), "repeats": 1, "steps": 50} for method in METHODS),
    {"method": "l1", "activation": "relu", "repeats": 1, "data": "spiral", "steps": 90, "seed": 4},
    {"method": "early_stopping", "batch_size": 0, "hidden_sizes": (5,), "steps": 90},
    {"view": "geometry", "penalty": "elastic", "minimum": (-0.4, 1.0), "stretch": 5.0},
)  # fmt: skip


def test_scripts_end_where_the_runs_end(tmp_path: Path) -> None:
    scripts = [script(LAB, Knobs(**case).settled()) for case in CASES]
    for case, line in zip(CASES, ends(scripts, tmp_path), strict=True):
        history = recorded(Knobs(**case).settled())
        assert line == pytest.approx({name: history.last(name) for name in line}, abs=1e-5), case
