"""Processes that send viewers to a server, so that what they cost is not taken for the server's."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from types import TracebackType

from tests.soak import odd, players
from tests.soak.visits import Seen, Visit

MANNERS: Mapping[str, Callable[[str, Visit], Awaitable[Seen]]] = {
    "player": players.play,
    "silent": players.stay_silent,
    "reload": players.reload,
    "half": odd.stop_half_way,
    "deaf": odd.stop_reading,
    "untaken": odd.leave_untaken,
    "vanished": odd.vanish,
    "slow": odd.trickle,
}


@dataclass
class Crowd:
    """Sends viewers to the server at `host:port`, from two processes at once; the block's end waits for them."""

    host: str
    pool: ProcessPoolExecutor = field(init=False)

    def __enter__(self) -> Crowd:
        self.pool = ProcessPoolExecutor(2, multiprocessing.get_context("spawn"))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.pool.shutdown(cancel_futures=True)

    def send(self, visits: Sequence[Visit]) -> Future[list[Seen]]:
        """Sends viewers out in one process; what they got, in the same order."""
        return self.pool.submit(_go, self.host, list(visits))

    def see(self, visits: Sequence[Visit]) -> list[Seen]:
        """What viewers got who go together."""
        return self.send(visits).result()


def _go(host: str, visits: list[Visit]) -> list[Seen]:
    async def together() -> list[Seen]:
        return await asyncio.gather(*(MANNERS[one.manner](host, one) for one in visits))

    return asyncio.run(together())
