"""Many people at once: viewers of one link, visitors with knobs of their own, one who asks for too much, reloads."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence

from tests.soak.clients import Crowd, Seen, Visit
from tests.soak.figures import Figure, exactly
from tests.soak.server import CORES, LAB, Server

SLOWEST = 5.0  # frames a second of the slowest viewer
SOON = 10.0  # seconds in which one gets a first frame or sees his place
APART = 0.05  # seconds between two who ask


def viewers(server: Server, crowd: Crowd, *, count: int = 200, steps: int = 3000) -> Iterator[Figure]:
    """Viewers of one link, who come within two seconds while it trains: it is trained once, and all see it move."""
    token = server.token(LAB.Knobs(seed=7, steps=steps))
    trained, used, began = server.metric("runs_started_total"), server.cpu(), time.monotonic()
    seen = crowd.see([Visit(token, visitor, delay=random.uniform(0, min(2, count / 50))) for visitor in range(count)])
    cores = (server.cpu() - used) / (max(one.last for one in seen) - began)
    frames = {one.frames for one in seen}
    yield exactly("viewers.trainings", server.metric("runs_started_total") - trained, 1)
    yield exactly("viewers.not_whole", sum(one.frames < max(frames) or one.state != "done" for one in seen), 0)
    yield Figure("viewers.slowest_fps", min(one.rate for one in seen), "frames/s", least=SLOWEST)
    yield Figure("viewers.first_frame_s", max(one.wait for one in seen), "s", most=SOON)
    yield Figure("viewers.server_cores", cores, "cores", most=1)
    yield Figure("viewers.frames", sum(one.frames for one in seen), "")


def visitors(server: Server, crowd: Crowd, *, count: int = 50, steps: int = 3000) -> Iterator[Figure]:
    """Visitors who each set other knobs: each is answered at once, is next in his turn, and gets all."""
    tokens = [server.token(LAB.Knobs(seed=1000 + i, steps=steps)) for i in range(count)]
    seen = crowd.see([Visit(token, 1000 + i, delay=i * APART, seconds=1200) for i, token in enumerate(tokens)])
    waits = sorted(one.wait for one in seen)
    yield Figure("visitors.answer_s", max(one.answer for one in seen), "s", most=SOON)
    yield exactly("visitors.unserved", sum(one.state != "done" for one in seen), 0)
    yield Figure("visitors.overtaken", overtaken(seen), "places", most=CORES + 1)
    yield Figure("visitors.wait_median_s", waits[count // 2], "s")
    yield Figure("visitors.wait_longest_s", waits[-1], "s")
    yield Figure("visitors.runs_per_s", count / (max(one.last for one in seen) - seen[0].asked), "runs/s")


def overtaken(seen: Sequence[Seen]) -> int:
    """By how many places the one who was overtaken most got his first frame later than he asked."""
    asked = sorted(seen, key=lambda one: one.asked)
    got = sorted(seen, key=lambda one: one.first)
    return max(got.index(one) - place for place, one in enumerate(asked))
