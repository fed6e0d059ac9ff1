"""Changes made mid-run: a branch is the same run up to its step, and afterwards what a hand-written loop does."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from playground import contract, link, wire
from playground.concepts.network.sandbox.changes import passes
from playground.concepts.network.sandbox.knobs import Knobs
from playground.concepts.network.sandbox.points import points
from playground.contract import Change, Frame, Verdict, mended
from playground.training.recorder import frames
from playground.ui.place import Place, arrive
from playground.ui.verdicts import advised

LAB = contract.lab("network/sandbox")
STEP = 120


def made(*changes: Change, **values: Any) -> Knobs:
    base = {"data": "moons", "samples": 100, "steps": 200, "map_size": 32, "hidden_sizes": (4,), "changes": changes}
    return Knobs.model_validate({**base, **values})


def recorded(knobs: Knobs) -> list[Frame]:
    return [frame.untimed() for frame in frames(LAB, knobs, "cpu")]


@pytest.mark.parametrize(
    "change", [("learning_rate", 0.3), ("l2", 0.1), ("dropout", 0.5), ("batch_size", 7.0), ("w1.2.1", 3.0)]
)
def test_a_branch_is_the_uninterrupted_run_up_to_its_step_bit_for_bit(change: tuple[str, float]) -> None:
    plain, branch = recorded(made()), recorded(made((STEP, *change)))
    before = [[wire.encode(frame, i) for i, frame in enumerate(run) if frame.step <= STEP] for run in (plain, branch)]
    kept = [[frame.step for frame in run if frame.step <= STEP] for run in (plain, branch)]
    assert set(kept[0]) <= set(kept[1]) and kept[1][-1] == STEP
    same = [frame for frame, step in zip(before[1], kept[1], strict=True) if step in kept[0]]
    assert [wire.decode(one).metrics for one in same] == [wire.decode(one).metrics for one in before[0]]
    for one, other in zip(same, before[0], strict=True):
        left, right = wire.decode(one), wire.decode(other)
        assert all(np.array_equal(left.arrays[name], right.arrays[name]) for name in ("weights",))
    assert branch[-1].metrics["train_loss"] != plain[-1].metrics["train_loss"]
    assert any(frame.step == STEP + 1 for frame in branch)


def by_hand(change: str, value: float) -> float:
    """The training loss at the end of a loop written out, whose setting changes after STEP updates."""
    torch.manual_seed(0)
    data = points(made())
    x, y = torch.from_numpy(data.inputs["train"]), torch.from_numpy(data.targets["train"]).float()[:, None]
    model = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.5)
    l2, order = 0.0, []
    for step in range(200):
        if step == STEP and change == "w2.1.3":
            model[2].weight.data[0, 2] = value
        elif step == STEP and change == "l2":
            l2 = value
        elif step == STEP:
            optimizer.param_groups[0][{"learning_rate": "lr"}.get(change, change)] = value
        order = order or list(torch.randperm(len(x)).split(32))
        rows = order.pop(0)
        penalty = l2 * sum((layer.weight**2).sum() for layer in (model[0], model[2]))
        loss = nn.functional.binary_cross_entropy_with_logits(model(x[rows]), y[rows]) + penalty
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return nn.functional.binary_cross_entropy_with_logits(model(x), y).item()


@pytest.mark.parametrize(
    ("name", "value"), [("learning_rate", 0.01), ("momentum", 0.95), ("l2", 0.05), ("w2.1.3", -2.0)]
)
def test_a_branch_is_a_hand_written_loop_that_changes_the_setting_there(name: str, value: float) -> None:
    run = recorded(made((STEP, name, value), optimizer="sgd", learning_rate=0.1, momentum=0.5))
    assert run[-1].metrics["train_loss"] == pytest.approx(by_hand(name, value), rel=1e-6)


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "rmsprop", "nadam", "rprop", "asgd", "adafactor"])
def test_a_change_to_the_value_in_force_changes_nothing(optimizer: str) -> None:
    plain, branch = (recorded(made(*c, optimizer=optimizer)) for c in ((), ((STEP, "learning_rate", 0.03),)))
    assert branch[-1].metrics == plain[-1].metrics


def test_rprop_s_rate_counts_for_its_first_step_alone_so_neither_changes_nor_schedules_are_taken() -> None:
    ends = [recorded(made((STEP, "learning_rate", 5.0), optimizer=name))[-1].metrics for name in ("rprop", "adam")]
    plain = [recorded(made(optimizer=name))[-1].metrics for name in ("rprop", "adam")]
    assert ends[0] == plain[0] and ends[1] != plain[1]
    query = {"optimizer": "rprop", "schedule": "cosine", "changes": "50~learning_rate~0.1~60~l1~0.1"}
    knobs, notes = link.from_query(Knobs, query)
    assert knobs.schedule == "constant" and knobs.changes == ((60, "l1", 0.1),)
    assert notes[0] == "schedule has no effect with optimizer=rprop: ignored."
    assert "rate~0.1 cannot be changed mid-run" in notes[1] and "l1" not in notes[1]
    assert link.from_query(Knobs, {**query, "optimizer": "adam"})[1] == ()
    place = Place(LAB, made(optimizer="rprop")).branching(50, 20)
    assert place.turned("learning_rate", "0.1").knobs.made == ()


def test_a_change_travels_in_link_and_pin() -> None:
    knobs = made((100, "learning_rate", 0.1), (150, "b2.1", -0.5)).settled()
    query = link.to_query(knobs)
    assert query["changes"] == "100~learning_rate~0.1~150~b2.1~-0.5"
    assert link.from_query(Knobs, query) == (knobs, ())
    assert link.pinned(Knobs, [link.pin_text(knobs)]) == ((knobs,), ())


@pytest.mark.parametrize(
    "text",
    ["5~seed~3", "5~learning_rate~99", "9999~l1~0.1", "5~w9.1.1~1", "5~w1.9.1~0", "5~w1.1~0", "5~b1.1.1~0",
     "5~w1.1.1~1e9", "-1~l1~0.1", "5~batch_size~2.5", "5~momentum~0.5", "5~dropout~-1"],
)  # fmt: skip
def test_a_change_that_cannot_be_made_is_left_out_and_said(text: str) -> None:
    knobs, notes = link.from_query(Knobs, {"data": "xor", "changes": text})
    assert (knobs.data, knobs.changes) == ("xor", ()) and "cannot be changed mid-run" in notes[0]


@pytest.mark.parametrize("text", ["x", "5~l1", "~~~", "5~l1~nan", "5~l1~inf", "a~l1~1", "1~l1~0.1~" * 13, "💥~~"])
def test_a_text_that_is_no_change_is_said(text: str) -> None:
    knobs, notes = link.from_query(Knobs, {"data": "xor", "changes": text})
    assert (knobs.data, knobs.changes) == ("xor", ()) and len(notes) == 1


def test_changes_that_a_smaller_network_has_no_room_for_go() -> None:
    knobs = made((5, "w1.4.2", 1.0), (6, "l1", 0.1))
    assert mended(knobs, {"hidden_sizes": (3,)}).made == ((6, "l1", 0.1),)


def test_passes_count_the_batches_in_force() -> None:
    knobs = made((10, "batch_size", 0.0), batch_size=30)  # 60 to train on: two updates a pass, then one
    assert [passes(knobs, 60, step) for step in (0, 1, 10, 12)] == [0, 0.5, 5, 7]


def branched(step: int | None) -> Place:
    return arrive("network", {"steps": ("200",)}).branching(step, 7)


def test_with_branch_on_a_live_knob_is_changed_at_the_step_shown() -> None:
    place = branched(50).turned("learning_rate", "0.1")
    assert place.knobs.made == ((50, "learning_rate", 0.1),) and place.knobs.learning_rate == 0.03
    assert place.t == 7 and place.branch == 50
    assert place.turned("learning_rate", "0.2").knobs.made == ((50, "learning_rate", 0.2),)


def test_a_knob_that_is_not_live_starts_a_fresh_run_with_branch_on_too() -> None:
    place = branched(50).turned("data", "xor")
    assert (place.knobs.data, place.knobs.made, place.t) == ("xor", (), None)


def test_without_branch_a_live_knob_starts_a_fresh_run() -> None:
    assert branched(None).turned("learning_rate", "0.1").knobs.made == ()


def test_a_weight_set_by_hand_is_a_change_at_the_step_shown() -> None:
    place = arrive("network", {}).edited("changes", "w1.1.2~0.5", 30)
    assert place.knobs.made == ((30, "w1.1.2", 0.5),) and place.notes == ()
    assert "cannot" in arrive("network", {}).edited("changes", "w1.99.2~0.5", 30).notes[0]
    assert arrive("network", {}).edited("changes", "w1.1.2", 30).notes


def test_a_change_can_be_taken_back() -> None:
    place = branched(50).turned("learning_rate", "0.1").edited("changes", "w1.1.2~0.5", 60)
    assert place.unchanged(0).knobs.made == ((60, "w1.1.2", 0.5),)


def test_a_verdict_s_link_says_which_changes_it_takes_back() -> None:
    place = Place(LAB, made((50, "w1.1.2", 0.5), (60, "learning_rate", 1.0)))
    one, both = (Verdict("", 60, {"changes": kept}) for kept in (place.knobs.made[:1], ()))
    assert advised(place, one) == "without step 60: Learning rate = 1"
    assert advised(place, both) == "without 2 changes"
