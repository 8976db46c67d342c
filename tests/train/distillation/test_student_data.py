"""What a student learns from a teacher: which texts, with which probabilities, and how many of them an epoch takes."""

import dataclasses
import hashlib
import shutil
from pathlib import Path

import numpy as np
import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="training needs torch: make test-train")

from tweetmoji import DataError, SettingError, TrainingError  # noqa: E402
from tweetmoji.data import LabelSet, SourceChoice, open_source  # noqa: E402
from tweetmoji.emotions import EMOTIONS, NONE  # noqa: E402
from tweetmoji.runtime.softmax import softmax  # noqa: E402
from tweetmoji.train import CorpusChoice, CrossValidationRun, StudentData, TrainingRun, cross_validate, train  # noqa: E402
from tweetmoji.train import run as run_module  # noqa: E402
from tweetmoji.train.distillation.student_data import encode_student_texts, read_student_texts  # noqa: E402
from tweetmoji.train.distillation.teacher_logits import write_teacher_logits  # noqa: E402
from tweetmoji.train.loop.batches import Subsample  # noqa: E402
from tweetmoji.train.loop.encoded import join_encoded  # noqa: E402
from tweetmoji.train.loop.network import load_base  # noqa: E402

TWEETS = ["so merry today", "i was gloomy", "she made me furious", "Today I am happy!"]
"""The last is in val, except for case and punctuation."""
EMOJI_TWEET = "so devoted ❤"
CLASSES = (*EMOTIONS, NONE)
LOGITS = np.eye(7, dtype=np.float32)[[1, 0, 3, 1]] * 4
LABELS = LabelSet()


@pytest.fixture(scope="module")
def root(toy_root, tmp_path_factory) -> Path:
    """The toy root with unlabeled tweets beside its datasets."""
    root = tmp_path_factory.mktemp("student_data") / "root"
    root.mkdir()
    for folder in toy_root.iterdir():
        (root / folder.name).symlink_to(folder)
    (root / "unlabelled").mkdir()
    (root / "unlabelled" / "tweets.txt").write_text("\n".join([*TWEETS, "unknown to it"]) + "\n", encoding="utf-8")
    folder = root / "tweeteval-emoji"
    folder.mkdir()
    for name, line in (("train_text", "so devoted"), ("train_labels", "0"), ("mapping", "0\t❤\t_red_heart_")):
        (folder / f"{name}.txt").write_text(f"{line}\n", encoding="utf-8")
    (folder / "val_text.txt").write_text("all of it\n", encoding="utf-8")
    (folder / "val_labels.txt").write_text("0\n", encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def teacher(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("student_data") / "teacher.npz"
    logits = np.vstack([LOGITS, np.eye(7, dtype=np.float32)[[2]]])
    write_teacher_logits(path, [*TWEETS, EMOJI_TWEET], logits, CLASSES, {"teacher": "made up"})
    return path


@pytest.fixture(scope="module")
def tokenizer(toy_base, settings):
    return load_base(str(toy_base), EMOTIONS, settings)[1]


def learn_from(teacher, rows=None) -> StudentData:
    return StudentData(teacher, (SourceChoice("tweets", rows),))


def test_texts_that_the_teacher_knows_get_its_probabilities(root, teacher):
    read = read_student_texts(learn_from(teacher), root, [])
    assert read.texts == TWEETS
    assert read.probabilities == pytest.approx(softmax(LOGITS), abs=1e-3)
    assert read.subsamples == (Subsample(0, 4, 4),)


def test_texts_that_the_teacher_lacks_are_counted(root, teacher, caplog):
    read_student_texts(learn_from(teacher), root, [])
    [message] = caplog.messages
    assert message.startswith(f"{teacher} lacks 1 of 5 texts of tweets, which are left out; ")
    assert message.endswith("run tweetmoji train-teacher --unlabeled tweets")


def test_folds_are_refused_if_the_teacher_learned_from_their_source(root, toy_base, settings, tmp_path):
    path = tmp_path / "teacher.npz"
    write_teacher_logits(path, TWEETS, LOGITS, CLASSES, {"data": {"emotion": {}, "goemotions": {}}})
    run = CrossValidationRun(
        corpus=CorpusChoice(root),
        base=str(toy_base),
        out=tmp_path / "folds.npz",
        settings=settings,
        student_data=learn_from(path),
    )
    with pytest.raises(SettingError, match=r"^the teacher learned from emotion, of which each model is to miss a fold"):
        cross_validate(run)
    assert not run.checkpoints.exists()


def test_texts_of_evaluation_splits_are_left_out(root, teacher):
    val = open_source("emotion", root).read("val")
    assert read_student_texts(learn_from(teacher), root, [val]).texts == TWEETS[:3]


@pytest.mark.parametrize(("rows", "taken"), [(2, 2), (99, 99), (None, 4)])
def test_an_epoch_takes_as_many_rows_as_asked_for_or_each_once(root, teacher, rows, taken):
    assert read_student_texts(learn_from(teacher, rows), root, []).subsamples == (Subsample(0, 4, taken),)


def test_collections_follow_each_other(root, teacher):
    both = StudentData(teacher, (SourceChoice("tweets", 2), SourceChoice("emoji")))
    read = read_student_texts(both, root, [])
    assert read.texts == [*TWEETS, EMOJI_TWEET]
    assert read.subsamples == (Subsample(0, 4, 2), Subsample(4, 5, 1))
    assert read.probabilities.argmax(axis=1).tolist() == [1, 0, 3, 1, 2]


def test_texts_of_a_held_out_fold_leave_their_collection_alone(root, teacher):
    read = read_student_texts(StudentData(teacher, (SourceChoice("tweets", 2), SourceChoice("emoji"))), root, [])
    fold = dataclasses.replace(open_source("emotion", root).read("val").take([0]), texts=[TWEETS[1].upper()])
    left = read.without([fold])
    assert left.texts == [TWEETS[0], *TWEETS[2:], EMOJI_TWEET]
    assert left.probabilities.tolist() == read.probabilities[[0, 2, 3, 4]].tolist()
    assert left.subsamples == (Subsample(0, 3, 2), Subsample(3, 4, 1))
    assert read.without([]) is read


def test_student_texts_are_described_by_the_digests_of_teacher_and_texts(root, teacher):
    described = read_student_texts(learn_from(teacher, 2), root, []).described
    assert described == {
        "teacher_sha256": hashlib.sha256(teacher.read_bytes()).hexdigest(),
        "unlabeled": {"tweets": 2},
        "unlabeled_sha256": {"tweets": hashlib.sha256((root / "unlabelled" / "tweets.txt").read_bytes()).hexdigest()},
    }


def test_encoded_student_texts_have_soft_targets_and_no_positives(root, teacher, tokenizer):
    encoded = encode_student_texts(read_student_texts(learn_from(teacher), root, []), tokenizer, LABELS)
    assert encoded.ids == [tokens.ids for tokens in tokenizer.encode(TWEETS)]
    assert encoded.targets.soft_targets == pytest.approx(softmax(LOGITS), abs=1e-3)
    assert encoded.targets.label_mask.tolist() == [[True] * 7] * 4
    assert not encoded.targets.positives.any()
    assert encoded.subsamples == (Subsample(0, 4, 4),)


def test_student_without_none_learns_the_probabilities_of_the_emotions_alone(root, teacher, tokenizer):
    read = read_student_texts(learn_from(teacher), root, [])
    encoded = encode_student_texts(read, tokenizer, LabelSet(none=False))
    assert encoded.targets.soft_targets == pytest.approx(softmax(LOGITS[:, :6]), abs=1e-3)


def test_joined_texts_follow_each_other_and_subsamples_move_with_them(root, teacher, toy, tokenizer):
    labeled = toy.encoded["train"]
    read = read_student_texts(learn_from(teacher, 2), root, [])
    student = encode_student_texts(read, tokenizer, LabelSet(none=False))
    joined = join_encoded([labeled, student])
    n = len(labeled.ids)
    assert joined.ids == [*labeled.ids, *student.ids]
    assert len(joined.targets) == n + 4
    assert joined.subsamples == (Subsample(n, n + 4, 2),)


WRONG = {
    "no such file": (DataError, "no such file"),
    "damaged": (DataError, r"not a whole \.npz file"),
    "other labels": (DataError, "has the classes good, bad; expected sadness, joy"),
    "no class none": (
        DataError,
        "surprise; expected .*, none: use the logits of a tweetmoji train-teacher of this version",
    ),
    "other texts": (
        DataError,
        "lacks all [45] texts of tweets; expected the logits of tweetmoji train-teacher --unlabeled",
    ),
    "no unlabeled texts": (DataError, r"tweets\.txt: no such file"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_wrong_student_data_leaves_nothing_behind_and_the_corrected_run_begins(
    root, toy_root, toy_base, teacher, settings, tmp_path, monkeypatch, wrong
):
    other = tmp_path / "teacher.npz"
    if wrong == "damaged":
        other.write_bytes(teacher.read_bytes()[:-9])
    elif wrong == "other labels":
        write_teacher_logits(other, TWEETS, LOGITS[:4, :2], ("good", "bad"), {})
    elif wrong == "no class none":
        write_teacher_logits(other, TWEETS, LOGITS[:, :6], EMOTIONS, {})
    elif wrong == "other texts":
        write_teacher_logits(other, ["something else"], LOGITS[:1], CLASSES, {})
    elif wrong != "no such file":
        other.write_bytes(teacher.read_bytes())
    corrected = TrainingRun(
        corpus=CorpusChoice(root),
        base=str(toy_base),
        out=tmp_path / "new" / "student",
        settings=settings,
        student_data=learn_from(teacher),
    )
    data = toy_root if wrong == "no unlabeled texts" else root
    run = dataclasses.replace(corrected, corpus=CorpusChoice(data), student_data=learn_from(other))
    error, message = WRONG[wrong]
    with pytest.raises(error, match=message):
        train(run)
    assert not run.out.parent.exists()

    monkeypatch.setattr(run_module, "fine_tune", stop)
    with pytest.raises(KeyboardInterrupt):
        train(corrected)
    with pytest.raises(KeyboardInterrupt):
        train(corrected, resume=True)


def stop(*_):
    raise KeyboardInterrupt


def test_resuming_with_other_unlabeled_texts_is_refused(root, teacher, toy_base, settings, tmp_path, monkeypatch):
    copy = Path(shutil.copytree(root, tmp_path / "root"))
    run = TrainingRun(
        corpus=CorpusChoice(copy),
        base=str(toy_base),
        out=tmp_path / "student",
        settings=settings,
        student_data=learn_from(teacher),
    )
    monkeypatch.setattr(run_module, "fine_tune", stop)
    with pytest.raises(KeyboardInterrupt):
        train(run)
    with (copy / "unlabelled" / "tweets.txt").open("a", encoding="utf-8") as file:
        file.write("one more\n")
    with pytest.raises(TrainingError, match=r"distillation was .* in the run to resume and is"):
        train(run, resume=True)


def test_student_is_trained_on_both_and_says_so(root, teacher, toy_base, settings, tmp_path):
    run = TrainingRun(
        corpus=CorpusChoice(root),
        base=str(toy_base),
        out=tmp_path / "student",
        settings=settings,
        score_test=False,
        student_data=learn_from(teacher, 2),
    )
    artifact = train(run)
    assert artifact.config.provenance["distillation"]["unlabeled"] == {"tweets": 2}
    assert len(artifact.config.provenance["distillation"]["teacher_sha256"]) == 64
    assert {row["split"] for row in artifact.metrics["evaluations"]} == {"val"}
    assert artifact.metrics["epochs"][-1]["train_loss"] < artifact.metrics["epochs"][0]["train_loss"]
