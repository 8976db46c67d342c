"""Teaching: the file holds what the fine-tuned teacher answers, to every text, under no text's words."""

import shutil
from dataclasses import replace

import numpy as np
import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="training needs torch: make test-train")

from tweetmoji import DataError, SettingError, TrainingError  # noqa: E402
from tweetmoji.data import open_source  # noqa: E402
from tweetmoji.emotions import EMOTIONS  # noqa: E402
from tweetmoji.train import SourceChoice, TrainingRun, teach  # noqa: E402
from tweetmoji.train import teaching as module  # noqa: E402
from tweetmoji.train.teacher_logits import read_teacher_logits  # noqa: E402

TWEETS = ["so furious right now 😡", "she is adored and so is he", "nothing to see here"]


@pytest.fixture(scope="module")
def root(tmp_path_factory, toy_root):
    """The toy root with a few unlabelled tweets beside the datasets."""
    root = tmp_path_factory.mktemp("teach") / "root"
    shutil.copytree(toy_root, root)
    (root / "unlabelled").mkdir()
    (root / "unlabelled" / "tweets.txt").write_text("\n".join(TWEETS) + "\n", encoding="utf-8")
    return root


@pytest.fixture
def run(root, toy_base, settings, tmp_path):
    sources = (SourceChoice("home"), SourceChoice("tweeteval"))
    return TrainingRun(data=root, base=str(toy_base), out=tmp_path / "teacher.npz", settings=settings, sources=sources)


def test_every_training_text_and_every_unlabelled_one_is_answered(run, root):
    teacher = read_teacher_logits(teach(run, ["tweets"]))
    home = open_source("home", root).read("train")

    logits, known = teacher.look_up([*home.texts, *open_source("tweeteval", root).read("train").texts, *TWEETS])
    assert known.all()
    assert teacher.labels == EMOTIONS
    right = logits[: len(home)].argmax(axis=1) == home.targets
    assert right.mean() > 0.9
    assert teacher.provenance["unlabelled"] == ["tweets"]
    assert set(teacher.provenance["data"]) == {"home", "tweeteval"}
    assert [row["epoch"] for row in teacher.provenance["epochs"]] == [1, 2, 3]


def test_without_collections_only_the_training_texts_are_answered(run):
    assert not read_teacher_logits(teach(run)).look_up(TWEETS)[1].any()


def test_texts_of_evaluation_splits_are_not_answered(run, root):
    teacher = read_teacher_logits(teach(run))
    for source in ("home", "tweeteval"):
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
        teach(run)
    assert not run.out.exists()

    counted = []
    monkeypatch.setattr(
        module, "compute_logits", lambda n, ids, p, **o: counted.append(len(ids)) or compute(n, ids, p, **o)
    )
    teach(run, resume=True)
    fresh = replace(run, out=run.out.with_name("fresh.npz"))
    total = len(counted)
    teach(fresh)
    assert len(counted) - total == total + 2
    resumed, whole = read_teacher_logits(run.out), read_teacher_logits(fresh.out)
    np.testing.assert_array_equal(resumed.keys, whole.keys)
    np.testing.assert_allclose(resumed.logits, whole.logits, atol=0.05)


@pytest.mark.parametrize("name", ["teacher", "teacher.npy"])
def test_a_name_that_is_no_archive_is_refused(run, name):
    with pytest.raises(SettingError, match=r"expected a name that ends in \.npz"):
        teach(replace(run, out=run.out.with_name(name)))


def test_collections_need_a_place(run):
    run = replace(run, data=None, sources=(SourceChoice("home"),))
    with pytest.raises((DataError, SettingError), match="needs a place"):
        teach(run, ["tweets"])


def test_checkpoints_of_another_run_are_refused(run):
    teach(run)
    with pytest.raises(TrainingError, match="unlabelled was"):
        teach(run, ["tweets"], resume=True)
