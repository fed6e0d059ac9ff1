"""Painted points and drawings: Python reads what the browser writes."""

from __future__ import annotations

import numpy as np
from playwright.sync_api import Page

from playground.data.painted import LATTICE, drawing, points


def packed(site: Page, call: str) -> str:
    """What a function of pack.js gives in a real browser."""
    return str(site.evaluate(f"async () => (await import('/js/pack.js')).{call}"))


def test_painted_points_come_back_in_their_places_with_their_labels(site: Page) -> None:
    text = packed(site, "packPoints([[0, 0, 0], [127, 64, 7], [5, 99, 3]])")
    places, labels = points(text)
    assert (places * (LATTICE - 1)).round(6).tolist() == [[0, 0], [127, 64], [5, 99]]
    assert labels.tolist() == [0, 7, 3]


def test_a_drawing_comes_back_level_by_level(site: Page) -> None:
    levels = np.random.default_rng(0).integers(0, 16, (28, 28))
    levels[5:20] = 0
    text = packed(site, f"packDrawing({levels.flatten().tolist()})")
    assert np.array_equal(drawing(text, (28, 28)), levels * 17)


def test_a_text_that_breaks_off_or_says_too_much_is_read_as_far_as_it_goes() -> None:
    assert len(points("AAAA")[0]) == 1
    assert points("")[0].shape == (0, 2)
    assert drawing("P", (2, 2)).tolist() == [[0, 0], [0, 0]]
    assert drawing("8B" * 40, (2, 2)).tolist() == [[255, 255], [255, 255]]
