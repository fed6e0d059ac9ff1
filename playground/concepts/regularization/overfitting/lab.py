"""An over-sized network on few noisy points, under eight strengths of a method that keeps it from learning by heart."""

from __future__ import annotations

from playground.concepts.regularization.overfitting import panels, plane
from playground.concepts.regularization.overfitting.knobs import Knobs
from playground.concepts.regularization.overfitting.methods import SPARSE, WEIGHED
from playground.concepts.regularization.overfitting.verdicts import verdicts
from playground.contract import Challenge, History, Preset, Readout, Source
from playground.stage import Part

TITLE = "Overfitting"
CLOCK = "step"
DEVICE = "any"
SMALL = Knobs(samples=20, hidden_sizes=(6, 4), repeats=3, steps=50)

PRESETS = (
    Preset("L2 sweep", "Islands round single points melt away; then everything does.", Knobs()),
    Preset(
        "L1 is sparse", "At 0.003 L1 has about two weights in a hundred left, L2 nearly all.",
        Knobs(method="l1"),
    ),
    Preset("Dropout", "The training loss stays above 0, and the test loss stops exploding.", Knobs(method="dropout")),
    Preset(
        "Early stopping", "The validation loss turns; when patience runs out, the best weights come back.",
        Knobs(method="early_stopping"),
    ),
    Preset("Noisy data", "Points that never lie still cannot be learnt by heart.", Knobs(method="data_noise")),
    Preset(
        "Diamond and circle", "Drag the minimum: L1's ball has corners, and they catch the solution.",
        Knobs(view="geometry"),
    ),
    Preset(
        "Break it: L2 at 1", "Easy moons, but from 0.1 on the penalty outweighs the data: the weights die.",
        Knobs(data="moons", noise=0.3), breaks=True,
    ),
)  # fmt: skip

READOUTS = (
    Readout("gap.plain", "Gap without it", "percent"),
    Readout("gap.best", "Gap at the best", "percent"),
    Readout("test_accuracy.plain", "Test accuracy without", "percent"),
    Readout("test_accuracy.best", "Test accuracy at the best", "percent"),
    Readout("best_strength", "Best on validation"),
    Readout("strength", "Strength of the penalty"),
    Readout("weight_1", "w₁"),
    Readout("weight_2", "w₂"),
)

MATHS = (
    (
        "The penalty joins the loss: the best strength so far is lambda.",
        r"L = \frac{1}{N} \sum_{n=1}^{N} \ell_n + \lambda \, \Omega(w), \quad \lambda = \cell{best_strength}, \quad "
        r"\frac{1}{N} \sum_{n=1}^{N} \ell_n = \cell{train_loss.best}",
    ),
    (
        "L1 pulls every weight with the same force down to zero; L2 pulls in proportion to the weight.",
        r"\Omega_1 = \sum |w|, \quad \frac{\partial \Omega_1}{\partial w} = \operatorname{sign}(w), \quad "
        r"\Omega_2 = \sum w^2, \quad \frac{\partial \Omega_2}{\partial w} = 2 w",
    ),
    (
        "The gap: accuracy on the training points minus accuracy on new ones, without the method and at its best.",
        r"\cell{train_accuracy.plain} - \cell{test_accuracy.plain} = \cell{gap.plain}, \quad "
        r"\cell{train_accuracy.best} - \cell{test_accuracy.best} = \cell{gap.best}",
    ),
    (
        "Decoupled weight decay shrinks the weights beside Adam's step, so that Adam cannot rescale it.",
        r"w \leftarrow w - \eta \left( \frac{\hat{m}}{\sqrt{\hat{v}} + \epsilon} + \lambda w \right)",
    ),
    (
        "Two weights: the least loss within a budget is the least penalised loss, at one strength.",
        r"\min_w \tfrac{1}{2} (w - m)^\top H (w - m) + \lambda \, \Omega(w), \quad \lambda = \cell{strength}, \quad "
        r"w = (\cell{weight_1}, \cell{weight_2})",
    ),
)

NETWORK = ("view", ("network",))
SOURCES = (
    Source(
        "Toy points, drawn anew by NumPy for every repeat: those to train on, 200 that choose the best strength "
        "(validation), 400 that judge it (test).", when=NETWORK,
    ),
    Source("L2 on weights: Krogh and Hertz, A simple weight decay can improve generalization, 1991."),
    Source("L1: Tibshirani, Regression shrinkage and selection via the lasso, 1996."),
    Source("Elastic net: Zou and Hastie, Regularization and variable selection via the elastic net, 2005."),
    Source("Dropout: Srivastava and others, 2014.", when=("method", ("dropout",))),
    Source("AdamW: Loshchilov and Hutter, Decoupled weight decay regularization, 2019.",
           when=("method", ("weight_decay",))),
    Source("Early stopping: Prechelt, Early stopping - but when?, 1998.", when=("method", ("early_stopping",))),
    Source("Noise on the inputs: Bishop, Training with noise is equivalent to Tikhonov regularization, 1995.",
           when=("method", ("data_noise",))),
    Source("Batch norm: Ioffe and Szegedy, 2015; in small groups: Hoffer, Hubara and Soudry, Train longer, generalize "
           "better, 2017.", when=("method", ("batch_norm",))),
    Source("Averaging: Hansen and Salamon, Neural network ensembles, 1990.", when=("method", ("averaging",))),
)  # fmt: skip


def _nine_in_ten(knobs: Knobs, history: History) -> bool:
    few = knobs.view == "network" and knobs.samples <= 40
    return few and knobs.data == "circles" and knobs.noise >= 0.6 and history.last("test_accuracy.best") >= 0.9


def _dropped(knobs: Knobs, history: History) -> bool:
    if knobs.view != "geometry" or knobs.penalty != "l1" or min(map(abs, knobs.minimum)) < 0.3:
        return False
    gone = (abs(history.metrics["weight_1"]) < 1e-9) | (abs(history.metrics["weight_2"]) < 1e-9)
    return not gone[history.metrics["budget"] > 0.2].any()


CHALLENGES = (
    Challenge(
        "Reach 0.9 on test with 40 noisy points (circles, noise 0.6 or more), at the strength that validation picks.",
        _nine_in_ten, {"noise": 0.6, "method": "dropout"},
    ),
    Challenge(
        "Two weights: place the minimum so that L1 keeps both weights until less than a fifth of the budget is left "
        "(neither coordinate within 0.3 of zero).", _dropped, {"view": "geometry"},
    ),
)  # fmt: skip


def stage(knobs: Knobs) -> tuple[Part, ...]:
    """The maps, accuracy against strength, what the method is about, and the table; or the plane of two weights."""
    if knobs.view == "geometry":
        return plane.plane(knobs), plane.weights(knobs), plane.smaller(knobs)
    over_time = {"early_stopping": panels.stopping, **dict.fromkeys(SPARSE, panels.sparsity)}
    shown = over_time.get(knobs.method, panels.losses)
    sizes = (panels.weights(knobs),) if knobs.method in WEIGHED else ()
    return panels.maps(knobs), panels.accuracy(knobs), shown(knobs), *sizes, panels.table(knobs)


__all__ = [
    "CHALLENGES", "CLOCK", "MATHS", "PRESETS", "READOUTS", "SMALL", "SOURCES", "TITLE", "Knobs", "stage", "verdicts",
]  # fmt: skip
