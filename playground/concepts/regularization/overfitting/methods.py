"""The ways to regularize: what each is called, what is swept, and its eight settings, none first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from playground.knobs import write


@dataclass(frozen=True)
class Method:
    """`axis` says what is swept; `strengths` are its settings, weakest first: the first regularizes nothing."""

    title: str
    axis: str
    strengths: tuple[float, ...]
    labels: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The settings as metrics and the script name them."""
        return self.labels or tuple(map(write, self.strengths))

    @property
    def shown(self) -> tuple[str, ...]:
        """The settings as words: on the axes, over the maps."""
        return tuple(name.replace("1e-4", "10⁻⁴") for name in self.names)

    @property
    def falls(self) -> bool:
        """Whether a smaller number regularizes more."""
        return self.strengths[-2] > self.strengths[-1]


WEIGHTS = (0.0, 1e-4, 1e-3, 3e-3, 5e-3, 1e-2, 1e-1, 1.0)
RATES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.65, 0.8)
SPREADS = (0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.6, 1.0)
DECAYS = (0.0, 0.01, 0.1, 0.3, 1.0, 2.0, 3.0, 10.0)
PATIENCES = (0.0, 200.0, 100.0, 50.0, 30.0, 20.0, 10.0, 5.0)
GROUPS = (0.0, 1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 10.0)
WIDTHS = (1.0, 0.5, 0.25, 0.2, 0.15, 0.1, 0.06, 0.03)
COUNTS = tuple(map(float, range(1, 9)))
SETTINGS = len(WEIGHTS)
SHORT = ("0", "1e-4", "0.001", "0.003", "0.005", "0.01", "0.1", "1")

METHODS: Mapping[str, Method] = {
    "l1": Method("L1", "strength λ in λ Σ |w|", WEIGHTS, SHORT),
    "l2": Method("L2", "strength λ in λ Σ w²", WEIGHTS, SHORT),
    "dropout": Method("Dropout", "dropout rate", RATES),
    "weight_decay": Method("Decoupled weight decay", "weight decay (AdamW)", DECAYS),
    "elastic": Method("Elastic net", "strength λ in λ (α Σ |w| + (1 − α) Σ w²)", WEIGHTS, SHORT),
    "early_stopping": Method(
        "Early stopping", "patience in steps", PATIENCES, ("never", "200", "100", "50", "30", "20", "10", "5")
    ),
    "batch_norm": Method(
        "Batch norm", "groups that are normalized apart", GROUPS, ("none", "1", "2", "3", "4", "6", "8", "10")
    ),
    "data_noise": Method("Noise on the data", "spread of the noise in each step", SPREADS),
    "width": Method("Smaller network", "share of the hidden units", WIDTHS),
    "averaging": Method("Averaging networks", "networks averaged", COUNTS),
}
TITLES = {name: method.title for name, method in METHODS.items()}
SPARSE = ("l1", "elastic")
WEIGHED = ("l1", "l2", "elastic", "weight_decay")
