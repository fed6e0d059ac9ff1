"""The sweep's knobs: what varies, between which bounds, and the sandbox's data, network and training."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np

from playground.concepts.network.sandbox.knobs import Knobs as Sandbox
from playground.concepts.network.sandbox.knobs import Width
from playground.contract import Change, knob, specs
from playground.contract import Knobs as Base

ON_LOG_AXIS = ("learning_rate", "l2", "l1")
ON_PLAIN_AXIS = ("dropout", "momentum", "beta1", "noise", "label_noise")
SWEEPABLE = ON_LOG_AXIS + ON_PLAIN_AXIS
REFUSED = {
    "hidden_sizes": "Other hidden layers give tables of other shapes, and a population trains as one table",
    "features": "Other features change the shape of the first layer, and a population trains as one table",
    "batch_size": "Members of one population take their batches in step, so they share the batch size",
    "samples": "Members of one population go through their epochs in step, so they share the number of samples",
    "steps": "All members get the same number of steps; the curves beside show every number up to it",
}
TITLES = {
    "learning_rate": "Learning rate", "l2": "L2", "l1": "L1", "dropout": "Dropout", "momentum": "Momentum",
    "beta1": "Beta 1", "noise": "Noise", "label_noise": "Label noise",
}  # fmt: skip
CHOICES = {
    **TITLES, "hidden_sizes": "Hidden layers (why not)", "features": "Features (why not)",
    "batch_size": "Batch size (why not)", "samples": "Samples (why not)", "steps": "Steps (why not)",
}  # fmt: skip
SWEEPS = ("mode", ("one", "two"))
TWO = ("mode", ("two",))
SIDE = 8  # of the map of two knobs
MAP_SIZE = 24  # of a member's decision map


class SweepKnobs(Base):
    """What varies between the members."""

    mode: Literal["one", "two", "seeds"] = knob(
        "one", title="Vary", labels={"one": "one knob", "two": "two knobs", "seeds": "the seed"},
        help="Up to 64 networks train as one population.",
    )  # fmt: skip
    swept: Literal[
        "learning_rate", "l2", "l1", "dropout", "momentum", "beta1", "noise", "label_noise",
        "hidden_sizes", "features", "batch_size", "samples", "steps",
    ] = knob("learning_rate", title="Knob", labels=CHOICES, when=SWEEPS)  # fmt: skip
    lowest: float = knob(1e-4, title="Lowest", ge=1e-6, le=10, log=True, when=("swept", ON_LOG_AXIS))
    highest: float = knob(10.0, title="Highest", ge=1e-6, le=10, log=True, when=("swept", ON_LOG_AXIS))
    first: float = knob(0.0, title="Lowest", ge=0, le=1, when=("swept", ON_PLAIN_AXIS))
    last: float = knob(1.0, title="Highest", ge=0, le=1, when=("swept", ON_PLAIN_AXIS))
    other: Literal["learning_rate", "l2", "l1", "dropout", "momentum", "beta1", "noise", "label_noise"] = knob(
        "l2", title="Second knob", labels=TITLES, when=TWO
    )
    other_lowest: float = knob(
        1e-5, title="Second from", ge=1e-6, le=10, log=True, group="more", when=("other", ON_LOG_AXIS)
    )
    other_highest: float = knob(
        0.1, title="Second to", ge=1e-6, le=10, log=True, group="more", when=("other", ON_LOG_AXIS)
    )
    other_first: float = knob(0.0, title="Second from", ge=0, le=1, group="more", when=("other", ON_PLAIN_AXIS))
    other_last: float = knob(1.0, title="Second to", ge=0, le=1, group="more", when=("other", ON_PLAIN_AXIS))
    measure: Literal["loss", "score"] = knob(
        "loss", title="Measured by", labels={"loss": "loss", "score": "accuracy or R²"},
        help="Accuracy where the targets are classes, R² where they are numbers.",
    )  # fmt: skip
    values: Literal[16, 32, 64] = knob(64, title="Values", group="more", when=("mode", ("one",)))
    repeats: Literal[1, 2, 4] = knob(
        1, title="Seeds for each value", group="more", when=("values", (16, 32)),
        help="Each seed draws its own points, starting weights and batches; the band spans them.",
    )  # fmt: skip
    seeds: Literal[8, 16, 32, 64] = knob(32, title="Seeds", when=("mode", ("seeds",)))


def _folded(name: str) -> Any:
    """The sandbox's knob, under More."""
    found = Sandbox.model_fields[name]
    extra: Any = found.json_schema_extra
    copied = found._copy()
    copied.json_schema_extra = {**extra, "group": "more"}
    return copied


class Knobs(Sandbox, SweepKnobs):
    """The sandbox's knobs, but for those that a population cannot have: these stand still."""

    noise: float = _folded("noise")
    hidden_sizes: tuple[Width, ...] = _folded("hidden_sizes")
    activation: Literal[
        "tanh", "relu", "sigmoid", "leaky_relu", "elu", "selu", "gelu", "silu", "mish", "softplus", "sine", "identity",
    ] = _folded("activation")  # fmt: skip
    learning_rate: float = _folded("learning_rate")
    layer_activations: ClassVar[str] = ""  # type: ignore[misc]
    norm: ClassVar[Literal["none"]] = "none"  # type: ignore[misc]
    residual: ClassVar[bool] = False  # type: ignore[misc]
    clip: ClassVar[float] = 0.0  # type: ignore[misc]
    schedule: ClassVar[Literal["constant"]] = "constant"  # type: ignore[misc]
    stop: ClassVar[Literal["never"]] = "never"  # type: ignore[misc]
    stop_loss: ClassVar[float] = 0.05  # type: ignore[misc]
    stop_score: ClassVar[float] = 0.95  # type: ignore[misc]
    patience: ClassVar[int] = 20  # type: ignore[misc]
    map_size: ClassVar[int] = MAP_SIZE  # type: ignore[assignment, misc]
    changes: ClassVar[tuple[Change, ...]] = ()  # type: ignore[misc]

    @property
    def span(self) -> tuple[float, float]:
        """The least and the largest value of the knob that is swept."""
        return self._span(self.swept, (self.lowest, self.highest), (self.first, self.last))

    @property
    def other_span(self) -> tuple[float, float]:
        """The least and the largest value of the second knob."""
        return self._span(self.other, (self.other_lowest, self.other_highest), (self.other_first, self.other_last))

    def _span(self, name: str, log: tuple[float, float], plain: tuple[float, float]) -> tuple[float, float]:
        """The bounds set, in their order, as far as the knob reaches."""
        spec = specs(Sandbox)[name]
        low, high = spec.low or (1e-6 if name in ON_LOG_AXIS else 0.0), spec.high or 1.0
        least, most = sorted(log if name in ON_LOG_AXIS else plain)
        return min(max(least, low), high), min(max(most, low), high)

    @property
    def grid(self) -> tuple[float, ...]:
        """The values of the knob that is swept: in three digits, as links and axes show them."""
        return tuple(spaced(*self.span, SIDE if self.mode == "two" else self.values, self.swept in ON_LOG_AXIS))

    @property
    def other_grid(self) -> tuple[float, ...]:
        """The values of the second knob."""
        return tuple(spaced(*self.other_span, SIDE, self.other in ON_LOG_AXIS))

    @property
    def score(self) -> str:
        """What the score of these data is."""
        return "accuracy" if self.is_classes else "r2"

    @property
    def in_sets(self) -> bool:
        """Whether members learn from points of their own."""
        names = {"one": (self.swept,), "two": (self.swept, self.other), "seeds": ()}[self.mode]
        return self.mode == "seeds" or self.seed_count > 1 or bool({"noise", "label_noise"} & set(names))

    @property
    def seed_count(self) -> int:
        """How many seeds each setting is trained under."""
        return self.repeats if self.mode == "one" and self.values < 64 else 1

    def refusal(self) -> str:
        """One sentence on why these knobs cannot be swept; nothing where they can."""
        if self.mode == "seeds":
            return ""
        if self.swept in REFUSED:
            return f"{REFUSED[self.swept]}. Sweep another knob, and set this one under More."
        names = (self.swept, self.other) if self.mode == "two" else (self.swept,)
        for name in names:
            if not Sandbox.in_force(self, name):
                return f"{TITLES[name]} has no effect here: it needs {_needed(name)}."
        if self.mode == "two" and self.swept == self.other:
            return f"{TITLES[self.swept]} is both knobs of the map: choose another second knob."
        if len(set(self.grid)) < 2 or (self.mode == "two" and len(set(self.other_grid)) < 2):
            return "From and To are the same value: set them apart to sweep between them."
        return ""


def _needed(name: str) -> str:
    """Where a knob takes effect, in words."""
    needs = {"momentum": "the optimizer SGD or RMSprop", "beta1": "Adam or one of its relatives as the optimizer",
             "noise": "toy data", "label_noise": "data with classes"}  # fmt: skip
    return needs.get(name, "other settings")


def spaced(low: float, high: float, count: int, log: bool) -> list[float]:
    """So many values from low to high, evenly or on a log scale, in three digits."""
    found = np.geomspace(low, high, count) if log else np.linspace(low, high, count)
    return [min(high, max(low, float(f"{value:.3g}"))) for value in found]
