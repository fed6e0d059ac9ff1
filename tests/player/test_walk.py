"""What a talk asks of the player, and how another lab's panels of the same names take over."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.player.test_player import play


def show_item(site: Page, item: str, t: str) -> None:
    site.evaluate(f"player.show({{...player.data, item: '{item}', t: {t}}})")


def test_another_item_of_a_talk_plays_the_same_run_from_its_start(site: Page) -> None:
    play(site, 30, "{t: 20, item: 'a~1'}")
    site.evaluate("""async () => {
      player.show({...player.data, item: 'a~2', t: null});
      await until(() => player.clock.playing && player.shown < 15);
    }""")


def test_another_item_of_a_talk_rests_at_its_own_moment_even_where_it_is_the_same(site: Page) -> None:
    play(site, 30, "{t: 20, item: 'a~1'}")
    site.evaluate("player.seek(3)")
    site.wait_for_function("player.shown === 3")
    show_item(site, "a~1", "20")
    site.wait_for_timeout(100)
    assert site.evaluate("player.shown") == 3  # a rerun of the same item moves nothing
    show_item(site, "a~2", "20")
    site.wait_for_function("player.shown === 20 && !player.clock.playing")


NARROWER = """async () => {
  const other = JSON.parse(stage), [map] = other.parts;
  map.layout.xaxis.range = [-0.6, 0.6]; map.layout.yaxis.range = [-0.5, 0.4];
  map.bindings = [{kind: 'marks', x: 'at_x', y: 'at_y', symbol: 'circle', size: 6, scale: 'one', color: '#0072B2'},
                  {...map.bindings[0], boxes: [[-0.6, -0.5, 0.6, 0.4]]}];
  player.show({...player.data, stage: JSON.stringify(other), bytes: await bytes(12, 5)});
  await until(() => player.recording.length === 12 && settled());
  const {xaxis, yaxis} = player.stage.parts.get('map').plot._fullLayout;
  return [yaxis.range, xaxis.range].map((range) => range.map((one) => Math.round(1000 * one) / 1000));
}"""


def test_a_panel_of_the_same_name_takes_other_bindings_and_other_ranges(site: Page) -> None:
    play(site, 20, "{t: 10}")
    height, width = site.evaluate(NARROWER)
    assert height == [-0.5, 0.4]
    assert width == [-0.6, 0.6]


GROWN = """async () => {
  const spec = await (await fetch('/stage.json')).json(), loss = spec.parts[2];
  loss.layout.yaxis.tickfont = {size: 10}; loss.layout.legend = {entrywidth: 40}; loss.layout.margin = {l: 70};
  await play(10, {stage: JSON.stringify(spec), t: 5, talk: SCALED});
  const {yaxis, legend, margin} = player.stage.parts.get('loss').plot._fullLayout;
  return [yaxis.tickfont.size, legend.entrywidth, margin.l];
}"""


@pytest.mark.parametrize(("talk", "sizes"), [("false", [10, 40, 70]), ("true", [16, 60, 105])])
def test_on_stage_what_holds_words_grows_as_they_do(site: Page, talk: str, sizes: list[float]) -> None:
    assert site.evaluate(GROWN.replace("SCALED", talk)) == sizes


def test_the_main_panel_is_whole_on_the_screen_whatever_stands_above_the_player(site: Page) -> None:
    site.evaluate("""document.body.style.margin = '0';
      document.body.prepend(Object.assign(document.createElement('p'), {style: 'height: 90px; margin: 0'}))""")
    play(site, 10, "{t: 5, talk: true}")
    site.wait_for_function("settled()")
    bottom = "document.querySelector('.pg-panel[data-place~=main]').getBoundingClientRect().bottom"
    assert 690 < site.evaluate(bottom) <= 720


@pytest.mark.parametrize(
    ("milliseconds", "said"), [(0, "0:00"), (59_999, "0:59"), (61_000, "1:01"), (3_725_000, "1:02:05")]
)
def test_the_time_passed_is_told_in_minutes_and_seconds(site: Page, milliseconds: int, said: str) -> None:
    assert site.evaluate(f"async () => (await import('/js/presenter.js')).elapsed({milliseconds})") == said
