"""Talk mode: what is on the page, in a real Chromium, and how it answers to keys."""

from __future__ import annotations

from playwright.sync_api import Page

from playground import contract
from playground.link import to_query
from playground.ui.place import Place, arrive
from tests.test_app_chain import opened, state

SMALL = """() => {
  const seen = (node) => node.getClientRects().length && getComputedStyle(node).visibility !== 'hidden';
  const own = (node) => [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
  const nodes = [...document.querySelectorAll('.pg *, .pg-page-head *')].filter((node) => own(node) && seen(node));
  const small = nodes.filter((node) => parseFloat(getComputedStyle(node).fontSize) < 16);
  return small.map((node) => node.textContent);
}"""


def talk(**query: str) -> Place:
    return arrive("network", {name: (text,) for name, text in {"present": "1", **query}.items()})


def test_on_stage_no_knob_is_in_sight_but_those_chosen() -> None:
    assert not talk().shows("learning_rate")
    chosen = talk(show="learning_rate~momentum~seed")
    assert [chosen.shows(name) for name in ("learning_rate", "seed", "noise")] == [True, True, False]
    assert arrive("network", {}).shows("noise") and not arrive("network", {}).presenting
    assert chosen.query()["show"] == ("learning_rate~momentum~seed",)


def test_a_name_in_show_that_is_no_knob_is_said() -> None:
    assert talk(show="learning_rate~colour").notes == ("colour in show is not a knob of this lab: ignored.",)


def test_on_stage_there_is_the_title_the_player_and_nothing_else_and_type_is_large(server: str, page: Page) -> None:
    page.goto(f"{server}/network?present=1&seed=120")
    page.wait_for_function("window.playground?.player?.shown > 1", timeout=60_000)
    assert page.locator("h1").inner_text() == "Neural network: Sandbox"
    assert page.locator(".st-key-side, .st-key-why, .st-key-neighbours").count() == 0
    assert not page.locator("[data-testid=stHeader]").is_visible()
    assert page.evaluate(SMALL) == []


PRESETS = contract.lab("network/sandbox").presets
HOLDS = (
    "(wanted) => Object.entries(wanted).every(([name, text]) => new URL(location.href).searchParams.get(name) === text)"
)


def test_chosen_knobs_stand_above_and_a_number_key_picks_a_preset(server: str, page: Page) -> None:
    page.goto(f"{server}/network?present=1&show=learning_rate&seed=121")
    page.wait_for_function("window.playground?.player?.shown > 1", timeout=60_000)
    assert page.locator(".st-key-knobs [data-testid=stSlider]").count() == 1
    before = state(page)["socket"]
    for number in (2, 9):
        page.keyboard.press(str(number))
        page.wait_for_function("(old) => playground.player.run.data.socket !== old", arg=before)
        page.wait_for_url("**present=1**")
        wanted = to_query(PRESETS[number - 1].knobs)
        page.wait_for_function(HOLDS, arg=wanted)
        assert "show=learning_rate" in page.url
        before = state(page)["socket"]


def test_present_and_back_keep_the_experiment(server: str, page: Page) -> None:
    opened(page, f"{server}/network?data=xor&seed=122")
    page.get_by_role("button", name="Present").click()
    page.wait_for_url("**present=1**")
    page.get_by_role("button", name="Leave the stage").click()
    page.wait_for_function("() => !location.search.includes('present')")
    page.wait_for_selector(".st-key-side")
    assert "data=xor" in page.url and "seed=122" in page.url
