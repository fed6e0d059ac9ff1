"""The soak's scenarios in small, against one served app; and that a bound which is not kept is seen."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from dataclasses import replace
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from tests.soak import __main__ as command
from tests.soak import steady
from tests.soak.crowd import Crowd
from tests.soak.crowds import overtaken
from tests.soak.figures import Figure, exactly, seconds_until
from tests.soak.scenarios import PEAK, SCENARIOS, aftermath, level
from tests.soak.server import Server, served
from tests.soak.visits import Seen, address

BUSY = 4  # times as slow as its bounds a machine may be that runs tests
QUICK = {"PLAYGROUND_PATIENCE_SECONDS": "2", "PLAYGROUND_GRACE_SECONDS": "1"}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with served("--server.websocketPingInterval", "1", **QUICK) as one:
        yield one


@pytest.fixture(scope="module")
def crowd(server: Server) -> Iterator[Crowd]:
    """Viewers in processes that do not run again what a test of pages has left as the main module."""
    with pytest.MonkeyPatch.context() as patch, Crowd(server.host) as one:
        patch.setitem(sys.modules, "__main__", ModuleType("__main__"))
        yield one


@pytest.fixture(scope="module")
def before(server: Server, crowd: Crowd) -> float:
    return level(server, crowd)


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_in_small_keeps_its_bounds(name: str, server: Server, crowd: Crowd, before: float) -> None:
    one = SCENARIOS[name]
    figures = list(one.play(server, crowd, **one.small))
    assert figures and all(figure.name.startswith(f"{name}.") for figure in figures)
    assert not [figure.line() for figure in figures if not kept(figure)]


def kept(figure: Figure) -> bool:
    """Whether a busy machine keeps the bounds."""
    slack = {"s": 1 / BUSY, "frames/s": BUSY}.get(figure.unit, 1)
    return replace(figure, value=figure.value * slack).ok


def test_after_all_of_them_the_app_is_as_before(server: Server, crowd: Crowd, before: float) -> None:
    figures = {figure.name: figure for figure in aftermath(server, crowd, before, PEAK)}
    assert not [figure.line() for figure in figures.values() if not kept(figure)], server.complaints()
    assert len(server.keepers()) == 3


def test_a_figure_keeps_its_bounds_or_does_not() -> None:
    assert Figure("a", 3, "s", most=3, least=3).ok and Figure("a", 3, "s").ok and exactly("a", 1, 1).ok
    assert not Figure("a", 3.1, "s", most=3).ok and not Figure("a", 2.9, "s", least=3).ok and not exactly("a", 2, 1).ok
    assert not Figure("a", math.nan, "s", most=3).ok and not Figure("a", math.inf, "s", most=3).ok
    assert "FAILS" in Figure("a", 3.1, "s", most=3).line() and Figure("a", 3.1, "s").line().split() == ["a", "3.1", "s"]


def test_who_is_overtaken() -> None:
    seen = [Seen(asked=at, first=first) for at, first in ((0, 1), (1, 9), (2, 3), (3, 4), (4, 5))]
    assert overtaken(seen) == 3 and overtaken(seen[:1] + seen[2:]) == 0


def test_a_leak_is_seen_through_bursts() -> None:
    samples = [steady.Sample(i / 6, 100 + i / 6 * 2 + 30 * (i % 7 == 0), 5, 20) for i in range(60)]
    assert steady.slope(samples) == pytest.approx(2, rel=0.02)
    assert steady.slope([steady.Sample(i, 100, 5, 20) for i in range(9)]) == 0


def test_addresses_of_visitors_differ() -> None:
    assert len({address(number) for number in range(0, 3_000_000, 997)}) == len(range(0, 3_000_000, 997))


def test_what_never_comes_true_takes_forever() -> None:
    assert seconds_until(lambda: True, 0) < 1 and seconds_until(lambda: False, 0.1) == math.inf


def test_the_status_tells_whether_all_bounds_are_kept(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setattr(command, "SCENARIOS", {"one": None, "two": None})
    monkeypatch.setattr("sys.argv", ["soak"])
    for values, status in (((1, 2), 0), ((1, 7), 1)):
        given = dict(zip(("one", "two"), values, strict=True))
        monkeypatch.setattr(command, "full", lambda name, given=given: iter([Figure(name, given[name], "s", most=5)]))
        assert command.main() == status
        assert ("FAILS" in capsys.readouterr().out) == bool(status)


def test_a_scenario_that_breaks_off_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(name: str) -> Iterator[Figure]:
        yield Figure("a", 1, "s", most=5)
        raise TimeoutError("no answer")

    monkeypatch.setattr(command, "full", broken)
    assert [figure.ok for figure in command.play("worker", 30)] == [True, True, False]


def test_an_orphan_is_found(server: Server) -> None:
    mark = SimpleNamespace(secret=server.secret)
    assert server.process.pid in Server.family(mark)  # type: ignore[arg-type]
    assert not Server.family(SimpleNamespace(secret="0" * 32))  # type: ignore[arg-type]


@pytest.mark.slow
def test_two_minutes_of_traffic_leave_no_trace() -> None:
    assert not [figure.line() for figure in command.play("steady", 2) if not figure.ok]
