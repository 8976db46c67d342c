"""From logits to probabilities."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from tweetmoji.runtime.softmax import softmax

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
