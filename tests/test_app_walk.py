"""A talk in a real Chromium: written, checked, walked by keyboard alone and offline, followed by its presenter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from playground.ui.talk import packed, parse, text_of
from tests.test_app_chain import opened, state

SHORT = """# Three items
network?data=xor&seed=130 | first note
network?data=xor&seed=130&t=7 | second note
losses?seed=130&show=target_probability | third note"""
HERE = "() => new URL(location.href).searchParams.get('talk')"


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    """A first page may take long where others use the machine."""
    expect.set_options(timeout=60_000)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture
def offline(browser: Browser, server: str) -> Iterator[tuple[BrowserContext, list[str]]]:
    """A browser that reaches the server and nothing else, and what it asked of others."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    strange: list[str] = []

    def pass_or_stop(route: Route) -> None:
        if urlsplit(route.request.url).netloc == urlsplit(server).netloc:
            route.continue_()
        else:
            strange.append(route.request.url)
            route.abort("internetdisconnected")

    context.route("**/*", pass_or_stop)
    yield context, strange
    context.close()


def arrived(page: Page, item: str) -> None:
    """Waits until an item is on stage with a frame drawn."""
    page.wait_for_function(
        """(item) => { const {player} = window.playground ?? {};
          const shows = player?.run?.data.socket === player?.data?.socket && player?.shown >= 0;
          return shows && player.data.item === item && !player.staging }""",
        arg=item,
        timeout=60_000,
    )


def on_stage(page: Page, address: str, number: int = 1) -> str:
    """Opens the short talk at an item; gives its name."""
    name = packed(SHORT)
    item = parse(SHORT).items[number - 1].link(present="1", talk=f"{name}~{number}")
    page.goto(f"{address}/{item}")
    arrived(page, f"{name}~{number}")
    return name


def tab_to(page: Page, selector: str) -> None:
    """Reaches a control with the Tab key."""
    for _ in range(40):
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} cannot be reached by Tab")


def test_ten_items_from_start_to_end_by_keyboard_alone_with_the_network_cable_out(
    server: str, offline: tuple[BrowserContext, list[str]]
) -> None:
    context, strange = offline
    page = context.new_page()
    page.goto(f"{server}/talk?talk=ten_pictures")
    page.wait_for_selector(".pg-start")
    tab_to(page, ".pg-start")
    page.keyboard.press("Enter")
    items = parse(text_of("ten_pictures")).items
    assert len(items) == 10
    for number, item in enumerate(items, 1):
        arrived(page, f"ten_pictures~{number}")
        assert page.locator(".pg-walk").inner_text().split("\n")[1] == f"{number} / 10"
        assert page.locator("h1").inner_text().endswith(f": {item.place.lab.title}")
        assert page.evaluate("document.activeElement === document.body")
        page.keyboard.press("n" if number % 2 else "PageDown")
    page.keyboard.press("p")
    arrived(page, "ten_pictures~9")
    page.keyboard.press("PageUp")
    page.keyboard.press("PageUp")
    arrived(page, "ten_pictures~7")
    page.wait_for_function("playground.player.shown === 9 && !playground.player.clock.playing")
    assert strange == []


def test_reload_and_back_keep_the_place_in_the_talk(server: str, page: Page) -> None:
    name = on_stage(page, server)
    page.keyboard.press("n")
    arrived(page, f"{name}~2")
    page.reload()
    arrived(page, f"{name}~2")
    page.go_back()
    arrived(page, f"{name}~1")
    assert page.evaluate(HERE) == f"{name}~1"


def test_the_same_run_is_shown_anew_at_the_next_items_moment(server: str, page: Page) -> None:
    name = on_stage(page, server)
    socket = state(page)["socket"]
    page.keyboard.press("n")
    page.wait_for_function("playground.player.shown === 7 && !playground.player.clock.playing")
    assert state(page)["socket"] == socket
    page.keyboard.press("p")
    arrived_again = "(item) => playground.player.data.item === item && playground.player.clock.playing"
    page.wait_for_function(arrived_again, arg=f"{name}~1")


def test_several_steps_in_a_hurry_end_where_they_lead(server: str, page: Page) -> None:
    name = on_stage(page, server)
    for key in ("n", "n", "n", "n", "p", "n"):
        page.keyboard.press(key)
    arrived(page, f"{name}~3")
    for key in ("p", "p"):
        page.keyboard.press(key)
    arrived(page, f"{name}~1")


def test_no_step_is_lost_while_a_page_gives_way_to_the_next(server: str, page: Page) -> None:
    name = on_stage(page, server, 2)
    page.evaluate("""() => { const press = () => document.body.dispatchEvent(
      new KeyboardEvent('keydown', {key: 'p', bubbles: true}));
      new MutationObserver((_, watch) => { if (!document.querySelector('.pg-walk')) { watch.disconnect(); press(); } })
        .observe(document.body, {childList: true, subtree: true}) }""")
    page.keyboard.press("n")
    arrived(page, f"{name}~2")


def test_the_page_keys_walk_also_where_a_slider_has_the_focus_and_letters_are_left_to_who_writes(
    server: str, page: Page
) -> None:
    name = on_stage(page, server, 3)
    page.locator(".st-key-knobs [data-testid=stSlider] input[type=range]").first.focus()
    page.keyboard.press("PageUp")
    arrived(page, f"{name}~2")
    page.evaluate("document.body.append(Object.assign(document.createElement('input'), {id: 'own'}))")
    page.locator("#own").focus()
    page.keyboard.type("np")
    assert page.locator("#own").input_value() == "np"
    page.keyboard.press("Escape")  # ends the writing
    assert page.evaluate("document.activeElement === document.body")
    assert page.evaluate(HERE) == f"{name}~2" and "present=1" in page.url
    page.keyboard.press("n")
    arrived(page, f"{name}~3")


def test_a_hand_on_the_bar_leaves_the_keys_to_the_stage(server: str, page: Page) -> None:
    on_stage(page, server, 2)
    page.locator(".pg-live").click()
    page.wait_for_function("document.activeElement === document.body")
    page.locator(".pg-speed").select_option("2")
    page.keyboard.press("Home")
    page.wait_for_function("playground.player.shown === 0 && playground.player.clock.speed === 2")


def test_escape_leaves_the_stage_at_the_moment_shown_and_present_comes_back_into_the_talk(
    server: str, page: Page
) -> None:
    name = on_stage(page, server, 2)
    page.wait_for_function("playground.player.shown === 7")
    page.keyboard.press("Escape")
    page.wait_for_selector(".st-key-side")
    page.wait_for_function("window.playground?.player?.shown === 7")
    assert "present" not in page.url and "t=7" in page.url
    page.get_by_role("button", name="Present").click()
    page.wait_for_function("() => document.querySelector('.pg-walk')?.innerText.includes('2 / 3')")
    page.keyboard.press("n")
    arrived(page, f"{name}~3")


def test_escape_closes_the_code_first_which_holds_the_audiences_link(server: str, page: Page) -> None:
    on_stage(page, server, 2)
    page.keyboard.press("q")
    link = page.locator(".pg-qr-link").inner_text()
    assert link == f"{server}/network?data=xor&seed=130&t=7"
    page.keyboard.press("n")
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_have_count(0)
    assert "present=1" in page.url and page.evaluate(HERE).endswith("~2")


def test_the_next_run_starts_while_this_one_is_explained(server: str, page: Page) -> None:
    on_stage(page, server, 2)
    shown = state(page)["socket"]
    with page.expect_websocket(lambda one: "/playground/run/" in one.url and shown not in one.url) as early:
        page.wait_for_function("playground.player.recording.over", timeout=60_000)
    page.keyboard.press("n")
    page.wait_for_function("(old) => playground.player.run?.data.socket !== old", arg=shown)
    assert urlsplit(early.value.url).path == state(page)["socket"]


def test_the_presenters_view_follows_the_stage_and_steers_it(server: str, page: Page) -> None:
    name = on_stage(page, server)
    with page.expect_popup() as opening:
        page.locator(".pg-walk button").nth(1).click()
    view = opening.value
    note = view.locator(".pg-note")
    expect(note).to_have_text("first note")
    expect(view.locator(".pg-after")).to_have_text("Next: Neural network: Sandbox")
    expect(view.locator(".pg-hint")).to_have_text("second note")
    expect(view.locator("time")).to_have_text(re.compile(r"\d{1,2}:\d\d"))
    page.keyboard.press("n")
    expect(note).to_have_text("second note")
    view.keyboard.press("PageDown")
    arrived(page, f"{name}~3")
    expect(note).to_have_text("third note")
    expect(view.locator(".pg-after")).to_have_text("This is the last item.")
    view.reload()
    expect(note).to_have_text("third note")
    expect(view.get_by_role("button", name="Open the stage")).to_be_hidden()
    page.close()
    expect(view.get_by_role("button", name="Open the stage")).to_be_visible(timeout=10_000)
    view.close()


def test_a_talk_is_written_checked_and_started(server: str, page: Page, tmp_path: Path) -> None:
    page.goto(f"{server}/talk")
    area = page.locator("textarea")
    area.fill("# Mine\nnetwork?data=xor | <b>note</b> [x](http://evil.test)\nnowhere | oops")
    area.blur()
    expect(page.locator(".pg-overview h2")).to_have_text("Mine")
    expect(page.locator(".pg-overview ol p")).to_have_text("<b>note</b> [x](http://evil.test)")
    expect(page.locator(".pg-faults li")).to_have_text(re.compile("^Line 3: There is no concept 'nowhere'"))
    name = page.evaluate(HERE)
    assert re.fullmatch("[0-9a-f]{20}", name)
    file = tmp_path / "talk.txt"
    file.write_bytes("\ufeff# Yours\r\nrnn?lab=memory | two\r\n".encode())
    page.locator("input[type=file]").set_input_files(file)
    expect(page.locator(".pg-overview h2")).to_have_text("Yours")
    expect(area).to_have_value("# Yours\nrnn?lab=memory | two")
    page.get_by_role("link", name="Start").click()
    page.wait_for_function("window.playground?.player?.run?.data.talk")
    assert re.search("talk=[0-9a-f]{20}~1", page.url)


def test_a_file_that_is_no_talk_costs_a_sentence_and_no_text(server: str, page: Page, tmp_path: Path) -> None:
    page.goto(f"{server}/talk?talk={packed(SHORT)}")
    expect(page.locator(".pg-overview h2")).to_have_text("Three items")
    file = tmp_path / "talk.txt"
    file.write_bytes(bytes(range(32)) * 99)
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_text("This file is not a text: it holds binary data.")).to_be_visible()
    expect(page.locator(".pg-overview h2")).to_have_text("Three items")


def test_a_talk_that_is_gone_says_so_on_its_page_and_on_stage(server: str, page: Page) -> None:
    page.goto(f"{server}/talk?talk={'0' * 20}")
    expect(page.get_by_text("The talk that this link was made with is no longer here")).to_be_visible()
    page.goto(f"{server}/network?present=1&seed=131&talk={'0' * 20}~3")
    expect(page.get_by_text("The talk that this link was made with is no longer here")).to_be_visible()
    page.wait_for_function("window.playground?.player?.shown >= 0")


SCROLLERS = """() => [...document.querySelectorAll('*')].filter((node) => {
  const {overflowY} = getComputedStyle(node);
  return ['auto', 'scroll'].includes(overflowY) && node.scrollHeight > node.clientHeight + 1 && !node.closest('.pg');
}).map((node) => node.dataset.testid)"""


@pytest.mark.parametrize(("width", "height"), [(800, 600), (480, 640)])
def test_a_page_in_a_frame_shows_the_player_whole_and_leads_to_the_playground(
    server: str, page: Page, width: int, height: int
) -> None:
    address = f"{server}/network?embed=true&data=xor&seed=132&show=learning_rate"
    page.goto(f"{server.replace('127.0.0.1', 'localhost')}/playground/health")  # another site, as a browser sees it
    page.set_content(f'<iframe src="{address}" style="width: {width}px; height: {height}px; border: 0"></iframe>')
    frame = page.frames[1]
    frame.wait_for_function("window.playground?.player?.shown > 1", timeout=60_000)
    assert frame.evaluate(SCROLLERS) in ([], ["stMain"])
    assert frame.evaluate("document.documentElement.scrollHeight <= innerHeight")
    main = frame.locator(".pg-panel[data-place~=main]")
    assert frame.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth <= innerWidth")
    assert main.evaluate("(node) => node.getBoundingClientRect().bottom") <= height
    assert frame.locator(".st-key-knobs [data-testid=stSlider]").count() == 1
    assert frame.locator(".st-key-side, .st-key-neighbours, [data-testid=stHeader]:visible").count() == 0
    with page.expect_popup() as opening:
        frame.get_by_role("link", name="Open the whole playground").click()
    opened(opening.value, opening.value.url)
    assert "embed" not in opening.value.url and "data=xor" in opening.value.url
