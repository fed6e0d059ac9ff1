"""Text painted on the canvas: where characters lie, which way they run, and that they stay legible on their ground."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

BLANK = [0, 0, 0, 0]


def painted(
    site: Page, lines: list[str], boxes: list[Any], shades: list[int] | None = None, *, moved: bool = False, **more: Any
) -> np.ndarray:
    """(100, 100, 4) pixels of lines on a plot area of 100 x 100 data units; a space stands for no character.

    `moved`: the boxes come as an array.
    """
    script = """async ([lines, boxes, shades, moved, more]) => {
      const {paintText} = await import('/js/text.js'), {Colours} = await import('/js/colours.js');
      const context = Object.assign(document.createElement('canvas'), {width: 100, height: 100}).getContext('2d');
      const area = {x: (v) => v, y: (v) => 100 - v};
      const codes = lines.flatMap((line) => [...line].map((c) => (c === ' ' ? 0 : c.codePointAt(0))));
      const arrays = [{shape: [lines.length, [...lines[0]].length], values: Int32Array.from(codes)}];
      if (shades) arrays.push({values: Uint8Array.from(shades)});
      if (moved) arrays.push({values: Float32Array.from(boxes.flat())});
      const binding = {flow: 'cells', size: 30, ...more, shade: shades && 'shade', boxes: moved ? 'boxes' : boxes};
      const look = {text: '#000000', font: 'sans-serif', scale: 1};
      paintText(context, arrays, binding, area, new Colours(), look);
      return [...context.getImageData(0, 0, 100, 100).data];
    }"""
    return np.array(site.evaluate(script, [lines, boxes, shades, moved, more])).reshape(100, 100, 4)


def inked(pixels: np.ndarray) -> list[bool]:
    """Whether anything is painted in each quarter from left to right."""
    return [bool(pixels[:, at : at + 25, 3].any()) for at in range(0, 100, 25)]


def test_each_character_has_its_cell_and_a_zero_none(site: Page) -> None:
    pixels = painted(site, ["A BC"], [[0, 40, 100, 60]])
    assert inked(pixels) == [True, False, True, True]
    assert pixels[:38, :, 3].max() == 0 and pixels[62:, :, 3].max() == 0


def test_a_line_of_a_script_written_so_runs_from_the_right(site: Page) -> None:
    assert inked(painted(site, ["אב  "], [[0, 40, 100, 60]])) == [False, False, True, True]
    assert inked(painted(site, ["ab  "], [[0, 40, 100, 60]])) == [True, True, False, False]
    assert inked(painted(site, ["אב  "], [[0, 40, 100, 60]], flow="columns")) == [True, True, False, False]


def test_characters_beyond_two_bytes_are_whole(site: Page) -> None:
    pixels = painted(site, ["😀   "], [[0, 30, 100, 70]])
    assert inked(pixels) == [True, False, False, False]


def test_a_ground_is_sequential_and_letters_stand_out(site: Page) -> None:
    pixels = painted(site, ["MM"], [[0, 25, 100, 75]], [0, 255])
    pale, dark = pixels[30, 10], pixels[30, 60]
    assert pale[:3].tolist() == [247, 247, 247] and dark[:3].sum() < 150
    assert pixels[30:70, :50, :3].sum(2).min() < 200 and pixels[30:70, 50:, :3].sum(2).max() > 700


@pytest.mark.parametrize("moved", [False, True])
def test_words_stand_in_the_middle_of_their_box(site: Page, moved: bool) -> None:
    pixels = painted(site, ["99"], [[50, 0, 100, 50]], [153], moved=moved, flow="words")
    assert pixels[60, 55, :3].tolist() == [0, 114, 178] and pixels[40, 75].tolist() == BLANK
    assert pixels[75, 25].tolist() == BLANK
    columns = np.nonzero((pixels[55:95, :, :3].sum(2) > 600).any(0))[0]
    assert abs(columns.mean() - 75) < 2


def test_text_too_small_to_read_is_left_out_but_for_its_ground(site: Page) -> None:
    pixels = painted(site, ["M" * 50], [[0, 40, 100, 60]], [153] * 50)
    assert pixels[50, 1, :3].tolist() == pytest.approx([0, 114, 178], abs=2)
    assert not (pixels[:, :, :3].sum(2) > 600).any()


def test_a_negative_number_in_a_chart_has_a_true_minus_and_a_date_keeps_its_hyphens(site: Page) -> None:
    script = """async () => {
      const {trueMinus} = await import('/js/dom.js');
      const chart = document.createElement('div');
      chart.innerHTML = '<svg><text>-0.5 or -.5</text><text><tspan>x = -3</tspan></text><text>2016-01, 1e-5</text>';
      trueMinus(chart);
      return [...chart.querySelectorAll('text')].map((text) => text.textContent);
    }"""
    assert site.evaluate(script) == ["−0.5 or −.5", "x = −3", "2016-01, 1e-5"]
