"""Encoded texts: token ids and targets in the order of the texts, subsamples at their rows."""

import numpy as np
import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="training needs torch: make test-train")

from tweetmoji.emotions import EMOTIONS  # noqa: E402
from tweetmoji.train.loop.batches import Subsample  # noqa: E402
from tweetmoji.train.loop.encoded import EncodedTexts, encode, encode_val, join_encoded  # noqa: E402
from tweetmoji.train.loop.network import load_base  # noqa: E402
from tweetmoji.train.loop.targets import make_soft_targets, make_targets  # noqa: E402


@pytest.fixture(scope="module")
def tokenizer(toy_base, settings):
    return load_base(str(toy_base), EMOTIONS, settings)[1]


def test_encode_puts_sources_one_after_the_other(toy, tweeteval, tokenizer):
    parts = [toy.data["val"], tweeteval["val"].data]
    encoded = encode(tokenizer, parts)
    assert encoded.ids == [tokens.ids for part in parts for tokens in tokenizer.encode(part.texts)]
    assert encoded.pad_id == tokenizer.pad_id
    expected = np.concatenate([make_targets(part, EMOTIONS).positives for part in parts])
    assert np.array_equal(encoded.targets.positives, expected)


def test_encode_val_keeps_each_split_apart(toy, tweeteval, tokenizer):
    splits = [toy.data["val"], tweeteval["val"].data]
    encoded = encode_val(tokenizer, splits)
    assert [split.data for split in encoded] == splits
    assert [len(split.encoded.ids) for split in encoded] == [len(split) for split in splits]


def test_join_encoded_moves_subsamples_to_their_rows():
    def make(first_id, n, *subsamples):
        targets = make_soft_targets(np.full((n, 2), 0.5, dtype=np.float32))
        return EncodedTexts([[first_id + i] for i in range(n)], targets, 7, subsamples)

    joined = join_encoded([make(0, 3), make(10, 4, Subsample(0, 4, 2)), make(20, 5, Subsample(1, 5, 3))])
    assert joined.ids == [[0], [1], [2], [10], [11], [12], [13], [20], [21], [22], [23], [24]]
    assert joined.subsamples == (Subsample(3, 7, 2), Subsample(8, 12, 3))
    assert len(joined.targets) == 12
    assert joined.pad_id == 7


def test_array_dataclasses_compare_by_identity(toy):
    for value in (toy.encoded["val"], toy.encoded["val"].targets, toy.val[0]):
        assert (value == value) is True  # a generated __eq__ would compare arrays, whose truth is ambiguous
