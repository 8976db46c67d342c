"""The part of the graph that suggests emoji gives what its weights say, with the labels' logits as they were."""

import numpy as np
import pytest

pytestmark = pytest.mark.train
pytest.importorskip("torch", reason="training needs torch: make test-train")

import onnx  # noqa: E402
from tests.toys.graphs import IDS, run  # noqa: E402

from tweetmoji.runtime.artifact import read_artifact  # noqa: E402
from tweetmoji.train.suggestions.head_graph import add_head, read_model, with_outputs  # noqa: E402
from tweetmoji.train.suggestions.regression import HeadWeights  # noqa: E402
from tweetmoji.train.suggestions.token_grams import count_grams  # noqa: E402

BUCKETS = 61


@pytest.fixture(scope="module")
def weights(full_run) -> bytes:
    return read_artifact(full_run.out).weights


@pytest.fixture(scope="module")
def parts(weights):
    """The model, the ranges of the values that the head reads, and random weights of four emoji."""
    model, names = read_model(weights)
    values = run(with_outputs(model, names), IDS, names)
    ranges = {name: (value.min(axis=0), value.max(axis=0)) for name, value in zip(names, values, strict=True)}
    rng = np.random.default_rng(0)
    width = sum(value.shape[1] for value in values)
    shapes = ((width, 4), (BUCKETS, 4), (4,))
    return model, ranges, HeadWeights(*(rng.normal(size=shape).astype(np.float32) for shape in shapes))


@pytest.mark.parametrize("ids", [IDS, [[2, 3]], [[2, *[5, 9] * 40, 3]]], ids=["batch", "empty text", "long text"])
def test_logits_are_those_of_the_weights(weights, parts, ids):
    model, ranges, head = parts
    logits, emoji = run(add_head(model, ranges, head), ids, ("logits", "emoji_logits"), suggest=True)
    np.testing.assert_array_equal(logits, run(weights, ids, ("logits",))[0])
    values = run(with_outputs(model, ranges), ids, ranges)
    features = np.hstack([np.clip(value, *bounds) for value, bounds in zip(values, ranges.values(), strict=True)])
    expected = head.compute_logits(features, count_grams(ids, BUCKETS))
    assert np.abs(expected).max() > 1
    assert np.abs(emoji - expected).mean() < 0.03 * np.abs(expected).max()


@pytest.mark.parametrize("suggest", [None, False])
def test_nothing_of_the_head_runs_unless_it_is_asked_for(parts, suggest):
    model, ranges, head = parts
    weights = add_head(model, ranges, head)
    assert run(weights, IDS, ("emoji_logits",), suggest=suggest)[0].shape == (0, 4)
    added = [node for node in onnx.load_model_from_string(weights).graph.node if node.name.startswith("suggestions.")]
    assert [node.op_type for node in added] == ["If"]


def test_ngrams_alone_are_those_of_the_weights_up_to_rounding(parts):
    model, ranges, head = parts
    grams_only = HeadWeights(np.zeros_like(head.features), head.grams, head.bias)
    for ids in (IDS, [[2, 3]], [[2]], [[2, 4, 3]], [[2, *[5, 9] * 40, 3]]):
        expected = grams_only.compute_logits(
            np.zeros((len(ids), len(head.features)), np.float32), count_grams(ids, BUCKETS)
        )
        (emoji,) = run(add_head(model, ranges, grams_only), ids, ("emoji_logits",), suggest=True)
        rounding = float(np.abs(head.grams).max() / 127 / 2 * np.sqrt(3 * len(ids[0])))
        assert emoji == pytest.approx(expected, abs=rounding)


def test_mean_is_that_of_the_tokens_of_a_hidden_state(parts):
    model, ranges, _ = parts
    mean = next(name for name in ranges if "mean" in name)
    state = "bert.encoder.layer.0.output.LayerNorm"
    found, whole = run(with_outputs(model, [mean, state]), IDS, (mean, state))
    assert found == pytest.approx(whole.mean(axis=1), abs=0.02 * float(np.abs(whole).max()))


def test_head_that_is_there_is_replaced(weights, parts):
    model, ranges, head = parts
    again, names = read_model(add_head(model, ranges, head))
    assert names == tuple(ranges)
    assert again.SerializeToString() == model.SerializeToString()
