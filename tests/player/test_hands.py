"""What a visitor does on a panel: picks a picture, sets a knob by a gesture."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Page

BOX = [-1.2, -1.2, 1.2, 1.2]


def where(site: Page, panel: str, x: float, y: float) -> tuple[float, float]:
    """The pixels of the screen at data coordinates of a panel."""
    script = f"""async () => {{ const {{plotArea}} = await import('/js/geometry.js'),
      {{plot}} = player.stage.parts.get('{panel}');
      const area = plotArea(plot), corner = plot.getBoundingClientRect();
      return [corner.x + area.left + area.x({x}), corner.y + area.top + area.y({y})] }}"""
    left, top = site.evaluate(script)
    return left, top


def unit(site: Page, k: int) -> tuple[float, float]:
    x0, y0, x1, y1 = site.evaluate(f"player.stage.parts.get('graph').under[1].boxes[{k}]")
    return where(site, "graph", (x0 + x1) / 2, (y0 + y1) / 2)


PICKED = "player.stage.parts.get('map').picked?.index ?? null"


def test_hovering_shows_a_picture_large_and_leaving_takes_it_back(site: Page) -> None:
    site.evaluate("async () => { await play(20, {t: 19}) }")
    site.mouse.move(*unit(site, 2))
    assert site.evaluate(PICKED) == 2
    assert site.locator(".pg-caption:visible").inner_text() == "picture 3 of 11: click keeps it"
    site.mouse.move(5, 5)
    assert site.evaluate(PICKED) is None
    assert site.locator(".pg-caption:visible").count() == 0


def test_the_picture_takes_the_place_of_the_panels_own(site: Page) -> None:
    site.evaluate("async () => { await play(20, {t: 19}) }")
    pixels = """() => { const {canvas} = player.stage.parts.get('map');
      return [0.1, 0.3, 0.7, 0.9].flatMap((s) => [...canvas.getContext('2d').getImageData(s * canvas.width,
      s * canvas.height, 1, 1).data]) }"""
    own = site.evaluate(pixels)
    site.mouse.move(*unit(site, 5))
    site.wait_for_function("player.stage.parts.get('map').painted?.[0]?.[0]?.shape.length === 3")
    assert site.evaluate(pixels) != own
    site.mouse.move(5, 5)
    site.wait_for_function("player.stage.parts.get('map').painted?.[0]?.[0]?.shape.length === 2")
    assert site.evaluate(pixels) == own


def test_a_click_keeps_it_and_escape_lets_it_go(site: Page) -> None:
    site.evaluate("async () => { await play(20, {t: 5}) }")
    site.mouse.click(*unit(site, 4))
    site.mouse.move(5, 5)
    assert site.evaluate(PICKED) == 4
    site.keyboard.press("ArrowRight")
    site.wait_for_function("player.shown === 6")
    assert site.evaluate(PICKED) == 4
    site.keyboard.press("Escape")
    assert site.evaluate(PICKED) is None


def test_a_second_click_lets_it_go(site: Page) -> None:
    site.evaluate("async () => { await play(20, {t: 5}) }")
    site.mouse.click(*unit(site, 4))
    site.mouse.click(*unit(site, 4))
    site.mouse.move(5, 5)
    assert site.evaluate(PICKED) is None


def test_the_keyboard_goes_through_the_pictures_and_lets_go(site: Page) -> None:
    site.evaluate("async () => { await play(20, {t: 5}) }")
    plot = site.get_by_role("img", name="Enter shows the next picture")
    assert plot.count() == 1 and site.locator(".pg-plot[tabindex]").count() == 1
    plot.focus()
    shown = []
    for key in ("Enter", "Enter", "Shift+Enter", "Shift+Enter", "Enter"):
        site.keyboard.press(key)
        shown.append(site.evaluate(PICKED))
    assert shown == [0, 1, 0, 10, 0]
    assert site.locator(".pg-caption:visible").inner_text() == "picture 1 of 11: Escape lets it go"
    site.keyboard.press("ArrowRight")
    site.wait_for_function("player.shown === 6")
    site.keyboard.press("Space")
    site.wait_for_function("player.clock.playing")
    assert site.evaluate(PICKED) == 0
    site.keyboard.press("Escape")
    assert site.evaluate(PICKED) is None


def test_the_keyboard_stays_on_the_pictures_while_another_run_comes(site: Page) -> None:
    site.evaluate("async () => { await play(20, {t: 5}) }")
    site.get_by_role("img", name="Enter shows the next picture").focus()
    site.evaluate(
        "async () => player.show({stage: stage.replaceAll('drawn for', 'made for'), bytes: await bytes(9, 3), t: 5})"
    )
    site.wait_for_function("player.recording.length === 9 && player.shown === 5 && settled()")
    site.keyboard.press("Shift+Enter")
    assert site.evaluate(PICKED) == 10


def two_arrays(site: Page) -> None:
    """A player whose network also shows the decision map itself, small and to be picked, in a second array."""
    more = """{kind: 'tiles', array: 'map', boxes: [[0.4, 0.02, 0.6, 0.12]], scale: 'diverging', origin: 'lower'},
      {kind: 'pick', array: 'map', panel: 'loss'}"""
    site.evaluate(f"""async () => {{ const spec = await (await fetch('/stage.json')).json();
      spec.parts[1].bindings.push({more}); await play(20, {{t: 5, stage: JSON.stringify(spec)}});
      await until(() => player.stage.parts.get('graph').picks.length === 2) }}""")


def shown_large(site: Page) -> list[int | None]:
    """What the decision map and the loss show of another panel."""
    found: list[int | None] = site.evaluate(
        "['map', 'loss'].map((name) => player.stage.parts.get(name).picked?.index ?? null)"
    )
    return found


def test_pictures_of_two_arrays_are_picked_one_at_a_time(site: Page) -> None:
    two_arrays(site)
    small = where(site, "graph", 0.5, 0.07)
    for at, seen in ((unit(site, 2), [2, None]), (small, [None, 0]), (unit(site, 3), [3, None]), ((5, 5), [None] * 2)):
        site.mouse.move(*at)
        assert shown_large(site) == seen
    site.mouse.click(*small)
    site.mouse.move(*unit(site, 3))
    assert shown_large(site) == [None, 0]
    site.mouse.click(*unit(site, 3))
    site.mouse.move(*small)
    assert shown_large(site) == [3, None]
    site.keyboard.press("Escape")
    assert shown_large(site) == [None, None]


def test_the_keyboard_goes_from_one_array_to_the_next(site: Page) -> None:
    two_arrays(site)
    site.get_by_role("img", name="Enter shows the next picture").focus()
    seen = []
    for key in ("Shift+Enter", "Shift+Enter", "Enter", "Enter", "Enter"):
        site.keyboard.press(key)
        seen.append(shown_large(site))
    assert seen == [[None, 0], [10, None], [None, 0], [0, None], [1, None]]


def seekable(site: Page, **more: int) -> None:
    """A player that plays, whose decision map has a grid of 2 x 3 cells that seek."""
    seek = json.dumps({"kind": "seek", "box": [-1.2, -1.2, 1.2, 1.2], "shape": [2, 3], **more})
    site.evaluate(f"""async () => {{ const spec = await (await fetch('/stage.json')).json();
      spec.parts[0].bindings.push({seek}); await play(400, {{stage: JSON.stringify(spec)}});
      await until(() => player.stage.parts.get('map').seek) }}""")


def test_pointing_at_a_cell_shows_its_moment_and_leaving_goes_on(site: Page) -> None:
    seekable(site)
    for at, frame in (((-1, 1), 0), ((1, 1), 2), ((-0.2, -0.5), 4)):
        site.mouse.move(*where(site, "map", *at))
        site.wait_for_function(f"player.shown === {frame}")
    assert site.evaluate("player.clock.playing")
    stood = site.evaluate("player.clock.position")
    site.wait_for_timeout(150)
    assert site.evaluate("player.clock.position") == stood
    site.mouse.move(5, 5)
    site.wait_for_function(f"player.shown > {max(stood, 4)}")


def test_a_click_on_a_cell_stays_at_its_moment(site: Page) -> None:
    seekable(site)
    site.mouse.click(*where(site, "map", 1, -1))
    site.mouse.move(5, 5)
    site.wait_for_function("player.shown === 5 && !player.clock.playing && player.moment === 5")
    site.keyboard.press("ArrowRight")
    site.wait_for_function("player.shown === 6")
    assert site.get_by_role("img", name="Pointing at a cell shows its moment").count() == 1


def test_cells_may_begin_at_a_later_frame(site: Page) -> None:
    seekable(site, first=10)
    site.mouse.move(*where(site, "map", 1, 1))
    site.wait_for_function("player.shown === 12")


def pack(site: Page, script: str) -> Any:
    return site.evaluate(f"async () => {{ const pack = await import('/js/pack.js'); {script} }}")


def test_points_are_three_characters_each_and_come_back(site: Page) -> None:
    points = [[0, 0, 0], [127, 127, 7], [5, 99, 3], [64, 1, 6]]
    text, back = pack(site, f"const t = pack.packPoints({points}); return [t, pack.unpackPoints(t)]")
    assert back == points
    assert text[:6] == "AAAf__"  # all bits clear, then all 17 set
    assert len(text) == 12


def test_at_most_300_points_are_held(site: Page) -> None:
    assert pack(site, "return pack.unpackPoints(pack.packPoints(Array(400).fill([1, 2, 3])) + 'AAAA').length") == 300


def test_a_drawing_is_its_runs_and_comes_back(site: Page) -> None:
    script = """const levels = Uint8Array.from({length: 784}, (_, k) => (k * k * 7 + (k >> 5)) % 16),
      blank = new Uint8Array(784);
      const same = (a) => String(pack.unpackDrawing(pack.packDrawing(a), 784)) === String(a);
      return [same(levels), same(blank), pack.packDrawing(blank), pack.unpackDrawing('', 3).length]"""
    assert pack(site, script) == [True, True, "D_D_D_AP", 3]


def edit(site: Page, gesture: str, value: str = "", **more: Any) -> None:
    """A player whose decision map takes a gesture for the knob `place`."""
    binding = {
        "kind": "edit",
        "knob": "place",
        "gesture": gesture,
        "box": BOX,
        "value": value,
        "shape": [28, 28],
        "labels": list(range(8)),
        **more,
    }
    site.evaluate(f"""async () => {{ const spec = await (await fetch('/stage.json')).json();
      spec.parts[0].bindings.push({json.dumps(binding)}); await play(20, {{t: 5, stage: JSON.stringify(spec)}});
      await until(() => player.stage.parts.get('map').edit?.area) }}""")


def told(site: Page) -> Any:
    return site.evaluate("log.filter(([name]) => name === 'edit')")


def test_a_click_sets_a_point_in_three_digits_at_the_step_shown(site: Page) -> None:
    edit(site, "point")
    site.mouse.click(*where(site, "map", 0.5, -0.25))
    [[_, knob, text, step, frame]] = told(site)
    assert knob == "place" and (step, frame) == (site.evaluate("player.recording.frames[5].step"), 5)
    assert [float(part) for part in text.split("_")] == pytest.approx([0.5, -0.25], abs=0.01)
    assert all(len(part.strip("-0.")) <= 3 for part in text.split("_"))


def test_a_drag_tells_once_on_release_and_stays_in_its_box(site: Page) -> None:
    edit(site, "drag", "0.1_0.1")
    site.mouse.move(*where(site, "map", 0.1, 0.1))
    site.mouse.down()
    site.mouse.move(*where(site, "map", 0.6, 0.4), steps=5)
    assert told(site) == []
    left, top = where(site, "map", 0.6, 1.2)
    site.mouse.move(left, top - 40)
    site.mouse.up()
    [[_, _, text, *_]] = told(site)
    assert [float(part) for part in text.split("_")] == pytest.approx([0.6, 1.2], abs=0.01)


def test_a_press_beside_the_box_sets_nothing(site: Page) -> None:
    edit(site, "point", box=[-1.2, -1.2, 0, 1.2])
    site.mouse.click(*where(site, "map", 0.6, 0))
    assert told(site) == []
    site.mouse.click(*where(site, "map", -0.6, 0))
    [[_, _, text, *_]] = told(site)
    assert [float(part) for part in text.split("_")] == pytest.approx([-0.6, 0], abs=0.01)


CANCEL = """() => { const {edit} = player.stage.parts.get('map'), event = new PointerEvent('pointercancel');
  edit.canvas.dispatchEvent(event); return [edit.gesture.at.x, edit.gesture.at.y] }"""


def test_a_drag_that_is_cancelled_goes_back_to_the_knobs_value(site: Page) -> None:
    edit(site, "drag", "0.1_0.1")
    site.mouse.move(*where(site, "map", 0.1, 0.1))
    site.mouse.down()
    site.mouse.move(*where(site, "map", 0.6, 0.4), steps=3)
    pixels = "player.stage.parts.get('map').edit.canvas.toDataURL()"
    moved = site.evaluate(pixels)
    assert site.evaluate(CANCEL) == [0.1, 0.1]
    assert site.evaluate(pixels) != moved
    site.mouse.up()
    assert told(site) == []


def test_a_drag_that_is_cancelled_goes_back_to_what_was_set_a_moment_ago(site: Page) -> None:
    edit(site, "drag", "0.1_0.1")
    for x in (0.5, -0.5):
        site.mouse.move(*where(site, "map", x, 0.2))
        site.mouse.down()
        if x > 0:
            site.mouse.up()
    assert site.evaluate(CANCEL) == pytest.approx([0.5, 0.2], abs=0.01)
    site.mouse.up()
    assert len(told(site)) == 1


def test_points_are_added_in_the_class_chosen_and_taken_away_again(site: Page) -> None:
    edit(site, "points")
    site.mouse.click(*where(site, "map", -1, -1))
    site.get_by_role("button", name="Class 2").click()
    site.mouse.click(*where(site, "map", 0.4, 0.4))
    site.mouse.click(*where(site, "map", -1, -1))
    texts = [text for _, _, text, *_ in told(site)]
    points = [pack(site, f"return pack.unpackPoints('{text}')") for text in texts]
    assert points[0] == [[pytest.approx(11, abs=1), pytest.approx(11, abs=1), 0]]
    assert points[1][1][2] == 2 and points[1][1][:2] == pytest.approx([85, 85], abs=1)
    assert points[2] == points[1][1:]


def test_a_single_label_is_given_to_every_point_and_not_asked_for(site: Page) -> None:
    edit(site, "points", labels=[1])
    site.mouse.click(*where(site, "map", -1, -1))
    [[_, _, text, *_]] = told(site)
    assert [point[2] for point in pack(site, f"return pack.unpackPoints('{text}')")] == [1]
    assert site.get_by_role("button", name="Class").count() == 0


def test_an_answer_to_an_older_click_does_not_undo_a_newer_one(site: Page) -> None:
    edit(site, "points")
    for x in (-0.8, 0.0, 0.8):
        site.mouse.click(*where(site, "map", x, 0))
    texts = [text for _, _, text, *_ in told(site)]
    site.evaluate(
        "(value) => { const {edit} = player.stage.parts.get('map'); edit.restage({...edit.binding, value}) }",
        texts[0],
    )
    assert site.evaluate("player.stage.parts.get('map').edit.gesture.points.length") == 3


def test_a_drawing_is_told_when_the_pointer_is_lifted(site: Page) -> None:
    edit(site, "draw")
    site.mouse.move(*where(site, "map", -0.6, 0.6))
    site.mouse.down()
    site.mouse.move(*where(site, "map", 0.6, 0.6), steps=6)
    site.mouse.up()
    [[_, _, text, *_]] = told(site)
    levels = pack(site, f"return [...pack.unpackDrawing('{text}', 784)]")
    rows = [sum(levels[28 * row : 28 * row + 28]) for row in range(28)]
    assert rows.index(max(rows)) in (6, 7) and sum(rows[12:]) == 0
    site.get_by_role("button", name="Clear").click()
    assert told(site)[-1][2] == ""


def test_a_drawing_s_ink_may_be_of_its_own_colour(site: Page) -> None:
    edit(site, "draw", "P_P_P_AP", ink="#ff0000")
    pixel = """() => { const {canvas} = player.stage.parts.get('map').edit;
      return [...canvas.getContext('2d').getImageData(canvas.width / 2, canvas.height / 2, 1, 1).data] }"""
    red, green, blue, opaque = site.evaluate(pixel)
    assert (red, green, blue) == (255, 0, 0) and opaque


def test_a_point_s_dot_may_be_left_out(site: Page) -> None:
    seen = "player.stage.parts.get('map').edit.canvas.getContext('2d').getImageData(0, 0, 900, 900).data.some(Boolean)"
    for handle in (True, False):
        edit(site, "point", "0.2_0.2", handle=handle)
        assert site.evaluate(seen) is handle
        site.evaluate("reset()")


def test_a_number_of_a_grid_is_dragged_up_and_down(site: Page) -> None:
    edit(site, "numbers", "1 -2; 1/4 0", box=[-1, -1, 1, 1], shape=[2, 2])
    left, top = where(site, "map", 0.5, 0.5)
    site.mouse.move(left, top)
    site.mouse.down()
    site.mouse.move(left, top - 33, steps=4)
    assert told(site) == []
    site.mouse.up()
    assert told(site)[-1][2] == "1 -1; 0.25 0"
    left, top = where(site, "map", -0.5, -0.5)
    site.mouse.move(left, top)
    site.mouse.down()
    site.mouse.move(left, top + 16)
    site.mouse.up()
    assert told(site)[-1][2] == "1 -1; -0.25 0"
    left, top = where(site, "map", 0.5, 0.9)
    site.mouse.move(left, top)
    site.mouse.down()
    site.mouse.move(left, top - 160)  # beyond the grid
    site.mouse.up()
    assert told(site)[-1][2] == "1 4; -0.25 0"
    site.mouse.click(*where(site, "map", -0.5, 0.5))
    assert len(told(site)) == 3


def test_an_answer_that_comes_during_the_next_stroke_does_not_cut_it(site: Page) -> None:
    edit(site, "draw")
    for height, answered in ((0.6, False), (-0.6, True)):
        site.mouse.move(*where(site, "map", -0.6, height))
        site.mouse.down()
        site.mouse.move(*where(site, "map", 0, height), steps=4)
        if answered:
            [[_, _, text, *_]] = told(site)
            site.evaluate(
                "(value) => { const {edit} = player.stage.parts.get('map'); edit.restage({...edit.binding, value}) }",
                text,
            )
        site.mouse.move(*where(site, "map", 0.6, height), steps=4)
        site.mouse.up()
    levels = pack(site, f"return [...pack.unpackDrawing('{told(site)[-1][2]}', 784)]")
    widths = [sum(level > 7 for level in levels[28 * row : 28 * row + 28]) for row in range(28)]
    assert max(widths[:14]) == max(widths[14:]) >= 14  # both strokes are whole


def test_the_gestures_panel_does_not_zoom(site: Page) -> None:
    edit(site, "point")
    assert site.evaluate("player.stage.parts.get('map').plot._fullLayout.dragmode") is False
    assert site.evaluate("player.stage.parts.get('loss').plot._fullLayout.dragmode") == "zoom"


def leading(site: Page, binding: dict[str, Any]) -> None:
    """A player whose decision map leads to pages."""
    more = json.dumps({"kind": "open", "links": ["network?seed=1", "network?seed=2"], "titles": ["one", "two"],
                       "x": "", "y": [], "boxes": [], **binding})  # fmt: skip
    site.evaluate(f"""async () => {{ const spec = await (await fetch('/stage.json')).json();
      spec.parts[0].bindings.push({more}); await play(20, {{t: 5, stage: JSON.stringify(spec)}});
      await until(() => player.stage.parts.get('map').opens && player.stage.parts.get('map').painted) }}""")


def opened(site: Page) -> Any:
    return site.evaluate("log.filter(([name]) => name === 'open').map(([, link]) => link)")


def test_a_click_in_a_box_opens_its_page_and_beside_it_none(site: Page) -> None:
    leading(site, {"boxes": [[-1.2, -1.2, 0, 1.2], [0.2, -1.2, 1.2, 1.2]]})
    for x in (-0.5, 0.1, 0.7):
        site.mouse.click(*where(site, "map", x, 0.3))
    assert opened(site) == ["network?seed=1", "network?seed=2"]
    site.mouse.move(*where(site, "map", 0.7, 0.4))
    assert site.locator(".pg-caption:visible").inner_text() == "two: click opens it alone"


def test_a_click_near_a_point_opens_its_page_and_a_drag_none(site: Page) -> None:
    leading(site, {"x": "some_x", "y": ["some_y"]})
    site.evaluate("""() => { const own = player.recording.array.bind(player.recording);
      const at = {some_x: [-0.5, 0.5], some_y: [0, 0]};
      player.recording.array = (name, i) => (at[name] ? {values: at[name]} : own(name, i)) }""")
    x, y = where(site, "map", 0.5, 0)
    site.mouse.click(x + 5, y - 5)
    site.mouse.click(x + 40, y - 40)
    site.mouse.move(x, y)
    site.mouse.down()
    site.mouse.move(x + 30, y)
    site.mouse.up()
    assert opened(site) == ["network?seed=2"]


def test_a_click_in_a_box_chooses_a_knob_s_value_at_the_frame_shown(site: Page) -> None:
    boxes = [[-1.2, -1.2, 0, 1.2], [0.2, -1.2, 1.2, 1.2]]
    leading(site, {"kind": "choose", "knob": "unit", "values": ["1.1", "1.2"], "boxes": boxes})
    for x in (0.7, 0.1):
        site.mouse.click(*where(site, "map", x, 0.3))
    assert [entry[1:3] for entry in told(site)] == [["unit", "1.2"]] and opened(site) == []
    site.mouse.move(*where(site, "map", -0.5, 0.4))
    assert site.locator(".pg-caption:visible").inner_text() == "one: click chooses it"


def test_a_row_of_a_table_leads_to_its_page_by_keyboard_too(site: Page) -> None:
    site.evaluate("""async () => { const spec = await (await fetch('/stage.json')).json();
      spec.parts.push({part: 'table', name: 'runs', title: 'Runs', columns: ['run'], rows: [['first'], ['second']],
        alt: 'runs', bindings: [], links: ['network?seed=1', 'network?seed=2']});
      await play(20, {t: 5, stage: JSON.stringify(spec)}) }""")
    link = site.get_by_role("link", name="second")
    link.focus()
    site.keyboard.press("Enter")
    assert opened(site) == ["network?seed=2"] and (link.get_attribute("href") or "") == "network?seed=2"


@pytest.mark.parametrize(
    ("link", "leads"),
    [
        ("network?lab=sandbox&learning_rate=0.1", "https://here.test/x/network?lab=sandbox&learning_rate=0.1"),
        ("javascript:alert(1)", None),
        ("//there.test/network", None),
        ("https://there.test/", None),
        ("network?a=<b>", None),
    ],
)
def test_links_lead_to_pages_of_this_app_alone(site: Page, link: str, leads: str | None) -> None:
    script = "async (link) => (await import('/js/address.js')).pageAddress(link, 'https://here.test/x/network?t=3')"
    assert site.evaluate(script, link) == leads
