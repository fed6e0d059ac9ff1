"""The training loop, its pace and its recorder."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import islice
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from playground import contract, wire
from playground.contract import Frame, Knobs
from playground.models.mlp import mlp
from playground.training import recorder
from playground.training.pace import frame_steps
from playground.training.seeding import aside
from playground.training.supervised import batches, record, updates

torch.set_num_threads(1)


@pytest.mark.parametrize("steps", [111, 500, 3000, 20_000])
def test_frames_are_dense_at_the_start_then_even(steps: int) -> None:
    found = frame_steps(steps, 110)
    gaps = np.diff(found[10:])
    assert found[:11] == tuple(range(11))
    assert found[-1] == steps
    assert len(found) == len(set(found)) == 110
    assert gaps.max() - gaps.min() <= 1


def test_a_short_run_shows_every_step() -> None:
    assert frame_steps(7, 110) == (0, 1, 2, 3, 4, 5, 6, 7)
    with pytest.raises(ValueError, match="12 frames"):
        frame_steps(100, 11)


def test_an_epoch_is_one_permutation_whose_short_last_batch_is_kept() -> None:
    torch.manual_seed(0)
    found = list(islice(batches(10, 4), 6))
    torch.manual_seed(0)
    assert [len(rows) for rows in found] == [4, 4, 2, 4, 4, 2]
    assert torch.equal(torch.cat(found[:3]), torch.randperm(10))
    assert torch.equal(torch.cat(found[3:]), torch.randperm(10))
    assert len(next(batches(10, 0))) == 10


def test_the_loop_is_the_plain_loop_bit_for_bit() -> None:
    inputs, targets = torch.randn(25, 2), torch.randn(25, 1)
    torch.manual_seed(1)
    model = mlp((2, 5, 1), nn.Tanh, dropout=0.2)
    optimizer = torch.optim.Adam(model.parameters())
    loss_fn = nn.MSELoss()
    losses = updates(lambda x, y: loss_fn(model(x), y), optimizer, inputs, targets, batch_size=8, steps=30)
    shown = record(losses, lambda step: Frame(step, {"train_loss": torch.rand(()).item()}), 30, most=15)
    assert [frame.step for frame in shown] == list(frame_steps(30, 15))
    torch.manual_seed(1)
    plain = nn.Sequential(nn.Linear(2, 5), nn.Tanh(), nn.Dropout(0.2), nn.Linear(5, 1))
    optimizer = torch.optim.Adam(plain.parameters())
    rows = (batch for _ in range(8) for batch in torch.randperm(25).split(8))
    for batch in islice(rows, 30):
        optimizer.zero_grad()
        loss_fn(plain(inputs[batch]), targets[batch]).backward()
        optimizer.step()
    for a, b in zip(model.parameters(), plain.parameters(), strict=True):
        assert torch.equal(a, b)


def test_a_run_ends_where_its_loss_is_not_finite() -> None:
    def measure(step: int) -> Frame:
        return Frame(step, {"train_loss": 1.0})

    shown = list(record([0.5] * 20 + [float("nan")] * 80, measure, 100, most=30))
    assert shown[-1] == Frame(21, {"train_loss": 1.0, "nan_step": 21})
    assert all("nan_step" not in frame.metrics for frame in shown[:-1])
    *_, last = record(
        [0.5] * 100, lambda step: Frame(step, {"train_loss": float("inf") if step > 50 else 1.0}), 100, 12
    )
    assert last.step == last.metrics["nan_step"] == 100


def test_what_is_drawn_aside_leaves_the_stream() -> None:
    torch.manual_seed(0)
    with aside():
        torch.rand(5)
    drawn = torch.rand(5)
    torch.manual_seed(0)
    assert torch.equal(drawn, torch.rand(5))


class Fake:
    """A lab whose experiment draws a number a frame and fails when it is told to."""

    path, package, Knobs = "fake/draws", "fake_draws", Knobs

    def __init__(self, failure: Exception | None = None) -> None:
        self.failure = failure

    def experiment(self, knobs: Knobs, device: str) -> Iterator[Frame]:
        for step in range(5):
            if self.failure and step == 3:
                raise self.failure
            yield Frame(step, {"drawn": torch.rand(()).item()})


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Any:
    def put(failure: Exception | None = None) -> Any:
        lab, module = Fake(failure), ModuleType("fake_draws.experiment")
        module.experiment = lab.experiment  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "fake_draws", ModuleType("fake_draws"))
        monkeypatch.setitem(sys.modules, "fake_draws.experiment", module)
        monkeypatch.setattr(contract, "lab", lambda path: lab)
        return lab

    return put


def sent(skip: int = 0) -> list[bytes]:
    found: list[bytes] = []
    recorder.record(found.append, "fake/draws", '{"seed": 4}', "cpu", skip)
    return found


def test_a_run_starts_at_its_seed_and_ignores_what_others_draw(fake: Any) -> None:
    lab = fake()
    alone = [frame.metrics["drawn"] for frame in recorder.frames(lab, Knobs(seed=4), "cpu")]
    disturbed = []
    for frame in recorder.frames(lab, Knobs(seed=4), "cpu"):
        disturbed.append(frame.metrics["drawn"])
        torch.rand(7)
    assert alone == disturbed
    assert alone != [frame.metrics["drawn"] for frame in recorder.frames(lab, Knobs(seed=5), "cpu")]


def test_a_child_sends_frames_then_an_empty_message(fake: Any) -> None:
    fake()
    whole = sent()
    assert [wire.header(raw)["i"] for raw in whole[:-1]] == [0, 1, 2, 3, 4]
    assert whole[-1] == b""
    assert sent(skip=3) == whole[3:]


@pytest.mark.parametrize(
    ("failure", "sentence"),
    [
        (ZeroDivisionError("no\n units"), "The run failed: ZeroDivisionError: no units"),
        (ValueError("x" * 999), "The run failed: ValueError: xxx"),
        (MemoryError(), "more memory"),
        (RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried"), "more memory"),
        (torch.OutOfMemoryError("CUDA out of memory"), "more memory"),
    ],
)
def test_a_child_that_fails_says_why_in_one_sentence(fake: Any, failure: Exception, sentence: str) -> None:
    fake(failure)
    *shown, last = sent()
    assert len(shown) == 3
    assert last.startswith(b"!")
    assert sentence in last.decode()
    assert len(last) <= recorder.LONGEST_SENTENCE + 1


def test_knobs_that_do_not_fit_are_a_sentence_too(fake: Any) -> None:
    fake()
    found: list[bytes] = []
    recorder.record(found.append, "fake/draws", '{"seed": "many"}', "cpu", 0)
    assert [message[:1] for message in found] == [b"!"]
    assert b"\n" not in found[0]


def test_a_broken_pipe_is_not_the_runs_failure(fake: Any) -> None:
    fake()

    def send(message: bytes) -> None:
        raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        recorder.record(send, "fake/draws", "{}", "cpu", 0)
