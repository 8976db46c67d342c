"""``read_lines``: where lines end, and a message for every fault of a file; ``combine_digests``; ``read_records``."""

import hashlib

import pytest

from tweetmoji import DataError
from tweetmoji.data.lines import combine_digests, read_bytes, read_lines, read_records, split_lines

EXPECTED = "a tweet a line"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "tweets.txt"


def read(path, content):
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return read_lines(path, EXPECTED)


def test_read_lines_returns_lines_in_order_without_their_ends(path):
    assert read(path, "one\n two \n\nthree\n").lines == ["one", " two ", "", "three"]


def test_read_lines_digest_is_of_the_whole_file(path):
    content = b"\xef\xbb\xbfone\r\ntwo"
    assert read(path, content).sha256 == hashlib.sha256(content).hexdigest()


def test_read_lines_accepts_a_last_line_without_end(path):
    assert read(path, "one\ntwo").lines == ["one", "two"]


def test_read_lines_drops_carriage_returns_at_line_ends(path):
    assert read(path, "one\r\ntwo\rand\r\n").lines == ["one", "two\rand"]


def test_read_lines_drops_a_byte_order_mark(path):
    assert read(path, "one\n\ufefftwo\n".encode("utf-8-sig")).lines == ["one", "\ufefftwo"]


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\r"])
def test_read_lines_ends_lines_at_newlines_alone(path, separator):
    assert read(path, f"one{separator}two\nthree\n").lines == [f"one{separator}two", "three"]


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        (b"one\ntwo\ncaf\xe9\n", 3, "byte 4 of the line (0xe9) is not UTF-8; save the file as UTF-8"),
        (b"\xed\xa0\x80\n", 1, "byte 1 of the line (0xed) is not UTF-8"),
        (b"\xff\xfeo\x00", 1, "byte 1 of the line (0xff) is not UTF-8"),
        (b"one\nend\xe2\x82", 2, "byte 4 of the line (0xe2) is not UTF-8"),
    ],
)
def test_read_lines_names_file_line_and_byte_that_is_not_utf8(path, content, line, message):
    with pytest.raises(DataError) as caught:
        read(path, content)

    assert str(caught.value).startswith(f"{path}:{line}: {message}")


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf"])
def test_read_lines_refuses_an_empty_file(path, content):
    with pytest.raises(DataError) as caught:
        read(path, content)

    assert str(caught.value) == f"{path}: the file is empty; expected a tweet a line"


@pytest.mark.parametrize("read_file", [read_bytes, read_lines])
def test_missing_file_is_named_with_what_it_should_hold(path, read_file):
    with pytest.raises(DataError) as caught:
        read_file(path, EXPECTED)

    assert str(caught.value) == f"{path}: no such file; expected a tweet a line"


@pytest.mark.parametrize("read_file", [read_bytes, read_lines])
def test_folder_in_place_of_the_file_is_named(path, read_file):
    path.mkdir()
    with pytest.raises(DataError) as caught:
        read_file(path, EXPECTED)

    assert str(caught.value).startswith(f"{path}: cannot be read: ")


def test_file_in_place_of_the_folder_is_named(path):
    path.write_bytes(b"one\n")
    with pytest.raises(DataError) as caught:
        read_bytes(path / "train.txt", EXPECTED)

    assert str(caught.value).startswith(f"{path / 'train.txt'}: cannot be read: ")


def test_split_lines_names_the_bytes_by_where():
    with pytest.raises(DataError, match=r"^the file of the service:2: byte 1 of the line"):
        split_lines(b"one\n\xff\n", "the file of the service", EXPECTED)


def test_combine_digests_depends_on_each_digest_and_on_their_order():
    assert combine_digests("ab", "cd") == hashlib.sha256(b"ab\ncd\n").hexdigest()
    assert len({combine_digests("ab", "cd"), combine_digests("cd", "ab"), combine_digests("abcd")}) == 3


def write_records(tmp_path, content):
    path = tmp_path / "table.tsv"
    path.write_bytes(content)
    return path


def test_read_records_numbers_the_lines_of_the_file(tmp_path):
    path = write_records(tmp_path, b'key\tword\r\n1\t"a\xc2\x85b"\n2\t\n')
    records = read_records(path, ("key", "word"))
    assert records.rows == [(2, ["1", '"a\x85b"']), (3, ["2", ""])]
    assert records.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert read_records(path, ("key", "word"), header=False).rows[0] == (1, ["key", "word"])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "table.tsv: the file is empty; expected key<TAB>word lines"),
        (b"word\tkey\n", "table.tsv:1: the header is 'word\\tkey'; expected key, word with tabs between"),
        (b"key\tword\n1\ta\n2\n", "table.tsv:3: 1 columns; expected key, word with tabs between"),
        (b"key\tword\n\n", "table.tsv:2: 1 columns; expected key, word with tabs between"),
        (b"key\tword\n1\t\xff\n", "table.tsv:2: byte 3 of the line (0xff) is not UTF-8"),
    ],
)
def test_read_records_names_file_and_line_of_a_fault(tmp_path, content, message):
    with pytest.raises(DataError) as caught:
        read_records(write_records(tmp_path, content), ("key", "word"))
    assert str(caught.value).startswith(f"{tmp_path}/{message}")
