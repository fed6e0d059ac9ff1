"""A real cluster of two nodes: runs that replicas share, that wait for a core, that die with a worker or a node."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Iterator

import pytest

from playground import contract
from playground.contract import Knobs
from playground.engine.run import Run, Watcher
from playground.engine.store import Store
from tests.conftest import free_port
from tests.engine_fakes import LAB, until, watcher
from tests.nodes import Nodes, bridges, child, recordings, replica, titled, two_nodes
from tests.test_engine_local import expected, gone, untimed

pytestmark = pytest.mark.slow

LONG = LAB.Knobs(steps=20000, hidden_sizes=(32,) * 6)  # minutes


def long(seed: int) -> Knobs:
    return LONG.model_copy(update={"seed": seed})


@pytest.fixture(scope="module")
def nodes() -> Iterator[Nodes]:
    with two_nodes() as one:
        yield one


@pytest.fixture
def store(nodes: Nodes) -> Iterator[Store]:
    with replica(nodes.address) as one:
        yield one
    until(lambda: not recordings(), 30)


def watch(store: Store, knobs: Knobs) -> tuple[Run, Watcher]:
    one = watcher()
    return store.watch(store.token(LAB, knobs), one), one


def training(store: Store, knobs: Knobs = LONG) -> tuple[Run, Watcher]:
    """A run that has recorded a few frames and goes on."""
    run, one = watch(store, knobs)
    until(lambda: len(run.frames) > 3 or run.error, 120)
    assert run.error is None
    return run, one


def ended(run: Run) -> str | None:
    until(lambda: run.state not in ("queued", "running"), 120)
    return run.error


def test_a_cluster_records_what_a_child_here_does(store: Store) -> None:
    run, _ = watch(store, LAB.small)
    assert ended(run) is None and run.state == "done"
    assert untimed(run.frames) == expected(LAB.small)


def test_a_cluster_s_room_is_counted(store: Store) -> None:
    assert store._room() == (2, 2) and store.gpu() is False


def test_replicas_share_one_training(nodes: Nodes, store: Store) -> None:
    knobs = LAB.Knobs(steps=3000, seed=3)
    first, _ = training(store, knobs)
    with replica(nodes.address, secret=b"another secret of the second") as other:
        second, _ = watch(other, knobs)
        assert ended(second) is None and ended(first) is None
        assert len(recordings()) == 1
    assert second.frames == first.frames  # even the times that were measured: one training wrote both


def test_a_replica_that_comes_later_reads_what_is_kept(nodes: Nodes, store: Store) -> None:
    first, one = watch(store, LAB.small)
    assert ended(first) is None
    store.leave(first, one, at_once=True)
    with replica(nodes.address) as other:
        second, _ = watch(other, LAB.small)
        assert ended(second) is None and second.frames == first.frames


def test_switching_ends_the_training(store: Store) -> None:
    run, one = training(store)
    (actor,) = recordings()
    left = time.perf_counter()
    store.leave(run, one, at_once=True)
    until(lambda: gone(actor), 10)
    print(f"cancel {1000 * (time.perf_counter() - left):.0f} ms")
    assert run.state == "stopped"


def test_a_run_goes_on_while_another_replica_shows_it(nodes: Nodes, store: Store) -> None:
    run, _ = training(store)
    with replica(nodes.address) as other:
        second, one = training(other)
        other.leave(second, one, at_once=True)
        known = len(run.frames)
        until(lambda: len(run.frames) > known + 3, 60)
        assert second.state == "stopped" and run.state == "running"


def test_a_run_without_a_free_core_is_queued_and_then_goes(nodes: Nodes, store: Store) -> None:
    first, one = training(store)
    training(store, long(1))
    with replica(nodes.address) as other:  # which cannot know what the first one's queue holds
        third, _ = watch(other, long(2))
        until(lambda: third.shown == "queued", 30)
        assert (third.place, third.seconds, third.frames) == (1, 0, [])
        store.leave(first, one, at_once=True)
        until(lambda: third.frames, 60)
        assert third.shown == "running" and third.place == 0


def test_a_waiting_run_that_is_left_never_starts(nodes: Nodes, store: Store) -> None:
    first, one = training(store)
    training(store, long(1))
    with replica(nodes.address) as other:
        for seed in (2, 3):
            third, two = watch(other, long(seed))
            until(lambda third=third: third.shown == "queued", 30)
            other.leave(third, two, at_once=True)
        last, _ = watch(other, long(4))
        before = set(recordings())
        store.leave(first, one, at_once=True)
        until(lambda: last.frames, 60)
        assert len(set(recordings()) - before) == 1


def test_a_finished_run_gives_its_core_to_one_that_waits(store: Store) -> None:
    for seed in range(3):
        run, one = watch(store, LAB.small.model_copy(update={"seed": seed}))
        assert ended(run) is None
        store.leave(run, one, at_once=True)


@pytest.mark.parametrize("title", ["ray::Recording", "child"])
def test_a_killed_worker_is_one_sentence_and_a_reload_trains_again(store: Store, title: str) -> None:
    run, _ = training(store)
    (actor,) = recordings()
    killed = time.perf_counter()
    os.kill(actor if title != "child" else child(), signal.SIGKILL)
    until(lambda: run.state == "failed", 10)
    print(f"{title}: death seen after {time.perf_counter() - killed:.3f} s")
    assert time.perf_counter() - killed < 5
    assert run.error and run.error.startswith(f"The worker died at step {run.step}")
    assert ("signal 9" in run.error) == (title == "child")
    known = len(run.frames)
    store.watch(store.token(LAB, LONG), watcher())
    until(lambda: len(run.frames) > known, 60)
    assert run.error is None and len(recordings()) == 1


def test_a_child_beyond_its_memory_is_one_sentence(nodes: Nodes) -> None:
    with replica(nodes.address, memory=1 << 20) as store:
        run, _ = watch(store, LAB.Knobs(samples=5000, hidden_sizes=(64,) * 8))
        error = ended(run)
    assert error and "memory" in error


def test_a_killed_bridge_is_one_sentence_and_what_it_read_ends_by_itself(store: Store) -> None:
    run, _ = training(store)
    for bridge in bridges():
        os.kill(bridge, signal.SIGKILL)
    assert (ended(run) or "").startswith("The cluster was lost (PLAYGROUND_RAY_ADDRESS is ")
    until(lambda: not recordings(), 30)
    known = len(run.frames)
    store.watch(store.token(LAB, LONG), watcher())
    until(lambda: len(run.frames) > known, 60)


def test_a_killed_node_ends_its_own_runs_alone_and_they_train_on_another(nodes: Nodes, store: Store) -> None:
    second = nodes._local.list_all_nodes()[-1]
    runs = [training(store, long(seed)) for seed in range(2)]
    assert len(recordings(second)) == 1
    killed = time.perf_counter()
    nodes.kill(second)
    until(lambda: any(run.state == "failed" for run, _ in runs), 15)
    print(f"node's death seen after {time.perf_counter() - killed:.3f} s")
    (dead,) = [run for run, _ in runs if run.state == "failed"]
    ((living, one),) = [(run, one) for run, one in runs if run is not dead]
    assert dead.error and dead.error.startswith("The worker died at step")
    known, lives = len(dead.frames), len(living.frames)
    until(lambda: len(living.frames) > lives + 3, 60)
    store.leave(living, one, at_once=True)
    store.watch(store.token(LAB, dead.knobs), watcher())
    until(lambda: len(dead.frames) > known, 60)
    print(f"node's run goes on after {time.perf_counter() - killed:.3f} s")
    assert time.perf_counter() - killed < 5
    assert dead.error is None
    nodes.bury()
    nodes.add()


def test_a_lab_that_gains_from_a_gpu_asks_the_cluster_for_one(nodes: Nodes) -> None:
    lab = next(one for one in contract.labs() if one.device == "gpu")
    node = nodes.add(num_gpus=1)  # so it says; PyTorch looks for itself
    try:
        with replica(nodes.address) as store:
            assert store.gpu()
            run = store.watch(store.token(lab, lab.small), watcher())
            error = ended(run)
    finally:
        nodes.kill(node)
        nodes.bury()
    assert run.device == "cuda" and (error is None or "CUDA" in error or "NVIDIA" in error), error


def test_an_unreachable_cluster_is_one_sentence() -> None:
    address = f"127.0.0.1:{free_port()}"
    with replica(address) as store:
        run, _ = watch(store, LAB.small)
        error = ended(run)
    assert error == f"The cluster cannot be reached (PLAYGROUND_RAY_ADDRESS is {address}): try again later."


def test_a_lost_cluster_is_one_sentence_and_its_successor_trains() -> None:
    first = Nodes()
    with replica(first.address) as store:
        run, _ = training(store)
        first.kill(first.head)
        first.end()
        error = ended(run)
        assert error and re.search(": reload the page to start (it|the run) again[.]$", error)
        second = Nodes(first.port)
        try:
            known = len(run.frames)
            until(lambda: reloaded(store, known), 120)
        finally:
            second.end()


def reloaded(store: Store, known: int) -> bool:
    """Reloads the page, so to speak, until its run has more frames than before."""
    run = store.run(store.token(LAB, LONG))
    if run.state == "failed":
        store.watch(store.token(LAB, LONG), watcher())
    return len(run.frames) > known


def test_nothing_is_left_of_servers_that_are_gone(nodes: Nodes) -> None:
    with replica(nodes.address) as store:
        training(store)
        assert recordings() and titled("ray::Nursery")
    until(lambda: not recordings(), 15)
    until(lambda: not titled("ray::Nursery"), 60)
