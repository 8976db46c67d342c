"""``TableSource``: the same texts from every format, splits of a folder, and that every fault names file and row."""

import hashlib

import hypothesis
import hypothesis.strategies as st
import numpy as np
import pytest
from tests.toys.tables import every_format, write_table

from tweetmoji import DataError
from tweetmoji.data.sources.table import TableSource

LABELS = ("sadness", "joy", "love")
TEXTS = ["what a morning", "no one came", "mine, always"]
NAMES = ["joy", "sadness", "love"]

ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"])).filter(str.strip)
ANY_ROWS = st.lists(st.tuples(ANY_TEXT, st.sampled_from(LABELS)), min_size=1, max_size=8)


def write(path, texts=TEXTS, names=NAMES, columns=("text", "label")):
    return write_table(path, texts, names, columns)


def read(path, content=None, **columns):
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return TableSource(path, LABELS, **columns).read("full")


def fault(path, content=None, **columns):
    with pytest.raises(DataError) as caught:
        read(path, content, **columns)
    return str(caught.value)


def second_row(ending):
    return 3 if ending in (".csv", ".tsv") else 2  # the header is a line too


@every_format
def test_read_gives_texts_and_targets_from_every_format(tmp_path, ending):
    path = write(tmp_path / f"a{ending}")
    data = read(path)
    assert data.texts == TEXTS
    assert data.targets.tolist() == [1, 0, 2]
    assert data.targets.dtype == data.rows.dtype == np.int64
    assert (data.source, data.split, data.labels) == ("table", "full", LABELS)
    assert data.class_map == {"sadness": ("sadness",), "joy": ("joy",), "love": ("love",)}
    assert data.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("ending", [".csv", ".tsv", ".jsonl", ".parquet"])
@hypothesis.settings(max_examples=50, suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture])
@hypothesis.given(rows=ANY_ROWS)
def test_read_returns_any_text_as_it_was_written(tmp_path, ending, rows):
    texts, names = ([row[i] for row in rows] for i in (0, 1))
    data = read(write(tmp_path / f"a{ending}", texts, names))
    assert data.texts == texts
    assert [LABELS[target] for target in data.targets] == names


def test_read_replaces_lone_surrogates_so_that_texts_are_encodable(tmp_path):
    content = '{"text": "cut \\ud83d off", "label": "joy"}\n{"text": "whole \\ud83d\\ude02", "label": "joy"}\n'
    data = read(tmp_path / "a.jsonl", content)
    assert data.texts == ["cut \ufffd off", "whole 😂"]
    assert [text.encode("utf-8").decode("utf-8") for text in data.texts] == data.texts


def test_read_takes_the_names_of_the_columns(tmp_path):
    path = write(tmp_path / "a.csv", columns=("tweet", "emotion"))
    assert read(path, text_column="tweet", label_column="emotion").texts == TEXTS


def test_ending_may_be_in_capitals(tmp_path):
    assert read(write(tmp_path / "a.jsonl").rename(tmp_path / "a.JSONL")).texts == TEXTS


@every_format
def test_unknown_label_is_named_by_file_and_row(tmp_path, ending):
    path = write(tmp_path / f"a{ending}", names=["joy", "envy", "love"])
    assert fault(path) == (
        f"{path}:{second_row(ending)}: unknown label 'envy'; expected one of sadness, joy, love: "
        "correct the row, or train with --labels that names it"
    )


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ('"text": 2, "label": "joy"', "the text is 2; expected a string"),
        ('"text": null, "label": "joy"', "the text is None; expected a string"),
        ('"text": "two", "label": 1', "unknown label 1; expected one of sadness, joy, love"),
        ('"text": "two", "label": ["joy"]', "unknown label ['joy']"),
    ],
)
def test_value_that_is_not_a_string_is_named_by_file_and_row(tmp_path, values, message):
    path = tmp_path / "a.jsonl"
    assert fault(path, f'{{"text": "one", "label": "joy"}}\n{{{values}}}\n').startswith(f"{path}:2: {message}")


def test_missing_value_of_a_parquet_file_is_named_by_its_row(tmp_path):
    path = write(tmp_path / "a.parquet", texts=["one", None, "three"])
    assert fault(path) == f"{path}:2: the text is None; expected a string"


@every_format
@pytest.mark.parametrize("empty", ["", " \t"])
def test_empty_text_is_named_by_file_and_row(tmp_path, ending, empty):
    path = write(tmp_path / f"a{ending}", texts=["one", empty, "three"])
    assert fault(path) == f"{path}:{second_row(ending)}: the text is empty; write one, or leave out the row"


def test_spaces_around_a_label_are_dropped_and_those_of_a_text_stay(tmp_path):
    data = read(tmp_path / "a.csv", "text,label\n two words , joy \n")
    assert (data.texts, data.targets.tolist()) == ([" two words "], [1])


def test_rows_are_the_lines_on_which_they_begin(tmp_path):
    assert read(tmp_path / "a.csv", 'text,label\n"two\nlines",joy\nthree,joy\n').rows.tolist() == [2, 4]


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_table_without_rows_is_refused(tmp_path, ending):
    path = write(tmp_path / f"a{ending}", texts=[], names=[])
    assert fault(path) == f"{path}: the table has no rows; expected at least one text with its label"


def test_missing_table_is_named(tmp_path):
    path = tmp_path / "a.csv"
    assert fault(path).startswith(f"{path}: no such file or folder; expected a table (.csv, .tsv, .jsonl")


def test_file_with_an_unknown_ending_is_refused(tmp_path):
    path = tmp_path / "a.xlsx"
    assert fault(path, "one") == (
        f"{path}: unknown ending '.xlsx'; expected one of .csv, .tsv, .jsonl, .ndjson, .parquet"
    )


def test_single_file_has_only_the_split_full(tmp_path):
    source = TableSource(write(tmp_path / "a.csv"), LABELS)
    assert source.splits == ("full",)
    with pytest.raises(DataError, match="source table has no split 'train'; expected one of full"):
        source.read("train")


def test_folder_has_the_splits_whose_files_are_there(tmp_path):
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


def test_folder_without_tables_is_refused_with_what_it_should_hold(tmp_path):
    assert fault(tmp_path).startswith(f"{tmp_path}: holds no table; expected train, val or test with one of")
