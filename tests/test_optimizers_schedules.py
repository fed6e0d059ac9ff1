"""Schedules: what the lab measures, its range test, and its claims, over seeds."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from playground import contract, wire
from playground.concepts.optimizers.schedules.experiment import members, plan, range_test, updates
from playground.concepts.optimizers.schedules.knobs import EVERY, Knobs
from playground.concepts.optimizers.schedules.lab import CHALLENGES, PRESETS, SMALL
from playground.concepts.optimizers.schedules.measure import Measure
from playground.concepts.optimizers.schedules.points import points
from playground.concepts.optimizers.schedules.range_test import RangeTest
from playground.concepts.optimizers.schedules.verdicts import verdicts
from playground.concepts.optimizers.schedules.words import CLASSES, COLOURS, LABELS
from playground.contract import Frame, History, mended
from playground.models.mlp import mlp
from playground.training.population import Population
from playground.training.population_optimizer import PopulationOptimizer
from playground.training.population_schedules import PopulationSchedulers
from playground.training.population_updates import member_losses
from playground.training.recorder import frames
from playground.training.schedules import SCHEDULES, rates
from playground.training.supervised import batches

torch.set_num_threads(1)
LAB = contract.lab("optimizers/schedules")
BREAKS = PRESETS[-1]


def recorded(knobs: contract.Knobs) -> tuple[list[Frame], History]:
    found = list(frames(LAB, knobs, "cpu"))
    return found, wire.history([wire.encode(frame, i) for i, frame in enumerate(found)], "done")


def train_losses(knobs: Knobs) -> dict[str, torch.Tensor]:
    """The training losses of each schedule's networks at the end, without the frames on the way."""
    return ending(knobs)[0]


def ending(knobs: Knobs) -> list[dict[str, torch.Tensor]]:
    """The training and the validation losses of each schedule's networks at the end."""
    data = points(knobs)
    population = Population(members(knobs, knobs.names), knobs.sizes, dtype=torch.float64)
    list(
        updates(knobs, population, PopulationSchedulers(population, PopulationOptimizer(population), plan(knobs)), data)
    )
    splits = ((data.train_inputs, data.train_labels), (data.validation_inputs, data.validation_labels))
    with torch.no_grad():
        found = [
            member_losses(population(x), y.expand(len(population.members), -1), F.cross_entropy) for x, y in splits
        ]
    return [dict(zip(knobs.names, losses.split(knobs.repeats), strict=True)) for losses in found]


def test_every_schedule_has_a_name_a_colour_and_a_knob() -> None:
    assert set(EVERY) == set(SCHEDULES) == set(LABELS) == set(COLOURS)
    assert len(set(COLOURS.values())) == len(COLOURS)


@pytest.mark.parametrize("data", CLASSES)
def test_the_data_have_as_many_classes_as_the_network_has_outputs(data: str) -> None:
    found = points(Knobs(data=data))  # type: ignore[arg-type]
    assert found.train_labels.max() + 1 == CLASSES[data] and found.train_inputs.shape[1] == Knobs(data=data).sizes[0]  # type: ignore[arg-type]
    assert math.ceil(len(found.train_inputs) / 8) == Knobs(data=data).epoch  # type: ignore[arg-type]


def alone(knobs: Knobs, seed: int) -> torch.nn.Module:
    """One network under cosine, as PyTorch's manual writes it."""
    data = points(knobs)
    torch.manual_seed(seed)
    model = mlp(knobs.sizes, torch.nn.Tanh).double()
    optimizer = torch.optim.SGD(model.parameters(), lr=knobs.learning_rate, momentum=0.9)
    low = knobs.floor * knobs.learning_rate
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=knobs.steps, eta_min=low)
    for _, rows in zip(range(knobs.steps), batches(len(data.train_inputs), knobs.batch_size), strict=False):
        optimizer.zero_grad()
        F.cross_entropy(model(data.train_inputs[rows]), data.train_labels[rows]).backward()
        optimizer.step()
        scheduler.step()
    return model


def test_losses_and_bands_are_those_of_networks_trained_alone() -> None:
    knobs = mended(SMALL, {"schedules": ("cosine",), "repeats": 4})
    last, data = recorded(knobs)[0][-1], points(knobs)  # type: ignore[arg-type]
    models = [alone(knobs, seed) for seed in range(4)]  # type: ignore[arg-type]
    train = [F.cross_entropy(model(data.train_inputs), data.train_labels).item() for model in models]
    held_out = [F.cross_entropy(model(data.validation_inputs), data.validation_labels).item() for model in models]
    assert last.metrics["train_loss.cosine"] == last.metrics["best_loss"] == pytest.approx(np.mean(train), abs=1e-9)
    assert last.metrics["validation_loss.cosine"] == pytest.approx(np.mean(held_out), abs=1e-9)
    assert last.series["train_loss_low.cosine"][0] == pytest.approx(min(train), rel=1e-6)
    assert last.series["train_loss_high.cosine"][0] == pytest.approx(max(train), rel=1e-6)


def test_the_rates_of_the_run_are_the_curves_that_are_drawn() -> None:
    found, history = recorded(SMALL)
    assert SMALL.names == EVERY
    for name in set(EVERY) - {"plateau"}:
        drawn = rates(name, SMALL.learning_rate, plan(SMALL))
        assert found[1].arrays[f"curve.{name}"] == pytest.approx(drawn, rel=1e-6)
        used = history.metrics[f"rate.{name}"]
        assert used[1:] == pytest.approx(drawn) and used[0] == drawn[0]
    assert found[1].arrays["curve_steps"].tolist() == list(range(1, SMALL.steps + 1))  # type: ignore[union-attr]
    assert history.metrics["rate.plateau"][-1] < SMALL.learning_rate


def test_networks_at_chance_are_counted() -> None:
    found, counts = recorded(SMALL)[0], set()
    for frame in found:
        for name in EVERY:
            both = [frame.series[f"train_loss_{edge}.{name}"][0] for edge in ("low", "high")]
            assert frame.metrics[f"at_chance.{name}"] == sum(loss >= 0.98 * math.log(3) for loss in both)
            counts.add(frame.metrics[f"at_chance.{name}"])
    assert {0, 1} <= counts


def test_frames_are_small() -> None:
    found, _ = recorded(Knobs(schedules=EVERY, repeats=2, steps=50, range_steps=50))
    assert max(len(wire.encode(frame, i)) for i, frame in enumerate(found)) < 12_000


def test_the_range_test_s_rates_grow_by_the_same_factor_and_blow_up_where_the_loss_says() -> None:
    test, seen = RangeTest(1e-3, 10.0, 5), []
    for loss in (2.0, 1.0, 1.0, 4.0, 9.0):
        seen.append(test.rate)
        test.add(loss)
    assert seen == pytest.approx([1e-3, 1e-2, 1e-1, 1, 10])
    weights = 0.95 ** np.arange(3, -1, -1)
    smoothed = float(weights @ [2.0, 1.0, 1.0, 4.0] / weights.sum())
    lowest = float((0.95**2 * 2 + 0.95 + 1) / (0.95**2 + 0.95 + 1))
    assert smoothed > 1.5 * lowest and test.blow_up == pytest.approx(1) and test.suggestion == pytest.approx(0.2)


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_range_test_ends_at_a_loss_that_is_no_number(bad: float) -> None:
    test = RangeTest(1e-3, 10.0, 5)
    test.add(1.0)
    assert math.isnan(test.suggestion) and not test.ended
    test.add(bad)
    assert test.ended and test.suggestion == pytest.approx(1e-2 / 5)


def test_the_range_test_is_a_torch_loop_whose_rate_grows() -> None:
    knobs = mended(SMALL, {"repeats": 2})
    data = points(knobs)  # type: ignore[arg-type]
    found = list(range_test(knobs, data))  # type: ignore[arg-type]
    losses = np.zeros((2, len(found)))
    for seed in range(2):
        torch.manual_seed(seed)
        model = mlp(knobs.sizes, torch.nn.Tanh).double()  # type: ignore[attr-defined]
        optimizer = torch.optim.SGD(model.parameters(), lr=1.0, momentum=0.9)
        rows = batches(len(data.train_inputs), 8)
        for step, (rate, *_) in enumerate(found):
            optimizer.param_groups[0]["lr"] = rate
            optimizer.zero_grad()
            chosen = next(rows)
            loss = F.cross_entropy(model(data.train_inputs[chosen]), data.train_labels[chosen])
            loss.backward()
            optimizer.step()
            losses[seed, step] = loss.item()
    assert losses.mean(0) == pytest.approx([loss for _, loss, *_ in found], abs=1e-6)


slow = pytest.mark.slow
SHORT = {"schedules": ("constant", "cosine", "one_cycle"), "steps": 700}


@pytest.mark.parametrize(
    ("optimizer", "seed"),
    [
        ("momentum", 0), ("adam", 0), pytest.param("sgd", 0, marks=slow), pytest.param("momentum", 10, marks=slow),
        pytest.param("sgd", 20, marks=slow), pytest.param("adam", 10, marks=slow),
    ],
)  # fmt: skip
def test_the_suggested_maximum_trains_stably_and_ten_times_it_does_not(optimizer: Any, seed: int) -> None:
    knobs = Knobs(optimizer=optimizer, seed=seed)
    suggestion = list(range_test(knobs, points(knobs)))[-1][3]
    calm, wild = (train_losses(mended(knobs, {**SHORT, "learning_rate": k * suggestion})) for k in (1, 10))  # type: ignore[arg-type]
    assert max(calm["cosine"].max(), calm["one_cycle"].max()) < 0.3 * knobs.chance
    assert calm["constant"].mean() < 0.5 * knobs.chance
    assert wild["constant"].min() > knobs.chance and wild["cosine"].mean() > 0.7 * knobs.chance


@pytest.mark.parametrize("seed", [0, pytest.param(10, marks=slow), pytest.param(20, marks=slow)])
def test_rates_that_fall_end_lower_than_the_constant_one_with_every_seed(seed: int) -> None:
    knobs = Knobs(seed=seed) if seed else Knobs(schedules=("constant", "cosine", "one_cycle"))
    ends = train_losses(knobs)
    lower = [losses for name, losses in ends.items() if name != "constant"]
    assert max(losses.max() for losses in lower) < ends["constant"].min()
    assert 1.5 * ends["cosine"].mean() < ends["constant"].mean()


@slow
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_in_big_batches_the_constant_rate_is_lowest_in_training_and_worst_in_validation(seed: int) -> None:
    knobs = mended(PRESETS[1].knobs, {"seed": seed})
    train, validation = ({name: one.mean().item() for name, one in losses.items()} for losses in ending(knobs))  # type: ignore[arg-type]
    assert min(train, key=lambda name: train[name]) == max(validation, key=lambda name: validation[name]) == "constant"
    ends = {f"{split}_loss__{name}": one[name] for split, one in (("train", train), ("validation", validation))
            for name in one}  # fmt: skip
    assert "other way round: Constant" in verdicts(knobs, history_of(knobs, suggested_maximum=0.1, **ends))[0].sentence  # type: ignore[arg-type]
    assert not CHALLENGES[0].met(knobs, history_of(knobs, **ends))  # type: ignore[arg-type]


@slow
@pytest.mark.parametrize("seed", [0, 10])
def test_with_little_time_what_falls_early_stops_short(seed: int) -> None:
    knobs = mended(PRESETS[2].knobs, {"seed": seed})
    ends = {name: losses.mean().item() for name, losses in train_losses(knobs).items()}  # type: ignore[arg-type]
    early, late = ("step", "exponential"), ("cosine", "one_cycle", "warm_up")
    assert min(ends[name] for name in early) > 1.3 * max(ends[name] for name in late)


@slow
@pytest.mark.parametrize("index", [3, 4])
def test_adam_and_real_digits_end_lower_with_cosine_too(index: int) -> None:
    ends = train_losses(PRESETS[index].knobs)  # type: ignore[arg-type]
    assert ends["cosine"].max() < ends["constant"].min()


def test_the_preset_that_breaks_unlearns_and_its_verdict_cures_it() -> None:
    knobs = mended(BREAKS.knobs, {"schedules": ("one_cycle",)})
    _, history = recorded(knobs)
    losses = history.metrics["train_loss.one_cycle"]
    assert BREAKS.breaks and losses.min() < 0.75 < 0.98 * math.log(3) < losses[-1]
    verdict = verdicts(knobs, history)[0]  # type: ignore[arg-type]
    suggestion = history.last("suggested_maximum")
    assert "One-cycle 4 of 4" in verdict.sentence and f"suggested maximum {suggestion:.2g}" in verdict.sentence
    assert 0 < verdict.step < knobs.steps  # type: ignore[attr-defined]
    assert verdict.mend["learning_rate"] == pytest.approx(suggestion, rel=0.05) and verdict.mend["peak"] == 1
    assert train_losses(mended(knobs, {**verdict.mend, "steps": 1000}))["one_cycle"].max() < 0.3  # type: ignore[arg-type]


def history_of(knobs: Knobs, **last: float) -> History:
    """A run that ended like this: the same metrics at a first and a last frame."""
    metrics = {f"at_chance.{name}": 0.0 for name in knobs.names} | {f"train_loss.{name}": 0.2 for name in knobs.names}
    named = {name.replace("__", "."): value for name, value in last.items()}
    values = {name: np.full(2, value) for name, value in (metrics | {"best_loss": 0.2} | named).items()}
    return History(np.array([0, knobs.steps]), values, "done", lambda _: Frame(0))


def test_verdicts_name_a_rate_that_is_far_from_the_suggested_maximum() -> None:
    high = verdicts(Knobs(learning_rate=1.0), history_of(Knobs(), suggested_maximum=0.1))[0]
    assert high.sentence == "The learning rate 1 is 10 times the suggested maximum 0.1."
    assert high.mend == {"learning_rate": 0.1, "peak": 1.0}
    low = verdicts(Knobs(learning_rate=0.001), history_of(Knobs(), suggested_maximum=0.1))[0]
    assert "100 times below the suggested maximum 0.1" in low.sentence and low.mend["learning_rate"] == 0.1
    none = verdicts(Knobs(), history_of(Knobs()))[0]
    assert "did not blow up below 10" in none.sentence and none.mend == {"range_high": 100.0}


def test_a_verdict_compares_the_lowest_schedule_with_the_constant_rate() -> None:
    ends = {"suggested_maximum": 0.1, "train_loss__cosine": 0.031, "train_loss__constant": 0.058}
    said = verdicts(Knobs(), history_of(Knobs(), **ends))[0].sentence
    assert said.startswith("Cosine ends at a training loss of 0.031, Constant at 0.058: 1.9 times.")
    for validation, words in ((0.1, False), (0.2, True)):
        both = {"validation_loss__cosine": validation, "validation_loss__constant": 0.15}
        said = verdicts(Knobs(), history_of(Knobs(), **ends, **both))[0].sentence
        assert ("In validation it is the other way round: Cosine 0.200, Constant 0.150." in said) == words


@pytest.mark.parametrize(
    ("index", "knobs"),
    [
        (0, Knobs(schedules=("constant", "cosine"), batch_size=256, steps=700)),
        (1, Knobs(schedules=("one_cycle",), learning_rate=0.1, steps=500)),
    ],
)
def test_challenges_can_be_met(index: int, knobs: Knobs) -> None:
    assert CHALLENGES[index].met(knobs, recorded(knobs)[1])


@slow
@pytest.mark.parametrize("index", [0, 1])
def test_challenges_are_not_met_at_their_start(index: int) -> None:
    start = mended(Knobs(), CHALLENGES[index].start)
    assert not CHALLENGES[index].met(start, recorded(start)[1])


def test_the_losses_shown_reach_below_the_lowest_and_are_sent_where_they_change(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    knobs = mended(SMALL, {"schedules": ("cosine",)})
    population = Population(members(knobs, knobs.names), knobs.sizes, dtype=torch.float64)  # type: ignore[arg-type, attr-defined]
    measure, sent = Measure(knobs, population, points(knobs)), []  # type: ignore[arg-type]
    for step, lowest in enumerate((1.1, 0.6, 0.2, 0.07, 0.9, 0.0021, 0.0, math.inf, math.nan)):
        losses = torch.tensor([lowest, 1.2])
        monkeypatch.setattr(measure, "_losses", lambda losses=losses: [losses, losses])
        sent.append(measure(step, [0.1, 0.1]).arrays.get("loss_range"))
    floors = [None if bounds is None else 10 ** float(bounds[0]) for bounds in sent]  # type: ignore[index]
    assert [step for step, floor in enumerate(floors) if floor] == [0, 3, 5, 6]
    assert [floor for floor in floors if floor] == pytest.approx([0.1, 0.05, 0.001, 1e-6], rel=1e-5)
    assert all(10 ** bounds[1] == pytest.approx(2 * math.log(3)) for bounds in sent if bounds is not None)  # type: ignore[index]


def test_the_suggested_maximum_is_sent_once() -> None:
    found, history = recorded(SMALL)
    sent = [frame for frame in found if "suggested" in frame.arrays]
    assert len(sent) == 2 and sent[0] is found[0] and np.isnan(sent[0].arrays["suggested"]).all()  # type: ignore[arg-type]
    assert sent[1].arrays["suggested"] == pytest.approx(history.last("suggested_maximum"), rel=1e-6)
