"""What a run is given to train on: the sources asked for, without any text that something is scored on."""

import hashlib
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tweetmoji import DataError, SettingError
from tweetmoji.data import SPLITS, TRAINING_SOURCES, SourceChoice, open_source, parse_choice
from tweetmoji.data.corpus import leave_out, read_corpus
from tweetmoji.data.sources.hub import HuggingFaceSource
from tweetmoji.emotions import EMOTIONS

HOME = {
    "train": ["one;joy", "two;fear", "three;love", "four;anger", "five;sadness", "six;surprise"],
    "val": ["a tweet of val;joy"],
    "test": ["a tweet of test;fear"],
}
OWN = ("praise", "question")
TWEETEVAL = {"train": ["furious;0", "merry;1", "gloomy;3"], "val": ["outraged;0"]}
GOEMOTIONS = {"train": ["scared\t0\ta", "no feeling\t3\tb"], "val": ["a comment\t1\tc"], "test": ["another\t2\td"]}


def write_lines(path, lines):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def write_emotion(folder, **changed):
    for split, lines in (HOME | changed).items():
        write_lines(folder / f"{split}.txt", lines)


def write_tweeteval(folder, **changed):
    write_lines(folder / "mapping.txt", ["0\tanger", "1\tjoy", "2\toptimism", "3\tsadness"])
    for split, lines in (TWEETEVAL | changed).items():
        write_lines(folder / f"{split}_text.txt", [line.partition(";")[0] for line in lines])
        write_lines(folder / f"{split}_labels.txt", [line.partition(";")[2] for line in lines])


def write_goemotions(folder, **changed):
    write_lines(folder / "labels.txt", ["fear", "joy", "sadness", "neutral"])
    for split, lines in (GOEMOTIONS | changed).items():
        write_lines(folder / f"{'dev' if split == 'val' else split}.tsv", lines)


@pytest.fixture
def root(tmp_path):
    """A root of three datasets that share no text."""
    root = tmp_path / "datasets"
    write_emotion(root / "emotion")
    write_tweeteval(root / "tweeteval-emotion")
    write_goemotions(root / "goemotions")
    return root


@pytest.fixture
def fetched(tmp_path, monkeypatch):
    """Hugging Face, offering what `write_emotion` writes."""
    write_emotion(tmp_path / "hub")
    monkeypatch.setattr(HuggingFaceSource, "read", lambda _, split: read_home(tmp_path / "hub", split, "huggingface"))


def read_home(folder, split, name):
    return replace(open_source("emotion", folder).read(split), source=name)


def read(data, *names, seed=0, labels=EMOTIONS, **columns):
    return read_corpus(data, [parse_choice(name) for name in names], labels, seed, **columns)


def texts(parts):
    return {(part.source, part.split): part.texts for part in parts}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("emotion", SourceChoice("emotion")),
        ("goemotions:12000", SourceChoice("goemotions", 12000)),
        ("", SourceChoice("")),
    ],
)
def test_choice_is_a_name_with_or_without_rows(text, expected):
    assert parse_choice(text) == expected


@given(st.text().filter(lambda name: ":" not in name), st.integers(min_value=1))
def test_any_name_and_number_of_rows_is_read_back(name, rows):
    assert parse_choice(f"{name}:{rows}") == SourceChoice(name, rows)


@pytest.mark.parametrize("rows", ["", "0", "-5", "+5", "1.5", "1e3", "1_000", " 5", "many", "٣", "5:6"])
def test_rows_that_are_no_positive_number_are_refused_with_an_example(rows):
    with pytest.raises(SettingError) as caught:
        parse_choice(f"emotion:{rows}")
    assert f"'home:{rows}'" in str(caught.value)
    assert "emotion:5000" in str(caught.value)


def test_splits_of_one_source_are_read_from_its_own_folder(root):
    corpus = read(root / "emotion", "emotion")
    assert texts(corpus.train) == {("emotion", "train"): ["one", "two", "three", "four", "five", "six"]}
    assert texts(corpus.val) == {("emotion", "val"): ["a tweet of val"]}
    assert texts(corpus.test) == {("emotion", "test"): ["a tweet of test"]}
    assert corpus.removed == {"emotion": 0}


def test_sources_are_trained_on_in_the_order_given_with_all_their_val_and_test_splits(root):
    corpus = read(root, "tweeteval", "neutral", "emotion")
    assert [part.source for part in corpus.train] == ["tweeteval", "neutral", "emotion"]
    assert texts(corpus.train)["neutral", "train"] == ["no feeling"]
    assert list(texts(corpus.val)) == [("tweeteval", "val"), ("emotion", "val")]
    assert list(texts(corpus.test)) == [("emotion", "test")]


def test_training_texts_that_stand_in_an_evaluation_split_of_the_same_source_are_left_out(root):
    write_emotion(root / "emotion", train=["one;joy", "A tweet of VAL!;joy", "a tweet, of test;love", "two;fear"])
    corpus = read(root / "emotion", "emotion")
    assert corpus.train[0].texts == ["one", "two"]
    assert corpus.train[0].rows.tolist() == [1, 4]
    assert corpus.train[0].targets.tolist() == [EMOTIONS.index("joy"), EMOTIONS.index("fear")]
    assert corpus.removed == {"emotion": 2}


def test_training_texts_that_stand_in_an_evaluation_split_of_another_source_of_the_run_are_left_out(root):
    write_tweeteval(root / "tweeteval-emotion", train=["a tweet of test;1", "merry;1", "a tweet of val;0"])
    write_emotion(root / "emotion", train=["outraged;anger", "two;fear"])
    corpus = read(root, "emotion", "tweeteval")
    assert texts(corpus.train) == {("emotion", "train"): ["two"], ("tweeteval", "train"): ["merry"]}
    assert corpus.removed == {"emotion": 1, "tweeteval": 2}


def test_training_texts_that_stand_in_an_evaluation_split_beside_the_run_are_left_out(root):
    write_emotion(root / "emotion", train=["a comment;joy", "Another.;sadness", "outraged;anger", "two;fear"])
    corpus = read(root, "emotion")
    assert corpus.train[0].texts == ["two"]
    assert corpus.removed == {"emotion": 3}
    assert [part.source for part in (*corpus.val, *corpus.test)] == ["emotion", "emotion"]


def test_texts_that_only_stand_in_another_training_split_stay(root):
    write_emotion(root / "emotion", train=["furious;anger", "scared;fear"])
    assert read(root, "emotion").train[0].texts == ["furious", "scared"]


def test_what_is_left_keeps_its_order(root):
    part = open_source("emotion", root).read("train")
    assert leave_out(part, [part.take([4, 1])]).texts == ["one", "three", "four", "six"]
    assert leave_out(part, []).texts == part.texts


def test_drawn_rows_are_a_function_of_the_seed_in_the_order_of_the_file(root):
    write_emotion(root / "emotion", train=[f"text number {i};joy" for i in range(200)])
    whole = read(root, "emotion").train[0]
    drawn = read(root, "emotion:50").train[0]
    assert len(drawn) == 50
    assert (np.diff(drawn.rows) > 0).all()
    assert drawn.texts == [whole.texts[row - 1] for row in drawn.rows]
    assert read(root, "emotion:50").train[0].rows.tolist() == drawn.rows.tolist()
    assert read(root, "emotion:50", seed=1).train[0].rows.tolist() != drawn.rows.tolist()


def test_rows_are_drawn_from_what_may_be_trained_on(root):
    write_emotion(root / "emotion", train=[*["a tweet of val;joy"] * 50, *(f"text {i};joy" for i in range(5))])
    corpus = read(root, "emotion:5")
    assert corpus.train[0].texts == [f"text {i}" for i in range(5)]
    assert corpus.removed == {"emotion": 50}


def test_more_rows_than_there_are_is_all_of_them(root):
    assert read(root, "emotion:1000").train[0].texts == read(root, "emotion").train[0].texts


def test_run_is_described_by_counts_and_digests(root):
    write_emotion(root / "emotion", train=["one;joy", "a tweet of val;joy", "two;fear", "three;love"])
    described = read(root, "emotion:2", "tweeteval").describe()
    assert list(described) == ["emotion", "tweeteval"]
    assert (described["emotion"]["train_texts"], described["emotion"]["removed_texts"]) == (2, 1)
    digests = {split: hashlib.sha256((root / "emotion" / f"{split}.txt").read_bytes()).hexdigest() for split in SPLITS}
    assert described["emotion"]["sha256"] == digests
    assert described["tweeteval"]["train_texts"] == 3
    assert set(described["tweeteval"]["sha256"]) == {"train", "val"}


def test_unknown_source_is_refused_with_those_there_are(root):
    with pytest.raises(SettingError, match="unknown source 'twitter'") as caught:
        read(root, "emotion", "twitter")
    assert "tweeteval" in str(caught.value)


def test_source_named_twice_is_refused(root):
    with pytest.raises(SettingError, match="home, tweeteval, home; expected each once"):
        read(root, "emotion", "tweeteval", "emotion:10")


def test_sources_without_a_val_split_cannot_be_chosen_on(root):
    with pytest.raises(DataError, match=r"no val split .* neutral has none; add for example home"):
        read(root, "neutral")


def test_source_with_nothing_left_to_train_on_is_refused(root):
    write_emotion(root / "emotion", train=["a tweet of val;joy", "a tweet of test;love"])
    with pytest.raises(DataError, match="source home: every training text stands in an evaluation split"):
        read(root, "emotion", "tweeteval")


@pytest.mark.parametrize("file", ["goemotions/dev.tsv", "goemotions/labels.txt", "tweeteval-emotion/val_labels.txt"])
@pytest.mark.parametrize("damage", [b"", b"\xff\n", None], ids=["empty", "not UTF-8", "missing"])
def test_damaged_dataset_beside_the_run_is_an_error(root, file, damage):
    if damage is None:
        (root / file).unlink()
    else:
        (root / file).write_bytes(damage)
    with pytest.raises(DataError) as caught:
        read(root, "emotion")
    assert str(root / file) in str(caught.value)


def test_missing_place_is_an_error_that_says_how_to_name_it():
    with pytest.raises(SettingError, match="source home needs a folder; name it with --data or TWEETMOJI_DATA_DIR"):
        read(None, "emotion")


def test_fetched_source_needs_no_place(fetched):
    corpus = read(None, "huggingface")
    assert texts(corpus.train) == {("huggingface", "train"): ["one", "two", "three", "four", "five", "six"]}
    assert texts(corpus.val) == {("huggingface", "val"): ["a tweet of val"]}
    assert texts(corpus.test) == {("huggingface", "test"): ["a tweet of test"]}


def test_fetched_source_is_cleared_of_what_the_datasets_on_disk_are_scored_on(fetched, root):
    write_goemotions(root / "goemotions", test=["three\t2\td"])
    corpus = read(root, "huggingface")
    assert corpus.train[0].texts == ["one", "two", "four", "five", "six"]
    assert corpus.removed == {"huggingface": 1}


def test_wrong_place_is_an_error_though_the_source_is_fetched(fetched, tmp_path):
    with pytest.raises(DataError) as caught:
        read(tmp_path / "nowhere", "huggingface")
    assert str(tmp_path / "nowhere") in str(caught.value)


def test_table_is_trained_on_with_its_val_split(tmp_path):
    write_lines(tmp_path / "train.csv", ["text,label", "one,joy", "two,fear", "a tweet of val,joy"])
    write_lines(tmp_path / "val.csv", ["text,label", "a tweet of val,joy"])
    corpus = read(tmp_path, "table")
    assert texts(corpus.train) == {("table", "train"): ["one", "two"]}
    assert texts(corpus.val) == {("table", "val"): ["a tweet of val"]}
    assert corpus.test == []


def write_messages(path, *, header="text,label", counts=(10, 20)):
    """A table of praise and of questions."""
    rows = [f"praise {i},praise" for i in range(counts[0])] + [f"why {i},question" for i in range(counts[1])]
    write_lines(path, [header, *rows])
    return path


def test_single_table_is_divided_by_the_seed_and_described_split_by_split(tmp_path):
    path = write_messages(tmp_path / "mine.csv")
    corpus = read(path, "table", labels=OWN)
    assert [len(part) for part in (*corpus.train, *corpus.val, *corpus.test)] == [24, 3, 3]
    assert corpus.train[0].rows.tolist() == read(path, "table", labels=OWN).train[0].rows.tolist()
    assert corpus.train[0].rows.tolist() != read(path, "table", labels=OWN, seed=1).train[0].rows.tolist()
    assert corpus.describe() == {
        "table": {
            "train_texts": 24,
            "removed_texts": 0,
            "sha256": dict.fromkeys(SPLITS, hashlib.sha256(path.read_bytes()).hexdigest()),
            "divided": {"train": 24, "val": 3, "test": 3},
        }
    }


def test_single_table_of_some_emotions_is_divided_too(tmp_path):
    write_lines(tmp_path / "mine.csv", ["text,label", *(f"text {i},{('joy', 'fear')[i % 2]}" for i in range(20))])
    corpus = read(tmp_path / "mine.csv", "table")
    assert [len(part) for part in (*corpus.train, *corpus.val, *corpus.test)] == [16, 2, 2]


def test_columns_of_a_table_may_have_other_names(tmp_path):
    path = write_messages(tmp_path / "mine.csv", header="tweet,mood")
    assert len(read(path, "table", labels=OWN, columns=("tweet", "mood")).train[0]) == 24
    with pytest.raises(DataError, match="name yours with --text-column and --label-column"):
        read(path, "table", labels=OWN)


def test_folder_of_tables_and_home_files_with_own_labels_are_used_as_they_are(tmp_path):
    for split in ("train", "val"):
        write_messages(tmp_path / f"{split}.csv", counts=(2, 2) if split == "train" else (1, 0))
    corpus = read(tmp_path, "table", labels=OWN)
    assert texts(corpus.train) == {("table", "train"): ["praise 1", "why 0", "why 1"]}
    assert texts(corpus.val) == {("table", "val"): ["praise 0"]}
    assert "divided" not in corpus.describe()["table"]
    write_emotion(tmp_path, train=["thanks;praise", "how;question"], val=["fine;praise"], test=["where;question"])
    assert texts(read(tmp_path, "emotion", labels=OWN).train) == {("emotion", "train"): ["thanks", "how"]}


def test_datasets_beside_a_run_with_own_labels_are_left_alone(root):
    write_messages(root / "train.csv")
    write_messages(root / "val.csv", counts=(1, 1))
    assert [split.source for split in read(root, "table", labels=OWN).evaluation] == ["table"]


def test_label_outside_the_mapping_is_named_by_row_with_what_to_do(tmp_path):
    path = write_messages(tmp_path / "mine.csv")
    write_lines(path, [*path.read_text(encoding="utf-8").splitlines(), "hm,rant"])
    with pytest.raises(DataError) as caught:
        read(path, "table", labels=OWN)
    assert str(caught.value) == (
        f"{path}:32: unknown label 'rant'; expected one of praise, question: "
        "correct the row, or train with --labels that names it"
    )


def test_label_without_rows_is_named_with_what_to_do(tmp_path):
    path = write_messages(tmp_path / "mine.csv")
    with pytest.raises(DataError) as caught:
        read(path, "table", labels=("praise", "complaint", "question"))
    assert str(caught.value) == (
        "no training text has the label complaint; expected texts of each of praise, complaint, question: "
        "add rows, or take the label out of the file of labels"
    )


@pytest.mark.parametrize(
    ("counts", "message"), [((10, 0), "every row has the label praise"), ((10, 2), "question has 2")]
)
def test_table_that_cannot_be_divided_is_named(tmp_path, counts, message):
    path = write_messages(tmp_path / "mine.csv", counts=counts)
    with pytest.raises(DataError, match=message) as caught:
        read(path, "table", labels=OWN)
    assert str(caught.value).startswith(f"{path}: ")


@pytest.mark.parametrize("name", sorted({*TRAINING_SOURCES} - {"emotion", "table"}))
def test_source_of_the_six_emotions_is_refused_for_other_labels(root, name):
    with pytest.raises(SettingError) as caught:
        read(root, "emotion", name, labels=OWN)
    assert str(caught.value).startswith(f"source {name} is labeled with sadness, joy, ")
    assert "the model has praise, question; expected --source emotion or table: choose one" in str(caught.value)
