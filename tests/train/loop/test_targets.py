"""Targets of the loss: worked by hand for each kind of source, and scored as the metrics score."""

import numpy as np
import pytest

from tweetmoji.data import LabeledTexts, LabelSet, NeutralTexts
from tweetmoji.data.class_map import identity_map, marginalize, read_source_labels
from tweetmoji.emotions import EMOTIONS, NONE
from tweetmoji.evaluate.metrics import log_loss
from tweetmoji.runtime.softmax import softmax
from tweetmoji.train.loop.targets import Targets, join_targets, make_soft_targets, make_targets

TWEETEVAL = read_source_labels("tweeteval").class_map
LABELS = LabelSet(none=False)
"""A model that does not know none."""

FULL = LabelSet()
"""A model that knows none."""


def label_texts(classes, class_map, *, none_possible=False) -> LabeledTexts:
    """Texts with these classes; their wording does not matter."""
    labels = tuple(class_map)
    return LabeledTexts(
        source="made up",
        split="train",
        texts=[f"text {row}" for row in range(len(classes))],
        targets=np.array([labels.index(name) for name in classes], dtype=np.int64),
        labels=labels,
        class_map=class_map,
        none_possible=none_possible,
        rows=np.arange(1, len(classes) + 1),
        sha256="0" * 64,
    )


def name_rows(mask, labels=EMOTIONS) -> list[set[str]]:
    return [{name for name, here in zip(labels, row, strict=True) if here} for row in mask]


def test_identity_map_gives_one_positive_and_a_full_label_mask():
    targets = make_targets(label_texts(["love", "sadness", "surprise"], identity_map(EMOTIONS)), LABELS)
    assert name_rows(targets.positives) == [{"love"}, {"sadness"}, {"surprise"}]
    assert name_rows(targets.label_mask) == [set(EMOTIONS)] * 3


def test_tweeteval_joy_has_positives_joy_and_love_and_a_mask_without_fear_and_surprise():
    targets = make_targets(label_texts(["joy", "anger", "sadness"], TWEETEVAL), LABELS)
    assert name_rows(targets.positives) == [{"joy", "love"}, {"anger"}, {"sadness"}]
    assert name_rows(targets.label_mask) == [{"anger", "joy", "love", "sadness"}] * 3


def neutral_texts() -> NeutralTexts:
    return NeutralTexts(source="neutral", split="train", texts=["one", "two"], rows=np.array([1, 2]), sha256="0" * 64)


def test_neutral_texts_get_uniform_soft_targets_from_a_model_without_none():
    targets = make_targets(neutral_texts(), LABELS)
    assert name_rows(targets.positives) == [set(), set()]
    assert name_rows(targets.label_mask) == [set(EMOTIONS)] * 2
    assert targets.soft_targets == pytest.approx(np.full((2, 6), 1 / 6))


def test_make_soft_targets_keeps_the_probabilities_and_labeled_texts_have_none():
    soft = np.array([[0.5, 0.1, 0.1, 0.1, 0.1, 0.1]], dtype=np.float32)
    labeled = make_targets(label_texts(["fear"], identity_map(EMOTIONS)), LABELS)
    joined = join_targets([labeled, make_soft_targets(soft)])
    assert joined.soft_targets.tolist() == [[0] * 6, *soft.tolist()]
    assert name_rows(joined.positives) == [{"fear"}, set()]
    assert name_rows(joined.label_mask) == [set(EMOTIONS)] * 2
    assert joined.take(np.array([1])).soft_targets.tolist() == soft.tolist()


def test_make_targets_columns_are_in_the_order_of_the_labels():
    backwards = EMOTIONS[::-1]
    targets = make_targets(label_texts(["joy", "anger"], TWEETEVAL), LabelSet(backwards, none=False))
    assert name_rows(targets.positives, backwards) == [{"joy", "love"}, {"anger"}]
    assert name_rows(targets.label_mask, backwards) == [{"anger", "joy", "love", "sadness"}] * 2


def test_join_targets_concatenates_and_take_selects_in_any_order():
    emotion = make_targets(label_texts(["fear", "joy"], identity_map(EMOTIONS)), LABELS)
    tweeteval = make_targets(label_texts(["joy"], TWEETEVAL), LABELS)
    joined = join_targets([emotion, tweeteval])
    assert len(joined) == 3
    assert name_rows(joined.positives) == [{"fear"}, {"joy"}, {"joy", "love"}]
    taken = joined.take(np.array([2, 0]))
    assert name_rows(taken.positives) == [{"joy", "love"}, {"fear"}]
    assert name_rows(taken.label_mask) == [{"anger", "joy", "love", "sadness"}, set(EMOTIONS)]


@pytest.mark.parametrize(("label", "expected"), [("joy", np.log(2)), ("anger", np.log(4))])
def test_log_loss_of_equal_logits_is_log_of_mask_over_positives(label, expected):
    targets = make_targets(label_texts([label], TWEETEVAL), LABELS)
    assert targets.log_loss(np.zeros((1, 6), dtype=np.float32)) == pytest.approx(expected)


def test_logits_outside_the_label_mask_do_not_change_log_loss():
    targets = make_targets(label_texts(["anger"], TWEETEVAL), LABELS)
    logits = np.zeros((1, 6), dtype=np.float32)
    logits[0, EMOTIONS.index("fear")] = 50
    assert targets.log_loss(logits) == pytest.approx(np.log(4))


def test_log_loss_equals_a_direct_computation_for_random_masks():
    rng = np.random.default_rng(0)
    label_mask = rng.random((300, 6)) < 0.6
    label_mask[:, 2] = True
    positives = label_mask & (rng.random((300, 6)) < 0.5)
    positives[~positives.any(axis=1), 2] = True
    logits = rng.normal(scale=3, size=(300, 6)).astype(np.float32)
    exponentials = np.exp(logits.astype(np.float64))
    shares = [row[yes].sum() / row[of].sum() for row, yes, of in zip(exponentials, positives, label_mask, strict=True)]
    soft = np.zeros((300, 6), dtype=np.float32)
    assert Targets(positives, label_mask, soft).log_loss(logits) == pytest.approx(-np.log(shares).mean())


def test_log_loss_with_a_full_mask_equals_that_of_the_metrics():
    rng = np.random.default_rng(1)
    logits = rng.normal(scale=2, size=(200, 6)).astype(np.float32)
    classes = [EMOTIONS[i] for i in rng.integers(0, 6, size=200)]
    data = label_texts(classes, identity_map(EMOTIONS))
    expected = log_loss(softmax(logits).astype(np.float64), data.targets)
    assert make_targets(data, LABELS).log_loss(logits) == pytest.approx(expected, rel=1e-6)


def test_log_loss_of_a_source_equals_that_of_its_marginalized_probabilities():
    rng = np.random.default_rng(2)
    logits = rng.normal(scale=2, size=(200, 6)).astype(np.float32)
    data = label_texts([("anger", "joy", "sadness")[i] for i in rng.integers(0, 3, size=200)], TWEETEVAL)
    expected = log_loss(marginalize(softmax(logits), EMOTIONS, TWEETEVAL), data.targets)
    assert make_targets(data, LABELS).log_loss(logits) == pytest.approx(expected, rel=1e-5)


def test_log_loss_of_extreme_logits_is_exact():
    targets = make_targets(label_texts(["anger", "joy"], TWEETEVAL), LABELS)
    logits = np.full((2, 6), -1e4, dtype=np.float32)
    logits[:, EMOTIONS.index("joy")] = 1e4
    assert targets.log_loss(logits) == pytest.approx((2e4 + 0) / 2)


def name_outputs(mask) -> list[set[str]]:
    return name_rows(mask, FULL.outputs)


def test_neutral_texts_are_texts_of_none_to_a_model_that_knows_it():
    targets = make_targets(neutral_texts(), FULL)
    assert name_outputs(targets.positives) == [{NONE}] * 2
    assert name_outputs(targets.label_mask) == [{*EMOTIONS, NONE}] * 2
    assert not targets.soft_targets.any()


@pytest.mark.parametrize(("none_possible", "also"), [(True, {NONE}), (False, set())])
def test_label_speaks_against_none_only_if_the_annotators_could_choose_it(none_possible, also):
    texts = label_texts(["fear", "joy"], identity_map(EMOTIONS), none_possible=none_possible)
    targets = make_targets(texts, FULL)
    assert name_outputs(targets.positives) == [{"fear"}, {"joy"}]
    assert name_outputs(targets.label_mask) == [{*EMOTIONS, *also}] * 2
    assert name_rows(make_targets(texts, LABELS).label_mask) == [set(EMOTIONS)] * 2


def test_tweeteval_says_nothing_about_none():
    targets = make_targets(label_texts(["joy"], TWEETEVAL), FULL)
    assert name_outputs(targets.positives) == [{"joy", "love"}]
    assert name_outputs(targets.label_mask) == [{"anger", "joy", "love", "sadness"}]


def test_text_of_the_class_none_has_the_positive_none():
    texts = label_texts([NONE, "anger"], identity_map((*EMOTIONS, NONE)), none_possible=True)
    targets = make_targets(texts, FULL)
    assert name_outputs(targets.positives) == [{NONE}, {"anger"}]
    assert name_outputs(targets.label_mask) == [{*EMOTIONS, NONE}] * 2


def test_targets_of_all_kinds_of_sources_join():
    parts = [
        make_targets(label_texts(["joy"], TWEETEVAL), FULL),
        make_targets(neutral_texts(), FULL),
        make_soft_targets(np.full((3, 7), 1 / 7, dtype=np.float32)),
    ]
    joined = join_targets(parts)
    assert joined.positives.shape == joined.label_mask.shape == joined.soft_targets.shape == (6, 7)
    assert name_outputs(joined.positives)[:4] == [{"joy", "love"}, {NONE}, {NONE}, set()]
