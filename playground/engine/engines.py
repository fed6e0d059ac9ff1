"""Where runs train, by name: on this machine, or in a Ray cluster."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from playground.engine import local
from playground.engine.cluster import Cluster
from playground.engine.run import Start
from playground.engine.settings import settings


@dataclass(frozen=True)
class Engine:
    """A way to train: a server calls `warm` at its start, `tend` now and then, `close` at its end; a store the rest."""

    warm: Callable[[], None]
    tend: Callable[[], None]
    start: Start
    cores: Callable[[], int]
    gpu: Callable[[], bool | None]
    close: Callable[[], None]


@cache
def chosen() -> Engine:
    """The engine that the settings name."""
    if settings().engine == "ray":
        cluster = Cluster(settings())
        return Engine(cluster.warm, lambda: None, cluster.start, cluster.cores, cluster.gpu, cluster.close)
    return Engine(local.warm, local.warm, local.start, lambda: 0, lambda: None, lambda: None)
