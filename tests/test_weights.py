"""Trained networks that are kept: recalled or trained anew, a run gives the same bytes."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from playground import wire
from playground.contract import Frame
from playground.training import weights


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PLAYGROUND_CACHE_DIR", str(tmp_path))
    return tmp_path / "weights"


class Trained:
    """A small model, how often it was trained, and all that a run of it shows."""

    def __init__(self) -> None:
        self.count = 0

    def run(self, name: str = "a", width: int = 3) -> tuple[list[bytes], dict[str, torch.Tensor], float]:
        torch.manual_seed(0)
        model = nn.Sequential(nn.Linear(2, width), nn.BatchNorm1d(width))
        frames = [wire.encode(f, i) for i, f in enumerate(weights.remembered(name, model, self.training(model)))]
        return frames, model.state_dict(), float(torch.rand(()))

    def training(self, model: nn.Module) -> Iterator[Frame]:
        self.count += 1
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        for step in range(3):
            loss = model(torch.randn(8, 2)).square().sum()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            yield Frame(step, {"count": 7, "train_loss": loss.item()}, {"x": np.ones(3, np.float32)})


def assert_equal(one: object, other: object) -> None:
    frames, state, drawn = one  # type: ignore[misc]
    same_frames, same_state, same_drawn = other  # type: ignore[misc]
    assert frames == same_frames and drawn == same_drawn
    assert all(torch.equal(state[key], same_state[key]) for key in state)


def test_a_recalled_training_gives_the_same_bytes_without_training() -> None:
    trained = Trained()
    assert_equal(trained.run(), trained.run())
    assert trained.count == 1


@pytest.mark.parametrize("damage", [b"", b"no archive", None])
def test_a_damaged_file_is_trained_anew(cache: Path, damage: bytes | None) -> None:
    trained = Trained()
    first = trained.run()
    (file,) = cache.iterdir()
    file.write_bytes(file.read_bytes()[:-200] if damage is None else damage)
    assert_equal(first, trained.run())
    assert trained.count == 2
    assert_equal(first, trained.run())
    assert trained.count == 2


def test_weights_of_another_shape_are_not_taken() -> None:
    trained = Trained()
    trained.run(width=3)
    trained.run(width=5)
    assert trained.count == 2


def test_a_training_that_is_left_early_is_not_kept(cache: Path) -> None:
    trained, model = Trained(), nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3))
    frames = weights.remembered("a", model, trained.training(model))
    next(frames)
    frames.close()  # type: ignore[attr-defined]
    assert not cache.exists()


def test_the_least_recently_used_go_first(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trained = Trained()
    trained.run("a")
    monkeypatch.setattr(weights, "MOST_BYTES", int(2.5 * next(cache.iterdir()).stat().st_size))
    trained.run("b")
    for name, age in (("a", 100), ("b", 50)):
        os.utime(cache / f"{name}.npz", (time.time() - age, time.time() - age))
    trained.run("a")
    trained.run("c")
    assert trained.count == 3
    assert sorted(path.stem for path in cache.iterdir()) == ["a", "c"]


def test_a_cache_that_cannot_be_written_costs_only_time(cache: Path) -> None:
    cache.write_text("a file where the folder should be")
    trained = Trained()
    assert_equal(trained.run(), trained.run())
    assert trained.count == 2


def test_names_differ_with_what_shapes_training(monkeypatch: pytest.MonkeyPatch) -> None:
    names = {weights.name_of("cnn/inside", knobs, d) for knobs in ({"seed": 0}, {"seed": 1}) for d in ("cpu", "cuda")}
    monkeypatch.setattr(torch, "__version__", "1.0.0")
    assert len(names | {weights.name_of("cnn/inside", {"seed": 0}, "cpu")}) == 5
