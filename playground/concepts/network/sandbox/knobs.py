"""The sandbox's knobs: data, network, training."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from playground.concepts.network.sandbox.data_knobs import ALWAYS_CLASSES, TARGETS, TOYS, DataKnobs
from playground.contract import Change, knob

Width = Annotated[int, Field(ge=1, le=64)]
ACTIVATION_LABELS = {
    "relu": "ReLU", "leaky_relu": "Leaky ReLU", "elu": "ELU", "selu": "SELU", "gelu": "GELU", "silu": "SiLU",
    "mish": "Mish", "identity": "Identity (linear)",
}  # fmt: skip
OPTIMIZER_LABELS = {
    "sgd": "SGD", "adam": "Adam", "adamw": "AdamW", "rmsprop": "RMSprop", "adagrad": "Adagrad", "adamax": "Adamax",
    "nadam": "NAdam", "radam": "RAdam", "adadelta": "Adadelta", "rprop": "Rprop", "asgd": "ASGD",
    "adafactor": "Adafactor",
}  # fmt: skip
ACTIVATIONS = (
    "tanh", "relu", "sigmoid", "leaky_relu", "elu", "selu", "gelu", "silu", "mish", "softplus", "sine", "identity",
)  # fmt: skip
STOPS_AT_LOSS = ("stop", ("loss",))
LOOKS = 100  # of a run that may stop early
PARAMETER = re.compile(r"([wb])([1-9])\.([1-9][0-9]?)(?:\.([1-9][0-9]?))?")
LARGEST_WEIGHT = 100.0
BETAS = ("adam", "adamw", "adamax", "nadam", "radam")
HAS_RATE = tuple(name for name in OPTIMIZER_LABELS if name != "rprop")  # a rate that steps still depend on mid-run


def known_activations(text: str) -> str:
    """A text of activations' names joined by `-`. Raises ValueError with the first that is none."""
    for number, name in enumerate(filter(None, text.split("-")), 1):
        if name not in ACTIVATIONS:
            raise ValueError(f"number {number}, {name[:20]!r}, is no activation; there are {', '.join(ACTIVATIONS)}")
    return "-".join(filter(None, text.split("-")))


class Knobs(DataKnobs):
    """The network that learns the points, and how it is trained."""

    hidden_sizes: tuple[Width, ...] = knob(
        (8, 8), title="Hidden layers", max_length=8,
        help="Units of each hidden layer, joined by -: 8-8 is two layers of eight; none is a linear model.",
    )  # fmt: skip
    activation: Literal[
        "tanh", "relu", "sigmoid", "leaky_relu", "elu", "selu", "gelu", "silu", "mish", "softplus", "sine", "identity",
    ] = knob(
        "tanh", title="Activation",
        labels=ACTIVATION_LABELS,
    )  # fmt: skip
    learning_rate: float = knob(
        0.03, title="Learning rate", ge=1e-5, le=10, log=True, live=True,
        help="Rprop takes it for its first step alone: with Rprop it cannot change mid-run.",
    )  # fmt: skip
    noise: float = knob(0.1, title="Noise", ge=0, le=1, when=("data", TOYS), help="Spread of the points or targets.")
    layer_activations: Annotated[str, AfterValidator(known_activations)] = knob(
        "", title="Activation by layer", max_length=90, group="more",
        help="Names joined by -, such as relu-tanh, one a hidden layer; the last holds for the rest. Empty: as above.",
    )  # fmt: skip
    norm: Literal["none", "batch", "layer"] = knob(
        "none", title="Norm", group="more", labels={"batch": "batch norm", "layer": "layer norm"},
        help="Between each hidden layer's weighted sum and its activation.",
    )  # fmt: skip
    residual: bool = knob(
        False, title="Residual connections", group="more",
        help="Adds a hidden layer's input to its output where both are equally wide.",
    )  # fmt: skip
    initialiser: Literal[
        "default", "xavier_uniform", "xavier_normal", "he_uniform", "he_normal", "orthogonal", "zeros",
    ] = knob("default", title="Initialiser", group="more", labels={"default": "PyTorch's default"})  # fmt: skip
    loss: Literal["cross_entropy", "focal", "hinge", "mse"] = knob(
        "cross_entropy", title="Loss", group="more", when=("data", (*ALWAYS_CLASSES, "table")),
        labels={"cross_entropy": "cross-entropy", "focal": "focal (gamma 2)", "mse": "MSE of the probabilities"},
    )  # fmt: skip
    regression_loss: Literal["mse", "mae", "huber", "log_cosh"] = knob(
        "mse", title="Loss", group="more", when=("data", (*TARGETS, "table")),
        labels={"mse": "MSE", "mae": "MAE", "huber": "Huber", "log_cosh": "log-cosh"},
    )  # fmt: skip
    optimizer: Literal[
        "sgd", "adam", "adamw", "rmsprop", "adagrad", "adamax", "nadam", "radam", "adadelta", "rprop", "asgd",
        "adafactor",
    ] = knob(
        "adam", title="Optimizer", group="more",
        labels=OPTIMIZER_LABELS,
    )  # fmt: skip
    momentum: float = knob(
        0.9, title="Momentum", ge=0, le=0.999, group="more", when=("optimizer", ("sgd", "rmsprop")), live=True,
    )  # fmt: skip
    nesterov: bool = knob(False, title="Nesterov momentum", group="more", when=("optimizer", ("sgd",)))
    beta1: float = knob(0.9, title="Beta 1", ge=0, le=0.999, group="more", when=("optimizer", BETAS))
    beta2: float = knob(0.999, title="Beta 2", ge=0, le=0.9999, group="more", when=("optimizer", BETAS))
    smoothing: float = knob(
        0.99, title="Smoothing of the squared gradient", ge=0, le=0.9999, group="more",
        when=("optimizer", ("rmsprop", "adadelta")),
    )  # fmt: skip
    weight_decay: float = knob(
        0.01, title="Decoupled weight decay", ge=0, le=1, log=True, group="more", when=("optimizer", ("adamw",))
    )
    learning_rate_decay: float = knob(
        0.0, title="Learning rate decay", ge=0, le=1, log=True, group="more", when=("optimizer", ("adagrad",))
    )
    eps: float = knob(
        1e-8, title="Epsilon", ge=1e-12, le=1, log=True, group="more", when=("optimizer", (*BETAS, "rmsprop")),
        help="Added to the divisor of the update: the larger, the smaller the steps where gradients are tiny.",
    )  # fmt: skip
    amsgrad: bool = knob(
        False, title="AMSGrad", group="more", when=("optimizer", ("adam", "adamw")),
        help="Divides by the root of the largest mean squared gradient so far.",
    )  # fmt: skip
    momentum_decay: float = knob(
        0.004, title="Momentum decay", ge=0, le=1, log=True, group="more", when=("optimizer", ("nadam",)),
        help="How soon the momentum grows from half of beta 1 to beta 1; at 0 it never does.",
    )  # fmt: skip
    initial_accumulator: float = knob(
        0.0, title="Initial accumulator", ge=0, le=10, log=True, group="more", when=("optimizer", ("adagrad",)),
        help="Where the sums of squared gradients start: the larger, the smaller the first steps.",
    )  # fmt: skip
    shrink: float = knob(
        0.5, title="Shrink", ge=0.01, le=0.99, group="more", when=("optimizer", ("rprop",)),
        help="Factor of a weight's step where its gradient has changed sign.",
    )  # fmt: skip
    grow: float = knob(
        1.2, title="Grow", ge=1.01, le=3, group="more", when=("optimizer", ("rprop",)),
        help="Factor of a weight's step where its gradient has kept its sign.",
    )  # fmt: skip
    decay: float = knob(
        1e-4, title="Decay", ge=0, le=0.1, log=True, group="more", when=("optimizer", ("asgd",)),
        help="Pulls the weights to zero and lowers the learning rate step by step.",
    )  # fmt: skip
    power: float = knob(
        0.75, title="Power", ge=0, le=1, group="more", when=("optimizer", ("asgd",)),
        help="The learning rate is divided by (1 + decay · learning rate · step) to this power.",
    )  # fmt: skip
    beta2_decay: float = knob(
        -0.8, title="Beta 2 decay", ge=-1, le=0, group="more", when=("optimizer", ("adafactor",)),
        help="Beta 2 is 1 - step to this power: -1 averages all squared gradients, 0 keeps the last alone.",
    )  # fmt: skip
    batch_size: int = knob(
        32, title="Batch size", ge=0, le="samples", group="more", live=True,
        help="Samples in one update; 0 is the full training set.",
    )  # fmt: skip
    l1: float = knob(
        0.0, title="L1", ge=0, le=1, log=True, group="more", live=True,
        help="Weight of the sum of absolute weights in the loss.",
    )  # fmt: skip
    l2: float = knob(
        0.0, title="L2", ge=0, le=1, log=True, group="more", live=True,
        help="Weight of the sum of squared weights in the loss.",
    )  # fmt: skip
    dropout: float = knob(
        0.0, title="Dropout", ge=0, le=0.9, group="more", live=True,
        help="Share of hidden units silenced in each step.",
    )  # fmt: skip
    clip: float = knob(
        0.0, title="Clip the gradient's norm at", ge=0, le=10, log=True, group="more", help="0 lets it be."
    )
    schedule: Literal["constant", "step", "exponential", "linear", "cosine", "restarts", "one_cycle", "warm_up"] = knob(
        "constant", title="Schedule", group="more", when=("optimizer", HAS_RATE),
        help="How the learning rate goes on from the value above.",
        labels={"one_cycle": "one-cycle", "warm_up": "warm-up, then cosine"},
    )  # fmt: skip
    stop: Literal["never", "loss", "score", "plateau", "divergence"] = knob(
        "never", title="Stop early", group="more",
        labels={"never": "no", "loss": "at a training loss", "score": "at a validation accuracy or R²",
                "plateau": "when the validation loss stalls", "divergence": "when the training loss grows tenfold"},
        help="Looked at a hundred times in a run.",
    )  # fmt: skip
    stop_loss: float = knob(
        0.05, title="Training loss to reach", ge=1e-6, le=10, log=True, group="more", when=STOPS_AT_LOSS
    )
    stop_score: float = knob(0.95, title="Accuracy or R² to reach", ge=0, le=1, group="more", when=("stop", ("score",)))
    patience: int = knob(
        20, title="Looks without progress", ge=1, le=100, group="more", when=("stop", ("plateau",)),
        help="Progress is a validation loss that is lower than ever before.",
    )  # fmt: skip
    steps: int = knob(3000, title="Steps", ge=100, le=20000, group="more")
    map_size: Literal[32, 64, 100] = knob(64, title="Map resolution", group="more")
    changes: tuple[Change, ...] = knob(
        (), title="Changes", group="stage", max_length=12,
        help="Made mid-run: 1200~learning_rate~0.1 sets the rate after 1,200 updates, 300~w2.3.1~0.5 the weight from "
        "unit 1 to unit 3 of layer 2, 300~b2.3~0 that unit's bias.",
    )  # fmt: skip

    @property
    def activations(self) -> tuple[str, ...]:
        """The activation of each hidden layer."""
        names = self.layer_activations.split("-") if self.layer_activations else [self.activation]
        return tuple(names[min(i, len(names) - 1)] for i in range(len(self.hidden_sizes)))

    @property
    def skips(self) -> tuple[bool, ...]:
        """Whether each hidden layer's input is added to its output."""
        before = (None, *self.hidden_sizes)
        return tuple(self.residual and old == new for old, new in zip(before, self.hidden_sizes, strict=False))

    @property
    def look_every(self) -> int:
        """After how many updates it is looked whether the run is to stop."""
        return max(1, self.steps // LOOKS)

    @property
    def sizes(self) -> tuple[int, ...]:
        """The units of every layer: features, hidden layers, outputs."""
        return (len(self.feature_names), *self.hidden_sizes, self.output_count)

    def parameter(self, name: str) -> tuple[int, int, int | None] | None:
        """(layer, unit, input) of a weight `w2.3.1`, (layer, unit, None) of a bias `b2.3`, from 0; else None."""
        if not (found := PARAMETER.fullmatch(name)):
            return None
        layer, unit, source = (int(part) - 1 if part else None for part in (found[2], found[3], found[4]))
        if (
            layer is None
            or unit is None
            or not (0 <= layer < len(self.sizes) - 1 and 0 <= unit < self.sizes[layer + 1])
        ):
            return None
        if (source is None) != (found[1] == "b") or (source is not None and not 0 <= source < self.sizes[layer]):
            return None
        return layer, unit, source

    def changeable(self, step: int, name: str, value: float) -> bool:
        """Whether a change can be made: of a live knob, or of a weight or bias of this network."""
        if name == "learning_rate" and self.optimizer not in HAS_RATE:
            return False
        if self.parameter(name) is None:
            return super().changeable(step, name, value)
        return 0 <= step < self.steps and abs(value) <= LARGEST_WEIGHT

    def called(self, name: str) -> str:
        """What a reader calls a weight or bias that was edited by hand."""
        if (place := self.parameter(name)) is None:
            return super().called(name)
        layer, unit, source = place
        where = f"unit {unit + 1} of layer {layer + 1}"
        return f"bias of {where}" if source is None else f"weight {source + 1} to {where}"

    @property
    def drops(self) -> bool:
        """Whether units are silenced at any time of the run."""
        return any(self.at(step).dropout for step in (0, *(step for step, *_ in self.made)))

    @property
    def hyper(self) -> dict[str, Any]:
        """torch's keyword arguments of the chosen optimizer, but for its learning rate."""
        moments = {"betas": (self.beta1, self.beta2), "eps": self.eps}
        arguments: dict[str, dict[str, Any]] = {
            "sgd": {"momentum": self.momentum, "nesterov": self.nesterov and self.momentum > 0},
            "adam": {**moments, "amsgrad": self.amsgrad},
            "adamw": {**moments, "weight_decay": self.weight_decay, "amsgrad": self.amsgrad},
            "rmsprop": {"alpha": self.smoothing, "eps": self.eps, "momentum": self.momentum},
            "adagrad": {"lr_decay": self.learning_rate_decay, "initial_accumulator_value": self.initial_accumulator},
            "adamax": moments,
            "nadam": {**moments, "momentum_decay": self.momentum_decay},
            "radam": moments,
            "adadelta": {"rho": self.smoothing},
            "rprop": {"etas": (self.shrink, self.grow)},
            "asgd": {"lambd": self.decay, "alpha": self.power},
            "adafactor": {"beta2_decay": self.beta2_decay},
        }
        return arguments[self.optimizer]
