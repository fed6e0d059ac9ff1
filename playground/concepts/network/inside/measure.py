"""What a frame of the inside lab shows: the sandbox's numbers, and what is seen in one of three views.

Metrics of every frame: the sandbox's. Arrays: of the sandbox's those that a view keeps; `sample_x`, `sample_y` (1,).
Space: plane_share and straight_cut; arrays `seen_x`, `seen_y`, `seen_target` (n,), training points, at most 160;
`grid_x`, `grid_y` (P, M) and in frame 0 `plane_x`, `plane_y`; `space` (37, 37), what the layers behind say;
`space_border_x`, `plane_border_x` and `_y` (3s, 1); `zero_x`, `zero_y` (5, 1); `scale` (1, 8) characters; `units`
(u, 16, 16); `here_x`, `here_y` (1,), the sample. Series: `cut.<layer>`.
Layers: gradient_ratio, the root mean square gradient of the first layer's weights over that of the last one's; from the
first update on update_ratio, the median over the layers of |update| / |weights|; dead_units, saturated_units; growth,
the size of the last hidden layer's activations over the first one's. Arrays: `past.<k>` (3 L, 32, 10); `layer_dead`,
`layer_saturated`, `layer_gradient`, `layer_size`, `layer_update` (L,). Series: `gradient.<layer>`, `update.<layer>`.
One sample: sample_loss, and of the unit unit_z, unit_a, unit_wanted, unit_delta, unit_gradient; arrays `edges` (E,),
`forward`, `backward` (n, 1, 1), `forward_numbers`, `backward_numbers` (n,), the latter to 1e-5; `equation` (3, 96);
`in_*` (I + 1,), the unit's table; `all_*` (n,), that of all drawn units. Series: sample_loss; `delta.<layer>`, the
length of its delta.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import numpy as np
import torch
from torch import optim

from playground.concepts.network.inside.knobs import Knobs
from playground.concepts.network.inside.layers_view import LayersView
from playground.concepts.network.inside.sample import sample
from playground.concepts.network.inside.scene import Scene, Updates
from playground.concepts.network.inside.space_view import SpaceView
from playground.concepts.network.inside.trace_view import TraceView
from playground.concepts.network.sandbox.measure import Measure as SandboxMeasure
from playground.concepts.network.sandbox.measure import Network, Rows
from playground.concepts.network.sandbox.points import Points
from playground.contract import Frame

PLANE = ("map", "curve", "curve_x", "truth", "wrong_x", "wrong_y", *(
    f"{split}_{part}" for split in ("train", "validation", "test") for part in ("x", "y", "target")
))  # fmt: skip
KEPT: Mapping[str, tuple[str, ...]] = {"space": PLANE, "layers": (), "trace": PLANE}


class View(Protocol):
    """One way to look: metrics, arrays and series of a moment; the model is in eval mode, without gradients."""

    def __call__(self, step: int) -> tuple[dict[str, float], dict[str, Any], dict[str, float]]:
        """What is seen after that many updates."""


class Measure(SandboxMeasure):
    """The sandbox's measure, with what a view sees in the place of most of its arrays."""

    def __init__(self, knobs: Knobs, network: Network, points: Points, rows: Rows, optimizer: optim.Optimizer) -> None:
        super().__init__(knobs, network, points, rows)
        self.view_name = knobs.view
        updates = Updates(self.weights, optimizer)
        self.scene = Scene(knobs, network, points, rows, sample(knobs, points, rows), updates)
        self.view = VIEWS[knobs.view](self.scene)

    def __call__(self, step: int) -> Frame:
        """The frame after that many updates."""
        frame = super().__call__(step)
        self.network.model.eval()
        with torch.no_grad():
            metrics, arrays, series = self.view(step)
        self.network.model.train()
        kept = {name: array for name, array in frame.arrays.items() if name in KEPT[self.view_name]}
        still = {"sample_x": self.scene.sample.place[:1], "sample_y": self.scene.sample.place[1:]} if step == 0 else {}
        grown = {name: np.array([value], np.float32) for name, value in series.items()}
        return Frame(step, {**frame.metrics, **metrics}, {**kept, **still, **arrays}, {**frame.series, **grown})


VIEWS: Mapping[str, Callable[[Scene], View]] = {"space": SpaceView, "layers": LayersView, "trace": TraceView}
