"""The exported script, run alone, ends where the recorded run ends."""

from __future__ import annotations

import math
from typing import Any

import pytest

from playground import contract
from playground.concepts.network.sandbox.knobs import Knobs
from playground.export.script import script
from playground.training.recorder import frames
from tests.scripts import ends

MOMENTS = {"beta1": 0.8, "beta2": 0.99, "eps": 0.01}
HYPER: dict[str, dict[str, Any]] = {
    "sgd": {"momentum": 0.5, "nesterov": True},
    "adam": {**MOMENTS, "amsgrad": True},
    "adamw": {**MOMENTS, "amsgrad": True, "weight_decay": 0.12345678},
    "rmsprop": {"momentum": 0.5, "smoothing": 0.9, "eps": 0.01},
    "adagrad": {"learning_rate_decay": 0.01, "initial_accumulator": 0.1},
    "adamax": MOMENTS,
    "nadam": {**MOMENTS, "momentum_decay": 0.1},
    "radam": MOMENTS,
    "adadelta": {"smoothing": 0.9, "learning_rate": 1.0},
    "rprop": {"shrink": 0.4, "grow": 1.1, "batch_size": 0},
    "asgd": {"decay": 0.05, "power": 0.5},
    "adafactor": {"beta2_decay": -0.6},
}
CASES: dict[str, dict[str, Any]] = {
    "default": {},
    "linear": {"data": "circles", "hidden_sizes": (), "features": ("x1", "x1sq", "x2sq"), "optimizer": "sgd"},
    "deep": {"data": "xor", "hidden_sizes": (5, 4, 3), "activation": "sine", "initialiser": "orthogonal"},
    "focal": {"data": "gaussians", "loss": "focal", "activation": "gelu", "optimizer": "adamw", "weight_decay": 0.05},
    "hinge": {
        "data": "moons",
        "loss": "hinge",
        "l1": 0.001,
        "l2": 0.002,
        "activation": "relu",
        "initialiser": "he_normal",
    },
    "brier": {"data": "checkerboard", "loss": "mse", "features": ("x1", "sinx1", "sinx2", "x1x2"), "dropout": 0.3},
    "blobs": {"data": "blobs", "class_count": 5, "label_noise": 0.2, "optimizer": "rmsprop", "momentum": 0.0},
    "rings": {"data": "rings", "loss": "hinge", "optimizer": "nadam", "batch_size": 0, "activation": "silu"},
    "rings_focal": {"data": "rings", "loss": "focal", "optimizer": "adagrad", "learning_rate_decay": 0.01, "l1": 0.01},
    "blobs_brier": {"data": "blobs", "loss": "mse", "optimizer": "adamax", "activation": "mish", "batch_size": 7},
    "plane": {"data": "plane", "hidden_sizes": (), "optimizer": "rprop", "batch_size": 0, "learning_rate": 0.01},
    "hills": {"data": "multi_gaussian", "regression_loss": "huber", "optimizer": "radam", "initialiser": "he_normal"},
    "sine": {"data": "sine", "regression_loss": "log_cosh", "hidden_sizes": (16, 16), "initialiser": "xavier_normal"},
    "sine_mae": {"data": "sine", "regression_loss": "mae", "optimizer": "adafactor", "activation": "selu"},
    "iris": {"data": "iris", "iris_x": "sepal_width", "activation": "sigmoid", "optimizer": "asgd", "l2": 0.01},
    "wine": {"data": "wine", "wine_x": "od280_od315", "wine_y": "alcalinity_of_ash", "activation": "softplus"},
    "cancer": {
        "data": "breast_cancer",
        "cancer_y": "worst_concave_points",
        "activation": "leaky_relu",
        "label_noise": 0.1,
    },
    "nesterov": {"optimizer": "sgd", "nesterov": True, "momentum": 0.95, "initialiser": "xavier_uniform", "seed": 7},
    "adadelta": {"optimizer": "adadelta", "smoothing": 0.9, "learning_rate": 1.0, "initialiser": "he_uniform"},
    "zeros": {"initialiser": "zeros", "activation": "identity", "train_share": 10},
    "changed": {
        "changes": ((50, "learning_rate", 0.1), (60, "l1", 0.01), (70, "l2", 0.02), (80, "dropout", 0.2)),
        "l1": 0.001,
    },
    "changed_momentum": {
        "optimizer": "rmsprop",
        "momentum": 0.0,
        "changes": ((50, "momentum", 0.9), (60, "batch_size", 5.0), (70, "w2.3.1", -1.5), (70, "b1.2", 0.25)),
    },
    "by_layer": {"hidden_sizes": (6, 6, 6), "layer_activations": "relu-sine", "norm": "layer", "residual": True},
    "batch_norm": {"norm": "batch", "dropout": 0.2, "clip": 0.5, "schedule": "warm_up", "hidden_sizes": (5, 5)},
    "residual_linear": {"residual": True, "hidden_sizes": (3, 4), "schedule": "step", "activation": "elu"},
    **{f"{name}_schedule": {"schedule": name} for name in ("exponential", "linear", "cosine", "restarts", "one_cycle")},
    "scheduled_change": {"schedule": "cosine", "changes": ((70, "learning_rate", 0.2),), "clip": 1.0},
    "stops_at_loss": {"data": "gaussians", "stop": "loss", "stop_loss": 0.3},
    "stops_at_score": {"data": "gaussians", "stop": "score", "stop_score": 0.9, "norm": "batch"},
    "stops_at_r2": {"data": "plane", "stop": "score", "stop_score": 0.9},
    "stops_on_plateau": {"data": "moons", "label_noise": 0.3, "stop": "plateau", "patience": 3, "learning_rate": 0.3},
    "stops_diverging": {
        "data": "plane",
        "optimizer": "sgd",
        "learning_rate": 3.0,
        "stop": "divergence",
        "momentum": 0.5,
    },
    "diverges": {"data": "plane", "optimizer": "sgd", "learning_rate": 10.0, "activation": "identity"},
    **{f"{name}_hyper": {"optimizer": name, "steps": 100, **chosen} for name, chosen in HYPER.items()},
}


def made(name: str) -> Knobs:
    return Knobs.model_validate({"samples": 120, "steps": 150, "map_size": 32, **CASES[name]}).settled()


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, float]]:
    """What each case's script prints last."""
    scripts = [script(contract.lab("network/sandbox"), made(name)) for name in CASES]
    return dict(zip(CASES, ends(scripts, tmp_path_factory.mktemp("scripts"), timeout=200), strict=True))


@pytest.mark.parametrize("name", CASES)
def test_script_reproduces_the_run(name: str, printed: dict[str, dict[str, float]]) -> None:
    *_, last = frames(contract.lab("network/sandbox"), made(name), "cpu")
    close = 1e-6 if name.endswith("_hyper") else 1e-4
    assert len(printed[name]) == 6
    for metric, value in printed[name].items():
        recorded = last.metrics[metric]
        assert math.isclose(value, recorded, abs_tol=close) or not (math.isfinite(value) or math.isfinite(recorded))


@pytest.mark.parametrize("name", CASES)
def test_script_reads_well(name: str) -> None:
    text = script(contract.lab("network/sandbox"), made(name))
    compile(text, "script", "exec")
    assert all(len(line) <= 120 or line.startswith("network?") for line in text.splitlines())
    assert "\n\n\n\n" not in text


@pytest.mark.parametrize("name", HYPER)
def test_every_hyper_parameter_is_changed_and_printed(name: str) -> None:
    text, hyper = script(contract.lab("network/sandbox"), made(f"{name}_hyper")), made(f"{name}_hyper").hyper
    for argument, default in Knobs(optimizer=name).hyper.items():
        assert hyper[argument] != default
        assert f", {argument}={hyper[argument]}" in text


def test_script_prints_only_what_is_used() -> None:
    text = script(contract.lab("network/sandbox"), Knobs())
    for word in (
        "sklearn",
        "Dropout",
        "relabel",
        "penalty",
        "math",
        "scale(",
        "nn.init",
        "amsgrad",
        "{%",
        "playground.data",
    ):
        assert word not in text
