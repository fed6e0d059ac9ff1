"""A real Ray cluster on this machine, and what a test sees of it: its nodes, actors and children."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from playground.engine.cluster import Cluster
from playground.engine.processes import descendants
from playground.engine.store import Store
from tests.conftest import ROOT, free_port
from tests.engine_fakes import BOUNDS, until

GRACE = 5
HEAD = dict(
    line.split("=") for line in (ROOT / "deploy" / "ray.env").read_text("ascii").splitlines() if line[:1] != "#"
)


@dataclass
class Nodes:
    """A Ray cluster on this machine, each node with one core."""

    port: int = field(default_factory=free_port)

    def __post_init__(self) -> None:
        os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
        try:
            from ray.cluster_utils import Cluster as Local
        except ImportError:
            pytest.fail("These tests need Ray: pip install -r requirements-ray.txt.")
        self._local: Any = Local()
        self._frozen: list[int] = []
        with patch.dict(os.environ, HEAD):
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


@contextmanager
def two_nodes() -> Iterator[Nodes]:
    """A cluster of two nodes, a core each."""
    one = Nodes()
    try:
        one.add()
        yield one
    finally:
        one.end()


def bridges() -> list[int]:
    """The bridges of this process's replicas."""
    lines = {number: Path(f"/proc/{number}/cmdline") for number in descendants(os.getpid())}
    return [number for number, line in lines.items() if b"playground.engine.bridge" in line.read_bytes()]


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
        until(lambda: engine.cores() or not engine._control, 60)
        store.sweep()
        yield store
    finally:
        store.close()
        engine.close()
