"""The headers of the app's HTML, and of nothing else."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from playground.player import assets
from playground.ui.headers import SECURITY, Headers

LINKS = assets.preload_links()


def client() -> TestClient:
    routes = [
        Route("/", lambda _: HTMLResponse("<p>", headers={"Referrer-Policy": "no-referrer"})),
        Route("/text", lambda _: PlainTextResponse("plain")),
    ]
    return TestClient(Starlette(routes=routes, middleware=[Middleware(Headers, preload=LINKS)]))


def test_html_says_what_to_load_and_what_not_to_guess() -> None:
    headers = client().get("/").headers
    assert headers["link"] == LINKS
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "x-frame-options" not in headers


@pytest.mark.parametrize(("query", "ancestors"), [("", "'self'"), ("?embed=true", "*"), ("?embed=false", "'self'")])
def test_only_a_page_that_is_meant_for_it_goes_into_another_site_s_frame(query: str, ancestors: str) -> None:
    assert client().get(f"/{query}").headers["content-security-policy"].endswith(f"frame-ancestors {ancestors}")


def test_other_answers_stay_as_they_are() -> None:
    headers = client().get("/text").headers
    assert not set(headers) & {"link", "content-security-policy", *map(str.lower, SECURITY)}
    assert headers["x-content-type-options"] == "nosniff"


def test_what_is_preloaded_is_what_the_player_asks_for() -> None:
    assert all(f"<{assets.asset_url(name)}>" in LINKS for name in assets.assets())
