"""The WebSocket: what a client gets, what it may say, who is let in."""

from __future__ import annotations

import json
import struct
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient, WebSocketTestSession
from starlette.websockets import WebSocketDisconnect

from playground.engine import paths, routes
from playground.engine.store import Store
from tests.engine_fakes import LAB, Nursery, complete, frame, make, token, until, watcher

OWN = {"origin": "http://testserver"}


@contextmanager
def client(store: Store) -> Iterator[TestClient]:
    with TestClient(Starlette(routes=routes.routes(store))) as one:
        yield one


@contextmanager
def watching(store: Store, query: str = "", seed: int = 0, **headers: str) -> Iterator[WebSocketTestSession]:
    with client(store) as one:
        address = f"/playground/run/{token(store, seed)}{query}"
        with one.websocket_connect(address, headers={**OWN, **headers}) as socket:
            yield socket


def split(message: bytes) -> list[bytes]:
    """The frames of a message."""
    found = []
    while message:
        (total,) = struct.unpack_from("<I", message)
        found.append(message[:total])
        message = message[total:]
    return found


def follow(socket: WebSocketTestSession) -> tuple[list[bytes], list[dict[str, Any]], list[int]]:
    """Frames, states and sizes of messages until the run has ended, each message acknowledged."""
    frames: list[bytes] = []
    states: list[dict[str, Any]] = []
    sizes: list[int] = []
    while not states or states[-1]["state"] not in ("done", "failed", "stopped"):
        message = socket.receive()
        if message.get("bytes"):
            frames += split(message["bytes"])
            sizes.append(len(message["bytes"]))
            socket.send_text(str(len(frames)))
        else:
            states.append(json.loads(message["text"]))
    return frames, states, sizes


def ready(count: int = 5, size: int = 8) -> tuple[Store, Nursery]:
    """A store whose default run is recorded."""
    store, nursery = make(complete(count, size))
    run = store.watch(token(store), watcher())
    until(lambda: run.state == "done")
    return store, nursery


def test_every_frame_arrives_in_order_and_then_the_state() -> None:
    store, _ = make(complete(5))
    with watching(store) as socket:
        frames, states, _ = follow(socket)
    assert frames == [frame(index) for index in range(5)]
    last = states[-1]
    assert (last["state"], last["place"], last["device"], last["frames"], last["error"]) == ("done", 0, "cpu", 5, None)
    assert last["seconds"] >= 0


def test_frames_travel_in_batches_of_a_bounded_size() -> None:
    store, _ = ready(30, size=50_000)
    with watching(store) as socket:
        frames, _, sizes = follow(socket)
    assert len(frames) == 30 and max(sizes) <= routes.BATCH
    assert [size // 50_000 for size in sizes] == [1, 1, 2, 5, 5, 5, 5, 5, 1]


def test_messages_on_a_slow_line_stay_short_and_grow_again() -> None:
    sizes = [routes.FIRST]
    for took in (0.1, 0.1, 3, 3, 3, 1, 0.1, 0.1, 0.1, 0.1, 0.1):
        sizes.append(routes.paced(sizes[-1], took))
    assert [size // routes.FIRST for size in sizes] == [1, 2, 4, 2, 1, 1, 1, 2, 4, 8, 8, 8]
    assert max(sizes) == routes.BATCH == 8 * routes.FIRST


def test_a_frame_larger_than_a_batch_travels_alone() -> None:
    store, _ = ready(2, size=2 * routes.BATCH)
    with watching(store) as socket:
        frames, _, sizes = follow(socket)
    assert len(frames) == len(sizes) == 2


def test_nothing_is_sent_before_the_acknowledgement() -> None:
    store, _ = make()
    with watching(store) as socket:
        assert json.loads(socket.receive_text())["state"] in ("queued", "running")
        run = store.peek(token(store))
        assert run is not None
        until(lambda: run.child)
        run.child.record(1)  # type: ignore[union-attr]
        while "bytes" not in (message := socket.receive()):
            pass
        run.child.say(frame(1), frame(2), b"")  # type: ignore[union-attr]
        until(lambda: run.state == "done")
        socket.send_text("1")
        assert split(message["bytes"]) == [frame(0)] and split(socket.receive_bytes()) == [frame(1), frame(2)]


@pytest.mark.parametrize(
    ("query", "count"),
    [("?have=3", 2), ("?have=5", 0), ("?have=0", 5), ("?have=-1", 5), ("?have=abc", 5), ("?have=1e9", 5), ("?have=", 5),
     ("?have=9999999", 0), ("?have=" + "9" * 400, 5), ("?have=%D9%A3", 5), ("?have=3&have=4", 1)],
)  # fmt: skip
def test_a_client_says_how_many_frames_it_has(query: str, count: int) -> None:
    store, nursery = ready()
    with watching(store, query) as socket:
        frames, states, _ = follow(socket)
    assert frames == [frame(index) for index in range(5)][5 - count :]
    assert states[-1]["frames"] == 5 and len(nursery.children) == 1


def test_a_queued_run_tells_its_place_until_it_starts() -> None:
    store, nursery = make(runs=1)
    store.watch(token(store, 1), watcher())
    store.watch(token(store, 2), watcher())
    until(lambda: nursery.children)
    with watching(store) as socket:
        assert json.loads(socket.receive_text())["place"] == 2
        nursery.children[0].say(b"")
        assert json.loads(socket.receive_text())["place"] == 1
        until(lambda: len(nursery.children) == 2)
        nursery.script = complete(2)
        nursery.children[1].say(b"")
        frames, states, _ = follow(socket)
    assert len(frames) == 2 and states[-1]["state"] == "done"


def test_a_failure_is_told_after_the_frames_that_there_are() -> None:
    def script(child: Any) -> None:
        child.record(2)
        child.say(b"!The run failed: ValueError: no.")

    store, _ = make(script)
    with watching(store) as socket:
        frames, states, _ = follow(socket)
    assert len(frames) == 2 and states[-1]["error"] == "The run failed: ValueError: no."


@pytest.mark.parametrize(("code", "state"), [(4000, "stopped"), (1000, "running"), (1001, "running")])
def test_only_a_player_that_switched_stops_the_run_at_once(code: int, state: str) -> None:
    store, nursery = make()
    with watching(store) as socket:
        run = store.peek(token(store))
        assert run is not None
        until(lambda: nursery.children)
        socket.close(code)
        until(lambda: not run.watchers)
        assert run.state == state
    store.close()


def test_twenty_viewers_of_one_run_get_every_frame() -> None:
    store, nursery = make()
    with client(store) as one, ExitStack() as stack:
        address = f"/playground/run/{token(store)}"
        sockets = [stack.enter_context(one.websocket_connect(address, headers=OWN)) for _ in range(20)]
        until(lambda: nursery.children)
        nursery.children[0].record(40)
        nursery.children[0].say(b"")
        for socket in sockets:
            assert follow(socket)[0] == [frame(index) for index in range(40)]
    assert len(nursery.children) == 1


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "null",
        "",
        "http://testserver.evil.example",
        "http://testserver:81",
        "http://[",
        "file://",
        "testserver",
    ],
)
def test_a_foreign_origin_is_refused_before_anything_starts(origin: str) -> None:
    store, nursery = make()
    with pytest.raises(WebSocketDisconnect), watching(store, origin=origin, **{"x-forwarded-host": "evil.example"}):
        pass
    assert store.peek(token(store)) is None and not nursery.children


def test_a_client_without_an_origin_is_refused() -> None:
    store, _ = make()
    with (
        client(store) as one,
        pytest.raises(WebSocketDisconnect),
        one.websocket_connect(f"/playground/run/{token(store)}"),
    ):
        pass


@pytest.mark.parametrize("wrong", ["forged", "A" * 7000, "%F0%9F%99%82" * 20, "other"])
def test_a_wrong_token_gets_one_sentence_and_is_closed(wrong: str) -> None:
    store, nursery = make()
    other, _ = make(secret=b"the secret of some other server")
    address = "/playground/run/" + (other.token(LAB, LAB.Knobs()) if wrong == "other" else wrong)
    with client(store) as one, one.websocket_connect(address, headers=OWN) as socket:
        said = json.loads(socket.receive_text())
        assert said["state"] == "failed" and "reload the page" in said["error"]
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_text()
    assert closed.value.code == 1008 and not nursery.children


@pytest.mark.parametrize("words", [["hello"] * 2, ["x" * 65], [""], ["1", "1", "1"]])
def test_a_client_that_speaks_out_of_turn_or_too_long_is_shut_out(words: list[str]) -> None:
    store, _ = ready(1)
    with watching(store) as socket:
        socket.receive_bytes()
        for word in words:
            socket.send_text(word)
        assert closing(socket) == 1008


def test_binary_words_shut_a_client_out() -> None:
    store, _ = ready(1)
    with watching(store) as socket:
        socket.receive_bytes()
        socket.send_bytes(b"1")
        assert closing(socket) == 1008


def closing(socket: WebSocketTestSession) -> int:
    """The code that the server closes with."""
    while (message := socket.receive())["type"] != "websocket.close":
        pass
    return int(message["code"])


def test_an_address_has_a_bounded_number_of_sockets() -> None:
    store, _ = make(complete(1), sockets=3)
    with client(store) as one, ExitStack() as stack:
        address = f"/playground/run/{token(store)}"
        for _ in range(3):  # those that closed count no more
            with one.websocket_connect(address, headers=OWN) as socket:
                follow(socket)
        sockets = [stack.enter_context(one.websocket_connect(address, headers=OWN)) for _ in range(4)]
        assert "open at once" in json.loads(sockets[3].receive_text())["error"]
        assert closing(sockets[3]) == 1008
        assert follow(sockets[2])[1][-1]["state"] == "done"


def test_the_routes_lie_under_the_app_s_base() -> None:
    store, _ = make(complete(1))
    paths.configure("x")
    try:
        with client(store) as one, one.websocket_connect(paths.path(f"run/{token(store)}"), headers=OWN) as socket:
            assert len(follow(socket)[0]) == 1
    finally:
        paths.configure("")


def test_one_who_owes_an_acknowledgement_for_too_long_is_let_go_and_may_come_back() -> None:
    store, nursery = make(complete(5), patience=0.2)
    with watching(store) as socket:
        while "bytes" not in (message := socket.receive()):
            pass
        with pytest.raises(WebSocketDisconnect) as closed:
            while True:
                socket.receive_text()
    assert closed.value.code == routes.LATE != routes.REFUSED
    with watching(store, f"?have={len(split(message['bytes']))}") as socket:
        frames, states, _ = follow(socket)
    assert split(message["bytes"]) + frames == [frame(index) for index in range(5)]
    assert states[-1]["state"] == "done" and len(nursery.children) == 1


def test_one_who_owes_nothing_may_be_silent() -> None:
    store, _ = make(complete(5), patience=0.2)
    with watching(store) as socket:
        follow(socket)
        time.sleep(0.5)
        run = store.peek(token(store))
        assert run is not None and run.watchers
