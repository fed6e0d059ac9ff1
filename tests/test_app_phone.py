"""The app in a hand: what a finger can hit, how soon the stage comes, what stays in sight of a wide table."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.test_app_chain import PLAYER

CONTROLS = ", ".join([
    ".pg-bar button", ".pg-bar select", ".pg-scrub", ".pg-tool", ".pg-maths summary", ".pg-page-tools button",
    ".stMain [data-testid=stPageLink] a", ".st-key-labs button", ".st-key-knobs [data-testid=stButtonGroup] button",
    ".stMain button[aria-label^='Help for']",
])  # fmt: skip
MISSED = """(controls) => [...document.querySelectorAll(controls)].filter((one) => one.offsetWidth
  && !one.closest('details:not([open])')).flatMap((one) => {
  one.scrollIntoView({block: 'center', inline: 'center', behavior: 'instant'});
  const {left, top, width, height} = one.getBoundingClientRect();
  const hit = (dx, dy) => {
    const found = document.elementFromPoint(left + width / 2 + dx, top + height / 2 + dy);
    return one.contains(found);
  };
  return hit(0, -17) && hit(0, 17) ? [] : [`${one.ariaLabel || one.textContent.trim()}: ${width} x ${height}`];
})"""


@pytest.fixture(scope="module")
def phone(browser: Browser, server: str) -> Iterator[Page]:
    """The first page of the app, its run over."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    page = context.new_page()
    page.goto(f"{server}/network?steps=200")
    page.wait_for_function(f"{PLAYER}?.recording.over && {PLAYER}.shown >= 0", timeout=60_000)
    page.wait_for_selector(".st-key-knobs [data-testid=stWidgetLabel]")
    yield page
    context.close()


def test_a_finger_hits_every_control(phone: Page) -> None:
    assert not "; ".join(phone.evaluate(MISSED, CONTROLS))


def test_the_stage_stands_in_the_upper_half_below_one_row_of_presets(phone: Page) -> None:
    phone.evaluate("document.querySelector('.stMain').scrollTo(0, 0)")
    assert phone.evaluate("document.querySelector('.pg-stage').getBoundingClientRect().top") < 844 / 2
    tops = "[...document.querySelectorAll('.st-key-presets a')].map((one) => one.getBoundingClientRect().top)"
    assert phone.evaluate(f"new Set({tops}.filter(Boolean)).size") == 1
    assert phone.evaluate("document.querySelector('.stMain').scrollWidth") == 390


TABLE = """() => {
  const scroll = [...document.querySelectorAll('.pg-scroll')].find((one) => one.querySelector('.pg-shape'));
  scroll.scrollTo(1000, 0);
  const [first, shape] = ['td', '.pg-shape'].map((one) => scroll.querySelector(one).getBoundingClientRect());
  return [scroll.scrollLeft, first.left - scroll.getBoundingClientRect().left, shape.height, shape.width];
}"""


def test_a_wide_table_keeps_its_first_column_and_never_breaks_a_shape(phone: Page) -> None:
    scrolled, first, height, width = phone.evaluate(TABLE)
    assert scrolled > 0 and first == 0
    assert width > height


def test_the_tools_beside_the_title_hide_no_word(phone: Page) -> None:
    tool = phone.locator(".pg-page-tools button").first
    assert tool.evaluate("(one) => getComputedStyle(one).backgroundColor") == "rgba(0, 0, 0, 0)"
