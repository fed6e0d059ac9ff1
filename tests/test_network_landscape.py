"""The landscape: the sandbox's training, maps that are the networks' own losses, planes as NumPy finds them."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from playground import wire
from playground.concepts.network.landscape.ground import SIDES, Ground, bumps, heights, picture, round_losses, slices
from playground.concepts.network.landscape.knobs import Knobs
from playground.concepts.network.landscape.training import Training
from playground.concepts.network.landscape.view import around_end, around_path, explained, path_plane, round_values
from playground.concepts.network.landscape.walk import LINE, Walk
from playground.concepts.network.sandbox.knobs import Knobs as Sandbox
from playground.contract import Frame, History, Ranged, lab, mended, specs
from playground.export.script import script
from playground.training import weights
from playground.training.landscape import Plane, random_plane
from playground.training.recorder import frames
from tests.test_labs_export import assert_same, printed

LAB = lab("network/landscape")
BOUND, FIRST = 15_000, 22_000  # bytes of a frame; of the first, with up to 1,000 points
SMALL: dict[str, Any] = {"data": "circles", "samples": 60, "hidden_sizes": (4,), "steps": 100, "resolution": 17}
OTHERS: list[dict[str, Any]] = [
    {"plane": "random"},
    {"data": "blobs", "activation": "relu", "hidden_sizes": (4, 4), "residual": True, "norm": "layer"},
    {"norm": "batch", "hidden_sizes": (4, 4), "dropout": 0.3, "l2": 0.01, "plane": "random", "surface": "validation"},
    {"data": "sine", "optimizer": "sgd", "schedule": "cosine", "surface": "test", "batch_size": 0},
]
by_setting = pytest.mark.parametrize("values", [{}, *OTHERS], ids=lambda values: "-".join(map(str, values.values())))


def made(**values: Any) -> Knobs:
    return Knobs(**{**SMALL, **values}).settled()


@cache
def recorded(knobs: Knobs) -> History:
    return wire.recorded(frames(LAB, knobs, "cpu"))


@cache
def walked(knobs: Knobs) -> Walk:
    """A trained network with its path; whoever puts other parameters into it does so before each use."""
    torch.manual_seed(knobs.seed)
    training = Training(knobs, "cpu")
    return Walk(knobs, training, list(training.snapshots()))


def loss_of(walk: Walk, row: np.ndarray) -> float:
    """The loss of one network of the trained one's build, by the network itself."""
    model = walk.training.model.eval()
    nn.utils.vector_to_parameters(torch.from_numpy(row).float(), model.parameters())
    with torch.no_grad():
        return walk.training.loss_fn(model(walk.ground.inputs), walk.ground.targets).item()


# The training


@by_setting
def test_the_training_is_the_sandbox_s(values: dict[str, Any]) -> None:
    knobs = made(**values)
    shared = {name: getattr(knobs, name) for name in set(Sandbox.model_fields) & set(Knobs.model_fields)}
    *_, expected = frames(lab("network/sandbox"), Sandbox(**shared), "cpu")
    history = recorded(knobs)
    last = history.decode(len(history) - 1)
    same = set(expected.metrics) - {"step_ms", "curvature"}
    assert {name: last.metrics[name] for name in same} == {name: expected.metrics[name] for name in same}
    assert last.metrics["update"] == expected.step == knobs.steps


def test_the_knobs_are_the_sandbox_s() -> None:
    assert set(Sandbox.model_fields) - set(Knobs.model_fields) == {"map_size", "changes"}
    own = {name for name, spec in specs(Knobs).items() if name not in Sandbox.model_fields}
    assert own == {"plane", "margin", "reach", "log_scale", "surface", "resolution", "beside"}
    assert all(specs(Knobs)[name].after for name in own)


def test_another_plane_trains_nothing_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    knobs = made(seed=7)
    first = list(frames(LAB, knobs, "cpu"))

    def never(*_: Any) -> Any:
        raise AssertionError("the network was trained again")
        yield

    monkeypatch.setattr(Training, "snapshots", never)
    second = list(frames(LAB, mended(knobs, {"plane": "random", "surface": "test"}), "cpu"))
    assert second[-1].metrics["train_loss"] == first[-1].metrics["train_loss"]
    assert weights.name_of("a", knobs.training(), "cpu") != weights.name_of("a", made(seed=8).training(), "cpu")


# The map


@by_setting
def test_the_map_at_the_end_is_the_network_s_loss(values: dict[str, Any]) -> None:
    knobs = made(**values)
    walk = walked(knobs)
    *_, found = walk.ground.maps(walk.view, knobs.resolution)
    away = np.abs(walk.view.lattice(knobs.resolution)).max(1)
    assert away.min() < 1e-9
    assert found.ravel()[away.argmin()] == pytest.approx(loss_of(walk, walk.rows[-1]), abs=1e-5)
    assert found.ravel()[away.argmin()] == pytest.approx(walk.end.metrics[f"{knobs.surface}_loss"], abs=1e-5)


@by_setting
def test_the_map_along_its_axes_is_the_loss_of_the_networks_there(values: dict[str, Any]) -> None:
    walk = walked(made(**values))
    for a, b in ((0.3, 0.0), (-0.7, 0.0), (0.0, 0.5), (0.2, -0.4)):
        found = walk.ground.surface(walk.view, np.array([[a, b]]))
        row = walk.rows[-1] + a * walk.view.plane.directions[0] + b * walk.view.plane.directions[1]
        assert found[0] == pytest.approx(loss_of(walk, row), abs=1e-5)


def test_maps_go_from_coarse_to_fine_and_end_at_the_whole_lattice() -> None:
    walk = walked(made(resolution=33))
    maps = list(walk.ground.maps(walk.view, 33))
    assert [len(one) for one in maps] == [5, 9, 17, 33, 33, 33, 33]
    whole = walk.ground.surface(walk.view, walk.view.lattice(33)).reshape(33, 33)
    assert maps[-1] == pytest.approx(whole, abs=1e-6) and np.array_equal(maps[3][:9], maps[-1][:9])
    assert set(maps[3][9:].ravel()) <= set(maps[2].ravel())
    assert {17, 33, 65} <= set(SIDES) and all(side % 2 for side in SIDES)


def test_the_level_lines_go_from_the_lowest_to_the_highest() -> None:
    history = recorded(made())
    (heights,) = (frame.arrays["contours"].values() for frame in (history.decode(i) for i in range(len(history)))
                  if isinstance(frame.arrays.get("contours"), Ranged))  # fmt: skip
    assert (heights.min(), heights.max()) == (0, 1)


def test_the_first_five_hundred_points_are_enough() -> None:
    training = Training(made(samples=2000, data="moons"), "cpu")
    assert len(Ground(training, "train").inputs) == len(Ground(training, "train").targets) == 500


# Planes


def cloud() -> np.ndarray:
    return np.random.default_rng(2).normal(size=(20, 9)).cumsum(0) + 5


def test_the_path_s_directions_are_numpy_s_and_lead_right_and_up_to_the_end() -> None:
    rows = cloud()
    plane = path_plane(rows)
    _, s, vectors = np.linalg.svd(rows - rows.mean(0), full_matrices=False)
    assert np.abs(np.sum(plane.directions * vectors[:2], 1)) == pytest.approx(1)
    assert plane.origin.tolist() == rows[-1].tolist() and (plane.coordinates(rows)[0] <= 0).all()
    shares = np.cumsum(s**2)[:2] / np.sum(s**2)
    assert explained(rows, plane) == pytest.approx(tuple(shares))


def test_the_variance_that_an_oblique_plane_explains_is_that_of_a_least_squares_fit() -> None:
    rows = cloud()
    directions = np.random.default_rng(3).normal(size=(2, 9)) * [[1], [7]]
    centred = rows - rows.mean(0)
    left = [np.linalg.lstsq(directions[:n].T, centred.T, rcond=None)[1].sum() for n in (1, 2)]
    expected = tuple(1 - one / (centred**2).sum() for one in left)
    assert explained(rows, Plane(rows[-1], directions)) == pytest.approx(expected)
    assert explained(rows[:1], Plane(rows[0], directions)) == (1, 1)


@pytest.mark.parametrize("side", [17, 33, 65])
@pytest.mark.parametrize("margin", [0.0, 0.4, 10.0])
def test_the_path_is_in_the_picture_and_its_end_in_the_middle_of_a_cell(side: int, margin: float) -> None:
    rows = cloud()
    view = around_path(rows, margin, side)
    assert np.abs(view.placed(rows)).max() <= 1
    assert np.abs(view.lattice(side)).max(1).min() < 1e-9
    low, high = rows @ view.plane.directions.T @ np.eye(2), view.high - view.low
    assert (high >= (1 + 2 * margin) * (low.max(0) - low.min(0))).all()


def test_a_random_plane_has_the_network_in_its_middle() -> None:
    view = around_end(Plane(np.arange(4.0), np.eye(2, 4)), 0.5)
    assert view.lattice(17)[144].tolist() == [0, 0] and view.placed(np.arange(4.0)[None]).tolist() == [[0, 0]]
    assert view.pictured(np.array([[0.5, -0.5]])).tolist() == [[1, -1]]


@pytest.mark.parametrize("count", [1, 2])
def test_a_path_of_one_or_two_points_has_a_picture(count: int) -> None:
    view = around_path(cloud()[:count], 0.4, 17)
    assert (view.high > view.low).all() and np.isfinite(view.placed(cloud()[:count])).all()


# What is told of it


def test_a_single_valley_has_no_bumps_and_two_have() -> None:
    x = np.linspace(-2, 2, 41)
    bowl = 10 ** (x[:, None] ** 2 + x**2)
    assert bumps(bowl) == pytest.approx(0, abs=1e-12)
    ridge = np.tile(10 ** np.abs(np.abs(x) - 1), (41, 1))  # falls 1, rises 1, falls 1, rises 1; columns are flat
    assert bumps(ridge) == pytest.approx(1)
    assert bumps(np.ones((5, 5))) == 0


def test_colours_follow_the_loss_or_its_logarithm_and_survive_what_is_no_number() -> None:
    losses = np.array([[1e-2, 1e-1], [1.0, math.inf]])
    assert heights(losses, True) == pytest.approx(np.array([[-2, -1], [0, 0]]))
    shown, marks, places = picture(losses, True)
    assert shown.q.tolist() == [[0, 128], [255, 255]] and marks.tolist() == [0.01, 0.1, 1]
    assert places == pytest.approx([0, 0.5, 1])
    plain, marks, places = picture(np.array([[0.0, 1], [2, math.nan]]), False)
    top = np.percentile([0, 1, 2], 98)
    assert plain.low == 0 and plain.q[1, 1] == 255 and places == pytest.approx(marks / top)


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(0.0019, 2.3, [0.01, 0.1, 1]), (0.3, 2.3, [0.5, 1, 2]), (0.6899, 0.7001, [0.69, 0.692, 0.694, 0.696, 0.698, 0.7])],
)
def test_the_colours_are_told_by_round_losses(low: float, high: float, said: list[float]) -> None:
    assert round_losses(math.log10(low), math.log10(high)) == pytest.approx(said)


@pytest.mark.parametrize(("data", "named"), [("spiral", False), ("iris", True)])
def test_the_small_map_leaves_out_axes_that_say_nothing(data: str, named: bool) -> None:
    (small,) = (part for part in LAB.stage(Knobs(data=data)) if part.name == "map")  # type: ignore[arg-type]
    assert small.size == "half" and small.figure.layout.xaxis.visible is named


def test_the_curves_count_what_the_player_s_clock_counts() -> None:
    axes = {part.name: part.figure.layout.xaxis.title.text for part in LAB.stage(Knobs())}
    assert [axes[name] for name in ("curvature", "loss", "accuracy")] == [LAB.clock] * 3


@by_setting
def test_the_straight_line_and_the_loss_under_the_path(values: dict[str, Any]) -> None:
    knobs = made(**values)
    walk = walked(knobs)
    *_, last = walk.survey()
    line = np.asarray(last.arrays["line_loss"])
    for at in (0, 13, 40):
        row = walk.rows[0] + LINE[at] * (walk.rows[-1] - walk.rows[0])
        assert line[at] == pytest.approx(loss_of(walk, row), abs=1e-5)
    assert last.metrics["barrier"] == pytest.approx(line.max() - max(line[0], line[-1]), abs=1e-6)
    under = np.asarray(last.arrays["under_loss"])
    nearest = walk.view.plane.rows(walk.view.plane.coordinates(walk.rows))
    assert under[[0, 7]] == pytest.approx([loss_of(walk, row) for row in nearest[[0, 7]]], abs=1e-5)
    assert under[-1] == pytest.approx(line[-1], abs=1e-5)


def test_slices_are_the_loss_along_filter_normalised_directions() -> None:
    walk = walked(made())
    found = slices(walk.ground, walk.rows[-1], 3)
    assert found["slice_mean"] == pytest.approx(found["slices"].mean(1)) and found["slices"].shape == (41, 10)
    assert found["slices"][20] == pytest.approx([loss_of(walk, walk.rows[-1])] * 10, abs=1e-5)
    nn.utils.vector_to_parameters(torch.from_numpy(walk.rows[-1]).float(), walk.training.model.parameters())
    direction = random_plane(walk.training.model, np.random.default_rng([3, 2])).directions[1]
    assert found["slices"][40, 1] == pytest.approx(loss_of(walk, walk.rows[-1] + 0.5 * direction), abs=1e-5)


def test_the_curvature_is_the_largest_eigenvalue_of_the_whole_hessian() -> None:
    knobs = made(hidden_sizes=(3,), l2=0.01)
    walk = walked(knobs)
    *_, last = walk.frames()
    model = walk.training.model
    walk.training.load(walk.end)
    names, shapes = zip(*[(name, one.shape) for name, one in model.named_parameters()], strict=True)
    inputs, targets = walk.training.rows.train

    def loss(row: torch.Tensor) -> torch.Tensor:
        parts = torch.split(row, [shape.numel() for shape in shapes])
        given = {name: part.view(shape) for name, part, shape in zip(names, parts, shapes, strict=True)}
        outputs = torch.func.functional_call(model, given, inputs)
        penalty = sum((one**2).sum() for name, one in given.items() if name.endswith("weight"))
        return walk.training.loss_fn(outputs, targets) + knobs.l2 * penalty

    whole = torch.autograd.functional.hessian(loss, torch.from_numpy(np.array(walk.end.arrays["row"])))
    assert last.metrics["curvature"] == pytest.approx(torch.linalg.eigvalsh(whole)[-1].item(), rel=1e-3)


@pytest.mark.parametrize(("low", "high"), [(-1.0, 1.0), (-33.2, 12.0), (0.001, 0.0042), (-2e30, 1e30)])
def test_ticks_are_round_and_enough(low: float, high: float) -> None:
    values = round_values(low, high)
    assert 3 <= len(values) <= 8 and low <= values[0] and values[-1] <= high
    assert all(len(f"{abs(value):e}".split("e")[0].rstrip("0").rstrip(".")) <= 4 for value in values)


# The recording


@pytest.mark.parametrize("values", [{}, {"data": "blobs", "samples": 5000, "noise": 1.0}, {"data": "sine"}], ids=str)
def test_frames_are_small_few_and_start_at_once(values: dict[str, Any]) -> None:
    knobs = Knobs(**{"samples": 600, "steps": 300, **values})
    raw = [wire.encode(frame, i) for i, frame in enumerate(frames(LAB, knobs, "cpu"))]
    assert len(raw[0]) <= FIRST and max(map(len, raw[1:])) <= BOUND and len(raw) <= 140


def test_the_run_trains_then_maps_then_walks() -> None:
    history = recorded(made())
    trained, update = history.metrics["trained"], history.metrics["update"]
    first = int(np.argmax(trained))
    assert trained[:first].tolist() == [0] * first and trained[first:].all()
    assert update[:first].tolist() == history.steps[:first].tolist()
    walk = np.flatnonzero(np.isfinite(history.metrics["outside"]))
    assert update[walk][0] == 0 and update[walk][-1] == 100 and (np.diff(update[walk]) > 0).all()
    last = [history.decode(i) for i in walk]
    assert len(np.asarray(last[-1].arrays["path_x"])) == len(walk)
    assert (np.concatenate([one.series["step"] for one in last]) == update[walk]).all()
    assert not any(history.decode(i).series for i in range(int(walk[0])))


def decision_maps(history: History) -> dict[int, Any]:
    """What the network is shown to say, by update, wherever it is shown."""
    shown: dict[str, Any] = {}
    found: dict[int, Any] = {}
    for i in range(len(history)):
        shown |= dict(history.decode(i).arrays)
        now = (shown["map"].q.tobytes(), np.asarray(shown["wrong_x"]).tobytes())
        assert found.setdefault(int(history.metrics["update"][i]), now) == now
    return found


def test_what_the_network_says_is_that_of_its_update_also_where_snapshots_are_skipped() -> None:
    assert len(decision_maps(recorded(made(data="spiral", samples=200)))) == 100


@by_setting
def test_the_end_of_the_path_is_at_the_end_s_mark(values: dict[str, Any]) -> None:
    history = recorded(made(**values))
    arrays: dict[str, Any] = {}
    for i in range(len(history)):
        arrays |= dict(history.decode(i).arrays)
    assert [arrays["path_x"][-1], arrays["path_y"][-1]] == [arrays["end_x"][0], arrays["end_y"][0]]
    lowest = (arrays["landscape"] if isinstance(arrays["landscape"], Ranged) else None).q.argmin()
    x, y = (np.rint((arrays[f"lowest_{axis}"][0] + 1) / 2 * 17 - 0.5) for axis in "xy")
    assert arrays["landscape"].q.ravel()[int(17 * y + x)] == arrays["landscape"].q.ravel()[lowest]


@pytest.mark.parametrize(
    "values",
    [
        {"data": "plane", "hidden_sizes": (), "optimizer": "sgd", "learning_rate": 10.0, "plane": "random"},
        {"data": "plane", "hidden_sizes": (), "optimizer": "sgd", "learning_rate": 3.0},
        {"activation": "relu", "optimizer": "sgd", "learning_rate": 10.0, "loss": "hinge", "log_scale": False},
        {"initialiser": "zeros", "activation": "relu", "hidden_sizes": (3, 3)},
        {"reach": 10.0, "plane": "random", "hidden_sizes": (2,) * 8, "norm": "batch"},
        {"margin": 0.0, "hidden_sizes": (), "data": "sine", "stop": "loss", "stop_loss": 10.0},
        {"samples": 20, "train_share": 90, "surface": "test", "batch_size": 20},
        {"data": "painted"},
        {"data": "wine", "features": ("x1", "x1sq", "sinx2")},
    ],
    ids=str,
)
def test_runs_that_blow_up_stand_still_or_are_odd_have_a_picture(values: dict[str, Any]) -> None:
    knobs = made(**values)
    history = recorded(knobs)
    last = history.decode(len(history) - 1)
    assert np.isfinite([last.metrics[name] for name in ("explained", "map_low", "map_high", "bumps", "barrier")]).all()
    for verdict in LAB.verdicts(knobs, history):
        assert isinstance(mended(knobs, verdict.mend), Knobs) and verdict.step in history.steps


def test_random_knobs_run() -> None:
    generator = np.random.default_rng(5)
    for _ in range(4):
        values: dict[str, Any] = {}
        names = ("data", "activation", "optimizer", "loss", "regression_loss", "norm", "residual", "plane", "surface")
        for name in (*names, "schedule", "stop", "initialiser", "log_scale"):
            choices = [one for one in specs(Knobs)[name].choices or (False, True) if one != "table"]
            values[name] = choices[generator.integers(len(choices))]
        knobs = made(**values, learning_rate=float(10 ** generator.uniform(-4, 1)))
        history = recorded(knobs)
        LAB.verdicts(knobs, history)
        assert history.metrics["trained"][-1] == 1 and math.isfinite(history.last("explained"))


@pytest.mark.parametrize("values", [pytest.param(OTHERS[1], marks=pytest.mark.slow), OTHERS[2]], ids=str)
def test_scripts_of_other_knobs_give_the_run_s_numbers(values: dict[str, Any], tmp_path: Path) -> None:
    knobs = made(**values)
    history = recorded(knobs)
    last = history.decode(len(history) - 1)
    assert_same(dict(last.metrics), printed(script(LAB, knobs), tmp_path))


def test_the_rival_is_the_run_at_its_batch_size() -> None:
    knobs = made(batch_size=8, beside="full")
    both, alone = recorded(knobs), recorded(made(batch_size=0))
    assert both.last("rival_curvature") == alone.last("curvature") and both.last("rival_update") == 100
    assert both.last("curvature") == recorded(made(batch_size=8)).last("curvature")
    arrays: dict[str, Any] = {}
    for i in range(len(alone)):
        arrays |= dict(alone.decode(i).arrays)
    assert np.array_equal(np.asarray(both.decode(len(both) - 1).arrays["rival_mean"]), np.asarray(arrays["slice_mean"]))
    assert any("times as sharp" in verdict.sentence for verdict in LAB.verdicts(knobs, both))


# What it shows

NOISY: dict[str, Any] = {
    "data": "moons", "noise": 0.6, "hidden_sizes": (16, 16), "optimizer": "sgd", "momentum": 0.0,
    "learning_rate": 0.3, "plane": "random", "resolution": 17,
}  # fmt: skip


def last_of(**values: Any) -> Frame:
    *_, last = frames(LAB, Knobs(**values), "cpu")
    return last


def test_a_large_batch_ends_at_the_edge_of_stability_and_a_small_one_far_from_it() -> None:
    large, small = (last_of(**NOISY, batch_size=size, steps=800).metrics["curvature"] for size in (0, 8))
    assert 0.7 < large / (2 / 0.3) < 1.4 and small < large / 2


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_batch_sizes_differ_in_sharpness_over_seeds(seed: int) -> None:
    large, small = (last_of(**NOISY, batch_size=size, seed=seed).metrics["curvature"] for size in (0, 4))
    assert 0.75 < large / (2 / 0.3) < 1.35 and small < large / 3


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_residual_connections_smooth_the_map_of_a_deep_network(seed: int) -> None:
    plain, residual = (
        next(one.knobs for one in LAB.presets if one.title == name) for name in ("Eight layers", "Residual")
    )
    rough, smooth = (recorded(mended(knobs, {"seed": seed})) for knobs in (plain, residual))
    assert rough.last("bumps") > 2 * smooth.last("bumps")
    assert smooth.last("test_accuracy") >= 0.95


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_path_s_plane_holds_the_path_and_a_random_one_does_not(seed: int) -> None:
    own, random = (last_of(seed=seed, plane=plane).metrics["explained"] for plane in ("path", "random"))
    assert own > 0.85 and random < 0.1


@pytest.mark.slow
def test_challenges_are_met_by_what_solves_them_and_not_by_their_starts() -> None:
    flat, straight = LAB.challenges
    start = mended(Knobs(), {**flat.start, "steps": 1500, "resolution": 17})
    solved = mended(start, {"batch_size": 4, "steps": 3000})
    assert not flat.met(start, recorded(start)) and flat.met(solved, recorded(solved))
    start = Knobs(resolution=17)
    solved = mended(start, {"hidden_sizes": (16, 16), "learning_rate": 0.01})
    assert not straight.met(start, recorded(start)) and straight.met(solved, recorded(solved))
