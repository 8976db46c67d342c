"""Priors: what a person may give, and how another one moves probabilities."""

import math

import numpy as np
import pytest

from tweetmoji import SettingError
from tweetmoji.runtime.prior import check_prior, compute_log_weights, make_uniform_prior

LABELS = ("sun", "rain", "snow")


def test_a_uniform_prior_gives_each_label_the_same_share():
    assert make_uniform_prior(LABELS) == {"sun": 1 / 3, "rain": 1 / 3, "snow": 1 / 3}
    assert check_prior("uniform", LABELS) == make_uniform_prior(LABELS)


def test_shares_are_given_in_the_order_of_the_labels():
    checked = check_prior({"snow": 0.5, "sun": 0.25, "rain": np.float32(0.25)}, LABELS)
    assert list(checked.items()) == [("sun", 0.25), ("rain", 0.25), ("snow", 0.5)]
    assert {type(share) for share in checked.values()} == {float}


@pytest.mark.parametrize("shares", [(0.33, 0.33, 0.33), (0.34, 0.33, 0.34)])
def test_rounded_shares_are_divided_by_their_sum(shares):
    checked = check_prior(dict(zip(LABELS, shares, strict=True)), LABELS)
    assert sum(checked.values()) == pytest.approx(1, abs=1e-15)
    assert checked["sun"] == pytest.approx(shares[0] / sum(shares), rel=1e-15)


@pytest.mark.parametrize(
    ("prior", "message"),
    [
        ("flat", "prior is 'flat'; expected 'uniform' or a share for each of sun, rain, snow"),
        ({"sun": 0.5, "rain": 0.5}, "prior has no share for snow; expected one for each label of the model"),
        ({}, "prior has no share for sun, rain, snow; expected"),
        (
            {"sun": 0.5, "fog": 0.5},
            "prior for 'fog', which is no label of this model; expected a share for each of sun",
        ),
        ({"sun": 0, "rain": 0.5, "snow": 0.5}, "prior for 'sun' is 0; expected a number above 0"),
        ({"sun": -0.5, "rain": 1, "snow": 0.5}, "prior for 'sun' is -0.5; expected a number above 0"),
        ({"sun": math.nan, "rain": 0.5, "snow": 0.5}, "prior for 'sun' is nan; expected a number above 0"),
        ({"sun": True, "rain": 0.5, "snow": 0.5}, "prior for 'sun' is True; expected a number above 0"),
        ({"sun": "0.2", "rain": 0.3, "snow": 0.5}, "prior for 'sun' is '0.2'; expected a number above 0"),
        ({"sun": math.inf, "rain": 0.5, "snow": 0.5}, "prior sums to inf; expected shares that sum to 1"),
        ({"sun": 0.3, "rain": 0.3, "snow": 0.38}, "prior sums to 0.98; expected shares that sum to 1"),
        ({"sun": 50, "rain": 30, "snow": 20}, "prior sums to 100; expected shares that sum to 1"),
    ],
)
def test_an_impossible_prior_is_refused(prior, message):
    with pytest.raises(SettingError) as caught:
        check_prior(prior, LABELS)

    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("prior", [3, [0.2, 0.3, 0.5], np.array([0.2, 0.3, 0.5])])
def test_another_type_is_a_type_error(prior):
    with pytest.raises(TypeError, match=r"prior is a .*; expected 'uniform' or a mapping of label to share"):
        check_prior(prior, LABELS)


def test_log_weights_multiply_by_the_new_share_over_the_old():
    weights = compute_log_weights({"sun": 0.2, "rain": 0.8}, {"rain": 0.5, "sun": 0.5})
    assert np.exp(weights) == pytest.approx([0.4, 1.6], rel=1e-15)


def test_the_assumed_prior_changes_nothing():
    assert compute_log_weights(make_uniform_prior(LABELS), make_uniform_prior(LABELS)) == [0, 0, 0]
