"""What a visitor takes away: a panel as a PNG, the link, the code, the whole page in one file."""

from __future__ import annotations

import base64
import gzip
import io
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from playground.player.bundle import bundle
from tests.player import fake
from tests.player.conftest import PLAYER, PLOTLY, SITE


def test_a_panel_is_saved_with_canvas_chart_and_title_at_twice_its_size(site: Page) -> None:
    site.evaluate("async () => { await play(20, {t: 19}) }")
    with site.expect_download() as saving:
        site.get_by_role("button", name="Save as PNG").first.click()
    assert saving.value.suggested_filename == "map-step-2000.png"
    picture = Image.open(io.BytesIO(Path(saving.value.path()).read_bytes())).convert("RGB")
    width, height = site.evaluate(
        "[player.stage.parts.get('map').plot.clientWidth, player.stage.parts.get('map').plot.clientHeight]"
    )
    assert picture.size == (2 * width, 2 * (height + 34))
    seen = picture.getcolors(picture.width * picture.height)
    assert seen
    strong = sum(count for count, colour in seen if max(colour) - min(colour) > 60)  # type: ignore[arg-type, type-var, operator]
    assert strong > 0.2 * picture.width * picture.height  # the map itself, not only its points


def test_the_moment_goes_into_the_address_and_leaves_the_rest_alone(site: Page) -> None:
    def moved(address: str, i: str) -> str:
        text: str = site.evaluate(f"async () => (await import('/js/address.js')).withItem('{address}', 't', {i})")
        return text

    assert moved("http://a/network?pin=seed~1&t=3", "57") == "http://a/network?pin=seed~1&t=57"
    assert moved("http://a/network", "0") == "http://a/network?t=0"
    assert moved("http://a/network?t=5&data=xor#x", "null") == "http://a/network?data=xor#x"
    assert moved("http://a/network?t", "null") == "http://a/network"


HEAD = """async () => { const {mount, mountHead} = await import('/js/mount.js'); window.fired = [];
  const root = document.getElementById('root'), head = document.createElement('div'); root.before(head);
  window.WebSocket = FakeSocket; const stage = await (await fetch('/stage.json')).text();
  const data = {stage, socket: '/x/playground/run/abc', plotly: '/plotly.js', command: 'network?data=xor',
  pins: [], pin: 'data~xor', t: 2};
  window.again = (more) => mount({parentElement: root, data: {...data, ...more}, setTriggerValue: (name,
  value) => fired.push([name, value])});
  window.gone = again({}); mountHead({parentElement: head, data: {title: 'Networks', sentence: 'They learn.',
  question: 'How?'}});
  for (const part of await frames(5)) FakeSocket.all[0].give(part);
  window.player = playground.player; await until(() => player.shown === 2) }"""


def test_streamlits_face_keeps_one_player_over_reruns_and_fires_triggers(site: Page) -> None:
    site.evaluate(HEAD)
    site.evaluate(
        """FakeSocket.all[0].give(JSON.stringify({state: 'done', device: 'cpu', seconds: 1.5}));
          again({}); player.seek(4)"""
    )
    site.wait_for_function("fired.length === 1")
    assert site.evaluate("fired") == [["ended", {"socket": "/x/playground/run/abc", "frames": 5}]]
    assert site.locator(".pg-status").inner_text() == "ran 1.5 s on cpu"
    site.evaluate("player.act('pin')")
    assert site.evaluate("fired.at(-1)") == ["pin", {"add": "data~xor"}]
    assert site.locator(".pg").count() == 1 and site.evaluate("FakeSocket.all.length") == 1
    site.evaluate("gone()")
    assert site.evaluate("FakeSocket.all[0].closed") == 1000


def test_share_gives_the_link_the_command_and_the_files(site: Page) -> None:
    site.evaluate(HEAD)
    assert site.locator("h1").inner_text() == "Networks"
    site.get_by_role("button", name="Share").click()
    dialog = site.get_by_role("dialog", name="Share")
    assert dialog.get_by_label("This experiment, as a link").input_value() == site.url
    assert (
        dialog.get_by_label("The same without a browser").input_value()
        == "python -m playground run 'network?data=xor' --html out.html"
    )
    links = [link.get_attribute("href") for link in dialog.get_by_role("link").all()]
    assert links == ["/x/playground/run/abc/history.csv", "/x/playground/run/abc/page.html?t=2"]
    dialog.get_by_role("button", name="Copy").first.click()
    dialog.get_by_role("button", name="Copied").wait_for()
    site.keyboard.press("Escape")
    site.wait_for_function("!document.querySelector('dialog')")


def test_code_shows_the_script_and_offers_both_files(site: Page) -> None:
    site.evaluate(HEAD)
    script = "import torch\nprint('<b>plain</b>')\n"
    site.route(
        f"{SITE}/x/playground/run/abc/script.py", lambda route: route.fulfill(body=script, content_type="text/x-python")
    )
    site.get_by_role("button", name="Code").click()
    dialog = site.get_by_role("dialog", name="Code")
    dialog.get_by_text("import torch").wait_for()
    assert dialog.locator("code").inner_text() == script
    links = [link.get_attribute("href") for link in dialog.get_by_role("link").all()]
    assert links == ["/x/playground/run/abc/script.py", "/x/playground/run/abc/script.ipynb"]
    dialog.get_by_role("button", name="Close").click()
    site.wait_for_function("!document.querySelector('dialog')")


def test_keys_are_the_player_s_while_a_button_of_the_head_has_the_focus(site: Page) -> None:
    site.evaluate(HEAD)
    site.get_by_role("button", name="Code").focus()
    site.keyboard.press("ArrowRight")
    site.wait_for_function("player.shown === 3")


def test_code_offers_what_the_script_reads_beside_it(site: Page) -> None:
    site.evaluate(HEAD)
    site.evaluate("playground.player.data.reads = [['/data/cat.png', 'cat.png'], ['/data/dog.png', 'dog.png']]")
    site.route(f"{SITE}/x/playground/run/abc/script.py", lambda route: route.fulfill(body='FILE = "cat.png"'))
    site.get_by_role("button", name="Code").click()
    dialog = site.get_by_role("dialog", name="Code")
    dialog.get_by_text("It reads cat.png from beside it.").wait_for()
    assert dialog.get_by_role("link").last.get_attribute("href") == "/data/cat.png"
    assert dialog.get_by_role("link").count() == 3


def test_a_page_in_one_file_plays_what_it_holds(page: Page, tmp_path: Path) -> None:
    recording = base64.b64encode(gzip.compress(b"".join(fake.frames(30)))).decode()
    parts = [
        "<!doctype html><meta charset=utf-8><title>Alone</title>",
        f"<style>{(PLAYER / 'player.css').read_text('utf-8')}</style>",
        '<div id="playground"></div>', '<script id="playground-script" type="text/plain">import torch</script>',
        f'<script id="playground-stage" type="application/json">{fake.stage_text()}</script>',
        '<script id="playground-status" type="application/json">{"state": "stopped"}</script>',
        f'<script id="playground-recording" type="text/plain">{recording}</script>',
        f"<script>{PLOTLY.read_text('utf-8')}</script>", f'<script type="module">{bundle("embedded.js")}</script>',
    ]  # fmt: skip
    file = tmp_path / "page.html"
    file.write_text("\n".join(parts), "utf-8")
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(file.as_uri())
    page.wait_for_function("window.playground?.player.shown > 3")
    assert page.locator("h1").inner_text() == "Alone"
    assert page.locator(".pg-status").inner_text() == "stopped before its end"
    assert page.get_by_role("button", name="Share").count() == 0
    page.get_by_role("button", name="Code").click()
    page.get_by_role("dialog", name="Code").get_by_text("import torch").wait_for()
    assert errors == []
