"""Texts made in the ways of tweets: what each kind promises, that they are always the same, and fit the labels' use."""

import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from tweetmoji.data import open_source
from tweetmoji.data.labeled import LabeledTexts
from tweetmoji.data.sources.emotion import EmotionSource
from tweetmoji.data.synthetic import (
    AFFIRMED,
    DENIED,
    EMOJI,
    FEELINGS,
    OPPOSITES,
    OVERCOME,
    TEXTS_PER_KIND,
    SyntheticSource,
)
from tweetmoji.emotions import EMOTIONS
from tweetmoji.errors import DataError

HOME = {
    "train": "i feel so merry today;joy\nim gloomy and i dont know why;sadness\nthis stands in test too;fear\n",
    "val": "nothing of note;love\n",
    "test": "this stands in TEST too;anger\n",
}
NEUTRAL = "The meeting is at noon.\t27\tid1\nHe parked the car.\t27\tid2\nYay!\t17\tid3\n"
LABELS = Path(__file__).parents[2] / "src" / "tweetmoji" / "data" / "class_map.toml"


@pytest.fixture(scope="module")
def root(tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp("synthetic")
    (root / "emotion").mkdir()
    for split, content in HOME.items():
        (root / "emotion" / f"{split}.txt").write_text(content, encoding="utf-8")
    (root / "goemotions").mkdir()
    names = ["admiration"] * 17 + ["joy"] + ["anger"] * 9 + ["neutral"]
    (root / "goemotions" / "labels.txt").write_text("\n".join(names) + "\n", encoding="utf-8")
    (root / "goemotions" / "train.tsv").write_text(NEUTRAL, encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def styled(root) -> LabeledTexts:
    return open_source("synthetic", root).read("train")


def kind(data: LabeledTexts, number: int) -> list[tuple[str, str]]:
    """Texts and labels of one of the six kinds."""
    return [(data.texts[i], data.labels[data.targets[i]]) for i in range(number, len(data), 6)]


def words_in(text: str) -> set[str]:
    """The emotions whose words stand in a text."""
    return {
        name
        for name, words in FEELINGS.items()
        if any(re.search(rf"\b{word.replace('+', ' ')}\b", text) for word in words.split())
    }


def test_there_are_as_many_of_each_kind_and_always_the_same(root, styled):
    assert len(styled) == 6 * TEXTS_PER_KIND
    again = SyntheticSource(root).read("train")
    assert again.texts == styled.texts
    assert np.array_equal(again.targets, styled.targets)


def test_affirmed_feelings_have_their_label_and_denied_ones_its_denial(styled):
    assert all(label in words_in(text) for text, label in kind(styled, 0))
    denied = kind(styled, 1)
    assert {label for _, label in denied} == {f"not {name}" for name in EMOTIONS}
    assert all(label.removeprefix("not ") in words_in(text) for text, label in denied)


def test_of_two_feelings_the_second_counts(styled):
    words = {word.replace("+", " "): name for name, listed in FEELINGS.items() for word in listed.split()}
    longest_first = sorted(words, key=len, reverse=True)
    for text, label in kind(styled, 2):
        found = re.findall(rf"\b({'|'.join(longest_first)})\b", text)
        assert words[found[-1]] == label != words[found[0]]


def test_neutral_comments_get_their_feeling_from_the_sign_alone(styled):
    for text, label in kind(styled, 3):
        assert text.startswith(("The meeting is at noon.", "He parked the car."))
        if "#" not in text:
            assert any(sign in text for sign in EMOJI[label])


def test_home_texts_keep_their_label_with_an_emoji_of_it_and_without(styled):
    for number in (4, 5):
        labels = Counter(label for _, label in kind(styled, number))
        assert set(labels) == {"joy", "sadness"}
    assert all(any(sign in text for sign in EMOJI[label]) for text, label in kind(styled, 4))
    assert any("don't" in text for text, _ in kind(styled, 5))
    assert any(text.isupper() for text, _ in kind(styled, 5))


def test_texts_that_stand_in_an_evaluation_split_are_not_used(styled):
    assert not any("stands" in text.lower() for text in styled.texts)


def test_denied_emotions_cover_others_only(styled):
    assert set(styled.class_map) == set(styled.labels)
    for name in EMOTIONS:
        assert styled.class_map[name] == (name,)
        assert styled.class_map[f"not {name}"] == OPPOSITES[name]
        assert name not in OPPOSITES[name]
        assert set(OPPOSITES[name]) < set(EMOTIONS)


def test_each_word_is_of_one_emotion_and_each_sentence_has_room_for_it():
    words = [word for listed in FEELINGS.values() for word in listed.split()]
    assert len(set(words)) == len(words)
    assert all(sentence.count("{}") == 1 for sentence in (*AFFIRMED, *DENIED))
    assert all(sentence.count("{}") == 2 for sentence in OVERCOME)


def test_missing_dataset_is_named(tmp_path):
    with pytest.raises(DataError, match=r"train\.txt"):
        EmotionSource(tmp_path / "none")
    with pytest.raises(DataError, match="nowhere"):
        SyntheticSource(tmp_path / "nowhere")
