"""The queue before the cores: whoever has gone longest without a run is next, however many runs another asks for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

EXACT = 100  # places that are worked out; those behind are numbered in the order of asking

Item = TypeVar("Item", bound=Hashable)


@dataclass(frozen=True, eq=False)
class Ticket(Generic[Item]):
    """A slot that is taken: by what, and at whose expense."""

    item: Item
    visitor: str


class Queue(Generic[Item]):
    """Items that wait for one of `slots`, of which a visitor holds at most `each`.

    Next is an item of the visitor who holds the fewest slots; among those, of the one who has waited longest since his
    last item ended or, if that is later, since he asked for the oldest that still waits. Not safe from threads.
    """

    def __init__(self, slots: int, each: int) -> None:
        self.slots, self.each = slots, each
        self._asked: dict[str, dict[Item, int]] = {}  # visitor -> what he waits for and when he asked, oldest first
        self._ended: dict[str, int] = {}  # when the last item ended of a visitor who waits
        self._taken: list[Ticket[Item]] = []  # in the order of their starts
        self._clock = 0

    def ask(self, item: Item, visitor: str) -> None:
        """Lets an item wait for a visitor; one that several wait for waits once and starts for the first in turn."""
        self._asked.setdefault(visitor, {}).setdefault(item, self._tick())

    def leave(self, item: Item, visitor: str) -> None:
        """Ends one visitor's wait for an item."""
        waiting = self._asked.get(visitor, {})
        waiting.pop(item, None)
        if not waiting:
            self._asked.pop(visitor, None)
            self._ended.pop(visitor, None)

    def drop(self, item: Item) -> None:
        """Ends every visitor's wait for an item."""
        for visitor in [visitor for visitor, waiting in self._asked.items() if item in waiting]:
            self.leave(item, visitor)

    def start(self) -> Ticket[Item] | None:
        """The next item with the slot that it now holds; None where nothing waits that may start."""
        if len(self._taken) >= self.slots:
            return None
        held = Counter(ticket.visitor for ticket in self._taken)
        able = [visitor for visitor in self._asked if held[visitor] < self.each]
        if not able:
            return None
        visitor = min(able, key=lambda one: (held[one], self._since(one)))
        ticket = Ticket(next(iter(self._asked[visitor])), visitor)
        self._taken.append(ticket)
        self.drop(ticket.item)
        return ticket

    def end(self, ticket: Ticket[Item]) -> None:
        """Frees a slot."""
        self._taken.remove(ticket)
        if ticket.visitor in self._asked:  # of the others the next question is later than this end
            self._ended[ticket.visitor] = self._tick()

    def places(self) -> dict[Item, int]:
        """For each waiting item the number of its start from now, 1 being next, were all items equally long."""
        ahead, order = self._copy(), dict[Item, None]()
        while len(order) < EXACT and ahead._asked:
            if ticket := ahead.start():
                order[ticket.item] = None
            else:
                ahead.end(ahead._taken[0])
        stamps = ((at, item) for waiting in ahead._asked.values() for item, at in waiting.items())
        for _, item in sorted(stamps, key=lambda stamp: stamp[0]):
            order[item] = None
        return {item: place for place, item in enumerate(order, 1)}

    @property
    def visitors(self) -> int:
        """How many visitors wait."""
        return len(self._asked)

    def __len__(self) -> int:
        """How many items wait."""
        return len({item for waiting in self._asked.values() for item in waiting})

    def _since(self, visitor: str) -> int:
        return max(next(iter(self._asked[visitor].values())), self._ended.get(visitor, 0))

    def _tick(self) -> int:
        self._clock += 1
        return self._clock

    def _copy(self) -> Queue[Item]:
        made: Queue[Item] = Queue(self.slots, self.each)
        made._asked = {visitor: dict(waiting) for visitor, waiting in self._asked.items()}
        made._ended, made._taken, made._clock = dict(self._ended), list(self._taken), self._clock
        return made
