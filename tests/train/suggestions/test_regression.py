"""The fit: what scikit-learn finds for the same problem, for features of any scale."""

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="training needs scikit-learn")

from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from tweetmoji.runtime.softmax import softmax
from tweetmoji.train.settings import SuggestionSettings
from tweetmoji.train.suggestions.regression import FEATURE_SCALE, fit_head

EMOJI = 3


@pytest.fixture(scope="module")
def problem():
    rng = np.random.default_rng(0)
    features = rng.normal(size=(400, 5)).astype(np.float32)
    grams = csr_matrix((rng.random((400, 12)) < 0.3).astype(np.float32))
    scores = (
        features @ rng.normal(size=(5, EMOJI)) + grams @ rng.normal(size=(12, EMOJI)) + rng.gumbel(size=(400, EMOJI))
    )
    return features, grams, scores.argmax(axis=1)


def fit(problem, **settings):
    features, grams, targets = problem
    told = {"iterations": 1000, "gram_penalty": 2.0, "feature_penalty": 2.0} | settings
    return fit_head(features, grams, targets, EMOJI, SuggestionSettings(buckets=12, **told))


def test_fit_is_that_of_scikit_learn(problem):
    features, grams, targets = problem
    standard = (features - features.mean(axis=0)) / features.std(axis=0) * FEATURE_SCALE / np.sqrt(5)
    known = LogisticRegression(C=1 / 2, tol=1e-8, max_iter=10_000).fit(np.hstack([standard, grams.toarray()]), targets)
    expected = known.predict_proba(np.hstack([standard, grams.toarray()]))
    found = softmax(fit(problem).compute_logits(features, grams))
    assert found == pytest.approx(expected, abs=2e-3)


def test_scale_and_place_of_features_do_not_matter(problem):
    features, grams, targets = problem
    moved = 100 * features + 1000
    found = fit((moved, grams, targets)).compute_logits(moved, grams)
    assert found == pytest.approx(fit(problem).compute_logits(features, grams), abs=0.02)


def test_penalties_shrink_the_weights_of_their_part(problem):
    plain, fewer, less = fit(problem), fit(problem, gram_penalty=200.0), fit(problem, feature_penalty=200.0)
    assert np.abs(fewer.grams).sum() < np.abs(plain.grams).sum() / 2
    assert np.abs(less.features).sum() < np.abs(plain.features).sum() / 2


def test_without_a_step_the_answer_is_how_frequent_each_emoji_is(problem):
    features, grams, targets = problem
    found = softmax(fit(problem, gram_penalty=1e8, feature_penalty=1e8).compute_logits(features, grams))
    assert found.mean(axis=0) == pytest.approx(np.bincount(targets) / len(targets), abs=1e-3)
