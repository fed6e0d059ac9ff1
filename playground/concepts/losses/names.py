"""The losses by name: the words and the colour that each keeps on every chart of the page."""

from __future__ import annotations

from playground.stage.palette import VARIANTS

REGRESSION = ("mse", "mae", "huber", "log_cosh", "quantile")
CLASSIFICATION = ("cross_entropy", "kl", "bce", "label_smoothed", "focal", "hinge")
LOSSES = ("mse", "cross_entropy", "kl", "mae", "huber", "log_cosh", "quantile", *CLASSIFICATION[2:])

LABELS = {
    "mse": "MSE", "cross_entropy": "Cross-entropy", "kl": "KL divergence", "mae": "MAE", "huber": "Huber",
    "log_cosh": "log-cosh", "quantile": "Quantile", "bce": "Binary cross-entropy",
    "label_smoothed": "Label-smoothed", "focal": "Focal", "hinge": "Hinge", "weighted": "Weighted",
}  # fmt: skip

COLORS = {
    "mse": VARIANTS[0], "kl": VARIANTS[1], "cross_entropy": VARIANTS[2], "huber": VARIANTS[3], "mae": VARIANTS[4],
    "log_cosh": VARIANTS[5], "hinge": VARIANTS[6], "quantile": VARIANTS[7], "label_smoothed": VARIANTS[8],
    "bce": VARIANTS[9], "focal": VARIANTS[11], "weighted": VARIANTS[7],
}  # fmt: skip

RAISED = str.maketrans("0123456789.", "⁰¹²³⁴⁵⁶⁷⁸⁹·")


def written(value: float, digits: int = 2) -> str:
    """A number in so many digits with a true minus, as the read-outs write it."""
    return f"{value:.{digits}g}".replace("-", "−")


def raised(power: float) -> str:
    """A power in small figures, as behind a bracket."""
    return f"{power:g}".translate(RAISED)
