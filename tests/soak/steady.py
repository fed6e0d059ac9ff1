"""Ordinary traffic for a long time: what the server takes does not grow."""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.soak.crowd import Crowd
from tests.soak.figures import Figure, exactly
from tests.soak.pages import Page, opened
from tests.soak.players import play
from tests.soak.server import CORES, Server
from tests.soak.visits import Visit

MB = 1024 * 1024
WARM = 0.5  # of the time, in which sessions, stages and recordings fill up to their bounds: five minutes do
LONG = 10.0  # minutes; in less, Streamlit still fills its store of sessions that are left
GROWTH, EARLY_GROWTH = 1.05, 1.3  # times what it was
SLOPE = 0.5  # MB a minute
LEFT = 128  # sessions of pages that were left, which Streamlit keeps for two minutes; each has a loop of two sockets
LINKS = ("network?data={data}&seed={seed}&steps={steps}", "optimizers?seed={seed}", "activations", "losses", "rnn")
SETS = ("xor", "circles", "spiral", "moons", "blobs")


@dataclass(frozen=True)
class Sample:
    """A moment: minutes since the start, MB of the server without its recordings, its processes and sockets."""

    minute: float
    mb: float
    processes: int
    sockets: int


def steady(
    server: Server, crowd: Crowd, *, minutes: float = 30, people: int = 5, every: float = 10
) -> Iterator[Figure]:
    """People who open pages, change knobs, reload and leave: samples taken on the way show no growth."""
    done = crowd.pool.submit(live, server.host, people, 60 * minutes)
    samples = list(_watched(server, minutes, every))
    pages, faults = done.result()
    late = [one for one in samples if one.minute >= WARM * minutes]
    parts = late[: max(1, len(late) // 4)], late[-max(1, len(late) // 4) :]
    begin, finish = (statistics.mean(one.mb for one in part) for part in parts)
    yield Figure("steady.minutes", minutes, "min")
    yield Figure("steady.pages", pages, "")
    yield exactly("steady.faults", len(faults), 0)
    yield Figure("steady.mb_begin", begin, "MB")
    yield Figure("steady.mb_end", finish, "MB")
    yield Figure("steady.mb_ratio", finish / begin, "", most=GROWTH if minutes >= LONG else EARLY_GROWTH)
    yield Figure("steady.mb_per_minute", slope(late), "MB/min", most=SLOPE if minutes >= LONG else None)
    yield Figure("steady.processes", max(one.processes for one in samples), "", most=3 + 2 * CORES)
    yield Figure("steady.sockets", max(one.sockets for one in samples), "", most=20 + 6 * people + 2 * LEFT)


def _watched(server: Server, minutes: float, every: float) -> Iterator[Sample]:
    began = time.monotonic()
    while (passed := time.monotonic() - began) < 60 * minutes:
        yield Sample(passed / 60, server.memory() / MB, len(server.family()), server.sockets())
        time.sleep(every)


def slope(samples: Sequence[Sample]) -> float:
    """MB a minute, as the median of the slopes between all pairs of samples (Theil and Sen): bursts do not bend it."""
    pairs = [(a, b) for i, a in enumerate(samples) for b in samples[i + 1 :]]
    return statistics.median((b.mb - a.mb) / (b.minute - a.minute) for a, b in pairs) if pairs else 0.0


def live(host: str, people: int, seconds: float) -> tuple[int, list[str]]:
    """Lets people use the app for a while; how many pages they saw, and what went wrong."""

    async def together() -> tuple[int, list[str]]:
        lives = [_person(host, number, time.monotonic() + seconds) for number in range(people)]
        found = await asyncio.gather(*lives)
        return sum(pages for pages, _ in found), [fault for _, faults in found for fault in faults]

    return asyncio.run(together())


async def _person(host: str, number: int, until: float) -> tuple[int, list[str]]:
    """Opens a page again and again, changes its knobs and leaves; (pages seen, what went wrong)."""
    draw, pages, faults = random.Random(number), 0, list[str]()
    while time.monotonic() < until:
        try:
            async with opened(host, 20_000 + number) as page:
                for _ in range(draw.randint(1, 4)):
                    await _look(host, page, number, draw)
                    pages += 1
        except Exception as error:  # whatever it is, the others go on
            faults.append(f"{type(error).__name__}: {error}")
        await asyncio.sleep(draw.uniform(0.2, 2))
    return pages, faults


async def _look(host: str, page: Page, number: int, draw: random.Random) -> None:
    """Loads an address in an open page and watches its run for some seconds."""
    name, _, query = draw.choice(LINKS).partition("?")
    query = query.format(data=draw.choice(SETS), seed=draw.randrange(10_000), steps=draw.choice((300, 3000)))
    token = await page.load(name, query)
    code = draw.choice((1001, 4000))
    await play(host, Visit(token, 20_000 + number, seconds=draw.uniform(1, 8), code=code))
