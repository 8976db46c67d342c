"""What makes two texts the same, and finding the training texts that stand in an evaluation split."""

import string

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tweetmoji.data import LabeledTexts, comparison_key, find_overlap
from tweetmoji.data.sources.emotion import EmotionSource

WORDS = st.lists(st.text("abcxyzé019", min_size=1, max_size=6), min_size=1, max_size=6)
FILLING = st.text("!?.,;:-#()\"'_ \t\n\u3000😂👩\u200d❤\ufe0f", min_size=1)


def labeled(texts, source="emotion", split="train"):
    return LabeledTexts(
        source=source,
        split=split,
        texts=list(texts),
        targets=np.zeros(len(texts), dtype=np.int64),
        labels=("joy",),
        class_map={"joy": ("joy",)},
        rows=np.arange(1, len(texts) + 1),
        sha256="0" * 64,
    )


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("I feel GOOD", "i feel good"),
        ("  so,  much… (fun)!! ", "so much fun"),
        ("snake_case #tag", "snake case tag"),
        ("@ann see https://example.org/x", "user see http"),
        ("Salt &amp; Pepper", "salt pepper"),
        ("day 24", "day 24"),
        ("Straße", "strasse"),
        ("so sad 😢", "so sad"),
        ("Привет, мир!", "привет мир"),
        ("", ""),
        (" \n", ""),
    ],
)
def test_the_key_is_the_words_alone(text, key):
    assert comparison_key(text) == key


@given(WORDS, st.data())
def test_case_signs_emoji_and_white_space_between_words_do_not_matter(words, data):
    written = "".join(data.draw(FILLING) + data.draw(st.sampled_from([word, word.upper()])) for word in words)
    assert comparison_key(written) == " ".join(words)


@given(WORDS, WORDS)
def test_other_words_are_another_text(words, others):
    same = [word.casefold() for word in words] == [word.casefold() for word in others]
    assert (comparison_key(" ".join(words)) == comparison_key(" ".join(others))) is same


@given(st.text(st.characters()))
@example("\ud800")
@example("&amp;amp;")
@example("ŉİ")
def test_any_text_has_a_key_which_white_space_around_it_does_not_change(text):
    key = comparison_key(text)

    assert key == comparison_key(f"\n {text} ")
    assert key == key.strip()


def test_texts_without_a_word_are_told_apart_by_their_signs():
    assert comparison_key("😂😂 ") == "😂😂"
    assert comparison_key("😢") != comparison_key("😂")
    assert comparison_key("?!") == "?!"


def test_overlapping_texts_are_found_in_every_split_of_every_source():
    train = labeled(["i feel good", "not me", "Two of us", "i feel good", "mine"])
    val = labeled(["I FEEL good!"], split="val")
    other = labeled(["nothing", "two of us 😂"], source="tweeteval", split="test")

    assert find_overlap(train, [val, other]).tolist() == [0, 2, 3]
    assert find_overlap(train, iter([other])).tolist() == [2]


def test_nothing_overlaps_with_nothing():
    for found in (find_overlap(labeled(["one"]), []), find_overlap(labeled([]), [labeled(["one"])])):
        assert found.tolist() == []
        assert found.dtype == np.int64


@given(st.lists(st.text(string.ascii_letters, max_size=2)), st.lists(st.text(string.ascii_letters, max_size=2)))
def test_what_is_found_is_what_a_comparison_of_each_pair_finds(train, evaluation):
    expected = [i for i, text in enumerate(train) if any(text.lower() == other.lower() for other in evaluation)]
    assert find_overlap(labeled(train), [labeled(evaluation)]).tolist() == expected


@pytest.mark.parametrize(("split", "n"), [("val", 5), ("test", 11)])
def test_the_known_overlap_of_the_dataset_itself_is_found(data_dir, split, n):
    source = EmotionSource(data_dir)
    train, evaluation = source.read("train"), source.read(split)
    found = train.take(find_overlap(train, [evaluation]))

    assert len(found) == n
    assert set(found.texts) == set(train.texts) & set(evaluation.texts)
