"""What the page calls its activations and how it colours them: a function keeps both in every lab."""

from __future__ import annotations

from playground.stage.palette import GREY, VARIANTS

LABELS = {
    "sigmoid": "Sigmoid", "tanh": "Tanh", "relu": "ReLU", "leaky_relu": "Leaky ReLU", "prelu": "PReLU", "elu": "ELU",
    "selu": "SELU", "gelu": "GELU", "silu": "SiLU (Swish)", "mish": "Mish", "softplus": "Softplus",
    "own": "Own formula", "hard_swish": "Hard swish", "sine": "Sine", "identity": "Identity",
}  # fmt: skip


def stroke(name: str) -> dict[str, str]:
    """Colour and dash of a function's curve; there are more functions than colours, so the last are dashed."""
    at = list(LABELS).index(name)
    color = GREY if name == "identity" else VARIANTS[at % len(VARIANTS)]  # that of ReLU, which it is compared with
    return {"color": color, "dash": "solid" if at < len(VARIANTS) else "dash"}
