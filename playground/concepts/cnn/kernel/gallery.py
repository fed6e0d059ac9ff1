"""The small pictures: every kernel, or every pooling, on the same picture; and where each stands."""

from __future__ import annotations

from collections.abc import Mapping

from playground.concepts.cnn.kernel.knobs import Knobs

COLUMNS = 8
GAP = 0.08
CAPTION = 0.2
KERNELS: Mapping[str, str] = {
    "sobel_x": "Sobel x", "sobel_y": "Sobel y", "outline": "outline", "laplacian": "Laplacian", "sharpen": "sharpen",
    "gaussian": "Gaussian", "box": "box", "emboss": "emboss",
}  # fmt: skip
POOLINGS = ("none", "max", "average", "l2", "adaptive_average", "skip", "strided")

Box = tuple[float, float, float, float]


def names(knobs: Knobs) -> tuple[str, ...]:
    """What is shown, in order: kernels beside a convolution, poolings beside a pooling."""
    return tuple(KERNELS) if knobs.convolves else POOLINGS


def boxes(count: int) -> list[Box]:
    """x0, y0, x1, y1 of so many pictures, row by row from the top; each is 1 wide and high."""
    places = (divmod(k, COLUMNS) for k in range(count))
    corners = ((column * (1 + GAP), -row * (1 + CAPTION)) for row, column in places)
    return [(x, top - 1, x + 1, top) for x, top in corners]
