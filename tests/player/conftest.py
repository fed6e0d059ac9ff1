"""Fixtures: a page on which the player's modules, its style sheet and plotly.js can be loaded; nothing is served."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import plotly
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Route, ViewportSize

from tests.player import fake

HERE = Path(__file__).parent
PLAYER = HERE.parents[1] / "playground" / "player"
PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
SITE = "http://player.test"
SCREEN: ViewportSize = {"width": 1280, "height": 720}


def answer(route: Route) -> None:
    """Fulfils a request to the pretended site from the working tree."""
    name = route.request.url.removeprefix(SITE + "/").split("?")[0]
    if name == "stage.json":
        route.fulfill(body=fake.stage_text(), content_type="application/json")
    elif name.startswith("frames"):
        numbers = (int(part) for part in name.removeprefix("frames-").split("-"))
        route.fulfill(body=b"".join(fake.frames(*numbers)), content_type="application/octet-stream")
    elif name == "plotly.js":
        route.fulfill(path=PLOTLY, content_type="text/javascript")
    else:
        route.fulfill(path=(HERE if name.startswith("harness") else PLAYER) / name)


@pytest.fixture(scope="session")
def harness(browser: Browser) -> Iterator[Page]:
    """One page for the session: plotly.js is large, and is parsed once."""
    context = browser.new_context(viewport=SCREEN)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.route(f"{SITE}/**", answer)
    page.goto(f"{SITE}/harness.html")
    page.wait_for_function("window.ready")
    yield page
    context.close()


@pytest.fixture
def site(harness: Page) -> Iterator[Page]:
    """The harness without a player; an error in the page fails the test."""
    errors: list[str] = []

    def failed(error: Error) -> None:
        errors.append(str(error))

    def said(message: ConsoleMessage) -> None:
        if message.type == "error":
            errors.append(message.text)

    harness.on("pageerror", failed)
    harness.on("console", said)
    harness.set_viewport_size(SCREEN)
    harness.mouse.move(0, 0)
    harness.evaluate("reset()")
    yield harness
    harness.remove_listener("pageerror", failed)
    harness.remove_listener("console", said)
    assert not errors
