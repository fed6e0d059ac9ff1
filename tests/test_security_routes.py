"""What is not let in: other sites' pages, guessed tokens, paths that lead elsewhere; and what every answer says."""

from __future__ import annotations

import base64
import http.client
import inspect
import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from playground import contract
from playground.data.bundled import FILES
from playground.engine import metrics, paths, routes, tokens
from playground.engine.gate import Gate
from playground.export import routes as downloads
from playground.player import assets
from tests.engine_fakes import LAB, SECRET, complete, frame, make, token

OWN = {"origin": "http://testserver"}
FOREIGN = [
    "http://evil.example",
    "null",
    "http://testserver.evil.example",
    "http://testserver:81",
    "http://[",
    "file://",
]
SENTENCE = "not one that this server gave"


@pytest.fixture
def client() -> Iterator[TestClient]:
    store, _ = make(complete(3), public="https://play.example/x")
    listed = [*routes.routes(store), *metrics.routes(store), *downloads.routes(store), *assets.routes()]
    with TestClient(Starlette(routes=listed, middleware=[Middleware(Gate, store=store)])) as one:
        one.app.state.store = store  # type: ignore[attr-defined]
        yield one


def store_of(client: TestClient) -> routes.Store:
    found: routes.Store = client.app.state.store  # type: ignore[attr-defined]
    return found


# Origins


@pytest.mark.parametrize("origin", FOREIGN)
def test_another_site_s_page_opens_no_run(client: TestClient, origin: str) -> None:
    store = store_of(client)
    with (
        pytest.raises(WebSocketDisconnect) as closed,
        client.websocket_connect(paths.path(f"run/{token(store)}"), headers={"origin": origin}),
    ):
        pass
    assert closed.value.code == 1008 and store.runs() == ()
    assert store.counts.registry.get_sample_value("playground_sockets_refused_total") == 1


@pytest.mark.parametrize("origin", ["https://play.example", "HTTPS://PLAY.EXAMPLE", "http://testserver"])
def test_pages_of_the_public_address_are_the_server_s_own(client: TestClient, origin: str) -> None:
    with client.websocket_connect(paths.path(f"run/{token(store_of(client))}"), headers={"origin": origin}) as opened:
        assert opened.receive()


@pytest.mark.parametrize("path", ["_stcore/stream", "playground/run/x"])
def test_the_app_refuses_foreign_pages_at_once(server: str, path: str) -> None:
    """Streamlit alone would first ask the internet for this machine's address, a second each time."""
    address = f"ws://{urlsplit(server).netloc}/{path}"
    with pytest.raises(InvalidStatus) as refused:
        connect(address, origin="http://evil.example").__enter__()  # type: ignore[arg-type]
    assert refused.value.response.status_code == 403


def test_a_visitor_has_a_bounded_number_of_pages_open() -> None:
    async def session(socket: WebSocket) -> None:
        await socket.accept()
        await socket.receive()

    store, _ = make(sockets=3)
    listed = [WebSocketRoute("/x/_stcore/stream", session)]
    with TestClient(Starlette(routes=listed, middleware=[Middleware(Gate, store=store)])) as one:
        for _ in range(2):  # those that closed count no more
            with ExitStack() as stack:
                for _ in range(3):
                    stack.enter_context(one.websocket_connect("/x/_stcore/stream", headers=OWN))
                with pytest.raises(WebSocketDisconnect), one.websocket_connect("/x/_stcore/stream", headers=OWN):
                    pass


@pytest.mark.parametrize(("headers", "status"), [({}, 200), ({"X-Forwarded-For": "127.0.0.1"}, 403)])
def test_strangers_read_no_figures_of_streamlit_s_own_either(server: str, headers: dict[str, str], status: int) -> None:
    parts = urlsplit(server)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)
    connection.request("GET", "/_stcore/metrics", headers=headers)
    assert connection.getresponse().status == status
    connection.close()


def test_a_request_without_a_host_is_refused(server: str) -> None:
    parts = urlsplit(server)
    with socket.create_connection((parts.hostname, parts.port)) as raw:
        raw.sendall(b"GET /playground/health HTTP/1.1\r\n\r\n")
        assert raw.recv(1000).startswith(b"HTTP/1.1 400")
    with socket.create_connection((parts.hostname, parts.port)) as raw:
        lines = ["GET /playground/run/x HTTP/1.0", "Connection: Upgrade", "Upgrade: websocket", "Origin: http://"]
        raw.sendall("\r\n".join([*lines, "", ""]).encode())
        assert b" 101 " not in raw.recv(1000)


# Tokens


def guesses() -> list[str]:
    """Wrong tokens: parts of a right one, other knobs under its signature, another secret's."""
    right = tokens.seal(SECRET, LAB, LAB.Knobs())
    other = tokens.seal(SECRET, contract.lab("network/compare"), contract.lab("network/compare").Knobs())
    signature = right[-tokens.SIGNATURE :]
    payload = base64.urlsafe_b64encode(json.dumps([LAB.path, {"seed": 5}]).encode()).rstrip(b"=").decode()
    cut = [right[:at] for at in range(0, len(right), 7)] + [right[at:] for at in range(1, len(right), 7)]
    return [
        *cut, right + "A", right + "=", right * 2, payload + signature, other[: -tokens.SIGNATURE] + signature,
        right[: -tokens.SIGNATURE] + "A" * tokens.SIGNATURE, right[: -tokens.SIGNATURE] + signature.lower(),
        tokens.seal(b"the secret of some other server", LAB, LAB.Knobs()), payload + tokens._signature(b"", payload),
    ]  # fmt: skip


def flipped() -> Iterator[str]:
    """The right token with each single bit of its text flipped, where that is still text."""
    right = tokens.seal(SECRET, LAB, LAB.Knobs())
    for at, character in enumerate(right):
        for bit in range(7):
            yield right[:at] + chr(ord(character) ^ 1 << bit) + right[at + 1 :]


def test_no_guess_of_a_token_is_taken() -> None:
    for wrong in [*guesses(), *flipped()]:
        with pytest.raises(ValueError, match=SENTENCE):
            tokens.unseal(SECRET, wrong)


def test_signatures_are_compared_in_constant_time() -> None:
    text = inspect.getsource(tokens.unseal)
    assert "compare_digest" in text and "signature ==" not in text and "== signature" not in text


@pytest.mark.parametrize("file", ["history.csv", "page.html", "script.py", "upload.csv"])
def test_a_guessed_token_downloads_nothing_and_makes_nothing(client: TestClient, file: str) -> None:
    for wrong in guesses()[1::5]:
        answer = client.get(paths.path(f"run/{wrong}/{file}"))
        assert answer.status_code == 404 and "Traceback" not in answer.text
    assert store_of(client).runs() == ()


# Paths

TRICKS = [
    "..%2fapp.py", "..%2F..%2f..%2fetc%2fpasswd", "%2e%2e%2f%2e%2e%2fetc%2fpasswd", "%252e%252e%252fetc%252fpasswd",
    "%2fetc%2fpasswd", "..%5c..%5capp.py", "C:%5cWindows%5cwin.ini", "%5c%5chost%5cshare", "names.txt%00.csv", "%00",
    "names.txt%2f..%2fREADME.md", ".%2fnames.txt", "names.txt%20", "names.txt.", "NAMES.TXT", "a" * 4000,
    "%F0%9F%99%82", "%ff%fe", "~root", "file:%2f%2f%2fetc%2fpasswd", "README.md", ".", "..", "con",
]  # fmt: skip
SECRETS = ("root:", "def ", "st.App", "[fonts]")


@pytest.mark.parametrize("trick", TRICKS, ids=lambda trick: trick[:30])
@pytest.mark.parametrize("place", ["data/{}", "run/{}/script.py", "run/x/{}", "assets/{}/player.js", "assets/x/{}"])
def test_a_name_that_leads_elsewhere_is_not_found(client: TestClient, place: str, trick: str) -> None:
    answer = client.get(paths.path(place.format(trick)), follow_redirects=False)
    assert answer.status_code in (404, 405)
    assert not any(word in answer.text for word in SECRETS) and len(answer.content) < 3000


@pytest.mark.parametrize(
    "trick", [f"/playground/data/{trick}" for trick in TRICKS[:8]] + ["//etc/passwd", "/../app.py"]
)
def test_the_app_s_own_server_gives_no_file_either(server: str, trick: str) -> None:
    parts = urlsplit(server)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)
    connection.putrequest("GET", trick, skip_accept_encoding=True)
    connection.endheaders()
    answer = connection.getresponse()
    text = answer.read().decode("utf-8", "replace")
    assert not any(word in text for word in SECRETS)
    assert answer.status in (400, 404) or '<div id="root">' in text
    connection.close()


# Answers


def test_every_download_is_guarded(client: TestClient) -> None:
    store = store_of(client)
    run = store.run(token(store))
    for index in range(3):
        run.add(frame(index))
    for file in ("history.csv", "page.html", "script.py", "script.ipynb"):
        answer = client.get(paths.path(f"run/{token(store)}/{file}"))
        assert answer.status_code == 200 and answer.headers["content-disposition"].startswith("attachment; filename=")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"] == "sandbox"
    for file in FILES.iterdir():
        if file.suffix != ".md":
            answer = client.get(paths.path(f"data/{file.name}"))
            assert answer.headers["content-disposition"] == f'attachment; filename="{file.name}"'
            assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_qr_code_holds_no_script_whatever_the_link(client: TestClient) -> None:
    odd = 'http://testserver/network?data=%3Cscript%3Ealert(1)%3C/script%3E"><script>alert(1)</script>'
    answer = client.get(paths.path("qr.svg"), params={"link": odd})
    assert answer.status_code == 200 and b"script" not in answer.content and b"alert" not in answer.content
    assert (
        answer.headers["content-security-policy"] == "sandbox" and answer.headers["x-content-type-options"] == "nosniff"
    )


@pytest.mark.parametrize("link", ["https://play.example/x/network?seed=3", "http://testserver/network"])
def test_a_code_is_made_of_the_public_address_too(client: TestClient, link: str) -> None:
    assert client.get(paths.path("qr.svg"), params={"link": link}).status_code == 200
    elsewhere = link.replace("play.example", "play.example.evil").replace("testserver", "evil.example")
    assert client.get(paths.path("qr.svg"), params={"link": elsewhere}).status_code == 400


@pytest.mark.parametrize("path", ["", "network", "no/such/page", "network?embed=true"])
def test_every_page_has_its_policies(server: str, path: str) -> None:
    import urllib.request

    with urllib.request.urlopen(f"{server}/{path}", timeout=20) as answer:
        headers = answer.headers
    policy = headers["content-security-policy"]
    scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert "'unsafe-inline'" not in scripts and "http" not in scripts and "*" not in scripts and "sha256-" in scripts
    assert {"object-src 'none'", "base-uri 'self'", "form-action 'self'"} <= set(policy.split("; "))
    assert ("frame-ancestors *" in policy) == ("embed" in path) and "x-frame-options" not in headers
    assert (
        headers["x-content-type-options"] == "nosniff" and headers["referrer-policy"] and headers["permissions-policy"]
    )


@pytest.mark.parametrize(
    "path", ["playground/health", "_stcore/health", "playground/assets/x/player.js", "static/x.js"]
)
def test_no_answer_may_be_sniffed(server: str, path: str) -> None:
    parts = urlsplit(server)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)
    connection.request("GET", f"/{path}")
    assert connection.getresponse().headers["x-content-type-options"] == "nosniff"
    connection.close()
