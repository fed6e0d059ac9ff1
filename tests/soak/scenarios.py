"""The scenarios by name, and what has to hold after each of them."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.soak import crowds, faults, steady
from tests.soak.crowd import Crowd
from tests.soak.figures import AGAIN, Figure, exactly, seconds_until
from tests.soak.server import LAB, Server, served
from tests.soak.visits import Visit

MB = 1024 * 1024
CALM = 120.0  # seconds in which memory and processes have to be back
SPARE = 0.10, 10.0  # what may be more than before: this share or so many MB, whichever is more
PEAK = 30.0  # MB that Python keeps of a peak, for the next one
FILLED = 40.0  # MB of all labs' modules, of stages and of sessions left, which the server has not had before
STRANGERS = itertools.count(1)  # visitors whom no scenario knows: each asks for runs of his own

Play = Callable[..., Iterator[Figure]]


@dataclass(frozen=True)
class Scenario:
    """What is played against a server: `play(server, crowd, **small)` is the short version for the tests.

    `environment` is set for the server that plays the full one; `spare` MB it may keep.
    """

    play: Play
    small: Mapping[str, Any] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    spare: float = SPARE[1]


SCENARIOS: Mapping[str, Scenario] = {
    "viewers": Scenario(crowds.viewers, {"count": 20, "steps": 1000}),
    "visitors": Scenario(crowds.visitors, {"count": 8, "steps": 100}),
    "queue_flood": Scenario(crowds.queue_flood, {"asks": 20, "others": 2, "stay": 4}),
    "storm": Scenario(crowds.storm, {"rate": 40, "seconds": 1}, spare=PEAK),
    "silent": Scenario(faults.silent, {"count": 4}),
    "half_open": Scenario(faults.half_open, {"count": 4, "pings": 2}),
    "slow_network": Scenario(faults.slow_network, {"count": 1, "seconds": 3, "rate": 60_000}),
    "worker": Scenario(faults.worker, {"times": 2}),
    "forkserver": Scenario(faults.forkserver, {"idle": False}),
    "disk": Scenario(faults.disk),
    "steady": Scenario(steady.steady, {"minutes": 0.06, "people": 2, "every": 0.5}, spare=FILLED),
}


def full(name: str, **changes: Any) -> Iterator[Figure]:
    """A scenario's figures from a server of its own, and those of the calm after it."""
    one = SCENARIOS[name]
    with served(**one.environment) as server, Crowd(server.host) as crowd:
        before = level(server, crowd)
        yield from one.play(server, crowd, **changes)
        yield from aftermath(server, crowd, before, one.spare)


def level(server: Server, crowd: Crowd) -> float:
    """The bytes of a server that has served a page and a run and rests."""
    fresh_run(server, crowd)
    seconds_until(lambda: not server.children(), CALM)
    return server.memory()


def fresh_run(server: Server, crowd: Crowd) -> float:
    """Seconds that a page and the first frame of a run that nobody asked for before take together."""
    began = time.monotonic()
    server.get("")
    number = next(STRANGERS)
    (seen,) = crowd.see([Visit(server.token(LAB.Knobs(seed=5000 + number)), 1_000_000 + number, most=1)])
    return seen.first - began


def aftermath(server: Server, crowd: Crowd, before: float, spare: float = SPARE[1]) -> Iterator[Figure]:
    """What every scenario has to leave behind: an app that serves, no process, the memory of before, a clean log."""
    yield Figure("after.serves_s", fresh_run(server, crowd), "s", most=AGAIN)
    yield Figure("after.calm_s", seconds_until(lambda: not server.children(), CALM), "s", most=CALM)
    yield exactly("after.orphans", len(server.children()), 0)
    allowed = max(SPARE[0] * before, spare * MB)
    yield Figure("after.memory_s", seconds_until(lambda: server.memory() - before <= allowed, CALM), "s", most=CALM)
    yield Figure("after.memory_mb", (server.memory() - before) / MB, "MB", most=allowed / MB)
    yield exactly("after.log_errors", len(server.complaints()), 0)
