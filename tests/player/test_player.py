"""The player as a visitor has it: a stage of four panels and a table, played in Chromium."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

NODES = "[...document.querySelectorAll('.pg-plot, .pg-plot canvas, .main-svg')]"
CONVERGED = """() => { const i = player.index; return player.shown === i && player.stage.panels.every((p) =>
  p.spec.bindings.every((b) => b.kind !== 'extend' || p.plot.data[b.trace].x.length === i + 1)) }"""


def play(site: Page, count: int, data: str = "{}") -> None:
    site.evaluate(f"async () => {{ await play({count}, {data}) }}")


def converged(site: Page) -> None:
    site.wait_for_function(CONVERGED)


def test_a_run_plays_from_its_start_without_a_click_and_says_once_that_it_ended(site: Page) -> None:
    play(site, 30)
    assert site.evaluate("player.clock.playing")
    site.wait_for_function("log.some(([name]) => name === 'ended')")
    site.wait_for_timeout(200)
    assert site.evaluate("log.filter(([name]) => name === 'ended')") == [["ended", None, 30]]
    assert site.locator(".pg-play").get_attribute("aria-label") == "Play"


def test_every_part_shows_the_same_moment(site: Page) -> None:
    play(site, 40, "{t: 25}")
    converged(site)
    step, loss = site.evaluate("[player.recording.frames[25].step, player.recording.frames[25].metrics.train_loss]")
    assert site.locator(".pg-clock").inner_text() == f"step {step:,}"
    assert float(site.locator(".pg-readouts dd").first.inner_text()) == pytest.approx(loss, rel=5e-3)
    assert site.locator(".pg-table td:last-child").all_inner_texts() == [
        "0.0385",
        "0.00769",
        "0.115",
    ]  # frame 24's hold
    assert site.evaluate("player.stage.panels[2].plot.data[0].x.at(-1)") == step


def test_no_chart_is_made_anew_while_it_plays_or_takes_another_run(site: Page) -> None:
    play(site, 30)
    site.evaluate(f"window.nodes = {NODES}")
    site.wait_for_function("player.shown > 10")
    site.evaluate("""async () => { const other = JSON.parse(stage); other.parts[0].layout.title.text = 'Another';
      player.show({stage: JSON.stringify(other), bytes: await bytes(20, 3)}) }""")
    site.wait_for_function("player.recording.length === 20 && player.shown > 3 && settled()")
    assert site.evaluate(f"{NODES}.length === nodes.length && {NODES}.every((node, k) => node === nodes[k])")
    assert site.locator(".pg-panel h3").first.inner_text() == "Another"


def another(site: Page, training: str, trained: int | None) -> None:
    """Shows a second run behind one of the training `digits`, whose frames say from which on training is over."""
    ended = "" if trained is None else f", {trained}"
    site.evaluate(f"""async () => {{ const first = await (await fetch('/stage.json')).json();
      const of = (training) => JSON.stringify({{...first, training}});
      await play(20, {{stage: of('digits'), t: 4, bytes: await bytes(20, 0{ended})}});
      window.opened = []; const enter = player.stage.show.bind(player.stage);
      player.stage.show = (...moment) => {{ opened.push([moment[0].length, moment[1]]); enter(...moment); }};
      player.show({{stage: of({training}), bytes: await bytes(30, 3{ended}), plotly: '/plotly.js'}}) }}""")
    site.wait_for_function("opened.some(([length]) => length === 30)", timeout=8000)


@pytest.mark.parametrize(
    ("training", "trained", "start", "plays"),
    [("'digits'", 12, 12, True), ("'clothes'", 12, 0, True), ("'digits'", None, 4, False), ("null", 5, 0, True)],
)
def test_a_run_opens_behind_a_training_that_was_shown_already_or_at_the_moment_shown(
    site: Page, training: str, trained: int | None, start: int, plays: bool
) -> None:
    another(site, training, trained)
    opened = site.evaluate("opened.find(([length]) => length === 30)[1]")
    assert start <= opened <= (start + 3 if plays else start)  # a busy browser first draws it a little later
    assert site.evaluate("player.clock.playing") == plays


def test_the_old_picture_stays_until_the_moment_is_there_but_not_for_long(site: Page) -> None:
    site.evaluate("""async () => { const spec = await (await fetch('/stage.json')).json();
      const first = JSON.stringify({...spec, training: 'digits'});
      await play(20, {stage: first, t: 10}); window.WebSocket = FakeSocket;
      const opened = FakeSocket.all.length;
      player.show({stage: first, socket: '/new', plotly: '/plotly.js'});
      await until(() => FakeSocket.all.length > opened); // a run that is asked for soon after another waits a moment
      for (const one of (await frames(30, 3)).slice(0, 8)) FakeSocket.all.at(-1).give(one) }""")
    site.wait_for_timeout(300)
    assert site.evaluate("[player.recording.length, player.shown]") == [20, 10]
    site.wait_for_function("player.recording.length === 8 && player.shown >= 0", timeout=8000)


def test_it_draws_nothing_while_it_has_no_width_and_keeps_receiving(site: Page) -> None:
    play(site, 30, "{t: 3}")
    site.evaluate("document.getElementById('root').style.display = 'none'; player.seek(20)")
    site.wait_for_timeout(150)
    assert site.evaluate("player.shown") == 3
    site.evaluate("document.getElementById('root').style.display = ''")
    site.wait_for_function("player.shown === 20")


def test_zoom_and_legend_survive_streaming_and_another_run(site: Page) -> None:
    site.set_viewport_size({"width": 1280, "height": 1100})
    play(site, 60)
    site.locator(".pg-panel").nth(2).locator(".legendtoggle").first.click()
    box = site.locator(".pg-panel").nth(3).locator(".nsewdrag").bounding_box()
    assert box
    site.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.3 * box["height"])
    site.mouse.down()
    site.mouse.move(box["x"] + 0.7 * box["width"], box["y"] + 0.7 * box["height"], steps=4)
    site.mouse.up()
    look = (
        "[player.stage.panels[2].plot.data[0].visible, player.stage.panels[3].plot.layout.xaxis.range.map(Math.round)]"
    )
    site.wait_for_function(f"{look}[0] === 'legendonly' && {look}[1][0] > 100")
    before = site.evaluate(look)
    site.wait_for_function("player.shown > 20")
    site.evaluate(
        "async () => { player.show({stage: stage.replace('drawn for', 'made for'), bytes: await bytes(25, 3)}) }"
    )
    site.wait_for_function("player.recording.length === 25 && player.shown > 3 && settled()")
    assert site.evaluate(look) == before


def test_display_options_stay_and_start_no_run(site: Page) -> None:
    play(site, 30, "{t: 20}")
    site.get_by_role("button", name="Logarithmic axis").click()
    site.get_by_role("button", name="Discrete colours").first.click()
    site.wait_for_function("player.stage.panels[2].plot._fullLayout.yaxis.type === 'log'")
    site.evaluate(
        "async () => { player.show({stage: stage.replace('drawn for', 'made for'), bytes: await bytes(25, 3), t: 5}) }"
    )
    site.wait_for_function("player.recording.length === 25 && player.shown === 5 && settled()")
    assert site.evaluate("[player.stage.panels[2].plot._fullLayout.yaxis.type, player.stage.panels[0].discrete]") == [
        "log",
        True,
    ]
    site.get_by_role("button", name="Logarithmic axis").click()
    site.wait_for_function("player.stage.panels[2].plot._fullLayout.yaxis.type === 'linear'")
    assert site.evaluate("log.filter(([name]) => name !== 'ended')") == []


def test_the_old_picture_stays_until_the_first_new_frame(site: Page) -> None:
    play(site, 10, "{t: 9}")
    converged(site)
    site.evaluate("""async () => { window.WebSocket = FakeSocket; window.parts = await frames(5, 7);
      player.show({stage: stage.replaceAll('Loss', 'Cost'), socket: '/playground/run/two'}) }""")
    site.wait_for_function("FakeSocket.all.length === 1")
    site.evaluate("FakeSocket.all[0].give(JSON.stringify({state: 'queued', place: 2}))")
    site.wait_for_timeout(150)
    assert site.evaluate("[player.recording.length, player.stage.panels[2].plot.data[0].x.length]") == [10, 10]
    assert site.locator(".pg-status").inner_text() == "queued, place 2"
    site.evaluate("FakeSocket.all[0].give(parts[0])")
    site.wait_for_function("player.recording.length === 1 && player.stage.panels[2].plot.data[0].x.length === 1")
    assert site.locator(".pg-panel h3").nth(2).inner_text() == "Cost"


def test_the_main_chart_takes_a_new_spec_first_and_the_others_follow(site: Page) -> None:
    play(site, 30)
    site.wait_for_function("player.shown > 3")
    titles = site.evaluate("""async () => {
      const other = JSON.parse(stage);
      for (const part of other.parts) if (part.layout) part.layout.title.text = 'Another';
      const old = player.recording;
      player.hands = Infinity; // a hand that stays on a knob: charts wait
      player.show({stage: JSON.stringify(other), bytes: await bytes(20, 3)});
      await until(() => player.recording !== old && player.shown >= 0);
      return player.stage.panels.map((panel) => panel.title.textContent === 'Another');
    }""")
    assert titles == [True, False, False, False]
    site.evaluate("player.hands = -Infinity")
    site.wait_for_function("player.stage.panels.every((panel) => panel.title.textContent === 'Another')")


def test_quick_changes_end_in_the_last_run_and_leave_the_others(site: Page) -> None:
    play(site, 10)
    site.evaluate("""async () => { window.WebSocket = FakeSocket; window.parts = await frames(5, 7);
      for (let k = 0; k < 40; k++) player.show({stage, socket: `/run/${k}`}) }""")
    site.wait_for_function("FakeSocket.all.at(-1)?.address.includes('/run/39')")
    assert site.evaluate("FakeSocket.all.slice(0, -1).every((socket) => socket.closed === 4000)")
    assert site.evaluate("FakeSocket.all.length") <= 2
    site.evaluate("FakeSocket.all.at(-1).give(parts[0])")
    site.wait_for_function("player.recording.length === 1")


def test_a_failed_run_says_why_and_can_be_scrubbed(site: Page) -> None:
    play(site, 5)
    site.evaluate("""async () => { window.WebSocket = FakeSocket; const parts = await frames(5, 7);
      player.show({stage, socket: '/run/bad'}); await until(() => FakeSocket.all.length);
      const [one] = FakeSocket.all;
      parts.slice(0, 3).forEach((part) => one.give(part));
      one.give(JSON.stringify({state: 'failed', error: 'The worker ran out of memory.'})) }""")
    site.wait_for_function("player.recording.length === 3 && player.shown === 2 && !player.clock.playing")
    assert site.locator(".pg-status").inner_text() == "The worker ran out of memory."
    site.keyboard.press("ArrowLeft")
    site.wait_for_function("player.shown === 1")
    assert not site.evaluate("log.filter(([name, socket]) => name === 'ended' && socket === '/run/bad').length")


def test_one_frame_hides_the_bar(site: Page) -> None:
    play(site, 1)
    site.wait_for_function("log.length === 1")
    assert site.locator(".pg-bar").is_hidden()


def test_moments_are_told_where_it_rests_and_taken_back_where_it_plays(site: Page) -> None:
    play(site, 200, "{t: 12}")
    site.evaluate("player.act('next'); player.act('next')")
    site.wait_for_function("log.length === 1")
    site.keyboard.press("Space")
    site.wait_for_function("log.length === 2")
    assert site.evaluate("log") == [["moment", 14], ["moment", None]]


KEYS = [("ArrowRight", 11), ("ArrowLeft", 9), ("Home", 0), ("0", 0), ("End", 29)]


@pytest.mark.parametrize(("key", "expected"), KEYS)
def test_keys_move_it(site: Page, key: str, expected: int) -> None:
    play(site, 30, "{t: 10}")
    site.keyboard.press(key)
    site.wait_for_function(f"player.shown === {expected}")


def test_end_goes_to_the_live_edge_and_stays_there_when_pressed_again(site: Page) -> None:
    play(site, 5)
    site.evaluate("""async () => { window.WebSocket = FakeSocket; window.parts = await frames(20, 7);
      player.show({stage, socket: '/run/live'}); await until(() => FakeSocket.all.length);
      for (const part of parts.slice(0, 19)) FakeSocket.all[0].give(part);
      await until(() => player.recording.length === 19); player.seek(2) }""")
    for _ in range(2):
        site.keyboard.press("End")
        site.wait_for_function("player.shown === 18")
        assert site.evaluate("player.clock.live")
    site.evaluate("FakeSocket.all[0].give(parts[19])")
    site.wait_for_function("player.shown === 19")


def test_keys_are_left_alone_in_fields_and_with_modifiers(site: Page) -> None:
    play(site, 30, "{t: 10}")
    site.evaluate("document.body.append(Object.assign(document.createElement('input'), {id: 'field'}))")
    site.locator("#field").press("ArrowLeft")
    site.locator("#field").press("Home")
    site.evaluate("document.activeElement.blur()")
    site.keyboard.press("Control+ArrowLeft")
    site.wait_for_timeout(100)
    assert site.evaluate("player.shown") == 10


def test_the_scrubber_seeks_and_names_the_step(site: Page) -> None:
    play(site, 30, "{t: 10}")
    site.evaluate("player.bar.scrub.value = 21; player.bar.scrub.dispatchEvent(new Event('input'))")
    converged(site)
    step = site.evaluate("player.recording.frames[21].step")
    assert site.locator(".pg-scrub").get_attribute("aria-valuetext") == f"step {step:,}"


def test_the_maths_hold_the_moments_numbers(site: Page) -> None:
    play(site, 30, "{t: 10}")
    site.locator(".pg-maths summary").click()
    site.wait_for_function("document.querySelector('.pg-maths [data-metric]').textContent !== 'L'")
    cell = float(site.locator(".pg-maths [data-metric]").text_content() or "")
    assert cell == pytest.approx(site.evaluate("player.recording.metric('train_loss', 10)"), rel=5e-3)


FORMULAS = """async () => {
    const {Maths} = await import('/js/maths.js');
    const {Recording} = await import('/js/recording.js');
    const recording = new Recording();
    for (const [index, metrics] of [{loss: 0.5}, {loss: 0.25, token: 1}].entries()) {
        recording.push({index, step: index, metrics, arrays: {}, series: {}});
    }
    const maths = new Maths(document.createElement('div'));
    const formula = (name) => ({sentence: '', mathml: name && `<math><mtext data-metric="${name}">–</mtext></math>`});
    maths.restage(['loss', 'token', 'other', ''].map(formula));
    maths.node.open = true;
    maths.show(recording, 0);
    return [...maths.node.querySelectorAll('figure')].map((block) => [block.hidden, block.textContent]);
}"""


def test_a_formula_without_any_number_of_this_run_is_left_out(site: Page) -> None:
    assert site.evaluate(FORMULAS) == [[False, "0.500"], [False, "–"], [True, "–"], [False, ""]]


def test_panels_have_their_words_for_those_who_do_not_see_them(site: Page) -> None:
    play(site, 3)
    assert site.get_by_role("img", name="Loss, drawn for a test").count() == 1
    for button in site.locator(".pg button:visible").all():
        assert button.get_attribute("aria-label") or button.inner_text().strip()


def test_the_theme_is_followed(site: Page) -> None:
    play(site, 5, "{t: 4}")
    color = "player.stage.panels[2].plot._fullLayout.font.color"
    assert site.evaluate(color) == "#1f2430"
    site.evaluate("document.body.style.setProperty('--st-text-color', '#fafafa')")
    site.wait_for_function(f"{color} === '#fafafa'")


def places(parts: list[str]) -> str:
    """The script that places parts given by their size, or `table`."""
    specs = [f"{{part: '{'table' if one == 'table' else 'panel'}', size: '{one}'}}" for one in parts]
    return f"async () => (await import('/js/stage.js')).places([{', '.join(specs)}])"


LAYOUTS: list[Any] = [
    (["main"], ["wide main"]),
    (["main", "half"], ["main", "side tall"]),
    (["main", "half", "half", "half", "table"], ["main", "side", "side", "side", "broad"]),
    (["main", "half", "half", "half", "half"], ["main", "side", "side", "pair", "pair"]),
    (["half", "half", "half"], ["pair", "pair", "wide"]),
    (["half", "main", "wide", "half", "half"], ["side", "main", "wide", "side", "wide"]),
]


@pytest.mark.parametrize(("parts", "expected"), LAYOUTS)
def test_the_grid_has_no_holes(site: Page, parts: list[str], expected: list[str]) -> None:
    assert site.evaluate(places(parts)) == expected


def test_the_first_screen_holds_the_bar_and_the_main_panel(site: Page) -> None:
    site.set_viewport_size({"width": 950, "height": 560})
    play(site, 3)
    main = site.locator(".pg-panel").first.bounding_box()
    assert main and main["y"] + main["height"] <= 560 and main["width"] > 500


def test_a_phone_has_one_column(site: Page) -> None:
    site.set_viewport_size({"width": 390, "height": 844})
    play(site, 3)
    assert {round(panel.bounding_box()["width"]) for panel in site.locator(".pg-panel").all()} == {366}  # type: ignore[index]
    assert site.evaluate("document.documentElement.scrollWidth") <= 390


def test_taking_it_away_leaves_nothing(site: Page) -> None:
    play(site, 5)
    site.evaluate("player.close()")
    site.wait_for_timeout(100)
    assert site.evaluate("document.getElementById('root').childElementCount") == 0


def test_a_picture_s_words_shrink_on_a_narrow_screen(site: Page) -> None:
    script = """async (width) => {
      document.getElementById('root').style.width = `${width}px`;
      const spec = await (await fetch('/stage.json')).json();
      Object.assign(spec.parts[1], {fit: 2000, size: 'main'});
      spec.parts[0].size = 'half';
      if (!window.player) await play(5, {t: 4, stage: JSON.stringify(spec)});
      const {plot} = player.stage.parts.get('graph');
      await until(() => plot.clientWidth && settled() && player.stage.parts.get('graph').scale < 1);
      return [player.stage.parts.get('graph').scale, plot._fullLayout.font.size] }"""
    scale, size = site.evaluate(script, 1000)
    assert scale == 0.7 and size == pytest.approx(8.4)
    assert site.evaluate("player.stage.parts.get('loss').plot._fullLayout.font.size") == 12


def test_a_logarithmic_axis_finds_its_own_range(site: Page) -> None:
    play(site, 20, "{t: 10}")
    ranges = site.evaluate("""async () => {
      const loss = (await (await fetch('/stage.json')).json()).parts[2];
      loss.bindings.push({kind: 'layout', path: 'yaxis.range', array: 'span'});
      const panel = player.stage.parts.get('loss'), {recording} = player;
      const array = recording.array.bind(recording);
      recording.array = (name, i) => (name === 'span' ? {values: Float32Array.of(0, 5), shape: [2]} : array(name, i));
      await panel.restage(loss, recording, 10);
      const linear = panel.plot._fullLayout.yaxis.range.slice();
      await panel.toggleLog();
      return [linear, panel.plot._fullLayout.yaxis.range];
    }""")
    assert ranges[0] == [0, 5] and ranges[1][1] < 2
