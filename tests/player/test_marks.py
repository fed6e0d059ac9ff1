"""Points painted on the canvas: where they lie, their colours, and the legend that hides them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

BLUE, VERMILLION = [0, 114, 178], [213, 94, 0]


def painted(site: Page, binding: dict[str, Any], numbers: list[float]) -> np.ndarray:
    """(100, 100, 4) pixels of two marks at (25, 50) and (75, 50) on a plot area of 100 x 100 data units."""
    script = """async ([binding, numbers]) => {
      const {paintMarks} = await import('/js/marks.js'), {Colours} = await import('/js/colours.js');
      const canvas = Object.assign(document.createElement('canvas'), {width: 100, height: 100});
      const context = canvas.getContext('2d'), area = {height: 100, x: (v) => v, y: (v) => 100 - v};
      const of = (values) => ({values: Float32Array.from(values)});
      paintMarks(context, [of([25, 75]), of([50, 50]), of(numbers)], binding, area, new Colours());
      return [...context.getImageData(0, 0, 100, 100).data];
    }"""
    return np.array(site.evaluate(script, [binding, numbers])).reshape(100, 100, 4)


@pytest.mark.parametrize("symbol", ["circle", "square", "diamond"])
def test_classes_have_their_colours(site: Page, symbol: str) -> None:
    pixels = painted(site, {"symbol": symbol, "size": 12, "scale": "classes"}, [0, 1])
    assert pixels[50, 25, :3].tolist() == BLUE and pixels[50, 75, :3].tolist() == VERMILLION
    assert pixels[50, 50, 3] == 0 and pixels[30, 25, 3] == 0


def test_a_cross_is_two_lines_in_its_colour(site: Page) -> None:
    cross = painted(site, {"symbol": "cross", "size": 12, "scale": "one", "color": "#D55E00"}, [])
    assert cross[50, 25, :3].tolist() == pytest.approx(VERMILLION, abs=2)
    assert cross[45, 20, 3] > 0 and cross[55, 20, 3] > 0
    assert cross[50, 20, 3] == 0 and cross[45, 25, 3] == 0


def test_values_turn_at_zero_and_a_ring_is_open(site: Page) -> None:
    values = painted(site, {"symbol": "circle", "size": 12, "scale": "diverging"}, [-1, 0])
    assert values[50, 25, :3].tolist() == BLUE and values[50, 75, :3].tolist() == [247, 247, 247]
    ring = painted(site, {"symbol": "ring", "size": 12, "scale": "one", "color": "#333333"}, [])
    assert ring[50, 25, 3] == 0 and ring[50, 31, 3] > 0


def test_points_may_have_colours_of_their_own_and_a_rule_crosses_the_picture(site: Page) -> None:
    own = painted(site, {"symbol": "circle", "size": 12, "scale": "one", "color": ["#0072B2", "#D55E00"]}, [])
    assert own[50, 25, :3].tolist() == BLUE and own[50, 75, :3].tolist() == VERMILLION
    rule = painted(site, {"symbol": "rule", "size": 4, "scale": "one", "color": "#0072B2"}, [])
    assert (rule[:, 25, :3] == BLUE).all() and (rule[:, 75, 3] == 255).all() and (rule[:, 50, 3] == 0).all()


def banded(site: Page, moment: int, most: int | None = None) -> np.ndarray:
    """(100, 100, 4) pixels of a band from 20 to 80 that closes at x = 100, on a plot area of 100 x 100 data units."""
    script = """async ([moment, most]) => {
      const {paintBand} = await import('/js/marks.js');
      const context = Object.assign(document.createElement('canvas'), {width: 100, height: 100}).getContext('2d');
      const series = {x: [0, 50, 100], low: [20, 20, 0], high: [80, 80, 0]};
      const recording = {slice: (name, i) => Float64Array.from(series[name]).subarray(0, i + 1)};
      const area = {x: (v) => v, y: (v) => 100 - v};
      const binding = {x: 'x', low: 'low', high: 'high', color: '#D55E00'};
      paintBand(context, recording, moment, binding, area, most ?? Infinity);
      return [...context.getImageData(0, 0, 100, 100).data];
    }"""
    return np.array(site.evaluate(script, [moment, most])).reshape(100, 100, 4)


def test_a_band_lies_between_its_series_up_to_the_moment(site: Page) -> None:
    pixels = banded(site, 1)
    assert pixels[50, 25, :3].tolist() == VERMILLION
    assert pixels[[10, 90, 50], [25, 25, 75], 3].tolist() == [0, 0, 0]


def test_a_band_is_no_longer_than_the_curve_that_it_surrounds(site: Page) -> None:
    whole, cut = banded(site, 2), banded(site, 2, most=2)
    assert whole[75, [25, 75], 3].tolist() == [255, 255] and cut[75, [25, 75], 3].tolist() == [255, 0]
