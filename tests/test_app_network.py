"""The network page in a real Chromium: each of its settings reached by hand, shown, and kept by the link."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import numpy as np
from playwright.sync_api import Page, expect

from tests.test_app_chain import opened, rested

DONE = "playground.player.recording.status.state === 'done'"
ARRAY = "(name) => Array.from(playground.player.recording.array(name, playground.player.index).values)"
POINT = """(name) => {
  const panel = playground.player.stage.parts.get(name), {plot, opens: {binding}} = panel, k = 7;
  const {xaxis, yaxis} = plot._fullLayout, corner = plot.getBoundingClientRect();
  const [x, y] = [binding.x, binding.y[0]].map((name) => panel.shownArray(name).values[k]);
  return {at: [corner.x + xaxis._offset + xaxis.d2p(x), corner.y + yaxis._offset + yaxis.d2p(y)],
          link: binding.links[k]};
}"""


def query(page: Page) -> dict[str, str]:
    return {name: texts[-1] for name, texts in parse_qs(urlsplit(page.url).query).items()}


def ended(page: Page, address: str) -> None:
    """Opens a link and waits until its run is over and its end shown."""
    opened(page, address)
    page.wait_for_function(DONE, timeout=60_000)
    rested(page, int(page.evaluate("playground.player.recording.length")) - 1)


def chosen(page: Page, knob: str, option: str) -> None:
    """Chooses a knob's value under More, as a visitor does, and waits for the link."""
    before = page.url
    box = page.locator(".st-key-knobs").get_by_role("combobox", name=knob, exact=True)
    box.click()
    box.press_sequentially(option)
    page.get_by_role("option", name=option, exact=True).click()
    page.wait_for_function("(before) => location.href !== before", arg=before, timeout=30_000)


def metric(page: Page, name: str) -> float:
    return float(page.evaluate("(name) => playground.player.recording.metric(name, playground.player.index)", name))


def test_architecture_and_training_are_set_by_hand_and_kept_by_the_link(server: str, page: Page) -> None:
    opened(page, f"{server}/network?data=moons&hidden_sizes=6-6&steps=200&seed=41")
    page.locator(".st-key-knobs").get_by_text("More", exact=True).click()
    page.locator(".st-key-knobs").get_by_role("radio", name="batch norm").click()
    page.wait_for_function("new URL(location.href).searchParams.get('norm') === 'batch'", timeout=30_000)
    chosen(page, "Schedule", "cosine")
    field = page.locator(".st-key-knobs").get_by_role("textbox", name="Activation by layer")
    field.fill("relu-sine")
    field.press("Enter")
    page.wait_for_function("new URL(location.href).searchParams.get('layer_activations') === 'relu-sine'")
    page.locator(".st-key-knobs").get_by_text("Residual connections").click()
    page.wait_for_function("new URL(location.href).searchParams.has('residual')", timeout=30_000)
    asked = {"norm": "batch", "schedule": "cosine", "layer_activations": "relu-sine", "residual": "1"}
    assert asked.items() <= query(page).items()
    ended(page, page.url.split("&t=")[0])
    assert asked.items() <= query(page).items()
    table = page.locator(".pg-table", has_text="Layers:")
    expect(table.get_by_text("batch", exact=False).first).to_be_visible()
    expect(table.get_by_text("sine", exact=False).first).to_be_visible()


def test_a_run_stops_early_where_the_link_says_and_the_page_says_so(server: str, page: Page) -> None:
    ended(page, f"{server}/network?data=xor&stop=loss&stop_loss=0.2&steps=3000&seed=42")
    step = int(page.evaluate("playground.player.recording.frames.at(-1).step"))
    assert 0 < step < 3000 and metric(page, "train_loss") <= 0.2
    said = f"Stopped at step {step} of 3,000, as asked: the training loss is {metric(page, 'train_loss'):.3g}"
    expect(page.locator(".st-key-verdicts")).to_contain_text(said, timeout=30_000)


def test_classes_have_confusion_scores_and_calibration(server: str, page: Page) -> None:
    ended(page, f"{server}/network?data=blobs&noise=0.5&steps=300&seed=43")
    counts = np.array(page.evaluate(ARRAY, "counts"), int).reshape(4, 4)
    written = page.locator(".pg-panel", has_text="Confusion").locator(".textpoint text").all_text_contents()
    assert [int(text) for text in written] == counts.ravel().tolist()
    assert metric(page, "test_accuracy") == np.trace(counts) / counts.sum()
    recall = page.locator(".pg-table", has_text="Scores on the test points").locator("tbody tr td:nth-child(3)")
    assert np.allclose(
        [float(text) for text in recall.all_inner_texts()], counts.diagonal() / counts.sum(1), atol=0.005
    )
    expect(page.locator(".pg-panel", has_text="Calibration")).to_be_visible()


def test_numbers_have_residuals_and_explained_variance(server: str, page: Page) -> None:
    ended(page, f"{server}/network?data=plane&steps=300&seed=44")
    expect(page.locator(".pg-panel", has_text="Residuals of the test points")).to_be_visible()
    residual = np.array(page.evaluate(ARRAY, "residual_y"))
    assert metric(page, "test_r2") > 0.9 and np.square(residual).mean() < 0.02
    expect(page.locator(".pg-readouts")).to_contain_text("Test R²")


def test_a_click_on_a_point_of_the_sweep_opens_that_run(server: str, page: Page) -> None:
    ended(page, f"{server}/network?lab=compare&values=16&steps=100&data=moons&seed=45")
    found = page.evaluate(POINT, "sweep")
    page.mouse.click(*found["at"])
    page.wait_for_url(f"{server}/{found['link']}**", timeout=30_000)
    page.wait_for_function("window.playground?.player?.shown >= 0", timeout=60_000)
    assert "lab" not in query(page) and query(page)["data"] == "moons" and "learning_rate" in query(page)


def test_a_pin_is_labelled_by_what_differs(server: str, page: Page) -> None:
    ended(page, f"{server}/network?data=moons&steps=200&seed=46")
    page.get_by_role("button", name="Pin", exact=False).first.click()
    page.wait_for_function("new URL(location.href).searchParams.has('pin')", timeout=30_000)
    slider = page.locator(".st-key-knobs [data-testid=stSlider] input[type=range]").first
    slider.focus()
    slider.press("ArrowRight")
    page.wait_for_function("new URL(location.href).searchParams.has('learning_rate')", timeout=30_000)
    expect(page.locator(".pg-pins")).to_contain_text("learning_rate", timeout=30_000)


PLACE = """([name, x, y]) => {
  const {plot} = playground.player.stage.parts.get(name);
  const {xaxis, yaxis} = plot._fullLayout, corner = plot.getBoundingClientRect();
  return [corner.x + xaxis._offset + xaxis.c2p(x), corner.y + yaxis._offset + yaxis.c2p(y)];
}"""


def test_a_click_on_the_plane_chooses_the_sample_whose_sums_are_written_out(server: str, page: Page) -> None:
    ended(page, f"{server}/network?lab=inside&view=trace&data=moons&hidden_sizes=3-3&steps=200&seed=47")
    before = page.evaluate("[...playground.player.stage.parts.keys()]")
    page.mouse.click(*page.evaluate(PLACE, ["plane", -0.5, 0.5]))
    page.wait_for_function("new URL(location.href).searchParams.has('point')", timeout=30_000)
    page.wait_for_function(DONE, timeout=60_000)
    assert page.evaluate("[...playground.player.stage.parts.keys()]") == before
    loss = metric(page, "train_loss")
    ended(page, page.url.split("&t=")[0])
    assert metric(page, "train_loss") == loss
    table = page.locator(".pg-table", has_text="adds up").locator("tbody tr")
    products = [[float(text.replace("−", "-")) for text in row.locator("td").all_inner_texts()[1:4]]
                for row in table.all()[:3]]  # fmt: skip
    assert np.allclose([a * w for a, w, _ in products], [product for *_, product in products], rtol=0.02, atol=0.01)


def test_the_warped_space_of_another_layer_keeps_the_training(server: str, page: Page) -> None:
    ended(page, f"{server}/network?lab=inside&data=circles&hidden_sizes=3-2&steps=200&seed=48")
    loss = metric(page, "train_loss")
    slider = page.locator(".st-key-knobs [data-testid=stSlider] input[type=range]").first
    slider.focus()
    slider.press("ArrowLeft")
    page.wait_for_function("new URL(location.href).searchParams.get('layer') === '1'", timeout=30_000)
    expect(page.get_by_text("The plane as layer 1 sees it")).to_be_visible(timeout=30_000)
    ended(page, page.url.split("&t=")[0])
    assert metric(page, "train_loss") == loss


def test_the_landscape_has_the_network_at_its_end_and_its_link_the_moment(server: str, page: Page) -> None:
    ended(page, f"{server}/network?lab=landscape&data=moons&hidden_sizes=4&steps=200&seed=49")
    share = metric(page, "explained")
    assert 0.5 < share <= 1
    expect(page.locator(".pg-readouts")).to_contain_text(f"{share:.1%}".rstrip("%"))
    middle = int(page.evaluate("playground.player.recording.length")) // 2
    rested(page, middle)
    page.wait_for_function("(i) => new URL(location.href).searchParams.get('t') === String(i)", arg=middle)
    update = page.locator(".pg-clock").inner_text()
    opened(page, page.url)
    rested(page, middle)
    assert page.locator(".pg-clock").inner_text() == update
