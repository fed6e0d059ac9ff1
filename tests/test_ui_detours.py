"""Addresses made up from a lab's name lead to the lab."""

from __future__ import annotations

from urllib.parse import urljoin

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from playground.ui import Detours

APP = Detours(Starlette(routes=[Route("/{path:path}", lambda request: PlainTextResponse("passed on"))]))
SITE = "http://app.test"


@pytest.mark.parametrize(
    ("asked", "target"),
    [
        ("/optimizers/surface", "/optimizers?lab=surface"),
        ("/optimizers/surface/", "/optimizers?lab=surface"),
        ("/learn/network/compare?seed=3&t=9", "/learn/network?lab=compare&seed=3&t=9"),
    ],
)
def test_a_lab_s_name_leads_to_its_page(asked: str, target: str) -> None:
    answer = TestClient(APP).get(SITE + asked, follow_redirects=False)
    assert answer.status_code == 307 and urljoin(SITE + asked, answer.headers["location"]) == SITE + target


@pytest.mark.parametrize("asked", ["/", "/network", "/network/", "/network/static/js/a.js", "/network/sand", "/a/b/c"])
def test_everything_else_is_passed_on(asked: str) -> None:
    assert TestClient(APP).get(asked, follow_redirects=False).text == "passed on"


def test_a_detour_never_leaves_the_site() -> None:
    answer = TestClient(APP).get(f"{SITE}//elsewhere.example/network/inside", follow_redirects=False)
    assert answer.headers["location"] == "../network?lab=inside"
