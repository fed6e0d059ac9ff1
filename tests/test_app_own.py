"""A visitor's own points in a real Chromium: painted on the plane or taken from a table, and kept by the link."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import numpy as np
from playwright.sync_api import FilePayload, Page, expect

from playground.concepts.network.sandbox.own import REACH, STARTING
from playground.data import painted
from tests.test_app_chain import opened

PIXEL = """([x, y]) => {
  const {plot} = playground.player.stage.parts.get('map');
  const {xaxis, yaxis} = plot._fullLayout, corner = plot.getBoundingClientRect();
  return [corner.x + xaxis._offset + xaxis.c2p(x), corner.y + yaxis._offset + yaxis.c2p(y)];
}"""
TRAINED_ON = "() => playground.player.recording.array('{}_x', 0)?.values.length"
TABLE = "height,age,weight,fit\n" + "\n".join(
    f"{150 + i},{20 + i % 9},{50 + i * 0.5},{'yes' if i % 2 else '<b>no</b>'}" for i in range(40)
)


def text(page: Page, name: str) -> str:
    """What the link says of a knob."""
    return parse_qs(urlsplit(page.url).query).get(name, [""])[0]


def painted_here(page: Page) -> tuple[np.ndarray, np.ndarray]:
    """Places on the plane and classes of the points that the link carries."""
    places, labels = painted.points(text(page, "painted"))
    return (2 * places - 1) * REACH, labels


def click(page: Page, x: float, y: float) -> None:
    """Clicks a place of the plane and waits until the link has changed."""
    before = page.url
    page.mouse.click(*page.evaluate(PIXEL, [x, y]))
    page.wait_for_function("(before) => location.href !== before", arg=before, timeout=30_000)


def points(page: Page) -> int:
    """How many points the run on stage has, over all splits."""
    return sum(int(page.evaluate(TRAINED_ON.format(split)) or 0) for split in ("train", "validation", "test"))


def shows(page: Page, count: int) -> None:
    """Waits until the run on stage has so many points."""
    splits = " + ".join(f"({TRAINED_ON.format(split)})()" for split in ("train", "validation", "test"))
    page.wait_for_function(f"() => playground.player.shown >= 0 && {splits} === {count}", timeout=30_000)


def test_points_are_painted_erased_and_kept_by_the_link(server: str, page: Page) -> None:
    start = len(painted.points(STARTING)[1])
    opened(page, f"{server}/network?data=painted&steps=200&seed=31")
    shows(page, start)
    page.locator(".pg-labels button").nth(2).click()
    click(page, -1.0, -1.0)
    shows(page, start + 1)
    places, labels = painted_here(page)
    assert labels[-1] == 2 and np.allclose(places[-1], [-1, -1], atol=0.03)
    opened(page, page.url)
    shows(page, start + 1)
    click(page, *places[-1])
    shows(page, start)
    assert 2 not in painted_here(page)[1]


def test_clearing_leaves_one_sentence_and_the_plane_to_paint_on(server: str, page: Page) -> None:
    opened(page, f"{server}/network?data=painted&steps=200&seed=32")
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_text("Paint at least 8 points of two classes")).to_be_visible(timeout=30_000)
    for k in range(8):
        page.locator(".pg-labels button").nth(k % 2).click()
        click(page, k / 4 - 1, 0.8 if k % 2 else -0.8)
    shows(page, 8)
    expect(page.get_by_text("Paint at least 8 points of two classes")).to_be_hidden()


def test_a_table_is_uploaded_its_columns_chosen_and_kept_by_the_link(server: str, page: Page) -> None:
    page.goto(f"{server}/network?data=table&steps=200&seed=33")
    expect(page.get_by_text("Choose a CSV file: two columns of numbers")).to_be_visible(timeout=30_000)
    file: FilePayload = {"name": "people.csv", "mimeType": "text/csv", "buffer": TABLE.encode()}
    page.locator("[data-testid=stFileUploader] input").set_input_files(file)
    page.wait_for_function("new URL(location.href).searchParams.get('table')", timeout=30_000)
    shows(page, 40)
    expect(page.locator(".pg-panel[data-place~=main]").get_by_text("height (scaled to")).to_be_visible()
    expect(page.locator(".pg-panel[data-place~=main]").get_by_text("‹b›no‹/b›").first).to_be_visible()
    page.locator(".st-key-knobs").get_by_role("combobox", name="Across").click()
    page.get_by_role("option", name="weight").click()
    page.wait_for_function("new URL(location.href).searchParams.get('table_x') === 'weight'", timeout=30_000)
    expect(page.locator(".pg-panel[data-place~=main]").get_by_text("weight (scaled to")).to_be_visible()
    opened(page, page.url)
    shows(page, 40)
    expect(page.locator(".pg-panel[data-place~=main]").get_by_text("weight (scaled to")).to_be_visible()
