"""What the losses did to the rare class, as measured, each with its number and a cure."""

from __future__ import annotations

from collections.abc import Iterator

from playground.concepts.losses.imbalance.knobs import Knobs
from playground.contract import History, Verdict

ALIKE = 0.02  # of recall or calibration error
BLUNT = 1.5  # times the share of the rare class: a precision that flagging every point would nearly reach


def verdicts(knobs: Knobs, history: History) -> tuple[Verdict, ...]:
    """Who misses, who over-claims, and what focal did."""
    if not len(history):
        return ()
    rules = (_missed, _overclaimed, _focal)
    return tuple(verdict for rule in rules for verdict in rule(knobs, history))


def _missed(knobs: Knobs, history: History) -> Iterator[Verdict]:
    plain, weighted = history.last("recall.cross_entropy"), history.last("recall.weighted")
    if plain < 0.5:
        sentence = f"Cross-entropy finds {plain:.0%} of the rare class"
        sentence += f"; weighted {knobs.rare_weight:.3g} times, {weighted:.0%}." if weighted > plain + ALIKE else "."
        yield Verdict(sentence, int(history.steps[-1]), {"threshold": _even(knobs)})


def _overclaimed(knobs: Knobs, history: History) -> Iterator[Verdict]:
    said, precision = history.last("mean_probability.weighted"), history.last("precision.weighted")
    if said > 1.5 * knobs.prior:
        sentence = (
            f"The weights make the model say {said:.1%} on average where {knobs.prior:.1%} are rare, and "
            f"{1 - precision:.0%} of what it flags is common."
        )
        yield Verdict(sentence, int(history.steps[-1]), {"weight_power": 0.5 if knobs.weight_power > 0.5 else 0.0})


def _focal(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """Focal beside cross-entropy, whichever way it went."""
    recalls, precisions, errors = (
        [history.last(f"{kind}.{loss}") for loss in ("focal", "cross_entropy")]
        for kind in ("recall", "precision", "calibration_error")
    )
    flagged = history.last("flagged_share.focal")
    blunt = precisions[0] < BLUNT * knobs.prior and flagged > 0.5
    sentence = (
        f"Focal (gamma {knobs.gamma:g}) {f'flags {flagged:.0%} of all points and so ' if blunt else ''}finds "
        f"{recalls[0]:.0%} of the rare points at a precision of {precisions[0]:.1%}"
        f"{f', where {knobs.prior:.1%} of all are rare' if blunt else ''}; cross-entropy finds {recalls[1]:.0%} at "
        f"{precisions[1]:.1%}. Focal's calibration error is {errors[0]:.2f} beside {errors[1]:.2f}."
    )
    mend = {"gamma": 0.0} if errors[0] > errors[1] + ALIKE else {}
    mend |= {"threshold": _even(knobs)} if blunt and precisions[1] < BLUNT * knobs.prior else {}
    yield Verdict(sentence, int(history.steps[-1]), mend)


def _even(knobs: Knobs) -> float:
    """The threshold at which a point is called rare where it is likelier rare than any point."""
    return max(0.02, round(knobs.prior, 2))
