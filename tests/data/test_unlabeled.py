"""``read_unlabeled``: tweets, tweets whose emoji are put back, and denials; ``read_collections``: several of them."""

import hashlib

import pytest
from tests.toys.datasets import write_files

from tweetmoji import DataError, SettingError
from tweetmoji.data import UNLABELED, UnlabeledTexts, read_unlabeled
from tweetmoji.data.lines import combine_digests
from tweetmoji.data.unlabeled import describe_collections, read_collections


@pytest.fixture
def root(tmp_path):
    write_files(tmp_path / "unlabelled", {"tweets.txt": "one\ntwo\u2028still two\n"})
    files = {
        "mapping.txt": "0\t❤\t_red_heart_\n1\t😂\t_joy_\n",
        "train_text.txt": "my dog \nthat film\n",
        "train_labels.txt": "0\n1\n",
    }
    write_files(tmp_path / "tweeteval-emoji", files)
    return tmp_path


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_read_unlabeled_tweets_are_lines_that_end_at_newlines_alone(root):
    data = read_unlabeled("tweets", root)
    assert type(data) is UnlabeledTexts
    assert data.texts == ["one", "two\u2028still two"]
    assert (data.source, data.split, data.rows.tolist()) == ("tweets", "full", [1, 2])
    assert data.sha256 == digest(root / "unlabelled" / "tweets.txt")


def test_read_unlabeled_puts_the_emoji_at_the_end_of_its_tweet(root):
    data = read_unlabeled("emoji", root)
    assert data.texts == ["my dog ❤", "that film 😂"]
    assert (data.source, data.split, data.rows.tolist()) == ("emoji", "train", [1, 2])


def test_read_unlabeled_denials_are_the_texts_of_emotion_that_deny_a_feeling(root):
    lines = ["i feel fine;joy", "i never feel fine;joy", "we dont really feel it;anger"]
    write_files(root / "emotion", {"train.txt": "".join(f"{line}\n" for line in lines)})
    data = read_unlabeled("denials", root)
    assert data.texts == ["i never feel fine", "we dont really feel it"]
    assert (data.source, data.split, data.sha256) == ("denials", "train", digest(root / "emotion" / "train.txt"))


@pytest.mark.parametrize("name", ["train_text.txt", "train_labels.txt"])
def test_read_unlabeled_digest_covers_texts_and_labels_of_the_emoji_tweets(root, name):
    before = read_unlabeled("emoji", root).sha256
    folder = root / "tweeteval-emoji"
    files = [folder / file for file in ("train_text.txt", "train_labels.txt")]
    assert before == combine_digests(*map(digest, files))
    path = folder / name
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert read_unlabeled("emoji", root).sha256 != before


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (
            "train_labels.txt",
            "0\n7\n",
            r"train_labels\.txt:2: unknown label '7'; expected one of 0, 1, as in mapping\.txt",
        ),
        ("train_labels.txt", "0\n", r"train_labels\.txt: 1 labels for the 2 texts of train_text\.txt"),
        ("train_text.txt", "one\nx\udcff\n", r"train_text\.txt:2: byte 2 of the line \(0xff\) is not UTF-8"),
        ("mapping.txt", "0 ❤\n1\t😂\n", r"mapping\.txt:1: no emoji; expected number<TAB>emoji"),
    ],
)
def test_read_unlabeled_names_file_and_line_of_a_fault(root, name, content, message):
    (root / "tweeteval-emoji" / name).write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(DataError, match=message):
        read_unlabeled("emoji", root)


def test_read_unlabeled_names_a_missing_file(tmp_path):
    with pytest.raises(DataError, match=r"unlabelled/tweets\.txt: no such file; expected a tweet a line"):
        read_unlabeled("tweets", tmp_path)


def test_read_unlabeled_names_an_unknown_collection_and_the_known_ones(root):
    with pytest.raises(SettingError, match="unknown texts 'poems'; expected one of tweets, emoji, denials"):
        read_unlabeled("poems", root)


def test_read_collections_keeps_their_order_and_describes_them_by_their_digests(root):
    collections = read_collections(("emoji", "tweets"), root)
    assert [collection.source for collection in collections] == ["emoji", "tweets"]
    expected = {name: read_unlabeled(name, root).sha256 for name in ("emoji", "tweets")}
    assert list(describe_collections(collections).items()) == list(expected.items())


def test_read_collections_needs_a_root():
    with pytest.raises(SettingError, match="unlabeled texts tweets, emoji need a folder; name it with --data or"):
        read_collections(("tweets", "emoji"), None)


def test_read_unlabeled_of_the_real_collections(data_dir):
    collections = {name: read_unlabeled(name, data_dir) for name in UNLABELED}
    assert {name: len(data) for name, data in collections.items()} == {
        "tweets": 49_030,
        "emoji": 44_704,
        "denials": 698,
    }
    assert not any(text.isascii() for text in collections["emoji"].texts)
