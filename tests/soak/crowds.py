"""Many people at once: viewers of one link, visitors with knobs of their own, one who asks for too much, reloads."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence

from tests.soak.crowd import Crowd
from tests.soak.figures import AGAIN, Figure, exactly, seconds_until
from tests.soak.server import CORES, LAB, PATIENCE, Server
from tests.soak.visits import NEVER, Seen, Visit

SLOWEST = 5.0  # frames a second of the slowest viewer
SOON = 10.0  # seconds in which one gets a first frame or sees his place
LONGEST = 60.0  # seconds that one waits who is next: as long as what trains
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


def queue_flood(
    server: Server, crowd: Crowd, *, asks: int = 200, others: int = 5, stay: float = 60
) -> Iterator[Figure]:
    """One visitor asks for more runs than he could ever see; those who come after him are not kept from theirs."""
    flood = [Visit(server.token(LAB.Knobs(seed=2000 + i)), 2000, seconds=stay) for i in range(asks)]
    waiting = crowd.send(flood)
    seconds_until(lambda: server.metric("queue") >= asks / 2, PATIENCE)
    tokens = [server.token(LAB.Knobs(seed=2500 + i)) for i in range(others)]
    seen = crowd.see([Visit(token, 2500 + i, most=1, seconds=LONGEST) for i, token in enumerate(tokens)])
    yield Figure("queue_flood.queue", server.metric("queue"), "runs")
    yield Figure("queue_flood.answer_s", max(one.answer for one in seen), "s", most=SOON)
    yield Figure("queue_flood.place", max(one.place for one in seen), "", most=others)
    yield Figure("queue_flood.wait_s", max(one.wait for one in seen), "s", most=LONGEST)
    yield exactly("queue_flood.unanswered", sum(one.word == NEVER for one in waiting.result()), 0)


def storm(server: Server, crowd: Crowd, *, rate: int = 100, seconds: float = 10) -> Iterator[Figure]:
    """Reloads without end: HTML, a socket, its first message, gone, as a closed tab goes or as a knob is changed."""
    tokens = [server.token(LAB.Knobs(seed=3000 + i)) for i in range(20)]
    visits = [
        Visit(
            tokens[i % 20], 3000 + i % 50, delay=i / rate, code=(1001, 4000)[i // 20 % 2], manner="reload", seconds=20
        )
        for i in range(int(rate * seconds))
    ]
    used, began = server.cpu(), time.monotonic()
    reloads = crowd.send(visits)
    most = 0
    while not reloads.done():
        most = max(most, len(server.children()))
        time.sleep(0.2)
    seen = reloads.result()
    yield exactly("storm.failed", sum(one.word == NEVER or bool(one.error) for one in seen), 0)
    yield Figure("storm.slowest_s", max(one.answer for one in seen), "s", most=AGAIN)
    late = max(one.asked - visit.delay for one, visit in zip(seen, visits, strict=True)) - began
    yield Figure("storm.clients_late_s", late, "s")  # what the clients themselves lacked of the machine
    yield Figure("storm.reloads_per_s", len(seen) / (max(one.word for one in seen) - began), "1/s")
    yield Figure("storm.server_cores", (server.cpu() - used) / (time.monotonic() - began), "cores")
    yield Figure("storm.children", most, "", most=2 * CORES)


def overtaken(seen: Sequence[Seen]) -> int:
    """By how many places the one who was overtaken most got his first frame later than he asked."""
    asked = sorted(seen, key=lambda one: one.asked)
    got = sorted(seen, key=lambda one: one.first)
    return max(got.index(one) - place for place, one in enumerate(asked))
