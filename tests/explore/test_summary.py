"""``summarize``: classes, lengths, features and common words of one split."""

import numpy as np
import pytest
from tests.toys.datasets import make_labeled

from tweetmoji.data import open_source
from tweetmoji.explore.summary import FEATURES, ClassCount, Quartiles, summarize


def test_summarize_counts_classes_in_label_order():
    data = make_labeled([("a", "love"), ("b", "joy"), ("c", "love"), ("d", "love")], labels=("joy", "fear", "love"))
    summary = summarize(data)
    assert summary.n == 4
    assert summary.sha256 == data.sha256
    assert summary.classes == {"joy": ClassCount(1, 0.25), "fear": ClassCount(0, 0.0), "love": ClassCount(3, 0.75)}
    assert list(summary.classes) == ["joy", "fear", "love"]


def test_summarize_gives_quartiles_of_characters_and_words():
    data = make_labeled([(text, "joy") for text in ["a", "b c", "d e f", "g h i j", "k l m n o"]])
    summary = summarize(data)
    assert summary.characters == Quartiles(1, 3, 5, 7, 9)
    assert summary.words == Quartiles(1, 2, 3, 4, 5)


def test_summarize_interpolates_quartiles():
    lengths = [1, 2, 4, 9]
    summary = summarize(make_labeled([("x" * n, "joy") for n in lengths]))
    expected = np.percentile(lengths, [0, 25, 50, 75, 100])
    assert summary.characters == Quartiles(*expected)


def test_summarize_counts_characters_of_cleaned_texts():
    assert summarize(make_labeled([("a &amp; b", "joy")])).characters.most == len("a & b")


@pytest.mark.parametrize(
    ("feature", "with_it", "without"),
    [
        ("capitals", ["Oh", "oH"], ["oh", "ö", "#1"]),
        ("digits", ["it is 5", "gr8"], ["five", "&#65;"]),
        ("punctuation", ["no!", "well, then", "wait…", "tea &amp; cake;"], ["no", "tea &amp; cake", "don't"]),
        ("hashtags", ["#sad", "so #2late"], ["# sad", "#1", "&#39;tis", "sad"]),
        ("emoji", ["😂", "❤️", "🇫🇷", "☀", "🫠", "⭐"], ["<3", ":)", "é", "→"]),
        ("mentions", ["@ann hi", "hi @user"], ["ann@example.org", "@ home", "@@"]),
        ("links", ["see https://example.org", "www.example.org", "http"], ["https is a word", "example.org"]),
    ],
)
def test_summarize_gives_the_share_of_texts_with_each_feature(feature, with_it, without):
    assert summarize(make_labeled([(text, "joy") for text in with_it])).features[feature] == 1
    assert summarize(make_labeled([(text, "joy") for text in without])).features[feature] == 0
    both = summarize(make_labeled([(with_it[0], "joy"), (without[0], "joy"), (without[0], "joy")]))
    assert both.features[feature] == pytest.approx(1 / 3)
    assert both.features.keys() == FEATURES.keys()


def test_summarize_of_the_real_emotion_dataset(data_dir):
    summary = summarize(open_source("emotion", data_dir).read("train"))
    counts = {label: count.n for label, count in summary.classes.items()}
    assert counts == {"sadness": 4666, "joy": 5362, "love": 1304, "anger": 2159, "fear": 1937, "surprise": 572}
    assert summary.features["capitals"] == summary.features["punctuation"] == 0
    assert summary.common_words["feel"] + summary.common_words["feeling"] > 0.9


def test_summarize_of_the_real_tweeteval_dataset(data_dir):
    features = summarize(open_source("tweeteval", data_dir).read("train")).features
    assert features["capitals"] > 0.8
    assert 0.3 < features["hashtags"] < 0.6
    assert 0.3 < features["mentions"] < 0.6
    assert 0.05 < features["emoji"] < 0.3
