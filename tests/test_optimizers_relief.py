"""The surface in 3-D: every point lies on the picture, the near hides the far, and the stage is fed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from playground import contract, wire
from playground.concepts.optimizers.surface.ground import Ground
from playground.concepts.optimizers.surface.knobs import Knobs
from playground.concepts.optimizers.surface.relief import COLUMNS, ROWS, WINDOW, picture, project
from playground.concepts.optimizers.surface.surfaces import SURFACES
from playground.training.recorder import frames
from tests.still import figure_at

LAB = contract.lab("optimizers/surface")
BOWL = SURFACES["bowl"]
CELLS = 400


def pixel(x: float, y: float, height: float) -> tuple[int, int]:
    """Row and column of a point in the picture."""
    (u,), (v,) = project([x], [y], [height], BOWL)
    left, bottom, right, top = WINDOW
    return int((v - bottom) / (top - bottom) * ROWS), int((u - left) / (right - left) * COLUMNS)


@pytest.mark.parametrize("surface", SURFACES)
def test_every_surface_fits_its_picture_and_covers_it_without_holes(surface: Any) -> None:
    knobs = Knobs(surface=surface)
    ground = Ground(knobs)
    grid, values = ground.values(CELLS)
    heights = ground.rise(values.numpy())
    made = picture(heights, knobs.ground)
    u, v = project(grid[..., 0].numpy(), grid[..., 1].numpy(), heights, knobs.ground)
    left, bottom, right, top = WINDOW
    rows, columns = (
        ((v - bottom) / (top - bottom) * ROWS).astype(int),
        ((u - left) / (right - left) * COLUMNS).astype(int),
    )
    inner = made[rows[4:-4, 4:-4], columns[4:-4, 4:-4]]
    assert (inner > 0).all() and (inner < 0.06).mean() < 0.01
    assert made[:3].max() == made[:, :3].max() == 0 and made.min() >= 0 and made.max() <= 1


def test_what_is_near_hides_what_is_far() -> None:
    flat = np.full((CELLS, CELLS), 0.2)
    x = np.linspace(-2, 2, CELLS)
    wall = flat + 0.8 * np.exp(-(((x - 1) / 0.25) ** 2))  # between the camera and the middle
    hidden = pixel(0.3, 0.0, 0.2)
    assert abs(picture(wall, BOWL)[hidden] - picture(flat, BOWL)[hidden]) > 0.05
    open_row, open_column = pixel(-1.5, 1.5, 0.2)
    assert picture(wall, BOWL)[open_row, open_column] == picture(flat, BOWL)[open_row, open_column]


def test_up_is_up_and_right_is_right() -> None:
    assert pixel(0, 0, 1)[0] > pixel(0, 0, 0)[0] and pixel(0, 0, 1)[1] == pixel(0, 0, 0)[1]
    assert pixel(1, 1, 0)[1] > pixel(-1, -1, 0)[1]


def test_the_stage_in_3d_is_fed() -> None:
    knobs = Knobs(view="side", optimizers=("sgd", "adam"), learning_rate=0.05, steps=20)
    history = wire.recorded(frames(LAB, knobs, "cpu"))
    figure = figure_at(LAB.stage(knobs)[0], history, len(history) - 1)  # type: ignore[arg-type]
    assert len(figure.layout.images) == 1
    sgd, adam = figure.data[-2:]
    assert len(sgd.x) == len(adam.x) == 21 and sgd.x[0] == adam.x[0] and sgd.x[-1] != adam.x[-1]
    assert len(wire.encode(history.decode(0), 0)) < 66_000
