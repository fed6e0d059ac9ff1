"""The player and the stills colour a map alike."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import Page

from playground.stage.pictures import table


@pytest.mark.parametrize("scale", ["diverging", "sequential", "grey", "classes"])
def test_a_still_has_the_player_s_colours(site: Page, scale: str) -> None:
    packed = site.evaluate(f"import('/js/colours.js').then(({{Colours}}) => [...new Colours().table('{scale}')])")
    player = np.array([[value & 255, value >> 8 & 255, value >> 16 & 255] for value in packed])
    assert np.abs(player - table(scale)).max() <= 1


def test_a_sequential_map_rises_from_the_page_s_own_darkness(site: Page) -> None:
    script = "import('/js/colours.js').then(({Colours}) => [...new Colours({}, true).table('sequential')])"
    sums = np.array([(value & 255) + (value >> 8 & 255) + (value >> 16 & 255) for value in site.evaluate(script)])
    assert sums[0] < 100 and sums[-1] > 500 and (np.diff(sums) >= -1).all()


def test_the_map_changes_with_the_page_s_theme(site: Page) -> None:
    site.evaluate("async () => { await play(5, {t: 4}) }")
    darkest = "[player.colours.table('sequential')[0] & 255]"
    assert site.evaluate(darkest) == [247]
    site.evaluate("document.body.style.setProperty('--st-text-color', '#fafafa')")
    site.wait_for_function(f"{darkest}[0] === 31")
