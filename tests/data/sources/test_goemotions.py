"""``GoEmotionsSource`` and ``NeutralSource``: which comments count as what; every fault names file and row."""

import hashlib

import numpy as np
import pytest
from tests.toys.datasets import write_goemotions

from tweetmoji import EMOTIONS, DataError
from tweetmoji.data import NeutralTexts
from tweetmoji.data.sources.goemotions import GoEmotionsSource, NeutralSource

NAMES = ["joy", "amusement", "love", "anger", "confusion", "neutral"]
ROWS = "glad\t0\ta1\nHA\t0,1\ta2\nmixed\t1,3\ta3\nwhat\t4\ta4\nhmm\t0,4\ta5\nso\t5\ta6\nmine\t2\ta7\nall\t5,0\ta8\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "labels.txt").write_text("\n".join(NAMES) + "\n", encoding="utf-8")
    for name in ("train", "dev", "test"):
        (tmp_path / f"{name}.tsv").write_text(f"{ROWS}of {name}\t3\tz\nand\t5\tz\n", encoding="utf-8")
    return tmp_path


def fault(folder, source=GoEmotionsSource):
    with pytest.raises(DataError) as caught:
        source(folder).read("train")
    return str(caught.value)


@pytest.mark.parametrize("split", ["val", "test"])
def test_read_scores_comments_whose_labels_all_mean_one_emotion(folder, split):
    data = GoEmotionsSource(folder).read(split)

    assert data.texts[:-1] == ["glad", "HA", "mine"]
    assert [data.labels[target] for target in data.targets] == ["joy", "joy", "love", "anger"]
    assert data.rows.tolist() == [1, 2, 7, 9]
    assert data.targets.dtype == data.rows.dtype == np.int64
    assert data.labels == EMOTIONS
    assert data.class_map == {emotion: (emotion,) for emotion in EMOTIONS}


def test_read_also_trains_on_comments_with_a_label_that_contradicts_no_emotion(folder):
    data = GoEmotionsSource(folder).read("train")

    assert data.texts == ["glad", "HA", "hmm", "mine", "of train"]  # not "all", which is neutral too
    assert [data.labels[target] for target in data.targets] == ["joy", "joy", "joy", "love", "anger"]
    assert data.sha256 == hashlib.sha256((folder / "train.tsv").read_bytes()).hexdigest()


@pytest.mark.parametrize(("split", "name"), [("train", "train"), ("val", "dev"), ("test", "test")])
def test_read_takes_val_from_the_file_dev(folder, split, name):
    data = GoEmotionsSource(folder).read(split)

    assert data.texts[-1] == f"of {name}"
    assert (data.source, data.split) == ("goemotions", split)


def test_neutral_source_takes_comments_with_the_neutral_label_alone(folder):
    data = NeutralSource(folder).read("train")

    assert data.texts == ["so", "and"]
    assert data.rows.tolist() == [6, 10]
    assert (data.source, data.split) == ("neutral", "train")
    assert type(data) is NeutralTexts  # which has no labels
    assert data.sha256 == hashlib.sha256((folder / "train.tsv").read_bytes()).hexdigest()


def test_neutral_source_has_only_a_train_split(folder):
    with pytest.raises(DataError, match=r"^source neutral has no split 'val'; expected one of train$"):
        NeutralSource(folder).read("val")


@pytest.mark.parametrize("source", [GoEmotionsSource, NeutralSource])
def test_source_finds_its_folder_in_the_root_of_all_datasets(folder, tmp_path_factory, source):
    expected = source(folder).read("train").texts
    root = tmp_path_factory.mktemp("root")
    folder.rename(root / "goemotions")

    assert source(root).read("train").texts == expected


@pytest.mark.parametrize("source", [GoEmotionsSource, NeutralSource])
@pytest.mark.parametrize(
    ("numbers", "label"),
    [
        ("6", "6"),
        ("²", "²"),
        ("٣", "٣"),
        ("", ""),
        ("1,,2", ""),
        ("1,", ""),
        ("-1", "-1"),
        ("joy", "joy"),
        ("1 ", "1 "),
    ],
)
def test_unknown_label_number_is_named_by_file_and_row(folder, source, numbers, label):
    path = folder / "train.tsv"
    path.write_text(f"glad\t0\ta1\nsad\t{numbers}\ta2\n", encoding="utf-8")

    assert fault(folder, source) == (
        f"{path}:2: unknown label {label!r}; expected numbers from 0 to 5, as in labels.txt"
    )


def test_long_label_number_is_shortened_in_the_message(folder):
    path = folder / "train.tsv"
    path.write_text(f"glad\t{'9' * 5_000}\ta1\n", encoding="utf-8")

    assert fault(folder).startswith(f"{path}:1: unknown label '999")
    assert len(fault(folder)) < len(str(path)) + 200


@pytest.mark.parametrize(("line", "n"), [("sad\t0", 2), ("sad", 1), ("", 1), ("sad\tand\t0\ta2", 4)])
def test_wrong_number_of_fields_is_named_by_file_and_row(folder, line, n):
    path = folder / "train.tsv"
    path.write_text(f"glad\t0\ta1\n{line}\nglad\t0\ta1\n", encoding="utf-8")

    assert fault(folder) == f"{path}:2: {n} fields; expected 3: text<TAB>label numbers<TAB>id"


@pytest.mark.parametrize(("names", "row", "name"), [("joy\nenvy\n", 2, "envy"), ("joy\n\nlove\n", 2, "")])
def test_unknown_name_in_labels_txt_is_named_by_file_and_row(folder, names, row, name):
    path = folder / "labels.txt"
    path.write_text(names, encoding="utf-8")

    assert fault(folder).startswith(f"{path}:{row}: unknown label {name!r}; expected one of admiration, amusement, ")


@pytest.mark.parametrize("name", ["train.tsv", "labels.txt"])
def test_missing_empty_and_wrongly_encoded_files_are_named(folder, name):
    path = folder / name
    path.write_bytes(b"\xff" + path.read_bytes())
    assert fault(folder).startswith(f"{path}:1: byte 1 of the line (0xff) is not UTF-8")

    path.write_bytes(b"")
    assert fault(folder).startswith(f"{path}: the file is empty; expected ")

    path.unlink()
    assert fault(folder).startswith(f"{path}: no such file; expected ")


@pytest.mark.parametrize(
    ("source", "name", "number"), [(GoEmotionsSource, "goemotions", 5), (NeutralSource, "neutral", 0)]
)
def test_file_without_a_row_that_counts_is_named(folder, source, name, number):
    path = folder / "train.tsv"
    path.write_text(f"one\t{number}\ta1\n", encoding="utf-8")

    assert fault(folder, source) == f"{path}: none of its rows counts for source {name}; fetch the file again"


def test_missing_folder_is_named_with_what_it_should_hold(tmp_path):
    with pytest.raises(DataError, match=r"no such folder; expected one that holds train\.tsv, dev\.tsv, test\.tsv"):
        GoEmotionsSource(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("split", "sizes"),
    [
        ("train", [2329, 10541, 2754, 3714, 584, 824]),  # 20,746
        ("val", [242, 1208, 326, 390, 72, 95]),  # 2,333
        ("test", [257, 1184, 310, 445, 80, 87]),  # 2,363
    ],
)
def test_read_of_the_real_dataset(data_dir, split, sizes):
    assert np.bincount(GoEmotionsSource(data_dir).read(split).targets).tolist() == sizes


def test_neutral_source_of_the_real_dataset(data_dir):
    numbers = [
        line.split("\t")[1]
        for line in (data_dir / "goemotions" / "train.tsv").read_text(encoding="utf-8").split("\n")[:-1]
    ]
    neutral = NeutralSource(data_dir).read("train")

    assert len(neutral) == numbers.count("27") > 10_000


def test_annotators_of_goemotions_could_choose_none_while_its_classes_are_the_emotions(tmp_path):
    data = GoEmotionsSource(write_goemotions(tmp_path)).read("test")
    assert data.none_possible is True
    assert data.labels == EMOTIONS
