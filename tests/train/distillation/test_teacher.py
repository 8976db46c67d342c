"""Teaching: the file holds what the fine-tuned teacher answers, to every text, under no text's words."""

import shutil
from dataclasses import replace

import numpy as np
import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="training needs torch: make test-train")

from tweetmoji import DataError, SettingError, TrainingError  # noqa: E402
from tweetmoji.data import (  # noqa: E402
    SourceChoice,
    TrainingRun,
    open_source,
    train_teacher,
)
from tweetmoji.emotions import EMOTIONS  # noqa: E402
from tweetmoji.train import teaching as module  # noqa: E402
from tweetmoji.train.distillation.teacher_logits import read_teacher_logits  # noqa: E402

TWEETS = ["so furious right now 😡", "she is adored and so is he", "nothing to see here"]


@pytest.fixture(scope="module")
def root(tmp_path_factory, toy_root):
    """The toy root with a few unlabeled tweets beside the datasets."""
    root = tmp_path_factory.mktemp("teach") / "root"
    shutil.copytree(toy_root, root)
    (root / "unlabelled").mkdir()
    (root / "unlabelled" / "tweets.txt").write_text("\n".join(TWEETS) + "\n", encoding="utf-8")
    return root


@pytest.fixture
def run(root, toy_base, settings, tmp_path):
    sources = (SourceChoice("emotion"), SourceChoice("tweeteval"))
    return TrainingRun(data=root, base=str(toy_base), out=tmp_path / "teacher.npz", settings=settings, sources=sources)


def test_every_training_text_and_every_unlabeled_one_is_answered(run, root):
    teacher = read_teacher_logits(train_teacher(run, ["tweets"]))
    home = open_source("emotion", root).read("train")

    logits, known = teacher.look_up([*home.texts, *open_source("tweeteval", root).read("train").texts, *TWEETS])
    assert known.all()
    assert teacher.labels == EMOTIONS
    right = logits[: len(home)].argmax(axis=1) == home.targets
    assert right.mean() > 0.9
    assert teacher.provenance["unlabeled"] == ["tweets"]
    assert set(teacher.provenance["data"]) == {"emotion", "tweeteval"}
    assert [row["epoch"] for row in teacher.provenance["epochs"]] == [1, 2, 3]


def test_without_collections_only_the_training_texts_are_answered(run):
    assert not read_teacher_logits(train_teacher(run)).look_up(TWEETS)[1].any()


def test_texts_of_evaluation_splits_are_not_answered(run, root):
    teacher = read_teacher_logits(train_teacher(run))
    for source in ("emotion", "tweeteval"):
        assert not teacher.look_up(open_source(source, root).read("val").texts)[1].any()


def test_a_stopped_run_answers_no_chunk_twice(run, monkeypatch):
    monkeypatch.setattr(module, "CHUNK", 40)
    compute, answered = module.compute_logits, []

    def stop_at_the_second(network, ids, pad_id, **options):
        if len(answered) == 2:
            raise KeyboardInterrupt
        answered.append(len(ids))
        return compute(network, ids, pad_id, **options)

    monkeypatch.setattr(module, "compute_logits", stop_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        train_teacher(run)
    assert not run.out.exists()

    counted = []
    monkeypatch.setattr(
        module, "compute_logits", lambda n, ids, p, **o: counted.append(len(ids)) or compute(n, ids, p, **o)
    )
    train_teacher(run, resume=True)
    fresh = replace(run, out=run.out.with_name("fresh.npz"))
    total = len(counted)
    train_teacher(fresh)
    assert len(counted) - total == total + 2
    resumed, whole = read_teacher_logits(run.out), read_teacher_logits(fresh.out)
    np.testing.assert_array_equal(resumed.keys, whole.keys)
    np.testing.assert_allclose(resumed.logits, whole.logits, atol=0.05)


@pytest.mark.parametrize("name", ["teacher", "teacher.npy"])
def test_a_name_that_is_no_archive_is_refused(run, name):
    with pytest.raises(SettingError, match=r"expected a name that ends in \.npz"):
        train_teacher(replace(run, out=run.out.with_name(name)))


def test_collections_need_a_place(run):
    run = replace(run, data=None, sources=(SourceChoice("emotion"),))
    with pytest.raises((DataError, SettingError), match="needs a place"):
        train_teacher(run, ["tweets"])


def test_checkpoints_of_another_run_are_refused(run):
    train_teacher(run)
    with pytest.raises(TrainingError, match="unlabeled was"):
        train_teacher(run, ["tweets"], resume=True)
