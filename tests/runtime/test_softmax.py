"""From logits to probabilities."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from tweetmoji.runtime.softmax import compute_none, softmax

LOGITS = arrays(
    np.float32, array_shapes(min_dims=2, max_dims=2, max_side=8), elements=st.floats(-(2.0**99), 2.0**99, width=32)
)


def test_probabilities_are_proportional_to_exponentials():
    logits = np.log(np.array([[1.0, 3.0], [2.0, 2.0], [9.0, 1.0]], dtype=np.float32))
    np.testing.assert_allclose(softmax(logits), [[0.25, 0.75], [0.5, 0.5], [0.9, 0.1]], rtol=1e-6)


@pytest.mark.parametrize(("temperature", "expected"), [(1.0, 0.8), (2.0, 2 / 3), (0.5, 16 / 17), (1e6, 0.5)])
def test_temperature_divides_the_logits(temperature, expected):
    logits = np.array([[math.log(4), 0.0]], dtype=np.float32)
    assert softmax(logits, temperature)[0, 0] == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("temperature", [1e-300, 0.05, 1.0, 20.0, 1e300])
@given(LOGITS)
def test_rows_are_float32_probabilities_that_sum_to_one(temperature, logits):
    probabilities = softmax(np.clip(logits, -1e3, 1e3) if temperature < 0.05 else logits, temperature)

    assert probabilities.dtype == np.float32
    assert probabilities.shape == logits.shape
    assert ((probabilities >= 0) & (probabilities <= 1)).all()
    np.testing.assert_allclose(probabilities.sum(axis=1, dtype=np.float64), 1, atol=1e-6)


@given(LOGITS)
def test_a_row_does_not_depend_on_the_other_rows(logits):
    alone = [softmax(logits[i : i + 1])[0] for i in range(len(logits))]
    np.testing.assert_array_equal(softmax(logits), alone)


def test_no_rows_give_no_rows():
    assert softmax(np.empty((0, 6), dtype=np.float32)).shape == (0, 6)


def test_log_weights_multiply_the_probabilities():
    logits = np.log(np.array([[1.0, 3.0], [9.0, 1.0]]))
    weighted = softmax(logits, 1.0, [math.log(3), 0.0])
    np.testing.assert_allclose(weighted, [[0.5, 0.5], [27 / 28, 1 / 28]], rtol=1e-6)


def test_log_weights_are_not_scaled_by_the_temperature():
    assert softmax(np.zeros((1, 2)), 5.0, [math.log(4), 0.0])[0, 0] == pytest.approx(0.8, rel=1e-6)


def test_weights_of_zero_change_no_bit():
    logits = np.random.default_rng(0).normal(size=(50, 6)).astype(np.float32)
    np.testing.assert_array_equal(softmax(logits, 1.3, [0.0] * 6), softmax(logits, 1.3))


def test_weights_reach_a_class_whose_probability_would_be_zero():
    logits = np.array([[0.0, 1000.0]], dtype=np.float32)
    np.testing.assert_allclose(softmax(logits, 1.0, [1001.0, 0.0]), softmax(np.array([[1.0, 0.0]])), rtol=1e-6)


def split(logits):
    """Logits of the labels, and those of none."""
    return logits[:, :-1], logits[:, -1]


def test_none_without_calibration_is_its_share_of_the_softmax_over_all():
    logits = np.random.default_rng(0).normal(size=(50, 7)).astype(np.float32)
    np.testing.assert_allclose(compute_none(*split(logits), 1.0, 0.0), softmax(logits)[:, -1], rtol=1e-6)


@pytest.mark.parametrize(("slope", "offset"), [(2.0, 0.0), (0.5, -1.0), (1.0, 3.0), (0.0, 0.0)])
def test_none_is_the_logistic_function_of_its_scaled_log_odds(slope, offset):
    logits = np.log(np.array([[1.0, 3.0, 2.0]]))  # odds of none: 2 to 1 + 3
    expected = 1 / (1 + math.exp(-(slope * math.log(0.5) + offset)))
    assert compute_none(*split(logits), slope, offset)[0] == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("slope", [-1e6, 0.0, 1.0, 1e6])
@pytest.mark.parametrize("offset", [-1e6, 0.0, 1e6])
@given(LOGITS)
def test_none_is_a_float32_probability(slope, offset, logits):
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        none = compute_none(*split(np.concatenate([logits, logits[:, ::-1]], axis=1)), slope, offset)

    assert (none.dtype, none.shape) == (np.float32, (len(logits),))
    assert ((none >= 0) & (none <= 1)).all()


@given(LOGITS)
def test_none_of_a_row_does_not_depend_on_the_other_rows(logits):
    logits = np.concatenate([logits, logits[:, :1]], axis=1)
    alone = [compute_none(*split(logits[i : i + 1]), 0.9, -0.5)[0] for i in range(len(logits))]
    np.testing.assert_array_equal(compute_none(*split(logits), 0.9, -0.5), alone)


def test_no_rows_have_no_none():
    assert compute_none(np.empty((0, 6)), np.empty(0), 1.0, 0.0).shape == (0,)
