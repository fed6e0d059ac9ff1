"""What lies under a chart: where Plotly's axes put it, the right way up, in the right colours."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

PAINT = """
  const {paintTiles, paintLines} = await import('/js/canvas.js'), {Colours} = await import('/js/colours.js');
  const canvas = document.createElement('canvas'); Object.assign(canvas, {width: 100, height: 100});
  const context = canvas.getContext('2d', {willReadFrequently: true});
  const area = {x: (v) => 100 * v, y: (v) => 100 - 100 * v};
  const colours = new Colours({below: '#0000ff', middle: '#ffffff', above: '#ff0000', classes: ['#ff0000', '#00ff00']});
  const at = (x, y) => [...context.getImageData(x, y, 1, 1).data].slice(0, 3);
"""


def paint(site: Page, script: str) -> Any:
    return site.evaluate(f"async () => {{ {PAINT} {script} }}")


def tile(values: str, shape: str, binding: str, options: str = "{}") -> str:
    array = f"{{shape: {shape}, values: Uint8Array.from({values}), range: [-1, 1]}}"
    return f"paintTiles(context, {array}, {{boxes: [[0, 0, 1, 1]], ...{binding}}}, area, colours, {options});"


@pytest.mark.parametrize(("origin", "redder"), [("lower", "bottom"), ("upper", "top")])
def test_row_0_lies_where_the_origin_says(site: Page, origin: str, redder: str) -> None:
    script = tile("[255, 255, 0, 0]", "[2, 2]", f"{{scale: 'diverging', origin: '{origin}'}}")
    top, bottom = paint(site, script + "return [at(50, 5), at(50, 95)]")
    red, blue = (top, bottom) if redder == "top" else (bottom, top)
    assert red[0] > 200 > red[2] and blue[2] > 200 > blue[0]


def test_column_0_lies_at_the_left(site: Page) -> None:
    left, right = paint(
        site, tile("[255, 0]", "[1, 2]", "{scale: 'diverging', origin: 'upper'}") + "return [at(5, 50), at(95, 50)]"
    )
    assert left[0] > left[2] and right[2] > right[0]


def test_a_diverging_map_is_white_in_the_middle_and_never_as_strong_as_a_point(site: Page) -> None:
    script = "const t = colours.table('diverging'), rgb = (q) => [t[q] & 255, (t[q] >> 8) & 255, (t[q] >> 16) & 255];"
    low, middle, high = paint(site, script + "return [rgb(0), rgb(128), rgb(255)]")
    assert min(middle) > 250
    assert low[2] == 255 and 60 < low[0] < 150
    assert high[0] == 255 and 60 < high[2] < 150


def test_discrete_colours_are_two_for_a_diverging_map(site: Page) -> None:
    kinds = paint(site, "return [true, false].map((discrete) => new Set(colours.table('diverging', discrete)).size)")
    assert kinds[0] == 2 and kinds[1] > 100


def test_a_sequential_map_darkens_all_the_way(site: Page) -> None:
    script = "return [...colours.table('sequential')].map((c) => (c & 255) + ((c >> 8) & 255) + ((c >> 16) & 255))"
    lightness = paint(site, script)
    assert lightness == sorted(lightness, reverse=True) and lightness[0] - lightness[-1] > 400


def test_a_class_has_its_colour_and_confidence_its_strength(site: Page) -> None:
    script = (
        "const t = colours.table('classes'); return [31, 32 + 31, 32 + 3].map((q) => [t[q] & 255, (t[q] >> 8) & 255])"
    )
    red, green, unsure = paint(site, script)
    assert red[0] > red[1] and green[1] > green[0] and green[0] < unsure[0]


def test_rgb_is_shown_as_it_is(site: Page) -> None:
    assert paint(
        site, tile("[10, 20, 30]", "[1, 1, 1, 3]", "{scale: 'rgb', origin: 'upper'}") + "return at(50, 50)"
    ) == [
        10,
        20,
        30,
    ]


def test_each_picture_has_its_box(site: Page) -> None:
    boxes = "{scale: 'diverging', origin: 'upper', boxes: [[0, 0, 0.4, 1], [0.6, 0, 1, 1]]}"
    first, gap, second = paint(
        site, tile("[255, 0]", "[2, 1, 1]", boxes) + "return [at(20, 50), at(50, 50), at(80, 50)]"
    )
    assert first[0] > first[2] and gap == [0, 0, 0] and second[2] > second[0]


def test_a_smoothed_picture_takes_nothing_from_its_neighbours(site: Page) -> None:
    boxes = "{scale: 'diverging', origin: 'lower', boxes: [[9, 9, 10, 10], [0, 0, 1, 1], [9, 9, 10, 10]]}"
    script = tile("[0, 0, 255, 255, 0, 0]", "[3, 2, 1]", boxes) + "return [at(50, 1), at(50, 50), at(50, 98)]"
    assert len({tuple(colour) for colour in paint(site, script)}) == 1


def test_one_picture_can_be_shown_alone(site: Page) -> None:
    script = tile("[255, 0]", "[2, 1, 1]", "{scale: 'diverging', origin: 'upper'}", "{only: 1}")
    shown = paint(site, script + "return at(50, 50)")
    assert shown[2] > shown[0]


def test_scratch_canvases_are_used_again_and_the_oldest_of_many_is_dropped(site: Page) -> None:
    script = """let made = 0; const own = document.createElement;
      document.createElement = function (...told) { made++; return own.apply(this, told) };
      const binding = {boxes: [[0, 0, 1, 1]], scale: 'diverging', origin: 'upper'}, counts = [];
      const draw = (width) => { const values = new Uint8Array(width);
        paintTiles(context, {shape: [1, width], values, range: [-1, 1]}, binding, area, colours); counts.push(made) };
      try { for (let k = 0; k < 17; k++) draw(900 + k); for (const k of [1, 16, 0, 1, 2]) draw(900 + k) }
      finally { delete document.createElement }
      return counts.slice(16)"""
    assert paint(site, script) == [17, 17, 17, 18, 18, 19]  # 0 was dropped first, and for it 2, used before 1


def test_lines_are_wide_by_size_and_coloured_by_sign(site: Page) -> None:
    script = """paintLines(context, {values: Float32Array.from([2, -1])}, {width: 20, segments: [[0, 0.75, 1,
      0.75], [0, 0.25, 1, 0.25]]}, area, colours);
      const wide = (y0, y1) => { let n = 0; for (let y = y0; y < y1;
      y++) n += context.getImageData(50, y, 1, 1).data[3] > 60; return n; };
      return [at(50, 25), at(50, 75), wide(0, 50), wide(50, 100)]"""
    above, below, strong, weak = paint(site, script)
    assert above[0] > above[2] and below[2] > below[0]
    assert strong == pytest.approx(20, abs=2) and weak == pytest.approx(10, abs=2)


def test_a_line_of_nothing_is_not_drawn(site: Page) -> None:
    script = """paintLines(context, {values: Float32Array.from([2, 0])}, {width: 20, segments: [[0, 0.75, 1,
      0.75], [0, 0.25, 1, 0.25]]}, area, colours);
      return [25, 75].map((y) => context.getImageData(50, y, 1, 1).data[3])"""
    drawn, nothing = paint(site, script)
    assert drawn > 0 and nothing == 0


def test_plotlys_axes_are_where_the_geometry_says(site: Page) -> None:
    """Fails when Plotly renames what geometry.js reads: a marker must be drawn where the numbers put it."""
    site.evaluate("async () => { await play(3, {t: 2}) }")
    found = site.evaluate("""async () => {
      const {plotArea} = await import('/js/geometry.js'), {plot} = player.stage.parts.get('map'), area = plotArea(plot);
      const corner = plot.getBoundingClientRect(), trace = plot.data[0];
      const marks = [...plot.querySelector('.scatterlayer .trace').querySelectorAll('.point')]
        .map((node) => node.getBoundingClientRect());
      return marks.map((m, k) => [m.x + m.width / 2 - corner.x - area.left - area.x(trace.x[k]),
      m.y + m.height / 2 - corner.y - area.top - area.y(trace.y[k])]);
    }""")
    assert len(found) == 90
    assert max(abs(error) for pair in found for error in pair) < 1


def test_pixels_become_data_again_on_both_kinds_of_axis(site: Page) -> None:
    site.evaluate("async () => { await play(20, {t: 19}); await player.stage.parts.get('loss').toggleLog(); }")
    back = site.evaluate("""async () => {
      const {plotArea} = await import('/js/geometry.js'), area = plotArea(player.stage.parts.get('loss').plot);
      return [area.toX(area.x(700)), area.toY(area.y(0.3))] }""")
    assert back == pytest.approx([700, 0.3], rel=1e-3)


def test_another_plotly_fails_with_a_sentence(site: Page) -> None:
    script = """async () => { const {plotArea} = await import('/js/geometry.js');
      try { plotArea({_fullLayout: {xaxis: {}, yaxis: {}}}) } catch (error) { return error.message } }"""
    assert "Plotly changed its axes" in site.evaluate(script)


def test_the_canvas_lies_under_the_chart_and_shows_the_moment(site: Page) -> None:
    site.evaluate("async () => { await play(40, {t: 39}) }")
    colour = """async () => { await until(() => player.shown === player.clock.position);
      const {canvas} = player.stage.parts.get('map'); const {data} = canvas.getContext('2d').getImageData(0, 0,
      canvas.width, canvas.height);
      let least = 255; for (let k = 1; k < data.length; k += 4) least = Math.min(least, data[k]); return least }"""
    sharp = site.evaluate(colour)
    site.evaluate("player.seek(0)")
    flat = site.evaluate(colour)
    assert flat > sharp + 30
    assert site.evaluate("player.stage.parts.get('map').canvas === document.querySelector('.svg-container').firstChild")
