"""``SyntheticSource``: what each of the six kinds promises, parents, digest, and that the texts are always the same."""

import hashlib
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from tests.toys.datasets import write_emotion, write_goemotions

from tweetmoji.data import LabeledTexts, leave_out, open_source
from tweetmoji.data.sources.synthetic import (
    AFFIRMATIONS,
    CHANGES,
    DENIALS,
    EMOJI_AND_EMOTICONS,
    FEELING_WORDS,
    OPPOSITES,
    RULES_VERSION,
    TEXTS_PER_KIND,
    SyntheticSource,
)
from tweetmoji.emotions import EMOTIONS
from tweetmoji.errors import DataError

EMOTION = {
    "train": "i feel so merry today;joy\nim gloomy and i dont know why;sadness\nthis is held out too;fear\n",
    "val": "nothing of note;love\n",
    "test": "this is HELD OUT too;anger\n",
}
LABELS = ("joy", "neutral")
COMMENTS = {"train": "The meeting is at noon.\t1\tid1\nHe parked the car.\t1\tid2\nYay!\t0\tid3\n"}
AFFIRMED, DENIED, CHANGED, MARKED_NEUTRAL, MARKED, RESTYLED = range(6)
"""The kinds, in the order in which they are made."""


def write_root(root: Path) -> Path:
    write_emotion(root / "emotion", EMOTION)
    write_goemotions(root / "goemotions", COMMENTS, LABELS)
    return root


@pytest.fixture(scope="module")
def root(tmp_path_factory) -> Path:
    """A root whose datasets are not to be changed."""
    return write_root(tmp_path_factory.mktemp("synthetic"))


@pytest.fixture(scope="module")
def synthetic(root) -> LabeledTexts:
    return open_source("synthetic", root).read("train")


def take_kind(data: LabeledTexts, kind: int) -> LabeledTexts:
    return data.take(range(kind, len(data), 6))


def pair_up(data: LabeledTexts, kind: int) -> list[tuple[str, str]]:
    """Texts and labels of one of the kinds."""
    part = take_kind(data, kind)
    return [(text, part.labels[target]) for text, target in zip(part.texts, part.targets, strict=True)]


def feelings_in(text: str) -> set[str]:
    """The emotions whose words are in a text."""
    return {
        name
        for name, words in FEELING_WORDS.items()
        if any(re.search(rf"\b{word.replace('+', ' ')}\b", text) for word in words.split())
    }


def has_mark(text: str, label: str) -> bool:
    return any(mark in text for mark in EMOJI_AND_EMOTICONS[label])


def test_read_makes_as_many_texts_of_each_kind_and_always_the_same(root, synthetic):
    assert len(synthetic) == 6 * TEXTS_PER_KIND
    again = SyntheticSource(root).read("train")
    assert again.texts == synthetic.texts
    assert np.array_equal(again.targets, synthetic.targets)


def test_rules_version_is_raised_when_the_rules_make_other_texts(synthetic):
    lines = [
        f"{text};{synthetic.labels[target]}" for text, target in zip(synthetic.texts, synthetic.targets, strict=True)
    ]
    digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    # if this fails, raise RULES_VERSION, and put the new version and digest here
    assert (RULES_VERSION, digest[:16]) == (1, "7d169b0bb529cf48")


def test_affirmed_feelings_have_their_label_and_denied_ones_its_denial(synthetic):
    assert all(label in feelings_in(text) for text, label in pair_up(synthetic, AFFIRMED))
    denied = pair_up(synthetic, DENIED)
    assert {label for _, label in denied} == {f"not {name}" for name in EMOTIONS}
    assert all(label.removeprefix("not ") in feelings_in(text) for text, label in denied)


def test_second_of_two_feelings_is_the_label(synthetic):
    words = {word.replace("+", " "): name for name, listed in FEELING_WORDS.items() for word in listed.split()}
    longest_first = sorted(words, key=len, reverse=True)
    for text, label in pair_up(synthetic, CHANGED):
        found = re.findall(rf"\b({'|'.join(longest_first)})\b", text)
        assert words[found[-1]] == label != words[found[0]]


def test_neutral_comments_get_their_label_from_the_emoji_emoticon_or_hashtag(synthetic):
    for text, label in pair_up(synthetic, MARKED_NEUTRAL):
        assert text.startswith(("The meeting is at noon.", "He parked the car."))
        if "#" not in text:
            assert has_mark(text, label)


def test_texts_of_the_emotion_source_keep_their_label(synthetic):
    for kind in (MARKED, RESTYLED):
        assert set(Counter(label for _, label in pair_up(synthetic, kind))) == {"joy", "sadness"}
    assert all(has_mark(text, label) for text, label in pair_up(synthetic, MARKED))
    assert any("don't" in text for text, _ in pair_up(synthetic, RESTYLED))
    assert any(text.isupper() for text, _ in pair_up(synthetic, RESTYLED))


def test_no_text_is_made_from_one_in_an_evaluation_split(synthetic):
    assert not any("held" in text.lower() for text in synthetic.texts)


def test_parents_are_the_texts_that_each_was_made_from(synthetic):
    for kind in (AFFIRMED, DENIED, CHANGED):
        assert set(take_kind(synthetic, kind).parents) == {None}
    neutral = take_kind(synthetic, MARKED_NEUTRAL)
    assert all(text.startswith(f"{parent} ") for text, parent in zip(neutral.texts, neutral.parents, strict=True))
    for kind in (MARKED, RESTYLED):
        part = take_kind(synthetic, kind)
        parents = {"i feel so merry today": "joy", "im gloomy and i dont know why": "sadness"}
        assert [parents[parent] for parent in part.parents] == [part.labels[target] for target in part.targets]


@pytest.mark.parametrize(("source", "row"), [("emotion", 1), ("neutral", 0)])
def test_leave_out_removes_every_text_made_from_a_held_out_one(root, synthetic, source, row):
    originals = getattr(SyntheticSource(root), source).read("train")
    parent = originals.texts[row]
    left = leave_out(synthetic, [originals.take([row])])
    assert parent in synthetic.parents
    assert parent not in left.parents
    assert len(left) == len(synthetic) - synthetic.parents.count(parent)


def test_class_map_of_a_denied_emotion_has_others_only(synthetic):
    assert set(synthetic.class_map) == set(synthetic.labels)
    for name in EMOTIONS:
        assert synthetic.class_map[name] == (name,)
        assert synthetic.class_map[f"not {name}"] == OPPOSITES[name]
        assert name not in OPPOSITES[name]
        assert set(OPPOSITES[name]) < set(EMOTIONS)


@pytest.mark.parametrize("name", ["emotion/train.txt", "emotion/val.txt", "emotion/test.txt", "goemotions/train.tsv"])
def test_digest_covers_every_file_that_the_texts_are_made_from(tmp_path, synthetic, name):
    root = write_root(tmp_path)
    assert SyntheticSource(root).read("train").sha256 == synthetic.sha256
    path = root / name
    path.write_bytes(path.read_bytes().removesuffix(b"\n"))
    assert SyntheticSource(root).read("train").sha256 != synthetic.sha256


def test_digest_covers_the_version_of_the_rules(root, synthetic, monkeypatch):
    monkeypatch.setattr("tweetmoji.data.sources.synthetic.RULES_VERSION", RULES_VERSION + 1)
    assert SyntheticSource(root).read("train").sha256 != synthetic.sha256


def test_each_word_has_one_emotion_and_each_sentence_a_place_for_it():
    words = [word for listed in FEELING_WORDS.values() for word in listed.split()]
    assert len(set(words)) == len(words)
    assert all(sentence.count("{}") == 1 for sentence in (*AFFIRMATIONS, *DENIALS))
    assert all(sentence.count("{}") == 2 for sentence in CHANGES)


def test_missing_dataset_is_named(tmp_path):
    with pytest.raises(DataError, match="nowhere: no such folder"):
        SyntheticSource(tmp_path / "nowhere")
    (tmp_path / "goemotions").mkdir()
    with pytest.raises(DataError, match=r"train\.txt: no such file"):
        SyntheticSource(tmp_path).read("train")
