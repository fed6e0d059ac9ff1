"""A server that goes down and comes back: its pages say so and go on by themselves."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import ROOT, free_port, serve

PLAYS = "window.playground?.player?.recording?.length > 3"
SECRETS = ("the one secret of two servers", "another secret of the second")


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def servers() -> Iterator[list[subprocess.Popen[bytes]]]:
    started: list[subprocess.Popen[bytes]] = []
    yield started
    for process in started:
        process.terminate()
        process.wait(20)


@pytest.mark.parametrize("secret", [pytest.param(SECRETS[0], marks=pytest.mark.slow), SECRETS[1]])
def test_a_page_goes_on_by_itself_when_its_server_is_back(
    page: Page, port: int, servers: list[subprocess.Popen[bytes]], secret: str
) -> None:
    first, address = serve(port=port, PLAYGROUND_SECRET=SECRETS[0])
    servers.append(first)
    page.goto(f"{address}/network?data=xor&steps=20000&seed=7")
    page.wait_for_function(PLAYS, timeout=60_000)
    first.terminate()
    expect(page.get_by_text("The server is going down")).to_be_visible(timeout=20_000)
    assert first.wait(20) == 0
    page.keyboard.press("ArrowLeft")  # what was received can still be looked at
    page.wait_for_function("window.playground.player.moment !== null")
    servers.append(serve(port=port, PLAYGROUND_SECRET=secret)[0])
    expect(page.get_by_text("The server is going down")).to_have_count(0, timeout=60_000)
    page.wait_for_function(PLAYS, timeout=60_000)
    assert "seed=7" in page.url and "t=" in page.url


@pytest.mark.slow
def test_a_page_that_lost_a_server_without_a_word_goes_on_with_another(
    page: Page, port: int, servers: list[subprocess.Popen[bytes]]
) -> None:
    first, address = serve(port=port, PLAYGROUND_SECRET=SECRETS[0])
    page.goto(f"{address}/network?data=xor&steps=20000")
    page.wait_for_function(PLAYS, timeout=60_000)
    page.evaluate("window.before = true")
    first.kill()
    first.wait(20)
    servers.append(serve(port=port, PLAYGROUND_SECRET=SECRETS[1])[0])
    page.wait_for_function(f"!window.before && {PLAYS}", timeout=60_000)


def test_a_server_with_a_bad_setting_says_one_sentence_and_ends() -> None:
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(free_port())]
    environment = {**os.environ, "PLAYGROUND_RUNS": "many"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert done.stderr.splitlines()[-1] == "PLAYGROUND_RUNS is 'many'; it can be a whole number from 1 to 1024."
