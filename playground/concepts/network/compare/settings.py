"""The members of a sweep as settings of the sandbox, and the links that open them there."""

from __future__ import annotations

from itertools import product
from urllib.parse import urlencode

from playground.concepts.network.compare.knobs import TITLES, Knobs
from playground.concepts.network.sandbox.knobs import Knobs as Sandbox
from playground.contract import specs, write

MOST_SHOWN = 16


def alone(knobs: Knobs) -> Sandbox:
    """The sandbox's knobs that the members have in common."""
    shared = {name: getattr(knobs, name) for name in specs(Sandbox) if name in type(knobs).model_fields}
    return Sandbox.model_validate(shared).settled()


def settings(knobs: Knobs) -> tuple[Sandbox, ...]:
    """Each member as a run of the sandbox: value by value, each under all its seeds; a map row by row."""
    base = alone(knobs)
    return tuple(base.model_copy(update=change) for change in _changes(knobs))


def _changes(knobs: Knobs) -> list[dict[str, float]]:
    if knobs.mode == "seeds":
        return [{"seed": seed} for seed in range(knobs.seed, knobs.seed + knobs.seeds)]
    if knobs.mode == "two":
        return [{knobs.swept: x, knobs.other: y} for y, x in product(knobs.other_grid, knobs.grid)]
    seeds = range(knobs.seed, knobs.seed + knobs.seed_count)
    return [{knobs.swept: value, "seed": seed} for value, seed in product(knobs.grid, seeds)]


def shown(knobs: Knobs) -> tuple[int, ...]:
    """Which members have a picture and a row: evenly spread; of a map every second row and column or so."""
    if knobs.mode == "two":
        return tuple(8 * row + column for row in (0, 2, 5, 7) for column in (0, 2, 5, 7))
    step = knobs.seed_count
    count = knobs.seeds if knobs.mode == "seeds" else knobs.values
    most = min(MOST_SHOWN, count)
    return tuple(step * round(k * (count - 1) / (most - 1)) for k in range(most))


def twinned(knobs: Knobs) -> tuple[int, ...]:
    """Which members have a twin: every second one that is shown."""
    return shown(knobs)[::2]


def link(setting: Sandbox) -> str:
    """Where the sandbox opens with a member's settings: the page's name and the knobs not at their defaults."""
    found = specs(Sandbox)
    query = {
        name: write(getattr(setting, name))
        for name, spec in found.items()
        if setting.in_force(name) and getattr(setting, name) != spec.default
    }
    return "network?" + urlencode(query) if query else "network"  # the page's first lab needs no name


def title(knobs: Knobs, setting: Sandbox) -> str:
    """What sets a member apart, in words: `learning rate 0.03`."""
    if knobs.mode == "seeds":
        return f"seed {setting.seed}"
    names = (knobs.swept, knobs.other) if knobs.mode == "two" else (knobs.swept,)
    parts = [
        f"{TITLES[name][0].lower()}{TITLES[name][1:]} {getattr(setting, name):g}" for name in names if name in TITLES
    ]
    return ", ".join(part.replace("l1 ", "L1 ").replace("l2 ", "L2 ") for part in parts)


def brief(knobs: Knobs, setting: Sandbox) -> str:
    """The same as numbers alone, for small pictures: at most five characters each."""
    if knobs.mode == "seeds":
        return f"{setting.seed}"
    names = (knobs.swept, knobs.other) if knobs.mode == "two" else (knobs.swept,)
    return "<br>".join(short(getattr(setting, name)) for name in names)


def short(value: float) -> str:
    """A number as short as it can be told: `0.46`, `0.005`, `2e-4`."""
    digits = 2 if abs(value) >= 0.01 or value == 0 else 1
    return f"{value:.{digits}g}" if abs(value) >= 0.001 or value == 0 else f"{value:.0e}".replace("e-0", "e−")
