"""A real cluster of two nodes: runs that replicas share, that wait for a core, that die with a worker or a node."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from playground import wire
from playground.contract import Knobs
from playground.engine import tokens
from playground.engine.cluster import Cluster
from playground.engine.processes import descendants
from playground.engine.run import Run, Watcher
from playground.engine.store import Store
from tests.conftest import free_port, serve
from tests.engine_fakes import BOUNDS, LAB, SECRET, until, watcher
from tests.test_engine_local import expected, gone, untimed

pytestmark = pytest.mark.slow

LONG = LAB.Knobs(steps=20000, hidden_sizes=(32,) * 6)  # minutes
GRACE = 5


def long(seed: int) -> Knobs:
    return LONG.model_copy(update={"seed": seed})


@dataclass
class Nodes:
    """A Ray cluster on this machine, each node with one core."""

    port: int = field(default_factory=free_port)

    def __post_init__(self) -> None:
        try:
            from ray.cluster_utils import Cluster as Local
        except ImportError:
            pytest.fail("These tests need Ray: pip install -r requirements-ray.txt.")
        self._local: Any = Local()
        self._frozen: list[int] = []
        self.head = self.add(gcs_server_port=self.port, include_dashboard=False)

    @property
    def address(self) -> str:
        return str(self._local.address)

    def add(self, **options: Any) -> Any:
        return self._local.add_node(num_cpus=1, object_store_memory=80 * 1024 * 1024, **options)

    def kill(self, node: Any) -> None:
        """Ends a node as if its machine were switched off: its workers do not say a word, nor close a connection."""
        found = descendants(raylet(node))
        for number in found:
            os.kill(number, signal.SIGSTOP)
        self._frozen += found
        self._local.remove_node(node, allow_graceful=False)

    def bury(self) -> None:
        """Ends what is left of nodes that were killed."""
        for number in self._frozen:
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        self._frozen = []

    def end(self) -> None:
        self._local.shutdown()
        self.bury()


def raylet(node: Any) -> int:
    """The process that a node's workers are children of."""
    return int(node.all_processes["raylet"][0].process.pid)


def titled(title: str, below: int = 0) -> list[int]:
    """The processes of this machine that bear a title, as Ray gives to its actors; those of one node only."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if path.read_bytes().startswith(title.encode()):
                found.append(int(path.parent.name))
        except OSError:
            continue
    return [number for number in found if not below or number in descendants(below)]


def recordings(node: Any = None) -> list[int]:
    return titled("ray::Recording", raylet(node) if node else 0)


@pytest.fixture(scope="module")
def nodes() -> Iterator[Nodes]:
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    one = Nodes()
    one.add()
    yield one
    one.end()


@contextmanager
def replica(address: str, **bounds: Any) -> Iterator[Store]:
    """What an app's process holds: a store, and a bridge of its own."""
    settings = replace(
        BOUNDS, runs=0, visitor_runs=0, grace=GRACE, engine="ray", ray_address=address, seconds=120, **bounds
    )
    engine = Cluster(settings)
    engine.warm()
    store = Store(settings, engine.start, engine.cores, engine.gpu)
    try:
        until(lambda: engine.cores() or (engine._process and engine._process.poll() is not None), 60)
        store.sweep()
        yield store
    finally:
        store.close()
        engine.close()


@pytest.fixture
def store(nodes: Nodes) -> Iterator[Store]:
    with replica(nodes.address) as one:
        yield one
    until(lambda: not recordings(), 30)


def watch(store: Store, knobs: Knobs) -> tuple[Run, Watcher]:
    one = watcher()
    return store.watch(store.token(LAB, knobs), one), one


def training(store: Store, knobs: Knobs = LONG) -> tuple[Run, Watcher]:
    """A run that has recorded a few frames and goes on."""
    run, one = watch(store, knobs)
    until(lambda: len(run.frames) > 3 or run.error, 120)
    assert run.error is None
    return run, one


def ended(run: Run) -> str | None:
    until(lambda: run.state not in ("queued", "running"), 120)
    return run.error


def test_a_cluster_records_what_a_child_here_does(store: Store) -> None:
    run, _ = watch(store, LAB.small)
    assert ended(run) is None and run.state == "done"
    assert untimed(run.frames) == expected(LAB.small)


def test_a_cluster_s_room_is_counted(store: Store) -> None:
    assert store._room() == (2, 2) and store.gpu() is False


def test_replicas_share_one_training(nodes: Nodes, store: Store) -> None:
    knobs = LAB.Knobs(steps=3000, seed=3)
    first, _ = training(store, knobs)
    with replica(nodes.address, secret=b"another secret of the second") as other:
        second, _ = watch(other, knobs)
        assert ended(second) is None and ended(first) is None
        assert len(recordings()) == 1
    assert second.frames == first.frames  # even the times that were measured: one training wrote both


def test_a_replica_that_comes_later_reads_what_is_kept(nodes: Nodes, store: Store) -> None:
    first, one = watch(store, LAB.small)
    assert ended(first) is None
    store.leave(first, one, at_once=True)
    with replica(nodes.address) as other:
        second, _ = watch(other, LAB.small)
        assert ended(second) is None and second.frames == first.frames


def test_switching_ends_the_training(store: Store) -> None:
    run, one = training(store)
    (actor,) = recordings()
    left = time.perf_counter()
    store.leave(run, one, at_once=True)
    until(lambda: gone(actor), 10)
    print(f"cancel {1000 * (time.perf_counter() - left):.0f} ms")
    assert run.state == "stopped"


def test_a_run_goes_on_while_another_replica_shows_it(nodes: Nodes, store: Store) -> None:
    run, _ = training(store)
    with replica(nodes.address) as other:
        second, one = training(other)
        other.leave(second, one, at_once=True)
        known = len(run.frames)
        until(lambda: len(run.frames) > known + 3, 60)
        assert second.state == "stopped" and run.state == "running"


def test_a_run_without_a_free_core_is_queued_and_then_goes(nodes: Nodes, store: Store) -> None:
    first, one = training(store)
    training(store, long(1))
    with replica(nodes.address) as other:  # which cannot know what the first one's queue holds
        third, _ = watch(other, long(2))
        until(lambda: third.shown == "queued", 30)
        assert (third.place, third.seconds, third.frames) == (1, 0, [])
        store.leave(first, one, at_once=True)
        until(lambda: third.frames, 60)
        assert third.shown == "running" and third.place == 0


def test_a_waiting_run_that_is_left_never_starts(nodes: Nodes, store: Store) -> None:
    first, one = training(store)
    training(store, long(1))
    with replica(nodes.address) as other:
        for seed in (2, 3):
            third, two = watch(other, long(seed))
            until(lambda third=third: third.shown == "queued", 30)
            other.leave(third, two, at_once=True)
        last, _ = watch(other, long(4))
        before = set(recordings())
        store.leave(first, one, at_once=True)
        until(lambda: last.frames, 60)
        assert len(set(recordings()) - before) == 1


def test_a_finished_run_gives_its_core_to_one_that_waits(store: Store) -> None:
    for seed in range(3):
        run, one = watch(store, LAB.small.model_copy(update={"seed": seed}))
        assert ended(run) is None
        store.leave(run, one, at_once=True)


@pytest.mark.parametrize("title", ["ray::Recording", "child"])
def test_a_killed_worker_is_one_sentence_and_a_reload_trains_again(store: Store, title: str) -> None:
    run, _ = training(store)
    (actor,) = recordings()
    killed = time.perf_counter()
    os.kill(actor if title != "child" else child(), signal.SIGKILL)
    until(lambda: run.state == "failed", 10)
    print(f"{title}: death seen after {time.perf_counter() - killed:.3f} s")
    assert time.perf_counter() - killed < 5
    assert run.error and run.error.startswith(f"The worker died at step {run.step}")
    assert ("signal 9" in run.error) == (title == "child")
    known = len(run.frames)
    store.watch(store.token(LAB, LONG), watcher())
    until(lambda: len(run.frames) > known, 60)
    assert run.error is None and len(recordings()) == 1


def child() -> int:
    """The process that trains: of the nurseries' forkservers the only child."""
    nurseries = titled("ray::Nursery")
    (found,) = [
        number
        for nursery in nurseries
        for server in descendants(nursery)
        for number in descendants(server)
        if "forkserver" in Path(f"/proc/{number}/cmdline").read_text()
    ]
    return found


def test_a_killed_node_ends_its_own_runs_alone_and_they_train_on_another(nodes: Nodes, store: Store) -> None:
    second = nodes._local.list_all_nodes()[-1]
    runs = [training(store, long(seed)) for seed in range(2)]
    assert len(recordings(second)) == 1
    killed = time.perf_counter()
    nodes.kill(second)
    until(lambda: any(run.state == "failed" for run, _ in runs), 15)
    print(f"node's death seen after {time.perf_counter() - killed:.3f} s")
    (dead,) = [run for run, _ in runs if run.state == "failed"]
    ((living, one),) = [(run, one) for run, one in runs if run is not dead]
    assert dead.error and dead.error.startswith("The worker died at step")
    known = len(dead.frames)
    store.watch(store.token(LAB, dead.knobs), watcher())
    until(lambda: len(living.frames) > known, 60)
    store.leave(living, one, at_once=True)
    until(lambda: len(dead.frames) > known, 60)
    assert dead.error is None
    nodes.bury()
    nodes.add()


def test_an_unreachable_cluster_is_one_sentence() -> None:
    address = f"127.0.0.1:{free_port()}"
    with replica(address) as store:
        run, _ = watch(store, LAB.small)
        error = ended(run)
    assert error == f"The cluster cannot be reached (PLAYGROUND_RAY_ADDRESS is {address}): try again later."


def test_a_lost_cluster_is_one_sentence_and_its_successor_trains() -> None:
    first = Nodes()
    with replica(first.address) as store:
        run, _ = training(store)
        first.kill(first.head)
        first.end()
        error = ended(run)
        assert error and re.search(": reload the page to start (it|the run) again[.]$", error)
        second = Nodes(first.port)
        try:
            known = len(run.frames)
            until(lambda: reloaded(store, known), 120)
        finally:
            second.end()


def reloaded(store: Store, known: int) -> bool:
    """Reloads the page, so to speak, until its run has more frames than before."""
    run = store.run(store.token(LAB, LONG))
    if run.state == "failed":
        store.watch(store.token(LAB, LONG), watcher())
    return len(run.frames) > known


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
        return socket.response.headers["X-Replica"], frames


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
        (first, frames), (second, same) = asyncio.run(follow_both(host, LAB.Knobs(steps=3000, seed=5)))
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

    asyncio.run(both())


def test_nothing_is_left_of_servers_that_are_gone(nodes: Nodes) -> None:
    with replica(nodes.address) as store:
        training(store)
        assert recordings() and titled("ray::Nursery")
    until(lambda: not recordings(), 15)
    until(lambda: not titled("ray::Nursery"), 60)
