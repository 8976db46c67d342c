"""`predict_answers`: a class or none for each text, and the confidence in it."""

from types import SimpleNamespace

import numpy as np
import pytest
from tests.toys.datasets import make_labeled

from tweetmoji.emotions import EMOTIONS, NONE
from tweetmoji.errors import SettingError
from tweetmoji.evaluate.answers import predict_answers
from tweetmoji.runtime.emojifier import Prediction

LABELS = ("joy", "anger")


def make_emojifier(rows, labels=LABELS):
    """A model that gives the texts 0, 1 and so on the scores and the probability of none of each row."""

    def predict(texts):
        found = [rows[int(text)] for text in texts]
        return [
            Prediction(
                None, None, confidence=0.0, none=none, scores=dict(zip(labels, scores, strict=True)), truncated=False
            )
            for scores, none in found
        ]

    return SimpleNamespace(name="made", labels=labels, predict=predict)


def make_data(*targets, labels=(*LABELS, NONE)):
    return make_labeled([(str(i), target) for i, target in enumerate(targets)], labels=labels)


ROWS = [((0.9, 0.1), 0.2), ((0.3, 0.7), 0.9), ((0.3, 0.7), 0.5), ((0.6, 0.4), 0.51)]


def test_none_is_the_answer_where_it_is_more_probable_than_all_labels_together():
    answers = predict_answers(make_emojifier(ROWS), make_data("joy", NONE, "joy", "joy"))

    assert [answers.labels[i] for i in answers.predictions] == ["joy", NONE, "anger", NONE]
    assert answers.correct.tolist() == [True, True, False, False]
    assert answers.has_emotion.tolist() == [True, False, True, True]
    assert [answers.labels[i] for i in answers.best] == ["joy", "anger", "anger", "joy"]


def test_confidence_is_that_of_a_prediction():
    answers = predict_answers(make_emojifier(ROWS), make_data("joy", NONE, "joy", "joy"))
    assert answers.confidence == pytest.approx([0.8 * 0.9, 0.1 * 0.7, 0.5 * 0.7, 0.49 * 0.6])
    assert answers.none == pytest.approx([0.2, 0.9, 0.5, 0.51])


def test_confidence_of_a_real_model_is_that_of_its_predictions(heads_emojifier):
    data = make_labeled([("so happy", "joy"), ("user http", NONE), ("the sun", NONE)], labels=(*EMOTIONS, NONE))
    answers = predict_answers(heads_emojifier, data)
    assert answers.confidence == pytest.approx([row.confidence for row in heads_emojifier.predict(data.texts)])


def test_a_model_that_cannot_tell_never_answers_none():
    answers = predict_answers(
        make_emojifier([(scores, None) for scores, _ in ROWS]), make_data("joy", NONE, "joy", "joy")
    )

    assert answers.none is None
    assert answers.correct.tolist() == [True, False, False, True]
    assert answers.confidence == pytest.approx([0.9, 0.7, 0.7, 0.6])


def test_answers_do_not_depend_on_the_order_of_labels_and_classes():
    turned = [(scores[::-1], none) for scores, none in ROWS]
    data = make_data("joy", NONE, "joy", "joy", labels=(NONE, *LABELS))
    answers = predict_answers(make_emojifier(turned, labels=LABELS[::-1]), data)

    assert [answers.labels[i] for i in answers.predictions] == ["joy", NONE, "anger", NONE]
    assert answers.correct.tolist() == [True, True, False, False]
    assert np.array_equal(answers.targets, data.targets)


def test_labels_that_the_model_lacks_are_a_setting_error():
    with pytest.raises(SettingError, match=r"source emotion needs the labels anger, and made has the labels joy, up;"):
        predict_answers(make_emojifier(ROWS, labels=("joy", "up")), make_data("joy", NONE, "joy", "joy"))
