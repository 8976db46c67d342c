"""Weights between those of a base and those of a fine-tuned network, and that training keeps the share asked for."""

import dataclasses

import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="training needs torch: make test-train")

from tweetmoji.emotions import EMOTIONS  # noqa: E402
from tweetmoji.train.loop.checkpoints import Checkpoints  # noqa: E402
from tweetmoji.train.loop.fine_tune import fine_tune  # noqa: E402
from tweetmoji.train.loop.weight_interpolation import copy_weights, interpolate_weights, interpolated_weights  # noqa: E402


def make_pair():
    base = {"weight": torch.tensor([0.0, 4.0]), "count": torch.tensor(1)}
    return base, {"weight": torch.tensor([8.0, 0.0]), "count": torch.tensor(7)}


@pytest.mark.parametrize(("share", "expected"), [(0.0, [8, 0]), (0.25, [6, 1]), (1.0, [0, 4])])
def test_mixed_weights_are_the_weighted_mean_and_whole_numbers_the_tuned_ones(share, expected):
    mixed = interpolate_weights(*make_pair(), share)
    assert mixed["weight"].tolist() == expected
    assert mixed["count"].item() == 7


def test_network_has_the_mixed_weights_within_the_block_alone():
    network = torch.nn.Linear(2, 1, bias=False)
    base = {"weight": torch.zeros(1, 2)}
    tuned = copy_weights(network)
    with interpolated_weights(network, base, 0.5):
        torch.testing.assert_close(network.weight.detach(), tuned["weight"] / 2)
    assert torch.equal(network.weight.detach(), tuned["weight"])


def test_copied_weights_stay_when_the_network_moves_on():
    network = torch.nn.Linear(2, 1)
    before = copy_weights(network)
    with torch.no_grad():
        network.weight += 1
    torch.testing.assert_close(before["weight"] + 1, network.weight.detach())


def test_training_ends_in_the_mean_of_base_and_tuned_network_and_is_not_swayed_by_it(toy, settings, tmp_path):
    once = dataclasses.replace(settings, epochs=1)
    ends = {}
    for share in (0.0, 0.75, 1.0):
        network = toy.make_network(once)
        checkpoints = Checkpoints(tmp_path / str(share), {}, resume=False)
        mixed = dataclasses.replace(once, alpha=share)
        fine_tune(network, toy.encoded["train"], toy.val, EMOTIONS, mixed, checkpoints)
        ends[share] = copy_weights(network)
    base = copy_weights(toy.make_network(once))
    for name, weights in ends[0.75].items():
        torch.testing.assert_close(weights, 0.75 * base[name] + 0.25 * ends[0.0][name])
        torch.testing.assert_close(ends[1.0][name], base[name])
