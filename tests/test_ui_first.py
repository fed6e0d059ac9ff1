"""What a page shows before Streamlit has loaded: on whose answers, and whether it stands where the page comes."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from playground.contract import concept
from playground.engine import paths
from playground.ui import First

PAGE = "<html><head><title>Streamlit</title></head><body><div></div></body></html>"
ASKS = {"Accept": "text/html,*/*", "Accept-Encoding": "gzip", "If-None-Match": '"old"'}


def answer(request: Request) -> Response:
    """A page as Streamlit sends it, packed or not at all where that is asked for; another file; a download."""
    if request.url.path == "/a.js":
        return PlainTextResponse("<body>")
    if "if-none-match" in request.headers:
        return Response(status_code=304)
    packed = "gzip" in request.headers.get("accept-encoding", "")
    headers = {"ETag": '"old"'} | ({"Content-Encoding": "gzip"} if packed else {})
    if request.url.path == "/page.html":
        headers = {"Content-Disposition": "attachment"}
    return HTMLResponse(gzip.compress(PAGE.encode()) if packed and len(headers) > 1 else PAGE, headers=headers)


@pytest.fixture
def client() -> TestClient:
    return TestClient(First(Starlette(routes=[Route("/{path:path}", answer)])))


@pytest.fixture
def below() -> Iterator[None]:
    paths.configure("learn")
    yield
    paths.configure("")


def test_a_page_has_its_words_and_the_style_at_once(client: TestClient) -> None:
    got = client.get("/network?data=xor", headers=ASKS)
    one = concept("network")
    assert got.status_code == 200 and "etag" not in got.headers
    assert got.headers["content-length"] == str(len(got.content))
    assert one.title in got.text and one.sentence in got.text and ".stMainBlockContainer" in got.text
    assert "<title>Deep Learning Playground</title>" in got.text and got.text.count("<body>") == 1


@pytest.mark.parametrize(
    ("path", "words"), [("/learn/", True), ("/learn", True), ("/learn/gan", True), ("/learn/talk", False)]
)
def test_home_is_where_the_app_is_served(client: TestClient, below: None, path: str, words: bool) -> None:
    assert ('class="pg-first' in client.get(path, headers=ASKS).text) == words


@pytest.mark.parametrize("query", ["present=1", "embed=true"])
def test_a_bare_page_has_the_style_alone(client: TestClient, query: str) -> None:
    text = client.get(f"/network?{query}", headers=ASKS).text
    assert ".stMainBlockContainer" in text and 'class="pg-first' not in text


def test_other_files_are_left_as_they_are(client: TestClient) -> None:
    assert client.get("/a.js", headers=ASKS).text == "<body>"
    assert client.get("/page.html", headers={"Accept": "text/html", "Accept-Encoding": ""}).text == PAGE
    assert client.get("/network", headers={**ASKS, "Accept": "*/*"}).status_code == 304


PLACE = """(selector) => {
  const node = document.querySelector(selector), {x, y} = node.getBoundingClientRect();
  return [node.textContent, Math.round(x), Math.round(y), getComputedStyle(node).fontSize];
}"""


@pytest.mark.parametrize(("path", "head"), [("", ".st-key-home h1"), ("gan", ".pg-page-head h1")])
@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080), (390, 844)])
def test_the_first_words_stand_where_the_page_has_its_own(
    browser: Browser, server: str, path: str, head: str, size: tuple[int, int]
) -> None:
    page = browser.new_page(viewport={"width": size[0], "height": size[1]})
    page.route("**/*.js", lambda route: route.abort())
    page.goto(f"{server}/{path}")
    first = page.evaluate(PLACE, ".pg-first b")
    page.unroute("**/*.js")
    page.reload()
    page.wait_for_selector(head, timeout=60_000)
    assert page.evaluate(PLACE, head) == first and not page.locator(".pg-first").is_visible()
    page.close()


WATCH = """(() => {
  window.seen = new Set();
  const shown = (node) => node?.checkVisibility({visibilityProperty: true}) && node.getBoundingClientRect().height > 0;
  const at = (selector) => {
    const node = [...document.querySelectorAll(selector)].find(shown);
    return node ? [Math.round(node.getBoundingClientRect().top), getComputedStyle(node).fontSize].join(' ') : '';
  };
  const places = ['.pg-first b, .pg-page-head h1', '.pg-first p, .pg-page-head p', '.st-key-labs button',
    '.st-key-knobs [data-testid=stExpander]', '.st-key-challenge', '.pg-bar'];
  const look = () => {
    window.seen.add(JSON.stringify(places.map(at)));
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})()"""


@pytest.mark.parametrize("slow", ["**/player.js", "**/*Slider*.js"])
def test_nothing_jumps_or_overlaps_however_late_a_part_comes(browser: Browser, server: str, slow: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.add_init_script(WATCH)
    page.route(slow, lambda route: (page.wait_for_timeout(1500), route.continue_())[1])
    page.goto(f"{server}/gan?lab=points&seed=7")
    page.wait_for_selector(".pg-panel", timeout=60_000)
    page.wait_for_timeout(500)
    seen = [json.loads(one) for one in page.evaluate("[...seen]")]
    assert [sorted({one[k] for one in seen if one[k]}) for k in range(6)] == [[one] for one in seen[-1]]
    page.close()
