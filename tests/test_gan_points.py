"""The parts of the GAN on points: losses, measures, data, networks and pictures, each against an oracle."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from pydantic import ValidationError
from scipy.stats import wasserstein_distance
from sklearn.datasets import make_swiss_roll
from sklearn.metrics import roc_auc_score
from sklearn.neighbors import KDTree
from torch import Tensor, nn

from playground import player
from playground.concepts.gan import colours
from playground.concepts.gan.points import coverage, losses, panels, phases, pictures, places, sets
from playground.concepts.gan.points.knobs import HEART, Knobs
from playground.concepts.gan.points.measure import Eye, Look, data
from playground.concepts.gan.points.players import Game, Stacked
from playground.concepts.gan.points.words import LOSSES
from playground.data.painted import points as painted
from playground.data.published import DataError
from playground.models.mlp import mlp
from playground.stage.palette import BLUE, MIDDLE, VERMILLION

torch.set_num_threads(1)

REAL, FAKE = torch.tensor([[2.0], [-1.0], [0.5]]), torch.tensor([[-3.0], [0.0], [1.5]])


def game_of(knobs: Knobs) -> Game:
    torch.manual_seed(knobs.seed)
    return Game(knobs, data(knobs).train.to(torch.get_default_dtype()))


@pytest.fixture
def double() -> Iterator[None]:
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


# Losses


def test_cross_entropies_are_goodfellow_s() -> None:
    logits, labels = torch.cat([REAL, FAKE]), torch.tensor([[1.0]] * 3 + [[0.0]] * 3)
    both = 2 * F.binary_cross_entropy_with_logits(logits, labels)  # a mean over twice as many points
    assert torch.allclose(losses.cross_entropy(REAL, FAKE), both)
    d = torch.sigmoid(FAKE)
    assert torch.allclose(losses.minimax(FAKE), torch.log(1 - d).mean())
    assert torch.allclose(losses.non_saturating(FAKE), -torch.log(d).mean())


def test_a_sure_discriminator_gives_minimax_no_slope_and_non_saturating_a_whole_one() -> None:
    for loss, slope in ((losses.minimax, 0.0), (losses.non_saturating, -1.0)):
        logits = torch.tensor([[-20.0]], requires_grad=True)
        loss(logits).backward()  # type: ignore[no-untyped-call]
        assert logits.grad is not None and logits.grad.item() == pytest.approx(slope, abs=1e-6)


def test_least_squares_are_mao_s() -> None:
    told = 0.5 * F.mse_loss(REAL, torch.ones(3, 1)) + 0.5 * F.mse_loss(FAKE, torch.zeros(3, 1))
    assert torch.allclose(losses.least_squares(REAL, FAKE), told)
    assert torch.allclose(losses.generator_least_squares(FAKE), 0.5 * F.mse_loss(FAKE, torch.ones(3, 1)))


def test_hinge_and_wasserstein_are_their_papers() -> None:
    assert losses.hinge(REAL, FAKE).item() == pytest.approx((0 + 2 + 0.5) / 3 + (0 + 1 + 2.5) / 3)
    assert losses.wasserstein(REAL, FAKE).item() == pytest.approx(-0.5 - 0.5)
    assert losses.raised(FAKE).item() == pytest.approx(0.5)


def test_every_loss_has_both_sides() -> None:
    assert set(LOSSES) == set(losses.DISCRIMINATOR) == set(losses.GENERATOR)


def test_the_penalty_is_autograd_s_point_by_point() -> None:
    torch.manual_seed(0)
    network = mlp((2, 5, 1), nn.Tanh)
    real, fake, share = torch.randn(6, 2), torch.randn(6, 2), torch.rand(6, 1)
    lengths = []
    for point in share * real + (1 - share) * fake:
        alone = point.clone().requires_grad_()
        lengths.append(torch.autograd.grad(network(alone)[0], alone, create_graph=True)[0].norm())
    oracle = ((torch.stack(lengths) - 1) ** 2).mean()
    penalty = losses.gradient_penalty(network, real, fake, share)
    assert torch.allclose(penalty, oracle)
    found = torch.autograd.grad(penalty, list(network.parameters()), allow_unused=True)
    wanted = torch.autograd.grad(oracle, list(network.parameters()), allow_unused=True)
    for one, other in zip(found, wanted, strict=True):
        assert (one is None or not one.any()) if other is None else torch.allclose(one, other, atol=1e-6)


def test_the_penalty_of_a_plane_is_its_slope_s() -> None:
    plane = nn.Linear(2, 1)
    plane.weight.data = torch.tensor([[3.0, 4.0]])
    assert losses.gradient_penalty(plane, torch.randn(4, 2), torch.randn(4, 2), torch.rand(4, 1)).item() == 16


# Measures


def test_told_apart_is_scikit_learn_s_area_with_ties() -> None:
    torch.manual_seed(0)
    real, fake = torch.randn(200, 1).round(decimals=1) + 0.5, torch.randn(200, 1).round(decimals=1)
    area = roc_auc_score([1] * 200 + [0] * 200, torch.cat([real, fake]).flatten().numpy())
    assert coverage.told_apart(real, fake) == pytest.approx(area)


def test_the_distance_is_scipy_s_over_every_direction() -> None:
    generator = np.random.default_rng(0)
    a, b = (torch.from_numpy(generator.normal(size=(50, 2)) + shift) for shift in (0, 1))
    angles = np.pi * np.arange(32) / 32
    directions = np.stack([np.cos(angles), np.sin(angles)])
    oracle = np.mean([wasserstein_distance((a.numpy() @ one), (b.numpy() @ one)) for one in directions.T])
    assert coverage.sliced_wasserstein(a, b) == pytest.approx(oracle, rel=1e-6)
    moved = coverage.sliced_wasserstein(a, a + torch.tensor([3.0, 0.0]))
    assert moved == pytest.approx(3 * 2 / np.pi, rel=0.01)  # the mean of |cos|


def test_modes_count_where_they_have_a_fifth_of_their_fair_share() -> None:
    modes = torch.tensor([[0.0, 0.0], [2.0, 0.0], [0.0, 2.0], [2.0, 2.0]])
    offsets = [(0, 10), (1, 5), (2, 4), (3, 1)]  # of 20 points; a fair share is 5, a fifth of it 1
    fake = torch.cat([modes[mode].repeat(count, 1) for mode, count in offsets])
    fake[0] += torch.tensor([0.31, 0.0])  # outside three standard deviations
    labels = coverage.mode_labels(fake, modes, 0.1)
    assert labels.tolist() == [-1] + [0] * 9 + [1] * 5 + [2] * 4 + [3]
    shares = coverage.mode_shares(labels, 4)
    assert shares.tolist() == pytest.approx([9 / 20, 5 / 20, 4 / 20, 1 / 20])
    assert coverage.covered(shares) == 4
    assert coverage.covered(torch.tensor([0.95, 0.049, 0.0, 0.0])) == 1


def test_near_points_are_those_of_a_tree() -> None:
    generator = np.random.default_rng(1)
    a, b = generator.normal(size=(80, 2)), generator.normal(size=(80, 2))
    distances, _ = KDTree(b).query(a)
    radius = coverage.own_radius(torch.from_numpy(a), torch.from_numpy(b))
    assert radius == pytest.approx(np.quantile(distances, 0.95))
    share = coverage.near_share(torch.from_numpy(a), torch.from_numpy(b), 0.2)
    assert share == pytest.approx((distances <= 0.2).mean())


@pytest.mark.parametrize("loss", LOSSES)
def test_a_push_is_the_slope_of_the_fake_s_own_loss(loss: str, double: None) -> None:
    knobs = Knobs(loss=loss, generator_sizes=(8,), discriminator_sizes=(8,), activation="tanh")
    game = game_of(knobs)
    eye = Eye(game, data(knobs))
    eye.latents, eye.shares = eye.latents.double(), eye.shares.double()
    eye.data = data(knobs)
    object.__setattr__(eye.data, "test", eye.data.test.double())
    (look,) = eye()
    moved = look.fake[:1].repeat(2, 1) + 1e-4 * torch.tensor([[1.0, 0.0], [-1.0, 0.0]])
    ahead, behind = (losses.GENERATOR[loss](game.discriminator(one[None])).item() for one in moved)
    assert look.pushes[0, 0].item() == pytest.approx(-(ahead - behind) / 2e-4, rel=1e-4, abs=1e-7)


# Data


@pytest.mark.parametrize("kind", ["ring", "grid", "moons", "swiss_roll", "spiral", "own"])
def test_real_points_lie_in_the_plane_and_are_drawn_from_the_seed(kind: str) -> None:
    knobs = Knobs(data=kind)
    first, second = (sets.real_points(knobs, 500, np.random.default_rng(4)) for _ in range(2))
    assert np.array_equal(first, second) and first.dtype == np.float32
    assert np.abs(first).max() < sets.REACH and first.std() > 0.5


def test_modes_have_the_spread_and_equal_shares() -> None:
    knobs = Knobs(data="ring", spread=0.1)
    points = torch.from_numpy(sets.real_points(knobs, 4000, np.random.default_rng(0)))
    centres = torch.from_numpy(sets.centres(knobs)).float()
    shares = coverage.mode_shares(coverage.mode_labels(points, centres, 0.1), len(centres))
    assert shares.sum() == pytest.approx(1 - np.exp(-4.5), abs=0.005)  # Rayleigh: beyond three deviations
    assert shares.tolist() == pytest.approx([1 / 8] * 8, abs=0.02)
    assert len({tuple(place) for place in sets.grid().tolist()}) == 25


def test_the_swiss_roll_is_scikit_learn_s_from_the_side() -> None:
    _, angles = make_swiss_roll(200, random_state=0)
    ours = sets.swiss_roll(2000, np.random.default_rng(0)) * 6.5
    lengths = np.hypot(*ours.T)
    assert lengths.min() >= angles.min() - 0.1 and lengths.max() <= angles.max() + 0.1
    assert np.allclose(ours, lengths[:, None] * np.stack([np.cos(lengths), np.sin(lengths)], 1))


def test_painted_points_are_modes_up_to_25_of_them() -> None:
    knobs = Knobs(data="own")
    places_, labels = painted(HEART)
    assert set(labels.tolist()) == {1} and knobs.mode_count == len(places_) == 14
    centres = sets.centres(knobs)
    assert {tuple(np.round(one, 6)) for one in centres} == {
        tuple(np.round(sets.PAINT * (2 * one - 1), 6)) for one in places_
    }
    assert Knobs(data="own", points=HEART + HEART[:3]).mode_count == 14  # twice the same place
    assert Knobs(data="own", points="".join(f"AA{letter}AI{letter}" for letter in "ABCDEFGHIJKLMNOPQR")).mode_count
    many = "".join(chr(65 + i) + "AI" for i in range(26)) + "aAI"
    assert len(Knobs(data="own", points=many).lattice) == 27 and Knobs(data="own", points=many).mode_count == 0


def test_nothing_painted_gives_one_sentence() -> None:
    with pytest.raises(DataError, match="click on the picture"):
        data(Knobs(data="own", points=""))


def test_losses_to_compare_are_kept_once_in_order_and_at_least_two() -> None:
    assert Knobs(losses=("hinge", "minimax", "hinge")).losses == ("minimax", "hinge")
    with pytest.raises(ValidationError, match="at least two different"):
        Knobs(losses=("hinge", "hinge"))


# Players


def test_stacked_networks_are_the_network_m_times() -> None:
    torch.manual_seed(0)
    network = mlp((2, 7, 3, 1), nn.LeakyReLU)
    stacked, inputs = Stacked(network, 3), torch.randn(5, 2)
    assert torch.allclose(stacked(inputs), network(inputs).expand(3, -1, -1), atol=1e-6)
    with torch.no_grad():
        stacked.weights[0][1] += 1
    assert torch.allclose(stacked.member(2)(inputs), network(inputs), atol=1e-6)
    assert torch.equal(stacked.member(1)(inputs), stacked(inputs)[1])


@pytest.mark.parametrize("loss", ["minimax", "least_squares", "hinge", "wgan"])
def test_a_game_beside_others_is_played_as_alone(loss: str, double: None) -> None:
    small = {"generator_sizes": (8,), "discriminator_sizes": (8, 6), "batch_size": 16, "instance_noise": 0.1}
    others = tuple({loss: 0, "non_saturating": 0})
    several = game_of(Knobs(view="compare", losses=others, **small))
    alone = game_of(Knobs(loss=loss, **small))
    torch.manual_seed(1)
    for step in range(1, 51):
        several.turn(step)
    torch.manual_seed(1)
    for step in range(1, 51):
        alone.turn(step)
    at, inputs = several.names.index(loss), torch.randn(9, 2)
    assert torch.allclose(several.discriminator(inputs)[at], alone.discriminator(inputs), atol=1e-6)
    assert torch.allclose(several.generator(inputs)[at], alone.generator(inputs), atol=1e-6)


def test_one_turn_is_the_plain_pytorch_loop() -> None:
    knobs = Knobs(generator_sizes=(8,), discriminator_sizes=(8,), batch_size=16, discriminator_steps=2)
    game = game_of(knobs)
    real = game.real
    torch.manual_seed(knobs.seed)
    g, d = (nn.Sequential(nn.Linear(2, 8), nn.LeakyReLU(), nn.Linear(8, out)) for out in (2, 1))
    optimizers = [torch.optim.Adam(net.parameters(), lr=0.001, betas=(0.5, 0.99)) for net in (d, g)]
    state = torch.get_rng_state()
    game.turn(1)
    torch.set_rng_state(state)
    for _ in range(2):
        chosen = real[torch.randint(len(real), (16,))]
        fake = g(torch.randn(16, 2)).detach()
        labels = torch.cat([torch.ones(16, 1), torch.zeros(16, 1)])
        optimizers[0].zero_grad()
        (2 * F.binary_cross_entropy_with_logits(d(torch.cat([chosen, fake])), labels)).backward()
        optimizers[0].step()
    optimizers[1].zero_grad()
    F.binary_cross_entropy_with_logits(d(g(torch.randn(16, 2))), torch.ones(16, 1)).backward()
    optimizers[1].step()
    for ours, plain in ((game.generator, g), (game.discriminator, d)):
        for one, other in zip(ours.parameters(), plain.parameters(), strict=True):
            assert torch.allclose(one, other, atol=1e-6)


def test_clipping_bounds_every_weight_and_only_of_the_clipped_game() -> None:
    game = game_of(Knobs(loss="wgan", clip=0.05))
    game.discriminator_step(1)
    assert max(p.abs().max().item() for p in game.parameters) < 0.0501
    several = game_of(Knobs(view="compare", losses=("hinge", "wgan")))
    several.discriminator_step(1)
    assert [max(p[i].abs().max().item() for p in several.parameters) < 0.1001 for i in (0, 1)] == [False, True]


def test_spectral_norm_holds_every_matrix_at_one() -> None:
    game = game_of(Knobs(spectral_norm=True, discriminator_sizes=(16, 16)))
    for step in range(1, 60):
        game.turn(step)
    assert isinstance(game.discriminator, nn.Sequential)
    largest = [torch.linalg.svdvals(game.discriminator[at].weight)[0].item() for at in (0, 2, 4)]
    assert largest == pytest.approx([1, 1, 1], abs=0.05)


def test_instance_noise_falls_to_nothing() -> None:
    game = game_of(Knobs(instance_noise=0.5, steps=100))
    points = torch.zeros(4000, 2)
    assert game.blurred(points, 50).std().item() == pytest.approx(0.25, rel=0.05)
    assert game.blurred(points, 100) is points


# Pictures


def look_of(**more: Tensor) -> Look:
    still = {"fake": torch.zeros(3, 2), "real_logits": torch.tensor([4.0]), "fake_logits": torch.tensor([2.0])}
    return Look(**{**still, **more}, pushes=torch.zeros(3, 2), slope=0.0)


def test_maps_turn_where_the_discriminator_cannot_tell() -> None:
    logits = torch.tensor([-100.0, 0.0, 100.0])
    assert pictures.centred("minimax", logits, look_of()).tolist() == pytest.approx([-1, 0, 1])
    assert pictures.centred("least_squares", torch.tensor([0.0, 0.5, 1.0]), look_of()).tolist() == [-0.5, 0, 0.5]
    assert pictures.centred("hinge", torch.tensor([-2.0, 0.0, 2.0]), look_of()).tolist() == [-1, 0, 1]
    critic = pictures.centred("wgan", torch.tensor([2.0, 3.0, 4.0]), look_of())  # midway between 2 and 4
    assert critic[1] == 0 and critic[0] == -critic[2] != 0


def test_arrows_are_cut_and_tiny_ones_left_out() -> None:
    starts = torch.tensor([[0.0, 0.0], [1.0, 1.0], [0.0, 0.0]])
    x, y = pictures.arrows(starts, torch.tensor([[0.3, 0.4], [30.0, 40.0], [1e-3, 0.0]]))
    assert x[:, 0].tolist() == pytest.approx([0, 0.3]) and y[:, 0].tolist() == pytest.approx([0, 0.4])
    assert np.hypot(x[1, 1] - 1, y[1, 1] - 1) == pytest.approx(pictures.LONGEST)
    assert np.isnan(x[1, 2])


@pytest.mark.parametrize("size", [1, 2, 5])
def test_latent_lines_hold_one_number_and_move_the_other(size: int) -> None:
    first, second = pictures.latent_lines(size)
    inside = first[: pictures.ALONG]
    assert torch.allclose(inside[:, 0], torch.linspace(-2, 2, pictures.ALONG)) and first[pictures.ALONG].isnan().all()
    if size > 1:
        assert inside[:, 1].unique().tolist() == [-2] and second[: pictures.ALONG, 0].unique().tolist() == [-2]
        assert not inside[:, 2:].any()


def test_the_raster_is_written_up_to_the_step() -> None:
    knobs = Knobs(steps=100, modes=2)
    shown = pictures.Pictures(game_of(knobs), knobs.steps)
    shown.raster(0, torch.tensor([0.0, 1.0]))
    found = shown.raster(50, torch.tensor([0.5, 0.25]))["raster"].values()
    assert found.shape == (2, pictures.COLUMNS)
    assert found[1, :50] == pytest.approx(np.full(50, 0.5), abs=0.01)  # the first mode is the lowest row
    assert found[0, :50] == pytest.approx(np.full(50, 0.25), abs=0.01) and not found[:, 50:].any()


def test_planes_side_by_side_do_not_touch() -> None:
    for count in (2, 3, 4):
        boxes = places.boxes(count)
        assert len(boxes) == count
        for i, (x0, y0, x1, y1) in enumerate(boxes):
            for other in boxes[i + 1 :]:
                assert x1 <= other[0] or other[2] <= x0 or y1 <= other[1] or other[3] <= y0


@pytest.mark.parametrize(("turn", "silent"), [("discriminator", ["back"]), ("generator", ["forward"]), ("", ["back"])])
def test_the_diagram_shows_what_flows(turn: str, silent: list[str]) -> None:
    found = phases.diagram(turn)
    gone = [kind for kind in ("forward", "back") if np.isnan(found[f"{kind}_x"]).any()]
    assert gone == silent
    lit = phases.lit(turn).q.flatten()
    assert (lit > 0).tolist() == [turn == "generator", turn == "discriminator"]


def test_the_legend_shows_the_map_s_own_colours_on_any_page() -> None:
    painted_by = (Path(player.__file__).parent / "js" / "colours.js").read_text("utf-8")
    assert f"const LIGHTER = {colours.STRONGEST};" in painted_by
    assert colours.on_map("#000000") == "#5E5E5E" and colours.on_map(MIDDLE) == MIDDLE
    shown = {trace.name: trace.marker.color for trace in panels.game(Knobs()).figure.data}
    assert shown["taken for real"] == colours.on_map(VERMILLION) and shown["taken for fake"] == colours.on_map(BLUE)
