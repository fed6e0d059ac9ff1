"""How the kernel lab names what it shows."""

from __future__ import annotations

from playground.concepts.cnn.kernel import kernels
from playground.concepts.cnn.kernel.knobs import OPERATIONS, Knobs


def times(side: int) -> str:
    """`3 × 3`."""
    return f"{side} × {side}"


def owned(knobs: Knobs) -> bool:
    """Whether the kernel is the visitor's own."""
    return knobs.convolves and knobs.kernel == "own"


def weights_title(knobs: Knobs) -> str:
    """What a patch is multiplied by."""
    if owned(knobs):
        return "drag a number up or down"
    titles = {
        "convolution": f"kernel: {kernels.LABELS[knobs.kernel].partition(' (')[0]}",
        "max": "1 for the largest", "adaptive_max": "1 for the largest",
        "average": "1 / n each", "adaptive_average": "1 / n each", "l2": "themselves",
    }  # fmt: skip
    return titles[knobs.operation]


def operation(knobs: Knobs) -> str:
    """`Sobel x, 3 × 3` or `max pooling, 2 × 2`."""
    if knobs.adapts:
        return OPERATIONS[knobs.operation]
    if not knobs.convolves:
        return f"{OPERATIONS[knobs.operation]}, {times(knobs.window)}"
    return f"{kernels.LABELS[knobs.kernel].partition(' (')[0]}, {times(knobs.side)}"


def rival_names(knobs: Knobs) -> dict[str, str]:
    """Ways to make a picture smaller, in the table's order."""
    window, stride = knobs.pools
    skipped = {1: "every pixel", 2: "every 2nd pixel", 3: "every 3rd pixel", 4: "every 4th pixel"}[stride]
    kernel = kernels.LABELS[knobs.kernel].partition(" (")[0]
    return {
        "none": "as it is", "max": f"max, {times(window)}", "average": f"average, {times(window)}",
        "l2": f"L2, {times(window)}", "adaptive_average": "adaptive average", "skip": skipped,
        "strided": f"{kernel}, stride {stride}",
    }  # fmt: skip


def brief(weight: float) -> str:
    """A weight in at most five characters: 1, −2, .062, −.25."""
    text = f"{weight:.2g}" if abs(weight) < 1 else f"{weight:.3g}"
    if "e" in text:
        text = f"{weight:.4f}"
    short = text.replace("0.", ".", 1) if 0 < abs(weight) < 1 else text
    return short.replace("-", "−")
