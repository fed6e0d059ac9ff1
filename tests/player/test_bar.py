"""The bar's words: where a frame stands."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

SHOWN = """async ([word, metrics]) => {
    const {Bar} = await import('/js/bar.js');
    const {Clock} = await import('/js/clock.js');
    const {Recording} = await import('/js/recording.js');
    const recording = new Recording();
    for (const index of [0, 1]) recording.push({index, step: 40 * index, metrics, arrays: {}, series: {}});
    const bar = new Bar(document.body.appendChild(document.createElement('div')), {});
    bar.show({recording, clock: new Clock(), i: 1, word, status: {state: 'done'}, pin: 'free'});
    return bar.clock.textContent;
}"""


@pytest.mark.parametrize(
    ("word", "metrics", "text"),
    [
        ("step", {"train_loss": 0.5}, "step 40"),
        ("z", {"z": -1.25}, "z −1.25"),
        ("layer", {"layer": 12}, "layer 12"),
        ("token", {"train_loss": 0.5}, "step 40"),
    ],
)
def test_a_moment_is_called_by_the_metric_that_is_swept_or_else_by_its_step(
    site: Page, word: str, metrics: dict[str, float], text: str
) -> None:
    assert site.evaluate(SHOWN, [word, metrics]) == text
