"""How fast the player draws in a headless Chromium: `python -m tests.browser_bench` prints a row a figure.

Frames drawn a second while a finished run plays at 20 a second, the median time of a scrub jump until every chart shows
it, and the median time from a slider's key press to the first frame of the new run, while the old one streams.
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
  player.seek(0); player.act('play');
  while (performance.now() - start < 1000 * seconds) {
    await new Promise(requestAnimationFrame); seen.add(player.shown);
  }
  return seen.size / seconds;
}"""
SCRUB = """async (i) => {
  const charts = [...document.querySelectorAll('.js-plotly-plot')];
  const plots = charts.filter((plot) => plot.data.some((trace) => trace.x?.length > 1));
  const left = new Set(plots), start = performance.now();
  const done = new Promise((go) => plots.forEach((plot) => plot.once('plotly_afterplot', () => {
    left.delete(plot); if (!left.size) go(performance.now() - start);
  })));
  playground.player.seek(i);
  return Promise.race([done, new Promise((go) => setTimeout(() => go(NaN), 2000))]);
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
    yield "drawn_per_s", page.evaluate(DRAWN, 4), "frames/s of 20"
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
