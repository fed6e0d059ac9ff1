"""A bound on connections on which nothing moves: half a request, an answer that nobody takes, a close that never ends.

uvicorn waits for all of them without end; a client that holds many costs files and memory, and a viewer who does not
read would count as one who watches.
"""

from __future__ import annotations

import time
from typing import Any, NamedTuple

import uvicorn


class Standing(NamedTuple):
    """What a connection that should move stands at: the request that it has answered last, the bytes not yet taken."""

    answered: object
    unsent: int

    def moved(self, before: Standing) -> bool:
        """Whether there is a newer request, or some bytes were taken."""
        return self.answered is not before.answered or self.unsent < before.unsent


class _Seen(NamedTuple):
    standing: Standing
    since: float


class Connections:
    """Those of a server; each that stands still for so many seconds is cut. To be used in the server's event loop."""

    def __init__(self, server: uvicorn.Server | None, seconds: float) -> None:
        self.server, self.seconds = server, seconds
        self._seen: dict[Any, _Seen] = {}

    def sweep(self) -> None:
        """Cuts what has stood still since the sweeps before. Call it now and then."""
        now, before = time.monotonic(), self._seen
        self._seen = {}
        for one in tuple(self.server.server_state.connections) if self.server else ():
            if (standing := _standing(one)) is None:
                continue
            seen = before.get(one)
            since = seen.since if seen and not standing.moved(seen.standing) else now
            if now - since > self.seconds:
                one.transport.abort()
            else:
                self._seen[one] = _Seen(standing, since)


def _standing(connection: Any) -> Standing | None:
    """Where a connection of uvicorn's stands that waits for its client; None for one that owes the client something."""
    unsent = int(connection.transport.get_write_buffer_size())
    if unsent or connection.transport.is_closing():
        return Standing(None, unsent)
    if not hasattr(connection, "cycle"):  # a WebSocket: its own pings tell whether the client lives
        return None
    cycle = connection.cycle
    return Standing(cycle, 0) if cycle is None or cycle.response_complete else None
