"""Tables of one's own: the same texts from every format, and that every fault names file, row and remedy."""

import csv
import hashlib
import json
import sys

import hypothesis
import hypothesis.strategies as st
import numpy as np
import pytest

from tweetmoji import DataError
from tweetmoji.data.sources.table import TableSource
from tweetmoji.errors import MissingExtraError

LABELS = ("sadness", "joy", "love")
TEXTS = ["what a morning", "no one came", "mine, always"]
NAMES = ["joy", "sadness", "love"]

ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"])).filter(str.strip)
ANY_ROWS = st.lists(st.tuples(ANY_TEXT, st.sampled_from(LABELS)), min_size=1, max_size=8)


def write(path, texts=TEXTS, names=NAMES, columns=("text", "label")):
    """Write a table with what everyone writes such a format with."""
    if path.suffix in (".csv", ".tsv"):
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, "excel" if path.suffix == ".csv" else "excel-tab")
            writer.writerows([columns, *zip(texts, names, strict=True)])
    elif path.suffix == ".parquet":
        pa = pytest.importorskip("pyarrow", reason="Parquet needs pyarrow: pip install '.[data]'")
        parquet = pytest.importorskip("pyarrow.parquet")
        columns_of = {columns[0]: pa.array(texts, pa.string()), columns[1]: pa.array(names, pa.string())}
        parquet.write_table(pa.table(columns_of), path)
    else:
        rows = [dict(zip(columns, row, strict=True)) for row in zip(texts, names, strict=True)]
        lines = [json.dumps(row, ensure_ascii=False) for row in rows]
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def read(path, content=None, **columns):
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return TableSource(path, LABELS, **columns).read("full")


def fault(path, content=None, **columns):
    with pytest.raises(DataError) as caught:
        read(path, content, **columns)
    return str(caught.value)


every_format = pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.jsonl", "a.ndjson", "a.parquet", "a.JSONL"])


@every_format
def test_every_format_gives_the_same_texts_and_targets(tmp_path, name):
    path = write(tmp_path / name)
    data = read(path)

    assert data.texts == TEXTS
    assert data.targets.tolist() == [1, 0, 2]
    assert data.targets.dtype == data.rows.dtype == np.int64
    assert (data.source, data.split, data.labels) == ("table", "full", LABELS)
    assert data.class_map == {"sadness": ("sadness",), "joy": ("joy",), "love": ("love",)}
    assert data.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.jsonl", "a.parquet"])
@hypothesis.settings(max_examples=50, suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture])
@hypothesis.given(rows=ANY_ROWS)
def test_any_text_reads_back_as_it_was_written(tmp_path, name, rows):
    texts, names = ([row[i] for row in rows] for i in (0, 1))
    data = read(write(tmp_path / name, texts, names))

    assert data.texts == texts
    assert [LABELS[target] for target in data.targets] == names


@every_format
def test_the_columns_may_have_other_names(tmp_path, name):
    path = write(tmp_path / name, columns=("tweet", "emotion"))

    assert read(path, text_column="tweet", label_column="emotion").texts == TEXTS


def test_blank_lines_of_a_csv_file_are_no_rows(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("text,label\n\none,joy\n\n\ntwo,love\n\n", encoding="utf-8")
    data = TableSource(path, LABELS).read("full")

    assert data.texts == ["one", "two"]
    assert data.rows.tolist() == [3, 6]


@every_format
def test_a_missing_column_is_named_beside_those_that_are_there(tmp_path, name):
    path = write(tmp_path / name, columns=("tweet", "label"))

    message = fault(path)
    assert "expected one column 'text', found 'tweet', 'label'; name yours with --text-column" in message


@every_format
def test_an_unknown_label_is_named_by_file_and_row(tmp_path, name):
    path = write(tmp_path / name, names=["joy", "envy", "love"])
    row = 3 if path.suffix in (".csv", ".tsv") else 2  # the header is a line too

    assert fault(path) == (
        f"{path}:{row}: unknown label 'envy'; expected one of sadness, joy, love: "
        "correct the row, or train with --labels that names it"
    )


@every_format
@pytest.mark.parametrize("empty", ["", " \t"])
def test_an_empty_text_is_named_by_file_and_row(tmp_path, name, empty):
    path = write(tmp_path / name, texts=["one", empty, "three"])
    row = 3 if path.suffix in (".csv", ".tsv") else 2

    assert fault(path) == f"{path}:{row}: the text is empty; write one, or leave out the row"


def test_spaces_around_a_label_do_not_count_but_those_of_a_text_stay(tmp_path):
    data = read(tmp_path / "a.csv", "text,label\n two words , joy \n")

    assert (data.texts, data.targets.tolist()) == ([" two words "], [1])


def test_other_columns_may_stand_beside_the_two(tmp_path):
    assert read(tmp_path / "a.csv", "id,label,text\n7,joy,one\n").texts == ["one"]


def test_a_csv_row_counts_from_the_line_on_which_it_begins(tmp_path):
    data = read(tmp_path / "a.csv", 'text,label\none,joy\n"two\nlines\r\nand more",love\nthree,joy\n')

    assert data.texts == ["one", "two\nlines\r\nand more", "three"]
    assert data.rows.tolist() == [2, 3, 6]


def test_a_fault_after_quoted_line_ends_is_named_by_its_line(tmp_path):
    path = tmp_path / "a.csv"

    assert fault(path, 'text,label\n"two\nlines",joy\nthree,envy\n').startswith(f"{path}:4: unknown label 'envy'")


@pytest.mark.parametrize("name", ["a.jsonl", "a.parquet"])
def test_rows_of_the_other_formats_count_from_one(tmp_path, name):
    assert read(write(tmp_path / name)).rows.tolist() == [1, 2, 3]


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
def test_a_byte_order_mark_is_no_part_of_the_table(tmp_path, name):
    path = write(tmp_path / name)

    assert read(path, b"\xef\xbb\xbf" + path.read_bytes()).texts == TEXTS


def test_a_zero_character_is_a_character_like_any_other(tmp_path):
    assert read(tmp_path / "a.csv", "text,label\na\0b,joy\n").texts == ["a\0b"]


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
def test_a_faulty_csv_row_is_named_by_file_and_line(tmp_path, content, line, message):
    path = tmp_path / "a.csv"

    assert fault(path, content).startswith(f"{path}:{line}: {message}")


@pytest.mark.parametrize("header", ["text,label,text\n", "\n", "text;label\n"])
def test_a_header_without_exactly_one_text_and_label_column_is_refused(tmp_path, header):
    path = tmp_path / "a.csv"

    assert fault(path, header + "one,joy\n").startswith(f"{path}: expected one column 'text'")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"text": "two", "label": "joy"', "not JSON (Expecting ',' delimiter"),
        ("", "not JSON (Expecting value"),
        ("9" * 5_000, "not JSON (Exceeds the limit"),
        ("[" * 100_000, "not JSON (maximum recursion depth exceeded"),
        ('["two", "joy"]', '\'["two", "joy"]\' is no JSON object; expected one like {…}'),
        ('{"text": 2, "label": "joy"}', "the text is 2; expected a string"),
        ('{"text": null, "label": "joy"}', "the text is None; expected a string"),
        ('{"text": "two", "label": 1}', "unknown label 1; expected one of sadness, joy, love"),
        ('{"text": "two", "label": ["joy"]}', "unknown label ['joy']"),
        ('{"text": "two"}', "expected one column 'label', found 'text'"),
        ("{}", "expected one column 'text', found none"),
    ],
)
def test_a_faulty_json_line_is_named_by_file_and_line(tmp_path, line, message):
    path = tmp_path / "a.jsonl"

    assert fault(path, f'{{"text": "one", "label": "joy"}}\n{line}\n').startswith(f"{path}:2: {message}")


def test_lone_surrogates_of_json_are_read(tmp_path):
    assert read(tmp_path / "a.jsonl", '{"text": "\\ud83d", "label": "joy"}\n').texts == ["\ud83d"]


def test_a_missing_value_of_a_parquet_file_is_named_by_its_row(tmp_path):
    path = write(tmp_path / "a.parquet", texts=["one", None, "three"])

    assert fault(path) == f"{path}:2: the text is None; expected a string"


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
def test_a_damaged_parquet_file_is_called_damaged(tmp_path, spoil):
    path = write(tmp_path / "a.parquet")
    message = fault(path, spoil(path.read_bytes()))

    assert message.startswith(f"{path}: not a Parquet file, or a damaged one (")
    assert message.endswith("; get the file anew")


def test_without_pyarrow_a_parquet_file_says_what_to_install(tmp_path, monkeypatch):
    path = write(tmp_path / "a.parquet")
    monkeypatch.setitem(sys.modules, "pyarrow", None)

    with pytest.raises(MissingExtraError, match=r"pip install 'tweetmoji\[data\]'"):
        read(path)


@pytest.mark.parametrize(("name", "expected"), [("a.csv", "a header row with text and label"), ("a.jsonl", "a JSON")])
def test_an_empty_file_is_called_empty(tmp_path, name, expected):
    path = tmp_path / name

    assert fault(path, "").startswith(f"{path}: the file is empty; expected {expected}")


@pytest.mark.parametrize("name", ["a.csv", "a.parquet"])
def test_a_table_without_rows_is_refused(tmp_path, name):
    path = write(tmp_path / name, texts=[], names=[])

    assert fault(path) == f"{path}: the table has no rows; expected at least one text with its label"


def test_a_missing_table_is_named(tmp_path):
    path = tmp_path / "a.csv"

    assert fault(path).startswith(f"{path}: no such file or folder; expected a table (.csv, .tsv, .jsonl")


def test_a_file_with_an_unknown_ending_is_refused(tmp_path):
    path = tmp_path / "a.xlsx"

    assert fault(path, "one") == (
        f"{path}: unknown ending '.xlsx'; expected one of .csv, .tsv, .jsonl, .ndjson, .parquet"
    )


def test_a_file_has_only_the_split_all(tmp_path):
    source = TableSource(write(tmp_path / "a.csv"), LABELS)

    assert source.splits == ("full",)
    with pytest.raises(DataError, match="source table has no split 'train'; expected one of all"):
        source.read("train")


def test_a_folder_has_the_splits_whose_files_are_there(tmp_path):
    write(tmp_path / "test.jsonl", texts=["a test", "another"], names=["joy", "joy"])
    write(tmp_path / "train.csv")
    write(tmp_path / "extra.csv")
    (tmp_path / "val.txt").write_text("not a table", encoding="utf-8")
    source = TableSource(tmp_path, LABELS)

    assert source.splits == ("train", "test")
    assert source.read("train").texts == TEXTS
    assert (source.read("test").texts, source.read("test").split) == (["a test", "another"], "test")


def test_two_files_for_one_split_are_refused(tmp_path):
    write(tmp_path / "train.csv")
    write(tmp_path / "train.jsonl")

    assert fault(tmp_path) == f"{tmp_path}: both train.csv and train.jsonl are there; keep one of the two"


def test_a_folder_without_tables_says_what_it_should_hold(tmp_path):
    assert fault(tmp_path).startswith(f"{tmp_path}: holds no table; expected train, val or test with one of")
