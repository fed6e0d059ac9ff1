"""Inside: the training is the sandbox's; warped space, traces and gradients are those of the exported network."""

from __future__ import annotations

import runpy
from functools import cache
from itertools import islice, pairwise
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA
from torch import nn

from playground import wire
from playground.concepts.network.inside import drawn, looking, rows, space
from playground.concepts.network.inside.histograms import Past, column, scales
from playground.concepts.network.inside.knobs import Knobs
from playground.concepts.network.inside.trace import equation, number, trace
from playground.concepts.network.sandbox.experiment import loss_fn, network
from playground.contract import Frame, History, lab, mended, specs
from playground.export.script import script
from playground.stage import Choose, Weigh
from playground.training.recorder import frames
from tests.scripts import ends

LAB, SANDBOX = lab("network/inside"), lab("network/sandbox")
SMALL: dict[str, Any] = {"data": "moons", "samples": 80, "hidden_sizes": (4, 2), "steps": 100}
VIEWS = ("space", "layers", "trace")
BOUND, WIDEST = 16_000, 26_000

torch.set_num_threads(1)


def knobs(**values: Any) -> Knobs:
    return Knobs.model_validate({**SMALL, **values}).settled()


@cache
def run(**values: Any) -> tuple[Frame, ...]:
    return tuple(frame.untimed() for frame in frames(LAB, knobs(**values), "cpu"))


def newest(found: tuple[Frame, ...], name: str) -> np.ndarray:
    return np.asarray(next(frame.arrays[name] for frame in reversed(found) if name in frame.arrays))


SAME = [
    {},
    {"data": "spiral", "hidden_sizes": (8, 8), "norm": "batch", "dropout": 0.2, "seed": 3},
    {"data": "rings", "optimizer": "sgd", "clip": 0.5, "schedule": "cosine", "batch_size": 7},
    {"hidden_sizes": (5, 5, 5), "residual": True, "layer_activations": "relu-sine", "l2": 0.01},
    {"changes": ((30, "learning_rate", 0.2), (40, "w1.2.1", 3.0)), "data": "sine"},
    {"stop": "loss", "stop_loss": 0.4},
]


@pytest.mark.parametrize("values", SAME, ids=str)
@pytest.mark.parametrize("view", VIEWS)
def test_the_same_knobs_train_to_the_sandbox_s_numbers(values: dict[str, Any], view: str) -> None:
    ours = run(view=view, **values)
    theirs = [one.untimed() for one in frames(SANDBOX, SANDBOX.Knobs(**{**SMALL, **values}).settled(), "cpu")]
    assert [frame.step for frame in ours] == [frame.step for frame in theirs]
    for own, other in zip(ours, theirs, strict=True):
        assert {name: own.metrics[name] for name in other.metrics} == pytest.approx(
            dict(other.metrics), rel=0, abs=0, nan_ok=True
        )


@cache
def exported(folder: Path, **values: Any) -> dict[str, Any]:
    """What the exported script leaves behind: its model, its data, its loss."""
    path = folder / "script.py"
    path.write_text(script(LAB, knobs(**values)), "utf-8")
    return runpy.run_path(str(path))


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"norm": "batch", "dropout": 0.3},
        {"hidden_sizes": (2, 2), "residual": True},
        {"layer": 0},
        {"data": "rings"},
    ],
    ids=str,
)
def test_warped_space_is_that_of_the_exported_network(values: dict[str, Any], tmp_path: Path) -> None:
    left = exported(tmp_path, **values)
    with torch.no_grad():
        x = left["x_train"]
        for layer in left["model"][:-1] if values.get("layer") != 0 else ():
            x = layer(x)
    centre, half = looking.window(knobs(**values)) or (np.nan, np.nan)
    found = run(**values)
    if np.isnan(half):  # a residual layer of two units: its window moves
        seen = np.stack([newest(found, "seen_x"), newest(found, "seen_y")], 1)
        fit = np.linalg.lstsq(np.c_[seen, np.ones(len(seen))], x[: len(seen)].numpy(), rcond=None)[0]
        assert np.abs(fit[[0, 1], [1, 0]]).max() < 1e-4  # the same up to the window's place and sides
        assert np.abs(np.c_[seen, np.ones(len(seen))] @ fit - x[: len(seen)].numpy()).max() < 1e-5
        return
    for name, unit in (("seen_x", 0), ("seen_y", 1)):
        assert np.abs(newest(found, name) * half + centre - x[:160, unit].numpy()).max() < 1e-5


def test_a_wide_layer_s_border_is_the_exported_network_s(tmp_path: Path) -> None:
    left = exported(tmp_path, hidden_sizes=(6,))
    found = run(hidden_sizes=(6,))
    seen, here = newest(found, "seen_x"), newest(found, "space_border_x")
    with torch.no_grad():
        outputs = left["model"](left["x_train"])[: len(seen), 0].numpy()
    at = np.nanmean(here)
    assert np.nanmax(np.abs(here - at)) < 1e-5  # straight up
    assert np.array_equal(seen > at, outputs > 0)  # and each point on the side that the network says


def test_a_border_carried_to_a_layer_is_the_plane_s(tmp_path: Path) -> None:
    values = {"hidden_sizes": (6, 4), "layer": 1}
    found = run(**values)
    left = exported(tmp_path, **values)
    plane = np.concatenate([newest(found, f"plane_border_{axis}") for axis in "xy"], 1)
    assert np.isnan(newest(found, "space_border_x")).sum() == np.isnan(plane[:, 0]).sum()
    with torch.no_grad():
        outputs = left["model"](torch.from_numpy(plane[np.isfinite(plane).all(1)]))
        away = left["model"](left["x_train"]).abs().mean()
    assert outputs.abs().mean() < 0.1 * away


@pytest.mark.parametrize("data", ["moons", "rings", "plane", "sine"])
@pytest.mark.parametrize(
    "values",
    [{}, {"norm": "batch"}, {"residual": True, "hidden_sizes": (3, 3), "activation": "gelu"}, {"norm": "layer"}],
    ids=str,
)
def test_a_trace_is_autograd_s(data: str, values: dict[str, Any]) -> None:
    chosen = knobs(data=data, **values)
    torch.manual_seed(4)
    model = network(chosen).eval()
    inputs = torch.randn(1, chosen.sizes[0])
    target = torch.tensor([1]) if chosen.output_count > 1 else torch.ones(1, 1)
    found = trace(model, loss_fn(chosen), inputs, target)
    loss = loss_fn(chosen)(model(inputs), target)
    linear = [layer for layer in model.modules() if isinstance(layer, nn.Linear)]
    expected = torch.autograd.grad(loss, [part for layer in linear for part in (layer.weight, layer.bias)])
    assert found.loss == pytest.approx(loss.item(), abs=1e-7)
    assert all(layer.weight.grad is None for layer in linear)
    for layer, weight, bias in zip(found.layers, expected[::2], expected[1::2], strict=True):
        assert torch.allclose(layer.gradients, weight, rtol=0, atol=1e-6)
        assert torch.allclose(layer.delta, bias, rtol=0, atol=1e-6)
        assert torch.allclose(layer.products.sum(1) + layer.bias, layer.sums, rtol=0, atol=1e-6)


def test_a_trace_is_backpropagation_by_hand() -> None:
    torch.manual_seed(1)
    model = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 3), nn.Tanh(), nn.Linear(3, 1)).double()
    inputs, target = torch.tensor([[0.3, -0.7]]).double(), torch.ones(1, 1).double()
    found = trace(model, nn.BCEWithLogitsLoss(), inputs, target)
    weights = [layer.weight.detach().numpy() for layer in model if isinstance(layer, nn.Linear)]
    biases = [layer.bias.detach().numpy() for layer in model if isinstance(layer, nn.Linear)]
    a = [inputs[0].numpy()]
    for w, b in zip(weights[:2], biases[:2], strict=True):
        a.append(np.tanh(w @ a[-1] + b))
    z = weights[2] @ a[-1] + biases[2]
    delta = 1 / (1 + np.exp(-z)) - 1
    for layer in (2, 1, 0):
        own = found.layers[layer]
        assert own.delta.numpy() == pytest.approx(delta, abs=1e-12)
        assert own.gradients.numpy() == pytest.approx(np.outer(delta, a[layer]), abs=1e-12)
        wanted = weights[layer].T @ delta
        if layer:
            assert found.layers[layer - 1].wanted.numpy() == pytest.approx(wanted, abs=1e-12)
            delta = wanted * (1 - a[layer] ** 2)


@pytest.mark.parametrize("snap", [True, False])
def test_the_edges_hold_the_exported_network_s_gradients(snap: bool, tmp_path: Path) -> None:
    values = {"view": "trace", "edges": "gradient", "hidden_sizes": (4, 3), "snap": snap, "point": (0.2, 0.4)}
    left = exported(tmp_path, **values)
    left["model"].zero_grad()
    left["loss_fn"](left["model"](left["sample"]), left["target"]).backward()
    linear = [layer for layer in left["model"].modules() if isinstance(layer, nn.Linear)]
    expected = torch.cat([cast("torch.Tensor", layer.weight.grad).flatten() for layer in linear]).numpy()
    found = run(**values)
    assert newest(found, "edges") == pytest.approx(expected, abs=1e-6)
    assert found[-1].metrics["sample_loss"] == pytest.approx(left["metrics"]["sample_loss"], abs=1e-6)
    place = np.array([newest(found, "sample_x")[0], newest(found, "sample_y")[0]])
    assert left["sample"][0].numpy() == pytest.approx(place, abs=1e-6)
    assert (place == pytest.approx(np.array([0.2, 0.4]))) is not snap


def test_edges_show_products_weights_and_gradients() -> None:
    parts = {name: newest(run(view="trace", edges=name), "edges") for name in ("product", "weight", "gradient")}
    values, deltas = (newest(run(view="trace"), name) for name in ("forward_numbers", "all_delta"))
    assert newest(run(view="trace"), "backward_numbers")[:4] == pytest.approx(deltas[:4], abs=1e-5)
    first = np.tile(values[:2], 4)
    assert parts["product"][:8] == pytest.approx(parts["weight"][:8] * first, abs=1e-6)
    assert parts["gradient"][:8] == pytest.approx(np.repeat(deltas[:4], 2) * first, abs=1e-6)


@pytest.mark.parametrize("unit", ["1.2", "2.2", "9.64"])
def test_the_table_adds_up_to_the_unit_s_sum(unit: str) -> None:
    found = run(view="trace", unit=unit)
    last = found[-1]
    assert np.asarray(last.arrays["in_product"]).sum() == pytest.approx(last.metrics["unit_z"], abs=1e-5)
    gradient = np.asarray(last.arrays["in_gradient"])
    assert gradient[-1] == pytest.approx(last.metrics["unit_delta"], abs=1e-7)
    assert np.linalg.norm(gradient[:-1]) == pytest.approx(last.metrics["unit_gradient"], rel=1e-4)


def test_the_written_sum_is_the_sum() -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(2, 11), nn.ReLU(), nn.Linear(11, 1))
    layers = trace(model, nn.MSELoss(), torch.tensor([[0.5, -2.0]]), torch.zeros(1, 1)).layers
    for layer, lines in ((layers[0], 2), (layers[1], 3)):
        text = equation(layer, 0, "max(0, z)")
        assert len(text) == lines and max(map(len, text)) <= 96
        said = " ".join(text[:-1]).replace("−", "-").replace("- ", "-").replace("+ ", "+").removeprefix("z = ")
        left, _, total = said.rpartition(" = ")
        terms = left.replace(" from 3 more", "").split()
        products = [float(np.prod([float(f.strip("()+")) for f in term.split("·")])) for term in terms]
        assert sum(products) == pytest.approx(float(total), abs=0.02)
    assert number(-0.5) == "−0.5"


def test_without_a_momentum_an_update_is_the_rate_times_the_gradient() -> None:
    found = run(view="layers", optimizer="sgd", momentum=0.0, learning_rate=0.1)
    for before, after in pairwise(found[1:10]):
        moved = np.asarray(after.arrays["layer_update"]) * np.asarray(before.arrays["layer_size"])
        assert moved == pytest.approx(0.1 * np.asarray(after.arrays["layer_gradient"]), rel=1e-3)


def test_gradients_and_units_are_the_sandbox_s() -> None:
    values = {"activation": "relu", "learning_rate": 1.0, "hidden_sizes": (6, 6)}
    theirs = [frame.arrays for frame in frames(SANDBOX, SANDBOX.Knobs(**{**SMALL, **values}).settled(), "cpu")]
    for own, other in zip(run(view="layers", **values), theirs, strict=True):
        assert np.asarray(own.arrays["layer_gradient"]) == pytest.approx(np.asarray(other["layer_gradient"]), rel=1e-6)
        assert np.asarray(own.arrays["layer_dead"])[:-1] == pytest.approx(6 * np.asarray(other["layer_dead"]), abs=1e-5)


def eye(projection: str, width: int = 5) -> space.Eye:
    return space.Eye(knobs(hidden_sizes=(width,), projection=projection))


def test_the_principal_plane_is_scikit_learn_s_and_turns_little() -> None:
    generator = np.random.default_rng(0)
    points = generator.normal(size=(200, 5)) * [3, 2, 1, 0.5, 0.1] + 1
    look = eye("plane")
    found, none = look(points, np.zeros(5)), np.zeros(5)
    oracle = PCA(2).fit(points)
    assert found.share == pytest.approx(oracle.explained_variance_ratio_.sum(), abs=1e-9)
    assert np.abs(oracle.components_ @ found.axes) == pytest.approx(np.eye(2), abs=1e-9)
    for _ in range(20):
        before, points = found, points + 0.02 * generator.normal(size=points.shape)
        found = look(points, none)
        assert np.abs(found.axes - before.axes).max() < 0.05
    turned = look(-points, none)  # the same plane: neither a flip nor a turn
    assert np.abs(turned.axes - found.axes).max() < 1e-9


@pytest.mark.parametrize("projection", ["plane", "cut", "units"])
def test_what_is_lifted_is_seen_where_it_was(projection: str) -> None:
    generator = np.random.default_rng(1)
    points = generator.normal(size=(80, 5)) + 2
    found = eye(projection)(points, generator.normal(size=5))
    places = generator.normal(size=(9, 2))
    assert found.seen(found.lifted(places)) == pytest.approx(places, abs=1e-9)
    assert found.axes.T @ found.axes == pytest.approx(np.eye(2), abs=1e-9)


def test_activations_that_are_no_numbers_leave_the_axes_alone() -> None:
    look = eye("plane")
    points = np.random.default_rng(2).normal(size=(30, 5))
    before = look(points, np.zeros(5))
    points[3, 2] = np.nan
    assert look(points, np.zeros(5)) is before
    assert np.isnan(eye("plane")(points, np.zeros(5)).share)


def test_the_border_of_a_disc_is_a_circle_and_that_of_a_plane_is_straight() -> None:
    at = np.linspace(-1, 1, 41)
    x, y = np.meshgrid(at, at)
    across, up = space.border([np.hypot(x, y) - 0.6], at)
    radius = np.hypot(across, up)[:, 0]
    assert np.nanmax(np.abs(radius - 0.6)) < 2e-3
    ends_of = np.stack([across[1:, 0], up[1:, 0]], 1)
    length = np.nansum(np.hypot(*(ends_of[1:] - ends_of[:-1]).T))
    assert length == pytest.approx(2 * np.pi * 0.6, rel=5e-3)
    across, up = space.border([0.3 * x + y - 0.1], at)
    assert np.nanmax(np.abs(0.3 * across + up - 0.1)) < 1e-6
    assert np.isnan(space.border([np.ones((41, 41))], at)[0]).all()


def test_a_straight_cut_is_least_squares() -> None:
    generator = np.random.default_rng(5)
    points, labels = generator.normal(size=(120, 3)), generator.integers(0, 2, 120)
    points[:, 0] += labels
    augmented = np.c_[points, np.ones(120)]
    fit = augmented @ np.linalg.lstsq(augmented, 2.0 * labels - 1, rcond=None)[0]
    assert space.straight_cut(points, labels, 2) == pytest.approx(((fit > 0) == labels).mean())
    target = points @ [1.0, -2.0, 0.5] + 3
    assert space.straight_cut(points, target, 0) == pytest.approx(1, abs=1e-6)
    three = np.repeat([0, 1, 2], 40)  # the middle one of three in a row: each two are told apart
    assert space.straight_cut(three[:, None] + 0.1 * generator.random((120, 1)), three, 3) == 1
    assert np.isnan(space.straight_cut(points * np.nan, labels, 2))
    slope = space.fitted(points, target)
    assert slope == pytest.approx(np.array([1.0, -2.0, 0.5]), abs=1e-6)


def test_the_window_stands_still_until_points_leave_it() -> None:
    window = space.Window(knobs(hidden_sizes=(5,)))
    points = np.array([[-1.0, -2.0], [3.0, 2.0]])
    window(points)
    before = (*window.half, *window.centre)
    assert np.abs(window.normal(points)).max() <= 1
    window(points * 1.1)
    assert (*window.half, *window.centre) == before
    window(points * 10)
    assert (window.half > before[:2]).all() and np.abs(window.normal(points * 10)).max() <= 1
    assert [space.nice(value) for value in (0.011, 1.0, 1.4, 6.0, 80.0)] == pytest.approx([0.015, 1, 1.5, 7, 100])
    assert space.Window(knobs()).fixed == (0.0, looking.MARGIN)


def test_the_window_stretches_a_narrow_direction_but_not_without_end() -> None:
    window = space.Window(knobs(hidden_sizes=(5,)))
    for narrow in (2.0, 1.0, 0.0):
        window(np.array([[0.0, -4.0], [narrow, 4.0]]))
        assert tuple(window.half) == (1.5, 5.0)


def test_a_column_is_numpy_s_histogram() -> None:
    values = torch.randn(500, generator=torch.Generator().manual_seed(0)) * 0.4
    linear = scales(knobs())[0]
    counts, _ = np.histogram(values.clamp(-1, 0.9999).numpy(), rows.BINS, (-1, 1))
    expected = np.rint(255 * np.sqrt(counts / counts.max()))[::-1]
    assert np.abs(column(values, linear).astype(float) - expected).max() <= 1
    magnitude = scales(knobs())[-1]
    assert column(torch.zeros(3), magnitude)[-1] == 255
    assert column(torch.tensor([float("nan")]), magnitude).sum() == 0


def test_columns_fill_up_and_gaps_repeat() -> None:
    chosen = knobs(view="layers", hidden_sizes=(3,), steps=200)
    past = Past(chosen)
    ones = [torch.full((4,), 0.5)] * 6
    assert set(past(0, ones)) == {f"past.{part}" for part in range(rows.PARTS)}
    assert set(past(50, [-one for one in ones])) == {"past.0", "past.1", "past.2"}
    assert np.array_equal(past.columns[:, :, 10], past.columns[:, :, 0])
    assert not np.array_equal(past.columns[0, :, 25], past.columns[0, :, 0])
    assert past.columns[:, :, 26:].sum() == 0
    past(200, ones)
    assert past.columns[:, :, -1].sum() > 0


@pytest.mark.parametrize("view", VIEWS)
def test_frames_are_small(view: str) -> None:
    sizes = {"samples": 600, "data": "spiral", "steps": 110, "view": view}
    default = [
        len(wire.encode(one, i)) for i, one in enumerate(frames(LAB, knobs(**sizes, hidden_sizes=(8, 8)), "cpu"))
    ]
    assert max(default[1:]) <= BOUND and default[0] <= 2 * BOUND and len(default) <= 111
    widest = iter(frames(LAB, knobs(**sizes, hidden_sizes=(64,) * 8, layer=8), "cpu"))
    next(widest)
    assert len(wire.encode(next(widest), 1)) <= WIDEST


def test_clicks_on_units_pick_them_in_the_same_run() -> None:
    chosen = knobs(view="trace", edges="weight", data="painted")
    graph = LAB.stage(chosen)[0]
    choose = next(one for one in graph.bindings if isinstance(one, Choose))
    for place, value in zip(drawn.units(chosen), choose.values, strict=True):
        picked = knobs(view="trace", edges="weight", data="painted", unit=value)
        assert picked.picked == place and picked.training() == chosen.training()
    weigh = next(one for one in graph.bindings if isinstance(one, Weigh))
    assert all(chosen.parameter(name) for name in (*weigh.names, *weigh.beside))
    assert len(weigh.names) == newest(run(view="trace"), "edges").size


def test_looking_elsewhere_is_the_same_training() -> None:
    look = {name for name, spec in specs(Knobs).items() if spec.after}
    assert {"map_size"} | set(specs(Knobs)) - look == set(specs(SANDBOX.Knobs))
    assert look == {"view", "layer", "projection", "unit_x", "unit_y", "edges", "unit", "point", "snap"}


CASES: dict[str, dict[str, Any]] = {
    "input": {"layer": 0, "features": ("x1", "x2sq", "sinx1")},
    "cut": {"hidden_sizes": (5,), "norm": "layer"},
    "cut_early": {"hidden_sizes": (5, 4), "layer": 1, "residual": True},
    "plane": {"hidden_sizes": (5,), "projection": "plane", "dropout": 0.2},
    "units": {"hidden_sizes": (3, 3), "residual": True, "projection": "units", "unit_x": 2, "unit_y": 9},
    "rings": {"data": "rings", "hidden_sizes": (5,)},
    "sine": {"data": "sine", "hidden_sizes": (5,)},
    "layers": {"view": "layers", "optimizer": "sgd", "norm": "batch"},
    "trace": {"view": "trace", "unit": "1.9", "data": "blobs"},
    "trace_free": {"view": "trace", "snap": False, "features": ("x1", "x1x2"), "label_noise": 0.3},
    "trace_line": {"view": "trace", "snap": False, "data": "sine"},
}


def test_scripts_print_what_was_seen(tmp_path: Path) -> None:
    texts = [script(LAB, knobs(**values)) for values in CASES.values()]
    assert max(len(line) for text in texts for line in text.splitlines() if "network?" not in line) <= 120
    seen = {"space": "straight_cut", "layers": "gradient_ratio", "trace": "unit_delta"}
    for (name, values), printed in zip(CASES.items(), ends(texts, tmp_path), strict=True):
        assert seen[values.get("view", "space")] in printed
        last = run(**values)[-1].metrics
        for metric, value in printed.items():
            assert value == pytest.approx(last[metric], rel=1e-4, abs=1e-4, nan_ok=True), (name, metric)


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 12))])
def test_random_knobs_run_and_mends_are_knobs(seed: int) -> None:
    generator = np.random.default_rng(seed)
    names = ("view", "projection", "edges", "data", "activation", "norm", "initialiser", "optimizer", "loss")
    sizes = ((), (1,), (2,), (1, 3), (64, 2), (9, 9, 1))
    for _ in range(4):
        values: dict[str, Any] = {"samples": 40, "steps": 100, "learning_rate": float(generator.choice([0.01, 10.0]))}
        for name in names:
            choices = [one for one in specs(Knobs)[name].choices if one != "table"]
            values[name] = choices[generator.integers(len(choices))]
        values |= {"hidden_sizes": sizes[generator.integers(len(sizes))], "residual": bool(generator.integers(2))}
        values |= {
            "layer": int(generator.integers(9)),
            "unit": f"{generator.integers(1, 10)}.{generator.integers(1, 65)}",
        }
        chosen = Knobs.model_validate(values).settled()
        assert LAB.stage(chosen)
        found = wire.recorded(frames(LAB, chosen, "cpu"))
        for verdict in LAB.verdicts(chosen, found):
            assert isinstance(mended(chosen, verdict.mend), Knobs)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_six_sigmoid_layers_lose_the_gradient_and_batch_norm_keeps_it(seed: int) -> None:
    six = {"data": "circles", "hidden_sizes": (6,) * 6, "activation": "sigmoid", "optimizer": "sgd", "view": "layers"}
    plain, normed = (start(knobs(seed=seed, norm=norm, **six)) for norm in ("none", "batch"))
    assert plain.metrics["gradient_ratio"][1] < 1e-4 < 0.01 < normed.metrics["gradient_ratio"][1]
    sentences = [verdict.sentence for verdict in LAB.verdicts(knobs(seed=seed, **six), plain)]
    assert any("it vanishes on its way back through 6 layers" in sentence for sentence in sentences)


def start(chosen: Knobs) -> History:
    """The first two frames."""
    return wire.recorded(islice(frames(LAB, chosen, "cpu"), 2))


def preset(title: str, **values: Any) -> tuple[Knobs, History]:
    chosen = next(one.knobs for one in LAB.presets if one.title == title)
    changed = mended(chosen, values)
    assert isinstance(changed, Knobs)
    return changed, wire.recorded(frames(LAB, changed, "cpu"))


def test_the_wrong_one_is_wrong_and_costs_most() -> None:
    chosen, found = preset("A wrong one", steps=1000)
    assert found.last("sample_loss") > 10 * found.last("train_loss") > 0
    assert any("times the mean" in verdict.sentence for verdict in LAB.verdicts(chosen, found))


def test_one_large_step_kills_most_of_the_units() -> None:
    chosen, found = preset("Break it: dead ReLUs", steps=200)
    assert found.last("dead_units") >= 12
    verdicts = LAB.verdicts(chosen, found)
    (said,) = [verdict for verdict in verdicts if "hidden units are dead" in verdict.sentence]
    cure = mended(chosen, verdicts[0].mend)
    assert not said.mend and cure.learning_rate == 0.01  # type: ignore[attr-defined]
    assert wire.recorded(frames(LAB, cure, "cpu")).last("dead_units") < found.last("dead_units") / 2


@pytest.mark.parametrize(
    "values",
    [
        {"activation": "relu", "learning_rate": 3.0},  # units die
        {"activation": "relu", "learning_rate": 10.0},  # it explodes
        {"activation": "tanh", "learning_rate": 1e-4},  # it stalls
    ],
)
def test_a_broken_run_gets_one_advice_and_none_on_its_updates(values: dict[str, Any]) -> None:
    chosen = knobs(data="circles", view="layers", optimizer="sgd", steps=300, **values)
    found = wire.recorded(frames(LAB, chosen, "cpu"))
    verdicts = LAB.verdicts(chosen, found)
    assert [bool(verdict.mend) for verdict in verdicts] == [True, *[False] * (len(verdicts) - 1)]
    assert sum("units are dead" in verdict.sentence for verdict in verdicts) == (values["activation"] == "relu")
    assert not any("An update moves" in verdict.sentence for verdict in verdicts)


@pytest.mark.parametrize(
    ("values", "way", "mend"),
    [
        ({"data": "blobs", "activation": "sine", "optimizer": "asgd", "learning_rate": 3.0}, "above",
         {"learning_rate": 0.3}),
        ({"data": "gaussians", "activation": "leaky_relu", "optimizer": "adagrad", "learning_rate": 3.0}, "below", {}),
    ],
)  # fmt: skip
def test_steps_of_an_odd_size_are_told_and_never_raised(values: dict[str, Any], way: str, mend: dict[str, Any]) -> None:
    chosen = knobs(view="layers", steps=100, **values)
    (verdict,) = LAB.verdicts(chosen, wire.recorded(frames(LAB, chosen, "cpu")))
    assert f"of their size, far {way} the usual thousandth" in verdict.sentence and verdict.mend == mend


def test_residual_sums_explode_and_layer_norm_holds_them() -> None:
    chosen = cast("Knobs", next(one.knobs for one in LAB.presets if one.title == "Exploding"))
    found, held = start(chosen), start(cast("Knobs", mended(chosen, {"norm": "layer"})))
    assert found.metrics["growth"][0] > 10 and found.metrics["train_loss"][0] > 5
    assert held.metrics["growth"][0] < 10 and held.metrics["train_loss"][0] < 3
    assert any("-fold from layer 1 to layer 8" in verdict.sentence for verdict in LAB.verdicts(chosen, found))


def test_the_circles_end_with_one_straight_cut() -> None:
    chosen, found = preset("Circles")
    cuts = found.metrics["straight_cut"]
    assert cuts[0] < 0.7 and cuts[-1] == 1 and found.last("test_accuracy") >= 0.98
    assert any("a straight cut puts 100.0%" in verdict.sentence for verdict in LAB.verdicts(chosen, found))


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_presets_hold_over_seeds(seed: int) -> None:
    assert preset("Vanishing", seed=seed)[1].last("test_accuracy") < 0.65
    assert preset("Batch norm", seed=seed)[1].last("test_accuracy") >= 0.95
    assert preset("Spiral", seed=seed)[1].last("straight_cut") >= 0.98
    assert preset("Break it: dead ReLUs", seed=seed)[1].last("dead_units") >= 10


@pytest.mark.slow
def test_challenges_can_be_met_and_are_not_at_the_start() -> None:
    ways: tuple[dict[str, Any], ...] = (
        {"hidden_sizes": (12, 8, 2)},
        {"norm": "batch", "residual": True},
    )
    for challenge, way in zip(LAB.challenges, ways, strict=True):
        start = mended(LAB.Knobs(), challenge.start)
        assert not challenge.met(start, wire.recorded(frames(LAB, start, "cpu")))
        solved = mended(start, way)
        assert challenge.met(solved, wire.recorded(frames(LAB, solved, "cpu")))
