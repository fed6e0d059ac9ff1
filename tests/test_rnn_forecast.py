"""The forecast lab: series, rivals and networks against oracles, nothing leaking from the test part, what it claims."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.linalg import orthogonal_procrustes
from sklearn.decomposition import PCA
from sklearn.linear_model import LinearRegression

from playground import wire
from playground.concepts.rnn.forecast import linear, pictures
from playground.concepts.rnn.forecast.experiment import learner, updates
from playground.concepts.rnn.forecast.knobs import Knobs
from playground.concepts.rnn.forecast.measure import look_back
from playground.concepts.rnn.forecast.networks import Network
from playground.concepts.rnn.forecast.rivals import rivals
from playground.concepts.rnn.forecast.series import filled, monthly, series
from playground.concepts.rnn.forecast.task import task
from playground.contract import Frame, History, mended
from playground.data.bundled import FILES, bundled
from playground.data.own import store
from playground.data.published import DataError
from playground.export.script import script
from playground.training.recorder import frames
from tests.runs import Runs
from tests.scripts import ends
from tests.test_labs_export import assert_same

RUNS = Runs("rnn/forecast", Knobs)
LAB, recorded, run, preset = RUNS.lab, RUNS.recorded, RUNS.run, RUNS.preset
SUNSPOTS = Knobs(steps=200, repeats=1)
CO2 = Knobs(series="co2", differenced=True, cell="lstm", steps=300, repeats=1)
SHORT = {"steps": 20, "repeats": 1, "hidden_size": 4, "window": 6}


@pytest.fixture(autouse=True)
def uploads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYGROUND_CACHE_DIR", str(tmp_path))


def arrays_of(history: History) -> dict[str, np.ndarray]:
    """Every array as the last frame shows it."""
    found: dict[str, np.ndarray] = {}
    for i in range(len(history)):
        found |= history.decode(i).arrays
    return found


def own(text: str, **changes: object) -> Knobs:
    """Knobs with a visitor's table."""
    return Knobs.model_validate({**SHORT, "series": "own", "table": store.keep("table", text.encode()), **changes})


def table(values: np.ndarray) -> str:
    return "count,value\n" + "\n".join(f"{i},{value!r}" for i, value in enumerate(values.tolist()))


def waves(count: int) -> np.ndarray:
    return np.sin(np.arange(count) / 3) + 0.1 * np.random.default_rng(0).normal(size=count)


def test_the_months_are_means_of_their_weeks() -> None:
    with bundled("co2.csv").open(newline="") as lines:
        rows = list(csv.reader(lines))[1:]
    by_month: dict[str, list[float]] = {}
    for date, value in rows:
        by_month.setdefault(date[:6], []).extend([float(value)] if value else [])
    dates, weekly = np.genfromtxt(bundled("co2.csv"), delimiter=",", skip_header=1, unpack=True)
    found = monthly(dates, weekly)
    oracle = {month: np.mean(values) for month, values in by_month.items() if values}
    names = [f"{1958 + (m + 2) // 12}{(m + 2) % 12 + 1:02d}" for m in range(len(found))]
    assert [name for name, mean in zip(names, found, strict=True) if not np.isnan(mean)] == list(oracle)
    assert np.allclose(found[~np.isnan(found)], list(oracle.values()))
    assert series(Knobs(series="co2")).missing == len(found) - len(oracle) == 5


def test_gaps_are_drawn_straight_and_missing_ends_cut_off() -> None:
    gaps = np.array([np.nan, 1.0, np.nan, np.nan, 4.0, 2.0, np.nan])
    assert filled(gaps).tolist() == [1, 2, 3, 4, 2]


def test_the_linear_model_is_scikit_learn_s_and_runs_on_its_own_forecasts() -> None:
    values, window = waves(120), 5
    found = linear.fit_linear(values, window)
    rows = np.stack([values[i : i + window] for i in range(len(values) - window)])
    oracle = LinearRegression().fit(rows, values[window:])
    assert np.allclose(found, [*oracle.coef_, oracle.intercept_])
    past = list(values[:window])
    for _ in range(7):
        past.append(float(oracle.predict([past[-window:]])[0]))
    assert np.allclose(linear.run_linear(found, values[None, :window], 7)[0], past[window:])


def test_the_error_ahead_counts_what_has_a_truth() -> None:
    generator = np.random.default_rng(0)
    forecasts, truth = generator.normal(size=(9, 4)), generator.normal(size=9)
    oracle = [np.mean([abs(forecasts[i, s] - truth[i + s]) for i in range(9 - s)]) for s in range(4)]
    assert np.allclose(linear.mae_ahead(forecasts, truth), oracle)


@pytest.mark.parametrize("differenced", [False, True])
def test_windows_end_where_their_truth_begins(differenced: bool) -> None:
    found = task(Knobs(differenced=differenced))
    values, count = found.series.values, found.test_count
    assert count == 62 and np.array_equal(found.truth[-count:], values[-62:])
    assert np.array_equal(found.last, values[-len(found.truth) - 1 : -1])
    following = found.seen[found.knobs.window :]
    assert len(found.windows) == len(following) == len(found.truth)
    assert np.allclose(found.values(following[:, None])[:, 0], found.truth)
    assert np.allclose(found.free(following[-count:]), found.truth[-count:])
    inputs, targets = found.training()
    assert np.array_equal(inputs[:, 1:], targets[:, :-1]) and len(inputs) == found.split - found.knobs.window
    assert targets[-1, -1] == np.float32(found.seen[found.split - 1])
    seen = np.diff(values) if differenced else values
    assert np.isclose(found.mean, seen[:-62].mean()) and np.isclose(found.spread, seen[:-62].std())


@pytest.mark.parametrize("differenced", [False, True])
def test_nothing_of_the_test_part_reaches_training(differenced: bool) -> None:
    values = waves(100)
    other = np.append(values[:-20], 50 + np.random.default_rng(1).normal(size=20))
    one, two = (own(table(v), differenced=differenced, own_steps=2) for v in (values, other))
    assert np.array_equal(rivals(task(one)).coefficients, rivals(task(two)).coefficients)
    first, second = (wire.recorded(frames(LAB, knobs, "cpu")) for knobs in (one, two))
    for metric in ("train_loss", "train_mae", "linear_train_mae", "persistence_train_mae"):
        assert np.array_equal(first.metrics[metric], second.metrics[metric]), metric
    assert first.last("test_mae") != second.last("test_mae")


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_own_steps_read_the_forecast_before_them(cell: str) -> None:
    torch.manual_seed(0)
    network, inputs = Network(cell, 5).double(), torch.randn(3, 4, dtype=torch.float64)
    said = network(inputs, 3)
    longer = inputs
    for _ in range(3):  # the same from the start, each time with one forecast more as input
        hidden, _ = network.rnn(longer[..., None])
        longer = torch.cat([longer, network.out(hidden[:, -1])], 1)
    hidden, _ = network.rnn(longer[..., None])
    assert torch.allclose(said, network.out(hidden)[..., 0])


def test_the_gradient_is_torch_s_jacobian() -> None:
    torch.manual_seed(0)
    network, windows = Network("gru", 4).double(), torch.randn(6, 5, dtype=torch.float64)
    (mean, size), reach = look_back(network, windows)
    rows = [torch.autograd.functional.jacobian(lambda x: network(x[None])[0, -1], one) for one in windows]
    jacobian = torch.stack(rows).flip(1).numpy()
    assert np.allclose(mean, jacobian.mean(0)) and np.allclose(size, np.abs(jacobian).mean(0))
    shares = np.cumsum(size) / size.sum()
    assert shares[reach - 1] >= 0.9 and (reach == 1 or shares[reach - 2] < 0.9)


def test_the_plane_is_the_principal_one_and_turned_as_little_as_can_be() -> None:
    generator = np.random.default_rng(0)
    states = generator.normal(size=(40, 6)) * [5, 3, 1, 1, 1, 1]
    basis = pictures.plane(torch.from_numpy(states - states.mean(0))).numpy()
    assert np.allclose(np.abs(PCA(2).fit(states).components_ @ basis), np.eye(2), atol=1e-8)
    one, two = torch.from_numpy(generator.normal(size=(2, 40, 2)))
    assert np.allclose(pictures.nearest_turn(one, two).numpy(), orthogonal_procrustes(one.numpy(), two.numpy())[0])


def test_a_free_run_shows_the_same_states_as_the_truth_up_to_the_split() -> None:
    arrays = arrays_of(run(Knobs(**{**SHORT, "window": 12})))
    before = slice(0, pictures.BEFORE + 1)
    truth, free = arrays["units"].q, arrays["free_units"].q
    assert np.array_equal(truth[:, before], free[:, before]) and not np.array_equal(truth, free)
    assert arrays["free"][0] == np.float32(series(Knobs()).values[-63])
    assert arrays["free"][1] == pytest.approx(float(arrays["one"][-62]), rel=1e-5)


def test_a_repeat_is_the_plain_loop_under_its_own_seed() -> None:
    knobs = Knobs(hidden_size=4, steps=20, repeats=2, seed=3)
    inputs, targets = map(torch.from_numpy, task(knobs).training())
    learners = [learner(knobs, 3 + repeat, "cpu") for repeat in range(2)]
    losses = list(updates(knobs, learners, inputs, targets))
    torch.manual_seed(4)
    rnn, out = torch.nn.GRU(1, 4, batch_first=True), torch.nn.Linear(4, 1)
    parameters = [*rnn.parameters(), *out.parameters()]
    optimizer = torch.optim.Adam(parameters, lr=0.01)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 20)
    rows = [batch for _ in range(4) for batch in torch.randperm(len(inputs)).split(32)][:20]
    for batch in rows:
        optimizer.zero_grad()
        said = out(rnn(inputs[batch][..., None])[0])[..., 0]
        torch.nn.functional.mse_loss(said, targets[batch]).backward()
        optimizer.step()
        scheduler.step()
    assert len(losses) == 20
    for ours, plain in zip(learners[1].network.parameters(), parameters, strict=True):
        assert torch.equal(ours, plain)


def test_sunspots_one_step_ahead_beat_the_linear_model_and_persistence() -> None:
    history = run(SUNSPOTS)
    assert history.last("test_mae") <= 15 < history.last("linear_test_mae") < 16
    assert 25 < history.last("persistence_test_mae") < 26
    values = series(Knobs()).values
    assert history.last("persistence_test_mae") == pytest.approx(np.abs(np.diff(values))[-62:].mean())
    assert history.last("skill") == pytest.approx(1 - history.last("test_mae") / history.last("persistence_test_mae"))
    assert history.last("horizon_mae") < history.last("linear_horizon_mae")


def test_the_curve_ahead_starts_with_the_error_one_step_ahead() -> None:
    history = run(SUNSPOTS)
    arrays = arrays_of(history)
    assert arrays["ahead_network"][0] == pytest.approx(history.last("test_mae"), rel=1e-5)
    for name in ("linear", "persistence", "mean"):
        assert arrays[f"ahead_{name}"][0] == pytest.approx(history.last(f"{name}_test_mae"), rel=1e-5)
    assert arrays["ahead_network"][-1] == pytest.approx(history.last("horizon_mae"), rel=1e-5)


def test_the_change_of_co2_is_forecast_better_than_by_the_linear_model() -> None:
    history = run(CO2)
    assert history.last("test_mae") < 0.95 * history.last("linear_test_mae") < 0.3
    win, *_ = LAB.verdicts(CO2, history)
    assert win.sentence.startswith("The network wins") and f"{history.last('gain'):.1%} less" in win.sentence


def test_the_value_of_co2_defeats_it_and_the_page_says_why() -> None:
    knobs = preset("CO₂ value", steps=150, repeats=1, window=12)
    history = run(knobs)
    assert history.last("test_mae") > history.last("persistence_test_mae") > history.last("linear_test_mae")
    beside, outside, *_ = LAB.verdicts(knobs, history)
    assert beside.sentence.startswith("The network loses to the linear AR")
    assert f"{history.last('test_mae'):.3g} ppm" in beside.sentence
    assert f"{history.last('outside'):.0%} of the test values" in outside.sentence
    cured = mended(knobs, outside.mend)
    assert isinstance(cured, Knobs)
    assert cured.differenced and run(cured).last("test_mae") < history.last("persistence_test_mae") / 2


def test_a_rate_that_breaks_training_is_named_and_mended() -> None:
    knobs = preset("Break it: rate 1", steps=40, repeats=1)
    first, *_ = LAB.verdicts(knobs, run(knobs))
    assert "learning rate 1 is too large" in first.sentence and first.mend == {"learning_rate": 0.01}


def test_own_steps_are_not_taken_back_where_they_help() -> None:
    knobs = preset("A share", ticker="NFLX")
    history = run(knobs)
    (offered,) = (verdict.mend for verdict in LAB.verdicts(knobs, history) if "own_steps" in verdict.mend)
    with_own = mended(knobs, offered)
    assert isinstance(with_own, Knobs) and with_own.own_steps == 12
    after = run(with_own)
    assert after.last("horizon_mae") < 0.5 * history.last("horizon_mae")
    assert not any("own_steps" in verdict.mend for verdict in LAB.verdicts(with_own, after))


@pytest.mark.parametrize(("near", "far", "offered"), [(1.2, 3.0, True), (1.05, 3.0, False), (1.2, 1.9, False)])
def test_own_steps_are_taken_back_where_they_cost_near_and_win_nothing_far(
    near: float, far: float, offered: bool
) -> None:
    knobs = Knobs(series="co2", differenced=True, own_steps=12, window=12)
    said = {"test_mae": near, "linear_test_mae": 1.0, "persistence_test_mae": 1.5, "horizon_mae": far,
            "linear_horizon_mae": 2.0, "persistence_horizon_mae": 2.5, "train_mae": 1.0, "persistence_train_mae": 2.0,
            "test_count": 100.0, "useful": 24.0, "wins": 0.0}  # fmt: skip
    history = wire.recorded([Frame(300, said, {}, {})])
    assert any(verdict.mend == {"own_steps": 0} for verdict in LAB.verdicts(knobs, history)) == offered


def test_overfitting_is_seen_where_the_test_error_turns() -> None:
    knobs = preset("Overfit", steps=120)
    history = run(knobs)
    found = [verdict for verdict in LAB.verdicts(knobs, history) if "overfits" in verdict.sentence]
    assert found and found[0].step == history.steps[history.metrics["test_mae"].argmin()]
    assert found[0].mend == {"hidden_size": 16, "schedule": "cosine"}


ODD = {
    "three rows": "v\n1\n2\n3\n",
    "words": "a,b\nx,y\nz,w\n",
    "constant": "v\n" + "3\n" * 100,
    "a straight line's change": table(np.arange(100.0)).replace("count", "a"),
    "mostly gaps": "d,v\n" + "".join(f"{i},{i * i % 7 if i % 3 == 0 else ''}\n" for i in range(150)),
    "beyond all bounds": "v\n" + "".join(f"{x:.5g}\n" for x in 1e200 * waves(100)),
    "nothing known": "d,v\n" + "x,\n" * 100,
    "still, then a jump": "v\n" + "0\n" * 90 + "1\n" * 10,
}


@pytest.mark.parametrize("name", ODD)
def test_a_table_that_is_no_series_gives_one_sentence(name: str) -> None:
    with pytest.raises(DataError, match=r"^[A-Z][^\n]*\.$"):
        list(frames(LAB, own(ODD[name], differenced="line" in name), "cpu"))


USABLE = {
    "dates": "date,v\n" + "".join(f"2020-01-{i % 28 + 1:02d},{x:.4f}\n" for i, x in enumerate(waves(100))),
    "some gaps": "v\n" + "".join(f"{'NA' if i % 7 == 3 else x}\n" for i, x in enumerate(waves(100))),
    "huge": "v\n" + "".join(f"{x:.6g}\n" for x in 1e11 * waves(100)),
    "tiny": "v\n" + "".join(f"{x:.6g}\n" for x in 1e-12 * waves(100)),
    "far from zero": "v\n" + "".join(f"{x:.6f}\n" for x in 1e6 + waves(100)),
    "a spike": "v\n" + "".join(f"{1e9 if i == 40 else i % 5}\n" for i in range(100)),
    "just enough": "v\n" + "".join(f"{x:.4f}\n" for x in waves(60)),
    "semicolons": "a;v\n" + "".join(f"x;{x:.4f}\n".replace(".", ",") for x in waves(80)),
}  # fmt: skip


@pytest.mark.parametrize("name", USABLE)
def test_an_odd_table_is_forecast(name: str) -> None:
    knobs = own(USABLE[name])
    history = wire.recorded(frames(LAB, knobs, "cpu"))
    assert all(np.isfinite(values).all() for values in history.metrics.values())
    assert LAB.verdicts(knobs, history)


def test_a_column_is_chosen_by_its_name_and_counting_ones_are_passed_over() -> None:
    text = "row,year,a,b\n" + "\n".join(f"x,{1900 + i},{v},{-v}" for i, v in enumerate(waves(80).tolist()))
    assert np.allclose(series(own(text)).values, waves(80))
    assert np.allclose(series(own(text, column="b")).values, -waves(80))
    assert np.allclose(series(own(text, column="year")).values, 1900 + np.arange(80))
    with pytest.raises(DataError, match="no column 'c'; it has row, year, a, b"):
        series(own(text, column="c"))
    with pytest.raises(DataError, match="'x', not a number"):
        series(own(text, column="row"))
    with pytest.raises(DataError, match="Choose a table"):
        series(Knobs(series="own"))


def test_gaps_and_what_is_left_out_are_counted_and_said() -> None:
    cells = [f"{x:.4f}" for x in waves(1300)]
    cells[0] = cells[-1] = cells[700] = cells[10] = "NA"
    knobs = own("v\n" + "\n".join(cells))
    found = series(knobs)
    assert (len(found.values), found.missing, found.dropped) == (1000, 1, 298)
    assert found.times[-1] == 1299 and found.values[-1] == float(cells[1298])
    said = [verdict.sentence for verdict in LAB.verdicts(knobs, wire.recorded(frames(LAB, knobs, "cpu")))]
    assert any(text.startswith("1 value was missing") for text in said) or len(said) == 4


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"series": "stocks", "window": 48, "test_share": 50}, "53 values, too few for a window of 48 steps"),
     ({"series": "stocks", "window": 48, "own_steps": 12, "test_share": 40}, "and 12 own steps: shorten the window")],
)  # fmt: skip
def test_a_window_longer_than_the_training_part_gives_one_sentence(changes: dict[str, object], said: str) -> None:
    with pytest.raises(DataError, match=said):
        task(Knobs.model_validate(changes))


def test_scripts_of_other_knobs_give_their_runs_numbers(tmp_path: Path) -> None:
    for name in ("co2.csv", "sunspots.csv"):
        shutil.copy(FILES / name, tmp_path)
    text = "date,x\n" + "\n".join(f"2020,{'' if i == 9 else v}" for i, v in enumerate(waves(90).tolist()))
    mine = own(text, column="x", batch_size=0, horizon=5)
    (tmp_path / "upload.csv").write_bytes(store.plain("table", mine.table))
    short = {"steps": 20, "hidden_size": 5, "repeats": 1}
    chosen = [
        Knobs(series="co2", differenced=True, cell="lstm", own_steps=3, **short),
        Knobs(series="stocks", ticker="MSFT", cell="rnn", schedule="constant", differenced=True, window=3, **short),
        Knobs(test_share=35, window=1, horizon=1, seed=5, **{**short, "repeats": 2}),
        mine, own(text, differenced=True),
    ]  # fmt: skip
    printed = ends([script(LAB, knobs) for knobs in chosen], tmp_path)
    for knobs, numbers in zip(chosen, printed, strict=True):
        *_, last = frames(LAB, knobs, "cpu")
        assert_same(dict(last.metrics), numbers)


def test_frames_are_small_and_the_first_holds_what_never_changes() -> None:
    sizes = [len(one) for one in recorded(SUNSPOTS)]
    assert max(sizes[1:]) < 8_000 and sizes[0] < 17_000 and len(sizes) <= 100
    assert max(len(one) for one in recorded(CO2)[1:]) < 10_000
    long = own("v\n" + "\n".join(f"{x:.4f}" for x in waves(1000)), test_share=50)
    largest = [len(wire.encode(frame, i)) for i, frame in enumerate(frames(LAB, long, "cpu"))]
    assert max(largest[1:]) < 15_000 and largest[0] < 45_000


def test_challenges_are_not_met_where_they_start() -> None:
    near, far = LAB.challenges
    start = mended(Knobs(), far.start)
    assert isinstance(start, Knobs)
    quick = {"steps": 40, "repeats": 3}
    assert not near.met(Knobs(**quick), run(Knobs(**quick)))
    slow = mended(start, quick)
    assert isinstance(slow, Knobs) and not far.met(slow, run(slow))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(0, 40, 10))
def test_sunspots_hold_on_every_seed_and_the_free_run_keeps_time(seed: int) -> None:
    history = run(Knobs(seed=seed))
    assert history.last("test_high") <= 15 and history.last("wins") == 3
    assert history.last("horizon_mae") < 0.95 * history.last("linear_horizon_mae")
    arrays = arrays_of(history)
    assert np.corrcoef(arrays["free"][1:], arrays["seen_x"])[0, 1] > 0.6


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(0, 30, 10))
def test_co2_by_its_change_wins_and_by_its_value_loses(seed: int) -> None:
    change, value = run(preset("CO₂ change", seed=seed)), run(preset("CO₂ value", seed=seed))
    assert change.last("wins") == 3 and change.last("gain") > 0.02
    assert value.last("test_mae") > value.last("persistence_test_mae") and value.last("wins") == 0
    assert value.last("free_spread") < 0.3


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(0, 30, 10))
def test_own_steps_cure_the_drift_and_cost_one_step_ahead(seed: int) -> None:
    drift, own_steps = run(preset("It drifts", seed=seed)), run(preset("Own steps", seed=seed))
    assert drift.last("wins") == 3 and drift.last("horizon_mae") > 1.5 * drift.last("linear_horizon_mae")
    assert own_steps.last("horizon_mae") < 0.6 * drift.last("horizon_mae")
    assert own_steps.last("test_mae") > 1.05 * drift.last("test_mae")


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(0, 30, 10))
def test_shares_two_years_overfitting_and_the_break_are_as_the_presets_say(seed: int) -> None:
    share, two, over, broken = (run(preset(name, seed=seed)) for name in (
        "A share", "Two years", "Overfit", "Break it: rate 1"))  # fmt: skip
    best = share.last("persistence_test_mae")
    assert best < share.last("test_low") and best < share.last("linear_test_mae")
    assert two.last("useful") < 12 and two.last("horizon_mae") > 1.5 * run(Knobs(seed=seed)).last("horizon_mae")
    tests, trains = over.metrics["test_mae"], over.metrics["train_mae"]
    assert over.steps[tests.argmin()] < 200 and tests[-1] > 1.1 * tests.min() and trains[-1] < 3
    assert broken.last("free_spread") < 0.05 and broken.last("train_mae") > 0.9 * broken.last("persistence_train_mae")


@pytest.mark.slow
def test_both_challenges_can_be_met() -> None:
    near, far = LAB.challenges
    wide, patient = Knobs(hidden_size=48), Knobs(series="co2", differenced=True, cell="lstm", own_steps=12)
    assert near.met(wide, run(wide)) and not near.met(Knobs(), run(Knobs()))
    start = preset("It drifts")
    assert far.met(patient, run(patient)) and not far.met(start, run(start))
