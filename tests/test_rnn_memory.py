"""The memory lab: cells against torch's, tasks against their meaning, gradients against theory, what the page says."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from playground import wire
from playground.concepts.rnn import gates
from playground.concepts.rnn.memory import inside, sweep, tasks
from playground.concepts.rnn.memory.knobs import Knobs
from playground.concepts.rnn.memory.measure import Measure, mean, reach
from playground.concepts.rnn.memory.networks import Networks, restart, states
from playground.concepts.rnn.memory.panels import SEQUENCES
from playground.concepts.rnn.memory.radii import RADII
from playground.concepts.rnn.plane import Plane
from playground.concepts.rnn.words import COLORS, LABELS, parameter_count
from playground.contract import Frame, History
from playground.export.script import script
from playground.training.recorder import frames
from tests.runs import Runs
from tests.scripts import ends

RUNS = Runs("rnn/memory", Knobs)
LAB, recorded, run, preset, changed = RUNS.lab, RUNS.recorded, RUNS.run, RUNS.preset, RUNS.changed
SWEEP = Knobs(view="gradient")
MODULES = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}
TINY = Knobs(longest=7, units=5, symbols=4, batch_size=8, steps=50, repeats=2)


def arrays_of(history: History) -> dict[str, np.ndarray]:
    """Every array as the last frame shows it."""
    found: dict[str, np.ndarray] = {}
    for i in range(len(history)):
        found |= history.decode(i).arrays
    return found


def test_a_cell_s_colour_means_that_cell_alone() -> None:
    (paths,) = (part for part in LAB.stage(Knobs()) if part.name == "paths")
    assert not {trace.line.color for trace in paths.figure.data} & set(COLORS.values())
    assert len(SEQUENCES) >= Knobs(symbols=8).probes


def test_an_orthogonal_start_names_its_paper() -> None:
    cited = [any("Saxe" in one.text for one in LAB.sources_of(knobs)) for knobs in (Knobs(start="orthogonal"), Knobs())]
    assert cited == [True, False]


@pytest.mark.parametrize("kind", list(LABELS))
def test_a_step_is_torch_s(kind: str) -> None:
    torch.manual_seed(0)
    cell = gates.CELLS[kind](3, 5)
    x, h, c = torch.randn(4, 3), torch.randn(4, 5), torch.randn(4, 5)
    weights = tuple(part[None] for part in gates.turned(cell))
    hidden, memory, stages = gates.STEPS[kind](x[None], h[None], c[None], weights)
    oracle = cell(x, (h, c)) if kind == "lstm" else (cell(x, h), c)
    assert torch.allclose(hidden[0], oracle[0], atol=1e-6) and torch.allclose(memory[0], oracle[1], atol=1e-6)
    assert len(stages) == len(gates.STAGES[kind])


def module(knobs: Knobs, kind: str, networks: Networks, member: int) -> tuple[nn.Module, nn.Linear]:
    """A member as torch's own layer and read-out, in float64."""
    inputs, outputs = knobs.sizes
    layer, out = MODULES[kind](inputs, networks.units).double(), nn.Linear(networks.units, outputs).double()
    values = [part[member].detach() for part in networks.parts()]
    for parameter, value in zip([*layer.parameters(), *out.parameters()], values, strict=True):
        parameter.data = (value.T if parameter.dim() == 2 else value[0]).clone()
    return layer, out


@pytest.mark.parametrize(
    ("kind", "task"), [("rnn", "recall"), ("lstm", "copy"), ("lstm", "adding"), ("gru", "recall"), ("gru", "adding")]
)
def test_a_member_trains_as_torch_s_layer_alone(kind: str, task: str) -> None:
    knobs = changed(TINY, task=task, clip=0.5)
    networks = Networks(knobs, kind, torch.float64)
    member, length = 5, networks.lengths[2]  # the second repeat of the third lag
    layer, out = module(knobs, kind, networks, member)
    both = [*layer.parameters(), *out.parameters()]
    optimizer = torch.optim.Adam(both, lr=knobs.learning_rate)
    for _ in range(30):
        inputs, targets = (one.double() if one.is_floating_point() else one for one in tasks.draw(knobs, 8))
        networks.update(tasks.losses(networks(inputs), targets))
        outputs = out(layer(inputs[:length, member])[0][-knobs.kept :]).transpose(0, 1)  # (N, S, K)
        own = targets[member]
        loss = nn.functional.mse_loss(outputs[..., 0], own) if task == "adding" else nn.functional.cross_entropy(
            outputs.flatten(0, 1), own.flatten())  # fmt: skip
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(both, knobs.clip)
        optimizer.step()
    found = torch.cat([part[member].flatten() for part in networks.parts()])
    alone = torch.cat([(p.T if p.dim() == 2 else p).flatten() for p in both])
    assert torch.allclose(found, alone, atol=1e-6)


def test_recall_asks_for_each_symbol_a_lag_after_it() -> None:
    knobs = changed(TINY, task="copy")
    inputs, targets = tasks.draw(knobs, 8)
    for row, lag in enumerate(knobs.lags):
        for m in range(row * knobs.repeats, (row + 1) * knobs.repeats):
            own = inputs[:, m]  # (T, N, K + 2)
            asked = own[..., -1].sum(1) > 0
            assert asked.nonzero().flatten().tolist() == [lag, lag + 1]
            assert torch.equal(own[:2, :, :4].argmax(2).T, targets[m])
            assert torch.equal(own[..., 4].sum(1) > 0, torch.arange(len(own)) < 2)
    silent, _ = tasks.draw(changed(knobs, filler="silence"), 8)
    assert silent[2 : knobs.lags[0], 0].abs().sum() == 0 < inputs[2 : knobs.lags[0], 0].sum()


def test_adding_marks_one_value_in_each_half() -> None:
    knobs = changed(TINY, task="adding", longest=12)
    inputs, targets = tasks.draw(knobs, 64)
    for row, lag in enumerate(knobs.lags):
        values, marks = inputs[:, row * knobs.repeats].unbind(-1)
        assert torch.equal(marks[: lag // 2].sum(0), torch.ones(64)) and torch.equal(
            marks.sum(0), torch.full((64,), 2.0)
        )
        assert torch.allclose((values * marks).sum(0), targets[row * knobs.repeats, :, 0])
        assert not marks[lag:].any()


def test_always_answering_one_errs_by_the_variance_of_a_sum_of_two() -> None:
    torch.manual_seed(0)
    _, targets = tasks.draw(changed(TINY, task="adding", repeats=4), 20_000)
    assert ((targets - 1) ** 2).mean().item() == pytest.approx(1 / 6, rel=0.01)
    assert Knobs(task="adding").enough == pytest.approx(1 / 60)


def test_equal_parameters_are_nearly_equal() -> None:
    knobs = Knobs(equal="parameters")
    counts = {kind: parameter_count(kind, 10, knobs.hidden[kind], 8) for kind in LABELS}
    assert max(counts.values()) / min(counts.values()) < 1.05
    layer, out = nn.LSTM(10, 16), nn.Linear(16, 8)
    assert counts["lstm"] == sum(p.numel() for p in [*layer.parameters(), *out.parameters()])


def test_starts_are_what_they_are_called() -> None:
    for start in ("orthogonal", "identity", "radius"):
        matrix = torch.empty(12, 12)
        restart(matrix, start, 1.3)
        largest = torch.linalg.eigvals(matrix).abs().max().item()
        assert largest == pytest.approx(1.3 if start == "radius" else 1.0, rel=1e-4)
        if start != "radius":
            assert torch.allclose(matrix @ matrix.T, torch.eye(12), atol=1e-5)


def test_the_gate_bias_keeps_the_state() -> None:
    knobs = changed(TINY, gate_bias=6.0)
    for kind, column in (("lstm", 1), ("gru", 1)):
        *weights, _, _ = (part[:1] for part in Networks(knobs, kind).parts())
        zeros = torch.zeros(1, 1, 5)
        stages = gates.STEPS[kind](torch.zeros(1, 1, 6), zeros, zeros, tuple(weights))[2]
        assert stages[column].min() > 0.98


@pytest.mark.parametrize("kind", list(LABELS))
def test_gradients_back_in_time_are_finite_differences(kind: str) -> None:
    networks = Networks(TINY, kind, torch.float64)
    inputs, targets = inside.probes(TINY)
    inputs = inputs.double()
    *weights, w_out, b_out = (part[:1] for part in networks.parts())
    passed = states(networks.step, inputs, networks.lengths[:1], tuple(weights), networks.units)

    def loss(hidden: Tensor, cell: Tensor, t: int) -> Tensor:
        """The loss where the states after step t are as given."""
        for x in inputs[t + 1 :]:
            hidden, cell, _ = networks.step(x, hidden, cell, tuple(weights))
        return tasks.losses(torch.baddbmm(b_out, hidden, w_out)[:, :, None], targets).sum()

    found = inside.back_in_time(passed, loss(*passed[-1], len(inputs) - 1))
    for t in (0, 3, len(inputs) - 1):
        hidden, cell = (one.detach() for one in passed[t])
        squares = torch.zeros(TINY.probes, dtype=torch.float64)
        for n, unit in itertools.product(range(TINY.probes), range(networks.units)):
            nudge = torch.zeros_like(hidden)
            nudge[0, n, unit] = 1e-5
            squares[n] += ((loss(hidden + nudge, cell, t) - loss(hidden - nudge, cell, t)).item() / 2e-5) ** 2
            if kind == "lstm":  # h = o tanh(c) moves with the cell state
                open_ = hidden / cell.tanh()
                up, down = (loss(open_ * one.tanh(), one, t) for one in (cell + nudge, cell - nudge))
                squares[n] += ((up - down).item() / 2e-5) ** 2
        assert found[t].item() == pytest.approx(squares.sqrt().mean().item(), rel=1e-4)


def test_probes_differ_in_their_first_step_alone() -> None:
    for task in ("recall", "copy", "adding"):
        knobs = changed(TINY, task=task)
        inputs, targets = inside.probes(knobs)
        assert inputs.shape[2] == targets.shape[1] == knobs.probes
        differs = [bool((step[0] != step[0, :1]).any()) for step in inputs]
        assert differs == [True] + [False] * (len(inputs) - 1)
        assert len({tuple(row.tolist()) for row in targets[0]}) == knobs.probes


def test_principal_axes_keep_their_side() -> None:
    plane, generator = Plane(), np.random.default_rng(0)
    state = generator.normal(size=(6, 4, 8)) * np.array([5, 3, *[0.1] * 6])
    first = plane(state)
    second = plane(state + 0.01 * generator.normal(size=state.shape))
    assert np.abs(first - second).max() < 0.05 and np.abs(first).max() == pytest.approx(1)


def test_reach_counts_from_the_shortest_lag() -> None:
    lags = (30, 24, 19, 13, 8, 2)
    assert reach(lags, np.array([1, 1, 0.2, 0.95, 0.9, 1]), Knobs()) == 13
    assert reach(lags, np.array([1, 1, 1, 1, 1, 0.5]), Knobs()) == 0
    assert reach(lags, np.array([np.nan, 0.1, 0.01, 0.001, 0.001, 0.0]), Knobs(task="adding")) == 19
    assert np.allclose(mean(np.array([[1.0, np.nan], [np.nan, np.nan]])), [1, np.nan], equal_nan=True)


@pytest.mark.parametrize("radius", [0.9, 1.1])
def test_the_gradient_shrinks_and_grows_as_theory_says(radius: float) -> None:
    torch.manual_seed(0)
    matrix = radius * sweep.unit_matrix("orthogonal", 16)
    inputs, towards = torch.randn(30, 8, 16).double(), nn.functional.normalize(torch.randn(8, 16).double(), dim=1)
    identity, _ = sweep.gradients(matrix, inputs, towards, "identity")
    tanh, _ = sweep.gradients(matrix, 0.1 * inputs, towards, "tanh")
    assert np.allclose(identity, radius ** np.arange(31), rtol=1e-9)
    assert (tanh[1:] < identity[1:]).all()


@pytest.mark.parametrize("matrix", ["symmetric", "gaussian"])
def test_the_largest_eigenvalue_rules_far_back(matrix: str) -> None:
    torch.manual_seed(0)
    unit = sweep.unit_matrix(matrix, 8)
    assert torch.linalg.eigvals(unit).abs().max().item() == pytest.approx(1)
    inputs, towards = torch.zeros(400, 8, 8).double(), nn.functional.normalize(torch.randn(8, 8).double(), dim=1)
    norms, _ = sweep.gradients(1.1 * unit, inputs, towards, "identity")
    assert (norms[400] / norms[200]) ** (1 / 200) == pytest.approx(1.1, rel=0.01)


def test_the_weights_gradient_is_the_closed_form() -> None:
    torch.manual_seed(0)
    matrix, inputs = sweep.unit_matrix("gaussian", 4), torch.randn(2, 3, 4).double()
    towards = torch.randn(3, 4).double()
    _, whole = sweep.gradients(matrix, inputs, towards, "identity")
    by_hand = (towards.T @ inputs[0]) / 3  # h_1 = x_1, h_2 = W h_1 + x_2
    assert whole == pytest.approx(by_hand.norm().item())


def test_the_sweep_clips_and_says_what_it_did() -> None:
    history = run(SWEEP)
    assert len(history) == len(RADII) and history.metrics["radius"].tolist() == list(RADII)
    whole, clipped = (history.metrics[f"{name}_norm.identity"] for name in ("gradient", "clipped"))
    assert np.allclose(clipped, np.minimum(whole, 1)) and whole.max() > 1e4
    theory, bends, clip = LAB.verdicts(SWEEP, history)
    assert f"{0.9**30:.3g} times its length at radius 0.9" in theory.sentence and f"{1.1**30:.3g}" in theory.sentence
    assert "undiminished" in bends.sentence and "direction stays" in clip.sentence
    assert not LAB.challenges[1].met(SWEEP, history)


def test_quieter_inputs_meet_the_challenge_of_the_sweep() -> None:
    start = changed(SWEEP, back=100)
    assert not LAB.challenges[1].met(start, run(start))
    assert LAB.challenges[1].met(changed(start, input_std=0.34), run(changed(start, input_std=0.34)))


def test_a_network_that_broke_shows_no_ratio() -> None:
    hidden = np.zeros((2, 2, 3))
    assert np.isnan(inside.Look(np.array([np.inf, np.inf]), hidden, hidden).ratio)
    assert np.isnan(inside.Look(np.array([1.0, 0.0]), hidden, hidden).apart(-1))
    assert np.isnan(inside.Look(np.array([1.0, np.nan]), hidden, hidden + np.arange(2)[:, None]).apart(-1))
    assert inside.Look(np.array([1.0, 4.0]), hidden, hidden).ratio == 0.25


def test_scores_are_means_over_the_last_ten_fresh_batches() -> None:
    knobs = changed(TINY, clip=0.1)
    cells = {"gru": Networks(knobs, "gru")}
    measure = Measure(knobs, cells)
    torch.manual_seed(1)
    measure.untrained()
    kept = []
    for step in range(1, 15):
        inputs, targets = tasks.draw(knobs, 8)
        measure.see(step, targets)
        outputs = cells["gru"](inputs)
        kept.append((outputs.argmax(-1) == targets).float().mean((1, 2)))
        losses = tasks.losses(outputs, targets)
        norms = cells["gru"].update(losses)
        measure.watched["gru"].see(step, losses, tasks.scores(outputs, targets), norms)
    scores = torch.stack(kept[-10:]).mean(0).view(6, 2).mean(1)
    assert np.allclose(mean(measure.watched["gru"].mean(measure.watched["gru"].scores)), scores, atol=1e-6)


def test_without_clipping_a_large_radius_breaks_and_the_page_says_so() -> None:
    knobs = changed(preset("Break it: no clipping"), repeats=1, steps=50, units=8, batch_size=8)
    history = run(knobs)
    assert history.last("lost.rnn") >= 3 and history.last("nan_step.rnn") < 20
    broken, *_ = LAB.verdicts(knobs, history)
    assert f"{history.last('lost.rnn'):.0f} of 6 RNNs broke" in broken.sentence and broken.mend == {"clip": 1.0}
    cured = changed(knobs, **broken.mend)
    assert "lost.rnn" not in run(cured).metrics


HEADLINE = Knobs(longest=30, repeats=1, steps=200, batch_size=24)


def test_at_lag_30_the_gru_recalls_where_the_rnn_guesses() -> None:
    history = run(HEADLINE)
    assert history.last("accuracy.gru_24") > 0.9 and history.last("accuracy.lstm_13") > 0.9
    assert history.last("accuracy.rnn_24") < 0.25 and history.last("reach.rnn") <= 8
    assert history.last("gradient_ratio.rnn") < 1e-4 < 0.01 < history.last("gradient_ratio.gru")
    assert history.last("apart.rnn") < 0.01 < 0.5 < min(history.last("apart.gru"), history.last("apart.lstm"))
    told, faded, *_ = LAB.verdicts(HEADLINE, history)
    assert f"the GRU up to lag {history.last('reach.gru'):.0f}" in told.sentence.replace("The", "the")
    assert f"{history.last('gradient_ratio.rnn'):.1e}" in faded.sentence and faded.mend == {"start": "orthogonal"}
    assert not LAB.challenges[0].met(HEADLINE, history)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 10, 20])
def test_on_every_seed_gated_cells_remember_where_the_plain_one_guesses(seed: int) -> None:
    history = run(Knobs(seed=seed))
    assert history.last("reach.rnn") <= 8 and history.last("accuracy.rnn") < 0.25
    assert history.last("reach.lstm") >= 19 and history.last("reach.gru") == 30
    ratio = {kind: history.metrics[f"gradient_ratio.{kind}"] for kind in LABELS}
    assert ratio["rnn"][0] < 1e-4 and ratio["rnn"][-1] < 0.1 * ratio["gru"][-1]


@pytest.mark.slow
def test_presets_show_what_they_say() -> None:
    half = run(preset("Half-open gates"))
    assert half.last("reach.gru") <= 13 and half.last("reach.lstm") <= 8
    adding = run(preset("Adding"))
    assert adding.last("error.rnn") > 0.13 and adding.last("reach.gru") == 30 and adding.last("reach.rnn") <= 8
    copy = run(preset("Copy two"))
    assert copy.last("reach.lstm") == copy.last("reach.gru") == 15 and copy.last("reach.rnn") <= 7
    free = preset("Orthogonal RNN")
    assert run(free).last("reach.rnn") == 30 and LAB.challenges[0].met(free, run(free))
    assert not LAB.challenges[0].met(Knobs(), run(Knobs()))


@pytest.mark.parametrize("knobs", [TINY, changed(TINY, task="adding"), SWEEP])
def test_frames_are_small(knobs: Knobs) -> None:
    assert max(map(len, recorded(knobs))) < 9_000 and len(recorded(knobs)) <= 101
    frame = wire.decode(recorded(knobs)[-1])
    assert isinstance(frame, Frame)


def test_the_largest_frames_stay_within_their_bound() -> None:
    knobs = Knobs(longest=50, units=32, repeats=4, steps=50, equal="parameters", batch_size=8)
    first = next(iter(frames(LAB, knobs, "cpu")))
    assert len(wire.encode(first, 0)) < 20_000
    assert max(map(len, recorded(changed(SWEEP, back=100)))) < 15_000


@pytest.mark.slow
def test_scripts_of_other_knobs_give_the_run_s_numbers(tmp_path) -> None:  # type: ignore[no-untyped-def]
    several = [
        changed(SWEEP, matrix="gaussian", clip=0.0), changed(TINY, task="adding", start="orthogonal"),
        changed(TINY, task="copy", start="radius", bend="relu", equal="parameters"),
        changed(TINY, longest=20, start="radius", radius=1.4, bend="identity", clip=0.0, optimizer="sgd",
                learning_rate=0.1),
    ]  # fmt: skip
    for knobs, numbers in zip(several, ends([script(LAB, one) for one in several], tmp_path), strict=True):
        history = run(knobs)
        for name, number in numbers.items():
            assert number == pytest.approx(history.last(name), rel=1e-4, abs=1e-4, nan_ok=True), name
