"""The small pictures: every kernel, or every pooling, on the same picture; and where each stands."""

from __future__ import annotations

from collections.abc import Mapping

from playground.concepts.cnn.kernel.knobs import Knobs

GAP = 0.08
KERNELS: Mapping[str, str] = {
    "sobel_x": "Sobel x", "sobel_y": "Sobel y", "outline": "outline", "laplacian": "Laplace", "sharpen": "sharpen",
    "gaussian": "Gauss", "box": "box", "emboss": "emboss",
}  # fmt: skip
POOLINGS = ("none", "max", "average", "l2", "adaptive_average", "skip", "strided")

Box = tuple[float, float, float, float]


def names(knobs: Knobs) -> tuple[str, ...]:
    """What is shown, in order: kernels beside a convolution, poolings beside a pooling."""
    return tuple(KERNELS) if knobs.convolves else POOLINGS


def boxes(count: int) -> list[Box]:
    """x0, y0, x1, y1 of so many pictures in a row; each is 1 wide and high."""
    return [(x, -1.0, x + 1, 0.0) for x in (k * (1 + GAP) for k in range(count))]


def caption(knobs: Knobs) -> float:
    """The room under the pictures, for one line on a phone; for the two of a pooling's name."""
    return 0.36 if knobs.convolves else 0.72
