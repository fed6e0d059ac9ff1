"""What the page calls its activations and how it colours them: a function keeps both in every lab."""

from __future__ import annotations

from playground.stage.palette import GREY, VARIANTS

LABELS = {
    "sigmoid": "Sigmoid", "tanh": "Tanh", "relu": "ReLU", "leaky_relu": "Leaky ReLU", "prelu": "PReLU", "elu": "ELU",
    "selu": "SELU", "gelu": "GELU", "silu": "SiLU (Swish)", "mish": "Mish", "softplus": "Softplus",
    "own": "Own formula", "hard_swish": "Hard swish", "sine": "Sine", "identity": "Identity",
}  # fmt: skip

DASHES = {"leaky_relu": "dash", "prelu": "dot", "elu": "dashdot"}  # right of 0 they lie on ReLU, which shows between


def stroke(name: str) -> dict[str, str]:
    """Colour and dash of a function's curve; some lie on another, and some share a colour: those are dashed."""
    at = list(LABELS).index(name)
    color = GREY if name == "identity" else VARIANTS[at % len(VARIANTS)]  # that of ReLU, which it is compared with
    return {"color": color, "dash": DASHES.get(name, "solid" if at < len(VARIANTS) else "dash")}


def written(value: float, digits: int = 3) -> str:
    """A number in so many digits as the read-outs write it: `7.42e−8`, with a true minus."""
    size, _, power = f"{value:.{digits}g}".partition("e")
    return (size + (f"e{int(power)}" if power else "")).replace("-", "−")
