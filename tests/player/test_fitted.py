"""Words at a chart's edges on a narrow stage: legends and titles leave the plot its room."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

NAMES = ["Sigmoid", "Tanh", "ReLU", "Leaky ReLU", "GELU", "Identity"]
LONG = "output: prediction ŷ, or logit z of the right class"
STAGED = """async ([names, entrywidth, x, y, talk]) => {
  const spec = await (await fetch('/stage.json')).json(), loss = spec.parts[2];
  loss.data = names.map((name) => ({...loss.data[0], name, x: [0, 9], y: [0, 1]}));
  loss.layout.legend = {entrywidth}; loss.layout.xaxis.title.text = x; loss.layout.yaxis.title.text = y;
  await play(10, {stage: JSON.stringify(spec), t: 5, talk});
  await until(settled);
}"""
MEASURED = """() => {
  const {plot} = player.stage.parts.get('loss'), own = plot.getBoundingClientRect();
  const box = (selector) => {
    const {left, right, top, bottom} = plot.querySelector(selector).getBoundingClientRect();
    return [left - own.left, right - own.left, top - own.top, bottom - own.top];
  };
  const {yaxis, _size, legend} = plot._fullLayout;
  return {width: own.width, height: own.height, legend: legend._effHeight, listed: legend._height, top: _size.t,
    plot: yaxis._length, x: box('.xtitle'), y: box('.ytitle'), said: plot.querySelector('.xtitle').textContent};
}"""


def measured(
    site: Page, names: list[str], x: str = "step", y: str = "loss", talk: bool = True, width: int = 1024
) -> dict[str, object]:
    site.set_viewport_size({"width": width, "height": 768})
    site.evaluate(STAGED, [names, 80, x, y, talk])
    got: dict[str, object] = site.evaluate(MEASURED)
    return got


def test_a_long_legend_on_a_narrow_stage_leaves_the_plot_most_of_its_panel(site: Page) -> None:
    got = measured(site, NAMES)
    assert got["legend"] == got["listed"] <= 0.32 * got["height"]  # type: ignore[operator]
    assert got["plot"] > 0.42 * got["height"]  # type: ignore[operator]


def test_a_legend_on_stage_is_small_where_the_stage_is_a_phone(site: Page) -> None:
    got = measured(site, [*NAMES[:5], "misclassified"], width=390)
    assert got["legend"] == got["listed"] <= 0.4 * got["height"]  # type: ignore[operator]


@pytest.mark.parametrize("talk", [False, True])
def test_a_legend_has_air_under_it(site: Page, talk: bool) -> None:
    got = measured(site, NAMES[:3], talk=talk)
    assert 8 <= got["top"] - got["legend"] <= 10  # type: ignore[operator]


def test_titles_longer_than_their_axes_stay_in_the_panel_and_off_the_legend(site: Page) -> None:
    got = measured(site, NAMES, x=LONG, y="mean number of sunspots of a year")
    assert 0 <= got["x"][0] < got["x"][1] <= got["width"] and got["x"][3] <= got["height"]  # type: ignore[index]
    assert got["y"][0] >= 0 and got["legend"] <= got["y"][2] < got["y"][3] <= got["height"]  # type: ignore[index]
    assert len(str(got["said"])) >= len(LONG) - 1  # but for the space at which it is broken


def test_a_chart_takes_another_size_with_other_words(site: Page) -> None:
    assert measured(site, NAMES, x=LONG)["width"] < 400  # type: ignore[operator]
    site.set_viewport_size({"width": 1900, "height": 1000})
    site.wait_for_function("settled() && player.stage.parts.get('loss').room.width > 600")
    site.wait_for_function(f"document.querySelectorAll('.xtitle')[1].textContent === '{LONG}'")


POWERS = """async (log) => {
  const spec = await (await fetch('/stage.json')).json(), loss = spec.parts[2];
  Object.assign(loss.layout.yaxis, {type: 'log', exponentformat: 'power', dtick: 1, range: [-3, 2]});
  await play(10, {stage: JSON.stringify(spec), t: 5, talk: true});
  await until(settled);
  const {plot} = player.stage.parts.get('loss');
  return ['x', 'y'].map((one) => getComputedStyle(plot.querySelector(`.${one}tick text`)).fontSize);
}"""


def test_powers_are_as_large_as_other_ticks(site: Page) -> None:
    x, y = site.evaluate(POWERS)
    assert x == y == "18px"
