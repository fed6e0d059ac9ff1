"""The WebSocket of a run: whole frames in batches, one in flight until the browser has decoded it."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import Counter

from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from playground.engine import tokens
from playground.engine.gate import REFUSED, own_origin
from playground.engine.paths import path
from playground.engine.run import Run
from playground.engine.store import Store
from playground.engine.visitors import visitor

BATCH = 256_000  # bytes of a message, unless one frame alone is more
FIRST = 32_000  # of the first, and of each on a slow line: what came is seen only when its message is whole
QUICK, SLOW = 0.5, 2.0  # seconds until an acknowledgement: the next message is twice or half as long
FAREWELL = 1.0  # seconds in which a client has to take the reason of a close
LONGEST = 64  # characters of what a client says
LATE = 1013  # the code for a client that owes an acknowledgement for too long: it may come back and say what it has
SWITCHED = 4000  # the code with which a player closes that goes to another run
UNKNOWN = "unknown"  # the reason of a close: another secret or other code sealed the token, as before a restart
CROWDED = "Too many players of your address are open at once: close some and reload the page."


def routes(store: Store) -> list[WebSocketRoute]:
    """The engine's routes, under the path that `paths.configure` set."""
    return [WebSocketRoute(path("run/{token}"), Door(store).enter)]


class Door:
    """Lets sockets in: of our own pages, with a token that we sealed, not too many of one visitor."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.sockets: Counter[str] = Counter()

    async def enter(self, socket: WebSocket) -> None:
        """Serves one socket until it closes."""
        address = visitor(socket, self.store.bounds.proxies)
        if not own_origin(socket, self.store.bounds.public):
            self.store.refuse("origin", address)
            await socket.close(REFUSED)
            return
        await socket.accept()
        self.sockets[address] += 1
        try:
            await self._serve(socket, address)
        finally:
            self.sockets[address] -= 1
            self.sockets += Counter()  # forgets visitors who are gone

    async def _serve(self, socket: WebSocket, address: str) -> None:
        watcher = (asyncio.get_running_loop(), asyncio.Event())
        try:
            if self.sockets[address] > self.store.bounds.sockets:
                raise ValueError(CROWDED)
            run = self.store.watch(socket.path_params["token"], watcher, address)
        except ValueError as error:
            self.store.refuse("crowded" if str(error) == CROWDED else "token", address)
            await _turn_away(socket, str(error))
            return
        code = 0
        try:
            code = await Viewer(socket, run, watcher[1], self.store).serve()
        finally:
            self.store.leave(run, watcher, at_once=code == SWITCHED)


class Viewer:
    """One socket on one run: what it was sent, and whether it still owes an acknowledgement."""

    def __init__(self, socket: WebSocket, run: Run, event: asyncio.Event, store: Store) -> None:
        self.socket, self.run, self.event, self.store = socket, run, event, store
        self.have = have(socket.query_params.get("have", "0"))
        self.in_flight = False
        self.size, self.sent = FIRST, 0.0  # bytes of a message by now, when the last one went
        self.debt = asyncio.timeout(None)  # while a message is in flight, until when it has to be acknowledged
        self.told: tuple[object, ...] = ()

    async def serve(self) -> int:
        """Speaks and listens until the socket closes; the code it was closed with."""
        async with asyncio.TaskGroup() as tasks:
            speaking = tasks.create_task(self._speak())
            try:
                async with self.debt:
                    code = await self._listen()
            except TimeoutError:
                code = await self._shut_out(LATE, "No acknowledgement came.")
            speaking.cancel()
        return code

    async def _speak(self) -> None:
        """Sends what is new whenever the run or the client gives a reason, and last that the server goes down."""
        self.event.set()
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):  # the client has gone
            while await self.event.wait():
                self.event.clear()
                if self.store.retired:
                    await self.socket.send_text(told("leaving"))
                    return
                if not self.in_flight:
                    await self._send_new()

    async def _send_new(self) -> None:
        """One batch of frames; where there is none, the run's state if that is new."""
        state = (self.run.shown, self.run.place, self.run.error)  # read first: a run that is done has all its frames
        if batch := self._batch():
            self.have += len(batch)
            self._owes(True)
            await self.socket.send_bytes(message := b"".join(batch))
            self.store.counts.sent(len(batch), len(message))
        elif state != self.told:
            self.told = state
            await self.socket.send_text(status(self.run))

    def _batch(self) -> list[bytes]:
        """The next frames that fit into one message."""
        found: list[bytes] = []
        size = 0
        for raw in self.run.frames[self.have : self.have + 1000]:
            size += len(raw)
            if found and size > self.size:
                break
            found.append(raw)
        return found

    async def _listen(self) -> int:
        """Takes acknowledgements until the socket closes; a client that says anything else is shut out."""
        while True:
            message = await self.socket.receive()
            if message["type"] == "websocket.disconnect":
                return int(message.get("code") or 0)
            if not self.in_flight or len(message.get("text") or "x" * (LONGEST + 1)) > LONGEST:
                return await self._shut_out(REFUSED, "Only one short text for each message of frames is heard here.")
            self._owes(False)
            self.event.set()

    def _owes(self, owes: bool) -> None:
        """Notes that an acknowledgement is owed from now on, or no longer."""
        self.in_flight = owes
        now = asyncio.get_running_loop().time()
        self.debt.reschedule(now + self.store.bounds.patience if owes else None)
        if owes:
            self.sent = now
        else:
            self.size = paced(self.size, now - self.sent)

    async def _shut_out(self, code: int, reason: str) -> int:
        """Closes the socket; the code. One who does not even read what was sent is not waited for."""
        with contextlib.suppress(WebSocketDisconnect, RuntimeError, TimeoutError):
            async with asyncio.timeout(FAREWELL):
                await self.socket.close(code, reason)
        return code


def paced(size: int, took: float) -> int:
    """The bytes of the next message to a client who took so many seconds for one of `size`."""
    if took < QUICK:
        return min(2 * size, BATCH)
    return max(size // 2, FIRST) if took > SLOW else size


def have(text: str) -> int:
    """How many frames a client says it has; 0 where it says nothing sensible."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0


def status(run: Run) -> str:
    """The JSON that tells a client how a run stands."""
    return told(run.shown, run.place, run.device, len(run.frames), run.error, round(run.seconds, 2))


def told(
    state: str, place: int = 0, device: str = "", frames: int = 0, error: str | None = None, seconds: float = 0
) -> str:
    """The JSON of a state: a run's, `failed` for one that is refused, `leaving` where the server goes down."""
    return json.dumps(
        {"state": state, "place": place, "device": device, "frames": frames, "error": error, "seconds": seconds}
    )


async def _turn_away(socket: WebSocket, sentence: str) -> None:
    """Says why in the form of a run's state, so that a player can show it, and closes."""
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):
        await socket.send_text(told("failed", error=sentence))
        await socket.close(REFUSED, UNKNOWN if sentence == tokens.REFUSED else "refused")
