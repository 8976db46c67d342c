"""From the model's six labels to the classes that a dataset offers."""

import numpy as np
import pytest

from tweetmoji.data.class_map import marginalize

LABELS = ("sadness", "joy", "love", "anger", "fear", "surprise")
TWEETEVAL = {"anger": ("anger",), "joy": ("joy", "love"), "sadness": ("sadness",)}


def test_labels_that_count_as_one_class_are_summed_and_the_others_left_out():
    probabilities = np.array([[0.1, 0.2, 0.15, 0.05, 0.4, 0.1]])

    projected = marginalize(probabilities, LABELS, TWEETEVAL)

    assert projected == pytest.approx(np.array([[0.05, 0.35, 0.1]]) / 0.5)


def test_two_labels_together_can_outweigh_the_most_probable_one():
    probabilities = np.array([[0.4, 0.3, 0.3, 0.0, 0.0, 0.0]])

    assert marginalize(probabilities, LABELS, TWEETEVAL).argmax(axis=1).tolist() == [1]


def test_columns_stand_in_the_order_of_the_classes_offered():
    reversed_classes = dict(reversed(TWEETEVAL.items()))
    probabilities = np.random.default_rng(0).dirichlet(np.ones(6), size=20)

    expected = marginalize(probabilities, LABELS, TWEETEVAL)[:, ::-1]
    assert marginalize(probabilities, LABELS, reversed_classes) == pytest.approx(expected)


def test_each_label_as_its_own_class_changes_nothing():
    probabilities = np.random.default_rng(0).dirichlet(np.ones(6), size=20)

    assert marginalize(probabilities, LABELS, {label: (label,) for label in LABELS}) == pytest.approx(probabilities)


def test_a_text_that_is_none_of_the_classes_is_equally_likely_each():
    probabilities = np.array([[0, 0, 0, 0, 1, 0], [0, 0, 0, 1, 0, 0]], dtype=np.float32)

    assert marginalize(probabilities, LABELS, TWEETEVAL).tolist() == [[1 / 3, 1 / 3, 1 / 3], [1, 0, 0]]


def test_the_smallest_probabilities_still_decide():
    tiny = np.finfo(np.float32).smallest_subnormal
    probabilities = np.array([[3 * tiny, tiny, 0, 0, 1, 0]], dtype=np.float32)

    assert marginalize(probabilities, LABELS, TWEETEVAL) == pytest.approx(np.array([[0, 0.25, 0.75]]))


def test_rows_are_float64_and_sum_to_one():
    probabilities = np.random.default_rng(0).dirichlet(np.ones(6), size=200).astype(np.float32)

    projected = marginalize(probabilities, LABELS, TWEETEVAL)

    assert projected.dtype == np.float64
    assert projected.sum(axis=1) == pytest.approx(np.ones(200), abs=1e-12)


def test_no_texts_give_no_rows():
    assert marginalize(np.empty((0, 6)), LABELS, TWEETEVAL).shape == (0, 3)


def test_a_class_that_covers_a_label_the_model_has_not_is_refused():
    with pytest.raises(ValueError, match=r"'calm' covers disgust, pride; expected labels of the model: sadness, joy"):
        marginalize(np.ones((1, 6)) / 6, LABELS, {"calm": ("disgust", "joy", "pride")})


def test_no_classes_are_refused():
    with pytest.raises(ValueError, match="covers is empty; expected at least one class"):
        marginalize(np.ones((1, 6)) / 6, LABELS, {})


@pytest.mark.parametrize("shape", [(2, 5), (6,)])
def test_shapes_that_do_not_fit_are_refused(shape):
    with pytest.raises(ValueError, match=r"probabilities have shape \(.*expected \(n, 6\)"):
        marginalize(np.ones(shape), LABELS, TWEETEVAL)
