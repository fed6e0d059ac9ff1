"""Fixtures: a page on which the player's modules, its style sheet and plotly.js can be loaded; nothing is served."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import plotly
import pytest
from playwright.sync_api import Page, Route

from tests.player import fake

HERE = Path(__file__).parent
PLAYER = HERE.parents[1] / "playground" / "player"
PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
SITE = "http://player.test"


def answer(route: Route) -> None:
    """Fulfils a request to the pretended site from the working tree."""
    name = route.request.url.removeprefix(SITE + "/").split("?")[0]
    if name == "stage.json":
        route.fulfill(body=fake.stage_text(), content_type="application/json")
    elif name.startswith("frames"):
        count, seed = (int(part) for part in name.removeprefix("frames-").split("-"))
        route.fulfill(body=b"".join(fake.frames(count, seed)), content_type="application/octet-stream")
    elif name == "plotly.js":
        route.fulfill(path=PLOTLY, content_type="text/javascript")
    else:
        route.fulfill(path=(HERE if name.startswith("harness") else PLAYER) / name)


@pytest.fixture
def site(page: Page) -> Iterator[Page]:
    """The harness, opened; an error in the page fails the test."""
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.route(f"{SITE}/**", answer)
    page.goto(f"{SITE}/harness.html")
    yield page
    assert not errors
