"""The written texts by what they test: answers right by capability, and minimal pairs with both sides right.

None counts as an answer here, as in `tweetmoji.evaluate.answers`: many pairs differ in whether there is an emotion.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tweetmoji.evaluate.answers import Answers
from tweetmoji.evaluate.intervals import pass_rate_interval


@dataclass(frozen=True)
class Rate:
    """How many of n are right.

    Attributes:
        n: Number of texts or of pairs, at least 1.
        right: How many of them are right.
        rate: Their share, [0, 1].
        low: Lower end of its 95 % interval, Wilson's.
        high: Upper end of its 95 % interval.
    """

    n: int
    right: int
    rate: float
    low: float
    high: float


def rate_pairs(answers: Answers, pairs: Sequence[str]) -> Rate | None:
    """Count the minimal pairs with both sides right.

    Args:
        answers: The model's, to n texts.
        pairs: Id of each text's pair; empty for a single text. A pair of which only one side is there does not count.

    Returns:
        Their rate; None if there are no pairs.
    """
    sides = _group(answers, pairs)
    sides.pop("", None)
    return _rate([all(right) for right in sides.values() if len(right) > 1])


def rate_capabilities(answers: Answers, capabilities: Sequence[str]) -> dict[str, Rate]:
    """Count the right answers by capability.

    Args:
        answers: The model's, to n texts.
        capabilities: What each text tests.

    Returns:
        Capability to its rate, in alphabetical order.
    """
    rates = {capability: _rate(right) for capability, right in sorted(_group(answers, capabilities).items())}
    return {capability: rate for capability, rate in rates.items() if rate}


def _group(answers: Answers, names: Sequence[str]) -> dict[str, list[bool]]:
    """Name to whether each answer of that name is right."""
    groups: dict[str, list[bool]] = defaultdict(list)
    for name, right in zip(names, answers.correct.tolist(), strict=True):
        groups[name].append(right)
    return groups


def _rate(right: Sequence[bool]) -> Rate | None:
    if not right:
        return None
    outcomes = np.array(right, dtype=bool)
    interval = pass_rate_interval(outcomes)
    return Rate(len(right), int(outcomes.sum()), float(outcomes.mean()), interval.low, interval.high)
