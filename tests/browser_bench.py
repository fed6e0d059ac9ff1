"""How fast the player draws in a headless Chromium: `python -m tests.browser_bench` prints a row a figure.

Links name other labs than the default one (`python -m tests.browser_bench 'losses?lab=curves' optimizers`), `all` names
every lab. Rows: seconds from opening the page to the run's end; frames drawn a second while a finished run plays at 20,
and the redraws of its charts, which rest longer than a frame; the median time of a scrub jump until every chart shows
it; and the median time from a slider's key press to the first frame of the new run, while the old one plays.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Iterator

from playwright.sync_api import Page, sync_playwright

from playground.contract import labs
from tests.chromium import FLAGS, executable
from tests.conftest import serve

SLIDER = ".st-key-knobs [data-testid=stSlider] input[type=range]"
DRAWN = """async (seconds) => {
  const {player} = playground, seen = new Set(), start = performance.now();
  const charts = document.querySelectorAll('.js-plotly-plot');
  let redrawn = 0;
  charts.forEach((chart) => chart.on('plotly_afterplot', () => { redrawn += 1; }));
  player.seek(0); player.act('play');
  while (performance.now() - start < 1000 * seconds) {
    await new Promise(requestAnimationFrame); seen.add(player.shown);
  }
  return [seen.size / seconds, redrawn / seconds];
}"""
SCRUB = """async (i) => {
  const panels = playground.player.stage.panels, start = performance.now();
  let end = 0;
  panels.forEach((panel) => panel.plot.once('plotly_afterplot', () => { end = performance.now(); }));
  playground.player.seek(i);
  for (let calm = 0; calm < 3;) {
    await new Promise(requestAnimationFrame);
    end ||= playground.player.shown === i ? performance.now() : 0;
    calm = panels.some((panel) => panel.busy) ? 0 : calm + 1;
  }
  return end - start;
}"""
WATCH = """() => {
  const {player} = playground, old = player.recording;
  window.slid = new Promise((go) => addEventListener('keydown', () => {
    const start = performance.now();
    const look = () => {
      const fresh = player.recording !== old && player.recording.length && player.shown >= 0;
      if (fresh) go(performance.now() - start); else requestAnimationFrame(look);
    };
    look();
  }, {once: true, capture: true}));
}"""


def rows(page: Page, address: str) -> Iterator[tuple[str, float, str]]:
    """(name, value, unit) of each figure, on the lab at that address."""
    start = time.perf_counter()
    page.goto(address)
    page.wait_for_function("window.playground?.player?.recording.over", timeout=120_000)
    yield "ended_s", time.perf_counter() - start, "s from opening the page"
    page.wait_for_timeout(3000)
    drawn, charts = page.evaluate(DRAWN, 4)
    yield "drawn_per_s", drawn, "frames/s of 20: pictures and read-outs"
    yield "charts_per_s", charts, "redraws/s, all charts together"
    page.keyboard.press("Space")
    last = page.evaluate("playground.player.recording.length") - 1
    jumps = [page.evaluate(SCRUB, round(last * part)) for part in (0.05, 0.8, 0.2, 1, 0.4, 0.6, 0.1, 0.9, 0.3)]
    yield "scrub_ms", statistics.median(jumps), "ms"
    if page.locator(SLIDER).count():
        yield "slider_ms", statistics.median(slide(page) for _ in range(9)), "ms"


def slide(page: Page) -> float:
    """Milliseconds from a key press on the first slider to the new run's first frame."""
    slider = page.locator(SLIDER).first
    slider.focus()
    page.wait_for_timeout(1500)
    page.evaluate(WATCH)
    least = slider.get_attribute("min") == slider.input_value()
    slider.press("ArrowRight" if least else "ArrowLeft")
    return float(page.evaluate("window.slid"))


def links(words: list[str]) -> list[str]:
    """The links that the command line names."""
    if words == ["all"]:
        return [f"{one.concept}?lab={one.name}" for one in labs()]
    return words or ["network"]


def main(words: list[str]) -> None:
    """Prints the rows of each link."""
    process, address = serve()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=executable(), args=FLAGS)
            for link in links(words):
                page = browser.new_page(viewport={"width": 1280, "height": 720})
                for name, value, unit in rows(page, f"{address}/{link}"):
                    print(f"{link:34} {name:14} {value:10.1f} {unit}", flush=True)
                page.close()
            browser.close()
    finally:
        process.terminate()
        process.wait(20)


if __name__ == "__main__":
    main(sys.argv[1:])
