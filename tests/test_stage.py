"""Stages: figures from a history, the JSON of the player, and maths."""

from __future__ import annotations

import base64
import io
import json
import re
from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
import pytest
from PIL import Image

from playground import wire
from playground.contract import Frame, Knobs, knob, labs, ranged
from playground.stage import Band, Extend, Layout, Lines, Panel, Paths, Replace, Text, Tiles, to_json
from playground.stage.describe import mathml
from playground.stage.palette import BLUE, VERMILLION
from tests.still import figure_at

PICTURE = np.array([[0, 0], [255, 255]], np.uint8)


def recording() -> object:
    first = Frame(0, {}, {"x": np.array([1.0, 2.0], np.float32), "limit": np.array([5.0], np.float32)},
                  {"step": np.array([0], np.float32), "loss": np.array([1], np.float32)})  # fmt: skip
    second = Frame(10, {}, {"map": ranged(PICTURE, 0, 255), "weights": np.array([-1.0, 0.5], np.float32)},
                   {"step": np.array([5, 10], np.float32), "loss": np.array([0.5, 0.25], np.float32)})  # fmt: skip
    return wire.recorded([first, second])


def panel(*bindings: object) -> Panel:
    return Panel("p", go.Figure([go.Scatter(), go.Scatter()]), bindings, "alt")  # type: ignore[arg-type]


def test_curves_hold_what_came_so_far() -> None:
    one = panel(Extend(1, "step", "loss"))
    assert list(figure_at(one, recording(), 0).data[1].y) == [1]  # type: ignore[arg-type]
    assert list(figure_at(one, recording(), 1).data[1].x) == [0, 5, 10]  # type: ignore[arg-type]


def test_an_array_holds_until_it_is_replaced() -> None:
    figure = figure_at(panel(Replace(0, "x", "x"), Layout("xaxis.range[1]", "limit")), recording(), 1)  # type: ignore[arg-type]
    assert list(figure.data[0].x) == [1, 2] and figure.layout.xaxis.range[1] == 5


def test_maps_have_their_first_row_at_the_bottom() -> None:
    figure = figure_at(panel(Tiles("map", [(0, 0, 1, 1)], "sequential")), recording(), 1)  # type: ignore[arg-type]
    raw = base64.b64decode(figure.layout.images[0].source.split(",")[1])
    pixels = np.asarray(Image.open(io.BytesIO(raw)))
    assert pixels[0, 0].sum() < pixels[1, 0].sum()  # the row of 255, the darker one, is on top


def test_lines_show_size_and_sign() -> None:
    figure = figure_at(panel(Lines("weights", [(0, 0, 1, 1), (0, 1, 1, 0)], 4.0)), recording(), 1)  # type: ignore[arg-type]
    wide, thin = (shape.line for shape in figure.layout.shapes)
    assert (wide.color, thin.color) == (BLUE, VERMILLION) and wide.width > thin.width


def test_a_band_is_filled_between_its_edges() -> None:
    area = figure_at(panel(Band("step", "loss", "step", 0, "#000")), recording(), 1).data[2]  # type: ignore[arg-type]
    assert area.fill == "toself"
    assert list(area.x) == [0, 5, 10, 10, 5, 0] and list(area.y) == [1, 0.5, 0.25, 10, 5, 0]


def test_paths_share_an_x_and_grow_with_the_moment() -> None:
    frames = [Frame(t, {}, {}, {"step": np.array([1.0 * t]), "both": np.array([1.0 * t, -t])}) for t in range(4)]
    figure = figure_at(panel(Paths("step", "both", (0, 1))), wire.recorded(frames), 2)  # type: ignore[arg-type]
    up, down = figure.data[2:]
    assert list(up.x) == list(down.x) == [0, 1, 2] and list(up.y) == [0, 1, 2] and list(down.y) == [0, -1, -2]


def test_paths_of_an_array_are_those_of_the_moment() -> None:
    frames = [Frame(t, {}, {"x": np.array([[0.0, 1], [2, 3]]) + t, "y": np.array([[4.0, 5], [6, 7]])}) for t in (0, 9)]
    figure = figure_at(panel(Paths("x", "y", (0, 1), end="arrow")), wire.recorded(frames), 1)  # type: ignore[arg-type]
    assert [list(trace.x) for trace in figure.data[2:]] == [[9, 11], [10, 12]]
    assert [list(trace.y) for trace in figure.data[2:]] == [[4, 6], [5, 7]]


def test_text_has_a_cell_a_character_and_runs_as_its_script_does() -> None:
    lines = ["ab\0", "אב\0"]
    arrays = {
        "codes": np.array([[ord(c) for c in line] for line in lines], np.int32),
        "shade": np.array([[0, 255, 9], [9, 9, 9]], np.uint8),
    }
    boxes = [(0, 0, 3, 1), (0, 1, 3, 2)]
    figure = figure_at(panel(Text("codes", boxes, "shade")), wire.recorded([Frame(0, {}, arrays)]), 0)  # type: ignore[arg-type]
    written = figure.data[2]
    assert list(zip(written.text, written.x, written.y, strict=True)) == [
        ("a", 0.5, 0.5), ("b", 1.5, 0.5), ("א", 2.5, 1.5), ("ב", 1.5, 1.5),
    ]  # fmt: skip
    assert written.marker.color[0] == "rgb(247,247,247)" != written.marker.color[1]
    columns = figure_at(panel(Text("codes", boxes, flow="columns")), wire.recorded([Frame(0, {}, arrays)]), 0)  # type: ignore[arg-type]
    assert list(columns.data[2].x) == [0.5, 1.5, 0.5, 1.5]


def test_words_stand_whole_in_boxes_that_may_move() -> None:
    arrays = {"codes": np.array([[ord("9"), ord("%"), 0]], np.int32), "at": np.array([[0, 0, 4, 2]], np.float32)}
    history = wire.recorded([Frame(0, {}, arrays)])
    figure = figure_at(panel(Text("codes", "at", flow="words")), history, 0)  # type: ignore[arg-type]
    written = figure.data[2]
    assert (list(written.text), list(written.x), list(written.y), written.mode) == (["9%"], [2], [1], "text")


def test_a_line_of_nothing_is_not_drawn() -> None:
    frame = Frame(0, {}, {"weights": np.array([0.0, -1.0], np.float32)})
    history = wire.recorded([frame])
    figure = figure_at(panel(Lines("weights", [(0, 0, 1, 1), (0, 1, 1, 0)])), history, 0)  # type: ignore[arg-type]
    (only,) = figure.layout.shapes
    assert only.line.color == BLUE


@pytest.mark.parametrize("i", [-1, 2])
def test_a_frame_outside_is_refused(i: int) -> None:
    with pytest.raises(IndexError, match="outside a history of 2"):
        figure_at(panel(), recording(), i)  # type: ignore[arg-type]


def test_formulas_have_cells_for_metrics() -> None:
    made = mathml(r"L = \frac{1}{N} \cell{train_loss} + \cell{test_loss}")
    assert made.startswith("<math") and made.count("<mtext data-metric=") == 2
    assert 'data-metric="train_loss"' in made and "cell" not in made


def test_the_stage_of_every_lab_is_json_that_names_real_arrays() -> None:
    for lab in labs():
        for knobs in (lab.small, lab.Knobs(), *(preset.knobs for preset in lab.presets)):
            described = json.loads(to_json(lab, knobs))
            parts = described["parts"]
            assert all(part["alt"] for part in parts)
            assert sum(part.get("size") == "main" for part in parts) == 1


def test_no_heading_or_description_counts_on_a_light_page() -> None:
    """In dark the ramp of a map runs from night to light."""
    lightness = re.compile(r"\b(dark|darker|light|lighter|pale|paler)\b", re.IGNORECASE)
    for lab in labs():
        for knobs in (lab.Knobs(), *(preset.knobs for preset in lab.presets)):
            for part in lab.stage(knobs):
                words = f"{part.alt} {part.figure.layout.title.text}" if isinstance(part, Panel) else part.alt
                assert not lightness.search(words), (lab.path, words)


def test_each_side_of_a_game_has_one_colour_in_every_lab() -> None:
    sides: dict[str, set[str]] = {"discriminator": set(), "generator": set(), "real": set(), "fake": set()}
    for lab in (lab for lab in labs() if lab.concept == "gan"):
        for part in (part for part in lab.stage(lab.Knobs()) if isinstance(part, Panel)):
            for trace in part.figure.data:
                side = {"real images": "real", "samples": "fake"}.get(trace.name, trace.name)
                lines = trace.line.color if trace.type == "scatter" else None
                sides.get(side, set()).add(lines or trace.marker.line.color or trace.marker.color)
    assert all(len(colours) == 1 for colours in sides.values()), sides


def test_level_lines_are_of_heights_from_zero_to_one() -> None:
    chosen = {}
    for lab in labs():
        for part in lab.stage(lab.Knobs()):
            for trace in part.figure.data if isinstance(part, Panel) else ():
                if trace.type == "contour":
                    chosen[lab.path] = trace.contours
    assert set(chosen) == {"network/landscape", "optimizers/network", "optimizers/surface"}
    for one in chosen.values():
        assert one.start == pytest.approx(one.size / 2) and one.end == pytest.approx(1 - one.size / 2)


class Looked(Knobs):
    """Knobs of which one is applied to what was trained."""

    rate: float = knob(0.1, title="Rate")
    picture: int = knob(3, title="Picture", after=True)


def test_stages_name_the_training_that_they_share() -> None:
    lab = replace(labs()[0], Knobs=Looked, stage=lambda knobs: ())
    first, other, anew = (
        json.loads(to_json(lab, knobs))["training"] for knobs in (Looked(), Looked(picture=5), Looked(rate=0.2))
    )
    assert first == other != anew
    plain = replace(lab, Knobs=Knobs)
    assert json.loads(to_json(plain, Knobs()))["training"] is None
