"""The log: one line an event, whatever a visitor wrote."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from playground.engine import log
from tests.engine_fakes import LAB, make, token, until, watcher

NASTY = 'a"b\n2026-01-01T00:00:00Z INFO run ended state=done\r\x1b[31m\u2028é=1'
LINE = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ (INFO|ERROR) ([a-z ]+)((?: \w+=(?:[\w./:+-]+|\"[^\n]*\"))*)", re.ASCII
)


@pytest.fixture
def written() -> Iterator[Callable[[str], list[str]]]:
    """Sends the log to a text in a form; what is called then gives its lines."""
    handlers, propagate, level = log.LOG.handlers[:], log.LOG.propagate, log.LOG.level
    text = io.StringIO()

    def lines(kind: str) -> list[str]:
        log.configure(kind)
        log.LOG.handlers[0].setStream(text)  # type: ignore[attr-defined]
        return text.getvalue().split("\n")[:-1]

    yield lines
    log.LOG.handlers[:], log.LOG.propagate = handlers, propagate
    log.LOG.setLevel(level)


def failing() -> None:
    try:
        raise ValueError(NASTY)
    except ValueError:
        log.LOG.exception("sweep failed")


@pytest.mark.parametrize("kind", ["text", "json"])
def test_an_event_is_one_line_whatever_is_in_it(written: Any, kind: str) -> None:
    written(kind)
    log.event("run ended", lab="network/sandbox", seconds=3.25, error=NASTY)
    failing()
    logging.getLogger("playground").warning("%s", NASTY)
    lines = written(kind)
    assert len(lines) == 3
    assert all(line.isascii() and line.isprintable() for line in lines)


def test_text_is_read_back_by_its_form(written: Any) -> None:
    written("text")
    log.event("run ended", lab="network/sandbox", seconds=3.25, state="done", error="It died: reload.")
    (line,) = written("text")
    assert LINE.fullmatch(line)
    assert line.endswith('INFO run ended lab=network/sandbox seconds=3.25 state=done error="It died: reload."')


def test_json_is_read_back_whole(written: Any) -> None:
    written("json")
    log.event("run ended", lab="network/sandbox", frames=7, error=NASTY)
    failing()
    ended, failed = map(json.loads, written("json"))
    assert (ended["event"], ended["level"], ended["frames"], ended["error"]) == ("run ended", "INFO", 7, NASTY)
    assert (failed["event"], failed["level"]) == ("sweep failed", "ERROR") and "ValueError" in failed["traceback"]


def test_the_life_of_a_run_is_two_lines(written: Any) -> None:
    written("json")
    store, nursery = make(lambda child: child.record(3))
    run = store.watch(token(store), watcher())
    until(lambda: len(run.frames) == 3)
    nursery.children[0].say(b"!The loss\nis gone.")
    until(lambda: run.state == "failed")
    until(lambda: len(written("json")) == 2)
    started, ended = map(json.loads, written("json"))
    named = {"lab": LAB.path, "id": run.id, "device": "cpu"}
    assert started["event"] == "run started" and named.items() <= started.items() and started["waited"] >= 0
    assert ended["event"] == "run ended" and named.items() <= ended.items()
    assert (ended["state"], ended["frames"], ended["error"]) == ("failed", 3, "The loss\nis gone.")
    store.close()


def test_a_flood_of_refusals_is_a_line_now_and_then_with_its_number(written: Any) -> None:
    written("json")
    store, _ = make()
    for _ in range(1000):
        store.refuse("token", "10.0.0.9")
    (line,) = map(json.loads, written("json"))
    assert (line["event"], line["reason"], line["visitor"], line["times"]) == ("socket refused", "token", "10.0.0.9", 1)
    seldom = log.Seldom("socket refused", rest=0)
    seldom()
    assert len(written("json")) == 2
    assert store.counts.registry.get_sample_value("playground_sockets_refused_total") == 1000
