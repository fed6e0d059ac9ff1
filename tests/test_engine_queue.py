"""The queue: fair between visitors, bounded for each, and places that come true."""

from __future__ import annotations

import random
import time

import pytest

from playground.engine.queue import EXACT, Queue, Ticket


def ask(queue: Queue[str], *items: str) -> None:
    """Lets items wait, each for the visitor that its first letter names."""
    for item in items:
        queue.ask(item, item[0])


def fill(queue: Queue[str]) -> list[Ticket[str]]:
    """What starts now."""
    return list(iter(queue.start, None))


def drain(queue: Queue[str], taken: list[Ticket[str]]) -> list[str]:
    """The order in which everything else starts where the longest running item ends first."""
    order: list[str] = []
    while taken:
        queue.end(taken.pop(0))
        started = fill(queue)
        order += [ticket.item for ticket in started]
        taken += started
    return order


def names(tickets: list[Ticket[str]]) -> list[str]:
    return [ticket.item for ticket in tickets]


def test_one_visitor_s_items_start_in_the_order_of_asking() -> None:
    queue: Queue[str] = Queue(2, 2)
    ask(queue, "a1", "a2", "a3", "a4")
    assert queue.places() == {"a1": 1, "a2": 2, "a3": 3, "a4": 4}
    taken = fill(queue)
    assert names(taken) == ["a1", "a2"] and queue.places() == {"a3": 1, "a4": 2}
    assert drain(queue, taken) == ["a3", "a4"] and len(queue) == 0


@pytest.mark.parametrize("slots", [1, 2, 3, 8])
def test_fifty_waiting_runs_of_one_delay_another_by_no_queued_run(slots: int) -> None:
    queue: Queue[str] = Queue(slots, slots)
    ask(queue, *(f"a{number}" for number in range(50)))
    taken = fill(queue)
    ask(queue, "b1")
    assert queue.places()["b1"] == 1
    queue.end(taken[0])
    assert names(fill(queue)) == ["b1"]


def test_visitors_take_turns() -> None:
    queue: Queue[str] = Queue(1, 1)
    ask(queue, "a1", "a2", "a3")
    taken = fill(queue)
    ask(queue, "b1", "b2", "c1", "c2")
    assert drain(queue, taken) == ["b1", "c1", "a2", "b2", "c2", "a3"]


def test_newcomers_without_end_do_not_keep_a_second_run_waiting() -> None:
    queue: Queue[str] = Queue(1, 1)
    ask(queue, "a1", "a2")
    (running,) = fill(queue)
    ask(queue, "b1", "c1")
    started: list[str] = []
    for newcomer in "defghijk":
        queue.end(running)
        (running,) = fill(queue)
        started.append(running.item)
        ask(queue, f"{newcomer}1")
    assert started[:3] == ["b1", "c1", "a2"]


def test_who_holds_fewer_slots_goes_first() -> None:
    queue: Queue[str] = Queue(3, 3)
    ask(queue, "a1", "a2", "b1")
    taken = fill(queue)
    ask(queue, "a3", "b2")
    queue.end(taken.pop())  # b1's slot: b holds none now, a two
    assert names(fill(queue)) == ["b2"]


def test_a_visitor_holds_no_more_than_his_slots_while_others_are_free() -> None:
    queue: Queue[str] = Queue(4, 2)
    ask(queue, "a1", "a2", "a3")
    taken = fill(queue)
    assert names(taken) == ["a1", "a2"]
    ask(queue, "b1")
    assert names(fill(queue)) == ["b1"]
    queue.end(taken[0])
    assert names(fill(queue)) == ["a3"]


def test_an_item_that_two_wait_for_waits_once_and_starts_for_the_first_in_turn() -> None:
    queue: Queue[str] = Queue(1, 1)
    ask(queue, "a1", "a2", "a3", "a4")
    (running,) = fill(queue)
    queue.ask("a4", "b")
    assert len(queue) == 3 and queue.places() == {"a4": 1, "a2": 2, "a3": 3}
    queue.end(running)
    (running,) = fill(queue)
    assert (running.item, running.visitor) == ("a4", "b")
    assert drain(queue, [running]) == ["a2", "a3"]


def test_an_item_goes_on_waiting_for_who_stays() -> None:
    queue: Queue[str] = Queue(1, 1)
    ask(queue, "c1")
    taken = fill(queue)
    queue.ask("a1", "a")
    queue.ask("a1", "b")
    queue.leave("a1", "a")
    queue.leave("a1", "nobody")
    assert queue.places() == {"a1": 1} and drain(queue, taken) == ["a1"]
    queue.ask("a2", "a")
    queue.ask("a2", "b")
    queue.drop("a2")
    assert len(queue) == 0 and queue.start() is None


def test_places_come_true_where_runs_are_equally_long() -> None:
    for seed in range(50):
        dice = random.Random(seed)
        queue: Queue[str] = Queue(dice.randint(1, 4), dice.randint(1, 3))
        taken: list[Ticket[str]] = []
        for number in range(40):
            queue.ask(f"r{dice.randint(0, 60)}-{number % 7}", dice.choice("abcdef"))
            if dice.random() < 0.3 and taken:
                queue.end(taken.pop(0))
            taken += fill(queue)
        told = queue.places()
        assert sorted(told.values()) == list(range(1, len(queue) + 1))
        assert drain(queue, taken) == sorted(told, key=told.__getitem__)


def test_a_long_queue_is_told_its_places_quickly() -> None:
    queue: Queue[int] = Queue(2, 2)
    for number in range(2000):
        queue.ask(number, f"visitor {number % 1000}")
    began = time.perf_counter()
    told = queue.places()
    assert sorted(told.values()) == list(range(1, 2001)) and told[1999] > EXACT
    assert time.perf_counter() - began < 2
