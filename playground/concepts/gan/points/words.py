"""What the lab calls its losses and sets, and the colours that each keeps on every chart."""

from __future__ import annotations

from playground.stage.palette import AMBER, BLUE, GREEN, PURPLE, SKY, VERMILLION

LOSSES = {
    "minimax": "Minimax", "non_saturating": "Non-saturating", "least_squares": "Least squares", "hinge": "Hinge",
    "wgan": "WGAN, clipped", "wgan_gp": "WGAN-GP",
}  # fmt: skip
LOSS_COLORS = {
    "minimax": VERMILLION, "non_saturating": BLUE, "least_squares": GREEN, "hinge": AMBER, "wgan": SKY,
    "wgan_gp": PURPLE,
}  # fmt: skip
SETS = {
    "ring": "Ring of modes", "grid": "Grid of 25", "moons": "Moons", "swiss_roll": "Swiss roll", "spiral": "Spiral",
    "own": "Paint your own",
}  # fmt: skip

PROBABILITY = ("minimax", "non_saturating")  # D is the sigmoid of the logit
WASSERSTEIN = ("wgan", "wgan_gp")  # D is known up to a constant alone

COVERED = 0.2  # of a mode's fair share of the samples: from here on it counts as covered
GOOD = 3.0  # standard deviations from the nearest mode
