"""The losses by name: the words and the colour that each keeps on every chart of the page."""

from __future__ import annotations

from playground.stage.palette import VARIANTS

REGRESSION = ("mse", "mae", "huber", "log_cosh", "quantile")
CLASSIFICATION = ("cross_entropy", "kl", "bce", "label_smoothed", "focal", "hinge")
LOSSES = ("mse", "cross_entropy", "kl", "mae", "huber", "log_cosh", "quantile", *CLASSIFICATION[2:])

LABELS = {
    "mse": "MSE", "cross_entropy": "Cross-entropy", "kl": "KL divergence", "mae": "MAE", "huber": "Huber",
    "log_cosh": "log-cosh", "quantile": "Quantile", "bce": "Binary cross-entropy",
    "label_smoothed": "Label-smoothed", "focal": "Focal", "hinge": "Hinge", "weighted": "Weighted cross-entropy",
}  # fmt: skip

COLORS = {
    **dict(zip(("mse", "kl", "cross_entropy", "huber", "mae", "log_cosh", "quantile", "bce"), VARIANTS, strict=False)),
    "label_smoothed": VARIANTS[8], "focal": VARIANTS[11], "hinge": VARIANTS[10], "weighted": VARIANTS[7],
}  # fmt: skip
