"""The address that a page shares is the one under which others reach the server."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.conftest import serve
from tests.test_app_chain import opened

PUBLIC = "https://play.example:8443/lab"


@pytest.fixture(scope="module")
def behind() -> Iterator[str]:
    """The address of a server under /x, which others reach elsewhere."""
    process, address = serve(base="x", PLAYGROUND_PUBLIC_URL=f"{PUBLIC}/")
    yield address
    process.terminate()
    process.wait(20)


def test_share_and_the_code_show_the_public_address(page: Page, behind: str) -> None:
    opened(page, f"{behind}/network?data=xor&hidden_sizes=4&steps=60&t=3")
    page.get_by_role("button", name="Share").click()
    link = page.get_by_label("This experiment, as a link").get_attribute("value")
    assert link == page.url.replace(behind, PUBLIC) and "/lab/network?" in link
    page.wait_for_function("document.querySelector('.pg-qr').naturalWidth > 100")
    expect(page.get_by_text("A phone cannot reach")).to_have_count(0)
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")  # keys are the player's where nothing has the focus
    page.keyboard.press("q")
    expect(page.locator(".pg-full .pg-qr-link")).to_have_text(link)


@pytest.mark.parametrize("path", ["_stcore/stream", "playground/run/guessed"])
def test_sockets_of_pages_under_the_public_address_are_let_in(behind: str, path: str) -> None:
    address = f"ws://{urlsplit(behind).netloc}/x/{path}"
    with connect(address, origin="https://play.example:8443"):  # type: ignore[arg-type]
        pass
    with pytest.raises(InvalidStatus):
        connect(address, origin="https://play.example.evil:8443").__enter__()  # type: ignore[arg-type]
