"""The player and the stills colour a map alike."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import Page

from playground.stage.pictures import table


@pytest.mark.parametrize("scale", ["diverging", "sequential", "classes"])
def test_a_still_has_the_player_s_colours(site: Page, scale: str) -> None:
    packed = site.evaluate(f"import('/js/colours.js').then(({{Colours}}) => [...new Colours().table('{scale}')])")
    player = np.array([[value & 255, value >> 8 & 255, value >> 16 & 255] for value in packed])
    assert np.abs(player - table(scale)).max() <= 1
