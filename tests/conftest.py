"""Fixtures: one Chromium for the session, a fresh page for each test, one served app for the session."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.chromium import FLAGS, executable

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Uploads and trained weights of the tests, and of the servers that they start, lie in a folder of their own."""
    os.environ["PLAYGROUND_CACHE_DIR"] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        one = playwright.chromium.launch(executable_path=executable(), args=FLAGS)
        yield one
        one.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    yield context.new_page()
    context.close()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def serve(
    root: Path = ROOT, *options: str, base: str = "", port: int = 0, **environment: str
) -> tuple[subprocess.Popen[bytes], str]:
    """Starts the app of a tree and waits until it answers: (process, address)."""
    port = port or free_port()
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port), *options]
    command += ["--server.baseUrlPath", base] if base else []
    process = subprocess.Popen(command, cwd=root, env={**os.environ, **environment}, stdout=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}" + (f"/{base}" if base else "")
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2):
                return process, address
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                process.kill()
                raise
            time.sleep(0.1)


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    process, address = serve()
    yield address
    process.terminate()
    process.wait(20)
