"""Children in a Ray cluster. This process never imports Ray: a bridge process of its own speaks with the cluster.

Where a cluster is lost, Ray ends the process that it is part of; where there is none, it stands still for minutes.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass

from playground.contract import code_version
from playground.engine import local, log
from playground.engine.parcels import Line
from playground.engine.plan import Plan
from playground.engine.run import Run
from playground.engine.settings import Settings

LOST = "The cluster was lost (PLAYGROUND_RAY_ADDRESS is {}): reload the page to start the run again."
JOINS = 15.0  # seconds that a server's start may wait for the cluster
PATIENCE = 5.0  # seconds that a bridge may take to end


class Wire(Line):
    """A line whose other end is a bridge: where that ends, its last message says so."""

    def __init__(self, one: socket.socket, address: str) -> None:
        super().__init__(one)
        self._lost = b"!" + LOST.format(address).encode()

    def recv_bytes(self) -> bytes:
        """Waits for the next message."""
        try:
            return super().recv_bytes()
        except (EOFError, OSError):
            return self._lost


@dataclass(frozen=True)
class ClusterChild:
    """A reading of a run that some node trains."""

    pipe: Wire

    def kill(self) -> None:
        """Ends the reading, and the run with its last one."""
        self.pipe.cut()

    def finish(self) -> int:
        """Ends the reading."""
        self.pipe.close()
        return 0


class Cluster:
    """What this server knows of the cluster, and the way to it: a bridge, started again where it has ended."""

    command: Sequence[str] = (sys.executable, "-m", "playground.engine.bridge")

    def __init__(self, bounds: Settings) -> None:
        self.bounds = bounds
        self._listener: threading.Thread | None = None
        self._control: socket.socket | None = None
        self._told: dict[str, int] = {}
        self._news = threading.Event()
        self._lock = threading.Lock()

    def warm(self) -> None:
        """Joins the cluster, so that the first visitor does not wait for it; one that does not answer stops nothing."""
        self._bridge()
        self._news.wait(JOINS)

    def start(self, run: Run, memory: int) -> ClusterChild:
        """A reading of the run from its first missing frame on; the cluster trains it unless it does already."""
        here, there = socket.socketpair()
        pipe = Wire(here, self.bounds.ray_address)
        with there, contextlib.suppress(OSError):  # a bridge that ends now: the pipe says so
            socket.send_fds(self._bridge(), [b"+"], [there.fileno()])
        asked = {"plan": dataclasses.asdict(self._plan(run, memory)), "have": len(run.frames), "step": run.step}
        with contextlib.suppress(OSError):
            pipe.send_bytes(json.dumps(asked).encode())
        return ClusterChild(pipe)

    def cores(self) -> int:
        """How many runs the cluster has room for; 0 where that is not known."""
        return self._told.get("cores", 0)

    def gpu(self) -> bool:
        """Whether the cluster has a GPU."""
        return bool(self._told.get("gpu"))

    def close(self) -> None:
        """Ends the bridge, and with it the readings."""
        with self._lock:
            self._told = {}
            if self._control:
                with contextlib.suppress(OSError):  # the bridge has just ended by itself
                    self._control.shutdown(socket.SHUT_RDWR)
        if self._listener:
            self._listener.join()

    def _plan(self, run: Run, memory: int) -> Plan:
        return Plan(
            id=run.id, path=run.lab.path, knobs=run.knobs.model_dump_json(), device=run.device, version=code_version(),
            memory=memory, frames=self.bounds.frames, size=self.bounds.run_history, grace=self.bounds.grace,
        )  # fmt: skip

    def _bridge(self) -> socket.socket:
        """The socket of a bridge that runs."""
        with self._lock:
            if not self._control:
                self._control = self._launch()
            return self._control

    def _launch(self) -> socket.socket:
        local.make_importable()
        here, there = socket.socketpair()
        with there:
            told = (self.bounds.ray_address, self.bounds.gpu_share, self.bounds.grace, there.fileno())
            process = subprocess.Popen(
                [*self.command, *map(str, told)], pass_fds=[there.fileno()], start_new_session=True,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,  # Ray keeps a log of its own
            )  # fmt: skip
        self._listener = threading.Thread(target=self._listen, args=(Line(here), process), daemon=True)
        self._listener.start()
        return here

    def _listen(self, line: Line, process: subprocess.Popen[bytes]) -> None:
        """A thread's work: notes what a bridge tells of the cluster, and sees to its end."""
        try:
            while True:
                told = json.loads(line.recv_bytes())
                if told != self._told:
                    log.event("cluster", **told)
                self._told = told
                self._news.set()
        except (EOFError, OSError):
            if self._told:
                log.event("cluster lost", address=self.bounds.ray_address)
        finally:
            with self._lock:
                self._control, self._told = None, {}
            self._news.set()
            line.close()
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Waits for a process to end and kills one that does not."""
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
