"""``comparison_key``, and ``find_overlap`` and ``leave_out`` by text and by the text that a text was made from."""

import string
import time

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.toys.datasets import make_labeled

from tweetmoji.data import NeutralTexts, comparison_key, find_overlap, leave_out
from tweetmoji.data.sources.emotion import EmotionSource

WORDS = st.lists(st.text("abcxyzé019", min_size=1, max_size=6), min_size=1, max_size=6)
FILLING = st.text("!?.,;:-#()\"'_ \t\n\u3000😂👩\u200d❤\ufe0f", min_size=1)


def labeled(texts, **more):
    return make_labeled([(text, "joy") for text in texts], **more)


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
def test_comparison_key_is_the_words_in_lower_case(text, key):
    assert comparison_key(text) == key


@given(WORDS, st.data())
def test_comparison_key_ignores_case_punctuation_emoji_and_space(words, data):
    written = "".join(data.draw(FILLING) + data.draw(st.sampled_from([word, word.upper()])) for word in words)
    assert comparison_key(written) == " ".join(words)


@given(WORDS, WORDS)
def test_comparison_key_differs_for_other_words(words, others):
    same = [word.casefold() for word in words] == [word.casefold() for word in others]
    assert (comparison_key(" ".join(words)) == comparison_key(" ".join(others))) is same


@given(st.text(st.characters()))
@example("\ud800")
@example("&amp;amp;")
@example("ŉİ")
def test_comparison_key_of_any_text_ignores_space_around_it(text):
    key = comparison_key(text)
    assert key == comparison_key(f"\n {text} ")
    assert key == key.strip()


def test_comparison_key_of_texts_without_words_is_their_emoji_or_punctuation():
    assert comparison_key("😂😂 ") == "😂😂"
    assert comparison_key("😢") != comparison_key("😂")
    assert comparison_key("?!") == "?!"


def test_find_overlap_searches_every_split_of_every_source():
    train = labeled(["i feel good", "not me", "Two of us", "i feel good", "mine"])
    val = labeled(["I FEEL good!"], split="val")
    other = labeled(["nothing", "two of us 😂"], source="tweeteval", split="test")
    assert find_overlap(train, [val, other]).tolist() == [0, 2, 3]
    assert find_overlap(train, iter([other])).tolist() == [2]


def test_find_overlap_of_nothing_is_an_empty_int64_array():
    for found in (find_overlap(labeled(["one"]), []), find_overlap(labeled([]), [labeled(["one"])])):
        assert found.tolist() == []
        assert found.dtype == np.int64


@given(st.lists(st.text(string.ascii_letters, max_size=2)), st.lists(st.text(string.ascii_letters, max_size=2)))
def test_find_overlap_agrees_with_a_comparison_of_each_pair(train, evaluation):
    expected = [i for i, text in enumerate(train) if any(text.lower() == other.lower() for other in evaluation)]
    assert find_overlap(labeled(train), [labeled(evaluation)]).tolist() == expected


@pytest.mark.parametrize(
    ("train", "parents", "held_out", "held_out_parents", "found"),
    [
        (["I feel GOOD :) 🎉🎉", "other"], ["i feel good", None], ["I feel good!"], None, [0]),
        (["so happy #blessed", "so happy"], ["so happy", "so sad"], ["so sad"], None, [1]),
        (["a parent", "other"], None, ["made of it"], ["A parent."], [0]),
        (["made of it", "other"], ["a parent", None], ["made of it, too"], ["a parent"], [0]),
        (["one", "two"], [None, None], ["three"], [None], []),
    ],
    ids=["the parent is held out", "the own text counts too", "a child is held out", "a sibling is held out", "none"],
)
def test_find_overlap_compares_text_and_parent(train, parents, held_out, held_out_parents, found):
    evaluation = labeled(held_out, split="val", parents=held_out_parents)
    assert find_overlap(labeled(train, parents=parents), [evaluation]).tolist() == found


def test_leave_out_keeps_the_order_of_the_other_texts():
    part = labeled(["one", "two", "three", "four", "five"])
    assert leave_out(part, [part.take([4, 1])]).texts == ["one", "three", "four"]
    assert leave_out(part, []).texts == part.texts


def test_leave_out_of_texts_without_labels():
    part = NeutralTexts(source="some", split="train", texts=["one", "two"], rows=np.array([4, 7]), sha256="0" * 64)
    assert leave_out(part, [labeled(["One!"])]).rows.tolist() == [7]


@pytest.mark.parametrize(("split", "n"), [("val", 5), ("test", 11)])
def test_find_overlap_of_the_real_emotion_dataset(data_dir, split, n):
    source = EmotionSource(data_dir)
    train, evaluation = source.read("train"), source.read(split)
    found = train.take(find_overlap(train, [evaluation]))
    assert len(found) == n
    assert set(found.texts) == set(train.texts) & set(evaluation.texts)


COPIED = "We missed the last ferry home and slept on the pier."


@pytest.mark.parametrize("source", ["written", "annotated"])
def test_leave_out_finds_near_copies_of_own_test_texts(source):
    texts = ["We missed the last ferry home, @ann 😭", "we missed the bus home", "a ferry home"]
    assert leave_out(labeled(texts), [labeled([COPIED], source=source, split="test")]).texts == texts[1:]


@pytest.mark.parametrize(("source", "split"), [("written", "val"), ("annotated", "val"), ("goemotions", "test")])
def test_leave_out_keeps_near_copies_of_other_splits_but_no_copies(source, split):
    texts = ["We missed the last ferry home, @ann 😭", COPIED.upper()]
    assert leave_out(labeled(texts), [labeled([COPIED], source=source, split=split)]).texts == texts[:1]


def test_find_overlap_finds_texts_made_from_a_near_copy_of_an_own_test_text():
    parents = [None, "so we missed the last ferry home", None]
    train = labeled(["unlike it", "nothing of it is left", "unlike it as well"], parents=parents)
    assert find_overlap(train, [labeled([COPIED], source="written", split="test")]).tolist() == [1]


def test_leave_out_of_many_texts_is_quick():
    held_out = [labeled([f"{COPIED} {i}" for i in range(1000)], source="annotated", split="test")]
    train = labeled([f"the quick brown fox number {i} jumps over dogs on the pier" for i in range(20_000)])
    started = time.perf_counter()
    assert len(leave_out(train, held_out)) == 20_000
    assert time.perf_counter() - started < 20
