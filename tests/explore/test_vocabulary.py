"""``split_words``, ``find_common_words``, ``find_characteristic_words`` and ``score_words``."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.toys.datasets import make_labeled

from tweetmoji.explore.vocabulary import (
    CHARACTERISTIC_WORDS,
    COMMON_WORDS,
    MIN_TEXTS,
    MIN_Z,
    PRIOR_WORDS,
    find_characteristic_words,
    find_common_words,
    score_words,
    split_words,
)
from tweetmoji.text import clean


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("I FEEL so good", ["i", "feel", "so", "good"]),
        ("don't, can’t... rock 'n' roll", ["don't", "can’t", "rock", "n", "roll"]),
        ("#Blessed day #2", ["#blessed", "day", "#2"]),
        ("@ann look https://example.org/x now", ["look", "now"]),
        ("tea &amp; cake", ["tea", "cake"]),
        ("😂 été 😂", ["été"]),
        ("😂!", []),
    ],
)
def test_split_words_finds_runs_of_letters_and_digits_in_lower_case(text, words):
    assert split_words(clean(text)) == words


@given(st.text())
def test_split_words_of_any_text_has_no_space_or_capitals(text):
    for word in split_words(clean(text)):
        assert word == word.lower()
        assert not any(character.isspace() for character in word)


def test_find_common_words_gives_shares_of_texts():
    texts = [["i", "feel", "i", "i"]] * 30 + [["feel"]] * 10
    assert find_common_words(texts) == {"feel": 1.0, "i": 0.75}


def test_find_common_words_orders_ties_by_the_alphabet():
    assert list(find_common_words([["b", "c", "a"]] * MIN_TEXTS)) == ["a", "b", "c"]


def test_find_common_words_names_at_most_common_words():
    texts = [[f"w{i}" for i in range(COMMON_WORDS + 5)]] * MIN_TEXTS
    assert len(find_common_words(texts)) == COMMON_WORDS


@pytest.mark.parametrize(("n", "named"), [(MIN_TEXTS - 1, False), (MIN_TEXTS, True)])
def test_words_of_fewer_than_min_texts_are_never_named(n, named):
    rare = [("secret secret secret", "joy")] * n
    others = [("the rain", "sadness"), ("the sun", "joy")] * 500
    assert ("secret" in find_common_words([text.split() for text, _ in [*rare, *others]])) is named
    words = find_characteristic_words(make_labeled([*rare, *others]))
    assert ("secret" in [found.word for found in words["joy"]]) is named


def test_score_words_by_hand():
    # Each word has half of all words, so the prior is PRIOR_WORDS / 2 for both.
    more, less = PRIOR_WORDS / 2 + 30, PRIOR_WORDS / 2 + 10
    z = 2 * math.log(more / less) / math.sqrt(1 / more + 1 / less)
    assert score_words(np.array([[30, 10], [10, 30]])) == pytest.approx(np.array([[z, -z], [-z, z]]))


def score_one(counts, label, word):
    """Monroe et al. 2008, equations 16, 19 and 22, for one word of one label against all others."""
    everything = sum(map(sum, counts))
    column = sum(row[word] for row in counts)
    prior = PRIOR_WORDS * column / everything
    inside, inside_all = counts[label][word], sum(counts[label])
    outside, outside_all = column - inside, everything - inside_all
    log_odds = math.log((inside + prior) / (inside_all + PRIOR_WORDS - inside - prior)) - math.log(
        (outside + prior) / (outside_all + PRIOR_WORDS - outside - prior)
    )
    return log_odds / math.sqrt(1 / (inside + prior) + 1 / (outside + prior))


def test_score_words_agrees_with_the_equations_of_the_paper():
    counts = np.random.default_rng(7).integers(0, 50, size=(3, 20)) + np.eye(3, 20, dtype=np.int64)
    expected = [[score_one(counts.tolist(), label, word) for word in range(20)] for label in range(3)]
    assert score_words(counts) == pytest.approx(np.array(expected))


def test_find_characteristic_words_of_each_label():
    data = make_labeled(
        [("the rain falls", "sadness"), ("the sun shines", "joy")] * 200, labels=("sadness", "joy", "love")
    )
    words = find_characteristic_words(data)
    assert {found.word for found in words["sadness"]} == {"rain", "falls"}
    assert {found.word for found in words["joy"]} == {"sun", "shines"}
    assert words["love"] == ()
    assert all(found.z >= MIN_Z and found.texts == 200 for label in words for found in words[label])


def test_find_characteristic_words_orders_by_z_and_names_at_most_characteristic_words():
    often = " ".join(["rain"] * 3 + [f"w{i}" for i in range(CHARACTERISTIC_WORDS + 3)])
    words = find_characteristic_words(make_labeled([(often, "sadness"), ("the sun shines", "joy")] * 200))["sadness"]
    assert words[0].word == "rain"
    assert len(words) == CHARACTERISTIC_WORDS
    assert [found.z for found in words] == sorted((found.z for found in words), reverse=True)


@pytest.mark.parametrize("text", ["same", "😂"])
def test_find_characteristic_words_of_a_single_word_or_none_is_empty(text):
    words = find_characteristic_words(make_labeled([(text, "joy")] * 20))
    assert set(words.values()) == {()}
