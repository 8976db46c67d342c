"""Words: what counts as one, which are widespread, and which tell one label from the others."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    tidy,
)


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
def test_words_are_runs_of_letters_and_digits_in_lower_case(text, words):
    assert split_words(tidy(text)) == words


@given(st.text())
def test_any_text_has_words_without_space_or_capitals(text):
    for word in split_words(tidy(text)):
        assert word == word.lower()
        assert not any(character.isspace() for character in word)


def test_common_words_come_with_the_share_of_texts_that_hold_them():
    texts = [["i", "feel", "i", "i"]] * 30 + [["feel"]] * 10
    assert find_common_words(texts) == {"feel": 1.0, "i": 0.75}


def test_equally_common_words_stand_in_the_order_of_the_alphabet():
    assert list(find_common_words([["b", "c", "a"]] * MIN_TEXTS)) == ["a", "b", "c"]


def test_no_more_common_words_are_named_than_asked_for():
    texts = [[f"w{i}" for i in range(COMMON_WORDS + 5)]] * MIN_TEXTS
    assert len(find_common_words(texts)) == COMMON_WORDS


@pytest.mark.parametrize(("n", "named"), [(MIN_TEXTS - 1, False), (MIN_TEXTS, True)])
def test_words_of_few_texts_are_never_named(make_texts, n, named):
    rare = [("secret secret secret", "joy")] * n
    others = [("the rain", "sadness"), ("the sun", "joy")] * 500
    assert ("secret" in find_common_words([text.split() for text, _ in [*rare, *others]])) is named
    words = find_characteristic_words(make_texts([*rare, *others]))
    assert ("secret" in [found.word for found in words["joy"]]) is named


def test_scores_are_right_by_hand():
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


def test_scores_are_those_of_the_paper():
    counts = np.random.default_rng(7).integers(0, 50, size=(3, 20)) + np.eye(3, 20, dtype=np.int64)
    expected = [[score_one(counts.tolist(), label, word) for word in range(20)] for label in range(3)]
    assert score_words(counts) == pytest.approx(np.array(expected))


def test_characteristic_words_tell_a_label_from_the_others(make_texts):
    data = make_texts(
        [("the rain falls", "sadness"), ("the sun shines", "joy")] * 200, labels=("sadness", "joy", "love")
    )
    words = find_characteristic_words(data)
    assert {found.word for found in words["sadness"]} == {"rain", "falls"}
    assert {found.word for found in words["joy"]} == {"sun", "shines"}
    assert words["love"] == ()
    assert all(found.z >= MIN_Z and found.texts == 200 for label in words for found in words[label])


def test_the_most_characteristic_word_comes_first_and_the_list_ends(make_texts):
    often = " ".join(["rain"] * 3 + [f"w{i}" for i in range(CHARACTERISTIC_WORDS + 3)])
    words = find_characteristic_words(make_texts([(often, "sadness"), ("the sun shines", "joy")] * 200))["sadness"]
    assert words[0].word == "rain"
    assert len(words) == CHARACTERISTIC_WORDS
    assert [found.z for found in words] == sorted((found.z for found in words), reverse=True)


@pytest.mark.parametrize("text", ["same", "😂"])
def test_texts_of_a_single_word_or_none_have_no_characteristic_words(make_texts, text):
    words = find_characteristic_words(make_texts([(text, "joy")] * 20))
    assert set(words.values()) == {()}
