"""`tools/second_reading.py`: agreement is counted over what was read again, and every fault has its line."""

from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("sklearn", reason="scikit-learn is not installed: pip install '.[evaluate]'")

from second_reading import NAME, compare, find_second_faults, read_second
from tweetmoji.data.keys import hash_texts
from tweetmoji.data.sources.annotated import AnnotatedRow
from tweetmoji.data.sources.written import WrittenText
from tweetmoji.emotions import CLASSES

FILE = Path("train.tsv")
ROWS = [
    WrittenText(text, label, "plain", pair, line, FILE)
    for line, (text, label, pair) in enumerate(
        [
            ("what a day", "joy", "a"),
            ("what a day to lose it", "sadness", "a"),
            ("she called", "love", "b"),
            ("she never called", "sadness", "b"),
            ("the bus is late", "anger", ""),
            ("nobody read this again", "none", ""),
        ],
        start=2,
    )
]


def write_reading(folder, labels):
    keys = hash_texts([row.text for row in ROWS])
    lines = ["hash\tlabel", *(f"{key}\t{label}" for key, label in zip(keys, labels, strict=False))]
    (folder / "second-reading.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return read_second(folder)


def test_agreement_is_over_the_texts_that_were_read_again(tmp_path):
    found = compare(ROWS, write_reading(tmp_path, ["joy", "sadness", "joy", "sadness", "none"]))
    assert (found.n, found.same, found.pairs, found.same_pairs) == (5, 3, 2, 1)
    # observed agreement 3/5; by chance 1·2 for joy and 2·2 for sadness of 25
    assert found.kappa == pytest.approx((0.6 - 0.24) / (1 - 0.24))


def test_pair_counts_only_if_both_texts_were_read_again(tmp_path):
    assert compare(ROWS, write_reading(tmp_path, ["joy", "sadness", "love"])).pairs == 1


def test_unknown_text_and_unknown_label_are_faults_with_their_line(tmp_path):
    second = [*write_reading(tmp_path, ["joy", "gladness"]), AnnotatedRow(Path(NAME), 9, "00ff", ("joy",))]
    assert list(find_second_faults(second, ROWS)) == [
        f"second-reading.tsv:3: unknown label 'gladness'; expected one of {', '.join(CLASSES)}",
        "second-reading.tsv:9: the hash '00ff' belongs to no written text: remove the row",
    ]


def test_text_that_was_read_twice_is_a_fault(tmp_path):
    second = write_reading(tmp_path, ["joy", "sadness"])
    [fault] = find_second_faults([*second, replace(second[0], row=4)], ROWS)
    assert fault.startswith("second-reading.tsv:4: ")
    assert "second-reading.tsv:2 again" in fault
