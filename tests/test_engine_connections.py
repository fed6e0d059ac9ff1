"""Connections on which nothing moves are cut; whoever reads slowly or waits for an answer is not."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from playground.engine import connections
from playground.engine.connections import Connections

PATIENCE = 10.0


class Transport:
    def __init__(self, unsent: int = 0, closing: bool = False) -> None:
        self.unsent, self.closing, self.cut = unsent, closing, False

    def get_write_buffer_size(self) -> int:
        return self.unsent

    def is_closing(self) -> bool:
        return self.closing

    def abort(self) -> None:
        self.cut = True


class Clock:
    """A server's connections, looked at every second."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        monkeypatch.setattr(connections, "time", SimpleNamespace(monotonic=lambda: self.now))
        self.open: set[Any] = set()
        server: Any = SimpleNamespace(server_state=SimpleNamespace(connections=self.open))
        self.watched = Connections(server, PATIENCE)

    def add(self, transport: Transport, **more: Any) -> Any:
        one = Connection(transport, more)
        self.open.add(one)
        return one

    def pass_seconds(self, count: int, then: Any = lambda: None) -> None:
        for _ in range(count):
            self.watched.sweep()
            then()
            self.now += 1


class Connection:
    """A WebSocket, or a request's connection where it has a `cycle`."""

    def __init__(self, transport: Transport, more: dict[str, Any]) -> None:
        self.transport = transport
        self.__dict__.update(more)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def request(done: bool) -> SimpleNamespace:
    return SimpleNamespace(response_complete=done)


@pytest.mark.parametrize(
    ("transport", "more"),
    [
        (Transport(), {"cycle": None}),  # half a request
        (Transport(), {"cycle": request(True)}),  # half of the next one
        (Transport(unsent=5000), {"cycle": request(False)}),  # an answer that nobody takes
        (Transport(unsent=5000), {}),  # a viewer who does not read
        (Transport(unsent=5000, closing=True), {}),  # and whom the pings have found out
        (Transport(closing=True), {}),
    ],
)
def test_what_stands_still_is_cut_after_the_patience_and_not_before(
    clock: Clock, transport: Transport, more: dict[str, Any]
) -> None:
    clock.add(transport, **more)
    clock.pass_seconds(10)
    assert not transport.cut
    clock.pass_seconds(2)
    assert transport.cut


def test_a_quiet_viewer_and_a_request_under_way_are_let_be(clock: Clock) -> None:
    viewer, asking = Transport(), Transport()
    clock.add(viewer)
    clock.add(asking, cycle=request(False))
    clock.pass_seconds(100)
    assert not viewer.cut and not asking.cut


def test_one_who_takes_a_byte_now_and_then_is_let_be_however_much_is_added(clock: Clock) -> None:
    slow, stuck = Transport(unsent=5000), Transport(unsent=5000)
    clock.add(slow)
    clock.add(stuck)

    def later() -> None:
        stuck.unsent += 6  # a ping
        slow.unsent += 6 if clock.now % 9 else -7

    clock.pass_seconds(50, later)
    assert stuck.cut and not slow.cut


def test_one_who_asks_again_and_again_is_let_be(clock: Clock) -> None:
    polling = Transport()
    one = clock.add(polling, cycle=request(True))
    for _ in range(10):
        clock.pass_seconds(5)
        one.cycle = request(True)
    assert not polling.cut


def test_one_that_is_gone_is_forgotten(clock: Clock) -> None:
    one = clock.add(Transport(), cycle=None)
    clock.pass_seconds(5)
    clock.open.remove(one)
    clock.pass_seconds(1)
    assert not clock.watched._seen


def test_where_no_uvicorn_serves_there_is_nothing_to_do() -> None:
    Connections(None, PATIENCE).sweep()
