"""Many visitors before few cores: who starts, who waits where, and what one visitor may take."""

from __future__ import annotations

import json
from contextlib import ExitStack

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from playground.engine import routes
from playground.engine.queue import Queue
from playground.engine.store import CROWD
from tests.engine_fakes import complete, make, token, until, watcher


def test_fifty_queued_runs_of_one_do_not_delay_another() -> None:
    store, nursery = make(runs=1)
    crowd = [store.watch(token(store, seed), watcher(), "a") for seed in range(50)]
    one = store.watch(token(store, 99), watcher(), "b")
    assert one.place == 1 and crowd[1].place == 2 and crowd[-1].place == 50
    until(lambda: nursery.children)
    nursery.children[0].say(b"")
    until(lambda: one.state == "running")
    assert [run.state for run in crowd] == ["done"] + ["queued"] * 49
    until(lambda: [run.place for run in crowd[1:]] == list(range(1, 50)))  # told after the start
    store.close()


def test_a_crowd_is_told_its_places_by_the_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    worked_out: list[int] = []
    places = Queue.places
    monkeypatch.setattr(Queue, "places", lambda queue: worked_out.append(len(queue)) or places(queue))
    store, _ = make(runs=1)
    runs = [store.watch(token(store, seed), watcher(), f"visitor {seed}") for seed in range(3 * CROWD)]
    assert max(worked_out) <= CROWD + 1 and runs[-1].place == 3 * CROWD - 1  # at once the last, without working it out
    store.leave(runs[1], next(iter(runs[1].watchers)), at_once=True)
    store.sweep()
    assert [run.place for run in runs[2:]] == list(range(1, 3 * CROWD - 1))
    store.close()


def test_one_visitor_trains_so_many_at_once_and_the_rest_is_free_for_others() -> None:
    store, nursery = make(runs=4, visitor_runs=2)
    mine = [store.watch(token(store, seed), watcher(), "a") for seed in range(3)]
    theirs = store.watch(token(store, 9), watcher(), "b")
    assert [run.state for run in mine] == ["running", "running", "queued"] and theirs.state == "running"
    until(lambda: len(nursery.children) == 3)
    nursery.children[0].say(b"")
    until(lambda: mine[2].state == "running")
    store.close()


def test_the_link_of_two_visitors_is_one_run_and_one_place() -> None:
    store, nursery = make(runs=1)
    store.watch(token(store), watcher(), "c")
    runs = [store.watch(token(store, 1), watcher(), visitor) for visitor in ("a", "b", "a")]
    behind = store.watch(token(store, 2), watcher(), "a")
    assert len(set(map(id, runs))) == 1 and (runs[0].place, behind.place) == (1, 2)
    until(lambda: nursery.children)
    nursery.children[0].say(b"")
    until(lambda: len(nursery.children) == 2)
    nursery.children[1].say(b"")
    until(lambda: len(nursery.children) == 3)
    assert [child.run for child in nursery.children[1:]] == [runs[0], behind]
    store.close()


def test_a_queued_run_goes_on_for_who_stays_when_its_asker_leaves() -> None:
    store, nursery = make(runs=1)
    store.watch(token(store), watcher(), "c")
    asker, other = watcher(), watcher()
    run = store.watch(token(store, 1), asker, "a")
    store.watch(token(store, 1), other, "b")
    store.leave(run, asker, at_once=True)
    assert run.state == "queued" and run.place == 1
    until(lambda: nursery.children)
    nursery.children[0].say(b"")
    until(lambda: run.state == "running")
    store.leave(run, other, at_once=True)
    assert run.state == "stopped"
    store.close()


def test_a_stopped_run_that_is_asked_for_again_does_not_take_a_second_slot() -> None:
    store, nursery = make(runs=1)
    first = watcher()
    run = store.watch(token(store), first, "a")
    until(lambda: nursery.children)
    store.leave(run, first, at_once=True)
    store.watch(token(store), watcher(), "a")
    until(lambda: len(nursery.children) == 2)
    assert run.state == "running" and nursery.children[0].code == -9
    store.close()


def test_a_recording_has_a_bound_of_frames() -> None:
    store, nursery = make(complete(20), frames=12)
    run = store.watch(token(store), watcher())
    until(lambda: run.state == "failed")
    assert run.error == "Stopped at step 110: a recording may hold 12 frames here." and len(run.frames) == 12
    until(lambda: nursery.children[0].code == -9)


@pytest.mark.parametrize(("proxies", "states"), [(0, ["running", "queued"]), (1, ["running", "running"])])
def test_visitors_behind_a_trusted_proxy_are_told_apart(proxies: int, states: list[str]) -> None:
    store, _ = make(runs=2, visitor_runs=1, proxies=proxies)
    told = []
    with TestClient(Starlette(routes=routes.routes(store))) as client, ExitStack() as stack:
        for seed, address in enumerate(["1.1.1.1", "2.2.2.2"]):
            headers = {"origin": "http://testserver", "x-forwarded-for": f"9.9.9.9, {address}"}
            path = f"/playground/run/{token(store, seed)}"
            socket = stack.enter_context(client.websocket_connect(path, headers=headers))
            told.append(json.loads(socket.receive_text())["state"])
    assert told == states
    store.close()
