"""What the page calls its optimizers and how it colours them: an optimizer keeps both in every lab.

SGD with momentum counts as an optimizer of its own, `momentum`.
"""

from __future__ import annotations

from playground.stage import palette

LABELS = {
    "sgd": "SGD", "momentum": "Momentum", "adam": "Adam", "rmsprop": "RMSprop", "adagrad": "Adagrad", "adamw": "AdamW",
    "nadam": "NAdam", "radam": "RAdam", "adamax": "Adamax", "adadelta": "Adadelta", "rprop": "Rprop", "asgd": "ASGD",
    "adafactor": "Adafactor",
}  # fmt: skip
ALIKE = ("#1B9E77", "#666666")  # too like green and grey
COLOURS = (*(one for one in palette.VARIANTS if one not in (palette.GREY, *ALIKE)), palette.GREY)


def stroke(name: str) -> dict[str, str]:
    """Colour and dash of an optimizer's curve; there are more optimizers than colours, so the last are dashed."""
    at = list(LABELS).index(name)
    return {"color": COLOURS[at % len(COLOURS)], "dash": "solid" if at < len(COLOURS) else "dash"}
