"""Health and metrics: what a server tells of itself, to whom, and at what cost."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette
from starlette.testclient import TestClient

from playground import __version__
from playground.engine import metrics, routes
from playground.engine.store import Store
from tests.engine_fakes import complete, make, token, until, watcher
from tests.test_routes_socket import OWN, follow

HEALTH, METRICS = "/playground/health", "/playground/metrics"
HERE = ("127.0.0.1", 4711)


def client(store: Store, host: tuple[str, int] = HERE) -> TestClient:
    return TestClient(Starlette(routes=[*routes.routes(store), *metrics.routes(store)]), client=host)


def figures(one: TestClient) -> dict[str, float]:
    """Every sample by its name and labels, as Prometheus itself reads the text."""
    answer = one.get(METRICS)
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/plain; version=")
    families = text_string_to_metric_families(answer.text)
    return {
        sample.name.removeprefix("playground_") + "".join(f" {value}" for value in sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
    }


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Each question is answered anew."""
    monkeypatch.setattr(metrics, "REST", -1.0)
    yield


def test_health_says_ok_and_with_503_draining() -> None:
    store, _ = make()
    one = client(store)
    answer = one.get(HEALTH)
    assert answer.status_code == 200 and answer.headers["cache-control"] == "no-store"
    told = answer.json()
    assert (told["status"], told["version"]) == ("ok", __version__) and told["uptime"] >= 0
    store.retire()
    answer = one.get(HEALTH)
    assert (answer.status_code, answer.json()["status"]) == (503, "draining")


def test_runs_are_counted_through_their_lives() -> None:
    store, nursery = make(runs=1)
    one = client(store)
    first = watcher()
    runs = [store.watch(token(store, seed), watcher() if seed else first, "a") for seed in range(4)]
    store.run(token(store, 9))
    until(lambda: nursery.children)
    found = figures(one)
    assert (found["queue"], found["viewers"], found["runs_started_total"]) == (3, 4, 1)
    assert [found[f"runs {state}"] for state in metrics.STATES] == [1, 3, 1, 0, 0, 0]
    store.leave(runs[0], first, at_once=True)
    for number, word in ((1, b""), (2, b"!It failed.")):
        until(lambda number=number: len(nursery.children) > number)
        nursery.children[number].say(word)
    until(lambda: len(nursery.children) == 4)
    found = figures(one)
    assert [found[f"runs_ended_total {state}"] for state in ("stopped", "done", "failed")] == [1, 1, 1]
    assert (found["runs_started_total"], found["queue"], found["viewers"]) == (4, 0, 3)
    assert [found[f"runs {state}"] for state in metrics.STATES] == [1, 0, 1, 1, 1, 1]
    store.close()


def test_frames_bytes_and_the_wait_for_the_first_are_counted() -> None:
    store, _ = make(complete(5))
    with client(store) as one, one.websocket_connect(f"/playground/run/{token(store)}", headers=OWN) as socket:
        frames, _, sizes = follow(socket)
        found = figures(one)
    assert (found["frames_sent_total"], found["bytes_sent_total"]) == (len(frames), sum(sizes))
    assert found["first_frame_seconds_count"] == found["first_frame_seconds_bucket +Inf"] == 1
    assert 0 < found["first_frame_seconds_sum"] < 60
    assert found["history_bytes"] == sum(run.bytes for run in store.runs()) > sum(sizes)


def test_a_run_that_goes_on_counts_no_second_first_frame() -> None:
    store, nursery = make()
    one = watcher()
    run = store.watch(token(store), one)
    until(lambda: nursery.children)
    nursery.children[0].record(2)
    until(lambda: len(run.frames) == 2)
    store.leave(run, one, at_once=True)
    nursery.script = complete(4)
    store.watch(token(store), one)
    until(lambda: run.state == "done")
    assert figures(client(store))["first_frame_seconds_count"] == 1


def test_memory_is_told_of_server_and_children() -> None:
    found = figures(client(make()[0]))
    assert found["memory_bytes server"] > 1e7 and found["memory_bytes children"] >= 0


def test_each_store_has_figures_of_its_own() -> None:
    first, second = make(complete(1))[0], make()[0]
    run = first.watch(token(first), watcher())
    until(lambda: run.state == "done")
    assert figures(client(first))["runs_started_total"] == 1
    assert figures(client(second))["runs_started_total"] == 0


@pytest.mark.parametrize(
    ("host", "headers", "open_metrics", "status"),
    [
        (HERE, {}, False, 200),
        (("::1", 1), {}, False, 200),
        (("10.0.0.9", 1), {}, False, 403),
        (("10.0.0.9", 1), {"x-forwarded-for": "127.0.0.1"}, False, 403),
        (HERE, {"x-forwarded-for": "127.0.0.1"}, False, 403),
        (("127.0.0.1", 0), {}, False, 200),
        (("10.0.0.9", 1), {}, True, 200),
    ],
)
def test_others_read_the_metrics_only_where_they_may(
    host: tuple[str, int], headers: dict[str, str], open_metrics: bool, status: int
) -> None:
    answer = client(make(open_metrics=open_metrics)[0], host).get(METRICS, headers=headers)
    assert answer.status_code == status and ("playground_" in answer.text) == (status == 200)


def test_many_questions_cost_one_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "REST", 60.0)
    looks: list[float] = []
    monkeypatch.setattr(metrics, "memory", lambda: looks.append(time.monotonic()) or {"server": 1.0})
    one = client(make()[0])
    assert {one.get(METRICS).text for _ in range(50)} and len(looks) == 1
