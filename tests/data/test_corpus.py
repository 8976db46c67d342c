"""``read_corpus``: the sources of a run, without any text that something is scored on."""

import hashlib
from dataclasses import replace

import pytest
from tests.toys import datasets

from tweetmoji import DataError, SettingError
from tweetmoji.data import (
    SPLITS,
    TRAINING_SOURCES,
    LabeledTexts,
    NeutralTexts,
    leave_out,
    open_source,
    parse_choice,
    read_corpus,
    read_unlabeled,
)
from tweetmoji.data.sources.hub import HuggingFaceSource
from tweetmoji.emotions import EMOTIONS

EMOTION = {
    "train": ["one;joy", "two;fear", "three;love", "four;anger", "five;sadness", "six;surprise"],
    "val": ["a tweet of val;joy"],
    "test": ["a tweet of test;fear"],
}
OWN = ("praise", "question")
TWEETEVAL = {"train": ["furious;0", "merry;1", "gloomy;3"], "val": ["outraged;0"]}
GOEMOTIONS = {"train": ["scared\t0\ta", "no feeling\t3\tb"], "dev": ["a comment\t1\tc"], "test": ["another\t2\td"]}


def join(lines):
    return "".join(f"{line}\n" for line in lines)


def write_lines(path, lines):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(join(lines), encoding="utf-8")


def write_emotion(folder, **changed):
    datasets.write_emotion(folder, {split: join(lines) for split, lines in (EMOTION | changed).items()})


def write_tweeteval(folder, **changed):
    datasets.write_tweeteval(folder, {split: join(lines) for split, lines in (TWEETEVAL | changed).items()})


def write_goemotions(folder, **changed):
    files = {name: join(lines) for name, lines in (GOEMOTIONS | changed).items()}
    datasets.write_goemotions(folder, files, ("fear", "joy", "sadness", "neutral"))


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
    source = open_source("emotion", tmp_path / "hub")
    monkeypatch.setattr(HuggingFaceSource, "read", lambda _, split: replace(source.read(split), source="huggingface"))


def read(data, *names, seed=0, labels=EMOTIONS, **columns):
    return read_corpus(data, [parse_choice(name) for name in names], labels, seed, **columns)


def texts(parts):
    return {(part.source, part.split): part.texts for part in parts}


def test_read_corpus_of_one_source_from_its_own_folder(root):
    corpus = read(root / "emotion", "emotion")
    assert texts(corpus.train) == {("emotion", "train"): ["one", "two", "three", "four", "five", "six"]}
    assert texts(corpus.val) == {("emotion", "val"): ["a tweet of val"]}
    assert texts(corpus.test) == {("emotion", "test"): ["a tweet of test"]}
    assert corpus.removed == {"emotion": 0}


def test_read_corpus_keeps_the_order_of_the_sources_with_all_their_val_and_test_splits(root):
    corpus = read(root, "tweeteval", "neutral", "emotion")
    assert [part.source for part in corpus.train] == ["tweeteval", "neutral", "emotion"]
    assert texts(corpus.train)["neutral", "train"] == ["no feeling"]
    assert list(texts(corpus.val)) == [("tweeteval", "val"), ("emotion", "val")]
    assert list(texts(corpus.test)) == [("emotion", "test")]


def test_read_corpus_removes_training_texts_in_an_evaluation_split_of_the_same_source(root):
    write_emotion(root / "emotion", train=["one;joy", "A tweet of VAL!;joy", "a tweet, of test;love", "two;fear"])
    corpus = read(root / "emotion", "emotion")
    assert corpus.train[0].texts == ["one", "two"]
    assert corpus.train[0].rows.tolist() == [1, 4]
    assert corpus.train[0].targets.tolist() == [EMOTIONS.index("joy"), EMOTIONS.index("fear")]
    assert corpus.removed == {"emotion": 2}


def test_read_corpus_removes_training_texts_in_an_evaluation_split_of_another_source_of_the_run(root):
    write_tweeteval(root / "tweeteval-emotion", train=["a tweet of test;1", "merry;1", "a tweet of val;0"])
    write_emotion(root / "emotion", train=["outraged;anger", "two;fear"])
    corpus = read(root, "emotion", "tweeteval")
    assert texts(corpus.train) == {("emotion", "train"): ["two"], ("tweeteval", "train"): ["merry"]}
    assert corpus.removed == {"emotion": 1, "tweeteval": 2}


def test_read_corpus_removes_training_texts_in_an_evaluation_split_of_a_source_beside_the_run(root):
    write_emotion(root / "emotion", train=["a comment;joy", "Another.;sadness", "outraged;anger", "two;fear"])
    corpus = read(root, "emotion")
    assert corpus.train[0].texts == ["two"]
    assert corpus.removed == {"emotion": 3}
    assert [part.source for part in (*corpus.val, *corpus.test)] == ["emotion", "emotion"]


def test_read_corpus_keeps_texts_that_are_in_another_training_split(root):
    write_emotion(root / "emotion", train=["furious;anger", "scared;fear"])
    assert read(root, "emotion").train[0].texts == ["furious", "scared"]


def test_read_corpus_removes_synthetic_texts_made_from_texts_in_an_evaluation_split(root):
    write_goemotions(root / "goemotions", train=["no feeling\t3\ta", "nothing new\t3\tb"], dev=["No feeling!\t1\tc"])
    write_tweeteval(root / "tweeteval-emotion", val=["FIVE.;3"])
    whole = open_source("synthetic", root).read("train")
    corpus = read(root, "emotion", "synthetic")
    synthetic = corpus.train[1]
    assert set(whole.parents) - set(synthetic.parents) == {"no feeling", "five"}
    held_out = whole.parents.count("no feeling") + whole.parents.count("five")
    assert corpus.removed == {"emotion": 1, "synthetic": held_out}
    assert len(synthetic) == len(whole) - held_out


def test_leave_out_of_a_held_out_fold_removes_the_synthetic_texts_made_from_it(root):
    corpus = read(root, "emotion", "synthetic")
    fold = corpus.first_scorable().take([0, 3])
    emotion, synthetic = (leave_out(part, [fold]) for part in corpus.train)
    assert emotion.texts == ["two", "three", "five", "six"]
    assert set(corpus.train[1].parents) - set(synthetic.parents) == {"one", "four"}
    assert set(synthetic.parents) == {"two", "three", "five", "six", "no feeling", None}


def test_first_scorable_is_the_training_texts_of_the_first_source(root):
    corpus = read(root, "tweeteval", "neutral", "emotion")
    assert corpus.first_scorable() is corpus.train[0]


@pytest.mark.parametrize("name", ["neutral", "synthetic"])
def test_first_scorable_refuses_a_source_to_train_on_only(root, name):
    datasets.write_tweets(root)
    corpus = read(root, name, "emotion")
    with pytest.raises(SettingError) as caught:
        corpus.first_scorable()
    assert str(caught.value) == (
        f"source {name} comes first, and there is nothing to score on it; expected one of emotion, tweeteval, "
        "goemotions, huggingface, kaggle, table, written, annotated: name another --source first"
    )


def test_read_corpus_gives_neutral_texts_without_labels(root):
    emotion, neutral = read(root, "emotion", "neutral:5").train
    assert (type(emotion), type(neutral)) == (LabeledTexts, NeutralTexts)
    assert neutral.texts == ["no feeling"]


@pytest.mark.parametrize("rows", [2, 1000])
def test_read_corpus_keeps_every_text_and_says_how_many_an_epoch_takes(root, rows):
    corpus = read(root, f"emotion:{rows}", "tweeteval")
    assert corpus.train[0].texts == read(root, "emotion").train[0].texts
    assert corpus.rows == {"emotion": rows}


def test_every_label_occurs_in_the_texts_that_epochs_draw_from(tmp_path):
    path = write_messages(tmp_path / "mine.csv")
    corpus = read(path, "table:1", labels=OWN)
    assert {corpus.train[0].labels[target] for target in corpus.train[0].targets} == set(OWN)


def test_describe_has_counts_and_digests(root):
    write_emotion(root / "emotion", train=["one;joy", "a tweet of val;joy", "two;fear", "three;love"])
    described = read(root, "emotion:2", "tweeteval").describe()
    assert list(described) == ["emotion", "tweeteval"]
    assert (described["emotion"]["train_texts"], described["emotion"]["removed_texts"]) == (3, 1)
    assert described["emotion"]["epoch_texts"] == 2
    assert "epoch_texts" not in described["tweeteval"]
    digests = {split: hashlib.sha256((root / "emotion" / f"{split}.txt").read_bytes()).hexdigest() for split in SPLITS}
    assert described["emotion"]["sha256"] == digests
    assert described["tweeteval"]["train_texts"] == 3
    assert set(described["tweeteval"]["sha256"]) == {"train", "val"}


def test_read_corpus_names_an_unknown_source_and_the_known_ones(root):
    with pytest.raises(SettingError, match="unknown source 'twitter'") as caught:
        read(root, "emotion", "twitter")
    assert "tweeteval" in str(caught.value)


def test_read_corpus_refuses_a_source_named_twice(root):
    with pytest.raises(SettingError, match="emotion, tweeteval, emotion; expected each once"):
        read(root, "emotion", "tweeteval", "emotion:10")


def test_read_corpus_refuses_sources_without_a_val_split(root):
    with pytest.raises(DataError, match=r"no val split .* neutral does not have one; add for example --source emotion"):
        read(root, "neutral")


def test_read_corpus_refuses_a_source_with_no_text_left(root):
    write_emotion(root / "emotion", train=["a tweet of val;joy", "a tweet of test;love"])
    with pytest.raises(DataError, match="source emotion: every training text is in an evaluation split"):
        read(root, "emotion", "tweeteval")


@pytest.mark.parametrize("file", ["goemotions/dev.tsv", "goemotions/labels.txt", "tweeteval-emotion/val_labels.txt"])
@pytest.mark.parametrize("damage", [b"", b"\xff\n", None], ids=["empty", "not UTF-8", "missing"])
def test_read_corpus_names_a_damaged_file_of_a_source_beside_the_run(root, file, damage):
    if damage is None:
        (root / file).unlink()
    else:
        (root / file).write_bytes(damage)
    with pytest.raises(DataError) as caught:
        read(root, "emotion")
    assert str(root / file) in str(caught.value)


def test_read_corpus_without_data_says_how_to_name_it():
    with pytest.raises(SettingError, match="source emotion needs a folder; name it with --data or TWEETMOJI_DATA_DIR"):
        read(None, "emotion")


def test_read_corpus_of_a_fetched_source_needs_no_data(fetched):
    corpus = read(None, "huggingface")
    assert texts(corpus.train) == {("huggingface", "train"): ["one", "two", "three", "four", "five", "six"]}
    assert texts(corpus.val) == {("huggingface", "val"): ["a tweet of val"]}
    assert texts(corpus.test) == {("huggingface", "test"): ["a tweet of test"]}


def test_read_corpus_removes_texts_of_a_fetched_source_in_evaluation_splits_on_disk(fetched, root):
    write_goemotions(root / "goemotions", test=["three\t2\td"])
    corpus = read(root, "huggingface")
    assert corpus.train[0].texts == ["one", "two", "four", "five", "six"]
    assert corpus.removed == {"huggingface": 1}


def test_read_corpus_of_a_fetched_source_names_a_missing_data_folder(fetched, tmp_path):
    with pytest.raises(DataError) as caught:
        read(tmp_path / "nowhere", "huggingface")
    assert str(tmp_path / "nowhere") in str(caught.value)


def test_read_corpus_of_a_folder_of_tables_uses_its_val_split(tmp_path):
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


def test_read_corpus_divides_a_single_table_by_the_seed_and_describes_each_split(tmp_path):
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


def test_read_corpus_divides_a_single_table_with_some_of_the_six_emotions(tmp_path):
    write_lines(tmp_path / "mine.csv", ["text,label", *(f"text {i},{('joy', 'fear')[i % 2]}" for i in range(20))])
    corpus = read(tmp_path / "mine.csv", "table")
    assert [len(part) for part in (*corpus.train, *corpus.val, *corpus.test)] == [16, 2, 2]


def test_read_corpus_takes_the_columns_of_a_table(tmp_path):
    path = write_messages(tmp_path / "mine.csv", header="tweet,mood")
    assert len(read(path, "table", labels=OWN, columns=("tweet", "mood")).train[0]) == 24
    with pytest.raises(DataError, match="name yours with --text-column and --label-column"):
        read(path, "table", labels=OWN)


def test_read_corpus_with_own_labels_uses_existing_splits_of_table_and_emotion(tmp_path):
    for split in ("train", "val"):
        write_messages(tmp_path / f"{split}.csv", counts=(2, 2) if split == "train" else (1, 0))
    corpus = read(tmp_path, "table", labels=OWN)
    assert texts(corpus.train) == {("table", "train"): ["praise 1", "why 0", "why 1"]}
    assert texts(corpus.val) == {("table", "val"): ["praise 0"]}
    assert "divided" not in corpus.describe()["table"]
    write_emotion(tmp_path, train=["thanks;praise", "how;question"], val=["fine;praise"], test=["where;question"])
    assert texts(read(tmp_path, "emotion", labels=OWN).train) == {("emotion", "train"): ["thanks", "how"]}


def test_read_corpus_with_own_labels_ignores_sources_beside_the_run(root):
    write_messages(root / "train.csv")
    write_messages(root / "val.csv", counts=(1, 1))
    assert [split.source for split in read(root, "table", labels=OWN).evaluation] == ["table"]


def test_read_corpus_names_the_row_of_an_unknown_label(tmp_path):
    path = write_messages(tmp_path / "mine.csv")
    write_lines(path, [*path.read_text(encoding="utf-8").splitlines(), "hm,rant"])
    with pytest.raises(DataError) as caught:
        read(path, "table", labels=OWN)
    assert str(caught.value) == (
        f"{path}:32: unknown label 'rant'; expected one of praise, question: "
        "correct the row, or train with --labels that names it"
    )


def test_read_corpus_names_an_own_label_without_training_texts(tmp_path):
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
def test_read_corpus_names_a_table_that_cannot_be_divided(tmp_path, counts, message):
    path = write_messages(tmp_path / "mine.csv", counts=counts)
    with pytest.raises(DataError, match=message) as caught:
        read(path, "table", labels=OWN)
    assert str(caught.value).startswith(f"{path}: ")


@pytest.mark.parametrize("name", sorted({*TRAINING_SOURCES} - {"emotion", "table"}))
def test_read_corpus_with_own_labels_refuses_sources_with_the_six_emotions(root, name):
    with pytest.raises(SettingError) as caught:
        read(root, "emotion", name, labels=OWN)
    assert str(caught.value).startswith(f"source {name} is labeled with sadness, joy, ")
    assert "the model has praise, question; expected --source emotion or table: choose one" in str(caught.value)


@pytest.fixture
def own_data(tmp_path, root):
    """The project's own data, with the annotated tweets in the root."""
    datasets.write_tweets(root)
    return datasets.write_own_data(tmp_path / "own")


def test_read_corpus_of_own_data_has_all_their_splits_and_the_class_none(root, own_data):
    corpus = read(root, "written", "annotated", own_data=own_data)
    assert [(part.source, len(part)) for part in corpus.train] == [("written", 5), ("annotated", 2)]
    assert [(part.source, part.split) for part in (*corpus.val, *corpus.test)] == [
        *(("written", "val"), ("annotated", "val"), ("written", "test"), ("annotated", "test"))
    ]
    assert {part.labels[-1] for part in (*corpus.train, *corpus.val, *corpus.test)} == {"none"}
    assert corpus.describe()["annotated"]["divided"] == {"train": 2, "val": 2, "test": 3}


def test_read_corpus_for_a_model_without_none_leaves_such_texts_out(root, own_data):
    corpus = read(root, "written", "annotated", "neutral", own_data=own_data, none=False)
    assert [len(part) for part in (*corpus.train, *corpus.val, *corpus.test)] == [4, 2, 1, 2, 1, 3, 2]
    assert {part.labels for part in (*corpus.val, *corpus.test)} == {EMOTIONS}


def test_corpus_says_whether_a_model_can_learn_none(root, own_data):
    assert not read(root, "emotion", "neutral").has_none
    assert read(root, "written", own_data=own_data).has_none
    assert not read(root, "written", own_data=own_data, none=False).has_none


def test_read_corpus_holds_out_emoji_tweets_that_are_no_source_of_the_run(root, own_data):
    write_emotion(root / "emotion", train=["Roses, again!;joy", "two;fear"])
    corpus = read(root, "emotion")
    assert corpus.train[0].texts == ["two"]


def test_read_corpus_refuses_emoji_tweets_as_a_source_of_labels(root):
    with pytest.raises(SettingError, match=r"source emoji has no labels to train on; expected .*train-suggestions"):
        read(root, "emotion", "emoji")


def test_read_corpus_holds_out_own_data_that_are_no_source_of_the_run(root, own_data):
    rows = ["Happy dog!;joy", "the dentist called, and I hung up sad;fear", "scared ALL night;fear", "two;fear"]
    write_emotion(root / "emotion", train=rows)
    assert read(root, "emotion").train[0].texts == [row.partition(";")[0] for row in rows]
    corpus = read(root, "emotion", own_data=own_data)
    assert corpus.train[0].texts == ["two"]
    assert corpus.removed == {"emotion": 3}
    assert [part.source for part in (*corpus.val, *corpus.test)] == ["emotion", "emotion"]
    assert {split.source for split in corpus.evaluation} >= {"written", "annotated"}


def test_read_corpus_of_own_data_lets_unlabeled_texts_be_left_out(root, own_data):
    evaluation = read(root, "emotion", own_data=own_data).evaluation
    assert leave_out(read_unlabeled("emoji", root), evaluation).texts == []
    tweets = leave_out(read_unlabeled("tweets", root), evaluation).texts
    assert tweets == ["crying and laughing at once", "sad dog", "late dog", "dog 5", "nobody read this"]


def test_read_corpus_names_a_wrong_folder_of_own_data(root, tmp_path):
    with pytest.raises(DataError, match="nowhere/written: no such folder; expected --own-data to name the folder"):
        read(root, "emotion", own_data=tmp_path / "nowhere")


DENIED = ["i feel merry;joy", "i dont feel merry;joy", "i have never felt it;fear", "a tweet of val;joy"]


def test_read_corpus_drops_denials_from_the_training_texts_of_emotion_alone(root):
    write_emotion(root / "emotion", train=DENIED, test=["i dont feel well;sadness"])
    write_goemotions(root / "goemotions", train=["i dont feel it\t0\ta", "no feeling\t3\tb"])
    corpus = read(root, "emotion", "goemotions", drop_denials=True)
    assert texts(corpus.train) == {("emotion", "train"): ["i feel merry"], ("goemotions", "train"): ["i dont feel it"]}
    assert texts(corpus.test)["emotion", "test"] == ["i dont feel well"]
    assert corpus.denials == {"emotion": 2}
    described = corpus.describe()
    assert (described["emotion"]["removed_texts"], described["emotion"]["removed_denials"]) == (1, 2)
    assert "removed_denials" not in described["goemotions"]
    assert "removed_denials" not in read(root, "emotion").describe()["emotion"]


def test_read_corpus_drops_synthetic_texts_made_from_denials(root):
    write_emotion(root / "emotion", train=DENIED)
    corpus = read(root, "emotion", "synthetic", drop_denials=True)
    assert set(corpus.train[1].parents) == {"i feel merry", "no feeling", None}
    assert corpus.denials["synthetic"] > 0


def test_read_corpus_refuses_a_source_of_nothing_but_denials(root):
    write_emotion(root / "emotion", train=DENIED[1:])
    with pytest.raises(DataError, match="source emotion: every training text denies a feeling; give it others"):
        read(root, "emotion", drop_denials=True)
