"""Space: the plane as one layer sees it."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from playground.concepts.network.inside import space
from playground.concepts.network.inside.codes import characters
from playground.concepts.network.inside.knobs import MAP_SIZE
from playground.concepts.network.inside.looking import MOST_SHOWN, behind_is_exact, looked, seen_on
from playground.concepts.network.inside.scene import Scene
from playground.concepts.network.sandbox.features import featured
from playground.concepts.network.sandbox.measure import DOMAIN, UNIT_SIZE, as_pictures, class_codes, lattice
from playground.contract import ranged
from playground.models.mlp import UNBENT, linear_layers
from playground.wire import narrow

MOST_POINTS, PROBED = 160, 500
Found = tuple[dict[str, float], dict[str, Any], dict[str, float]]


class SpaceView:
    """Follows the training points, the grid and the border through the network to one layer."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.knobs = scene, scene.knobs
        self.layer = looked(scene.knobs)
        self.eye, self.window = space.Eye(scene.knobs), space.Window(scene.knobs)
        train = scene.points.inputs["train"]
        self.train_count, self.shown = len(train), min(MOST_POINTS, len(train))
        self.grid = space.grid(train.shape[1])
        flat = featured(self.grid.reshape(-1, train.shape[1]), scene.knobs.feature_names)
        small = featured(lattice(UNIT_SIZE, train.shape[1]), scene.knobs.feature_names)
        parts = [scene.rows.part("train").cpu(), flat, small, scene.sample.inputs.cpu()]
        self.inputs = torch.cat(parts).to(scene.rows.inputs.device)
        self.counts = [len(part) for part in parts]
        self.behind = _behind(scene.network.model, self.layer)

    def __call__(self, step: int) -> Found:
        """What is seen after that many updates."""
        _, hidden = self.scene.network.activations(self.inputs)
        layers = [self.inputs.cpu(), *hidden]
        train, lines, small, here = torch.split(layers[self.layer], self.counts)
        projection = self.eye(_floats(train), self._cut(_floats(train)))
        self.window(projection.seen(_floats(train)))
        places = [self.window.normal(projection.seen(_floats(part))) for part in (train, lines, here)]
        cuts = self._cuts(layers)
        arrays = {**self._places(places), **self._borders(projection), **self._axes()}
        arrays |= {"units": as_pictures(small[:, :MOST_SHOWN])} | (self._still() if step == 0 else {})
        metrics = {"plane_share": projection.share, "straight_cut": cuts[self.layer]}
        return metrics, arrays, {f"cut.{i}": cut for i, cut in enumerate(cuts)}

    def _places(self, places: list[space.Floats]) -> dict[str, Any]:
        train, lines, here = places
        shape = self.grid.shape[:2]
        found = {"seen_x": train[: self.shown, 0], "seen_y": train[: self.shown, 1]}
        found |= {"grid_x": lines[:, 0].reshape(shape), "grid_y": lines[:, 1].reshape(shape)}
        return dict(narrow({**found, "here_x": here[:, 0], "here_y": here[:, 1]}))

    def _cut(self, train: space.Floats) -> space.Floats:
        """The direction across the border: the output's weights behind the last hidden layer, else least squares."""
        if seen_on(self.knobs) != "cut" or not np.isfinite(train).all():
            return np.zeros(train.shape[1])
        if behind_is_exact(self.knobs):
            return _floats(linear_layers(self.scene.network.model)[-1].weight[0].cpu())
        return space.fitted(train, self.scene.points.targets["train"].astype(np.float64))

    def _borders(self, projection: space.Projection) -> dict[str, Any]:
        """The border on the plane and as the layer sees it, and what the layers behind say in the window."""
        plane = self._plane_border()
        if not behind_is_exact(self.knobs):
            return {**plane, **self._carried(plane, projection)}
        lifted = projection.lifted(self.window.places(MAP_SIZE))
        outputs = self.behind(torch.from_numpy(lifted).float().to(self.inputs.device)).cpu()
        at = (np.arange(MAP_SIZE) + 0.5) / MAP_SIZE * 2 - 1
        x, y = self._border(outputs, at)
        return {**plane, "space": self._map(outputs), "space_border_x": x, "space_border_y": y}

    def _carried(self, plane: dict[str, Any], projection: space.Projection) -> dict[str, Any]:
        """The plane's border, carried through the network to the layer."""
        if not plane or not self.knobs.is_classes:
            return {}
        ends = torch.from_numpy(np.concatenate([plane["plane_border_x"], plane["plane_border_y"]], 1))
        inputs = featured(ends, self.knobs.feature_names).to(self.inputs.device)
        _, hidden = self.scene.network.activations(inputs)
        seen = self.window.normal(projection.seen(_floats([inputs.cpu(), *hidden][self.layer])))
        return dict(narrow({"space_border_x": seen[:, :1], "space_border_y": seen[:, 1:]}))

    def _map(self, outputs: Tensor) -> Any:
        plane = outputs.reshape(MAP_SIZE, MAP_SIZE, -1)
        if plane.shape[2] > 1:
            return class_codes(outputs).reshape(MAP_SIZE, MAP_SIZE)
        if self.knobs.is_classes:
            return ranged(torch.sigmoid(plane[:, :, 0]).numpy(), 0, 1)
        bound = float(np.abs(self.scene.points.targets["train"]).max()) or 1.0
        return ranged(plane[:, :, 0].numpy(), -bound, bound)

    def _plane_border(self) -> dict[str, Any]:
        if self.scene.rows.counts[3] != MAP_SIZE**2:
            return {}
        start = sum(self.scene.rows.counts[:3])
        outputs = self.scene.network.model(self.scene.rows.inputs[start : start + MAP_SIZE**2]).cpu()
        x, y = self._border(outputs, np.linspace(-DOMAIN, DOMAIN, MAP_SIZE))
        return {"plane_border_x": x, "plane_border_y": y}

    def _border(self, outputs: Tensor, at: space.Floats) -> Any:
        """The border on every second place of a map: to the eye it is the same, and half as many segments."""
        if not self.knobs.is_classes:
            return space.border([], at)
        fields = [field.reshape(MAP_SIZE, MAP_SIZE)[::2, ::2] for field in space.margins(outputs)]
        return space.border(fields, at[::2])

    def _axes(self) -> dict[str, Any]:
        """Where zero is, if units are the axes, and how long the bars of the scales are."""
        if self.window.fixed:
            return {}
        x, y = self.window.normal(np.zeros((1, 2)))[0] if seen_on(self.knobs) == "units" else (np.nan, np.nan)
        across = np.array([[-1], [1], [np.nan], [x], [x]], np.float32)
        up = np.array([[y], [y], [np.nan], [-1], [1]], np.float32)
        said = characters([f"{half / 2:.3g}" for half in self.window.half], 8)
        return {"zero_x": across, "zero_y": up, "scale": said, "scale_ground": np.zeros(2, np.uint8)}

    def _cuts(self, layers: list[Tensor]) -> list[float]:
        targets = self.scene.points.targets["train"][:PROBED]
        classes = max(2, self.knobs.output_count) if self.knobs.is_classes else 0
        count = min(PROBED, self.train_count)
        return [space.straight_cut(_floats(layer[:count]), targets, classes) for layer in layers]

    def _still(self) -> dict[str, Any]:
        targets = self.scene.points.targets["train"][: self.shown].astype(np.float32)
        grid = self.grid.numpy()
        up = grid[:, :, 1] if grid.shape[2] > 1 else np.full(grid.shape[:2], np.nan, np.float32)
        lines = {"plane_x": np.ascontiguousarray(grid[:, :, 0]), "plane_y": np.ascontiguousarray(up)}
        blank = np.zeros((1, 1), np.uint8) if self.knobs.output_count > 1 else ranged(np.zeros((1, 1)), -1, 1)
        return {"seen_target": targets, **lines, **({} if behind_is_exact(self.knobs) else {"space": blank})}


def _floats(activations: Tensor) -> space.Floats:
    return activations.double().numpy()


def _behind(model: nn.Sequential, layer: int) -> nn.Sequential:
    """The part of the network behind a layer: it takes that layer's activations."""
    ends = [0, *(i + 1 for i, one in enumerate(model) if not isinstance(one, UNBENT))]
    return nn.Sequential(*list(model)[ends[layer] :])
