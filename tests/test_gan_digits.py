"""The digits lab: losses and latents against closed forms, what is measured against scikit-learn, claims over seeds."""

from __future__ import annotations

import itertools
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from sklearn.metrics import pairwise_distances

from playground import contract, wire
from playground.concepts.gan.digits import experiment as training
from playground.concepts.gan.digits import grid, kept
from playground.concepts.gan.digits.game import Game, Scores
from playground.concepts.gan.digits.images import images
from playground.concepts.gan.digits.judge import UPDATES, Judge
from playground.concepts.gan.digits.knobs import TRAINED, Knobs
from playground.concepts.gan.digits.latents import fixed, lattice, plane, slerp, straight
from playground.concepts.gan.digits.measure import NEAR, Measure
from playground.concepts.gan.digits.networks import discriminator_loss, generator, generator_loss
from playground.contract import History, mended
from playground.export.script import script
from playground.training.recorder import frames
from tests.runs import Runs
from tests.scripts import ends

RUNS = Runs("gan/digits", Knobs)
LAB, recorded, run, preset = RUNS.lab, RUNS.recorded, RUNS.run, RUNS.preset
SHORT = Knobs(epochs=2, batch_size=128, generator_channels=4, discriminator_channels=4, latent=4)


@pytest.fixture(autouse=True)
def one_thread() -> None:
    """As a run has it."""
    torch.set_num_threads(1)


def arrays_of(history: History) -> dict[str, Any]:
    """Every array as the last frame shows it."""
    found: dict[str, Any] = {}
    for i in range(len(history)):
        found |= history.decode(i).arrays
    return found


def measured(**last: float) -> History:
    """A history of one frame with these metrics."""
    return History(np.array([7]), {name: np.array([value]) for name, value in last.items()}, "done", lambda i: None)  # type: ignore[arg-type, return-value]


def test_log_losses_are_torch_s_binary_cross_entropies() -> None:
    torch.manual_seed(0)
    real, fake = torch.randn(2, 9, 1)
    ones, zeros = torch.ones(9, 1), torch.zeros(9, 1)
    loss = F.binary_cross_entropy(real.sigmoid(), ones) + F.binary_cross_entropy(fake.sigmoid(), zeros)
    assert torch.allclose(discriminator_loss(Knobs(), real, fake), loss)
    assert torch.allclose(generator_loss(Knobs(), fake), F.binary_cross_entropy(fake.sigmoid(), ones))
    smooth = 0.8 * -F.logsigmoid(real) + 0.2 * -F.logsigmoid(-real)
    assert torch.allclose(discriminator_loss(Knobs(smoothing=0.2), real, fake), smooth.mean() + F.softplus(fake).mean())


def test_the_generator_still_learns_where_the_discriminator_is_sure() -> None:
    sure = torch.tensor([[-12.0]], requires_grad=True)
    generator_loss(Knobs(), sure).backward()  # type: ignore[no-untyped-call]
    assert sure.grad is not None and sure.grad.item() == pytest.approx(-1, abs=1e-4)


def test_hinge_ends_at_the_margin() -> None:
    knobs = Knobs(loss="hinge")
    real, fake = torch.tensor([[3.0], [0.5]]), torch.tensor([[-1.5], [0.25]])
    assert discriminator_loss(knobs, real, fake).item() == pytest.approx((0 + 0.5) / 2 + (0 + 1.25) / 2)
    assert generator_loss(knobs, fake).item() == pytest.approx((1.5 - 0.25) / 2)


def test_slerp_keeps_to_the_sphere_at_an_even_pace() -> None:
    torch.manual_seed(1)
    start, end = F.normalize(torch.randn(2, 16, dtype=torch.float64)) * 4
    way = slerp(start, end, torch.linspace(0, 1, 7, dtype=torch.float64))
    assert torch.allclose(way[[0, -1]], torch.stack([start, end]))
    assert torch.allclose(way.norm(dim=1), torch.full((7,), 4.0, dtype=torch.float64))
    steps = F.cosine_similarity(way[:-1], way[1:]).acos()
    assert torch.allclose(steps, steps[:1])
    assert straight(start, end, torch.tensor([0.5], dtype=torch.float64)).norm() < 4


@pytest.mark.parametrize("end", [torch.tensor([1.0, 2.0]), torch.tensor([2.0, 4.0]), torch.tensor([-1.0, -2.0])])
def test_between_parallel_latents_the_way_is_straight(end: torch.Tensor) -> None:
    start, shares = torch.tensor([1.0, 2.0]), torch.linspace(0, 1, 5)
    assert torch.allclose(slerp(start, end, shares), straight(start, end, shares))


@pytest.mark.parametrize("latent", [3, 16, 64])
def test_the_plane_is_spanned_by_orthogonal_latents_of_typical_length(latent: int) -> None:
    first, second = plane(Knobs(latent=latent))
    assert first @ second == pytest.approx(0, abs=1e-4)
    assert first @ first == pytest.approx(latent / 2, rel=1e-4) and second @ second == pytest.approx(
        latent / 2, rel=1e-4
    )


def test_of_two_latent_numbers_the_plane_is_the_whole_space() -> None:
    assert torch.equal(plane(Knobs(latent=2)), torch.eye(2))


def test_the_plane_s_pictures_stand_where_their_latents_are() -> None:
    boxes = np.array(grid.plane_boxes())
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2
    assert np.allclose(middles, lattice(grid.PLANE), atol=1e-6)


@pytest.mark.parametrize("data", TRAINED)
def test_test_images_are_not_trained_on(data: Any) -> None:
    found = images(Knobs(data=data))
    assert (
        len(found.train) == TRAINED[data] == len(found.train_labels)
        and len(found.test) == len(found.test_labels) == 360
    )
    assert found.train.shape[1:] == (1, Knobs(data=data).side, Knobs(data=data).side)
    assert found.train.min() == -1 and found.train.max() == 1
    side = Knobs(data=data).side
    assert found.train.stride() == (
        side**2,
        side**2,
        side,
        1,
    )  # else convolutions sum in another order than the script's
    known = {row.tobytes() for row in found.train.numpy()}
    twice = sum(row.tobytes() in known for row in found.test.numpy())
    assert twice <= 2  # a few published pictures are equal


def test_a_step_updates_the_discriminator_k_times_and_the_generator_once() -> None:
    torch.manual_seed(0)
    knobs = mended(SHORT, {"discriminator_steps": 3})
    assert isinstance(knobs, Knobs)
    game = Game(knobs, generator(knobs), images(knobs).train)
    before = game.before()
    assert game.before() == before
    game.step()
    updates = [
        {int(state["step"]) for state in optimizer.state.values()}
        for optimizer in (game.discriminator_optimizer, game.generator_optimizer)
    ]
    assert updates == [{3}, {1}]
    assert knobs.steps == 2 * 12 // 3


def test_a_first_step_moves_what_it_should() -> None:
    torch.manual_seed(0)
    game = Game(SHORT, generator(SHORT), images(SHORT).train)
    first, *rest = (game.step() for _ in range(60))
    assert rest[-1].real_score > first.real_score + 0.1 and rest[-1].fake_score < first.fake_score


def test_distances_are_scikit_learn_s() -> None:
    torch.manual_seed(0)
    real, held = images(SHORT), kept.Kept(SHORT, "cpu")
    measure = Measure(SHORT, real, held, Judge(SHORT, real))
    samples = torch.rand(200, 1, 8, 8) * 2 - 1
    pairs = measure._distances(samples)["pairs"]
    flat, train, test = (part.flatten(1).numpy() for part in (samples, real.train, real.test))
    table = pairwise_distances(flat[:NEAR], train)
    ratio = table.min(1).mean() / pairwise_distances(test[:NEAR], train).min(1).mean()
    assert measure.held["neighbour_ratio"] == pytest.approx(ratio, rel=1e-4)

    def spread(rows: np.ndarray) -> float:
        return float(pairwise_distances(rows)[np.triu_indices(200, 1)].mean())

    assert measure.held["diversity"] == pytest.approx(spread(flat) / spread(train[:200]), rel=1e-4)
    closest = table.min(1).argsort()[: grid.pairs(SHORT)]
    expected = np.concatenate([samples.numpy()[closest], real.train.numpy()[table[closest].argmin(1)]])[:, 0]
    assert np.abs(pairs.astype(float) - (expected + 1) * 127.5).max() <= 0.51


def test_a_class_counts_from_one_sample_in_fifty_on() -> None:
    torch.manual_seed(0)
    real = images(SHORT)
    judge = Judge(SHORT, real)
    measure = Measure(SHORT, real, kept.Kept(SHORT, "cpu"), judge)
    read = torch.tensor([0] * 150 + [3] * 43 + [7] * 4 + [8] * 3)
    judge.on_test = lambda: (0.97, 0.99)  # type: ignore[method-assign]
    judge.reads = lambda pictures: (torch.full((200,), 0.5), read)  # type: ignore[method-assign]
    arrays, metrics = measure._read(torch.zeros(200, 1, 8, 8))
    assert (metrics["classes"], metrics["top_class"], metrics["top_share"], metrics["confidence"]) == (3, 0, 0.75, 0.5)
    assert np.allclose(arrays["shares"], np.bincount(read, minlength=10) / 200)
    judge.on_test = lambda: (0.6, 0.5)  # type: ignore[method-assign]
    assert measure._read(torch.zeros(200, 1, 8, 8)) == ({}, {"judge_accuracy": 0.6, "real_confidence": 0.5})


@pytest.mark.parametrize("epochs", [1, 60])
def test_the_judge_s_updates_are_done_however_short_the_game(epochs: int) -> None:
    knobs = Knobs(epochs=epochs)
    judge = Judge(knobs, images(mended(SHORT, {})))  # type: ignore[arg-type]
    judge.network = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(64, 10))
    for _ in range(knobs.steps):
        judge.learn()
    assert judge.left == 0 and judge.slice * knobs.steps >= UPDATES


def test_a_state_comes_back_with_its_running_statistics() -> None:
    torch.manual_seed(0)
    one, other = generator(SHORT), generator(SHORT)
    one(torch.randn(30, 4))
    kept.fill(other, kept.flat(one))
    latents = torch.randn(5, 4)
    assert torch.equal(one.eval()(latents), other.eval()(latents))


def test_what_is_kept_is_bounded() -> None:
    for knobs in (Knobs(), Knobs(data="mnist", latent=64, generator_channels=32, epochs=60)):
        states = kept.Kept(knobs, "cpu").states
        assert len(states) >= 2 and 4 * states.numel() <= kept.MOST_BYTES
    assert len(kept.Kept(Knobs(), "cpu").states) == kept.FRAMES


def test_a_walk_leads_from_one_sample_to_the_other_and_the_plane_holds_the_point() -> None:
    at = lattice(grid.PLANE)[13]
    knobs = mended(SHORT, {"first": 3, "second": 11, "point": tuple(at.tolist())})
    assert isinstance(knobs, Knobs)
    arrays = arrays_of(run(knobs))
    way = grid.walk(knobs)
    assert np.array_equal(arrays["point"], arrays["plane"][13])
    for start in (0, way):
        assert np.array_equal(arrays["walk"][start], arrays["samples"][2])
        assert np.array_equal(arrays["walk"][start + way - 1], arrays["samples"][10])


def test_another_walk_or_point_is_shown_at_every_frame_without_another_game(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    knobs = mended(SHORT, {"first": 5, "point": (0.5, -1.0)})
    assert isinstance(knobs, Knobs)
    monkeypatch.setenv("PLAYGROUND_CACHE_DIR", str(tmp_path))
    fresh = [wire.encode(frame, i) for i, frame in enumerate(frames(LAB, knobs, "cpu"))]
    monkeypatch.setattr(training, "Game", None)
    before = [wire.encode(frame, i) for i, frame in enumerate(frames(LAB, SHORT, "cpu"))]
    assert [wire.encode(frame, i) for i, frame in enumerate(frames(LAB, knobs, "cpu"))] == fresh
    for one, other in zip(map(wire.decode, fresh), map(wire.decode, before), strict=True):
        assert one.metrics == other.metrics and np.array_equal(one.arrays["samples"], other.arrays["samples"])
        assert not np.array_equal(one.arrays["walk"], other.arrays["walk"])
        assert not np.array_equal(one.arrays["point"], other.arrays["point"])


def test_the_same_latents_are_shown_all_along() -> None:
    assert torch.equal(fixed(Knobs(), 60), fixed(Knobs(epochs=3, data="mnist"), 200)[:60])


def test_a_loss_that_is_no_number_ends_the_game(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    step, count = Game.step, itertools.count(1)

    def breaks(self: Game) -> Scores:
        scores = step(self)
        return Scores(math.nan, 1, 1, 0) if next(count) == 15 else scores

    monkeypatch.setenv("PLAYGROUND_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(Game, "step", breaks)
    history = wire.recorded(frames(LAB, SHORT, "cpu"))
    assert history.steps[-1] == 15 == history.last("nan_step") and "plane" in history.decode(len(history) - 1).arrays
    (verdict,) = LAB.verdicts(SHORT, history)
    assert "no number at step 15" in verdict.sentence and verdict.mend["generator_rate"] < 0.01


def test_numbers_that_are_none_are_black() -> None:
    pictures = kept.pixels(torch.tensor([math.nan, -1, 0, 1]).reshape(1, 1, 2, 2))
    assert pictures.tolist() == [[[0, 0], [128, 255]]]


CASES = (
    {"loss": "hinge", "discriminator_steps": 3, "seed": 3},
    {"smoothing": 0.1, "batch_norm": False, "latent": 2, "batch_size": 50},
    {"discriminator_channels": 7, "generator_channels": 5, "generator_rate": 0.01},
)


def test_the_script_plays_the_same_game_bit_for_bit(tmp_path: Path) -> None:
    every = [Knobs(epochs=1, **case) for case in CASES]  # type: ignore[arg-type]
    for knobs, numbers in zip(every, ends([script(LAB, one) for one in every], tmp_path), strict=True):
        last = run(knobs).decode(len(run(knobs)) - 1).metrics
        assert {"discriminator_loss", "confidence", "neighbour_ratio"} <= set(numbers)
        assert numbers == {name: last[name] for name in numbers}


@pytest.mark.parametrize("ends_at", ["least", "most"])
@pytest.mark.parametrize("data", TRAINED)
def test_knobs_at_their_bounds_play(data: Any, ends_at: str) -> None:
    known = contract.specs(Knobs)
    numbers = {
        name: spec.low if ends_at == "least" else spec.high
        for name, spec in known.items()
        if spec.kind in ("int", "float")
    }
    knobs = Knobs.model_validate({**Knobs(data=data).model_dump(), **numbers, "point": (-2.0, 2.0)}).settled()
    knobs = mended(knobs, {"discriminator_steps": 1})  # type: ignore[assignment]
    shown = list(itertools.islice(frames(LAB, knobs, "cpu"), 2))
    assert [frame.step for frame in shown] == [0, 1]
    LAB.stage(knobs)


def test_frames_are_small() -> None:
    sizes = [len(frame) for frame in recorded(SHORT)]
    assert max(sizes) < 13_000 and len(recorded(Knobs(epochs=8))) <= 90
    large = [len(frame) for frame in recorded(Knobs(data="mnist", epochs=1, batch_size=128, generator_channels=2))]
    assert max(large[1:-1]) < 30_000 and max(large) < 55_000


def test_after_eight_epochs_most_digits_can_be_read() -> None:
    history = run(Knobs(epochs=8))
    assert history.last("classes") >= 9 and history.last("confidence") > 0.8 and history.last("diversity") > 0.8
    assert history.last("judge_accuracy") > 0.95 and history.last("real_confidence") > 0.95


def test_a_fast_generator_without_batch_norm_collapses_and_the_page_says_so() -> None:
    knobs = preset("Break it: fast generator", epochs=10)
    history = run(knobs)
    assert history.last("classes") <= 3 and history.last("diversity") < 0.4
    (verdict,) = LAB.verdicts(knobs, history)
    assert verdict.sentence.startswith("Mode collapse") and verdict.mend == {"batch_norm": True}
    assert f"{history.last('top_share'):.0%} of them" in verdict.sentence


def test_an_unbeatable_discriminator_holds_the_generator_up_and_the_page_says_so() -> None:
    knobs = preset("Break it: D too strong", epochs=12)
    history = run(knobs)
    assert history.last("real_score") > 0.9 and history.last("fake_score") < 0.1 and history.last("confidence") < 0.8
    first, *others = LAB.verdicts(knobs, history)
    assert "too strong" in first.sentence and f"loss is {history.last('generator_loss'):.1f}" in first.sentence
    assert "updated 4 times at a rate of 0.005, the generator once at 0.0001" in first.sentence
    assert mended(knobs, first.mend) == Knobs(epochs=12) and not any(verdict.mend for verdict in others)


def test_what_verdicts_say_follows_from_the_numbers() -> None:
    fine = {"classes": 10, "confidence": 0.9, "real_confidence": 0.98, "diversity": 0.95, "neighbour_ratio": 1.3,
            "real_score": 0.6, "fake_score": 0.4, "generator_loss": 1.0}  # fmt: skip
    assert [verdict.mend for verdict in LAB.verdicts(Knobs(), measured(**fine))] == [{}, {}]
    assert "all ten" in LAB.verdicts(Knobs(), measured(**fine))[0].sentence
    unclear, _ = LAB.verdicts(Knobs(epochs=40), measured(**{**fine, "confidence": 0.7}))
    assert unclear.sentence.endswith("Not all can be read yet.") and unclear.mend == {"epochs": 60}
    poor, _ = LAB.verdicts(Knobs(latent=2), measured(**{**fine, "classes": 8}))
    assert "8 of ten" in poor.sentence and "2 are hardly ever made" in poor.sentence and poor.mend == {"latent": 16}
    *_, copied = LAB.verdicts(Knobs(), measured(**{**fine, "neighbour_ratio": 0.6}))
    assert "0.60 times" in copied.sentence and copied.sentence.endswith("some are copies.")
    silent, _ = LAB.verdicts(Knobs(), measured(diversity=0.9, neighbour_ratio=2, judge_accuracy=0.4))
    assert "only 40%" in silent.sentence
    far = {**fine, "real_score": 0.97, "fake_score": 0.03}
    assert LAB.verdicts(Knobs(), measured(**far))[0].mend == {"discriminator_rate": 0.0005}
    few = {**fine, "classes": 3, "top_class": 6, "top_share": 0.5, "real_score": 0.5, "fake_score": 0.45}
    (small,) = LAB.verdicts(Knobs(discriminator_channels=4), measured(**few))
    assert "With 4 channels the discriminator cannot see it" in small.sentence and small.mend == {
        "discriminator_channels": 16
    }
    uneven, _ = LAB.verdicts(Knobs(discriminator_channels=4), measured(**{**few, "classes": 7}))
    assert "3 are hardly ever made. With 4 channels" in uneven.sentence
    assert uneven.mend == {"discriminator_channels": 16}
    (fast,) = LAB.verdicts(Knobs(generator_rate=0.02), measured(**few))
    assert fast.mend == {"generator_rate": 0.002, "discriminator_rate": 0.002}
    (early,) = LAB.verdicts(Knobs(epochs=2), measured(**few))
    assert early.sentence.startswith("Few modes so far") and early.mend == {"epochs": 4}


def test_challenges_are_not_met_at_their_start() -> None:
    narrow, quick = LAB.challenges
    fine = measured(classes=10, confidence=0.9)
    assert narrow.met(Knobs(latent=2), fine) and not narrow.met(Knobs(latent=3), fine)
    assert narrow.met(Knobs(latent=2), measured(classes=9, confidence=0.9)) is False
    assert quick.met(Knobs(epochs=10), fine) and not quick.met(Knobs(epochs=11), fine)
    assert not quick.met(Knobs(epochs=10, data="mnist"), fine)
    assert not quick.met(Knobs(epochs=10), measured(classes=9, confidence=0.9))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_thirty_epochs_give_all_digits_and_a_judge_that_is_sure(seed: int) -> None:
    history = run(Knobs(seed=seed))
    assert history.last("classes") == 10 and history.last("confidence") >= 0.8
    early = history.metrics["epoch"] <= 10
    assert np.nanmax(history.metrics["classes"][early]) >= 9 and np.nanmax(history.metrics["confidence"][early]) >= 0.8


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_each_way_to_break_it_breaks_it_on_every_seed(seed: int) -> None:
    collapsed = run(preset("Break it: fast generator", seed=seed))
    assert collapsed.last("classes") <= 5 and collapsed.last("diversity") < 0.6
    starved = run(preset("Break it: D too strong", seed=seed))
    assert starved.last("real_score") > 0.9 and starved.last("fake_score") < 0.1 and starved.last("confidence") < 0.8


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_a_small_discriminator_looks_even_and_misses_classes(seed: int) -> None:
    history = run(preset("Small D", seed=seed))
    assert abs(history.last("real_score") - 0.5) < 0.1 and abs(history.last("fake_score") - 0.5) < 0.1
    assert history.last("classes") < 10


@pytest.mark.slow
def test_challenges_can_be_met() -> None:
    narrow, quick = LAB.challenges
    wide = Knobs(latent=2, epochs=60, generator_channels=32)
    assert narrow.met(wide, run(wide)) and not narrow.met(Knobs(latent=2), run(Knobs(latent=2)))
    small = Knobs(epochs=10, batch_size=16, generator_channels=32, discriminator_channels=32)
    assert quick.met(small, run(small)) and not quick.met(Knobs(epochs=10), run(Knobs(epochs=10)))


@pytest.mark.slow
@pytest.mark.parametrize("title", ["MNIST", "Clothes"])
def test_larger_images_come_in_all_classes_too(title: str) -> None:
    history = run(preset(title))
    assert history.last("classes") >= 9 and history.last("confidence") > (0.7 if title == "MNIST" else 0.55)
    assert history.last("confidence") < history.last("real_confidence") - 0.05
