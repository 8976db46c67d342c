"""What the network should answer: worked by hand for each kind of source, and scored like the rest of the program."""

import numpy as np
import pytest

from tweetmoji.data import LabeledTexts
from tweetmoji.data.class_map import identity_map, marginalize, read_source_labels
from tweetmoji.emotions import EMOTIONS
from tweetmoji.evaluate.metrics import log_loss
from tweetmoji.runtime.softmax import softmax
from tweetmoji.train.loop.targets import Targets, join_targets, make_soft_targets, make_targets

TWEETEVAL = read_source_labels("tweeteval").class_map


def label_texts(answers, covers) -> LabeledTexts:
    """Texts whose right classes are ``answers``; their wording does not matter."""
    labels = tuple(covers)
    return LabeledTexts(
        source="made up",
        split="train",
        texts=[f"text {row}" for row in range(len(answers))],
        targets=np.array([labels.index(answer) if labels else 0 for answer in answers], dtype=np.int64),
        labels=labels,
        class_map=covers,
        rows=np.arange(1, len(answers) + 1),
        sha256="0" * 64,
    )


def name_rows(mask, labels=EMOTIONS) -> list[set[str]]:
    return [{name for name, here in zip(labels, row, strict=True) if here} for row in mask]


def test_source_with_the_models_own_classes_accepts_each_alone_and_offers_all():
    targets = make_targets(label_texts(["love", "sadness", "surprise"], identity_map(EMOTIONS)), EMOTIONS)
    assert name_rows(targets.positives) == [{"love"}, {"sadness"}, {"surprise"}]
    assert name_rows(targets.label_mask) == [set(EMOTIONS)] * 3


def test_tweeteval_joy_accepts_joy_or_love_and_fear_and_surprise_are_never_offered():
    targets = make_targets(label_texts(["joy", "anger", "sadness"], TWEETEVAL), EMOTIONS)
    assert name_rows(targets.positives) == [{"joy", "love"}, {"anger"}, {"sadness"}]
    assert name_rows(targets.label_mask) == [{"anger", "joy", "love", "sadness"}] * 3


def test_text_of_no_emotion_accepts_none_and_is_offered_all_evenly():
    targets = make_targets(label_texts(["neutral", "neutral"], {}), EMOTIONS)
    assert name_rows(targets.positives) == [set(), set()]
    assert name_rows(targets.label_mask) == [set(EMOTIONS)] * 2
    assert targets.soft_targets == pytest.approx(np.full((2, 6), 1 / 6))


def test_teachers_answers_are_asked_for_as_they_are_and_labeled_texts_ask_for_none():
    soft = np.array([[0.5, 0.1, 0.1, 0.1, 0.1, 0.1]], dtype=np.float32)
    labeled = make_targets(label_texts(["fear"], identity_map(EMOTIONS)), EMOTIONS)
    joined = join_targets([labeled, make_soft_targets(soft)])
    assert joined.soft.tolist() == [[0] * 6, *soft.tolist()]
    assert name_rows(joined.positives) == [{"fear"}, set()]
    assert name_rows(joined.label_mask) == [set(EMOTIONS)] * 2
    assert joined.take(np.array([1])).soft.tolist() == soft.tolist()


def test_columns_are_in_the_order_of_the_model():
    backwards = EMOTIONS[::-1]
    targets = make_targets(label_texts(["joy", "anger"], TWEETEVAL), backwards)
    assert name_rows(targets.positives, backwards) == [{"joy", "love"}, {"anger"}]
    assert name_rows(targets.label_mask, backwards) == [{"anger", "joy", "love", "sadness"}] * 2


def test_joined_targets_follow_one_another_and_rows_can_be_taken_in_any_order():
    home = make_targets(label_texts(["fear", "joy"], identity_map(EMOTIONS)), EMOTIONS)
    tweeteval = make_targets(label_texts(["joy"], TWEETEVAL), EMOTIONS)
    joined = join_targets([home, tweeteval])
    assert len(joined) == 3
    assert name_rows(joined.positives) == [{"fear"}, {"joy"}, {"joy", "love"}]
    taken = joined.take(np.array([2, 0]))
    assert name_rows(taken.positives) == [{"joy", "love"}, {"fear"}]
    assert name_rows(taken.label_mask) == [{"anger", "joy", "love", "sadness"}, set(EMOTIONS)]


@pytest.mark.parametrize(("answer", "expected"), [("joy", np.log(2)), ("anger", np.log(4))])
def test_undecided_answer_costs_what_is_offered_over_what_is_accepted(answer, expected):
    targets = make_targets(label_texts([answer], TWEETEVAL), EMOTIONS)
    assert targets.log_loss(np.zeros((1, 6), dtype=np.float32)) == pytest.approx(expected)


def test_what_is_not_offered_changes_nothing():
    targets = make_targets(label_texts(["anger"], TWEETEVAL), EMOTIONS)
    logits = np.zeros((1, 6), dtype=np.float32)
    logits[0, EMOTIONS.index("fear")] = 50
    assert targets.log_loss(logits) == pytest.approx(np.log(4))


def test_log_loss_is_that_of_a_plain_computation_for_any_masks():
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


def test_log_loss_with_all_classes_offered_is_that_of_the_metrics():
    rng = np.random.default_rng(1)
    logits = rng.normal(scale=2, size=(200, 6)).astype(np.float32)
    answers = [EMOTIONS[i] for i in rng.integers(0, 6, size=200)]
    data = label_texts(answers, identity_map(EMOTIONS))
    expected = log_loss(softmax(logits).astype(np.float64), data.targets)
    assert make_targets(data, EMOTIONS).log_loss(logits) == pytest.approx(expected, rel=1e-6)


def test_log_loss_of_a_source_with_fewer_classes_is_that_of_the_projected_answers():
    rng = np.random.default_rng(2)
    logits = rng.normal(scale=2, size=(200, 6)).astype(np.float32)
    data = label_texts([("anger", "joy", "sadness")[i] for i in rng.integers(0, 3, size=200)], TWEETEVAL)
    expected = log_loss(marginalize(softmax(logits), EMOTIONS, TWEETEVAL), data.targets)
    assert make_targets(data, EMOTIONS).log_loss(logits) == pytest.approx(expected, rel=1e-5)


def test_log_loss_of_extreme_logits_is_exact():
    targets = make_targets(label_texts(["anger", "joy"], TWEETEVAL), EMOTIONS)
    logits = np.full((2, 6), -1e4, dtype=np.float32)
    logits[:, EMOTIONS.index("joy")] = 1e4
    assert targets.log_loss(logits) == pytest.approx((2e4 + 0) / 2)
