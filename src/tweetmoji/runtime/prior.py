"""Priors: the shares of the labels that a model's probabilities assume, and other shares in their place.

Where the labels come in other shares than a model assumes, its probabilities are off by a known factor: the new share
over the assumed one (Saerens et al. 2002, https://doi.org/10.1162/089976602753284446).
"""

import math
from collections.abc import Mapping, Sequence
from numbers import Real
from typing import Final

from tweetmoji.errors import SettingError

UNIFORM: Final = "uniform"
"""Name of the prior that gives each label the same share."""

MAX_SUM_ERROR: Final = 0.01
"""Largest distance from 1 of the sum of shares that a person gives: room for shares rounded to two places."""


def make_uniform_prior(labels: Sequence[str]) -> dict[str, float]:
    """Give each label the same share; the shares sum to 1."""
    return dict.fromkeys(labels, 1 / len(labels))


def check_prior(prior: str | Mapping[str, float], labels: Sequence[str]) -> dict[str, float]:
    """Check a prior that a person gives.

    Args:
        prior: `UNIFORM`, or label to share.
        labels: Labels of the model.

    Returns:
        Label to share, above 0, in the order of ``labels``; the shares sum to 1.

    Raises:
        TypeError: It is neither a string nor a mapping.
        SettingError: It is another string, does not name every label and no other, has a share that is no number above
            0, or its sum is further from 1 than `MAX_SUM_ERROR`.
    """
    if isinstance(prior, str):
        if prior == UNIFORM:
            return make_uniform_prior(labels)
        raise SettingError(f"prior is {prior!r}; expected {UNIFORM!r} or a share for each of {', '.join(labels)}")
    if not isinstance(prior, Mapping):
        raise TypeError(f"prior is a {type(prior).__name__}; expected {UNIFORM!r} or a mapping of label to share")
    if unknown := [label for label in prior if label not in labels]:
        raise SettingError(
            f"prior for {unknown[0]!r}, which is no label of this model; expected a share for each of "
            f"{', '.join(labels)}"
        )
    if missing := [label for label in labels if label not in prior]:
        raise SettingError(f"prior has no share for {', '.join(missing)}; expected one for each label of the model")
    for label, share in prior.items():
        if isinstance(share, bool) or not isinstance(share, Real) or not share > 0:
            raise SettingError(f"prior for {label!r} is {share!r}; expected a number above 0")
    total = math.fsum(prior.values())
    if not round(abs(total - 1), 9) <= MAX_SUM_ERROR:  # rounded, because 1 - 0.99 is a little more than 0.01
        raise SettingError(f"prior sums to {total:g}; expected shares that sum to 1")
    return {label: float(prior[label]) / total for label in labels}


def compute_log_weights(new: Mapping[str, float], old: Mapping[str, float]) -> list[float]:
    """Compute what moves probabilities from one prior to another when added to their logarithms.

    Args:
        new: Label to share, above 0, in the order of the result.
        old: The shares that the probabilities assume, for the same labels.

    Returns:
        One number for each label, 0 where its share stays; `softmax` takes them.
    """
    return [math.log(share / old[label]) for label, share in new.items()]
