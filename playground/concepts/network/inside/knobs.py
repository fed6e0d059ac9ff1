"""The inside lab's knobs: where to look, and the sandbox's data, network and training."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from playground.concepts.network.sandbox.knobs import Knobs as Sandbox
from playground.contract import Knobs as Base
from playground.contract import knob

Coordinate = Annotated[float, Field(ge=-1.3, le=1.3)]
MAP_SIZE = 37  # odd, so that every second place of the lattice reaches both edges
SPACE, TRACE = ("view", ("space",)), ("view", ("trace",))


class LookKnobs(Base):
    """What is looked at: none of it shapes training."""

    view: Literal["space", "layers", "trace"] = knob(
        "space", title="Look at", after=True,
        labels={"space": "space", "layers": "layers", "trace": "one sample"},
        help="Space: how a layer warps the plane. Layers: histograms and gradients. One sample: every number.",
    )  # fmt: skip
    layer: int = knob(
        2, title="Layer", ge=0, le=8, after=True, when=SPACE,
        help="0 is what enters the network, 1 the first hidden layer; a number beyond the last means the last.",
    )  # fmt: skip
    edges: Literal["product", "weight", "gradient"] = knob(
        "product", title="Lines show", after=True, when=TRACE,
        labels={"product": "w · a", "weight": "w", "gradient": "∂L/∂w"},
        help="What a unit hands on, its weight (click one to change it), or the weight's gradient for this sample.",
    )  # fmt: skip
    unit: str = knob(
        "2.1", title="Unit written out", pattern=r"^[1-9]\.[1-9][0-9]?$", max_length=4, after=True, when=TRACE,
        help="Click one, or write layer.unit, such as 2.1: the first unit of layer 2. Beyond the last means the last.",
    )  # fmt: skip
    projection: Literal["cut", "plane", "units"] = knob(
        "cut", title="Wide layers are seen", group="more", after=True, when=SPACE,
        labels={"cut": "across the border", "plane": "on the principal plane", "units": "on two units"},
        help="Across: what counts for the answer runs to the right, the widest spread beside it up. The principal "
        "plane holds most of the variance. A layer of two units is seen as it is.",
    )  # fmt: skip
    unit_x: int = knob(1, title="Unit across", ge=1, le=64, group="more", after=True, when=("projection", ("units",)))
    unit_y: int = knob(2, title="Unit up", ge=1, le=64, group="more", after=True, when=("projection", ("units",)))
    point: tuple[Coordinate, ...] = knob(
        (0.5, 0.0), title="Sample", min_length=2, max_length=2, group="stage", after=True
    )
    snap: bool = knob(
        True, title="Take the nearest training point", group="more", after=True,
        help="Else the sample lies just where you click, with the target of the nearest training point.",
    )  # fmt: skip


def _folded(name: str) -> Any:
    """The sandbox's knob, under More."""
    copied = Sandbox.model_fields[name]._copy()
    extra: Any = copied.json_schema_extra
    copied.json_schema_extra = {**extra, "group": "more"}
    return copied


class Knobs(Sandbox, LookKnobs):
    """The sandbox's knobs, and where to look; the resolution of the map stands still."""

    noise: float = _folded("noise")
    map_size: ClassVar[int] = MAP_SIZE  # type: ignore[assignment, misc]

    @property
    def picked(self) -> tuple[int, int]:
        """(layer from 1, unit from 0) of the unit whose sum is written out; the layer behind the last is the output."""
        layer, unit = map(int, self.unit.split("."))
        layer = min(layer, len(self.hidden_sizes) + 1)
        return layer, min(unit, self.sizes[layer]) - 1
