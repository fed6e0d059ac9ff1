"""Two servers of the whole app on one cluster: behind nginx they show one run; the end of one is not the other's."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from playground import wire
from playground.contract import Knobs
from playground.engine import tokens
from tests.conftest import serve
from tests.engine_fakes import LAB, SECRET, apart, until
from tests.nginx import UNSIGNED, proxy
from tests.nodes import GRACE, Nodes, recordings, two_nodes

pytestmark = pytest.mark.slow

VISITORS = [f"127.0.0.{number}" for number in range(1, 7)]  # nginx keeps each at one of the servers

App = tuple[subprocess.Popen[bytes], str]


@pytest.fixture(scope="module")
def nodes() -> Iterator[Nodes]:
    with two_nodes() as one:
        yield one


@pytest.fixture
def apps(nodes: Nodes) -> Iterator[list[App]]:
    """Two servers of the whole app on one cluster: their processes and addresses."""
    environment = {
        "PLAYGROUND_ENGINE": "ray", "PLAYGROUND_RAY_ADDRESS": nodes.address, "PLAYGROUND_SECRET": SECRET.decode(),
        "PLAYGROUND_GRACE_SECONDS": str(GRACE), "PLAYGROUND_PROXIES": "1",
    }  # fmt: skip
    with ExitStack() as stack:
        started = []
        for _ in range(2):
            process, address = serve(base="learn", **environment)
            stack.callback(process.wait, 20)
            stack.callback(process.terminate)
            started.append((process, address))
        yield started
    until(lambda: not recordings(), 30)


async def follow(address: str, knobs: Knobs, begun: asyncio.Event, visitor: str = VISITORS[0]) -> list[bytes]:
    """All frames of a run as a visitor with that IP address gets them; `begun` is set with the first ones."""
    from websockets.asyncio.client import connect

    parts, frames = urlsplit(address), list[bytes]()
    secure = UNSIGNED if parts.scheme == "https" else None
    stream = f"{address.replace('http', 'ws', 1)}/playground/run/{tokens.seal(SECRET, LAB, knobs)}"
    origin = f"{parts.scheme}://{parts.netloc}"
    async with connect(
        stream, origin=origin, ssl=secure, local_addr=(visitor, 0), compression=None, max_size=None  # type: ignore[arg-type]
    ) as socket:  # fmt: skip
        async for message in socket:
            if isinstance(message, bytes):
                frames += map(bytes, wire.split(message))
                begun.set()
                await socket.send(str(len(frames)))
            elif (state := json.loads(message))["state"] in ("done", "failed"):
                assert state["error"] is None
                break
    return frames


async def follow_all(address: str, knobs: Knobs) -> list[list[bytes]]:
    """What each visitor gets, the second and the others while the first one's run goes on."""
    begun = asyncio.Event()
    first = asyncio.create_task(follow(address, knobs, begun))
    await asyncio.wait_for(begun.wait(), 120)
    others = [asyncio.create_task(follow(address, knobs, asyncio.Event(), visitor)) for visitor in VISITORS[1:]]
    seen = [await one for one in (first, *others)]
    assert len(recordings()) == 1
    return seen


def begun_runs(address: str) -> int:
    """How many runs a server has begun to show."""
    with urllib.request.urlopen(f"{address}/playground/metrics", timeout=20) as answer:
        (found,) = re.findall(r"^playground_runs_started_total (\S+)$", answer.read().decode(), re.MULTILINE)
    return int(float(found))


def test_two_servers_behind_nginx_show_one_run(apps: list[App], tmp_path: Path) -> None:
    ports = [urlsplit(address).port or 0 for _, address in apps]
    nginx, address = proxy(tmp_path, ports)
    try:
        seen = apart(follow_all(address.replace("localhost", "127.0.0.1"), LAB.Knobs(steps=3000, seed=5)))
    finally:
        nginx.terminate()
        nginx.wait(20)
    assert [begun_runs(address) for _, address in apps] == [1, 1]
    assert len(seen[0]) > 50 and all(frames == seen[0] for frames in seen)


def test_a_server_that_is_killed_ends_no_other_s_run_and_leaves_nothing(apps: list[App]) -> None:
    async def both() -> None:
        begun = [asyncio.Event(), asyncio.Event()]
        knobs = LAB.Knobs(steps=6000, seed=6)
        reading = [asyncio.create_task(follow(at, knobs, one)) for (_, at), one in zip(apps, begun, strict=True)]
        await asyncio.wait_for(asyncio.gather(*(one.wait() for one in begun)), 120)
        apps[0][0].kill()
        assert await reading[1]
        assert (await asyncio.gather(reading[0], return_exceptions=True))[0] is not None

    apart(both())
