"""What a server tells those who run it: its health as JSON, its figures as Prometheus text."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterable, Iterator

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from playground import __version__
from playground.engine.gate import CLOSED, may_read
from playground.engine.paths import path
from playground.engine.processes import PROC, descendants, private_bytes
from playground.engine.store import Store

STATES = ("new", "queued", "running", "done", "failed", "stopped")
FRESH = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
REST = 1.0  # seconds in which nobody makes the server look again


def routes(store: Store) -> list[Route]:
    """The routes of health and metrics, under the path that `paths.configure` set."""
    began, figures = time.monotonic(), Figures(store)

    async def health(_: Request) -> Response:
        status = "draining" if store.retired else "ok"
        told = {"status": status, "version": __version__, "uptime": round(time.monotonic() - began, 1)}
        return JSONResponse(told, 503 if store.retired else 200, headers=FRESH)

    async def metrics(request: Request) -> Response:
        if not may_read(request, store):
            return PlainTextResponse(CLOSED, 403, headers=FRESH)
        return Response(await run_in_threadpool(figures.text), headers={**FRESH, "Content-Type": CONTENT_TYPE_LATEST})

    return [Route(path("health"), health), Route(path("metrics"), metrics)]


class Figures(Collector):
    """The figures of a store at the moment of asking, beside its totals."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._text, self._made = b"", float("-inf")
        store.counts.registry.register(self)

    def text(self) -> bytes:
        """All metrics in Prometheus' text format, at most a second old."""
        if time.monotonic() - self._made > REST:
            self._text, self._made = generate_latest(self.store.counts.registry), time.monotonic()
        return self._text

    def describe(self) -> Iterable[Metric]:
        """Nothing before the first question: a registry would else look at every process when it is made."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """The gauges."""
        runs = self.store.runs()
        yield _labelled("runs", "Runs that are kept, by state.", "state", _states(run.shown for run in runs))
        yield GaugeMetricFamily(
            "playground_queue", "Runs that wait for a core.", sum(r.shown == "queued" for r in runs)
        )
        yield GaugeMetricFamily("playground_viewers", "Open WebSockets on runs.", sum(len(r.watchers) for r in runs))
        yield GaugeMetricFamily("playground_history_bytes", "Bytes of all recordings.", sum(r.bytes for r in runs))
        if PROC.is_dir():
            yield _labelled("memory_bytes", "Private memory of the server and of its children.", "process", memory())


def _labelled(name: str, meaning: str, label: str, values: dict[str, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"playground_{name}", meaning, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family


def _states(states: Iterable[str]) -> dict[str, float]:
    found = Counter(states)
    return {state: found[state] for state in STATES}


def memory() -> dict[str, float]:
    """Private bytes of this process and of those below it together."""
    return {"server": private_bytes(os.getpid()), "children": sum(map(_bytes, descendants(os.getpid())))}


def _bytes(pid: int) -> int:
    """The private bytes of a process; none where it has ended meanwhile."""
    try:
        return private_bytes(pid)
    except OSError:
        return 0
