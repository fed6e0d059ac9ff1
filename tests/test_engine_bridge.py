"""What a store and a server know of a cluster, without one: words, room, lines, bridges that end."""

from __future__ import annotations

import os
import socket
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from playground import contract
from playground.device import device_note
from playground.engine import parcels
from playground.engine.cluster import Cluster
from playground.engine.parcels import Line
from playground.engine.processes import descendants
from playground.engine.run import GOES, WAITS, died
from playground.engine.store import Store
from tests.engine_fakes import BOUNDS, LAB, Nursery, frame, make, token, until, watcher
from tests.test_engine_metrics import client, figures


def test_a_run_that_waits_for_the_cluster_is_told_as_queued_and_takes_no_time() -> None:
    store, nursery = make()
    run = store.watch(token(store), watcher())
    until(lambda: nursery.children)
    nursery.children[0].say(WAITS)
    until(lambda: run.waits)
    assert (run.shown, run.place, run.seconds, run.state) == ("queued", 1, 0, "running")
    found = figures(client(store))
    assert (found["queue"], found["runs queued"], found["runs running"]) == (1, 1, 0)
    nursery.children[0].say(GOES, frame(0))
    until(lambda: run.frames)
    assert (run.shown, run.place, run.waits) == ("running", 0, False) and run.seconds < 10
    nursery.children[0].say(WAITS, b"!It failed.")
    until(lambda: run.state == "failed")
    assert (run.shown, run.waits, run.error) == ("failed", False, "It failed.")


def test_no_frame_begins_like_a_word() -> None:
    assert all(frame(index, size)[:1] not in (WAITS, GOES, b"!") for index in range(20) for size in range(0, 600, 7))


def test_a_store_has_the_room_that_its_cluster_has_by_now() -> None:
    nursery, cores = Nursery(), [0]
    store = Store(replace(BOUNDS, runs=0, visitor_runs=0), nursery, lambda: cores[0])
    runs = [store.watch(token(store, seed), watcher()) for seed in range(8)]
    until(lambda: len(nursery.children) == 1)
    cores[0] = 6
    store.sweep()
    until(lambda: len(nursery.children) == 3)  # of one visitor half
    assert [run.state for run in runs] == ["running"] * 3 + ["queued"] * 5
    store.close()


@pytest.mark.parametrize(
    ("wish", "gpu", "device"), [("auto", True, "cuda"), ("auto", False, "cpu"), ("cpu", True, "cpu")]
)
def test_a_device_is_the_cluster_s(monkeypatch: pytest.MonkeyPatch, wish: str, gpu: bool, device: str) -> None:
    monkeypatch.setenv("PLAYGROUND_DEVICE", wish)
    one = next(one for one in contract.labs() if one.device == "gpu")
    store = Store(BOUNDS, Nursery(), gpu=lambda: gpu)
    run = store.run(store.token(one, one.small))
    assert run.device == device and store.peek(store.token(one, one.small)) is run
    assert store.run(store.token(LAB, LAB.small)).device == "cpu"


def test_a_gpu_that_only_the_cluster_lacks_is_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYGROUND_DEVICE", "cuda")
    assert "No GPU" in device_note(False) and device_note(True) == ""


def test_a_worker_s_death_is_told_with_its_status_where_that_is_known() -> None:
    assert died(40) == "The worker died at step 40: reload the page to start it again."
    assert "(killed by signal 9, perhaps for lack of memory)" in died(40, -9) and "(exit status 3)" in died(40, 3)


@pytest.fixture
def lines() -> Iterator[tuple[Line, Line]]:
    here, there = map(Line, socket.socketpair())
    yield here, there
    here.close()
    there.close()


@pytest.mark.parametrize("raw", [b"", b"!", bytes(3_000_000)], ids=["empty", "short", "long"])
def test_a_message_arrives_whole(lines: tuple[Line, Line], raw: bytes) -> None:
    thread = threading.Thread(target=lambda: (lines[0].send_bytes(raw), lines[0].send_bytes(b"next")))
    thread.start()
    assert lines[1].recv_bytes() == raw and lines[1].recv_bytes() == b"next"
    thread.join()


def test_a_line_that_is_cut_wakes_both_ends(lines: tuple[Line, Line]) -> None:
    woken: list[str] = []

    def wait(line: Line) -> None:
        with pytest.raises(EOFError):
            line.recv_bytes()
        woken.append("woken")

    threads = [threading.Thread(target=wait, args=(line,)) for line in lines]
    for thread in threads:
        thread.start()
    lines[0].cut()
    for thread in threads:
        thread.join(10)
    assert woken == ["woken"] * 2


def test_a_message_that_breaks_off_is_none() -> None:
    here, there = socket.socketpair()
    with here:
        here.sendall(parcels.packed(b"whole") + parcels.packed(b"broken")[:-1])
    line = Line(there)
    assert line.recv_bytes() == b"whole"
    with pytest.raises(EOFError):
        line.recv_bytes()
    line.close()


# A bridge that ends as soon as it has told of a cluster and was asked for a run.
FICKLE = """
import socket, sys
from playground.engine.parcels import packed
control = socket.socket(fileno=int(sys.argv[-1]))
control.sendall(packed(b'{"nodes": 1, "cores": 3, "gpu": true}'))
socket.recv_fds(control, 1, 1)
"""


class Fickle(Cluster):
    """A cluster whose bridges end."""

    command = [sys.executable, "-c", FICKLE]


def test_a_bridge_that_ends_is_one_sentence_and_the_next_run_has_another() -> None:
    before = set(descendants(os.getpid()))
    cluster = Fickle(replace(BOUNDS, ray_address="10.0.0.1:6379"))
    store = Store(cluster.bounds, cluster.start, cluster.cores, cluster.gpu)
    cluster.warm()
    until(lambda: cluster.cores() == 3 and cluster.gpu())
    bridges = []
    for seed in range(2):
        run = store.watch(token(store, seed), watcher())
        until(lambda run=run: run.state == "failed")
        assert run.error == (
            "The cluster was lost (PLAYGROUND_RAY_ADDRESS is 10.0.0.1:6379): reload the page to start the run again."
        )
        bridges.append(cluster._listener)
        until(lambda: cluster.cores() == 0)
    assert bridges[0] is not bridges[1]
    store.close()
    cluster.close()
    assert set(descendants(os.getpid())) <= before
