"""The process that speaks with a Ray cluster for a server: `python -m playground.engine.bridge ADDRESS SHARE GRACE FD`.

ADDRESS is the cluster's, SHARE what a run on a GPU takes of one, GRACE how many seconds a nursery outlives the process.
Over the socket FD come connections, one for each reading of a run: a message with its `Plan`, then the run's messages
back. The other way goes what the cluster has, as JSON. The process ends with the server, or where the cluster is lost.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import secrets
import socket
import sys
import time
from collections.abc import AsyncIterator
from typing import Any

import ray
from ray.exceptions import ActorDiedError, RayActorError

from playground import wire
from playground.engine import actors, parcels
from playground.engine.plan import NAMESPACE, RUN, Plan
from playground.engine.run import GOES, WAITS, died

CONNECTS = 30.0  # seconds that joining the cluster may take
ANSWERS = 10.0  # seconds that the cluster may take to say what it has, or to find an actor
SILENT = 4.0  # seconds beyond an actor's POLL after which it counts as dead
LOOK = 2.0  # seconds between two looks at the cluster
PATIENCE = 0.5  # seconds before the cluster is asked to make room for a run that does not start
WAITED = 2.0  # seconds before people are told that it waits: an actor takes one to start
PAUSE = 0.2  # seconds between two tries
TRIES = 3  # actors that may die before one has said a word
GONE = 60.0  # seconds after which a node that does not answer counts as dead to any cluster
LONGEST = 500  # characters of what the log is told of a problem

UNREACHABLE = "The cluster cannot be reached (PLAYGROUND_RAY_ADDRESS is {}): try again later."
NO_WORKER = "No worker could be started in the cluster ({}): try again later."


class Bridge:
    """Carries what servers and actors say to each other."""

    def __init__(self, address: str, gpu_share: float, grace: float, control: socket.socket) -> None:
        self.address, self.gpu_share, self.grace = address, gpu_share, grace
        self._control = control
        self._tasks: set[asyncio.Task[None]] = set()

    async def serve(self) -> None:
        """Serves until the server or the cluster is gone, and ends the process then."""
        self._control.setblocking(False)
        self._joined = asyncio.create_task(self._join())
        asyncio.get_running_loop().add_reader(self._control, self._accept)
        try:
            await self._joined
            await self._look()
        except Exception:
            await asyncio.sleep(1)  # whoever asked is told before
        os._exit(1)

    def _accept(self) -> None:
        """Takes one connection of the server's."""
        with contextlib.suppress(BlockingIOError):
            _, numbers, _, _ = socket.recv_fds(self._control, 1, 1)
            if not numbers:
                self._spawn(self._quit())
            for number in numbers:
                self._spawn(self._relay(socket.socket(fileno=number)))

    async def _quit(self) -> None:
        """Ends the process once the readings, whose connections have ended too, are taken leave of."""
        asyncio.get_running_loop().remove_reader(self._control)
        await asyncio.sleep(PATIENCE)
        os._exit(0)

    def _spawn(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _join(self) -> None:
        """Joins the cluster. Raises ConnectionError with a sentence: Ray itself would try for minutes, then exit."""
        try:
            async with asyncio.timeout(CONNECTS):
                await _knock(self.address)
                await asyncio.to_thread(
                    ray.init, self.address, namespace=NAMESPACE, log_to_driver=False, logging_level="ERROR"
                )
        except (Exception, SystemExit) as error:
            await self._tell({"problem": f"{type(error).__name__}: {error}"[:LONGEST]})
            raise ConnectionError(UNREACHABLE.format(self.address)) from None

    async def _tell(self, news: dict[str, Any]) -> None:
        message = parcels.packed(json.dumps(news).encode())
        await asyncio.get_running_loop().sock_sendall(self._control, message)

    async def _look(self) -> None:
        """Tells the server what the cluster has and keeps its nurseries alive, until the cluster does not answer."""
        while True:
            nodes = [one for one in await _in_time(ray.nodes) if one["Alive"]]
            cores, gpus = (sum(one["Resources"].get(kind, 0) for one in nodes) for kind in ("CPU", "GPU"))
            await self._tell({"nodes": len(nodes), "cores": int(cores), "gpu": gpus > 0})
            for node in nodes:
                if node["Resources"].get("CPU"):
                    with contextlib.suppress(Exception):  # one node's trouble is not the cluster's
                        (await _in_time(actors.find_nursery, node["NodeID"])).renew.remote(self.grace)
            await asyncio.sleep(LOOK)

    async def _relay(self, connection: socket.socket) -> None:
        """Serves one reading until it or its connection has ended."""
        stream, writer = await asyncio.open_connection(sock=connection)
        with contextlib.suppress(EOFError, OSError):
            asked = json.loads(await parcels.read(stream))
            reader = Reader(Plan(**asked["plan"]), asked["have"], asked["step"], self.gpu_share)
            reading = asyncio.create_task(self._read(reader, writer))
            leaving = asyncio.create_task(stream.read(1))
            await asyncio.wait({reading, leaving}, return_when=asyncio.FIRST_COMPLETED)
            reading.cancel()
            leaving.cancel()
            await asyncio.gather(reading, leaving, return_exceptions=True)
        writer.close()

    async def _read(self, reader: Reader, writer: asyncio.StreamWriter) -> None:
        try:
            await asyncio.shield(self._joined)
            async for message in reader.messages():
                writer.write(parcels.packed(message))
                await writer.drain()
        except Exception as error:  # whatever it is, the server must not wait on
            known = isinstance(error, ConnectionError)
            sentence = str(error) if known else NO_WORKER.format(type(error).__name__)
            writer.write(parcels.packed(b"!" + sentence.encode()))
            await writer.drain()
        finally:
            if reader.actor:
                self._spawn(reader.leave())


class Reader:
    """One reading of one run's actor."""

    def __init__(self, plan: Plan, have: int, step: int, gpu_share: float) -> None:
        self.plan, self.have, self.gpu_share = plan, have, gpu_share
        self.name = secrets.token_hex(8)
        self.actor: Any = None
        self.heard = self._told = False
        self._step, self._deaths, self._began = step, 0, time.monotonic()

    async def messages(self) -> AsyncIterator[bytes]:
        """Frames from number `have` on and the last word, before them perhaps WAITS and GOES.

        Whoever has closed the generator lets the actor know by `leave`.
        """
        while True:
            try:
                async for message in self._messages():
                    yield message
                return
            except (RayActorError, TimeoutError) as error:
                if sentence := self._hopeless(error):
                    yield b"!" + sentence.encode()
                    return
            if self._long():
                yield WAITS
            await asyncio.sleep(PAUSE)

    async def leave(self) -> None:
        """Lets the actor know that this reading is over; one that waits for a core need not start any more."""
        with contextlib.suppress(RayActorError):
            try:
                await asyncio.wait_for(self.actor.leave.remote(self.name), PATIENCE)
            except TimeoutError:
                if not self.heard:
                    ray.kill(self.actor)

    def _hopeless(self, error: Exception) -> str:
        """One sentence where no other try is worth it: a node that is gone is not known as dead for a while."""
        self._deaths += isinstance(error, ActorDiedError)
        if self.heard:
            return died(self._step)
        if self._deaths >= TRIES or time.monotonic() - self._began > GONE:
            return NO_WORKER.format(type(error).__name__)
        return ""

    async def _messages(self) -> AsyncIterator[bytes]:
        self.actor = await _in_time(actors.find_recording, self.plan, self.gpu_share)
        first = asyncio.ensure_future(self._ask())
        try:
            while not await _done(first):
                await _in_time(_make_room, self.plan)
                if self._long():
                    yield WAITS
            frames, word = await first
        finally:
            first.cancel()
        if self._told:
            yield GOES
        self.heard = True
        while True:
            for raw in frames:
                yield self._seen(raw)
            if word is not None:
                yield self._last(word)
                return
            frames, word = await asyncio.wait_for(self._ask(), actors.POLL + SILENT)

    async def _ask(self) -> tuple[list[bytes], bytes | None]:
        found: tuple[list[bytes], bytes | None] = await self.actor.take.remote(self.name, self.have)
        return found

    def _long(self) -> bool:
        """Whether the run has waited for long and nobody was told."""
        told, self._told = self._told, self._told or time.monotonic() - self._began > WAITED
        return self._told and not told

    def _seen(self, raw: bytes) -> bytes:
        self.have += 1
        self._step = int(wire.header(raw)["step"])
        return raw

    def _last(self, word: bytes) -> bytes:
        """The last word as a server knows it."""
        return b"!" + died(self._step, int(word[1:])).encode() if word[:1] == actors.DIED else word


def _make_room(plan: Plan) -> None:
    """Asks the recordings that only rest to leave their cores to a run that waits."""
    for name in ray.util.list_named_actors():
        if name.startswith(RUN) and name != plan.name:
            with contextlib.suppress(ValueError):  # it has ended meanwhile
                ray.get_actor(name).make_room.remote()


async def _done(future: asyncio.Future[Any]) -> bool:
    """Whether it is done, or gets so soon."""
    await asyncio.wait({future}, timeout=PATIENCE)
    return future.done()


async def _in_time(work: Any, *args: Any) -> Any:
    """What a question to the cluster is answered with. Raises TimeoutError."""
    return await asyncio.wait_for(asyncio.to_thread(work, *args), ANSWERS)


async def _knock(address: str) -> None:
    """Returns where something listens. Raises OSError."""
    host, _, port = address.rpartition(":")
    if host:
        _, writer = await asyncio.open_connection(host.strip("[]"), int(port))
        writer.close()


if __name__ == "__main__":
    address, gpu_share, grace, number = sys.argv[1:]
    asyncio.run(Bridge(address, float(gpu_share), float(grace), socket.socket(fileno=int(number))).serve())
