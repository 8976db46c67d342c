"""Reading lines from a pipe as they arrive, and writing answers for people and for programs."""

import io
import itertools
import json
import os
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tweetmoji.cli.terminal
from tweetmoji.cli.terminal import (
    MAX_LINE_BYTES,
    format_json,
    format_table,
    print_lines,
    read_batches,
    read_tweet,
    read_tweets,
    show_progress,
    wants_color,
)
from tweetmoji.errors import DataError
from tweetmoji.text import MAX_RAW_CHARS

LINES = st.lists(st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]), max_size=50), max_size=20)


@pytest.fixture
def pipe():
    """Read end and write end of a pipe, the latter as an unbuffered file."""
    reader, writer = os.pipe()
    with os.fdopen(reader, "rb", buffering=0) as source, os.fdopen(writer, "wb", buffering=0) as sink:
        yield source, sink


@pytest.fixture
def read(tmp_path):
    """Read bytes as a file on stdin would be read, to one list of texts."""

    def read_bytes(content):
        path = tmp_path / "stdin"
        path.write_bytes(content)
        with path.open("rb", buffering=0) as file:
            return list(itertools.chain(*read_batches(file.fileno())))

    return read_bytes


def test_closed_stdin_is_said_with_the_commands_name(monkeypatch):
    monkeypatch.setattr(sys, "stdin", None)
    assert read_tweets(["happy"], "predict") == [["happy"]]
    with pytest.raises(DataError, match=r"stdin is closed; .* tweetmoji suggest < tweets.txt"):
        read_tweets([], "suggest")
    assert read_tweet("happy", "explain") == "happy"
    with pytest.raises(DataError, match=r"stdin is closed; .* tweetmoji explain < tweets.txt"):
        read_tweet(None, "explain")


@pytest.mark.parametrize(
    ("content", "tweet"),
    [("", ""), ("one", "one"), ("one\n", "one"), ("one\r\n", "one"), ("\none\n\ntwo\n\n", "\none\n\ntwo\n")],
)
def test_one_tweet_is_all_of_stdin_but_its_last_line_break(monkeypatch, tmp_path, content, tweet):
    path = tmp_path / "stdin"
    path.write_text(content, newline="")
    with path.open() as file:
        monkeypatch.setattr(sys, "stdin", file)
        assert read_tweet(None, "explain") == tweet


def test_endless_stdin_is_read_for_one_tweet_as_far_as_it_counts(monkeypatch):
    monkeypatch.setattr(tweetmoji.cli.terminal, "read_batches", lambda _: itertools.repeat(["x" * 99_999]))
    with Path(os.devnull).open() as file:
        monkeypatch.setattr(sys, "stdin", file)
        assert MAX_RAW_CHARS <= len(read_tweet(None, "explain")) < MAX_RAW_CHARS + 200_000


@pytest.mark.parametrize(
    ("terminal", "variables", "expected"),
    [
        (True, {}, True),
        (True, {"NO_COLOR": ""}, True),
        (True, {"NO_COLOR": "0"}, False),
        (True, {"TERM": "dumb"}, False),
        (False, {}, False),
    ],
)
def test_colors_are_for_terminals_whose_user_wants_them(monkeypatch, terminal, variables, expected):
    for name, value in ({"NO_COLOR": "", "TERM": "xterm"} | variables).items():
        monkeypatch.setenv(name, value)
    stdout = io.StringIO()
    stdout.isatty = lambda: terminal
    monkeypatch.setattr(sys, "stdout", stdout)
    assert wants_color() is expected


@given(LINES)
def test_any_line_without_newline_comes_through_as_it_was(lines):
    reader, writer = os.pipe()  # at most 20 * 50 * 4 bytes, which a pipe holds
    with os.fdopen(reader, "rb", buffering=0) as source:
        with os.fdopen(writer, "wb") as sink:
            sink.write("".join(f"{line}\n" for line in lines).encode())
        assert list(itertools.chain(*read_batches(source.fileno()))) == [line.rstrip("\r") for line in lines]


@pytest.mark.parametrize("sign", ["\x0b", "\x0c", "\r", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029", "\0"])
def test_only_newline_ends_a_line(read, sign):
    assert read(f"one{sign}two\nthree\n".encode()) == [f"one{sign}two", "three"]


def test_carriage_return_at_the_end_of_a_line_is_dropped(read):
    assert read(b"one\r\n\r\ntwo\r") == ["one", "", "two"]


@pytest.mark.parametrize(
    ("content", "texts"),
    [
        (b"", []),
        (b"\n", [""]),
        (b"\n\n", ["", ""]),
        (b"one", ["one"]),
        (b"one\n", ["one"]),
        (b"one\ntwo", ["one", "two"]),
        (b"one\n\ntwo\n", ["one", "", "two"]),
        (b" one \n\t\n", [" one ", "\t"]),
    ],
)
def test_every_line_counts_and_the_last_needs_no_newline(read, content, texts):
    assert read(content) == texts


@pytest.mark.parametrize("length", [65_535, 65_536, 65_537, 200_000])
def test_lines_longer_than_one_read_stay_whole(read, length):
    assert read(b"x" * length + b"\n" + b"y" * length) == ["x" * length, "y" * length]


@pytest.mark.parametrize("sign", ["x", "あ", "😂"])
@pytest.mark.parametrize("shift", range(4))
@pytest.mark.parametrize("beyond", [0, 1, 100_000])
def test_line_is_cut_after_max_line_bytes_between_two_characters(read, sign, shift, beyond):
    size = len(sign.encode())
    text = "-" * shift + sign * ((MAX_LINE_BYTES - shift) // size + beyond)
    first, second = read(f"{text}\nhappy".encode())
    assert second == "happy"
    if len(text.encode()) <= MAX_LINE_BYTES:
        assert first == text
    else:
        assert first == text[: len(first) - 1] + "…"
        assert MAX_LINE_BYTES - 3 <= len(first[:-1].encode()) <= MAX_LINE_BYTES
        assert len(first) > MAX_RAW_CHARS


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\nhappy\n"])
def test_white_space_beyond_max_line_bytes_is_no_rest(read, end):
    first, *others = read(b"dog" + b" " * (MAX_LINE_BYTES + 100_000) + end.encode())
    assert first == "dog" + " " * (MAX_LINE_BYTES - 3)
    assert others == (["happy"] if "happy" in end else [])
    first, *_ = read(b"dog" + b" " * (MAX_LINE_BYTES + 100_000) + b"cat" + end.encode())
    assert first == "dog" + " " * (MAX_LINE_BYTES - 3) + "…"


def test_lines_and_signs_cut_between_reads_stay_whole(read):
    lines = [f"{'😂' * (number % 7)} é {number}" for number in range(20_000)]
    assert read("\n".join(lines).encode()) == lines


def test_batch_is_given_out_while_the_next_line_is_still_coming(pipe):
    source, sink = pipe
    batches = read_batches(source.fileno())
    sink.write("one\ntwo\nthr😂".encode()[:-2])
    assert next(batches) == ["one", "two"]
    sink.write("😂".encode()[-2:] + b"ee\n")
    assert next(batches) == ["thr😂ee"]
    sink.write(b"fo")
    sink.close()
    assert next(batches) == ["fo"]
    assert next(batches, None) is None


@pytest.mark.parametrize(
    ("content", "before", "place"),
    [
        (b"\xff\n", [], "line 1: byte 1 (0xff)"),
        (b"one\n\ncaf\xe9\nfour\n", ["one", ""], "line 3: byte 4 (0xe9)"),
        (b"one\ncut \xf0\x9f\x98", ["one"], "line 2: byte 5 (0xf0)"),
        (b"one\n\xed\xa0\x80\n", ["one"], "line 2: byte 1 (0xed)"),
        (b"x\n" * 50_000 + b"\xc3(\n", ["x"] * 50_000, "line 50001: byte 1 (0xc3)"),
    ],
)
def test_bad_utf8_names_the_line_after_giving_out_all_before_it(tmp_path, content, before, place):
    path = tmp_path / "stdin"
    path.write_bytes(content)
    texts = []
    with path.open("rb", buffering=0) as file, pytest.raises(DataError) as raised:
        texts.extend(text for batch in read_batches(file.fileno()) for text in batch)
    assert texts == before
    assert str(raised.value).startswith(f"{place} is not UTF-8")


def test_lines_are_written_and_flushed_at_once(monkeypatch):
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="utf-8", newline="")
    monkeypatch.setattr(sys, "stdout", stream)
    print_lines(["one", "😂"])
    assert raw.getvalue() == "one\n😂\n".encode()


def test_json_shows_emoji_as_themselves_in_one_line():
    value = {"emoji": "😂", "text": "a\nb\u2028"}
    line = format_json(value)
    assert "😂" in line
    assert "\n" not in line
    assert json.loads(line) == value


def test_table_columns_are_aligned():
    assert format_table([["name", "n"], ["a", "1000"], ["longer name", "7"]]) == [
        "name            n",
        "a            1000",
        "longer name     7",
    ]


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize("items", [["one", "two", "three"], ["one"], []])
@pytest.mark.parametrize("stream", [Terminal(), io.StringIO(), None], ids=["terminal", "pipe", "closed"])
def test_progress_gives_out_every_item_in_order(monkeypatch, items, stream):
    monkeypatch.setattr(sys, "stderr", stream)
    with show_progress(items, "scoring") as shown:
        assert list(shown) == items


def test_progress_stands_on_a_terminal_up_to_its_end(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stderr", Terminal())
    with show_progress(["one", "two"], "scoring") as shown:
        for _ in shown:
            pass
    drawn = sys.stderr.getvalue()
    assert drawn.startswith("\r")
    assert "scoring" in drawn
    assert "50%" in drawn
    assert drawn.rpartition("\r")[2].count("100%") == 1
    assert "\n" in drawn
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("stream", [io.StringIO(), None], ids=["pipe", "closed"])
def test_progress_is_silent_where_no_terminal_is(monkeypatch, capsys, stream):
    monkeypatch.setattr(sys, "stderr", stream)
    with show_progress(["one", "two"], "scoring") as shown:
        assert list(shown) == ["one", "two"]
    assert stream is None or stream.getvalue() == ""
    assert capsys.readouterr().out == ""


def test_progress_on_nothing_is_silent(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    with show_progress([], "scoring") as shown:
        assert list(shown) == []
    assert sys.stderr.getvalue() == ""


def test_progress_lets_an_error_through(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())

    def read_damaged_item():
        with show_progress(["one"], "scoring") as shown:
            for _ in shown:
                raise DataError("damaged")

    with pytest.raises(DataError, match="damaged"):
        read_damaged_item()
