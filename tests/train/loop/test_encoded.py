"""Encoded texts: token ids and targets in the order of the texts, subsamples at their rows, epochs that alter texts."""

import dataclasses

import numpy as np
import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="training needs torch: make test-train")

from tweetmoji.data import Corpus, LabelSet  # noqa: E402
from tweetmoji.emotions import EMOTIONS  # noqa: E402
from tweetmoji.train.loop.augment import augment_texts  # noqa: E402
from tweetmoji.train.loop.batches import Subsample  # noqa: E402
from tweetmoji.train.loop.encoded import EncodedTexts, encode_train, encode_val, join_encoded  # noqa: E402
from tweetmoji.train.loop.network import load_base  # noqa: E402
from tweetmoji.train.loop.targets import make_soft_targets, make_targets  # noqa: E402

LABELS = LabelSet(none=False)


@pytest.fixture(scope="module")
def tokenizer(toy_base, settings):
    return load_base(str(toy_base), EMOTIONS, settings)[1]


def make_corpus(parts, rows=None) -> Corpus:
    return Corpus(train=parts, rows=rows or {}, val=[], test=[], evaluation=[], removed={})


def tokenize(tokenizer, parts):
    return [tokens.ids for part in parts for tokens in tokenizer.encode(part.texts)]


def test_encode_train_puts_sources_one_after_the_other(toy, tweeteval, tokenizer, settings):
    parts = [toy.data["val"], tweeteval["val"].data]
    encoded = encode_train(tokenizer, make_corpus(parts), LABELS, settings)
    assert encoded.ids == encoded.read_epoch(0) == tokenize(tokenizer, parts)
    assert encoded.pad_id == tokenizer.pad_id
    assert encoded.subsamples == ()
    expected = np.concatenate([make_targets(part, LABELS).positives for part in parts])
    assert np.array_equal(encoded.targets.positives, expected)


def test_encode_train_takes_as_many_rows_of_a_source_as_its_choice_says(toy, tweeteval, tokenizer, settings):
    parts = [toy.data["val"], tweeteval["val"].data]
    encoded = encode_train(tokenizer, make_corpus(parts, {"tweeteval": 7}), LABELS, settings)
    n = len(parts[0])
    assert encoded.subsamples == (Subsample(n, n + len(parts[1]), 7),)


def test_encode_train_leaves_held_out_texts_out_and_draws_from_the_others(toy, tweeteval, tokenizer, settings):
    parts = [toy.data["val"], tweeteval["val"].data]
    held_out = parts[0].take([0, 5])
    corpus = make_corpus(parts, {"emotion": 3})
    encoded = encode_train(tokenizer, corpus, LABELS, settings, without=[held_out])
    kept = parts[0].take(np.setdiff1d(np.arange(len(parts[0])), [0, 5]))
    assert encoded.ids == tokenize(tokenizer, [kept, parts[1]])
    assert encoded.subsamples == (Subsample(0, len(kept), 3),)


def test_each_epoch_reads_other_texts_altered_and_the_targets_stay(toy, tweeteval, tokenizer, settings):
    parts = [toy.data["train"], tweeteval["train"].data]
    altering = dataclasses.replace(settings, augment=0.5)
    encoded = encode_train(tokenizer, make_corpus(parts), LABELS, altering)
    texts = [text for part in parts for text in part.texts]
    for epoch in (0, 1):
        expected = augment_texts(texts, 0.5, altering.seed, epoch)
        assert encoded.read_epoch(epoch) == [tokens.ids for tokens in tokenizer.encode(expected)]
    assert encoded.ids == tokenize(tokenizer, parts)
    assert encoded.read_epoch(0) != encoded.read_epoch(1) != encoded.ids
    assert len(encoded.targets) == len(encoded.ids)


def test_held_out_texts_are_not_read_altered_either(toy, tokenizer, settings):
    part = toy.data["train"]
    altering = dataclasses.replace(settings, augment=1.0)
    encoded = encode_train(tokenizer, make_corpus([part]), LABELS, altering, without=[part.take(range(100))])
    kept = part.take(range(100, len(part))).texts
    expected = augment_texts(kept, 1.0, altering.seed, 0)
    assert encoded.read_epoch(0) == [tokens.ids for tokens in tokenizer.encode(expected)]


def test_encode_val_keeps_each_split_apart(toy, tweeteval, tokenizer):
    splits = [toy.data["val"], tweeteval["val"].data]
    encoded = encode_val(tokenizer, splits, LABELS)
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


def test_join_encoded_reads_of_each_part_what_its_epoch_reads(toy):
    plain = toy.encoded["val"]
    altered = dataclasses.replace(plain, augmented=lambda epoch: [[epoch]] * len(plain.ids))
    joined = join_encoded([join_encoded([plain, altered]), plain])
    assert joined.read_epoch(3) == [*plain.ids, *([[3]] * len(plain.ids)), *plain.ids]
    assert joined.ids == plain.ids * 3


def test_array_dataclasses_compare_by_identity(toy):
    for value in (toy.encoded["val"], toy.encoded["val"].targets, toy.val[0]):
        assert (value == value) is True  # a generated __eq__ would compare arrays, whose truth is ambiguous
