"""Takes home's pictures: the plot of each concept's first lab at the end of its default run, without its axes.

`python -m tests.pictures` writes playground/ui/pictures/<concept>.<scheme>.png; each names the knobs that it shows.
"""

from __future__ import annotations

import hashlib
import io
import json
from itertools import product
from pathlib import Path

from PIL import Image, ImageOps
from PIL.PngImagePlugin import PngInfo
from playwright.sync_api import Page, sync_playwright

from playground.contract import Lab, concepts, lab
from playground.ui.home import PICTURES, SCHEMES, picture
from tests.chromium import FLAGS, executable
from tests.conftest import serve

SIZE = (640, 480)
COLOURS = (256, 128, 64, 32)  # the most with which a picture stays small: wide soft maps need many bytes
SMALL = 60_000  # bytes
AT_END = (
    "() => { const {recording} = playground.player; return recording.status.state === 'done' && recording.length; }"
)


def fingerprint(one: Lab) -> str:
    """Twenty hex digits that change with the lab's default knobs."""
    text = json.dumps([one.path, one.Knobs().active()], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def last_frame(page: Page, address: str) -> tuple[bytes, str]:
    """(a PNG of the main panel's plot area once the run is over and its last frame is drawn, the colour under it)."""
    page.goto(address)
    page.wait_for_function("() => window.playground?.player.recording.length > 0", timeout=60_000)
    frames = page.wait_for_function(AT_END, timeout=120_000).json_value()
    page.evaluate("(i) => playground.player.seek(i)", frames - 1)
    page.wait_for_timeout(1500)
    area = page.locator(".pg-panel[data-place~=main] .nsewdrag").first.bounding_box()
    assert area is not None
    under: str = page.evaluate("getComputedStyle(document.querySelector('.pg-panel')).backgroundColor")
    return page.screenshot(clip=area), under


def write(file: Path, raw: bytes, under: str, digest: str) -> None:
    """Writes the whole picture of a concept, small, with the knobs' fingerprint in a text chunk."""
    whole = ImageOps.pad(Image.open(io.BytesIO(raw)).convert("RGB"), SIZE, color=under)
    info = PngInfo()
    info.add_text("knobs", digest)
    PICTURES.mkdir(exist_ok=True)
    for count in COLOURS:
        out = io.BytesIO()
        whole.quantize(count).save(out, "PNG", optimize=True, pnginfo=info)
        if out.tell() <= SMALL:
            break
    file.write_bytes(out.getvalue())


def main() -> None:
    """Every picture anew."""
    process, address = serve()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=executable(), args=FLAGS)
            page = browser.new_page(viewport={"width": 1120, "height": 900}, device_scale_factor=2)
            for one, scheme in product(concepts(), SCHEMES):
                page.emulate_media(color_scheme=scheme)
                digest = fingerprint(lab(f"{one.name}/{one.labs[0]}"))
                write(picture(one.name, scheme), *last_frame(page, f"{address}/{one.name}"), digest)
            browser.close()
    finally:
        process.terminate()
        process.wait(20)


if __name__ == "__main__":
    main()
