"""Two networks play on points in the plane, where one can see all that they do."""

from __future__ import annotations

from playground.concepts.gan.points.knobs import Knobs
from playground.concepts.gan.points.panels import one_game
from playground.concepts.gan.points.panels_several import side_by_side
from playground.concepts.gan.points.panels_slow import slow_motion
from playground.concepts.gan.points.verdicts import verdicts
from playground.contract import Challenge, History, Preset, Readout, Source
from playground.stage import Part

TITLE = "Points"
SMALL = Knobs(steps=60, generator_sizes=(16,), discriminator_sizes=(16,), batch_size=32)

PRESETS = (
    Preset("Ring of 8", "The fakes chase one mode after the other, then split until all eight have samples.", Knobs()),
    Preset(
        "Four losses", "Same first weights, same batches, only the loss differs: see which covers the ring first.",
        Knobs(view="compare"),
    ),
    Preset(
        "Slow motion", "One update at a time: the map moves in the discriminator's turn, the fakes in the generator's.",
        Knobs(view="slow"),
    ),
    Preset(
        "Grid", "Faster learning and more steps: the samples stretch over the grid, then gather in heaps.",
        Knobs(data="grid", spread=0.1, generator_rate=0.002, discriminator_rate=0.002, steps=4000),
    ),
    Preset(
        "Swiss roll", "No modes to count: see how many fakes lie near a real point, how many real ones they reach.",
        Knobs(data="swiss_roll", generator_rate=0.002, discriminator_rate=0.002),
    ),
    Preset(
        "WGAN-GP", "The critic's slope is held near 1, so its push never fades; its output is no probability.",
        Knobs(loss="wgan_gp", discriminator_steps=3, steps=1000),
    ),
    Preset(
        "Paint", "Click on the picture: each painted point becomes a mode that the generator has to find.",
        Knobs(data="own"),
    ),
    Preset(
        "Break it: collapse", "The generator learns 50 times as fast: all its samples jump from mode to mode.",
        Knobs(generator_rate=0.005, discriminator_rate=0.0001), breaks=True,
    ),
    Preset(
        "Break it: D wins", "Minimax against a strong discriminator: the arrows vanish, nothing moves.",
        Knobs(
            loss="minimax", discriminator_rate=0.01, discriminator_steps=5, generator_optimizer="sgd", spread=0.05,
            steps=600,
        ), breaks=True,
    ),
)  # fmt: skip

READOUTS = (
    Readout("modes_covered", "Modes covered", "count"),
    Readout("good_share", "Good samples", "percent"),
    Readout("reached_share", "Real points reached", "percent"),
    Readout("near_share", "Fakes near a real point", "percent"),
    Readout("sliced_wasserstein", "Sliced Wasserstein"),
    Readout("real_score", "D(real), mean"),
    Readout("fake_score", "D(fake), mean"),
)

MATHS = (
    (
        "The game: D is the sigmoid of the discriminator's logit, G makes a point of a latent z. "
        "The losses are those of the loss chosen, over 1,000 real and 1,000 fake points.",
        r"\min_G \max_D \; \mathbb{E}_x [\log D(x)] + \mathbb{E}_z [\log (1 - D(G(z)))], \quad "
        r"L_D = \cell{discriminator_loss}, \quad L_G = \cell{generator_loss}",
    ),
    (
        "Minimax and non-saturating share D's loss. Where D is sure of a fake, the first is flat, the second steep.",
        r"L_G = \mathbb{E}_z [\log (1 - D(G(z)))] \quad \text{or} \quad L_G = - \mathbb{E}_z [\log D(G(z))]",
    ),
    (
        "Least squares: D(x) is the output itself, 1 for real and 0 for fake.",
        r"L_D = \tfrac{1}{2} \mathbb{E}_x [(D(x) - 1)^2] + \tfrac{1}{2} \mathbb{E}_z [D(G(z))^2], \quad "
        r"L_G = \tfrac{1}{2} \mathbb{E}_z [(D(G(z)) - 1)^2]",
    ),
    (
        "Hinge: a real point beyond 1 and a fake one below -1 teach D nothing more.",
        r"L_D = \mathbb{E}_x [\max(0, 1 - D(x))] + \mathbb{E}_z [\max(0, 1 + D(G(z)))], \quad "
        r"L_G = - \mathbb{E}_z [D(G(z))]",
    ),
    (
        "WGAN: the critic's difference estimates the distance where its slope is at most 1. Clipping bounds its "
        "weights, the penalty holds its slope between real and fake near 1. The mean slope now:",
        r"L_D = \mathbb{E}_z [D(G(z))] - \mathbb{E}_x [D(x)] + \lambda \, \mathbb{E} "
        r"[(\lVert \nabla D(\hat{x}) \rVert - 1)^2], \quad \lVert \nabla D \rVert = \cell{slope}",
    ),
    (
        "The arrows: each fake's own gradient downhill. The mean length is",
        r"\lVert - \nabla_{x} \, \ell_G (D(x)) \rVert_{x = G(z)} = \cell{push}",
    ),
    (
        "A sample is good within 3 standard deviations of its nearest mode (VEEGAN, 2017). A mode is covered once good "
        "samples near it are at least a fifth of its fair share; that paper asks for a single one.",
        r"\text{covered} = \cell{modes_covered}, \quad \text{good} = \cell{good_share}",
    ),
    (
        "Sliced Wasserstein distance: both sets are projected on 32 directions, sorted, and compared in pairs.",
        r"\frac{1}{32} \sum_k \frac{1}{N} \sum_n | (\theta_k \cdot x)_{(n)} - (\theta_k \cdot G(z))_{(n)} | "
        r"= \cell{sliced_wasserstein}",
    ),
)  # fmt: skip

SOURCES = (
    Source("Points drawn anew by NumPy from the seed; for painted data, about the painted points."),
    Source("Goodfellow et al.: Generative adversarial nets, 2014.", url="https://arxiv.org/abs/1406.2661"),
    Source("Mao et al.: Least squares GANs, 2017.", url="https://arxiv.org/abs/1611.04076"),
    Source("Lim and Ye: Geometric GAN (the hinge loss), 2017.", url="https://arxiv.org/abs/1705.02894"),
    Source("Miyato et al.: Spectral normalization for GANs, 2018.", url="https://arxiv.org/abs/1802.05957"),
    Source("Arjovsky et al.: Wasserstein GAN (clipping), 2017.", url="https://arxiv.org/abs/1701.07875"),
    Source("Gulrajani et al.: Improved training of WGANs (the penalty), 2017.", url="https://arxiv.org/abs/1704.00028"),
    Source("Sønderby et al.: instance noise, 2017.", url="https://arxiv.org/abs/1610.04490"),
    Source("Srivastava et al.: VEEGAN (good samples, modes), 2017.", url="https://arxiv.org/abs/1705.07761"),
    Source("Rabin et al.: Wasserstein barycenter and its application to texture mixing (sliced distance), 2011."),
    Source("Kahng et al.: GAN Lab, 2018, the model of this page.", url="https://arxiv.org/abs/1809.01587"),
)


def _whole_grid(knobs: Knobs, history: History) -> bool:
    whole = history.last("modes_covered") == 25 and history.last("good_share") >= 0.7
    return knobs.view == "one" and knobs.data == "grid" and knobs.spread <= 0.1 and whole


def _awake(knobs: Knobs, history: History) -> bool:
    held = knobs.view == "one" and knobs.data == "ring" and knobs.modes >= 8 and knobs.loss == "minimax"
    strong = knobs.discriminator_rate >= 0.01 and knobs.discriminator_steps >= 5 and knobs.spread <= 0.05
    return held and strong and history.last("modes_covered") == knobs.mode_count


CHALLENGES = (
    Challenge(
        "Cover all 25 modes of the grid, spread at most 0.1, with at least 70 % good samples.", _whole_grid,
        {"data": "grid", "spread": 0.1},
    ),
    Challenge(
        "The discriminator keeps its rate of 0.01 and its 5 steps a turn, the loss stays minimax, the spread 0.05: "
        "bring the generator to cover all eight modes all the same.", _awake,
        {"loss": "minimax", "discriminator_rate": 0.01, "discriminator_steps": 5, "generator_optimizer": "sgd",
         "spread": 0.05, "steps": 600},
    ),
)  # fmt: skip

VIEWS = {"one": one_game, "compare": side_by_side, "slow": slow_motion}


def stage(knobs: Knobs) -> tuple[Part, ...]:
    """One game with all its charts, several games side by side, or one update at a time."""
    return VIEWS[knobs.view](knobs)


__all__ = [
    "CHALLENGES", "MATHS", "PRESETS", "READOUTS", "SMALL", "SOURCES", "TITLE", "Knobs", "stage", "verdicts",
]  # fmt: skip
