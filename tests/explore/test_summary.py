"""The figures of one split."""

import numpy as np
import pytest

from tweetmoji.data import open_source
from tweetmoji.explore.summary import SIGNS, ClassCount, Quartiles, summarize


def test_classes_are_counted_in_label_order_and_an_empty_one_is_zero(make_texts):
    data = make_texts([("a", "love"), ("b", "joy"), ("c", "love"), ("d", "love")], labels=("joy", "fear", "love"))
    summary = summarize(data)
    assert summary.n == 4
    assert summary.sha256 == data.sha256
    assert summary.classes == {"joy": ClassCount(1, 0.25), "fear": ClassCount(0, 0.0), "love": ClassCount(3, 0.75)}
    assert list(summary.classes) == ["joy", "fear", "love"]


def test_lengths_are_quartiles_of_characters_and_words(make_texts):
    data = make_texts([(text, "joy") for text in ["a", "b c", "d e f", "g h i j", "k l m n o"]])
    summary = summarize(data)
    assert summary.characters == Quartiles(1, 3, 5, 7, 9)
    assert summary.words == Quartiles(1, 2, 3, 4, 5)


def test_quartiles_between_two_values_are_interpolated(make_texts):
    lengths = [1, 2, 4, 9]
    summary = summarize(make_texts([("x" * n, "joy") for n in lengths]))
    expected = np.percentile(lengths, [0, 25, 50, 75, 100])
    assert summary.characters == Quartiles(*expected)


def test_characters_are_counted_once_entities_are_decoded(make_texts):
    assert summarize(make_texts([("a &amp; b", "joy")])).characters.most == len("a & b")


@pytest.mark.parametrize(
    ("sign", "with_it", "without"),
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
def test_signs_are_shares_of_the_texts_with_them(make_texts, sign, with_it, without):
    assert summarize(make_texts([(text, "joy") for text in with_it])).signs[sign] == 1
    assert summarize(make_texts([(text, "joy") for text in without])).signs[sign] == 0
    both = summarize(make_texts([(with_it[0], "joy"), (without[0], "joy"), (without[0], "joy")]))
    assert both.signs[sign] == pytest.approx(1 / 3)
    assert both.signs.keys() == SIGNS.keys()


def test_the_known_class_counts_and_the_bias_of_the_home_dataset_are_found(data_dir):
    summary = summarize(open_source("emotion", data_dir).read("train"))
    counts = {label: count.n for label, count in summary.classes.items()}
    assert counts == {"sadness": 4666, "joy": 5362, "love": 1304, "anger": 2159, "fear": 1937, "surprise": 572}
    assert summary.signs["capitals"] == summary.signs["punctuation"] == 0
    assert summary.common_words["feel"] + summary.common_words["feeling"] > 0.9


def test_the_signs_of_real_tweets_are_found(data_dir):
    signs = summarize(open_source("tweeteval", data_dir).read("train")).signs
    assert signs["capitals"] > 0.8
    assert 0.3 < signs["hashtags"] < 0.6
    assert 0.3 < signs["mentions"] < 0.6
    assert 0.05 < signs["emoji"] < 0.3
