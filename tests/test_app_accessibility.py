"""The app for those who see little, do not point, or want no motion: measured in a real Chromium, axe-core included."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize, expect

from playground.contract import labs
from tests.test_app_chain import PLAYER, rested

OTHERS = ["", "talk", "network?present=1", "network?embed=true"]
LINKS = [*OTHERS, *(f"{one.concept}?lab={one.name}" for one in labs())]
GRAVE = ("serious", "critical")
WHOLE, HALF = ViewportSize(width=1280, height=720), ViewportSize(width=640, height=360)  # as at 200 % of the size
SHORT = "network?data=moons&steps=200&seed=81"
FOCUSED = "document.activeElement"


@pytest.fixture(scope="module")
def tab(browser: Browser) -> Iterator[Page]:
    """One tab for all pages."""
    context = browser.new_context(viewport=WHOLE, reduced_motion="reduce")
    yield context.new_page()
    context.close()


def shown(page: Page, address: str) -> None:
    """Opens a page and waits until it stands still."""
    page.goto(address)
    page.wait_for_selector(".stMainBlockContainer h1", timeout=60_000)
    if page.locator(".pg-bar").count() or "?lab=" in address:
        page.wait_for_function(f"{PLAYER}?.shown >= 0 && !{PLAYER}.staging", timeout=60_000)
    if "?lab=" in address:
        page.wait_for_selector(".st-key-knobs [data-testid=stWidgetLabel]")
    page.wait_for_function("!document.querySelector('[data-testid=stSkeleton]')")


def grave(page: Page) -> list[str]:
    """What axe-core finds that shuts somebody out: rule and node."""
    found: dict[str, Any] = Axe().run(page).response
    worst = (one for one in found["violations"] if one["impact"] in GRAVE)
    return [f"{one['id']}: {node['html'][:200]}" for one in worst for node in one["nodes"]]


@pytest.mark.parametrize("link", LINKS)
def test_no_page_shuts_anybody_out_in_light_or_dark_or_at_twice_the_size(server: str, tab: Page, link: str) -> None:
    tab.emulate_media(color_scheme="light")
    tab.set_viewport_size(WHOLE)
    shown(tab, f"{server}/{link}")
    assert not grave(tab)
    tab.emulate_media(color_scheme="dark")
    tab.wait_for_function("getComputedStyle(document.querySelector('.stApp')).colorScheme === 'dark'")
    assert not grave(tab)
    tab.set_viewport_size(HALF)
    tab.wait_for_function("document.querySelector('.stMain').scrollWidth <= innerWidth", timeout=5_000)


def press_until(page: Page, wanted: str, key: str = "Tab", most: int = 80) -> None:
    """Presses a key until what has the focus matches a selector."""
    for _ in range(most):
        if page.evaluate(f"{FOCUSED}.matches({wanted!r})"):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{wanted} is out of the keyboard's reach")


def test_the_keyboard_alone_reaches_and_works_every_control(server: str, page: Page) -> None:
    shown(page, f"{server}/{SHORT}")
    press_until(page, ".pg-page-head button")
    page.keyboard.press("Enter")
    expect(page.locator("dialog.pg-dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog.pg-dialog")).to_be_hidden()
    assert page.evaluate(f"{FOCUSED}.matches('.pg-page-head button')")
    press_until(page, ".st-key-knobs [data-testid=stSlider] input[type=range]")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("new URL(location.href).searchParams.has('learning_rate')", timeout=30_000)
    press_until(page, ".st-key-presets a")
    page.keyboard.press("Enter")
    page.wait_for_function("new URL(location.href).searchParams.get('data') === 'xor'", timeout=30_000)
    press_until(page, ".pg-bar button")
    press_until(page, ".pg-bar input[type=range]")
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    page.wait_for_function("playground.player.moment !== null")


def test_every_control_has_a_name_and_shows_its_focus(server: str, page: Page) -> None:
    shown(page, f"{server}/{SHORT}")
    page.locator(".pg-bar button").first.focus()
    page.keyboard.press("Tab")
    assert page.evaluate(f"getComputedStyle({FOCUSED}).outlineStyle") != "none"
    unnamed = page.evaluate(
        """() => [...document.querySelectorAll('.pg button, .pg input, .pg select')]
          .filter((one) => !(one.getAttribute('aria-label') || one.textContent.trim() || one.labels?.length))
          .map((one) => one.outerHTML)"""
    )
    assert not unnamed


def test_with_reduced_motion_nothing_plays_by_itself_and_the_end_is_shown(server: str, browser: Browser) -> None:
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{server}/{SHORT}")
    page.wait_for_function(f"{PLAYER}?.shown >= 0", timeout=60_000)
    assert page.evaluate("playground.player.clock.playing") is False
    page.wait_for_function(
        "(({recording, shown}) => recording.over && shown === recording.length - 1)(playground.player)"
    )
    expect(page.locator(".st-key-verdicts")).to_be_visible(timeout=30_000)
    context.close()


def test_charts_say_their_numbers(server: str, page: Page) -> None:
    shown(page, f"{server}/{SHORT}")
    page.wait_for_function("playground.player.recording.status.state === 'done'", timeout=60_000)
    rested(page, 60)
    page.wait_for_function("document.querySelector('.pg-plot[aria-label*=\"At step\"]')")
    said = page.evaluate("[...document.querySelectorAll('.pg-plot')].map((one) => one.getAttribute('aria-label'))")
    step, loss = page.evaluate(
        "(({recording}) => [recording.frames[60].step, recording.metric('train_loss', 60)])(playground.player)"
    )
    assert any(f"At step {step}: train {loss:.3g}" in one for one in said)
    assert any(f"At step {step}: Test accuracy" in one for one in said)
