"""The stand-alone page in a real Chromium: from a file, without a network, it plays."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from playground import link, wire
from playground.contract import lab
from playground.export import html
from playground.training.recorder import frames

LAB = lab("network/sandbox")
TEXT = 'x = 1 < 2  # </script><script>alert(1)</script> <!-- & &amp; "\n'


@pytest.fixture(scope="module")
def recorded() -> list[bytes]:
    return [wire.encode(frame, index) for index, frame in enumerate(frames(LAB, LAB.small, "cpu"))]


@pytest.fixture
def offline(browser: Browser) -> Iterator[Page]:
    """A page without a network that fails on any error, message or request but its own file."""
    context = browser.new_context(viewport={"width": 1280, "height": 720}, offline=True)
    page = context.new_page()
    trouble: list[str] = []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("console", lambda message: trouble.append(message.text))
    page.on("request", lambda request: trouble.append(request.url) if not request.is_navigation_request() else None)
    yield page
    context.close()
    assert not trouble


@pytest.fixture(autouse=True)
def hostile_script(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html, "script", lambda lab, knobs: TEXT)


def opened(page: Page, folder: Path, recorded: list[bytes], **how: object) -> None:
    (folder / "page.html").write_bytes(html.standalone(LAB, LAB.small, recorded, **{"t": None, "state": "done", **how}))
    page.goto((folder / "page.html").as_uri())
    until(page, "window.playground?.player.shown >= 0")


def until(page: Page, expression: str) -> None:
    """Returns once the expression holds; Playwright's own wait evaluates text, which the page's policy forbids."""
    deadline = time.monotonic() + 20
    while not page.evaluate(expression):
        assert time.monotonic() < deadline, expression
        page.wait_for_timeout(50)


def shown(page: Page) -> int:
    found: int = page.evaluate("playground.player.shown")
    return found


def picture(page: Page) -> str:
    found: str = page.evaluate("document.querySelector('.pg-plot canvas').toDataURL()")
    return found


def test_it_plays_to_the_end_by_itself(offline: Page, tmp_path: Path, recorded: list[bytes]) -> None:
    opened(offline, tmp_path, recorded)
    until(offline, f"playground.player.shown === {len(recorded) - 1}")
    assert offline.evaluate("playground.player.recording.length") == len(recorded)


def test_it_pauses_and_scrubs_and_the_picture_follows(offline: Page, tmp_path: Path, recorded: list[bytes]) -> None:
    opened(offline, tmp_path, recorded)
    pictures = []
    for i in (0, len(recorded) - 1, 0):
        offline.evaluate(f"playground.player.seek({i})")
        until(offline, f"playground.player.shown === {i}")
        until(offline, "playground.player.stage.panels.every((one) => !one.busy)")
        assert shown(offline) == i
        pictures.append(picture(offline))
    assert pictures[0] == pictures[2] != pictures[1]


def test_it_opens_at_the_moment_and_rests_there(offline: Page, tmp_path: Path, recorded: list[bytes]) -> None:
    opened(offline, tmp_path, recorded, t=5)
    offline.wait_for_timeout(500)
    assert shown(offline) == 5


def test_a_moment_behind_the_end_is_the_end(offline: Page, tmp_path: Path, recorded: list[bytes]) -> None:
    opened(offline, tmp_path, recorded[:8], t=4000)
    assert shown(offline) == 7


def test_script_and_link_inside_survive_their_escaping(offline: Page, tmp_path: Path, recorded: list[bytes]) -> None:
    opened(offline, tmp_path, recorded, t=5)
    assert offline.evaluate("document.getElementById('playground-script').textContent") == TEXT
    assert f"python -m playground run '{link.url(LAB, LAB.small, 5)}'" in offline.inner_text("footer")


def test_an_unfinished_run_says_so_in_the_first_line_and_on_the_page(
    offline: Page, tmp_path: Path, recorded: list[bytes]
) -> None:
    opened(offline, tmp_path, recorded[:8], state="running")
    assert "The run goes on: 8 frames so far." in offline.inner_text("main")
    first = (tmp_path / "page.html").read_text().split("\n", 1)[0]
    assert first == "<!doctype html><!-- the run goes on: 8 frames so far -->"
    assert offline.evaluate("document.compatMode") == "CSS1Compat"


def test_a_failed_run_says_why_in_the_player_s_bar(offline: Page, tmp_path: Path, recorded: list[bytes]) -> None:
    opened(offline, tmp_path, recorded[:8], state="failed", error="The run needed more memory.", t=0)
    until(offline, "document.querySelector('.pg-status').innerText === 'The run needed more memory.'")


def test_the_policy_lets_no_other_script_run(page: Page, tmp_path: Path, recorded: list[bytes]) -> None:
    opened(page, tmp_path, recorded)
    refused = page.evaluate(
        """() => new Promise((done) => {
            addEventListener('securitypolicyviolation', (event) => done(event.effectiveDirective));
            const node = document.createElement('script');
            node.textContent = 'window.alien = 1';
            document.body.append(node);
        })"""
    )
    assert refused == "script-src-elem"
    assert page.evaluate("window.alien") is None


def test_the_same_run_gives_the_same_page(recorded: list[bytes]) -> None:
    first, second = (html.standalone(LAB, LAB.small, recorded, t=3, state="done") for _ in range(2))
    assert first == second
