"""The store: single flight, the queue, the bounds, stopping and starting again."""

from __future__ import annotations

import threading
import time

import pytest

from playground.engine import store as store_module
from playground.engine.run import WEIGHT, Run
from playground.engine.settings import MB
from tests.engine_fakes import LAB, complete, frame, make, token, until, watcher


def test_fifty_watchers_at_once_cost_one_training() -> None:
    store, nursery = make(complete())
    found: list[Run] = []
    barrier = threading.Barrier(50)

    def visit() -> None:
        barrier.wait()
        found.append(store.watch(token(store), watcher()))

    threads = [threading.Thread(target=visit) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    until(lambda: found[0].state == "done")
    assert len(nursery.children) == 1 and len(set(map(id, found))) == 1 and len(found[0].watchers) == 50


def test_a_run_is_recorded_and_read_as_a_history() -> None:
    store, _ = make(complete(5))
    run = store.watch(token(store), watcher())
    until(lambda: run.state == "done")
    history = run.history()
    assert run.frames == [frame(index) for index in range(5)] and run.error is None
    assert history.state == "done" and history.steps.tolist() == [0, 10, 20, 30, 40] and history.last("loss") == 0.2
    assert run.step == 40 and run.seconds >= 0


def test_peek_and_token_make_nothing_and_run_starts_nothing() -> None:
    store, nursery = make()
    assert store.peek(token(store)) is None
    run = store.run(token(store))
    assert store.peek(token(store)) is run and run.state == "new" and not nursery.children


@pytest.mark.parametrize("name", ["peek", "run"])
def test_a_bad_token_is_a_sentence(name: str) -> None:
    store, _ = make()
    with pytest.raises(ValueError, match="reload the page"):
        getattr(store, name)("forged")


def test_the_queue_is_first_come_first_served_and_tells_places() -> None:
    store, nursery = make(runs=2)
    runs = [store.watch(token(store, seed), watcher()) for seed in range(5)]
    until(lambda: len(nursery.children) == 2)
    assert [run.state for run in runs] == ["running"] * 2 + ["queued"] * 3
    assert [run.place for run in runs] == [0, 0, 1, 2, 3]
    nursery.children[1].say(b"")
    until(lambda: len(nursery.children) == 3)
    assert runs[2].state == "running" and [run.place for run in runs] == [0, 0, 0, 1, 2]
    store.close()


def test_who_leaves_the_queue_gives_up_the_place() -> None:
    store, nursery = make(runs=1)
    watchers = [watcher() for _ in range(3)]
    runs = [store.watch(token(store, seed), one) for seed, one in enumerate(watchers)]
    store.leave(runs[1], watchers[1], at_once=True)
    assert [run.state for run in runs] == ["running", "stopped", "queued"] and runs[2].place == 1
    until(lambda: nursery.children)
    nursery.children[0].say(b"")
    until(lambda: runs[2].state == "running")
    until(lambda: len(nursery.children) == 2)
    assert runs[1].state == "stopped" and nursery.children[1].run is runs[2]
    store.close()


def test_switching_away_kills_at_once_unless_another_watches() -> None:
    store, nursery = make()
    first, second = watcher(), watcher()
    run = store.watch(token(store), first)
    store.watch(token(store), second)
    until(lambda: nursery.children)
    store.leave(run, first, at_once=True)
    assert run.state == "running"
    store.leave(run, second, at_once=True)
    assert run.state == "stopped"
    until(lambda: nursery.children[0].code == -9)


def test_a_run_nobody_watches_stops_after_the_grace() -> None:
    store, nursery = make(grace=30)
    one = watcher()
    run = store.watch(token(store), one)
    until(lambda: nursery.children)
    store.sweep()
    assert run.state == "running"
    store.leave(run, one, at_once=False)
    store.sweep()
    assert run.state == "running"
    run.left -= 31
    store.sweep()
    assert run.state == "stopped"
    until(lambda: nursery.children[0].code == -9)


def test_a_run_nobody_watches_soon_gives_way_to_one_that_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "YIELDING", 0.2)
    store, _ = make(runs=1, grace=60)
    one = watcher()
    left = store.watch(token(store), one)
    store.leave(left, one, at_once=False)
    time.sleep(0.25)
    store.sweep()
    assert left.state == "running"
    other = store.watch(token(store, 1), watcher())
    assert other.state == "queued"
    store.sweep()
    assert left.state == "stopped"
    until(lambda: other.state == "running")


def test_a_stopped_run_goes_on_with_identical_bytes() -> None:
    store, nursery = make()
    one = watcher()
    run = store.watch(token(store), one)
    until(lambda: nursery.children)
    nursery.children[0].record(3)
    until(lambda: len(run.frames) == 3)
    store.leave(run, one, at_once=True)
    nursery.script = complete(6)
    assert store.watch(token(store), one) is run
    until(lambda: run.state == "done")
    assert nursery.children[1].skip == 3 and run.frames == [frame(index) for index in range(6)]


def test_a_late_word_of_a_stopped_child_is_not_heard() -> None:
    store, nursery = make()
    one = watcher()
    run = store.watch(token(store), one)
    until(lambda: nursery.children)
    nursery.children[0].kill = lambda: None  # type: ignore[method-assign]
    store.leave(run, one, at_once=True)
    store.watch(token(store), one)
    until(lambda: len(nursery.children) == 2)
    nursery.children[0].say(frame(0), b"!late")
    nursery.children[1].record(1)
    until(lambda: run.frames)
    time.sleep(0.05)
    assert run.frames == [frame(0)] and run.state == "running" and run.error is None
    store.close()


def test_a_sentence_of_the_recorder_is_the_run_s_error_and_watching_starts_again() -> None:
    store, nursery = make(lambda child: child.say(b"!The loss \xe2\x89\xa0 a number."))
    run = store.watch(token(store), watcher())
    until(lambda: run.state == "failed")
    assert run.error == "The loss ≠ a number."
    nursery.script = complete()
    store.watch(token(store), watcher())
    until(lambda: run.state == "done")
    assert run.error is None and len(nursery.children) == 2


@pytest.mark.parametrize(("code", "how"), [(-9, "killed by signal 9"), (3, "exit status 3")])
def test_a_dead_worker_is_one_sentence_with_its_step(code: int, how: str) -> None:
    store, nursery = make(lambda child: child.record(3))
    run = store.watch(token(store), watcher())
    until(lambda: len(run.frames) == 3)
    nursery.children[0].die(code)
    until(lambda: run.state == "failed")
    assert run.error is not None and run.error.startswith("The worker died at step 20") and how in run.error
    assert len(run.frames) == 3


def test_a_worker_that_cannot_start_is_a_sentence() -> None:
    def refuse(child: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    store, _ = make(refuse)
    run = store.watch(token(store), watcher())
    until(lambda: run.state == "failed")
    assert run.error == "No worker could be started (BlockingIOError): try again later."


def test_a_run_has_a_bound_of_seconds() -> None:
    store, nursery = make(lambda child: child.record(2), seconds=0.2)
    run = store.watch(token(store), watcher())
    until(lambda: store.sweep() or run.state == "failed")
    assert run.error == "Stopped at step 10: a run may take 0.2 seconds here." and len(run.frames) == 2
    until(lambda: nursery.children[0].code == -9)


def test_a_run_has_a_bound_of_bytes() -> None:
    store, nursery = make(lambda child: child.record(100, size=MB // 4), history=8 * MB)
    run = store.watch(token(store), watcher())
    until(lambda: run.state == "failed")
    assert run.error is not None and "may hold 2 MB" in run.error
    assert 7 <= len(run.frames) <= 8 and run.bytes <= 2 * MB
    until(lambda: nursery.children[0].code == -9)


def test_the_run_left_longest_ago_goes_first_and_never_one_that_is_watched() -> None:
    store, _ = make(complete(7, size=MB // 4), history=8 * MB, runs=1)
    runs = []
    for seed in range(6):
        one = watcher()
        run = store.watch(token(store, seed), one)
        until(lambda run=run: run.state == "done")
        if seed != 1:
            store.leave(run, one, at_once=False)
        runs.append(run)
    kept = [seed for seed in range(6) if store.peek(token(store, seed))]
    assert kept == [1, 3, 4, 5]
    assert sum(runs[seed].bytes for seed in kept) <= 8 * MB


def test_where_every_recording_is_watched_a_new_one_is_told_that_memory_is_full() -> None:
    store, _ = make(complete(7, size=MB // 4), history=8 * MB, runs=1)
    runs = [store.watch(token(store, seed), watcher()) for seed in range(5)]
    until(lambda: runs[-1].state in ("done", "failed"))
    assert [run.state for run in runs] == ["done"] * 4 + ["failed"]
    assert runs[-1].error is not None and "memory for recordings is full" in runs[-1].error
    assert sum(run.bytes for run in runs) <= 8 * MB


def test_runs_without_frames_count_and_go() -> None:
    store, _ = make(history=10 * WEIGHT)
    for seed in range(30):
        store.run(token(store, seed))
    assert sum(store.peek(token(store, seed)) is not None for seed in range(30)) == 10


def test_close_stops_everything_and_starts_nothing_more() -> None:
    store, nursery = make(runs=2)
    runs = [store.watch(token(store, seed), watcher()) for seed in range(4)]
    until(lambda: len(nursery.children) == 2)
    store.close()
    assert {run.state for run in runs} == {"stopped"} and [child.code for child in nursery.children] == [-9, -9]
    late = store.watch(store.token(LAB, LAB.Knobs(seed=99)), watcher())
    assert late.state == "new" and len(nursery.children) == 2
