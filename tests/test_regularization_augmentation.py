"""The augmentation lab: networks against torch's, what augmentation gains, what it costs labels, what the page says."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.metrics import confusion_matrix

from playground.concepts.regularization.augmentation import gallery, panels
from playground.concepts.regularization.augmentation.experiment import augmented, batches, recipe, train_step
from playground.concepts.regularization.augmentation.images import images
from playground.concepts.regularization.augmentation.knobs import Knobs
from playground.concepts.regularization.augmentation.measure import under
from playground.concepts.regularization.augmentation.networks import Networks, alone, member_losses
from playground.concepts.regularization.augmentation.safety import Judge, confusion
from playground.concepts.regularization.augmentation.words import AUGMENTATIONS, plural
from playground.contract import History, mended
from playground.data import prepare
from tests.runs import Runs

RUNS = Runs("regularization/augmentation", Knobs)
LAB, recorded, run, preset = RUNS.lab, RUNS.recorded, RUNS.run, RUNS.preset
FEW = Knobs(seeds=3, steps=250)


def arrays_of(history: History) -> dict[str, np.ndarray]:
    """Every array as the last frame shows it."""
    found: dict[str, np.ndarray] = {}
    for i in range(len(history)):
        found |= history.decode(i).arrays
    return found


def test_halved_images_are_torch_s_average_pooling() -> None:
    pictures = np.random.default_rng(0).integers(0, 256, (3, 28, 28)).astype(np.uint8)
    pooled = torch.nn.functional.avg_pool2d(torch.from_numpy(pictures).float()[:, None], 2)[:, 0]
    assert np.allclose(prepare.halved(pictures), pooled.numpy(), atol=1e-4)


def test_a_member_trains_as_the_same_network_alone() -> None:
    networks = Networks([3, 5], 8)
    networks.parameters = [p.detach().double().requires_grad_() for p in networks.parameters]
    torch.manual_seed(5)
    network = alone(8).double()
    inputs, labels = torch.rand(2, 3, 8, 8, dtype=torch.float64), torch.randint(10, (2, 3))
    targets = torch.nn.functional.one_hot(labels, 10).double()
    optimizers = torch.optim.Adam(networks.parameters, lr=0.01), torch.optim.Adam(network.parameters(), lr=0.01)
    for _ in range(50):
        train_step(networks, optimizers[0], inputs, targets)
        optimizers[1].zero_grad()
        torch.nn.functional.cross_entropy(network(inputs[1][:, None]), labels[1]).backward()
        optimizers[1].step()
    assert torch.allclose(networks(inputs)[1], network(inputs[1][:, None]), atol=1e-6)
    oracle = torch.nn.functional.cross_entropy(networks(inputs)[0], labels[0])
    assert torch.allclose(member_losses(networks(inputs), targets)[0], oracle)


def test_a_pair_shares_images_labels_and_initial_weights() -> None:
    knobs = Knobs(data="digits", seeds=2, train_images=50)
    inputs, targets = next(batches(knobs, images(knobs)))
    labels = targets.argmax(2)
    assert torch.equal(labels[:2], labels[2:]) and not torch.equal(labels[0], labels[1])
    assert not torch.allclose(inputs[:2], inputs[2:])
    rows = images(knobs).rows
    assert len(set(rows[0].tolist())) == 50 and set(rows[0].tolist()) != set(rows[1].tolist())


def test_partners_are_of_the_same_repeat() -> None:
    torch.manual_seed(0)
    inputs = torch.stack([torch.zeros(6, 8, 8), torch.ones(6, 8, 8)])
    labels = torch.stack([torch.zeros(6, dtype=torch.long), torch.ones(6, dtype=torch.long)])
    mixed, targets = augmented(inputs, labels, recipe(Knobs(augmentations=("mixup", "cutmix"))))
    assert torch.allclose(mixed, inputs) and torch.allclose(targets.argmax(2), labels)


def test_confusion_is_scikit_learn_s() -> None:
    generator = torch.Generator().manual_seed(0)
    labels, read = (torch.randint(10, (400,), generator=generator) for _ in range(2))
    assert np.allclose(confusion(labels, read), confusion_matrix(labels, read, normalize="true"))


def test_the_curve_s_middle_is_the_image_itself() -> None:
    pictures = torch.rand(3, 8, 8)
    for kind, still in (("rotation", 0.0), ("shift", 0.0), ("scale", 1.0), ("noise", 0.0)):
        assert torch.allclose(under(kind, still, pictures), pictures, atol=1e-5)


def test_the_judge_is_sure_or_silent() -> None:
    knobs = Knobs(data="digits")
    judge = Judge(knobs, images(knobs), recipe(knobs))
    judge.reads = lambda pictures: (torch.tensor([3, 4, 5]), torch.tensor([0.9, 0.7, 0.9]))  # type: ignore[method-assign]
    labels = torch.tensor([1, 1, 1])
    assert judge.misread(labels, labels, None).tolist() == [3, 1, 5]
    assert judge.misread(labels, labels, torch.tensor([3, 3, 3])).tolist() == [1, 1, 5]


def test_the_gallery_shows_what_was_drawn() -> None:
    knobs = Knobs(data="digits", train_images=50, steps=20, seeds=2, augmentations=("rotate", "shift", "mirror"))
    first = run(knobs).decode(0).arrays
    found = images(knobs)
    labels = found.train_labels[found.rows[0]]
    original = found.train[found.rows[0]][int((labels == gallery.ROW_CLASSES[0]).int().argmax())]
    assert np.array_equal(first["pictures"][0], (original * 255).round().byte().numpy())
    degrees, moves, mirrored = (first[f"caption_{name}"] for name in ("rotate", "shift", "mirror"))
    one = Knobs.model_validate({**knobs.model_dump(), "augmentations": ("rotate", "shift", "mirror")})
    assert np.abs(degrees).max() <= one.degrees and np.abs(moves).max() <= one.pixels
    assert np.array_equal(np.isnan(first["height_mirror"]), mirrored == 0)
    turned = under("rotation", float(degrees[0]), original[None]).flip(2) if mirrored[0] else None
    still = np.abs(moves[0]).max() < 0.2
    assert not still or turned is None or np.allclose(first["pictures"][1] / 255, turned, atol=0.2)


def test_200_digits_gain_and_the_curve_shows_where() -> None:
    history = run(FEW)
    assert history.last("gain") > 0.01 and history.last("wins") >= 2
    assert history.last("train_accuracy.plain") > 0.99
    arrays = arrays_of(history)
    gains = arrays["curve_augmented"] - arrays["curve_plain"]
    at = arrays["at"]
    assert gains[np.abs(at) == 30].min() > 0.05 and gains[np.abs(at) == 30].mean() > gains[at == 0].mean()
    assert arrays["trained"].tolist() == [-20, -20, 20, 20]
    assert history.last("misread") < 0.04 < 0.85 < history.last("judge_accuracy")


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(0, 50, 10))
def test_200_digits_gain_on_every_seed(seed: int) -> None:
    history = run(Knobs(seed=seed))
    assert history.last("gain") > 0.02 and history.last("wins") >= 3
    assert history.last("best_augmented") > history.last("best_plain") + 0.1
    assert history.last("misread") < 0.04


def test_flips_cost_digits_their_labels_and_the_page_says_so() -> None:
    knobs = mended(preset("Break it: upside down"), {"seeds": 2, "steps": 200})
    assert isinstance(knobs, Knobs)
    history = run(knobs)
    assert history.last("gain") < -0.03 and history.last("misread") > 0.1
    gain, labels, *_ = LAB.verdicts(knobs, history)
    assert "lowers" in gain.sentence and f"{history.last('test_accuracy.plain'):.1%}" in gain.sentence
    source, target = (plural("mnist", int(history.last(f"worst_{end}"))) for end in ("from", "to"))
    assert f"{history.last('worst_share'):.0%} of the {source} are taken for {target}" in labels.sentence
    cured = mended(knobs, labels.mend)
    assert isinstance(cured, Knobs)
    after = run(cured)
    assert after.last("gain") > 0 and not any("Labels" in one.sentence for one in LAB.verdicts(cured, after))


def test_sixes_on_their_heads_are_taken_for_nines() -> None:
    knobs = Knobs(degrees=180.0, augmentations=("rotate",), steps=250)
    found = images(knobs)
    judge = Judge(knobs, found, recipe(knobs))
    for _ in range(knobs.steps):
        judge.learn()
    with torch.no_grad():
        sixes = found.test[found.test_labels == 6]
        upright, turned = judge.reads(sixes)[0], judge.reads(under("rotation", 180.0, sixes))[0]
        said = judge.each()
    assert (upright == 9).float().mean() < 0.05 and (turned == 9).float().mean() > 0.3
    assert said["misread.rotate"] > 0.1 and (said["turned_from"], said["turned_to"]) == (6, 9)
    assert 0.2 < said["turned_share"] < 1


def test_noise_meets_its_challenge_and_the_preset_does_not() -> None:
    knobs, (_, noise) = preset("Noise"), LAB.challenges
    stronger = mended(knobs, {"noise": 0.6})
    assert isinstance(stronger, Knobs)
    assert noise.met(stronger, run(stronger)) and not noise.met(knobs, run(knobs))
    assert run(knobs).last("robust_accuracy.augmented") > run(knobs).last("robust_accuracy.plain") + 0.05


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 4))
def test_no_seed_of_the_noise_preset_meets_the_challenge(seed: int) -> None:
    knobs = mended(preset("Noise"), {"seed": seed})
    assert isinstance(knobs, Knobs) and not LAB.challenges[1].met(knobs, run(knobs))


def test_two_pixels_ruin_the_plain_network_and_leave_half_right_with_shifted_batches() -> None:
    arrays = arrays_of(run(preset("Moved test images")))
    two = np.abs(arrays["at"]) == 2
    assert arrays["curve_plain"][arrays["at"] == 0] > 0.75
    assert 0.15 < arrays["curve_plain"][two].mean() < 0.25 and 0.45 < arrays["curve_augmented"][two].mean() < 0.6


def test_a_band_lies_about_its_mean() -> None:
    history = run(FEW)
    for i in range(len(history)):
        series = history.decode(i).series
        for arm in ("plain", "augmented"):
            assert series[f"low.{arm}"] <= series[f"test_accuracy.{arm}"] <= series[f"high.{arm}"]


def test_the_axis_of_the_labels_lost_follows_the_bars_and_never_shrinks() -> None:
    upside_down = mended(preset("Break it: upside down"), {"seeds": 2, "steps": 200})
    assert isinstance(upside_down, Knobs)
    tops: dict[Knobs, list[float]] = {FEW: [], upside_down: []}
    for knobs, found in tops.items():
        history = run(knobs)
        for arrays in (history.decode(i).arrays for i in range(len(history))):
            if "lost_range" in arrays:
                found.append(float(arrays["lost_range"][1]))
                assert not (arrays["lost"] > found[-1]).any()
        assert found == sorted(found)
    assert tops[FEW][-1] == pytest.approx(0.105) and tops[upside_down][-1] > 0.26


def test_every_augmentation_has_a_caption_and_a_run() -> None:
    knobs = Knobs(data="digits", train_images=50, steps=20, seeds=2, augmentations=tuple(AUGMENTATIONS))
    arrays = arrays_of(run(knobs))
    panel = panels.pictures(knobs)
    said = [getattr(binding, "array", "") for binding in panel.bindings]
    for name in AUGMENTATIONS:
        assert f"caption_{name}" in arrays and f"caption_{name}" in said


def test_frames_are_small() -> None:
    assert max(map(len, recorded(FEW))) < 8_000 and len(recorded(FEW)) <= 60


def test_the_verdict_on_where_it_helps_has_a_true_minus() -> None:
    (where,) = (one.sentence for one in LAB.verdicts(FEW, run(FEW)) if "helps most" in one.sentence)
    assert f"({'−' * (run(FEW).last('best_at') < 0)}{abs(run(FEW).last('best_at')):g} degrees)" in where


def test_plurals() -> None:
    assert [plural("fashion", k) for k in (1, 2, 3)] == ["trousers", "pullovers", "dresses"]
    assert plural("mnist", 6) == "6s"


@pytest.mark.slow
def test_more_steps_and_milder_turns_meet_the_first_challenge() -> None:
    few, _ = LAB.challenges
    knobs = Knobs(steps=1000, degrees=15.0)
    assert few.met(knobs, run(knobs)) and not few.met(Knobs(), run(Knobs()))


@pytest.mark.slow
def test_mirrored_clothes_keep_their_labels_and_gain_nothing() -> None:
    history = run(preset("Clothes, mirrored"))
    assert history.last("misread") < 0.02 and history.last("gain") < 0.01
    assert not any(one.mend for one in LAB.verdicts(preset("Clothes, mirrored"), history))


def test_mixup_gains_a_point_or_loses_one_by_chance() -> None:
    gains = [run(Knobs(augmentations=("mixup",), seed=seed)).last("gain") for seed in range(5)]
    assert min(gains) < -0.01 and max(gains) > 0.01 and abs(np.mean(gains)) < 0.02
