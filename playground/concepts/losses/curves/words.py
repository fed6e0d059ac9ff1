"""What the curves page says of each loss, and the range that the probe sweeps."""

from __future__ import annotations

LOW, HIGH, PROBES = -3.0, 3.0, 121

FORMULAS = {
    "mse": "(ŷ − y)²",
    "cross_entropy": "−log p",
    "kl": "Σ q log(q / p)",
    "mae": "|ŷ − y|",
    "huber": "½(ŷ − y)² up to δ, then δ(|ŷ − y| − ½δ)",
    "log_cosh": "log cosh(ŷ − y)",
    "quantile": "τ(y − ŷ) too low, (1 − τ)(ŷ − y) too high",
    "bce": "log(1 + e⁻ᶻ)",
    "label_smoothed": "−Σ q log p, q = (1 − ε)·right + ε/K",
    "focal": "−(1 − p)ᵞ log p",
    "hinge": "max(0, 1 − z)",
}

NOISE = {
    "mse": "Gaussian",
    "cross_entropy": "categorical",
    "kl": "categorical, target known as shares",
    "mae": "Laplace",
    "huber": "Gaussian with Laplace tails",
    "log_cosh": "hyperbolic secant",
    "quantile": "asymmetric Laplace",
    "bce": "Bernoulli",
    "label_smoothed": "categorical, a share ε of the labels random",
    "focal": "none: easy samples count less",
    "hinge": "none: a margin",
}

LIKELIHOODS = ("mse", "cross_entropy", "mae", "huber", "log_cosh", "quantile", "bce")
"""The losses that are the negative logarithm of a likelihood, up to a constant."""

MATHS = (
    (
        "Mean squared error: the squared distance of the prediction from the target.",
        r"L = (\hat{y} - y)^2 = \cell{loss.mse}, \quad \frac{dL}{d\hat{y}} = 2 (\hat{y} - y) = \cell{gradient.mse}",
    ),
    (
        "Cross-entropy: the surprise at the right class, whose softmax probability is p.",
        r"L = -\log p = \cell{loss.cross_entropy}, \quad \frac{dL}{dz} = p - 1 = \cell{gradient.cross_entropy}",
    ),
    (
        "KL divergence: how far the softmax p lies from a target distribution q.",
        r"L = \sum_k q_k \log \frac{q_k}{p_k} = \cell{loss.kl}, \quad "
        r"\frac{dL}{dz} = p - q = \cell{gradient.kl}",
    ),
    (
        "Mean absolute error: the distance.",
        r"L = |\hat{y} - y| = \cell{loss.mae}, \quad "
        r"\frac{dL}{d\hat{y}} = \operatorname{sign}(\hat{y} - y) = \cell{gradient.mae}",
    ),
    (
        "Huber: the squared error near the target, the absolute error beyond delta.",
        r"L = \frac{1}{2} m^2 + \delta (|\hat{y} - y| - m) = \cell{loss.huber}, \quad "
        r"m = \min(|\hat{y} - y|, \delta)",
    ),
    (
        "log-cosh: smooth everywhere, straight far out.",
        r"L = \log\,\cosh(\hat{y} - y) = \cell{loss.log_cosh}, \quad "
        r"\frac{dL}{d\hat{y}} = \tanh(\hat{y} - y) = \cell{gradient.log_cosh}",
    ),
    (
        "Quantile (pinball): one price for too low, another for too high.",
        r"L = \max(\tau (y - \hat{y}), (\tau - 1) (y - \hat{y})) = \cell{loss.quantile}",
    ),
    (
        "Binary cross-entropy: from one logit.",
        r"L = \log(1 + e^{-z}) = \cell{loss.bce}, \quad \frac{dL}{dz} = \sigma(z) - 1 = \cell{gradient.bce}",
    ),
    (
        "Label smoothing: cross-entropy with a target that keeps a share for every class.",
        r"L = -\sum_k q_k \log p_k = \cell{loss.label_smoothed}, \quad "
        r"q = (1 - \varepsilon) y + \frac{\varepsilon}{K}",
    ),
    (
        "Focal: cross-entropy, faded out where the right class is likely already.",
        r"L = -(1 - p)^\gamma \log p = \cell{loss.focal}",
    ),
    ("Hinge: nothing to gain beyond the margin.", r"L = \max(0, 1 - z) = \cell{loss.hinge}"),
)
