"""What `deploy/` ships: nginx with a path of its own, TLS and compression before a real app; the unit; the image."""

from __future__ import annotations

import configparser
import gzip
import re
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import plotly
import pytest
from playwright.sync_api import Browser, Page
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from playground.contract import lab
from playground.engine import tokens
from tests.conftest import ROOT, free_port, serve
from tests.nginx import UNSIGNED, proxy
from tests.test_app_chain import opened, rested

DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text("utf-8")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an app behind nginx."""
    port = free_port()
    app, _ = serve(base="learn", port=port, PLAYGROUND_PROXIES="1")
    nginx, address = proxy(tmp_path_factory.mktemp("nginx"), [port])
    yield address
    for process in (nginx, app):
        process.terminate()
        process.wait(20)


@pytest.fixture
def outside(browser: Browser) -> Iterator[Page]:
    """A page that takes a certificate which nobody has signed."""
    context = browser.new_context(ignore_https_errors=True, viewport={"width": 1280, "height": 720})
    yield context.new_page()
    context.close()


def get(address: str, **headers: str) -> tuple[bytes, dict[str, str]]:
    """An answer's bytes, as they came, and its headers in small letters."""
    with urllib.request.urlopen(
        urllib.request.Request(address, headers=headers), context=UNSIGNED, timeout=20
    ) as answer:
        return answer.read(), {name.lower(): value for name, value in answer.headers.items()}


def refused(address: str, data: bytes | None = None) -> int:
    with pytest.raises(urllib.error.HTTPError) as said:
        urllib.request.urlopen(urllib.request.Request(address, data), context=UNSIGNED, timeout=20)
    said.value.close()
    return said.value.code


def test_a_run_streams_through_tls_and_a_path_and_its_link_reopens_the_moment(site: str, outside: Page) -> None:
    failed: list[str] = []
    left = "net::ERR_ABORTED"  # what a page has not loaded yet as it loads anew
    outside.on("requestfailed", lambda one: failed.append(one.url) if one.failure != left else None)
    opened(outside, f"{site}/network?data=moons&steps=200&seed=91")
    outside.wait_for_function("playground.player.recording.status.state === 'done'", timeout=60_000)
    rested(outside, 30)
    loss = outside.evaluate("playground.player.recording.metric('train_loss', 30)")
    outside.wait_for_function("new URL(location.href).searchParams.get('t') === '30'")
    assert outside.url.startswith(f"{site}/network?")
    opened(outside, outside.url)
    outside.wait_for_function("playground.player.shown === 30", timeout=30_000)
    assert outside.evaluate("playground.player.recording.metric('train_loss', 30)") == loss
    assert not failed


def test_pages_move_on_below_the_path(site: str, outside: Page) -> None:
    opened(outside, f"{site}/network?data=xor&steps=60")
    outside.get_by_role("link", name="Activations").last.click()
    outside.wait_for_url(f"{site}/activations**")
    outside.wait_for_function("window.playground?.player?.shown >= 0", timeout=60_000)


def test_what_is_made_on_the_spot_comes_compressed(site: str, outside: Page) -> None:
    opened(outside, f"{site}/network?data=xor&steps=60")
    outside.wait_for_function("playground.player.recording.status.state === 'done'", timeout=60_000)
    socket = outside.evaluate("playground.player.run.data.socket")
    for name in ("script.py", "history.csv"):
        address = f"https://{urlsplit(site).netloc}{socket}/{name}"
        packed, headers = get(address, **{"Accept-Encoding": "gzip"})
        assert headers["content-encoding"] == "gzip" and headers["x-content-type-options"] == "nosniff"
        assert gzip.decompress(packed).startswith(get(address)[0][:20]) and len(packed) < len(get(address)[0])


def test_the_page_has_its_headers_and_the_health_is_told_but_not_the_metrics(site: str) -> None:
    _, headers = get(f"{site}/")
    assert headers["x-content-type-options"] == "nosniff" and "/learn/playground/assets/" in headers["link"]
    assert b'"ok"' in get(f"{site}/playground/health")[0]
    assert [refused(f"{site}/{of}/metrics") for of in ("playground", "_stcore")] == [404, 404]


def test_foreign_pages_and_oversized_bodies_are_refused(site: str) -> None:
    address = f"{site.replace('https', 'wss')}/_stcore/stream"
    with pytest.raises(InvalidStatus):
        connect(address, origin="https://elsewhere.example", ssl=UNSIGNED).__enter__()  # type: ignore[arg-type]
    assert refused(f"{site}/_stcore/upload_file/one/two", b"x" * (18 * 1024 * 1024)) == 413


def test_a_visitor_is_told_apart_by_what_the_proxy_says_and_not_by_his_own_word(tmp_path: Path) -> None:
    port, secret = free_port(), "s" * 32
    app, _ = serve(base="learn", port=port, PLAYGROUND_PROXIES="1", PLAYGROUND_SOCKETS="1", PLAYGROUND_SECRET=secret)
    nginx, address = proxy(tmp_path, [port])
    one = lab("network/sandbox")
    token = tokens.seal(secret.encode(), one, one.small)
    origin = f"https://{urlsplit(address).netloc}"

    def watch(said: str) -> ClientConnection:
        stream, forged = f"{address.replace('https', 'wss')}/playground/run/{token}", {"X-Forwarded-For": said}
        return connect(stream, origin=origin, ssl=UNSIGNED, additional_headers=forged)  # type: ignore[arg-type]

    try:
        with watch("198.51.100.1") as first, watch("198.51.100.2") as second:
            assert "failed" not in str(first.recv(timeout=20))
            assert "failed" in str(second.recv(timeout=20))
    finally:
        for process in (nginx, app):
            process.terminate()
            process.wait(20)


def test_the_unit_starts_the_app_with_settings_that_exist() -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(ROOT / "deploy" / "playground.service")
    service, readme = unit["Service"], (ROOT / "README.md").read_text("utf-8")
    assert "streamlit run app.py" in service["ExecStart"] and service["DynamicUser"] == "yes"
    for name in re.findall(r"PLAYGROUND_\w+", service["Environment"]):
        assert f"`{name}`" in readme
    for option in re.findall(r"--(\S+)", service["ExecStart"]):
        assert option in ("server.address", "server.port", "server.baseUrlPath")


def test_the_image_is_small_by_choice_and_not_root() -> None:
    stages = re.split(r"^FROM ", DOCKERFILE, flags=re.M)[1:]
    assert len(stages) > 2 and re.search(r"^USER (?!root|0)\S+", stages[-1], re.M)
    assert 'ARG TORCH_INDEX=""' in DOCKERFILE and "ARG PLOTLY=whole" in DOCKERFILE
    sources = [words.split()[:-1] for words in re.findall(r"^COPY (?!--)(.*)$", DOCKERFILE, re.M)]
    assert all((ROOT / source).exists() for line in sources for source in line)


def test_the_image_asks_npm_for_the_plotly_js_that_the_package_has() -> None:
    line = re.search(r"^RUN (head -c 200 .*?) > /plotly.version", DOCKERFILE, re.M | re.S)
    assert line
    file = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    command = (
        line[1]
        .replace("\\\n", "")
        .replace("/venv/lib/python3.11/site-packages/plotly/package_data/plotly.min.js", str(file))
    )
    version = subprocess.run(["sh", "-c", command], check=True, capture_output=True, text=True).stdout.strip()
    assert re.fullmatch(r"\d+\.\d+\.\d+", version) and f"plotly.js v{version}".encode() in file.read_bytes()[:200]
