"""The QR code of a link: only of links to this app, bounded, drawn black on white."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
import segno
from playwright.sync_api import Page, expect
from starlette.applications import Starlette
from starlette.testclient import TestClient

from playground.engine import paths
from playground.export.qr import QUIET, LinkError, qr
from playground.export.routes import routes
from tests.engine_fakes import make
from tests.test_app_chain import opened

HERE = "http://testserver"
ADDRESS = paths.path("qr.svg")


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=routes(make()[0])))


def test_the_picture_holds_the_modules_of_the_link() -> None:
    link = f"{HERE}/network?data=xor&t=40"
    drawn = ElementTree.fromstring(qr(link, HERE))
    modules = segno.make(link, error="l", micro=False).symbol_size(border=QUIET)[0]
    assert int(drawn.attrib["width"]) == 8 * modules
    assert qr(link, HERE) != qr(link + "1", HERE)


def test_the_route_answers_with_a_picture_that_no_browser_runs(client: TestClient) -> None:
    answer = client.get(ADDRESS, params={"link": f"{HERE}/gan?lab=digits&t=3"})
    assert answer.status_code == 200 and answer.headers["content-type"] == "image/svg+xml"
    assert answer.headers["content-security-policy"] == "sandbox" and b"<script" not in answer.content


def test_behind_a_proxy_that_ends_tls_the_link_is_https(client: TestClient) -> None:
    link = {"link": "https://play.example/x/network"}
    headers = {"host": "play.example", "x-forwarded-proto": "https"}
    assert client.get(ADDRESS, params=link, headers=headers).status_code == 200
    assert client.get(ADDRESS, params=link, headers={"host": "play.example"}).status_code == 400


@pytest.mark.parametrize(
    "link",
    ["", "network", "//testserver/network", "https://evil.example/", f"{HERE}.evil.example/", f"{HERE}@evil.example/",
     "javascript:alert(1)", "http://[", f"{HERE}/\n", "ftp://testserver/"],
)  # fmt: skip
def test_a_link_elsewhere_is_refused_in_one_sentence(client: TestClient, link: str) -> None:
    answer = client.get(ADDRESS, params={"link": link})
    assert answer.status_code == 400 and re.fullmatch(r"[A-Z][^.]*\.", answer.text)


def test_a_link_that_is_too_long_is_refused() -> None:
    assert qr(f"{HERE}/{'a' * (1999 - len(HERE))}", HERE)
    with pytest.raises(LinkError, match="2001 characters"):
        qr(f"{HERE}/{'a' * (2000 - len(HERE))}", HERE)


def test_q_shows_the_code_of_the_moment_full_screen_and_hides_it(server: str, page: Page) -> None:
    opened(page, f"{server}/network?data=xor&steps=300&t=5")
    page.keyboard.press("q")
    picture = page.locator(".pg-full .pg-qr")
    expect(picture).to_be_visible()
    page.wait_for_function("document.querySelector('.pg-full .pg-qr').naturalWidth > 100")
    box = picture.bounding_box()
    assert box is not None and box["height"] > 500
    expect(page.locator(".pg-full .pg-qr-link")).to_have_text(page.url)
    page.keyboard.press("q")
    expect(page.locator(".pg-full")).to_have_count(0)
