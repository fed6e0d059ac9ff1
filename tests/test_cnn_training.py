"""The training lab: what it measures against oracles, what its networks reach, what the page says of them."""

from __future__ import annotations

import gzip
from itertools import product
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from pydantic import ValidationError
from sklearn.metrics import confusion_matrix

from playground import contract, link, wire
from playground.concepts.cnn import sets
from playground.concepts.cnn.networks import convnet
from playground.concepts.cnn.training import gallery, layout, mistakes, strips, walk
from playground.concepts.cnn.training.experiment import learners, updates
from playground.concepts.cnn.training.images import Split, images
from playground.concepts.cnn.training.knobs import ARCHITECTURES, TRAINED, Knobs
from playground.concepts.cnn.training.robustness import under
from playground.concepts.cnn.training.verdicts import verdicts
from playground.contract import History, mended
from playground.data import cifar, full
from playground.data.published import DataError
from playground.export.script import script
from playground.stage import Panel
from playground.training import bench
from playground.training.recorder import frames
from tests.runs import Runs
from tests.scripts import ends
from tests.still import figure_at
from tests.tiny_sets import idx

RUNS = Runs("cnn/training", Knobs)
LAB, run, preset, changed = RUNS.lab, RUNS.run, RUNS.preset, RUNS.changed
SMALL = LAB.small
BOTH = Knobs(data="digits", view="mlp", epochs=2)
FEW = 60_000  # bytes


def recorded(knobs: Knobs) -> tuple[bytes, ...]:
    return tuple(wire.encode(frame, i) for i, frame in enumerate(frames(LAB, knobs, "cpu")))


def arrays_of(history: History) -> dict[str, np.ndarray]:
    """Every array as the last frame shows it, pictures as numbers."""
    found: dict[str, np.ndarray] = {}
    for i in range(len(history)):
        found |= {k: a.values() if isinstance(a, contract.Ranged) else a for k, a in history.decode(i).arrays.items()}
    return found


# What is measured


def trained(knobs: Knobs) -> torch.nn.Sequential:
    """The network as its run leaves it."""
    torch.set_num_threads(1)
    torch.manual_seed(knobs.seed)
    learning = learners(knobs, "cpu")
    for _ in updates(knobs, images(knobs.data, knobs.seed, "cpu"), learning):
        pass
    return learning[0].model.eval()


def test_the_last_frame_is_torch_s_own_evaluation_of_the_trained_network() -> None:
    knobs = changed(SMALL, epochs=3)
    found, history = images("digits", 0, "cpu"), run(knobs)
    model = trained(knobs)
    with torch.no_grad():
        logits = model(found.scaled(found.test.images))
    predicted = logits.argmax(1)
    assert history.last("test_loss") == pytest.approx(F.cross_entropy(logits, found.test.labels).item(), rel=1e-3)
    assert history.last("test_accuracy") == pytest.approx(
        (predicted == found.test.labels).double().mean().item(), abs=0.006
    )
    counts = arrays_of(history)["counts"].reshape(10, 10)
    assert np.abs(counts - confusion_matrix(found.test.labels, predicted)).sum() <= 4  # two images at a border


def test_counts_are_scikit_learn_s_and_the_matrix_is_their_share() -> None:
    generator = torch.Generator().manual_seed(0)
    labels, predicted = (torch.randint(4, (300,), generator=generator) for _ in range(2))
    counts = mistakes.confusion(labels, predicted, 5)
    assert np.array_equal(counts, confusion_matrix(labels, predicted, labels=range(5)))
    shown = mistakes.matrix(counts)["confusion"].values()  # type: ignore[union-attr]
    shares = counts / np.maximum(counts.sum(1, keepdims=True), 1)
    assert np.allclose(np.diag(shown), np.diag(shares), atol=0.005) and np.allclose(shown[4], 0, atol=0.005)
    assert mistakes.matrix(counts)["confusion"].high > 2  # type: ignore[union-attr]  # pale: numbers can be read on it
    off = ~np.eye(5, dtype=bool)
    assert np.allclose(shown[off] ** 3, shares[off], atol=0.02)


def test_the_pair_is_the_largest_mistake() -> None:
    counts = np.array([[9, 1, 0], [4, 5, 1], [0, 2, 8]])
    assert mistakes.pair(counts) == {"pair_from": 1, "pair_to": 0, "pair_count": 4, "pair_of": 10}


def test_the_gallery_shows_the_worst_mistakes_in_their_order_and_nothing_else() -> None:
    logits = torch.tensor([[5.0, 0, 0], [0, 1.0, 0], [0, 0, 9.0], [0, 3.0, 0]])
    tested = Split(torch.arange(4, dtype=torch.uint8).view(4, 1, 1, 1), torch.tensor([0, 0, 1, 2]))
    found = mistakes.worst(logits, tested, 3)
    assert found["worst"].ravel().tolist() == [2, 3, 1] + [0] * 7  # type: ignore[union-attr]
    assert np.allclose(found["sure"][:3], torch.softmax(logits, 1)[[2, 3, 1]].amax(1))  # type: ignore[index]
    truth, said = (~np.isnan(found[name]).reshape(10, 3) for name in ("truth_y", "said_y"))  # type: ignore[union-attr]
    assert truth[:3].argmax(1).tolist() == [1, 2, 0] and said[:3].argmax(1).tolist() == [2, 1, 1]
    below = [box[1] for box in gallery.boxes(10, 1.5)]
    for name in ("truth_y", "said_y"):  # the words stand under their image, above the next row's
        heights = np.nanmin(found[name][:9].reshape(3, 3), 1)  # type: ignore[index]
        assert np.all(heights < below[:3]) and np.all(heights > below[5] + 1)
    assert truth.sum() == said.sum() == 3 and np.isnan(found["none_y"]).all()
    assert not np.isnan(mistakes.worst(logits[:1], Split(tested.images[:1], tested.labels[:1]), 3)["none_y"]).any()


def test_dead_units_are_those_that_are_silent_on_every_image() -> None:
    model = convnet(Knobs(data="digits", architecture="own", own="c4-m2-f3").layers, (1, 8, 8), 10).eval()
    with torch.no_grad():
        model[0].bias[1] = -1e3
        model[4].bias[2] = -1e3
    outputs = walk.outputs(model, torch.rand(20, 1, 8, 8))
    for module, dead in ((1, [False, True, False, False]), (5, [False, False, True])):
        assert walk.quiet("relu", "conv", outputs[module])[dead.index(True)]
        alive = outputs[module].transpose(0, 1).flatten(1).amax(1) > 0
        assert torch.equal(walk.quiet("relu", "conv", outputs[module]), ~alive)
    assert not walk.quiet("leaky_relu", "conv", outputs[1]).any()


@pytest.mark.parametrize("text", ["c4-n-m2-r4-d0.1-f8-n-f3", "n-c3-m2", "none", "f5", "m2-f4", "r4-g"])
def test_a_row_ends_with_its_activation(text: str) -> None:
    knobs = Knobs(data="digits", architecture="own", own=text, activation="tanh")
    model = convnet(knobs.layers, knobs.shape, 10, "tanh").eval()
    places = walk.places(model)
    assert len(places) == len(knobs.rows)
    for row, end in zip(knobs.rows, walk.ends(model, knobs.rows), strict=True):
        assert walk.outputs(model, torch.zeros(1, 1, 8, 8))[end].shape[1:] == row.shape
    for place in walk.hidden(knobs.rows):
        if knobs.rows[place].layer.kind != "residual":
            assert isinstance(model[walk.ends(model, knobs.rows)[place]], torch.nn.Tanh)


def test_the_picture_shows_the_network_s_own_weights_and_activations() -> None:
    knobs = changed(SMALL, own="c4-m2-c5-f8", epochs=1, picture=7)
    model, found = trained(knobs), images("digits", 0, "cpu")
    arrays = arrays_of(run(knobs))
    weights = model[0].weight.detach()[:, 0].numpy()
    assert np.allclose(arrays["filters"], weights / np.abs(weights).max((1, 2), keepdims=True), atol=0.01)
    assert np.array_equal(arrays["image"], found.test.images[7, 0])
    with torch.no_grad():
        outputs = walk.outputs(model, found.scaled(found.test.images[7:8]))
    for name, at in (("maps_0", 1), ("maps_1", 4)):
        assert np.allclose(arrays[name], outputs[at][0] / outputs[at].max(), atol=0.01)
    start, end = layout.bars(knobs)
    lengths = (np.nan_to_num(arrays["right_x"][1] - start) + np.nan_to_num(arrays["wrong_x"][1] - start)) / (
        end - start
    )
    assert np.allclose(lengths, torch.softmax(outputs[-1][0], 0), atol=0.005)
    assert np.isnan(arrays["label_y"]).sum() == 9 and not np.isnan(arrays["label_y"][found.test.labels[7]])


def test_an_mlp_s_filters_are_its_weights_as_images() -> None:
    knobs = Knobs(data="digits", architecture="own", own="f20", epochs=1, batch_size=256)
    model, arrays = trained(knobs), arrays_of(run(knobs))
    weights = model[1].weight.detach()[:16].view(16, 8, 8).numpy()
    assert np.allclose(arrays["filters"], weights / np.abs(weights).max((1, 2), keepdims=True), atol=0.01)
    assert arrays["maps_0"].shape == (16, 1, 1)


def test_images_are_moved_right_turned_and_made_noisy() -> None:
    pictures = torch.rand(3, 2, 8, 8)
    for kind in strips.KINDS:
        assert torch.allclose(under(kind, 0.0, pictures), pictures, atol=1e-5)
    assert torch.allclose(under("shift", 2.0, pictures)[..., 2:], pictures[..., :-2], atol=1e-5)
    assert torch.allclose(under("rotation", 90.0, pictures), pictures.rot90(1, (2, 3)), atol=1e-5)
    noise = under("noise", 0.1, torch.full((500, 1, 8, 8), 0.5)) - 0.5
    assert noise.std() == pytest.approx(0.1, rel=0.02)


def test_the_mlp_has_as_many_parameters_and_leaves_the_network_s_run_alone() -> None:
    for knobs in (BOTH, Knobs(view="mlp"), Knobs(data="textures", architecture="lenet", view="mlp")):
        rival = sum(row.parameters for row in knobs.rival_rows)
        step = np.prod(knobs.shape) + 1 + len(knobs.classes)
        assert abs(rival - knobs.parameters) <= step / 2
    alone, beside = run(changed(BOTH, view="insides")), run(BOTH)
    for name in ("train_loss", "test_loss", "learning_rate", "dead"):
        assert np.array_equal(alone.metrics[name], beside.metrics[name]), name
    assert beside.last("parameters.mlp") == pytest.approx(beside.last("parameters"), rel=0.02)


def test_the_curves_heights_are_their_shares() -> None:
    arrays = arrays_of(run(BOTH))
    for kind, arm in product(strips.KINDS, ("network", "mlp")):
        shares = arrays[f"{kind}_{arm}"]
        assert np.allclose(arrays[f"{kind}_{arm}_y"], strips.top(kind) - strips.CURVE * (1 - shares), atol=1e-5)
        assert run(BOTH).last(strips.METRICS[kind] + (".mlp" if arm == "mlp" else "")) == pytest.approx(shares[3])
    image = images("digits", 0, "cpu").test.images[0, 0].numpy()
    for kind in strips.KINDS:
        assert np.array_equal(arrays[f"{kind}_images"][0], image)


# Knobs


@pytest.mark.parametrize("data", list(sets.SHAPES))
def test_as_many_images_are_trained_as_the_knobs_say(data: str) -> None:
    if data not in sets.FULL:
        assert len(images(data, 3, "cpu").train.labels) == TRAINED[data]
    elif full.here(sets.FULL[data][0]):
        assert len(images(data, 0, "cpu").train.labels) == TRAINED[data]


@pytest.mark.parametrize("data", ["mnist_full", "cifar10"])
def test_a_full_set_that_is_not_here_is_never_swapped_silently(
    data: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAYGROUND_CACHE_DIR", str(tmp_path))
    monkeypatch.delenv("PLAYGROUND_DATA_DIR", raising=False)
    monkeypatch.setattr(full, "DEBIAN", tmp_path)
    sets._published.cache_clear()
    with pytest.raises(DataError, match="is not here: download it"):
        next(frames(LAB, Knobs(data=data), "cpu"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"architecture": "own", "own": "c16-x3"}, "Layer 2, 'x3'"),
        ({"architecture": "own", "own": "f8-c4"}, "Layer 2, convolution 3 × 3, needs a picture"),
        ({"architecture": "lenet", "data": "digits"}, "Layer 3, convolution 5 × 5"),
        ({"architecture": "own", "own": "m2-m2-m2-m2-m2"}, "Layer 5, max pooling"),
        ({"architecture": "own", "own": "c64-c64", "epochs": 30, "data": "mnist_full"}, "fewer epochs"),
    ],
)
def test_impossible_knobs_are_one_sentence(values: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Knobs.model_validate(values)
    query = "&".join(f"{name}={value}" for name, value in values.items())
    found = link.parse(f"cnn?lab=training&{query}")
    assert len(found.notes) >= 1 and said in found.notes[0] and ".." not in found.notes[0]


@pytest.mark.parametrize("data", [*sets.SHAPES])
@pytest.mark.parametrize("architecture", [*ARCHITECTURES, "own"])
def test_every_network_has_its_pictures_apart_and_inside(data: str, architecture: str) -> None:
    if (data, architecture) == ("digits", "lenet"):
        return  # does not fit: see above
    _apart(Knobs(data=data, architecture=architecture))  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["none", "c1", "c16-c16-c16", "f1", "f64-f64", "r16-r16-g", "c3-g-f20"])
def test_own_networks_have_their_pictures_apart_and_inside(text: str) -> None:
    _apart(Knobs(architecture="own", own=text))


def _apart(knobs: Knobs) -> None:
    boxes = [box for one in layout.sections(knobs) for box in one.boxes] + [layout.image_box()]
    for x0, y0, x1, y1 in boxes:
        assert 0 <= x0 < x1 <= layout.WIDTH + 0.01 and -0.01 <= y0 < y1 <= layout.HEIGHT
    for k, (x0, y0, x1, y1) in enumerate(boxes):
        assert not any(x0 < b[2] and b[0] < x1 and y0 < b[3] and b[1] < y1 for b in boxes[:k])


@pytest.mark.parametrize(
    "values",
    [
        {"own": "c4-n-m2-d0.1-f8", "view": "mlp"}, {"own": "none"}, {"own": "f12-n-f5", "activation": "tanh"},
        {"own": "r4s2-r8-g", "activation": "gelu", "view": "mlp"}, {"own": "n-a2s1-c3k1-d0.5", "picture": 299},
        {"own": "c4", "optimizer": "momentum", "learning_rate": 10.0}, {"own": "c2-g", "view": "mlp"},
    ],
)  # fmt: skip
def test_every_kind_of_run_feeds_its_stage(values: dict[str, object]) -> None:
    knobs = changed(SMALL, **values)
    history = run(knobs)
    for part in LAB.stage(knobs):
        if isinstance(part, Panel):
            figure_at(part, history, len(history) - 1)
    assert all(verdict.sentence.endswith(".") for verdict in LAB.verdicts(knobs, history))
    assert all(isinstance(mended(knobs, verdict.mend), Knobs) for verdict in LAB.verdicts(knobs, history))


def test_scripts_of_other_knobs_give_their_numbers(tmp_path: Path) -> None:
    some = [
        changed(SMALL, own="r4-n-r8s2-m2s1-f9-n-f8", activation="gelu", optimizer="momentum", schedule="cosine"),
        changed(SMALL, own="c3k5p0s1-a2-d0.2-g", view="mlp", optimizer="rmsprop", schedule="constant"),
        changed(SMALL, own="f8", activation="sigmoid", optimizer="sgd", learning_rate=10.0),
    ]
    for knobs, numbers in zip(some, ends([script(LAB, knobs) for knobs in some], tmp_path), strict=True):
        for name, number in numbers.items():
            assert number == pytest.approx(run(knobs).last(name), rel=1e-4, abs=1e-4, nan_ok=True), (knobs, name)


def test_scripts_read_full_sets_as_they_were_published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Made ones, of a few images, in the published formats; the lab reads the same files."""
    generator = np.random.default_rng(0)
    grey = {split: generator.integers(0, 256, (n, 28, 28), np.uint8) for split, n in (("train", 300), ("t10k", 50))}
    for split, pictures in grey.items():
        (tmp_path / f"{split}-images-idx3-ubyte.gz").write_bytes(gzip.compress(idx(pictures)))
        (tmp_path / f"{split}-labels-idx1-ubyte").write_bytes(idx((pictures[:, 0, 0] % 10).astype(np.uint8)))
    for name in (*cifar.TRAIN, cifar.TEST):
        records = generator.integers(0, 256, (60, cifar.RECORD), np.uint8)
        records[:, 0] %= 10
        (tmp_path / name).write_bytes(records.tobytes())
    few = {"architecture": "own", "own": "c2s4-d0.1-g", "epochs": 1, "batch_size": 256}
    some = [Knobs.model_validate({**few, "data": data}) for data in ("mnist_full", "cifar10")]
    raw = {one.name: (tmp_path / one.name).read_bytes() for one in tmp_path.iterdir() if one.suffix == ".bin"}
    parts = {"mnist_full": idx_arrays(grey), "cifar10": cifar.arrays(raw)}
    monkeypatch.setattr(sets, "_published", lambda data: full._images(parts[data], "made {}", tmp_path, ""))
    made = Runs("cnn/training", Knobs)
    for knobs, numbers in zip(some, ends([script(LAB, knobs) for knobs in some], tmp_path), strict=True):
        for name, number in numbers.items():
            assert number == pytest.approx(made.run(knobs).last(name), rel=1e-4, abs=1e-4), (knobs.data, name)


def idx_arrays(grey: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Read-only, as they come from a file's bytes."""
    found = {}
    for split, name in (("train", "train"), ("test", "t10k")):
        found[f"{split}_images"] = np.frombuffer(grey[name].tobytes(), np.uint8).reshape(-1, 28, 28)
        found[f"{split}_labels"] = grey[name][:, 0, 0] % 10
    return found


def test_frames_are_small_and_few() -> None:
    for knobs in (Knobs(epochs=1), Knobs(epochs=1, view="mlp"), Knobs(epochs=1, architecture="one", data="textures")):
        sizes = [len(one) for one in recorded(changed(knobs, batch_size=256))]
        assert max(sizes) < 0.6 * FEW and len(sizes) <= 80


def test_the_widest_colour_frame_is_under_its_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    generator = np.random.default_rng(0)
    pictures, labels = generator.integers(0, 256, (400, 3, 32, 32), np.uint8), generator.integers(0, 10, 400)
    made = sets.Arrays(pictures, labels, pictures[:300], labels[:300])
    monkeypatch.setattr(sets, "arrays", lambda data, seed: made)
    for values in ({"own": "c16-c16"}, {"own": "c4-m2", "view": "mlp"}):
        knobs = Knobs.model_validate(
            {"data": "cifar10", "architecture": "own", "epochs": 1, "batch_size": 256, **values}
        )
        some = [wire.encode(frame, i) for i, frame in zip(range(4), frames(LAB, knobs, "cpu"), strict=False)]
        assert max(map(len, some)) < FEW


# What is learnt, and what is said of it


def test_textures_are_easy_for_a_convolution_and_hard_for_an_mlp() -> None:
    small = changed(preset("Textures"), own="c8k5s2-n-c8s2-n-g", epochs=6, view="insides")
    mlp = changed(preset("Textures: MLP"), epochs=6)
    assert run(small).last("test_accuracy") > 0.95 and small.parameters < 1000
    assert run(mlp).last("test_accuracy") < 0.78 and run(mlp).last("train_accuracy") > 0.95 and mlp.parameters > 65_000


def test_8_x_8_digits_reach_98_percent() -> None:
    assert run(preset("8 × 8")).last("test_accuracy") >= 0.98


def test_sigmoids_stall_and_the_page_says_why_and_mends_it() -> None:
    knobs = changed(preset("Break it: sigmoid"), data="digits", own="c8-c8-m2-c8-c8-m2-f32")
    (verdict,) = verdicts(knobs, run(knobs))
    assert "still guesses" in verdict.sentence and "sigmoid weakens it" in verdict.sentence
    assert run(knobs).last("gradient_ratio") < 0.01 and verdict.mend == {"activation": "relu"}


@pytest.mark.slow
def test_the_mend_of_the_sigmoids_lets_the_network_learn() -> None:
    knobs = preset("Break it: sigmoid")
    (verdict,) = verdicts(knobs, run(knobs))
    assert run(changed(knobs, **verdict.mend)).last("test_accuracy") > 0.6


def test_a_rate_that_is_too_large_is_named_and_mended() -> None:
    knobs = changed(SMALL, own="c8-f32", learning_rate=10.0, optimizer="momentum", schedule="constant", epochs=2)
    (verdict,) = verdicts(knobs, run(knobs))
    assert "too large" in verdict.sentence and verdict.mend["learning_rate"] <= 0.01
    assert not verdicts(changed(knobs, **verdict.mend), wire.history(()))


def test_the_comparison_is_said_with_its_numbers() -> None:
    first, *_ = verdicts(BOTH, run(BOTH))
    for name in ("test_accuracy", "test_accuracy.mlp"):
        assert f"{run(BOTH).last(name):.1%}" in first.sentence
    assert f"{BOTH.parameters:,}" in first.sentence


def test_overfitting_and_the_pair_are_said_with_their_numbers() -> None:
    knobs = changed(preset("Textures: MLP"), epochs=6)
    overfit, pair = verdicts(knobs, run(knobs))
    assert "It overfits" in overfit.sentence and f"{run(knobs).last('test_accuracy'):.1%}" in overfit.sentence
    count, of = (run(knobs).last(f"pair_{name}") for name in ("count", "of"))
    assert f"in {count:.0f} of {of:.0f} images" in pair.sentence


def test_challenges_are_not_met_where_they_set_out() -> None:
    for challenge in LAB.challenges:
        knobs = mended(Knobs(), challenge.start)
        assert isinstance(knobs, Knobs) and knobs.parameters > 1000
    textures = changed(preset("Textures"), own="c8k5s2-n-c8s2-n-g", epochs=6, view="insides")
    assert LAB.challenges[1].met(textures, run(textures))


@pytest.mark.slow
def test_the_first_challenge_can_be_met_and_the_start_does_not() -> None:
    reached = Knobs(architecture="own", own="c8k5-m2-c12k5-m2-m2", epochs=15)
    first, second = (mended(Knobs(), challenge.start) for challenge in LAB.challenges)
    assert isinstance(first, Knobs) and isinstance(second, Knobs)
    assert LAB.challenges[0].met(reached, run(reached))
    assert not LAB.challenges[0].met(first, run(first)) and not LAB.challenges[1].met(second, run(second))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_the_defaults_reach_what_the_page_promises_on_every_seed(seed: int) -> None:
    assert run(Knobs(seed=seed)).last("test_accuracy") >= 0.96
    assert run(changed(preset("Clothes"), seed=seed)).last("test_accuracy") >= 0.86
    assert run(changed(preset("8 × 8"), seed=seed)).last("test_accuracy") >= 0.98


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_one_convolution_beats_both_mlps_and_size_hardly_helps(seed: int) -> None:
    one, small, large = (
        run(changed(preset(title), seed=seed)).last("test_accuracy") for title in ("One layer", "MLP 128", "MLP 512")
    )
    assert one > max(small, large) and abs(large - small) < 0.02


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_textures_tell_a_convolution_from_an_mlp_on_every_seed(seed: int) -> None:
    history = run(changed(preset("Textures"), seed=seed))
    assert history.last("test_accuracy") > 0.97 and history.last("test_accuracy.mlp") < 0.75
    mlp = run(changed(preset("Textures: MLP"), seed=seed))
    assert 0.68 < mlp.last("test_accuracy") < 0.76 and mlp.last("train_accuracy") > 0.97


@pytest.mark.slow
def test_moved_digits_stay_readable_for_the_network() -> None:
    history = run(Knobs(view="mlp"))
    assert history.last("shifted_accuracy") > history.last("shifted_accuracy.mlp") + 0.2


@pytest.mark.slow
def test_clothes_are_confused_with_their_like() -> None:
    history = run(preset("Clothes"))
    tops = {sets.CLOTHES.index(name) for name in ("shirt", "T-shirt", "pullover", "coat", "dress")}
    assert {int(history.last(f"pair_{end}")) for end in ("from", "to")} <= tops


@pytest.mark.slow
def test_lenet_reads_the_whole_of_debian_s_fashion_mnist() -> None:
    if not full.here("fashion_mnist"):
        pytest.skip("the full Fashion-MNIST is not here: apt-get install dataset-fashion-mnist")
    history = run(changed(preset("LeNet-5"), data="fashion_full", epochs=3))
    assert history.last("test_accuracy") >= 0.85 and arrays_of(history)["counts"].sum() == 10_000


@pytest.mark.slow
def test_a_recorded_step_costs_at_most_a_tenth_more_than_a_bare_one() -> None:
    assert bench.cnn_recorded_vs_bare() > 1 / 1.1
