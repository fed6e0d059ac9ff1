"""The whole chain in a real Chromium: link, page, training, socket, player, picture."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import serve

PLAYER = "window.playground?.player"
SLIDER = ".st-key-knobs [data-testid=stSlider] input[type=range]"


def opened(page: Page, address: str) -> Page:
    """The page once its player has drawn a frame and the knobs are there."""
    page.goto(address)
    page.wait_for_function(f"{PLAYER}?.shown >= 0", timeout=60_000)
    page.wait_for_selector(SLIDER, state="attached")
    return page


def state(page: Page) -> dict[str, Any]:
    """What the player shows: frame, its training loss, how many there are, its run's socket."""
    found: dict[str, Any] = page.evaluate(
        """() => {
          const {player} = window.playground, {recording, shown} = player;
          return {shown, loss: recording.metric('train_loss', shown), length: recording.length,
                  socket: player.run.data.socket, playing: player.clock.playing};
        }"""
    )
    return found


def rested(page: Page, i: int) -> None:
    """Waits until the player rests at frame i with every panel drawn."""
    page.wait_for_function("(i) => playground.player.recording.length > i", arg=i, timeout=60_000)
    page.evaluate("(i) => playground.player.seek(i)", i)
    page.wait_for_function(
        """(i) => { const {shown, staging, stage} = playground.player;
          return shown === i && !staging && stage.panels.every((one) => !one.next && !one.busy) }""",
        arg=i,
    )


def map_pixels(page: Page) -> list[int]:
    """A coarse sample of the decision map's colours."""
    found: list[int] = page.evaluate(
        """() => {
          const canvas = document.querySelector('.pg-panel[data-place~=main] canvas');
          const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
          return Array.from({length: 400}, (_, i) => data[4 * Math.floor(i * data.length / 1600)]);
        }"""
    )
    return found


def nodes_marked(page: Page) -> int:
    """How many chart nodes carry the mark that `mark_nodes` put on them."""
    return int(page.evaluate("() => [...document.querySelectorAll('.main-svg')].filter((n) => n.marked).length"))


def mark_nodes(page: Page) -> int:
    """Marks every chart node and gives their number."""
    found: int = page.evaluate(
        """() => {
          const nodes = document.querySelectorAll('.main-svg');
          nodes.forEach((node) => { node.marked = true; });
          return nodes.length;
        }"""
    )
    return found


def test_frames_advance_with_no_click_and_pause_holds(server: str, page: Page) -> None:
    opened(page, f"{server}/network?seed=101")
    first = state(page)["shown"]
    page.wait_for_function("(i) => playground.player.shown > i + 3", arg=first)
    page.keyboard.press("Space")
    page.wait_for_function("() => { const {player} = playground; return player.shown === player.moment }")
    held = state(page)
    page.wait_for_timeout(600)
    assert state(page)["shown"] == held["shown"]


def test_a_page_asks_no_other_host(server: str, page: Page) -> None:
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    opened(page, f"{server}/network?seed=110")
    page.goto(server)
    page.wait_for_selector(".st-key-home img")
    assert hosts - {""} == {urlsplit(server).netloc}


def test_scrub_back_shows_an_older_border_and_forward_the_newer_again(server: str, page: Page) -> None:
    opened(page, f"{server}/network?seed=102")
    rested(page, 60)
    newer, loss = map_pixels(page), state(page)["loss"]
    rested(page, 2)
    assert map_pixels(page) != newer
    assert state(page)["loss"] > loss
    rested(page, 60)
    assert map_pixels(page) == newer


def test_no_chart_node_is_created_again_while_playing_or_on_a_new_run(server: str, page: Page) -> None:
    opened(page, f"{server}/network?seed=103")
    page.wait_for_function("() => playground.player.shown > 2")
    count = mark_nodes(page)
    assert count >= 4
    page.wait_for_function("() => playground.player.shown > 15")
    assert nodes_marked(page) == count
    before = state(page)["socket"]
    page.locator(SLIDER).first.press("ArrowRight")
    page.wait_for_function(
        "(old) => playground.player.run.data.socket !== old && playground.player.shown > 2", arg=before
    )
    assert nodes_marked(page) == count


def test_a_legend_choice_and_a_zoom_survive_streaming(server: str, page: Page) -> None:
    opened(page, f"{server}/network?seed=104")
    page.evaluate(
        """async () => {
          const {player} = playground, plot = document.querySelectorAll('.js-plotly-plot')[2];
          await player.Plotly.restyle(plot, {visible: 'legendonly'}, [0]);
          await player.Plotly.relayout(plot, {'xaxis.range': [0, 500]});
        }"""
    )
    now = state(page)["shown"]
    page.wait_for_function("(i) => playground.player.shown > i + 8", arg=now)
    kept = page.evaluate(
        """() => {
          const plot = document.querySelectorAll('.js-plotly-plot')[2];
          return [plot._fullData[0].visible, plot._fullLayout.xaxis.range];
        }"""
    )
    assert kept == ["legendonly", [0, 500]]


def test_a_slider_starts_a_new_run_and_back_and_forward_return(server: str, page: Page) -> None:
    opened(page, f"{server}/network?seed=105")
    first = state(page)["socket"]
    page.locator(SLIDER).first.press("ArrowRight")
    page.wait_for_function("(old) => playground.player.run.data.socket !== old", arg=first)
    page.wait_for_url("**learning_rate=*")
    second, link = state(page)["socket"], page.url
    page.go_back()
    page.wait_for_function("(old) => playground.player.run.data.socket === old", arg=first)
    assert "learning_rate=" not in page.url
    page.go_forward()
    page.wait_for_function("(old) => playground.player.run.data.socket === old", arg=second)
    page.wait_for_url(link.split("&t=")[0] + "*")


def test_back_right_after_a_change_and_forward_right_after_that_are_followed(server: str, page: Page) -> None:
    opened(page, f"{server}/network?seed=116")
    first = state(page)["socket"]
    page.locator(SLIDER).first.press("ArrowRight")
    page.wait_for_url("**learning_rate=*")
    page.go_back()
    page.wait_for_function("(old) => playground.player.data.socket === old", arg=first)
    page.go_forward()
    page.wait_for_function("(old) => playground.player.data.socket !== old", arg=first)
    assert "learning_rate=" in page.url
    page.go_back()
    page.go_forward()
    page.wait_for_function("playground.player.data.command.includes('learning_rate=')")


def test_a_preset_is_a_link_that_moves_address_widgets_and_player(server: str, page: Page) -> None:
    opened(page, f"{server}/network?seed=106")
    first = state(page)["socket"]
    page.get_by_role("link", name="XOR").first.click()
    page.wait_for_function("(old) => playground.player.run.data.socket !== old", arg=first)
    page.wait_for_url("**/network?data=xor*")
    expect(page.locator(".st-key-knobs [data-testid=stSelectbox] input").first).to_have_value("XOR", timeout=20_000)
    expect(page.locator("[class*=st-key-preset-on]")).to_have_count(1, timeout=20_000)


def test_a_reload_reopens_the_same_moment_with_the_same_numbers(server: str, page: Page) -> None:
    opened(page, f"{server}/network?seed=107")
    rested(page, 33)
    page.wait_for_url("**t=33*")
    before = state(page)
    page.reload()
    page.wait_for_function(f"{PLAYER}?.shown === 33", timeout=60_000)
    after = state(page)
    assert (after["loss"], after["socket"], after["playing"]) == (before["loss"], before["socket"], False)


def test_forty_quick_slider_steps_lose_none(server: str, page: Page) -> None:
    opened(page, f"{server}/network?seed=108")
    slider = page.locator(SLIDER).nth(1)
    count, before = mark_nodes(page), float(slider.input_value())
    for _ in range(40):
        slider.press("ArrowRight")
    share = str(round(0.1 + 40 * 0.02, 2))
    assert float(slider.input_value()) == pytest.approx(before + 40 * 0.02)
    page.wait_for_url(f"**noise={share}*")
    page.wait_for_function("(end) => playground.player.data.command.endsWith(end)", arg=f"noise={share}&seed=108")
    page.wait_for_timeout(1500)  # an answer to an older step would undo the last ones within this time
    assert float(slider.input_value()) == pytest.approx(before + 40 * 0.02)
    assert f"noise={share}" in page.url
    assert nodes_marked(page) == count
    assert page.evaluate("() => playground.player.data.command").endswith(f"noise={share}&seed=108")


def test_an_odd_link_says_what_it_ignored(server: str, page: Page) -> None:
    opened(page, f"{server}/network?data=xor&colour=1&learning_rate=much&seed=1&seed=109")
    said = page.locator(".st-key-stage [data-testid=stCaptionContainer]").first
    for note in ("colour is not a knob", "learning_rate=much is not a number", "seed is given 2 times"):
        expect(said).to_contain_text(note, timeout=20_000)
    page.wait_for_url("**/network?data=xor&seed=109")


def test_the_end_brings_a_verdict_and_a_link_that_mends(server: str, page: Page) -> None:
    opened(page, f"{server}/network?data=circles&activation=relu&learning_rate=10&optimizer=sgd&steps=300")
    rested(page, 0)
    page.evaluate("() => playground.player.act('live')")
    page.wait_for_selector(".st-key-verdicts a", timeout=60_000)
    first = state(page)["socket"]
    page.locator(".st-key-verdicts a").first.click()
    page.wait_for_function("(old) => playground.player.run.data.socket !== old", arg=first)
    page.wait_for_selector(".st-key-verdicts", state="detached")


def test_a_pin_stays_beside_the_next_run_and_travels_in_the_link(server: str, page: Page) -> None:
    opened(page, f"{server}/network?seed=110")
    page.get_by_role("button", name="Pin").click()
    page.wait_for_url("**pin=seed~110*")
    page.locator(SLIDER).first.press("ArrowRight")
    page.wait_for_function(
        "() => document.querySelector('.pg-pins li')?.innerText.includes('learning_rate 0.03 -> 0.05')"
    )
    page.locator(".pg-pins button").click()
    page.wait_for_function("() => !location.search.includes('pin=')")


@pytest.fixture(scope="module")
def below_a_path() -> Iterator[str]:
    process, address = serve(base="x")
    yield address
    process.terminate()
    process.wait(20)


def test_it_all_works_below_a_path(below_a_path: str, page: Page) -> None:
    failed: list[str] = []
    page.on("response", lambda answer: failed.append(answer.url) if answer.status >= 400 else None)
    opened(page, f"{below_a_path}/network?seed=111")
    page.wait_for_function("() => playground.player.shown > 5")
    assert state(page)["socket"].startswith("/x/playground/run/")
    assert not [url for url in failed if "playground" in url]
    page.get_by_role("link", name="XOR").first.click()
    page.wait_for_url("**/x/network?data=xor*")
