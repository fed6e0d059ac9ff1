"""A lab with a knob of every kind, for tests of the widgets."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from playground.contract import Knobs, Lab, knob


class Kinds(Knobs):
    few: Literal["a", "b", "c"] = knob("a", title="Few")
    many: Literal["p", "q", "r", "s"] = knob("p", title="Many", labels={"q": "Queue"})
    numbers: Literal[32, 64] = knob(64, title="Numbers")
    several: tuple[Literal["x", "y", "z"], ...] = knob(("x",), title="Several", min_length=1)
    flag: bool = knob(False, title="Flag")
    whole: int = knob(3, title="Whole", ge=0, le=10)
    large: int = knob(100, title="Large", ge=0, le=5000)
    bounded: int = knob(32, title="Bounded", ge=0, le="large")
    share: float = knob(0.5, title="Share", ge=0, le=1)
    fine: float = knob(0.9, title="Fine", ge=0, le=0.999)
    rate: float = knob(0.01, title="Rate", ge=1e-5, le=10, log=True)
    decay: float = knob(0.0, title="Decay", ge=0, le=1, log=True)
    sizes: tuple[Annotated[int, Field(ge=1, le=64)], ...] = knob((8, 8), title="Sizes", max_length=3)
    point: tuple[float, ...] = knob((0.5, -1.0), title="Point", min_length=2, max_length=2)
    word: str = knob("ab", title="Word", min_length=1, max_length=5, pattern="^[a-z]+$")
    photo: str = knob("", title="Photo", upload="image")
    images: Literal["small", "whole"] = knob("small", title="Images", full={"whole": ("mnist", "small")})
    queue: float = knob(0.2, title="Queue only", ge=0, le=1, group="more", when=("many", ("q",)))


LAB = Lab(
    concept="network", name="sandbox", title="Kinds", Knobs=Kinds, presets=(), stage=lambda knobs: (),
    verdicts=lambda knobs, history: (), small=Kinds(), clock="step", readouts=(), challenges=(), maths=(), sources=(),
    device="cpu",
)  # fmt: skip
