"""StudentData from a teacher: which texts, with which answers, and how much of them an epoch takes."""

from pathlib import Path

import numpy as np
import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="training needs torch: make test-train")

from tweetmoji import DataError  # noqa: E402
from tweetmoji.data import (  # noqa: E402
    SourceChoice,
    StudentData,
    TrainingRun,
    open_source,
    train,
)
from tweetmoji.emotions import EMOTIONS  # noqa: E402
from tweetmoji.runtime.softmax import softmax  # noqa: E402
from tweetmoji.train.distillation.student_data import encode_student_data  # noqa: E402
from tweetmoji.train.distillation.teacher_logits import write_teacher_logits  # noqa: E402
from tweetmoji.train.loop.batches import Subsample  # noqa: E402
from tweetmoji.train.loop.network import load_base  # noqa: E402

TWEETS = ["so merry today", "i was gloomy", "she made me furious", "Today I am happy!"]
"""The last stands in val, but for case and punctuation."""
LOGITS = np.eye(6, dtype=np.float32)[[1, 0, 3, 1]] * 4


@pytest.fixture(scope="module")
def root(toy_root, tmp_path_factory) -> Path:
    """The toy root with unlabeled tweets beside its datasets."""
    root = tmp_path_factory.mktemp("student_data") / "root"
    root.mkdir()
    for folder in toy_root.iterdir():
        (root / folder.name).symlink_to(folder)
    (root / "unlabelled").mkdir()
    (root / "unlabelled" / "tweets.txt").write_text("\n".join([*TWEETS, "unknown to it"]) + "\n", encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def teacher(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("student_data") / "teacher.npz"
    write_teacher_logits(path, TWEETS, LOGITS, EMOTIONS, {"teacher": "made up"})
    return path


@pytest.fixture(scope="module")
def tokenizer(toy_base, settings):
    return load_base(str(toy_base), EMOTIONS, settings)[1]


def lessons_of(teacher, rows=None):
    return StudentData(teacher, (SourceChoice("tweets", rows),))


def test_texts_that_the_teacher_knows_ask_for_its_probabilities(root, teacher, tokenizer):
    encoded = encode_student_data(lessons_of(teacher), root, [], tokenizer)
    assert encoded.ids == [tokens.ids for tokens in tokenizer.encode(TWEETS)]
    assert encoded.targets.soft_targets == pytest.approx(softmax(LOGITS), abs=1e-3)
    assert not encoded.targets.positives.any()
    assert encoded.subsamples == (Subsample(0, 4, 4),)


def test_texts_of_evaluation_splits_are_left_out(root, teacher, tokenizer):
    val = open_source("emotion", root).read("val")
    encoded = encode_student_data(lessons_of(teacher), root, [val], tokenizer)
    assert encoded.ids == [tokens.ids for tokens in tokenizer.encode(TWEETS[:3])]


@pytest.mark.parametrize(("rows", "taken"), [(2, 2), (99, 4), (None, 4)])
def test_an_epoch_takes_as_many_as_asked_for_but_no_more_than_there_are(root, teacher, tokenizer, rows, taken):
    assert encode_student_data(lessons_of(teacher, rows), root, [], tokenizer).subsamples == (Subsample(0, 4, taken),)


def test_joined_texts_follow_one_another_and_draws_move_with_them(root, teacher, toy, tokenizer):
    home = toy.encoded["train"]
    student_data = encode_student_data(lessons_of(teacher, 2), root, [], tokenizer)
    joined = join_encoded([home, student_data])
    n = len(home.ids)
    assert joined.ids == [*home.ids, *student_data.ids]
    assert len(joined.targets) == n + 4
    assert joined.subsamples == (Subsample(n, n + 4, 2),)


def test_teacher_of_other_labels_or_other_texts_is_refused(root, teacher, tokenizer, tmp_path):
    other = tmp_path / "other.npz"
    write_teacher_logits(other, TWEETS, LOGITS[:, :2], ("good", "bad"), {})
    with pytest.raises(DataError, match="answers good, bad; expected sadness, joy"):
        encode_student_data(lessons_of(other), root, [], tokenizer)
    write_teacher_logits(other, ["something else"], LOGITS[:1], EMOTIONS, {})
    with pytest.raises(DataError, match="knows none of the texts of tweets"):
        encode_student_data(lessons_of(other), root, [], tokenizer)
    with pytest.raises(DataError, match="name it with --data"):
        encode_student_data(lessons_of(teacher), None, [], tokenizer)


def test_student_is_trained_on_both_and_says_so(root, teacher, toy_base, settings, tmp_path):
    run = TrainingRun(
        data=root,
        base=str(toy_base),
        out=tmp_path / "student",
        settings=settings,
        score_test=False,
        student_data=lessons_of(teacher, 2),
    )
    artifact = train(run)
    assert artifact.config.provenance["distillation"]["unlabeled"] == {"tweets": 2}
    assert len(artifact.config.provenance["distillation"]["teacher_sha256"]) == 64
    assert {row["split"] for row in artifact.metrics["evaluations"]} == {"val"}
    assert artifact.metrics["epochs"][-1]["train_loss"] < artifact.metrics["epochs"][0]["train_loss"]
