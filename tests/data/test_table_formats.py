"""``parse_csv``, ``parse_jsonl`` and ``parse_parquet``: what a row may hold; every fault names file and row."""

import sys

import pytest
from tests.toys.tables import every_format, write_table

from tweetmoji import DataError
from tweetmoji.data.table_formats import PARSERS, Row
from tweetmoji.errors import MissingExtraError

TEXTS = ["what a morning", "no one came", "mine, always"]
LABELS = ["joy", "sadness", "love"]
COLUMNS = ("text", "label")


def parse(ending, content, columns=COLUMNS):
    content = content if isinstance(content, bytes) else content.encode("utf-8")
    return list(PARSERS[ending](content, f"dir/a{ending}", columns))


def fault(ending, content):
    with pytest.raises(DataError) as caught:
        parse(ending, content)
    return str(caught.value)


def write(path, **changed):
    return write_table(path, **{"texts": TEXTS, "labels": LABELS} | changed).read_bytes()


@every_format
def test_every_format_gives_the_same_rows(tmp_path, ending):
    rows = parse(ending, write(tmp_path / f"a{ending}"))
    first = 2 if ending in (".csv", ".tsv") else 1  # the header is a line too
    assert rows == [Row(first + i, TEXTS[i], LABELS[i]) for i in range(3)]


@every_format
def test_columns_may_have_other_names(tmp_path, ending):
    content = write(tmp_path / f"a{ending}", columns=("tweet", "emotion"))
    assert [row.text for row in parse(ending, content, ("tweet", "emotion"))] == TEXTS


@every_format
def test_missing_column_is_named_with_the_columns_that_are_there(tmp_path, ending):
    message = fault(ending, write(tmp_path / f"a{ending}", columns=("tweet", "label")))
    assert "expected one column 'text', found 'tweet', 'label'; name yours with --text-column" in message


def test_parse_csv_ignores_other_columns():
    assert parse(".csv", "id,label,text\n7,joy,one\n") == [Row(2, "one", "joy")]


def test_parse_csv_skips_blank_lines():
    assert parse(".csv", "text,label\n\none,joy\n\n\ntwo,love\n\n") == [Row(3, "one", "joy"), Row(6, "two", "love")]


def test_parse_csv_counts_a_row_from_the_line_on_which_it_begins():
    rows = parse(".csv", 'text,label\none,joy\n"two\nlines\r\nand more",love\nthree,joy\n')
    assert rows == [Row(2, "one", "joy"), Row(3, "two\nlines\r\nand more", "love"), Row(6, "three", "joy")]


@pytest.mark.parametrize("ending", [".csv", ".jsonl"])
def test_byte_order_mark_is_dropped(tmp_path, ending):
    content = write(tmp_path / f"a{ending}")
    assert parse(ending, b"\xef\xbb\xbf" + content) == parse(ending, content)


def test_parse_csv_accepts_a_zero_character():
    assert parse(".csv", "text,label\na\0b,joy\n") == [Row(2, "a\0b", "joy")]


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        ("text,label\none,joy\ntwo, too,joy\n", 3, "3 fields, and 2 in the header; put quotes around a field"),
        ("text,label\none,joy\ntwo\n", 3, "1 fields, and 2 in the header"),
        (
            'text,label\none,joy\n"two,love\nthree,joy\n',
            3,
            "the row that begins here is damaged (unexpected end of data)",
        ),
        ('text,label\n"one"!,joy\n', 2, "the row that begins here is damaged (',' expected after '\"')"),
        ('text,label\none,joy\n"' + "two " * 50_000, 3, "the row that begins here is damaged (field larger than"),
        (b"text,label\none,joy\ncaf\xe9,joy\n", 3, "byte 4 of the line (0xe9) is not UTF-8"),
    ],
)
def test_parse_csv_names_file_and_line_of_a_faulty_row(content, line, message):
    assert fault(".csv", content).startswith(f"dir/a.csv:{line}: {message}")


@pytest.mark.parametrize("header", ["text,label,text\n", "\n", "text;label\n"])
def test_parse_csv_refuses_a_header_without_exactly_one_text_and_label_column(header):
    assert fault(".csv", header + "one,joy\n").startswith("dir/a.csv: expected one column 'text'")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"text": "two", "label": "joy"', "not JSON (Expecting ',' delimiter"),
        ("", "not JSON (Expecting value"),
        ("9" * 5_000, "not JSON (Exceeds the limit"),
        ("[" * 100_000, "not JSON (maximum recursion depth exceeded"),
        ('["two", "joy"]', '\'["two", "joy"]\' is not a JSON object; expected one like {…}'),
        ('{"text": "two"}', "expected one column 'label', found 'text'"),
        ("{}", "expected one column 'text', found none"),
    ],
)
def test_parse_jsonl_names_file_and_line_of_a_fault(line, message):
    content = f'{{"text": "one", "label": "joy"}}\n{line}\n'
    assert fault(".jsonl", content).startswith(f"dir/a.jsonl:2: {message}")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda file: file[:-20],
        lambda file: file[:4],
        lambda file: b"text" + file[4:-4],
        lambda file: file.replace(b"label", b"lab\xe9l"),
        lambda file: file.replace(b"no one came", b"no one cam\xe9"),
    ],
)
def test_parse_parquet_refuses_a_damaged_file(tmp_path, spoil):
    message = fault(".parquet", spoil(write(tmp_path / "a.parquet")))
    assert message.startswith("dir/a.parquet: not a Parquet file, or a damaged one (")
    assert message.endswith("; get the file again")


def test_parse_parquet_without_pyarrow_says_what_to_install(tmp_path, monkeypatch):
    content = write(tmp_path / "a.parquet")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtraError, match=r"pip install '\.\[data\]'"):
        parse(".parquet", content)


@pytest.mark.parametrize(
    ("ending", "expected"), [(".csv", "a header row with text and label"), (".jsonl", "a JSON object on each line")]
)
def test_empty_file_is_refused(ending, expected):
    assert fault(ending, "") == f"dir/a{ending}: the file is empty; expected {expected}"
