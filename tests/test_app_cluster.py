"""Two servers of the whole app on one cluster: behind nginx they show one run; the end of one is not the other's."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from playground import wire
from playground.contract import Knobs
from playground.engine import tokens
from tests.conftest import free_port, serve
from tests.engine_fakes import LAB, SECRET, apart, until
from tests.nodes import GRACE, Nodes, recordings, two_nodes

pytestmark = pytest.mark.slow

NGINX = """
daemon off; pid {folder}/pid; error_log {folder}/error;
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
  uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
  upstream app {{ server {servers[0]}; server {servers[1]}; }}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://app; proxy_http_version 1.1; proxy_read_timeout 3600;
      proxy_set_header Host $http_host; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;
      add_header X-Replica $upstream_addr always;
    }}
  }}
}}
"""


@contextmanager
def nginx(folder: Path, servers: list[str]) -> Iterator[str]:
    """A proxy that takes turns between two servers: its `host:port`."""
    if not (program := shutil.which("nginx") or shutil.which("/usr/sbin/nginx")):
        pytest.fail("This test needs nginx: apt-get install nginx-light.")
    port = free_port()
    (folder / "conf").write_text(NGINX.format(folder=folder, servers=servers, port=port))
    process = subprocess.Popen([program, "-c", folder / "conf", "-e", folder / "error"])
    try:
        until(lambda: (folder / "pid").exists(), 10)
        yield f"127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(scope="module")
def nodes() -> Iterator[Nodes]:
    with two_nodes() as one:
        yield one


async def follow(host: str, knobs: Knobs, begun: asyncio.Event) -> tuple[str, list[bytes]]:
    """Which server showed a run, and all its frames; `begun` is set with the first ones."""
    from websockets.asyncio.client import connect

    address = f"ws://{host}/playground/run/{tokens.seal(SECRET, LAB, knobs)}"
    frames: list[bytes] = []
    async with connect(address, origin=f"http://{host}", compression=None, max_size=None) as socket:  # type: ignore[arg-type]
        async for message in socket:
            if isinstance(message, bytes):
                frames += map(bytes, wire.split(message))
                begun.set()
                await socket.send(str(len(frames)))
            elif (state := json.loads(message))["state"] in ("done", "failed"):
                assert state["error"] is None
                break
        assert socket.response
        return socket.response.headers.get("X-Replica", host), frames


async def follow_both(host: str, knobs: Knobs) -> list[tuple[str, list[bytes]]]:
    begun = asyncio.Event()
    first = asyncio.create_task(follow(host, knobs, begun))
    await asyncio.wait_for(begun.wait(), 120)
    second = asyncio.create_task(follow(host, knobs, asyncio.Event()))
    seen = [await first, await second]
    assert len(recordings()) == 1
    return seen


@pytest.fixture
def apps(nodes: Nodes) -> Iterator[list[tuple[subprocess.Popen[bytes], str]]]:
    """Two servers of the whole app on one cluster."""
    environment = {
        "PLAYGROUND_ENGINE": "ray", "PLAYGROUND_RAY_ADDRESS": nodes.address, "PLAYGROUND_SECRET": SECRET.decode(),
        "PLAYGROUND_GRACE_SECONDS": str(GRACE), "PLAYGROUND_PROXIES": "1",
    }  # fmt: skip
    with ExitStack() as stack:
        started = []
        for _ in range(2):
            process, address = serve(**environment)
            stack.callback(process.wait, 20)
            stack.callback(process.terminate)
            started.append((process, address.removeprefix("http://")))
        yield started
    until(lambda: not recordings(), 30)


def test_two_servers_behind_nginx_show_one_run(apps: list[tuple[subprocess.Popen[bytes], str]], tmp_path: Path) -> None:
    with nginx(tmp_path, [host for _, host in apps]) as host:
        (first, frames), (second, same) = apart(follow_both(host, LAB.Knobs(steps=3000, seed=5)))
    assert {first, second} == {host for _, host in apps}
    assert frames == same and len(frames) > 50


def test_a_server_that_is_killed_ends_no_other_s_run_and_leaves_nothing(
    apps: list[tuple[subprocess.Popen[bytes], str]],
) -> None:
    async def both() -> None:
        begun = [asyncio.Event(), asyncio.Event()]
        knobs = LAB.Knobs(steps=6000, seed=6)
        reading = [asyncio.create_task(follow(host, knobs, one)) for (_, host), one in zip(apps, begun, strict=True)]
        await asyncio.wait_for(asyncio.gather(*(one.wait() for one in begun)), 120)
        apps[0][0].kill()
        _, frames = await reading[1]
        assert frames
        assert (await asyncio.gather(reading[0], return_exceptions=True))[0] is not None

    apart(both())
