"""The clock: which frame is shown, whatever training and visitor do."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page


def clock(site: Page, script: str, options: str = "") -> Any:
    return site.evaluate(
        f"async () => {{ const {{Clock}} = await import('/js/clock.js'); const c = new Clock({options}); {script} }}"
    )


def test_it_plays_twenty_frames_a_second_from_the_start(site: Page) -> None:
    assert clock(site, "return [c.tick(0, 100, true), c.tick(0.5, 100, true), c.tick(0.5, 100, true)]") == [0, 10, 20]


def test_speed_multiplies(site: Page) -> None:
    assert clock(site, "c.speed = 4; return c.tick(0.5, 100, true)") == 40


def test_it_waits_where_it_catches_up_with_training_and_goes_on(site: Page) -> None:
    assert clock(site, "return [c.tick(9, 5, false), c.playing, c.tick(0.1, 50, false)]") == [4, True, 6]


def test_it_stops_at_the_end_of_a_run_that_is_over(site: Page) -> None:
    assert clock(site, "return [c.tick(9, 5, true), c.playing]") == [4, False]


def test_play_at_the_end_starts_again(site: Page) -> None:
    assert clock(site, "c.tick(9, 5, true); c.play(5, true); return [c.tick(0, 5, true), c.playing]") == [0, True]


def test_nothing_is_shown_before_the_first_frame(site: Page) -> None:
    assert clock(site, "return [c.tick(1, 0, false), c.tick(0, 1, false)]") == [-1, 0]


def test_pause_holds_while_frames_arrive(site: Page) -> None:
    assert clock(site, "c.tick(0.5, 100, false); c.pause(100); return [c.tick(5, 200, false), c.playing]") == [
        10,
        False,
    ]


@pytest.mark.parametrize(("by", "expected"), [(1, 11), (-1, 9), (-50, 0), (500, 99)])
def test_steps_stay_inside_the_recording(site: Page, by: int, expected: int) -> None:
    assert clock(site, f"c.seek(10, 100); c.step({by}, 100); return c.index(100)") == expected


def test_live_follows_the_newest_frame_and_is_left_by_any_seek(site: Page) -> None:
    script = """c.toggleLive(); const a = c.tick(0, 70, false), b = c.tick(0, 90, false); c.seek(3, 90);
      return [a, b, c.tick(1, 95, false), c.live]"""
    assert clock(site, script) == [69, 89, 3, False]


def test_a_moment_that_is_yet_to_come_is_waited_for(site: Page) -> None:
    assert clock(
        site, "return [c.tick(1, 10, false), c.tick(1, 40, false), c.tick(1, 90, false), c.playing]", "{at: 57}"
    ) == [9, 39, 57, False]


def test_it_plays_from_where_it_is_told(site: Page) -> None:
    script = "return [c.tick(0, 100, true), c.tick(0.5, 100, true), c.playing]"
    assert clock(site, script, "{from: 30}") == [30, 40, True]


def test_a_moment_after_the_end_shows_the_end(site: Page) -> None:
    assert clock(site, "return [c.tick(1, 10, true), c.tick(1, 10, true)]", "{at: 57}") == [9, 9]


def test_a_still_one_waits_at_its_start_until_the_run_is_over_and_shows_the_end(site: Page) -> None:
    moments = "[c.tick(1, 10, false), c.tick(1, 50, false), c.tick(1, 90, true), c.playing]"
    assert clock(site, f"return {moments}", "{still: true}") == [0, 0, 89, False]


def test_a_still_one_plays_where_it_is_asked_to(site: Page) -> None:
    script = "c.tick(1, 10, false); c.play(10, false); return [c.tick(0.2, 90, true), c.playing]"
    assert clock(site, script, "{still: true}") == [4, True]


def test_a_still_one_rests_at_the_moment_of_its_link(site: Page) -> None:
    assert clock(site, "return [c.tick(1, 90, true), c.playing]", "{at: 7, still: true}") == [7, False]
