"""What the schedules are called, how they are coloured, and how many classes each data set has."""

from __future__ import annotations

from playground.stage.palette import AMBER, BLUE, GREEN, GREY, PURPLE, SKY, VERMILLION

LABELS = {
    "constant": "Constant", "step": "Step", "exponential": "Exponential", "linear": "Linear", "cosine": "Cosine",
    "restarts": "Cosine with restarts", "one_cycle": "One-cycle", "warm_up": "Warm-up, then cosine",
    "plateau": "Plateau",
}  # fmt: skip
COLOURS = {
    "constant": GREY, "step": GREEN, "exponential": "#A6761D", "linear": "#8C6BB1", "cosine": BLUE, "restarts": AMBER,
    "one_cycle": VERMILLION, "warm_up": SKY, "plateau": PURPLE,
}  # fmt: skip
CLASSES = {"rings": 3, "moons": 2, "circles": 2, "spiral": 2, "digits": 10}
