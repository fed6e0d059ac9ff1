"""Polylines painted on the canvas: where they run, their colours, gaps, arrows, and the legend that hides them."""

from __future__ import annotations

from typing import Any

import numpy as np
from playwright.sync_api import Page

BLUE, VERMILLION = [0, 114, 178], [213, 94, 0]
LINE = {"color": "#0072B2", "width": 4}
OTHER = {"color": "#D55E00", "width": 4}


def painted(site: Page, x: list[Any], y: list[Any], styles: list[Any], **binding: Any) -> np.ndarray:
    """(100, 100, 4) pixels of paths on a plot area of 100 x 100 data units; None is NaN."""
    script = """async ([x, y, styles, binding]) => {
      const {paintPaths} = await import('/js/paths.js');
      const canvas = Object.assign(document.createElement('canvas'), {width: 100, height: 100});
      const context = canvas.getContext('2d'), area = {x: (v) => v, y: (v) => 100 - v};
      const of = (values) => Float64Array.from(values, (v) => v ?? NaN);
      paintPaths(context, [of(x), of(y)], binding, area, styles);
      return [...context.getImageData(0, 0, 100, 100).data];
    }"""
    return np.array(site.evaluate(script, [x, y, styles, binding])).reshape(100, 100, 4)


def test_each_path_has_its_own_points_and_colour(site: Page) -> None:
    pixels = painted(site, [10, 10, 90, 90], [20, 80, 20, 80], [LINE, OTHER])
    assert pixels[80, 50, :3].tolist() == BLUE and pixels[20, 50, :3].tolist() == VERMILLION
    assert pixels[50, 50, 3] == 0


def test_paths_may_share_their_x(site: Page) -> None:
    pixels = painted(site, [10, 90], [20, 80, 20, 80], [LINE, OTHER])
    assert pixels[80, 85, :3].tolist() == BLUE and pixels[20, 85, :3].tolist() == VERMILLION


def test_a_path_that_the_legend_hides_is_not_painted(site: Page) -> None:
    pixels = painted(site, [10, 90], [20, 80, 20, 80], [False, OTHER])
    assert pixels[80, 50, 3] == 0 and pixels[20, 50, 3] == 255


def test_what_is_no_number_leaves_a_gap(site: Page) -> None:
    pixels = painted(site, [5, 30, 50, 70, 95], [50, 50, None, 50, 50], [LINE])
    assert pixels[50, [20, 50, 80], 3].tolist() == [255, 0, 255]


def test_an_arrow_has_a_head_and_a_halo_is_wider_than_its_path(site: Page) -> None:
    bare, headed = (painted(site, [10, 70], [50, 50], [LINE], end=end) for end in ("none", "arrow"))
    assert bare[44, 64, 3] == 0 and headed[44, 64, 3] == 255
    assert painted(site, [10, 70], [50, 50], [LINE], halo=True)[52, 40, 3] > 100 > bare[52, 40, 3]


def test_a_dot_marks_the_last_point_while_there_is_one(site: Page) -> None:
    bare, ended = (painted(site, [10, 70], [50, 50], [LINE], end=end) for end in ("none", "dot"))
    assert bare[45, 70, 3] == 0 and ended[45, 70, :3].tolist() == BLUE
    gone = painted(site, [10, 70, 80], [50, 50, None], [LINE], end="dot")
    assert (gone == painted(site, [10, 70, 80], [50, 50, None], [LINE])).all()


def test_a_series_is_the_same_view_while_nothing_was_added(site: Page) -> None:
    same = """async () => {
      const {Recording} = await import('/js/recording.js'), recording = new Recording();
      const one = (value) => ({values: Float32Array.of(value), shape: [1], range: null});
      const frame = (index) => ({index, arrays: {}, series: {y: one(index)}});
      recording.push(frame(0)); recording.push(frame(1));
      const view = recording.points('y', 1);
      return [view === recording.points('y', 1), [...recording.points('y', 0)], [...recording.points('y', 1)],
              recording.points('none', 1) === undefined];
    }"""
    assert site.evaluate(same) == [True, [0], [0, 1], True]
