"""Weight interpolation: the formula, the network within the block and after it, and training with alpha."""

import dataclasses
import shutil
from pathlib import Path

import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="training needs torch: make test-train")

from tweetmoji.emotions import EMOTIONS  # noqa: E402
from tweetmoji.train.loop.network import load_base  # noqa: E402
from tweetmoji.train.loop.weight_interpolation import (  # noqa: E402
    copy_weights,
    interpolate_weights,
    interpolated_weights,
)


def make_pair():
    base = {"weight": torch.tensor([0.0, 4.0]), "count": torch.tensor(1)}
    return base, {"weight": torch.tensor([8.0, 0.0]), "count": torch.tensor(7)}


@pytest.fixture
def network():
    return torch.nn.Linear(2, 1, bias=False)


@pytest.fixture
def base_with_head(toy, toy_base, settings, tmp_path) -> Path:
    """The toy base with a classification head for the six emotions."""
    folder = Path(shutil.copytree(toy_base, tmp_path / "toy-with-head"))
    toy.make_network(settings).save_pretrained(folder)
    return folder


@pytest.mark.parametrize(("alpha", "expected"), [(1.0, [8, 0]), (0.75, [6, 1]), (0.0, [0, 4])])
def test_interpolate_weights_averages_floats_and_takes_integers_from_the_tuned(alpha, expected):
    weights = interpolate_weights(*make_pair(), alpha)
    assert weights["weight"].tolist() == expected
    assert weights["count"].item() == 7


def test_interpolated_weights_apply_within_the_block_only(network):
    base = {"weight": torch.zeros(1, 2)}
    tuned = copy_weights(network)
    with interpolated_weights(network, base, 0.5):
        torch.testing.assert_close(network.weight.detach(), tuned["weight"] / 2)
    assert torch.equal(network.weight.detach(), tuned["weight"])


def test_interpolated_weights_are_taken_back_on_an_exception(network):
    tuned = copy_weights(network)
    with pytest.raises(KeyboardInterrupt), interpolated_weights(network, {"weight": torch.zeros(1, 2)}, 0.5):
        raise KeyboardInterrupt
    assert torch.equal(network.weight.detach(), tuned["weight"])


def test_copy_weights_is_independent_of_the_network(network):
    before = copy_weights(network)
    with torch.no_grad():
        network.weight += 1
    torch.testing.assert_close(before["weight"] + 1, network.weight.detach())


def test_alpha_ends_in_interpolated_weights_of_the_same_training(
    base_with_head, settings, tune, make_checkpoints, tmp_path
):
    once = dataclasses.replace(settings, epochs=1)
    ends = {}
    for alpha in (1.0, 0.25, 0.0):
        network = load_base(str(base_with_head), EMOTIONS, once)[0]
        tune(dataclasses.replace(once, alpha=alpha), make_checkpoints(tmp_path / str(alpha)), network=network)
        ends[alpha] = copy_weights(network)
    base = copy_weights(load_base(str(base_with_head), EMOTIONS, once)[0])
    for name, weights in ends[0.25].items():
        torch.testing.assert_close(weights, 0.75 * base[name] + 0.25 * ends[1.0][name])
        torch.testing.assert_close(ends[0.0][name], base[name])
