"""Texts without labels: tweets, and tweets whose emoji are put back."""

import pytest

from tweetmoji import DataError, SettingError
from tweetmoji.data import UNLABELED, read_unlabeled


@pytest.fixture
def root(tmp_path):
    (tmp_path / "unlabelled").mkdir()
    (tmp_path / "unlabelled" / "tweets.txt").write_text("one\ntwo\u2028still two\n", encoding="utf-8")
    folder = tmp_path / "tweeteval-emoji"
    folder.mkdir()
    (folder / "mapping.txt").write_text("0\t❤\t_red_heart_\n1\t😂\t_joy_\n", encoding="utf-8")
    (folder / "train_text.txt").write_text("my dog \nthat film\n", encoding="utf-8")
    (folder / "train_labels.txt").write_text("0\n1\n", encoding="utf-8")
    return tmp_path


def test_tweets_are_lines_that_end_at_newlines_alone(root):
    assert read_unlabeled("tweets", root) == ["one", "two\u2028still two"]


def test_the_emoji_of_a_tweet_stands_at_its_end_again(root):
    assert read_unlabeled("emoji", root) == ["my dog ❤", "that film 😂"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("train_labels.txt", "0\n7\n", r"train_labels\.txt:2: unknown label '7'; see mapping\.txt"),
        ("train_labels.txt", "0\n", "2 texts and 1 labels; the two files must be in step"),
        ("train_text.txt", "one\nx\udcff\n", r"train_text\.txt:2: byte 2 of the line \(0xff\) is not UTF-8"),
        ("mapping.txt", "0 ❤\n1\t😂\n", r"train_labels\.txt:1: unknown label '0'"),
    ],
)
def test_a_fault_is_named_by_file_and_line(root, name, content, message):
    (root / "tweeteval-emoji" / name).write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(DataError, match=message):
        read_unlabeled("emoji", root)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(DataError, match=r"unlabelled/tweets\.txt: no such file; expected a tweet a line"):
        read_unlabeled("tweets", tmp_path)


def test_an_unknown_collection_is_named_beside_those_there_are(root):
    with pytest.raises(SettingError, match="unknown texts 'poems'; expected one of tweets, emoji"):
        read_unlabeled("poems", root)


def test_the_real_collections_are_read(data_dir):
    texts = {name: read_unlabeled(name, data_dir) for name in UNLABELED}

    assert {name: len(rows) for name, rows in texts.items()} == {"tweets": 49_030, "emoji": 44_704}
    assert not any(text.isascii() for text in texts["emoji"])
