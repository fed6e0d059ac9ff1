"""The cell lab: every value against torch's own cells, texts against their questions, what the cells learn and say."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from playground import link
from playground.concepts.rnn.cell import layout, tasks, texts
from playground.concepts.rnn.cell.knobs import Knobs
from playground.concepts.rnn.cell.measure import STAGES
from playground.concepts.rnn.cell.reader import Reader, matrix, trace
from playground.export.script import script
from playground.stage import Tiles
from tests.runs import Runs
from tests.scripts import ends

RUNS = Runs("rnn/cell", Knobs)
LAB, recorded, run, preset, changed = RUNS.lab, RUNS.recorded, RUNS.run, RUNS.preset, RUNS.changed
SHORT = Knobs(steps=20, brackets="(())()", units=3)
CELLS = ("lstm", "gru", "rnn")


def reader(kind: str, units: int = 5) -> Reader:
    torch.manual_seed(3)
    return Reader(Knobs(cell=kind, units=units))


def test_maps_and_axes_say_what_they_show() -> None:
    figures = {part.name: part.figure.layout for part in LAB.stage(SHORT)}
    assert figures["training"].yaxis.title.text == "share correct; nats"
    assert "component" in figures["path"].xaxis.title.text and figures["path"].xaxis.visible is not False
    first = run(SHORT).decode(0).arrays
    for panel, array in (("over_text", "map.cell"), ("weights", "weights")):
        assert f"full orange {first[array].high:g}" in figures[panel].title.text
        assert f"full blue −{first[array].high:g}" in figures[panel].title.text


@pytest.mark.parametrize("kind", CELLS)
def test_every_state_of_the_trace_is_torch_s_cell(kind: str) -> None:
    one, tokens = reader(kind), texts.tokens("brackets", "(()(()))")
    cell = {"lstm": nn.LSTMCell, "gru": nn.GRUCell, "rnn": nn.RNNCell}[kind](2, 5)
    cell.load_state_dict({name.removesuffix("_l0"): value for name, value in one.layer.state_dict().items()})
    hidden, memory = torch.zeros(5), torch.zeros(5)
    for token, values in zip(tokens, trace(one, tokens), strict=True):
        x = nn.functional.one_hot(torch.tensor(token), 2).float()
        assert np.allclose(values["hidden_before"], hidden.detach(), atol=1e-6)
        if kind == "lstm":
            hidden, memory = cell(x, (hidden, memory))
            assert np.allclose(values["cell"], memory.detach(), atol=1e-6)
        else:
            hidden = cell(x, hidden)
        assert np.allclose(values["hidden"], hidden.detach(), atol=1e-6)
        assert values["answer"][0] == pytest.approx(one.out(hidden).sigmoid().item(), abs=1e-6)
    logits = one(torch.tensor([tokens]))[0].sigmoid().detach()
    assert np.allclose([values["answer"][0] for values in trace(one, tokens)], logits, atol=1e-6)


def test_the_equations_hold_with_the_numbers_shown() -> None:
    tokens = texts.tokens("brackets", "(()())")
    for v in trace(reader("lstm"), tokens):
        assert np.allclose(v["forget"] * v["cell_before"] + v["input"] * v["candidate"], v["cell"], atol=1e-6)
        assert np.allclose(v["output"] * v["bent"], v["hidden"], atol=1e-6)
        for name in ("input", "forget", "output"):
            assert np.allclose(1 / (1 + np.exp(-v[f"{name}_sum"])), v[name], atol=1e-6)
        assert np.allclose(np.tanh(v["candidate_sum"]), v["candidate"], atol=1e-6)
    for v in trace(reader("gru"), tokens):
        assert np.allclose(np.tanh(v["from_input"] + v["reset"] * v["from_hidden"]), v["new"], atol=1e-6)
        assert np.allclose(np.tanh(v["new_sum"]), v["new"], atol=1e-6)
        assert np.allclose(v["rest"] * v["new"] + v["update"] * v["hidden_before"], v["hidden"], atol=1e-6)
        for name in ("reset", "update"):
            assert np.allclose(1 / (1 + np.exp(-v[f"{name}_sum"])), v[name], atol=1e-6)
    for v in trace(reader("rnn"), tokens):
        assert np.allclose(np.tanh(v["sum"]), v["hidden"], atol=1e-6)


@pytest.mark.parametrize("task", list(texts.ALPHABETS))
def test_drawn_answers_are_those_of_the_question(task: str) -> None:
    torch.manual_seed(0)
    tokens, targets = tasks.TASKS[task](40, tasks.LENGTH)
    for row, target in zip(tokens.tolist(), targets.tolist(), strict=True):
        text = "".join(texts.ALPHABETS[task][token] for token in row)
        assert texts.wanted(task, text) == target and texts.tokens(task, text) == row
        if task == "brackets":
            assert texts.closed(text) == text
    assert 0.1 < targets.mean() < 0.9


def test_texts_are_what_they_ask() -> None:
    assert texts.wanted("brackets", "(())()") == [1, 1, 1, 0, 1, 0]
    assert texts.wanted("parity", "1101") == [1, 0, 0, 1]
    assert texts.wanted("first", "100") == [1, 1, 1]
    assert texts.wanted("switch", ".1.0.") == [0, 1, 1, 0, 0]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"brackets": "(a)"}, "token 2 is none of ( )"), ({"brackets": "())("}, "token 3 closes a bracket"),
        ({"task": "parity", "bits": "012"}, "token 3 is none of 0 1"), ({"brackets": "("}, "20 tokens, this one 1"),
        ({"task": "switch", "switches": "1" * 21}, "2 to 20 tokens, this one 21"),
    ],
)  # fmt: skip
def test_a_bad_text_is_said_by_its_place(query: dict[str, str], said: str) -> None:
    knobs, notes = link.from_query(Knobs, query)
    assert len(notes) == 1 and said in notes[0] and knobs == changed(Knobs(), task=query.get("task", "brackets"))


def test_a_text_survives_its_link() -> None:
    for knobs in (Knobs(brackets="()()"), Knobs(task="switch", switches="1..0")):
        assert link.parse(link.url(LAB, knobs)).knobs == knobs


@pytest.mark.parametrize("kind", CELLS)
def test_the_picture_shows_the_trace_stage_by_stage(kind: str) -> None:
    knobs = changed(SHORT, cell=kind)
    history, columns = run(knobs), layout.COLUMNS[kind]
    first = len(history) - STAGES * len(knobs.text)
    assert "token" not in history.decode(first - 1).metrics
    for k in range(STAGES * len(knobs.text)):
        frame, token, stage = history.decode(first + k), *divmod(k, STAGES)
        assert (frame.metrics["token"], frame.metrics["stage"]) == (token + 1, stage)
        known = np.isfinite(frame.arrays["number_y"]).reshape(len(columns), knobs.units)
        assert known.all(1).tolist() == [column.stage <= stage for column in columns]
        assert known.any(1).tolist() == known.all(1).tolist()
        numbers = frame.arrays["numbers"].reshape(len(columns), knobs.units)
        for column, row in zip(columns, numbers, strict=True):
            told = frame.metrics[f"{kind}_{column.name}"]
            assert column.stage > stage or row[knobs.unit - 1] == pytest.approx(told, abs=1e-6)
        assert np.isfinite(frame.arrays["answer_y"]).sum() == token + (stage == STAGES - 1)
        assert len(frame.arrays["path_x"]) == token + 2


def test_tiles_do_not_touch_and_lie_inside() -> None:
    for kind in CELLS:
        for units in (2, 8):
            knobs = Knobs(cell=kind, units=units, brackets="()" * 10)
            x0, y0, x1, y1 = layout.extent(knobs)
            boxes = [*layout.tiles(knobs), *(box for row in range(3) for box in layout.strip(knobs, row))]
            assert all(x0 <= a < c <= x1 and y0 <= b < d <= y1 for a, b, c, d in boxes)
            for i, (a, b, c, d) in enumerate(boxes):
                assert not any(a < g and e < c and b < h and f < d for e, f, g, h in boxes[i + 1 :])


def test_the_weights_are_the_layer_s() -> None:
    one = reader("gru", 2)
    found = matrix(one)
    assert found.shape == (6, 2 + 2 + 2)
    assert np.allclose(found[:, :2], one.layer.weight_ih_l0.detach()) and np.allclose(
        found[:, -1], one.layer.bias_hh_l0.detach()
    )


def test_the_gate_bias_opens_the_keeping_gate() -> None:
    low, high = (run(changed(SHORT, steps=0, gate_bias=bias)).last("keep_low") for bias in (0.0, 4.0))
    assert low < 0.7 < 0.95 < high


@pytest.mark.parametrize(("kind", "task"), [("lstm", "brackets"), ("gru", "parity"), ("lstm", "switch")])
def test_a_gated_cell_learns_and_one_unit_carries_the_answer(kind: str, task: str) -> None:
    knobs = Knobs(cell=kind, task=task)
    history = run(knobs)
    assert history.last("test_accuracy") > 0.99 and history.last("text_accuracy") == 1
    assert history.last("carrier_correlation") > 0.8
    learnt, carrier, keeps = LAB.verdicts(knobs, history)
    assert "After 300 training steps" in learnt.sentence and learnt.mend == {}
    assert f"Unit {history.last('carrier'):.0f} carries the answer" in carrier.sentence
    assert f"{history.last('keep_low'):.2f}" in keeps.sentence


def test_four_plain_units_do_not_learn_parity_and_the_page_says_what_would() -> None:
    knobs = preset("Break it: RNN, parity")
    history = run(knobs)
    assert history.last("test_accuracy") < 0.8
    (learnt,) = LAB.verdicts(knobs, history)
    assert learnt.mend == {"cell": "lstm"}
    assert run(changed(knobs, **learnt.mend)).last("test_accuracy") > 0.99


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_what_gated_cells_learn_they_learn_on_every_seed(seed: int) -> None:
    for kind, task in (("lstm", "brackets"), ("gru", "parity"), ("lstm", "first"), ("gru", "switch")):
        assert run(Knobs(cell=kind, task=task, seed=seed)).last("test_accuracy") > 0.97
    assert run(Knobs(cell="rnn", task="parity", seed=seed)).last("test_accuracy") < 0.8


def test_random_weights_mean_nothing_and_training_mends_it() -> None:
    knobs = preset("Random weights")
    history = run(knobs)
    assert history.last("test_accuracy") <= history.last("guess") + 0.02
    assert len(history) == 1 + STAGES * len(knobs.text)
    (learnt,) = LAB.verdicts(knobs, history)
    assert "random weights" in learnt.sentence and learnt.mend == {"steps": 300}


def test_the_challenges_can_be_met_and_are_not_at_their_start() -> None:
    fool, small = LAB.challenges
    deep = Knobs(brackets="(" * 10 + ")" * 10)
    assert fool.met(deep, run(deep)) and not fool.met(Knobs(), run(Knobs()))
    _, mistake, *_ = LAB.verdicts(deep, run(deep))
    assert f"token {run(deep).last('first_mistake'):.0f} of 20" in mistake.sentence
    start = changed(Knobs(), **small.start)
    assert not small.met(start, run(start)) and small.met(changed(start, cell="lstm"), run(changed(start, cell="lstm")))


def test_frames_are_small_and_few() -> None:
    largest = Knobs(units=8, brackets="()" * 10, steps=12)
    for knobs in (SHORT, largest):
        assert max(map(len, recorded(knobs))) < 8_000 and len(recorded(knobs)) <= 125


def test_every_map_has_a_name_and_a_box() -> None:
    for kind in CELLS:
        knobs = changed(SHORT, cell=kind)
        shown = [b.array for part in LAB.stage(knobs) for b in part.bindings if isinstance(b, Tiles)]
        assert {f"map.{name}" for name in layout.MAPS[kind]} <= set(shown)


@pytest.mark.slow
def test_scripts_of_other_knobs_give_the_run_s_numbers(tmp_path) -> None:  # type: ignore[no-untyped-def]
    several = [
        Knobs(cell="gru", task="parity", steps=60), Knobs(cell="rnn", task="switch", units=8, unit=5, switches="1.0"),
        Knobs(task="first", steps=0),
    ]  # fmt: skip
    for knobs, numbers in zip(several, ends([script(LAB, one) for one in several], tmp_path), strict=True):
        for name, number in numbers.items():
            assert number == pytest.approx(run(knobs).last(name), rel=1e-4, abs=1e-4), name
