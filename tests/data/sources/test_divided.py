"""``divide`` a table into train, val and test: every text once, copies together, each label in each split."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.toys.datasets import make_labeled

from tweetmoji import DataError
from tweetmoji.data import SPLITS, comparison_key
from tweetmoji.data.sources.divided import DividedTable, divide
from tweetmoji.data.sources.table import TableSource

LABELS = ("praise", "complaint", "question")


def make(rows):
    """Texts with their labels, as a table gives them."""
    return make_labeled(rows, labels=LABELS, source="table", split="full", rows=range(2, len(rows) + 2))


def number(label, count):
    return [(f"{label} number {i}", label) for i in range(count)]


def count(part):
    return np.bincount(part.targets, minlength=len(LABELS)).tolist()


def fault(rows):
    with pytest.raises(DataError) as caught:
        divide(make(rows), 0, "mine.csv")
    return str(caught.value)


def test_divide_puts_a_tenth_of_each_label_into_val_and_into_test():
    parts = divide(make([*number("praise", 100), *number("complaint", 40), *number("question", 10)]), 0, "mine.csv")
    assert list(parts) == list(SPLITS)
    assert [count(parts[split]) for split in SPLITS] == [[80, 32, 8], [10, 4, 1], [10, 4, 1]]
    assert [part.split for part in parts.values()] == list(SPLITS)


def test_divide_of_three_texts_of_a_label_puts_one_into_each_split():
    parts = divide(make([*number("praise", 3), *number("question", 3)]), 0, "mine.csv")
    assert [count(part) for part in parts.values()] == [[1, 0, 1]] * 3


def test_divide_keeps_every_row_with_its_number_and_the_order():
    data = make([*number("praise", 30), *number("complaint", 30)])
    parts = divide(data, 0, "mine.csv")
    assert sorted(row for part in parts.values() for row in part.rows) == data.rows.tolist()
    for part in parts.values():
        assert (np.diff(part.rows) > 0).all()
        assert part.texts == [data.texts[row - 2] for row in part.rows]
        assert part.sha256 == data.sha256


def test_divide_is_a_function_of_the_seed():
    data = make([*number("praise", 30), *number("complaint", 30)])
    first, again, other = (divide(data, seed, "mine.csv")["val"].rows.tolist() for seed in (0, 0, 1))
    assert first == again
    assert first != other


@given(st.lists(st.integers(0, 7), min_size=1, max_size=60), st.integers(0, 100))
def test_divide_keeps_copies_together_whatever_their_labels(copies, seed):
    rows = [*number("praise", 8), *number("complaint", 8)]
    rows += [(f"PRAISE, number {i}!", LABELS[i % 2]) for i in copies]
    parts = divide(make(rows), seed, "mine.csv")
    keys = [{comparison_key(text) for text in part.texts} for part in parts.values()]
    assert sum(map(len, keys)) == len(set.union(*keys)) == 16
    assert sum(map(len, parts.values())) == len(rows)
    assert all(min(count(part)[:2]) >= 1 for part in parts.values())


def test_divide_refuses_a_table_with_one_label():
    assert fault(number("praise", 20)) == (
        "mine.csv: every row has the label praise; expected two labels or more: add rows of another"
    )


def test_divide_refuses_too_few_texts_of_a_label_not_counting_copies():
    rows = [*number("praise", 9), ("why?", "question"), ("Why", "question"), ("how?", "question")]
    assert fault([*rows, ("bad", "complaint")]) == (
        "mine.csv: too few different texts to divide into train, val and test: complaint has 1, question has 2; "
        "expected at least 3 of each label: add rows"
    )


def test_divided_table_names_the_file_by_its_path(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("text,label\nfine,praise\n", encoding="utf-8")
    with pytest.raises(DataError, match="every row has the label praise") as caught:
        DividedTable(TableSource(path, LABELS), 0).read("val")
    assert str(caught.value).startswith(f"{path}: ")


def test_divided_table_has_train_val_and_test(tmp_path):
    path = tmp_path / "mine.csv"
    rows = [*number("praise", 10), *number("complaint", 10)]
    path.write_text("text,label\n" + "".join(f"{text},{label}\n" for text, label in rows), encoding="utf-8")
    source = DividedTable(TableSource(path, LABELS), 3)
    expected = divide(TableSource(path, LABELS).read("full"), 3, str(path))
    assert (source.name, source.splits) == ("table", SPLITS)
    assert {split: source.read(split).texts for split in SPLITS} == {
        split: part.texts for split, part in expected.items()
    }
    with pytest.raises(DataError, match="no split 'full'"):
        source.read("full")
