"""The ranges of activations: the texts that they are measured on, what they cover, and what smoothing keeps."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

pytestmark = pytest.mark.train
pytest.importorskip("torch", reason="training needs torch: make test-train")

from tests.toys.graphs import IDS, run  # noqa: E402

from tweetmoji.train.export.graph import Range, list_multiplied, write_graph  # noqa: E402
from tweetmoji.train.export.ranges import (  # noqa: E402
    CLIPPED,
    SMOOTHED,
    SOURCE_TEXTS,
    choose_texts,
    measure_ranges,
)


@pytest.mark.parametrize("count", [0, 1, SOURCE_TEXTS - 1, SOURCE_TEXTS, SOURCE_TEXTS + 1, 10 * SOURCE_TEXTS + 7])
def test_up_to_a_number_of_texts_of_each_source_are_chosen(count):
    texts = [str(i) for i in range(count)]
    chosen = choose_texts([["first"], texts])
    assert chosen[0] == "first"
    assert len(chosen) == 1 + min(count, SOURCE_TEXTS)
    assert len(set(chosen)) == len(chosen)


@pytest.mark.parametrize("count", [SOURCE_TEXTS + 1, 2 * SOURCE_TEXTS - 1, 3 * SOURCE_TEXTS - 1, 20 * SOURCE_TEXTS])
def test_they_are_spread_over_the_whole_source(count):
    chosen = [int(text) for text in choose_texts([[str(i) for i in range(count)]])]
    step = count / SOURCE_TEXTS
    assert {abs((b - a) - step) < 1 for a, b in pairwise(chosen)} == {True}
    assert count - step - 1 <= chosen[-1] < count


def test_measure_ranges_covers_every_multiplied_value_of_every_text(bert, ranges, toy):
    names = list_multiplied(bert)
    assert list(ranges) == names
    assert len(names) == 4 * 2 + 1 + 2  # four products a layer, the last layer's query, the head's two
    weights = write_graph(bert, outputs=names)
    for ids in toy.encoded["train"].ids[:5]:
        for name, value in zip(names, run(weights, [ids], names), strict=True):
            found = ranges[name]
            smooth = value if found.smoothing is None else value / found.smoothing
            assert found.low <= smooth.min(), name
            if not name.endswith(CLIPPED):
                assert smooth.max() <= found.high, name


def test_channels_after_attention_are_smoothed_and_no_others(ranges):
    for name, found in ranges.items():
        assert (found.smoothing is not None) == name.endswith(SMOOTHED), name


def test_smoothing_keeps_the_small_channels_of_a_value_with_one_large_one(bert, toy):
    """A channel that layer normalization makes large costs the others their steps, unless it is divided down."""
    name = "bert.encoder.layer.0.attention.output.LayerNorm"
    weights = dict(bert.weights)
    large = weights[f"{name}.weight"].copy()
    large[0] = 60.0
    next_matrix = weights["bert.encoder.layer.0.intermediate.dense.weight"].copy()
    next_matrix[:, 0] /= 60.0
    uneven = replace(
        bert, weights=weights | {f"{name}.weight": large, "bert.encoder.layer.0.intermediate.dense.weight": next_matrix}
    )
    smooth = measure_ranges(uneven, toy.encoded["train"].ids)
    top = smooth[name].smoothing
    unsmoothed = smooth | {name: Range(smooth[name].low * float(top.max()), smooth[name].high * float(top.max()))}
    product = ("bert.encoder.layer.0.intermediate.dense",)
    exact, close, coarse = (
        run(write_graph(uneven, given, outputs=product), IDS, product)[0] for given in (None, smooth, unsmoothed)
    )
    assert np.abs(exact - close).mean() < 0.5 * np.abs(exact - coarse).mean()
