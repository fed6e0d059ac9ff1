"""The sandbox's recording: what its frames hold, against a plain network in the same state."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
import torch
from sklearn import datasets

from playground import contract, wire
from playground.concepts.network.sandbox.data_knobs import Feature
from playground.concepts.network.sandbox.experiment import FRAMES
from playground.concepts.network.sandbox.features import FEATURES, featured
from playground.concepts.network.sandbox.knobs import Knobs
from playground.concepts.network.sandbox.measure import as_pictures, class_codes, lattice
from playground.concepts.network.sandbox.points import points
from playground.contract import Frame, Ranged
from playground.training.recorder import frames

torch.set_num_threads(1)
SPLITS = ("train", "validation", "test")
EVERY = {"train_loss", "validation_loss", "test_loss", "dead_share", "saturated_share", "gradient_norm", "epoch"}


def knobs(**chosen: Any) -> Knobs:
    return Knobs.model_validate({"samples": 80, "steps": 100, "map_size": 32, **chosen}).settled()


@cache
def run(**chosen: Any) -> tuple[Frame, ...]:
    return tuple(frame.untimed() for frame in frames(contract.lab("network/sandbox"), knobs(**chosen), "cpu"))


def values(frame: Frame, name: str) -> np.ndarray:
    array = frame.arrays[name]
    return array.values() if isinstance(array, Ranged) else array


DATA = [name for name in Knobs.model_fields["data"].annotation.__args__ if name != "table"]
TOLD = {"confusion", "counts", "precision", "recall", "f1", "support", "confidence", "reliability"}


@pytest.mark.parametrize("data", DATA)
def test_every_frame_holds_what_the_stage_draws(data: str) -> None:
    chosen, (first, *rest) = knobs(data=data, hidden_sizes=(5, 3)), run(data=data, hidden_sizes=(5, 3))
    score = "accuracy" if chosen.is_classes else "r2"
    scores = {f"{split}_{score}" for split in SPLITS}
    count = chosen.output_count
    everywhere = {"neurons", "weights", "layer_dead", "layer_saturated", "layer_gradient"}
    everywhere |= {"curve"} if data == "sine" else {"map"}
    everywhere |= set() if chosen.is_classes else {"residual_x", "residual_y"}
    told = {"test_f1", "calibration_error"} if chosen.is_classes else set()
    changing = TOLD if chosen.is_classes else set()
    wrong = {"wrong_x", "wrong_y"} if chosen.is_classes else set()
    still = {"features"} | {f"{split}_{part}" for split in SPLITS for part in ("x", "y", "target")}
    still |= {"curve_x", "truth"} if data == "sine" else set()
    assert set(first.metrics) == EVERY | scores | told | {"curvature"}
    assert set(first.arrays) == everywhere | still | wrong | changing
    assert len(rest) == FRAMES - 1
    for frame in rest:
        assert set(frame.metrics) == EVERY | scores | told
        assert everywhere <= set(frame.arrays) <= everywhere | wrong | changing
        assert set(frame.series) == {"step", "train_loss", "validation_loss", "test_loss"} | scores
        assert values(frame, "neurons").shape == (8, 16, 16)
        assert values(frame, "weights").shape == (len(chosen.feature_names) * 5 + 15 + 3 * count,)
        assert values(frame, "layer_gradient").shape == (3,)
    if data != "sine":
        assert values(first, "map").shape == (32, 32)


def test_the_same_link_gives_the_same_numbers_whatever_is_measured() -> None:
    chosen = {"dropout": 0.3, "activation": "relu"}
    small, again, large = (
        run(**chosen),
        frames(contract.lab("network/sandbox"), knobs(**chosen), "cpu"),
        run(**chosen, map_size=64),
    )
    assert [frame.metrics for frame in small] == [frame.untimed().metrics for frame in again]
    for a, b in zip(small, large, strict=True):
        np.testing.assert_allclose(values(a, "weights"), values(b, "weights"), rtol=0, atol=0)


def test_the_map_is_the_networks_probability() -> None:
    chosen = {"hidden_sizes": (), "features": ("x1", "x1sq", "sinx2"), "data": "circles"}
    *_, last = run(**chosen)
    picture = values(last, "map").ravel()
    weighed = featured(lattice(32, 2), chosen["features"]).numpy() @ values(last, "weights")
    inside = (picture > 0.05) & (picture < 0.95)
    bias = (np.log(picture / (1 - picture)) - weighed)[inside]
    assert inside.sum() > 100
    assert np.ptp(bias) < 0.1


def test_the_first_row_of_a_map_is_the_lowest() -> None:
    rows = lattice(4, 2).reshape(4, 4, 2)
    assert rows[0, :, 1].tolist() == pytest.approx([-1.3] * 4)
    assert rows[:, 0, 0].tolist() == pytest.approx([-1.3] * 4)
    features = values(run()[0], "features")
    assert features[0, 5, -1] > 0.99 and features[0, 5, 0] < -0.99
    assert features[1, -1, 5] > 0.99 and features[1, 0, 5] < -0.99


def test_misclassified_points_are_as_many_as_the_accuracy_says() -> None:
    marked = 0
    for frame in run(data="xor", hidden_sizes=(2,)):
        wrong = (1 - frame.metrics["train_accuracy"]) * 48 + (1 - frame.metrics["test_accuracy"]) * 16
        marked = len(values(frame, "wrong_x")) if "wrong_x" in frame.arrays else marked
        assert marked == pytest.approx(wrong, abs=1e-4)


def test_the_series_are_the_metrics_of_each_frame() -> None:
    history = wire.recorded(run(data="sine"))
    losses = np.concatenate([history.decode(i).series["train_loss"] for i in range(len(history))])
    np.testing.assert_allclose(losses, history.metrics["train_loss"], rtol=1e-6)
    assert history.metrics["epoch"].tolist() == [step // 2 for step in history.steps]


def test_regression_pictures_are_predictions() -> None:
    *_, last = run(data="plane", hidden_sizes=(), learning_rate=0.1)
    picture = last.arrays["map"]
    first = run(data="plane", hidden_sizes=(), learning_rate=0.1)[0]
    assert isinstance(picture, Ranged)
    assert picture.high == -picture.low == pytest.approx(np.abs(values(first, "train_target")).max())
    expected = lattice(32, 2).mean(1).reshape(32, 32).clamp(picture.low, picture.high).numpy()
    assert np.abs(picture.values() - expected).max() < 0.15


def test_a_curve_starts_beside_the_truth_and_comes_near() -> None:
    chosen = {"data": "sine", "samples": 300, "steps": 1500, "hidden_sizes": (16, 16), "noise": 0.0}
    first, *_, last = run(**chosen)
    truth, x = values(first, "truth"), values(first, "curve_x")
    np.testing.assert_allclose(truth, np.sin(2 * np.pi * x), atol=1e-5)
    inside = np.abs(x) < 0.9
    assert (
        np.abs(values(last, "curve") - truth)[inside].mean()
        < 0.1
        < np.abs(values(first, "curve") - truth)[inside].mean()
    )


def test_class_codes_hold_class_and_confidence() -> None:
    logits = torch.tensor([[0.0, 0.0, 0.0], [-99.0, -99.0, 99.0], [float("nan")] * 3])
    assert class_codes(logits).tolist()[:2] == [0, 64 + 31]
    assert class_codes(logits)[2] % 32 == 0
    sure = torch.log(torch.tensor([[0.125, 0.75, 0.125]]))
    assert class_codes(sure).tolist() == [32 + round(31 * 0.625)]


def test_pictures_of_units_span_their_own_range() -> None:
    columns = torch.stack([torch.linspace(-3, 1, 256), torch.zeros(256)], 1)
    pictures = as_pictures(columns).values()
    assert pictures[0].min() == pytest.approx(-1)
    assert pictures[0].max() == pytest.approx(1 / 3, abs=0.005)
    assert np.abs(pictures[1]).max() < 0.005


def test_only_a_thousand_points_are_shown_in_proportion() -> None:
    first = run(samples=4000, hidden_sizes=(2,), batch_size=64)[0]
    assert [len(values(first, f"{split}_x")) for split in SPLITS] == [600, 200, 200]


def test_wide_layers_show_their_first_units() -> None:
    first = run(hidden_sizes=(20, 3))[0]
    assert values(first, "neurons").shape == (19, 16, 16)
    assert values(first, "weights").shape == (2 * 16 + 16 * 3 + 3,)
    assert values(first, "layer_dead").shape == (2,)


def test_a_diverging_run_ends_at_its_nan_step() -> None:
    *_, last = run(data="plane", activation="identity", optimizer="sgd", learning_rate=10.0, steps=20_000)
    assert last.metrics["nan_step"] == last.step < 1000
    wire.decode(wire.encode(last, 1))


def test_dead_units_are_measured() -> None:
    *_, last = run(activation="relu", optimizer="sgd", learning_rate=10.0, steps=300)
    assert last.metrics["dead_share"] == 1
    assert values(last, "layer_dead").tolist() == [1, 1]
    assert run(initialiser="zeros", activation="relu")[0].metrics["dead_share"] == 1


def test_penalties_pull_weights_to_zero_and_stay_out_of_the_loss() -> None:
    plain, ridge = run(data="gaussians"), run(data="gaussians", l2=0.1)
    assert np.abs(values(ridge[-1], "weights")).sum() < 0.5 * np.abs(values(plain[-1], "weights")).sum()
    assert ridge[0].metrics["train_loss"] == plain[0].metrics["train_loss"]
    assert ridge[0].metrics["gradient_norm"] != plain[0].metrics["gradient_norm"]


def test_label_noise_is_on_the_training_labels_alone() -> None:
    clean, noisy = points(knobs(samples=500)), points(knobs(samples=500, label_noise=0.4))
    for split in ("validation", "test"):
        np.testing.assert_array_equal(clean.targets[split], noisy.targets[split])
    assert 0.1 < (clean.targets["train"] != noisy.targets["train"]).mean() < 0.3


def test_real_tables_are_scaled_on_the_training_rows() -> None:
    found = points(knobs(data="wine", wine_x="hue", wine_y="od280_od315"))
    assert found.inputs["train"].min(0).tolist() == [-1, -1]
    assert found.inputs["train"].max(0).tolist() == [1, 1]
    table = datasets.load_wine()
    together = np.concatenate([found.inputs[split][:, 0] for split in SPLITS]).astype(float)
    assert np.corrcoef(np.sort(together), np.sort(table.data[:, 10]))[0, 1] == pytest.approx(1)


def test_features_are_what_they_are_called() -> None:
    x = torch.tensor([[0.5, -0.25]])
    expected = {"x1": 0.5, "x2": -0.25, "x1sq": 0.25, "x2sq": 0.0625, "x1x2": -0.125}
    expected |= {"sinx1": 1.0, "sinx2": -(0.5**0.5)}
    assert set(expected) == set(Feature.__args__) == set(FEATURES)
    for name, value in expected.items():
        assert featured(x, [name]).item() == pytest.approx(value)


def test_frames_of_the_default_lab_are_small() -> None:
    sizes = [len(wire.encode(frame, i)) for i, frame in enumerate(run(samples=600, map_size=64))]
    assert max(sizes[1:]) <= 12_300
    assert sizes[0] <= 24_000


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 5))])
def test_the_default_solves_its_data_set(seed: int) -> None:
    *_, last = frames(contract.lab("network/sandbox"), Knobs(seed=seed), "cpu")
    assert last.metrics["test_accuracy"] >= 0.95
