"""The graph written for BERT: every layer gives what torch's gives, and int8 gives the same bits in every batch."""

from dataclasses import replace

import numpy as np
import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="training needs torch: make test-train")

from tests.toys.graphs import IDS, run  # noqa: E402

from tweetmoji.train.export.graph import WEIGHT_LEVELS, quantize_matrix, quantize_range, write_graph  # noqa: E402
from tweetmoji.train.suggestions.head_graph import INT8_LEVELS  # noqa: E402

COMPARED = (
    "bert.embeddings.LayerNorm",
    "bert.encoder.layer.0.attention.self.query",
    "bert.encoder.layer.0.attention.self.key",
    "bert.encoder.layer.0.attention.self.value",
    "bert.encoder.layer.0.attention.self",
    "bert.encoder.layer.0.attention.output.LayerNorm",
    "bert.encoder.layer.0.intermediate",
    "bert.encoder.layer.0.output.LayerNorm",
    "bert.encoder.layer.1.attention.self.query",
    "bert.encoder.layer.1.attention.self.key",
    "bert.encoder.layer.1.attention.self",
    "bert.encoder.layer.1.output.LayerNorm",
    "bert.pooler",
    "classifier",
)
"""Values of the graph, each named as the torch module that computes it."""


def run_torch(network, ids):
    """The output of each module of `COMPARED`."""
    outputs = {}

    def keep(name):
        return lambda _, __, output: outputs.update({name: output[0] if isinstance(output, tuple) else output})

    modules = dict(network.named_modules())
    hooks = [modules[name].register_forward_hook(keep(name)) for name in COMPARED]
    with torch.no_grad():
        network(input_ids=torch.tensor(ids))
    for hook in hooks:
        hook.remove()
    return {name: output.numpy() for name, output in outputs.items()}


@pytest.mark.parametrize("ids", [IDS, [[2, 3]], [[2, *[5, 9] * 60, 3]]], ids=["batch", "empty text", "long text"])
def test_every_layer_gives_what_torch_gives(uninterrupted, bert, ids):
    expected = run_torch(uninterrupted[0].eval(), ids)
    values = run(write_graph(bert, outputs=COMPARED), ids, COMPARED)
    for name, value in zip(COMPARED, values, strict=True):
        wanted = expected[name]
        if wanted.shape != value.shape:  # the last layer computes no other token than the first
            wanted = wanted[:, :1]
        assert np.abs(wanted).max() > 0.1, f"{name} is too small to be compared"
        np.testing.assert_allclose(value, wanted, atol=1e-5, err_msg=name)


def test_the_last_layer_computes_the_first_token_alone(bert):
    names = ("bert.encoder.layer.0.intermediate", "bert.encoder.layer.1.intermediate")
    first, last = run(write_graph(bert, outputs=names), IDS, names)
    assert (first.shape[1], last.shape[1]) == (6, 1)


def test_int8_is_close_to_float32(bert, ranges, toy):
    exact, close = (
        np.concatenate([run(weights, [ids])[0] for ids in toy.encoded["test"].ids])
        for weights in (write_graph(bert), write_graph(bert, ranges))
    )
    assert not np.array_equal(exact, close)
    assert np.abs(exact - close).mean() < 0.05 * exact.std()


def test_int8_gives_a_text_the_same_bits_in_every_batch(bert, ranges):
    weights = write_graph(bert, ranges)
    alone = np.concatenate([run(weights, [ids])[0] for ids in IDS])
    np.testing.assert_array_equal(run(weights, IDS)[0], alone)
    np.testing.assert_array_equal(run(weights, IDS[::-1] * 7)[0], np.tile(alone[::-1], (7, 1)))


def test_activations_outside_their_range_are_clipped(bert, ranges):
    narrow = {name: replace(found, low=found.low / 4, high=found.high / 4) for name, found in ranges.items()}
    logits = run(write_graph(bert, narrow), IDS)[0]
    assert np.isfinite(logits).all()
    assert np.abs(logits - run(write_graph(bert, ranges), IDS)[0]).max() > 0.01


def test_int8_needs_the_range_of_every_value(bert, ranges):
    missing = {name: value for name, value in ranges.items() if name != "bert.pooler"}
    with pytest.raises(KeyError, match=r"bert\.pooler"):
        write_graph(bert, missing)


@pytest.mark.parametrize("levels", [WEIGHT_LEVELS, INT8_LEVELS])
@pytest.mark.parametrize("seed", [0, 1])
def test_quantized_matrix_is_within_half_a_step_and_quantizes_to_itself(seed, levels):
    matrix = np.random.default_rng(seed).normal(size=(40, 7)).astype(np.float32)
    matrix[:, 3] = 0
    integers, scales = quantize_matrix(matrix, levels)
    assert (integers.dtype, scales.dtype) == (np.int8, np.float32)
    assert np.abs(integers).max(axis=0).tolist() == [levels] * 3 + [0] + [levels] * 3
    assert (np.abs(integers * scales - matrix) <= scales / 2 + 1e-6).all()
    again = quantize_matrix(integers * scales, levels)
    np.testing.assert_array_equal(again[0], integers)
    np.testing.assert_array_equal(again[1], scales)


@pytest.mark.parametrize(
    ("low", "high", "scale", "zero_point"),
    [(-1.0, 1.55, 0.01, 100), (0.5, 2.55, 0.01, 0), (-2.55, -1.0, 0.01, 255), (0.0, 0.0, 1.0, 0)],
    ids=["both signs", "positive", "negative", "nothing"],
)
def test_quantized_range_has_an_exact_zero(low, high, scale, zero_point):
    found = quantize_range(low, high)
    assert (found[0].dtype, found[1].dtype) == (np.float32, np.uint8)
    assert found[0] == pytest.approx(scale)
    assert found[1] == zero_point
