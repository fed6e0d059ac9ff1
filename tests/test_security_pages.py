"""Hostile text in a real Chromium: nothing of it runs, neither by our escaping alone nor under the page's policy."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from playground.contract import Lab, lab, labs, specs
from playground.data.own import sheets
from playground.ui.literal import JOINER
from tests.test_security_text import HOSTILE, TEXTS

PWNED = "() => window.pwned ?? document.querySelectorAll('img[src=x], [onclick], [onload], a[href^=javascript]').length"
IMAGE = '"><img src=x onerror=window.pwned=1>'
SCRIPT = "<script>window.pwned=1</script>"
FEW = ("network/sandbox", "activations/curves", "rnn/names")
every_lab = [pytest.param(one, marks=() if one.path in FEW else pytest.mark.slow, id=one.path) for one in labs()]
MARKDOWN = ("[go](//ev.il) **x**", ":red[x] $x$ <b> `x`", "www.ev.il me@ev.il", "http://ev.il :smile:")
TABLE = [
    [IMAGE[:40], '<svg onload="window.pwned=1">', "</style><script>window.pwned=1</script>"],
    *([i / 7, i % 5, [SCRIPT, "$\\href{javascript:window.pwned=1}{x}$"][i % 2]] for i in range(60)),
]


@pytest.fixture
def bare(browser: Browser) -> Iterator[Page]:
    """A page without the server's policy, so that what holds is the escaping."""
    context = browser.new_context(viewport={"width": 1280, "height": 720}, bypass_csp=True)
    yield context.new_page()
    context.close()


def unharmed(page: Page) -> None:
    assert page.evaluate(PWNED) in (0, None)


def drawn(page: Page) -> None:
    page.wait_for_function("window.playground?.player?.shown >= 0", timeout=60_000)


@pytest.mark.parametrize("one", every_lab)
def test_a_link_full_of_markup_opens_its_page_and_runs_nothing(server: str, bare: Page, one: Lab) -> None:
    query = {"lab": one.name, SCRIPT: IMAGE, "show": f"{IMAGE}~seed", "pin": f"{SCRIPT}~1", "t": SCRIPT}
    for number, spec in enumerate(specs(one.Knobs).values()):
        if spec.kind in TEXTS or number < 6:
            query[spec.name] = (IMAGE, SCRIPT, "<img/src=x>")[number % 3]
    link = "&".join(f"{quote(name)}={quote(text)}" for name, text in query.items())[:1900]
    bare.goto(f"{server}/{one.concept}?{link}")
    drawn(bare)
    expect(bare.get_by_text("ignored", exact=False).first).to_be_visible(timeout=30_000)
    unharmed(bare)


def test_markdown_in_a_link_is_shown_letter_for_letter(server: str, bare: Page) -> None:
    pins = "".join(f"&pin=layer_activations~{quote(text)}" for text in MARKDOWN[1:])
    bare.goto(f"{server}/network?layer_activations={quote(MARKDOWN[0])}{pins}")
    notes = bare.locator("[data-testid=stCaptionContainer]", has_text="is no activation")
    expect(notes).to_be_visible(timeout=60_000)
    said = (notes.text_content() or "").replace(JOINER, "")
    assert all(f"'{text}'" in said for text in MARKDOWN)
    assert notes.locator("a, b, strong, em, code, del, img, .katex").count() == 0


@pytest.mark.parametrize("knob", ["word", "start"])
def test_a_word_of_markup_is_shown_as_text_in_the_network_s_own_panels(server: str, bare: Page, knob: str) -> None:
    text = "<b onclick=x>" if knob == "word" else "<i/id=x>"
    names = lab("rnn/names")
    assert getattr(names.Knobs.model_validate({knob: text}), knob) == text
    bare.goto(f"{server}/rnn?lab=names&{knob}={quote(text)}&train_lines=300&epochs=1&hidden_size=8")
    drawn(bare)
    bare.wait_for_function("playground.player.recording.over", timeout=60_000)
    bare.keyboard.press("End")
    bare.wait_for_function("playground.player.shown === playground.player.recording.length - 1")
    unharmed(bare)
    assert bare.evaluate("() => document.querySelector('#x')") is None


def test_a_table_of_markup_trains_and_is_shown_as_text(server: str, bare: Page, tmp_path: Path) -> None:
    file = tmp_path / "hostile.csv"
    cells = [['"' + str(cell).replace('"', '""') + '"' for cell in row] for row in TABLE]
    file.write_text("\n".join(map(",".join, cells)), "utf-8")
    assert sheets.read(sheets.normalised(file.read_bytes())).columns[1].startswith("<svg")
    bare.goto(f"{server}/network?data=table&steps=60")
    chooser = bare.locator("[data-testid=stFileUploader] input[type=file]")
    chooser.wait_for(state="attached", timeout=60_000)
    chooser.set_input_files(file)
    bare.wait_for_function("location.search.includes('table=')", timeout=30_000)
    drawn(bare)
    bare.wait_for_function("playground.player.recording.over && playground.player.recording.length > 1", timeout=60_000)
    unharmed(bare)
    bare.hover(".pg-panel[data-place~=main]", position={"x": 200, "y": 200})
    unharmed(bare)


def test_a_text_of_markup_trains_and_is_shown_as_text(server: str, bare: Page, tmp_path: Path) -> None:
    file = tmp_path / "hostile.txt"
    lines = [IMAGE, SCRIPT, *(text for text in HOSTILE if text.isprintable())] * 40
    file.write_text("\n".join([*lines, *(f"<i>name {i}</i>" for i in range(20))]), "utf-8")
    bare.goto(f"{server}/rnn?lab=names&data=own&train_lines=300&epochs=1&hidden_size=8")
    chooser = bare.locator("[data-testid=stFileUploader] input[type=file]")
    chooser.wait_for(state="attached", timeout=60_000)
    chooser.set_input_files(file)
    bare.wait_for_function("location.search.includes('text=')", timeout=30_000)
    drawn(bare)
    bare.wait_for_function("playground.player.recording.over && playground.player.recording.length > 1", timeout=60_000)
    bare.keyboard.press("End")
    bare.wait_for_function("playground.player.shown === playground.player.recording.length - 1")
    unharmed(bare)


def test_under_the_page_s_policy_even_markup_that_got_in_runs_nothing(server: str, page: Page) -> None:
    page.goto(f"{server}/network?data=xor&steps=60")
    drawn(page)
    page.evaluate(
        """() => {
          window.refused = [];
          addEventListener('securitypolicyviolation', (event) => refused.push(event.effectiveDirective));
          document.body.insertAdjacentHTML('beforeend', '<img src=x onerror="window.pwned=1">');
          const script = document.createElement('script');
          script.textContent = 'window.pwned = 1';
          const foreign = Object.assign(document.createElement('script'), {src: 'https://evil.example/x.js'});
          document.body.append(script, foreign);
        }"""
    )
    page.wait_for_function("refused.length >= 3")
    assert page.evaluate("window.pwned ?? null") is None
    assert set(page.evaluate("refused")) == {"script-src-attr", "script-src-elem"}


@pytest.mark.parametrize("one", every_lab)
def test_a_page_breaks_none_of_its_own_policies(server: str, page: Page, one: Lab) -> None:
    page.add_init_script(
        "window.refused = []; addEventListener('securitypolicyviolation', (e) => refused.push(e.blockedURI))"
    )
    page.goto(f"{server}/{one.concept}?lab={one.name}&seed=5")
    drawn(page)
    page.get_by_role("button", name="Share").click()
    page.wait_for_function("document.querySelector('.pg-qr')?.naturalWidth > 100")
    assert page.evaluate("refused") == []


FRAME = '<iframe name="{}" width="900" height="600" src="{}/network?data=xor&steps=60{}"></iframe>'


@pytest.fixture
def elsewhere(server: str) -> Iterator[str]:
    """The address of another site, whose page frames two of ours."""

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(
                (FRAME.format("meant", server, "&embed=true") + FRAME.format("other", server, "")).encode()
            )

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as site:
        threading.Thread(target=site.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{site.server_port}/"
        site.shutdown()


def test_only_a_page_that_is_meant_for_it_shows_in_another_site_s_frame(elsewhere: str, page: Page) -> None:
    page.goto(elsewhere)
    meant, other = page.frame(name="meant"), page.frame(name="other")
    assert meant is not None and other is not None
    meant.wait_for_function("window.playground?.player?.shown >= 0", timeout=60_000)
    assert other.url.startswith("chrome-error:")
