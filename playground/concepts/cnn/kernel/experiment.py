"""A window slides over a piece of a picture: patch, products, sum, and where the gradient goes; no training.

S x S is the picture, 14 x 14 the piece, P = o x o the output's pixels, k the window's side. Frame k is output pixel k,
row by row; there are at most 225.

Metrics of every frame: position, row, column (from 1), sum (of the products), value, touched (pixels that get a
gradient from it), reached_so_far (their share over all windows so far), seen_share (the share at which any window
looks), input_side, output_side, windows, and what the size formula needs: padding, extent, stride, dilation, side, or
of an adaptive window first_row and last_row (from 0); the others are of the whole picture: see `overall`.

Arrays of frame 0: input, weights (k, k), picture (S, S), response (its output), gallery (G, 64, 64 or less), piece_x,
piece_y, picture_side, response_side, and the table's columns (7,). Of every frame: outlines (window_, cell_, zoom_,
lead_), patch, products and where they are no kernel weights (k, k), each with its numbers and their places, sums (4,),
output (o, o), gradient and reach (14, 14). Frame 0 has at most 75 kB, others 5.
"""

from __future__ import annotations

from collections.abc import Iterator

from playground.concepts.cnn.kernel.knobs import Knobs
from playground.concepts.cnn.kernel.overview import overall
from playground.concepts.cnn.kernel.picture import SIDE, corner
from playground.concepts.cnn.kernel.sweep import Sweep
from playground.contract import Frame
from playground.data.published import DataError


def check(knobs: Knobs) -> None:
    """Raises DataError where the window does not fit."""
    if knobs.places < 1:
        room = SIDE + 2 * knobs.rim
        raise DataError(
            f"A window of {knobs.side} × {knobs.side} at dilation {knobs.spacing} spans {knobs.extent} pixels, and "
            f"the piece has {room} with its padding: take a smaller dilation, or a padding of "
            f"{-(-(knobs.extent - SIDE) // 2)}."
        )


def experiment(knobs: Knobs, device: str) -> Iterator[Frame]:
    """A frame for each pixel of the output."""
    check(knobs)
    image = knobs.image
    row, column = corner(len(image), knobs.place, SIDE)
    sweep = Sweep(knobs, image[row : row + SIDE, column : column + SIDE])
    metrics, arrays = overall(image, knobs, (row, column))
    for k in range(sweep.output.size):
        still = {**sweep.start(), **arrays} if k == 0 else {}
        yield Frame(k, {**sweep.metrics(k), **metrics}, {**still, **sweep.arrays(k)})
