"""The window's way over the piece: what the main figure and the gradient's show at each place."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray

from playground.concepts.cnn.kernel import geometry
from playground.concepts.cnn.kernel.knobs import Knobs
from playground.concepts.cnn.kernel.measure import gradients
from playground.concepts.cnn.kernel.picture import SIDE
from playground.concepts.cnn.kernel.windows import Window, applied, by_hand, padded, taps
from playground.contract import Ranged, ranged

GHOST = 0.2  # the contrast of what is not computed yet
PALE = 0.5, 0.94  # black and white of a patch: dark numbers can be read on them, and white stands off a white page

Arrays = dict[str, NDArray[np.generic] | Ranged]


def even(values: NDArray[np.floating]) -> Ranged:
    """A picture centred on zero."""
    finite = np.nan_to_num(values, neginf=0)
    most = float(np.abs(finite).max(initial=0)) or 1.0
    return ranged(finite, -most, most)


class Sweep:
    """The windows over a piece (14, 14), row by row: cell k of the output is frame k."""

    def __init__(self, knobs: Knobs, piece: NDArray[np.float32]) -> None:
        self.knobs, self.taps = knobs, taps(knobs)
        image = torch.from_numpy(piece).double()
        self.input = padded(image, knobs).numpy()
        self.output = applied(image, knobs).numpy()
        self.gradients = gradients(image, knobs).numpy()  # (P, S, S)
        self.windows = [self._window(k) for k in range(self.output.size)]
        self.largest = self._largest()

    def place(self, k: int) -> tuple[list[int], list[int]]:
        """The rows and columns of the padded piece that window k looks at."""
        row, column = divmod(k, len(self.taps))
        return self.taps[row], self.taps[column]

    def _window(self, k: int) -> Window:
        rows, columns = self.place(k)
        return by_hand(self.input[np.ix_(rows, columns)], self.knobs)

    def _seen(self) -> float:
        """The share of the piece's pixels at which any window looks."""
        rim = range(self.knobs.rim, self.knobs.rim + SIDE)
        return (len({row for rows in self.taps for row in rows} & set(rim)) / SIDE) ** 2

    def _largest(self) -> Mapping[str, float]:
        """The largest size over all windows of products and gradients: what their colours span."""
        found = {
            "products": max(float(np.abs(one.products).max()) for one in self.windows),
            "output": float(np.abs(self.output).max()),
            "gradient": float(np.abs(self.gradients).max()),
            "reach": float(np.abs(self.gradients).sum(0).max()),
        }
        return {name: value or 1.0 for name, value in found.items()}

    def metrics(self, k: int) -> dict[str, float]:
        """The numbers of window k."""
        window, row, column = self.windows[k], *divmod(k, len(self.taps))
        found = {
            "position": k + 1, "row": row + 1, "column": column + 1, "sum": window.total, "value": window.value,
            "touched": int((self.gradients[k] != 0).sum()), "input_side": SIDE, "output_side": len(self.taps),
            "windows": len(self.windows), "seen_share": self._seen(),
            "reached_so_far": float((np.abs(self.gradients[: k + 1]).sum(0) != 0).mean()),
        }  # fmt: skip
        if self.knobs.adapts:
            start = self.taps[row]
            return found | {"first_row": start[0], "last_row": start[-1]}
        return found | {"padding": self.knobs.rim, "extent": self.knobs.extent, "stride": self.knobs.step,
                        "dilation": self.knobs.spacing, "side": self.knobs.side}  # fmt: skip

    def start(self) -> Arrays:
        """What never changes: the input, and a kernel."""
        found: Arrays = {"input": ranged(np.nan_to_num(self.input, neginf=0), 0, 1)}
        if self.knobs.convolves:
            found["weights"] = even(self.knobs.weights)
        return found

    def arrays(self, k: int) -> Arrays:
        """What window k changes."""
        window = self.windows[k]
        total = [window.total, self.knobs.bias, 0, window.value]
        return {
            **self._outlines(k), **self._grids(window), **self._numbers(window), "output": self._filled(k),
            "sums": np.array(total, np.float32),
            "gradient": ranged(self.gradients[k], -self.largest["gradient"], self.largest["gradient"]),
            "reach": ranged(np.abs(self.gradients[: k + 1]).sum(0), 0, self.largest["reach"]),
        }  # fmt: skip

    def _outlines(self, k: int) -> Arrays:
        """The window on the input, its pixels where they lie apart, the output's pixel, and what joins them."""
        (rows, columns), shape = self.place(k), self.input.shape
        box = geometry.input_box(self.knobs)
        frame = geometry.cell(box, shape, rows, columns)
        apart = [geometry.cell(box, shape, [r], [c]) for r in rows for c in columns] if self.knobs.spacing > 1 else []
        row, column = divmod(k, len(self.taps))
        target = geometry.cell(geometry.output_box(self.knobs), self.output.shape, [row], [column])
        found = _joined(frame, target)
        found["window_x"], found["window_y"] = geometry.outlines([frame, *apart])
        found["cell_x"], found["cell_y"] = geometry.outline(target)
        return found

    def _grids(self, window: Window) -> Arrays:
        """Patch, weights and products as pictures; a padding of -inf is black."""
        patch = np.nan_to_num(window.patch, neginf=0)
        most = self.largest["products"]
        if self.knobs.convolves:
            return {"patch": _pale(patch, 1), "products": ranged(window.products, -most, most)}
        return {"patch": _pale(patch, 1), "weights": _pale(window.weights, 1), "products": _pale(window.products, most)}

    def _numbers(self, window: Window) -> Arrays:
        """The numbers of the grids; adaptive windows differ in size, so they say where theirs stand."""
        grids = {"patch": window.patch, "products": window.products}
        if not self.knobs.convolves:
            grids["weights"] = window.weights
        found: Arrays = {}
        for name, values in grids.items():
            x, y = geometry.centres(geometry.grid_box(name), *values.shape)
            spare = self.knobs.side**2 - values.size
            shown = np.where(np.isfinite(values.ravel()), y, np.nan)
            found[f"{name}_x"] = np.pad(x, (0, spare), constant_values=np.nan).astype(np.float32)
            found[f"{name}_y"] = np.pad(shown, (0, spare), constant_values=np.nan).astype(np.float32)
            numbers = np.nan_to_num(values.ravel(), neginf=0)
            found[f"{name}_numbers"] = np.pad(numbers, (0, spare)).astype(np.float32)
        return found

    def _filled(self, k: int) -> Ranged:
        """The output up to window k; what comes later is a ghost."""
        low, high = output_range(self.knobs, self.largest["output"])
        middle = (low + high) / 2
        done = np.arange(self.output.size).reshape(self.output.shape) <= k
        return ranged(np.where(done, self.output, middle + GHOST * (self.output - middle)), low, high)


def _joined(frame: geometry.Box, target: geometry.Box) -> Arrays:
    """The lines from the window to the patch, and from the sums to the output's pixel."""
    left, _, right, top = geometry.grid_box("patch")
    return {
        "zoom_x": np.array([[frame[0], frame[2]], [left, right]], np.float32),
        "zoom_y": np.array([[frame[1], frame[1]], [top, top]], np.float32),
        "lead_x": np.array([geometry.SUMS[0] + 3.4, (target[0] + target[2]) / 2], np.float32),
        "lead_y": np.array([top, target[1]], np.float32),
    }


def output_range(knobs: Knobs, largest: float) -> tuple[float, float]:
    """What an output's colours span: about zero where weights cancel, else from black to white."""
    if knobs.signed:
        return -largest, largest
    return 0.0, float(knobs.window) if knobs.operation == "l2" else 1.0


def _pale(values: NDArray[np.floating], most: float) -> Ranged:
    """Values from 0 to `most` in pale greys."""
    black, white = PALE
    return ranged(black + (white - black) * values / most, 0, 1)
