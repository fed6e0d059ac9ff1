"""What goes wrong in a lab stays there: one sentence, and the page and the server go on."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from playground import contract
from playground.ui import address
from playground.ui.place import Place
from tests.conftest import serve
from tests.trees import grown

LAB = '''
"""A lab that fails as asked."""
from typing import Literal
import plotly.graph_objects as go
from playground.contract import Knobs as Base, knob
from playground.stage import Extend, Panel

TITLE = "Faulty"
PRESETS = ()
class Knobs(Base):
    fault: Literal["none", "exception", "memory", "slow", "stage"] = knob("none", title="Fault")
SMALL = Knobs()
def stage(knobs):
    if knobs.fault == "stage":
        raise RuntimeError("the stage broke")
    return (Panel("p", go.Figure([go.Scatter(x=[], y=[])]), [Extend(0, "step", "loss")], "A line.", size="main"),)
def verdicts(knobs, history):
    raise RuntimeError("the verdict broke")
'''

EXPERIMENT = '''
"""Frames, then the fault."""
import time
import numpy as np
import torch
from playground.contract import Frame
def frame(step):
    one = np.array([step], np.float32)
    return Frame(step, {"loss": 1.0}, {}, {"step": one, "loss": one})
def experiment(knobs, device):
    for step in range(5):
        yield frame(step)
    if knobs.fault == "exception":
        raise ZeroDivisionError("nothing can be divided by this")
    if knobs.fault == "memory":
        kept = [torch.ones(2**24) for _ in range(1000)]
    while knobs.fault == "slow":
        time.sleep(0.05)
        step += 1
        yield frame(step)
'''


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, str]]:
    tree = grown(tmp_path_factory.mktemp("faulty"), "faulty", "faulty", lab=LAB, experiment=EXPERIMENT)
    process, address = serve(tree, PLAYGROUND_RUN_MB="256", PLAYGROUND_GRACE_SECONDS="2")
    yield process.pid, address
    process.terminate()
    process.wait(20)


def children(pid: int) -> list[int]:
    """The recorders below a server: processes of its forkserver."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    return [child for child, parent in parents.items() if parents.get(parent) == pid]


def status(page: Page) -> str:
    return page.evaluate("window.playground?.player?.recording?.status.error ?? ''") or ""


def told(page: Page, sentence: str) -> None:
    """The player says the sentence, and the knobs are still there to be used."""
    page.wait_for_function("window.playground?.player?.recording?.status.error", timeout=60_000)
    assert re.search(sentence, status(page)), status(page)
    expect(page.get_by_text("Fault", exact=True)).to_be_visible(timeout=30_000)
    assert "Traceback" not in page.content()


def test_an_exception_is_one_sentence(page: Page, faulty: tuple[int, str]) -> None:
    page.goto(f"{faulty[1]}/faulty?fault=exception")
    told(page, "ZeroDivisionError: nothing can be divided by this")
    assert page.evaluate("window.playground.player.recording.length") == 5


def test_too_much_memory_is_one_sentence(page: Page, faulty: tuple[int, str]) -> None:
    page.goto(f"{faulty[1]}/faulty?fault=memory")
    told(page, "more memory than one run may have")


def test_a_killed_worker_is_one_sentence(page: Page, faulty: tuple[int, str]) -> None:
    page.goto(f"{faulty[1]}/faulty?fault=slow")
    page.wait_for_function("window.playground?.player?.recording?.length > 5", timeout=60_000)
    for child in children(faulty[0]):
        os.kill(child, signal.SIGKILL)
    told(page, "The worker died at step")


def test_a_run_that_nobody_watches_stops_and_leaves_no_process(page: Page, faulty: tuple[int, str]) -> None:
    page.goto(f"{faulty[1]}/faulty?fault=slow&seed=7")
    page.wait_for_function("window.playground?.player?.recording?.length > 5", timeout=60_000)
    assert children(faulty[0])
    page.close()
    deadline = time.monotonic() + 60
    while children(faulty[0]) and time.monotonic() < deadline:
        time.sleep(0.5)
    assert not children(faulty[0])


def test_a_broken_stage_leaves_the_knobs(page: Page, faulty: tuple[int, str]) -> None:
    page.goto(f"{faulty[1]}/faulty?fault=stage")
    expect(page.get_by_text("the stage broke")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("Fault", exact=True)).to_be_visible(timeout=30_000)


def test_the_server_still_serves(page: Page, faulty: tuple[int, str]) -> None:
    page.goto(f"{faulty[1]}/faulty")
    page.wait_for_function("window.playground?.player?.recording?.status.state === 'done'", timeout=60_000)
    expect(page.get_by_text("the verdict broke").or_(page.get_by_text("cannot be said"))).to_be_visible(timeout=30_000)


def test_labs_that_are_switched_faster_than_they_load_leave_a_whole_page(server: str, page: Page) -> None:
    page.goto(f"{server}/rnn")
    labs = page.locator(".st-key-labs [role=radio]")
    expect(labs).to_have_count(4, timeout=60_000)
    for name in ("Memory", "Names", "Forecast", "Memory", "Names"):
        labs.filter(has_text=name).first.click()
        page.wait_for_timeout(350)
    page.wait_for_url("**lab=names**", timeout=30_000)
    expect(page.locator(".st-key-knobs")).to_contain_text("Temperature", timeout=30_000)
    expect(page.locator("[data-testid=stException]")).to_have_count(0)


def test_what_comes_late_from_another_lab_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    place = Place(contract.lab("rnn/names"), contract.lab("rnn/names").Knobs())
    monkeypatch.setattr(address.st, "session_state", session := {"rnn.place": place})
    address.move("rnn/memory", lambda one: one.turned("task", "copy"))
    assert session["rnn.place"] is place
    address.move("rnn/names", lambda one: one.turned("temperature", "0.5"))
    assert session["rnn.place"].knobs.temperature == 0.5  # type: ignore[attr-defined]
