"""How fast the player draws in a headless Chromium: `python -m tests.browser_bench` prints a row a figure.

Frames drawn a second while a finished run plays at 20 a second, and the redraws of its charts, which rest longer than a
frame; the median time of a scrub jump until every chart shows it; and the median time from a slider's key press to the
first frame of the new run, while the old one streams.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator

from playwright.sync_api import Page, sync_playwright

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
  let end = start;
  panels.forEach((panel) => panel.plot.once('plotly_afterplot', () => { end = performance.now(); }));
  playground.player.seek(i);
  for (let calm = 0; calm < 3;) {
    await new Promise(requestAnimationFrame);
    calm = panels.some((panel) => panel.busy) || end === start ? 0 : calm + 1;
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
    """(name, value, unit) of each figure, on the default lab."""
    page.goto(f"{address}/network")
    page.wait_for_function("window.playground?.player?.recording.over", timeout=120_000)
    page.wait_for_timeout(3000)
    drawn, charts = page.evaluate(DRAWN, 4)
    yield "drawn_per_s", drawn, "frames/s of 20: pictures and read-outs"
    yield "charts_per_s", charts, "redraws/s, all charts together"
    page.keyboard.press("Space")
    jumps = [page.evaluate(SCRUB, i) for i in (5, 80, 20, 100, 40, 60, 10, 90, 30)]
    yield "scrub_ms", statistics.median(jumps), "ms"
    yield "slider_ms", statistics.median(slide(page) for _ in range(9)), "ms"


def slide(page: Page) -> float:
    """Milliseconds from a key press on the learning rate to the new run's first frame."""
    slider = page.locator(SLIDER).first
    slider.focus()
    page.wait_for_timeout(1500)
    page.evaluate(WATCH)
    slider.press("ArrowLeft")
    return float(page.evaluate("window.slid"))


def main() -> None:
    """Prints the rows."""
    process, address = serve()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=executable(), args=FLAGS)
            for name, value, unit in rows(browser.new_page(viewport={"width": 1280, "height": 720}), address):
                print(f"{name:24} {value:10.1f} {unit}", flush=True)
            browser.close()
    finally:
        process.terminate()
        process.wait(20)


if __name__ == "__main__":
    main()
