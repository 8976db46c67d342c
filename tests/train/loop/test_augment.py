"""Augmentation: the same for a seed and an epoch, of the share asked for, and close to the text."""

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tweetmoji.train.loop.augment import KINDS, MAX_JOINED, MIN_LETTERS, augment, augment_texts

TEXTS = [f"this morning number {i} was really awful and wonderful" for i in range(400)]

texts = st.lists(st.text(max_size=60), max_size=20)
seeds = st.integers(0, 2**31)


def test_same_seed_and_epoch_give_the_same_texts_and_others_give_others():
    altered = augment_texts(TEXTS, 0.5, seed=1, epoch=2)
    assert augment_texts(TEXTS, 0.5, seed=1, epoch=2) == altered
    assert augment_texts(TEXTS, 0.5, seed=1, epoch=3) != altered
    assert augment_texts(TEXTS, 0.5, seed=2, epoch=2) != altered
    assert augment_texts(TEXTS, 0.5, seed=12, epoch=2) != augment_texts(TEXTS, 0.5, seed=1, epoch=22)


@given(texts=texts, seed=seeds)
def test_share_0_alters_nothing(texts, seed):
    assert augment_texts(texts, 0.0, seed, 0) == texts


@pytest.mark.parametrize(("share", "least", "most"), [(0.25, 0.15, 0.35), (1.0, 0.9, 1.0)])
def test_share_is_the_fraction_of_the_texts_that_is_altered(share, least, most):
    altered = augment_texts(TEXTS, share, seed=0, epoch=0)
    changed = sum(one != other for one, other in zip(TEXTS, altered, strict=True)) / len(TEXTS)
    assert least < changed <= most  # a doubled letter may have been there, or a swap have changed nothing


@given(texts=texts, seed=seeds)
def test_texts_stay_in_their_places(texts, seed):
    altered = augment_texts(texts, 0.5, seed, 0)
    assert len(altered) == len(texts)
    for text, other in zip(texts, altered, strict=True):
        assert other == text or 0 <= len(text.split()) - len(other.split()) < MAX_JOINED


@given(text=st.text(max_size=80), seed=seeds)
def test_altered_words_are_long_and_begin_and_end_much_as_before(text, seed):
    words, altered = text.split(), augment(text, random.Random(seed)).split()
    if len(altered) != len(words):  # they were joined, and no letter was lost
        assert sorted("".join(altered)) == sorted("#" + "".join(words))
        return
    changed = [(one, other) for one, other in zip(words, altered, strict=True) if one != other]
    long = [word for word in words if len(word) >= MIN_LETTERS and word.isalpha()]
    assert len(changed) <= 2 + len(long) // 6
    for one, other in changed:
        assert one in long
        assert -1 <= len(other) - len(one) <= 4
        assert other.removeprefix("#")[0] == one[0]


def test_hashtag_joins_words_of_letters_up_to_the_next_sign():
    altered = {augment("a worst day ever, it", random.Random(seed)) for seed in range(300)}
    assert {text for text in altered if "#" in text} == {"a #worst day ever, it", "a #worstday ever, it"}
    joined = {augment("such a wonderful day it was", random.Random(seed)) for seed in range(300)}
    assert {text for text in joined if "#wonderful" in text} == {
        "such a #wonderful day it was",
        "such a #wonderfulday it was",
        "such a #wonderfuldayit was",
    }


@pytest.mark.parametrize("text", ["", "  a  bee ", "it is me", "@ai u2 ok?! :-) 2026", "🙂 🙃", "don't #so (sad)"])
def test_text_without_a_word_of_four_letters_stays_to_the_letter(text):
    assert {augment(text, random.Random(seed)) for seed in range(50)} == {text}


def test_names_links_and_numbers_stay():
    fixed = "@someone https://example.org #hashtag 2026 3pm"
    for seed in range(200):
        altered = augment(f"{fixed} wonderful", random.Random(seed))
        assert altered.split()[:5] == fixed.split()


def test_every_kind_occurs():
    altered = [augment("wonderful", random.Random(seed)) for seed in range(400)]
    hashtags = sum(text == "#wonderful" for text in altered)
    elongated = sum(bool(re.fullmatch(r"wonderfu{2,5}l|wonderful{2,5}", text)) for text in altered)
    total = sum(KINDS.values())
    assert hashtags / 400 == pytest.approx(KINDS["hashtag"] / total, abs=0.08)
    assert elongated / 400 == pytest.approx(KINDS["elongation"] / total, abs=0.12)
    assert {"wonderfu", "wondrful"} & set(altered)


def test_neighbor_is_a_key_beside_the_letter():
    typos = {augment("aaaa", random.Random(seed)) for seed in range(300)}
    replaced = {word.replace("a", "") for word in typos if len(word) == 4} - {""}
    assert replaced == {"s"}
