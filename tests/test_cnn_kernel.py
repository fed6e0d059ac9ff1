"""The kernel lab: every window by hand is torch's, gradients have closed forms, and what the page says is so."""

from __future__ import annotations

import itertools
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from pydantic import ValidationError
from scipy import ndimage
from torch import nn

from playground import contract, wire
from playground.concepts.cnn.kernel import kernels, overview, verdicts
from playground.concepts.cnn.kernel.gallery import KERNELS
from playground.concepts.cnn.kernel.knobs import Knobs, adaptive_windows
from playground.concepts.cnn.kernel.measure import gradients, rivals, shift_change
from playground.concepts.cnn.kernel.picture import SIDE, corner, one_channel, prepared
from playground.concepts.cnn.kernel.sweep import Sweep
from playground.concepts.cnn.kernel.windows import applied, by_hand, padded, taps
from playground.contract import History, mended
from playground.data.bundled import bundled
from playground.data.own import store
from playground.data.published import DataError
from playground.export.script import script
from playground.link import from_query
from playground.training.recorder import frames
from tests.runs import Runs
from tests.scripts import ends
from tests.test_data_own import PICTURES
from tests.test_labs_export import assert_same

RUNS = Runs("cnn/kernel", Knobs)
LAB, recorded, preset = RUNS.lab, RUNS.recorded, RUNS.preset
PIECE = np.random.default_rng(0).random((SIDE, SIDE))
PHOTOS = ("cat", "camera", "brick", "grass", "gravel")


def run(knobs: Knobs) -> History:
    return wire.history(recorded(knobs))


def convolutions() -> Iterator[tuple[Knobs, nn.Module]]:
    """Every size, stride and dilation with no, some and the most padding of every kind, beside torch's own layer."""
    for size, stride, dilation in itertools.product((3, 5, 7), (1, 2, 3, 4), (1, 2, 3)):
        for padding, mode in {0: "zeros", 1: "zeros", dilation * (size - 1) // 2: "reflect"}.items():
            for kind in {mode, "replicate", "circular"} if padding else {mode}:
                values = {"kernel": "emboss", "size": size, "stride": stride, "dilation": dilation, "bias": 0.3}
                knobs = Knobs(**values, padding=padding, mode=kind)
                layer = nn.Conv2d(1, 1, size, stride, padding, dilation, padding_mode=kind, dtype=torch.float64)
                layer.weight.data, layer.bias.data = (
                    torch.tensor(knobs.weights)[None, None],
                    torch.tensor([0.3], dtype=torch.float64),
                )
                yield knobs, layer


def poolings() -> Iterator[tuple[Knobs, nn.Module]]:
    """Every pooling, window, stride and padding, beside torch's own layer."""
    for window, stride in itertools.product((2, 3, 4), (1, 2, 3, 4)):
        for padding in {0, 1, window // 2}:
            plain = {"window": window, "pool_stride": stride, "padding": padding}
            yield Knobs(operation="average", **plain), nn.AvgPool2d(window, stride, padding)
            yield Knobs(operation="l2", **plain), nn.Sequential(nn.ZeroPad2d(padding), nn.LPPool2d(2, window, stride))
            for dilation in (1, 2, 3):
                layer = nn.MaxPool2d(window, stride, padding, dilation)
                yield Knobs(operation="max", dilation=dilation, **plain), layer
    for output in range(1, 8):
        yield Knobs(operation="adaptive_average", output=output), nn.AdaptiveAvgPool2d(output)
        yield Knobs(operation="adaptive_max", output=output), nn.AdaptiveMaxPool2d(output)


SETTINGS = [*convolutions(), *poolings()]


def test_every_setting_is_torch_s_layer_window_by_window() -> None:
    image, fitting = torch.from_numpy(PIECE), 0
    for knobs, layer in SETTINGS:
        if knobs.places < 1:
            continue
        fitting += 1
        torch_s = layer(image[None, None])[0, 0].detach()
        assert torch.allclose(applied(image, knobs), torch_s, atol=1e-12), knobs
        places, inside = taps(knobs), padded(image, knobs).numpy()
        assert len(places) == knobs.places == len(torch_s)
        for k in {*range(0, len(places) ** 2, 9), len(places) ** 2 - 1}:
            row, column = divmod(k, len(places))
            window = by_hand(inside[np.ix_(places[row], places[column])], knobs)
            assert window.value == pytest.approx(float(torch_s[row, column]), abs=1e-12), knobs
    assert fitting > 300


def test_padding_beyond_half_a_window_is_lowered_and_said() -> None:
    knobs, notes = from_query(Knobs, {"size": "5", "dilation": "2", "padding": "9"})
    assert knobs.padding == 4 and "padding was lowered to 4" in notes[0]
    assert from_query(Knobs, {"operation": "max", "padding": "9"})[0].padding == 1


def test_a_window_that_does_not_fit_is_one_sentence() -> None:
    with pytest.raises(DataError, match=r"7 × 7 at dilation 3 spans 19 pixels.*padding of 3\."):
        next(iter(frames(LAB, Knobs(size=7, dilation=3), "cpu")))
    assert len(run(Knobs(size=7, dilation=3, padding=3))) == 4


@pytest.mark.parametrize("operation", ["convolution", "max", "average", "l2", "adaptive_max"])
def test_gradients_are_the_weights_of_their_window(operation: str) -> None:
    values = {"operation": operation, "kernel": "sharpen", "stride": 2, "pool_stride": 3, "window": 3, "padding": 1}
    knobs = Knobs.model_validate(values).settled()
    sweep, rim = Sweep(knobs, PIECE.astype(np.float32)), knobs.rim
    for k, window in enumerate(sweep.windows):
        expected = np.zeros_like(sweep.input)
        expected[np.ix_(*sweep.place(k))] = window.weights / (window.value if operation == "l2" else 1)
        inner = expected[rim : rim + SIDE, rim : rim + SIDE]
        assert np.allclose(sweep.gradients[k], inner, atol=1e-12)


def test_numbers_add_up_on_every_frame() -> None:
    history = run(Knobs(bias=-0.5, kernel="emboss"))
    for i in range(0, len(history), 29):
        frame = history.decode(i)
        total, bias, _, value = frame.arrays["sums"]
        patch, products = (frame.arrays[f"{name}_numbers"] for name in ("patch", "products"))
        assert np.allclose(patch * kernels.emboss(3).ravel(), products, atol=1e-6)
        assert total == pytest.approx(products.sum(), abs=1e-5) and bias == -0.5
        assert value == pytest.approx(total + bias) == frame.metrics["value"]
        assert frame.metrics["position"] == i + 1 == 12 * (frame.metrics["row"] - 1) + frame.metrics["column"]


def test_adaptive_windows_are_as_torch_cuts_them() -> None:
    assert adaptive_windows(14, 5) == [(0, 3), (2, 6), (5, 9), (8, 12), (11, 14)]
    marks = torch.arange(14.0)
    for output in range(1, 8):
        largest = nn.functional.adaptive_max_pool1d(marks[None], output)[0]
        assert [stop - 1 for _, stop in adaptive_windows(14, output)] == largest.tolist()
        smallest = -nn.functional.adaptive_max_pool1d(-marks[None], output)[0]
        assert [start for start, _ in adaptive_windows(14, output)] == smallest.tolist()


def test_kernels_are_the_usual_ones() -> None:
    image = np.random.default_rng(1).random((20, 20))
    for ours, theirs in (
        (kernels.sobel_x(3), ndimage.sobel(image, 1)),
        (kernels.sobel_y(3), ndimage.sobel(image, 0)),
        (kernels.laplacian(3), ndimage.laplace(image)),
        (kernels.box(5), ndimage.uniform_filter(image, 5)),
    ):
        assert np.allclose(ndimage.correlate(image, ours)[4:-4, 4:-4], theirs[4:-4, 4:-4])
    assert kernels.sharpen(3).tolist() == [[0, -1, 0], [-1, 5, -1], [0, -1, 0]]
    assert kernels.emboss(3).tolist() == [[-2, -1, 0], [-1, 1, 1], [0, 1, 2]]
    assert kernels.sobel_x(5)[2].tolist() == [-6, -12, 0, 12, 6]
    for size in (3, 5, 7):
        sums = {name: kernels.NAMED[name](size).sum() for name in kernels.NAMED}
        zero = {"sobel_x", "sobel_y", "outline", "laplacian"}
        assert all(total == pytest.approx(float(name not in zero), abs=1e-9) for name, total in sums.items())
    assert set(KERNELS) < set(kernels.NAMED)


def test_an_own_kernel_is_read_or_said_where_it_is_wrong() -> None:
    assert kernels.parse("1/9, 0 -1\n0 .5 0; 1e-2 2 3").tolist() == [[1 / 9, 0, -1], [0, 0.5, 0], [0.01, 2, 3]]
    for name, make in kernels.NAMED.items():
        for size in (3, 5, 7):
            assert np.allclose(kernels.parse(kernels.written(make(size))), make(size), atol=1e-6), name
    wrong = {
        "1 2 3": "these are 3", "": "these are 0", "0 0 0 0 x 0 0 0 0": "row 2, column 2 is not a number",
        "0 0 0 0 0 0 0 0 101": "row 3, column 3 is beyond ±100", "nan 0 0 0 0 0 0 0 0": "row 1, column 1 is beyond",
        "1/0 0 0 0 0 0 0 0 0": "row 1, column 1 is not a number",
    }  # fmt: skip
    for text, said in wrong.items():
        with pytest.raises(ValidationError, match=said):
            Knobs(kernel="own", own=text)
    knobs, notes = from_query(Knobs, {"kernel": "own", "own": "1 2"})
    assert knobs.kernel == "own" and "a kernel has 9, 25 or 49 numbers, and these are 2" in notes[0]


def test_pictures_become_a_small_square() -> None:
    image = np.arange(30 * 45.0).reshape(30, 45)
    assert np.array_equal(prepared(image, 10, 5), image[:, 7:37].reshape(10, 3, 10, 3).mean((1, 3)).astype(np.float32))
    for shape in ((1, 1), (320, 3), (3, 320), (13, 13), (127, 200), (129, 129), (320, 320)):
        made = prepared(np.random.default_rng(2).random(shape), 128, SIDE)
        assert len(made) == len(made.T) and SIDE <= len(made) <= 128
    assert np.array_equal(prepared(np.full((1, 1), 0.25), 128, SIDE), np.full((SIDE, SIDE), 0.25, np.float32))
    colours = np.eye(3, dtype=np.uint8)[None] * 255
    assert np.allclose(one_channel(colours, "grey"), [[0.299, 0.587, 0.114]])
    assert one_channel(colours, "green").tolist() == [[0, 1, 0]]
    assert [corner(100, place, 14) for place in ((0, 0), (1, 1), (0.5, 0.5))] == [(86, 0), (0, 86), (43, 43)]


def test_odd_uploads_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYGROUND_CACHE_DIR", str(tmp_path))
    for name, make in PICTURES.items():
        key = store.keep("image", make())
        shown = list(frames(LAB, Knobs(picture="upload", upload=key, stride=4), "cpu"))
        assert len(shown) == 9 and np.isfinite(shown[-1].metrics["value"]), name
    with pytest.raises(DataError, match="no longer here"):
        next(iter(frames(LAB, Knobs(picture="upload", upload="0" * 20), "cpu")))
    with pytest.raises(DataError, match="Choose a picture file first"):
        next(iter(frames(LAB, Knobs(picture="upload"), "cpu")))


def test_any_knobs_give_a_run_or_one_sentence() -> None:
    draw = random.Random(0)
    for _ in range(30):
        values = {
            name: draw.choice(spec.choices) if spec.choices else draw.randint(int(spec.low or 0), int(spec.high or 9))
            for name, spec in contract.specs(Knobs).items() if spec.kind in ("choice", "int") and name != "picture"
        }  # fmt: skip
        knobs = Knobs.model_validate({**values, "picture": draw.choice(["digit", "drawn"])}).settled()
        LAB.stage(knobs)
        if knobs.places < 1:
            assert (knobs.side, knobs.spacing) == (7, 3)
            continue
        first = next(iter(frames(LAB, knobs, "cpu")))
        assert all(np.isfinite(value) for value in first.metrics.values()), knobs


def test_a_shift_changes_less_after_pooling_and_not_after_leaving_pixels_out() -> None:
    for name in PHOTOS:
        image = torch.from_numpy(Knobs(picture=name).image)
        change = {rival: shift_change(image, one) for rival, one in rivals(Knobs(), len(image)).items()}
        assert change["average"] < change["max"] < 0.95 * change["none"]
        assert change["skip"] > 1.08 * change["max"]
    still = torch.full((20, 20), 0.5)
    assert shift_change(still, lambda x: x) == 0
    stripes = torch.arange(21.0).remainder(2).expand(20, 21)
    assert shift_change(stripes, lambda x: x) == pytest.approx(2)  # every pixel turns over: 1 / (1 / 2)


def test_max_pooling_passes_the_gradient_to_one_of_four() -> None:
    history = run(preset("Max pooling"))
    assert set(history.metrics["touched"]) == {1}
    assert history.last("reached_so_far") == 49 / 196
    reached = next(one for one in LAB.verdicts(preset("Max pooling"), history) if "gradient" in one.sentence)
    assert reached.sentence.startswith("75% of the input gets no gradient: each of the 49 windows")
    cured = mended(preset("Max pooling"), reached.mend)
    assert isinstance(cured, Knobs) and run(cured).last("reached_so_far") == 1


def test_presets_do_what_they_say() -> None:
    across = run(Knobs()).decode(0).arrays["response"].values()  # type: ignore[union-attr]
    image = Knobs().image
    rising = (image[1:-1, 2:] - image[1:-1, :-2]) > 0.3
    assert across[rising].min() > 0
    assert run(preset("Sharpen")).last("clipped_share") > 0.05
    padding = run(preset("Padding"))
    assert padding.last("output_side") == padding.last("input_side") == 14
    response = applied(torch.from_numpy(preset("Padding").image), preset("Padding")).numpy()
    rim = np.concatenate([response[0], response[-1], response[:, 0], response[:, -1]])
    assert (rim < 0).mean() > 0.95 and rim.mean() < -0.1 and abs(response[5:-5, 5:-5].mean()) < 0.01
    dilated = preset("Dilation")
    assert (dilated.extent, dilated.weights.size) == (7, 9)
    lengths = [stop - start for start, stop in adaptive_windows(SIDE, preset("Adaptive").output)]
    assert set(lengths) == {3, 4} and sum(lengths) > SIDE
    ones = applied(torch.from_numpy(preset("Break it: ones").image), preset("Break it: ones"))
    assert float((ones > 1).float().mean()) > 0.99
    assert run(preset("Break it: holes")).last("reached_so_far") < 0.5


def test_the_breaking_presets_are_mended() -> None:
    for title, key, metric, cured in (
        ("Break it: ones", "own", "clipped_share", 0.0),
        ("Break it: holes", "stride", "reached_so_far", 1.0),
    ):
        found = LAB.verdicts(preset(title), run(preset(title)))
        mend = next(one.mend for one in found if key in one.mend)
        after = mended(preset(title), mend)
        assert isinstance(after, Knobs) and run(after).last(metric) == pytest.approx(cured, abs=0.01)


def test_verdicts_say_the_numbers() -> None:
    history = run(Knobs())
    size, weights, shift = LAB.verdicts(Knobs(), history)
    assert size.sentence.startswith("Input 14 × 14, output 12 × 12") and size.mend == {"padding": 1}
    assert f"{history.last('flat_share'):.0%} of the output lies within ±0.05" in weights.sentence
    assert f"max pooling by {history.last('shift.max'):.0%}" in shift.sentence
    digit = Knobs(picture="digit", operation="l2")
    said = [one.sentence for one in LAB.verdicts(digit, run(digit))]
    assert any("black ones are 0" in sentence for sentence in said)
    assert verdicts.verdicts(Knobs(), wire.recorded([])) == ()


def test_challenges_can_be_met_and_are_not_met_at_their_start() -> None:
    goals = {
        0: {"size": 5, "dilation": 2, "padding": 4},
        1: {"picture": "camera", "kernel": "own", "own": "0 -1 0; -1 0 1; 0 1 0"},
    }
    for number, values in goals.items():
        challenge = LAB.challenges[number]
        for given, met in ((values, True), (challenge.start, False), ({}, False)):
            knobs = mended(Knobs(), given)
            assert isinstance(knobs, Knobs) and challenge.met(knobs, run(knobs)) is met, (number, given)


def test_edges_are_the_steepest_pixels() -> None:
    image = torch.zeros(30, 30)
    image[:, 15:] = 1
    flags = overview.edges(image)
    assert flags.shape == (28, 28) and set(flags.nonzero()[:, 1].tolist()) == {13, 14}


def test_the_output_is_filled_as_the_window_goes() -> None:
    history, sweep = run(Knobs(kernel="gaussian")), Sweep(Knobs(kernel="gaussian"), PIECE.astype(np.float32))
    early, late = (history.decode(i).arrays["output"].values() for i in (5, 143))  # type: ignore[union-attr]
    assert np.allclose(early.ravel()[:6], late.ravel()[:6])
    assert np.abs(early.ravel()[6:] - 0.5).max() <= 0.2 * np.abs(late.ravel()[6:] - 0.5).max() + 0.01
    reach = [sweep.arrays(k)["reach"].values() for k in (0, 143)]  # type: ignore[union-attr]
    assert np.count_nonzero(reach[0]) == 9 and np.count_nonzero(reach[1]) == SIDE**2


def test_frames_are_small_and_few() -> None:
    largest = Knobs(picture="camera", size=7, padding=3)
    first, *others = map(len, recorded(largest))
    assert first < 75_000 and max(others) < 5_000 and len(others) == 195
    assert len(recorded(Knobs())) == 144
    assert max(knobs.places for knobs, _ in SETTINGS) ** 2 == 225


def test_scripts_of_other_settings_give_the_run_s_numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYGROUND_CACHE_DIR", str(tmp_path))
    settings = [
        Knobs(picture="drawn", operation="l2", padding=1),
        Knobs(channel="red", kernel="own", own="1/9 1 0 0 -1 0 .5 2 1e-3", padding=1, mode="circular"),
        Knobs(picture="digit", operation="adaptive_max", output=3),
        Knobs(picture="upload", upload=store.keep("image", PICTURES["jpeg"]()), padding=1, mode="reflect"),
    ]
    for name in ("chelsea.png", "mnist_5k.npz"):
        shutil.copy(bundled(name), tmp_path)
    for knobs, numbers in zip(settings, ends([script(LAB, one) for one in settings], tmp_path), strict=True):
        assert_same({name: values[-1] for name, values in run(knobs).metrics.items()}, numbers)
    gone = script(LAB, Knobs(picture="upload", upload="0" * 20))
    assert "no longer here" in gone and compile(gone, "gone", "exec")


def test_gradients_of_a_window_are_autograd_s() -> None:
    assert torch.autograd.gradcheck(
        lambda x: applied(x, Knobs(kernel="outline", stride=3)), torch.from_numpy(PIECE).requires_grad_()
    )
    assert gradients(torch.from_numpy(PIECE), Knobs(stride=4)).shape == (9, SIDE, SIDE)
