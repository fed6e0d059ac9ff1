"""The talk that comes with the playground: its links are valid, and the numbers in its notes are those of its runs."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import playground
from playground.contract import History
from playground.ui.talk import carried, parse, text_of

TALK = parse(text_of("ten_pictures"))


def test_every_talk_that_comes_along_is_whole() -> None:
    for name in carried():
        talk = parse(text_of(name))
        assert talk.items and talk.faults == () and talk.title != "A talk"
        assert all(one.note for one in talk.items)


def test_the_example_has_ten_items_from_eight_concepts() -> None:
    assert len(TALK.items) == 10
    assert len({one.place.lab.concept for one in TALK.items}) == 8


def percent(metric: str) -> Callable[[History, int], str]:
    return lambda history, t: f" {100 * history.metrics[metric][t]:.0f} %"


def number(metric: str, form: str) -> Callable[[History, int], str]:
    return lambda history, t: f" {history.metrics[metric][t]:{form}}"


CLAIMS = [
    (1, -1, (percent("test_accuracy"),)),
    (2, -1, (percent("test_accuracy"),)),
    (3, -1, (number("gradient_ratio", ".0e"),)),
    (4, -1, (number("gradient_ratio", ".1f"),)),
    (5, -1, (number("curvature.sgd", ".0f"),)),
    (6, -1, (number("slope.mse", ".2f"), number("slope.mae", ".2f"))),
    (7, 9, (number("parameters", ".0f"), number("test_error", ".0f"))),
    (7, -1, (number("parameters", ".0f"), number("test_error", ".2f"))),
    (8, -1, (number("side", ".0f"),)),
    (9, -1, tuple(percent(f"accuracy.{cell}") for cell in ("rnn", "lstm", "gru"))),
    (10, -1, (number("modes_covered", ".0f"),)),
]
LONG = {1, 2, 9, 10}  # items whose run takes seconds


@pytest.mark.parametrize(
    ("item", "t", "claims"),
    [pytest.param(*claim, marks=[pytest.mark.slow] if claim[0] in LONG else []) for claim in CLAIMS],
)
def test_a_note_says_what_its_run_measures(
    item: int, t: int, claims: tuple[Callable[[History, int], str], ...]
) -> None:
    one = TALK.items[item - 1]
    history = playground.run(one.link())
    for claim in claims:
        assert claim(history, t) in f" {one.note}"


def test_at_the_rate_of_the_fifth_item_sgd_flies_out_and_momentum_arrives() -> None:
    history = playground.run(TALK.items[4].link())
    away = history.metrics["distance.sgd"]
    assert away[-1] > 2 * away[0]
    assert history.last("distance.momentum") < 0.1 * history.metrics["distance.momentum"][0]


def test_the_moment_of_the_seventh_item_is_that_of_as_many_parameters_as_points() -> None:
    one = TALK.items[6]
    history = playground.run(one.link())
    assert one.place.t is not None
    assert history.metrics["parameters"][one.place.t] == one.place.knobs.model_dump()["samples"]
    assert history.metrics["train_error"][one.place.t] < 1e-9
