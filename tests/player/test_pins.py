"""Pins: other runs as ghosts under the curves."""

from __future__ import annotations

from playwright.sync_api import Page

PIN = "{socket: '/run/pinned', label: 'learning_rate 0.03 -> 0.3', text: 'learning_rate~0.3'}"
GHOSTS = "player.stage.parts.get('loss').plot.data.slice(3)"


def pinned(site: Page) -> None:
    """A run of 20 frames, and one of 12 pinned beside it."""
    site.evaluate(f"""async () => {{ window.WebSocket = FakeSocket;
      await play(20, {{t: 5, pin: 'learning_rate~0.03', pins: [{PIN}]}});
      for (const part of await frames(12, 9)) FakeSocket.all[0].give(part);
      await until(() => {GHOSTS}.length === 3) }}""")


def test_a_pinned_run_is_a_ghost_of_every_curve_drawn_whole(site: Page) -> None:
    site.set_viewport_size({"width": 1280, "height": 1000})
    pinned(site)
    ghosts = site.evaluate(f"{GHOSTS}.map((g) => [g.x.length, g.line.dash, g.line.color, g.name, g.showlegend])")
    label = "learning_rate 0.03 -> 0.3"
    assert [ghost[3:] for ghost in ghosts] == [[label, True], [label, False], [label, False]]
    assert {tuple(ghost[:2]) for ghost in ghosts} == {(12, "dot")}
    assert [ghost[2] for ghost in ghosts] == site.evaluate(
        "player.stage.parts.get('loss').plot.data.slice(0, 3).map((d) => d.line.color)"
    )
    assert site.evaluate("player.stage.parts.get('map').plot.data.length") == 4


def test_a_small_panel_leaves_the_names_to_the_chips(site: Page) -> None:
    site.set_viewport_size({"width": 900, "height": 720})
    pinned(site)
    assert site.evaluate(f"{GHOSTS}.map((g) => g.showlegend)") == [False, False, False]


def test_ghosts_stay_while_the_run_moves_and_changes(site: Page) -> None:
    pinned(site)
    site.evaluate(f"""async () => {{ player.seek(15);
      player.show({{...player.data, bytes: await bytes(9, 2), stage: stage.replaceAll('drawn for', 'made for'),
      t: 8, pins: [{PIN}]}}) }}""")
    site.wait_for_function("player.recording.length === 9 && player.shown === 8 && settled()")
    assert site.evaluate(f"{GHOSTS}.map((g) => g.x.length)") == [12, 12, 12]
    assert site.evaluate("FakeSocket.all.length") == 1


def test_a_chip_names_it_and_takes_it_away(site: Page) -> None:
    pinned(site)
    assert site.locator(".pg-pins li").inner_text() == "learning_rate 0.03 -> 0.3"
    site.get_by_role("button", name="Remove the pin learning_rate 0.03 -> 0.3").click()
    assert site.evaluate("log.filter(([name]) => name === 'pin')") == [["pin", {"remove": "learning_rate~0.3"}]]
    site.evaluate("player.show({...player.data, pins: []})")
    site.wait_for_function(f"{GHOSTS}.length === 0")
    assert site.evaluate("FakeSocket.all[0].closed") == 4000
    assert site.locator(".pg-pins").is_hidden()


def test_the_pin_button_offers_the_run_shown_while_there_is_room(site: Page) -> None:
    pinned(site)
    site.get_by_role("button", name="Pin", exact=True).click()
    assert site.evaluate("log.filter(([name]) => name === 'pin')") == [["pin", {"add": "learning_rate~0.03"}]]
    three = ", ".join(f"{{socket: '/run/{k}', label: 'seed {k}', text: 'seed~{k}'}}" for k in range(3))
    site.evaluate(f"player.show({{...player.data, pins: [{three}]}})")
    site.wait_for_function("document.querySelector('.pg-pin').disabled")


def test_the_moment_is_told_again_where_only_the_pins_changed(site: Page) -> None:
    """The page writes its address anew with every pin, and knows no moment but that of the link."""
    pinned(site)
    site.evaluate("player.seek(15)")
    site.wait_for_function("log.length === 1")
    site.evaluate("player.show({...player.data, pins: []})")
    site.wait_for_function("log.length === 2", timeout=5000)
    site.evaluate("player.show({...player.data})")
    site.wait_for_timeout(300)
    assert site.evaluate("log") == [["moment", 15], ["moment", 15]]
