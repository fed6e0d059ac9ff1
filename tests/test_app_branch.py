"""Branch and weights by hand in a real Chromium: the run goes on from the moment shown, link and reload keep it."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, expect

from tests.slow_line import SlowLine
from tests.test_app_chain import SLIDER, opened, rested, state

STEP = "playground.player.recording.frames[playground.player.shown].step"
EDGE = """(name) => {
  const panel = playground.player.stage.parts.get('graph'), {weigh, plot} = panel;
  const [x0, y0, x1, y1] = weigh.lines.segments[weigh.binding.names.indexOf(name)];
  const {xaxis, yaxis} = plot._fullLayout, corner = plot.getBoundingClientRect();
  return [corner.x + xaxis._offset + xaxis.c2p(0.45 * x0 + 0.55 * x1),
          corner.y + yaxis._offset + yaxis.c2p(0.45 * y0 + 0.55 * y1)];
}"""


def changes(page: Page) -> str:
    return parse_qs(urlsplit(page.url).query).get("changes", [""])[0]


def ready(page: Page, address: str) -> int:
    """Opens a short run, rests in its middle and gives the step there."""
    opened(page, address)
    page.wait_for_function("playground.player.recording.status.state === 'done'", timeout=60_000)
    rested(page, 60)
    return int(page.evaluate(STEP))


def changed(page: Page) -> None:
    """Waits until a run with a change is on stage and plays from there."""
    page.wait_for_function("new URL(location.href).searchParams.has('changes')", timeout=30_000)
    page.wait_for_function("playground.player.run.data.branched || playground.player.shown > 0", timeout=30_000)


def test_with_branch_on_a_slider_changes_the_run_from_the_step_shown(server: str, page: Page) -> None:
    step = ready(page, f"{server}/network?data=moons&steps=1000&seed=71")
    before = page.evaluate("[40, 60].map((i) => playground.player.recording.metric('train_loss', i))")
    page.locator(".pg-branch").click()
    expect(page.locator(".pg-branch")).to_have_attribute("aria-pressed", "true")
    slider = page.locator(SLIDER).first
    slider.focus()
    slider.press("ArrowRight")
    changed(page)
    assert changes(page).startswith(f"{step}~learning_rate~")
    expect(page.get_by_role("button", name=f"step {step}: Learning rate")).to_be_visible()
    page.wait_for_function("playground.player.shown > 62", timeout=30_000)
    after = page.evaluate("[40, 60].map((i) => playground.player.recording.metric('train_loss', i))")
    assert after == before
    page.reload()
    opened(page, page.url)
    expect(page.get_by_role("button", name=f"step {step}: Learning rate")).to_be_visible()


def test_a_change_stays_when_the_page_asks_again_before_its_address_came(server: str, page: Page) -> None:
    line = SlowLine(page)
    step = ready(page, f"{server}/network?data=moons&steps=1000&seed=73")
    line.late(2500)
    page.locator(".pg-branch").click()
    page.locator(SLIDER).first.press("ArrowRight")
    page.wait_for_timeout(1700)
    line.answered(page.locator(".pg-branch").click)  # this goes out with the address as it was
    assert changes(page).startswith(f"{step}~learning_rate~")
    assert "changes=" in page.evaluate("playground.player.data.command")


def test_a_change_is_taken_back_by_its_button(server: str, page: Page) -> None:
    opened(page, f"{server}/network?data=moons&steps=1000&changes=100~l2~0.1")
    page.get_by_role("button", name="step 100: L2 = 0.1").click()
    page.wait_for_function("!new URL(location.href).searchParams.has('changes')")
    expect(page.locator(".st-key-changes")).to_have_count(0)


def test_a_weight_is_set_by_hand_where_its_line_is_clicked(server: str, page: Page) -> None:
    step = ready(page, f"{server}/network?data=xor&hidden_sizes=4&steps=1000&seed=72")
    page.mouse.click(*page.evaluate(EDGE, "w1.1.1"))
    field = page.locator(".pg-weigh input").first
    expect(field).to_be_focused()
    name = field.get_attribute("name")
    field.fill("9.5")
    field.press("Enter")
    changed(page)
    assert changes(page) == f"{step}~{name}~9.5"
    page.wait_for_function("playground.player.shown > 61", timeout=30_000)
    rested(page, 61)
    largest = page.evaluate("Math.max(...playground.player.recording.array('weights', 61).values)")
    assert 9 < largest < 10
    assert state(page)["length"] > 61
