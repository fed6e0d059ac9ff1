"""Quick hands and slow lines in a real Chromium: what was done last counts for address, widgets and run."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.slow_line import SlowLine
from tests.test_app_chain import SLIDER, opened, rested

XOR = "network?data=xor&hidden_sizes=4&steps=300"
FIELD = ".st-key-knobs [data-testid=stSelectbox] input"


def agreed(page: Page, ending: str, data: str) -> None:
    """Waits until address, run and the widget of the data say the same."""
    page.wait_for_function("(end) => playground.player.data.command.endsWith(end)", arg=ending, timeout=30_000)
    page.wait_for_function(
        "(end) => location.href.replace(/&t=\\d+$/, '').endsWith(end)", arg=ending.split("?")[1], timeout=30_000
    )
    expect(page.locator(FIELD).first).to_have_value(data, timeout=30_000)


def preset(page: Page, name: str) -> None:
    page.locator("[class*=st-key-presets]").get_by_role("link", name=name).click()


@pytest.mark.parametrize("late", [0, 1500])
def test_a_preset_and_then_a_knob_both_count(server: str, page: Page, late: int) -> None:
    line = SlowLine(page)
    opened(page, f"{server}/{XOR}&seed=131")
    line.late(late)
    preset(page, "Five blobs")
    page.wait_for_timeout(80)
    line.answered(lambda: page.locator(SLIDER).first.press("ArrowRight"))
    agreed(page, "network?data=blobs&class_count=5&learning_rate=0.05", "Blobs")


def test_a_preset_chosen_just_before_a_run_ends_stays(server: str, page: Page) -> None:
    line = SlowLine(page)
    opened(page, f"{server}/{XOR}&seed=132")
    page.wait_for_function("playground.player.recording.over", timeout=60_000)
    rested(page, 90)
    line.late(1500)
    preset(page, "Five blobs")
    page.wait_for_timeout(300)
    page.evaluate("playground.player.seek(playground.player.recording.length - 1)")
    page.wait_for_function("!playground.player.data.command.includes('xor')")
    page.wait_for_timeout(2000)
    assert "xor" not in page.evaluate("playground.player.data.command")
    assert "xor" not in page.url


def test_a_number_key_takes_no_moment_of_the_old_run_along(server: str, page: Page) -> None:
    opened(page, f"{server}/{XOR}&seed=133")
    rested(page, 41)
    page.wait_for_url("**t=41*")
    page.keyboard.press("2")
    page.wait_for_function("!playground.player.run.data.command.includes('xor')")
    page.wait_for_function("playground.player.shown > 5")
    assert "t=41" not in page.url


def test_the_dice_and_then_a_slider_show_the_seed_of_the_run(server: str, page: Page) -> None:
    line = SlowLine(page)
    opened(page, f"{server}/{XOR}&seed=134")
    line.late(1000)
    page.locator(".st-key-dice button").first.click()
    page.wait_for_timeout(600)
    line.answered(lambda: page.locator(SLIDER).first.press("ArrowRight"))
    page.wait_for_function("playground.player.data.command.includes('learning_rate=')")
    seed = page.evaluate("new URLSearchParams(playground.player.data.command.split('?')[1]).get('seed')")
    assert seed != "134"
    expect(page.locator("[class*=st-key-seed] input").first).to_have_value(seed)


def test_the_widgets_of_a_page_left_and_entered_again_show_its_knobs(server: str, page: Page) -> None:
    opened(page, f"{server}/{XOR}&seed=135")
    page.locator("[class*=st-key-neighbours] a").last.click()
    page.wait_for_function("!location.pathname.endsWith('/network')")
    page.wait_for_function("playground.player?.data?.command?.startsWith('activations')", timeout=60_000)
    page.go_back()
    page.wait_for_function("playground.player?.data?.command?.startsWith('network')", timeout=60_000)
    expect(page.locator(FIELD).first).to_have_value("XOR", timeout=30_000)
    before: Any = page.evaluate("playground.player.data.command")
    page.locator(SLIDER).first.press("ArrowRight")
    page.wait_for_function("(old) => playground.player.data.command !== old", arg=before)
    after: str = page.evaluate("playground.player.data.command")
    assert "data=xor" in after and "hidden_sizes=4" in after and "steps=300" in after
