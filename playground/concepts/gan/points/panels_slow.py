"""The figures of slow motion: the plane after each update, whose turn it is, and what the update changed."""

from __future__ import annotations

from typing import Any

from playground.concepts.gan.colours import FAKE, GENERATOR, REAL, on_map
from playground.concepts.gan.points import panels, places
from playground.concepts.gan.points.knobs import Knobs
from playground.concepts.gan.points.sets import REACH
from playground.stage import Marks, Panel, Paths, Tiles
from playground.stage.bindings import Binding
from playground.stage.figures import at_rest, figure
from playground.stage.palette import BLUE, GREY, VERMILLION


def plane(knobs: Knobs) -> Panel:
    """The game, with what the discriminator saw last and how the generator last moved its fakes."""
    found = panels.game(knobs)
    figure_, at = found.figure, len(found.figure.data)
    figure_.add_traces([
        panels.stroke("its move, × 10", GENERATOR, width=2), panels.key("in D's batch", GREY, "circle-open", 9),
    ])  # fmt: skip
    more: list[Binding] = [
        Marks("seen_real_x", "seen_real_y", at + 1, REAL, symbol="ring", size=10),
        Marks("seen_fake_x", "seen_fake_y", at + 1, FAKE, symbol="ring", size=10),
        Paths("move_x", "move_y", (at,) * 36, end="arrow"),
    ]  # fmt: skip
    return Panel(found.name, figure_, [*found.bindings, *more], found.alt, size="main")


def turn(knobs: Knobs) -> Panel:
    """Who plays: points go forward, gradients come back as far as the player whose turn it is."""
    traces = [panels.stroke("points", GREY, width=2), panels.stroke("gradient", VERMILLION, width=2)]
    made = figure("Whose turn it is", traces, annotations=_names())
    made.update_xaxes(**at_rest({"range": [-0.4, 10.5]}))
    made.update_yaxes(**at_rest({"range": [-0.5, 3.7]}))
    bindings: list[Binding] = [
        Tiles("lit", places.players(), "sequential"), Paths("forward_x", "forward_y", (0,) * 4, end="arrow"),
        Paths("back_x", "back_y", (1, 1), end="arrow"),
    ]  # fmt: skip
    alt = "A diagram: latents, generator, fakes, discriminator and its verdict; the player whose turn it is shines."
    return Panel("turn", made, bindings, alt)


def _names() -> list[dict[str, Any]]:
    """What stands where, and under each player what it wants."""
    plain = {"showarrow": False, "font": {"size": 12}}
    spots = {
        "z": (places.LATENTS, places.HIGH), "Generator": (places.GENERATOR, places.HIGH),
        "fakes": (places.FAKES, places.HIGH - 0.35), "Discriminator": (places.DISCRIMINATOR, places.HIGH),
        "D(x)": (places.VERDICT, places.HIGH), "real": (places.FAKES - 0.2, places.LOW),
        "wants D(fake) up": (places.GENERATOR, places.UNDER),
        "wants D(real) up, D(fake) down": (places.WISH, places.UNDER),
    }  # fmt: skip
    return [{**plain, "x": x, "y": y, "text": name} for name, (x, y) in spots.items()]


def change(knobs: Knobs) -> Panel:
    """What the discriminator's last update changed of its map."""
    traces = [panels.key("now more real", on_map(VERMILLION), "square", 10),
              panels.key("now more fake", on_map(BLUE), "square", 10)]  # fmt: skip
    made = figure("What D's last update changed", traces)
    made.update_xaxes(**at_rest({"range": [-REACH, REACH]}))
    made.update_yaxes(**at_rest({"range": [-REACH, REACH], "scaleanchor": "x"}))
    alt = "Map of what the discriminator's last update changed of its output, beside the largest change."
    bindings: list[Binding] = [Tiles("change", [places.PLANE]), Marks("real_x", "real_y", None, REAL, size=3)]
    return Panel("change", made, bindings, alt)


def slow_motion(knobs: Knobs) -> tuple[Panel, ...]:
    """The stage of slow motion."""
    updates = knobs.last_step * (knobs.discriminator_steps + 1)
    losses = panels.losses(knobs, updates, "update of either player")
    return plane(knobs), turn(knobs), change(knobs), panels.histograms(knobs), losses
