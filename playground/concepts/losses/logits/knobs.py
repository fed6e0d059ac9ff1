"""The knobs of the logits: three to five of them, what softens them, and which one is swept."""

from __future__ import annotations

from typing import Any, Literal

from playground.contract import Knobs as Base
from playground.contract import knob

STILL = ("temperature", "offset")  # sweeps that leave the first logit alone


def _logit(number: int, default: float, **more: Any) -> Any:
    return knob(default, title=f"Logit {number}", ge=-10, le=10, **more)


class Knobs(Base):
    sweep: Literal["temperature", "logit", "offset"] = knob(
        "temperature", title="Sweep", labels={"logit": "Logit 1"},
        help="What the bar under the picture moves through. The offset is a constant added to every logit.",
    )  # fmt: skip
    logit_1: float = _logit(1, 2.0, when=("sweep", STILL))
    logit_2: float = _logit(2, 1.0)
    logit_3: float = _logit(3, -0.5)
    logit_4: float = _logit(4, 0.0, when=("class_count", (4, 5)))
    logit_5: float = _logit(5, -2.0, when=("class_count", (5,)))
    smoothing: float = knob(
        0.0, title="Label smoothing", ge=0, le=0.5, help="The share of the target spread over all classes."
    )
    temperature: float = knob(
        1.0, title="Temperature", ge=0.1, le=10, log=True, when=("sweep", ("logit", "offset")),
        help="Divides every logit.",
    )  # fmt: skip
    class_count: Literal[3, 4, 5] = knob(3, title="Classes", group="more")
    label: int = knob(1, title="Right class", ge=1, le="class_count", group="more")
    offset: float = knob(
        0.0, title="Offset", ge=0, le=1000, group="more", when=("sweep", ("temperature", "logit")),
        help="Added to every logit: softmax does not change, floats do.",
    )  # fmt: skip

    @property
    def logits(self) -> tuple[float, ...]:
        """The logits as the sliders set them, one a class."""
        return tuple(getattr(self, f"logit_{k}") for k in range(1, self.class_count + 1))
